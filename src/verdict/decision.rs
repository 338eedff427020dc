//! The decision: which tool leads, how certain that is, and what would change it.

use super::certainty::{Certainty, Compared, Reason, compare};
use super::context::Context;
use super::exact::{Exact, POINT};
use super::figures::Figures;
use super::interval::LEVEL;
use super::leave_out::{Flip, flips};
use super::next_steps::{NextSteps, next_steps};
use super::overlap::Basis;
use super::pair::{Evidence, Pair, is_comparable, pair};
use super::ranking::KeyPart;
use super::reliability::{Reliability, reliability};
use super::sums::PanelVerdict;
use super::{Options, p_value};
use serde::Serialize;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Above this many tools in use, the decision is made among the first [`DECIDED_TOP`] by the ranking key, and places and
/// flips are not computed.
pub(crate) const DECIDED_ALL: usize = 1_000;
/// See [`DECIDED_ALL`].
pub(super) const DECIDED_TOP: usize = 20;

/// A weight at which leader and rival tie in mean over their shared reviewers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MeanTie {
    /// The reviewer.
    pub reviewer: String,
    /// The weight, where the others keep theirs.
    pub weight: Exact,
}

/// A verdict against the panel verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DissentingReview {
    /// The tool.
    pub tool: usize,
    /// Index into the record's reviews.
    pub review: usize,
    /// Score minus the tool's mean, in points. Absent without a score.
    pub distance: Option<Exact>,
}

/// How far the leader could be behind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shortfall {
    /// The rival behind which that could be.
    pub tool: usize,
    /// Points, 0 to 100.
    pub points: f64,
}

/// Which tool leads, how certain that is, and what would change it. Tools are indices into the input.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// First by the ranking key; `None` for a tie and where no tool has reviews.
    pub leader: Option<usize>,
    /// The best by the key after the leader, of equals the first by slug. `None` without a leader or another reviewed
    /// tool.
    pub runner_up: Option<usize>,
    /// The tools whose key is best, by slug, when there are several.
    pub tied: Vec<usize>,
    /// The panel verdict of the leader or of the tied.
    pub verdict: PanelVerdict,
    /// How certain it is.
    pub certainty: Certainty,
    /// The tool against which the certainty is lowest; of equals the best-ranked, then by slug.
    pub rival: Option<usize>,
    /// The part of the ranking key that puts the leader before the rival.
    pub leads_by: Option<KeyPart>,
    /// The tools that could be first as well, the best-ranked first: those compared over which the leader is neither
    /// leaning nor clear, without those over which another of them is.
    pub contenders: Vec<usize>,
    /// Reviewed tools that cannot be compared with the leader and are set aside, the best-ranked first.
    pub not_compared: Vec<usize>,
    /// How certain the lead over each compared tool is, the best-ranked first.
    pub compared: Vec<(usize, Certainty)>,
    /// The most by which the leader could be behind a compared tool: the upper end of the 95% interval of rival minus
    /// leader, at least 0. Absent without a leader, and where no compared tool has such an interval.
    pub could_be_behind: Option<Shortfall>,
    /// Why the certainty is not higher.
    pub reasons: Vec<Reason>,
    /// Reviewers whose absence changes the leader, sorted by name. Absent above [`DECIDED_ALL`] tools and with
    /// [`Options::unpaired`].
    pub flips: Option<Vec<Flip>>,
    /// Weights at which leader and rival tie in mean, sorted by reviewer.
    pub mean_ties_at: Vec<MeanTie>,
    /// What would settle it.
    pub next_steps: NextSteps,
    /// Verdicts against the panel verdict of their tool, by print order, then in the record's order.
    pub dissent: Vec<DissentingReview>,
    /// How reliably the means tell the compared tools apart.
    pub reliability: Option<Reliability>,
}

impl Decision {
    /// Gives the tools other numbers.
    pub(super) fn renumber(&mut self, number: impl Fn(usize) -> usize) {
        let lists = [&mut self.tied, &mut self.contenders, &mut self.not_compared];
        let in_lists = lists.into_iter().flatten();
        let single = [&mut self.leader, &mut self.runner_up, &mut self.rival].into_iter().flatten();
        let compared = self.compared.iter_mut().map(|(tool, _)| tool);
        let behind = self.could_be_behind.iter_mut().map(|behind| &mut behind.tool);
        let steps = &mut self.next_steps;
        let asked = steps.ask.iter_mut().chain(&mut steps.ask_too).map(|ask| &mut ask.tool);
        let dissent = self.dissent.iter_mut().map(|dissent| &mut dissent.tool);
        let flips = self.flips.iter_mut().flatten().flat_map(|flip| flip.leader.iter_mut().chain(&mut flip.tied));
        for tool in single.chain(in_lists).chain(compared).chain(behind).chain(asked).chain(dissent).chain(flips) {
            *tool = number(*tool);
        }
    }
}

/// Pairs of tools, each computed once.
pub(super) struct Pairs<'c, 'r> {
    context: &'c Context<'r>,
    /// Work for one p-value.
    steps: u64,
    /// The level of the intervals shown.
    level: f64,
    known: HashMap<(usize, usize), Pair>,
}

impl<'c, 'r> Pairs<'c, 'r> {
    pub(super) fn new(context: &'c Context<'r>, level: f64) -> Self {
        let few = context.records.len() <= super::PAIRS_UP_TO;
        let steps = if few { p_value::STEPS } else { p_value::STEPS_OF_MANY };
        Self { context, steps, level, known: HashMap::new() }
    }

    /// The pair of two tools, in either order.
    pub(super) fn get(&mut self, one: usize, other: usize) -> &Pair {
        let two = (one.min(other), one.max(other));
        match self.known.entry(two) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(pair(self.context, two, self.steps, self.level)),
        }
    }
}

/// The decision among the tools of `context`. `leaders` is what [`Context::leaders`] found; `order` is that of printing.
pub(super) fn decide(
    context: &Context<'_>,
    options: &Options,
    pairs: &mut Pairs<'_, '_>,
    (tools, order): (&[Figures], &[usize]),
) -> Decision {
    let leaders = context.leaders();
    let leader = if let [leader] = leaders[..] { Some(leader) } else { None };
    let mut decision = Decision {
        leader,
        tied: if leader.is_none() { leaders.clone() } else { Vec::new() },
        verdict: leaders.first().map_or(PanelVerdict::None, |&tool| tools[tool].verdict),
        flips: (!options.unpaired).then(|| flips(context, leader)),
        dissent: dissent(context, tools, order),
        ..Decision::default()
    };
    if let Some(leader) = leader {
        against_all(context, leader, pairs, &mut decision);
    } else if leaders.is_empty() {
        let mut reviews = context.records.iter().flat_map(|record| &record.reviews);
        let all_left_out = reviews.any(|review| review.score.is_some() || review.verdict.is_some());
        decision.reasons.push(Reason::NoReviews { all_left_out });
    } else {
        let comparable = all_comparable(context, &leaders);
        decision.certainty = if comparable { Certainty::Close } else { Certainty::Insufficient };
        decision.reasons.push(Reason::Tied { comparable });
    }
    if !options.unpaired {
        let reviewed = context.ranked.iter().copied().filter(|&tool| context.is_reviewed(tool));
        let set_aside = |tool: &usize| decision.not_compared.contains(tool);
        let compared: Vec<usize> = reviewed.filter(|tool| !set_aside(tool)).collect();
        decision.reliability = reliability(context, &compared);
        let two = match (leader, decision.rival, &decision.tied[..]) {
            (Some(leader), Some(rival), _) => Some((leader, rival)),
            (None, None, [first, second]) => Some((*first, *second)),
            _ => None,
        };
        if let Some((leader, rival)) = two.filter(|_| decision.certainty < Certainty::Clear) {
            decision.next_steps = next_steps(context, leader, pairs.get(leader, rival), &decision.contenders);
        }
    }
    decision
}

/// The lead over each other tool that it is compared with.
struct Comparisons {
    runner_up: usize,
    /// Tools that cannot be compared with the leader.
    set_aside: Vec<usize>,
    results: Vec<Compared>,
}

/// Compares the leader with every other reviewed tool; `None` where there is no other.
fn compare_with_all(context: &Context<'_>, leader: usize, pairs: &mut Pairs<'_, '_>) -> Option<Comparisons> {
    let others = context.ranked.iter().copied().filter(|&tool| tool != leader && context.is_reviewed(tool));
    let others: Vec<usize> = others.collect();
    let &runner_up = others.first()?;
    let (mut compared, mut set_aside): (Vec<usize>, Vec<usize>) =
        others.iter().partition(|&&tool| tool == runner_up || pairs.get(leader, tool).is_comparable);
    if compared == [runner_up] && !pairs.get(leader, runner_up).is_comparable {
        // No tool is left to compare with: none is set aside either.
        compared.append(&mut set_aside);
    }
    let results = compared.iter().map(|&tool| compare(context, leader, pairs.get(leader, tool))).collect();
    Some(Comparisons { runner_up, set_aside, results })
}

/// How certain the decision among the tools of `context` is, without all else that [`decide`] finds.
pub(super) fn certainty(context: &Context<'_>, pairs: &mut Pairs<'_, '_>) -> Certainty {
    match context.leaders()[..] {
        [] => Certainty::Insufficient,
        [leader] => {
            let comparisons = compare_with_all(context, leader, pairs);
            let results = comparisons.into_iter().flat_map(|comparisons| comparisons.results);
            results.map(|result| result.certainty).min().unwrap_or(Certainty::Insufficient)
        }
        ref tied if all_comparable(context, tied) => Certainty::Close,
        _ => Certainty::Insufficient,
    }
}

/// Compares the leader with every other reviewed tool and keeps the lowest result.
fn against_all(context: &Context<'_>, leader: usize, pairs: &mut Pairs<'_, '_>, decision: &mut Decision) {
    let Some(Comparisons { runner_up, set_aside, results }) = compare_with_all(context, leader, pairs) else {
        decision.reasons.push(Reason::NoOtherReviewed);
        return;
    };
    decision.runner_up = Some(runner_up);
    decision.compared = results.iter().map(|result| (result.rival, result.certainty)).collect();
    decision.not_compared = set_aside;
    decision.contenders = contenders(context, &results, pairs);
    decision.could_be_behind = could_be_behind(leader, &results, pairs);
    // The first of equals is the best-ranked.
    let lowest =
        results.into_iter().reduce(|lowest, next| if next.certainty < lowest.certainty { next } else { lowest });
    let Some(Compared { rival, certainty, reasons }) = lowest else { return };
    (decision.rival, decision.certainty, decision.reasons) = (Some(rival), certainty, reasons);
    decision.leads_by = context.keys[leader].decided_by(&context.keys[rival]);
    decision.mean_ties_at = mean_ties(context, leader, pairs.get(leader, rival));
}

/// See [`Decision::contenders`].
fn contenders(context: &Context<'_>, results: &[Compared], pairs: &mut Pairs<'_, '_>) -> Vec<usize> {
    let mut contenders: Vec<usize> = Vec::new();
    for tool in results.iter().filter(|result| result.certainty == Certainty::Close).map(|result| result.rival) {
        let beaten = contenders
            .iter()
            .any(|&better| compare(context, better, pairs.get(better, tool)).certainty >= Certainty::Leaning);
        if !beaten {
            contenders.push(tool);
        }
    }
    contenders
}

/// See [`Decision::could_be_behind`].
fn could_be_behind(leader: usize, results: &[Compared], pairs: &mut Pairs<'_, '_>) -> Option<Shortfall> {
    let mut most: Option<Shortfall> = None;
    for rival in results.iter().filter(|result| result.certainty > Certainty::Insufficient).map(|result| result.rival) {
        let Some(behind) = pairs.get(leader, rival).lead_interval(rival, LEVEL) else { continue };
        if most.is_none_or(|most| behind.high > most.points) {
            most = Some(Shortfall { tool: rival, points: behind.high });
        }
    }
    most.map(|most| Shortfall { points: most.points.max(0.0), ..most })
}

/// Per shared reviewer with difference d the weight at which the weighted differences sum to 0: -(sum of the
/// others') / d. Left out where negative, where d is 0, where the sum is 0 already, and for a single reviewer, without
/// whom there is no mean.
fn mean_ties(context: &Context<'_>, leader: usize, pair: &Pair) -> Vec<MeanTie> {
    if pair.basis != Basis::Score || pair.evidence != Evidence::Paired || pair.shared.len() < 2 {
        return Vec::new();
    }
    let weighted = |(reviewer, difference): (&usize, &Exact)| {
        let weight = context.panels.rating(leader, *reviewer).map_or(0, |rating| rating.weight.millionths());
        (*reviewer, difference.rounded(6), difference.rounded(6) * i128::from(weight))
    };
    let weighted: Vec<(usize, i128, i128)> = pair.shared.iter().zip(&pair.differences).map(weighted).collect();
    let sum: i128 = weighted.iter().map(|(.., weighted)| weighted).sum();
    let ties = weighted.into_iter().filter(|_| sum != 0).filter_map(|(reviewer, difference, weighted)| {
        let weight = Exact::ratio(weighted - sum, difference * POINT)?;
        let reviewer = context.panels.names[reviewer].to_owned();
        (weight.signum() >= 0).then_some(MeanTie { reviewer, weight })
    });
    ties.collect()
}

/// The verdicts against the panel verdict of their tool.
fn dissent(context: &Context<'_>, tools: &[Figures], order: &[usize]) -> Vec<DissentingReview> {
    let mut dissent = Vec::new();
    for &tool in order {
        let Some(against) = tools[tool].verdict.dissent() else { continue };
        let reviews = context.records[tool].reviews.iter().zip(&tools[tool].reviews).enumerate();
        dissent.extend(reviews.filter(|(_, (_, f))| f.verdict == Some(against) && f.weight.millionths() > 0).map(
            |(review, (words, _))| {
                let score = words.score.map(Exact::from);
                let distance = score.zip(tools[tool].score.mean).and_then(|(score, mean)| score.minus(mean));
                DissentingReview { tool, review, distance }
            },
        ));
    }
    dissent
}

/// Whether any two of these tools can be compared.
fn all_comparable(context: &Context<'_>, tools: &[usize]) -> bool {
    tools
        .iter()
        .enumerate()
        .all(|(place, &first)| tools[place + 1..].iter().all(|&second| is_comparable(context, first, second)))
}
