//! The filters of templates, beside minijinja's own.
//!
//! A filter for another target does not switch the escaping off: only what may stand in the declared output as it is
//! counts as safe. So nothing that a record says becomes markup, whichever filter is used.

use super::output::{ABSENT, Output, text_of};
use crate::format::{csv, json, markdown};
use crate::report::number;
use crate::text::{clean_block, width};
use crate::verdict::Exact;
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
        figure(output, value, |exact| decimal(exact, places))
    });
    env.add_filter("percent", move |value: &Value| figure(output, value, |exact| Some(number::percent(exact))));
    env.add_filter("signed", move |value: &Value, places: Option<u32>| {
        figure(output, value, |exact| decimal(exact, places).map(|text| number::signed(&text)))
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

/// A figure for people: `write` makes it from the exact value of the number as it is printed; absent is a dash.
fn figure(output: Output, value: &Value, write: impl Fn(Exact) -> Option<String>) -> Result<Value> {
    let number = match value.kind() {
        ValueKind::None => return Ok(marked(ABSENT.to_owned(), output != Output::Json)),
        ValueKind::Undefined => return Err(Error::from(ErrorKind::UndefinedError)),
        ValueKind::Number => value.to_string(),
        kind => return Err(Error::new(ErrorKind::InvalidOperation, format!("a figure is a number, this is a {kind}"))),
    };
    let written = exact(&number)
        .and_then(write)
        .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("the number {number} cannot be written")))?;
    // Digits and signs of ours are no markup anywhere but for `<1%`; in JSON a figure for people is a string.
    let is_safe = output != Output::Json && !written.starts_with(['<', '>']);
    Ok(marked(written, is_safe))
}

/// The exact value of a plain decimal, of at most thirty digits.
fn exact(number: &str) -> Option<Exact> {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let digits = format!("{whole}{part}");
    let denominator = 10_i128.checked_pow(u32::try_from(part.len()).ok()?)?;
    let numerator = digits.parse().ok().filter(|_| digits.len() <= 30 && !digits.starts_with('+'))?;
    Exact::ratio(numerator, denominator)
}

/// `value` with `places` decimals; with one where none are asked for, and that only if it needs it.
fn decimal(value: Exact, places: Option<u32>) -> Option<String> {
    let text = number::decimal(value, places.unwrap_or(1).min(PLACES_MAX));
    match places {
        Some(places) => (places <= PLACES_MAX).then_some(text),
        None => Some(text.strip_suffix(".0").map_or(text.clone(), str::to_owned)),
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
    fn figures_are_those_of_the_formats_for_people() {
        let of = |number: &str, places| decimal(exact(number)?, places);
        for (number, places, expected) in [
            ("75.25", None, "75.3"),
            // As a double it is below 75.35.
            ("75.35", None, "75.4"),
            ("-75.25", None, "−75.3"),
            ("84", None, "84"),
            ("80", Some(1), "80.0"),
            ("99.96", None, "100"),
            ("-0.04", Some(1), "0.0"),
            ("5", Some(0), "5"),
            ("1234567890123456789012345678.5", Some(0), "1234567890123456789012345679"),
        ] {
            assert_eq!(of(number, places).as_deref(), Some(expected), "{number}");
        }
        for number in ["inf", "1e300", "+1", "", ".", "1.2.3", "12345678901234567890123456789012"] {
            assert_eq!(of(number, Some(1)), None, "{number}");
        }
        assert_eq!(of("1", Some(99)), None);
    }
}
