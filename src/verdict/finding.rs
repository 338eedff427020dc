//! What a reader of the figures must know: which are absent and why, and what they rest on. Values; `report` words them.

use super::figures::Figures;
use super::paired::Pair;
use super::panel::Panels;
use super::weights::Weight;
use super::{Options, SMALL_PANEL};
use crate::catalog::record::Record;

/// One thing a reader must know. Tools and pairs are indices into the assessment's lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The tool has no reviews: all its figures are absent.
    NoReviews {
        /// The tool.
        tool: usize,
    },
    /// The tool has reviews, but every reviewer has weight zero: all its figures are absent.
    AllWeightsZero {
        /// The tool.
        tool: usize,
    },
    /// No one gave the tool a verdict: its ship ratio is absent.
    NoVerdicts {
        /// The tool.
        tool: usize,
    },
    /// No one scored the tool: its mean, median and deviation are absent.
    NoScores {
        /// The tool.
        tool: usize,
    },
    /// One reviewer scored the tool: deviation and interval need two.
    OneScore {
        /// The tool.
        tool: usize,
        /// Who scored it.
        reviewer: String,
    },
    /// Fewer than [`SMALL_PANEL`] reviewers speak about the tool.
    SmallPanel {
        /// The tool.
        tool: usize,
        /// How many speak, above 0.
        voices: usize,
    },
    /// Those who scored the tool weigh differently: the interval of its mean is absent.
    UnequalWeights {
        /// The tool.
        tool: usize,
    },
    /// Verdicts of the tool that were derived from its scores.
    DerivedVerdicts {
        /// The tool.
        tool: usize,
        /// Whose, sorted by name.
        reviewers: Vec<String>,
    },
    /// The reviewer has weight zero and is in no figure.
    LeftOut {
        /// The reviewer.
        reviewer: String,
    },
    /// No one scored both tools of the pair: their difference is absent.
    NoShared {
        /// Index into the pairs.
        pair: usize,
    },
    /// One reviewer scored both tools of the pair: the interval of their difference needs two.
    OneShared {
        /// Index into the pairs.
        pair: usize,
    },
    /// Some scored only one tool of the pair (the pair names them) and are not in their difference.
    Unpaired {
        /// Index into the pairs.
        pair: usize,
    },
    /// The shared reviewers of the pair weigh differently: the interval of their difference is absent.
    UnequalPairWeights {
        /// Index into the pairs.
        pair: usize,
    },
    /// The p-value of the pair is an estimate from a sample of the sign patterns.
    SampledPValue {
        /// Index into the pairs.
        pair: usize,
    },
}

/// What a reader must know: tools in print order, then reviewers by name, then pairs in theirs.
pub(super) fn findings(
    records: &[&Record],
    panels: &Panels<'_>,
    options: &Options,
    (tools, order, pairs): (&[Figures], &[usize], &[Pair]),
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for &tool in order {
        about_tool(&mut findings, tool, records[tool], &tools[tool]);
    }
    let zero = panels.names.iter().filter(|name| options.weights.of(name) == Weight::ZERO);
    findings.extend(zero.map(|name| Finding::LeftOut { reviewer: (*name).to_owned() }));
    for (index, pair) in pairs.iter().enumerate() {
        about_pair(&mut findings, index, pair);
    }
    findings
}

/// What a reader must know about one tool.
fn about_tool(findings: &mut Vec<Finding>, tool: usize, record: &Record, figures: &Figures) {
    if figures.voices == 0 {
        let none = record.reviews.is_empty();
        findings.push(if none { Finding::NoReviews { tool } } else { Finding::AllWeightsZero { tool } });
        return;
    }
    let voices = || record.reviews.iter().zip(&figures.reviews).filter(|(_, figures)| figures.weight > Weight::ZERO);
    if figures.voices < SMALL_PANEL {
        findings.push(Finding::SmallPanel { tool, voices: figures.voices });
    }
    if figures.ship_ratio.is_none() {
        findings.push(Finding::NoVerdicts { tool });
    }
    match figures.score.n {
        0 => findings.push(Finding::NoScores { tool }),
        1 => findings.extend(
            voices()
                .find(|(review, _)| review.score.is_some())
                .map(|(review, _)| Finding::OneScore { tool, reviewer: review.reviewer.to_string() }),
        ),
        _ if figures.score.mean_interval.is_none() => findings.push(Finding::UnequalWeights { tool }),
        _ => {}
    }
    let derived = voices().filter(|(_, figures)| figures.derived);
    let mut reviewers: Vec<String> = derived.map(|(review, _)| review.reviewer.to_string()).collect();
    if !reviewers.is_empty() {
        reviewers.sort_unstable();
        findings.push(Finding::DerivedVerdicts { tool, reviewers });
    }
}

/// What a reader must know about one pair.
fn about_pair(findings: &mut Vec<Finding>, pair: usize, of: &Pair) {
    match of.shared.len() {
        0 => findings.push(Finding::NoShared { pair }),
        1 => findings.push(Finding::OneShared { pair }),
        _ if of.unequal_weights => findings.push(Finding::UnequalPairWeights { pair }),
        _ => {}
    }
    let unpaired = of.only_first.len() + of.only_second.len();
    if !of.shared.is_empty() && unpaired > 0 {
        findings.push(Finding::Unpaired { pair });
    }
    if of.p_value.is_some_and(|p| p.method == super::signflip::SignFlip::SignFlipMonteCarlo) {
        findings.push(Finding::SampledPValue { pair });
    }
}
