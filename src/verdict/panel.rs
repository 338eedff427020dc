//! The panels of the tools in use, with reviewers as numbers that do not depend on the order of the records.

use super::Options;
use super::sums::{Rating, Sums};
use crate::catalog::record::score::Score;
use crate::catalog::record::{Record, Review, Verdict};
use crate::sort;
use std::collections::{HashMap, HashSet};

/// A rating and who gave it.
#[derive(Clone, Copy, Debug)]
pub(super) struct PanelReview {
    /// Index into [`Panels::names`].
    pub(super) reviewer: usize,
    /// The score and the verdict.
    pub(super) rating: Rating,
}

/// The panels of some tools. Reviewers of weight zero are in [`Panels::names`] only.
#[derive(Debug)]
pub(super) struct Panels<'a> {
    /// All reviewers, sorted. With [`Options::unpaired`] one entry for each review, so that a name may repeat.
    pub(super) names: Vec<&'a str>,
    /// Per tool its reviews that count, sorted by reviewer.
    pub(super) of: Vec<Vec<PanelReview>>,
    /// Per tool the sums over its reviews.
    pub(super) sums: Vec<Sums>,
}

impl<'a> Panels<'a> {
    /// The panels of `records`.
    pub(super) fn new(records: &[&'a Record], options: &Options) -> Self {
        let (names, of) =
            if options.unpaired { one_reviewer_per_review(records, options) } else { by_name(records, options) };
        let sums = of.iter().map(|reviews| Sums::of(reviews.iter().map(|review| review.rating))).collect();
        Self { names, of, sums }
    }

    /// The rating that `reviewer` gave `tool`, if any that counts.
    pub(super) fn rating(&self, tool: usize, reviewer: usize) -> Option<Rating> {
        let reviews = &self.of[tool];
        let place = reviews.binary_search_by_key(&reviewer, |review| review.reviewer).ok()?;
        Some(reviews[place].rating)
    }

    /// Per reviewer the tools whose panels they are on, in input order.
    pub(super) fn tools_by_reviewer(&self) -> Vec<Vec<usize>> {
        let mut tools = vec![Vec::new(); self.names.len()];
        for (tool, reviews) in self.of.iter().enumerate() {
            for review in reviews {
                tools[review.reviewer].push(tool);
            }
        }
        tools
    }
}

type Numbered<'a> = (Vec<&'a str>, Vec<Vec<PanelReview>>);

/// Reviewers of one name are one person.
fn by_name<'a>(records: &[&'a Record], options: &Options) -> Numbered<'a> {
    let mut seen = HashSet::new();
    let all = records.iter().flat_map(|record| &record.reviews).map(|review| &*review.reviewer);
    let mut names: Vec<&str> = all.filter(|name| seen.insert(*name)).collect();
    names.sort_unstable();
    let numbers: HashMap<&str, usize> = names.iter().enumerate().map(|(number, name)| (*name, number)).collect();
    let panel = |record: &&Record| {
        let reviews = record.reviews.iter().filter_map(|review| {
            let reviewer = *numbers.get(&*review.reviewer)?;
            Some(PanelReview { reviewer, rating: rating(review, options)? })
        });
        let mut reviews: Vec<PanelReview> = reviews.collect();
        reviews.sort_by_key(|review| review.reviewer);
        reviews
    };
    (names, records.iter().map(panel).collect())
}

/// Every review is another person's, whatever the names.
fn one_reviewer_per_review<'a>(records: &[&'a Record], options: &Options) -> Numbered<'a> {
    let mut all: Vec<(&str, &str, usize, Option<Rating>)> = Vec::new();
    for (tool, record) in records.iter().enumerate() {
        all.extend(record.reviews.iter().map(|r| (&*r.reviewer, &*record.slug, tool, rating(r, options))));
    }
    sort::by_key(&mut all, |(name, slug, ..)| (*name, *slug));
    let mut of = vec![Vec::new(); records.len()];
    for (reviewer, (_, _, tool, rating)) in all.iter().enumerate() {
        of[*tool].extend(rating.map(|rating| PanelReview { reviewer, rating }));
    }
    (all.into_iter().map(|(name, ..)| name).collect(), of)
}

/// What a review adds to the figures: nothing where the reviewer has weight zero, and nothing without score and
/// verdict.
pub(super) fn rating(review: &Review, options: &Options) -> Option<Rating> {
    let weight = options.weights.of(&review.reviewer);
    let verdict = verdict_in_use(review, options.ship_at).0;
    let counts = weight.millionths() > 0 && (review.score.is_some() || verdict.is_some());
    counts.then_some(Rating { score: review.score, verdict, weight })
}

/// The review's verdict, and whether it was derived: a missing one is ship from a score of `ship_at` upwards, unless the
/// reviewer wrote a label in its place.
pub(super) fn verdict_in_use(review: &Review, ship_at: Option<Score>) -> (Option<Verdict>, bool) {
    match (review.verdict, review.score, ship_at.filter(|_| review.remarks.label.is_none())) {
        (None, Some(score), Some(bar)) => (Some(if score >= bar { Verdict::Ship } else { Verdict::Skip }), true),
        (verdict, ..) => (verdict, false),
    }
}
