//! What a catalog knows of its tools without their records, in the order of the catalog or of the slugs: from a cache
//! this is much the cheapest.

use super::Catalog;
use super::cache::{Entry, Index, Name};
use super::find;
use super::record::Record;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

impl Catalog {
    /// Whether records that were read have their reviews.
    fn has_votes(&self) -> bool {
        self.projection.reviews || self.cached.is_some()
    }

    /// What `ask` finds among the tools in the order of their slugs. `ask` gives nothing only where it was given
    /// nothing: then it is asked again, of the records themselves.
    pub fn by_slug<T>(&self, ask: impl Fn(&BySlug<'_>) -> Option<T>) -> Option<T> {
        let cached = self.of_index(|index| ask(&BySlug::of_index(index)));
        cached.or_else(|| ask(&BySlug::of_records(&self.read().ok()?.records, self.has_votes())))
    }

    /// The distinct categories, sorted, each with how many tools have it.
    pub fn categories(&self) -> Vec<(&str, usize)> {
        self.of_index(Index::categories).unwrap_or_else(|| {
            let read = self.read().map_or(&[][..], |read| &read.records);
            let mut counts = BTreeMap::new();
            read.iter()
                .filter_map(|record| record.category.as_deref())
                .for_each(|c| *counts.entry(c).or_default() += 1);
            counts.into_iter().collect()
        })
    }

    /// The names of all reviewers, sorted; none where reviews were not read.
    pub fn reviewers(&self) -> Vec<&str> {
        self.of_index(Index::reviewers).unwrap_or_else(|| {
            let read = self.read().map_or(&[][..], |read| &read.records);
            let all = read.iter().flat_map(|record| &record.reviews).map(|review| &*review.reviewer);
            all.collect::<BTreeSet<_>>().into_iter().collect()
        })
    }
}

/// The tools of a catalog in the order of their slugs. A tool's rank is its place there.
///
/// Each answer is `None` where a cache that has it is broken.
pub struct BySlug<'a>(From<'a>);

/// Where the answers come from.
enum From<'a> {
    /// A cache.
    Index(&'a Index),
    /// Records with the order of their slugs, and whether they have their reviews.
    Records(&'a [Record], Vec<usize>, bool),
}

impl<'a> BySlug<'a> {
    pub(super) fn of_index(index: &'a Index) -> Self {
        Self(From::Index(index))
    }

    pub(super) fn of_records(records: &'a [Record], votes: bool) -> Self {
        let mut order: Vec<usize> = (0..records.len()).collect();
        order.sort_unstable_by(|a, b| records[*a].slug.cmp(&records[*b].slug));
        Self(From::Records(records, order, votes))
    }

    /// The slug of the tool at `rank`.
    pub fn slug(&self, rank: usize) -> Option<&'a str> {
        match &self.0 {
            From::Index(index) => index.slug(rank),
            From::Records(records, order, _) => Some(&records[*order.get(rank)?].slug),
        }
    }

    /// What is known of the tool at `rank`.
    pub fn name(&self, rank: usize) -> Option<Name<'a>> {
        match &self.0 {
            From::Index(index) => Some(index.entry(rank)?.name),
            From::Records(records, order, votes) => Some(Name::of(&records[*order.get(rank)?], *votes)),
        }
    }

    /// The ranks of the tools whose slugs begin with `beginning`.
    pub fn beginning(&self, beginning: &str) -> Option<Range<usize>> {
        let start = self.partition(|slug| slug < beginning)?;
        Some(start..self.partition(|slug| slug < beginning || slug.starts_with(beginning))?.max(start))
    }

    /// The rank of the tool called `slug`, if there is one.
    pub fn rank(&self, slug: &str) -> Option<Option<usize>> {
        let rank = self.partition(|other| other < slug)?;
        let end = self.partition(|other| other <= slug)?;
        Some((rank < end).then_some(rank))
    }

    fn partition(&self, before: impl Fn(&str) -> bool) -> Option<usize> {
        match &self.0 {
            From::Index(index) => index.partition(before),
            From::Records(records, order, _) => Some(order.partition_point(|at| before(&records[*at].slug))),
        }
    }

    /// The ranks of the tools whose slugs hold `part`; none if they are more than `most`.
    pub fn holding(&self, part: &str, most: usize) -> Option<Vec<usize>> {
        if part.is_empty() {
            let all = self.beginning(part)?;
            return Some(if all.len() > most { Vec::new() } else { all.collect() });
        }
        let found: Vec<usize> = match &self.0 {
            From::Index(index) => index.holding(part, most)?,
            From::Records(records, order, _) => {
                let holds = |rank: &usize| records[order[*rank]].slug.contains(part);
                (0..order.len()).filter(holds).take(most + 1).collect()
            }
        };
        Some(if found.len() > most { Vec::new() } else { found })
    }

    /// The slugs of the tools that `query` means, as [`super::Catalog::find`] would: none, one, or several that are
    /// called the same.
    pub fn meant(&self, query: &str) -> Option<Vec<String>> {
        let slugs = |records: &[Record]| {
            find::meant(records, query).into_iter().map(|at| records[at].slug.to_string()).collect::<Vec<_>>()
        };
        Some(match &self.0 {
            From::Index(index) => slugs(&index.called(query)?.iter().map(Entry::record).collect::<Vec<_>>()),
            From::Records(records, ..) => slugs(records),
        })
    }
}
