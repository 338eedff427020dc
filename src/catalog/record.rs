//! The record, version 1: one tool with its reviews, as every file kind gives it.

use super::score::Score;
use crate::text::trimmed;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use smol_str::SmolStr;
use std::borrow::Cow;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// Longest slug, in bytes.
pub const SLUG_MAX: usize = 128;

/// One tool with its reviews.
///
/// A field that a command did not ask for (see [`super::Need`]) is empty here.
#[derive(Clone, Debug, Default, PartialEq, Eq, JsonSchema)]
#[schemars(description = "One tool with its reviews, version 1. Fields beyond these are ignored.")]
pub struct Record {
    /// Unique id: `[a-z0-9][a-z0-9._-]*`, at most 128 bytes.
    #[schemars(regex(pattern = r"^[a-z0-9][a-z0-9._-]*$"), length(max = SLUG_MAX))]
    pub slug: SmolStr,
    /// Name for people. Never empty.
    #[schemars(regex(pattern = r"\S"))]
    pub name: SmolStr,
    /// Other slugs or names that find this tool.
    #[schemars(with = "Option<Vec<String>>", inner(regex(pattern = r"\S")))]
    pub aliases: Vec<String>,
    /// Free-text category.
    pub category: Option<SmolStr>,
    /// What is said of the tool itself.
    #[schemars(flatten)]
    pub profile: Profile,
    /// The panel's reviews, in the record's order. One reviewer reviews a tool once.
    #[schemars(with = "Option<Vec<Review>>")]
    pub reviews: Vec<Review>,
}

/// What a record says of the tool itself: the fields of [`About`]. It takes room only once one of them is written to,
/// for of a million tools few have theirs asked for.
#[derive(Clone, Default)]
pub struct Profile(Option<Box<About>>);

/// What a record may say of a tool.
#[derive(Clone, Debug, Default, PartialEq, Eq, JsonSchema)]
pub struct About {
    /// One line about the tool.
    pub tagline: Option<String>,
    /// A paragraph about the tool.
    pub description: Option<String>,
    /// The tool's own address.
    pub url: Option<String>,
    /// Whom the tool suits best.
    pub best_for: Option<String>,
    /// What it costs.
    #[schemars(with = "Option<Pricing>")]
    pub pricing: Pricing,
    /// Whose reviews these are.
    pub source: Option<Source>,
    /// Votes from outside the panel; absent when the record says nothing of them.
    pub community: Option<Votes>,
}

impl Deref for Profile {
    type Target = About;

    fn deref(&self) -> &About {
        /// What is said of a tool where nothing is.
        static NOTHING: About = About {
            tagline: None,
            description: None,
            url: None,
            best_for: None,
            pricing: Pricing { entry: None, detail: None },
            source: None,
            community: None,
        };
        self.0.as_deref().unwrap_or(&NOTHING)
    }
}

impl DerefMut for Profile {
    fn deref_mut(&mut self) -> &mut About {
        self.0.get_or_insert_default()
    }
}

impl From<About> for Profile {
    fn from(about: About) -> Self {
        Self(Some(Box::new(about)))
    }
}

impl PartialEq for Profile {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Profile {}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl JsonSchema for Profile {
    fn inline_schema() -> bool {
        About::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        About::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        About::json_schema(generator)
    }
}

/// What a tool costs.
#[derive(Clone, Debug, Default, PartialEq, Eq, JsonSchema)]
pub struct Pricing {
    /// The lowest price as one word (Free, Paid) or amount.
    pub entry: Option<String>,
    /// The same in a sentence.
    pub detail: Option<String>,
}

/// Whose reviews a record holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, JsonSchema)]
pub struct Source {
    /// Name of the panel or site.
    pub label: Option<String>,
    /// Its address.
    pub url: Option<String>,
}

/// Votes from outside the panel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, JsonSchema)]
pub struct Votes {
    /// Votes to ship.
    #[schemars(schema_with = "votes_schema", default)]
    pub ship: u64,
    /// Votes to skip.
    #[schemars(schema_with = "votes_schema", default)]
    pub skip: u64,
}

/// One reviewer's judgement of one tool. It has a score, a verdict or both.
// Shared names: a panel has few of them and many reviews.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(transform = needs_a_judgement)]
pub struct Review {
    /// The reviewer's name. Never empty.
    #[schemars(regex(pattern = r"\S"))]
    pub reviewer: Arc<str>,
    /// Score from 0 to 100.
    pub score: Option<Score>,
    /// Ship or skip.
    pub verdict: Option<Verdict>,
    /// The reviewer's words.
    pub text: Option<String>,
    /// Day of the review.
    pub date: Option<Date>,
}

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

/// A day of the Gregorian calendar, written `2026-05-20`. Ordered by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The day that `YYYY-MM-DD` stands for, if there is such a day.
    pub fn from_text(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let shaped = bytes.len() == 10
            && bytes.iter().enumerate().all(|(i, b)| if matches!(i, 4 | 7) { *b == b'-' } else { b.is_ascii_digit() });
        if !shaped {
            return None;
        }
        Self::new(text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?)
    }

    /// The day with these numbers, if there is such a day.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            1..=12 => 31,
            _ => return None,
        };
        ((1..=days).contains(&day) && year <= 9999).then_some(Self { year, month, day })
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl serde::Serialize for Date {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for Date {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Date".into()
    }

    /// In a record an empty text stands for no date.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        if generator.contract().is_serialize() {
            json_schema!({"type": "string", "format": "date"})
        } else {
            json_schema!({"type": "string", "pattern": r"^\s*([0-9]{4}-[0-9]{2}-[0-9]{2})?\s*$"})
        }
    }
}

/// Votes as a record may write them.
fn votes_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"anyOf": [
        {"type": "integer", "minimum": 0, "maximum": u64::MAX},
        {"type": "string", "pattern": r"^\s*[0-9]*\s*$"},
        {"type": "null"},
    ]})
}

/// A review has a score, a verdict or both; null and an empty text are neither.
fn needs_a_judgement(review: &mut Schema) {
    let given = |field: &str| {
        serde_json::json!({
            "required": [field],
            "properties": {field: {"type": ["number", "string"], "pattern": r"\S"}},
        })
    };
    review.insert("anyOf".to_owned(), serde_json::json!([given("score"), given("verdict")]));
}

/// Why `slug` is no slug, or `None` when it is one.
pub fn slug_problem(slug: &str) -> Option<String> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-');
    if slug.is_empty() {
        Some("a slug is not empty".to_owned())
    } else if slug.len() > SLUG_MAX {
        Some(format!("a slug has at most {SLUG_MAX} bytes, this one has {}", slug.len()))
    } else if !slug.bytes().all(allowed) {
        Some("a slug has only a-z, 0-9, `.`, `_` and `-`".to_owned())
    } else if !slug.as_bytes()[0].is_ascii_alphanumeric() {
        Some("a slug starts with a letter or a digit".to_owned())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_safe_as_words_and_file_names() {
        for slug in ["gemma-3n", "a", "3.5_turbo", &"x".repeat(128)] {
            assert_eq!(slug_problem(slug), None, "{slug}");
        }
        for slug in ["", "..", ".", "-rf", "../x", "a/b", "a\\b", "~", "A", "ä", "a b", "a\0b", &"x".repeat(129)] {
            assert!(slug_problem(slug).is_some(), "{slug:?}");
        }
    }

    #[test]
    fn dates_are_days_that_exist() {
        assert_eq!(Date::from_text("2024-02-29").map(|d| d.to_string()).as_deref(), Some("2024-02-29"));
        for text in ["2026-02-29", "2026-13-01", "2026-1-1", "20260101", "2026-00-10", "٢٠٢٦-01-01", ""] {
            assert_eq!(Date::from_text(text), None, "{text}");
        }
    }
}
