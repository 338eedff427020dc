//! The panels of the tools in use: who speaks, under numbers that do not depend on the order of the records.

use super::Options;
use super::sums::{Sums, Voice};
use crate::catalog::record::score::Score;
use crate::catalog::record::{Record, Review, Verdict};
use std::collections::{HashMap, HashSet};

/// One voice and whose it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opinion {
    /// Index into [`Panels::names`].
    pub(super) reviewer: usize,
    /// What they say.
    pub(super) voice: Voice,
}

/// The panels of some tools. Reviewers of weight zero are left out.
#[derive(Debug)]
pub(super) struct Panels<'a> {
    /// All reviewers, sorted: their index is their number.
    pub(super) names: Vec<&'a str>,
    /// Per tool its opinions, sorted by reviewer.
    pub(super) of: Vec<Vec<Opinion>>,
    /// Per tool the sums over its opinions.
    pub(super) sums: Vec<Sums>,
}

impl<'a> Panels<'a> {
    /// The panels of `records`.
    pub(super) fn new(records: &[&'a Record], options: &Options) -> Self {
        let names = names(records);
        let numbers: HashMap<&str, usize> = names.iter().enumerate().map(|(number, name)| (*name, number)).collect();
        let of: Vec<Vec<Opinion>> = records
            .iter()
            .map(|record| {
                let mut opinions: Vec<Opinion> = record
                    .reviews
                    .iter()
                    .filter_map(|review| {
                        let reviewer = *numbers.get(&*review.reviewer)?;
                        Some(Opinion { reviewer, voice: voice(review, options)? })
                    })
                    .collect();
                opinions.sort_by_key(|opinion| opinion.reviewer);
                opinions
            })
            .collect();
        let sums = of.iter().map(|opinions| Sums::of(opinions.iter().map(|opinion| opinion.voice))).collect();
        Self { names, of, sums }
    }
}

/// All reviewers of `records`, sorted, each once.
fn names<'a>(records: &[&'a Record]) -> Vec<&'a str> {
    let mut seen = HashSet::new();
    let mut names: Vec<&str> = Vec::new();
    for review in records.iter().flat_map(|record| &record.reviews) {
        if seen.insert(&*review.reviewer) {
            names.push(&review.reviewer);
        }
    }
    names.sort_unstable();
    names
}

/// What a review says, or `None` when its reviewer is left out.
pub(super) fn voice(review: &Review, options: &Options) -> Option<Voice> {
    let weight = options.weights.of(&review.reviewer);
    (weight.millionths() > 0).then(|| Voice { score: review.score, verdict: judged(review, options.ship_at).0, weight })
}

/// The review's verdict, and whether it was derived: a missing one is ship from a score of `ship_at` upwards.
pub(super) fn judged(review: &Review, ship_at: Option<Score>) -> (Option<Verdict>, bool) {
    match (review.verdict, review.score, ship_at) {
        (None, Some(score), Some(bar)) => (Some(if score >= bar { Verdict::Ship } else { Verdict::Skip }), true),
        (verdict, ..) => (verdict, false),
    }
}
