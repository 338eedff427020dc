//! Whether the community disagrees with the panel: Fisher's exact test of ships and skips, panel against votes.

use super::terms::{hypergeometric, two_sided};
use crate::catalog::record::Votes;
use serde::Serialize;

/// Largest p-value at which the two are said to disagree.
const DISAGREE: f64 = 0.05;

/// What panel and community together show. There is no "agree": no disagreement shown is not agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CrowdState {
    /// No panel of this size could reach p <= 0.05 against these votes.
    TooFew,
    /// p <= 0.05.
    Disagree,
    /// p > 0.05.
    NoDisagreementShown,
}

/// The panel's verdicts against the community's votes, by Fisher's exact test.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Crowd {
    /// `too_few` where no panel of this size could differ from these votes at p <= 0.05, `disagree` at p <= 0.05, else
    /// `no_disagreement_shown`; `null` without votes.
    pub state: Option<CrowdState>,
    /// Two-sided, above 0 and at most 1; `null` without votes or without verdicts.
    #[cfg_attr(test, schemars(range(min = 0, max = 1)))]
    pub p_value: Option<f64>,
}

/// Compares a panel of so many ships and skips, each reviewer counted once, with the votes.
pub(super) fn crowd(ships: u32, skips: u32, votes: Option<Votes>) -> Crowd {
    let Some(votes) = votes.filter(|votes| votes.ship > 0 || votes.skip > 0) else { return Crowd::default() };
    let panel = u64::from(ships) + u64::from(skips);
    if panel == 0 {
        return Crowd { state: Some(CrowdState::TooFew), p_value: None };
    }
    let p_value = fisher(ships.into(), panel, votes);
    // A unanimous panel is the one furthest from the votes.
    let smallest = fisher(0, panel, votes).min(fisher(panel, panel, votes));
    let state = if smallest > DISAGREE {
        CrowdState::TooFew
    } else if p_value <= DISAGREE {
        CrowdState::Disagree
    } else {
        CrowdState::NoDisagreementShown
    };
    Crowd { state: Some(state), p_value: Some(p_value) }
}

/// Two-sided p-value of Fisher's exact test: the probability of tables with the same margins that are no likelier than
/// `ships` of `panel` against `votes`. R. A. Fisher, "Statistical Methods for Research Workers", 5th edition, 1934.
fn fisher(ships: u64, panel: u64, votes: Votes) -> f64 {
    let all_ships = u128::from(ships) + u128::from(votes.ship);
    let all = u128::from(panel) + u128::from(votes.ship) + u128::from(votes.skip);
    let (low, high, ratio) = hypergeometric(panel, all_ships, all);
    two_sided(low, high, ships, &ratio)
}
