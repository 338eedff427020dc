//! Records as a long sheet: a row for each review, the fields of the tool in its first row.

use super::{RecordSource, not_taken};
use crate::catalog::record::fields::{FieldContent, RecordField, Scalar, leaves};
use crate::catalog::record::review::{self, Review, ReviewContent, ReviewField, ReviewValue};
use crate::catalog::record::{Record, Scale};
use crate::error::Result;
use crate::text::starts_formula;
use std::borrow::Cow;
use std::io::Write;

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
pub(crate) fn sheet(records: &dyn RecordSource, scale: Option<Scale>, out: &mut dyn Write) -> Result<()> {
    // The columns that are used show only at the end.
    let mut columns: Vec<_> = WrittenColumn::all().map(|column| (column, column.is_always_written())).collect();
    records.each(&mut |record| {
        for (column, is_used) in columns.iter_mut().filter(|(_, is_used)| !is_used) {
            *is_used = rows(record).any(|(row, review)| column.cell(record, row, review).is_some());
        }
        Ok(())
    })?;
    let columns: Vec<_> = columns.into_iter().filter(|(_, is_used)| *is_used).map(|(column, _)| column).collect();
    let mut sheet = csv::Writer::from_writer(out);
    let is_scaled = scale.is_some_and(|scale| scale != Scale::HUNDRED);
    let headings = columns.iter().map(|column| match column {
        WrittenColumn::Review(ReviewField { content: ReviewContent::Score, .. }) if is_scaled => "score (0-100)",
        column => column.heading(),
    });
    sheet.write_record(headings).map_err(not_taken)?;
    records.each(&mut |record| {
        for (row, review) in rows(record) {
            let cells = columns.iter().map(|column| column.cell(record, row, review).unwrap_or_default());
            sheet.write_record(cells.map(|cell| cell.replace('\0', "\u{fffd}"))).map_err(not_taken)?;
        }
        Ok(())
    })?;
    sheet.flush().map_err(not_taken)
}

/// The rows of a record: one for each review, one when it has none.
fn rows(record: &Record) -> impl Iterator<Item = (usize, Option<&Review>)> {
    let none = record.reviews.is_empty().then_some(None);
    record.reviews.iter().map(Some).chain(none).enumerate()
}

/// What a sheet cannot hold of the records, or holds only at a risk.
pub(crate) fn lost(records: &dyn RecordSource) -> Result<Vec<String>> {
    let (mut lost, mut zeros) = (Vec::new(), Vec::new());
    let (mut first, mut formulas) = (None, 0);
    records.each(&mut |record| {
        let has = |what: fn(&str) -> bool| {
            rows(record).any(|(row, review)| {
                WrittenColumn::all().filter_map(|column| column.cell(record, row, review)).any(|cell| what(&cell))
            })
        };
        if record.aliases.iter().any(|alias| alias.contains(';')) {
            lost.push(format!("an alias of `{}` has a semicolon, which separates aliases in a sheet", record.slug));
        }
        if has(|cell| cell.contains('\0')) {
            zeros.push(format!(
                "a text of `{}` has a zero byte, which a sheet cannot hold; it is written as U+FFFD",
                record.slug
            ));
        }
        if has(|cell| cell.starts_with(starts_formula)) {
            first.get_or_insert_with(|| record.slug.clone());
            formulas += 1;
        }
        Ok(())
    })?;
    lost.append(&mut zeros);
    if let Some(first) = first {
        let what = if formulas == 1 { "a cell".to_owned() } else { format!("cells of {formulas} tools") };
        lost.push(format!("a spreadsheet would execute {what} (first in `{first}`); the text is written as it is"));
    }
    Ok(lost)
}
