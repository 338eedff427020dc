//! One review from the cells of a row.

use super::layout::{CellContent, ReviewColumn, ReviewColumns, SheetLayout};
use super::tokens::{CsvCell, RowTokens};
use crate::catalog::read::ParseState;
use crate::catalog::record::date::Date;
use crate::catalog::record::identity::normalized;
use crate::catalog::record::review::{Remarks, Review, ReviewBuilder, ReviewContent};
use crate::catalog::record::reviewer::ReviewerName;
use crate::catalog::record::score::{Scale, Score, ScoreError};
use crate::catalog::record::value::{FieldValue, RawValue, nearest, quoted};
use crate::catalog::record::verdict::Verdict;
use crate::catalog::record::words::{Meaning, VerdictWords, is_absent};
use crate::text::trimmed;
use std::borrow::Cow;
use std::ops::Range;

/// The cells of a row.
#[derive(Clone, Copy)]
pub(super) struct RowCells<'a> {
    pub(super) layout: &'a SheetLayout,
    pub(super) text: &'a str,
    pub(super) cells: &'a [CsvCell],
}

/// Who reviewed, and where the row says it.
#[derive(Clone, Debug)]
pub(super) struct Reviewer {
    pub(super) name: ReviewerName,
    /// Where, if the row and not the heading says it.
    pub(super) at: Option<usize>,
}

/// The course of reading a review.
#[derive(Default)]
struct ReviewDraft {
    builder: ReviewBuilder,
    /// The first cell with anything in it but a date.
    given: Option<Range<usize>>,
    /// Whether a cell states that the score or the verdict is absent.
    is_absent: bool,
    /// The weighted sum of criteria, and the sum of their weights.
    criteria: (u128, u64),
}

/// What the cells of a review say that need no more than a look, as nearly all do: a score of digits, `ship` or `skip`,
/// a day, each once.
#[derive(Clone, Copy, Default)]
pub(super) struct PlainJudgement {
    score: Option<Score>,
    verdict: Option<Verdict>,
    date: Option<Date>,
}

impl PlainJudgement {
    /// Takes what `cell` says, unless that needs more than a look.
    #[inline]
    pub(super) fn take(&mut self, content: CellContent, cell: &str, words: &VerdictWords) -> Option<()> {
        if cell.is_empty() {
            return Some(());
        }
        let is_first = match content {
            CellContent::Score(None) | CellContent::Judgement(None) => {
                self.score.replace(Score::plain(cell)?).is_none()
            }
            CellContent::Verdict => self.verdict.replace(words.plain_verdict(cell)?).is_none(),
            CellContent::Date => self.date.replace(Date::from_text(cell)?).is_none(),
            _ => false,
        };
        is_first.then_some(())
    }

    /// Itself, if there is a score or a verdict.
    #[inline]
    pub(super) fn given(self) -> Option<Self> {
        (self.score.is_some() || self.verdict.is_some()).then_some(self)
    }

    /// The review by the reviewer who was shared last, and is named at `at`.
    pub(super) fn by(self, reviewer: ReviewerName, at: usize, state: &mut ParseState) -> Review {
        let Self { score, verdict, date } = self;
        if let Some(score) = score {
            state.names.note_score(score, state.base() + at as u64);
        }
        Review { reviewer, score, verdict, date, remarks: Remarks::default() }
    }
}

impl<'a> RowCells<'a> {
    /// What the cell in `column` says.
    pub(super) fn cell(self, column: usize) -> Cow<'a, str> {
        self.cells[column].text(self.text)
    }

    /// The cell in `column` as a value, which is `text`.
    pub(super) fn value<'v>(self, column: usize, text: Cow<'v, str>) -> FieldValue<'v>
    where
        'a: 'v,
    {
        FieldValue {
            field: &self.layout.headings[column],
            value: RawValue::Text(text),
            span: self.cells[column].span.clone(),
            decimal_comma: self.layout.decimal_comma,
        }
    }

    /// The review that `columns` hold, with where it is; none where there is none.
    pub(super) fn review(
        self,
        columns: &ReviewColumns,
        reviewer: Option<&Reviewer>,
        state: &mut ParseState,
    ) -> Option<(Review, usize)> {
        if let Some(reviewer) = reviewer
            && let Some(at) = reviewer.at
            && let Some(judgement) = self.plain(columns, state)
        {
            return Some((judgement.by(reviewer.name.clone(), at, state), at));
        }
        let mut draft = ReviewDraft::default();
        for column in &columns.columns {
            if !self.cells[column.index].span.is_empty() {
                self.read(column.index, column.cell, &mut draft, state);
            }
        }
        let ReviewDraft { mut builder, given, is_absent, criteria: (sum, weights) } = draft;
        if let Some(mean) = (2 * sum + u128::from(weights)).checked_div(2 * u128::from(weights)) {
            builder.score = u32::try_from(mean).ok().and_then(Score::from_millionths);
        }
        let is_by_heading = self.layout.tool.is_none() || reviewer.is_some_and(|reviewer| reviewer.at.is_none());
        if builder.is_without_judgement() && (is_absent || is_by_heading) {
            // Nobody reviewed here; but words without a score or verdict should not get lost without a word.
            state.sheet.without_judgement += usize::from(given.is_some() && !(is_absent && is_by_heading));
            return None;
        }
        let Some(reviewer) = reviewer else {
            if let Some(given) = given {
                state.findings.add(given, "this row has a review but no reviewer", None);
            }
            return None;
        };
        let start = reviewer.at.or(given.map(|given| given.start))?;
        builder.has_reviewer = true;
        builder.reviewer = Some(reviewer.name.clone());
        let review = builder.build(start..start + 1, &mut state.names, &mut state.findings)?;
        Some((review, start))
    }

    /// What `columns` hold, if all their cells are plain. [`RowCells::review`] gives the same.
    fn plain(self, columns: &ReviewColumns, state: &ParseState) -> Option<PlainJudgement> {
        if state.findings.lints() {
            return None;
        }
        let mut judgement = PlainJudgement::default();
        for column in &columns.columns {
            if column.cell != CellContent::Text || state.projection.review_text {
                let cell = self.cells[column.index].plain(self.text)?;
                judgement.take(column.cell, cell, &self.layout.words)?;
            }
        }
        judgement.given()
    }

    fn read(self, index: usize, content: CellContent, draft: &mut ReviewDraft, state: &mut ParseState) {
        let text = self.cell(index);
        if trimmed(&text).is_empty() {
            return;
        }
        if !matches!(content, CellContent::Date | CellContent::Timestamp) {
            draft.given.get_or_insert_with(|| self.cells[index].span.clone());
        }
        let builder = &mut draft.builder;
        let field = match content {
            CellContent::Score(scale) => {
                // Nearly all are plain numbers.
                if scale.is_none()
                    && let Ok(score) = Score::from_text(&text)
                {
                    let is_plain = !text.contains(['/', '%']);
                    (builder.score, builder.has_plain_score) = (Some(score), is_plain);
                    return;
                }
                if is_absent(&text) {
                    draft.is_absent = true;
                    return;
                }
                return builder.set(
                    ReviewContent::Score,
                    self.value(index, text),
                    scale,
                    &mut state.names,
                    &mut state.findings,
                );
            }
            CellContent::Criterion(scale, weight) => return self.criterion(index, text, scale, weight, draft, state),
            CellContent::Judgement(scale) => return self.judgement(index, &text, scale, draft, state),
            CellContent::Verdict => {
                match self.layout.words.meaning(&text, true) {
                    Some(meaning) => self.set_meaning(index, &text, meaning, draft, state),
                    None if is_absent(&text) => draft.is_absent = true,
                    None => {
                        builder.invalid = true;
                        self.refuse_verdict(index, &text, "unknown verdict", state);
                    }
                }
                return;
            }
            CellContent::Timestamp => {
                builder.date = Date::from_timestamp(&text);
                return;
            }
            CellContent::Label => ReviewContent::Label,
            CellContent::Text => ReviewContent::Text,
            CellContent::Date => ReviewContent::Date,
        };
        let is_kept = field != ReviewContent::Text || state.projection.review_text;
        if is_kept && !is_absent(&text) {
            builder.set(field, self.value(index, text), None, &mut state.names, &mut state.findings);
        }
    }

    /// Takes one of several scores.
    fn criterion(
        self,
        index: usize,
        text: Cow<'_, str>,
        scale: Option<Scale>,
        weight: u64,
        draft: &mut ReviewDraft,
        state: &mut ParseState,
    ) {
        if is_absent(&text) {
            draft.is_absent = true;
            return;
        }
        let value = self.value(index, text);
        match value.score(scale.unwrap_or(Scale::HUNDRED), &mut state.findings) {
            Some(score) => {
                draft.criteria.0 += u128::from(score.millionths()) * u128::from(weight);
                draft.criteria.1 += weight;
                draft.builder.has_plain_score = scale.is_none() && !value.has_scale();
            }
            None => draft.builder.invalid = true,
        }
    }

    /// Takes a score, a verdict, or both: `82`, `ship`, `82 ship`, `ship (82)`.
    fn judgement(
        self,
        index: usize,
        text: &str,
        scale: Option<Scale>,
        draft: &mut ReviewDraft,
        state: &mut ParseState,
    ) {
        let used = scale.unwrap_or(Scale::HUNDRED);
        let words = &self.layout.words;
        let number = |text: &str| self.value(index, Cow::Owned(text.to_owned())).number(used);
        let whole = self.value(index, Cow::Borrowed(text));
        match whole.number(used) {
            Ok(score) => {
                draft.builder.score = Some(score);
                draft.builder.has_plain_score = scale.is_none() && !whole.has_scale();
                return;
            }
            Err(ScoreError::NotANumber) => {}
            Err(error) => {
                draft.builder.invalid = true;
                return whole.refuse_score(error, used, &mut state.findings);
            }
        }
        if let Some(meaning) = words.meaning(text, false) {
            state.sheet.has_words = true;
            return self.set_meaning(index, text, meaning, draft, state);
        }
        if is_absent(text) {
            draft.is_absent = true;
            return;
        }
        let is_mark = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '(' | ')' | '-' | '–' | '—' | '|');
        let pairs = text.char_indices().filter(|(_, c)| is_mark(*c)).flat_map(|(at, _)| {
            let (one, other) = (text[..at].trim_matches(is_mark), text[at..].trim_matches(is_mark));
            [(one, other), (other, one)]
        });
        for (score, word) in pairs.take(64) {
            if let (Ok(score), Some(meaning)) = (number(score), words.meaning(word, false)) {
                state.sheet.has_words = true;
                (draft.builder.score, draft.builder.has_plain_score) =
                    (Some(score), scale.is_none() && !text.contains(['/', '%']));
                return self.set_meaning(index, word, meaning, draft, state);
            }
        }
        draft.builder.invalid = true;
        self.refuse_verdict(
            index,
            text,
            &format!("expected a score from {} to {} or a verdict, found", used.lower(), used.upper()),
            state,
        );
    }

    fn set_meaning(self, index: usize, word: &str, meaning: Meaning, draft: &mut ReviewDraft, state: &mut ParseState) {
        let builder = &mut draft.builder;
        if builder.verdict.is_some() || builder.label.is_some() {
            builder.invalid = true;
            let message = format!("{} is a second verdict of this review", quoted(word));
            return state.findings.add(self.cells[index].span.clone(), message, None);
        }
        if let Some(place) = self.layout.words.pair(word) {
            let at = state.base() + self.cells[index].span.start as u64;
            state.sheet.pairs[place].get_or_insert(at);
        }
        builder.verdict_at = self.cells[index].span.clone();
        match meaning {
            Meaning::Verdict(verdict) => builder.verdict = Some(verdict),
            Meaning::Label => builder.label = Some(normalized(word).into()),
        }
    }

    /// The settings that give a meaning to the words in this row and below that could be verdicts and are not known.
    fn verdicts_block(self) -> String {
        /// Words that a line still has room for.
        const MOST: usize = 12;
        let columns = self.layout.reviews.iter().flat_map(|review| &review.columns);
        let columns: Vec<&ReviewColumn> =
            columns.filter(|column| matches!(column.cell, CellContent::Verdict | CellContent::Judgement(_))).collect();
        let words = &self.layout.words;
        let mut rows = RowTokens::starting_at(self.text, self.layout.separator, self.cells[0].span.start);
        let (mut cells, mut unknown) = (Vec::new(), Vec::new());
        while unknown.len() < MOST && rows.next(&mut cells) == Ok(true) {
            for cell in columns.iter().filter_map(|column| cells.get(column.index)) {
                let text = cell.text(self.text);
                let word = normalized(&text);
                let is_word = !word.is_empty() && !is_absent(&word) && !word.contains(|c: char| c.is_ascii_digit());
                let is_typo = nearest(&word, &["ship", "skip"]).is_some();
                if is_word
                    && words.meaning(&word, true).is_none()
                    && !is_typo
                    && !unknown.iter().any(|known| *known == word)
                {
                    unknown.push(word.into_owned());
                }
            }
        }
        let list = |kind: &str, place: Option<usize>| {
            let of_kind = unknown.iter().filter(|word| words.pair(word) == place);
            let words: Vec<String> = of_kind.map(|word| serde_json::Value::from(word.as_str()).to_string()).collect();
            (!words.is_empty()).then(|| format!("{kind} = [{}]", words.join(", ")))
        };
        let lists = [list("ship", Some(0)), list("skip", Some(1)), list("label", None)];
        // A table of its own may stand anywhere in a file.
        std::iter::once("[verdicts]".to_owned()).chain(lists.into_iter().flatten()).collect::<Vec<_>>().join("\n")
    }

    /// Notes that a word is no verdict, with the line that makes it one.
    #[cold]
    fn refuse_verdict(self, index: usize, word: &str, message: &str, state: &mut ParseState) {
        let words = &self.layout.words;
        let word = normalized(word);
        if word.contains(|c: char| c.is_ascii_digit()) {
            let (span, help) = (self.cells[index].span.clone(), Score::with_point_hint(&word));
            return state.findings.add(span, format!("{message} {}", quoted(&word)), help);
        }
        let block = state.sheet.verdicts_block.get_or_insert_with(|| self.verdicts_block()).clone();
        let known = words.known();
        let help = if words.pair(&word).is_some() {
            format!(
                "`pass` and `fail` are verdicts only where a sheet has both; say in compare.toml which it is:\n{block}"
            )
        } else if let Some(near) = nearest(&word, &["ship", "skip"]) {
            format!("did you mean `{near}`?")
        } else {
            format!(
                "known words are {known}; say in compare.toml what others mean, as `ship`, `skip` or `label`:\n{block}"
            )
        };
        state.findings.add(self.cells[index].span.clone(), format!("{message} {}", quoted(&word)), Some(help));
    }
}

#[cfg(test)]
mod tests {
    use crate::catalog::read::csv::read;
    use crate::catalog::read::{ParseState, ReadTask};
    use crate::catalog::record::projection::Projection;
    use proptest::prelude::*;

    /// The records of a sheet, what is wrong with it, and the range of its scores. With lints, every cell gets the full
    /// checks.
    fn read_as(text: &str, lint: bool) -> String {
        let mut state = ParseState::new(&ReadTask { lint, ..Projection::REVIEWS.into() }, 0);
        read(text, &mut state);
        format!("{:?} {:?} {:?} {:?}", state.parts, state.findings.errors, state.findings.notes, state.names.range())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn plain_cells_are_read_as_all_others(rows in prop::collection::vec((
            prop::sample::select(vec!["Ana", "\"Ana\"", " Ben", "Ben", "", "Zoe\u{308}", "Dora ", "@x", "x@a.org", "x"]),
            prop::sample::select(vec!["84", "84.5", "\"7\"", "7/10", "", "100.5", "n/a", " 3", "7,5", ".5", "0"]),
            prop::sample::select(vec!["ship", "skip", "Ship", "yes", "", "pass", "-", "maybe", "\"skip\""]),
            prop::sample::select(vec!["2026-05-20", "2026-02-30", "", "\"2026-05-20\"", "n/a", " 2026-05-20"]),
            prop::sample::select(vec!["", "words", "\"a, b\"", "-"]),
            prop::sample::select(vec!["\n", "\n", "\r\n", "\n\n", ",\n", ",x\n", ""]),
        ), 1..9)) {
            // Most rows are about the tool of the row before.
            let rows = rows.iter().enumerate().map(|(at, (who, score, verdict, day, text, end))| {
                format!("t{},{who},{score},{verdict},{day},{text}{end}", at / 4)
            });
            let sheet = format!("tool,reviewer,score,verdict,date,text\n{}", rows.collect::<String>());
            prop_assert_eq!(read_as(&sheet, false), read_as(&sheet, true));
        }

        #[test]
        fn plain_scores_of_tools_are_read_as_all_others(rows in prop::collection::vec((
            prop::sample::select(vec!["Ana", " Ben", "Ben", "Zoe\u{308}", "Dora "]),
            prop::collection::vec(prop::sample::select(
                vec!["84", "84.5", "\"7\"", "7/10", "", "100.5", "n/a", " 3", "ship", "82 skip", "0"]), 2),
        ), 1..6)) {
            let rows = rows.iter().map(|(who, scores)| format!("{who},{}\n", scores.join(",")));
            let sheet = format!("reviewer,Kafka,NATS\n{}", rows.collect::<String>());
            prop_assert_eq!(read_as(&sheet, false), read_as(&sheet, true));
        }
    }
}
