//! The kinds of file that records are read from: one file per kind, one row in the registry.

mod csv;
mod csv_cells;
mod csv_columns;
mod csv_long;
mod csv_sheet;
mod csv_write;
mod json;
mod json_record;
mod json_write;
mod lexer;
mod ndjson;
mod toml;
mod toml_write;

use super::draft::Names;
use super::finding::Findings;
use super::need::{Need, Task};
use super::record::Record;
use super::stream::{Outcome, Stream};
use crate::error::Result;
use std::io::{self, Write};
use std::ops::Range;

/// Every kind, in the order in which content is tried when nothing names the kind.
pub(super) static KINDS: [&dyn Kind; 4] = [&ndjson::Ndjson, &json::Json, &toml::Toml, &csv::Csv];

/// A kind of file.
pub(super) trait Kind: Sync {
    /// What the kind is called on the command line.
    fn name(&self) -> &'static str;

    /// The extensions of its files, without a dot, in lower case.
    fn extensions(&self) -> &'static [&'static str];

    /// Whether a file that starts with `start` is of this kind. The start may be cut off anywhere.
    fn sniff(&self, start: &str) -> bool;

    /// Whether a record can be read by itself, from the span that [`Kind::read`] gave it.
    fn reads_one(&self) -> bool {
        false
    }

    /// Reads the one record that `text` is, which [`Kind::read`] took from a span of a larger text. Only where a kind
    /// [`reads_one`](Kind::reads_one).
    fn read_one(&self, _text: &str, _reading: &mut Reading) {}

    /// Writes `records` so that reading them gives the same, but for what [`Kind::lost`] says.
    fn write(&self, records: &[Record], out: &mut dyn Write) -> io::Result<()>;

    /// What a file of this kind cannot hold of `records`, a sentence each.
    fn lost(&self, _records: &[Record]) -> Vec<String> {
        Vec::new()
    }

    /// Reads all records of `text` into `reading`.
    fn read(&self, text: &str, reading: &mut Reading);

    /// Reads all records of an input piece by piece. `None` where it has to be read as a whole.
    ///
    /// # Errors
    /// The input is empty, no text, or cannot be read.
    fn read_long(&self, _stream: &Stream) -> Result<Option<Outcome>> {
        Ok(None)
    }
}

/// The kind with this name or extension.
pub(super) fn by_name(name: &str) -> Option<&'static dyn Kind> {
    let name = name.to_ascii_lowercase();
    KINDS.into_iter().find(|kind| kind.name() == name || kind.extensions().contains(&name.as_str()))
}

/// The kind that content seems to be.
pub(super) fn by_content(start: &str) -> Option<&'static dyn Kind> {
    KINDS.into_iter().find(|kind| kind.sniff(start))
}

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
    panel: usize,
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
