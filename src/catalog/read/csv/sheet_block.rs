//! A `[[sheet]]` of the settings, written for a message.

use super::layout::{LayoutTask, ReviewerFrom};
use crate::catalog::sheet::SheetTask;
use std::fmt;

/// A `[[sheet]]` in the making, line by line.
pub(super) struct SheetBlock(Vec<String>);

impl SheetBlock {
    /// One for the file that is read.
    pub(super) fn of(sheet: &SheetTask) -> Self {
        Self(vec!["[[sheet]]".to_owned()]).text("file", Some(&sheet.file))
    }

    pub(super) fn line(mut self, line: String) -> Self {
        self.0.push(line);
        self
    }

    /// Says a few words about the last line.
    pub(super) fn note(mut self, words: &str) -> Self {
        self.0.last_mut().into_iter().for_each(|line| *line += &format!("  # {words}"));
        self
    }

    /// What holds `key`, if anything does.
    pub(super) fn text(self, key: &str, text: Option<&str>) -> Self {
        text.into_iter().fold(self, |block, text| block.line(format!("{key} = {}", toml_text(text))))
    }

    /// What of `texts` holds each of `key`.
    pub(super) fn list<'a>(self, key: &str, texts: impl Iterator<Item = &'a str>) -> Self {
        let texts: Vec<String> = texts.map(toml_text).collect();
        self.line(format!("{key} = [{}]", texts.join(", ")))
    }

    /// The headings of scores: of several, each is a criterion.
    pub(super) fn scores<'a>(self, headings: impl Iterator<Item = &'a str>) -> Self {
        match headings.collect::<Vec<_>>()[..] {
            [] => self,
            [score] => self.text("score", Some(score)),
            ref criteria => self.criteria(criteria.iter().copied()),
        }
    }

    /// The headings of criteria, all of the same weight.
    pub(super) fn criteria<'a>(self, headings: impl Iterator<Item = &'a str>) -> Self {
        let weights: Vec<String> = headings.map(|heading| format!("{} = 1", toml_text(heading))).collect();
        self.line(format!("criteria = {{ {} }}", weights.join(", ")))
    }

    /// Who reviewed.
    pub(super) fn reviewer(self, task: LayoutTask<'_>, reviewer: &ReviewerFrom) -> Self {
        match reviewer {
            ReviewerFrom::ReviewColumn(index) => self.text("reviewer", Some(task.header.text(*index))),
            ReviewerFrom::Name(_) => self.text("reviewer-from", Some("file")),
            ReviewerFrom::Row | ReviewerFrom::Headings => self.text("reviewer-from", Some("row")),
        }
    }

    /// How high scores go, if that is to be said.
    pub(super) fn scale(self, scale: Option<u32>) -> Self {
        scale.into_iter().fold(self, |block, scale| block.line(format!("scale = {scale}")))
    }
}

impl fmt::Display for SheetBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

/// A text as TOML writes it.
pub(super) fn toml_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
