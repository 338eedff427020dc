//! What it costs to walk a value, and the filters and tests of minijinja that walk theirs.

use super::guard::{LISTED, WEIGHED};
use minijinja::value::{Kwargs, Rest, Tuple, ValueKind, ValueOrKwargs};
use minijinja::{Environment, Error, ErrorKind, State, Value, filters, tests};
use std::collections::BTreeMap;

/// How many values are walked for a step.
const VALUES_PER_STEP: u64 = 4;
/// Bytes of text that count as a value.
const BYTES_PER_VALUE: u64 = 64;

type Result<T> = std::result::Result<T, Error>;

/// Adds the guards to `env`, and puts guarded filters and tests in the place of those of minijinja that walk what they
/// are given, or that give what walks others again.
pub(super) fn install(env: &mut Environment<'_>) {
    env.add_filter(WEIGHED, |state: &State, value: Value| weigh(state, &value).map(|()| value));
    env.add_filter(LISTED, listed);
    for (name, original) in [
        ("join", Value::from_function(filters::join)),
        ("string", Value::from_function(filters::string)),
        ("sort", Value::from_function(filters::sort)),
        ("unique", Value::from_function(filters::unique)),
        ("min", Value::from_function(filters::min)),
        ("max", Value::from_function(filters::max)),
        ("groupby", Value::from_function(filters::groupby)),
        ("dictsort", Value::from_function(filters::dictsort)),
        ("replace", Value::from_function(filters::replace)),
        ("trim", Value::from_function(filters::trim)),
        ("upper", Value::from_function(filters::upper)),
        ("lower", Value::from_function(filters::lower)),
        ("title", Value::from_function(filters::title)),
        ("capitalize", Value::from_function(filters::capitalize)),
        ("split", Value::from_function(filters::split)),
        ("format", Value::from_function(filters::format)),
        ("escape", Value::from_function(filters::escape)),
        ("e", Value::from_function(filters::escape)),
        ("attr", Value::from_function(filters::attr)),
        ("zip", Value::from_function(filters::zip)),
        ("chain", Value::from_function(filters::chain)),
        ("reverse", Value::from_function(filters::reverse)),
    ] {
        env.add_filter(name, move |state: &mut State, args: Rest<ValueOrKwargs>| {
            let args = args.into_values();
            for arg in &args {
                weigh(state, arg)?;
            }
            let value = original.call(state, &args)?;
            // What they make of escaped text need not be escaped any more.
            let takes_away = match name {
                "replace" | "split" => true,
                "trim" => args.len() > 1,
                "reverse" => args.first().is_some_and(|value| value.kind() == ValueKind::String),
                _ => false,
            };
            let value = if name == "chain" { merged(state, value)? } else { value };
            listed(state, value).map(|value| if takes_away { unmarked(&value) } else { value })
        });
    }
    env.add_filter("sum", sum);
    for (names, original) in [
        (&["eq", "equalto", "=="][..], Value::from_function(tests::is_eq)),
        (&["ne", "!="], Value::from_function(tests::is_ne)),
        (&["lt", "lessthan", "<"], Value::from_function(tests::is_lt)),
        (&["le", "<="], Value::from_function(tests::is_le)),
        (&["gt", "greaterthan", ">"], Value::from_function(tests::is_gt)),
        (&["ge", ">="], Value::from_function(tests::is_ge)),
        (&["in"], Value::from_function(tests::is_in)),
        (&["lower"], Value::from_function(tests::is_lower)),
        (&["upper"], Value::from_function(tests::is_upper)),
        (&["startingwith"], Value::from_function(tests::is_startingwith)),
        (&["endingwith"], Value::from_function(tests::is_endingwith)),
    ] {
        for name in names {
            let original = original.clone();
            env.add_test(*name, move |state: &mut State, args: Rest<ValueOrKwargs>| {
                let args = args.into_values();
                for arg in &args {
                    weigh(state, arg)?;
                }
                original.call(state, &args)
            });
        }
    }
}

/// Takes the steps for walking `value` with all that it holds, however often it holds that.
fn weigh(state: &State, value: &Value) -> Result<()> {
    let mut walked = 0;
    let mut open = Vec::new();
    let mut next = Some(value.clone());
    loop {
        if let Some(value) = next {
            walked += 1 + value.as_str().map_or(0, |text| text.len() as u64 / BYTES_PER_VALUE);
            if matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable | ValueKind::Map) {
                // One that holds itself is walked until the steps are up, which must not take much memory.
                walked += VALUES_PER_STEP;
                let of = (value.kind() == ValueKind::Map).then(|| value.clone());
                open.push((value.try_iter()?, of));
            }
            if walked >= VALUES_PER_STEP {
                state.consume_fuel(walked / VALUES_PER_STEP)?;
                walked %= VALUES_PER_STEP;
            }
        }
        let Some((items, of)) = open.last_mut() else { return Ok(()) };
        next = items.next();
        match (&next, of) {
            (None, _) => drop(open.pop()),
            // A key that is a list is weighed where it is put in.
            (Some(key), Some(map)) => next = map.get_item(key).ok(),
            _ => {}
        }
    }
}

/// `value`, as a list if it is made anew whenever it is walked: sums of sums of lists would be walked ever slower.
fn listed(state: &State, value: Value) -> Result<Value> {
    let made = value.downcast_object_ref::<Vec<Value>>().is_some() || value.downcast_object_ref::<Tuple>().is_some();
    if made || !matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable) {
        return Ok(value);
    }
    let mut items = Vec::new();
    for item in value.try_iter()? {
        items.push(item);
        if items.len() % 16 == 0 {
            state.consume_fuel(1)?;
        }
    }
    Ok(Value::from(items))
}

/// minijinja's `sum`, which of lists makes one list at once.
fn sum(state: &mut State, values: Value, args: Rest<ValueOrKwargs>) -> Result<Value> {
    let mut all = vec![values];
    all.extend(args.into_values());
    let kwargs = all.last().and_then(|last| Kwargs::try_from(last.clone()).ok());
    let start = kwargs.as_ref().map(|kwargs| kwargs.get::<Option<Value>>("start")).transpose()?.flatten();
    let start = start.or_else(|| all.get(2).cloned());
    let Some(start) = start.filter(|start| matches!(start.kind(), ValueKind::Seq | ValueKind::Iterable)) else {
        return Value::from_function(filters::sum).call(state, &all);
    };
    if kwargs.is_some_and(|kwargs| kwargs.has("attribute"))
        || all.get(1).is_some_and(|value| value.kind() == ValueKind::String)
    {
        let detail = "the sum of lists takes no attribute; write `map(attribute=...)` before it";
        return Err(Error::new(ErrorKind::InvalidOperation, detail));
    }
    let mut items = Vec::new();
    for list in std::iter::once(start).chain(all[0].try_iter()?) {
        if !matches!(list.kind(), ValueKind::Seq | ValueKind::Iterable) {
            return Err(Error::new(
                ErrorKind::InvalidOperation,
                format!("can only add lists to lists, got {}", list.kind()),
            ));
        }
        state.consume_fuel(1)?;
        for item in list.try_iter()? {
            items.push(item);
            if items.len() % 16 == 0 {
                state.consume_fuel(1)?;
            }
        }
    }
    Ok(Value::from(items))
}

/// `value` with nothing in it that counts as markup.
fn unmarked(value: &Value) -> Value {
    match (value.as_str(), value.try_iter()) {
        (Some(text), _) => Value::from(text),
        (None, Ok(items)) if value.kind() == ValueKind::Seq => items.map(|item| unmarked(&item)).collect(),
        _ => value.clone(),
    }
}

/// `value`, as a map of its own if it is one that looks into others.
fn merged(state: &State, value: Value) -> Result<Value> {
    if value.kind() != ValueKind::Map {
        return Ok(value);
    }
    let mut map = BTreeMap::new();
    for key in value.try_iter()? {
        state.consume_fuel(1)?;
        let held = value.get_item(&key)?;
        map.insert(key, held);
    }
    Ok(Value::from_object(map))
}
