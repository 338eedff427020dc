//! What changed, in sentences.

use super::DecisionAsked;
use crate::catalog::difference::Change;
use crate::catalog::record::Record;
use crate::report::document::changes::Summary;
use crate::report::hinges::deciding_figures;
use crate::report::number::{count, list, short_list};
use crate::report::wording::capitalized;
use crate::verdict::{Certainty, Effect, NAMED_MAX, PanelVerdict, Standing, Undone};
use smol_str::SmolStr;
use std::collections::HashMap;

/// Changes that a sentence names.
const NAMED: usize = 3;

/// Everything that is named in a sentence.
#[derive(Clone, Copy)]
pub(super) struct Named<'a> {
    pub(super) old: &'a [Record],
    pub(super) new: &'a [Record],
    /// The whole difference of the two.
    pub(super) changes: &'a [Change],
    /// The names of all tools by their slugs; the new one where a tool has several.
    pub(super) names: &'a HashMap<&'a str, &'a str>,
    /// Whether weights are in use.
    pub(super) weighted: bool,
}

impl<'a> Named<'a> {
    /// The record of the tool that a change is about: the new one where it is there.
    pub(super) fn record(self, change: &Change) -> &'a Record {
        match *change {
            Change::ToolRemoved { old: tool } => &self.old[tool],
            _ => &self.new[change.new_tool().unwrap_or_default()],
        }
    }

    /// The reviewer whose review a change is about.
    pub(super) fn reviewer(self, change: &Change) -> Option<&'a str> {
        let review = match *change {
            Change::ReviewRemoved { old: tool, review, .. } => &self.old[tool].reviews[review],
            Change::ReviewNew { new: tool, review } => &self.new[tool].reviews[review],
            Change::ReviewChanged { new: tool, to, .. } => &self.new[tool].reviews[to],
            Change::ToolRemoved { .. } | Change::ToolNew { .. } | Change::Field { .. } => return None,
        };
        Some(&review.reviewer)
    }

    fn names(&self, slugs: &'a [SmolStr]) -> Vec<&'a str> {
        slugs.iter().map(|slug| self.names.get(&**slug).copied().unwrap_or(slug)).collect()
    }
}

/// What happened to the decisions, in a few sentences.
pub(super) fn headline(effects: &[Effect], asked: &[DecisionAsked], named: Named<'_>) -> String {
    if named.changes.is_empty() {
        return "Nothing changed.".to_owned();
    }
    let [only] = effects else { return of_several(effects, asked, named) };
    lead(only, named)
}

/// The decisions of several reports: those that changed, and how many did not.
fn of_several(effects: &[Effect], asked: &[DecisionAsked], named: Named<'_>) -> String {
    let all = effects.iter().zip(asked);
    let changed = all.filter(|(effect, _)| effect.is_lead_changed() || effect.is_certainty_changed());
    let mut sentences: Vec<String> = changed
        .map(|(effect, asked)| format!("{}: {}", asked.report.as_deref().unwrap_or_default(), lead(effect, named)))
        .collect();
    let same = effects.len() - sentences.len();
    match (same, sentences.len()) {
        (0, _) => {}
        (_, 0) => sentences.push(format!("No decision changed: all {same} reports keep leader and certainty.")),
        (1, _) => sentences.push("The other report keeps leader and certainty.".to_owned()),
        _ => sentences.push(format!("The other {same} reports keep leader and certainty.")),
    }
    sentences.join(" ")
}

/// Which changes decide.
pub(super) fn statement(effects: &[Effect], asked: &[DecisionAsked], named: Named<'_>) -> String {
    let sentences = effects.iter().zip(asked).filter_map(|(effect, asked)| {
        let sentence = because(effect, named)?;
        let report = asked.report.as_ref().filter(|_| effects.len() > 1);
        Some(report.map_or_else(|| sentence.clone(), |report| format!("{report}: {sentence}")))
    });
    sentences.collect::<Vec<_>>().join(" ")
}

/// Everything about one decision.
pub(super) fn of_decision(effect: &Effect, named: Named<'_>) -> String {
    let sentences = std::iter::once(lead(effect, named)).chain(because(effect, named));
    sentences.collect::<Vec<_>>().join(" ")
}

/// Who led and leads, and how certain that was and is.
fn lead(effect: &Effect, named: Named<'_>) -> String {
    let Effect { from, to, .. } = effect;
    let (before, now) = (short_list(&named.names(&from.leaders)), short_list(&named.names(&to.leaders)));
    // Where the reviews are too few to compare, no tool is called ahead.
    let is_unclear = to.certainty == Certainty::Insufficient;
    let is_gone = |slug: &SmolStr| !named.new.iter().any(|record| record.slug == *slug);
    let first = match (&from.leaders[..], &to.leaders[..]) {
        ([], []) => "There are no reviews to decide by, before and after.".to_owned(),
        ([], [_]) => format!("{now} leads; before, there were no reviews to decide by."),
        ([], _) => format!("{now} tie; before, there were no reviews to decide by."),
        ([_], []) => format!("No reviews are left to decide by; before, {before} led."),
        (_, []) => format!("No reviews are left to decide by; before, {before} tied."),
        ([one], [other]) if one == other && is_unclear => format!("{now} comes first before and after."),
        ([one], [other]) if one == other => format!("{now} leads before and after."),
        (one, other) if one == other => format!("{now} tie before and after."),
        ([one], [_]) if is_gone(one) => {
            let leads = if is_unclear { "comes first" } else { "leads" };
            format!("{now} {leads} now that {before} is removed.")
        }
        ([_], [_]) if is_unclear => format!("{now} comes first now, no longer {before}."),
        ([_], [_]) => format!("{now} takes the lead from {before}."),
        ([one], tied) if tied.contains(one) => {
            let others: Vec<SmolStr> = tied.iter().filter(|slug| *slug != one).cloned().collect();
            let draw = if others.len() == 1 { "draws" } else { "draw" };
            format!("{} {draw} level with {before}: a tie now.", short_list(&named.names(&others)))
        }
        ([_], _) => format!("{before} loses the lead: {now} tie now."),
        (tied, [one]) if tied.contains(one) => format!("{now} leads; before, {before} tied."),
        (_, [_]) => format!("{now} takes the lead; before, {before} tied."),
        _ => format!("{now} tie now; before, {before} did."),
    };
    let mut sentences = vec![first];
    sentences.extend(certainty(from, to));
    sentences.extend(verdict(from, to));
    sentences.join(" ")
}

/// How certain it was and is; nothing where no tool leads.
fn certainty(from: &Standing, to: &Standing) -> Option<String> {
    let words = |certainty| match certainty {
        Certainty::Clear => "a clear lead",
        Certainty::Leaning => "a lead that is not clear",
        Certainty::Close => "too close to call",
        Certainty::Insufficient => "too few reviews to tell",
    };
    let (was, is) = (words(from.certainty), words(to.certainty));
    Some(match (from.leaders.len() == 1, to.leaders.len() == 1) {
        (true, true) if from.certainty == to.certainty => format!("{} before and after.", capitalized(is)),
        (true, true) => format!("{} before, {is} now.", capitalized(was)),
        (false, true) => format!("{} now.", capitalized(is)),
        _ => return None,
    })
}

/// What the panel would do with the first, where it is not to ship it.
fn verdict(from: &Standing, to: &Standing) -> Option<String> {
    let before = if from.verdict == to.verdict { ", before and after" } else { " now" };
    Some(match to.verdict {
        PanelVerdict::Skip => format!("The panel would ship none of these{before}."),
        PanelVerdict::Mixed => format!("The panel is split over it{before}."),
        PanelVerdict::Ship if from.verdict == PanelVerdict::Skip => "The panel would ship it now.".to_owned(),
        PanelVerdict::Ship | PanelVerdict::None => return None,
    })
}

/// Which change decides; nothing where leader and certainty are the same.
fn because(effect: &Effect, named: Named<'_>) -> Option<String> {
    if !effect.is_lead_changed() && !effect.is_certainty_changed() {
        return None;
    }
    if effect.undone.is_none() {
        return Some("Which change decides is not computed: they are too many to undo each.".to_owned());
    }
    let deciding: Vec<&Undone> = effect.because().collect();
    Some(match &deciding[..] {
        [one] => {
            let change = &named.changes[one.change];
            let without = if is_removal(change) { "without that," } else { "without it" };
            let subject = subject(change, named);
            // A name stays as it is written.
            let begins_with_a_name = matches!(change, Change::ReviewChanged { .. } | Change::ReviewNew { .. });
            let subject = if begins_with_a_name { subject } else { capitalized(&subject) };
            format!("{subject} decides: {without} {}.", then(one, effect, named))
        }
        [] => "No single change decides; only several together do.".to_owned(),
        [first, ..] => {
            let shown = deciding.iter().take(NAMED).map(|undone| subject(&named.changes[undone.change], named));
            let more = deciding.len().saturating_sub(NAMED);
            let shown: Vec<String> = shown.chain((more > 0).then(|| format!("{more} more"))).collect();
            let first = Undone { decider: None, ..(*first).clone() };
            format!(
                "Each of {} changes decides alone: {}. If any one of them is undone, {}.",
                deciding.len(),
                list(&shown),
                then(&first, effect, named)
            )
        }
    })
}

/// What is so when a change that decides is undone.
fn then(undone: &Undone, effect: &Effect, named: Named<'_>) -> String {
    if !effect.is_lead_changed() {
        return match effect.from.certainty {
            Certainty::Clear => "the lead is clear, as before".to_owned(),
            Certainty::Leaning => "the lead is not clear, as before".to_owned(),
            Certainty::Close => "it is too close to call, as before".to_owned(),
            Certainty::Insufficient => "there are too few reviews to tell, as before".to_owned(),
        };
    }
    // A change that decides restores the former leader.
    let leaders = &effect.from.leaders;
    let names = short_list(&named.names(leaders));
    let figures =
        undone.decider.as_ref().and_then(|decider| deciding_figures(decider, named.weighted)).unwrap_or_default();
    match leaders.len() {
        0 => "there are no reviews to decide by".to_owned(),
        1 => format!("{names} leads{figures}"),
        _ => format!("{names} tie"),
    }
}

/// What each change does to a decision alone, a sentence each.
pub(super) fn steps(effect: &Effect, named: Named<'_>) -> Vec<String> {
    let undone = effect.undone.as_deref().unwrap_or_default();
    let mut steps: Vec<String> = undone.iter().take(NAMED_MAX).map(|undone| step(undone, named)).collect();
    if effect.undone.is_none() {
        steps.push("Not computed: the changes are too many to undo each.".to_owned());
    } else if undone.is_empty() {
        steps.push("Leader and certainty are the same in both states, so nothing is undone.".to_owned());
    } else if undone.len() > NAMED_MAX {
        steps.push(format!("{} more changes were undone.", undone.len() - NAMED_MAX));
    }
    steps
}

fn step(undone: &Undone, named: Named<'_>) -> String {
    let leaders = short_list(&named.names(&undone.leaders));
    let first = match undone.leaders.len() {
        0 => "no tool has reviews".to_owned(),
        1 => format!("{leaders} leads"),
        _ => format!("{leaders} tie"),
    };
    let certainty = undone.certainty.map(|certainty| format!(", {}", certainty.word())).unwrap_or_default();
    let figures = undone.decider.as_ref().and_then(|decider| deciding_figures(decider, named.weighted));
    let decides = if undone.restores { ". It decides" } else { "" };
    let change = &named.changes[undone.change];
    format!("Without {}: {first}{certainty}{}{decides}.", subject(change, named), figures.unwrap_or_default())
}

fn is_removal(change: &Change) -> bool {
    matches!(change, Change::ToolRemoved { .. } | Change::ReviewRemoved { .. })
}

/// A change as the subject of a sentence.
pub(super) fn subject(change: &Change, named: Named<'_>) -> String {
    let tool = &named.record(change).name;
    let reviewer = named.reviewer(change).unwrap_or_default();
    match change {
        Change::ReviewChanged { .. } if is_only_change_of(reviewer, named) => format!("{reviewer}'s change"),
        Change::ReviewChanged { .. } => format!("{reviewer}'s change on {tool}"),
        Change::ReviewNew { .. } => format!("{reviewer}'s new review of {tool}"),
        Change::ReviewRemoved { .. } => format!("the removal of {reviewer}'s review of {tool}"),
        Change::ToolNew { .. } => format!("the new tool {tool}"),
        Change::ToolRemoved { .. } => format!("the removal of {tool}"),
        Change::Field { field, .. } => format!("the new {} of {tool}", label(field.heading())),
    }
}

/// Whether `reviewer` changed exactly one review, so that its tool need not be named.
fn is_only_change_of(reviewer: &str, named: Named<'_>) -> bool {
    let own = |change: &&Change| named.reviewer(change) == Some(reviewer);
    named.changes.iter().filter(own).nth(1).is_none()
}

/// A field as people call it, by its heading in sheets.
pub(super) fn label(heading: &str) -> String {
    match heading {
        "pricing_entry" => "price".to_owned(),
        "pricing_detail" => "price in detail".to_owned(),
        other => other.replace('_', " "),
    }
}

/// How much changed.
pub(super) fn totals(summary: &Summary) -> String {
    let removed = [(summary.tools_removed, "tool"), (summary.reviews_removed, "review")];
    let removed: Vec<String> =
        removed.into_iter().filter(|(number, _)| *number > 0).map(|(number, noun)| count(number, noun)).collect();
    let removed = if removed.is_empty() { "nothing".to_owned() } else { list(&removed) };
    format!(
        "{} changed, {} changed, {} changed, {removed} removed.",
        count(summary.reviewer_verdicts_changed, "reviewer verdict"),
        count(summary.panel_verdicts_changed, "panel verdict"),
        count(summary.leads_changed, "lead"),
    )
}

/// That other tools changed as well.
pub(super) fn only_some(more: usize) -> String {
    let (changes, are) = if more == 1 { ("1 change", "is") } else { ("changes", "are") };
    let number = if more == 1 { String::new() } else { format!("{more} ") };
    format!("{number}{changes} of other tools {are} not listed (`--tool`). The decision counts all.")
}
