//! Where the headings of a sheet are, and what separates its cells.

use super::headings::{ColumnMeaning, Heading};
use super::tokens::{CsvCell, RowTokens};
use crate::catalog::read::finding::Findings;
use crate::catalog::record::review::ReviewContent;
use crate::catalog::record::value::quoted;
use memchr::memchr;
use std::ops::Range;

/// The headings of a sheet.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    pub(crate) separator: u8,
    /// The headings and where each is.
    pub(crate) headings: Vec<Heading>,
    pub(crate) spans: Vec<Range<usize>>,
    /// Where the rows start.
    pub(crate) rows: usize,
    /// How many rows of titles are above.
    pub(crate) titles: usize,
}

/// Rows that may be titles above the headings.
const TITLES_MAX: usize = 20;

const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

impl Header {
    /// The headings that `text` begins with, perhaps below titles. `is_wanted` tells whether a row is theirs; where none
    /// is, they are in the first row. `None`, with the reason in `out` if there is one, where there are no rows.
    pub(crate) fn find(text: &str, is_wanted: &dyn Fn(&[Heading]) -> bool, out: &mut Findings) -> Option<Self> {
        let (start, stated) = stated_separator(text);
        let separators = stated.as_ref().map_or(&SEPARATORS[..], std::slice::from_ref);
        let found = separators.iter().filter_map(|separator| Self::below_titles(text, start, *separator, is_wanted));
        if let Some(header) = found.min_by_key(|header| (header.titles, usize::MAX - header.headings.len())) {
            return Some(header);
        }
        let separator = stated.unwrap_or_else(|| separator(&text[start..]));
        let mut rows = RowTokens::starting_at(text, separator, start);
        let mut cells = Vec::new();
        loop {
            match rows.next(&mut cells) {
                Ok(true) if is_blank(text, &cells) => {}
                Ok(true) => return Some(Self::new(text, &cells, separator, rows.at(), 0)),
                Ok(false) => return None,
                Err(broken) => {
                    out.add(broken.at..broken.at + 1, broken.message, None);
                    return None;
                }
            }
        }
    }

    /// The first row that is wanted, if only titles are above it: rows with fewer cells in use.
    fn below_titles(text: &str, start: usize, separator: u8, is_wanted: &dyn Fn(&[Heading]) -> bool) -> Option<Self> {
        let mut rows = RowTokens::starting_at(text, separator, start);
        let mut cells = Vec::new();
        let mut used_above = Vec::new();
        while used_above.len() <= TITLES_MAX && rows.next(&mut cells).ok()? {
            let used = cells.iter().filter(|cell| !cell.text(text).trim().is_empty()).count();
            if used == 0 {
                continue;
            }
            let header = Self::new(text, &cells, separator, rows.at(), used_above.len());
            if used > 1 && is_wanted(&header.headings) {
                return used_above.iter().all(|above| *above < used.max(3) - 1).then_some(header);
            }
            used_above.push(used);
        }
        None
    }

    fn new(text: &str, cells: &[CsvCell], separator: u8, rows: usize, titles: usize) -> Self {
        let headings = cells.iter().map(|cell| Heading::new(&cell.text(text))).collect();
        let spans = cells.iter().map(|cell| cell.span.clone()).collect();
        Self { separator, headings, spans, rows, titles }
    }

    /// Notes an error at the heading of `column`.
    pub(crate) fn refuse(&self, column: usize, message: impl Into<String>, help: Option<String>, out: &mut Findings) {
        out.add_sheet(self.spans[column].clone(), message.into(), help);
    }

    /// The heading of `column`.
    pub(crate) fn text(&self, column: usize) -> &str {
        &self.headings[column].text
    }

    /// The heading of `column` in quotes.
    pub(crate) fn quoted(&self, column: usize) -> String {
        quoted(&self.headings[column].text)
    }

    /// Whether the sheet is the export of a form, with a row for each time it was filled in.
    pub(crate) fn is_form(&self) -> bool {
        self.position(|heading| matches!(heading.role, ColumnMeaning::Email | ColumnMeaning::Timestamp)).is_some()
    }

    /// The first column that `is_wanted`.
    pub(crate) fn position(&self, is_wanted: impl Fn(&Heading) -> bool) -> Option<usize> {
        self.headings.iter().position(is_wanted)
    }
}

/// Whether these look like the headings of a sheet of reviews: one names the tool or the reviewer.
pub(crate) fn are_likely(headings: &[Heading]) -> bool {
    headings.len() > 1
        && headings.iter().any(|heading| match heading.role {
            ColumnMeaning::Tool(_) | ColumnMeaning::Person | ColumnMeaning::Email | ColumnMeaning::Timestamp => true,
            ColumnMeaning::Field(_) => heading.is_slug() || heading.is_tool_name(),
            ColumnMeaning::Review(content) => content == ReviewContent::Reviewer,
            ColumnMeaning::Number | ColumnMeaning::Unknown => false,
        })
}

/// Whether there is nothing in a row: blanks at most, or the mark at the end of old files.
pub(crate) fn is_blank(text: &str, cells: &[CsvCell]) -> bool {
    cells.iter().all(|cell| cell.text(text).trim_matches(|c: char| c.is_whitespace() || c == '\u{1a}').is_empty())
}

/// The separator that a first line such as `sep=;` states, and where the next line starts.
fn stated_separator(text: &str) -> (usize, Option<u8>) {
    let end = memchr(b'\n', text.as_bytes()).map_or(text.len(), |newline| newline + 1);
    let line = text[..end].trim().trim_matches('"');
    match line.as_bytes() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', separator] if SEPARATORS.contains(separator) => {
            (end, Some(*separator))
        }
        // The tab is a blank at the end of the line.
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'='] if text[..end].contains('\t') => (end, Some(b'\t')),
        _ => (0, None),
    }
}

/// The separator that the first line of a text has most of: comma, semicolon or tab.
fn separator(text: &str) -> u8 {
    let mut counts = [0; 3];
    // A quote opens a cell only where one begins. Another one after that which closes it, opens it again.
    let (mut quoted, mut may_open) = (false, true);
    for byte in text.bytes() {
        match byte {
            b'"' if quoted || may_open => (quoted, may_open) = (!quoted, quoted),
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                counts.iter_mut().zip(SEPARATORS).for_each(|(count, known)| *count += usize::from(byte == known));
                may_open = SEPARATORS.contains(&byte);
            }
        }
    }
    let most = (0..3).rev().max_by_key(|index| counts[*index]).unwrap_or(0);
    SEPARATORS[most]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<(char, Vec<String>, usize)> {
        let mut out = Findings::new(0, false);
        let header = Header::find(text, &are_likely, &mut out)?;
        let headings = header.headings.iter().map(|heading| heading.text.clone()).collect();
        Some((char::from(header.separator), headings, header.titles))
    }

    #[test]
    fn headings_are_found_below_titles_and_behind_any_separator() {
        let tool = |separator, titles| Some((separator, vec!["Tool".to_owned(), "Ana".to_owned()], titles));
        for (text, expected) in [
            ("Tool,Ana\nKafka,1\n", tool(',', 0)),
            ("\n ,\nTool,Ana\n", tool(',', 0)),
            ("sep=;\r\nTool;Ana\r\n", tool(';', 0)),
            ("\"sep=,\"\nTool,Ana\n", tool(',', 0)),
            ("sep=\t\nTool\tAna\n", tool('\t', 0)),
            ("Queues 2026\nTool;Ana\n", tool(';', 1)),
            ("Queues, 2026,,\n,,\nTool,Ana\n", None),
            ("Queues, 2026\nTool\tAna\n", tool('\t', 1)),
        ] {
            assert_eq!(found(text).filter(|_| expected.is_some()), expected, "{text:?}");
        }
        let unknown = found("Werkzeug;Gutachter;Punkte\nKafka;Ana;5\n").expect("a first row");
        assert_eq!((unknown.0, unknown.1.len(), unknown.2), (';', 3, 0));
        assert_eq!(found("\n\n"), None);
    }
}
