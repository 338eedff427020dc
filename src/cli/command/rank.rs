//! `rank`: the leaderboard.

use super::Command;
use super::list::{RankingRequest, ranking};
use crate::cli::args::{ColumnArgs, FilterArgs, GateArgs, JudgeArgs, OutputArgs, SourceArgs, whole};
use crate::cli::session::Session;
use crate::error::{Outcome, Result};
use crate::report::Subject;
use crate::verdict::Order;
use clap::Args;

/// What is typed after `compare rank`.
#[derive(Args, Debug)]
pub(super) struct Rank {
    /// Only these tools; `@NAME` for a set of the settings
    #[arg(value_name = "TOOL")]
    tools: Vec<String>,
    /// Show the first N only
    #[arg(long, value_name = "N", value_parser = |text: &str| whole::<u64>(text, 1, u64::MAX))]
    top: Option<u64>,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    columns: ColumnArgs,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    judge: JudgeArgs,
    #[command(flatten)]
    gate: GateArgs,
}

impl Command for Rank {
    const NAME: &'static str = "rank";
    const ABOUT: &'static str = "Leaderboard of the catalog or of a part of it, with the decision";
    const AFTER_HELP: &'static str = "\
Examples:
  compare rank                                       the leaderboard of the catalog
  compare rank --top 10                              its first ten
  compare rank --category \"Developer Tools\"          those of one category
  compare rank --min-reviews 4 -o ranking.md         a report of those with four reviews or more
  compare rank --gate 'certainty>=leaning'           exit status 1 unless one tool leads so far";

    fn run(self, session: &mut Session<'_>) -> Result<Outcome> {
        let mut settings = session.settle(self.output, self.source, &self.judge)?;
        if settings.judging.order == Order::Given {
            settings.judging.order = Order::Rank;
        }
        let top = self.top.map(|top| usize::try_from(top).unwrap_or(usize::MAX));
        let gates = self.gate.gates(Subject::Ranking)?;
        let request = RankingRequest {
            tools: self.tools,
            filter: self.filter.filter(),
            top,
            gates,
            answers: true,
            columns: self.columns.columns()?,
        };
        ranking(session, &settings, &request)
    }
}
