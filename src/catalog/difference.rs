//! What differs between two states of a catalog: tools, their fields and their reviews.
//!
//! Tools are the same by slug, reviews by tool and reviewer. In which file a record is, of which kind, in which order and
//! how it is written makes no difference. The fields are those of [`fields::leaves`] and [`review::FIELDS`].

use super::record::Record;
use super::record::fields::{self, FieldContent, RecordField};
use super::record::review::{self, Review, ReviewContent};
use crate::sort;
use std::collections::HashMap;

/// One thing that differs. Tools and reviews are indices into the records of the old and the new state.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change {
    /// A tool that only the old state has.
    ToolRemoved {
        /// Which one.
        old: usize,
    },
    /// A tool that only the new state has.
    ToolNew {
        /// Which one.
        new: usize,
    },
    /// Another value of a field.
    Field {
        /// The tool.
        old: usize,
        /// The same tool.
        new: usize,
        /// The field, one of [`fields::leaves`].
        field: &'static RecordField,
    },
    /// A review that only the old state has.
    ReviewRemoved {
        /// The tool.
        old: usize,
        /// The same tool.
        new: usize,
        /// The review of the old state.
        review: usize,
    },
    /// A review that only the new state has.
    ReviewNew {
        /// The tool.
        new: usize,
        /// The review.
        review: usize,
    },
    /// A review that says something else.
    ReviewChanged {
        /// The tool.
        old: usize,
        /// The same tool.
        new: usize,
        /// The review of the old state.
        from: usize,
        /// The review of the new state.
        to: usize,
    },
}

/// What differs between the records `old` and `new`: first what was removed, then tool by tool, by slug, its reviews that
/// changed, those that are new, and its fields.
pub(crate) fn difference(old: &[Record], new: &[Record]) -> Vec<Change> {
    let by_slug: HashMap<&str, usize> = new.iter().enumerate().map(|(at, record)| (&*record.slug, at)).collect();
    let (mut removed, mut lost_reviews, mut others) = (Vec::new(), Vec::new(), Vec::new());
    let mut known = vec![false; new.len()];
    for old_tool in sorted_by_slug(old) {
        let Some(&new_tool) = by_slug.get(&*old[old_tool].slug) else {
            removed.push(Change::ToolRemoved { old: old_tool });
            continue;
        };
        known[new_tool] = true;
        let (lost, changed) = of_tool((old, old_tool), (new, new_tool));
        lost_reviews.extend(lost);
        others.extend(changed.into_iter().map(|change| (new_tool, change)));
    }
    let added = (0..new.len()).filter(|&tool| !known[tool]);
    others.extend(added.map(|tool| (tool, Change::ToolNew { new: tool })));
    // Stable: the changes of one tool keep their order.
    sort::by(&mut others, |(a, _), (b, _)| new[*a].slug.cmp(&new[*b].slug));
    removed.into_iter().chain(lost_reviews).chain(others.into_iter().map(|(_, change)| change)).collect()
}

fn sorted_by_slug(records: &[Record]) -> Vec<usize> {
    let mut tools: Vec<usize> = (0..records.len()).collect();
    sort::indices(&mut tools, &|a, b| records[a].slug.cmp(&records[b].slug));
    tools
}

/// The reviews that a tool lost, and what else changed of it.
fn of_tool((olds, old): (&[Record], usize), (news, new): (&[Record], usize)) -> (Vec<Change>, Vec<Change>) {
    let (before, after) = (&olds[old], &news[new]);
    let (mut lost, mut changed) = (Vec::new(), Vec::new());
    let by_reviewer: HashMap<&str, usize> = places(&after.reviews);
    let earlier: HashMap<&str, usize> = places(&before.reviews);
    for from in sorted_by_reviewer(&before.reviews) {
        let review = &before.reviews[from];
        match by_reviewer.get(&*review.reviewer) {
            None => lost.push(Change::ReviewRemoved { old, new, review: from }),
            Some(&to) if !same_review(review, &after.reviews[to]) => {
                changed.push(Change::ReviewChanged { old, new, from, to });
            }
            Some(_) => {}
        }
    }
    let added = sorted_by_reviewer(&after.reviews).into_iter();
    let added = added.filter(|&review| !earlier.contains_key(&*after.reviews[review].reviewer));
    changed.extend(added.map(|review| Change::ReviewNew { new, review }));
    let differing = fields::leaves().filter(|field| !matches!(field.content, FieldContent::Slug));
    let differing = differing.filter(|field| !field.same(before, after));
    changed.extend(differing.map(|field| Change::Field { old, new, field }));
    (lost, changed)
}

fn places(reviews: &[Review]) -> HashMap<&str, usize> {
    reviews.iter().enumerate().map(|(at, review)| (&*review.reviewer, at)).collect()
}

fn sorted_by_reviewer(reviews: &[Review]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..reviews.len()).collect();
    sort::indices(&mut places, &|a, b| reviews[a].reviewer.cmp(&reviews[b].reviewer));
    places
}

fn same_review(one: &Review, other: &Review) -> bool {
    let said = review::FIELDS.iter().filter(|field| field.content != ReviewContent::Reviewer);
    one == other || said.into_iter().all(|field| field.same(one, other))
}

impl Change {
    /// The tool in the new state, if it is there.
    pub(crate) fn new_tool(&self) -> Option<usize> {
        match *self {
            Self::ToolRemoved { .. } => None,
            Self::ToolNew { new }
            | Self::Field { new, .. }
            | Self::ReviewRemoved { new, .. }
            | Self::ReviewNew { new, .. }
            | Self::ReviewChanged { new, .. } => Some(new),
        }
    }

    /// The tool's record in the new state if this change alone were undone; `None` where the tool would not be there.
    pub(crate) fn undone(&self, old: &[Record], new: &[Record]) -> Option<Record> {
        let tool = self.new_tool();
        self.undone_in(tool.map(|tool| new[tool].clone()), old, new)
    }

    /// `record`, a state of the tool in the new state, with this change undone.
    pub(crate) fn undone_in(&self, record: Option<Record>, olds: &[Record], news: &[Record]) -> Option<Record> {
        if let Self::ToolRemoved { old } = *self {
            return Some(olds[old].clone());
        }
        let mut record = record.filter(|_| !matches!(self, Self::ToolNew { .. }))?;
        match *self {
            Self::Field { old, field, .. } => field.copy(&mut record, &olds[old]),
            Self::ReviewRemoved { old, review, .. } => record.reviews.push(olds[old].reviews[review].clone()),
            Self::ReviewNew { new, review } => {
                let reviewer = &news[new].reviews[review].reviewer;
                record.reviews.retain(|review| review.reviewer != *reviewer);
            }
            Self::ReviewChanged { old, from, .. } => {
                let before = &olds[old].reviews[from];
                let place = record.reviews.iter().position(|review| review.reviewer == before.reviewer);
                if let Some(place) = place {
                    record.reviews[place] = before.clone();
                }
            }
            Self::ToolRemoved { .. } | Self::ToolNew { .. } => {}
        }
        Some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::record::score::Score;
    use crate::catalog::record::{ProfileFields, RemarkFields, Verdict};
    use proptest::collection::btree_map;
    use proptest::prelude::*;

    prop_compose! {
        fn review()(score in 0..5_u32, verdict in proptest::option::of(any::<bool>()), text in "[ab\n]{0,3}") -> Review {
            Review {
                reviewer: "".into(),
                score: Score::from_millionths(score * 1_000_000),
                verdict: verdict.map(|ship| if ship { Verdict::Ship } else { Verdict::Skip }),
                date: None,
                remarks: RemarkFields { label: None, text: Some(text).filter(|text| !text.is_empty()) }.into(),
            }
        }
    }

    prop_compose! {
        fn record()(
            name in "[AB]",
            aliases in proptest::collection::vec("[xyz]", 0..3),
            category in proptest::option::of("[cd]"),
            price in proptest::option::of("[ef]"),
            votes in proptest::option::of(0..3_u64),
            reviews in btree_map("[RSTU]", review(), 0..4),
        ) -> Record {
            let named = |(reviewer, review): (String, Review)| Review { reviewer: reviewer.into(), ..review };
            let profile = ProfileFields { pricing_entry: price.map(Into::into), community_ship: votes, ..ProfileFields::default() };
            Record {
                slug: "".into(),
                name: name.into(),
                aliases,
                category: category.map(Into::into),
                profile: profile.into(),
                reviews: reviews.into_iter().map(named).collect(),
            }
        }
    }

    /// A catalog of up to four tools.
    fn records() -> impl Strategy<Value = Vec<Record>> {
        let slugged = |(slug, record): (String, Record)| Record { slug: slug.into(), ..record };
        btree_map("[klmn]", record(), 0..4).prop_map(move |tools| tools.into_iter().map(slugged).collect())
    }

    proptest! {
        #[test]
        fn undoing_every_change_gives_the_old_state(old in records(), new in records()) {
            let changes = difference(&old, &new);
            let mut tools: Vec<Option<Record>> = new.iter().cloned().map(Some).collect();
            let mut back: Vec<Record> = Vec::new();
            for change in &changes {
                match change.new_tool() {
                    Some(tool) => tools[tool] = change.undone_in(tools[tool].take(), &old, &new),
                    None => back.extend(change.undone(&old, &new)),
                }
            }
            back.extend(tools.into_iter().flatten());
            back.reverse();
            prop_assert!(difference(&old, &back).is_empty(), "{:?}", difference(&old, &back));
            prop_assert_eq!(back.len(), old.len());
            prop_assert_eq!(changes.is_empty(), difference(&new, &old).is_empty());
            prop_assert_eq!(changes.len(), difference(&new, &old).len());
        }
    }
}
