//! One catalog from the records of several inputs.

use super::finding::{Finding, Findings, Place};
use super::input::Input;
use super::kind::Part;
use super::need::Need;
use super::record::Record;
use crate::error::{Error, Result, Spot};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;

/// Where a record is.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    /// Index of the input.
    pub(super) input: u32,
    /// Its bytes in it.
    pub(super) span: Range<u64>,
}

/// The records of all inputs and what is wrong between them.
pub(super) struct Merged {
    pub(super) records: Vec<Record>,
    pub(super) origins: Vec<Origin>,
    /// Per input.
    pub(super) findings: Vec<(usize, Findings)>,
}

/// Puts the parts of all inputs together.
pub(super) fn merge(batches: Vec<Vec<Part>>) -> Merged {
    let count = batches.iter().map(Vec::len).sum();
    let mut merged =
        Merged { records: Vec::with_capacity(count), origins: Vec::with_capacity(count), findings: Vec::new() };
    for (input, batch) in batches.into_iter().enumerate() {
        let input = u32::try_from(input).expect("fewer inputs than 2^32");
        for Part { record, span } in batch {
            merged.records.push(record);
            merged.origins.push(Origin { input, span });
        }
    }
    refuse_twins(&mut merged);
    merged
}

/// Finds slugs that stand twice and leaves out the later record.
fn refuse_twins(merged: &mut Merged) {
    let mut by_slug = HashMap::with_capacity(merged.records.len());
    let mut twins = Vec::new();
    for (index, record) in merged.records.iter().enumerate() {
        match by_slug.entry(record.slug.as_str()) {
            Entry::Vacant(free) => {
                free.insert(index);
            }
            Entry::Occupied(first) => twins.push((*first.get(), index)),
        }
    }
    if twins.is_empty() {
        return;
    }
    for (first, again) in &twins {
        let (first, origin) = (&merged.origins[*first], &merged.origins[*again]);
        let message = format!("the slug `{}` stands twice", merged.records[*again].slug);
        let mut findings = Findings::starting_at(0);
        findings.push(Finding {
            span: origin.span.start..origin.span.start + 1,
            message,
            help: None,
            first: Some(Place { input: Some(first.input as usize), at: first.span.start }),
        });
        merged.findings.push((origin.input as usize, findings));
    }
    let mut twins = twins.into_iter().map(|(_, again)| again).peekable();
    let mut index = 0;
    let mut is_twin = || {
        index += 1;
        twins.next_if_eq(&(index - 1)).is_some()
    };
    let left_out: Vec<bool> = merged.records.iter().map(|_| is_twin()).collect();
    let mut flags = left_out.iter();
    merged.records.retain(|_| !flags.next().copied().unwrap_or_default());
    let mut flags = left_out.iter();
    merged.origins.retain(|_| !flags.next().copied().unwrap_or_default());
}

/// Reads the records at `indices` again, with what `need` names.
pub(super) fn fetch(
    inputs: &[Input],
    records: &[Record],
    origins: &[Origin],
    indices: &[usize],
    need: Need,
) -> Result<Vec<Record>> {
    let mut found: HashMap<(u32, u64), Record> = HashMap::new();
    let mut used: Vec<u32> = indices.iter().map(|index| origins[*index].input).collect();
    used.sort_unstable();
    used.dedup();
    for input in used {
        let wanted = |at: u64| indices.iter().any(|i| origins[*i].input == input && origins[*i].span.start == at);
        let reading = super::read(&inputs[input as usize], need, wanted)?;
        found.extend(reading.parts.into_iter().map(|part| ((input, part.span.start), part.record)));
    }
    let same = |index: &usize| {
        let origin = &origins[*index];
        found
            .get(&(origin.input, origin.span.start))
            .filter(|record| record.slug == records[*index].slug)
            .cloned()
            .ok_or_else(|| changed(&inputs[origin.input as usize]))
    };
    indices.iter().map(same).collect()
}

/// The error for an input that is not what it was when it was opened.
fn changed(input: &Input) -> Error {
    Error::data("the file changed while it was read")
        .at(Spot { file: input.name.clone(), ..Spot::default() })
        .hint("run the command again")
}
