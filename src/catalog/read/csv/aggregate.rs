//! Numbers that are computed from others, such as means and totals, told by their values.

/// A number of a sheet and the half of its last digit.
#[derive(Clone, Copy, Debug)]
pub(super) struct RoundedNumber {
    pub(super) value: f64,
    half_digit: f64,
}

/// How a value is computed from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Aggregate {
    Mean,
    Median,
    Sum,
    Lowest,
    Highest,
    Range,
    /// The standard deviation, with this less than the number of values as its divisor.
    Deviation(u8),
    Count,
}

const AGGREGATES: [(Aggregate, &str); 9] = [
    (Aggregate::Mean, "mean"),
    (Aggregate::Median, "median"),
    (Aggregate::Sum, "sum"),
    (Aggregate::Lowest, "lowest"),
    (Aggregate::Highest, "highest"),
    (Aggregate::Range, "range"),
    (Aggregate::Deviation(1), "standard deviation"),
    (Aggregate::Deviation(0), "standard deviation"),
    (Aggregate::Count, "number"),
];

/// How all of the values are computed from the others beside them, if they are.
pub(super) fn aggregate_of(pairs: impl Iterator<Item = (RoundedNumber, Vec<f64>)>) -> Option<&'static str> {
    let pairs: Vec<(RoundedNumber, Vec<f64>)> = pairs.filter(|(_, others)| !others.is_empty()).collect();
    let fits = |aggregate: Aggregate| pairs.iter().all(|(shown, others)| shown.is(aggregate.of(others)));
    AGGREGATES.into_iter().find(|(aggregate, _)| !pairs.is_empty() && fits(*aggregate)).map(|(_, name)| name)
}

impl Aggregate {
    fn of(self, numbers: &[f64]) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a number of cells")]
        let count = numbers.len() as f64;
        match self {
            Self::Mean => numbers.iter().sum::<f64>() / count,
            Self::Sum => numbers.iter().sum(),
            Self::Lowest => numbers.iter().copied().fold(f64::INFINITY, f64::min),
            Self::Highest => numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            Self::Range => Self::Highest.of(numbers) - Self::Lowest.of(numbers),
            Self::Deviation(less) => {
                let mean = Self::Mean.of(numbers);
                let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
                (squares / (count - f64::from(less))).sqrt()
            }
            Self::Count => count,
            Self::Median => {
                let mut sorted = numbers.to_vec();
                sorted.sort_by(f64::total_cmp);
                let middle = sorted.len() / 2;
                if sorted.len() % 2 == 1 { sorted[middle] } else { f64::midpoint(sorted[middle - 1], sorted[middle]) }
            }
        }
    }
}

impl RoundedNumber {
    /// The number of a cell such as `76.2`, `76,2`, `82%`, `8/10`, `82 ship`.
    pub(super) fn parse(cell: &str, decimal_comma: bool) -> Option<Self> {
        let cell = cell.split_whitespace().next()?;
        let cell = cell.strip_suffix('%').unwrap_or(cell).trim_end();
        let cell = cell.split_once('/').map_or(cell, |(number, _)| number.trim_end());
        let number = if decimal_comma { cell.replace(',', ".") } else { cell.to_owned() };
        let decimals = number.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        let value = number.parse::<f64>().ok().filter(|value| value.is_finite())?;
        let half_digit = 0.5 * 10_f64.powi(-i32::try_from(decimals).ok()?);
        Some(Self { value, half_digit })
    }

    /// Whether this is `value`, to the digits shown.
    pub(super) fn is(self, value: f64) -> bool {
        (self.value - value).abs() <= self.half_digit + 1e-9 * value.abs().max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_number_is_equal_to_its_digits() {
        let shown = |cell: &str| RoundedNumber::parse(cell, false).expect("a number");
        assert!(shown("76.2").is(76.2) && shown("76").is(76.2) && shown("76.3").is(76.25) && !shown("76").is(76.6));
        assert!(shown("82%").is(82.0) && shown("8/10").is(8.0));
        assert!(RoundedNumber::parse("76,2", true).is_some_and(|shown| shown.is(76.2)));
        assert!(RoundedNumber::parse("ship", false).is_none() && RoundedNumber::parse("", false).is_none());
    }
}
