//! The document as one rectangular table: one value per cell, raw numbers, nothing for the absent.

use super::document::{Comparison, Decision, Gate, Listing, Pair, RankedTool, Review, Tool};
use crate::verdict::Interval;
use serde::Serialize;
use std::borrow::{Borrow, Cow};

/// Which rows of a document a table holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rows {
    /// One row for each tool.
    #[default]
    Tools,
    /// One row for each review.
    Reviews,
    /// One row for each two tools.
    Pairs,
    /// The decision, one row.
    Decision,
    /// One row for each decision.
    Decisions,
    /// One row for each gate.
    Gates,
}

impl Rows {
    /// All of them, in the order of help.
    pub const ALL: [Self; 6] = [Self::Tools, Self::Reviews, Self::Pairs, Self::Decision, Self::Decisions, Self::Gates];

    /// The word after `--rows`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::Reviews => "reviews",
            Self::Pairs => "pairs",
            Self::Decision => "decision",
            Self::Decisions => "decisions",
            Self::Gates => "gates",
        }
    }

    /// What `name` means.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rows| rows.name() == name)
    }
}

/// A rectangular table.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// Names of the columns.
    pub header: Vec<Cow<'static, str>>,
    /// As many values in each row as there are columns.
    pub rows: Vec<Vec<Datum>>,
}

/// One value of a sheet.
#[derive(Clone, Debug, PartialEq)]
pub enum Datum {
    /// Nothing.
    Absent,
    /// A text that a record or a user wrote.
    Text(String),
    /// A word of ours.
    Word(String),
    /// A number.
    Number(serde_json::Number),
    /// True or false.
    Flag(bool),
}

impl Sheet {
    /// The columns called `names`, in their order. Each must be there.
    pub(super) fn only(&self, names: &[&'static str]) -> Self {
        let at: Vec<usize> =
            names.iter().filter_map(|name| self.header.iter().position(|known| known == name)).collect();
        Self {
            header: names.iter().map(|name| Cow::Borrowed(*name)).collect(),
            rows: self.rows.iter().map(|row| at.iter().map(|at| row[*at].clone()).collect()).collect(),
        }
    }
}

impl Datum {
    /// A text of a record.
    pub(super) fn text(text: Option<&str>) -> Self {
        text.map_or(Self::Absent, |text| Self::Text(text.to_owned()))
    }

    /// A value whose text, if it is one, a record or a user wrote.
    pub(super) fn stranger(value: &serde_json::Value) -> Self {
        value.as_str().map_or_else(|| Self::of(value), |text| Self::text(Some(text)))
    }

    /// A value of ours, as JSON writes it: absent, a number, a flag or a word.
    pub(super) fn of<T: Serialize>(value: &T) -> Self {
        match serde_json::to_value(value) {
            Ok(serde_json::Value::Number(number)) => Self::Number(number),
            Ok(serde_json::Value::Bool(flag)) => Self::Flag(flag),
            Ok(serde_json::Value::String(word)) => Self::Word(word),
            _ => Self::Absent,
        }
    }
}

/// A column: its name and its value for a row made of `T`.
type SheetColumn<T> = (&'static str, fn(&T) -> Datum);

fn sheet<T>(columns: &[SheetColumn<T>], rows: impl Iterator<Item = impl Borrow<T>>) -> Sheet {
    Sheet {
        header: columns.iter().map(|(name, _)| Cow::Borrowed(*name)).collect(),
        rows: rows.map(|row| columns.iter().map(|(_, value)| value(row.borrow())).collect()).collect(),
    }
}

fn low(interval: Option<&Interval>) -> Datum {
    Datum::of(&interval.map(|interval| interval.low))
}

fn high(interval: Option<&Interval>) -> Datum {
    Datum::of(&interval.map(|interval| interval.high))
}

fn level(interval: Option<&Interval>) -> Datum {
    Datum::of(&interval.map(|interval| interval.level))
}

const TOOL: &[SheetColumn<Tool>] = &[
    ("rank", |t| Datum::of(&t.rank)),
    ("slug", |t| Datum::text(Some(&t.slug))),
    ("name", |t| Datum::text(Some(&t.name))),
    ("category", |t| Datum::text(t.category.as_deref())),
    ("tagline", |t| Datum::text(t.tagline.as_deref())),
    ("best_for", |t| Datum::text(t.best_for.as_deref())),
    ("url", |t| Datum::text(t.url.as_deref())),
    ("pricing_entry", |t| Datum::text(t.pricing.entry.as_deref())),
    ("pricing_detail", |t| Datum::text(t.pricing.detail.as_deref())),
    ("source_label", |t| Datum::text(t.source.as_ref().and_then(|s| s.label.as_deref()))),
    ("source_url", |t| Datum::text(t.source.as_ref().and_then(|s| s.url.as_deref()))),
    ("panel_verdict", |t| Datum::of(&t.panel.verdict)),
    ("ship", |t| Datum::of(&t.panel.ship)),
    ("skip", |t| Datum::of(&t.panel.skip)),
    ("ship_ratio", |t| Datum::of(&t.panel.ship_ratio)),
    ("ship_ratio_low", |t| low(t.panel.ship_ratio_interval.as_ref())),
    ("ship_ratio_high", |t| high(t.panel.ship_ratio_interval.as_ref())),
    ("score_n", |t| Datum::of(&t.panel.score.n)),
    ("score_mean", |t| Datum::of(&t.panel.score.mean)),
    ("score_mean_low", |t| low(t.panel.score.mean_interval.as_ref())),
    ("score_mean_high", |t| high(t.panel.score.mean_interval.as_ref())),
    ("score_median", |t| Datum::of(&t.panel.score.median)),
    ("score_min", |t| Datum::of(&t.panel.score.min)),
    ("score_max", |t| Datum::of(&t.panel.score.max)),
    ("score_stddev", |t| Datum::of(&t.panel.score.stddev)),
    ("community_ship", |t| Datum::of(&t.community.ship)),
    ("community_skip", |t| Datum::of(&t.community.skip)),
    ("community_ship_ratio", |t| Datum::of(&t.community.ship_ratio)),
    ("crowd_state", |t| Datum::of(&t.crowd.state)),
    ("crowd_p_value", |t| Datum::of(&t.crowd.p_value)),
];

const PLACES: &[SheetColumn<RankedTool>] =
    &[("rank_best", |t| Datum::of(&t.rank_best)), ("rank_worst", |t| Datum::of(&t.rank_worst))];

const REVIEW: &[SheetColumn<Review>] = &[
    ("reviewer", |r| Datum::text(Some(&r.reviewer))),
    ("score", |r| Datum::of(&r.score)),
    ("verdict", |r| Datum::of(&r.verdict)),
    ("verdict_derived", |r| Datum::of(&r.verdict_derived)),
    ("label", |r| Datum::text(r.label.as_deref())),
    ("difference", |r| Datum::of(&r.difference)),
    ("date", |r| Datum::of(&r.date)),
    ("text", |r| Datum::text(r.text.as_deref())),
];

const PAIR: &[SheetColumn<Pair>] = &[
    ("first", |p| Datum::text(Some(&p.first))),
    ("second", |p| Datum::text(Some(&p.second))),
    ("evidence", |p| Datum::of(&p.evidence)),
    ("basis", |p| Datum::of(&p.basis)),
    ("shared_reviewers", |p| Datum::of(&p.shared_reviewers.len())),
    ("only_first", |p| Datum::of(&p.only_first.len())),
    ("only_second", |p| Datum::of(&p.only_second.len())),
    ("wins_first", |p| Datum::of(&p.wins.first)),
    ("wins_second", |p| Datum::of(&p.wins.second)),
    ("ties", |p| Datum::of(&p.wins.ties)),
    ("mean_first", |p| Datum::of(&p.means.first)),
    ("mean_second", |p| Datum::of(&p.means.second)),
    ("mean_difference", |p| Datum::of(&p.mean_difference)),
    ("mean_difference_low", |p| low(p.interval.as_ref())),
    ("mean_difference_high", |p| high(p.interval.as_ref())),
    ("level", |p| level(p.interval.as_ref())),
    ("p_value", |p| Datum::of(&p.p_value.as_ref().map(|p| p.value))),
    ("p_value_method", |p| Datum::of(&p.p_value.as_ref().map(|p| p.method))),
];

const DECISION: &[SheetColumn<Decision>] = &[
    ("leader", |d| Datum::text(d.leader.as_deref())),
    ("runner_up", |d| Datum::text(d.runner_up.as_deref())),
    ("tied", |d| Datum::of(&d.tied.len())),
    ("verdict", |d| Datum::of(&d.verdict)),
    ("certainty", |d| Datum::of(&d.certainty)),
    ("rival", |d| Datum::text(d.rival.as_deref())),
    ("contenders", |d| Datum::of(&d.contenders.len())),
    ("not_compared", |d| Datum::of(&d.not_compared.len())),
    ("could_be_behind_tool", |d| Datum::text(d.could_be_behind.as_ref().map(|behind| behind.tool.as_str()))),
    ("could_be_behind_points", |d| Datum::of(&d.could_be_behind.as_ref().map(|behind| behind.points))),
    ("flips", |d| Datum::of(&d.flips.as_ref().map(Vec::len))),
    ("more_reviewers", |d| Datum::of(&d.next_steps.more_reviewers)),
    ("ask", |d| Datum::of(&d.next_steps.ask.len())),
    ("dissents", |d| Datum::of(&d.dissent.len())),
    ("headline", |d| Datum::text(Some(&d.headline))),
    ("statement", |d| Datum::text(Some(&d.statement))),
];

const GATE: &[SheetColumn<Gate>] = &[
    ("expression", |g| Datum::text(Some(&g.expression))),
    ("tool", |g| Datum::text(g.tool.as_deref())),
    ("observed", |g| g.observed.as_ref().map_or(Datum::Absent, Datum::stranger)),
    ("threshold", |g| Datum::stranger(&g.threshold)),
    ("passed", |g| Datum::of(&g.passed)),
    ("reason", |g| Datum::text(g.reason.as_deref())),
];

pub(super) fn tools<'a>(tools: impl Iterator<Item = &'a Tool>) -> Sheet {
    sheet(TOOL, tools)
}

/// The names of the columns that [`ranked`] has.
pub(super) fn ranked_columns() -> impl Iterator<Item = &'static str> {
    let (first, rest) = TOOL.split_at(1);
    let places = PLACES.iter().map(|(name, _)| *name);
    first.iter().map(|(name, _)| *name).chain(places).chain(rest.iter().map(|(name, _)| *name))
}

/// As [`tools`], with the places that each might take.
pub(super) fn ranked(tools: &[RankedTool]) -> Sheet {
    let mut out = self::tools(tools.iter().map(|ranked| &ranked.tool));
    let places = sheet(PLACES, tools.iter());
    out.header.splice(1..1, places.header);
    for (row, places) in out.rows.iter_mut().zip(places.rows) {
        row.splice(1..1, places);
    }
    out
}

pub(super) fn reviews<'a>(tools: impl Iterator<Item = &'a Tool>) -> Sheet {
    let mut out = sheet(REVIEW, std::iter::empty::<&Review>());
    out.header.insert(0, "tool".into());
    for tool in tools {
        let mut reviews = sheet(REVIEW, tool.reviews.iter().flatten()).rows;
        for row in &mut reviews {
            row.insert(0, Datum::text(Some(&tool.slug)));
        }
        out.rows.append(&mut reviews);
    }
    out
}

pub(super) fn pairs(comparison: &Comparison) -> Sheet {
    sheet(PAIR, comparison.pairs.iter())
}

pub(super) fn decision(decision: &Decision) -> Sheet {
    sheet(DECISION, [decision].into_iter())
}

pub(super) fn gates(gates: &[Gate]) -> Sheet {
    sheet(GATE, gates.iter())
}

pub(super) fn listing(listing: &Listing) -> Sheet {
    let row = |values: &Vec<(&'static str, String)>| values.iter().map(|(_, value)| Datum::text(Some(value))).collect();
    Sheet {
        header: listing.columns.iter().copied().map(Cow::Borrowed).collect(),
        rows: listing.rows.iter().map(|r| row(&r.0)).collect(),
    }
}
