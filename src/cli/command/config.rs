//! `config`: every setting with its value and source.

use super::{ABOUT_REVIEWS, Command};
use crate::catalog::record::Scale;
use crate::cli::args::CommonArgs;
use crate::cli::session::{Session, Settings};
use crate::cli::settings::Sourced;
use crate::error::{Outcome, Result};
use crate::format::FORMATS;
use crate::report::Report;
use crate::verdict::Order;
use clap::Args;
use std::path::Path;

/// What is typed after `compare config`.
#[derive(Args, Debug)]
pub(super) struct Config {
    #[command(flatten)]
    common: CommonArgs,
}

impl Command for Config {
    const NAME: &'static str = "config";
    const WITHOUT: &'static [&'static str] = ABOUT_REVIEWS;
    const ABOUT: &'static str = "Show every setting with its value and source";
    const AFTER_HELP: &'static str = "\
Examples:
  compare config                                     every setting with its value and source
  compare config --config other.toml                 what another file would say
  compare config --no-config --format json           without any file, for programs";

    fn run(self, session: &mut Session<'_>) -> Result<Outcome> {
        let settings = session.settle(self.common)?;
        let paths = session.paths(&settings);
        let report = Report::listing("settings", ["setting", "value", "from"], rows(&settings, &paths));
        session.present(&report, &settings, Outcome::Answered)
    }
}

/// What a row says about one setting.
type Row = [String; 3];

fn rows(settings: &Settings, paths: &[impl AsRef<Path>]) -> Vec<Row> {
    let chosen = &settings.chosen;
    let places: Vec<String> = paths.iter().map(|path| path.as_ref().display().to_string()).collect();
    let catalog = match (&chosen.catalog, places.is_empty()) {
        (Some(named), _) => row("catalog", places.join(", "), Some(named)),
        (None, false) => ["catalog".to_owned(), places.join(", "), "$XDG_DATA_HOME".to_owned()],
        (None, true) => row::<()>("catalog", "the records in the program".to_owned(), None),
    };
    let format = chosen.format.as_ref().map_or(FORMATS[0].name(), |format| &format.value);
    let order = match settings.judging.order {
        // Nobody says, so it is as the command has it.
        Order::Given => "as typed; `list` by name, `rank` by rank",
        order => order.name(),
    };
    let folders = chosen.templates.as_ref().map(|folders| {
        folders.value.list.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(", ")
    });
    let templates = folders.unwrap_or_else(|| "those in the program".to_owned());
    let mut rows = vec![
        catalog,
        row("format", format.to_owned(), chosen.format.as_ref()),
        row("templates", templates, chosen.templates.as_ref()),
        row("by", order.to_owned(), chosen.by.as_ref()),
        row("confidence", settings.judging.confidence.to_string(), chosen.confidence.as_ref()),
        row("unpaired", settings.judging.unpaired.to_string(), chosen.unpaired.as_ref()),
    ];
    let ship_at = chosen.ship_at.as_ref();
    rows.push(row(
        "ship-at",
        ship_at.map_or_else(|| "none: only verdicts count".to_owned(), |score| score.value.to_string()),
        ship_at,
    ));
    let scale = chosen.scale.as_ref();
    rows.push(row("scale", scale.map_or(Scale::HUNDRED, |scale| scale.value).upper().to_string(), scale));
    let verdicts = chosen.verdicts.as_ref();
    rows.push(row(
        "verdicts",
        verdicts.map_or_else(|| "the usual words".to_owned(), |words| words.value.to_string()),
        verdicts,
    ));
    if chosen.weights.is_empty() {
        rows.push(row::<()>("weights", "1 for every reviewer".to_owned(), None));
    }
    for (reviewer, weight) in &chosen.weights {
        rows.push(row(&format!("weights.{reviewer}"), weight.value.to_string(), Some(weight)));
    }
    for (name, set) in &chosen.sets {
        rows.push(row(&format!("sets.{name}"), set.value.join(", "), Some(set)));
    }
    for sheet in &chosen.sheets {
        rows.push([format!("sheet {}", sheet.file.display()), "read by a rule".to_owned(), sheet.origin.clone()]);
    }
    for report in &chosen.reports {
        let files: Vec<String> = report.outputs.iter().map(|output| output.target().to_string()).collect();
        let place = format!("{}:{}", report.location.file, report.location.line);
        rows.push([format!("report {}", report.name), files.join(", "), place]);
    }
    rows
}

fn row<T>(setting: &str, value: String, made: Option<&Sourced<T>>) -> Row {
    let from = made.map_or_else(|| "built in".to_owned(), |made| made.origin.to_string());
    [setting.to_owned(), value, from]
}
