//! The `compare` program under a name that nothing else has: `compare` is also a builtin of Elvish, an alias of
//! `PowerShell` and a program of `ImageMagick`.

use std::process::ExitCode;

fn main() -> ExitCode {
    tool_compare::process()
}
