//! Ctrl-C and its kin: clean up what is under way, then die by the signal, as the shell expects.
//!
//! Nothing is installed until there is something to clean up: most runs end sooner than a thread starts.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What to do before the process dies by a signal. Runs on another thread, so plain code is safe in it.
pub(crate) type Cleanup = Box<dyn FnOnce() + Send>;

/// The cleanups to run, by number, in the order of their registration.
struct Registry {
    cleanups: BTreeMap<u64, Cleanup>,
    next: u64,
}

static REGISTRY: Mutex<Registry> = Mutex::new(Registry { cleanups: BTreeMap::new(), next: 0 });

/// Keeps a cleanup registered as long as it lives. Dropping it does not run the cleanup.
#[derive(Debug)]
#[must_use = "the cleanup is forgotten when this is dropped"]
pub(crate) struct Guard {
    number: u64,
}

impl Drop for Guard {
    fn drop(&mut self) {
        registry().cleanups.remove(&self.number);
    }
}

/// Runs `cleanup` if a signal ends the process while the guard lives.
pub(crate) fn on_interrupt(cleanup: Cleanup) -> Guard {
    platform::listen();
    register(&mut registry(), cleanup)
}

/// Makes something that needs a cleanup, so that no signal falls between the two.
///
/// # Errors
///
/// What `make` says; then nothing is registered.
pub(crate) fn guarded<T>(make: impl FnOnce() -> io::Result<(T, Cleanup)>) -> io::Result<(T, Guard)> {
    platform::listen();
    let mut registry = registry();
    let (value, cleanup) = make()?;
    Ok((value, register(&mut registry, cleanup)))
}

/// Does `work` wholly before or not at all, as far as signals go. It must not register or drop a [`Guard`], and it
/// must not wait for anything but the disk.
pub(crate) fn uninterrupted<T>(work: impl FnOnce() -> T) -> T {
    let _held = registry();
    work()
}

fn register(registry: &mut Registry, cleanup: Cleanup) -> Guard {
    let number = registry.next;
    registry.next += 1;
    registry.cleanups.insert(number, cleanup);
    Guard { number }
}

fn registry() -> MutexGuard<'static, Registry> {
    // A panic elsewhere leaves the map itself whole.
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
mod platform {
    use std::io;
    use std::sync::atomic::AtomicBool;
    use std::sync::{Arc, Once, mpsc};

    use signal_hook::consts::{SIGABRT, SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
    use signal_hook::iterator::Signals;
    use signal_hook::{flag, low_level};

    use super::registry;

    /// Starts the thread that waits for signals, once. Where that fails, the signals kill as they always do.
    pub(super) fn listen() {
        static STARTED: Once = Once::new();
        STARTED.call_once(|| {
            let _ = start();
        });
    }

    /// A write beyond `ulimit -f` shall be an error like any other, not a death: handled, it returns EFBIG.
    pub(in crate::cli) fn survive_file_size_limit() {
        static DONE: Once = Once::new();
        DONE.call_once(|| {
            let _ = flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
        });
    }

    /// Where memory runs out, Rust's runtime says so and aborts: that shall be an error like any other, with status 2 and
    /// not a death by a signal.
    pub(in crate::cli) fn end_where_memory_runs_out() {
        let _ = flag::register_conditional_shutdown(SIGABRT, 2, Arc::new(AtomicBool::new(true)));
    }

    fn start() -> io::Result<()> {
        // The thread comes first: without it, a signal that is caught would do nothing.
        let (hand_over, handed_over) = mpsc::channel::<Signals>();
        let wait = move || {
            let Ok(mut signals) = handed_over.recv() else { return };
            if let Some(signal) = signals.forever().next() {
                // Held until the end: no one makes a new file meanwhile.
                let mut registry = registry();
                while let Some((_, cleanup)) = registry.cleanups.pop_last() {
                    cleanup();
                }
                let _ = low_level::emulate_default_handler(signal);
            }
        };
        std::thread::Builder::new().name("signals".to_owned()).spawn(wait)?;
        let ignored = ignored_signals();
        let wanted: Vec<i32> =
            [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| ignored & (1 << (signal - 1)) == 0).collect();
        let again = Arc::new(AtomicBool::new(false));
        for &signal in &wanted {
            // In this order: the second signal finds the flag set by the first and kills at once.
            flag::register_conditional_default(signal, Arc::clone(&again))?;
            flag::register(signal, Arc::clone(&again))?;
        }
        hand_over.send(Signals::new(&wanted)?).map_err(io::Error::other)
    }

    /// The signals that the parent process asked us to ignore (`nohup`, a script's background job), bit n - 1 for
    /// signal n. They stay ignored. Only Linux tells without unsafe code; elsewhere none is taken to be ignored.
    fn ignored_signals() -> u64 {
        let status = if cfg!(target_os = "linux") { std::fs::read_to_string("/proc/self/status") } else { return 0 };
        let mask = |status: String| {
            let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?.trim().to_owned();
            u64::from_str_radix(&line, 16).ok()
        };
        status.ok().and_then(mask).unwrap_or(0)
    }
}

#[cfg(not(unix))]
mod platform {
    /// There is no way to wait for a console event here: temporary files are removed when a run ends by itself.
    pub(super) fn listen() {}

    pub(in crate::cli) fn survive_file_size_limit() {}

    pub(in crate::cli) fn end_where_memory_runs_out() {}
}

pub(in crate::cli) use platform::{end_where_memory_runs_out, survive_file_size_limit};

#[cfg(test)]
mod tests {
    use super::{guarded, on_interrupt, registry};

    #[test]
    fn a_cleanup_is_registered_as_long_as_its_guard_lives() {
        let guard = on_interrupt(Box::new(|| ()));
        let number = guard.number;
        assert!(registry().cleanups.contains_key(&number));
        drop(guard);
        assert!(!registry().cleanups.contains_key(&number));
        let (made, guard) = guarded(|| Ok((7, Box::new(|| ())))).unwrap();
        assert!(made == 7 && registry().cleanups.contains_key(&guard.number));
    }
}
