//! The verdict of a review: ship or skip.

use crate::text::trimmed;
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

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
