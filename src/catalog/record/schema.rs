//! The JSON Schema of a record as files may write it, made from the tables of fields.

use super::date::Date;
use super::fields::{FIELDS, FieldContent, RecordField};
use super::review::{self, ReviewContent, ReviewField};
use super::score::Score;
use super::verdict::Verdict;
use super::{Record, SLUG_MAX};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};
use std::borrow::Cow;

impl JsonSchema for Record {
    fn schema_name() -> Cow<'static, str> {
        "Record".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let properties = properties(&FIELDS, generator);
        json_schema!({
            "type": "object",
            "description": "One tool with its reviews, version 1. Fields beyond these are ignored.",
            "properties": properties,
            "required": ["name"],
        })
    }
}

impl JsonSchema for Verdict {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Verdict".into()
    }

    /// Records may write it in any case, documents write it in one.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        if generator.contract().is_serialize() {
            json_schema!({"type": "string", "enum": ["ship", "skip"]})
        } else {
            json_schema!({"type": "string", "pattern": r"^\s*([Ss][Hh][Ii][Pp]|[Ss][Kk][Ii][Pp])?\s*$"})
        }
    }
}

impl JsonSchema for Date {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Date".into()
    }

    /// In a record an empty text is no date.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        if generator.contract().is_serialize() {
            json_schema!({"type": "string", "format": "date"})
        } else {
            json_schema!({"type": "string", "pattern": r"^\s*([0-9]{4}-[0-9]{2}-[0-9]{2})?\s*$"})
        }
    }
}

impl JsonSchema for Score {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Score".into()
    }

    /// Records may write a score as a text and with a scale; an empty text is no score.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let number = json_schema!({"type": "number", "minimum": 0, "maximum": 100});
        if generator.contract().is_serialize() {
            return number;
        }
        let text = r"^\s*(-?([0-9]+(\.[0-9]+)?|\.[0-9]+)([eE][-+]?[0-9]+)?(\s*/\s*[0-9]+|\s*%)?)?\s*$";
        json_schema!({"anyOf": [number, {"type": "string", "pattern": text}]})
    }
}

fn properties(fields: &[RecordField], generator: &mut SchemaGenerator) -> Value {
    fields
        .iter()
        .map(|field| (field.key.to_owned(), property(field, generator)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn property(field: &RecordField, generator: &mut SchemaGenerator) -> Value {
    let mut schema = match &field.content {
        FieldContent::Slug => json!({"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]*$", "maxLength": SLUG_MAX}),
        FieldContent::Name => json!({"type": "string", "pattern": r"\S"}),
        FieldContent::Aliases => json!({"type": ["array", "null"], "items": {"type": "string", "pattern": r"\S"}}),
        FieldContent::Text(_) => json!({"type": ["string", "null"]}),
        FieldContent::Votes(_) => json!({"anyOf": [
            {"type": "integer", "minimum": 0, "maximum": u64::MAX},
            {"type": "string", "pattern": r"^\s*[0-9]*\s*$"},
            {"type": "null"},
        ]}),
        FieldContent::Group(fields) => {
            let kinds = if matches!(fields[0].content, FieldContent::Text(_)) {
                json!(["object", "string", "null"])
            } else {
                json!(["object", "null"])
            };
            json!({"type": kinds, "properties": properties(fields, generator)})
        }
        FieldContent::Reviews => json!({"type": ["array", "null"], "items": review(generator)}),
    };
    schema["description"] = field.about.into();
    schema
}

/// A review has a score, a verdict or both; null and an empty text are neither.
fn review(generator: &mut SchemaGenerator) -> Value {
    let given = |key: &str| {
        json!({
            "required": [key],
            "properties": {key: {"type": ["number", "string"], "pattern": r"\S"}},
        })
    };
    let properties: serde_json::Map<_, _> =
        review::FIELDS.iter().map(|field| (field.key.to_owned(), review_property(field, generator))).collect();
    json!({
        "type": "object",
        "description": "One reviewer's judgement of one tool. It has a score, a verdict or a label.",
        "properties": properties,
        "required": ["reviewer"],
        "anyOf": [given("score"), given("verdict"), given("label")],
    })
}

fn review_property(field: &ReviewField, generator: &mut SchemaGenerator) -> Value {
    let or_null = |schema: Schema| json!({"anyOf": [schema, {"type": "null"}]});
    let mut schema = match field.content {
        ReviewContent::Reviewer => json!({"type": "string", "pattern": r"\S"}),
        ReviewContent::Text | ReviewContent::Label => json!({"type": ["string", "null"]}),
        ReviewContent::Score => or_null(Score::json_schema(generator)),
        ReviewContent::Verdict => or_null(Verdict::json_schema(generator)),
        ReviewContent::Date => or_null(Date::json_schema(generator)),
    };
    schema["description"] = field.about.into();
    schema
}
