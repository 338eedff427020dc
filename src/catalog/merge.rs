//! One catalog from the records of several inputs.

use super::finding::{Finding, Findings, Place};
use super::input::{Input, unreadable};
use super::kind::{Part, Reading};
use super::need::Need;
use super::record::Record;
use super::stream::Source;
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
pub(super) fn merge(batches: Vec<(usize, Vec<Part>)>) -> Merged {
    let count = batches.iter().map(|(_, batch)| batch.len()).sum();
    let mut merged =
        Merged { records: Vec::with_capacity(count), origins: Vec::with_capacity(count), findings: Vec::new() };
    for (input, batch) in batches {
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
    let mut sources: HashMap<u32, (Source, u64)> = HashMap::new();
    let mut wholes: HashMap<u32, HashMap<u64, Record>> = HashMap::new();
    let mut buffer = Vec::new();
    let mut fetched = Vec::with_capacity(indices.len());
    for &index in indices {
        let Origin { input: number, span } = &origins[index];
        let input = &inputs[*number as usize];
        let (source, _) = match sources.entry(*number) {
            Entry::Occupied(open) => open.into_mut(),
            Entry::Vacant(free) => free.insert(input.source()?),
        };
        buffer.clear();
        let length = usize::try_from(span.end - span.start).unwrap_or(usize::MAX);
        source.fill(&mut buffer, span.start, length).map_err(|error| unreadable(&input.name, &error))?;
        let mut reading = Reading::new(need, span.start);
        let record = if input.kind.read_one(std::str::from_utf8(&buffer).unwrap_or_default(), &mut reading) {
            reading.parts.pop().map(|part| part.record)
        } else {
            let whole = match wholes.entry(*number) {
                Entry::Occupied(whole) => whole.into_mut(),
                Entry::Vacant(free) => {
                    let parts = super::read_whole(input, &input.bytes()?, need)?.parts;
                    free.insert(parts.into_iter().map(|part| (part.span.start, part.record)).collect())
                }
            };
            whole.get(&span.start).cloned()
        };
        let same = record.filter(|record| record.slug == records[index].slug);
        fetched.push(same.ok_or_else(|| changed(input))?);
    }
    Ok(fetched)
}

/// The error for an input that is not what it was when it was opened.
fn changed(input: &Input) -> Error {
    Error::data("the file changed while it was read")
        .at(Spot { file: input.name.clone(), ..Spot::default() })
        .hint("run the command again")
}
