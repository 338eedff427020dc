//! The records and the settings that the line names. Whatever is wrong with them, there are fewer of them.

use super::typed::Typed;
use crate::catalog::{Catalog, Need, Options, Place};
use crate::cli::args::ConfigArgs;
use crate::cli::env::Env;
use crate::cli::folders::{self, expand_home};
use crate::cli::settings::{self, Loaded};
use std::path::{Path, PathBuf};

/// How much is read while someone waits for TAB: about a second's work. A larger catalog is completed from the cache that
/// every command which reads it leaves.
const MOST: u64 = 256 << 20;

/// The names of the tools in use, from a cache where there is one; with their verdicts if `verdicts`.
pub(super) fn names(typed: &Typed, env: &Env, verdicts: bool) -> Option<Catalog> {
    open(typed, env, if verdicts { Need::VOTES } else { Need::NAMES })
}

/// The records in use with their prices; none of a large catalog, which would take too long.
pub(super) fn priced(typed: &Typed, env: &Env) -> Option<Catalog> {
    let named = open(typed, env, Need::NAMES).filter(|catalog| !catalog.is_large());
    named.and_then(|_| open(typed, env, Need { profile: true, ..Need::NAMES }))
}

/// The records in use, or none.
fn open(typed: &Typed, env: &Env, need: Need) -> Option<Catalog> {
    let paths = paths(typed, env)?;
    // Only what lies there and ends is read: standard input, a pipe or a device may never end.
    if !paths.iter().all(|path| std::fs::metadata(path).is_ok_and(|about| about.is_file() || about.is_dir())) {
        return None;
    }
    let places = || {
        let places = paths.iter().cloned().map(Place::Path).collect::<Vec<_>>();
        if places.is_empty() { vec![Place::Embedded] } else { places }
    };
    let cache = folders::cache(env);
    let options = Options {
        input_format: typed.values("input_format").last(),
        cache: cache.as_deref().filter(|_| !typed.has("no_cache")),
        names_only: true,
        most: Some(MOST),
        ..Options::default()
    };
    // Where some records are bad, the others still have names.
    let lenient = Options { skip_invalid: true, ..options };
    Catalog::open(places(), need, &options).or_else(|_| Catalog::open(places(), need, &lenient)).ok()
}

/// The paths of the catalog, none for the built-in records. No answer where the settings are wrong, as in a run.
fn paths(typed: &Typed, env: &Env) -> Option<Vec<PathBuf>> {
    let named: Vec<PathBuf> = typed.values("catalog").map(|path| expand_home(Path::new(path), env)).collect();
    if !named.is_empty() {
        return Some(named);
    }
    Some(match settings(typed, env)?.all.catalog {
        Some(named) => named.value,
        None => folders::data(env).filter(|folder| folder.is_dir()).into_iter().collect(),
    })
}

/// The settings, unless they are wrong.
pub(super) fn settings(typed: &Typed, env: &Env) -> Option<Loaded> {
    let config = typed.values("config").last().map(PathBuf::from);
    settings::load(&ConfigArgs { config, no_config: typed.has("no_config") }, env).ok()
}
