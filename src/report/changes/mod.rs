//! What changed between two states of the records, as a document and as blocks.

mod build;
mod layout;
mod sheet;
mod wording;

pub(super) use build::changes;
pub(super) use layout::{blocks, explanation};
pub(super) use sheet::{decisions, reviews, tools};

use super::document::changes::State;
use super::{Gates, Subject};
use crate::catalog::record::Record;
use crate::verdict::{DecisionScope, Options};
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// Two states of the records, and what is asked about them.
pub(crate) struct States<'a> {
    /// What the old state is.
    pub(crate) from: State,
    /// What the new state is.
    pub(crate) to: State,
    /// The records of the old state.
    pub(crate) old: &'a [Record],
    /// The records of the new state.
    pub(crate) new: &'a [Record],
    /// How both are judged.
    pub(crate) options: &'a Options,
    /// The decisions that are looked at.
    pub(crate) decisions: Vec<DecisionAsked>,
    /// The slugs of the tools whose changes are listed, or all.
    pub(crate) only: Option<BTreeSet<SmolStr>>,
    /// What to know about how they were read: a code for programs and a sentence each.
    pub(crate) notes: Vec<(&'static str, String)>,
}

/// A decision that is looked at in both states.
pub(crate) struct DecisionAsked {
    /// The report that it belongs to; `None` for the ranking of all tools.
    pub(crate) report: Option<String>,
    /// The tools that it is among.
    pub(crate) scope: DecisionScope,
    /// How it is judged.
    pub(crate) options: Options,
    /// What kind of document its gates are about.
    pub(crate) subject: Subject,
    /// How many tools a ranking shows at most.
    pub(crate) top: Option<usize>,
    /// Its gates.
    pub(crate) gates: Gates,
}
