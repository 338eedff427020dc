//! Documents from records and their figures.

use super::document::{
    Agreement, Community, Comparison, Decision, Differences, Dissent, Flip, PValue, Pair, Panel, Pricing, RankedTool,
    Ranking, Review, SCHEMA_VERSION, Scores, Source, TieWeight, Tool, ToolReport, Wins,
};
use super::{explain, notes, wording};
use crate::catalog::record::Record;
use crate::error::Result;
use crate::verdict::{self, Assessment, Figures, Leaderboard, Options, Standing};
use smol_str::SmolStr;

/// The comparison of `records`.
pub(super) fn comparison(records: &[Record], options: &Options, explain: bool) -> Result<Comparison> {
    let assessment = verdict::assess(records, options)?;
    let slug = |tool: usize| records[tool].slug.to_string();
    let said = wording::statement(records, &assessment, options);
    Ok(Comparison {
        schema_version: SCHEMA_VERSION,
        kind: "comparison",
        tools: assessment.order.iter().map(|i| tool(&records[*i], &assessment.tools[*i], true)).collect(),
        pairs: assessment.pairs.iter().map(|two| pair(two, &slug)).collect(),
        agreement: Agreement {
            krippendorff_alpha: assessment.agreement.alpha,
            metric: "interval",
            reviewers: assessment.agreement.reviewers,
            tools: assessment.agreement.tools,
        },
        decision: decision(records, &assessment, &said),
        gates: Vec::new(),
        since: None,
        warnings: notes::of_comparison(records, &assessment),
        headline: said.headline,
        explanation: if explain { explain::comparison(records, &assessment) } else { Vec::new() },
    })
}

/// One tool by itself.
pub(super) fn tool_report(record: &Record, options: &Options, explain: bool) -> Result<ToolReport> {
    let assessment = verdict::assess(&[record], options)?;
    Ok(ToolReport {
        schema_version: SCHEMA_VERSION,
        kind: "tool",
        tools: vec![tool(record, &assessment.tools[0], true)],
        gates: Vec::new(),
        since: None,
        warnings: notes::of_tool(record, &assessment),
        explanation: if explain { explain::tool(record, &assessment) } else { Vec::new() },
    })
}

/// The tools of `board`, whose records are `records`, each with the places it might take. One more record is that of
/// the first, where it is not among those shown.
pub(super) fn ranking(records: &[Record], board: &Leaderboard, options: &Options, reviews: bool) -> Result<Ranking> {
    let ranked = |(record, (_, standing)): (&Record, &(usize, Standing))| {
        let figures = verdict::figures(record, options, standing.rank)?;
        Ok(RankedTool {
            tool: tool(record, &figures, reviews),
            rank_best: standing.rank_best,
            rank_worst: standing.rank_worst,
        })
    };
    let tools: Vec<RankedTool> = records.iter().zip(&board.places).map(ranked).collect::<Result<_>>()?;
    let first = match &board.first {
        None => None,
        Some(first) => match board.places.iter().position(|(tool, _)| *tool == first.0) {
            Some(place) => tools.get(place).cloned(),
            None => records.get(board.places.len()).map(|record| ranked((record, first))).transpose()?,
        },
    };
    let warnings = notes::of_ranking(&tools);
    Ok(Ranking {
        schema_version: SCHEMA_VERSION,
        kind: "ranking",
        ordered_by: options.order.name(),
        of: board.of,
        tools,
        first: first.map(Box::new),
        gates: Vec::new(),
        since: None,
        warnings,
    })
}

/// A tool with its figures, and its reviews if `reviews`.
fn tool(record: &Record, figures: &Figures, reviews: bool) -> Tool {
    let profile = &record.profile;
    let text = |text: &Option<SmolStr>| text.as_ref().map(ToString::to_string);
    Tool {
        slug: record.slug.to_string(),
        name: record.name.to_string(),
        aliases: record.aliases.clone(),
        tagline: text(&profile.tagline),
        description: text(&profile.description),
        category: text(&record.category),
        url: text(&profile.url),
        best_for: text(&profile.best_for).or_else(|| text(&profile.tagline)),
        pricing: Pricing { entry: text(&profile.pricing_entry), detail: text(&profile.pricing_detail) },
        source: profile
            .source_label
            .as_ref()
            .or(profile.source_url.as_ref())
            .map(|_| Source { label: text(&profile.source_label), url: text(&profile.source_url) }),
        community: Community {
            ship: profile.community().map(|votes| votes.ship),
            skip: profile.community().map(|votes| votes.skip),
            ship_ratio: figures.community_ratio,
        },
        panel: panel(figures),
        reviews: reviews.then(|| self::reviews(record, figures)),
        rank: figures.rank,
        versus_first: Differences { ship_ratio: figures.ship_ratio_difference, mean: figures.mean_difference },
    }
}

fn panel(figures: &Figures) -> Panel {
    let score = &figures.score;
    Panel {
        verdict: figures.verdict,
        ship: figures.ships,
        skip: figures.skips,
        ship_ratio: figures.ship_ratio,
        ship_ratio_interval: figures.ship_ratio_interval,
        score: Scores {
            n: score.n,
            mean: score.mean,
            median: score.median,
            min: score.min,
            max: score.max,
            stddev: score.stddev,
            mean_interval: score.mean_interval,
        },
        voices: figures.voices,
    }
}

fn reviews(record: &Record, figures: &Figures) -> Vec<Review> {
    let both = record.reviews.iter().zip(&figures.reviews);
    both.map(|(review, figures)| Review {
        reviewer: review.reviewer.to_string(),
        score: review.score,
        verdict: figures.verdict,
        verdict_derived: figures.derived,
        text: review.text.clone(),
        date: review.date,
        difference: figures.difference,
    })
    .collect()
}

fn pair(pair: &verdict::Pair, slug: &impl Fn(usize) -> String) -> Pair {
    Pair {
        first: slug(pair.first),
        second: slug(pair.second),
        shared_reviewers: pair.shared.clone(),
        only_first: pair.only_first.clone(),
        only_second: pair.only_second.clone(),
        wins: Wins { first: pair.wins_first, second: pair.wins_second, ties: pair.ties },
        mean_difference: pair.mean_difference,
        interval: pair.interval,
        p_value: pair.p_value.map(|p| PValue { value: p.value, method: p.method, n: p.n }),
    }
}

fn decision(records: &[Record], assessment: &Assessment, said: &wording::Statement) -> Decision {
    let slug = |tool: usize| records[tool].slug.to_string();
    let decision = &assessment.decision;
    let dissent = |dissent: &verdict::Dissent| {
        let review = &records[dissent.tool].reviews[dissent.review];
        Some(Dissent {
            tool: slug(dissent.tool),
            reviewer: review.reviewer.to_string(),
            verdict: assessment.tools[dissent.tool].reviews[dissent.review].verdict?,
            score: review.score,
            distance: dissent.distance,
            text: review.text.clone(),
        })
    };
    let flip = |flip: &verdict::Flip| Flip { without: flip.without.clone(), leader: flip.leader.map(slug) };
    let tie = |tie: &verdict::MeanTie| TieWeight { reviewer: tie.reviewer.clone(), weight: tie.weight };
    Decision {
        leader: decision.leader.map(slug),
        tied: decision.tied.iter().map(|tool| slug(*tool)).collect(),
        verdict: decision.verdict,
        certainty: decision.certainty,
        rival: decision.rival.map(slug),
        statement: format!("{} {}", said.headline, said.rest).trim_end().to_owned(),
        reasons: said.reasons.clone(),
        flips: decision.flips.iter().map(flip).collect(),
        mean_ties_at: decision.mean_ties_at.iter().map(tie).collect(),
        dissent: decision.dissent.iter().filter_map(dissent).collect(),
    }
}
