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
use pages::{PAGE, Pages, sum};
use smol_str::SmolStr;
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

/// Categories, each with how many tools have it, and reviewers.
type Lists = (BTreeMap<String, usize>, BTreeSet<String>);

/// Where the parts of the bytes start, in their order, and where the last one ends.
#[derive(Debug, PartialEq, Eq)]
struct IndexLayout {
    /// The slugs, sorted, start at 0; then the [`Details`] of each as JSON.
    details: u64,
    /// Where the slug and the details of each tool start, and where those of the last end.
    starts: u64,
    /// What each tool may be called, as sums of [`find_key`] above the rank of the tool, sorted.
    keys: u64,
    /// The [`Lists`] as JSON.
    lists: u64,
    end: u64,
}

/// The tools of a catalog in the order of their slugs. A tool's rank is its place in that order.
#[derive(Debug)]
pub struct ToolIndex {
    layout: IndexLayout,
    pages: Pages,
}

impl PartialEq for ToolIndex {
    fn eq(&self, other: &Self) -> bool {
        self.layout == other.layout && self.pages.bytes(0..self.layout.end) == other.pages.bytes(0..self.layout.end)
    }
}

impl ToolIndex {
    /// The index of records that were read with their reviews.
    pub(crate) fn of(merged: &Merged) -> Self {
        let mut bytes = Vec::new();
        let layout = write(merged, &mut bytes).expect("memory takes what is written");
        let length = layout.end;
        let page = move |at: usize| bytes.chunks(PAGE).nth(at).unwrap_or_default().to_vec();
        Self { layout, pages: Pages::new(length, page) }
    }

    /// How many tools there are.
    pub(crate) fn len(&self) -> usize {
        to_usize((self.layout.keys - self.layout.starts) / 16).saturating_sub(1)
    }

    /// The slug of the tool of this rank.
    pub(crate) fn slug(&self, rank: usize) -> SmolStr {
        let slug = self.pages.bytes(self.start(rank, 0)..self.start(rank + 1, 0));
        let slug = slug.strip_suffix(SEPARATOR).unwrap_or_default();
        std::str::from_utf8(slug).unwrap_or_default().into()
    }

    /// The tool of this rank.
    pub(crate) fn tool(&self, rank: usize) -> IndexedTool {
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

    /// The distinct categories, sorted, each with how many tools have it.
    pub fn categories(&self) -> BTreeMap<String, usize> {
        self.lists().0
    }

    /// The names of all reviewers, sorted.
    pub fn reviewers(&self) -> BTreeSet<String> {
        self.lists().1
    }

    fn lists(&self) -> Lists {
        serde_json::from_slice(&self.pages.bytes(self.layout.lists..self.layout.end)).unwrap_or_default()
    }

    /// The ranks of the tools whose slugs begin with `prefix`.
    pub fn with_prefix(&self, prefix: &str) -> Range<usize> {
        let start = partition_point(0..self.len(), |rank| self.slug(rank).as_str() < prefix);
        start..partition_point(start..self.len(), |rank| self.slug(rank).starts_with(prefix))
    }

    /// The ranks of the first `most` tools whose slugs contain `part`.
    pub(crate) fn containing(&self, part: &str, most: usize) -> Vec<usize> {
        let mut found = Vec::new();
        for at in memmem::find_iter(&self.pages.bytes(0..self.layout.details), part) {
            let rank = partition_point(0..self.len(), |rank| self.start(rank + 1, 0) <= at as u64);
            if found.last() != Some(&rank) {
                found.push(rank);
            }
            if found.len() >= most {
                break;
            }
        }
        found
    }

    /// The rank of the tool with this slug, if there is one.
    pub fn rank(&self, slug: &str) -> Option<usize> {
        let rank = self.with_prefix(slug).start;
        (rank < self.len() && self.slug(rank) == slug).then_some(rank)
    }

    /// The ranks of the tools that `query` means, as [`super::Catalog::find`] finds them: none, one, or several that are
    /// called the same.
    pub fn meant(&self, query: &str) -> Vec<usize> {
        let IndexLayout { keys, lists, .. } = self.layout;
        let (key, count) = (|at: usize| self.number(keys + 8 * at as u64), to_usize((lists - keys) / 8));
        let wanted = key_of(query, 0);
        let first = partition_point(0..count, |at| key(at) < wanted);
        let called = (first..count).map(key).take_while(|key| key & !RANK == wanted);
        let called = called.map(|key| to_usize(key & RANK)).filter(|rank| *rank < self.len());
        let (ranks, records): (Vec<_>, Vec<_>) = called.map(|rank| (rank, self.tool(rank).record)).unzip();
        find::meant(&records, query).into_iter().map(|at| ranks[at]).collect()
    }

    /// Where the slug (column 0) or the details (1) of the tool of this rank start.
    fn start(&self, rank: usize, column: u64) -> u64 {
        self.number(self.layout.starts + 16 * rank as u64 + 8 * column)
    }

    fn number(&self, at: u64) -> u64 {
        self.pages.bytes(at..at + 8).as_ref().try_into().map_or(0, u64::from_le_bytes)
    }
}

/// The bits of a key that are the rank of a tool.
const RANK: u64 = (1 << 32) - 1;

/// The key of the tool of this rank where it is called `word`.
fn key_of(word: &str, rank: u64) -> u64 {
    sum(find_key(word).as_bytes()) & !RANK | rank
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

/// Writes the index of `merged`, a part at a time, so that memory holds none of its texts a second time.
fn write(merged: &Merged, out: &mut impl Write) -> io::Result<IndexLayout> {
    let invalid: BTreeSet<usize> = merged.faults.iter().filter_map(super::Fault::tool).collect();
    let mut order: Vec<usize> = (0..merged.records.len()).collect();
    order.sort_unstable_by_key(|at| &merged.records[*at].slug);
    let mut end = 0;
    let mut put = |bytes: &[u8]| {
        end += bytes.len() as u64;
        out.write_all(bytes).map(|()| end)
    };
    let mut starts = vec![[0; 2]; order.len() + 1];
    for (rank, at) in order.iter().enumerate() {
        put(merged.records[*at].slug.as_bytes())?;
        starts[rank + 1][0] = put(SEPARATOR)?;
    }
    let details = put(b"")?;
    starts[0][1] = details;
    for (rank, at) in order.iter().enumerate() {
        let (record, origin) = (&merged.records[*at], &merged.origins[*at]);
        let verdicts = (!invalid.contains(at)).then(|| verdicts(record));
        let Range { start, end } = origin.span;
        let category = record.category.as_deref();
        let details = (&*record.name, category, &record.aliases, verdicts, origin.input, start, end);
        starts[rank + 1][1] = put(&serde_json::to_vec(&details)?)?;
    }
    let starts_at = put(b"")?;
    for number in starts.as_flattened() {
        put(&number.to_le_bytes())?;
    }
    let keys = put(b"")?;
    for key in sorted_keys(order.iter().map(|at| &merged.records[*at])) {
        put(&key.to_le_bytes())?;
    }
    let lists_at = put(b"")?;
    put(&lists(&merged.records)?)?;
    Ok(IndexLayout { details, starts: starts_at, keys, lists: lists_at, end })
}

/// How many reviews say ship and how many say skip.
fn verdicts(record: &Record) -> [u32; 2] {
    [Verdict::Ship, Verdict::Skip].map(|verdict| {
        let says = record.reviews.iter().filter(|review| review.verdict == Some(verdict)).count();
        u32::try_from(says).unwrap_or(u32::MAX)
    })
}

/// The keys of `records`, which are in the order of their ranks.
fn sorted_keys<'a>(records: impl Iterator<Item = &'a Record>) -> Vec<u64> {
    let words = |record: &'a Record| {
        [&*record.slug, &*record.name].into_iter().chain(record.aliases.iter().map(String::as_str))
    };
    let keys = (0..).zip(records).flat_map(|(rank, record)| words(record).map(move |word| key_of(word, rank)));
    let mut keys: Vec<u64> = keys.collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The [`Lists`] of `records` as JSON.
fn lists(records: &[Record]) -> io::Result<Vec<u8>> {
    let mut categories: BTreeMap<&str, usize> = BTreeMap::new();
    for category in records.iter().filter_map(|record| record.category.as_deref()) {
        *categories.entry(category).or_default() += 1;
    }
    let reviews = records.iter().flat_map(|record| &record.reviews);
    let reviewers: BTreeSet<&str> = reviews.map(|review| &*review.reviewer).collect();
    Ok(serde_json::to_vec(&(categories, reviewers))?)
}
