//! The rows of a sheet, gathered by tool.

use super::cells::{Reviewer, RowCells};
use super::header::is_blank;
use super::layout::{ReviewerFrom, SheetLayout, address_owner};
use super::suggest::toml_text;
use super::tokens::{CsvCell, RowTokens};
use super::tools::SheetTools;
use crate::catalog::lint;
use crate::catalog::read::chunks::ChunkReader;
use crate::catalog::read::finding::{Faults, InputFinding, Mark, Position};
use crate::catalog::read::{ParseState, PartialRecord, RowSpan};
use crate::catalog::record::Record;
use crate::catalog::record::fields::{FieldContent, Part};
use crate::catalog::record::identity::normalized;
use crate::catalog::record::projection::Projection;
use crate::catalog::record::review::Review;
use crate::catalog::record::reviewer::ReviewerName;
use crate::catalog::record::value::{FieldValue, RawValue, quoted};
use crate::catalog::record::words::is_absent;
use crate::catalog::sheet::Repeat;
use crate::text::trimmed;
use memchr::memchr;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
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
            let alike = rows.next_alike(&lead, self.lead, &mut cells);
            let known = alike.as_ref().map(|_| self.tools.last);
            match alike.unwrap_or_else(|| rows.next(&mut cells)) {
                Ok(_) if more && rows.may_go_on() => return start,
                Ok(true) => {
                    let good = self.row(&layout, text, known, &cells, state);
                    if good {
                        self.note_span(state.base() + start as u64..state.base() + rows.at() as u64);
                    }
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
        // Nearly all rows are about the tool of the row before.
        let plain = match &row.layout.reviews[..] {
            [columns] if is_known => row.plain(columns, state),
            _ => None,
        };
        let of_row = match (self.reviewer(row, state), plain) {
            (Some(Reviewer { name, at: Some(at) }), Some(plain)) => {
                let review = plain.by(name, at, state);
                self.take_review(index, review, at, state);
                return true;
            }
            (of_row, _) => of_row,
        };
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

    /// Takes a row with the reviews of one reviewer. What is invalid in one does not spoil the others.
    fn row_of_reviewer(&mut self, row: RowCells<'_>, state: &mut ParseState) {
        let mark = state.findings.mark();
        state.names.go_to(0);
        let reviewer = self.reviewer(row, state);
        if !state.findings.is_clean_since(mark) {
            return;
        }
        if let Some(Reviewer { name, at: Some(at) }) = &reviewer
            && self.layout.repeat == Repeat::Error
        {
            let here = state.base() + *at as u64;
            let first = *self.answered.entry(name.clone()).or_insert(here);
            if first != here {
                return self.again.push((name.clone(), here, first));
            }
        }
        for (index, columns) in row.layout.reviews.iter().enumerate() {
            let mark = state.findings.mark();
            self.reviews.clear();
            if let Some(Reviewer { name, .. }) = reviewer.as_ref().or(self.by_heading[index].as_ref()) {
                state.names.go_to(0);
                state.names.share(name);
            }
            let review = row.review(columns, reviewer.as_ref().or(self.by_heading[index].as_ref()), state);
            self.reviews.extend(review);
            if reviewer.is_none() && self.by_heading[index].is_none() && !state.findings.is_clean_since(mark) {
                return; // all reviews of the row lack their reviewer
            }
            let part = &mut self.tools.all[index];
            match state.findings.take_since(mark) {
                Some(faults) => part.refuse(faults),
                None => self.take_reviews(index, state),
            }
        }
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

    /// Notes each row of a reviewer who has one already. Not one of them is right then.
    fn refuse_repeats(&mut self, state: &mut ParseState) {
        if self.again.is_empty() {
            return;
        }
        let sheet = &state.sheet_task;
        let mut block = format!("[[sheet]]\nfile = {}\nrepeat = \"last\"", toml_text(&sheet.file));
        if let Some(scale) = state.names.range().likely_scale() {
            block += &format!("\nscale = {scale}  # if no score can be higher");
        }
        let help = format!("remove a row, or say in compare.toml that the last one counts:\n{block}");
        for (name, at, first) in &self.again {
            let message = format!("`{name}` has two rows; a reviewer may review a tool only once");
            let finding = InputFinding {
                span: *at..at + name.len() as u64,
                code: "twice",
                message,
                help: Some(help.clone()),
                first: Some(Position { input: None, at: *first }),
            };
            state.findings.push(finding);
        }
        for part in &mut self.tools.all {
            let reviews = part.record.reviews.drain(..).zip(part.review_starts.drain(..));
            let is_once = |(review, _): &(Review, u64)| self.again.iter().all(|(name, ..)| *name != review.reviewer);
            let (reviews, starts) = reviews.filter(is_once).unzip();
            (part.record.reviews, part.review_starts) = (reviews, starts);
        }
    }

    /// Who reviewed, where the row says it.
    fn reviewer(&mut self, row: RowCells<'_>, state: &mut ParseState) -> Option<Reviewer> {
        match self.layout.reviewer {
            ReviewerFrom::ReviewColumn(column) => {
                let text = row.cell(column);
                let at = row.cells[column].span.start;
                if text.bytes().any(|byte| byte == b'@')
                    && let Some(owner) = address_owner(&text)
                {
                    return self.owner_of_address(owner, &text, row.cells[column].span.clone(), state);
                }
                // Nearly all rows name a reviewer of the rows before, in the spelling that is kept.
                if let Some(name) = state.names.share_known(&text) {
                    return Some(Reviewer { name, at: Some(at) });
                }
                let name = normalized(&text);
                (!name.is_empty()).then(|| Reviewer { name: state.names.share(&name), at: Some(at) })
            }
            ReviewerFrom::Row => {
                let name = state.names.share(&format!("Row {}", self.count));
                Some(Reviewer { name, at: Some(row.cells[0].span.start) })
            }
            ReviewerFrom::Headings | ReviewerFrom::Name(_) => None,
        }
    }

    /// The reviewer who is named by an e-mail address; two addresses must not name one.
    fn owner_of_address(
        &mut self,
        owner: &str,
        address: &str,
        span: Range<usize>,
        state: &mut ParseState,
    ) -> Option<Reviewer> {
        state.sheet.has_addresses = true;
        let name = state.names.share(&normalized(owner));
        let here = state.base() + span.start as u64;
        let at = Some(span.start);
        let (known, first) = self.addresses.entry(name.clone()).or_insert_with(|| (address.trim().to_owned(), here));
        if known.eq_ignore_ascii_case(address.trim()) {
            return Some(Reviewer { name, at });
        }
        let message =
            format!("two e-mail addresses begin with {}, and a reviewer is named by that part", quoted(&name));
        let help = "add a column `reviewer` with names".to_owned();
        state.findings.add_pair_at(span, message, Some(help), *first);
        None
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

    /// Reads what a row says about the tool itself, as far as that is new, into `fields`.
    fn fields(&self, index: usize, fields: &mut Record, row: RowCells<'_>, state: &mut ParseState) {
        let known = &self.tools.all[index].record;
        for (column, field) in &self.layout.fields {
            if row.cells[*column].span.is_empty() {
                continue;
            }
            let text = row.cell(*column);
            // Nearly always a row repeats the one before.
            if field.has_text(known, &text) || is_absent(&text) {
                continue;
            }
            let value = row.value(*column, text);
            match &field.content {
                FieldContent::Name if trimmed(value_text(&value)).is_empty() => {}
                FieldContent::Name => {
                    fields.name = value.name(&mut state.findings).unwrap_or_default().into();
                }
                FieldContent::Aliases => {
                    let aliases = value_text(&value).split(';').map(normalized).filter(|alias| !alias.is_empty());
                    fields.aliases = aliases.map(Cow::into_owned).collect();
                }
                _ => field.set(fields, value, &mut state.findings),
            }
        }
    }

    /// Adds `fields` to the tool at `index`, or notes those that contradict what another row says. Whether all agree.
    fn merge_fields(&mut self, index: usize, fields: &mut Record, row: RowCells<'_>, state: &mut ParseState) -> bool {
        let mark = state.findings.mark();
        let part = &mut self.tools.all[index];
        let mut conflicting = Vec::new();
        for (column, field) in &self.layout.fields {
            let kept = field.part == Part::Identity || self.projection.profile;
            if kept && !field.merge(&mut part.record, fields) {
                conflicting.push(*field);
                let (heading, tool) = (&self.layout.headings[*column], quoted(&part.called));
                let message = format!("`{heading}` differs from another row of {tool}");
                state.findings.add_pair_at(row.cells[*column].span.clone(), message, None, part.span.start);
            }
        }
        let Some(faults) = state.findings.take_since(mark) else { return true };
        part.refuse(Faults { conflicting, ..faults });
        false
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

/// Keeps the last review of each reviewer: by date where all have one, else by row.
fn keep_last(part: &mut PartialRecord) {
    let reviews = std::mem::take(&mut part.record.reviews);
    let mut by_reviewer: HashMap<ReviewerName, Vec<usize>> = HashMap::new();
    for (index, review) in reviews.iter().enumerate() {
        by_reviewer.entry(review.reviewer.clone()).or_default().push(index);
    }
    let last = |indices: &Vec<usize>| {
        let all_dated = indices.iter().all(|index| reviews[*index].date.is_some());
        indices.iter().copied().max_by_key(|index| (reviews[*index].date.filter(|_| all_dated), *index))
    };
    let kept: HashSet<usize> = by_reviewer.values().filter_map(last).collect();
    let starts = std::mem::take(&mut part.review_starts);
    for (index, (review, start)) in reviews.into_iter().zip(starts).enumerate() {
        if kept.contains(&index) {
            part.record.reviews.push(review);
            part.review_starts.push(start);
        }
    }
}

/// The text of a value of a sheet.
fn value_text<'a>(value: &'a FieldValue<'_>) -> &'a str {
    match &value.value {
        RawValue::Text(text) => text,
        _ => "",
    }
}

/// `1 cell`, `2 cells`.
fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
