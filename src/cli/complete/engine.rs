//! The command line with its completers, and what the engine finds for a line.

use super::answer::Answer;
use super::records::DEADLINE;
use super::typed::{Line, Typed};
use super::values::{Context, Source, source};
use crate::cli;
use crate::cli::env::Env;
use clap::Arg;
use clap::builder::ArgAction;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, complete};
use std::ffi::OsStr;
use std::sync::Arc;
use std::time::Instant;

/// What a shell can do with candidates.
#[derive(Clone, Copy, Debug)]
pub(super) struct Abilities {
    /// It shows descriptions.
    pub(super) help: bool,
    /// It can replace a word by one that only holds it.
    pub(super) infix: bool,
    /// It can leave a word open, so that it may be typed on.
    pub(super) open: bool,
}

/// What may stand under the cursor of `line`.
pub(super) fn answer(line: &Line, env: &Env, abilities: Abilities) -> Answer {
    let mut root = cli::command();
    root.build();
    let typed = Typed::read(&root, line);
    // The engine offers commands behind a `--` too, where only tools can stand.
    let command = if typed.escaped && typed.command.is_none() { cli::command_without_subcommands() } else { root };
    let mut words = typed.words.clone();
    // For a lone `-` the engine lists the short flags and leaves out their long names, which say more.
    if line.current() == "-" {
        words[line.index] = "--".into();
    }
    let given: Vec<String> = typed.flags.iter().map(|(id, _)| format!("arg::{id}")).collect();
    let Abilities { help, infix, open } = abilities;
    let deadline = Instant::now() + DEADLINE;
    let context = Context { typed, env: env.clone(), deadline, help, infix, open };
    let mut command = with_completers(command, &Arc::new(context));
    command.build();
    let once = flags_given_once(&command, &words, &given);
    let Ok(mut found) = complete(&mut command, words, line.index, Some(env.current_dir())) else {
        return Answer::Nothing;
    };
    found.retain(|candidate| candidate.get_id().is_none_or(|id| !once.contains(id)));
    Answer::new(&found, line.current())
}

/// Gives each argument its completer, in `command` and its subcommands.
fn with_completers(command: clap::Command, context: &Arc<Context>) -> clap::Command {
    command
        .mut_args(|argument| with_completer(argument, context))
        .mut_subcommands(|command| with_completers(command, context))
}

fn with_completer(argument: Arg, context: &Arc<Context>) -> Arg {
    let Some(source) = source(&argument).filter(|source| *source != Source::Free) else { return argument };
    let context = Arc::clone(context);
    argument.add(ArgValueCompleter::new(move |current: &OsStr| -> Vec<CompletionCandidate> {
        context.values(source, current)
    }))
}

/// The engine's ids of those flags among `given` that may not be given again.
fn flags_given_once(command: &clap::Command, words: &[std::ffi::OsString], given: &[String]) -> Vec<String> {
    let own = words.iter().skip(1).find_map(|word| command.find_subcommand(word)).unwrap_or(command);
    let repeats = |id: &str| {
        let mut flags = own.get_arguments();
        let flag = flags.find(|flag| id.strip_prefix("arg::") == Some(flag.get_id().as_str()));
        flag.is_some_and(|flag| matches!(flag.get_action(), ArgAction::Append | ArgAction::Count))
    };
    given.iter().filter(|id| !repeats(id)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All arguments of `command` and its subcommands, with the name of the command.
    fn arguments(command: &clap::Command) -> Vec<(String, Arg)> {
        let own = command.get_arguments().map(|argument| (command.get_name().to_owned(), argument.clone()));
        own.chain(command.get_subcommands().flat_map(arguments)).collect()
    }

    #[test]
    fn every_value_has_a_source() {
        let mut root = cli::command();
        root.build();
        let all = arguments(&root);
        for (command, argument) in &all {
            let listed = !argument.get_possible_values().is_empty() || !argument.get_action().takes_values();
            let known = source(argument).is_some();
            let id = argument.get_id();
            assert!(listed || known, "say in SOURCES what may be typed for `{id}` of `compare {command}`");
        }
    }
}
