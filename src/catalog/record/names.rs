//! Reviewers' names, each kept once, and the range of the plain scores under each.

use super::reviewer::ReviewerName;
use super::score::Score;
use hashbrown::{DefaultHashBuilder, HashTable};
use memchr::arch::all::is_equal;
use std::hash::BuildHasher as _;

/// One shared copy of each reviewer's name.
#[derive(Debug, Default)]
pub(crate) struct NamePool {
    /// Each name with the scores under it.
    all: Vec<(ReviewerName, ScoreRange)>,
    /// The index of each name.
    by_text: HashTable<usize>,
    hasher: DefaultHashBuilder,
    /// The reviewers of the last tools, in their order: panels tend to have one order.
    recent: Vec<usize>,
    /// Where in `recent` the next reviewer probably is.
    next: usize,
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
    pub(crate) fn share(&mut self, name: &str) -> ReviewerName {
        self.share_known(name).unwrap_or_else(|| self.add(name))
    }

    /// The shared copy of `name` if it was shared before.
    #[inline]
    pub(crate) fn share_known(&mut self, name: &str) -> Option<ReviewerName> {
        let place = self.next;
        if let Some(index) = self.recent.get(place)
            && is_equal(self.all[*index].0.as_bytes(), name.as_bytes())
        {
            self.last = *index;
        } else {
            let is_name = |index: &usize| *self.all[*index].0 == *name;
            self.last = *self.by_text.find(self.hasher.hash_one(name), is_name)?;
            self.note_recent(place);
        }
        self.next = place + 1;
        Some(self.all[self.last].0.clone())
    }

    fn add(&mut self, name: &str) -> ReviewerName {
        let shared = ReviewerName::from(name);
        self.last = self.all.len();
        self.all.push((shared.clone(), ScoreRange::default()));
        let hash = |index: &usize| self.hasher.hash_one(&*self.all[*index].0);
        self.by_text.insert_unique(hash(&self.last), self.last, hash);
        self.note_recent(self.next);
        self.next += 1;
        shared
    }

    /// Notes that the name that was shared last is at this place of its tool.
    fn note_recent(&mut self, place: usize) {
        if let Some(recent) = self.recent.get_mut(place) {
            *recent = self.last;
        } else if place < Self::RECENT && place == self.recent.len() {
            self.recent.push(self.last);
        }
    }

    /// Notes a plain score, at byte `at` of the input, of the reviewer who was shared last.
    #[inline]
    pub(crate) fn note_score(&mut self, score: Score, at: u64) {
        if let Some((_, range)) = self.all.get_mut(self.last) {
            range.append(ScoreRange { count: 1, highest: score.millionths(), first: at });
        }
    }

    /// Takes the scores that another pool noted, with their places as `translate` gives them.
    pub(crate) fn append(&mut self, other: Self, translate: impl Fn(u64) -> u64) {
        for (name, range) in other.into_ranges() {
            self.share(&name);
            self.all[self.last].1.append(ScoreRange { first: translate(range.first), ..range });
        }
    }

    /// All scores that were noted.
    pub(crate) fn range(&self) -> ScoreRange {
        ScoreRange::whole(self.all.iter().map(|(_, range)| *range))
    }

    /// The scores of each reviewer that were noted.
    pub(crate) fn into_ranges(self) -> Vec<(ReviewerName, ScoreRange)> {
        self.all.into_iter().filter(|(_, range)| range.count > 0).collect()
    }
}
