//! `table`: for people at a terminal. Columns while they fit, stacked cards when they do not;
//! nothing is cut, and nothing is said by colour alone.

mod cards;
mod grid;
mod paint;

use super::excerpt::underlined;
use super::{Formatter, Style};
use crate::error::{Result, split_hint};
use crate::report::Report;
use crate::report::block::{self, Answer, Block, Passage, Problem};
use crate::text::{clean_block, clean_line, wrap};
use paint::{Ink, paint};

/// The `table` format.
pub(super) struct Table;

/// Prose is not set wider than this: longer lines are hard to read.
const MEASURE: usize = 100;

impl Formatter for Table {
    fn name(&self) -> &'static str {
        "table"
    }

    fn extensions(&self) -> Vec<&str> {
        vec!["txt"]
    }

    fn about(&self) -> &'static str {
        "for people at a terminal"
    }

    fn format(&self, report: &Report, style: &Style) -> Result<String> {
        let width = style.width.max(Style::MIN_WIDTH);
        let blocks = report.blocks(style.reviews);
        let mut parts = Vec::new();
        let mut rest = blocks.as_slice();
        while let Some(block) = rest.first() {
            let mut taken = 1;
            match block {
                // What a terminal user has just typed; the answer and its notes, which come last; and what takes a page.
                Block::Title(_) | Block::Answer(_) | Block::Notes(_) | Block::Exhibit(_) => {}
                Block::Heading(text) => parts.push(heading(text, width)),
                Block::Fields(fields) => parts.push(cards::fields(fields, width)),
                Block::Table(first) | Block::Scores(first) => {
                    // Neighbours with the same columns are set as one grid, so that columns line up.
                    let tables = neighbours(first, rest);
                    taken = tables.len();
                    parts.push(grid::grid(&tables, width).unwrap_or_else(|| cards::cards(&tables, width)));
                }
                Block::Prose(passages) => parts.push(prose(passages, width)),
                Block::Problems(problems) => parts.push(self::problems(problems, style)),
            }
            rest = &rest[taken..];
        }
        parts.extend(blocks.iter().filter_map(|block| match block {
            Block::Answer(answer) => Some(self::answer(answer, width)),
            _ => None,
        }));
        parts.extend(blocks.iter().filter_map(|block| match block {
            Block::Notes(notes) => Some(listing(&notes.short(), width)),
            _ => None,
        }));
        parts.retain(|part| !part.is_empty());
        Ok(paint::finish(&parts.join("\n"), style.color))
    }
}

/// The tables at the start of `blocks` that have the columns of `first`.
fn neighbours<'a>(first: &block::Table, blocks: &'a [Block]) -> Vec<&'a block::Table> {
    blocks
        .iter()
        .map_while(|block| match block {
            Block::Table(table) | Block::Scores(table) if table.columns == first.columns => Some(table),
            _ => None,
        })
        .collect()
}

fn heading(text: &str, width: usize) -> String {
    painted_lines(&clean_line(text), width, Ink::Bold)
}

/// The headline, the statement and the advice, each from a line of its own.
fn answer(answer: &Answer, width: usize) -> String {
    let measure = width.min(MEASURE);
    let mut out = painted_lines(&clean_line(&answer.headline), measure, Ink::Tone(answer.tone));
    for text in [&answer.statement, &answer.advice] {
        for line in wrap(&clean_line(text), measure).iter().filter(|line| !line.is_empty()) {
            out += line;
            out.push('\n');
        }
    }
    out
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
fn problems(problems: &[Problem], style: &Style) -> String {
    let width = style.width.max(Style::MIN_WIDTH);
    let shown = problems.iter().map(|problem| {
        let said =
            format!("{}: {}: {}", clean_line(&problem.spot.to_string()), problem.word, clean_line(&problem.message));
        let mut out = painted_lines(&said, width, Ink::Tone(problem.tone));
        if let Some(excerpt) = &problem.spot.excerpt {
            out += &underlined(excerpt, problem.spot.line, width, style.color);
        }
        if let Some((sentence, block)) = problem.help.as_deref().map(split_hint) {
            for line in wrap(&clean_line(sentence), width - 2) {
                out += &format!("  {line}\n");
            }
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
            out += &paint(&format!("{sign}{line}"), Ink::Tone(block::Tone::Muted));
            out.push('\n');
        }
    }
    out
}

/// `text` in lines, each painted for itself, each with its end.
fn painted_lines(text: &str, width: usize, ink: Ink) -> String {
    wrap(text, width).iter().map(|line| paint(line, ink) + "\n").collect()
}
