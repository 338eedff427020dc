//! Markdown: tables with tools and reviews, as decision pages have them.
//!
//! Each table is written as CSV and read as such, and the positions of its cells are translated back. Only a file that is
//! itself named is read: a folder of records may well hold pages about them.

use super::csv::{self, is_reviews};
use super::{ParseState, ReadTask};
use crate::catalog::kind::FileKind;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::ops::Range;

pub(crate) struct MarkdownReader;

impl FileKind for MarkdownReader {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["md", "markdown"]
    }

    /// Any text is Markdown, so none is recognized by its content.
    fn sniff(&self, _: &str) -> bool {
        false
    }

    fn is_sheet(&self) -> bool {
        true
    }

    fn is_walked(&self) -> bool {
        false
    }

    fn read(&self, text: &str, state: &mut ParseState) {
        let tables = tables(text);
        let read: Vec<&PipeTable> = tables.iter().filter(|table| is_reviews(&table.csv, &state.sheet_task)).collect();
        if read.is_empty() {
            let message = match tables.len() {
                0 => "there is no table in this file".to_owned(),
                count => {
                    format!("no table of {count} in this file has a column `tool` and a column of scores or verdicts")
                }
            };
            let help = "write `tool` above the column with the names of the tools; a table in a code block is not read";
            return state.findings.add_sheet(0..1, message, Some(help.to_owned()));
        }
        let lines: Vec<String> = read.iter().map(|table| line_of(text, table.start).to_string()).collect();
        let what = if lines.len() == 1 { "table in line" } else { "tables in lines" };
        let others = match tables.len() - read.len() {
            0 => String::new(),
            1 => "; another table has no tools with scores or verdicts".to_owned(),
            others => format!("; {others} other tables have no tools with scores or verdicts"),
        };
        state.findings.notes.push(format!("read the {what} {}{others}", lines.join(", ")));
        for table in read {
            let task =
                ReadTask { lint: state.findings.lints(), sheet: state.sheet_task.clone(), ..state.projection.into() };
            let mut inner = ParseState::new(&task, 0);
            csv::read(&table.csv, &mut inner);
            state.take_translated(inner, &|span| table.place(span));
        }
    }
}

/// A table written as CSV.
#[derive(Debug, Default)]
struct PipeTable {
    csv: String,
    /// Where each cell is in `csv`, and in the file.
    places: Vec<(usize, Range<usize>)>,
    /// Where the table starts in the file.
    start: usize,
}

impl PipeTable {
    /// Adds a cell that holds `text`.
    fn cell(&mut self, text: &str, place: Range<usize>) {
        if !self.csv.is_empty() && !self.csv.ends_with('\n') {
            self.csv.push('\t');
        }
        self.places.push((self.csv.len(), place));
        // In quotes, a cell may begin with one and hold the separator.
        let text = text.trim();
        if text.contains(['"', '\t', '\n', '\r']) || text.is_empty() {
            self.csv.push_str(&format!("\"{}\"", text.replace('"', "\"\"")));
        } else {
            self.csv.push_str(text);
        }
    }

    /// The bytes in the file of the cell at `span` of the CSV text.
    fn place(&self, span: Range<u64>) -> Range<u64> {
        let cell = |at: u64| self.places.partition_point(|(start, _)| *start as u64 <= at).saturating_sub(1);
        let Some((_, first)) = self.places.get(cell(span.start)) else { return 0..0 };
        let (_, last) = &self.places[cell(span.end.saturating_sub(1).max(span.start))];
        first.start as u64..last.end as u64
    }
}

/// All tables of a text.
fn tables(text: &str) -> Vec<PipeTable> {
    let mut tables: Vec<PipeTable> = Vec::new();
    let mut cell: Option<(String, Range<usize>)> = None;
    for (event, place) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        match (event, &mut cell) {
            (Event::Start(Tag::Table(_)), _) => tables.push(PipeTable { start: place.start, ..PipeTable::default() }),
            (Event::Start(Tag::TableCell), _) => cell = Some((String::new(), place)),
            (Event::Text(part) | Event::Code(part), Some((words, _))) => words.push_str(&part),
            (Event::SoftBreak | Event::HardBreak | Event::InlineHtml(_), Some((words, _))) => words.push(' '),
            (Event::End(TagEnd::TableCell), _) => {
                if let (Some(table), Some((words, place))) = (tables.last_mut(), cell.take()) {
                    table.cell(&words, shown(text, place));
                }
            }
            (Event::End(TagEnd::TableHead | TagEnd::TableRow), _) => {
                tables.last_mut().into_iter().for_each(|table| table.csv.push('\n'));
            }
            _ => {}
        }
    }
    tables
}

/// The bytes of a cell without the blanks around it; one byte of an empty one.
fn shown(text: &str, place: Range<usize>) -> Range<usize> {
    let cell = &text[place.clone()];
    let start = place.start + (cell.len() - cell.trim_start().len());
    let end = place.start + cell.trim_end().len();
    if start < end { start..end } else { place.start..place.end.min(place.start + 1) }
}

fn line_of(text: &str, at: usize) -> usize {
    memchr::memchr_iter(b'\n', &text.as_bytes()[..at]).count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_what_a_page_shows() {
        let text = "# Queues\n\n| Tool | *Ana* |\n| :--- | ---: |\n| [Kafka](https://k) | **82** |\n| a\\|b \"x\" | `ship` |\n\n\
                    ```\n| Tool | Ben |\n| --- | --- |\n| X | 1 |\n```\n";
        let tables = tables(text);
        assert_eq!(tables.len(), 1, "none in a code block");
        assert_eq!(tables[0].csv, "Tool\tAna\nKafka\t82\n\"a|b \"\"x\"\"\"\tship\n");
        assert_eq!(line_of(text, tables[0].start), 3);
        let of = |cell: &str| {
            let at = tables[0].csv.find(cell).expect("a cell") as u64;
            let place = tables[0].place(at..at + 1);
            &text[usize::try_from(place.start).expect("small")..usize::try_from(place.end).expect("small")]
        };
        assert_eq!((of("82"), of("ship"), of("Kafka")), ("**82**", "`ship`", "[Kafka](https://k)"));
    }
}
