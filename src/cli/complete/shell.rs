//! The shells: what each passes, and how each takes the answer.

use super::answer::{Answer, Candidate};
use super::bash;
use super::engine::{self, Abilities};
use super::typed::Line;
use crate::cli::env::Env;
use std::ffi::OsString;

/// A shell that has a registration script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Shell {
    /// Bash, 4 or later.
    Bash,
    /// Zsh.
    Zsh,
    /// Fish.
    Fish,
    /// Elvish.
    Elvish,
}

impl Shell {
    /// All of them.
    pub(in crate::cli) const ALL: [Self; 4] = [Self::Bash, Self::Zsh, Self::Fish, Self::Elvish];

    /// The shell's name.
    pub(in crate::cli) const fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Zsh => "zsh",
            Self::Fish => "fish",
            Self::Elvish => "elvish",
        }
    }

    /// The shell of that name.
    pub(in crate::cli) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shell| shell.name() == name)
    }

    /// The script that registers the completion, for the program's two names.
    pub(in crate::cli) const fn script(self) -> &'static str {
        match self {
            Self::Bash => include_str!("../../../completions/compare.bash"),
            Self::Zsh => include_str!("../../../completions/_compare"),
            Self::Fish => include_str!("../../../completions/compare.fish"),
            Self::Elvish => include_str!("../../../completions/compare.elv"),
        }
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

/// What a shell asks.
pub(super) struct Request {
    pub(super) shell: Shell,
    /// What the script passes.
    pub(super) typed: Vec<OsString>,
    /// The place of the word under the cursor, for scripts that pass words.
    pub(super) index: usize,
    pub(super) env: Env,
}

impl Request {
    /// The text that the script reads. Empty where nothing fits.
    pub(super) fn answer(self) -> String {
        // What is no text is no part of a name of ours either.
        let typed: Vec<String> = self.typed.iter().map(|word| word.to_string_lossy().into_owned()).collect();
        if self.shell == Shell::Bash {
            return bash::answer(&typed, |line| self.of(line)).unwrap_or_default();
        }
        if !(1..typed.len()).contains(&self.index) {
            return String::new();
        }
        let line = Line { words: typed, index: self.index };
        let answer = self.of(&line);
        match self.shell {
            Shell::Zsh => zsh(&answer, line.current()),
            Shell::Elvish => elvish(&answer),
            Shell::Fish | Shell::Bash => fish(&answer),
        }
    }

    fn of(&self, line: &Line) -> Answer {
        engine::answer(line, &self.env, self.shell.abilities())
    }
}

/// `w` or `p` for a word or its beginning, then `VALUE:DESCRIPTION` for `_describe`, in which a backslash escapes. What
/// stands in front of the value of a long flag is named once and left out of the values.
fn zsh(answer: &Answer, current: &str) -> String {
    match answer {
        Answer::Nothing => String::new(),
        Answer::Files(before) => format!("files\t{before}\n"),
        Answer::Words(words) => {
            let goes_on = words.iter().all(|word| word.value.starts_with(current));
            let (kind, before) = match current.split_once('=') {
                _ if !goes_on => ("infix", ""),
                Some((flag, _)) if flag.starts_with("--") => ("words", &current[..=flag.len()]),
                _ => ("words", ""),
            };
            let mut text = format!("{kind}\t{before}\n");
            for Candidate { value, help, whole } in words {
                let Some(value) = value.strip_prefix(before) else { continue };
                let escape = |text: &str| text.replace('\\', "\\\\").replace(':', "\\:");
                text.push_str(&format!("{}{}", if *whole { 'w' } else { 'p' }, escape(value)));
                if !help.is_empty() {
                    text.push_str(&format!(":{}", escape(help)));
                }
                text.push('\n');
            }
            text
        }
    }
}

/// `VALUE TAB DESCRIPTION`. Fish puts no blank behind a `=` or a `-` by itself.
fn fish(answer: &Answer) -> String {
    match answer {
        Answer::Nothing => String::new(),
        Answer::Files(before) => format!("files\t{before}\n"),
        Answer::Words(words) => {
            let lines = words.iter().map(|word| format!("{}\t{}\n", word.value, word.help));
            "words\n".to_owned() + &lines.collect::<String>()
        }
    }
}

/// `VALUE TAB SUFFIX TAB DESCRIPTION`.
fn elvish(answer: &Answer) -> String {
    match answer {
        Answer::Nothing => String::new(),
        Answer::Files(before) => format!("files\t{before}\n"),
        Answer::Words(words) => {
            let suffix = |word: &Candidate| if word.whole { " " } else { "" };
            let lines = words.iter().map(|word| format!("{}\t{}\t{}\n", word.value, suffix(word), word.help));
            "words\t\n".to_owned() + &lines.collect::<String>()
        }
    }
}
