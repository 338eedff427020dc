//! What a command needs of the records, so that nothing else is kept in memory.

/// What a command needs of the records.
///
/// Slug, name, aliases and category are always kept. Every field is validated whether it is kept or not, so that all
/// commands refuse the same records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Projection {
    /// Tagline, description, address, whom it suits, source, pricing and community votes.
    pub profile: bool,
    /// The reviews: reviewer, score, verdict and date.
    pub reviews: bool,
    /// The text of the reviews. Has no effect without `reviews`.
    pub review_text: bool,
}

impl Projection {
    /// Slug, name, aliases and category only.
    pub const NAMES: Self = Self { profile: false, reviews: false, review_text: false };
    /// What aggregates and rankings take: the reviews without their text.
    pub const REVIEWS: Self = Self { profile: false, reviews: true, review_text: false };
    /// Everything.
    pub const ALL: Self = Self { profile: true, reviews: true, review_text: true };

    /// What this one or `other` asks for.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            profile: self.profile | other.profile,
            reviews: self.reviews | other.reviews,
            review_text: self.review_text | other.review_text,
        }
    }

    /// Whether records read with this projection have all that `other` asks for.
    pub(crate) fn covers(self, other: Self) -> bool {
        (self.profile || !other.profile)
            && (self.reviews || !other.reviews)
            && (self.review_text && self.reviews || !(other.review_text && other.reviews))
    }
}
