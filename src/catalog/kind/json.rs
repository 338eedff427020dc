//! JSON: one record, a list of records, or `{"tools": [...]}`.

use super::lexer::{Lexer, Syntax};
use super::{Kind, json_record, json_write};
use crate::catalog::reading::Reading;
use crate::catalog::record::Record;
use std::io::{self, Write};

pub(super) struct Json;

impl Kind for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["json"]
    }

    fn sniff(&self, start: &str) -> bool {
        let mut lexer = Lexer::new(start);
        match lexer.peek() {
            Some(b'{') => true,
            // `[[tools]]` and `[tools]` are TOML.
            Some(b'[') => {
                lexer.open();
                !lexer.peek().is_some_and(|byte| byte == b'[' || byte.is_ascii_alphabetic())
            }
            _ => false,
        }
    }

    fn reads_one(&self) -> bool {
        true
    }

    fn read_one(&self, text: &str, reading: &mut Reading) {
        // Broken syntax gives no record, which says enough.
        let _ = json_record::read(&mut Lexer::new(text), reading);
    }

    fn write(&self, records: &[Record], out: &mut dyn Write) -> io::Result<()> {
        json_write::list(records, out)
    }

    fn read(&self, text: &str, reading: &mut Reading) {
        read_document(&mut Lexer::new(text), reading);
    }
}

/// Reads a whole document.
pub(super) fn read_document(lexer: &mut Lexer, reading: &mut Reading) {
    if let Err(Syntax { at, message }) = document(lexer, reading) {
        reading.findings.add(at..at, message, None);
    }
}

fn document(lexer: &mut Lexer, reading: &mut Reading) -> Result<(), Syntax> {
    match lexer.peek() {
        Some(b'[') => records(lexer, reading)?,
        Some(b'{') => {
            let start = lexer.at();
            if !wrapper(lexer, reading)? {
                lexer.go_to(start);
                json_record::read(lexer, reading)?;
            }
        }
        _ => {
            let start = lexer.at();
            let value = json_record::value(lexer)?;
            let message = format!("found {}, expected a record or a list of records", value.described());
            reading.findings.add(start..lexer.at(), message, None);
        }
    }
    match lexer.peek() {
        None => Ok(()),
        Some(b'{') => Err(Syntax {
            at: lexer.at(),
            message: "a second value follows the first; a file with one record on each line is called .ndjson"
                .to_owned(),
        }),
        Some(_) => {
            Err(Syntax { at: lexer.at(), message: "something follows after the end of the JSON value".to_owned() })
        }
    }
}

/// Reads the list that starts here.
fn records(lexer: &mut Lexer, reading: &mut Reading) -> Result<(), Syntax> {
    lexer.open();
    let mut first = true;
    while lexer.item(&mut first)? {
        json_record::read(lexer, reading)?;
    }
    Ok(())
}

/// Reads the object that starts here if it has `tools`; says whether it has.
fn wrapper(lexer: &mut Lexer, reading: &mut Reading) -> Result<bool, Syntax> {
    lexer.open();
    let mut first = true;
    let mut tools_at = None;
    while let Some(key) = lexer.key(&mut first)? {
        if key.text()? != "tools" {
            lexer.skip()?;
        } else if let Some(before) = tools_at {
            json_record::twice("tools", key.start, before, lexer, reading)?;
        } else if lexer.peek() == Some(b'[') {
            tools_at = Some(key.start);
            records(lexer, reading)?;
        } else {
            tools_at = Some(key.start);
            let start = lexer.at();
            let value = json_record::value(lexer)?;
            let message = format!("`tools` is {}, expected a list of records", value.described());
            reading.findings.add(start..lexer.at(), message, None);
        }
    }
    Ok(tools_at.is_some())
}
