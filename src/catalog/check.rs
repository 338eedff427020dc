//! Every problem of a catalog at once: what cannot be used, and what may be a mistake.

use super::load::load;
use super::merge::{Fault, Merged, RecordOrigin};
use super::options::SMALL;
use super::problem::{Problem, Severity, located};
use super::read::encoding::WORKBOOK_HELP;
use super::read::finding::{InputFinding, KEPT};
use super::read::input::{self, Gathered, Input};
use super::record::identity::{case_key, find_key};
use super::record::projection::Projection;
use super::spelling::{self, Located};
use super::{InputSource, ReadOptions, kind};
use crate::error::{Error, Location, Result};
use crate::sort;
use hashbrown::{DefaultHashBuilder, HashSet};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::BuildHasher as _;

/// Finds every problem of the records in `places`, in the order of the inputs. `commands` are the words that a slug
/// should not be.
///
/// A ship with a score below 40 and a skip with one of 80 or more contradict it. Of one input, at most 1000 errors and
/// 1000 warnings are named.
///
/// # Errors
/// A place is missing, or its kind cannot be told: there is nothing to check.
pub fn check(places: Vec<InputSource>, commands: &[&str], options: &ReadOptions) -> Result<Vec<Problem>> {
    let named = options.input_format.map(kind::named).transpose()?;
    let Gathered { inputs, workbooks } = input::gather(places, named)?;
    let loaded = load(&inputs, needed(&inputs), true, options)?;
    let mut problems: Vec<Problem> =
        loaded.unreadable.into_iter().map(|(input, error)| unreadable(&inputs[input], error)).collect();
    let mut found: Vec<Vec<(Severity, InputFinding)>> = vec![Vec::new(); inputs.len()];
    note_faults(&loaded.merged.faults, Severity::Error, &mut found);
    note_faults(&loaded.skipped, Severity::Warning, &mut found);
    let notices = loaded.merged.notices.iter().map(|notice| (notice.input, notice.finding.clone()));
    let records = loaded.merged.records.iter().enumerate().map(|(index, record)| Located {
        record,
        origin: &loaded.merged.origins[index],
        review_places: loaded.merged.review_places.get(index).map_or(&[], Vec::as_slice),
    });
    for (input, finding) in loaded.warnings.into_iter().chain(notices).chain(spelling::warnings(records)) {
        found[input].push((Severity::Warning, finding));
    }
    let mut lints = vec![0; inputs.len()];
    for (input, finding) in loaded.lints {
        lints[input] += 1;
        if lints[input] <= KEPT {
            found[input].push((Severity::Warning, finding));
        }
    }
    across(&loaded.merged, commands, &mut found);
    for (index, findings) in found.into_iter().enumerate() {
        problems.extend(located(findings, index, &inputs)?);
    }
    problems.extend(workbooks.into_iter().map(|file| Problem {
        severity: Severity::Warning,
        code: "workbook",
        message: "a workbook is not read".to_owned(),
        location: Location { file, ..Location::default() },
        help: Some(WORKBOOK_HELP.to_owned()),
    }));
    if loaded.merged.records.is_empty() && problems.iter().all(|problem| problem.severity == Severity::Warning) {
        // Each file may be without records, all of them together may not: nothing could be opened.
        problems.extend(inputs.first().map(|input| Problem {
            severity: Severity::Error,
            code: "no-records",
            message: "there are no records".to_owned(),
            location: Location { file: input.name.clone(), ..Location::default() },
            help: None,
        }));
    }
    Ok(problems)
}

/// What is kept of the records to check. Every field is validated whether it is kept or not; only rows of sheets may
/// contradict each other in the fields of a tool.
fn needed(inputs: &[Input]) -> Projection {
    if inputs.iter().map(Input::size).sum::<u64>() < SMALL {
        Projection::ALL
    } else if inputs.iter().all(|input| input.kind.reads_one()) {
        Projection::REVIEWS
    } else {
        Projection { review_text: false, ..Projection::ALL }
    }
}

/// The problem that an input is which is not text.
fn unreadable(input: &Input, error: Error) -> Problem {
    Problem {
        severity: Severity::Error,
        code: "unreadable",
        message: error.message,
        location: error.location.unwrap_or_else(|| Location { file: input.name.clone(), ..Location::default() }),
        help: error.hints.into_iter().next(),
    }
}

/// The errors of each input, as problems of this `severity`; those that are not kept in words as a number.
fn note_faults(faults: &[Fault], severity: Severity, found: &mut [Vec<(Severity, InputFinding)>]) {
    let mut more = vec![0; found.len()];
    for fault in faults {
        match &fault.finding {
            Some(finding) => found[fault.input].push((severity, finding.clone())),
            None => more[fault.input] += 1,
        }
    }
    for (found, more) in found.iter_mut().zip(more).filter(|(_, more)| *more > 0) {
        let span = found.last().map_or(0..1, |(_, last)| last.span.clone());
        let message = format!("{more} more errors in this file");
        found.push((severity, InputFinding { span, code: "invalid", message, help: None, first: None }));
    }
}

/// What shows only when all records are side by side.
fn across(merged: &Merged, commands: &[&str], found: &mut [Vec<(Severity, InputFinding)>]) {
    let mut warn = |index: usize, code, message: String, first: Option<usize>| {
        let origin = &merged.origins[index];
        let first = first.map(|first| &merged.origins[first]);
        let first = first.map(RecordOrigin::position);
        let span = origin.span.start..origin.span.start + 1;
        found[origin.input as usize].push((Severity::Warning, InputFinding { span, code, message, help: None, first }));
    };
    let hasher = DefaultHashBuilder::default();
    let hash = |key: &str| hasher.hash_one(key);
    let repeated = spelling::repeated_hashes(merged.records.iter().map(|record| hash(&find_key(&record.name))));
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut seen: HashSet<*const SmolStr, DefaultHashBuilder> = HashSet::default();
    let mut reviewers: BTreeMap<String, BTreeMap<&str, usize>> = BTreeMap::new();
    let invalid: BTreeSet<usize> = merged.faults.iter().filter_map(Fault::tool).collect();
    let valid = merged.records.iter().enumerate().filter(|(index, _)| !invalid.contains(index));
    for (index, record) in valid {
        if commands.contains(&record.slug.as_str()) {
            let message = format!("the slug `{0}` is also a command: `compare {0}` runs that", record.slug);
            warn(index, "slug-is-command", message, None);
        }
        if record.reviews.is_empty() {
            warn(index, "no-reviews", format!("`{}` has no reviews", record.slug), None);
        }
        let name = find_key(&record.name);
        let is_repeated = !name.is_empty() && repeated.binary_search(&hash(&name)).is_ok();
        match names.get(&*name).filter(|_| is_repeated) {
            Some(first) => {
                // What differs only in case is a warning of every command.
                let known = &merged.records[*first];
                if known.name == record.name || case_key(&known.name) != case_key(&record.name) {
                    let message = format!("`{}` and `{}` have the same name", known.slug, record.slug);
                    warn(index, "name-of-several", message, Some(*first));
                }
            }
            None if is_repeated => drop(names.insert(name.into_owned(), index)),
            None => {}
        }
        // Names are shared within an input: most need not be looked at.
        for review in record.reviews.iter().filter(|review| seen.insert(review.reviewer.address())) {
            reviewers
                .entry(find_key(&review.reviewer).into_owned())
                .or_default()
                .entry(&review.reviewer)
                .or_insert(index);
        }
    }
    for spellings in reviewers.into_iter().filter(|(name, spellings)| !name.is_empty() && spellings.len() > 1) {
        let mut by_place: Vec<_> = spellings.1.into_iter().map(|(name, index)| (index, name)).collect();
        sort::by(&mut by_place, Ord::cmp);
        for (index, name) in &by_place[1..] {
            // What differs only in case is a warning of every command.
            if case_key(name) != case_key(by_place[0].1) {
                let message = format!("the reviewer \"{name}\" is also spelled \"{}\"", by_place[0].1);
                warn(*index, "reviewer-spelling", message, Some(by_place[0].0));
            }
        }
    }
}
