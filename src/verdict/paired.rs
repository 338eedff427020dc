//! Two tools over the reviewers who scored both.

use super::exact::{Exact, POINT};
use super::figures::deviation;
use super::interval::{Interval, student_t};
use super::panel::{Opinion, Panels};
use super::signflip::{PValue, sign_flip};
use super::sums::Voice;
use std::cmp::Ordering;

/// Two tools over their shared reviewers: those who scored both and whose weight is above zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The tool that comes first in print order.
    pub first: usize,
    /// The other tool.
    pub second: usize,
    /// Those who scored both, sorted by name.
    pub shared: Vec<String>,
    /// Second minus first in points, for each of `shared`.
    pub differences: Vec<Exact>,
    /// Those who scored only the first, sorted by name.
    pub only_first: Vec<String>,
    /// Those who scored only the second, sorted by name.
    pub only_second: Vec<String>,
    /// Shared reviewers who score the first higher.
    pub wins_first: usize,
    /// Shared reviewers who score the second higher.
    pub wins_second: usize,
    /// Shared reviewers who score both the same.
    pub ties: usize,
    /// Weighted mean of second minus first, in points. Absent without shared reviewers.
    pub mean_difference: Option<Exact>,
    /// Sample standard deviation of the differences, in points. Unweighted; absent below two shared reviewers.
    pub stddev: Option<f64>,
    /// Student's t interval of the mean difference. Absent below two shared reviewers and with unequal weights.
    pub interval: Option<Interval>,
    /// Sign-flip permutation test of the mean difference. Absent without shared reviewers.
    pub p_value: Option<PValue>,
    /// Whether the shared reviewers weigh differently, which leaves the interval absent.
    pub unequal_weights: bool,
}

/// A shared reviewer and their two voices.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shared {
    /// Number of the reviewer.
    pub(super) reviewer: usize,
    /// What they say of the first tool.
    pub(super) first: Voice,
    /// What they say of the second tool.
    pub(super) second: Voice,
    /// Second score minus first, in millionths.
    pub(super) difference: i128,
}

impl Shared {
    /// The difference times the weight, in millionths of each.
    pub(super) fn weighted(&self) -> i128 {
        self.difference * i128::from(self.first.weight.millionths())
    }
}

/// Who scored which of two tools, sorted by reviewer.
#[derive(Debug, Default)]
pub(super) struct Meeting {
    pub(super) shared: Vec<Shared>,
    only_first: Vec<usize>,
    only_second: Vec<usize>,
}

impl Meeting {
    /// The meeting of two panels, each sorted by reviewer.
    pub(super) fn new(first: &[Opinion], second: &[Opinion]) -> Self {
        let mut meeting = Self::default();
        let mut first = first.iter().filter(|opinion| opinion.voice.score.is_some()).peekable();
        let mut second = second.iter().filter(|opinion| opinion.voice.score.is_some()).peekable();
        loop {
            let order = match (first.peek(), second.peek()) {
                (Some(a), Some(b)) => a.reviewer.cmp(&b.reviewer),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => return meeting,
            };
            match order {
                Ordering::Less => meeting.only_first.extend(first.next().map(|a| a.reviewer)),
                Ordering::Greater => meeting.only_second.extend(second.next().map(|b| b.reviewer)),
                Ordering::Equal => meeting.shared.extend(first.next().zip(second.next()).and_then(share)),
            }
        }
    }

    /// Weighted mean of second minus first, in points.
    pub(super) fn mean_difference(&self) -> Option<Exact> {
        let weight: i128 = self.shared.iter().map(|s| i128::from(s.first.weight.millionths())).sum();
        Exact::ratio(self.shared.iter().map(Shared::weighted).sum(), weight * POINT)
    }
}

/// One reviewer's two opinions.
fn share((a, b): (&Opinion, &Opinion)) -> Option<Shared> {
    let difference = i128::from(b.voice.score?.millionths()) - i128::from(a.voice.score?.millionths());
    Some(Shared { reviewer: a.reviewer, first: a.voice, second: b.voice, difference })
}

/// The pair of two tools.
pub(super) fn pair(panels: &Panels<'_>, (first, second): (usize, usize), level: f64) -> Pair {
    let meeting = Meeting::new(&panels.of[first], &panels.of[second]);
    let shared = &meeting.shared;
    let named = |reviewers: &[usize]| reviewers.iter().map(|r| panels.names[*r].to_owned()).collect();
    let wins = |sign: i128| shared.iter().filter(|s| s.difference.signum() == sign).count();
    let differences: Vec<i128> = shared.iter().map(|s| s.difference).collect();
    let weighted: Vec<i128> = shared.iter().map(Shared::weighted).collect();
    let unequal_weights = shared.windows(2).any(|two| two[0].first.weight != two[1].first.weight);
    let mean_difference = meeting.mean_difference();
    let stddev = deviation(&differences);
    Pair {
        first,
        second,
        shared: shared.iter().map(|s| panels.names[s.reviewer].to_owned()).collect(),
        differences: differences.iter().map(|d| Exact::from_millionths(*d)).collect(),
        only_first: named(&meeting.only_first),
        only_second: named(&meeting.only_second),
        wins_first: wins(-1),
        wins_second: wins(1),
        ties: wins(0),
        mean_difference,
        stddev,
        interval: mean_difference
            .zip(stddev)
            .filter(|_| !unequal_weights)
            .map(|(mean, deviation)| student_t(mean, deviation, shared.len(), level)),
        p_value: sign_flip(&weighted),
        unequal_weights,
    }
}

/// Which tools are paired, by print order: every two, or above `all_up_to` tools `centre` with each other one.
pub(super) fn pairings(order: &[usize], centre: usize, all_up_to: usize) -> Vec<(usize, usize)> {
    let every = order.len() <= all_up_to;
    let mut pairings = Vec::new();
    if every {
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
