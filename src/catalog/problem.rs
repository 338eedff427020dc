//! What is wrong with a catalog, with its place.

use super::merge::Fault;
use super::read::finding::InputFinding;
use super::read::input::Input;
use crate::error::{Error, Location, Result};
use crate::locate::locate;
use crate::sort;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Whether a record can be used in spite of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It cannot: commands refuse it.
    Error,
    /// It can, but a person should look.
    Warning,
}

/// Something wrong with a catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Whether it is an error or a warning.
    pub severity: Severity,
    /// What sort of problem it is: `invalid`, `sheet`, `twice`, `ambiguous`, `same-slug`, `unreadable` or `no-records` for errors;
    /// `reviewer-spelling`, `tool-spelling`, `name-spelling`, `scale`,
    /// `left-out`, `computed-column`, `unread-column`, `criteria` or `workbook` for warnings of every command; `unknown-field`,
    /// `empty-text`, `price-without-detail`, `verdict-against-score`, `slug-is-command`, `no-reviews`, or `name-of-several` for warnings of `check` alone.
    pub code: &'static str,
    /// One sentence: what was found and what was expected.
    pub message: String,
    /// Where it was found.
    pub location: Location,
    /// What to do about it, such as the nearest allowed value.
    pub help: Option<String>,
}

impl Problem {
    /// The problem without its places, for a document: those depend on where the records are.
    pub fn sentence(&self) -> String {
        let message = self.message.split(" (first at ").next().unwrap_or_default();
        let end = if message.ends_with('?') { "" } else { "." };
        let mut letters = message.chars();
        letters
            .next()
            .map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str() + end)
    }

    /// The problem as an error of a command.
    pub fn into_error(self) -> Error {
        let error = Error::data(self.message).at(self.location);
        match self.help {
            Some(help) => error.hint(help),
            None => error,
        }
    }
}

/// The problems that `found` in one input are, in the order of their places.
///
/// # Errors
/// An input cannot be read again.
pub(crate) fn located(
    mut found: Vec<(Severity, InputFinding)>,
    input: usize,
    inputs: &[Input],
) -> Result<Vec<Problem>> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    sort::by(&mut found, |(a_severity, a), (b_severity, b)| {
        (a.span.start, a_severity, a.span.end).cmp(&(b.span.start, b_severity, b.span.end))
    });
    let spans: Vec<_> = found.iter().map(|(_, finding)| finding.span.clone()).collect();
    let locations = locate_in(input, inputs, &spans)?;
    // Where the first of two is, in one pass for each input.
    let mut firsts: BTreeMap<usize, BTreeSet<u64>> = BTreeMap::new();
    for first in found.iter().filter_map(|(_, finding)| finding.first) {
        firsts.entry(first.input.unwrap_or(input)).or_default().insert(first.at);
    }
    let mut named: BTreeMap<(usize, u64), String> = BTreeMap::new();
    for (other, bytes) in firsts {
        let spans: Vec<_> = bytes.iter().map(|at| *at..at + 1).collect();
        for (at, location) in bytes.into_iter().zip(locate_in(other, inputs, &spans)?) {
            named.insert((other, at), format!("{}:{}:{}", location.file, location.line, location.column));
        }
    }
    let problem = |((severity, finding), location): ((Severity, InputFinding), Location)| {
        let first = finding.first.and_then(|first| named.get(&(first.input.unwrap_or(input), first.at)));
        let message = match first {
            Some(first) => format!("{} (first at {first})", finding.message),
            None => finding.message,
        };
        if !inputs[input].shows_lines {
            // What is wrong often quotes the line.
            let message = "invalid record; it is not quoted, because a link leads to it out of the folder".to_owned();
            return Problem { severity, code: finding.code, message, location, help: None };
        }
        Problem { severity, code: finding.code, message, location, help: finding.help }
    };
    Ok(found.into_iter().zip(locations).map(problem).collect())
}

fn locate_in(input: usize, inputs: &[Input], spans: &[Range<u64>]) -> Result<Vec<Location>> {
    let input = &inputs[input];
    let mut locations = locate(&input.name, input.source()?.0.stream(), spans)?;
    if !input.shows_lines {
        for location in &mut locations {
            location.excerpt = None;
        }
    }
    Ok(locations)
}

/// How many errors of records a command names.
const NAMED: usize = 3;

/// The first few of `faults` as one error, with the count of all; `None` where there are none.
///
/// # Errors
/// An input cannot be read again.
pub(crate) fn refusal(faults: &mut dyn Iterator<Item = &Fault>, inputs: &[Input]) -> Result<Option<Error>> {
    let (count, mut named) = first_of(faults, inputs)?;
    if count == 0 {
        return Ok(None);
    }
    let mut errors = named.drain(..).map(Problem::into_error);
    let mut error = errors.next().unwrap_or_else(|| Error::data("the records have problems"));
    error.also = errors.collect();
    error.invalid_records = true;
    let named = 1 + error.also.len();
    Ok(Some(if count > named {
        error.hint(format!("{count} problems in all; `compare check` lists them"))
    } else {
        error
    }))
}

/// The first few of `faults` as warnings, with the count of the others.
///
/// # Errors
/// An input cannot be read again.
pub(crate) fn warnings(faults: &mut dyn Iterator<Item = &Fault>, inputs: &[Input]) -> Result<Vec<Error>> {
    let (count, named) = first_of(faults, inputs)?;
    let more = count - named.len();
    let mut warnings: Vec<Error> = named.into_iter().map(Problem::into_error).collect();
    if more > 0 {
        warnings.push(Error::data(format!("{more} more problems; `compare check` lists them")));
    }
    Ok(warnings)
}

/// How many `faults` there are, and the first few.
fn first_of(faults: &mut dyn Iterator<Item = &Fault>, inputs: &[Input]) -> Result<(usize, Vec<Problem>)> {
    let mut count = 0;
    let mut first: Vec<(usize, InputFinding)> = Vec::new();
    for fault in faults {
        count += 1;
        if let Some(finding) = &fault.finding {
            first.push((fault.input, finding.clone()));
        }
    }
    sort::by_key(&mut first, |(input, finding)| (*input, finding.span.start));
    first.truncate(NAMED);
    let mut problems = Vec::with_capacity(first.len());
    for (input, finding) in first {
        problems.extend(located(vec![(Severity::Error, finding)], input, inputs)?);
    }
    Ok((count, problems))
}

/// The error where nothing is left to compare.
pub(crate) fn no_records(faults: &[Fault], inputs: &[Input], skipped: Vec<Error>) -> Result<Error> {
    if let Some(error) = refusal(&mut faults.iter(), inputs)? {
        return Ok(error);
    }
    let what = if skipped.is_empty() { "no records" } else { "no valid records" };
    let mut error = if let [input] = inputs {
        let location = Location { file: input.name.clone(), ..Location::default() };
        Error::data(format!("there are {what}")).at(location)
    } else {
        let names: Vec<_> = inputs.iter().take(3).map(|input| input.name.as_str()).collect();
        let more = if inputs.len() > 3 { format!(" and {} more", inputs.len() - 3) } else { String::new() };
        Error::data(format!("{what} in {}{more}", names.join(", ")))
    };
    error.also = skipped;
    Ok(error)
}
