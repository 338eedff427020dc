//! The leaderboard of a catalog, or of a filtered part of it, from two records up to a million.

use super::decision::{DECIDED_ALL, DECIDED_TOP};
use super::figures::median;
use super::interval::check_level;
use super::panel::rating;
use super::ranking::{Order, SortFigure, by_key, community_lower, key_of, print_order};
use super::sums::{PanelVerdict, Sums};
use super::{Options, exact::Exact};
use crate::catalog::record::Record;
use crate::catalog::record::score::Score;
use crate::cores;
use crate::error::Result;

/// Conditions that a tool has to meet, all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Its category, compared without case.
    pub category: Option<String>,
    /// Its panel verdict.
    pub verdict: Option<PanelVerdict>,
    /// Its mean score is at least this.
    pub min_score: Option<Score>,
    /// Its price entry, compared without case.
    pub price: Option<String>,
    /// The least number of reviewers on its panel.
    pub min_reviews: Option<usize>,
}

/// Tools in order, each with its rank among those that pass the filter.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaderboard {
    /// Index into the records and rank of each tool shown; in the order of the options, cut to the top.
    pub shown: Vec<(usize, usize)>,
    /// How many tools pass the filter.
    pub of: usize,
    /// The tools among which the decision is made: all that pass the filter, in the order of the records, or of more
    /// than [`DECIDED_ALL`] the first [`DECIDED_TOP`] by the ranking key.
    pub decided: Vec<usize>,
}

/// Ranks those of `records` that pass `filter`, puts them in the order of `options` and keeps the first `top`, in
/// O(N log N + reviews).
///
/// # Errors
/// An invalid confidence.
pub fn leaderboard(records: &[Record], filter: &Filter, options: &Options, top: Option<usize>) -> Result<Leaderboard> {
    check_level(options.confidence)?;
    let chosen: Vec<usize> = (0..records.len()).filter(|i| filter.meets(&records[*i], options)).collect();
    let of: Vec<&Record> = chosen.iter().map(|i| &records[*i]).collect();
    let sums = cores::map(&of, |record| Sums::of(record.reviews.iter().filter_map(|review| rating(review, options))));
    let key = key_of(&sums, &of);
    let ranked = by_key(&key, &of);
    let order = print_order(&ranked, options.order, &of, |tool| sort_figure(&sums[tool], of[tool], options));
    // Computed for the tools shown only, so that the first ten of a million cost ten.
    let rank = |tool: usize| {
        let own = key(tool);
        1 + ranked.partition_point(|&other| key(other).beats(&own))
    };
    Ok(Leaderboard {
        shown: order.iter().take(top.unwrap_or(usize::MAX)).map(|&i| (chosen[i], rank(i))).collect(),
        of: chosen.len(),
        decided: decided(&ranked).into_iter().map(|i| chosen[i]).collect(),
    })
}

/// The tools among which the decision is made, of those in `ranked`, the best key first.
pub(super) fn decided(ranked: &[usize]) -> Vec<usize> {
    if ranked.len() > DECIDED_ALL { ranked[..DECIDED_TOP].to_vec() } else { (0..ranked.len()).collect() }
}

/// The figure of a tool that the options order by, if any.
fn sort_figure(sums: &Sums, record: &Record, options: &Options) -> Option<SortFigure> {
    match options.order {
        Order::Given | Order::Rank | Order::Name => None,
        Order::ShipRatio => sums.ship_ratio().map(SortFigure::Exact),
        Order::Mean => sums.mean().map(SortFigure::Exact),
        Order::Median => median_of(record, options).map(SortFigure::Exact),
        Order::Community => community_lower(record).map(SortFigure::Double),
        Order::Reviews => Some(SortFigure::Exact(Exact::whole(sums.reviews.into()))),
    }
}

/// The median score of a record.
fn median_of(record: &Record, options: &Options) -> Option<Exact> {
    let ratings = record.reviews.iter().filter_map(|review| rating(review, options));
    let mut scores: Vec<Score> = ratings.filter_map(|rating| rating.score).collect();
    scores.sort_unstable();
    median(&scores)
}

impl Filter {
    fn meets(&self, record: &Record, options: &Options) -> bool {
        let same = |asked: &Option<String>, found: Option<&str>| {
            let folded = |text: &str| text.trim().to_lowercase();
            asked.as_deref().is_none_or(|asked| found.is_some_and(|found| folded(found) == folded(asked)))
        };
        if !same(&self.category, record.category.as_deref())
            || !same(&self.price, record.profile.pricing_entry.as_deref())
        {
            return false;
        }
        if self.verdict.is_none() && self.min_score.is_none() && self.min_reviews.is_none() {
            return true;
        }
        let sums = Sums::of(record.reviews.iter().filter_map(|review| rating(review, options)));
        let high_enough = |asked: Score| sums.mean().is_some_and(|mean| mean >= Exact::from(asked));
        self.verdict.is_none_or(|asked| sums.verdict() == asked)
            && self.min_score.is_none_or(high_enough)
            && self.min_reviews.is_none_or(|asked| sums.reviews as usize >= asked)
    }
}
