//! The figures of one tool.

use super::Options;
use super::crowd::{Crowd, crowd};
use super::exact::{Exact, POINT};
use super::interval::{Interval, student_t, wilson};
use super::panel::{rating, verdict_in_use};
use super::sums::{PanelVerdict, Rating, Sums};
use super::weights::{Weight, all_same};
use crate::catalog::record::score::Score;
use crate::catalog::record::{Record, Verdict};
use serde::Serialize;

/// The figures of one tool. Reviewers of weight zero are in none of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// The panel verdict.
    pub verdict: PanelVerdict,
    /// How many reviewers are on the panel: those with a score or verdict and a weight above zero.
    pub reviewers: usize,
    /// How many of them would ship.
    pub ships: usize,
    /// How many of them would skip.
    pub skips: usize,
    /// Ships over ships and skips, weighted, 0 to 1. Absent without verdicts.
    pub ship_ratio: Option<Exact>,
    /// Wilson's interval of the ship ratio.
    pub ship_ratio_interval: Option<Interval>,
    /// The figures of the scores.
    pub score: ScoreFigures,
    /// Community votes to ship over all community votes, 0 to 1. Absent without votes.
    pub community_ratio: Option<Exact>,
    /// Whether the community disagrees with the panel.
    pub crowd: Crowd,
    /// 1 + the number of tools with a better key: 1, 1, 3.
    pub rank: usize,
    /// Per review of the record, in its order.
    pub reviews: Vec<ReviewFigures>,
}

/// Aggregates of a panel's scores, in points from 0 to 100.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ScoreFigures {
    /// Number of scores.
    pub n: usize,
    /// Weighted arithmetic mean.
    #[cfg_attr(test, schemars(range(min = 0, max = 100)))]
    pub mean: Option<Exact>,
    /// The middle score, or the mean of the two in the middle; unweighted.
    #[cfg_attr(test, schemars(range(min = 0, max = 100)))]
    pub median: Option<Exact>,
    /// Lowest score.
    pub min: Option<Score>,
    /// Highest score.
    pub max: Option<Score>,
    /// Sample standard deviation, divisor n - 1, unweighted; absent for n < 2.
    #[cfg_attr(test, schemars(range(min = 0, max = 100)))]
    pub stddev: Option<f64>,
    /// Student's t interval of the mean, cut to 0 to 100; absent for n < 2 and with unequal weights.
    pub mean_interval: Option<Interval>,
}

/// The figures of one review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReviewFigures {
    /// The verdict in use: the reviewer's own or the derived one.
    pub verdict: Option<Verdict>,
    /// Whether the verdict was derived from the score.
    pub derived: bool,
    /// The weight in use; at zero the review is in no figure.
    pub weight: Weight,
    /// Score minus the same reviewer's score of the first tool in print order, in points. Absent for that tool
    /// itself, where either score is missing, at weight zero and with [`Options::unpaired`].
    pub difference: Option<Exact>,
}

/// The figures of one tool by itself: its rank is 1 and it differs from nothing.
pub(super) fn figures(record: &Record, options: &Options) -> Figures {
    let ratings: Vec<Rating> = record.reviews.iter().filter_map(|review| rating(review, options)).collect();
    let sums = Sums::of(ratings.iter().copied());
    let ship_ratio = sums.ship_ratio();
    Figures {
        verdict: sums.verdict(),
        reviewers: ratings.len(),
        ships: sums.ships as usize,
        skips: sums.skips as usize,
        ship_ratio,
        ship_ratio_interval: ship_ratio.map(|ratio| wilson(ratio, sums.effective_verdicts(), options.confidence)),
        score: score_figures(&ratings, &sums, options.confidence),
        community_ratio: community_ratio(record),
        crowd: crowd(sums.ships, sums.skips, record.profile.community()),
        rank: 1,
        reviews: review_figures(record, options),
    }
}

/// Community votes to ship over all community votes.
pub(super) fn community_ratio(record: &Record) -> Option<Exact> {
    let votes = record.profile.community()?;
    Exact::ratio(votes.ship.into(), i128::from(votes.ship) + i128::from(votes.skip))
}

/// Per review the verdict and weight in use.
fn review_figures(record: &Record, options: &Options) -> Vec<ReviewFigures> {
    let figures = record.reviews.iter().map(|review| {
        let (verdict, derived) = verdict_in_use(review, options.ship_at);
        ReviewFigures { verdict, derived, weight: options.weights.of(&review.reviewer), difference: None }
    });
    figures.collect()
}

/// The figures of the scores among `ratings`, whose sums are `sums`.
fn score_figures(ratings: &[Rating], sums: &Sums, level: f64) -> ScoreFigures {
    let mut scores: Vec<Score> = ratings.iter().filter_map(|rating| rating.score).collect();
    scores.sort_unstable();
    let values: Vec<i128> = scores.iter().map(|score| i128::from(score.millionths())).collect();
    let mean = sums.mean();
    let stddev = deviation(&values);
    let scored = ratings.iter().filter(|rating| rating.score.is_some());
    let mean_interval = mean.zip(stddev).filter(|_| all_same(scored.map(|rating| rating.weight)));
    let mean_interval =
        mean_interval.map(|(mean, deviation)| student_t(mean, deviation, scores.len(), level).cut(0.0, 100.0));
    ScoreFigures {
        n: scores.len(),
        mean,
        median: median(&scores),
        min: scores.first().copied(),
        max: scores.last().copied(),
        stddev,
        mean_interval,
    }
}

/// The median of sorted scores, in points.
pub(super) fn median(sorted: &[Score]) -> Option<Exact> {
    let high = sorted.get(sorted.len() / 2)?;
    let low = if sorted.len().is_multiple_of(2) { sorted.get(sorted.len() / 2 - 1)? } else { high };
    Exact::ratio(i128::from(low.millionths()) + i128::from(high.millionths()), 2 * POINT)
}

/// Sample standard deviation, divisor n - 1, in points, of values in millionths. The variance is an exact fraction,
/// (n sum x^2 - (sum x)^2) / n(n - 1), rounded once.
pub(super) fn deviation(values: &[i128]) -> Option<f64> {
    let n = i128::try_from(values.len()).ok()?;
    let (sum, squares) = values.iter().fold((0, 0), |(sum, squares), x| (sum + x, squares + x * x));
    let variance = Exact::ratio(n * squares - sum * sum, n * (n - 1))?;
    Some(variance.to_f64().sqrt() / 1e6)
}
