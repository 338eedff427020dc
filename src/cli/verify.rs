//! `--verify`: does a file hold what it would be written with?

use super::console::Messages;
use super::env::Env;
use super::output::{MarkedText, OutputDocument, Target, read_file_with_markers};
use crate::error::{Error, Result};
use crate::open;
use memchr::{memchr_iter, memmem};
use std::borrow::Cow;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

/// Most lines of each side that are shown.
const SHOWN: usize = 3;

/// Longest part of a line that is shown, in characters.
const LINE: usize = 160;

/// What a file holds, beside what it would be written with.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum FileState {
    /// The same, but perhaps for line ends as Windows writes them.
    Current,
    /// Something else.
    Stale(Difference),
    /// There is no such file.
    Missing,
}

impl FileState {
    /// The word for people and programs.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Stale(_) => "stale",
            Self::Missing => "missing",
        }
    }
}

/// Where two texts differ first.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Difference {
    /// The first line that differs, from 1.
    line: usize,
    /// What the file says there.
    old: Vec<String>,
    /// What it would say.
    new: Vec<String>,
}

/// The state of the file that `document` goes to; what goes to standard output is always current.
///
/// # Errors
/// A file that cannot be read, or something that is no file.
pub(super) fn state(document: &OutputDocument, env: &Env) -> Result<FileState> {
    let name = match &document.target {
        Target::Stdout => return Ok(FileState::Current),
        Target::File(name) => name,
        Target::Part { path, marker } => return part_state(path, marker, document, env),
    };
    let path = env.current_dir().join(name);
    let new = document.content.bytes().map_err(|error| Error::io("read", name.display(), &error))?;
    match held(&path, new.len() + memchr_iter(b'\n', &new).count()) {
        // git may have changed the line ends in a checkout.
        Ok(held) => Ok(compared(&held, &new)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(FileState::Missing),
        Err(error) => Err(Error::io("read", name.display(), &error)),
    }
}

/// The state of what the file at `path` has between the markers of `document`.
fn part_state(path: &Path, marker: &str, document: &OutputDocument, env: &Env) -> Result<FileState> {
    let text = read_file_with_markers(path, env)?;
    let part = MarkedText::new(path, &text).part(marker)?;
    let new = document.content.text().map_err(|error| Error::io("read", path.display(), &error))?;
    Ok(match compared(&text[part.bytes.clone()], part.lines(&new).as_bytes()) {
        FileState::Stale(difference) => {
            FileState::Stale(Difference { line: difference.line + part.line - 1, ..difference })
        }
        state => state,
    })
}

/// What a file that holds `held` is beside `new`, whatever their line ends.
fn compared(held: &[u8], new: &[u8]) -> FileState {
    let (held, new) = (without_cr(held), without_cr(new));
    if held == new {
        return FileState::Current;
    }
    FileState::Stale(difference(&String::from_utf8_lossy(&held), &String::from_utf8_lossy(&new)))
}

/// What the file at `path` holds; not all of it where it is far longer than `expected`.
fn held(path: &Path, expected: usize) -> std::io::Result<Vec<u8>> {
    // A pipe would block, and a device has no end.
    let (file, _) = open::regular(path)?;
    let mut bytes = Vec::new();
    file.take(expected as u64 + (1 << 16)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// `bytes` with line ends as Unix writes them.
fn without_cr(bytes: &[u8]) -> Cow<'_, [u8]> {
    if memmem::find(bytes, b"\r\n").is_none() {
        return Cow::Borrowed(bytes);
    }
    let is_end = |at: usize| bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n');
    (0..bytes.len()).filter(|at| !is_end(*at)).map(|at| bytes[at]).collect()
}

fn difference(old: &str, new: &str) -> Difference {
    let lines = |text: &str| text.split_inclusive('\n').map(str::to_owned).collect::<Vec<_>>();
    let (old, new) = (lines(old), lines(new));
    let same = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    // Up to the next line that both have in the same place.
    let length = (same..same + SHOWN).take_while(|at| old.get(*at).is_none() || old.get(*at) != new.get(*at)).count();
    let part = |lines: &[String]| lines.iter().skip(same).take(length).cloned().collect();
    Difference { line: same + 1, old: part(&old), new: part(&new) }
}

/// The message about a file called `name`; nothing if it is current.
pub(super) fn said(name: &str, state: &FileState, messages: Messages) -> Option<String> {
    let difference = match state {
        FileState::Current => return None,
        FileState::Missing => return Some(messages.labelled("missing:", name)),
        FileState::Stale(difference) => difference,
    };
    let mut text = messages.labelled("stale:", &format!("{name}, from line {} on", difference.line));
    for line in &difference.old {
        text += &messages.removed(&cut(line));
    }
    for line in &difference.new {
        text += &messages.added(&cut(line));
    }
    Some(text)
}

fn cut(line: &str) -> String {
    let (text, end) = match line.strip_suffix('\n') {
        Some(text) => (text, ""),
        None => (line, " (no line end)"),
    };
    match text.char_indices().nth(LINE) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => format!("{text}{end}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::console::ColorChoice;

    fn shown(old: &str, new: &str) -> String {
        let messages = Messages::new(ColorChoice::Never, &Env::bare("/"));
        said("r.md", &FileState::Stale(difference(old, new)), messages).expect("stale")
    }

    #[test]
    fn the_first_lines_that_differ_are_shown() {
        assert_eq!(shown("a\nb\nc\nd\n", "a\nB\nc\nD\n"), "compare: stale: r.md, from line 2 on\n  - b\n  + B\n");
        assert_eq!(shown("a\n", "a\nb\nc\n"), "compare: stale: r.md, from line 2 on\n  + b\n  + c\n");
        assert_eq!(shown("", "1\n2\n3\n4\n").lines().count(), 1 + SHOWN);
        assert_eq!(shown("a\nb\n", "a\n"), "compare: stale: r.md, from line 2 on\n  - b\n");
    }

    #[test]
    fn line_ends_show_and_long_or_hostile_lines_do_no_harm() {
        assert_eq!(shown("a", "a\n"), "compare: stale: r.md, from line 1 on\n  - a (no line end)\n  + a\n");
        assert_eq!(&*without_cr(b"a\r\nb\rc\r\r\n\r"), b"a\nb\rc\r\n\r");
        assert!(shown(&"x".repeat(10_000), "a\n").len() < 300);
        assert!(!shown("\u{1b}[31m\u{202e}\n", "a\n").contains(['\u{1b}', '\u{202e}']));
    }
}
