//! Two tools compared: over the reviewers of both, or as two independent samples where too few reviewed both.

use super::context::Context;
use super::exact::{Exact, POINT};
use super::figures::deviation;
use super::interval::{Interval, Sample, student_t, welch};
use super::overlap::{Basis, Overlap, RatedValue, Shared, share_at_least};
use super::p_value::{PValue, mcnemar, sign_flip, two_sample};
use super::sums::{KeyFigures, Sums};
use super::weights::all_same;
use serde::Serialize;

/// Fewest reviewers (Kish's effective number) over whom two tools are compared, and fewest on each side where the
/// reviewers of the two are different people.
pub(crate) const COMPARED_MIN: usize = 4;

/// Whose reviews a comparison of two tools uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// The reviews of those who reviewed both tools.
    Paired,
    /// The reviews of those who reviewed only one of the two: different people for each tool.
    Unpaired,
}

/// Two tools compared. Differences are second minus first. Reviewers are indices into
/// [`super::Assessment::reviewers`]; those of weight zero are left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// One tool.
    pub first: usize,
    /// The other tool.
    pub second: usize,
    /// Whose reviews are compared.
    pub evidence: Evidence,
    /// Whether scores or verdicts are compared.
    pub basis: Basis,
    /// The shared reviewers, sorted by name: those whose reviews of both can be compared.
    pub shared: Vec<usize>,
    /// Second minus first for each of `shared`, in points (by verdict: 100, 0 or -100).
    pub differences: Vec<Exact>,
    /// Those with a score (by verdict: a verdict) for the first tool only, sorted by name.
    pub only_first: Vec<usize>,
    /// Those with one for the second tool only, sorted by name.
    pub only_second: Vec<usize>,
    /// Shared reviewers who prefer the first.
    pub wins_first: usize,
    /// Shared reviewers who prefer the second.
    pub wins_second: usize,
    /// Shared reviewers who rate both the same.
    pub ties: usize,
    /// Mean of second minus first in points over the reviews compared, weighted. Absent without any and by verdict.
    pub mean_difference: Option<Exact>,
    /// Sample standard deviation of the differences in points. Unweighted; only for paired scores of two reviewers or
    /// more.
    pub stddev: Option<f64>,
    /// Mean, deviation and size of the two samples. Only for unpaired scores.
    pub samples: Option<[Sample; 2]>,
    /// Interval of the mean difference, cut to -100..100: Student's t, unpaired Welch's. Absent below two shared
    /// reviewers, with unequal weights and by verdict.
    pub interval: Option<Interval>,
    /// Permutation test of the difference. Absent where nothing is compared.
    pub p_value: Option<PValue>,
    /// Kish's effective number of shared reviewers: their number where all weigh the same.
    pub effective: Exact,
    /// Whether the reviewers compared weigh differently, which leaves the interval absent.
    pub unequal_weights: bool,
    /// The figures of the two tools over the reviews compared.
    pub sides: [KeyFigures; 2],
    /// Whether there is enough evidence to compare the two.
    pub is_comparable: bool,
}

impl Pair {
    /// How far `tool`, one of the two, is ahead of the other in points: its mean minus the other's over the reviews
    /// compared.
    pub fn lead_of(&self, tool: usize) -> Option<Exact> {
        self.mean_difference.map(|difference| if tool == self.first { -difference } else { difference })
    }

    /// The figures of `tool`, one of the two, and of the other over the reviews compared.
    pub fn sides_of(&self, tool: usize) -> (KeyFigures, KeyFigures) {
        let [first, second] = self.sides;
        if tool == self.first { (first, second) } else { (second, first) }
    }

    /// The reviewers who prefer `tool`, one of the two.
    pub fn wins_of(&self, tool: usize) -> usize {
        if tool == self.first { self.wins_first } else { self.wins_second }
    }

    /// Those who reviewed only `tool`, one of the two.
    pub fn only(&self, tool: usize) -> &[usize] {
        if tool == self.first { &self.only_first } else { &self.only_second }
    }

    /// The interval of how far `tool`, one of the two, is ahead of the other, in points, at a level of its own. Absent
    /// where [`Pair::interval`] is.
    pub fn lead_interval(&self, tool: usize, level: f64) -> Option<Interval> {
        let interval = self.difference_interval(level)?;
        Some(if tool == self.first { interval.negated() } else { interval })
    }

    /// The interval of the mean difference at this level.
    fn difference_interval(&self, level: f64) -> Option<Interval> {
        if self.unequal_weights {
            return None;
        }
        let mean = self.mean_difference?;
        let interval = match (self.stddev, self.samples) {
            (_, Some([first, second])) => welch(mean, first, second, level),
            (Some(deviation), None) => student_t(mean, deviation, self.shared.len(), level),
            (None, None) => return None,
        };
        Some(interval.cut(-100.0, 100.0))
    }

    /// The same pair with `first`, one of the two, in first place.
    #[must_use]
    pub(super) fn with_first(mut self, first: usize) -> Self {
        if self.first == first {
            return self;
        }
        std::mem::swap(&mut self.first, &mut self.second);
        std::mem::swap(&mut self.only_first, &mut self.only_second);
        std::mem::swap(&mut self.wins_first, &mut self.wins_second);
        self.differences.iter_mut().for_each(|difference| *difference = -*difference);
        self.mean_difference = self.mean_difference.map(|difference| -difference);
        self.interval = self.interval.map(Interval::negated);
        self.samples = self.samples.map(|[first, second]| [second, first]);
        self.sides.swap(0, 1);
        self
    }
}

/// By what two tools are compared: by score, unless one of them has none.
fn basis(context: &Context<'_>, first: usize, second: usize) -> Basis {
    let is_scored = |tool: usize| context.panels.sums[tool].scores > 0;
    if is_scored(first) && is_scored(second) { Basis::Score } else { Basis::Verdict }
}

/// Whether there is enough evidence to compare two tools.
pub(super) fn is_comparable(context: &Context<'_>, first: usize, second: usize) -> bool {
    let of = &context.panels.of;
    let basis = basis(context, first, second);
    if context.equal_weights && share_at_least(COMPARED_MIN, &of[first], &of[second], basis) {
        return true;
    }
    let overlap = Overlap::new(&of[first], &of[second], basis);
    evidence(&overlap) == Evidence::Unpaired || overlap.effective() >= ENOUGH
}

/// [`COMPARED_MIN`] as an exact number.
const ENOUGH: Exact = Exact::whole(COMPARED_MIN as i128);

/// Unpaired where too few reviewed both, each tool has enough reviewers of its own, and all weigh the same.
fn evidence(overlap: &Overlap) -> Evidence {
    let apart = overlap.only_first.len() >= COMPARED_MIN && overlap.only_second.len() >= COMPARED_MIN;
    if apart && overlap.shared.len() < COMPARED_MIN && overlap.has_equal_weights() {
        Evidence::Unpaired
    } else {
        Evidence::Paired
    }
}

/// Compares two tools. `steps` bounds the work of the permutation test, see [`super::p_value`]; `level` is that of the
/// interval.
pub(super) fn pair(context: &Context<'_>, (first, second): (usize, usize), steps: u64, level: f64) -> Pair {
    let basis = basis(context, first, second);
    let overlap = Overlap::new(&context.panels.of[first], &context.panels.of[second], basis);
    let (effective, evidence) = (overlap.effective(), evidence(&overlap));
    let wins = |sign: i128| overlap.shared.iter().filter(|s| s.difference.signum() == sign).count();
    let reviewers = |values: &[RatedValue]| values.iter().map(|value| value.reviewer).collect();
    let mut pair = Pair {
        first,
        second,
        evidence,
        basis,
        shared: overlap.shared.iter().map(|s| s.reviewer).collect(),
        differences: overlap.shared.iter().map(|s| Exact::from_millionths(s.difference)).collect(),
        only_first: reviewers(&overlap.only_first),
        only_second: reviewers(&overlap.only_second),
        wins_first: wins(-1),
        wins_second: wins(1),
        ties: wins(0),
        mean_difference: None,
        stddev: None,
        samples: None,
        interval: None,
        p_value: None,
        effective,
        unequal_weights: false,
        sides: [Sums::default().into(); 2],
        is_comparable: evidence == Evidence::Unpaired || effective >= ENOUGH,
    };
    let sides = match evidence {
        Evidence::Paired => {
            compare_paired(&mut pair, &overlap.shared, steps);
            [Sums::of(overlap.shared.iter().map(|s| s.first)), Sums::of(overlap.shared.iter().map(|s| s.second))]
        }
        Evidence::Unpaired => {
            compare_unpaired(&mut pair, &overlap, steps);
            [&overlap.only_first, &overlap.only_second].map(|values| Sums::of(values.iter().map(|value| value.rating)))
        }
    };
    pair.sides = sides.map(KeyFigures::from);
    pair.interval = pair.difference_interval(level);
    pair
}

/// Fills in what the shared reviewers show.
fn compare_paired(pair: &mut Pair, shared: &[Shared], steps: u64) {
    let weights = || shared.iter().map(|s| s.first.weight);
    pair.unequal_weights = !all_same(weights());
    let weighted = |s: &Shared| s.difference * i128::from(s.first.weight.millionths());
    // Equal weights cancel out.
    let counted = |s: &Shared| if pair.unequal_weights { weighted(s) } else { s.difference };
    let differences: Vec<i128> = shared.iter().map(counted).collect();
    pair.p_value = match (pair.basis, pair.unequal_weights) {
        (Basis::Verdict, false) => mcnemar(pair.wins_first, pair.wins_second, shared.len()),
        _ => sign_flip(&differences, steps),
    };
    if pair.basis == Basis::Score {
        let weight: i128 = weights().map(|weight| i128::from(weight.millionths())).sum();
        pair.mean_difference = Exact::ratio(shared.iter().map(weighted).sum(), weight * POINT);
        let plain: Vec<i128> = shared.iter().map(|s| s.difference).collect();
        pair.stddev = deviation(&plain);
    }
}

/// Fills in what the reviewers of only one tool show. Those of both are left out.
fn compare_unpaired(pair: &mut Pair, overlap: &Overlap, steps: u64) {
    let millionths = |values: &[RatedValue]| values.iter().map(|value| value.millionths).collect::<Vec<_>>();
    let (first, second) = (millionths(&overlap.only_first), millionths(&overlap.only_second));
    pair.p_value = two_sample(&first, &second, steps);
    if pair.basis == Basis::Score {
        let sample = |values: &[i128]| Sample { n: values.len(), stddev: deviation(values).unwrap_or_default() };
        pair.samples = Some([sample(&first), sample(&second)]);
        let count = |values: &[i128]| i128::try_from(values.len()).unwrap_or(i128::MAX);
        let sum = |values: &[i128]| values.iter().sum::<i128>();
        let (n, m) = (count(&first), count(&second));
        pair.mean_difference = Exact::ratio(sum(&second) * n - sum(&first) * m, n * m * POINT);
    }
}

/// Which tools are paired, by print order: every two, or above `all_up_to` tools `centre` with each other one.
pub(super) fn pairings(order: &[usize], centre: usize, all_up_to: usize) -> Vec<(usize, usize)> {
    let mut pairings = Vec::new();
    if order.len() <= all_up_to {
        for (place, &first) in order.iter().enumerate() {
            pairings.extend(order[place + 1..].iter().map(|&second| (first, second)));
        }
    } else {
        let place = order.iter().position(|&tool| tool == centre).unwrap_or(0);
        pairings.extend(order[..place].iter().map(|&first| (first, order[place])));
        pairings.extend(order[place + 1..].iter().map(|&second| (order[place], second)));
    }
    pairings
}
