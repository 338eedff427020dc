//! From places to inputs: walking directories, telling kinds, reading bytes within limits.

use super::chunks::{DOCUMENT_MAX, START, within_limit};
use super::encoding::{WORKBOOK_HELP, check_encoding, empty, other_kind, unreadable};
use super::source::ByteSource;
use crate::catalog::embedded::FILES;
use crate::catalog::kind::{self, FileKind};
use crate::error::{Error, Location, Result};
use crate::open;
use crate::sort;
use crate::text::BOM;
use std::borrow::Cow;
use std::fs::{self, File, Metadata};
use std::io::{ErrorKind, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A stream with more bytes than this is kept in a file.
const MEMORY_MAX: u64 = 16 << 20;

/// One place that records come from.
pub enum InputSource<'a> {
    /// A file or a directory that a person named. It may be a pipe.
    Path(PathBuf),
    /// A file or a directory that a file of settings names: a pipe or a device is refused.
    Configured {
        /// Where it is.
        path: PathBuf,
        /// Whether a link in the directory that leads out of it is refused.
        confined: bool,
    },
    /// An open stream, standard input for one, shown as `-` in messages.
    Stream(Box<dyn Read + 'a>),
    /// A file at hand, of a revision for example.
    Bytes {
        /// What messages call it: `main:tools/x.json`.
        name: String,
        /// Where it would be, from the working directory.
        path: PathBuf,
        /// What it holds.
        bytes: Vec<u8>,
    },
    /// The records embedded in the program.
    Embedded,
}

/// One file or stream with records.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    /// What messages call it.
    pub(crate) name: String,
    /// The file, or the name of the stream. The embedded records are in none.
    pub(crate) path: Option<PathBuf>,
    pub(crate) kind: &'static dyn FileKind,
    pub(crate) content: InputContent,
    /// Whether messages may show a line of it. Nobody named a file that a link leads to out of its directory.
    pub(crate) shows_lines: bool,
}

/// Where the bytes of an input are.
#[derive(Clone, Debug)]
pub(crate) enum InputContent {
    /// In the file at its path, read when they are needed.
    File,
    /// At hand: in the program, or because they cannot be read twice.
    Memory(Cow<'static, [u8]>),
    /// In a file without a name, because they cannot be read twice and are many: so many.
    Spooled(Arc<File>, u64),
}

/// What `places` hold.
#[derive(Default)]
pub(crate) struct Gathered {
    /// The inputs, in order.
    pub(crate) inputs: Vec<Input>,
    /// Workbooks in directories, by name. They likely hold reviews, and cannot be read.
    pub(crate) workbooks: Vec<String>,
}

/// Extensions of workbooks, in lower case.
const WORKBOOKS: [&str; 5] = ["xlsx", "xlsm", "xls", "ods", "numbers"];

/// The inputs of `places`, in order, directories walked. `named` is the kind for content that has no known extension.
pub(crate) fn gather(places: Vec<InputSource>, named: Option<&'static dyn FileKind>) -> Result<Gathered> {
    let mut gathered = Gathered::default();
    for place in places {
        let inputs = &mut gathered.inputs;
        match place {
            InputSource::Path(path) => gather_path(&path, named, Trust::Named, &mut gathered)?,
            InputSource::Configured { path, confined } => {
                let trust = if confined { Trust::Confined } else { Trust::Configured };
                gather_path(&path, named, trust, &mut gathered)?;
            }
            InputSource::Stream(stream) => {
                inputs.push(Input::new("-".into(), Some("-".into()), named, read_stream(stream, "-")?)?);
            }
            InputSource::Bytes { name, path, bytes } => {
                let (kind, content) = (known_kind(&path).or(named), InputContent::Memory(bytes.into()));
                inputs.push(Input::new(name, Some(path), kind, content)?);
            }
            InputSource::Embedded => {
                for (name, text) in FILES {
                    let content = InputContent::Memory(text.as_bytes().into());
                    inputs.push(Input::new(format!("(embedded) {name}"), None, kind::by_name("json"), content)?);
                }
            }
        }
    }
    Ok(gathered)
}

/// The kind of a file by its extension.
fn known_kind(path: &Path) -> Option<&'static dyn FileKind> {
    path.extension().and_then(|extension| kind::by_name(&extension.to_string_lossy()))
}

/// How far a place is trusted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// A person named it.
    Named,
    /// The user's own settings name it: nothing is opened that may wait.
    Configured,
    /// A project's settings name it: moreover, links out of a directory are refused.
    Confined,
}

fn gather_path(path: &Path, named: Option<&'static dyn FileKind>, trust: Trust, gathered: &mut Gathered) -> Result<()> {
    let name = path.display().to_string();
    let about = fs::metadata(path).map_err(|error| unreadable(&name, &error))?;
    if about.is_dir() {
        let before = gathered.inputs.len();
        walk(path, trust, gathered)?;
        if gathered.inputs.len() == before {
            let message = format!("no records in {name}: the directory has no {} file", extensions());
            let error = Error::data(message);
            let workbook = gathered.workbooks.first();
            return Err(match workbook {
                Some(workbook) => error.hint(format!("{workbook} is a workbook: {WORKBOOK_HELP}")),
                None => error,
            });
        }
        return Ok(());
    }
    let known = known_kind(path);
    let (kind, content) = if about.is_file() {
        (known.or(named), InputContent::File)
    } else if trust == Trust::Named {
        // A pipe can be read once only.
        let stream = File::open(path).map_err(|error| unreadable(&name, &error))?;
        (named.or(known), read_stream(stream, &name)?)
    } else {
        let error = Error::data(format!("{name} is not a regular file, and settings name only files and folders"));
        return Err(error.hint("a pipe or a device is named on the command line: `--catalog PATH`"));
    };
    gathered.inputs.push(Input::new(name, Some(path.to_owned()), kind, content)?);
    Ok(())
}

/// How many files and directories are looked at below one directory: a catalog is a folder of records, and a mistaken
/// one (a home folder, a disk) should end soon.
const WALK_MAX: usize = 200_000;

/// Whether a walk of the directory `folder` reads a file at `path`. Both are absolute and without links.
pub fn is_walked(folder: &Path, path: &Path) -> bool {
    let is_hidden = |part: std::path::Component<'_>| part.as_os_str().as_encoded_bytes().starts_with(b".");
    path.strip_prefix(folder).is_ok_and(|below| !below.components().any(is_hidden)) && walked_kind(path).is_some()
}

/// The kind that a file in a directory has by its extension, if a walk reads it.
fn walked_kind(path: &Path) -> Option<&'static dyn FileKind> {
    kind::by_name(&path.extension()?.to_string_lossy().to_lowercase()).filter(|kind| kind.is_walked())
}

/// All record files below `root`, sorted by name within each directory. Hidden files, special files and files of
/// unknown extension are left out, workbooks noted; links to directories are not followed.
fn walk(root: &Path, trust: Trust, gathered: &mut Gathered) -> Result<()> {
    let mut left = WALK_MAX;
    let mut open_dirs = vec![entries(root, root, &mut left)?];
    while let Some(dir) = open_dirs.last_mut() {
        let Some((path, about)) = dir.pop() else {
            open_dirs.pop();
            continue;
        };
        if about.is_dir() {
            open_dirs.push(entries(root, &path, &mut left)?);
            continue;
        }
        let name = path.display().to_string();
        let Some(kind) = walked_kind(&path) else {
            let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
            // Spreadsheets keep a file of their own beside a workbook that is open: `~$alice.xlsx`.
            let lock = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"~"));
            if WORKBOOKS.contains(&&*extension) && !lock {
                gathered.workbooks.push(name);
            }
            continue;
        };
        // Links to files are followed, and must lead to one.
        let (path, about, shows_lines) =
            if about.is_symlink() { follow(root, path, trust)? } else { (path, about, true) };
        if about.is_file() {
            gathered.inputs.push(Input { name, path: Some(path), kind, content: InputContent::File, shows_lines });
        }
    }
    Ok(())
}

/// Where the link at `path`, found below `root`, leads to, what is there, and whether that is below `root` too.
fn follow(root: &Path, path: PathBuf, trust: Trust) -> Result<(PathBuf, Metadata, bool)> {
    let refused = |error: std::io::Error| unreadable(&path.display().to_string(), &error);
    let about = fs::metadata(&path).map_err(refused)?;
    let (real, root) = (path.canonicalize().map_err(refused)?, root.canonicalize().map_err(refused)?);
    let is_inside = real.starts_with(root);
    if is_inside || trust != Trust::Confined {
        return Ok((if is_inside { real } else { path }, about, is_inside));
    }
    Err(Error::data(format!("{} is a link that leaves its catalog folder", path.display()))
        .hint("copy the records into the folder, or name the file itself with --catalog"))
}

/// The entries of `dir`, a directory below `root`, that are not hidden, the first in order last. Each takes one of
/// those that are `left`.
fn entries(root: &Path, dir: &Path, left: &mut usize) -> Result<Vec<(PathBuf, Metadata)>> {
    let refused = |error: std::io::Error| unreadable(&dir.display().to_string(), &error);
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).map_err(refused)? {
        let entry = entry.map_err(refused)?;
        *left = left.checked_sub(1).ok_or_else(|| {
            Error::data(format!("{} holds more than {WALK_MAX} files", root.display()))
                .hint("name a folder of records only, or put many records into one NDJSON file")
        })?;
        if !entry.file_name().as_encoded_bytes().starts_with(b".") {
            found.push((entry.path(), entry.metadata().map_err(refused)?));
        }
    }
    sort::by(&mut found, |(a, _), (b, _)| b.as_os_str().as_encoded_bytes().cmp(a.as_os_str().as_encoded_bytes()));
    Ok(found)
}

/// The kind of an input that starts with these bytes.
fn kind_of(name: &str, start: &[u8]) -> Result<&'static dyn FileKind> {
    check_encoding(name, start)?;
    let start = start.strip_prefix(BOM).unwrap_or(start);
    // The cut may have hit a character.
    let text = match std::str::from_utf8(start) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&start[..error.valid_up_to()]).unwrap_or_default(),
    };
    if text.trim().is_empty() && start.len() < START {
        return Err(empty(name));
    }
    kind::by_content(text).ok_or_else(|| {
        if let Some((message, hint)) = other_kind(name) {
            return Error::data(message).at(Location { file: name.to_owned(), ..Location::default() }).hint(hint);
        }
        let kinds: Vec<_> = kind::KINDS.iter().map(|kind| kind.name()).collect();
        Error::data(format!("cannot tell what kind of records {name} holds"))
            .hint(format!("name the kind with --input-format: {}", kinds.join(", ")))
    })
}

/// Reads a stream that may be endless; more than [`MEMORY_MAX`] bytes into a file that nobody else sees.
fn read_stream(mut stream: impl Read, name: &str) -> Result<InputContent> {
    let mut bytes = Vec::with_capacity(START);
    let refused = |error: std::io::Error| unreadable(name, &error);
    // What is no text is refused by its start, before much of it was read.
    stream.by_ref().take(START as u64).read_to_end(&mut bytes).map_err(refused)?;
    check_encoding(name, &bytes)?;
    if bytes.len() < START {
        return Ok(InputContent::Memory(bytes.into())); // it has ended: a person at a terminal would have to say so again
    }
    if let Err(error) = std::str::from_utf8(&bytes)
        && error.error_len().is_some()
    {
        return Ok(InputContent::Memory(bytes.into())); // reading it will name line and byte
    }
    stream.by_ref().take(MEMORY_MAX + 1 - bytes.len() as u64).read_to_end(&mut bytes).map_err(refused)?;
    if bytes.len() as u64 <= MEMORY_MAX {
        return Ok(InputContent::Memory(bytes.into()));
    }
    let spooled = |error: std::io::Error| Error::temporary(&error);
    let mut file = tempfile::tempfile().map_err(spooled)?;
    file.write_all(&bytes).map_err(spooled)?;
    let mut size = bytes.len() as u64;
    let mut block = vec![0; 1 << 16];
    loop {
        let count = match stream.read(&mut block) {
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(refused(error)),
        };
        if count == 0 {
            break;
        }
        size += count as u64;
        within_limit(size, name)?;
        file.write_all(&block[..count]).map_err(spooled)?;
    }
    Ok(InputContent::Spooled(Arc::new(file), size))
}

impl Input {
    /// An input. Its content decides the kind where none is given.
    fn new(
        name: String,
        path: Option<PathBuf>,
        kind: Option<&'static dyn FileKind>,
        content: InputContent,
    ) -> Result<Self> {
        let mut input = Self { name, path, kind: kind.unwrap_or(kind::KINDS[0]), content, shows_lines: true };
        if kind.is_none() {
            let mut start = Vec::new();
            let read = input.source()?.0.read_into(&mut start, 0, START);
            read.map_err(|error| unreadable(&input.name, &error))?;
            input.kind = kind_of(&input.name, &start)?;
        }
        Ok(input)
    }

    /// All bytes of the input.
    pub(crate) fn bytes(&self) -> Result<Cow<'_, [u8]>> {
        if let InputContent::Memory(bytes) = &self.content {
            return Ok((&**bytes).into());
        }
        let (source, size) = self.source()?;
        within_limit(size, &self.name)?;
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default() + 1);
        // The file may grow while it is read.
        let read = source.stream().take(DOCUMENT_MAX + 1).read_to_end(&mut bytes);
        read.map_err(|error| unreadable(&self.name, &error))?;
        within_limit(bytes.len() as u64, &self.name)?;
        Ok(bytes.into())
    }

    /// How many bytes there are, as far as that can be told.
    pub(crate) fn size(&self) -> u64 {
        match &self.content {
            InputContent::Memory(bytes) => bytes.len() as u64,
            InputContent::Spooled(_, size) => *size,
            InputContent::File => {
                self.path.as_ref().and_then(|path| fs::metadata(path).ok()).map_or(0, |about| about.len())
            }
        }
    }

    /// The bytes by position, and how many there are.
    pub(crate) fn source(&self) -> Result<(ByteSource<'_>, u64)> {
        Ok(match &self.content {
            InputContent::Memory(bytes) => (ByteSource::Memory(bytes), bytes.len() as u64),
            InputContent::Spooled(file, size) => (ByteSource::File(Arc::clone(file)), *size),
            InputContent::File => {
                let refused = |error: std::io::Error| unreadable(&self.name, &error);
                let (file, _) = open::regular(self.path.as_deref().unwrap_or(Path::new(""))).map_err(refused)?;
                let size = file.metadata().map_err(refused)?.len();
                (ByteSource::File(Arc::new(file)), size)
            }
        })
    }
}

/// The extensions of record files, for a sentence.
fn extensions() -> String {
    let all: Vec<_> = kind::KINDS.iter().flat_map(|kind| kind.extensions()).map(|ext| format!(".{ext}")).collect();
    match all.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => all.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_stream_is_kept_in_a_file() {
        for more in [0, 1] {
            let bytes = b"name,score\n".repeat(1 + usize::try_from(MEMORY_MAX).expect("small") / 11);
            let bytes = &bytes[..usize::try_from(MEMORY_MAX).expect("small") + more];
            let content = read_stream(bytes, "-").expect("text");
            let input = Input::new("-".into(), None, kind::by_name("csv"), content).expect("text");
            assert_eq!(matches!(input.content, InputContent::Spooled(..)), more > 0);
            assert_eq!(input.size(), bytes.len() as u64);
            assert!(*input.bytes().expect("readable") == *bytes);
            let mut part = Vec::new();
            input.source().expect("readable").0.read_into(&mut part, 7, 100).expect("readable");
            assert_eq!(part, bytes[7..107]);
            let mut stream = Vec::new();
            input.source().expect("readable").0.stream().read_to_end(&mut stream).expect("readable");
            assert!(stream == bytes);
        }
    }

    #[test]
    fn a_walk_ends_after_so_many_files() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["a.json", ".hidden", "c.txt"] {
            fs::write(folder.path().join(name), "").expect("written");
        }
        let of = |mut left| entries(folder.path(), folder.path(), &mut left).map(|found| found.len());
        assert_eq!(of(3), Ok(2));
        assert!(of(2).is_err_and(|error| error.message.ends_with("holds more than 200000 files")));
    }

    #[test]
    fn what_a_walk_reads_is_known_by_its_path() {
        let is_read = |path: &str| is_walked(Path::new("/r/tools"), Path::new(path));
        for path in ["/r/tools/a.json", "/r/tools/b/c.CSV", "/r/tools/b.d/x.ndjson"] {
            assert!(is_read(path), "{path}");
        }
        for path in ["/r/a.json", "/r/tools/.a.json", "/r/tools/.b/a.json", "/r/tools/a.html", "/r/tools2/a.json"] {
            assert!(!is_read(path), "{path}");
        }
    }
}
