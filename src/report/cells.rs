//! Cells of a tool: its facts, figures and reviews as people read them, the same in every table, card and page.

use super::block::{Cell, Tone};
use super::document::{Community, Panel, Pricing, Review, Tool};
use super::number::{decimal, percent, thousands};
use crate::catalog::record::Verdict;
use crate::catalog::record::score::Score;
use crate::verdict::{Exact, PanelVerdict};

/// A fact about tools: its label, and its cell for one of them.
pub(super) type Fact = (&'static str, fn(&Tool) -> Cell);

/// What is known about a tool beside its panel and its votes.
pub(super) const FACTS: [Fact; 3] = [
    ("Pricing", |tool| pricing(&tool.pricing)),
    ("Category", |tool| Cell::or_absent(tool.category.as_ref())),
    ("Best for", |tool| Cell::or_absent(tool.best_for.as_ref().filter(|_| tool.best_for != tool.tagline))),
];

/// `✓ Ship · 3 of 4 (75%)`.
pub(super) fn verdict(panel: &Panel) -> Cell {
    let word = panel_word(panel.verdict);
    let text = match panel.ship_ratio {
        None => word.to_owned(),
        Some(ratio) => format!("{word} · {} of {} ({})", panel.ship, panel.ship + panel.skip, percent(ratio)),
    };
    Cell::text(text).tone(tone(panel.verdict))
}

/// A panel verdict with its sign.
pub(super) fn panel_word(verdict: PanelVerdict) -> &'static str {
    match verdict {
        PanelVerdict::Ship => "✓ Ship",
        PanelVerdict::Mixed => "≈ Mixed",
        PanelVerdict::Skip => "✗ Skip",
        PanelVerdict::None => "No verdicts",
    }
}

/// How a panel verdict feels.
pub(super) fn tone(verdict: PanelVerdict) -> Tone {
    match verdict {
        PanelVerdict::Ship => Tone::Good,
        PanelVerdict::Mixed => Tone::Mixed,
        PanelVerdict::Skip => Tone::Bad,
        PanelVerdict::None => Tone::Muted,
    }
}

/// `75.3 (scores 52 to 87)`.
pub(super) fn mean(panel: &Panel) -> Cell {
    let score = &panel.score;
    let Some(mean) = score.mean else { return Cell::absent() };
    let text = decimal(mean, 1);
    match (score.min, score.max) {
        (Some(min), Some(max)) if score.n > 1 => Cell::text(format!("{text} (scores {min} to {max})")),
        _ => Cell::text(format!("{text} (1 score)")),
    }
}

/// `75.3`, with a bar.
pub(super) fn drawn_mean(tool: &Tool) -> Cell {
    let mean = tool.panel.score.mean;
    Cell { bar: mean.map(Exact::to_f64), ..Cell::or_absent(mean.map(|mean| decimal(mean, 1))) }
}

/// `74% ship of 91 votes`.
pub(super) fn community(community: &Community) -> Cell {
    match (community.ship, community.skip, community.ship_ratio) {
        (Some(ship), Some(skip), Some(ratio)) => {
            let votes = ship.saturating_add(skip);
            let noun = if votes == 1 { "vote" } else { "votes" };
            let votes = usize::try_from(votes).map_or_else(|_| votes.to_string(), thousands);
            Cell::text(format!("{} ship of {votes} {noun}", percent(ratio)))
        }
        (Some(_), Some(_), None) => Cell::text("no votes yet").tone(Tone::Muted),
        _ => Cell::absent(),
    }
}

/// The price in a sentence, else as one word.
pub(super) fn pricing(pricing: &Pricing) -> Cell {
    Cell::or_absent(pricing.detail.as_ref().or(pricing.entry.as_ref()))
}

/// Whose reviews a tool has.
pub(super) fn reviews_by(tool: &Tool) -> Cell {
    let Some(source) = &tool.source else { return Cell::absent() };
    Cell::or_absent(source.label.as_ref().or(source.url.as_ref())).link(source.url.as_ref())
}

/// A reviewer's verdict with its sign.
pub(super) fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Ship => "✓ ship",
        Verdict::Skip => "✗ skip",
    }
}

/// `84 ✓ ship`; a derived verdict in brackets; a label as it is: `70 revise`.
pub(super) fn score(review: &Review) -> Cell {
    let verdict = review.verdict.map(|verdict| {
        let word = verdict_word(verdict);
        if review.verdict_derived { format!("({word})") } else { word.to_owned() }
    });
    let number = review.score.map(|score| score.to_string());
    let tone = match review.verdict {
        Some(Verdict::Ship) => Tone::Good,
        Some(Verdict::Skip) => Tone::Bad,
        None => Tone::Plain,
    };
    let text: Vec<String> = [number, verdict.or_else(|| review.label.clone())].into_iter().flatten().collect();
    Cell { bar: review.score.map(Score::points), ..Cell::text(text.join(" ")).tone(tone) }
}
