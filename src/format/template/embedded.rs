//! The templates that are built in. Each is written as a user would write it and needs nothing but itself, so a copy
//! of it (`compare template show NAME`) is a start for one's own.

use super::Template;
use std::sync::LazyLock;

const COMPARISON: &[&str] = &["comparison"];
const TOOLS: &[&str] = &["comparison", "tool", "ranking"];
const ANY: &[&str] = &["comparison", "tool", "ranking", "changes"];

/// All templates that are built in, in the order in which lists name them.
pub static EMBEDDED: LazyLock<Vec<Template>> = LazyLock::new(|| {
    vec![
        Template::embedded("adr", "md", include_str!("embedded/adr.md.j2"), COMPARISON),
        Template::embedded("pr-comment", "md", include_str!("embedded/pr-comment.md.j2"), ANY),
        Template::embedded("digest", "md", include_str!("embedded/digest.md.j2"), ANY),
        Template::embedded("summary", "txt", include_str!("embedded/summary.txt.j2"), ANY),
        Template::embedded("badge", "svg", include_str!("embedded/badge.svg.j2"), TOOLS),
    ]
});
