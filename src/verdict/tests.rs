//! The reference figures of the design and the cases that every wording rests on.

use super::*;
use crate::catalog::record::{Review, Verdict};

/// A review from `"name 84 ship"`, `"name 84"` or `"name ship"`.
fn review(text: &str) -> Review {
    let mut words = text.split(' ');
    let reviewer = words.next().expect("a name").into();
    let mut review = Review { reviewer, score: None, verdict: None, text: None, date: None };
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
    assert_eq!((p.extreme, p.patterns, p.value, p.n), (12, 16, 0.75, 4));
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
    let [flip] = decision.flips.as_slice() else { panic!("one flip") };
    assert_eq!((flip.without.as_str(), flip.leader), ("Founder", Some(0)));
    assert_eq!((flip.mean.map(|m| m.rounded(1)), flip.former_mean.map(|m| m.rounded(1))), (Some(830), Some(817)));
    let ties: Vec<_> = decision.mean_ties_at.iter().map(|t| (t.reviewer.as_str(), t.weight.to_f64())).collect();
    assert_eq!(ties, [("Founder", 0.2), ("Futurist", 4.2)]);
    let [dissent] = decision.dissent.as_slice() else { panic!("one dissenter") };
    assert_eq!((dissent.tool, dissent.review, dissent.distance), (0, 3, Exact::ratio(-93, 4)));
    let expected = [
        Reason::OneVoice { reviewers: vec!["Founder".to_owned()] },
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
    assert_eq!((p.extreme, p.patterns), (14, 16));
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
        Finding::NoReviews { tool: 0 },
        Finding::OneScore { tool: 1, reviewer: "p".to_owned() },
        Finding::NoVerdicts { tool: 1 },
        Finding::SmallPanel { tool: 2, voices: 2 },
        Finding::NoScores { tool: 2 },
        Finding::OneShared { pair: 4 },
        Finding::NoShared { pair: 0 },
        Finding::Unpaired { pair: 4 },
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
        assert_eq!(all.decision.reasons, [Reason::NoReviews]);
    }
    let alone = assessed(&[tool("a", &["p 5 ship", "q 6 ship"]), tool("b", &[])]);
    assert_eq!((alone.decision.leader, alone.decision.rival), (Some(0), None));
    assert_eq!(alone.decision.reasons, [Reason::NoOtherReviewed]);
}

#[test]
fn the_key_ranks_what_is_shown_to_ship() {
    let panel = |ship: usize, skip: usize| -> Vec<String> {
        let skips = (0..skip).map(|i| format!("s{i} skip"));
        (0..ship).map(|i| format!("r{i} ship")).chain(skips).collect()
    };
    let ranks = |panels: [Vec<String>; 2]| -> Vec<usize> {
        let texts = panels.map(|panel| panel.into_iter().collect::<Vec<_>>());
        let records = [0, 1].map(|i| tool(["a", "b"][i], &texts[i].iter().map(String::as_str).collect::<Vec<_>>()));
        assessed(&records).tools.iter().map(|t| t.rank).collect()
    };
    assert_eq!(ranks([panel(1, 0), panel(9, 1)]), [2, 1]);
    assert_eq!(ranks([panel(49, 51), panel(2, 0)]), [2, 1]);
    assert_eq!(ranks([panel(2, 2), panel(1, 2)]), [1, 2]);
    assert_eq!(ranks([panel(0, 1), panel(0, 0)]), [1, 2]);
    assert_eq!(ranks([panel(3, 0), panel(3, 0)]), [1, 1]);
}

#[test]
fn more_reviewers_are_named_as_the_reason() {
    let seven: Vec<String> = (0..7).map(|i| format!("r{i} 70 ship")).collect();
    let four: Vec<String> = (0..4).map(|i| format!("r{i} 95 ship")).collect();
    let texts = |v: &[String]| v.to_vec();
    let (seven, four) = (texts(&seven), texts(&four));
    let all = assessed(&[
        tool("four", &four.iter().map(String::as_str).collect::<Vec<_>>()),
        tool("seven", &seven.iter().map(String::as_str).collect::<Vec<_>>()),
    ]);
    assert_eq!((all.decision.leader, all.decision.certainty), (Some(1), Certainty::Close));
    let more = Reason::MoreReviewers { leader: 7, rival: 4, difference: Exact::whole(-25) };
    assert!(all.decision.reasons.contains(&more), "{:?}", all.decision.reasons);
    assert!(all.decision.reasons.contains(&Reason::NotAheadInMean { difference: Exact::whole(-25) }));
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
    assert_eq!(certainty(&ahead(3, |_| 10)), (Certainty::Insufficient, vec![Reason::TooFewShared { shared: 3 }]));
}

#[test]
fn a_tie_has_no_leader() {
    let [leader, ..] = ahead(4, |_| 10);
    let twin = Record { slug: "a-twin".into(), ..leader.clone() };
    let all = assessed(&[leader.clone(), twin.clone(), tool("other", &["r0 50 ship"])]);
    let decision = &all.decision;
    assert_eq!((decision.leader, decision.rival, decision.tied.as_slice()), (None, None, [1, 0].as_slice()));
    assert_eq!((decision.certainty, decision.verdict), (Certainty::Close, PanelVerdict::Ship));
    assert_eq!(decision.reasons, [Reason::Tied { too_few_shared: None }]);
    assert_eq!(all.tools.iter().map(|t| t.rank).collect::<Vec<_>>(), [1, 1, 3]);
    let apart = assessed(&[tool("a", &["p 50 ship"]), tool("b", &["q 50 ship"])]).decision;
    assert_eq!(apart.certainty, Certainty::Insufficient);
    assert_eq!(apart.reasons, [Reason::Tied { too_few_shared: Some(0) }]);
}

#[test]
fn a_tie_that_results_is_a_flip() {
    let decision = assessed(&[
        tool("a", &["p 50 ship", "q 50 ship", "r 60 ship"]),
        tool("b", &["p 50 ship", "q 50 ship", "r 50 ship"]),
    ])
    .decision;
    let [flip] = decision.flips.as_slice() else { panic!("one flip") };
    assert_eq!((flip.without.as_str(), flip.leader, flip.tied.as_slice()), ("r", None, [0, 1].as_slice()));
    assert_eq!((flip.mean, flip.former_mean), (Exact::ratio(50, 1), Exact::ratio(50, 1)));
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
    assert_eq!(pair.p_value.map(|p| p.extreme), Some(12));
    for finding in [Finding::UnequalWeights { tool: 0 }, Finding::UnequalPairWeights { pair: 0 }] {
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
    assert_eq!((without.decision.leader, without.tools[0].voices), (Some(0), 3));
    assert_eq!(without.decision.dissent, []);
    assert!(without.findings.contains(&Finding::LeftOut { reviewer: "Founder".to_owned() }));
    let nobody = assess(&embedded(), &weighted(&names.map(|n| (n, "0")))).expect("an answer");
    assert_eq!((nobody.tools[0].ship_ratio, nobody.tools[0].score.mean), (None, None));
    assert!(nobody.findings.contains(&Finding::AllWeightsZero { tool: 1 }));
    assert_eq!(nobody.decision.reasons, [Reason::NoReviews]);
}

#[test]
fn verdicts_are_derived_when_asked() {
    let records = [tool("a", &["q 70", "p 69.999999", "r 90 skip", "s ship"])];
    assert_eq!(assessed(&records).tools[0].ships, 1);
    let options = Options { ship_at: Score::from_text("70").ok(), ..Options::default() };
    let all = assess(&records, &options).expect("an answer");
    assert_eq!((all.tools[0].ships, all.tools[0].skips), (2, 2));
    assert!(all.findings.contains(&Finding::DerivedVerdicts { tool: 0, reviewers: vec!["p".into(), "q".into()] }));
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
        assert_eq!(all.tools[expected[0]].mean_difference, None);
        assert_eq!(rank(&records, &options).expect("an answer").order, expected, "{order:?}");
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
        assert!(assess(&embedded(), &options).is_err() && rank(&embedded(), &options).is_err());
    }
}

#[test]
fn places_range_over_one_reviewer_less() {
    let records = embedded();
    let places = |records: &[Record]| -> Vec<_> {
        let options = Options::default();
        let ranking = rank(records, &options).expect("an answer");
        let standings = records.iter().enumerate().map(|(tool, record)| ranking.standing(tool, record, &options));
        standings.map(|s| (s.rank, s.rank_best, s.rank_worst)).collect()
    };
    // Without its Founder, Gemma 3n ships 3 of 3 (at least 44 %), still behind 4 of 4; the other way round alike.
    assert_eq!(places(&records), [(2, 2, 2), (1, 1, 1)]);
    let close =
        [tool("a", &["p 50 ship", "q 90 ship"]), tool("b", &["p 60 ship", "q 70 ship"]), tool("c", &["p 10 ship"])];
    assert_eq!(places(&close), [(1, 1, 2), (2, 2, 2), (3, 3, 3)]);
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
