//! The kinds of file that records are read from and written to: one file per kind, one row in the registry.

use super::read::chunks::ChunkedInput;
use super::read::{ParseState, ParsedInput, PartialRecord, csv, json, markdown, toml};
use super::record::Scale;
use super::write::RecordSource;
use crate::error::{Error, Result};
use std::fmt;
use std::io::Write;
use std::ops::Range;

/// Every kind, in the order in which content is tried when nothing names the kind.
pub(crate) static KINDS: [&dyn FileKind; 5] =
    [&json::lines::Ndjson, &json::JsonReader, &toml::Toml, &csv::CsvReader, &markdown::MarkdownReader];

/// A kind of file.
pub(crate) trait FileKind: Sync {
    /// What the kind is called on the command line.
    fn name(&self) -> &'static str;

    /// The extensions of its files, without a dot, in lower case.
    fn extensions(&self) -> &'static [&'static str];

    /// Whether a file that starts with `start` is of this kind. The start may be cut off anywhere.
    fn sniff(&self, start: &str) -> bool;

    /// Whether its files are sheets, which follow the rules of [`super::SheetOptions`].
    fn is_sheet(&self) -> bool {
        false
    }

    /// Whether such files are read where a folder is named.
    fn is_walked(&self) -> bool {
        true
    }

    /// Whether a record can be read by itself, from the span that [`FileKind::read`] gave it.
    fn reads_one(&self) -> bool {
        false
    }

    /// Reads the one record that `text` is, which [`FileKind::read`] took from a span of a larger text. Only where a kind
    /// [`reads_one`](FileKind::reads_one).
    fn read_one(&self, _text: &str, _state: &mut ParseState) {}

    /// Whether [`FileKind::read_rows`] reads some rows of a large file.
    fn reads_rows(&self) -> bool {
        false
    }

    /// Reads the rows at `spans` again, which [`ParsedInput::rows`] gave. Only where a kind
    /// [`reads_rows`](FileKind::reads_rows).
    ///
    /// # Errors
    /// The input is not text, or cannot be read.
    fn read_rows(&self, _input: &ChunkedInput, _spans: &[Range<u64>]) -> Result<Vec<PartialRecord>> {
        Ok(Vec::new())
    }

    /// Writes `records` so that reading them gives the same, but for what [`FileKind::lost`] names. `None` where such files
    /// are only read.
    fn writer(&self) -> Option<Writer> {
        None
    }

    /// What a file of this kind cannot hold of `records`, a sentence each.
    ///
    /// # Errors
    /// That of reading a record.
    fn lost(&self, _records: &dyn RecordSource) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    /// Reads all records of `text` into `state`.
    fn read(&self, text: &str, state: &mut ParseState);

    /// Reads all records of an input piece by piece. `None` where it has to be read as a whole.
    ///
    /// # Errors
    /// The input is empty, is not text, or cannot be read.
    fn read_chunked(&self, _input: &ChunkedInput) -> Result<Option<ParsedInput>> {
        Ok(None)
    }
}

/// Writes records as a file of one kind. Sheets name the scale of their scores where plain numbers are on another.
pub(crate) type Writer = fn(&dyn RecordSource, Option<Scale>, &mut dyn Write) -> Result<()>;

impl fmt::Debug for dyn FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The kind with this name or extension.
pub(crate) fn by_name(name: &str) -> Option<&'static dyn FileKind> {
    let name = name.to_ascii_lowercase();
    KINDS.into_iter().find(|kind| kind.name() == name || kind.extensions().contains(&name.as_str()))
}

/// The kind that the user named.
pub(super) fn named(name: &str) -> Result<&'static dyn FileKind> {
    by_name(name).ok_or_else(|| {
        let names: Vec<_> = kinds().collect();
        Error::usage(format!("unknown input format `{name}`")).hint(format!("the formats are {}", names.join(", ")))
    })
}

/// The kind that content seems to be.
pub(crate) fn by_content(start: &str) -> Option<&'static dyn FileKind> {
    KINDS.into_iter().find(|kind| kind.sniff(start))
}

/// The names of all kinds of file, as [`super::ReadOptions::input_format`] takes them.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    KINDS.into_iter().map(FileKind::name)
}

/// Writes `records`, read in full, to `out` as a file of the kind called `kind`. Gives what such a file cannot hold of
/// them, a sentence each; all else is the same when it is read again, also where plain numbers of sheets are on `scale`.
///
/// # Errors
/// There is no such kind, `out` does not take the bytes, or a record cannot be read.
pub fn write(records: &dyn RecordSource, kind: &str, scale: Option<Scale>, out: &mut dyn Write) -> Result<Vec<String>> {
    let kind = named(kind)?;
    let Some(writer) = kind.writer() else {
        let error = Error::usage(format!("records are not written as {kind:?}"));
        return Err(error.hint(format!("the kinds are {}", written_kinds().collect::<Vec<_>>().join(", "))));
    };
    writer(records, scale, out)?;
    kind.lost(records)
}

/// Whether a kind of record file has this name or extension.
pub fn is_kind(name: &str) -> bool {
    by_name(name).is_some()
}

/// The names of the kinds that [`write()`] takes.
pub fn written_kinds() -> impl Iterator<Item = &'static str> {
    KINDS.into_iter().filter(|kind| kind.writer().is_some()).map(FileKind::name)
}

/// Whether [`write()`] takes a kind of this name or extension.
pub fn is_written(name: &str) -> bool {
    by_name(name).is_some_and(|kind| kind.writer().is_some())
}
