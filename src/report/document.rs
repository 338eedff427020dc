//! The documents, as programs see them: `schema_version` 1.
//!
//! Every field is always there; what is absent is `null`. Within a schema version fields are
//! only added. Figures are exact values or doubles, never texts for people.

use super::block::Block;
use crate::catalog::record::{Date, Verdict};
use crate::catalog::score::Score;
use crate::error::Spot;
use crate::verdict::{Certainty, Exact, Interval, PanelVerdict, SignFlip};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

/// The version of the shape of every document.
pub const SCHEMA_VERSION: u32 = 1;

/// Tools side by side, with the decision.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Comparison {
    /// The version of the shape of this document.
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: u32,
    /// What kind of document this is.
    #[schemars(extend("const" = "comparison"))]
    pub kind: &'static str,
    /// The tools in the order typed, or that of `--by`.
    pub tools: Vec<Tool>,
    /// Every two tools over the reviewers who scored both; above 20 tools only those with the leader.
    pub pairs: Vec<Pair>,
    /// How far the reviewers agree on the tools.
    pub agreement: Agreement,
    /// Who leads, how sure that is and what would change it.
    pub decision: Decision,
    /// Conditions that were asked for. Empty without any.
    pub gates: Vec<Gate>,
    /// The day from which on reviews are listed. Only there when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
    /// What to know about the figures.
    pub warnings: Vec<Warning>,
    /// The part of the decision's statement that says how sure it is, for people.
    #[serde(skip)]
    pub(super) headline: String,
    /// How every figure came about, for people; empty unless asked for.
    #[serde(skip)]
    pub(super) explanation: Vec<Block>,
}

/// One tool.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ToolReport {
    /// The version of the shape of this document.
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: u32,
    /// What kind of document this is.
    #[schemars(extend("const" = "tool"))]
    pub kind: &'static str,
    /// The one tool.
    pub tools: Vec<Tool>,
    /// Conditions that were asked for. Empty without any.
    pub gates: Vec<Gate>,
    /// The day from which on reviews are listed. Only there when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
    /// What to know about the figures.
    pub warnings: Vec<Warning>,
    /// How every figure came about, for people; empty unless asked for.
    #[serde(skip)]
    pub(super) explanation: Vec<Block>,
}

/// Tools of a catalog in order.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Ranking {
    /// The version of the shape of this document.
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: u32,
    /// What kind of document this is.
    #[schemars(extend("const" = "ranking"))]
    pub kind: &'static str,
    /// The figure that the tools are ordered by: a word of `--by`.
    pub ordered_by: &'static str,
    /// How many tools were ranked; `tools` may hold fewer of them.
    pub of: usize,
    /// The tools in the order of the ranking key, or that of `--by`.
    pub tools: Vec<RankedTool>,
    /// The tool that ranks first, if it does so alone, even where it is not among `tools`.
    #[serde(skip)]
    pub(super) first: Option<Box<RankedTool>>,
    /// Conditions that were asked for. Empty without any.
    pub gates: Vec<Gate>,
    /// The day from which on reviews are listed. Only there when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
    /// What to know about the figures.
    pub warnings: Vec<Warning>,
}

/// A tool of a ranking: its reviews only when asked for, and the places it might take.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RankedTool {
    /// The tool.
    #[serde(flatten)]
    pub tool: Tool,
    /// The best place it would take, today's included, if one of its own reviewers were left out.
    pub rank_best: usize,
    /// The worst such place.
    pub rank_worst: usize,
}

/// A tool with its figures.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Tool {
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
    /// How it differs from the first tool, for people; programs find it in the pairs.
    #[serde(skip)]
    pub(super) versus_first: Differences,
}

/// How a tool differs from the first one.
#[derive(Clone, Debug, Default)]
pub(super) struct Differences {
    /// Ship ratio minus that of the first.
    pub(super) ship_ratio: Option<Exact>,
    /// Mean difference over the shared reviewers, in points.
    pub(super) mean: Option<Exact>,
}

/// What a tool costs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Pricing {
    /// The lowest price as one word or amount.
    pub entry: Option<String>,
    /// The same in a sentence.
    pub detail: Option<String>,
}

/// Whose reviews a record holds.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Source {
    /// Name of the panel or site.
    pub label: Option<String>,
    /// Its address.
    pub url: Option<String>,
}

/// Votes from outside the panel, never mixed into the panel's figures.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Community {
    /// Votes to ship; `null` where the record says nothing of votes.
    pub ship: Option<u64>,
    /// Votes to skip.
    pub skip: Option<u64>,
    /// ship / (ship + skip), 0 to 1; `null` without votes.
    pub ship_ratio: Option<Exact>,
}

/// A panel's aggregates.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Panel {
    /// `ship` above one half, `mixed` at exactly one half, `skip` below, `none` without verdicts.
    pub verdict: PanelVerdict,
    /// Verdicts to ship.
    pub ship: usize,
    /// Verdicts to skip.
    pub skip: usize,
    /// Share of verdicts to ship, weighted, 0 to 1.
    pub ship_ratio: Option<Exact>,
    /// Its interval.
    pub ship_ratio_interval: Option<Interval>,
    /// The scores.
    pub score: Scores,
    /// Reviewers who speak, with a score or a verdict.
    #[serde(skip)]
    pub(super) voices: usize,
}

/// Aggregates of a panel's scores, in points from 0 to 100.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Scores {
    /// Number of scores.
    pub n: usize,
    /// Weighted arithmetic mean.
    pub mean: Option<Exact>,
    /// Median, unweighted.
    pub median: Option<Exact>,
    /// Lowest score.
    pub min: Option<Score>,
    /// Highest score.
    pub max: Option<Score>,
    /// Sample standard deviation, divisor n - 1, unweighted; absent for n < 2.
    pub stddev: Option<f64>,
    /// Interval of the mean; absent for n < 2.
    pub mean_interval: Option<Interval>,
}

/// One reviewer's judgement.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Review {
    /// The reviewer.
    pub reviewer: String,
    /// Score in points, 0 to 100.
    pub score: Option<Score>,
    /// `ship` or `skip`.
    pub verdict: Option<Verdict>,
    /// Whether the verdict was derived from the score (`--ship-at`).
    pub verdict_derived: bool,
    /// The reviewer's words.
    pub text: Option<String>,
    /// Day of the review.
    pub date: Option<Date>,
    /// This score minus the same reviewer's score of the first tool, in points.
    pub difference: Option<Exact>,
}

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

/// A condition that was asked for, and whether it holds.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Gate {
    /// As typed.
    pub expression: String,
    /// Slug of the tool it speaks of, where it is one.
    pub tool: Option<String>,
    /// The value found; `null` where it is absent.
    #[schemars(schema_with = "scalar_or_null")]
    pub observed: Option<serde_json::Value>,
    /// The value asked for.
    #[schemars(schema_with = "scalar")]
    pub threshold: serde_json::Value,
    /// Whether it holds.
    pub passed: bool,
    /// Why there is no value; `null` where there is one.
    pub reason: Option<String>,
}

/// A number, a text or a flag.
fn scalar(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": ["number", "string", "boolean"]})
}

/// As [`scalar`], or `null`.
fn scalar_or_null(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": ["number", "string", "boolean", "null"]})
}

/// Something to know about the figures.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Warning {
    /// What kind of thing, for programs.
    pub code: &'static str,
    /// The same in a sentence.
    pub message: String,
    /// Slug of the tool it is about.
    pub tool: Option<String>,
    /// The reviewer it is about.
    pub reviewer: Option<String>,
}

/// What is wrong with records.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Check {
    /// The version of the shape of this document.
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: u32,
    /// `check`.
    #[schemars(extend("const" = "check"))]
    pub kind: &'static str,
    /// Whether the records are good enough: no errors, and no warnings where they count.
    pub passed: bool,
    /// How many problems keep records from being read.
    pub errors: usize,
    /// How many things may be mistakes.
    pub warnings: usize,
    /// All of them, in the order of the files.
    pub problems: Vec<CheckProblem>,
}

/// Something wrong with records.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CheckProblem {
    /// `error` or `warning`.
    pub severity: &'static str,
    /// What sort of problem it is, for programs.
    pub code: &'static str,
    /// What was found and what was expected.
    pub message: String,
    /// What to do about it, such as the nearest allowed value.
    pub help: Option<String>,
    /// The file, as it was named.
    pub file: String,
    /// Line, from 1; `null` where the whole file is meant.
    pub line: Option<usize>,
    /// Column in characters, from 1.
    pub column: Option<usize>,
    /// The same place with the source line, for people.
    #[serde(skip)]
    pub(super) spot: Spot,
}

/// A plain list of things, such as the formats.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Listing {
    /// The version of the shape of this document.
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: u32,
    /// What is listed.
    pub kind: &'static str,
    /// Names of the values of each row.
    #[serde(skip)]
    pub columns: Vec<&'static str>,
    /// The rows.
    pub rows: Vec<ListingRow>,
}

/// One row of a listing: a name and a value for each column.
#[derive(Clone, Debug)]
pub struct ListingRow(pub(super) Vec<(&'static str, String)>);

impl JsonSchema for ListingRow {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ListingRow".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "object", "additionalProperties": {"type": "string"}})
    }
}

impl Serialize for ListingRow {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}
