//! Records: tools with their reviews, read from files of several kinds and found by name.
//!
//! [`Catalog::open`] takes places (files, directories, a stream, the embedded records) and a [`Need`], and gives the
//! records with what was asked for. [`Catalog::find`] looks a tool up, [`Catalog::fetch`] reads more of some tools.
//!
//! Limits: an input of a kind that is read as a whole has at most [`DOCUMENT_MAX`] bytes, and so has a stream; NDJSON
//! files have no limit, their lines have at most [`LINE_MAX`] bytes.

mod absorb;
mod by_slug;
mod by_text;
mod cache;
mod check;
mod draft;
mod embedded;
mod encoding;
mod fetch;
mod finding;
mod input;
mod kind;
mod lint;
mod lookup;
mod merge;
mod need;
mod problems;
mod reading;
pub mod record;
pub mod score;
mod source;
pub(crate) mod spot;
mod stream;

pub use by_slug::BySlug;
pub use cache::Name;
pub use check::{Problem, Severity, check};
pub use input::{Place, is_walked};
pub use need::Need;
use need::{BLOCK, Task};
pub use stream::{DOCUMENT_MAX, LINE_MAX};

use crate::error::{Error, Result};
use cache::{Entry, Index, Slot};
use encoding::{BOM, WORKBOOK_HELP, check_encoding, empty, not_utf8};
use fetch::Fetch;
use input::{Gathered, Input};
use kind::Kind;
use merge::Merged;
use problems::Problems;
use reading::Reading;
use record::Record;
use std::cell::OnceCell;
use std::io::Write;
use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use stream::{Outcome, Stream};

/// How records are read.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// The kind of a stream, and of files without a known extension, by name (see [`kinds`]). Otherwise their content
    /// tells.
    pub input_format: Option<&'a str>,
    /// Go on with the good records when others are bad; [`Catalog::warnings`] then names those.
    pub skip_invalid: bool,
    /// How many threads read; as many as there are cores where it is not said.
    pub cores: Option<NonZero<usize>>,
    /// How many bytes each of them reads at once of a long input, at most [`LINE_MAX`]; 256 KiB where it is not said. A
    /// sheet is long from four times as many on.
    pub block: Option<NonZero<usize>>,
    /// The folder for caches of large catalogs of JSON and NDJSON files (1 MiB or more in all); none is used or made
    /// where it is not said, nor when bad records are skipped.
    pub cache: Option<&'a Path>,
    /// Only names, slugs and reviewers are going to be asked for, so that a cache is enough whatever is needed without.
    pub names_only: bool,
    /// How many bytes of records are read at most where there is no cache; without limit where it is not said.
    pub most: Option<u64>,
    /// Is told the bytes read so far and those in all, from any thread, about once for every block.
    pub progress: Option<&'a (dyn Fn(u64, u64) + Sync)>,
}

/// Fewer bytes than this are read on one core.
const FEW: u64 = 1 << 18;

impl Options<'_> {
    /// How many bytes a core reads at once.
    fn block(&self) -> usize {
        self.block.map_or(BLOCK, NonZero::get).min(LINE_MAX)
    }

    /// How many threads read `bytes` bytes. To ask how many cores there are takes longer than to read a few records.
    fn cores(&self, bytes: u64) -> usize {
        let some = || if bytes < FEW { None } else { thread::available_parallelism().ok() };
        self.cores.or_else(some).map_or(1, NonZero::get)
    }
}

/// Records in use.
#[derive(Debug)]
pub struct Catalog {
    /// What was read; absent while a cache is there in its place.
    read: OnceCell<Merged>,
    cached: Option<(Slot, Index)>,
    /// The records of the cache, made when they are asked for.
    records: OnceCell<Vec<Record>>,
    inputs: Vec<Input>,
    need: Need,
    warnings: Vec<Error>,
    embedded: bool,
    large: bool,
}

/// The names of all kinds of file, as [`Options::input_format`] takes them.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    kind::KINDS.into_iter().map(Kind::name)
}

/// The kind of file, as [`kinds`] names it, that a file called `path` has by its extension.
pub fn kind_of(path: &Path) -> Option<&'static str> {
    kind::by_name(&path.extension()?.to_string_lossy()).map(Kind::name)
}

/// Writes `records`, read in full, to `out` as a file of the kind called `kind`, raw. Gives what such a file cannot
/// hold of them, a sentence each; all else is the same when it is read again.
///
/// # Errors
/// There is no such kind, or `out` does not take the bytes.
pub fn write(records: &[Record], kind: &str, out: &mut dyn Write) -> Result<Vec<String>> {
    let kind = kind_named(kind)?;
    kind.write(records, out).map_err(|error| Error::io("write", "the records", &error))?;
    Ok(kind.lost(records))
}

/// Whether a kind has this name or extension.
pub fn is_kind(name: &str) -> bool {
    kind::by_name(name).is_some()
}

impl Catalog {
    /// Reads what `need` names of all records in `places`, in their order.
    ///
    /// # Errors
    /// A place cannot be read, there are no records in it, or (unless they are to be skipped) some records are bad:
    /// then the error is the first problem, `also` has two more, and a hint has the count.
    pub fn open(places: Vec<Place>, need: Need, options: &Options) -> Result<Self> {
        let named = options.input_format.map(kind_named).transpose()?;
        let embedded = !places.is_empty() && places.iter().all(|place| matches!(place, Place::Embedded));
        let Gathered { inputs, workbooks } = input::gather(places, named)?;
        let mut left_out: Vec<_> =
            workbooks.iter().map(|name| Error::data(format!("{name} is a workbook; {WORKBOOK_HELP}"))).collect();
        let slot = options.cache.filter(|_| !options.skip_invalid).and_then(|dir| Slot::of(dir, &inputs));
        let large = slot.is_some();
        let enough = |_: &&Slot| need == Need::NAMES || options.names_only;
        if let Some(index) = slot.as_ref().filter(enough).and_then(Slot::load) {
            let (read, records, warnings, need) = (OnceCell::new(), OnceCell::new(), left_out, Need::NAMES);
            let cached = slot.map(|slot| (slot, index));
            return Ok(Self { read, cached, records, inputs, need, warnings, embedded, large });
        }
        if options.most.is_some_and(|most| inputs.iter().map(Input::size).sum::<u64>() > most) {
            return Err(Error::data("the catalog is too large to be read now"));
        }
        // Verdicts are read too for a cache that is to be made. Where they are bad, only what was asked for is read.
        let slot = slot.filter(|slot| enough(&slot) || !slot.is_fresh());
        let (mut need_read, mut outcome) = (need, None);
        if slot.is_some() {
            let more = Need { votes: true, ..need };
            let (merged, problems) = read_all(&inputs, more, options)?;
            if problems.count == 0 || need.votes {
                (need_read, outcome) = (more, Some((merged, problems)));
            }
        }
        let (merged, problems) = outcome.map_or_else(|| read_all(&inputs, need, options), Ok)?;
        let warnings = if options.skip_invalid { problems.into_warnings() } else { problems.into_result()? };
        if merged.records.is_empty() {
            return Err(no_records(&inputs, warnings));
        }
        left_out.extend(warnings);
        let warnings = left_out;
        if let (Some(slot), true) = (&slot, need_read.votes && merged.more.is_empty()) {
            slot.store(&merged, &inputs);
        }
        let (read, records) = (OnceCell::from(merged), OnceCell::new());
        Ok(Self { read, cached: None, records, inputs, need: need_read, warnings, embedded, large })
    }

    /// The records, in the order of the places, of the files in them and of the records in those. None where only a
    /// cache had them and it is broken, and they can no longer be read.
    pub fn records(&self) -> &[Record] {
        self.all().unwrap_or_default()
    }

    fn all(&self) -> Result<&[Record]> {
        let made = self.of_index(|index| {
            let make = |entries: Vec<Entry>| self.records.get_or_init(|| entries.iter().map(Entry::record).collect());
            self.records.get().or_else(|| index.entries().map(make))
        });
        if let Some(records) = made {
            return Ok(records);
        }
        Ok(&self.read()?.records)
    }

    /// What was read. Where a cache stands for that, it is broken: all is read now, and the cache made anew.
    fn read(&self) -> Result<&Merged> {
        if let (None, Some((slot, _))) = (self.read.get(), &self.cached) {
            let (merged, problems) = read_all(&self.inputs, Need::VOTES, &Options::default())?;
            problems.into_result()?;
            if !slot.holds(&self.inputs) {
                return Err(fetch::changed(&self.inputs[0]));
            }
            slot.store(&merged, &self.inputs);
            drop(self.read.set(merged));
        }
        Ok(self.read.get_or_init(Merged::default))
    }

    /// What the cache gives, unless there is none or it is broken.
    fn of_index<'a, T>(&'a self, ask: impl FnOnce(&'a Index) -> Option<T>) -> Option<T> {
        let (_, index) = self.cached.as_ref().filter(|_| self.read.get().is_none())?;
        ask(index)
    }

    /// Whether the records are so many that a cache of their names is kept.
    pub fn is_large(&self) -> bool {
        self.large
    }

    /// How many records there are. Never 0.
    #[expect(clippy::len_without_is_empty, reason = "a catalog without records is an error of `open`")]
    pub fn len(&self) -> usize {
        self.of_index(|index| Some(index.len())).unwrap_or_else(|| self.records().len())
    }

    /// What was left out: workbooks in folders, and bad records where they are to be skipped.
    pub fn warnings(&self) -> &[Error] {
        &self.warnings
    }

    /// The files that the records come from, directories walked; a stream by its name (`-` is standard input).
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.inputs.iter().filter_map(Input::path)
    }

    /// Whether these are the records embedded in the program.
    pub fn is_embedded(&self) -> bool {
        self.embedded
    }

    /// The index of the tool that `query` means: its slug, else one of its aliases, else its name, compared without
    /// case, punctuation or spaces where it is not found as it stands.
    ///
    /// # Errors
    /// No tool is meant, with the nearest slugs as a hint, or several are, with their slugs in the message.
    pub fn find(&self, query: &str) -> Result<usize> {
        let known = self.of_index(|index| index.called(query)).unwrap_or_default();
        let few: Vec<Record> = known.iter().map(Entry::record).collect();
        if !lookup::meant(&few, query).is_empty() {
            return lookup::find(&few, query).map(|at| known[at].position);
        }
        lookup::find(self.all()?, query).map_err(|error| {
            if !self.embedded || error.message.contains(" means ") {
                return error;
            }
            let slugs: Vec<_> = self.records().iter().map(|record| format!("`{}`", record.slug)).collect();
            error
                .hint(format!("only the records embedded in the program are in use: {}", slugs.join(" and ")))
                .hint("name your own catalog with --catalog PATH or COMPARE_CATALOG")
        })
    }

    /// The records at `indices`, with what `need` names; read again where [`Catalog::open`] left it out.
    ///
    /// # Errors
    /// An input cannot be read again, or has changed since.
    ///
    /// # Panics
    /// An index is not below [`Catalog::len`].
    pub fn fetch(&self, indices: &[usize], need: Need) -> Result<Vec<Record>> {
        if self.need.covers(need) {
            return Ok(indices.iter().map(|index| self.records()[*index].clone()).collect());
        }
        let mut fetch = Fetch::new(&self.inputs, self.need, need);
        let known = |entry: Entry<'_>| (entry.record(), entry.origin);
        let known: Option<Vec<_>> =
            self.of_index(|index| indices.iter().map(|position| Some(known(index.at(*position)?))).collect());
        if let Some(known) = known {
            let fetched = known.iter().map(|(record, origin)| fetch.record(record, &[origin]));
            return fetched.collect::<Result<_>>().or_else(|_| self.fetch_afresh(&known, need));
        }
        let Merged { records, origins, more, .. } = self.read()?;
        let more = |index: &usize| more.get(index).into_iter().flatten();
        let all = |index: &usize| -> Vec<_> { std::iter::once(&origins[*index]).chain(more(index)).collect() };
        indices.iter().map(|index| fetch.record(&records[*index], &all(index))).collect()
    }

    /// As [`Catalog::fetch`], by slug, where a cache led to other records than it said.
    fn fetch_afresh(&self, known: &[(Record, merge::Origin)], need: Need) -> Result<Vec<Record>> {
        let (merged, problems) = read_all(&self.inputs, Need::NAMES, &Options::default())?;
        problems.into_result()?;
        let mut fetch = Fetch::new(&self.inputs, Need::NAMES, need);
        let record = |(record, _): &(Record, _)| {
            let found = lookup::find(&merged.records, &record.slug)?;
            fetch.record(&merged.records[found], &[&merged.origins[found]])
        };
        known.iter().map(record).collect()
    }
}

/// Reads all inputs and puts them together.
fn read_all(inputs: &[Input], need: Need, options: &Options) -> Result<(Merged, Problems)> {
    let read = |whole| read_once(inputs, need, whole, options);
    // Sheets that were read in pieces do not tell where each review stands.
    read(false)?.map_or_else(|| read(true).map(Option::unwrap_or_default), Ok)
}

/// As [`read_all`]; `None` where the inputs do not fit together and have to be read as a `whole` to say where.
fn read_once(inputs: &[Input], need: Need, whole: bool, options: &Options) -> Result<Option<(Merged, Problems)>> {
    let total = inputs.iter().map(Input::size).sum();
    let done = AtomicU64::new(0);
    let tick = |bytes: u64| {
        if let Some(progress) = options.progress {
            progress((done.fetch_add(bytes, Ordering::Relaxed) + bytes).min(total), total);
        }
    };
    let cores = options.cores(total);
    let mut problems = Problems::default();
    let mut batches = Vec::with_capacity(inputs.len());
    for (index, input) in inputs.iter().enumerate() {
        let task = Task { need: input.extent(need), strict: false, whole, cores, block: options.block() };
        let (parts, findings) = read(input, task, &tick)?;
        problems.add(findings, index, inputs)?;
        batches.extend(parts.into_iter().map(|parts| (index, parts)));
    }
    let in_pieces = batches.iter().any(|(_, batch)| reading::in_pieces(batch));
    let mut merged = merge::merge(batches);
    if in_pieces && merged.findings.iter().any(|(_, findings)| findings.count > 0) {
        return Ok(None);
    }
    for (input, findings) in std::mem::take(&mut merged.findings) {
        problems.add(findings, input, inputs)?;
    }
    Ok(Some((merged, problems)))
}

/// The kind that the user named.
fn kind_named(name: &str) -> Result<&'static dyn Kind> {
    kind::by_name(name).ok_or_else(|| {
        let names: Vec<_> = kinds().collect();
        Error::usage(format!("`{name}` is no kind of record file")).hint(format!("the kinds are {}", names.join(", ")))
    })
}

/// Reads all records of one input.
fn read(input: &Input, task: Task, tick: &(dyn Fn(u64) + Sync)) -> Result<Outcome> {
    let (source, size) = input.source()?;
    let ticked = AtomicU64::new(0);
    let counted = |bytes| {
        ticked.fetch_add(bytes, Ordering::Relaxed);
        tick(bytes);
    };
    if let Some(outcome) = input.kind.read_long(&Stream { name: &input.name, source, size, task, tick: &counted })? {
        return Ok(outcome);
    }
    let bytes = input.bytes()?;
    let Reading { parts, findings, .. } = read_whole(input, &bytes, task)?;
    tick((bytes.len() as u64).saturating_sub(ticked.into_inner()));
    Ok((vec![parts], findings))
}

/// Reads all records of an input whose bytes are at hand.
fn read_whole(input: &Input, bytes: &[u8], task: Task) -> Result<Reading> {
    check_encoding(&input.name, &bytes[..bytes.len().min(1 << 16)])?;
    let body = bytes.strip_prefix(BOM).unwrap_or(bytes);
    let base = (bytes.len() - body.len()) as u64;
    let mut reading = Reading::new(task, base);
    match std::str::from_utf8(body) {
        Ok(text) if text.trim_start().is_empty() => return Err(empty(&input.name)),
        Ok(text) => input.kind.read(text, &mut reading),
        Err(error) => {
            let at = error.valid_up_to();
            not_utf8(base + at as u64, body[at], at, &mut reading);
        }
    }
    Ok(reading)
}

/// Nothing to compare.
fn no_records(inputs: &[Input], skipped: Vec<Error>) -> Error {
    let names: Vec<_> = inputs.iter().take(3).map(|input| input.name.as_str()).collect();
    let more = if inputs.len() > 3 { format!(" and {} more", inputs.len() - 3) } else { String::new() };
    let mut error = Error::data(format!("no good records in {}{more}", names.join(", ")));
    if skipped.is_empty() {
        error.message = format!("no records in {}{more}", names.join(", "));
    }
    error.also = skipped;
    error
}
