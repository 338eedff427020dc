//! The ranking key, one for every command, and the orders in which tools are printed.

use super::exact::Exact;
use super::figures::Figures;
use super::interval::wilson_ends;
use super::sums::{PanelVerdict, Sums};
use crate::catalog::record::Record;
use crate::cores;
use std::cmp::{Ordering, Reverse};

/// The order in which tools are printed. It decides which tool is *first*, never who leads.
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
    /// By the community's ship ratio, the highest first.
    Community,
    /// By the number of reviews in use, the most first.
    Reviews,
    /// By name, from A to Z.
    Name,
}

impl Order {
    /// The orders that one can ask for, with what they mean: the one list that choices, help and completion come
    /// from.
    pub const NAMED: [(&'static str, Self, &'static str); 7] = [
        ("rank", Self::Rank, "panel verdict, then how many would ship at least, then mean score"),
        ("ship-ratio", Self::ShipRatio, "share of the panel that would ship it"),
        ("mean", Self::Mean, "mean score"),
        ("median", Self::Median, "median score"),
        ("community", Self::Community, "share of the community that would ship it"),
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

/// What ranks a tool: panel verdict, then the lower end of the 95 % Wilson interval of the ship ratio, then the mean
/// score, absent last. `Less` is better, so that sorting puts the best first.
///
/// So 1 of 1 does not beat 9 of 10, and 49 of 100 does not beat 2 of 2.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    verdict: PanelVerdict,
    /// Below 0 where absent.
    lower: f64,
    mean: Option<Exact>,
    /// The double nearest to the mean, below 0 where absent: it decides all but what is equal in it.
    near: f64,
}

/// The (1 + 0.95) / 2 quantile of the normal distribution: the key has this level whatever `--confidence` says.
const Z: f64 = 1.959_963_984_540_054;

impl Key {
    /// The key of a panel.
    pub(super) fn new(sums: &Sums) -> Self {
        let lower = sums.ship_ratio().map_or(-1.0, |ratio| wilson_ends(ratio, sums.effective_verdicts(), Z).0);
        let mean = sums.mean();
        Self { verdict: sums.verdict(), lower, mean, near: mean.map_or(-1.0, Exact::to_f64) }
    }

    /// The lower end of the ship ratio's interval.
    pub(super) fn lower(&self) -> Option<f64> {
        (self.lower >= 0.0).then_some(self.lower)
    }

    /// A number that is less for a better key, and equal only where no more than the last bits of the mean differ.
    fn digest(&self) -> u128 {
        // Doubles from 0 upwards sort like their bits. Counted down from the highest, those of a ratio fit into 62
        // bits and those of a score into 63, with one place more for the absent.
        let down = |value: f64, highest: f64| {
            u128::from(highest.to_bits() + 1 - if value < 0.0 { 0 } else { value.abs().to_bits() + 1 })
        };
        let (lower, mean) = (down(self.lower, 1.0), down(self.near, 100.0));
        (self.verdict as u128) << 125 | lower << 63 | mean
    }

    /// Whether this key ranks before `other`.
    pub(super) fn beats(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Less
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_verdict = self.verdict.cmp(&other.verdict);
        by_verdict
            .then(other.lower.total_cmp(&self.lower))
            .then(other.near.total_cmp(&self.near))
            .then_with(|| other.mean.cmp(&self.mean))
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

/// The tools by key, the best first, equals by slug.
///
/// A million of them are sorted by digests that lie side by side: slugs are fetched only where those agree, and means
/// once each.
pub(super) fn by_key(sums: &[Sums], records: &[&Record]) -> Vec<usize> {
    let tools: Vec<usize> = (0..sums.len()).collect();
    let digest = |tool: &usize| (Key::new(&sums[*tool]).digest(), beginning(&records[*tool].slug), *tool);
    let mut ranked = cores::map(&tools, digest);
    cores::sort(&mut ranked, |(a_key, a_slug, a), (b_key, b_slug, b)| {
        a_key.cmp(b_key).then(a_slug.cmp(b_slug)).then_with(|| records[*a].slug.cmp(&records[*b].slug))
    });
    for tied in ranked.chunk_by_mut(|(a, ..), (b, ..)| a == b) {
        // Means that differ by less than a double can tell.
        if !tied.is_sorted_by_key(|(.., tool)| Reverse(sums[*tool].mean())) {
            tied.sort_by_cached_key(|(.., tool)| Reverse(sums[*tool].mean()));
        }
    }
    ranked.into_iter().map(|(.., tool)| tool).collect()
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

/// The figure that an order goes by. Descending, the absent last: `Option` puts `None` below every value.
pub(super) fn sort_figure(figures: &Figures, order: Order) -> Option<Exact> {
    match order {
        Order::Given | Order::Rank | Order::Name => None,
        Order::ShipRatio => figures.ship_ratio,
        Order::Mean => figures.score.mean,
        Order::Median => figures.score.median,
        Order::Community => figures.community_ratio,
        Order::Reviews => Some(Exact::whole(i128::try_from(figures.voices).unwrap_or(i128::MAX))),
    }
}

/// Sorts `tools`, which come in ranking order: equals keep that order.
pub(super) fn print_order(
    ranked: &[usize],
    order: Order,
    records: &[&Record],
    figure: impl Fn(usize) -> Option<Exact>,
) -> Vec<usize> {
    let mut tools = ranked.to_vec();
    match order {
        Order::Given => tools.sort_unstable(),
        Order::Rank => {}
        Order::Name => tools.sort_by_cached_key(|&tool| (records[tool].name.to_lowercase(), &records[tool].name)),
        _ => tools.sort_by_cached_key(|&tool| Reverse(figure(tool))),
    }
    tools
}

#[cfg(test)]
mod tests {
    use super::super::sums::Voice;
    use super::super::weights::Weight;
    use super::*;
    use crate::catalog::record::score::Score;

    #[test]
    fn means_that_no_double_tells_apart_are_ranked_by_their_fractions() {
        let voice = |weight, millionths: u32| {
            let weight = Weight::from_millionths(weight).expect("a weight");
            Voice { score: Score::from_millionths(50_000_000 + millionths), verdict: None, weight }
        };
        // The heaviest voice and the lightest, which moves the mean by less than 10^-17 points.
        let heaviest = Weight::MAX.millionths();
        let sums = [1, 3, 2, 3].map(|more| Sums::of([voice(heaviest, 0), voice(1, more)]));
        let keys = sums.each_ref().map(Key::new);
        assert!(keys.iter().all(|key| key.near.to_bits() == 50_f64.to_bits()), "{keys:?}");
        let records = ["a", "b", "c", "aa"].map(|slug| Record { slug: slug.into(), ..Record::default() });
        assert_eq!(by_key(&sums, &records.each_ref()), [3, 1, 2, 0]);
    }
}
