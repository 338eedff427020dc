//! What a column holds, recognized by its heading.

use crate::catalog::record::fields::{Content, Field, leaves};
use crate::catalog::record::review::{self, ReviewContent, ReviewField};

/// What a column holds.
#[derive(Clone, Copy)]
pub(crate) enum Role {
    /// Which tool the row is about: a slug, alias or name.
    Tool,
    /// A field of the tool.
    Field(&'static Field),
    /// A field of a review.
    Review(&'static ReviewField),
    /// In a sheet with one row for each tool: the scores by the reviewer that the heading names.
    ScoresBy,
    /// Nothing that is known.
    Unknown,
}

/// Headings of the column that names the tool.
const TOOL: [&str; 4] = ["tool", "product", "item", "candidate"];

impl Role {
    /// The role of the column with this heading.
    pub(crate) fn of(heading: &str) -> Self {
        let key = key(heading);
        if TOOL.contains(&key.as_str()) {
            return Self::Tool;
        }
        let has = |headings: &[&str]| headings.iter().any(|known| self::key(known) == key);
        if let Some(field) = leaves().find(|field| has(field.headings)) {
            return Self::Field(field);
        }
        let field = review::FIELDS.iter().find(|field| field.key == key || has(field.headings));
        field.map_or(Self::Unknown, Self::Review)
    }

    /// Whether the column is the tool's slug.
    pub(crate) fn is_slug(self) -> bool {
        matches!(self, Self::Field(Field { content: Content::Slug, .. }))
    }

    /// Whether the column is the tool's name.
    pub(crate) fn is_name(self) -> bool {
        matches!(self, Self::Field(Field { content: Content::Name, .. }))
    }

    /// Whether the column is this field of reviews.
    pub(crate) fn is_review(self, content: ReviewContent) -> bool {
        matches!(self, Self::Review(field) if field.content == content)
    }

    /// The heading that sheets are written with.
    pub(crate) fn heading(self) -> &'static str {
        match self {
            Self::Tool => TOOL[0],
            Self::Field(field) => field.headings[0],
            Self::Review(field) => field.key,
            Self::ScoresBy | Self::Unknown => "",
        }
    }
}

/// All headings that sheets are written with.
pub(crate) fn written() -> Vec<&'static str> {
    let fields = leaves().map(|field| field.headings[0]);
    TOOL[..1].iter().copied().chain(fields).chain(review::FIELDS.iter().map(|field| field.key)).collect()
}

/// A heading without case, blanks and punctuation.
fn key(heading: &str) -> String {
    heading.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The separator that the first line of a text has most of: comma, semicolon or tab.
pub(crate) fn separator(text: &str) -> u8 {
    let mut counts = [0; 3];
    let separators = [b',', b';', b'\t'];
    // A quote opens a cell only where one begins. Another one after that which closes it, opens it again.
    let (mut quoted, mut may_open) = (false, true);
    for byte in text.bytes() {
        match byte {
            b'"' if quoted || may_open => (quoted, may_open) = (!quoted, quoted),
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                counts.iter_mut().zip(separators).for_each(|(count, known)| *count += usize::from(byte == known));
                may_open = separators.contains(&byte);
            }
        }
    }
    let most = (0..3).rev().max_by_key(|index| counts[*index]).unwrap_or(0);
    separators[most]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_heading_has_two_roles() {
        let mut all: Vec<String> = TOOL.iter().map(|heading| key(heading)).collect();
        all.extend(
            leaves()
                .flat_map(|field| field.headings)
                .map(|heading| key(heading))
                .collect::<std::collections::BTreeSet<_>>(),
        );
        for field in &review::FIELDS {
            all.push(field.key.to_owned());
            all.extend(field.headings.iter().map(|heading| key(heading)));
        }
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        assert_eq!(Role::of("Best for").heading(), "best_for");
        assert_eq!(Role::of("Reviewed By").heading(), "reviewer");
    }
}
