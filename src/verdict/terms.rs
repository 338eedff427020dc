//! Exact tests of counts: sums over the terms of a distribution with one peak, by the ratio of neighbouring terms.

use super::exact::double;

/// The share of a distribution over `low..=high` that lies in terms no larger than that of `observed`: the two-sided
/// p-value of an exact test of counts. `ratio(x)` is the term of x + 1 over that of x, and falls with x.
///
/// Terms are built from the peak outwards, relative to it, until they vanish in a double: no factorial, no logarithm,
/// and no more steps than the distribution is wide, however large the counts are. Above 0 and at most 1.
pub(super) fn two_sided(low: u64, high: u64, observed: u64, ratio: &dyn Fn(u64) -> f64) -> f64 {
    let peak = peak(low, high, ratio);
    let mut terms = vec![(peak, 1.0)];
    let mut term = 1.0;
    for x in peak..high {
        term *= ratio(x);
        if term == 0.0 {
            break;
        }
        terms.push((x + 1, term));
    }
    term = 1.0;
    for x in (low..peak).rev() {
        term /= ratio(x);
        if term == 0.0 {
            break;
        }
        terms.push((x, term));
    }
    let Some(own) = terms.iter().find(|(x, _)| *x == observed).map(|(_, term)| *term) else { return f64::MIN_POSITIVE };
    // Terms that are equal differ by what each step rounds.
    let steps = u32::try_from(observed.abs_diff(peak)).unwrap_or(u32::MAX);
    let limit = own * (1.0 + f64::EPSILON * (16.0 + 8.0 * f64::from(steps)));
    // Summed from the smallest up, so that little is lost.
    let mut terms: Vec<f64> = terms.into_iter().map(|(_, term)| term).collect();
    terms.sort_by(f64::total_cmp);
    let (mut within, mut all) = (0.0, 0.0);
    for term in terms {
        all += term;
        if term <= limit {
            within = all;
        }
    }
    (within / all).clamp(f64::MIN_POSITIVE, 1.0)
}

/// Where the largest term is: the first x from which on terms fall.
fn peak(low: u64, high: u64, ratio: &dyn Fn(u64) -> f64) -> u64 {
    let (mut from, mut to) = (low, high);
    while from < to {
        let middle = from + (to - from) / 2;
        if ratio(middle) < 1.0 { to = middle } else { from = middle + 1 }
    }
    from
}

/// The ratio of neighbouring terms of the hypergeometric distribution of ships in a panel of `panel` reviewers, out of
/// `ships` ships among `all` verdicts and votes; with the range of ships that are possible.
pub(super) fn hypergeometric(panel: u64, ships: u128, all: u128) -> (u64, u64, impl Fn(u64) -> f64) {
    let skips = all - ships;
    let low = u64::try_from(u128::from(panel).saturating_sub(skips)).unwrap_or(panel);
    let high = u64::try_from(ships).unwrap_or(u64::MAX).min(panel);
    let ratio = move |x: u64| {
        let up = double(ships - u128::from(x)) * double(u128::from(panel - x));
        let down = double(u128::from(x) + 1) * double(skips + u128::from(x) + 1 - u128::from(panel));
        up / down
    };
    (low, high, ratio)
}
