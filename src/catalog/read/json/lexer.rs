//! JSON by steps: a pull parser that knows where every value starts and skips what nobody asked for.
//!
//! It is ours and not `serde_json` for two reasons: a text that is skipped costs a search with SIMD instead of a walk,
//! and every error of a record has the position of the value that is meant, found in the same pass. A test compares its
//! verdicts with those of `serde_json`.

use super::text::{BLOCK, Quoted, specials, unicode_escape};
use crate::text::byte_set;
use memchr::arch::all::is_equal;

/// Deepest nesting of objects and lists, as `serde_json` has it.
pub(crate) const DEPTH_MAX: u32 = 127;

/// For each byte whether it is an escape with the backslash before it.
static IS_ESCAPED: [bool; 256] = byte_set(b"\"\\/bfnrt");

/// Where the text stops being JSON, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Syntax {
    /// Byte at which reading stopped.
    pub(crate) at: usize,
    /// One sentence.
    pub(crate) message: String,
}

/// A position in a JSON text.
pub(crate) struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// Where the block of bytes starts whose `specials` are known.
    block: usize,
    specials: u128,
}

type Step<T> = Result<T, Syntax>;

impl<'a> Lexer<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0, block: usize::MAX, specials: 0 }
    }

    /// The byte that is read next.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Goes back (or forth) to a byte that [`Lexer::at`] gave.
    pub(crate) fn go_to(&mut self, at: usize) {
        self.at = at;
    }

    /// The part of the text from `start` to here.
    pub(crate) fn since(&self, start: usize) -> &'a str {
        &self.text[start..self.at]
    }

    fn fail<T>(&self, message: impl Into<String>) -> Step<T> {
        Err(Syntax { at: self.at, message: message.into() })
    }

    #[cold]
    fn unexpected<T>(&self, expected: &str) -> Step<T> {
        match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            None => self.fail(format!("the input ends too early: {expected} is missing")),
            Some(c) if c.is_control() => self.fail(format!("found U+{:04X} where {expected} should be", u32::from(c))),
            Some(c) => self.fail(format!("found `{c}` where {expected} should be")),
        }
    }

    #[inline]
    pub(crate) fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }

    /// The byte after any space, without taking it.
    #[inline]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        self.skip_space();
        self.bytes.get(self.at).copied()
    }

    /// Takes the bracket that opens a list or an object, which [`Lexer::peek`] saw.
    #[inline]
    pub(crate) fn open(&mut self) {
        self.at += 1;
    }

    /// Whether the next key is `name`, written plainly with its colon right behind, as most files have it. Then it is
    /// taken like [`Lexer::key`] takes one, and this is where it starts; otherwise nothing is.
    #[inline]
    pub(crate) fn known_key(&mut self, name: &str, first: &mut bool) -> Option<usize> {
        let mut at = self.at;
        if !*first {
            if self.bytes.get(at) != Some(&b',') {
                return None;
            }
            at += 1;
        }
        if self.bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        let end = at + name.len() + 3;
        let [b'"', inner @ .., b'"', b':'] = self.bytes.get(at..end)? else { return None };
        // For such short texts a call of the system's comparison takes longer.
        if !is_equal(inner, name.as_bytes()) {
            return None;
        }
        *first = false;
        self.at = end;
        self.skip_space();
        Some(at)
    }

    /// The next key of the object that was opened, up to and with its colon; `None` at the end, which is taken.
    #[inline]
    pub(crate) fn key(&mut self, first: &mut bool) -> Step<Option<Quoted<'a>>> {
        match self.peek() {
            Some(b'}') => {
                self.at += 1;
                return Ok(None);
            }
            Some(b',') if !*first => {
                self.at += 1;
                self.skip_space();
            }
            _ if *first => {}
            _ => return self.unexpected("`,` or `}`"),
        }
        if self.bytes.get(self.at) != Some(&b'"') {
            return self.unexpected("a key in double quotes");
        }
        *first = false;
        let key = self.string()?;
        if self.peek() != Some(b':') {
            return self.unexpected("`:`");
        }
        self.at += 1;
        self.skip_space();
        Ok(Some(key))
    }

    /// Whether the list that was opened has another value; its end is taken.
    #[inline]
    pub(crate) fn item(&mut self, first: &mut bool) -> Step<bool> {
        match self.peek() {
            Some(b']') => {
                self.at += 1;
                return Ok(false);
            }
            Some(b',') if !*first => {
                self.at += 1;
                if self.peek() == Some(b']') {
                    return self.unexpected("a value");
                }
            }
            _ if *first => {}
            _ => return self.unexpected("`,` or `]`"),
        }
        *first = false;
        Ok(true)
    }

    /// The text that starts here.
    #[inline]
    pub(crate) fn string(&mut self) -> Step<Quoted<'a>> {
        let quote = self.at;
        let start = quote + 1;
        let mut at = start;
        let mut escaped = false;
        let end = loop {
            let Some(special) = self.next_special(at) else {
                self.at = quote;
                return self.fail("the text that starts here has no closing quote");
            };
            match self.bytes[special] {
                b'"' => break special,
                b'\\' => {
                    escaped = true;
                    let is_short = self.bytes.get(special + 1).is_some_and(|byte| IS_ESCAPED[usize::from(*byte)]);
                    at = if is_short { special + 2 } else { self.long_escape(special, quote)? };
                }
                _ => return self.control(special, quote),
            }
        };
        self.at = end + 1;
        Ok(Quoted { raw: &self.text[start..end], escaped, start: quote })
    }

    /// The first quote, backslash or control character from `from` on. Each block is looked at once, however many texts
    /// and escapes it has.
    #[inline]
    fn next_special(&mut self, from: usize) -> Option<usize> {
        let mut block = from - from % BLOCK;
        let mut all = if block == self.block { self.specials } else { specials(self.bytes, block) };
        let mut found = all & (u128::MAX << (from % BLOCK));
        while found == 0 {
            block += BLOCK;
            if block >= self.bytes.len() {
                return None;
            }
            all = specials(self.bytes, block);
            found = all;
        }
        (self.block, self.specials) = (block, all);
        Some(block + found.trailing_zeros() as usize)
    }

    #[cold]
    fn control<T>(&mut self, at: usize, quote: usize) -> Step<T> {
        let byte = self.bytes[at];
        if byte == b'\n' || byte == b'\r' {
            self.at = quote;
            return self.fail("the text that starts here has no closing quote on its line (a line break is `\\n`)");
        }
        self.at = at;
        self.fail(format!("a text has the raw control character U+{byte:04X}; JSON writes it `\\u{byte:04x}`"))
    }

    /// One past the escape at `at`, which is not one of two bytes, in the text that starts at `quote`.
    fn long_escape(&mut self, at: usize, quote: usize) -> Step<usize> {
        match self.bytes.get(at + 1) {
            Some(b'u') if let Some(unit) = unicode_escape(&self.bytes[at..]) => match unit {
                0xD800..0xDC00 if matches!(unicode_escape(&self.bytes[at + 6..]), Some(0xDC00..0xE000)) => Ok(at + 12),
                0xD800..0xE000 => {
                    self.at = quote;
                    self.fail("this text has half a surrogate pair (`\\ud800` to `\\udfff` come in twos)")
                }
                _ => Ok(at + 6),
            },
            _ => {
                self.at = at;
                self.fail("a backslash starts none of JSON's escapes here; a backslash itself is `\\\\`")
            }
        }
    }

    /// The number that starts here, as it is written.
    #[inline]
    pub(crate) fn number(&mut self) -> Step<&'a str> {
        let start = self.at;
        if self.bytes.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        if self.bytes.get(self.at) == Some(&b'0') {
            self.at += 1;
            if self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
                return self.fail("a number has a needless zero in front");
            }
        } else {
            self.digits()?;
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.bytes.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = self.bytes.get(self.at) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(self.since(start))
    }

    #[inline]
    fn digits(&mut self) -> Step<()> {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        if self.at == start { self.unexpected("a digit") } else { Ok(()) }
    }

    /// `true`, `false` or `null`.
    pub(crate) fn word(&mut self) -> Step<&'a str> {
        for word in ["true", "false", "null"] {
            if self.text[self.at..].starts_with(word) {
                self.at += word.len();
                return Ok(word);
            }
        }
        // `nan`, `None`, `'text'`: show the word that was meant as a value.
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len()).min(24);
        match rest.get(..end) {
            Some(word) if word.len() > 1 => {
                self.fail(format!("`{word}` is not a JSON value; put text in double quotes"))
            }
            _ => self.unexpected("a value"),
        }
    }

    /// Skips the value that starts here, however deep, without recursion.
    #[inline]
    pub(crate) fn skip(&mut self) -> Step<()> {
        match self.peek() {
            Some(b'"') => self.string().map(drop),
            Some(b'{' | b'[') => self.skip_nested(),
            Some(b'-' | b'0'..=b'9') => self.number().map(drop),
            Some(_) => self.word().map(drop),
            None => self.unexpected("a value"),
        }
    }

    fn skip_nested(&mut self) -> Step<()> {
        // One bit per level: is it an object?
        let mut objects: u128 = 0;
        let mut depth = 0;
        let mut first = true;
        loop {
            // Here a value starts, or (after an opening bracket) an end may stand.
            match self.peek() {
                Some(bracket @ (b'{' | b'[')) => {
                    if depth == DEPTH_MAX {
                        return self.fail(format!("lists and objects are nested more than {DEPTH_MAX} deep"));
                    }
                    depth += 1;
                    objects = objects << 1 | u128::from(bracket == b'{');
                    self.at += 1;
                    first = true;
                }
                _ => self.skip()?,
            }
            // Go on to the next value of the innermost bracket, closing those that end.
            loop {
                let more = if objects & 1 == 1 { self.key(&mut first)?.is_some() } else { self.item(&mut first)? };
                if more {
                    break;
                }
                depth -= 1;
                objects >>= 1;
                first = false;
                if depth == 0 {
                    return Ok(());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The result for a whole text: its last byte read, or the error.
    fn verdict(text: &str) -> Result<(), Syntax> {
        let mut lexer = Lexer::new(text);
        lexer.skip()?;
        match lexer.peek() {
            None => Ok(()),
            Some(_) => lexer.fail("something follows"),
        }
    }

    fn agrees(text: &str) {
        let theirs = serde_json::from_str::<serde::de::IgnoredAny>(text);
        assert_eq!(verdict(text).is_ok(), theirs.is_ok(), "{text:?}: {:?} / {theirs:?}", verdict(text));
    }

    #[test]
    fn hand_picked_texts_get_the_verdict_of_serde_json() {
        for text in [
            "",
            " ",
            "{}",
            "[]",
            "[1,]",
            "{\"a\":1,}",
            "[,1]",
            "{,}",
            "[1 2]",
            "{\"a\" 1}",
            "{\"a\":}",
            "{1:2}",
            "nul",
            "null",
            "true false",
            "-",
            "-0",
            "01",
            "1.",
            ".5",
            "1e",
            "1e+",
            "1E-7",
            "+1",
            "\"\\u12\"",
            "\"\\x\"",
            "\"\t\"",
            "\"abc",
            "\"",
            "\"0123456789abcdefgh\\n\"",
            "\"0123456789abcdefgh\u{1}\"",
            "[[[]]]",
            "[}",
            "{]",
            "[{}",
            "{\"a\":[}",
            "\u{feff}1",
            "nan",
            "{\"a\":{\"b\":[1,{\"c\":null}]},\"d\":[]}",
            "'a'",
            "[1]]",
            "\"é–漢\"",
            "tru",
            "1 ",
            "\n[\r\n]\t",
        ] {
            agrees(text);
        }
    }

    #[test]
    fn nesting_is_bounded_without_recursion() {
        let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(verdict(&deep(127)).is_ok());
        assert!(verdict(&deep(128)).is_err_and(|e| e.at == 127 && e.message.contains("127 deep")));
        assert!(verdict(&"{\"a\":[".repeat(100_000)).is_err());
    }

    #[test]
    fn texts_come_out_as_serde_json_gives_them() {
        for text in [r#""a\"b\\\/\b\f\n\r\tc""#, r#""\u00e9\ud83d\ude00x""#, r#""plain""#, r#""""#] {
            let ours = Lexer::new(text).string().expect("good").text();
            assert_eq!(ours, serde_json::from_str::<String>(text).expect("good"));
        }
        for text in [r#""\ud83d""#, r#""\ud83dx""#, r#""\ude00""#, r#""\ud83d\u0041""#] {
            assert!(Lexer::new(text).string().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn soup_gets_the_verdict_of_serde_json(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    "{", "}", "[", "]", ",", ":", "\"a\"", "\"", "\\", "\\u00e9", "1", "-", "0", ".", "e5", "true", "null", " ",
                    "\n", "é", "0123456789abcdef", "\u{1}", "\"key\":", "{\"a\":",
                ]),
                0..14,
            )
        ) {
            agrees(&parts.concat());
        }

        #[test]
        fn any_text_survives(text in "\\PC{0,40}|[\\x00-\\x7f]{0,40}") {
            let written = serde_json::to_string(&text).expect("a text is JSON");
            let read = Lexer::new(&written).string().expect("good").text();
            prop_assert_eq!(read, text);
        }
    }
}
