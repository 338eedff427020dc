//! Documents of a command: in which formats, to which outputs, written or compared with what is there.

use super::{Session, Settings};
use crate::cli::args::OutputArg;
use crate::cli::console;
use crate::cli::env::Stream;
use crate::cli::job_summary;
use crate::cli::output::{self, Content, HardLinks, OutputDocument, Target};
use crate::cli::settings::ReportOutput;
use crate::cli::verify::{self, FileState};
use crate::error::{Error, ErrorClass, Outcome, Result};
use crate::format::template::Template;
use crate::format::{FORMATS, Formats, Formatter, Style};
use crate::report::{Report, Rows};
use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// A report that is written in some formats.
pub(in crate::cli) trait Presented {
    /// It in the format of `formatter`.
    ///
    /// # Errors
    /// It cannot be written so.
    fn content(&mut self, formatter: &dyn Formatter, style: &Style) -> Result<Content>;

    /// The report with all of its notes and gates, once it was written.
    fn report(&self) -> &Report;
}

impl Presented for Cow<'_, Report> {
    fn content(&mut self, formatter: &dyn Formatter, style: &Style) -> Result<Content> {
        formatter.format(self, style).map(Content::from)
    }

    fn report(&self) -> &Report {
        self
    }
}

impl Session<'_> {
    /// Writes `report` to every output that is asked for, and to standard output.
    ///
    /// # Errors
    /// An unknown format, or an output that cannot be written.
    pub(in crate::cli) fn present(
        &mut self,
        report: &Report,
        settings: &Settings,
        outcome: Outcome,
    ) -> Result<Outcome> {
        self.present_each(&mut settings.dated(report), settings, outcome)
    }

    /// As [`Session::present`].
    ///
    /// # Errors
    /// As [`Session::present`].
    pub(in crate::cli) fn present_each(
        &mut self,
        presented: &mut dyn Presented,
        settings: &Settings,
        outcome: Outcome,
    ) -> Result<Outcome> {
        let known = settings.formats(self.env)?;
        let template = settings.template()?;
        let (documents, formats) = self.documents(presented, settings, &known, template.as_ref())?;
        let report = presented.report();
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
        self.warn_of_records(settings, &paths_of(&documents));
        let written = output::write(&documents, &self.inputs, HardLinks::Keep, self.env, self.streams.stdout);
        match written {
            // Who stops reading changes nothing about the answer.
            Err(error) if error.kind == ErrorClass::ClosedPipe => return Ok(outcome),
            written => written?,
        }
        for document in documents.iter().filter(|document| document.target != Target::Stdout) {
            self.note(settings, &format!("wrote {}", document.target));
        }
        self.say_failed_gates(report, settings);
        Ok(outcome)
    }

    /// What is `presented` for each output that is asked for, standard output last, with the format of each.
    fn documents<'f>(
        &self,
        presented: &mut dyn Presented,
        settings: &Settings,
        known: &'f Formats,
        template: Option<&'f Template>,
    ) -> Result<(Vec<OutputDocument>, Vec<&'f dyn Formatter>)> {
        let mut documents = Vec::new();
        let mut formats: Vec<&dyn Formatter> = Vec::new();
        let mut stdout: &dyn Formatter = match (template, &settings.chosen.format) {
            (Some(template), _) => template,
            (None, Some(name)) => known.by_name(&name.value).map_err(|error| name.origin.locate(error))?,
            (None, None) => FORMATS[0],
        };
        let mut stdout_named = template.is_some() || settings.output.format.is_some();
        for typed in &settings.output.output {
            let formatter = typed.format.as_ref().map(|name| known.by_name(name)).transpose()?;
            let Some(target) = destination(typed)? else {
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
                None => known.by_path(&typed.path)?,
            };
            check_part(&target, formatter)?;
            let content = presented.content(formatter, &file_style(settings))?;
            documents.push(OutputDocument { target, content });
            formats.push(formatter);
        }
        let content = presented.content(stdout, &self.stdout_style(settings))?;
        documents.push(OutputDocument { target: Target::Stdout, content });
        formats.push(stdout);
        Ok((documents, formats))
    }

    /// Whether all that is asked for is one row for each tool, in the format called `name`.
    pub(in crate::cli) fn writes_tools_only(&self, settings: &Settings, name: &str) -> bool {
        let output = &settings.output;
        let Ok(known) = settings.formats(self.env) else { return false };
        let is_it = |format: Result<&dyn Formatter>| format.is_ok_and(|format| format.name() == name);
        let is_stdout = |typed: &&OutputArg| typed.path == Path::new("-");
        let has_stdout = settings.chosen.format.as_ref().is_some_and(|format| is_it(known.by_name(&format.value)))
            || output.output.iter().any(|typed| is_stdout(&typed) && typed.format.is_some());
        let is_typed = |typed: &OutputArg| match &typed.format {
            Some(format) => is_it(known.by_name(format)),
            None => is_stdout(&typed) || is_it(known.by_path(&typed.path)),
        };
        let is_plain = output.template.is_none() && output.since.is_none() && !output.explain;
        is_plain && has_stdout && output.rows.unwrap_or_default() == Rows::Tools && output.output.iter().all(is_typed)
    }

    /// Warns of a document that GitHub would not show as the summary of a job.
    fn warn_of_summary(&mut self, documents: &[OutputDocument], settings: &Settings) {
        if let Some(bytes) = job_summary::too_large(documents, self.env) {
            let size = job_summary::in_mib(bytes);
            self.warn(settings, &format!("GitHub shows no job summary above 1 MiB, and this one has {size}"));
            self.note(
                settings,
                "`pr-comment` instead of `markdown` cuts itself to fit; `rank --top N` holds fewer tools",
            );
        }
    }

    /// Writes what is no document to its paths, `-` for standard output.
    ///
    /// # Errors
    /// An output that cannot be written.
    pub(in crate::cli) fn write_files(
        &mut self,
        files: Vec<(&Path, Content)>,
        settings: &Settings,
        outcome: Outcome,
    ) -> Result<Outcome> {
        let target =
            |path: &Path| if path == Path::new("-") { Target::Stdout } else { Target::File(path.to_path_buf()) };
        let documents: Vec<OutputDocument> =
            files.into_iter().map(|(path, content)| OutputDocument { target: target(path), content }).collect();
        if settings.output.verify {
            return self.verify(&documents, settings, outcome);
        }
        self.warn_of_records(settings, &paths_of(&documents));
        output::write(&documents, &self.inputs, HardLinks::Keep, self.env, self.streams.stdout)?;
        Ok(outcome)
    }

    /// `report` as each of `outputs` is to hold it.
    ///
    /// # Errors
    /// An unknown format, or one that cannot hold the document.
    pub(in crate::cli) fn render(
        &mut self,
        report: &Report,
        settings: &Settings,
        outputs: &[ReportOutput],
    ) -> Result<Vec<OutputDocument>> {
        let known = settings.formats(self.env)?;
        let report = &settings.dated(report);
        let mut documents = Vec::with_capacity(outputs.len());
        let mut holds_notes = false;
        for output in outputs {
            let formatter = match &output.format {
                Some(name) => known.by_name(name),
                None => known.by_path(&output.path),
            };
            let formatter = formatter.map_err(|error| error.at(output.location.clone()))?;
            let target = output.target();
            check_part(&target, formatter).map_err(|error| error.at(output.location.clone()))?;
            let text = formatter.format(report, &file_style(settings))?;
            documents.push(OutputDocument { target, content: text.into() });
            holds_notes |= formatter.holds_notes();
        }
        self.inputs.extend(known.iter().flat_map(Formatter::sources));
        if !holds_notes {
            self.say_notes(report, settings);
        }
        Ok(documents)
    }

    /// Says what people should know about the figures beside a document that does not.
    pub(in crate::cli) fn say_notes(&mut self, report: &Report, settings: &Settings) {
        for note in report.notes().short() {
            self.note(settings, &note);
        }
    }

    /// Says which gates failed, the reason for the exit status.
    fn say_failed_gates(&mut self, report: &Report, settings: &Settings) {
        // Rows of gates are the gates.
        let is_said = settings.output.rows != Some(Rows::Gates);
        for (_, failure) in report.gate_sentences().filter(|(passed, _)| is_said && !passed) {
            self.tell(settings, |messages| messages.labelled("error:", &failure));
        }
    }

    /// Writes `documents`, files all of them, but leaves those alone that are current. Whether each was written.
    ///
    /// # Errors
    /// What the operating system says.
    pub(in crate::cli) fn write(&mut self, documents: &[OutputDocument]) -> Result<Vec<bool>> {
        let is_new = |document: &OutputDocument| !matches!(verify::state(document, self.env), Ok(FileState::Current));
        let new: Vec<bool> = documents.iter().map(is_new).collect();
        let changed: Vec<OutputDocument> =
            documents.iter().zip(&new).filter(|(_, new)| **new).map(|(document, _)| document.clone()).collect();
        output::write(&changed, &self.inputs, HardLinks::Break, self.env, self.streams.stdout)?;
        Ok(new)
    }

    /// Compares the files among `documents` with what they hold now, names each that differs, and writes the others.
    fn verify(&mut self, documents: &[OutputDocument], settings: &Settings, mut outcome: Outcome) -> Result<Outcome> {
        let (files, rest): (Vec<_>, Vec<_>) =
            documents.iter().cloned().partition(|document| document.target != Target::Stdout);
        if self.states(&files, settings)?.iter().any(|state| *state != FileState::Current) {
            outcome = Outcome::No;
        }
        output::write(&rest, &self.inputs, HardLinks::Keep, self.env, self.streams.stdout)?;
        Ok(outcome)
    }

    /// The state of the files that `documents` go to; each that is not current is reported.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub(in crate::cli) fn states(
        &mut self,
        documents: &[OutputDocument],
        settings: &Settings,
    ) -> Result<Vec<FileState>> {
        let mut states = Vec::with_capacity(documents.len());
        for document in documents {
            let state = verify::state(document, self.env)?;
            let target = document.target.to_string();
            self.tell(settings, |messages| verify::said(&target, &state, messages).unwrap_or_default());
            states.push(state);
        }
        Ok(states)
    }

    fn stdout_style(&self, settings: &Settings) -> Style {
        Style {
            color: console::use_color(settings.color(), self.env, Stream::Stdout),
            width: console::columns(settings.output.width.map(usize::from), self.env),
            ..file_style(settings)
        }
    }
}

/// The paths of those documents that go to files.
fn paths_of(documents: &[OutputDocument]) -> Vec<PathBuf> {
    documents.iter().filter_map(|document| document.target.path().map(Path::to_path_buf)).collect()
}

/// A file is the same whatever the terminal: no color, a fixed width unless one is typed.
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

/// Where `-o TYPED` goes; `None` for standard output.
fn destination(typed: &OutputArg) -> Result<Option<Target>> {
    if typed.path.as_os_str().is_empty() {
        return Err(Error::usage(format!("`-o {typed}` names no file")));
    }
    Ok((typed.path != Path::new("-")).then(|| Target::of(&typed.path, typed.marker.as_ref())))
}

/// Checks that `formatter` can write what goes between markers.
///
/// # Errors
/// It writes whole pages.
fn check_part(target: &Target, formatter: &dyn Formatter) -> Result<()> {
    if !matches!(target, Target::Part { .. }) || !formatter.is_page() {
        return Ok(());
    }
    Err(Error::usage(format!("`{}` writes a whole page, which cannot be a part of {target}", formatter.name()))
        .hint("for a part of a page, write a template: `compare template show summary` prints one to start from"))
}
