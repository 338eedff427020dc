//! CSV: long (a row per review) or wide (a row per tool, a column per reviewer), with comma, semicolon or tab.
//!
//! A row says what it says of a tool that may be defined elsewhere: which tool that is, is settled when all inputs
//! are read.

use super::csv_cells::Rows;
use super::csv_columns::{are_headings, separator};
use super::csv_sheet::Sheet;
use super::{Kind, csv_long, csv_write};
use crate::catalog::reading::Reading;
use crate::catalog::record::Record;
use crate::catalog::stream::{Outcome, Stream};
use crate::error::Result;
use memchr::memchr;
use std::io::{self, Write};

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
        if let Some((mut sheet, start)) = Sheet::headed(text, reading) {
            sheet.rows(text, start..text.len(), false, reading);
            sheet.finish(reading);
        }
    }

    fn read_long(&self, stream: &Stream) -> Result<Option<Outcome>> {
        csv_long::read(stream)
    }
}
