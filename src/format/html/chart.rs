//! Drawings as inline SVG, one for each row of a table: positions are shares of the width, so a
//! drawing is as wide as its room, and the texts beside it are HTML, which wraps and is selectable.

use super::markup::{Markup, element};
use crate::report::block::{Cell, Column, Intervals, Role, Span, Table};

/// Tools that marks of their own tell apart. With more, the scores are drawn as bars.
const MARKS: usize = 6;
/// Marks that are closer than this, in hundredths of the axis, are set below each other.
const CLOSE: f64 = 3.0;
/// Height of a row with one lane of marks, in pixels.
const HEIGHT: f64 = 28.0;
/// Distance of two lanes.
const LANE: f64 = 15.0;

/// The places of the marks of an axis from 0 to 100.
const GRID: [f64; 5] = [0.0, 25.0, 50.0, 75.0, 100.0];

/// A drawing for each row of `scores`: a mark for each tool, joined by a line. Nothing where there are too many tools.
pub(super) fn dumbbells(scores: &Table) -> Option<Vec<Markup>> {
    let tools = tools(scores);
    let drawn = tools.len() <= MARKS && scores.rows.iter().flatten().any(|cell| cell.bar.is_some());
    drawn.then(|| scores.rows.iter().map(|row| dumbbell(row, &tools)).collect())
}

/// The columns of `table` that hold a tool each.
pub(super) fn tools(table: &Table) -> Vec<(usize, &Column)> {
    table.columns.iter().enumerate().filter(|(_, column)| column.role == Role::Tool).collect()
}

/// The mark of the tool at `place`, as a drawing of its own: for the head of its column.
pub(super) fn key(place: usize) -> Markup {
    let mark = mark(place, "50%", 7.0);
    element("svg", &[("class", "key"), ("width", "14"), ("height", "14"), ("aria-hidden", "true")], mark)
}

fn dumbbell(row: &[Cell], tools: &[(usize, &Column)]) -> Markup {
    let points: Vec<(usize, f64)> =
        tools.iter().enumerate().filter_map(|(place, (column, _))| Some((place, row[*column].bar?))).collect();
    let lanes = lanes(&points);
    let middle = |lane: usize| HEIGHT / 2.0 + as_pixels(lane) * LANE;
    let height = HEIGHT + as_pixels(lanes.iter().copied().max().unwrap_or(0)) * LANE;
    let mut drawing = grid(height);
    let ends = points.iter().map(|(_, at)| *at);
    let (low, high) = ends.fold((f64::MAX, f64::MIN), |(low, high), at| (low.min(at), high.max(at)));
    if high > low {
        drawing += line(low, high, HEIGHT / 2.0, "join");
    }
    for ((place, at), lane) in points.iter().zip(&lanes) {
        drawing += mark(*place, &share(*at), middle(*lane));
    }
    let said = tools.iter().filter(|(column, _)| row[*column].bar.is_some());
    let said: Vec<String> = said.map(|(at, column)| format!("{}: {}", column.title, row[*at].text)).collect();
    let said = if said.is_empty() { "no score".to_owned() } else { said.join("; ") };
    picture(&row[0].text, &said, height, drawing)
}

/// The lane of each point: the first in which no earlier point is close.
fn lanes(points: &[(usize, f64)]) -> Vec<usize> {
    let mut lanes: Vec<usize> = Vec::with_capacity(points.len());
    for (_, at) in points {
        let taken =
            |lane: &usize| points.iter().zip(&lanes).any(|((_, other), l)| l == lane && (at - other).abs() < CLOSE);
        let free = (0..points.len()).find(|lane| !taken(lane)).unwrap_or(0);
        lanes.push(free);
    }
    lanes
}

/// A drawing for each row of `intervals`.
pub(super) fn spans(intervals: &Intervals) -> Vec<Markup> {
    let rows = intervals.table.rows.iter().zip(&intervals.spans);
    rows.map(|(row, span)| {
        let said: Vec<String> = intervals
            .table
            .columns
            .iter()
            .zip(row)
            .skip(1)
            .map(|(c, cell)| format!("{}: {}", c.title, cell.text))
            .collect();
        picture(
            &row[0].text,
            &said.join("; "),
            HEIGHT,
            grid(HEIGHT) + span.as_ref().map_or_else(Markup::none, |span| self::span(span, HEIGHT)),
        )
    })
    .collect()
}

/// A drawing of the mean of each row of `table`, which holds it as text, too.
pub(super) fn means(table: &Table, spans: &[Option<Span>]) -> Vec<Markup> {
    let hidden = [("class", "row"), ("aria-hidden", "true"), ("width", "100%"), ("height", "20")];
    let draw = |drawn: &Option<Span>| match drawn {
        Some(drawn) => element("svg", &hidden, grid(20.0) + span(drawn, 20.0)),
        None => Markup::none(),
    };
    table.rows.iter().zip(spans).map(|(_, span)| draw(span)).collect()
}

fn span(span: &Span, height: f64) -> Markup {
    let middle = height / 2.0;
    let ends = span.ends.map_or_else(Markup::none, |(low, high)| {
        line(low, high, middle, "span") + cap(low, middle) + cap(high, middle)
    });
    ends + element(
        "circle",
        &[("class", "estimate"), ("cx", &share(span.at)), ("cy", &pixels(middle)), ("r", "5.5")],
        Markup::none(),
    )
}

/// A bar for `points` of 100.
pub(super) fn bar(points: f64) -> Markup {
    let rect = |class: &str, width: &str| {
        element("rect", &[("class", class), ("width", width), ("height", "6"), ("rx", "3")], Markup::none())
    };
    let drawing = rect("track", "100%") + rect("level", &share(points));
    element("svg", &[("class", "bar"), ("width", "100%"), ("height", "6"), ("aria-hidden", "true")], drawing)
}

/// The texts of the axis, above the drawings.
pub(super) fn axis(ticks: &[(f64, String)]) -> Markup {
    let tick = |(at, text): &(f64, String)| {
        let (class, anchor) = match *at {
            at if at <= 0.0 => ("", "start"),
            at if at >= 100.0 => ("", "end"),
            50.0 => ("", "middle"),
            _ => ("between", "middle"),
        };
        let place = [("class", class), ("x", &share(*at)), ("y", "12"), ("text-anchor", anchor)];
        element("text", &place, Markup::text(text))
    };
    let drawing = ticks.iter().map(tick).collect();
    element("svg", &[("class", "axis"), ("width", "100%"), ("height", "16"), ("aria-hidden", "true")], drawing)
}

/// The marks of an axis of points.
pub(super) fn points() -> Vec<(f64, String)> {
    GRID.iter().map(|at| (*at, at.to_string())).collect()
}

fn picture(title: &str, description: &str, height: f64, drawing: Markup) -> Markup {
    let words = element("title", &[], Markup::text(title)) + element("desc", &[], Markup::text(description));
    let height = pixels(height);
    element("svg", &[("class", "row"), ("role", "img"), ("width", "100%"), ("height", &height)], words + drawing)
}

fn grid(height: f64) -> Markup {
    let height = pixels(height);
    let at = |at: &f64| {
        let x = share(*at);
        element("line", &[("class", "grid"), ("x1", &x), ("x2", &x), ("y1", "0"), ("y2", &height)], Markup::none())
    };
    GRID.iter().map(at).collect()
}

fn line(from: f64, to: f64, y: f64, class: &str) -> Markup {
    let (from, to, y) = (share(from), share(to), pixels(y));
    element("line", &[("class", class), ("x1", &from), ("x2", &to), ("y1", &y), ("y2", &y)], Markup::none())
}

fn cap(at: f64, middle: f64) -> Markup {
    let (x, top, bottom) = (share(at), pixels(middle - 5.0), pixels(middle + 5.0));
    element("line", &[("class", "span"), ("x1", &x), ("x2", &x), ("y1", &top), ("y2", &bottom)], Markup::none())
}

/// The mark of the tool at `place`: shape and color both tell it from the others.
fn mark(place: usize, x: &str, y: f64) -> Markup {
    const SHAPES: [(&str, &str); MARKS] = [
        ("mark m1", "M-6,0A6,6 0 1 1 6,0A6,6 0 1 1 -6,0Z"),
        ("mark m2", "M0,-7L7,0L0,7L-7,0Z"),
        ("mark m3", "M-5.5,-5.5H5.5V5.5H-5.5Z"),
        ("mark m4", "M0,-7L6.5,5.5H-6.5Z"),
        ("mark m5", "M0,7L6.5,-5.5H-6.5Z"),
        ("mark m6", "M-2.2,-6H2.2V-2.2H6V2.2H2.2V6H-2.2V2.2H-6V-2.2H-2.2Z"),
    ];
    let (class, path) = SHAPES[place % MARKS];
    let path = element("path", &[("class", class), ("d", path)], Markup::none());
    // A path has no shares of the width: the frame around it has.
    element("svg", &[("x", x), ("y", &pixels(y)), ("overflow", "visible"), ("width", "1"), ("height", "1")], path)
}

/// A place in hundredths of the width, inset by half a mark by the style.
fn share(at: f64) -> String {
    format!("{:.2}%", at.clamp(0.0, 100.0))
}

fn pixels(at: f64) -> String {
    format!("{at:.0}")
}

#[expect(clippy::cast_precision_loss, reason = "a handful of lanes")]
fn as_pixels(lane: usize) -> f64 {
    lane as f64
}
