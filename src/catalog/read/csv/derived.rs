//! Columns and rows that are computed from the others, such as averages, totals and ranks: nobody's opinion.
//!
//! A column counts as computed where its name and its values say so; a name alone is enough for ranks and the like. What
//! is called an average and is none is refused, because nobody can tell whose opinion it is.

use super::header::is_blank;
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
}

/// How a value is computed from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Aggregate {
    Mean,
    Median,
    Sum,
    Lowest,
    Highest,
    Range,
    /// The standard deviation, with this less than the number of values as its divisor.
    Deviation(u8),
    Count,
}

const AGGREGATES: [(Aggregate, &str); 9] = [
    (Aggregate::Mean, "mean"),
    (Aggregate::Median, "median"),
    (Aggregate::Sum, "sum"),
    (Aggregate::Lowest, "lowest"),
    (Aggregate::Highest, "highest"),
    (Aggregate::Range, "range"),
    (Aggregate::Deviation(1), "standard deviation"),
    (Aggregate::Deviation(0), "standard deviation"),
    (Aggregate::Count, "number"),
];

/// How surely a name is that of something computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
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

/// A number of a sheet and the half of its last digit.
#[derive(Clone, Copy, Debug)]
struct RoundedNumber {
    value: f64,
    half_digit: f64,
}

/// The numbers of a row, and what it is called.
struct NumberRow {
    start: usize,
    /// Whether its name is that of something computed.
    named: Option<Named>,
    name: String,
    numbers: Vec<Option<RoundedNumber>>,
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
    let mut left_out = Vec::new();
    let is_number = |index: &&usize| {
        matches!(header.headings[**index].role, ColumnMeaning::Number) && !header.headings[**index].is_name
    };
    for index in columns.iter().filter(is_number) {
        computed.columns.insert(*index);
        left_out.push(format!("the column {}", header.quoted(*index)));
    }
    let columns: Vec<usize> = columns.iter().copied().filter(|index| !computed.columns.contains(index)).collect();
    let rows = rows(task, label, &columns);
    let named: Vec<Option<Named>> = columns.iter().map(|index| named(&header.headings[*index])).collect();
    let opinions: Vec<usize> = (0..columns.len()).filter(|place| named[*place].is_none()).collect();
    let ordinary = || rows.iter().filter(|row| row.named.is_none());
    for (place, index) in columns.iter().enumerate() {
        let Some(name) = named[place] else { continue };
        let pairs = ordinary().filter_map(|row| {
            let others: Vec<f64> =
                opinions.iter().filter_map(|place| row.numbers[*place]).map(|shown| shown.value).collect();
            Some((row.numbers[place]?, others))
        });
        if let Some(aggregate) = aggregate_of(pairs) {
            computed.columns.insert(*index);
            left_out.push(format!("the column {} ({aggregate} of the others)", header.quoted(*index)));
        } else if name == Named::Surely {
            let message = format!(
                "the column {} is called like something computed and cannot be computed from the others: whose it is is not clear",
                header.quoted(*index)
            );
            let help =
                format!("remove the column, or write \"{of}:{}\" if that is a name", header.headings[*index].text);
            header.refuse(*index, message, Some(help), out);
        }
    }
    let ordinary: Vec<&NumberRow> = ordinary().collect();
    for row in rows.iter().filter(|row| row.named.is_some()) {
        let pairs = opinions.iter().filter_map(|place| {
            let others = ordinary.iter().filter_map(|row| row.numbers[*place]).map(|shown| shown.value).collect();
            Some((row.numbers[*place]?, others))
        });
        if let Some(aggregate) = aggregate_of(pairs) {
            computed.rows.insert(row.start);
            left_out.push(format!("the row {} ({aggregate} of the others)", quoted(&row.name)));
        } else if row.named == Some(Named::Surely) && !ordinary.is_empty() {
            let message =
                format!("the row {} is not computed from the others: what it is about is not clear", quoted(&row.name));
            let what = if of == "reviewer" { "tool" } else { "reviewer" };
            let help = format!("remove the row, or write \"{what}:{}\" if that is a name", row.name);
            out.add(row.start..row.start + row.name.len(), message, Some(help));
        }
    }
    if !left_out.is_empty() {
        let message = format!("left out, because it is nobody's opinion: {}", left_out.join(", "));
        let at = computed.columns.first().map_or(0..1, |index| header.spans[*index].clone());
        let row = if of == "reviewer" { "tool" } else { "reviewer" };
        let help = match (computed.columns.is_empty(), computed.rows.is_empty()) {
            (true, _) => format!("write \"{row}:\" in front of the name of a row to read it"),
            (false, true) => format!("write \"{of}:\" in front of a heading to read it as a {of}"),
            (false, false) => {
                format!("write \"{of}:\" in front of a heading or \"{row}:\" in front of the name of a row to read it")
            }
        };
        out.doubt(at, "left-out", message, Some(help));
    }
    doubtful(task, &columns, &opinions, &ordinary, of, out);
    // A sheet of tools may have nothing but numbers beside their names; one of reviewers names tools.
    let had_some = !columns.is_empty() || of == "tool";
    if out.is_clean_since(mark) && had_some && computed.columns.len() >= columns.len() && opinions.is_empty() {
        header.refuse(0, format!("no column is left that holds the scores of a {of}"), None, out);
    }
    out.is_clean_since(mark).then_some(computed)
}

/// Notes columns that are equal to the mean or the sum of the others, though nothing in their names says so.
fn doubtful(
    task: LayoutTask<'_>,
    columns: &[usize],
    opinions: &[usize],
    rows: &[&NumberRow],
    of: &str,
    out: &mut Findings,
) {
    /// Other columns and rows that make chance unlikely.
    const OTHERS: usize = 3;
    const ROWS: usize = 5;
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
    for place in opinions.iter().filter(|place| !task.header.headings[columns[**place]].is_name) {
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
                format!("the column {} is what the others add up to or come to on average", task.header.quoted(index));
            let help =
                format!("remove it if it belongs to no {of}; \"{of}:{}\" keeps it", task.header.headings[index].text);
            out.doubt(task.header.spans[index].clone(), "computed-column", message, Some(help));
        }
    }
}

/// How all of the values are computed from the others beside them, if they are.
fn aggregate_of(pairs: impl Iterator<Item = (RoundedNumber, Vec<f64>)>) -> Option<&'static str> {
    let pairs: Vec<(RoundedNumber, Vec<f64>)> = pairs.filter(|(_, others)| !others.is_empty()).collect();
    let fits = |aggregate: Aggregate| pairs.iter().all(|(shown, others)| shown.is(aggregate.of(others)));
    AGGREGATES.into_iter().find(|(aggregate, _)| !pairs.is_empty() && fits(*aggregate)).map(|(_, name)| name)
}

impl Aggregate {
    fn of(self, numbers: &[f64]) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a number of cells")]
        let count = numbers.len() as f64;
        match self {
            Self::Mean => numbers.iter().sum::<f64>() / count,
            Self::Sum => numbers.iter().sum(),
            Self::Lowest => numbers.iter().copied().fold(f64::INFINITY, f64::min),
            Self::Highest => numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            Self::Range => Self::Highest.of(numbers) - Self::Lowest.of(numbers),
            Self::Deviation(less) => {
                let mean = Self::Mean.of(numbers);
                let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
                (squares / (count - f64::from(less))).sqrt()
            }
            Self::Count => count,
            Self::Median => {
                let mut sorted = numbers.to_vec();
                sorted.sort_by(f64::total_cmp);
                let middle = sorted.len() / 2;
                if sorted.len() % 2 == 1 { sorted[middle] } else { f64::midpoint(sorted[middle - 1], sorted[middle]) }
            }
        }
    }
}

impl RoundedNumber {
    /// The number of a cell such as `76.2`, `76,2`, `82%`, `8/10`, `82 ship`.
    fn parse(cell: &str, decimal_comma: bool) -> Option<Self> {
        let cell = cell.split_whitespace().next()?;
        let cell = cell.strip_suffix('%').unwrap_or(cell).trim_end();
        let cell = cell.split_once('/').map_or(cell, |(number, _)| number.trim_end());
        let number = if decimal_comma { cell.replace(',', ".") } else { cell.to_owned() };
        let decimals = number.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        let value = number.parse::<f64>().ok().filter(|value| value.is_finite())?;
        let half_digit = 0.5 * 10_f64.powi(-i32::try_from(decimals).ok()?);
        Some(Self { value, half_digit })
    }

    /// Whether this is `value`, to the digits shown.
    fn is(self, value: f64) -> bool {
        (self.value - value).abs() <= self.half_digit + 1e-9 * value.abs().max(1.0)
    }
}

/// Whether a text names something that is computed, and nobody.
pub(super) fn is_aggregate(text: &str) -> bool {
    named_text(text) == Some(Named::Surely)
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
fn named(heading: &Heading) -> Option<Named> {
    match heading.role {
        _ if heading.is_name => None,
        ColumnMeaning::Review(_) => Some(Named::Surely),
        _ => named_text(&heading.name),
    }
}

fn named_text(text: &str) -> Option<Named> {
    let words: Vec<String> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    let named = |word: &str| {
        let surely = NAMES.contains(&word).then_some(Named::Surely);
        surely.or_else(|| PEOPLE_TOO.contains(&word).then_some(Named::Perhaps))
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
    fn a_shown_number_is_equal_to_its_digits() {
        let shown = |cell: &str| RoundedNumber::parse(cell, false).expect("a number");
        assert!(shown("76.2").is(76.2) && shown("76").is(76.2) && shown("76.3").is(76.25) && !shown("76").is(76.6));
        assert!(shown("82%").is(82.0) && shown("8/10").is(8.0));
        assert!(RoundedNumber::parse("76,2", true).is_some_and(|shown| shown.is(76.2)));
        assert!(RoundedNumber::parse("ship", false).is_none() && RoundedNumber::parse("", false).is_none());
    }

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
            assert_eq!(named_text(name), Some(Named::Surely), "{name}");
        }
        assert_eq!((named_text("Max"), named_text("SD")), (Some(Named::Perhaps), Some(Named::Perhaps)));
        for name in ["Ana", "Total Commander", "Maximilian", "Score", "Meantime", "", "No", "60", "Grand"] {
            assert_eq!(named_text(name), None, "{name}");
        }
    }
}
