//! `check`: every problem of the records, with its place.

use super::{ABOUT_REVIEWS, COMMANDS, Command};
use crate::catalog;
use crate::cli::args::{CommonArgs, OutputArgs, SourceArgs};
use crate::cli::session::Session;
use crate::error::{Outcome, Result};
use crate::report::Report;
use clap::Args;
use std::path::PathBuf;

/// What is typed after `compare check`.
#[derive(Args, Debug)]
pub(super) struct Check {
    /// Files and folders to check; without any, the catalog in use
    #[arg(value_name = "PATH", value_hint = clap::ValueHint::AnyPath)]
    paths: Vec<PathBuf>,
    /// Warnings count as problems too
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    source: SourceArgs,
}

impl Command for Check {
    const NAME: &'static str = "check";
    const WITHOUT: &'static [&'static str] = ABOUT_REVIEWS;
    const ABOUT: &'static str = "Check records: every problem, with file, line and column";
    const AFTER_HELP: &'static str = "\
Errors are what keeps records from being read; warnings are what may be a mistake, such as an
unknown field or a reviewer spelt two ways.

Examples:
  compare check                         the catalog in use
  compare check tools/ reviews/         these folders
  compare check --strict -f github      in a workflow: warnings count";

    fn after_help() -> String {
        let rows = catalog::headings().into_iter().map(|(what, words)| format!("\n  {what:<15} {}", words.join(", ")));
        format!("{}\n\nHeadings of sheets:{}", Self::AFTER_HELP, rows.collect::<String>())
    }

    fn run(self, session: &mut Session<'_>) -> Result<Outcome> {
        let mut source = self.source;
        source.catalog.extend(self.paths);
        let settings = session.settle(CommonArgs { output: self.output, source, ..CommonArgs::default() })?;
        let commands: Vec<&str> = COMMANDS.iter().map(|entry| entry.name).chain(["help"]).collect();
        let problems = session.problems(&settings, &commands)?;
        let report = Report::check(problems, self.strict);
        let outcome = if report.passed() { Outcome::Answered } else { Outcome::No };
        // Where silence is asked for, no news is good news.
        if settings.is_quiet_table() && report.has_no_problems() {
            return Ok(outcome);
        }
        session.present(&report, &settings, outcome)
    }
}
