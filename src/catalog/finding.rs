//! What is found wrong with records while they are read: collected, not thrown, so that one run can name it all.

use std::ops::Range;

/// Something wrong with an input, at a range of its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    /// The bytes that are meant, counted from the start of the input.
    pub(super) span: Range<u64>,
    /// What sort of finding this is, in one word.
    pub(super) code: &'static str,
    /// One sentence: what was found and what was expected.
    pub(super) message: String,
    /// What to do about it, where that is not plain from the message.
    pub(super) help: Option<String>,
    /// Where the same was found first, when something stands twice.
    pub(super) first: Option<Place>,
}

/// A byte of an input of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Which input; `None` is the one that the finding is in.
    pub(super) input: Option<usize>,
    /// Which byte of it.
    pub(super) at: u64,
}

/// How many findings of one input are kept; the others are counted.
pub(super) const KEPT: usize = 1000;

/// The findings of one input.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// The first of them.
    pub(super) kept: Vec<Finding>,
    /// How many there are.
    pub(super) count: usize,
    /// What may be a mistake; noted only when `strict`.
    pub(super) warnings: Vec<Finding>,
    /// Whether warnings are wanted.
    pub(super) strict: bool,
    /// Where in the input the text starts that is being read.
    base: u64,
}

impl Findings {
    /// No findings yet, in a text that starts at byte `base` of its input.
    pub(super) fn starting_at(base: u64) -> Self {
        Self { base, ..Self::default() }
    }

    /// Notes one finding at `span` of the text that is being read.
    #[cold]
    pub(super) fn add(&mut self, span: Range<usize>, message: impl Into<String>, help: Option<String>) {
        self.at(span, "invalid", message.into(), help, None);
    }

    /// Notes that what stands at `span` stood before at byte `first` of the text that is being read.
    #[cold]
    pub(super) fn add_pair(&mut self, span: Range<usize>, message: impl Into<String>, first: usize) {
        let first = Place { input: None, at: self.base + first as u64 };
        self.at(span, "twice", message.into(), None, Some(first));
    }

    fn at(
        &mut self,
        span: Range<usize>,
        code: &'static str,
        message: String,
        help: Option<String>,
        first: Option<Place>,
    ) {
        let span = self.base + span.start as u64..self.base + span.end as u64;
        self.push(Finding { span, code, message, help, first });
    }

    /// Notes what may be a mistake at `span` of the text that is being read, when such notes are wanted.
    #[cold]
    pub(super) fn warn(&mut self, span: Range<usize>, code: &'static str, message: String, help: Option<String>) {
        if self.strict && self.warnings.len() < KEPT {
            let span = self.base + span.start as u64..self.base + span.end as u64;
            self.warnings.push(Finding { span, code, message, help, first: None });
        }
    }

    /// From now on, the text that is read starts at byte `base` of its input.
    pub(super) fn set_base(&mut self, base: u64) {
        self.base = base;
    }

    /// Takes findings of a later part of the same input.
    pub(super) fn append(&mut self, later: Self) {
        self.count += later.count;
        let room = KEPT.saturating_sub(self.kept.len());
        self.kept.extend(later.kept.into_iter().take(room));
        let room = KEPT.saturating_sub(self.warnings.len());
        self.warnings.extend(later.warnings.into_iter().take(room));
    }

    /// Whether nothing was found, not even what may be a mistake.
    pub(super) fn is_clean(&self) -> bool {
        self.count == 0 && self.warnings.is_empty()
    }

    /// Forgets all but the first `count` findings.
    #[cold]
    pub(super) fn truncate(&mut self, count: usize) {
        self.count = self.count.min(count);
        self.kept.truncate(count);
    }

    /// Notes a finding whose bytes count from the start of its input.
    pub(super) fn push(&mut self, finding: Finding) {
        self.count += 1;
        if self.kept.len() < KEPT {
            self.kept.push(finding);
        }
    }
}
