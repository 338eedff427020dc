//! One record written as a JSON object.

use super::lexer::{Lexer, Syntax};
use crate::catalog::draft::{self, Cell, ReviewDraft, Value};
use crate::catalog::lint::{self, Target};
use crate::catalog::reading::Reading;
use crate::catalog::record::{Pricing, Record, Review, Source, Votes};

use std::borrow::Cow;
use std::ops::Range;

type Step<T> = Result<T, Syntax>;

/// The keys of the objects of a record. A key's index says which it is.
const RECORD: [&str; 12] = [
    "slug",
    "name",
    "aliases",
    "tagline",
    "description",
    "category",
    "url",
    "best_for",
    "pricing",
    "source",
    "community",
    "reviews",
];
const REVIEW: [&str; 5] = ["reviewer", "score", "verdict", "text", "date"];
/// Most reviews for which room is made before they are read.
const PANEL_MAX: usize = 64;
const PRICING: [&str; 2] = ["entry", "detail"];
const SOURCE: [&str; 2] = ["label", "url"];
const COMMUNITY: [&str; 2] = ["ship", "skip"];

/// Reads the record that starts here into `reading`. Only broken syntax ends the reading of a text; any other problem
/// is noted, and the record left out.
pub(super) fn read(lexer: &mut Lexer, reading: &mut Reading) -> Step<()> {
    let before = reading.findings.count;
    let first = lexer.peek();
    let start = lexer.at();
    if first != Some(b'{') {
        let value = value(lexer)?;
        let message = format!("found {}, expected a record such as {{\"slug\": …, \"name\": …}}", value.described());
        reading.findings.add(start..lexer.at(), message, None);
        return Ok(());
    }
    let mut record = Record::default();
    let [slug, name, ..] =
        object(&RECORD, lexer, reading, |field, lexer, reading| record_value(&mut record, field, lexer, reading))?;
    let span = start..lexer.at();
    // A record is long: what is missing from it is marked at its opening brace.
    let mark = start..start + 1;
    let complete = draft::complete(record, slug.is_some(), name.is_some(), mark, &mut reading.findings);
    if let Some(record) = complete
        && reading.findings.count == before
    {
        if reading.findings.strict {
            lint::record(&record, &mut reading.findings, |field| {
                let end = lexer.at();
                let found = locate(lexer, start, field);
                lexer.go_to(end);
                found.ok().flatten().unwrap_or(start..start + 1)
            });
        }
        reading.take(record, span);
    }
    Ok(())
}

fn record_value(record: &mut Record, field: usize, lexer: &mut Lexer, reading: &mut Reading) -> Step<()> {
    let wanted = match field {
        0..=2 | 5 => true,
        11 => reading.need.votes,
        _ => reading.need.profile,
    };
    if !wanted {
        return lexer.skip();
    }
    let name = RECORD[field];
    match field {
        0 => record.slug = cell(lexer, name)?.slug(&mut reading.findings).unwrap_or_default(),
        1 => record.name = cell(lexer, name)?.name(&mut reading.findings).unwrap_or_default().into(),
        2 => aliases(&mut record.aliases, name, lexer, reading)?,
        3 => record.profile.tagline = text(lexer, name, reading)?,
        4 => record.profile.description = text(lexer, name, reading)?,
        5 => record.category = text(lexer, name, reading)?,
        6 => record.profile.url = text(lexer, name, reading)?,
        7 => record.profile.best_for = text(lexer, name, reading)?,
        8 => record.profile.pricing = pricing(name, lexer, reading)?,
        9 => record.profile.source = source(name, lexer, reading)?,
        10 => record.profile.community = community(name, lexer, reading)?,
        _ => reviews(&mut record.reviews, name, lexer, reading)?,
    }
    Ok(())
}

/// Walks the object that starts here: known keys once each to `take`, which reads the value; others skipped. Gives
/// where each known key stands.
#[inline]
fn object<const N: usize>(
    fields: &'static [&'static str; N],
    lexer: &mut Lexer,
    reading: &mut Reading,
    mut take: impl FnMut(usize, &mut Lexer, &mut Reading) -> Step<()>,
) -> Step<[Option<usize>; N]> {
    let mut seen = [None; N];
    // Files tend to have the keys in one order: the one after the last is tried first.
    let mut next = 0;
    lexer.open();
    let mut first = true;
    loop {
        let expected = fields.get(next).and_then(|name| lexer.known_key(name, &mut first));
        let (field, start) = if let Some(start) = expected {
            (next, start)
        } else {
            let Some(key) = lexer.key(&mut first)? else { return Ok(seen) };
            let name = key.text()?;
            let Some(field) = fields.iter().position(|field| *field == name) else {
                if reading.findings.strict {
                    unknown(&name, key.start, fields, reading);
                }
                lexer.skip()?;
                continue;
            };
            (field, key.start)
        };
        next = field + 1;
        if let Some(before) = seen[field] {
            twice(fields[field], start, before, lexer, reading)?;
        } else {
            seen[field] = Some(start);
            take(field, lexer, reading)?;
        }
    }
}

/// Says that an object has a key that no one reads.
#[cold]
fn unknown(name: &str, at: usize, fields: &[&str], reading: &mut Reading) {
    let help = draft::nearest(name, fields).map(|near| format!("did you mean `{near}`?"));
    let message = format!("the field `{}` is unknown and not read", draft::shortened(name));
    reading.findings.warn(at..at + name.len() + 2, "unknown-field", message, help);
}

/// Says that a key stands twice in its object, and skips its value.
#[cold]
pub(super) fn twice(name: &str, at: usize, before: usize, lexer: &mut Lexer, reading: &mut Reading) -> Step<()> {
    let message = format!("the key `{name}` stands twice in this object");
    let end = at + name.len() + 2;
    reading.findings.add_pair(at..end, message, before);
    lexer.skip()
}

/// The value that starts here; lists and objects are skipped.
#[inline]
pub(super) fn value<'a>(lexer: &mut Lexer<'a>) -> Step<Value<'a>> {
    Ok(match lexer.peek() {
        Some(b'"') => Value::Text(lexer.string()?.text()?),
        Some(b'-' | b'0'..=b'9') => Value::Number(lexer.number()?),
        Some(b'{') => {
            lexer.skip()?;
            Value::Object
        }
        Some(b'[') => {
            lexer.skip()?;
            Value::List
        }
        Some(_) => match lexer.word()? {
            "null" => Value::Null,
            word => Value::Bool(word == "true"),
        },
        None => {
            lexer.skip()?; // fails, in the lexer's words
            Value::Null
        }
    })
}

#[inline]
fn cell<'a>(lexer: &mut Lexer<'a>, field: &'static str) -> Step<Cell<'a>> {
    lexer.skip_space();
    let start = lexer.at();
    let value = value(lexer)?;
    Ok(Cell { field, value, span: start..lexer.at() })
}

#[inline]
fn text<'a, T: From<Cow<'a, str>>>(
    lexer: &mut Lexer<'a>,
    field: &'static str,
    reading: &mut Reading,
) -> Step<Option<T>> {
    Ok(cell(lexer, field)?.text(&mut reading.findings))
}

/// Takes the opening bracket if there is one. Null stands for nothing, anything else is refused.
fn enter(bracket: u8, expected: &str, field: &'static str, lexer: &mut Lexer, reading: &mut Reading) -> Step<bool> {
    if lexer.peek() == Some(bracket) {
        return Ok(true);
    }
    let found = cell(lexer, field)?;
    if !matches!(found.value, Value::Null) {
        found.refuse(expected, &mut reading.findings);
    }
    Ok(false)
}

fn aliases(aliases: &mut Vec<String>, field: &'static str, lexer: &mut Lexer, reading: &mut Reading) -> Step<()> {
    if !enter(b'[', "a list of names", field, lexer, reading)? {
        return Ok(());
    }
    lexer.open();
    let mut first = true;
    while lexer.item(&mut first)? {
        aliases.extend(cell(lexer, "alias")?.name(&mut reading.findings).map(str::to_owned));
    }
    Ok(())
}

fn pricing(field: &'static str, lexer: &mut Lexer, reading: &mut Reading) -> Step<Pricing> {
    let mut pricing = Pricing::default();
    if enter(b'{', "an object with `entry` and `detail`", field, lexer, reading)? {
        object(&PRICING, lexer, reading, |field, lexer, reading| {
            let slot = if field == 0 { &mut pricing.entry } else { &mut pricing.detail };
            *slot = text(lexer, PRICING[field], reading)?;
            Ok(())
        })?;
    }
    Ok(pricing)
}

fn source(field: &'static str, lexer: &mut Lexer, reading: &mut Reading) -> Step<Option<Source>> {
    let mut source = Source::default();
    if enter(b'{', "an object with `label` and `url`", field, lexer, reading)? {
        object(&SOURCE, lexer, reading, |field, lexer, reading| {
            let slot = if field == 0 { &mut source.label } else { &mut source.url };
            *slot = text(lexer, SOURCE[field], reading)?;
            Ok(())
        })?;
    }
    Ok((source != Source::default()).then_some(source))
}

fn community(field: &'static str, lexer: &mut Lexer, reading: &mut Reading) -> Step<Option<Votes>> {
    let mut votes = Votes::default();
    let mut given = false;
    if enter(b'{', "an object with `ship` and `skip`", field, lexer, reading)? {
        object(&COMMUNITY, lexer, reading, |field, lexer, reading| {
            if let Some(number) = cell(lexer, COMMUNITY[field])?.votes(&mut reading.findings) {
                *(if field == 0 { &mut votes.ship } else { &mut votes.skip }) = number;
                given = true;
            }
            Ok(())
        })?;
    }
    Ok(given.then_some(votes))
}

fn reviews(reviews: &mut Vec<Review>, field: &'static str, lexer: &mut Lexer, reading: &mut Reading) -> Step<()> {
    if !enter(b'[', "a list of reviews", field, lexer, reading)? {
        return Ok(());
    }
    lexer.open();
    let list = lexer.at();
    let mut first = true;
    let mut place = 0;
    reviews.reserve(reading.panel);
    while lexer.item(&mut first)? {
        reviews.extend(review(place, lexer, reading)?);
        place += 1;
    }
    reading.panel = place.min(PANEL_MAX);
    if let Some((before, again)) = draft::reviewer_twice(reviews) {
        let name = std::sync::Arc::clone(&reviews[again].reviewer);
        let end = lexer.at();
        let spots = reviewer_spots(lexer, list, &name)?;
        lexer.go_to(end);
        debug_assert!(before < again && spots.len() > 1);
        if let [before, again, ..] = spots[..] {
            let message = format!("`{name}` reviews this tool twice; one reviewer reviews a tool once");
            reading.findings.add_pair(again.0..again.1, message, before.0);
        }
    }
    Ok(())
}

/// Where the record at `start` has what `target` names.
#[cold]
fn locate(lexer: &mut Lexer, start: usize, target: Target) -> Step<Option<Range<usize>>> {
    let Target::Review(wanted, field) = target else {
        let Target::Field(path) = target else { return Ok(None) };
        lexer.go_to(start);
        return member(lexer, path);
    };
    lexer.go_to(start);
    let Some(list) = member(lexer, &["reviews"])? else { return Ok(None) };
    lexer.go_to(list.start);
    lexer.open();
    let mut first = true;
    let mut index = 0;
    while lexer.item(&mut first)? {
        if index == wanted {
            return member(lexer, &[field]);
        }
        lexer.skip()?;
        index += 1;
    }
    Ok(None)
}

/// The value at `path` of the object that starts here.
fn member(lexer: &mut Lexer, path: &[&str]) -> Step<Option<Range<usize>>> {
    let [name, rest @ ..] = path else { return Ok(None) };
    if lexer.peek() != Some(b'{') {
        return Ok(None);
    }
    lexer.open();
    let mut first = true;
    while let Some(key) = lexer.key(&mut first)? {
        let start = lexer.at();
        if key.text()? == *name {
            if !rest.is_empty() {
                return member(lexer, rest);
            }
            lexer.skip()?;
            return Ok(Some(start..lexer.at()));
        }
        lexer.skip()?;
    }
    Ok(None)
}

/// Where the reviews of the list at `list` name `reviewer`. Runs only when there is something wrong.
#[cold]
fn reviewer_spots(lexer: &mut Lexer, list: usize, reviewer: &str) -> Step<Vec<(usize, usize)>> {
    let mut spots = Vec::new();
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
            if key.text()? == "reviewer" && matches!(&found.value, Value::Text(text) if text.trim() == reviewer) {
                spots.push((found.span.start, found.span.end));
            }
        }
    }
    Ok(spots)
}

fn review(place: usize, lexer: &mut Lexer, reading: &mut Reading) -> Step<Option<Review>> {
    lexer.skip_space();
    let start = lexer.at();
    if lexer.peek() != Some(b'{') {
        let value = value(lexer)?;
        let message =
            format!("found {}, expected a review such as {{\"reviewer\": …, \"score\": …}}", value.described());
        reading.findings.add(start..lexer.at(), message, None);
        return Ok(None);
    }
    let mut draft = ReviewDraft::default();
    object(&REVIEW, lexer, reading, |field, lexer, reading| {
        if field == 3 && !reading.need.words {
            return lexer.skip();
        }
        let cell = cell(lexer, REVIEW[field])?;
        let errors = reading.findings.count;
        match field {
            0 => {
                draft.named = true;
                draft.reviewer = cell.name(&mut reading.findings).map(|name| reading.names.share(name, place));
            }
            1 => draft.score = cell.score(&mut reading.findings),
            2 => draft.verdict = cell.verdict(&mut reading.findings),
            3 => draft.text = cell.text(&mut reading.findings),
            _ => draft.date = cell.date(&mut reading.findings),
        }
        draft.spoilt |= matches!(field, 1 | 2) && reading.findings.count > errors;
        Ok(())
    })?;
    Ok(draft.complete(start..start + 1, &mut reading.findings))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::need::Need;

    fn read_one(text: &str, need: Need) -> Reading {
        let mut reading = Reading::new(need.into(), 0);
        read(&mut Lexer::new(text), &mut reading).expect("good syntax");
        reading
    }

    #[test]
    fn what_no_one_needs_is_skipped() {
        let text = include_str!("../../../fixtures/catalog/gemma-3n.json");
        let names = read_one(text, Need::NAMES).parts.remove(0).record;
        assert_eq!((names.slug.as_str(), names.category.as_deref()), ("gemma-3n", Some("Developer Tools")));
        assert!(names.reviews.is_empty() && names.profile.tagline.is_none());
        let votes = read_one(text, Need::VOTES).parts.remove(0).record;
        assert_eq!(votes.reviews.len(), 4);
        assert!(votes.reviews.iter().all(|review| review.text.is_none() && review.score.is_some()));
        let all = read_one(text, Need::ALL).parts.remove(0).record;
        assert!(all.reviews.iter().all(|review| review.text.is_some()) && all.profile.pricing.detail.is_some());
    }

    #[test]
    fn every_problem_of_a_record_is_found_in_one_pass() {
        let text = r#"{"name": 5, "aliases": [""], "reviews": [{"reviewer": "A", "score": 101},
            {"score": "x", "verdict": "maybe"}, {"reviewer": "B"}, 7], "pricing": "Free", "community": {"ship": -1}}"#;
        let reading = read_one(text, Need::ALL);
        let found: Vec<_> = reading
            .findings
            .kept
            .iter()
            .map(|f| format!("{}: {}", &text[usize::try_from(f.span.start).expect("small")..][..4], f.message))
            .collect();
        assert!(reading.parts.is_empty());
        assert_eq!(
            found,
            [
                "5, \": `name` is the number 5, expected a name",
                "\"\"],: `alias` is empty, expected a name",
                "101}: `score` is the number 101; a score lies between 0 and 100",
                "\"x\",: `score` is \"x\"; a score is a number from 0 to 100",
                "\"may: `verdict` is \"maybe\", expected `ship` or `skip`",
                "{\"sc: this review has no `reviewer`",
                "{\"re: this review has neither a `score` nor a `verdict`",
                "7], : found the number 7, expected a review such as {\"reviewer\": …, \"score\": …}",
                "\"Fre: `pricing` is \"Free\", expected an object with `entry` and `detail`",
                "-1}}: `ship` is the number -1, expected a whole number of votes, 0 or more",
                "{\"na: this record has no `slug`",
            ]
        );
    }
}
