//! Columns and rows that are computed from the others, such as averages, totals and ranks: nobody's opinion.
//!
//! A column counts as computed where its name and its values say so; a name alone is enough for ranks and the like. What
//! is called an average and is none is refused, because nobody can tell whose opinion it is.

use super::aggregate::{RoundedNumber, aggregate_of};
use super::header::{Header, is_blank};
use super::headings::{ColumnMeaning, Heading};
use super::layout::LayoutTask;
use super::tokens::RowTokens;
use crate::catalog::read::finding::Findings;
use crate::catalog::record::value::quoted;
use std::collections::BTreeSet;

/// What is computed from the others.
#[derive(Debug, Default)]
pub(crate) struct Computed {
    pub(crate) columns: BTreeSet<usize>,
    /// Where the rows start.
    pub(crate) rows: BTreeSet<usize>,
    /// How a message names all these.
    names: Vec<String>,
}

/// How surely a name is that of something computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum NameClue {
    /// People may be called so: believed where the values differ.
    Perhaps,
    Surely,
}

/// Words that name something computed, and people too.
const PEOPLE_TOO: [&str; 4] = ["min", "max", "sd", "n"];

/// Words that name something computed.
const NAMES: [&str; 36] = [
    "minimum",
    "maximum",
    "average",
    "avg",
    "mean",
    "median",
    "total",
    "totals",
    "sum",
    "overall",
    "weighted",
    "final",
    "result",
    "results",
    "percent",
    "percentage",
    "std",
    "stdev",
    "stddev",
    "deviation",
    "variance",
    "range",
    "spread",
    "durchschnitt",
    "mittelwert",
    "mittel",
    "summe",
    "gesamt",
    "ergebnis",
    "moyenne",
    "somme",
    "promedio",
    "media",
    "suma",
    "totale",
    "ø",
];

/// Words that may stand beside them.
const BESIDE: [&str; 14] = [
    "score", "scores", "rating", "points", "marks", "mark", "grade", "of", "all", "the", "grand", "panel", "standard",
    "dev",
];

/// The numbers of a row, and what it is called.
struct NumberRow {
    start: usize,
    /// Whether its name is that of something computed.
    named: Option<NameClue>,
    name: String,
    numbers: Vec<Option<RoundedNumber>>,
}

/// The columns of a sheet that may hold opinions, and the numbers in them.
struct NumberSheet<'a> {
    header: &'a Header,
    /// What each column is one of: `reviewer` or `tool`.
    of: &'a str,
    columns: Vec<usize>,
    /// Per column whether it is called like something computed.
    named: Vec<Option<NameClue>>,
    /// The places in `columns` of those that are not.
    opinions: Vec<usize>,
    rows: Vec<NumberRow>,
}

impl NumberSheet<'_> {
    /// The rows that are not called like something computed.
    fn ordinary(&self) -> impl Iterator<Item = &NumberRow> {
        self.rows.iter().filter(|row| row.named.is_none())
    }

    /// What each row is one of.
    fn row_is(&self) -> &'static str {
        if self.of == "reviewer" { "tool" } else { "reviewer" }
    }
}

/// What of `columns` and of the rows is computed, said in one warning; a row is named by `label`. `None`, with the reasons
/// in `out`, where that is not clear. Each of the columns is one `of` the sheet's.
pub(crate) fn find(
    task: LayoutTask<'_>,
    label: Option<usize>,
    columns: &[usize],
    of: &str,
    out: &mut Findings,
) -> Option<Computed> {
    let header = task.header;
    let mark = out.mark();
    let mut computed = Computed::default();
    let is_number = |index: &usize| {
        matches!(header.headings[*index].role, ColumnMeaning::Number) && !header.headings[*index].is_name
    };
    let (numbers, columns): (Vec<usize>, Vec<usize>) = columns.iter().copied().partition(is_number);
    for index in numbers {
        computed.columns.insert(index);
        computed.names.push(format!("the column {}", header.quoted(index)));
    }
    let named: Vec<Option<NameClue>> = columns.iter().map(|index| named(&header.headings[*index])).collect();
    let opinions = (0..columns.len()).filter(|place| named[*place].is_none()).collect();
    let rows = rows(task, label, &columns);
    let sheet = NumberSheet { header, of, columns, named, opinions, rows };
    computed.add_columns(&sheet, out);
    computed.add_rows(&sheet, out);
    computed.warn(&sheet, out);
    doubt_sums(&sheet, out);
    let NumberSheet { columns, opinions, .. } = &sheet;
    // A sheet of tools may have nothing but numbers beside their names; one of reviewers names tools.
    let had_some = !columns.is_empty() || of == "tool";
    if out.is_clean_since(mark) && had_some && computed.columns.len() >= columns.len() && opinions.is_empty() {
        header.refuse(0, format!("no column is left that holds the scores of a {of}"), None, out);
    }
    out.is_clean_since(mark).then_some(computed)
}

impl Computed {
    /// Adds the columns that are called like something computed and are. Notes those that must be and are not.
    fn add_columns(&mut self, sheet: &NumberSheet<'_>, out: &mut Findings) {
        let NumberSheet { header, of, opinions, .. } = sheet;
        for (place, index) in sheet.columns.iter().enumerate() {
            let Some(name) = sheet.named[place] else { continue };
            let pairs = sheet.ordinary().filter_map(|row| {
                let others: Vec<f64> =
                    opinions.iter().filter_map(|place| row.numbers[*place]).map(|shown| shown.value).collect();
                Some((row.numbers[place]?, others))
            });
            if let Some(aggregate) = aggregate_of(pairs) {
                self.columns.insert(*index);
                self.names.push(format!("the column {} ({aggregate} of the others)", header.quoted(*index)));
            } else if name == NameClue::Surely {
                let message = format!(
                    "the column {} is called like something computed and cannot be computed from the others: whose it is is not clear",
                    header.quoted(*index)
                );
                let help =
                    format!("remove the column, or write \"{of}:{}\" if that is a name", header.headings[*index].text);
                header.refuse(*index, message, Some(help), out);
            }
        }
    }

    /// Adds the rows that are called like something computed and are. Notes those that must be and are not.
    fn add_rows(&mut self, sheet: &NumberSheet<'_>, out: &mut Findings) {
        let ordinary: Vec<&NumberRow> = sheet.ordinary().collect();
        for row in sheet.rows.iter().filter(|row| row.named.is_some()) {
            let pairs = sheet.opinions.iter().filter_map(|place| {
                let others = ordinary.iter().filter_map(|row| row.numbers[*place]).map(|shown| shown.value).collect();
                Some((row.numbers[*place]?, others))
            });
            if let Some(aggregate) = aggregate_of(pairs) {
                self.rows.insert(row.start);
                self.names.push(format!("the row {} ({aggregate} of the others)", quoted(&row.name)));
            } else if row.named == Some(NameClue::Surely) && !ordinary.is_empty() {
                let message = format!(
                    "the row {} is not computed from the others: what it is about is not clear",
                    quoted(&row.name)
                );
                let help = format!("remove the row, or write \"{}:{}\" if that is a name", sheet.row_is(), row.name);
                out.add(row.start..row.start + row.name.len(), message, Some(help));
            }
        }
    }

    /// Says what is left out.
    fn warn(&self, sheet: &NumberSheet<'_>, out: &mut Findings) {
        if self.names.is_empty() {
            return;
        }
        let message = format!("left out, because it is nobody's opinion: {}", self.names.join(", "));
        let at = self.columns.first().map_or(0..1, |index| sheet.header.spans[*index].clone());
        let (of, row) = (sheet.of, sheet.row_is());
        let help = match (self.columns.is_empty(), self.rows.is_empty()) {
            (true, _) => format!("write \"{row}:\" in front of the name of a row to read it"),
            (false, true) => format!("write \"{of}:\" in front of a heading to read it as a {of}"),
            (false, false) => {
                format!("write \"{of}:\" in front of a heading or \"{row}:\" in front of the name of a row to read it")
            }
        };
        out.doubt(at, "left-out", message, Some(help));
    }
}

/// Notes columns that are equal to the mean or the sum of the others, though nothing in their names says so.
fn doubt_sums(sheet: &NumberSheet<'_>, out: &mut Findings) {
    /// Other columns and rows that make chance unlikely.
    const OTHERS: usize = 3;
    const ROWS: usize = 5;
    let NumberSheet { header, of, columns, opinions, .. } = sheet;
    let rows: Vec<&NumberRow> = sheet.ordinary().collect();
    if opinions.len() <= OTHERS || rows.len() < ROWS {
        return;
    }
    let sums: Vec<(f64, usize)> = rows
        .iter()
        .map(|row| {
            let numbers: Vec<f64> =
                opinions.iter().filter_map(|place| row.numbers[*place]).map(|shown| shown.value).collect();
            (numbers.iter().sum(), numbers.len())
        })
        .collect();
    for place in opinions.iter().filter(|place| !header.headings[columns[**place]].is_name) {
        let full: Option<Vec<RoundedNumber>> = rows.iter().map(|row| row.numbers[*place]).collect();
        let differs =
            |values: &Vec<RoundedNumber>| values.iter().any(|shown| shown.value.to_bits() != values[0].value.to_bits());
        let Some(values) = full.filter(differs) else {
            continue;
        };
        let matches = |aggregate: &dyn Fn(f64, f64) -> f64| {
            values.iter().zip(&sums).all(|(shown, (sum, count))| {
                #[expect(clippy::cast_precision_loss, reason = "a number of columns")]
                let others = *count as f64 - 1.0;
                others > 0.0 && shown.is(aggregate(sum - shown.value, others))
            })
        };
        if matches(&|sum, count| sum / count) || matches(&|sum, _| sum) {
            let index = columns[*place];
            let message =
                format!("the column {} is what the others add up to or come to on average", header.quoted(index));
            let help = format!("remove it if it belongs to no {of}; \"{of}:{}\" keeps it", header.headings[index].text);
            out.doubt(header.spans[index].clone(), "computed-column", message, Some(help));
        }
    }
}

/// Whether a text names something that is computed, and nobody.
pub(super) fn is_aggregate(text: &str) -> bool {
    named_text(text) == Some(NameClue::Surely)
}

/// Whether the values of `column` are computed from the opinions in the same rows.
pub(super) fn is_computed(task: LayoutTask<'_>, column: usize) -> bool {
    let headings = &task.header.headings;
    let is_opinion =
        |index: &usize| matches!(headings[*index].role, ColumnMeaning::Unknown) && named(&headings[*index]).is_none();
    let others: Vec<usize> = (0..headings.len()).filter(is_opinion).collect();
    let columns: Vec<usize> = std::iter::once(column).chain(others.iter().copied()).collect();
    let rows = rows(task, None, &columns);
    let pairs = rows.iter().filter_map(|row| {
        let others = row.numbers[1..].iter().flatten().map(|shown| shown.value).collect();
        Some((row.numbers[0]?, others))
    });
    others.len() > 1 && aggregate_of(pairs).is_some()
}

/// Whether a heading names something computed. A score of nobody can only be that.
fn named(heading: &Heading) -> Option<NameClue> {
    match heading.role {
        _ if heading.is_name => None,
        ColumnMeaning::Review(_) => Some(NameClue::Surely),
        _ => named_text(&heading.name),
    }
}

fn named_text(text: &str) -> Option<NameClue> {
    let words: Vec<String> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    let named = |word: &str| {
        let surely = NAMES.contains(&word).then_some(NameClue::Surely);
        surely.or_else(|| PEOPLE_TOO.contains(&word).then_some(NameClue::Perhaps))
    };
    // `Total (60)`
    let is_beside = |word: &str| BESIDE.contains(&word) || word.bytes().all(|byte| byte.is_ascii_digit());
    let known = |word: &String| named(word).is_some() || is_beside(word);
    if words.iter().all(known) { words.iter().filter_map(|word| named(word)).max() } else { None }
}

/// The rows of the sheet with the numbers in `columns`.
fn rows(task: LayoutTask<'_>, label: Option<usize>, columns: &[usize]) -> Vec<NumberRow> {
    let (text, header) = (task.text, task.header);
    let decimal_comma = header.separator != b',';
    let mut rows = RowTokens::starting_at(text, header.separator, header.rows);
    let (mut cells, mut found) = (Vec::new(), Vec::new());
    loop {
        let start = rows.skip_blank();
        match rows.next(&mut cells) {
            Ok(true) if is_blank(text, &cells) => {}
            Ok(true) => {
                let name = label.and_then(|label| cells.get(label)).map(|cell| cell.text(text).trim().to_owned());
                let name = name.unwrap_or_default();
                let is_name = name.starts_with("tool:") || name.starts_with("reviewer:");
                let number = |index: &usize| {
                    cells.get(*index).and_then(|cell| RoundedNumber::parse(&cell.text(text), decimal_comma))
                };
                let numbers = columns.iter().map(number).collect();
                found.push(NumberRow { start, named: named_text(&name).filter(|_| !is_name), name, numbers });
            }
            Ok(false) => return found,
            Err(broken) => rows.skip_line(broken.at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_of_computing_name_something_computed() {
        for name in [
            "Average",
            "avg.",
            "Average score",
            "TOTAL",
            "Overall average",
            "Mean of all",
            "Weighted",
            "Ø",
            "Final score",
            "Total (60)",
            "Std dev",
            "Grand total",
        ] {
            assert_eq!(named_text(name), Some(NameClue::Surely), "{name}");
        }
        assert_eq!((named_text("Max"), named_text("SD")), (Some(NameClue::Perhaps), Some(NameClue::Perhaps)));
        for name in ["Ana", "Total Commander", "Maximilian", "Score", "Meantime", "", "No", "60", "Grand"] {
            assert_eq!(named_text(name), None, "{name}");
        }
    }
}
