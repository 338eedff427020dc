//! Tables: columns where there is room, a card for each row on a phone, and a region of their own
//! to scroll in where even a wide screen is too narrow. The roles are written out, because a table
//! that a style sheet stacks loses its own.

use super::chart;
use super::markup::{Markup, element, link};
use super::tone;
use crate::report::block::{Cell, Column, Intervals, Role, Table, Tone};

/// A drawing for each row, in a column of its own behind the first.
struct Drawn {
    title: Markup,
    rows: Vec<Markup>,
    /// Whether the columns of the tools name the marks of the drawings.
    keyed: bool,
}

/// `table` as it is.
pub(super) fn plain(table: &Table) -> Markup {
    set(table, None, "")
}

/// The scores of reviewers, drawn where the tools can be told apart, else each with its bar.
pub(super) fn scores(table: &Table) -> Markup {
    let drawn = chart::dumbbells(table).map(|rows| Drawn { title: chart::axis(&chart::points()), rows, keyed: true });
    let class = if drawn.is_some() { "drawn" } else { "barred" };
    set(table, drawn, class)
}

/// A figure of several tools with its intervals.
pub(super) fn intervals(intervals: &Intervals) -> Markup {
    let drawn = Drawn { title: chart::axis(&intervals.ticks), rows: chart::spans(intervals), keyed: false };
    set(&intervals.table, Some(drawn), "drawn")
}

fn set(table: &Table, drawn: Option<Drawn>, class: &str) -> Markup {
    let label = format!("Table: {}", table.caption);
    let caption = element("caption", &[("class", "unseen")], Markup::text(&table.caption));
    let head = element("thead", &[("role", "rowgroup")], head(&table.columns, drawn.as_ref()));
    let keyed = drawn.as_ref().is_some_and(|drawn| drawn.keyed);
    let mut drawings = drawn.map(|drawn| drawn.rows.into_iter());
    let rows = table.rows.iter().map(|row| {
        let drawing = drawings.as_mut().and_then(Iterator::next);
        element("tr", &[("role", "row")], cells(&table.columns, row, drawing, keyed))
    });
    let body = element("tbody", &[("role", "rowgroup")], rows.collect());
    let many = table.columns.len() > MANY_COLUMNS;
    let class = if many { format!("many {class}") } else { class.to_owned() };
    let table = element("table", &[("role", "table"), ("class", class.trim_end())], caption + head + body);
    element("div", &[("class", "scroll"), ("role", "region"), ("aria-label", &label), ("tabindex", "0")], table)
}

/// With more columns than this a table keeps its columns wide enough to read, and scrolls.
const MANY_COLUMNS: usize = 5;

fn head(columns: &[Column], drawn: Option<&Drawn>) -> Markup {
    let mut cells = Markup::none();
    let mut tools = 0;
    for (at, column) in columns.iter().enumerate() {
        let mut title = Markup::text(&column.title);
        if column.role == Role::Tool {
            if drawn.is_some_and(|drawn| drawn.keyed) {
                title = chart::key(tools) + title;
            }
            tools += 1;
        }
        // A head without a title heads nothing.
        cells += if column.title.is_empty() {
            element("td", &[("role", "cell")], title)
        } else {
            element("th", &[("role", "columnheader"), ("scope", "col"), ("class", class(column.role))], title)
        };
        if let (0, Some(drawn)) = (at, drawn) {
            cells += element("td", &[("role", "cell"), ("class", "drawing")], drawn.title.clone());
        }
    }
    element("tr", &[("role", "row")], cells)
}

fn cells(columns: &[Column], row: &[Cell], drawing: Option<Markup>, keyed: bool) -> Markup {
    let label = columns.iter().position(|column| column.role == Role::Label);
    let mut out = Markup::none();
    let mut drawing = drawing;
    let mut tools = 0;
    for (at, (column, cell)) in columns.iter().zip(row).enumerate() {
        let mut content = cell_text(cell);
        if column.role == Role::Tool {
            if keyed {
                content = element("span", &[("class", "narrow")], chart::key(tools)) + content;
            } else if let Some(points) = cell.bar {
                content += chart::bar(points);
            }
            tools += 1;
        }
        let empty = if cell.text.is_empty() { "empty" } else { "" };
        let classes = [class(column.role), tone(cell.tone), empty];
        let classes = classes.into_iter().filter(|class| !class.is_empty()).collect::<Vec<_>>().join(" ");
        out += if Some(at) == label {
            element("th", &[("role", "rowheader"), ("scope", "row"), ("class", class(column.role))], content)
        } else {
            element("td", &[("role", "cell"), ("class", &classes), ("data-label", &column.title)], content)
        };
        if at == 0
            && let Some(drawing) = drawing.take()
        {
            out += element("td", &[("role", "cell"), ("class", "drawing")], drawing);
        }
    }
    out
}

/// The text of a cell, with a link where it stands for an address.
pub(super) fn cell_text(cell: &Cell) -> Markup {
    let text = link(cell.link.as_ref(), Markup::text(&cell.text));
    if matches!(cell.tone, Tone::Plain) { text } else { element("span", &[("class", "said")], text) }
}

const fn class(role: Role) -> &'static str {
    match role {
        Role::Label => "label",
        Role::Tool => "tool",
        Role::Difference => "differs figure",
        Role::Text => "",
        Role::Figure | Role::Bar | Role::Score => "figure",
    }
}
