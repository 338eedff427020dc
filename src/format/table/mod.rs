//! `table`: for people at a terminal. Columns while they fit, stacked cards when they do not;
//! nothing is cut, and nothing is shown by color alone.

mod cards;
mod grid;
mod paint;

use super::excerpt::underlined;
use super::{BuiltIn, Style};
use crate::error::split_hint;
use crate::report::Report;
use crate::report::block::{self, Answer, Block, CheckProblem, Passage, Role, Tone, ToolRows, Tools};
use crate::text::{clean_block, clean_line, wrap};
use paint::{Ink, paint};

/// Below this width tools are cards: two figures and a name do not fit side by side.
const ROWS_MIN: usize = 50;
/// Reviewers in the table below many tools as rows.
const DETAIL_ROWS: usize = 12;
/// Prose is not set wider than this: longer lines are hard to read.
const MEASURE: usize = 100;

/// The `table` format.
pub(super) const TABLE: BuiltIn =
    BuiltIn::new("table", &["txt"], "for people at a terminal", |report, style| Ok(format(report, style)));

fn format(report: &Report, style: &Style) -> String {
    let width = style.width.max(Style::MIN_WIDTH);
    let blocks = report.blocks(style.reviews);
    let answers =
        || blocks.iter().filter_map(|block| if let Block::Answer(answer) = block { Some(answer) } else { None });
    let (first, last): (Vec<&Answer>, Vec<&Answer>) = answers().partition(|answer| answer.comes_first);
    let head = |answer: &&Answer| self::answer(&Answer { advice: String::new(), ..(*answer).clone() }, width);
    let mut parts: Vec<String> = first.iter().map(head).collect();
    for block in &blocks {
        match block {
            // What a terminal user has just typed; the answer and its notes, which come last; and what takes a page.
            Block::Title(_) | Block::Answer(_) | Block::Notes(_) | Block::Exhibit(_) => {}
            Block::Heading(text) => parts.push(painted_lines(&clean_line(text), width, Ink::Bold)),
            Block::Fields(fields) => parts.push(cards::fields(fields, width)),
            Block::Table(table) | Block::Scores(table) => parts.push(self::table(table, width)),
            Block::Tools(tools) => parts.push(self::tools(tools, width)),
            Block::Ranking(rows) => parts.push(table(&rows.table, width)),
            Block::Prose(passages) => parts.push(prose(passages, width)),
            Block::Problems(problems) => parts.push(self::problems(problems, style)),
        }
    }
    parts.extend(last.into_iter().map(|answer| self::answer(answer, width)));
    parts.extend(first.into_iter().map(|answer| text_lines(&answer.advice, width.min(MEASURE))));
    parts.extend(blocks.iter().filter_map(|block| match block {
        Block::Notes(notes) => Some(listing(&notes.short(), width)),
        _ => None,
    }));
    parts.retain(|part| !part.is_empty());
    paint::finish(&parts.join("\n"), style.color)
}

/// A table by itself: columns while they fit, else a card for each row.
fn table(table: &block::Table, width: usize) -> String {
    let Some(grid) = grid::grid(&[table], width) else { return cards::cards(&[table], width) };
    if grid.left_out.is_empty() {
        return grid.text;
    }
    let note = format!("Left out for lack of room: {}.", grid.left_out.join(", "));
    grid.text + &painted_lines(&clean_line(&note), width, Ink::Tone(Tone::Muted))
}

/// The tools of a comparison: as columns while few fit, else as rows, and on the narrowest terminals as cards.
fn tools(tools: &Tools, width: usize) -> String {
    let columns: Vec<&block::Table> = std::iter::once(&tools.facts).chain(&tools.scores).collect();
    let shared = cards::fields(&tools.shared, width);
    let between = if shared.is_empty() { "" } else { "\n" };
    // Many tools are not measured as columns: that takes the square of their number.
    let columns_of_few = if tools.are_few() { grid::grid(&columns, width) } else { None };
    let as_columns = || columns_of_few.map(|grid| format!("{shared}{between}{}", grid.text));
    // Of a few tools every review is shown.
    let reviewers = if tools.are_few() { usize::MAX } else { DETAIL_ROWS };
    let as_rows = || if width < ROWS_MIN { None } else { rows(&tools.rows, reviewers, width) };
    as_columns().or_else(as_rows).unwrap_or_else(|| format!("{shared}{between}{}", cards::cards(&columns, width)))
}

/// Tools as rows, below what they share; the first `reviewers` in a table of their own where there are no columns for
/// them.
fn rows(rows: &ToolRows, reviewers: usize, width: usize) -> Option<String> {
    let grid = grid::grid(&[&rows.table], width)?;
    let mut parts = vec![cards::fields(&rows.shared, width), grid.text];
    let has_reviewers = rows.table.columns.iter().any(|column| column.role == Role::Score);
    let mut legend = rows.legend.clone();
    if let Some(detail) = rows.detail.as_ref().filter(|_| !(has_reviewers && grid.has_scores)) {
        let (text, more) = self::detail(detail, reviewers, width);
        parts.push(text);
        legend.extend((more > 0).then(|| format!("{more} more reviewers: compare two of the tools.")));
    }
    parts.retain(|part| !part.is_empty());
    let legend = painted_lines(&clean_line(&legend.join(" ")), width, Ink::Tone(Tone::Muted));
    Some(parts.join("\n") + &legend)
}

/// The first `reviewers` of `detail` for as many tools as there is room for, and how many reviewers there are more.
fn detail(detail: &block::Table, reviewers: usize, width: usize) -> (String, usize) {
    let shown = detail.rows.len().min(reviewers);
    let first = |columns: usize| block::Table {
        caption: detail.caption.clone(),
        columns: detail.columns[..columns].to_vec(),
        rows: detail.rows[..shown].iter().map(|row| row[..columns].to_vec()).collect(),
    };
    let text = (2..=detail.columns.len()).rev().find_map(|columns| grid::grid(&[&first(columns)], width));
    let text = text.map_or_else(|| cards::cards(&[&first(detail.columns.len())], width), |grid| grid.text);
    (text, detail.rows.len() - shown)
}

/// The headline, the statement and the advice, each from a line of its own.
fn answer(answer: &Answer, width: usize) -> String {
    let measure = width.min(MEASURE);
    let mut out = painted_lines(&clean_line(&answer.headline), measure, Ink::Tone(answer.tone));
    out += &text_lines(&answer.statement, measure);
    out += &text_lines(&answer.advice, measure);
    out
}

/// `text` in lines, each with its end; nothing where it is empty.
fn text_lines(text: &str, measure: usize) -> String {
    wrap(&clean_line(text), measure).iter().filter(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect()
}

fn prose(passages: &[Passage], width: usize) -> String {
    let measure = width.min(MEASURE);
    let set = |passage: &Passage| {
        let mut out = painted_lines(&clean_line(&passage.heading), measure, Ink::Tone(passage.tone));
        for paragraph in clean_block(&passage.text).lines() {
            for line in wrap(paragraph, measure - 2) {
                out += &format!("  {line}\n");
            }
        }
        out
    };
    passages.iter().map(set).collect::<Vec<_>>().join("\n")
}

/// Problems with the source line underlined, as compilers show them.
fn problems(problems: &[CheckProblem], style: &Style) -> String {
    let width = style.width.max(Style::MIN_WIDTH);
    let shown = problems.iter().map(|problem| {
        let said = format!(
            "{}: {}: {}",
            clean_line(&problem.location.to_string()),
            problem.severity,
            clean_line(&problem.message)
        );
        // A line for each, whatever the width: logs and editors look for the place at its start.
        let mut out = paint(&said, Ink::Tone(problem.tone())) + "\n";
        if let Some(excerpt) = &problem.location.excerpt {
            out += &underlined(excerpt, problem.location.line, width, style.color);
        }
        if let Some((sentence, block)) = problem.help.as_deref().map(split_hint) {
            out += &format!("  {}\n", clean_line(sentence));
            // To be pasted: not wrapped.
            block.for_each(|line| out += &format!("  {}\n", clean_line(line)));
        }
        out
    });
    shown.collect::<Vec<_>>().join("\n")
}

/// Short texts, each with a sign in front and its further lines below the text.
fn listing(texts: &[String], width: usize) -> String {
    let mut out = String::new();
    for text in texts {
        for (i, line) in wrap(&clean_line(text), width.min(MEASURE) - 2).into_iter().enumerate() {
            let sign = if i == 0 { "· " } else { "  " };
            out += &paint(&format!("{sign}{line}"), Ink::Tone(Tone::Muted));
            out.push('\n');
        }
    }
    out
}

/// `text` in lines, each painted for itself, each with its end.
fn painted_lines(text: &str, width: usize, ink: Ink) -> String {
    wrap(text, width).iter().map(|line| paint(line, ink) + "\n").collect()
}
