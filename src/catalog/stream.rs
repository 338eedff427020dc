//! Inputs that are read piece by piece, so that memory holds no more than a block a core of their text; those of
//! lines are cut at line ends.

use super::draft::Names;
use super::encoding::{BOM, check_encoding, empty, not_utf8, unreadable};
use super::finding::Findings;
use super::need::Task;
use super::reading::{Part, Reading};
use super::source::{Source, Window};
use crate::cores;
use crate::error::{Error, Result};
use memchr::{memchr, memrchr};
use std::sync::atomic::{AtomicU64, Ordering};

/// Longest line of a file that is read piece by piece, in bytes: 64 MiB.
pub const LINE_MAX: usize = 64 << 20;

/// Largest file, in bytes, of a kind that is read as a whole (all but NDJSON): 1 GiB.
pub const DOCUMENT_MAX: u64 = 1 << 30;

/// An input that is read piece by piece.
pub(super) struct Stream<'a> {
    /// What messages call it.
    pub(super) name: &'a str,
    pub(super) source: Source<'a>,
    /// Its bytes when it was opened; it may grow or shrink meanwhile.
    pub(super) size: u64,
    pub(super) task: Task,
    /// Hears of bytes that were read.
    pub(super) tick: &'a (dyn Fn(u64) + Sync),
}

/// What reading an input gave: its records in batches, in the order of the input, and what is wrong with the others.
pub(super) type Outcome = (Vec<Vec<Part>>, Findings);

/// Reads the lines of a text.
type ReadLines<'a> = dyn Fn(&str, &mut Reading) + Sync + 'a;

/// What a block gave.
struct Block {
    index: u64,
    parts: Vec<Part>,
    findings: Findings,
}

impl Stream<'_> {
    /// The first bytes of the input.
    ///
    /// # Errors
    /// They are no text, or cannot be read.
    pub(super) fn beginning(&self) -> Result<Window> {
        let mut start = Window::default();
        start.fill(&self.source, 1 << 16).map_err(|error| unreadable(self.name, &error))?;
        check_encoding(self.name, start.bytes())?;
        Ok(start)
    }

    /// Reads all lines on the cores of the task, some at a time with `read`.
    pub(super) fn lines(&self, read: &ReadLines) -> Result<Outcome> {
        let start = self.beginning()?;
        let start = start.bytes();
        if self.size <= start.len() as u64 && start.strip_prefix(BOM).unwrap_or(start).trim_ascii().is_empty() {
            return Err(empty(self.name));
        }
        let next = AtomicU64::new(0);
        let blocks = usize::try_from(self.size.div_ceil(self.task.block as u64)).unwrap_or(usize::MAX);
        let mut blocks = match self.task.cores.min(blocks) {
            0 | 1 => self.work(read, &next)?,
            threads => {
                let work = || self.work(read, &next);
                let blocks = cores::run((0..threads).map(|_| work)).into_iter().collect::<Result<Vec<_>>>()?;
                blocks.into_iter().flatten().collect()
            }
        };
        blocks.sort_unstable_by_key(|block| block.index);
        let mut findings = Findings::starting_at(0);
        let parts = blocks.into_iter().map(|block| {
            findings.append(block.findings);
            block.parts
        });
        Ok((parts.collect(), findings))
    }

    /// Reads block after block until none is left.
    fn work(&self, read: &ReadLines, next: &AtomicU64) -> Result<Vec<Block>> {
        let block = self.task.block as u64;
        let mut blocks = Vec::new();
        let mut window = Window::default();
        let mut names = Names::default();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let start = index.saturating_mul(block);
            if start >= self.size {
                return Ok(blocks);
            }
            let mut reading = Reading::new(self.task, start);
            std::mem::swap(&mut reading.names, &mut names);
            self.block(read, start, &mut window, &mut reading).map_err(|error| unreadable(self.name, &error))?;
            std::mem::swap(&mut reading.names, &mut names);
            (self.tick)(self.size.min(start + block) - start);
            let Reading { parts, findings, .. } = reading;
            blocks.push(Block { index, parts, findings });
        }
    }

    /// Reads the lines that start in the block at `start`.
    fn block(&self, read: &ReadLines, start: u64, window: &mut Window, reading: &mut Reading) -> std::io::Result<()> {
        // The byte before tells whether a line starts at `start`.
        let offset = start.saturating_sub(1);
        let length = usize::try_from(self.size.min(start + self.task.block as u64) - offset).unwrap_or(usize::MAX);
        window.go_to(offset);
        window.fill(&self.source, length)?;
        let bytes = window.bytes();
        let first = match start {
            0 if bytes.starts_with(BOM) => BOM.len(),
            0 => 0,
            // No line starts here: all of it belongs to one that started before.
            _ => match memchr(b'\n', &bytes[..bytes.len() - usize::from(bytes.len() == length)]) {
                Some(newline) => newline + 1,
                None => return Ok(()),
            },
        };
        // The rest of the last line that starts here stands in the blocks after.
        let before_last = bytes.len().saturating_sub(1).max(first);
        let last = memrchr(b'\n', &bytes[first..before_last]).map_or(first, |newline| first + newline + 1);
        let mut searched = before_last;
        let mut end = loop {
            if let Some(newline) = memchr(b'\n', &window.bytes()[searched..]) {
                break searched + newline + 1;
            }
            searched = window.bytes().len();
            if searched - last > LINE_MAX {
                break searched;
            }
            window.fill(&self.source, searched + self.task.block.max(searched))?;
            if window.bytes().len() == searched {
                break searched;
            }
        };
        if end - last > LINE_MAX {
            reading.set_base(offset);
            reading.findings.add(last..last + 1, format!("this line is longer than {} MiB", LINE_MAX >> 20), None);
            end = last;
        }
        reading.set_base(offset + first as u64);
        read_lines(read, &window.bytes()[first..end], reading);
        Ok(())
    }
}

/// Reads whole lines, leaving out those that are not UTF-8.
fn read_lines(read: &ReadLines, mut bytes: &[u8], reading: &mut Reading) {
    let mut base = reading.base();
    loop {
        let error = match std::str::from_utf8(bytes) {
            Ok(text) => return read(text, reading),
            Err(error) => error,
        };
        let at = error.valid_up_to();
        let line = memrchr(b'\n', &bytes[..at]).map_or(0, |newline| newline + 1);
        if let Ok(text) = std::str::from_utf8(&bytes[..line]) {
            read(text, reading);
        }
        not_utf8(base + at as u64, bytes[at], at, reading);
        let Some(end) = memchr(b'\n', &bytes[at..]) else { return };
        bytes = &bytes[at + end + 1..];
        base += (at + end + 1) as u64;
        reading.set_base(base);
    }
}

/// Refuses inputs that are too long to be held in memory.
pub(super) fn within_limit(bytes: u64, name: &str) -> Result<()> {
    if bytes <= DOCUMENT_MAX {
        return Ok(());
    }
    Err(Error::data(format!("{name} is larger than {} MiB", DOCUMENT_MAX >> 20))
        .hint("larger catalogs are NDJSON files, which are read piece by piece"))
}
