//! CSV: long (a row per review) or wide (a row per tool, a column per reviewer), with comma, semicolon or tab.
//!
//! Rows add to a tool that may be defined elsewhere: which tool that is, is decided when all inputs are read.

mod aggregate;
mod cells;
mod derived;
mod forms;
mod header;
mod headings;
mod layout;
mod likeness;
mod pattern;
mod rows;
mod rule;
mod shape;
mod sheet_block;
mod suggest;
mod tokens;
mod tools;

use super::chunks::{ChunkReader as _, ChunkedInput, LINE_MAX, mark_length};
use super::encoding::unreadable;
use super::finding::Findings;
use super::{ParseState, ParsedInput, PartialRecord, ReadTask};
use crate::catalog::kind::{FileKind, Writer};
use crate::catalog::record::names::NamePool;
use crate::catalog::record::score::Score;
use crate::catalog::sheet::SheetTask;
use crate::catalog::write;
use crate::catalog::write::RecordSource;
use crate::error::Result;
use header::{Header, are_likely};
use headings::Heading;
pub(crate) use headings::table as headings;
use layout::{LayoutTask, SheetLayout};
use memchr::memchr;
use rows::RowReader;
use std::ops::Range;
use std::sync::Arc;
use tokens::RowTokens;

pub(crate) struct CsvReader;

impl FileKind for CsvReader {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["csv", "tsv"]
    }

    fn sniff(&self, start: &str) -> bool {
        Header::find(start, &are_likely, &mut Findings::default()).is_some_and(|header| are_likely(&header.headings))
    }

    fn is_sheet(&self) -> bool {
        true
    }

    fn writer(&self) -> Option<Writer> {
        Some(write::csv::sheet)
    }

    fn lost(&self, records: &dyn RecordSource) -> Result<Vec<String>> {
        write::csv::lost(records)
    }

    fn read(&self, text: &str, state: &mut ParseState) {
        read(text, state);
    }

    fn reads_rows(&self) -> bool {
        true
    }

    fn read_rows(&self, input: &ChunkedInput, spans: &[Range<u64>]) -> Result<Vec<PartialRecord>> {
        let Some(LongSheet { layout, .. }) = LongSheet::of(input)? else { return Ok(Vec::new()) };
        let mut state = ParseState::new(&input.task, 0);
        let mut reader = RowReader::new(Arc::new(layout), input.task.projection);
        let mut bytes = Vec::new();
        for span in spans {
            let length = usize::try_from(span.end - span.start).unwrap_or(usize::MAX);
            let read = input.source.read_into(&mut bytes, span.start, length);
            read.map_err(|error| unreadable(input.name, &error))?;
            let text = std::str::from_utf8(&bytes).unwrap_or_default();
            state.set_base(span.start);
            reader.read(text, text.len(), false, &mut state);
        }
        reader.finish(&mut state);
        Ok(state.parts)
    }

    fn read_chunked(&self, input: &ChunkedInput) -> Result<Option<ParsedInput>> {
        let Some(LongSheet { layout, from, findings }) = LongSheet::of(input)? else { return Ok(None) };
        let read = |layout: &SheetLayout| RowReader::new(Arc::new(layout.clone()), input.task.projection);
        let again = |layout: &SheetLayout, block: usize| {
            let task = ReadTask { cores: 1, block, ..input.task.clone() };
            ChunkedInput { task, on_progress: &|_| (), ..input.clone() }.read(&read(layout), from)
        };
        let mut parsed = input.read(&read(&layout), from)?;
        if parsed.sheet.verdicts_block.is_some() {
            // It lists the unknown words of all rows, as far as these are at hand.
            parsed = again(&layout, LINE_MAX)?;
        } else if !tools::join(&mut parsed) || parsed.sheet.has_addresses {
            // Which row contradicts which shows only when they are read in their order.
            parsed = again(&layout, input.task.block)?;
        }
        if parsed.sheet.has_half_pair() {
            parsed = again(&layout.without_pairs(), LINE_MAX)?;
            parsed.rows.clear();
        }
        parsed.sheet.conclude(&layout, &mut parsed.findings);
        parsed.findings.append(findings);
        Ok(Some(parsed))
    }
}

/// A sheet that is read piece by piece.
struct LongSheet {
    layout: SheetLayout,
    /// The byte at which its rows start.
    from: u64,
    /// What was found in its headings.
    findings: Findings,
}

impl LongSheet {
    /// `None` where the sheet has to be read as a whole.
    fn of(input: &ChunkedInput) -> Result<Option<Self>> {
        let beginning = input.beginning()?;
        let mark = mark_length(beginning.bytes());
        let bytes = &beginning.bytes()[mark..];
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
        };
        let mut state = ParseState::new(&input.task, mark as u64);
        let Some((layout, start)) = headed(text, &mut state) else { return Ok(None) };
        // The headings may continue behind the block.
        let is_long = layout.is_long() && start < text.len();
        Ok(is_long.then(|| Self { layout, from: (mark + start) as u64, findings: state.findings }))
    }
}

/// Reads all rows of `text` into `state`.
pub(crate) fn read(text: &str, state: &mut ParseState) {
    if memchr(b'\n', text.as_bytes()).is_none()
        && let Some(cr) = memchr(b'\r', text.as_bytes())
    {
        let message = format!("lines end in CR alone (byte {}), as on old Macs", cr + 1);
        let help = "save the sheet with LF or CRLF line ends (\"CSV UTF-8\" in Excel)";
        return state.findings.add(cr..cr + 1, message, Some(help.to_owned()));
    }
    let Some((layout, start)) = headed(text, state) else { return };
    let before = state.findings.clone();
    RowReader::new(Arc::new(layout.clone()), state.projection).read_all(text, start, state);
    if state.sheet.has_half_pair() {
        // Which of the two occur shows only at the end.
        (state.findings, state.sheet) = (before, SheetFacts::default());
        (state.parts, state.names) = (Vec::new(), NamePool::default());
        RowReader::new(Arc::new(layout.without_pairs()), state.projection).read_all(text, start, state);
    }
    state.sheet.conclude(&layout, &mut state.findings);
}

/// Whether `text` is a sheet with tools and judgements of them.
pub(crate) fn is_reviews(text: &str, sheet: &SheetTask) -> bool {
    let Some(header) = Header::find(text, &are_likely, &mut Findings::default()) else { return false };
    if sheet.rule.names_columns() {
        return rule::is_header(&sheet.rule, &header.headings);
    }
    let is_judgement = |cell: &str| Score::from_text(cell).is_ok() || sheet.words.meaning(cell, false).is_some();
    let mut rows = RowTokens::starting_at(text, header.separator, header.rows);
    let mut cells = Vec::new();
    let mut has_judgement = header.position(Heading::is_judgement).is_some();
    while !has_judgement && rows.next(&mut cells) == Ok(true) {
        has_judgement = cells.iter().skip(1).any(|cell| is_judgement(&cell.text(text)));
    }
    are_likely(&header.headings) && has_judgement
}

/// What shows only when all rows of a sheet were read.
#[derive(Clone, Debug, Default)]
pub(crate) struct SheetFacts {
    /// Where each of the words first is that are verdicts where both occur.
    pairs: [Option<u64>; 2],
    /// Whether reviewers are named by e-mail addresses.
    has_addresses: bool,
    /// Whether cells of reviewers hold words for verdicts.
    has_words: bool,
    /// Reviews that have neither a score nor a verdict, and say so.
    without_judgement: usize,
    /// The settings that give a meaning to words that nobody knows, once there is one.
    verdicts_block: Option<String>,
}

impl SheetFacts {
    /// Takes what is known of a later part of the sheet.
    pub(crate) fn append(&mut self, later: &Self) {
        self.pairs = [self.pairs[0].or(later.pairs[0]), self.pairs[1].or(later.pairs[1])];
        self.has_addresses |= later.has_addresses;
        self.has_words |= later.has_words;
        self.without_judgement += later.without_judgement;
        self.verdicts_block = self.verdicts_block.take().or_else(|| later.verdicts_block.clone());
    }

    fn has_half_pair(&self) -> bool {
        self.pairs[0].is_some() != self.pairs[1].is_some()
    }

    /// Notes how the sheet was understood.
    fn conclude(&self, layout: &SheetLayout, out: &mut Findings) {
        let words = self.has_words.then(|| "words such as `yes` and `no` are read as verdicts".to_owned());
        let notes: Vec<String> = layout.note.iter().cloned().chain(words).collect();
        if !notes.is_empty() {
            out.notes.push(notes.join("; "));
        }
        if self.without_judgement > 0 {
            let are = if self.without_judgement == 1 {
                "review is left out: it has"
            } else {
                "reviews are left out: they have"
            };
            out.notes.push(format!("{} {are} neither a score nor a verdict", self.without_judgement));
        }
    }
}

/// The layout of the sheet with the headings that `text` begins with, and where its rows start. Without headings there
/// are no rows, or none that can be read.
fn headed(text: &str, state: &mut ParseState) -> Option<(SheetLayout, usize)> {
    let sheet = Arc::clone(&state.sheet_task);
    let by_rule = sheet.rule.names_columns();
    let is_wanted =
        |headings: &[Heading]| if by_rule { rule::is_header(&sheet.rule, headings) } else { are_likely(headings) };
    let header = Header::find(text, &is_wanted, &mut state.findings)?;
    let task = LayoutTask { text, header: &header, sheet: &sheet };
    let layout =
        if by_rule { rule::layout(task, &mut state.findings) } else { shape::guess(task, &mut state.findings) };
    Some((layout?, header.rows))
}
