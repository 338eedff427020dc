//! The rows of a sheet, gathered by tool.

use super::csv_cells::{CsvCell, Rows};
use super::csv_columns::{Column, Field, columns, separator};
use crate::catalog::absorb::fill;
use crate::catalog::by_text::ByText;
use crate::catalog::draft::{Cell, ReviewDraft, Value, quoted, reviewer_twice};
use crate::catalog::lint::{self, Target};
use crate::catalog::need::Need;
use crate::catalog::reading::{Called, Part, Reading};
use crate::catalog::record::{About, Record, Source, Votes, slug_problem};
use crate::catalog::score::Score;
use crate::text::trimmed;
use memchr::memchr;
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// A sheet whose rows are being read.
#[derive(Clone)]
pub(super) struct Sheet {
    columns: Vec<Column>,
    /// Which of them says what tool a row is about.
    tool_column: usize,
    /// How many come before those of reviews, if these say all that is said of the tool.
    lead: usize,
    /// Which of them say what is wanted of the tool itself.
    of_tool: Vec<usize>,
    /// Which of them say what is wanted of reviews.
    of_review: Vec<usize>,
    separator: u8,
    /// Whether a comma in a number is a decimal point.
    decimal_comma: bool,
    tools: Tools,
}

/// A tool: the number of its part of the sheet, and its index there.
pub(super) type ToolAt = (u32, u32);

/// The tools of the rows that were read.
#[derive(Clone)]
struct Tools {
    all: Vec<Part>,
    /// Which part of the sheet they are of.
    part: u32,
    /// Them, by what the tool is called in the sheet.
    by_text: ByText<ToolAt>,
    /// Index into `all` of the last row's.
    last: usize,
    /// Whether it is noted where each review stands.
    with_places: bool,
}

impl Sheet {
    /// The sheet with the headings that `text` begins with, and where its rows start. Without headings there are no rows,
    /// or none that can be understood.
    pub(super) fn headed(text: &str, reading: &mut Reading) -> Option<(Self, usize)> {
        let separator = separator(text);
        let mut rows = Rows::new(text, separator);
        let mut cells = Vec::new();
        match rows.next(&mut cells) {
            Ok(true) => {}
            Ok(false) => return None,
            Err(broken) => {
                reading.findings.add(broken.at..broken.at + 1, broken.message, None);
                return None;
            }
        }
        let columns = columns(text, &cells, &mut reading.findings)?;
        Some((Self::new(columns, separator, reading.need), rows.at()))
    }

    /// A sheet with these columns, without rows so far, which is to be read as a whole.
    fn new(columns: Vec<Column>, separator: u8, need: Need) -> Self {
        let having = |wanted: &dyn Fn(Field) -> bool| -> Vec<usize> {
            (0..columns.len()).filter(|index| wanted(columns[*index].field)).collect()
        };
        let of_tool = having(&|field| match field {
            Field::Name | Field::Aliases | Field::Category => true,
            field => need.profile && field.is_of_tool(),
        });
        let mut of_review = having(&|field| need.votes && field.is_of_review());
        // Who reviewed comes first: then it is plain that there is a review.
        of_review.sort_by_key(|index| columns[*index].field != Field::Reviewer);
        let tool_column = columns.iter().position(|column| column.field == Field::Tool).unwrap_or_default();
        let lead = columns.iter().take_while(|column| !column.field.is_of_review()).count();
        let leads = lead < columns.len() && of_tool.iter().chain([&tool_column]).all(|index| *index < lead);
        let lead = if leads { lead } else { 0 };
        let tools = Tools { all: Vec::new(), part: 0, by_text: ByText::with_capacity(0), last: 0, with_places: true };
        Self { columns, tool_column, lead, of_tool, of_review, separator, decimal_comma: separator != b',', tools }
    }

    /// Reads the rows that start in `span` of `text`; gives where the last one ends. Where `text` is a piece after
    /// which `more` follows, its last row may go on there and is left.
    pub(super) fn rows(&mut self, text: &str, span: Range<usize>, more: bool, reading: &mut Reading) -> usize {
        let mut rows = Rows::starting_at(text, self.separator, span.start);
        let mut cells = Vec::with_capacity(self.columns.len());
        // What the row before says of its tool. The rows of a tool tend to stand together, and to say that alike.
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
                    let good = self.row(text, known, &cells, reading) && reading.findings.is_clean();
                    lead = if good && self.lead > 0 { start..cells[self.lead].span.start } else { 0..0 };
                }
                Ok(false) => return start,
                Err(broken) if more && broken.may_close => return start,
                Err(broken) => {
                    reading.findings.add(broken.at..broken.at + 1, broken.message, None);
                    rows.skip_line(broken.at);
                    lead = 0..0;
                }
            }
        }
    }

    /// Likely the start of a row of `text`, after a line end of its own: from there on there are as many cells as
    /// columns.
    pub(super) fn likely_row(&self, text: &str) -> Option<usize> {
        /// Lines that are tried. A cell may have lines of its own.
        const TRIES: usize = 64;
        let mut cells = Vec::new();
        let mut from = 0;
        for _ in 0..TRIES {
            from += memchr(b'\n', &text.as_bytes()[from..])? + 1;
            let mut rows = Rows::starting_at(text, self.separator, from);
            let start = rows.skip_blank();
            if rows.next(&mut cells) == Ok(true) && !rows.may_go_on() && cells.len() == self.columns.len() {
                return Some(start);
            }
        }
        None
    }

    /// The same columns, for the rows of the part of the sheet with this number.
    pub(super) fn part(&self, number: u32) -> Self {
        let mut part = self.clone();
        (part.tools.part, part.tools.with_places) = (number, false);
        part
    }

    /// All tools, also by what they are called, if none has a reviewer twice.
    pub(super) fn into_parts(self) -> Option<(Vec<Part>, ByText<ToolAt>)> {
        let Tools { all, by_text, .. } = self.tools;
        let twice = all.iter().any(|part| reviewer_twice(&part.record.reviews).is_some());
        (!twice).then_some((all, by_text))
    }

    /// Takes what a row says, of the tool that it is `known` to be about if it says nothing new of that. Whether it is
    /// about a tool.
    fn row(&mut self, text: &str, known: Option<usize>, cells: &[CsvCell], reading: &mut Reading) -> bool {
        let row = cells[0].span.start..cells[cells.len() - 1].span.end;
        if cells.len() != self.columns.len() {
            let (found, expected) = (count(cells.len(), "cell"), count(self.columns.len(), "column"));
            let message = format!("this row has {found}, the sheet has {expected}");
            reading.findings.add(row, message, None);
            return false;
        }
        let index = if let Some(index) = known {
            index
        } else {
            let tool = &cells[self.tool_column];
            let called = tool.text(text);
            let called = trimmed(&called);
            if called.is_empty() {
                // Spreadsheets leave rows of nothing.
                if !cells.iter().all(|cell| cell.text(text).trim().is_empty()) {
                    let message = format!("`{}` is empty, expected a tool", self.columns[self.tool_column].heading);
                    reading.findings.add(tool.span.clone(), message, None);
                }
                return false;
            }
            let index = self.tools.called(called, &row, reading);
            self.fields(index, text, cells, reading);
            index
        };
        if !self.of_review.is_empty() {
            self.review(index, text, cells, reading);
        }
        true
    }

    /// Takes what a row says of the tool itself.
    fn fields(&mut self, index: usize, text: &str, cells: &[CsvCell], reading: &mut Reading) {
        let part = &mut self.tools.all[index];
        for at in &self.of_tool {
            let (column, csv) = (&self.columns[*at], &cells[*at]);
            if csv.span.is_empty() {
                continue;
            }
            let record = &mut part.record;
            let text = csv.text(text);
            // Nearly always a row says what the one before said.
            match column.field {
                Field::Name if *record.name == *text => continue,
                Field::Category if record.category.as_deref() == Some(&*text) => continue,
                _ => {}
            }
            let cell = Cell { field: &column.heading, value: Value::Text(text), span: csv.span.clone() };
            let same = match column.field {
                Field::Aliases => {
                    let Value::Text(text) = &cell.value else { continue };
                    let aliases: Vec<_> =
                        text.split(';').map(str::trim).filter(|alias| !alias.is_empty()).map(str::to_owned).collect();
                    if record.aliases.is_empty() {
                        record.aliases.clone_from(&aliases);
                    }
                    aliases.is_empty() || record.aliases == aliases
                }
                Field::Name => match cell.text::<Cow<str>>(&mut reading.findings) {
                    Some(name) if record.name.is_empty() => {
                        record.name = name.trim().into();
                        true
                    }
                    Some(name) => record.name == name.trim(),
                    None => true,
                },
                Field::Category => fill(&mut record.category, cell.text(&mut reading.findings)),
                Field::CommunityShip | Field::CommunitySkip => {
                    let Some(votes) = cell.votes(&mut reading.findings) else { continue };
                    let community = record.profile.community.get_or_insert(Votes::default());
                    let slot =
                        if column.field == Field::CommunityShip { &mut community.ship } else { &mut community.skip };
                    let same = *slot == 0 || *slot == votes;
                    *slot = votes;
                    same
                }
                field => {
                    let said = cell.text(&mut reading.findings);
                    said.is_none() || fill(slot(&mut record.profile, field), said)
                }
            };
            if !same {
                let called = quoted(&part.record.slug);
                let message = format!("`{}` differs from another row of {called}", column.heading);
                let first = part.span.start.saturating_sub(reading.base());
                let first = usize::try_from(first).unwrap_or_default();
                reading.findings.add_pair(csv.span.clone(), message, first);
            }
        }
        if part.record.profile.source == Some(Source::default()) {
            part.record.profile.source = None;
        }
    }

    /// Takes the review of a row, or those of a row of scores.
    fn review(&mut self, index: usize, text: &str, cells: &[CsvCell], reading: &mut Reading) {
        let mut draft = ReviewDraft::default();
        let mut given = None;
        let mut start = 0;
        for at in &self.of_review {
            let (column, csv) = (&self.columns[*at], &cells[*at]);
            if csv.span.is_empty() || draft.named && column.field == Field::Text && !reading.need.words {
                continue;
            }
            let text = csv.text(text);
            if trimmed(&text).is_empty() {
                continue;
            }
            if !matches!(column.field, Field::Reviewer | Field::ScoresOf) {
                given = given.or(Some(csv.span.clone()));
            }
            let errors = reading.findings.count;
            let cell = Cell { field: &column.heading, value: Value::Text(text), span: csv.span.clone() };
            match column.field {
                Field::Reviewer => {
                    draft.named = true;
                    start = csv.span.start;
                    let place = self.tools.all[index].record.reviews.len();
                    draft.reviewer = cell.name(&mut reading.findings).map(|name| reading.names.share(name, place));
                }
                Field::Score => draft.score = self.score(cell, reading),
                Field::Verdict => draft.verdict = cell.verdict(&mut reading.findings),
                Field::Text if reading.need.words => draft.text = cell.text(&mut reading.findings),
                Field::Date => draft.date = cell.date(&mut reading.findings),
                Field::ScoresOf => {
                    let score = self.score(cell, reading);
                    let place = self.tools.all[index].record.reviews.len();
                    let reviewer = Some(reading.names.share(&column.heading, place));
                    let scored = ReviewDraft { reviewer, named: true, score, spoilt: true, ..ReviewDraft::default() };
                    if score.is_some() {
                        self.tools.add(index, scored, csv.span.start, reading);
                    }
                }
                _ => {}
            }
            draft.spoilt |= matches!(column.field, Field::Score | Field::Verdict) && reading.findings.count > errors;
        }
        match given {
            None if !draft.named => {}
            Some(span) if !draft.named => reading.findings.add(span, "this row has a review but no reviewer", None),
            _ => self.tools.add(index, draft, start, reading),
        }
    }

    fn score(&self, mut cell: Cell, reading: &mut Reading) -> Option<Score> {
        if self.decimal_comma
            && let Value::Text(text) = &cell.value
            && text.bytes().filter(|byte| *byte == b',').count() == 1
        {
            cell.value = Value::Text(Cow::Owned(text.replace(',', ".")));
        }
        cell.score(&mut reading.findings)
    }

    /// Hands over all tools, those with a reviewer twice after saying so.
    pub(super) fn finish(mut self, reading: &mut Reading) {
        let base = reading.base();
        let local = |start: u64| usize::try_from(start - base).unwrap_or_default();
        for part in &mut self.tools.all {
            if reviewer_twice(&part.record.reviews).is_some() {
                let called = quoted(&part.record.slug);
                let mut firsts = HashMap::new();
                let mut keep = Vec::with_capacity(part.starts.len());
                for (review, start) in part.record.reviews.iter().zip(&part.starts) {
                    let name = &review.reviewer;
                    let first = *firsts.entry(Arc::clone(name)).or_insert(*start);
                    keep.push(first == *start);
                    if first != *start {
                        let message = format!("`{name}` reviews {called} twice; one reviewer reviews a tool once");
                        let again = local(*start);
                        reading.findings.add_pair(again..again + name.len(), message, local(first));
                    }
                }
                let mut kept = keep.iter();
                part.record.reviews.retain(|_| kept.next() == Some(&true));
                let mut kept = keep.iter();
                part.starts.retain(|_| kept.next() == Some(&true));
            }
            if reading.findings.strict {
                let first = local(part.span.start);
                lint::record(&part.record, &mut reading.findings, |target| match target {
                    Target::Review(index, _) => local(part.starts[index])..local(part.starts[index]) + 1,
                    Target::Field(_) => first..first + 1,
                });
            }
        }
        reading.parts = self.tools.all;
    }
}

impl Tools {
    /// The index of the tool with this text, a new one when it is not known yet.
    fn called(&mut self, called: &str, row: &Range<usize>, reading: &Reading) -> usize {
        // The rows of a tool tend to stand together.
        if self.all.get(self.last).is_some_and(|last| last.record.slug == called) {
            return self.last;
        }
        let has = |(_, tool): ToolAt| self.all[tool as usize].record.slug == called;
        let next = u32::try_from(self.all.len()).expect("fewer tools than bytes, and fewer of these than 2^32");
        if let Some((_, index)) = self.by_text.find_or_add(called, (self.part, next), has) {
            self.last = index as usize;
            return self.last;
        }
        // Likely as many reviews as the tool before has.
        let panel = self.all.last().map_or(0, |part| part.record.reviews.len()).min(64);
        let starts = Vec::with_capacity(if self.with_places { panel } else { 0 });
        let span = reading.base() + row.start as u64..reading.base() + row.end as u64;
        let record = Record { slug: called.into(), reviews: Vec::with_capacity(panel), ..Record::default() };
        let called = if slug_problem(called).is_none() { Called::Likely } else { Called::Name };
        self.all.push(Part { record, called, span, starts });
        self.last = self.all.len() - 1;
        self.last
    }

    /// Adds a review that starts at byte `start` of the text to a tool, if nothing is missing from it.
    fn add(&mut self, index: usize, draft: ReviewDraft, start: usize, reading: &mut Reading) {
        let part = &mut self.all[index];
        if let Some(review) = draft.complete(start..start + 1, &mut reading.findings) {
            part.record.reviews.push(review);
            if self.with_places {
                part.starts.push(reading.base() + start as u64);
            }
        }
    }
}

/// The text about a tool that a column fills.
fn slot(about: &mut About, field: Field) -> &mut Option<String> {
    match field {
        Field::Tagline => &mut about.tagline,
        Field::Description => &mut about.description,
        Field::Url => &mut about.url,
        Field::BestFor => &mut about.best_for,
        Field::PricingEntry => &mut about.pricing.entry,
        Field::PricingDetail => &mut about.pricing.detail,
        Field::SourceLabel => &mut about.source.get_or_insert_default().label,
        _ => &mut about.source.get_or_insert_default().url,
    }
}

/// `1 cell`, `2 cells`.
fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The tools of a sheet and its findings, its rows that begin alike read from where they differ or not.
    fn read(text: &str, alike: bool) -> String {
        let mut reading = Reading::new(Need::ALL.into(), 0);
        let (mut sheet, rows) = Sheet::headed(text, &mut reading).expect("headings");
        if !alike {
            sheet.lead = 0;
        }
        sheet.rows(text, rows..text.len(), false, &mut reading);
        sheet.finish(&mut reading);
        format!("{:?}{:?}", reading.parts, reading.findings)
    }

    proptest! {
        #[test]
        fn rows_that_begin_alike_say_the_same(
            columns in Just(["tool", "name", "category", "reviewer", "score"]).prop_shuffle(),
            rows in prop::collection::vec(
                ("[ab]?", "A?", "[TU]?", "[CDEFGH]", prop::sample::select(vec!["", "5", "60", "x"]), 0..30_u8),
                1..12,
            ),
        ) {
            let mut sheet = columns.join(",") + "\n";
            for (tool, name, category, reviewer, score, odd) in rows {
                let cells = columns.map(|column| match column {
                    "tool" => tool.as_str(),
                    "name" => &name,
                    "category" => &category,
                    "reviewer" => &reviewer,
                    _ => score,
                });
                sheet += &match odd {
                    0 => format!("\"{}\n", cells.join(",")),
                    1 => format!("{}\n", cells[1..].join(",")),
                    2 => format!("{},\"\n", cells[..4].join(",")),
                    _ => format!("{}\n", cells.join(",")),
                };
            }
            prop_assert_eq!(read(&sheet, true), read(&sheet, false), "{}", sheet);
        }
    }
}
