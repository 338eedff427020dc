//! The decision in a document, and the pairs and the agreement that it rests on.

use crate::catalog::record::Verdict;
use crate::catalog::record::score::Score;
use crate::verdict::{Certainty, Exact, Interval, PanelVerdict, SignFlip};
use schemars::JsonSchema;
use serde::Serialize;

/// Two tools over the reviewers who scored both.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Pair {
    /// Slug of the first tool.
    pub first: String,
    /// Slug of the second tool.
    pub second: String,
    /// Reviewers who scored both.
    pub shared_reviewers: Vec<String>,
    /// Reviewers who scored the first only.
    pub only_first: Vec<String>,
    /// Reviewers who scored the second only.
    pub only_second: Vec<String>,
    /// Who scored which one higher.
    pub wins: Wins,
    /// Weighted mean of second minus first, in points.
    pub mean_difference: Option<Exact>,
    /// Its interval.
    pub interval: Option<Interval>,
    /// Two-sided sign-flip permutation test of the mean difference.
    pub p_value: Option<PValue>,
}

/// The share of sign patterns at least as extreme as the observed one.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PValue {
    /// Above 0 and at most 1.
    pub value: f64,
    /// How the patterns were counted.
    pub method: SignFlip,
    /// Shared reviewers.
    pub n: usize,
}

/// How many shared reviewers scored which tool of a pair higher.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Wins {
    /// The first.
    pub first: usize,
    /// The second.
    pub second: usize,
    /// Both the same.
    pub ties: usize,
}

/// How far reviewers agree.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Agreement {
    /// Krippendorff's alpha: 1 is full agreement, 0 that of chance.
    pub krippendorff_alpha: Option<f64>,
    /// The distance between two scores that alpha goes by: `interval`.
    pub metric: &'static str,
    /// Reviewers with a score.
    pub reviewers: usize,
    /// Tools with at least two scores.
    pub tools: usize,
}

/// Who leads, how sure that is and what would change it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Decision {
    /// Slug of the leader; `null` in a tie.
    pub leader: Option<String>,
    /// Slugs of the tools that tie for the first place; empty with a leader.
    pub tied: Vec<String>,
    /// The panel verdict on the leader.
    pub verdict: PanelVerdict,
    /// `clear`, `leaning`, `close` or `insufficient`.
    pub certainty: Certainty,
    /// Slug of the tool that makes the certainty what it is.
    pub rival: Option<String>,
    /// The decision in a few sentences.
    pub statement: String,
    /// What it rests on, one sentence each.
    pub reasons: Vec<String>,
    /// Reviewers whose absence would change the leader.
    pub flips: Vec<Flip>,
    /// Weights of one reviewer at which leader and rival tie in mean.
    pub mean_ties_at: Vec<TieWeight>,
    /// Verdicts against the panel verdict of their tool.
    pub dissent: Vec<Dissent>,
}

/// A reviewer whose absence changes the leader.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Flip {
    /// The reviewer left out.
    pub without: String,
    /// Slug of who leads then; `null` for a tie.
    pub leader: Option<String>,
}

/// A weight at which leader and rival tie in mean.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TieWeight {
    /// The reviewer.
    pub reviewer: String,
    /// The weight, where the others keep theirs.
    pub weight: Exact,
}

/// A verdict against the panel verdict.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Dissent {
    /// Slug of the tool.
    pub tool: String,
    /// The reviewer.
    pub reviewer: String,
    /// Their verdict.
    pub verdict: Verdict,
    /// Their score in points.
    pub score: Option<Score>,
    /// Their score minus the tool's mean, in points.
    pub distance: Option<Exact>,
    /// Their words.
    pub text: Option<String>,
}
