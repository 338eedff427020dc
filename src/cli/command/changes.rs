//! `changes`: what changed between two states of the records, and which change decides.

use super::Command;
use super::report::{entry_settings, gates};
use crate::catalog::record::Record;
use crate::catalog::{Catalog, Problem};
use crate::cli::args::{CommonArgs, GateArgs, JudgeArgs, OutputArgs, SourceArgs, WeighArgs};
use crate::cli::session::{Session, Settings, Side};
use crate::cli::settings::{ReportEntry, ReportSubject};
use crate::error::{Error, Outcome, Result};
use crate::report::changes::{DecisionAsked, States};
use crate::report::{Gates, Report, Subject as Kind};
use crate::verdict::{DecisionScope, Filter};
use clap::Args;
use smol_str::SmolStr;
use std::collections::{BTreeSet, HashSet};

/// What is typed after `compare changes`.
#[derive(Args, Debug)]
pub(super) struct WhatChanged {
    /// The old state: a revision, a folder or a file [default: HEAD]
    ///
    /// A revision is a branch, a tag, a commit or anything else that git understands. `main...` is where this branch left
    /// main, `v1..v2` is the same as `v1 v2`. Write `./NAME` for a folder that is called like a branch.
    #[arg(value_name = "FROM", value_hint = clap::ValueHint::AnyPath)]
    from: Option<String>,
    /// The new state, as FROM [default: the records in use]
    #[arg(value_name = "TO", value_hint = clap::ValueHint::AnyPath)]
    to: Option<String>,
    /// List only the changes of this tool; repeatable
    #[arg(long, value_name = "NAME")]
    tool: Vec<String>,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    weigh: WeighArgs,
    #[command(flatten)]
    gate: GateArgs,
}

impl Command for WhatChanged {
    const NAME: &'static str = "changes";
    const ABOUT: &'static str = "What changed between two states, and which change decides";
    const AFTER_HELP: &'static str = "\
Both states are judged with today's settings. Each [[report]] of compare.toml is a decision that is
looked at; without any, it is that of the ranking. Git is read, never changed; folders need no git.

Examples:
  compare changes                                    the last commit against what lies here
  compare changes main                               main against what lies here
  compare changes main...                            what this branch changes since it left main
  compare changes v1 v2                              two revisions
  compare changes old/ new/                          two folders
  compare changes main... --gate 'reviews_removed==0' --gate 'leads_changed==0'
                                                     exit status 1 if a review is gone or a lead changed";

    fn run(self, session: &mut Session<'_>) -> Result<Outcome> {
        if self.output.since.is_some() {
            return Err(Error::usage("`--since` lists recent reviews, and `changes` lists what changed")
                .hint("name the state to compare with: `compare changes FROM`"));
        }
        let judge = JudgeArgs { weigh: self.weigh, ..JudgeArgs::default() };
        let settings = session.settle_reports(CommonArgs { output: self.output, source: self.source, judge })?;
        let asked = self.gate.gates(Kind::Changes)?;
        let [from, to] = session.sides(&settings, self.from.as_deref(), self.to.as_deref())?;
        let (old, new) = (from.records()?, to.records()?);
        let both: Vec<&Record> = old.iter().chain(new).collect();
        session.check_weights(&settings, &both)?;
        let decisions = decisions(&settings, &from, &to)?;
        let only = (!self.tool.is_empty()).then(|| typed_tools(session, &settings, &self.tool, [&to, &from]));
        let only = only.transpose()?;
        let doubts = doubts(session, &settings, &from, &to)?;
        let mut notes = from.notes.clone();
        notes.extend(to.notes.iter().cloned());
        let options = &settings.judging;
        let (from, to) = (from.state.clone(), to.state.clone());
        let states = States { from, to, old, new, options, decisions, only, notes };
        let mut report = Report::changes(states, settings.output.explain)?;
        report.add_doubts(&doubts);
        let outcome = report.evaluate(&asked)?;
        session.present(&report, &settings, outcome)
    }
}

/// The decisions that are looked at: that of each report, or that of the ranking.
fn decisions(settings: &Settings, from: &Side, to: &Side) -> Result<Vec<DecisionAsked>> {
    let decision = |entry: &ReportEntry| {
        let settings = entry_settings(settings, entry);
        let filtered = |filter: Filter| DecisionScope::Filter(filter);
        let (scope, subject, top) = match &entry.subject {
            ReportSubject::Tools(names) => {
                let slugs = tools(names, from, to).map_err(|error| error.at(entry.location.clone()))?;
                (DecisionScope::Tools(slugs), if names.len() == 1 { Kind::Tool } else { Kind::Comparison }, None)
            }
            ReportSubject::All => (filtered(Filter::default()), Kind::Comparison, None),
            ReportSubject::Rank(filter, top) => (filtered(filter.clone()), Kind::Ranking, *top),
        };
        let report = Some(entry.name.clone());
        Ok(DecisionAsked { report, scope, options: settings.judging, subject, top, gates: gates(entry)? })
    };
    if !settings.chosen.reports.is_empty() {
        return settings.chosen.reports.iter().map(decision).collect();
    }
    Ok(vec![DecisionAsked {
        report: None,
        scope: DecisionScope::Filter(Filter::default()),
        options: settings.judging.clone(),
        subject: Kind::Ranking,
        top: None,
        gates: Gates::default(),
    }])
}

/// The slugs of the tools that `names` mean in either state: an alias may have become a slug.
fn tools(names: &[String], from: &Side, to: &Side) -> Result<BTreeSet<SmolStr>> {
    let mut slugs = BTreeSet::new();
    for name in names {
        let found = |side: &Side| side.catalog.as_ref().map(|catalog| slug(catalog, name));
        match (found(from), found(to)) {
            (Some(Err(_)) | None, Some(Err(error))) | (Some(Err(error)), None) => return Err(error),
            (one, other) => slugs.extend([one, other].into_iter().flatten().filter_map(Result::ok)),
        }
    }
    Ok(slugs)
}

/// As [`tools`] for names that were typed, of which the beginning is enough.
fn typed_tools(
    session: &mut Session<'_>,
    settings: &Settings,
    names: &[String],
    [to, from]: [&Side; 2],
) -> Result<BTreeSet<SmolStr>> {
    let mut slugs = BTreeSet::new();
    for name in names {
        match tools(std::slice::from_ref(name), from, to) {
            Ok(found) => slugs.extend(found),
            Err(error) => {
                let catalogs = [to, from].into_iter().filter_map(|side| side.catalog.as_deref());
                let mut found = catalogs.filter_map(|catalog| {
                    let tool = session.find_tool(settings, catalog, name).ok()?;
                    Some(catalog.records()[tool].slug.clone())
                });
                slugs.insert(found.next().ok_or(error)?);
            }
        }
    }
    Ok(slugs)
}

fn slug(catalog: &Catalog, name: &str) -> Result<SmolStr> {
    Ok(catalog.records()[catalog.find(name)?].slug.clone())
}

/// What may have been misread in either state; what both states have is reported once, for the new one.
fn doubts(session: &mut Session<'_>, settings: &Settings, from: &Side, to: &Side) -> Result<Vec<Problem>> {
    let of = |side: &Side| -> Result<Vec<Problem>> {
        let Some(catalog) = &side.catalog else { return Ok(Vec::new()) };
        catalog.doubts(&catalog.all_indices()?, catalog.all()?)
    };
    let mut doubts = of(to)?;
    let known: HashSet<String> = doubts.iter().map(Problem::sentence).collect();
    doubts.extend(of(from)?.into_iter().filter(|doubt| !known.contains(&doubt.sentence())));
    session.warn_of(settings, &doubts);
    Ok(doubts)
}
