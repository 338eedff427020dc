//! Records: tools with their reviews, read from files of several kinds and found by name.
//!
//! [`Catalog::open`] takes places (files, directories, a stream, the embedded records) and reads all records in them,
//! each validated in full. What is wrong stays with the tool that it is about: [`Catalog::fetch`] refuses the tools that
//! are asked for, [`Catalog::all`] any, and [`check()`] lists everything. [`Catalog::find`] looks a tool up.
//!
//! Limits: an input of a kind that is read as a whole has at most [`read::chunks::DOCUMENT_MAX`] bytes, and so has a stream. NDJSON
//! files and sheets with a row for each review have no limit, their lines have at most [`LINE_MAX`] bytes.

mod check;
pub(crate) mod difference;
mod embedded;
mod find;
mod index;
pub(crate) mod kind;
mod lint;
mod load;
mod merge;
mod options;
mod problem;
pub(crate) mod read;
pub mod record;
mod reread;
mod scale;
mod sheet;
mod spelling;
pub(crate) mod write;

pub use check::check;
pub use index::{IndexedTool, ToolIndex};
pub use kind::{is_kind, is_written, kinds, write, written_kinds};
pub use options::ReadOptions;
pub use problem::{Problem, Severity};
pub use read::chunks::LINE_MAX;
pub use read::input::{InputSource, is_walked};
pub use record::projection::Projection;
pub use sheet::{Repeat, ReviewerRule, SheetOptions, SheetRule};
pub use write::RecordSource;

use crate::error::{Error, Location, Result};
use index::IndexFile;
use load::load;
use merge::{Fault, Merged, Owner, RecordOrigin};
use options::SMALL;
use read::encoding::WORKBOOK_HELP;
use read::finding::Position;
use read::input::{self, Gathered, Input};
use read::read_again;
use record::Record;
use record::identity::find_key;
use reread::SheetRows;
use spelling::Located;
use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};
use std::path::Path;

/// Records in use.
#[derive(Debug)]
pub struct Catalog {
    /// The records that were read; empty where an index is used instead.
    merged: Merged,
    /// The index that was kept. The index of a tool is its rank then.
    kept: Option<ToolIndex>,
    /// The records as the index that was kept has them, made when they are asked for.
    kept_records: OnceCell<Vec<Record>>,
    /// The index of the records that were read, made when it is needed.
    made: OnceCell<ToolIndex>,
    inputs: Vec<Input>,
    /// The parts of each record that were read.
    projection: Projection,
    /// Where the rows of large sheets are, whose texts were not kept.
    rows: Option<SheetRows>,
    /// How inputs were understood whose shape had to be guessed.
    notes: Vec<String>,
    /// What may have been misread, by input.
    notices: Vec<(usize, read::finding::InputFinding)>,
    warnings: Vec<Error>,
    embedded: bool,
    large: bool,
}

/// What the columns of sheets may hold, each with the headings that are understood; the first is the usual one.
pub fn headings() -> Vec<(&'static str, Vec<&'static str>)> {
    read::csv::headings()
}

impl Catalog {
    /// Reads all records in `places`, in their order, with what `first` asks for. Where that takes little more, what
    /// [`Catalog::fetch`] will be asked for `later` is read at once.
    ///
    /// Invalid records are no error here, unless nothing else is left.
    ///
    /// # Errors
    /// A place cannot be read, is not text, or there are no valid records.
    pub fn open(places: Vec<InputSource>, first: Projection, later: Projection, options: &ReadOptions) -> Result<Self> {
        let named = options.input_format.map(kind::named).transpose()?;
        let embedded = !places.is_empty() && places.iter().all(|place| matches!(place, InputSource::Embedded));
        let Gathered { inputs, workbooks } = input::gather(places, named)?;
        let warnings: Vec<_> =
            workbooks.iter().map(|name| Error::data(format!("{name} is a workbook; {WORKBOOK_HELP}"))).collect();
        let file =
            options.cache.filter(|_| !options.skip_invalid).and_then(|dir| IndexFile::of(dir, &inputs, options.most));
        let mut catalog = Self {
            merged: Merged::default(),
            kept: None,
            kept_records: OnceCell::new(),
            made: OnceCell::new(),
            inputs,
            projection: Projection::NAMES,
            rows: None,
            notes: Vec::new(),
            notices: Vec::new(),
            warnings,
            embedded,
            large: file.is_some(),
        };
        let enough = first == Projection::NAMES || options.names_only;
        let kept = file.as_ref().and_then(IndexFile::load);
        // An index that is to be made holds verdicts too.
        let file = file.filter(|_| kept.is_none());
        catalog.kept = kept.filter(|_| enough);
        if catalog.kept.is_none() {
            catalog.read(Projection { reviews: first.reviews || file.is_some(), ..first }, later, options)?;
            // What is wrong with records is found by reading them.
            let is_clean = catalog.merged.faults.is_empty() && catalog.notices.is_empty();
            if let Some(file) = file.filter(|_| is_clean) {
                // If that fails, the catalog is read next time too.
                file.store(&catalog.merged).ok();
            }
        }
        Ok(catalog)
    }

    /// Reads the inputs, see [`Catalog::open`].
    fn read(&mut self, first: Projection, later: Projection, options: &ReadOptions) -> Result<()> {
        let inputs = &self.inputs;
        let bytes = inputs.iter().map(Input::size).sum::<u64>();
        let all = first.and(later);
        let by_rows = SheetRows::are_in(inputs) && !options.skip_invalid;
        self.projection = if bytes >= SMALL && inputs.iter().all(|input| input.kind.reads_one()) {
            first
        } else if bytes >= SMALL && by_rows && !options.all {
            // Rows may contradict each other in the fields and by the reviewers of a tool.
            Projection { profile: true, reviews: true, ..first }
        } else {
            all
        };
        let reads_again = by_rows && !self.projection.covers(all);
        let first_options = ReadOptions { without_places: reads_again, ..*options };
        let mut loaded = load(inputs, self.projection, false, &first_options)?;
        if reads_again {
            self.rows = SheetRows::of(&mut loaded, inputs, options);
            if self.rows.is_none() {
                self.projection = all;
                loaded = load(inputs, all, false, options)?;
            }
        }
        match loaded.unreadable.into_iter().map(|(_, error)| error) {
            unreadable if options.skip_invalid => self.warnings.extend(unreadable),
            mut unreadable => unreadable.next().map_or(Ok(()), Err)?,
        }
        self.warnings.extend(problem::warnings(&mut loaded.skipped.iter(), inputs)?);
        (self.merged, self.notices, self.notes) = (loaded.merged, loaded.warnings, loaded.notes);
        if self.merged.records.is_empty() {
            return Err(problem::no_records(&self.merged.faults, inputs, std::mem::take(&mut self.warnings))?);
        }
        Ok(())
    }

    /// The records, also those that are invalid, in the order of the places, of the files in them and of the records in
    /// those; where an index was kept, in the order of the slugs.
    pub fn records(&self) -> &[Record] {
        match &self.kept {
            None => &self.merged.records,
            Some(index) => {
                self.kept_records.get_or_init(|| (0..index.len()).map(|rank| index.tool(rank).record).collect())
            }
        }
    }

    /// The records that [`Catalog::records`] gives, if all of them are valid.
    ///
    /// # Errors
    /// The first few errors, with a count of all.
    pub fn all(&self) -> Result<&[Record]> {
        self.refuse(|_| true)?;
        Ok(self.records())
    }

    /// The indices of all records, if all of them are valid.
    ///
    /// # Errors
    /// As [`Catalog::all`].
    pub fn all_indices(&self) -> Result<Vec<usize>> {
        self.refuse(|_| true)?;
        Ok((0..self.len()).collect())
    }

    /// What finding and completing a tool needs: names, verdicts if the reviews were read, categories, reviewers.
    pub fn tool_index(&self) -> &ToolIndex {
        self.kept.as_ref().unwrap_or_else(|| self.made.get_or_init(|| ToolIndex::of(&self.merged)))
    }

    /// Where the record at `index` is.
    fn origin(&self, index: usize) -> RecordOrigin {
        self.kept.as_ref().map_or_else(|| self.merged.origins[index].clone(), |kept| kept.tool(index).origin)
    }

    /// Whether the records are so many that an index of them is kept.
    pub fn is_large(&self) -> bool {
        self.large
    }

    /// Whether [`Catalog::fetch`] takes no longer for some records at a time than for all at once.
    pub fn reads_by_position(&self) -> bool {
        self.rows.is_none()
    }

    /// How many records there are. Never 0.
    #[expect(clippy::len_without_is_empty, reason = "a catalog without records is an error of `open`")]
    pub fn len(&self) -> usize {
        self.kept.as_ref().map_or(self.merged.records.len(), ToolIndex::len)
    }

    /// What was left out: workbooks in folders, and invalid records where they are to be left out.
    pub fn warnings(&self) -> &[Error] {
        &self.warnings
    }

    /// How files were understood whose shape had to be guessed, a sentence each.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The files that the records come from, directories walked; a stream by its name (`-` is standard input).
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.inputs.iter().filter_map(|input| input.path.as_deref())
    }

    /// Whether these are the records embedded in the program.
    pub fn is_embedded(&self) -> bool {
        self.embedded
    }

    /// The index of the tool that `query` means: its slug, else one of its aliases, else its name, compared without
    /// case, blanks, `-`, `_` and quotes where it is not found as it is written.
    ///
    /// # Errors
    /// No tool is meant, with the nearest slugs as a hint, or several are, with their slugs in the message. Where
    /// invalid records have no name to be found by, their errors.
    pub fn find(&self, query: &str) -> Result<usize> {
        if let Some([rank]) = self.kept.as_ref().map(|index| index.meant(query)).as_deref() {
            return Ok(*rank);
        }
        let records = self.records();
        find::find(records, query).or_else(|error| {
            if find::meant(records, query).is_empty() {
                self.refuse(|fault| fault.owner == Owner::Unnamed || fault.is_same_slug())?;
                self.refuse(|fault| fault.owner == Owner::All)?;
            }
            Err(if self.embedded { find::embedded_hint(error, records) } else { error })
        })
    }

    /// The indices of the tools of which the slug, an alias or the name begins with `typed`, compared as [`Catalog::find`]
    /// compares names.
    pub fn with_prefix(&self, typed: &str) -> Vec<usize> {
        let key = find_key(typed);
        let begins = |word: &str| !key.is_empty() && find_key(word).starts_with(&*key);
        let is_meant = |record: &Record| {
            begins(&record.slug) || begins(&record.name) || record.aliases.iter().any(|alias| begins(alias))
        };
        (0..self.len()).filter(|at| is_meant(&self.records()[*at])).collect()
    }

    /// The records at `indices`, with what `projection` asks for; read again where [`Catalog::open`] left it out.
    ///
    /// # Errors
    /// One of them is invalid, or an input cannot be read again, or has changed since.
    ///
    /// # Panics
    /// An index is not below [`Catalog::len`].
    pub fn fetch(&self, indices: &[usize], projection: Projection) -> Result<Vec<Record>> {
        self.refuse_any(indices)?;
        if self.kept.is_none() && self.projection.covers(projection) {
            return Ok(indices.iter().map(|index| self.merged.records[*index].clone()).collect());
        }
        if let Some(rows) = &self.rows {
            return rows.fetch(&self.merged, &self.inputs, indices, projection);
        }
        let input_of = |index: &usize| self.origin(*index).input as usize;
        let mut records = Vec::with_capacity(indices.len());
        for of_input in indices.chunk_by(|one, next| input_of(one) == input_of(next)) {
            let input = &self.inputs[input_of(&of_input[0])];
            let read = read_again(input, of_input.iter().map(|index| self.origin(*index).span.clone()), projection)?;
            let slug = |index: &usize| match &self.kept {
                None => self.merged.records[*index].slug.clone(),
                Some(kept) => kept.slug(*index),
            };
            if !read.records.iter().map(|record| record.slug.clone()).eq(of_input.iter().map(slug)) {
                return Err(changed(input));
            }
            records.extend(read.records);
        }
        Ok(records)
    }

    /// The records at `indices` in full, for [`write()`].
    ///
    /// # Errors
    /// As [`Catalog::fetch`].
    pub fn source<'c>(&'c self, indices: &'c [usize]) -> Result<impl RecordSource + 'c> {
        self.refuse_any(indices)?;
        Ok(CatalogRecords { catalog: self, indices })
    }

    /// The errors of the tools at `indices`, as one.
    fn refuse_any(&self, indices: &[usize]) -> Result<()> {
        let used: HashSet<usize> = indices.iter().copied().filter(|_| !self.merged.faults.is_empty()).collect();
        self.refuse(|fault| match fault.owner {
            Owner::Tool(tool) => used.contains(&tool),
            Owner::All => true,
            Owner::Unnamed => false,
        })
    }

    /// The errors that `uses` picks, as one.
    fn refuse(&self, uses: impl Fn(&Fault) -> bool) -> Result<()> {
        let mut used = self.merged.faults.iter().filter(|fault| uses(fault));
        problem::refusal(&mut used, &self.inputs)?.map_or(Ok(()), Err)
    }

    /// What may have been misread in the tools at `indices`, whose records are `records`: a person should know it before
    /// an answer from them is used.
    ///
    /// # Errors
    /// An input cannot be read again.
    pub fn doubts(&self, indices: &[usize], records: &[Record]) -> Result<Vec<Problem>> {
        let merged = &self.merged;
        let mut found: BTreeMap<usize, Vec<(Severity, read::finding::InputFinding)>> = BTreeMap::new();
        let used = |tool: usize| indices.len() == self.len() || indices.contains(&tool);
        let notices =
            merged.notices.iter().filter(|notice| used(notice.tool)).map(|notice| (notice.input, &notice.finding));
        let notices = self.notices.iter().map(|(input, finding)| (*input, finding)).chain(notices);
        let notices = notices.map(|(input, finding)| (input, finding.clone()));
        let origins: Vec<_> = indices.iter().map(|index| self.origin(*index)).collect();
        let spelled = |places: &[Vec<Position>]| {
            spelling::warnings(indices.iter().zip(records).zip(&origins).map(|((index, record), origin)| Located {
                record,
                origin,
                review_places: places.get(*index).map_or(&[], Vec::as_slice),
            }))
        };
        let mut spellings = spelled(&merged.review_places);
        if let Some(rows) = self.rows.as_ref().filter(|_| !spellings.is_empty()) {
            spellings = spelled(&rows.review_places(&self.inputs)?);
        }
        for (input, finding) in notices.chain(spellings) {
            found.entry(input).or_default().push((Severity::Warning, finding));
        }
        let problems = found.into_iter().map(|(input, found)| problem::located(found, input, &self.inputs));
        Ok(problems.collect::<Result<Vec<_>>>()?.concat())
    }
}

/// Records of a catalog, in full.
struct CatalogRecords<'c> {
    catalog: &'c Catalog,
    indices: &'c [usize],
}

/// So many records are read again at once.
const BATCH: usize = 1000;

impl RecordSource for CatalogRecords<'_> {
    fn each(&self, take: &mut dyn FnMut(&Record) -> Result<()>) -> Result<()> {
        if self.catalog.projection.covers(Projection::ALL) && self.catalog.kept.is_none() {
            return self.indices.iter().try_for_each(|index| take(&self.catalog.merged.records[*index]));
        }
        for batch in self.indices.chunks(BATCH) {
            self.catalog.fetch(batch, Projection::ALL)?.iter().try_for_each(&mut *take)?;
        }
        Ok(())
    }
}

/// The error for an input that is not what it was when it was opened.
fn changed(input: &Input) -> Error {
    Error::data("the file changed while it was read")
        .at(Location { file: input.name.clone(), ..Location::default() })
        .hint("run the command again")
}
