//! What gates are evaluated on.

use crate::error::{Error, Result};
use crate::report::document::changes::Changes;
use crate::report::document::{Comparison, Decision, RankedTool, Ranking, ToolReport};
use crate::report::number::short_list;
use serde::Serialize;
use serde_json::Value;

/// What gates are evaluated on: parts of a document, as `json` prints them.
pub(in crate::report) struct GateInput {
    /// The tools of the document.
    pub(in crate::report) tools: Vec<Value>,
    /// The decision, of changes their summary, or null.
    pub(in crate::report) decision: Value,
    /// The tool that a gate means which names none, or why there is none.
    pub(in crate::report) default_tool: std::result::Result<Value, String>,
    /// Whether the document has all tools in use.
    pub(in crate::report) has_all_tools: bool,
}

impl GateInput {
    /// A gate that names no tool means the leader.
    pub(in crate::report) fn of_comparison(document: &Comparison) -> Result<Self> {
        let tools = values(&document.tools)?;
        let decision = value(&document.decision)?;
        let leads = |tool: &&Value| decision["leader"].is_string() && tool["slug"] == decision["leader"];
        let default_tool = tools.iter().find(leads).cloned().ok_or_else(|| no_leader(&document.decision));
        Ok(Self { tools, decision, default_tool, has_all_tools: true })
    }

    /// A gate means the one tool.
    pub(in crate::report) fn of_tool(document: &ToolReport) -> Result<Self> {
        let tools = values(&document.tools)?;
        let default_tool = tools.first().cloned().ok_or_else(|| "there are no tools".to_owned());
        Ok(Self { tools, decision: Value::Null, default_tool, has_all_tools: true })
    }

    /// A gate that names no tool means the leader, which need not be shown.
    pub(in crate::report) fn of_ranking(document: &Ranking, leader: Option<&RankedTool>) -> Result<Self> {
        let default_tool = match leader {
            Some(leader) => Ok(value(leader)?),
            None if document.of == 0 => Err("there are no tools".to_owned()),
            None => Err(no_leader(&document.decision)),
        };
        let has_all_tools = document.tools.len() == document.of;
        Ok(Self { tools: values(&document.tools)?, decision: value(&document.decision)?, default_tool, has_all_tools })
    }

    /// Gates are about the numbers of the summary.
    pub(in crate::report) fn of_changes(document: &Changes) -> Result<Self> {
        let default_tool = Err("changes are of no single tool".to_owned());
        Ok(Self { tools: Vec::new(), decision: value(&document.summary)?, default_tool, has_all_tools: false })
    }

    /// All tools of the input.
    pub(in crate::report) fn all_tools(&self) -> impl Iterator<Item = &Value> {
        self.tools.iter().chain(&self.default_tool)
    }
}

/// Why there is no leader.
fn no_leader(decision: &Decision) -> String {
    match &decision.tied[..] {
        [] => "no tool leads: none has reviews".to_owned(),
        tied => format!("no tool leads: {} tie", short_list(tied)),
    }
}

fn values<T: Serialize>(tools: &[T]) -> Result<Vec<Value>> {
    tools.iter().map(value).collect()
}

fn value<T: Serialize>(part: &T) -> Result<Value> {
    serde_json::to_value(part).map_err(|e| Error::data(format!("cannot read the document: {e}")))
}
