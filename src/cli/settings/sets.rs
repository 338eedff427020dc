//! `[sets]`: tools that are compared together, under a name: `@shortlist` on the command line and in reports.

use super::reader::{Reader, TomlTable};
use super::reports::{ReportEntry, ReportSubject};
use super::{Layer, Sourced};
use crate::error::{Error, Result};
use crate::suggest::nearest;
use std::collections::BTreeMap;

/// Sets by their names, without the `@`.
pub(in crate::cli) type Sets = BTreeMap<String, Sourced<Vec<String>>>;

/// The sets of the table `sets`. A set names tools, and no other set.
pub(super) fn read(reader: &mut Reader<'_>, table: &TomlTable<'_>) -> Sets {
    let mut sets = Sets::new();
    for (name, value) in table {
        let is_plain = |c: char| c.is_alphanumeric() || "-_.".contains(c);
        if name.get_ref().is_empty() || !name.get_ref().chars().all(is_plain) {
            let error = Error::data(format!("invalid name of a set: `{}`", name.get_ref()));
            reader.problem(name.span(), error.hint("use letters, digits, `-`, `_` and `.`"));
            continue;
        }
        let Some(tools) = reader.strings(name.get_ref(), value) else { continue };
        if let Some((tool, span)) = tools.iter().find(|(tool, _)| tool.starts_with('@') || tool.is_empty()) {
            let error = Error::data(format!("`{tool}` is not the name of a tool; a set names tools, not sets"));
            reader.problem(span.clone(), error.hint("write out the tools of the other set"));
        }
        let tools = tools.into_iter().map(|(tool, _)| tool).collect();
        sets.insert(name.get_ref().clone().into_owned(), Sourced { value: tools, origin: reader.origin(value) });
    }
    sets
}

/// Puts the tools of sets in the place of their names in the reports of `layer`.
pub(super) fn expand_reports(reader: &mut Reader<'_>, layer: &mut Layer) {
    let Layer { sets, reports, .. } = layer;
    for ReportEntry { subject, location, .. } in reports {
        if let ReportSubject::Tools(tools) = subject {
            match expanded(sets, tools) {
                Ok(all) => *tools = all,
                Err(error) => reader.problem_at(location.clone(), error),
            }
        }
    }
}

/// The tools `typed`, those of a set in the place of `@NAME`.
///
/// # Errors
/// The set does not exist.
pub(in crate::cli) fn expanded(sets: &Sets, typed: &[String]) -> Result<Vec<String>> {
    let mut tools = Vec::with_capacity(typed.len());
    for word in typed {
        let Some(name) = word.strip_prefix('@') else {
            tools.push(word.clone());
            continue;
        };
        match sets.get(name) {
            Some(set) => tools.extend(set.value.iter().cloned()),
            None => return Err(unknown(sets, name)),
        }
    }
    Ok(tools)
}

fn unknown(sets: &Sets, name: &str) -> Error {
    let error = Error::usage(if name.is_empty() {
        "`@` needs the name of a set".to_owned()
    } else {
        format!("unknown set `@{name}`")
    });
    if sets.is_empty() {
        return error.hint("the settings have no sets; write `[sets]` and `NAME = [\"a\", \"b\"]` into compare.toml");
    }
    let names: Vec<&str> = sets.keys().map(String::as_str).collect();
    let meant = nearest(name, names.iter().copied()).map(|near| format!("did you mean `@{near}`?"));
    error.hint(meant.unwrap_or_else(|| format!("sets: @{}", names.join(", @"))))
}
