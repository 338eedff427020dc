//! Records as a long sheet: a row for each review, what is said of the tool in its first row.

use super::csv_columns::{Field, heading};
use crate::catalog::record::{Record, Review};
use std::borrow::Cow;
use std::io::{self, Write};

/// The columns in their order. Those from `Aliases` to `CommunitySkip` and from `Score` on stand where they are used.
const COLUMNS: [Field; 19] = [
    Field::Tool,
    Field::Name,
    Field::Aliases,
    Field::Tagline,
    Field::Description,
    Field::Category,
    Field::Url,
    Field::BestFor,
    Field::PricingEntry,
    Field::PricingDetail,
    Field::SourceLabel,
    Field::SourceUrl,
    Field::CommunityShip,
    Field::CommunitySkip,
    Field::Reviewer,
    Field::Score,
    Field::Verdict,
    Field::Text,
    Field::Date,
];

/// Writes the records.
pub(super) fn sheet(records: &[Record], out: &mut dyn Write) -> io::Result<()> {
    let always = |field| matches!(field, Field::Tool | Field::Name | Field::Reviewer | Field::Score | Field::Verdict);
    let used = |field| {
        records.iter().any(|record| rows(record).any(|(row, review)| cell(record, row, review, field).is_some()))
    };
    let columns: Vec<_> = COLUMNS.into_iter().filter(|field| always(*field) || used(*field)).collect();
    let mut sheet = csv::Writer::from_writer(out);
    sheet.write_record(columns.iter().map(|field| heading(*field)))?;
    for record in records {
        for (row, review) in rows(record) {
            let cells = columns.iter().map(|field| cell(record, row, review, *field).unwrap_or_default());
            sheet.write_record(cells.map(|cell| cell.replace('\0', "\u{fffd}")))?;
        }
    }
    sheet.flush()
}

/// The rows of a record: one for each review, one when it has none.
fn rows(record: &Record) -> impl Iterator<Item = (usize, Option<&Review>)> {
    let none = record.reviews.is_empty().then_some(None);
    record.reviews.iter().map(Some).chain(none).enumerate()
}

fn cell<'a>(record: &'a Record, row: usize, review: Option<&'a Review>, field: Field) -> Option<Cow<'a, str>> {
    let text = |text: &'a Option<String>| text.as_deref().map(Cow::Borrowed);
    match field {
        Field::Tool => return Some(Cow::Borrowed(&record.slug)),
        Field::Reviewer => return Some(Cow::Borrowed(&review?.reviewer)),
        Field::Score => return Some(review?.score?.to_string().into()),
        Field::Verdict => return Some(review?.verdict?.word().into()),
        Field::Text => return text(&review?.text),
        Field::Date => return Some(review?.date?.to_string().into()),
        _ if row > 0 => return None,
        _ => {}
    }
    match field {
        Field::Name => Some(Cow::Borrowed(&record.name)),
        Field::Aliases => (!record.aliases.is_empty()).then(|| record.aliases.join("; ").into()),
        Field::Tagline => text(&record.profile.tagline),
        Field::Description => text(&record.profile.description),
        Field::Category => Some(Cow::Borrowed(record.category.as_deref()?)),
        Field::Url => text(&record.profile.url),
        Field::BestFor => text(&record.profile.best_for),
        Field::PricingEntry => text(&record.profile.pricing.entry),
        Field::PricingDetail => text(&record.profile.pricing.detail),
        Field::SourceLabel => text(&record.profile.source.as_ref()?.label),
        Field::SourceUrl => text(&record.profile.source.as_ref()?.url),
        Field::CommunityShip => Some(record.profile.community?.ship.to_string().into()),
        Field::CommunitySkip => Some(record.profile.community?.skip.to_string().into()),
        _ => None,
    }
}

/// What a sheet cannot hold of the records, or holds only at a risk.
pub(super) fn lost(records: &[Record]) -> Vec<String> {
    let mut lost = Vec::new();
    for record in records.iter().filter(|record| record.aliases.iter().any(|alias| alias.contains(';'))) {
        lost.push(format!("an alias of `{}` has a semicolon, which parts aliases in a sheet", record.slug));
    }
    let has = |record: &Record, what: fn(&str) -> bool| {
        rows(record).any(|(row, review)| {
            COLUMNS.iter().filter_map(|field| cell(record, row, review, *field)).any(|cell| what(&cell))
        })
    };
    for record in records.iter().filter(|record| has(record, |cell| cell.contains('\0'))) {
        lost.push(format!(
            "a text of `{}` has a zero byte, which no sheet can have; U+FFFD stands for it",
            record.slug
        ));
    }
    let mut run = records.iter().filter(|record| has(record, is_formula));
    if let Some(first) = run.next() {
        let what = match run.count() {
            0 => "a cell".to_owned(),
            others => format!("cells of {} tools", others + 1),
        };
        lost.push(format!(
            "a spreadsheet would execute {what} (first in `{}`); the text is written as it is",
            first.slug
        ));
    }
    lost
}

/// Whether a spreadsheet takes a cell for a formula.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}
