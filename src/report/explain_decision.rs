//! How the decision is made, step by step.

use super::block::{Passage, Tone};
use super::decision_wording::StatementContext;
use super::number::{count, decimal, decimal_f64, exact, short_list};
use super::wording::level;
use crate::sort;
use crate::text::clean_line;
use crate::verdict::{COMPARED_MIN, Certainty, CrowdState, DIFFERING_MIN, Exact, LEVEL, PanelVerdict, Reason};

/// Tools, and lines of one kind, that are listed.
const LISTED: usize = 10;

impl StatementContext<'_> {
    /// The passages about the decision.
    pub(super) fn passages(&self) -> Vec<Passage> {
        let passages = [
            Some(self.ranking()),
            self.left_out(),
            self.certainty(),
            self.contenders(),
            self.could_be_behind(),
            self.next_steps(),
            self.mean_ties(),
            self.crowd(),
            Some(self.agreement()),
            self.reliability(),
        ];
        passages.into_iter().flatten().collect()
    }

    /// The ranking key, and the first tools by it.
    fn ranking(&self) -> Passage {
        let mut lines = vec![format!(
            "Tools rank by panel verdict (ship, mixed, skip, none), then those with at least {COMPARED_MIN} reviews before \
             the others, then by mean score, then by the lower end of the 95% interval of the ship ratio. In short: what \
             the panel would ship, best mean first."
        )];
        let mut by_rank: Vec<usize> = self.assessment.order.clone();
        sort::by_key(&mut by_rank, |tool| self.assessment.tools[*tool].rank);
        lines.extend(by_rank.iter().take(LISTED).map(|tool| {
            let figures = &self.assessment.tools[*tool];
            let mean =
                figures.score.mean.map_or_else(|| "no mean".to_owned(), |mean| format!("mean {}", decimal(mean, 1)));
            // The key has this level, whatever the intervals shown have.
            let interval = figures.ship_ratio_interval.filter(|interval| interval.level.to_bits() == LEVEL.to_bits());
            let low = interval.map(|interval| format!(", ship ratio from {}", decimal_f64(interval.low, 3)));
            let low = low.unwrap_or_default();
            format!(
                "{}. {}: {}, {}, {mean}{low}",
                figures.rank,
                self.name(*tool),
                figures.verdict.word(),
                count(figures.reviewers, "review"),
            )
        }));
        let more = by_rank.len().saturating_sub(LISTED);
        lines.extend((more > 0).then(|| format!("... and {more} more.")));
        passage("Ranking", &lines)
    }

    /// What leaving out each reviewer does.
    fn left_out(&self) -> Option<Passage> {
        let rule = "Each reviewer in turn is left out of every tool, and the tools are ranked again; whether a tool has \
                    enough reviews is judged on its whole panel.";
        let leader = self.name(self.decision.leader?);
        let mut lines = vec![rule.to_owned()];
        match self.decision.flips.as_deref() {
            None => return None,
            Some([]) => lines.push(format!("{leader} stays first every time.")),
            Some(flips) => lines.extend(flips.iter().take(LISTED).map(|flip| {
                let then = self.result(flip);
                let figures = flip.decided_by.as_ref().map(|decider| {
                    let of = |figures: &crate::verdict::KeyFigures| {
                        let mean =
                            figures.mean.map_or_else(|| "no mean".to_owned(), |mean| format!("mean {}", exact(mean)));
                        format!("{} of {} would ship it, {mean}", figures.ships, figures.verdicts)
                    };
                    format!(" ({}; {leader}: {})", of(&decider.leader), of(&decider.former))
                });
                format!("Without {}: {then}{}.", flip.without, figures.unwrap_or_default())
            })),
        }
        Some(passage("Leaving out one reviewer", &lines))
    }

    /// The rule of certainty, and how certain the lead over each tool is.
    fn certainty(&self) -> Option<Passage> {
        let leader = self.name(self.decision.leader?);
        let mut lines = vec![format!(
            "The leader is compared with every other tool that shares at least {COMPARED_MIN} reviewers with it, or has \
             {COMPARED_MIN} of its own as the leader has; the least certain result counts. Clear takes a higher mean and no \
             lower ship ratio among the reviews compared, a better rank whichever reviewer is left out, and p of at most 0.05; \
             leaning the same with p of at most 0.20. Everything else is close."
        )];
        let compared = &self.decision.compared;
        lines.extend(compared.iter().take(LISTED).map(|(tool, certainty)| {
            let p = self.assessment.pair(self.decision.leader.unwrap_or_default(), *tool).and_then(|pair| pair.p_value);
            let p = p.map(|p| format!(" (p = {})", decimal_f64(p.value, 4))).unwrap_or_default();
            format!("{leader} over {}: {}{p}", self.name(*tool), certainty.word())
        }));
        let more = compared.len().saturating_sub(LISTED);
        lines.extend((more > 0).then(|| format!("... and {more} more.")));
        if !self.decision.not_compared.is_empty() {
            lines.push(format!(
                "Not compared, for lack of shared reviewers: {}.",
                short_list(&self.names(&self.decision.not_compared))
            ));
        }
        lines.extend(self.decision.reasons.iter().filter_map(|reason| self.reason(reason)));
        Some(passage(format!("Certainty: {}", self.decision.certainty.word()), &lines))
    }

    /// Why the certainty is not higher.
    fn reason(&self, reason: &Reason) -> Option<String> {
        let rival = self.decision.rival.map(|rival| self.name(rival))?;
        Some(match reason {
            Reason::NoReviews { .. } | Reason::NoOtherReviewed | Reason::Tied { .. } => return None,
            Reason::TooFewShared { shared, effective } if Exact::from_count(*shared) == *effective => {
                format!("Why: only {shared} reviewed {rival} as well; it takes {COMPARED_MIN}.")
            }
            Reason::TooFewShared { shared, effective } => format!(
                "Why: {shared} reviewed {rival} as well, which count as {} because of the weights; it takes {COMPARED_MIN}.",
                decimal(*effective, 2)
            ),
            Reason::NotAhead => format!("Why: it is not ahead of {rival} among the reviews compared."),
            Reason::BehindInShipRatio => {
                format!("Why: among the reviews compared its ship ratio is below that of {rival}.")
            }
            Reason::HangsOn { reviewers } => {
                format!("Why: it is not ahead of {rival} without {}.", short_list(reviewers))
            }
            Reason::PValue { value, limit_percent } => format!(
                "Why: p = {} is above {}.",
                decimal_f64(*value, 4),
                decimal_f64(f64::from(*limit_percent) / 100.0, 2)
            ),
            Reason::TooFewDiffer { differing } => {
                format!("Clear is out of reach: {differing} rate the two differently, and it takes {DIFFERING_MIN}.")
            }
        })
    }

    fn contenders(&self) -> Option<Passage> {
        let contenders = &self.decision.contenders;
        (!contenders.is_empty()).then(|| {
            let line = format!(
                "The lead over {} is close. Tools over which one of these is at least leaning are left out.",
                short_list(&self.names(contenders))
            );
            passage("Contenders", &[line])
        })
    }

    fn could_be_behind(&self) -> Option<Passage> {
        let behind = self.decision.could_be_behind?;
        let leader = self.name(self.decision.leader?);
        let line = format!(
            "At most, {leader} could be {} points behind: the upper end of the {} interval of {} minus {leader}, not below 0 \
             and the largest over the compared tools.",
            decimal_f64(behind.points, 1),
            level(LEVEL),
            self.name(behind.tool),
        );
        Some(passage("How far it could be behind", &[line]))
    }

    fn next_steps(&self) -> Option<Passage> {
        let steps = &self.decision.next_steps;
        let more = steps.more_reviewers?;
        let line = format!(
            "If {} more reviewed both, each with 100 points more for the leader, p would be at most 0.05; with {} more it would \
             not. Real reviewers differ less, so it may take many more.",
            more,
            more - 1
        );
        Some(passage("What would settle it", &[line]))
    }

    fn mean_ties(&self) -> Option<Passage> {
        let line = |tie: &crate::verdict::MeanTie| {
            format!(
                "The two means tie when {} counts {} times and the others as they do.",
                tie.reviewer,
                decimal(tie.weight, 2)
            )
        };
        let ties: Vec<String> = self.decision.mean_ties_at.iter().take(LISTED).map(line).collect();
        (!ties.is_empty()).then(|| passage("Weights at which the means tie", &ties))
    }

    /// Panel against community, for each tool with votes.
    fn crowd(&self) -> Option<Passage> {
        let with_votes = self.assessment.order.iter().filter_map(|&tool| {
            let figures = &self.assessment.tools[tool];
            let p = figures
                .crowd
                .p_value
                .map(|p| format!(", Fisher's exact p = {}", decimal_f64(p, 4)))
                .unwrap_or_default();
            let found = match figures.crowd.state? {
                CrowdState::TooFew => "too few to tell",
                CrowdState::Disagree => "they disagree",
                CrowdState::NoDisagreementShown => "no disagreement is shown",
            };
            let panel = match figures.verdict {
                PanelVerdict::None => "no verdicts".to_owned(),
                _ => format!("{} of {} reviewers would ship it", figures.ships, figures.ships + figures.skips),
            };
            let votes =
                figures.community_ratio.map(|ratio| format!("{} of the votes", exact(ratio))).unwrap_or_default();
            Some(format!("{}: {panel}, {votes}{p}: {found}.", self.name(tool)))
        });
        let lines: Vec<String> = with_votes.take(LISTED).collect();
        (!lines.is_empty()).then(|| passage("Panel against community", &lines))
    }

    fn agreement(&self) -> Passage {
        let agreement = &self.assessment.agreement;
        let line = match agreement.alpha {
            Some(alpha) => format!(
                "Krippendorff's alpha = 1 − observed / expected disagreement = {}, over {} and {} (interval metric). 1 is full \
                 agreement, 0 that of chance; below 0 the reviewers differ more on one tool than scores of different tools do.",
                decimal_f64(alpha, 2),
                count(agreement.reviewers, "reviewer"),
                count(agreement.tools, "tool"),
            ),
            None => "Krippendorff's alpha takes two tools with two scores each, by the same people, and scores that are not \
                     all the same."
                .to_owned(),
        };
        passage("Agreement", &[line])
    }

    fn reliability(&self) -> Option<Passage> {
        let reliability = self.decision.reliability?;
        let clear = if self.decision.certainty == Certainty::Clear { "" } else { " Below 0.5 a note says so." };
        let line = format!(
            "Reliability of the means = 1 − residual / mean square of the tools = {}, over {} and the {} who scored all of \
             them. 1: the reviewers differ not at all on how the tools compare; 0: the tools differ no more than the \
             reviewers do.{clear}",
            decimal_f64(reliability.value, 2),
            count(reliability.tools, "tool"),
            count(reliability.reviewers, "reviewer"),
        );
        Some(passage("Reliability", &[line]))
    }
}

/// A passage of our own: a heading and lines.
pub(super) fn passage(heading: impl Into<String>, lines: &[String]) -> Passage {
    // A line break in someone's name is no new paragraph.
    let lines: Vec<_> = lines.iter().map(|line| clean_line(line)).collect();
    Passage { heading: heading.into(), tone: Tone::Plain, text: lines.join("\n"), voice: None }
}
