//! NDJSON, also called JSON Lines: one record on each line. Blank lines are skipped.

use super::lexer::{Lexer, Syntax};
use super::{Kind, json_record, json_write};
use crate::catalog::reading::Reading;
use crate::catalog::record::Record;
use crate::catalog::stream::{Outcome, Stream};
use crate::error::Result;
use memchr::memchr;
use std::io::{self, Write};

pub(super) struct Ndjson;

impl Kind for Ndjson {
    fn name(&self) -> &'static str {
        "ndjson"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["ndjson", "jsonl"]
    }

    /// Two lines that each hold an object of their own.
    fn sniff(&self, start: &str) -> bool {
        let mut lines = start.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.next().is_some_and(|line| line.starts_with('{') && line.ends_with('}'))
            && lines.next().is_some_and(|line| line.starts_with('{'))
    }

    fn reads_one(&self) -> bool {
        true
    }

    fn read_one(&self, text: &str, reading: &mut Reading) {
        // Broken syntax gives no record, which says enough.
        let _ = json_record::read(&mut Lexer::new(text), reading);
    }

    fn write(&self, records: &[Record], out: &mut dyn Write) -> io::Result<()> {
        json_write::lines(records, out)
    }

    fn read(&self, text: &str, reading: &mut Reading) {
        let mut start = 0;
        while start < text.len() {
            let end = memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |length| start + length);
            // Offsets count from the start of the text; nothing is read beyond the line.
            let mut lexer = Lexer::new(&text[..end]);
            lexer.go_to(start);
            let (parts, findings) = (reading.parts.len(), reading.findings.count);
            if let Err(Syntax { at, message }) = line(&mut lexer, reading) {
                // A line that is no JSON is one problem, whatever its start seemed to say.
                reading.parts.truncate(parts);
                reading.findings.truncate(findings);
                let help = text[start..end].trim_end().ends_with(['{', '[', ',']);
                let help = help.then(|| "a file of JSON over several lines is called .json".to_owned());
                reading.findings.add(at..at, message, help);
            }
            start = end + 1;
        }
    }

    fn read_long(&self, stream: &Stream) -> Result<Option<Outcome>> {
        stream.lines(&|text, reading| self.read(text, reading)).map(Some)
    }
}

/// Reads the record of a line, if it holds one.
fn line(lexer: &mut Lexer, reading: &mut Reading) -> std::result::Result<(), Syntax> {
    if lexer.peek().is_none() {
        return Ok(());
    }
    json_record::read(lexer, reading)?;
    if lexer.peek().is_some() {
        return Err(Syntax { at: lexer.at(), message: "something follows the record on its line".to_owned() });
    }
    Ok(())
}
