//! The `compare` program: the edge between the process and [`tool_compare::cli::run`].

use std::process::ExitCode;
use tool_compare::cli::{self, Streams, env::Env};

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args_os().collect();
    let streams =
        Streams { stdin: &mut std::io::stdin(), stdout: &mut std::io::stdout(), stderr: &mut std::io::stderr() };
    cli::run(&args, &Env::from_process(), streams)
}
