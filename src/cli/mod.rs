//! The command line: what was typed, where things go, and the commands that drive the core.

mod args;
mod command;
mod complete;
pub mod console;
pub mod env;
mod folders;
mod help;
pub mod interrupt;
mod job_summary;
pub mod output;
pub mod progress;
mod session;
mod settings;
mod suggest;
mod verify;

pub use session::Streams;

use crate::ci_log::{self, Breaks};
use crate::error::{Error, Kind, Outcome, Result};
use crate::text::{clean_block, is_control};
use args::ConfigArgs;
use clap::parser::ValueSource;
use clap::{Args as _, FromArgMatches as _, ValueEnum as _};
use command::vs::{Tools, Vs};
use command::{COMMANDS, Command as _, Entry};
use console::ColorChoice;
use env::{Env, Stream};
use session::{Before, Session};
use std::ffi::OsString;
use std::process::ExitCode;

/// What is typed at the root: tools, or flags before a command.
#[derive(clap::Args, Debug)]
struct Root {
    #[command(flatten)]
    tools: Tools,
    #[command(flatten)]
    before: Before,
}

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
        .after_help(help::SHORT)
        .after_long_help(help::long(EXAMPLES))
        .subcommand_negates_reqs(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .infer_subcommands(false)
        .override_usage(
            "compare [OPTIONS] <TOOL> <TOOL>...\n       compare [OPTIONS] --all\n       compare [OPTIONS] <COMMAND>",
        );
    // The groups of flags bring what is said of them along: what is said of the program comes last.
    ConfigArgs::augment_args(Root::augment_args(root))
        .about(ABOUT)
        .long_about(ABOUT)
        .subcommands(COMMANDS.iter().map(|entry| (entry.build)()))
}

/// Runs this process: the whole of every binary's `main`.
pub fn process() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    let streams =
        Streams { stdin: &mut std::io::stdin(), stdout: &mut std::io::stdout(), stderr: &mut std::io::stderr() };
    run(&args, &Env::from_process(), streams)
}

/// Runs the program, or answers a shell that completes.
///
/// `args` begins with the program's name. The environment and the streams are arguments, so a
/// test needs no process. Everything that can go wrong is said on standard error here, once.
pub fn run<'a>(args: &[OsString], env: &'a Env, streams: Streams<'a>) -> ExitCode {
    if complete::answer(args, env, streams.stdout) {
        return ExitCode::SUCCESS;
    }
    let color = typed_color(args);
    let mut session = Session::new(env, streams);
    let outcome = match dispatch(args, color, &mut session) {
        Ok(outcome) => Ok(outcome),
        Err(Stop::Failed(error)) if error.kind == Kind::ClosedPipe => Ok(Outcome::Answered),
        Err(Stop::Failed(error)) => {
            session.say_error(&error, color);
            Err(2)
        }
        Err(Stop::Said(status)) => Err(status),
    };
    match outcome {
        Ok(Outcome::Answered) => ExitCode::SUCCESS,
        Ok(Outcome::No) => ExitCode::from(1),
        Err(status) => ExitCode::from(status),
    }
}

/// Why a run ended early.
enum Stop {
    /// Something went wrong and has yet to be said.
    Failed(Error),
    /// Help, a version or a usage error was printed; this is the exit status.
    Said(u8),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

fn dispatch(args: &[OsString], color: ColorChoice, session: &mut Session<'_>) -> std::result::Result<Outcome, Stop> {
    let mut command = command();
    let matches = match command.try_get_matches_from_mut(args) {
        Ok(matches) => matches,
        Err(error) => return Err(Stop::Said(say_clap(&error, color, session)?)),
    };
    let typed = Root::from_arg_matches(&matches).map_err(|e| Error::usage(e.to_string()))?;
    let config = ConfigArgs::from_arg_matches(&matches).map_err(|e| Error::usage(e.to_string()))?;
    let Some((name, after)) = matches.subcommand() else {
        session.load(&config)?;
        let Root { tools, before } = typed;
        let Before { output, source, judge, gate } = before;
        return Ok(Vs { tools, output, source, judge, gate }.run(session)?);
    };
    let Some(entry) = COMMANDS.iter().find(|entry| entry.name == name) else {
        return Err(Error::usage(format!("there is no command `{name}`")).into());
    };
    refuse_strays(&matches, entry)?;
    if entry.reads_settings {
        session.load(&config)?;
    }
    session.typed_before(typed.before);
    Ok((entry.run)(after, session)?)
}

/// Refuses what was typed before a command that the command does not take: nothing is dropped.
fn refuse_strays(matches: &clap::ArgMatches, entry: &Entry) -> Result<()> {
    let command = (entry.build)();
    let tools = Tools::augment_args(clap::Command::new("tools"));
    let root = Root::augment_args(clap::Command::new("compare"));
    for argument in root.get_arguments() {
        let id = argument.get_id().as_str();
        if !matches.try_contains_id(id).unwrap_or(false) || matches.value_source(id) != Some(ValueSource::CommandLine) {
            continue;
        }
        let name = entry.name;
        if tools.get_arguments().any(|tool| tool.get_id() == id) {
            return Err(Error::usage(format!("`{name}` is a command, so no tools may stand before it")).hint(format!(
                "to compare a tool named `{name}`, write `compare vs ...` or put `--` before the tools"
            )));
        }
        if !command.get_arguments().any(|own| own.get_id() == id) {
            let flag = argument.get_long().unwrap_or(id);
            return Err(Error::usage(format!("`compare {name}` has no `--{flag}`"))
                .hint(format!("`compare {name} --help` lists what it has")));
        }
    }
    Ok(())
}

/// Prints what clap has to say: help and version on standard output, else an error. The exit
/// status of that.
fn say_clap(error: &clap::Error, color: ColorChoice, session: &mut Session<'_>) -> Result<u8> {
    let rendered = error.render();
    let plain = rendered.to_string();
    // A text with control characters or a workflow command was typed: the error echoes it, so it is cleaned.
    let has_command = || ci_log::commands(&plain, Breaks::AtLineEnds).next().is_some();
    let safe = !plain.chars().any(|c| c != '\n' && is_control(c)) && !has_command();
    let (to_stdout, status) = if error.use_stderr() { (false, 2) } else { (true, 0) };
    let text = if !safe {
        clean_block(&plain).into_owned() + "\n"
    } else if session.uses_color(color, if to_stdout { Stream::Stdout } else { Stream::Stderr }) {
        rendered.ansi().to_string()
    } else {
        plain
    };
    if to_stdout {
        session.print(text)?;
    } else {
        session.say(&text);
    }
    Ok(status)
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
