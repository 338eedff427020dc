//! Confidence intervals and the quantiles they need.

use super::exact::{Exact, serialize_double};
use crate::error::{Error, Result};
use serde::Serialize;
use statrs::distribution::{Continuous, ContinuousCDF, StudentsT};
use statrs::function::erf::erfc_inv;

/// The default level of intervals, and always that of the ranking key and of `could_be_behind`.
pub(crate) const LEVEL: f64 = 0.95;

/// A confidence interval: it holds the true value in `level` of all samples, if the model of its method is right.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Interval {
    /// Lower end, in the unit of its figure.
    #[serde(serialize_with = "serialize_double")]
    pub low: f64,
    /// Upper end, in the unit of its figure.
    #[serde(serialize_with = "serialize_double")]
    pub high: f64,
    /// Confidence, above 0 and below 1.
    pub level: f64,
    /// How it was computed.
    pub method: Method,
    /// The number of reviewers it is based on. With unequal weights this is Kish's effective number,
    /// (sum w)^2 / sum w^2.
    pub n: Exact,
    /// Degrees of freedom of Student's distribution, where it was used.
    #[serde(skip)]
    pub degrees_of_freedom: Option<f64>,
}

impl Interval {
    /// The quantile that the interval was computed with: the normal one for Wilson's, else that of Student's
    /// distribution.
    pub fn quantile(&self) -> f64 {
        self.degrees_of_freedom.map_or_else(|| normal_quantile(self.level), |df| student_quantile(self.level, df))
    }

    /// Whether both ends are the same, as where all values are.
    pub fn is_a_point(&self) -> bool {
        self.low >= self.high
    }

    /// The interval of the negated figure.
    #[must_use]
    pub(super) fn negated(self) -> Self {
        // Adding 0 makes 0 of -0.
        Self { low: 0.0 - self.high, high: 0.0 - self.low, ..self }
    }

    /// The part of the interval between `low` and `high`.
    #[must_use]
    pub(super) fn cut(self, low: f64, high: f64) -> Self {
        Self { low: self.low.clamp(low, high), high: self.high.clamp(low, high), ..self }
    }
}

/// Size and sample standard deviation (divisor n - 1, in points) of one of two independent samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// How many values.
    pub n: usize,
    /// Their deviation.
    pub stddev: f64,
}

/// How an interval was computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Wilson's score interval of a proportion.
    Wilson,
    /// Student's t interval of a mean.
    StudentT,
    /// Welch's t interval of the difference of two means.
    Welch,
}

/// Checks a confidence level: above 0 and below 1.
///
/// # Errors
/// 0, 1, anything outside, and NaN.
pub(crate) fn check_level(level: f64) -> Result<()> {
    if level > 0.0 && level < 1.0 {
        return Ok(());
    }
    let error = Error::usage(format!("invalid confidence `{level}`: it must be between 0 and 1, for example 0.95"));
    Err(if level > 1.0 && level < 100.0 { error.hint(format!("for {level}% write {}", level / 100.0)) } else { error })
}

/// Wilson's score interval of a proportion `ratio` seen in `n` (possibly effective) votes.
///
/// (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n), with z the (1 + level)/2 quantile of the normal
/// distribution. E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22, 1927.
/// The lower end is exactly 0 for a ratio of 0, the upper exactly 1 for a ratio of 1.
pub(super) fn wilson(ratio: Exact, n: Exact, level: f64) -> Interval {
    let (low, high) = wilson_ends(ratio, n, normal_quantile(level));
    Interval { low, high, level, method: Method::Wilson, n, degrees_of_freedom: None }
}

/// Both ends of Wilson's interval for the quantile `z`.
pub(super) fn wilson_ends(ratio: Exact, n: Exact, z: f64) -> (f64, f64) {
    let (p, (centre, half, scale)) = (ratio.to_f64(), wilson_terms(ratio, n, z));
    let low = if ratio.is_zero() { 0.0 } else { ((centre - half) / scale).clamp(0.0, p) };
    let high = if ratio == Exact::whole(1) { 1.0 } else { ((centre + half) / scale).clamp(p, 1.0) };
    (low, high)
}

/// What Wilson's interval is made of for the quantile `z`: its middle and half its width, both before the division by
/// 1 + z^2/n, and that divisor.
pub(crate) fn wilson_terms(ratio: Exact, n: Exact, z: f64) -> (f64, f64, f64) {
    let (p, z2) = (ratio.to_f64(), z * z / n.to_f64());
    (p + z2 / 2.0, (z2 * (p * (1.0 - p) + z2 / 4.0)).sqrt(), 1.0 + z2)
}

/// Half the width of Student's t interval for the quantile `t`: t * deviation / sqrt(n).
pub(crate) fn student_half(t: f64, deviation: f64, n: Exact) -> f64 {
    t * deviation / n.to_f64().sqrt()
}

/// Student's t interval of a mean: mean -+ t(level, n - 1) * deviation / sqrt(n). `n` is at least 2.
pub(super) fn student_t(mean: Exact, deviation: f64, n: usize, level: f64) -> Interval {
    let n = Exact::from_count(n);
    let df = n.to_f64() - 1.0;
    let half = student_half(student_quantile(level, df), deviation, n);
    around(mean.to_f64(), half, level, Method::StudentT, n, df)
}

/// Welch's t interval of the difference of two means, `difference` = second - first.
///
/// Standard error sqrt(s1^2/n1 + s2^2/n2), degrees of freedom (s1^2/n1 + s2^2/n2)^2 / ((s1^2/n1)^2/(n1 - 1) +
/// (s2^2/n2)^2/(n2 - 1)). B. L. Welch, "The generalization of 'Student's' problem when several different population
/// variances are involved", Biometrika 34, 1947. Both samples have at least 2 values; without any deviation both ends
/// are the difference.
pub(super) fn welch(difference: Exact, first: Sample, second: Sample, level: f64) -> Interval {
    let size = |sample: Sample| Exact::from_count(sample.n).to_f64();
    let share = |sample: Sample| sample.stddev * sample.stddev / size(sample);
    let (a, b) = (share(first), share(second));
    let variance = a + b;
    let df = variance * variance / (a * a / (size(first) - 1.0) + b * b / (size(second) - 1.0));
    let (half, df) = if variance > 0.0 {
        (student_quantile(level, df) * variance.sqrt(), df)
    } else {
        (0.0, size(first) + size(second) - 2.0)
    };
    around(difference.to_f64(), half, level, Method::Welch, Exact::from_count(first.n + second.n), df)
}

/// The interval with its ends at `half` on both sides of `centre`, from Student's distribution with `df` degrees of
/// freedom.
fn around(centre: f64, half: f64, level: f64, method: Method, n: Exact, df: f64) -> Interval {
    Interval { low: centre - half, high: centre + half, level, method, n, degrees_of_freedom: Some(df) }
}

/// The z with P(|Z| <= z) = `level` for a standard normal Z.
pub(super) fn normal_quantile(level: f64) -> f64 {
    // The tail on both sides is 1 - level, without the rounding of 1 - (1 + level) / 2.
    std::f64::consts::SQRT_2 * erfc_inv(1.0 - level)
}

/// Above these degrees of freedom the library's continued fraction no longer converges and the expansion in 1/df is
/// exact to the last digits.
const EXPANSION_FROM: f64 = 1_000.0;

/// The t with P(|T| <= t) = `level` for Student's T with `df` degrees of freedom, `df` >= 1.
pub(super) fn student_quantile(level: f64, df: f64) -> f64 {
    if df >= EXPANSION_FROM {
        return student_expansion(normal_quantile(level), df);
    }
    let tail = (1.0 - level) / 2.0;
    // Two reviewers are common, and their quantile has a closed form that the library misses in the far tail.
    if df <= 1.0 {
        return (std::f64::consts::PI * tail).tan().recip();
    }
    let Ok(student) = StudentsT::new(0.0, 1.0, df) else { return f64::NAN };
    // Near the middle the library's inverse loses its digits, but there the density is all but flat.
    let mut t = if level < 0.5 { level / (2.0 * student.pdf(0.0)) } else { -student.inverse_cdf(tail) };
    // Newton's method on the upper tail gives the last digits.
    for _ in 0..4 {
        let step = (student.sf(t) - tail) / student.pdf(t);
        if !step.is_finite() || step.abs() > 0.5 * t {
            break;
        }
        t += step;
    }
    t
}

/// Student's quantile from the normal one, for many degrees of freedom: Abramowitz and Stegun 26.7.5.
fn student_expansion(z: f64, df: f64) -> f64 {
    let z2 = z * z;
    let first = (z2 + 1.0) * z / 4.0;
    let second = ((5.0 * z2 + 16.0) * z2 + 3.0) * z / 96.0;
    let third = (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) * z / 384.0;
    let fourth = ((((79.0 * z2 + 776.0) * z2 + 1482.0) * z2 - 1920.0) * z2 - 945.0) * z / 92_160.0;
    z + (first + (second + (third + fourth / df) / df) / df) / df
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
    }

    #[test]
    fn ends_are_exact_where_all_agree() {
        let four = Exact::whole(4);
        let all = wilson(Exact::whole(1), four, LEVEL);
        near(all.low, 0.510_109_163_545_402_5);
        assert_eq!(all.high.to_bits(), 1.0_f64.to_bits());
        let none = wilson(Exact::ZERO, four, LEVEL);
        assert_eq!(none.low.to_bits(), 0.0_f64.to_bits());
        near(none.high, 1.0 - all.low);
    }

    /// Against scipy 1.17; `tests/reference/make.py` made the table.
    #[test]
    fn quantiles_are_those_of_scipy() {
        let table = include_str!("../../tests/reference/quantiles.json");
        let table: serde_json::Value = serde_json::from_str(table).expect("a table");
        let rows = table["rows"].as_array().expect("rows");
        assert!(rows.len() > 400);
        for row in rows {
            let level = row[0].as_f64().expect("a level");
            let expected = row[2].as_f64().expect("a quantile");
            let found = row[1].as_f64().map_or_else(|| normal_quantile(level), |df| student_quantile(level, df));
            assert!((found - expected).abs() <= 1e-10 * expected, "{row} is not {found}");
        }
    }

    #[test]
    fn quantiles_are_finite_at_every_level() {
        for level in [1e-300, 1e-9, 0.001, 0.1, 0.999_999_9, 1.0 - f64::EPSILON / 2.0] {
            let mut last = f64::INFINITY;
            for df in [1.0, 2.0, 3.0, 10.0, 400.0, 999.0, 1_000.0, 1e6, 1e7] {
                let t = student_quantile(level, df);
                // More degrees of freedom, a narrower interval.
                assert!(t.is_finite() && t >= 0.0 && t <= last * (1.0 + 1e-6), "{level} {df} {t}");
                last = t;
            }
        }
    }

    #[test]
    fn levels_lie_between_zero_and_one() {
        for level in [0.0, 1.0, 100.0, -0.5, f64::NAN, f64::INFINITY, 95.0] {
            assert!(check_level(level).is_err(), "{level}");
        }
        assert_eq!(check_level(0.999_999), Ok(()));
        assert_eq!(check_level(95.0).map_err(|e| e.hints), Err(vec!["for 95% write 0.95".to_owned()]));
    }
}
