//! How the columns of a sheet are read: which names the tool, which hold its fields, which make up reviews.

use super::headings::{self, Role};
use super::tokens::CsvCell;
use crate::catalog::read::finding::Findings;
use crate::catalog::record::fields::Field;
use crate::catalog::record::identity::normalized;
use crate::catalog::record::review::ReviewContent;
use crate::catalog::record::value::{nearest, quoted};
use std::sync::Arc;

/// How the columns of a sheet are read.
pub(crate) struct Layout {
    pub(crate) separator: u8,
    /// Whether a comma in a number is a decimal point.
    pub(crate) decimal_comma: bool,
    /// The headings, without blanks around them.
    pub(crate) headings: Vec<String>,
    /// The column that names the tool of a row.
    pub(crate) tool: usize,
    /// The columns with fields of the tool.
    pub(crate) fields: Vec<(usize, &'static Field)>,
    /// The reviews that a row holds.
    pub(crate) reviews: Vec<ReviewColumns>,
}

/// The columns that make up one review of a row.
pub(crate) struct ReviewColumns {
    pub(crate) reviewer: ReviewerFrom,
    /// The columns with its fields, but for the reviewer.
    pub(crate) fields: Vec<(usize, ReviewContent)>,
}

/// Who reviewed.
pub(crate) enum ReviewerFrom {
    /// A column says.
    Column(usize),
    /// The heading says.
    Heading(Arc<str>),
}

impl Layout {
    /// The layout of a sheet with these headings; `None`, with the reasons in `out`, where rows cannot be read by them.
    pub(crate) fn of(text: &str, cells: &[CsvCell], separator: u8, out: &mut Findings) -> Option<Self> {
        let mark = out.mark();
        let headings: Vec<String> = cells.iter().map(|cell| cell.text(text).trim().to_owned()).collect();
        let mut roles: Vec<Role> = headings.iter().map(|heading| Role::of(heading)).collect();
        settle_tool(&headings, &mut roles);
        let reviewer = roles.iter().position(|role| role.is_review(ReviewContent::Reviewer));
        if reviewer.is_none() {
            for (role, heading) in roles.iter_mut().zip(&headings) {
                if matches!(role, Role::Unknown) && !heading.is_empty() {
                    *role = Role::ScoresBy;
                }
            }
        }
        refuse_duplicates(&headings, &roles, cells, out);
        for ((role, heading), cell) in roles.iter().zip(&headings).zip(cells) {
            if matches!(role, Role::Unknown) {
                let key = heading.to_lowercase().replace(' ', "_");
                let help = nearest(&key, &headings::written()).map(|near| format!("did you mean `{near}`?"));
                let message = format!("the column {} is unknown and not read", quoted(heading));
                out.warn(cell.span.clone(), "unknown-field", message, help);
            }
        }
        let tool = roles.iter().position(|role| matches!(role, Role::Tool));
        if tool.is_none() {
            let message = "no column names the tool of a row, expected a column `tool`";
            out.add(cells[0].span.clone(), message, None);
        }
        let column = roles.iter().position(|role| matches!(role, Role::Review(_)));
        if let (None, Some(index)) = (reviewer, column) {
            let message = format!("the column {} needs a column `reviewer` beside it", quoted(&headings[index]));
            out.add(cells[index].span.clone(), message, None);
        }
        if !out.is_clean_since(mark) {
            return None;
        }
        let fields = roles.iter().enumerate().filter_map(|(index, role)| match role {
            Role::Field(field) => Some((index, *field)),
            _ => None,
        });
        let fields = fields.collect();
        let reviews = reviews(&headings, &roles, reviewer);
        Some(Self { separator, decimal_comma: separator != b',', tool: tool?, fields, reviews, headings })
    }

    /// Whether a row holds one review, so that the sheet may be long and is read piece by piece.
    pub(crate) fn is_long(&self) -> bool {
        matches!(self.reviews[..], [ReviewColumns { reviewer: ReviewerFrom::Column(_), .. }])
    }

    /// Whether these cells look like the headings of a sheet of tools.
    pub(crate) fn is_likely(text: &str, cells: &[CsvCell]) -> bool {
        let names_tool = |role: Role| matches!(role, Role::Tool) || role.is_slug() || role.is_name();
        cells.len() > 1 && cells.iter().any(|cell| names_tool(Role::of(cell.text(text).trim())))
    }
}

/// The reviews of a row: one where a column names the reviewer, else one for each heading that does.
fn reviews(headings: &[String], roles: &[Role], reviewer: Option<usize>) -> Vec<ReviewColumns> {
    if let Some(reviewer) = reviewer {
        let fields = roles.iter().enumerate().filter_map(|(index, role)| match role {
            Role::Review(field) if field.content != ReviewContent::Reviewer => Some((index, field.content)),
            _ => None,
        });
        return vec![ReviewColumns { reviewer: ReviewerFrom::Column(reviewer), fields: fields.collect() }];
    }
    let by_heading = roles.iter().enumerate().filter(|(_, role)| matches!(role, Role::ScoresBy));
    let review = |(index, _): (usize, &Role)| ReviewColumns {
        reviewer: ReviewerFrom::Heading(normalized(&headings[index]).into()),
        fields: vec![(index, ReviewContent::Score)],
    };
    by_heading.map(review).collect()
}

/// Decides which column names the tool. A `slug` does, and a `tool` beside it is its name. Else a `tool` does, else a
/// `name`.
fn settle_tool(headings: &[String], roles: &mut [Role]) {
    let place = |roles: &[Role], wanted: &dyn Fn(Role) -> bool| roles.iter().position(|role| wanted(*role));
    let tool = place(roles, &|role| matches!(role, Role::Tool));
    let (slug, name) = (place(roles, &Role::is_slug), place(roles, &Role::is_name));
    match (slug, tool, name) {
        (Some(slug), tool, name) => {
            roles[slug] = Role::Tool;
            if let (Some(tool), None) = (tool, name) {
                roles[tool] = Role::of("name");
            }
        }
        (None, None, Some(name)) => roles[name] = Role::Tool,
        _ => {}
    }
    debug_assert_eq!(headings.len(), roles.len());
}

/// Notes columns that hold the same.
fn refuse_duplicates(headings: &[String], roles: &[Role], cells: &[CsvCell], out: &mut Findings) {
    for (index, role) in roles.iter().enumerate() {
        let same = |other: usize| match (role, &roles[other]) {
            (Role::ScoresBy, Role::ScoresBy) => normalized(&headings[index]) == normalized(&headings[other]),
            (Role::Unknown | Role::ScoresBy, _) | (_, Role::Unknown | Role::ScoresBy) => false,
            (role, other) => role.heading() == other.heading(),
        };
        if let Some(first) = (0..index).find(|other| same(*other)) {
            let message = if headings[first] == headings[index] || matches!(role, Role::ScoresBy) {
                format!("the column {} appears twice", quoted(&headings[index]))
            } else {
                let (first, second) = (quoted(&headings[first]), quoted(&headings[index]));
                format!("the columns {first} and {second} both hold the {}", role.heading())
            };
            out.add_pair(cells[index].span.clone(), message, cells[first].span.start);
        }
    }
}
