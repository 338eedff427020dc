//! Commands: one file each, with its clap types and its run. This registry is the only list.

mod config;
mod formats;
mod list;
mod rank;
mod report;
mod schema;
mod show;
pub(super) mod vs;

use super::session::Session;
use crate::error::{Outcome, Result};
use clap::{ArgMatches, Args};

/// One command: what may be typed after it, and what it does.
pub(super) trait Command: Args {
    /// The word that is typed.
    const NAME: &'static str;
    /// What it does, in a line.
    const ABOUT: &'static str;
    /// What `--help` says below the arguments.
    const AFTER_HELP: &'static str = "";

    /// Whether the settings are read, so that an error in them is an error of this command.
    const READS_SETTINGS: bool = true;

    /// Does it.
    ///
    /// # Errors
    /// Whatever kept it from being done; see [`crate::error::Kind`].
    fn run(self, session: &mut Session<'_>) -> Result<Outcome>;
}

/// A command with its types forgotten.
pub(super) struct Entry {
    /// The word that is typed.
    pub(super) name: &'static str,
    /// The command as clap sees it.
    pub(super) build: fn() -> clap::Command,
    /// Whether the settings are read first.
    pub(super) reads_settings: bool,
    /// Runs it with what was typed.
    pub(super) run: fn(&ArgMatches, &mut Session<'_>) -> Result<Outcome>,
}

impl Entry {
    const fn of<C: Command>() -> Self {
        Self { name: C::NAME, build: build::<C>, reads_settings: C::READS_SETTINGS, run: run::<C> }
    }
}

/// All commands, in the order in which help lists them.
pub(super) const COMMANDS: &[Entry] = &[
    Entry::of::<vs::Vs>(),
    Entry::of::<show::Show>(),
    Entry::of::<list::List>(),
    Entry::of::<rank::Rank>(),
    Entry::of::<report::Reports>(),
    Entry::of::<config::Config>(),
    Entry::of::<formats::Formats>(),
    Entry::of::<schema::Schema>(),
];

fn build<C: Command>() -> clap::Command {
    let command = C::augment_args(clap::Command::new(C::NAME)).about(C::ABOUT);
    if C::AFTER_HELP.is_empty() { command } else { command.after_help(C::AFTER_HELP) }
}

fn run<C: Command>(matches: &ArgMatches, session: &mut Session<'_>) -> Result<Outcome> {
    // The same types built the parser, so what it accepted is what they take.
    let command = C::from_arg_matches(matches).map_err(|e| crate::error::Error::usage(e.to_string()))?;
    command.run(session)
}
