//! Which files hold settings, and their text.

use crate::cli::args::ConfigArgs;
use crate::cli::env::Env;
use crate::cli::folders::{self, expand_home};
use crate::error::{Error, Result, Spot};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

/// The name of a project's file.
pub(super) const PROJECT_FILE: &str = "compare.toml";

/// Largest file that is read, in bytes: settings are written by hand.
const SIZE_MAX: u64 = 1 << 20;

/// A file with settings.
pub(super) struct Found {
    /// What messages call it: as it was typed, or from the working directory.
    pub(super) name: String,
    /// What relative paths in it start from; empty for the working directory.
    pub(super) folder: PathBuf,
    /// Whether it belongs to a project, and so may name reports.
    pub(super) is_project: bool,
    /// What it says.
    pub(super) text: String,
}

/// The files in use, the strongest first.
///
/// # Errors
/// A file that is there, or was named, and cannot be read.
pub(super) fn files(typed: &ConfigArgs, env: &Env) -> Result<Vec<Found>> {
    if typed.config.is_some() && typed.no_config {
        return Err(Error::usage("`--config` and `--no-config` contradict each other"));
    }
    if let Some(name) = &typed.config {
        return Ok(vec![named(&expand_home(name, env), env)?]);
    }
    let switched_off = env.var("COMPARE_NO_CONFIG").is_some_and(|value| value != "0");
    if typed.no_config || switched_off {
        return Ok(Vec::new());
    }
    Ok([project(env)?, user(env)?].into_iter().flatten().collect())
}

/// The file that `--config` names. It may be a pipe, but not a folder.
fn named(path: &Path, env: &Env) -> Result<Found> {
    let name = path.display().to_string();
    let text = read(&env.current_dir().join(path), &name, true)?;
    let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
    Ok(Found { name, folder, is_project: true, text })
}

/// The nearest `compare.toml` from the working directory upwards. A folder with `.git` and the home folder are the
/// last that are looked at.
fn project(env: &Env) -> Result<Option<Found>> {
    let mut up = PathBuf::new();
    // The working directory comes without links, and HOME may be one.
    let home = env.home().map(|home| fs::canonicalize(home).unwrap_or_else(|_| home.to_path_buf()));
    for folder in env.current_dir().ancestors() {
        let path = folder.join(PROJECT_FILE);
        if is_there(&path) {
            let name = up.join(PROJECT_FILE).display().to_string();
            let text = read(&path, &name, false)?;
            return Ok(Some(Found { name, folder: up, is_project: true, text }));
        }
        if is_there(&folder.join(".git")) || home.as_deref() == Some(folder) {
            break;
        }
        up.push("..");
    }
    Ok(None)
}

/// `$XDG_CONFIG_HOME/compare/config.toml`, if it is there.
fn user(env: &Env) -> Result<Option<Found>> {
    let Some(folder) = folders::config(env) else { return Ok(None) };
    let path = folder.join("config.toml");
    if !is_there(&path) {
        return Ok(None);
    }
    let name = path.display().to_string();
    let text = read(&path, &name, false)?;
    Ok(Some(Found { name, folder, is_project: false, text }))
}

/// Whether something of that name is there: also a broken link, which is to be said and not passed over.
fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

fn read(path: &Path, name: &str, pipes: bool) -> Result<String> {
    let refused = |error: &io::Error| Error::io("read", name, error);
    let about = fs::metadata(path).map_err(|error| refused(&error))?;
    if about.is_dir() {
        return Err(refused(&ErrorKind::IsADirectory.into()));
    }
    if !about.is_file() && !pipes {
        return Err(Error::data(format!("{name} is no regular file")));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| refused(&error))?;
    file.take(SIZE_MAX + 1).read_to_end(&mut bytes).map_err(|error| refused(&error))?;
    if bytes.len() as u64 > SIZE_MAX {
        return Err(Error::data(format!("{name} has more than {SIZE_MAX} bytes, which no settings need")));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let line = 1 + memchr::memchr_iter(b'\n', &bytes[..error.valid_up_to()]).count();
            let spot = Spot { file: name.to_owned(), line, ..Spot::default() };
            Err(Error::data("the text is not UTF-8").at(spot).hint("save the file as UTF-8"))
        }
    }
}
