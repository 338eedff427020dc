//! The tools that the rows of a sheet are about, and the tools of its parts brought together.

use crate::catalog::read::{ParseState, ParsedInput, PartialRecord, RowSpan};
use crate::catalog::record::Record;
use crate::catalog::record::fields::leaves;
use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher as _;
use std::ops::Range;

/// The tools of the rows that were read.
#[derive(Clone, Default)]
pub(super) struct SheetTools {
    pub(super) all: Vec<PartialRecord>,
    /// Them, by what the sheet calls them, with the hash of that: to make the table larger, no name is looked at.
    by_text: HashTable<(u64, u32)>,
    hasher: DefaultHashBuilder,
    /// Index into `all` of the last row's.
    pub(super) last: usize,
}

impl SheetTools {
    /// The index of the tool that is called so, a new one when it is not known yet.
    pub(super) fn called(&mut self, called: &str, row: &Range<usize>, state: &ParseState) -> usize {
        // The rows of a tool tend to follow each other.
        if self.all.get(self.last).is_some_and(|last| last.called == called) {
            return self.last;
        }
        let hash = self.hasher.hash_one(called);
        let is_called = |(known, index): &(u64, u32)| *known == hash && self.all[*index as usize].called == called;
        if let Some((_, index)) = self.by_text.find(hash, is_called) {
            self.last = *index as usize;
            return self.last;
        }
        // Probably as many reviews as the tool before has.
        let panel = self.all.last().map_or(0, |part| part.record.reviews.len()).min(64);
        let span = state.base() + row.start as u64..state.base() + row.end as u64;
        let record = Record { reviews: Vec::with_capacity(panel), ..Record::default() };
        let index = u32::try_from(self.all.len()).expect("fewer tools than 2^32");
        self.all.push(PartialRecord {
            record,
            called: called.into(),
            span,
            index,
            review_starts: Vec::with_capacity(if state.keep_places { panel } else { 0 }),
            faults: None,
        });
        self.by_text.insert_unique(hash, (hash, index), |(hash, _)| *hash);
        self.last = self.all.len() - 1;
        self.last
    }
}

/// Brings the rows of each tool together that were read on several cores. Whether they agree about the tool's fields.
///
/// The parts stay where they are: only those of a tool that an earlier core read too are moved.
pub(super) fn join(parsed: &mut ParsedInput) -> bool {
    if parsed.batches.len() < 2 {
        return true;
    }
    let has_conflict = |part: &PartialRecord| part.faults.as_ref().is_some_and(|faults| !faults.conflicting.is_empty());
    if parsed.batches.iter().flatten().any(has_conflict) {
        return false;
    }
    let hasher = DefaultHashBuilder::default();
    let mut known: HashTable<Place> = HashTable::with_capacity(parsed.batches[0].len());
    let (mut next, mut agree, mut spans) = (0, true, Vec::new());
    for (at, rows) in std::mem::take(&mut parsed.rows).into_iter().enumerate() {
        let (earlier, later) = parsed.batches.split_at_mut(at);
        let mut indices = Vec::with_capacity(later[0].len());
        later[0].retain_mut(|part| {
            let called = part.called.as_str();
            let is_called = |place: &Place| earlier[place.0][place.1].called.as_str() == called;
            let Some(place) = known.find(hasher.hash_one(called), is_called) else {
                part.index = next;
                indices.push(next);
                next += 1;
                return true;
            };
            let first = &mut earlier[place.0][place.1];
            agree &= first.join(part);
            indices.push(first.index);
            false
        });
        spans.extend(rows.into_iter().map(|row| RowSpan { part: indices[row.part as usize], ..row }));
        if later.len() > 1 {
            let hash = |place: &Place| hasher.hash_one(parsed.batches[place.0][place.1].called.as_str());
            let places = (0..parsed.batches[at].len()).map(|index| (at, index));
            for place in places {
                known.insert_unique(hash(&place), place, hash);
            }
        }
    }
    parsed.rows = vec![spans];
    agree
}

/// The batch of a part, and its index there.
type Place = (usize, usize);

impl PartialRecord {
    /// Adds the rows of a later part about the same tool. Whether they agree about its fields.
    fn join(&mut self, later: &mut Self) -> bool {
        if !leaves().all(|field| field.merge(&mut self.record, &mut later.record)) {
            return false;
        }
        self.record.reviews.append(&mut later.record.reviews);
        self.review_starts.append(&mut later.review_starts);
        if let Some(faults) = later.faults.take() {
            self.refuse(*faults);
        }
        true
    }
}
