//! What a reader must know about the figures: what the decision goes by, which figures are absent and why. Values;
//! `report` words them.

use super::certainty::Certainty;
use super::context::Context;
use super::crowd::CrowdState;
use super::decision::{DECIDED_ALL, Decision};
use super::figures::Figures;
use super::overlap::Basis;
use super::pair::{Evidence, Pair};
use super::weights::Weight;
use super::{Options, SMALL_PANEL};

/// A reliability below this is pointed out where the decision is not clear.
const RELIABLE: f64 = 0.5;

/// One thing that a reader must know. Tools and pairs are indices into the assessment's lists.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// Some reviewers count more or less than once.
    Weighted {
        /// Who, sorted by name, and how much.
        weights: Vec<(String, Weight)>,
    },
    /// Reviews without a verdict count by their score.
    ShipAt {
        /// From how many points they are a ship.
        score: crate::catalog::record::score::Score,
    },
    /// There are scores, and no verdict.
    ScoresOnly,
    /// Every review counts as another person's.
    EachReviewAnotherPerson,
    /// The decision is among the first tools only, and places and flips are not computed.
    PlacesNotComputed {
        /// Among how many the decision is.
        decided: usize,
        /// Of how many.
        of: usize,
    },
    /// No tool has a review: the tools are ranked by community votes.
    RankedByVotes,
    /// The reviewer has weight zero and is in no figure.
    LeftOut {
        /// The reviewer.
        reviewer: String,
    },
    /// These tools share too few reviewers with the leader to be compared with it.
    NotCompared {
        /// The tools, the best-ranked first.
        tools: Vec<usize>,
    },
    /// The reviewers differ among themselves more than the tools do, and the decision is not clear.
    LowReliability,
    /// The community disagrees with the panel about the tool.
    CrowdDisagrees {
        /// The tool.
        tool: usize,
    },
    /// Something about one tool, whatever the decision.
    OfTool {
        /// The tool.
        tool: usize,
        /// What.
        finding: ToolFinding,
    },
    /// Something about two tools.
    OfPair {
        /// Index into the pairs.
        pair: usize,
        /// What.
        finding: PairFinding,
    },
}

/// What a reader must know about the figures of one tool.
#[derive(Clone, Debug, PartialEq)]
pub enum ToolFinding {
    /// It has no reviews: all its figures are absent.
    NoReviews,
    /// It has reviews, but every reviewer has weight zero: all its figures are absent.
    AllWeightsZero,
    /// No one gave it a verdict: its ship ratio is absent.
    NoVerdicts,
    /// No one scored it: its mean, median and deviation are absent.
    NoScores,
    /// One reviewer scored it: deviation and interval need two.
    OneScore {
        /// Who scored it.
        reviewer: String,
    },
    /// Fewer than [`SMALL_PANEL`] reviewers are on its panel.
    SmallPanel {
        /// How many, above 0.
        reviewers: usize,
    },
    /// Those who scored it weigh differently: the interval of its mean is absent.
    UnequalWeights,
    /// Some of its verdicts were derived from the scores.
    DerivedVerdicts {
        /// Whose, sorted by name.
        reviewers: Vec<String>,
    },
}

/// What a reader must know about the difference of two tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairFinding {
    /// No one reviewed both: the difference is absent.
    NoShared,
    /// One reviewer reviewed both: the interval of the difference needs two.
    OneShared,
    /// The reviewers compared weigh differently: the interval of the difference is absent.
    UnequalWeights,
    /// Some reviewed only one of the two (the pair names them) and are not in the difference.
    LeftOut,
    /// One of the two has no scores: their verdicts are compared, and difference and interval are absent.
    ComparedByVerdict,
    /// The p-value is an approximation.
    ApproximatePValue,
}

impl Finding {
    /// Gives the tools other numbers.
    pub(super) fn renumber(&mut self, number: impl Fn(usize) -> usize) {
        match self {
            Self::NotCompared { tools } => tools.iter_mut().for_each(|tool| *tool = number(*tool)),
            Self::CrowdDisagrees { tool } | Self::OfTool { tool, .. } => *tool = number(*tool),
            _ => {}
        }
    }
}

/// What the decision goes by and leaves out, in the order in which people should read it. `of` is the number of tools
/// in use.
pub(super) fn of_decision(
    context: &Context<'_>,
    options: &Options,
    decision: &Decision,
    tools: &[Figures],
    of: usize,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut names: Vec<&str> = context.panels.names.clone();
    names.dedup();
    let weights = names.iter().map(|name| ((*name).to_owned(), options.weights.of(name)));
    let (left_out, weights): (Vec<_>, Vec<_>) = weights.partition(|(_, weight)| *weight == Weight::ZERO);
    let weights: Vec<_> = weights.into_iter().filter(|(_, weight)| *weight != Weight::ONE).collect();
    findings.extend((!weights.is_empty()).then_some(Finding::Weighted { weights }));
    let is_derived = tools.iter().flat_map(|tool| &tool.reviews).any(|review| review.derived);
    findings.extend(options.ship_at.filter(|_| is_derived).map(|score| Finding::ShipAt { score }));
    let has_scores = tools.iter().any(|tool| tool.score.n > 0);
    let has_verdicts = tools.iter().any(|tool| tool.ship_ratio.is_some());
    findings.extend((has_scores && !has_verdicts).then_some(Finding::ScoresOnly));
    findings.extend(options.unpaired.then_some(Finding::EachReviewAnotherPerson));
    if of > DECIDED_ALL {
        findings.push(Finding::PlacesNotComputed { decided: tools.len(), of });
    }
    let is_reviewed = |tool: usize| context.is_reviewed(tool);
    let is_voted_on = |tool: &Figures| tool.community_ratio.is_some();
    if !(0..tools.len()).any(is_reviewed) && tools.iter().any(is_voted_on) {
        findings.push(Finding::RankedByVotes);
    }
    findings.extend(left_out.into_iter().map(|(reviewer, _)| Finding::LeftOut { reviewer }));
    if !decision.not_compared.is_empty() {
        findings.push(Finding::NotCompared { tools: decision.not_compared.clone() });
    }
    let is_unreliable = decision.reliability.is_some_and(|reliability| reliability.value < RELIABLE);
    findings.extend((is_unreliable && decision.certainty < Certainty::Clear).then_some(Finding::LowReliability));
    let disagrees = |tool: &usize| tools[*tool].crowd.state == Some(CrowdState::Disagree);
    findings.extend(context.ranked.iter().copied().filter(disagrees).map(|tool| Finding::CrowdDisagrees { tool }));
    findings
}

/// What a reader must know about each tool, in print order.
pub(super) fn of_tools(context: &Context<'_>, tools: &[Figures], order: &[usize]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for &tool in order {
        of_tool(&mut findings, tool, context, &tools[tool]);
    }
    findings
}

fn of_tool(findings: &mut Vec<Finding>, tool: usize, context: &Context<'_>, figures: &Figures) {
    let record = context.records[tool];
    let mut add = |finding| findings.push(Finding::OfTool { tool, finding });
    if figures.reviewers == 0 {
        let none = record.reviews.iter().all(|review| review.score.is_none() && review.verdict.is_none());
        return add(if none { ToolFinding::NoReviews } else { ToolFinding::AllWeightsZero });
    }
    let counted = || record.reviews.iter().zip(&figures.reviews).filter(|(_, figures)| figures.weight > Weight::ZERO);
    if figures.reviewers < SMALL_PANEL {
        add(ToolFinding::SmallPanel { reviewers: figures.reviewers });
    }
    if figures.ship_ratio.is_none() {
        add(ToolFinding::NoVerdicts);
    }
    match figures.score.n {
        0 => add(ToolFinding::NoScores),
        1 => {
            if let Some((review, _)) = counted().find(|(review, _)| review.score.is_some()) {
                add(ToolFinding::OneScore { reviewer: review.reviewer.to_string() });
            }
        }
        _ if figures.score.mean_interval.is_none() => add(ToolFinding::UnequalWeights),
        _ => {}
    }
    let derived = counted().filter(|(_, figures)| figures.derived);
    let mut reviewers: Vec<String> = derived.map(|(review, _)| review.reviewer.to_string()).collect();
    if !reviewers.is_empty() {
        reviewers.sort_unstable();
        add(ToolFinding::DerivedVerdicts { reviewers });
    }
}

/// What a reader must know about the pairs, in their order, that of leader and rival first.
pub(super) fn of_pairs(context: &Context<'_>, pairs: &[Pair], decision: &Decision) -> Vec<Finding> {
    let decisive = |pair: &Pair| {
        decision
            .leader
            .zip(decision.rival)
            .is_some_and(|(leader, rival)| [(leader, rival), (rival, leader)].contains(&(pair.first, pair.second)))
    };
    let (mut first, mut findings) = (Vec::new(), Vec::new());
    for (index, pair) in pairs.iter().enumerate() {
        let findings = if decisive(pair) { &mut first } else { &mut findings };
        of_pair(findings, index, pair, context);
    }
    first.extend(findings);
    first
}

fn of_pair(findings: &mut Vec<Finding>, index: usize, pair: &Pair, context: &Context<'_>) {
    let mut add = |finding| findings.push(Finding::OfPair { pair: index, finding });
    if pair.evidence == Evidence::Paired {
        match pair.shared.len() {
            // A tool without reviews has a finding of its own.
            0 if context.is_reviewed(pair.first) && context.is_reviewed(pair.second) => add(PairFinding::NoShared),
            1 => add(PairFinding::OneShared),
            _ if pair.unequal_weights => add(PairFinding::UnequalWeights),
            _ => {}
        }
        if !pair.shared.is_empty() && pair.only_first.len() + pair.only_second.len() > 0 {
            add(PairFinding::LeftOut);
        }
    }
    if pair.basis == Basis::Verdict && pair.p_value.is_some() {
        add(PairFinding::ComparedByVerdict);
    }
    if pair.p_value.is_some_and(|p| p.method.is_approximate()) {
        add(PairFinding::ApproximatePValue);
    }
}
