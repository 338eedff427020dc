//! What a flag or an argument may be given.

use super::answer::{BEGINNING, FILES};
use super::records;
use super::typed::Typed;
use crate::catalog::{Catalog, Name};
use crate::cli::command::COMMANDS;
use crate::cli::env::Env;
use crate::cli::settings::Entry;
use crate::format::{Formats, Formatter};
use crate::text::clean_line;
use crate::verdict::PanelVerdict;
use clap::{Arg, ValueHint};
use clap_complete::engine::CompletionCandidate;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::OsStr;

/// Where the values of an argument come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The slugs of the tools in use.
    Tools,
    /// Their categories.
    Categories,
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
    /// The shell knows no better: a number, a word of the user's.
    Free,
}

/// The source for each argument that takes a value, by clap's id; not for those that list their own values or that clap
/// knows to be paths.
const SOURCES: &[(&str, Source)] = &[
    ("tools", Source::Tools),
    ("tool", Source::Tools),
    ("names", Source::Reports),
    ("category", Source::Categories),
    ("weight", Source::Reviewers),
    ("format", Source::Formats),
    ("template_name", Source::Templates),
    ("input_format", Source::Kinds),
    ("output", Source::Outputs),
    ("width", Source::Free),
    ("since", Source::Free),
    ("confidence", Source::Free),
    ("ship_at", Source::Free),
    ("min_score", Source::Free),
    ("min_reviews", Source::Free),
    ("price", Source::Free),
    ("top", Source::Free),
    ("gate", Source::Free),
    ("since", Source::Free),
    ("name", Source::Free),
];

/// The source for an argument, if it is known.
pub(super) fn source(argument: &Arg) -> Option<Source> {
    let known = SOURCES.iter().find(|(id, _)| argument.get_id() == id).map(|(_, source)| *source);
    let path = matches!(argument.get_value_hint(), ValueHint::AnyPath | ValueHint::FilePath | ValueHint::DirPath);
    known.or(path.then_some(Source::Files))
}

/// What is known when values are asked for.
pub(super) struct Context {
    /// What else stands on the line.
    pub(super) typed: Typed,
    /// The process's surroundings.
    pub(super) env: Env,
    /// Whether the shell shows descriptions.
    pub(super) help: bool,
    /// Whether the shell can put a word in the place of another that it does not begin with.
    pub(super) infix: bool,
    /// How many tools are listed at most; of more, only how they go on.
    pub(super) most: usize,
}

/// A value and a line about it.
type Value = (String, String);

impl Context {
    /// The values from `source` that fit what was typed of them.
    pub(super) fn values(&self, source: Source, current: &OsStr) -> Vec<CompletionCandidate> {
        let Some(current) = current.to_str() else { return Vec::new() };
        match source {
            Source::Tools => self.tools(current),
            Source::Categories => self.fitting(current, &self.categories()),
            Source::Reviewers => self.fitting(current, &self.reviewers()),
            Source::Formats => self.fitting(current, &described(self.formats().iter())),
            Source::Templates => {
                let formats = self.formats();
                self.fitting(current, &described(formats.templates().map(|template| template as &dyn Formatter)))
            }
            Source::Reports => self.fitting(current, &self.reports()),
            Source::Kinds => self.fitting(current, &kinds()),
            Source::Files => vec![files("")],
            Source::Outputs => {
                vec![files(current.split_inclusive('=').next().filter(|s| self.is_format(s)).unwrap_or(""))]
            }
            Source::Free => Vec::new(),
        }
    }

    fn tools(&self, current: &str) -> Vec<CompletionCandidate> {
        let Some(catalog) = records::names(&self.typed, &self.env, self.help) else { return Vec::new() };
        let taken = self.taken(&catalog);
        let slugs: Vec<&str> = catalog.names().map(|tool| tool.slug).filter(|slug| !taken.contains(slug)).collect();
        let mut fitting = fit(current, &slugs, self.infix);
        fitting.sort_unstable();
        let listed = shortened(&fitting, current.len(), self.most);
        let mut about: HashMap<&str, String> = listed.iter().map(|(word, _)| (*word, String::new())).collect();
        for tool in catalog.names().filter(|_| self.help) {
            if let Some(about) = about.get_mut(tool.slug) {
                *about = self::about(&tool);
            }
        }
        let candidates = listed.into_iter().enumerate().map(|(order, (word, tools))| {
            let (tag, help) = match tools {
                1 => ("tools", about.remove(word).unwrap_or_default()),
                _ => (BEGINNING, format!("{tools} tools")),
            };
            let candidate = CompletionCandidate::new(word).display_order(Some(order));
            candidate.tag(Some(tag.into())).help(Some(help.into()))
        });
        candidates.collect()
    }

    /// The slugs that may not be typed here: those of tools that have been, and those that would be taken for a command.
    fn taken<'a>(&self, catalog: &'a Catalog) -> HashSet<&'a str> {
        let command = self.typed.command.is_none() && !self.typed.escaped && !self.typed.after_tool;
        let named = |slug: &str| command && COMMANDS.iter().any(|command| command.name == slug);
        let typed = |tool: &Name<'_>| self.typed.tools.iter().any(|typed| typed == tool.slug || typed == tool.name);
        let mut taken: HashSet<&str> =
            catalog.names().filter(|tool| named(tool.slug) || typed(tool)).map(|tool| tool.slug).collect();
        let known = |typed: &str| catalog.names().any(|tool| typed == tool.slug || typed == tool.name);
        let others = self.typed.tools.iter().filter(|typed| !known(typed));
        taken.extend(others.filter_map(|typed| catalog.names().nth(catalog.find(typed).ok()?)).map(|tool| tool.slug));
        taken
    }

    /// The formats, the settings' templates among them.
    fn formats(&self) -> Formats {
        let folders = records::settings(&self.typed, &self.env).and_then(|settings| settings.all.templates);
        folders.and_then(|folders| Formats::with_templates(&folders.value).ok()).unwrap_or_default()
    }

    /// Whether this is `FORMAT=`.
    fn is_format(&self, text: &str) -> bool {
        text.strip_suffix('=').is_some_and(|name| self.formats().by_name(name).is_ok())
    }

    fn categories(&self) -> Vec<Value> {
        let Some(catalog) = records::names(&self.typed, &self.env, false) else { return Vec::new() };
        counted(catalog.names().filter_map(|tool| tool.category))
    }

    fn reviewers(&self) -> Vec<Value> {
        let Some(catalog) = records::names(&self.typed, &self.env, true) else { return Vec::new() };
        let weighed: Vec<&str> =
            self.typed.values("weight").filter_map(|typed| Some(typed.rsplit_once('=')?.0)).collect();
        let left = catalog.reviewers().into_iter().filter(|reviewer| !weighed.contains(reviewer));
        left.map(|name| (format!("{name}="), String::new())).collect()
    }

    fn reports(&self) -> Vec<Value> {
        let Some(settings) = records::settings(&self.typed, &self.env) else { return Vec::new() };
        let files = |entry: &Entry| {
            entry.outputs.iter().map(|output| output.path.display().to_string()).collect::<Vec<_>>().join(", ")
        };
        let left = settings.project.reports.iter().filter(|entry| !self.typed.tools.contains(&entry.name));
        left.map(|entry| (entry.name.clone(), files(entry))).collect()
    }

    /// Those of `values` that go on from `current`, as they are or else but for case.
    fn fitting(&self, current: &str, values: &[Value]) -> Vec<CompletionCandidate> {
        let names: Vec<&str> = values.iter().map(|(name, _)| name.as_str()).collect();
        let fitting = fit(current, &names, self.infix);
        let about: HashMap<&str, &str> = values.iter().map(|(name, about)| (name.as_str(), about.as_str())).collect();
        let candidates = fitting.into_iter().take(self.most).enumerate().map(|(order, name)| {
            let help = about.get(name).copied().unwrap_or_default();
            CompletionCandidate::new(name).display_order(Some(order)).help(Some(help.to_owned().into()))
        });
        candidates.collect()
    }
}

/// A tool's name and its panel's verdict.
fn about(tool: &Name<'_>) -> String {
    let verdict = PanelVerdict::of(tool.ships.unwrap_or_default(), tool.skips.unwrap_or_default());
    let verdict = if verdict == PanelVerdict::None { "no verdicts" } else { verdict.word() };
    format!("{} · {verdict}", clean_line(tool.name))
}

fn files(before: &str) -> CompletionCandidate {
    CompletionCandidate::new(before).tag(Some(FILES.into()))
}

fn described<'f>(formats: impl Iterator<Item = &'f dyn Formatter>) -> Vec<Value> {
    formats.map(|format| (format.name().to_owned(), format.about().to_owned())).collect()
}

fn kinds() -> Vec<Value> {
    crate::catalog::kinds().map(|kind| (kind.to_owned(), String::new())).collect()
}

/// The distinct categories in order, each with how many tools have it.
fn counted<'a>(names: impl Iterator<Item = &'a str>) -> Vec<Value> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    names.for_each(|name| *counts.entry(name).or_default() += 1);
    let about = |count| format!("{count} tool{}", if count == 1 { "" } else { "s" });
    counts.into_iter().map(|(name, count)| (name.to_owned(), about(count))).collect()
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

/// `names` (sorted, distinct) if they are at most `most`. Else how they go on after `typed` bytes, cut as late as `most`
/// allows; what only one of them begins with is that one. Each with the number of names that it stands for.
fn shortened<'a>(names: &[&'a str], typed: usize, most: usize) -> Vec<(&'a str, usize)> {
    if names.len() <= most {
        return names.iter().map(|name| (*name, 1)).collect();
    }
    let mut best = cut(names, typed + 1);
    for length in typed + 2.. {
        let next = cut(names, length);
        if next.len() > most || next.len() == names.len() {
            break;
        }
        best = next;
    }
    best
}

/// The distinct beginnings of `length` bytes of `names`, or a little more where that would part a character.
fn cut<'a>(names: &[&'a str], length: usize) -> Vec<(&'a str, usize)> {
    let mut beginnings: Vec<(&str, usize)> = Vec::new();
    for name in names {
        let end = (length..name.len()).find(|at| name.is_char_boundary(*at)).unwrap_or(name.len());
        match beginnings.last_mut() {
            Some((before, count)) if *before == &name[..end] => *count += 1,
            _ => beginnings.push((&name[..end], 1)),
        }
    }
    // What only one name begins with is that name.
    let mut at = 0;
    for (beginning, count) in &mut beginnings {
        if *count == 1 {
            *beginning = names[at];
        }
        at += *count;
    }
    beginnings
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

    #[test]
    fn many_names_are_cut_to_how_they_go_on() {
        let names: Vec<String> = (0..2000).map(|i| format!("tool-{i:04}")).chain(["zebra".to_owned()]).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(shortened(&names, 0, 5000).len(), 2001);
        assert_eq!(shortened(&names, 0, 3), [("tool-0", 1000), ("tool-1", 1000), ("zebra", 1)]);
        let some = shortened(&names, 0, 300);
        assert_eq!(some.len(), 201);
        assert_eq!(some[0], ("tool-000", 10));
        assert_eq!(some.iter().map(|(_, count)| count).sum::<usize>(), 2001);
        assert_eq!(shortened(&["é1", "é2", "ü"], 0, 2), [("é", 2), ("ü", 1)]);
        // More ways to go on than may be listed: all of them, for none may be missing.
        assert_eq!(shortened(&["a", "b", "c"], 0, 2), [("a", 1), ("b", 1), ("c", 1)]);
    }
}
