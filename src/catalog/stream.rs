//! Files of lines: cut at line ends and read in blocks on all cores, so that memory holds no more than a block a core.

use super::draft::Names;
use super::finding::Findings;
use super::input::{BOM, check_encoding, empty, unreadable};
use super::kind::{Kind, Part, Reading};
use super::need::Task;
use crate::cores;
use crate::error::Result;
use memchr::{memchr, memrchr};
use std::fs::File;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes that a core reads at once.
const BLOCK: usize = 256 << 10;

/// Longest line of a file that is read piece by piece, in bytes: 64 MiB.
pub const LINE_MAX: usize = 64 << 20;

/// Bytes that can be read at any position.
pub(super) enum Source<'a> {
    /// A file on disk.
    File(File),
    /// Bytes at hand.
    Memory(&'a [u8]),
}

impl Source<'_> {
    /// Reads up to `buffer.len()` bytes at `offset`; 0 at the end.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
        match self {
            #[cfg(unix)]
            Self::File(file) => std::os::unix::fs::FileExt::read_at(file, buffer, offset),
            #[cfg(windows)]
            Self::File(file) => std::os::windows::fs::FileExt::seek_read(file, buffer, offset),
            Self::Memory(bytes) => {
                let rest = usize::try_from(offset).ok().and_then(|offset| bytes.get(offset..)).unwrap_or_default();
                let count = rest.len().min(buffer.len());
                buffer[..count].copy_from_slice(&rest[..count]);
                Ok(count)
            }
        }
    }

    /// Fills `buffer` up to `end` bytes from `offset` on, less where the input ends.
    pub(super) fn fill(&self, buffer: &mut Vec<u8>, offset: u64, end: usize) -> std::io::Result<()> {
        let mut filled = buffer.len();
        buffer.resize(end.max(filled), 0);
        while filled < end {
            match self.read_at(&mut buffer[filled..], offset + filled as u64) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        buffer.truncate(filled);
        Ok(())
    }
}

/// An input of lines that is being read.
pub(super) struct Lines<'a> {
    /// What messages call it.
    pub(super) name: &'a str,
    pub(super) source: Source<'a>,
    /// Its bytes when it was opened; it may grow or shrink meanwhile.
    pub(super) size: u64,
    pub(super) kind: &'static dyn Kind,
    pub(super) task: Task,
    /// Hears of bytes that were read.
    pub(super) tick: &'a (dyn Fn(u64) + Sync),
}

/// What a block gave.
struct Block {
    index: u64,
    parts: Vec<Part>,
    findings: Findings,
}

impl Lines<'_> {
    /// Reads all lines with up to `cores` threads. Gives the records in the order of the file.
    pub(super) fn read(&self, cores: usize) -> Result<(Vec<Vec<Part>>, Findings)> {
        let mut start = Vec::new();
        self.source.fill(&mut start, 0, 1 << 16).map_err(|error| unreadable(self.name, &error))?;
        check_encoding(self.name, &start)?;
        if self.size <= start.len() as u64 && start.strip_prefix(BOM).unwrap_or(&start).trim_ascii().is_empty() {
            return Err(empty(self.name));
        }
        let next = AtomicU64::new(0);
        let blocks = usize::try_from(self.size.div_ceil(BLOCK as u64)).unwrap_or(usize::MAX);
        let mut blocks = match cores.min(blocks) {
            0 | 1 => self.work(&next)?,
            threads => {
                let work = || self.work(&next);
                let read = cores::run((0..threads).map(|_| work)).into_iter().collect::<Result<Vec<_>>>()?;
                read.into_iter().flatten().collect()
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
    fn work(&self, next: &AtomicU64) -> Result<Vec<Block>> {
        let mut blocks = Vec::new();
        let mut buffer = Vec::new();
        let mut names = Names::default();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let start = index * BLOCK as u64;
            if start >= self.size {
                return Ok(blocks);
            }
            let mut reading = Reading::new(self.task, start);
            std::mem::swap(&mut reading.names, &mut names);
            self.block(start, &mut buffer, &mut reading).map_err(|error| unreadable(self.name, &error))?;
            std::mem::swap(&mut reading.names, &mut names);
            (self.tick)(self.size.min(start + BLOCK as u64) - start);
            let Reading { parts, findings, .. } = reading;
            blocks.push(Block { index, parts, findings });
        }
    }

    /// Reads the lines that start in the block at `start`.
    fn block(&self, start: u64, buffer: &mut Vec<u8>, reading: &mut Reading) -> std::io::Result<()> {
        // The byte before tells whether a line starts at `start`.
        let offset = start.saturating_sub(1);
        buffer.clear();
        let length = usize::try_from(self.size.min(start + BLOCK as u64) - offset).unwrap_or(usize::MAX);
        self.source.fill(buffer, offset, length)?;
        let first = match start {
            0 if buffer.starts_with(BOM) => BOM.len(),
            0 => 0,
            // No line starts here: all of it belongs to one that started before.
            _ => match memchr(b'\n', &buffer[..buffer.len() - usize::from(buffer.len() == length)]) {
                Some(newline) => newline + 1,
                None => return Ok(()),
            },
        };
        // The rest of the last line that starts here stands in the blocks after.
        let before_last = buffer.len().saturating_sub(1).max(first);
        let last = memrchr(b'\n', &buffer[first..before_last]).map_or(first, |newline| first + newline + 1);
        let mut searched = before_last;
        let mut end = loop {
            if let Some(newline) = memchr(b'\n', &buffer[searched..]) {
                break searched + newline + 1;
            }
            searched = buffer.len();
            if searched - last > LINE_MAX {
                break searched;
            }
            self.source.fill(buffer, offset, searched + BLOCK.max(searched))?;
            if buffer.len() == searched {
                break searched;
            }
        };
        if end - last > LINE_MAX {
            reading.set_base(offset);
            reading.findings.add(last..last + 1, format!("this line is longer than {} MiB", LINE_MAX >> 20), None);
            end = last;
        }
        reading.set_base(offset + first as u64);
        read_lines(self.kind, &buffer[first..end], reading);
        Ok(())
    }
}

/// Reads whole lines, leaving out those that are not UTF-8.
fn read_lines(kind: &'static dyn Kind, mut bytes: &[u8], reading: &mut Reading) {
    let mut base = reading.base();
    loop {
        let error = match std::str::from_utf8(bytes) {
            Ok(text) => return kind.read(text, reading),
            Err(error) => error,
        };
        let at = error.valid_up_to();
        let line = memrchr(b'\n', &bytes[..at]).map_or(0, |newline| newline + 1);
        if let Ok(text) = std::str::from_utf8(&bytes[..line]) {
            kind.read(text, reading);
        }
        super::not_utf8(base + at as u64, bytes[at], at, reading);
        let Some(end) = memchr(b'\n', &bytes[at..]) else { return };
        bytes = &bytes[at + end + 1..];
        base += (at + end + 1) as u64;
        reading.set_base(base);
    }
}
