//! Titles and answers in words. Modest and exact: never "significant", never a p-value, always how many reviewers a
//! figure is based on.

use super::block::{Answer, Tone};
use super::cells::tone;
use super::document::{Decision, Panel, Ranking, Tool};
use super::number::{count, decimal, decimal_f64, thousands};
use crate::verdict::MissingReviews;
use crate::verdict::{Certainty, PanelVerdict};
use std::collections::HashMap;

/// `95%`, `99.9%`.
pub(super) fn level(level: f64) -> String {
    let text = decimal_f64(level * 100.0, 4);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

/// `text` with its first letter in upper case.
pub(super) fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The answer of a decision: in the tone of the panel verdict, unless it is not certain.
pub(super) fn answer(decision: &Decision) -> Answer {
    let certain = matches!(decision.certainty, Certainty::Clear | Certainty::Leaning);
    let tone = match decision.verdict {
        PanelVerdict::Ship if !certain => Tone::Mixed,
        verdict => tone(verdict),
    };
    Answer {
        headline: decision.headline.clone(),
        statement: decision.reasons.join(" "),
        advice: decision.next_steps.advice.clone().unwrap_or_default(),
        tone,
        comes_first: false,
    }
}

/// What the panel would do with one tool.
pub(super) fn panel_answer(tool: &Tool) -> Answer {
    let Panel { verdict, ship, skip, score, .. } = &tool.panel;
    let headline = match verdict {
        PanelVerdict::Ship => "The panel would ship it.",
        PanelVerdict::Mixed => "The panel is split.",
        PanelVerdict::Skip => "The panel would skip it.",
        PanelVerdict::None if score.n > 0 => "No verdicts.",
        PanelVerdict::None => "No reviews.",
    };
    let shipped = (ship + skip > 0).then(|| format!("{ship} of {} would ship {}", ship + skip, tool.name));
    let mean = score.mean.map(|mean| format!("mean score {} from {}", decimal(mean, 1), count(score.n, "score")));
    let parts: Vec<String> = [shipped, mean].into_iter().flatten().collect();
    let statement = if parts.is_empty() { String::new() } else { capitalized(&parts.join(", ")) + "." };
    Answer { headline: headline.to_owned(), statement, advice: String::new(), tone: tone(*verdict), comes_first: false }
}

/// `Gemma 3n or SmolVLM2 Turbo?`
pub(super) fn title(tools: &[Tool]) -> String {
    let names: Vec<&str> = tools.iter().map(|tool| tool.name.as_str()).collect();
    match names.as_slice() {
        [first, second] => format!("{first} or {second}?"),
        [most @ .., last] if names.len() <= 4 => format!("{} or {last}?", most.join(", ")),
        _ => format!("Which of these {}?", count(names.len(), "tool")),
    }
}

/// What a ranking is about.
pub(super) fn ranking_title(document: &Ranking) -> String {
    let shown = document.tools.len();
    if shown < document.of {
        format!("The first {} of {} tools", thousands(shown), thousands(document.of))
    } else {
        count(shown, "tool")
    }
}

/// Reviewers, and tools of each, that [`missing_reviews`] names.
const MISSING_NAMED: usize = 3;

/// `31 of 35 reviews; missing: Ana on Kafka, NATS; 2 more reviewers`: who has not reviewed which of the tools, if anyone.
/// The document has all tools in use.
pub(super) fn missing_reviews(document: &Ranking) -> Option<String> {
    let coverage = document.coverage.as_ref().filter(|coverage| coverage.owing > 0)?;
    let names: HashMap<&str, &str> =
        document.tools.iter().map(|ranked| (ranked.tool.slug.as_str(), ranked.tool.name.as_str())).collect();
    let shown = if coverage.owing == MISSING_NAMED + 1 { coverage.owing } else { MISSING_NAMED };
    let of_one = |missing: &MissingReviews| {
        let shown = if missing.count == MISSING_NAMED + 1 { missing.count } else { MISSING_NAMED };
        let tools = missing.tools.iter().take(shown).map(|slug| names.get(slug.as_str()).copied().unwrap_or(slug));
        let tools = tools.collect::<Vec<_>>().join(", ");
        let more = missing.count.saturating_sub(shown);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        format!("{} on {tools}{more}", missing.reviewer)
    };
    let mut parts: Vec<String> = coverage.missing.iter().take(shown).map(of_one).collect();
    let more = coverage.owing.saturating_sub(shown);
    parts.extend((more > 0).then(|| format!("{more} more reviewers")));
    let (there, expected) = (thousands(coverage.reviews), thousands(coverage.expected));
    Some(format!("{there} of {expected} reviews; missing: {}.", parts.join("; ")))
}
