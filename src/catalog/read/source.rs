//! Random access to the bytes of a file, and a window on them.

use std::fs::File;
use std::io::{ErrorKind, Read, Result};
use std::sync::Arc;

/// Bytes that can be read at any position.
#[derive(Debug)]
pub(crate) enum ByteSource<'a> {
    /// A file on disk.
    File(Arc<File>),
    /// Bytes at hand.
    Memory(&'a [u8]),
}

impl<'a> ByteSource<'a> {
    /// The bytes from the first on.
    pub(crate) fn stream(self) -> impl Read + 'a {
        let mut at = 0;
        Reading(move |buffer: &mut [u8]| self.read_at(buffer, at).inspect(|count| at += *count as u64))
    }

    /// Reads up to `buffer.len()` bytes at `offset`; 0 at the end.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<usize> {
        match self {
            Self::File(file) => read_file_at(file, buffer, offset),
            Self::Memory(bytes) => {
                let rest = usize::try_from(offset).ok().and_then(|offset| bytes.get(offset..)).unwrap_or_default();
                let count = rest.len().min(buffer.len());
                buffer[..count].copy_from_slice(&rest[..count]);
                Ok(count)
            }
        }
    }

    /// Fills `buffer` with the bytes from `offset` on; gives how many there are, less only where the input ends.
    pub(crate) fn read(&self, buffer: &mut [u8], offset: u64) -> Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.read_at(&mut buffer[filled..], offset + filled as u64) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    /// Makes `buffer` the `length` bytes from `offset` on, less where the input ends.
    pub(crate) fn read_into(&self, buffer: &mut Vec<u8>, offset: u64, length: usize) -> Result<()> {
        buffer.clear();
        buffer.resize(length, 0);
        let filled = self.read(buffer, offset)?;
        buffer.truncate(filled);
        Ok(())
    }
}

/// What a function reads.
struct Reading<F>(F);

impl<F: FnMut(&mut [u8]) -> Result<usize>> Read for Reading<F> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.0(buffer)
    }
}

#[cfg(unix)]
fn read_file_at(file: &File, buffer: &mut [u8], offset: u64) -> Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_file_at(file: &File, buffer: &mut [u8], offset: u64) -> Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

/// A piece of a source that moves along it. Its memory is used again and again.
#[derive(Default)]
pub(crate) struct Window {
    room: Vec<u8>,
    filled: usize,
    start: u64,
}

impl Window {
    /// Where in the source the piece starts.
    pub(crate) fn start(&self) -> u64 {
        self.start
    }

    /// The bytes of the piece.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.room[..self.filled]
    }

    /// Goes to byte `start`, with nothing of the source yet.
    pub(crate) fn go_to(&mut self, start: u64) {
        (self.start, self.filled) = (start, 0);
    }

    /// Goes `count` bytes on, also beyond what is at hand.
    pub(crate) fn skip(&mut self, count: usize) {
        let kept = self.filled.saturating_sub(count);
        self.room.copy_within(self.filled - kept..self.filled, 0);
        (self.start, self.filled) = (self.start + count as u64, kept);
    }

    /// Reads on until there are `length` bytes, less where the source ends.
    pub(crate) fn fill(&mut self, source: &ByteSource, length: usize) -> Result<()> {
        if self.room.len() < length {
            self.room.resize(length, 0);
        }
        if self.filled < length {
            self.filled += source.read(&mut self.room[self.filled..length], self.start + self.filled as u64)?;
        }
        Ok(())
    }
}
