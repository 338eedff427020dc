//! Leaving out one reviewer: who leads then, and which places the tools take.

use super::context::Context;
use super::ranking::{Key, KeyPart};
use super::sums::{KeyFigures, Sums};
use crate::sort;

/// A reviewer whose absence changes the leader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flip {
    /// The reviewer left out.
    pub without: String,
    /// Index of that reviewer into [`super::Assessment::reviewers`].
    pub reviewer: usize,
    /// The tool that leads then; `None` for a tie, or where no reviews are left.
    pub leader: Option<usize>,
    /// The tools that tie then, by slug; empty when one leads.
    pub tied: Vec<usize>,
    /// What puts the tools ahead before today's leader; `None` where there is none today, where it is one of the tied,
    /// and where no reviews are left.
    pub decided_by: Option<FlipDecider>,
}

/// The part of the ranking key that decides a flip, and the figures that are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlipDecider {
    /// The part of the key.
    pub part: KeyPart,
    /// The figures without that reviewer of the tool ahead.
    pub leader: KeyFigures,
    /// Those of today's leader.
    pub former: KeyFigures,
}

/// The places that a tool takes when any one reviewer is left out, today's included; from 1, tied tools share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    /// The best.
    pub best: usize,
    /// The worst.
    pub worst: usize,
}

/// The reviewers whose absence changes the leader, sorted by name. A tie that results is a change too.
///
/// Only the tools of a reviewer get a new key; the best of the others is found by walking down the ranking past those.
/// So all reviewers together take about as many steps as there are reviews.
pub(super) fn flips(context: &Context<'_>, leader: Option<usize>) -> Vec<Flip> {
    let mut left_by = vec![None; context.records.len()];
    let mut flips = Vec::new();
    for (reviewer, tools) in context.panels.tools_by_reviewer().iter().enumerate().filter(|(_, t)| !t.is_empty()) {
        for tool in tools {
            left_by[*tool] = Some(reviewer);
        }
        let ahead = leaders_without(context, reviewer, tools, |tool| left_by[tool] == Some(reviewer));
        let then = if let [only] = ahead.as_slice() { Some(*only) } else { None };
        if then != leader {
            let decided_by = leader.zip(ahead.first().copied()).and_then(|(former, first)| {
                if ahead.contains(&former) { None } else { decider(context, first, former, reviewer) }
            });
            flips.push(Flip {
                without: context.panels.names[reviewer].to_owned(),
                reviewer,
                leader: then,
                tied: if then.is_none() { ahead } else { Vec::new() },
                decided_by,
            });
        }
    }
    flips
}

/// The tools with the best key when `reviewer`, who is on the panels of `tools`, is left out, by slug.
fn leaders_without(
    context: &Context<'_>,
    reviewer: usize,
    tools: &[usize],
    affected: impl Fn(usize) -> bool,
) -> Vec<usize> {
    let changed: Vec<(usize, Key)> =
        tools.iter().filter_map(|&tool| Some((tool, context.key_without(tool, reviewer)?))).collect();
    let unaffected = |&tool: &usize| !affected(tool) && context.is_reviewed(tool);
    let mut others = context.ranked.iter().copied().filter(unaffected).peekable();
    let best_changed = changed.iter().map(|(_, key)| *key).min();
    let Some(best) = others.peek().map(|&tool| context.keys[tool]).into_iter().chain(best_changed).min() else {
        return Vec::new();
    };
    let mut ahead: Vec<usize> = others.take_while(|&tool| context.keys[tool] == best).collect();
    ahead.extend(changed.iter().filter(|(_, key)| *key == best).map(|(tool, _)| *tool));
    sort::indices(&mut ahead, &|a, b| context.records[a].slug.cmp(&context.records[b].slug));
    ahead
}

/// What puts `first` before `former` when `reviewer` is left out.
fn decider(context: &Context<'_>, first: usize, former: usize, reviewer: usize) -> Option<FlipDecider> {
    let figures = |tool: usize| {
        let sums = context.panels.sums[tool];
        context.panels.rating(tool, reviewer).map_or(sums, |rating| sums.without(rating))
    };
    let (leader, former_figures) = (KeyFigures::from(figures(first)), KeyFigures::from(figures(former)));
    let part = match (context.key_without(first, reviewer), context.key_without(former, reviewer)) {
        (Some(first), Some(former)) => first.decided_by(&former)?,
        _ => KeyPart::Reviews,
    };
    Some(FlipDecider { part, leader, former: former_figures })
}

/// Per tool the range of its places. A tool without reviews keeps its place behind all others.
///
/// Per reviewer only the places between the old and the new ones of that reviewer's tools are looked at.
pub(super) fn places(context: &Context<'_>, ranks: &[usize]) -> Vec<Places> {
    let mut places: Vec<Places> = ranks.iter().map(|&rank| Places { best: rank, worst: rank }).collect();
    for (reviewer, tools) in context.panels.tools_by_reviewer().iter().enumerate().filter(|(_, t)| !t.is_empty()) {
        for (tool, place) in places_without(context, reviewer, tools) {
            let range = &mut places[tool];
            (range.best, range.worst) = (range.best.min(place), range.worst.max(place));
        }
    }
    places
}

/// The places of the tools that may move when `reviewer`, who is on the panels of `tools`, is left out.
fn places_without(context: &Context<'_>, reviewer: usize, tools: &[usize]) -> Vec<(usize, usize)> {
    // Where no review is left, the tool ranks like one that has none.
    let empty = Key::new(&Sums::default());
    let key = |tool: usize| context.key_without(tool, reviewer).unwrap_or(empty);
    let mut moved: Vec<(Key, usize)> = tools.iter().map(|&tool| (key(tool), tool)).collect();
    sort::by_key(&mut moved, |(key, _)| *key);
    // Positions in the ranking from the first to the last that any of them leaves or goes to.
    let position = |key: &Key| context.ranked.partition_point(|&other| context.keys[other].beats(key));
    let ends = moved.iter().flat_map(|(key, tool)| [position(key), position(&context.keys[*tool])]);
    let (mut first, mut last) = (usize::MAX, 0);
    for end in ends {
        (first, last) = (first.min(end), last.max(end));
    }
    let last = context.ranked[last.min(context.ranked.len() - 1)];
    let last = context.ranked.partition_point(|&other| !context.keys[last].beats(&context.keys[other]));
    let is_moved = |tool: usize| tools.binary_search(&tool).is_ok();
    let mut stayed = context.ranked[first..last].iter().copied().filter(|&tool| !is_moved(tool)).peekable();
    let mut moved = moved.into_iter().peekable();
    let (mut found, mut before, mut place) = (Vec::new(), first, first + 1);
    let mut previous: Option<Key> = None;
    // Merges the two sorted lists; equals share a place.
    while stayed.peek().is_some() || moved.peek().is_some() {
        let next_stayed = stayed.peek().map(|&tool| (context.keys[tool], tool));
        let (key, tool) = match (next_stayed, moved.peek().copied()) {
            (Some(stays), Some(moves)) if stays.0 <= moves.0 => stays,
            (Some(stays), None) => stays,
            (_, Some(moves)) => moves,
            (None, None) => break,
        };
        if moved.next_if(|(_, moves)| *moves == tool).is_none() {
            stayed.next();
        }
        if previous.is_none_or(|previous| previous != key) {
            place = before + 1;
        }
        found.push((tool, place));
        (previous, before) = (Some(key), before + 1);
    }
    found
}
