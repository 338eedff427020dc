//! What look-up and completion need of a large catalog, kept in a file: names and positions, not the records.
//!
//! The file is a gift, never needed: whatever is wrong with it, the catalog is read instead. It says which inputs it is
//! of (path, size, time of change, inode); a record that is taken by its position is held against the slug.
//!
//! It begins with that and ends with its head: where each block is, its sum, and the first slug or key in it. The tools
//! stand in the order of their slugs, so that a slug, a beginning or a name is found with a few blocks, however many
//! tools there are. A block is held against its sum when it is read, and only then.

mod blocks;
mod index;
mod write;

pub(super) use index::Index;

use super::merge::{Merged, Origin};
use super::read::input::{Content, Input};
use super::record::{Record, Verdict};
use crate::open;
use blocks::{Cursor, put_number, put_text};
use smol_str::SmolStr;
use std::fs::{self, Metadata};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufWriter, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The first bytes of a file of this format. Another format has others.
const MAGIC: &[u8; 8] = b"cmpidx4\n";

/// Catalogs smaller than this are read as fast as a cache would be.
const LARGE: u64 = 1 << 20;

/// What the names of files begin with that are being written.
const UNFINISHED: &str = ".unfinished-";

/// No file is being written for so long.
const WRITING: Duration = Duration::from_hours(1);

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

/// A tool of an index.
pub(super) struct Entry<'a> {
    /// Its place in the order of the catalog.
    pub(super) position: usize,
    pub(super) origin: Origin,
    pub(super) name: Name<'a>,
    aliases: Vec<&'a str>,
}

impl<'a> Entry<'a> {
    /// What `cursor` stands at, of the tool called `slug`.
    fn take(slug: &'a str, cursor: &mut Cursor<'a>) -> Option<Self> {
        let position = cursor.short()? as usize;
        let origin = Origin { input: cursor.short()?, span: cursor.number()?..cursor.number()? };
        let (ships, skips) = (cursor.short()?, cursor.short()?);
        let (name, category) = (cursor.text()?, cursor.text()?);
        let aliases = (0..cursor.short()?).map(|_| cursor.text()).collect::<Option<_>>()?;
        let category = Some(category).filter(|category| !category.is_empty());
        let name = Name { slug, name, category, ships: Some(ships), skips: Some(skips) };
        (origin.span.start <= origin.span.end).then_some(Self { position, origin, name, aliases })
    }

    /// The record as [`super::Projection::NAMES`] reads it.
    pub(super) fn record(&self) -> Record {
        Record {
            slug: self.name.slug.into(),
            name: self.name.name.into(),
            category: self.name.category.map(SmolStr::from),
            aliases: self.aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            ..Record::default()
        }
    }
}

/// Where the cache of a catalog is, and of which state of its inputs.
#[derive(Debug)]
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
            put_text(&mut key, path.as_os_str().as_encoded_bytes());
            put_text(&mut key, input.kind.name().as_bytes());
            let about = fs::metadata(&path).ok()?;
            sizes.push(about.len());
            put_number(&mut key, about.len());
            let changed = about.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
            put_number(&mut key, changed.as_secs());
            put_number(&mut key, u64::from(changed.subsec_nanos()));
            put_number(&mut key, inode(&about));
            put_number(&mut key, change_time(&about)?);
        }
        Some(Self { file: dir.join(format!("names-{:016x}", paths.finish())), key, sizes })
    }

    /// The index that the cache has, unless something is wrong with it.
    pub(super) fn load(&self) -> Option<Index> {
        let (mut file, _) = open::regular(&self.file).ok()?;
        let expected = self.start();
        let mut start = Vec::with_capacity(expected.len());
        file.by_ref().take(expected.len() as u64).read_to_end(&mut start).ok()?;
        (start == expected).then(|| Index::load(file, expected.len() as u64, self.sizes.clone()))?
    }

    /// Whether there is a cache of this state of the inputs, as far as can be seen without reading all of it.
    pub(super) fn is_fresh(&self) -> bool {
        self.load().is_some()
    }

    /// Whether the inputs are still as they were.
    pub(super) fn holds(&self, inputs: &[Input]) -> bool {
        self.file.parent().and_then(|dir| Self::of(dir, inputs)).is_some_and(|now| now.key == self.key)
    }

    /// The first bytes of the file: of what it is.
    fn start(&self) -> Vec<u8> {
        let mut start = MAGIC.to_vec();
        put_text(&mut start, &self.key);
        start
    }

    /// Writes the index of these records, unless the inputs have changed since. That it cannot be written is no one's
    /// concern.
    pub(super) fn store(&self, merged: &Merged, inputs: &[Input]) {
        let Some(dir) = self.file.parent() else { return };
        // What stands there and is no file is not ours to replace.
        let is_taken = fs::symlink_metadata(&self.file).is_ok_and(|about| !about.is_file());
        if is_taken || !self.holds(inputs) {
            return;
        }
        remove_remains(dir);
        // Written beside and renamed: another process sees the old file or the new one.
        let begun = fs::create_dir_all(dir).and_then(|()| tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(dir));
        let written = begun.and_then(|file| {
            let mut out = BufWriter::new(file);
            write::write(&mut out, &self.start(), merged)?;
            Ok(out.into_inner()?.persist(&self.file).is_ok())
        });
        drop(written);
    }
}

/// Removes what processes left behind that ended while they wrote.
fn remove_remains(dir: &Path) {
    let old = |about: &Metadata| about.modified().is_ok_and(|at| at.elapsed().is_ok_and(|age| age > WRITING));
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let unfinished = entry.file_name().as_encoded_bytes().starts_with(UNFINISHED.as_bytes());
        if unfinished && entry.metadata().is_ok_and(|about| about.is_file() && old(&about)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(unix)]
fn inode(about: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(about)
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}

/// When the file was last changed in any way, also by a program that set its times back, in nanoseconds.
#[cfg(unix)]
fn change_time(about: &Metadata) -> Option<u64> {
    use std::os::unix::fs::MetadataExt as _;
    u64::try_from(i128::from(about.ctime()) * 1_000_000_000 + i128::from(about.ctime_nsec())).ok()
}

#[cfg(not(unix))]
fn change_time(_: &Metadata) -> Option<u64> {
    Some(0)
}
