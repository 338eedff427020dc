//! Where an output really goes, found and checked before anything is written.

use std::fs::{self, Metadata, OpenOptions};
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::cli::env::Env;
use crate::cli::output::Target;
use crate::error::{Error, ErrorClass, Result};

/// As many links as Linux follows.
const MAX_LINKS: usize = 40;

/// A target with its links followed.
#[derive(Debug)]
pub(super) struct ResolvedTarget {
    /// As the user named it, for messages.
    pub(super) name: String,
    pub(super) way: Way,
    /// The file behind it, if there is one.
    old: Option<Metadata>,
}

/// How a place is written.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// The process's own standard output.
    Stdout,
    /// A device, a pipe or an open descriptor: there is nothing to replace.
    InPlace(PathBuf),
    /// A regular file or none yet: replaced by rename. The path is absolute and its last part is no link.
    Replace(PathBuf),
}

impl ResolvedTarget {
    /// Finds the place of `target`.
    ///
    /// # Errors
    ///
    /// A folder, a file in a folder that is missing or none, a file that may not be written, a loop of links; standard
    /// output that cannot be written to.
    pub(super) fn find(target: &Target, env: &Env) -> Result<Self> {
        let Some(typed) = target.path() else {
            let name = "standard output".to_owned();
            check_stdout(env)?;
            return Ok(Self { name, way: Way::Stdout, old: env.stdout_metadata().cloned() });
        };
        let name = typed.display().to_string();
        let refuse = |why: &str| Error::new(ErrorClass::Io, format!("cannot write {name}: {why}"));
        let path = env.current_dir().join(typed);
        let old = match fs::metadata(&path) {
            Ok(old) => Some(old),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(Error::io("write", name, &error)),
        };
        if typed.as_os_str().is_empty() {
            return Err(refuse("the file has no name"));
        }
        if old.as_ref().is_some_and(Metadata::is_dir) || typed.as_os_str().as_encoded_bytes().ends_with(b"/") {
            return Err(refuse("it is a folder").hint("name a file in it"));
        }
        if old.as_ref().is_some_and(|old| !old.is_file()) {
            return Ok(Self { name, way: Way::InPlace(path), old });
        }
        let real = real_path(&path).map_err(|error| Error::io("write", &name, &error))?;
        let way = if is_descriptor(&real) { Way::InPlace(real) } else { Way::Replace(real) };
        if let Way::Replace(path) = &way {
            if path.parent().is_none_or(|folder| !folder.is_dir()) {
                return Err(refuse("its folder does not exist").hint("make the folder first"));
            }
            if old.is_some() {
                // A file that may not be written shall not be replaced either; opening changes nothing.
                OpenOptions::new().write(true).open(path).map_err(|error| Error::io("write", &name, &error))?;
            }
        }
        Ok(Self { name, way, old })
    }

    /// What is equal for two places that are one file on systems that do not tell upper from lower case; `None` for
    /// devices and pipes.
    pub(super) fn path_without_case(&self) -> Option<String> {
        match &self.way {
            Way::Stdout => Some(String::new()),
            Way::InPlace(_) => None,
            Way::Replace(path) => Some(path.to_string_lossy().to_lowercase()),
        }
    }

    /// What tells the file at this place from every other, where there is one and the system has file numbers.
    /// Character devices have none: what two write to `/dev/null` or to a terminal does no harm.
    pub(super) fn file_id(&self) -> Option<(u64, u64)> {
        self.old.as_ref().filter(|old| !is_character_device(old)).and_then(file_id)
    }

    /// The folder of a file that is replaced.
    pub(super) fn folder(&self) -> Option<&Path> {
        match &self.way {
            Way::Replace(path) => path.parent(),
            Way::Stdout | Way::InPlace(_) => None,
        }
    }

    /// Whether the file at this place has other names.
    pub(super) fn has_other_names(&self) -> bool {
        self.old.as_ref().is_some_and(has_other_names)
    }

    /// The old file, whose mode and owner the new one gets.
    pub(super) fn old(&self) -> Option<&Metadata> {
        self.old.as_ref()
    }
}

/// Checks that standard output can be written to, as far as that is known from the start.
///
/// # Errors
/// It is closed, or open for reading only.
pub(in crate::cli) fn check_stdout(env: &Env) -> Result<()> {
    let refused = |why| Error::new(ErrorClass::Io, format!("cannot write standard output: {why}"));
    env.stdout_problem().map_or(Ok(()), |why| Err(refused(why)))
}

/// Where `path`, which is absolute, really is: without links, and `..` taken after links, as the system takes it. The last
/// parts need not exist. A link to an open descriptor is followed no further.
///
/// # Errors
/// A loop of links, or a part that the system does not tell about.
pub(in crate::cli) fn real_path(path: &Path) -> io::Result<PathBuf> {
    let mut real = PathBuf::new();
    // What is left of the path, the next part last.
    let parts = |path: &Path| path.components().rev().map(|part| part.as_os_str().to_owned()).collect::<Vec<_>>();
    let mut left = parts(path);
    let mut links = 0;
    while let Some(part) = left.pop() {
        match Path::new(&part).components().next() {
            Some(Component::ParentDir) => {
                real.pop();
                continue;
            }
            Some(Component::CurDir) | None => continue,
            Some(Component::Normal(_) | Component::RootDir | Component::Prefix(_)) => {}
        }
        // An absolute link begins anew at the root.
        let next = real.join(&part);
        match fs::symlink_metadata(&next) {
            Ok(about) if about.is_symlink() => {
                let whole = left.iter().rev().fold(next.clone(), |whole, part| whole.join(part));
                if is_descriptor(&whole) {
                    return Ok(whole);
                }
                links += 1;
                if links > MAX_LINKS {
                    return Err(io::Error::other("too many links"));
                }
                left.extend(parts(&fs::read_link(&next)?));
            }
            Ok(_) => real = next,
            Err(error) if error.kind() == io::ErrorKind::NotFound => real = next,
            Err(error) => return Err(error),
        }
    }
    // One spelling for one file, where the file system has several.
    let existing = real.ancestors().find_map(|above| Some((fs::canonicalize(above).ok()?, above)));
    Ok(existing.map_or_else(|| real.clone(), |(spelled, above)| join(spelled, real.strip_prefix(above).ok())))
}

/// `folder` with `below` in it; nothing is no part.
fn join(folder: PathBuf, below: Option<&Path>) -> PathBuf {
    match below {
        Some(below) if !below.as_os_str().is_empty() => folder.join(below),
        _ => folder,
    }
}

/// `/dev/stdout`, `/dev/fd/3` and their like stand for something open already: a rename would not reach its reader.
fn is_descriptor(path: &Path) -> bool {
    path.starts_with("/dev/fd") || path.starts_with("/proc/self/fd")
}

/// Device and file number of a file.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have no file numbers")]
pub(in crate::cli) fn file_id(file: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    Some((file.dev(), file.ino()))
}

#[cfg(unix)]
fn has_other_names(file: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(file) > 1
}

#[cfg(unix)]
fn is_character_device(file: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    file.file_type().is_char_device()
}

/// Without file numbers only the paths tell.
#[cfg(not(unix))]
pub(in crate::cli) fn file_id(_: &Metadata) -> Option<(u64, u64)> {
    None
}

#[cfg(not(unix))]
fn has_other_names(_: &Metadata) -> bool {
    false
}

#[cfg(not(unix))]
fn is_character_device(_: &Metadata) -> bool {
    false
}
