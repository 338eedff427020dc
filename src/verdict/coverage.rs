//! How many reviews one panel has given of the tools in use, and who has not reviewed which.

use super::Options;
use super::decision::DECIDED_ALL;
use crate::catalog::record::Record;
use crate::sort;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Reviewers whose missing reviews are listed.
const REVIEWERS_LISTED: usize = 100;
/// Tools that are listed of each.
const TOOLS_LISTED: usize = 20;

/// The reviews that are there of those that a panel would give if each of its reviewers reviewed every tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Coverage {
    /// Reviewers with a weight above 0 who reviewed at least one of the tools.
    pub(crate) reviewers: usize,
    /// The reviews that they gave.
    pub(crate) reviews: usize,
    /// Reviewers times tools.
    pub(crate) expected: usize,
    /// How many reviewers have not reviewed every tool.
    pub(crate) owing: usize,
    /// At most 100 of them, most missing reviews first.
    pub(crate) missing: Vec<MissingReviews>,
}

/// The tools of a ranking that a reviewer has not reviewed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct MissingReviews {
    /// The reviewer.
    pub(crate) reviewer: String,
    /// How many tools these are.
    pub(crate) count: usize,
    /// Slugs of at most 20 of them.
    pub(crate) tools: Vec<String>,
}

impl Coverage {
    /// That of `records`. `None` where no panel reviews all of them: where fewer than half of the reviews are there, of
    /// fewer than two or more than [`DECIDED_ALL`] tools, and where every review counts as another person's.
    pub(super) fn of(records: &[&Record], options: &Options) -> Option<Self> {
        if options.unpaired || !(2..=DECIDED_ALL).contains(&records.len()) {
            return None;
        }
        let mut by_slug: Vec<usize> = (0..records.len()).collect();
        sort::indices(&mut by_slug, &|a, b| records[a].slug.cmp(&records[b].slug));
        // Per reviewer the places in `by_slug` of the tools reviewed, ascending.
        let mut reviewed: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, &tool) in by_slug.iter().enumerate() {
            let counted = records[tool].reviews.iter().filter(|r| options.weights.of(&r.reviewer).millionths() > 0);
            counted.for_each(|review| reviewed.entry(&*review.reviewer).or_default().push(place));
        }
        let reviews: usize = reviewed.values().map(Vec::len).sum();
        let expected = reviewed.len() * records.len();
        if reviews == 0 || reviews < expected - reviews {
            return None;
        }
        let mut owing: Vec<(&str, &Vec<usize>)> =
            reviewed.iter().map(|(name, places)| (*name, places)).filter(|(_, p)| p.len() < records.len()).collect();
        sort::by_key(&mut owing, |(name, places)| (Reverse(records.len() - places.len()), *name));
        let missing = |(name, places): &(&str, &Vec<usize>)| {
            let is_missing = |place: &usize| places.binary_search(place).is_err();
            let first = (0..records.len()).filter(is_missing).take(TOOLS_LISTED);
            MissingReviews {
                reviewer: (*name).to_owned(),
                count: records.len() - places.len(),
                tools: first.map(|place| records[by_slug[place]].slug.to_string()).collect(),
            }
        };
        Some(Self {
            reviewers: reviewed.len(),
            reviews,
            expected,
            owing: owing.len(),
            missing: owing.iter().take(REVIEWERS_LISTED).map(missing).collect(),
        })
    }
}
