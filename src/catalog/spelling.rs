//! Spellings that differ so little that they may mean one reviewer or one tool.

use super::merge::RecordOrigin;
use super::read::finding::{InputFinding, Position};
use super::record::Record;
use super::record::identity::case_key;
use hashbrown::{DefaultHashBuilder, HashSet, HashTable};
use smol_str::SmolStr;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, Hasher as _};

/// A spelling and its first place.
type Spelling<'a> = (&'a str, Position);

/// A record with the places of it and of its reviews, as far as they are known.
pub(crate) struct Located<'a> {
    pub(crate) record: &'a Record,
    pub(crate) origin: &'a RecordOrigin,
    pub(crate) review_places: &'a [Position],
}

/// The names of tools and of reviewers that differ only in case or in compatibility forms, with the input of each.
pub(crate) fn warnings<'a>(records: impl Iterator<Item = Located<'a>> + Clone) -> Vec<(usize, InputFinding)> {
    let tools = records.clone().map(|located| (located.record.name.as_str(), located.origin.position()));
    let tools = similar(tools).into_iter().map(|pair| finding("name-spelling", "tool", 1, pair));
    let reviewers: Vec<Spelling> = reviewers(records).collect();
    let reviewers = similar(reviewers.iter().copied()).into_iter();
    let reviewers = reviewers.map(|pair| finding("reviewer-spelling", "reviewer", pair.0.0.len() as u64, pair));
    tools.chain(reviewers).collect()
}

/// Each spelling of a reviewer once, with its first place.
pub(crate) fn reviewers<'a>(records: impl Iterator<Item = Located<'a>>) -> impl Iterator<Item = Spelling<'a>> {
    let mut seen: HashSet<*const SmolStr, DefaultHashBuilder> = HashSet::default();
    records
        .flat_map(|Located { record, origin, review_places }| {
            let place = move |index: usize| review_places.get(index).copied().unwrap_or_else(|| origin.position());
            record.reviews.iter().enumerate().map(move |(index, review)| (&review.reviewer, place(index)))
        })
        // Names are shared within an input: most need not be looked at.
        .filter(move |(name, _)| seen.insert(name.address()))
        .map(|(name, place)| (&**name, place))
}

/// Spellings that differ only in case or in compatibility forms: each that is not the first of its kind, and that one.
fn similar<'a>(spellings: impl Iterator<Item = Spelling<'a>> + Clone) -> Vec<(Spelling<'a>, Spelling<'a>)> {
    let hasher = DefaultHashBuilder::default();
    let repeated = repeated_hashes(spellings.clone().map(|(name, _)| hash_of(name, &hasher)));
    let mut first: HashTable<(u64, Spelling)> = HashTable::new();
    let mut similar: BTreeMap<&str, (Spelling, Spelling)> = BTreeMap::new();
    for spelling in spellings.filter(|_| !repeated.is_empty()) {
        let name = spelling.0;
        let hash = hash_of(name, &hasher);
        if repeated.binary_search(&hash).is_err() {
            continue;
        }
        match first.find(hash, |(known_hash, (known, _))| *known_hash == hash && are_similar(known, name)) {
            Some((_, known)) if known.0 == name => {}
            Some((_, known)) => drop(similar.entry(name).or_insert((spelling, *known))),
            None => drop(first.insert_unique(hash, (hash, spelling), |(hash, _)| *hash)),
        }
    }
    similar.into_values().collect()
}

/// The hashes that occur more than once, sorted: of a million names hardly one, so that the others need not be kept.
pub(crate) fn repeated_hashes(hashes: impl Iterator<Item = u64>) -> Vec<u64> {
    let mut hashes: Vec<u64> = hashes.collect();
    hashes.sort_unstable();
    let mut repeated: Vec<u64> =
        hashes.array_windows().filter(|[one, next]| one == next).map(|[one, _]| *one).collect();
    repeated.dedup();
    repeated
}

/// Whether two names have one [`case_key`].
fn are_similar(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() { one.eq_ignore_ascii_case(other) } else { case_key(one) == case_key(other) }
}

/// A hash of the [`case_key`] of a name. Of ASCII, that is the name in lower case.
fn hash_of(name: &str, hasher: &DefaultHashBuilder) -> u64 {
    let key = if name.is_ascii() { Cow::Borrowed(name) } else { Cow::Owned(case_key(name)) };
    let mut state = hasher.build_hasher();
    for part in key.as_bytes().chunks(16) {
        let mut folded = [0; 16];
        let folded = &mut folded[..part.len()];
        folded.copy_from_slice(part);
        folded.make_ascii_lowercase();
        state.write(folded);
    }
    state.finish()
}

/// A warning that a name, which takes `length` bytes in its input, is also spelled otherwise.
fn finding(code: &'static str, what: &str, length: u64, pair: (Spelling<'_>, Spelling<'_>)) -> (usize, InputFinding) {
    let ((name, at), (known, first)) = pair;
    let message = format!("the {what} \"{name}\" is also spelled \"{known}\"");
    let help = format!("write one of them in both places, if they are the same {what}");
    let span = at.at..at.at + length;
    (at.input.unwrap_or_default(), InputFinding { span, code, message, help: Some(help), first: Some(first) })
}
