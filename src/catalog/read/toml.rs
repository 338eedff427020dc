//! TOML: one record, or a list of them as `[[tools]]`.
//!
//! Records are declared for JSON: the document is written as JSON and read as such, and the positions of its values are
//! translated back.

use super::json::lexer::Lexer;
use super::{ParseState, ReadTask, json};
use crate::catalog::kind::{FileKind, Writer};
use crate::catalog::record::value::quoted;
use crate::catalog::write;
use serde_json::Value as Json;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub(crate) struct Toml;

impl FileKind for Toml {
    fn name(&self) -> &'static str {
        "toml"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["toml"]
    }

    fn sniff(&self, start: &str) -> bool {
        let mut lines = start.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.next().is_some_and(|line| {
            let key = line.split('=').next().unwrap_or_default().trim();
            line.starts_with("[[tools]]")
                || (line.contains('=') && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')))
        })
    }

    fn writer(&self) -> Option<Writer> {
        Some(write::toml::tables)
    }

    fn read(&self, text: &str, state: &mut ParseState) {
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let span = error.span().unwrap_or_default();
            let message = error.message().lines().collect::<Vec<_>>().join(", ");
            state.findings.add(span, message, None);
        }
        if !errors.is_empty() {
            return;
        }
        let mut converted = Converted::default();
        converted.table(document.get_ref(), document.span());
        for (span, message) in &converted.invalid {
            state.findings.add(span.clone(), message.as_str(), None);
        }
        if !converted.invalid.is_empty() {
            return;
        }
        let task = ReadTask { lint: state.findings.lints(), ..state.projection.into() };
        let mut inner = ParseState::new(&task, 0);
        json::read_document(&mut Lexer::new(&converted.json), &mut inner);
        state.take_translated(inner, &|span| converted.place(span.start));
    }
}

/// A document written as JSON.
#[derive(Default)]
struct Converted {
    json: String,
    /// Where each value starts in `json`, and its bytes in the TOML text.
    places: Vec<(usize, Range<usize>)>,
    /// Numbers that are none, which the parser lets through.
    invalid: Vec<(Range<usize>, String)>,
}

impl Converted {
    fn table(&mut self, table: &DeTable, span: Range<usize>) {
        self.places.push((self.json.len(), span));
        self.json.push('{');
        for (index, (key, value)) in table.iter().enumerate() {
            if index > 0 {
                self.json.push(',');
            }
            self.places.push((self.json.len(), key.span()));
            self.text(key.get_ref());
            self.json.push(':');
            self.value(value);
        }
        self.json.push('}');
    }

    fn value(&mut self, value: &Spanned<DeValue>) {
        if let DeValue::Table(table) = value.get_ref() {
            return self.table(table, value.span());
        }
        self.places.push((self.json.len(), value.span()));
        match value.get_ref() {
            DeValue::String(text) => self.text(text),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => self.json.push_str(&number.to_string()),
                Err(_) => self.number(number.as_str(), value.span()),
            },
            DeValue::Float(number) => self.number(number.as_str(), value.span()),
            DeValue::Boolean(value) => self.json.push_str(if *value { "true" } else { "false" }),
            DeValue::Datetime(day) => self.text(&day.to_string()),
            DeValue::Array(values) => {
                self.json.push('[');
                for (index, value) in values.iter().enumerate() {
                    if index > 0 {
                        self.json.push(',');
                    }
                    self.value(value);
                }
                self.json.push(']');
            }
            DeValue::Table(_) => {}
        }
    }

    /// A number as it is written; as a text where JSON has no such number (`nan`, `inf`).
    fn number(&mut self, number: &str, span: Range<usize>) {
        let number = number.strip_prefix('+').unwrap_or(number);
        if Lexer::new(number).number().is_ok_and(|whole| whole == number) {
            return self.json.push_str(number);
        }
        if !number.bytes().any(|byte| byte.is_ascii_alphanumeric()) || !number.is_ascii() {
            self.invalid.push((span, format!("expected a number, found {}", quoted(number))));
        }
        self.text(number);
    }

    fn text(&mut self, text: &str) {
        self.json.push_str(&Json::from(text).to_string());
    }

    /// The bytes in the TOML text of what starts at `at` of the JSON text.
    fn place(&self, at: u64) -> Range<u64> {
        let index = self.places.partition_point(|(start, _)| (*start as u64) <= at).saturating_sub(1);
        self.places.get(index).map_or(0..0, |(_, span)| span.start as u64..span.end as u64)
    }
}
