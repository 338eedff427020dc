//! The tools in use with their panels and ranking keys, and what leaving a reviewer out does to them.

use super::Options;
use super::panel::Panels;
use super::ranking::{self, Key};
use super::weights::all_same;
use crate::catalog::record::Record;

/// The tools in use. Tools are indices into the input, reviewers into `panels.names`.
pub(super) struct Context<'r> {
    pub(super) records: &'r [&'r Record],
    pub(super) panels: Panels<'r>,
    /// The ranking key of each tool.
    pub(super) keys: Vec<Key>,
    /// The best key first, equals by slug.
    pub(super) ranked: Vec<usize>,
    /// Whether all reviewers weigh the same.
    pub(super) equal_weights: bool,
}

impl<'r> Context<'r> {
    pub(super) fn new(records: &'r [&'r Record], options: &Options) -> Self {
        let panels = Panels::new(records, options);
        let key = ranking::key_of(|tool| panels.sums[tool], records);
        let keys: Vec<Key> = (0..records.len()).map(key).collect();
        let ranked = ranking::by_key(&|tool| keys[tool], records, usize::MAX);
        let equal_weights = all_same(panels.of.iter().flatten().map(|review| review.rating.weight));
        Self { records, panels, keys, ranked, equal_weights }
    }

    /// Whether the tool has a review that counts.
    pub(super) fn is_reviewed(&self, tool: usize) -> bool {
        self.panels.sums[tool].reviews > 0
    }

    /// All reviewed tools whose key equals the best, by slug: the leader, or several that tie.
    pub(super) fn leaders(&self) -> Vec<usize> {
        let best = |&tool: &usize| self.is_reviewed(tool) && self.keys[tool] == self.keys[self.ranked[0]];
        self.ranked.iter().copied().take_while(best).collect()
    }

    /// The key of a tool when `reviewer` is left out of every panel; `None` where no review is left.
    ///
    /// This is the one meaning of leaving a reviewer out: flips, places and certainty all come from it. Whether a tool
    /// has enough reviews is still judged on its whole panel.
    pub(super) fn key_without(&self, tool: usize, reviewer: usize) -> Option<Key> {
        let sums = &self.panels.sums[tool];
        match self.panels.rating(tool, reviewer) {
            None => (sums.reviews > 0).then_some(self.keys[tool]),
            Some(_) if sums.reviews == 1 => None,
            Some(rating) => Some(self.keys[tool].without_one(&sums.without(rating))),
        }
    }

    /// Whether `leader` still ranks before `other` when `reviewer` is left out.
    pub(super) fn stays_ahead(&self, leader: usize, other: usize, reviewer: usize) -> bool {
        match (self.key_without(leader, reviewer), self.key_without(other, reviewer)) {
            (Some(leader), Some(other)) => leader.beats(&other),
            (leader, _) => leader.is_some(),
        }
    }

    /// The reviewers on the panel of either tool, ascending.
    pub(super) fn reviewers_of(&self, first: usize, second: usize) -> Vec<usize> {
        let panels = [first, second].into_iter().flat_map(|tool| &self.panels.of[tool]);
        let mut reviewers: Vec<usize> = panels.map(|review| review.reviewer).collect();
        #[expect(clippy::stable_sort_primitive, reason = "these are two sorted runs, which a stable sort merges")]
        reviewers.sort();
        reviewers.dedup();
        reviewers
    }
}
