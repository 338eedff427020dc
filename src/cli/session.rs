//! One run: the environment, the streams and what was typed before the command. Every command
//! opens its catalog and hands over its document here.

use super::args::{ConfigArgs, GateArgs, JudgeArgs, OutputArgs, Over, SourceArgs};
use super::console::{self, ColorChoice, Messages};
use super::env::{Env, Stream};
use super::folders;
use super::job_summary;
use super::output::{self, Document, Target};
use super::progress::Progress;
use super::settings::{self, Layer, Loaded, Origin, Output};
use super::verify::{self, State};
use crate::catalog::record::Record;
use crate::catalog::{self, Catalog, Need, Place, Problem};
use crate::error::{Error, Kind, Outcome, Result};
use crate::format::template::Template;
use crate::format::{FORMATS, Formats, Formatter, Style};
use crate::report::{Gates, Report, Rows, Subject};
use crate::verdict::{Options as Judging, check_level};
use std::borrow::Cow;
use std::io::{Read, Write};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

/// The streams of a run.
pub struct Streams<'a> {
    /// Standard input.
    pub stdin: &'a mut dyn Read,
    /// Standard output: the document and nothing else.
    pub stdout: &'a mut dyn Write,
    /// Standard error: notes, progress, errors.
    pub stderr: &'a mut dyn Write,
}

/// Flags that were typed before the command.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Before {
    #[command(flatten)]
    pub(super) output: OutputArgs,
    #[command(flatten)]
    pub(super) source: SourceArgs,
    #[command(flatten)]
    pub(super) judge: JudgeArgs,
    #[command(flatten)]
    pub(super) gate: GateArgs,
}

/// One run of the program.
pub(super) struct Session<'a> {
    env: &'a Env,
    streams: Streams<'a>,
    before: Before,
    /// What the environment and the files with settings say.
    loaded: Loaded,
    /// What the records were read from: no output may replace it.
    inputs: Vec<PathBuf>,
}

/// What the flags together ask for.
#[derive(Clone)]
pub(super) struct Settings {
    /// How figures are taken and ordered.
    pub(super) judging: Judging,
    /// Each setting with where it was made.
    pub(super) chosen: Layer,
    output: OutputArgs,
    source: SourceArgs,
}

impl Settings {
    /// Whether the reviewers' words are asked for.
    pub(super) fn reviews(&self) -> bool {
        self.output.reviews || self.output.since.is_some() || self.output.rows == Some(Rows::Reviews)
    }

    /// Asks for the reviewers' words too.
    pub(super) fn with_reviews(&mut self) {
        self.output.reviews = true;
    }

    /// Whether the order of the tools was typed.
    pub(super) fn is_typed_order(&self) -> bool {
        self.chosen.by.as_ref().is_some_and(|by| matches!(by.origin, Origin::Flag(_)))
    }

    /// Refuses outputs that were typed, because of `why`.
    ///
    /// # Errors
    /// There are any.
    pub(super) fn refuse_outputs(&self, why: &str) -> Result<()> {
        match self.output.output.first() {
            Some(typed) => Err(Error::usage(format!("{why}, so `-o {typed}` has no place here"))),
            None => Ok(()),
        }
    }

    /// The same for a document that is not itself verified.
    #[must_use]
    pub(super) fn without_verify(mut self) -> Self {
        self.output.verify = false;
        self
    }

    /// Whether files are only compared with what they would be written with.
    pub(super) fn verify(&self) -> bool {
        self.output.verify
    }

    /// Whether every figure is to be explained.
    pub(super) fn explain(&self) -> bool {
        self.output.explain
    }

    /// What was typed that asks for another place or format than `json` on standard output.
    pub(super) fn asks_beyond_json(&self) -> Option<&str> {
        let format = self.output.format.as_deref().filter(|format| *format != "json");
        format.or(self.output.template.as_deref()).or(self.output.output.first().map(String::as_str))
    }

    /// The formats of this run: those that are built in and the templates that the settings name.
    ///
    /// # Errors
    /// A folder that cannot be read, or a template that cannot be a format.
    pub(super) fn formats(&self) -> Result<Formats> {
        match &self.chosen.templates {
            Some(folders) => Formats::with_templates(&folders.value).map_err(|error| folders.origin.locate(error)),
            None => Ok(Formats::default()),
        }
    }

    /// The template for standard output, where a file with one was typed.
    fn template(&self) -> Result<Option<Template>> {
        let Some(file) = &self.output.template else { return Ok(None) };
        if let Some(name) = &self.output.format {
            return Err(Error::usage(format!("`--template {file}` says the format, so `--format {name}` is too much")));
        }
        Ok(Some(Template::file(Path::new(file))))
    }

    /// `report` with the reviews of late only, where that was asked for.
    fn dated<'r>(&self, report: &'r Report) -> Cow<'r, Report> {
        match self.output.since {
            Some(date) => Cow::Owned(report.clone().since(date)),
            None => Cow::Borrowed(report),
        }
    }

    /// The outputs that were typed.
    pub(super) fn outputs(&self) -> Vec<String> {
        self.output.output.clone()
    }

    /// The format that was typed.
    pub(super) fn typed_format(&self) -> Option<&str> {
        self.output.format.as_deref()
    }

    fn color(&self) -> ColorChoice {
        self.output.color.unwrap_or_default()
    }
}

impl<'a> Session<'a> {
    /// A run in `env`.
    pub(super) fn new(env: &'a Env, streams: Streams<'a>) -> Self {
        Self { env, streams, before: Before::default(), loaded: Loaded::default(), inputs: Vec::new() }
    }

    /// The folder that relative paths start from.
    pub(super) fn current_dir(&self) -> &Path {
        self.env.current_dir()
    }

    /// Takes down what was typed before the command.
    pub(super) fn typed_before(&mut self, before: Before) {
        self.before = before;
    }

    /// Reads the settings of the environment and of the files.
    ///
    /// # Errors
    /// Settings that cannot be, or cannot be read.
    pub(super) fn load(&mut self, typed: &ConfigArgs) -> Result<()> {
        self.loaded = settings::load(typed, self.env)?;
        Ok(())
    }

    /// Joins what was typed after the command with what was typed before it, and puts it over the settings.
    ///
    /// # Errors
    /// A value that cannot be.
    pub(super) fn settle(&self, output: OutputArgs, source: SourceArgs, judge: JudgeArgs) -> Result<Settings> {
        self.settle_over(self.loaded.all.clone(), output, source, judge)
    }

    /// As [`Session::settle`], but of the settings only those of the project count: what is built from them is to be
    /// the same for everyone who works on it. A project that names no catalog has the usual one.
    ///
    /// # Errors
    /// A value that cannot be.
    pub(super) fn settle_project(&self, output: OutputArgs, source: SourceArgs, judge: JudgeArgs) -> Result<Settings> {
        let Loaded { all, mut project } = self.loaded.clone();
        project.catalog = project.catalog.or(all.catalog);
        project.format = all.format;
        self.settle_over(project, output, source, judge)
    }

    fn settle_over(&self, layer: Layer, output: OutputArgs, source: SourceArgs, judge: JudgeArgs) -> Result<Settings> {
        let output = output.over(self.before.output.clone());
        let source = source.over(self.before.source.clone());
        let judge = judge.over(self.before.judge.clone());
        let chosen = settings::typed(&output, &source, &judge)?.over(layer);
        let judging = Judging { ship_at: judge.ship_at, ..chosen.judging() };
        check_level(judging.confidence)?;
        Ok(Settings { judging, chosen, output, source })
    }

    /// Every problem of the records in use. `commands` are the words that a slug should not be.
    ///
    /// # Errors
    /// A path that is not there.
    pub(super) fn problems(&mut self, settings: &Settings, commands: &[&str]) -> Result<Vec<Problem>> {
        self.reading(settings, |places, options| catalog::check(places, commands, options))
    }

    /// Does `read` with the places and options in use, with progress on standard error.
    fn reading<T>(
        &mut self,
        settings: &Settings,
        read: impl FnOnce(Vec<Place<'_>>, &catalog::Options<'_>) -> Result<T>,
    ) -> Result<T> {
        let progress = Progress::new(self.env, settings.output.quiet, "reading records");
        let report = |done, total| progress.at(done, total);
        let cache = if settings.source.no_cache { None } else { folders::cache(self.env) };
        let options = catalog::Options {
            input_format: settings.source.input_format.as_deref(),
            progress: Some(&report),
            skip_invalid: settings.source.skip_invalid,
            cache: cache.as_deref(),
            ..catalog::Options::default()
        };
        let paths = self.paths(settings);
        let mut places: Vec<Place<'_>> = Vec::with_capacity(paths.len());
        let mut stream = Some(&mut *self.streams.stdin);
        for path in paths {
            places.push(if path == Path::new("-") {
                let stdin = stream.take().ok_or_else(|| Error::usage("standard input (`-`) is named twice"))?;
                Place::Stream(Box::new(stdin))
            } else {
                Place::Path(path)
            });
        }
        if places.is_empty() {
            places.push(Place::Embedded);
        }
        read(places, &options).map_err(|error| match &settings.chosen.catalog {
            Some(named) if error.kind == Kind::Io && !matches!(named.origin, Origin::Flag(_)) => {
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
    pub(super) fn catalog(&mut self, settings: &Settings, need: Need) -> Result<ManuallyDrop<Catalog>> {
        let catalog = self.reading(settings, |places, options| Catalog::open(places, need, options))?;
        self.inputs = catalog.files().map(Path::to_path_buf).collect();
        if !settings.output.quiet {
            for left_out in catalog.warnings() {
                self.warn(settings, &format!("left out: {left_out}"));
            }
        }
        if catalog.is_embedded() && self.env.is_terminal(Stream::Stderr) {
            self.note(settings, "no catalog is named, so these are the built-in records; `--catalog PATH` reads yours");
        }
        // It is in use until the program ends. To free a million records one by one would only delay that.
        Ok(ManuallyDrop::new(catalog))
    }

    /// The paths of the catalog, none for the built-in records.
    pub(super) fn paths(&self, settings: &Settings) -> Vec<PathBuf> {
        match &settings.chosen.catalog {
            Some(named) => named.value.clone(),
            // Only this folder may be absent; whatever else is named must be there.
            None => folders::data(self.env).filter(|folder| folder.is_dir()).into_iter().collect(),
        }
    }

    /// The gates that were typed, for a report of kind `subject`.
    ///
    /// # Errors
    /// One that can be no gate of such a report.
    pub(super) fn gates(&self, typed: GateArgs, subject: Subject) -> Result<Gates> {
        Gates::parse("--gate", &typed.over(self.before.gate.clone()).gate, subject)
    }

    /// Writes `report` to every output that is asked for, and to standard output.
    ///
    /// # Errors
    /// An unknown format, or an output that cannot be written.
    pub(super) fn present(&mut self, report: &Report, settings: &Settings, outcome: Outcome) -> Result<Outcome> {
        let known = settings.formats()?;
        let report = &settings.dated(report);
        let mut documents = Vec::new();
        let mut formats: Vec<&dyn Formatter> = Vec::new();
        let template = settings.template()?;
        let mut stdout: &dyn Formatter = match (&template, &settings.chosen.format) {
            (Some(template), _) => template,
            (None, Some(name)) => known.by_name(&name.value).map_err(|error| name.origin.locate(error))?,
            (None, None) => FORMATS[0],
        };
        let mut stdout_named = template.is_some() || settings.output.format.is_some();
        for typed in &settings.output.output {
            let (formatter, path) = destination(typed, &known)?;
            let Some(path) = path else {
                if stdout_named {
                    return Err(Error::usage(format!(
                        "standard output is given two formats; `-o {typed}` is one too many"
                    )));
                }
                (stdout, stdout_named) = (formatter.unwrap_or(stdout), true);
                continue;
            };
            let formatter = match formatter {
                Some(formatter) => formatter,
                None => known.by_path(path)?,
            };
            let text = formatter.format(report, &file_style(settings))?;
            documents.push(Document { target: Target::File(PathBuf::from(path)), text });
            formats.push(formatter);
        }
        let text = stdout.format(report, &self.stdout_style(settings))?;
        documents.push(Document { target: Target::Stdout, text });
        formats.push(stdout);
        // Only where no document holds the notes are they said beside it.
        if !formats.iter().any(|format| format.holds_notes()) {
            self.say_notes(report, settings);
        }
        if settings.output.verify && documents.len() == 1 {
            return Err(Error::usage("`--verify` compares files, and none is named").hint("name one: `-o FILE`"));
        }
        if settings.output.verify {
            return self.verify(&documents, settings, outcome);
        }
        self.inputs.extend(known.iter().flat_map(Formatter::sources));
        self.inputs.extend(template.iter().flat_map(Formatter::sources));
        self.warn_of_summary(&documents, settings);
        match output::write(&documents, &self.inputs, self.env, self.streams.stdout) {
            // Who stops reading changes nothing about the answer.
            Err(error) if error.kind == Kind::ClosedPipe => Ok(outcome),
            written => written.map(|()| outcome),
        }
    }

    /// Warns of a document that GitHub would not show as the summary of a job.
    fn warn_of_summary(&mut self, documents: &[Document], settings: &Settings) {
        if let Some(bytes) = job_summary::too_large(documents, self.env) {
            let size = job_summary::in_mib(bytes);
            self.warn(settings, &format!("GitHub shows no job summary above 1 MiB, and this one has {size}"));
            self.note(
                settings,
                "`pr-comment` instead of `markdown` cuts itself to fit; `rank --top N` holds fewer tools",
            );
        }
    }

    /// Writes texts that are no documents to their paths, `-` for standard output.
    ///
    /// # Errors
    /// An output that cannot be written.
    pub(super) fn write_files(
        &mut self,
        files: Vec<(&str, String)>,
        settings: &Settings,
        outcome: Outcome,
    ) -> Result<Outcome> {
        let target = |path: &str| if path == "-" { Target::Stdout } else { Target::File(PathBuf::from(path)) };
        let documents: Vec<Document> =
            files.into_iter().map(|(path, text)| Document { target: target(path), text }).collect();
        if settings.output.verify {
            return self.verify(&documents, settings, outcome);
        }
        output::write(&documents, &self.inputs, self.env, self.streams.stdout)?;
        Ok(outcome)
    }

    /// `report` as each of `outputs` is to hold it.
    ///
    /// # Errors
    /// An unknown format, or one that cannot hold the document.
    pub(super) fn render(&mut self, report: &Report, settings: &Settings, outputs: &[Output]) -> Result<Vec<Document>> {
        let known = settings.formats()?;
        let report = &settings.dated(report);
        let mut documents = Vec::with_capacity(outputs.len());
        let mut holds_notes = false;
        for output in outputs {
            let formatter = match &output.format {
                Some(name) => known.by_name(name),
                None => known.by_path(&output.path.to_string_lossy()),
            };
            let formatter = formatter.map_err(|error| error.at(output.spot.clone()))?;
            let text = formatter.format(report, &file_style(settings))?;
            documents.push(Document { target: Target::File(output.path.clone()), text });
            holds_notes |= formatter.holds_notes();
        }
        self.inputs.extend(known.iter().flat_map(Formatter::sources));
        if !holds_notes {
            for warning in report.warnings() {
                self.note(settings, &warning.message);
            }
        }
        Ok(documents)
    }

    fn say_notes(&mut self, report: &Report, settings: &Settings) {
        for warning in report.warnings() {
            self.note(settings, &warning.message);
        }
        // Rows of gates are the gates.
        let listed = settings.output.rows == Some(Rows::Gates);
        for (_, failure) in report.gate_sentences().filter(|(passed, _)| !passed && !listed) {
            self.note(settings, &failure);
        }
    }

    /// Writes `documents`, files all of them, but leaves those alone that are current. Whether each was written.
    ///
    /// # Errors
    /// What the operating system says.
    pub(super) fn write(&mut self, documents: &[Document]) -> Result<Vec<bool>> {
        let is_new = |document: &Document| !matches!(verify::state(document, self.env), Ok(State::Current));
        let new: Vec<bool> = documents.iter().map(is_new).collect();
        let changed: Vec<Document> =
            documents.iter().zip(&new).filter(|(_, new)| **new).map(|(document, _)| document.clone()).collect();
        output::write(&changed, &self.inputs, self.env, self.streams.stdout)?;
        Ok(new)
    }

    /// A meter for building so many things, for a person to look at.
    pub(super) fn meter(&self, settings: &Settings, label: &'static str) -> Progress {
        Progress::counting(self.env, settings.output.quiet, label)
    }

    /// Compares the files among `documents` with what they hold now, names each that differs, and writes the others.
    fn verify(&mut self, documents: &[Document], settings: &Settings, mut outcome: Outcome) -> Result<Outcome> {
        let (files, rest): (Vec<_>, Vec<_>) =
            documents.iter().cloned().partition(|document| matches!(document.target, Target::File(_)));
        if self.states(&files, settings)?.iter().any(|state| *state != State::Current) {
            outcome = Outcome::No;
        }
        output::write(&rest, &self.inputs, self.env, self.streams.stdout)?;
        Ok(outcome)
    }

    /// The state of the files that `documents` go to; each that is not current is said.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub(super) fn states(&mut self, documents: &[Document], settings: &Settings) -> Result<Vec<State>> {
        let mut states = Vec::with_capacity(documents.len());
        for document in documents {
            let state = verify::state(document, self.env)?;
            if let (Target::File(path), false) = (&document.target, settings.output.quiet) {
                let messages = Messages::new(settings.color(), self.env);
                let said = verify::said(&path.display().to_string(), &state, messages);
                self.say(&said.unwrap_or_default());
            }
            states.push(state);
        }
        Ok(states)
    }

    /// Looks for weights of reviewers who reviewed none of `records`. Typed, that is a mistake; settings serve many
    /// comparisons, so there it is a warning.
    ///
    /// # Errors
    /// The first such reviewer who was typed, with the name that was probably meant.
    pub(super) fn check_weights(&mut self, settings: &Settings, records: &[Record]) -> Result<()> {
        for unknown in settings.judging.weights.unknown(records) {
            let message = format!("no reviewer of these tools is called `{}`", unknown.reviewer);
            let origin = settings.chosen.weights.get(&unknown.reviewer).map(|weight| &weight.origin);
            match origin {
                None | Some(Origin::Flag(_)) => {
                    let error = Error::usage(message);
                    return Err(match unknown.suggestion {
                        Some(meant) => error.hint(format!("did you mean `{meant}`?")),
                        None => error,
                    });
                }
                Some(origin) => self.warn(settings, &format!("{message} (a weight by {origin})")),
            }
        }
        Ok(())
    }

    fn stdout_style(&self, settings: &Settings) -> Style {
        Style {
            color: console::use_color(settings.color(), self.env, Stream::Stdout),
            width: console::columns(settings.output.width.map(usize::from), self.env),
            ..file_style(settings)
        }
    }

    /// Says something that is no error, unless silence was asked for.
    pub(super) fn note(&mut self, settings: &Settings, text: &str) {
        if !settings.output.quiet {
            let line = Messages::new(settings.color(), self.env).note(text);
            self.say(&line);
        }
    }

    /// Says something that the answer does not stand without, unless silence was asked for.
    pub(super) fn warn(&mut self, settings: &Settings, text: &str) {
        if !settings.output.quiet {
            let line = Messages::new(settings.color(), self.env).warning(text);
            self.say(&line);
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
        output::write(&[Document { target: Target::Stdout, text }], &[], self.env, self.streams.stdout)
    }

    /// Whether colour is used on `stream`.
    pub(super) fn uses_color(&self, color: ColorChoice, stream: Stream) -> bool {
        console::use_color(color, self.env, stream)
    }
}

/// A file is the same whatever the terminal: no colour, a fixed width unless one is typed.
fn file_style(settings: &Settings) -> Style {
    let output = &settings.output;
    let default = Style::default();
    Style {
        color: false,
        width: output.width.map_or(default.width, usize::from),
        reviews: output.reviews,
        rows: output.rows.unwrap_or_default(),
        csv_raw: output.csv_raw,
    }
}

/// The format, if named, and the path of `-o TYPED`; no path for standard output.
fn destination<'a>(typed: &'a str, known: &'a Formats) -> Result<(Option<&'a dyn Formatter>, Option<&'a str>)> {
    let (name, path) = output::split_format(typed);
    let formatter = name.map(|name| known.by_name(name)).transpose()?;
    if path.is_empty() {
        return Err(Error::usage(format!("`-o {typed}` names no file")));
    }
    Ok((formatter, (path != "-").then_some(path)))
}
