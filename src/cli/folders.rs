//! Where a user's files are, after the [XDG base directory
//! specification](https://specifications.freedesktop.org/basedir-spec/latest/).

use super::env::Env;
use std::path::{Path, PathBuf};

/// `$XDG_DATA_HOME/compare`, else `~/.local/share/compare`. None without a home.
pub(super) fn data(env: &Env) -> Option<PathBuf> {
    base(env, "XDG_DATA_HOME", ".local/share")
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

#[cfg(test)]
mod tests {
    use super::*;

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
