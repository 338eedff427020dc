//! `markdown`: [GFM](https://github.github.com/gfm/) for pull requests and job summaries.
//!
//! The answer stands first. Every text is escaped for its context, so that none becomes markup,
//! a link, a mention, or a second cell.

use super::escape::{BREAK, Piece, each_piece};
use super::{BuiltIn, Style};
use crate::ci_log::{self, Breaks};
use crate::error::split_hint;
use crate::report::Report;
use crate::report::block::{Answer, Block, CheckProblem, Column, Field, Passage, Role, Table, Tools};
use crate::text::{clean_line, visible_block, visible_line};
use std::fmt::Write as _;

/// With more reviewers than this, a table of tools as rows has no columns for them.
const REVIEWER_COLUMNS: usize = 12;

/// The `markdown` format.
pub(super) const MARKDOWN: BuiltIn = BuiltIn {
    aliases: &["md"],
    ..BuiltIn::new(
        "markdown",
        &["md", "markdown"],
        "GitHub's Markdown, for pull requests and job summaries",
        |report, style| Ok(format(report, style)),
    )
};

fn format(report: &Report, style: &Style) -> String {
    let parts: Vec<String> = report.blocks(style.reviews).iter().map(set).filter(|part| !part.is_empty()).collect();
    parts.join("\n")
}

fn set(block: &Block) -> String {
    match block {
        Block::Title(text) => format!("# {}\n", line(text)),
        Block::Heading(text) => format!("## {}\n", line(text)),
        Block::Answer(answer) => self::answer(answer),
        Block::Fields(fields) => self::fields(fields),
        Block::Table(table) | Block::Scores(table) => self::table(table),
        Block::Tools(tools) => self::tools(tools),
        Block::Ranking(rows) => table(&rows.table),
        Block::Prose(passages) => passages.iter().map(passage).collect::<Vec<_>>().join("\n"),
        // The blocks around an exhibit say it in short, and a comment has little room.
        Block::Exhibit(_) => String::new(),
        Block::Problems(problems) => problems.iter().map(problem).collect(),
        Block::Notes(notes) => notes.short().iter().map(|note| format!("- {}\n", line(note))).collect(),
    }
}

/// A problem as an item of a list.
fn problem(problem: &CheckProblem) -> String {
    let (sentence, block) = split_hint(problem.help.as_deref().unwrap_or_default());
    let help = if sentence.is_empty() { String::new() } else { format!("; {}", inline(sentence)) };
    // Code in a list is indented by six: nothing in it ends it.
    let block: String = block.map(|line| format!("      {}\n", clean_line(line))).collect();
    let block = if block.is_empty() { block } else { format!("\n{block}\n") };
    format!(
        "- **{}** {}: {}{help}\n{block}",
        inline(problem.severity),
        inline(&problem.location.to_string()),
        inline(&problem.message)
    )
}

fn answer(answer: &Answer) -> String {
    let mut out = String::new();
    if !answer.headline.is_empty() {
        let _ = write!(out, "**{}** ", inline(&answer.headline));
    }
    let _ = writeln!(out, "{}", inline(&answer.statement));
    if !answer.advice.is_empty() {
        let _ = writeln!(out, "\n{}", line(&answer.advice));
    }
    out
}

fn fields(fields: &[Field]) -> String {
    fields.iter().map(|field| format!("- **{}**: {}\n", inline(&field.label), inline(&field.cell.text))).collect()
}

/// The tools as columns while there are few of them, else as rows.
fn tools(tools: &Tools) -> String {
    if tools.are_few() {
        let tables = std::iter::once(&tools.facts).chain(&tools.scores).map(table);
        let parts = std::iter::once(fields(&tools.shared)).chain(tables).filter(|part| !part.is_empty());
        return parts.collect::<Vec<_>>().join("\n");
    }
    let rows = &tools.rows;
    let is_reviewer = |column: &Column| column.role == Role::Score;
    let reviewers = rows.table.columns.iter().filter(|column| is_reviewer(column)).count();
    let has_room = (1..=REVIEWER_COLUMNS).contains(&reviewers);
    let main = if has_room { rows.table.clone() } else { rows.table.without(is_reviewer) };
    let detail = rows.detail.as_ref().filter(|_| !has_room);
    let legend = rows.legend.join(" ");
    let mut parts = vec![fields(&rows.shared), table(&main)];
    parts.extend(detail.map(table));
    parts.push(if legend.is_empty() { legend } else { format!("{}\n", line(&legend)) });
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

fn table(table: &Table) -> String {
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let rule = |role: Role| {
        if matches!(role, Role::Figure | Role::Difference | Role::Bar | Role::Score) { "---:" } else { "---" }
    };
    let mut out = row(table.columns.iter().map(|column| inline(&column.title)).collect());
    out += &row(table.columns.iter().map(|column| rule(column.role).to_owned()).collect());
    for cells in &table.rows {
        out += &row(cells.iter().map(|cell| inline(&cell.text)).collect());
    }
    out
}

fn passage(passage: &Passage) -> String {
    let text = visible_block(&passage.text);
    let paragraphs = text.lines().filter(|paragraph| !paragraph.trim().is_empty());
    let quoted: Vec<String> = paragraphs.map(|paragraph| format!("> {}\n", line(paragraph))).collect();
    format!("**{}**\n\n{}", inline(&passage.heading), quoted.join(">\n"))
}

/// `text` as it may stand at the start of a line: [`inline`], and no block begins.
pub(super) fn line(text: &str) -> String {
    let escaped = inline(text);
    let digits = escaped.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=9).contains(&digits) && matches!(escaped.as_bytes().get(digits), Some(b'.' | b')')) {
        return format!("{}\\{}", &escaped[..digits], &escaped[digits..]);
    }
    if escaped.starts_with(['+', '-', '=', ':']) { format!("\\{escaped}") } else { escaped }
}

/// `text` on one line, as it may stand within a paragraph, a heading or a table cell.
pub(super) fn inline(text: &str) -> String {
    let cleaned = visible_line(text);
    let text = cleaned.trim();
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    each_piece(text, |piece| {
        let (at, c) = match piece {
            Piece::Char(at, c) => (at, c),
            Piece::Break => return out.push_str(BREAK),
        };
        let rest = &text[at + c.len_utf8()..];
        match c {
            // A backslash would do for most renderers, but not inside every table.
            '|' => out.push_str("&#124;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' if rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '#') => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '~' | '[' | ']' | '#' | '$' => {
                out.push('\\');
                out.push(c);
            }
            ':' if ci_log::is_command(text, at, Breaks::AtLineEnds) => out.push_str("&#58;"),
            // Bare addresses become links whatever stands around them, so they are broken up with references.
            ':' if rest.starts_with("//") => out.push_str("&#58;"),
            '.' if ends_with_www(&text[..at]) => out.push_str("&#46;"),
            ':' if ["mailto", "xmpp"].iter().any(|scheme| ends_with_word(&text[..at], scheme)) => out.push_str("&#58;"),
            c => out.push(c),
        }
    });
    out
}

/// `text` on one line as code, wherever it stands.
pub(super) fn code(text: &str) -> String {
    let cleaned = visible_line(text);
    let text = cleaned.trim();
    // No fence of backquotes can hold a bar in a table or a workflow command, and nothing at all is no code.
    if text.is_empty() || text.contains('|') || ci_log::commands(text, Breaks::AtLineEnds).next().is_some() {
        return format!("<code>{}</code>", super::escape::references(text));
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let room = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{room}{text}{room}{fence}")
}

fn ends_with_www(text: &str) -> bool {
    ends_with_word(text, "www")
}

fn ends_with_word(text: &str, word: &str) -> bool {
    let start = text.len().checked_sub(word.len());
    start.and_then(|start| text.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn code_holds_what_it_is_given() {
        assert_eq!(code("compare a_b"), "`compare a_b`");
        assert_eq!(code("a ``b`"), "``` a ``b` ```");
        assert_eq!(code("a|b"), "<code>a&#124;b</code>");
        assert_eq!(code("\n"), "<code></code>");
        assert_eq!(code("a ##[b]"), "<code>a &#35;&#35;&#91;b&#93;</code>");
    }
}
