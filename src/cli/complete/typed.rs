//! What stands on the line: which command it is, which tools and which flags have been typed.

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

/// A line, read as the program would read it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Typed {
    /// The command, if one stands before the cursor.
    pub(super) command: Option<String>,
    /// Whether a `--` stands before the cursor.
    pub(super) escaped: bool,
    /// The tools, on either side of the cursor.
    pub(super) tools: Vec<String>,
    /// Whether a tool stands before the cursor.
    pub(super) after_tool: bool,
    /// The flags on either side of the cursor by clap's id, with their values.
    pub(super) flags: Vec<(String, Option<String>)>,
    /// The words up to the cursor for the engine, which takes any word that is the name of a command for that
    /// command: where it is none, it is renamed.
    pub(super) words: Vec<OsString>,
}

/// Stands for a word that only looks like a command.
const OTHER: &str = "_";

impl Typed {
    /// Reads `line` as the program whose command line is `root` would.
    pub(super) fn read(root: &clap::Command, line: &Line) -> Self {
        let mut reading = Reading { root, own: root, pending: None, dashes: false, typed: Self::default() };
        for (at, word) in line.words.iter().enumerate() {
            if at == 0 {
                reading.typed.words.push(word.into());
            } else if at == line.index {
                reading.typed.words.push(word.into());
                reading.pending = None;
            } else {
                let command = reading.word(word, at < line.index);
                if at < line.index {
                    let looks = !command && reading.is_command(word);
                    reading.typed.words.push(if looks { OTHER } else { word.as_str() }.into());
                }
            }
        }
        reading.typed
    }

    /// Whether a flag has been typed.
    pub(super) fn has(&self, id: &str) -> bool {
        self.flags.iter().any(|(flag, _)| flag == id)
    }

    /// The values of a flag.
    pub(super) fn values(&self, id: &str) -> impl Iterator<Item = &str> {
        self.flags.iter().filter(move |(flag, _)| flag == id).filter_map(|(_, value)| value.as_deref())
    }
}

struct Reading<'a> {
    root: &'a clap::Command,
    /// The command whose flags are read.
    own: &'a clap::Command,
    /// The flag that the next word is the value of.
    pending: Option<String>,
    /// Whether a `--` has been read.
    dashes: bool,
    typed: Typed,
}

impl Reading<'_> {
    /// Takes a word that is not under the cursor. Whether it is the name of the command.
    fn word(&mut self, word: &str, before: bool) -> bool {
        let escaped = self.dashes;
        if let Some(flag) = self.pending.take() {
            self.typed.flags.push((flag, Some(word.to_owned())));
        } else if !escaped && word == "--" {
            self.dashes = true;
            self.typed.escaped = before;
        } else if !escaped && let Some(long) = word.strip_prefix("--") {
            self.long(long);
        } else if !escaped && word.len() > 1 && word.starts_with('-') {
            self.short(&word[1..]);
        } else if !escaped && before && self.typed.command.is_none() && !self.typed.after_tool && self.is_command(word)
        {
            self.typed.command = Some(word.to_owned());
            self.own = self.root.find_subcommand(word).unwrap_or(self.root);
            return true;
        } else {
            self.typed.after_tool |= before;
            self.typed.tools.push(word.to_owned());
        }
        false
    }

    fn is_command(&self, word: &str) -> bool {
        self.root.find_subcommand(word).is_some()
    }

    fn long(&mut self, typed: &str) {
        let (name, value) = match typed.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (typed, None),
        };
        let Some(flag) = self.own.get_arguments().find(|flag| flag.get_long() == Some(name)) else { return };
        let id = flag.get_id().to_string();
        if value.is_none() && takes_value(flag) {
            self.pending = Some(id);
        } else {
            self.typed.flags.push((id, value.map(str::to_owned)));
        }
    }

    /// A group of short flags; the first that takes a value has the rest.
    fn short(&mut self, typed: &str) {
        for (at, letter) in typed.char_indices() {
            let Some(flag) = self.own.get_arguments().find(|flag| flag.get_short() == Some(letter)) else { return };
            let id = flag.get_id().to_string();
            if !takes_value(flag) {
                self.typed.flags.push((id, None));
                continue;
            }
            let rest = &typed[at + letter.len_utf8()..];
            if rest.is_empty() {
                self.pending = Some(id);
            } else {
                self.typed.flags.push((id, Some(rest.strip_prefix('=').unwrap_or(rest).to_owned())));
            }
            return;
        }
    }
}

fn takes_value(flag: &clap::Arg) -> bool {
    flag.get_action().takes_values()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a line in which `|` marks the word under the cursor.
    fn read(line: &str) -> Typed {
        let words: Vec<String> = line.split(' ').map(|word| word.trim_end_matches('|').to_owned()).collect();
        let index = line.split(' ').position(|word| word.ends_with('|')).expect("a cursor");
        Typed::read(&crate::cli::command(), &Line { words, index })
    }

    #[test]
    fn a_command_is_one_only_where_it_can_be_one() {
        assert_eq!(read("compare list |").command.as_deref(), Some("list"));
        assert_eq!(read("compare --color never list |").command.as_deref(), Some("list"));
        for line in ["compare gemma list |", "compare -- list |", "compare -c list |", "compare --catalog list |"] {
            let typed = read(line);
            assert_eq!(typed.command, None, "{line}");
            assert!(!typed.words.contains(&"list".into()), "{line}");
        }
        assert_eq!(read("compare | list").command, None);
    }

    #[test]
    fn flags_are_found_on_both_sides() {
        let typed = read("compare -c a.json vs --catalog=b.json x | -qc c.json --catalog d.json -ce.json");
        assert_eq!(typed.values("catalog").collect::<Vec<_>>(), ["a.json", "b.json", "c.json", "d.json", "e.json"]);
        assert_eq!(typed.command.as_deref(), Some("vs"));
        assert_eq!(typed.tools, ["x"]);
        assert!(typed.flags.iter().any(|(id, _)| id == "quiet"));
    }

    #[test]
    fn tools_are_found_on_both_sides() {
        let typed = read("compare a | b -- -c");
        assert_eq!(typed.tools, ["a", "b", "-c"]);
        assert!(!typed.escaped && typed.after_tool);
        assert!(read("compare -- |").escaped);
    }
}
