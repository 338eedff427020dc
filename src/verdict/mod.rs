//! Aggregates, ranking and decision: values, not strings. The only place that orders and picks.
//!
//! [`assess`] compares some tools: figures of each, every pair, agreement, decision and findings. [`rank`] is the
//! leaderboard of a whole catalog. All figures are computed from integers or in an order of their own, so that no
//! order of records, reviewers or tools shows in the last digit.

mod agreement;
mod decision;
mod exact;
mod figures;
mod finding;
mod flips;
mod gate;
mod interval;
mod leaderboard;
mod paired;
mod panel;
mod ranking;
mod signflip;
mod standing;
mod sums;
mod weights;

#[cfg(test)]
mod tests;

pub use agreement::{Agreement, NoAgreement};
pub use decision::{
    CLEAR_PERCENT, Certainty, DIFFERING_MIN, Decision, Dissent, Flip, LEANING_PERCENT, MeanTie, Reason, SHARED_MIN,
};
pub use exact::{Exact, serialize_double};
pub use figures::{Figures, ReviewFigures, ScoreFigures};
pub use finding::Finding;
pub use gate::{Clause, Comparator, compare_numbers, in_order};
pub use interval::{Interval, LEVEL, Method, check_level};
pub use leaderboard::{Filter, Leaderboard, leaderboard};
pub use paired::Pair;
pub use ranking::Order;
pub use signflip::{DRAWS_MAX, DRAWS_MIN, EXACT_STEPS, PValue, SEED, SignFlip};
pub use standing::{Ranking, Standing, rank};
pub use sums::PanelVerdict;
pub use weights::{Unknown, Weight, Weights};

use crate::catalog::record::Record;
use crate::catalog::record::score::Score;
use crate::error::Result;
use panel::Panels;
use ranking::Key;
use std::borrow::Borrow;
use std::collections::HashMap;

/// Above this many tools, only the pairs with the leader are kept (with the first of the tied by slug in a tie).
pub const PAIRS_UP_TO: usize = 20;

/// Panels with fewer voices than this are small: no certainty but `insufficient` can come of them.
pub const SMALL_PANEL: usize = SHARED_MIN;

/// What figures are computed with.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Level of the intervals shown, above 0 and below 1. Changes neither ranking nor decision.
    pub confidence: f64,
    /// How much each reviewer's voice counts.
    pub weights: Weights,
    /// A review without a verdict is a ship from this score upwards and a skip below.
    pub ship_at: Option<Score>,
    /// The order in which tools are printed.
    pub order: Order,
}

impl Default for Options {
    fn default() -> Self {
        Self { confidence: LEVEL, weights: Weights::default(), ship_at: None, order: Order::Given }
    }
}

/// Everything that a comparison of some tools says. Tools are indices into the input, pairs into `pairs`.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// Per tool of the input its figures.
    pub tools: Vec<Figures>,
    /// The tools in print order.
    pub order: Vec<usize>,
    /// Every two tools in print order, above [`PAIRS_UP_TO`] the leader and each other one.
    pub pairs: Vec<Pair>,
    /// How much the reviewers agree.
    pub agreement: Agreement,
    /// Who leads, how sure that is, and what would change it.
    pub decision: Decision,
    /// What a reader must know about the figures.
    pub findings: Vec<Finding>,
}

/// Compares `records`. Slugs are distinct, and one reviewer reviews a tool once: the catalog sees to both.
///
/// # Errors
/// The confidence is none.
pub fn assess<R: Borrow<Record>>(records: &[R], options: &Options) -> Result<Assessment> {
    check_level(options.confidence)?;
    let records: Vec<&Record> = records.iter().map(Borrow::borrow).collect();
    let panels = Panels::new(&records, options);
    let field = Field::new(&records, &panels);
    let mut tools: Vec<Figures> = records.iter().map(|record| figures::figures(record, options)).collect();
    for (tool, rank) in ranking::ranks(&field.keys, &field.ranked).into_iter().enumerate() {
        tools[tool].rank = rank;
    }
    let figure = |tool: usize| ranking::sort_figure(&tools[tool], options.order);
    let order = ranking::print_order(&field.ranked, options.order, &records, figure);
    differ_from_first(&mut tools, &records, &panels, &order);
    let leaders = decision::leaders(&field);
    let centre = leaders.first().or(order.first()).copied().unwrap_or_default();
    let pairings = paired::pairings(&order, centre, PAIRS_UP_TO);
    let pairs: Vec<Pair> = pairings.into_iter().map(|two| paired::pair(&panels, two, options.confidence)).collect();
    let decision = decision::decide(&field, &leaders, &pairs, (&tools, &order));
    let findings = finding::findings(&records, &panels, options, (&tools, &order, &pairs));
    Ok(Assessment { agreement: agreement::agreement(&panels), tools, order, pairs, decision, findings })
}

/// The figures of one tool of a [`Ranking`], where it ranks as `rank`.
///
/// # Errors
/// The confidence is none.
pub fn figures(record: &Record, options: &Options, rank: usize) -> Result<Figures> {
    check_level(options.confidence)?;
    Ok(Figures { rank, ..figures::figures(record, options) })
}

/// The tools in use with their panels and keys.
struct Field<'a, 'r> {
    records: &'a [&'r Record],
    panels: &'a Panels<'r>,
    keys: Vec<Key>,
    /// The best key first, equals by slug.
    ranked: Vec<usize>,
}

impl<'a, 'r> Field<'a, 'r> {
    fn new(records: &'a [&'r Record], panels: &'a Panels<'r>) -> Self {
        let keys: Vec<Key> = panels.sums.iter().map(Key::new).collect();
        let ranked = ranking::by_key(&panels.sums, records);
        Self { records, panels, keys, ranked }
    }

    /// Whether anyone speaks about the tool.
    fn reviewed(&self, tool: usize) -> bool {
        self.panels.sums[tool].reviews > 0
    }

    /// The key of a tool without one of its voices.
    fn key_without(&self, tool: usize, voice: sums::Voice) -> Key {
        Key::new(&self.panels.sums[tool].without(voice))
    }

    /// How many reviewers scored both tools, counted up to `enough`.
    fn shared_up_to(&self, first: usize, second: usize, enough: usize) -> usize {
        let (first, second) = (&self.panels.of[first], &self.panels.of[second]);
        let mut theirs = second.iter().filter(|o| o.voice.score.is_some()).peekable();
        let ours = first.iter().filter(|o| o.voice.score.is_some());
        let shared = ours.filter(|ours| {
            while theirs.next_if(|theirs| theirs.reviewer < ours.reviewer).is_some() {}
            theirs.peek().is_some_and(|theirs| theirs.reviewer == ours.reviewer)
        });
        shared.take(enough).count()
    }
}

/// Fills in how each tool differs from the first in print order.
fn differ_from_first(tools: &mut [Figures], records: &[&Record], panels: &Panels<'_>, order: &[usize]) {
    let Some((&first, others)) = order.split_first() else { return };
    let ratio = tools[first].ship_ratio;
    let scores: HashMap<&str, Score> =
        records[first].reviews.iter().filter_map(|r| Some((&*r.reviewer, r.score?))).collect();
    for &tool in others {
        let figures = &mut tools[tool];
        figures.ship_ratio_difference = figures.ship_ratio.zip(ratio).and_then(|(own, first)| own.minus(first));
        figures.mean_difference = paired::Meeting::new(&panels.of[first], &panels.of[tool]).mean_difference();
        for (review, figures) in records[tool].reviews.iter().zip(&mut figures.reviews) {
            let both = review.score.zip(scores.get(&*review.reviewer).copied());
            let both = both.filter(|_| figures.weight > Weight::ZERO);
            figures.difference = both.and_then(|(own, first)| Exact::from(own).minus(Exact::from(first)));
        }
    }
}
