//! Who reviewed in a row, and rows of one reviewer.

use super::RowReader;
use crate::catalog::read::csv::cells::{Reviewer, RowCells};
use crate::catalog::read::csv::layout::{ReviewerFrom, address_owner};
use crate::catalog::read::csv::sheet_block::SheetBlock;
use crate::catalog::read::finding::{InputFinding, Position};
use crate::catalog::read::{ParseState, PartialRecord};
use crate::catalog::record::identity::normalized;
use crate::catalog::record::review::Review;
use crate::catalog::record::reviewer::ReviewerName;
use crate::catalog::record::value::quoted;
use crate::catalog::sheet::Repeat;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

impl RowReader {
    /// Takes a row with the reviews of one reviewer. What is invalid in one does not spoil the others.
    pub(super) fn row_of_reviewer(&mut self, row: RowCells<'_>, state: &mut ParseState) {
        let mark = state.findings.mark();
        state.names.go_to(0);
        let reviewer = self.reviewer(row, state);
        if !state.findings.is_clean_since(mark) {
            return;
        }
        if let Some(Reviewer { name, at: Some(at) }) = &reviewer
            && self.layout.repeat == Repeat::Error
        {
            let here = state.base() + *at as u64;
            let first = *self.answered.entry(name.clone()).or_insert(here);
            if first != here {
                return self.again.push((name.clone(), here, first));
            }
        }
        for (index, columns) in row.layout.reviews.iter().enumerate() {
            let mark = state.findings.mark();
            self.reviews.clear();
            if let Some(Reviewer { name, .. }) = reviewer.as_ref().or(self.by_heading[index].as_ref()) {
                state.names.go_to(0);
                state.names.share(name);
            }
            let review = row.review(columns, reviewer.as_ref().or(self.by_heading[index].as_ref()), state);
            self.reviews.extend(review);
            if reviewer.is_none() && self.by_heading[index].is_none() && !state.findings.is_clean_since(mark) {
                return; // all reviews of the row lack their reviewer
            }
            let part = &mut self.tools.all[index];
            match state.findings.take_since(mark) {
                Some(faults) => part.refuse(faults),
                None => self.take_reviews(index, state),
            }
        }
    }

    /// Notes each row of a reviewer who has one already. Not one of them is right then.
    pub(super) fn refuse_repeats(&mut self, state: &mut ParseState) {
        if self.again.is_empty() {
            return;
        }
        let mut block = SheetBlock::of(&state.sheet_task).text("repeat", Some("last"));
        if let Some(scale) = state.names.range().likely_scale() {
            block = block.scale(Some(scale)).note("if no score can be higher");
        }
        let help = format!("remove a row, or say in compare.toml that the last one counts:\n{block}");
        for (name, at, first) in &self.again {
            let message = format!("`{name}` has two rows; a reviewer may review a tool only once");
            let finding = InputFinding {
                span: *at..at + name.len() as u64,
                code: "twice",
                message,
                help: Some(help.clone()),
                first: Some(Position { input: None, at: *first }),
            };
            state.findings.push(finding);
        }
        for part in &mut self.tools.all {
            let reviews = part.record.reviews.drain(..).zip(part.review_starts.drain(..));
            let is_once = |(review, _): &(Review, u64)| self.again.iter().all(|(name, ..)| *name != review.reviewer);
            let (reviews, starts) = reviews.filter(is_once).unzip();
            (part.record.reviews, part.review_starts) = (reviews, starts);
        }
    }

    /// Who reviewed, where the row says it.
    pub(super) fn reviewer(&mut self, row: RowCells<'_>, state: &mut ParseState) -> Option<Reviewer> {
        match self.layout.reviewer {
            ReviewerFrom::ReviewColumn(column) => {
                let text = row.cell(column);
                let at = row.cells[column].span.start;
                if text.bytes().any(|byte| byte == b'@')
                    && let Some(owner) = address_owner(&text)
                {
                    return self.owner_of_address(owner, &text, row.cells[column].span.clone(), state);
                }
                // Nearly all rows name a reviewer of the rows before, in the spelling that is kept.
                if let Some(name) = state.names.share_known(&text) {
                    return Some(Reviewer { name, at: Some(at) });
                }
                let name = normalized(&text);
                (!name.is_empty()).then(|| Reviewer { name: state.names.share(&name), at: Some(at) })
            }
            ReviewerFrom::Row => {
                let name = state.names.share(&format!("Row {}", self.count));
                Some(Reviewer { name, at: Some(row.cells[0].span.start) })
            }
            ReviewerFrom::Headings | ReviewerFrom::Name(_) => None,
        }
    }

    /// The reviewer who is named by an e-mail address; two addresses must not name one.
    pub(super) fn owner_of_address(
        &mut self,
        owner: &str,
        address: &str,
        span: Range<usize>,
        state: &mut ParseState,
    ) -> Option<Reviewer> {
        state.sheet.has_addresses = true;
        let name = state.names.share(&normalized(owner));
        let here = state.base() + span.start as u64;
        let at = Some(span.start);
        let (known, first) = self.addresses.entry(name.clone()).or_insert_with(|| (address.trim().to_owned(), here));
        if known.eq_ignore_ascii_case(address.trim()) {
            return Some(Reviewer { name, at });
        }
        let message =
            format!("two e-mail addresses begin with {}, and a reviewer is named by that part", quoted(&name));
        let help = "add a column `reviewer` with names".to_owned();
        state.findings.add_pair_at(span, message, Some(help), *first);
        None
    }
}

/// Keeps the last review of each reviewer: by date where all have one, else by row.
pub(super) fn keep_last(part: &mut PartialRecord) {
    let reviews = std::mem::take(&mut part.record.reviews);
    let mut by_reviewer: HashMap<ReviewerName, Vec<usize>> = HashMap::new();
    for (index, review) in reviews.iter().enumerate() {
        by_reviewer.entry(review.reviewer.clone()).or_default().push(index);
    }
    let last = |indices: &Vec<usize>| {
        let all_dated = indices.iter().all(|index| reviews[*index].date.is_some());
        indices.iter().copied().max_by_key(|index| (reviews[*index].date.filter(|_| all_dated), *index))
    };
    let kept: HashSet<usize> = by_reviewer.values().filter_map(last).collect();
    let starts = std::mem::take(&mut part.review_starts);
    for (index, (review, start)) in reviews.into_iter().zip(starts).enumerate() {
        if kept.contains(&index) {
            part.record.reviews.push(review);
            part.review_starts.push(start);
        }
    }
}
