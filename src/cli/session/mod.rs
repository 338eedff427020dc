//! One run: the environment, the streams and the settings. Every command
//! opens its catalog and hands over its document here.

mod documents;
mod outputs;
mod records;
mod settled;
mod states;
mod tools;

pub(super) use documents::Presented;
pub(super) use settled::Settings;
pub(super) use states::Side;
pub(super) use tools::find_each;

use super::args::{CommonArgs, ConfigArgs};
use super::console::{self, ColorChoice, Messages};
use super::env::{Env, Stream};
use super::output::{self, HardLinks, OutputDocument, Target};
use super::progress::Progress;
use super::settings::{self, Layer, LoadedSettings};
use crate::error::{Error, Result};
use crate::verdict::check_level;
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::path::PathBuf;

/// The streams of a run.
pub struct Streams<'a> {
    /// Standard input.
    pub stdin: &'a mut dyn Read,
    /// Standard output: the document and nothing else.
    pub stdout: &'a mut dyn Write,
    /// Standard error: notes, progress, errors.
    pub stderr: &'a mut dyn Write,
}

/// One run of the program.
pub(super) struct Session<'a> {
    env: &'a Env,
    streams: Streams<'a>,
    /// What the environment and the files with settings say.
    loaded: LoadedSettings,
    /// What the settings and the records were read from: no output may replace it.
    inputs: Vec<PathBuf>,
    /// Warnings that were given already.
    warned: BTreeSet<String>,
}

impl<'a> Session<'a> {
    /// A run in `env`.
    pub(super) fn new(env: &'a Env, streams: Streams<'a>) -> Self {
        Self { env, streams, loaded: LoadedSettings::default(), inputs: Vec::new(), warned: BTreeSet::new() }
    }

    /// The surroundings of the run.
    pub(super) fn env(&self) -> &Env {
        self.env
    }

    /// Reads the settings of the environment and of the files.
    ///
    /// # Errors
    /// Settings that cannot be, or cannot be read.
    pub(super) fn load(&mut self, typed: &ConfigArgs) -> Result<()> {
        self.loaded = settings::load(typed, self.env)?;
        self.inputs.clone_from(&self.loaded.files);
        Ok(())
    }

    /// Puts what was typed over the settings.
    ///
    /// # Errors
    /// A value that cannot be.
    pub(super) fn settle(&self, typed: CommonArgs) -> Result<Settings> {
        self.settle_over(self.loaded.all.clone(), typed)
    }

    /// As [`Session::settle`], but of the settings only those of the project count: what is built from them is to be
    /// the same for everyone who works on it. A project that names no catalog has the usual one.
    ///
    /// # Errors
    /// A value that cannot be.
    pub(super) fn settle_project(&self, typed: CommonArgs) -> Result<Settings> {
        let LoadedSettings { all, mut project, .. } = self.loaded.clone();
        project.catalog = project.catalog.or(all.catalog);
        project.format = all.format;
        self.settle_over(project, typed)
    }

    /// As [`Session::settle_project`] where the project has reports, else as [`Session::settle`].
    ///
    /// # Errors
    /// A value that cannot be.
    pub(super) fn settle_reports(&self, typed: CommonArgs) -> Result<Settings> {
        if self.loaded.project.reports.is_empty() { self.settle(typed) } else { self.settle_project(typed) }
    }

    fn settle_over(&self, layer: Layer, mut typed: CommonArgs) -> Result<Settings> {
        typed.output.expand_home(self.env);
        typed.source.expand_home(self.env);
        let chosen = settings::typed(&typed)?.over(layer);
        let judging = chosen.judging();
        check_level(judging.confidence)?;
        Ok(Settings { judging, chosen, output: typed.output, source: typed.source })
    }

    /// A meter for building so many things, for a person to look at.
    pub(super) fn meter(&self, settings: &Settings, label: &'static str) -> Progress {
        Progress::counting(self.env, settings.output.quiet, label)
    }

    /// Says something that is no error, unless silence was asked for.
    pub(super) fn note(&mut self, settings: &Settings, text: &str) {
        self.tell(settings, |messages| messages.note(text));
    }

    /// Says something that the answer does not stand without, unless silence was asked for.
    pub(super) fn warn(&mut self, settings: &Settings, text: &str) {
        self.tell(settings, |messages| messages.warning(text));
    }

    /// As [`Session::warn`], with what to do about it.
    pub(in crate::cli) fn warn_with_hints(&mut self, settings: &Settings, warning: &Error) {
        self.tell(settings, |messages| messages.warning_with_hints(warning));
    }

    /// Says what `text` makes of it, unless silence was asked for.
    fn tell(&mut self, settings: &Settings, text: impl FnOnce(Messages) -> String) {
        if !settings.output.quiet {
            self.say(&text(Messages::new(settings.color(), self.env)));
        }
    }

    /// Says why the run failed.
    pub(super) fn say_error(&mut self, error: &Error, color: ColorChoice) {
        let text = Messages::new(color, self.env).error(error);
        self.say(&text);
    }

    /// Writes to standard error. Where that is closed nobody listens, and the exit status says it all.
    pub(super) fn say(&mut self, text: &str) {
        let _ = self.streams.stderr.write_all(text.as_bytes()).and_then(|()| self.streams.stderr.flush());
    }

    /// Writes `text`, which is no document, to standard output.
    ///
    /// # Errors
    /// What the operating system says.
    pub(super) fn print(&mut self, text: String) -> Result<()> {
        let document = OutputDocument { target: Target::Stdout, content: text.into() };
        output::write(&[document], &[], HardLinks::Keep, self.env, self.streams.stdout)
    }

    /// Whether color is used on `stream`.
    pub(super) fn uses_color(&self, color: ColorChoice, stream: Stream) -> bool {
        console::use_color(color, self.env, stream)
    }
}
