//! How every figure on the screen came about: its formula, what goes in, and the steps, for
//! readers without statistics.

use super::block::{Block, Passage, Tone};
use super::number::{count, decimal, decimal_f64, exact, list, percent_f64, short_list, signed};
use super::wording::level;
use crate::catalog::record::{Record, Verdict};
use crate::text::clean_line;
use crate::verdict::{
    Assessment, CLEAR_PERCENT, DIFFERING_MIN, Exact, Figures, Interval, LEANING_PERCENT, Pair, SHARED_MIN, SignFlip,
    Weight,
};

/// The figures of all tools, of the pair that the decision rests on, and of the decision.
pub(super) fn comparison(records: &[Record], assessment: &Assessment) -> Vec<Block> {
    let mut blocks = Vec::new();
    for &tool in &assessment.order {
        blocks.extend(about_tool(&records[tool], &assessment.tools[tool]));
    }
    let decision = &assessment.decision;
    let between = |pair: &&Pair| {
        let two = [pair.first, pair.second];
        decision.leader.is_some_and(|leader| two.contains(&leader))
            && decision.rival.is_some_and(|rival| two.contains(&rival))
    };
    if let Some(pair) = assessment.pairs.iter().find(between) {
        blocks.extend(about_pair(records, pair));
    }
    blocks.push(Block::Heading("How the decision came about".to_owned()));
    blocks.push(Block::Prose(about_decision(records, assessment)));
    blocks
}

/// The figures of one tool.
pub(super) fn tool(record: &Record, assessment: &Assessment) -> Vec<Block> {
    about_tool(record, &assessment.tools[0])
}

fn passage(heading: impl Into<String>, lines: &[String]) -> Passage {
    // A line break in someone's name is no new paragraph.
    let lines: Vec<_> = lines.iter().map(|line| clean_line(line)).collect();
    Passage { heading: heading.into(), tone: Tone::Plain, text: lines.join("\n"), voice: None }
}

fn about_tool(record: &Record, figures: &Figures) -> Vec<Block> {
    let passages: Vec<Passage> =
        [ship_ratio(record, figures), mean(record, figures), median(record, figures), deviation(record, figures)]
            .into_iter()
            .flatten()
            .collect();
    if passages.is_empty() {
        return Vec::new();
    }
    vec![Block::Heading(format!("How the figures of {} came about", record.name)), Block::Prose(passages)]
}

/// The reviews that count: reviewer, score, verdict, weight.
fn voices<'a>(
    record: &'a Record,
    figures: &'a Figures,
) -> impl Iterator<Item = (&'a str, Option<Exact>, Option<Verdict>, Weight)> {
    let both = record.reviews.iter().zip(&figures.reviews).filter(|(_, own)| own.weight > Weight::ZERO);
    both.map(|(review, own)| {
        let score = review.score.map(|score| Exact::from_millionths(score.millionths().into()));
        (&*review.reviewer, score, own.verdict, own.weight)
    })
}

fn ship_ratio(record: &Record, figures: &Figures) -> Option<Passage> {
    let ratio = figures.ship_ratio?;
    let who = |asked: Verdict| -> Vec<String> {
        let named = voices(record, figures).filter(|(_, _, verdict, _)| *verdict == Some(asked));
        named.map(|(name, _, _, weight)| weighted_name(name, weight)).collect()
    };
    let (ships, skips) = (who(Verdict::Ship), who(Verdict::Skip));
    let said = |names: &[String], what: &str| match names.len() {
        0 => format!("No one would {what} it."),
        _ => format!("{} would {what} it: {}.", count(names.len(), "reviewer"), list(names)),
    };
    let counted = if voices(record, figures).all(|(.., weight)| weight == Weight::ONE) {
        format!(
            "Ship ratio = ships / (ships + skips) = {} / {} = {}.",
            figures.ships,
            figures.ships + figures.skips,
            exact(ratio)
        )
    } else {
        format!("Ship ratio = weights of the ships / weights of all verdicts = {}.", exact(ratio))
    };
    let mut lines = vec![said(&ships, "ship"), said(&skips, "skip"), counted];
    lines.extend(figures.ship_ratio_interval.as_ref().map(|interval| wilson(ratio, interval)));
    Some(passage("Ship ratio", &lines))
}

fn weighted_name(name: &str, weight: Weight) -> String {
    if weight == Weight::ONE { name.to_owned() } else { format!("{name} ({weight} times)") }
}

/// Wilson's interval, step by step.
fn wilson(ratio: Exact, interval: &Interval) -> String {
    let (p, n, z) = (ratio.to_f64(), interval.n.to_f64(), interval.quantile());
    let z2 = z * z / n;
    let (centre, half) = ((p + z2 / 2.0) / (1.0 + z2), (z2 * (p * (1.0 - p) + z2 / 4.0)).sqrt() / (1.0 + z2));
    format!(
        "So few verdicts could have come out otherwise. With p = {}, n = {} and z = {} (for {}), Wilson's interval is \
         (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n) = {} ± {}: from {} to {}. Its lower end is the \
         \"at least\" of the table, and what the ranking goes by.",
        exact(ratio),
        exact(interval.n),
        decimal_f64(z, 3),
        level(interval.level),
        decimal_f64(centre, 3),
        decimal_f64(half, 3),
        percent_f64(interval.low),
        percent_f64(interval.high),
    )
}

fn mean(record: &Record, figures: &Figures) -> Option<Passage> {
    let mean = figures.score.mean?;
    let scored: Vec<(String, Weight)> =
        voices(record, figures).filter_map(|(_, score, _, weight)| Some((exact(score?), weight))).collect();
    let equal = scored.iter().all(|(_, weight)| *weight == Weight::ONE);
    let sum: Vec<String> = scored
        .iter()
        .map(|(score, weight)| if equal { score.clone() } else { format!("{weight} × {score}") })
        .collect();
    let divisor = if equal {
        scored.len().to_string()
    } else {
        let weights: Vec<String> = scored.iter().map(|(_, weight)| weight.to_string()).collect();
        format!("({})", weights.join(" + "))
    };
    let mut lines = vec![format!("Mean = ({}) / {divisor} = {}.", short_sum(&sum), exact(mean))];
    if let (Some(interval), Some(deviation)) = (&figures.score.mean_interval, figures.score.stddev) {
        lines.push(student("Mean", &exact(mean), deviation, interval, " Scores end at 0 and 100, and so does this."));
    }
    Some(passage("Mean score", &lines))
}

/// The terms of a sum; of a long one only the first few.
fn short_sum(terms: &[String]) -> String {
    const SHOWN: usize = 12;
    if terms.len() <= SHOWN {
        return terms.join(" + ");
    }
    format!("{} + … {} more", terms[..SHOWN].join(" + "), terms.len() - SHOWN)
}

/// Student's interval, step by step.
fn student(what: &str, middle: &str, deviation: f64, interval: &Interval, cut: &str) -> String {
    let (n, t) = (interval.n.to_f64(), interval.quantile());
    let half = t * deviation / n.sqrt();
    format!(
        "{} interval = {what} ± t × deviation / √n = {middle} ± {} × {} / √{} = {middle} ± {}: from {} to {}. t comes from \
         Student's distribution with n − 1 = {} degrees of freedom.{cut}",
        level(interval.level),
        decimal_f64(t, 3),
        decimal_f64(deviation, 2),
        exact(interval.n),
        decimal_f64(half, 2),
        decimal_f64(interval.low, 2),
        decimal_f64(interval.high, 2),
        decimal_f64(n - 1.0, 0),
    )
}

fn median(record: &Record, figures: &Figures) -> Option<Passage> {
    const SHOWN: usize = 12;
    let median = figures.score.median?;
    let n = figures.score.n;
    let rule = if n.is_multiple_of(2) { "the mean of the two in the middle" } else { "the one in the middle" };
    let sorted = if n <= SHOWN { format!(" of {}", sorted_scores(record, figures)) } else { String::new() };
    Some(passage("Median score", &[format!("Median = {rule}{sorted} = {}. Weights do not enter.", exact(median))]))
}

fn sorted_scores(record: &Record, figures: &Figures) -> String {
    let mut scores: Vec<Exact> = voices(record, figures).filter_map(|(_, score, ..)| score).collect();
    scores.sort_unstable();
    scores.into_iter().map(exact).collect::<Vec<_>>().join(", ")
}

fn deviation(record: &Record, figures: &Figures) -> Option<Passage> {
    let deviation = figures.score.stddev?;
    let n = figures.score.n;
    let squares = deviation * deviation * f64::from(u32::try_from(n - 1).ok()?);
    let unweighted = voices(record, figures).all(|(.., weight)| weight == Weight::ONE);
    let note = if unweighted { "" } else { " Weights do not enter." };
    Some(passage(
        "Deviation",
        &[format!(
            "Deviation = √(sum of squared distances from the mean / (n − 1)) = √({} / {}) = {}: how far the scores usually lie \
             from their mean.{note}",
            decimal_f64(squares, 2),
            n - 1,
            decimal_f64(deviation, 2),
        )],
    ))
}

fn about_pair(records: &[Record], pair: &Pair) -> Vec<Block> {
    let (first, second) = (&records[pair.first].name, &records[pair.second].name);
    let Some(mean) = pair.mean_difference else { return Vec::new() };
    let differences: Vec<String> =
        pair.shared.iter().zip(&pair.differences).map(|(name, d)| format!("{name} {}", signed(&exact(*d)))).collect();
    let mut lines = vec![
        format!("Only reviewers who scored both count. {second} minus {first}: {}.", short_list(&differences)),
        format!("Mean difference = {} over {}.", signed(&exact(mean)), count(pair.shared.len(), "shared reviewer")),
    ];
    if let (Some(interval), Some(deviation)) = (&pair.interval, pair.stddev) {
        lines.push(student("mean difference", &exact(mean), deviation, interval, ""));
    }
    let mut passages = vec![passage("Difference", &lines)];
    passages.extend(chance(pair, mean));
    vec![Block::Heading(format!("How {first} and {second} compare")), Block::Prose(passages)]
}

/// The sign-flip test in words.
fn chance(pair: &Pair, mean: Exact) -> Option<Passage> {
    let p = pair.p_value?;
    let counted = match p.method {
        SignFlip::SignFlipExact => format!("Of all {} patterns of signs", p.patterns),
        SignFlip::SignFlipMonteCarlo => {
            format!("There are too many patterns of signs to count them all. Of {} drawn with a fixed seed", p.patterns)
        }
    };
    Some(passage(
        "Chance",
        &[
            "If it were chance which tool a reviewer scored higher, every difference could as well have the other sign.".to_owned(),
            format!(
                "{counted}, {} give a mean difference of {} or more in either direction: {} / {} = {}.",
                p.extreme,
                decimal(mean.abs(), 1),
                p.extreme,
                p.patterns,
                decimal_f64(p.value, 4),
            ),
            format!(
                "A leaning takes at most {}, a clear call at most {}. With fewer than {DIFFERING_MIN} reviewers who score the \
                 two differently, even all signs alike cannot come that low.",
                decimal_f64(f64::from(LEANING_PERCENT) / 100.0, 2),
                decimal_f64(f64::from(CLEAR_PERCENT) / 100.0, 2),
            ),
        ],
    ))
}

fn about_decision(records: &[Record], assessment: &Assessment) -> Vec<Passage> {
    let decision = &assessment.decision;
    let name = |tool: usize| records[tool].name.as_str();
    let mut by_rank: Vec<usize> = assessment.order.clone();
    by_rank.sort_by_key(|tool| assessment.tools[*tool].rank);
    let mut lines = vec![
        "Tools rank by panel verdict (ship, mixed, skip, none), then by the lower end of the 95 % interval of the ship ratio, \
         then by mean score. So 1 of 1 does not beat 9 of 10."
            .to_owned(),
    ];
    lines.extend(by_rank.iter().take(10).map(|tool| {
        let figures = &assessment.tools[*tool];
        let mean = figures.score.mean.map_or_else(|| "no mean".to_owned(), |mean| format!("mean {}", decimal(mean, 1)));
        format!(
            "{}. {}: {}, {} of {} would ship it, {mean}.",
            figures.rank,
            name(*tool),
            figures.verdict.word(),
            figures.ships,
            figures.ships + figures.skips
        )
    }));
    let mut passages = vec![passage("Ranking", &lines)];
    passages.push(passage(
        "How sure",
        &[format!(
            "The leader is held against every other tool with reviews, over the reviewers both share; the least sure result counts, \
             here {}. Fewer than {SHARED_MIN} shared reviewers are insufficient. A clear call takes a higher mean and no lower ship \
             ratio among them, a lead that survives leaving out any one reviewer, and a chance of at most {} %; a leaning the same \
             with at most {} %. Everything else is close.",
            decision.certainty.word(),
            CLEAR_PERCENT,
            LEANING_PERCENT,
        )],
    ));
    let ties: Vec<String> = decision
        .mean_ties_at
        .iter()
        .map(|tie| {
            format!(
                "The two means tie when {} counts {} times and the others as they do.",
                tie.reviewer,
                decimal(tie.weight, 2)
            )
        })
        .collect();
    if !ties.is_empty() {
        passages.push(passage("What would level the means", &ties));
    }
    passages.push(passage("Agreement", &[agreement(assessment)]));
    passages
}

fn agreement(assessment: &Assessment) -> String {
    let agreement = &assessment.agreement;
    match agreement.alpha {
        Some(alpha) => format!(
            "Krippendorff's alpha = 1 − observed / expected disagreement = {}, over {} and {} (interval metric). 1 is full \
             agreement, 0 what chance gives; below 0 the reviewers differ more on one tool than scores of different tools do.",
            decimal_f64(alpha, 2),
            count(agreement.reviewers, "reviewer"),
            count(agreement.tools, "tool"),
        ),
        None => "Krippendorff's alpha takes two tools with two scores each, and scores that are not all the same."
            .to_owned(),
    }
}
