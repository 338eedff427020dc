//! Where a run may write: what the settings of a project may name, and what a person should know.

use super::{Session, Settings};
use crate::catalog::is_walked;
use crate::cli::output::real_path;
use crate::cli::settings::{PROJECT_FILE, Paths, ReportEntry, ReportOutput};
use crate::error::{Error, ErrorClass, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// The end of a template's file name, in lower case.
const TEMPLATE_SUFFIX: &str = ".j2";

impl Session<'_> {
    /// Checks every output of `entries`, reports of a project: the settings may come from anyone. Outputs stay in the
    /// folder of the settings, and replace neither settings nor templates nor records.
    ///
    /// # Errors
    /// The first output that does not, with its place in the settings and the reason.
    pub(in crate::cli) fn check_outputs(&self, settings: &Settings, entries: &[&ReportEntry]) -> Result<()> {
        let catalogs = self.catalog_paths(settings);
        for output in entries.iter().flat_map(|entry| &entry.outputs) {
            if let Err(why) = self.check_output(settings, output, &catalogs) {
                let message = format!("cannot write {}: {why}", output.path.display());
                let error = Error::new(ErrorClass::Usage, message).at(output.location.clone());
                return Err(
                    error.hint("outputs of `[[report]]` stay in the folder of its settings, beside the records")
                );
            }
        }
        Ok(())
    }

    fn check_output(
        &self,
        settings: &Settings,
        output: &ReportOutput,
        catalogs: &[PathBuf],
    ) -> std::result::Result<(), String> {
        let path = self.env.current_dir().join(&output.path);
        if path.as_os_str().as_encoded_bytes().ends_with(b"/") {
            return Err("it is a folder".to_owned());
        }
        let bounds = settings.chosen.bounds.as_ref().ok_or("it belongs to no project")?;
        let real = bounds.resolve_output(&path)?;
        let name = real.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        if name == PROJECT_FILE || self.loaded.files.iter().any(|file| self.is_same(file, &real)) {
            return Err("it holds settings".to_owned());
        }
        let folders = [&settings.chosen.templates, &self.loaded.project.templates];
        let mut folders = folders.into_iter().flatten().flat_map(|folders| &folders.value.list);
        let in_templates = folders.any(|folder| self.canonical(folder).is_some_and(|folder| real.starts_with(folder)));
        if name.ends_with(TEMPLATE_SUFFIX) || in_templates && name.starts_with('_') {
            return Err("it is a template".to_owned());
        }
        if catalogs.iter().any(|catalog| *catalog == real || is_walked(catalog, &real)) {
            return Err("it would be read as a record".to_owned());
        }
        Ok(())
    }

    /// The files and folders of records in use, and those of the project, without links.
    fn catalog_paths(&self, settings: &Settings) -> Vec<PathBuf> {
        let of = |paths: &Paths| paths.list.iter().filter_map(|path| self.canonical(path)).collect::<Vec<_>>();
        let own = self.loaded.all.catalog.iter().flat_map(|named| of(&named.value));
        let used = self.paths(settings);
        own.chain(used.iter().filter_map(|path| self.canonical(path))).collect()
    }

    /// Warns of outputs that a person named and that the next run would read as records.
    pub(super) fn warn_of_records(&mut self, settings: &Settings, outputs: &[PathBuf]) {
        if settings.output.quiet || outputs.is_empty() {
            return;
        }
        let catalogs = self.catalog_paths(settings);
        for output in outputs {
            let Ok(real) = real_path(&self.env.current_dir().join(output)) else { continue };
            if let Some(catalog) = catalogs.iter().find(|catalog| is_walked(catalog, &real) && **catalog != real) {
                let (output, catalog) = (output.display(), catalog.display());
                self.warn(
                    settings,
                    &format!("{output} lies in the catalog {catalog}, so the next run reads it as records"),
                );
            }
        }
    }

    fn canonical(&self, path: &Path) -> Option<PathBuf> {
        fs::canonicalize(self.env.current_dir().join(path)).ok()
    }

    fn is_same(&self, path: &Path, real: &Path) -> bool {
        self.canonical(path).is_some_and(|path| path == real)
    }
}
