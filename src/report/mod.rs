//! The document: figures, wording and layout in one value. It decides nothing.
//!
//! Programs get it as typed data ([`document`]) or as one rectangular table ([`Sheet`]); people get
//! it as blocks ([`block`]). A new kind of document needs no change in any format.

pub mod block;
mod build;
mod check;
pub mod document;
mod exhibit;
mod explain;
mod gate;
mod gate_typed;
mod layout;
mod metric;
mod notes;
mod number;
mod schema;
mod sheet;
mod since;
mod wording;

pub use gate::{Gates, Subject};
pub use gate_typed::gate_typed;
pub use schema::{NamedSchema, SCHEMAS};
pub use sheet::{Datum, Rows, Sheet};

use crate::catalog::Problem;
use crate::catalog::record::Record;
use crate::error::{Error, Outcome, Result};
use crate::verdict::{Leaderboard, Options};
use block::Block;
use document::{Check, Comparison, Gate, Listing, ListingRow, Ranking, SCHEMA_VERSION, ToolReport, Warning};
use serde::Serialize;

/// A document of any kind.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Report {
    /// Tools side by side, with the decision.
    Comparison(Box<Comparison>),
    /// One tool.
    Tool(Box<ToolReport>),
    /// Tools of a catalog in order.
    Ranking(Ranking),
    /// What is wrong with records.
    Check(Check),
    /// A plain list.
    Listing(Listing),
}

impl Report {
    /// Two or more tools side by side, every figure explained if `explain`.
    ///
    /// # Errors
    /// Options that cannot be, such as a confidence of 1.
    pub fn comparison(records: &[Record], options: &Options, explain: bool) -> Result<Self> {
        build::comparison(records, options, explain).map(Box::new).map(Self::Comparison)
    }

    /// One tool by itself, every figure explained if `explain`.
    ///
    /// # Errors
    /// As [`Report::comparison`].
    pub fn tool(record: &Record, options: &Options, explain: bool) -> Result<Self> {
        build::tool_report(record, options, explain).map(Box::new).map(Self::Tool)
    }

    /// The tools of `board`, whose records are `records`, in its order; their reviews too if `reviews`.
    ///
    /// # Errors
    /// As [`Report::comparison`].
    pub fn ranking(records: &[Record], board: &Leaderboard, options: &Options, reviews: bool) -> Result<Self> {
        build::ranking(records, board, options, reviews).map(Self::Ranking)
    }

    /// What is wrong with records; warnings count as problems if `strict`.
    pub fn check(problems: Vec<Problem>, strict: bool) -> Self {
        Self::Check(check::check(problems, strict))
    }

    /// Whether the answer is yes: a check found no problem that counts.
    pub fn passed(&self) -> bool {
        match self {
            Self::Check(document) => document.passed,
            _ => true,
        }
    }

    /// A list of `rows` with as many values as `columns` has names.
    pub fn listing<const N: usize>(
        kind: &'static str,
        columns: [&'static str; N],
        rows: impl IntoIterator<Item = [String; N]>,
    ) -> Self {
        let row = |values: [String; N]| ListingRow(columns.into_iter().zip(values).collect());
        Self::Listing(Listing {
            schema_version: SCHEMA_VERSION,
            kind,
            columns: columns.into(),
            rows: rows.into_iter().map(row).collect(),
        })
    }

    /// Holds the document against `gates` and lists them in it. The answer is no when one fails.
    ///
    /// # Errors
    /// A gate that names a tool which is not there.
    pub fn judge(&mut self, gates: &Gates) -> Result<Outcome> {
        let listed = match self {
            _ if gates.is_empty() => return Ok(Outcome::Answered),
            Self::Comparison(document) => {
                document.gates = gates.judge(&gate::Field::of_comparison(document)?)?;
                &document.gates
            }
            Self::Tool(document) => {
                document.gates = gates.judge(&gate::Field::of_tool(document)?)?;
                &document.gates
            }
            Self::Ranking(document) => {
                document.gates = gates.judge(&gate::Field::of_ranking(document)?)?;
                &document.gates
            }
            Self::Check(_) | Self::Listing(_) => return Err(Error::usage("this report has no gates")),
        };
        Ok(if listed.iter().all(|gate| gate.passed) { Outcome::Answered } else { Outcome::No })
    }

    /// The document for people, from top to bottom; with the reviewers' words if `reviews`.
    pub fn blocks(&self, reviews: bool) -> Vec<Block> {
        match self {
            Self::Comparison(document) => layout::comparison(document, reviews),
            Self::Tool(document) => layout::tool(document),
            Self::Ranking(document) => layout::ranking(document, reviews),
            Self::Check(document) => check::blocks(document),
            Self::Listing(document) => layout::listing(document),
        }
    }

    /// The part of the document that `rows` names, as one table.
    ///
    /// # Errors
    /// A kind of document that has no such rows.
    pub fn sheet(&self, rows: Rows) -> Result<Sheet> {
        Ok(match (self, rows) {
            (Self::Comparison(document), Rows::Tools) => sheet::tools(document.tools.iter()),
            (Self::Comparison(document), Rows::Reviews) => sheet::reviews(document.tools.iter()),
            (Self::Comparison(document), Rows::Pairs) => sheet::pairs(document),
            (Self::Comparison(document), Rows::Decision) => sheet::decision(document),
            (Self::Tool(document), Rows::Tools) => sheet::tools(document.tools.iter()),
            (Self::Tool(document), Rows::Reviews) => sheet::reviews(document.tools.iter()),
            (Self::Ranking(document), Rows::Tools) => sheet::ranked(&document.tools),
            (Self::Ranking(document), Rows::Reviews) => {
                sheet::reviews(document.tools.iter().map(|ranked| &ranked.tool))
            }
            (Self::Check(document), Rows::Tools) => check::sheet(document),
            (Self::Listing(document), Rows::Tools) => sheet::listing(document),
            (_, Rows::Gates) if self.gates().is_some() => sheet::gates(self.gates().unwrap_or_default()),
            _ => {
                let rows = rows.name();
                return Err(
                    Error::usage(format!("this document has no {rows}")).hint("leave `--rows` out, or ask for `tools`")
                );
            }
        })
    }

    /// Adds what may have been misread in the records.
    pub fn add_doubts(&mut self, doubts: &[Problem]) {
        let warnings = match self {
            Self::Comparison(document) => &mut document.warnings,
            Self::Tool(document) => &mut document.warnings,
            Self::Ranking(document) => &mut document.warnings,
            Self::Check(_) | Self::Listing(_) => return,
        };
        let warning =
            |doubt: &Problem| Warning { code: doubt.code, message: doubt.sentence(), tool: None, reviewer: None };
        warnings.splice(0..0, doubts.iter().map(warning));
    }

    /// What to know about the figures.
    pub fn warnings(&self) -> &[Warning] {
        match self {
            Self::Comparison(document) => &document.warnings,
            Self::Tool(document) => &document.warnings,
            Self::Ranking(document) => &document.warnings,
            Self::Check(_) | Self::Listing(_) => &[],
        }
    }

    /// The gates in a sentence each, with whether they hold.
    pub fn gate_sentences(&self) -> impl Iterator<Item = (bool, String)> {
        gate::sentences(self.gates().unwrap_or_default())
    }

    fn gates(&self) -> Option<&[Gate]> {
        match self {
            Self::Comparison(document) => Some(&document.gates),
            Self::Tool(document) => Some(&document.gates),
            Self::Ranking(document) => Some(&document.gates),
            Self::Check(_) | Self::Listing(_) => None,
        }
    }
}
