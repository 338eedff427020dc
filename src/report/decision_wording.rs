//! A decision in words: the headline, and what comes after it.

use super::number::short_list;
use crate::catalog::record::Record;
use crate::verdict::{Assessment, Certainty, Decision, Exact, Figures, Options, Pair, PanelVerdict, Reason};

/// Contenders that the headline names.
const CONTENDERS_SHOWN: usize = 3;
/// Flips, and reviewers to ask, that a sentence names.
pub(super) const NAMED: usize = 3;

/// A decision in words.
pub(super) struct Statement {
    /// The answer in a few words.
    pub(super) headline: String,
    /// The evidence, and what the answer hangs on.
    pub(super) reasons: Vec<String>,
    /// What would settle it, if anything is known.
    pub(super) advice: Option<String>,
}

impl Statement {
    /// All of it in one paragraph.
    pub(super) fn whole(&self) -> String {
        let parts = std::iter::once(&self.headline).chain(&self.reasons).chain(&self.advice);
        parts.map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

/// Everything that wording a decision takes.
pub(super) struct StatementContext<'a> {
    pub(super) records: &'a [&'a Record],
    pub(super) assessment: &'a Assessment,
    pub(super) decision: &'a Decision,
    pub(super) options: &'a Options,
    /// How many tools are in use.
    pub(super) of: usize,
}

impl<'a> StatementContext<'a> {
    /// The decision of `assessment` over `records`, among `of` tools.
    pub(super) fn new(records: &'a [&'a Record], assessment: &'a Assessment, options: &'a Options, of: usize) -> Self {
        Self { records, assessment, decision: &assessment.decision, options, of }
    }

    /// The decision in words.
    pub(super) fn statement(&self) -> Statement {
        Statement { headline: self.headline(), reasons: self.reasons(), advice: self.advice() }
    }

    pub(super) fn name(&self, tool: usize) -> &'a str {
        &self.records[tool].name
    }

    pub(super) fn names(&self, tools: &[usize]) -> Vec<&'a str> {
        tools.iter().map(|&tool| self.name(tool)).collect()
    }

    pub(super) fn figures(&self, tool: usize) -> &Figures {
        &self.assessment.tools[tool]
    }

    /// Leader and rival with their pair.
    pub(super) fn pair(&self) -> Option<(usize, usize, &Pair)> {
        let (leader, rival) = (self.decision.leader?, self.decision.rival?);
        Some((leader, rival, self.assessment.pair(leader, rival)?))
    }

    /// The answer in a few words: what the panel would do, then how certain the lead is.
    fn headline(&self) -> String {
        let Some(leader) = self.decision.leader else { return self.tie_headline() };
        let name = self.name(leader);
        let close = || self.close(leader);
        let certainty = self.decision.certainty;
        if self.of == 1 {
            return self.only(leader);
        }
        match self.decision.verdict {
            PanelVerdict::Ship => match certainty {
                Certainty::Clear => format!("Ship {name}."),
                Certainty::Leaning => format!("{name} leads, but not clearly."),
                Certainty::Close => format!("Too close to call: {}.", close()),
                Certainty::Insufficient => self.insufficient(),
            },
            PanelVerdict::Mixed => {
                let then = match certainty {
                    Certainty::Clear => "It clearly leads.".to_owned(),
                    Certainty::Leaning => "It leads, but not clearly.".to_owned(),
                    Certainty::Close => format!("Too close to call: {}.", close()),
                    Certainty::Insufficient => self.insufficient(),
                };
                format!("The panel is split over {name}. {then}")
            }
            PanelVerdict::Skip => {
                let then = match certainty {
                    Certainty::Clear => format!("{name} clearly comes nearest."),
                    Certainty::Leaning => format!("{name} comes nearest, but not clearly."),
                    Certainty::Close => format!("Too close to call which comes nearest: {}.", close()),
                    Certainty::Insufficient => self.insufficient(),
                };
                format!("{} {then}", self.ships_none())
            }
            PanelVerdict::None => match certainty {
                Certainty::Clear => format!("No verdicts; by score, {name} clearly leads."),
                Certainty::Leaning => format!("No verdicts; by score, {name} leads, but not clearly."),
                Certainty::Close => format!("No verdicts; by score, too close to call: {}.", close()),
                Certainty::Insufficient => format!("No verdicts. {}", self.insufficient()),
            },
        }
    }

    /// What the panel would do with the only tool.
    fn only(&self, tool: usize) -> String {
        let name = self.name(tool);
        match self.decision.verdict {
            PanelVerdict::Ship => format!("The panel would ship {name}."),
            PanelVerdict::Mixed => format!("The panel is split over {name}."),
            PanelVerdict::Skip => format!("The panel would not ship {name}."),
            PanelVerdict::None => format!("No verdicts on {name}."),
        }
    }

    /// That the panel would ship nothing.
    fn ships_none(&self) -> &'static str {
        if self.of == 2 { "The panel would ship neither." } else { "The panel would ship none of these." }
    }

    /// `A, B or C`: the leader and the contenders.
    fn close(&self, leader: usize) -> String {
        let contenders = &self.decision.contenders;
        let shown = contenders.len().min(CONTENDERS_SHOWN);
        let mut names = vec![self.name(leader)];
        names.extend(self.names(&contenders[..shown]));
        let others = contenders.len() - shown;
        let last = match others {
            0 => names.pop().unwrap_or_default().to_owned(),
            1 => "1 other".to_owned(),
            _ => format!("{others} others"),
        };
        if names.is_empty() { last } else { format!("{} or {last}", names.join(", ")) }
    }

    fn insufficient(&self) -> String {
        let both = self.pair().map(|(leader, rival, _)| format!("{} and {}", self.name(leader), self.name(rival)));
        let few = self.decision.reasons.iter().find_map(|reason| match reason {
            Reason::TooFewShared { shared, effective } if Exact::from_count(*shared) == *effective => Some(*shared),
            _ => None,
        });
        match (both, few) {
            (Some(both), Some(1)) => format!("Only one person reviewed both {both}."),
            (Some(both), Some(few @ 2..)) => format!("Only {few} people reviewed both {both}."),
            _ => "Too few reviews to tell.".to_owned(),
        }
    }

    fn tie_headline(&self) -> String {
        let tied = &self.decision.tied;
        if tied.is_empty() {
            return if self.of == 0 { "No tool matches." } else { "No reviews to decide by." }.to_owned();
        }
        let names = short_list(&self.names(tied));
        match self.decision.verdict {
            PanelVerdict::Ship => format!("A tie: {names}."),
            PanelVerdict::Mixed => format!("The panel is split. A tie: {names}."),
            PanelVerdict::Skip => format!("{} A tie for what comes nearest: {names}.", self.ships_none()),
            PanelVerdict::None => format!("No verdicts; by score, a tie: {names}."),
        }
    }
}
