//! The index of a large catalog: names and positions in one cache file, so that finding and completing tools reads no records.
//!
//! The file is never needed: whatever is wrong with it, the catalog is read instead. It begins with the state of the
//! inputs that it was made from, and a record that it leads to is compared with its slug.

use super::find;
use super::merge::{Merged, RecordOrigin};
use super::read::input::{Input, InputContent};
use super::record::identity::find_key;
use super::record::{Record, Verdict};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Metadata};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{Read as _, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The first bytes of a file of this format. Another format has others.
const MAGIC: &[u8; 8] = b"cmpidx5\n";

/// Catalogs of fewer bytes are read as fast as an index would be.
const LARGE: u64 = 1 << 20;

/// What the names of files begin with that are being written, and how old one is that a killed process left behind.
const UNFINISHED: (&str, Duration) = (".unfinished-", Duration::from_hours(1));

/// A tool of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedTool {
    /// Unique id.
    pub slug: SmolStr,
    /// Name for people.
    pub name: SmolStr,
    /// Free-text category.
    pub category: Option<SmolStr>,
    /// How many reviews say ship and how many say skip. Absent where the tool is invalid.
    pub verdicts: Option<[u32; 2]>,
    aliases: Vec<SmolStr>,
    pub(crate) origin: RecordOrigin,
}

/// The tools of a catalog in the order of their slugs. A tool's rank is its place in that order.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ToolIndex {
    tools: Vec<IndexedTool>,
    /// What each tool may be called, as sums of [`find_key`], sorted, with the rank of the tool.
    keys: Vec<(u64, u32)>,
    categories: Vec<(SmolStr, usize)>,
    reviewers: Vec<SmolStr>,
}

impl ToolIndex {
    /// The index of records that were read with their reviews.
    pub(crate) fn of(merged: &Merged) -> Self {
        let invalid: BTreeSet<usize> = merged.faults.iter().filter_map(super::Fault::tool).collect();
        let records = merged.records.iter().zip(&merged.origins).enumerate();
        let mut tools: Vec<IndexedTool> = records
            .map(|(index, (record, origin))| IndexedTool::of(record, origin, !invalid.contains(&index)))
            .collect();
        tools.sort_unstable_by(|a, b| a.slug.cmp(&b.slug));
        let mut keys = Vec::with_capacity(2 * tools.len());
        for (rank, tool) in (0..).zip(&tools) {
            keys.extend(tool.words().map(|word| (sum(find_key(word).as_bytes()), rank)));
        }
        keys.sort_unstable();
        keys.dedup();
        let mut categories: BTreeMap<&SmolStr, usize> = BTreeMap::new();
        tools
            .iter()
            .filter_map(|tool| tool.category.as_ref())
            .for_each(|name| *categories.entry(name).or_default() += 1);
        let categories = categories.into_iter().map(|(name, count)| (name.clone(), count)).collect();
        let reviews = merged.records.iter().flat_map(|record| &record.reviews);
        let reviewers: BTreeSet<&str> = reviews.map(|review| &*review.reviewer).collect();
        let reviewers = reviewers.into_iter().map(SmolStr::from).collect();
        Self { tools, keys, categories, reviewers }
    }

    /// The tools, in the order of their slugs.
    pub fn tools(&self) -> &[IndexedTool] {
        &self.tools
    }

    /// The distinct categories, sorted, each with how many tools have it.
    pub fn categories(&self) -> &[(SmolStr, usize)] {
        &self.categories
    }

    /// The names of all reviewers, sorted.
    pub fn reviewers(&self) -> &[SmolStr] {
        &self.reviewers
    }

    /// The ranks of the tools whose slugs begin with `prefix`.
    pub fn with_prefix(&self, prefix: &str) -> Range<usize> {
        let start = self.tools.partition_point(|tool| tool.slug.as_str() < prefix);
        start..start + self.tools[start..].partition_point(|tool| tool.slug.starts_with(prefix))
    }

    /// The rank of the tool with this slug, if there is one.
    pub fn rank(&self, slug: &str) -> Option<usize> {
        self.tools.binary_search_by(|tool| tool.slug.as_str().cmp(slug)).ok()
    }

    /// The ranks of the tools that `query` means, as [`super::Catalog::find`] finds them: none, one, or several that are
    /// called the same.
    pub fn meant(&self, query: &str) -> Vec<usize> {
        let key = sum(find_key(query).as_bytes());
        let start = self.keys.partition_point(|(sum, _)| *sum < key);
        let called = self.keys[start..].iter().take_while(|(sum, _)| *sum == key).map(|(_, rank)| *rank as usize);
        let called: Vec<usize> = called.collect();
        let records: Vec<Record> = called.iter().map(|rank| self.tools[*rank].record()).collect();
        find::meant(&records, query).into_iter().map(|at| called[at]).collect()
    }
}

impl IndexedTool {
    fn of(record: &Record, origin: &RecordOrigin, is_valid: bool) -> Self {
        let count = |verdict| {
            let says = record.reviews.iter().filter(|review| review.verdict == Some(verdict)).count();
            u32::try_from(says).unwrap_or(u32::MAX)
        };
        Self {
            slug: record.slug.clone(),
            name: record.name.clone(),
            category: record.category.clone(),
            verdicts: is_valid.then(|| [count(Verdict::Ship), count(Verdict::Skip)]),
            aliases: record.aliases.iter().map(SmolStr::from).collect(),
            origin: origin.clone(),
        }
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        [&self.slug, &self.name].into_iter().chain(&self.aliases).map(SmolStr::as_str)
    }

    /// The record as [`super::Projection::NAMES`] reads it.
    pub(crate) fn record(&self) -> Record {
        Record {
            slug: self.slug.clone(),
            name: self.name.clone(),
            category: self.category.clone(),
            aliases: self.aliases.iter().map(SmolStr::to_string).collect(),
            ..Record::default()
        }
    }
}

/// Where the index of a catalog is kept, and of which state of its inputs.
#[derive(Debug)]
pub(crate) struct Slot {
    file: PathBuf,
    state: Vec<u8>,
}

impl Slot {
    /// The slot of these inputs in the folder `dir`, if they are worth one.
    pub(crate) fn of(dir: &Path, inputs: &[Input]) -> Option<Self> {
        if inputs.iter().map(Input::size).sum::<u64>() < LARGE {
            return None;
        }
        let mut state = Bytes::default();
        let mut paths = DefaultHasher::new();
        for input in inputs {
            let InputContent::File(path) = &input.content else { return None };
            let path = std::path::absolute(path).ok().filter(|_| input.kind.reads_one())?;
            path.hash(&mut paths);
            state.put(path.as_os_str().as_encoded_bytes());
            state.put(input.kind.name().as_bytes());
            let about = fs::metadata(&path).ok()?;
            let modified = about.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
            state.put(&modified.as_nanos().to_le_bytes());
            state.put(&about.len().to_le_bytes());
            state.put(&identity(&about));
        }
        Some(Self { file: dir.join(format!("names-{:016x}", paths.finish())), state: state.0 })
    }

    /// The index that is kept, unless something is wrong with it.
    pub(crate) fn load(&self) -> Option<ToolIndex> {
        let is_file = fs::symlink_metadata(&self.file).is_ok_and(|about| about.is_file());
        let bytes = is_file.then(|| fs::read(&self.file).ok())??;
        let (stored, content) = bytes.strip_prefix(MAGIC)?.split_first_chunk::<8>()?;
        if u64::from_le_bytes(*stored) != sum(content) {
            return None;
        }
        let mut content = Parts(content);
        if content.part()? != self.state {
            return None;
        }
        content.index()
    }

    /// Whether an index of this state of the inputs is kept, as far as the start of its file tells.
    pub(crate) fn is_current(&self) -> bool {
        let mut start = vec![0; MAGIC.len() + 16 + self.state.len()];
        let read = fs::File::open(&self.file).and_then(|mut file| file.read_exact(&mut start));
        read.is_ok() && start.starts_with(MAGIC) && start.ends_with(&self.state)
    }

    /// Whether the inputs are still as they were.
    fn holds(&self, inputs: &[Input]) -> bool {
        self.file.parent().and_then(|dir| Self::of(dir, inputs)).is_some_and(|now| now.state == self.state)
    }

    /// Keeps the index of `merged`, unless the inputs have changed since. If that fails, the catalog is read next time.
    pub(crate) fn store(&self, merged: &Merged, inputs: &[Input]) {
        // What is in its place and no regular file is somebody else's.
        let is_ours = fs::symlink_metadata(&self.file).is_ok_and(|about| about.is_file()) || !self.file.exists();
        let Some(dir) = self.file.parent().filter(|_| is_ours && self.holds(inputs)) else { return };
        let mut content = Bytes::default();
        content.put(&self.state);
        content.put_index(&ToolIndex::of(merged));
        let written = || {
            fs::create_dir_all(dir)?;
            remove_unfinished(dir)?;
            // Written beside and renamed: another process sees the old file or the new one.
            let mut file = tempfile::Builder::new().prefix(UNFINISHED.0).tempfile_in(dir)?;
            file.write_all(MAGIC)?;
            file.write_all(&sum(&content.0).to_le_bytes())?;
            file.write_all(&content.0)?;
            file.persist(&self.file)?;
            std::io::Result::Ok(())
        };
        drop(written());
    }
}

/// Removes what killed processes left behind while they wrote.
fn remove_unfinished(dir: &Path) -> std::io::Result<()> {
    let (prefix, age) = UNFINISHED;
    for entry in fs::read_dir(dir)?.flatten() {
        let is_old = |about: Metadata| {
            about.is_file() && about.modified().is_ok_and(|at| at.elapsed().is_ok_and(|now| now > age))
        };
        if entry.file_name().as_encoded_bytes().starts_with(prefix.as_bytes()) && entry.metadata().is_ok_and(is_old) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// What tells a file from another one of the same path, size and time, also where a program set its times back.
#[cfg(unix)]
fn identity(about: &Metadata) -> Vec<u8> {
    use std::os::unix::fs::MetadataExt as _;
    [about.ino().to_le_bytes(), about.ctime().to_le_bytes(), about.ctime_nsec().to_le_bytes()].concat()
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Vec<u8> {
    Vec::new()
}

/// A sum that any accident changes.
fn sum(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let (words, rest) = bytes.as_chunks::<8>();
    let mix = |sum: u64, word: u64| (sum ^ word).wrapping_mul(FACTOR).rotate_left(29);
    let sum = words.iter().fold(bytes.len() as u64, |sum, eight| mix(sum, u64::from_le_bytes(*eight)));
    rest.iter().fold(sum, |sum, byte| mix(sum, u64::from(*byte)))
}

/// Bytes that are being written: numbers, and parts with their lengths before them.
#[derive(Default)]
struct Bytes(Vec<u8>);

impl Bytes {
    fn number(&mut self, number: u64) {
        self.0.extend(number.to_le_bytes());
    }

    fn put(&mut self, part: &[u8]) {
        self.number(part.len() as u64);
        self.0.extend_from_slice(part);
    }

    fn put_index(&mut self, index: &ToolIndex) {
        self.number(index.tools.len() as u64);
        for tool in &index.tools {
            let [ships, skips] = tool.verdicts.unwrap_or_default();
            for number in
                [u64::from(tool.origin.input), tool.origin.span.start, tool.origin.span.end, ships.into(), skips.into()]
            {
                self.number(number);
            }
            self.number(tool.aliases.len() as u64);
            let category = tool.category.as_deref().unwrap_or_default();
            tool.words().chain([category]).for_each(|word| self.put(word.as_bytes()));
        }
        self.number(index.keys.len() as u64);
        for (sum, rank) in &index.keys {
            self.number(*sum);
            self.number(u64::from(*rank));
        }
        self.number(index.categories.len() as u64);
        for (name, count) in &index.categories {
            self.put(name.as_bytes());
            self.number(*count as u64);
        }
        self.number(index.reviewers.len() as u64);
        index.reviewers.iter().for_each(|name| self.put(name.as_bytes()));
    }
}

/// The rest of bytes that are being read.
struct Parts<'a>(&'a [u8]);

impl<'a> Parts<'a> {
    fn number(&mut self) -> Option<u64> {
        let (number, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*number))
    }

    fn part(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (part, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(part)
    }

    fn text(&mut self) -> Option<SmolStr> {
        std::str::from_utf8(self.part()?).ok().map(SmolStr::from)
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.number()?;
        (0..count).map(|_| item(self)).collect()
    }

    fn index(&mut self) -> Option<ToolIndex> {
        let tools = self.list(Self::tool)?;
        let is_rank = |rank: &u32| (*rank as usize) < tools.len();
        let keys = self.list(|parts| Some((parts.number()?, u32::try_from(parts.number()?).ok().filter(is_rank)?)))?;
        let categories = self.list(|parts| Some((parts.text()?, usize::try_from(parts.number()?).ok()?)))?;
        let reviewers = self.list(Self::text)?;
        Some(ToolIndex { tools, keys, categories, reviewers })
    }

    fn tool(&mut self) -> Option<IndexedTool> {
        let input = u32::try_from(self.number()?).ok()?;
        let origin = RecordOrigin { input, span: self.number()?..self.number()? };
        let [ships, skips] = [self.number()?, self.number()?].map(|count| u32::try_from(count).unwrap_or(u32::MAX));
        let aliases = self.number()?;
        let (slug, name) = (self.text()?, self.text()?);
        let aliases = (0..aliases).map(|_| self.text()).collect::<Option<_>>()?;
        let category = self.text().map(|category| Some(category).filter(|category| !category.is_empty()))?;
        Some(IndexedTool { slug, name, category, verdicts: Some([ships, skips]), aliases, origin })
    }
}
