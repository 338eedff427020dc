//! Bytes in pages, each with a sum, read when they are first asked for: a few pages of a large file answer a question.

use super::IndexFile;
use crate::catalog::read::source::ByteSource;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::io::{self, Write};
use std::ops::Range;

/// How many bytes a page has.
pub(super) const PAGE: usize = 1 << 13;

/// How many of them are before its sum.
pub(super) const ROOM: usize = PAGE - 8;

/// Bytes in pages.
#[derive(Debug)]
pub(super) struct Pages {
    /// Those that were read; absent where they are damaged.
    pub(super) read: Vec<OnceCell<Option<Vec<u8>>>>,
    pub(super) file: Option<(IndexFile, ByteSource<'static>)>,
    /// All pages, where they are in no file or one in the file is damaged.
    pub(super) all: OnceCell<Vec<u8>>,
}

impl Pages {
    /// Where the bytes end.
    pub(super) fn end(&self) -> usize {
        self.read.len() * ROOM
    }

    fn page(&self, at: usize) -> &[u8] {
        let file = self.file.as_ref();
        let read = file.and_then(|(file, from)| self.read.get(at)?.get_or_init(|| file.page(from, at)).as_deref());
        let all = || self.all.get_or_init(|| file.and_then(|(file, _)| file.mend()).unwrap_or_default());
        read.or_else(|| all().chunks(PAGE).nth(at)).and_then(|page| page.get(..ROOM)).unwrap_or_default()
    }

    /// The number in the eight bytes at `at`, a multiple of eight; 0 where it is not in the pages.
    pub(super) fn number(&self, at: usize) -> u64 {
        let bytes = self.page(at / ROOM).get(at % ROOM..).and_then(|bytes| bytes.first_chunk());
        bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }

    /// The bytes of `range`; none where that is not in the pages.
    pub(super) fn bytes(&self, range: Range<usize>) -> Cow<'_, [u8]> {
        let part = |at: usize| {
            let page = self.page(at);
            page.get(range.start.saturating_sub(at * ROOM)..page.len().min(range.end - at * ROOM)).unwrap_or_default()
        };
        match range.start / ROOM..range.end.div_ceil(ROOM).min(self.read.len()) {
            pages if pages.len() == 1 => part(pages.start).into(),
            pages => pages.map(part).collect::<Vec<_>>().concat().into(),
        }
    }
}

/// Writes bytes in pages.
pub(super) struct PageWriter<W> {
    pub(super) out: W,
    /// What the sums depend on besides the bytes.
    pub(super) state: u64,
    /// How many pages were written.
    pub(super) count: usize,
    /// What is left for the next page.
    pub(super) rest: Vec<u8>,
}

impl<W: Write> PageWriter<W> {
    /// Writes `bytes`; gives where they end.
    pub(super) fn put(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.rest.extend_from_slice(bytes);
        let (pages, _) = self.rest.as_chunks::<ROOM>();
        for page in pages {
            self.out.write_all(page)?;
            self.out.write_all(&sum(page, self.state, self.count).to_le_bytes())?;
            self.count += 1;
        }
        self.rest.drain(..pages.len() * ROOM);
        Ok(self.count * ROOM + self.rest.len())
    }
}

/// The sum of the bytes of the page at index `at`, which any accident changes.
pub(super) fn sum(bytes: &[u8], state: u64, at: usize) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let (words, rest) = bytes.as_chunks::<8>();
    let mix = |sum: u64, word: u64| (sum ^ word).wrapping_mul(FACTOR).rotate_left(29);
    let sum = words.iter().fold(mix(state, at as u64), |sum, eight| mix(sum, u64::from_le_bytes(*eight)));
    rest.iter().fold(sum, |sum, byte| mix(sum, u64::from(*byte)))
}
