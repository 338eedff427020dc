//! What is wrong with a record, taken from the findings of its input and kept with it.

use super::finding::{Findings, InputFinding, Mark};
use crate::catalog::record::fields::RecordField;
use std::fmt;

/// What is wrong with one record or with the rows of one tool.
#[derive(Clone, Default)]
pub(crate) struct Faults {
    /// In words. Empty where too much else is wrong with the input.
    pub(crate) findings: Vec<InputFinding>,
    /// How many there are, at least 1.
    pub(crate) count: usize,
    /// The fields in which rows contradict each other. Not one of them is right then.
    pub(crate) conflicting: Vec<&'static RecordField>,
}

impl Faults {
    /// Adds those of the same tool that were found elsewhere.
    pub(crate) fn append(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.count += other.count;
        self.conflicting.extend(other.conflicting);
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.findings).finish()
    }
}

impl Findings {
    /// Takes the errors since `mark`, which are those of one record.
    #[inline]
    pub(crate) fn take_since(&mut self, mark: Mark) -> Option<Faults> {
        if self.count == mark.count {
            return None;
        }
        let (findings, count) = (self.errors.split_off(mark.errors), self.count - mark.count);
        self.count = mark.count;
        Some(Faults { findings, count, conflicting: Vec::new() })
    }
}
