//! The records of a revision: which files a walk of its folders would read, and their content.

use super::{NAME_FOLDERS, Repository, Revision, failed, run};
use crate::catalog::{InputSource, is_walked};
use crate::error::{Error, Result};
use crate::sort;
use std::path::{Path, PathBuf};

/// Most files with records below one folder, as in a walk.
const FILES_MAX: usize = 200_000;
/// Most links on the way to a file.
const LINKS_MAX: usize = 8;

/// What stands at a path of a revision.
#[derive(Clone, Copy, PartialEq, Eq)]
enum EntryKind {
    File,
    Link,
    Folder,
    Submodule,
}

/// A path of a revision.
struct Entry {
    kind: EntryKind,
    id: String,
    /// From the folder of the work tree, parts separated by `/`; without what is not UTF-8.
    path: String,
    /// Whether the path can be named in a message: UTF-8 without control characters.
    is_plain: bool,
}

/// A file with records.
struct RecordFile {
    id: String,
    name: String,
    /// Where it would be, from the working directory.
    path: PathBuf,
}

/// The records that `revision` has at `paths`, which start from the working directory, and those of the paths that it
/// does not have.
///
/// # Errors
/// A path outside the repository; a submodule, a link that leaves the repository, or a name that cannot be printed among
/// the records.
pub(in crate::cli) fn files<'p>(
    repository: &Repository<'_>,
    revision: &Revision,
    paths: &'p [PathBuf],
) -> Result<(Vec<InputSource<'static>>, Vec<&'p Path>)> {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for path in paths {
        let at = repository.relative(path)?;
        let before = found.len();
        if !gather(repository, revision, path, &at, LINKS_MAX, &mut found)? {
            missing.push(path.as_path());
        } else if found.len() > before + FILES_MAX {
            let message = format!("{}:{at} holds more than {FILES_MAX} files of records", revision.name);
            return Err(Error::data(message).hint("put many records into one NDJSON file"));
        }
    }
    let ids: Vec<String> = found.iter().map(|file| file.id.clone()).collect();
    let blobs = repository.blobs(&ids)?;
    let place = |(file, bytes): (RecordFile, Vec<u8>)| InputSource::Bytes { name: file.name, path: file.path, bytes };
    Ok((found.into_iter().zip(blobs).map(place).collect(), missing))
}

impl Repository<'_> {
    /// The content of the file at `path` of `revision`; `None` where it has none.
    ///
    /// # Errors
    /// git cannot be run.
    pub(in crate::cli) fn file(&self, revision: &Revision, path: &str) -> Result<Option<Vec<u8>>> {
        let entries = self.entries(revision, &[path], false)?;
        let ids: Vec<String> =
            entries.into_iter().filter(|entry| entry.kind == EntryKind::File).map(|entry| entry.id).collect();
        Ok(self.blobs(&ids)?.pop())
    }

    /// What stands at `paths` of `revision`, those below them too if `recursive`.
    fn entries(&self, revision: &Revision, paths: &[&str], recursive: bool) -> Result<Vec<Entry>> {
        let mut args = vec!["ls-tree", "-z", "--full-tree"];
        args.extend(recursive.then_some("-r"));
        args.extend(["--", &revision.commit]);
        args.extend(paths.iter().filter(|path| !path.is_empty()));
        let output = run(self.env, &args)?;
        if !output.is_success {
            return Err(failed(&output.message).hint(NAME_FOLDERS));
        }
        Ok(output.stdout.split(|byte| *byte == 0).filter_map(entry).collect())
    }
}

/// One entry as `ls-tree -z` prints it: `MODE TYPE ID<tab>PATH`.
fn entry(line: &[u8]) -> Option<Entry> {
    let tab = memchr::memchr(b'\t', line)?;
    let mut head = std::str::from_utf8(&line[..tab]).ok()?.split(' ');
    let kind = match (head.next()?, head.next()?) {
        ("120000", _) => EntryKind::Link,
        (_, "blob") => EntryKind::File,
        (_, "tree") => EntryKind::Folder,
        _ => EntryKind::Submodule,
    };
    let path = String::from_utf8_lossy(&line[tab + 1..]);
    let is_plain = matches!(path, std::borrow::Cow::Borrowed(_)) && !path.chars().any(char::is_control);
    Some(Entry { kind, id: head.next()?.to_owned(), path: path.into_owned(), is_plain })
}

/// Adds the files that a walk of `at` reads, or the one file there. `path` is what people call it. Whether there is
/// anything at all.
fn gather(
    repository: &Repository<'_>,
    revision: &Revision,
    path: &Path,
    at: &str,
    links: usize,
    found: &mut Vec<RecordFile>,
) -> Result<bool> {
    let mut entries = repository.entries(revision, &[at], true)?;
    if entries.is_empty() || entries[0].path == at && entries[0].kind == EntryKind::Link {
        return match through_link(repository, revision, at)? {
            Some(_) if links == 0 => Err(leaves(revision, at)),
            Some(target) => gather(repository, revision, path, &target, links - 1, found),
            None => Ok(false),
        };
    }
    // A walk goes through each folder by name.
    sort::by(&mut entries, |a, b| Path::new(&a.path).cmp(Path::new(&b.path)));
    for entry in entries {
        let named = entry.path == at;
        let is_hidden = entry.path[at.len()..].split('/').any(|part| part.starts_with('.'));
        if entry.kind == EntryKind::Submodule && (named || !is_hidden) {
            let message =
                format!("{}:{} is a submodule, whose records are in another repository", revision.name, entry.path);
            return Err(Error::data(message).hint(NAME_FOLDERS));
        }
        if !named && !is_walked(Path::new(at), Path::new(&entry.path)) {
            continue;
        }
        check_name(revision, &entry)?;
        let id = match entry.kind {
            EntryKind::Link => match followed(repository, revision, &entry.path)? {
                Some(id) => id,
                None => continue,
            },
            _ => entry.id,
        };
        let below = entry.path[at.len()..].trim_start_matches('/');
        let whole = if below.is_empty() { path.to_path_buf() } else { path.join(below) };
        found.push(RecordFile { id, name: format!("{}:{}", revision.name, entry.path), path: whole });
    }
    Ok(true)
}

/// Refuses a file whose name a message could not show as it is.
fn check_name(revision: &Revision, entry: &Entry) -> Result<()> {
    if entry.is_plain {
        return Ok(());
    }
    let message = format!(
        "{}:{} has a line break, another control character or bytes that are not UTF-8 in its name",
        revision.name, entry.path
    );
    Err(Error::data(message).hint("rename the file").hint(NAME_FOLDERS))
}

fn leaves(revision: &Revision, path: &str) -> Error {
    Error::data(format!("{}:{path} is a link that leads to no file of the repository", revision.name))
        .hint(NAME_FOLDERS)
}

/// The file that the link at `path` leads to; `None` where that is a folder, which a walk does not follow.
fn followed(repository: &Repository<'_>, revision: &Revision, path: &str) -> Result<Option<String>> {
    let mut at = path.to_owned();
    for _ in 0..LINKS_MAX {
        let Some(target) = through_link(repository, revision, &at)? else { break };
        let entry = repository.entries(revision, &[&target], false)?.pop();
        match entry.map(|entry| (entry.kind, entry.id)) {
            Some((EntryKind::File, id)) => return Ok(Some(id)),
            Some((EntryKind::Folder, _)) => return Ok(None),
            _ => at = target,
        }
    }
    Err(leaves(revision, path))
}

/// `path` with the first link on its way followed; `None` where there is no link.
fn through_link(repository: &Repository<'_>, revision: &Revision, path: &str) -> Result<Option<String>> {
    let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    let above: Vec<&str> = ends.map(|end| &path[..end]).filter(|part| !part.is_empty()).collect();
    if above.is_empty() {
        return Ok(None);
    }
    let entries = repository.entries(revision, &above, false)?;
    // Of a folder on the way, git lists what is in it too.
    let is_link = |entry: &Entry| entry.kind == EntryKind::Link && above.contains(&&*entry.path);
    let Some(link) = entries.into_iter().find(is_link) else { return Ok(None) };
    let target = repository.blobs(&[link.id])?.pop().unwrap_or_default();
    let target = String::from_utf8(target).map_err(|_| leaves(revision, &link.path))?;
    let folder = link.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let rest = &path[link.path.len()..];
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/').chain(rest.split('/')).filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop().ok_or_else(|| leaves(revision, &link.path))?;
        } else {
            parts.push(part);
        }
    }
    if target.starts_with('/') {
        return Err(leaves(revision, &link.path));
    }
    Ok(Some(parts.join("/")))
}
