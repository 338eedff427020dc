//! From inputs to one catalog: every input is read, their records are merged, and what is wrong is kept beside them.

use super::merge::{self, Batches, Fault, Merged, Owner};
use super::read::finding::InputFinding;
use super::read::input::Input;
use super::read::{self, ParsedInput, RowSpan};
use super::record::projection::Projection;
use super::sheet::SheetOptions;
use super::{ReadOptions, scale};
use crate::error::{Error, ErrorClass, Result};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What the inputs of a catalog hold.
#[derive(Debug, Default)]
pub(crate) struct LoadedCatalog {
    /// The records, with what is wrong with them.
    pub(crate) merged: Merged,
    /// Inputs that are not text, by their index.
    pub(crate) unreadable: Vec<(usize, Error)>,
    /// What was left out because it is invalid.
    pub(crate) skipped: Vec<Fault>,
    /// What may have been misread, by input.
    pub(crate) warnings: Vec<(usize, InputFinding)>,
    /// How inputs were understood whose shape had to be guessed, a sentence each.
    pub(crate) notes: Vec<String>,
    /// What may be a mistake, by input.
    pub(crate) lints: Vec<(usize, InputFinding)>,
    /// Per input where the rows of each part of a sheet are; `None` where they cannot be read again by themselves.
    pub(crate) rows: Vec<Option<Vec<RowSpan>>>,
}

/// Reads `inputs` with `projection`, and what may be a mistake too if `lint`.
///
/// # Errors
/// The operating system does not give an input, or they are too large to be read now.
pub(crate) fn load(
    inputs: &[Input],
    projection: Projection,
    lint: bool,
    options: &ReadOptions,
) -> Result<LoadedCatalog> {
    let total = inputs.iter().map(Input::size).sum();
    if options.most.is_some_and(|most| total > most) {
        return Err(Error::data("the catalog is too large to be read now"));
    }
    let done = AtomicU64::new(0);
    let on_progress = |bytes: u64| {
        if let Some(progress) = options.progress {
            progress((done.fetch_add(bytes, Ordering::Relaxed) + bytes).min(total), total);
        }
    };
    let mut task = options.task(projection, total);
    task.lint = lint;
    let is_small = task.keep_places;
    let mut loading = Loading { skip_invalid: options.skip_invalid, ..Loading::default() };
    for (index, input) in inputs.iter().enumerate() {
        task.keep_places = is_small || input.kind.is_sheet() && !options.without_places;
        if input.kind.is_sheet() {
            let path = input.path.as_deref().unwrap_or(Path::new(&input.name));
            task.sheet = Arc::new(options.sheets.unwrap_or(&SheetOptions::default()).task(path));
        }
        match read::read(input, &task, &on_progress) {
            Ok(parsed) => loading.take(index, input, parsed),
            Err(error) if error.kind == ErrorClass::Data => {
                loading.loaded.rows.push(None);
                loading.loaded.unreadable.push((index, Error { invalid_records: true, ..error }));
            }
            Err(error) => return Err(error),
        }
    }
    let Loading { mut loaded, batches, faults, ranges, .. } = loading;
    if options.sheets.is_none_or(|sheets| sheets.scale.is_none()) {
        loaded.warnings.extend(scale::suspicions(inputs, ranges));
    }
    loaded.merged = merge::merge(batches);
    loaded.merged.add_faults(faults);
    if options.skip_invalid {
        loaded.skipped = loaded.merged.remove_contradictions();
    }
    Ok(loaded)
}

/// The course of reading inputs.
#[derive(Default)]
struct Loading {
    loaded: LoadedCatalog,
    batches: Batches,
    faults: Vec<Fault>,
    /// Per input the plain scores of each reviewer.
    ranges: Vec<scale::InputRanges>,
    skip_invalid: bool,
}

impl Loading {
    /// Adds what `input`, the one at `index`, holds.
    fn take(&mut self, index: usize, input: &Input, parsed: ParsedInput) {
        let ParsedInput { whole, batches, findings, ranges, mut rows, .. } = parsed;
        let fault = |finding| Fault { input: index, finding, owner: Owner::All };
        let unkept = findings.count - findings.errors.len();
        self.faults.extend(std::iter::repeat_n(None, unkept).chain(findings.errors.into_iter().map(Some)).map(fault));
        let of_input = |finding| (index, finding);
        self.loaded.warnings.extend(findings.warnings.into_iter().map(of_input));
        self.loaded.lints.extend(findings.lints.into_iter().map(of_input));
        self.loaded.notes.extend(findings.notes.into_iter().map(|note| format!("{}: {note}", input.name)));
        self.loaded.rows.push(rows.pop());
        self.ranges.push((index, ranges));
        for mut batch in whole {
            if self.skip_invalid {
                self.faults.extend(merge::remove_invalid(&mut batch).into_iter().map(Some).map(fault));
            }
            self.batches.whole.push((index, batch));
        }
        for mut batch in batches {
            if self.skip_invalid {
                self.faults.extend(merge::remove_invalid_rows(&mut batch).into_iter().map(Some).map(fault));
            }
            self.batches.sheets.push((index, batch));
        }
    }
}
