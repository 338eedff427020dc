//! The decision in a document, and the pairs and the agreement that it rests on.

use crate::catalog::record::Verdict;
use crate::catalog::record::score::Score;
use crate::verdict::{Basis, Certainty, Evidence, Exact, Interval, KeyPart, MeanTie, PValue, PanelVerdict};
use serde::Serialize;

/// Two tools compared. Differences are second minus first.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Pair {
    /// Slug of the first tool.
    pub first: String,
    /// Slug of the second tool.
    pub second: String,
    /// Whose reviews are compared: `paired` those of the shared reviewers, `unpaired` those of people who reviewed only
    /// one of the two.
    pub evidence: Evidence,
    /// What is compared: scores, or verdicts where one of the two tools has no score.
    pub basis: Basis,
    /// Reviewers whose reviews of both can be compared.
    pub shared_reviewers: Vec<String>,
    /// Reviewers of the first only.
    pub only_first: Vec<String>,
    /// Reviewers of the second only.
    pub only_second: Vec<String>,
    /// Which one the shared reviewers prefer.
    pub wins: Wins,
    /// Weighted mean scores over the reviews compared, in points.
    pub means: Means,
    /// Weighted mean of second minus first over the reviews compared, in points; `null` by verdict.
    #[cfg_attr(test, schemars(range(min = -100, max = 100)))]
    pub mean_difference: Option<Exact>,
    /// Its interval; `null` by verdict and with unequal weights.
    pub interval: Option<Interval>,
    /// Two-sided permutation test of the difference.
    pub p_value: Option<PValue>,
}

/// How many shared reviewers prefer which tool of a pair.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Wins {
    /// The first.
    pub first: usize,
    /// The second.
    pub second: usize,
    /// Both the same.
    pub ties: usize,
}

/// Mean scores of the tools of a pair.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Means {
    /// The first.
    pub first: Option<Exact>,
    /// The second.
    pub second: Option<Exact>,
}

/// How far reviewers agree.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Agreement {
    /// Krippendorff's alpha: 1 is full agreement, 0 that of chance.
    #[cfg_attr(test, schemars(range(max = 1)))]
    pub krippendorff_alpha: Option<f64>,
    /// The distance between two scores that alpha goes by: `interval`.
    pub metric: &'static str,
    /// Reviewers with a score.
    pub reviewers: usize,
    /// Tools with at least two scores.
    pub tools: usize,
}

/// Which tool leads, how certain that is and what would change it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Decision {
    /// Slug of the leader: first by the ranking key; `null` in a tie.
    pub leader: Option<String>,
    /// Slug of the best by the ranking key after the leader.
    pub runner_up: Option<String>,
    /// Slugs of the tools that tie for the first place; empty with a leader.
    pub tied: Vec<String>,
    /// The panel verdict on the leader.
    pub verdict: PanelVerdict,
    /// `clear`, `leaning`, `close` or `insufficient`.
    pub certainty: Certainty,
    /// Slug of the tool against which the lead is least certain.
    pub rival: Option<String>,
    /// Slugs of the tools that could be first as well, the best-ranked first.
    pub contenders: Vec<String>,
    /// Slugs of the tools that share too few reviewers with the leader to be compared with it.
    pub not_compared: Vec<String>,
    /// The most by which the leader could be behind a compared tool, at a level of 95%; `null` where no compared tool has
    /// such an interval.
    pub could_be_behind: Option<CouldBeBehind>,
    /// The decision in a few words: the first sentences of `statement`.
    pub headline: String,
    /// The whole answer: headline, reasons and advice.
    pub statement: String,
    /// The evidence and what it hangs on, one sentence each.
    pub reasons: Vec<String>,
    /// Reviewers whose absence would change the leader; `null` where they are not computed: above 1,000 tools, and where
    /// every review counts as another person's.
    pub flips: Option<Vec<Flip>>,
    /// Weights of one reviewer at which leader and rival tie in mean.
    pub mean_ties_at: Vec<MeanTie>,
    /// What would settle it.
    pub next_steps: NextSteps,
    /// Verdicts against the panel verdict of their tool.
    pub dissent: Vec<Dissent>,
}

/// How far the leader could be behind.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct CouldBeBehind {
    /// Slug of the tool behind which that could be.
    pub tool: String,
    /// Points, 0 to 100.
    #[serde(serialize_with = "crate::verdict::serialize_double")]
    #[cfg_attr(test, schemars(range(min = 0, max = 100)))]
    pub points: f64,
}

/// A reviewer whose absence changes the leader.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Flip {
    /// The reviewer left out, of every tool.
    pub without: String,
    /// Slug of the tool that leads then; `null` for a tie and where no reviews are left.
    pub leader: Option<String>,
    /// Slugs of the tools that tie then; empty where one leads.
    pub tied: Vec<String>,
    /// What then puts them before the present leader; `null` where it is one of the tied.
    pub decided_by: Option<DecidedBy>,
}

/// The part of the ranking key that decides, and the figures that are compared.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct DecidedBy {
    /// `verdict`, `reviews`, `mean` or `ship_ratio`.
    pub figure: KeyPart,
    /// The figure of the tools then ahead: points for `mean`, reviews for `reviews`, else the ship ratio from 0 to 1.
    pub ahead: Option<Exact>,
    /// The same figure of the present leader.
    pub leader: Option<Exact>,
}

/// What would settle the decision between leader and rival, without a forecast.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct NextSteps {
    /// The least number of further reviewers of both, all of them 100 points for the leader, that could give p <= 0.05;
    /// `null` where that is reached or 20 are not enough.
    pub more_reviewers: Option<usize>,
    /// Who reviewed only one of the two, with the slug of the other one.
    pub ask: Vec<Ask>,
    /// Who else reviewed a contender but not the leader, with the slug of the leader.
    pub ask_too: Vec<Ask>,
    /// The same in a sentence; `null` where there is nothing to advise.
    pub advice: Option<String>,
}

/// A review that would add to the evidence.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Ask {
    /// Who has not reviewed the tool.
    pub reviewer: String,
    /// Slug of the tool.
    pub tool: String,
}

/// A verdict against the panel verdict.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Dissent {
    /// Slug of the tool.
    pub tool: String,
    /// The reviewer.
    pub reviewer: String,
    /// Their verdict.
    pub verdict: Verdict,
    /// Their score in points.
    pub score: Option<Score>,
    /// Their score minus the tool's mean, in points.
    #[cfg_attr(test, schemars(range(min = -100, max = 100)))]
    pub distance: Option<Exact>,
    /// Their text.
    pub text: Option<String>,
}
