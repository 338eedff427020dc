//! What the documents say in words. Modest and exact: never "significant", never a p-value, always
//! how many reviewers a figure rests on.

use super::block::{Answer, Tone};
use super::document::{Comparison, Panel, RankedTool, Ranking, Tool};
use super::layout::tone;
use super::number::{count, decimal, decimal_f64, list, percent, percent_f64, short_list, signed};
use crate::catalog::record::Record;
use crate::verdict::{
    Assessment, Certainty, DIFFERING_MIN, Decision, Figures, Flip, Options, Order, Pair, PanelVerdict, Reason,
    SHARED_MIN, Weights,
};

/// The headline and the rest of a decision's statement, and its reasons.
pub(super) struct Statement {
    pub(super) headline: String,
    pub(super) rest: String,
    pub(super) reasons: Vec<String>,
}

/// Everything that wording a decision takes.
struct Matter<'a> {
    names: Vec<&'a str>,
    tools: &'a [Figures],
    decision: &'a Decision,
    weights: &'a Weights,
}

/// The decision of `assessment` over `records` in words.
pub(super) fn statement(records: &[Record], assessment: &Assessment, options: &Options) -> Statement {
    let names = records.iter().map(|record| record.name.as_str()).collect();
    let matter = Matter { names, tools: &assessment.tools, decision: &assessment.decision, weights: &options.weights };
    let mut parts = vec![matter.standing()];
    parts.extend(matter.more_reviewers());
    parts.extend(matter.flips());
    parts.extend(matter.weighed());
    parts.retain(|part| !part.is_empty());
    Statement { headline: matter.headline(), rest: parts.join(" "), reasons: matter.reasons(assessment) }
}

impl Matter<'_> {
    fn name(&self, tool: usize) -> &str {
        self.names[tool]
    }

    /// The first thing to know, in a few words.
    fn headline(&self) -> String {
        let Some(leader) = self.decision.leader else {
            return match (self.decision.tied.is_empty(), self.decision.verdict) {
                (true, _) => "Nothing to go by.".to_owned(),
                (false, PanelVerdict::Skip) => "The panel would ship none of these.".to_owned(),
                (false, _) => "A tie.".to_owned(),
            };
        };
        let name = self.name(leader);
        match self.decision.verdict {
            PanelVerdict::Mixed => format!("The panel is split over {name}."),
            PanelVerdict::Skip => "The panel would ship none of these.".to_owned(),
            PanelVerdict::None => format!("No verdicts; {name} is ahead on score only."),
            PanelVerdict::Ship => match self.decision.certainty {
                Certainty::Clear => format!("Ship {name}."),
                Certainty::Leaning => format!("{name} is ahead, not clearly."),
                Certainty::Close => "Too close to call.".to_owned(),
                Certainty::Insufficient => "Too few reviewers to tell.".to_owned(),
            },
        }
    }

    /// Who is ahead of whom, with the counts and means of both.
    fn standing(&self) -> String {
        let decision = self.decision;
        let Some(leader) = decision.leader else { return self.tie() };
        let name = self.name(leader);
        let figures = &self.tools[leader];
        let shipped_by =
            |figures: &Figures| format!("{} of {} would ship", figures.ships, figures.ships + figures.skips);
        let own_mean = figures.score.mean.map(|mean| format!(" (mean {})", decimal(mean, 1))).unwrap_or_default();
        let own = if figures.ship_ratio.is_some() {
            format!("{} it{own_mean}", shipped_by(figures))
        } else {
            format!(
                "mean {} from {}",
                figures.score.mean.map_or_else(String::new, |m| decimal(m, 1)),
                count(figures.score.n, "score")
            )
        };
        let other = decision.rival.map(|rival| {
            let (figures, name) = (&self.tools[rival], self.name(rival));
            let mean = figures.score.mean.map(|mean| decimal(mean, 1));
            match (figures.ship_ratio.is_some(), mean) {
                (true, Some(mean)) => format!(", {} {name} ({mean})", shipped_by(figures)),
                (true, None) => format!(", {} {name}", shipped_by(figures)),
                (false, Some(mean)) => format!(", {name} has mean {mean} from {}", count(figures.score.n, "score")),
                (false, None) => String::new(),
            }
        });
        let other = other.unwrap_or_default();
        let named = matches!(decision.verdict, PanelVerdict::Ship)
            && matches!(decision.certainty, Certainty::Clear | Certainty::Leaning);
        let ahead = match decision.verdict {
            PanelVerdict::None => String::new(),
            PanelVerdict::Skip => format!("{name} does best: "),
            PanelVerdict::Mixed => "It does best: ".to_owned(),
            PanelVerdict::Ship if named => String::new(),
            PanelVerdict::Ship => format!("{name} is ahead: "),
        };
        let mut said = format!("{ahead}{own}{other}.");
        if ahead.is_empty() {
            said = capitalised(&said);
        }
        if decision.verdict != PanelVerdict::Ship {
            said += &self.between();
        }
        said
    }

    /// How sure the lead is, where the headline says something else.
    fn between(&self) -> String {
        let Some(rival) = self.decision.rival.map(|rival| self.name(rival)) else { return String::new() };
        match self.decision.certainty {
            Certainty::Clear => format!(" It is clearly ahead of {rival}."),
            Certainty::Leaning => format!(" It is ahead of {rival}, not clearly."),
            Certainty::Close => format!(" Between it and {rival} it is too close to call."),
            Certainty::Insufficient => format!(" Too few reviewers scored both it and {rival} to tell them apart."),
        }
    }

    fn tie(&self) -> String {
        let decision = self.decision;
        let Some(first) = decision.tied.first() else { return "None of these tools has reviews.".to_owned() };
        let names: Vec<&str> = decision.tied.iter().map(|tool| self.name(*tool)).collect();
        let figures = &self.tools[*first];
        let mean = figures.score.mean.map(|mean| format!("mean {}", decimal(mean, 1)));
        let shipped = figures.ship_ratio.map(|ratio| format!("{} would ship", percent(ratio)));
        let level: Vec<String> = [shipped, mean].into_iter().flatten().collect();
        format!("{} are level on every count that ranks: {} each.", short_list(&names), level.join(", "))
    }

    /// Which single reviewer's absence changes the leader.
    fn flips(&self) -> Option<String> {
        const SHOWN: usize = 3;
        let flips = &self.decision.flips;
        let leader = self.decision.leader?;
        self.decision.rival?;
        if flips.is_empty() {
            return match self.decision.certainty {
                Certainty::Insufficient => None,
                Certainty::Leaning => Some("No single reviewer changes that; more evidence could.".to_owned()),
                Certainty::Close | Certainty::Clear => Some("No single reviewer changes that.".to_owned()),
            };
        }
        let said: Vec<String> = flips.iter().take(SHOWN).map(|flip| self.flip(flip, leader)).collect();
        let more = flips.len().saturating_sub(SHOWN);
        let more = if more > 0 { format!("; so it is with {more} more") } else { String::new() };
        let opening = if flips.len() == 1 { "One voice decides" } else { "Single voices decide" };
        Some(format!("{opening}: {}{more}.", said.join("; ")))
    }

    fn flip(&self, flip: &Flip, leader: usize) -> String {
        let means = match (flip.mean, flip.former_mean) {
            (Some(mean), Some(former)) if flip.leader.is_some() => {
                format!(" ({} to {})", decimal(mean, 1), decimal(former, 1))
            }
            _ => String::new(),
        };
        let then = match flip.leader {
            Some(other) => format!("{} is ahead{means}", self.name(other)),
            None if flip.tied.is_empty() => format!("nothing speaks for {} any more", self.name(leader)),
            None => {
                let names: Vec<&str> = flip.tied.iter().map(|tool| self.name(*tool)).collect();
                format!("{} tie", short_list(&names))
            }
        };
        format!("leave out {}, and {then}", flip.without)
    }

    /// The weights, where there are any.
    fn weighed(&self) -> Option<String> {
        let weights: Vec<String> = self
            .weights
            .iter()
            .map(|(reviewer, weight)| {
                if weight.millionths() == 0 {
                    format!("{reviewer} left out")
                } else {
                    format!("{reviewer} counted {weight} times")
                }
            })
            .collect();
        (!weights.is_empty()).then(|| format!("This is with {}.", list(&weights)))
    }

    /// What the decision rests on: the difference first, then why it is not surer.
    fn reasons(&self, assessment: &Assessment) -> Vec<String> {
        let mut said = Vec::new();
        if let (Some(leader), Some(rival)) = (self.decision.leader, self.decision.rival) {
            let two = |pair: &&Pair| [(pair.first, pair.second), (pair.second, pair.first)].contains(&(leader, rival));
            said.extend(assessment.pairs.iter().find(two).map(|pair| self.difference(pair)));
        }
        let level = self.decision.reasons.iter().filter_map(|reason| self.reason(reason));
        said.extend(level);
        said
    }

    /// `Difference +4.0, 95 % interval −13.5 to +21.5, 4 shared reviewers.`
    fn difference(&self, pair: &Pair) -> String {
        let shared = match pair.shared.len() {
            0 => return format!("No reviewer scored both {} and {}.", self.name(pair.first), self.name(pair.second)),
            shared => count(shared, "shared reviewer"),
        };
        let mean = pair.mean_difference.map(|mean| format!("Difference {}, ", signed_figure(&decimal(mean, 1))));
        let interval = pair.interval.as_ref().map(|interval| {
            let end = |value: f64| signed_figure(&decimal_f64(value, 1));
            format!("{} interval {} to {}, ", level(interval.level), end(interval.low), end(interval.high))
        });
        // Second minus first: said only where the leader is the first, so that the sign does not puzzle.
        let leads = self.decision.leader == Some(pair.first);
        let which =
            if leads { format!("{} minus {}, ", self.name(pair.second), self.name(pair.first)) } else { String::new() };
        let mean = mean.map(|mean| mean + &which);
        format!("{}{}{shared}.", mean.unwrap_or_default(), interval.unwrap_or_default())
    }

    fn reason(&self, reason: &Reason) -> Option<String> {
        let rival = self.decision.rival.map_or("the other", |rival| self.name(rival));
        Some(match reason {
            Reason::NoReviews => "A decision takes reviews.".to_owned(),
            Reason::NoOtherReviewed => "No other tool has reviews.".to_owned(),
            Reason::Tied { too_few_shared: None } => "Ties share a place; slug order crowns nobody.".to_owned(),
            Reason::Tied { too_few_shared: Some(shared) } => {
                format!(
                    "Two of them share only {}; telling tools apart takes at least {SHARED_MIN}.",
                    count(*shared, "reviewer")
                )
            }
            Reason::TooFewShared { shared: 0 } => {
                format!("Telling them apart takes at least {} who scored both.", number_word(SHARED_MIN))
            }
            Reason::TooFewShared { .. } => {
                format!("Telling them apart takes at least {} shared reviewers.", number_word(SHARED_MIN))
            }
            Reason::NotAheadInMean { difference } if difference.is_zero() => {
                format!("Among the shared reviewers it has the same mean as {rival}.")
            }
            // Said better by the reason about who reviewed more, where that is why.
            Reason::NotAheadInMean { .. } if self.more_reviewers().is_some() => return None,
            Reason::NotAheadInMean { difference } => {
                format!(
                    "Among the shared reviewers {rival} scores higher, by {} on average.",
                    decimal(difference.abs(), 1)
                )
            }
            Reason::BehindInShipRatio { leader, rival: other } => format!(
                "Among the shared reviewers fewer would ship it ({}) than {rival} ({}).",
                percent(*leader),
                percent(*other)
            ),
            // The statement names the flips; this adds those that change only the order of these two.
            Reason::OneVoice { reviewers } => {
                let flips: Vec<&str> = self.decision.flips.iter().map(|flip| flip.without.as_str()).collect();
                let rest: Vec<&str> =
                    reviewers.iter().map(String::as_str).filter(|name| !flips.contains(name)).collect();
                if rest.is_empty() {
                    return None;
                }
                format!("Without {} it would not be ahead of {rival}.", short_list(&rest))
            }
            Reason::PValue { .. } if self.decision.reasons.iter().any(|r| matches!(r, Reason::TooFewDiffer { .. })) => {
                return None;
            }
            Reason::PValue { .. } => "Differences this large come up too often by chance for a surer call.".to_owned(),
            Reason::TooFewDiffer { .. } => {
                format!("A clear call takes at least {} who score the two differently.", number_word(DIFFERING_MIN))
            }
            // Said in the statement.
            Reason::MoreReviewers { .. } => return None,
        })
    }

    /// That the leader ranks first because more people reviewed it, where that is so.
    fn more_reviewers(&self) -> Option<String> {
        let rival = self.name(self.decision.rival?);
        self.decision.reasons.iter().find_map(|reason| match reason {
            Reason::MoreReviewers { leader, rival: theirs, difference } => Some(format!(
                "It ranks first because more people reviewed it ({leader} to {theirs} verdicts); among the reviewers of both \
                 {rival} scores higher, by {} on average.",
                decimal(difference.abs(), 1)
            )),
            _ => None,
        })
    }
}

/// A figure with its sign; zero has none.
fn signed_figure(text: &str) -> String {
    let said = signed(text);
    if said == "=" { text.trim_start_matches('−').to_owned() } else { said }
}

/// `95 %`, `99.9 %`.
pub(super) fn level(level: f64) -> String {
    let text = decimal_f64(level * 100.0, 4);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

fn number_word(number: usize) -> String {
    const WORDS: [&str; 13] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    WORDS.get(number).map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// How the answer of a comparison feels: the panel's verdict, unless it is not sure.
pub(super) fn answer(document: &Comparison) -> Answer {
    let decision = &document.decision;
    let sure = matches!(decision.certainty, Certainty::Clear | Certainty::Leaning);
    let tone = match decision.verdict {
        PanelVerdict::Ship if !sure => Tone::Mixed,
        verdict => tone(verdict),
    };
    Answer {
        headline: document.headline.clone(),
        statement: decision.statement[document.headline.len()..].trim_start().to_owned(),
        reasons: decision.reasons.clone(),
        tone,
    }
}

/// What the panel says of one tool.
pub(super) fn panel_answer(tool: &Tool) -> Answer {
    let Panel { verdict, ship, skip, score, .. } = &tool.panel;
    let headline = match verdict {
        PanelVerdict::Ship => "The panel would ship it.",
        PanelVerdict::Mixed => "The panel is split.",
        PanelVerdict::Skip => "The panel would skip it.",
        PanelVerdict::None if score.n > 0 => "No verdicts.",
        PanelVerdict::None => "No reviews.",
    };
    let shipped = (ship + skip > 0).then(|| format!("{ship} of {} would ship {}", ship + skip, tool.name));
    let mean = score.mean.map(|mean| format!("mean score {} from {}", decimal(mean, 1), count(score.n, "score")));
    let said: Vec<String> = [shipped, mean].into_iter().flatten().collect();
    let statement = if said.is_empty() { String::new() } else { capitalised(&said.join(", ")) + "." };
    Answer { headline: headline.to_owned(), statement, reasons: Vec::new(), tone: tone(*verdict) }
}

/// `Gemma 3n or SmolVLM2 Turbo?`
pub(super) fn title(tools: &[Tool]) -> String {
    let names: Vec<&str> = tools.iter().map(|tool| tool.name.as_str()).collect();
    match names.as_slice() {
        [first, second] => format!("{first} or {second}?"),
        [most @ .., last] if names.len() <= 4 => format!("{} or {last}?", most.join(", ")),
        _ => format!("{} compared", count(names.len(), "tool")),
    }
}

/// What a ranking is about.
pub(super) fn ranking_title(document: &Ranking) -> String {
    let shown = document.tools.len();
    if shown < document.of {
        format!("The first {shown} of {}", count(document.of, "tool"))
    } else {
        count(shown, "tool")
    }
}

/// Who stands first, where the tools are in ranking order.
pub(super) fn ranking_answer(document: &Ranking) -> Option<Answer> {
    if document.ordered_by != Order::Rank.name() {
        return None;
    }
    let first: Vec<&RankedTool> = document.tools.iter().take_while(|ranked| ranked.tool.rank == 1).collect();
    let best = first.first()?;
    let panel = &best.tool.panel;
    let names: Vec<&str> = first.iter().map(|ranked| ranked.tool.name.as_str()).collect();
    let (headline, rest) = match names.as_slice() {
        [name] => {
            let worst = best.rank_worst;
            let stays = "It stays first whichever of its reviewers is left out.".to_owned();
            let moves = format!("Without one of its reviewers it could fall to place {worst}.");
            (format!("{name} ranks first."), if worst == 1 { stays } else { moves })
        }
        _ => ("A tie.".to_owned(), format!("{} share the first place.", short_list(&names))),
    };
    let shipped = panel.ship_ratio_interval.map(|interval| {
        let (ship, of) = (panel.ship, panel.ship + panel.skip);
        format!("{ship} of {of} would ship it, that is at least {}. ", percent_f64(interval.low))
    });
    let statement = format!("{}{rest}", shipped.filter(|_| first.len() == 1).unwrap_or_default());
    let how_sure = format!(
        "{} in all. How sure the order is shows when the first ones are compared side by side.",
        count(document.of, "tool")
    );
    Some(Answer { headline, statement, reasons: vec![how_sure], tone: tone(panel.verdict) })
}
