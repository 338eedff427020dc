//! The evidence for a decision in sentences.

use super::decision_wording::StatementContext;
use super::number::{count, decimal, decimal_f64, distinct, percent, thousands};
use super::quote;
use super::wording::level;
use crate::verdict::{
    Basis, COMPARED_MIN, Certainty, DIFFERING_MIN, Evidence, Exact, Finding, Interval, KeyFigures, KeyPart, Pair,
    Reason,
};

impl StatementContext<'_> {
    /// The evidence, one sentence each.
    pub(super) fn reasons(&self) -> Vec<String> {
        let mut reasons = Vec::new();
        if let Some(decided) = Some(self.decided()).filter(|decided| *decided < self.of) {
            reasons.push(format!("This is among the first {decided} of {} tools.", thousands(self.of)));
        }
        match (self.decision.leader, self.decision.tied.first()) {
            (Some(leader), _) => self.lead_reasons(leader, &mut reasons),
            (None, Some(first)) => reasons.push(self.tie_reason(*first)),
            (None, None) => reasons.push(self.no_reviews()),
        }
        reasons
    }

    /// Among how many tools the decision is.
    fn decided(&self) -> usize {
        let found = self.assessment.findings.iter().find_map(|finding| match finding {
            Finding::PlacesNotComputed { decided, .. } => Some(*decided),
            _ => None,
        });
        found.unwrap_or(self.of)
    }

    fn no_reviews(&self) -> String {
        let all_left_out =
            self.decision.reasons.iter().any(|reason| matches!(reason, Reason::NoReviews { all_left_out: true }));
        let has_votes = self.assessment.tools.iter().any(|tool| tool.community_ratio.is_some());
        match (all_left_out, has_votes) {
            (true, _) => "Every reviewer has weight 0.".to_owned(),
            (false, true) => "The tools are ranked by community votes alone.".to_owned(),
            (false, false) if self.of == 0 => "There is nothing to decide among.".to_owned(),
            (false, false) => "None of these tools has reviews.".to_owned(),
        }
    }

    fn tie_reason(&self, first: usize) -> String {
        let figures = self.figures(first);
        let shipped = figures.ship_ratio.map(|ratio| format!("{} would ship each", percent(ratio)));
        let mean = figures.score.mean.map(|mean| format!("mean score {}", decimal(mean, 1)));
        let figures: Vec<String> = [shipped, mean].into_iter().flatten().collect();
        format!("They are tied on every measure: {}.", figures.join(", "))
    }

    /// The evidence for the lead over the rival, and what it hangs on.
    fn lead_reasons(&self, leader: usize, reasons: &mut Vec<String>) {
        let Some((_, rival, pair)) = self.pair() else {
            reasons.extend(self.ships(leader, None));
            reasons
                .push(if self.of == 1 { "There is no other tool." } else { "No other tool has reviews." }.to_owned());
            return;
        };
        let more_ship_rival = self.figures(leader).ship_ratio < self.figures(rival).ship_ratio;
        if !more_ship_rival || self.decision.certainty == Certainty::Insufficient {
            reasons.extend(self.ships(leader, Some(rival)));
        }
        if self.decision.certainty == Certainty::Insufficient {
            reasons.extend(self.too_few(pair));
            return;
        }
        reasons.push(self.difference(leader, rival, pair, more_ship_rival));
        reasons.extend(self.behind_in_ships(leader, rival, pair).filter(|_| !more_ship_rival));
        reasons.extend(self.hangs_on(leader));
        reasons.extend(quote::of_decision(self.records, self.assessment));
    }

    /// `4 of 4 would ship A, 3 of 4 B.`
    fn ships(&self, leader: usize, rival: Option<usize>) -> Option<String> {
        let shipped = |tool: usize| {
            let figures = self.figures(tool);
            let ratio = figures.ship_ratio?;
            let verdicts = figures.ships + figures.skips;
            let plain = Exact::ratio(i128::try_from(figures.ships).ok()?, i128::try_from(verdicts).ok()?)?;
            let by_weight = if plain == ratio { String::new() } else { format!(" ({} by weight)", percent(ratio)) };
            Some((format!("{} of {verdicts}", figures.ships), by_weight))
        };
        let name = self.name(leader);
        let (own, own_weight) = shipped(leader)?;
        let other = rival.map(|rival| match shipped(rival) {
            Some((other, by_weight)) => format!(", {other} {}{by_weight}", self.name(rival)),
            None => format!("; {} has no verdicts", self.name(rival)),
        });
        Some(format!("{own} would ship {name}{own_weight}{}.", other.unwrap_or_default()))
    }

    /// Why the two cannot be compared.
    fn too_few(&self, pair: &Pair) -> Option<String> {
        let Reason::TooFewShared { shared, effective } =
            self.decision.reasons.iter().find(|reason| matches!(reason, Reason::TooFewShared { .. }))?
        else {
            return None;
        };
        let at_least = "To compare them takes at least 4";
        if self.options.unpaired {
            return Some(format!("{at_least} reviews of each."));
        }
        let (first, second) = (self.name(pair.first), self.name(pair.second));
        Some(match shared {
            0 => format!("Nobody reviewed both {first} and {second}. {at_least} who did."),
            _ if Exact::from_count(*shared) == *effective => format!("{at_least}."),
            _ => format!(
                "{} reviewed both, counted as {} because of the weights. {at_least}.",
                count(*shared, "reviewer"),
                // Not rounded up to what it takes.
                distinct(*effective, Exact::from_count(COMPARED_MIN)).0
            ),
        })
    }

    /// How far the leader is ahead of the rival among the reviews compared.
    fn difference(&self, leader: usize, rival: usize, pair: &Pair, more_ship_rival: bool) -> String {
        let different_people = match pair.evidence {
            Evidence::Paired => None,
            Evidence::Unpaired => Some(format!(
                "Different people reviewed them, {} only {} and {} only {}",
                pair.only(leader).len(),
                self.name(leader),
                pair.only(rival).len(),
                self.name(rival)
            )),
        };
        let but = more_ship_rival.then(|| self.more_would_ship(leader, rival));
        let sentence = match pair.basis {
            Basis::Score => Some(self.lead_in_points(leader, rival, pair)),
            Basis::Verdict => self.lead_in_verdicts(leader, rival, pair),
        };
        let parts: Vec<String> = [different_people, sentence].into_iter().flatten().collect();
        let why_first = self.ranked_first_by(leader, rival, pair).unwrap_or_default();
        format!("{}{}.{why_first}", parts.join("; "), but.unwrap_or_default())
    }

    /// `, but more would ship B: 5 of 5, against 4 of 5`
    fn more_would_ship(&self, leader: usize, rival: usize) -> String {
        let shipped = |tool: usize| {
            let figures = self.figures(tool);
            format!("{} of {}", figures.ships, figures.ships + figures.skips)
        };
        format!(", but more would ship {}: {}, against {}", self.name(rival), shipped(rival), shipped(leader))
    }

    /// `A is 4.0 points ahead on average (95% interval: 13.5 behind to 21.5 ahead; 4 reviewers scored both)`
    fn lead_in_points(&self, leader: usize, rival: usize, pair: &Pair) -> String {
        let name = self.name(leader);
        let lead = pair.lead_of(leader).unwrap_or(Exact::ZERO);
        let interval = pair.lead_interval(leader, self.options.confidence);
        let shared = pair.shared.len();
        let is_point = interval.as_ref().is_some_and(Interval::is_a_point);
        if is_point && lead.is_zero() && pair.evidence == Evidence::Paired {
            return format!("{name} and {} get the same score from all {shared} who scored both", self.name(rival));
        }
        let ahead = match lead.signum() {
            0 => format!("{name} and {} have the same mean", self.name(rival)),
            1 => format!("{name} is {} ahead on average", points(lead)),
            _ => format!("{name} is {} behind on average", points(lead)),
        };
        let base = match pair.evidence {
            Evidence::Unpaired => None,
            Evidence::Paired if pair.wins_of(leader) == shared && !is_point => {
                Some(format!("all {shared} who scored both score it higher"))
            }
            Evidence::Paired => Some(format!("{} scored both", count(shared, "reviewer"))),
        };
        let weighted = (pair.unequal_weights && pair.evidence == Evidence::Paired)
            .then(|| format!(", counted as {} because of the weights", decimal(pair.effective, 1)));
        let base = base.map(|base| base + &weighted.unwrap_or_default());
        let interval = interval.map(|interval| {
            if is_point {
                // Fewer than six differences can be the same by chance.
                let proves = if shared < DIFFERING_MIN { ", which proves little" } else { "" };
                return format!("the same for all {shared}{proves}");
            }
            format!("{} interval: {}", level(interval.level), ahead_or_behind(&interval))
        });
        let base = base.filter(|_| !is_point);
        let parts: Vec<String> = [interval, base].into_iter().flatten().collect();
        if parts.is_empty() { ahead } else { format!("{ahead} ({})", parts.join("; ")) }
    }

    /// `Of the 20 who judged both, 20 would ship A and 0 B`
    fn lead_in_verdicts(&self, leader: usize, rival: usize, pair: &Pair) -> Option<String> {
        if pair.evidence == Evidence::Unpaired {
            return None;
        }
        let (own, other) = pair.sides_of(leader);
        let both = pair.shared.len();
        Some(format!(
            "Of the {both} who judged both, {} would ship {} and {} {}",
            own.ships,
            self.name(leader),
            other.ships,
            self.name(rival)
        ))
    }

    /// Why the leader ranks first although it is not ahead among the reviews compared.
    fn ranked_first_by(&self, leader: usize, rival: usize, pair: &Pair) -> Option<String> {
        let is_behind = pair.lead_of(leader).is_some_and(|lead| lead.signum() <= 0);
        if !is_behind || pair.basis == Basis::Verdict {
            return None;
        }
        let (own, other) = (self.figures(leader), self.figures(rival));
        Some(match self.decision.leads_by? {
            KeyPart::Verdict => " It ranks first because of the panel verdict.".to_owned(),
            KeyPart::Reviews => " It ranks first because it has at least 4 reviews.".to_owned(),
            KeyPart::Mean => {
                let (own, other) = own.score.mean.zip(other.score.mean).map(|(own, other)| distinct(own, other))?;
                format!(" It ranks first by its mean over all its reviewers, {own} against {other}.")
            }
            KeyPart::ShipRatio => " It ranks first because more of its reviewers would ship it.".to_owned(),
        })
    }

    /// That fewer of those compared would ship the leader.
    fn behind_in_ships(&self, leader: usize, rival: usize, pair: &Pair) -> Option<String> {
        let behind = self.decision.reasons.iter().any(|reason| matches!(reason, Reason::BehindInShipRatio));
        if !behind || pair.basis == Basis::Verdict {
            return None;
        }
        let (own, other) = pair.sides_of(leader);
        let of = |count: KeyFigures| format!("{} of {}", count.ships, count.verdicts);
        Some(format!("Of those compared, more would ship {}: {}, against {}.", self.name(rival), of(other), of(own)))
    }
}

/// `4.0 points`: the size of a difference that is not 0.
fn points(difference: Exact) -> String {
    match decimal(difference.abs(), 1).as_str() {
        "0.0" => "less than 0.1 points".to_owned(),
        size => format!("{size} points"),
    }
}

/// `13.5 behind to 21.5 ahead`, `5.6 to 12.4 ahead`: the ends of the interval of a lead.
fn ahead_or_behind(interval: &Interval) -> String {
    let points = |end: f64| decimal_f64(end.abs(), 1);
    if interval.low * interval.high > 0.0 && points(interval.low) == points(interval.high) {
        return format!("{} {}", points(interval.low), if interval.low > 0.0 { "ahead" } else { "behind" });
    }
    match (interval.low < 0.0, interval.high > 0.0) {
        (true, false) => format!("{} to {} behind", points(interval.low), points(interval.high)),
        (true, true) => format!("{} behind to {} ahead", points(interval.low), points(interval.high)),
        (false, _) => format!("{} to {} ahead", points(interval.low), points(interval.high)),
    }
}
