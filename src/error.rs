//! What can go wrong, as data: a kind, a message, the location in the input, and what to do about it.
//!
//! Every layer returns this one type. It is printed once, by `cli`; nothing here writes.

use std::fmt;

/// A result whose error is [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// Who has to act on an error. All kinds end with exit status 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// The command line or the settings ask for something that cannot be.
    Usage,
    /// A record, a template or another input says something that cannot be used.
    Data,
    /// The operating system refused: a file is missing, a disk is full.
    Io,
    /// The reader of our output went away: nothing to say, the answer's own status holds.
    ClosedPipe,
}

/// Where in an input something was found. Lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Location {
    /// The file as the user named it (`-` is standard input). Not cleaned: clean it when printing.
    pub file: String,
    /// Line, from 1. Zero when the whole file is meant.
    pub line: usize,
    /// Column in characters, from 1. Zero when the whole line is meant.
    pub column: usize,
    /// The source line and the part to underline, when it is at hand.
    pub excerpt: Option<Excerpt>,
}

/// One line of an input and the part of it that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The line, without its end. Long lines are cut around the part that is meant.
    pub line: String,
    /// First byte of `line` that is meant.
    pub start: usize,
    /// One past the last byte of `line` that is meant.
    pub end: usize,
}

/// An error with its remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Who has to act.
    pub kind: ErrorClass,
    /// One sentence without the program's name and without a final full stop.
    pub message: String,
    /// Where it was found.
    pub location: Option<Location>,
    /// What to do about it, one sentence each; lines to paste may follow on it.
    pub hints: Vec<String>,
    /// Further errors found in the same run, in the order of the input. They have none of their own.
    pub also: Vec<Error>,
    /// Whether records are invalid, so that the command can go on without them.
    pub invalid_records: bool,
}

impl Error {
    /// An error of `kind` that says `message`.
    pub fn new(kind: ErrorClass, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            location: None,
            hints: Vec::new(),
            also: Vec::new(),
            invalid_records: false,
        }
    }

    /// The command line or the settings ask for something that cannot be.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorClass::Usage, message)
    }

    /// An input says something that cannot be used.
    pub fn data(message: impl Into<String>) -> Self {
        Self::new(ErrorClass::Data, message)
    }

    /// The operating system refused to `action` (`read`, `write` …) what `what` names.
    pub fn io(action: &str, what: impl fmt::Display, error: &std::io::Error) -> Self {
        let kind = if error.kind() == std::io::ErrorKind::BrokenPipe { ErrorClass::ClosedPipe } else { ErrorClass::Io };
        Self::new(kind, format!("cannot {action} {what}: {}", describe(error)))
    }

    /// The operating system refused a file for the time of a run.
    pub fn temporary(error: &std::io::Error) -> Self {
        let folder = tempfile::env::temp_dir();
        Self::io("write", format!("a temporary file in {}", folder.display()), error)
            .hint("free some room there, or name another folder in TMPDIR")
    }

    /// The same error, found at `location`.
    #[must_use]
    pub fn at(mut self, location: Location) -> Self {
        self.location = Some(location);
        self
    }

    /// The same error with one more remedy.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same error with one more remedy, where there is one.
    #[must_use]
    pub fn hint_if(mut self, hint: Option<String>) -> Self {
        self.hints.extend(hint);
        self
    }
}

/// The sentence of a hint, and the lines below it that are to be pasted somewhere.
pub(crate) fn split_hint(hint: &str) -> (&str, impl Iterator<Item = &str>) {
    let (sentence, block) = hint.split_once('\n').unwrap_or((hint, ""));
    (sentence, block.lines())
}

/// The operating system's words without Rust's "(os error 2)".
pub(crate) fn describe(error: &std::io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

impl fmt::Display for Location {
    /// `file:line:column`, as far as they are known, uncleaned.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if self.column > 0 {
            write!(f, ":{}", self.column)?;
        }
        Ok(())
    }
}

impl fmt::Display for Error {
    /// `file:line:column: message`, on one line, uncleaned.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(location) = &self.location {
            write!(f, "{location}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// How a run ended when it did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The answer was given: exit status 0.
    Answered,
    /// The answer is no (a gate tripped, records have problems, a report is stale): exit status 1.
    No,
}
