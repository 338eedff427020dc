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

use super::reading::Reading;
use super::record::Record;
use super::stream::{Outcome, Stream};
use crate::error::Result;
use std::io::{self, Write};

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
