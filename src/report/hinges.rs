//! What a decision hangs on, and what would settle it, in sentences.

use super::decision_wording::{NAMED, StatementContext};
use super::number::{count, distinct, percent, short_list, shorter_list};
use crate::verdict::{
    Basis, Certainty, DIFFERING_MIN, Flip, FlipDecider, KeyPart, MissingReview, PanelVerdict, Reason,
};

impl StatementContext<'_> {
    /// The reviewers on whom the lead hangs, or that it hangs on none.
    pub(super) fn hangs_on(&self, leader: usize) -> Option<String> {
        let reasons = &self.decision.reasons;
        let Some(flips) = &self.decision.flips else {
            return reasons.iter().find_map(|reason| match reason {
                Reason::HangsOn { reviewers } if !self.options.unpaired => Some(format!(
                    "Without {} it would not be ahead of {}.",
                    shorter_list(reviewers, NAMED),
                    self.name(self.decision.rival?)
                )),
                _ => None,
            });
        };
        if flips.is_empty() {
            let leads = if self.decision.certainty == Certainty::Close { "stays first" } else { "leads" };
            let but = self.still_uncertain().map(|but| format!(", but {but}")).unwrap_or_default();
            // The sentence before is about the leader where scores are compared.
            let by_score = self.pair().is_some_and(|(.., pair)| pair.basis == Basis::Score);
            let name = if by_score { "It" } else { self.name(leader) };
            return Some(format!("{name} {leads} whichever reviewer is left out{but}."));
        }
        let shown: Vec<String> = flips.iter().take(NAMED).map(|flip| self.flip(flip)).collect();
        if let [one] = &flips[..] {
            return Some(format!("It hangs on {}: {}.", one.without, shown[0]));
        }
        let more = flips.len().saturating_sub(NAMED);
        let more = if more > 0 { format!("; and so for {more} more") } else { String::new() };
        Some(format!("It hangs on single reviewers: {}{more}.", shown.join("; ")))
    }

    /// Why a lead that does not hang on one reviewer is not clear.
    fn still_uncertain(&self) -> Option<String> {
        let reasons = &self.decision.reasons;
        let too_few = reasons.iter().any(|reason| matches!(reason, Reason::TooFewDiffer { .. }));
        let contradicted = reasons.iter().any(|reason| matches!(reason, Reason::NotAhead | Reason::BehindInShipRatio));
        let (.., pair) = self.pair()?;
        match self.decision.certainty {
            Certainty::Leaning if too_few && pair.shared.len() < DIFFERING_MIN => {
                let reviewers = count(pair.shared.len(), "reviewer");
                Some(format!("{reviewers} are too few to make it clear, however much they agree"))
            }
            Certainty::Leaning if too_few => {
                let differing = pair.wins_first + pair.wins_second;
                Some(format!("only {differing} rate the two differently, too few to make it clear"))
            }
            Certainty::Leaning => Some("a difference this large could still be chance".to_owned()),
            Certainty::Close if !contradicted => Some("a difference this large could easily be chance".to_owned()),
            _ => None,
        }
    }

    /// `without Ana, B leads, 83.0 against 81.7`
    fn flip(&self, flip: &Flip) -> String {
        let then = self.result(flip);
        let figures =
            flip.decided_by.as_ref().and_then(|decider| deciding_figures(decider, !self.options.weights.is_empty()));
        format!("without {}, {then}{}", flip.without, figures.unwrap_or_default())
    }

    /// `B leads`: the result of a flip.
    pub(super) fn result(&self, flip: &Flip) -> String {
        match (flip.leader, &flip.tied[..]) {
            (Some(leader), _) => format!("{} leads", self.name(leader)),
            (None, []) => "no reviews are left".to_owned(),
            (None, tied) => format!("{} tie", short_list(&self.names(tied))),
        }
    }

    /// The two tools that need more reviewers, by name where there are others.
    fn both(&self) -> String {
        let two = match (self.decision.leader, self.decision.rival, &self.decision.tied[..]) {
            (Some(leader), Some(rival), _) | (None, None, &[leader, rival]) => Some((leader, rival)),
            _ => None,
        };
        match two {
            Some((one, other)) if self.of > 2 => format!("both {} and {}", self.name(one), self.name(other)),
            _ => "both".to_owned(),
        }
    }

    /// What would settle it.
    pub(super) fn advice(&self) -> Option<String> {
        let steps = &self.decision.next_steps;
        // The best-ranked first.
        let tools = [self.decision.leader, self.decision.rival].into_iter().flatten();
        let with_asks = tools.filter(|&tool| steps.ask.iter().any(|ask| ask.tool == tool));
        let asked = with_asks.enumerate().map(|(place, tool)| {
            let (names, tool) = (asked_of(&steps.ask, tool), self.name(tool));
            if place == 0 { format!("have {names} review {tool} too") } else { format!("{names} {tool}") }
        });
        let asked = asked.collect::<Vec<_>>().join(", and ");
        // These are no evidence about the pair, but about the other contenders.
        let others = self.decision.leader.filter(|_| !steps.ask_too.is_empty()).map(|leader| {
            let verb = if steps.ask_too.len() == 1 { "has" } else { "have" };
            format!(" {} {verb} not reviewed {} yet.", asked_of(&steps.ask_too, leader), self.name(leader))
        });
        let by_verdict = self.pair().is_some_and(|(.., pair)| pair.basis == Basis::Verdict);
        let judge = if by_verdict { "judge" } else { "score" };
        let more = steps.more_reviewers.map(|more| {
            let people = if more == 1 { "1 more person".to_owned() } else { format!("{more} more people") };
            format!("at least {people} must {judge} {}; it may take many more", self.both())
        });
        // Of tools that the panel would skip, more reviews settle no more than their order.
        let what = if self.decision.verdict == PanelVerdict::Skip { "which comes nearest" } else { "it" };
        let settles = match (asked.is_empty(), more) {
            (true, None) => None,
            (true, Some(more)) => Some(format!("To settle {what}, {more}.")),
            (false, None) => Some(format!("To settle {what}, {asked}.")),
            (false, Some(more)) => Some(format!("To settle {what}, {asked}: {more}.")),
        };
        (settles.is_some() || others.is_some()).then(|| {
            let advice = settles.unwrap_or_default() + others.as_deref().unwrap_or_default();
            advice.trim_start().to_owned()
        })
    }
}

/// Who is asked to review `tool`, as a list in a sentence.
fn asked_of(asks: &[MissingReview], tool: usize) -> String {
    let names: Vec<&str> = asks.iter().filter(|ask| ask.tool == tool).map(|ask| ask.reviewer.as_str()).collect();
    shorter_list(&names, NAMED)
}

/// The figures that put one tool before another: `, 83.0 against 81.7`. `weighted` says whether weights are in use.
pub(super) fn deciding_figures(decider: &FlipDecider, weighted: bool) -> Option<String> {
    let FlipDecider { part, leader, former } = decider;
    match part {
        KeyPart::Mean => {
            let (ahead, behind) = distinct(leader.mean?, former.mean?);
            Some(format!(", {ahead} against {behind}"))
        }
        KeyPart::Reviews => Some(format!(", {} against {}", count(leader.reviews, "review"), former.reviews)),
        KeyPart::Verdict | KeyPart::ShipRatio => match (leader.ship_ratio, former.ship_ratio) {
            (Some(ahead), Some(behind)) if weighted => {
                Some(format!(": {} by weight would ship it, against {}", percent(ahead), percent(behind)))
            }
            (Some(_), _) => Some(format!(
                ": {} of {} would ship it, against {} of {}",
                leader.ships, leader.verdicts, former.ships, former.verdicts
            )),
            (None, _) => None,
        },
    }
}
