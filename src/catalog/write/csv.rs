//! Records as a long sheet: a row for each review, the fields of the tool in its first row.

use crate::catalog::record::fields::{FieldContent, RecordField, Scalar, leaves};
use crate::catalog::record::review::{self, Review, ReviewContent, ReviewField, ReviewValue};
use crate::catalog::record::{Record, Scale};
use crate::text::starts_formula;
use std::borrow::Cow;
use std::io::{self, Write};

/// A column: a field of the tool or of a review.
#[derive(Clone, Copy)]
enum WrittenColumn {
    Tool(&'static RecordField),
    Review(&'static ReviewField),
}

impl WrittenColumn {
    fn all() -> impl Iterator<Item = Self> {
        leaves()
            .filter(|field| !field.headings.is_empty())
            .map(Self::Tool)
            .chain(review::FIELDS.iter().map(Self::Review))
    }

    fn heading(self) -> &'static str {
        match self {
            Self::Tool(RecordField { content: FieldContent::Slug, .. }) => "tool",
            Self::Tool(field) => field.headings[0],
            Self::Review(field) => field.key,
        }
    }

    /// Whether the column is written even if all its cells are empty.
    fn is_always_written(self) -> bool {
        match self {
            Self::Tool(field) => matches!(field.content, FieldContent::Slug | FieldContent::Name),
            Self::Review(field) => {
                matches!(field.content, ReviewContent::Reviewer | ReviewContent::Score | ReviewContent::Verdict)
            }
        }
    }

    fn cell<'a>(self, record: &'a Record, row: usize, review: Option<&'a Review>) -> Option<Cow<'a, str>> {
        match self {
            Self::Tool(field) if row > 0 && !matches!(field.content, FieldContent::Slug) => None,
            Self::Tool(field) => Some(match field.get(record)? {
                Scalar::Text(text) => Cow::Borrowed(text),
                Scalar::Number(number) => number.to_string().into(),
                Scalar::List(list) => list.join("; ").into(),
            }),
            Self::Review(field) => Some(match field.get(review?)? {
                ReviewValue::Text(text) => Cow::Borrowed(text),
                ReviewValue::Score(score) => score.to_string().into(),
                ReviewValue::Date(date) => date.to_string().into(),
            }),
        }
    }
}

/// Writes the records.
pub(crate) fn sheet(records: &[Record], scale: Option<Scale>, out: &mut dyn Write) -> io::Result<()> {
    let used = |column: WrittenColumn| {
        records.iter().any(|record| rows(record).any(|(row, review)| column.cell(record, row, review).is_some()))
    };
    let columns: Vec<_> = WrittenColumn::all().filter(|column| column.is_always_written() || used(*column)).collect();
    let mut sheet = csv::Writer::from_writer(out);
    let is_scaled = scale.is_some_and(|scale| scale != Scale::HUNDRED);
    sheet.write_record(columns.iter().map(|column| match column {
        WrittenColumn::Review(ReviewField { content: ReviewContent::Score, .. }) if is_scaled => "score (0-100)",
        column => column.heading(),
    }))?;
    for record in records {
        for (row, review) in rows(record) {
            let cells = columns.iter().map(|column| column.cell(record, row, review).unwrap_or_default());
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

/// What a sheet cannot hold of the records, or holds only at a risk.
pub(crate) fn lost(records: &[Record]) -> Vec<String> {
    let mut lost = Vec::new();
    for record in records.iter().filter(|record| record.aliases.iter().any(|alias| alias.contains(';'))) {
        lost.push(format!("an alias of `{}` has a semicolon, which separates aliases in a sheet", record.slug));
    }
    let has = |record: &Record, what: fn(&str) -> bool| {
        rows(record).any(|(row, review)| {
            WrittenColumn::all().filter_map(|column| column.cell(record, row, review)).any(|cell| what(&cell))
        })
    };
    for record in records.iter().filter(|record| has(record, |cell| cell.contains('\0'))) {
        lost.push(format!(
            "a text of `{}` has a zero byte, which a sheet cannot hold; it is written as U+FFFD",
            record.slug
        ));
    }
    let mut formulas = records.iter().filter(|record| has(record, |cell| cell.starts_with(starts_formula)));
    if let Some(first) = formulas.next() {
        let what = match formulas.count() {
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
