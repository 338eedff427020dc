//! The meter that a person sees when reading takes long.

use crate::cli::console::is_capable;
use crate::cli::env::{Env, Stream};
use crate::cli::interrupt::{self, Guard};
use indicatif::{BinaryBytes, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle, TermLike};
use std::fmt;
use std::io::{self, Write as _};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Work shorter than this shows no meter: it would only flicker.
const PATIENCE: Duration = Duration::from_millis(300);

/// How often the meter moves, also when nothing is reported.
const TICK: Duration = Duration::from_millis(100);

const TEMPLATE: &str = "{prefix} [{wide_bar}] {binary_bytes} of {binary_total_bytes}, {rate}/s, {rest} left";

const PIECES: &str = "{prefix} [{wide_bar}] {pos} of {len}";

/// A meter on standard error. It appears once the work has taken 0.3 seconds and is gone when this is dropped, or when
/// a signal ends the process. It hides no cursor.
pub(crate) struct Progress {
    /// `None` where nobody would see it.
    meter: Option<Meter>,
}

struct Meter {
    label: &'static str,
    template: &'static str,
    patience: Duration,
    started: Instant,
    target: fn() -> ProgressDrawTarget,
    done: AtomicU64,
    shown: OnceLock<Shown>,
}

/// The meter on the screen.
struct Shown {
    bar: ProgressBar,
    /// Dropped after the bar was cleared.
    _guard: Guard,
}

impl Progress {
    /// A meter for work that starts now and is called `label`, a verb and its object. It is never shown when `quiet`,
    /// when standard error is no terminal or one that can do nothing (`TERM` unset or `dumb`), or when `CI` is set.
    pub(crate) fn new(env: &Env, quiet: bool, label: &'static str) -> Self {
        Self::with_template(env, quiet, label, TEMPLATE)
    }

    /// As [`Progress::new`], for work that is counted in pieces and not in bytes.
    pub(crate) fn counting(env: &Env, quiet: bool, label: &'static str) -> Self {
        Self::with_template(env, quiet, label, PIECES)
    }

    fn with_template(env: &Env, quiet: bool, label: &'static str, template: &'static str) -> Self {
        let wanted = !quiet && env.is_terminal(Stream::Stderr) && is_capable(env) && env.var("CI").is_none();
        let meter = || Meter::new(label, PATIENCE, screen);
        Self { meter: wanted.then(|| Meter { template, ..meter() }) }
    }

    /// Says that `done` of `total` bytes or pieces are done. From any thread, in any order; cheap, for drawing is not done here.
    pub(crate) fn at(&self, done: u64, total: u64) {
        if let Some(meter) = &self.meter {
            meter.at(done, total);
        }
    }
}

impl Meter {
    fn new(label: &'static str, patience: Duration, target: fn() -> ProgressDrawTarget) -> Self {
        Self {
            label,
            template: TEMPLATE,
            patience,
            started: Instant::now(),
            target,
            done: AtomicU64::new(0),
            shown: OnceLock::new(),
        }
    }

    fn at(&self, done: u64, total: u64) {
        // Threads overtake each other: the furthest report counts.
        self.done.fetch_max(done, Ordering::Relaxed);
        if self.shown.get().is_some() || self.started.elapsed() >= self.patience {
            let shown = self.shown.get_or_init(|| self.show(total));
            shown.bar.set_position(self.done.load(Ordering::Relaxed));
        }
    }

    fn show(&self, total: u64) -> Shown {
        // The template is checked by a test.
        let style = ProgressStyle::with_template(self.template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::with_draw_target(Some(total), (self.target)())
            .with_style(style.progress_chars("=> ").with_key("rate", rate).with_key("rest", rest))
            .with_prefix(self.label)
            .with_elapsed(self.started.elapsed())
            .with_position(self.done.load(Ordering::Relaxed));
        // A signal may come as soon as something is drawn.
        let to_clear = bar.clone();
        let guard = interrupt::on_interrupt(Box::new(move || to_clear.finish_and_clear()));
        // The ticker panics where it gets no thread.
        if std::thread::Builder::new().spawn(|| ()).is_ok() {
            bar.enable_steady_tick(TICK);
        }
        Shown { bar, _guard: guard }
    }
}

/// Standard error, drawn on ten times a second.
fn screen() -> ProgressDrawTarget {
    let width = terminal_size::terminal_size_of(io::stderr()).map_or(80, |(width, _)| width.0);
    ProgressDrawTarget::term_like_with_hz(Box::new(Screen { width }), 10)
}

/// A terminal whose last columns are left alone. `indicatif` fills the line that it draws: the `^C` that a terminal
/// writes when a person interrupts would begin a line of its own, and the meter would stay on the one above.
#[derive(Debug)]
struct Screen {
    width: u16,
}

impl Screen {
    /// Columns that are left alone.
    const SPARE: u16 = 3;

    /// Moves the cursor `count` places to where `letter` says.
    fn go(count: usize, letter: char) -> io::Result<()> {
        if count == 0 { Ok(()) } else { write!(io::stderr(), "\x1b[{count}{letter}") }
    }
}

impl TermLike for Screen {
    fn width(&self) -> u16 {
        self.width.saturating_sub(Self::SPARE).max(1)
    }

    fn move_cursor_up(&self, count: usize) -> io::Result<()> {
        Self::go(count, 'A')
    }

    fn move_cursor_down(&self, count: usize) -> io::Result<()> {
        Self::go(count, 'B')
    }

    fn move_cursor_right(&self, count: usize) -> io::Result<()> {
        Self::go(count, 'C')
    }

    fn move_cursor_left(&self, count: usize) -> io::Result<()> {
        Self::go(count, 'D')
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        writeln!(io::stderr(), "{text}")
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        io::stderr().write_all(text.as_bytes())
    }

    fn clear_line(&self) -> io::Result<()> {
        self.write_str("\r\x1b[2K")
    }

    fn flush(&self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// Bytes per second since the work began. What `indicatif` says itself only counts from when the bar is drawn, and
/// takes all that was read before for the work of that moment.
fn rate(state: &ProgressState, out: &mut dyn fmt::Write) {
    let _ = write!(out, "{}", BinaryBytes(per_second(state)));
}

/// How long the rest takes at that rate.
fn rest(state: &ProgressState, out: &mut dyn fmt::Write) {
    let rest = state.len().unwrap_or_default().saturating_sub(state.pos());
    let seconds = rest.checked_div(per_second(state)).unwrap_or_default();
    let _ = write!(out, "{:#}", HumanDuration(Duration::from_secs(seconds)));
}

fn per_second(state: &ProgressState) -> u64 {
    let milliseconds = u64::try_from(state.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
    state.pos().saturating_mul(1000) / milliseconds
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{Meter, PIECES, Progress, TEMPLATE};
    use crate::cli::env::{Env, Stream};
    use indicatif::{ProgressDrawTarget, ProgressStyle, TermLike};
    use std::io;
    use std::sync::{Mutex, PoisonError};
    use std::time::Duration;

    /// What the meter of the test below does to its terminal.
    static SCREEN: Mutex<String> = Mutex::new(String::new());

    #[derive(Debug)]
    struct Seen;

    fn record(text: &str) {
        SCREEN.lock().unwrap_or_else(PoisonError::into_inner).push_str(text);
    }

    impl TermLike for Seen {
        fn width(&self) -> u16 {
            100
        }
        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn write_line(&self, text: &str) -> io::Result<()> {
            record(text);
            record("\n");
            Ok(())
        }
        fn write_str(&self, text: &str) -> io::Result<()> {
            record(text);
            Ok(())
        }
        fn clear_line(&self) -> io::Result<()> {
            record("<clear>");
            Ok(())
        }
        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    fn person() -> Env {
        Env::bare("/here").with_terminal(Stream::Stderr).with_var("TERM", "xterm")
    }

    fn wanted(env: &Env, quiet: bool) -> bool {
        Progress::new(env, quiet, "reading").meter.is_some()
    }

    #[test]
    fn a_meter_is_for_a_person_at_a_terminal() {
        assert!(wanted(&person(), false));
        assert!(wanted(&person().with_var("CI", ""), false));
        assert!(!wanted(&person(), true));
        assert!(!wanted(&person().with_var("CI", "true"), false));
        assert!(!wanted(&person().with_var("TERM", "dumb"), false));
        assert!(!wanted(&Env::bare("/here").with_var("TERM", "xterm"), false));
    }

    #[test]
    fn it_shows_bytes_rate_and_time_left_and_is_gone_in_the_end() {
        let meter = Meter::new("reading records", Duration::ZERO, || ProgressDrawTarget::term_like(Box::new(Seen)));
        std::thread::scope(|scope| {
            for part in [1, 3, 2] {
                let meter = &meter;
                scope.spawn(move || meter.at(part << 20, 4 << 20));
            }
        });
        meter.at(1, 4 << 20);
        let shown = meter.shown.get().expect("it is shown");
        assert_eq!(shown.bar.position(), 3 << 20, "the furthest report counts");
        shown.bar.force_draw();
        let screen = || SCREEN.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let seen = screen();
        assert!(seen.contains("reading records [") && seen.contains("3.00 MiB of 4.00 MiB, "), "{seen:?}");
        assert!(!seen.contains('\u{1b}') && !seen.contains('\n'), "{seen:?}");
        drop(meter);
        let (_, after) = screen().rsplit_once("left").map(|(a, b)| (a.to_owned(), b.to_owned())).expect("it was drawn");
        assert_eq!(after.trim(), "<clear>", "nothing stays");
    }

    #[test]
    fn short_work_shows_nothing() {
        let meter = Meter::new("reading", Duration::MAX, ProgressDrawTarget::hidden);
        meter.at(1, 2);
        assert!(meter.shown.get().is_none());
    }

    #[test]
    fn the_templates_are_templates() {
        assert!([TEMPLATE, PIECES].iter().all(|template| ProgressStyle::with_template(template).is_ok()));
    }
}
