//! Formats: the document as bytes. One file each; no format computes, sorts or rounds.

mod csv;
mod json;
mod markdown;
mod table;

use crate::error::{Error, Result};
use crate::report::{Report, Rows};

/// How a reader wants the document, as far as that is not the document's matter.
#[derive(Clone, Debug)]
pub struct Style {
    /// Whether escape sequences for colour may be used.
    pub color: bool,
    /// Columns of the terminal, at least [`Style::MIN_WIDTH`].
    pub width: usize,
    /// Whether people's formats show the reviewers' words.
    pub reviews: bool,
    /// Which rows a rectangular format holds.
    pub rows: Rows,
    /// Whether text that a spreadsheet would execute is left as it is.
    pub csv_raw: bool,
}

impl Style {
    /// The narrowest width that is laid out for; less is treated as this.
    pub const MIN_WIDTH: usize = 20;
}

impl Default for Style {
    fn default() -> Self {
        Self { color: false, width: 100, reviews: false, rows: Rows::Tools, csv_raw: false }
    }
}

/// Turns a document into the text of one format.
pub trait Formatter: Sync {
    /// The word after `--format`.
    fn name(&self) -> &str;

    /// Other words that mean this format.
    fn aliases(&self) -> &[&str] {
        &[]
    }

    /// File name extensions, without the dot, that mean this format. The first is the usual one.
    fn extensions(&self) -> &[&str];

    /// What it is for, in a few words.
    fn about(&self) -> &str;

    /// Whether notes about the figures stand in the document itself. Where they do not, the
    /// program says them on standard error.
    fn holds_notes(&self) -> bool {
        true
    }

    /// The whole document, with a final line end.
    ///
    /// # Errors
    /// When the document has nothing of the kind that `style` asks for.
    fn format(&self, report: &Report, style: &Style) -> Result<String>;
}

/// All formats that are built in, in the order in which help lists them.
pub const FORMATS: &[&dyn Formatter] = &[&table::Table, &json::Json, &csv::Csv, &markdown::Markdown];

/// The format that `name` means.
///
/// # Errors
/// An unknown name; the error lists the known ones.
pub fn by_name(name: &str) -> Result<&'static dyn Formatter> {
    FORMATS
        .iter()
        .copied()
        .find(|f| f.name() == name || f.aliases().contains(&name))
        .ok_or_else(|| Error::usage(format!("there is no format `{name}`")).hint(format!("formats: {}", names())))
}

/// The format that the extension of `path` means.
///
/// # Errors
/// An unknown or missing extension; the error lists the known ones.
pub fn by_extension(path: &str) -> Result<&'static dyn Formatter> {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    extension
        .as_deref()
        .and_then(|extension| FORMATS.iter().copied().find(|f| f.extensions().contains(&extension)))
        .ok_or_else(|| {
            let known: Vec<_> = FORMATS.iter().flat_map(|f| f.extensions()).map(|e| format!(".{e}")).collect();
            Error::usage(format!("the name `{path}` does not say which format to write"))
                .hint(format!("end it with one of {}", known.join(", ")))
                .hint(format!("or name the format: `-o FORMAT={path}` with one of {}", names()))
        })
}

fn names() -> String {
    FORMATS.iter().map(|f| f.name()).collect::<Vec<_>>().join(", ")
}
