//! `json`: everything, for programs. Nulls for the absent, no escapes left to the reader.

use super::{BuiltIn, Style};
use crate::ci_log::{self, Breaks};
use crate::error::{Error, Result};
use crate::report::Report;
use crate::text::is_control;
use serde::Serialize;
use serde_json::ser::{CompactFormatter, PrettyFormatter};
use std::io;

/// The `json` format.
pub(super) const JSON: BuiltIn = BuiltIn::new("json", &["json"], "everything, for programs", format);

fn format(report: &Report, _style: &Style) -> Result<String> {
    let mut bytes = Vec::new();
    let mut serializer =
        serde_json::Serializer::with_formatter(&mut bytes, Escaping::new(PrettyFormatter::new(), is_control));
    report.serialize(&mut serializer).map_err(|e| Error::data(format!("cannot write the document as JSON: {e}")))?;
    bytes.push(b'\n');
    String::from_utf8(bytes).map_err(|e| Error::data(format!("cannot write the document as JSON: {e}")))
}

/// How JSON is laid out.
#[derive(Clone, Copy)]
pub(super) enum Layout {
    /// On one line.
    Compact,
    /// On several lines, each level indented by so many spaces.
    Indented(usize),
}

/// `value` as JSON whose strings hold no raw control character, nor one that `also` names.
///
/// # Errors
/// More than `most` bytes: a small value that holds itself over and over can stand for more than any memory.
pub(super) fn text(value: &impl Serialize, layout: Layout, also: fn(char) -> bool, most: usize) -> Result<String> {
    let mut out = Limited::new(most);
    let written = match layout {
        Layout::Compact => {
            let formatter = Escaping::new(CompactFormatter, |c| is_control(c) || also(c));
            value.serialize(&mut serde_json::Serializer::with_formatter(&mut out, formatter))
        }
        Layout::Indented(width) => {
            let indent = " ".repeat(width);
            let formatter =
                Escaping::new(PrettyFormatter::with_indent(indent.as_bytes()), |c| is_control(c) || also(c));
            value.serialize(&mut serde_json::Serializer::with_formatter(&mut out, formatter))
        }
    };
    written.map_err(|e| Error::data(format!("cannot write the value as JSON: {e}")))?;
    String::from_utf8(out.bytes).map_err(|e| Error::data(format!("cannot write the value as JSON: {e}")))
}

/// A buffer that refuses to grow beyond a limit.
pub(super) struct Limited {
    pub(super) bytes: Vec<u8>,
    most: usize,
}

impl Limited {
    /// A buffer for at most `most` bytes.
    pub(super) const fn new(most: usize) -> Self {
        Self { bytes: Vec::new(), most }
    }
}

impl io::Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.most {
            return Err(io::Error::other("it is too large"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// JSON that escapes what would act on a terminal although JSON allows it raw (DEL, C1 controls, bidi and other
/// invisible characters) or as a command in the log of a CI job (`##[`, as no line begins with a string's text), or whatever
/// else `escaped` names. The data survives exactly.
struct Escaping<F, E> {
    inner: F,
    escaped: E,
    depth: usize,
}

/// How deep values may nest; a document does not by far.
const DEPTH_MAX: usize = 128;

impl<F, E> Escaping<F, E> {
    fn new(inner: F, escaped: E) -> Self {
        Self { inner, escaped, depth: 0 }
    }

    fn deeper(&mut self) -> io::Result<()> {
        self.depth += 1;
        if self.depth > DEPTH_MAX { Err(io::Error::other("it nests too deep")) } else { Ok(()) }
    }
}

impl<F: serde_json::ser::Formatter, E: Fn(char) -> bool> serde_json::ser::Formatter for Escaping<F, E> {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        let command = |rest: &str, at: usize, c: char| c == '#' && ci_log::is_command(rest, at, Breaks::AtLineEnds);
        let escaped = |rest: &str, at: usize, c: char| (self.escaped)(c) || command(rest, at, c);
        while let Some((at, c)) = rest.char_indices().find(|(at, c)| escaped(rest, *at, *c)) {
            writer.write_all(&rest.as_bytes()[..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &rest[at + c.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.deeper()?;
        self.inner.begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth -= 1;
        self.inner.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.inner.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.inner.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.deeper()?;
        self.inner.begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth -= 1;
        self.inner.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.inner.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.inner.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.inner.end_object_value(writer)
    }
}
