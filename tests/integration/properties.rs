//! Properties of every comparison, on panels with gaps, ties and weights.

use proptest::prelude::*;
use proptest::sample::select;
use std::cmp::Reverse;
use tool_compare::internal::catalog::record::Score;
use tool_compare::internal::catalog::record::{Record, Remarks, Review, Verdict};
use tool_compare::internal::format::{FORMATS, Formats, Style};
use tool_compare::internal::report::{RankingParts, Report};
use tool_compare::internal::verdict::{
    Assessment, Certainty, Exact, Figures, Filter, Interval, Options, Order, PanelVerdict, Reason, Weight, Weights,
    assess, leaderboard,
};

/// Cells of a tool: per reviewer a score and a verdict, either of them missing at times.
type Cells = Vec<(Option<u32>, Option<Verdict>)>;

fn record(tool: usize, cells: &Cells) -> Record {
    let reviews = cells.iter().enumerate().map(|(reviewer, (score, verdict))| Review {
        reviewer: format!("r{reviewer}").into(),
        score: score.and_then(Score::from_millionths),
        verdict: *verdict,
        date: None,
        remarks: Remarks::default(),
    });
    let reviews = reviews.filter(|review| review.score.is_some() || review.verdict.is_some()).collect();
    Record { slug: format!("t{tool}").into(), name: format!("Tool {tool}").into(), reviews, ..Record::default() }
}

/// One to five tools by one to eight reviewers. Scores are at least 1 point and few, so that ties happen.
fn catalogs() -> impl Strategy<Value = Vec<Record>> {
    let score = prop_oneof![3 => select(vec![1_000_000, 50_000_000, 80_000_000, 80_500_000, 100_000_000]), 1 => 1_000_000_u32..=100_000_000];
    let verdict = select(vec![Verdict::Ship, Verdict::Ship, Verdict::Skip]);
    let cell = (prop::option::weighted(0.8, score), prop::option::weighted(0.8, verdict));
    (1..=5_usize, 1..=8_usize).prop_flat_map(move |(tools, reviewers)| {
        let cells = prop::collection::vec(cell.clone(), reviewers);
        prop::collection::vec(cells, tools)
            .prop_map(|tools| tools.iter().enumerate().map(|(tool, cells)| record(tool, cells)).collect())
    })
}

/// Usual weights, or some of their own.
fn options() -> impl Strategy<Value = Options> {
    let weight = select(vec![0, 1, 500_000, 1_000_000, 2_000_000, 1_000_000_000_000]);
    let weights = prop::collection::vec((0..8_usize, weight), 0..4).prop_map(|weights| {
        let weight = |millionths| Weight::from_millionths(millionths).expect("a weight");
        weights.into_iter().map(|(reviewer, w)| (format!("r{reviewer}"), weight(w))).collect::<Weights>()
    });
    let ship_at = prop::option::of(Just(Score::from_millionths(80_000_000).expect("a score")));
    (weights, ship_at).prop_map(|(weights, ship_at)| Options { weights, ship_at, ..Options::default() })
}

fn assessed(records: &[Record], options: &Options) -> Assessment {
    assess(records, options).expect("an answer")
}

/// The records without a reviewer.
fn without(records: &[Record], reviewer: &str) -> Vec<Record> {
    let mut records = records.to_vec();
    for record in &mut records {
        record.reviews.retain(|review| &*review.reviewer != reviewer);
    }
    records
}

/// All that an assessment says, under slugs and names instead of positions, to the last digit.
fn told(records: &[Record], all: &Assessment) -> Vec<String> {
    let slug = |tool: usize| records[tool].slug.as_str();
    let mut told: Vec<String> = Vec::new();
    for (record, figures) in records.iter().zip(&all.tools) {
        let mut reviews: Vec<_> = record.reviews.iter().zip(&figures.reviews).map(|r| format!("{r:?}")).collect();
        reviews.sort();
        let mut figures = figures.clone();
        figures.reviews.clear();
        told.push(format!("{} {figures:?} {reviews:?}", record.slug));
    }
    told.sort();
    for pair in &all.pairs {
        let mut pair = pair.clone();
        let names = (slug(pair.first), slug(pair.second));
        (pair.first, pair.second) = (0, 0);
        told.push(format!("{names:?} {pair:?}"));
    }
    let decision = &all.decision;
    let mut dissent: Vec<String> = decision
        .dissent
        .iter()
        .map(|d| format!("{} {} {:?}", slug(d.tool), records[d.tool].reviews[d.review].reviewer, d.distance))
        .collect();
    dissent.sort();
    let slugs = |tools: &[usize]| tools.iter().map(|&tool| slug(tool).to_owned()).collect::<Vec<_>>();
    let flips = decision.flips.iter().flatten();
    let flips = flips.map(|f| (&f.without, f.leader.map(slug), slugs(&f.tied), &f.decided_by));
    let contenders = (slugs(&decision.contenders), slugs(&decision.not_compared), decision.runner_up.map(slug));
    let behind = decision.could_be_behind.map(|behind| (slug(behind.tool), behind.points.to_bits()));
    told.push(format!("{contenders:?} {behind:?} {:?}", decision.reliability));
    told.push(format!("{:?}", (decision.leader.map(slug), decision.rival.map(slug), slugs(&decision.tied))));
    told.push(format!("{:?}", (decision.certainty, decision.verdict, &decision.reasons, &decision.mean_ties_at)));
    told.push(format!("{:?} {dissent:?} {:?}", flips.collect::<Vec<_>>(), all.agreement));
    told.push(format!("{:?} {}", slugs(&all.order), all.findings.len()));
    told
}

/// Records with their reviews, both in another order.
fn shuffled() -> impl Strategy<Value = (Vec<Record>, Vec<Record>)> {
    catalogs().prop_flat_map(|records| {
        let tools: Vec<_> = records.iter().map(|record| Just(record.reviews.clone()).prop_shuffle()).collect();
        (Just(records), tools).prop_flat_map(|(records, reviews)| {
            let other: Vec<Record> =
                records.iter().zip(reviews).map(|(record, reviews)| Record { reviews, ..record.clone() }).collect();
            (Just(records), Just(other).prop_shuffle())
        })
    })
}

fn contains(interval: Option<Interval>, point: Option<Exact>) -> bool {
    interval.zip(point).is_none_or(|(interval, point)| (interval.low..=interval.high).contains(&point.to_f64()))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_order_changes_a_figure((records, other) in shuffled(), options in options()) {
        let options = Options { order: Order::Rank, ..options };
        prop_assert_eq!(told(&records, &assessed(&records, &options)), told(&other, &assessed(&other, &options)));
    }

    #[test]
    fn swapping_two_tools_mirrors_their_pair(records in catalogs(), options in options()) {
        let [one, other, ..] = records.as_slice() else { return Ok(()) };
        let swapped = [other.clone(), one.clone()];
        let (one, other) = (assessed(&records[..2], &options), assessed(&swapped, &options));
        let (pair, mirror) = (&one.pairs[0], &other.pairs[0]);
        prop_assert_eq!((pair.wins_first, pair.wins_second), (mirror.wins_second, mirror.wins_first));
        prop_assert_eq!((&pair.only_first, &pair.only_second), (&mirror.only_second, &mirror.only_first));
        prop_assert_eq!((&pair.shared, pair.ties, pair.p_value), (&mirror.shared, mirror.ties, mirror.p_value));
        prop_assert_eq!((pair.evidence, pair.basis, pair.is_comparable), (mirror.evidence, mirror.basis, mirror.is_comparable));
        prop_assert_eq!(pair.mean_difference, mirror.mean_difference.map(|d| -d));
        let ends = pair.interval.map(|i| (i.low, i.high));
        prop_assert_eq!(ends, mirror.interval.map(|i| (-i.high, -i.low)));
        prop_assert_eq!(one.decision.leader, other.decision.leader.map(|tool| 1 - tool));
        prop_assert_eq!(one.decision.certainty, other.decision.certainty);
    }

    #[test]
    fn a_tool_that_loses_everywhere_changes_no_leader(mut records in catalogs(), options in options()) {
        let before = assessed(&records, &options);
        let leader = before.decision.leader;
        // Panels of fewer than four rank behind others of their verdict.
        let is_scored = |leader: usize| before.tools[leader].score.mean.is_some() && before.tools[leader].reviewers >= 4;
        // A panel without verdicts ranks last: against one of those, the loser has none either.
        let verdict = (before.decision.verdict != PanelVerdict::None).then_some(Verdict::Skip);
        if !leader.is_some_and(is_scored) || options.ship_at.is_some() && verdict.is_none() {
            return Ok(());
        }
        records.push(record(99, &vec![(Some(0), verdict); 8]));
        let after = assessed(&records, &options);
        prop_assert_eq!(after.decision.leader, leader);
    }

    #[test]
    fn a_duplicate_of_the_leader_ties_with_it(mut records in catalogs(), options in options()) {
        let Some(leader) = assessed(&records, &options).decision.leader else { return Ok(()) };
        records.push(Record { slug: "twin".into(), ..records[leader].clone() });
        let after = assessed(&records, &options);
        prop_assert_eq!(after.decision.leader, None);
        prop_assert_eq!(after.decision.rival, None);
        prop_assert_eq!(after.decision.tied, [leader, records.len() - 1]);
        prop_assert!(after.decision.certainty <= Certainty::Close);
    }

    #[test]
    fn intervals_contain_their_point(records in catalogs(), options in options(), confidence in 0.001..0.9999) {
        let all = assessed(&records, &Options { confidence, ..options });
        for figures in &all.tools {
            prop_assert!(contains(figures.ship_ratio_interval, figures.ship_ratio));
            prop_assert!(contains(figures.score.mean_interval, figures.score.mean));
        }
        prop_assert!(all.pairs.iter().all(|pair| contains(pair.interval, pair.mean_difference)));
    }

    #[test]
    fn flips_are_what_leaving_out_by_hand_gives(records in catalogs(), options in options()) {
        let all = assessed(&records, &options);
        let flips = all.decision.flips.as_ref().expect("few tools");
        for reviewer in (0..8).map(|reviewer| format!("r{reviewer}")) {
            let then = assessed(&without(&records, &reviewer), &options);
            let ahead = leaders_by_hand(&records, &all, &then);
            let leader = if let [one] = ahead[..] { Some(one) } else { None };
            match flips.iter().find(|flip| flip.without == reviewer) {
                None => prop_assert_eq!(leader, all.decision.leader),
                Some(flip) => {
                    prop_assert_ne!(leader, all.decision.leader);
                    prop_assert_eq!(flip.leader, leader);
                    prop_assert_eq!(&flip.tied, &if leader.is_none() { ahead.clone() } else { Vec::new() });
                    if let (Some(decider), Some(former)) = (&flip.decided_by, all.decision.leader) {
                        prop_assert_eq!(decider.former.mean, then.tools[former].score.mean);
                        prop_assert_eq!(decider.leader.mean, then.tools[ahead[0]].score.mean);
                        prop_assert_eq!(decider.leader.ships, then.tools[ahead[0]].ships);
                    }
                }
            }
        }
        // Only a tool that the leader could not be compared with can then overtake it.
        let decision = &all.decision;
        for flip in flips.iter().filter(|_| decision.certainty >= Certainty::Leaning) {
            let ahead: Vec<usize> = flip.leader.iter().chain(&flip.tied).copied().collect();
            prop_assert!(!ahead.is_empty(), "{:?}", flip);
            let expected = |tool: &usize| Some(*tool) == decision.leader || decision.not_compared.contains(tool);
            prop_assert!(ahead.iter().all(expected), "{:?}", flip);
        }
    }

    #[test]
    fn a_lead_hangs_on_those_who_by_hand_cost_it(records in catalogs(), options in options()) {
        let all = assessed(&records, &options);
        let (Some(leader), Some(rival)) = (all.decision.leader, all.decision.rival) else { return Ok(()) };
        if all.decision.certainty == Certainty::Insufficient {
            return Ok(());
        }
        let costs = |reviewer: &String| {
            let then = assessed(&without(&records, reviewer), &options);
            let ahead = key_by_hand(&all.tools[leader], &then.tools[leader]) < key_by_hand(&all.tools[rival], &then.tools[rival]);
            then.tools[leader].reviewers == 0 || !ahead && then.tools[rival].reviewers > 0
        };
        let by_hand: Vec<String> = (0..8).map(|r| format!("r{r}")).filter(costs).collect();
        let named = all.decision.reasons.iter().find_map(|reason| match reason {
            Reason::HangsOn { reviewers } => Some(reviewers.clone()),
            _ => None,
        });
        prop_assert_eq!(named.unwrap_or_default(), by_hand);
    }

    #[test]
    fn a_tool_with_one_review_changes_nothing_unless_it_is_among_the_first_two(
        records in catalogs(), options in options(), reviewer in 0..9_usize, score in 0..=100_u32, ship in any::<bool>(),
    ) {
        let before = assessed(&records, &options).decision;
        let mut cells: Cells = vec![(None, None); 9];
        let verdict = if ship { Verdict::Ship } else { Verdict::Skip };
        cells[reviewer] = (Some(score * 1_000_000), Some(verdict));
        let mut more = records.clone();
        more.push(record(99, &cells));
        let new = records.len();
        let after = assessed(&more, &options).decision;
        if after.leader == Some(new) || after.runner_up == Some(new) || after.tied.contains(&new) {
            return Ok(());
        }
        prop_assert_eq!((after.leader, after.certainty, after.rival), (before.leader, before.certainty, before.rival));
        prop_assert_eq!((after.contenders, after.could_be_behind), (before.contenders, before.could_be_behind));
    }

    #[test]
    fn contenders_are_close_and_beaten_by_none_of_them(records in catalogs(), options in options()) {
        let decision = assessed(&records, &options).decision;
        let Some(leader) = decision.leader else { return Ok(()) };
        let certainty = |first: usize, second: usize| {
            let two = [records[first].clone(), records[second].clone()];
            let decision = assessed(&two, &options).decision;
            (decision.leader == Some(0)).then_some(decision.certainty)
        };
        let close: Vec<usize> = (0..records.len()).filter(|&tool| certainty(leader, tool) == Some(Certainty::Close)).collect();
        for &contender in &decision.contenders {
            prop_assert!(close.contains(&contender), "{:?}", decision);
            let beaten = decision.contenders.iter().any(|&other| certainty(other, contender) >= Some(Certainty::Leaning));
            prop_assert!(!beaten, "{:?}", decision);
        }
        for tool in close.into_iter().filter(|tool| !decision.contenders.contains(tool)) {
            let beaten = decision.contenders.iter().any(|&other| certainty(other, tool) >= Some(Certainty::Leaning));
            prop_assert!(beaten, "{} {:?}", tool, decision);
        }
        let least = decision.compared.iter().map(|(_, certainty)| *certainty).min();
        prop_assert_eq!(least.unwrap_or(Certainty::Insufficient), decision.certainty);
    }

    #[test]
    fn fewer_reviewers_than_named_would_not_settle_it(records in catalogs()) {
        let [one, other, ..] = records.as_slice() else { return Ok(()) };
        let two = [one.clone(), other.clone()];
        let options = Options::default();
        let all = assessed(&two, &options);
        let (Some(leader), Some(more)) = (all.decision.leader, all.decision.next_steps.more_reviewers) else { return Ok(()) };
        let by_verdict = two.iter().any(|record| record.reviews.iter().all(|review| review.score.is_none()));
        let p = |count: usize| {
            let mut two = two.clone();
            for (tool, record) in two.iter_mut().enumerate() {
                let leads = tool == leader;
                record.reviews.extend((0..count).map(|new| Review {
                    reviewer: format!("new{new}").into(),
                    score: Score::from_millionths(if leads { 100_000_000 } else { 0 }).filter(|_| !by_verdict),
                    verdict: by_verdict.then_some(if leads { Verdict::Ship } else { Verdict::Skip }),
                    date: None,
                    remarks: Remarks::default(),
                }));
            }
            let all = assessed(&two, &options);
            let ahead = all.pairs[0].wins_of(leader) > 0;
            all.pairs[0].p_value.filter(|_| ahead && all.pairs[0].shared.len() >= 4).map_or(1.0, |p| p.value)
        };
        // Only where the pair is still compared by shared reviewers.
        if all.pairs[0].shared.len() >= 4 {
            prop_assert!(p(more) <= 0.05, "{} {}", more, p(more));
            prop_assert!(p(more - 1) > 0.05 || all.pairs[0].lead_of(leader).is_some_and(|lead| lead.signum() <= 0), "{}", more);
        }
    }

    #[test]
    fn means_tie_at_the_weights_named(records in catalogs()) {
        let [one, other, ..] = records.as_slice() else { return Ok(()) };
        let two = [one.clone(), other.clone()];
        let decision = assessed(&two, &Options::default()).decision;
        for tie in &decision.mean_ties_at {
            let (numerator, denominator) = tie.weight.terms();
            // Weights are exact to a millionth: scale all of them instead.
            let mut options = Options::default();
            let scaled = |w: i128| u64::try_from(w).ok().and_then(Weight::from_millionths);
            let (Some(own), Some(others)) = (scaled(numerator), scaled(denominator)) else { continue };
            let weights = (0..8).map(|r| (format!("r{r}"), others));
            options.weights = weights.chain([(tie.reviewer.clone(), own)]).collect();
            let difference = assessed(&two, &options).pairs[0].mean_difference;
            prop_assert!(difference.is_none_or(Exact::is_zero), "{:?} {:?}", tie, difference);
        }
    }

    #[test]
    fn places_range_over_what_leaving_out_by_hand_gives(records in catalogs(), options in options()) {
        let all = assessed(&records, &options);
        let mut expected: Vec<(usize, usize)> = all.tools.iter().map(|tool| (tool.rank, tool.rank)).collect();
        for reviewer in (0..8).map(|reviewer| format!("r{reviewer}")) {
            let then = assessed(&without(&records, &reviewer), &options);
            let key = |tool: usize| key_by_hand(&all.tools[tool], &then.tools[tool]);
            for (tool, range) in expected.iter_mut().enumerate() {
                let place = 1 + (0..records.len()).filter(|&other| key(other) < key(tool)).count();
                *range = (range.0.min(place), range.1.max(place));
            }
        }
        let places: Vec<_> = all.places.expect("few tools").iter().map(|places| (places.best, places.worst)).collect();
        prop_assert_eq!(places, expected);
        let board = leaderboard(&records, &Filter::default(), &options, None).expect("an answer");
        for (tool, rank) in board.shown {
            prop_assert_eq!(rank, all.tools[tool].rank);
        }
    }
}

/// What a tool ranks by, the better the less: panel verdict, fewer than four reviews on the whole panel, mean, Wilson
/// bound. Without a reviewer its figures are `then`.
fn key_by_hand(whole: &Figures, then: &Figures) -> (PanelVerdict, bool, Reverse<Option<Exact>>, Reverse<u64>) {
    let low = then.ship_ratio_interval.map_or(0, |interval| 1 + interval.low.to_bits());
    (then.verdict, whole.reviewers < 4, Reverse(then.score.mean), Reverse(low))
}

/// The reviewed tools that rank first when the figures are those of `then`, by slug.
fn leaders_by_hand(records: &[Record], all: &Assessment, then: &Assessment) -> Vec<usize> {
    let key = |tool: usize| key_by_hand(&all.tools[tool], &then.tools[tool]);
    let reviewed: Vec<usize> = (0..records.len()).filter(|&tool| then.tools[tool].reviewers > 0).collect();
    let best = reviewed.iter().map(|&tool| key(tool)).min();
    let mut leaders: Vec<usize> = reviewed.into_iter().filter(|&tool| Some(key(tool)) == best).collect();
    leaders.sort_by(|&a, &b| records[a].slug.cmp(&records[b].slug));
    leaders
}

/// Two to twenty tools by one to eight reviewers, some of them with verdicts only.
fn panels() -> impl Strategy<Value = Vec<Record>> {
    let score = prop_oneof![2 => select(vec![40_000_000, 60_000_000, 80_000_000]), 3 => 1_000_000_u32..=100_000_000];
    let verdict = select(vec![Verdict::Ship, Verdict::Ship, Verdict::Skip]);
    let cell = (prop::option::weighted(0.75, score), prop::option::weighted(0.8, verdict));
    (2..=20_usize, 1..=8_usize).prop_flat_map(move |(tools, reviewers)| {
        let cells = (prop::collection::vec(cell.clone(), reviewers), prop::bool::weighted(0.1));
        prop::collection::vec(cells, tools).prop_map(|tools| {
            let record_of = |(tool, (mut cells, verdicts_only)): (usize, (Cells, bool))| {
                if verdicts_only {
                    for (score, _) in &mut cells {
                        *score = None;
                    }
                }
                record(tool, &cells)
            };
            tools.into_iter().enumerate().map(record_of).collect()
        })
    })
}

/// The words of a text, without what marks it up.
fn words(text: &str) -> String {
    let mut plain = String::new();
    let mut in_tag = false;
    for c in text.chars() {
        match c {
            '<' if text.starts_with("<!") => in_tag = true,
            '>' if in_tag => {
                in_tag = false;
                plain.push(' ');
            }
            '*' | '\\' => {}
            c if !in_tag => plain.push(c),
            _ => {}
        }
    }
    let plain = plain.replace("&quot;", "\"").replace("&gt;", ">").replace("&lt;", "<");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    /// `rank`, `compare --all` and every format that people read carry the same decision.
    #[test]
    fn every_command_and_format_states_the_same_decision(records in panels(), options in options(), unpaired in prop::bool::weighted(0.1)) {
        let options = Options { unpaired, order: Order::Rank, ..options };
        let comparison = Report::comparison(&records, &options, false).expect("an answer");
        let board = leaderboard(&records, &Filter::default(), &options, Some(1)).expect("an answer");
        let parts = RankingParts { answers: true, reviews: false, explain: false };
        let ranking = Report::ranking(&|tool| &records[tool], &board, &board.shown, &options, parts).expect("an answer");
        let json = |report: &Report| serde_json::to_value(report).expect("a document");
        let (compared, ranked) = (json(&comparison), json(&ranking));
        prop_assert_eq!(&compared["decision"], &ranked["decision"]);
        prop_assert_eq!(&compared["reliability"], &ranked["reliability"]);
        let decision = &compared["decision"];
        let mut parts = vec![decision["headline"].clone()];
        parts.extend(decision["reasons"].as_array().expect("reasons").iter().cloned());
        parts.extend(Some(decision["next_steps"]["advice"].clone()).filter(|advice| !advice.is_null()));
        for report in [&comparison, &ranking] {
            let formats = Formats::default();
            let for_people = ["table", "markdown", "html", "summary", "pr-comment"];
            for name in for_people {
                let format = FORMATS.iter().copied().chain(formats.iter()).find(|format| format.name() == name);
                let format = format.expect("a format");
                let text = words(&format.format(report, &Style { width: 10_000, ..Style::default() }).expect("a text"));
                for part in &parts {
                    let part = words(part.as_str().expect("a text"));
                    prop_assert!(text.contains(&part), "{}: {} in {}", name, part, text);
                }
            }
        }
    }
}
