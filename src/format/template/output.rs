//! What a template writes, by its name, and how a value stands in that.

use crate::ci_log::Instead;
use crate::error::{Error, Result};
use crate::format::{csv, escape, json, markdown};
use crate::text::{clean_line, visible_block, visible_line};
use minijinja::Value;
use minijinja::value::ValueKind;

/// What a template writes: it says how values are escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Output {
    /// GFM.
    Markdown,
    /// HTML, XML, SVG, and whatever is not known.
    Html,
    /// Rows of cells.
    Csv,
    /// JSON, and YAML, which holds it.
    Json,
    /// Plain text.
    Text,
}

/// What is written for a value that is absent, where people read.
pub(super) const ABSENT: &str = "–";

impl Output {
    /// What the extension before `.j2` (`report.md.j2`), else the last one (`report.md`), declares.
    pub(super) fn declared(extension: Option<&str>) -> Self {
        match extension {
            Some("md" | "markdown") => Self::Markdown,
            Some("csv") => Self::Csv,
            Some("json" | "yaml" | "yml") => Self::Json,
            Some("txt" | "text") => Self::Text,
            // Escaping for HTML is the strictest; what is not known gets it.
            _ => Self::Html,
        }
    }

    /// Its word in messages.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Text => "text",
        }
    }

    /// How this output writes the first character of what would be a workflow command.
    pub(super) const fn instead(self) -> Instead {
        match self {
            Self::Markdown | Self::Html => Instead::Reference,
            Self::Csv => Instead::Apostrophe,
            Self::Json => Instead::JsonEscape,
            Self::Text => Instead::Shown,
        }
    }

    /// `value` as it stands in this output, wherever it stands: one line in Markdown and plain text, one cell in
    /// CSV.
    ///
    /// # Errors
    /// A list or map of more than `most` bytes.
    pub(super) fn escape(self, value: &Value, most: usize) -> Result<String> {
        if self == Self::Json {
            return json::text(value, json::Layout::Compact, |_| false, most);
        }
        Ok(match value.kind() {
            ValueKind::None if self == Self::Csv => String::new(),
            ValueKind::None => ABSENT.to_owned(),
            ValueKind::Bool => value.is_true().to_string(),
            ValueKind::Number => value.to_string(),
            ValueKind::String => self.escape_text(value.as_str().unwrap_or_default()),
            ValueKind::Undefined => String::new(),
            _ => self.escape_text(&json::text(value, json::Layout::Compact, |_| false, most)?),
        })
    }

    fn escape_text(self, text: &str) -> String {
        match self {
            // Where on its line a value stands is not known, so it is escaped as if it began one.
            Self::Markdown => {
                let blank = |c: Option<char>| if c.is_some_and(char::is_whitespace) { " " } else { "" };
                let (before, after) = (blank(text.chars().next()), blank(text.chars().next_back()));
                format!("{before}{}{after}", markdown::line(text))
            }
            Self::Html => escape::html(&visible_block(text)),
            Self::Csv => csv::cell(text),
            Self::Json | Self::Text => clean_line(text).into_owned(),
        }
    }

    /// `text` for an element or a quoted attribute of HTML, and whether it may stand in this output as it is.
    pub(super) fn html(self, text: &str) -> (String, bool) {
        match self {
            Self::Html => (escape::html(&visible_block(text)), true),
            // An HTML block of Markdown ends at a blank line, and what follows would be Markdown again.
            Self::Markdown => (escape::references(&visible_line(text)), true),
            _ => (escape::html(&visible_block(text)), false),
        }
    }

    /// `value` as JSON for a program, and whether it may stand in this output as it is.
    ///
    /// # Errors
    /// A list or map of more than `most` bytes.
    pub(super) fn json(self, value: &Value, layout: json::Layout, most: usize) -> Result<(String, bool)> {
        let also: fn(char) -> bool = match self {
            Self::Html => |c| matches!(c, '<' | '>' | '&' | '\''),
            Self::Markdown => |c| c.is_ascii_punctuation(),
            Self::Csv | Self::Json | Self::Text => |_| false,
        };
        Ok((json::text(value, layout, also, most)?, self != Self::Csv))
    }
}

/// The text of `value`, uncleaned: a string as it is, absent as a dash, anything else as JSON.
///
/// # Errors
/// A list or map of more than `most` bytes.
pub(super) fn text_of(value: &Value, most: usize) -> Result<String> {
    match value.kind() {
        ValueKind::String => Ok(value.as_str().unwrap_or_default().to_owned()),
        ValueKind::None => Ok(ABSENT.to_owned()),
        ValueKind::Undefined => Err(Error::data("the value is undefined")),
        _ => json::text(value, json::Layout::Compact, |_| false, most),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_declares_the_escaping_and_html_is_the_default() {
        for (extension, name) in
            [("md", "markdown"), ("svg", "html"), ("tex", "html"), ("csv", "csv"), ("yaml", "json"), ("txt", "text")]
        {
            assert_eq!(Output::declared(Some(extension)).name(), name, "{extension}");
        }
        assert_eq!(Output::declared(None), Output::Html);
    }

    #[test]
    fn a_value_is_text_in_every_output() {
        let hostile = Value::from("=<b>*x*</b>\u{1b}[0m\r\n\r\n# \u{202e}|\"'");
        let of = |output: Output| output.escape(&hostile, 100).expect("small");
        assert_eq!(
            of(Output::Markdown),
            "\\=&lt;b&gt;\\*x\\*&lt;/b&gt;&lt;U+001B&gt;\\[0m \\# &lt;U+202E&gt;&#124;\"'"
        );
        assert_eq!(of(Output::Html), "=&lt;b&gt;*x*&lt;/b&gt;&lt;U+001B&gt;[0m\n\n# &lt;U+202E&gt;|&quot;&#39;");
        assert_eq!(of(Output::Csv), "\"'=<b>*x*</b><U+001B>[0m\n\n# <U+202E>|\"\"'\"");
        assert_eq!(of(Output::Text), "=<b>*x*</b><U+001B>[0m # <U+202E>|\"'");
        assert_eq!(of(Output::Json), "\"=<b>*x*</b>\\u001b[0m\\r\\n\\r\\n# \\u202e|\\\"'\"");
        for output in [Output::Markdown, Output::Html, Output::Text] {
            assert_eq!(output.escape(&Value::from(()), 100).as_deref(), Ok(ABSENT));
            assert_eq!(output.escape(&Value::from(true), 100).as_deref(), Ok("true"));
            assert_eq!(output.escape(&Value::from(75.25), 100).as_deref(), Ok("75.25"));
        }
        assert_eq!(Output::Csv.escape(&Value::from(()), 100).as_deref(), Ok(""));
        assert_eq!(Output::Csv.escape(&Value::from(-4), 100).as_deref(), Ok("-4"));
        assert_eq!(Output::Json.escape(&Value::from(()), 100).as_deref(), Ok("null"));
    }

    #[test]
    fn html_in_markdown_holds_on_both_sides_of_a_blank_line() {
        let (text, safe) = Output::Markdown.html("a\n\n*b*</summary>");
        assert!(safe && !text.contains(['\n', '*', '<']), "{text}");
        let (text, safe) = Output::Csv.html("<b>");
        assert!(!safe && text == "&lt;b&gt;");
    }
}
