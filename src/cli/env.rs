//! The process's surroundings as one value, so that everything else is a function of its arguments.

use std::ffi::{OsStr, OsString};
use std::fs::Metadata;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// A standard stream that is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output: the document.
    Stdout,
    /// Standard error: notes, progress, errors.
    Stderr,
}

/// The environment of the process: variables, folders, terminals.
#[derive(Clone, Debug, Default)]
pub struct Env {
    variables: Vec<(OsString, OsString)>,
    current_dir: PathBuf,
    home: Option<PathBuf>,
    terminals: [bool; 2],
    terminal_columns: Option<usize>,
    stdout_metadata: Option<Metadata>,
    stdout_problem: Option<&'static str>,
}

impl Env {
    /// The surroundings of this process. Beside `main`, the only place that asks for them.
    pub fn from_process() -> Self {
        let stdout_terminal = std::io::stdout().is_terminal();
        let columns = || terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0));
        Self {
            variables: std::env::vars_os().collect(),
            // A folder that was deleted under us is still "here" for relative paths, which then fail by name.
            current_dir: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            home: home(),
            terminals: [stdout_terminal, std::io::stderr().is_terminal()],
            terminal_columns: if stdout_terminal { columns() } else { None },
            stdout_metadata: stdout_metadata(),
            stdout_problem: stdout_problem(),
        }
    }

    /// Empty surroundings in `current_dir`: no variables, no home, no terminal. For tests.
    pub fn bare(current_dir: impl Into<PathBuf>) -> Self {
        Self { current_dir: current_dir.into(), ..Self::default() }
    }

    /// The value of a variable, unless it is unset or empty: an empty variable says nothing, by the convention of
    /// `NO_COLOR` and of the XDG base directories.
    pub fn var(&self, name: &str) -> Option<&OsStr> {
        let found = self.variables.iter().rfind(|(known, _)| known == name);
        found.map(|(_, value)| value.as_os_str()).filter(|value| !value.is_empty())
    }

    /// All variables, for a program that is started.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.variables.iter().map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }

    /// The folder that relative paths start from.
    pub fn current_dir(&self) -> &Path {
        &self.current_dir
    }

    /// The user's home folder, if there is one.
    pub fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    /// Whether `stream` is a terminal, so that a person is likely to read it.
    pub fn is_terminal(&self, stream: Stream) -> bool {
        self.terminals[stream as usize]
    }

    /// The columns of standard output's terminal; `None` without a terminal, or with one that reports 0.
    pub fn terminal_columns(&self) -> Option<usize> {
        self.terminal_columns.filter(|&columns| columns > 0)
    }

    /// Why standard output cannot be written to, where that is known from the start.
    pub fn stdout_problem(&self) -> Option<&'static str> {
        self.stdout_problem
    }

    /// The file, pipe or device that standard output is, where the system tells; files are recognised by it.
    pub fn stdout_metadata(&self) -> Option<&Metadata> {
        self.stdout_metadata.as_ref()
    }
}

#[cfg(test)]
impl Env {
    /// The same with the variable `name`.
    #[must_use]
    pub(crate) fn with_var(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// The same with a home folder.
    #[must_use]
    pub(crate) fn with_home(mut self, home: impl Into<PathBuf>) -> Self {
        self.home = Some(home.into());
        self
    }

    /// The same with `stream` a terminal.
    #[must_use]
    pub(crate) fn with_terminal(mut self, stream: Stream) -> Self {
        self.terminals[stream as usize] = true;
        self
    }

    /// The same with standard output a terminal of so many columns.
    #[must_use]
    pub(crate) fn with_terminal_columns(mut self, columns: usize) -> Self {
        self.terminal_columns = Some(columns);
        self.with_terminal(Stream::Stdout)
    }

    /// The same with standard output the file that `metadata` describes.
    #[must_use]
    pub(crate) fn with_stdout_metadata(mut self, metadata: Metadata) -> Self {
        self.stdout_metadata = Some(metadata);
        self
    }
}

/// The home folder: `HOME` alone. The list of users would be asked through the C library, which a static program cannot do
/// on every system, and the XDG base directories start from `HOME`.
#[cfg(unix)]
fn home() -> Option<PathBuf> {
    std::env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from)
}

#[cfg(not(unix))]
fn home() -> Option<PathBuf> {
    std::env::home_dir().filter(|home| !home.as_os_str().is_empty())
}

/// Why standard output cannot be written to.
#[cfg(unix)]
fn stdout_problem() -> Option<&'static str> {
    use rustix::fs::{OFlags, fcntl_getfl};
    if at_start::stdout_was_closed() {
        return Some("it is closed");
    }
    let is_read_only = |flags: OFlags| flags & OFlags::RWMODE == OFlags::RDONLY;
    fcntl_getfl(rustix::stdio::stdout()).is_ok_and(is_read_only).then_some("it is open for reading only")
}

#[cfg(not(unix))]
fn stdout_problem() -> Option<&'static str> {
    None
}

/// Whether standard output was closed when the program began. Before `main`, Rust's runtime opens `/dev/null` in the place
/// of a closed stream, and what is written there is lost without an error: so it is looked at earlier.
#[cfg(unix)]
mod at_start {
    use std::sync::atomic::{AtomicBool, Ordering};

    static CLOSED: AtomicBool = AtomicBool::new(false);

    #[ctor::ctor]
    fn look_at_stdout() {
        CLOSED.store(rustix::io::fcntl_getfd(rustix::stdio::stdout()).is_err(), Ordering::Relaxed);
    }

    pub(super) fn stdout_was_closed() -> bool {
        CLOSED.load(Ordering::Relaxed)
    }
}

/// What the shell made of standard output.
#[cfg(unix)]
fn stdout_metadata() -> Option<Metadata> {
    use std::os::fd::AsFd as _;
    let stdout = std::io::stdout().as_fd().try_clone_to_owned().ok()?;
    std::fs::File::from(stdout).metadata().ok()
}

#[cfg(not(unix))]
fn stdout_metadata() -> Option<Metadata> {
    None
}

#[cfg(test)]
mod tests {
    use super::{Env, Stream};

    #[test]
    fn an_empty_variable_says_nothing() {
        let env = Env::bare("/here").with_var("A", "1").with_var("B", "");
        assert_eq!(env.var("A"), Some("1".as_ref()));
        assert_eq!(env.var("B"), None);
        assert_eq!(env.var("C"), None);
    }

    #[test]
    fn only_the_named_stream_is_a_terminal() {
        let env = Env::bare("/here").with_terminal(Stream::Stderr);
        assert!(env.is_terminal(Stream::Stderr));
        assert!(!env.is_terminal(Stream::Stdout));
        assert_eq!(env.terminal_columns(), None);
        assert_eq!(env.clone().with_terminal_columns(0).terminal_columns(), None);
        assert_eq!(env.with_terminal_columns(80).terminal_columns(), Some(80));
    }
}
