//! The index of a large catalog: names and positions in one cache file, so that finding and completing tools reads no records.
//!
//! The tools are in the order of their slugs, so that a few pages of the file are enough to find one. The file is never
//! needed: whatever is wrong with it, the catalog is read instead. It names the state of the inputs that it was made
//! from, and a record that it leads to is compared with its slug.

mod file;
mod pages;

pub(crate) use file::IndexFile;

use super::find;
use super::merge::{Merged, RecordOrigin};
use super::record::identity::find_key;
use super::record::{Record, Verdict};
use memchr::memmem;
use pages::{PAGE, PageWriter, Pages, ROOM, sum};
use serde::Deserialize;
use smol_str::SmolStr;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::ops::Range;

/// What follows each slug. No text has it.
const SEPARATOR: &[u8] = b"\xff";

/// A tool of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedTool {
    /// The record as [`super::Projection::NAMES`] reads it.
    pub record: Record,
    /// How many reviews say ship and how many say skip. Absent where the tool is invalid.
    pub verdicts: Option<[u32; 2]>,
    pub(crate) origin: RecordOrigin,
}

/// A tool as JSON, without its slug: name, category, aliases, verdicts, input, start and end of the record.
type Details = (String, Option<String>, Vec<String>, Option<[u32; 2]>, u32, u64, u64);

/// What the tools of an index have.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
pub struct IndexLists {
    /// The categories, each with how many tools have it.
    pub categories: BTreeMap<String, usize>,
    /// The names of all reviewers.
    pub reviewers: BTreeSet<String>,
}

/// The last number of an index of this format. Another format has another.
const MAGIC: u64 = u64::from_le_bytes(*b"cmpidx7\n");

/// How many bytes the last numbers have: where the keys start, where the starts do, how many tools there are, [`MAGIC`].
const TAIL: usize = 32;

/// The tools of a catalog in the order of their slugs. A tool's rank is its place in that order.
///
/// The bytes are the slugs, sorted, each with a [`SEPARATOR`]; the [`Details`] of each as JSON; the [`IndexLists`] as JSON and
/// blanks up to where the numbers begin that fill the last page: the keys (what each tool may be called, as sums of
/// [`find_key`] above the rank of the tool, sorted), then where the slug and the details of each tool start and where
/// those of the last end, and the [`TAIL`].
#[derive(Debug)]
pub struct ToolIndex {
    pages: Pages,
}

impl ToolIndex {
    /// The index of records that were read with their reviews.
    pub(crate) fn of(merged: &Merged) -> Self {
        let bytes = write(merged, 0, Vec::new()).expect("memory takes what is written");
        Self { pages: Pages { read: vec![OnceCell::new(); bytes.len() / PAGE], file: None, all: bytes.into() } }
    }

    /// How many tools there are.
    pub fn len(&self) -> usize {
        self.tail(2)
    }

    /// The slug of the tool of this rank.
    pub(crate) fn slug(&self, rank: usize) -> SmolStr {
        let end = self.start(rank + 1, 0).saturating_sub(SEPARATOR.len());
        std::str::from_utf8(&self.pages.bytes(self.start(rank, 0)..end)).unwrap_or_default().into()
    }

    /// The tool of this rank.
    pub fn tool(&self, rank: usize) -> IndexedTool {
        let details = self.pages.bytes(self.start(rank, 1)..self.start(rank + 1, 1));
        let (name, category, aliases, verdicts, input, start, end): Details =
            serde_json::from_slice(&details).unwrap_or_default();
        let record = Record {
            slug: self.slug(rank),
            name: name.into(),
            category: category.map(SmolStr::from),
            aliases,
            ..Record::default()
        };
        IndexedTool { record, verdicts, origin: RecordOrigin { input, span: start..end } }
    }

    /// What the tools have.
    pub fn lists(&self) -> IndexLists {
        serde_json::from_slice(&self.pages.bytes(self.start(self.len(), 1)..self.tail(0))).unwrap_or_default()
    }

    /// The ranks of the tools whose slugs begin with `prefix`.
    pub fn with_prefix(&self, prefix: &str) -> Range<usize> {
        let start = partition_point(0..self.len(), |rank| self.slug(rank).as_str() < prefix);
        start..partition_point(start..self.len(), |rank| self.slug(rank).starts_with(prefix))
    }

    /// The ranks of the first `most` tools whose slugs contain `part`.
    pub(crate) fn containing(&self, part: &str, most: usize) -> Vec<usize> {
        let (slugs, mut last) = (self.pages.bytes(0..self.start(0, 1)), None);
        let ranks = memmem::find_iter(&slugs, part)
            .map(|at| partition_point(0..self.len(), |rank| self.start(rank + 1, 0) <= at));
        ranks.filter(|rank| last.replace(*rank) != Some(*rank)).take(most).collect()
    }

    /// The rank of the tool with this slug, if there is one.
    pub fn rank(&self, slug: &str) -> Option<usize> {
        let rank = self.with_prefix(slug).start;
        (rank < self.len() && self.slug(rank) == slug).then_some(rank)
    }

    /// The ranks of the tools that `query` means, as [`super::Catalog::find`] finds them: none, one, or several that are
    /// called the same.
    pub fn meant(&self, query: &str) -> Vec<usize> {
        let (start, end) = (self.tail(0), self.tail(1));
        let (key, count) = (|at: usize| self.pages.number(start + 8 * at), (end - start) / 8);
        let wanted = key_of(query, 0);
        let first = partition_point(0..count, |at| key(at) < wanted);
        let called = (first..count).map(key).take_while(|key| key & !RANK == wanted).map(|key| to_usize(key & RANK));
        let (ranks, records): (Vec<_>, Vec<_>) = called.map(|rank| (rank, self.tool(rank).record)).unzip();
        find::meant(&records, query).into_iter().map(|at| ranks[at]).collect()
    }

    /// Where the slug (column 0) or the details (1) of the tool of this rank start.
    fn start(&self, rank: usize, column: usize) -> usize {
        to_usize(self.pages.number(self.tail(1) + 16 * rank + 8 * column))
    }

    /// The number in the tail at this index.
    fn tail(&self, index: usize) -> usize {
        to_usize(self.pages.number(self.pages.end() - TAIL + 8 * index))
    }
}

/// The bits of a key that are the rank of a tool.
const RANK: u64 = (1 << 32) - 1;

/// The key of the tool of this rank where it is called `word`.
fn key_of(word: &str, rank: u64) -> u64 {
    sum(find_key(word).as_bytes(), 0, 0) & !RANK | rank
}

/// The first of `ranks` for which `is_before` does not hold; it holds for none behind that one.
fn partition_point(ranks: Range<usize>, is_before: impl Fn(usize) -> bool) -> usize {
    let Range { mut start, mut end } = ranks;
    while start < end {
        let middle = start.midpoint(end);
        if is_before(middle) { start = middle + 1 } else { end = middle }
    }
    start
}

fn to_usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Writes the index of `merged`, a part at a time, so that memory holds none of its texts a second time. The sums are of
/// this `state` of the inputs.
fn write<W: Write>(merged: &Merged, state: u64, out: W) -> io::Result<W> {
    let invalid: BTreeSet<usize> = merged.faults.iter().filter_map(super::Fault::tool).collect();
    let mut order: Vec<usize> = (0..merged.records.len()).collect();
    order.sort_unstable_by_key(|at| &merged.records[*at].slug);
    let mut out = PageWriter { out, state, count: 0, rest: Vec::new() };
    let (mut starts, mut keys) = (vec![[0; 2]; order.len() + 1], Vec::new());
    let (mut categories, mut reviewers) = (BTreeMap::<&str, usize>::new(), BTreeSet::new());
    for (rank, at) in order.iter().enumerate() {
        out.put(merged.records[*at].slug.as_bytes())?;
        starts[rank + 1][0] = out.put(SEPARATOR)?;
    }
    starts[0][1] = starts[order.len()][0];
    for (rank, at) in order.iter().enumerate() {
        let (record, origin) = (&merged.records[*at], &merged.origins[*at]);
        let says = |verdict| record.reviews.iter().filter(|review| review.verdict == Some(verdict)).count();
        let verdicts = (!invalid.contains(at)).then(|| [Verdict::Ship, Verdict::Skip].map(says));
        let Range { start, end } = origin.span;
        let category = record.category.as_deref();
        let details = (&*record.name, category, &record.aliases, verdicts, origin.input, start, end);
        starts[rank + 1][1] = out.put(&serde_json::to_vec(&details)?)?;
        let words = [&*record.slug, &*record.name].into_iter().chain(record.aliases.iter().map(String::as_str));
        keys.extend(words.map(|word| key_of(word, rank as u64)));
        if let Some(category) = category {
            *categories.entry(category).or_default() += 1;
        }
        reviewers.extend(record.reviews.iter().map(|review| &*review.reviewer));
    }
    keys.sort_unstable();
    keys.dedup();
    let end = out.put(&serde_json::to_vec(&(categories, reviewers))?)?;
    let numbers = 8 * (keys.len() + 2 * starts.len()) + TAIL;
    let blanks = (end + numbers).next_multiple_of(ROOM) - end - numbers;
    let keys_start = out.put(&vec![b' '; blanks])? as u64;
    let tail = [keys_start, keys_start + 8 * keys.len() as u64, order.len() as u64, MAGIC];
    let starts = starts.as_flattened().iter().map(|start| *start as u64);
    for number in keys.into_iter().chain(starts).chain(tail) {
        out.put(&number.to_le_bytes())?;
    }
    out.out.flush()?;
    Ok(out.out)
}
