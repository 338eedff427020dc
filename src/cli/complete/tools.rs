//! Completes tools: slugs, or prefixes that many slugs share. Nothing here looks at every tool: a catalog may have a million.

use super::answer::BEGINNING;
use super::records;
use super::typed::CompletionContext;
use super::values::MOST;
use crate::catalog::record::SLUG_MAX;
use crate::catalog::{IndexedTool, ToolIndex};
use crate::cli::command::COMMANDS;
use crate::text::clean_line;
use crate::verdict::PanelVerdict;
use clap_complete::engine::CompletionCandidate;
use std::collections::BTreeSet;
use std::ops::Range;

/// Into how many groups more than [`MOST`] tools are cut: shells ask before they list more than a hundred.
const GROUPS: usize = 100;

/// Tools that share a prefix.
#[derive(Debug, PartialEq, Eq)]
struct PrefixGroup {
    /// What their slugs begin with; of a single tool its slug.
    prefix: String,
    /// The rank of the first of them.
    rank: usize,
    /// How many they are.
    tools: usize,
}

impl CompletionContext {
    /// The tools whose slugs go on from `current`, else hold it where the shell can replace a word.
    pub(super) fn tools(&self, current: &str) -> Vec<CompletionCandidate> {
        let Some(catalog) = records::names(self, self.abilities.help) else { return Vec::new() };
        let tools = catalog.tool_index();
        let groups = groups(tools, &self.taken(tools), current, self.abilities.infix);
        groups.iter().enumerate().map(|(order, group)| self.candidate(tools, order, group)).collect()
    }

    fn candidate(&self, tools: &ToolIndex, order: usize, group: &PrefixGroup) -> CompletionCandidate {
        let PrefixGroup { prefix, rank, tools: count } = group;
        let (word, tag, help) = match count {
            1 if self.abilities.help => (prefix.clone(), "tools", about(&tools.tool(*rank))),
            1 => (prefix.clone(), "tools", String::new()),
            _ if self.abilities.open => (prefix.clone(), BEGINNING, format!("{count} tools")),
            // A blank would follow the prefix: one of the tools stands for all.
            _ => (tools.slug(*rank).to_string(), "tools", format!("{count} tools begin with {prefix}")),
        };
        let candidate = CompletionCandidate::new(word).display_order(Some(order));
        candidate.tag(Some(tag.into())).help(Some(help.into()))
    }

    /// The ranks of the tools that may not be typed here: those that have been, and those whose slugs would be taken for
    /// a command.
    fn taken(&self, tools: &ToolIndex) -> BTreeSet<usize> {
        let mut taken: BTreeSet<usize> = self.typed.tools.iter().flat_map(|typed| tools.meant(typed)).collect();
        if self.typed.command.is_none() && !self.typed.escaped && !self.typed.after_tool {
            taken.extend(COMMANDS.iter().filter_map(|command| tools.rank(command.name)));
        }
        taken
    }
}

/// A tool's name and its panel's verdict.
fn about(tool: &IndexedTool) -> String {
    let name = clean_line(&tool.record.name);
    let Some([ships, skips]) = tool.verdicts else { return format!("{name} · invalid") };
    let verdict = PanelVerdict::of(ships, skips);
    let verdict = if verdict == PanelVerdict::None { "no verdicts" } else { verdict.word() };
    format!("{name} · {verdict}")
}

/// The tools that fit what was typed, but for those that are `taken`: each by itself if they are at most [`MOST`].
fn groups(tools: &ToolIndex, taken: &BTreeSet<usize>, typed: &str, infix: bool) -> Vec<PrefixGroup> {
    let lower = typed.to_lowercase();
    let single = |rank: usize| PrefixGroup { prefix: tools.slug(rank).to_string(), rank, tools: 1 };
    for prefix in [typed, &lower] {
        let range = tools.with_prefix(prefix);
        match range.len() - taken.range(range.clone()).count() {
            0 => {}
            1..=MOST => return range.filter(|rank| !taken.contains(rank)).map(single).collect(),
            _ => return cut_late(tools, taken, &range, prefix.len()),
        }
    }
    if !infix || typed.starts_with('-') {
        return Vec::new();
    }
    let found = tools.containing(&lower, MOST + 1 + taken.len());
    let found: Vec<usize> = found.into_iter().filter(|rank| !taken.contains(rank)).collect();
    // Where more tools hold it, too little was typed.
    if found.len() > MOST { Vec::new() } else { found.into_iter().map(single).collect() }
}

/// The tools of `range` in groups by what follows the `typed` bytes, cut as late as [`GROUPS`] allows. None is missing.
fn cut_late(tools: &ToolIndex, taken: &BTreeSet<usize>, range: &Range<usize>, typed: usize) -> Vec<PrefixGroup> {
    let same = shared(tools, range).len().max(typed);
    let mut best = cut(tools, taken, range, same + 1, usize::MAX);
    for length in same + 2..=SLUG_MAX {
        let next = cut(tools, taken, range, length, GROUPS);
        if next.len() > GROUPS {
            break;
        }
        best = next;
    }
    for group in best.iter_mut().filter(|group| group.tools > 1) {
        group.prefix = shared(tools, &tools.with_prefix(&group.prefix));
    }
    best
}

/// What all slugs of `range`, which is not empty, begin with.
fn shared(tools: &ToolIndex, range: &Range<usize>) -> String {
    let (first, last) = (tools.slug(range.start), tools.slug(range.end - 1));
    first.chars().zip(last.chars()).take_while(|(a, b)| a == b).map(|(c, _)| c).collect()
}

/// The tools of `range` in groups by the first `length` bytes of their slugs, no more than one group above `most`.
fn cut(
    tools: &ToolIndex,
    taken: &BTreeSet<usize>,
    range: &Range<usize>,
    length: usize,
    most: usize,
) -> Vec<PrefixGroup> {
    let mut groups = Vec::new();
    let mut start = range.start;
    while start < range.end && groups.len() <= most {
        let slug = tools.slug(start);
        // Slugs are ASCII.
        let prefix = slug.get(..length);
        let end = prefix.map_or(start + 1, |prefix| tools.with_prefix(prefix).end.clamp(start + 1, range.end));
        let count = end - start - taken.range(start..end).count();
        if let Some(rank) = (start..end).find(|rank| !taken.contains(rank)) {
            // What only one tool begins with is that tool.
            let prefix = if count == 1 { tools.slug(rank).to_string() } else { prefix.unwrap_or(&slug).to_owned() };
            groups.push(PrefixGroup { prefix, rank, tools: count });
        }
        start = end;
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Catalog, InputSource, Projection, ReadOptions};

    /// The groups of `slugs` after `typed`, as beginnings and counts.
    fn listed(slugs: &[String], typed: &str, taken: &[&str], infix: bool) -> Vec<(String, usize)> {
        let text: String = slugs.iter().map(|slug| format!("{{\"slug\":\"{slug}\",\"name\":\"x\"}}\n")).collect();
        let place = InputSource::Stream(Box::new(text.as_bytes()));
        let options = ReadOptions { input_format: Some("ndjson"), ..ReadOptions::default() };
        let catalog = Catalog::open(vec![place], Projection::NAMES, Projection::NAMES, &options).expect("a catalog");
        let tools = catalog.tool_index();
        let taken = taken.iter().filter_map(|slug| tools.rank(slug)).collect();
        groups(tools, &taken, typed, infix).into_iter().map(|group| (group.prefix, group.tools)).collect()
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
