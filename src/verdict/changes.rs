//! What changes of the records change in a decision: who leads before and after, and which single change decides.
//!
//! Both states are judged with the same options. A change decides when undoing it alone, in the new state, restores the
//! former leader; where the leader is the same, the former certainty.

use super::Options;
use super::certainty::Certainty;
use super::context::Context;
use super::decision::{DECIDED_ALL, Pairs, certainty};
use super::leaderboard::{Filter, decided, sums_of};
use super::leave_out::FlipDecider;
use super::ranking::{self, Key};
use super::sums::{KeyFigures, PanelVerdict, Sums};
use crate::catalog::difference::Change;
use crate::catalog::record::Record;
use crate::sort;
use smol_str::SmolStr;
use std::collections::{BTreeSet, HashMap};

/// Most work for the changes of one decision whose leader stays: changes times tools.
const UNDONE_MAX: usize = 250_000;

/// Of so many undone changes it is kept who is first then; of the others only whether they restore the former leader.
pub(crate) const NAMED_MAX: usize = 50;

/// Which tools a decision is among.
#[derive(Clone, Debug)]
pub(crate) enum DecisionScope {
    /// Those that pass a filter.
    Filter(Filter),
    /// Those with these slugs.
    Tools(BTreeSet<SmolStr>),
}

impl DecisionScope {
    /// Whether the decision is among tools of which `record` is one.
    pub(crate) fn holds(&self, record: &Record, options: &Options) -> bool {
        match self {
            Self::Filter(filter) => filter.meets(record, options),
            Self::Tools(slugs) => slugs.contains(&record.slug),
        }
    }
}

/// Who is first, and how certain that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The slug of the leader, or those of the tools that tie, sorted. Empty where no tool has reviews.
    pub(crate) leaders: Vec<SmolStr>,
    /// The panel verdict of the first.
    pub(crate) verdict: PanelVerdict,
    /// How certain the lead is.
    pub(crate) certainty: Certainty,
}

/// What the changes do to one decision.
#[derive(Clone, Debug)]
pub(crate) struct Effect {
    /// The former state.
    pub(crate) from: Standing,
    /// The new state.
    pub(crate) to: Standing,
    /// What undoing each change alone gives; empty where leader and certainty are the same. `None` where these are too
    /// many to be computed.
    pub(crate) undone: Option<Vec<Undone>>,
}

/// The new state with one change undone.
#[derive(Clone, Debug)]
pub(crate) struct Undone {
    /// Index into the changes.
    pub(crate) change: usize,
    /// Who is first then, as in [`Standing::leaders`]; kept of the first [`NAMED_MAX`] changes.
    pub(crate) leaders: Vec<SmolStr>,
    /// How certain that is; only where the leader is the same in both states.
    pub(crate) certainty: Option<Certainty>,
    /// What puts them before the new leader; `None` where that is one of them or not there.
    pub(crate) decider: Option<FlipDecider>,
    /// Whether this restores the former leader, or else the former certainty.
    pub(crate) restores: bool,
}

impl Effect {
    /// Whether another tool leads.
    pub(crate) fn is_lead_changed(&self) -> bool {
        self.from.leaders != self.to.leaders
    }

    /// Whether it is more or less certain.
    pub(crate) fn is_certainty_changed(&self) -> bool {
        self.from.certainty != self.to.certainty
    }

    /// The changes that decide.
    pub(crate) fn because(&self) -> impl Iterator<Item = &Undone> {
        self.undone.iter().flatten().filter(|undone| undone.restores)
    }
}

/// The figures and the place of one tool among all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placed {
    /// From 1; tied tools share one.
    pub(crate) rank: usize,
    /// The panel verdict.
    pub(crate) verdict: PanelVerdict,
    /// The figures that it rests on.
    pub(crate) figures: KeyFigures,
}

/// The figures and places of all `records`.
pub(crate) fn placed(records: &[Record], options: &Options) -> Vec<Placed> {
    let records: Vec<&Record> = records.iter().collect();
    let context = Context::new(&records, options);
    let ranks = ranking::ranks(&context.keys, &context.ranked);
    let placed = |(sums, rank): (&Sums, usize)| Placed { rank, verdict: sums.verdict(), figures: (*sums).into() };
    context.panels.sums.iter().zip(ranks).map(placed).collect()
}

/// What `changes`, the difference of `old` and `new`, do to the decision among the tools of `scope`.
pub(crate) fn effect(
    old: &[Record],
    new: &[Record],
    changes: &[Change],
    scope: &DecisionScope,
    options: &Options,
) -> Effect {
    let (before, after) = (Race::new(old, scope, options), Race::new(new, scope, options));
    let (from, to) = (before.standing(), after.standing());
    let mut effect = Effect { from, to, undone: Some(Vec::new()) };
    if effect.is_lead_changed() {
        let undone = changes.iter().enumerate().map(|(number, change)| after.undone(number, change, old, new, &effect));
        effect.undone = Some(undone.collect());
    } else if effect.is_certainty_changed() {
        let judged: Vec<(usize, &Change)> =
            changes.iter().enumerate().filter(|(_, change)| after.judges(change, old, new)).collect();
        let work = judged.len().saturating_mul(after.records.len().min(DECIDED_ALL));
        effect.undone = (work <= UNDONE_MAX).then(|| {
            let undone =
                judged.into_iter().map(|(number, change)| after.undone_in_full(number, change, old, new, &effect.from));
            undone.collect()
        });
    }
    effect
}

/// The tools of one state that a decision is among.
struct Race<'r> {
    records: Vec<&'r Record>,
    scope: &'r DecisionScope,
    options: &'r Options,
    keys: HashMap<&'r str, (Key, Sums)>,
    /// The reviewed tools, the best key first, equals by slug.
    ranked: Vec<&'r Record>,
}

impl<'r> Race<'r> {
    fn new(records: &'r [Record], scope: &'r DecisionScope, options: &'r Options) -> Self {
        Self::among(records.iter().filter(|record| scope.holds(record, options)).collect(), scope, options)
    }

    fn among(records: Vec<&'r Record>, scope: &'r DecisionScope, options: &'r Options) -> Self {
        let keyed = records.iter().map(|record| {
            let sums = sums_of(record, options);
            (&*record.slug, (Key::new(&sums), sums))
        });
        let keys: HashMap<&str, (Key, Sums)> = keyed.collect();
        let mut ranked: Vec<&Record> =
            records.iter().copied().filter(|record| keys[&*record.slug].1.reviews > 0).collect();
        sort::by(&mut ranked, |a, b| keys[&*a.slug].0.cmp(&keys[&*b.slug].0).then_with(|| a.slug.cmp(&b.slug)));
        Self { records, scope, options, keys, ranked }
    }

    fn standing(&self) -> Standing {
        let best = self.ranked.first().map(|record| self.keys[&*record.slug]);
        let leaders =
            self.ranked.iter().take_while(|record| Some(self.keys[&*record.slug].0) == best.map(|best| best.0));
        Standing {
            leaders: leaders.map(|record| record.slug.clone()).collect(),
            verdict: best.map_or(PanelVerdict::None, |(_, sums)| sums.verdict()),
            certainty: certainty_of(&self.records, self.options),
        }
    }

    /// Whether undoing `change` gives a tool other reviews, or makes it one of the others or none of them.
    fn judges(&self, change: &Change, old: &[Record], new: &[Record]) -> bool {
        let after = change.new_tool().map(|tool| &new[tool]).filter(|record| self.scope.holds(record, self.options));
        let undone = change.undone(old, new).filter(|record| self.scope.holds(record, self.options));
        match (after, undone) {
            (None, None) => false,
            (Some(after), Some(undone)) => match *change {
                Change::Field { .. } => false,
                Change::ReviewChanged { .. } => after
                    .reviews
                    .iter()
                    .zip(&undone.reviews)
                    .any(|(one, other)| (one.score, one.verdict) != (other.score, other.verdict)),
                _ => true,
            },
            _ => true,
        }
    }

    /// Who is first when `change` alone is undone: only the key of its tool is another one.
    fn undone(&self, number: usize, change: &Change, old: &[Record], new: &[Record], effect: &Effect) -> Undone {
        let record = change.undone(old, new).filter(|record| self.scope.holds(record, self.options));
        let tool = change.new_tool().map(|tool| &*new[tool].slug);
        let sums = record.as_ref().map(|record| sums_of(record, self.options)).filter(|sums| sums.reviews > 0);
        let changed = record.as_ref().zip(sums).map(|(record, sums)| (&record.slug, Key::new(&sums), sums));
        let others = self.ranked.iter().filter(|record| Some(&*record.slug) != tool);
        let best_other = others.clone().next().map(|record| self.keys[&*record.slug].0);
        let best = best_other.into_iter().chain(changed.map(|(_, key, _)| key)).min();
        let tied =
            || others.clone().take_while(|record| Some(self.keys[&*record.slug].0) == best).map(|record| &record.slug);
        let own = changed.filter(|(_, key, _)| Some(*key) == best).map(|(slug, ..)| slug);
        // All sorted by slug: those before the changed one, that one, and those behind it.
        let is_before = |slug: &&SmolStr| own.is_none_or(|own| *slug < own);
        let leaders = || tied().take_while(is_before).chain(own).chain(tied().skip_while(is_before));
        let of = |slug: &str| match &changed {
            Some((own, key, sums)) if *own == slug => Some((*key, *sums)),
            _ if tool == Some(slug) => None,
            _ => self.keys.get(slug).copied(),
        };
        let decider = match (leaders().next(), &effect.to.leaders[..]) {
            (Some(first), [now]) => of(first).zip(of(now)).and_then(|(first, now)| {
                Some(FlipDecider { part: first.0.decided_by(&now.0)?, leader: first.1.into(), former: now.1.into() })
            }),
            _ => None,
        };
        let restores = leaders().eq(&effect.from.leaders);
        let leaders = if number < NAMED_MAX { leaders().cloned().collect() } else { Vec::new() };
        Undone { change: number, leaders, certainty: None, decider, restores }
    }

    /// Who is first when `change` alone is undone, and how certain that is.
    fn undone_in_full(
        &self,
        number: usize,
        change: &Change,
        old: &[Record],
        new: &[Record],
        from: &Standing,
    ) -> Undone {
        let record = change.undone(old, new).filter(|record| self.scope.holds(record, self.options));
        let tool = change.new_tool().map(|tool| &*new[tool].slug);
        let others = self.records.iter().copied().filter(|record| Some(&*record.slug) != tool);
        let standing = Race::among(others.chain(&record).collect(), self.scope, self.options).standing();
        let restores = (&standing.leaders, standing.certainty) == (&from.leaders, from.certainty);
        let Standing { leaders, certainty, .. } = standing;
        Undone { change: number, leaders, certainty: Some(certainty), decider: None, restores }
    }
}

/// How certain the decision among `records` is.
fn certainty_of(records: &[&Record], options: &Options) -> Certainty {
    let context = Context::new(records, options);
    if records.len() <= DECIDED_ALL {
        return certainty(&context, &mut Pairs::new(&context, options.confidence));
    }
    let few: Vec<&Record> = decided(&context.ranked).into_iter().map(|tool| records[tool]).collect();
    let context = Context::new(&few, options);
    certainty(&context, &mut Pairs::new(&context, options.confidence))
}
