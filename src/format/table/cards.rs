//! Tables as stacked cards, one for each tool or row, where columns do not fit.

use super::grid::bar;
use super::paint::{Ink, paint};
use crate::report::block::{Cell, Field, Role, Table};
use crate::text::{clean_line, pad, width, wrap};

/// Blank columns between a label and its value.
const GAP: usize = 2;
/// A value is not set narrower than this: below, it stands under its label.
const MIN_VALUE: usize = 18;
/// Cells of a bar that stands for 100 points.
const BAR: usize = 10;

/// Labelled facts, the values in one column.
pub(super) fn fields(fields: &[Field], room: usize) -> String {
    let lines: Vec<(&str, &Cell)> = fields.iter().map(|field| (field.label.as_str(), &field.cell)).collect();
    labelled(&lines, room)
}

/// `tables`, which share their columns, as cards: one for each tool, or one for each row.
pub(super) fn cards(tables: &[&Table], room: usize) -> String {
    let Some(columns) = tables.first().map(|table| &table.columns) else { return String::new() };
    let tools: Vec<usize> = (0..columns.len()).filter(|i| columns[*i].role == Role::Tool).collect();
    let cards: Vec<String> = if tools.is_empty() {
        tables.iter().flat_map(|table| table.rows.iter().map(|row| row_card(table, row, room))).collect()
    } else {
        let difference = columns.iter().position(|column| column.role == Role::Difference);
        tools
            .iter()
            .map(|tool| {
                let last = Some(tool) == tools.last();
                tool_card(tables, *tool, difference.filter(|_| last), room)
            })
            .collect()
    };
    cards.join("\n")
}

/// One tool's column as a card; the difference, if any, follows the value.
fn tool_card(tables: &[&Table], tool: usize, difference: Option<usize>, room: usize) -> String {
    let mut out = title(&tables[0].columns[tool].title, room);
    for table in tables {
        let with_difference = |row: &Vec<Cell>| {
            let mut cell = row[tool].clone();
            if let Some(text) = difference.map(|i| &row[i].text).filter(|text| !text.is_empty() && *text != "=") {
                cell.text = format!("{} ({text} {})", cell.text, table.columns[difference.unwrap_or_default()].title);
            }
            cell
        };
        let cells: Vec<Cell> = table.rows.iter().map(with_difference).collect();
        let lines: Vec<(&str, &Cell)> = table.rows.iter().map(|row| row[0].text.as_str()).zip(&cells).collect();
        out += &labelled(&lines, room);
    }
    out
}

/// One row as a card under the text of its label column.
fn row_card(table: &Table, row: &[Cell], room: usize) -> String {
    let label = table.columns.iter().position(|column| column.role == Role::Label).unwrap_or(0);
    let lines: Vec<(&str, &Cell)> = table
        .columns
        .iter()
        .zip(row)
        .enumerate()
        .filter(|(i, (_, cell))| *i != label && !cell.text.is_empty())
        .map(|(_, (column, cell))| (column.title.as_str(), cell))
        .collect();
    title(&row[label].text, room) + &labelled(&lines, room)
}

fn title(text: &str, room: usize) -> String {
    wrap(&clean_line(text), room).iter().map(|line| paint(line, Ink::Bold) + "\n").collect()
}

/// Lines of label and value; the value under its label where the room is short.
fn labelled(lines: &[(&str, &Cell)], room: usize) -> String {
    let label_width = lines.iter().map(|(label, _)| width(&clean_line(label))).max().unwrap_or(0);
    let beside = room.saturating_sub(label_width + GAP);
    let stacked = beside < MIN_VALUE;
    let (indent, value_width) = if stacked { (GAP, room - GAP) } else { (label_width + GAP, beside) };
    let mut out = String::new();
    for (label, cell) in lines {
        let label = clean_line(label);
        let mut value = value_lines(cell, value_width).into_iter();
        if stacked {
            for line in wrap(&label, room) {
                out += &format!("{line}\n");
            }
        } else {
            let first = value.next().unwrap_or_default();
            out += format!("{}{first}", pad(&label, indent)).trim_end();
            out.push('\n');
        }
        for line in value {
            out += &format!("{}{line}\n", " ".repeat(indent));
        }
    }
    out
}

fn value_lines(cell: &Cell, room: usize) -> Vec<String> {
    let text = clean_line(&cell.text);
    if let Some(points) = cell.bar
        && BAR + 1 + width(&text) <= room
    {
        return vec![format!("{} {text}", paint(&bar(points, BAR), Ink::Tone(cell.tone)))];
    }
    wrap(&text, room).iter().map(|line| paint(line, Ink::Tone(cell.tone))).collect()
}
