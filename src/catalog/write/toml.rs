//! Records as TOML: a `[[tools]]` for each.

use super::{RecordSource, not_taken};
use crate::catalog::record::fields::{FIELDS, FieldContent, RecordField, Scalar};
use crate::catalog::record::review::{self, ReviewContent, ReviewValue};
use crate::catalog::record::{Record, Scale};
use crate::error::Result;
use std::fmt::Write as _;
use std::io::Write;

/// Writes the records.
pub(crate) fn tables(records: &dyn RecordSource, _: Option<Scale>, out: &mut dyn Write) -> Result<()> {
    let mut between: &[u8] = b"";
    records.each(&mut |record| {
        out.write_all(between).and_then(|()| out.write_all(table(record).as_bytes())).map_err(not_taken)?;
        between = b"\n";
        Ok(())
    })
}

/// A record: its own values, then a table for each group, then one for each review.
fn table(record: &Record) -> String {
    let mut text = "[[tools]]\n".to_owned();
    values(&mut text, &FIELDS, record);
    for field in &FIELDS {
        if let FieldContent::Group(fields) = &field.content
            && fields.iter().any(|field| field.get(record).is_some())
        {
            text += &format!("\n[tools.{}]\n", field.key);
            values(&mut text, fields, record);
        }
    }
    for review in &record.reviews {
        text += "\n[[tools.reviews]]\n";
        // The text may be long: it comes last.
        let (words, others): (Vec<_>, Vec<_>) =
            review::FIELDS.iter().partition(|field| field.content == ReviewContent::Text);
        for field in others.into_iter().chain(words) {
            match field.get(review) {
                Some(ReviewValue::Text(value)) => entry(&mut text, field.key, quoted(value)),
                Some(ReviewValue::Score(score)) => entry(&mut text, field.key, score),
                Some(ReviewValue::Date(date)) => entry(&mut text, field.key, date),
                None => {}
            }
        }
    }
    text
}

/// The values of `fields` that `record` has, a line each.
fn values(text: &mut String, fields: &[RecordField], record: &Record) {
    for field in fields {
        match field.get(record) {
            Some(Scalar::Text(value)) => entry(text, field.key, quoted(value)),
            Some(Scalar::Number(number)) => entry(text, field.key, number),
            Some(Scalar::List(list)) => {
                let list: Vec<_> = list.iter().map(|value| quoted(value)).collect();
                entry(text, field.key, format_args!("[{}]", list.join(", ")));
            }
            None => {}
        }
    }
}

fn entry(text: &mut String, key: &str, value: impl std::fmt::Display) {
    writeln!(text, "{key} = {value}").expect("a string takes all");
}

/// A basic string. TOML escapes as JSON does, and DEL too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}
