//! Properties of every comparison, on panels with gaps, ties and weights.

use proptest::prelude::*;
use proptest::sample::select;
use tool_compare::catalog::record::Score;
use tool_compare::catalog::record::{Record, Review, Verdict};
use tool_compare::verdict::{
    Assessment, Certainty, Exact, Interval, Options, Order, PanelVerdict, Reason, Weight, Weights, assess, rank,
};

/// Cells of a tool: per reviewer a score and a verdict, either of them missing at times.
type Cells = Vec<(Option<u32>, Option<Verdict>)>;

fn record(tool: usize, cells: &Cells) -> Record {
    let reviews = cells.iter().enumerate().map(|(reviewer, (score, verdict))| Review {
        reviewer: format!("r{reviewer}").into(),
        score: score.and_then(Score::from_millionths),
        verdict: *verdict,
        text: None,
        date: None,
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
    let flips = decision.flips.iter().map(|f| (&f.without, f.leader.map(slug), slugs(&f.tied), f.mean, f.former_mean));
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
        prop_assume!(leader.is_some_and(|leader| before.tools[leader].score.mean.is_some()));
        // A panel without verdicts ranks last: against one of those, the loser has none either.
        let verdict = (before.decision.verdict != PanelVerdict::None).then_some(Verdict::Skip);
        prop_assume!(options.ship_at.is_none() || verdict.is_some());
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
        for reviewer in (0..8).map(|reviewer| format!("r{reviewer}")) {
            let then = assessed(&without(&records, &reviewer), &options);
            match all.decision.flips.iter().find(|flip| flip.without == reviewer) {
                None => prop_assert_eq!(then.decision.leader, all.decision.leader),
                Some(flip) => {
                    prop_assert_ne!(then.decision.leader, all.decision.leader);
                    prop_assert_eq!(then.decision.leader, flip.leader);
                    prop_assert_eq!(&then.decision.tied, &flip.tied);
                    prop_assert_eq!(flip.former_mean, all.decision.leader.and_then(|t| then.tools[t].score.mean));
                }
            }
            let mut zero = options.clone();
            zero.weights.set(reviewer, Weight::ZERO);
            prop_assert_eq!(assessed(&records, &zero).decision.leader, then.decision.leader);
        }
        prop_assert!(all.decision.certainty < Certainty::Leaning || all.decision.flips.is_empty());
    }

    #[test]
    fn one_voice_is_who_by_hand_costs_the_lead(records in catalogs(), options in options()) {
        let all = assessed(&records, &options);
        let (Some(leader), Some(rival)) = (all.decision.leader, all.decision.rival) else { return Ok(()) };
        if all.decision.certainty == Certainty::Insufficient {
            return Ok(());
        }
        let two = [records[leader].clone(), records[rival].clone()];
        let costs = |reviewer: &String| assessed(&without(&two, reviewer), &options).decision.leader != Some(0);
        let by_hand: Vec<String> = (0..8).map(|r| format!("r{r}")).filter(costs).collect();
        let named = all.decision.reasons.iter().find_map(|reason| match reason {
            Reason::OneVoice { reviewers } => Some(reviewers.clone()),
            _ => None,
        });
        let all_of_weight_zero = |r: &String| options.weights.of(r) == Weight::ZERO;
        prop_assert!(!by_hand.iter().any(all_of_weight_zero));
        prop_assert_eq!(named.unwrap_or_default(), by_hand);
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
            (0..8).for_each(|r| options.weights.set(format!("r{r}"), others));
            options.weights.set(tie.reviewer.clone(), own);
            let difference = assessed(&two, &options).pairs[0].mean_difference;
            prop_assert!(difference.is_none_or(Exact::is_zero), "{:?} {:?}", tie, difference);
        }
    }

    #[test]
    fn the_leaderboard_ranks_as_the_comparison_does(records in catalogs(), options in options()) {
        let all = assessed(&records, &options);
        let ranking = rank(&records, &options).expect("an answer");
        for tool in 0..records.len() {
            let standing = ranking.standing(tool, &records[tool], &options);
            prop_assert_eq!(standing.rank, all.tools[tool].rank);
            prop_assert_eq!((standing.mean, standing.ship_ratio), (all.tools[tool].score.mean, all.tools[tool].ship_ratio));
            let (mut best, mut worst) = (standing.rank, standing.rank);
            for review in &records[tool].reviews {
                let mut then = records.clone();
                then[tool].reviews.retain(|other| other.reviewer != review.reviewer);
                let place = assessed(&then, &options).tools[tool].rank;
                (best, worst) = (best.min(place), worst.max(place));
            }
            prop_assert_eq!((standing.rank_best, standing.rank_worst), (best, worst));
        }
    }
}
