//! What changed between two states of the records, as a document.

use super::{Gate, Warning};
use crate::verdict::{Certainty, Exact, PanelVerdict};
use serde::Serialize;
use serde_json::Value;

/// What changed between two states of the records, and which change decides. Both are judged with the same settings.
#[expect(clippy::struct_field_names, reason = "the names that `json` has")]
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Changes {
    /// The version of the shape of this document.
    #[cfg_attr(test, schemars(extend("const" = super::SCHEMA_VERSION)))]
    pub schema_version: u32,
    /// What kind of document this is.
    #[cfg_attr(test, schemars(extend("const" = "changes")))]
    pub kind: &'static str,
    /// The old state.
    pub from: State,
    /// The new state.
    pub to: State,
    /// What happened to the decisions, in a few sentences: "Nothing changed." where nothing did.
    pub headline: String,
    /// Which changes decide, in sentences. May be empty.
    pub statement: String,
    /// How much changed, in a sentence. Empty where nothing did.
    pub totals: String,
    /// Each report that the settings name is a decision; without any, the ranking of all tools is the one.
    pub decisions: Vec<ChangedDecision>,
    /// Everything that changed: first what was removed, then tool by tool.
    pub changes: Vec<Change>,
    /// The tools that changed or whose place did, by their places in the new state, then the removed ones.
    pub tools: Vec<ChangedTool>,
    /// How much changed. Gates are about these numbers.
    pub summary: Summary,
    /// Conditions that were asked for. Empty without any.
    pub gates: Vec<Gate>,
    /// What to know about the answer.
    pub warnings: Vec<Warning>,
}

/// One of the two states.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct State {
    /// `revision` of a git repository, `path` of a folder or file, or `catalog`: the records in use.
    pub source: StateSource,
    /// The revision or the path as it was typed; `null` for the records in use.
    pub name: Option<String>,
    /// The full id of the revision's commit.
    pub commit: Option<String>,
    /// How many tools it has.
    pub tools: usize,
}

/// What a state was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum StateSource {
    /// A revision of a git repository.
    Revision,
    /// A folder or a file.
    Path,
    /// The records in use.
    Catalog,
}

/// What became of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum ChangeKind {
    /// Only the old state has it.
    Removed,
    /// It is another one.
    Changed,
    /// Only the new state has it.
    New,
    /// Only its place is another one.
    Moved,
}

/// One thing that changed: a review where there is a reviewer, else a field where there is one, else a tool.
#[expect(clippy::struct_field_names, reason = "the names that `json` has")]
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Change {
    /// `removed`, `changed` or `new`.
    pub change: ChangeKind,
    /// Slug of the tool.
    pub tool: String,
    /// Its name.
    pub name: String,
    /// The reviewer, where it is a review.
    pub reviewer: Option<String>,
    /// The field, where it is one, by its heading in sheets, such as `pricing_entry`.
    pub field: Option<&'static str>,
    /// What the old state has: a record, a review or a value, as a JSON file of records has it; `null` where absent.
    #[cfg_attr(test, schemars(schema_with = "crate::report::schema::tests::any"))]
    pub from: Option<Value>,
    /// What the new state has.
    #[cfg_attr(test, schemars(schema_with = "crate::report::schema::tests::any"))]
    pub to: Option<Value>,
}

/// A tool that changed, or whose place did.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ChangedTool {
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What became of it; `moved` where only its place is another one.
    pub change: ChangeKind,
    /// Its figures in the old state; `null` where that does not have it.
    pub from: Option<ToolFigures>,
    /// Its figures in the new state.
    pub to: Option<ToolFigures>,
}

/// The figures of a tool in one state.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ToolFigures {
    /// Its place among all tools, from 1; tied tools share one.
    pub rank: usize,
    /// The panel verdict.
    pub verdict: PanelVerdict,
    /// Reviews that count.
    pub reviews: usize,
    /// Verdicts to ship.
    pub ship: usize,
    /// Verdicts to skip.
    pub skip: usize,
    /// Share of the verdicts to ship, weighted, 0 to 1.
    pub ship_ratio: Option<Exact>,
    /// Weighted mean score, in points.
    pub mean: Option<Exact>,
}

/// One decision before and after.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ChangedDecision {
    /// The report of the settings; `null` for the ranking of all tools.
    pub report: Option<String>,
    /// The decision in the old state.
    pub from: DecisionState,
    /// The decision in the new state.
    pub to: DecisionState,
    /// Whether another tool leads.
    pub lead_changed: bool,
    /// Whether it is more or less certain.
    pub certainty_changed: bool,
    /// The changes of which undoing one alone restores the former leader; where the leader is the same, the former
    /// certainty. `null` where the changes are too many to undo each.
    pub because: Option<Vec<Because>>,
    /// Whether leader or certainty changed and no single change decides: only several together do.
    pub only_together: bool,
    /// The same in sentences.
    pub statement: String,
}

/// A decision in one state.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct DecisionState {
    /// Slug of the leader; `null` in a tie and where no tool has reviews.
    pub leader: Option<String>,
    /// Slugs of the tools that tie for the first place; empty with a leader.
    pub tied: Vec<String>,
    /// The panel verdict of the first.
    pub verdict: PanelVerdict,
    /// `clear`, `leaning`, `close` or `insufficient`.
    pub certainty: Certainty,
    /// The gates of the report.
    pub gates: Vec<Gate>,
}

/// A change that decides: a review, or a tool that is new or removed, or a field.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Because {
    /// Slug of the tool.
    pub tool: String,
    /// Whose review it is; `null` where it is the tool itself or a field of it.
    pub reviewer: Option<String>,
    /// The field. Only there for a field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'static str>,
}

/// How much changed.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Summary {
    /// Everything that is listed.
    pub changes: usize,
    /// Tools that are gone.
    pub tools_removed: usize,
    /// Tools that are new.
    pub tools_new: usize,
    /// Reviews that are gone, those of removed tools included.
    pub reviews_removed: usize,
    /// Reviews that are new, those of new tools included.
    pub reviews_new: usize,
    /// Reviews that say something else.
    pub reviews_changed: usize,
    /// Of them, those with another verdict.
    pub reviewer_verdicts_changed: usize,
    /// Tools in both states whose panel verdict is another one.
    pub panel_verdicts_changed: usize,
    /// Fields of tools in both states that have another value.
    pub fields_changed: usize,
    /// Decisions with another leader.
    pub leads_changed: usize,
    /// Decisions that are more or less certain.
    pub certainties_changed: usize,
}
