//! How the columns of a sheet are read: which names the tool, which hold its fields, which make up reviews.
//!
//! A sheet is long (a row for each review), wide (a row for each tool, the headings name reviewers) or by tool (a row for
//! each reviewer, the headings name tools). The shape is guessed from the headings, never the meaning: what could be
//! anything else is refused with what to write.

use super::header::Header;
use super::headings::{ColumnMeaning, Heading};
use super::{derived, forms, suggest};
use crate::catalog::read::finding::Findings;
use crate::catalog::record::fields::{RecordField, leaves};
use crate::catalog::record::identity::normalized;
use crate::catalog::record::review::ReviewContent;
use crate::catalog::record::score::Scale;
use crate::catalog::record::value::{nearest, quoted};
use crate::catalog::record::words::VerdictWords;
use crate::catalog::sheet::{Repeat, ReviewerRule, SheetTask};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How the columns of a sheet are read.
#[derive(Clone, Debug)]
pub(crate) struct SheetLayout {
    pub(crate) separator: u8,
    /// Whether a comma in a number is a decimal point.
    pub(crate) decimal_comma: bool,
    /// The headings, without blanks around them.
    pub(crate) headings: Vec<String>,
    /// The column that names the tool of a row; none where the headings name tools.
    pub(crate) tool: Option<usize>,
    pub(crate) reviewer: ReviewerFrom,
    /// The columns with fields of the tool.
    pub(crate) fields: Vec<(usize, &'static RecordField)>,
    /// The reviews that a row holds.
    pub(crate) reviews: Vec<ReviewColumns>,
    /// The panel's words for verdicts.
    pub(crate) words: VerdictWords,
    pub(crate) repeat: Repeat,
    /// Where rows start that are computed from the others.
    pub(crate) computed_rows: BTreeSet<usize>,
    /// How the sheet was understood, where that is more than its headings say.
    pub(crate) note: Option<String>,
}

/// Who reviewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ReviewerFrom {
    /// A column says.
    ReviewColumn(usize),
    /// The headings say.
    Headings,
    /// All rows are by this reviewer.
    Name(Arc<str>),
    /// Each row is by a reviewer of its own.
    Row,
}

/// The columns that make up one review of a row.
#[derive(Clone, Debug)]
pub(crate) struct ReviewColumns {
    /// The tool or the reviewer that the headings name; empty where a column names both.
    pub(crate) name: Arc<str>,
    /// Where the heading starts.
    pub(crate) at: usize,
    /// The columns with its fields, but for the reviewer.
    pub(crate) columns: Vec<ReviewColumn>,
}

/// A column with a field of a review.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReviewColumn {
    pub(crate) index: usize,
    pub(crate) cell: CellContent,
}

/// What a cell of a review holds. A plain number is on the scale, if there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CellContent {
    Score(Option<Scale>),
    /// One of several scores whose weighted mean is the score, with its weight in millionths.
    Criterion(Option<Scale>, u64),
    Verdict,
    /// A word that is neither ship nor skip.
    Label,
    /// A score, a verdict, or both.
    Judgement(Option<Scale>),
    /// The reviewer's words.
    Text,
    /// The day.
    Date,
    /// The day, where it is written so that it can be no other.
    Timestamp,
}

/// What decides how a sheet is read.
#[derive(Clone, Copy)]
pub(crate) struct LayoutTask<'a> {
    /// The whole text, or its beginning.
    pub(crate) text: &'a str,
    pub(crate) header: &'a Header,
    pub(crate) sheet: &'a SheetTask,
}

impl SheetLayout {
    /// The layout of a sheet that no rule describes; `None`, with the reasons in `out`, where its rows cannot be read.
    pub(crate) fn guess(task: LayoutTask<'_>, out: &mut Findings) -> Option<Self> {
        let header = task.header;
        let mark = out.mark();
        let is_form = header.is_form();
        let (tool, names) = tool_columns(header, is_form);
        let reviewer = match &task.sheet.rule.reviewer {
            ReviewerRule::File => Some(ReviewerFrom::Name(task.sheet.stem.as_str().into())),
            ReviewerRule::Row => Some(ReviewerFrom::Row),
            _ => reviewer_column(header, tool, is_form).map(ReviewerFrom::ReviewColumn),
        };
        let mut layout = Self::new(task);
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

    /// A layout of which no column is read yet.
    pub(super) fn new(task: LayoutTask<'_>) -> Self {
        let header = task.header;
        Self {
            separator: header.separator,
            decimal_comma: header.separator != b',',
            headings: header.headings.iter().map(|heading| heading.text.clone()).collect(),
            tool: None,
            reviewer: ReviewerFrom::Headings,
            fields: Vec::new(),
            reviews: Vec::new(),
            words: task.sheet.words.clone(),
            repeat: task.sheet.rule.repeat,
            computed_rows: BTreeSet::new(),
            note: None,
        }
    }

    /// The same where words that are verdicts only in pairs are none.
    pub(crate) fn without_pairs(&self) -> Self {
        Self { words: self.words.without_pairs(), ..self.clone() }
    }

    /// Whether a row holds one review of a tool that it names, so that the sheet may be large and is read piece by piece.
    pub(crate) fn is_long(&self) -> bool {
        let is_named_by_row = matches!(self.reviewer, ReviewerFrom::ReviewColumn(_) | ReviewerFrom::Name(_));
        self.tool.is_some() && is_named_by_row && self.repeat == Repeat::Error
    }
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

/// Notes a column that is not read: for every command where it looks like a judgement.
pub(super) fn unread(header: &Header, index: usize, out: &mut Findings) {
    let heading = &header.headings[index];
    if heading.text.is_empty() {
        return;
    }
    let key = heading.text.to_lowercase().replace(' ', "_");
    let near = nearest(&key, &super::headings::written()).map(|near| format!("did you mean `{near}`?"));
    let message = format!("the column {} is unknown and not read", header.quoted(index));
    if heading.looks_like_judgement() {
        let help = near.or_else(|| Some("a [[sheet]] in compare.toml can say what it holds".to_owned()));
        out.doubt(header.spans[index].clone(), "unread-column", message, help);
    } else {
        out.warn(header.spans[index].clone(), "unknown-field", message, near);
    }
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

/// Adds a column to those of a tool or reviewer, of which each holds something else.
pub(super) fn add_column(
    groups: &mut Vec<ReviewColumns>,
    name: &str,
    column: ReviewColumn,
    header: &Header,
    out: &mut Findings,
) {
    let name = normalized(name);
    let Some(group) = groups.iter_mut().find(|known| *known.name == *name) else {
        let at = header.spans[column.index].start;
        return groups.push(ReviewColumns { name: name.into(), at, columns: vec![column] });
    };
    let same = |known: &&ReviewColumn| known.cell.kind().is_some() && known.cell.kind() == column.cell.kind();
    if let Some(first) = group.columns.iter().find(same) {
        let kind = column.cell.kind().unwrap_or_default();
        let (one, other) = (header.quoted(first.index), header.quoted(column.index));
        let message = format!("the columns {one} and {other} both hold the {kind} of {}", quoted(&name));
        let help = "remove one of them, or name both as `criteria` in a [[sheet]] of compare.toml".to_owned();
        out.add_pair(header.spans[column.index].clone(), message, Some(help), header.spans[first.index].start);
    }
    group.columns.push(column);
}

impl CellContent {
    /// What a review can have once.
    fn kind(self) -> Option<&'static str> {
        match self {
            Self::Score(_) | Self::Judgement(_) => Some("score"),
            Self::Verdict => Some("verdict"),
            Self::Text => Some("text"),
            Self::Date | Self::Timestamp => Some("date"),
            Self::Label => Some("label"),
            Self::Criterion(..) => None,
        }
    }
}

impl ReviewContent {
    /// How cells with this content are read.
    pub(super) fn cell(self, scale: Option<Scale>) -> CellContent {
        match self {
            Self::Verdict => CellContent::Verdict,
            Self::Label => CellContent::Label,
            Self::Text => CellContent::Text,
            Self::Date => CellContent::Date,
            Self::Score | Self::Reviewer => CellContent::Score(scale),
        }
    }
}

/// Refuses a heading twice, and `Ana (2)` or `Ana.1` beside `Ana`, which is what spreadsheets make of that.
pub(super) fn refuse_same_person(header: &Header, columns: &[usize], out: &mut Findings) {
    let name = |index: usize| header.headings[index].text.as_str();
    let person = |index: usize| address_owner(name(index)).unwrap_or(name(index));
    for (place, index) in columns.iter().enumerate() {
        let numbered = |known: &str| {
            let rest = name(*index).strip_prefix(known).map(str::trim).unwrap_or_default();
            let number = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).or(rest.strip_prefix('.'));
            number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let same = columns[..place].iter().find(|first| person(**first) == person(*index));
        let numbered = columns.iter().find(|first| !header.headings[*index].is_name && numbered(name(**first)));
        let message = match (same, numbered) {
            (Some(first), _) if name(*first) != name(*index) => {
                format!("two columns are of {}", quoted(person(*index)))
            }
            (Some(_), _) => format!("the column {} appears twice", header.quoted(*index)),
            (None, Some(first)) => {
                format!("the columns {} and {} seem to be one twice", header.quoted(*first), header.quoted(*index))
            }
            (None, None) => continue,
        };
        let help = format!("remove one of them, or write \"reviewer:{}\" if that is another name", name(*index));
        let first = header.spans[*same.or(numbered).unwrap_or(index)].start;
        out.add_pair(header.spans[*index].clone(), message, Some(help), first);
    }
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

/// Whose the e-mail address `text` is, if it is one: the part before `@`, or the name in front of `<address>`.
pub(super) fn address_owner(text: &str) -> Option<&str> {
    let is_address = |text: &str| {
        let host = text.split_once('@').filter(|(local, _)| !local.is_empty()).map_or("", |(_, host)| host);
        host.contains('.') && !text.contains(char::is_whitespace) && !host.contains('@')
    };
    let text = text.trim();
    match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
        Some((name, address)) if is_address(address) => {
            Some(name.trim().trim_matches('"')).filter(|name| !name.is_empty()).or_else(|| address_owner(address))
        }
        _ => text.split_once('@').map(|(local, _)| local).filter(|_| is_address(text)),
    }
}
