//! What a command needs of the records, so that nothing else is copied.

/// What a command needs of the records.
///
/// Slug, name, aliases and category are always read. Everything else is skipped unless asked for: its syntax is
/// checked, its text is not copied, its values are not looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Need {
    /// Tagline, description, address, whom it suits, source, pricing and community votes.
    pub profile: bool,
    /// The reviews: reviewer, score, verdict and date.
    pub votes: bool,
    /// The reviewers' words. Has no effect without `votes`.
    pub words: bool,
}

impl Need {
    /// Slug, name, aliases and category only.
    pub const NAMES: Self = Self { profile: false, votes: false, words: false };
    /// What aggregates and rankings take: the reviews without their words.
    pub const VOTES: Self = Self { profile: false, votes: true, words: false };
    /// Everything.
    pub const ALL: Self = Self { profile: true, votes: true, words: true };
}

/// How many bytes a core reads at once where it is not said.
pub(super) const BLOCK: usize = 256 << 10;

/// How an input is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Task {
    /// What is wanted of each record.
    pub(super) need: Need,
    /// Whether what looks like a mistake is noted too, beside what cannot be used.
    pub(super) strict: bool,
    /// Whether it is read as a whole, even if that takes longer, because something has to be said of it.
    pub(super) whole: bool,
    /// How many threads may read it.
    pub(super) cores: usize,
    /// How many bytes each of them reads at once.
    pub(super) block: usize,
}

impl From<Need> for Task {
    fn from(need: Need) -> Self {
        Self { need, strict: false, whole: true, cores: 1, block: BLOCK }
    }
}

impl Need {
    /// Whether records read for this need have all that `other` needs.
    pub(super) fn covers(self, other: Self) -> bool {
        (self.profile || !other.profile)
            && (self.votes || !other.votes)
            && (self.words && self.votes || !(other.words && other.votes))
    }
}
