//! The verdict of a review: ship or skip.

use crate::text::trimmed;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;
use std::fmt;

/// A reviewer's word on a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Ship with it.
    Ship,
    /// Leave it out.
    Skip,
}

impl Verdict {
    /// The verdict that a word stands for, whatever its case.
    pub fn from_text(text: &str) -> Option<Self> {
        let text = trimmed(text);
        [Self::Ship, Self::Skip].into_iter().find(|v| text.eq_ignore_ascii_case(v.word()))
    }

    /// `ship` or `skip`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ship => "ship",
            Self::Skip => "skip",
        }
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

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
