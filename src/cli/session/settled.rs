//! Flags, environment and settings, resolved into one set of choices.

use crate::cli::args::{OutputArgs, SourceArgs};
use crate::cli::console::ColorChoice;
use crate::cli::env::Env;
use crate::cli::settings::Layer;
use crate::error::{Error, Result};
use crate::format::Formats;
use crate::format::template::Template;
use crate::report::{Report, Rows};
use crate::verdict::Options as Judging;
use std::borrow::Cow;

/// What the flags together ask for.
#[derive(Clone)]
pub(in crate::cli) struct Settings {
    /// How figures are taken and ordered.
    pub(in crate::cli) judging: Judging,
    /// Each setting with its source.
    pub(in crate::cli) chosen: Layer,
    pub(in crate::cli) output: OutputArgs,
    pub(super) source: SourceArgs,
}

impl Settings {
    /// Whether the reviewers' words are asked for.
    pub(in crate::cli) fn reviews(&self) -> bool {
        self.output.reviews || self.output.since.is_some() || self.output.rows == Some(Rows::Reviews)
    }

    /// Refuses outputs that were typed, because of `why`.
    ///
    /// # Errors
    /// There are any.
    pub(in crate::cli) fn refuse_outputs(&self, why: &str) -> Result<()> {
        match self.output.output.first() {
            Some(typed) => Err(Error::usage(format!("{why}, so it takes no `-o {typed}`"))),
            None => Ok(()),
        }
    }

    /// What was typed that asks for another place or format than `json` on standard output.
    pub(in crate::cli) fn asks_beyond_json(&self) -> Option<String> {
        let format = self.output.format.clone().filter(|format| format != "json");
        let template = || self.output.template.as_ref().map(|path| path.display().to_string());
        format.or_else(template).or_else(|| self.output.output.first().map(ToString::to_string))
    }

    /// The formats of this run: those that are built in and the templates that the settings name.
    ///
    /// # Errors
    /// A folder that cannot be read, or a template that cannot be a format.
    pub(in crate::cli) fn formats(&self, env: &Env) -> Result<Formats> {
        match &self.chosen.templates {
            Some(folders) => folders.value.formats(env).map_err(|error| folders.origin.locate(error)),
            None => Ok(Formats::default()),
        }
    }

    /// The template for standard output, where a file with one was typed.
    pub(super) fn template(&self) -> Result<Option<Template>> {
        let Some(file) = &self.output.template else { return Ok(None) };
        if let Some(name) = &self.output.format {
            let file = file.display();
            return Err(Error::usage(format!(
                "`--template {file}` and `--format {name}` both choose the format; give one of them"
            )));
        }
        Ok(Some(Template::file(file)))
    }

    /// `report` with the reviews of late only, where that was asked for.
    pub(super) fn dated<'r>(&self, report: &'r Report) -> Cow<'r, Report> {
        match self.output.since {
            Some(date) => Cow::Owned(report.clone().since(date)),
            None => Cow::Borrowed(report),
        }
    }

    /// Whether people are to be told nothing but what is wrong, on standard output too.
    pub(in crate::cli) fn is_quiet_table(&self) -> bool {
        let format = self.chosen.format.as_ref().map(|format| format.value.as_str());
        self.output.quiet
            && self.output.template.is_none()
            && self.output.output.is_empty()
            && matches!(format, None | Some("table" | "concise"))
    }

    pub(super) fn color(&self) -> ColorChoice {
        self.output.color.unwrap_or_default()
    }
}
