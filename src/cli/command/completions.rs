//! `completions`: the script that makes a shell complete.

use super::Command;
use crate::cli::session::Session;
use crate::cli::shell::Shell;
use crate::error::{Outcome, Result};
use clap::Args;

/// What is typed after `compare completions`.
#[derive(Args, Debug)]
pub(super) struct Completions {
    /// The shell that is to complete
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl Command for Completions {
    const NAME: &'static str = "completions";
    const ABOUT: &'static str = "Print the completion script of a shell";
    const AFTER_HELP: &'static str = "\
Examples:
  compare completions zsh > DIR/_compare             for zsh, DIR being in fpath before compinit
  compare completions elvish                         the script itself

Set-up, once per shell:
  bash    source <(compare completions bash)     in ~/.bashrc, after bash-completion
  zsh     compare completions zsh > DIR/_compare
  fish    compare completions fish > ~/.config/fish/completions/compare.fish
          and the same again as tool-compare.fish
  elvish  eval (e:compare completions elvish | slurp)     in rc.elv

The same files lie in completions/ of the sources.

Examples:
  compare completions bash                           the script for bash
  compare completions fish > compare.fish            that for fish, as a file";

    const READS_SETTINGS: bool = false;

    fn run(self, session: &mut Session<'_>) -> Result<Outcome> {
        session.print(self.shell.script().to_owned())?;
        Ok(Outcome::Answered)
    }
}
