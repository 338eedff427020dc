//! Workflow commands: text that the runner of a CI job, which reads its log, would execute.
//!
//! GitHub's runner takes a line that begins, after blanks, with `::name` for a command, and everything from `##[name]` on
//! wherever it stands; those of Azure and `TeamCity` take `##vso[` and `##teamcity[`. No text of a record or a file may become
//! one: the first `:` or the second `#` is replaced by something that reads the same where that is possible.

use memchr::{memchr2, memrchr};
use std::borrow::Cow;
use std::io::{self, Write};

/// Where a text is going to be broken into lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Breaks {
    /// At blanks too: any word may come to begin a line.
    AtBlanks,
    /// At its own line ends only.
    AtLineEnds,
}

/// How the `:` or `#` of a command is written instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Instead {
    /// Its code point, as other characters that command are shown: `<U+003A>`.
    Shown,
    /// A numeric reference of HTML and Markdown.
    Reference,
    /// An escape of JSON and TOML.
    JsonEscape,
    /// With an apostrophe in front, as formulas in CSV.
    Apostrophe,
}

impl Instead {
    /// What is written for the `:`, or else for the `#`.
    pub(crate) const fn of(self, colon: bool) -> &'static str {
        match (self, colon) {
            (Self::Shown, true) => "<U+003A>",
            (Self::Shown, false) => "<U+0023>",
            (Self::Reference, true) => "&#58;",
            (Self::Reference, false) => "&#35;",
            (Self::JsonEscape, true) => "\\u003a",
            (Self::JsonEscape, false) => "\\u0023",
            (Self::Apostrophe, true) => "':",
            (Self::Apostrophe, false) => "'#",
        }
    }
}

/// `text` without workflow commands.
pub(crate) fn neutralize(text: &str, breaks: Breaks, instead: Instead) -> Cow<'_, str> {
    let mut out = String::new();
    let mut copied = 0;
    for at in commands(text, breaks) {
        out.push_str(&text[copied..at]);
        out.push_str(instead.of(text.as_bytes()[at] == b':'));
        copied = at + 1;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// Passes text on line by line without workflow commands.
pub(crate) struct NeutralWriter<W> {
    out: W,
    instead: Instead,
    /// The begin of a line whose end has not been written yet.
    rest: Vec<u8>,
    /// Whether there was a command.
    pub(crate) has_replaced: bool,
}

impl<W: Write> NeutralWriter<W> {
    /// Passes text on to `out`.
    pub(crate) fn new(out: W, instead: Instead) -> Self {
        Self { out, instead, rest: Vec::new(), has_replaced: false }
    }

    /// Passes on what is left, a last line without an end.
    ///
    /// # Errors
    /// `out` does not take it.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        let rest = std::mem::take(&mut self.rest);
        self.pass(&rest)
    }

    /// Passes on whole lines.
    fn pass(&mut self, lines: &[u8]) -> io::Result<()> {
        let text = std::str::from_utf8(lines).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        let neutral = neutralize(text, Breaks::AtLineEnds, self.instead);
        self.has_replaced |= matches!(neutral, Cow::Owned(_));
        self.out.write_all(neutral.as_bytes())
    }
}

impl<W: Write> Write for NeutralWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match memrchr(b'\n', bytes) {
            None => self.rest.extend_from_slice(bytes),
            Some(end) => {
                let (lines, rest) = bytes.split_at(end + 1);
                self.rest.extend_from_slice(lines);
                let lines = std::mem::replace(&mut self.rest, rest.to_vec());
                self.pass(&lines)?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The bytes of `text` at which a command is broken: the first `:` of `::name`, the second `#` of `##[name]`.
pub(crate) fn commands(text: &str, breaks: Breaks) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let at = from + memchr2(b':', b'#', &bytes[from..])?;
            from = at + 1;
            if is_command(text, at, breaks) {
                return Some(at);
            }
        }
    })
}

/// Whether byte `at` of `text` is one of [`commands`].
pub(crate) fn is_command(text: &str, at: usize, breaks: Breaks) -> bool {
    let (before, rest) = text.split_at(at);
    if let Some(rest) = rest.strip_prefix("::") {
        return rest.starts_with(|c: char| c.is_ascii_alphabetic()) && begins_line(before, breaks);
    }
    let name = rest.strip_prefix('#').map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()));
    before.ends_with('#') && name.is_some_and(|rest| rest.starts_with('['))
}

/// Whether what follows `before` may come to begin a line, after blanks.
fn begins_line(before: &str, breaks: Breaks) -> bool {
    let mut backwards = before.chars().rev();
    match breaks {
        Breaks::AtBlanks => backwards.next().is_none_or(char::is_whitespace),
        Breaks::AtLineEnds => backwards.take_while(|c| !matches!(c, '\n' | '\r')).all(char::is_whitespace),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_wherever_a_runner_would_find_them() {
        let found = |text: &str, breaks| commands(text, breaks).collect::<Vec<_>>();
        for (text, at) in [
            ("::error::x", 0),
            (" \t::set-output name=a::b", 2),
            ("\u{a0}\u{3000}::error::x", 5),
            ("a\n::error::x", 2),
            ("a\r::error::x", 2),
            ("##[error]x", 1),
            ("a##[error]x", 2),
            ("###[error]x", 2),
            ("a ##vso[task.setvariable]x", 3),
            ("##teamcity[x]", 1),
        ] {
            assert_eq!(found(text, Breaks::AtLineEnds), [at], "{text:?}");
            assert_eq!(found(text, Breaks::AtBlanks), [at], "{text:?}");
        }
        for text in ["std::vec", "a :: b", "::1", "::", ":::", "## [x]", "# [x]", "##", "##a", "a::error::b", "[##]"] {
            assert!(found(text, Breaks::AtBlanks).is_empty(), "{text:?}");
        }
        assert!(found("a ::error::x", Breaks::AtLineEnds).is_empty());
        assert_eq!(found("a ::error::x ::b", Breaks::AtBlanks), [2, 13]);
    }

    #[test]
    fn pieces_are_neutralized_as_the_whole() {
        let text = "::error::x\nä ##[a]b\r::c::\n\n  ::warning::x ##vso[y] ü\nplain\n ::end";
        for instead in [Instead::JsonEscape, Instead::Apostrophe] {
            for size in 1..text.len() {
                let mut written = Vec::new();
                let mut writer = NeutralWriter::new(&mut written, instead);
                text.as_bytes().chunks(size).for_each(|piece| writer.write_all(piece).expect("memory takes all"));
                writer.finish().expect("memory takes all");
                assert!(writer.has_replaced);
                let whole = neutralize(text, Breaks::AtLineEnds, instead);
                assert_eq!(String::from_utf8(written).as_deref(), Ok(&*whole), "pieces of {size}");
            }
        }
    }

    #[test]
    fn what_is_written_instead_is_no_command() {
        for instead in [Instead::Shown, Instead::Reference, Instead::JsonEscape, Instead::Apostrophe] {
            for text in ["::error::x", "##[add-mask]x", "  ::a\n::b\n####[c]", "::##[x]"] {
                let written = neutralize(text, Breaks::AtBlanks, instead);
                assert_eq!(commands(&written, Breaks::AtBlanks).next(), None, "{text:?} became {written:?}");
            }
        }
        assert_eq!(neutralize("a::b", Breaks::AtBlanks, Instead::Shown), "a::b");
        assert_eq!(neutralize("::b ##[c]", Breaks::AtBlanks, Instead::Shown), "<U+003A>:b #<U+0023>[c]");
    }
}
