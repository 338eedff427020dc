//! CSV: long (a row per review) or wide (a row per tool, a column per reviewer), with comma, semicolon or tab.
//!
//! Rows add to a tool that may be defined elsewhere: which tool that is, is decided when all inputs are read.

mod headings;
mod layout;
mod rows;
mod tokens;

use super::chunks::{ChunkedInput, mark_length};
use super::{ParseState, ParsedInput, ReadTask};
use crate::catalog::kind::Kind;
use crate::catalog::record::Record;
use crate::catalog::write;
use crate::error::Result;
use headings::separator;
use layout::Layout;
use memchr::memchr;
use rows::RowReader;
use std::io::{self, Write};
use std::sync::Arc;
use tokens::Rows;

pub(crate) struct Csv;

impl Kind for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["csv", "tsv"]
    }

    fn sniff(&self, start: &str) -> bool {
        let mut cells = Vec::new();
        matches!(Rows::new(start, separator(start)).next(&mut cells), Ok(true)) && Layout::is_likely(start, &cells)
    }

    fn write(&self, records: &[Record], out: &mut dyn Write) -> io::Result<()> {
        write::csv::sheet(records, out)
    }

    fn lost(&self, records: &[Record]) -> Vec<String> {
        write::csv::lost(records)
    }

    fn read(&self, text: &str, state: &mut ParseState) {
        if memchr(b'\n', text.as_bytes()).is_none()
            && let Some(cr) = memchr(b'\r', text.as_bytes())
        {
            let message = format!("lines end in CR alone (byte {}), as on old Macs", cr + 1);
            let help = "save the sheet with LF or CRLF line ends (\"CSV UTF-8\" in Excel)";
            return state.findings.add(cr..cr + 1, message, Some(help.to_owned()));
        }
        if let Some((layout, start)) = headed(text, state) {
            RowReader::new(Arc::new(layout), state.projection).read_all(text, start, state);
        }
    }

    fn read_chunked(&self, input: &ChunkedInput) -> Result<Option<ParsedInput>> {
        let beginning = input.beginning()?;
        let mark = mark_length(beginning.bytes());
        let bytes = &beginning.bytes()[mark..];
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
        };
        let mut state = ParseState::new(input.task, mark as u64);
        let Some((layout, start)) = headed(text, &mut state) else { return Ok(None) };
        // The headings may go on behind what was read.
        if !layout.is_long() || start == text.len() {
            return Ok(None);
        }
        let reader = RowReader::new(Arc::new(layout), input.task.projection);
        let mut parsed = input.read(&reader, (mark + start) as u64)?;
        if !rows::join(&mut parsed.batches) {
            // Which row contradicts which shows only when they are read in their order.
            let task = ReadTask { cores: 1, ..input.task };
            parsed = ChunkedInput { task, on_progress: &|_| (), ..*input }.read(&reader, (mark + start) as u64)?;
        }
        parsed.findings.append(state.findings);
        Ok(Some(parsed))
    }
}

/// The layout of the sheet with the headings that `text` begins with, and where its rows start. Without headings there
/// are no rows, or none that can be read.
fn headed(text: &str, state: &mut ParseState) -> Option<(Layout, usize)> {
    let separator = separator(text);
    let mut rows = Rows::new(text, separator);
    let mut cells = Vec::new();
    match rows.next(&mut cells) {
        Ok(true) => Some((Layout::of(text, &cells, separator, &mut state.findings)?, rows.at())),
        Ok(false) => None,
        Err(broken) => {
            state.findings.add(broken.at..broken.at + 1, broken.message, None);
            None
        }
    }
}
