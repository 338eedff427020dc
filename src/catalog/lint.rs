//! What may be a mistake in a record that can be used. Only `check` asks for it.

use super::read::finding::Findings;
use super::record::Record;
use super::record::fields::RecordField;
use super::record::score::Score;
use super::record::verdict::Verdict;
use std::ops::Range;

/// A ship below this score, in points, contradicts it.
const SHIP_BELOW: f64 = 40.0;
/// A skip at this score or above contradicts it.
const SKIP_FROM: f64 = 80.0;

/// Notes what may be a mistake in a review whose verdict is at `at`.
pub(crate) fn verdict_against_score(
    score: Option<Score>,
    verdict: Option<Verdict>,
    at: Range<usize>,
    out: &mut Findings,
) {
    let (Some(score), Some(verdict)) = (score, verdict) else { return };
    let contradicts = match verdict {
        Verdict::Ship => score.points() < SHIP_BELOW,
        Verdict::Skip => score.points() >= SKIP_FROM,
    };
    if contradicts && out.lints() {
        let message = format!("the verdict `{verdict}` contradicts the score {score}");
        out.warn(at, "verdict-against-score", message, None);
    }
}

/// Notes what may be a mistake in an object of fields whose first field is at `at`.
pub(crate) fn group(group: &RecordField, record: &Record, at: Range<usize>, out: &mut Findings) {
    if group.key == "pricing" && out.lints() {
        price(record, at, out);
    }
}

/// Notes a price, which is at `at`, without a detail.
pub(crate) fn price(record: &Record, at: Range<usize>, out: &mut Findings) {
    if let (Some(entry), None) = (&record.profile.pricing_entry, &record.profile.pricing_detail) {
        out.warn(at, "price-without-detail", format!("the price \"{entry}\" has no detail"), None);
    }
}
