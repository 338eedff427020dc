//! Rows of sheets, added to the tools that they name.

use super::names::{NameIndex, ToolMatch};
use super::{Merged, Notice, Owner, RecordOrigin, RowPart, SAME_SLUG};
use crate::catalog::read::PartialRecord;
use crate::catalog::read::finding::{InputFinding, Position};
use crate::catalog::record::Record;
use crate::catalog::record::fields::leaves;
use crate::catalog::record::identity::slug_of;
use crate::catalog::record::review::Review;
use crate::catalog::record::reviewer::ReviewerName;
use crate::catalog::record::slug_problem;
use crate::catalog::record::value::quoted;
use crate::cores;
use smol_str::SmolStr;
use std::collections::HashMap;

/// In panels of up to so many reviews, reviewers are compared one by one.
const FEW: usize = 32;

/// Whether these are the parts of one sheet, and each makes a tool of its own whatever the others hold: all are called by
/// slugs, and all or none of them have names too.
pub(super) fn are_independent(sheets: &[(usize, Vec<PartialRecord>)]) -> bool {
    let Some((input, first)) = sheets.iter().find_map(|(input, parts)| Some((*input, parts.first()?))) else {
        return false;
    };
    let has_name = |part: &PartialRecord| !part.record.name.is_empty();
    let (are_named, mut count) = (has_name(first), 0);
    let of_batches = cores::run(sheets.iter().map(|(of, parts)| {
        // The parts of one sheet are numbered, and each is called otherwise.
        let numbers = count..;
        count += parts.len();
        move || {
            *of == input
                && parts.iter().zip(numbers).all(|(part, number)| {
                    part.index as usize == number
                        && part.faults.is_none()
                        && has_name(part) == are_named
                        && (are_named || part.record.aliases.is_empty())
                        && slug_problem(&part.called).is_none()
                        && is_without_repeats(&part.record.reviews)
                })
        }
    }));
    of_batches.into_iter().all(|independent| independent)
}

/// Whether there are few reviews, and none of a reviewer who has another one.
fn is_without_repeats(reviews: &[Review]) -> bool {
    let is_repeated = |later: usize| reviews[..later].iter().any(|earlier| reviews[later].has_reviewer_of(earlier));
    reviews.len() <= FEW && !(1..reviews.len()).any(is_repeated)
}

impl PartialRecord {
    /// The tool that the rows define by themselves; they call it by its slug.
    pub(super) fn into_record(self) -> Record {
        let Self { called, record, .. } = self;
        let name = if record.name.is_empty() { called.clone() } else { record.name };
        Record { slug: called, name, ..record }
    }
}

/// Adds rows of sheets to the tools that they name.
pub(super) struct RowMerger<'a> {
    merged: &'a mut Merged,
    names: NameIndex,
    /// Whether the slug of each tool was made from its name by a sheet.
    derived: Vec<bool>,
}

impl<'a> RowMerger<'a> {
    pub(super) fn new(merged: &'a mut Merged, names: NameIndex) -> Self {
        let derived = vec![false; merged.records.len()];
        Self { merged, names, derived }
    }

    pub(super) fn add_all(&mut self, sheets: Vec<(usize, Vec<PartialRecord>)>) {
        // Rows that name a tool by its slug and name define it for the others.
        let defines = |part: &PartialRecord| !part.record.name.is_empty() && slug_problem(&part.called).is_none();
        let mut others = Vec::new();
        for (input, batch) in sheets {
            for part in batch {
                if defines(&part) {
                    self.add(input, part, true);
                } else {
                    others.push((input, part));
                }
            }
        }
        for (input, part) in others {
            self.add(input, part, false);
        }
    }

    fn add(&mut self, input: usize, part: PartialRecord, defines: bool) {
        let called = part.called.as_str();
        let by_slug = self.names.slug(called, |index| &self.merged.records[index].slug);
        let meaning = match by_slug {
            Some(tool) => {
                ToolMatch::One { tool, exact: !self.derived[tool] || self.merged.records[tool].name == called }
            }
            None if defines => ToolMatch::None,
            None => self.names.meaning(called, &self.merged.records, &self.derived),
        };
        match meaning {
            ToolMatch::One { tool, exact } => self.merge(input, tool, part, exact),
            ToolMatch::Several => {
                let message = format!("{} names several tools, write the slug of one", quoted(called));
                self.merged.refuse(input, finding(&part, "ambiguous", message, None), Owner::All);
            }
            ToolMatch::None => self.create(input, part, defines),
        }
    }

    /// Makes a tool of rows that name none of those that are known.
    fn create(&mut self, input: usize, mut part: PartialRecord, defines: bool) {
        let called = part.called.as_str();
        let is_slug = slug_problem(called).is_none();
        let slug: SmolStr = if is_slug { called.into() } else { slug_of(called).into() };
        if slug.is_empty() {
            let message = format!("{} has no letter or digit for a slug, add a column `slug`", quoted(called));
            return self.merged.refuse(input, finding(&part, "ambiguous", message, None), Owner::Unnamed);
        }
        // What is called by a slug was looked for by that before.
        if !is_slug && let Some(tool) = self.names.slug(&slug, |index| &self.merged.records[index].slug) {
            let known = &self.merged.records[tool];
            if self.derived[tool] && known.name == known.slug {
                return self.merge(input, tool, part, false);
            }
            let (message, help) = self.merged.same_slug(called, &known.name, &slug, &self.names);
            let first = Some(self.merged.origins[tool].position());
            let collision = InputFinding { first, ..finding(&part, SAME_SLUG, message, help) };
            self.merged.refuse(input, collision.clone(), Owner::Tool(tool));
            return;
        }
        let tool = self.merged.records.len();
        let origin = RecordOrigin { input: u32::try_from(input).unwrap_or(u32::MAX), span: part.span.clone() };
        let name = if part.record.name.is_empty() { called.into() } else { part.record.name.clone() };
        let reviews = std::mem::take(&mut part.record.reviews);
        let fields = std::mem::replace(&mut part.record, Record { reviews, ..Record::default() });
        self.merged.records.push(Record { slug, name, ..fields });
        self.merged.origins.push(origin);
        self.derived.push(!defines);
        self.names.insert(tool, &self.merged.records, !defines);
        self.take_faults(input, tool, &mut part);
        self.take_reviews(input, tool, part);
    }

    /// Adds rows to the tool that they name, in a spelling of their own unless `exact`.
    fn merge(&mut self, input: usize, tool: usize, mut part: PartialRecord, exact: bool) {
        let record = &mut self.merged.records[tool];
        if !exact {
            let message = format!(
                "{} is taken for `{}`, which is spelled {}",
                quoted(&part.called),
                record.slug,
                quoted(&record.name)
            );
            let first = Some(self.merged.origins[tool].position());
            let finding = InputFinding { first, ..finding(&part, "tool-spelling", message, None) };
            self.merged.notices.push(Notice { input, finding, tool });
        }
        if self.derived[tool] && record.name == record.slug && slug_problem(&part.called).is_some() {
            record.name = part.called.clone(); // a name instead of a slug
            self.names.insert(tool, &self.merged.records, true);
        }
        let origin = RecordOrigin { input: u32::try_from(input).unwrap_or(u32::MAX), span: part.span.clone() };
        self.merged.more.entry(tool).or_default().push(origin);
        self.take_faults(input, tool, &mut part);
        self.take_fields(input, tool, &mut part);
        self.take_reviews(input, tool, part);
    }

    /// Takes what is wrong with rows, and whose they are.
    fn take_faults(&mut self, input: usize, tool: usize, part: &mut PartialRecord) {
        if let Some(faults) = part.faults.take() {
            self.merged.refuse_all(input, faults.findings, faults.count, Owner::Tool(tool));
            self.merged.conflicting.extend(faults.conflicting.into_iter().map(|field| (tool, field)));
        }
        let row_part = RowPart { tool, input: u32::try_from(input).unwrap_or(u32::MAX), part: part.index };
        self.merged.row_parts.push(row_part);
    }

    /// Takes what rows say about the tool itself.
    fn take_fields(&mut self, input: usize, tool: usize, part: &mut PartialRecord) {
        let first = self.merged.origins[tool].position();
        let record = &mut self.merged.records[tool];
        let mut differing = Vec::new();
        for field in leaves().filter(|field| !field.merge(record, &mut part.record)) {
            differing.push(field);
        }
        let slug = record.slug.clone();
        for field in differing {
            let message = format!("`{}` of {slug} differs from another file", field.headings[0]);
            let finding = InputFinding { first: Some(first), ..finding(part, "twice", message, None) };
            self.merged.refuse(input, finding, Owner::Tool(tool));
            self.merged.conflicting.push((tool, field));
        }
    }

    fn take_reviews(&mut self, input: usize, tool: usize, part: PartialRecord) {
        let record = &mut self.merged.records[tool];
        if self.merged.review_places.len() <= tool {
            self.merged.review_places.resize(tool + 1, Vec::new());
        }
        let places = &mut self.merged.review_places[tool];
        let unknown = self.merged.origins[tool].position();
        places.resize(record.reviews.len(), unknown);
        if record.reviews.is_empty() && is_without_repeats(&part.record.reviews) {
            places.extend(part.review_starts.iter().map(|at| Position { input: Some(input), at: *at }));
            record.reviews = part.record.reviews;
            return;
        }
        // Panels are small; large ones are looked up.
        let mut known: Option<HashMap<ReviewerName, usize>> = None;
        let mut twice = Vec::new();
        let starts = part.review_starts.into_iter().chain(std::iter::repeat(part.span.start));
        for (review, at) in part.record.reviews.into_iter().zip(starts) {
            if record.reviews.len() > FEW && known.is_none() {
                known = Some(record.reviews.iter().enumerate().map(|(i, r)| (r.reviewer.clone(), i)).rev().collect());
            }
            let first = match &known {
                Some(known) => known.get(&review.reviewer).copied(),
                None => record.reviews.iter().position(|known| known.has_reviewer_of(&review)),
            };
            let index = record.reviews.len();
            match first {
                Some(first) => twice.push((first, index)),
                None => drop(known.as_mut().map(|known| known.insert(review.reviewer.clone(), index))),
            }
            record.reviews.push(review);
            places.push(Position { input: Some(input), at });
        }
        for (first, again) in twice {
            let (record, places) = (&self.merged.records[tool], &self.merged.review_places[tool]);
            let name = &record.reviews[again].reviewer;
            let message = format!("`{name}` reviews {} twice; a reviewer may review a tool only once", record.slug);
            let at = places[again].at;
            let finding = InputFinding {
                span: at..at + name.len() as u64,
                code: "twice",
                message,
                help: None,
                first: Some(places[first]),
            };
            self.merged.refuse(input, finding, Owner::Tool(tool));
            self.merged.duplicates.extend([(tool, first), (tool, again)]);
        }
    }
}

/// A finding about the first row of `part`.
fn finding(part: &PartialRecord, code: &'static str, message: String, help: Option<String>) -> InputFinding {
    InputFinding { span: part.span.clone(), code, message, help, first: None }
}

#[cfg(test)]
mod tests {
    use super::super::{Batches, merge};
    use super::*;
    use crate::catalog::read::{ParseState, ReadTask, csv};
    use crate::catalog::record::projection::Projection;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn independent_parts_make_the_tools_that_they_make_one_by_one(
            keep_places: bool,
            headings in prop::sample::select(vec!["tool,name,aliases", "tool,aliases,name", "tool,category,url"]),
            rows in prop::collection::vec((
                prop::sample::select(vec!["a", "b", "c", "d", "e", "e", "A", "b c", "a-b"]),
                prop::sample::select(vec!["N", "O", "a", ""]),
                prop::sample::select(vec!["", "", "d"]),
                prop::sample::select(vec!["Ana", "Ben", "Chidi", "Dora", "Emil"]),
                prop::sample::select(vec!["84", "84", "84", "x"]),
            ), 1..6),
        ) {
            let rows = rows.iter().map(|(tool, name, alias, who, score)| format!("{tool},{name},{alias},{who},{score}\n"));
            let sheet = format!("{headings},reviewer,score\n{}", rows.collect::<String>());
            let parts = || {
                let mut state = ParseState::new(&ReadTask { keep_places, ..Projection::ALL.into() }, 0);
                csv::read(&sheet, &mut state);
                // As two cores give them.
                let later = state.parts.split_off(state.parts.len() / 2);
                vec![(0, state.parts), (0, later)]
            };
            let mut one_by_one = Merged::default();
            let names = one_by_one.refuse_duplicate_slugs(0);
            RowMerger::new(&mut one_by_one, names).add_all(parts());
            one_by_one.sort();
            let mut at_once = merge(Batches { sheets: parts(), ..Batches::default() });
            if !keep_places {
                one_by_one.review_places.clear();
                at_once.review_places.clear();
            }
            prop_assert_eq!(format!("{at_once:?}"), format!("{one_by_one:?}"));
        }
    }
}
