//! The answer to a completion request, before it is written for one shell.

use crate::text::{clean_line, is_control, width};
use clap_complete::engine::CompletionCandidate;

/// The tag of a candidate that stands for the files that fit, its value being what stands in front of their names.
pub(super) const FILES: &str = "files";

/// The tag of a candidate that is only the beginning of a word.
pub(super) const BEGINNING: &str = "beginning";

/// The widest description, in columns.
const HELP_WIDTH: usize = 60;

/// What may stand under the cursor.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum Completion {
    /// Nothing.
    #[default]
    Nothing,
    /// The shell's own completion of file names, behind what is given.
    Files(String),
    /// One of these words, each in place of the whole word under the cursor.
    Words(Vec<Candidate>),
}

/// A word that may stand under the cursor.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// The word, without any quoting. It has no control characters.
    pub(super) value: String,
    /// A line about it, at most [`HELP_WIDTH`] columns. It has no control characters either.
    pub(super) help: String,
    /// Whether the word ends there.
    pub(super) whole: bool,
}

impl Candidate {
    /// What the engine found, unless it cannot stand on a command line.
    fn new(found: &CompletionCandidate) -> Option<Self> {
        let value = found.get_value().to_str()?;
        if value.is_empty() || value.chars().any(is_control) {
            return None;
        }
        let help = found.get_help().map(ToString::to_string).unwrap_or_default();
        let beginning = value.ends_with('=') || tagged(found, BEGINNING);
        Some(Self { value: value.to_owned(), help: short(&help), whole: !beginning })
    }
}

impl Completion {
    /// What the engine found for `current`, the word under the cursor.
    pub(super) fn new(found: &[CompletionCandidate], current: &str) -> Self {
        if let Some(files) = found.iter().find(|candidate| tagged(candidate, FILES)) {
            return match files.get_value().to_str() {
                Some(before) if !before.chars().any(is_control) => Self::Files(before.to_owned()),
                _ => Self::Nothing,
            };
        }
        let mut words: Vec<Candidate> = found.iter().filter_map(Candidate::new).collect();
        // Flags are for those who ask, unless there is nothing else.
        if current.is_empty() && words.iter().any(|word| !word.value.starts_with('-')) {
            words.retain(|word| !word.value.starts_with('-'));
        }
        if words.is_empty() { Self::Nothing } else { Self::Words(words) }
    }
}

fn tagged(candidate: &CompletionCandidate, tag: &str) -> bool {
    candidate.get_tag().is_some_and(|own| own.to_string() == tag)
}

/// The first line of `help`, harmless and cut to [`HELP_WIDTH`].
fn short(help: &str) -> String {
    // What is cut off need not be cleaned.
    let start: String = help.lines().next().unwrap_or_default().chars().take(4 * HELP_WIDTH).collect();
    let line = clean_line(&start);
    if width(&line) <= HELP_WIDTH {
        return line.into_owned();
    }
    let mut cut = String::new();
    for c in line.chars() {
        cut.push(c);
        if width(&cut) >= HELP_WIDTH {
            cut.pop();
            break;
        }
    }
    cut.truncate(cut.trim_end().len());
    cut + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(value: &str, help: &str) -> CompletionCandidate {
        CompletionCandidate::new(value).help(Some(help.to_owned().into()))
    }

    #[test]
    fn descriptions_are_one_harmless_line() {
        assert_eq!(short("plain"), "plain");
        assert_eq!(short("first\nsecond"), "first");
        assert_eq!(short("a\u{1b}[31mb\tc"), "a<U+001B>[31mb c");
        let long = short(&"日本語 ".repeat(50));
        assert!(width(&long) <= HELP_WIDTH && long.ends_with('…'), "{long}");
        assert!(short(&"x".repeat(1 << 20)).len() < 80);
    }

    #[test]
    fn what_cannot_stand_on_a_line_is_left_out() {
        let all = [found("two\nlines", ""), found("bell\u{7}", ""), found("", ""), found("$(id) `x`", "")];
        let Completion::Words(words) = Completion::new(&all, "") else { panic!("no words") };
        assert_eq!(words.iter().map(|w| w.value.as_str()).collect::<Vec<_>>(), ["$(id) `x`"]);
        assert_eq!(Completion::new(&all[..3], ""), Completion::Nothing);
        let files = CompletionCandidate::new("-o\u{1b}=").tag(Some(FILES.into()));
        assert_eq!(Completion::new(&[files], ""), Completion::Nothing);
    }

    #[test]
    fn flags_are_for_those_who_ask() {
        let all = || [found("list", ""), found("--format", "")];
        let count = |answer| if let Completion::Words(words) = answer { words.len() } else { 0 };
        assert_eq!(count(Completion::new(&all(), "")), 1);
        assert_eq!(count(Completion::new(&all(), "-")), 2);
        assert_eq!(count(Completion::new(&all()[1..], "")), 1);
    }
}
