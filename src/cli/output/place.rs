//! Where an output really goes, found and checked before anything is written.

use std::fs::{self, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::env::Env;
use crate::cli::output::Target;
use crate::error::{Error, Kind, Result};

/// As many links as Linux follows.
const MAX_LINKS: usize = 40;

/// A target with its links followed.
#[derive(Debug)]
pub(super) struct Place {
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

impl Place {
    /// Finds the place of `target`.
    ///
    /// # Errors
    ///
    /// A folder, a file in a folder that is missing or none, a file that may not be written, a loop of links.
    pub(super) fn find(target: &Target, env: &Env) -> Result<Self> {
        let Target::File(typed) = target else {
            let name = "standard output".to_owned();
            return Ok(Self { name, way: Way::Stdout, old: env.stdout_metadata().cloned() });
        };
        let name = typed.display().to_string();
        let refuse = |why: &str| Error::new(Kind::Io, format!("cannot write {name}: {why}"));
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
        let way = resolve(path).map_err(|error| Error::io("write", &name, &error))?;
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

    /// Whether both are one file, however they are spelled. Character devices are not: what two write to `/dev/null`
    /// or to a terminal does no harm.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (&self.way, &other.way) {
            (Way::Stdout, Way::Stdout) => true,
            (Way::Replace(mine), Way::Replace(theirs)) if mine == theirs => true,
            _ => other.old.as_ref().is_some_and(|old| self.is_file(old)),
        }
    }

    /// Whether `file` is what stands at this place now.
    pub(super) fn is_file(&self, file: &Metadata) -> bool {
        self.old.as_ref().is_some_and(|old| !is_character_device(old) && is_same_file(old, file))
    }

    /// Whether an input can be this place at all.
    pub(super) fn exists(&self) -> bool {
        self.old.as_ref().is_some_and(|old| !is_character_device(old))
    }

    /// The old file, whose mode and owner the new one gets.
    pub(super) fn old(&self) -> Option<&Metadata> {
        self.old.as_ref()
    }
}

/// Follows the links of a regular file, or of none, to the place where the bytes belong.
fn resolve(mut path: PathBuf) -> io::Result<Way> {
    for _ in 0..MAX_LINKS {
        if is_descriptor(&path) {
            return Ok(Way::InPlace(path));
        }
        match fs::symlink_metadata(&path) {
            // A relative link counts from the folder it lies in, wherever we are.
            Ok(found) if found.is_symlink() => {
                let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
                path = folder.join(fs::read_link(&path)?);
            }
            _ => return Ok(Way::Replace(settle(path))),
        }
    }
    Err(io::Error::other("too many links"))
}

/// One spelling for one file: the folder without links and dots. A folder that is not there is refused later, by name.
fn settle(path: PathBuf) -> PathBuf {
    match (path.parent().map(fs::canonicalize), path.file_name()) {
        (Some(Ok(folder)), Some(file)) => folder.join(file),
        _ => path,
    }
}

/// `/dev/stdout`, `/dev/fd/3` and their like stand for something open already: a rename would not reach its reader.
fn is_descriptor(path: &Path) -> bool {
    path.starts_with("/dev/fd") || path.starts_with("/proc/self/fd")
}

#[cfg(unix)]
fn is_same_file(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(unix)]
fn is_character_device(file: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    file.file_type().is_char_device()
}

/// Without file numbers only the paths tell.
#[cfg(not(unix))]
fn is_same_file(_: &Metadata, _: &Metadata) -> bool {
    false
}

#[cfg(not(unix))]
fn is_character_device(_: &Metadata) -> bool {
    false
}
