//! A panel's sums: everything that ship ratio, mean and ranking key need, and one reviewer less in constant time.

use super::exact::{Exact, POINT};
use super::weights::Weight;
use crate::catalog::record::Verdict;
use crate::catalog::record::score::Score;
use serde::Serialize;

/// The verdict of a panel as a whole. Ordered as the ranking orders: the better verdict is the lesser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum PanelVerdict {
    /// The ship ratio is above one half.
    Ship,
    /// The ship ratio is exactly one half.
    Mixed,
    /// The ship ratio is below one half.
    Skip,
    /// No one gave a verdict.
    #[default]
    None,
}

impl PanelVerdict {
    /// All of them, the best first.
    pub const ALL: [Self; 4] = [Self::Ship, Self::Mixed, Self::Skip, Self::None];

    /// The verdict of a panel, by the weights of those who would ship and of those who would skip.
    pub fn of(ships: impl Into<u64>, skips: impl Into<u64>) -> Self {
        let (ships, skips) = (ships.into(), skips.into());
        match ships.cmp(&skips) {
            _ if ships == 0 && skips == 0 => Self::None,
            std::cmp::Ordering::Greater => Self::Ship,
            std::cmp::Ordering::Equal => Self::Mixed,
            std::cmp::Ordering::Less => Self::Skip,
        }
    }

    /// The word that data formats use.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ship => "ship",
            Self::Mixed => "mixed",
            Self::Skip => "skip",
            Self::None => "none",
        }
    }

    /// The reviewer's verdict that dissents from this one; nobody dissents from a split panel.
    pub const fn dissent(self) -> Option<Verdict> {
        match self {
            Self::Ship => Some(Verdict::Skip),
            Self::Skip => Some(Verdict::Ship),
            Self::Mixed | Self::None => None,
        }
    }
}

/// One reviewer's score and verdict for one tool, with the reviewer's weight. At least one of the two is there; the
/// verdict may be derived from the score.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rating {
    /// The score, if any.
    pub(super) score: Option<Score>,
    /// The verdict, if any.
    pub(super) verdict: Option<Verdict>,
    /// Above 0: reviewers of weight zero are left out.
    pub(super) weight: Weight,
}

/// Sums over a panel's ratings. Integers: their order does not matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    /// Reviewers.
    pub(super) reviews: u32,
    /// Of them, those who would ship.
    pub(super) ships: u32,
    /// Those who would skip.
    pub(super) skips: u32,
    /// Those who scored.
    pub(super) scores: u32,
    /// Weights of those who would ship, in millionths.
    ship_weight: u64,
    /// Weights of those with a verdict, in millionths.
    verdict_weight: u64,
    /// The same, squared each.
    verdict_squares: u128,
    /// Weights of those who scored, in millionths.
    score_weight: u64,
    /// Their scores times their weights, in millionths of each.
    weighted_scores: u128,
}

impl Sums {
    /// Adds one rating.
    pub(super) fn add(&mut self, rating: Rating) {
        let weight = rating.weight.millionths();
        self.reviews += 1;
        if let Some(verdict) = rating.verdict {
            match verdict {
                Verdict::Ship => (self.ships, self.ship_weight) = (self.ships + 1, self.ship_weight + weight),
                Verdict::Skip => self.skips += 1,
            }
            self.verdict_weight += weight;
            self.verdict_squares += u128::from(weight) * u128::from(weight);
        }
        if let Some(score) = rating.score {
            self.scores += 1;
            self.score_weight += weight;
            self.weighted_scores += u128::from(weight) * u128::from(score.millionths());
        }
    }

    /// The sums without one of the ratings that were added.
    pub(super) fn without(self, rating: Rating) -> Self {
        let one = Self::of([rating]);
        Self {
            reviews: self.reviews - one.reviews,
            ships: self.ships - one.ships,
            skips: self.skips - one.skips,
            scores: self.scores - one.scores,
            ship_weight: self.ship_weight - one.ship_weight,
            verdict_weight: self.verdict_weight - one.verdict_weight,
            verdict_squares: self.verdict_squares - one.verdict_squares,
            score_weight: self.score_weight - one.score_weight,
            weighted_scores: self.weighted_scores - one.weighted_scores,
        }
    }

    /// The sums of some ratings.
    pub(super) fn of(ratings: impl IntoIterator<Item = Rating>) -> Self {
        let mut sums = Self::default();
        ratings.into_iter().for_each(|rating| sums.add(rating));
        sums
    }

    /// Weight of those who would ship over the weight of those with a verdict.
    pub(super) fn ship_ratio(&self) -> Option<Exact> {
        Exact::ratio(self.ship_weight.into(), self.verdict_weight.into())
    }

    /// Kish's effective number of verdicts: their number where all weigh the same.
    pub(super) fn effective_verdicts(&self) -> Exact {
        effective_number((self.ships + self.skips).into(), self.verdict_weight.into(), self.verdict_squares)
    }

    /// The weighted mean score, in points.
    pub(super) fn mean(&self) -> Option<Exact> {
        Exact::ratio(self.weighted_scores.cast_signed(), i128::from(self.score_weight) * POINT)
    }

    /// Whether the double nearest to the mean tells it from all other means of which this is true.
    ///
    /// Two fractions of whole millionths over at most 8,000 reviewers are at least 10^-6 / 8,000^2 > 1.5 x 10^-14 points
    /// apart, and doubles up to 100 at most 2^-46 < 1.43 x 10^-14.
    pub(super) fn double_tells_mean(&self) -> bool {
        const ONE: u128 = Weight::ONE.millionths() as u128;
        self.scores <= 8000
            && u128::from(self.score_weight) == u128::from(self.scores) * ONE
            && self.weighted_scores.is_multiple_of(ONE)
    }

    /// The panel verdict: on which side of one half the ship ratio lies.
    pub(super) fn verdict(&self) -> PanelVerdict {
        PanelVerdict::of(self.ship_weight, self.verdict_weight - self.ship_weight)
    }
}

/// The figures of a tool over some of its reviews: those without one reviewer, or those that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyFigures {
    /// Reviews.
    pub reviews: usize,
    /// Verdicts to ship.
    pub ships: usize,
    /// Verdicts.
    pub verdicts: usize,
    /// Share of the verdicts to ship, weighted, 0 to 1.
    pub ship_ratio: Option<Exact>,
    /// Weighted mean score, in points.
    pub mean: Option<Exact>,
}

impl From<Sums> for KeyFigures {
    fn from(sums: Sums) -> Self {
        Self {
            reviews: sums.reviews as usize,
            ships: sums.ships as usize,
            verdicts: (sums.ships + sums.skips) as usize,
            ship_ratio: sums.ship_ratio(),
            mean: sums.mean(),
        }
    }
}

/// Kish's effective number, (sum w)^2 / sum w^2, of `number` weights with this sum and this sum of squares, in
/// millionths and their squares. Exactly `number` where all weigh the same.
///
/// L. Kish, "Survey Sampling", 1965, section 11.2.
pub(super) fn effective_number(number: u128, sum: u128, squares: u128) -> Exact {
    // Equality of Cauchy and Schwarz: all weigh the same.
    if squares * number == sum * sum {
        return Exact::whole(number.cast_signed());
    }
    Exact::ratio((sum * sum).cast_signed(), squares.cast_signed()).unwrap_or(Exact::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rating(score: u32, verdict: Verdict, weight: u64) -> Rating {
        let weight = Weight::from_millionths(weight).expect("a weight");
        Rating { score: Score::from_millionths(score), verdict: Some(verdict), weight }
    }

    #[test]
    fn removing_a_rating_undoes_adding_it() {
        let ratings = [rating(84_000_000, Verdict::Ship, 2_000_000), rating(52_000_000, Verdict::Skip, 1_000_000)];
        let sums = Sums::of(ratings);
        assert_eq!(sums.ship_ratio(), Exact::ratio(2, 3));
        assert_eq!(sums.mean(), Exact::ratio(220, 3));
        assert_eq!(sums.effective_verdicts(), Exact::ratio(9, 5).expect("a number"));
        assert_eq!(sums.without(ratings[0]), Sums::of([ratings[1]]));
        assert_eq!(sums.without(ratings[0]).without(ratings[1]), Sums::default());
    }

    #[test]
    fn the_panel_is_mixed_at_exactly_one_half() {
        let of =
            |ship: u64, skip: u64| Sums::of([rating(0, Verdict::Ship, ship), rating(0, Verdict::Skip, skip)]).verdict();
        assert_eq!(of(1_000_000, 1_000_000), PanelVerdict::Mixed);
        assert_eq!(of(1_000_001, 1_000_000), PanelVerdict::Ship);
        assert_eq!(of(1_000_000, 1_000_001), PanelVerdict::Skip);
        assert_eq!(Sums::default().verdict(), PanelVerdict::None);
        for (ships, skips) in [(0, 0), (1, 1), (2, 1), (1, 2)] {
            let verdicts = std::iter::repeat_n(Verdict::Ship, ships).chain(std::iter::repeat_n(Verdict::Skip, skips));
            let sums = Sums::of(verdicts.map(|verdict| rating(0, verdict, 1_000_000)));
            let count = |n: usize| u32::try_from(n).expect("few");
            assert_eq!(PanelVerdict::of(count(ships), count(skips)), sums.verdict());
        }
    }
}
