//! The documents, as programs see them: `schema_version` 1.
//!
//! Every field is always there; what is absent is `null`. Within a schema version fields are
//! only added. Figures are exact values or doubles, never texts for people.

pub(crate) mod changes;
mod decision;
mod tool;

pub(crate) use decision::{
    Agreement, Ask, CouldBeBehind, DecidedBy, Decision, Dissent, Flip, Means, NextSteps, Pair, Wins,
};
pub(crate) use tool::{Community, Panel, Pricing, Review, Tool};

use crate::catalog::record::Date;
use crate::error::Location;
use crate::verdict::Coverage;
use serde::Serialize;

/// The version of the shape of every document.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// Tools side by side, with the decision.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Comparison {
    /// The version of the shape of this document.
    #[cfg_attr(test, schemars(extend("const" = SCHEMA_VERSION)))]
    pub schema_version: u32,
    /// What kind of document this is.
    #[cfg_attr(test, schemars(extend("const" = "comparison")))]
    pub kind: &'static str,
    /// The command that repeats the comparison, with every flag that its figures depend on, for a POSIX shell.
    pub command: String,
    /// The tools in the order typed, or that of `--by`.
    pub tools: Vec<Tool>,
    /// The figure that they are ordered by: a word of `--by`, or `given`.
    #[serde(skip)]
    pub(in crate::report) ordered_by: &'static str,
    /// Every two tools compared; above 20 tools only those with the leader.
    pub pairs: Vec<Pair>,
    /// How far the reviewers agree on the tools.
    pub agreement: Agreement,
    /// How reliably the means tell the tools apart, 0 to 1: 1 minus the residual over the mean square of the tools, over
    /// the reviewers who scored all of them. `null` below 5 tools or 2 such reviewers.
    pub reliability: Option<f64>,
    /// Which tool leads, how certain that is and what would change it.
    pub decision: Decision,
    /// Conditions that were asked for. Empty without any.
    pub gates: Vec<Gate>,
    /// The day from which on reviews are listed. Only there when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
    /// What to know about the figures.
    pub warnings: Vec<Warning>,
}

/// One tool.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ToolReport {
    /// The version of the shape of this document.
    #[cfg_attr(test, schemars(extend("const" = SCHEMA_VERSION)))]
    pub schema_version: u32,
    /// What kind of document this is.
    #[cfg_attr(test, schemars(extend("const" = "tool")))]
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
}

/// Tools of a catalog in order.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Ranking {
    /// The version of the shape of this document.
    #[cfg_attr(test, schemars(extend("const" = SCHEMA_VERSION)))]
    pub schema_version: u32,
    /// What kind of document this is.
    #[cfg_attr(test, schemars(extend("const" = "ranking")))]
    pub kind: &'static str,
    /// The figure that the tools are ordered by: a word of `--by`.
    pub ordered_by: &'static str,
    /// How many tools were ranked; `tools` may hold fewer of them.
    pub of: usize,
    /// The tools in the order of the ranking key, or that of `--by`.
    pub tools: Vec<RankedTool>,
    /// How reliably the means tell the tools apart, as in a comparison.
    pub reliability: Option<f64>,
    /// Which tool leads, how certain that is and what would change it: the same as in a comparison of all of them.
    pub decision: Decision,
    /// How many of the panel's reviews are there, and who has not reviewed which tool; `null` where no panel reviews all
    /// of them: where fewer than half of the reviews are there, below 2 and above 1,000 tools, and where every review
    /// counts as another person's.
    pub coverage: Option<Coverage>,
    /// Conditions that were asked for. Empty without any.
    pub gates: Vec<Gate>,
    /// The day from which on reviews are listed. Only there when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
    /// What to know about the figures.
    pub warnings: Vec<Warning>,
}

/// A tool of a ranking: its reviews only when asked for, and the places it might take.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct RankedTool {
    /// The tool.
    #[serde(flatten)]
    pub tool: Tool,
    /// The best of its places when any one reviewer is left out of every panel, today's included; `null` above 1,000
    /// tools, and where every review counts as another person's.
    pub rank_best: Option<usize>,
    /// The worst of these places.
    pub rank_worst: Option<usize>,
}

/// A condition that was asked for, and whether it holds.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Gate {
    /// As typed.
    pub expression: String,
    /// Slug of the tool it speaks of, where it is one.
    pub tool: Option<String>,
    /// The value found; `null` where it is absent.
    #[cfg_attr(test, schemars(schema_with = "crate::report::schema::tests::scalar_or_null"))]
    pub observed: Option<serde_json::Value>,
    /// The value asked for.
    #[cfg_attr(test, schemars(schema_with = "crate::report::schema::tests::scalar"))]
    pub threshold: serde_json::Value,
    /// Whether it holds.
    pub passed: bool,
    /// Why there is no value; `null` where there is one.
    pub reason: Option<String>,
}

/// Something to know about the figures.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Warning {
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
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct CheckReport {
    /// The version of the shape of this document.
    #[cfg_attr(test, schemars(extend("const" = SCHEMA_VERSION)))]
    pub schema_version: u32,
    /// `check`.
    #[cfg_attr(test, schemars(extend("const" = "check")))]
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
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
    pub(crate) location: Location,
}

/// A plain list of things, such as the formats.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Listing {
    /// The version of the shape of this document.
    #[cfg_attr(test, schemars(extend("const" = SCHEMA_VERSION)))]
    pub schema_version: u32,
    /// What is listed.
    pub kind: &'static str,
    /// Names of the values of each row.
    #[serde(skip)]
    pub columns: Vec<&'static str>,
    /// The rows.
    #[cfg_attr(test, schemars(with = "Vec<std::collections::BTreeMap<String, String>>"))]
    pub rows: Vec<ListingRow>,
}

/// One row of a listing: a name and a value for each column.
#[derive(Clone, Debug)]
pub(crate) struct ListingRow(pub(in crate::report) Vec<(&'static str, String)>);

impl Serialize for ListingRow {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}
