//! Scores that look as if they were on another scale than 0 to 100.

use super::read::finding::InputFinding;
use super::read::input::Input;
use super::record::names::ScoreRange;
use super::record::reviewer::ReviewerName;
use super::record::value::quoted;
use crate::sort;
use std::collections::BTreeMap;

/// Reviewers that a message names.
const NAMED: usize = 3;

/// The plain scores of each reviewer of an input, and its index.
pub(crate) type InputRanges = (usize, Vec<(ReviewerName, ScoreRange)>);

/// A warning for each input whose scores, or those of some reviewers, are all so low that they may be on another scale.
pub(crate) fn suspicions(inputs: &[Input], by_input: Vec<InputRanges>) -> Vec<(usize, InputFinding)> {
    let mut found = Vec::new();
    let mut by_reviewer: BTreeMap<ReviewerName, (usize, ScoreRange)> = BTreeMap::new();
    for (input, ranges) in by_input {
        let all = ScoreRange::whole(ranges.iter().map(|(_, range)| *range));
        if let Some(scale) = all.likely_scale() {
            let message =
                format!("all {} scores in this file are at most {scale}: are they on a scale of {scale}?", all.count);
            let help = if inputs[input].kind.is_sheet() {
                let others = if inputs.len() > 1 {
                    format!(" under a [[sheet]] with file = {}", toml(&inputs[input].name))
                } else {
                    String::new()
                };
                format!("add `scale = {scale}` to compare.toml{others}, or `scale = 100` if they are out of 100")
            } else {
                in_records(scale)
            };
            found.push((input, finding(all, message, help)));
            continue;
        }
        for (name, range) in ranges {
            by_reviewer.entry(name).or_insert((input, ScoreRange::default())).1.append(range);
        }
    }
    let mut suspects: BTreeMap<usize, Vec<(ReviewerName, ScoreRange, u32)>> = BTreeMap::new();
    for (name, (input, range)) in by_reviewer {
        if let Some(scale) = range.likely_scale() {
            suspects.entry(input).or_default().push((name, range, scale));
        }
    }
    for (input, mut suspects) in suspects {
        sort::by_key(&mut suspects, |(_, range, _)| range.first);
        let scale = suspects.iter().map(|(_, _, scale)| *scale).max().unwrap_or_default();
        let names: Vec<String> = suspects.iter().take(NAMED).map(|(name, ..)| quoted(name)).collect();
        let more = suspects.len() - names.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let message =
            format!("all scores of {}{more} are at most {scale}: are they on a scale of {scale}?", names.join(", "));
        let help = if inputs[input].kind.is_sheet() {
            format!(
                "write `{0}/{scale}` for {0}, or (0-{scale}) behind the name in a heading; `scale = 100` in compare.toml says that they are out of 100",
                scale.max(2) - 1
            )
        } else {
            in_records(scale)
        };
        found.push((input, finding(suspects[0].1, message, help)));
    }
    found
}

fn in_records(scale: u32) -> String {
    format!(
        "write \"{0}/{scale}\" for {0}; `scale = 100` in compare.toml says that they are out of 100",
        scale.max(2) - 1
    )
}

fn finding(range: ScoreRange, message: String, help: String) -> InputFinding {
    InputFinding { span: range.first..range.first + 1, code: "scale", message, help: Some(help), first: None }
}

fn toml(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
