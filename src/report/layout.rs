//! The documents as blocks, for the formats that people read.

use super::anchor::Anchors;
use super::block::{Answer, Block, Cell, Column, Field, Notes, Role, Table, Tools};
use super::cells::{FACTS, community, mean, panel_word, reviews_by, score, tone, verdict};
use super::document::{Comparison, Gate, Listing, Pair, Ranking, Tool, ToolReport};
use super::number::{decimal, decimal_f64, exact, signed};
use super::tool_rows::{CATEGORY, COMMUNITY, Facts, MEDIAN, REVIEWS, ToolColumn, WOULD_SHIP};
use super::wording::capitalized;
use super::{Ranked, basis, columns, exhibit, gate, tool_rows, wording};
use crate::verdict::Evidence;

/// A comparison: the answer, the tools side by side, the scores, and the texts if `reviews`.
pub(super) fn comparison(document: &Comparison, reviews: bool) -> Vec<Block> {
    let answer = wording::answer(&document.decision);
    let mut blocks = vec![Block::Title(wording::title(&document.tools)), Block::Answer(answer)];
    let tools: Vec<&Tool> = document.tools.iter().collect();
    let anchors = Anchors::of(&tools);
    blocks.push(basis::of(&tools, &document.warnings, document.since.is_some()));
    blocks.extend(exhibit::decision(document, &anchors));
    let (facts, shared) = side_by_side(document);
    blocks.push(Block::Tools(Box::new(Tools {
        shared,
        facts,
        scores: scores(&tools),
        rows: tool_rows::of_comparison(document),
    })));
    blocks.extend(exhibit::intervals(&tools));
    if reviews {
        for tool in &tools {
            blocks.extend(words(tool, true, &anchors));
        }
    }
    blocks
}

/// One tool: its card, its scores and its reviewers' texts.
pub(super) fn tool(document: &ToolReport) -> Vec<Block> {
    let Some(tool) = document.tools.first() else { return Vec::new() };
    let mut blocks = vec![Block::Title(tool.name.clone()), Block::Answer(wording::panel_answer(tool))];
    blocks.push(basis::of(&[tool], &document.warnings, document.since.is_some()));
    blocks.push(Block::Fields(card(tool)));
    blocks.extend(scores(&[tool]).map(Block::Scores));
    blocks.extend(exhibit::intervals(&[tool]));
    blocks.extend(words(tool, false, &Anchors::of(&[tool])));
    blocks
}

/// Tools of a catalog in order; a leaderboard with the answer. Whom to ask is added to the `notes` of a mere list.
pub(super) fn ranking(ranked: &Ranked, reviews: bool, notes: &mut Notes) -> Vec<Block> {
    let document = &ranked.document;
    let mut blocks = vec![Block::Title(wording::ranking_title(document))];
    if document.of == 0 {
        // The note says why, and there is nothing else to show.
        return blocks;
    }
    blocks.extend(ranked.answers.then(|| Block::Answer(ranking_answer(document))));
    let tools: Vec<&Tool> = document.tools.iter().map(|ranked| &ranked.tool).collect();
    let table = if ranked.columns.is_empty() {
        leaderboard(document)
    } else {
        columns::table(&document.tools, &ranked.columns)
    };
    blocks.push(Block::Ranking(Box::new(tool_rows::of_ranking(table, &tools))));
    blocks.push(basis::of(&tools, &document.warnings, document.since.is_some()));
    blocks.extend(exhibit::intervals(&tools));
    if reviews {
        let anchors = Anchors::of(&tools);
        for tool in &tools {
            blocks.extend(words(tool, true, &anchors));
        }
    }
    // A leaderboard says in its answer whom to ask.
    if let Some(missing) = wording::missing_reviews(document).filter(|_| !ranked.answers) {
        notes.lines.insert(0, missing);
        notes.shown += 1;
    }
    blocks
}

/// The answer of a leaderboard, which says how many tools are not shown.
fn ranking_answer(document: &Ranking) -> Answer {
    let answer = wording::answer(&document.decision);
    if document.tools.len() == document.of {
        return answer;
    }
    let shown = format!("{} are shown.", wording::ranking_title(document));
    let advice = if answer.advice.is_empty() { shown } else { format!("{} {shown}", answer.advice) };
    Answer { advice, ..answer }
}

/// A plain list.
pub(super) fn listing(document: &Listing) -> Vec<Block> {
    let role = |i: usize| if i == 0 { Role::Label } else { Role::Text };
    let columns =
        document.columns.iter().enumerate().map(|(i, name)| Column::new(role(i), capitalized(name))).collect();
    let rows = document.rows.iter().map(|row| row.0.iter().map(|(_, value)| Cell::text(value)).collect()).collect();
    vec![
        Block::Title(capitalized(document.kind)),
        Block::Table(Table { caption: capitalized(document.kind), columns, rows }),
    ]
}

/// The end of every document: gates and notes.
pub(super) fn ending(gates: &[Gate], notes: Notes) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !gates.is_empty() {
        blocks.push(Block::Table(gate::table(gates)));
    }
    if !notes.lines.is_empty() {
        blocks.push(Block::Notes(notes));
    }
    blocks
}

/// The columns of a comparison: label, a column for each tool, and for two tools the difference.
fn tool_columns(tools: &[&Tool]) -> Vec<Column> {
    let mut columns = vec![Column::new(Role::Label, "")];
    columns.extend(tools.iter().map(|tool| Column::new(Role::Tool, &tool.name)));
    if let [first, _] = tools {
        columns.push(Column::new(Role::Difference, format!("vs {}", first.name)));
    }
    columns
}

/// A row of a comparison. With two tools the difference, second minus first, has a column of its own.
fn tool_row(label: &str, cells: Vec<Cell>, difference: Option<String>) -> Vec<Cell> {
    let two = cells.len() == 2;
    let mut row = vec![Cell::text(label)];
    row.extend(cells);
    row.extend(two.then(|| difference.map(Cell::text).unwrap_or_default()));
    row
}

/// Facts and figures of the tools, and what three or more of them share.
fn side_by_side(document: &Comparison) -> (Table, Vec<Field>) {
    let tools: Vec<&Tool> = document.tools.iter().collect();
    let row = |label: &str, cell: fn(&Tool) -> Cell| tool_row(label, tools.iter().map(|t| cell(t)).collect(), None);
    let pair = document.pairs.first().filter(|_| tools.len() == 2);
    let mut rows = vec![row("Panel", |t| verdict(&t.panel))];
    rows.extend(mean_rows(&tools, pair));
    let label = |tool: &Tool| tool.source.as_ref().and_then(|source| source.label.clone());
    let same_source = tools.windows(2).all(|two| label(two[0]) == label(two[1]));
    let mut facts = vec![row("Community", |t| community(&t.community))];
    facts.extend(FACTS.map(|(label, cell)| row(label, cell)));
    if !same_source {
        facts.push(row("Reviews by", reviews_by));
    }
    // A fact that no tool has is left out, and so is a source that all share.
    let is_known = |row: &Vec<Cell>| row.iter().skip(1).any(|cell| !cell.text.is_empty() && *cell != Cell::absent());
    let is_shared = |row: &Vec<Cell>| tools.len() > 2 && row[1..].windows(2).all(|two| two[0] == two[1]);
    let (shared, own): (Vec<_>, Vec<_>) = facts.into_iter().filter(is_known).partition(is_shared);
    rows.extend(own);
    let shared = shared.into_iter().map(|row| Field { label: row[0].text.clone(), cell: row[1].clone() }).collect();
    (Table { caption: "The tools side by side".to_owned(), columns: tool_columns(&tools), rows }, shared)
}

/// The mean scores, with the difference of two tools. Where it is one of other reviewers than the means, it has a row of
/// its own with the means of those.
fn mean_rows(tools: &[&Tool], pair: Option<&Pair>) -> Vec<Vec<Cell>> {
    let means = || tools.iter().map(|tool| mean(&tool.panel)).collect();
    if tools.iter().all(|tool| tool.panel.score.mean.is_none()) {
        return Vec::new();
    }
    let Some((pair, difference)) = pair.and_then(|pair| Some((pair, pair.mean_difference?))) else {
        return vec![tool_row("Mean score", means(), None)];
    };
    let difference = Some(signed(&decimal(difference, 1)));
    let of_all = [pair.means.first, pair.means.second] == [tools[0].panel.score.mean, tools[1].panel.score.mean];
    let shared = pair.shared_reviewers.len();
    let is_whole = tools.iter().all(|tool| tool.panel.score.n == shared);
    if of_all && (is_whole || pair.evidence == Evidence::Unpaired) {
        return vec![tool_row("Mean score", means(), difference)];
    }
    let label = match pair.evidence {
        Evidence::Paired => format!("Mean, {shared} shared"),
        Evidence::Unpaired => "Mean, not shared".to_owned(),
    };
    let shared_means = [pair.means.first, pair.means.second];
    let shared_means = shared_means.map(|mean| Cell::or_absent(mean.map(|mean| decimal(mean, 1))));
    vec![tool_row("Mean score", means(), None), tool_row(&label, shared_means.into(), difference)]
}

/// Every reviewer's score and verdict for each tool, reviewers in the order in which they appear.
fn scores(tools: &[&Tool]) -> Option<Table> {
    let reviewers = tool_rows::reviewers(tools);
    if reviewers.is_empty() {
        return None;
    }
    let by_reviewer: Vec<_> = tools.iter().map(|tool| tool_rows::by_reviewer(tool)).collect();
    let row = |reviewer: &&str| {
        let cells = by_reviewer.iter().map(|reviews| reviews.get(reviewer).map_or_else(Cell::absent, |r| score(r)));
        let difference = by_reviewer.last().and_then(|reviews| reviews.get(reviewer)?.difference);
        tool_row(reviewer, cells.collect(), difference.map(|d| signed(&exact(d))))
    };
    Some(Table {
        caption: "Scores and verdicts of the reviewers".to_owned(),
        columns: tool_columns(tools),
        rows: reviewers.iter().map(row).collect(),
    })
}

/// What the reviewers of a tool wrote, below a heading.
fn words(tool: &Tool, named: bool, anchors: &Anchors<'_>) -> Vec<Block> {
    let passages = exhibit::passages(tool, anchors);
    if passages.is_empty() {
        return Vec::new();
    }
    let heading = if named {
        format!("What the reviewers wrote about {}", tool.name)
    } else {
        "What the reviewers wrote".to_owned()
    };
    vec![Block::Heading(heading), Block::Prose(passages)]
}

/// The facts and figures of one tool.
fn card(tool: &Tool) -> Vec<Field> {
    let score = &tool.panel.score;
    let text = |text: &Option<String>| text.clone().map(Cell::text);
    let source = tool.source.as_ref().and_then(|source| {
        let label = match (&source.label, &source.url) {
            (Some(label), Some(url)) => format!("{label}, {url}"),
            (label, url) => label.clone().or_else(|| url.clone())?,
        };
        Some(Cell::text(label).link(source.url.as_ref()))
    });
    let known = |cell: Cell| Some(cell).filter(|cell| *cell != Cell::absent());
    let mut fields = vec![
        ("Tool", Some(Cell::text(&tool.slug))),
        ("Tagline", text(&tool.tagline)),
        ("About", text(&tool.description)),
        ("Address", text(&tool.url).map(|cell| cell.link(tool.url.as_ref()))),
    ];
    fields.extend(FACTS.map(|(label, cell)| (label, known(cell(tool)))));
    fields.extend([
        ("Panel", Some(verdict(&tool.panel))),
        ("Mean score", Some(mean(&tool.panel))),
        ("Median score", score.median.map(|median| Cell::text(exact(median)))),
        ("Deviation", score.stddev.map(|deviation| Cell::text(decimal_f64(deviation, 1)))),
        ("Community", known(community(&tool.community))),
        ("Reviews by", source),
    ]);
    fields.into_iter().filter_map(|(label, cell)| Some(Field { label: label.to_owned(), cell: cell? })).collect()
}

const TOOL: ToolColumn = (Role::Label, "Tool", |tool| Cell::text(&tool.slug));
const NAME: ToolColumn = (Role::Text, "Name", |tool| Cell::text(&tool.name));
const VERDICT: ToolColumn =
    (Role::Text, "Verdict", |tool| Cell::text(panel_word(tool.panel.verdict)).tone(tone(tool.panel.verdict)));
const MEAN: ToolColumn =
    (Role::Bar, "Mean", |tool| Cell::or_absent(tool.panel.score.mean.map(|mean| decimal(mean, 1))));
const PRICE: ToolColumn = (Role::Text, "Price", |tool| Cell::or_absent(tool.pricing.entry.as_ref()));

/// A plain list shows what a tool is, a ranking what its place rests on, with the figure it is ordered by.
fn leaderboard(document: &Ranking) -> Table {
    let tools: Vec<&Tool> = document.tools.iter().map(|ranked| &ranked.tool).collect();
    let columns = match document.ordered_by {
        "name" => vec![TOOL, NAME, VERDICT, WOULD_SHIP, MEAN, PRICE, CATEGORY],
        "median" => vec![TOOL, NAME, VERDICT, WOULD_SHIP, MEAN, MEDIAN, REVIEWS],
        "community" => vec![TOOL, NAME, VERDICT, WOULD_SHIP, MEAN, COMMUNITY, REVIEWS],
        // Then the community's votes are all there is to rank by.
        "rank" if tools.iter().all(|tool| tool.panel.reviewers == 0) => vec![TOOL, NAME, COMMUNITY],
        _ => vec![TOOL, NAME, VERDICT, WOULD_SHIP, MEAN, REVIEWS],
    };
    let places = (document.ordered_by != "name").then(|| Facts::places(&tools, document.ordered_by));
    let mut table = tool_rows::table(places.into_iter().chain(columns.into_iter().map(|of| Facts::new(&tools, of))));
    for column in &mut table.columns {
        column.optional = !matches!(column.title.as_str(), "#" | "Tool" | "Would ship" | "Mean");
    }
    table
}
