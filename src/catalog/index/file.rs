//! The file that keeps the index of a catalog, and the state of the inputs that it was made from.

use super::pages::{PAGE, Pages, sum};
use super::{MAGIC, ToolIndex, write};
use crate::catalog::load::load;
use crate::catalog::merge::Merged;
use crate::catalog::read::input::{Input, InputContent};
use crate::catalog::read::source::ByteSource;
use crate::catalog::{Projection, ReadOptions};
use std::cell::OnceCell;
use std::fs::{self, File, Metadata};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufWriter};
#[cfg(unix)]
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Catalogs of fewer bytes are read as fast as an index would be.
const LARGE: u64 = 1 << 20;

/// What the names of files begin with that are being written.
const UNFINISHED: &str = ".unfinished-";

/// How old such a file is that a killed process left behind.
const ABANDONED: Duration = Duration::from_hours(1);

/// Where the index of some inputs is kept, and a hash of their state.
#[derive(Clone, Debug)]
pub(crate) struct IndexFile {
    path: PathBuf,
    state: u64,
    inputs: Vec<Input>,
    /// How many bytes of them are read at most to mend the file.
    most: Option<u64>,
}

impl IndexFile {
    /// The file for these inputs in the folder `dir`, if they are worth one.
    pub(crate) fn of(dir: &Path, inputs: &[Input], most: Option<u64>) -> Option<Self> {
        if inputs.iter().map(Input::size).sum::<u64>() < LARGE {
            return None;
        }
        let (mut paths, mut state) = (DefaultHasher::new(), DefaultHasher::new());
        for input in inputs {
            let InputContent::File = input.content else { return None };
            let path = std::path::absolute(input.path.as_ref()?).ok().filter(|_| input.kind.reads_one())?;
            path.hash(&mut paths);
            let about = fs::metadata(&path).ok()?;
            (path, input.kind.name(), about.modified().ok()?, about.len()).hash(&mut state);
            // These tell the file from another one of the same path, size and time, also where a program set its times back.
            #[cfg(unix)]
            (about.ino(), about.ctime(), about.ctime_nsec()).hash(&mut state);
        }
        let path = dir.join(format!("names-{:016x}", paths.finish()));
        Some(Self { path, state: state.finish(), inputs: inputs.to_vec(), most })
    }

    /// The index that is kept, unless something is wrong with the file; pages that are damaged are found later.
    pub(crate) fn load(&self) -> Option<ToolIndex> {
        let size = usize::try_from(fs::symlink_metadata(&self.path).ok().filter(Metadata::is_file)?.len()).ok()?;
        let source = ByteSource::File(File::open(&self.path).ok()?.into());
        let last = (size / PAGE).checked_sub(1).filter(|_| size.is_multiple_of(PAGE))?;
        self.page(&source, last)?;
        let read = vec![OnceCell::new(); last + 1];
        let pages = Pages { read, file: Some((self.clone(), source)), all: OnceCell::new() };
        (pages.number(pages.end() - 8) == MAGIC).then_some(ToolIndex { pages })
    }

    /// The page at this index in `source`, if it is of this state of the inputs.
    pub(super) fn page(&self, source: &ByteSource, at: usize) -> Option<Vec<u8>> {
        let mut page = Vec::new();
        source.read_into(&mut page, (at * PAGE) as u64, PAGE).ok()?;
        let (bytes, kept) = page.split_last_chunk()?;
        (sum(bytes, self.state, at) == u64::from_le_bytes(*kept)).then_some(page)
    }

    /// The bytes of the index, made again if the inputs are not too large. Keeps it too.
    pub(super) fn mend(&self) -> Option<Vec<u8>> {
        fs::remove_file(&self.path).ok()?;
        let options = ReadOptions { most: self.most, ..ReadOptions::default() };
        let merged = load(&self.inputs, Projection::REVIEWS, false, &options).ok()?.merged;
        self.store(&merged).ok();
        write(&merged, self.state, Vec::new()).ok()
    }

    /// Keeps the index of `merged`, unless the inputs have changed since.
    pub(crate) fn store(&self, merged: &Merged) -> io::Result<()> {
        // What is in its place and no regular file is somebody else's.
        let is_ours = fs::symlink_metadata(&self.path).is_ok_and(|about| about.is_file()) || !self.path.exists();
        let is_same = |dir: &&Path| Self::of(dir, &self.inputs, None).is_some_and(|now| now.state == self.state);
        let Some(dir) = self.path.parent().filter(|_| is_ours).filter(is_same) else { return Ok(()) };
        fs::create_dir_all(dir)?;
        remove_unfinished(dir)?;
        // Written beside and renamed: another process sees the old file or the new one.
        let file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(dir)?;
        write(merged, self.state, BufWriter::new(&file))?;
        file.persist(&self.path)?;
        Ok(())
    }
}

/// Removes what killed processes left behind while they wrote.
fn remove_unfinished(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)?.flatten() {
        let age = entry.metadata().and_then(|about| about.modified()).map(|at| at.elapsed().unwrap_or_default());
        let is_unfinished = entry.file_name().as_encoded_bytes().starts_with(UNFINISHED.as_bytes());
        if is_unfinished && age.is_ok_and(|age| age > ABANDONED) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
