//! `list`: the tools of the catalog, filtered.

use super::Command;
use crate::catalog::record::Record;
use crate::catalog::{Catalog, Problem, Projection};
use crate::cli::args::{ColumnArgs, CommonArgs, FilterArgs, GateArgs};
use crate::cli::output::Content;
use crate::cli::session::{Presented, Session, Settings};
use crate::cli::settings::expanded;
use crate::error::{Error, Outcome, Result};
use crate::format::{Formatter, Style};
use crate::report::{Gates, RankingParts, Report, Subject, unknown_value};
use crate::verdict::{Filter, Leaderboard, Order, leaderboard};
use clap::Args;
use std::collections::{HashMap, HashSet};

/// What is typed after `compare list`.
#[derive(Args, Debug)]
pub(super) struct List {
    #[command(flatten)]
    list: ListArgs,
}

/// Which tools are listed, and how.
#[derive(Args, Debug)]
pub(super) struct ListArgs {
    /// Only these tools; `@NAME` for a set of the settings
    #[arg(value_name = "TOOL")]
    tools: Vec<String>,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    columns: ColumnArgs,
    #[command(flatten)]
    common: CommonArgs,
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
        ranking(session, self.list, Order::Name, None, &GateArgs::default())
    }
}

/// Which ranking is wanted.
#[derive(Debug)]
pub(super) struct RankingRequest {
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

/// The leaderboard of the catalog, or of the part that passes the filter; in order of `usual` where nobody says, and
/// with the decision unless that is by name.
pub(super) fn ranking(
    session: &mut Session<'_>,
    args: ListArgs,
    usual: Order,
    top: Option<usize>,
    gate: &GateArgs,
) -> Result<Outcome> {
    let ListArgs { tools, filter, columns, common } = args;
    let mut settings = session.settle(common)?;
    if settings.judging.order == Order::Given {
        settings.judging.order = usual;
    }
    let gates = gate.gates(Subject::Ranking)?;
    let (answers, columns) = (usual == Order::Rank, columns.columns()?);
    let mut request = RankingRequest { filter: filter.filter(), top, gates, answers, columns };
    let settings = &settings;
    // Ranking takes the reviews without their text; the rest is read for the tools that are shown or decided among.
    let by_profile = request.filter.price.is_some() || settings.judging.order == Order::Community;
    let catalog =
        session.catalog(settings, Projection { profile: by_profile, ..Projection::REVIEWS }, Projection::ALL)?;
    let doubts = session.doubts(settings, &catalog, None)?;
    session.check_weights(settings, catalog.all()?)?;
    if let Some(unknown) = request.filter.unknown_value(catalog.all()?) {
        return Err(unknown_value(&unknown));
    }
    let tools = expanded(&settings.chosen.sets, &tools)?;
    if !tools.is_empty() {
        let chosen = session.find_tools(settings, &catalog, &tools)?;
        request.filter.slugs = Some(chosen.into_iter().map(|tool| catalog.records()[tool].slug.clone()).collect());
    }
    let request = &request;
    let board = board(&catalog, settings, request)?;
    let mut pages =
        LeaderboardPages { catalog: &catalog, settings, request, board: &board, doubts: &doubts, fullest: None };
    if board.shown.len() > PAGE
        && catalog.reads_by_position()
        && request.columns.len() != 1
        && request.gates.is_empty()
        && session.writes_tools_only(settings, "csv")
    {
        pages.fullest = Some(pages.page(&[])?.0);
        return session.present_each(&mut pages, settings, Outcome::Answered);
    }
    let (report, outcome) = pages.page(&board.shown)?;
    if request.columns.len() == 1 {
        // A column alone is followed by nothing.
        session.say_notes(&report, settings);
    }
    session.present(&report, settings, outcome)
}

/// So many tools of a large catalog are in memory at once while a sheet of all of them is written.
const PAGE: usize = 5000;

/// A leaderboard, page by page.
struct LeaderboardPages<'a> {
    catalog: &'a Catalog,
    settings: &'a Settings,
    request: &'a RankingRequest,
    board: &'a Leaderboard,
    doubts: &'a [Problem],
    /// The page with the most notes: pages differ only in whether there is one about small panels.
    fullest: Option<Report>,
}

impl LeaderboardPages<'_> {
    /// The document of the leaderboard with the tools that are `shown`, and whether the gates hold.
    fn page(&self, shown: &[(usize, usize)]) -> Result<(Report, Outcome)> {
        let (mut report, outcome) = document(self.catalog, self.settings, self.request, self.board, shown)?;
        report.in_columns(self.request.columns.clone());
        report.add_doubts(self.doubts);
        Ok((report, outcome))
    }
}

impl Presented for LeaderboardPages<'_> {
    fn content(&mut self, formatter: &dyn Formatter, style: &Style) -> Result<Content> {
        let board = self.board;
        Content::written(|out| {
            for (number, shown) in board.shown.chunks(PAGE).enumerate() {
                let (page, _) = self.page(shown)?;
                let text = formatter.format(&page, style)?;
                // The first line of each names the columns.
                let rows = if number == 0 { &text } else { text.split_once('\n').map_or("", |(_, rows)| rows) };
                out.write_all(rows.as_bytes()).map_err(|error| Error::temporary(&error))?;
                if self.fullest.as_ref().is_none_or(|fullest| fullest.notes().lines.len() < page.notes().lines.len()) {
                    self.fullest = Some(page);
                }
            }
            Ok(())
        })
    }

    fn report(&self) -> &Report {
        self.fullest.as_ref().expect("the first is there before anything is written")
    }
}

/// The order of the tools of `catalog`, whose reviews have been read.
fn board(catalog: &Catalog, settings: &Settings, request: &RankingRequest) -> Result<Leaderboard> {
    let rank = |records: &[Record]| leaderboard(records, &request.filter, &settings.judging, request.top);
    let records = catalog.all()?;
    if records.iter().any(|record| !record.reviews.is_empty()) {
        return rank(records);
    }
    // Only community votes are left to rank by.
    rank(&catalog.fetch(&catalog.all_indices()?, Projection { review_text: false, ..Projection::ALL })?)
}

/// The document of the leaderboard of `catalog`, whose reviews have been read, and whether the gates hold.
pub(super) fn ranked(catalog: &Catalog, settings: &Settings, request: &RankingRequest) -> Result<(Report, Outcome)> {
    let board = board(catalog, settings, request)?;
    document(catalog, settings, request, &board, &board.shown)
}

/// The document of `board` with the tools that are `shown`, and whether the gates hold.
fn document(
    catalog: &Catalog,
    settings: &Settings,
    request: &RankingRequest,
    board: &Leaderboard,
    shown: &[(usize, usize)],
) -> Result<(Report, Outcome)> {
    // The decision quotes reviewers, so that the texts are read for the tools that it is among.
    let decided: HashSet<usize> = board.decided.iter().copied().collect();
    let others: Vec<usize> = shown.iter().map(|(tool, _)| *tool).filter(|tool| !decided.contains(tool)).collect();
    let deciding = catalog.fetch(&board.decided, Projection::ALL)?;
    let showing = catalog.fetch(&others, Projection { review_text: settings.reviews(), ..Projection::ALL })?;
    let tools = board.decided.iter().chain(&others).copied();
    let records: HashMap<usize, &Record> = tools.zip(deciding.iter().chain(&showing)).collect();
    let reviews = settings.reviews() || request.gates.need_reviews();
    let parts = RankingParts { answers: request.answers, reviews, explain: settings.output.explain };
    let mut report = Report::ranking(&|tool| records[&tool], board, shown, &settings.judging, parts)?;
    report.explain_no_match(catalog.all()?, &request.filter, &settings.judging);
    let outcome = report.evaluate(&request.gates)?;
    Ok((report, outcome))
}
