//! Settings: what `compare.toml`, the user's own file and the environment say.
//!
//! Every source is a [`Layer`] of the same shape, and [`Layer::over`] puts one over the next. The order is: flags,
//! environment, project (the nearest `compare.toml` upwards), user (`$XDG_CONFIG_HOME/compare/config.toml`). Whatever
//! no layer says is built in.

mod file;
mod find;
mod reach;
mod reader;
mod reports;
mod sets;
mod sheets;

pub(super) use file::catalog as catalog_of;
pub(super) use find::PROJECT_FILE;
pub(super) use reach::{Paths, ProjectBounds};
pub(super) use reports::{ReportEntry, ReportOutput, ReportSubject};
pub(super) use sets::{Sets, expanded};

use super::args::{CommonArgs, ConfigArgs};
use super::env::Env;
use super::folders::expand_home;
use crate::catalog::record::VerdictWords;
use crate::catalog::record::score::{Scale, Score};
use crate::catalog::{SheetOptions, SheetRule};
use crate::error::{Error, Location, Result};
use crate::suggest::did_you_mean;
use crate::verdict::{Options as Judging, Order, Weight, check_level};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// Where a setting was made.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Origin {
    /// On the command line, with this flag.
    Flag(&'static str),
    /// In this environment variable.
    Variable(&'static str),
    /// In a file.
    File(Location),
}

impl fmt::Display for Origin {
    /// `flag --by`, `environment COMPARE_BY`, `compare.toml:3`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "flag {flag}"),
            Self::Variable(name) => write!(f, "environment {name}"),
            Self::File(location) => write!(f, "{}:{}", location.file, location.line),
        }
    }
}

impl Origin {
    /// `error` with the place of the setting that it is about.
    pub(super) fn locate(&self, mut error: Error) -> Error {
        match self {
            Self::Flag(_) => {}
            Self::Variable(name) => error.message = format!("{name}: {}", error.message),
            Self::File(location) => error.location = Some(location.clone()),
        }
        error
    }
}

/// A setting and its source.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sourced<T> {
    /// What was said.
    pub(super) value: T,
    /// Where.
    pub(super) origin: Origin,
}

impl<T> Sourced<T> {
    /// What was said, wherever.
    fn into_value(self) -> T {
        self.value
    }

    /// Whether it was typed.
    pub(super) fn is_typed(&self) -> bool {
        matches!(self.origin, Origin::Flag(_))
    }
}

/// The keys of a whole file, in the order in which messages list them.
const KEYS: [&str; 13] = [
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

/// What one source says, or several put over one another.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Layer {
    /// Paths of records.
    pub(super) catalog: Option<Sourced<Paths>>,
    /// The format of standard output, by name.
    pub(super) format: Option<Sourced<String>>,
    /// Folders with templates.
    pub(super) templates: Option<Sourced<Paths>>,
    /// The order of the tools.
    pub(super) by: Option<Sourced<Order>>,
    /// How much reviewers count. Each is a setting of its own.
    pub(super) weights: BTreeMap<String, Sourced<Weight>>,
    /// Tools that are compared together, under a name.
    pub(super) sets: Sets,
    /// The level of the intervals shown.
    pub(super) confidence: Option<Sourced<f64>>,
    /// Whether every review counts as another person's.
    pub(super) unpaired: Option<Sourced<bool>>,
    /// The score from which a review without a verdict counts as ship.
    pub(super) ship_at: Option<Sourced<Score>>,
    /// The scale of plain numbers in sheets.
    pub(super) scale: Option<Sourced<Scale>>,
    /// The panel's words for verdicts.
    pub(super) verdicts: Option<Sourced<VerdictWords>>,
    /// How single sheets are read.
    pub(super) sheets: Vec<SheetRule>,
    /// The folder of the file with the settings.
    pub(super) folder: Option<PathBuf>,
    /// The reports that the project keeps.
    pub(super) reports: Vec<ReportEntry>,
    /// How far the project's settings reach, where there are any.
    pub(super) bounds: Option<Arc<ProjectBounds>>,
}

impl Layer {
    /// What `self` says, and what `below` says where `self` is silent.
    #[must_use]
    pub(super) fn over(self, below: Self) -> Self {
        let mut weights = below.weights;
        weights.extend(self.weights);
        let mut sets = below.sets;
        sets.extend(self.sets);
        Self {
            catalog: self.catalog.or(below.catalog),
            format: self.format.or(below.format),
            templates: self.templates.or(below.templates),
            by: self.by.or(below.by),
            weights,
            sets,
            confidence: self.confidence.or(below.confidence),
            unpaired: self.unpaired.or(below.unpaired),
            ship_at: self.ship_at.or(below.ship_at),
            scale: self.scale.or(below.scale),
            verdicts: self.verdicts.or(below.verdicts),
            sheets: self.sheets.into_iter().chain(below.sheets).collect(),
            folder: self.folder.or(below.folder),
            reports: if self.reports.is_empty() { below.reports } else { self.reports },
            bounds: self.bounds.or(below.bounds),
        }
    }

    /// What the figures are computed with.
    pub(super) fn judging(&self) -> Judging {
        let default = Judging::default();
        Judging {
            confidence: self.confidence.as_ref().map_or(default.confidence, |level| level.value),
            weights: self.weights.iter().map(|(name, weight)| (name.clone(), weight.value)).collect(),
            unpaired: self.unpaired.as_ref().is_some_and(|unpaired| unpaired.value),
            order: self.by.as_ref().map_or(default.order, |by| by.value),
            ship_at: self.ship_at.as_ref().map(|score| score.value),
        }
    }

    /// How sheets are read.
    pub(super) fn sheet_options(&self) -> SheetOptions {
        SheetOptions {
            scale: self.scale.as_ref().map(|scale| scale.value),
            words: self.verdicts.as_ref().map(|words| words.value.clone()).unwrap_or_default(),
            rules: self.sheets.clone(),
            folder: self.folder.clone(),
        }
    }
}

/// What the flags say.
///
/// # Errors
/// A weight that is none.
pub(super) fn typed(CommonArgs { output, source, judge }: &CommonArgs) -> Result<Layer> {
    fn flag<T>(flag: &'static str, value: T) -> Sourced<T> {
        Sourced { value, origin: Origin::Flag(flag) }
    }
    Ok(Layer {
        catalog: (!source.catalog.is_empty()).then(|| flag("--catalog", Paths::named(source.catalog.clone()))),
        format: output.format.clone().map(|name| flag("--format", name)),
        by: judge.by.map(|order| flag("--by", order)),
        weights: weights(judge.weigh.weight.iter().map(String::as_str), &Origin::Flag("--weight"))?,
        confidence: judge.confidence.map(|level| flag("--confidence", level)),
        ship_at: judge.weigh.ship_at.map(|score| flag("--ship-at", score)),
        scale: source.scale.map(|scale| flag("--scale", scale)),
        ..Layer::default()
    })
}

/// What the environment and the files say.
#[derive(Clone, Debug, Default)]
pub(super) struct LoadedSettings {
    /// All of it.
    pub(super) all: Layer,
    /// What the project's file alone says: the same for everyone who works on it.
    pub(super) project: Layer,
    /// The files, from the working directory.
    pub(super) files: Vec<PathBuf>,
}

/// Reads the environment and the files.
///
/// # Errors
/// A variable or a file that says what cannot be, or a file that cannot be read.
pub(super) fn load(typed: &ConfigArgs, env: &Env) -> Result<LoadedSettings> {
    let files = find::files(typed, env)?;
    let mut loaded = LoadedSettings { all: environment(env)?, ..LoadedSettings::default() };
    for found in &files {
        let layer = file::read(found, env)?;
        loaded.files.push(found.path.clone());
        if found.bounds.is_some() {
            loaded.project = layer.clone();
        }
        loaded.all = loaded.all.over(layer);
    }
    Ok(loaded)
}

/// What the variables `COMPARE_CATALOG`, `COMPARE_FORMAT`, `COMPARE_BY`, `COMPARE_WEIGHTS` and `COMPARE_CONFIDENCE` say.
fn environment(env: &Env) -> Result<Layer> {
    let mut layer = Layer::default();
    if let Some(listed) = env.var("COMPARE_CATALOG") {
        let paths = std::env::split_paths(listed).filter(|path| !path.as_os_str().is_empty());
        let paths = paths.map(|path| expand_home(&path, env)).collect();
        layer.catalog = Some(Sourced { value: Paths::named(paths), origin: Origin::Variable("COMPARE_CATALOG") });
    }
    layer.format = sourced(env, "COMPARE_FORMAT", |name| Ok(name.to_owned()))?;
    layer.by = sourced(env, "COMPARE_BY", order)?;
    layer.confidence = sourced(env, "COMPARE_CONFIDENCE", confidence)?;
    let listed = env.var("COMPARE_WEIGHTS").unwrap_or_default().to_string_lossy();
    let origin = Origin::Variable("COMPARE_WEIGHTS");
    let parts = listed.split(',').filter(|part| !part.trim().is_empty());
    layer.weights = weights(parts, &origin).map_err(|error| origin.locate(error))?;
    Ok(layer)
}

fn sourced<T>(env: &Env, name: &'static str, read: impl FnOnce(&str) -> Result<T>) -> Result<Option<Sourced<T>>> {
    let origin = Origin::Variable(name);
    let Some(text) = env.var(name) else { return Ok(None) };
    let value = read(text.to_string_lossy().trim()).map_err(|error| origin.locate(error))?;
    Ok(Some(Sourced { value, origin }))
}

/// The order that `name` means.
fn order(name: &str) -> Result<Order> {
    Order::from_name(name).ok_or_else(|| {
        let words = Order::NAMED.map(|(word, ..)| word);
        let error = Error::usage(format!("unknown order `{name}`"));
        error.hint(did_you_mean(name, words).unwrap_or_else(|| format!("orders: {}", words.join(", "))))
    })
}

/// The level of intervals that `text` means.
fn confidence(text: &str) -> Result<f64> {
    let level: f64 = text.parse().map_err(|_| {
        Error::usage(format!("invalid confidence `{text}`"))
            .hint("a confidence must be between 0 and 1, for example 0.95")
    })?;
    check_level(level).map(|()| level)
}

/// The weights that are written as `REVIEWER=W` each, from `origin`. The last `=` separates the two: a name may contain one.
///
/// # Errors
/// Another form, an invalid weight, or a reviewer with two weights.
fn weights<'t>(texts: impl IntoIterator<Item = &'t str>, origin: &Origin) -> Result<BTreeMap<String, Sourced<Weight>>> {
    let mut weights = BTreeMap::new();
    for text in texts {
        let parts = text.rsplit_once('=').map(|(reviewer, weight)| (reviewer.trim(), weight));
        let Some((reviewer, weight)) = parts.filter(|(reviewer, _)| !reviewer.is_empty()) else {
            return Err(Error::usage(format!("invalid weight `{}`: it must have the form REVIEWER=W", text.trim()))
                .hint("for example `Founder=2`; 0 leaves the reviewer out"));
        };
        let weight = Sourced { value: Weight::from_text(weight)?, origin: origin.clone() };
        if weights.insert(reviewer.to_owned(), weight).is_some() {
            return Err(Error::usage(format!("`{reviewer}` is given two weights")));
        }
    }
    Ok(weights)
}
