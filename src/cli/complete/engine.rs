//! The command line with its completers, and what the engine finds for a line.

use super::answer::Completion;
use super::records::DEADLINE;
use super::typed::{Abilities, CompletionContext, Line, Typed};
use super::values::source;
use crate::cli;
use crate::cli::env::Env;
use clap::Arg;
use clap::builder::ArgAction;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, complete};
use std::ffi::OsStr;
use std::sync::Arc;
use std::time::Instant;

/// What may stand under the cursor of `line`.
pub(super) fn answer(line: &Line, env: &Env, abilities: Abilities) -> Completion {
    let mut root = cli::line::lenient();
    let typed = Typed::read(&mut root, line);
    let mut words = typed.words.clone();
    // For a lone `-` the engine lists the short flags and leaves out their long names, which say more.
    if line.current() == "-" {
        words[line.index] = "--".into();
    }
    let deadline = Instant::now() + DEADLINE;
    let context = Arc::new(CompletionContext { typed: typed.clone(), env: env.clone(), deadline, abilities });
    let with_completers = |command: clap::Command| command.mut_args(|argument| with_completer(argument, &context));
    let mut root = with_completers(root).mut_subcommands(|command| {
        if typed.command.as_deref() == Some(command.get_name()) {
            with_completers(command)
        } else {
            // Of the others only the names are needed.
            command.defer(std::convert::identity)
        }
    });
    let Ok(mut found) = complete(&mut root, words, line.index, Some(env.current_dir())) else {
        return Completion::Nothing;
    };
    let own = typed.command.as_ref().and_then(|name| root.find_subcommand(name)).unwrap_or(&root);
    found.retain(|candidate| match candidate.get_id().and_then(|id| id.split_once("::")) {
        // The engine offers commands behind a `--` too, where only tools can stand.
        Some(("command", _)) => !typed.escaped,
        Some(("arg", id)) => !typed.has(id) || repeats(own, id),
        _ => true,
    });
    Completion::new(&found, line.current())
}

/// Gives an argument its completer.
fn with_completer(argument: Arg, context: &Arc<CompletionContext>) -> Arg {
    let Some(source) = source(&argument) else { return argument };
    let context = Arc::clone(context);
    argument.add(ArgValueCompleter::new(move |current: &OsStr| -> Vec<CompletionCandidate> {
        context.values(source, current)
    }))
}

/// Whether the flag `id` of `command` may be given again.
fn repeats(command: &clap::Command, id: &str) -> bool {
    let flag = command.get_arguments().find(|flag| flag.get_id() == id);
    flag.is_some_and(|flag| matches!(flag.get_action(), ArgAction::Append | ArgAction::Count))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueHint;
    use std::any::TypeId;

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
            let parsed = argument.get_value_parser().type_id() != TypeId::of::<String>();
            let known = source(argument).is_some() || parsed || argument.get_value_hint() == ValueHint::Other;
            let id = argument.get_id();
            assert!(
                listed || known,
                "say in SOURCES, or by a type or a hint, what may be typed for `{id}` of `compare {command}`"
            );
        }
    }
}
