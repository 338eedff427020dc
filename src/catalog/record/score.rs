//! The score: a number from 0 to 100, exact to a millionth.

use crate::error::Error;
use std::fmt;
use std::num::NonZeroU32;

/// A reviewer's score, kept as an integer count of millionths, so that sums, ties and permutation tests are exact and
/// do not depend on order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(NonZeroU32);

/// Millionths in one point.
const ONE: u32 = 1_000_000;

/// The scale on which a score is written, for example 1 to 5. A score is divided by the upper end, so that 1 of 1 to 5
/// is 20 points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scale {
    lower: u16,
    upper: u16,
}

impl Scale {
    /// The scale of a score that names none.
    pub const HUNDRED: Self = Self { lower: 0, upper: 100 };
    /// The largest scale.
    pub const MAX: u16 = 1000;

    /// The scale from 0 to `upper`; `None` unless that is 1 to 1000.
    pub const fn new(upper: u16) -> Option<Self> {
        Self::between(0, upper)
    }

    /// The scale from `lower` to `upper`; `None` unless that is 1 to 1000 and above `lower`.
    pub const fn between(lower: u16, upper: u16) -> Option<Self> {
        if upper > lower && upper <= Self::MAX { Some(Self { lower, upper }) } else { None }
    }

    /// The scale from 0 to the number that `text` is, such as `5` or `10`, if it is a whole number from 1 to 1000.
    pub fn from_text(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        Self::new(text.parse().ok().filter(|_| digits)?)
    }

    /// As [`Scale::from_text`], for a scale that somebody typed.
    ///
    /// # Errors
    /// Any other text.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let error = || Error::usage(format!("invalid scale `{text}`; use a whole number from 1 to 1000"));
        Self::from_text(text).ok_or_else(error)
    }

    /// The lower end, below the upper one.
    pub const fn lower(self) -> u16 {
        self.lower
    }

    /// The upper end, 1 to 1000.
    pub const fn upper(self) -> u16 {
        self.upper
    }
}

/// Why a value is not a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScoreError {
    /// The text is not a number.
    NotANumber,
    /// Below 0 or above the upper end of this scale.
    OutOfRange(Scale),
    /// Above 0, but nearer to 0 than to a millionth.
    TooSmall,
}

impl fmt::Display for ScoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotANumber => f.write_str("expected a number from 0 to 100"),
            Self::OutOfRange(Scale { lower, upper }) => write!(f, "a score must be between {lower} and {upper}"),
            Self::TooSmall => f.write_str("a score has at most six decimals"),
        }
    }
}

impl Score {
    /// The lowest score, 0.
    pub const MIN: Self = Self::kept(0);
    /// The highest score, 100.
    pub const MAX: Self = Self::kept(100 * ONE);

    /// One is added, so that an absent score takes no more room than one that is there.
    const fn kept(millionths: u32) -> Self {
        Self(NonZeroU32::MIN.saturating_add(millionths))
    }

    /// The score of `millionths` millionths of a point, or `None` above 100 points.
    pub const fn from_millionths(millionths: u32) -> Option<Self> {
        if millionths <= 100 * ONE { Some(Self::kept(millionths)) } else { None }
    }

    /// Millionths of a point, 0 to 100,000,000.
    pub const fn millionths(self) -> u32 {
        self.0.get() - 1
    }

    /// Points, 0.0 to 100.0: the double nearest to the exact value.
    pub fn points(self) -> f64 {
        f64::from(self.millionths()) / f64::from(ONE)
    }

    /// The score that a text stands for: `84`, `.5`, `8.4/10`, `5/7`, `82%`, `1e2`.
    ///
    /// The range is checked on the exact value, whatever the number of digits. Then the value is rounded to the nearest
    /// millionth, half away from zero.
    ///
    /// # Errors
    /// Not a number, outside its scale, or so small that it would become 0.
    pub fn from_text(text: &str) -> Result<Self, ScoreError> {
        Self::on_scale(text, Scale::HUNDRED)
    }

    /// As [`Score::from_text`], with a plain number on `scale`: 4 of 5 is 80. `8/10` and `82%` carry their own scale.
    ///
    /// # Errors
    /// As [`Score::from_text`].
    pub fn on_scale(text: &str, scale: Scale) -> Result<Self, ScoreError> {
        if scale == Scale::HUNDRED
            && let Some(score) = Self::plain(text)
        {
            return Ok(score);
        }
        let text = text.trim();
        if let Some(percent) = text.strip_suffix('%') {
            return Decimal::parse(percent.trim_end())?.of(Scale::HUNDRED);
        }
        if let Some((value, scale)) = text.split_once('/') {
            let scale = Scale::from_text(scale).ok_or(ScoreError::NotANumber)?;
            return Decimal::parse(value.trim_end())?.of(scale);
        }
        Decimal::parse(text)?.of(scale)
    }

    /// What to do about a number with a decimal comma where that is none.
    pub(crate) fn with_point_hint(text: &str) -> Option<String> {
        let (whole, decimals) = text.trim().split_once(',')?;
        let number = format!("{whole}.{decimals}");
        // Three digits may as well be thousands.
        let is_decimal = decimals.bytes().take_while(u8::is_ascii_digit).count() != 3;
        (is_decimal && Self::from_text(&number).is_ok()).then(|| format!("write a decimal point: `{number}`"))
    }

    /// The score of a number with at most three digits and six decimals, which nearly all are.
    #[inline]
    pub(crate) fn plain(number: &str) -> Option<Self> {
        let (mut digits, mut decimals, mut millionths) = (0_u32, None, 0_u32);
        for byte in number.bytes() {
            match (byte, &mut decimals) {
                (b'0'..=b'9', None) if digits < 3 => digits += 1,
                (b'0'..=b'9', Some(decimals)) if *decimals < 6 => *decimals += 1,
                (b'.', None) if digits > 0 => {
                    decimals = Some(0);
                    continue;
                }
                _ => return None,
            }
            millionths = millionths * 10 + u32::from(byte - b'0');
        }
        if digits == 0 || decimals == Some(0) {
            return None;
        }
        Self::from_millionths(millionths * 10_u32.pow(6 - decimals.unwrap_or(0)))
    }
}

/// Decimals that a number keeps exactly. With those of the largest scale they fit into 128 bits.
const DECIMALS: usize = 15;

/// A decimal number, cut after [`DECIMALS`] decimals.
struct Decimal {
    /// Whether it is below 0.
    negative: bool,
    /// The kept digits as an integer, in units of 10^-15.
    units: u128,
    /// Whether digits other than 0 were cut off.
    more: bool,
}

impl Decimal {
    /// The value of a number such as `84`, `.73`, `1e2`. `+5`, `5.`, `nan` and `1_000` are not numbers.
    fn parse(text: &str) -> Result<Self, ScoreError> {
        let (text, negative) = text.strip_prefix('-').map_or((text, false), |text| (text, true));
        let (number, exponent) = match text.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, Self::exponent(exponent)?),
            None => (text, 0),
        };
        let (whole, decimals) = match number.split_once('.') {
            Some((whole, decimals)) if !decimals.is_empty() => (whole, decimals),
            None if !number.is_empty() => (number, ""),
            _ => return Err(ScoreError::NotANumber),
        };
        let digits = || whole.bytes().chain(decimals.bytes());
        if !digits().all(|byte| byte.is_ascii_digit()) {
            return Err(ScoreError::NotANumber);
        }
        let mut decimal = Self { negative: false, units: 0, more: false };
        // The power of ten of the first digit, counted in units.
        let mut power = i128::try_from(whole.len() + DECIMALS).unwrap_or(i128::MAX / 2) + exponent;
        for digit in digits().map(|byte| byte - b'0') {
            power -= 1;
            if digit == 0 {
                continue;
            }
            // Far more than any scale holds: the exact value does not matter any more.
            let Ok(power) = u32::try_from(power.min(30)) else {
                decimal.more = true;
                break;
            };
            decimal.units = decimal.units.saturating_add(u128::from(digit) * 10_u128.pow(power));
        }
        decimal.negative = negative && (decimal.units > 0 || decimal.more);
        Ok(decimal)
    }

    /// The exponent after `e`; one that is too large for any number here is cut to a value that is so as well.
    fn exponent(text: &str) -> Result<i128, ScoreError> {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ScoreError::NotANumber);
        }
        let size = digits.parse::<u64>().map_or(i128::from(u64::MAX), i128::from);
        Ok(if text.starts_with('-') { -size } else { size })
    }

    /// The score of this value on `scale`.
    fn of(&self, scale: Scale) -> Result<Score, ScoreError> {
        let (lower, upper) = (u128::from(scale.lower), u128::from(scale.upper));
        let one = 10_u128.pow(u32::try_from(DECIMALS).expect("a small number"));
        if self.negative
            || self.units < lower * one
            || self.units > upper * one
            || self.units == upper * one && self.more
        {
            return Err(ScoreError::OutOfRange(scale));
        }
        // In millionths of a point: units / 10^15 / upper * 100 * 10^6, rounded. What was cut off cannot turn the
        // rounding, because half a millionth is a whole number of units.
        let (factor, divisor) = (u128::from(Score::MAX.millionths()), upper * one);
        let millionths = (2 * self.units * factor + divisor) / (2 * divisor);
        if millionths == 0 && (self.units > 0 || self.more) {
            return Err(ScoreError::TooSmall);
        }
        u32::try_from(millionths).map(Score::kept).map_err(|_| ScoreError::OutOfRange(scale))
    }
}

impl fmt::Display for Score {
    /// The exact value without needless zeros: `84`, `84.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.millionths() / ONE, self.millionths() % ONE);
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
        if self.millionths().is_multiple_of(ONE) {
            serializer.serialize_u32(self.millionths() / ONE)
        } else {
            serializer.serialize_f64(self.points())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> String {
        Score::from_text(text).map_or_else(|error| format!("{error:?}"), |score| score.to_string())
    }

    #[test]
    fn texts_may_name_their_scale() {
        for (text, expected) in [
            ("84", "84"),
            ("84/100", "84"),
            ("8.4/10", "84"),
            ("8.4 / 10", "84"),
            ("4.2/5", "84"),
            ("5/7", "71.428571"),
            ("2/3", "66.666667"),
            ("7/12", "58.333333"),
            ("82%", "82"),
            ("70.25 %", "70.25"),
            (" 84.50 ", "84.5"),
            (".73", "0.73"),
            ("1e2", "100"),
            ("-0", "0"),
            ("0e999999999999999999999", "0"),
            ("76.91979180386511", "76.919792"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
        for text in
            ["nan", "inf", "+5", "5.", "1_000", "٣", "84 /0", "x", "", "-", ".", "e5", "1e", "%", "1.234.5", "5//7"]
        {
            assert_eq!(Score::from_text(text), Err(ScoreError::NotANumber), "{text}");
        }
        for text in ["11/10", "-1", "-0.0000001", "-1e-400", "1e999", "101%", "1e99999999999999999999"] {
            assert!(matches!(Score::from_text(text), Err(ScoreError::OutOfRange(_))), "{text}");
        }
    }

    #[test]
    fn the_exact_value_decides_whatever_its_length() {
        for (text, expected) in [
            ("80.0000000000000000000000000000001", "80"),
            ("99.99999999999999999999", "100"),
            ("100.00000000000000000000", "100"),
            ("0.0000005", "0.000001"),
            ("0.00000049999999999999999999", "TooSmall"),
            ("1e-400", "TooSmall"),
            ("52.0000005", "52.000001"),
            ("52.00000049999999999999999999", "52"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
        assert_eq!(Score::from_text("100.00000000000000000001"), Err(ScoreError::OutOfRange(Scale::HUNDRED)));
        assert_eq!(
            Score::from_text("5.0000000000000000000000001/5"),
            Err(ScoreError::OutOfRange(Scale { lower: 0, upper: 5 }))
        );
    }

    #[test]
    fn a_plain_number_is_on_the_scale_of_its_column() {
        let five = Scale::new(5).expect("a scale");
        let on_five = |text| Score::on_scale(text, five).map(|score| score.to_string());
        assert_eq!(on_five("4").as_deref(), Ok("80"));
        assert_eq!(on_five("1").as_deref(), Ok("20"));
        assert_eq!(on_five("8/10").as_deref(), Ok("80"));
        assert_eq!(on_five("82%").as_deref(), Ok("82"));
        assert_eq!(on_five("5.1"), Err(ScoreError::OutOfRange(five)));
        let from_one = Scale::between(1, 5).expect("a scale");
        assert_eq!(Score::on_scale("1", from_one).map(|score| score.to_string()).as_deref(), Ok("20"));
        assert_eq!(Score::on_scale("0", from_one), Err(ScoreError::OutOfRange(from_one)));
        for text in ["0", "1001", "-5", "5.5", "+5", "", "٣"] {
            assert_eq!(Scale::from_text(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_score_survives_as_text(millionths in 0..=100_000_000_u32) {
            let score = Score::from_millionths(millionths).expect("in range");
            prop_assert_eq!(Score::from_text(&score.to_string()), Ok(score));
            prop_assert_eq!(Score::from_text(&format!("{:?}", score.points())), Ok(score));
        }

        /// Long division in integers, against the shortcut and against any number of digits.
        #[test]
        fn fractions_are_rounded_half_away_from_zero(value in 0..=9_999_999_u64, scale in 1..=1000_u64) {
            let text = format!("{}.{:04}/{scale}", value / 10_000, value % 10_000);
            let expected = (2 * value * 100_000_000 + 10_000 * scale) / (20_000 * scale);
            let read = Score::from_text(&text);
            if value > 10_000 * scale {
                prop_assert!(matches!(read, Err(ScoreError::OutOfRange(_))));
            } else {
                prop_assert_eq!(read.map(|score| u64::from(score.millionths())), Ok(expected));
            }
        }
    }
}
