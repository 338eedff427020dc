//! The ranking key, one for every command, and the orders in which tools are printed.

use super::exact::Exact;
use super::interval::wilson_ends;
use super::sums::{PanelVerdict, Sums};
use crate::catalog::record::Record;
use crate::cores;
use crate::sort;
use serde::Serialize;
use std::cmp::{Ordering, Reverse};

/// The order in which tools are printed. It decides which tool is *first*, never which one leads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Order {
    /// As they were given.
    #[default]
    Given,
    /// By the ranking key, the best first.
    Rank,
    /// By ship ratio, the highest first.
    ShipRatio,
    /// By mean score, the highest first.
    Mean,
    /// By median score, the highest first.
    Median,
    /// By the lower end of the 95% Wilson interval of the community's ship ratio, the highest first.
    Community,
    /// By the number of reviews in use, the most first.
    Reviews,
    /// By name, from A to Z.
    Name,
}

impl Order {
    /// The orders that a user can choose, with a description: the one list that choices, help and completion come
    /// from.
    pub const NAMED: [(&'static str, Self, &'static str); 7] = [
        ("rank", Self::Rank, "what the panel would ship, best mean first"),
        ("ship-ratio", Self::ShipRatio, "share of the panel that would ship it"),
        ("mean", Self::Mean, "mean score"),
        ("median", Self::Median, "median score"),
        (
            "community",
            Self::Community,
            "share of the community that would ship it, by the lower end of its 95% interval",
        ),
        ("reviews", Self::Reviews, "number of reviews"),
        ("name", Self::Name, "name, from A to Z"),
    ];

    /// The order that a word of [`Order::NAMED`] stands for.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMED.iter().find(|(word, ..)| *word == name).map(|(_, order, _)| *order)
    }

    /// The word of [`Order::NAMED`], or `given`.
    pub fn name(self) -> &'static str {
        Self::NAMED.iter().find(|(_, order, _)| *order == self).map_or("given", |(word, ..)| word)
    }
}

/// Panels of fewer reviewers than this rank behind the others of the same panel verdict.
pub(super) const RANKED_FULLY: u32 = 4;

/// The ranking key: panel verdict; then tools with at least four reviews before those with fewer; then the mean score,
/// absent last; then the lower end of the 95% Wilson interval of the ship ratio. `Less` is better, so that sorting puts
/// the best first.
///
/// In one sentence: what the panel would ship, best mean first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    verdict: PanelVerdict,
    /// Whether fewer than [`RANKED_FULLY`] reviewers are on the panel.
    few: bool,
    mean: Option<Exact>,
    /// Whether all other means of which this is true have other doubles.
    is_told: bool,
    /// The double nearest to the mean, below 0 where absent: it decides all but what is equal in it.
    near: f64,
    /// Below 0 where absent.
    lower: f64,
}

/// The part of the ranking key that puts one tool before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum KeyPart {
    /// The panel verdict.
    Verdict,
    /// Whether the panel has at least four reviews.
    Reviews,
    /// The mean score.
    Mean,
    /// The lower end of the 95% Wilson interval of the ship ratio.
    ShipRatio,
}

/// The (1 + 0.95) / 2 quantile of the normal distribution: the key has this level whatever `--confidence` is.
const Z: f64 = 1.959_963_984_540_054;

impl Key {
    /// The key of a panel.
    pub(super) fn new(sums: &Sums) -> Self {
        let lower = sums.ship_ratio().map_or(-1.0, |ratio| wilson_ends(ratio, sums.effective_verdicts(), Z).0);
        let mean = sums.mean();
        let near = mean.map_or(-1.0, Exact::to_f64);
        let is_told = sums.double_tells_mean();
        Self { verdict: sums.verdict(), few: sums.reviews < RANKED_FULLY, mean, is_told, near, lower }
    }

    /// The key of the same panel without one of its reviewers, whose sums then are `sums`. Whether it has enough reviews
    /// is judged on the whole panel.
    pub(super) fn without_one(&self, sums: &Sums) -> Self {
        Self { few: self.few, ..Self::new(sums) }
    }

    /// The key by community votes alone, for catalogs in which no tool has a review.
    pub(super) fn of_votes(record: &Record) -> Self {
        Self { lower: community_lower(record).unwrap_or(-1.0), ..Self::new(&Sums::default()) }
    }

    /// The part that decides between two keys; `None` where they are equal.
    pub(super) fn decided_by(&self, other: &Self) -> Option<KeyPart> {
        let parts = [
            (self.verdict.cmp(&other.verdict), KeyPart::Verdict),
            (self.few.cmp(&other.few), KeyPart::Reviews),
            (self.mean.cmp(&other.mean), KeyPart::Mean),
            (self.lower.total_cmp(&other.lower), KeyPart::ShipRatio),
        ];
        parts.into_iter().find(|(order, _)| *order != Ordering::Equal).map(|(_, part)| part)
    }

    /// A number that is less for a better key, and equal only where no more than the last bits of the mean and the
    /// Wilson bound differ.
    fn digest(&self) -> u128 {
        // Doubles from 0 upwards sort like their bits. Counted down from the highest, those of a score fit into 63
        // bits and those of a ratio into 62, with one place more for the absent.
        let down = |value: f64, highest: f64| {
            u128::from(highest.to_bits() + 1 - if value < 0.0 { 0 } else { value.abs().to_bits() + 1 })
        };
        let (mean, lower) = (down(self.near, 100.0), down(self.lower, 1.0));
        (self.verdict as u128) << 126 | u128::from(self.few) << 125 | mean << LOWER_BITS | lower
    }

    /// Whether this key ranks before `other`.
    pub(super) fn beats(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Less
    }
}

/// How many bits of a digest hold the Wilson bound.
const LOWER_BITS: u32 = 62;

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_panel = self.verdict.cmp(&other.verdict).then(self.few.cmp(&other.few));
        by_panel
            .then(other.near.total_cmp(&self.near))
            .then_with(|| other.mean.cmp(&self.mean))
            .then(other.lower.total_cmp(&self.lower))
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Key {}

/// How the keys of some tools are made: from the panels, or from the community votes where no tool has a review.
/// Of a million panels, to add up their reviews again takes less than to keep their sums.
pub(super) fn key_of<'a>(
    sums: impl Fn(usize) -> Sums + Sync + 'a,
    records: &'a [&'a Record],
) -> impl Fn(usize) -> Key + Sync + 'a {
    let by_votes = (0..records.len()).all(|tool| sums(tool).reviews == 0);
    move |tool| if by_votes { Key::of_votes(records[tool]) } else { Key::new(&sums(tool)) }
}

/// The tools by key, the best first, equals by slug. Of many, more than the first `most` may be left out.
///
/// A million of them are sorted by digests that lie side by side: slugs are fetched only where those agree, and exact
/// means only where no double tells them.
pub(super) fn by_key(key: &(dyn Fn(usize) -> Key + Sync), records: &[&Record], most: usize) -> Vec<usize> {
    let tools: Vec<usize> = (0..records.len()).collect();
    let placed = |tool: &usize| {
        let key = key(*tool);
        let digest = key.digest();
        let number = u32::try_from(*tool).expect("fewer tools than 2^32");
        RankEntry { digest, slug: beginning(&records[*tool].slug), is_told: key.is_told, number }
    };
    let mut ranked = cores::map(&tools, placed);
    let order = |a: &RankEntry, b: &RankEntry| {
        let by_slug = || records[a.tool()].slug.cmp(&records[b.tool()].slug);
        a.digest.cmp(&b.digest).then(a.slug.cmp(&b.slug)).then_with(by_slug)
    };
    if most < ranked.len() && ranked.iter().all(|placed| placed.is_told) {
        ranked.select_nth_unstable_by(most, order);
        ranked.truncate(most);
    }
    cores::sort(&mut ranked, order);
    for alike in ranked.chunk_by_mut(|a, b| a.digest >> LOWER_BITS == b.digest >> LOWER_BITS) {
        // Means that differ by less than a double can tell come before what the digest has behind them.
        if alike.len() > 1 && !alike.iter().all(|placed| placed.is_told) {
            sort::by_key(alike, |placed| Reverse(key(placed.tool()).mean));
        }
    }
    ranked.iter().map(RankEntry::tool).collect()
}

/// A tool with what puts it in its place.
struct RankEntry {
    digest: u128,
    /// The beginning of its slug.
    slug: u64,
    /// As that of its key.
    is_told: bool,
    /// Its index, in few bytes.
    number: u32,
}

impl RankEntry {
    fn tool(&self) -> usize {
        self.number as usize
    }
}

/// The first eight bytes of a slug as a number that sorts like them.
fn beginning(slug: &str) -> u64 {
    let mut bytes = [0; 8];
    let shared = slug.len().min(bytes.len());
    bytes[..shared].copy_from_slice(&slug.as_bytes()[..shared]);
    u64::from_be_bytes(bytes)
}

/// Per tool 1 + the number of tools with a better key. `ranked` is the order of [`by_key`].
pub(super) fn ranks(keys: &[Key], ranked: &[usize]) -> Vec<usize> {
    let mut ranks = vec![0; keys.len()];
    let mut rank = 0;
    for (place, &tool) in ranked.iter().enumerate() {
        if place == 0 || keys[ranked[place - 1]] != keys[tool] {
            rank = place + 1;
        }
        ranks[tool] = rank;
    }
    ranks
}

/// A figure that tools are ordered by. Only figures of one kind are compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum SortFigure {
    /// An exact figure.
    Exact(Exact),
    /// A figure that is computed in floating point, never NaN.
    Double(f64),
}

impl SortFigure {
    fn compare(left: Option<Self>, right: Option<Self>) -> Ordering {
        match (left, right) {
            (Some(Self::Exact(left)), Some(Self::Exact(right))) => left.cmp(&right),
            (Some(Self::Double(left)), Some(Self::Double(right))) => left.total_cmp(&right),
            (left, right) => left.is_some().cmp(&right.is_some()),
        }
    }
}

/// The lower end of the 95% Wilson interval of the community's ship ratio, 0 to 1. Absent without votes.
pub(super) fn community_lower(record: &Record) -> Option<f64> {
    let votes = record.profile.community()?;
    let all = i128::from(votes.ship) + i128::from(votes.skip);
    let ratio = Exact::ratio(votes.ship.into(), all)?;
    Some(wilson_ends(ratio, Exact::whole(all), Z).0)
}

/// Sorts the tools of `ranked`, which come in ranking order, by `figure`, the highest first and the absent last. Equals
/// keep the ranking order.
pub(super) fn print_order(
    ranked: &[usize],
    order: Order,
    records: &[&Record],
    figure: &dyn Fn(usize) -> Option<SortFigure>,
) -> Vec<usize> {
    let mut tools = ranked.to_vec();
    match order {
        Order::Given => tools.sort_unstable(),
        Order::Rank => {}
        Order::Name => sort::by_key(&mut tools, |&tool| (records[tool].name.to_lowercase(), &records[tool].name)),
        _ => {
            let mut by_figure: Vec<(Option<SortFigure>, usize)> =
                tools.into_iter().map(|tool| (figure(tool), tool)).collect();
            sort::by(&mut by_figure, |(left, _), (right, _)| SortFigure::compare(*right, *left));
            tools = by_figure.into_iter().map(|(_, tool)| tool).collect();
        }
    }
    tools
}

#[cfg(test)]
mod tests {
    use super::super::sums::Rating;
    use super::super::weights::Weight;
    use super::*;
    use crate::catalog::record::Verdict;
    use crate::catalog::record::score::Score;

    fn record(slug: &str) -> Record {
        Record { slug: slug.into(), ..Record::default() }
    }

    #[test]
    fn means_that_no_double_tells_apart_are_ranked_by_their_fractions() {
        let rating = |weight, millionths: u32| {
            let weight = Weight::from_millionths(weight).expect("a weight");
            Rating { score: Score::from_millionths(50_000_000 + millionths), verdict: None, weight }
        };
        // The heaviest rating and the lightest, which moves the mean by less than 10^-17 points.
        let heaviest = Weight::MAX.millionths();
        let sums = [1, 3, 2, 3].map(|more| Sums::of([rating(heaviest, 0), rating(1, more)]));
        let keys = sums.each_ref().map(Key::new);
        assert!(keys.iter().all(|key| key.near.to_bits() == 50_f64.to_bits()), "{keys:?}");
        let records = ["a", "b", "c", "aa"].map(record);
        assert_eq!(by_key(&|tool| keys[tool], &records.each_ref(), 1), [3, 1, 2, 0]);
    }

    #[test]
    fn doubles_tell_the_nearest_means_of_large_panels_of_one_weight() {
        let panel = |reviewers: usize| {
            let score = |at: usize| Score::from_millionths(100_000_000 - u32::from(at == 0));
            Sums::of((0..reviewers).map(|at| Rating { score: score(at), verdict: None, weight: Weight::ONE }))
        };
        let keys = [7999, 8000, 8001].map(|reviewers| Key::new(&panel(reviewers)));
        assert!(keys[0].near < keys[1].near, "{keys:?}");
        assert_eq!(keys.map(|key| key.is_told), [true, true, false]);
    }

    #[test]
    fn the_key_goes_by_verdict_then_four_reviews_then_mean_then_wilson() {
        let panel = |ships: u32, skips: u32, score: Option<u32>| {
            let verdicts = std::iter::repeat_n(Verdict::Ship, ships as usize)
                .chain(std::iter::repeat_n(Verdict::Skip, skips as usize));
            let score = score.and_then(|points| Score::from_millionths(points * 1_000_000));
            Sums::of(verdicts.map(|verdict| Rating { score, verdict: Some(verdict), weight: Weight::ONE }))
        };
        let sums = [
            panel(5, 0, Some(70)),
            panel(4, 1, Some(80)),
            panel(3, 0, Some(99)),
            panel(2, 2, Some(100)),
            panel(1, 3, Some(60)),
            panel(10, 0, Some(70)),
            panel(4, 0, None),
        ];
        let keys = sums.each_ref().map(Key::new);
        let slugs = ["a", "b", "c", "d", "e", "f", "g"].map(record);
        assert_eq!(by_key(&|tool| keys[tool], &slugs.each_ref(), 7), [1, 5, 0, 6, 2, 3, 4]);
        assert_eq!(by_key(&|tool| keys[tool], &slugs.each_ref(), 3), [1, 5, 0]);
        let parts = [(1, 5), (5, 0), (6, 2), (2, 3), (0, 0)].map(|(a, b)| keys[a].decided_by(&keys[b]));
        let expected = [KeyPart::Mean, KeyPart::ShipRatio, KeyPart::Reviews, KeyPart::Verdict].map(Some);
        assert_eq!(parts[..4], expected);
        assert_eq!(parts[4], None);
        for (a, b) in (0..7).flat_map(|a| (0..7).map(move |b| (a, b))) {
            assert_eq!(keys[a].cmp(&keys[b]), keys[a].digest().cmp(&keys[b].digest()), "{a} {b}");
        }
    }
}
