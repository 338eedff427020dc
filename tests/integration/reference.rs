//! Figures against other programs': the tables under `tests/reference/`, which `make.py` there makes with scipy
//! 1.17, statsmodels 0.15 and krippendorff 0.9 (exact sign patterns enumerated with Python's fractions).

use serde_json::Value;
use tool_compare::catalog::record::Score;
use tool_compare::catalog::record::{Record, Review, Verdict};
use tool_compare::verdict::{Assessment, Exact, Interval, Options, SignFlip, assess};

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
        text: None,
        date: None,
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
        assert_eq!(pair.shared.len(), count(&expected["n"]), "{}", what("n"));
        assert_eq!(pair.wins_first, count(&expected["wins"][0]), "{}", what("wins of the first"));
        assert_eq!(pair.wins_second, count(&expected["wins"][1]), "{}", what("wins of the second"));
        same(&what("mean"), pair.mean_difference.map(Exact::to_f64), &expected["mean"]);
        same_ends(&what("interval"), pair.interval, &expected["interval"]);
        let extreme = pair.p_value.map(|p| u64::try_from(p.extreme).expect("a small count"));
        assert_eq!(extreme, expected["extreme"].as_u64(), "{}", what("extreme patterns"));
        assert!(pair.p_value.is_none_or(|p| p.method == SignFlip::SignFlipExact && p.patterns == 1 << p.n));
    }
    same(&format!("panel {number}, alpha"), found.agreement.alpha, &panel["alpha"]);
}

#[test]
fn figures_are_those_of_other_programs() {
    let panels = panels();
    assert!(panels.len() >= 200);
    for (number, panel) in panels.iter().enumerate() {
        let options = Options { confidence: panel["level"].as_f64().expect("a level"), ..Options::default() };
        compare(number, panel, &assess(&records(panel), &options).expect("an answer"));
    }
}
