//! What a flag or an argument may be given.

use super::answer::{BEGINNING, FILES};
use super::records;
use super::typed::CompletionContext;
use crate::cli::settings::ReportEntry;
use crate::format::Formatter;
use crate::report::{Subject, gate_typed};
use clap::{Arg, ValueHint};
use clap_complete::engine::CompletionCandidate;
use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;

/// Where the values of an argument come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CandidateSource {
    /// The slugs of the tools in use.
    Tools,
    /// Their categories.
    Categories,
    /// Their prices.
    Prices,
    /// Metrics, operators and the words they are compared with.
    Gates,
    /// Their reviewers, each followed by `=`.
    Reviewers,
    /// The formats.
    Formats,
    /// Those of them that are templates.
    Templates,
    /// The reports that `compare.toml` names.
    Reports,
    /// The kinds of record files.
    Kinds,
    /// The shell's file names.
    Files,
    /// The same, or `FORMAT=` and a file name.
    Outputs,
}

/// The source for each argument that takes a value, by clap's id; not for those that list their own values or that clap
/// knows to be paths.
const SOURCES: &[(&str, CandidateSource)] = &[
    ("tools", CandidateSource::Tools),
    ("tool", CandidateSource::Tools),
    ("names", CandidateSource::Reports),
    ("category", CandidateSource::Categories),
    ("weight", CandidateSource::Reviewers),
    ("format", CandidateSource::Formats),
    ("template_name", CandidateSource::Templates),
    ("input_format", CandidateSource::Kinds),
    ("output", CandidateSource::Outputs),
    ("price", CandidateSource::Prices),
    ("gate", CandidateSource::Gates),
];

/// The source for an argument, if it is known.
pub(super) fn source(argument: &Arg) -> Option<CandidateSource> {
    let known = SOURCES.iter().find(|(id, _)| argument.get_id() == id).map(|(_, source)| *source);
    let path = matches!(argument.get_value_hint(), ValueHint::AnyPath | ValueHint::FilePath | ValueHint::DirPath);
    known.or(path.then_some(CandidateSource::Files))
}

/// How many words are listed at most; of more tools, only how they go on.
pub(super) const MOST: usize = 1_000;

/// A value and a line about it.
type DescribedValue = (String, String);

impl CompletionContext {
    /// The values from `source` that fit what was typed of them.
    pub(super) fn values(&self, source: CandidateSource, current: &OsStr) -> Vec<CompletionCandidate> {
        let Some(current) = current.to_str() else { return Vec::new() };
        match source {
            CandidateSource::Tools if current.starts_with('@') => self.fitting(current, &self.sets()),
            CandidateSource::Tools => self.tools(current),
            CandidateSource::Categories => self.fitting(current, &self.categories()),
            CandidateSource::Prices => self.fitting(current, &self.prices()),
            CandidateSource::Gates => {
                let subject = match self.typed.command.as_deref() {
                    Some("show") => Subject::Tool,
                    Some("rank") => Subject::Ranking,
                    Some("changes") => Subject::Changes,
                    _ => Subject::Comparison,
                };
                let gates = gate_typed(current, subject, || self.reviewer_names());
                self.fitting(current, &gates).into_iter().map(unfinished_gate).collect()
            }
            CandidateSource::Reviewers => self.fitting(current, &self.reviewers()),
            CandidateSource::Formats => self.fitting(current, &described(records::formats(self).iter())),
            CandidateSource::Templates => {
                let formats = records::formats(self);
                self.fitting(current, &described(formats.templates().map(|template| template as &dyn Formatter)))
            }
            CandidateSource::Reports => self.fitting(current, &self.reports()),
            CandidateSource::Kinds => {
                let kinds: Vec<_> = crate::catalog::kinds().map(|kind| (kind.to_owned(), String::new())).collect();
                self.fitting(current, &kinds)
            }
            CandidateSource::Files => vec![files("")],
            CandidateSource::Outputs => {
                vec![files(current.split_inclusive('=').next().filter(|s| self.is_format(s)).unwrap_or(""))]
            }
        }
    }

    /// Whether this is `FORMAT=`.
    fn is_format(&self, text: &str) -> bool {
        text.strip_suffix('=').is_some_and(|name| records::formats(self).by_name(name).is_ok())
    }

    fn categories(&self) -> Vec<DescribedValue> {
        let Some(catalog) = records::names(self, false) else { return Vec::new() };
        let categories = catalog.tool_index().lists().categories;
        counted(categories.iter().map(|(name, count)| (name.as_str(), *count)))
    }

    /// The distinct prices, however they are written.
    fn prices(&self) -> Vec<DescribedValue> {
        let Some(catalog) = records::priced(self) else { return Vec::new() };
        let mut counts: BTreeMap<String, (&str, usize)> = BTreeMap::new();
        for entry in catalog.records().iter().filter_map(|record| record.profile.pricing_entry.as_deref()) {
            counts.entry(entry.to_lowercase()).or_insert((entry, 0)).1 += 1;
        }
        counted(counts.into_values())
    }

    fn reviewers(&self) -> Vec<DescribedValue> {
        let weighed: Vec<&str> =
            self.typed.values("weight").filter_map(|typed| Some(typed.rsplit_once('=')?.0)).collect();
        let left = self.reviewer_names().into_iter().filter(|reviewer| !weighed.contains(&reviewer.as_str()));
        left.map(|name| (format!("{name}="), String::new())).collect()
    }

    fn reviewer_names(&self) -> Vec<String> {
        let Some(catalog) = records::names(self, true) else { return Vec::new() };
        catalog.tool_index().lists().reviewers.into_iter().collect()
    }

    fn sets(&self) -> Vec<DescribedValue> {
        let Some(settings) = records::settings(self) else { return Vec::new() };
        settings.all.sets.iter().map(|(name, set)| (format!("@{name}"), set.value.join(", "))).collect()
    }

    fn reports(&self) -> Vec<DescribedValue> {
        let Some(settings) = records::settings(self) else { return Vec::new() };
        let files = |entry: &ReportEntry| {
            entry.outputs.iter().map(|output| output.path.display().to_string()).collect::<Vec<_>>().join(", ")
        };
        let left = settings.project.reports.iter().filter(|entry| !self.typed.tools.contains(&entry.name));
        left.map(|entry| (entry.name.clone(), files(entry))).collect()
    }

    /// Those of `values` that go on from `current`, as they are or else but for case.
    fn fitting(&self, current: &str, values: &[DescribedValue]) -> Vec<CompletionCandidate> {
        let about: HashMap<&str, &str> = values.iter().map(|(name, about)| (name.as_str(), about.as_str())).collect();
        let names: Vec<&str> = values.iter().map(|(name, _)| name.as_str()).collect();
        let fitting = fit(current, &names, self.abilities.infix).into_iter().take(MOST).enumerate();
        let candidate = |(order, name): (usize, &str)| {
            CompletionCandidate::new(name).display_order(Some(order)).help(Some(about[name].to_owned().into()))
        };
        fitting.map(candidate).collect()
    }
}

/// A gate that ends in an operator wants a value behind it.
fn unfinished_gate(gate: CompletionCandidate) -> CompletionCandidate {
    let open = gate.get_value().as_encoded_bytes().last().is_some_and(|last| b"<>".contains(last));
    if open { gate.tag(Some(BEGINNING.into())) } else { gate }
}

fn files(before: &str) -> CompletionCandidate {
    CompletionCandidate::new(before).tag(Some(FILES.into()))
}

fn described<'f>(formats: impl Iterator<Item = &'f dyn Formatter>) -> Vec<DescribedValue> {
    formats.map(|format| (format.name().to_owned(), format.about().to_owned())).collect()
}

/// Words with how many tools have each.
fn counted<'a>(words: impl Iterator<Item = (&'a str, usize)>) -> Vec<DescribedValue> {
    let about = |count| format!("{count} tool{}", if count == 1 { "" } else { "s" });
    words.map(|(word, count)| (word.to_owned(), about(count))).collect()
}

/// Those of `names` that begin with `typed`, else those that do but for case, else (with `infix`) those that hold it.
fn fit<'a>(typed: &str, names: &[&'a str], infix: bool) -> Vec<&'a str> {
    let of = |fits: &dyn Fn(&str) -> bool| names.iter().copied().filter(|name| fits(name)).collect::<Vec<_>>();
    let found = of(&|name| name.starts_with(typed));
    if !found.is_empty() {
        return found;
    }
    let folded = typed.to_lowercase();
    let found = of(&|name| name.to_lowercase().starts_with(&folded));
    if !found.is_empty() || !infix || typed.starts_with('-') {
        found
    } else {
        of(&|name| name.to_lowercase().contains(&folded))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_so_comes_before_what_only_holds_it() {
        let names = ["gemma-3n", "hugging-face-smolvlm2-turbo", "smol"];
        assert_eq!(fit("smol", &names, true), ["smol"]);
        assert_eq!(fit("vlm", &names, true), ["hugging-face-smolvlm2-turbo"]);
        assert_eq!(fit("vlm", &names, false), Vec::<&str>::new());
        assert_eq!(fit("GEM", &names, false), ["gemma-3n"]);
        assert_eq!(fit("", &names, false), names);
    }
}
