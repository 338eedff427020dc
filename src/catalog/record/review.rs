//! One reviewer's judgement of one tool: its fields, each declared once, and how they become a review.

use super::date::Date;
use super::fields::same_words;
use super::identity::normalized;
use super::names::NamePool;
use super::reviewer::ReviewerName;
use super::score::{Scale, Score};
use super::seldom::{Seldom, SeldomFields};
use super::value::FieldValue;
use super::verdict::Verdict;
use crate::catalog::lint;
use crate::catalog::read::finding::Findings;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

/// One reviewer's judgement of one tool. It has a score, a verdict, a label, or a score and one of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// The reviewer's name, shared by all reviews of that reviewer. Never empty.
    pub reviewer: ReviewerName,
    /// Score from 0 to 100.
    pub score: Option<Score>,
    /// Ship or skip.
    pub verdict: Option<Verdict>,
    /// Day of the review.
    pub date: Option<Date>,
    /// What rankings do not ask for.
    pub remarks: Remarks,
}

impl Review {
    /// Whether both are by one reviewer.
    pub(crate) fn has_reviewer_of(&self, other: &Self) -> bool {
        // Names are mostly shared, so that few need to be compared by their bytes.
        self.reviewer.address() == other.reviewer.address() || self.reviewer == other.reviewer
    }
}

/// What a reviewer wrote.
pub type Remarks = Seldom<RemarkFields>;

/// What a reviewer wrote beside the score and the verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemarkFields {
    /// A word in place of a verdict that is neither ship nor skip, such as "revise". It counts in no figure.
    pub label: Option<Arc<str>>,
    /// The reviewer's words.
    pub text: Option<String>,
}

impl SeldomFields for RemarkFields {
    fn absent() -> &'static Self {
        static ABSENT: RemarkFields = RemarkFields { label: None, text: None };
        &ABSENT
    }
}

/// A field of a review.
pub(crate) struct ReviewField {
    /// The key in JSON and TOML, and the heading that sheets are written with.
    pub(crate) key: &'static str,
    /// What it holds, for the schema.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test makes the schema with it"))]
    pub(crate) about: &'static str,
    /// The other headings that are understood, without case, blanks and punctuation.
    pub(crate) headings: &'static [&'static str],
    /// Which member of [`Review`] it is.
    pub(crate) content: ReviewContent,
}

/// A member of [`Review`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ReviewContent {
    Reviewer,
    Score,
    Verdict,
    Label,
    Text,
    Date,
}

/// All fields of a review, in the order in which files are written.
pub(crate) static FIELDS: [ReviewField; 6] = [
    ReviewField {
        key: "reviewer",
        about: "The reviewer's name. Never empty.",
        headings: &[
            "reviewer name",
            "reviewed by",
            "panelist",
            "judge",
            "rater",
            "evaluator",
            "person",
            "respondent",
            "voter",
        ],
        content: ReviewContent::Reviewer,
    },
    ReviewField {
        key: "score",
        about: "Score from 0 to 100.",
        headings: &["rating", "points", "grade", "mark", "marks", "stars", "total score"],
        content: ReviewContent::Score,
    },
    ReviewField {
        key: "verdict",
        about: "Ship or skip.",
        headings: &["decision", "recommendation", "outcome", "vote", "ship or skip"],
        content: ReviewContent::Verdict,
    },
    ReviewField {
        key: "label",
        about: "A word in place of a verdict that is neither ship nor skip. It counts in no figure.",
        headings: &[],
        content: ReviewContent::Label,
    },
    ReviewField {
        key: "text",
        about: "The reviewer's words.",
        headings: &[
            "review",
            "review text",
            "comment",
            "comments",
            "note",
            "notes",
            "words",
            "feedback",
            "remarks",
            "reason",
            "why",
            "rationale",
        ],
        content: ReviewContent::Text,
    },
    ReviewField {
        key: "date",
        about: "Day of the review.",
        headings: &["day", "review date", "reviewed on"],
        content: ReviewContent::Date,
    },
];

impl ReviewField {
    /// Whether two reviews have the same value, texts as [`same_words`].
    pub(crate) fn same(&self, one: &Review, other: &Review) -> bool {
        match (self.get(one), self.get(other)) {
            (Some(ReviewValue::Text(one)), Some(ReviewValue::Text(other))) => same_words(one, other),
            (one, other) => one == other,
        }
    }

    /// The value that `review` has, as it is written to a file.
    pub(crate) fn get<'a>(&self, review: &'a Review) -> Option<ReviewValue<'a>> {
        match self.content {
            ReviewContent::Reviewer => Some(ReviewValue::Text(&review.reviewer)),
            ReviewContent::Score => review.score.map(ReviewValue::Score),
            ReviewContent::Verdict => review.verdict.map(|verdict| ReviewValue::Text(verdict.word())),
            ReviewContent::Label => review.remarks.label.as_deref().map(ReviewValue::Text),
            ReviewContent::Text => review.remarks.text.as_deref().map(ReviewValue::Text),
            ReviewContent::Date => review.date.map(ReviewValue::Date),
        }
    }
}

/// A value of a review as it is written to a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ReviewValue<'a> {
    Text(&'a str),
    Score(Score),
    Date(Date),
}

/// A review whose fields are being read.
#[derive(Debug, Default)]
pub(crate) struct ReviewBuilder {
    /// Who reviewed, where that is a name.
    pub(crate) reviewer: Option<ReviewerName>,
    /// Whether the file names a reviewer at all, well or badly.
    pub(crate) has_reviewer: bool,
    pub(crate) score: Option<Score>,
    /// Whether nobody says on which scale the score is.
    pub(crate) has_plain_score: bool,
    pub(crate) verdict: Option<Verdict>,
    pub(crate) label: Option<Arc<str>>,
    text: Option<String>,
    pub(crate) date: Option<Date>,
    /// Where the reviewer is named.
    pub(crate) reviewer_at: usize,
    /// Where the verdict is.
    pub(crate) verdict_at: Range<usize>,
    /// Whether a score or verdict was given that is invalid: it is not also missing.
    pub(crate) invalid: bool,
}

impl ReviewBuilder {
    /// Takes a field's value, or notes why it is invalid. A plain score is on `scale`, from 0 to 100 where nobody says;
    /// a reviewer's name is taken from `names`.
    pub(crate) fn set(
        &mut self,
        content: ReviewContent,
        value: FieldValue<'_>,
        scale: Option<Scale>,
        names: &mut NamePool,
        out: &mut Findings,
    ) {
        let errors = out.count;
        match content {
            ReviewContent::Reviewer => {
                self.has_reviewer = true;
                self.reviewer_at = value.span.start;
                // A name in the pool was valid when it came there.
                let known = value.as_text().and_then(|text| names.share_known(text));
                self.reviewer = known.or_else(|| value.name(out).map(|name| names.share(&name)));
            }
            ReviewContent::Score => {
                self.score = value.score(scale.unwrap_or(Scale::HUNDRED), out);
                self.has_plain_score = scale.is_none() && !value.has_scale();
            }
            ReviewContent::Verdict => {
                self.verdict = value.verdict(out);
                self.verdict_at = value.span;
            }
            ReviewContent::Label => self.label = value.text::<String>(out).map(|label| normalized(&label).into()),
            ReviewContent::Text => self.text = value.text(out),
            ReviewContent::Date => self.date = value.date(out),
        }
        self.invalid |= matches!(content, ReviewContent::Score | ReviewContent::Verdict) && out.count > errors;
    }

    /// Whether there is neither a score nor a verdict nor a label, and none that is invalid.
    pub(crate) fn is_without_judgement(&self) -> bool {
        self.score.is_none() && self.verdict.is_none() && self.label.is_none() && !self.invalid
    }

    /// The review, or a note of what is missing from it at `at` of the text. Notes its score in `names`.
    pub(crate) fn build(self, at: Range<usize>, names: &mut NamePool, out: &mut Findings) -> Option<Review> {
        if !self.has_reviewer {
            out.add(at.clone(), "this review has no `reviewer`", None);
        }
        if self.is_without_judgement() {
            out.add(at, "this review has neither a `score` nor a `verdict`", None);
            return None;
        }
        let Self { reviewer, score, verdict, label, text, date, verdict_at, .. } = self;
        let label = label.filter(|_| verdict.is_none());
        let review = Review { reviewer: reviewer?, score, verdict, date, remarks: RemarkFields { label, text }.into() };
        if let Some(score) = score.filter(|_| self.has_plain_score) {
            names.note_score(score, out.base() + at.start as u64);
        }
        lint::verdict_against_score(score, verdict, verdict_at, out);
        Some(review)
    }
}

/// The first review whose reviewer has an earlier review, and that review: (earlier, later) indices. The names are those
/// of one pool, which holds each once, so that their addresses tell them apart.
pub(crate) fn duplicate_reviewer(reviews: &[Review]) -> Option<(usize, usize)> {
    /// Panels up to this size are compared name by name.
    const SMALL: usize = 12;
    let before = |later: usize| {
        reviews[..later].iter().position(|earlier| earlier.reviewer.address() == reviews[later].reviewer.address())
    };
    if reviews.len() <= SMALL {
        return (1..reviews.len()).find_map(|later| Some((before(later)?, later)));
    }
    let mut names = HashSet::with_capacity(reviews.len());
    let later = reviews.iter().position(|review| !names.insert(review.reviewer.address()))?;
    Some((before(later)?, later))
}
