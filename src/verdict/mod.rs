//! Aggregates, ranking and decision: values, not strings. The only place that orders and picks.
//!
//! [`assess`] compares some tools: the figures of each, every pair, agreement, decision and findings. [`leaderboard()`]
//! ranks a whole catalog. All figures are computed from integers or in an order of their own, so that no order of
//! records, reviewers or tools shows in the last digit.

mod agreement;
mod certainty;
mod changes;
mod context;
mod coverage;
mod crowd;
mod decision;
mod exact;
mod figures;
mod finding;
mod gate;
mod interval;
mod leaderboard;
mod leave_out;
mod next_steps;
mod overlap;
mod p_value;
mod pair;
mod panel;
mod ranking;
mod reliability;
mod sums;
mod terms;
mod weights;

#[cfg(test)]
mod tests;

pub use certainty::{Certainty, Reason};
pub(crate) use coverage::{Coverage, MissingReviews};
pub(crate) use crowd::{Crowd, CrowdState};
pub use exact::Exact;
pub use figures::Figures;
pub use interval::Interval;
pub use leaderboard::{Filter, leaderboard};
pub use overlap::Basis;
pub use p_value::Test;
pub use pair::Evidence;
pub use ranking::Order;
pub(crate) use sums::KeyFigures;
pub use sums::PanelVerdict;
pub use weights::{Weight, Weights};

pub(crate) use agreement::{AgreementFigures, NoAgreement};
pub(crate) use certainty::{CLEAR_PERCENT, DIFFERING_MIN, LEANING_PERCENT};
pub(crate) use changes::{DecisionScope, Effect, NAMED_MAX, Placed, Standing, Undone, effect, placed};
pub(crate) use decision::{DECIDED_ALL, Decision, DissentingReview, MeanTie};
pub(crate) use exact::serialize_double;
pub(crate) use figures::ScoreFigures;
pub(crate) use finding::{Finding, PairFinding, ToolFinding};
pub(crate) use gate::{Clause, Comparator, compare_numbers, in_order};
pub(crate) use interval::{LEVEL, Method, Sample, check_level, student_half, wilson_terms};
pub(crate) use leaderboard::{Leaderboard, Range, UnknownValue};
pub(crate) use leave_out::{Flip, FlipDecider, Places};
pub(crate) use next_steps::MissingReview;
pub(crate) use p_value::{Counted, PValue};
pub(crate) use pair::{COMPARED_MIN, Pair};
pub(crate) use ranking::KeyPart;

use crate::catalog::record::Record;
use crate::catalog::record::score::Score;
use crate::error::Result;
use context::Context;
use std::borrow::Borrow;
use std::collections::HashMap;

/// Above this many tools, only the pairs with the leader are kept (with the first of the tied by slug in a tie).
pub(crate) const PAIRS_UP_TO: usize = 20;

/// Panels of fewer reviewers than this are small.
pub(crate) const SMALL_PANEL: usize = COMPARED_MIN;

/// What figures are computed with.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Level of the intervals shown, above 0 and below 1. Changes neither ranking nor decision.
    pub confidence: f64,
    /// How much each reviewer counts.
    pub weights: Weights,
    /// A review without a verdict is a ship from this score upwards and a skip below.
    pub ship_at: Option<Score>,
    /// Whether every review counts as another person's, whatever the reviewers' names.
    pub unpaired: bool,
    /// The order in which tools are printed.
    pub order: Order,
}

impl Default for Options {
    fn default() -> Self {
        Self { confidence: LEVEL, weights: Weights::default(), ship_at: None, unpaired: false, order: Order::Given }
    }
}

/// Everything that a comparison of some tools finds. Tools are indices into the input, pairs into `pairs`.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// Per tool of the input its figures.
    pub tools: Vec<Figures>,
    /// The tools in print order.
    pub order: Vec<usize>,
    /// All reviewers by name, those of weight zero too; with [`Options::unpaired`] one entry for each review.
    pub reviewers: Vec<String>,
    /// Every two tools in print order, above [`PAIRS_UP_TO`] the leader and each other one.
    pub pairs: Vec<Pair>,
    /// Per tool its places without one reviewer. Absent above [`DECIDED_ALL`] tools and with [`Options::unpaired`].
    pub places: Option<Vec<Places>>,
    /// How much the reviewers agree.
    pub agreement: AgreementFigures,
    /// Which tool leads, how certain that is, and what would change it.
    pub decision: Decision,
    /// What a reader must know about the figures.
    pub findings: Vec<Finding>,
}

/// Compares `records`. Slugs are distinct, and one reviewer reviews a tool once: the catalog ensures both.
///
/// Above [`DECIDED_ALL`] records the decision and the pairs are among the first few by the ranking key.
///
/// # Errors
/// An invalid confidence.
pub fn assess<R: Borrow<Record>>(records: &[R], options: &Options) -> Result<Assessment> {
    let records: Vec<&Record> = records.iter().map(Borrow::borrow).collect();
    if records.len() <= DECIDED_ALL {
        return assess_among(&records, records.len(), options);
    }
    check_level(options.confidence)?;
    let context = Context::new(&records, options);
    let (tools, order) = figures_in_order(&context, options);
    let decided = leaderboard::decided(&context.ranked);
    let few: Vec<&Record> = decided.iter().map(|&tool| records[tool]).collect();
    let few = assess_among(&few, records.len(), options)?.renumbered(|tool| decided[tool]);
    let mut findings = finding::of_tools(&context, &tools, &order);
    findings.extend(few.findings.into_iter().filter(|finding| !matches!(finding, Finding::OfTool { .. })));
    let agreement = agreement::agreement(&context.panels, options.unpaired);
    Ok(Assessment { tools, order, agreement, findings, ..few })
}

/// Compares `records`, among which the decision on `of` tools is made: all of them, or the first few by the ranking key.
///
/// # Errors
/// An invalid confidence.
pub(crate) fn assess_among(records: &[&Record], of: usize, options: &Options) -> Result<Assessment> {
    check_level(options.confidence)?;
    let context = Context::new(records, options);
    let (tools, order) = figures_in_order(&context, options);
    let are_all = of <= DECIDED_ALL;
    let mut pairs = decision::Pairs::new(&context, options.confidence);
    let mut decision = decision::decide(&context, options, &mut pairs, (&tools, &order));
    decision.flips = decision.flips.filter(|_| are_all);
    let centre = decision.leader.or(decision.tied.first().copied()).or(order.first().copied()).unwrap_or_default();
    let pairings = pair::pairings(&order, centre, if of <= PAIRS_UP_TO { of } else { 0 });
    let pairs: Vec<Pair> = pairings.into_iter().map(|(a, b)| pairs.get(a, b).clone().with_first(a)).collect();
    let mut findings = finding::of_decision(&context, options, &decision, &tools, of);
    findings.extend(finding::of_tools(&context, &tools, &order));
    findings.extend(finding::of_pairs(&context, &pairs, &decision));
    let places = are_all && !options.unpaired;
    let places = places.then(|| leave_out::places(&context, &tools.iter().map(|tool| tool.rank).collect::<Vec<_>>()));
    let agreement = agreement::agreement(&context.panels, options.unpaired);
    let reviewers = context.panels.names.iter().map(|name| (*name).to_owned()).collect();
    Ok(Assessment { tools, order, reviewers, pairs, places, agreement, decision, findings })
}

impl Assessment {
    /// The same with other numbers for the tools of pairs, decision and findings.
    fn renumbered(mut self, number: impl Fn(usize) -> usize) -> Self {
        for pair in &mut self.pairs {
            (pair.first, pair.second) = (number(pair.first), number(pair.second));
        }
        self.decision.renumber(&number);
        self.findings.iter_mut().for_each(|finding| finding.renumber(&number));
        self
    }

    /// The pair of two tools, in either order, if it is kept.
    pub fn pair(&self, one: usize, other: usize) -> Option<&Pair> {
        self.pairs.iter().find(|pair| [(one, other), (other, one)].contains(&(pair.first, pair.second)))
    }
}

/// The figures of all tools, and the order in which they are printed.
fn figures_in_order(context: &Context<'_>, options: &Options) -> (Vec<Figures>, Vec<usize>) {
    let records = context.records;
    let mut tools: Vec<Figures> = records.iter().map(|record| figures::figures(record, options)).collect();
    for (figures, rank) in tools.iter_mut().zip(ranking::ranks(&context.keys, &context.ranked)) {
        figures.rank = rank;
    }
    let figure = |tool: usize| leaderboard::sort_figure(records[tool], options);
    let order = ranking::print_order(&context.ranked, options.order, records, &figure);
    if !options.unpaired {
        differ_from_first(&mut tools, records, &order);
    }
    (tools, order)
}

/// The figures of one tool of a [`Leaderboard`], where it ranks as `rank`.
///
/// # Errors
/// An invalid confidence.
pub(crate) fn figures(record: &Record, options: &Options, rank: usize) -> Result<Figures> {
    check_level(options.confidence)?;
    Ok(Figures { rank, ..figures::figures(record, options) })
}

/// Fills in how the scores of each tool differ from those of the first in print order.
fn differ_from_first(tools: &mut [Figures], records: &[&Record], order: &[usize]) {
    let Some((&first, others)) = order.split_first() else { return };
    let scores: HashMap<&str, Score> =
        records[first].reviews.iter().filter_map(|r| Some((&*r.reviewer, r.score?))).collect();
    for &tool in others {
        for (review, figures) in records[tool].reviews.iter().zip(&mut tools[tool].reviews) {
            let both = review.score.zip(scores.get(&*review.reviewer).copied());
            let both = both.filter(|_| figures.weight > Weight::ZERO);
            figures.difference = both.and_then(|(own, first)| Exact::from(own).minus(Exact::from(first)));
        }
    }
}
