//! Tables as columns, while they fit.

use super::paint::{Ink, paint};
use crate::report::block::{Cell, Column, Role, Table};
use crate::text::{clean_line, pad_left, width, wrap};
use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Width};

/// Blank columns between two columns: more where tools stand side by side, so that each stands for itself.
fn gap(columns: &[&Column]) -> usize {
    if columns.iter().any(|column| column.role == Role::Tool) { 3 } else { 2 }
}
/// A tool's column is not made narrower than this, unless its content is: room for `75.3 (scores 52 to 87)`.
const MIN_TOOL: usize = 22;
/// A text column is not made narrower than this, unless its content is.
const MIN_TEXT: usize = 10;
/// A column of names is not made narrower than this, unless its content is.
const MIN_LABEL: usize = 12;
/// Nor than this while a column can be left out instead.
const GOOD_LABEL: usize = 24;
/// A word of a title over scores is broken after so many columns.
const SCORE_TITLE: usize = 10;
/// Nor does such a title take more lines than this, or few more, unless it is very long.
const TITLE_LINES: usize = 3;
/// Where there is room for all of them, titles over scores are broken after so many columns only. None is wider.
const WIDE_TITLE: usize = 16;
/// Cells of a bar that stands for 100 points.
const BAR: usize = 20;
/// A bar shorter than this says too little: the number stands alone.
const MIN_BAR: usize = 5;

/// A table as it is set.
pub(super) struct Grid {
    /// Its lines.
    pub(super) text: String,
    /// The titles of the columns for which there is no room, without those of scores.
    pub(super) left_out: Vec<String>,
    /// Whether every column of scores has room.
    pub(super) has_scores: bool,
}

/// `tables`, which share their columns, as one grid of at most `room` columns of text, or `None` where that would
/// squeeze them. Optional columns are left out as need be, the last ones first, those of scores all together.
pub(super) fn grid(tables: &[&Table], room: usize) -> Option<Grid> {
    let columns = &tables.first()?.columns;
    let is_score = |column: &Column| column.optional && column.role == Role::Score;
    let mut kept: Vec<usize> = (0..columns.len()).collect();
    loop {
        if let Some(widths) = fit(tables, &kept, room) {
            let is_kept: Vec<bool> = (0..columns.len()).map(|i| kept.contains(&i)).collect();
            let left_out = || columns.iter().zip(&is_kept).filter(|(_, kept)| !**kept).map(|(column, _)| column);
            return Some(Grid {
                text: render(tables, &kept, &widths, room),
                has_scores: !left_out().any(is_score),
                left_out: left_out().filter(|column| !is_score(column)).map(|column| column.title.clone()).collect(),
            });
        }
        let last = *kept.iter().rev().find(|i| columns[**i].optional)?;
        if is_score(&columns[last]) {
            kept.retain(|i| !is_score(&columns[*i]));
        } else {
            kept.retain(|i| *i != last);
        }
    }
}

/// The `kept` columns of `tables` in these `widths`.
fn render(tables: &[&Table], kept: &[usize], widths: &[usize], room: usize) -> String {
    let columns: Vec<&Column> = kept.iter().map(|i| &tables[0].columns[*i]).collect();
    let mut out = comfy_table::Table::new();
    out.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    out.set_width(u16::try_from(room).unwrap_or(u16::MAX));
    if columns.iter().any(|column| !column.title.is_empty()) {
        out.set_header(columns.iter().zip(widths).map(|(column, w)| inked(&column.title, *w, Ink::Bold)));
    }
    for (i, table) in tables.iter().enumerate() {
        if i > 0 {
            out.add_row(vec![""; columns.len()]);
        }
        let widest: Vec<usize> = kept.iter().map(|i| text_width(table, *i)).collect();
        let beside_bars = beside_bars(table, kept);
        let marked: Vec<bool> = kept.iter().map(|i| table.rows.iter().any(|row| row[*i].text.ends_with('x'))).collect();
        for row in &table.rows {
            out.add_row((0..kept.len()).map(|at| {
                let cell = &row[kept[at]];
                match columns[at].role {
                    Role::Tool => set(cell, widths[at], beside_bars),
                    Role::Bar => with_bar(cell, widths[at], widest[at]),
                    // Digits below digits, where some have a mark behind them.
                    Role::Score if marked[at] && !cell.text.ends_with('x') => {
                        inked(&cell.text, widths[at], Ink::Tone(cell.tone)) + " "
                    }
                    _ => inked(&cell.text, widths[at], Ink::Tone(cell.tone)),
                }
            }));
        }
    }
    let gap = gap(&columns);
    let last = columns.len() - 1;
    for (i, column) in columns.iter().enumerate() {
        let Some(slot) = out.column_mut(i) else { continue };
        let gap = if i == last { 0 } else { gap };
        slot.set_padding((0, u16::try_from(gap).unwrap_or(0)));
        let full = u16::try_from(widths[i] + gap).unwrap_or(u16::MAX);
        slot.set_constraint(ColumnConstraint::Absolute(Width::Fixed(full)));
        if matches!(column.role, Role::Figure | Role::Difference | Role::Score) {
            slot.set_cell_alignment(CellAlignment::Right);
        }
    }
    out.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// The widths of the `kept` columns, or `None` where they do not fit into `room`.
fn fit(tables: &[&Table], kept: &[usize], room: usize) -> Option<Vec<usize>> {
    let columns: Vec<&Column> = kept.iter().map(|i| &tables[0].columns[*i]).collect();
    let natural: Vec<usize> = kept.iter().map(|i| natural_width(tables, *i, kept)).collect();
    let gaps = gap(&columns) * (columns.len() - 1);
    let is_last_try = columns.iter().all(|column| !column.optional);
    let floor = |at: &usize| match columns[*at].role {
        Role::Tool => MIN_TOOL,
        Role::Text => MIN_TEXT,
        Role::Label if is_last_try => MIN_LABEL,
        Role::Label => GOOD_LABEL,
        Role::Difference | Role::Figure | Role::Bar | Role::Score => usize::MAX,
    };
    let stretchy = |at: &usize| matches!(columns[*at].role, Role::Tool | Role::Text | Role::Label);
    let fixed: usize = (0..kept.len()).filter(|at| !stretchy(at)).map(|at| natural[at]).sum();
    let mut left = room.checked_sub(gaps + fixed)?;
    let mut widths = natural.clone();
    // Narrow columns keep what they need; the wide ones share the rest evenly.
    let mut open: Vec<usize> = (0..kept.len()).filter(stretchy).collect();
    while !open.is_empty() {
        let share = left / open.len();
        let (fits, wide): (Vec<usize>, Vec<usize>) = open.iter().partition(|at| natural[**at] <= share);
        if fits.is_empty() {
            if wide.iter().any(|at| share < floor(at)) {
                return None;
            }
            for at in wide {
                widths[at] = share;
            }
            left = 0;
            break;
        }
        left -= fits.iter().map(|at| natural[*at]).sum::<usize>();
        open = wide;
    }
    even_tools(&columns, &mut widths, room.saturating_sub(gaps));
    // What is left is for a bar.
    let has_bars = |at: &usize| {
        let rows = tables.iter().flat_map(|table| &table.rows);
        columns[*at].role == Role::Bar && rows.into_iter().any(|row| row[kept[*at]].bar.is_some())
    };
    if let Some(bar) = (0..kept.len()).find(has_bars).filter(|_| left > MIN_BAR) {
        let bar_width = 1 + (left - 1).min(BAR);
        widths[bar] += bar_width;
        left -= bar_width;
    }
    widen_titles(&columns, &mut widths, left);
    Some(widths)
}

/// Gives the titles over scores room to stand in fewer lines, where `left` is enough for all of them.
fn widen_titles(columns: &[&Column], widths: &mut [usize], left: usize) {
    let wanted = |at: usize| match columns[at].role {
        Role::Score => width(&clean_line(&columns[at].title)).min(WIDE_TITLE).max(widths[at]),
        _ => widths[at],
    };
    let wide: Vec<usize> = (0..columns.len()).map(wanted).collect();
    if wide.iter().sum::<usize>() <= widths.iter().sum::<usize>() + left {
        widths.copy_from_slice(&wide);
    }
}

/// Tools stand side by side: equal columns are easier to read across.
fn even_tools(columns: &[&Column], widths: &mut [usize], room: usize) {
    let tools: Vec<usize> = (0..columns.len()).filter(|at| columns[*at].role == Role::Tool).collect();
    if let Some(widest) = tools.iter().map(|at| widths[*at]).max() {
        let others: usize = (0..columns.len()).filter(|at| !tools.contains(at)).map(|at| widths[at]).sum();
        let even = room.saturating_sub(others) / tools.len();
        for at in tools {
            widths[at] = widest.min(even);
        }
    }
}

/// The width at which nothing in column `i` would wrap but a title over scores; without the bar that a figure may get.
fn natural_width(tables: &[&Table], i: usize, kept: &[usize]) -> usize {
    let column = &tables[0].columns[i];
    let cells = tables.iter().map(|table| {
        let widest = text_width(table, i);
        let has_bar = column.role == Role::Tool && table.rows.iter().any(|row| row[i].bar.is_some());
        if has_bar { widest.max(BAR + 1 + beside_bars(table, kept)) } else { widest }
    });
    let title = clean_line(&column.title);
    let title = if column.role == Role::Score {
        let longest = title.split(' ').map(width).max().unwrap_or(0);
        longest.min(SCORE_TITLE).max(width(&title).div_ceil(TITLE_LINES).min(WIDE_TITLE))
    } else {
        width(&title)
    };
    cells.chain([title]).max().unwrap_or(0).max(1)
}

/// The widest text of column `i`, with a blank behind it where others have a mark there.
fn text_width(table: &Table, i: usize) -> usize {
    let texts = || table.rows.iter().map(|row| &row[i].text);
    let widest =
        |marked: bool| texts().filter(|text| text.ends_with('x') == marked).map(|text| width(&clean_line(text))).max();
    if table.columns[i].role != Role::Score {
        return texts().map(|text| width(&clean_line(text))).max().unwrap_or(0);
    }
    match (widest(true), widest(false)) {
        (Some(marked), plain) => marked.max(plain.unwrap_or(0) + 1),
        (None, plain) => plain.unwrap_or(0),
    }
}

/// The widest text beside a bar of a tool, so that bars of one table end in one column.
fn beside_bars(table: &Table, kept: &[usize]) -> usize {
    let tools: Vec<usize> = kept.iter().copied().filter(|i| table.columns[*i].role == Role::Tool).collect();
    let cells = table.rows.iter().flat_map(|row| tools.iter().map(|i| &row[*i])).filter(|cell| cell.bar.is_some());
    cells.map(|cell| width(&clean_line(&cell.text))).max().unwrap_or(0)
}

/// A cell in lines of at most `room`, each line painted for itself.
fn set(cell: &Cell, room: usize, beside: usize) -> String {
    let bar = room.saturating_sub(beside + 1).min(BAR);
    match cell.bar {
        Some(points) if bar >= MIN_BAR => {
            let text = clean_line(&cell.text);
            format!("{} {}", paint(&self::bar(points, bar), Ink::Tone(cell.tone)), pad_left(&text, beside))
        }
        _ => inked(&cell.text, room, Ink::Tone(cell.tone)),
    }
}

/// A figure at the right of `figure` columns, with its bar in the room behind it.
fn with_bar(cell: &Cell, room: usize, figure: usize) -> String {
    let text = inked(&pad_left(&clean_line(&cell.text), figure), room, Ink::Tone(cell.tone));
    let bar = room.saturating_sub(figure + 1);
    match cell.bar {
        Some(points) if bar >= MIN_BAR => format!("{text} {}", self::bar(points, bar)),
        _ => text,
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
