//! `show`: one tool, with what its reviewers wrote.

use super::Command;
use crate::catalog::Projection;
use crate::cli::args::{CommonArgs, GateArgs};
use crate::cli::session::Session;
use crate::error::{Error, Outcome, Result};
use crate::report::{Report, Subject};
use crate::text::shell_quoted;
use clap::Args;

/// What is typed after `compare show`.
#[derive(Args, Debug)]
pub(super) struct Show {
    /// The tool, by slug, alias or name
    #[arg(value_name = "TOOL", required = true)]
    tools: Vec<String>,
    #[command(flatten)]
    common: CommonArgs,
    #[command(flatten)]
    gate: GateArgs,
}

impl Command for Show {
    const NAME: &'static str = "show";
    const ABOUT: &'static str = "Show one tool: its figures, its scores and the reviewers' texts";
    const AFTER_HELP: &'static str = "\
Examples:
  compare show gemma-3n                              one tool with what its reviewers wrote
  compare show \"Gemma 3n\" --explain                 how every figure comes about";

    fn run(self, session: &mut Session<'_>) -> Result<Outcome> {
        let [tool] = &self.tools[..] else {
            let tools: Vec<_> = self.tools.iter().map(|tool| shell_quoted(tool)).collect();
            return Err(Error::usage("`show` shows one tool")
                .hint(format!("to set these side by side: compare {}", tools.join(" "))));
        };
        let settings = session.settle(self.common)?;
        let gates = self.gate.gates(Subject::Tool)?;
        let catalog = session.catalog(&settings, Projection::NAMES, Projection::ALL)?;
        let chosen = [session.find_tool(&settings, &catalog, tool)?];
        let records = catalog.fetch(&chosen, Projection::ALL)?;
        let doubts = session.doubts(&settings, &catalog, Some((&chosen, &records)))?;
        session.check_weights(&settings, &records)?;
        let mut report = Report::tool(&records[0], &settings.judging, settings.output.explain)?;
        report.add_doubts(&doubts);
        let outcome = report.evaluate(&gates)?;
        session.present(&report, &settings, outcome)
    }
}
