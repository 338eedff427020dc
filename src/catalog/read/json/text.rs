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
    #[inline]
    pub(crate) fn text(self) -> Cow<'a, str> {
        if self.escaped { Cow::Owned(unescape(self.raw)) } else { Cow::Borrowed(self.raw) }
    }
}

/// How many bytes [`specials`] looks at.
pub(super) const BLOCK: usize = 128;

/// The quotes, backslashes and control characters of the block of `bytes` that starts at `from`, a bit for each byte,
/// the first byte's lowest.
#[inline]
pub(super) fn specials(bytes: &[u8], from: usize) -> u128 {
    let bytes = bytes.get(from..).unwrap_or_default();
    match bytes.first_chunk() {
        Some(block) => specials_of(block),
        None => specials_of_rest(bytes),
    }
}

#[inline(never)]
fn specials_of_rest(rest: &[u8]) -> u128 {
    let mut block = [b' '; BLOCK];
    block[..rest.len()].copy_from_slice(rest);
    specials_of(&block)
}

/// By instructions that every processor of this kind has, in a crate that makes them safe.
#[cfg(target_arch = "x86_64")]
#[inline]
fn specials_of(block: &[u8; BLOCK]) -> u128 {
    use safe_arch::{
        bitor_m128i, bitxor_m128i, cmp_eq_mask_i8_m128i, load_unaligned_m128i, min_u8_m128i, move_mask_i8_m128i,
        set_splat_i8_m128i,
    };
    // With the bit of 2 turned, the quote follows on the control characters.
    let (turned, quote) = (set_splat_i8_m128i(0x02), set_splat_i8_m128i(0x20));
    let backslash = set_splat_i8_m128i(0x5c);
    let (sixteens, _) = block.as_chunks();
    sixteens.iter().enumerate().fold(0, |mask, (i, sixteen)| {
        let bytes = load_unaligned_m128i(sixteen);
        let low = bitxor_m128i(bytes, turned);
        let low = cmp_eq_mask_i8_m128i(min_u8_m128i(low, quote), low);
        let ones = move_mask_i8_m128i(bitor_m128i(low, cmp_eq_mask_i8_m128i(bytes, backslash)));
        mask | u128::from(ones.cast_unsigned()) << (16 * i)
    })
}

/// On other processors, the bytes are compared without a branch for each, which the compiler turns into vector instructions.
#[cfg(not(target_arch = "x86_64"))]
#[inline]
fn specials_of(block: &[u8; BLOCK]) -> u128 {
    // The ones of eight bytes, each moved to a bit of its own in the highest byte of the product.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let ones = block.map(|byte| u8::from(is_special(byte)));
    let (eights, _) = ones.as_chunks::<8>();
    let gather = |eight: &[u8; 8]| u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56;
    eights.iter().enumerate().fold(0, |mask, (i, eight)| mask | u128::from(gather(eight)) << (8 * i))
}

/// Whether a byte is a quote, a backslash or a control character.
#[cfg(not(target_arch = "x86_64"))]
#[expect(clippy::needless_bitwise_bool, reason = "with `||`, the compiler makes no vector instructions of it")]
fn is_special(byte: u8) -> bool {
    (byte == b'"') | (byte == b'\\') | (byte < b' ')
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_special_byte_of_a_block_has_its_bit(
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(vec![b'"', b'\\', 0, 31, 32])], 0..200),
            from in 0_usize..210,
        ) {
            let block = bytes.iter().skip(from).take(BLOCK).enumerate();
            let expected = block.filter(|(_, byte)| b"\"\\".contains(byte) || **byte < 32).fold(0, |mask, (i, _)| mask | 1 << i);
            prop_assert_eq!(specials(&bytes, from), expected);
        }
    }
}
