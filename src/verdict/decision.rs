//! The decision: who leads, how sure that is, and what would change it.

use super::Field;
use super::exact::{Exact, POINT};
use super::figures::Figures;
use super::paired::{Meeting, Pair, Shared};
use super::ranking::Key;
use super::sums::{PanelVerdict, Sums, Voice};
use schemars::JsonSchema;
use serde::Serialize;
use std::cmp::Ordering;

/// Fewest shared reviewers for any statement about a difference.
pub const SHARED_MIN: usize = 4;
/// Fewest reviewers who score two tools differently for a clear call: with five, the smallest p-value is 2/32.
pub const DIFFERING_MIN: usize = 6;
/// Largest p-value, in percent, of a clear call.
pub const CLEAR_PERCENT: u8 = 5;
/// Largest p-value, in percent, of a leaning.
pub const LEANING_PERCENT: u8 = 20;

/// How sure it is that the leader is the better tool. Ordered: the surer is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// Too few shared reviewers to say.
    Insufficient,
    /// The evidence does not separate them.
    Close,
    /// Ahead, and no single reviewer changes that; p <= 0.20.
    Leaning,
    /// The same with p <= 0.05.
    Clear,
}

impl Certainty {
    /// All of them, the least sure first.
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

/// Why the certainty is what it is. Tools are the leader and the rival of the decision.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// No tool has reviews.
    NoReviews,
    /// No other tool has reviews.
    NoOtherReviewed,
    /// The best tools have equal keys. Two of them share so few reviewers, the fewest of any two if below
    /// [`SHARED_MIN`].
    Tied {
        /// Shared reviewers of the two, if too few.
        too_few_shared: Option<usize>,
    },
    /// Fewer than [`SHARED_MIN`] reviewers scored both.
    TooFewShared {
        /// How many did.
        shared: usize,
    },
    /// The leader is not ahead in mean among the shared reviewers.
    NotAheadInMean {
        /// Weighted mean of leader minus rival over the shared reviewers, in points, 0 or below.
        difference: Exact,
    },
    /// The leader is behind in ship ratio among the shared reviewers.
    BehindInShipRatio {
        /// The leader's ship ratio among the shared reviewers.
        leader: Exact,
        /// The rival's.
        rival: Exact,
    },
    /// Leaving out any one of these reviewers, the leader is no longer ahead of the rival by the key.
    OneVoice {
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
    /// Fewer than [`DIFFERING_MIN`] shared reviewers score the two differently, so that no call could be clear.
    TooFewDiffer {
        /// How many do.
        differing: usize,
    },
    /// The leader ranks first because more people reviewed it; among the shared reviewers the rival scores higher.
    MoreReviewers {
        /// Verdicts on the leader.
        leader: usize,
        /// Verdicts on the rival.
        rival: usize,
        /// Weighted mean of leader minus rival over the shared reviewers, in points, below 0.
        difference: Exact,
    },
}

/// A reviewer whose absence changes the leader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flip {
    /// The reviewer left out.
    pub without: String,
    /// Who leads then; `None` for a tie, or where no reviews are left.
    pub leader: Option<usize>,
    /// Who ties then, by slug; empty when someone leads.
    pub tied: Vec<usize>,
    /// The mean score then of those ahead, in points.
    pub mean: Option<Exact>,
    /// The mean score then of today's leader, in points.
    pub former_mean: Option<Exact>,
}

/// The weight at which leader and rival tie in mean over their shared reviewers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeanTie {
    /// Whose weight.
    pub reviewer: String,
    /// The weight, 0 or above.
    pub weight: Exact,
}

/// A verdict against the panel verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dissent {
    /// The tool.
    pub tool: usize,
    /// Index into the record's reviews.
    pub review: usize,
    /// Score minus the tool's mean, in points. Absent without a score.
    pub distance: Option<Exact>,
}

/// Who leads, how sure that is, and what would change it. Tools are indices into the input.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// First by the ranking key; `None` for a tie and where no tool has reviews.
    pub leader: Option<usize>,
    /// The tools whose key is best, by slug, when there are several.
    pub tied: Vec<usize>,
    /// The panel verdict of the leader or of the tied.
    pub verdict: PanelVerdict,
    /// How sure it is.
    pub certainty: Certainty,
    /// The tool against which the certainty is lowest; of equals the best-ranked, then by slug.
    pub rival: Option<usize>,
    /// Why the certainty is not higher, and what else the reader must know about it.
    pub reasons: Vec<Reason>,
    /// Reviewers whose absence changes the leader, sorted by name.
    pub flips: Vec<Flip>,
    /// Weights at which leader and rival tie in mean, sorted by reviewer.
    pub mean_ties_at: Vec<MeanTie>,
    /// Verdicts against the panel verdict of their tool, by print order, then in the record's order.
    pub dissent: Vec<Dissent>,
}

/// Who leads: all reviewed tools whose key equals the best, by slug.
pub(super) fn leaders(field: &Field<'_, '_>) -> Vec<usize> {
    let best = |&tool: &usize| field.reviewed(tool) && field.keys[tool] == field.keys[field.ranked[0]];
    field.ranked.iter().copied().take_while(best).collect()
}

/// The decision. `leaders` is what [`leaders`] found, `pairs` holds the leader with every other tool.
pub(super) fn decide(
    field: &Field<'_, '_>,
    leaders: &[usize],
    pairs: &[Pair],
    (tools, order): (&[Figures], &[usize]),
) -> Decision {
    let leader = if let [leader] = leaders { Some(*leader) } else { None };
    let mut decision = Decision {
        leader,
        tied: if leader.is_none() { leaders.to_vec() } else { Vec::new() },
        verdict: leaders.first().map_or(PanelVerdict::None, |&tool| tools[tool].verdict),
        certainty: Certainty::Insufficient,
        rival: None,
        reasons: Vec::new(),
        flips: super::flips::flips(field, leader),
        mean_ties_at: Vec::new(),
        dissent: dissent(field, tools, order),
    };
    if let Some(leader) = leader {
        against_all(field, leader, pairs, &mut decision);
    } else if leaders.is_empty() {
        decision.reasons.push(Reason::NoReviews);
    } else {
        let too_few_shared = Some(fewest_shared(field, leaders)).filter(|fewest| *fewest < SHARED_MIN);
        decision.certainty = if too_few_shared.is_some() { Certainty::Insufficient } else { Certainty::Close };
        decision.reasons.push(Reason::Tied { too_few_shared });
    }
    decision
}

/// Tests the leader against every other reviewed tool and keeps the lowest result.
fn against_all(field: &Field<'_, '_>, leader: usize, pairs: &[Pair], decision: &mut Decision) {
    let contest = Contest::new(field, leader);
    let mut by_tool: Vec<Option<&Pair>> = vec![None; field.records.len()];
    for pair in pairs {
        match (pair.first == leader, pair.second == leader) {
            (true, _) => by_tool[pair.second] = Some(pair),
            (_, true) => by_tool[pair.first] = Some(pair),
            _ => {}
        }
    }
    let mut lowest: Option<Trial> = None;
    // From the best rank down: of equal results the first stays.
    for &tool in field.ranked.iter().filter(|tool| **tool != leader && field.reviewed(**tool)) {
        if let Some(pair) = by_tool[tool] {
            let trial = contest.against(tool, pair);
            if lowest.as_ref().is_none_or(|lowest| trial.certainty < lowest.certainty) {
                lowest = Some(trial);
            }
        }
    }
    let Some(trial) = lowest else {
        decision.reasons.push(Reason::NoOtherReviewed);
        return;
    };
    decision.certainty = trial.certainty;
    decision.rival = Some(trial.rival);
    decision.mean_ties_at = mean_ties(field, &trial.meeting.shared);
    decision.reasons = trial.reasons;
}

/// The leader against one other tool.
struct Trial {
    rival: usize,
    certainty: Certainty,
    reasons: Vec<Reason>,
    /// Leader first, rival second.
    meeting: Meeting,
}

/// The leader against the others.
struct Contest<'f, 'a, 'r> {
    field: &'f Field<'a, 'r>,
    leader: usize,
    /// The leader's key without each of its voices, in the order of its panel.
    without: Vec<Key>,
}

impl<'f, 'a, 'r> Contest<'f, 'a, 'r> {
    fn new(field: &'f Field<'a, 'r>, leader: usize) -> Self {
        let without = field.panels.of[leader].iter().map(|o| field.key_without(leader, o.voice)).collect();
        Self { field, leader, without }
    }

    /// How sure it is that the leader is better than `rival`; `pair` is the pair of the two.
    fn against(&self, rival: usize, pair: &Pair) -> Trial {
        let panels = self.field.panels;
        let meeting = Meeting::new(&panels.of[self.leader], &panels.of[rival]);
        let mut reasons = Vec::new();
        let behind = meeting.mean_difference().map(|second_minus_first| -second_minus_first);
        let certainty = if meeting.shared.len() < SHARED_MIN {
            reasons.push(Reason::TooFewShared { shared: meeting.shared.len() });
            Certainty::Insufficient
        } else {
            reasons.extend(behind.filter(|d| d.signum() <= 0).map(|difference| Reason::NotAheadInMean { difference }));
            reasons.extend(behind_in_ship_ratio(&meeting.shared));
            reasons.extend(self.one_voice(rival));
            let p = pair.p_value.as_ref();
            let at_most = |percent| p.is_some_and(|p| p.is_at_most(percent));
            let (certainty, limit) = match (reasons.is_empty(), at_most(CLEAR_PERCENT), at_most(LEANING_PERCENT)) {
                (true, true, _) => (Certainty::Clear, CLEAR_PERCENT),
                (true, false, true) => (Certainty::Leaning, CLEAR_PERCENT),
                _ => (Certainty::Close, LEANING_PERCENT),
            };
            let above = p.filter(|_| !at_most(limit));
            reasons.extend(above.map(|p| Reason::PValue { value: p.value, limit_percent: limit }));
            let differing = meeting.shared.iter().filter(|s| s.difference != 0).count();
            if certainty < Certainty::Clear && differing < DIFFERING_MIN {
                reasons.push(Reason::TooFewDiffer { differing });
            }
            certainty
        };
        reasons.extend(behind.filter(|d| d.signum() < 0).and_then(|d| self.more_reviewers(rival, d)));
        Trial { rival, certainty, reasons, meeting }
    }

    /// The reviewers without any one of whom the leader is no longer ahead of `rival` by the key.
    fn one_voice(&self, rival: usize) -> Option<Reason> {
        let (field, leader) = (self.field, self.leader);
        let mut own = field.panels.of[leader].iter().zip(&self.without).peekable();
        let mut other = field.panels.of[rival].iter().peekable();
        let mut reviewers = Vec::new();
        loop {
            let order = match (own.peek(), other.peek()) {
                (Some((a, _)), Some(b)) => a.reviewer.cmp(&b.reviewer),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => break,
            };
            let mut without = None;
            let ours = own.next_if(|_| order != Ordering::Greater).map_or(field.keys[leader], |(opinion, key)| {
                without = Some(opinion.reviewer);
                *key
            });
            let theirs = other.next_if(|_| order != Ordering::Less).map_or(field.keys[rival], |opinion| {
                without = Some(opinion.reviewer);
                field.key_without(rival, opinion.voice)
            });
            if !ours.beats(&theirs) {
                reviewers.extend(without.map(|reviewer| field.panels.names[reviewer].to_owned()));
            }
        }
        (!reviewers.is_empty()).then_some(Reason::OneVoice { reviewers })
    }

    /// Whether the leader, which is behind in mean, ranks first because more people reviewed it: the verdicts agree,
    /// its ship ratio is no better, and it has more of them.
    fn more_reviewers(&self, rival: usize, difference: Exact) -> Option<Reason> {
        let (ours, theirs) = (&self.field.panels.sums[self.leader], &self.field.panels.sums[rival]);
        let more = ours.verdict() == theirs.verdict()
            && ours.ship_ratio() <= theirs.ship_ratio()
            && ours.effective_verdicts() > theirs.effective_verdicts();
        let verdicts = |sums: &Sums| (sums.ships + sums.skips) as usize;
        more.then(|| Reason::MoreReviewers { leader: verdicts(ours), rival: verdicts(theirs), difference })
    }
}

/// Whether the first tool is behind in ship ratio among the shared reviewers; an absent ratio is not behind.
fn behind_in_ship_ratio(shared: &[Shared]) -> Option<Reason> {
    let ratio = |side: fn(&Shared) -> Voice| Sums::of(shared.iter().map(side)).ship_ratio();
    let (leader, rival) = ratio(|s| s.first).zip(ratio(|s| s.second))?;
    (leader < rival).then_some(Reason::BehindInShipRatio { leader, rival })
}

/// Per reviewer with difference d the weight at which the weighted differences sum to 0: -(sum of the others') / d.
/// Left out where negative, where d is 0 and where the sum is 0 already.
fn mean_ties(field: &Field<'_, '_>, shared: &[Shared]) -> Vec<MeanTie> {
    let sum: i128 = shared.iter().map(Shared::weighted).sum();
    let ties = shared.iter().filter(|_| sum != 0).filter_map(|s| {
        let weight = Exact::ratio(s.weighted() - sum, s.difference * POINT)?;
        let reviewer = field.panels.names[s.reviewer].to_owned();
        (weight.signum() >= 0).then_some(MeanTie { reviewer, weight })
    });
    ties.collect()
}

/// The verdicts against the panel verdict of their tool.
fn dissent(field: &Field<'_, '_>, tools: &[Figures], order: &[usize]) -> Vec<Dissent> {
    let mut dissent = Vec::new();
    for &tool in order {
        let Some(against) = tools[tool].verdict.dissent() else { continue };
        let reviews = field.records[tool].reviews.iter().zip(&tools[tool].reviews).enumerate();
        dissent.extend(reviews.filter(|(_, (_, f))| f.verdict == Some(against) && f.weight.millionths() > 0).map(
            |(review, (words, _))| {
                let score = words.score.map(Exact::from);
                let distance = score.zip(tools[tool].score.mean).and_then(|(score, mean)| score.minus(mean));
                Dissent { tool, review, distance }
            },
        ));
    }
    dissent
}

/// The fewest reviewers that two of these tools share, or [`SHARED_MIN`] when all share as many or more.
fn fewest_shared(field: &Field<'_, '_>, tools: &[usize]) -> usize {
    let mut fewest = SHARED_MIN;
    for (place, &first) in tools.iter().enumerate() {
        for &second in &tools[place + 1..] {
            fewest = fewest.min(field.shared_up_to(first, second, fewest));
            if fewest == 0 {
                return 0;
            }
        }
    }
    fewest
}
