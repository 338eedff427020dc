//! How reliably the means tell the tools apart, given how the reviewers differ.

use super::context::Context;
use super::exact::Exact;

/// Fewest tools, fewest reviewers and most tools that a reliability is computed for.
const TOOLS_MIN: usize = 5;
/// See [`TOOLS_MIN`].
const REVIEWERS_MIN: usize = 2;
/// See [`TOOLS_MIN`].
const TOOLS_MAX: usize = 1_000;

/// The reliability of the mean scores and what it is based on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reliability {
    /// 0 to 1: the share of the variance of the means that is not due to how reviewers differ.
    pub value: f64,
    /// How many tools.
    pub tools: usize,
    /// How many reviewers scored every one of them.
    pub reviewers: usize,
}

/// Reliability of the means of `tools`: those of them with a score, over the reviewers who scored every one of these.
/// Absent with too few tools or reviewers, and where all means are equal. Unweighted.
///
/// 1 - s^2 / MS, with s^2 the residual and MS the mean square of the tools in a two-way analysis of variance without
/// replication, cut below at 0. C. Hoyt, "Test reliability estimated by analysis of variance", Psychometrika 6, 1941.
pub(super) fn reliability(context: &Context<'_>, tools: &[usize]) -> Option<Reliability> {
    let scored: Vec<usize> = tools.iter().copied().filter(|&tool| context.panels.sums[tool].scores > 0).collect();
    if !(TOOLS_MIN..=TOOLS_MAX).contains(&scored.len()) {
        return None;
    }
    let mut scores = vec![Vec::new(); context.panels.names.len()];
    for &tool in &scored {
        for review in &context.panels.of[tool] {
            scores[review.reviewer].extend(review.rating.score.map(|score| i128::from(score.millionths())));
        }
    }
    scores.retain(|scores| scores.len() == scored.len());
    if scores.len() < REVIEWERS_MIN {
        return None;
    }
    let value = hoyt(&scores)?;
    Some(Reliability { value, tools: scored.len(), reviewers: scores.len() })
}

/// The same for a complete table: per reviewer a score for each tool. All sums are exact.
fn hoyt(scores: &[Vec<i128>]) -> Option<f64> {
    let (reviewers, tools) = (scores.len(), scores[0].len());
    let (k, n) = (i128::try_from(reviewers).ok()?, i128::try_from(tools).ok()?);
    let total: i128 = scores.iter().flatten().sum();
    let squares: i128 = scores.iter().flatten().map(|x| x * x).sum();
    let of_reviewers: i128 = scores.iter().map(|row| row.iter().sum::<i128>().pow(2)).sum();
    let of_tools: i128 = (0..tools).map(|tool| scores.iter().map(|row| row[tool]).sum::<i128>().pow(2)).sum();
    // Sums of squares, each times n k.
    let between_tools = n * of_tools - total * total;
    let residual = n * k * squares - n * of_tools - k * of_reviewers + total * total;
    // s^2 / MS = (residual / (n - 1)(k - 1)) / (between_tools / (n - 1)).
    let unreliable = Exact::ratio(residual, between_tools * (k - 1))?;
    Some((1.0 - unreliable.to_f64()).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn perfect_agreement_is_one_and_noise_is_zero() {
        let agreed: Vec<Vec<i128>> = (0..3).map(|r| (0..5).map(|t| t * 10 + r).collect()).collect();
        assert_eq!(hoyt(&agreed).map(f64::to_bits), Some(1.0_f64.to_bits()));
        let opposed = vec![vec![1, 2, 3, 4, 6], vec![6, 5, 4, 3, 2]];
        assert_eq!(hoyt(&opposed).map(f64::to_bits), Some(0.0_f64.to_bits()));
        assert_eq!(hoyt(&[vec![1, 2, 3, 4, 5], vec![5, 4, 3, 2, 1]]), None);
    }
}
