//! The leaderboard of a whole catalog, without pairs and decision: up to a million records.

use super::Options;
use super::exact::Exact;
use super::figures::{community_ratio, median};
use super::interval::check_level;
use super::panel::voice;
use super::ranking::{Key, Order, by_key, print_order};
use super::sums::{PanelVerdict, Sums};
use crate::catalog::record::Record;
use crate::catalog::record::score::Score;
use crate::cores;
use crate::error::Result;
use std::borrow::Borrow;

/// Where one tool stands in a catalog.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// What the panel as a whole says.
    pub verdict: PanelVerdict,
    /// How many reviewers speak.
    pub voices: usize,
    /// Lower end of the 95 % Wilson interval of the ship ratio, 0 to 1, which the key goes by. Absent without
    /// verdicts.
    pub ship_at_least: Option<f64>,
    /// Ships over ships and skips, weighted, 0 to 1. Absent without verdicts.
    pub ship_ratio: Option<Exact>,
    /// Weighted mean score, in points. Absent without scores.
    pub mean: Option<Exact>,
    /// 1 + the number of tools with a better key: 1, 1, 3.
    pub rank: usize,
    /// The best place that the tool takes today or if one of its own reviewers were left out, while the keys of the
    /// others stand.
    pub rank_best: usize,
    /// The worst of these places.
    pub rank_worst: usize,
}

/// The leaderboard. Tools are indices into the records that were ranked.
#[derive(Debug)]
pub struct Ranking {
    /// The tools in print order. [`Order::Given`] keeps the input's order here too.
    pub order: Vec<usize>,
    sums: Vec<Sums>,
    /// The tools, the best key first.
    ranked: Vec<usize>,
}

/// Ranks `records`, in O(N log N + reviews).
///
/// # Errors
/// The confidence is none.
pub fn rank<R: Borrow<Record>>(records: &[R], options: &Options) -> Result<Ranking> {
    check_level(options.confidence)?;
    let records: Vec<&Record> = records.iter().map(Borrow::borrow).collect();
    let sums =
        cores::map(&records, |record| Sums::of(record.reviews.iter().filter_map(|review| voice(review, options))));
    let ranked = by_key(&sums, &records);
    let order = print_order(&ranked, options.order, &records, |tool| match options.order {
        Order::Given | Order::Rank | Order::Name => None,
        Order::ShipRatio => sums[tool].ship_ratio(),
        Order::Mean => sums[tool].mean(),
        Order::Median => median_of(records[tool], options),
        Order::Community => community_ratio(records[tool]),
        Order::Reviews => Some(Exact::whole(sums[tool].reviews.into())),
    });
    Ok(Ranking { order, sums, ranked })
}

impl Ranking {
    /// The tool with the best key, if no other has the same.
    pub fn sole_first(&self) -> Option<usize> {
        match self.ranked[..] {
            [] => None,
            [first] => Some(first),
            [first, second, ..] => self.key(first).beats(&self.key(second)).then_some(first),
        }
    }

    fn key(&self, tool: usize) -> Key {
        Key::new(&self.sums[tool])
    }

    /// Where `tool` stands; `record` is its record and `options` are those of the ranking.
    ///
    /// Computed when asked, in O(its reviews x log N), so that the first ten of a million cost ten.
    pub fn standing(&self, tool: usize, record: &Record, options: &Options) -> Standing {
        let (sums, key) = (&self.sums[tool], self.key(tool));
        let better = |key: &Key| self.ranked.partition_point(|&other| self.key(other).beats(key));
        let rank = 1 + better(&key);
        let (mut rank_best, mut rank_worst) = (rank, rank);
        for voice in record.reviews.iter().filter_map(|review| voice(review, options)) {
            let then = Key::new(&sums.without(voice));
            // Today's key of the tool itself is no rival of its own.
            let place = 1 + better(&then) - usize::from(key.beats(&then));
            (rank_best, rank_worst) = (rank_best.min(place), rank_worst.max(place));
        }
        Standing {
            verdict: sums.verdict(),
            voices: sums.reviews as usize,
            ship_at_least: key.lower(),
            ship_ratio: sums.ship_ratio(),
            mean: sums.mean(),
            rank,
            rank_best,
            rank_worst,
        }
    }
}

/// The median score of a record.
fn median_of(record: &Record, options: &Options) -> Option<Exact> {
    let voices = record.reviews.iter().filter_map(|review| voice(review, options));
    let mut scores: Vec<Score> = voices.filter_map(|voice| voice.score).collect();
    scores.sort_unstable();
    median(&scores)
}
