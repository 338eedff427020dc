//! Records as JSON objects: what is absent is left out.

use super::{RecordSource, not_taken};
use crate::catalog::record::fields::{FIELDS, FieldContent, RecordField, Scalar};
use crate::catalog::record::review::{self, Review, ReviewValue};
use crate::catalog::record::{Record, Scale};
use crate::error;
use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};
use serde_json::Value;
use std::io::Write;

/// Writes a list of records, indented.
pub(crate) fn list(records: &dyn RecordSource, _: Option<Scale>, out: &mut dyn Write) -> error::Result<()> {
    let mut is_empty = true;
    records.each(&mut |record| {
        out.write_all(if is_empty { b"{\"tools\": [\n" } else { b",\n" }).map_err(not_taken)?;
        is_empty = false;
        serde_json::to_writer_pretty(&mut *out, &Fields(&FIELDS, record)).map_err(not_taken)
    })?;
    out.write_all(if is_empty { b"{\"tools\": []}\n" } else { b"\n]}\n" }).map_err(not_taken)
}

/// Writes one record on each line.
pub(crate) fn lines(records: &dyn RecordSource, _: Option<Scale>, out: &mut dyn Write) -> error::Result<()> {
    records.each(&mut |record| {
        serde_json::to_writer(&mut *out, &Fields(&FIELDS, record)).map_err(not_taken)?;
        out.write_all(b"\n").map_err(not_taken)
    })
}

/// A record as an object.
pub(crate) fn record(record: &Record) -> Value {
    value(&Fields(&FIELDS, record))
}

/// A review as an object.
pub(crate) fn review(review: &Review) -> Value {
    value(&ReviewFields(review))
}

/// The value of one field; `None` where it is absent.
pub(crate) fn field(field: &RecordField, record: &Record) -> Option<Value> {
    field.get(record).map(|scalar| match scalar {
        Scalar::Text(text) => text.into(),
        Scalar::Number(number) => number.into(),
        Scalar::List(list) => list.into(),
    })
}

fn value(part: &impl Serialize) -> Value {
    serde_json::to_value(part).unwrap_or_default()
}

/// An object of some fields of a record.
struct Fields<'a>(&'static [RecordField], &'a Record);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(fields, record) = self;
        let mut object = serializer.serialize_map(None)?;
        for field in *fields {
            match &field.content {
                FieldContent::Group(fields) if fields.iter().any(|field| field.get(record).is_some()) => {
                    object.serialize_entry(field.key, &Fields(fields, record))?;
                }
                FieldContent::Reviews if !record.reviews.is_empty() => {
                    object.serialize_entry(field.key, &Reviews(&record.reviews))?;
                }
                _ => match field.get(record) {
                    Some(Scalar::Text(text)) => object.serialize_entry(field.key, text)?,
                    Some(Scalar::Number(number)) => object.serialize_entry(field.key, &number)?,
                    Some(Scalar::List(list)) => object.serialize_entry(field.key, list)?,
                    None => {}
                },
            }
        }
        object.end()
    }
}

/// A list of reviews.
struct Reviews<'a>(&'a [Review]);

impl Serialize for Reviews<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(ReviewFields))
    }
}

/// A review as an object.
struct ReviewFields<'a>(&'a Review);

impl Serialize for ReviewFields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        for field in &review::FIELDS {
            match field.get(self.0) {
                Some(ReviewValue::Text(text)) => object.serialize_entry(field.key, text)?,
                Some(ReviewValue::Score(score)) => object.serialize_entry(field.key, &score)?,
                Some(ReviewValue::Date(date)) => object.serialize_entry(field.key, &date)?,
                None => {}
            }
        }
        object.end()
    }
}
