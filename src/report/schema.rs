//! JSON Schemas (draft 2020-12) of what the program reads and writes. The files in `schema/`, which are part of the program,
//! are made from the types themselves by a test.
//!
//! Within a schema version fields are only added, so a reader of documents leaves fields alone that it does not know,
//! and so do these schemas.

use serde_json::Value;

/// A schema: its name, what it describes, and its text.
pub struct NamedSchema {
    /// The word after `compare schema`, and the name of the file in `schema/`.
    pub name: &'static str,
    /// What it describes, in a line.
    pub about: &'static str,
    /// The file.
    pub text: &'static str,
}

impl NamedSchema {
    /// The schema as a value.
    pub fn value(&self) -> Value {
        serde_json::from_str(self.text).expect("a test wrote it as JSON")
    }
}

/// All schemas: the one list that the command, the files and the tests come from.
pub static SCHEMAS: [NamedSchema; 8] = [
    NamedSchema {
        name: "record",
        about: "one record: an object of a JSON file, a line of NDJSON",
        text: include_str!("../../schema/record.json"),
    },
    NamedSchema {
        name: "records",
        about: "a JSON file of records: one, a list, or an object with `tools`",
        text: include_str!("../../schema/records.json"),
    },
    NamedSchema {
        name: "comparison",
        about: "what `compare TOOL TOOL...` says as `json`",
        text: include_str!("../../schema/comparison.json"),
    },
    NamedSchema {
        name: "tool",
        about: "what `compare show` says as `json`",
        text: include_str!("../../schema/tool.json"),
    },
    NamedSchema {
        name: "ranking",
        about: "what `compare list` and `compare rank` say as `json`",
        text: include_str!("../../schema/ranking.json"),
    },
    NamedSchema {
        name: "changes",
        about: "what `compare changes` says as `json`",
        text: include_str!("../../schema/changes.json"),
    },
    NamedSchema {
        name: "check",
        about: "what `compare check` says as `json`",
        text: include_str!("../../schema/check.json"),
    },
    NamedSchema {
        name: "listing",
        about: "a plain list, such as that of the formats, as `json`",
        text: include_str!("../../schema/listing.json"),
    },
];

/// What the files are made from.
#[cfg(test)]
pub(super) mod tests {
    use super::super::document::changes::Changes;
    use super::super::document::{CheckReport, Comparison, Listing, Ranking, ToolReport};
    use super::SCHEMAS;
    use crate::catalog::record::Record;
    use crate::verdict::Exact;
    use schemars::generate::SchemaSettings;
    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
    use serde_json::{Value, json};
    use std::borrow::Cow;
    use std::path::Path;

    /// The schema of a document that the program writes: fields that are always there are required, even if `null`.
    fn written<T: JsonSchema>() -> Value {
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

    impl JsonSchema for Exact {
        fn inline_schema() -> bool {
            true
        }

        fn schema_name() -> Cow<'static, str> {
            "Exact".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!({"type": "number"})
        }
    }

    /// Any value.
    pub(in crate::report) fn any(_: &mut SchemaGenerator) -> Schema {
        json_schema!({})
    }

    /// A number, a text or a flag.
    pub(in crate::report) fn scalar(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": ["number", "string", "boolean"]})
    }

    /// As [`scalar`], or `null`.
    pub(in crate::report) fn scalar_or_null(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": ["number", "string", "boolean", "null"]})
    }

    #[test]
    fn the_files_are_what_the_types_say() {
        for schema in &SCHEMAS {
            let made = match schema.name {
                "record" => record(),
                "records" => records(),
                "comparison" => written::<Comparison>(),
                "tool" => written::<ToolReport>(),
                "ranking" => written::<Ranking>(),
                "changes" => written::<Changes>(),
                "check" => written::<CheckReport>(),
                "listing" => written::<Listing>(),
                other => panic!("nothing makes {other}"),
            };
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schema/{}.json", schema.name));
            let file = snapbox::Data::read_from(&file, None).raw();
            snapbox::Assert::new().action_env("SNAPSHOTS").eq(format!("{made:#}\n"), file);
        }
    }
}
