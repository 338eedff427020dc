//! Changes for people: the answer, what was removed, what changed, and the figures before and after.

use super::wording::label;
use crate::report::block::{Answer, Block, Cell, Passage, Role, Table, Tone};
use crate::report::document::changes::{
    Change, ChangeKind, ChangedDecision, ChangedTool, Changes, State, StateSource, ToolFigures,
};
use crate::report::number::{count, decimal, percent};
use crate::verdict::Exact;
use serde_json::Value;

/// Rows of a table that people see; more than that nobody reads line by line.
const SHOWN: usize = 100;
/// Longest value of a field, in characters, that a table holds; the words of longer ones come with the reviewers' words.
const CELL_MAX: usize = 60;
/// How it is found which change decides.
const METHOD: &str = "Both states are judged with the same settings; each change is undone alone in the new state";

/// The document without gates and notes; with the words before and after if `reviews`.
pub(in crate::report) fn blocks(document: &Changes, reviews: bool) -> Vec<Block> {
    let mut blocks = vec![Block::Title(title(document)), Block::Answer(answer(document))];
    if !document.changes.is_empty() {
        blocks.push(Block::Table(changes(&document.changes)));
        blocks.extend((!document.tools.is_empty()).then(|| Block::Table(tools(&document.tools))));
    }
    blocks.extend(removed_words(&document.changes));
    if reviews {
        blocks.extend(other_words(&document.changes));
    }
    blocks.extend(changed_gates(&document.decisions));
    blocks
}

/// The gates of reports whose outcome is not the same in both states.
fn changed_gates(decisions: &[ChangedDecision]) -> Option<Block> {
    let outcome = |passed: bool| {
        if passed { Cell::text("✓ passed").tone(Tone::Good) } else { Cell::text("✗ failed").tone(Tone::Bad) }
    };
    let rows = decisions.iter().flat_map(|decision| {
        let gates = decision.from.gates.iter().zip(&decision.to.gates);
        gates.filter(|(from, to)| from.passed != to.passed).map(|(from, to)| {
            let report = decision.report.clone().unwrap_or_default();
            vec![Cell::text(&to.expression), Cell::text(report), outcome(from.passed), outcome(to.passed)]
        })
    });
    let rows: Vec<Vec<Cell>> = rows.collect();
    let columns = [(Role::Label, "Gate"), (Role::Text, "Report"), (Role::Text, "Before"), (Role::Text, "Now")];
    (!rows.is_empty()).then(|| Block::Table(Table::new("Gates whose outcome changed", &columns, rows)))
}

/// `What changed since main`
fn title(document: &Changes) -> String {
    let name = |state: &State| match (&state.name, state.source) {
        (Some(name), _) => name.clone(),
        (None, StateSource::Revision | StateSource::Path | StateSource::Catalog) => "the present records".to_owned(),
    };
    match &document.to.name {
        None => format!("What changed since {}", name(&document.from)),
        Some(to) => format!("What changed from {} to {to}", name(&document.from)),
    }
}

fn answer(document: &Changes) -> Answer {
    let summary = &document.summary;
    let tone = if summary.tools_removed + summary.reviews_removed > 0 {
        Tone::Bad
    } else if summary.leads_changed + summary.certainties_changed > 0 {
        Tone::Mixed
    } else {
        Tone::Plain
    };
    Answer {
        headline: document.headline.clone(),
        statement: document.statement.clone(),
        advice: document.totals.clone(),
        tone,
        comes_first: true,
    }
}

/// Each change in a row, the first [`SHOWN`].
fn changes(changes: &[Change]) -> Table {
    let columns = [
        (Role::Label, "Change"),
        (Role::Text, "Tool"),
        (Role::Text, "What"),
        (Role::Text, "From → to"),
        (Role::Text, "Words"),
    ];
    let shown = changes.len().min(SHOWN);
    let mut rows: Vec<Vec<Cell>> = changes[..shown].iter().map(row).collect();
    if shown < changes.len() {
        let mut cells = more(changes.len() - shown, columns.len());
        cells[3] = Cell::text("`json` and `csv` have all of them").tone(Tone::Muted);
        rows.push(cells);
    }
    // A column that says nothing takes room.
    let says = |at: usize| rows.iter().any(|row| !row[at].text.is_empty());
    let silent: Vec<&str> = (0..columns.len()).filter(|at| !says(*at)).map(|at| columns[at].1).collect();
    Table::new("What changed", &columns, rows.clone()).without(|column| silent.contains(&column.title.as_str()))
}

/// A row that says how many more there are.
fn more(count: usize, columns: usize) -> Vec<Cell> {
    let mut cells = vec![Cell::default(); columns];
    cells[0] = Cell::text(format!("{count} more")).tone(Tone::Muted);
    cells
}

fn row(change: &Change) -> Vec<Cell> {
    let (word, tone) = kind(change.change);
    let what = match (&change.reviewer, change.field) {
        (Some(reviewer), _) => reviewer.clone(),
        (None, Some(field)) => label(field),
        (None, None) => "the tool".to_owned(),
    };
    let (value, words) = match (&change.reviewer, change.field) {
        (Some(_), _) => (judgements(change), words(change)),
        (None, Some(_)) => values(change),
        (None, None) => {
            let record = change.from.as_ref().or(change.to.as_ref());
            let reviews = record.and_then(|record| record["reviews"].as_array()).map_or(0, Vec::len);
            (if reviews == 0 { "no reviews".to_owned() } else { count(reviews, "review") }, String::new())
        }
    };
    vec![Cell::text(word).tone(tone), Cell::text(&change.tool), Cell::text(what), Cell::text(value), Cell::text(words)]
}

fn kind(kind: ChangeKind) -> (&'static str, Tone) {
    match kind {
        ChangeKind::Removed => ("removed", Tone::Bad),
        ChangeKind::Changed => ("changed", Tone::Mixed),
        ChangeKind::New => ("new", Tone::Good),
        ChangeKind::Moved => ("moved", Tone::Muted),
    }
}

/// `52 ✗ skip → 75 ✓ ship`; one of them where they are the same or only one is there.
fn judgements(change: &Change) -> String {
    match (change.from.as_ref().map(judgement), change.to.as_ref().map(judgement)) {
        (Some(from), Some(to)) if from != to => format!("{from} → {to}"),
        (Some(one), _) | (None, Some(one)) => one,
        (None, None) => String::new(),
    }
}

/// What a review says beside its words: `75 ✓ ship`, and whatever else of it is a value of its own.
fn judgement(review: &Value) -> String {
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let known = review["score"].as_number().map(ToString::to_string).into_iter();
    let verdict = review["verdict"].as_str().map(|word| match word {
        "ship" => "✓ ship".to_owned(),
        "skip" => "✗ skip".to_owned(),
        other => other.to_owned(),
    });
    let is_other = |key: &str| !["reviewer", "score", "verdict", "text"].contains(&key);
    let others = review.as_object().into_iter().flatten().filter(|(key, _)| is_other(key));
    let parts: Vec<String> = known.chain(verdict).chain(others.map(|(_, value)| plain(value))).collect();
    parts.join(" ")
}

/// What happened to the words of a review.
fn words(change: &Change) -> String {
    let text = |side: &Option<Value>| side.as_ref().and_then(|review| review["text"].as_str()).map(str::to_owned);
    if change.change != ChangeKind::Changed {
        return String::new();
    }
    match (text(&change.from), text(&change.to)) {
        (None, None) => "",
        (None, Some(_)) => "a text was added",
        (Some(_), None) => "the text is gone",
        (Some(from), Some(to)) if crate::catalog::record::fields::same_words(&from, &to) => "the text is the same",
        (Some(_), Some(_)) => "the text changed",
    }
    .to_owned()
}

/// `Free → Paid`; of long texts only that they changed.
fn values(change: &Change) -> (String, String) {
    let shown = |side: &Option<Value>| side.as_ref().map_or_else(|| "–".to_owned(), value_text);
    let (from, to) = (shown(&change.from), shown(&change.to));
    if from.chars().count().max(to.chars().count()) > CELL_MAX {
        return (String::new(), "the text changed".to_owned());
    }
    (format!("{from} → {to}"), String::new())
}

fn value_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(value_text).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// The tools before and after, the first [`SHOWN`]. Of those that only moved, the ones in first place.
fn tools(all: &[ChangedTool]) -> Table {
    let is_first = |tool: &ChangedTool| [&tool.from, &tool.to].into_iter().flatten().any(|figures| figures.rank == 1);
    let shown = all.iter().filter(|tool| tool.change != ChangeKind::Moved || is_first(tool));
    let shown: Vec<&ChangedTool> = shown.take(SHOWN).collect();
    let columns = [(Role::Label, "Tool"), (Role::Text, "Would ship"), (Role::Text, "Mean"), (Role::Text, "Place")];
    let row = |tool: &ChangedTool| {
        let cell = |figure: fn(&ToolFigures) -> Option<String>| {
            let side = |figures: &Option<ToolFigures>| figures.as_ref().map(figure);
            Cell::text(match (side(&tool.from), side(&tool.to)) {
                (Some(from), Some(to)) if from == to => from.unwrap_or_else(|| "–".to_owned()),
                (from, to) => {
                    let text = |side: Option<Option<String>>| side.flatten().unwrap_or_else(|| "–".to_owned());
                    format!("{} → {}", text(from), text(to))
                }
            })
        };
        let mean = |figures: &ToolFigures| figures.mean.map(|mean| decimal(mean, 1));
        vec![Cell::text(&tool.slug), cell(would_ship), cell(mean), cell(|figures| Some(figures.rank.to_string()))]
    };
    let mut rows: Vec<Vec<Cell>> = shown.iter().map(|tool| row(tool)).collect();
    if shown.len() < all.len() {
        rows.push(more(all.len() - shown.len(), columns.len()));
    }
    Table::new("The tools before and after", &columns, rows)
}

/// `3 of 4`; with unequal weights the weighted share too.
fn would_ship(figures: &ToolFigures) -> Option<String> {
    let ratio = figures.ship_ratio?;
    let all = figures.ship + figures.skip;
    let counted = format!("{} of {all}", figures.ship);
    let plain = Exact::ratio(figures.ship as i128, all as i128);
    Some(if plain == Some(ratio) { counted } else { format!("{counted} ({})", percent(ratio)) })
}

/// The words that are gone, with those of removed tools.
fn removed_words(changes: &[Change]) -> Vec<Block> {
    let removed = changes.iter().filter(|change| change.change == ChangeKind::Removed);
    let passages = removed.flat_map(|change| {
        let from = change.from.as_ref();
        let own = from.filter(|_| change.reviewer.is_some()).into_iter();
        let of_tool = from.filter(|_| change.reviewer.is_none()).and_then(|record| record["reviews"].as_array());
        own.chain(of_tool.into_iter().flatten()).filter_map(|review| passage(change, review, Tone::Bad, ""))
    });
    section("What was removed", passages.take(SHOWN).collect())
}

/// The words of reviews that are new or changed, and long values of fields.
fn other_words(changes: &[Change]) -> Vec<Block> {
    let others = changes.iter().filter(|change| change.change != ChangeKind::Removed);
    let passages = others.flat_map(|change| {
        if change.field.is_some() {
            return fields_words(change);
        }
        if change.reviewer.is_none() {
            let reviews = change.to.as_ref().and_then(|record| record["reviews"].as_array());
            return reviews
                .into_iter()
                .flatten()
                .filter_map(|review| passage(change, review, Tone::Good, ""))
                .collect();
        }
        let is_same = words(change) == "the text is the same";
        let sides = match change.change {
            ChangeKind::Changed if is_same => vec![(&change.to, Tone::Plain, "")],
            ChangeKind::Changed => vec![(&change.from, Tone::Muted, ", before"), (&change.to, Tone::Plain, ", now")],
            _ => vec![(&change.to, Tone::Good, "")],
        };
        let review = |(side, tone, when): (&Option<Value>, Tone, &str)| passage(change, side.as_ref()?, tone, when);
        sides.into_iter().filter_map(review).collect::<Vec<_>>()
    });
    section("What the reviewers wrote", passages.take(SHOWN).collect())
}

fn section(heading: &str, passages: Vec<Passage>) -> Vec<Block> {
    if passages.is_empty() {
        return Vec::new();
    }
    vec![Block::Heading(heading.to_owned()), Block::Prose(passages)]
}

/// What a reviewer wrote, if anything: `Founder on Gemma 3n, before · 52 ✗ skip`.
fn passage(change: &Change, review: &Value, tone: Tone, when: &str) -> Option<Passage> {
    let text = review["text"].as_str().filter(|text| !text.trim().is_empty())?;
    let reviewer = review["reviewer"].as_str().unwrap_or_default();
    let heading = format!("{reviewer} on {}{when} · {}", change.name, judgement(review));
    Some(Passage { heading, tone, text: text.to_owned(), voice: None })
}

/// A long value before and after.
fn fields_words(change: &Change) -> Vec<Passage> {
    if values(change).1.is_empty() {
        return Vec::new();
    }
    let label = label(change.field.unwrap_or_default());
    let sides = [(&change.from, "before"), (&change.to, "now")];
    let passage = |(side, when): (&Option<Value>, &str)| {
        let heading = format!("{}: {label}, {when}", change.name);
        Some(Passage { heading, tone: Tone::Plain, text: value_text(side.as_ref()?), voice: None })
    };
    sides.into_iter().filter_map(passage).collect()
}

/// How it was found which changes decide: for each decision what each change does alone.
pub(in crate::report) fn explanation(document: &Changes, steps: &[Vec<String>]) -> Vec<Block> {
    let passages = document.decisions.iter().zip(steps).map(|(decision, steps)| {
        let heading = match &decision.report {
            Some(report) => format!("{report}: {METHOD}"),
            None => METHOD.to_owned(),
        };
        Passage { heading, tone: Tone::Plain, text: steps.join("\n"), voice: None }
    });
    section("Which change decides", passages.collect())
}
