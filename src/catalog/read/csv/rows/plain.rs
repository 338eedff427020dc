//! Rows that need no more than a look, as nearly all of a large sheet do: about the tool of the row before, by a
//! reviewer who is known, with plain cells.

use super::RowReader;
use crate::catalog::read::ParseState;
use crate::catalog::read::csv::cells::PlainJudgement;
use crate::catalog::read::csv::layout::{CellContent, ReviewerFrom, SheetLayout};
use crate::catalog::read::csv::tokens::RowTokens;
use crate::catalog::record::projection::Projection;

/// What the cells of a plain row hold behind those about the tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PlainColumn {
    Reviewer,
    Judgement(CellContent),
    /// What is not kept.
    Other,
}

/// The columns from `lead` on; none where no row is plain.
pub(super) fn plain_columns(layout: &SheetLayout, lead: usize, projection: Projection) -> Vec<PlainColumn> {
    let ([review], ReviewerFrom::ReviewColumn(reviewer)) = (&layout.reviews[..], &layout.reviewer) else {
        return Vec::new();
    };
    let mut columns = vec![PlainColumn::Other; layout.headings.len()];
    columns[*reviewer] = PlainColumn::Reviewer;
    for column in &review.columns {
        let is_plain = match column.cell {
            CellContent::Score(None) | CellContent::Judgement(None) | CellContent::Verdict | CellContent::Date => true,
            CellContent::Text => !projection.review_text,
            _ => false,
        };
        if !is_plain || columns[column.index] != PlainColumn::Other {
            return Vec::new();
        }
        if column.cell != CellContent::Text {
            columns[column.index] = PlainColumn::Judgement(column.cell);
        }
    }
    let is_read = lead > 0 && layout.computed_rows.is_empty();
    if is_read { columns.split_off(lead) } else { Vec::new() }
}

impl RowReader {
    /// Takes the rest of a row about the last tool, if it is plain. Otherwise nothing is taken, and the row has to be
    /// read in full, which gives the same.
    #[inline]
    pub(super) fn plain_row(
        &mut self,
        layout: &SheetLayout,
        text: &str,
        rows: &mut RowTokens<'_>,
        state: &mut ParseState,
    ) -> Option<()> {
        let index = self.tools.last;
        state.names.go_to(self.tools.all[index].record.reviews.len());
        let (mut judgement, mut reviewer, mut has_ended) = (PlainJudgement::default(), None, state.findings.lints());
        for column in &self.plain {
            if has_ended {
                return None;
            }
            let (cell, is_last) = rows.cell().ok()?;
            has_ended = is_last;
            match column {
                PlainColumn::Reviewer => {
                    let name = cell.plain(text).filter(|name| !name.bytes().any(|byte| byte == b'@'))?;
                    reviewer = Some((state.names.share_known(name)?, cell.span.start));
                }
                PlainColumn::Judgement(content) => judgement.take(*content, cell.plain(text)?, &layout.words)?,
                PlainColumn::Other => {}
            }
        }
        let (reviewer, at) = reviewer.filter(|_| has_ended && !rows.may_go_on())?;
        let review = judgement.given()?.by(reviewer, at, state);
        self.count += 1;
        self.take_review(index, review, at, state);
        Some(())
    }
}
