//! Every problem of a catalog at once: what cannot be used, and what may be a mistake.

use super::encoding::WORKBOOK_HELP;
use super::finding::{Finding, Findings, Place as Byte};
use super::input::{self, Gathered, Input};
use super::lookup::folded;
use super::merge::{self, Merged};
use super::need::{Need, Task};
use super::spot;
use super::{Options, Place, kind_named, read};
use crate::error::{Result, Spot};
use std::collections::{BTreeMap, BTreeSet};

/// Whether a record can be used in spite of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It cannot: commands refuse the catalog.
    Error,
    /// It can, but a person should look.
    Warning,
}

/// Something wrong with a catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Whether it is an error or a warning.
    pub severity: Severity,
    /// What sort of problem it is: `invalid`, `twice`, `ambiguous`, `unreadable` or `no-records` for errors; `unknown-field`,
    /// `empty-text`, `price-without-detail`, `verdict-against-score`, `slug-is-command`, `no-reviews`,
    /// `name-of-several`, `reviewer-spelling`, `tool-spelling`, `scale-of-ten` or `workbook` for warnings.
    pub code: &'static str,
    /// One sentence: what was found and what was expected.
    pub message: String,
    /// Where it was found.
    pub spot: Spot,
    /// What to do about it, such as the nearest allowed value.
    pub help: Option<String>,
}

/// Scores of a reviewer up to this are likely on a scale of ten.
const TEN: u32 = 10_000_000;
/// So many scores make a scale.
const SCORES: usize = 3;

/// Finds every problem of the records in `places`, in the order of the inputs. `commands` are the words that a slug
/// should not be.
///
/// A ship with a score below 40 and a skip with one of 80 or more go against it. A reviewer whose three or more scores
/// are all 10 or less seems to use a scale of ten. Of one input, at most 1000 errors and 1000 warnings are named.
///
/// # Errors
/// A place is missing, or its kind cannot be told: there is nothing to check.
pub fn check(places: Vec<Place>, commands: &[&str], options: &Options) -> Result<Vec<Problem>> {
    let named = options.input_format.map(kind_named).transpose()?;
    let Gathered { inputs, workbooks } = input::gather(places, named)?;
    let mut problems = Vec::new();
    let mut found: Vec<Vec<(Severity, Finding)>> = vec![Vec::new(); inputs.len()];
    let mut batches = Vec::new();
    let cores = options.cores(inputs.iter().map(Input::size).sum());
    let task = Task { need: Need::ALL, strict: true, whole: true, cores, block: options.block() };
    for (index, input) in inputs.iter().enumerate() {
        match read(input, task, &|_| ()) {
            Ok((parts, findings)) => {
                note(&mut found[index], findings);
                batches.extend(parts.into_iter().map(|parts| (index, parts)));
            }
            Err(error) => problems.push(Problem {
                severity: Severity::Error,
                code: "unreadable",
                message: error.message,
                spot: error.spot.unwrap_or_else(|| Spot { file: input.name.clone(), ..Spot::default() }),
                help: error.hints.into_iter().next(),
            }),
        }
    }
    let mut merged = merge::merge(batches);
    for (index, findings) in std::mem::take(&mut merged.findings) {
        note(&mut found[index], findings);
    }
    across(&merged, commands, &mut found);
    for (index, findings) in found.into_iter().enumerate() {
        problems.extend(placed(findings, index, &inputs)?);
    }
    problems.extend(workbooks.into_iter().map(|file| Problem {
        severity: Severity::Warning,
        code: "workbook",
        message: "a workbook is not read".to_owned(),
        spot: Spot { file, ..Spot::default() },
        help: Some(WORKBOOK_HELP.to_owned()),
    }));
    if merged.records.is_empty() && problems.iter().all(|problem| problem.severity == Severity::Warning) {
        // Each file may be without records, all of them together may not: nothing could be opened.
        problems.extend(inputs.first().map(|input| Problem {
            severity: Severity::Error,
            code: "no-records",
            message: "there are no records".to_owned(),
            spot: Spot { file: input.name.clone(), ..Spot::default() },
            help: None,
        }));
    }
    Ok(problems)
}

fn note(to: &mut Vec<(Severity, Finding)>, findings: Findings) {
    let more = findings.count - findings.kept.len();
    let last = findings.kept.last().map(|last| last.span.clone());
    to.extend(findings.kept.into_iter().map(|finding| (Severity::Error, finding)));
    if let (true, Some(span)) = (more > 0, last) {
        let message = format!("{more} more errors in this file");
        to.push((Severity::Error, Finding { span, code: "invalid", message, help: None, first: None }));
    }
    to.extend(findings.warnings.into_iter().map(|finding| (Severity::Warning, finding)));
}

/// What shows only when all records are side by side.
fn across(merged: &Merged, commands: &[&str], found: &mut [Vec<(Severity, Finding)>]) {
    let mut warn = |index: usize, code, message: String, first: Option<usize>| {
        let origin = &merged.origins[index];
        let first = first.map(|first| &merged.origins[first]);
        let first = first.map(|first| Byte { input: Some(first.input as usize), at: first.span.start });
        let span = origin.span.start..origin.span.start + 1;
        found[origin.input as usize].push((Severity::Warning, Finding { span, code, message, help: None, first }));
    };
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut reviewers: BTreeMap<String, BTreeMap<&str, usize>> = BTreeMap::new();
    let mut scales: BTreeMap<&str, (usize, u32, usize)> = BTreeMap::new();
    for (index, record) in merged.records.iter().enumerate() {
        if commands.contains(&record.slug.as_str()) {
            let message = format!("the slug `{0}` is also a command: `compare {0}` runs that", record.slug);
            warn(index, "slug-is-command", message, None);
        }
        if record.reviews.is_empty() {
            warn(index, "no-reviews", format!("`{}` has no reviews", record.slug), None);
        }
        let name = folded(&record.name).into_owned();
        match names.get(&name) {
            Some(first) if !name.is_empty() => {
                let message = format!("`{}` and `{}` have one name", merged.records[*first].slug, record.slug);
                warn(index, "name-of-several", message, Some(*first));
            }
            _ => drop(names.insert(name, index)),
        }
        for review in &record.reviews {
            reviewers
                .entry(folded(&review.reviewer).into_owned())
                .or_default()
                .entry(&review.reviewer)
                .or_insert(index);
            if let Some(score) = review.score {
                let scale = scales.entry(&review.reviewer).or_insert((0, 0, index));
                *scale = (scale.0 + 1, scale.1.max(score.millionths()), scale.2);
            }
        }
    }
    for spellings in reviewers.into_iter().filter(|(name, spellings)| !name.is_empty() && spellings.len() > 1) {
        let mut by_place: Vec<_> = spellings.1.into_iter().map(|(name, index)| (index, name)).collect();
        by_place.sort_unstable();
        for (index, name) in &by_place[1..] {
            let message = format!("the reviewer \"{name}\" is also spelt \"{}\"", by_place[0].1);
            warn(*index, "reviewer-spelling", message, Some(by_place[0].0));
        }
    }
    for (name, (count, highest, index)) in scales {
        if count >= SCORES && highest <= TEN {
            let message = format!("all {count} scores of \"{name}\" are 10 or less, as on a scale of ten");
            warn(index, "scale-of-ten", message, None);
        }
    }
}

/// The findings of one input as problems, by place.
fn placed(mut found: Vec<(Severity, Finding)>, index: usize, inputs: &[Input]) -> Result<Vec<Problem>> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    found.sort_by(|(a_severity, a), (b_severity, b)| {
        (a.span.start, a_severity, a.span.end).cmp(&(b.span.start, b_severity, b.span.end))
    });
    let spots_of =
        |input: usize, spans: &[std::ops::Range<u64>]| spot::spots(&inputs[input].name, inputs[input].stream()?, spans);
    let spans: Vec<_> = found.iter().map(|(_, finding)| finding.span.clone()).collect();
    let spots = spots_of(index, &spans)?;
    // Where the first of two stands, in one pass for each input.
    let mut firsts: BTreeMap<usize, BTreeSet<u64>> = BTreeMap::new();
    for first in found.iter().filter_map(|(_, finding)| finding.first) {
        firsts.entry(first.input.unwrap_or(index)).or_default().insert(first.at);
    }
    let mut named: BTreeMap<(usize, u64), String> = BTreeMap::new();
    for (input, bytes) in firsts {
        let spans: Vec<_> = bytes.iter().map(|at| *at..at + 1).collect();
        for (at, spot) in bytes.into_iter().zip(spots_of(input, &spans)?) {
            named.insert((input, at), format!("{}:{}:{}", spot.file, spot.line, spot.column));
        }
    }
    let problem = |((severity, finding), spot): ((Severity, Finding), Spot)| {
        let first = finding.first.and_then(|first| named.get(&(first.input.unwrap_or(index), first.at)));
        let message = match first {
            Some(first) => format!("{} (first at {first})", finding.message),
            None => finding.message,
        };
        Problem { severity, code: finding.code, message, spot, help: finding.help }
    };
    Ok(found.into_iter().zip(spots).map(problem).collect())
}
