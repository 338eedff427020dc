//! `list`: the tools of the catalog, filtered.

use super::Command;
use crate::catalog::Need;
use crate::cli::args::{FilterArgs, JudgeArgs, OutputArgs, SourceArgs};
use crate::cli::session::Session;
use crate::error::{Outcome, Result};
use crate::report::Report;
use crate::verdict::Order;
use clap::Args;

/// What is typed after `compare list`.
#[derive(Args, Debug)]
pub(super) struct List {
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    judge: JudgeArgs,
}

impl Command for List {
    const NAME: &'static str = "list";
    const ABOUT: &'static str = "List the tools of the catalog";

    fn run(self, session: &mut Session<'_>) -> Result<Outcome> {
        let mut settings = session.settle(self.output, self.source, self.judge);
        if settings.judging.order == Order::Given {
            settings.judging.order = Order::Name;
        }
        let catalog = session.catalog(&settings, Need::ALL)?;
        let report = Report::ranking(catalog.records(), &self.filter.filter(), &settings.judging, settings.reviews())?;
        session.present(&report, &settings, Outcome::Answered)
    }
}
