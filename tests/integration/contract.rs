//! The shape of `json`, written down a second time: a field that comes, goes or changes its type
//! without being written down here fails.

use super::support::{catalogs, compare, root, stdout};
use serde::Deserialize;

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read to check the shape")]
pub(crate) struct Comparison {
    pub(crate) schema_version: u32,
    pub(crate) kind: String,
    pub(crate) command: String,
    pub(crate) tools: Vec<Tool>,
    pub(crate) pairs: Vec<Pair>,
    pub(crate) agreement: Agreement,
    pub(crate) reliability: Option<f64>,
    pub(crate) decision: Decision,
    pub(crate) gates: Vec<serde_json::Value>,
    pub(crate) warnings: Vec<Warning>,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read to check the shape")]
pub(crate) struct Tool {
    pub(crate) slug: String,
    name: String,
    aliases: Vec<String>,
    tagline: Option<String>,
    description: Option<String>,
    category: Option<String>,
    url: Option<String>,
    best_for: Option<String>,
    pricing: Pricing,
    source: Option<Source>,
    community: Community,
    pub(crate) panel: Panel,
    pub(crate) reviews: Vec<Review>,
    pub(crate) rank: usize,
    pub(crate) crowd: Crowd,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read to check the shape")]
pub(crate) struct Crowd {
    pub(crate) state: Option<String>,
    pub(crate) p_value: Option<f64>,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read to check the shape")]
pub(crate) struct Pricing {
    entry: Option<String>,
    detail: Option<String>,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read to check the shape")]
pub(crate) struct Source {
    label: Option<String>,
    url: Option<String>,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read to check the shape")]
pub(crate) struct Community {
    ship: Option<u64>,
    skip: Option<u64>,
    ship_ratio: Option<f64>,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read to check the shape")]
pub(crate) struct Panel {
    pub(crate) verdict: String,
    pub(crate) ship: usize,
    pub(crate) skip: usize,
    pub(crate) ship_ratio: Option<f64>,
    pub(crate) ship_ratio_interval: Option<Interval>,
    pub(crate) score: Scores,
    reviewers: usize,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read to check the shape")]
pub(crate) struct Scores {
    pub(crate) n: usize,
    pub(crate) mean: Option<f64>,
    pub(crate) median: Option<f64>,
    pub(crate) min: Option<f64>,
    pub(crate) max: Option<f64>,
    pub(crate) stddev: Option<f64>,
    pub(crate) mean_interval: Option<Interval>,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read to check the shape")]
pub(crate) struct Interval {
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) level: f64,
    pub(crate) method: String,
    pub(crate) n: f64,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read to check the shape")]
pub(crate) struct Review {
    pub(crate) reviewer: String,
    score: Option<f64>,
    verdict: Option<String>,
    verdict_derived: bool,
    label: Option<String>,
    text: Option<String>,
    date: Option<String>,
    pub(crate) difference: Option<f64>,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read to check the shape")]
pub(crate) struct Pair {
    pub(crate) first: String,
    pub(crate) second: String,
    pub(crate) evidence: String,
    pub(crate) basis: String,
    pub(crate) shared_reviewers: Vec<String>,
    pub(crate) only_first: Vec<String>,
    pub(crate) only_second: Vec<String>,
    pub(crate) wins: Wins,
    means: Means,
    pub(crate) mean_difference: Option<f64>,
    pub(crate) interval: Option<Interval>,
    pub(crate) p_value: Option<PValue>,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read to check the shape")]
struct Means {
    first: Option<f64>,
    second: Option<f64>,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read to check the shape")]
pub(crate) struct Wins {
    pub(crate) first: usize,
    pub(crate) second: usize,
    pub(crate) ties: usize,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read to check the shape")]
pub(crate) struct PValue {
    pub(crate) value: f64,
    pub(crate) method: String,
    pub(crate) n: usize,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read to check the shape")]
pub(crate) struct Agreement {
    pub(crate) krippendorff_alpha: Option<f64>,
    metric: String,
    reviewers: usize,
    tools: usize,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read to check the shape")]
pub(crate) struct Decision {
    pub(crate) leader: Option<String>,
    pub(crate) runner_up: Option<String>,
    pub(crate) tied: Vec<String>,
    pub(crate) verdict: String,
    pub(crate) certainty: String,
    pub(crate) rival: Option<String>,
    pub(crate) contenders: Vec<String>,
    pub(crate) not_compared: Vec<String>,
    pub(crate) could_be_behind: Option<CouldBeBehind>,
    pub(crate) headline: String,
    pub(crate) statement: String,
    pub(crate) reasons: Vec<String>,
    pub(crate) flips: Option<Vec<Flip>>,
    pub(crate) mean_ties_at: Vec<TieWeight>,
    pub(crate) next_steps: NextSteps,
    pub(crate) dissent: Vec<Dissent>,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read to check the shape")]
pub(crate) struct CouldBeBehind {
    pub(crate) tool: String,
    pub(crate) points: f64,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read to check the shape")]
pub(crate) struct NextSteps {
    pub(crate) more_reviewers: Option<usize>,
    pub(crate) ask: Vec<Ask>,
    ask_too: Vec<Ask>,
    pub(crate) advice: Option<String>,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read to check the shape")]
pub(crate) struct Ask {
    pub(crate) reviewer: String,
    pub(crate) tool: String,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read to check the shape")]
pub(crate) struct DecidedBy {
    pub(crate) figure: String,
    pub(crate) ahead: Option<f64>,
    pub(crate) leader: Option<f64>,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read to check the shape")]
pub(crate) struct Flip {
    pub(crate) without: String,
    pub(crate) leader: Option<String>,
    tied: Vec<String>,
    pub(crate) decided_by: Option<DecidedBy>,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read to check the shape")]
pub(crate) struct TieWeight {
    pub(crate) reviewer: String,
    pub(crate) weight: f64,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read to check the shape")]
pub(crate) struct Dissent {
    pub(crate) tool: String,
    pub(crate) reviewer: String,
    verdict: String,
    score: Option<f64>,
    pub(crate) distance: Option<f64>,
    text: Option<String>,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read to check the shape")]
pub(crate) struct Warning {
    pub(crate) code: String,
    message: String,
    tool: Option<String>,
    reviewer: Option<String>,
}

/// The comparison of two built-in records.
pub(crate) fn embedded(extra: &str) -> Comparison {
    serde_json::from_str(&stdout(&format!("gemma-3n smolvlm2-turbo --format json {extra}"))).expect("the contract")
}

#[test]
fn every_fixture_keeps_the_contract() {
    for fixture in catalogs("fixtures/edge").into_iter().chain([root().join("fixtures/catalog")]) {
        let output = compare().arg("--all").arg("-c").arg(&fixture).args(["--format", "json"]).output().expect("runs");
        let document: Comparison = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|e| panic!("{}: {e}: {}", fixture.display(), String::from_utf8_lossy(&output.stderr)));
        assert_eq!((document.schema_version, document.kind.as_str()), (1, "comparison"));
        assert!(document.gates.is_empty());
        for tool in &document.tools {
            let panel = &tool.panel;
            assert_eq!(panel.ship_ratio.is_none(), panel.ship + panel.skip == 0);
            assert_eq!(panel.score.mean.is_none(), panel.score.n == 0);
            assert_eq!(panel.score.stddev.is_none(), panel.score.n < 2);
            let (ship, skip) = (tool.community.ship.unwrap_or(0), tool.community.skip.unwrap_or(0));
            assert_eq!(tool.community.ship_ratio.is_none(), ship + skip == 0);
        }
    }
}

#[test]
fn the_built_in_pair_has_the_reference_figures() {
    let document = embedded("");
    let [gemma, smolvlm] = document.tools.as_slice() else { panic!("two tools") };
    assert_eq!((gemma.panel.ship_ratio, smolvlm.panel.ship_ratio), (Some(0.75), Some(1.0)));
    assert_eq!((gemma.panel.score.mean, smolvlm.panel.score.mean), (Some(75.25), Some(79.25)));
    assert_eq!((gemma.panel.score.median, smolvlm.panel.score.median), (Some(81.0), Some(80.0)));
    assert_eq!((gemma.panel.score.min, gemma.panel.score.max), (Some(52.0), Some(87.0)));
    let near =
        |found: Option<f64>, expected: f64| assert!((found.expect("a figure") - expected).abs() < 1e-9, "{found:?}");
    near(gemma.panel.score.stddev, 15.945_218_719_101_975);
    near(smolvlm.panel.score.stddev, 5.619_905_100_029_122);
    let differences: Vec<_> = smolvlm.reviews.iter().map(|review| review.difference).collect();
    assert_eq!(differences, [Some(1.0), Some(0.0), Some(-5.0), Some(20.0)]);
    assert!(gemma.reviews.iter().all(|review| review.difference.is_none()));
}
