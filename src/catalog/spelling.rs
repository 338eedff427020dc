//! Spellings that differ so little that they may mean one reviewer or one tool.

use super::merge::Origin;
use super::read::finding::{Finding, Position};
use super::record::Record;
use super::record::identity::case_key;
use hashbrown::{DefaultHashBuilder, HashTable};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::hash::BuildHasher as _;
use std::sync::Arc;

/// A spelling and its first place.
type Spelling<'a> = (&'a str, Position);

/// A record with the places of it and of its reviews, as far as they are known.
pub(crate) struct Located<'a> {
    pub(crate) record: &'a Record,
    pub(crate) origin: &'a Origin,
    pub(crate) review_places: &'a [Position],
}

/// The names of tools and of reviewers that differ only in case or in compatibility forms, with the input of each.
pub(crate) fn warnings<'a>(records: impl Iterator<Item = Located<'a>> + Clone) -> Vec<(usize, Finding)> {
    let tools = records.clone().map(|located| (located.record.name.as_str(), located.origin.position()));
    let tools = similar(tools).into_iter().map(|pair| finding("name-spelling", "tool", 1, pair));
    let reviewers = similar(reviewers(records)).into_iter();
    let reviewers = reviewers.map(|pair| finding("reviewer-spelling", "reviewer", pair.0.0.len() as u64, pair));
    tools.chain(reviewers).collect()
}

/// Each spelling of a reviewer once, with its first place.
pub(crate) fn reviewers<'a>(records: impl Iterator<Item = Located<'a>>) -> impl Iterator<Item = Spelling<'a>> {
    let mut seen: HashSet<*const u8> = HashSet::new();
    records
        .flat_map(|Located { record, origin, review_places }| {
            let place = move |index: usize| review_places.get(index).copied().unwrap_or_else(|| origin.position());
            record.reviews.iter().enumerate().map(move |(index, review)| (&review.reviewer, place(index)))
        })
        // Names are shared within an input: most need not be looked at.
        .filter(move |(name, _)| seen.insert(Arc::as_ptr(name).cast()))
        .map(|(name, place)| (&**name, place))
}

/// Spellings that differ only in case or in compatibility forms: each that is not the first of its kind, and that one.
fn similar<'a>(spellings: impl Iterator<Item = Spelling<'a>>) -> Vec<(Spelling<'a>, Spelling<'a>)> {
    let hasher = DefaultHashBuilder::default();
    let mut first: HashTable<Spelling> = HashTable::new();
    let mut similar: BTreeMap<&str, (Spelling, Spelling)> = BTreeMap::new();
    for spelling in spellings {
        let name = spelling.0;
        match first.find(hasher.hash_one(&*key(name)), |(known, _)| key(known) == key(name)) {
            Some(known) if known.0 == name => {}
            Some(known) => drop(similar.entry(name).or_insert((spelling, *known))),
            None => {
                first.insert_unique(hasher.hash_one(&*key(name)), spelling, |(name, _)| hasher.hash_one(&*key(name)));
            }
        }
    }
    similar.into_values().collect()
}

/// [`case_key`], without work for names in lower case.
fn key(name: &str) -> Cow<'_, str> {
    if name.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        Cow::Borrowed(name)
    } else if name.is_ascii() {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Owned(case_key(name))
    }
}

/// A warning that a name, which takes `length` bytes in its input, is also spelled otherwise.
fn finding(code: &'static str, what: &str, length: u64, pair: (Spelling<'_>, Spelling<'_>)) -> (usize, Finding) {
    let ((name, at), (known, first)) = pair;
    let message = format!("the {what} \"{name}\" is also spelled \"{known}\"");
    let help = format!("write one of them in both places, if they are the same {what}");
    let span = at.at..at.at + length;
    (at.input.unwrap_or_default(), Finding { span, code, message, help: Some(help), first: Some(first) })
}
