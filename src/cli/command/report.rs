//! `report`: the reports that a project keeps, built or verified, all of them in one load of the catalog.

use super::Command;
use super::list::{RankingRequest, ranked};
use crate::catalog::{Catalog, Projection};
use crate::cli::args::CommonArgs;
use crate::cli::output::OutputDocument;
use crate::cli::session::{Session, Settings, find_each};
use crate::cli::settings::{Layer, ReportEntry, ReportSubject, Sourced};
use crate::cli::verify::FileState;
use crate::error::{Error, Outcome, Result};
use crate::report::{Gates, Report, Subject as Kind, unknown_value};
use crate::suggest::did_you_mean;
use crate::verdict::Order;
use clap::Args;

/// What is typed after `compare report`.
#[derive(Args, Debug)]
pub(super) struct Reports {
    /// Reports, by the names that `compare.toml` gives them [default: all]
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    #[command(flatten)]
    common: CommonArgs,
}

impl Command for Reports {
    const NAME: &'static str = "report";
    const ABOUT: &'static str = "Build or verify the reports that compare.toml names";
    const AFTER_HELP: &'static str = "\
Examples:
  compare report                                     build every report that compare.toml names
  compare report overview                            build the one called `overview`
  compare report --verify                            in CI: exit with 1 if a committed report is stale

An entry of compare.toml:
  [[report]]
  name = \"overview\"
  rank = true                   # or: all = true, or: tools = [\"a\", \"b\"]
  min-reviews = 4               # with rank: category, verdict, min-score, price, min-reviews, top
  gates = [\"ship_ratio>=0.6\"]   # conditions as after --gate
  output = [\"overview.md\", \"json=overview.txt\", \"README.md#panel\"]";

    fn run(self, session: &mut Session<'_>) -> Result<Outcome> {
        let mut settings = session.settle_project(self.common)?;
        let entries = named(&settings.chosen.reports, &self.names)?;
        settings.refuse_outputs("`compare report` writes the outputs that compare.toml names")?;
        session.check_outputs(&settings, &entries)?;
        let (documents, failures) = build(session, &settings, &entries)?;
        let states: Vec<&str> = if settings.output.verify {
            session.states(&documents, &settings)?.iter().map(FileState::word).collect()
        } else {
            let word = |written: &bool| if *written { "written" } else { "current" };
            session.write(&documents)?.iter().map(word).collect()
        };
        for failure in &failures {
            session.note(&settings, failure);
        }
        let stale = settings.output.verify && states.iter().any(|state| *state != FileState::Current.word());
        let outcome = if stale || !failures.is_empty() { Outcome::No } else { Outcome::Answered };
        let files = entries.iter().flat_map(|entry| entry.outputs.iter().map(|output| (&entry.name, output.target())));
        let rows =
            files.zip(states).map(|((name, target), state)| [name.clone(), target.to_string(), state.to_owned()]);
        let listing = Report::listing("reports", ["report", "file", "state"], rows);
        // The list of the files is not itself verified.
        settings.output.verify = false;
        session.present(&listing, &settings, outcome)
    }
}

/// Those of `entries` that have one of `names`, or all.
fn named<'e>(entries: &'e [ReportEntry], names: &[String]) -> Result<Vec<&'e ReportEntry>> {
    if entries.is_empty() {
        return Err(Error::usage("the settings name no report")
            .hint("write a `[[report]]` into the project's compare.toml; `compare init` makes one to start from"));
    }
    if names.is_empty() {
        return Ok(entries.iter().collect());
    }
    for name in names {
        if !entries.iter().any(|entry| entry.name == *name) {
            let known: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
            let meant = did_you_mean(name, known.iter().copied());
            let error = Error::usage(format!("no report is called `{name}`"));
            return Err(error.hint(meant.unwrap_or_else(|| format!("the reports are {}", known.join(", ")))));
        }
    }
    Ok(entries.iter().filter(|entry| names.contains(&entry.name)).collect())
}

/// The most that all reports of a run may have together, in bytes: they are held in memory until they are written.
const REPORTS_MAX: u64 = 1 << 30;

/// The files of `entries`, in their order, and the gates that failed, in a sentence each.
fn build(
    session: &mut Session<'_>,
    settings: &Settings,
    entries: &[&ReportEntry],
) -> Result<(Vec<OutputDocument>, Vec<String>)> {
    let gates: Vec<Gates> = entries.iter().map(|entry| gates(entry)).collect::<Result<_>>()?;
    // This serves every ranking; the text of the reviews is read for the tools that are shown.
    let catalog = session.catalog(settings, Projection { profile: true, ..Projection::REVIEWS }, Projection::ALL)?;
    session.check_weights(settings, catalog.records())?;
    let meter = session.meter(settings, "building reports");
    let (mut documents, mut failures): (Vec<OutputDocument>, Vec<String>) = Default::default();
    let (mut counted, mut room) = (0, REPORTS_MAX);
    // Each entry gets settings of its own, in which the others have no place.
    let mut common = settings.clone();
    common.chosen.reports = Vec::new();
    for (done, (entry, gates)) in entries.iter().zip(&gates).enumerate() {
        meter.at(done as u64, entries.len() as u64);
        let settings = entry_settings(&common, entry);
        let located = |error: Error| match error.location {
            None => error.at(entry.location.clone()),
            Some(_) => error,
        };
        let report = document(session, &catalog, &settings, entry, gates).map_err(located)?;
        documents.extend(session.render(&report, &settings, &entry.outputs).map_err(located)?);
        let size: u64 = documents[counted..].iter().map(|document| document.content.len()).sum();
        (counted, room) = (documents.len(), room.saturating_sub(size));
        if room == 0 {
            let error = Error::data(format!("the reports together are larger than {} MiB", REPORTS_MAX >> 20));
            return Err(error.at(entry.location.clone()).hint("build some of them at a time: `compare report NAME`"));
        }
        let failed = report.gate_sentences().filter(|(passed, _)| !passed);
        failures.extend(failed.map(|(_, failure)| format!("report {}: {failure}", entry.name)));
    }
    Ok((documents, failures))
}

/// The gates of a report.
pub(super) fn gates(entry: &ReportEntry) -> Result<Gates> {
    let Some(gates) = &entry.gates else { return Ok(Gates::default()) };
    let kind = match &entry.subject {
        ReportSubject::Tools(tools) if tools.len() == 1 => Kind::Tool,
        ReportSubject::Tools(_) | ReportSubject::All => Kind::Comparison,
        ReportSubject::Rank(..) => Kind::Ranking,
    };
    Gates::parse("gates", &gates.value, kind).map_err(|error| gates.origin.locate(error))
}

/// The settings with what the report says itself: its order, where none was typed, and whether it has the words.
pub(super) fn entry_settings(settings: &Settings, entry: &ReportEntry) -> Settings {
    let mut settings = settings.clone();
    let Layer { by, ship_at, .. } = &settings.chosen;
    if !by.as_ref().is_some_and(Sourced::is_typed) {
        settings.judging.order = entry.by.unwrap_or(settings.judging.order);
    }
    if !ship_at.as_ref().is_some_and(Sourced::is_typed) {
        settings.judging.ship_at = entry.ship_at.or(settings.judging.ship_at);
    }
    if settings.judging.order == Order::Given && !matches!(entry.subject, ReportSubject::Tools(_)) {
        settings.judging.order = Order::Rank;
    }
    settings.judging.unpaired = entry.unpaired.unwrap_or(settings.judging.unpaired);
    settings.output.reviews |= entry.reviews;
    settings
}

/// The document of a report, from the tools that it names.
fn document(
    session: &mut Session<'_>,
    catalog: &Catalog,
    settings: &Settings,
    entry: &ReportEntry,
    gates: &Gates,
) -> Result<Report> {
    let chosen = match &entry.subject {
        ReportSubject::Tools(tools) => find_each(catalog, tools)?,
        ReportSubject::All => catalog.all_indices()?,
        ReportSubject::Rank(filter, top) => {
            let doubts = session.doubts(settings, catalog, None)?;
            // Settings serve many catalogs.
            if let Some(unknown) = filter.unknown_value(catalog.all()?) {
                session.warn_with_hints(settings, &unknown_value(&unknown).at(entry.location.clone()));
            }
            let request = RankingRequest {
                filter: filter.clone(),
                top: *top,
                gates: gates.clone(),
                answers: true,
                columns: Vec::new(),
            };
            let (mut report, _) = ranked(catalog, settings, &request)?;
            report.add_doubts(&doubts);
            return Ok(report);
        }
    };
    let records = catalog.fetch(&chosen, Projection::ALL)?;
    let doubts = session.doubts(settings, catalog, Some((&chosen, &records)))?;
    let mut report = match &records[..] {
        [record] => Report::tool(record, &settings.judging, settings.output.explain),
        records => Report::comparison(records, &settings.judging, settings.output.explain),
    }?;
    report.add_doubts(&doubts);
    report.evaluate(gates)?;
    Ok(report)
}
