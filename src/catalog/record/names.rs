//! Reviewers' names, each kept once, and the range of the plain scores under each.

use super::score::Score;
use hashbrown::{DefaultHashBuilder, HashMap};
use std::sync::Arc;

/// One shared copy of each reviewer's name.
#[derive(Debug, Default)]
pub(crate) struct NamePool {
    /// The reviewers of the last tools, in their order: panels tend to have one order. Each with its index.
    recent: Vec<(Arc<str>, usize)>,
    /// Where in `recent` the next reviewer probably is.
    next: usize,
    all: HashMap<Arc<str>, usize, DefaultHashBuilder>,
    /// The scores under each name, by its index.
    ranges: Vec<ScoreRange>,
    /// The index of the name that was shared last.
    last: usize,
}

/// The scores of one reviewer in one input that are written as plain numbers and of which nobody says the scale.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ScoreRange {
    pub(crate) count: usize,
    /// In millionths of a point.
    pub(crate) highest: u32,
    /// Where the first one is, from the start of the input.
    pub(crate) first: u64,
}

/// The scales that scores are often on, beside 0 to 100.
const SCALES: [u32; 4] = [1, 5, 7, 10];
/// Fewer scores make no scale.
const ENOUGH: usize = 4;

impl ScoreRange {
    /// Takes what is known of other scores.
    pub(crate) fn append(&mut self, other: Self) {
        self.first = if self.count == 0 { other.first } else { self.first.min(other.first) };
        self.count += other.count;
        self.highest = self.highest.max(other.highest);
    }

    /// The range of all scores.
    pub(crate) fn whole(ranges: impl Iterator<Item = Self>) -> Self {
        ranges.fold(Self::default(), |mut whole, range| {
            whole.append(range);
            whole
        })
    }

    /// The scale that the scores seem to be on, if it is not the usual one.
    pub(crate) fn likely_scale(self) -> Option<u32> {
        let is_enough = self.count >= ENOUGH && self.highest > 0;
        SCALES.into_iter().find(|scale| is_enough && self.highest <= scale * 1_000_000)
    }
}

impl NamePool {
    /// The names that are looked at before all of them are searched.
    const RECENT: usize = 64;

    /// The next name is that of the review at this place of its tool.
    #[inline]
    pub(crate) fn go_to(&mut self, place: usize) {
        self.next = place;
    }

    /// The shared copy of `name`.
    #[inline]
    pub(crate) fn share(&mut self, name: &str) -> Arc<str> {
        let place = self.next;
        self.next += 1;
        if let Some((recent, index)) = self.recent.get(place).filter(|(recent, _)| **recent == *name) {
            self.last = *index;
            return Arc::clone(recent);
        }
        let known = self.all.get_key_value(name).map(|(known, index)| (Arc::clone(known), *index));
        let (shared, index) = known.unwrap_or_else(|| {
            let (new, index): (Arc<str>, usize) = (Arc::from(name), self.ranges.len());
            self.all.insert(Arc::clone(&new), index);
            self.ranges.push(ScoreRange::default());
            (new, index)
        });
        self.last = index;
        if let Some(recent) = self.recent.get_mut(place) {
            *recent = (Arc::clone(&shared), index);
        } else if place < Self::RECENT && place == self.recent.len() {
            self.recent.push((Arc::clone(&shared), index));
        }
        shared
    }

    /// Notes a plain score, at byte `at` of the input, of the reviewer who was shared last.
    #[inline]
    pub(crate) fn note_score(&mut self, score: Score, at: u64) {
        if let Some(range) = self.ranges.get_mut(self.last) {
            range.append(ScoreRange { count: 1, highest: score.millionths(), first: at });
        }
    }

    /// Takes the scores that another pool noted, with their places as `translate` gives them.
    pub(crate) fn append(&mut self, other: Self, translate: impl Fn(u64) -> u64) {
        for (name, range) in other.into_ranges() {
            self.share(&name);
            self.ranges[self.last].append(ScoreRange { first: translate(range.first), ..range });
        }
    }

    /// All scores that were noted.
    pub(crate) fn range(&self) -> ScoreRange {
        ScoreRange::whole(self.ranges.iter().copied())
    }

    /// The scores of each reviewer that were noted.
    pub(crate) fn into_ranges(self) -> Vec<(Arc<str>, ScoreRange)> {
        let ranges = self.ranges;
        self.all.into_iter().map(|(name, index)| (name, ranges[index])).filter(|(_, range)| range.count > 0).collect()
    }
}
