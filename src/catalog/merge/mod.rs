//! One catalog from the records of several inputs: slugs are unique, and rows are added to the tools that they name.
//!
//! What contradicts each other is an error of the tool, whatever the order of files and rows.

mod names;
mod rows;

use super::read::finding::{InputFinding, KEPT, Position};
use super::read::{PartialRecord, RecordDetails, WholeRecords};
use super::record::Record;
use super::record::fields::{RecordField, leaves};
use super::record::identity::{free_slug, slug_of};
use super::record::value::quoted;
use crate::cores;
use crate::sort;
use names::NameIndex;
use rows::RowMerger;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Where a record is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RecordOrigin {
    /// Index of the input.
    pub(crate) input: u32,
    /// Its bytes in it.
    pub(crate) span: Range<u64>,
}

impl RecordOrigin {
    /// Where it starts.
    pub(crate) fn position(&self) -> Position {
        Position { input: Some(self.input as usize), at: self.span.start }
    }
}

/// An error with the tool that cannot be used because of it.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// Index of the input.
    pub(crate) input: usize,
    /// What is wrong; `None` where too much else is wrong with the input to keep it in words.
    pub(crate) finding: Option<InputFinding>,
    pub(crate) owner: Owner,
}

impl Fault {
    /// The tool that cannot be used, where it is only that one.
    pub(crate) fn tool(&self) -> Option<usize> {
        match self.owner {
            Owner::Tool(tool) => Some(tool),
            Owner::Unnamed | Owner::All => None,
        }
    }

    /// Whether a name makes a slug that another tool has: the tool of that name is missing then.
    pub(crate) fn is_same_slug(&self) -> bool {
        self.finding.as_ref().is_some_and(|finding| finding.code == SAME_SLUG)
    }
}

/// The code of errors about two names that make one slug.
const SAME_SLUG: &str = "same-slug";

/// What cannot be used because of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The tool at this index.
    Tool(usize),
    /// A record that nobody can name.
    Unnamed,
    /// All tools: it may be about any of them.
    All,
}

/// A warning of merging, with the tool that it is about.
#[derive(Clone, Debug)]
pub(crate) struct Notice {
    /// Index of the input.
    pub(crate) input: usize,
    pub(crate) finding: InputFinding,
    /// Index of the tool.
    pub(crate) tool: usize,
}

/// A part of a sheet, see [`PartialRecord::index`], with the tool that its rows are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RowPart {
    /// Index of the tool.
    pub(crate) tool: usize,
    /// Index of the input.
    pub(crate) input: u32,
    /// Index of the part in it.
    pub(crate) part: u32,
}

/// The records of all inputs and what is wrong with them.
#[derive(Debug, Default)]
pub(crate) struct Merged {
    pub(crate) records: Vec<Record>,
    /// Where each record is; the first place of those that are in several.
    pub(crate) origins: Vec<RecordOrigin>,
    /// The other places of records that are in several.
    pub(crate) more: BTreeMap<usize, Vec<RecordOrigin>>,
    /// The parts of sheets that each record has rows of.
    pub(crate) row_parts: Vec<RowPart>,
    /// Where the reviews of each record are, as far as that was kept; nothing of the records behind its end.
    pub(crate) review_places: Vec<Vec<Position>>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) notices: Vec<Notice>,
    /// The tools whose records contradict each other as a whole.
    contradictory: BTreeSet<usize>,
    /// The fields of tools about which sources contradict each other.
    conflicting: Vec<(usize, &'static RecordField)>,
    /// The reviews of tools whose reviewer has another one.
    duplicates: BTreeSet<(usize, usize)>,
}

/// What inputs hold, in batches, each with the index of its input.
#[derive(Debug, Default)]
pub(crate) struct Batches {
    pub(crate) whole: Vec<(usize, WholeRecords)>,
    pub(crate) sheets: Vec<(usize, Vec<PartialRecord>)>,
}

/// Puts the records of all inputs together.
pub(crate) fn merge(batches: Batches) -> Merged {
    let mut merged = Merged::default();
    let rows = batches.sheets.iter().map(|(_, batch)| batch.len()).sum();
    for (input, batch) in batches.whole {
        merged.define(input, batch);
    }
    if merged.records.is_empty() && rows::are_independent(&batches.sheets) {
        merged.define_rows(batches.sheets);
        return merged;
    }
    let names = merged.refuse_duplicate_slugs(rows);
    if rows > 0 {
        merged.records.reserve_exact(rows);
        merged.origins.reserve_exact(rows);
        RowMerger::new(&mut merged, names).add_all(batches.sheets);
        merged.sort();
    }
    merged
}

/// Removes invalid records, so that the rest can be used. Gives the errors.
pub(crate) fn remove_invalid(batch: &mut WholeRecords) -> Vec<InputFinding> {
    let mut removed = Vec::new();
    for (index, details) in &mut batch.details {
        if let Some(faults) = details.faults.take() {
            removed.extend(faults.findings);
            batch.records[*index].slug = SmolStr::default(); // no tool then
        }
    }
    removed
}

/// Removes what is invalid of the rows of a sheet, so that the rest can be used. Gives the errors.
pub(crate) fn remove_invalid_rows(parts: &mut Vec<PartialRecord>) -> Vec<InputFinding> {
    let mut removed = Vec::new();
    parts.retain_mut(|part| {
        let Some(faults) = part.faults.take() else { return true };
        removed.extend(faults.findings);
        faults.conflicting.iter().for_each(|field| field.clear(&mut part.record));
        // The invalid rows were left out when they were read.
        !part.record.reviews.is_empty() || leaves().any(|field| field.get(&part.record).is_some())
    });
    removed
}

impl Merged {
    /// Adds the tools that a batch of an input defines. Records without a slug define none.
    fn define(&mut self, input: usize, batch: WholeRecords) {
        let WholeRecords { mut records, mut spans, details } = batch;
        let (first, mut unnamed) = (self.records.len(), 0);
        for (index, RecordDetails { review_starts, faults }) in details {
            let tool = first + index - unnamed;
            let owner = if records[index].slug.is_empty() { Owner::Unnamed } else { Owner::Tool(tool) };
            if let Some(faults) = faults {
                self.refuse_all(input, faults.findings, faults.count, owner);
            }
            if owner == Owner::Unnamed {
                unnamed += 1;
            } else if !review_starts.is_empty() {
                self.review_places.resize(tool, Vec::new());
                let places = review_starts.into_iter().map(|at| Position { input: Some(input), at });
                self.review_places.push(places.collect());
            }
        }
        if unnamed > 0 {
            let mut is_named = records.iter().map(|record| !record.slug.is_empty());
            spans.retain(|_| is_named.next().unwrap_or_default());
            records.retain(|record| !record.slug.is_empty());
        }
        let input = u32::try_from(input).unwrap_or(u32::MAX);
        self.origins.reserve_exact(spans.len());
        self.origins.extend(spans.into_iter().map(|span| RecordOrigin { input, span }));
        if self.records.is_empty() {
            self.records = records;
        } else {
            self.records.append(&mut records);
        }
    }

    /// Adds the tools that the parts of a sheet make, which are independent as [`rows::are_independent`] says.
    ///
    /// It is done on several cores, and the records stay in the memory of the parts.
    fn define_rows(&mut self, sheets: Vec<(usize, Vec<PartialRecord>)>) {
        let made = cores::run(sheets.into_iter().map(|(index, parts)| {
            move || {
                let input = u32::try_from(index).unwrap_or(u32::MAX);
                let place = |at: &u64| Position { input: Some(index), at: *at };
                let row_part = |part: &PartialRecord| RowPart { tool: part.index as usize, input, part: part.index };
                let places = parts.iter().map(|part| part.review_starts.iter().map(place).collect());
                let are_known = parts.iter().any(|part| !part.review_starts.is_empty());
                Self {
                    origins: parts.iter().map(|part| RecordOrigin { input, span: part.span.clone() }).collect(),
                    row_parts: parts.iter().map(row_part).collect(),
                    review_places: if are_known { places.collect() } else { Vec::new() },
                    records: parts.into_iter().map(PartialRecord::into_record).collect(),
                    ..Self::default()
                }
            }
        }));
        for mut batch in made {
            if !batch.review_places.is_empty() {
                self.review_places.resize(self.records.len(), Vec::new());
                self.review_places.append(&mut batch.review_places);
            }
            if self.records.is_empty() {
                self.records = batch.records;
            } else {
                self.records.append(&mut batch.records);
            }
            self.origins.append(&mut batch.origins);
            self.row_parts.append(&mut batch.row_parts);
        }
    }

    fn refuse_all(&mut self, input: usize, findings: Vec<InputFinding>, count: usize, owner: Owner) {
        let more = count - findings.len();
        self.faults.extend(findings.into_iter().map(|finding| Fault { input, finding: Some(finding), owner }));
        self.faults.extend(std::iter::repeat_n(Fault { input, finding: None, owner }, more));
    }

    fn refuse(&mut self, input: usize, finding: InputFinding, owner: Owner) {
        self.faults.push(Fault { input, finding: Some(finding), owner });
    }

    /// Finds slugs that appear twice, and leaves out the later records. Gives the index of the others, with room for
    /// `more`.
    fn refuse_duplicate_slugs(&mut self, more: usize) -> NameIndex {
        let mut names = NameIndex::with_capacity(self.records.len() + more);
        let mut later = Vec::new();
        for index in 0..self.records.len() {
            let records = &self.records;
            if let Some(first) = names.insert_slug(index, |index| &records[index].slug) {
                later.push((first, index));
            }
        }
        for (first, again) in &later {
            let (known, record) = (&self.records[*first], &self.records[*again]);
            let ((message, help), code) = if known.name == record.name || slug_of(&record.name) != record.slug {
                ((format!("the slug `{}` appears twice", record.slug), None), "twice")
            } else {
                (self.same_slug(&record.name, &known.name, &record.slug, &names), SAME_SLUG)
            };
            let origin = self.origins[*again].clone();
            let span = origin.span.start..origin.span.start + 1;
            let first_at = Some(self.origins[*first].position());
            let finding = InputFinding { span, code, message, help, first: first_at };
            self.refuse(origin.input as usize, finding, Owner::Tool(*first));
            self.contradictory.insert(*first);
        }
        if !later.is_empty() {
            let again: BTreeSet<usize> = later.into_iter().map(|(_, again)| again).collect();
            self.remove(&again);
            return self.refuse_duplicate_slugs(more);
        }
        names
    }

    /// What to write where two names make one slug.
    fn same_slug(&self, name: &str, known: &str, slug: &str, names: &NameIndex) -> (String, Option<String>) {
        let free = free_slug(slug, |slug| names.slug(slug, |index| &self.records[index].slug).is_some());
        let message = format!("{} and {} make the same slug `{slug}`", quoted(known), quoted(name));
        let help = format!(
            "give {} a slug of its own, for example `{free}`, or write the same name in both places",
            quoted(name)
        );
        (message, Some(help))
    }

    /// Removes tools, with what is known about them.
    fn remove(&mut self, tools: &BTreeSet<usize>) {
        let mut moved: Vec<Option<usize>> = Vec::with_capacity(self.records.len());
        let mut next = 0;
        for index in 0..self.records.len() {
            moved.push((!tools.contains(&index)).then_some(next));
            next += usize::from(!tools.contains(&index));
        }
        let kept = |index: &mut usize| {
            *index += 1;
            !tools.contains(&(*index - 1))
        };
        let (mut a, mut b, mut c) = (0, 0, 0);
        self.records.retain(|_| kept(&mut a));
        self.origins.retain(|_| kept(&mut b));
        self.review_places.retain(|_| kept(&mut c));
        self.renumber(&|index| moved[index]);
    }

    /// Gives tools other indices: `new` of the old one, none for those that are gone.
    fn renumber(&mut self, new: &dyn Fn(usize) -> Option<usize>) {
        for fault in &mut self.faults {
            if let Owner::Tool(tool) = fault.owner {
                fault.owner = new(tool).map_or(Owner::Unnamed, Owner::Tool);
            }
        }
        self.notices.retain_mut(|notice| new(notice.tool).map(|tool| notice.tool = tool).is_some());
        self.more =
            std::mem::take(&mut self.more).into_iter().filter_map(|(tool, more)| Some((new(tool)?, more))).collect();
        self.contradictory = self.contradictory.iter().filter_map(|tool| new(*tool)).collect();
        self.conflicting.retain_mut(|(tool, _)| new(*tool).map(|new| *tool = new).is_some());
        self.row_parts.retain_mut(|row| new(row.tool).map(|new| row.tool = new).is_some());
        self.duplicates = self.duplicates.iter().filter_map(|(tool, review)| Some((new(*tool)?, *review))).collect();
    }

    /// Puts the records in the order of their first places.
    fn sort(&mut self) {
        let place = |origin: &RecordOrigin| (origin.input, origin.span.start);
        if self.origins.is_sorted_by_key(place) {
            return;
        }
        let mut order: Vec<usize> = (0..self.records.len()).collect();
        sort::indices(&mut order, &|a, b| place(&self.origins[a]).cmp(&place(&self.origins[b])));
        self.records = order.iter().map(|index| std::mem::take(&mut self.records[*index])).collect();
        self.origins = order.iter().map(|index| self.origins[*index].clone()).collect();
        self.review_places.resize(order.len(), Vec::new());
        self.review_places = order.iter().map(|index| std::mem::take(&mut self.review_places[*index])).collect();
        let mut new = vec![0; order.len()];
        order.iter().enumerate().for_each(|(to, from)| new[*from] = to);
        self.renumber(&|index| Some(new[index]));
    }

    /// Leaves out what sources contradict each other about, so that the rest can be used. Gives the errors.
    pub(crate) fn remove_contradictions(&mut self) -> Vec<Fault> {
        for (tool, field) in std::mem::take(&mut self.conflicting) {
            field.clear(&mut self.records[tool]);
        }
        let duplicates = std::mem::take(&mut self.duplicates);
        for tool in duplicates.iter().map(|(tool, _)| *tool).collect::<BTreeSet<_>>() {
            let (mut reviews, mut places) = (0.., 0..);
            let is_kept = |index: Option<usize>| index.is_some_and(|index| !duplicates.contains(&(tool, index)));
            self.records[tool].reviews.retain(|_| is_kept(reviews.next()));
            self.review_places[tool].retain(|_| is_kept(places.next()));
        }
        let mut faults = std::mem::take(&mut self.faults);
        let tools = std::mem::take(&mut self.contradictory);
        self.remove(&tools);
        // Nothing tells which of the two counts.
        for finding in faults.iter_mut().filter_map(|fault| fault.finding.as_mut()) {
            if finding.code == "twice" {
                finding.message.push_str(", so both are left out");
            }
        }
        faults
    }

    /// Adds errors that belong to no tool. Those that are kept in words are cut to the first [`KEPT`] of each input, so
    /// that they do not depend on the number of cores.
    pub(crate) fn add_faults(&mut self, faults: Vec<Fault>) {
        self.faults.extend(faults);
        sort::by_key(&mut self.faults, |fault| {
            (fault.input, fault.finding.is_none(), fault.finding.as_ref().map_or(0, |finding| finding.span.start))
        });
        let (mut input, mut count) = (usize::MAX, 0);
        for fault in &mut self.faults {
            count = if fault.input == input { count + 1 } else { 1 };
            input = fault.input;
            if count > KEPT {
                fault.finding = None;
            }
        }
    }
}
