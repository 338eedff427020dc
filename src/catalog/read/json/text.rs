//! Texts in JSON: where one ends, and what its escapes stand for.

use std::borrow::Cow;

/// A text as it stands between its quotes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quoted<'a> {
    /// The text with its escapes.
    pub(super) raw: &'a str,
    /// Whether there are any.
    pub(super) escaped: bool,
    /// Byte of the opening quote.
    pub(crate) start: usize,
}

impl<'a> Quoted<'a> {
    /// The text without its escapes.
    pub(crate) fn text(self) -> Cow<'a, str> {
        if self.escaped { Cow::Owned(unescape(self.raw)) } else { Cow::Borrowed(self.raw) }
    }
}

/// The first quote, backslash or control character of `bytes`.
///
/// Sixteen bytes at once are compared without a branch for each, which the compiler turns into vector instructions.
/// Texts are long or full of escapes: a search for two bytes and a second pass for control characters takes up to a third
/// longer.
#[inline]
pub(super) fn first_special(bytes: &[u8]) -> Option<usize> {
    let (blocks, rest) = bytes.as_chunks::<16>();
    for (index, block) in blocks.iter().enumerate() {
        if block.iter().fold(false, |any, &byte| any | is_special(byte)) {
            let (halves, _) = block.as_chunks::<8>();
            let within = special_in(halves[0]).or_else(|| special_in(halves[1]).map(|at| at + 8));
            return within.map(|at| 16 * index + at);
        }
    }
    rest.iter().position(|&byte| is_special(byte)).map(|at| bytes.len() - rest.len() + at)
}

/// Whether a byte is a quote, a backslash or a control character.
#[expect(clippy::needless_bitwise_bool, reason = "with `||`, the compiler makes no vector instructions of it")]
fn is_special(byte: u8) -> bool {
    (byte == b'"') | (byte == b'\\') | (byte < b' ')
}

/// The first quote, backslash or control character of eight bytes, found without looking at each: a byte of `x` is
/// zero where `(x - 0x01…) & !x` has its high bit, and nothing below the lowest such bit is ever wrong.
#[inline]
fn special_in(eight: [u8; 8]) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    let word = u64::from_le_bytes(eight);
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word;
    let (quote, backslash) = (word ^ (ONES * u64::from(b'"')), word ^ (ONES * u64::from(b'\\')));
    let found = (below(quote, 1) | below(backslash, 1) | below(word, b' ')) & (ONES << 7);
    (found != 0).then(|| found.trailing_zeros() as usize / 8)
}

/// The UTF-16 unit of the escape `\uXXXX` that `bytes` begin with.
pub(super) fn unicode_escape(bytes: &[u8]) -> Option<u16> {
    let [b'\\', b'u', hex @ ..] = bytes.get(..6)? else { return None };
    let hex = std::str::from_utf8(hex).ok().filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u16::from_str_radix(hex, 16).ok()
}

/// The text that `raw` stands for. Its escapes were checked when it was read.
fn unescape(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(backslash) = rest.find('\\') {
        text.push_str(&rest[..backslash]);
        rest = &rest[backslash..];
        let mut units = std::iter::from_fn(|| {
            let unit = unicode_escape(rest.as_bytes())?;
            rest = &rest[6..];
            Some(unit)
        })
        .peekable();
        if units.peek().is_some() {
            text.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
            continue;
        }
        drop(units);
        let letter = rest.as_bytes()[1];
        rest = &rest[2..];
        text.push(match letter {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            other => char::from(other),
        });
    }
    text.push_str(rest);
    text
}
