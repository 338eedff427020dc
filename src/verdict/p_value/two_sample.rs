//! The exact two-sample permutation test of a difference of means, for tools that different people reviewed.
//!
//! If two tools are equally good, each review could as well have been one of the other tool. The p-value is the share
//! of the ways to split all reviews into two groups of these sizes whose absolute difference of means is at least the
//! observed one. E. J. G. Pitman, "Significance tests which may be applied to samples from any populations", 1937.
//!
//! As in [`super::sign_flip()`], splits are counted in integers, in shares, or on a grid; beyond, the normal approximation
//! is used. There are no random draws.

use super::{COUNTABLE, Counted, PValue, Test, double, nearest, scale_unit, signed_double};
use crate::verdict::exact::gcd;
use statrs::function::erf::erfc;
use std::cmp::Ordering;

/// So many splits are enumerated whatever the values.
const ENUMERATED: u128 = 1 << 20;
/// Work that counting in integers may take before all splits are enumerated, and at most.
const COUNT_STEPS: [u128; 2] = [1 << 20, 1 << 26];
/// A grid is fine enough when its step is at most this part of the deviation of the values.
const GRID_STEP: f64 = 1.0 / 20.0;
/// A grid finer than this part of the deviation is not asked for.
const GRID_FINEST: f64 = 1.0 / 2_000.0;

/// The test for two samples of values in any common unit; `None` where one of them is empty. `steps` bounds the work,
/// see [`super::STEPS`].
pub(in crate::verdict) fn two_sample(first: &[i128], second: &[i128], steps: u64) -> Option<PValue> {
    let n = first.len() + second.len();
    if first.is_empty() || second.is_empty() {
        return None;
    }
    let mut group = smaller(first, second).to_vec();
    group.sort_unstable();
    let mut values = [first, second].concat();
    // Sorted they do not depend on the order of the reviewers.
    values.sort_unstable();
    let lowest = values[0];
    let lifted: Vec<u128> = values.iter().map(|value| (value - lowest).unsigned_abs()).collect();
    let unit = lifted.iter().copied().fold(0, gcd).max(1);
    let reduced: Vec<u128> = lifted.iter().map(|value| value / unit).collect();
    let sum = |group: &[i128]| group.iter().map(|value| (value - lowest).unsigned_abs()).sum::<u128>();
    let split = Split { values: reduced, size: group.len(), sum: sum(&group) / unit };
    if let Some(p) = split.counted(steps, Test::PermutationExact) {
        return Some(p);
    }
    let on_scale = scale_unit(&lifted)
        .and_then(|unit| split_on(unit, &lifted, &group, lowest).counted(steps, Test::PermutationGrid));
    let deviation = variance(&values).sqrt();
    Some(on_scale.or_else(|| split.on_grid(deviation / double(unit), steps)).unwrap_or_else(|| {
        let (size, others) = (double(group.len() as u128), double((n - group.len()) as u128));
        let mean = |values: &[i128]| signed_double(values.iter().sum()) / double(values.len() as u128);
        let spread = deviation * (size * others / (double(n as u128) - 1.0)).sqrt();
        let distance = (signed_double(group.iter().sum()) - size * mean(&values)).abs();
        PValue::share(erfc(distance / spread / std::f64::consts::SQRT_2), Test::PermutationNormal, n)
    }))
}

/// The smaller of two samples; of two of one size the one that sorts first, so that their order does not matter.
fn smaller<'v>(first: &'v [i128], second: &'v [i128]) -> &'v [i128] {
    let sorted = |values: &[i128]| {
        let mut values = values.to_vec();
        values.sort_unstable();
        values
    };
    let order = first.len().cmp(&second.len()).then_with(|| sorted(first).cmp(&sorted(second)));
    if order == Ordering::Greater { second } else { first }
}

/// The variance of values, divisor n. The sums are exact.
fn variance(values: &[i128]) -> f64 {
    let n = values.len() as u128;
    let lowest = values[0];
    let (sum, squares) = values.iter().fold((0, 0), |(sum, squares), value| {
        let value = (value - lowest).unsigned_abs();
        (sum + value, squares + value * value)
    });
    double(n * squares - sum * sum) / double(n * n)
}

/// The split in steps of `unit`.
fn split_on(unit: f64, lifted: &[u128], group: &[i128], lowest: i128) -> Split {
    let whole = |value: u128| u128::try_from(nearest(double(value) / unit)).unwrap_or_default();
    Split {
        values: lifted.iter().map(|value| whole(*value)).collect(),
        size: group.len(),
        sum: group.iter().map(|value| whole((value - lowest).unsigned_abs())).sum(),
    }
}

/// A group among all values.
struct Split {
    /// All values, ascending from 0.
    values: Vec<u128>,
    /// How many of them are in the group.
    size: usize,
    /// Their sum.
    sum: u128,
}

impl Split {
    /// How far a group of this sum is from the mean of all groups, times the number of values.
    fn distance(&self, sum: u128) -> u128 {
        let total: u128 = self.values.iter().sum();
        (sum * self.values.len() as u128).abs_diff(total * self.size as u128)
    }

    /// The largest sum of a group.
    fn largest(&self) -> u128 {
        self.values.iter().rev().take(self.size).sum()
    }

    /// The p-value by counting the groups, where that is cheap.
    fn counted(&self, steps: u64, method: Test) -> Option<PValue> {
        let n = self.values.len();
        let observed = self.distance(self.sum);
        if observed == 0 && n > COUNTABLE {
            return Some(PValue::share(1.0, method, n));
        }
        let work = (self.largest() + 1).saturating_mul((n * self.size) as u128);
        let all = (n <= COUNTABLE).then(|| groups(n as u128, self.size as u128));
        let counted = |extreme| PValue::counted(Counted { extreme, all: all.unwrap_or(1) }, method, n);
        if all.is_some_and(|all| all <= ENUMERATED) && work > COUNT_STEPS[0] {
            let mut extreme = 0;
            enumerate(&self.values, self.size, 0, &mut |sum| extreme += u128::from(self.distance(sum) >= observed));
            return Some(counted(extreme));
        }
        if all.is_some() && work <= COUNT_STEPS[1] {
            let ways = self.ways();
            let extreme = |(sum, _): &(usize, &u128)| self.distance(*sum as u128) >= observed;
            return Some(counted(ways.iter().enumerate().filter(extreme).map(|(_, ways)| ways).sum()));
        }
        (work <= steps.into()).then(|| {
            let shares = self.shares();
            let extreme = |(sum, _): &(usize, &f64)| self.distance(*sum as u128) >= observed;
            PValue::share(shares.iter().enumerate().filter(extreme).map(|(_, share)| share).sum(), method, n)
        })
    }

    /// In how many groups the values have each sum, by dynamic programming over sizes and sums.
    fn ways(&self) -> Vec<u128> {
        let width = usize::try_from(self.largest()).unwrap_or_default() + 1;
        let mut ways = vec![vec![0_u128; width]; self.size + 1];
        ways[0][0] = 1;
        for value in &self.values {
            let value = usize::try_from(*value).unwrap_or(width);
            for size in (1..=self.size).rev() {
                let (smaller, own) = ways.split_at_mut(size);
                for (with, without) in own[0].iter_mut().skip(value).zip(&smaller[size - 1]) {
                    *with += without;
                }
            }
        }
        ways.pop().unwrap_or_default()
    }

    /// The share of the groups with each sum: the values join one by one, each with the probability that it has in a
    /// random group.
    fn shares(&self) -> Vec<f64> {
        let width = usize::try_from(self.largest()).unwrap_or_default() + 1;
        let n = self.values.len();
        let mut shares = vec![vec![0.0; width]; self.size + 1];
        shares[0][0] = 1.0;
        for (taken, value) in self.values.iter().enumerate() {
            let value = usize::try_from(*value).unwrap_or(width);
            let left = double((n - taken) as u128);
            let joins = |size: usize| double((self.size - size) as u128) / left;
            for size in (0..=self.size.min(taken + 1)).rev() {
                let (smaller, own) = shares.split_at_mut(size);
                let stays = 1.0 - joins(size);
                own[0].iter_mut().for_each(|share| *share *= stays);
                if let Some(smaller) = smaller.last() {
                    let joins = joins(size - 1);
                    for (with, without) in own[0].iter_mut().skip(value).zip(smaller) {
                        *with += joins * without;
                    }
                }
            }
        }
        shares.pop().unwrap_or_default()
    }

    /// The p-value on a grid, where a fine enough one is cheap. `deviation` is that of the values.
    fn on_grid(&self, deviation: f64, steps: u64) -> Option<PValue> {
        let (n, size) = (self.values.len(), double(self.size as u128));
        let finest = double(self.largest()) * double(n as u128) * size / double(steps.into());
        let step = finest.max(deviation * GRID_FINEST);
        if step > deviation * GRID_STEP {
            return None;
        }
        let whole = |value: &u128| u128::try_from(nearest(double(*value) / step)).unwrap_or_default();
        let grid = Self { values: self.values.iter().map(whole).collect(), size: self.size, sum: 0 };
        let mean = double(grid.values.iter().sum()) * size / double(n as u128);
        let total = double(self.values.iter().sum()) * size / double(n as u128);
        let observed = (double(self.sum) - total).abs() / step;
        // Each step stands for the sums half a step around it.
        let beyond = |sum: usize| (0.5 + (double(sum as u128) - mean).abs() - observed).clamp(0.0, 1.0);
        let value = grid.shares().iter().enumerate().map(|(sum, share)| share * beyond(sum)).sum();
        Some(PValue::share(value, Test::PermutationGrid, n))
    }
}

/// How many groups of `size` there are among `n`, at most 120.
fn groups(n: u128, size: u128) -> u128 {
    (0..size).fold(1, |groups, i| groups * (n - i) / (i + 1))
}

/// Calls `each` with `sum` plus the sum of every group of `size` values.
fn enumerate(values: &[u128], size: usize, sum: u128, each: &mut impl FnMut(u128)) {
    if size == 0 {
        each(sum);
        return;
    }
    for (place, value) in values.iter().enumerate().take(values.len() + 1 - size) {
        enumerate(&values[place + 1..], size - 1, sum + value, each);
    }
}

#[cfg(test)]
mod tests {
    use super::super::STEPS;
    use super::*;

    /// Pseudo-random whole numbers below `below`.
    fn numbers(mut seed: u64, below: u64) -> impl Iterator<Item = i128> {
        std::iter::repeat_with(move || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i128::from((seed >> 33) % below)
        })
    }

    fn samples(seed: u64, below: u64, sizes: [usize; 2], lead: i128) -> [Vec<i128>; 2] {
        let mut values = numbers(seed, below);
        let first = values.by_ref().take(sizes[0]).collect();
        [first, values.take(sizes[1]).map(|value| value + lead).collect()]
    }

    fn test([first, second]: &[Vec<i128>; 2]) -> PValue {
        two_sample(first, second, STEPS).expect("two samples")
    }

    #[test]
    fn all_splits_are_counted() {
        let p = test(&[vec![1, 2, 3, 4], vec![5, 6, 7, 8]]);
        assert_eq!((p.method, p.counted), (Test::PermutationExact, Some(Counted { extreme: 2, all: 70 })));
        let p = test(&[vec![5; 6], vec![5; 4]]);
        assert_eq!(p.counted, Some(Counted { extreme: 210, all: 210 }));
        assert_eq!(two_sample(&[], &[1], STEPS), None);
    }

    #[test]
    fn the_ways_of_counting_agree() {
        for (seed, size) in (0..40).zip((4..9).cycle()) {
            let [first, second] = samples(seed, 40, [size, 5], 9);
            let group: u128 = first.iter().map(|value| value.unsigned_abs()).sum();
            let mut values: Vec<u128> = first.iter().chain(&second).map(|value| value.unsigned_abs()).collect();
            values.sort_unstable();
            let split = Split { values, size: first.len(), sum: group };
            let observed = split.distance(split.sum);
            let mut extreme = 0;
            enumerate(&split.values, split.size, 0, &mut |sum| extreme += u128::from(split.distance(sum) >= observed));
            let of = |ways: Vec<u128>| -> u128 {
                let far = |(sum, _): &(usize, &u128)| split.distance(*sum as u128) >= observed;
                ways.iter().enumerate().filter(far).map(|(_, ways)| ways).sum()
            };
            assert_eq!(of(split.ways()), extreme, "{seed}");
            let all = groups(split.values.len() as u128, split.size as u128);
            for (share, ways) in split.shares().iter().zip(split.ways()) {
                assert!((share - double(ways) / double(all)).abs() < 1e-12, "{seed}");
            }
        }
    }

    #[test]
    fn grids_and_the_normal_approximation_come_near() {
        for (sizes, method, within) in
            [([30, 30], Test::PermutationGrid, 0.002), ([700, 900], Test::PermutationNormal, 0.02)]
        {
            let whole = samples(5, 400, sizes, 30);
            let exact = test(&whole);
            // The same values in millionths, each moved a little, so that there is no common unit.
            let mut moves = numbers(6, 2_001);
            let moved = whole.map(|sample| {
                sample.into_iter().map(|value| value * 1_000_000 + moves.next().unwrap_or(0) - 1_000).collect()
            });
            let p = test(&moved);
            assert_eq!(p.method, method);
            assert!(exact.method == Test::PermutationExact || sizes[0] > 30, "{exact:?}");
            assert!((p.value / exact.value - 1.0).abs() < within, "{} {}", p.value, exact.value);
        }
    }

    #[test]
    fn neither_order_matters() {
        for (sizes, below) in [([6, 6], 90), ([30, 30], 100_000_000), ([150, 150], 3), ([2_000, 2_000], 100_000_000)] {
            let [mut first, second] = samples(7, below, sizes, 1);
            let p = test(&[first.clone(), second.clone()]);
            first.reverse();
            assert_eq!(test(&[second, first]), p, "{sizes:?}");
        }
    }
}
