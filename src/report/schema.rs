//! JSON Schemas (draft 2020-12) of what the program reads and writes, made from the types themselves.
//!
//! Within a schema version fields are only added, so a reader of documents leaves fields alone that it does not know,
//! and so do these schemas.

use super::document::changes::Changes;
use super::document::{CheckReport, Comparison, Listing, Ranking, ToolReport};
use crate::catalog::record::Record;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

/// A schema: its name, what it describes, and how it is made.
pub struct NamedSchema {
    /// The word after `compare schema`, and the name of the file in `schema/`.
    pub name: &'static str,
    /// What it describes, in a line.
    pub about: &'static str,
    make: fn() -> Value,
}

impl NamedSchema {
    /// The schema.
    pub fn schema(&self) -> Value {
        (self.make)()
    }
}

/// All schemas: the one list that the command, the files and the tests come from.
pub const SCHEMAS: &[NamedSchema] = &[
    NamedSchema { name: "record", about: "one record: an object of a JSON file, a line of NDJSON", make: record },
    NamedSchema {
        name: "records",
        about: "a JSON file of records: one, a list, or an object with `tools`",
        make: records,
    },
    NamedSchema {
        name: "comparison",
        about: "what `compare TOOL TOOL...` says as `json`",
        make: written::<Comparison>,
    },
    NamedSchema { name: "tool", about: "what `compare show` says as `json`", make: written::<ToolReport> },
    NamedSchema {
        name: "ranking",
        about: "what `compare list` and `compare rank` say as `json`",
        make: written::<Ranking>,
    },
    NamedSchema { name: "changes", about: "what `compare changes` says as `json`", make: written::<Changes> },
    NamedSchema { name: "check", about: "what `compare check` says as `json`", make: written::<CheckReport> },
    NamedSchema {
        name: "listing",
        about: "a plain list, such as that of the formats, as `json`",
        make: written::<Listing>,
    },
];

/// The schema of a document that the program writes: fields that are always there are required, even if `null`.
pub(super) fn written<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>().to_value()
}

/// The schema of a record as the program reads it.
fn record() -> Value {
    SchemaSettings::draft2020_12().for_deserialize().into_generator().into_root_schema_for::<Record>().to_value()
}

/// The schema of a file of records.
fn records() -> Value {
    let mut record = record();
    let definitions = record["$defs"].take();
    let mut schema = json!({
        "$schema": record["$schema"],
        "title": "Records",
        "description": "A file of records, version 1: one record, a list of records, or an object with `tools`.",
        "if": {"type": "object", "required": ["tools"]},
        "then": {"properties": {"tools": {"type": "array", "items": {"$ref": "#/$defs/Record"}}}},
        "else": {
            "if": {"type": "array"},
            "then": {"items": {"$ref": "#/$defs/Record"}},
            "else": {"$ref": "#/$defs/Record"},
        },
        "$defs": definitions,
    });
    if let Some(fields) = record.as_object_mut() {
        fields.retain(|key, _| key != "$schema" && key != "$defs");
    }
    schema["$defs"]["Record"] = record;
    schema
}
