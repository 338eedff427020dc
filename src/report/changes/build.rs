//! The document of changes from the difference of two states.

use super::wording::{self, Named};
use super::{DecisionAsked, States};
use crate::catalog::difference::{Change as Difference, difference};
use crate::catalog::record::Record;
use crate::catalog::record::review::Review;
use crate::catalog::write::json;
use crate::error::Result;
use crate::report::document::changes::{
    Because, Change, ChangeKind, ChangedDecision, ChangedTool, Changes, DecisionState, Summary, ToolFigures,
};
use crate::report::document::{Gate, SCHEMA_VERSION, Warning};
use crate::report::{RankingParts, Report, Subject, notes};
use crate::sort;
use crate::verdict::{self, DecisionScope, Effect, Options, Placed, Standing, effect, leaderboard};
use serde_json::Value;
use smol_str::SmolStr;
use std::collections::{HashMap, HashSet};

/// The document of `states`, and for each decision what each change does alone, a sentence each.
///
/// # Errors
/// Invalid options, such as a confidence of 1.
pub(in crate::report) fn changes(states: States<'_>) -> Result<(Changes, Vec<Vec<String>>)> {
    let States { old, new, .. } = states;
    let all = difference(old, new);
    let effects: Vec<Effect> =
        states.decisions.iter().map(|asked| effect(old, new, &all, &asked.scope, &asked.options)).collect();
    let names: HashMap<&str, &str> = old.iter().chain(new).map(|record| (&*record.slug, &*record.name)).collect();
    let weighted = !states.options.weights.is_empty();
    let named = Named { old, new, changes: &all, names: &names, weighted };
    let is_listed = |slug: &str| states.only.as_ref().is_none_or(|only| only.contains(slug));
    let listed: Vec<Difference> = all.iter().filter(|change| is_listed(&named.record(change).slug)).copied().collect();
    let decisions = states.decisions.iter().zip(&effects).map(|(asked, effect)| decision(asked, effect, named));
    let decisions = decisions.collect::<Result<Vec<_>>>()?;
    let tools = tools(named, states.options, &listed, is_listed);
    let summary = summary(&listed, old, new, &tools, &decisions);
    let mut warnings: Vec<Warning> =
        states.notes.iter().map(|(code, message)| Warning::plain(code, message.clone())).collect();
    let reviewers: HashSet<&str> =
        old.iter().chain(new).flat_map(|record| &record.reviews).map(|review| &*review.reviewer).collect();
    warnings.extend(notes::of_options(states.options, |reviewer| reviewers.contains(reviewer)));
    if listed.len() < all.len() {
        warnings.push(Warning::plain("only_some_tools", wording::only_some(all.len() - listed.len())));
    }
    let steps = effects.iter().map(|effect| wording::steps(effect, named)).collect();
    let document = Changes {
        schema_version: SCHEMA_VERSION,
        kind: "changes",
        headline: wording::headline(&effects, &states.decisions, named),
        statement: wording::statement(&effects, &states.decisions, named),
        totals: if listed.is_empty() { String::new() } else { wording::totals(&summary) },
        changes: listed.iter().map(|change| self::change(change, named)).collect(),
        from: states.from,
        to: states.to,
        decisions,
        tools,
        summary,
        gates: Vec::new(),
        warnings,
    };
    Ok((document, steps))
}

/// One change for programs.
fn change(change: &Difference, named: Named<'_>) -> Change {
    let (record, old) = (named.record(change), named.old);
    let review = |record: &Record, review: usize| Some(json::review(&record.reviews[review]));
    let (kind, from, to): (ChangeKind, Option<Value>, Option<Value>) = match *change {
        Difference::ToolRemoved { .. } => (ChangeKind::Removed, Some(json::record(record)), None),
        Difference::ToolNew { .. } => (ChangeKind::New, None, Some(json::record(record))),
        Difference::Field { old: before, field, .. } => {
            (ChangeKind::Changed, json::field(field, &old[before]), json::field(field, record))
        }
        Difference::ReviewRemoved { old: before, review: gone, .. } => {
            (ChangeKind::Removed, review(&old[before], gone), None)
        }
        Difference::ReviewNew { review: added, .. } => (ChangeKind::New, None, review(record, added)),
        Difference::ReviewChanged { old: before, from, to, .. } => {
            (ChangeKind::Changed, review(&old[before], from), review(record, to))
        }
    };
    Change {
        change: kind,
        tool: record.slug.to_string(),
        name: record.name.to_string(),
        reviewer: named.reviewer(change).map(str::to_owned),
        field: field(change),
        from,
        to,
    }
}

/// The field that a change is about.
fn field(change: &Difference) -> Option<&'static str> {
    match change {
        Difference::Field { field, .. } => Some(field.heading()),
        _ => None,
    }
}

/// One decision before and after, with the gates of its report.
fn decision(asked: &DecisionAsked, effect: &Effect, named: Named<'_>) -> Result<ChangedDecision> {
    let because = effect.undone.is_some().then(|| {
        let because = effect.because().map(|undone| {
            let change = &named.changes[undone.change];
            Because {
                tool: named.record(change).slug.to_string(),
                reviewer: named.reviewer(change).map(str::to_owned),
                field: field(change),
            }
        });
        because.collect::<Vec<_>>()
    });
    let is_changed = effect.is_lead_changed() || effect.is_certainty_changed();
    Ok(ChangedDecision {
        report: asked.report.clone(),
        from: state(&effect.from, gates(asked, named.old)?),
        to: state(&effect.to, gates(asked, named.new)?),
        lead_changed: effect.is_lead_changed(),
        certainty_changed: effect.is_certainty_changed(),
        only_together: is_changed && because.as_ref().is_some_and(Vec::is_empty),
        because,
        statement: wording::of_decision(effect, named),
    })
}

fn state(standing: &Standing, gates: Vec<Gate>) -> DecisionState {
    let slugs = || standing.leaders.iter().map(SmolStr::to_string);
    let is_led = standing.leaders.len() == 1;
    DecisionState {
        leader: slugs().next().filter(|_| is_led),
        tied: if is_led { Vec::new() } else { slugs().collect() },
        verdict: standing.verdict,
        certainty: standing.certainty,
        gates,
    }
}

/// The gates of a report in one state. One that cannot be evaluated fails.
fn gates(asked: &DecisionAsked, records: &[Record]) -> Result<Vec<Gate>> {
    if asked.gates.is_empty() {
        return Ok(Vec::new());
    }
    let among: Vec<Record> =
        records.iter().filter(|record| asked.scope.holds(record, &asked.options)).cloned().collect();
    if among.is_empty() {
        return Ok(asked.gates.evaluate_each(Err("none of its tools is there")));
    }
    let report = match (asked.subject, &asked.scope) {
        (Subject::Tool, _) => Report::tool(&among[0], &asked.options, false)?,
        (Subject::Ranking, DecisionScope::Filter(filter)) => {
            let board = leaderboard(records, filter, &asked.options, asked.top)?;
            let reviews = asked.gates.need_reviews();
            let parts = RankingParts { answers: true, reviews, explain: false };
            Report::ranking(&|tool| &records[tool], &board, &board.shown, &asked.options, parts)?
        }
        _ => Report::comparison(&among, &asked.options, false)?,
    };
    let input = report.gate_input()?;
    Ok(asked.gates.evaluate_each(Ok(&input)))
}

/// The tools that changed and those whose place did, by their new places; the removed ones last.
fn tools(
    named: Named<'_>,
    options: &Options,
    changes: &[Difference],
    is_listed: impl Fn(&str) -> bool,
) -> Vec<ChangedTool> {
    let Named { old, new, .. } = named;
    let (before, after) = (verdict::placed(old, options), verdict::placed(new, options));
    let places: HashMap<&str, usize> = old.iter().enumerate().map(|(tool, record)| (&*record.slug, tool)).collect();
    let mut kinds: HashMap<&str, ChangeKind> = HashMap::new();
    for change in changes {
        let slug = &*named.record(change).slug;
        kinds.entry(slug).or_insert(match change {
            Difference::ToolRemoved { .. } => ChangeKind::Removed,
            Difference::ToolNew { .. } => ChangeKind::New,
            _ => ChangeKind::Changed,
        });
    }
    let moved = |slug: &str, from: Option<usize>, to: usize| {
        let is_moved = from.is_some_and(|from| before[from].rank != after[to].rank);
        (is_listed(slug) && is_moved).then_some(ChangeKind::Moved)
    };
    let mut ranked: Vec<(usize, ChangedTool)> = Vec::new();
    for (tool, record) in new.iter().enumerate() {
        let from = places.get(&*record.slug).copied();
        let Some(change) = kinds.get(&*record.slug).copied().or_else(|| moved(&record.slug, from, tool)) else {
            continue;
        };
        ranked.push((after[tool].rank, changed_tool(record, change, from.map(|from| before[from]), Some(after[tool]))));
    }
    sort::by(&mut ranked, |(a_rank, a), (b_rank, b)| (a_rank, &a.slug).cmp(&(b_rank, &b.slug)));
    let removed = changes.iter().filter_map(|change| match *change {
        Difference::ToolRemoved { old: tool } => {
            Some(changed_tool(&old[tool], ChangeKind::Removed, Some(before[tool]), None))
        }
        _ => None,
    });
    ranked.into_iter().map(|(_, tool)| tool).chain(removed).collect()
}

fn changed_tool(record: &Record, change: ChangeKind, from: Option<Placed>, to: Option<Placed>) -> ChangedTool {
    let figures = |Placed { rank, verdict, figures }: Placed| ToolFigures {
        rank,
        verdict,
        reviews: figures.reviews,
        ship: figures.ships,
        skip: figures.verdicts - figures.ships,
        ship_ratio: figures.ship_ratio,
        mean: figures.mean,
    };
    ChangedTool {
        slug: record.slug.to_string(),
        name: record.name.to_string(),
        change,
        from: from.map(figures),
        to: to.map(figures),
    }
}

fn summary(
    changes: &[Difference],
    old: &[Record],
    new: &[Record],
    tools: &[ChangedTool],
    decisions: &[ChangedDecision],
) -> Summary {
    let mut summary = Summary { changes: changes.len(), ..Summary::default() };
    for change in changes {
        match *change {
            Difference::ToolRemoved { old: tool } => {
                summary.tools_removed += 1;
                summary.reviews_removed += old[tool].reviews.len();
            }
            Difference::ToolNew { new: tool } => {
                summary.tools_new += 1;
                summary.reviews_new += new[tool].reviews.len();
            }
            Difference::Field { .. } => summary.fields_changed += 1,
            Difference::ReviewRemoved { .. } => summary.reviews_removed += 1,
            Difference::ReviewNew { .. } => summary.reviews_new += 1,
            Difference::ReviewChanged { old: before, new: after, from, to } => {
                let verdict = |review: &Review| review.verdict;
                let differs = verdict(&old[before].reviews[from]) != verdict(&new[after].reviews[to]);
                summary.reviews_changed += 1;
                summary.reviewer_verdicts_changed += usize::from(differs);
            }
        }
    }
    let verdicts = tools
        .iter()
        .filter(|tool| tool.from.as_ref().zip(tool.to.as_ref()).is_some_and(|(from, to)| from.verdict != to.verdict));
    summary.panel_verdicts_changed = verdicts.count();
    summary.leads_changed = decisions.iter().filter(|decision| decision.lead_changed).count();
    summary.certainties_changed = decisions.iter().filter(|decision| decision.certainty_changed).count();
    summary
}
