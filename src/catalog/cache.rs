//! What look-up and completion need of a large catalog, kept in a file: names and positions, not the records.
//!
//! The file is a gift, never needed: whatever is wrong with it, the catalog is read instead. It says which inputs it is
//! of (path, size, time of change, inode); a record that is taken by its position is held against the slug.

use super::input::{Content, Input};
use super::merge::{Merged, Origin};
use super::record::{Record, Verdict};
use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// The first bytes of a file of this format. Another format has others.
const MAGIC: &[u8; 8] = b"cmpidx2\n";

/// Catalogs smaller than this are read as fast as a cache would be.
const LARGE: u64 = 4 << 20;

/// What is known of a tool without reading its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name<'a> {
    /// Unique id.
    pub slug: &'a str,
    /// Name for people.
    pub name: &'a str,
    /// Free-text category.
    pub category: Option<&'a str>,
    /// How many reviews say ship; absent when verdicts were not read.
    pub ships: Option<u32>,
    /// How many reviews say skip; absent when verdicts were not read.
    pub skips: Option<u32>,
}

impl<'a> Name<'a> {
    /// What a record says, with its verdicts counted where they were read.
    pub(super) fn of(record: &'a Record, votes: bool) -> Self {
        let count = |verdict| {
            let says = record.reviews.iter().filter(|review| review.verdict == Some(verdict)).count();
            votes.then(|| u32::try_from(says).unwrap_or(u32::MAX))
        };
        Self {
            slug: &record.slug,
            name: &record.name,
            category: record.category.as_deref(),
            ships: count(Verdict::Ship),
            skips: count(Verdict::Skip),
        }
    }
}

/// The names and positions of all tools, as they stand in a cache file.
#[derive(Debug)]
pub(super) struct Index {
    bytes: Vec<u8>,
    /// How many bytes each input has.
    sizes: Vec<u64>,
    /// Byte at which the reviewers start, and the tools after them.
    reviewers: usize,
    tools: usize,
    count: usize,
}

/// A tool of an index.
pub(super) struct Entry<'a> {
    pub(super) origin: Origin,
    pub(super) name: Name<'a>,
    aliases: Vec<&'a str>,
}

impl Entry<'_> {
    /// The record as [`super::Need::NAMES`] reads it.
    pub(super) fn record(&self) -> Record {
        Record {
            slug: self.name.slug.to_owned(),
            name: self.name.name.to_owned(),
            category: self.name.category.map(str::to_owned),
            aliases: self.aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            ..Record::default()
        }
    }
}

/// Where the cache of a catalog is, and of which state of its inputs.
pub(super) struct Slot {
    file: PathBuf,
    /// The inputs as the file must have them.
    key: Vec<u8>,
    /// How many bytes each has.
    sizes: Vec<u64>,
}

impl Slot {
    /// The slot of these inputs in the folder `dir`, if they are worth one.
    pub(super) fn of(dir: &Path, inputs: &[Input]) -> Option<Self> {
        if inputs.iter().map(Input::size).sum::<u64>() < LARGE {
            return None;
        }
        let mut key = Vec::new();
        let mut sizes = Vec::with_capacity(inputs.len());
        let mut paths = DefaultHasher::new();
        put_number(&mut key, inputs.len() as u64);
        for input in inputs {
            let Content::File(path) = &input.content else { return None };
            if !input.kind.reads_one() {
                return None;
            }
            let path = std::path::absolute(path).ok()?;
            path.hash(&mut paths);
            put(&mut key, path.as_os_str().as_encoded_bytes());
            put(&mut key, input.kind.name().as_bytes());
            let about = fs::metadata(&path).ok()?;
            sizes.push(about.len());
            put_number(&mut key, about.len());
            let changed = about.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
            put_number(&mut key, changed.as_secs());
            put_number(&mut key, u64::from(changed.subsec_nanos()));
            put_number(&mut key, inode(&about));
        }
        Some(Self { file: dir.join(format!("names-{:016x}", paths.finish())), key, sizes })
    }

    /// The index that the cache has, unless something is wrong with it.
    pub(super) fn load(&self) -> Option<Index> {
        let bytes = fs::read(&self.file).ok()?;
        let body = bytes.len().checked_sub(8)?;
        let sum = u64::from_le_bytes(bytes[body..].try_into().ok()?);
        let mut cursor = Cursor { bytes: &bytes[..body], at: MAGIC.len() };
        if !bytes.starts_with(MAGIC) || sum != checksum(&bytes[..body]) || cursor.text()? != self.key {
            return None;
        }
        let reviewers = cursor.at;
        for _ in 0..cursor.number()? {
            std::str::from_utf8(cursor.text()?).ok()?;
        }
        let tools = cursor.at;
        let count = usize::try_from(cursor.number()?).ok()?;
        let mut index = Index { bytes, sizes: self.sizes.clone(), reviewers, tools, count };
        index.bytes.truncate(body);
        (count > 0).then_some(index)
    }

    /// Whether there is a cache of this state of the inputs, whole or not.
    pub(super) fn is_fresh(&self) -> bool {
        let mut start = Vec::new();
        let read =
            fs::File::open(&self.file).and_then(|file| file.take(self.head().len() as u64).read_to_end(&mut start));
        read.is_ok() && start == self.head()
    }

    /// The start of the file.
    fn head(&self) -> Vec<u8> {
        let mut head = MAGIC.to_vec();
        put(&mut head, &self.key);
        head
    }

    /// Writes the index of these records, unless the inputs have changed since. That it cannot be written is no one's
    /// concern.
    pub(super) fn store(&self, merged: &Merged, inputs: &[Input]) {
        let Some(dir) = self.file.parent() else { return };
        let unchanged = Self::of(dir, inputs).is_some_and(|now| now.key == self.key);
        if !unchanged {
            return;
        }
        let mut bytes = self.head();
        let reviewers: BTreeSet<&str> =
            merged.records.iter().flat_map(|record| &record.reviews).map(|review| &*review.reviewer).collect();
        put_number(&mut bytes, reviewers.len() as u64);
        for name in reviewers {
            put(&mut bytes, name.as_bytes());
        }
        put_number(&mut bytes, merged.records.len() as u64);
        for (record, origin) in merged.records.iter().zip(&merged.origins) {
            let Name { ships, skips, .. } = Name::of(record, true);
            for number in [Some(origin.input), ships, skips] {
                put_number(&mut bytes, u64::from(number.unwrap_or_default()));
            }
            put_number(&mut bytes, origin.span.start);
            put_number(&mut bytes, origin.span.end);
            put(&mut bytes, record.slug.as_bytes());
            put(&mut bytes, record.name.as_bytes());
            put(&mut bytes, record.category.as_deref().unwrap_or_default().as_bytes());
            put_number(&mut bytes, record.aliases.len() as u64);
            record.aliases.iter().for_each(|alias| put(&mut bytes, alias.as_bytes()));
        }
        let sum = checksum(&bytes);
        bytes.extend(sum.to_le_bytes());
        // Written beside and renamed: another process sees the old file or the new one.
        let written = fs::create_dir_all(dir)
            .and_then(|()| tempfile::NamedTempFile::new_in(dir))
            .and_then(|mut file| file.write_all(&bytes).map(|()| file))
            .map(|file| file.persist(&self.file).is_ok());
        drop(written);
    }
}

impl Index {
    /// How many tools there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// The tools in order. What is wrong with the bytes ends them early: whatever a stranger wrote there, it leads
    /// nowhere but into the inputs.
    pub(super) fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let mut cursor = Cursor { bytes: &self.bytes, at: self.tools };
        let count = cursor.number().unwrap_or_default();
        let within =
            |origin: &Origin| self.sizes.get(origin.input as usize).is_some_and(|size| origin.span.end <= *size);
        (0..count).map_while(move |_| cursor.entry().filter(|entry| within(&entry.origin)))
    }

    /// The names of all reviewers, sorted.
    pub(super) fn reviewers(&self) -> impl Iterator<Item = &str> {
        let mut cursor = Cursor { bytes: &self.bytes, at: self.reviewers };
        let count = cursor.number().unwrap_or_default();
        (0..count).map_while(move |_| std::str::from_utf8(cursor.text()?).ok())
    }
}

/// A position in the bytes of an index.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn number(&mut self) -> Option<u64> {
        let bytes = self.bytes.get(self.at..self.at.checked_add(8)?)?;
        self.at += 8;
        Some(u64::from_le_bytes(bytes.try_into().ok()?))
    }

    fn text(&mut self) -> Option<&'a [u8]> {
        let length = self.bytes.get(self.at..self.at.checked_add(4)?)?;
        let length = u32::from_le_bytes(length.try_into().ok()?) as usize;
        self.at += 4;
        let bytes = self.bytes.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        Some(bytes)
    }

    fn entry(&mut self) -> Option<Entry<'a>> {
        let input = u32::try_from(self.number()?).ok()?;
        let (ships, skips) = (u32::try_from(self.number()?).ok()?, u32::try_from(self.number()?).ok()?);
        let (start, end) = (self.number()?, self.number()?);
        let slug = std::str::from_utf8(self.text()?).ok()?;
        let name = std::str::from_utf8(self.text()?).ok()?;
        let category = std::str::from_utf8(self.text()?).ok()?;
        let aliases = (0..self.number()?).map(|_| std::str::from_utf8(self.text()?).ok()).collect::<Option<_>>()?;
        let category = Some(category).filter(|category| !category.is_empty());
        let name = Name { slug, name, category, ships: Some(ships), skips: Some(skips) };
        (start <= end).then_some(Entry { origin: Origin { input, span: start..end }, name, aliases })
    }
}

fn put_number(bytes: &mut Vec<u8>, number: u64) {
    bytes.extend(number.to_le_bytes());
}

fn put(bytes: &mut Vec<u8>, text: &[u8]) {
    // No record has a text of 4 GiB: an input with such a one is refused before.
    bytes.extend(u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
    bytes.extend_from_slice(text);
}

/// A sum that any accident changes.
fn checksum(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let (words, rest) = bytes.as_chunks::<8>();
    let word = |sum: u64, word: u64| (sum ^ word).wrapping_mul(FACTOR).rotate_left(29);
    let sum = words.iter().fold(bytes.len() as u64, |sum, eight| word(sum, u64::from_le_bytes(*eight)));
    rest.iter().fold(sum, |sum, byte| word(sum, u64::from(*byte)))
}

#[cfg(unix)]
fn inode(about: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(about)
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}
