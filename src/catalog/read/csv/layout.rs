//! How the columns of a sheet are read: which names the tool, which hold its fields, which make up reviews.

use super::header::Header;
use crate::catalog::read::finding::Findings;
use crate::catalog::record::fields::RecordField;
use crate::catalog::record::identity::normalized;
use crate::catalog::record::review::ReviewContent;
use crate::catalog::record::reviewer::ReviewerName;
use crate::catalog::record::score::Scale;
use crate::catalog::record::value::{nearest, quoted};
use crate::catalog::record::words::VerdictWords;
use crate::catalog::sheet::{Repeat, SheetTask};
use std::collections::BTreeSet;

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
    Name(ReviewerName),
    /// Each row is by a reviewer of its own.
    Row,
}

/// The columns that make up one review of a row.
#[derive(Clone, Debug)]
pub(crate) struct ReviewColumns {
    /// The tool or the reviewer that the headings name; empty where a column names both.
    pub(crate) name: ReviewerName,
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
