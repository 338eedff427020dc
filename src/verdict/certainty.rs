//! How certain the lead of one tool over another is.

use super::context::Context;
use super::decision::{CLEAR_PERCENT, Certainty, DIFFERING_MIN, LEANING_PERCENT, Reason};
use super::pair::{Basis, Evidence, Pair};

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
    let (own, other) = pair.verdicts_of(leader);
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
