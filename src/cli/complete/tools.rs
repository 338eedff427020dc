//! The tools that may stand under the cursor. Nothing here looks at every tool: a catalog may have a million.

use super::answer::BEGINNING;
use super::records;
use super::values::{Context, MOST};
use crate::catalog::record::SLUG_MAX;
use crate::catalog::{BySlug, Name};
use crate::cli::command::COMMANDS;
use crate::text::clean_line;
use crate::verdict::PanelVerdict;
use clap_complete::engine::CompletionCandidate;
use std::collections::BTreeSet;
use std::ops::Range;

/// Into how many ways to go on more than [`MOST`] tools are cut: shells ask before they list more than a hundred.
const WAYS: usize = 100;

/// How some tools go on after what was typed.
#[derive(Debug, PartialEq, Eq)]
struct Way {
    /// What they begin with; of a single tool its slug.
    beginning: String,
    /// The rank of the first of them.
    rank: usize,
    /// How many they are.
    tools: usize,
}

impl Context {
    /// The tools whose slugs go on from `current`, else hold it where the shell can replace a word.
    pub(super) fn tools(&self, current: &str) -> Vec<CompletionCandidate> {
        let Some(catalog) = records::names(self, self.help) else { return Vec::new() };
        catalog.by_slug(|tools| self.listed(tools, current)).unwrap_or_default()
    }

    fn listed(&self, tools: &BySlug<'_>, current: &str) -> Option<Vec<CompletionCandidate>> {
        let taken = self.taken(tools)?;
        let ways = ways(tools, &taken, current, self.infix)?;
        ways.iter().enumerate().map(|(order, way)| self.candidate(tools, order, way)).collect()
    }

    fn candidate(&self, tools: &BySlug<'_>, order: usize, way: &Way) -> Option<CompletionCandidate> {
        let Way { beginning, rank, tools: count } = way;
        let (word, tag, help) = match count {
            1 if self.help => (beginning.as_str(), "tools", about(&tools.name(*rank)?)),
            1 => (beginning.as_str(), "tools", String::new()),
            _ if self.open => (beginning.as_str(), BEGINNING, format!("{count} tools")),
            // A blank would follow the beginning: one of the tools stands for all.
            _ => (tools.slug(*rank)?, "tools", format!("{count} tools begin with {beginning}")),
        };
        let candidate = CompletionCandidate::new(word).display_order(Some(order));
        Some(candidate.tag(Some(tag.into())).help(Some(help.into())))
    }

    /// The ranks of the tools that may not be typed here: those that have been, and those whose slugs would be taken for
    /// a command.
    fn taken(&self, tools: &BySlug<'_>) -> Option<BTreeSet<usize>> {
        let mut taken = BTreeSet::new();
        if self.typed.command.is_none() && !self.typed.escaped && !self.typed.after_tool {
            for command in COMMANDS {
                taken.extend(tools.rank(command.name)?);
            }
        }
        for typed in &self.typed.tools {
            for slug in tools.meant(typed)? {
                taken.extend(tools.rank(&slug)?);
            }
        }
        Some(taken)
    }
}

/// A tool's name and its panel's verdict.
fn about(tool: &Name<'_>) -> String {
    let verdict = PanelVerdict::of(tool.ships.unwrap_or_default(), tool.skips.unwrap_or_default());
    let verdict = if verdict == PanelVerdict::None { "no verdicts" } else { verdict.word() };
    format!("{} · {verdict}", clean_line(tool.name))
}

/// The tools that fit what was typed, but for those that are `taken`: each by itself if they are at most [`MOST`].
fn ways(tools: &BySlug<'_>, taken: &BTreeSet<usize>, typed: &str, infix: bool) -> Option<Vec<Way>> {
    let lower = typed.to_lowercase();
    for beginning in [typed, &lower] {
        let range = tools.beginning(beginning)?;
        match range.len() - taken.range(range.clone()).count() {
            0 => {}
            1..=MOST => return each(tools, range.filter(|rank| !taken.contains(rank))),
            _ => return cut_late(tools, taken, &range, beginning.len()),
        }
    }
    // Where more hold it, too little was typed.
    if !infix || typed.starts_with('-') {
        return Some(Vec::new());
    }
    each(tools, tools.holding(&lower, MOST)?.into_iter().filter(|rank| !taken.contains(rank)))
}

fn each(tools: &BySlug<'_>, mut ranks: impl Iterator<Item = usize>) -> Option<Vec<Way>> {
    let way = |rank| Some(Way { beginning: tools.slug(rank)?.to_owned(), rank, tools: 1 });
    ranks.try_fold(Vec::new(), |mut ways, rank| {
        ways.push(way(rank)?);
        Some(ways)
    })
}

/// How the tools of `range` go on after `typed` bytes, cut as late as [`WAYS`] allows. None is missing.
fn cut_late(tools: &BySlug<'_>, taken: &BTreeSet<usize>, range: &Range<usize>, typed: usize) -> Option<Vec<Way>> {
    let same = shared(tools, range)?.len().max(typed);
    let mut best = cut(tools, taken, range, same + 1, usize::MAX)?;
    for length in same + 2..=SLUG_MAX {
        let next = cut(tools, taken, range, length, WAYS)?;
        if next.len() > WAYS {
            break;
        }
        best = next;
    }
    for way in best.iter_mut().filter(|way| way.tools > 1) {
        shared(tools, &tools.beginning(&way.beginning)?)?.clone_into(&mut way.beginning);
    }
    Some(best)
}

/// What all slugs of `range` begin with.
fn shared<'a>(tools: &BySlug<'a>, range: &Range<usize>) -> Option<&'a str> {
    let (first, last) = (tools.slug(range.start)?, tools.slug(range.end.checked_sub(1)?)?);
    first.get(..first.bytes().zip(last.bytes()).take_while(|(a, b)| a == b).count())
}

/// The distinct beginnings of `length` bytes of the slugs of `range`, no more than one above `most`.
fn cut(
    tools: &BySlug<'_>,
    taken: &BTreeSet<usize>,
    range: &Range<usize>,
    length: usize,
    most: usize,
) -> Option<Vec<Way>> {
    let mut ways = Vec::new();
    let mut start = range.start;
    while start < range.end && ways.len() <= most {
        let slug = tools.slug(start)?;
        // Slugs are ASCII.
        let beginning = slug.get(..length);
        let end = match beginning {
            Some(beginning) => tools.beginning(beginning)?.end.clamp(start + 1, range.end),
            None => start + 1,
        };
        let count = end - start - taken.range(start..end).count();
        if let Some(rank) = (start..end).find(|rank| !taken.contains(rank)) {
            // What only one tool begins with is that tool.
            let beginning = if count == 1 { tools.slug(rank)? } else { beginning.unwrap_or(slug) };
            ways.push(Way { beginning: beginning.to_owned(), rank, tools: count });
        }
        start = end;
    }
    Some(ways)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Catalog, Options, Place, Projection};

    /// The ways of `slugs` after `typed`, as beginnings and counts.
    fn listed(slugs: &[String], typed: &str, taken: &[&str], infix: bool) -> Vec<(String, usize)> {
        let text: String = slugs.iter().map(|slug| format!("{{\"slug\":\"{slug}\",\"name\":\"x\"}}\n")).collect();
        let place = Place::Stream(Box::new(text.as_bytes()));
        let options = Options { input_format: Some("ndjson"), ..Options::default() };
        let catalog = Catalog::open(vec![place], Projection::NAMES, Projection::NAMES, &options).expect("a catalog");
        let found = catalog.by_slug(|tools| {
            let taken = taken.iter().map(|slug| tools.rank(slug)?).collect::<Option<_>>()?;
            ways(tools, &taken, typed, infix)
        });
        found.expect("an answer").into_iter().map(|way| (way.beginning, way.tools)).collect()
    }

    #[test]
    fn what_begins_so_comes_before_what_only_holds_it() {
        let slugs = ["gemma-3n", "hugging-face-smolvlm2-turbo", "smol"].map(str::to_owned);
        let found = |typed: &str, infix| {
            listed(&slugs, typed, &[], infix).into_iter().map(|(slug, _)| slug).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(found("smol", true), "smol");
        assert_eq!(found("vlm", true), "hugging-face-smolvlm2-turbo");
        assert_eq!(found("vlm", false), "");
        assert_eq!(found("GEM", false), "gemma-3n");
        assert_eq!(found("", false), slugs.join(" "));
        assert_eq!(listed(&slugs, "smol", &["smol"], true)[0].0, "hugging-face-smolvlm2-turbo");
    }

    #[test]
    fn many_tools_are_cut_to_how_they_go_on() {
        let slugs: Vec<String> =
            (0..2000).map(|i| format!("tool-{i:04}")).chain(["tool".to_owned(), "zebra".to_owned()]).collect();
        let found = listed(&slugs, "", &[], true);
        let shown: Vec<_> = found.iter().map(|(word, count)| (word.as_str(), *count)).collect();
        assert_eq!(shown[..2], [("tool", 1), ("tool-00", 100)]);
        assert_eq!((shown.len(), shown[21]), (22, ("zebra", 1)));
        assert_eq!(shown.iter().map(|(_, count)| count).sum::<usize>(), 2002);
        // What one tool alone begins with is that tool, and those that were typed do not count.
        let found = listed(&slugs, "", &["zebra", "tool-0000"], true);
        assert_eq!(found[1], ("tool-00".to_owned(), 99));
        assert_eq!(found.iter().map(|(_, count)| count).sum::<usize>(), 2000);
        // Each way goes as far as its tools are the same.
        let slugs: Vec<String> = (0..2000).map(|i| format!("{}-{i}", ["alpha", "be"][i % 2])).collect();
        assert_eq!(listed(&slugs, "", &[], true)[0], ("alpha-".to_owned(), 1000));
        let slugs: Vec<String> = (0..2000).map(|i| format!("tool-{i:04}")).collect();
        // Few enough are listed one by one, too many that only hold it are not.
        assert_eq!(listed(&slugs, "tool-0", &[], true).len(), 1000);
        assert_eq!(listed(&slugs, "ool", &[], true), []);
        assert_eq!(listed(&slugs, "1999", &[], true), [("tool-1999".to_owned(), 1)]);
    }
}
