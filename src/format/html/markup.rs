//! HTML as values: names are ours, every text and every attribute is cleaned and escaped here,
//! and only here. What a record says cannot become a tag, an attribute or a scheme.

use crate::format::escape;
use crate::text::{is_control, visible_line};
use std::ops::{Add, AddAssign};

/// A piece of a page, safe to stand between tags.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Markup(String);

impl Markup {
    /// Nothing.
    pub(super) fn none() -> Self {
        Self::default()
    }

    /// `text` on one line, cleaned and escaped.
    pub(super) fn text(text: &str) -> Self {
        Self(escape::html(&visible_line(text)))
    }

    /// A piece of CSS of ours, as it is.
    pub(super) fn style(css: &'static str) -> Self {
        Self(css.to_owned())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The page itself.
    pub(super) fn into_page(self) -> String {
        format!("<!DOCTYPE html>\n{}", self.0)
    }
}

impl Add for Markup {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

impl AddAssign for Markup {
    fn add_assign(&mut self, other: Self) {
        self.0.push_str(&other.0);
    }
}

impl FromIterator<Self> for Markup {
    fn from_iter<I: IntoIterator<Item = Self>>(parts: I) -> Self {
        parts.into_iter().fold(Self::none(), Add::add)
    }
}

/// Elements that stand on a line of their own.
const BLOCKS: [&str; 29] = [
    "html",
    "head",
    "body",
    "title",
    "style",
    "main",
    "header",
    "footer",
    "section",
    "article",
    "figure",
    "figcaption",
    "blockquote",
    "div",
    "table",
    "thead",
    "tbody",
    "tr",
    "ul",
    "li",
    "dl",
    "dt",
    "dd",
    "p",
    "h1",
    "h2",
    "nav",
    "details",
    "summary",
];

/// The element `name` with `attributes` around `content`. An attribute `class` without a value is left out.
#[expect(clippy::needless_pass_by_value, reason = "nested calls then read like the page")]
pub(super) fn element(name: &'static str, attributes: &[(&'static str, &str)], content: Markup) -> Markup {
    let end = if BLOCKS.contains(&name) { "\n" } else { "" };
    Markup(format!("<{name}{}>{}</{name}>{end}", set(attributes), content.0))
}

/// An element without an end, such as `meta`.
pub(super) fn void(name: &'static str, attributes: &[(&'static str, &str)]) -> Markup {
    Markup(format!("<{name}{}>\n", set(attributes)))
}

/// `content` as a link to `address`, or as it is where the address is not one that a page may link to.
pub(super) fn link(address: Option<&String>, content: Markup) -> Markup {
    match address.filter(|address| is_web_address(address)) {
        Some(address) => element("a", &[("href", address), ("rel", "noopener noreferrer nofollow")], content),
        None => content,
    }
}

fn set(attributes: &[(&'static str, &str)]) -> String {
    let said = attributes.iter().filter(|(name, value)| *name != "class" || !value.is_empty());
    said.map(|(name, value)| format!(" {name}=\"{}\"", escape::html(&visible_line(value)))).collect()
}

/// Whether `address` is of the web, names a host, and holds nothing that a browser drops or reads otherwise.
fn is_web_address(address: &str) -> bool {
    let odd = |c: char| is_control(c) || c.is_whitespace() || matches!(c, '\\' | '<' | '>' | '"' | '`' | '{' | '}');
    let Some((scheme, rest)) = address.split_once("://") else { return false };
    ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
        && rest.starts_with(|c: char| c.is_alphanumeric() || c == '[')
        && !address.contains(odd)
        && visible_line(address) == address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_attributes_stay_what_they_are() {
        let hostile = "a\"b'c<d>&amp;\u{1b}[31m\u{202e}\ne";
        let made = element("b", &[("title", hostile), ("class", "")], Markup::text(hostile));
        let escaped = "a&quot;b&#39;c&lt;d&gt;&amp;amp;&lt;U+001B&gt;[31m&lt;U+202E&gt; e";
        assert_eq!(made.0, format!("<b title=\"{escaped}\">{escaped}</b>"));
    }

    #[test]
    fn only_addresses_of_the_web_are_links() {
        let yes = ["https://example.org", "http://example.org/a?b=c&d='e'#f", "HTTPS://Example.org", "https://[::1]/"];
        let no = [
            "",
            "example.org",
            "//evil.example",
            "javascript:alert(1)",
            "JaVa\tScript:alert(1)",
            "java\nscript://a/%0aalert(1)",
            " javascript:alert(1)",
            "\u{1}javascript:alert(1)",
            "javascript://example.org/%0aalert(1)",
            "data:text/html,<script>alert(1)</script>",
            "vbscript:msgbox(1)",
            "file:///etc/passwd",
            "blob:https://example.org",
            "view-source:https://example.org",
            "ht\ttps://example.org",
            "https:\\\\example.org",
            "https:///example.org",
            "https://",
            "https:// example.org",
            "https://exam\u{202e}ple.org",
            "https://exam\u{200b}ple.org",
            "https://example.org/\"onmouseover=alert(1)",
            "https://example.org/<script>",
            " https://example.org",
        ];
        let linked = |address: &str| !link(Some(&address.to_owned()), Markup::text("x")).0.starts_with('x');
        for address in yes {
            assert!(linked(address), "{address}");
        }
        for address in no {
            assert!(!linked(address), "{address:?}");
        }
    }
}
