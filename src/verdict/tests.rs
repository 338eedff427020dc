//! The reference figures of the design and the cases that every wording rests on.

use super::figures::ScoreFigures;
use super::next_steps::NextSteps;
use super::*;
use crate::catalog::record::{Remarks, Review, Verdict};

/// A review from `"name 84 ship"`, `"name 84"` or `"name ship"`.
fn review(text: &str) -> Review {
    let mut words = text.split(' ');
    let reviewer = words.next().expect("a name").into();
    let mut review = Review { reviewer, score: None, verdict: None, date: None, remarks: Remarks::default() };
    for word in words {
        match Verdict::from_text(word) {
            None => review.score = Some(Score::from_text(word).expect("a score")),
            verdict => review.verdict = verdict,
        }
    }
    review
}

fn tool(slug: &str, reviews: &[&str]) -> Record {
    let reviews = reviews.iter().map(|text| review(text)).collect();
    Record { slug: slug.into(), name: slug.into(), reviews, ..Record::default() }
}

/// The two embedded records' verdicts and scores.
fn embedded() -> [Record; 2] {
    [
        tool("gemma-3n", &["Builder 84 ship", "Skeptic 78 ship", "Futurist 87 ship", "Founder 52 skip"]),
        tool("smolvlm2-turbo", &["Builder 85 ship", "Skeptic 78 ship", "Futurist 82 ship", "Founder 72 ship"]),
    ]
}

fn assessed(records: &[Record]) -> Assessment {
    assess(records, &Options::default()).expect("an answer")
}

fn weighted(weights: &[(&str, &str)]) -> Options {
    let weights = weights.iter().map(|(n, w)| ((*n).to_owned(), Weight::from_text(w).expect("a weight")));
    Options { weights: weights.collect(), ..Options::default() }
}

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
}

fn ends(interval: Option<Interval>) -> (f64, f64) {
    let interval = interval.expect("an interval");
    (interval.low, interval.high)
}

fn near_ends(interval: Option<Interval>, (low, high): (f64, f64)) {
    let found = ends(interval);
    near(found.0, low);
    near(found.1, high);
}

#[test]
fn the_embedded_pair_has_the_figures_of_the_design() {
    let all = assessed(&embedded());
    let [gemma, smol] = all.tools.as_slice() else { panic!("two tools") };
    assert_eq!((gemma.ship_ratio, smol.ship_ratio), (Exact::ratio(3, 4), Exact::ratio(1, 1)));
    near_ends(gemma.ship_ratio_interval, (0.300_641_842_582_401_84, 0.954_412_739_190_299_5));
    near_ends(smol.ship_ratio_interval, (0.510_109_163_545_402_5, 1.0));
    assert_eq!((gemma.score.mean, smol.score.mean), (Exact::ratio(301, 4), Exact::ratio(317, 4)));
    assert_eq!((gemma.score.median, smol.score.median), (Exact::ratio(81, 1), Exact::ratio(80, 1)));
    near(gemma.score.stddev.expect("four scores"), 15.945_218_719_101_975);
    near(smol.score.stddev.expect("four scores"), 5.619_905_100_029_122);
    near_ends(gemma.score.mean_interval, (49.877_598_800_226_65, 100.0));
    near_ends(smol.score.mean_interval, (70.307_476_889_183_63, 88.192_523_110_816_37));
    let pair = &all.pairs[0];
    assert_eq!((pair.mean_difference, pair.shared.len()), (Exact::ratio(4, 1), 4));
    assert_eq!((pair.wins_first, pair.wins_second, pair.ties), (1, 2, 1));
    near_ends(pair.interval, (-13.479_328_610_144_613, 21.479_328_610_144_613));
    let p = pair.p_value.expect("four differences");
    assert_eq!((p.counted, p.value, p.n), (Some(Counted { extreme: 12, all: 16 }), 0.75, 4));
    near(all.agreement.alpha.expect("two tools"), -0.124_695_521_828_743_1);
    assert_eq!((all.agreement.reviewers, all.agreement.tools), (4, 2));
    let differences: Vec<_> = smol.reviews.iter().map(|r| r.difference.map(|d| d.rounded(0))).collect();
    assert_eq!(differences, [Some(1), Some(0), Some(-5), Some(20)]);
    assert_eq!((gemma.rank, smol.rank), (2, 1));
    assert_eq!(all.findings, []);
}

#[test]
fn the_embedded_pair_is_close_and_founder_decides() {
    let decision = assessed(&embedded()).decision;
    assert_eq!((decision.leader, decision.rival, decision.certainty), (Some(1), Some(0), Certainty::Close));
    assert_eq!((decision.runner_up, decision.contenders.as_slice()), (Some(0), [0].as_slice()));
    let [flip] = decision.flips.as_deref().expect("flips") else { panic!("one flip") };
    assert_eq!((flip.without.as_str(), flip.leader), ("Founder", Some(0)));
    let decider = flip.decided_by.as_ref().expect("a decider");
    let means = [decider.leader.mean, decider.former.mean].map(|mean| mean.map(|m| m.rounded(1)));
    assert_eq!((decider.part, means), (KeyPart::Mean, [Some(830), Some(817)]));
    let behind = decision.could_be_behind.expect("an interval");
    assert_eq!(behind.tool, 0);
    near(behind.points, 13.479_328_610_144_613);
    assert_eq!((decision.next_steps.more_reviewers, decision.next_steps.ask.as_slice()), (Some(4), [].as_slice()));
    let ties: Vec<_> = decision.mean_ties_at.iter().map(|t| (t.reviewer.as_str(), t.weight.to_f64())).collect();
    assert_eq!(ties, [("Founder", 0.2), ("Futurist", 4.2)]);
    let [dissent] = decision.dissent.as_slice() else { panic!("one dissenter") };
    assert_eq!((dissent.tool, dissent.review, dissent.distance), (0, 3, Exact::ratio(-93, 4)));
    let expected = [
        Reason::HangsOn { reviewers: vec!["Founder".to_owned()] },
        Reason::PValue { value: 0.75, limit_percent: 20 },
        Reason::TooFewDiffer { differing: 3 },
    ];
    assert_eq!(decision.reasons, expected);
}

#[test]
fn the_float_trap_gives_fourteen_of_sixteen() {
    let all = assessed(&[
        tool("a", &["p 42.0", "q 40.8", "r 52.3", "s 43.6"]),
        tool("b", &["p 27.8", "q 45.3", "r 34.5", "s 57.8"]),
    ]);
    let p = all.pairs[0].p_value.expect("four differences");
    assert_eq!(p.counted, Some(Counted { extreme: 14, all: 16 }));
}

#[test]
fn what_cannot_be_computed_is_absent_with_a_reason() {
    let all = assessed(&[
        tool("none", &[]),
        tool("one", &["p 50"]),
        tool("words", &["p ship", "q skip"]),
        tool("equal", &["p 50", "q 50", "r 50", "s 50"]),
    ]);
    let [none, one, words, equal] = all.tools.as_slice() else { panic!("four tools") };
    assert_eq!((none.ship_ratio, none.score), (None, ScoreFigures::default()));
    assert_eq!((one.score.stddev, one.score.mean_interval, one.ship_ratio_interval), (None, None, None));
    assert_eq!((words.verdict, words.score.mean), (PanelVerdict::Mixed, None));
    assert_eq!((equal.score.stddev, equal.verdict), (Some(0.0), PanelVerdict::None));
    for finding in [
        Finding::OfTool { tool: 0, finding: ToolFinding::NoReviews },
        Finding::OfTool { tool: 1, finding: ToolFinding::OneScore { reviewer: "p".to_owned() } },
        Finding::OfTool { tool: 1, finding: ToolFinding::NoVerdicts },
        Finding::OfTool { tool: 2, finding: ToolFinding::SmallPanel { reviewers: 2 } },
        Finding::OfTool { tool: 2, finding: ToolFinding::NoScores },
        Finding::OfPair { pair: 4, finding: PairFinding::OneShared },
        Finding::OfPair { pair: 3, finding: PairFinding::NoShared },
        Finding::OfPair { pair: 4, finding: PairFinding::LeftOut },
    ] {
        assert!(all.findings.contains(&finding), "{finding:?} in {:?}", all.findings);
    }
    assert_eq!((all.decision.leader, all.decision.certainty), (Some(2), Certainty::Insufficient));
    assert_eq!(all.agreement.absent, Some(NoAgreement::TooFewTools));
}

#[test]
fn nothing_reviewed_is_no_decision() {
    for records in [vec![], vec![tool("a", &[])], vec![tool("a", &[]), tool("b", &[])]] {
        let all = assessed(&records);
        assert_eq!((all.decision.leader, all.decision.tied.len()), (None, 0));
        assert_eq!((all.decision.certainty, all.decision.verdict), (Certainty::Insufficient, PanelVerdict::None));
        assert_eq!(all.decision.reasons, [Reason::NoReviews { all_left_out: false }]);
    }
    let alone = assessed(&[tool("a", &["p 5 ship", "q 6 ship"]), tool("b", &[])]);
    assert_eq!((alone.decision.leader, alone.decision.rival), (Some(0), None));
    assert_eq!(alone.decision.reasons, [Reason::NoOtherReviewed]);
}

#[test]
fn the_leader_need_not_be_ahead_among_the_shared_reviewers() {
    // The first scores lower where both are scored, and ranks first by its own mean.
    let all = assessed(&[
        tool("a", &["p 70", "q 72", "r 74", "s 76", "t 99", "u 99", "v 99", "w 99"]),
        tool("b", &["p 75", "q 76", "r 79", "s 80"]),
    ]);
    let decision = &all.decision;
    assert_eq!((decision.leader, decision.certainty), (Some(0), Certainty::Close));
    assert_eq!(decision.leads_by, Some(KeyPart::Mean));
    assert!(decision.reasons.contains(&Reason::NotAhead), "{:?}", decision.reasons);
    assert_eq!(all.pairs[0].lead_of(0), Exact::ratio(-9, 2));
    // More reviewers who prefer the first settle it; p is small already, but in favor of the other.
    assert_eq!(decision.next_steps.ask.len(), 4);
    assert!(decision.could_be_behind.is_some_and(|behind| behind.points > 4.5));
}

/// Two panels of `n` who all ship both and score the first `by(i)` higher.
fn ahead(n: usize, by: fn(usize) -> usize) -> [Record; 2] {
    let reviews = |add: fn(usize, fn(usize) -> usize) -> usize| -> Vec<String> {
        (0..n).map(|i| format!("r{i} {} ship", add(i, by))).collect()
    };
    let (better, worse) = (reviews(|i, by| 60 + i + by(i)), reviews(|i, _| 60 + i));
    let texts = |v: &[String]| v.iter().map(ToString::to_string).collect::<Vec<_>>();
    [("better", texts(&better)), ("worse", texts(&worse))]
        .map(|(slug, v)| tool(slug, &v.iter().map(String::as_str).collect::<Vec<_>>()))
}

#[test]
fn six_who_agree_make_a_clear_call_and_five_do_not() {
    let certainty = |records: &[Record]| {
        let decision = assessed(records).decision;
        assert_eq!(decision.leader, Some(0));
        (decision.certainty, decision.reasons)
    };
    assert_eq!(certainty(&ahead(6, |_| 10)), (Certainty::Clear, vec![]));
    let why = |p, differing| vec![Reason::PValue { value: p, limit_percent: 5 }, Reason::TooFewDiffer { differing }];
    assert_eq!(certainty(&ahead(5, |_| 10)), (Certainty::Leaning, why(2.0 / 32.0, 5)));
    assert_eq!(certainty(&ahead(6, |i| i.min(1) * 10)), (Certainty::Leaning, why(2.0 / 32.0, 5)));
    assert_eq!(certainty(&ahead(4, |_| 10)), (Certainty::Leaning, why(2.0 / 16.0, 4)));
    let three = Reason::TooFewShared { shared: 3, effective: Exact::whole(3) };
    assert_eq!(certainty(&ahead(3, |_| 10)), (Certainty::Insufficient, vec![three]));
}

#[test]
fn a_tie_has_no_leader() {
    let [leader, ..] = ahead(4, |_| 10);
    let twin = Record { slug: "a-twin".into(), ..leader.clone() };
    let all = assessed(&[leader.clone(), twin.clone(), tool("other", &["r0 50 ship"])]);
    let decision = &all.decision;
    assert_eq!((decision.leader, decision.rival, decision.tied.as_slice()), (None, None, [1, 0].as_slice()));
    assert_eq!((decision.certainty, decision.verdict), (Certainty::Close, PanelVerdict::Ship));
    assert_eq!(decision.reasons, [Reason::Tied { comparable: true }]);
    assert_eq!(all.tools.iter().map(|t| t.rank).collect::<Vec<_>>(), [1, 1, 3]);
    let apart = assessed(&[tool("a", &["p 50 ship"]), tool("b", &["q 50 ship"])]).decision;
    assert_eq!(apart.certainty, Certainty::Insufficient);
    assert_eq!(apart.reasons, [Reason::Tied { comparable: false }]);
}

#[test]
fn a_tie_that_results_is_a_flip() {
    let decision = assessed(&[
        tool("a", &["p 50 ship", "q 50 ship", "r 60 ship"]),
        tool("b", &["p 50 ship", "q 50 ship", "r 50 ship"]),
    ])
    .decision;
    let [flip] = decision.flips.as_deref().expect("flips") else { panic!("one flip") };
    assert_eq!((flip.without.as_str(), flip.leader, flip.tied.as_slice()), ("r", None, [0, 1].as_slice()));
    assert_eq!(flip.decided_by, None);
}

#[test]
fn weights_enter_ratio_mean_difference_and_sign_flips() {
    let options = weighted(&[("Founder", "2")]);
    let all = assess(&embedded(), &options).expect("an answer");
    let gemma = &all.tools[0];
    assert_eq!((gemma.ship_ratio, gemma.score.mean), (Exact::ratio(3, 5), Exact::ratio(353, 5)));
    assert_eq!(gemma.ship_ratio_interval.map(|i| i.n), Exact::ratio(25, 7));
    assert_eq!((gemma.score.median, gemma.score.mean_interval), (Exact::ratio(81, 1), None));
    near(gemma.score.stddev.expect("four scores"), 15.945_218_719_101_975);
    let pair = &all.pairs[0];
    assert_eq!((pair.mean_difference, pair.interval), (Exact::ratio(36, 5), None));
    assert_eq!(pair.p_value.and_then(|p| p.counted).map(|counted| counted.extreme), Some(12));
    // Kish: four of these weights count as 25/7.
    assert_eq!((pair.effective, pair.is_comparable), (Exact::ratio(25, 7).expect("a number"), false));
    assert_eq!(all.decision.certainty, Certainty::Insufficient);
    assert_eq!(all.decision.could_be_behind, None);
    for finding in [
        Finding::OfTool { tool: 0, finding: ToolFinding::UnequalWeights },
        Finding::OfPair { pair: 0, finding: PairFinding::UnequalWeights },
    ] {
        assert!(all.findings.contains(&finding), "{:?}", all.findings);
    }
}

#[test]
fn equal_weights_change_nothing_and_zero_leaves_out() {
    let names = ["Builder", "Skeptic", "Futurist", "Founder"];
    let thrice = assess(&embedded(), &weighted(&names.map(|n| (n, "3")))).expect("an answer");
    let plain = assessed(&embedded());
    assert_eq!(ends(thrice.tools[0].score.mean_interval), ends(plain.tools[0].score.mean_interval));
    assert_eq!(thrice.pairs, plain.pairs);
    assert_eq!(thrice.decision.flips, plain.decision.flips);
    let without = assess(&embedded(), &weighted(&[("Founder", "0")])).expect("an answer");
    assert_eq!((without.decision.leader, without.tools[0].reviewers), (Some(0), 3));
    assert_eq!(without.decision.dissent, []);
    assert!(without.findings.contains(&Finding::LeftOut { reviewer: "Founder".to_owned() }));
    let nobody = assess(&embedded(), &weighted(&names.map(|n| (n, "0")))).expect("an answer");
    assert_eq!((nobody.tools[0].ship_ratio, nobody.tools[0].score.mean), (None, None));
    assert!(nobody.findings.contains(&Finding::OfTool { tool: 1, finding: ToolFinding::AllWeightsZero }));
    assert_eq!(nobody.decision.reasons, [Reason::NoReviews { all_left_out: true }]);
}

#[test]
fn verdicts_are_derived_when_asked() {
    let records = [tool("a", &["q 70", "p 69.999999", "r 90 skip", "s ship"])];
    assert_eq!(assessed(&records).tools[0].ships, 1);
    let options = Options { ship_at: Score::from_text("70").ok(), ..Options::default() };
    let all = assess(&records, &options).expect("an answer");
    assert_eq!((all.tools[0].ships, all.tools[0].skips), (2, 2));
    assert!(all.findings.contains(&Finding::OfTool {
        tool: 0,
        finding: ToolFinding::DerivedVerdicts { reviewers: vec!["p".into(), "q".into()] }
    }));
}

#[test]
fn a_label_counts_in_no_figure() {
    let mut records = [tool("a", &["q 70", "r 90 skip", "s ship"])];
    let options = Options { ship_at: Score::from_text("70").ok(), ..Options::default() };
    records[0].reviews[0].remarks.label = Some("revise".into());
    records[0].reviews.push(review("t"));
    records[0].reviews[3].remarks.label = Some("hold".into());
    let all = assess(&records, &options).expect("an answer");
    let figures = &all.tools[0];
    assert_eq!((figures.ships, figures.skips, figures.score.n, figures.reviewers), (1, 1, 2, 3));
    assert!(!all.findings.iter().any(|finding| matches!(finding, Finding::ShipAt { .. })));
}

#[test]
fn scores_without_any_verdict_are_pointed_out() {
    let found = |reviews: &[&str], options: &Options| {
        assess(&[tool("a", reviews)], options).expect("an answer").findings.contains(&Finding::ScoresOnly)
    };
    assert!(found(&["q 70", "p 60"], &Options::default()));
    assert!(!found(&["q 70", "p 60 ship"], &Options::default()) && !found(&[], &Options::default()));
    let options = Options { ship_at: Score::from_text("70").ok(), ..Options::default() };
    assert!(!found(&["q 70", "p 60"], &options));
}

#[test]
fn orders_change_what_is_first_and_never_who_leads() {
    let mut records = embedded();
    (records[0].profile.community_ship, records[0].profile.community_skip) = (Some(1), Some(2));
    for (order, expected) in [
        (Order::Given, [0, 1]),
        (Order::Rank, [1, 0]),
        (Order::ShipRatio, [1, 0]),
        (Order::Mean, [1, 0]),
        (Order::Median, [0, 1]),
        (Order::Community, [0, 1]),
        (Order::Reviews, [1, 0]),
        (Order::Name, [0, 1]),
    ] {
        let options = Options { order, ..Options::default() };
        let all = assess(&records, &options).expect("an answer");
        assert_eq!((all.order.as_slice(), all.decision.leader), (expected.as_slice(), Some(1)), "{order:?}");
        assert_eq!((all.pairs[0].first, all.pairs[0].second), (expected[0], expected[1]), "{order:?}");
        let board = leaderboard(&records, &Filter::default(), &options, None).expect("an answer");
        assert_eq!(board.shown.iter().map(|(tool, _)| *tool).collect::<Vec<_>>(), expected, "{order:?}");
        assert_eq!(Order::from_name(order.name()).unwrap_or_default(), order);
    }
}

#[test]
fn confidence_changes_intervals_only() {
    let wide = assess(&embedded(), &Options { confidence: 0.999, ..Options::default() }).expect("an answer");
    let plain = assessed(&embedded());
    assert!(ends(wide.pairs[0].interval).0 < ends(plain.pairs[0].interval).0);
    assert_eq!(wide.decision, plain.decision);
    for confidence in [0.0, 1.0, 100.0, f64::NAN] {
        let options = Options { confidence, ..Options::default() };
        assert!(assess(&embedded(), &options).is_err());
        assert!(leaderboard(&embedded(), &Filter::default(), &options, None).is_err());
    }
}

#[test]
fn places_range_over_one_reviewer_less() {
    let places = |records: &[Record]| -> Vec<(usize, usize)> {
        let places = assessed(records).places.expect("few tools");
        places.iter().map(|places| (places.best, places.worst)).collect()
    };
    // Founder is left out of both: Gemma 3n then leads with 83 against 81.7.
    assert_eq!(places(&embedded()), [(1, 2), (1, 2)]);
    let close =
        [tool("a", &["p 50 ship", "q 90 ship"]), tool("b", &["p 60 ship", "q 70 ship"]), tool("c", &["p 10 ship"])];
    assert_eq!(places(&close), [(1, 2), (1, 2), (3, 3)]);
}

#[test]
fn many_tools_keep_the_pairs_with_the_leader() {
    let records: Vec<Record> =
        (0..30).map(|i| tool(&format!("t{i}"), &[&format!("p {} ship", 10 + (i * 7) % 30), "q 50 ship"])).collect();
    let all = assessed(&records);
    let leader = all.decision.leader.expect("a leader");
    assert_eq!(all.pairs.len(), 29);
    assert!(all.pairs.iter().all(|pair| pair.first == leader || pair.second == leader));
    assert!(all.pairs.iter().all(|pair| pair.first < pair.second));
}

/// Verdicts alone: as many ships as given, then skips.
fn verdicts(slug: &str, ships: usize, skips: usize) -> Record {
    let verdict = |i: usize| if i < ships { "ship" } else { "skip" };
    let reviews: Vec<String> = (0..ships + skips).map(|i| format!("r{i} {}", verdict(i))).collect();
    tool(slug, &reviews.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn verdicts_without_scores_are_compared_by_mcnemar() {
    let all = assessed(&[verdicts("a", 20, 0), verdicts("b", 0, 20)]);
    let pair = &all.pairs[0];
    assert_eq!((pair.evidence, pair.basis, pair.shared.len()), (Evidence::Paired, Basis::Verdict, 20));
    assert_eq!((pair.mean_difference, pair.interval), (None, None));
    assert_eq!(pair.p_value.map(|p| (p.method, p.value)), Some((Test::McnemarExact, 2.0 / 1_048_576.0)));
    assert_eq!((all.decision.certainty, all.decision.could_be_behind), (Certainty::Clear, None));
    // One of the two without scores is enough.
    let scored = assessed(&[tool("a", &["p 9 ship", "q 9 ship", "r 9 ship", "s 9 ship"]), verdicts("b", 1, 3)]);
    assert_eq!(scored.pairs[0].basis, Basis::Verdict);
}

#[test]
fn different_people_are_compared_as_two_samples() {
    let scores = |slug: &str, from: usize, base: usize| {
        let reviews: Vec<String> = (0..6).map(|i| format!("r{} {} ship", from + i, base + i)).collect();
        tool(slug, &reviews.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let apart = [scores("a", 0, 80), scores("b", 6, 60)];
    let all = assessed(&apart);
    let pair = &all.pairs[0];
    assert_eq!((pair.evidence, pair.shared.len(), pair.only_first.len()), (Evidence::Unpaired, 0, 6));
    assert_eq!(pair.mean_difference, Exact::ratio(-20, 1));
    assert_eq!(pair.p_value.and_then(|p| p.counted), Some(Counted { extreme: 2, all: 924 }));
    assert_eq!(pair.interval.map(|interval| interval.method), Some(Method::Welch));
    assert_eq!((all.decision.certainty, all.decision.next_steps.more_reviewers), (Certainty::Clear, None));
    // Unequal weights leave no evidence, and neither do three of a kind.
    let options = weighted(&[("r0", "2")]);
    assert_eq!(assess(&apart, &options).expect("an answer").decision.certainty, Certainty::Insufficient);
}

#[test]
fn unpaired_treats_every_review_as_another_persons() {
    let options = Options { unpaired: true, ..Options::default() };
    let all = assess(&embedded(), &options).expect("an answer");
    let pair = &all.pairs[0];
    assert_eq!((pair.evidence, pair.shared.len(), pair.only_second.len()), (Evidence::Unpaired, 0, 4));
    assert_eq!((all.agreement.alpha, all.agreement.absent), (None, Some(NoAgreement::Unpaired)));
    assert_eq!((all.decision.flips, all.places), (None, None));
    assert_eq!(all.decision.next_steps, NextSteps::default());
    // Without Gemma's Founder alone, Gemma 3n leads 83.0 to 79.3.
    assert_eq!((all.decision.leader, all.decision.certainty), (Some(1), Certainty::Close));
    assert!(all.findings.contains(&Finding::EachReviewAnotherPerson));
}

#[test]
fn a_tool_with_one_review_is_set_aside() {
    let mut records = ahead(6, |_| 10).to_vec();
    records.push(tool("new", &["r0 99 ship"]));
    let decision = assessed(&records).decision;
    assert_eq!((decision.certainty, decision.not_compared.as_slice()), (Certainty::Clear, [2].as_slice()));
    // As the runner-up it cannot be set aside.
    records.remove(1);
    let decision = assessed(&records).decision;
    assert_eq!((decision.certainty, decision.rival), (Certainty::Insufficient, Some(1)));
    assert!(decision.not_compared.is_empty());
}

#[test]
fn contenders_are_those_that_no_contender_beats() {
    let records = [
        tool("a", &["p 90 ship", "q 60 ship", "r 90 ship", "s 60 ship", "t 90 ship", "u 60 ship"]),
        tool("b", &["p 70 ship", "q 75 ship", "r 70 ship", "s 75 ship", "t 70 ship", "u 75 ship"]),
        tool("c", &["p 65 ship", "q 70 ship", "r 65 ship", "s 70 ship", "t 65 ship", "u 70 ship"]),
    ];
    let decision = assessed(&records).decision;
    assert_eq!((decision.leader, decision.certainty), (Some(0), Certainty::Close));
    assert_eq!(decision.compared, [(1, Certainty::Close), (2, Certainty::Close)]);
    // b beats c whoever is left out, with p = 2/64.
    assert_eq!(decision.contenders, [1]);
}

#[test]
fn one_shared_reviewer_gives_no_weight_at_which_means_tie() {
    let decision = assessed(&[tool("a", &["x 80 ship"]), tool("b", &["x 70 ship"])]).decision;
    assert_eq!(decision.mean_ties_at, []);
}

#[test]
fn catalogs_with_votes_only_are_ranked_by_the_wilson_bound() {
    let voted = |slug: &str, ship, skip| {
        let mut record = tool(slug, &[]);
        (record.profile.community_ship, record.profile.community_skip) = (Some(ship), Some(skip));
        record
    };
    let records = [voted("few", 9, 1), voted("many", 90, 10), voted("one", 1, 0), tool("none", &[])];
    let all = assessed(&records);
    assert_eq!(all.tools.iter().map(|tool| tool.rank).collect::<Vec<_>>(), [2, 1, 3, 4]);
    assert_eq!((all.decision.leader, all.decision.certainty), (None, Certainty::Insufficient));
    assert!(all.findings.contains(&Finding::RankedByVotes));
    let board = leaderboard(&records, &Filter::default(), &Options::default(), None).expect("an answer");
    assert_eq!(board.shown, [(0, 2), (1, 1), (2, 3), (3, 4)]);
}

#[test]
fn above_a_thousand_tools_the_first_twenty_decide() {
    let review = |i: usize, r: usize| format!("r{r} {} ship", 10 + (i * 7 + r * 13) % 85);
    let mut records: Vec<Record> = (0..1_200)
        .map(|i| {
            let reviews: Vec<String> = (0..4).map(|r| review(i, r)).collect();
            tool(&format!("t{i:04}"), &reviews.iter().map(String::as_str).collect::<Vec<_>>())
        })
        .collect();
    records[700] = tool("best", &["r0 99 ship", "r1 98 ship", "r2 99 ship", "r3 97 ship"]);
    let all = assessed(&records);
    assert_eq!((all.decision.leader, all.decision.flips.as_ref(), all.places.as_ref()), (Some(700), None, None));
    assert_eq!((all.pairs.len(), all.decision.compared.len()), (19, 19));
    assert!(all.findings.contains(&Finding::PlacesNotComputed { decided: 20, of: 1_200 }));
    let board = leaderboard(&records, &Filter::default(), &Options::default(), Some(3)).expect("an answer");
    assert_eq!((board.shown.len(), board.of, board.decided.len()), (3, 1_200, 20));
    let few: Vec<&Record> = board.decided.iter().map(|&tool| &records[tool]).collect();
    let decision = assess_among(&few, board.of, &Options::default()).expect("an answer").decision;
    let same = |tool: Option<usize>| tool.map(|tool| board.decided[tool]);
    assert_eq!((same(decision.leader), same(decision.rival)), (all.decision.leader, all.decision.rival));
    assert_eq!((decision.certainty, decision.reasons), (all.decision.certainty, all.decision.reasons));
}
