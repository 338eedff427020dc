//! Completion: the program answers the shell that asks what may stand under the cursor.
//!
//! A registration script (in `completions/`, printed by `compare completions SHELL`) runs
//! `COMPARE_COMPLETE=SHELL compare -- ...` with what was typed, and the answer is a line that names its kind, then a
//! line per candidate. The scripts and this module are of one release and are changed together.
//!
//! An answer is quick, silent and harmless: whatever goes wrong, there are no candidates and the exit status is 0.
//! Nothing of the records can reach the shell as anything but a word.

mod answer;
mod bash;
mod engine;
mod records;
mod shell;
mod tools;
mod typed;
mod values;

use super::env::Env;
use super::shell::Shell;
use clap::ValueEnum as _;
use std::ffi::OsString;
use std::io::Write;

/// Set by the registration scripts to the name of their shell.
const VARIABLE: &str = "COMPARE_COMPLETE";

/// Set to the place of the word under the cursor; the program's name is 0.
const INDEX: &str = "COMPARE_COMPLETE_INDEX";

/// Answers the shell, if it is one that asks. False in an ordinary run.
pub(super) fn answer(args: &[OsString], env: &Env, stdout: &mut dyn Write) -> bool {
    let Some(shell) = env.var(VARIABLE).and_then(|name| Shell::from_str(name.to_str()?, false).ok()) else {
        return false;
    };
    let [_, dashes, typed @ ..] = args else { return false };
    if dashes != "--" {
        return false;
    }
    let index = env.var(INDEX).and_then(|index| index.to_str()?.parse().ok()).unwrap_or_default();
    // A shell that does not listen any more has no one to tell.
    let _ = stdout.write_all(shell::answer(shell, typed, index, env).as_bytes()).and_then(|()| stdout.flush());
    true
}
