//! Drafts: new files, complete on the disk, beside those that they replace.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::{Builder, NamedTempFile};

use super::content::Content;
use super::in_place;
use crate::cli::interrupt::{self, Guard};
use crate::error::{Error, Result};

/// What the name of a draft begins and ends with. It is hidden, so that no reader of the folder takes it for a record.
const PREFIX: &str = ".compare-";
const SUFFIX: &str = ".tmp";

/// No run writes for so long: an older draft is what a run that was killed left behind.
const LEFT_BEHIND: Duration = Duration::from_hours(24);

/// A new file, complete on the disk, beside the one it is to replace. Removed when it is dropped or a signal comes.
pub(super) struct Draft {
    file: NamedTempFile,
    guard: Guard,
}

impl Draft {
    /// Writes `content` beside `path`, with the mode and owner of the `old` file. `step` is called before each operation.
    ///
    /// # Errors
    /// What the operating system says.
    pub(super) fn write(
        path: &Path,
        old: Option<&Metadata>,
        content: &Content,
        step: &mut dyn FnMut() -> io::Result<()>,
    ) -> io::Result<Self> {
        let folder = path.parent().unwrap_or(path);
        step()?;
        let (mut file, guard) = interrupt::guarded(|| {
            let file = draft_in(folder)?;
            let made = file.path().to_path_buf();
            Ok((file, Box::new(move || drop(fs::remove_file(made)))))
        })?;
        step()?;
        content.write_to(&mut file)?;
        step()?;
        if let Some(old) = old {
            adopt(file.as_file(), old)?;
        }
        step()?;
        in_place::sync(file.as_file())?;
        Ok(Self { file, guard })
    }
}

/// A new empty file in `folder`. Its mode is what the user's mask leaves of `rw-rw-rw-`, as for any new file.
fn draft_in(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    builder.permissions(<fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666));
    builder.tempfile_in(folder)
}

/// Removes the drafts in `folder` that runs left behind when they were killed. That one cannot be removed harms no one.
pub(super) fn remove_left_behind(folder: &Path) {
    let is_draft = |name: &[u8]| {
        let random = name.strip_prefix(PREFIX.as_bytes()).and_then(|name| name.strip_suffix(SUFFIX.as_bytes()));
        random.is_some_and(|random| random.len() == 6 && random.iter().all(u8::is_ascii_alphanumeric))
    };
    let is_old = |about: &Metadata| {
        let age = about.modified().ok().and_then(|at| at.elapsed().ok());
        about.is_file() && age.is_some_and(|age| age > LEFT_BEHIND)
    };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if is_draft(entry.file_name().as_encoded_bytes()) && entry.metadata().is_ok_and(|about| is_old(&about)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Gives the new file the mode of the old one, and its owner where we may.
fn adopt(new: &File, old: &Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, fchown};
        let made = new.metadata()?;
        if (made.uid(), made.gid()) != (old.uid(), old.gid()) {
            // Only root may give files away; for the others the file becomes theirs, as with every editor.
            let _ = fchown(new, Some(old.uid()), Some(old.gid()));
        }
    }
    new.set_permissions(old.permissions())
}

/// A file that a draft replaces.
pub(super) struct Replacement<'a> {
    /// What messages call the file.
    pub(super) name: &'a str,
    /// Where the file is, without links.
    pub(super) path: &'a Path,
    /// What the draft holds.
    pub(super) content: &'a Content,
}

/// Puts every draft in its place. A signal comes before the first or after the last. What cannot be renamed over is
/// written in place.
///
/// # Errors
/// The error of the first call that the operating system refuses.
pub(super) fn replace(drafts: Vec<(Replacement<'_>, Draft)>, step: &mut dyn FnMut() -> io::Result<()>) -> Result<()> {
    put_all(drafts, |(Replacement { name, path, content }, file)| {
        let renamed = step().and_then(|()| file.persist(path).map(drop).map_err(|error| error.error));
        let written = match renamed {
            Err(error) if in_place::is_needed(&error) => in_place::overwrite(path, content),
            renamed => renamed,
        };
        written.map_err(|error| Error::io("replace", name, &error))
    })
}

/// Does `put` with each draft. A signal comes before the first or after the last.
fn put_all<T>(drafts: Vec<(T, Draft)>, put: impl FnMut((T, NamedTempFile)) -> Result<()>) -> Result<()> {
    let split = |(of, draft): (T, Draft)| ((of, draft.file), draft.guard);
    let (files, guards): (Vec<_>, Vec<Guard>) = drafts.into_iter().map(split).unzip();
    let done = interrupt::uninterrupted(|| files.into_iter().try_for_each(put));
    drop(guards);
    done
}

/// Makes new files, all of them or none, and the folders that they are in. Each has an absolute path, what messages
/// call it, and its text.
///
/// # Errors
/// One of them is there already, or what the operating system says.
pub(in crate::cli) fn create_all(files: &[(PathBuf, String, &str)]) -> Result<()> {
    interrupt::survive_file_size_limit();
    let mut made_folders = Vec::new();
    let mut made_files: Vec<&Path> = Vec::new();
    let made = files.iter().try_for_each(|(path, name, _)| {
        make_folder(path.parent().unwrap_or(path), &mut made_folders).map_err(|error| Error::io("write", name, &error))
    });
    let made = made.and_then(|()| {
        let drafts = files.iter().map(|(path, name, text)| {
            let draft = Draft::write(path, None, &(*text).into(), &mut || Ok(()));
            draft.map(|draft| ((path, name), draft)).map_err(|error| Error::io("write", name, &error))
        });
        put_all(drafts.collect::<Result<Vec<_>>>()?, |((path, name), file)| {
            file.persist_noclobber(path).map_err(|error| Error::io("write", name, &error.error))?;
            made_files.push(path);
            Ok(())
        })
    });
    made.inspect_err(|_| {
        for file in &made_files {
            let _ = fs::remove_file(file);
        }
        for folder in made_folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    })
}

/// Makes `folder` and those that it is in, and adds those that were not there to `made`.
fn make_folder(folder: &Path, made: &mut Vec<PathBuf>) -> io::Result<()> {
    let missing: Vec<&Path> = folder.ancestors().take_while(|folder| !folder.is_dir()).collect();
    for folder in missing.into_iter().rev() {
        match fs::create_dir(folder) {
            Ok(()) => made.push(folder.to_path_buf()),
            // Another program was quicker, or the path goes back over `..`.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::SystemTime;

    #[test]
    fn old_drafts_are_removed_and_nothing_else_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let old = SystemTime::now() - LEFT_BEHIND * 2;
        for (name, is_old) in [
            (".compare-aB3xYz.tmp", true),
            (".compare-aB3xYy.tmp", false),
            (".compare-aB3xYzz.tmp", true),
            (".compare-a/3xYz.tmp".replace('/', "-").as_str(), true),
            ("compare-aB3xYz.tmp", true),
            (".compare-notes.txt", true),
        ] {
            let file = File::create(at(name)).expect("made");
            if is_old {
                file.set_modified(old).expect("set");
            }
        }
        fs::create_dir(at(".compare-folder.tmp")).expect("made");
        remove_left_behind(folder.path());
        let mut left: Vec<_> =
            fs::read_dir(folder.path()).expect("a folder").map(|e| e.expect("an entry").file_name()).collect();
        left.sort();
        let kept = [
            ".compare-a-3xYz.tmp",
            ".compare-aB3xYy.tmp",
            ".compare-aB3xYzz.tmp",
            ".compare-folder.tmp",
            ".compare-notes.txt",
            "compare-aB3xYz.tmp",
        ];
        assert_eq!(left, kept);
    }

    #[test]
    fn files_are_made_all_or_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let file = |name: &str| (at(name), name.to_owned(), "text");
        create_all(&[file("a/b/one"), file("a/two")]).expect("made");
        assert_eq!(fs::read_to_string(at("a/b/one")).expect("a file"), "text");
        let error = create_all(&[file("c/d/new"), file("e"), file("a/two")]).expect_err("one is there");
        assert!(error.message.starts_with("cannot write a/two: "), "{error}");
        assert!(!at("c").exists() && !at("e").exists());
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "no draft is left");
    }
}
