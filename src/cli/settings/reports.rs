//! `[[report]]`: a report that a project keeps beside its records.

use super::reach::Base;
use super::reader::{Reader, TomlTable, TomlValue};
use super::sheets::ship_at;
use super::{Sourced, order};
use crate::catalog::record::score::Score;
use crate::cli::args::OutputArg;
use crate::cli::output::Target;
use crate::error::{Error, Location, Result};
use crate::sort;
use crate::suggest::did_you_mean;
use crate::verdict::{Filter, Order, PanelVerdict};
use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

/// The keys of an entry, in the order in which messages list them.
const KEYS: [&str; 16] = [
    "name",
    "tools",
    "all",
    "rank",
    "category",
    "verdict",
    "min-score",
    "price",
    "min-reviews",
    "top",
    "by",
    "unpaired",
    "ship-at",
    "reviews",
    "gates",
    "output",
];

/// Those that narrow a ranking.
const FILTERS: [&str; 6] = ["category", "verdict", "min-score", "price", "min-reviews", "top"];

/// One report.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::cli) struct ReportEntry {
    /// What it is called.
    pub(in crate::cli) name: String,
    /// Where it stands.
    pub(in crate::cli) location: Location,
    /// What it is about.
    pub(in crate::cli) subject: ReportSubject,
    /// The order of its tools.
    pub(in crate::cli) by: Option<Order>,
    /// Whether every review counts as another person's; as in the settings where the report does not say.
    pub(in crate::cli) unpaired: Option<bool>,
    /// The score from which a review without a verdict counts as ship; as in the settings where the report does not say.
    pub(in crate::cli) ship_at: Option<Score>,
    /// Whether it has the reviewers' words.
    pub(in crate::cli) reviews: bool,
    /// Conditions that it has to meet, each as after `--gate`.
    pub(in crate::cli) gates: Option<Sourced<Vec<String>>>,
    /// The files that it is written to. Not empty.
    pub(in crate::cli) outputs: Vec<ReportOutput>,
}

/// What a report is about.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::cli) enum ReportSubject {
    /// One tool, or several side by side.
    Tools(Vec<String>),
    /// The whole catalog side by side.
    All,
    /// The leaderboard of the tools that pass a filter, cut to so many.
    Rank(Filter, Option<usize>),
}

/// One file of a report.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::cli) struct ReportOutput {
    /// Where it is, from the working directory.
    pub(in crate::cli) path: PathBuf,
    /// The name of the markers between which it is written, if it is only a part of the file.
    pub(in crate::cli) marker: Option<String>,
    /// The format's name, where the extension is not to tell.
    pub(in crate::cli) format: Option<String>,
    /// Where the settings name it.
    pub(in crate::cli) location: Location,
}

impl ReportOutput {
    /// Where it is written.
    pub(in crate::cli) fn target(&self) -> Target {
        Target::of(&self.path, self.marker.as_ref())
    }
}

/// The reports of the key `report`, their files relative to `base`.
pub(super) fn entries(reader: &mut Reader<'_>, value: &TomlValue<'_>, base: Base<'_>) -> Vec<ReportEntry> {
    let Some(list) = value.get_ref().as_array() else {
        let error = Error::data("reports are a list of tables");
        reader.problem(value.span(), error.hint("write `[[report]]` over each"));
        return Vec::new();
    };
    let mut entries: Vec<ReportEntry> = Vec::new();
    let mut lines: HashMap<String, usize> = HashMap::new();
    for item in list {
        let Some(entry) = entry(reader, item, base) else { continue };
        if let Some(line) = lines.insert(entry.name.clone(), entry.location.line) {
            let error = Error::data(format!("two reports are called `{}`", entry.name));
            reader.problem(item.span(), error.hint(format!("the other is in line {line}")));
        }
        entries.push(entry);
    }
    refuse_same_file(reader, &entries);
    entries
}

/// Refuses two outputs to one file, as far as their names tell; links are found when the files are written. Several may
/// go between different markers of one file.
fn refuse_same_file(reader: &mut Reader<'_>, entries: &[ReportEntry]) {
    let mut first_of_file: HashMap<String, &ReportOutput> = HashMap::new();
    let mut of_markers: HashMap<(String, Option<&str>), &ReportOutput> = HashMap::new();
    for output in entries.iter().flat_map(|entry| &entry.outputs) {
        let (path, marker) = (plain(&output.path), output.marker.as_deref());
        let file = path.to_string_lossy().to_lowercase();
        let first = *first_of_file.entry(file.clone()).or_insert(output);
        let same = of_markers.insert((file, marker), output);
        let is_whole_and_part = first.marker.is_none() != marker.is_none();
        let earlier = if is_whole_and_part || plain(&first.path) != path { Some(first) } else { same };
        let Some(earlier) = earlier else { continue };
        let (one, other) = (earlier.target(), output.target());
        let message = if plain(&earlier.path) != path {
            format!("the outputs {one} and {other} differ only in case, and are one file on some systems")
        } else if is_whole_and_part {
            format!("the outputs {one} and {other} are one file, the whole of it and a part")
        } else {
            format!("two outputs go to {other}")
        };
        let error = Error::data(message).hint(format!("the other is in line {}", earlier.location.line));
        reader.problem_at(output.location.clone(), error);
    }
}

/// A path without `.` and without what `..` takes back.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(plain.components().next_back(), Some(Component::Normal(_))) => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// One report; none where it has a problem that leaves nothing to go on with.
fn entry(reader: &mut Reader<'_>, item: &TomlValue<'_>, base: Base<'_>) -> Option<ReportEntry> {
    let table = reader.table("report", item)?;
    reader.only(table, &KEYS, "a report");
    let name = match table.get("name") {
        Some(value) => reader.string("name", value),
        None => missing(reader, item, "name", "name = \"overview\""),
    };
    let subject = subject(reader, item, table);
    let by = reader.text(table, "by", order).map(Sourced::into_value);
    let unpaired = reader.flag(table, "unpaired").map(Sourced::into_value);
    let ship_at = reader.figure(table, "ship-at", ship_at).map(Sourced::into_value);
    let reviews = reader.flag(table, "reviews").is_some_and(Sourced::into_value);
    let gates = table.get("gates").and_then(|value| {
        let texts = reader.strings("gates", value)?.into_iter().map(|(text, _)| text).collect();
        Some(reader.sourced(value, texts))
    });
    let outputs = match table.get("output") {
        Some(value) => outputs(reader, value, base),
        None => missing(reader, item, "output", "output = [\"report.md\"]"),
    };
    Some(ReportEntry {
        name: name?,
        location: reader.location(item.span()),
        subject: subject?,
        by,
        unpaired,
        ship_at,
        reviews,
        gates,
        outputs: outputs?,
    })
}

fn missing<T>(reader: &mut Reader<'_>, item: &TomlValue<'_>, key: &str, example: &str) -> Option<T> {
    let error = Error::data(format!("this report has no `{key}`"));
    reader.problem(item.span(), error.hint(format!("such as `{example}`")));
    None
}

/// What a report is about: exactly one of `tools`, `all` and `rank`.
fn subject(reader: &mut Reader<'_>, item: &TomlValue<'_>, table: &TomlTable<'_>) -> Option<ReportSubject> {
    let mut subjects = Vec::new();
    for (key, value) in table {
        let found = match key.get_ref().as_ref() {
            "tools" => {
                ReportSubject::Tools(reader.strings("tools", value)?.into_iter().map(|(tool, _)| tool).collect())
            }
            "all" if reader.boolean("all", value)? => ReportSubject::All,
            "rank" if reader.boolean("rank", value)? => {
                let (filter, top) = filter(reader, table);
                ReportSubject::Rank(filter, top)
            }
            _ => continue,
        };
        subjects.push((found, key.span()));
    }
    let ranks = matches!(subjects.first(), Some((ReportSubject::Rank(..), _)));
    match subjects.len() {
        1 => {}
        0 => {
            let error = Error::data("this report names no tools");
            reader.problem(
                item.span(),
                error.hint("give it one of `tools = [\"…\", \"…\"]`, `all = true` and `rank = true`"),
            );
            return None;
        }
        _ => {
            sort::by_key(&mut subjects, |(_, span)| span.start);
            let span = subjects[1].1.clone();
            reader.problem(span, Error::data("a report is about one of `tools`, `all` and `rank`, not several"));
            return None;
        }
    }
    if !ranks {
        for key in table.keys().filter(|key| FILTERS.contains(&key.get_ref().as_ref())) {
            reader.problem(key.span(), Error::data(format!("`{}` goes with `rank = true` only", key.get_ref())));
        }
    }
    subjects.pop().map(|(subject, _)| subject)
}

/// Which tools a ranking holds, and how many.
fn filter(reader: &mut Reader<'_>, table: &TomlTable<'_>) -> (Filter, Option<usize>) {
    let text = |text: &str| Ok(text.to_owned());
    let filter = Filter {
        slugs: None,
        category: reader.text(table, "category", text).map(Sourced::into_value),
        verdict: reader.text(table, "verdict", verdict).map(Sourced::into_value),
        min_score: reader.figure(table, "min-score", min_score).map(Sourced::into_value),
        price: reader.text(table, "price", text).map(Sourced::into_value),
        min_reviews: table.get("min-reviews").and_then(|value| reader.count("min-reviews", value)),
    };
    (filter, table.get("top").and_then(|value| reader.count("top", value)))
}

fn min_score(text: &str) -> Result<Score> {
    Score::from_text(text).map_err(|error| Error::data(error.to_string()))
}

fn verdict(word: &str) -> Result<PanelVerdict> {
    PanelVerdict::ALL.into_iter().find(|verdict| verdict.word() == word).ok_or_else(|| {
        let words = PanelVerdict::ALL.map(PanelVerdict::word);
        let error = Error::data(format!("unknown panel verdict `{word}`"));
        error.hint(did_you_mean(word, words).unwrap_or_else(|| format!("verdicts: {}", words.join(", "))))
    })
}

/// The files of a report, each written as after `--output`.
fn outputs(reader: &mut Reader<'_>, value: &TomlValue<'_>, base: Base<'_>) -> Option<Vec<ReportOutput>> {
    let mut outputs = Vec::new();
    for (text, span) in reader.strings("output", value)? {
        let is_file = |output: &OutputArg| !output.path.as_os_str().is_empty() && output.path != Path::new("-");
        let parsed = OutputArg::parse(text.clone().into());
        match parsed.and_then(|output| Some(output).filter(is_file).ok_or_else(|| format!("`{text}` names no file"))) {
            Ok(OutputArg { path, marker, format, .. }) => {
                let location = reader.location(span);
                outputs.push(ReportOutput { path: base.join(&path), marker, format, location });
            }
            Err(problem) => reader.problem(span, Error::data(problem)),
        }
    }
    Some(outputs)
}
