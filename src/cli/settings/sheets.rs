//! What settings say about sheets: `scale`, `verdicts` and `[[sheet]]`.

use super::Sourced;
use super::reach::Base;
use super::reader::{Reader, TomlTable, TomlValue};
use crate::catalog::record::score::{Scale, Score};
use crate::catalog::record::{Meaning, Verdict, VerdictWords};
use crate::catalog::{Repeat, ReviewerRule, SheetRule};
use crate::error::{Error, Result};
use crate::verdict::Weight;
use std::path::Path;

/// The keys of a `[[sheet]]`, in the order in which messages list them.
const KEYS: [&str; 14] = [
    "file",
    "tool",
    "tools",
    "reviewer",
    "reviewer-from",
    "reviewers",
    "score",
    "verdict",
    "text",
    "date",
    "criteria",
    "scale",
    "verdicts",
    "repeat",
];

/// What stands for the name of a tool in a heading.
const TOOL: &str = "{tool}";

/// The rules of the key `sheet`, their files relative to `base`.
pub(super) fn rules(reader: &mut Reader<'_>, value: &TomlValue<'_>, base: Base<'_>) -> Vec<SheetRule> {
    let Some(list) = value.get_ref().as_array() else {
        let error = Error::data("sheets are a list of tables");
        reader.problem(value.span(), error.hint("write `[[sheet]]` above each"));
        return Vec::new();
    };
    let mut rules: Vec<SheetRule> = Vec::new();
    for item in list {
        let Some(rule) = rule(reader, item, base) else { continue };
        if rules.iter().any(|known| known.file == rule.file) {
            let error = Error::data(format!("two [[sheet]] entries are for {}", rule.file.display()));
            reader.problem(item.span(), error.hint("put both into one"));
        }
        rules.push(rule);
    }
    rules
}

/// One rule; none where it has a problem that leaves nothing to go on with.
fn rule(reader: &mut Reader<'_>, item: &TomlValue<'_>, base: Base<'_>) -> Option<SheetRule> {
    let table = reader.table("sheet", item)?;
    reader.only(table, &KEYS, "a sheet");
    let Some(file) = table.get("file") else {
        let error = Error::data("this [[sheet]] has no `file`");
        reader.problem(item.span(), error.hint("such as file = \"forms/panel.csv\""));
        return None;
    };
    let file = reader.string("file", file)?;
    let origin = reader.origin(item).to_string();
    let mut heading = |key: &str| table.get(key).and_then(|value| heading(reader, key, value));
    let mut rule = SheetRule {
        file: base.join(Path::new(&file)),
        origin,
        tool: heading("tool"),
        score: heading("score"),
        verdict: heading("verdict"),
        text: heading("text"),
        date: heading("date"),
        ..SheetRule::default()
    };
    rule.reviewer = reviewer(reader, table)?;
    if let Some(value) = table.get("tools") {
        rule.tools = reader.strings("tools", value)?.into_iter().map(|(name, _)| name).collect();
    }
    if let Some(table) = table.get("criteria").and_then(|value| reader.table("criteria", value)) {
        rule.criteria = criteria(reader, table);
    }
    rule.scale = reader.figure(table, "scale", Scale::parse).map(Sourced::into_value);
    if let Some(table) = table.get("verdicts").and_then(|value| reader.table("verdicts", value)) {
        rule.words = words(reader, table);
    }
    let repeat = |word: &str| match word {
        "error" => Ok(Repeat::Error),
        "last" => Ok(Repeat::Last),
        _ => Err(Error::data("`repeat` must be \"error\" or \"last\"")),
    };
    if table.contains_key("repeat") {
        rule.repeat = reader.text(table, "repeat", repeat)?.value;
    }
    check(reader, &rule, item, table);
    Some(rule)
}

/// Refuses keys that contradict each other.
fn check(reader: &mut Reader<'_>, rule: &SheetRule, item: &TomlValue<'_>, table: &TomlTable<'_>) {
    let headings = [&rule.score, &rule.verdict, &rule.text].into_iter().flatten();
    let by_heading =
        headings.chain(rule.criteria.iter().map(|(heading, _)| heading)).any(|heading| heading.contains(TOOL));
    let has = |key: &str| table.contains_key(key);
    let by_name = has("reviewers") || has("tools");
    let message = if rule.tool.is_some() && by_heading {
        "`tool` names a column and {tool} is in a heading: only one of them can say which tool is reviewed"
    } else if rule.score.is_some() && !rule.criteria.is_empty() {
        "`score` and `criteria` are both the score"
    } else if by_name && ["score", "verdict", "text", "date", "criteria"].into_iter().any(has) {
        "`reviewers` and `tools` name the columns with reviews, so no other key can"
    } else if has("reviewers") && (!has("tool") || has("tools")) {
        "`reviewers` needs `tool`: the heading of the column that names the tool"
    } else if has("tools") && has("tool") {
        "`tool` and `tools` both say which tool is reviewed"
    } else if rule.names_columns() && !by_name && !has("score") && !has("verdict") && !has("criteria") {
        "this [[sheet]] names neither `score` nor `verdict` nor `criteria`"
    } else {
        return;
    };
    reader.problem(item.span(), Error::data(message));
}

fn heading(reader: &mut Reader<'_>, key: &str, value: &TomlValue<'_>) -> Option<String> {
    let text = reader.string(key, value)?;
    if text.trim().is_empty() || text.matches(TOOL).count() > 1 || matches!(key, "tool" | "date") && text.contains(TOOL)
    {
        let error = Error::data(format!("`{key}` must be a heading, found {text:?}"));
        reader.problem(value.span(), error);
        return None;
    }
    Some(text)
}

/// Who reviewed; `None` where two keys state it, or an unknown one.
fn reviewer(reader: &mut Reader<'_>, table: &TomlTable<'_>) -> Option<ReviewerRule> {
    let mut rule = ReviewerRule::Guess;
    for (key, value) in table {
        let said = match key.get_ref().as_ref() {
            "reviewer" => ReviewerRule::Column(reader.string("reviewer", value)?),
            "reviewers" => {
                let names = reader.strings("reviewers", value)?;
                ReviewerRule::Headings(names.into_iter().map(|(name, _)| name).collect())
            }
            "reviewer-from" => {
                let read = |word: &str| match word {
                    "file" => Ok(ReviewerRule::File),
                    "row" => Ok(ReviewerRule::Row),
                    _ => Err(Error::data("`reviewer-from` must be \"file\" or \"row\"")),
                };
                let word = reader.string("reviewer-from", value)?;
                reader.convert(value.span(), &word, read)?
            }
            _ => continue,
        };
        if rule != ReviewerRule::Guess {
            let error = Error::data("`reviewer`, `reviewers` and `reviewer-from` all say who reviewed");
            reader.problem(key.span(), error.hint("keep one of them"));
            return None;
        }
        rule = said;
    }
    Some(rule)
}

/// Headings with their weights, in millionths.
fn criteria(reader: &mut Reader<'_>, table: &TomlTable<'_>) -> Vec<(String, u64)> {
    let mut criteria = Vec::new();
    let read = |text: &str| {
        let weight = Weight::from_text(text)?.millionths();
        if weight > 0 { Ok(weight) } else { Err(Error::data("a criterion must have a weight above 0")) }
    };
    for heading in table.keys() {
        let weight = reader.figure(table, heading.get_ref(), read);
        criteria.extend(weight.map(|weight| (heading.get_ref().clone().into_owned(), weight.value)));
    }
    criteria
}

/// The score that `text` is.
pub(super) fn ship_at(text: &str) -> Result<Score> {
    Score::from_text(text).map_err(|error| Error::data(format!("`ship-at` is `{text}`: {error}")))
}

/// The words of `{ ship = [...], skip = [...], label = [...] }`.
pub(super) fn words(reader: &mut Reader<'_>, table: &TomlTable<'_>) -> VerdictWords {
    const KINDS: [(&str, Meaning); 3] = [
        ("ship", Meaning::Verdict(Verdict::Ship)),
        ("skip", Meaning::Verdict(Verdict::Skip)),
        ("label", Meaning::Label),
    ];
    reader.only(table, &KINDS.map(|(key, _)| key), "`verdicts`");
    let mut words = VerdictWords::default();
    for (key, value) in table {
        let Some((kind, meaning)) = KINDS.into_iter().find(|(kind, _)| key.get_ref() == kind) else { continue };
        for (word, span) in reader.strings(kind, value).unwrap_or_default() {
            if word.trim().is_empty() {
                reader.problem(span, Error::data("a word for a verdict must not be empty"));
            } else if words.add(&word, meaning).is_some() {
                reader.problem(span, Error::data(format!("`{word}` is in two lists of `verdicts`")));
            }
        }
    }
    words
}
