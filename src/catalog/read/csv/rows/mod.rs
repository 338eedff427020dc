//! The rows of a sheet, gathered by tool.

mod fields;
mod plain;
mod reviewer;

use super::cells::{Reviewer, RowCells};
use super::header::is_blank;
use super::layout::{ReviewerFrom, SheetLayout};
use super::tokens::{CsvCell, RowTokens};
use super::tools::SheetTools;
use crate::catalog::lint;
use crate::catalog::read::chunks::ChunkReader;
use crate::catalog::read::finding::Mark;
use crate::catalog::read::{ParseState, RowSpan};
use crate::catalog::record::Record;
use crate::catalog::record::identity::normalized;
use crate::catalog::record::projection::Projection;
use crate::catalog::record::review::Review;
use crate::catalog::record::reviewer::ReviewerName;
use crate::catalog::sheet::Repeat;
use memchr::memchr;
use plain::{PlainColumn, plain_columns};
use reviewer::keep_last;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// Reads the rows of a sheet.
#[derive(Clone)]
pub(crate) struct RowReader {
    layout: Arc<SheetLayout>,
    projection: Projection,
    /// As [`SheetLayout::is_long`] says.
    is_long: bool,
    /// How many columns come before those of reviews, if they hold all that the row says about the tool.
    lead: usize,
    /// The columns behind them in plain rows; none where no row is plain.
    plain: Vec<PlainColumn>,
    tools: SheetTools,
    /// The reviews of the row at hand, and where each is.
    reviews: Vec<(Review, usize)>,
    /// The reviewer that the heading of each review names, if it does.
    by_heading: Vec<Option<Reviewer>>,
    /// The address of each reviewer who is named by one, and where it is first.
    addresses: HashMap<ReviewerName, (String, u64)>,
    /// Where the row of each reviewer is, where rows hold all reviews of one.
    answered: HashMap<ReviewerName, u64>,
    /// The reviewers who have several rows: who, where, and where the first one is.
    again: Vec<(ReviewerName, u64, u64)>,
    /// How many rows were read, that of the headings included.
    count: usize,
    /// Where the rows of each tool are.
    spans: Vec<RowSpan>,
}

impl RowReader {
    /// A reader of rows with this layout.
    pub(crate) fn new(layout: Arc<SheetLayout>, projection: Projection) -> Self {
        let of_review = |column: usize| {
            layout.reviewer == ReviewerFrom::ReviewColumn(column)
                || layout.reviews.iter().flat_map(|review| &review.columns).any(|known| known.index == column)
        };
        let columns = layout.headings.len();
        let lead = (0..columns).take_while(|column| !of_review(*column)).count();
        let leads = lead < columns
            && layout.tool.is_some_and(|tool| tool < lead)
            && layout.fields.iter().all(|(index, _)| *index < lead);
        let lead = if leads { lead } else { 0 };
        let by_heading = layout.reviews.iter().map(|review| {
            let name = match &layout.reviewer {
                ReviewerFrom::Headings => &review.name,
                ReviewerFrom::Name(name) => name,
                ReviewerFrom::ReviewColumn(_) | ReviewerFrom::Row => return None,
            };
            Some(Reviewer { name: name.clone(), at: None })
        });
        Self {
            by_heading: by_heading.collect(),
            projection,
            is_long: layout.is_long(),
            lead,
            plain: plain_columns(&layout, lead, projection),
            tools: SheetTools::default(),
            reviews: Vec::new(),
            addresses: HashMap::new(),
            answered: HashMap::new(),
            again: Vec::new(),
            count: 1,
            spans: Vec::new(),
            layout,
        }
    }

    /// Reads all rows of `text` from byte `start` on.
    pub(crate) fn read_all(mut self, text: &str, start: usize, state: &mut ParseState) {
        if self.layout.tool.is_none() {
            for review in &self.layout.reviews {
                self.tools.called(&review.name, &(review.at..review.at + 1), state);
            }
        }
        self.rows(text, start..text.len(), false, state);
        self.finish(state);
    }

    /// Reads the rows that start in `span` of `text`; gives where the last one ends. Where `more` follows on the text, a
    /// row that may go on there is left.
    fn rows(&mut self, text: &str, span: Range<usize>, more: bool, state: &mut ParseState) -> usize {
        let mut rows = RowTokens::starting_at(text, self.layout.separator, span.start);
        let layout = Arc::clone(&self.layout);
        let mut cells = Vec::with_capacity(layout.headings.len());
        // The bytes with which the row before names its tool. The rows of a tool tend to follow each other.
        let mut lead = 0..0;
        loop {
            let start = rows.skip_blank();
            if start >= span.end {
                return start;
            }
            let is_alike = !lead.is_empty() && text.as_bytes()[start..].starts_with(&text.as_bytes()[lead.clone()]);
            if is_alike && !self.plain.is_empty() {
                rows.go_to(start + lead.len());
                if self.plain_row(&layout, text, &mut rows, state).is_some() {
                    self.note_span(state.base() + start as u64..state.base() + rows.at() as u64);
                    continue;
                }
                rows.go_to(start);
            }
            let known = is_alike.then_some(self.tools.last);
            match rows.next(&mut cells) {
                Ok(_) if more && rows.may_go_on() => return start,
                Ok(true) => {
                    let good = self.row(&layout, text, known, &cells, state);
                    if good {
                        self.note_span(state.base() + start as u64..state.base() + rows.at() as u64);
                    }
                    lead = if good && self.lead > 0 { start..cells[self.lead].span.start } else { 0..0 };
                }
                Ok(false) => return start,
                Err(broken) => {
                    rows.skip_line(broken.at);
                    if more && (broken.may_close || rows.may_go_on()) {
                        return start;
                    }
                    state.findings.add(broken.at..broken.at + 1, broken.message, None);
                    lead = 0..0;
                }
            }
        }
    }

    /// Notes where the row is that was read, which is about the last tool.
    fn note_span(&mut self, span: Range<u64>) {
        let part = self.tools.all[self.tools.last].index;
        match self.spans.last_mut() {
            Some(last) if last.part == part => last.span.end = span.end,
            _ => self.spans.push(RowSpan { part, span }),
        }
    }

    /// Takes a row, about the tool at `known` if it names the same one as the row before. Whether it is valid.
    fn row(
        &mut self,
        layout: &SheetLayout,
        text: &str,
        known: Option<usize>,
        cells: &[CsvCell],
        state: &mut ParseState,
    ) -> bool {
        let columns = layout.headings.len();
        let span = cells[0].span.start..cells[cells.len() - 1].span.end;
        self.count += 1;
        if layout.computed_rows.contains(&span.start) {
            return false;
        }
        let is_longer = cells.len() > columns && is_blank(text, &cells[columns..]);
        if cells.len() != columns && !is_longer {
            if !is_blank(text, cells) {
                let (found, expected) = (count(cells.len(), "cell"), count(columns, "column"));
                state.findings.add(span, format!("this row has {found}, the sheet has {expected}"), None);
            }
            return false;
        }
        let row = RowCells { layout, text, cells: &cells[..columns] };
        let Some(column) = layout.tool else {
            self.row_of_reviewer(row, state);
            return false;
        };
        let index = known.or_else(|| self.tool(column, row, &span, state));
        index.is_some_and(|index| self.row_of_tool(row, index, known.is_some(), state))
    }

    /// Takes a row about the tool at `index`, about which it says nothing new if it `is_known`. Whether it is valid.
    fn row_of_tool(&mut self, row: RowCells<'_>, index: usize, is_known: bool, state: &mut ParseState) -> bool {
        let mark = state.findings.mark();
        self.reviews.clear();
        state.names.go_to(self.tools.all[index].record.reviews.len());
        let of_row = self.reviewer(row, state);
        // A reviewer who is refused is not missing as well.
        let reviews = if state.findings.is_clean_since(mark) { &row.layout.reviews[..] } else { &[] };
        for (place, columns) in reviews.iter().enumerate() {
            if let Some(by_heading) = &self.by_heading[place] {
                state.names.share(&by_heading.name);
            }
            let reviewer = self.by_heading[place].as_ref().or(of_row.as_ref());
            self.reviews.extend(row.review(columns, reviewer, state));
        }
        let mut fields = Record::default();
        if !is_known {
            self.fields(index, &mut fields, row, state);
        }
        let part = &mut self.tools.all[index];
        if let Some(faults) = state.findings.take_since(mark) {
            // Nothing is taken from an invalid row.
            part.refuse(faults);
            return false;
        }
        let agrees = is_known || self.merge_fields(index, &mut fields, row, state);
        self.take_reviews(index, state);
        agrees
    }

    /// Adds the reviews of the row to the tool at `index`.
    fn take_reviews(&mut self, index: usize, state: &ParseState) {
        let mut reviews = std::mem::take(&mut self.reviews);
        reviews.drain(..).for_each(|(review, start)| self.take_review(index, review, start, state));
        self.reviews = reviews;
    }

    /// Adds a review, which is at `start`, to the tool at `index`.
    fn take_review(&mut self, index: usize, review: Review, start: usize, state: &ParseState) {
        let part = &mut self.tools.all[index];
        if state.keep_places || !self.is_long {
            part.review_starts.push(state.base() + start as u64);
        }
        part.record.reviews.push(review);
    }

    /// The tool that a row names.
    fn tool(&mut self, column: usize, row: RowCells<'_>, span: &Range<usize>, state: &mut ParseState) -> Option<usize> {
        let named = row.cell(column);
        let named = normalized(&named);
        let named = named.strip_prefix("tool:").map_or(&*named, str::trim_start);
        if named.is_empty() {
            // Spreadsheets leave rows of nothing.
            if !is_blank(row.text, row.cells) {
                let message = format!("`{}` is empty, expected a tool", self.layout.headings[column]);
                state.findings.add(row.cells[column].span.clone(), message, None);
            }
            return None;
        }
        Some(self.tools.called(named, span, state))
    }
}

impl ChunkReader for RowReader {
    /// From a likely start on there are as many cells as columns.
    fn likely_start(&self, text: &str) -> Option<usize> {
        /// Lines that are tried. A cell may have lines of its own.
        const TRIES: usize = 64;
        let mut cells = Vec::new();
        let mut from = 0;
        for _ in 0..TRIES {
            from += memchr(b'\n', &text.as_bytes()[from..])? + 1;
            let mut rows = RowTokens::starting_at(text, self.layout.separator, from);
            let start = rows.skip_blank();
            if rows.next(&mut cells) == Ok(true) && !rows.may_go_on() && cells.len() == self.layout.headings.len() {
                return Some(start);
            }
        }
        None
    }

    fn read(&mut self, text: &str, end: usize, more: bool, state: &mut ParseState) -> usize {
        self.rows(text, 0..end, more, state)
    }

    /// The error stays one of the whole sheet: nobody knows whose row it is.
    fn refuse_line(&mut self, _: &str, _: Range<usize>, _: Mark, _: &mut ParseState) {}

    fn finish(mut self, state: &mut ParseState) {
        if self.layout.repeat == Repeat::Last {
            self.tools.all.iter_mut().for_each(keep_last);
        }
        self.refuse_repeats(state);
        if !self.projection.reviews {
            for part in &mut self.tools.all {
                part.record.reviews = Vec::new();
            }
        }
        let base = state.base();
        for part in &self.tools.all {
            // The errors of other parts of the sheet are counted from its start.
            state.set_base(part.span.start);
            lint::price(&part.record, 0..1, &mut state.findings);
        }
        state.set_base(base);
        (state.parts, state.rows) = (self.tools.all, self.spans);
    }
}

/// `1 cell`, `2 cells`.
fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
