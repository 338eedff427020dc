//! Weights of reviewers: how much one counts in ship ratio, mean, mean difference and the sign-flip sum.

use crate::catalog::record::Record;
use crate::error::{Error, Result};
use crate::suggest::nearest;
use std::borrow::Borrow;
use std::collections::{BTreeMap, HashSet};
use std::fmt;

/// How much a reviewer counts, exact to a millionth: 0 to 1,000,000. One is the default; zero leaves the reviewer out of
/// every figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Weight(u64);

/// Millionths in a weight of one.
const ONE: u64 = 1_000_000;

/// Most digits after the point.
const DECIMALS: usize = 6;

impl Weight {
    /// The reviewer is left out.
    pub const ZERO: Self = Self(0);
    /// The default.
    pub const ONE: Self = Self(ONE);
    /// The largest weight, a million.
    pub const MAX: Self = Self(ONE * 1_000_000);

    /// The weight of `millionths` millionths, or `None` above [`Weight::MAX`].
    pub const fn from_millionths(millionths: u64) -> Option<Self> {
        if millionths <= Self::MAX.0 { Some(Self(millionths)) } else { None }
    }

    /// Millionths, 0 to 10^12.
    pub const fn millionths(self) -> u64 {
        self.0
    }

    /// The weight written as `2`, `0.5` or `0`.
    ///
    /// # Errors
    /// Anything but digits with at most one point and six decimals, and what lies above [`Weight::MAX`].
    pub fn from_text(text: &str) -> Result<Self> {
        let refuse = |why: &str| Error::usage(format!("invalid weight `{text}`: {why}"));
        let trimmed = text.trim();
        let (whole, decimals) = trimmed.split_once('.').unwrap_or((trimmed, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(decimals) {
            return Err(refuse("it must be a number from 0 to 1000000, such as 2 or 0.5"));
        }
        if decimals.len() > DECIMALS {
            return Err(refuse("it must have at most six decimals"));
        }
        let padded = format!("{decimals:0<DECIMALS$}");
        let too_large = || refuse("it must be at most 1000000");
        let whole: u64 = whole.parse().map_err(|_| too_large())?;
        let part: u64 = padded.parse().map_err(|_| too_large())?;
        let millionths = whole.checked_mul(ONE).and_then(|w| w.checked_add(part)).ok_or_else(too_large)?;
        Self::from_millionths(millionths).ok_or_else(too_large)
    }
}

impl Default for Weight {
    fn default() -> Self {
        Self::ONE
    }
}

impl fmt::Display for Weight {
    /// The exact value without needless zeros: `2`, `0.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / ONE, self.0 % ONE);
        if part == 0 {
            return write!(f, "{whole}");
        }
        let digits = format!("{part:06}");
        write!(f, "{whole}.{}", digits.trim_end_matches('0'))
    }
}

/// Whether these weights are one and the same.
pub(super) fn all_same(mut weights: impl Iterator<Item = Weight>) -> bool {
    let first = weights.next();
    weights.all(|weight| Some(weight) == first)
}

/// The weights of all reviewers: one by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weights(BTreeMap<String, Weight>);

/// A weight for someone who reviewed none of the tools in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The name as it was given.
    pub reviewer: String,
    /// The reviewer that was probably meant.
    pub suggestion: Option<String>,
}

impl Weights {
    /// The weight of `reviewer`.
    pub fn of(&self, reviewer: &str) -> Weight {
        self.0.get(reviewer).copied().unwrap_or_default()
    }

    /// Whether no reviewer has a weight of their own.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The weights that were given, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Weight)> {
        self.0.iter().map(|(name, weight)| (name.as_str(), *weight))
    }

    /// Those who have a weight and reviewed none of `records`, by name, with the name that was probably meant.
    ///
    /// The caller decides whether that is an error (a typing mistake on the command line) or a warning (settings
    /// that serve many comparisons).
    pub fn unknown<R: Borrow<Record>>(&self, records: &[R]) -> Vec<Unknown> {
        if self.is_empty() {
            return Vec::new();
        }
        let mut names = Vec::new();
        let mut seen = HashSet::new();
        for review in records.iter().flat_map(|record| &record.borrow().reviews) {
            if seen.insert(&*review.reviewer) {
                names.push(&*review.reviewer);
            }
        }
        names.sort_unstable();
        let unknown = self.0.keys().filter(|name| !seen.contains(name.as_str()));
        unknown
            .map(|name| Unknown {
                reviewer: name.clone(),
                suggestion: nearest(name, names.iter().copied()).map(str::to_owned),
            })
            .collect()
    }
}

impl FromIterator<(String, Weight)> for Weights {
    fn from_iter<I: IntoIterator<Item = (String, Weight)>>(weights: I) -> Self {
        Self(weights.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::record::{Remarks, Review};

    #[test]
    fn weights_are_exact_and_never_negative() {
        for (text, shown) in [("2", "2"), ("0.5", "0.5"), (" 1.250000 ", "1.25"), ("0", "0"), ("1000000", "1000000")] {
            assert_eq!(Weight::from_text(text).map(|w| w.to_string()).as_deref(), Ok(shown), "{text}");
        }
        for text in ["", "-1", "nan", "inf", "1e3", "+2", "2.", ".5", "0.1234567", "1000000.000001", "1.2.3", "٢"] {
            assert!(Weight::from_text(text).is_err(), "{text}");
        }
        assert!(Weight::from_text(&"9".repeat(400)).is_err());
    }

    #[test]
    fn a_mistyped_reviewer_gets_a_suggestion() {
        let review =
            Review { reviewer: "Founder".into(), score: None, verdict: None, date: None, remarks: Remarks::default() };
        let record = Record { reviews: vec![review], ..Record::default() };
        let weights: Weights = ["Founder", "foundr", "Zoe"].map(|n| (n.to_owned(), Weight::ONE)).into_iter().collect();
        let unknown = weights.unknown(&[record]);
        let told: Vec<_> = unknown.iter().map(|u| (u.reviewer.as_str(), u.suggestion.as_deref())).collect();
        assert_eq!(told, [("Zoe", None), ("foundr", Some("Founder"))]);
    }
}
