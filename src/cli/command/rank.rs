//! `rank`: the leaderboard.

use super::Command;
use super::list::{ListArgs, ranking};
use crate::cli::args::{GateArgs, whole};
use crate::cli::session::Session;
use crate::error::{Outcome, Result};
use crate::verdict::Order;
use clap::Args;

/// What is typed after `compare rank`.
#[derive(Args, Debug)]
pub(super) struct Rank {
    /// Show the first N only
    #[arg(long, value_name = "N", value_parser = |text: &str| whole::<u64>(text, 1, u64::MAX))]
    top: Option<u64>,
    #[command(flatten)]
    list: ListArgs,
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
        let top = self.top.map(|top| usize::try_from(top).unwrap_or(usize::MAX));
        ranking(session, self.list, Order::Rank, top, &self.gate)
    }
}
