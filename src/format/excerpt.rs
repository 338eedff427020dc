//! A line of someone's file with the part that is meant underlined.

use crate::error::Excerpt;
use crate::text::clean_line;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::ops::Range;

/// The line of `excerpt`, which is line `line` of its file (0 where that is unknown), with the part that is meant
/// underlined, in at most `columns` columns where the part allows it.
pub fn underlined(excerpt: &Excerpt, line: usize, columns: usize, color: bool) -> String {
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
    (source, from..to)
}

/// As [`clean_line`], but runs of blanks stay: they are the indentation of the source. A tab is one blank.
fn clean_source(part: &str) -> String {
    part.split_inclusive([' ', '\t']).map(clean_line).collect()
}
