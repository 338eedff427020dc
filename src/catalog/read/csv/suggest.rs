//! What to write about a sheet that is not understood: a `[[sheet]]` filled in by likeness.

use super::derived;
use super::header::Header;
use super::headings::{ColumnMeaning, Heading, is_criterion};
use super::layout::{CellContent, LayoutTask, ReviewColumn, ReviewerFrom, SheetLayout};
use super::likeness::{ColumnProfile, Guess, guess, profiles};
use super::sheet_block::{SheetBlock, toml_text};
use super::tokens::RowTokens;
use crate::catalog::read::finding::Findings;
use crate::catalog::record::review::ReviewContent;
use crate::catalog::record::score::{Scale, Score, ScoreError};
use crate::catalog::record::value::quoted;
use crate::catalog::record::words::is_absent;
use std::collections::BTreeSet;

/// Notes that a sheet is not understood, with what to write.
pub(super) fn refuse(task: LayoutTask<'_>, column: usize, message: &str, out: &mut Findings) {
    let header = task.header;
    let first = &header.headings[0];
    let is_number = |heading: &Heading| heading.text.parse::<f64>().is_ok();
    let are_unknown = header.headings.iter().all(|heading| matches!(heading.role, ColumnMeaning::Unknown));
    let help = if are_unknown && header.headings.iter().any(is_number) {
        "the first row must hold headings: write one such as `tool,Ana,Ben` above it".to_owned()
    } else if let Some(block) = block(task) {
        format!("say in compare.toml what its columns hold, for example:\n{block}")
    } else if guess(first) == Some(Guess::Tool) {
        "write `score` or `verdict` above the column that holds them".to_owned()
    } else if guess(first) == Some(Guess::Reviewer) {
        "write `tool` above the column that names the tool, or the names of tools above their scores".to_owned()
    } else {
        let place = if first.text.is_empty() {
            "above the first column".to_owned()
        } else {
            format!("in place of `{}`", first.text)
        };
        format!("write `tool` {place} if each row is about a tool, `reviewer` if each row is by a reviewer")
    };
    header.refuse(column, message, Some(help), out);
}

/// Notes that a form is not understood, with what to write. `questions` are its headings with `{tool}` in them, and what
/// each asks for.
pub(super) fn refuse_form(
    task: LayoutTask<'_>,
    reviewer: &ReviewerFrom,
    message: &str,
    questions: &[(String, ReviewContent)],
    out: &mut Findings,
) {
    let of = |content: ReviewContent| {
        questions.iter().filter(move |(_, found)| *found == content).map(|(question, _)| question.as_str())
    };
    let block = SheetBlock::of(task.sheet)
        .reviewer(task, reviewer)
        .scores(of(ReviewContent::Score))
        .text("verdict", of(ReviewContent::Verdict).next())
        .text("text", of(ReviewContent::Text).next());
    let help = format!("say in compare.toml what its columns hold, for example:\n{block}");
    task.header.refuse(0, message, Some(help), out);
}

/// Notes a column that a heading seems to name somebody or something by, and that holds no judgement at all.
pub(super) fn refuse_other_columns(task: LayoutTask<'_>, layout: &SheetLayout, out: &mut Findings) {
    let header = task.header;
    let all = layout.reviews.iter().flat_map(|review| review.columns.iter().copied());
    let columns: Vec<ReviewColumn> = all
        .filter(|column| !matches!(column.cell, CellContent::Text | CellContent::Date | CellContent::Timestamp))
        .collect();
    let held: Vec<Held> = held(task, layout, &columns);
    let is_good = |place: &usize| held[*place].judgements > 0 && !held[*place].is_beyond;
    let good: Vec<usize> = (0..columns.len()).filter(is_good).map(|place| columns[place].index).collect();
    let other = (0..columns.len()).find(|place| held[*place].judgements == 0 && held[*place].example.is_some());
    let (Some(place), false) = (other, good.is_empty()) else { return };
    let (index, example) = (columns[place].index, held[place].example.clone().unwrap_or_default());
    let good = good.into_iter().map(|index| header.text(index));
    let block = SheetBlock::of(task.sheet);
    let block = match layout.tool {
        Some(tool) => block.text("tool", Some(header.text(tool))).list("reviewers", good),
        None => block.reviewer(task, &layout.reviewer).list("tools", good),
    };
    let message = format!(
        "the column {} holds neither scores nor verdicts, for example {}",
        header.quoted(index),
        quoted(&example)
    );
    let what = if layout.tool.is_some() { "reviewers" } else { "tools" };
    let help = format!(
        "remove the column, or say in compare.toml which ones are {what}:\n{block}\n# or, if these are verdicts: verdicts = {{ label = [{}] }}",
        toml_text(&example)
    );
    header.refuse(index, message, Some(help), out);
}

/// Notes columns that hold something and have no heading; the first one is often only an index.
pub(super) fn doubt_unnamed(task: LayoutTask<'_>, out: &mut Findings) {
    let mut rows = RowTokens::starting_at(task.text, task.header.separator, task.header.rows);
    let mut unnamed: Vec<usize> =
        (1..task.header.headings.len()).filter(|index| task.header.headings[*index].text.is_empty()).collect();
    let mut cells = Vec::new();
    while let (false, Ok(true)) = (unnamed.is_empty(), rows.next(&mut cells)) {
        unnamed.retain(|index| {
            let cell = cells.get(*index).map(|cell| cell.text(task.text)).unwrap_or_default();
            let is_empty = cell.trim().is_empty() || is_absent(&cell);
            if !is_empty {
                let message =
                    format!("column {} has no heading and is not read, for example {}", index + 1, quoted(cell.trim()));
                let help = "write what it holds above it, or remove it".to_owned();
                out.doubt(task.header.spans[*index].clone(), "unread-column", message, Some(help));
            }
            is_empty
        });
    }
}

/// Notes headings that look like criteria where reviewers are expected; where another column of numbers looks like one
/// and would not be read as a score, that is an error.
pub(super) fn suspect_criteria(task: LayoutTask<'_>, layout: &SheetLayout, out: &mut Findings) {
    let headings = &task.header.headings;
    let columns = layout.reviews.iter().flat_map(|review| review.columns.iter().map(|column| column.index));
    let read: Vec<usize> = columns.filter(|index| is_criterion(&headings[*index].name)).collect();
    let ([first, second, ..], Some(tool)) = (&read[..], layout.tool) else { return };
    let columns: Vec<ReviewColumn> = (0..headings.len())
        .filter(|index| is_criterion(&headings[*index].name))
        .map(|index| ReviewColumn { index, cell: CellContent::Score(None) })
        .collect();
    // A price may be in money.
    let held = held(task, layout, &columns);
    let criteria = columns.iter().zip(&held).filter(|(_, held)| held.example.is_none() && !held.is_beyond);
    let criteria: Vec<usize> = criteria.map(|(column, _)| column.index).collect();
    let highest = highest_and_totals(task, &read, tool, None).0;
    let (one, other) = (task.header.quoted(*first), task.header.quoted(*second));
    let message = format!("{one} and {other} are read as reviewers, and look like criteria");
    let block = SheetBlock::of(task.sheet)
        .text("tool", Some(task.header.text(tool)))
        .criteria(criteria.iter().map(|index| task.header.text(*index)))
        .note("weights")
        .text("reviewer-from", Some("file"))
        .scale(scale(highest));
    let help = format!("if they are criteria, make one score of them in compare.toml:\n{block}");
    // Numbers that would be read as something else than scores: then the figures would be wrong.
    match criteria.iter().find(|index| !read.contains(index)) {
        Some(index) => {
            let message = format!("{message}, and {} is not", task.header.quoted(*index));
            task.header.refuse(*first, message, Some(help), out);
        }
        None => out.doubt(task.header.spans[*first].clone(), "criteria", message, Some(help)),
    }
}

/// What a column holds that should hold judgements.
#[derive(Clone, Debug, Default)]
struct Held {
    /// Cells with a number or a verdict.
    judgements: usize,
    /// Whether there is a number above the scale.
    is_beyond: bool,
    /// A cell with anything else.
    example: Option<String>,
}

fn held(task: LayoutTask<'_>, layout: &SheetLayout, columns: &[ReviewColumn]) -> Vec<Held> {
    let mut held = vec![Held::default(); columns.len()];
    let mut rows = RowTokens::starting_at(task.text, task.header.separator, task.header.rows);
    let mut cells = Vec::new();
    while let Ok(true) = rows.next(&mut cells) {
        for (column, held) in columns.iter().zip(&mut held) {
            let text = cells.get(column.index).map(|cell| cell.text(task.text)).unwrap_or_default();
            let text = text.trim();
            if text.is_empty() || is_absent(text) {
                continue;
            }
            let scale = match column.cell {
                CellContent::Score(scale) | CellContent::Judgement(scale) => scale.unwrap_or(Scale::HUNDRED),
                _ => Scale::HUNDRED,
            };
            let has_digit = text.contains(|c: char| c.is_ascii_digit());
            let number = text.replace(',', ".");
            held.is_beyond |= Score::on_scale(&number, scale) == Err(ScoreError::OutOfRange(scale));
            if has_digit || layout.words.meaning(text, true).is_some() {
                held.judgements += 1;
            } else {
                held.example.get_or_insert_with(|| text.to_owned());
            }
        }
    }
    held
}

/// Words for verdicts that a column has at most.
const VERDICTS: usize = 6;

/// Words for yes and no in other languages, only to fill in what a person then confirms.
const YES: [&str; 12] = ["ja", "oui", "si", "sí", "sim", "da", "tak", "kyllä", "はい", "是", "pass", "buy"];
const NO: [&str; 9] = ["nein", "non", "não", "nee", "nie", "ei", "いいえ", "否", "fail"];

/// What the columns of a sheet seem to hold.
struct LikelyColumns {
    tool: usize,
    reviewer: Option<usize>,
    scores: Vec<usize>,
    verdict: Option<usize>,
    text: Option<usize>,
    date: Option<usize>,
    /// Whether a tool seems to be in several rows.
    repeats_tools: bool,
    /// Whether the scores are those of people whom the headings name.
    are_people: bool,
}

impl LikelyColumns {
    /// What the columns seem to hold, by their headings and cells. `numbers` and `texts` are those that no heading explains.
    fn of(headings: &SheetLikeness, header: &Header, numbers: Vec<usize>, texts: &[usize]) -> Option<Self> {
        let mut names = texts.iter().copied();
        let tool = headings.called(Guess::Tool).or_else(|| names.next());
        let are_criteria = numbers.iter().any(|index| is_criterion(&header.headings[*index].name));
        let is_by_people =
            headings.called(Guess::Reviewer).is_none() && headings.called(Guess::Verdict).is_none() && !are_criteria;
        let scores = match headings.called(Guess::Score) {
            // A score of nobody beside those of several people.
            Some(score) if numbers.len() < 2 || !is_by_people => vec![score],
            _ => numbers,
        };
        let is_verdict = |index: &usize| {
            let ColumnProfile { texts, cells, .. } = &headings.profiles[*index];
            Some(*index) != tool && (2..=VERDICTS).contains(&texts.len()) && *cells > texts.len()
        };
        let verdict = headings.called(Guess::Verdict);
        let verdict = verdict.or_else(|| texts.iter().copied().rev().find(is_verdict));
        let reviewer = headings.called(Guess::Reviewer);
        let reviewer = reviewer.or_else(|| names.find(|index| Some(*index) != tool && Some(*index) != verdict));
        if scores.is_empty() && verdict.is_none() {
            return None;
        }
        let ColumnProfile { texts, cells, .. } = &headings.profiles[tool?];
        let (text, date) = (headings.called(Guess::Text), headings.called(Guess::Date));
        let repeats_tools = *cells > texts.len();
        let are_people = scores.len() > 1 && is_by_people && !repeats_tools;
        Some(Self { tool: tool?, reviewer, scores, verdict, text, date, repeats_tools, are_people })
    }

    /// A `[[sheet]]` that says which column holds what.
    fn block(&self, task: LayoutTask<'_>) -> SheetBlock {
        let name = |index: usize| task.header.text(index);
        let block = SheetBlock::of(task.sheet).text("tool", Some(name(self.tool)));
        let scores = self.scores.iter().map(|index| name(*index));
        let block = match self.reviewer {
            _ if self.are_people => block.list("reviewers", scores),
            Some(reviewer) => block.text("reviewer", Some(name(reviewer))).scores(scores),
            // A tool in several rows has several reviewers.
            None if self.repeats_tools => block.text("reviewer-from", Some("row")).scores(scores),
            None => block.text("reviewer-from", Some("file")).scores(scores),
        };
        let [verdict, text, date] = [self.verdict, self.text, self.date].map(|index| index.map(name));
        block.text("verdict", verdict).text("text", text).text("date", date)
    }
}

/// What each heading says, and what the cells below it are.
struct SheetLikeness {
    by_heading: Vec<Option<Guess>>,
    profiles: Vec<ColumnProfile>,
}

impl SheetLikeness {
    /// The first column whose heading says that it holds `wanted`.
    fn called(&self, wanted: Guess) -> Option<usize> {
        self.by_heading.iter().position(|guess| *guess == Some(wanted))
    }
}

/// A `[[sheet]]` for the file, if its columns look like anything.
fn block(task: LayoutTask<'_>) -> Option<SheetBlock> {
    let header = task.header;
    let sheet = SheetLikeness { by_heading: header.headings.iter().map(guess).collect(), profiles: profiles(task) };
    let is_free = |index: &usize| {
        let heading = &header.headings[*index];
        let is_known = matches!(heading.role, ColumnMeaning::Number | ColumnMeaning::Field(_));
        let is_known = is_known || derived::is_aggregate(&heading.name);
        sheet.by_heading[*index].is_none() && !heading.text.is_empty() && !is_known
    };
    let free: Vec<usize> = (0..header.headings.len()).filter(is_free).collect();
    let is_number = |index: &usize| {
        sheet.profiles[*index].cells > 0 && sheet.profiles[*index].numbers == sheet.profiles[*index].cells
    };
    let is_short_text = |index: &usize| {
        let profile = &sheet.profiles[*index];
        profile.cells > 0 && profile.numbers == 0 && profile.dates == 0 && profile.letters / profile.cells < 40
    };
    let numbers: Vec<usize> = free.iter().copied().filter(is_number).collect();
    if sheet.called(Guess::Tool).is_none()
        && sheet.called(Guess::Score).is_none()
        && numbers.len() > 1
        && let Some(reviewer) = sheet.called(Guess::Reviewer)
    {
        return Some(block_by_tool(task, reviewer, &numbers));
    }
    let texts: Vec<usize> = free.iter().copied().filter(is_short_text).collect();
    let columns = LikelyColumns::of(&sheet, header, numbers, &texts)?;
    let mut block = columns.block(task);
    let LikelyColumns { tool, reviewer, scores, verdict, .. } = columns;
    let (highest, totals) = highest_and_totals(task, &scores, tool, reviewer);
    for name in totals {
        block = block.line(format!("# remove the row {name}, which nobody reviewed"));
    }
    block = block.scale(scale(highest).filter(|_| !scores.is_empty() && !has_scale(task, &scores)));
    let verdicts = verdict.and_then(|index| verdicts(task, &sheet.profiles[index].texts));
    Some(verdicts.into_iter().fold(block, SheetBlock::line))
}

/// A `[[sheet]]` for a row for each reviewer and a column for each tool.
fn block_by_tool(task: LayoutTask<'_>, reviewer: usize, tools: &[usize]) -> SheetBlock {
    let (highest, _) = highest_and_totals(task, tools, reviewer, None);
    SheetBlock::of(task.sheet)
        .text("reviewer", Some(task.header.text(reviewer)))
        .list("tools", tools.iter().map(|index| task.header.text(*index)))
        .scale(scale(highest).filter(|_| !has_scale(task, tools)))
}

/// Whether the settings or a heading of `columns` already name the scale of their scores.
fn has_scale(task: LayoutTask<'_>, columns: &[usize]) -> bool {
    task.sheet.scale.is_some() || columns.iter().any(|index| task.header.headings[*index].scale.is_some())
}

/// The highest score of a reviewer, and the rows that only sum up the others.
fn highest_and_totals(
    task: LayoutTask<'_>,
    scores: &[usize],
    tool: usize,
    reviewer: Option<usize>,
) -> (f64, Vec<String>) {
    let (mut highest, mut totals) = (0.0_f64, Vec::new());
    let mut rows = RowTokens::starting_at(task.text, task.header.separator, task.header.rows);
    let mut cells = Vec::new();
    while let Ok(true) = rows.next(&mut cells) {
        let cell = |index: usize| cells.get(index).map(|cell| cell.text(task.text)).unwrap_or_default();
        if reviewer.is_some_and(|reviewer| cell(reviewer).trim().is_empty()) {
            if derived::is_aggregate(&cell(tool)) {
                totals.push(quoted(cell(tool).trim()));
            }
            continue;
        }
        for index in scores {
            let text = cell(*index);
            let number = if task.header.separator == b',' { text.into_owned() } else { text.replace(',', ".") };
            highest = number.trim().parse().map_or(highest, |number: f64| highest.max(number));
        }
    }
    (highest, totals)
}

/// The scale on which `highest` is probably the best that was given; none where it is the usual one.
fn scale(highest: f64) -> Option<u32> {
    [1, 5, 7, 10, 20, 100, 1000].into_iter().find(|scale| f64::from(*scale) >= highest).filter(|scale| *scale != 100)
}

/// The line that says what words mean which nobody knows.
fn verdicts(task: LayoutTask<'_>, words: &BTreeSet<String>) -> Option<String> {
    let unknown = |word: &&String| task.sheet.words.meaning(word, true).is_none();
    let unknown: Vec<&String> = words.iter().filter(unknown).collect();
    let list = |name: &str, test: &dyn Fn(&str) -> bool| {
        let words: Vec<String> =
            unknown.iter().filter(|word| test(&word.to_lowercase())).map(|word| toml_text(word)).collect();
        (!words.is_empty()).then(|| format!("{name} = [{}]", words.join(", ")))
    };
    let (yes, no) = (|word: &str| YES.contains(&word), |word: &str| NO.contains(&word));
    let lists = [list("ship", &yes), list("skip", &no), list("label", &|word| !yes(word) && !no(word))];
    let lists: Vec<String> = lists.into_iter().flatten().collect();
    (!lists.is_empty()).then(|| format!("verdicts = {{ {} }}", lists.join(", ")))
}
