//! The words of the command line, before clap parses them.
//!
//! Flags may be typed before a command or after it. The command's name is moved to the front, so that clap parses all of
//! them as the command's own: a repeatable one adds up, and one that the command does not have is refused.

use super::command::COMMANDS;
use crate::error::{Error, Result};
use clap::ArgMatches;
use clap::parser::ValueSource;
use std::ffi::{OsStr, OsString};

/// The words `typed`, of which the first is the program's name, with that of the command second.
///
/// # Errors
/// Tools before a command.
pub(super) fn command_first(typed: &[OsString]) -> Result<Vec<OsString>> {
    let mut root = lenient();
    let mut words = typed.to_vec();
    let Some(at) = command_at(&mut root, &words) else { return Ok(words) };
    if ["tools", "all"].iter().any(|id| is_typed(&parse(&mut root, &words[..at]), id)) {
        let name = words[at].display();
        return Err(Error::usage(format!("`{name}` is a command, so no tools may come before it"))
            .hint(format!("to compare a tool named `{name}`, write `compare vs ...` or put `--` before the tools")));
    }
    words[1..=at].rotate_right(1);
    Ok(words)
}

/// The command line for parsing a line that may not be complete: errors end the parsing and are not reported.
pub(super) fn lenient() -> clap::Command {
    super::command().ignore_errors(true).arg_required_else_help(false)
}

/// What `root`, which is [`lenient`], makes of `words`.
pub(super) fn parse(root: &mut clap::Command, words: &[impl AsRef<OsStr>]) -> ArgMatches {
    root.try_get_matches_from_mut(words.iter().map(AsRef::as_ref)).unwrap_or_default()
}

/// The place among `words` of the command's name; none where tools are compared without one.
pub(super) fn command_at(root: &mut clap::Command, words: &[impl AsRef<OsStr>]) -> Option<usize> {
    (1..words.len()).find(|&at| {
        let is_name = COMMANDS.iter().any(|entry| words[at].as_ref() == entry.name);
        // Behind a flag or a tool it may be a value or another tool.
        is_name && (at == 1 || parse(root, &words[..=at]).subcommand_name().is_some())
    })
}

/// Whether `id` is an argument of what was parsed, and has been typed.
pub(super) fn is_typed(matches: &ArgMatches, id: &str) -> bool {
    matches.try_contains_id(id).unwrap_or_default() && matches.value_source(id) == Some(ValueSource::CommandLine)
}
