//! The `compare` program: the edge between the process and the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    tool_compare::process()
}
