//! Exact rational numbers: what figures are made of before anyone rounds them.

use crate::catalog::record::score::Score;
use serde::{Serialize, Serializer};
use std::cmp::Ordering;
use std::ops::Neg;

/// Millionths in one point of a score or a weight.
pub(super) const POINT: i128 = 1_000_000;

/// A rational number, exact.
///
/// Made from sums of scores (at most 10^8 millionths each) and weights (at most 10^12 millionths each) over at most
/// ten million reviews, so that numerator and denominator stay below 10^38 in magnitude. Two of them compare and
/// print by value: 1/2 equals 2/4, to the last digit of every output.
#[derive(Clone, Copy, Debug)]
pub struct Exact {
    numerator: i128,
    denominator: i128,
}

impl Exact {
    /// Zero.
    pub const ZERO: Self = Self { numerator: 0, denominator: 1 };

    /// `numerator / denominator`, or `None` when the denominator is 0: what cannot be computed is absent.
    pub const fn ratio(numerator: i128, denominator: i128) -> Option<Self> {
        if denominator > 0 {
            Some(Self { numerator, denominator })
        } else if denominator < 0 {
            Some(Self { numerator: -numerator, denominator: -denominator })
        } else {
            None
        }
    }

    /// A whole number.
    pub const fn whole(value: i128) -> Self {
        Self { numerator: value, denominator: 1 }
    }

    /// A count.
    pub fn from_count(count: usize) -> Self {
        Self::whole(count.try_into().unwrap_or(i128::MAX))
    }

    /// As many points as `millionths` millionths of a point are.
    pub const fn from_millionths(millionths: i128) -> Self {
        Self { numerator: millionths, denominator: POINT }
    }

    /// Whether the value has no fraction.
    pub const fn is_whole(self) -> bool {
        self.numerator % self.denominator == 0
    }

    /// Whether the value is 0.
    pub const fn is_zero(self) -> bool {
        self.numerator == 0
    }

    /// -1, 0 or 1.
    pub const fn signum(self) -> i128 {
        self.numerator.signum()
    }

    /// The magnitude.
    #[must_use]
    pub const fn abs(self) -> Self {
        Self { numerator: self.numerator.abs(), denominator: self.denominator }
    }

    /// Numerator and denominator in lowest terms, the denominator above 0.
    pub fn terms(self) -> (i128, i128) {
        let divisor = gcd(self.numerator.unsigned_abs(), self.denominator.unsigned_abs()).cast_signed();
        (self.numerator / divisor, self.denominator / divisor)
    }

    /// `self - other`, or `None` where the result's terms would pass 10^38.
    pub fn minus(self, other: Self) -> Option<Self> {
        let ((a, b), (c, d)) = (self.terms(), other.terms());
        let numerator = a.checked_mul(d)?.checked_sub(c.checked_mul(b)?)?;
        Self::ratio(numerator, b.checked_mul(d)?)
    }

    /// The double nearest to the exact value, ties to even.
    pub fn to_f64(self) -> f64 {
        let (numerator, denominator) = (self.numerator.unsigned_abs(), self.denominator.unsigned_abs());
        let magnitude = quotient(numerator, denominator);
        if self.numerator < 0 { -magnitude } else { magnitude }
    }

    /// The value times 10^`decimals`, rounded half away from zero: 75.25 with one decimal is 753.
    ///
    /// `decimals` is at most 9.
    pub const fn rounded(self, decimals: u32) -> i128 {
        let scale = 10_i128.pow(decimals);
        let (whole, rest) = (self.numerator.abs() / self.denominator, self.numerator.abs() % self.denominator);
        // Half of the denominator without doubling it: rest * scale / denominator >= 1/2 rounds up.
        let scaled = rest * scale;
        let (digits, left) = (scaled / self.denominator, scaled % self.denominator);
        let up = if left >= self.denominator - left { 1 } else { 0 };
        (whole * scale + digits + up) * self.numerator.signum()
    }
}

impl From<Score> for Exact {
    /// The score in points.
    fn from(score: Score) -> Self {
        Self::from_millionths(i128::from(score.millionths()))
    }
}

impl Neg for Exact {
    type Output = Self;

    fn neg(self) -> Self {
        Self { numerator: -self.numerator, denominator: self.denominator }
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Self) -> Ordering {
        compare((self.numerator, self.denominator), (other.numerator, other.denominator))
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Exact {}

impl Serialize for Exact {
    /// A JSON integer where the value is whole, else the nearest double.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match i64::try_from(self.numerator / self.denominator) {
            Ok(whole) if self.is_whole() => serializer.serialize_i64(whole),
            _ => serializer.serialize_f64(self.to_f64()),
        }
    }
}

/// Serialises a double as a JSON integer where it is whole.
///
/// # Errors
/// Those of the serializer.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
pub(crate) fn serialize_double<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
    if value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 {
        serializer.serialize_i64(*value as i64)
    } else {
        serializer.serialize_f64(*value)
    }
}

/// Compares two fractions with denominators above 0, without overflow: where the cross products do not fit, by
/// their continued fractions.
fn compare((mut a, mut b): (i128, i128), (mut c, mut d): (i128, i128)) -> Ordering {
    if b == d {
        return a.cmp(&c); // nearly all, where reviewers weigh the same
    }
    loop {
        if let (Some(left), Some(right)) = (a.checked_mul(d), c.checked_mul(b)) {
            return left.cmp(&right);
        }
        let (whole_a, rest_a) = (a.div_euclid(b), a.rem_euclid(b));
        let (whole_c, rest_c) = (c.div_euclid(d), c.rem_euclid(d));
        if whole_a != whole_c || rest_a == 0 || rest_c == 0 {
            return whole_a.cmp(&whole_c).then((rest_a != 0).cmp(&(rest_c != 0)));
        }
        // rest_a / b < rest_c / d exactly when d / rest_c < b / rest_a.
        (a, b, c, d) = (d, rest_c, b, rest_a);
    }
}

/// The double nearest to `numerator / denominator`, ties to even.
pub(super) fn quotient(numerator: u128, denominator: u128) -> f64 {
    /// Integers below this are doubles, and the quotient of two doubles is rounded correctly.
    const EXACT: u128 = 1 << 53;
    if numerator < EXACT && denominator < EXACT {
        return double(numerator) / double(denominator);
    }
    // Long division to at least 65 bits; what is left over only decides ties, as a last bit.
    let (mut whole, mut rest) = (numerator / denominator, numerator % denominator);
    let mut halvings = 0;
    while rest != 0 && whole < 1 << 64 {
        let carry = rest >= denominator - rest;
        rest = if carry { rest - (denominator - rest) } else { rest << 1 };
        whole = whole << 1 | u128::from(carry);
        halvings += 1;
    }
    double(whole | u128::from(rest != 0)) * 0.5_f64.powi(halvings)
}

/// The double nearest to an integer.
#[expect(clippy::cast_precision_loss, reason = "rounding to the nearest double is the purpose")]
pub(super) const fn double(integer: u128) -> f64 {
    integer as f64
}

/// Greatest common divisor; that of 0 and `b` is `b`, that of 0 and 0 is 1, so that one can divide by it.
pub(super) const fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    if a == 0 { 1 } else { a }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(numerator: i128, denominator: i128) -> Exact {
        Exact::ratio(numerator, denominator).expect("a denominator")
    }

    #[test]
    fn people_see_halves_rounded_away_from_zero() {
        for (value, decimals, shown) in [
            (exact(301, 4), 1, 753),
            (exact(-301, 4), 1, -753),
            (exact(1, 3), 2, 33),
            (exact(2, 3), 0, 1),
            (exact(-1, 2), 0, -1),
            (exact(49, 100), 0, 0),
            (exact(245, 3), 1, 817),
            (exact(10_i128.pow(38), 10_i128.pow(36) * 3), 0, 33),
        ] {
            assert_eq!(value.rounded(decimals), shown, "{value:?}");
        }
    }

    #[test]
    fn values_compare_beyond_what_cross_products_hold() {
        let big = 10_i128.pow(37);
        assert!(exact(big, big - 1) > exact(big + 1, big));
        assert!(exact(-big, big - 1) < exact(-big - 1, big));
        assert_eq!(exact(big, big * 2), exact(1, 2));
        assert_eq!(exact(big * 3, big), Exact::whole(3));
        assert!(exact(1, -2) < Exact::ZERO);
        assert!(exact(big * 3 + 1, big) > Exact::whole(3));
    }

    #[test]
    fn doubles_are_the_nearest() {
        assert_eq!(exact(301, 4).to_f64().to_bits(), 75.25_f64.to_bits());
        assert_eq!(exact(1, 3).to_f64().to_bits(), (1.0_f64 / 3.0).to_bits());
        assert_eq!(exact(10_i128.pow(30), 3 * 10_i128.pow(30)).to_f64().to_bits(), (1.0_f64 / 3.0).to_bits());
        assert_eq!(exact(-(10_i128.pow(37)), 7 * 10_i128.pow(36)).to_f64().to_bits(), (-10.0_f64 / 7.0).to_bits());
        // 2^53 + 1 + a bit is nearer to 2^53 + 2.
        let odd = (1_i128 << 53) + 1;
        assert_eq!(exact(odd * 1000 + 1, 1000).to_f64().to_bits(), 9_007_199_254_740_994.0_f64.to_bits());
        assert_eq!(exact(1, 10_i128.pow(37)).to_f64().to_bits(), 1e-37_f64.to_bits());
    }

    #[test]
    fn whole_numbers_are_written_as_integers() {
        let text = |value: Exact| serde_json::to_string(&value).expect("a number");
        assert_eq!(text(exact(320, 4)), "80");
        assert_eq!(text(exact(-301, 4)), "-75.25");
        assert_eq!(exact(6, -4).terms(), (-3, 2));
        assert_eq!(Exact::ratio(1, 0), None);
        assert_eq!(exact(3, 4).minus(exact(1, 2)), Some(exact(1, 4)));
    }
}
