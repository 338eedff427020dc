//! The shells that complete, each with its script.

use clap::ValueEnum;

/// A shell that has a registration script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Shell {
    Bash,
    Zsh,
    Fish,
    Elvish,
}

impl Shell {
    /// The script that registers the completion, for the program's two names.
    pub(super) const fn script(self) -> &'static str {
        match self {
            Self::Bash => include_str!("../../completions/compare.bash"),
            Self::Zsh => include_str!("../../completions/_compare"),
            Self::Fish => include_str!("../../completions/compare.fish"),
            Self::Elvish => include_str!("../../completions/compare.elv"),
        }
    }
}
