//! CSV: long (a row per review) or wide (a row per tool, a column per reviewer), with comma, semicolon or tab.
//!
//! A row says what it says of a tool that may be defined elsewhere: which tool that is, is settled when all inputs
//! are read.

use super::csv_cells::Rows;
use super::csv_columns::{are_headings, columns, separator};
use super::csv_sheet::Sheet;
use super::{Kind, Part, Reading, csv_write};
use crate::catalog::by_text::ByText;
use crate::catalog::draft::reviewer_twice;
use crate::catalog::merge::absorb_fields;
use crate::catalog::need::Task;
use crate::catalog::record::Record;
use crate::cores;
use memchr::memchr;
use std::io::{self, Write};
use std::ops::Range;

pub(super) struct Csv;

impl Kind for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["csv", "tsv"]
    }

    fn sniff(&self, start: &str) -> bool {
        let mut cells = Vec::new();
        matches!(Rows::new(start, separator(start)).next(&mut cells), Ok(true)) && are_headings(start, &cells)
    }

    fn write(&self, records: &[Record], out: &mut dyn Write) -> io::Result<()> {
        csv_write::sheet(records, out)
    }

    fn lost(&self, records: &[Record]) -> Vec<String> {
        csv_write::lost(records)
    }

    fn read(&self, text: &str, reading: &mut Reading) {
        if memchr(b'\n', text.as_bytes()).is_none()
            && let Some(cr) = memchr(b'\r', text.as_bytes())
        {
            let message = format!("lines end in CR alone (byte {}), as on old Macs", cr + 1);
            let help = "save the sheet with LF or CRLF line ends (\"CSV UTF-8\" in Excel)";
            return reading.findings.add(cr..cr + 1, message, Some(help.to_owned()));
        }
        let separator = separator(text);
        let mut rows = Rows::new(text, separator);
        let mut cells = Vec::new();
        match rows.next(&mut cells) {
            Ok(true) => {}
            Ok(false) => return,
            Err(broken) => return reading.findings.add(broken.at..broken.at + 1, broken.message, None),
        }
        let Some(columns) = columns(text, &cells, &mut reading.findings) else { return };
        let sheet = Sheet::new(text, columns, separator);
        let (start, end) = (rows.at(), text.len());
        if let Some(parts) = in_parts(&sheet, start..end, reading) {
            reading.further = parts;
            return;
        }
        let mut sheet = sheet;
        sheet.rows(start..end, reading);
        sheet.finish(reading);
    }
}

/// Shorter sheets than this are read on one core.
const LONG: usize = 1 << 20;

/// Reads the rows at `span` on several cores, if that gives what one core would give: the cuts have to be between
/// rows, which only shows at the end (a line end may stand in a cell), and there must be nothing to complain of.
fn in_parts(empty: &Sheet, span: Range<usize>, reading: &Reading) -> Option<Vec<Vec<Part>>> {
    let count = reading.cores;
    if count < 2 || reading.findings.strict || span.len() < LONG {
        return None;
    }
    let cut = |part: usize| match part {
        0 => span.start,
        part if part == count => span.end,
        part => empty.row_after(span.start + span.len() / count * part, span.end),
    };
    let cuts: Vec<usize> = (0..=count).map(cut).collect();
    let task = Task { need: reading.need, strict: false, cores: 1 };
    let read = |span: Range<usize>| {
        let (mut sheet, mut reading) = (empty.clone(), Reading::new(task, reading.base()));
        let end = sheet.rows(span.clone(), &mut reading);
        (end == span.end && reading.findings.count == 0).then(|| sheet.into_parts()).flatten()
    };
    let read = &read;
    let parts = cores::run(cuts.windows(2).map(|cuts| move || read(cuts[0]..cuts[1])));
    together(parts.into_iter().collect::<Option<_>>()?)
}

/// Brings the rows of each tool together, with the first of them; `None` where they do not fit.
fn together(mut parts: Vec<Vec<Part>>) -> Option<Vec<Vec<Part>>> {
    let mut known = ByText::with_capacity(parts.iter().map(Vec::len).sum());
    for part in 0..parts.len() {
        for tool in 0..parts[part].len() {
            let text = parts[part][tool].loose.as_ref()?.tool.as_str();
            let has =
                |(part, tool): (usize, usize)| parts[part][tool].loose.as_ref().is_some_and(|loose| loose.tool == text);
            let Some((first, same)) = known.find_or_add(text, (part, tool), has) else { continue };
            let Part { record, loose, .. } = &mut parts[part][tool];
            let (said, starts) = (std::mem::take(record), loose.take()?.starts);
            let known = &mut parts[first][same];
            if !absorb_fields(&mut known.record, &said).is_empty() {
                return None;
            }
            known.record.reviews.extend(said.reviews);
            known.loose.as_mut()?.starts.extend(starts);
            if reviewer_twice(&known.record.reviews).is_some() {
                return None;
            }
        }
    }
    Some(parts)
}
