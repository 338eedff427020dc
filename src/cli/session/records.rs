//! Records for a command: from where, with which flags, and the notes and warnings about them.

use super::{Session, Settings};
use crate::catalog::record::Record;
use crate::catalog::{self, Catalog, InputSource, Problem, Projection, SheetOptions};
use crate::cli::env::Stream;
use crate::cli::folders;
use crate::cli::progress::Progress;
use crate::cli::settings::Origin;
use crate::error::{Error, ErrorClass, Result};
use std::borrow::Borrow;
use std::collections::HashMap;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

/// Warnings of one kind that are said one by one.
const WARNED_OF_KIND: usize = 3;

impl Session<'_> {
    /// Every problem of the records in use. `commands` are the words that a slug should not be.
    ///
    /// # Errors
    /// A path that is not there.
    pub(in crate::cli) fn problems(&mut self, settings: &Settings, commands: &[&str]) -> Result<Vec<Problem>> {
        self.reading(settings, None, |places, options| catalog::check(places, commands, options))
    }

    /// Does `read` with `places`, else with those in use, and with the options in use; with progress on standard error.
    fn reading<T>(
        &mut self,
        settings: &Settings,
        places: Option<Vec<InputSource<'static>>>,
        read: impl FnOnce(Vec<InputSource<'_>>, &catalog::ReadOptions<'_>) -> Result<T>,
    ) -> Result<T> {
        let progress = Progress::new(self.env, settings.output.quiet, "reading records");
        let report = |done, total| progress.at(done, total);
        let cache = if settings.source.no_cache { None } else { folders::cache(self.env) };
        let sheets = settings.chosen.sheet_options();
        let options = catalog::ReadOptions {
            sheets: Some(&sheets),
            input_format: settings.source.input_format.as_deref(),
            progress: Some(&report),
            skip_invalid: settings.source.skip_invalid,
            cache: cache.as_deref(),
            ..catalog::ReadOptions::default()
        };
        let is_in_use = places.is_none();
        let named = match (places, &settings.chosen.catalog) {
            (Some(places), _) => places,
            (None, Some(named)) => named.value.places(self.env).map_err(|error| match error.kind {
                ErrorClass::Io => error.hint(format!("the catalog is named by {}", named.origin)),
                _ => named.origin.locate(error),
            })?,
            (None, None) => self.paths(settings).into_iter().map(InputSource::Path).collect(),
        };
        let mut places: Vec<InputSource<'_>> = Vec::with_capacity(named.len());
        let mut stream = Some(&mut *self.streams.stdin);
        for place in named {
            places.push(match place {
                InputSource::Path(path) if path == Path::new("-") => {
                    let stdin = stream.take().ok_or_else(|| Error::usage("standard input (`-`) is named twice"))?;
                    InputSource::Stream(Box::new(stdin))
                }
                place => place,
            });
        }
        if places.is_empty() {
            refuse_sheets_alone(&sheets)?;
            places.push(InputSource::Embedded);
        }
        read(places, &options).map_err(|error| match &settings.chosen.catalog {
            Some(named)
                if is_in_use
                    && (error.kind == ErrorClass::Io || error.location.is_none())
                    && !matches!(named.origin, Origin::Flag(_)) =>
            {
                error.hint(format!("the catalog is named by {}", named.origin))
            }
            _ => error,
        })
    }

    /// The records in use: `--catalog`, else `COMPARE_CATALOG`, else those of the settings, else
    /// `$XDG_DATA_HOME/compare/`, else those that are built in. The first of these that is named is used.
    ///
    /// # Errors
    /// A path that cannot be read, or records that cannot be used.
    pub(in crate::cli) fn catalog(
        &mut self,
        settings: &Settings,
        first: Projection,
        later: Projection,
    ) -> Result<ManuallyDrop<Catalog>> {
        self.open(settings, None, first, later, false)
    }

    /// As [`Session::catalog`], for a command that goes through all of them. Of large catalogs, no more than `first` is
    /// kept in memory where the rest of a record can be read by itself.
    ///
    /// # Errors
    /// As [`Session::catalog`].
    pub(in crate::cli) fn catalog_for_all(
        &mut self,
        settings: &Settings,
        first: Projection,
    ) -> Result<ManuallyDrop<Catalog>> {
        self.open(settings, None, first, Projection::ALL, true)
    }

    /// The records in `places`, which are not those in use, in full.
    ///
    /// # Errors
    /// As [`Session::catalog`].
    pub(in crate::cli) fn catalog_at(
        &mut self,
        settings: &Settings,
        places: Vec<InputSource<'static>>,
    ) -> Result<ManuallyDrop<Catalog>> {
        let paths = places
            .iter()
            .filter_map(|place| if let InputSource::Path(path) = place { Some(path.clone()) } else { None });
        self.inputs.extend(paths);
        self.open(settings, Some(places), Projection::ALL, Projection::ALL, false)
    }

    /// Opens the records in `places`, else those in use, and says what was left out of them.
    fn open(
        &mut self,
        settings: &Settings,
        places: Option<Vec<InputSource<'static>>>,
        first: Projection,
        later: Projection,
        all: bool,
    ) -> Result<ManuallyDrop<Catalog>> {
        let is_in_use = places.is_none();
        let catalog = self.reading(settings, places, |places, options| {
            Catalog::open(places, first, later, &catalog::ReadOptions { all, ..*options })
        })?;
        if is_in_use {
            self.inputs.extend(catalog.files().map(Path::to_path_buf));
        }
        for left_out in catalog.warnings() {
            self.warn(settings, &format!("left out: {left_out}"));
        }
        for note in catalog.notes() {
            self.note(settings, note);
        }
        if catalog.is_embedded() && self.env.is_terminal(Stream::Stderr) {
            self.note(settings, "no catalog is named, so these are the built-in records; `--catalog PATH` reads yours");
        }
        // It is in use until the program ends. To free a million records one by one would only delay that.
        Ok(ManuallyDrop::new(catalog))
    }

    /// What may have been misread in the tools that are `used`, by their indices, or in all: each is printed on standard
    /// error, with its place.
    ///
    /// # Errors
    /// Records that cannot be read again.
    pub(in crate::cli) fn doubts(
        &mut self,
        settings: &Settings,
        catalog: &Catalog,
        used: Option<(&[usize], &[Record])>,
    ) -> Result<Vec<Problem>> {
        let doubts = match used {
            Some((indices, records)) => catalog.doubts(indices, records)?,
            None => catalog.doubts(&catalog.all_indices()?, catalog.all()?)?,
        };
        self.warn_of(settings, &doubts);
        Ok(doubts)
    }

    /// Says `doubts` on standard error, with their places: of many of one kind the first, and how many there are more.
    pub(in crate::cli) fn warn_of(&mut self, settings: &Settings, doubts: &[Problem]) {
        let mut of_kind: HashMap<&str, usize> = HashMap::new();
        let mut more = 0;
        for doubt in doubts {
            let warning = doubt.clone().into_error();
            if !self.warned.insert(warning.to_string()) {
                continue;
            }
            let said = of_kind.entry(doubt.code).or_default();
            *said += 1;
            if *said <= WARNED_OF_KIND {
                self.warn_with_hints(settings, &warning);
            } else {
                more += 1;
            }
        }
        if more > 0 {
            self.warn(settings, &format!("{more} more of these kinds; `compare check` lists them"));
        }
    }

    /// The paths of the catalog, none for the built-in records.
    pub(in crate::cli) fn paths(&self, settings: &Settings) -> Vec<PathBuf> {
        match &settings.chosen.catalog {
            Some(named) => named.value.list.clone(),
            // Only this folder may be absent; whatever else is named must be there.
            None => folders::own_records(self.env).into_iter().collect(),
        }
    }

    /// Looks for weights of reviewers who reviewed none of `records`. Typed, that is a mistake; settings serve many
    /// comparisons, so there it is a warning.
    ///
    /// # Errors
    /// The first such reviewer who was typed, with the name that was probably meant.
    pub(in crate::cli) fn check_weights<R: Borrow<Record>>(
        &mut self,
        settings: &Settings,
        records: &[R],
    ) -> Result<()> {
        for unknown in settings.judging.weights.unknown(records) {
            let message = format!("no reviewer of these tools is called `{}`", unknown.reviewer);
            let origin = settings.chosen.weights.get(&unknown.reviewer).map(|weight| &weight.origin);
            match origin {
                None | Some(Origin::Flag(_)) => {
                    let meant = unknown.suggestion.map(|meant| format!("did you mean `{meant}`?"));
                    return Err(Error::usage(message).hint_if(meant));
                }
                Some(origin) => self.warn(settings, &format!("{message} (a weight by {origin})")),
            }
        }
        Ok(())
    }
}

/// The error where settings describe sheets and nothing names a catalog: they mean those, not the built-in records.
fn refuse_sheets_alone(sheets: &SheetOptions) -> Result<()> {
    let Some(rule) = sheets.rules.first() else { return Ok(()) };
    let folder = sheets.folder.as_deref().unwrap_or(Path::new(""));
    let file = rule.file.strip_prefix(folder).unwrap_or(&rule.file);
    let error = Error::usage("the settings describe sheets, and name no catalog");
    Err(error.hint(format!(
        "write `catalog = [\"{}\"]` above the first `[[sheet]]`, or name it with --catalog",
        file.display()
    )))
}
