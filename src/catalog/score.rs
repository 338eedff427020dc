//! The score: a decimal from 0 to 100, exact to a millionth.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;
use std::fmt;

/// A reviewer's score, kept as an integer count of millionths, so that sums, ties and
/// permutation tests are exact and do not depend on order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(u32);

/// Millionths in one point.
const ONE: u32 = 1_000_000;

/// Why a value is no score. Each says what a score may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScoreError {
    /// The text is no number, or the number is not finite.
    NotANumber,
    /// Below 0 or above 100.
    OutOfRange,
    /// More than six decimals.
    TooFine,
}

impl fmt::Display for ScoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotANumber => "a score is a number from 0 to 100",
            Self::OutOfRange => "a score lies between 0 and 100",
            Self::TooFine => "a score has at most six decimals",
        })
    }
}

impl Score {
    /// The lowest score, 0.
    pub const MIN: Self = Self(0);
    /// The highest score, 100.
    pub const MAX: Self = Self(100 * ONE);

    /// The score of `millionths` millionths of a point, or `None` above 100 points.
    pub const fn from_millionths(millionths: u32) -> Option<Self> {
        if millionths <= Self::MAX.0 { Some(Self(millionths)) } else { None }
    }

    /// Millionths of a point, 0 to 100,000,000.
    pub const fn millionths(self) -> u32 {
        self.0
    }

    /// Points, 0.0 to 100.0: the double nearest to the exact value.
    pub fn points(self) -> f64 {
        f64::from(self.0) / f64::from(ONE)
    }

    /// The score that a parsed number stands for.
    ///
    /// A double is taken for the decimal that it is nearest to, so `84.1` is 84.1 exactly.
    ///
    /// # Errors
    /// Not finite, outside 0 to 100, or not the nearest double of a decimal with six places.
    pub fn from_number(number: f64) -> Result<Self, ScoreError> {
        if !number.is_finite() {
            return Err(ScoreError::NotANumber);
        }
        if !(0.0..=100.0).contains(&number) {
            return Err(ScoreError::OutOfRange);
        }
        // A quotient of two integers below 2^53 is rounded correctly, so it gives back `number`
        // exactly when `number` is the double nearest to a six-place decimal.
        let number = number.abs(); // -0 is 0
        let millionths = (number * f64::from(ONE)).round();
        if (millionths / f64::from(ONE)).to_bits() != number.to_bits() {
            return Err(ScoreError::TooFine);
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 100,000,000 by the checks above"
        )]
        Ok(Self(millionths as u32))
    }

    /// The score that a text stands for: `84`, `84.5`, `84/100`, `8.4/10`, `4.2/5`.
    ///
    /// # Errors
    /// As [`Score::from_number`]; a scale must be a whole number from 1 to 1000.
    pub fn from_text(text: &str) -> Result<Self, ScoreError> {
        let text = text.trim();
        let Some((value, scale)) = text.split_once('/') else {
            return Self::from_number(plain_number(text)?);
        };
        let scale: u32 = scale.trim().parse().map_err(|_| ScoreError::NotANumber)?;
        if !(1..=1000).contains(&scale) {
            return Err(ScoreError::NotANumber);
        }
        let value = value.trim();
        let number = plain_number(value)?;
        if !(0.0..=f64::from(scale)).contains(&number) {
            return Err(ScoreError::OutOfRange);
        }
        // 8.4/10 is 84 exactly: scale the integer, not the double.
        let number = number.abs(); // -0 is 0
        let millionths = (number * f64::from(ONE)).round();
        if (millionths / f64::from(ONE)).to_bits() != number.to_bits() {
            return Err(ScoreError::TooFine);
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 1,000,000,000 by the checks above"
        )]
        let scaled = millionths as u64 * 100;
        if !scaled.is_multiple_of(u64::from(scale)) {
            return Err(ScoreError::TooFine);
        }
        u32::try_from(scaled / u64::from(scale)).map(Self).map_err(|_| ScoreError::OutOfRange)
    }
}

/// A number as JSON spells it (no `nan`, `inf`, `+5` or `5.`).
fn plain_number(text: &str) -> Result<f64, ScoreError> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let starts_and_ends =
        digits.starts_with(|c: char| c.is_ascii_digit()) && digits.ends_with(|c: char| c.is_ascii_digit());
    let only = digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'-' | b'+'));
    if !starts_and_ends || !only {
        return Err(ScoreError::NotANumber);
    }
    text.parse().map_err(|_| ScoreError::NotANumber)
}

impl fmt::Display for Score {
    /// The exact value without needless zeros: `84`, `84.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / ONE, self.0 % ONE);
        if part == 0 {
            return write!(f, "{whole}");
        }
        let digits = format!("{part:06}");
        write!(f, "{whole}.{}", digits.trim_end_matches('0'))
    }
}

impl serde::Serialize for Score {
    /// A JSON integer where the score is whole, else the shortest decimal.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(ONE) {
            serializer.serialize_u32(self.0 / ONE)
        } else {
            serializer.serialize_f64(self.points())
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

    /// Records may write a score as a text and with a scale; an empty text stands for no score.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let number = json_schema!({"type": "number", "minimum": 0, "maximum": 100});
        if generator.contract().is_serialize() {
            return number;
        }
        let text = r"^\s*(-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?(\s*/\s*[0-9]+)?)?\s*$";
        json_schema!({"anyOf": [number, {"type": "string", "pattern": text}]})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_for_the_decimal_they_are_nearest_to() {
        for (number, millionths) in
            [(84.0, 84_000_000), (0.000_001, 1), (99.999_999, 99_999_999), (52.3, 52_300_000), (-0.0, 0)]
        {
            assert_eq!(Score::from_number(number).map(Score::millionths), Ok(millionths), "{number}");
        }
        assert_eq!(Score::from_number(1.000_000_1), Err(ScoreError::TooFine));
        assert_eq!(Score::from_number(100.000_1), Err(ScoreError::OutOfRange));
        assert_eq!(Score::from_number(-1.0), Err(ScoreError::OutOfRange));
        assert_eq!(Score::from_number(f64::NAN), Err(ScoreError::NotANumber));
    }

    #[test]
    fn texts_may_name_their_scale() {
        for (text, shown) in [
            ("84", "84"),
            ("84/100", "84"),
            ("8.4/10", "84"),
            ("4.2/5", "84"),
            (" 84.50 ", "84.5"),
            ("1e2", "100"),
            ("2/3", ""),
        ] {
            let read = Score::from_text(text).map(|s| s.to_string());
            if shown.is_empty() {
                assert_eq!(read, Err(ScoreError::TooFine), "{text}");
            } else {
                assert_eq!(read.as_deref(), Ok(shown), "{text}");
            }
        }
        for text in ["nan", "inf", "+5", "5.", ".5", "1_000", "٣", "1e999", "84 /0", "x", "", "11/10", "-1"] {
            assert!(Score::from_text(text).is_err(), "{text}");
        }
    }

    #[test]
    fn every_six_place_decimal_survives_as_a_double() {
        for millionths in (0..=100_000_000).step_by(997) {
            let score = Score::from_millionths(millionths).expect("in range");
            assert_eq!(Score::from_number(score.points()), Ok(score));
            assert_eq!(Score::from_text(&score.to_string()), Ok(score));
        }
    }
}
