//! Reading a TOML document key by key: every problem is collected with its place, and nothing is guessed.

use super::{KEYS, Origin, Sourced};
use crate::error::{Error, Location, Result};
use crate::locate::locate;
use crate::sort;
use crate::suggest::did_you_mean;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value with the place that it stands at.
pub(super) type TomlValue<'t> = Spanned<DeValue<'t>>;

/// A table of the document.
pub(super) type TomlTable<'t> = DeTable<'t>;

/// The document being read, with the problems found so far.
pub(super) struct Reader<'t> {
    name: &'t str,
    text: &'t str,
    places: LineStarts,
    problems: Vec<Error>,
}

/// Where the lines of a text begin, and how many characters come before every so many bytes: the place of a value is
/// then found without reading all that stands before it.
struct LineStarts {
    /// The first byte of each line.
    lines: Vec<usize>,
    /// The characters before each multiple of [`STEP`] bytes.
    characters: Vec<usize>,
}

/// Bytes from one count of characters to the next.
const STEP: usize = 1 << 10;

/// Bytes that are looked at before and behind a value, for its excerpt.
const AROUND: usize = 256;

impl LineStarts {
    fn of(text: &str) -> Self {
        let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1);
        let mut before = 0;
        let counted = text.as_bytes().chunks(STEP).map(|part| {
            before += characters(part);
            before
        });
        Self {
            lines: std::iter::once(0).chain(ends).collect(),
            characters: std::iter::once(0).chain(counted).collect(),
        }
    }

    /// The characters of `text` before byte `at`.
    fn characters_before(&self, text: &str, at: usize) -> usize {
        let step = at / STEP;
        self.characters[step] + characters(&text.as_bytes()[step * STEP..at])
    }
}

/// Characters of UTF-8: bytes that do not continue one.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

impl<'t> Reader<'t> {
    /// Parses `text`, the content of the file called `name`.
    ///
    /// # Errors
    /// It is no TOML.
    pub(super) fn parse(name: &'t str, text: &'t str) -> Result<(Self, TomlTable<'t>)> {
        let reader = Self { name, text, places: LineStarts::of(text), problems: Vec::new() };
        match DeTable::parse(text) {
            Ok(table) => Ok((reader, table.into_inner())),
            Err(error) => {
                // The first line of the message says what is wrong; further ones repeat the place.
                let message = error.message().lines().next().unwrap_or("invalid TOML").to_owned();
                Err(Error::data(message).at(reader.location(error.span().unwrap_or(0..0))))
            }
        }
    }

    /// The place of `span`.
    pub(super) fn location(&self, span: Range<usize>) -> Location {
        let text = self.text;
        let start = span.start.min(text.len());
        let line = self.places.lines.partition_point(|begin| *begin <= start) - 1;
        let begin = self.places.lines[line];
        let from = text.ceil_char_boundary(begin.max(start.saturating_sub(AROUND)));
        let to = text.floor_char_boundary(text.len().min(start + AROUND));
        let shown = (start - from) as u64..(span.end.clamp(start, to) - from) as u64;
        let found = locate(self.name, &text.as_bytes()[from..to], std::slice::from_ref(&shown));
        let whole = Location { file: self.name.to_owned(), ..Location::default() };
        let found = found.ok().and_then(|mut locations| locations.pop()).unwrap_or(whole);
        let before = |at| self.places.characters_before(text, at);
        Location { line: line + 1, column: before(start) - before(begin) + 1, ..found }
    }

    /// The place of a value, as the origin of a setting.
    pub(super) fn origin(&self, value: &TomlValue<'_>) -> Origin {
        Origin::File(self.location(value.span()))
    }

    /// Notes a problem at `span`.
    pub(super) fn problem(&mut self, span: Range<usize>, error: Error) {
        let location = self.location(span);
        self.problem_at(location, error);
    }

    /// Notes a problem at `location`.
    pub(super) fn problem_at(&mut self, location: Location, error: Error) {
        self.problems.push(error.at(location));
    }

    /// Refuses every key of `table` that is not in `known`.
    pub(super) fn only(&mut self, table: &TomlTable<'_>, known: &[&str], of: &str) {
        for key in table.keys().filter(|key| !known.contains(&key.get_ref().as_ref())) {
            let error = Error::data(format!("unknown key `{}` in {of}", key.get_ref()));
            let meant = did_you_mean(key.get_ref(), known.iter().copied());
            let hint = if KEYS.contains(&key.get_ref().as_ref()) {
                format!("`{}` belongs to the whole file: put it above the first line in [brackets]", key.get_ref())
            } else {
                meant.unwrap_or_else(|| format!("its keys are {}", known.join(", ")))
            };
            self.problem(key.span(), error.hint(hint));
        }
    }

    /// What `read` makes of the text that `key` of `table` has.
    pub(super) fn text<T>(
        &mut self,
        table: &TomlTable<'_>,
        key: &str,
        read: impl FnOnce(&str) -> Result<T>,
    ) -> Option<Sourced<T>> {
        self.read(table, key, Self::string, read)
    }

    /// What `read` makes of the number that `key` of `table` has.
    pub(super) fn figure<T>(
        &mut self,
        table: &TomlTable<'_>,
        key: &str,
        read: impl FnOnce(&str) -> Result<T>,
    ) -> Option<Sourced<T>> {
        self.read(table, key, Self::number, read)
    }

    fn read<T>(
        &mut self,
        table: &TomlTable<'_>,
        key: &str,
        written: impl FnOnce(&mut Self, &str, &TomlValue<'_>) -> Option<String>,
        read: impl FnOnce(&str) -> Result<T>,
    ) -> Option<Sourced<T>> {
        let value = table.get(key)?;
        let text = written(self, key, value)?;
        let said = self.convert(value.span(), &text, read)?;
        Some(self.sourced(value, said))
    }

    /// The truth value that `key` of `table` has.
    pub(super) fn flag(&mut self, table: &TomlTable<'_>, key: &str) -> Option<Sourced<bool>> {
        let value = table.get(key)?;
        let flag = self.boolean(key, value)?;
        Some(self.sourced(value, flag))
    }

    /// What `value` says, with its place.
    pub(super) fn sourced<T>(&self, value: &TomlValue<'_>, said: T) -> Sourced<T> {
        Sourced { value: said, origin: self.origin(value) }
    }

    /// The text that `value` is.
    pub(super) fn string(&mut self, key: &str, value: &TomlValue<'_>) -> Option<String> {
        match value.get_ref() {
            DeValue::String(text) => Some(text.clone().into_owned()),
            other => self.refuse(value, other, &format!("`{key}` is a text in quotes")),
        }
    }

    /// The truth value that `value` is.
    pub(super) fn boolean(&mut self, key: &str, value: &TomlValue<'_>) -> Option<bool> {
        match value.get_ref() {
            DeValue::Boolean(yes) => Some(*yes),
            other => self.refuse(value, other, &format!("`{key}` is true or false")),
        }
    }

    /// The number that `value` is, as it is written.
    pub(super) fn number(&mut self, key: &str, value: &TomlValue<'_>) -> Option<String> {
        match value.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
            DeValue::Float(number) => Some(number.as_str().to_owned()),
            other => self.refuse(value, other, &format!("`{key}` is a decimal number")),
        }
    }

    /// The count, from 1, that `value` is.
    pub(super) fn count(&mut self, key: &str, value: &TomlValue<'_>) -> Option<usize> {
        let number = value.get_ref().as_integer().filter(|number| number.radix() == 10);
        let count = number.and_then(|number| number.as_str().parse().ok()).filter(|count| *count > 0);
        if count.is_none() {
            self.problem(value.span(), Error::data(format!("`{key}` must be a whole number from 1")));
        }
        count
    }

    /// The texts that `value` is a list of, each with its place; one text is a list of one. Not empty.
    pub(super) fn strings(&mut self, key: &str, value: &TomlValue<'_>) -> Option<Vec<(String, Range<usize>)>> {
        if let DeValue::String(text) = value.get_ref() {
            return Some(vec![(text.clone().into_owned(), value.span())]);
        }
        let Some(list) = value.get_ref().as_array() else {
            return self.refuse(
                value,
                value.get_ref(),
                &format!("`{key}` is a list of texts, such as {key} = [\"…\"]"),
            );
        };
        if list.is_empty() {
            self.problem(value.span(), Error::data(format!("`{key}` is empty")).hint("leave the key out"));
            return None;
        }
        let texts: Vec<_> = list.iter().filter_map(|item| Some((self.string(key, item)?, item.span()))).collect();
        (texts.len() == list.len()).then_some(texts)
    }

    /// The table that `value` is.
    pub(super) fn table<'v, 'd>(&mut self, key: &str, value: &'v TomlValue<'d>) -> Option<&'v TomlTable<'d>> {
        match value.get_ref() {
            DeValue::Table(table) => Some(table),
            other => self.refuse(value, other, &format!("`{key}` is a table")),
        }
    }

    /// What `read` makes of `text`, or a problem at `span`.
    pub(super) fn convert<T>(
        &mut self,
        span: Range<usize>,
        text: &str,
        read: impl FnOnce(&str) -> Result<T>,
    ) -> Option<T> {
        match read(text) {
            Ok(value) => Some(value),
            Err(error) => {
                self.problem(span, error);
                None
            }
        }
    }

    fn refuse<T>(&mut self, value: &TomlValue<'_>, found: &DeValue<'_>, wanted: &str) -> Option<T> {
        let article = if found.type_str().starts_with(['a', 'i']) { "an" } else { "a" };
        self.problem(value.span(), Error::data(format!("{wanted}, not {article} {}", found.type_str())));
        None
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// The first problem, the others beside it.
    pub(super) fn finish(self) -> Result<()> {
        let mut problems = self.problems;
        sort::by_key(&mut problems, |error| error.location.as_ref().map(|location| (location.line, location.column)));
        let mut problems = problems.into_iter();
        let Some(mut first) = problems.next() else { return Ok(()) };
        first.also = problems.collect();
        Err(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_the_one_that_reading_everything_gives() {
        let line = "ä = \"日本\" # ".repeat(300) + "\n";
        let text = format!("a = 1\n\n{line}b = \"x\"\r\n{line}c = 2");
        let name = "s.toml";
        let reader = Reader { name, text: &text, places: LineStarts::of(&text), problems: Vec::new() };
        for (start, _) in text.char_indices().chain([(text.len(), ' ')]) {
            let span = start..(start + 1).min(text.len());
            let bytes = span.start as u64..span.end as u64;
            let all = locate(name, text.as_bytes(), std::slice::from_ref(&bytes)).expect("a place").remove(0);
            let found = reader.location(span);
            assert_eq!((found.line, found.column), (all.line, all.column), "{start}");
            let marked =
                |location: &Location| location.excerpt.as_ref().map(|part| part.line[part.start..part.end].to_owned());
            assert_eq!(marked(&found), marked(&all), "{start}");
        }
    }
}
