//! What is known when a shell asks: the words typed so far, the environment, and what the shell can do.

use crate::cli::env::Env;
use crate::cli::line::{self, is_typed};
use clap::ArgMatches;
use std::ffi::OsString;
use std::time::Instant;

/// The words of a line, and which of them is under the cursor.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// All words, the program's name first, without their quoting.
    pub(super) words: Vec<String>,
    /// The one under the cursor; it ends at the cursor and may be empty.
    pub(super) index: usize,
}

impl Line {
    /// The word under the cursor.
    pub(super) fn current(&self) -> &str {
        self.words.get(self.index).map_or("", String::as_str)
    }
}

/// A line without the word under the cursor, as clap parses it. After an error in it nothing is known.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed {
    /// The command, if one stands before the cursor.
    pub(super) command: Option<String>,
    /// Whether a `--` stands before the cursor.
    pub(super) escaped: bool,
    /// The tools or other names, on either side of the cursor.
    pub(super) tools: Vec<String>,
    /// Whether a tool stands before the cursor, and no command.
    pub(super) after_tool: bool,
    /// The words up to the cursor for the engine, which takes any word that is the name of a command for that
    /// command; another word is renamed.
    pub(super) words: Vec<OsString>,
    /// What was parsed: of the command, or of the root.
    matches: ArgMatches,
}

/// Stands for a word that only looks like a command.
const OTHER: &str = "_";

impl Typed {
    /// Reads `line`, whose cursor is behind the program's name, with `root`, which is [`line::lenient`].
    pub(super) fn read(root: &mut clap::Command, line: &Line) -> Self {
        let (before, rest) = line.words.split_at(line.index);
        let command_at = line::command_at(root, before);
        let after_tool = is_typed(&line::parse(root, before), "tools");
        let mut all = [before, &rest[1..]].concat();
        if let Some(at) = command_at {
            all[1..=at].rotate_right(1);
        }
        let mut matches = line::parse(root, &all);
        if let Some((_, in_command)) = matches.remove_subcommand().filter(|_| command_at.is_some()) {
            matches = in_command;
        }
        let words = line.words[..=line.index].iter().enumerate().map(|(at, word)| {
            let renamed = at < line.index && Some(at) != command_at && root.find_subcommand(word).is_some();
            OsString::from(if renamed { OTHER } else { word })
        });
        let words = words.collect();
        let own = command_at.and_then(|at| root.find_subcommand(&before[at])).unwrap_or(root);
        let positionals = own.get_positionals().map(|argument| argument.get_id().as_str());
        let tools = positionals.flat_map(|id| values(&matches, id)).map(str::to_owned).collect();
        let command = command_at.map(|at| before[at].clone());
        Self { command, escaped: before.iter().any(|word| word == "--"), tools, after_tool, words, matches }
    }

    /// Whether a flag has been typed.
    pub(super) fn has(&self, id: &str) -> bool {
        is_typed(&self.matches, id)
    }

    /// The values of a flag or an argument, in the order typed.
    pub(super) fn values<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a str> {
        values(&self.matches, id)
    }
}

/// What a shell can do with candidates.
#[derive(Clone, Copy, Debug)]
pub(super) struct Abilities {
    /// It shows descriptions.
    pub(super) help: bool,
    /// It can replace a word by one that only holds it.
    pub(super) infix: bool,
    /// It can leave a word open, so that it may be typed on.
    pub(super) open: bool,
}

/// What is known when values are asked for.
pub(super) struct CompletionContext {
    /// What else stands on the line.
    pub(super) typed: Typed,
    /// The process's surroundings.
    pub(super) env: Env,
    /// When files that have not been read are given up.
    pub(super) deadline: Instant,
    pub(super) abilities: Abilities,
}

fn values<'a>(matches: &'a ArgMatches, id: &str) -> impl Iterator<Item = &'a str> {
    let values = is_typed(matches, id).then(|| matches.get_raw(id)).flatten();
    values.into_iter().flatten().filter_map(|value| value.to_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a line in which `|` marks the word under the cursor.
    fn read(line: &str) -> Typed {
        let words: Vec<String> = line.split(' ').map(|word| word.trim_end_matches('|').to_owned()).collect();
        let index = line.split(' ').position(|word| word.ends_with('|')).expect("a cursor");
        Typed::read(&mut line::lenient(), &Line { words, index })
    }

    #[test]
    fn a_command_is_one_only_where_it_can_be_one() {
        assert_eq!(read("compare list |").command.as_deref(), Some("list"));
        assert_eq!(read("compare --color never list |").command.as_deref(), Some("list"));
        assert_eq!(read("compare -c list list |").command.as_deref(), Some("list"));
        for line in ["compare gemma list |", "compare -- list |", "compare -c list |", "compare --catalog list |"] {
            let typed = read(line);
            assert_eq!(typed.command, None, "{line}");
            assert!(!typed.words.contains(&"list".into()), "{line}");
        }
        assert_eq!(read("compare | list").command, None);
        assert_eq!(read("compare template show a|").words, ["compare", "template", OTHER, "a"]);
    }

    #[test]
    fn flags_are_found_on_both_sides() {
        let typed = read("compare -c a.json vs --catalog=b.json x | -qc c.json --catalog d.json -ce.json");
        assert_eq!(typed.values("catalog").collect::<Vec<_>>(), ["a.json", "b.json", "c.json", "d.json", "e.json"]);
        assert_eq!(typed.command.as_deref(), Some("vs"));
        assert_eq!(typed.tools, ["x"]);
        assert!(typed.has("quiet") && !typed.has("all") && !typed.has("nothing"));
        assert!(read("compare --no-config vs |").has("no_config"));
    }

    #[test]
    fn tools_are_found_on_both_sides() {
        let typed = read("compare a | b -- -c");
        assert_eq!(typed.tools, ["a", "b", "-c"]);
        assert!(!typed.escaped && typed.after_tool);
        assert!(read("compare -- |").escaped);
        assert_eq!(read("compare report weekly |").tools, ["weekly"]);
    }
}
