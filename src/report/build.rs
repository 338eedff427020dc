//! Documents from records and their figures.

use super::block::Block;
use super::decision_wording::{Statement, StatementContext};
use super::document::{
    Agreement, Ask, Comparison, CouldBeBehind, DecidedBy, Decision, Dissent, Flip, Means, NextSteps, Pair, RankedTool,
    Ranking, SCHEMA_VERSION, Tool, ToolReport, Wins,
};
use super::{Ranked, RankingParts, command, explain, notes};
use crate::catalog::record::Record;
use crate::error::Result;
use crate::verdict::{self, Assessment, Figures, FlipDecider, KeyPart, Leaderboard, Options};
use std::collections::HashMap;

/// The comparison of `records`, explained if `explain`.
pub(super) fn comparison(
    records: &[Record],
    options: &Options,
    explain: bool,
) -> Result<(Comparison, Option<Vec<Block>>)> {
    let command = command::comparison(records, options);
    let records: &[&Record] = &records.iter().collect::<Vec<_>>();
    let assessment = verdict::assess(records, options)?;
    let context = StatementContext::new(records, &assessment, options, records.len());
    let document = Comparison {
        schema_version: SCHEMA_VERSION,
        kind: "comparison",
        command,
        tools: assessment.order.iter().map(|i| Tool::new(records[*i], &assessment.tools[*i], true)).collect(),
        ordered_by: options.order.name(),
        pairs: assessment.pairs.iter().map(|two| pair(records, &assessment, two)).collect(),
        agreement: Agreement {
            krippendorff_alpha: assessment.agreement.alpha,
            metric: "interval",
            reviewers: assessment.agreement.reviewers,
            tools: assessment.agreement.tools,
        },
        reliability: assessment.decision.reliability.map(|reliability| reliability.value),
        decision: decision(records, &assessment, context.statement()),
        gates: Vec::new(),
        since: None,
        warnings: notes::of_comparison(records, &assessment),
    };
    let explanation = explain.then(|| explain::decision(&context, &assessment.order));
    Ok((document, explanation))
}

/// One tool by itself, explained if `explain`.
pub(super) fn tool_report(
    record: &Record,
    options: &Options,
    explain: bool,
) -> Result<(ToolReport, Option<Vec<Block>>)> {
    let assessment = verdict::assess(&[record], options)?;
    let document = ToolReport {
        schema_version: SCHEMA_VERSION,
        kind: "tool",
        tools: vec![Tool::new(record, &assessment.tools[0], true)],
        gates: Vec::new(),
        since: None,
        warnings: notes::of_tool(record, &assessment),
    };
    Ok((document, explain.then(|| explain::about_tool(record, &assessment.tools[0]))))
}

/// The tools that are `shown` of `board`, with the decision among those that it decides among. `record` gives the record of each.
pub(super) fn ranking<'r>(
    record: &dyn Fn(usize) -> &'r Record,
    board: &Leaderboard,
    shown: &[(usize, usize)],
    options: &Options,
    parts: RankingParts,
) -> Result<(Ranked, Option<Vec<Block>>)> {
    let records: Vec<&Record> = board.decided.iter().map(|&tool| record(tool)).collect();
    let assessment = verdict::assess_among(&records, board.of, options)?;
    let decided: HashMap<usize, usize> = board.decided.iter().enumerate().map(|(at, &tool)| (tool, at)).collect();
    let ranked = |&(tool, rank): &(usize, usize)| {
        let own = decided.get(&tool);
        let figures = match own {
            Some(&own) => Figures { rank, ..assessment.tools[own].clone() },
            None => verdict::figures(record(tool), options, rank)?,
        };
        let places = assessment.places.as_ref().and_then(|places| Some(places[*own?]));
        Ok(RankedTool {
            tool: Tool::new(record(tool), &figures, parts.reviews),
            rank_best: places.map(|places| places.best),
            rank_worst: places.map(|places| places.worst),
        })
    };
    let tools: Vec<RankedTool> = shown.iter().map(ranked).collect::<Result<_>>()?;
    let leader = assessment.decision.leader.map(|leader| ranked(&(board.decided[leader], 1))).transpose()?;
    let context = StatementContext::new(&records, &assessment, options, board.of);
    let document = Ranking {
        schema_version: SCHEMA_VERSION,
        kind: "ranking",
        ordered_by: options.order.name(),
        of: board.of,
        warnings: notes::of_ranking(&records, &assessment, &tools),
        tools,
        reliability: assessment.decision.reliability.map(|reliability| reliability.value),
        decision: decision(&records, &assessment, context.statement()),
        coverage: board.coverage.clone(),
        gates: Vec::new(),
        since: None,
    };
    let two: Vec<usize> = [context.decision.leader, context.decision.rival].into_iter().flatten().collect();
    let explanation = parts.explain.then(|| explain::decision(&context, &two));
    Ok((Ranked { document, leader, answers: parts.answers, columns: Vec::new() }, explanation))
}

fn pair(records: &[&Record], assessment: &Assessment, pair: &verdict::Pair) -> Pair {
    let slug = |tool: usize| records[tool].slug.to_string();
    let names = |reviewers: &[usize]| reviewers.iter().map(|&r| assessment.reviewers[r].clone()).collect();
    Pair {
        first: slug(pair.first),
        second: slug(pair.second),
        evidence: pair.evidence,
        basis: pair.basis,
        shared_reviewers: names(&pair.shared),
        only_first: names(&pair.only_first),
        only_second: names(&pair.only_second),
        wins: Wins { first: pair.wins_first, second: pair.wins_second, ties: pair.ties },
        means: Means { first: pair.sides[0].mean, second: pair.sides[1].mean },
        mean_difference: pair.mean_difference,
        interval: pair.interval,
        p_value: pair.p_value,
    }
}

fn decision(records: &[&Record], assessment: &Assessment, statement: Statement) -> Decision {
    let slug = |tool: usize| records[tool].slug.to_string();
    let slugs = |tools: &[usize]| tools.iter().map(|&tool| slug(tool)).collect();
    let decision = &assessment.decision;
    let dissent = |dissent: &verdict::DissentingReview| {
        let review = &records[dissent.tool].reviews[dissent.review];
        Some(Dissent {
            tool: slug(dissent.tool),
            reviewer: review.reviewer.to_string(),
            verdict: assessment.tools[dissent.tool].reviews[dissent.review].verdict?,
            score: review.score,
            distance: dissent.distance,
            text: review.remarks.text.clone(),
        })
    };
    let flip = |flip: &verdict::Flip| Flip {
        without: flip.without.clone(),
        leader: flip.leader.map(slug),
        tied: slugs(&flip.tied),
        decided_by: flip.decided_by.as_ref().map(decided_by),
    };
    let ask = |ask: &verdict::MissingReview| Ask { reviewer: ask.reviewer.clone(), tool: slug(ask.tool) };
    Decision {
        leader: decision.leader.map(slug),
        runner_up: decision.runner_up.map(slug),
        tied: slugs(&decision.tied),
        verdict: decision.verdict,
        certainty: decision.certainty,
        rival: decision.rival.map(slug),
        contenders: slugs(&decision.contenders),
        not_compared: slugs(&decision.not_compared),
        could_be_behind: decision
            .could_be_behind
            .map(|behind| CouldBeBehind { tool: slug(behind.tool), points: behind.points }),
        statement: statement.whole(),
        headline: statement.headline,
        reasons: statement.reasons,
        flips: decision.flips.as_ref().map(|flips| flips.iter().map(flip).collect()),
        mean_ties_at: decision.mean_ties_at.clone(),
        next_steps: NextSteps {
            more_reviewers: decision.next_steps.more_reviewers,
            ask: decision.next_steps.ask.iter().map(ask).collect(),
            ask_too: decision.next_steps.ask_too.iter().map(ask).collect(),
            advice: statement.advice,
        },
        dissent: decision.dissent.iter().filter_map(dissent).collect(),
    }
}

fn decided_by(decider: &FlipDecider) -> DecidedBy {
    let figure = |figures: &verdict::KeyFigures| match decider.part {
        KeyPart::Mean => figures.mean,
        KeyPart::Reviews => Some(verdict::Exact::from_count(figures.reviews)),
        KeyPart::Verdict | KeyPart::ShipRatio => figures.ship_ratio,
    };
    DecidedBy { figure: decider.part, ahead: figure(&decider.leader), leader: figure(&decider.former) }
}
