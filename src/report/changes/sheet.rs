//! Changes as rectangular tables.

use super::super::sheet::{Datum, Sheet};
use crate::catalog::record::{fields, review};
use crate::report::document::changes::{Change, ChangedDecision, Changes, DecisionState, ToolFigures};
use serde_json::Value;
use std::borrow::Cow;

/// The figures of a tool, each for both states.
type Figure = (&'static str, fn(&ToolFigures) -> Datum);

const FIGURES: [Figure; 7] = [
    ("rank", |t| Datum::of(&t.rank)),
    ("panel_verdict", |t| Datum::of(&t.verdict)),
    ("reviews", |t| Datum::of(&t.reviews)),
    ("ship", |t| Datum::of(&t.ship)),
    ("skip", |t| Datum::of(&t.skip)),
    ("ship_ratio", |t| Datum::of(&t.ship_ratio)),
    ("score_mean", |t| Datum::of(&t.mean)),
];

/// The names of the columns of both states.
fn both(name: &str) -> [Cow<'static, str>; 2] {
    [format!("{name}_from").into(), format!("{name}_to").into()]
}

/// A value of a record in a cell.
fn value(value: Option<&Value>) -> Datum {
    match value {
        Some(Value::Array(list)) => {
            let texts: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
            Datum::Text(texts.join("; "))
        }
        Some(value) => Datum::stranger(value),
        None => Datum::Absent,
    }
}

/// One row for each tool that changed: its figures and its fields in both states. A field that did not change is empty.
pub(in crate::report) fn tools(document: &Changes) -> Sheet {
    let headings: Vec<&'static str> =
        fields::leaves().map(fields::RecordField::heading).filter(|name| *name != "slug").collect();
    let mut header: Vec<Cow<'static, str>> = ["change", "slug", "name"].map(Cow::Borrowed).into();
    header.extend(FIGURES.iter().flat_map(|(name, _)| both(name)));
    header.extend(headings.iter().flat_map(|name| both(name)));
    let fields: std::collections::HashMap<(&str, &str), &Change> =
        document.changes.iter().filter_map(|change| Some(((change.tool.as_str(), change.field?), change))).collect();
    let row = |tool: &crate::report::document::changes::ChangedTool| {
        let mut row = vec![Datum::of(&tool.change), Datum::text(Some(&tool.slug)), Datum::text(Some(&tool.name))];
        for (_, figure) in FIGURES {
            row.extend([&tool.from, &tool.to].map(|side| side.as_ref().map_or(Datum::Absent, figure)));
        }
        for name in &headings {
            let change = fields.get(&(tool.slug.as_str(), *name));
            let sides = change.map_or([None, None], |change| [change.from.as_ref(), change.to.as_ref()]);
            row.extend(sides.map(value));
        }
        row
    };
    Sheet { header, rows: document.tools.iter().map(row).collect() }
}

/// One row for each review that changed, those of new and removed tools included, with all that it says in both states.
pub(in crate::report) fn reviews(document: &Changes) -> Sheet {
    let keys: Vec<&'static str> =
        review::FIELDS.iter().map(|field| field.key).filter(|key| *key != "reviewer").collect();
    let mut header: Vec<Cow<'static, str>> = ["change", "tool", "reviewer"].map(Cow::Borrowed).into();
    header.extend(keys.iter().flat_map(|key| both(key)));
    let row = |change: &Change, from: Option<&Value>, to: Option<&Value>| {
        let reviewer = from.or(to).and_then(|review| review["reviewer"].as_str());
        let mut row = vec![Datum::of(&change.change), Datum::text(Some(&change.tool)), Datum::text(reviewer)];
        for key in &keys {
            row.extend([from, to].map(|side| value(side.and_then(|review| review.get(*key)))));
        }
        row
    };
    let of = |change: &Change| {
        if change.reviewer.is_some() {
            return vec![row(change, change.from.as_ref(), change.to.as_ref())];
        }
        let reviews = |side: &Option<Value>| {
            let reviews = side.as_ref().and_then(|record| record.get("reviews")?.as_array().cloned());
            reviews.unwrap_or_default()
        };
        if change.field.is_some() {
            return Vec::new();
        }
        let gone = reviews(&change.from).into_iter().map(|review| row(change, Some(&review), None)).collect::<Vec<_>>();
        let added = reviews(&change.to).into_iter().map(|review| row(change, None, Some(&review)));
        gone.into_iter().chain(added).collect()
    };
    Sheet { header, rows: document.changes.iter().flat_map(of).collect() }
}

/// What a decision is in one state.
type Part = (&'static str, fn(&DecisionState) -> Datum);

const PARTS: [Part; 5] = [
    ("leader", |d| Datum::text(d.leader.as_deref())),
    ("tied", |d| Datum::of(&d.tied.len())),
    ("verdict", |d| Datum::of(&d.verdict)),
    ("certainty", |d| Datum::of(&d.certainty)),
    ("gates_failed", |d| Datum::of(&d.gates.iter().filter(|gate| !gate.passed).count())),
];

/// One row for each decision.
pub(in crate::report) fn decisions(document: &Changes) -> Sheet {
    let mut header: Vec<Cow<'static, str>> = vec!["report".into()];
    header.extend(PARTS.iter().flat_map(|(name, _)| both(name)));
    header.extend(["lead_changed", "certainty_changed", "because", "only_together", "statement"].map(Cow::Borrowed));
    let row = |decision: &ChangedDecision| {
        let mut row = vec![Datum::text(decision.report.as_deref())];
        for (_, part) in PARTS {
            row.extend([&decision.from, &decision.to].map(part));
        }
        row.extend([
            Datum::of(&decision.lead_changed),
            Datum::of(&decision.certainty_changed),
            Datum::of(&decision.because.as_ref().map(Vec::len)),
            Datum::of(&decision.only_together),
            Datum::text(Some(&decision.statement)),
        ]);
        row
    };
    Sheet { header, rows: document.decisions.iter().map(row).collect() }
}
