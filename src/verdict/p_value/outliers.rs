//! Signed sums of many sizes, as the sign-flip test needs them where they cannot be counted as they are: the few that are
//! far above the rest are enumerated, and the rest is put on a grid or taken as normally distributed.

use super::{double, nearest};
use statrs::function::erf::erfc;

/// Most outliers that are enumerated.
const OUTLIERS_MAX: usize = 16;
/// Work that the grid takes for n reviewers: so many times n^2, and at least [`GRID_STEPS_MIN`]. The rounding of one
/// difference then is below a fortieth of their usual size.
const GRID_STEPS: u64 = 40;
/// See [`GRID_STEPS`].
const GRID_STEPS_MIN: u64 = 1 << 22;

/// A distribution of signed sums: a few outliers, enumerated, and the rest.
pub(super) struct Outliers {
    /// The largest sizes, each far above the rest.
    outliers: Vec<f64>,
    /// How the signed sum of the other sizes is distributed.
    rest: Rest,
}

/// How a signed sum of many sizes of one magnitude is distributed.
enum Rest {
    /// With this standard deviation, normally.
    Normal(f64),
    /// On a grid.
    Grid {
        /// The sum of the sizes, in steps of the grid.
        total: f64,
        /// One step of the grid.
        step: f64,
        /// The share of sums of the negative sizes up to 0, 1, 2 ... steps.
        up_to: Vec<f64>,
    },
}

impl Outliers {
    /// Sizes beside which the rest is normally distributed: none above a tenth of its deviation.
    pub(super) fn beside_normal(sizes: &[u128]) -> Self {
        let (rest, outliers) = split(sizes, 0.1);
        Self { outliers, rest: Rest::Normal(rest.iter().map(|size| size * size).sum::<f64>().sqrt()) }
    }

    /// Sizes beside which a grid is fine enough for the rest: none above 30 times its usual size.
    pub(super) fn beside_grid(sizes: &[u128], steps: u64) -> Self {
        const LARGEST: f64 = 30.0;
        let (rest, outliers) = split(sizes, LARGEST / double(sizes.len() as u128).sqrt());
        let n = rest.len() as u64;
        let work = GRID_STEPS.saturating_mul(n * n).clamp(GRID_STEPS_MIN, steps.max(GRID_STEPS_MIN));
        let total: f64 = rest.iter().sum();
        let cells = double(u128::from(work / n.max(1)));
        let step = (total / 2.0 / cells).max(f64::MIN_POSITIVE);
        let on_grid: Vec<usize> =
            rest.iter().map(|size| usize::try_from(nearest(size / step)).unwrap_or_default()).collect();
        let steps: usize = on_grid.iter().sum();
        let mut up_to = shares(&on_grid, steps / 2 + 2);
        let mut sum = 0.0;
        for share in &mut up_to {
            sum += *share;
            *share = sum;
        }
        Self { outliers, rest: Rest::Grid { total: double(steps as u128), step, up_to } }
    }

    /// The probability of a sum of at least `observed` in magnitude.
    pub(super) fn two_sided(&self, observed: u128) -> f64 {
        let patterns = 1_u32 << self.outliers.len();
        let sum = |pattern: u32| -> f64 {
            let signed = |(bit, size): (usize, &f64)| if pattern >> bit & 1 == 1 { -size } else { *size };
            self.outliers.iter().enumerate().map(signed).sum()
        };
        let above = (0..patterns).map(|pattern| self.rest.at_least(double(observed) - sum(pattern))).sum::<f64>();
        2.0 * above / f64::from(patterns)
    }
}

impl Rest {
    /// The probability of a sum of at least `x`.
    fn at_least(&self, x: f64) -> f64 {
        match self {
            Self::Normal(deviation) => erfc(x / deviation / std::f64::consts::SQRT_2) / 2.0,
            // The distribution is symmetric, and the grid holds its lower half.
            Self::Grid { .. } if x < 0.0 => 1.0 - self.at_least(-x),
            Self::Grid { total, step, up_to } => {
                // At most so many steps are negative. Each step stands for the sums half a step around it.
                let negative = (total - x / step) / 2.0 - 0.5;
                if negative < -1.0 {
                    return 0.0;
                }
                let below = negative.floor();
                let share = |step: f64| {
                    let step = usize::try_from(nearest(step)).ok();
                    step.map_or(0.0, |step| up_to[step.min(up_to.len() - 1)])
                };
                share(below) + (negative - below) * (share(below + 1.0) - share(below))
            }
        }
    }
}

/// The sizes without outliers, and the outliers: the largest, as long as it is above `largest` times the square root of
/// the sum of squares of the others. `sizes` ascend.
fn split(sizes: &[u128], largest: f64) -> (Vec<f64>, Vec<f64>) {
    let mut rest: Vec<f64> = sizes.iter().map(|size| double(*size)).collect();
    let mut outliers = Vec::new();
    // Below each size the sum of squares, so that nothing is subtracted.
    let squares: Vec<f64> = rest
        .iter()
        .scan(0.0, |sum, size| {
            let below: f64 = *sum;
            *sum += size * size;
            Some(below)
        })
        .collect();
    while let Some(&size) = rest.last()
        && rest.len() > 1
        && outliers.len() < OUTLIERS_MAX
        && size > largest * squares[rest.len() - 1].sqrt()
    {
        outliers.extend(rest.pop());
    }
    (rest, outliers)
}

/// The share of the subsets with each sum from 0 to `limit`, by dynamic programming over the sums.
pub(super) fn shares(sizes: &[usize], limit: usize) -> Vec<f64> {
    let mut shares = vec![0.0; limit + 1];
    let mut next = shares.clone();
    shares[0] = 1.0;
    let mut reached = 0_usize;
    for &size in sizes {
        reached = limit.min(reached.saturating_add(size));
        let (below, above) = next[..=reached].split_at_mut(size.min(reached + 1));
        let (stay_below, stay_above) = shares[..=reached].split_at(below.len());
        for (next, stay) in below.iter_mut().zip(stay_below) {
            *next = 0.5 * stay;
        }
        for ((next, stay), moved) in above.iter_mut().zip(stay_above).zip(&shares) {
            *next = 0.5 * (stay + moved);
        }
        std::mem::swap(&mut shares, &mut next);
    }
    shares
}
