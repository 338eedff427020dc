//! One file of settings: its keys, and what each may say.

use super::find::Found;
use super::reach::{Base, Paths, Reach};
use super::reader::{Reader, TomlTable, TomlValue};
use super::{Layer, Sourced, confidence, order, reports, sets, sheets};
use crate::cli::env::Env;
use crate::error::{Error, Result};
use crate::verdict::Weight;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The keys of a file, in the order in which messages list them.
pub(super) const KEYS: [&str; 13] = [
    "catalog",
    "format",
    "templates",
    "by",
    "weights",
    "sets",
    "confidence",
    "unpaired",
    "ship-at",
    "scale",
    "verdicts",
    "sheet",
    "report",
];

/// What the file `found` says.
///
/// # Errors
/// It is not TOML, or has unknown keys or invalid values: the first problem, with the others in [`Error::also`].
pub(super) fn read(found: &Found, env: &Env) -> Result<Layer> {
    let (mut reader, table) = Reader::parse(&found.name, &found.text)?;
    reader.only(&table, &KEYS, "the settings");
    let value = |key: &str| table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value);
    let base = Base { folder: &found.folder, bounds: found.bounds.as_ref(), env };
    let mut layer = Layer { bounds: found.bounds.clone(), ..Layer::default() };
    if let Some(value) = value("catalog") {
        layer.catalog = paths(&mut reader, "catalog", value, base);
    }
    if let Some(value) = value("format") {
        layer.format = text(&mut reader, "format", value, |name| Ok(name.to_owned()));
    }
    if let Some(value) = value("templates") {
        layer.templates = paths(&mut reader, "templates", value, base);
    }
    if let Some(value) = value("by") {
        layer.by = text(&mut reader, "by", value, order);
    }
    if let Some(value) = value("confidence") {
        let level = reader.number("confidence", value);
        let level = level.and_then(|level| reader.convert(value.span(), &level, confidence));
        layer.confidence = level.map(|level| sourced(&reader, value, level));
    }
    if let Some(value) = value("unpaired") {
        layer.unpaired = reader.boolean("unpaired", value).map(|unpaired| sourced(&reader, value, unpaired));
    }
    if let Some(table) = value("weights").and_then(|value| reader.table("weights", value)) {
        layer.weights = weights(&mut reader, table).into_iter().collect();
    }
    if let Some(table) = value("sets").and_then(|value| reader.table("sets", value)) {
        layer.sets = sets::read(&mut reader, table);
    }
    if let Some(value) = value("ship-at") {
        let score = reader.number("ship-at", value);
        let score = score.and_then(|score| reader.convert(value.span(), &score, sheets::ship_at));
        layer.ship_at = score.map(|score| sourced(&reader, value, score));
    }
    if let Some(value) = value("scale") {
        layer.scale = sheets::scale(&mut reader, value).map(|scale| sourced(&reader, value, scale));
    }
    if let Some(value) = value("verdicts") {
        let words = reader.table("verdicts", value).map(|table| sheets::words(&mut reader, table));
        layer.verdicts = words.map(|words| sourced(&reader, value, words));
    }
    if let Some(value) = value("sheet") {
        layer.sheets = sheets::rules(&mut reader, value, base);
    }
    layer.folder = Some(found.folder.clone());
    if let Some(value) = value("report") {
        if found.bounds.is_some() {
            layer.reports = reports::entries(&mut reader, value, base);
            sets::expand_reports(&mut reader, &mut layer);
        } else {
            let error = Error::data("reports belong to a project, not to a user's own settings");
            reader.problem(value.span(), error.hint("move them into a `compare.toml`"));
        }
    }
    reader.finish(layer)
}

/// The catalog that `text`, a file of settings called `name`, lists, as it is written there; whatever else it says is
/// passed over.
///
/// # Errors
/// It is no TOML, or its `catalog` is no list of texts.
pub(in crate::cli) fn catalog(name: &str, text: &str) -> Result<Option<Vec<PathBuf>>> {
    let (mut reader, table) = Reader::parse(name, text)?;
    let value = table.iter().find(|(key, _)| key.get_ref() == "catalog").map(|(_, value)| value);
    let listed = value.and_then(|value| reader.strings("catalog", value));
    reader.finish(listed.map(|listed| listed.into_iter().map(|(path, _)| PathBuf::from(path)).collect()))
}

fn sourced<T>(reader: &Reader<'_>, value: &TomlValue<'_>, said: T) -> Sourced<T> {
    Sourced { value: said, origin: reader.origin(value) }
}

fn text<T>(
    reader: &mut Reader<'_>,
    key: &str,
    value: &TomlValue<'_>,
    read: impl FnOnce(&str) -> Result<T>,
) -> Option<Sourced<T>> {
    let text = reader.string(key, value)?;
    let said = reader.convert(value.span(), &text, read)?;
    Some(sourced(reader, value, said))
}

/// The paths of the list `value`, relative ones from `base`.
fn paths(reader: &mut Reader<'_>, key: &str, value: &TomlValue<'_>, base: Base<'_>) -> Option<Sourced<Paths>> {
    let mut paths = Vec::new();
    for (path, span) in reader.strings(key, value)? {
        if path.is_empty() || path == "-" {
            let mut error = Error::data(format!("`{path}` is not a file or a folder, and `{key}` lists those"));
            if key == "catalog" {
                error = error.hint("standard input is named on the command line: `--catalog -`");
            }
            reader.problem(span, error);
            return None;
        }
        paths.push(base.join(Path::new(&path)));
    }
    let reach = base.bounds.map_or(Reach::Own, |bounds| Reach::Project(Arc::clone(bounds)));
    Some(sourced(reader, value, Paths { list: paths, reach }))
}

fn weights(reader: &mut Reader<'_>, table: &TomlTable<'_>) -> Vec<(String, Sourced<Weight>)> {
    let mut weights = Vec::new();
    for (reviewer, value) in table {
        let Some(number) = reader.number(reviewer.get_ref(), value) else { continue };
        if let Some(weight) = reader.convert(value.span(), &number, Weight::from_text) {
            weights.push((reviewer.get_ref().clone().into_owned(), sourced(reader, value, weight)));
        }
    }
    weights
}
