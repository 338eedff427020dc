//! Gates: conditions on the figures of a report. Their grammar, and how a value is compared with a threshold.
//!
//! `[TOOL:|any:|all:]METRIC OPERATOR VALUE`, such as `ship_ratio>=0.6`, `all:score.mean>=70` or
//! `gemma-3n:reviews[Founder].verdict==ship`. The document defines the metrics; here a gate is a text with parts.

use super::certainty::Certainty;
use super::sums::PanelVerdict;
use crate::error::{Error, Excerpt, Location};
use serde_json::Number;
use std::cmp::Ordering;
use std::ops::Range;

/// Longest gate, in bytes.
const LONGEST: usize = 1_000;

/// How a value is compared with a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparator {
    /// `>=`
    AtLeast,
    /// `<=`
    AtMost,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `>`
    Above,
    /// `<`
    Below,
}

impl Comparator {
    /// All of them as they are typed, the longer ones first.
    const TYPED: [(&'static str, Self); 6] = [
        (">=", Self::AtLeast),
        ("<=", Self::AtMost),
        ("==", Self::Equal),
        ("!=", Self::NotEqual),
        (">", Self::Above),
        ("<", Self::Below),
    ];

    /// What is typed by mistake, and what was meant.
    const MISTYPED: [(&'static str, &'static str); 4] = [("=>", ">="), ("=<", "<="), ("<>", "!="), ("=", "==")];

    /// Whether it asks for more than equality.
    pub(crate) const fn needs_an_order(self) -> bool {
        !matches!(self, Self::Equal | Self::NotEqual)
    }

    /// Whether it holds for a value that compares to the threshold like this.
    pub(crate) const fn holds(self, value: Ordering) -> bool {
        match self {
            Self::AtLeast => value.is_ge(),
            Self::AtMost => value.is_le(),
            Self::Equal => value.is_eq(),
            Self::NotEqual => value.is_ne(),
            Self::Above => value.is_gt(),
            Self::Below => value.is_lt(),
        }
    }

    /// Whether larger values are nearer to holding; `None` where neither are.
    pub(crate) const fn prefers_larger(self) -> Option<bool> {
        match self {
            Self::AtLeast | Self::Above => Some(true),
            Self::AtMost | Self::Below => Some(false),
            Self::Equal | Self::NotEqual => None,
        }
    }
}

/// A gate as it was typed, with its parts as ranges of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Clause {
    /// Where it was typed, such as `--gate`: what an error names as its place.
    pub source: String,
    /// The whole of it.
    pub text: String,
    /// What stands before the colon, if there is one.
    pub scope: Option<Range<usize>>,
    /// The metric.
    pub metric: Range<usize>,
    /// The operator.
    pub comparator: Comparator,
    /// The value.
    pub value: Range<usize>,
}

impl Clause {
    /// Takes `text` apart.
    ///
    /// # Errors
    /// A part is missing or the operator is unknown. The error marks the location.
    pub(crate) fn parse(source: &str, text: &str) -> Result<Self, Error> {
        if text.len() > LONGEST {
            return Err(Error::usage(format!("a gate has at most {LONGEST} bytes, this one has {}", text.len()))
                .at(Location { file: source.to_owned(), ..Location::default() }));
        }
        let fault = |span: Range<usize>, message: String| fault(source, text, span, message);
        // The name of a reviewer may hold anything.
        let reviewer = reviewer_in(text).map_err(|open| {
            fault(open, "this `reviews[` is not closed".to_owned()).hint("write `reviews[NAME].verdict==ship`")
        })?;
        let after = reviewer.as_ref().map_or(0, |reviewer| reviewer.end);
        let Some(at) = text[after..].find(['<', '>', '=', '!']).map(|at| after + at) else {
            let metric = trimmed(text, 0..text.len());
            let name = if metric.is_empty() { "METRIC" } else { &text[metric.clone()] };
            return Err(fault(metric, "this gate has no operator and no value".to_owned())
                .hint(format!("write {source} '{name}>=VALUE', in quotes: a shell takes a bare > or < for itself")));
        };
        let Some((operator, comparator)) = operator(&text[at..]) else {
            let (typed, meant) = mistyped(&text[at..]);
            let message = match meant {
                Some(meant) => format!("unknown operator `{typed}`; use `{meant}`"),
                None => format!("unknown operator `{typed}`"),
            };
            let error = fault(at..at + typed.len(), message);
            return Err(error.hint("the operators are >=, <=, >, <, == and !="));
        };
        // No metric has a colon, but a tool's name may.
        let before = reviewer.as_ref().map_or(at, |reviewer| reviewer.start);
        let (scope, metric) = match text[..before].rfind(':') {
            Some(colon) => (Some(trimmed(text, 0..colon)), trimmed(text, colon + 1..at)),
            None => (None, trimmed(text, 0..at)),
        };
        let value = trimmed(text, at + operator.len()..text.len());
        if scope.as_ref().is_some_and(Range::is_empty) {
            return Err(fault(0..1, "no tool is named before the colon".to_owned())
                .hint("name a tool, or write `any:` or `all:`"));
        }
        if metric.is_empty() {
            return Err(fault(at..at + operator.len(), "no metric is named before the operator".to_owned()));
        }
        if value.is_empty() {
            return Err(fault(at..at + operator.len(), "no value follows the operator".to_owned()));
        }
        Ok(Self { source: source.to_owned(), text: text.to_owned(), scope, metric, comparator, value })
    }

    /// The name of the reviewer in a metric `reviews[NAME].FIELD`.
    pub(crate) fn reviewer(&self) -> Option<Range<usize>> {
        reviewer_in(&self.text).ok().flatten().filter(|reviewer| self.metric.start < reviewer.start)
    }

    /// The error that says `message` about `span`.
    pub(crate) fn fault(&self, span: Range<usize>, message: impl Into<String>) -> Error {
        fault(&self.source, &self.text, span, message.into())
    }

    /// A part of the text.
    pub(crate) fn part(&self, span: &Range<usize>) -> &str {
        &self.text[span.clone()]
    }

    /// The value, as a number.
    ///
    /// # Errors
    /// It is not a number. The error marks it.
    pub(crate) fn number(&self) -> Result<Number, Error> {
        let text = self.part(&self.value);
        if let Some(number) = parse_number(text) {
            return Ok(number);
        }
        let metric = self.part(&self.metric);
        let error = self.fault(self.value.clone(), format!("`{metric}` is a number and `{text}` is not"));
        Err(match text.strip_suffix('%').and_then(|percent| percent.trim().parse::<f64>().ok()) {
            Some(percent) => error.hint(format!("shares go from 0 to 1: {}", percent / 100.0)),
            None if text.contains(['<', '>', '=', '!']) => {
                error.hint("a gate makes one comparison; repeat the flag for another")
            }
            None => error.hint("write a number such as 0.6 or 70"),
        })
    }
}

/// The number that `text` stands for, as JSON writes numbers.
fn parse_number(text: &str) -> Option<Number> {
    let number: Number = serde_json::from_str(text).ok()?;
    if number.is_f64() { Number::from_f64(text.parse().ok()?) } else { Some(number) }
}

/// How two numbers compare: whole ones exactly, others as the doubles that `json` prints.
///
/// A figure that is exact prints as the double nearest to it, and so does what was typed: 3/5 equals 0.6, and no
/// report shows two equal numbers that a gate finds different.
pub(crate) fn compare_numbers(left: &Number, right: &Number) -> Ordering {
    match (left.as_i128(), right.as_i128()) {
        (Some(left), Some(right)) => left.cmp(&right),
        // No number of JSON is NaN.
        _ => left.as_f64().partial_cmp(&right.as_f64()).unwrap_or(Ordering::Equal),
    }
}

/// `words` from the least to the greatest, if they are ordered: certainties, and panel verdicts as in the ranking key.
pub(crate) fn in_order(words: &[String]) -> Option<Vec<&'static str>> {
    let certainties: Vec<&str> = Certainty::ALL.map(Certainty::word).into();
    let verdicts: Vec<&str> = PanelVerdict::ALL.into_iter().rev().map(PanelVerdict::word).collect();
    let same =
        |scale: &Vec<&str>| scale.len() == words.len() && words.iter().all(|word| scale.contains(&word.as_str()));
    [certainties, verdicts].into_iter().find(same)
}

/// Where a reviewer is named, in `reviews[NAME].`; the span of `reviews[` where it is not closed.
fn reviewer_in(text: &str) -> Result<Option<Range<usize>>, Range<usize>> {
    const OPEN: &str = "reviews[";
    // `tools[].reviews[NAME]` is a path, and `tools[]` names no one.
    let Some(open) = text.find(OPEN) else { return Ok(None) };
    let start = open + OPEN.len();
    match text[start..].find("].") {
        Some(length) => Ok(Some(start..start + length)),
        None => Err(open..start),
    }
}

fn operator(text: &str) -> Option<(&'static str, Comparator)> {
    // `<>` begins with an operator, but nobody means that one.
    if text.starts_with("<>") {
        return None;
    }
    Comparator::TYPED.into_iter().find(|(typed, _)| text.starts_with(typed))
}

fn mistyped(text: &str) -> (&str, Option<&'static str>) {
    match Comparator::MISTYPED.into_iter().find(|(typed, _)| text.starts_with(typed)) {
        Some((typed, meant)) => (typed, Some(meant)),
        None => (&text[..1], None),
    }
}

/// `span` of `text` without the space around it.
fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let part = &text[span.clone()];
    let start = span.start + part.len() - part.trim_start().len();
    start..start + part.trim().len()
}

fn fault(source: &str, text: &str, span: Range<usize>, message: String) -> Error {
    let excerpt = Excerpt { line: text.to_owned(), start: span.start, end: span.end };
    Error::usage(message).at(Location { file: source.to_owned(), line: 0, column: 0, excerpt: Some(excerpt) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (Option<String>, String, Comparator, String) {
        let clause = Clause::parse("--gate", text).unwrap_or_else(|e| panic!("{text}: {e}"));
        let part = |span: &Range<usize>| clause.part(span).to_owned();
        (clause.scope.as_ref().map(part), part(&clause.metric), clause.comparator, part(&clause.value))
    }

    #[test]
    fn a_gate_has_parts() {
        let of = |scope: Option<&str>, metric: &str, comparator, value: &str| {
            (scope.map(str::to_owned), metric.to_owned(), comparator, value.to_owned())
        };
        for (text, expected) in [
            ("ship_ratio>=0.6", of(None, "ship_ratio", Comparator::AtLeast, "0.6")),
            (" score.mean <= 70 ", of(None, "score.mean", Comparator::AtMost, "70")),
            ("all: n>3", of(Some("all"), "n", Comparator::Above, "3")),
            ("Tool: the second:n<3", of(Some("Tool: the second"), "n", Comparator::Below, "3")),
            ("url==https://a.example/?b=c", of(None, "url", Comparator::Equal, "https://a.example/?b=c")),
            ("name!=Größe 3", of(None, "name", Comparator::NotEqual, "Größe 3")),
            ("reviews[A=B: C].score>=3", of(None, "reviews[A=B: C].score", Comparator::AtLeast, "3")),
            ("a:reviews[Bo].verdict==ship", of(Some("a"), "reviews[Bo].verdict", Comparator::Equal, "ship")),
        ] {
            assert_eq!(parts(text), expected, "{text}");
        }
    }

    #[test]
    fn faults_of_a_gate_are_marked() {
        for (text, marked, message) in [
            ("", "", "no operator and no value"),
            ("ship_ratio", "ship_ratio", "no operator and no value"),
            ("n=3", "=", "unknown operator `=`; use `==`"),
            ("n=>3", "=>", "unknown operator"),
            ("n<>3", "<>", "unknown operator"),
            ("n!3", "!", "unknown operator"),
            ("reviews[Bo>=3", "reviews[", "not closed"),
            (">=3", ">=", "no metric"),
            ("a: >=3", ">=", "no metric"),
            ("n>= ", ">=", "no value"),
            (" :n>=3", " ", "no tool"),
        ] {
            let error = Clause::parse("--gate", text).expect_err(text);
            let location = error.location.as_ref().expect("a location");
            let excerpt = location.excerpt.as_ref().expect("an excerpt");
            assert_eq!(&excerpt.line[excerpt.start..excerpt.end], marked, "{text}");
            assert!(error.message.contains(message), "{text}: {}", error.message);
        }
        assert!(Clause::parse("--gate", &"n".repeat(LONGEST + 1)).is_err());
    }

    #[test]
    fn numbers_compare_by_value() {
        let number = |text: &str| parse_number(text).expect(text);
        for (left, right, expected) in [
            ("0.6", "0.6", Ordering::Equal),
            ("3", "3.0", Ordering::Equal),
            ("70", "7e1", Ordering::Equal),
            ("-1", "0", Ordering::Less),
            ("9007199254740993", "9007199254740992", Ordering::Greater),
            ("18446744073709551615", "18446744073709551614", Ordering::Greater),
            ("0.30000000000000004", "0.3", Ordering::Greater),
        ] {
            assert_eq!(compare_numbers(&number(left), &number(right)), expected, "{left} {right}");
        }
        for text in ["", "x", "+5", ".5", "5.", "1_000", "NaN", "inf", "1e999", "٣", "\"0.6\"", "true"] {
            assert_eq!(parse_number(text), None, "{text}");
        }
    }

    #[test]
    fn words_that_rank_are_known() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            in_order(&words(&["clear", "close", "insufficient", "leaning"])),
            Some(vec!["insufficient", "close", "leaning", "clear"])
        );
        assert_eq!(in_order(&words(&["ship", "skip", "mixed", "none"])), Some(vec!["none", "skip", "mixed", "ship"]));
        assert_eq!(in_order(&words(&["wilson", "student_t"])), None);
    }
}
