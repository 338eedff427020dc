//! The bytes of a cache file: blocks with sums, read when they are first asked for.

use crate::catalog::read::source::Source;
use std::cell::OnceCell;
use std::fs::File;
use std::ops::Range;

/// Where a block is, and its sum.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) start: u64,
    pub(super) length: u64,
    pub(super) sum: u64,
}

impl Place {
    /// The place of `bytes` at `start`.
    pub(super) fn of(bytes: &[u8], start: u64) -> Self {
        Self { start, length: bytes.len() as u64, sum: checksum(bytes) }
    }

    pub(super) fn put(&self, bytes: &mut Vec<u8>) {
        for number in [self.start, self.length, self.sum] {
            put_number(bytes, number);
        }
    }

    pub(super) fn take(cursor: &mut Cursor<'_>) -> Option<Self> {
        Some(Self { start: cursor.number()?, length: cursor.number()?, sum: cursor.number()? })
    }
}

/// Blocks of one file.
pub(super) struct Blocks {
    source: Source<'static>,
    /// How many bytes the file has.
    size: u64,
    all: Vec<(Place, Bytes)>,
}

/// The bytes of a block once they were read; `None` where they are not what they were.
type Bytes = OnceCell<Option<Box<[u8]>>>;

impl std::fmt::Debug for Blocks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} blocks", self.all.len())
    }
}

impl Blocks {
    /// The blocks of `file`, which has `size` bytes, none so far.
    pub(super) fn new(file: File, size: u64) -> Self {
        Self { source: Source::File(file), size, all: Vec::new() }
    }

    /// Adds a block. Gives its number.
    pub(super) fn add(&mut self, place: Place) -> usize {
        self.all.push((place, OnceCell::new()));
        self.all.len() - 1
    }

    /// The bytes of a block, if they are what they were when they were written.
    pub(super) fn get(&self, block: usize) -> Option<&[u8]> {
        let (place, bytes) = self.all.get(block)?;
        bytes.get_or_init(|| self.read(*place).map(Vec::into_boxed_slice)).as_deref()
    }

    /// The bytes of a block into `bytes`, for those who look at very many blocks once.
    pub(super) fn read_into(&self, block: usize, bytes: &mut Vec<u8>) -> Option<()> {
        let (Place { start, length, sum }, _) = self.all.get(block)?;
        let (start, length, sum) = (*start, *length, *sum);
        self.fill(bytes, start, length)?;
        (checksum(bytes) == sum).then_some(())
    }

    /// The bytes at `place`, if their sum is right.
    pub(super) fn read(&self, place: Place) -> Option<Vec<u8>> {
        self.unsummed(place.start, place.length).filter(|bytes| checksum(bytes) == place.sum)
    }

    /// `length` bytes at `start`, whatever they are.
    pub(super) fn unsummed(&self, start: u64, length: u64) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        self.fill(&mut bytes, start, length)?;
        Some(bytes)
    }

    fn fill(&self, bytes: &mut Vec<u8>, start: u64, length: u64) -> Option<()> {
        // Room is made only for what the file can have.
        if start.checked_add(length)? > self.size {
            return None;
        }
        self.source.read_into(bytes, start, usize::try_from(length).ok()?).ok()?;
        (bytes.len() as u64 == length).then_some(())
    }
}

/// A position in bytes that may be anything.
pub(super) struct Cursor<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let bytes = self.bytes.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        Some(bytes)
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    pub(super) fn short(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    /// Where in the bytes a text is.
    pub(super) fn text_at(&mut self) -> Option<Range<usize>> {
        let length = self.short()? as usize;
        let start = self.at;
        self.take(length)?;
        Some(start..self.at)
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        let at = self.text_at()?;
        std::str::from_utf8(&self.bytes[at]).ok()
    }
}

pub(super) fn put_number(bytes: &mut Vec<u8>, number: u64) {
    bytes.extend(number.to_le_bytes());
}

pub(super) fn put_short(bytes: &mut Vec<u8>, number: usize) {
    // No record has a text of 4 GiB and no catalog 2^32 tools: an input with such a one is refused before.
    bytes.extend(u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
}

pub(super) fn put_text(bytes: &mut Vec<u8>, text: &[u8]) {
    put_short(bytes, text.len());
    bytes.extend_from_slice(text);
}

/// A sum that any accident changes.
pub(super) fn checksum(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let (words, rest) = bytes.as_chunks::<8>();
    let word = |sum: u64, word: u64| (sum ^ word).wrapping_mul(FACTOR).rotate_left(29);
    let sum = words.iter().fold(bytes.len() as u64, |sum, eight| word(sum, u64::from_le_bytes(*eight)));
    rest.iter().fold(sum, |sum, byte| word(sum, u64::from(*byte)))
}
