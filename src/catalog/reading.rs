//! What reading an input takes and gives, whatever its kind.

use super::draft::Names;
use super::finding::Findings;
use super::need::{Need, Task};
use super::record::Record;
use std::ops::Range;

/// A record, or what a sheet says of a tool, and where its input has it.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) record: Record,
    /// What the record's `slug` is.
    pub(super) called: Called,
    /// Its bytes, from the start of the input; of a sheet's first row about the tool.
    pub(super) span: Range<u64>,
    /// Where each review stands, from the start of the input. Only of a sheet that was read as a whole.
    pub(super) starts: Vec<u64>,
}

/// Whether these parts are of a sheet that was read in pieces, with reviews of which it is not known where they stand.
pub(super) fn in_pieces(parts: &[Part]) -> bool {
    parts.first().is_some_and(|first| first.called != Called::Slug)
        && parts.iter().any(|part| part.starts.len() < part.record.reviews.len())
}

/// What the `slug` of a part's record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Called {
    /// The slug.
    Slug,
    /// What a sheet calls the tool, in the form of a slug. Which tool that is, is to be settled.
    Likely,
    /// What a sheet calls the tool: an alias or a name.
    Name,
}

/// What reading one input needs and gives.
#[derive(Debug)]
pub(super) struct Reading {
    /// What is wanted of each record.
    pub(super) need: Need,
    /// Records without fault, in the order of the input.
    pub(super) parts: Vec<Part>,
    /// What is wrong with the others.
    pub(super) findings: Findings,
    /// The reviewers' names.
    pub(super) names: Names,
    /// How many reviews the last tool had: likely so many has the next.
    pub(super) panel: usize,
    /// Where in the input the text starts that is being read.
    base: u64,
}

impl Reading {
    pub(super) fn new(task: Task, base: u64) -> Self {
        let mut findings = Findings::starting_at(base);
        findings.strict = task.strict;
        let need = task.need;
        Self { need, parts: Vec::new(), findings, names: Names::default(), panel: 0, base }
    }

    /// Where in the input the text starts that is being read.
    pub(super) fn base(&self) -> u64 {
        self.base
    }

    /// From now on, the text that is read starts at byte `base` of its input.
    pub(super) fn set_base(&mut self, base: u64) {
        self.base = base;
        self.findings.set_base(base);
    }

    /// Takes a record that stands at `span` of the text.
    pub(super) fn take(&mut self, record: Record, span: Range<usize>) {
        let span = self.base + span.start as u64..self.base + span.end as u64;
        self.parts.push(Part { record, called: Called::Slug, span, starts: Vec::new() });
    }
}
