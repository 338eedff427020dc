//! One record written as a JSON object.

use super::lexer::{Lexer, Syntax};
use crate::catalog::lint;
use crate::catalog::read::ParseState;
use crate::catalog::record::fields::{FIELDS, FieldContent, Part, RecordField};
use crate::catalog::record::identity::{normalized, slug_of};
use crate::catalog::record::review::{self, Review, ReviewBuilder, ReviewContent, ReviewField, duplicate_reviewer};
use crate::catalog::record::value::{FieldValue, RawValue, nearest, quoted, shortened};
use crate::catalog::record::{Profile, Record};
use std::borrow::Cow;
use std::ops::Range;

type Step<T> = Result<T, Syntax>;

/// A field that stands under a key of an object.
trait Keyed: 'static {
    fn key(&self) -> &'static str;
}

impl Keyed for RecordField {
    fn key(&self) -> &'static str {
        self.key
    }
}

impl Keyed for ReviewField {
    fn key(&self) -> &'static str {
        self.key
    }
}

/// Most fields of one object.
const FIELDS_MAX: usize = 16;

/// Where the known keys of an object are, by their index; none of those that are absent.
type Keys = [Option<usize>; FIELDS_MAX];

/// Reads the record that starts here into `record`. Only broken syntax ends the reading of a text; any other error is
/// noted.
pub(crate) fn read(lexer: &mut Lexer, state: &mut ParseState, record: &mut Record) -> Step<()> {
    let first = lexer.peek();
    let start = lexer.at();
    if first != Some(b'{') {
        let value = value(lexer)?;
        let message = format!("found {}, expected a record such as {{\"slug\": …, \"name\": …}}", value.described());
        state.findings.add(start..lexer.at(), message, None);
        return Ok(());
    }
    let [slug, name, ..] =
        object(&FIELDS, lexer, state, |field, lexer, state| field_value(record, field, lexer, state))?;
    if !state.projection.profile {
        record.profile = Profile::default(); // what lints looked at
    }
    // A record is long: what is missing from it is marked at its opening brace.
    let mark = start..start + 1;
    if name.is_none() {
        state.findings.add(mark.clone(), "this record has no `name`", None);
    }
    if slug.is_none() {
        record.slug = slug_of(&record.name).into();
        if record.slug.is_empty() && !record.name.is_empty() {
            let message = format!("the name {} has no letter or digit for a slug", quoted(&record.name));
            state.findings.add(mark, message, Some("add a `slug`".to_owned()));
        }
    }
    Ok(())
}

fn field_value(
    record: &mut Record,
    field: &'static RecordField,
    lexer: &mut Lexer,
    state: &mut ParseState,
) -> Step<()> {
    match &field.content {
        FieldContent::Slug => record.slug = cell(lexer, field.key)?.slug(&mut state.findings).unwrap_or_default(),
        FieldContent::Name => {
            let name = cell(lexer, field.key)?;
            record.name = name.name(&mut state.findings).unwrap_or_default().into();
        }
        FieldContent::Aliases => aliases(&mut record.aliases, field.key, lexer, state)?,
        FieldContent::Group(fields) => group(record, field, fields, lexer, state)?,
        FieldContent::Reviews => reviews(record, field.key, lexer, state)?,
        FieldContent::Text(_) if !is_kept(field, state) => unkept_text(field.key, lexer, state)?,
        FieldContent::Votes(_) if !is_kept(field, state) => drop(cell(lexer, field.key)?.votes(&mut state.findings)),
        FieldContent::Text(_) | FieldContent::Votes(_) => {
            field.set(record, cell(lexer, field.key)?, &mut state.findings);
        }
    }
    Ok(())
}

fn is_kept(field: &RecordField, state: &ParseState) -> bool {
    field.part == Part::Identity || state.projection.profile || state.findings.lints()
}

/// Checks a text that nobody asked for.
#[inline]
fn unkept_text(field: &'static str, lexer: &mut Lexer, state: &mut ParseState) -> Step<()> {
    if lexer.peek() == Some(b'"') && !state.findings.lints() {
        return lexer.string().map(drop);
    }
    cell(lexer, field)?.text::<String>(&mut state.findings);
    Ok(())
}

/// Walks the object that starts here: known keys once each to `take`, which reads the value; others are skipped. Gives
/// where each known key is.
#[inline]
fn object<F: Keyed>(
    fields: &'static [F],
    lexer: &mut Lexer,
    state: &mut ParseState,
    mut take: impl FnMut(&'static F, &mut Lexer, &mut ParseState) -> Step<()>,
) -> Step<Keys> {
    debug_assert!(fields.len() <= FIELDS_MAX);
    let mut seen: Keys = [None; FIELDS_MAX];
    // Files tend to have the keys in one order, without some: the two after the last are tried first.
    let mut next = 0;
    lexer.open();
    let mut first = true;
    loop {
        let mut expected = fields.iter().enumerate().skip(next).take(2);
        let expected = expected.find_map(|(index, field)| Some((index, lexer.known_key(field.key(), &mut first)?)));
        let (index, start) = if let Some(expected) = expected {
            expected
        } else {
            let Some(key) = lexer.key(&mut first)? else { return Ok(seen) };
            let name = key.text();
            let Some(index) = fields.iter().position(|field| field.key() == name) else {
                unknown_key(&name, key.start, fields, state);
                lexer.skip()?;
                continue;
            };
            (index, key.start)
        };
        next = index + 1;
        if let Some(before) = seen[index] {
            duplicate_key(fields[index].key(), start, before, lexer, state)?;
        } else {
            seen[index] = Some(start);
            take(&fields[index], lexer, state)?;
        }
    }
}

/// Notes that an object has a key that is not read.
#[cold]
fn unknown_key<F: Keyed>(name: &str, at: usize, fields: &[F], state: &mut ParseState) {
    if !state.findings.lints() {
        return;
    }
    let known: Vec<_> = fields.iter().map(Keyed::key).collect();
    let help = nearest(name, &known).map(|near| format!("did you mean `{near}`?"));
    let message = format!("the field `{}` is unknown and not read", shortened(name));
    state.findings.warn(at..at + name.len() + 2, "unknown-field", message, help);
}

/// Notes that a key appears twice in its object, and skips its value.
#[cold]
pub(crate) fn duplicate_key(
    name: &str,
    at: usize,
    before: usize,
    lexer: &mut Lexer,
    state: &mut ParseState,
) -> Step<()> {
    let message = format!("the key `{name}` appears twice in this object");
    let end = at + name.len() + 2;
    state.findings.add_pair(at..end, message, None, before);
    lexer.skip()
}

/// The value that starts here; lists and objects are skipped.
#[inline]
pub(crate) fn value<'a>(lexer: &mut Lexer<'a>) -> Step<RawValue<'a>> {
    Ok(match lexer.peek() {
        Some(b'"') => RawValue::Text(lexer.string()?.text()),
        Some(b'-' | b'0'..=b'9') => RawValue::Number(lexer.number()?),
        Some(b'{') => {
            lexer.skip()?;
            RawValue::Object
        }
        Some(b'[') => {
            lexer.skip()?;
            RawValue::List
        }
        Some(_) => match lexer.word()? {
            "null" => RawValue::Null,
            word => RawValue::Bool(word == "true"),
        },
        None => {
            lexer.skip()?; // fails, in the lexer's words
            RawValue::Null
        }
    })
}

#[inline]
fn cell<'a>(lexer: &mut Lexer<'a>, field: &'static str) -> Step<FieldValue<'a>> {
    lexer.skip_space();
    let start = lexer.at();
    let value = value(lexer)?;
    Ok(FieldValue::new(field, value, start..lexer.at()))
}

/// Whether the list or object that is expected starts here. Null is nothing, any other value is refused.
fn enter(
    bracket: u8,
    expected: impl FnOnce() -> String,
    field: &'static str,
    lexer: &mut Lexer,
    state: &mut ParseState,
) -> Step<bool> {
    if lexer.peek() == Some(bracket) {
        return Ok(true);
    }
    let found = cell(lexer, field)?;
    if !matches!(found.value, RawValue::Null) {
        found.refuse(&expected(), &mut state.findings);
    }
    Ok(false)
}

fn aliases(aliases: &mut Vec<String>, field: &'static str, lexer: &mut Lexer, state: &mut ParseState) -> Step<()> {
    if !enter(b'[', || "a list of names".to_owned(), field, lexer, state)? {
        return Ok(());
    }
    lexer.open();
    let mut first = true;
    while lexer.item(&mut first)? {
        aliases.extend(cell(lexer, "alias")?.name(&mut state.findings).map(Cow::into_owned));
    }
    Ok(())
}

/// Reads an object of fields; a text in its place is the first of them.
fn group(
    record: &mut Record,
    group: &'static RecordField,
    fields: &'static [RecordField],
    lexer: &mut Lexer,
    state: &mut ParseState,
) -> Step<()> {
    if lexer.peek() == Some(b'"') && matches!(fields[0].content, FieldContent::Text(_)) {
        return field_value(record, &fields[0], lexer, state);
    }
    let expected = || {
        let keys: Vec<_> = fields.iter().map(|field| format!("`{}`", field.key)).collect();
        format!("an object with {}", keys.join(" and "))
    };
    if enter(b'{', expected, group.key, lexer, state)? {
        let seen = object(fields, lexer, state, |field, lexer, state| field_value(record, field, lexer, state))?;
        if let Some(at) = seen[0] {
            lint::group(group, record, at..at + fields[0].key.len() + 2, &mut state.findings);
        }
    }
    Ok(())
}

fn reviews(record: &mut Record, field: &'static str, lexer: &mut Lexer, state: &mut ParseState) -> Step<()> {
    if !enter(b'[', || "a list of reviews".to_owned(), field, lexer, state)? {
        return Ok(());
    }
    lexer.open();
    let list = lexer.at();
    let mut reviews = std::mem::take(&mut state.review_room);
    let mut first = true;
    state.names.go_to(0);
    while lexer.item(&mut first)? {
        reviews.extend(review(lexer, state)?);
    }
    if let Some((_, later)) = duplicate_reviewer(&reviews) {
        let name = reviews[later].reviewer.clone();
        let end = lexer.at();
        let places = reviewer_places(lexer, list, &name)?;
        lexer.go_to(end);
        if let [before, again, ..] = &places[..] {
            let message = format!("`{name}` reviews this tool twice; a reviewer may review a tool only once");
            state.findings.add_pair(again.clone(), message, None, before.start);
        }
    }
    if state.projection.reviews {
        #[expect(clippy::drain_collect, reason = "without room for more reviews than there are")]
        let kept = reviews.drain(..).collect();
        record.reviews = kept;
    }
    reviews.clear();
    state.review_room = reviews;
    Ok(())
}

/// Where the reviews of the list at `list` name `reviewer`.
#[cold]
fn reviewer_places(lexer: &mut Lexer, list: usize, reviewer: &str) -> Step<Vec<Range<usize>>> {
    let mut places = Vec::new();
    lexer.go_to(list);
    let mut first = true;
    while lexer.item(&mut first)? {
        if lexer.peek() != Some(b'{') {
            lexer.skip()?;
            continue;
        }
        lexer.open();
        let mut first = true;
        while let Some(key) = lexer.key(&mut first)? {
            let found = cell(lexer, "reviewer")?;
            let is_name = |value: &RawValue| matches!(value, RawValue::Text(text) if normalized(text) == reviewer);
            if key.text() == "reviewer" && is_name(&found.value) {
                places.push(found.span);
            }
        }
    }
    Ok(places)
}

fn review(lexer: &mut Lexer, state: &mut ParseState) -> Step<Option<Review>> {
    let first = lexer.peek();
    let start = lexer.at();
    if first != Some(b'{') {
        let value = value(lexer)?;
        let message =
            format!("found {}, expected a review such as {{\"reviewer\": …, \"score\": …}}", value.described());
        state.findings.add(start..lexer.at(), message, None);
        return Ok(None);
    }
    let mut builder = ReviewBuilder::default();
    object(&review::FIELDS, lexer, state, |field, lexer, state| {
        if field.content == ReviewContent::Text && !(state.projection.reviews && state.projection.review_text) {
            return unkept_text(field.key, lexer, state);
        }
        let value = cell(lexer, field.key)?;
        builder.set(field.content, value, None, &mut state.names, &mut state.findings);
        Ok(())
    })?;
    let at = state.base() + builder.reviewer_at as u64;
    let review = builder.build(start..start + 1, &mut state.names, &mut state.findings);
    if state.keep_places && review.is_some() {
        state.review_starts.push(at);
    }
    Ok(review)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::read::finding::InputFinding;
    use crate::catalog::record::projection::Projection;

    fn read_one(text: &str, projection: Projection) -> (Record, ParseState) {
        let (mut state, mut record) = (ParseState::new(&projection.into(), 0), Record::default());
        read(&mut Lexer::new(text), &mut state, &mut record).expect("good syntax");
        (record, state)
    }

    #[test]
    fn only_what_was_asked_for_is_kept() {
        let text = include_str!("../../../../fixtures/catalog/gemma-3n.json");
        let names = read_one(text, Projection::NAMES).0;
        assert_eq!((names.slug.as_str(), names.category.as_deref()), ("gemma-3n", Some("Developer Tools")));
        assert!(names.reviews.is_empty() && names.profile.tagline.is_none());
        let votes = read_one(text, Projection::REVIEWS).0;
        assert_eq!(votes.reviews.len(), 4);
        assert!(votes.reviews.iter().all(|review| review.remarks.text.is_none() && review.score.is_some()));
        let all = read_one(text, Projection::ALL).0;
        assert!(all.reviews.iter().all(|review| review.remarks.text.is_some()) && all.profile.pricing_detail.is_some());
    }

    #[test]
    fn every_problem_of_a_record_is_found_in_one_pass() {
        let text = r#"{"name": 5, "aliases": [""], "reviews": [{"reviewer": "A", "score": 101},
            {"score": "x", "verdict": "maybe"}, {"reviewer": "B"}, 7], "pricing": 5, "community": {"ship": -1}}"#;
        let found = |projection| -> Vec<String> {
            let (_, state) = read_one(text, projection);
            let start = |finding: &InputFinding| usize::try_from(finding.span.start).expect("small");
            state.findings.errors.iter().map(|f| format!("{}: {}", &text[start(f)..][..4], f.message)).collect()
        };
        let all = found(Projection::ALL);
        assert_eq!(found(Projection::NAMES), all, "validated whether it is kept or not");
        assert_eq!(found(Projection::REVIEWS), all);
        assert_eq!(
            all,
            [
                "5, \": `name` is the number 5, expected a name",
                "\"\"],: `alias` is empty, expected a name",
                "101}: `score` is the number 101; a score must be between 0 and 100",
                "\"x\",: `score` is \"x\", expected a number from 0 to 100",
                "\"may: `verdict` is \"maybe\", expected `ship` or `skip`",
                "{\"sc: this review has no `reviewer`",
                "{\"re: this review has neither a `score` nor a `verdict`",
                "7], : found the number 7, expected a review such as {\"reviewer\": …, \"score\": …}",
                "5, \": `pricing` is the number 5, expected an object with `entry` and `detail`",
                "-1}}: `ship` is the number -1, expected a whole number of votes, 0 or more",
            ]
        );
    }
}
