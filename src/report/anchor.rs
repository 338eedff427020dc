//! Names for the places of a page, so that a tool or a review can be linked to: `tool-kafka`, `kafka-chidi`.

use super::document::Tool;
use crate::catalog::record::identity::{free_slug, slug_of};
use std::collections::{HashMap, HashSet};

/// The anchors of the tools and reviews of a document. No two are equal, and each has a `-`, which no other place of a
/// page has. They hold nothing but `[a-z0-9._-]`, whatever reviewers are called.
#[derive(Debug, Default)]
pub(super) struct Anchors<'a> {
    reviews: HashMap<(&'a str, &'a str), String>,
}

/// The anchor of a tool.
pub(super) fn of_tool(slug: &str) -> String {
    format!("tool-{slug}")
}

impl<'a> Anchors<'a> {
    /// The anchors of `tools` and their reviews.
    pub(super) fn of(tools: &[&'a Tool]) -> Self {
        let mut taken: HashSet<String> = tools.iter().map(|tool| of_tool(&tool.slug)).collect();
        let mut reviews = HashMap::new();
        for tool in tools {
            for review in tool.reviews.iter().flatten() {
                let mut anchor = format!("{}-{}", tool.slug, slug_of(&review.reviewer));
                if taken.contains(&anchor) {
                    anchor = free_slug(&anchor, |free| taken.contains(free));
                }
                taken.insert(anchor.clone());
                reviews.insert((tool.slug.as_str(), review.reviewer.as_str()), anchor);
            }
        }
        Self { reviews }
    }

    /// The anchor of a reviewer's review of a tool; empty where the document has no such review.
    pub(super) fn of_review(&self, slug: &str, reviewer: &str) -> String {
        self.reviews.get(&(slug, reviewer)).cloned().unwrap_or_default()
    }
}
