//! Inputs that are read piece by piece on several cores, so that memory holds no more than a block a core of their
//! text. NDJSON and sheets with a row for each review are read so.
//!
//! An input is cut into as many stretches as there are cores, at what is probably the start of a record. Each stretch
//! is read on until a record ends at or after its own end. That is where the next one has to start; where the guess was
//! another (a line end inside a quoted cell), the next one is read again from the right place.

use super::encoding::{NotUtf8, check_encoding, unreadable};
use super::finding::Mark;
use super::source::{ByteSource, Window};
use super::{ParseState, ParsedInput, ReadTask};
use crate::cores;
use crate::error::{Error, Result};
use crate::text::BOM;
use memchr::memchr;
use std::io;
use std::ops::Range;

/// How much of an input is looked at to tell what it is.
pub(super) const START: usize = 1 << 16;

/// How many bytes a core reads at once unless told otherwise.
pub(crate) const BLOCK: usize = 256 << 10;

/// Longest line of NDJSON and longest row of a sheet, in bytes: 64 MiB.
pub const LINE_MAX: usize = 64 << 20;

/// Largest file, in bytes, of a kind that is read as a whole: 1 GiB.
pub const DOCUMENT_MAX: u64 = 1 << 30;

/// An input that is read piece by piece.
#[derive(Clone)]
pub(crate) struct ChunkedInput<'a> {
    /// What messages call it.
    pub(crate) name: &'a str,
    pub(crate) source: &'a ByteSource<'a>,
    /// Its bytes when it was opened; it may grow or shrink meanwhile.
    pub(crate) size: u64,
    pub(crate) task: ReadTask,
    /// Is given the bytes as they are read.
    pub(crate) on_progress: &'a (dyn Fn(u64) + Sync),
}

/// Reads the records of one stretch of an input.
pub(crate) trait ChunkReader: Clone + Send + Sync {
    /// Probably the start of a record of `text`, after a line end in it.
    fn likely_start(&self, text: &str) -> Option<usize>;

    /// Reads the records that start before `end` of `text`; gives where the next one starts. Where `more` follows on
    /// the text, a record that may go on there is left.
    fn read(&mut self, text: &str, end: usize, more: bool, state: &mut ParseState) -> usize;

    /// Takes the errors since `mark` for a line or row that cannot be read, of which `text` has `valid` bytes.
    fn refuse_line(&mut self, text: &str, valid: Range<usize>, mark: Mark, state: &mut ParseState);

    /// Hands over the records.
    fn finish(self, state: &mut ParseState);
}

/// What one stretch gave.
struct Stretch {
    state: ParseState,
    /// Where the next one has to start.
    end: u64,
}

impl ChunkedInput<'_> {
    /// The first bytes of the input, [`START`] at most.
    ///
    /// # Errors
    /// They are not text, or cannot be read.
    pub(crate) fn beginning(&self) -> Result<Window> {
        let mut start = Window::default();
        start.fill(self.source, START).map_err(|error| unreadable(self.name, &error))?;
        check_encoding(self.name, start.bytes())?;
        Ok(start)
    }

    /// Reads all records from byte `from` on.
    ///
    /// # Errors
    /// The input cannot be read.
    pub(crate) fn read<R: ChunkReader>(&self, reader: &R, from: u64) -> Result<ParsedInput> {
        self.stretches(reader, from).map_err(|error| unreadable(self.name, &error))
    }

    fn stretches<R: ChunkReader>(&self, reader: &R, from: u64) -> io::Result<ParsedInput> {
        let blocks = usize::try_from(self.size.div_ceil(self.task.block as u64)).unwrap_or(usize::MAX);
        let count = self.task.cores.min(blocks).max(1) as u64;
        let length = self.size.saturating_sub(from) / count;
        let mut cuts = vec![from];
        for stretch in 1..count {
            let cut = self.start_after(reader, from + length * stretch)?;
            cuts.extend(cut.filter(|cut| Some(cut) > cuts.last() && *cut < self.size));
        }
        cuts.push(self.size.max(from));
        let spans = cuts.windows(2).map(|cuts| cuts[0]..cuts[1]);
        let read = cores::run(spans.map(|span| move || self.stretch(reader, span)));
        let mut parsed = ParsedInput { batches: Vec::with_capacity(read.len()), ..ParsedInput::default() };
        let mut expected = from;
        for (stretch, span) in read.into_iter().zip(cuts.windows(2)) {
            let mut stretch = stretch?;
            if span[0] != expected {
                stretch = self.stretch(reader, expected..span[1].max(expected))?;
            }
            expected = stretch.end;
            let part = stretch.state.into_parsed();
            parsed.whole.extend(part.whole);
            parsed.batches.extend(part.batches);
            parsed.findings.append(part.findings);
            parsed.ranges.extend(part.ranges);
            parsed.sheet.append(&part.sheet);
            parsed.rows.extend(part.rows);
        }
        Ok(parsed)
    }

    /// Probably the start of a record after byte `from`.
    fn start_after<R: ChunkReader>(&self, reader: &R, from: u64) -> io::Result<Option<u64>> {
        let mut window = Window::default();
        window.go_to(from);
        window.fill(self.source, self.task.block)?;
        // The first byte may be inside a character.
        let Some(line) = memchr(b'\n', window.bytes()) else { return Ok(None) };
        let text = valid_text(&window.bytes()[line..]);
        Ok(reader.likely_start(text).map(|start| from + (line + start) as u64))
    }

    /// Reads the records that start in `span`.
    fn stretch<R: ChunkReader>(&self, reader: &R, span: Range<u64>) -> io::Result<Stretch> {
        let mut reader = reader.clone();
        let mut state = ParseState::new(&self.task, span.start);
        let mut window = Window::default();
        window.go_to(span.start);
        let mut length = self.task.block;
        while window.start() < span.end {
            window.fill(self.source, length)?;
            if window.bytes().is_empty() {
                break; // the file is shorter now
            }
            let more = window.bytes().len() == length;
            state.set_base(window.start());
            let text = valid_text(window.bytes());
            let end = usize::try_from(span.end - window.start()).unwrap_or(usize::MAX).min(text.len());
            let cut_off = window.bytes().len() - text.len();
            let invalid = cut_off > 3 || cut_off > 0 && !more;
            let mut read = reader.read(text, end, more || invalid, &mut state);
            if read == 0 && !invalid && more && length <= LINE_MAX {
                length = (2 * length).min(LINE_MAX + 1); // the record is longer than what is at hand
                continue;
            }
            if read == 0 || invalid && read < end {
                read += self.skip_line(&window, text, read, invalid, &mut reader, &mut state)?;
            }
            (self.on_progress)(read.min(end) as u64);
            window.skip(read);
            length = (window.bytes().len() + self.task.block).min(LINE_MAX + 1);
        }
        let end = window.start();
        reader.finish(&mut state);
        Ok(Stretch { state, end })
    }

    /// Notes that the line at `start` of the window is too long, or `invalid` UTF-8 behind `text`. Gives its length.
    fn skip_line<R: ChunkReader>(
        &self,
        window: &Window,
        text: &str,
        start: usize,
        invalid: bool,
        reader: &mut R,
        state: &mut ParseState,
    ) -> io::Result<usize> {
        let mark = state.findings.mark();
        let (bytes, valid) = (window.bytes(), text.len());
        if invalid {
            let mut start = Window::default();
            start.fill(self.source, START)?;
            let found = NotUtf8 { name: self.name, bytes, valid, base: window.start(), start: start.bytes() };
            found.note(&mut state.findings);
        } else {
            let message = format!("this line is longer than {} MiB", LINE_MAX >> 20);
            state.findings.add(start..start + 1, message, None);
        }
        reader.refuse_line(text, start..valid, mark, state);
        let from = if invalid { valid } else { bytes.len() };
        if let Some(length) = memchr(b'\n', &bytes[from..]) {
            return Ok(from + length + 1 - start);
        }
        // The line ends behind the window.
        let mut rest = Window::default();
        rest.go_to(window.start() + bytes.len() as u64);
        loop {
            rest.fill(self.source, BLOCK)?;
            let found = memchr(b'\n', rest.bytes());
            let length = found.map_or(rest.bytes().len(), |newline| newline + 1);
            let skipped = usize::try_from(rest.start() - window.start()).unwrap_or(usize::MAX) + length - start;
            if found.is_some() || length == 0 {
                return Ok(skipped);
            }
            rest.skip(length);
        }
    }
}

/// The longest text that `bytes` begin with.
fn valid_text(bytes: &[u8]) -> &str {
    match simdutf8::compat::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => simdutf8::compat::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    }
}

/// Refuses inputs that are too large to be held in memory.
pub(crate) fn within_limit(bytes: u64, name: &str) -> Result<()> {
    if bytes <= DOCUMENT_MAX {
        return Ok(());
    }
    Err(Error::data(format!("{name} is larger than {} MiB", DOCUMENT_MAX >> 20))
        .hint("larger catalogs are NDJSON files or sheets with a row for each review, which are read piece by piece"))
}

/// The mark in front of UTF-8 that `start` has, in bytes.
pub(crate) fn mark_length(start: &[u8]) -> usize {
    if start.starts_with(BOM) { BOM.len() } else { 0 }
}
