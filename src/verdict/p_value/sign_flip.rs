//! The two-sided sign-flip permutation test of a mean difference.
//!
//! If two tools are equally good, each reviewer's difference could as well have had the other sign. The p-value is
//! the share of the 2^n sign patterns whose absolute sum is at least the observed one.
//! R. A. Fisher, "The Design of Experiments", 1935, section 21.
//!
//! Patterns are counted in integers for up to [`COUNTABLE`] reviewers who differ, in shares for more. Where the sums
//! are too many for that, the differences are rounded to a grid; above [`NORMAL_ABOVE`] reviewers the normal
//! approximation is used. In both cases outliers, which no grid and no normal distribution can follow, are enumerated.
//! There are no random draws.

use super::outliers::{Outliers, shares};
use super::{COUNTABLE, Counted, NORMAL_ABOVE, PValue, Test, double, nearest, scale_unit};
use crate::verdict::exact::gcd;
use crate::verdict::terms::two_sided;

/// Up to this many differences, halves of them are enumerated and joined, whatever the sums.
const HALVES: usize = 32;
/// Work that counting in integers may take before halves are tried, and at most.
const COUNT_STEPS: [u128; 2] = [1 << 20, 1 << 26];
/// The test for these differences, in millionths of a point or, with unequal weights, each times its weight; `None`
/// without any. `steps` bounds the work, see [`super::STEPS`].
pub(in crate::verdict) fn sign_flip(differences: &[i128], steps: u64) -> Option<PValue> {
    if differences.is_empty() {
        return None;
    }
    let n = differences.len();
    let observed = differences.iter().sum::<i128>().unsigned_abs();
    let mut sizes: Vec<u128> = differences.iter().filter(|d| **d != 0).map(|d| d.unsigned_abs()).collect();
    // Only the sizes matter, and sorted they do not depend on the order of the reviewers.
    sizes.sort_unstable();
    let unit = sizes.iter().copied().fold(0, gcd).max(1);
    let reduced: Vec<u128> = sizes.iter().map(|size| size / unit).collect();
    if let Some(p) = counted(&reduced, observed / unit, n, steps, Test::SignFlipExact) {
        return Some(p);
    }
    if sizes.len() > NORMAL_ABOVE {
        return Some(PValue::share(Outliers::beside_normal(&sizes).two_sided(observed), Test::SignFlipNormal, n));
    }
    let on_scale = scale_unit(&sizes).and_then(|unit| {
        let whole = |size: u128| u128::try_from(nearest(double(size) / unit)).unwrap_or_default();
        let sizes: Vec<u128> = sizes.iter().map(|size| whole(*size)).collect();
        counted(&sizes, whole(observed), n, steps, Test::SignFlipGrid)
    });
    let gridded = || PValue::share(Outliers::beside_grid(&sizes, steps).two_sided(observed), Test::SignFlipGrid, n);
    Some(on_scale.unwrap_or_else(gridded))
}

/// `McNemar`'s exact test: of the reviewers whose verdicts on two tools differ, `first` prefer one and `second` the
/// other; `None` without any of the `n` reviewers.
///
/// Q. `McNemar`, "Note on the sampling error of the difference between correlated proportions or percentages",
/// Psychometrika 12, 1947; exact by the binomial distribution, which is the sign-flip test of these verdicts.
pub(in crate::verdict) fn mcnemar(first: usize, second: usize, n: usize) -> Option<PValue> {
    let differing = first + second;
    if differing <= COUNTABLE {
        let ones = vec![1; differing];
        let observed = first.abs_diff(second) as u128;
        return (n > 0).then(|| counted(&ones, observed, n, u64::MAX, Test::McnemarExact)).flatten();
    }
    let all = differing as u64;
    let value = two_sided(0, all, first as u64, &|x| double(u128::from(all - x)) / double(u128::from(x) + 1));
    Some(PValue::share(value, Test::McnemarExact, n))
}

/// The p-value by counting the sign patterns over `sizes` (all above 0), where `steps` allow that.
fn counted(sizes: &[u128], observed: u128, n: usize, steps: u64, method: Test) -> Option<PValue> {
    if observed == 0 && sizes.len() > COUNTABLE {
        return Some(PValue::share(1.0, method, n));
    }
    if let Some(extreme) = count(sizes, observed) {
        // A reviewer without a difference has two equal signs: both counts double.
        let doubled = if n <= 127 { n - sizes.len() } else { 0 };
        let counted = Counted { extreme: extreme << doubled, all: 1 << (sizes.len() + doubled) };
        return Some(PValue::counted(counted, method, n));
    }
    let total: u128 = sizes.iter().sum();
    let is_cheap = sizes.len() <= NORMAL_ABOVE && (total + 1).saturating_mul(sizes.len() as u128) <= steps.into();
    is_cheap.then(|| {
        let limit = usize::try_from((total - observed) / 2).unwrap_or(usize::MAX);
        let sizes: Vec<usize> = sizes.iter().map(|size| usize::try_from(*size).unwrap_or(usize::MAX)).collect();
        PValue::share(2.0 * shares(&sizes, limit).iter().sum::<f64>(), method, n)
    })
}

/// How many sign patterns over `sizes` (all above 0) sum to at least `observed` in magnitude, where integers can count
/// that cheaply.
fn count(sizes: &[u128], observed: u128) -> Option<u128> {
    if sizes.len() > COUNTABLE {
        return None;
    }
    if observed == 0 {
        return Some(1 << sizes.len());
    }
    // A pattern whose positive part is P sums to 2P - total. It is extreme when P <= (total - observed) / 2, or,
    // as often, when its mirror image is.
    let limit = (sizes.iter().sum::<u128>() - observed) / 2;
    let work = limit.saturating_mul(sizes.len() as u128);
    let half = if work <= COUNT_STEPS[0] {
        by_sums(sizes, limit)
    } else if sizes.len() <= HALVES {
        by_halves(sizes, limit)
    } else if work <= COUNT_STEPS[1] {
        by_sums(sizes, limit)
    } else {
        return None;
    };
    Some(2 * half)
}

/// How many subsets sum to at most `limit`, by dynamic programming over the sums.
fn by_sums(sizes: &[u128], limit: u128) -> u128 {
    let Ok(limit) = usize::try_from(limit) else { return 0 };
    let mut ways = vec![0_u128; limit + 1];
    ways[0] = 1;
    let mut reached = 0;
    for size in sizes {
        // The sizes ascend: from the first that passes the limit on, none takes part.
        let Some(size) = usize::try_from(*size).ok().filter(|size| *size <= limit) else { break };
        reached = limit.min(reached + size);
        for sum in (size..=reached).rev() {
            ways[sum] += ways[sum - size];
        }
    }
    ways.iter().sum()
}

/// How many subsets sum to at most `limit`, by joining the sorted subset sums of two halves.
fn by_halves(sizes: &[u128], limit: u128) -> u128 {
    let (left, right) = sizes.split_at(sizes.len() / 2);
    let (left, right) = (subset_sums(left), subset_sums(right));
    let mut within = right.len();
    let mut count = 0;
    for sum in left.into_iter().take_while(|sum| *sum <= limit) {
        while within > 0 && right[within - 1] > limit - sum {
            within -= 1;
        }
        count += within as u128;
    }
    count
}

/// The sums of all subsets, ascending.
fn subset_sums(sizes: &[u128]) -> Vec<u128> {
    let mut sums = vec![0];
    for size in sizes {
        let mut merged = Vec::with_capacity(sums.len() * 2);
        let mut with = sums.iter().map(|sum| sum + size).peekable();
        for sum in &sums {
            while let Some(lower) = with.next_if(|lower| lower < sum) {
                merged.push(lower);
            }
            merged.push(*sum);
        }
        merged.extend(with);
        sums = merged;
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::super::STEPS;
    use super::*;
    use statrs::function::erf::erfc;

    fn test(differences: &[i128]) -> PValue {
        sign_flip(differences, STEPS).expect("differences")
    }

    fn counts(differences: &[i128]) -> (u128, u128) {
        let p = test(differences);
        assert_eq!(p.method, Test::SignFlipExact);
        p.counted.map(|counted| (counted.extreme, counted.all)).expect("counted in integers")
    }

    /// Pseudo-random whole numbers below `below`.
    fn numbers(mut seed: u64, below: u64) -> impl Iterator<Item = i128> {
        std::iter::repeat_with(move || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i128::from((seed >> 33) % below)
        })
    }

    /// All patterns, one by one.
    fn enumerated(differences: &[i128]) -> u128 {
        let observed = differences.iter().sum::<i128>().abs();
        let sum = |signs: u32| -> i128 {
            differences.iter().enumerate().map(|(i, d)| if signs >> i & 1 == 1 { -d } else { *d }).sum()
        };
        (0..1_u32 << differences.len()).filter(|signs| sum(*signs).abs() >= observed).count() as u128
    }

    #[test]
    fn the_embedded_pair_gives_twelve_of_sixteen() {
        assert_eq!(counts(&[1, 0, -5, 20]), (12, 16));
        assert_eq!(counts(&[1_000_000, 0, -5_000_000, 20_000_000]), (12, 16));
    }

    #[test]
    fn the_float_trap_gives_fourteen_of_sixteen() {
        let a = [42_000_000, 40_800_000, 52_300_000, 43_600_000];
        let b = [27_800_000, 45_300_000, 34_500_000, 57_800_000];
        let differences: Vec<i128> = a.iter().zip(b).map(|(a, b)| b - a).collect();
        assert_eq!(counts(&differences), (14, 16));
    }

    #[test]
    fn both_ways_of_counting_agree_with_enumeration() {
        for round in 0..200 {
            let scale = [3, 50, 100_000_000][round % 3];
            let n = 1 + round % 11;
            let differences: Vec<i128> =
                numbers(round as u64, 2 * scale + 1).map(|x| x - i128::from(scale)).take(n).collect();
            assert_eq!(counts(&differences).0, enumerated(&differences), "{differences:?}");
        }
        let sizes = [3, 5, 5, 9, 14, 20];
        for limit in 0..=56 {
            assert_eq!(by_sums(&sizes, limit), by_halves(&sizes, limit), "{limit}");
        }
    }

    #[test]
    fn edges_are_whole_shares() {
        assert_eq!(sign_flip(&[], STEPS), None);
        assert_eq!(counts(&[5]), (2, 2));
        assert_eq!(counts(&[0, 0]), (4, 4));
        assert_eq!(counts(&[1; 6]), (2, 64));
        assert_eq!(counts(&[7, -7]), (4, 4));
        assert_eq!(counts(&[1; 100]), (2, 1 << 100));
        let many = test(&[vec![0; 400], vec![1; 6]].concat());
        assert_eq!((many.value, many.n), (2.0 / 64.0, 406));
        assert!((0.0..1e-300).contains(&test(&vec![1; 5_000]).value));
        assert_eq!(test(&[vec![1; 200], vec![-1; 200]].concat()).value.to_bits(), 1.0_f64.to_bits());
    }

    #[test]
    fn shares_of_sums_are_the_counts_over_all_patterns() {
        let sizes: Vec<u128> = (0..64).map(|i| (i * 37 % 50) + 1).collect();
        let limit = sizes.iter().sum::<u128>() / 2 - 90;
        let counted = double(by_sums(&sizes, limit)) / 2.0_f64.powi(64);
        let plain: Vec<usize> = sizes.iter().map(|size| usize::try_from(*size).expect("small")).collect();
        let share: f64 = shares(&plain, usize::try_from(limit).expect("small")).iter().sum();
        assert!((share / counted - 1.0).abs() < 1e-12, "{share} {counted}");
    }

    /// Grids and outliers against integers that can still be counted: 30 differences without a common unit.
    #[test]
    fn a_grid_comes_within_a_thousandth_of_the_count() {
        for (seed, outlier) in [(1, 0), (2, 0), (3, 5_000_000_000), (4, 90_000_000_000_000), (5, 1_000_000_000)] {
            let mut differences: Vec<i128> = numbers(seed, 30_000_001).map(|x| x - 11_000_000).take(29).collect();
            differences.push(outlier);
            let exact = test(&differences);
            assert_eq!(exact.method, Test::SignFlipExact);
            let mut sizes: Vec<u128> = differences.iter().filter(|d| **d != 0).map(|d| d.unsigned_abs()).collect();
            sizes.sort_unstable();
            let observed = differences.iter().sum::<i128>().unsigned_abs();
            let grid = Outliers::beside_grid(&sizes, STEPS).two_sided(observed);
            assert!((grid / exact.value - 1.0).abs() < 1e-3, "{seed}: {grid} {}", exact.value);
        }
    }

    #[test]
    fn an_outlier_does_not_spoil_the_normal_approximation() {
        let mut differences = vec![3; 3_100];
        differences.extend(std::iter::repeat_n(-3, 2_950));
        differences.push(1_000_000);
        let p = test(&differences);
        assert_eq!(p.method, Test::SignFlipNormal);
        // The outlier is always the larger part: what counts is whether the rest has its sign.
        let rest = erfc(450.0 / (6_050.0_f64 * 9.0).sqrt() / std::f64::consts::SQRT_2) / 2.0;
        assert!((p.value / rest - 1.0).abs() < 0.01, "{} {rest}", p.value);
    }

    #[test]
    fn the_order_and_the_sign_of_the_differences_do_not_matter() {
        for (seed, n) in [(40, 40), (300, 300), (6_000, 6_000)] {
            let mut differences: Vec<i128> = numbers(seed, 60_000_001).map(|x| x - 29_000_000).take(n).collect();
            let p = test(&differences);
            assert_eq!(p.counted, None);
            differences.reverse();
            for difference in &mut differences {
                *difference = -*difference;
            }
            assert_eq!(test(&differences), p);
        }
    }

    #[test]
    fn a_scale_of_seven_is_counted_in_its_own_steps() {
        let seventh = |n: i128| {
            let size = (double(n.unsigned_abs()) * 1e8 / 7.0).round();
            i128::from(nearest(size)) * n.signum()
        };
        let steps: Vec<i128> = numbers(9, 7).map(|x| x - 2).take(60).collect();
        let differences: Vec<i128> = steps.iter().map(|n| seventh(*n)).collect();
        let p = test(&differences);
        assert_eq!((p.method, p.counted), (Test::SignFlipGrid, test(&steps).counted));
    }

    #[test]
    fn mcnemar_is_the_sign_flip_test_of_verdicts() {
        let p = mcnemar(20, 0, 20).expect("reviewers");
        assert_eq!((p.method, p.value), (Test::McnemarExact, 2.0 / 1_048_576.0));
        assert_eq!(mcnemar(0, 0, 0), None);
        assert_eq!(mcnemar(3, 3, 9).map(|p| p.value), Some(1.0));
        let many: Vec<i128> = [vec![1; 80], vec![-1; 60]].concat();
        let (found, expected) = (mcnemar(80, 60, 140).expect("reviewers").value, test(&many).value);
        assert!((found / expected - 1.0).abs() < 1e-12, "{found} {expected}");
        assert_eq!(mcnemar(60, 80, 140), mcnemar(80, 60, 140));
    }
}
