//! Records read again, with more of them than before.

use super::absorb::absorb;
use super::encoding::unreadable;
use super::input::Input;
use super::merge::Origin;
use super::need::Need;
use super::reading::{Called, Part, Reading};
use super::record::Record;
use super::source::Source;
use crate::error::{Error, Result, Spot};
use smol_str::SmolStr;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Reads records again, with more of them than before.
pub(super) struct Fetch<'a> {
    pub(super) inputs: &'a [Input],
    pub(super) need: Need,
    /// What the known records were read for.
    known_for: Need,
    sources: HashMap<u32, Source<'a>>,
    /// Parts, by their start, of inputs that must be read as a whole.
    wholes: HashMap<u32, HashMap<u64, Record>>,
    buffer: Vec<u8>,
}

impl<'a> Fetch<'a> {
    pub(super) fn new(inputs: &'a [Input], known_for: Need, need: Need) -> Self {
        Self { inputs, need, known_for, sources: HashMap::new(), wholes: HashMap::new(), buffer: Vec::new() }
    }

    /// The record `known`, which is at `origins`.
    pub(super) fn record(&mut self, known: &Record, origins: &[&Origin]) -> Result<Record> {
        let extent = |origin: &&Origin| self.inputs[origin.input as usize].extent(self.known_for);
        if origins.iter().all(|origin| extent(origin).covers(self.need)) {
            return Ok(known.clone());
        }
        let mut record = Record::default();
        for (index, origin) in origins.iter().enumerate() {
            let input = &self.inputs[origin.input as usize];
            let mut said = self.part(input, origin)?.ok_or_else(|| changed(input))?;
            if said.slug.is_empty() {
                said.slug.clone_from(&known.slug); // settled when it was opened
                said.name.clone_from(&known.name);
            }
            if said.slug != known.slug {
                return Err(changed(input));
            }
            if index == 0 {
                record = said;
            } else {
                absorb(&mut record, &mut said);
                record.reviews.append(&mut said.reviews);
            }
        }
        Ok(record)
    }

    /// What stands at one place.
    fn part(&mut self, input: &'a Input, origin: &Origin) -> Result<Option<Record>> {
        let span = &origin.span;
        if input.kind.reads_one() {
            return self.piece(input, origin);
        }
        let whole = match self.wholes.entry(origin.input) {
            Entry::Occupied(whole) => whole.into_mut(),
            Entry::Vacant(free) => {
                let parts = super::read_whole(input, &input.bytes()?, self.need.into())?.parts;
                let record = |Part { mut record, called, span, .. }: Part| {
                    if called != Called::Slug {
                        record.slug = SmolStr::default();
                    }
                    (span.start, record)
                };
                free.insert(parts.into_iter().map(record).collect())
            }
        };
        Ok(whole.get(&span.start).cloned())
    }

    /// The record that stands by itself at one place.
    fn piece(&mut self, input: &'a Input, origin: &Origin) -> Result<Option<Record>> {
        let span = &origin.span;
        let source = match self.sources.entry(origin.input) {
            Entry::Occupied(open) => open.into_mut(),
            Entry::Vacant(free) => free.insert(input.source()?.0),
        };
        let length = usize::try_from(span.end - span.start).unwrap_or(usize::MAX);
        source.read_into(&mut self.buffer, span.start, length).map_err(|error| unreadable(&input.name, &error))?;
        let mut reading = Reading::new(self.need.into(), span.start);
        input.kind.read_one(std::str::from_utf8(&self.buffer).unwrap_or_default(), &mut reading);
        Ok(reading.parts.pop().map(|part| part.record))
    }
}

/// The error for an input that is not what it was when it was opened.
pub(super) fn changed(input: &Input) -> Error {
    Error::data("the file changed while it was read")
        .at(Spot { file: input.name.clone(), ..Spot::default() })
        .hint("run the command again")
}
