//! What a cache file says, read a block at a time. `None` is the answer wherever its bytes are not what they should be.

use super::Entry;
use super::blocks::{Blocks, Cursor, Place, checksum};
use crate::catalog::record::identity::find_key;
use std::cmp::Ordering;
use std::fs::File;
use std::ops::Range;

/// How many words stand in a block of keys.
pub(super) const IN_KEYS: usize = 1024;

/// How many places stand in a block of positions.
pub(super) const IN_POSITIONS: usize = 4096;

/// The names and positions of all tools, as they stand in a cache file.
///
/// A tool's rank is its place in the order of slugs, its position that in the catalog.
#[derive(Debug)]
pub(in crate::catalog) struct Index {
    blocks: Blocks,
    /// How many bytes each input has.
    sizes: Vec<u64>,
    head: Vec<u8>,
    leaves: Vec<Leaf>,
    /// The first sum of each block, and the block.
    keys: Vec<(u64, usize)>,
    positions: Vec<usize>,
    categories: usize,
    reviewers: usize,
    count: usize,
}

/// Tools whose slugs follow each other.
#[derive(Debug)]
struct Leaf {
    /// The rank of the first.
    rank: usize,
    count: usize,
    /// Where the head has the first slug.
    slug: Range<usize>,
    /// The blocks.
    slugs: usize,
    details: usize,
}

impl Index {
    /// The index in `file`, whose blocks begin at `start`. `sizes` are those of the inputs.
    pub(super) fn load(file: File, start: u64, sizes: Vec<u64>) -> Option<Self> {
        let size = file.metadata().ok()?.len();
        let mut blocks = Blocks::new(file, size);
        let trailer = blocks.unsummed(size.checked_sub(16)?, 16)?;
        let mut cursor = Cursor::new(&trailer);
        let (at, sum) = (cursor.number()?, cursor.number()?);
        let length = (size - 8).checked_sub(at).filter(|_| at >= start)?;
        let head = blocks.read(Place { start: at, length, sum })?;
        let mut cursor = Cursor::new(&head);
        let (mut leaves, mut count) = (Vec::new(), 0_usize);
        for _ in 0..cursor.short()? {
            let slugs = blocks.add(Place::take(&mut cursor)?);
            let details = blocks.add(Place::take(&mut cursor)?);
            let rank = count;
            let here = cursor.short()? as usize;
            count = count.checked_add(here).filter(|_| here > 0)?;
            leaves.push(Leaf { rank, count: here, slug: cursor.text_at()?, slugs, details });
        }
        let mut keys = Vec::new();
        for _ in 0..cursor.short()? {
            let block = blocks.add(Place::take(&mut cursor)?);
            keys.push((cursor.number()?, block));
        }
        let mut positions = Vec::new();
        for _ in 0..cursor.short()? {
            positions.push(blocks.add(Place::take(&mut cursor)?));
        }
        let categories = blocks.add(Place::take(&mut cursor)?);
        let reviewers = blocks.add(Place::take(&mut cursor)?);
        let index = Self { blocks, sizes, head, leaves, keys, positions, categories, reviewers, count };
        (count > 0).then_some(index)
    }

    /// How many tools there are.
    pub(in crate::catalog) fn len(&self) -> usize {
        self.count
    }

    /// The slug of the tool at `rank`.
    pub(in crate::catalog) fn slug(&self, rank: usize) -> Option<&str> {
        let leaf = self.leaf(rank)?;
        self.slug_in(leaf, rank - leaf.rank)
    }

    /// What is known of the tool at `rank`.
    pub(in crate::catalog) fn entry(&self, rank: usize) -> Option<Entry<'_>> {
        let leaf = self.leaf(rank)?;
        let at = rank - leaf.rank;
        let (slug, details) = (self.slug_in(leaf, at)?, item(self.blocks.get(leaf.details)?, leaf.count, at)?);
        let entry = Entry::take(slug, &mut Cursor::new(details))?;
        // Whatever a stranger wrote there, it leads nowhere but into the inputs.
        let size = self.sizes.get(entry.origin.input as usize)?;
        (entry.origin.span.end <= *size && entry.position < self.count).then_some(entry)
    }

    /// All tools in the order of the catalog.
    pub(in crate::catalog) fn entries(&self) -> Option<Vec<Entry<'_>>> {
        let mut entries = (0..self.count).map(|rank| self.entry(rank)).collect::<Option<Vec<_>>>()?;
        entries.sort_unstable_by_key(|entry| entry.position);
        Some(entries)
    }

    /// How many slugs come before the first for which `before` does not hold; it holds for a beginning of the order.
    pub(in crate::catalog) fn partition(&self, before: impl Fn(&str) -> bool) -> Option<usize> {
        let first = |leaf: &Leaf| std::str::from_utf8(&self.head[leaf.slug.clone()]).unwrap_or_default();
        let Some(leaf) = self.leaves.partition_point(|leaf| before(first(leaf))).checked_sub(1) else { return Some(0) };
        let leaf = self.leaves.get(leaf)?;
        let (mut low, mut high) = (0, leaf.count);
        while low < high {
            let middle = low.midpoint(high);
            if before(self.slug_in(leaf, middle)?) { low = middle + 1 } else { high = middle }
        }
        Some(leaf.rank + low)
    }

    /// The ranks of the tools whose slugs hold `part`, which is not empty; none if they are more than `most`.
    pub(in crate::catalog) fn holding(&self, part: &str, most: usize) -> Option<Vec<usize>> {
        let finder = memchr::memmem::Finder::new(part);
        let (mut found, mut block) = (Vec::new(), Vec::new());
        for leaf in &self.leaves {
            self.blocks.read_into(leaf.slugs, &mut block)?;
            let text = block.get(4 * (leaf.count + 1)..)?;
            let mut from = 0;
            while let Some(at) = finder.find(text.get(from..)?) {
                let at = from + at;
                // The item that the match starts in, and perhaps leaves.
                let (mut low, mut high) = (0, leaf.count);
                while low < high {
                    let middle = low.midpoint(high);
                    if start(&block, middle + 1)? <= at { low = middle + 1 } else { high = middle }
                }
                let end = start(&block, low + 1)?;
                let within = at + part.len() <= end;
                from = if within { end } else { at + 1 };
                if within {
                    found.push(leaf.rank + low);
                }
                if found.len() > most {
                    return Some(Vec::new());
                }
            }
        }
        Some(found)
    }

    /// The tools that may be called `word`, in the order of the catalog, and perhaps some that are not.
    pub(in crate::catalog) fn called(&self, word: &str) -> Option<Vec<Entry<'_>>> {
        let sum = checksum(find_key(word).as_bytes());
        let mut at = self.keys.partition_point(|(first, _)| *first < sum).saturating_sub(1);
        let mut found = Vec::new();
        while let Some((_, block)) = self.keys.get(at).filter(|(first, _)| *first <= sum) {
            for item in self.blocks.get(*block)?.chunks(12) {
                let mut cursor = Cursor::new(item);
                let (key, rank) = (cursor.number()?, cursor.short()?);
                if key == sum {
                    found.push(self.entry(rank as usize)?);
                }
            }
            at += 1;
        }
        found.sort_unstable_by_key(|entry| entry.position);
        Some(found)
    }

    /// The tool at `position` of the catalog.
    pub(in crate::catalog) fn at(&self, position: usize) -> Option<Entry<'_>> {
        let block = self.blocks.get(*self.positions.get(position / IN_POSITIONS)?)?;
        let rank = start(block, position % IN_POSITIONS)?;
        self.entry(rank).filter(|entry| entry.position == position)
    }

    /// The distinct categories, sorted, each with how many tools have it.
    pub(in crate::catalog) fn categories(&self) -> Option<Vec<(&str, usize)>> {
        self.list(self.categories)
    }

    /// The names of all reviewers, sorted.
    pub(in crate::catalog) fn reviewers(&self) -> Option<Vec<&str>> {
        Some(self.list(self.reviewers)?.into_iter().map(|(name, _)| name).collect())
    }

    fn list(&self, block: usize) -> Option<Vec<(&str, usize)>> {
        let bytes = self.blocks.get(block)?;
        let mut cursor = Cursor::new(bytes);
        let mut words = Vec::new();
        while cursor.at < bytes.len() {
            let number = usize::try_from(cursor.number()?).ok()?;
            words.push((cursor.text()?, number));
        }
        Some(words)
    }

    fn leaf(&self, rank: usize) -> Option<&Leaf> {
        let found = self.leaves.binary_search_by(|leaf| match () {
            () if rank < leaf.rank => Ordering::Greater,
            () if rank - leaf.rank >= leaf.count => Ordering::Less,
            () => Ordering::Equal,
        });
        self.leaves.get(found.ok()?)
    }

    fn slug_in(&self, leaf: &Leaf, at: usize) -> Option<&str> {
        let slug = item(self.blocks.get(leaf.slugs)?, leaf.count, at)?;
        // Slugs are ASCII, so that they may be cut anywhere.
        std::str::from_utf8(slug).ok().filter(|slug| slug.is_ascii())
    }
}

/// The number at place `at` of a block that begins with numbers.
fn start(block: &[u8], at: usize) -> Option<usize> {
    let bytes = block.get(4 * at..4 * at + 4)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?) as usize)
}

/// An item of a block of `count`.
fn item(block: &[u8], count: usize, at: usize) -> Option<&[u8]> {
    block.get(4 * (count + 1)..)?.get(start(block, at)?..start(block, at + 1)?)
}
