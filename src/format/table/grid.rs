//! Tables as columns, while they fit.

use super::paint::{Ink, paint};
use crate::report::block::{Cell, Column, Role, Table};
use crate::text::{clean_line, pad_left, width, wrap};
use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Width};

/// Blank columns between two columns: more where tools stand side by side, so that each stands for itself.
fn gap(columns: &[Column]) -> usize {
    if columns.iter().any(|column| column.role == Role::Tool) { 3 } else { 2 }
}
/// A tool's column is not made narrower than this, unless its content is.
const MIN_TOOL: usize = 20;
/// A text column is not made narrower than this, unless its content is.
const MIN_TEXT: usize = 14;
/// Cells of a bar that stands for 100 points.
const BAR: usize = 20;
/// A bar shorter than this says too little: the number stands alone.
const MIN_BAR: usize = 5;

/// `tables`, which share their columns, as one grid of at most `room` columns of text, or `None`
/// where that would squeeze them.
pub(super) fn grid(tables: &[&Table], room: usize) -> Option<String> {
    let columns = &tables.first()?.columns;
    let widths = fit(columns, tables, room)?;
    let mut out = comfy_table::Table::new();
    out.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    out.set_width(u16::try_from(room).unwrap_or(u16::MAX));
    if columns.iter().any(|column| !column.title.is_empty()) {
        out.set_header(columns.iter().zip(&widths).map(|(column, w)| inked(&column.title, *w, Ink::Bold)));
    }
    for (i, table) in tables.iter().enumerate() {
        if i > 0 {
            out.add_row(vec![""; columns.len()]);
        }
        let scores = score_width(table);
        for row in &table.rows {
            out.add_row(row.iter().zip(&widths).map(|(cell, w)| set(cell, *w, scores)));
        }
    }
    let last = columns.len() - 1;
    for (i, column) in columns.iter().enumerate() {
        let Some(slot) = out.column_mut(i) else { continue };
        let gap = if i == last { 0 } else { gap(columns) };
        slot.set_padding((0, u16::try_from(gap).unwrap_or(0)));
        let full = u16::try_from(widths[i] + gap).unwrap_or(u16::MAX);
        slot.set_constraint(ColumnConstraint::Absolute(Width::Fixed(full)));
        if matches!(column.role, Role::Figure | Role::Difference) {
            slot.set_cell_alignment(CellAlignment::Right);
        }
    }
    Some(out.lines().map(|line| line.trim_end().to_owned() + "\n").collect())
}

/// The width of each column, or `None` where the columns do not fit into `room`.
fn fit(columns: &[Column], tables: &[&Table], room: usize) -> Option<Vec<usize>> {
    let scores: Vec<usize> = tables.iter().map(|table| score_width(table)).collect();
    let natural: Vec<usize> = (0..columns.len()).map(|i| natural_width(i, columns, tables, &scores)).collect();
    let gaps = gap(columns) * (columns.len() - 1);
    let stretchy = |role: Role| matches!(role, Role::Tool | Role::Text);
    let fixed: usize = columns.iter().zip(&natural).filter(|(c, _)| !stretchy(c.role)).map(|(_, w)| w).sum();
    let mut left = room.checked_sub(gaps + fixed)?;
    let mut widths = natural.clone();
    // Narrow columns keep what they need; the wide ones share the rest evenly.
    let mut open: Vec<usize> = (0..columns.len()).filter(|i| stretchy(columns[*i].role)).collect();
    while !open.is_empty() {
        let share = left / open.len();
        let (fits, wide): (Vec<usize>, Vec<usize>) = open.iter().partition(|i| natural[**i] <= share);
        if fits.is_empty() {
            let floor = |i: &usize| if columns[*i].role == Role::Tool { MIN_TOOL } else { MIN_TEXT };
            if wide.iter().any(|i| share < floor(i)) {
                return None;
            }
            for i in wide {
                widths[i] = share;
            }
            break;
        }
        left -= fits.iter().map(|i| natural[*i]).sum::<usize>();
        open = wide;
    }
    // Tools stand side by side: equal columns are easier to read across.
    let tools: Vec<usize> = (0..columns.len()).filter(|i| columns[*i].role == Role::Tool).collect();
    if let Some(widest) = tools.iter().map(|i| widths[*i]).max() {
        let others: usize = (0..columns.len()).filter(|i| !tools.contains(i)).map(|i| widths[i]).sum();
        let even = room.saturating_sub(gaps + others) / tools.len();
        for i in tools {
            widths[i] = widest.min(even);
        }
    }
    Some(widths)
}

/// The width at which nothing in column `i` would wrap; `scores` are the score widths of the tables.
fn natural_width(i: usize, columns: &[Column], tables: &[&Table], scores: &[usize]) -> usize {
    let cells = tables.iter().zip(scores).flat_map(|(table, &scores)| {
        table.rows.iter().map(move |row| {
            let own = width(&clean_line(&row[i].text));
            if row[i].bar.is_some() { BAR + 1 + scores.max(own) } else { own }
        })
    });
    cells.chain([width(&clean_line(&columns[i].title))]).max().unwrap_or(0).max(1)
}

/// The widest text beside a bar, so that bars of one table end in one column.
fn score_width(table: &Table) -> usize {
    let beside_bar = table.rows.iter().flatten().filter(|cell| cell.bar.is_some());
    beside_bar.map(|cell| width(&clean_line(&cell.text))).max().unwrap_or(0)
}

/// A cell in lines of at most `room`, each line painted for itself.
fn set(cell: &Cell, room: usize, scores: usize) -> String {
    let bar = room.saturating_sub(scores + 1).min(BAR);
    match cell.bar {
        Some(points) if bar >= MIN_BAR => {
            let text = clean_line(&cell.text);
            format!("{} {}", paint(&self::bar(points, bar), Ink::Tone(cell.tone)), pad_left(&text, scores))
        }
        _ => inked(&cell.text, room, Ink::Tone(cell.tone)),
    }
}

fn inked(text: &str, room: usize, ink: Ink) -> String {
    wrap(&clean_line(text), room).iter().map(|line| paint(line, ink)).collect::<Vec<_>>().join("\n")
}

/// A bar of `points` of 100 in `room` columns, in eighths of a column, padded to `room`.
pub(super) fn bar(points: f64, room: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "points lie in 0 to 100, room is a bar's width"
    )]
    let eighths = (points / 100.0 * (room * 8) as f64).floor() as usize;
    let (full, part) = (eighths / 8, eighths % 8);
    let drawn = full + usize::from(part > 0);
    format!("{}{}{}", "█".repeat(full), EIGHTHS[part], " ".repeat(room.saturating_sub(drawn)))
}
