//! Errors of templates: what, where, and the line.

use super::render::Compiled;
use crate::catalog::spot::spots;
use crate::error::{Error, Spot};
use minijinja::ErrorKind;
use std::error::Error as _;
use std::ops::Range;

/// Longest piece of a message that comes from a template or a record, in characters.
const QUOTED_MAX: usize = 120;

/// `error` for people. `shown` names the file of a template by the name that minijinja knows; `names` are those of
/// the document's fields, for a hint.
pub(super) fn of(
    error: &minijinja::Error,
    shown: impl Fn(&str) -> String,
    compiled: &Compiled,
    names: &[&str],
) -> Error {
    // An error in an include is told by the include, and why it happened by the innermost.
    let mut innermost = error;
    while let Some(source) = innermost.source().and_then(|source| source.downcast_ref::<minijinja::Error>()) {
        innermost = if source.name().is_some() || source.line().is_none() { source } else { break };
    }
    let placed = if innermost.name().is_some() { innermost } else { error };
    let mut said = match innermost.source().and_then(|source| source.downcast_ref::<Error>()) {
        Some(own) => own.clone(),
        None => describe(innermost, &Written::of(innermost, compiled), names),
    };
    if said.spot.is_none() {
        said.spot = spot(placed, &Written::of(placed, compiled), shown);
    }
    said
}

/// Where an error is in what was written, which is not quite what was compiled.
#[derive(Default)]
struct Written {
    source: Option<String>,
    range: Option<Range<usize>>,
}

impl Written {
    fn of(error: &minijinja::Error, compiled: &Compiled) -> Self {
        let range = error.range();
        match error.name().and_then(|name| compiled.get(name)) {
            Some(guarded) => {
                let range = range.map(|range| guarded.meant(&range));
                Self { source: Some(guarded.source().to_owned()), range }
            }
            None => Self { source: error.template_source().map(str::to_owned), range },
        }
    }

    /// The part that is meant.
    fn meant(&self) -> Option<&str> {
        self.source.as_ref()?.get(self.range.clone()?).filter(|text| !text.is_empty())
    }

    /// Whether a filter is meant, not what it is given.
    fn is_filter(&self) -> bool {
        let before = self.source.as_ref().zip(self.range.clone()).and_then(|(source, range)| source.get(..range.start));
        before.is_some_and(|before| before.trim_end().ends_with('|'))
    }
}

fn describe(error: &minijinja::Error, written: &Written, names: &[&str]) -> Error {
    let detail = error.detail().map(quoted);
    let or = |otherwise: &str| detail.clone().unwrap_or_else(|| otherwise.to_owned());
    match error.kind() {
        ErrorKind::UndefinedError => match written.meant().map(quoted) {
            Some(filter) if written.is_filter() => Error::data(format!("what is given to `{filter}` is undefined"))
                .hint(format!("the document has {}", names.join(", "))),
            Some(expression) => {
                let message = format!("`{expression}` is undefined");
                if expression.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
                    Error::data(message).hint(format!("the document has {}", names.join(", ")))
                } else {
                    Error::data(message).hint("`compare ... --format json` shows the document that templates see")
                }
            }
            None => Error::data("an undefined value is used"),
        },
        ErrorKind::SyntaxError => Error::data(or("the template does not parse")),
        ErrorKind::UnknownFilter if detail.as_deref().is_some_and(|d| d.contains(" safe ")) => {
            Error::data("there is no filter `safe`: text of a record never becomes markup")
                .hint("write markup into the template itself")
        }
        ErrorKind::OutOfFuel => Error::data("the template does more work than is allowed for this document")
            .hint("it loops too often, or makes too much text"),
        _ => Error::data(or(&error.kind().to_string())),
    }
}

fn quoted(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= QUOTED_MAX && line.len() == text.len() {
        return text.to_owned();
    }
    line.chars().take(QUOTED_MAX).chain(['…']).collect()
}

fn spot(error: &minijinja::Error, written: &Written, shown: impl Fn(&str) -> String) -> Option<Spot> {
    let file = shown(error.name()?);
    let whole_line = Spot { file: file.clone(), line: error.line().unwrap_or_default(), ..Spot::default() };
    let (Some(source), Some(line)) = (written.source.as_deref(), error.line()) else { return Some(whole_line) };
    // Some errors know their line only: then the line is meant, from its first letter on.
    let range = written.range.clone().unwrap_or_else(|| {
        let start = source.split_inclusive('\n').take(line - 1).map(str::len).sum::<usize>();
        let text = source[start..].lines().next().unwrap_or_default();
        start + text.len() - text.trim_start().len()..start + text.len()
    });
    let span = range.start as u64..range.end.max(range.start + 1) as u64;
    spots(&file, source.as_bytes(), &[span]).ok().and_then(|mut spots| spots.pop()).or(Some(whole_line))
}
