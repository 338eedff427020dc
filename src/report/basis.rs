//! What a document is made from: how many tools, reviews and reviewers, the newest review, weights and thresholds.

use super::block::{Block, Exhibit};
use super::document::{Tool, Warning};
use super::number::count;
use std::collections::HashSet;

/// Warnings that tell how the figures were taken.
const SETTINGS: [&str; 4] = ["weights", "ship_at", "unpaired", "left_out"];

/// What a document about `tools` is made from. `is_partial` where it lists only some of their reviews.
pub(super) fn of(tools: &[&Tool], warnings: &[Warning], is_partial: bool) -> Block {
    let counted: usize = tools.iter().map(|tool| tool.panel.reviewers).sum();
    let reviews = || tools.iter().flat_map(|tool| tool.reviews.iter().flatten());
    let reviewers: HashSet<&str> = reviews().map(|review| review.reviewer.as_str()).collect();
    let mut text = format!("From {} of {}", count(counted, "review"), count(tools.len(), "tool"));
    if !reviewers.is_empty() && !is_partial {
        text += &format!(" by {}", count(reviewers.len(), "reviewer"));
    }
    if let Some(newest) = reviews().filter_map(|review| review.date).max() {
        text += &format!(", the newest of {newest}");
    }
    text.push('.');
    for warning in warnings.iter().filter(|warning| SETTINGS.contains(&warning.code)) {
        text += &format!(" {}", warning.message);
    }
    Block::Exhibit(Exhibit::Basis(text))
}
