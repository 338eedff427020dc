//! The record, version 1: one tool with its reviews, as every kind of file gives it.
//!
//! `fields` declares each field once; reading, merging and writing follow from it.

pub(crate) mod date;
pub(crate) mod fields;
pub(crate) mod identity;
pub(crate) mod names;
pub(crate) mod projection;
pub(crate) mod review;
pub(crate) mod reviewer;
#[cfg(test)]
mod schema;
pub(crate) mod score;
pub(crate) mod seldom;
pub(crate) mod value;
pub(crate) mod verdict;
pub(crate) mod words;

pub use date::Date;
pub use fields::{Profile, ProfileFields};
pub use review::{RemarkFields, Remarks, Review};
pub use score::{Scale, Score};
pub use verdict::Verdict;
pub use words::{Meaning, VerdictWords};

use crate::text::byte_set;
use smol_str::SmolStr;

/// Longest slug, in bytes.
pub const SLUG_MAX: usize = 128;

/// One tool with its reviews.
///
/// A field that a command did not ask for (see [`super::Projection`]) is empty here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Unique id: `[a-z0-9][a-z0-9._-]*`, at most 128 bytes.
    pub slug: SmolStr,
    /// Name for people. Never empty.
    pub name: SmolStr,
    /// Other slugs or names that find this tool.
    pub aliases: Vec<String>,
    /// Free-text category.
    pub category: Option<SmolStr>,
    /// The fields that few commands ask for.
    pub profile: Profile,
    /// The panel's reviews, in the order of the records. One reviewer reviews a tool once.
    pub reviews: Vec<Review>,
}

/// Votes from outside the panel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Votes {
    /// Votes to ship.
    pub ship: u64,
    /// Votes to skip.
    pub skip: u64,
}

/// For each byte whether a slug may have it.
static IN_SLUGS: [bool; 256] = byte_set(b"abcdefghijklmnopqrstuvwxyz0123456789._-");

/// Why `slug` is not a slug, or `None` when it is one.
pub fn slug_problem(slug: &str) -> Option<String> {
    let allowed = |b: u8| IN_SLUGS[usize::from(b)];
    if slug.is_empty() {
        Some("a slug must not be empty".to_owned())
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
}
