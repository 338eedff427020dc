//! Guesses the layout of a sheet from its headings.
//!
//! A sheet is long (a row for each review), wide (a row for each tool, the headings name reviewers) or by tool (a row for
//! each reviewer, the headings name tools). The shape is guessed, never the meaning: what could be anything else is
//! refused with what to write.

use super::header::Header;
use super::headings::{ColumnMeaning, Heading};
use super::layout::{
    CellContent, LayoutTask, ReviewColumn, ReviewColumns, ReviewerFrom, SheetLayout, add_column, address_owner,
    refuse_same_person, unread,
};
use super::{derived, forms, suggest};
use crate::catalog::read::finding::Findings;
use crate::catalog::record::fields::{RecordField, leaves};
use crate::catalog::record::identity::normalized;
use crate::catalog::record::review::ReviewContent;
use crate::catalog::record::value::quoted;
use crate::catalog::sheet::ReviewerRule;
use std::collections::BTreeSet;

/// The layout of a sheet that no rule describes; `None`, with the reasons in `out`, where its rows cannot be read.
pub(super) fn guess(task: LayoutTask<'_>, out: &mut Findings) -> Option<SheetLayout> {
    let header = task.header;
    let mark = out.mark();
    let is_form = header.is_form();
    let (tool, names) = tool_columns(header, is_form);
    let reviewer = match &task.sheet.rule.reviewer {
        ReviewerRule::File => Some(ReviewerFrom::Name(task.sheet.stem.as_str().into())),
        ReviewerRule::Row => Some(ReviewerFrom::Row),
        _ => reviewer_column(header, tool, is_form).map(ReviewerFrom::ReviewColumn),
    };
    let mut layout = SheetLayout::new(task);
    let has_judgement = header.position(Heading::is_judgement).is_some();
    match (tool, reviewer) {
        (Some(_), Some(reviewer)) if has_judgement || matches!(reviewer, ReviewerFrom::ReviewColumn(_)) => {
            (layout.tool, layout.reviewer) = (tool, reviewer);
            layout.fields = fields(header, tool, names);
            refuse_duplicates(header, &layout, out);
            layout.reviews = vec![long(task, out)];
        }
        (Some(_), _) => {
            (layout.tool, layout.fields) = (tool, fields(header, tool, names));
            refuse_duplicates(header, &layout, out);
            wide(task, &mut layout, out);
        }
        (None, reviewer) if reviewer.is_some() || is_form => {
            layout.reviewer = reviewer.unwrap_or(ReviewerFrom::Row);
            forms::by_tool(task, &mut layout, out);
        }
        (None, _) => suggest::refuse(task, 0, "no column names the tool of a row", out),
    }
    if layout.tool.is_none() || layout.reviewer == ReviewerFrom::Headings {
        suggest::doubt_unnamed(task, out);
    }
    if header.titles > 0 {
        let heading = header.quoted(0);
        layout.note.get_or_insert_with(|| format!("the headings are in the row that begins with {heading}"));
    }
    out.is_clean_since(mark).then_some(layout)
}

/// The columns with fields of the tool but for the one that names it; `name` holds its name whatever the heading says.
fn fields(header: &Header, tool: Option<usize>, name: Option<usize>) -> Vec<(usize, &'static RecordField)> {
    let field = |(index, heading): (usize, &Heading)| match heading.role {
        ColumnMeaning::Field(field) if Some(index) != tool => Some((index, field)),
        _ if Some(index) == name => leaves().find(|field| field.key == "name").map(|field| (index, field)),
        _ => None,
    };
    header.headings.iter().enumerate().filter_map(field).collect()
}

/// The column that names the tool of a row, and the one with its name beside that. A `slug` names it, and a `tool` beside
/// it is its name. Else a `tool` does, else a `name`; in a form a `name` is that of a person.
fn tool_columns(header: &Header, is_form: bool) -> (Option<usize>, Option<usize>) {
    let tool = (0..header.headings.len())
        .filter_map(|index| match header.headings[index].role {
            ColumnMeaning::Tool(place) => Some((place, index)),
            _ => None,
        })
        .min()
        .map(|(_, index)| index);
    let slug = header.position(Heading::is_slug);
    let name = header.position(Heading::is_tool_name).filter(|_| !is_form);
    match (slug, tool, name) {
        (Some(slug), tool, None) => (Some(slug), tool),
        (Some(slug), _, Some(_)) => (Some(slug), None),
        (None, Some(tool), _) => (Some(tool), None),
        (None, None, name) => (name, None),
    }
}

/// The column that names the reviewer.
fn reviewer_column(header: &Header, tool: Option<usize>, is_form: bool) -> Option<usize> {
    let is_name = |index: usize| header.headings[index].is_tool_name() && is_form && Some(index) != tool;
    header
        .position(|heading| heading.is_review(ReviewContent::Reviewer))
        .or_else(|| header.position(|heading| matches!(heading.role, ColumnMeaning::Person)))
        .or_else(|| (0..header.headings.len()).find(|index| is_name(*index)))
        .or_else(|| header.position(|heading| matches!(heading.role, ColumnMeaning::Email)))
}

/// The review of each row of a long sheet.
fn long(task: LayoutTask<'_>, out: &mut Findings) -> ReviewColumns {
    let header = task.header;
    let mut columns = Vec::new();
    let has_date = header.position(|heading| heading.is_review(ReviewContent::Date)).is_some();
    for (index, heading) in header.headings.iter().enumerate() {
        let scale = heading.scale.or(task.sheet.scale);
        let cell = match heading.role {
            ColumnMeaning::Review(ReviewContent::Score) => CellContent::Score(scale),
            ColumnMeaning::Review(ReviewContent::Verdict) => CellContent::Verdict,
            ColumnMeaning::Review(ReviewContent::Label) => CellContent::Label,
            ColumnMeaning::Review(ReviewContent::Text) => CellContent::Text,
            ColumnMeaning::Review(ReviewContent::Date) => CellContent::Date,
            ColumnMeaning::Timestamp if !has_date => CellContent::Timestamp,
            ColumnMeaning::Unknown | ColumnMeaning::Number => {
                unread(header, index, out);
                continue;
            }
            _ => continue,
        };
        columns.push(ReviewColumn { index, cell });
    }
    if header.position(Heading::is_judgement).is_none() {
        suggest::refuse(task, 0, "no column holds scores or verdicts", out);
    }
    ReviewColumns { name: "".into(), at: 0, columns }
}

/// The reviews of each row of a wide sheet, one for each reviewer that the headings name.
fn wide(task: LayoutTask<'_>, layout: &mut SheetLayout, out: &mut Findings) {
    let header = task.header;
    let mark = out.mark();
    let is_summary =
        |index: usize| header.headings[index].is_review(ReviewContent::Score) && derived::is_computed(task, index);
    let summaries: Vec<usize> = (0..header.headings.len()).filter(|index| is_summary(*index)).collect();
    for (index, heading) in header.headings.iter().enumerate().filter(|(index, _)| !summaries.contains(index)) {
        if heading.is_judgement() {
            let column = header.quoted(index);
            suggest::refuse(
                task,
                index,
                &format!("nothing says who reviewed: the column {column} needs a column `reviewer` beside it"),
                out,
            );
            return;
        }
        if matches!(heading.role, ColumnMeaning::Review(_)) {
            let message = format!("the column {} is not read: it does not say who wrote it", header.quoted(index));
            out.doubt(header.spans[index].clone(), "unread-column", message, None);
        }
    }
    let is_named = |index: &usize| {
        let heading = &header.headings[*index];
        let is_other_tool = matches!(heading.role, ColumnMeaning::Tool(_))
            && Some(*index) != layout.tool
            && layout.fields.iter().all(|(field, _)| field != index);
        let is_unknown = matches!(heading.role, ColumnMeaning::Unknown | ColumnMeaning::Number);
        (is_unknown || is_other_tool || summaries.contains(index)) && !heading.text.is_empty()
    };
    let named: Vec<usize> = (0..header.headings.len()).filter(is_named).collect();
    let Some(computed) = derived::find(task, layout.tool, &named, "reviewer", out) else { return };
    layout.computed_rows = computed.rows;
    let kept: Vec<usize> = named.into_iter().filter(|index| !computed.columns.contains(index)).collect();
    layout.reviews = grouped(task, &kept, layout, out);
    refuse_same_person(header, &kept, out);
    if out.is_clean_since(mark) {
        suggest::refuse_other_columns(task, layout, out);
    }
    if out.is_clean_since(mark) {
        suggest::suspect_criteria(task, layout, out);
    }
}

/// The columns of each reviewer whom the headings of `columns` name, in their order: one column with a score or a
/// verdict, or one for each (`Builder score`, `Builder verdict`).
fn grouped(
    task: LayoutTask<'_>,
    columns: &[usize],
    layout: &mut SheetLayout,
    out: &mut Findings,
) -> Vec<ReviewColumns> {
    let header = task.header;
    let judgements: Vec<_> = columns.iter().map(|index| header.headings[*index].judgement()).collect();
    let is_whole = |name: &str| columns.iter().any(|index| header.headings[*index].name == name);
    let several = |name: &str| {
        let of_name = judgements.iter().flatten().filter(|(other, _)| *other == name);
        of_name.map(|(_, content)| *content).collect::<BTreeSet<_>>().len() > 1
    };
    // A heading is taken apart where its name has several columns, or where all headings end so.
    let all = judgements.iter().all(Option::is_some) && judgements.len() > 1;
    let mut groups: Vec<ReviewColumns> = Vec::new();
    for (index, judgement) in columns.iter().zip(&judgements) {
        let heading = &header.headings[*index];
        let scale = heading.scale.or(task.sheet.scale);
        let apart = judgement.filter(|(name, _)| all || several(name) || is_whole(name));
        let (name, cell) = match apart {
            Some((name, content)) => (name, content.cell(scale)),
            None => (heading.name.as_str(), CellContent::Judgement(scale)),
        };
        let name = address_owner(name).unwrap_or(name);
        let column = ReviewColumn { index: *index, cell };
        if apart.is_none() && !several(name) {
            let at = header.spans[*index].start;
            groups.push(ReviewColumns { name: normalized(name).into(), at, columns: vec![column] });
        } else {
            layout.note.get_or_insert_with(|| "each reviewer has several columns".to_owned());
            add_column(&mut groups, name, column, header, out);
        }
    }
    groups
}

/// Notes columns that hold the same.
fn refuse_duplicates(header: &Header, layout: &SheetLayout, out: &mut Findings) {
    let name_field = layout.fields.iter().find(|(_, field)| field.key == "name").map(|(index, _)| *index);
    let kind = |index: usize| match header.headings[index].role {
        _ if Some(index) == layout.tool => Some("tool"),
        _ if Some(index) == name_field => Some("name"),
        ColumnMeaning::Field(_) | ColumnMeaning::Review(_) => Some(header.headings[index].kind()),
        _ => None,
    };
    for index in (0..header.headings.len()).filter(|index| kind(*index).is_some()) {
        let Some(first) = (0..index).find(|first| kind(*first) == kind(index)) else { continue };
        let (one, other) = (&header.headings[first].text, &header.headings[index].text);
        let message = if one == other {
            format!("the column {} appears twice", quoted(other))
        } else {
            format!(
                "the columns {} and {} both hold the {}",
                quoted(one),
                quoted(other),
                kind(index).unwrap_or_default()
            )
        };
        out.add_pair(header.spans[index].clone(), message, None, header.spans[first].start);
    }
}
