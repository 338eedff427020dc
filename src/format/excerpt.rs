//! The line of an input that a message is about, with the place underlined.

use crate::ci_log::{self, Breaks, Instead};
use crate::error::Excerpt;
use crate::text::visible_line;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::ops::Range;

/// The line of `excerpt`, which is line `line` of its file (0 where that is unknown), with the part that is meant
/// underlined, in at most `columns` columns where the part allows it.
pub(crate) fn underlined(excerpt: &Excerpt, line: usize, columns: usize, color: bool) -> String {
    let (source, span) = clean_excerpt(excerpt);
    let snippet = Snippet::source(source)
        .line_start(line.max(1))
        .line_numbering(line > 0)
        .fold(false)
        .annotation(AnnotationKind::Primary.span(span));
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut text = renderer.term_width(columns).render(&[Group::with_level(Level::ERROR).element(snippet)]);
    text.push('\n');
    text
}

/// The source line as it may be shown, and where the marked part stands in it. Cleaning makes text longer, so the
/// parts are cleaned one by one.
fn clean_excerpt(excerpt: &Excerpt) -> (String, Range<usize>) {
    let line = excerpt.line.trim_end();
    let start = line.floor_char_boundary(excerpt.start);
    let end = line.ceil_char_boundary(excerpt.end.max(start));
    let mut source = clean_source(&line[..start]);
    let from = source.len();
    source.push_str(&clean_source(&line[start..end]));
    let to = source.len();
    source.push_str(&clean_source(&line[end..]));
    without_commands(source, from..to)
}

/// The source line without the workflow commands that a CI runner finds anywhere on a line, and where `span` is then.
fn without_commands(source: String, span: Range<usize>) -> (String, Range<usize>) {
    let longer = Instead::Shown.of(false).len() - 1;
    let found: Vec<usize> =
        ci_log::commands(&source, Breaks::AtLineEnds).filter(|at| source[*at..].starts_with('#')).collect();
    let moved = |place: usize| place + found.iter().filter(|at| **at < place).count() * longer;
    let span = moved(span.start)..moved(span.end);
    let mut neutral = source;
    for at in found.iter().rev() {
        neutral.replace_range(at..&(at + 1), Instead::Shown.of(false));
    }
    (neutral, span)
}

/// As [`visible_line`], but runs of blanks stay: they are the indentation of the source. A tab is one blank.
fn clean_source(part: &str) -> String {
    part.split_inclusive([' ', '\t']).map(visible_line).collect()
}
