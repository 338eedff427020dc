//! `concise`: one line each, for editors, `grep` and logs: `file:line:column: severity: message`.

use super::{BuiltIn, Style};
use crate::report::Report;
use crate::report::block::{ABSENT, Block, Cell, CheckProblem};
use crate::text::clean_line;

/// The `concise` format.
pub(super) const CONCISE: BuiltIn =
    BuiltIn::new("concise", &["concise"], "one line each: a problem, a tool, the answer, a note", |report, style| {
        Ok(format(report, style))
    });

fn format(report: &Report, style: &Style) -> String {
    let mut out = String::new();
    let blocks = report.blocks(style.reviews);
    let has_problems = blocks.iter().any(|block| matches!(block, Block::Problems(_)));
    // An answer whose evidence follows it line by line keeps that.
    let has_answer = blocks.iter().any(|block| matches!(block, Block::Answer(answer) if !answer.comes_first));
    for block in &blocks {
        match block {
            // The lines of the problems say it.
            Block::Answer(answer) if !has_problems => push(&mut out, &answer.whole()),
            Block::Ranking(rows) if !has_answer => {
                rows.table.rows.iter().for_each(|row| push(&mut out, &self::row(row)));
            }
            Block::Table(table) if !has_answer => table.rows.iter().for_each(|row| push(&mut out, &self::row(row))),
            Block::Problems(problems) => problems.iter().for_each(|found| push(&mut out, &problem(found))),
            Block::Notes(notes) => {
                notes.short().iter().for_each(|note| push(&mut out, &format!("note: {note}")));
            }
            _ => {}
        }
    }
    for (passed, sentence) in report.gate_sentences() {
        push(&mut out, &format!("{}: {sentence}", if passed { "note" } else { "error" }));
    }
    out
}

fn push(out: &mut String, line: &str) {
    out.push_str(&clean_line(line));
    out.push('\n');
}

/// `gemma-3n: Gemma 3n, ✓ Ship, 3 of 4`: a row of a list.
fn row(row: &[Cell]) -> String {
    let texts: Vec<&str> = row.iter().map(|cell| cell.text.as_str()).filter(|text| *text != ABSENT).collect();
    match texts.split_first() {
        Some((first, rest)) if !rest.is_empty() => format!("{first}: {}", rest.join(", ")),
        _ => texts.concat(),
    }
}

fn problem(problem: &CheckProblem) -> String {
    format!("{}: {}: {}", problem.location, problem.severity, problem.message)
}
