//! The shells: what each passes, and what each can do with the answer.

use super::answer::Completion;
use super::bash;
use super::engine;
use super::typed::{Abilities, Line};
use crate::cli::env::Env;
use crate::cli::shell::Shell;
use std::ffi::OsString;

/// The text that the script reads. Empty where nothing fits. `typed` is what the script passes: the words of the line,
/// the program's name first; the word under the cursor is at `index`.
pub(super) fn answer(shell: Shell, typed: &[OsString], index: usize, env: &Env) -> String {
    // What is not UTF-8 is no part of a name of ours either.
    let mut words: Vec<String> = typed.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let complete = |line: &Line| match line.index {
        0 => Completion::Nothing,
        index if index >= line.words.len() => Completion::Nothing,
        _ => engine::answer(line, env, abilities(shell)),
    };
    let answer = if shell == Shell::Bash && !words.is_empty() {
        let replaced = words.remove(0);
        bash::answer(&replaced, &words, index, complete)
    } else {
        complete(&Line { words, index })
    };
    written(&answer)
}

const fn abilities(shell: Shell) -> Abilities {
    match shell {
        Shell::Bash => Abilities { help: false, infix: false, open: true },
        Shell::Zsh => Abilities { help: true, infix: true, open: true },
        // Puts a blank behind the beginning of a word.
        Shell::Fish => Abilities { help: true, infix: true, open: false },
        Shell::Elvish => Abilities { help: true, infix: false, open: true },
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
