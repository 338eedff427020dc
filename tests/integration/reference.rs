//! Figures against those of other programs: the tables under `tests/reference/`, which `make.py` there makes with scipy
//! 1.17, statsmodels 0.15 and krippendorff 0.9, and with Python's fractions where these are not exact.

use serde_json::Value;
use tool_compare::internal::catalog::record::Score;
use tool_compare::internal::catalog::record::{Record, Remarks, Review, Verdict};
use tool_compare::internal::verdict::{Assessment, Basis, Evidence, Exact, Interval, Options, Test, Weight, assess};

fn panels() -> Vec<Value> {
    let table: Value = serde_json::from_str(include_str!("../reference/panels.json")).expect("a table");
    table["rows"].as_array().expect("rows").clone()
}

/// The records of a panel: a tool a row of scores, a reviewer a column.
fn records(panel: &Value) -> Vec<Record> {
    let rows = |field: &str| panel[field].as_array().expect("rows").clone();
    let tools = rows("scores").into_iter().zip(rows("verdicts")).enumerate();
    tools.map(|(tool, (scores, verdicts))| record(tool, &scores, &verdicts)).collect()
}

fn record(tool: usize, scores: &Value, verdicts: &Value) -> Record {
    let cells = scores.as_array().expect("scores").iter().zip(verdicts.as_array().expect("verdicts")).enumerate();
    let reviews = cells.map(|(reviewer, (score, verdict))| Review {
        reviewer: format!("r{reviewer}").into(),
        score: score.as_str().map(|text| Score::from_text(text).expect("a score")),
        verdict: verdict.as_str().and_then(Verdict::from_text),
        date: None,
        remarks: Remarks::default(),
    });
    let reviews = reviews.filter(|review| review.score.is_some() || review.verdict.is_some()).collect();
    Record { slug: format!("tool-{tool}").into(), name: format!("Tool {tool}").into(), reviews, ..Record::default() }
}

fn same(what: &str, found: Option<f64>, expected: &Value) {
    match (found, expected.as_f64()) {
        (Some(found), Some(expected)) => {
            assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{what}: {found}, not {expected}");
        }
        (found, expected) => assert_eq!(found, expected, "{what}"),
    }
}

fn same_ends(what: &str, found: Option<Interval>, expected: &Value) {
    same(what, found.map(|interval| interval.low), &expected[0]);
    same(what, found.map(|interval| interval.high), &expected[1]);
}

fn compare(number: usize, panel: &Value, found: &Assessment) {
    let count = |value: &Value| value.as_u64().and_then(|n| usize::try_from(n).ok()).expect("a count");
    for (tool, (figures, expected)) in found.tools.iter().zip(panel["tools"].as_array().expect("tools")).enumerate() {
        let what = |figure: &str| format!("panel {number}, tool {tool}, {figure}");
        assert_eq!(figures.ships, count(&expected["ships"]), "{}", what("ships"));
        assert_eq!(figures.ships + figures.skips, count(&expected["verdicts"]), "{}", what("verdicts"));
        same_ends(&what("wilson"), figures.ship_ratio_interval, &expected["wilson"]);
        assert_eq!(figures.score.n, count(&expected["n"]), "{}", what("n"));
        same(&what("mean"), figures.score.mean.map(Exact::to_f64), &expected["mean"]);
        same(&what("median"), figures.score.median.map(Exact::to_f64), &expected["median"]);
        same(&what("stddev"), figures.score.stddev, &expected["stddev"]);
        same_ends(&what("mean interval"), figures.score.mean_interval, &expected["mean_interval"]);
    }
    let pairs = panel["pairs"].as_array().expect("pairs");
    assert_eq!(found.pairs.len(), pairs.len());
    for (index, (pair, expected)) in found.pairs.iter().zip(pairs).enumerate() {
        let what = |figure: &str| format!("panel {number}, pair {index}, {figure}");
        // A tool without scores is compared by verdict, and different people as two samples.
        if pair.basis != Basis::Score || pair.evidence != Evidence::Paired {
            continue;
        }
        assert_eq!(pair.shared.len(), count(&expected["n"]), "{}", what("n"));
        assert_eq!(pair.wins_first, count(&expected["wins"][0]), "{}", what("wins of the first"));
        assert_eq!(pair.wins_second, count(&expected["wins"][1]), "{}", what("wins of the second"));
        same(&what("mean"), pair.mean_difference.map(Exact::to_f64), &expected["mean"]);
        same_ends(&what("interval"), pair.interval, &expected["interval"]);
        let counted = pair.p_value.map(|p| p.counted.expect("few reviewers"));
        let extreme = counted.map(|counted| u64::try_from(counted.extreme).expect("a small count"));
        assert_eq!(extreme, expected["extreme"].as_u64(), "{}", what("extreme patterns"));
        assert!(pair.p_value.is_none_or(|p| p.method == Test::SignFlipExact));
        assert!(counted.is_none_or(|counted| counted.all == 1 << pair.shared.len()));
    }
    same(&format!("panel {number}, alpha"), found.agreement.alpha, &panel["alpha"]);
}

#[test]
fn figures_are_those_of_other_programs() {
    let panels = panels();
    assert!(panels.len() >= 300);
    for (number, panel) in panels.iter().enumerate() {
        let options = Options { confidence: panel["level"].as_f64().expect("a level"), ..Options::default() };
        compare(number, panel, &assess(&records(panel), &options).expect("an answer"));
    }
}

/// The rows of one test in `tests.json`.
fn rows(test: &str) -> Vec<Value> {
    let table: Value = serde_json::from_str(include_str!("../reference/tests.json")).expect("a table");
    let rows: Vec<Value> =
        table["rows"].as_array().expect("rows").iter().filter(|row| row["test"] == test).cloned().collect();
    assert!(rows.len() >= 10, "{test}");
    rows
}

fn count(value: &Value) -> usize {
    value.as_u64().and_then(|n| usize::try_from(n).ok()).expect("a count")
}

fn decimal(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn review(reviewer: impl std::fmt::Display, score: Option<Score>, verdict: Option<Verdict>) -> Review {
    Review { reviewer: format!("r{reviewer}").into(), score, verdict, date: None, remarks: Remarks::default() }
}

fn tool(slug: &str, reviews: Vec<Review>) -> Record {
    Record { slug: slug.into(), name: slug.into(), reviews, ..Record::default() }
}

/// Scores around 50 points whose differences, second minus first, are these millionths.
fn scored(differences: &[i64]) -> [Record; 2] {
    let score = |millionths: i64| u32::try_from(millionths).ok().and_then(Score::from_millionths);
    let reviews = |share: fn(i64) -> i64| {
        differences.iter().enumerate().map(|(r, d)| review(r, score(50_000_000 + share(*d)), None)).collect()
    };
    [tool("first", reviews(|d| -(d / 2))), tool("second", reviews(|d| d - d / 2))]
}

#[test]
fn pairs_are_those_of_scipy() {
    for row in rows("pairs") {
        let differences = row["differences"].as_array().expect("differences");
        let millionths: Vec<i64> = differences
            .iter()
            .map(|d| {
                let text = format!("{:.6}", decimal(d)).replace('.', "");
                text.parse().expect("millionths")
            })
            .collect();
        let records = scored(&millionths);
        let all = assess(&records, &Options::default()).expect("an answer");
        let pair = &all.pairs[0];
        same(&format!("{row}: mean"), pair.mean_difference.map(Exact::to_f64), &row["mean"]);
        same(&format!("{row}: deviation"), pair.stddev, &row["stddev"]);
        same_ends(&format!("{row}: interval"), pair.interval, &row["interval"]);
        same(&format!("{row}: p"), pair.p_value.map(|p| p.value), &row["p"]);
        // Where the second leads and four reviewers scored both.
        if let Some(behind) = all.decision.could_be_behind.filter(|_| all.decision.leader == Some(1)) {
            same(&format!("{row}: could be behind"), Some(behind.points), &row["could_be_behind"]);
        }
    }
}

#[test]
fn mcnemar_is_that_of_statsmodels() {
    for row in rows("mcnemar") {
        let [first, second, equal] = ["first", "second", "same"].map(|field| count(&row[field]));
        let n = first + second + equal;
        let verdict = |ships: bool| Some(if ships { Verdict::Ship } else { Verdict::Skip });
        let one = (0..n).map(|r| review(r, None, verdict(r < first))).collect();
        let other = (0..n).map(|r| review(r, None, verdict((first..first + second).contains(&r)))).collect();
        let all = assess(&[tool("one", one), tool("other", other)], &Options::default()).expect("an answer");
        let p = all.pairs[0].p_value;
        assert_eq!(p.map(|p| p.method), (n > 0).then_some(Test::McnemarExact));
        if let Some(p) = p {
            let expected = decimal(&row["p"]);
            assert!((p.value / expected - 1.0).abs() < 1e-9, "{row}: {}", p.value);
        }
    }
}

#[test]
fn unpaired_tools_are_compared_as_scipy_does() {
    for row in rows("unpaired") {
        let sample = |slug: &str, field: &str| {
            let scores = row[field].as_array().expect("scores").iter().enumerate();
            let score = |text: &Value| Score::from_text(text.as_str().expect("a text")).ok();
            let from = if field == "first" { 0 } else { 100 };
            tool(slug, scores.map(|(r, text)| review(from + r, score(text), None)).collect())
        };
        let options = Options { confidence: decimal(&row["level"]), ..Options::default() };
        let all = assess(&[sample("a", "first"), sample("b", "second")], &options).expect("an answer");
        let pair = &all.pairs[0];
        assert_eq!((pair.evidence, pair.shared.len()), (Evidence::Unpaired, 0));
        same(&format!("{row}: mean"), pair.mean_difference.map(Exact::to_f64), &row["mean"]);
        same_ends(&format!("{row}: Welch"), pair.interval, &row["welch"]);
        same(&format!("{row}: p"), pair.p_value.map(|p| p.value), &row["p"]);
    }
}

#[test]
fn panel_against_crowd_is_fishers_exact_test() {
    for row in rows("crowd") {
        let pair = |field: &str| [0, 1].map(|side| row[field][side].as_u64().expect("a count"));
        let ([ships, skips], [ship, skip]) = (pair("panel"), pair("votes"));
        let verdict = |r: u64| Some(if r < ships { Verdict::Ship } else { Verdict::Skip });
        let mut record = tool("a", (0..ships + skips).map(|r| review(r, None, verdict(r))).collect());
        (record.profile.community_ship, record.profile.community_skip) = (Some(ship), Some(skip));
        let crowd = assess(&[record], &Options::default()).expect("an answer").tools[0].crowd;
        assert_eq!(serde_json::json!(crowd.state), row["state"], "{row}");
        match (crowd.p_value, row["p"].as_f64()) {
            (Some(found), Some(expected)) => assert!((found / expected - 1.0).abs() < 1e-9, "{row}: {found}"),
            (found, expected) => assert_eq!(found, expected, "{row}"),
        }
    }
}

/// The pseudo-random numbers of `make.py`.
fn numbers(mut seed: u64, below: u64) -> impl Iterator<Item = i64> {
    std::iter::repeat_with(move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((seed >> 33) % below).expect("a small number")
    })
}

#[test]
fn many_reviewers_are_within_two_percent_of_the_count() {
    for row in rows("sign_flip") {
        let [n, seed, below, shift, decimals] =
            ["n", "seed", "below", "shift", "decimals"].map(|field| count(&row[field]));
        let shift = i64::try_from(shift).expect("a small number");
        let unit = 10_i64.pow(6 - u32::try_from(decimals).expect("few"));
        let mut differences: Vec<i64> =
            numbers(seed as u64, below as u64).take(n).map(|x| (x - shift) * unit).collect();
        let outlier = row["outlier"].as_u64();
        differences.extend(outlier.map(|_| 100_000_000));
        let mut options = Options::default();
        if let Some(weight) = outlier {
            let weight = Weight::from_millionths(weight * 1_000_000).expect("a weight");
            options.weights = [(format!("r{n}"), weight)].into_iter().collect();
        }
        let all = assess(&scored(&differences), &options).expect("an answer");
        let p = all.pairs[0].p_value.expect("reviewers");
        let expected = decimal(&row["p"]);
        let within = if p.method == Test::SignFlipExact { 1e-9 } else { 0.02 };
        assert!((p.value / expected - 1.0).abs() < within, "{row}: {p:?}");
    }
}

#[test]
fn reliability_is_that_of_the_analysis_of_variance() {
    for row in rows("reliability") {
        let scores = row["scores"].as_array().expect("tools").iter().enumerate();
        let record = |(t, scores): (usize, &Value)| {
            let score = |score: &Value| Score::from_text(&decimal(score).to_string()).ok();
            let reviews = scores.as_array().expect("scores").iter().enumerate();
            tool(&format!("t{t}"), reviews.map(|(r, value)| review(r, score(value), None)).collect())
        };
        let records: Vec<Record> = scores.map(record).collect();
        let decision = assess(&records, &Options::default()).expect("an answer").decision;
        // A panel of two or three is compared with none, which sets no tool aside.
        same(&row.to_string(), decision.reliability.map(|reliability| reliability.value), &row["reliability"]);
    }
}
