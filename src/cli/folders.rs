//! Where a user's files are, after the [XDG base directory
//! specification](https://specifications.freedesktop.org/basedir-spec/latest/).

use super::env::Env;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// `$XDG_DATA_HOME/compare`, else `~/.local/share/compare`. None without a home.
fn data(env: &Env) -> Option<PathBuf> {
    base(env, "XDG_DATA_HOME", ".local/share")
}

/// The user's own records, if there are any. A folder that cannot be looked at is named all the same, to be an error.
pub(super) fn own_records(env: &Env) -> Option<PathBuf> {
    let is_absent = |error: &io::Error| {
        matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::PermissionDenied)
    };
    data(env).filter(|folder| fs::metadata(folder).map_or_else(|error| !is_absent(&error), |about| about.is_dir()))
}

/// `$XDG_CONFIG_HOME/compare`, else `~/.config/compare`. None without a home.
pub(super) fn config(env: &Env) -> Option<PathBuf> {
    base(env, "XDG_CONFIG_HOME", ".config")
}

/// `$XDG_CACHE_HOME/compare`, else `~/.cache/compare`. None without a home.
pub(super) fn cache(env: &Env) -> Option<PathBuf> {
    base(env, "XDG_CACHE_HOME", ".cache")
}

/// Relative values of the variables are invalid and are passed over, as the specification asks.
fn base(env: &Env, variable: &str, below_home: &str) -> Option<PathBuf> {
    let named = env.var(variable).map(Path::new).filter(|path| path.is_absolute()).map(Path::to_path_buf);
    let base = named.or_else(|| env.home().map(|home| home.join(below_home)))?;
    Some(base.join("compare"))
}

/// `path` with a leading `~` as the home folder: shells expand it neither in files and variables nor behind a `=`.
/// A folder that is really called `~` is written `./~`.
pub(super) fn expand_home(path: &Path, env: &Env) -> PathBuf {
    match (path.strip_prefix("~"), env.home()) {
        (Ok(below), Some(home)) if below.as_os_str().is_empty() => home.to_path_buf(),
        (Ok(below), Some(home)) => home.join(below),
        _ => path.to_path_buf(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leading_tilde_is_the_home_folder_and_no_other_is() {
        let env = Env::bare("/here").with_home("/home/ada");
        for (path, expanded) in [
            ("~", "/home/ada"),
            ("~/", "/home/ada"),
            ("~/a b/c", "/home/ada/a b/c"),
            ("./~/a", "./~/a"),
            ("~ada/a", "~ada/a"),
            ("a/~/b", "a/~/b"),
            ("/~", "/~"),
            ("", ""),
        ] {
            assert_eq!(expand_home(Path::new(path), &env), Path::new(expanded), "{path}");
        }
        assert_eq!(expand_home(Path::new("~/a"), &Env::bare("/here")), Path::new("~/a"), "no home");
    }

    #[test]
    fn the_variable_comes_first_and_must_be_absolute() {
        let env = Env::bare("/here");
        assert_eq!(data(&env), None);
        let env = env.with_home("/home/ada");
        assert_eq!(data(&env), Some("/home/ada/.local/share/compare".into()));
        assert_eq!(data(&env.clone().with_var("XDG_DATA_HOME", "/data")), Some("/data/compare".into()));
        assert_eq!(data(&env.with_var("XDG_DATA_HOME", "data")), Some("/home/ada/.local/share/compare".into()));
    }
}
