//! Escaping that more than one format needs.

use crate::ci_log::{self, Breaks, Instead};
use std::borrow::Cow;

/// `text` as it may stand in an element or a quoted attribute of HTML, XML or SVG.
pub(super) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    match ci_log::neutralize(&out, Breaks::AtLineEnds, Instead::Reference) {
        Cow::Owned(neutral) => neutral,
        Cow::Borrowed(_) => out,
    }
}

/// What keeps GitHub from reading on: an empty comment.
pub(super) const BREAK: &str = "<!-- -->";

/// The pieces of what GitHub would turn into a link at byte `at` of `text`, to be written with a [`BREAK`] between two
/// of them: a mention (`@x`), an issue (`#5`, `GH-5`) or the id of a commit. Escaping is not enough, as GitHub looks at
/// the rendered text.
pub(super) fn github_reference(text: &str, at: usize) -> Option<Vec<&str>> {
    let (before, rest) = text.split_at(at);
    let in_word = before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
    let mut next = rest.chars().skip(1);
    match rest.chars().next()? {
        '@' => return Some(vec!["@", ""]),
        '#' if next.next().is_some_and(|c| c.is_ascii_digit()) => return Some(vec!["#", ""]),
        'G' | 'g' if !in_word && rest.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("gh-")) => {
            let is_number = rest[3..].starts_with(|c: char| c.is_ascii_digit());
            return is_number.then(|| vec![&rest[..3], ""]);
        }
        c if c.is_ascii_hexdigit() && !in_word => {}
        _ => return None,
    }
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let id = &rest[..end];
    // Six digits name no commit, and no id is longer than a SHA-256.
    if !(7..=64).contains(&id.len()) || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    Some((0..id.len()).step_by(6).map(|start| &id[start..id.len().min(start + 6)]).collect())
}

/// `text` with every ASCII sign a numeric reference: plain text in HTML, in a paragraph of Markdown and in an HTML
/// block of Markdown alike, because a reference never begins anything.
pub(super) fn references(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    each_piece(text, |piece| match piece {
        Piece::Char(_, c) if c.is_ascii_punctuation() => out.push_str(&format!("&#{};", u32::from(c))),
        Piece::Char(_, c) => out.push(c),
        Piece::Break => out.push_str(BREAK),
    });
    out
}

/// A part of a text that GitHub may make links of.
#[derive(Clone, Copy)]
pub(super) enum Piece {
    /// A character, and where it stands in the text, in bytes.
    Char(usize, char),
    /// The place of a [`BREAK`].
    Break,
}

/// Gives `write` each character of `text`, with breaks in what GitHub would make a link of.
pub(super) fn each_piece(text: &str, mut write: impl FnMut(Piece)) {
    let mut read = 0;
    while read < text.len() {
        let Some(pieces) = github_reference(text, read) else {
            let c = text[read..].chars().next().unwrap_or_default();
            write(Piece::Char(read, c));
            read += c.len_utf8();
            continue;
        };
        for (index, piece) in pieces.into_iter().enumerate() {
            if index > 0 {
                write(Piece::Break);
            }
            piece.char_indices().for_each(|(at, c)| write(Piece::Char(read + at, c)));
            read += piece.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_github_links_is_broken_up() {
        let broken = |text: &str| {
            let mut out = String::new();
            each_piece(text, |piece| match piece {
                Piece::Char(_, c) => out.push(c),
                Piece::Break => out.push('|'),
            });
            out
        };
        for (text, expected) in [
            ("GH-5, gh-12 Gh-3", "GH-|5, gh-|12 Gh-|3"),
            ("a/b#5 #5 ##6", "a/b#|5 #|5 ##|6"),
            ("@x a@b", "@|x a@|b"),
            ("7fd1a60", "7fd1a6|0"),
            ("a/b@7fd1a60b01f91b", "a/b@|7fd1a6|0b01f9|1b"),
            ("(1234567)", "(123456|7)"),
        ] {
            assert_eq!(broken(text), expected);
        }
        for text in ["HIGH-5", "GH-x", "GH 5", "# 5", "#x", "abcdef", "7fd1a6g", "x7fd1a60", "7fd1a60é", "2026-11-27"]
        {
            assert_eq!(broken(text), text);
        }
        assert_eq!(broken(&"a".repeat(65)), "a".repeat(65));
    }

    #[test]
    fn nothing_becomes_markup() {
        assert_eq!(html("<a b='c' d=\"e\">&amp;"), "&lt;a b=&#39;c&#39; d=&quot;e&quot;&gt;&amp;amp;");
        assert_eq!(html("::error::x\na ##[b]"), "&#58;:error::x\na #&#35;[b]");
        assert_eq!(references("*b* é"), "&#42;b&#42; é");
        assert_eq!(references("@x"), "&#64;<!-- -->x");
    }
}
