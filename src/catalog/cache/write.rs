//! Writing a cache file, block by block.

use super::Name;
use super::blocks::{Place, checksum, put_number, put_short, put_text};
use super::index::{IN_KEYS, IN_POSITIONS};
use crate::catalog::merge::Merged;
use crate::catalog::record::Record;
use crate::catalog::record::identity::find_key;
use std::collections::HashMap;
use std::io::{self, Write};

/// How many tools stand in a pair of blocks: what is read to find one among a million should be little.
const IN_LEAF: usize = 512;

/// Bytes going out, counted.
struct Out<'a> {
    out: &'a mut dyn Write,
    at: u64,
}

impl Out<'_> {
    /// Writes a block. Gives its place.
    fn block(&mut self, bytes: &[u8]) -> io::Result<Place> {
        let place = Place::of(bytes, self.at);
        self.out.write_all(bytes)?;
        self.at += bytes.len() as u64;
        Ok(place)
    }
}

/// Writes the index of `merged` to `out`, behind `start`.
pub(super) fn write(out: &mut dyn Write, start: &[u8], merged: &Merged) -> io::Result<()> {
    let mut out = Out { out, at: 0 };
    out.block(start)?;
    let mut head = Vec::new();
    let records = &merged.records;
    let order = sorted(records);
    leaves(&mut out, &mut head, merged, &order)?;
    keys(&mut out, &mut head, records, &order)?;
    positions(&mut out, &mut head, &order)?;
    list(&mut out, &mut head, records.iter().filter_map(|record| record.category.as_deref()))?;
    let reviews = records.iter().flat_map(|record| &record.reviews);
    list(&mut out, &mut head, reviews.map(|review| &*review.reviewer))?;
    let at = out.at;
    put_number(&mut head, at);
    let sum = checksum(&head);
    put_number(&mut head, sum);
    out.block(&head).map(drop)
}

/// The order of the slugs. Most differ in their first letters, which are compared where they stand.
fn sorted(records: &[Record]) -> Vec<usize> {
    let first = |slug: &str| {
        let mut first = [0; 16];
        let length = slug.len().min(first.len());
        first[..length].copy_from_slice(&slug.as_bytes()[..length]);
        u128::from_be_bytes(first)
    };
    let slugs = records.iter().enumerate();
    let mut order: Vec<(u128, usize)> = slugs.map(|(at, record)| (first(&record.slug), at)).collect();
    order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| records[a.1].slug.cmp(&records[b.1].slug)));
    order.into_iter().map(|(_, at)| at).collect()
}

/// The tools in the order of their slugs: pairs of blocks, the slugs in one, what else is known in the other.
fn leaves(out: &mut Out<'_>, head: &mut Vec<u8>, merged: &Merged, order: &[usize]) -> io::Result<()> {
    put_short(head, order.len().div_ceil(IN_LEAF));
    for leaf in order.chunks(IN_LEAF) {
        let tools = || leaf.iter().map(|at| &merged.records[*at]);
        let slugs = block(leaf, |at, bytes| bytes.extend_from_slice(merged.records[at].slug.as_bytes()));
        let details = block(leaf, |at, bytes| details(merged, at, bytes));
        out.block(&slugs)?.put(head);
        out.block(&details)?.put(head);
        put_short(head, leaf.len());
        put_text(head, tools().next().map_or(b"", |record| record.slug.as_bytes()));
    }
    Ok(())
}

/// Where the item of each of `leaf` starts and the last one ends, then the items.
fn block(leaf: &[usize], put: impl Fn(usize, &mut Vec<u8>)) -> Vec<u8> {
    let (mut starts, mut items) = (vec![0; 4], Vec::new());
    for at in leaf {
        put(*at, &mut items);
        put_short(&mut starts, items.len());
    }
    starts.extend_from_slice(&items);
    starts
}

/// What is known of a tool beside its slug.
fn details(merged: &Merged, at: usize, bytes: &mut Vec<u8>) {
    let (record, origin) = (&merged.records[at], &merged.origins[at]);
    let Name { ships, skips, .. } = Name::of(record, true);
    put_short(bytes, at);
    put_short(bytes, origin.input as usize);
    put_number(bytes, origin.span.start);
    put_number(bytes, origin.span.end);
    for count in [ships, skips] {
        put_short(bytes, count.unwrap_or_default() as usize);
    }
    put_text(bytes, record.name.as_bytes());
    put_text(bytes, record.category.as_deref().unwrap_or_default().as_bytes());
    put_short(bytes, record.aliases.len());
    record.aliases.iter().for_each(|alias| put_text(bytes, alias.as_bytes()));
}

/// What each tool may be called: the sums of the words, sorted, each with the tool's place in the order.
fn keys(out: &mut Out<'_>, head: &mut Vec<u8>, records: &[Record], order: &[usize]) -> io::Result<()> {
    let mut keys = Vec::with_capacity(2 * records.len());
    for (rank, at) in order.iter().enumerate() {
        let Record { slug, name, aliases, .. } = &records[*at];
        let words = [slug.as_str(), name].into_iter().chain(aliases.iter().map(String::as_str));
        for word in words {
            keys.push((checksum(find_key(word).as_bytes()), rank));
        }
    }
    keys.sort_unstable();
    keys.dedup();
    put_short(head, keys.len().div_ceil(IN_KEYS));
    for keys in keys.chunks(IN_KEYS) {
        let mut bytes = Vec::with_capacity(12 * keys.len());
        for (sum, rank) in keys {
            put_number(&mut bytes, *sum);
            put_short(&mut bytes, *rank);
        }
        out.block(&bytes)?.put(head);
        put_number(head, keys.first().map_or(0, |(sum, _)| *sum));
    }
    Ok(())
}

/// For each record in the catalog's order, its place in the order of slugs.
fn positions(out: &mut Out<'_>, head: &mut Vec<u8>, order: &[usize]) -> io::Result<()> {
    let mut ranks = vec![0; order.len()];
    order.iter().enumerate().for_each(|(rank, at)| ranks[*at] = rank);
    put_short(head, ranks.len().div_ceil(IN_POSITIONS));
    for ranks in ranks.chunks(IN_POSITIONS) {
        let mut bytes = Vec::with_capacity(4 * ranks.len());
        for rank in ranks {
            put_short(&mut bytes, *rank);
        }
        out.block(&bytes)?.put(head);
    }
    Ok(())
}

/// The distinct words, sorted, each with how often it came.
fn list<'a>(out: &mut Out<'_>, head: &mut Vec<u8>, words: impl Iterator<Item = &'a str>) -> io::Result<()> {
    let mut counts: HashMap<&str, u64> = HashMap::new();
    words.for_each(|word| *counts.entry(word).or_default() += 1);
    let mut counts: Vec<(&str, u64)> = counts.into_iter().collect();
    counts.sort_unstable();
    let mut bytes = Vec::new();
    for (word, count) in counts {
        put_number(&mut bytes, count);
        put_text(&mut bytes, word.as_bytes());
    }
    out.block(&bytes)?.put(head);
    Ok(())
}
