//! How much the reviewers agree: Krippendorff's alpha with the interval metric.

use super::exact::Exact;
use super::panel::Panels;
use std::collections::BTreeMap;

/// Agreement of the reviewers about the tools.
///
/// K. Krippendorff, "Content Analysis", chapter on reliability: 1 - observed over expected disagreement, where a
/// disagreement is a squared difference of scores. 1 is full agreement, 0 what chance would give. Unweighted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AgreementFigures {
    /// Krippendorff's alpha, at most 1.
    pub alpha: Option<f64>,
    /// Reviewers with a score that can be paired with another's.
    pub reviewers: usize,
    /// Tools with at least two scores.
    pub tools: usize,
    /// Why alpha is absent, if it is.
    pub absent: Option<NoAgreement>,
}

/// Why there is no alpha.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAgreement {
    /// Fewer than two tools have two scores.
    TooFewTools,
    /// All scores are equal: no disagreement is to be expected.
    AllEqual,
    /// With [`super::Options::unpaired`] no one scored two tools.
    Unpaired,
}

/// n sum x^2 - (sum x)^2, which is the sum of (x - y)^2 over all pairs.
#[derive(Clone, Copy, Default)]
struct Spread {
    n: i128,
    sum: i128,
    squares: i128,
}

impl Spread {
    fn add(&mut self, other: Self) {
        (self.n, self.sum, self.squares) = (self.n + other.n, self.sum + other.sum, self.squares + other.squares);
    }

    const fn disagreement(self) -> i128 {
        self.n * self.squares - self.sum * self.sum
    }
}

/// Alpha over reviewers x tools.
///
/// With m scores of a tool, n scores of all tools with m >= 2, and D the sum of squared differences over pairs:
/// alpha = 1 - (n - 1) sum over tools of D(tool) / (m - 1) / D(all). The sums are integers, gathered by m, so that
/// no order shows in the last digit.
pub(super) fn agreement(panels: &Panels<'_>, unpaired: bool) -> AgreementFigures {
    let mut all = Spread::default();
    let mut by_size: BTreeMap<i128, i128> = BTreeMap::new();
    let mut tools = 0;
    let mut seen = vec![false; panels.names.len()];
    for reviews in &panels.of {
        let scores = reviews.iter().filter_map(|r| Some((r.reviewer, i128::from(r.rating.score?.millionths()))));
        let mut tool = Spread::default();
        scores.clone().for_each(|(_, x)| tool.add(Spread { n: 1, sum: x, squares: x * x }));
        if tool.n < 2 {
            continue;
        }
        scores.for_each(|(reviewer, _)| seen[reviewer] = true);
        tools += 1;
        all.add(tool);
        *by_size.entry(tool.n).or_default() += tool.disagreement();
    }
    let reviewers = seen.iter().filter(|seen| **seen).count();
    let absent = match (tools, all.disagreement()) {
        _ if unpaired => Some(NoAgreement::Unpaired),
        (0 | 1, _) => Some(NoAgreement::TooFewTools),
        (_, 0) => Some(NoAgreement::AllEqual),
        _ => None,
    };
    let alpha = absent.is_none().then(|| 1.0 - observed_over_expected(all, &by_size));
    AgreementFigures { alpha, reviewers, tools, absent }
}

/// Observed over expected disagreement.
fn observed_over_expected(all: Spread, by_size: &BTreeMap<i128, i128>) -> f64 {
    let shares = by_size.iter().filter_map(|(m, disagreement)| {
        Exact::ratio((all.n - 1) * disagreement, (m - 1) * all.disagreement()).map(Exact::to_f64)
    });
    shares.sum()
}
