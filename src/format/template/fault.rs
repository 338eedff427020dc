//! Errors of templates for people: what is wrong, and the line and column of it.

use crate::error::{Error, Location};
use crate::locate::locate;
use minijinja::ErrorKind;
use std::error::Error as _;

/// Longest piece of a message that comes from a template or a record, in characters.
const QUOTED_MAX: usize = 120;

/// `error` for people. `file_of` gives the file of a template by its name in minijinja; `fields` are the document's
/// top-level fields, for a hint.
pub(super) fn explain(error: &minijinja::Error, file_of: impl Fn(&str) -> String, fields: &[&str]) -> Error {
    // Errors in includes and macros are wrapped in those of their callers: the innermost says what is wrong.
    let mut innermost = error;
    while let Some(source) = innermost.source().and_then(|source| source.downcast_ref::<minijinja::Error>()) {
        innermost = if source.name().is_some() || source.line().is_none() { source } else { break };
    }
    let placed = if innermost.name().is_some() { innermost } else { error };
    let mut explained = match innermost.source().and_then(|source| source.downcast_ref::<Error>()) {
        Some(own) => own.clone(),
        None => describe(innermost, fields),
    };
    if explained.location.is_none() {
        explained.location = location(placed, file_of);
    }
    explained
}

fn describe(error: &minijinja::Error, fields: &[&str]) -> Error {
    let detail = error.detail().map(quoted);
    let detail_or = |otherwise: &str| detail.clone().unwrap_or_else(|| otherwise.to_owned());
    match error.kind() {
        ErrorKind::UndefinedError => undefined(error, fields),
        ErrorKind::SyntaxError => Error::data(detail_or("the template does not parse")),
        ErrorKind::UnknownFilter if detail.as_deref().is_some_and(|d| d.contains(" safe ")) => {
            Error::data("there is no filter `safe`: text of a record never becomes markup")
                .hint("write markup into the template itself")
        }
        ErrorKind::OutOfFuel => Error::data("the template exceeded its instruction limit")
            .hint("it loops too often, or makes too much text"),
        _ => Error::data(detail_or(&error.kind().to_string())),
    }
}

/// An undefined value: its expression, or the filter that it is given to.
fn undefined(error: &minijinja::Error, fields: &[&str]) -> Error {
    let source = error.template_source().unwrap_or_default();
    let range = error.range().unwrap_or_default();
    let Some(expression) = source.get(range.clone()).filter(|text| !text.is_empty()).map(quoted) else {
        return Error::data("an undefined value is used");
    };
    let fields = format!("the document has {}", fields.join(", "));
    if source[..range.start].trim_end().ends_with('|') {
        return Error::data(format!("the value given to `{expression}` is undefined")).hint(fields);
    }
    let is_name = expression.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    Error::data(format!("`{expression}` is undefined")).hint(if is_name {
        fields
    } else {
        "`compare ... --format json` shows the document that templates see".to_owned()
    })
}

/// The first line of `text`, cut to [`QUOTED_MAX`].
fn quoted(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= QUOTED_MAX && line.len() == text.len() {
        return text.to_owned();
    }
    line.chars().take(QUOTED_MAX).chain(['…']).collect()
}

fn location(error: &minijinja::Error, file_of: impl Fn(&str) -> String) -> Option<Location> {
    let file = file_of(error.name()?);
    let whole_line = Location { file: file.clone(), line: error.line().unwrap_or_default(), ..Location::default() };
    let (Some(source), Some(line)) = (error.template_source(), error.line()) else { return Some(whole_line) };
    // Some errors know their line only: then the line is meant, from its first letter on.
    let range = error.range().unwrap_or_else(|| {
        let start = source.split_inclusive('\n').take(line - 1).map(str::len).sum::<usize>();
        let text = source[start..].lines().next().unwrap_or_default();
        start + text.len() - text.trim_start().len()..start + text.len()
    });
    let span = range.start as u64..range.end.max(range.start + 1) as u64;
    locate(&file, source.as_bytes(), &[span]).ok().and_then(|mut locations| locations.pop()).or(Some(whole_line))
}
