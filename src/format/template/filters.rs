//! The filters of templates, beside minijinja's own.
//!
//! A filter for another target does not switch the escaping off: only what may stand in the declared output as it is
//! counts as safe. So nothing that a record says becomes markup, whichever filter is used.

use super::output::{ABSENT, Output, text_of};
use crate::format::{csv, json, markdown};
use crate::text::{clean_block, width};
use minijinja::value::{Kwargs, Rest, StringInput, ValueKind, ValueOrKwargs};
use minijinja::{Environment, Error, ErrorKind, State, Value, filters};

/// The widest indentation that a filter makes, in spaces.
const INDENT_MAX: usize = 64;
/// The most decimals that a filter writes.
const PLACES_MAX: u32 = 6;

/// How many bytes of JSON a step writes.
const BYTES_PER_STEP: u64 = 4;

type Result<T> = std::result::Result<T, Error>;

/// Adds the filters of a template that writes `output` to `env`, and takes away what no report should use.
pub(super) fn install(env: &mut Environment<'_>, output: Output) {
    // A record's text would become markup through these two; the others show minijinja's own, which may change.
    for name in ["safe", "pprint"] {
        env.remove_filter(name);
    }
    env.remove_global("debug");
    env.add_filter("md", move |state: &State, value: &Value, args: Kwargs| md(output, state, value, &args));
    env.add_filter("md_cell", move |state: &State, value: &Value| {
        Ok::<_, Error>(marked(markdown::inline(&text(state, value)?), output == Output::Markdown))
    });
    env.add_filter("md_code", move |state: &State, value: &Value| {
        let text = text(state, value)?;
        let marked_up = output == Output::Markdown;
        Ok::<_, Error>(marked(if marked_up { markdown::code(&text) } else { text }, marked_up))
    });
    env.add_filter("html", move |state: &State, value: &Value| {
        let (text, safe) = output.html(&text(state, value)?);
        Ok::<_, Error>(marked(text, safe))
    });
    env.add_filter("csv", move |state: &State, value: &Value| {
        let text = if value.is_none() { String::new() } else { text(state, value)? };
        let cell = if value.is_number() { text } else { csv::cell(&text) };
        Ok::<_, Error>(marked(cell, output == Output::Csv))
    });
    env.add_filter("term", move |state: &State, value: &Value| {
        Ok::<_, Error>(marked(clean_block(&text(state, value)?).into_owned(), output == Output::Text))
    });
    env.add_filter("score", move |value: &Value, places: Option<u32>| {
        figure(output, value, |n| decimal(n, places.unwrap_or(1), places.is_some()))
    });
    env.add_filter("percent", move |value: &Value| percent(output, value));
    env.add_filter("signed", move |value: &Value, places: Option<u32>| {
        figure(output, value, |n| decimal(n, places.unwrap_or(1), places.is_some()).map(|text| signed(&text)))
    });
    env.add_filter("clip", clip);
    env.add_filter("flatten", flatten);
    env.add_filter("columns", |state: &State, value: &Value| Ok::<_, Error>(width(&clean_block(&text(state, value)?))));
    env.add_filter("tojson", move |state: &State, value: &Value, indent: Option<Value>, args: Kwargs| {
        tojson(output, state, value, indent, &args)
    });
    env.add_filter("indent", indent);
    keep_pieces_escaped(env);
}

/// Wraps the filters that take strings apart: a piece of escaped text may be markup, so it is escaped again.
fn keep_pieces_escaped(env: &mut Environment<'_>) {
    for (name, original) in [
        ("replace", Value::from_function(filters::replace)),
        ("split", Value::from_function(filters::split)),
        ("trim", Value::from_function(filters::trim)),
        ("reverse", Value::from_function(filters::reverse)),
        ("list", Value::from_function(filters::list)),
        ("first", Value::from_function(filters::first)),
        ("last", Value::from_function(filters::last)),
    ] {
        env.add_filter(name, move |state: &mut State, args: Rest<ValueOrKwargs>| {
            let args = args.into_values();
            let value = original.call(state, &args)?;
            let is_text = args.first().is_some_and(|value| value.kind() == ValueKind::String);
            // Blanks may go.
            let only_blanks = name == "trim" && args.len() == 1;
            Ok::<_, Error>(if is_text && !only_blanks { unmarked(&value) } else { value })
        });
    }
}

/// `value` with no string in it that counts as escaped.
fn unmarked(value: &Value) -> Value {
    match (value.as_str(), value.try_iter()) {
        (Some(text), _) => Value::from(text),
        (None, Ok(items)) => items.map(|item| unmarked(&item)).collect(),
        (None, Err(_)) => value.clone(),
    }
}

fn marked(text: String, safe: bool) -> Value {
    if safe { Value::from_safe_string(text) } else { Value::from(text) }
}

fn failed(error: &crate::error::Error) -> Error {
    Error::new(ErrorKind::InvalidOperation, error.message.clone())
}

fn text(state: &State<'_, '_>, value: &Value) -> Result<String> {
    if value.is_undefined() {
        return Err(Error::from(ErrorKind::UndefinedError));
    }
    let text = text_of(value, room(state)).map_err(|e| failed(&e))?;
    charge(state, &text)?;
    Ok(text)
}

/// How many bytes a list or map may have as JSON: what the remaining steps pay for.
pub(super) fn room(state: &State<'_, '_>) -> usize {
    let remaining = state.fuel_levels().map_or(0, |(_, remaining)| remaining);
    usize::try_from(remaining.saturating_mul(BYTES_PER_STEP)).unwrap_or(usize::MAX)
}

/// Takes the steps for escaping `text`, which is more work than copying it and may make it several times as long.
pub(super) fn charge(state: &State<'_, '_>, text: &str) -> Result<()> {
    state.consume_fuel(text.len() as u64 / 8)
}

/// Prose as paragraphs of Markdown; `prefix` begins every line but the first (`> `, or the indent of a list).
fn md(output: Output, state: &State, value: &Value, args: &Kwargs) -> Result<Value> {
    let prefix = args.get::<Option<&str>>("prefix")?.unwrap_or_default();
    within_limit(prefix.len())?;
    args.assert_all_used()?;
    let text = text(state, value)?;
    let text = clean_block(&text);
    let paragraphs: Vec<String> = text.lines().filter(|line| !line.trim().is_empty()).map(markdown::line).collect();
    let between = format!("\n{}\n{prefix}", prefix.trim_end());
    Ok(marked(paragraphs.join(&between), output == Output::Markdown))
}

/// A figure for people: `write` makes it from the number's shortest decimal, absent is a dash.
fn figure(output: Output, value: &Value, write: impl Fn(&str) -> Option<String>) -> Result<Value> {
    let number = match value.kind() {
        ValueKind::None => return Ok(marked(ABSENT.to_owned(), output != Output::Json)),
        ValueKind::Undefined => return Err(Error::from(ErrorKind::UndefinedError)),
        ValueKind::Number => value.to_string(),
        kind => return Err(Error::new(ErrorKind::InvalidOperation, format!("a figure is a number, this is a {kind}"))),
    };
    let written = write(&number)
        .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("the number {number} cannot be written")))?;
    // Digits and signs of ours are no markup anywhere; in JSON a figure for people is a string.
    Ok(marked(written, output != Output::Json))
}

/// `number`, a decimal, rounded half away from zero to `places` decimals; all of them if `fixed`, else as many as it
/// needs. A negative one gets a true minus sign. `None` for what is no plain decimal.
///
/// Rounding the shortest decimal gives what rounding the exact value gives: a figure that lies halfway is printed so.
fn decimal(number: &str, places: u32, fixed: bool) -> Option<String> {
    let (negative, digits) = number.strip_prefix('-').map_or((false, number), |rest| (true, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if !whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit()) || whole.is_empty() || places > PLACES_MAX {
        return None;
    }
    let places = places as usize;
    let kept: String = part.chars().chain(std::iter::repeat('0')).take(places).collect();
    let mut scaled: u128 = format!("{whole}{kept}").parse().ok()?;
    if part.as_bytes().get(places).is_some_and(|digit| *digit >= b'5') {
        scaled += 1;
    }
    let mut text = format!("{scaled:0width$}", width = places + 1);
    if places > 0 {
        text.insert(text.len() - places, '.');
        if !fixed {
            text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
        }
    }
    Some(if negative && scaled > 0 { format!("−{text}") } else { text })
}

/// A share as a whole percentage. Only all is `100%` and only nothing is `0%`; the signs of the others are escaped.
fn percent(output: Output, value: &Value) -> Result<Value> {
    let share = f64::try_from(value.clone()).unwrap_or_default();
    let rounded = (share * 100.0).round();
    if share > 0.0 && rounded < 1.0 {
        return Ok(Value::from("<1%"));
    }
    if share < 1.0 && rounded > 99.0 {
        return Ok(Value::from(">99%"));
    }
    figure(output, value, |n| decimal(&times_hundred(n), 0, true).map(|text| format!("{text}%")))
}

/// A decimal times one hundred, digit by digit.
fn times_hundred(number: &str) -> String {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let moved: String = part.chars().chain(std::iter::repeat('0')).take(2).collect();
    format!("{whole}{moved}.{}", part.get(2..).unwrap_or_default())
}

/// A difference with its sign; nothing but zeros is `=`.
fn signed(text: &str) -> String {
    if text.chars().all(|c| matches!(c, '0' | '.')) {
        "=".to_owned()
    } else if text.starts_with('−') {
        text.to_owned()
    } else {
        format!("+{text}")
    }
}

/// The items of the lists in `lists`, as one list. minijinja's `sum` of lists copies what it has at each step.
fn flatten(state: &State, lists: &Value) -> Result<Value> {
    let mut items = Vec::new();
    for list in lists.try_iter()? {
        let before = items.len();
        items.extend(list.try_iter()?);
        state.consume_fuel((items.len() - before) as u64)?;
    }
    Ok(Value::from(items))
}

/// At most `length` characters, the last of them an ellipsis where something was cut.
fn clip(state: &State, value: &Value, length: usize) -> Result<Value> {
    let text = text(state, value)?;
    if text.chars().count() <= length {
        return Ok(Value::from(text));
    }
    let kept: String = text.chars().take(length.saturating_sub(1)).collect();
    Ok(Value::from(format!("{}…", kept.trim_end())))
}

fn tojson(output: Output, state: &State, value: &Value, indent: Option<Value>, args: &Kwargs) -> Result<Value> {
    let indent = match indent {
        Some(indent) => Some(indent),
        None => args.get("indent")?,
    };
    args.assert_all_used()?;
    let layout = match indent {
        None => json::Layout::Compact,
        Some(flag) if flag.kind() == ValueKind::Bool && flag.is_true() => json::Layout::Indented(2),
        Some(flag) if matches!(flag.kind(), ValueKind::Bool | ValueKind::None) => json::Layout::Compact,
        Some(width) => json::Layout::Indented(within_limit(usize::try_from(width)?)?),
    };
    if value.is_undefined() {
        return Err(Error::from(ErrorKind::UndefinedError));
    }
    let (text, safe) = output.json(value, layout, room(state)).map_err(|e| failed(&e))?;
    state.consume_fuel(text.len() as u64 / BYTES_PER_STEP)?;
    Ok(marked(text, safe))
}

/// minijinja's `indent` within limits.
fn indent(
    value: StringInput<'_>,
    width: Option<usize>,
    first: Option<bool>,
    blank: Option<bool>,
    args: Kwargs,
) -> Result<Value> {
    let asked = match width {
        Some(width) => Some(width),
        None => args.get("width")?,
    };
    within_limit(asked.unwrap_or_default())?;
    filters::indent(value, width, first, blank, args)
}

fn within_limit(width: usize) -> Result<usize> {
    if width <= INDENT_MAX {
        return Ok(width);
    }
    Err(Error::new(ErrorKind::InvalidOperation, format!("an indent has at most {INDENT_MAX} spaces, this one {width}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_round_as_the_formats_for_people_do() {
        let of = |number: &str, places, fixed| decimal(number, places, fixed).expect("a decimal");
        assert_eq!(of("75.25", 1, false), "75.3");
        assert_eq!(of("75.35", 1, false), "75.4", "as a double it is below 75.35");
        assert_eq!(of("-75.25", 1, false), "−75.3");
        assert_eq!(of("84", 1, false), "84");
        assert_eq!(of("80", 1, true), "80.0");
        assert_eq!(of("99.96", 1, false), "100");
        assert_eq!(of("-0.04", 1, true), "0.0");
        assert_eq!(of("0.05", 1, true), "0.1");
        assert_eq!(of("5", 0, true), "5");
        assert_eq!(decimal("inf", 1, true), None);
        assert_eq!(decimal("1e300", 1, true), None);
        assert_eq!(decimal("1", 99, true), None);
        let percent = |number: &str| of(&times_hundred(number), 0, true);
        assert_eq!([percent("0.75"), percent("1"), percent("0.125"), percent("0.005")], ["75", "100", "13", "1"]);
        assert_eq!([signed("4"), signed("−5"), signed("0.0")], ["+4", "−5", "="]);
    }
}
