//! `vs`, and the same without the word: tools side by side, with the decision.

use super::{Command, did_you_mean};
use crate::catalog::Projection;
use crate::cli::args::{CommonArgs, GateArgs};
use crate::cli::session::Session;
use crate::cli::settings::expanded;
use crate::error::{Error, Outcome, Result};
use crate::report::{Report, Subject};
use crate::verdict::Order;
use clap::Args;

/// What is typed after `compare vs`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Vs {
    /// Tools, by slug, alias, name or the beginning of one; `@NAME` for a set of the settings
    #[arg(value_name = "TOOL")]
    tools: Vec<String>,
    /// Compare all tools of the catalog, in ranking order
    #[arg(long, conflicts_with = "tools")]
    all: bool,
    #[command(flatten)]
    common: CommonArgs,
    #[command(flatten)]
    gate: GateArgs,
}

impl Command for Vs {
    const NAME: &'static str = "vs";
    const ABOUT: &'static str = "Compare tools side by side; also tools named like a command";
    const AFTER_HELP: &'static str = "\
Examples:
  compare vs gemma-3n smolvlm2-turbo                 two tools side by side, with the decision
  compare vs list rank -c tools.json                 tools that are named like commands
  compare vs --all --by mean                         the whole catalog, the highest mean first";

    fn run(self, session: &mut Session<'_>) -> Result<Outcome> {
        let Self { tools, all, common, gate } = self;
        let mut settings = session.settle(common)?;
        let tools = expanded(&settings.chosen.sets, &tools)?;
        if tools.len() < 2 && !all {
            return Err(too_few(&tools));
        }
        let gates = gate.gates(Subject::Comparison)?;
        let catalog =
            session.catalog(&settings, if all { Projection::ALL } else { Projection::NAMES }, Projection::ALL)?;
        let chosen = if all {
            catalog.all_indices()?
        } else {
            session.find_tools(&settings, &catalog, &tools).map_err(|error| {
                // A command stands first, so only there one may be meant.
                error.hint_if(did_you_mean(&tools[0]).filter(|_| catalog.find(&tools[0]).is_err()))
            })?
        };
        if all && settings.judging.order == Order::Given {
            settings.judging.order = Order::Rank;
        }
        let records = catalog.fetch(&chosen, Projection::ALL)?;
        let doubts = session.doubts(&settings, &catalog, Some((&chosen, &records)))?;
        session.check_weights(&settings, &records)?;
        let mut report = Report::comparison(&records, &settings.judging, settings.output.explain)?;
        report.add_doubts(&doubts);
        let outcome = report.evaluate(&gates)?;
        session.present(&report, &settings, outcome)
    }
}

fn too_few(tools: &[String]) -> Error {
    match tools {
        [] => Error::usage("no tools to compare")
            .hint("name two or more, or `--all`")
            .hint("`compare list` names the tools"),
        [tool, ..] => {
            let error = Error::usage(format!("only one tool to compare: `{tool}`"));
            match did_you_mean(tool) {
                Some(hint) => error.hint(hint),
                None => error.hint("name a second one").hint(format!("`compare show {tool}` shows one tool")),
            }
        }
    }
}
