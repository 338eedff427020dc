//! The `compare` program.

fn main() {}
