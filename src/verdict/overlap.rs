//! Who reviewed which of two tools.

use super::exact::{Exact, POINT};
use super::panel::PanelReview;
use super::sums::{Rating, effective_number};
use super::weights::all_same;
use crate::catalog::record::Verdict;
use serde::Serialize;
use std::cmp::Ordering;

/// What a comparison of two tools goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// Scores.
    Score,
    /// Verdicts, because one of the two tools has no score: ship counts 100, skip 0.
    Verdict,
}

/// One rating of a tool by what the pair goes by, in millionths of a point.
#[derive(Clone, Copy)]
pub(super) struct RatedValue {
    pub(super) reviewer: usize,
    pub(super) rating: Rating,
    pub(super) millionths: i128,
}

/// A shared reviewer's two ratings.
pub(super) struct Shared {
    pub(super) reviewer: usize,
    pub(super) first: Rating,
    pub(super) second: Rating,
    /// Second minus first, in millionths of a point.
    pub(super) difference: i128,
}

/// The two panels of a pair, each sorted by reviewer, by who reviewed what.
#[derive(Default)]
pub(super) struct Overlap {
    pub(super) shared: Vec<Shared>,
    pub(super) only_first: Vec<RatedValue>,
    pub(super) only_second: Vec<RatedValue>,
}

impl Overlap {
    pub(super) fn new(first: &[PanelReview], second: &[PanelReview], basis: Basis) -> Self {
        let values = |reviews: &[PanelReview]| -> Vec<RatedValue> {
            let value = |review: &PanelReview| {
                let (reviewer, rating) = (review.reviewer, review.rating);
                Some(RatedValue { reviewer, rating, millionths: millionths(rating, basis)? })
            };
            reviews.iter().filter_map(value).collect()
        };
        let (mut first, mut second) = (values(first).into_iter().peekable(), values(second).into_iter().peekable());
        let mut overlap = Self::default();
        loop {
            let order = match (first.peek(), second.peek()) {
                (Some(a), Some(b)) => a.reviewer.cmp(&b.reviewer),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => return overlap,
            };
            match order {
                Ordering::Less => overlap.only_first.extend(first.next()),
                Ordering::Greater => overlap.only_second.extend(second.next()),
                Ordering::Equal => overlap.shared.extend(first.next().zip(second.next()).map(|(a, b)| Shared {
                    reviewer: a.reviewer,
                    first: a.rating,
                    second: b.rating,
                    difference: b.millionths - a.millionths,
                })),
            }
        }
    }

    /// Kish's effective number of shared reviewers.
    pub(super) fn effective(&self) -> Exact {
        let weights = self.shared.iter().map(|shared| u128::from(shared.first.weight.millionths()));
        let (sum, squares) = weights.fold((0, 0), |(sum, squares), w| (sum + w, squares + w * w));
        effective_number(self.shared.len() as u128, sum, squares)
    }

    /// Whether all of these weigh the same.
    pub(super) fn has_equal_weights(&self) -> bool {
        let one = self.only_first.iter().chain(&self.only_second).map(|value| value.rating.weight);
        all_same(self.shared.iter().map(|shared| shared.first.weight).chain(one))
    }
}

/// What a rating counts by `basis`, in millionths of a point.
fn millionths(rating: Rating, basis: Basis) -> Option<i128> {
    match basis {
        Basis::Score => Some(rating.score?.millionths().into()),
        Basis::Verdict => Some(if rating.verdict? == Verdict::Ship { 100 * POINT } else { 0 }),
    }
}

/// Whether at least so many reviewers share the two panels, each sorted by reviewer.
pub(super) fn share_at_least(least: usize, first: &[PanelReview], second: &[PanelReview], basis: Basis) -> bool {
    let counts = |review: &&PanelReview| millionths(review.rating, basis).is_some();
    let mut others = second.iter().filter(counts).peekable();
    let shared = first.iter().filter(counts).filter(|review| {
        while others.next_if(|other| other.reviewer < review.reviewer).is_some() {}
        others.peek().is_some_and(|other| other.reviewer == review.reviewer)
    });
    shared.take(least).count() == least
}
