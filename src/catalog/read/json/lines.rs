//! NDJSON, also called JSON Lines: one record on each line. Blank lines are skipped.

use super::lexer::{Lexer, Syntax};
use super::record;
use crate::catalog::kind::{FileKind, Writer};
use crate::catalog::read::chunks::{ChunkReader, ChunkedInput, mark_length};
use crate::catalog::read::encoding::empty;
use crate::catalog::read::finding::Mark;
use crate::catalog::read::{ParseState, ParsedInput};
use crate::catalog::record::Record;
use crate::catalog::write;
use crate::error::Result;
use memchr::memchr;
use std::ops::Range;

pub(crate) struct Ndjson;

impl FileKind for Ndjson {
    fn name(&self) -> &'static str {
        "ndjson"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["ndjson", "jsonl"]
    }

    /// Two lines that each hold an object of their own.
    fn sniff(&self, start: &str) -> bool {
        let mut lines = start.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.next().is_some_and(|line| line.starts_with('{') && line.ends_with('}'))
            && lines.next().is_some_and(|line| line.starts_with('{'))
    }

    fn reads_one(&self) -> bool {
        true
    }

    fn read_one(&self, text: &str, state: &mut ParseState) {
        line(text, 0, state);
    }

    fn writer(&self) -> Option<Writer> {
        Some(write::json::lines)
    }

    fn read(&self, text: &str, state: &mut ParseState) {
        let _ = LineReader.read(text, text.len(), false, state);
    }

    fn read_chunked(&self, input: &ChunkedInput) -> Result<Option<ParsedInput>> {
        let start = input.beginning()?;
        let mark = mark_length(start.bytes());
        if input.size <= start.bytes().len() as u64 && start.bytes()[mark..].trim_ascii().is_empty() {
            return Err(empty(input.name));
        }
        input.read(&LineReader, mark as u64).map(Some)
    }
}

/// Reads lines.
#[derive(Clone, Copy)]
struct LineReader;

impl ChunkReader for LineReader {
    fn likely_start(&self, text: &str) -> Option<usize> {
        memchr(b'\n', text.as_bytes()).map(|newline| newline + 1)
    }

    fn read(&mut self, text: &str, end: usize, more: bool, state: &mut ParseState) -> usize {
        let mut start = 0;
        while start < end {
            let newline = memchr(b'\n', &text.as_bytes()[start..]).map(|length| start + length);
            let line_end = match newline {
                Some(newline) => newline,
                None if more => return start,
                None => text.len(),
            };
            line(&text[..line_end], start, state);
            start = (line_end + 1).min(text.len());
        }
        start
    }

    /// The line may still name its tool, which is then the one that cannot be used.
    fn refuse_line(&mut self, text: &str, valid: Range<usize>, mark: Mark, state: &mut ParseState) {
        let mut found = Record::default();
        let inner = state.findings.mark();
        let _ = record::read(&mut Lexer::new(&text[valid.clone()]), state, &mut found);
        state.findings.forget_since(inner);
        state.take(found, valid, mark);
    }

    fn finish(self, _: &mut ParseState) {}
}

/// Reads the record of a line, which is `text` from byte `start` on, if it holds one. Positions count from the start of
/// `text`.
fn line(text: &str, start: usize, state: &mut ParseState) {
    let mut lexer = Lexer::new(text);
    lexer.go_to(start);
    if lexer.peek().is_none() {
        return;
    }
    let (start, mark) = (lexer.at(), state.findings.mark());
    let mut found = Record::default();
    let read = record::read(&mut lexer, state, &mut found).and_then(|()| match lexer.peek() {
        None => Ok(()),
        Some(_) => Err(Syntax { at: lexer.at(), message: "something follows the record on its line".to_owned() }),
    });
    if let Err(Syntax { at, message }) = read {
        // A line that is not JSON has one error, whatever its start seemed to say.
        state.findings.forget_since(mark);
        let help = text[start..].trim_end().ends_with(['{', '[', ',']);
        let help = help.then(|| "a file of JSON over several lines is called .json".to_owned());
        state.findings.add(at..at, message, help);
    }
    state.take(found, start..lexer.at(), mark);
}
