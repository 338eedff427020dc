//! What stands on the line: which command it is, which tools and which flags have been typed.

use clap::ArgMatches;
use clap::parser::ValueSource;
use std::ffi::OsString;

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
    /// command: where it is none, it is renamed.
    pub(super) words: Vec<OsString>,
    /// What was parsed: of the root, and of the command.
    matches: Vec<ArgMatches>,
}

/// Stands for a word that only looks like a command.
const OTHER: &str = "_";

impl Typed {
    /// Reads `line`, whose cursor is behind the program's name, with `root`, which ignores errors.
    pub(super) fn read(root: &mut clap::Command, line: &Line) -> Self {
        let (before, rest) = line.words.split_at(line.index);
        let mut parse = |words: &[String]| root.try_get_matches_from_mut(words).unwrap_or_default();
        let command_at = (1..before.len()).find(|at| parse(&before[..=*at]).subcommand_name().is_some());
        let after_tool = is_typed(&parse(before), "tools");
        let mut parsed = parse(&[before, &rest[1..]].concat());
        let in_command = parsed.remove_subcommand().filter(|_| command_at.is_some());
        let words = line.words[..=line.index].iter().enumerate().map(|(at, word)| {
            let renamed = at < line.index && Some(at) != command_at && root.find_subcommand(word).is_some();
            OsString::from(if renamed { OTHER } else { word })
        });
        let mut typed = Self {
            command: command_at.map(|at| before[at].clone()),
            escaped: before.iter().any(|word| word == "--"),
            after_tool,
            words: words.collect(),
            matches: std::iter::once(parsed).chain(in_command.map(|(_, matches)| matches)).collect(),
            tools: Vec::new(),
        };
        let own = typed.command.as_ref().and_then(|name| root.find_subcommand(name)).unwrap_or(root);
        let positionals = own.get_positionals().flat_map(|argument| typed.values(argument.get_id().as_str()));
        typed.tools = positionals.map(str::to_owned).collect();
        typed
    }

    /// Whether a flag has been typed.
    pub(super) fn has(&self, id: &str) -> bool {
        self.matches.iter().any(|matches| is_typed(matches, id))
    }

    /// The values of a flag or an argument, in the order typed.
    pub(super) fn values<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a str> {
        let typed = self.matches.iter().filter(move |matches| is_typed(matches, id));
        typed.filter_map(move |matches| matches.get_raw(id)).flatten().filter_map(|value| value.to_str())
    }
}

/// Whether `id` is an argument of what was parsed, and has been typed.
fn is_typed(matches: &ArgMatches, id: &str) -> bool {
    matches.try_contains_id(id).unwrap_or_default() && matches.value_source(id) == Some(ValueSource::CommandLine)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a line in which `|` marks the word under the cursor.
    fn read(line: &str) -> Typed {
        let words: Vec<String> = line.split(' ').map(|word| word.trim_end_matches('|').to_owned()).collect();
        let index = line.split(' ').position(|word| word.ends_with('|')).expect("a cursor");
        Typed::read(&mut crate::cli::command().ignore_errors(true), &Line { words, index })
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
