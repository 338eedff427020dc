//! Bytes in pages, read when they are first asked for: a few pages of a large file answer a question.

use crate::catalog::read::source::ByteSource;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

/// How many bytes a page has; the last one may have fewer.
pub(super) const PAGE: usize = 1 << 13;

/// Bytes in pages.
pub(super) struct Pages {
    pages: Vec<OnceCell<Box<[u8]>>>,
    /// Reads the page at an index.
    read: Box<dyn Fn(usize) -> Vec<u8> + Send>,
}

impl Pages {
    /// Pages of `length` bytes in all, given by `read` when they are needed.
    pub(super) fn new(length: u64, read: impl Fn(usize) -> Vec<u8> + Send + 'static) -> Self {
        Self { pages: vec![OnceCell::new(); page_count(length)], read: Box::new(read) }
    }

    /// The bytes of `range`; none where that is not in the pages.
    pub(super) fn bytes(&self, range: Range<u64>) -> Cow<'_, [u8]> {
        let [start, end] = [range.start, range.end].map(|at| usize::try_from(at).unwrap_or(usize::MAX));
        let first = start / PAGE;
        let within = start - first * PAGE..end.saturating_sub(first * PAGE);
        let page = |at: usize| &**self.pages[at].get_or_init(|| (self.read)(at).into());
        match end.div_ceil(PAGE) {
            last if first >= last || last > self.pages.len() => Cow::default(),
            last if first + 1 == last => page(first).get(within).unwrap_or_default().into(),
            last => {
                let mut bytes = (first..last).map(page).collect::<Vec<_>>().concat();
                bytes.truncate(within.end);
                bytes.drain(..within.start.min(bytes.len()));
                bytes.into()
            }
        }
    }
}

impl std::fmt::Debug for Pages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} pages", self.pages.len())
    }
}

/// How many pages `length` bytes take.
pub(super) fn page_count(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX).div_ceil(PAGE)
}

/// Reads the page at index `at` of the first `length` bytes of `source`; fewer bytes where it cannot be read.
pub(super) fn read_page(source: &ByteSource, length: u64, at: usize) -> Vec<u8> {
    let (start, mut page) = ((at * PAGE) as u64, Vec::new());
    let length = usize::try_from(length.saturating_sub(start)).map_or(PAGE, |left| left.min(PAGE));
    source.read_into(&mut page, start, length).map(|()| page).unwrap_or_default()
}

/// A sum that any accident changes.
pub(super) fn sum(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let (words, rest) = bytes.as_chunks::<8>();
    let mix = |sum: u64, word: u64| (sum ^ word).wrapping_mul(FACTOR).rotate_left(29);
    let sum = words.iter().fold(bytes.len() as u64, |sum, eight| mix(sum, u64::from_le_bytes(*eight)));
    rest.iter().fold(sum, |sum, byte| mix(sum, u64::from(*byte)))
}
