//! What would settle a decision: whom to ask, and how many more reviewers that takes at least.

use super::certainty::CLEAR_PERCENT;
use super::context::Context;
use super::exact::POINT;
use super::p_value::{STEPS_OF_MANY, sign_flip};
use super::pair::{COMPARED_MIN, Evidence, Pair};
use super::weights::Weight;
use crate::sort;

/// More further reviewers than this are not counted up.
pub(super) const MORE_MAX: usize = 20;
/// Points by which a further reviewer may at most prefer one tool, in millionths.
const HUNDRED_POINTS: i128 = 100 * POINT;

/// What would settle the decision between two tools, without a forecast.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NextSteps {
    /// The least number of further reviewers of both tools, all of them 100 points for the leader, that could give
    /// p <= 0.05. Absent where p is there already, and where [`MORE_MAX`] are not enough.
    pub more_reviewers: Option<usize>,
    /// Who reviewed only one of the two, sorted by name, with the other one.
    pub ask: Vec<MissingReview>,
    /// Who else reviewed a contender but not the leader, sorted by name, with the leader.
    pub ask_too: Vec<MissingReview>,
}

/// A review that would add to the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingReview {
    /// Who has not reviewed the tool.
    pub reviewer: String,
    /// The tool.
    pub tool: usize,
}

/// What would settle the decision between `leader` and the other tool of `pair`.
pub(super) fn next_steps(context: &Context<'_>, leader: usize, pair: &Pair, contenders: &[usize]) -> NextSteps {
    if pair.evidence == Evidence::Unpaired {
        return NextSteps::default();
    }
    let mut asked: Vec<(usize, usize)> = pair.only_first.iter().map(|&reviewer| (reviewer, pair.second)).collect();
    asked.extend(pair.only_second.iter().map(|&reviewer| (reviewer, pair.first)));
    sort::by(&mut asked, Ord::cmp);
    let of_contenders = contenders.iter().flat_map(|&tool| &context.panels.of[tool]).map(|review| review.reviewer);
    let lacks = |reviewer: &usize| context.panels.rating(leader, *reviewer).is_none();
    let is_new = |reviewer: &usize| asked.binary_search(&(*reviewer, leader)).is_err();
    let mut others: Vec<usize> = of_contenders.filter(|reviewer| lacks(reviewer) && is_new(reviewer)).collect();
    others.sort_unstable();
    others.dedup();
    let ask =
        |(reviewer, tool): (usize, usize)| MissingReview { reviewer: context.panels.names[reviewer].to_owned(), tool };
    NextSteps {
        more_reviewers: more_reviewers(context, leader, pair),
        ask_too: others.into_iter().map(|reviewer| ask((reviewer, leader))).collect(),
        ask: asked.into_iter().map(ask).collect(),
    }
}

/// See [`NextSteps::more_reviewers`].
fn more_reviewers(context: &Context<'_>, leader: usize, pair: &Pair) -> Option<usize> {
    let mut differences: Vec<i128> = lead_differences(context, leader, pair);
    let known = differences.len();
    // A further reviewer has weight 1, and the known ones their own.
    let more = HUNDRED_POINTS * if pair.unequal_weights { i128::from(Weight::ONE.millionths()) } else { 1 };
    let reached = |differences: &[i128]| {
        differences.len() >= COMPARED_MIN
            && differences.iter().sum::<i128>() > 0
            && sign_flip(differences, STEPS_OF_MANY).is_some_and(|p| p.is_at_most(CLEAR_PERCENT))
    };
    if reached(&differences) {
        return None;
    }
    differences.extend(std::iter::repeat_n(more, MORE_MAX));
    // The more of them, the smaller p is.
    let (mut too_few, mut enough) = (0, MORE_MAX);
    if !reached(&differences[..known + enough]) {
        return None;
    }
    while enough - too_few > 1 {
        let middle = too_few.midpoint(enough);
        if reached(&differences[..known + middle]) { enough = middle } else { too_few = middle }
    }
    Some(enough)
}

/// Leader minus the other tool for each shared reviewer, in millionths, times the weight where weights differ.
fn lead_differences(context: &Context<'_>, leader: usize, pair: &Pair) -> Vec<i128> {
    let sign = if leader == pair.first { -1 } else { 1 };
    let difference = |(reviewer, difference): (&usize, &super::exact::Exact)| {
        let weight = context.panels.rating(leader, *reviewer).map_or(Weight::ONE, |rating| rating.weight);
        let weight = if pair.unequal_weights { i128::from(weight.millionths()) } else { 1 };
        sign * difference.rounded(6) * weight
    };
    pair.shared.iter().zip(&pair.differences).map(difference).collect()
}
