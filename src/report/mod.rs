//! The document: figures, wording and layout in one value. It decides nothing.
//!
//! Programs get it as typed data ([`document`]) or as one rectangular table ([`Sheet`]); people get
//! it as blocks ([`block`]). A new kind of document needs no change in any format.

mod anchor;
mod basis;
pub(crate) mod block;
mod build;
mod cells;
pub(crate) mod changes;
mod check;
pub(crate) mod columns;
mod command;
mod decision_wording;
pub(crate) mod document;
mod evidence;
mod exhibit;
mod explain;
mod explain_decision;
mod gate;
mod hinges;
mod layout;
mod no_match;
mod notes;
pub(crate) mod number;
mod quote;
mod schema;
mod sheet;
mod since;
mod tool_rows;
mod wording;

pub use gate::Gates;
pub(crate) use gate::completion::gate_typed;
pub use gate::metric::Subject;
pub(crate) use no_match::unknown_value;
pub use schema::SCHEMAS;
pub(crate) use sheet::{Datum, Rows, Sheet};

use crate::catalog::Problem;
use crate::catalog::record::Record;
use crate::error::{Error, Outcome, Result};
use crate::verdict::{Filter, Leaderboard, Options};
use block::{Block, Notes};
use changes::States;
use document::changes::Changes;
use document::{
    CheckReport, Comparison, Gate, Listing, ListingRow, RankedTool, Ranking, SCHEMA_VERSION, ToolReport, Warning,
};
use gate::input::GateInput;
use serde::{Serialize, Serializer};

/// A document with what is laid out for people beside it.
#[derive(Clone, Debug)]
pub struct Report {
    document: Document,
    /// How every figure was computed, for people; `None` unless asked for.
    explanation: Option<Vec<Block>>,
}

/// A document of any kind.
#[derive(Clone, Debug)]
enum Document {
    /// Tools side by side, with the decision.
    Comparison(Box<Comparison>),
    /// One tool.
    Tool(Box<ToolReport>),
    /// Tools of a catalog in order.
    Ranking(Box<Ranked>),
    /// Two states of the records.
    Changes(Box<Changes>),
    /// Problems of records.
    Check(CheckReport),
    /// A plain list.
    Listing(Listing),
}

/// A ranking, and what belongs to it without being shown.
#[derive(Clone, Debug)]
struct Ranked {
    document: Ranking,
    /// The leader, which need not be among the tools shown.
    leader: Option<RankedTool>,
    /// Whether people see the decision: in a leaderboard, not in a mere list of tools.
    answers: bool,
    /// The columns that were asked for, by their names in `csv`; the usual ones where there are none.
    columns: Vec<&'static str>,
}

impl Serialize for Report {
    /// The document: `json` prints it and templates see it.
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match &self.document {
            Document::Comparison(document) => document.serialize(serializer),
            Document::Tool(document) => document.serialize(serializer),
            Document::Ranking(ranked) => ranked.document.serialize(serializer),
            Document::Changes(document) => document.serialize(serializer),
            Document::Check(document) => document.serialize(serializer),
            Document::Listing(document) => document.serialize(serializer),
        }
    }
}

/// What a ranking shows.
#[derive(Clone, Copy, Debug)]
pub struct RankingParts {
    /// Whether it is a leaderboard, in which people see the decision.
    pub answers: bool,
    /// Whether it has the reviews of its tools.
    pub reviews: bool,
    /// Whether the decision is explained.
    pub explain: bool,
}

impl Report {
    /// Two or more tools side by side, every figure explained if `explain`.
    ///
    /// # Errors
    /// Invalid options, such as a confidence of 1.
    pub fn comparison(records: &[Record], options: &Options, explain: bool) -> Result<Self> {
        let (document, explanation) = build::comparison(records, options, explain)?;
        Ok(Self { document: Document::Comparison(Box::new(document)), explanation })
    }

    /// One tool by itself, every figure explained if `explain`.
    ///
    /// # Errors
    /// As [`Report::comparison`].
    pub fn tool(record: &Record, options: &Options, explain: bool) -> Result<Self> {
        let (document, explanation) = build::tool_report(record, options, explain)?;
        Ok(Self { document: Document::Tool(Box::new(document)), explanation })
    }

    /// The tools that are `shown` of `board`, with the decision among those that it decides among. `record` gives the
    /// record of each of both, by its index in the catalog.
    ///
    /// # Errors
    /// As [`Report::comparison`].
    pub fn ranking<'r>(
        record: &dyn Fn(usize) -> &'r Record,
        board: &Leaderboard,
        shown: &[(usize, usize)],
        options: &Options,
        parts: RankingParts,
    ) -> Result<Self> {
        let (ranked, explanation) = build::ranking(record, board, shown, options, parts)?;
        Ok(Self { document: Document::Ranking(Box::new(ranked)), explanation })
    }

    /// What changed between two states of the records, explained if `explain`.
    ///
    /// # Errors
    /// As [`Report::comparison`].
    pub(crate) fn changes(states: States<'_>, explain: bool) -> Result<Self> {
        let (document, steps) = changes::changes(states)?;
        let explanation = explain.then(|| changes::explanation(&document, &steps));
        Ok(Self { document: Document::Changes(Box::new(document)), explanation })
    }

    /// The problems of records; warnings count as problems if `strict`.
    pub fn check(problems: Vec<Problem>, strict: bool) -> Self {
        Self { document: Document::Check(check::check(problems, strict)), explanation: None }
    }

    /// Whether the answer is yes: a check found no problem that counts.
    pub fn passed(&self) -> bool {
        match &self.document {
            Document::Check(document) => document.passed,
            _ => true,
        }
    }

    /// The same ranking in other columns, see [`columns::named`]. One column alone is all that people see.
    pub(crate) fn in_columns(&mut self, columns: Vec<&'static str>) {
        if let Document::Ranking(ranked) = &mut self.document {
            ranked.answers &= columns.len() != 1;
            ranked.columns = columns;
        }
    }

    /// Whether it is a check that found nothing.
    pub fn has_no_problems(&self) -> bool {
        matches!(&self.document, Document::Check(document) if document.problems.is_empty())
    }

    /// A list of `rows` with as many values as `columns` has names.
    pub fn listing<const N: usize>(
        kind: &'static str,
        columns: [&'static str; N],
        rows: impl IntoIterator<Item = [String; N]>,
    ) -> Self {
        let row = |values: [String; N]| ListingRow(columns.into_iter().zip(values).collect());
        let document = Document::Listing(Listing {
            schema_version: SCHEMA_VERSION,
            kind,
            columns: columns.into(),
            rows: rows.into_iter().map(row).collect(),
        });
        Self { document, explanation: None }
    }

    /// Evaluates `gates` on the document and lists them in it. The answer is no when one fails.
    ///
    /// # Errors
    /// A gate that names a tool or a reviewer who is not there.
    pub fn evaluate(&mut self, gates: &Gates) -> Result<Outcome> {
        if gates.is_empty() {
            return Ok(Outcome::Answered);
        }
        let evaluated = gates.evaluate(&self.gate_input()?)?;
        let passed = evaluated.iter().all(|gate| gate.passed);
        if let Some((gates, _)) = self.ending_mut() {
            *gates = evaluated;
        }
        Ok(if passed { Outcome::Answered } else { Outcome::No })
    }

    /// Says why no tool of `records` meets `filter`, where this is a ranking of none.
    pub fn explain_no_match(&mut self, records: &[Record], filter: &Filter, options: &Options) {
        if let Document::Ranking(ranked) = &mut self.document
            && ranked.document.of == 0
        {
            let message = no_match::sentence(records, filter, options);
            ranked.document.warnings.insert(0, Warning::plain("no_match", message));
        }
    }

    /// What gates are evaluated on.
    fn gate_input(&self) -> Result<GateInput> {
        match &self.document {
            Document::Comparison(document) => GateInput::of_comparison(document),
            Document::Tool(document) => GateInput::of_tool(document),
            Document::Ranking(ranked) => GateInput::of_ranking(&ranked.document, ranked.leader.as_ref()),
            Document::Changes(document) => GateInput::of_changes(document),
            Document::Check(_) | Document::Listing(_) => Err(Error::usage("this report has no gates")),
        }
    }

    /// Adds what may have been misread in the records, before all other warnings.
    pub fn add_doubts(&mut self, doubts: &[Problem]) {
        if let Some((_, warnings)) = self.ending_mut() {
            warnings.splice(0..0, doubts.iter().map(|doubt| Warning::plain(doubt.code, doubt.sentence())));
        }
    }

    /// The document for people, from top to bottom; with the reviewers' texts if `reviews`.
    pub fn blocks(&self, reviews: bool) -> Vec<Block> {
        let mut notes = self.notes();
        let mut blocks = match &self.document {
            Document::Comparison(document) => layout::comparison(document, reviews),
            Document::Tool(document) => layout::tool(document),
            Document::Ranking(ranked) if ranked.document.of > 0 && ranked.columns.len() == 1 => {
                return vec![Block::Table(columns::table(&ranked.document.tools, &ranked.columns))];
            }
            Document::Ranking(ranked) => layout::ranking(ranked, reviews, &mut notes),
            Document::Changes(document) => changes::blocks(document, reviews),
            Document::Check(document) => check::blocks(document),
            Document::Listing(document) => layout::listing(document),
        };
        // Of no tools at all there is nothing to explain.
        if !matches!(&self.document, Document::Ranking(ranked) if ranked.document.of == 0) {
            blocks.extend(self.explanation.iter().flatten().cloned());
        }
        blocks.extend(layout::ending(self.gates().unwrap_or_default(), notes));
        blocks
    }

    /// The part of the document that `rows` names, as one table.
    ///
    /// # Errors
    /// A kind of document that has no such rows.
    pub fn sheet(&self, rows: Rows) -> Result<Sheet> {
        Ok(match (&self.document, rows) {
            (Document::Comparison(document), Rows::Tools) => sheet::tools(document.tools.iter()),
            (Document::Comparison(document), Rows::Reviews) => sheet::reviews(document.tools.iter()),
            (Document::Comparison(document), Rows::Pairs) => sheet::pairs(document),
            (Document::Comparison(document), Rows::Decision) => sheet::decision(&document.decision),
            (Document::Tool(document), Rows::Tools) => sheet::tools(document.tools.iter()),
            (Document::Tool(document), Rows::Reviews) => sheet::reviews(document.tools.iter()),
            (Document::Ranking(ranked), Rows::Tools) => {
                let sheet = sheet::ranked(&ranked.document.tools);
                if ranked.columns.is_empty() { sheet } else { sheet.only(&ranked.columns) }
            }
            (Document::Ranking(ranked), Rows::Decision) => sheet::decision(&ranked.document.decision),
            (Document::Ranking(ranked), Rows::Reviews) => {
                sheet::reviews(ranked.document.tools.iter().map(|ranked| &ranked.tool))
            }
            (Document::Changes(document), Rows::Tools) => changes::tools(document),
            (Document::Changes(document), Rows::Reviews) => changes::reviews(document),
            (Document::Changes(document), Rows::Decisions) => changes::decisions(document),
            (Document::Check(document), Rows::Tools) => check::sheet(document),
            (Document::Listing(document), Rows::Tools) => sheet::listing(document),
            (_, Rows::Gates) if self.gates().is_some() => sheet::gates(self.gates().unwrap_or_default()),
            _ => {
                let rows = rows.name();
                return Err(
                    Error::usage(format!("this document has no {rows}")).hint("leave `--rows` out, or ask for `tools`")
                );
            }
        })
    }

    /// What people should know about the figures: all of it where every figure is explained, else the first lines.
    pub fn notes(&self) -> Notes {
        let decision = match &self.document {
            Document::Comparison(document) => Some(&document.decision),
            Document::Ranking(ranked) => Some(&ranked.document.decision),
            _ => None,
        };
        let warnings = self.ending().map_or(&[][..], |(_, warnings)| warnings);
        let notes = notes::for_people(warnings, decision);
        if self.explanation.is_some() { Notes { shown: notes.lines.len(), ..notes } } else { notes }
    }

    /// The gates in a sentence each, with whether they hold.
    pub fn gate_sentences(&self) -> impl Iterator<Item = (bool, String)> {
        gate::sentences(self.gates().unwrap_or_default())
    }

    fn gates(&self) -> Option<&[Gate]> {
        self.ending().map(|(gates, _)| gates)
    }

    /// The gates and the warnings, where documents of this kind have them.
    fn ending(&self) -> Option<(&[Gate], &[Warning])> {
        match &self.document {
            Document::Comparison(document) => Some((&document.gates, &document.warnings)),
            Document::Tool(document) => Some((&document.gates, &document.warnings)),
            Document::Ranking(ranked) => Some((&ranked.document.gates, &ranked.document.warnings)),
            Document::Changes(document) => Some((&document.gates, &document.warnings)),
            Document::Check(_) | Document::Listing(_) => None,
        }
    }

    /// As [`Report::ending`].
    fn ending_mut(&mut self) -> Option<(&mut Vec<Gate>, &mut Vec<Warning>)> {
        match &mut self.document {
            Document::Comparison(document) => Some((&mut document.gates, &mut document.warnings)),
            Document::Tool(document) => Some((&mut document.gates, &mut document.warnings)),
            Document::Ranking(ranked) => Some((&mut ranked.document.gates, &mut ranked.document.warnings)),
            Document::Changes(document) => Some((&mut document.gates, &mut document.warnings)),
            Document::Check(_) | Document::Listing(_) => None,
        }
    }
}
