//! A layout from what a person says about a sheet: headings, with `{tool}` where they name one.

use super::header::Header;
use super::headings::{Heading, key};
use super::layout::{CellContent, LayoutTask, ReviewColumn, ReviewColumns, ReviewerFrom, SheetLayout, add_column};
use super::pattern::{Pattern, best};
use crate::catalog::read::finding::Findings;
use crate::catalog::record::identity::normalized;
use crate::catalog::record::value::{nearest, quoted};
use crate::catalog::sheet::{ReviewerRule, SheetRule};

/// A heading of the rule and what its columns hold.
struct Wanted<'a> {
    heading: &'a str,
    content: RuleContent,
}

/// What a column of the rule holds.
#[derive(Clone, Copy)]
enum RuleContent {
    Score,
    Verdict,
    Text,
    Date,
    /// One of several scores, with its weight in millionths.
    Criterion(u64),
}

/// The layout that the sheet's rule describes; `None`, with the reasons in `out`, where its columns are not there.
pub(super) fn layout(task: LayoutTask<'_>, out: &mut Findings) -> Option<SheetLayout> {
    let (header, rule) = (task.header, &task.sheet.rule);
    let mark = out.mark();
    let mut layout = SheetLayout::new(task);
    layout.tool = rule.tool.as_deref().and_then(|heading| column(task, heading, out));
    layout.reviewer = match &rule.reviewer {
        ReviewerRule::Guess | ReviewerRule::Headings(_) => ReviewerFrom::Headings,
        ReviewerRule::Column(heading) => {
            column(task, heading, out).map_or(ReviewerFrom::Headings, ReviewerFrom::ReviewColumn)
        }
        ReviewerRule::File => ReviewerFrom::Name(normalized(&task.sheet.stem).into()),
        ReviewerRule::Row => ReviewerFrom::Row,
    };
    let (patterns, single): (Vec<_>, Vec<_>) =
        wanted(rule).into_iter().partition(|wanted| wanted.heading.contains(Pattern::TOOL));
    if let ReviewerRule::Headings(names) = &rule.reviewer {
        layout.reviews = by_name(task, names, out);
    } else if !rule.tools.is_empty() {
        layout.reviews = by_name(task, &rule.tools, out);
    } else if rule.tool.is_some() {
        let columns =
            single.iter().filter_map(|wanted| Some(wanted.content.column(task, column(task, wanted.heading, out)?)));
        layout.reviews = vec![ReviewColumns { name: "".into(), at: 0, columns: columns.collect() }];
    } else {
        layout.reviews = by_tool(task, &patterns, &layout.reviewer, &single, out);
    }
    let is_missing = layout.reviewer == ReviewerFrom::Headings && !matches!(rule.reviewer, ReviewerRule::Headings(_));
    if is_missing && out.is_clean_since(mark) {
        let help = "add `reviewer = \"HEADING\"`, or `reviewer-from = \"file\"` if all rows are by one person";
        header.refuse(0, "the [[sheet]] of this file does not say who reviewed", Some(help.to_owned()), out);
    }
    out.is_clean_since(mark).then_some(layout)
}

/// Whether a row of headings has those that the rule names.
pub(super) fn is_header(rule: &SheetRule, headings: &[Heading]) -> bool {
    let mut named: Vec<&str> = rule.tool.iter().map(String::as_str).collect();
    match &rule.reviewer {
        ReviewerRule::Column(heading) => named.push(heading),
        ReviewerRule::Headings(names) => named.extend(names.iter().map(String::as_str)),
        ReviewerRule::Guess | ReviewerRule::File | ReviewerRule::Row => {}
    }
    named.extend(rule.tools.iter().map(String::as_str));
    named.extend(wanted(rule).iter().map(|wanted| wanted.heading));
    let is_there = |name: &&str| match Pattern::parse(name) {
        Some(pattern) => headings.iter().any(|heading| pattern.tool(&heading.text).is_some()),
        None => headings.iter().any(|heading| is_called(heading, name)),
    };
    named.iter().filter(|name| is_there(name)).count() * 2 > named.len()
}

/// The headings of the rule, but for those of tool and reviewer.
fn wanted(rule: &SheetRule) -> Vec<Wanted<'_>> {
    let SheetRule { score, verdict, text, date, .. } = rule;
    let single = [
        (score, RuleContent::Score),
        (verdict, RuleContent::Verdict),
        (text, RuleContent::Text),
        (date, RuleContent::Date),
    ];
    let single = single.into_iter().filter_map(|(heading, content)| Some((heading.as_deref()?, content)));
    let criteria = rule.criteria.iter().map(|(heading, weight)| (heading.as_str(), RuleContent::Criterion(*weight)));
    single.chain(criteria).map(|(heading, content)| Wanted { heading, content }).collect()
}

impl RuleContent {
    /// The column at `index`.
    fn column(self, task: LayoutTask<'_>, index: usize) -> ReviewColumn {
        let scale = task.header.headings[index].scale.or(task.sheet.scale);
        let cell = match self {
            Self::Score => CellContent::Judgement(scale),
            Self::Verdict => CellContent::Verdict,
            Self::Text => CellContent::Text,
            Self::Date => CellContent::Timestamp,
            Self::Criterion(weight) => CellContent::Criterion(scale, weight),
        };
        ReviewColumn { index, cell }
    }
}

/// The reviews of a row whose headings name the tools.
fn by_tool(
    task: LayoutTask<'_>,
    patterns: &[Wanted<'_>],
    reviewer: &ReviewerFrom,
    single: &[Wanted<'_>],
    out: &mut Findings,
) -> Vec<ReviewColumns> {
    let header = task.header;
    let taken: Vec<usize> = single.iter().filter_map(|wanted| column(task, wanted.heading, out)).collect();
    let parsed: Vec<Pattern> =
        patterns.iter().filter_map(|wanted| Pattern::parse(&normalized(wanted.heading))).collect();
    let mut matched = vec![false; parsed.len()];
    let mut groups: Vec<ReviewColumns> = Vec::new();
    for (index, heading) in header.headings.iter().enumerate() {
        if taken.contains(&index) || *reviewer == ReviewerFrom::ReviewColumn(index) {
            continue;
        }
        if let Some((place, tool)) = best(&parsed, &heading.text) {
            matched[place] = true;
            add_column(&mut groups, tool, patterns[place].content.column(task, index), header, out);
        }
    }
    for (wanted, _) in patterns.iter().zip(matched).filter(|(_, matched)| !matched) {
        not_there(header, wanted.heading, out);
    }
    // What belongs to the whole row is part of each of its reviews.
    let shared: Vec<ReviewColumn> =
        single.iter().zip(&taken).map(|(wanted, index)| wanted.content.column(task, *index)).collect();
    for group in &mut groups {
        group.columns.extend(&shared);
    }
    if patterns.is_empty() {
        let help = "add `tool = \"HEADING\"`, or write {tool} where the headings name the tool";
        header.refuse(0, "the [[sheet]] of this file does not say which tool is reviewed", Some(help.to_owned()), out);
    }
    groups
}

/// The reviews of a row whose headings are the names of the reviewers or of the tools.
fn by_name(task: LayoutTask<'_>, names: &[String], out: &mut Findings) -> Vec<ReviewColumns> {
    let mut groups = Vec::new();
    for name in names {
        if let Some(index) = column(task, name, out) {
            let heading = &task.header.headings[index];
            add_column(&mut groups, &heading.name, RuleContent::Score.column(task, index), task.header, out);
        }
    }
    groups
}

/// The column with this heading.
fn column(task: LayoutTask<'_>, wanted: &str, out: &mut Findings) -> Option<usize> {
    let mut found = (0..task.header.headings.len()).filter(|index| is_called(&task.header.headings[*index], wanted));
    let Some(first) = found.next() else {
        not_there(task.header, wanted, out);
        return None;
    };
    if let Some(second) = found.next() {
        let message = format!("two columns are called {}, which the [[sheet]] of this file names", quoted(wanted));
        out.add_pair(task.header.spans[second].clone(), message, None, task.header.spans[first].start);
    }
    Some(first)
}

/// Whether a heading is the one that a rule means.
fn is_called(heading: &Heading, wanted: &str) -> bool {
    let wanted = normalized(wanted);
    heading.text == wanted || !wanted.is_empty() && key(&heading.text) == key(&wanted) && !key(&wanted).is_empty()
}

fn not_there(header: &Header, wanted: &str, out: &mut Findings) {
    let all: Vec<&str> =
        header.headings.iter().map(|heading| heading.text.as_str()).filter(|text| !text.is_empty()).collect();
    let lower: Vec<String> = all.iter().map(|text| text.to_lowercase()).collect();
    let near = nearest(wanted, &lower.iter().map(String::as_str).collect::<Vec<_>>());
    let near = near.and_then(|near| lower.iter().position(|text| text == near)).map(|place| all[place]);
    let help = match near {
        Some(near) => format!("did you mean {}?", quoted(near)),
        None => format!("the columns are {}", all.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ")),
    };
    let message = format!("no column is called {}, which the [[sheet]] of this file names", quoted(wanted));
    header.refuse(0, message, Some(help), out);
}
