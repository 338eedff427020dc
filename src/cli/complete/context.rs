//! What is known when the shell asks for values.

use super::typed::Typed;
use crate::cli::env::Env;
use std::time::Instant;

/// What is known when values are asked for.
pub(super) struct CompletionContext {
    /// What else stands on the line.
    pub(super) typed: Typed,
    /// The process's surroundings.
    pub(super) env: Env,
    /// When files that have not been read are given up.
    pub(super) deadline: Instant,
    /// Whether the shell shows descriptions.
    pub(super) help: bool,
    /// Whether the shell can put a word in the place of another that it does not begin with.
    pub(super) infix: bool,
    /// Whether the shell can leave a word open, so that it may be typed on.
    pub(super) open: bool,
}
