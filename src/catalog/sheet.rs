//! What people can say about their sheets: scales, words, and which column holds what.

use super::record::score::Scale;
use super::record::words::VerdictWords;
use std::path::{Path, PathBuf};

/// How sheets are read that do not tell it themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetOptions {
    /// The scale of plain numbers; absent where nobody gave one, and then 0 to 100.
    pub scale: Option<Scale>,
    /// The panel's words for verdicts.
    pub words: VerdictWords,
    /// How single sheets are read.
    pub rules: Vec<SheetRule>,
    /// The folder from which the settings name files.
    pub folder: Option<PathBuf>,
}

/// Which columns of one sheet hold what. Columns that it does not name are not read; where it names none, the headings
/// tell.
///
/// A heading may hold `{tool}`: then it means one column for each tool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetRule {
    /// The sheet. `*` in its file name means any characters.
    pub file: PathBuf,
    /// Where the settings have the rule, for people.
    pub origin: String,
    /// The heading of the column that names the tool of a row.
    pub tool: Option<String>,
    /// The headings that are the names of tools, each above the judgements of it.
    pub tools: Vec<String>,
    /// Who reviewed.
    pub reviewer: ReviewerRule,
    /// The heading of scores.
    pub score: Option<String>,
    /// The heading of verdicts.
    pub verdict: Option<String>,
    /// The heading of texts.
    pub text: Option<String>,
    /// The heading of dates.
    pub date: Option<String>,
    /// The headings of several scores whose weighted mean is the score, each with its weight in millionths.
    pub criteria: Vec<(String, u64)>,
    /// The scale of plain numbers.
    pub scale: Option<Scale>,
    /// The sheet's words for verdicts.
    pub words: VerdictWords,
    /// What a second review of a tool by one reviewer means.
    pub repeat: Repeat,
}

/// Where a sheet names its reviewers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ReviewerRule {
    /// The headings tell.
    #[default]
    Guess,
    /// In the column with this heading.
    Column(String),
    /// In these headings, each above the judgements of one reviewer.
    Headings(Vec<String>),
    /// In its file name: all rows are by one reviewer.
    File,
    /// Nowhere, but each row is by a reviewer of its own: `Row 2`, `Row 3` ...
    Row,
}

/// What a second review of a tool by one reviewer means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Repeat {
    /// It is an error.
    #[default]
    Error,
    /// The last one counts: by date where all have one, else by row.
    Last,
}

/// How one sheet is read: its rule with what holds for all sheets.
#[derive(Clone, Debug, Default)]
pub(crate) struct SheetTask {
    /// The file as a rule names it.
    pub(crate) file: String,
    /// Its name without extension.
    pub(crate) stem: String,
    /// The scale of plain numbers, where anybody gave one.
    pub(crate) scale: Option<Scale>,
    pub(crate) words: VerdictWords,
    pub(crate) rule: SheetRule,
}

impl SheetOptions {
    /// How the sheet at `path` is read.
    pub(crate) fn task(&self, path: &Path) -> SheetTask {
        let rule = self.rules.iter().find(|rule| rule.is_for(path)).cloned().unwrap_or_default();
        let text = |path: Option<&std::ffi::OsStr>| path.unwrap_or_default().to_string_lossy().into_owned();
        SheetTask {
            file: self.relative(path).to_string_lossy().into_owned(),
            stem: text(path.file_stem()),
            scale: rule.scale.or(self.scale),
            words: self.words.with(&rule.words),
            rule,
        }
    }

    /// `path` as the settings would name it.
    fn relative(&self, path: &Path) -> PathBuf {
        let below = |folder: &PathBuf| {
            let (folder, path) = (folder.canonicalize().ok()?, path.canonicalize().ok()?);
            path.strip_prefix(folder).ok().map(Path::to_path_buf)
        };
        self.folder.as_ref().and_then(below).unwrap_or_else(|| path.to_path_buf())
    }
}

impl SheetRule {
    /// Whether any column is named.
    pub(crate) fn names_columns(&self) -> bool {
        let named = [&self.tool, &self.score, &self.verdict, &self.text, &self.date];
        named.into_iter().any(Option::is_some)
            || !self.criteria.is_empty()
            || !self.tools.is_empty()
            || matches!(self.reviewer, ReviewerRule::Column(_) | ReviewerRule::Headings(_))
    }

    /// Whether this is the rule for the file at `path`.
    fn is_for(&self, path: &Path) -> bool {
        // A folder that only a revision has is known by its name.
        let folder = |path: &Path| {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf())
        };
        let (Some(wanted), Some(name)) = (self.file.file_name(), path.file_name()) else { return false };
        matches_pattern(&wanted.to_string_lossy(), &name.to_string_lossy()) && folder(&self.file) == folder(path)
    }
}

/// Whether `name` is `pattern` with any characters in place of each `*`.
fn matches_pattern(pattern: &str, name: &str) -> bool {
    let Some((start, mut rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(start) else { return false };
    while let Some((part, after)) = rest.split_once('*') {
        let Some(at) = name.find(part) else { return false };
        (name, rest) = (&name[at + part.len()..], after);
    }
    name.ends_with(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, name) in
            [("a.csv", "a.csv"), ("*.csv", "a.csv"), ("r-*-*.csv", "r-1-2.csv"), ("*", "x"), ("a*", "a")]
        {
            assert!(matches_pattern(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("a.csv", "b.csv"), ("*.csv", "a.tsv"), ("r-*-*.csv", "r-1.csv"), ("ab*b", "ab")] {
            assert!(!matches_pattern(pattern, name), "{pattern} {name}");
        }
    }
}
