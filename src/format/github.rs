//! `github`: [workflow commands](https://docs.github.com/actions/reference/workflow-commands-for-github-actions)
//! that show problems and notes beside the lines of a pull request.

use super::{BuiltIn, Style};
use crate::error::split_hint;
use crate::report::Report;
use crate::report::block::{Block, CheckProblem};
use crate::text::visible_line;

/// The `github` format.
pub(super) const GITHUB: BuiltIn =
    BuiltIn::new("github", &["github"], "annotations for GitHub's workflows", |report, style| {
        Ok(format(report, style))
    });

fn format(report: &Report, style: &Style) -> String {
    let mut out = String::new();
    let mut summary = String::new();
    let mut is_check = false;
    for block in report.blocks(style.reviews) {
        match block {
            Block::Answer(answer) => {
                summary = format!("::notice::{}\n", message(&answer.whole()));
            }
            // GitHub shows the first annotations only, so that each problem goes before how many there are.
            Block::Problems(problems) => {
                is_check = true;
                out.extend(problems.iter().map(problem));
            }
            Block::Notes(notes) => {
                out.extend(notes.short().iter().map(|note| format!("::warning::{}\n", message(note))));
            }
            // Annotations point at something; the rest of a document is for the other formats.
            _ => {}
        }
    }
    let mut out = if is_check { out + &summary } else { summary + &out };
    for (passed, sentence) in report.gate_sentences() {
        let level = if passed { "notice" } else { "error" };
        out += &format!("::{level}::{}\n", message(&sentence));
    }
    out
}

fn problem(problem: &CheckProblem) -> String {
    let location = &problem.location;
    let mut place = format!("file={}", property(&location.file));
    if location.line > 0 {
        place += &format!(",line={}", location.line);
    }
    if location.column > 0 {
        place += &format!(",col={}", location.column);
    }
    let (sentence, block) = split_hint(problem.help.as_deref().unwrap_or_default());
    let help = if sentence.is_empty() { String::new() } else { format!("; {sentence}") };
    let block: String = block.map(|line| format!("%0A{}", message(line))).collect();
    format!("::{} {place}::{}{block}\n", problem.severity, message(&format!("{}{help}", problem.message)))
}

/// A text as the message of a command: on one line, so no other command begins in it.
fn message(text: &str) -> String {
    visible_line(text).trim().replace('%', "%25")
}

/// A text as the property of a command.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_message_or_a_property_early() {
        assert_eq!(message("50%\n::error::forged\r"), "50%25 ::error::forged");
        assert_eq!(property("a,line=3:x%"), "a%2Cline=3%3Ax%25");
    }
}
