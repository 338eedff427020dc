//! Problems of records, collected while they are read instead of thrown, so that one run can name them all.

use std::ops::Range;

/// Something wrong with an input, at a range of its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InputFinding {
    /// The bytes that are meant, counted from the start of the input.
    pub(crate) span: Range<u64>,
    /// What sort of finding this is, in one word.
    pub(crate) code: &'static str,
    /// One sentence: what was found and what was expected.
    pub(crate) message: String,
    /// What to do about it, where that is not plain from the message.
    pub(crate) help: Option<String>,
    /// The other place, when two contradict each other.
    pub(crate) first: Option<Position>,
}

/// A byte of an input of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    /// Which input; `None` is the one that the finding is in.
    pub(crate) input: Option<usize>,
    /// Which byte of it.
    pub(crate) at: u64,
}

/// How many errors, and how many warnings, of one input are kept in words; the others are counted.
pub(crate) const KEPT: usize = 1000;

/// What is found while an input is read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Findings {
    /// Errors that are not yet taken by [`Findings::take_since`].
    pub(crate) errors: Vec<InputFinding>,
    /// How many errors there are that are not yet taken.
    pub(crate) count: usize,
    /// How many errors were kept in words, those that were taken included.
    kept: usize,
    /// What may be a mistake and is only for [`super::super::check()`].
    pub(crate) lints: Vec<InputFinding>,
    /// What may have been misread and is for every command.
    pub(crate) warnings: Vec<InputFinding>,
    /// How the input was understood, where its shape had to be guessed: a sentence each.
    pub(crate) notes: Vec<String>,
    /// Whether lints are wanted.
    lint: bool,
    /// Where in the input the text starts that is being read.
    base: u64,
}

/// A point in the course of reading, see [`Findings::mark`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    pub(super) errors: usize,
    pub(super) count: usize,
}

impl Findings {
    /// No findings yet, in a text that starts at byte `base` of its input. Lints are collected if `lint`.
    pub(crate) fn new(base: u64, lint: bool) -> Self {
        Self { lint, base, ..Self::default() }
    }

    /// Whether lints are wanted.
    pub(crate) fn lints(&self) -> bool {
        self.lint
    }

    /// Where in the input the text starts that is being read.
    pub(crate) fn base(&self) -> u64 {
        self.base
    }

    /// From now on, the text that is read starts at byte `base` of its input.
    pub(crate) fn set_base(&mut self, base: u64) {
        self.base = base;
    }

    /// This point in the course of reading.
    pub(crate) fn mark(&self) -> Mark {
        Mark { errors: self.errors.len(), count: self.count }
    }

    /// Whether there was no error since `mark`.
    pub(crate) fn is_clean_since(&self, mark: Mark) -> bool {
        self.count == mark.count
    }

    /// Forgets the errors since `mark`, because a graver one takes their place.
    #[cold]
    pub(crate) fn forget_since(&mut self, mark: Mark) {
        self.kept -= self.errors.len() - mark.errors;
        self.errors.truncate(mark.errors);
        self.count = mark.count;
    }

    /// Notes an error at `span` of the text that is being read.
    #[cold]
    pub(crate) fn add(&mut self, span: Range<usize>, message: impl Into<String>, help: Option<String>) {
        let span = self.in_input(span);
        self.push(InputFinding { span, code: "invalid", message: message.into(), help, first: None });
    }

    /// Notes that a sheet as a whole cannot be read, because of what is at `span`.
    #[cold]
    pub(crate) fn add_sheet(&mut self, span: Range<usize>, message: String, help: Option<String>) {
        let span = self.in_input(span);
        self.push(InputFinding { span, code: "sheet", message, help, first: None });
    }

    /// Notes that what is at `span` was already at byte `first` of the text that is being read.
    #[cold]
    pub(crate) fn add_pair(
        &mut self,
        span: Range<usize>,
        message: impl Into<String>,
        help: Option<String>,
        first: usize,
    ) {
        self.add_pair_at(span, message, help, self.base + first as u64);
    }

    /// As [`Findings::add_pair`], with the byte `first` counted from the start of the input.
    #[cold]
    pub(crate) fn add_pair_at(
        &mut self,
        span: Range<usize>,
        message: impl Into<String>,
        help: Option<String>,
        first: u64,
    ) {
        let first = Some(Position { input: None, at: first });
        let span = self.in_input(span);
        self.push(InputFinding { span, code: "twice", message: message.into(), help, first });
    }

    /// Notes what may have been misread at `span` of the text that is being read: a person should know it before an
    /// answer from it is used.
    #[cold]
    pub(crate) fn doubt(&mut self, span: Range<usize>, code: &'static str, message: String, help: Option<String>) {
        if self.warnings.len() < KEPT {
            let span = self.in_input(span);
            self.warnings.push(InputFinding { span, code, message, help, first: None });
        }
    }

    /// Notes what may be a mistake at `span` of the text that is being read, if lints are wanted.
    #[cold]
    pub(crate) fn warn(&mut self, span: Range<usize>, code: &'static str, message: String, help: Option<String>) {
        if self.lint && self.lints.len() < KEPT {
            let span = self.in_input(span);
            self.lints.push(InputFinding { span, code, message, help, first: None });
        }
    }

    /// Notes an error whose bytes count from the start of its input.
    pub(crate) fn push(&mut self, finding: InputFinding) {
        self.count += 1;
        if self.kept < KEPT {
            self.kept += 1;
            self.errors.push(finding);
        }
    }

    /// Takes the findings of a later part of the same input.
    pub(crate) fn append(&mut self, later: Self) {
        self.count += later.count;
        self.errors.extend(later.errors);
        self.lints.extend(later.lints);
        self.warnings.extend(later.warnings);
        self.notes.extend(later.notes);
    }

    fn in_input(&self, span: Range<usize>) -> Range<u64> {
        self.base + span.start as u64..self.base + span.end as u64
    }
}
