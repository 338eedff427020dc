//! The records and the settings that the line names. Whatever is wrong with them, there are fewer of them.

use super::typed::{CompletionContext, Typed};
use crate::catalog::{Catalog, InputSource, Projection, ReadOptions};
use crate::cli::args::ConfigArgs;
use crate::cli::env::Env;
use crate::cli::folders::{self, expand_home};
use crate::cli::settings::{self, LoadedSettings};
use crate::format::Formats;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// How much is read at most while someone waits for TAB. A larger catalog is completed from the cache that every command
/// which reads it leaves.
const MOST: u64 = 256 << 20;

/// How long TAB waits for files: what a disk that sleeps, a network folder that hangs or a large catalog does not give
/// by then is left out. Builds without optimization are a tenth as fast.
pub(super) const DEADLINE: Duration = Duration::from_millis(if cfg!(debug_assertions) { 3_000 } else { 300 });

/// What `read` gives, if it does before `deadline`. Else it is left behind, and ends with the process.
fn in_time<T: Send + 'static>(deadline: Instant, read: impl FnOnce() -> Option<T> + Send + 'static) -> Option<T> {
    let (sender, receiver) = mpsc::channel();
    thread::Builder::new().spawn(move || sender.send(read())).ok()?;
    receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok()?
}

/// The names of the tools in use, from a cache where there is one; with their verdicts if `verdicts`.
pub(super) fn names(context: &CompletionContext, verdicts: bool) -> Option<Catalog> {
    open(context, if verdicts { Projection::REVIEWS } else { Projection::NAMES })
}

/// The records in use with their prices; none of a large catalog, which would take too long.
pub(super) fn priced(context: &CompletionContext) -> Option<Catalog> {
    let named = open(context, Projection::NAMES).filter(|catalog| !catalog.is_large());
    named.and_then(|_| open(context, Projection { profile: true, ..Projection::NAMES }))
}

/// The records in use, or none.
fn open(context: &CompletionContext, need: Projection) -> Option<Catalog> {
    let (typed, env) = (context.typed.clone(), context.env.clone());
    in_time(context.deadline, move || read(&typed, &env, need))
}

fn read(typed: &Typed, env: &Env, need: Projection) -> Option<Catalog> {
    let places = || places(typed, env);
    let cache = folders::cache(env);
    let sheets = load(typed, env)?.all.sheet_options();
    let options = ReadOptions {
        sheets: Some(&sheets),
        input_format: typed.values("input_format").last(),
        cache: cache.as_deref().filter(|_| !typed.has("no_cache")),
        names_only: true,
        most: Some(MOST),
        ..ReadOptions::default()
    };
    // Where some records are bad, the others still have names.
    let lenient = ReadOptions { skip_invalid: true, ..options };
    Catalog::open(places()?, need, need, &options).ok().or_else(|| Catalog::open(places()?, need, need, &lenient).ok())
}

/// Where the records in use are. No answer where the settings are wrong, as in a run. Only what lies there and ends is
/// read, whoever named it: standard input, a pipe or a device may never end.
fn places(typed: &Typed, env: &Env) -> Option<Vec<InputSource<'static>>> {
    let typed_paths: Vec<PathBuf> = typed.values("catalog").map(|path| expand_home(Path::new(path), env)).collect();
    let mut places = if typed_paths.is_empty() {
        match load(typed, env)?.all.catalog {
            Some(named) => named.value.places(env).ok()?,
            None => folders::own_records(env).map(InputSource::Path).into_iter().collect(),
        }
    } else {
        typed_paths.into_iter().map(InputSource::Path).collect()
    };
    for place in &mut places {
        if let InputSource::Path(path) = place {
            *place = InputSource::Configured { path: std::mem::take(path), confined: false };
        }
    }
    Some(if places.is_empty() { vec![InputSource::Embedded] } else { places })
}

/// The settings, unless they are wrong.
pub(super) fn settings(context: &CompletionContext) -> Option<LoadedSettings> {
    let (typed, env) = (context.typed.clone(), context.env.clone());
    in_time(context.deadline, move || load(&typed, &env))
}

/// The formats, the templates of the settings among them.
pub(super) fn formats(context: &CompletionContext) -> Formats {
    let (typed, env) = (context.typed.clone(), context.env.clone());
    in_time(context.deadline, move || load(&typed, &env)?.all.templates?.value.formats(&env).ok()).unwrap_or_default()
}

fn load(typed: &Typed, env: &Env) -> Option<LoadedSettings> {
    let config = typed.values("config").last().map(PathBuf::from);
    settings::load(&ConfigArgs { config, no_config: typed.has("no_config") }, env).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_come_in_time_is_left_out() {
        let now = Instant::now();
        assert_eq!(in_time(now + Duration::from_mins(1), || Some(1)), Some(1));
        assert_eq!(in_time(now + Duration::from_mins(1), || None::<u8>), None);
        let never = in_time(now + Duration::from_millis(1), || -> Option<u8> {
            loop {
                thread::park();
            }
        });
        assert_eq!(never, None);
    }
}
