//! What may be a mistake in a record that can be used.

use super::finding::Findings;
use super::record::{Record, Verdict};
use std::ops::Range;

/// A ship below this score, in points, goes against it.
const SHIP_BELOW: f64 = 40.0;
/// A skip at this score or above goes against it.
const SKIP_FROM: f64 = 80.0;

/// A part of a record.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target {
    /// The value at a path of keys.
    Field(&'static [&'static str]),
    /// A field of the review with this index.
    Review(usize, &'static str),
}

/// Notes what may be a mistake in one record. `place` tells where a part of it stands.
pub(super) fn record(record: &Record, out: &mut Findings, mut place: impl FnMut(Target) -> Range<usize>) {
    let pricing = &record.profile.pricing;
    if let (Some(entry), None) = (&pricing.entry, &pricing.detail) {
        let span = place(Target::Field(&["pricing", "entry"]));
        out.warn(span, "price-without-detail", format!("the price \"{entry}\" has no detail"), None);
    }
    for (index, review) in record.reviews.iter().enumerate() {
        let (Some(score), Some(verdict)) = (review.score, review.verdict) else { continue };
        let against = match verdict {
            Verdict::Ship => score.points() < SHIP_BELOW,
            Verdict::Skip => score.points() >= SKIP_FROM,
        };
        if against {
            let message = format!("the verdict `{verdict}` goes against the score {score}");
            out.warn(place(Target::Review(index, "verdict")), "verdict-against-score", message, None);
        }
    }
}
