//! The command line: what the user asks for, where the results go, what is said while working.

pub mod console;
pub mod env;
