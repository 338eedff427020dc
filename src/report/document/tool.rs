//! A tool in a document: what it is, what its panel says, and each review.

use crate::catalog::record::score::Score;
use crate::catalog::record::{Date, Verdict};
use crate::verdict::{CrowdState, Exact, Interval, PanelVerdict};
use schemars::JsonSchema;
use serde::Serialize;

/// A tool with its figures.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Tool {
    /// Unique id.
    pub slug: String,
    /// Name for people.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// One line about the tool.
    pub tagline: Option<String>,
    /// A paragraph about the tool.
    pub description: Option<String>,
    /// Free-text category.
    pub category: Option<String>,
    /// The tool's own address.
    pub url: Option<String>,
    /// Whom the tool suits best; the tagline where the record does not say.
    pub best_for: Option<String>,
    /// What it costs.
    pub pricing: Pricing,
    /// Whose reviews these are.
    pub source: Option<Source>,
    /// Votes from outside the panel.
    pub community: Community,
    /// The panel's aggregates.
    pub panel: Panel,
    /// The panel's reviews. Absent in a ranking unless asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviews: Option<Vec<Review>>,
    /// Place by the ranking key among the tools at hand, from 1; ties share a place.
    pub rank: usize,
    /// Whether the community disagrees with the panel.
    pub crowd: Crowd,
}

/// The panel's verdicts against the community's votes, by Fisher's exact test.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Crowd {
    /// `too_few` where no panel of this size could differ from these votes at p <= 0.05, `disagree` at p <= 0.05, else
    /// `no_disagreement_shown`; `null` without votes.
    pub state: Option<CrowdState>,
    /// Two-sided, above 0 and at most 1; `null` without votes or without verdicts.
    #[schemars(range(min = 0, max = 1))]
    pub p_value: Option<f64>,
}

/// What a tool costs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Pricing {
    /// The lowest price as one word or amount.
    pub entry: Option<String>,
    /// The same in a sentence.
    pub detail: Option<String>,
}

/// Whose reviews a record holds.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Source {
    /// Name of the panel or site.
    pub label: Option<String>,
    /// Its address.
    pub url: Option<String>,
}

/// Votes from outside the panel, never mixed into the panel's figures.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Community {
    /// Votes to ship; `null` where the record says nothing of votes.
    pub ship: Option<u64>,
    /// Votes to skip.
    pub skip: Option<u64>,
    /// ship / (ship + skip), 0 to 1; `null` without votes.
    #[schemars(range(min = 0, max = 1))]
    pub ship_ratio: Option<Exact>,
}

/// A panel's aggregates.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Panel {
    /// `ship` above one half, `mixed` at exactly one half, `skip` below, `none` without verdicts.
    pub verdict: PanelVerdict,
    /// Verdicts to ship.
    pub ship: usize,
    /// Verdicts to skip.
    pub skip: usize,
    /// Share of verdicts to ship, weighted, 0 to 1.
    #[schemars(range(min = 0, max = 1))]
    pub ship_ratio: Option<Exact>,
    /// Its interval.
    pub ship_ratio_interval: Option<Interval>,
    /// The scores.
    pub score: Scores,
    /// Reviewers with a score or a verdict and a weight above 0.
    pub reviewers: usize,
}

/// Aggregates of a panel's scores, in points from 0 to 100.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Scores {
    /// Number of scores.
    pub n: usize,
    /// Weighted arithmetic mean.
    #[schemars(range(min = 0, max = 100))]
    pub mean: Option<Exact>,
    /// Median, unweighted.
    #[schemars(range(min = 0, max = 100))]
    pub median: Option<Exact>,
    /// Lowest score.
    pub min: Option<Score>,
    /// Highest score.
    pub max: Option<Score>,
    /// Sample standard deviation, divisor n - 1, unweighted; absent for n < 2.
    #[schemars(range(min = 0, max = 100))]
    pub stddev: Option<f64>,
    /// Interval of the mean; absent for n < 2.
    pub mean_interval: Option<Interval>,
}

/// One reviewer's judgement.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Review {
    /// The reviewer.
    pub reviewer: String,
    /// Score in points, 0 to 100.
    pub score: Option<Score>,
    /// `ship` or `skip`.
    pub verdict: Option<Verdict>,
    /// Whether the verdict was derived from the score.
    pub verdict_derived: bool,
    /// A word in place of a verdict that is neither ship nor skip. It counts in no figure.
    pub label: Option<String>,
    /// The reviewer's text.
    pub text: Option<String>,
    /// Day of the review.
    pub date: Option<Date>,
    /// This score minus the same reviewer's score of the first tool, in points.
    #[schemars(range(min = -100, max = 100))]
    pub difference: Option<Exact>,
}
