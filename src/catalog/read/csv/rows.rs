//! The rows of a sheet, gathered by tool.

use super::layout::{Layout, ReviewColumns, ReviewerFrom};
use super::tokens::{CsvCell, Rows};
use crate::catalog::lint;
use crate::catalog::read::chunks::ChunkReader;
use crate::catalog::read::finding::{Faults, Mark};
use crate::catalog::read::{ParseState, PartialRecord, ToolRef};
use crate::catalog::record::Record;
use crate::catalog::record::fields::{Content, Part, leaves};
use crate::catalog::record::identity::normalized;
use crate::catalog::record::projection::Projection;
use crate::catalog::record::review::{Review, ReviewBuilder, ReviewContent};
use crate::catalog::record::score::Scale;
use crate::catalog::record::value::{FieldValue, Value, quoted};
use crate::text::trimmed;
use hashbrown::{DefaultHashBuilder, HashTable};
use memchr::memchr;
use std::borrow::Cow;
use std::hash::BuildHasher as _;
use std::ops::Range;
use std::sync::Arc;

/// Reads the rows of a sheet.
#[derive(Clone)]
pub(crate) struct RowReader {
    layout: Arc<Layout>,
    projection: Projection,
    /// How many columns come before those of reviews, if they hold all that the row says about the tool.
    lead: usize,
    tools: Tools,
    /// The reviews of the row at hand, and where each is.
    reviews: Vec<(Review, usize)>,
}

/// The tools of the rows that were read.
#[derive(Clone, Default)]
struct Tools {
    all: Vec<PartialRecord>,
    /// Them, by what the sheet calls them.
    by_text: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// Index into `all` of the last row's.
    last: usize,
}

impl RowReader {
    /// A reader of rows with this layout.
    pub(crate) fn new(layout: Arc<Layout>, projection: Projection) -> Self {
        let of_review = |column: usize| {
            layout.reviews.iter().any(|review| {
                matches!(review.reviewer, ReviewerFrom::Column(reviewer) if reviewer == column)
                    || review.fields.iter().any(|(index, _)| *index == column)
            })
        };
        let columns = layout.headings.len();
        let lead = (0..columns).take_while(|column| !of_review(*column)).count();
        let leads = lead < columns && layout.tool < lead && layout.fields.iter().all(|(index, _)| *index < lead);
        let lead = if leads { lead } else { 0 };
        Self { layout, projection, lead, tools: Tools::default(), reviews: Vec::new() }
    }

    /// Reads all rows of `text` from byte `start` on.
    pub(crate) fn read_all(mut self, text: &str, start: usize, state: &mut ParseState) {
        self.rows(text, start..text.len(), false, state);
        self.finish(state);
    }

    /// Reads the rows that start in `span` of `text`; gives where the last one ends. Where `more` follows on the text, a
    /// row that may go on there is left.
    fn rows(&mut self, text: &str, span: Range<usize>, more: bool, state: &mut ParseState) -> usize {
        let mut rows = Rows::starting_at(text, self.layout.separator, span.start);
        let mut cells = Vec::with_capacity(self.layout.headings.len());
        // The bytes with which the row before names its tool. The rows of a tool tend to follow each other.
        let mut lead = 0..0;
        loop {
            let start = rows.skip_blank();
            if start >= span.end {
                return start;
            }
            let alike = rows.next_alike(&lead, self.lead, &mut cells);
            let known = alike.as_ref().map(|_| self.tools.last);
            match alike.unwrap_or_else(|| rows.next(&mut cells)) {
                Ok(_) if more && rows.may_go_on() => return start,
                Ok(true) => {
                    let good = self.row(text, known, &cells, state);
                    lead = if good && self.lead > 0 { start..cells[self.lead].span.start } else { 0..0 };
                }
                Ok(false) => return start,
                Err(broken) if more && broken.may_close => return start,
                Err(broken) => {
                    state.findings.add(broken.at..broken.at + 1, broken.message, None);
                    rows.skip_line(broken.at);
                    lead = 0..0;
                }
            }
        }
    }

    /// Takes a row, about the tool at `known` if it names the same one as the row before. Whether it is valid.
    fn row(&mut self, text: &str, known: Option<usize>, cells: &[CsvCell], state: &mut ParseState) -> bool {
        let row = cells[0].span.start..cells[cells.len() - 1].span.end;
        let layout = Arc::clone(&self.layout);
        if cells.len() != layout.headings.len() {
            let (found, expected) = (count(cells.len(), "cell"), count(layout.headings.len(), "column"));
            state.findings.add(row, format!("this row has {found}, the sheet has {expected}"), None);
            return false;
        }
        let Some(index) = known.or_else(|| self.tool(text, cells, &row, state)) else { return false };
        let mark = state.findings.mark();
        self.reviews.clear();
        state.names.go_to(self.tools.all[index].record.reviews.len());
        for columns in &layout.reviews {
            self.review(columns, text, cells, state);
        }
        let mut fields = Record::default();
        if known.is_none() {
            self.fields(index, &mut fields, text, cells, state);
        }
        let part = &mut self.tools.all[index];
        if let Some(faults) = state.findings.take_since(mark) {
            // Nothing is taken from an invalid row.
            part.refuse(faults);
            return false;
        }
        let agrees = known.is_some() || self.merge_fields(index, &mut fields, cells, state);
        let part = &mut self.tools.all[index];
        for (review, start) in self.reviews.drain(..) {
            part.review_starts.push(state.base() + start as u64);
            part.record.reviews.push(review);
        }
        agrees
    }

    /// The tool that a row names.
    fn tool(&mut self, text: &str, cells: &[CsvCell], row: &Range<usize>, state: &mut ParseState) -> Option<usize> {
        let cell = &cells[self.layout.tool];
        let named = cell.text(text);
        let named = normalized(&named);
        if named.is_empty() {
            // Spreadsheets leave rows of nothing.
            if !cells.iter().all(|cell| cell.text(text).trim().is_empty()) {
                let message = format!("`{}` is empty, expected a tool", self.layout.headings[self.layout.tool]);
                state.findings.add(cell.span.clone(), message, None);
            }
            return None;
        }
        Some(self.tools.called(&named, row, state))
    }

    /// Reads what a row says about the tool itself, as far as that is new, into `fields`.
    fn fields(&self, index: usize, fields: &mut Record, text: &str, cells: &[CsvCell], state: &mut ParseState) {
        let known = &self.tools.all[index].record;
        for (column, field) in &self.layout.fields {
            let csv = &cells[*column];
            if csv.span.is_empty() {
                continue;
            }
            let text = csv.text(text);
            // Nearly always a row repeats the one before.
            if field.has_text(known, &text) {
                continue;
            }
            let value = self.value(*column, csv, text);
            match &field.content {
                Content::Name if trimmed(value_text(&value)).is_empty() => {}
                Content::Name => {
                    fields.name = value.name(&mut state.findings).unwrap_or_default().into();
                }
                Content::Aliases => {
                    let aliases = value_text(&value).split(';').map(normalized).filter(|alias| !alias.is_empty());
                    fields.aliases = aliases.map(Cow::into_owned).collect();
                }
                _ => field.set(fields, value, &mut state.findings),
            }
        }
    }

    /// Adds `fields` to the tool at `index`, or notes those that contradict what another row says. Whether all agree.
    fn merge_fields(&mut self, index: usize, fields: &mut Record, cells: &[CsvCell], state: &mut ParseState) -> bool {
        let mark = state.findings.mark();
        let part = &mut self.tools.all[index];
        let mut conflicting = Vec::new();
        for (column, field) in &self.layout.fields {
            let kept = field.part == Part::Identity || self.projection.profile;
            if kept && !field.merge(&mut part.record, fields) {
                conflicting.push(*field);
                let (heading, tool) = (&self.layout.headings[*column], quoted(part.called()));
                let message = format!("`{heading}` differs from another row of {tool}");
                state.findings.add_pair_at(cells[*column].span.clone(), message, part.span.start);
            }
        }
        let Some(faults) = state.findings.take_since(mark) else { return true };
        part.refuse(Faults { conflicting, ..faults });
        false
    }

    /// Reads one review of a row, if it holds one.
    fn review(&mut self, columns: &ReviewColumns, text: &str, cells: &[CsvCell], state: &mut ParseState) {
        let mut builder = ReviewBuilder::default();
        let mut given: Option<Range<usize>> = None;
        let mut start = None;
        if let ReviewerFrom::Column(column) = &columns.reviewer {
            let csv = &cells[*column];
            let name = csv.text(text);
            if !trimmed(&name).is_empty() {
                start = Some(csv.span.start);
                self.set(&mut builder, ReviewContent::Reviewer, *column, csv, name, state);
            }
        }
        for (column, content) in &columns.fields {
            let csv = &cells[*column];
            if csv.span.is_empty() {
                continue;
            }
            let text = csv.text(text);
            if trimmed(&text).is_empty() {
                continue;
            }
            given = given.or_else(|| Some(csv.span.clone()));
            if *content == ReviewContent::Text && !self.projection.review_text {
                continue;
            }
            self.set(&mut builder, *content, *column, csv, text, state);
        }
        match (&columns.reviewer, given) {
            (ReviewerFrom::Heading(reviewer), Some(given)) => {
                builder.has_reviewer = true;
                builder.reviewer = Some(Arc::clone(reviewer));
                start = Some(given.start);
            }
            (ReviewerFrom::Column(_), Some(given)) if start.is_none() => {
                return state.findings.add(given, "this row has a review but no reviewer", None);
            }
            _ => {}
        }
        let Some(start) = start else { return };
        if let Some(review) = builder.build(start..start + 1, &mut state.findings) {
            self.reviews.push((review, start));
        }
    }

    fn set(
        &self,
        builder: &mut ReviewBuilder,
        content: ReviewContent,
        column: usize,
        csv: &CsvCell,
        text: Cow<'_, str>,
        state: &mut ParseState,
    ) {
        let value = self.value(column, csv, text);
        builder.set(content, value, Scale::HUNDRED, &mut state.names, &mut state.findings);
    }

    fn value<'a>(&'a self, column: usize, csv: &CsvCell, text: Cow<'a, str>) -> FieldValue<'a> {
        FieldValue {
            field: &self.layout.headings[column],
            value: Value::Text(text),
            span: csv.span.clone(),
            decimal_comma: self.layout.decimal_comma,
        }
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
            let mut rows = Rows::starting_at(text, self.layout.separator, from);
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
        if !self.projection.reviews {
            for part in &mut self.tools.all {
                part.record.reviews = Vec::new();
            }
        }
        for part in &self.tools.all {
            // The errors of other parts of the sheet are counted from its start.
            state.set_base(part.span.start);
            lint::price(&part.record, 0..1, &mut state.findings);
        }
        state.parts = self.tools.all;
    }
}

impl Tools {
    /// The index of the tool that is called so, a new one when it is not known yet.
    fn called(&mut self, called: &str, row: &Range<usize>, state: &ParseState) -> usize {
        // The rows of a tool tend to follow each other.
        if self.all.get(self.last).is_some_and(|last| last.called() == called) {
            return self.last;
        }
        if let Some(index) = self.find(called) {
            self.last = index;
            return index;
        }
        // Probably as many reviews as the tool before has.
        let panel = self.all.last().map_or(0, |part| part.record.reviews.len()).min(64);
        let span = state.base() + row.start as u64..state.base() + row.end as u64;
        let record = Record { reviews: Vec::with_capacity(panel), ..Record::default() };
        self.push(PartialRecord {
            record,
            tool: ToolRef::Called(called.into()),
            span,
            review_starts: Vec::with_capacity(panel),
            faults: None,
        });
        self.last = self.all.len() - 1;
        self.last
    }

    fn find(&self, called: &str) -> Option<usize> {
        let is_called = |index: &u32| self.all[*index as usize].called() == called;
        self.by_text.find(self.hasher.hash_one(called), is_called).map(|index| *index as usize)
    }

    fn push(&mut self, part: PartialRecord) {
        let index = u32::try_from(self.all.len()).expect("fewer tools than 2^32");
        self.all.push(part);
        let Self { all, by_text, hasher, .. } = self;
        let hash = |index: &u32| hasher.hash_one(all[*index as usize].called());
        by_text.insert_unique(hash(&index), index, hash);
    }
}

/// Brings the rows of each tool together that were read on several cores. Whether they agree about the tool's fields.
pub(super) fn join(batches: &mut Vec<Vec<PartialRecord>>) -> bool {
    if batches.len() < 2 {
        return true;
    }
    let has_conflict = |part: &PartialRecord| part.faults.as_ref().is_some_and(|faults| !faults.conflicting.is_empty());
    if batches.iter().flatten().any(has_conflict) {
        return false;
    }
    let mut tools = Tools::default();
    for mut part in std::mem::take(batches).into_iter().flatten() {
        let Some(index) = tools.find(part.called()) else {
            tools.push(part);
            continue;
        };
        let known = &mut tools.all[index];
        if !leaves().all(|field| field.merge(&mut known.record, &mut part.record)) {
            return false;
        }
        known.record.reviews.append(&mut part.record.reviews);
        known.review_starts.append(&mut part.review_starts);
        if let Some(faults) = part.faults {
            known.refuse(*faults);
        }
    }
    batches.push(tools.all);
    true
}

/// The text of a value of a sheet.
fn value_text<'a>(value: &'a FieldValue<'_>) -> &'a str {
    match &value.value {
        Value::Text(text) => text,
        _ => "",
    }
}

/// `1 cell`, `2 cells`.
fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
