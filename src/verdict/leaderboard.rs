//! The leaderboard of a catalog, or of a filtered part of it, from two records up to a million.

use super::coverage::Coverage;
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
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// Conditions that a tool has to meet, all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Its slug is one of these.
    pub slugs: Option<BTreeSet<SmolStr>>,
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
    /// How many reviews of the tools that pass the filter are there, and who has not reviewed which.
    pub(crate) coverage: Option<Coverage>,
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
    let key = key_of(|tool| sums_of(of[tool], options), &of);
    // What is printed in the ranking order and decided takes no more.
    let most = top.filter(|_| options.order == Order::Rank).map_or(usize::MAX, |top| top.max(DECIDED_ALL + 1));
    let ranked = by_key(&key, &of, most);
    let order = print_order(&ranked, options.order, &of, &|tool| sort_figure(of[tool], options));
    // Computed for the tools shown only, so that the first ten of a million cost ten.
    let rank = |tool: usize| {
        let own = key(tool);
        1 + ranked.partition_point(|&other| key(other).beats(&own))
    };
    Ok(Leaderboard {
        shown: order.iter().take(top.unwrap_or(usize::MAX)).map(|&i| (chosen[i], rank(i))).collect(),
        of: chosen.len(),
        decided: decided(&ranked).into_iter().map(|i| chosen[i]).collect(),
        coverage: Coverage::of(&of, options),
    })
}

/// The tools among which the decision is made, of those in `ranked`, the best key first.
pub(super) fn decided(ranked: &[usize]) -> Vec<usize> {
    if ranked.len() > DECIDED_ALL { ranked[..DECIDED_TOP].to_vec() } else { (0..ranked.len()).collect() }
}

/// The figure of a tool that the options order by, if any.
pub(super) fn sort_figure(record: &Record, options: &Options) -> Option<SortFigure> {
    let sums = || sums_of(record, options);
    match options.order {
        Order::Given | Order::Rank | Order::Name => None,
        Order::ShipRatio => sums().ship_ratio().map(SortFigure::Exact),
        Order::Mean => sums().mean().map(SortFigure::Exact),
        Order::Median => median_of(record, options).map(SortFigure::Exact),
        Order::Community => community_lower(record).map(SortFigure::Double),
        Order::Reviews => Some(SortFigure::Exact(Exact::whole(sums().reviews.into()))),
    }
}

/// The median score of a record.
fn median_of(record: &Record, options: &Options) -> Option<Exact> {
    let ratings = record.reviews.iter().filter_map(|review| rating(review, options));
    let mut scores: Vec<Score> = ratings.filter_map(|rating| rating.score).collect();
    scores.sort_unstable();
    median(&scores)
}

/// What the tools of a catalog have of what a filter asks for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Range {
    /// The highest mean score, if there are scores.
    pub(crate) highest_mean: Option<Exact>,
    /// The most reviewers on a panel.
    pub(crate) most_reviews: usize,
}

impl Range {
    /// That of `records`.
    pub(crate) fn of(records: &[Record], options: &Options) -> Self {
        let sums: Vec<Sums> = cores::map(records, |record| sums_of(record, options));
        Self {
            highest_mean: sums.iter().filter_map(Sums::mean).max(),
            most_reviews: sums.iter().map(|sums| sums.reviews as usize).max().unwrap_or(0),
        }
    }
}

/// A category or a price that no tool has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnknownValue<'f, 'r> {
    /// `category` or `price`.
    pub(crate) filter: &'static str,
    /// The value that was asked for.
    pub(crate) asked: &'f str,
    /// Those that there are, in order, each once.
    pub(crate) known: Vec<&'r str>,
}

impl Filter {
    /// The category or the price that it asks for and none of `records` has, if it does.
    pub(crate) fn unknown_value<'f, 'r>(&'f self, records: &'r [Record]) -> Option<UnknownValue<'f, 'r>> {
        let category: fn(&Record) -> Option<&str> = |record| record.category.as_deref();
        let price: fn(&Record) -> Option<&str> = |record| record.profile.pricing_entry.as_deref();
        let asked = [("category", &self.category, category), ("price", &self.price, price)];
        asked.into_iter().find_map(|(filter, asked, of)| {
            let asked = asked.as_deref()?;
            if records.iter().filter_map(of).any(|found| is_same_word(asked, found)) {
                return None;
            }
            let mut known: Vec<&str> = records.iter().filter_map(of).collect();
            known.sort_unstable();
            known.dedup();
            Some(UnknownValue { filter, asked, known })
        })
    }

    /// Whether `record` meets all its conditions.
    pub(crate) fn meets(&self, record: &Record, options: &Options) -> bool {
        let same = |asked: &Option<String>, found: Option<&str>| {
            asked.as_deref().is_none_or(|asked| found.is_some_and(|found| is_same_word(asked, found)))
        };
        if self.slugs.as_ref().is_some_and(|slugs| !slugs.contains(&record.slug)) {
            return false;
        }
        if !same(&self.category, record.category.as_deref())
            || !same(&self.price, record.profile.pricing_entry.as_deref())
        {
            return false;
        }
        if self.verdict.is_none() && self.min_score.is_none() && self.min_reviews.is_none() {
            return true;
        }
        let sums = sums_of(record, options);
        let high_enough = |asked: Score| sums.mean().is_some_and(|mean| mean >= Exact::from(asked));
        self.verdict.is_none_or(|asked| sums.verdict() == asked)
            && self.min_score.is_none_or(high_enough)
            && self.min_reviews.is_none_or(|asked| sums.reviews as usize >= asked)
    }
}

/// Whether two categories or prices are the same but for case and space around them.
fn is_same_word(asked: &str, found: &str) -> bool {
    let folded = |text: &str| text.trim().to_lowercase();
    folded(found) == folded(asked)
}

/// The sums of a record's reviews.
pub(super) fn sums_of(record: &Record, options: &Options) -> Sums {
    Sums::of(record.reviews.iter().filter_map(|review| rating(review, options)))
}
