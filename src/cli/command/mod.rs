//! Commands: one file each, with its clap types and its run. This registry is the only list.

mod changes;
mod check;
mod completions;
mod config;
mod convert;
mod formats;
mod init;
mod list;
mod rank;
mod report;
mod schema;
mod show;
mod template;
pub(super) mod vs;

use super::args::ConfigArgs;
use super::help;
use super::session::Session;
use crate::error::{Error, Outcome, Result};
use crate::suggest::nearest;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args};

/// The flags about the reviews of tools, for commands that show none.
const ABOUT_REVIEWS: &[&str] = &["since", "rows", "reviews", "explain"];

/// One command: what may be typed after it, and what it does.
pub(super) trait Command: Args {
    /// The word that is typed.
    const NAME: &'static str;
    /// What it does, in a line.
    const ABOUT: &'static str;
    /// Examples, which `--help` has below the arguments: a line `Examples:`, then one line for each.
    const AFTER_HELP: &'static str;

    /// What `--help` has below the arguments: examples, and tables that are computed.
    fn after_help() -> String {
        Self::AFTER_HELP.to_owned()
    }

    /// Ids of the shared arguments that would do nothing in it: they are not listed, and refused where they are typed.
    const WITHOUT: &'static [&'static str] = &[];

    /// Whether the settings are read, so that an error in them is an error of this command.
    const READS_SETTINGS: bool = true;

    /// Does it.
    ///
    /// # Errors
    /// Whatever kept it from being done; see [`crate::error::ErrorClass`].
    fn run(self, session: &mut Session<'_>) -> Result<Outcome>;
}

/// A command with its types forgotten.
pub(super) struct CommandEntry {
    /// The word that is typed.
    pub(super) name: &'static str,
    /// The command as clap sees it.
    pub(super) build: fn() -> clap::Command,
    /// Reads the settings, if it does, and runs it with what was typed.
    pub(super) run: fn(&ArgMatches, &mut Session<'_>) -> Result<Outcome>,
}

impl CommandEntry {
    const fn of<C: Command>() -> Self {
        Self { name: C::NAME, build: build::<C>, run: run::<C> }
    }
}

/// All commands, in the order in which help lists them.
pub(super) const COMMANDS: &[CommandEntry] = &[
    CommandEntry::of::<vs::Vs>(),
    CommandEntry::of::<show::Show>(),
    CommandEntry::of::<list::List>(),
    CommandEntry::of::<rank::Rank>(),
    CommandEntry::of::<changes::WhatChanged>(),
    CommandEntry::of::<check::Check>(),
    CommandEntry::of::<convert::Convert>(),
    CommandEntry::of::<report::Reports>(),
    CommandEntry::of::<init::Init>(),
    CommandEntry::of::<config::Config>(),
    CommandEntry::of::<formats::ListFormats>(),
    CommandEntry::of::<template::Templates>(),
    CommandEntry::of::<schema::Schema>(),
    CommandEntry::of::<completions::Completions>(),
];

fn build<C: Command>() -> clap::Command {
    // Only the command that is typed is built as a whole.
    clap::Command::new(C::NAME).about(C::ABOUT).defer(|command| {
        let command = with_arguments::<C>(command).about(C::ABOUT).args_override_self(true);
        let short = help::short(&command);
        command.after_help(short).after_long_help(help::long(&C::after_help()))
    })
}

/// `command` with the arguments of `C`.
pub(super) fn with_arguments<C: Command>(command: clap::Command) -> clap::Command {
    let hidden = |command: clap::Command, id: &&str| command.mut_arg(id, |arg| arg.hide(true));
    let command = C::WITHOUT.iter().fold(C::augment_args(command), hidden);
    if C::READS_SETTINGS { ConfigArgs::augment_args(command) } else { command }
}

/// The command that `word` is a slip of the finger away from, as a remedy.
pub(super) fn did_you_mean(word: &str) -> Option<String> {
    nearest(word, COMMANDS.iter().map(|entry| entry.name)).map(|name| format!("did you mean the command `{name}`?"))
}

/// Runs `C` with what was typed after its name.
///
/// # Errors
/// Settings that cannot be used; what [`Command::run`] says.
pub(super) fn run<C: Command>(matches: &ArgMatches, session: &mut Session<'_>) -> Result<Outcome> {
    refuse_without(C::NAME, C::WITHOUT, matches)?;
    if C::READS_SETTINGS {
        session.load(&typed::<ConfigArgs>(matches)?)?;
    }
    typed::<C>(matches)?.run(session)
}

/// Refuses what would do nothing in the command `name`.
fn refuse_without(name: &str, without: &[&str], matches: &ArgMatches) -> Result<()> {
    let is_typed = |id: &&&str| matches.value_source(id) == Some(ValueSource::CommandLine);
    let Some(id) = without.iter().find(is_typed) else { return Ok(()) };
    let error = Error::usage(format!("`--{}` does nothing in `compare {name}`", id.replace('_', "-")));
    Err(error.hint("leave it out"))
}

/// What was typed. The same types built the parser, so what it accepted is what they take.
fn typed<A: Args>(matches: &ArgMatches) -> Result<A> {
    A::from_arg_matches(matches).map_err(|error| Error::usage(error.to_string()))
}
