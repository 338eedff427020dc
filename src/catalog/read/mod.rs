//! From bytes to records: inputs are gathered, and each is read by its kind into [`PartialRecord`]s.
//!
//! Every record is validated in full, whatever a command asks for, and its errors stay with it: a command refuses the
//! records that it uses, and no others.

pub(crate) mod chunks;
pub(crate) mod csv;
pub(crate) mod encoding;
pub(crate) mod faults;
pub(crate) mod finding;
pub(crate) mod input;
pub(crate) mod json;
pub(crate) mod markdown;
pub(crate) mod source;
pub(crate) mod toml;

use super::record::Record;
use super::record::names::{NamePool, ScoreRange};
use super::record::projection::Projection;
use super::record::review::Review;
use super::record::reviewer::ReviewerName;
use super::sheet::SheetTask;
use crate::error::Result;
use crate::text::BOM;
use chunks::{BLOCK, ChunkedInput, START};
use csv::SheetFacts;
use encoding::{NotUtf8, check_encoding, empty};
use faults::Faults;
use finding::{Findings, InputFinding, Mark, Position};
use input::Input;
use smol_str::SmolStr;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How an input is read.
#[derive(Clone, Debug)]
pub(crate) struct ReadTask {
    /// What is kept of each record.
    pub(crate) projection: Projection,
    /// Whether what may be a mistake is noted too, beside what is invalid.
    pub(crate) lint: bool,
    /// Whether it is kept where each review of a record is. Of sheets that are not long, it always is.
    pub(crate) keep_places: bool,
    /// How many threads may read it.
    pub(crate) cores: usize,
    /// How many bytes each of them reads at once.
    pub(crate) block: usize,
    /// How it is read if it is a sheet.
    pub(crate) sheet: Arc<SheetTask>,
}

impl From<Projection> for ReadTask {
    fn from(projection: Projection) -> Self {
        Self { projection, lint: false, keep_places: false, cores: 1, block: BLOCK, sheet: Arc::default() }
    }
}

/// The rows of a sheet about one tool.
#[derive(Clone, Debug)]
pub(crate) struct PartialRecord {
    /// What they hold. The slug is empty until the tool is known.
    pub(crate) record: Record,
    /// What the rows call the tool, which may be a slug, an alias or a name.
    pub(crate) called: SmolStr,
    /// The bytes of the first row about the tool, from the start of the input.
    pub(crate) span: Range<u64>,
    /// Its index among the parts of a sheet, see [`RowSpan`].
    pub(crate) index: u32,
    /// Where each review names its reviewer, from the start of the input, if that is kept.
    pub(crate) review_starts: Vec<u64>,
    /// What is wrong with it: the rows that are invalid.
    pub(crate) faults: Option<Box<Faults>>,
}

/// Whole records, in the order of an input.
///
/// They lie side by side as a catalog keeps them, so that a million of them are not copied.
#[derive(Debug, Default)]
pub(crate) struct WholeRecords {
    /// The slug of a record is empty where it has none that is valid.
    pub(crate) records: Vec<Record>,
    /// The bytes of each, from the start of the input.
    pub(crate) spans: Vec<Range<u64>>,
    /// What else is known of some of them, by their index, ascending; of each whose slug is empty.
    pub(crate) details: Vec<(usize, RecordDetails)>,
}

/// What is known of a record beside what it holds.
#[derive(Debug, Default)]
pub(crate) struct RecordDetails {
    /// Where each review names its reviewer, from the start of the input. Of large inputs, none.
    pub(crate) review_starts: Vec<u64>,
    /// What is wrong with the record, which is of no use then.
    pub(crate) faults: Option<Box<Faults>>,
}

impl WholeRecords {
    /// Adds a record.
    #[inline]
    fn push(&mut self, record: Record, span: Range<u64>, details: RecordDetails) {
        if details.faults.is_some() || !details.review_starts.is_empty() || record.slug.is_empty() {
            self.details.push((self.records.len(), details));
        }
        self.records.push(record);
        self.spans.push(span);
    }
}

/// Rows of a sheet about one tool that follow each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RowSpan {
    /// The [`PartialRecord::index`] of the part that they belong to.
    pub(crate) part: u32,
    /// Their bytes, from the start of the input.
    pub(crate) span: Range<u64>,
}

/// What reading an input gives: its records or rows in batches, in the order of the input, and what is wrong that
/// belongs to none of them.
#[derive(Debug, Default)]
pub(crate) struct ParsedInput {
    pub(crate) whole: Vec<WholeRecords>,
    pub(crate) batches: Vec<Vec<PartialRecord>>,
    pub(crate) findings: Findings,
    /// The plain scores of each reviewer. One may be there several times.
    pub(crate) ranges: Vec<(ReviewerName, ScoreRange)>,
    /// What is known of a sheet as a whole.
    pub(crate) sheet: SheetFacts,
    /// For each batch of a sheet whose rows can be read again by themselves, where they are. Empty otherwise.
    pub(crate) rows: Vec<Vec<RowSpan>>,
}

/// The course of reading an input.
#[derive(Debug)]
pub(crate) struct ParseState {
    /// What is kept of each record.
    pub(crate) projection: Projection,
    /// The records so far, in the order of the input.
    pub(crate) whole: WholeRecords,
    /// The tools of a sheet.
    pub(crate) parts: Vec<PartialRecord>,
    /// What is wrong. What belongs to a record is taken from here when that ends.
    pub(crate) findings: Findings,
    /// The reviewers' names.
    pub(crate) names: NamePool,
    /// How the input is read if it is a sheet.
    pub(crate) sheet_task: Arc<SheetTask>,
    /// What is known of a sheet as a whole.
    pub(crate) sheet: SheetFacts,
    /// Where the rows of a sheet are.
    pub(crate) rows: Vec<RowSpan>,
    /// Where the reviews of the record at hand name their reviewers, if that is kept.
    pub(crate) review_starts: Vec<u64>,
    /// Whether it is kept where reviews are.
    pub(crate) keep_places: bool,
    /// Room for the reviews of a record while they are read.
    pub(crate) review_room: Vec<Review>,
    /// Where in the input the text starts that is being read.
    base: u64,
}

impl PartialRecord {
    /// Adds faults to those that are known.
    #[cold]
    pub(crate) fn refuse(&mut self, faults: Faults) {
        match &mut self.faults {
            Some(known) => known.append(faults),
            None => self.faults = Some(Box::new(faults)),
        }
    }
}

impl ParseState {
    pub(crate) fn new(task: &ReadTask, base: u64) -> Self {
        Self {
            projection: task.projection,
            whole: WholeRecords::default(),
            parts: Vec::new(),
            findings: Findings::new(base, task.lint),
            names: NamePool::default(),
            sheet_task: Arc::clone(&task.sheet),
            sheet: SheetFacts::default(),
            rows: Vec::new(),
            review_starts: Vec::new(),
            keep_places: task.keep_places,
            review_room: Vec::new(),
            base,
        }
    }

    /// Where in the input the text starts that is being read.
    pub(crate) fn base(&self) -> u64 {
        self.base
    }

    /// From now on, the text that is read starts at byte `base` of its input.
    pub(crate) fn set_base(&mut self, base: u64) {
        self.base = base;
        self.findings.set_base(base);
    }

    /// Takes a record at `span` of the text, with the errors found since `mark`.
    #[inline]
    pub(crate) fn take(&mut self, record: Record, span: Range<usize>, mark: Mark) {
        let span = self.base + span.start as u64..self.base + span.end as u64;
        let faults = self.findings.take_since(mark).map(Box::new);
        let review_starts = std::mem::take(&mut self.review_starts);
        self.whole.push(record, span, RecordDetails { review_starts, faults });
    }

    /// Takes the records of a text into which this one was translated; `translate` gives the bytes of this one.
    pub(crate) fn take_translated(&mut self, inner: Self, translate: &dyn Fn(Range<u64>) -> Range<u64>) {
        let base = self.base;
        let place = |span: Range<u64>| {
            let place = translate(span);
            base + place.start..base + place.end
        };
        let here = |mut finding: InputFinding| {
            finding.first = finding.first.map(|first| Position { at: place(first.at..first.at + 1).start, ..first });
            finding.span = place(finding.span);
            finding
        };
        inner.findings.errors.into_iter().map(here).for_each(|finding| self.findings.push(finding));
        self.findings.warnings.extend(inner.findings.warnings.into_iter().map(here));
        self.findings.lints.extend(inner.findings.lints.into_iter().map(here));
        self.findings.notes.extend(inner.findings.notes);
        let translate = |starts: &mut [u64], faults: &mut Option<Box<Faults>>| {
            for at in starts {
                *at = place(*at..*at + 1).start;
            }
            if let Some(faults) = faults {
                faults.findings = std::mem::take(&mut faults.findings).into_iter().map(here).collect();
            }
        };
        let WholeRecords { records, spans, details } = inner.whole;
        let before = self.whole.records.len();
        self.whole.records.extend(records);
        self.whole.spans.extend(spans.into_iter().map(place));
        for (index, mut details) in details {
            translate(&mut details.review_starts, &mut details.faults);
            self.whole.details.push((before + index, details));
        }
        for mut part in inner.parts {
            part.span = place(part.span);
            translate(&mut part.review_starts, &mut part.faults);
            self.parts.push(part);
        }
        self.names.append(inner.names, |at| place(at..at + 1).start);
    }

    /// The records, and what was found beside them.
    pub(crate) fn into_parsed(self) -> ParsedInput {
        let ranges = self.names.into_ranges();
        let (whole, batches, rows) = (vec![self.whole], vec![self.parts], vec![self.rows]);
        ParsedInput { whole, batches, findings: self.findings, ranges, sheet: self.sheet, rows }
    }
}

/// Reads all records of an input. `on_progress` is given the bytes as they are read.
///
/// # Errors
/// The input is empty, is not text, or cannot be read.
pub(crate) fn read(input: &Input, task: &ReadTask, on_progress: &(dyn Fn(u64) + Sync)) -> Result<ParsedInput> {
    let (source, size) = input.source()?;
    let reported = AtomicU64::new(0);
    let report = |bytes| {
        reported.fetch_add(bytes, Ordering::Relaxed);
        on_progress(bytes);
    };
    let chunked = ChunkedInput { name: &input.name, source: &source, size, task: task.clone(), on_progress: &report };
    if let Some(parsed) = input.kind.read_chunked(&chunked)? {
        return Ok(parsed);
    }
    let bytes = input.bytes()?;
    let state = read_whole(input, &bytes, task)?;
    on_progress((bytes.len() as u64).saturating_sub(reported.into_inner()));
    Ok(ParsedInput { rows: Vec::new(), ..state.into_parsed() })
}

/// Reads all records of an input whose bytes are at hand.
fn read_whole(input: &Input, bytes: &[u8], task: &ReadTask) -> Result<ParseState> {
    check_encoding(&input.name, &bytes[..bytes.len().min(START)])?;
    let body = bytes.strip_prefix(BOM).unwrap_or(bytes);
    let base = (bytes.len() - body.len()) as u64;
    let mut state = ParseState::new(task, base);
    match std::str::from_utf8(body) {
        Ok(text) if text.trim_start().is_empty() => return Err(empty(&input.name)),
        Ok(text) => input.kind.read(text, &mut state),
        Err(error) => {
            let (name, valid) = (input.name.as_str(), error.valid_up_to());
            let start = &body[..body.len().min(START)];
            NotUtf8 { name, bytes: body, valid, base, start }.note(&mut state.findings);
        }
    }
    Ok(state)
}

/// The records at `spans` of an input, read again with `projection`, as far as they are there and valid.
///
/// # Errors
/// The input cannot be read.
pub(crate) fn read_again(
    input: &Input,
    spans: impl IntoIterator<Item = Range<u64>>,
    projection: Projection,
) -> Result<WholeRecords> {
    let (source, _) = input.source()?;
    let mut state = ParseState::new(&projection.into(), 0);
    let mut bytes = Vec::new();
    for span in spans {
        let length = usize::try_from(span.end - span.start).unwrap_or(usize::MAX);
        source.read_into(&mut bytes, span.start, length).map_err(|error| encoding::unreadable(&input.name, &error))?;
        state.set_base(span.start);
        input.kind.read_one(std::str::from_utf8(&bytes).unwrap_or_default(), &mut state);
    }
    let WholeRecords { records, spans, details } = &mut state.whole;
    for (index, _) in details.drain(..).rev().filter(|(_, details)| details.faults.is_some()) {
        records.remove(index);
        spans.remove(index);
    }
    Ok(state.whole)
}
