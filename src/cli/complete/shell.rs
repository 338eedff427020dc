//! The shells: what each passes, and what each can do with the answer.

use super::answer::Completion;
use super::bash;
use super::engine;
use super::typed::{Abilities, Line};
use crate::cli::env::Env;
use clap::ValueEnum;
use std::ffi::OsString;

/// A shell that has a registration script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Shell {
    Bash,
    Zsh,
    Fish,
    Elvish,
}

impl Shell {
    /// The script that registers the completion, for the program's two names.
    pub(in crate::cli) const fn script(self) -> &'static str {
        match self {
            Self::Bash => include_str!("../../../completions/compare.bash"),
            Self::Zsh => include_str!("../../../completions/_compare"),
            Self::Fish => include_str!("../../../completions/compare.fish"),
            Self::Elvish => include_str!("../../../completions/compare.elv"),
        }
    }

    /// The text that the script reads. Empty where nothing fits. `typed` is what the script passes: the words of the line,
    /// the program's name first; the word under the cursor is at `index`.
    pub(super) fn answer(self, typed: &[OsString], index: usize, env: &Env) -> String {
        // What is not UTF-8 is no part of a name of ours either.
        let mut words: Vec<String> = typed.iter().map(|word| word.to_string_lossy().into_owned()).collect();
        let complete = |line: &Line| match line.index {
            0 => Completion::Nothing,
            index if index >= line.words.len() => Completion::Nothing,
            _ => engine::answer(line, env, self.abilities()),
        };
        let answer = if self == Self::Bash && !words.is_empty() {
            let replaced = words.remove(0);
            bash::answer(&replaced, &words, index, complete)
        } else {
            complete(&Line { words, index })
        };
        written(&answer)
    }

    const fn abilities(self) -> Abilities {
        match self {
            Self::Bash => Abilities { help: false, infix: false, open: true },
            Self::Zsh => Abilities { help: true, infix: true, open: true },
            // Puts a blank behind the beginning of a word.
            Self::Fish => Abilities { help: true, infix: true, open: false },
            Self::Elvish => Abilities { help: true, infix: false, open: true },
        }
    }
}

/// `files TAB BEFORE`, or `words TAB` and a line for each: `VALUE TAB SUFFIX TAB DESCRIPTION`, where the suffix is what may
/// stand behind the word: a blank, or nothing where it may be typed on.
fn written(answer: &Completion) -> String {
    match answer {
        Completion::Nothing => String::new(),
        Completion::Files(before) => format!("files\t{before}\n"),
        Completion::Words(words) => {
            let suffix = |whole| if whole { " " } else { "" };
            let lines = words.iter().map(|word| format!("{}\t{}\t{}\n", word.value, suffix(word.whole), word.help));
            "words\t\n".to_owned() + &lines.collect::<String>()
        }
    }
}
