//! Tables: columns where there is room, a card for each row on a phone, and a region of their own
//! to scroll in where even a wide screen is too narrow. The roles are written out, because a table
//! that a style sheet stacks loses its own.

use super::chart;
use super::markup::{Markup, element};
use super::part::{cell_text, facts};
use super::tone;
use crate::report::block::{Cell, Column, Intervals, Role, Table, ToolRows};

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
    let head = element("thead", &[("role", "rowgroup")], head(&table.columns, drawn.as_ref()));
    let keyed = drawn.as_ref().is_some_and(|drawn| drawn.keyed);
    let axis = drawn.as_ref().map(|drawn| drawn.title.clone());
    let mut drawings = drawn.map(|drawn| drawn.rows.into_iter());
    let rows = table.rows.iter().map(|row| {
        let drawing = drawings.as_mut().and_then(Iterator::next);
        element("tr", &[("role", "row")], cells(&table.columns, row, drawing, axis.as_ref(), keyed))
    });
    let body = element("tbody", &[("role", "rowgroup")], rows.collect());
    // A long table without drawings stays one, and scrolls, where a short one becomes cards on a phone.
    let is_long = class.is_empty() && table.rows.len() > STACKED_ROWS;
    let class = if is_long { "ranking".to_owned() } else { format!("stacks {class}") };
    scrolling(&table.caption, &class, head + body)
}

fn scrolling(caption: &str, class: &str, content: Markup) -> Markup {
    let content = element("caption", &[("class", "unseen")], Markup::text(caption)) + content;
    let table = element("table", &[("role", "table"), ("class", class.trim_end())], content);
    let label = format!("Table: {caption}");
    element("div", &[("class", "scroll"), ("role", "region"), ("aria-label", &label), ("tabindex", "0")], table)
}

/// Rows of a table that becomes a card for each row on a phone.
const STACKED_ROWS: usize = 12;
/// With more reviewers than this, the ranking has no columns for them.
const REVIEWERS: usize = 20;

/// Tools as rows, with what is the same for all of them above and the meaning of the marks below: each name leads to
/// what the page has about the tool, the mean is drawn with its interval, and scores are shaded.
pub(super) fn ranking(rows: &ToolRows) -> Markup {
    let reviewers = rows.table.columns.iter().filter(|column| column.role == Role::Score).count();
    let without = rows.table.without(|column| column.role == Role::Score);
    let table = if reviewers > REVIEWERS { &without } else { &rows.table };
    let ticks = [0.0, 50.0, 100.0].map(|at: f64| (at, at.to_string()));
    let titles = table.columns.iter().map(|column| {
        let drawing = if column.role == Role::Bar {
            element("td", &[("role", "cell"), ("class", "drawing")], chart::axis(&ticks))
        } else {
            Markup::none()
        };
        let class = if column.role == Role::Score { "figure score" } else { class(column.role) };
        let attributes = [("role", "columnheader"), ("scope", "col"), ("class", class)];
        element("th", &attributes, Markup::text(&column.title)) + drawing
    });
    let head = element("thead", &[("role", "rowgroup")], element("tr", &[("role", "row")], titles.collect()));
    let drawings = chart::means(table, &rows.spans);
    let body = table.rows.iter().zip(drawings).enumerate().map(|(at, (row, drawing))| {
        element("tr", &[("role", "row")], ranked(table, row, rows.anchors.get(at), &drawing))
    });
    let body = element("tbody", &[("role", "rowgroup")], body.collect());
    let legend = format!("{} {}", rows.about, rows.legend.join(" "));
    let legend = element("p", &[("class", "about")], Markup::text(legend.trim_end()));
    let shared = if rows.shared.is_empty() { Markup::none() } else { facts(&rows.shared) };
    shared + scrolling(&table.caption, "ranking", head + body) + legend
}

/// The cells of one tool in a ranking.
fn ranked(table: &Table, row: &[Cell], anchor: Option<&String>, drawing: &Markup) -> Markup {
    let cell = |(column, cell): (&Column, &Cell)| {
        let text = Markup::text(&cell.text);
        match column.role {
            Role::Label => {
                let link = match anchor {
                    Some(anchor) => element("a", &[("href", &format!("#{anchor}"))], text),
                    None => text,
                };
                element("th", &[("role", "rowheader"), ("scope", "row"), ("class", "label")], link)
            }
            Role::Bar => {
                let figure = element("td", &[("role", "cell"), ("class", "figure")], text);
                figure + element("td", &[("role", "cell"), ("class", "drawing")], drawing.clone())
            }
            Role::Score => {
                let heat = cell.bar.map_or("figure score", heat);
                element("td", &[("role", "cell"), ("class", heat)], text)
            }
            role => {
                let classes = format!("{} {}", class(role), tone(cell.tone));
                element("td", &[("role", "cell"), ("class", classes.trim())], cell_text(cell))
            }
        }
    };
    table.columns.iter().zip(row).map(cell).collect()
}

/// The class of a score of so many points: the higher, the darker.
fn heat(points: f64) -> &'static str {
    match points {
        p if p < 40.0 => "figure score",
        p if p < 60.0 => "figure score h1",
        p if p < 70.0 => "figure score h2",
        p if p < 80.0 => "figure score h3",
        p if p < 90.0 => "figure score h4",
        _ => "figure score h5",
    }
}

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

fn cells(columns: &[Column], row: &[Cell], drawing: Option<Markup>, axis: Option<&Markup>, keyed: bool) -> Markup {
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
            // On a phone the head with its numbers is not shown.
            let numbers = axis.map_or_else(Markup::none, |axis| element("div", &[("class", "narrow")], axis.clone()));
            out += element("td", &[("role", "cell"), ("class", "drawing")], drawing + numbers);
        }
    }
    out
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
