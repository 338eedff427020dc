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
    /// Them, by what the sheet calls them.
    by_text: HashTable<u32>,
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
        if let Some(index) = self.find(called) {
            self.last = index;
            return index;
        }
        // Probably as many reviews as the tool before has.
        let panel = self.all.last().map_or(0, |part| part.record.reviews.len()).min(64);
        let span = state.base() + row.start as u64..state.base() + row.end as u64;
        let record = Record { reviews: Vec::with_capacity(panel), ..Record::default() };
        self.push(PartialRecord {
            record,
            called: called.into(),
            span,
            index: 0,
            review_starts: Vec::with_capacity(panel),
            faults: None,
        });
        self.last = self.all.len() - 1;
        self.last
    }

    fn find(&self, called: &str) -> Option<usize> {
        let is_called = |index: &u32| self.all[*index as usize].called == called;
        self.by_text.find(self.hasher.hash_one(called), is_called).map(|index| *index as usize)
    }

    /// None yet, with room for so many.
    fn with_capacity(count: usize) -> Self {
        Self { all: Vec::with_capacity(count), by_text: HashTable::with_capacity(count), ..Self::default() }
    }

    /// Adds rows to the tool that is called as theirs is; gives its index, or nothing where they contradict it.
    fn join(&mut self, mut part: PartialRecord) -> Option<u32> {
        let Some(index) = self.find(&part.called) else { return Some(self.push(part)) };
        let known = &mut self.all[index];
        if !leaves().all(|field| field.merge(&mut known.record, &mut part.record)) {
            return None;
        }
        known.record.reviews.append(&mut part.record.reviews);
        known.review_starts.append(&mut part.review_starts);
        if let Some(faults) = part.faults {
            known.refuse(*faults);
        }
        Some(known.index)
    }

    /// Adds a tool that is not known yet; gives its index.
    fn push(&mut self, part: PartialRecord) -> u32 {
        let index = u32::try_from(self.all.len()).expect("fewer tools than 2^32");
        self.all.push(PartialRecord { index, ..part });
        let Self { all, by_text, hasher, .. } = self;
        let hash = |index: &u32| hasher.hash_one(all[*index as usize].called.as_str());
        by_text.insert_unique(hash(&index), index, hash);
        index
    }
}

/// Brings the rows of each tool together that were read on several cores. Whether they agree about the tool's fields.
pub(super) fn join(parsed: &mut ParsedInput) -> bool {
    if parsed.batches.len() < 2 {
        return true;
    }
    let has_conflict = |part: &PartialRecord| part.faults.as_ref().is_some_and(|faults| !faults.conflicting.is_empty());
    if parsed.batches.iter().flatten().any(has_conflict) {
        return false;
    }
    let mut tools = SheetTools::with_capacity(parsed.batches.iter().map(Vec::len).sum());
    let mut spans = Vec::with_capacity(parsed.rows.iter().map(Vec::len).sum());
    for (batch, rows) in std::mem::take(&mut parsed.batches).into_iter().zip(std::mem::take(&mut parsed.rows)) {
        let mut indices = Vec::with_capacity(batch.len());
        for part in batch {
            let Some(index) = tools.join(part) else { return false };
            indices.push(index);
        }
        spans.extend(rows.into_iter().map(|row| RowSpan { part: indices[row.part as usize], ..row }));
    }
    (parsed.batches, parsed.rows) = (vec![tools.all], vec![spans]);
    true
}
