//! How the program looks to people: color, width, and the wording of errors, notes and warnings.

use clap::ValueEnum;

use crate::cli::env::{Env, Stream};
use crate::error::{Error, Excerpt, split_hint};
use crate::format::excerpt;
use crate::text::clean_line;

/// The width when nobody says one: wide enough for two tools side by side, narrow enough for a log.
const DEFAULT_COLUMNS: usize = 100;

/// The values of `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// Color when writing to a terminal.
    #[default]
    Auto,
    /// Always color.
    Always,
    /// Never color.
    Never,
}

/// Whether to write colors to `stream`. The one place that decides; the first that applies wins:
/// `--color`; `NO_COLOR` (<https://no-color.org>); `FORCE_COLOR` or `CLICOLOR_FORCE`, unless `0`; `CLICOLOR=0`
/// (<https://bixense.com/clicolors>); a terminal that can do nothing (`TERM` unset or `dumb`); whether that stream is
/// a terminal.
pub(crate) fn use_color(choice: ColorChoice, env: &Env, stream: Stream) -> bool {
    let forced = |name| env.var(name).is_some_and(|value| value != "0");
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if env.var("NO_COLOR").is_some() => false,
        ColorChoice::Auto if forced("FORCE_COLOR") || forced("CLICOLOR_FORCE") => true,
        ColorChoice::Auto if env.var("CLICOLOR").is_some_and(|value| value == "0") => false,
        ColorChoice::Auto => is_capable(env) && env.is_terminal(stream),
    }
}

/// Whether a terminal, if there is one, understands escape sequences. Windows sets no `TERM`.
pub(crate) fn is_capable(env: &Env) -> bool {
    env.var("TERM").map_or(cfg!(windows), |term| term != "dumb")
}

/// The columns to lay out for: `--width`, else those of standard output's terminal, else `COLUMNS`, else 100.
pub(crate) fn columns(width: Option<usize>, env: &Env) -> usize {
    // As a terminal's columns, `COLUMNS` is at most 65535: a slip of the finger does not fill the memory.
    let variable = || env.var("COLUMNS")?.to_str()?.trim().parse::<u16>().ok().filter(|&columns| columns > 0);
    width.or_else(|| env.terminal_columns()).or_else(|| variable().map(usize::from)).unwrap_or(DEFAULT_COLUMNS)
}

/// Turns errors, notes and warnings into what is written on standard error, cleaned of what strangers put into them.
///
/// The text ends with a line end and is meant to be written in one go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Messages {
    color: bool,
    columns: usize,
}

impl Messages {
    /// Messages for standard error, colored as `choice` and the surroundings say.
    pub(crate) fn new(choice: ColorChoice, env: &Env) -> Self {
        Self { color: use_color(choice, env, Stream::Stderr), columns: columns(None, env) }
    }

    /// `compare: file:line:column: message` on one line, then the source line with the part underlined, if it is at
    /// hand, then one line for each hint; then the problems found beside it in the same way. The same whether a person
    /// or a log reads it.
    pub(crate) fn error(self, error: &Error) -> String {
        let mut text = self.line("compare:", RED, &error.to_string());
        if let Some(location) = &error.location
            && let Some(excerpt) = &location.excerpt
        {
            text.push_str(&self.excerpt(excerpt, location.line));
        }
        text.push_str(&self.hints(error));
        for other in &error.also {
            text.push_str(&self.error(other));
        }
        text
    }

    /// `compare: note: text`: what a person wants to know and a program need not.
    pub(crate) fn note(self, text: &str) -> String {
        self.line("compare: note:", CYAN, text)
    }

    /// `compare: warning: text`: the answer stands, but not without this.
    pub(crate) fn warning(self, text: &str) -> String {
        self.line("compare: warning:", YELLOW, text)
    }

    /// As [`Messages::warning`], with its place and its hints.
    pub(crate) fn warning_with_hints(self, warning: &Error) -> String {
        self.warning(&warning.to_string()) + &self.hints(warning)
    }

    fn hints(self, error: &Error) -> String {
        let mut text = String::new();
        for hint in &error.hints {
            let (sentence, block) = split_hint(hint);
            text.push_str("  ");
            text.push_str(&self.line("hint:", CYAN, sentence));
            block.for_each(|line| text.push_str(&format!("    {}\n", clean_line(line))));
        }
        text
    }

    /// `compare: label text`: what the answer is no about.
    pub(crate) fn labelled(self, label: &str, text: &str) -> String {
        self.line(&format!("compare: {label}"), YELLOW, text)
    }

    /// A line that a file has and should not have.
    pub(crate) fn removed(self, line: &str) -> String {
        format!("  {}", self.line("-", RED, line))
    }

    /// A line that a file should have and has not.
    pub(crate) fn added(self, line: &str) -> String {
        format!("  {}", self.line("+", GREEN, line))
    }

    fn line(self, label: &str, color: &str, text: &str) -> String {
        let text = clean_line(text);
        if self.color { format!("{color}{label}{RESET} {text}\n") } else { format!("{label} {text}\n") }
    }

    fn excerpt(self, excerpt: &Excerpt, line: usize) -> String {
        excerpt::underlined(excerpt, line, self.columns, self.color)
    }
}

const RED: &str = "\u{1b}[1;31m";
const GREEN: &str = "\u{1b}[1;32m";
const YELLOW: &str = "\u{1b}[1;33m";
const CYAN: &str = "\u{1b}[1;36m";
const RESET: &str = "\u{1b}[0m";

#[cfg(test)]
mod tests {
    use super::{ColorChoice, Messages, columns, use_color};
    use crate::cli::env::{Env, Stream};
    use crate::error::{Error, Excerpt, Location};
    use crate::text::is_control;

    fn terminal() -> Env {
        Env::bare("/here").with_terminal(Stream::Stdout).with_var("TERM", "xterm")
    }

    fn decide(env: &Env) -> bool {
        use_color(ColorChoice::Auto, env, Stream::Stdout)
    }

    #[test]
    fn the_first_rule_that_applies_decides_on_color() {
        let pipe = Env::bare("/here").with_var("TERM", "xterm");
        assert!(decide(&terminal()));
        assert!(!decide(&pipe));
        assert!(!use_color(ColorChoice::Auto, &terminal(), Stream::Stderr), "that very stream");
        assert!(!decide(&Env::bare("/here").with_terminal(Stream::Stdout)) || cfg!(windows), "TERM unset");
        assert!(!decide(&terminal().with_var("TERM", "dumb")));
        assert!(!decide(&terminal().with_var("CLICOLOR", "0")));
        assert!(decide(&terminal().with_var("CLICOLOR", "1")));
        for force in ["FORCE_COLOR", "CLICOLOR_FORCE"] {
            assert!(decide(&pipe.clone().with_var(force, "1")));
            assert!(decide(&pipe.clone().with_var(force, "1").with_var("TERM", "dumb").with_var("CLICOLOR", "0")));
            assert!(!decide(&pipe.clone().with_var(force, "0")));
            assert!(!decide(&pipe.clone().with_var(force, "")));
            assert!(!decide(&pipe.clone().with_var(force, "1").with_var("NO_COLOR", "1")));
        }
        assert!(!decide(&terminal().with_var("NO_COLOR", "0")), "set to anything");
        assert!(decide(&terminal().with_var("NO_COLOR", "")), "empty says nothing");
        assert!(use_color(ColorChoice::Always, &pipe.with_var("NO_COLOR", "1"), Stream::Stdout));
        assert!(!use_color(ColorChoice::Never, &terminal().with_var("FORCE_COLOR", "1"), Stream::Stdout));
    }

    #[test]
    fn width_comes_from_the_option_the_terminal_the_variable_or_the_default() {
        let env = Env::bare("/here");
        assert_eq!(columns(None, &env), 100);
        for nonsense in ["0", "-1", "wide", "70000", "99999999999999999999"] {
            assert_eq!(columns(None, &env.clone().with_var("COLUMNS", nonsense)), 100);
        }
        let env = env.with_var("COLUMNS", "60");
        assert_eq!(columns(None, &env), 60);
        let env = env.with_terminal_columns(80);
        assert_eq!(columns(None, &env), 80);
        assert_eq!(columns(Some(40), &env), 40);
    }

    fn error(line: &str, start: usize, end: usize) -> Error {
        let excerpt = Some(Excerpt { line: line.to_owned(), start, end });
        Error::data("score 101 is above 100")
            .at(Location { file: "a\u{1b}[2J.json".to_owned(), line: 3, column: start + 1, excerpt })
            .hint("scores go\nfrom 0 to 100")
    }

    fn plain() -> Messages {
        Messages::new(ColorChoice::Never, &Env::bare("/here"))
    }

    #[test]
    fn an_error_shows_its_place_its_line_and_its_remedy() {
        let expected = "compare: a<U+001B>[2J.json:3:12: score 101 is above 100\n  \
            |\n3 |   \"score\": 101,\n  |            ^^^\n  hint: scores go\n    from 0 to 100\n";
        assert_eq!(plain().error(&error("  \"score\": 101,\r\n", 11, 14)), expected);
    }

    #[test]
    fn further_problems_follow_with_hints_of_their_own() {
        let mut error = Error::data("first").hint("remedy");
        error.also = vec![Error::data("second\n").hint("another"), Error::data("third")];
        let expected = "compare: first\n  hint: remedy\ncompare: second \n  hint: another\ncompare: third\n";
        assert_eq!(plain().error(&error), expected);
    }

    #[test]
    fn the_marked_part_stays_marked_when_cleaning_moves_it() {
        let text = plain().error(&error("\t\"\u{202e}日\": 101", 11, 14));
        assert!(text.contains("3 |  \"<U+202E>日\": 101\n  |                ^^^\n"), "{text}");
    }

    #[test]
    fn a_span_out_of_its_line_is_not_fatal() {
        for (start, end) in [(0, 0), (1, 2), (4, 4), (9, 3), (90, 99), (0, usize::MAX)] {
            assert!(plain().error(&error("é日", start, end)).contains("3 | é日\n"));
        }
        assert!(plain().error(&error("", 0, 1)).starts_with("compare: "));
    }

    #[test]
    fn without_a_line_number_none_is_shown() {
        let mut error = error("text", 0, 4);
        error.location.as_mut().unwrap().line = 0;
        let text = plain().error(&error);
        assert!(text.contains(" | text\n") && !text.contains("1 |"), "{text}");
    }

    #[test]
    fn strangers_control_nothing_and_colors_are_ours() {
        for c in (0..0x3000).filter_map(char::from_u32).filter(|&c| is_control(c)) {
            let hostile = format!("a{c}b");
            let mut error = error(&hostile, 0, 1).hint(&hostile);
            error.message.push(c);
            let text = plain().error(&error) + &plain().note(&hostile) + &plain().warning(&hostile);
            assert!(!text.chars().any(|c| c != '\n' && is_control(c)), "{text:?}");
            // In a hint, a line end begins a line to paste.
            assert_eq!(text.lines().count(), if c == '\n' { 10 } else { 9 }, "{text:?}");
            let colored = Messages::new(ColorChoice::Always, &Env::bare("/here")).error(&error);
            assert!(colored.contains("\u{1b}[1;31mcompare:\u{1b}[0m a<U+001B>"));
            for sequence in colored.split('\u{1b}').skip(1) {
                let (parameters, _) = sequence.strip_prefix('[').unwrap().split_once('m').unwrap();
                assert!(parameters.chars().all(|c| c.is_ascii_digit() || c == ';'), "{colored:?}");
            }
        }
    }

    #[test]
    fn notes_and_warnings_are_one_line() {
        assert_eq!(plain().note("two\nlines"), "compare: note: two lines\n");
        assert_eq!(plain().warning("x"), "compare: warning: x\n");
    }
}
