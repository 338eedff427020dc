//! Writing results: files beside their target and renamed, devices and pipes in place, standard output last.
//!
//! A run renders everything before it writes anything. An old report survives whatever goes wrong: no file is replaced
//! before every new one lies complete on the disk.

mod content;
mod draft;
mod in_place;
mod markers;
mod part;
mod place;

pub(in crate::cli) use content::Content;
pub(in crate::cli) use draft::create_all;
pub(in crate::cli) use markers::{MarkedText, split_marker};
pub(in crate::cli) use part::read as read_file_with_markers;
pub(in crate::cli) use place::{check_stdout, file_id, real_path};

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::env::Env;
use crate::cli::interrupt;
use crate::cli::output::draft::{Draft, Replacement};
use crate::cli::output::place::{ResolvedTarget, Way};
use crate::error::{Error, ErrorClass, Result};
use crate::sort;

/// Where a result goes, as the user says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Standard output.
    Stdout,
    /// A file, a device or a pipe.
    File(PathBuf),
    /// What a file has between two markers.
    Part {
        /// The file.
        path: PathBuf,
        /// The name of the markers.
        marker: String,
    },
}

impl Target {
    /// The file at `path`, or what it has between the markers of that name.
    pub(crate) fn of(path: &Path, marker: Option<&String>) -> Self {
        let path = path.to_path_buf();
        match marker {
            Some(marker) => Self::Part { path, marker: marker.clone() },
            None => Self::File(path),
        }
    }

    /// The file, unless it is standard output.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::Stdout => None,
            Self::File(path) | Self::Part { path, .. } => Some(path),
        }
    }
}

impl fmt::Display for Target {
    /// `report.md`, `README.md#panel`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdout => f.write_str("standard output"),
            Self::File(path) => path.display().fmt(f),
            Self::Part { path, marker } => write!(f, "{}#{marker}", path.display()),
        }
    }
}

/// A document, rendered, and where it goes.
#[derive(Clone, Debug)]
pub(crate) struct OutputDocument {
    /// Where it goes.
    pub target: Target,
    /// What is written, to the last byte.
    pub content: Content,
}

/// What becomes of the other names of a file that is written, its hard links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HardLinks {
    /// They get the new text too: the file is written in place.
    Keep,
    /// They keep the old text. They may be outside of the project that names the output.
    Break,
}

/// Writes all `documents`: first every file, then standard output.
///
/// A reader that goes away early (a closed pipe) is no error. When one of several renames fails, which takes another
/// program's doing, the ones before it are done; each single file is old or new, whole in either case. A file that
/// cannot be replaced, because it is a mount point or in a closed folder, is written in place.
///
/// # Errors
///
/// Before anything is written: two targets are one file, or differ only in case; a target is one of the files in
/// `inputs` (`-` is standard input, folders do not count); a target is a folder, lies in a missing one or may not be
/// written; standard output is closed; a file lacks the markers that a document goes between. Then whatever the
/// operating system refuses, a full disk also when flushing.
pub(crate) fn write(
    documents: &[OutputDocument],
    inputs: &[PathBuf],
    links: HardLinks,
    env: &Env,
    stdout: &mut dyn Write,
) -> Result<()> {
    write_in_steps(documents, inputs, links, env, stdout, &mut || Ok(()))
}

/// As [`write()`]; `step` is called before each operation that may fail, so that a test can make any of them fail.
fn write_in_steps(
    documents: &[OutputDocument],
    inputs: &[PathBuf],
    links: HardLinks,
    env: &Env,
    stdout: &mut dyn Write,
    step: &mut dyn FnMut() -> io::Result<()>,
) -> Result<()> {
    let files = part::whole_files(documents, env)?;
    let places = places(files.iter().map(|file| &*file.target), inputs, env)?;
    interrupt::survive_file_size_limit();
    let with_content = || places.iter().zip(&files).map(|(place, file)| (place, &*file.content));
    let cannot_write = |place: &ResolvedTarget, error: &io::Error| Error::io("write", &place.name, error);

    let mut folders: Vec<&Path> = places.iter().filter_map(ResolvedTarget::folder).collect();
    sort::by(&mut folders, Ord::cmp);
    folders.dedup();
    folders.into_iter().for_each(draft::remove_left_behind);
    let (mut replacements, mut overwrites) = (Vec::new(), Vec::new());
    for (place, content) in with_content() {
        let Way::Replace(path) = &place.way else { continue };
        if links == HardLinks::Keep && place.has_other_names() {
            overwrites.push((place, path, content));
            continue;
        }
        match Draft::write(path, place.old(), content, step) {
            Ok(draft) => replacements.push((Replacement { name: &place.name, path, content }, draft)),
            // The file may be written (that was tried), but nothing new may be in its folder.
            Err(error) if place.old().is_some() && in_place::is_needed(&error) => {
                overwrites.push((place, path, content));
            }
            Err(error) => return Err(cannot_write(place, &error)),
        }
    }
    for (place, content) in with_content() {
        if let Way::InPlace(path) = &place.way {
            let appended = step().and_then(|()| in_place::append(path, content));
            appended.or_else(quiet).map_err(|e| cannot_write(place, &e))?;
        }
    }
    for (place, path, content) in overwrites {
        step().and_then(|()| in_place::overwrite(path, content)).map_err(|error| cannot_write(place, &error))?;
    }
    draft::replace(replacements, step)?;
    for (place, content) in with_content() {
        if place.way == Way::Stdout {
            let written = step().and_then(|()| content.write_to(stdout)).and_then(|()| stdout.flush());
            written.or_else(quiet).map_err(|error| cannot_write(place, &error))?;
        }
    }
    Ok(())
}

/// The places of all targets, each a file of its own and none of the inputs.
fn places<'a>(
    targets: impl IntoIterator<Item = &'a Target>,
    inputs: &[PathBuf],
    env: &Env,
) -> Result<Vec<ResolvedTarget>> {
    let mut places: Vec<ResolvedTarget> = Vec::new();
    let mut by_path: HashMap<String, usize> = HashMap::new();
    let mut by_file: HashMap<(u64, u64), usize> = HashMap::new();
    for target in targets {
        let place = ResolvedTarget::find(target, env)?;
        let (path, file) = (place.path_without_case(), place.file_id());
        let same = path.as_ref().and_then(|path| by_path.get(path)).or_else(|| by_file.get(file.as_ref()?));
        if let Some(same) = same {
            return Err(one_file(&places[*same], &place));
        }
        by_path.extend(path.map(|path| (path, places.len())));
        by_file.extend(file.map(|file| (file, places.len())));
        places.push(place);
    }
    if by_file.is_empty() {
        return Ok(places);
    }
    for input in inputs {
        let path = if input == Path::new("-") { Path::new("/dev/stdin") } else { input };
        let found = match fs::metadata(env.current_dir().join(path)) {
            Ok(found) => found,
            // An input that is gone cannot be overwritten, nor one without a path.
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => continue,
            Err(error) => return Err(Error::io("read", input.display(), &error)),
        };
        let same = file_id(&found).filter(|_| found.is_file()).and_then(|id| by_file.get(&id));
        if let Some(same) = same {
            let message = format!("output {} would overwrite an input", places[*same].name);
            return Err(Error::new(ErrorClass::Usage, message).hint("write the output to another file"));
        }
    }
    Ok(places)
}

/// The error for two outputs, `earlier` and `later`, that are one file, at least on some systems.
fn one_file(earlier: &ResolvedTarget, later: &ResolvedTarget) -> Error {
    let (one, other) = (&later.name, &earlier.name);
    let message = if one == other {
        format!("two outputs go to {one}")
    } else if earlier.way != later.way && (later.file_id().is_none() || earlier.file_id() != later.file_id()) {
        format!("the outputs {other} and {one} differ only in case, and are one file on some systems")
    } else {
        format!("two outputs go to one file: {one} is {other}")
    };
    Error::new(ErrorClass::Usage, message).hint("give each output a file of its own")
}

/// A reader that has seen enough is no error.
fn quiet(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{self, Write};
    use std::path::{Path, PathBuf};

    use tempfile::TempDir;

    use super::{HardLinks, OutputDocument, Target, places, write, write_in_steps};
    use crate::cli::env::Env;
    use crate::error::{Error, ErrorClass, Result};

    /// A folder for one test, and the surroundings in it.
    fn folder() -> (TempDir, Env) {
        let folder = tempfile::tempdir().unwrap();
        let env = Env::bare(folder.path());
        (folder, env)
    }

    fn file(name: impl Into<PathBuf>) -> Target {
        Target::File(name.into())
    }

    fn document(target: Target, text: &str) -> OutputDocument {
        OutputDocument { target, content: text.into() }
    }

    fn write_one(env: &Env, name: impl Into<PathBuf>, text: &str) -> Result<()> {
        write(&[document(file(name), text)], &[], HardLinks::Break, env, &mut Vec::new())
    }

    /// Every file in the folder with its content, links followed, hidden files included.
    fn content(folder: &Path) -> Vec<(String, String)> {
        let entry = |entry: io::Result<fs::DirEntry>| {
            let path = entry.unwrap().path();
            (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap_or_default())
        };
        let mut found: Vec<_> = fs::read_dir(folder).unwrap().map(entry).collect();
        found.sort();
        found
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect()
    }

    /// A stream that fails with `error` once `room` bytes are written, or when it is flushed.
    struct Faulty {
        room: usize,
        error: io::ErrorKind,
        at_flush: bool,
    }

    impl Write for Faulty {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let taken = if self.at_flush { bytes.len() } else { bytes.len().min(self.room) };
            self.room = self.room.saturating_sub(taken);
            if taken == 0 { Err(self.error.into()) } else { Ok(taken) }
        }

        fn flush(&mut self) -> io::Result<()> {
            if self.at_flush { Err(self.error.into()) } else { Ok(()) }
        }
    }

    #[test]
    fn files_and_standard_output_get_their_bytes() {
        let (folder, env) = folder();
        fs::write(folder.path().join("a.md"), "old and longer than the new").unwrap();
        let documents = [document(Target::Stdout, "doc"), document(file("a.md"), "new"), document(file("b"), "")];
        let mut stdout = Vec::new();
        write(&documents, &[], HardLinks::Break, &env, &mut stdout).unwrap();
        assert_eq!(stdout, b"doc");
        assert_eq!(content(folder.path()), pairs(&[("a.md", "new"), ("b", "")]));
    }

    #[test]
    fn whichever_operation_fails_every_file_is_old_or_new_and_no_draft_stays() {
        for failing in 0_usize.. {
            let (folder, env) = folder();
            for name in ["a", "b"] {
                fs::write(folder.path().join(name), "old").unwrap();
            }
            let documents: Vec<_> = ["a", "b", "c"]
                .map(|name| document(file(name), "new"))
                .into_iter()
                .chain([document(Target::Stdout, "doc")])
                .collect();
            let (mut steps, mut stdout) = (0, Vec::new());
            let mut fail = || {
                steps += 1;
                if steps == failing + 1 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
            };
            let result = write_in_steps(&documents, &[], HardLinks::Break, &env, &mut stdout, &mut fail);
            let (files, renames) = (content(folder.path()), failing.saturating_sub(12));
            if result.is_ok() {
                assert_eq!(
                    (failing, stdout.as_slice()),
                    (16, b"doc".as_slice()),
                    "4 for each draft, 3 renames, stdout"
                );
                assert_eq!(files, pairs(&[("a", "new"), ("b", "new"), ("c", "new")]));
                return;
            }
            let kept = |index| if renames > index { "new" } else { "old" };
            let mut expected = vec![("a", kept(0)), ("b", kept(1))];
            expected.extend((renames > 2).then_some(("c", "new")));
            assert_eq!(files, pairs(&expected), "operation {failing}");
            assert_eq!((result.unwrap_err().kind, stdout.len()), (ErrorClass::Io, 0));
        }
    }

    #[test]
    fn a_full_disk_is_an_error_also_at_the_flush() {
        let (_folder, env) = folder();
        for (room, at_flush) in [(0, false), (2, false), (0, true)] {
            let mut stdout = Faulty { room, error: io::ErrorKind::StorageFull, at_flush };
            let error =
                write(&[document(Target::Stdout, "document")], &[], HardLinks::Break, &env, &mut stdout).unwrap_err();
            assert!(
                error.kind == ErrorClass::Io && error.message.starts_with("cannot write standard output: "),
                "{error}"
            );
        }
    }

    #[test]
    fn a_reader_that_leaves_early_is_no_error() {
        let (folder, env) = folder();
        for (room, at_flush) in [(0, false), (2, false), (0, true)] {
            let documents = [document(Target::Stdout, "document"), document(file("a"), "new")];
            let mut stdout = Faulty { room, error: io::ErrorKind::BrokenPipe, at_flush };
            write(&documents, &[], HardLinks::Break, &env, &mut stdout).unwrap();
            assert_eq!(content(folder.path()), pairs(&[("a", "new")]));
        }
    }

    /// Why it was refused, with nothing changed.
    fn refused(targets: &[Target], inputs: &[PathBuf], env: &Env) -> Error {
        let before = content(env.current_dir());
        let documents: Vec<_> = targets.iter().map(|target| document(target.clone(), "new")).collect();
        let mut stdout = Vec::new();
        let error = write(&documents, inputs, HardLinks::Break, env, &mut stdout).unwrap_err();
        assert_eq!((content(env.current_dir()), stdout.len()), (before, 0));
        error
    }

    #[test]
    fn two_outputs_to_one_file_are_refused() {
        let (folder, env) = folder();
        fs::create_dir(folder.path().join("sub")).unwrap();
        fs::write(folder.path().join("a"), "old").unwrap();
        let absolute = folder.path().join("new");
        for (one, other) in [
            (file("new"), file("new")),
            (file("new"), file("./new")),
            (file("new"), file("sub/../new")),
            (file("new"), file(absolute)),
            (file("a"), file("sub/../a")),
            (Target::Stdout, Target::Stdout),
        ] {
            let error = refused(&[file("other"), one, other], &[], &env);
            assert!(error.kind == ErrorClass::Usage && error.message.starts_with("two outputs go to "), "{error}");
        }
    }

    #[test]
    fn the_records_are_not_overwritten() {
        let (folder, env) = folder();
        fs::write(folder.path().join("records.json"), "{}").unwrap();
        let inputs = ["-", "gone.json", ".", "./records.json"].map(PathBuf::from);
        let error = refused(&[file("records.json")], &inputs, &env);
        assert_eq!(error.message, "output records.json would overwrite an input");
        places(&[file("new.json"), file("gone.json")], &inputs, &env).unwrap();
    }

    #[test]
    fn what_is_no_place_for_a_file_is_refused_by_name() {
        let (folder, env) = folder();
        fs::create_dir(folder.path().join("sub")).unwrap();
        fs::write(folder.path().join("plain"), "").unwrap();
        for name in ["sub", "sub/", ".", "..", "nosuch/x", "plain/x", "new/", ""] {
            let error = refused(&[file("first"), file(name)], &[], &env);
            assert!(error.message.starts_with(&format!("cannot write {name}: ")), "{error}");
            assert!(!error.message.contains("os error"), "{error}");
        }
    }

    #[cfg(unix)]
    mod unix {
        use std::fs::{self, OpenOptions, Permissions};
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
        use std::path::PathBuf;

        use super::{content, document, file, folder, pairs, refused, write_one};
        use crate::cli::output::{HardLinks, Target, places, write};
        use crate::error::ErrorClass;

        #[test]
        fn a_link_stays_a_link_also_a_relative_one_seen_from_elsewhere() {
            let (folder, env) = folder();
            let at = |name: &str| folder.path().join(name);
            fs::create_dir(at("sub")).unwrap();
            fs::write(at("sub/real"), "old").unwrap();
            symlink("real", at("sub/link")).unwrap();
            symlink("sub/link", at("chain")).unwrap();
            symlink("sub/later", at("dangling")).unwrap();
            for (name, real) in [("sub/link", "sub/real"), ("chain", "sub/real"), ("dangling", "sub/later")] {
                write_one(&env, name, name).unwrap();
                assert!(at(name).is_symlink() && !at(real).is_symlink());
                assert_eq!(fs::read_to_string(at(real)).unwrap(), name);
            }
            assert_eq!(content(&at("sub")).len(), 3);
        }

        #[test]
        fn links_to_one_file_are_one_file_and_links_to_the_records_are_the_records() {
            let (folder, env) = folder();
            let at = |name: &str| folder.path().join(name);
            fs::write(at("real"), "old").unwrap();
            symlink("real", at("soft")).unwrap();
            fs::hard_link(at("real"), at("hard")).unwrap();
            symlink("nothing", at("one")).unwrap();
            symlink("nothing", at("two")).unwrap();
            for (one, other) in
                [("real", "soft"), ("hard", "real"), ("soft", "hard"), ("one", "two"), ("two", "nothing")]
            {
                assert_eq!(refused(&[file(one), file(other)], &[], &env).kind, ErrorClass::Usage);
            }
            for (to, from) in [("soft", "real"), ("real", "soft"), ("hard", "real")] {
                assert_eq!(refused(&[file(to)], &[PathBuf::from(from)], &env).kind, ErrorClass::Usage);
            }
            symlink("loop", at("loop")).unwrap();
            assert_eq!(refused(&[file("loop")], &[], &env).kind, ErrorClass::Io);
        }

        #[test]
        fn the_mode_stays_and_a_new_file_gets_an_ordinary_one() {
            let (folder, env) = folder();
            let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().mode() & 0o7777;
            fs::write(folder.path().join("plain"), "").unwrap();
            for wanted in [0o600, 0o640, 0o755] {
                fs::write(folder.path().join("a"), "old").unwrap();
                fs::set_permissions(folder.path().join("a"), Permissions::from_mode(wanted)).unwrap();
                write_one(&env, "a", "new").unwrap();
                assert_eq!(mode("a"), wanted);
            }
            write_one(&env, "new", "new").unwrap();
            assert_eq!(mode("new"), mode("plain"));
        }

        #[test]
        fn what_may_not_be_written_is_not_replaced() {
            let (folder, env) = folder();
            let at = |name: &str| folder.path().join(name);
            fs::create_dir(at("closed")).unwrap();
            fs::write(at("closed/old"), "old").unwrap();
            fs::write(at("fixed"), "old").unwrap();
            fs::set_permissions(at("fixed"), Permissions::from_mode(0o444)).unwrap();
            fs::set_permissions(at("closed"), Permissions::from_mode(0o555)).unwrap();
            // Root may write everything: then there is nothing to refuse.
            if OpenOptions::new().write(true).open(at("fixed")).is_err() {
                assert_eq!(refused(&[file("fixed")], &[], &env).message, "cannot write fixed: Permission denied");
                for name in ["closed/old", "closed/new"] {
                    let error = write(
                        &[document(file("a"), "a"), document(file(name), "new")],
                        &[],
                        HardLinks::Break,
                        &env,
                        &mut Vec::new(),
                    );
                    assert_eq!(error.unwrap_err().message, format!("cannot write {name}: Permission denied"));
                }
                assert!(!at("a").exists());
            }
            fs::set_permissions(at("closed"), Permissions::from_mode(0o755)).unwrap();
        }

        #[test]
        #[cfg(target_os = "linux")]
        fn devices_are_written_in_place_and_a_full_one_leaves_the_files_alone() {
            let (folder, env) = folder();
            fs::write(folder.path().join("a"), "old").unwrap();
            let null = || document(file("/dev/null"), "x");
            write(&[null(), null()], &[], HardLinks::Break, &env, &mut Vec::new()).unwrap();
            let (mut stdout, full) = (Vec::new(), document(file("/dev/full"), "x"));
            let documents = [document(file("a"), "new"), document(Target::Stdout, "doc"), full];
            let error = write(&documents, &[], HardLinks::Break, &env, &mut stdout).unwrap_err();
            assert_eq!(error.message, "cannot write /dev/full: No space left on device");
            assert_eq!((content(folder.path()), stdout.len()), (pairs(&[("a", "old")]), 0));
        }

        #[test]
        #[cfg(target_os = "linux")]
        fn an_open_descriptor_is_written_to_and_not_replaced() {
            use std::os::fd::AsRawFd as _;
            let (folder, env) = folder();
            let at = folder.path().join("log");
            fs::write(&at, "before ").unwrap();
            let open = OpenOptions::new().append(true).open(&at).unwrap();
            for name in ["/dev/fd", "/proc/self/fd"] {
                let name = format!("{name}/{}", open.as_raw_fd());
                let number = fs::metadata(&at).unwrap().ino();
                write_one(&env, &name, "more ").unwrap();
                assert_eq!(fs::metadata(&at).unwrap().ino(), number);
                assert_eq!(refused(&[file("log"), file(name)], &[], &env).kind, ErrorClass::Usage);
            }
            assert_eq!(fs::read_to_string(&at).unwrap(), "before more more ");
        }

        #[test]
        fn standard_output_is_a_file_too() {
            let (folder, env) = folder();
            fs::write(folder.path().join("a"), "old").unwrap();
            let env = env.with_stdout_metadata(fs::metadata(folder.path().join("a")).unwrap());
            assert_eq!(
                refused(&[Target::Stdout, file("a")], &[], &env).message,
                "two outputs go to one file: a is standard output"
            );
            assert_eq!(refused(&[Target::Stdout], &[PathBuf::from("a")], &env).kind, ErrorClass::Usage);
            places(&[Target::Stdout, file("b")], &[], &env).unwrap();
        }
    }
}
