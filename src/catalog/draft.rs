//! What each field of a record may hold, said once for all kinds of file.
//!
//! A reader finds values and where they stand; the functions here turn them into the record's own types, or say in a
//! sentence what was found and what was expected.

use super::finding::Findings;
use super::record::{Date, Record, Review, Verdict, slug_problem};
use super::score::{Score, ScoreError};
use crate::text::trimmed;
use smol_str::SmolStr;
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

/// A value as a file has it.
#[derive(Debug)]
pub(super) enum Value<'a> {
    /// Characters.
    Text(Cow<'a, str>),
    /// A number, as it is written.
    Number(&'a str),
    /// True or false.
    Bool(bool),
    /// Nothing.
    Null,
    /// Several values.
    List,
    /// Fields with values.
    Object,
}

impl Value<'_> {
    /// The value for a sentence, after "is": `the number 5`, `"maybe"`.
    pub(super) fn described(&self) -> String {
        match self {
            Self::Text(text) => quoted(text),
            Self::Number(number) => format!("the number {}", shortened(number)),
            Self::Bool(value) => value.to_string(),
            Self::Null => "null".to_owned(),
            Self::List => "a list".to_owned(),
            Self::Object => "an object".to_owned(),
        }
    }
}

/// `text` in quotes, cut after 40 characters. Not cleaned: whoever prints an error cleans it.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", shortened(text))
}

pub(super) fn shortened(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(40) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// A value, the name of its field and where it stands.
#[derive(Debug)]
pub(super) struct Cell<'a> {
    /// The field's name as the file has it.
    pub(super) field: &'a str,
    /// What it holds.
    pub(super) value: Value<'a>,
    /// Its bytes in the text that is being read.
    pub(super) span: Range<usize>,
}

impl<'a> Cell<'a> {
    /// Says that the value is not `expected`.
    #[cold]
    pub(super) fn refuse(&self, expected: &str, out: &mut Findings) {
        let message = format!("`{}` is {}, expected {expected}", self.field, self.value.described());
        out.add(self.span.clone(), message, None);
    }

    /// A text; nothing where it is empty or null.
    pub(super) fn text<T: From<Cow<'a, str>>>(self, out: &mut Findings) -> Option<T> {
        match self.value {
            Value::Text(text) if trimmed(&text).is_empty() => {
                if out.strict && !self.span.is_empty() {
                    out.warn(self.span, "empty-text", format!("`{}` is empty", self.field), None);
                }
                None
            }
            Value::Text(text) => Some(text.into()),
            Value::Null => None,
            _ => {
                self.refuse("a text", out);
                None
            }
        }
    }

    /// A name: a text without space around it, which must not be empty.
    pub(super) fn name(&self, out: &mut Findings) -> Option<&str> {
        let Value::Text(text) = &self.value else {
            self.refuse("a name", out);
            return None;
        };
        let name = trimmed(text);
        if name.is_empty() {
            out.add(self.span.clone(), format!("`{}` is empty, expected a name", self.field), None);
            return None;
        }
        Some(name)
    }

    /// A slug.
    pub(super) fn slug(&self, out: &mut Findings) -> Option<SmolStr> {
        let Value::Text(text) = &self.value else {
            self.refuse("a text such as \"gemma-3n\"", out);
            return None;
        };
        let Some(problem) = slug_problem(text) else { return Some(text.as_ref().into()) };
        let near = slugified(text);
        let help = (!near.is_empty() && near != **text).then(|| format!("the nearest slug is `{near}`"));
        out.add(self.span.clone(), format!("`{}` is {}: {problem}", self.field, quoted(text)), help);
        None
    }

    /// A score, from a number or a text such as `84`, `84/100`, `8.4/10`.
    pub(super) fn score(&self, out: &mut Findings) -> Option<Score> {
        let read = match &self.value {
            Value::Number(number) => match plain_points(number) {
                Some(score) => Ok(score),
                None => number.parse().map_err(|_| ScoreError::NotANumber).and_then(Score::from_number),
            },
            Value::Text(text) if trimmed(text).is_empty() => return None,
            Value::Null => return None,
            Value::Text(text) => plain_points(trimmed(text)).map_or_else(|| Score::from_text(text), Ok),
            _ => Err(ScoreError::NotANumber),
        };
        read.map_err(|error| {
            let message = format!("`{}` is {}; {error}", self.field, self.value.described());
            let help = match (&error, &self.value) {
                (ScoreError::OutOfRange, Value::Number(number)) => {
                    Some(if number.starts_with('-') { "0" } else { "100" })
                }
                _ => None,
            };
            out.add(self.span.clone(), message, help.map(|nearest| format!("the nearest score is {nearest}")));
        })
        .ok()
    }

    /// `ship` or `skip`, in any case.
    pub(super) fn verdict(&self, out: &mut Findings) -> Option<Verdict> {
        match &self.value {
            Value::Null => return None,
            Value::Text(text) if trimmed(text).is_empty() => return None,
            Value::Text(text) => {
                if let Some(verdict) = Verdict::from_text(text) {
                    return Some(verdict);
                }
                let word = text.trim().to_lowercase();
                let near = [Verdict::Ship, Verdict::Skip]
                    .into_iter()
                    .map(|verdict| (strsim::damerau_levenshtein(&word, verdict.word()), verdict.word()))
                    .filter(|(distance, _)| word.len() < 16 && *distance < 3)
                    .min();
                let message = format!("`{}` is {}, expected `ship` or `skip`", self.field, self.value.described());
                out.add(self.span.clone(), message, near.map(|(_, word)| format!("did you mean `{word}`?")));
            }
            _ => self.refuse("`ship` or `skip`", out),
        }
        None
    }

    /// A day such as `2026-05-20`.
    pub(super) fn date(&self, out: &mut Findings) -> Option<Date> {
        match &self.value {
            Value::Null => return None,
            Value::Text(text) if trimmed(text).is_empty() => return None,
            Value::Text(text) => {
                if let Some(date) = Date::from_text(trimmed(text)) {
                    return Some(date);
                }
            }
            _ => {}
        }
        self.refuse("a day of the calendar such as 2026-05-20", out);
        None
    }

    /// A number of votes.
    pub(super) fn votes(&self, out: &mut Findings) -> Option<u64> {
        let digits = match &self.value {
            Value::Null => return None,
            Value::Text(text) if trimmed(text).is_empty() => return None,
            Value::Text(text) => text.trim(),
            Value::Number(number) => number,
            _ => "",
        };
        if digits.bytes().all(|b| b.is_ascii_digit())
            && let Ok(votes) = digits.parse()
        {
            return Some(votes);
        }
        self.refuse("a whole number of votes, 0 or more", out);
        None
    }
}

/// The score of a JSON number of at most three digits and six decimals: nearly all of them, without a double.
#[inline]
fn plain_points(number: &str) -> Option<Score> {
    let (mut digits, mut decimals) = (0_u32, None);
    let mut millionths: u32 = 0;
    for byte in number.bytes() {
        match (byte, &mut decimals) {
            (b'0'..=b'9', None) if digits < 3 => digits += 1,
            (b'0'..=b'9', Some(decimals)) if *decimals < 6 => *decimals += 1,
            (b'.', None) if digits > 0 => {
                decimals = Some(0);
                continue;
            }
            _ => return None,
        }
        millionths = millionths * 10 + u32::from(byte - b'0');
    }
    if digits == 0 || decimals == Some(0) {
        return None;
    }
    Score::from_millionths(millionths * 10_u32.pow(6 - decimals.unwrap_or(0)))
}

/// The word of `known` that `word` is nearly, if any.
pub(super) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let word: String = word.chars().take(64).flat_map(char::to_lowercase).collect();
    let near = |other: &&'a str| (strsim::damerau_levenshtein(&word, other), *other);
    let allowed = (word.chars().count() / 3).clamp(1, 3);
    known.iter().map(near).filter(|(distance, _)| *distance <= allowed).min().map(|(_, other)| other)
}

/// The slug that a name suggests: `Gemma 3n` gives `gemma-3n`. Empty where the name has no letter or digit of ASCII.
pub(super) fn slugified(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() || (matches!(c, '.' | '_') && !slug.is_empty()) {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() == super::record::SLUG_MAX {
            break;
        }
    }
    slug.truncate(slug.trim_end_matches(['-', '.', '_']).len());
    slug
}

/// The record's required fields, once all of it was read; `None` when one is missing.
pub(super) fn complete(
    record: Record,
    seen_slug: bool,
    seen_name: bool,
    at: Range<usize>,
    out: &mut Findings,
) -> Option<Record> {
    for (field, seen) in [("slug", seen_slug), ("name", seen_name)] {
        if !seen {
            out.add(at.clone(), format!("this record has no `{field}`"), None);
        }
    }
    (!record.slug.is_empty() && !record.name.is_empty()).then_some(record)
}

/// A review whose fields were read.
#[derive(Debug, Default)]
pub(super) struct ReviewDraft {
    /// Who reviewed, where that is a name.
    pub(super) reviewer: Option<Arc<str>>,
    /// Whether the file names a reviewer at all, well or badly.
    pub(super) named: bool,
    /// The score.
    pub(super) score: Option<Score>,
    /// The verdict.
    pub(super) verdict: Option<Verdict>,
    /// The words.
    pub(super) text: Option<String>,
    /// The day.
    pub(super) date: Option<Date>,
    /// Whether a score or verdict was given that could not be read: it is not also missing.
    pub(super) spoilt: bool,
}

impl ReviewDraft {
    /// The review, or what is missing from it.
    pub(super) fn complete(self, at: Range<usize>, out: &mut Findings) -> Option<Review> {
        if !self.named {
            out.add(at.clone(), "this review has no `reviewer`", None);
        }
        if self.score.is_none() && self.verdict.is_none() && !self.spoilt {
            out.add(at, "this review has neither a `score` nor a `verdict`", None);
            return None;
        }
        let Self { reviewer, score, verdict, text, date, .. } = self;
        Some(Review { reviewer: reviewer?, score, verdict, text, date })
    }
}

/// The first review whose reviewer has reviewed the tool before, and the review before: indices into `reviews`.
pub(super) fn reviewer_twice(reviews: &[Review]) -> Option<(usize, usize)> {
    /// Panels up to this size are compared name by name.
    const SMALL: usize = 12;
    let before = |i: usize| reviews[..i].iter().position(|earlier| earlier.reviewer == reviews[i].reviewer);
    if reviews.len() <= SMALL {
        return (1..reviews.len()).find_map(|i| Some((before(i)?, i)));
    }
    let mut names = HashSet::with_capacity(reviews.len());
    let again = reviews.iter().position(|review| !names.insert(&*review.reviewer))?;
    Some((before(again)?, again))
}

/// One shared copy of each reviewer's name.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The last name at each place of a panel: panels tend to stand in one order.
    recent: Vec<Arc<str>>,
    all: HashSet<Arc<str>>,
}

impl Names {
    /// The shared copy of the name of the `place`th reviewer of a tool.
    #[inline]
    pub(super) fn share(&mut self, name: &str, place: usize) -> Arc<str> {
        /// Places that are remembered.
        const RECENT: usize = 64;
        if let Some(recent) = self.recent.get(place).filter(|recent| ***recent == *name) {
            return Arc::clone(recent);
        }
        let shared = self.all.get(name).cloned().unwrap_or_else(|| {
            let new: Arc<str> = Arc::from(name);
            self.all.insert(Arc::clone(&new));
            new
        });
        if let Some(recent) = self.recent.get_mut(place) {
            *recent = Arc::clone(&shared);
        } else if place < RECENT && place == self.recent.len() {
            self.recent.push(Arc::clone(&shared));
        }
        shared
    }
}
