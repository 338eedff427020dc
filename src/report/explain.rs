//! How every figure on the screen was computed: its formula, the inputs and the steps, for readers without statistics.

use super::block::{Block, Passage};
use super::decision_wording::StatementContext;
use super::explain_decision::passage;
use super::number::{count, decimal, decimal_f64, exact, list, percent_f64, short_list, signed};
use super::wording::level;
use crate::catalog::record::{Record, Verdict};
use crate::sort;
use crate::verdict::{
    Assessment, Basis, CLEAR_PERCENT, COMPARED_MIN, Counted, DIFFERING_MIN, Evidence, Exact, Figures, Interval,
    LEANING_PERCENT, Options, PValue, Pair, Sample, Test, Weight, student_half, wilson_terms,
};

/// The figures of `tools`, of the pair that the decision is based on, and of the decision.
pub(super) fn decision(context: &StatementContext<'_>, tools: &[usize]) -> Vec<Block> {
    let StatementContext { records, assessment, .. } = *context;
    let figures = |&tool: &usize| about_tool(records[tool], &assessment.tools[tool]);
    let mut blocks: Vec<Block> = tools.iter().flat_map(figures).collect();
    if let Some((.., pair)) = context.pair() {
        blocks.extend(about_pair(context, pair));
    }
    blocks.push(Block::Heading("How the decision is made".to_owned()));
    blocks.push(Block::Prose(context.passages()));
    blocks
}

/// The figures of one tool.
pub(super) fn about_tool(record: &Record, figures: &Figures) -> Vec<Block> {
    let passages: Vec<Passage> =
        [ship_ratio(record, figures), mean(record, figures), median(record, figures), deviation(record, figures)]
            .into_iter()
            .flatten()
            .collect();
    if passages.is_empty() {
        return Vec::new();
    }
    vec![Block::Heading(format!("How the figures of {} are computed", record.name)), Block::Prose(passages)]
}

/// The reviews that count: reviewer, score, verdict, weight.
fn counted<'a>(
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
        let named = counted(record, figures).filter(|(_, _, verdict, _)| *verdict == Some(asked));
        named.map(|(name, _, _, weight)| weighted_name(name, weight)).collect()
    };
    let (ships, skips) = (who(Verdict::Ship), who(Verdict::Skip));
    let sentence = |names: &[String], what: &str| match names.len() {
        0 => format!("Nobody would {what} it."),
        _ => format!("{} would {what} it: {}.", count(names.len(), "reviewer"), list(names)),
    };
    let ratio_line = if counted(record, figures).all(|(.., weight)| weight == Weight::ONE) {
        format!(
            "Ship ratio = ships / (ships + skips) = {} / {} = {}.",
            figures.ships,
            figures.ships + figures.skips,
            exact(ratio)
        )
    } else {
        format!("Ship ratio = weights of the ships / weights of all verdicts = {}.", exact(ratio))
    };
    let mut lines = vec![sentence(&ships, "ship"), sentence(&skips, "skip"), ratio_line];
    lines.extend(figures.ship_ratio_interval.as_ref().map(|interval| wilson(ratio, interval)));
    Some(passage("Ship ratio", &lines))
}

fn weighted_name(name: &str, weight: Weight) -> String {
    if weight == Weight::ONE { name.to_owned() } else { format!("{name} (x{weight})") }
}

/// Wilson's interval, step by step.
fn wilson(ratio: Exact, interval: &Interval) -> String {
    let z = interval.quantile();
    let (centre, half, scale) = wilson_terms(ratio, interval.n, z);
    let effective = if interval.n.is_whole() { "" } else { " (Kish's effective number)" };
    format!(
        "So few verdicts could have come out otherwise. With p = {}, n = {}{effective} and z = {} (for {}), Wilson's \
         interval is (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n) = {} ± {}: from {} to {}.",
        exact(ratio),
        exact(interval.n),
        decimal_f64(z, 3),
        level(interval.level),
        decimal_f64(centre / scale, 3),
        decimal_f64(half / scale, 3),
        percent_f64(interval.low),
        percent_f64(interval.high),
    )
}

fn mean(record: &Record, figures: &Figures) -> Option<Passage> {
    let mean = figures.score.mean?;
    let scored: Vec<(String, Weight)> =
        counted(record, figures).filter_map(|(_, score, _, weight)| Some((exact(score?), weight))).collect();
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
    let half = student_half(t, deviation, interval.n);
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
    let mut scores: Vec<Exact> = counted(record, figures).filter_map(|(_, score, ..)| score).collect();
    sort::by(&mut scores, Ord::cmp);
    scores.into_iter().map(exact).collect::<Vec<_>>().join(", ")
}

fn deviation(record: &Record, figures: &Figures) -> Option<Passage> {
    let deviation = figures.score.stddev?;
    let n = figures.score.n;
    let squares = deviation * deviation * f64::from(u32::try_from(n - 1).ok()?);
    let unweighted = counted(record, figures).all(|(.., weight)| weight == Weight::ONE);
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

/// The reviews of two tools compared.
fn about_pair(context: &StatementContext<'_>, pair: &Pair) -> Vec<Block> {
    let (assessment, first, second) = (context.assessment, context.name(pair.first), context.name(pair.second));
    let mut lines = vec![match pair.evidence {
        Evidence::Paired => paired_line(assessment, pair, first, second),
        Evidence::Unpaired => format!(
            "Fewer than {COMPARED_MIN} reviewers have both, so those who reviewed only one are compared as two samples: {} of \
             {first}, {} of {second}.",
            pair.only_first.len(),
            pair.only_second.len()
        ),
    }];
    lines.extend(kish(assessment, pair, context.options));
    if let Some(mean) = pair.mean_difference {
        lines.push(format!("Mean difference, {second} minus {first} = {}.", signed(&exact(mean))));
        lines.extend(difference_interval(pair, &exact(mean)));
    }
    let mut passages = vec![passage("Difference", &lines)];
    passages.extend(pair.p_value.map(|p| chance(pair, &p)));
    vec![Block::Heading(format!("How {first} and {second} compare")), Block::Prose(passages)]
}

/// Who is compared, and how each of them rates the two.
fn paired_line(assessment: &Assessment, pair: &Pair, first: &str, second: &str) -> String {
    let differences = pair.shared.iter().zip(&pair.differences);
    let differences: Vec<String> = differences
        .map(|(reviewer, d)| format!("{} {}", assessment.reviewers[*reviewer], signed(&exact(*d))))
        .collect();
    let did = match pair.basis {
        Basis::Score => "scored",
        Basis::Verdict => "judged",
    };
    let ship_counts = match pair.basis {
        Basis::Score => "",
        Basis::Verdict => " One of the two has no scores, so a ship counts 100 and a skip 0.",
    };
    if differences.is_empty() {
        return format!("Nobody {did} both.{ship_counts}");
    }
    format!(
        "Only the {} who {did} both count.{ship_counts} {second} minus {first}: {}.",
        differences.len(),
        short_list(&differences)
    )
}

/// Kish's effective number of shared reviewers, where it is not their number.
fn kish(assessment: &Assessment, pair: &Pair, options: &Options) -> Option<String> {
    if pair.effective == Exact::from_count(pair.shared.len()) {
        return None;
    }
    let weights: Vec<String> = pair
        .shared
        .iter()
        .map(|&reviewer| &assessment.reviewers[reviewer])
        .map(|name| format!("{name} {}", options.weights.of(name)))
        .collect();
    Some(format!(
        "Weights: {}. Unequal weights make {} count as fewer: Kish's effective number (Σw)² / Σw² = {}.",
        short_list(&weights),
        count(pair.shared.len(), "reviewer"),
        decimal(pair.effective, 2)
    ))
}

/// The interval of the mean difference, step by step.
fn difference_interval(pair: &Pair, mean: &str) -> Option<String> {
    let interval = pair.interval.as_ref()?;
    if interval.is_a_point() {
        return Some(format!("All differences are the same, so the interval has no width: {mean}."));
    }
    if let Some([first, second]) = pair.samples {
        return Some(welch(mean, first, second, interval));
    }
    pair.stddev.map(|deviation| student("mean difference", mean, deviation, interval, ""))
}

/// Welch's interval, step by step.
fn welch(mean: &str, first: Sample, second: Sample, interval: &Interval) -> String {
    let share = |sample: Sample| format!("{}² / {}", decimal_f64(sample.stddev, 2), sample.n);
    format!(
        "{} interval = difference ± t × √(s₁²/n₁ + s₂²/n₂) = {mean} ± {} × √({} + {}): from {} to {} (Welch). t comes from \
         Student's distribution with {} degrees of freedom.",
        level(interval.level),
        decimal_f64(interval.quantile(), 3),
        share(first),
        share(second),
        decimal_f64(interval.low, 2),
        decimal_f64(interval.high, 2),
        decimal_f64(interval.degrees_of_freedom.unwrap_or_default(), 1),
    )
}

/// The permutation test in words.
fn chance(pair: &Pair, p: &PValue) -> Passage {
    let paired = matches!(pair.evidence, Evidence::Paired);
    let (premise, permutations) = if paired {
        (
            "If it were chance which tool a reviewer prefers, every difference could as well have the other sign.",
            "patterns of signs",
        )
    } else {
        ("If the tools were alike, each review could as well be one of the other tool.", "splits of the reviews")
    };
    let size = pair.mean_difference.map(|mean| format!(" of {}", decimal(mean.abs(), 1))).unwrap_or_default();
    let share = match p.counted {
        Some(Counted { extreme, all }) => format!(
            "Of all {all} {permutations}, {extreme} give a difference{size} or more in either direction: p = {extreme} / {all} \
             = {}.",
            decimal_f64(p.value, 4)
        ),
        None => format!(
            "The share of all {permutations} with a difference{size} or more in either direction is p = {}{}.",
            p_text(p.value),
            how_found(p.method)
        ),
    };
    let limits = format!(
        "Leaning takes p of at most {}, clear at most {}.",
        decimal_f64(f64::from(LEANING_PERCENT) / 100.0, 2),
        decimal_f64(f64::from(CLEAR_PERCENT) / 100.0, 2),
    );
    let mut lines = vec![premise.to_owned(), share, limits];
    let differing = pair.wins_first + pair.wins_second;
    if paired && differing < DIFFERING_MIN {
        lines.push(format!(
            "With {differing} who rate the two differently, p cannot be below 2 / 2^{differing} = {}, however much they \
             agree: it takes {DIFFERING_MIN} for p of at most 0.05.",
            decimal_f64(2.0_f64.powi(1 - i32::try_from(differing).unwrap_or(0)).min(1.0), 4)
        ));
    }
    passage("Chance", &lines)
}

/// A p-value that may be tiny.
fn p_text(value: f64) -> String {
    if value < 0.000_05 { "below 0.0001".to_owned() } else { decimal_f64(value, 4) }
}

/// How a p-value was found that was not counted in integers.
const fn how_found(method: Test) -> &'static str {
    match method {
        Test::SignFlipExact | Test::McnemarExact | Test::PermutationExact => "",
        Test::SignFlipGrid | Test::PermutationGrid => ", counted with values rounded to a fine grid",
        Test::SignFlipNormal | Test::PermutationNormal => ", by the normal approximation with the permutation variance",
    }
}
