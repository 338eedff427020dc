//! The leaderboard of a whole catalog, without pairs and decision: up to a million records.

use super::Options;
use super::exact::Exact;
use super::figures::{community_ratio, median};
use super::panel::voice;
use super::ranking::{Key, Order, by_key, print_order, ranks};
use super::sums::{PanelVerdict, Sums};
use crate::catalog::record::Record;
use crate::catalog::score::Score;
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

/// The leaderboard.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranking {
    /// Per tool of the input where it stands.
    pub standings: Vec<Standing>,
    /// The tools in print order. [`Order::Given`] keeps the input's order here too.
    pub order: Vec<usize>,
}

/// Ranks `records`, in O(N log N + reviews log N).
///
/// # Errors
/// The confidence is none.
pub fn rank<R: Borrow<Record>>(records: &[R], options: &Options) -> Result<Ranking> {
    super::interval::check_level(options.confidence)?;
    let records: Vec<&Record> = records.iter().map(Borrow::borrow).collect();
    let sums: Vec<Sums> = records
        .iter()
        .map(|record| Sums::of(record.reviews.iter().filter_map(|review| voice(review, options))))
        .collect();
    let keys: Vec<Key> = sums.iter().map(Key::new).collect();
    let ranked = by_key(&keys, &records);
    let ranks = ranks(&keys, &ranked);
    let sorted: Vec<Key> = ranked.iter().map(|&tool| keys[tool]).collect();
    let mut standings = Vec::with_capacity(records.len());
    for (tool, record) in records.iter().enumerate() {
        let (rank_best, rank_worst) = places(record, options, (&sums[tool], &keys[tool], ranks[tool]), &sorted);
        standings.push(Standing {
            verdict: sums[tool].verdict(),
            voices: sums[tool].reviews as usize,
            ship_at_least: keys[tool].lower(),
            ship_ratio: sums[tool].ship_ratio(),
            mean: sums[tool].mean(),
            rank: ranks[tool],
            rank_best,
            rank_worst,
        });
    }
    let order = print_order(&ranked, options.order, &records, |tool| match options.order {
        Order::Given | Order::Rank | Order::Name => None,
        Order::ShipRatio => standings[tool].ship_ratio,
        Order::Mean => standings[tool].mean,
        Order::Median => median_of(records[tool], options),
        Order::Community => community_ratio(records[tool]),
        Order::Reviews => Some(Exact::whole(sums[tool].reviews.into())),
    });
    Ok(Ranking { standings, order })
}

/// The best and the worst place of a tool: today's, and without each of its reviewers while the others stand.
/// `sorted` holds all keys, the best first.
fn places(
    record: &Record,
    options: &Options,
    (sums, key, rank): (&Sums, &Key, usize),
    sorted: &[Key],
) -> (usize, usize) {
    let (mut best, mut worst) = (rank, rank);
    for voice in record.reviews.iter().filter_map(|review| voice(review, options)) {
        let then = Key::new(&sums.without(voice));
        let better = sorted.partition_point(|other| other.beats(&then));
        // Today's key of the tool itself is no rival of its own.
        let place = 1 + better - usize::from(key.beats(&then));
        (best, worst) = (best.min(place), worst.max(place));
    }
    (best, worst)
}

/// The median score of a record.
fn median_of(record: &Record, options: &Options) -> Option<Exact> {
    let voices = record.reviews.iter().filter_map(|review| voice(review, options));
    let mut scores: Vec<Score> = voices.filter_map(|voice| voice.score).collect();
    scores.sort_unstable();
    median(&scores)
}
