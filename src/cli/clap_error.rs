//! What clap finds wrong with a command line, as an error of ours: one sentence, then what to do.

use super::command::{COMMANDS, did_you_mean};
use crate::error::Error;
use crate::suggest;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::error::Error as _;
use std::ffi::OsString;

/// `error`, which clap found in the words `typed`.
pub(super) fn usage(error: &clap::Error, typed: &[OsString]) -> Error {
    let text = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(" "),
        _ => String::new(),
    };
    let (argument, value) = (text(ContextKind::InvalidArg), text(ContextKind::InvalidValue));
    let flag = argument.split(' ').next().unwrap_or_default();
    let found = match error.kind() {
        ErrorKind::UnknownArgument if argument.starts_with('-') => Error::usage(format!("unknown flag `{argument}`")),
        ErrorKind::UnknownArgument => Error::usage(format!("unexpected argument `{argument}`")),
        ErrorKind::InvalidSubcommand => {
            let name = text(ContextKind::InvalidSubcommand);
            let error = Error::usage(format!("unknown command `{name}`"));
            return error.hint(did_you_mean(&name).unwrap_or_else(|| "`compare help` lists the commands".to_owned()));
        }
        ErrorKind::InvalidValue if value.is_empty() => Error::usage(format!("`{flag}` needs a value: `{argument}`")),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let why = error.source().map(|why| format!(": {why}")).unwrap_or_default();
            Error::usage(format!("invalid value `{value}` for `{flag}`{why}"))
        }
        ErrorKind::MissingRequiredArgument => Error::usage(format!("missing {argument}")),
        ErrorKind::ArgumentConflict => {
            let other = text(ContextKind::PriorArg);
            let other = if other.contains("TOOL") { "tools".to_owned() } else { format!("`{other}`") };
            Error::usage(format!("`{flag}` cannot be used with {other}"))
        }
        _ => {
            let plain = error.to_string();
            let first = plain.lines().next().unwrap_or_default();
            Error::usage(first.trim_start_matches("error: ").to_owned())
        }
    };
    with_remedy(found, error, &value, typed)
}

/// `found` with the nearest flag or value, or with the values that there are, or with where help is.
fn with_remedy(found: Error, error: &clap::Error, value: &str, typed: &[OsString]) -> Error {
    if let Some(ContextValue::String(flag)) = error.get(ContextKind::SuggestedArg) {
        return found.hint(format!("did you mean `{flag}`?"));
    }
    if let Some(ContextValue::Strings(values)) = error.get(ContextKind::ValidValue)
        && !values.is_empty()
    {
        let near = suggest::did_you_mean(value, values.iter().map(String::as_str)).filter(|_| !value.is_empty());
        return found.hint(near.unwrap_or_else(|| format!("use one of {}", values.join(", "))));
    }
    let name = typed.get(1).and_then(|word| COMMANDS.iter().find(|entry| word == entry.name));
    let name = name.map(|entry| format!("{} ", entry.name)).unwrap_or_default();
    found.hint(format!("`compare {name}--help` lists what it takes"))
}
