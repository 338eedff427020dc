//! Formats: the document as bytes. One file each; no format computes, sorts or rounds.

mod concise;
mod csv;
mod escape;
pub(crate) mod excerpt;
mod github;
mod html;
mod json;
mod markdown;
mod table;
pub(crate) mod template;

use crate::error::{Error, Result};
use crate::report::{Report, Rows};
use crate::suggest::did_you_mean;
use std::path::{Path, PathBuf};
use template::Template;

/// How a reader wants the document, as far as that is not the document's matter.
#[derive(Clone, Debug)]
pub struct Style {
    /// Whether escape sequences for color may be used.
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
    fn extensions(&self) -> Vec<&str>;

    /// What it is for, in a few words.
    fn about(&self) -> &str;

    /// Whether notes about the figures stand in the document itself. Where they do not, the
    /// program says them on standard error.
    fn holds_notes(&self) -> bool {
        true
    }

    /// Whether it is a page of its own, which cannot be a part of another file.
    fn is_page(&self) -> bool {
        false
    }

    /// The files that the format itself is made from, as far as they were read.
    fn sources(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// The whole document, with a final line end.
    ///
    /// # Errors
    /// When the document has nothing of the kind that `style` asks for.
    fn format(&self, report: &Report, style: &Style) -> Result<String>;
}

/// A format that is built in. What each of its parts is says [`Formatter`].
struct BuiltIn {
    name: &'static str,
    aliases: &'static [&'static str],
    extensions: &'static [&'static str],
    about: &'static str,
    holds_notes: bool,
    is_page: bool,
    format: fn(&Report, &Style) -> Result<String>,
}

impl BuiltIn {
    const fn new(
        name: &'static str,
        extensions: &'static [&'static str],
        about: &'static str,
        format: fn(&Report, &Style) -> Result<String>,
    ) -> Self {
        Self { name, aliases: &[], extensions, about, holds_notes: true, is_page: false, format }
    }
}

impl Formatter for BuiltIn {
    fn name(&self) -> &str {
        self.name
    }

    fn aliases(&self) -> &[&str] {
        self.aliases
    }

    fn extensions(&self) -> Vec<&str> {
        self.extensions.to_vec()
    }

    fn about(&self) -> &str {
        self.about
    }

    fn holds_notes(&self) -> bool {
        self.holds_notes
    }

    fn is_page(&self) -> bool {
        self.is_page
    }

    fn format(&self, report: &Report, style: &Style) -> Result<String> {
        (self.format)(report, style)
    }
}

/// All formats that are built in, in the order in which help lists them.
pub const FORMATS: &[&dyn Formatter] =
    &[&table::TABLE, &json::JSON, &csv::CSV, &markdown::MARKDOWN, &html::HTML, &github::GITHUB, &concise::CONCISE];

/// The formats of a run: those that are built in, and the templates that were added.
#[derive(Debug, Default)]
pub struct Formats {
    added: Vec<Template>,
}

impl Formats {
    /// The same with one more template.
    ///
    /// # Errors
    /// A name that another format has already.
    pub fn with(mut self, template: Template) -> Result<Self> {
        let name = template.name();
        if let Some(other) = self.iter().find(|other| is_called(*other, name)) {
            let other = self.templates().find(|template| template.name() == other.name());
            let other = other.map_or_else(|| "it is built in".to_owned(), |other| format!("it is {}", other.place()));
            return Err(Error::usage(format!("the name of the template {} is taken", template.place()))
                .hint(format!("there is a format `{name}` already: {other}"))
                .hint("rename the file"));
        }
        self.added.push(template);
        Ok(self)
    }

    /// All of them, in the order in which help lists them.
    pub fn iter(&self) -> impl Iterator<Item = &dyn Formatter> {
        FORMATS.iter().copied().chain(self.templates().map(|template| template as &dyn Formatter))
    }

    /// Those that are templates.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        template::EMBEDDED.iter().chain(&self.added)
    }

    /// The format that `name` means.
    ///
    /// # Errors
    /// An unknown name; the error lists the known ones.
    pub fn by_name(&self, name: &str) -> Result<&dyn Formatter> {
        self.iter().find(|formatter| is_called(*formatter, name)).ok_or_else(|| {
            let error = Error::usage(format!("unknown format `{name}`"));
            let error = error.hint_if(did_you_mean(name, self.iter().map(Formatter::name)));
            error.hint(format!("formats: {}", self.names()))
        })
    }

    /// The format that the name of the file at `path` means: the one whose extension is the longest that it ends with.
    ///
    /// # Errors
    /// An unknown or missing extension; the error lists the known ones.
    pub fn by_path(&self, path: &Path) -> Result<&dyn Formatter> {
        let path = path.to_string_lossy();
        let name = path.rsplit(['/', '\\']).next().unwrap_or(&path).to_ascii_lowercase();
        let fits = |extension: &str| name.strip_suffix(extension).is_some_and(|rest| rest.ends_with('.'));
        let longest =
            |formatter: &&dyn Formatter| formatter.extensions().into_iter().filter(|e| fits(e)).map(str::len).max();
        self.iter().filter(|formatter| longest(formatter).is_some()).max_by_key(longest).ok_or_else(|| {
            let known: Vec<_> = self.iter().flat_map(Formatter::extensions).map(|e| format!(".{e}")).collect();
            let known_as = match name.rsplit_once('.') {
                Some((_, extension)) if !extension.is_empty() => format!("unknown extension `.{extension}`"),
                _ => format!("`{path}` has no extension that names a format"),
            };
            Error::usage(known_as)
                .hint(format!("end it with one of {}", known.join(", ")))
                .hint(format!("or name the format: `-o FORMAT={path}` with one of {}", self.names()))
        })
    }

    fn names(&self) -> String {
        self.iter().map(Formatter::name).collect::<Vec<_>>().join(", ")
    }
}

fn is_called(formatter: &dyn Formatter, name: &str) -> bool {
    formatter.name() == name || formatter.aliases().contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_extension_says_the_format() {
        let formats = Formats::default().with(Template::file(Path::new("memo.md.j2"))).expect("a new name");
        let of = |path: &str| formats.by_path(Path::new(path)).map(Formatter::name);
        for (path, name) in [
            ("a.md", "markdown"),
            ("dir.json/a.MD", "markdown"),
            ("a.memo.md", "memo"),
            ("memo.md", "markdown"),
            (".md", "markdown"),
            ("a.memo.json", "json"),
        ] {
            assert_eq!(of(path), Ok(name), "{path}");
        }
        for path in ["md", "a.memo", "a.doc", "", "a.md/b"] {
            assert!(of(path).is_err(), "{path}");
        }
    }

    #[test]
    fn no_two_formats_have_one_name() {
        let file = |name: &str| Template::file(Path::new(name));
        for name in ["json.md.j2", "md.j2", "adr.md.j2"] {
            assert!(Formats::default().with(file(name)).is_err_and(|e| e.message.contains(name)), "{name}");
        }
        let formats = Formats::default().with(file("one/memo.md.j2")).expect("a new name");
        assert_eq!(formats.by_name("memo").map(Formatter::name), Ok("memo"));
        let clash = formats.with(file("two/memo.txt.j2")).expect_err("a clash");
        assert!(clash.hints[0].contains("one/memo.md.j2"), "{clash:?}");
    }
}
