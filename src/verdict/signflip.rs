//! The two-sided sign-flip permutation test of a mean difference, counted in integers.
//!
//! If two tools are equally good, each reviewer's difference could as well have had the other sign. The p-value is
//! the share of the 2^n sign patterns whose absolute sum is at least the observed one.
//! R. A. Fisher, "The Design of Experiments", 1935, section 21.

use super::exact::{gcd, quotient};
use schemars::JsonSchema;
use serde::Serialize;

/// The share of sign patterns that are at least as extreme as the observed one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PValue {
    /// `extreme / patterns`, above 0 and at most 1.
    pub value: f64,
    /// How the patterns were counted.
    pub method: SignFlip,
    /// How many shared reviewers there are.
    pub n: usize,
    /// Patterns whose absolute sum is at least the observed one.
    pub extreme: u128,
    /// Exact: all patterns, 2^n; above 127 reviewers those over the reviewers who score the two differently (the
    /// others double both counts). Monte Carlo: the patterns drawn, the observed one among them.
    pub patterns: u128,
}

/// How the patterns were counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignFlip {
    /// All patterns, each counted.
    SignFlipExact,
    /// A seeded sample of the patterns: the same for the same differences, in any order.
    SignFlipMonteCarlo,
}

impl SignFlip {
    /// The word that data formats use.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SignFlipExact => "sign_flip_exact",
            Self::SignFlipMonteCarlo => "sign_flip_monte_carlo",
        }
    }
}

impl PValue {
    /// Whether the p-value is at most `percent` hundredths, compared in integers.
    pub fn is_at_most(&self, percent: u8) -> bool {
        // extreme * 100 could pass 128 bits; dividing all patterns rounds down, which an integer bound may.
        let (whole, rest) = (self.patterns / 100, self.patterns % 100);
        self.extreme <= whole * u128::from(percent) + rest * u128::from(percent) / 100
    }
}

/// Counting exactly may take this many steps for one pair; beyond, patterns are sampled.
pub const EXACT_STEPS: u128 = 1 << 20;
/// Up to this many differences, halves of them are enumerated and joined, whatever the sums.
const HALVES: usize = 28;
/// Counts of more differences than this may not fit into 128 bits.
const COUNTABLE: usize = 120;
/// Where the sample of patterns starts.
pub const SEED: u64 = 0x5eed_0f51_6e5f_11b5;
/// Most patterns that are drawn; fewer where there are more reviewers, but never below [`DRAWS_MIN`].
pub const DRAWS_MAX: usize = 9_999;
/// Fewest patterns that are drawn.
pub const DRAWS_MIN: usize = 999;

/// The test for these differences, each times its weight, in any common unit; `None` without any.
pub(super) fn sign_flip(differences: &[i128]) -> Option<PValue> {
    if differences.is_empty() {
        return None;
    }
    let observed = differences.iter().sum::<i128>().unsigned_abs();
    let mut sizes: Vec<u128> = differences.iter().filter(|d| **d != 0).map(|d| d.unsigned_abs()).collect();
    // Only the sizes matter, and sorted they no longer tell who came first.
    sizes.sort_unstable();
    let unit = sizes.iter().copied().fold(0, gcd).max(1);
    for size in &mut sizes {
        *size /= unit;
    }
    let observed = observed / unit;
    let n = differences.len();
    Some(match count(&sizes, observed) {
        Some(extreme) => exact_value(extreme, sizes.len(), n),
        None => monte_carlo(&sizes, observed, n),
    })
}

/// The p-value from a count over the `differing` reviewers among `n`.
fn exact_value(extreme: u128, differing: usize, n: usize) -> PValue {
    let value = quotient(extreme, 1 << differing);
    // A reviewer without a difference has two equal signs: both counts double.
    let doubled = if n <= 127 { n - differing } else { 0 };
    let (extreme, patterns) = (extreme << doubled, 1 << (differing + doubled));
    PValue { value, method: SignFlip::SignFlipExact, n, extreme, patterns }
}

/// How many sign patterns over `sizes` (all above 0) sum to at least `observed` in magnitude, where that is cheap.
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
    let half = if limit.saturating_mul(sizes.len() as u128) <= EXACT_STEPS {
        by_sums(sizes, limit)
    } else if sizes.len() <= HALVES {
        by_halves(sizes, limit)
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

/// The p-value from a seeded sample of patterns, (extreme + 1) / (draws + 1): the observed pattern is one of them, so
/// that no estimate is 0. B. Phipson and G. Smyth, "Permutation P-values Should Never Be Zero", 2010.
fn monte_carlo(sizes: &[u128], observed: u128, n: usize) -> PValue {
    let draws = ((1 << 22) / sizes.len()).clamp(DRAWS_MIN, DRAWS_MAX);
    // Eight signs at a time: the sums of a group's 256 patterns are looked up.
    let tables: Vec<Vec<i128>> = sizes.chunks(8).map(signed_sums).collect();
    let mut random = SplitMix(SEED);
    let mut extreme = 1;
    for _ in 0..draws {
        let mut sum = 0;
        for group in tables.chunks(8) {
            let signs = random.next().to_le_bytes();
            sum += group.iter().zip(signs).map(|(table, byte)| table[usize::from(byte)]).sum::<i128>();
        }
        extreme += u128::from(sum.unsigned_abs() >= observed);
    }
    let patterns = draws as u128 + 1;
    PValue { value: quotient(extreme, patterns), method: SignFlip::SignFlipMonteCarlo, n, extreme, patterns }
}

/// Per byte the sum of up to eight sizes, negative where the size's bit is set.
fn signed_sums(sizes: &[u128]) -> Vec<i128> {
    let sum = |byte: usize| {
        let signed = sizes.iter().enumerate().map(|(bit, size)| {
            let size = size.cast_signed();
            if byte >> bit & 1 == 1 { -size } else { size }
        });
        signed.sum()
    };
    (0..256).map(sum).collect()
}

/// `SplitMix64`: a counter and a mixing function. G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number
/// Generators", OOPSLA 2014.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(differences: &[i128]) -> (u128, u128) {
        let p = sign_flip(differences).expect("differences");
        assert_eq!(p.method, SignFlip::SignFlipExact);
        (p.extreme, p.patterns)
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
        let mut random = SplitMix(7);
        for round in 0..200 {
            let n = 1 + round % 11;
            let scale = [3, 50, 100_000_000][round % 3];
            let differences: Vec<i128> =
                (0..n).map(|_| i128::from(random.next() % (2 * scale + 1)) - i128::from(scale)).collect();
            assert_eq!(counts(&differences).0, enumerated(&differences), "{differences:?}");
        }
        let sizes = [3, 5, 5, 9, 14, 20];
        for limit in 0..=56 {
            assert_eq!(by_sums(&sizes, limit), by_halves(&sizes, limit), "{limit}");
        }
    }

    #[test]
    fn edges_are_whole_shares() {
        assert_eq!(sign_flip(&[]), None);
        assert_eq!(counts(&[5]), (2, 2));
        assert_eq!(counts(&[0, 0]), (4, 4));
        assert_eq!(counts(&[1; 6]), (2, 64));
        assert_eq!(counts(&[7, -7]), (4, 4));
        assert_eq!(counts(&[1; 100]), (2, 1 << 100));
        let many = sign_flip(&[vec![0; 400], vec![1; 6]].concat()).expect("differences");
        assert_eq!((many.value, many.n, many.patterns), (2.0 / 64.0, 406, 64));
    }

    #[test]
    fn sixty_four_reviewers_with_whole_scores_are_counted() {
        let differences: Vec<i128> = (0..64).map(|i| (i * 37 % 101 - 50) * 1_000_000).collect();
        let p = sign_flip(&differences).expect("differences");
        assert_eq!((p.method, p.patterns), (SignFlip::SignFlipExact, 1 << 64));
    }

    #[test]
    fn a_sample_is_the_same_in_any_order_and_close_to_the_truth() {
        let mut differences: Vec<i128> = (0..500).map(|i| i * i * 7_919 % 10_007 - 4_800).collect();
        let p = sign_flip(&differences).expect("differences");
        assert_eq!(p.method, SignFlip::SignFlipMonteCarlo);
        differences.reverse();
        for difference in &mut differences {
            *difference = -*difference;
        }
        assert_eq!(sign_flip(&differences), Some(p));
        // Few distinct sizes are countable: the sample must come near.
        let sizes = vec![1; 100];
        let sampled = monte_carlo(&sizes, 18, 100).value;
        let counted = quotient(count(&sizes, 18).expect("cheap"), 1 << 100);
        assert!((sampled - counted).abs() < 0.01, "{sampled} {counted}");
    }

    #[test]
    fn limits_are_compared_in_integers() {
        let p = |extreme, patterns| PValue { value: 0.0, method: SignFlip::SignFlipExact, n: 1, extreme, patterns };
        assert!(p(1, 20).is_at_most(5));
        assert!(!p(2, 39).is_at_most(5));
        assert!(p(2, 64).is_at_most(5));
        assert!(!p(14, 64).is_at_most(20));
        assert!(p(12, 64).is_at_most(20));
        assert!(!p(1 << 127, 1 << 127).is_at_most(99));
    }
}
