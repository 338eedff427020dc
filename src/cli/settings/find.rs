//! Which files hold settings, and their text.

use super::reach::ProjectBounds;
use crate::cli::args::ConfigArgs;
use crate::cli::env::Env;
use crate::cli::folders::{self, expand_home};
use crate::error::{Error, Location, Result};
use crate::open;
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The name of a project's file.
pub(in crate::cli) const PROJECT_FILE: &str = "compare.toml";

/// Largest file that is read, in bytes: settings are written by hand.
const SIZE_MAX: u64 = 1 << 20;

/// A file with settings.
pub(super) struct Found {
    /// What messages call it: as it was typed, or from the working directory.
    pub(super) name: String,
    /// Where it is, from the working directory.
    pub(super) path: PathBuf,
    /// What relative paths in it start from; empty for the working directory.
    pub(super) folder: PathBuf,
    /// How far it reaches, where it belongs to a project and so may name reports; `None` for the user's own settings.
    pub(super) bounds: Option<Arc<ProjectBounds>>,
    /// What it says.
    pub(super) text: String,
}

/// The files in use, the strongest first.
///
/// # Errors
/// A file that is there, or was named, and cannot be read; a file of another user.
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

/// The file that `--config` names. It may be a pipe, whose paths then start from the working directory, but not a
/// folder.
fn named(path: &Path, env: &Env) -> Result<Found> {
    let name = path.display().to_string();
    let here = env.current_dir().join(path);
    let refused = |error: io::Error| Error::io("read", &name, &error);
    let about = fs::metadata(&here).map_err(refused)?;
    let is_file = about.is_file() || about.is_dir();
    let file = if is_file { open::regular(&here).map(|(file, _)| file) } else { File::open(&here) };
    let text = read(file.map_err(refused)?, &name)?;
    let folder = path.parent().filter(|_| is_file).unwrap_or(Path::new("")).to_path_buf();
    let bounds = Some(Arc::new(ProjectBounds::of(&env.current_dir().join(&folder))));
    Ok(Found { name, path: path.to_path_buf(), folder, bounds, text })
}

/// The nearest `compare.toml` from the working directory upwards. A folder with `.git` and the home folder are the
/// last that are looked at.
fn project(env: &Env) -> Result<Option<Found>> {
    let mut up = PathBuf::new();
    // The working directory comes without links, and HOME may be one.
    let home = env.home().map(|home| fs::canonicalize(home).unwrap_or_else(|_| home.to_path_buf()));
    for folder in env.current_dir().ancestors() {
        let path = folder.join(PROJECT_FILE);
        let name = up.join(PROJECT_FILE).display().to_string();
        if is_there(&path, folder == env.current_dir()).map_err(|error| Error::io("read", &name, &error))? {
            let (file, about) = open::regular(&path).map_err(|error| Error::io("read", &name, &error))?;
            check_owner(&path, &about, &name, env)?;
            let text = read(file, &name)?;
            let bounds = Some(Arc::new(ProjectBounds::of(folder)));
            return Ok(Some(Found { name, path: up.join(PROJECT_FILE), folder: up, bounds, text }));
        }
        if fs::symlink_metadata(folder.join(".git")).is_ok() || home.as_deref() == Some(folder) {
            break;
        }
        up.push("..");
    }
    Ok(None)
}

/// Refuses settings above the working directory, or in one that everyone may write to, that another user put there.
///
/// # Errors
/// The file at `path`, which is `about`, or the link that leads to it, belongs to neither the user nor root nor the
/// owner of the working directory (a folder of the host in a container).
#[cfg(unix)]
fn check_owner(path: &Path, about: &Metadata, name: &str, env: &Env) -> Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    let Ok(here) = fs::metadata(env.current_dir()) else { return Ok(()) };
    let is_above = path.parent() != Some(env.current_dir());
    if !is_above && here.mode() & 0o002 == 0 {
        return Ok(());
    }
    let link = fs::symlink_metadata(path).map_err(|error| Error::io("read", name, &error))?;
    let user = rustix::process::geteuid().as_raw();
    let stranger = [about.uid(), link.uid()].into_iter().find(|owner| !is_trusted(*owner, user, here.uid()));
    match stranger {
        None => Ok(()),
        Some(owner) => Err(Error::usage(format!("{name} belongs to another user (id {owner}), so it is not read"))
            .hint(format!("if you trust it, name it: `--config {name}`"))
            .hint("to go on without it, set COMPARE_NO_CONFIG=1 or type `--no-config`")),
    }
}

#[cfg(not(unix))]
fn check_owner(_: &Path, _: &Metadata, _: &str, _: &Env) -> Result<()> {
    Ok(())
}

/// Whether settings of `owner` are read by `user` in a folder of `folder_owner`; all three are user ids.
#[cfg(unix)]
fn is_trusted(owner: u32, user: u32, folder_owner: u32) -> bool {
    owner == 0 || owner == user || owner == folder_owner
}

/// `$XDG_CONFIG_HOME/compare/config.toml`, if it is there.
fn user(env: &Env) -> Result<Option<Found>> {
    let Some(folder) = folders::config(env) else { return Ok(None) };
    let path = folder.join("config.toml");
    let name = path.display().to_string();
    if !is_there(&path, false).map_err(|error| Error::io("read", &name, &error))? {
        return Ok(None);
    }
    let (file, _) = open::regular(&path).map_err(|error| Error::io("read", &name, &error))?;
    let text = read(file, &name)?;
    Ok(Some(Found { name, path, folder, bounds: None, text }))
}

/// Whether something of that name is there: also a broken link, which is to be said and not passed over. A folder that
/// may not be entered has nothing for the user, unless it is `entered` already.
///
/// # Errors
/// The system does not tell.
fn is_there(path: &Path, entered: bool) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(false),
        Err(error) if error.kind() == ErrorKind::PermissionDenied && !entered => Ok(false),
        Err(error) => Err(error),
    }
}

/// The text of the settings in `file`, called `name`.
fn read(file: impl Read, name: &str) -> Result<String> {
    let mut bytes = Vec::new();
    file.take(SIZE_MAX + 1).read_to_end(&mut bytes).map_err(|error| Error::io("read", name, &error))?;
    if bytes.len() as u64 > SIZE_MAX {
        return Err(Error::data(format!("{name} has more than {SIZE_MAX} bytes, which no settings need")));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let line = 1 + memchr::memchr_iter(b'\n', &bytes[..error.valid_up_to()]).count();
            let location = Location { file: name.to_owned(), line, ..Location::default() };
            Err(Error::data("the text is not UTF-8").at(location).hint("save the file as UTF-8"))
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::is_trusted;

    #[test]
    fn settings_of_the_user_of_root_and_of_the_folder_s_owner_are_read() {
        let (ada, bob, eve) = (1000, 1001, 1002);
        assert!(is_trusted(ada, ada, bob) && is_trusted(0, ada, ada) && is_trusted(bob, ada, bob));
        assert!(!is_trusted(eve, ada, ada) && !is_trusted(eve, ada, bob) && !is_trusted(eve, 0, 0));
    }
}
