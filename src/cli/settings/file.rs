//! One file of settings: its keys, and what each may say.

use super::find::Found;
use super::reach::{Base, Paths, Reach};
use super::reader::{Reader, TomlTable};
use super::{KEYS, Layer, Sourced, confidence, order, reports, sets, sheets};
use crate::catalog::record::score::Scale;
use crate::cli::env::Env;
use crate::error::{Error, Result};
use crate::verdict::Weight;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use toml::Spanned;

/// What the file `found` says.
///
/// # Errors
/// It is not TOML, or has unknown keys or invalid values: the first problem, with the others in [`Error::also`].
pub(super) fn read(found: &Found, env: &Env) -> Result<Layer> {
    let (mut reader, table) = Reader::parse(&found.name, &found.text)?;
    reader.only(&table, &KEYS, "the settings");
    let base = Base { folder: &found.folder, bounds: found.bounds.as_ref(), env };
    let mut layer = Layer {
        catalog: paths(&mut reader, "catalog", &table, base),
        format: reader.text(&table, "format", |name| Ok(name.to_owned())),
        templates: paths(&mut reader, "templates", &table, base),
        by: reader.text(&table, "by", order),
        confidence: reader.figure(&table, "confidence", confidence),
        unpaired: reader.flag(&table, "unpaired"),
        ship_at: reader.figure(&table, "ship-at", sheets::ship_at),
        scale: reader.figure(&table, "scale", Scale::parse),
        folder: Some(found.folder.clone()),
        bounds: found.bounds.clone(),
        ..Layer::default()
    };
    if let Some(table) = table.get("weights").and_then(|value| reader.table("weights", value)) {
        layer.weights = weights(&mut reader, table);
    }
    if let Some(table) = table.get("sets").and_then(|value| reader.table("sets", value)) {
        layer.sets = sets::read(&mut reader, table);
    }
    if let Some(value) = table.get("verdicts") {
        let words = reader.table("verdicts", value).map(|table| sheets::words(&mut reader, table));
        layer.verdicts = words.map(|words| reader.sourced(value, words));
    }
    if let Some(value) = table.get("sheet") {
        layer.sheets = sheets::rules(&mut reader, value, base);
    }
    if let Some(value) = table.get("report") {
        if found.bounds.is_some() {
            layer.reports = reports::entries(&mut reader, value, base);
            sets::expand_reports(&mut reader, &mut layer);
        } else {
            let error = Error::data("reports belong to a project, not to a user's own settings");
            reader.problem(value.span(), error.hint("move them into a `compare.toml`"));
        }
    }
    reader.finish()?;
    Ok(layer)
}

/// The catalog that `text`, a file of settings called `name`, lists, as it is written there; whatever else it says is
/// passed over.
///
/// # Errors
/// It is no TOML, or its `catalog` is no list of texts.
pub(in crate::cli) fn catalog(name: &str, text: &str) -> Result<Option<Vec<PathBuf>>> {
    let (mut reader, table) = Reader::parse(name, text)?;
    let listed = table.get("catalog").and_then(|value| reader.strings("catalog", value));
    reader.finish()?;
    Ok(listed.map(|listed| listed.into_iter().map(|(path, _)| PathBuf::from(path)).collect()))
}

/// The paths that `key` of `table` lists, relative ones from `base`.
fn paths(reader: &mut Reader<'_>, key: &str, table: &TomlTable<'_>, base: Base<'_>) -> Option<Sourced<Paths>> {
    let value = table.get(key)?;
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
    Some(reader.sourced(value, Paths { list: paths, reach }))
}

fn weights(reader: &mut Reader<'_>, table: &TomlTable<'_>) -> BTreeMap<String, Sourced<Weight>> {
    let weight = |reviewer: &Spanned<Cow<'_, str>>| {
        let weight = reader.figure(table, reviewer.get_ref(), Weight::from_text)?;
        Some((reviewer.get_ref().clone().into_owned(), weight))
    };
    table.keys().filter_map(weight).collect()
}
