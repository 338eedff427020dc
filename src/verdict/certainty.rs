//! How certain the lead of one tool over another is.

use super::context::Context;
use super::exact::Exact;
use super::overlap::Basis;
use super::pair::{Evidence, Pair};
use serde::Serialize;

/// Fewest reviewers who rate two tools differently for a clear call: with five, the smallest p-value is 2/32.
pub(crate) const DIFFERING_MIN: usize = 6;
/// Largest p-value, in percent, of a clear call.
pub(crate) const CLEAR_PERCENT: u8 = 5;
/// Largest p-value, in percent, of a leaning.
pub(crate) const LEANING_PERCENT: u8 = 20;

/// How certain it is that the leader is the better tool. Ordered: the more certain is the greater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// No comparison is possible: none at all, or not with the runner-up.
    #[default]
    Insufficient,
    /// The evidence does not separate the two.
    Close,
    /// Ahead whichever reviewer is left out; p <= 0.20.
    Leaning,
    /// The same with p <= 0.05.
    Clear,
}

impl Certainty {
    /// All of them, the least certain first.
    pub const ALL: [Self; 4] = [Self::Insufficient, Self::Close, Self::Leaning, Self::Clear];

    /// The word that data formats use.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Insufficient => "insufficient",
            Self::Close => "close",
            Self::Leaning => "leaning",
            Self::Clear => "clear",
        }
    }
}

/// Why the decision is not more certain. Tools are the leader and the rival.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// No tool has a review that counts.
    NoReviews {
        /// Whether there are reviews, all of them by reviewers of weight zero.
        all_left_out: bool,
    },
    /// No other tool has a review that counts.
    NoOtherReviewed,
    /// The best tools have equal keys.
    Tied {
        /// Whether any two of them can be compared.
        comparable: bool,
    },
    /// Too few reviewers reviewed both to compare the two.
    TooFewShared {
        /// How many did.
        shared: usize,
        /// Kish's effective number of them; equal to `shared` where all weigh the same.
        effective: Exact,
    },
    /// The leader is not ahead among the reviews compared.
    NotAhead,
    /// The leader is behind in ship ratio among the reviews compared.
    BehindInShipRatio,
    /// Leaving out any one of these reviewers, the leader is no longer ahead of the rival by the key.
    HangsOn {
        /// Who, sorted by name.
        reviewers: Vec<String>,
    },
    /// The p-value is above a limit: that of a leaning when the call is close, that of a clear call when leaning.
    PValue {
        /// The p-value.
        value: f64,
        /// The limit, in percent.
        limit_percent: u8,
    },
    /// Fewer than [`DIFFERING_MIN`] shared reviewers rate the two differently, so that no call could be clear.
    TooFewDiffer {
        /// How many do.
        differing: usize,
    },
}

/// The lead of one tool over another.
pub(super) struct Compared {
    /// The other tool.
    pub(super) rival: usize,
    /// How certain the lead is.
    pub(super) certainty: Certainty,
    /// Why it is not more certain.
    pub(super) reasons: Vec<Reason>,
}

/// How certain the lead of `leader`, one of the two tools of `pair`, is. Clear or leaning takes a lead in mean (by
/// verdict: in ship ratio) and no lag in ship ratio among the reviews compared, a better key whichever reviewer is left
/// out, and a small p-value.
pub(super) fn compare(context: &Context<'_>, leader: usize, pair: &Pair) -> Compared {
    let rival = if pair.first == leader { pair.second } else { pair.first };
    if !pair.is_comparable {
        let reason = Reason::TooFewShared { shared: pair.shared.len(), effective: pair.effective };
        return Compared { rival, certainty: Certainty::Insufficient, reasons: vec![reason] };
    }
    let mut reasons = Vec::new();
    let (own, other) = pair.sides_of(leader);
    let is_ahead = match pair.basis {
        Basis::Score => pair.lead_of(leader).is_some_and(|lead| lead.signum() > 0),
        Basis::Verdict => own.ship_ratio > other.ship_ratio,
    };
    reasons.extend((!is_ahead).then_some(Reason::NotAhead));
    // An absent ratio is not behind.
    let is_behind = own.ship_ratio.zip(other.ship_ratio).is_some_and(|(own, other)| own < other);
    reasons.extend(is_behind.then_some(Reason::BehindInShipRatio));
    reasons.extend(hangs_on(context, leader, rival));
    let p = pair.p_value;
    let at_most = |percent| p.is_some_and(|p| p.is_at_most(percent));
    let (certainty, limit) = match (reasons.is_empty(), at_most(CLEAR_PERCENT), at_most(LEANING_PERCENT)) {
        (true, true, _) => (Certainty::Clear, CLEAR_PERCENT),
        (true, false, true) => (Certainty::Leaning, CLEAR_PERCENT),
        _ => (Certainty::Close, LEANING_PERCENT),
    };
    let above = p.filter(|_| !at_most(limit));
    reasons.extend(above.map(|p| Reason::PValue { value: p.value, limit_percent: limit }));
    let differing = pair.wins_first + pair.wins_second;
    if certainty < Certainty::Clear && pair.evidence == Evidence::Paired && differing < DIFFERING_MIN {
        reasons.push(Reason::TooFewDiffer { differing });
    }
    Compared { rival, certainty, reasons }
}

/// The reviewers without any one of whom `leader` is no longer ahead of `rival` by the key.
fn hangs_on(context: &Context<'_>, leader: usize, rival: usize) -> Option<Reason> {
    let decides = |reviewer: &usize| !context.stays_ahead(leader, rival, *reviewer);
    let decisive = context.reviewers_of(leader, rival).into_iter().filter(decides);
    let reviewers: Vec<String> = decisive.map(|reviewer| context.panels.names[reviewer].to_owned()).collect();
    (!reviewers.is_empty()).then_some(Reason::HangsOn { reviewers })
}
