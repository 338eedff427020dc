//! The value that a gate compares with: a number or a word that the metric can have, and with which the gate can both
//! hold and fail.

use super::metric::{Bounds, Metric, MetricKind};
use crate::error::{Error, Result};
use crate::report::number::list;
use crate::suggest::did_you_mean;
use crate::verdict::{Clause, Comparator, in_order};
use serde_json::{Number, Value};

/// The value of a gate, as its metric has it.
pub(in crate::report) fn threshold(clause: &Clause, metric: &Metric) -> Result<Value> {
    let text = clause.part(&clause.value);
    let name = metric.short();
    let operators_of_words = |error: Error| error.hint("compare it with == or !=");
    match &metric.kind {
        MetricKind::Number(bounds) => number(clause, name, bounds).map(Value::Number),
        MetricKind::Count => number(clause, name, &Bounds::COUNT).map(Value::Number),
        MetricKind::Text if clause.comparator.needs_an_order() => {
            let message = format!("`{name}` is a text, which has no order");
            Err(operators_of_words(clause.fault(clause.metric.end..clause.value.start, message)))
        }
        MetricKind::Text => Ok(unquoted(text).into()),
        MetricKind::Word(words) => {
            let word = unquoted(text).to_lowercase();
            if !words.contains(&word) {
                let known: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
                let error = clause.fault(clause.value.clone(), format!("`{name}` is never `{text}`"));
                let meant = did_you_mean(&word, words.iter().map(String::as_str));
                return Err(error.hint(meant.unwrap_or_else(|| format!("it is one of {}", list(&known)))));
            }
            if clause.comparator.needs_an_order() && in_order(words).is_none() {
                let message = format!("the words of `{name}` have no order");
                return Err(operators_of_words(clause.fault(clause.metric.end..clause.value.start, message)));
            }
            let order = in_order(words).unwrap_or_default();
            let at = |edge: Option<&&str>| edge.is_some_and(|edge| *edge == word);
            let (least, greatest) = (at(order.first()), at(order.last()));
            match clause.comparator {
                Comparator::AtLeast if least => Err(always(clause, name)),
                Comparator::AtMost if greatest => Err(always(clause, name)),
                Comparator::Below if least => Err(never(clause, name)),
                Comparator::Above if greatest => Err(never(clause, name)),
                _ => Ok(word.into()),
            }
            .map_err(|error| error.hint(format!("from the least to the greatest it is {}", list(&order))))
        }
    }
}

/// The number that a metric `name` with these `bounds` is compared with.
///
/// # Errors
/// No number, or one with which the gate holds whatever the metric is, or fails whatever it is.
fn number(clause: &Clause, name: &str, bounds: &Bounds) -> Result<Number> {
    let number = clause.number()?;
    let Some(value) = number.as_f64() else { return Ok(number) };
    let below = bounds.least.is_some_and(|least| value < least);
    let above = bounds.greatest.is_some_and(|greatest| value > greatest);
    let at_least = below || bounds.least == Some(value);
    let at_greatest = above || bounds.greatest == Some(value);
    let outside = below || above || (bounds.whole && value.fract() != 0.0);
    // Of a value that may be absent, a gate at the end of its range asks whether it is there.
    let (holds, fails) = match clause.comparator {
        Comparator::AtLeast => (below || (at_least && bounds.is_always_there), above),
        Comparator::AtMost => (above || (at_greatest && bounds.is_always_there), below),
        Comparator::Above => (below, at_greatest),
        Comparator::Below => (above, at_least),
        Comparator::Equal => (false, outside),
        Comparator::NotEqual => (outside, false),
    };
    let error = match (holds, fails) {
        (true, _) => always(clause, name),
        (_, true) => never(clause, name),
        _ => return Ok(number),
    };
    Err(match (bounds.least, bounds.greatest) {
        (Some(0.0), Some(1.0)) if value > 1.0 && value <= 100.0 => {
            error.hint(format!("`{name}` goes from 0 to 1: for {value}% write {}", value / 100.0))
        }
        (Some(least), Some(greatest)) => error.hint(format!("`{name}` goes from {least} to {greatest}")),
        (None, Some(greatest)) => error.hint(format!("`{name}` is at most {greatest}")),
        _ if bounds.whole => error.hint(format!("`{name}` is a whole number from 0")),
        _ => error.hint(format!("`{name}` is at least 0")),
    })
}

/// The error of a gate that holds for each value of `metric`.
fn always(clause: &Clause, metric: &str) -> Error {
    clause.fault(clause.value.clone(), format!("this gate cannot fail, whatever `{metric}` is"))
}

/// The error of a gate that holds for no value of `metric`.
fn never(clause: &Clause, metric: &str) -> Error {
    clause.fault(clause.value.clone(), format!("this gate cannot hold, whatever `{metric}` is"))
}

/// `text` without the double quotes around it.
pub(in crate::report) fn unquoted(text: &str) -> &str {
    text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use crate::report::{Gates, Subject};

    fn refusal(gate: &str) -> Option<(String, String)> {
        let error = Gates::parse("--gate", &[gate], Subject::Ranking).err()?;
        Some((error.message.clone(), error.hints.concat()))
    }

    #[test]
    fn a_gate_can_hold_and_fail() {
        for (gate, message, hint) in [
            ("ship_ratio>=60", "cannot hold", "for 60% write 0.6"),
            ("ship_ratio<60", "cannot fail", "for 60% write 0.6"),
            ("ship_ratio>1", "cannot hold", "from 0 to 1"),
            ("ship_ratio==1.5", "cannot hold", "for 1.5% write 0.015"),
            ("ship_ratio!=-1", "cannot fail", "from 0 to 1"),
            ("score.mean>=100.1", "cannot hold", "from 0 to 100"),
            ("median<0", "cannot hold", "from 0 to 100"),
            ("could_be_behind<=101", "cannot fail", "from 0 to 100"),
            ("panel.reviewers>=0", "cannot fail", "whole number"),
            ("flips<0", "cannot hold", "whole number"),
            ("flips==1.5", "cannot hold", "whole number"),
            ("certainty>=insufficient", "cannot fail", "insufficient, close, leaning and clear"),
            ("certainty<=clear", "cannot fail", ""),
            ("verdict>ship", "cannot hold", "none, skip, mixed and ship"),
            ("verdict<none", "cannot hold", ""),
            ("reviews[A].score>100", "cannot hold", "from 0 to 100"),
        ] {
            let (found, remedy) = refusal(gate).unwrap_or_else(|| panic!("{gate} is accepted"));
            assert!(found.contains(message), "{gate}: {found}");
            assert!(remedy.contains(hint), "{gate}: {remedy}");
        }
        // An absent figure fails these, however low the bar.
        for gate in
            ["ship_ratio>=0", "ship_ratio<=1", "score.mean>=100", "flips==0", "certainty>=close", "verdict!=none"]
        {
            assert_eq!(refusal(gate), None, "{gate}");
        }
    }
}
