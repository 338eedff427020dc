//! P-values of the permutation tests, and how much work one may take.

mod outliers;
mod sign_flip;
mod two_sample;

pub(super) use sign_flip::{mcnemar, sign_flip};
pub(super) use two_sample::two_sample;

use super::exact::{double, quotient};
use serde::Serialize;

/// Work for one p-value, as reviewers times distinct sums: up to this, a distribution is counted as it is; beyond, the
/// differences are rounded to a grid first.
pub(super) const STEPS: u64 = 500_000_000;
/// The same where there are pairs of one tool with very many others.
pub(super) const STEPS_OF_MANY: u64 = 1 << 24;
/// Counts of more reviewers than this may not fit into 128 bits; shares in doubles take their place.
pub(super) const COUNTABLE: usize = 120;
/// Of more reviewers than this, the normal approximation is used.
pub(super) const NORMAL_ABOVE: usize = 5_000;

/// The share of permutations at least as extreme as the observed one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PValue {
    /// Above 0 and at most 1.
    #[cfg_attr(test, schemars(range(min = 0, max = 1)))]
    pub value: f64,
    /// Which test, and how its distribution was found.
    pub method: Test,
    /// Reviewers that it is based on.
    pub n: usize,
    /// The permutations, where they were counted in integers.
    #[serde(skip)]
    pub counted: Option<Counted>,
}

/// Permutations, counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Those at least as extreme as the observed one, itself included.
    pub extreme: u128,
    /// All of them.
    pub all: u128,
}

/// Which test, and how its distribution was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// Sign-flip test: all sign patterns are counted.
    SignFlipExact,
    /// Sign-flip test: the differences are rounded to a fine grid, then all sign patterns are counted.
    SignFlipGrid,
    /// Sign-flip test: normal approximation with the permutation variance.
    SignFlipNormal,
    /// `McNemar`'s exact test of verdicts.
    McnemarExact,
    /// Two-sample permutation test: all splits are counted.
    PermutationExact,
    /// Two-sample permutation test: the values are rounded to a fine grid, then all splits are counted.
    PermutationGrid,
    /// Two-sample permutation test: normal approximation with the permutation variance.
    PermutationNormal,
}

impl Test {
    /// Whether the p-value is an approximation.
    pub const fn is_approximate(self) -> bool {
        !matches!(self, Self::SignFlipExact | Self::McnemarExact | Self::PermutationExact)
    }
}

impl PValue {
    /// A p-value that was counted in integers.
    pub(super) fn counted(counted: Counted, method: Test, n: usize) -> Self {
        Self { value: quotient(counted.extreme, counted.all), method, n, counted: Some(counted) }
    }

    /// A p-value that was computed as a share.
    pub(super) fn share(value: f64, method: Test, n: usize) -> Self {
        Self { value: value.clamp(f64::MIN_POSITIVE, 1.0), method, n, counted: None }
    }

    /// Whether the p-value is at most `percent` hundredths, compared in integers where it was counted.
    pub fn is_at_most(&self, percent: u8) -> bool {
        match self.counted {
            // extreme * 100 could pass 128 bits; dividing all patterns rounds down, which an integer bound may.
            Some(Counted { extreme, all }) => {
                let (whole, rest) = (all / 100, all % 100);
                extreme <= whole * u128::from(percent) + rest * u128::from(percent) / 100
            }
            None => self.value * 100.0 <= f64::from(percent),
        }
    }
}

/// The unit of which all `sizes` (in millionths of a point) are multiples, if they come from a scale whose steps have
/// no finite decimals, such as sevenths: 100 points over a small number, each size rounded to the nearest millionth
/// once or twice.
pub(super) fn scale_unit(sizes: &[u128]) -> Option<f64> {
    const HUNDRED_POINTS: f64 = 1e8;
    /// Largest number of steps that is looked for.
    const STEPS_MAX: u32 = 100;
    (2..=STEPS_MAX).map(|steps| HUNDRED_POINTS / f64::from(steps)).find(|unit| {
        sizes.iter().all(|size| {
            let size = double(*size);
            ((size / unit).round() * unit - size).abs() <= 1.5
        })
    })
}

/// The double nearest to a signed integer.
#[expect(clippy::cast_precision_loss, reason = "rounding to the nearest double is the purpose")]
pub(super) const fn signed_double(integer: i128) -> f64 {
    integer as f64
}

/// The whole number nearest to `value`, which is below 2^63 in magnitude.
#[expect(clippy::cast_possible_truncation, reason = "callers keep values far below 2^63")]
pub(super) fn nearest(value: f64) -> i64 {
    value.round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_compared_in_integers() {
        let p = |extreme, all| PValue::counted(Counted { extreme, all }, Test::SignFlipExact, 1);
        assert!(p(1, 20).is_at_most(5));
        assert!(!p(2, 39).is_at_most(5));
        assert!(p(2, 64).is_at_most(5));
        assert!(!p(14, 64).is_at_most(20));
        assert!(p(12, 64).is_at_most(20));
        assert!(!p(1 << 127, 1 << 127).is_at_most(99));
        assert!(PValue::share(0.05, Test::SignFlipGrid, 200).is_at_most(5));
    }

    #[test]
    fn scales_without_finite_decimals_are_recognised() {
        let sevenths = [14_285_714, 28_571_429, 71_428_571];
        assert!(scale_unit(&sevenths).is_some_and(|unit| (unit - 1e8 / 7.0).abs() < 1e-6));
        assert_eq!(scale_unit(&[12_345_678, 23_456_789, 34_567_891]), None);
    }
}
