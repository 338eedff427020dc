//! What was typed: flags that several commands share, in groups. Nothing here is resolved.

use super::console::ColorChoice;
use super::env::Env;
use super::folders::expand_home;
use super::output::split_marker;
use crate::catalog::record::Date;
use crate::catalog::record::score::{Scale, Score};
use crate::error::Result;
use crate::format::FORMATS;
use crate::report::{Gates, Rows, Subject, columns};
use crate::verdict::{Filter, Order, PanelVerdict};
use clap::Args;
use clap::builder::TypedValueParser as _;
use clap::builder::{OsStringValueParser, PossibleValue, PossibleValuesParser};
use clap_lex::OsStrExt as _;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};

/// Where the document goes and how it looks.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Output")]
pub(super) struct OutputArgs {
    #[arg(long, short, value_name = "NAME", help = short_format_help(), long_help = format_help())]
    pub(super) format: Option<String>,
    /// Write standard output with the template in FILE
    ///
    /// A template is minijinja over the document that `--format json` prints. `report.md.j2` writes Markdown, and
    /// its values are escaped for that; a name that declares nothing is escaped for HTML. `compare template show adr`
    /// prints one to start from.
    #[arg(long, hide_short_help = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(super) template: Option<PathBuf>,
    /// List only the reviews dated DATE (YYYY-MM-DD) or later; figures still count all
    ///
    /// Reviews without a date are left out too, and a note says how many are listed. With `list` and `rank` it asks
    /// for the reviews as `--reviews` does.
    #[arg(long, hide_short_help = true, value_name = "DATE", value_parser = date_parser)]
    pub(super) since: Option<Date>,
    /// Also write FILE, in the format of its extension
    ///
    /// Repeatable; `-o -` is standard output. `-o report.md` takes the format from the extension, `-o json=report.txt`
    /// names it. A file is
    /// written beside its place and renamed into it, so an old report survives a failed run.
    /// `-o README.md#panel` replaces only what is between the lines `<!-- compare:panel -->` and
    /// `<!-- /compare:panel -->` of that file.
    #[arg(long, short, value_name = "FILE", value_parser = output_parser())]
    pub(super) output: Vec<OutputArg>,
    /// Check that output files are up to date, instead of writing them
    ///
    /// The exit status is 1 if any differs or is missing. Standard output gets its document all the same.
    #[arg(long, hide_short_help = true)]
    pub(super) verify: bool,
    /// Which rows `csv` holds
    #[arg(long, hide_short_help = true, value_name = "ROWS", value_parser = rows_parser())]
    pub(super) rows: Option<Rows>,
    /// Do not escape spreadsheet formulas in `csv`
    ///
    /// Otherwise a cell of text that begins like a formula gets an apostrophe in front, and so does a line that the
    /// runner of a CI job would execute. Numbers are never touched.
    #[arg(long, hide_short_help = true)]
    pub(super) csv_raw: bool,
    /// Show the reviewers' texts too
    #[arg(long)]
    pub(super) reviews: bool,
    /// Explain every figure and the decision, show every note
    ///
    /// With formulas, inputs and steps, for readers without statistics.
    #[arg(long)]
    pub(super) explain: bool,
    /// When to use color
    #[arg(long, hide_short_help = true, value_name = "WHEN", value_enum)]
    pub(super) color: Option<ColorChoice>,
    /// Columns to lay `table` out for [default: the terminal's]
    #[arg(long, hide_short_help = true, value_name = "COLUMNS", value_parser = |text: &str| whole::<u16>(text, 20, 10_000))]
    pub(super) width: Option<u16>,
    /// Print nothing on standard error but errors
    #[arg(long, short, hide_short_help = true)]
    pub(super) quiet: bool,
}

/// One value of `--output`, `[FORMAT=]PATH`.
#[derive(Clone, Debug)]
pub(super) struct OutputArg {
    typed: OsString,
    /// The name of the format, if one is typed.
    pub(super) format: Option<String>,
    /// Where to write; `-` is standard output.
    pub(super) path: PathBuf,
    /// The name of the markers between which to write, if only a part of the file is meant.
    pub(super) marker: Option<String>,
}

impl OutputArg {
    /// `typed` with its parts.
    ///
    /// # Errors
    /// An invalid name of markers, in words.
    pub(super) fn parse(typed: OsString) -> std::result::Result<Self, String> {
        let (format, path) = split_format(&typed);
        let (path, marker) = split_marker(path)?;
        Ok(Self { format: format.map(str::to_owned), path: path.to_path_buf(), marker, typed })
    }
}

impl fmt::Display for OutputArg {
    /// As it was typed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.typed.display().fmt(f)
    }
}

/// The name of the format, if there is one, and the path of `[FORMAT=]PATH`. A path that contains a `=` is written
/// `./a=b.md`.
fn split_format(typed: &OsStr) -> (Option<&str>, &Path) {
    let split = typed.split_once("=").and_then(|(name, path)| Some((name.to_str()?, path)));
    match split.filter(|(name, _)| !name.contains(['/', '\\', '.'])) {
        Some((name, path)) => (Some(name), Path::new(path)),
        None => (None, Path::new(typed)),
    }
}

fn output_parser() -> impl clap::builder::TypedValueParser<Value = OutputArg> {
    OsStringValueParser::new().try_map(OutputArg::parse)
}

impl OutputArgs {
    /// Expands a leading `~` in the paths.
    pub(super) fn expand_home(&mut self, env: &Env) {
        for output in &mut self.output {
            output.path = expand_home(&output.path, env);
        }
        self.template = self.template.take().map(|path| expand_home(&path, env));
    }
}

/// Which records are in use.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Records")]
pub(super) struct SourceArgs {
    /// Read records from a file, a folder, or `-`; repeatable
    ///
    /// `-` is standard input. Without it, `COMPARE_CATALOG` (a list of paths) is used, else the `catalog` of the
    /// settings, else the records in `$XDG_DATA_HOME/compare/`, else the two that are built in.
    #[arg(long, short, value_name = "PATH", value_hint = clap::ValueHint::AnyPath)]
    pub(super) catalog: Vec<PathBuf>,
    /// The kind of the records on standard input, where the content does not tell
    #[arg(long, hide_short_help = true, value_name = "KIND")]
    pub(super) input_format: Option<String>,
    /// Plain numbers in sheets go from 0 to N, not to 100: 4 on a scale of 5 is 80
    ///
    /// A heading such as `Ana (1-5)` comes first. `scale` in `compare.toml` says the same for all commands, and a
    /// `[[sheet]]` says it for one file.
    #[arg(long, hide_short_help = true, value_name = "N", allow_negative_numbers = true, value_parser = scale_parser)]
    pub(super) scale: Option<Scale>,
    /// Skip invalid records and rows, with a warning
    #[arg(long, hide_short_help = true)]
    pub(super) skip_invalid: bool,
    /// Disable the catalog cache
    #[arg(long, hide_short_help = true)]
    pub(super) no_cache: bool,
}

impl SourceArgs {
    /// Expands a leading `~` in the paths.
    pub(super) fn expand_home(&mut self, env: &Env) {
        for path in &mut self.catalog {
            *path = expand_home(path, env);
        }
    }
}

/// Where settings come from: for every command that reads them.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Settings")]
pub(super) struct ConfigArgs {
    /// Take settings from FILE alone, not from `compare.toml` or the user's own file
    #[arg(long, hide_short_help = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(super) config: Option<PathBuf>,
    /// Take no settings from files
    #[arg(long, hide_short_help = true)]
    pub(super) no_config: bool,
}

/// Conditions that the report has to meet.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Figures")]
pub(super) struct GateArgs {
    /// Exit with 1 unless EXPR holds: `ship_ratio>=0.6`
    ///
    /// Repeatable. EXPR is a metric, an operator and a value, in quotes: a shell takes a bare > for itself. A metric is a field of
    /// `tools[]` or `decision` in `json`, by its path or any ending that means no other; of a list the number of its
    /// entries. Operators are >=, <=, >, <, == and !=. A metric of a tool is that of the leader, unless a tool's name
    /// and a colon, `any:` or `all:` stand before it. An absent value fails. Everything is written first.
    #[arg(long, value_name = "EXPR", allow_hyphen_values = true)]
    gate: Vec<String>,
}

impl GateArgs {
    /// The gates that were typed, for a report of kind `subject`.
    ///
    /// # Errors
    /// One that can be no gate of such a report.
    pub(super) fn gates(&self, subject: Subject) -> Result<Gates> {
        Gates::parse("--gate", &self.gate, subject)
    }
}

/// How the figures are taken and put in order.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Figures")]
pub(super) struct JudgeArgs {
    #[arg(long, value_name = "KEY", value_parser = order_parser(), hide_possible_values = true)]
    #[arg(help = short_order_help(), long_help = order_help())]
    pub(super) by: Option<Order>,
    #[command(flatten)]
    pub(super) weigh: WeighArgs,
    /// Level of the intervals shown, between 0 and 1 [default: 0.95]
    ///
    /// Ranking and decision always go by 0.95.
    #[arg(long, hide_short_help = true, value_name = "LEVEL", value_parser = confidence_parser)]
    pub(super) confidence: Option<f64>,
}

/// What every command takes that shows figures.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct CommonArgs {
    #[command(flatten)]
    pub(super) output: OutputArgs,
    #[command(flatten)]
    pub(super) source: SourceArgs,
    #[command(flatten)]
    pub(super) judge: JudgeArgs,
}

/// How much reviews count.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Figures")]
pub(super) struct WeighArgs {
    /// Count REVIEWER W times; 0 leaves the reviewer out
    ///
    /// Repeatable.
    #[arg(long, value_name = "REVIEWER=W")]
    pub(super) weight: Vec<String>,
    /// Count a review without a verdict as ship if its score is SCORE or more, else as skip
    #[arg(long, hide_short_help = true, value_name = "SCORE", value_parser = score_parser)]
    pub(super) ship_at: Option<Score>,
}

fn scale_parser(text: &str) -> std::result::Result<Scale, String> {
    Scale::parse(text).map_err(|error| error.message)
}

/// A whole number from `low` to `high`.
///
/// # Errors
/// Another text, or a number out of range, answered in words.
pub(super) fn whole<N>(text: &str, low: u64, high: u64) -> std::result::Result<N, String>
where
    N: TryFrom<u64>,
{
    let range = if high == u64::MAX {
        format!("it must be a whole number, {low} or more")
    } else {
        format!("it must be a whole number from {low} to {high}")
    };
    let number = text.trim().parse::<u64>().ok().filter(|number| (low..=high).contains(number));
    number.and_then(|number| N::try_from(number).ok()).ok_or(range)
}

fn format_help() -> String {
    let known: Vec<String> = FORMATS.iter().map(|f| format!("{} ({})", f.name(), f.about())).collect();
    let (known, default) = (known.join(", "), FORMATS[0].name());
    format!("The format of standard output: {known}, or a template (see `compare formats`) [default: {default}]")
}

/// The names of the formats that are built in, in a line.
fn short_format_help() -> String {
    let known: Vec<&str> = FORMATS.iter().map(|format| format.name()).collect();
    format!("Format: {}", known.join(", "))
}

fn short_order_help() -> String {
    format!("Order by {}", Order::NAMED.map(|(word, ..)| word).join(", "))
}

fn order_help() -> String {
    let known: String = Order::NAMED.iter().map(|(word, _, about)| format!("\n- {word}: {about}")).collect();
    format!("Order the tools by another figure; who leads does not change:{known}")
}

fn rows_parser() -> impl clap::builder::TypedValueParser<Value = Rows> {
    PossibleValuesParser::new(Rows::ALL.map(Rows::name)).try_map(|name| Rows::from_name(&name).ok_or("unknown rows"))
}

fn order_parser() -> impl clap::builder::TypedValueParser<Value = Order> {
    let words = Order::NAMED.map(|(word, _, about)| PossibleValue::new(word).help(about));
    PossibleValuesParser::new(words).try_map(|word| Order::from_name(&word).ok_or("unknown order"))
}

/// Which tools of the catalog are meant.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Filters")]
pub(super) struct FilterArgs {
    /// Only tools of this category
    ///
    /// Upper and lower case are the same.
    #[arg(long, value_name = "NAME")]
    category: Option<String>,
    /// Only tools with this panel verdict
    #[arg(long, value_name = "VERDICT", value_parser = verdict_parser())]
    verdict: Option<PanelVerdict>,
    /// Only tools whose mean score is at least SCORE
    #[arg(long, value_name = "SCORE", value_parser = score_parser)]
    min_score: Option<Score>,
    /// Only tools with this price entry, such as Free
    ///
    /// Upper and lower case are the same.
    #[arg(long, value_name = "ENTRY")]
    price: Option<String>,
    /// Only tools with at least N reviews
    #[arg(long, value_name = "N", value_parser = |text: &str| whole::<usize>(text, 0, u64::MAX))]
    min_reviews: Option<usize>,
}

/// Which columns a list of tools has.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Output")]
pub(super) struct ColumnArgs {
    /// Show these columns: `name,mean,ship_ratio`
    ///
    /// One alone is printed bare, for a pipe. A column is one of those that `--format csv` has, by its name or an ending of it that no other name has. It is for
    /// `table`, `markdown`, `html` and `csv`.
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_hint = clap::ValueHint::Other)]
    columns: Vec<String>,
}

impl ColumnArgs {
    /// The names in `csv` of the columns that were typed.
    ///
    /// # Errors
    /// A name that no column has, or several.
    pub(super) fn columns(&self) -> Result<Vec<&'static str>> {
        columns::named(&self.columns)
    }
}

impl FilterArgs {
    /// The filter that was typed.
    pub(super) fn filter(self) -> Filter {
        Filter {
            slugs: None,
            category: self.category,
            verdict: self.verdict,
            min_score: self.min_score,
            price: self.price,
            min_reviews: self.min_reviews,
        }
    }
}

fn confidence_parser(text: &str) -> std::result::Result<f64, String> {
    text.trim().parse().map_err(|_| "confidence must be between 0 and 1, for example 0.95".to_owned())
}

fn date_parser(text: &str) -> std::result::Result<Date, String> {
    Date::from_text(text).ok_or_else(|| "invalid date; use YYYY-MM-DD".to_owned())
}

fn score_parser(text: &str) -> std::result::Result<Score, String> {
    Score::from_text(text).map_err(|e| e.to_string())
}

fn verdict_parser() -> impl clap::builder::TypedValueParser<Value = PanelVerdict> {
    PossibleValuesParser::new(PanelVerdict::ALL.map(PanelVerdict::word))
        .try_map(|word| PanelVerdict::ALL.into_iter().find(|v| v.word() == word).ok_or("unknown verdict"))
}
