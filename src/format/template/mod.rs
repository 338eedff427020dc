//! Templates: the user's own formats, and some that are built in.
//!
//! A template is [minijinja](https://docs.rs/minijinja/3) over the document that `json` prints, and sees nothing else.
//! Its name declares what it writes (`memo.md.j2` is the format `memo` and writes Markdown), and values are escaped
//! for that.

mod embedded;
mod fault;
mod filters;
mod output;
mod render;
mod source;

pub use embedded::EMBEDDED;

use super::{Formats, Formatter, Style};
use crate::error::{Error, Result};
use crate::open;
use crate::report::Report;
use crate::sort;
use output::Output;
use source::Folder;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The end of a template's file name.
const SUFFIX: &str = ".j2";

/// A format that a template makes.
#[derive(Debug)]
pub struct Template {
    name: String,
    /// `NAME.md`, where the template declares what it writes.
    extensions: Vec<String>,
    output: Output,
    origin: TemplateOrigin,
    about: OnceLock<String>,
    /// The text of the file, read once: a pipe gives it only once.
    read: OnceLock<Result<String>>,
    /// What it included so far.
    included: Arc<Mutex<BTreeSet<PathBuf>>>,
    kinds: &'static [&'static str],
}

#[derive(Debug)]
enum TemplateOrigin {
    /// In the program.
    Embedded(&'static str),
    /// A file.
    File(PathBuf),
}

impl Template {
    /// The template in the file at `path`, whatever it is called.
    pub fn file(path: &Path) -> Self {
        let (name, extension) = declared(path);
        Self::new(name, extension.as_deref(), TemplateOrigin::File(path.to_owned()), &[])
    }

    /// One that is built in: its name, the extension of what it writes, its text, and the kinds of document that it
    /// is for.
    fn embedded(name: &str, extension: &str, text: &'static str, kinds: &'static [&'static str]) -> Self {
        Self::new(name.to_owned(), Some(extension), TemplateOrigin::Embedded(text), kinds)
    }

    fn new(name: String, extension: Option<&str>, origin: TemplateOrigin, kinds: &'static [&'static str]) -> Self {
        Self {
            extensions: extension.iter().map(|extension| format!("{name}.{extension}")).collect(),
            output: Output::declared(extension),
            name,
            origin,
            about: OnceLock::new(),
            read: OnceLock::new(),
            included: Arc::default(),
            kinds,
        }
    }

    /// Its text.
    ///
    /// # Errors
    /// A file that cannot be read, is no regular file, is too large or is no UTF-8.
    pub fn source(&self) -> Result<Cow<'static, str>> {
        match &self.origin {
            TemplateOrigin::Embedded(text) => Ok(Cow::Borrowed(text)),
            TemplateOrigin::File(path) => self.read.get_or_init(|| source::read(path)).clone().map(Cow::Owned),
        }
    }

    /// Its text, with nothing in it that commands a terminal.
    ///
    /// # Errors
    /// As [`Template::source`].
    pub fn text(&self) -> Result<String> {
        self.source().map(|source| render::tame(&source))
    }

    /// Where it is: a path, or that it is built in.
    pub fn place(&self) -> String {
        match &self.origin {
            TemplateOrigin::Embedded(_) => "built in".to_owned(),
            TemplateOrigin::File(path) => path.display().to_string(),
        }
    }

    /// What the comment in its first line says.
    fn first_comment(&self) -> Option<String> {
        let text = self.source().ok()?;
        let comment = text.trim_start().strip_prefix("{#")?.split_once("#}")?.0;
        let line = comment.trim_matches(['-', '+', ' ', '\n']).lines().next()?.trim();
        (!line.is_empty()).then(|| line.trim_end_matches('.').to_owned())
    }
}

impl Formatter for Template {
    fn name(&self) -> &str {
        &self.name
    }

    fn extensions(&self) -> Vec<&str> {
        self.extensions.iter().map(String::as_str).collect()
    }

    fn about(&self) -> &str {
        self.about.get_or_init(|| self.first_comment().unwrap_or_else(|| format!("the template {}", self.place())))
    }

    /// A template that speaks of warnings shows them.
    fn holds_notes(&self) -> bool {
        self.source().is_ok_and(|text| text.contains("warnings"))
    }

    fn sources(&self) -> Vec<PathBuf> {
        let TemplateOrigin::File(path) = &self.origin else { return Vec::new() };
        let included = self.included.lock().unwrap_or_else(PoisonError::into_inner);
        std::iter::once(path).chain(included.iter()).cloned().collect()
    }

    fn format(&self, report: &Report, _style: &Style) -> Result<String> {
        let (name, shown, folder) = match &self.origin {
            TemplateOrigin::Embedded(_) => (self.name.clone(), format!("template {}", self.name), None),
            TemplateOrigin::File(path) => {
                let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let folder = || Arc::new(Folder::new(parent.to_owned(), Arc::clone(&self.included)));
                (name, self.place(), (!open::is_descriptor(path)).then(folder))
            }
        };
        let (text, output, kinds) = (self.source()?, self.output, self.kinds);
        render::render(render::ParsedTemplate { name, shown, text, output, folder, kinds }, report)
    }
}

impl Formats {
    /// The built-in formats and templates, and the templates (`*.j2`) in `folders`; those whose names begin with `_`
    /// are for including only.
    ///
    /// # Errors
    /// A folder that cannot be read, a file name that is no name of a format, or a name that two formats have; where
    /// templates are `confined`, a link that leaves its folder.
    pub fn with_templates(folders: &[PathBuf], confined: bool) -> Result<Self> {
        let mut formats = Self::default();
        for folder in folders {
            for path in listed(folder)? {
                if confined {
                    source::check_inside(folder, &path)?;
                }
                formats = formats.with_template(Template::file(&path))?;
            }
        }
        Ok(formats)
    }

    fn with_template(self, template: Template) -> Result<Self> {
        let name = &template.name;
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
        if name.is_empty() || !name.bytes().all(plain) || name.starts_with('-') {
            return Err(Error::usage(format!("the template {} cannot be a format", template.place()))
                .hint("name it NAME.EXTENSION.j2, as in `memo.md.j2`, NAME of a-z, 0-9, `-` and `_`"));
        }
        self.with(template)
    }
}

/// The templates in `folder` that are formats, in the order of their names.
fn listed(folder: &Path) -> Result<Vec<PathBuf>> {
    let refused = |error: std::io::Error| Error::io("read", format!("the templates in {}", folder.display()), &error);
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(refused)? {
        let entry = entry.map_err(refused)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(SUFFIX) && !name.starts_with(['.', '_']) {
            paths.push(entry.path());
        }
    }
    sort::by(&mut paths, Ord::cmp);
    Ok(paths)
}

/// The name of the template at `path` and the extension of what it writes: `memo` and `md` for `memo.md.j2`, and for
/// `memo.md`.
fn declared(path: &Path) -> (String, Option<String>) {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.strip_suffix(SUFFIX).unwrap_or(&name);
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem.to_owned(), Some(extension.to_ascii_lowercase())),
        _ => (name.to_owned(), None),
    }
}
