//! Values as a file has them, and what each kind of field takes: one set of checks for all kinds of file.
//!
//! A reader finds values and their places; the functions here turn them into the record's own types, or note in a
//! sentence what was found and what was expected.

use super::date::Date;
use super::identity::{normalized, slug_of};
use super::score::{Scale, Score, ScoreError};
use super::slug_problem;
use super::verdict::Verdict;
use crate::catalog::read::finding::Findings;
use crate::text::{mask_addresses, trimmed};
use smol_str::SmolStr;
use std::borrow::Cow;
use std::ops::Range;

/// A value as a file has it.
#[derive(Clone, Debug)]
pub(crate) enum RawValue<'a> {
    /// Characters.
    Text(Cow<'a, str>),
    /// A number, as it is written.
    Number(&'a str),
    /// True or false.
    Bool(bool),
    /// Null.
    Null,
    /// Several values.
    List,
    /// Fields with values.
    Object,
}

impl RawValue<'_> {
    /// The value for a sentence, after "is": `the number 5`, `"maybe"`.
    pub(crate) fn described(&self) -> String {
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
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", shortened(&mask_addresses(text)))
}

/// `text`, cut after 40 characters.
pub(crate) fn shortened(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(40) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// A value with its field's name and its place.
#[derive(Debug)]
pub(crate) struct FieldValue<'a> {
    /// The field's name as the file has it.
    pub(crate) field: &'a str,
    /// What it holds.
    pub(crate) value: RawValue<'a>,
    /// Its bytes in the text that is being read.
    pub(crate) span: Range<usize>,
    /// Whether a comma in a number is a decimal point.
    pub(crate) decimal_comma: bool,
}

impl<'a> FieldValue<'a> {
    /// A value of a file in which decimals follow a point.
    pub(crate) fn new(field: &'a str, value: RawValue<'a>, span: Range<usize>) -> Self {
        Self { field, value, span, decimal_comma: false }
    }

    /// Notes that the value is not `expected`.
    #[cold]
    pub(crate) fn refuse(&self, expected: &str, out: &mut Findings) {
        let message = format!("`{}` is {}, expected {expected}", self.field, self.value.described());
        out.add(self.span.clone(), message, None);
    }

    /// The text, if it is one.
    pub(crate) fn as_text(&self) -> Option<&str> {
        if let RawValue::Text(text) = &self.value { Some(text) } else { None }
    }

    /// The text, if there is more than blanks in it.
    fn given(&self) -> Option<&str> {
        match &self.value {
            RawValue::Text(text) => Some(trimmed(text)).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// Whether there is nothing here: null or an empty text.
    fn is_absent(&self) -> bool {
        matches!(self.value, RawValue::Null) || matches!(self.value, RawValue::Text(_)) && self.given().is_none()
    }

    /// A text; nothing where it is empty or null.
    pub(crate) fn text<T: From<Cow<'a, str>>>(self, out: &mut Findings) -> Option<T> {
        if self.is_absent() {
            if out.lints() && matches!(self.value, RawValue::Text(_)) && !self.span.is_empty() {
                out.warn(self.span, "empty-text", format!("`{}` is empty", self.field), None);
            }
            return None;
        }
        if let RawValue::Text(text) = self.value {
            return Some(text.into());
        }
        self.refuse("a text", out);
        None
    }

    /// A name, [`normalized`], which must not be empty.
    pub(crate) fn name(&self, out: &mut Findings) -> Option<Cow<'_, str>> {
        let RawValue::Text(text) = &self.value else {
            self.refuse("a name", out);
            return None;
        };
        let name = normalized(text);
        if name.is_empty() {
            out.add(self.span.clone(), format!("`{}` is empty, expected a name", self.field), None);
            return None;
        }
        Some(name)
    }

    /// A slug.
    pub(crate) fn slug(&self, out: &mut Findings) -> Option<SmolStr> {
        let RawValue::Text(text) = &self.value else {
            self.refuse("a text such as \"gemma-3n\"", out);
            return None;
        };
        let Some(problem) = slug_problem(text) else { return Some(text.as_ref().into()) };
        let near = slug_of(text);
        let help = (!near.is_empty() && near != **text).then(|| format!("the nearest slug is `{near}`"));
        out.add(self.span.clone(), format!("`{}` is {}: {problem}", self.field, quoted(text)), help);
        None
    }

    /// Whether the score that this is carries its own scale, as `8/10` and `82%` do.
    pub(crate) fn has_scale(&self) -> bool {
        matches!(&self.value, RawValue::Text(text) if text.contains(['/', '%']))
    }

    /// A score such as `84`, `84/100`, `8.4/10`; a plain number is on `scale`.
    pub(crate) fn score(&self, scale: Scale, out: &mut Findings) -> Option<Score> {
        if self.is_absent() {
            return None;
        }
        self.number(scale).map_err(|error| self.refuse_score(error, scale, out)).ok()
    }

    /// The score that the value is, a plain number on `scale`.
    ///
    /// # Errors
    /// As [`Score::on_scale`].
    pub(crate) fn number(&self, scale: Scale) -> Result<Score, ScoreError> {
        match &self.value {
            RawValue::Number(number) => Score::on_scale(number, scale),
            RawValue::Text(text) if self.decimal_comma && text.bytes().filter(|byte| *byte == b',').count() == 1 => {
                Score::on_scale(&text.replace(',', "."), scale)
            }
            RawValue::Text(text) => Score::on_scale(text, scale),
            _ => Err(ScoreError::NotANumber),
        }
    }

    /// Notes why the value is not a score on `scale`.
    #[cold]
    pub(crate) fn refuse_score(&self, error: ScoreError, scale: Scale, out: &mut Findings) {
        let (field, found) = (self.field, self.value.described());
        let message = match error {
            ScoreError::NotANumber => {
                format!("`{field}` is {found}, expected a number from {} to {}", scale.lower(), scale.upper())
            }
            _ => format!("`{field}` is {found}; {error}"),
        };
        let negative = matches!(&self.value, RawValue::Number(number) if number.starts_with('-'));
        let help = match (error, &self.value) {
            (ScoreError::OutOfRange(_), RawValue::Number(_)) => {
                Some(format!("the nearest score is {}", if negative { Score::MIN } else { Score::MAX }))
            }
            (ScoreError::OutOfRange(found), RawValue::Text(text)) if found != scale || text.contains('-') => None,
            (ScoreError::OutOfRange(Scale::HUNDRED), RawValue::Text(_)) => {
                Some("where scores go higher, say how high: `--scale N`, or `(0-N)` in the heading".to_owned())
            }
            (ScoreError::OutOfRange(_), RawValue::Text(_)) => {
                Some(format!("its heading or the settings say that scores go to {}", scale.upper()))
            }
            (ScoreError::NotANumber, RawValue::Text(text)) => Score::with_point_hint(text),
            _ => None,
        };
        out.add(self.span.clone(), message, help);
    }

    /// `ship` or `skip`, in any case.
    pub(crate) fn verdict(&self, out: &mut Findings) -> Option<Verdict> {
        if self.is_absent() {
            return None;
        }
        let Some(text) = self.given() else {
            self.refuse("`ship` or `skip`", out);
            return None;
        };
        Verdict::from_text(text).or_else(|| {
            let near = nearest(text, &[Verdict::Ship.word(), Verdict::Skip.word()]);
            let message = format!("`{}` is {}, expected `ship` or `skip`", self.field, self.value.described());
            out.add(self.span.clone(), message, near.map(|word| format!("did you mean `{word}`?")));
            None
        })
    }

    /// A day such as `2026-05-20`.
    pub(crate) fn date(&self, out: &mut Findings) -> Option<Date> {
        if self.is_absent() {
            return None;
        }
        let date = self.given().and_then(Date::from_text);
        if date.is_none() {
            self.refuse("a day of the calendar such as 2026-05-20", out);
        }
        date
    }

    /// A number of votes.
    pub(crate) fn votes(&self, out: &mut Findings) -> Option<u64> {
        if self.is_absent() {
            return None;
        }
        let digits = match &self.value {
            RawValue::Text(text) => text.trim(),
            RawValue::Number(number) => number,
            _ => "",
        };
        let votes = digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()));
        if votes.is_none() {
            self.refuse("a whole number of votes, 0 or more", out);
        }
        votes
    }
}

/// The word of `known` that `word` is probably a misspelling of.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let word: String = word.chars().take(64).flat_map(char::to_lowercase).collect();
    let near = |other: &&'a str| (strsim::damerau_levenshtein(&word, other), *other);
    let allowed = (word.chars().count() / 3).clamp(1, 3);
    known.iter().map(near).filter(|(distance, _)| *distance <= allowed).min().map(|(_, other)| other)
}
