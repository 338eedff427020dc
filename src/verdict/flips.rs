//! Leaving out one reviewer: whose absence changes the leader.

use super::Field;
use super::decision::Flip;
use super::ranking::Key;
use super::sums::{Sums, Voice};

/// The reviewers whose absence changes the leader, sorted by name. Leaving out removes the reviewer everywhere and
/// ranks anew; a tie that results is a change too.
///
/// Only the tools that a reviewer reviewed get a new key; the best of the others is found by walking down the
/// ranking past those. So all reviewers together take about as many steps as there are reviews.
pub(super) fn flips(field: &Field<'_, '_>, leader: Option<usize>) -> Vec<Flip> {
    let mut reviewed = vec![Vec::new(); field.panels.names.len()];
    for (tool, opinions) in field.panels.of.iter().enumerate() {
        for opinion in opinions {
            reviewed[opinion.reviewer].push((tool, opinion.voice));
        }
    }
    let mut left_by = vec![None; field.records.len()];
    let mut flips = Vec::new();
    for (reviewer, tools) in reviewed.iter().enumerate().filter(|(_, tools)| !tools.is_empty()) {
        for (tool, _) in tools {
            left_by[*tool] = Some(reviewer);
        }
        let ahead = leaders_without(field, tools, |tool| left_by[tool] == Some(reviewer));
        let then = if let [only] = ahead.as_slice() { Some(*only) } else { None };
        if then != leader {
            let mean = |tool: usize| sums_without(field, tools, tool).mean();
            flips.push(Flip {
                without: field.panels.names[reviewer].to_owned(),
                leader: then,
                mean: ahead.first().and_then(|&tool| mean(tool)),
                former_mean: leader.and_then(mean),
                tied: if then.is_none() { ahead } else { Vec::new() },
            });
        }
    }
    flips
}

/// Who leads when the voices on `tools` are left out, by slug. `affected` tells these tools.
fn leaders_without(field: &Field<'_, '_>, tools: &[(usize, Voice)], affected: impl Fn(usize) -> bool) -> Vec<usize> {
    let changed = tools.iter().filter(|(tool, _)| field.panels.sums[*tool].reviews > 1);
    let changed: Vec<(usize, Key)> = changed.map(|&(tool, voice)| (tool, field.key_without(tool, voice))).collect();
    let mut others = field.ranked.iter().copied().filter(|&tool| !affected(tool) && field.reviewed(tool)).peekable();
    let best_changed = changed.iter().map(|(_, key)| *key).min();
    let Some(best) = others.peek().map(|&tool| field.keys[tool]).into_iter().chain(best_changed).min() else {
        return Vec::new();
    };
    let mut ahead: Vec<usize> = others.take_while(|&tool| field.keys[tool] == best).collect();
    ahead.extend(changed.iter().filter(|(_, key)| *key == best).map(|(tool, _)| *tool));
    ahead.sort_unstable_by(|&a, &b| field.records[a].slug.cmp(&field.records[b].slug));
    ahead
}

/// The sums of a tool without the voice on it among `tools`, if there is one.
fn sums_without(field: &Field<'_, '_>, tools: &[(usize, Voice)], tool: usize) -> Sums {
    let sums = field.panels.sums[tool];
    tools.iter().find(|(with, _)| *with == tool).map_or(sums, |(_, voice)| sums.without(*voice))
}
