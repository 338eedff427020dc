//! What to know about the figures, in sentences: every figure that is absent, with the reason.

use super::document::{Panel, RankedTool, Warning};
use super::number::{count, list, short_list};
use crate::catalog::record::Record;
use crate::verdict::{Assessment, Finding, NoAgreement, SMALL_PANEL};

/// The notes on a comparison.
pub(super) fn of_comparison(records: &[Record], assessment: &Assessment) -> Vec<Warning> {
    let of: Vec<&Record> = records.iter().collect();
    let mut notes: Vec<Warning> = assessment.findings.iter().map(|finding| note(&of, assessment, finding)).collect();
    notes.extend(assessment.agreement.absent.map(|absent| Warning {
        code: "no_agreement",
        message: format!("How far the reviewers agree cannot be said: {}.", why_no_agreement(absent)),
        tool: None,
        reviewer: None,
    }));
    notes
}

/// The notes on one tool by itself.
pub(super) fn of_tool(record: &Record, assessment: &Assessment) -> Vec<Warning> {
    assessment.findings.iter().map(|finding| note(&[record], assessment, finding)).collect()
}

/// The notes on a ranking: small panels, once for all.
pub(super) fn of_ranking(tools: &[RankedTool]) -> Vec<Warning> {
    let small = tools.iter().filter(|ranked| is_small(&ranked.tool.panel)).count();
    if small == 0 {
        return Vec::new();
    }
    let whose = if small == 1 { "One of these tools has".to_owned() } else { format!("{small} of these tools have") };
    let message = format!("{whose} fewer than {SMALL_PANEL} reviewers, marked *: that says little.");
    vec![Warning { code: "small_panel", message, tool: None, reviewer: None }]
}

/// The notes for people: of many of one kind only the first few, and how many more there are. Programs get them all.
pub(super) fn for_people(warnings: &[Warning]) -> Vec<String> {
    const SHOWN: usize = 3;
    let mut notes = Vec::new();
    let mut seen: Vec<(&str, usize)> = Vec::new();
    for warning in warnings {
        let at = seen.iter().position(|(code, _)| *code == warning.code).unwrap_or_else(|| {
            seen.push((warning.code, 0));
            seen.len() - 1
        });
        seen[at].1 += 1;
        let of_kind = warnings.iter().filter(|other| other.code == warning.code).count();
        match seen[at].1 {
            n if n < SHOWN || of_kind <= SHOWN => notes.push(warning.message.clone()),
            SHOWN => {
                let more = of_kind - SHOWN;
                notes.push(format!("{} So it is with {more} more; `json` lists them.", warning.message));
            }
            _ => {}
        }
    }
    notes
}

/// Whether so few reviewers speak that their figures say little.
pub(super) fn is_small(panel: &Panel) -> bool {
    panel.voices < SMALL_PANEL
}

fn why_no_agreement(absent: NoAgreement) -> &'static str {
    match absent {
        NoAgreement::TooFewTools => "it takes two tools with two scores each",
        NoAgreement::AllEqual => "all scores are the same",
    }
}

#[expect(clippy::too_many_lines, reason = "one short arm for each finding")]
fn note(records: &[&Record], assessment: &Assessment, finding: &Finding) -> Warning {
    let about = |code, tool: usize, message| Warning {
        code,
        message,
        tool: Some(records[tool].slug.to_string()),
        reviewer: None,
    };
    let name = |tool: usize| records[tool].name.as_str();
    let pair = |index: usize| {
        let pair = &assessment.pairs[index];
        (pair, name(pair.first), name(pair.second))
    };
    let of_pair = |code, message| Warning { code, message, tool: None, reviewer: None };
    match finding {
        Finding::NoReviews { tool } => {
            about("no_reviews", *tool, format!("{} has no reviews, so it has no figures.", name(*tool)))
        }
        Finding::AllWeightsZero { tool } => about(
            "all_weights_zero",
            *tool,
            format!("All reviewers of {} have weight 0, so it has no figures.", name(*tool)),
        ),
        Finding::NoVerdicts { tool } => about(
            "no_verdicts",
            *tool,
            format!("No reviewer of {} gave a verdict, so it has no ship ratio.", name(*tool)),
        ),
        Finding::NoScores { tool } => {
            about("no_scores", *tool, format!("No reviewer of {} gave a score, so it has no mean.", name(*tool)))
        }
        Finding::OneScore { tool, reviewer } => Warning {
            reviewer: Some(reviewer.clone()),
            ..about(
                "one_score",
                *tool,
                format!("Only {reviewer} scored {}: a deviation takes two scores.", name(*tool)),
            )
        },
        Finding::SmallPanel { tool, voices } => about(
            "small_panel",
            *tool,
            format!("{} has {}; fewer than {SMALL_PANEL} say little.", name(*tool), count(*voices, "reviewer")),
        ),
        Finding::UnequalWeights { tool } => about(
            "unequal_weights",
            *tool,
            format!("With unequal weights the mean of {} has no interval.", name(*tool)),
        ),
        Finding::DerivedVerdicts { tool, reviewers } => about(
            "derived_verdicts",
            *tool,
            format!("Verdicts on {} derived from the score: {}.", name(*tool), list(reviewers)),
        ),
        Finding::LeftOut { reviewer } => Warning {
            code: "left_out",
            message: format!("{reviewer} has weight 0 and is left out of every figure."),
            tool: None,
            reviewer: Some(reviewer.clone()),
        },
        Finding::NoShared { pair: index } => {
            let (_, first, second) = pair(*index);
            of_pair(
                "no_shared_reviewers",
                format!("No reviewer scored both {first} and {second}, so they have no difference."),
            )
        }
        Finding::OneShared { pair: index } => {
            let (pair, first, second) = pair(*index);
            of_pair(
                "one_shared_reviewer",
                format!(
                    "Only {} scored both {first} and {second}: an interval of the difference takes two.",
                    list(&pair.shared)
                ),
            )
        }
        Finding::Unpaired { pair: index } => {
            let (pair, first, second) = pair(*index);
            let only = |names: &[String], tool| {
                (!names.is_empty()).then(|| format!("{} scored only {tool}", short_list(names)))
            };
            let said: Vec<String> =
                [only(&pair.only_first, first), only(&pair.only_second, second)].into_iter().flatten().collect();
            of_pair(
                "unpaired_reviewers",
                format!("Not in the difference of {first} and {second}: {}.", said.join("; ")),
            )
        }
        Finding::UnequalPairWeights { pair: index } => {
            let (_, first, second) = pair(*index);
            of_pair(
                "unequal_pair_weights",
                format!("With unequal weights the difference of {first} and {second} has no interval."),
            )
        }
        Finding::SampledPValue { pair: index } => {
            let (pair, first, second) = pair(*index);
            let draws = pair.p_value.map_or(0, |p| p.patterns);
            of_pair(
                "sampled_p_value",
                format!(
                    "How often chance makes the difference of {first} and {second} is estimated from {draws} seeded draws."
                ),
            )
        }
    }
}
