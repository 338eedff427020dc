//! The tools of a comparison as rows: what is needed to compare many of them at a glance.

use super::block::{Cell, Column, Field, Role, Table, Tone, ToolRows};
use super::cells::{community, drawn_mean, pricing, tone};
use super::document::{Comparison, Decision, Review, Tool};
use super::number::exact;
use super::{anchor, exhibit, notes};
use crate::catalog::record::Verdict;
use crate::catalog::record::score::Score;
use crate::sort;
use std::collections::{HashMap, HashSet};

/// With more reviewers than this the table has no columns for them, because no screen is wide enough.
const REVIEWER_COLUMNS: usize = 40;
/// Tools whose reviewers are set side by side in the detail.
const DETAILED: usize = 4;

/// The tools of `document` as rows. Reviewers have a column each; the detail has them for the contenders.
pub(super) fn of_comparison(document: &Comparison) -> ToolRows {
    let mut tools: Vec<&Tool> = document.tools.iter().collect();
    if document.ordered_by == "given" {
        sort::by_key(&mut tools, |tool| tool.rank);
    }
    let of = |column: ToolColumn| Facts::new(&tools, column);
    let mut facts = vec![
        Facts::places(&tools, document.ordered_by),
        of((Role::Label, "Tool", |tool| Cell::text(&tool.name).link(tool.url.as_ref()))),
        of(WOULD_SHIP),
        of((Role::Bar, "Mean", drawn_mean)),
    ];
    // The numbers are by a figure that is shown.
    facts.extend(match document.ordered_by {
        "median" => Some(of(MEDIAN)),
        "community" => Some(of(COMMUNITY)),
        "reviews" => Some(of(REVIEWS)),
        _ => None,
    });
    let price: ToolColumn =
        (Role::Text, "Price", |tool| Cell::or_absent(tool.pricing.entry.as_ref().or(tool.pricing.detail.as_ref())));
    let mut shared = Vec::new();
    for fact in [of(price), of(CATEGORY)] {
        match fact.shared_value() {
            Some(cell) if *cell == Cell::absent() => {}
            // What it costs in a sentence says more than the word that a column has room for.
            Some(_) if fact.column.title == "Price" && tools.windows(2).all(same_price) => {
                shared.push(Field { label: "Price".to_owned(), cell: pricing(&tools[0].pricing) });
            }
            Some(cell) => shared.push(Field { label: fact.column.title.clone(), cell: cell.clone() }),
            None => facts.push(Facts { column: fact.column.if_room(), ..fact }),
        }
    }
    facts.retain(|fact| fact.column.title != "Mean" || fact.cells.iter().any(|cell| *cell != Cell::absent()));
    let reviewers = reviewers(&tools);
    if reviewers.len() <= REVIEWER_COLUMNS {
        facts.extend(score_columns(&tools, &reviewers));
    }
    let detail = detail(&tools, &document.decision);
    let table = table(facts);
    let legend = legend(&tools);
    let spans = tools.iter().map(|tool| exhibit::mean_span(tool)).collect();
    let anchors = tools.iter().map(|tool| anchor::of_tool(&tool.slug)).collect();
    let about = exhibit::about_means(&tools);
    ToolRows { shared, table, detail, legend, spans, about, anchors }
}

/// The place of each of `tools` by the figure that they are ordered by, from 1; equal figures share a place. By name, or
/// in no order of figures, it is that of the ranking.
fn places(tools: &[&Tool], ordered_by: &str) -> Vec<usize> {
    let is_same = |one: &Tool, other: &Tool| match ordered_by {
        "mean" => one.panel.score.mean == other.panel.score.mean,
        "median" => one.panel.score.median == other.panel.score.median,
        "ship-ratio" => one.panel.ship_ratio == other.panel.ship_ratio,
        "reviews" => one.panel.reviewers == other.panel.reviewers,
        "community" => {
            let votes = |tool: &Tool| (tool.community.ship, tool.community.skip);
            votes(one) == votes(other)
        }
        _ => false,
    };
    let mut places: Vec<usize> = Vec::with_capacity(tools.len());
    for (at, tool) in tools.iter().enumerate() {
        let place = match (ordered_by, at.checked_sub(1)) {
            ("rank" | "given" | "name", _) => tool.rank,
            (_, Some(before)) if is_same(tools[before], tool) => places[before],
            _ => at + 1,
        };
        places.push(place);
    }
    places
}

/// The tools of a ranking, which `table` has in the order of `tools`.
pub(super) fn of_ranking(table: Table, tools: &[&Tool]) -> ToolRows {
    ToolRows {
        shared: Vec::new(),
        table,
        detail: None,
        legend: Vec::new(),
        spans: tools.iter().map(|tool| exhibit::mean_span(tool)).collect(),
        about: exhibit::about_means(tools),
        anchors: Vec::new(),
    }
}

/// What the marks of the rows mean, as far as there are any.
fn legend(tools: &[&Tool]) -> Vec<String> {
    let skips = tools.iter().flat_map(|tool| tool.reviews.iter().flatten()).any(is_skip);
    let small = tools.iter().any(|tool| notes::is_small(&tool.panel) && tool.panel.ship_ratio.is_some());
    let marks = [(skips, "x: would skip it.".to_owned()), (small, notes::small_panels())];
    marks.into_iter().filter(|(is_there, _)| *is_there).map(|(_, text)| text).collect()
}

/// A column of a table of tools: its role, its title and its cell for a tool.
pub(super) type ToolColumn = (Role, &'static str, fn(&Tool) -> Cell);

pub(super) const WOULD_SHIP: ToolColumn = (Role::Figure, "Would ship", would_ship);
pub(super) const MEDIAN: ToolColumn =
    (Role::Figure, "Median", |tool| Cell::or_absent(tool.panel.score.median.map(exact)));
pub(super) const COMMUNITY: ToolColumn = (Role::Figure, "Community", |tool| community(&tool.community));
pub(super) const REVIEWS: ToolColumn = (Role::Figure, "Reviews", |tool| Cell::text(tool.panel.reviewers.to_string()));
pub(super) const CATEGORY: ToolColumn = (Role::Text, "Category", |tool| Cell::or_absent(tool.category.as_ref()));

/// One column with its cells.
pub(super) struct Facts {
    column: Column,
    cells: Vec<Cell>,
}

impl Facts {
    /// A column of `tools`.
    pub(super) fn new(tools: &[&Tool], (role, title, cell): ToolColumn) -> Self {
        Self { column: Column::new(role, title), cells: tools.iter().map(|tool| cell(tool)).collect() }
    }

    /// The column with the places of `tools`.
    pub(super) fn places(tools: &[&Tool], ordered_by: &str) -> Self {
        let cells = places(tools, ordered_by).into_iter().map(|place| Cell::text(place.to_string())).collect();
        Self { column: Column::new(Role::Figure, "#"), cells }
    }

    /// The cell that all tools have.
    fn shared_value(&self) -> Option<&Cell> {
        let first = self.cells.first()?;
        self.cells.iter().all(|cell| cell.text == first.text).then_some(first)
    }
}

fn same_price(two: &[&Tool]) -> bool {
    pricing(&two[0].pricing) == pricing(&two[1].pricing)
}

/// A table of these columns, which have a cell for each tool.
pub(super) fn table(facts: impl IntoIterator<Item = Facts>) -> Table {
    let mut table = Table { caption: "The tools in order".to_owned(), ..Table::default() };
    for fact in facts {
        table.columns.push(fact.column);
        table.rows.resize(fact.cells.len(), Vec::new());
        for (row, cell) in table.rows.iter_mut().zip(fact.cells) {
            row.push(cell);
        }
    }
    table
}

/// A column for each reviewer.
fn score_columns(tools: &[&Tool], reviewers: &[&str]) -> Vec<Facts> {
    let by_tool: Vec<HashMap<&str, &Review>> = tools.iter().map(|tool| by_reviewer(tool)).collect();
    let column = |reviewer: &&str| Facts {
        column: Column::new(Role::Score, *reviewer).if_room(),
        cells: by_tool.iter().map(|reviews| short_score(reviews.get(reviewer).copied())).collect(),
    };
    reviewers.iter().map(column).collect()
}

/// The scores of the leader and of those that it is compared with, a row for each of their reviewers.
fn detail(tools: &[&Tool], decision: &Decision) -> Option<Table> {
    let Decision { leader, tied, rival, contenders, runner_up, .. } = decision;
    let named: Vec<&String> = leader.iter().chain(tied).chain(rival).chain(contenders).chain(runner_up).collect();
    let mut seen = HashSet::new();
    let mut chosen: Vec<&Tool> = named
        .into_iter()
        .filter(|slug| seen.insert(*slug))
        .filter_map(|slug| tools.iter().find(|tool| tool.slug == *slug).copied())
        .take(DETAILED)
        .collect();
    if chosen.is_empty() {
        chosen = tools.iter().take(DETAILED).copied().collect();
    }
    let reviewers = reviewers(&chosen);
    let scores = chosen.iter().map(|tool| {
        let reviews = by_reviewer(tool);
        Facts {
            column: Column::new(Role::Score, &tool.name),
            cells: reviewers.iter().map(|reviewer| short_score(reviews.get(reviewer).copied())).collect(),
        }
    });
    let names = Facts {
        column: Column::new(Role::Label, "Reviewer"),
        cells: reviewers.iter().map(|reviewer| Cell::text(*reviewer)).collect(),
    };
    let caption = "Scores of the first tools".to_owned();
    (!reviewers.is_empty()).then(|| Table { caption, ..table(std::iter::once(names).chain(scores)) })
}

pub(super) fn by_reviewer(tool: &Tool) -> HashMap<&str, &Review> {
    tool.reviews.iter().flatten().map(|review| (review.reviewer.as_str(), review)).collect()
}

/// The reviewers of `tools` in the order in which they appear.
pub(super) fn reviewers<'a>(tools: &[&'a Tool]) -> Vec<&'a str> {
    let mut seen = HashSet::new();
    let names = tools.iter().flat_map(|tool| tool.reviews.iter().flatten()).map(|review| review.reviewer.as_str());
    names.filter(|name| seen.insert(*name)).collect()
}

fn is_skip(review: &Review) -> bool {
    review.verdict == Some(Verdict::Skip)
}

/// `84`, or `52x` of one who would skip it.
fn short_score(review: Option<&Review>) -> Cell {
    let Some(review) = review else { return Cell::absent() };
    let text = match (review.score, review.verdict) {
        (Some(score), Some(Verdict::Skip)) => format!("{score}x"),
        (Some(score), _) => score.to_string(),
        (None, Some(Verdict::Skip)) => "x".to_owned(),
        (None, Some(Verdict::Ship)) => "ship".to_owned(),
        (None, None) => return Cell::absent(),
    };
    let tone = if is_skip(review) { Tone::Bad } else { Tone::Plain };
    Cell { bar: review.score.map(Score::points), ..Cell::text(text).tone(tone) }
}

/// `3 of 4`, marked where so few say little.
fn would_ship(tool: &Tool) -> Cell {
    let panel = &tool.panel;
    let mark = if notes::is_small(panel) { "*" } else { "" };
    let text = panel.ship_ratio.map(|_| format!("{} of {}{mark}", panel.ship, panel.ship + panel.skip));
    Cell::or_absent(text).tone(tone(panel.verdict))
}
