//! The file that keeps the index of a catalog, and the state of the inputs that it was made from.
//!
//! Behind the pages are the sum of each, the layout, the state, a sum of all these, and [`MAGIC`].

use super::pages::{PAGE, Pages, page_count, read_page, sum};
use super::{IndexLayout, ToolIndex, write};
use crate::catalog::load::load;
use crate::catalog::merge::Merged;
use crate::catalog::read::input::{Input, InputContent};
use crate::catalog::read::source::ByteSource;
use crate::catalog::{Projection, ReadOptions};
use std::cell::OnceCell;
use std::fs::{self, File, Metadata};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The last number of a file of this format. Another format has another.
const MAGIC: u64 = u64::from_le_bytes(*b"cmpidx6\n");

/// Catalogs of fewer bytes are read as fast as an index would be.
const LARGE: u64 = 1 << 20;

/// What the names of files begin with that are being written.
const UNFINISHED: &str = ".unfinished-";

/// How old such a file is that a killed process left behind.
const ABANDONED: Duration = Duration::from_hours(1);

/// How many bytes there are behind the sums of the pages.
const TAIL: usize = 64;

/// Where the index of a catalog is kept, and a hash of the state of its inputs.
#[derive(Clone, Debug)]
pub(crate) struct IndexFile {
    path: PathBuf,
    state: u64,
}

impl IndexFile {
    /// The file for these inputs in the folder `dir`, if they are worth one.
    pub(crate) fn of(dir: &Path, inputs: &[Input]) -> Option<Self> {
        if inputs.iter().map(Input::size).sum::<u64>() < LARGE {
            return None;
        }
        let (mut paths, mut state) = (DefaultHasher::new(), DefaultHasher::new());
        for input in inputs {
            let InputContent::File = input.content else { return None };
            let path = std::path::absolute(input.path.as_ref()?).ok().filter(|_| input.kind.reads_one())?;
            path.hash(&mut paths);
            let about = fs::metadata(&path).ok()?;
            let modified = about.modified().ok()?;
            (path, input.kind.name(), modified, about.len(), identity(&about)).hash(&mut state);
        }
        Some(Self { path: dir.join(format!("names-{:016x}", paths.finish())), state: state.finish() })
    }

    /// The index that is kept of these inputs, unless something is wrong with the file. Where a page is found to be
    /// damaged later, the inputs are read, if they have at most `most` bytes.
    pub(crate) fn load(&self, inputs: &[Input], most: Option<u64>) -> Option<ToolIndex> {
        let (source, layout, sums) = self.open()?;
        let (kept, inputs, whole, length) = (self.clone(), inputs.to_vec(), OnceCell::new(), layout.end);
        let pages = Pages::new(length, move |at| {
            let page = read_page(&source, length, at);
            if sum(&page) == sums[at] {
                return page;
            }
            let whole: &Vec<u8> = whole.get_or_init(|| kept.make_again(&inputs, most).unwrap_or_default());
            whole.chunks(PAGE).nth(at).unwrap_or_default().to_vec()
        });
        Some(ToolIndex { layout, pages })
    }

    /// The bytes of the index of these inputs, read for them. Keeps it too.
    fn make_again(&self, inputs: &[Input], most: Option<u64>) -> Option<Vec<u8>> {
        fs::remove_file(&self.path).ok()?;
        if most.is_some_and(|most| inputs.iter().map(Input::size).sum::<u64>() > most) {
            return None;
        }
        let loaded = load(inputs, Projection::REVIEWS, false, &ReadOptions::default()).ok()?;
        self.store(&loaded.merged, inputs).ok();
        let mut bytes = Vec::new();
        write(&loaded.merged, &mut bytes).ok().map(|_| bytes)
    }

    /// The file with its layout and the sums of its pages, if it is of this state of the inputs.
    fn open(&self) -> Option<(ByteSource<'static>, IndexLayout, Vec<u64>)> {
        let size = fs::symlink_metadata(&self.path).ok().filter(Metadata::is_file)?.len();
        let source = ByteSource::File(File::open(&self.path).ok()?.into());
        let mut tail = Vec::new();
        source.read_into(&mut tail, size.checked_sub(TAIL as u64)?, TAIL).ok()?;
        let [details, starts, keys, lists, end, state, head_sum, MAGIC] = numbers(&tail)[..] else { return None };
        source.read_into(&mut tail, end, usize::try_from(size.checked_sub(end)?).ok()?).ok()?;
        let (head, _) = tail.split_last_chunk::<16>()?;
        let layout = IndexLayout { details, starts, keys, lists, end };
        (state == self.state && sum(head) == head_sum).then(|| (source, layout, numbers(head)))
    }

    /// Keeps the index of `merged`, unless the inputs have changed since.
    pub(crate) fn store(&self, merged: &Merged, inputs: &[Input]) -> io::Result<()> {
        // What is in its place and no regular file is somebody else's.
        let is_ours = fs::symlink_metadata(&self.path).is_ok_and(|about| about.is_file()) || !self.path.exists();
        let is_same = |dir: &&Path| Self::of(dir, inputs).is_some_and(|now| now.state == self.state);
        let Some(dir) = self.path.parent().filter(|_| is_ours).filter(is_same) else { return Ok(()) };
        fs::create_dir_all(dir)?;
        remove_unfinished(dir)?;
        // Written beside and renamed: another process sees the old file or the new one.
        let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(dir)?;
        let mut out = BufWriter::new(&mut file);
        let IndexLayout { details, starts, keys, lists, end } = write(merged, &mut out)?;
        out.flush()?;
        drop(out);
        let source = ByteSource::File(file.reopen()?.into());
        let sums = (0..page_count(end)).map(|at| sum(&read_page(&source, end, at)));
        let head: Vec<u64> = sums.chain([details, starts, keys, lists, end, self.state]).collect();
        let head: Vec<u8> = head.into_iter().flat_map(u64::to_le_bytes).collect();
        file.write_all(&head)?;
        file.write_all([sum(&head), MAGIC].map(u64::to_le_bytes).as_flattened())?;
        file.persist(&self.path)?;
        Ok(())
    }
}

fn numbers(bytes: &[u8]) -> Vec<u64> {
    bytes.as_chunks().0.iter().map(|number| u64::from_le_bytes(*number)).collect()
}

/// Removes what killed processes left behind while they wrote.
fn remove_unfinished(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)?.flatten() {
        let is_unfinished = entry.file_name().as_encoded_bytes().starts_with(UNFINISHED.as_bytes());
        let is_old = |about: Metadata| about.modified().is_ok_and(|at| at.elapsed().is_ok_and(|age| age > ABANDONED));
        if is_unfinished && entry.metadata().is_ok_and(|about| about.is_file() && is_old(about)) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// What tells a file from another one of the same path, size and time, also where a program set its times back.
#[cfg(unix)]
fn identity(about: &Metadata) -> impl Hash {
    use std::os::unix::fs::MetadataExt as _;
    (about.ino(), about.ctime(), about.ctime_nsec())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> impl Hash {}
