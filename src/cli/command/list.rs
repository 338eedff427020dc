//! `list`: the tools of the catalog, filtered.

use super::Command;
use crate::catalog::record::Record;
use crate::catalog::{Catalog, Projection};
use crate::cli::args::{ColumnArgs, FilterArgs, JudgeArgs, OutputArgs, SourceArgs};
use crate::cli::session::{Session, Settings};
use crate::cli::settings::expanded;
use crate::error::{Outcome, Result};
use crate::report::{Gates, RankingParts, Report, unknown_value};
use crate::verdict::{Filter, Order, leaderboard};
use clap::Args;
use std::collections::{HashMap, HashSet};

/// What is typed after `compare list`.
#[derive(Args, Debug)]
pub(super) struct List {
    /// Only these tools; `@NAME` for a set of the settings
    #[arg(value_name = "TOOL")]
    tools: Vec<String>,
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
}

impl Command for List {
    const NAME: &'static str = "list";
    const ABOUT: &'static str = "List the tools of the catalog";
    const AFTER_HELP: &'static str = "\
Examples:
  compare list                                       every tool of the catalog
  compare list --verdict ship --price free           free tools that the panel would ship
  compare list --by mean --format csv                a sheet, the highest mean first
  compare list --columns name,mean,price             these columns
  compare list --columns slug                        the slugs alone, for a pipe";

    fn run(self, session: &mut Session<'_>) -> Result<Outcome> {
        let mut settings = session.settle(self.output, self.source, &self.judge)?;
        if settings.judging.order == Order::Given {
            settings.judging.order = Order::Name;
        }
        let columns = self.columns.columns()?;
        let request = RankingRequest {
            tools: self.tools,
            filter: self.filter.filter(),
            top: None,
            gates: Gates::default(),
            answers: false,
            columns,
        };
        ranking(session, &settings, &request)
    }
}

/// Which ranking is wanted.
#[derive(Clone, Debug)]
pub(super) struct RankingRequest {
    /// The tools that it is among, as typed; all where there are none.
    pub(super) tools: Vec<String>,
    /// Which tools it ranks.
    pub(super) filter: Filter,
    /// How many of them it shows at most.
    pub(super) top: Option<usize>,
    /// Conditions on it.
    pub(super) gates: Gates,
    /// Whether people see the decision.
    pub(super) answers: bool,
    /// The columns that are asked for, by their names in `csv`; none for the usual ones.
    pub(super) columns: Vec<&'static str>,
}

/// The leaderboard of the catalog, or of the part that passes the filter.
pub(super) fn ranking(session: &mut Session<'_>, settings: &Settings, request: &RankingRequest) -> Result<Outcome> {
    // Ranking takes the reviews without their text; the rest is read for the tools that are shown or decided among.
    let by_profile = request.filter.price.is_some() || settings.judging.order == Order::Community;
    let catalog =
        session.catalog(settings, Projection { profile: by_profile, ..Projection::REVIEWS }, Projection::ALL)?;
    let doubts = session.doubts(settings, &catalog, None)?;
    session.check_weights(settings, catalog.all()?)?;
    if let Some(unknown) = request.filter.unknown_value(catalog.all()?) {
        return Err(unknown_value(&unknown));
    }
    let tools = expanded(&settings.chosen.sets, &request.tools)?;
    let mut filter = request.filter.clone();
    if !tools.is_empty() {
        let chosen = session.find_tools(settings, &catalog, &tools)?;
        filter.slugs = Some(chosen.into_iter().map(|tool| catalog.records()[tool].slug.clone()).collect());
    }
    let (mut report, outcome) = ranked(&catalog, settings, &RankingRequest { filter, ..request.clone() })?;
    report.in_columns(request.columns.clone());
    report.add_doubts(&doubts);
    if request.columns.len() == 1 {
        // A column alone is followed by nothing.
        session.say_notes(&report, settings);
    }
    session.present(&report, settings, outcome)
}

/// The document of the leaderboard of `catalog`, whose reviews have been read, and whether the gates hold.
pub(super) fn ranked(catalog: &Catalog, settings: &Settings, request: &RankingRequest) -> Result<(Report, Outcome)> {
    let rank = |records: &[Record]| leaderboard(records, &request.filter, &settings.judging, request.top);
    let records = catalog.all()?;
    let board = if records.iter().any(|record| !record.reviews.is_empty()) {
        rank(records)?
    } else {
        // Only community votes are left to rank by.
        rank(&catalog.fetch(&catalog.all_indices()?, Projection { review_text: false, ..Projection::ALL })?)?
    };
    // The decision quotes reviewers, so that the texts are read for the tools that it is among.
    let decided: HashSet<usize> = board.decided.iter().copied().collect();
    let others: Vec<usize> = board.shown.iter().map(|(tool, _)| *tool).filter(|tool| !decided.contains(tool)).collect();
    let deciding = catalog.fetch(&board.decided, Projection::ALL)?;
    let showing = catalog.fetch(&others, Projection { review_text: settings.reviews(), ..Projection::ALL })?;
    let tools = board.decided.iter().chain(&others).copied();
    let records: HashMap<usize, &Record> = tools.zip(deciding.iter().chain(&showing)).collect();
    let reviews = settings.reviews() || request.gates.need_reviews();
    let parts = RankingParts { answers: request.answers, reviews, explain: settings.explain() };
    let mut report = Report::ranking(|tool| records[&tool], &board, &settings.judging, parts)?;
    report.explain_no_match(catalog.all()?, &request.filter, &settings.judging);
    let outcome = report.evaluate(&request.gates)?;
    Ok((report, outcome))
}
