//! What to know about the figures, in sentences: what the decision goes by, and every figure that is absent, with the
//! reason.

use super::block::Notes;
use super::document::{Decision, NextSteps, Panel, RankedTool, Warning};
use super::number::{count, list, percent, short_list, shorter_list, thousands};
use crate::catalog::record::Record;
use crate::catalog::record::score::Score;
use crate::verdict::{
    Assessment, Basis, COMPARED_MIN, Finding, NoAgreement, Options, Pair, PairFinding, PanelVerdict, SMALL_PANEL,
    ToolFinding, Weight,
};

/// Notes that a format without much room shows.
const SHOWN: usize = 3;
/// Warnings that the answer says already.
const IN_THE_ANSWER: [&str; 2] = ["places_not_computed", "ranked_by_votes"];

/// The warnings of a comparison.
pub(super) fn of_comparison(records: &[&Record], assessment: &Assessment) -> Vec<Warning> {
    let mut warnings: Vec<Warning> =
        assessment.findings.iter().map(|finding| warning(records, assessment, finding)).collect();
    warnings.extend(assessment.agreement.absent.map(|absent| {
        Warning::plain(
            "no_agreement",
            format!("The agreement of the reviewers is absent: {}.", why_no_agreement(absent)),
        )
    }));
    warnings
}

/// The warnings of one tool by itself.
pub(super) fn of_tool(record: &Record, assessment: &Assessment) -> Vec<Warning> {
    assessment.findings.iter().map(|finding| warning(&[record], assessment, finding)).collect()
}

/// The warnings of a ranking: those about the decision, and small panels once for all.
pub(super) fn of_ranking(records: &[&Record], assessment: &Assessment, tools: &[RankedTool]) -> Vec<Warning> {
    let of_decision = assessment.findings.iter().filter(|finding| is_about_decision(finding, assessment));
    let mut warnings: Vec<Warning> = of_decision.map(|finding| warning(records, assessment, finding)).collect();
    // Their ships are marked.
    if tools.iter().any(|ranked| is_small(&ranked.tool.panel) && ranked.tool.panel.ship_ratio.is_some()) {
        warnings.push(Warning::plain("small_panel", small_panels()));
    }
    warnings
}

/// Whether a ranking has this finding: it is about the decision, or about the pair of leader and rival.
fn is_about_decision(finding: &Finding, assessment: &Assessment) -> bool {
    match finding {
        Finding::OfTool { .. }
        | Finding::OfPair {
            finding: PairFinding::NoShared | PairFinding::OneShared | PairFinding::UnequalWeights,
            ..
        } => false,
        Finding::OfPair { pair, .. } => {
            let (decision, pair) = (&assessment.decision, &assessment.pairs[*pair]);
            decision
                .leader
                .zip(decision.rival)
                .is_some_and(|two| [(pair.first, pair.second), (pair.second, pair.first)].contains(&two))
        }
        _ => true,
    }
}

/// The warnings for people: of many of one kind only the first, and how many more there are; without those that the
/// answer of `decision` says already.
pub(super) fn for_people(warnings: &[Warning], decision: Option<&Decision>) -> Notes {
    let mut lines: Vec<String> = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    // The advice names whoever reviewed only one of the two, and the headline that there are no verdicts.
    let is_asked = |steps: &NextSteps| !steps.ask.is_empty() || !steps.ask_too.is_empty();
    let asks = decision.is_some_and(|decision| is_asked(&decision.next_steps));
    let is_decided = |decision: &Decision| decision.leader.is_some() || !decision.tied.is_empty();
    let none = decision.is_some_and(|decision| is_decided(decision) && decision.verdict == PanelVerdict::None);
    let none = none || warnings.iter().any(|warning| warning.code == "scores_only");
    let is_said = |code: &str| {
        IN_THE_ANSWER.contains(&code) || asks && code == "unpaired_reviewers" || none && code == "no_verdicts"
    };
    for warning in warnings.iter().filter(|warning| !is_said(warning.code)) {
        if seen.contains(&warning.code) {
            continue;
        }
        seen.push(warning.code);
        let more = warnings.iter().filter(|other| other.code == warning.code).count() - 1;
        lines.push(match more {
            0 => warning.message.clone(),
            1 => format!("{} 1 more such note is in the JSON output.", warning.message),
            _ => format!("{} {more} more such notes are in the JSON output.", warning.message),
        });
    }
    let shown = lines.len().min(SHOWN);
    Notes { lines, shown }
}

/// Whether so few reviewers are on the panel that its figures should be treated with caution.
pub(super) fn is_small(panel: &Panel) -> bool {
    panel.reviewers < SMALL_PANEL
}

/// What the mark of a small panel means.
pub(super) fn small_panels() -> String {
    format!("* Fewer than {SMALL_PANEL} reviewers: treat with caution.")
}

fn why_no_agreement(absent: NoAgreement) -> &'static str {
    match absent {
        NoAgreement::TooFewTools => "it takes two tools with two scores each",
        NoAgreement::AllEqual => "all scores are the same",
        NoAgreement::Unpaired => "every review counts as another person's",
    }
}

impl Warning {
    /// A warning about the document as a whole.
    pub(super) fn plain(code: &'static str, message: String) -> Self {
        Self { code, message, tool: None, reviewer: None }
    }

    /// A warning about a tool.
    fn about(record: &Record, code: &'static str, message: String) -> Self {
        Self { tool: Some(record.slug.to_string()), ..Self::plain(code, message) }
    }
}

fn warning(records: &[&Record], assessment: &Assessment, finding: &Finding) -> Warning {
    match finding {
        Finding::Weighted { weights } => weighted(weights),
        Finding::ShipAt { score } => ship_at(*score),
        Finding::ScoresOnly => Warning::plain(
            "scores_only",
            "No review has a verdict. `ship-at = 60` at the top of compare.toml counts a score of 60 or more as ship, else as skip."
                .to_owned(),
        ),
        Finding::EachReviewAnotherPerson => unpaired(),
        Finding::PlacesNotComputed { decided, of } => Warning::plain(
            "places_not_computed",
            format!(
                "The decision is among the first {decided} of {} tools; places and flips are not computed.",
                thousands(*of)
            ),
        ),
        Finding::RankedByVotes => Warning::plain(
            "ranked_by_votes",
            "No tool has reviews, so they are ranked by community votes: the lower end of the 95% interval.".to_owned(),
        ),
        Finding::LeftOut { reviewer } => left_out(reviewer),
        Finding::NotCompared { tools } => Warning::plain("not_compared", not_compared(records, assessment, tools)),
        Finding::LowReliability => Warning::plain(
            "low_reliability",
            "These reviewers differ more among themselves than the tools do; another panel could order them \
             differently."
                .to_owned(),
        ),
        Finding::CrowdDisagrees { tool } => {
            let record = records[*tool];
            Warning::about(record, "crowd_disagrees", crowd(&record.name, assessment, *tool))
        }
        Finding::OfTool { tool, finding } => about_tool(records[*tool], finding),
        Finding::OfPair { pair, finding } => about_pair(records, assessment, &assessment.pairs[*pair], *finding),
    }
}

/// What `options` change about every figure. Of the weights, those of reviewers who are `known`.
pub(super) fn of_options(options: &Options, known: impl Fn(&str) -> bool) -> Vec<Warning> {
    let is_used = |(reviewer, weight): &(&str, Weight)| *weight != Weight::ONE && known(reviewer);
    let used = options.weights.iter().filter(is_used);
    let (out, weights): (Vec<_>, Vec<_>) = used.partition(|(_, weight)| *weight == Weight::ZERO);
    let weights: Vec<(String, Weight)> =
        weights.into_iter().map(|(reviewer, weight)| (reviewer.to_owned(), weight)).collect();
    let mut warnings = Vec::new();
    warnings.extend((!weights.is_empty()).then(|| weighted(&weights)));
    warnings.extend(options.ship_at.map(ship_at));
    warnings.extend(options.unpaired.then(unpaired));
    warnings.extend(out.into_iter().map(|(reviewer, _)| left_out(reviewer)));
    warnings
}

fn weighted(weights: &[(String, Weight)]) -> Warning {
    let weights: Vec<String> = weights.iter().map(|(reviewer, weight)| format!("{reviewer} x{weight}")).collect();
    Warning::plain("weights", format!("Weights: {}.", weights.join(", ")))
}

fn ship_at(score: Score) -> Warning {
    let message = format!("A review without a verdict counts as ship if its score is {score} or more, else as skip.");
    Warning::plain("ship_at", message)
}

fn unpaired() -> Warning {
    let message = "Every review counts as another person's, whatever the reviewers' names (setting `unpaired`).";
    Warning::plain("unpaired", message.to_owned())
}

fn left_out(reviewer: &str) -> Warning {
    let warning = Warning::plain("left_out", format!("{reviewer} is left out (weight 0)."));
    Warning { reviewer: Some(reviewer.to_owned()), ..warning }
}

fn about_tool(record: &Record, finding: &ToolFinding) -> Warning {
    let name = &record.name;
    let about = |code, message| Warning::about(record, code, message);
    match finding {
        ToolFinding::NoReviews => about("no_reviews", format!("{name} has no reviews, so it has no figures.")),
        ToolFinding::AllWeightsZero => {
            about("all_weights_zero", format!("All reviewers of {name} have weight 0, so it has no figures."))
        }
        ToolFinding::NoVerdicts => {
            about("no_verdicts", format!("No reviewer of {name} gave a verdict, so it has no ship ratio."))
        }
        ToolFinding::NoScores => about("no_scores", format!("No reviewer of {name} gave a score, so it has no mean.")),
        ToolFinding::OneScore { reviewer } => Warning {
            reviewer: Some(reviewer.clone()),
            ..about("one_score", format!("Only {reviewer} scored {name}; a deviation takes two scores."))
        },
        ToolFinding::SmallPanel { reviewers } => {
            about("small_panel", format!("{name} has only {}: treat with caution.", count(*reviewers, "reviewer")))
        }
        ToolFinding::UnequalWeights => {
            about("unequal_weights", format!("With unequal weights the mean of {name} has no interval."))
        }
        ToolFinding::DerivedVerdicts { reviewers } => {
            about("derived_verdicts", format!("Verdicts on {name} derived from the score: {}.", list(reviewers)))
        }
    }
}

fn about_pair(records: &[&Record], assessment: &Assessment, pair: &Pair, finding: PairFinding) -> Warning {
    let (first, second) = (&records[pair.first].name, &records[pair.second].name);
    let (code, message) = match finding {
        PairFinding::NoShared => (
            "no_shared_reviewers",
            format!("No reviewer reviewed both {first} and {second}, so they have no paired difference."),
        ),
        PairFinding::OneShared => (
            "one_shared_reviewer",
            format!(
                "Only {} reviewed both {first} and {second}; an interval of the difference takes two.",
                list(&names(assessment, &pair.shared))
            ),
        ),
        PairFinding::UnequalWeights => (
            "unequal_pair_weights",
            format!("With unequal weights the difference of {first} and {second} has no interval."),
        ),
        PairFinding::LeftOut => ("unpaired_reviewers", left_out_of_pair(assessment, pair, first, second)),
        PairFinding::ComparedByVerdict => (
            "compared_by_verdict",
            format!("{first} and {second} are compared by their verdicts, because one of them has no scores."),
        ),
        PairFinding::ApproximatePValue => (
            "approximate_p_value",
            format!("How often chance makes the difference of {first} and {second} is approximated, not counted."),
        ),
    };
    Warning::plain(code, message)
}

/// Which tools are set aside.
fn not_compared(records: &[&Record], assessment: &Assessment, tools: &[usize]) -> String {
    let names: Vec<&str> = tools.iter().map(|&tool| records[tool].name.as_str()).collect();
    let leader = assessment.decision.leader.map_or("the leader", |leader| &records[leader].name);
    let shares = if tools.len() == 1 { "it shares" } else { "they share" };
    format!(
        "Not compared with {leader}: {}; {shares} fewer than {COMPARED_MIN} reviewers with it.",
        shorter_list(&names, SHOWN)
    )
}

/// How the community disagrees with the panel.
fn crowd(name: &str, assessment: &Assessment, tool: usize) -> String {
    let figures = &assessment.tools[tool];
    let share = figures.community_ratio.map(percent).unwrap_or_default();
    format!(
        "The community disagrees with the panel about {name}: {share} of its votes are to ship, against {} of {} reviewers.",
        figures.ships,
        figures.ships + figures.skips
    )
}

/// Who is left out of the comparison of two tools.
fn left_out_of_pair(assessment: &Assessment, pair: &Pair, first: &str, second: &str) -> String {
    let only = |reviewers: &[usize], tool: &str| {
        let names = names(assessment, reviewers);
        let did = if pair.basis == Basis::Score { "scored" } else { "judged" };
        (!names.is_empty()).then(|| format!("{}, who {did} only {tool}", short_list(&names)))
    };
    let parts: Vec<String> =
        [only(&pair.only_first, first), only(&pair.only_second, second)].into_iter().flatten().collect();
    format!("Left out of {first} vs {second}: {}.", parts.join("; "))
}

/// The names of reviewers.
fn names<'a>(assessment: &'a Assessment, reviewers: &[usize]) -> Vec<&'a str> {
    reviewers.iter().map(|&reviewer| assessment.reviewers[reviewer].as_str()).collect()
}
