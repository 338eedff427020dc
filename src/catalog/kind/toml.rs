//! TOML: one record, or a list of them as `[[tools]]`.
//!
//! What a record may hold is said once, for JSON: the document is written as JSON and read as such, and the places of
//! its values are carried over.

use super::lexer::Lexer;
use super::{Kind, json, toml_write};
use crate::catalog::finding::Finding;
use crate::catalog::need::Task;
use crate::catalog::reading::Reading;
use crate::catalog::record::Record;
use serde_json::Value as Json;
use std::io::{self, Write};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub(super) struct Toml;

impl Kind for Toml {
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

    fn write(&self, records: &[Record], out: &mut dyn Write) -> io::Result<()> {
        toml_write::tables(records, out)
    }

    fn read(&self, text: &str, reading: &mut Reading) {
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let span = error.span().unwrap_or_default();
            let message = error.message().lines().collect::<Vec<_>>().join(", ");
            reading.findings.add(span, message, None);
        }
        if !errors.is_empty() {
            return;
        }
        let mut written = Written::default();
        written.table(document.get_ref(), document.span());
        let task = Task { strict: reading.findings.strict, ..reading.need.into() };
        let mut inner = Reading::new(task, 0);
        std::mem::swap(&mut inner.names, &mut reading.names);
        json::read_document(&mut Lexer::new(&written.json), &mut inner);
        std::mem::swap(&mut inner.names, &mut reading.names);
        let base = reading.base();
        let carry = |mut finding: Finding| {
            finding.first = finding.first.map(|mut first| {
                first.at = base + written.place(first.at).start as u64;
                first
            });
            let span = written.place(finding.span.start);
            finding.span = base + span.start as u64..base + span.end as u64;
            finding
        };
        inner.findings.kept.into_iter().map(carry).for_each(|finding| reading.findings.push(finding));
        reading.findings.warnings.extend(inner.findings.warnings.into_iter().map(carry));
        for part in inner.parts {
            let place = written.place(part.span.start);
            reading.take(part.record, place);
        }
    }
}

/// A document written as JSON.
#[derive(Default)]
struct Written {
    json: String,
    /// Where each value starts in `json`, and its bytes in the TOML text.
    places: Vec<(usize, Range<usize>)>,
}

impl Written {
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
                Err(_) => self.number(number.as_str()),
            },
            DeValue::Float(number) => self.number(number.as_str()),
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

    /// A number as it stands; as a text where JSON has no such number (`nan`, `inf`).
    fn number(&mut self, number: &str) {
        let number = number.strip_prefix('+').unwrap_or(number);
        if Lexer::new(number).number().is_ok_and(|whole| whole == number) {
            self.json.push_str(number);
        } else {
            self.text(number);
        }
    }

    fn text(&mut self, text: &str) {
        self.json.push_str(&Json::from(text).to_string());
    }

    /// The bytes in the TOML text of what starts at `at` of the JSON text.
    fn place(&self, at: u64) -> Range<usize> {
        let index = self.places.partition_point(|(start, _)| (*start as u64) <= at).saturating_sub(1);
        self.places.get(index).map_or(0..0, |(_, span)| span.clone())
    }
}
