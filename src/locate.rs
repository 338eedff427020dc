//! Locates a byte of an input: line, column and the text of the line.

use crate::error::{Error, Excerpt, Location, Result};
use crate::text::BOM;
use crate::text::mask_addresses;
use std::borrow::Cow;
use std::io::Read;
use std::ops::Range;

/// Longest part of a line that is shown, in bytes, and how much of it stands before the part that is meant.
const SHOWN: usize = 160;
const BEFORE: usize = 60;
/// Most of a line that is kept while its column is counted. Columns beyond are counted by bytes read.
const WINDOW: usize = 64 * 1024;

/// The locations of `spans` (sorted by start) in the input called `file`, found in one pass over its bytes.
///
/// # Errors
/// The input cannot be read.
pub(crate) fn locate(file: &str, mut bytes: impl Read, spans: &[Range<u64>]) -> Result<Vec<Location>> {
    let mut found = Vec::with_capacity(spans.len());
    let mut cursor = Cursor::default();
    let mut block = vec![0; 1 << 16];
    let mut ended = false;
    for span in spans {
        // Everything up to the span, and of the rest of its line what may be shown.
        while !ended && cursor.end < span.start.saturating_add(SHOWN as u64) {
            let read = bytes.read(&mut block).map_err(|error| Error::io("read", file, &error))?;
            ended = read == 0;
            cursor.append(&block[..read]);
            cursor.advance(span.start);
        }
        cursor.advance(span.start);
        found.push(cursor.location(file, span));
    }
    Ok(found)
}

/// A line of the input that is at hand, from its start or from somewhere in it.
#[derive(Default)]
struct Cursor {
    /// Lines before.
    lines: usize,
    /// Characters of the line before what is held.
    characters: usize,
    /// What is held: the bytes from `start` to `end` of the input.
    held: Vec<u8>,
    start: u64,
    end: u64,
}

impl Cursor {
    fn append(&mut self, bytes: &[u8]) {
        let first = self.end == 0;
        self.held.extend_from_slice(bytes);
        self.end += bytes.len() as u64;
        if first && self.held.starts_with(BOM) {
            self.drop_front(BOM.len()); // no character of the first line
        }
    }

    /// Lets go of whole lines that end before `target`, and of the far start of its line.
    fn advance(&mut self, target: u64) {
        let held = |cursor: &Self| cursor.inside(target);
        if let Some(newline) = memchr::memrchr(b'\n', &self.held[..held(self)]) {
            self.lines += memchr::memchr_iter(b'\n', &self.held[..=newline]).count();
            self.characters = 0;
            self.drop_front(newline + 1);
        }
        if let Some(cut) = held(self).checked_sub(WINDOW) {
            self.characters += characters(&self.held[..cut]);
            self.drop_front(cut);
        }
    }

    /// Where in the held bytes the byte `at` of the input is.
    fn inside(&self, at: u64) -> usize {
        usize::try_from(at.saturating_sub(self.start)).unwrap_or(usize::MAX).min(self.held.len())
    }

    fn drop_front(&mut self, count: usize) {
        self.held.drain(..count);
        self.start += count as u64;
    }

    fn location(&self, file: &str, span: &Range<u64>) -> Location {
        let (start, end) = (self.inside(span.start), self.inside(span.end));
        let line_end = memchr::memchr(b'\n', &self.held[start..]).map_or(self.held.len(), |length| start + length);
        Location {
            file: file.to_owned(),
            line: self.lines + 1,
            column: self.characters + characters(&self.held[..start]) + 1,
            excerpt: Some(excerpt(&self.held[..line_end], start, end.clamp(start, line_end))),
        }
    }
}

/// Characters of UTF-8: bytes that do not continue one.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

/// `line` with `start..end` marked, cut around the mark where it is long.
fn excerpt(line: &[u8], start: usize, end: usize) -> Excerpt {
    let boundary = |mut at: usize| {
        while at > 0 && at < line.len() && line[at] & 0xC0 == 0x80 {
            at -= 1;
        }
        at
    };
    let from = boundary(if line.len() <= SHOWN { 0 } else { start.saturating_sub(BEFORE) });
    let to = boundary(line.len().min(from + SHOWN));
    let end = boundary(end.min(to)).max(start);
    // An address keeps its length, so the mark stays where it is.
    let masked = std::str::from_utf8(line).map_or(Cow::Borrowed(line), |text| match mask_addresses(text) {
        Cow::Owned(masked) => Cow::Owned(masked.into_bytes()),
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
    });
    let part = |range: Range<usize>| String::from_utf8_lossy(&masked[range]).into_owned();
    let (ahead, marked) = (part(from..start), part(start..end));
    let behind = part(end..to.max(end));
    let (cut_before, cut_after) = (if from > 0 { "…" } else { "" }, if to < line.len() { "…" } else { "" });
    let start = cut_before.len() + ahead.len();
    let line = format!("{cut_before}{ahead}{marked}{}{cut_after}", behind.trim_end_matches('\r'));
    Excerpt { end: (start + marked.len()).min(line.len()), line, start }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, span: Range<usize>) -> Location {
        let span = span.start as u64..span.end as u64;
        locate("f", text.as_bytes(), std::slice::from_ref(&span)).expect("memory is readable").remove(0)
    }

    #[test]
    fn lines_and_columns_count_characters_from_one() {
        let text = "one\r\ntwö–three\nfour";
        let at = text.find("three").expect("there");
        let found = marked(text, at..at + 5);
        assert_eq!((found.line, found.column), (2, 5));
        let excerpt = found.excerpt.expect("there");
        assert_eq!(&excerpt.line[excerpt.start..excerpt.end], "three");
        assert_eq!((marked(text, 0..1).line, marked(text, 0..1).column), (1, 1));
        let end = marked(text, text.len()..text.len());
        assert_eq!((end.line, end.column), (3, 5));
    }

    #[test]
    fn long_lines_are_cut_around_the_mark() {
        let text = format!("{}HERE{}\n", "é".repeat(200_000), "x".repeat(100_000));
        let found = marked(&text, 400_000..400_004);
        assert_eq!((found.line, found.column), (1, 200_001));
        let excerpt = found.excerpt.expect("there");
        assert_eq!(&excerpt.line[excerpt.start..excerpt.end], "HERE");
        assert!(excerpt.line.len() < SHOWN + 12 && excerpt.line.starts_with('…') && excerpt.line.ends_with('…'));
    }

    #[test]
    fn several_spots_take_one_pass() {
        let text = (0..50_000).fold(String::new(), |text, n| text + &format!("line {n}\n"));
        let spans: Vec<_> = ["line 0\n", "line 7\n", "line 7\n", "line 49999\n"]
            .iter()
            .map(|line| text.find(line).expect("there") as u64)
            .map(|at| at..at + 4)
            .collect();
        let lines: Vec<_> = locate("f", text.as_bytes(), &spans).expect("readable").iter().map(|s| s.line).collect();
        assert_eq!(lines, [1, 8, 8, 50_000]);
    }
}
