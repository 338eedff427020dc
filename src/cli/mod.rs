//! The command line: what was typed, where things go, and the commands that drive the core.

mod args;
mod clap_error;
mod command;
mod complete;
pub(crate) mod console;
pub(crate) mod env;
mod folders;
mod git;
mod help;
pub(crate) mod interrupt;
mod job_summary;
mod line;
pub(crate) mod output;
pub(crate) mod progress;
mod session;
mod settings;
mod shell;
mod verify;

pub use session::Streams;

use crate::error::{Error, ErrorClass, Outcome, Result};
use crate::text::shell_quoted;
use clap::ValueEnum as _;
use command::COMMANDS;
use command::vs::Vs;
use console::ColorChoice;
use env::{Env, Stream};
use session::Session;
use std::ffi::OsString;
use std::process::ExitCode;

const ABOUT: &str = "Which of these tools should we ship with? Compares tools by the verdicts of a review panel.";

const EXAMPLES: &str = "\
Examples:
  compare gemma-3n smolvlm2-turbo                    two tools side by side, with the decision
  compare gemma-3n smolvlm2-turbo --reviews          the reviewers' words too
  compare gemma-3n smolvlm2-turbo --weight Founder=2
                                                     Founder counts twice
  compare -c tools.json --all -o report.md           all tools of a catalog, a report beside the table
  compare gemma-3n smolvlm2-turbo --format json      everything, for programs
  compare vs list gemma-3n                           a tool that is named like a command";

/// The whole command line, as clap sees it.
pub fn command() -> clap::Command {
    let root = clap::Command::new("compare")
        .bin_name("compare")
        .version(env!("CARGO_PKG_VERSION"))
        .long_version(concat!(env!("CARGO_PKG_VERSION"), " (", env!("CARGO_PKG_NAME"), ")"))
        .after_long_help(help::long(EXAMPLES))
        .subcommand_negates_reqs(true)
        .subcommand_required(false)
        .infer_subcommands(false)
        .args_override_self(true)
        .override_usage("compare [OPTIONS] <TOOL> <TOOL>...\n       compare [OPTIONS] <COMMAND>");
    // A line without a command is a comparison. Its arguments bring their own texts, so those of the program come last.
    // The usage says it.
    let root = command::with_arguments::<Vs>(root).mut_arg("tools", |tools| tools.hide_short_help(true));
    let short = help::short(&root);
    root.after_help(short).about(ABOUT).long_about(ABOUT).subcommands(COMMANDS.iter().map(|entry| (entry.build)()))
}

/// Runs this process: the whole of every binary's `main`.
pub fn process() -> ExitCode {
    interrupt::end_where_memory_runs_out();
    let args: Vec<OsString> = std::env::args_os().collect();
    let streams =
        Streams { stdin: &mut std::io::stdin(), stdout: &mut std::io::stdout(), stderr: &mut std::io::stderr() };
    run(&args, &Env::from_process(), streams)
}

/// Runs the program, or answers a shell that completes.
///
/// `args` begins with the program's name. The environment and the streams are arguments, so a
/// test needs no process. Every error is printed here, once.
pub fn run<'a>(args: &[OsString], env: &'a Env, streams: Streams<'a>) -> ExitCode {
    if complete::answer(args, env, streams.stdout) {
        return ExitCode::SUCCESS;
    }
    let color = typed_color(args);
    let mut session = Session::new(env, streams);
    if args.len() < 2 {
        session.say(help::BARE);
        return ExitCode::from(2);
    }
    match dispatch(args, color, &mut session) {
        Ok(Outcome::Answered) => ExitCode::SUCCESS,
        Ok(Outcome::No) => ExitCode::from(1),
        Err(error) if error.kind == ErrorClass::ClosedPipe => ExitCode::SUCCESS,
        Err(mut error) => {
            if error.invalid_records {
                error = error.hint(format!("to leave out what is invalid: {}", without_invalid(args)));
            }
            session.say_error(&error, color);
            ExitCode::from(2)
        }
    }
}

/// The command line that was typed, with `--skip-invalid`, for a shell.
fn without_invalid(args: &[OsString]) -> String {
    let word = |arg: &OsString| shell_quoted(&arg.to_string_lossy()).into_owned();
    let mut words: Vec<String> = args.iter().skip(1).map(word).collect();
    let end = words.iter().position(|word| word == "--").unwrap_or(words.len());
    words.insert(end, "--skip-invalid".to_owned());
    format!("compare {}", words.join(" "))
}

fn dispatch(args: &[OsString], color: ColorChoice, session: &mut Session<'_>) -> Result<Outcome> {
    let words = line::command_first(args)?;
    let matches = match command().try_get_matches_from(&words) {
        Ok(matches) => matches,
        Err(error) if error.use_stderr() => return Err(clap_error::usage(&error, &words)),
        Err(help) => {
            let (help, is_colored) = (help.render(), session.uses_color(color, Stream::Stdout));
            session.print(if is_colored { help.ansi().to_string() } else { help.to_string() })?;
            return Ok(Outcome::Answered);
        }
    };
    let Some((name, in_command)) = matches.subcommand() else { return command::run::<Vs>(&matches, session) };
    let entry = COMMANDS.iter().find(|entry| entry.name == name);
    let entry = entry.ok_or_else(|| Error::usage(format!("unknown command `{name}`")))?;
    (entry.run)(in_command, session)
}

/// The `--color` that was typed, found before anything is parsed, so that help and usage errors obey it.
fn typed_color(args: &[OsString]) -> ColorChoice {
    let mut words = args.iter().skip(1).take_while(|word| *word != "--").filter_map(|word| word.to_str());
    let mut found = None;
    while let Some(word) = words.next() {
        if let Some(value) = word.strip_prefix("--color=") {
            found = ColorChoice::from_str(value, false).ok();
        } else if word == "--color" {
            found = words.next().and_then(|value| ColorChoice::from_str(value, false).ok());
        }
    }
    found.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }
}
