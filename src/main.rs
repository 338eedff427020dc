//! The `compare` program: the edge between the process and [`tool_compare::cli::run`].

use std::process::ExitCode;

fn main() -> ExitCode {
    tool_compare::cli::process()
}
