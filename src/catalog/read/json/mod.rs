//! JSON: one record, a list of records, or `{"tools": [...]}`.

pub(crate) mod lexer;
pub(crate) mod lines;
pub(crate) mod record;
mod text;

use super::ParseState;
use crate::catalog::kind::{FileKind, Writer};
use crate::catalog::record::Record;
use crate::catalog::write;
use lexer::{Lexer, Syntax};

pub(crate) struct JsonReader;

impl FileKind for JsonReader {
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

    fn read_one(&self, text: &str, state: &mut ParseState) {
        // A syntax error leaves no record, and that is all that matters here.
        let _ = one(&mut Lexer::new(text), state);
    }

    fn writer(&self) -> Option<Writer> {
        Some(write::json::list)
    }

    fn read(&self, text: &str, state: &mut ParseState) {
        read_document(&mut Lexer::new(text), state);
    }
}

/// Reads a whole document.
pub(crate) fn read_document(lexer: &mut Lexer, state: &mut ParseState) {
    if let Err(Syntax { at, message }) = document(lexer, state) {
        state.findings.add(at..at, message, None);
    }
}

fn document(lexer: &mut Lexer, state: &mut ParseState) -> Result<(), Syntax> {
    match lexer.peek() {
        Some(b'[') => records(lexer, state)?,
        Some(b'{') => {
            let start = lexer.at();
            if !wrapper(lexer, state)? {
                lexer.go_to(start);
                one(lexer, state)?;
            }
        }
        _ => {
            let start = lexer.at();
            let value = record::value(lexer)?;
            let message = format!("found {}, expected a record or a list of records", value.described());
            state.findings.add(start..lexer.at(), message, None);
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

/// Reads the record that starts here.
fn one(lexer: &mut Lexer, state: &mut ParseState) -> Result<(), Syntax> {
    let _ = lexer.peek();
    let (start, mark) = (lexer.at(), state.findings.mark());
    let mut found = Record::default();
    record::read(lexer, state, &mut found)?;
    state.take(found, start..lexer.at(), mark);
    Ok(())
}

/// Reads the list that starts here.
fn records(lexer: &mut Lexer, state: &mut ParseState) -> Result<(), Syntax> {
    lexer.open();
    let mut first = true;
    while lexer.item(&mut first)? {
        one(lexer, state)?;
    }
    Ok(())
}

/// Reads the object that starts here if it has `tools`; tells whether it has.
fn wrapper(lexer: &mut Lexer, state: &mut ParseState) -> Result<bool, Syntax> {
    lexer.open();
    let mut first = true;
    let mut tools_at = None;
    while let Some(key) = lexer.key(&mut first)? {
        if key.text() != "tools" {
            lexer.skip()?;
        } else if let Some(before) = tools_at {
            record::duplicate_key("tools", key.start, before, lexer, state)?;
        } else if lexer.peek() == Some(b'[') {
            tools_at = Some(key.start);
            records(lexer, state)?;
        } else {
            tools_at = Some(key.start);
            let start = lexer.at();
            let value = record::value(lexer)?;
            let message = format!("`tools` is {}, expected a list of records", value.described());
            state.findings.add(start..lexer.at(), message, None);
        }
    }
    Ok(tools_at.is_some())
}
