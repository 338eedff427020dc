//! Revisions of a git repository, read with the `git` program.
//!
//! Nothing is checked out and nothing is written: revisions are resolved by `rev-parse`, their files are listed by
//! `ls-tree` and read by one `cat-file`. No hook, filter, text conversion, file monitor or transport of the repository's
//! configuration runs: none of these three uses the first ones, and the others are switched off for them.

mod tree;

pub(super) use tree::files;

use super::env::Env;
use crate::error::{Error, ErrorClass, Result};
use crate::suggest::did_you_mean;
use std::io::{BufReader, ErrorKind, Read as _, Write as _};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

/// What is switched off for every run: pagers, locks that are not needed, transports, a program that watches files.
const FLAGS: [&str; 7] = [
    "--no-pager",
    "--no-optional-locks",
    "--literal-pathspecs",
    "-c",
    "protocol.allow=never",
    "-c",
    "core.fsmonitor=false",
];

/// The same as variables, some of which outrank what a repository configures; messages in English, as they are read here.
const VARIABLES: [(&str, &str); 5] = [
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_ALLOW_PROTOCOL", "none"),
    ("LC_ALL", "C"),
];

/// Most that the records of a revision may have together, in bytes: they are held in memory.
const BLOBS_MAX: u64 = 1 << 30;

/// The remedy wherever a state cannot be read from git.
pub(super) const NAME_FOLDERS: &str = "to compare without git, name two folders or files: `compare changes OLD NEW`";

/// A git repository with a work tree.
pub(super) struct Repository<'e> {
    env: &'e Env,
    /// The folder of the work tree, without links.
    root: PathBuf,
    /// Whether the history ends early.
    is_shallow: bool,
}

/// A commit.
#[derive(Clone, Debug)]
pub(super) struct Revision {
    /// As it was typed.
    pub(super) name: String,
    /// Its full id.
    pub(super) commit: String,
}

/// What a run of git gave.
struct GitOutput {
    is_success: bool,
    stdout: Vec<u8>,
    /// What it said on standard error, on one line.
    message: String,
}

impl<'e> Repository<'e> {
    /// The repository around the working directory.
    ///
    /// # Errors
    /// There is no program `git`, no repository, none with a work tree, or one that git refuses to read.
    pub(super) fn find(env: &'e Env) -> Result<Self> {
        let output = run(env, &["rev-parse", "--is-shallow-repository", "--show-toplevel"])?;
        if !output.is_success {
            return Err(if output.message.contains("not a git repository") {
                Error::usage("there is no git repository here, so there are no revisions").hint(NAME_FOLDERS)
            } else {
                failed(&output.message).hint(NAME_FOLDERS)
            });
        }
        let text = String::from_utf8(output.stdout).map_err(|_| failed("the path of the work tree is not UTF-8"))?;
        let (shallow, root) = text.split_once('\n').unwrap_or(("", &text));
        let root = PathBuf::from(root.strip_suffix('\n').unwrap_or(root));
        let root = std::fs::canonicalize(&root).unwrap_or(root);
        Ok(Self { env, root, is_shallow: shallow == "true" })
    }

    /// The commit that `name` means, if any.
    ///
    /// # Errors
    /// It begins like an option, or git cannot be run.
    pub(super) fn revision(&self, name: &str) -> Result<Option<Revision>> {
        check_name(name)?;
        let output = run(self.env, &["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")])?;
        let commit = String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned();
        let is_found = output.is_success && is_id(&commit);
        Ok(is_found.then(|| Revision { name: name.to_owned(), commit }))
    }

    /// The commit from which `one` and `other` went apart, called `name`, and how many such there are.
    ///
    /// # Errors
    /// There is none, or the history at hand does not reach it.
    pub(super) fn common_ancestor(&self, one: &Revision, other: &Revision, name: &str) -> Result<(Revision, usize)> {
        if self.is_shallow {
            let message = format!(
                "where `{}` and `{}` went apart may lie before this shallow clone begins",
                one.name, other.name
            );
            return Err(of_shallow(Error::usage(message)));
        }
        let output = run(self.env, &["rev-parse", "--revs-only", &format!("{}...{}", one.commit, other.commit)])?;
        let text = String::from_utf8_lossy(&output.stdout);
        // The two commits come first, then those that both have, each with a sign.
        let common: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix('^')).filter(|id| is_id(id)).collect();
        match common.first() {
            Some(commit) => Ok((Revision { name: name.to_owned(), commit: (*commit).to_owned() }, common.len())),
            None => Err(Error::usage(format!("`{}` and `{}` have no commit in common", one.name, other.name))
                .hint(format!("to compare the two as they are: `compare changes {} {}`", one.name, other.name))),
        }
    }

    /// The error for a revision that does not exist.
    pub(super) fn unknown(&self, name: &str) -> Error {
        let error = Error::usage(format!("unknown revision `{name}`, and no file or folder has that name"));
        if self.is_shallow {
            return of_shallow(error);
        }
        let refs = run(self.env, &["rev-parse", "--symbolic", "--branches", "--tags", "--remotes"]);
        let refs = refs.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        if refs.is_empty() && name == "HEAD" {
            return Error::usage("the git repository has no commit yet, so there is nothing to compare with")
                .hint(NAME_FOLDERS);
        }
        let all = "a revision is a branch, a tag or a commit: `git log --oneline --all` shows them";
        error.hint(did_you_mean(name, refs.lines()).unwrap_or_else(|| all.to_owned()))
    }

    /// Whether a merge is under way, so that the work tree is no state of its own.
    ///
    /// # Errors
    /// git cannot be run.
    pub(super) fn is_merging(&self) -> Result<bool> {
        Ok(self.revision("MERGE_HEAD")?.is_some())
    }

    /// `path`, which starts from the working directory, as git names it: from the folder of the work tree, parts
    /// separated by `/`; empty for that folder itself.
    ///
    /// # Errors
    /// It is outside the repository, or not UTF-8.
    pub(super) fn relative(&self, path: &Path) -> Result<String> {
        let whole = plain(&self.env.current_dir().join(path));
        let below = match whole.strip_prefix(&self.root) {
            Ok(below) => Some(below.to_path_buf()),
            Err(_) => std::fs::canonicalize(&whole)
                .ok()
                .and_then(|real| real.strip_prefix(&self.root).ok().map(Path::to_path_buf)),
        };
        let Some(below) = below else {
            let (path, root) = (path.display(), self.root.display());
            return Err(Error::usage(format!(
                "the catalog {path} is outside the git repository {root}, which has no history of it"
            ))
            .hint(NAME_FOLDERS));
        };
        let parts = below.iter().map(|part| part.to_str()).collect::<Option<Vec<_>>>();
        parts
            .map(|parts| parts.join("/"))
            .ok_or_else(|| Error::usage(format!("the path {} is not UTF-8", path.display())).hint(NAME_FOLDERS))
    }

    /// The blobs with these ids, in their order.
    ///
    /// # Errors
    /// One is not at hand, or they have more than [`BLOBS_MAX`] bytes together.
    fn blobs(&self, ids: &[String]) -> Result<Vec<Vec<u8>>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut git = command(self.env, &["cat-file", "--batch"]);
        let mut child = git.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().map_err(|error| no_git(&error))?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let read = thread::scope(|scope| {
            // It answers while it is asked: both at once, or each could wait for the other.
            scope.spawn(move || {
                let Some(mut stdin) = stdin else { return };
                let asked = ids.iter().fold(String::new(), |asked, id| asked + id + "\n");
                // Where git has ended early, the answer says so.
                let _ = stdin.write_all(asked.as_bytes());
            });
            stdout.map_or(Ok(Vec::new()), |stdout| read_blobs(BufReader::with_capacity(1 << 16, stdout), ids))
        });
        if read.is_err() {
            let _ = child.kill();
        }
        let _ = child.wait();
        read
    }
}

/// What `cat-file` answers for `ids`.
fn read_blobs(mut answer: impl std::io::BufRead, ids: &[String]) -> Result<Vec<Vec<u8>>> {
    let refused = |error: std::io::Error| Error::io("read", "the records from git", &error);
    let (mut blobs, mut left) = (Vec::with_capacity(ids.len()), BLOBS_MAX);
    for id in ids {
        let mut header = String::new();
        answer.read_line(&mut header).map_err(refused)?;
        let size = header.trim_end().strip_prefix(id.as_str()).and_then(|rest| rest.strip_prefix(" blob "));
        let Some(size) = size.and_then(|size| size.parse::<u64>().ok()) else {
            let error = Error::data(format!("git does not have the file {id} at hand"));
            return Err(error
                .hint(
                    "in a partial clone, fetch it first: `git fetch --refetch --no-filter`, or check the revision out",
                )
                .hint(NAME_FOLDERS));
        };
        left = left.checked_sub(size).ok_or_else(|| {
            Error::data(format!("the records of the revision are larger than {} MiB", BLOBS_MAX >> 20))
                .hint("check it out (`git worktree add DIR REVISION`) and name its folder")
        })?;
        let mut blob = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
        answer.by_ref().take(size).read_to_end(&mut blob).map_err(refused)?;
        answer.read_exact(&mut [0]).map_err(refused)?;
        blobs.push(blob);
    }
    Ok(blobs)
}

/// A run of git that reads.
fn command(env: &Env, args: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.env_clear().envs(env.variables()).envs(VARIABLES).args(FLAGS).args(args);
    command.current_dir(env.current_dir()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(env: &Env, args: &[&str]) -> Result<GitOutput> {
    let output = command(env, args).output().map_err(|error| no_git(&error))?;
    let message = String::from_utf8_lossy(&output.stderr);
    let message = message.lines().next().unwrap_or_default();
    let message = message.strip_prefix("fatal: ").unwrap_or(message).to_owned();
    Ok(GitOutput { is_success: output.status.success(), stdout: output.stdout, message })
}

fn no_git(error: &std::io::Error) -> Error {
    if error.kind() == ErrorKind::NotFound {
        return Error::usage("revisions are read with the program `git`, which is not installed").hint(NAME_FOLDERS);
    }
    Error::io("run", "git", error)
}

fn failed(message: &str) -> Error {
    Error::new(ErrorClass::Data, format!("git: {message}"))
}

fn of_shallow(error: Error) -> Error {
    error
        .hint("this is a shallow clone, whose history ends early; in a workflow, let actions/checkout fetch all of it: `fetch-depth: 0`")
        .hint("elsewhere: `git fetch --unshallow`")
}

/// Refuses what git would take for an option, and what is no name at all.
fn check_name(name: &str) -> Result<()> {
    if name.is_empty() || name.starts_with('-') {
        return Err(Error::usage(format!("`{name}` is not a revision: none begins with `-`")));
    }
    Ok(())
}

/// Whether this is the full id of an object.
fn is_id(text: &str) -> bool {
    [40, 64].contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A path without `.` and without what `..` takes back.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}
