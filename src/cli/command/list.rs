//! `list`: the tools of the catalog, filtered.

use super::Command;
use crate::catalog::{Catalog, Projection};
use crate::cli::args::{FilterArgs, JudgeArgs, OutputArgs, SourceArgs};
use crate::cli::session::{Session, Settings};
use crate::error::{Outcome, Result};
use crate::report::{Gates, Report};
use crate::verdict::{Filter, Order, leaderboard};
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
    const AFTER_HELP: &'static str = "\
Examples:
  compare list                                       every tool of the catalog
  compare list --verdict ship --price free           free tools that the panel would ship
  compare list --by mean --format csv                a sheet, the highest mean first";

    fn run(self, session: &mut Session<'_>) -> Result<Outcome> {
        let mut settings = session.settle(self.output, self.source, &self.judge)?;
        if settings.judging.order == Order::Given {
            settings.judging.order = Order::Name;
        }
        ranking(session, &settings, &self.filter.filter(), None, &Gates::default())
    }
}

/// The leaderboard of the catalog, or of the part that `filter` lets through, cut to `top`.
pub(super) fn ranking(
    session: &mut Session<'_>,
    settings: &Settings,
    filter: &Filter,
    top: Option<usize>,
    gates: &Gates,
) -> Result<Outcome> {
    // Ranking takes the reviews without their text; the rest is read for the tools that are shown.
    let by_profile = filter.price.is_some() || settings.judging.order == Order::Community;
    let catalog =
        session.catalog(settings, Projection { profile: by_profile, ..Projection::REVIEWS }, shown(settings))?;
    let doubts = session.doubts(settings, &catalog, None)?;
    session.check_weights(settings, catalog.all()?)?;
    let (mut report, outcome) = ranked(&catalog, settings, filter, top, gates)?;
    report.add_doubts(&doubts);
    session.present(&report, settings, outcome)
}

/// What is read of the tools that a leaderboard shows.
fn shown(settings: &Settings) -> Projection {
    Projection { profile: true, reviews: true, review_text: settings.reviews() }
}

/// The document of the leaderboard of `catalog`, whose reviews have been read, and whether `gates` hold.
pub(super) fn ranked(
    catalog: &Catalog,
    settings: &Settings,
    filter: &Filter,
    top: Option<usize>,
    gates: &Gates,
) -> Result<(Report, Outcome)> {
    let board = leaderboard(catalog.all()?, filter, &settings.judging, top)?;
    let mut places: Vec<usize> = board.places.iter().map(|(tool, _)| *tool).collect();
    // A gate may mean a first that is not shown.
    places.extend(board.first.map(|(tool, _)| tool).filter(|tool| !gates.is_empty() && !places.contains(tool)));
    let records = catalog.fetch(&places, shown(settings))?;
    let mut report = Report::ranking(&records, &board, &settings.judging, settings.reviews())?;
    let outcome = report.judge(gates)?;
    Ok((report, outcome))
}
