//! Sheets with a row for each reviewer whose headings name the tools: exports of forms, and transposed tables.
//!
//! The tool is what varies in the headings: `How would you rate Kafka?` beside `How would you rate NATS?`, `Why? [Kafka]`
//! beside `Why? [NATS]`.

use super::derived;
use super::headings::{ColumnMeaning, Heading, is_criterion};
use super::layout::{
    CellContent, LayoutTask, ReviewColumn, ReviewColumns, ReviewerFrom, SheetLayout, add_column, refuse_same_person,
    unread,
};
use super::pattern::{Pattern, best};
use super::tokens::RowTokens;
use super::{likeness, suggest};
use crate::catalog::read::finding::Findings;
use crate::catalog::record::review::ReviewContent;
use crate::catalog::record::score::Score;
use crate::catalog::record::words::is_absent;
use std::collections::{BTreeMap, BTreeSet};

/// Reads the headings as those of tools.
pub(super) fn by_tool(task: LayoutTask<'_>, layout: &mut SheetLayout, out: &mut Findings) {
    let header = task.header;
    let is_candidate = |(index, heading): &(usize, &Heading)| {
        let is_reviewer = layout.reviewer == ReviewerFrom::ReviewColumn(*index);
        matches!(heading.role, ColumnMeaning::Unknown | ColumnMeaning::Number | ColumnMeaning::Tool(_))
            && !heading.text.is_empty()
            && !is_reviewer
            || matches!(heading.role, ColumnMeaning::Review(_)) && heading.text.contains(['[', '?', ':'])
    };
    let candidates: Vec<usize> =
        header.headings.iter().enumerate().filter(is_candidate).map(|(index, _)| index).collect();
    for (index, heading) in header.headings.iter().enumerate() {
        if matches!(
            heading.role,
            ColumnMeaning::Review(ReviewContent::Score | ReviewContent::Verdict | ReviewContent::Text)
        ) && !candidates.contains(&index)
        {
            let message =
                format!("the column {} is not read: it does not say which tool it is about", header.quoted(index));
            out.doubt(header.spans[index].clone(), "unread-column", message, None);
        }
    }
    let patterns = patterns(task, &candidates);
    if patterns.is_empty() {
        plain(task, &candidates, layout, out);
    } else {
        questions(task, &candidates, &patterns, layout, out);
    }
    let date = header
        .position(|heading| heading.is_review(ReviewContent::Date))
        .map(|index| ReviewColumn { index, cell: CellContent::Date })
        .or_else(|| {
            let index = header.position(|heading| matches!(heading.role, ColumnMeaning::Timestamp))?;
            Some(ReviewColumn { index, cell: CellContent::Timestamp })
        });
    for review in &mut layout.reviews {
        review.columns.extend(date);
    }
    let from = match &layout.reviewer {
        ReviewerFrom::ReviewColumn(index) => format!("by whom {} names", header.quoted(*index)),
        ReviewerFrom::Name(name) => format!("all by {name}"),
        ReviewerFrom::Row | ReviewerFrom::Headings => "each by a reviewer of its own".to_owned(),
    };
    let tools: Vec<&str> = layout.reviews.iter().map(|review| &*review.name).collect();
    layout.note =
        Some(format!("each row holds the reviews of one reviewer, {from}; the tools are {}", tools.join(", ")));
}

/// Headings that are names of tools.
fn plain(task: LayoutTask<'_>, candidates: &[usize], layout: &mut SheetLayout, out: &mut Findings) {
    let header = task.header;
    // A question that no tool varies in is about none.
    let (asked, named): (Vec<usize>, Vec<usize>) =
        candidates.iter().partition(|index| header.headings[**index].name.ends_with('?'));
    let is_tool = |index: &usize| !likeness::is_about_tools(&header.headings[*index]);
    if asked.iter().any(|index| likeness::asks_for_tool(&header.headings[*index]))
        && (named.len() < 2 || !named.iter().all(is_tool))
    {
        return suggest::refuse(task, 0, "a question seems to name the tool of a row", out);
    }
    for index in asked {
        unread(header, index, out);
    }
    if named.is_empty() {
        let questions: Vec<_> = candidates.iter().filter_map(|index| question(&header.headings[*index].text)).collect();
        if questions.is_empty() {
            return suggest::refuse(task, 0, "no column names the tool of a row", out);
        }
        return suggest::refuse_form(
            task,
            &layout.reviewer,
            "which tools the columns are about is not clear",
            &questions,
            out,
        );
    }
    let label = match layout.reviewer {
        ReviewerFrom::ReviewColumn(index) => Some(index),
        _ => None,
    };
    let Some(computed) = derived::find(task, label, &named, "tool", out) else { return };
    layout.computed_rows = computed.rows;
    let kept: Vec<usize> = named.into_iter().filter(|index| !computed.columns.contains(index)).collect();
    for index in &kept {
        let heading = &header.headings[*index];
        let column = ReviewColumn { index: *index, cell: CellContent::Judgement(heading.scale.or(task.sheet.scale)) };
        let at = header.spans[*index].start;
        layout.reviews.push(ReviewColumns { name: heading.name.as_str().into(), at, columns: vec![column] });
    }
    refuse_same_person(header, &kept, out);
    suggest::refuse_other_columns(task, layout, out);
}

/// A question about one tool with `{tool}` in place of its last word, which is probably that.
fn question(heading: &str) -> Option<(String, ReviewContent)> {
    let end = heading.trim_end_matches(|c: char| !c.is_alphanumeric()).len();
    let start = heading[..end].rfind(|c: char| !c.is_alphanumeric()).map_or(0, |at| at + 1);
    let pattern = Pattern { before: heading[..start].to_owned(), after: heading[end..].to_owned() };
    Some((pattern.text(), pattern.content()?))
}

/// Headings that are questions about tools.
fn questions(
    task: LayoutTask<'_>,
    candidates: &[usize],
    patterns: &[Pattern],
    layout: &mut SheetLayout,
    out: &mut Findings,
) {
    let header = task.header;
    let contents: Vec<_> = patterns.iter().map(|pattern| content(task, pattern, candidates)).collect();
    let asked = patterns.iter().zip(&contents).filter_map(|(pattern, content)| Some((pattern, (*content)?)));
    let mut asked: Vec<(String, ReviewContent)> = asked.map(|(pattern, content)| (pattern.text(), content)).collect();
    let mut groups: Vec<ReviewColumns> = Vec::new();
    let mark = out.mark();
    for index in candidates {
        let heading = &header.headings[*index];
        let found = best(patterns, &heading.name).and_then(|(place, tool)| Some((contents[place]?, tool)));
        let Some((content, tool)) = found else {
            unread(header, *index, out);
            continue;
        };
        let column = ReviewColumn { index: *index, cell: content.cell(heading.scale.or(task.sheet.scale)) };
        add_column(&mut groups, tool, column, header, out);
    }
    let has = |content: ReviewContent| asked.iter().filter(|(_, found)| *found == content).count();
    let tools: Vec<&str> = groups.iter().map(|group| &*group.name).collect();
    let message = match grid(&tools) {
        Some(criteria) => {
            let split = |(question, content): (String, ReviewContent)| {
                let one = |criterion: &String| (question.replacen(Pattern::TOOL, criterion, 1), content);
                criteria.iter().map(one).collect::<Vec<_>>()
            };
            asked = asked.into_iter().flat_map(split).collect();
            "the headings vary in two ways, and either could be the tool"
        }
        None if has(ReviewContent::Score) > 1 => "several questions ask for a score of each tool",
        None if has(ReviewContent::Score) + has(ReviewContent::Verdict) == 0 => "no column holds scores or verdicts",
        None => return layout.reviews = groups,
    };
    out.forget_since(mark);
    suggest::refuse_form(task, &layout.reviewer, message, &asked, out);
}

/// Where each of several endings of `names` appears with the same several beginnings (`speed of Kafka`, `docs of Kafka`,
/// `speed of NATS`, `docs of NATS`), the beginnings with `{tool}` behind each; the endings with `{tool}` in front where
/// these are what tools are judged by.
fn grid(names: &[&str]) -> Option<Vec<String>> {
    let product = |split: fn(&str) -> Option<(&str, &str)>| {
        let mut groups: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for name in names {
            let (one, other) = split(name)?;
            groups.entry(one).or_default().insert(other);
        }
        let endings = groups.values().next().filter(|first| first.len() > 1)?;
        let is_full = groups.len() > 1 && groups.values().all(|set| set == endings);
        is_full.then(|| (groups.keys().copied().collect::<Vec<_>>(), endings.iter().copied().collect::<Vec<_>>()))
    };
    let last = product(|name| name.rsplit_once(' '));
    let (is_last, (starts, endings)) = match last {
        Some(found) => (true, found),
        None => (false, product(|name| name.split_once(' '))?),
    };
    let (tool, is_mark) = (Pattern::TOOL, |c: char| !c.is_alphanumeric());
    let are_criteria = |parts: &[&str]| parts.iter().all(|part| is_criterion(part.trim_matches(is_mark)));
    // Marks such as `? [` between the two belong to neither.
    let before = |part: &str| part.trim_end_matches(is_mark).len();
    let after = |part: &str| part.len() - part.trim_start_matches(is_mark).len();
    if are_criteria(&endings) || !is_last && !are_criteria(&starts) {
        let mark = &starts[0][before(starts[0])..];
        return Some(endings.iter().map(|end| format!("{tool}{mark} {end}")).collect());
    }
    let mark = &endings[0][..after(endings[0])];
    Some(starts.iter().map(|start| format!("{start} {mark}{tool}")).collect())
}

/// What the columns of a pattern hold, by its words and by the cells in them.
fn content(task: LayoutTask<'_>, pattern: &Pattern, candidates: &[usize]) -> Option<ReviewContent> {
    let headings = &task.header.headings;
    let of_pattern: Vec<usize> =
        candidates.iter().copied().filter(|index| pattern.tool(&headings[*index].name).is_some()).collect();
    let has_scale = of_pattern.iter().any(|index| headings[*index].scale.is_some());
    match pattern.content() {
        None | Some(ReviewContent::Verdict) if has_scale || has_scores(task, &of_pattern) => Some(ReviewContent::Score),
        content => content,
    }
}

/// Whether there are numbers in `columns` other than 0 and 1, and nothing else.
fn has_scores(task: LayoutTask<'_>, columns: &[usize]) -> bool {
    let mut rows = RowTokens::starting_at(task.text, task.header.separator, task.header.rows);
    let mut cells = Vec::new();
    let (mut scores, mut others) = (0, 0);
    while let Ok(true) = rows.next(&mut cells) {
        for cell in columns.iter().filter_map(|index| cells.get(*index)) {
            let text = cell.text(task.text);
            let text = text.trim();
            if text.is_empty() || is_absent(text) {
                continue;
            }
            let number = text.replace(',', ".");
            let is_score = Score::from_text(&number).is_ok() || number.parse::<f64>().is_ok_and(f64::is_finite);
            if is_score && !matches!(text, "0" | "1") {
                scores += 1;
            } else {
                others += usize::from(!is_score);
            }
        }
    }
    scores > 0 && others == 0
}

/// The patterns of the headings: each is that of at least two.
fn patterns(task: LayoutTask<'_>, candidates: &[usize]) -> Vec<Pattern> {
    let mut left: Vec<&str> = candidates.iter().map(|index| task.header.headings[*index].name.as_str()).collect();
    let mut patterns: Vec<Pattern> = Vec::new();
    while let Some(first) = left.first().copied() {
        let mut tried: Vec<Pattern> = Vec::new();
        for other in &left[1..] {
            let new = Pattern::of(first, other).filter(|pattern| !tried.contains(pattern));
            tried.extend(new);
        }
        let matches = |pattern: &Pattern| left.iter().filter(|name| pattern.tool(name).is_some()).count();
        // Of `Score [Kafka]`, `Score [NATS]` and `Ship? [Kafka]` the first two ask the same.
        match tried.into_iter().max_by_key(|pattern| (pattern.content().is_some(), matches(pattern), pattern.length()))
        {
            Some(pattern) => {
                left.retain(|name| pattern.tool(name).is_none());
                patterns.push(pattern);
            }
            None => drop(left.remove(0)),
        }
    }
    patterns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_cross_criteria_and_tools_are_a_grid() {
        let of = grid(&["speed of A", "docs of A", "speed of B", "docs of B"]);
        assert_eq!(of, Some(vec!["docs of {tool}".to_owned(), "speed of {tool}".to_owned()]));
        let of = grid(&["Kafka? [speed", "Kafka? [docs", "NATS? [speed", "NATS? [docs"]);
        assert_eq!(of, Some(vec!["{tool}? [docs".to_owned(), "{tool}? [speed".to_owned()]));
        assert_eq!(
            (grid(&["Apache Kafka", "Apache Pulsar", "NATS"]), grid(&["A B", "A C"]), grid(&[])),
            (None, None, None)
        );
    }
}
