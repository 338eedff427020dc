//! Two real panels, with their figures as scipy, statsmodels and krippendorff give them.
//!
//! `fandango12.csv`: twelve films of the Fandango data by `FiveThirtyEight`, CC BY 4.0.
//! `skating_wc2017_composition.csv`: judges' marks of one event of the 2017 world championships, collected by
//! `BuzzFeed` News, CC BY 4.0.

use super::support::{root, session};
use serde_json::Value;

fn near(found: &Value, expected: &Value, what: &str) {
    match (found.as_f64(), expected.as_f64()) {
        (Some(found), Some(expected)) => assert!((found - expected).abs() < 1e-9, "{what}: {found} {expected}"),
        _ => assert_eq!(found, expected, "{what}"),
    }
}

#[test]
fn real_panels_give_the_figures_of_other_programs() {
    for panel in ["fandango12", "skating_wc2017_composition"] {
        let path = root().join("tests/panels").join(panel);
        let expected = std::fs::read_to_string(path.with_extension("expected.json")).expect("figures");
        let expected: Value = serde_json::from_str(&expected).expect("JSON");
        let csv = path.with_extension("csv");
        let run = session(&["--all", "-f", "json", "-q", "-c", csv.to_str().expect("UTF-8")]);
        assert_eq!((run.status, run.stderr.as_str()), (0, ""));
        let document: Value = serde_json::from_str(&run.stdout).expect("JSON");
        let tools = document["tools"].as_array().expect("tools");
        let named = |name: &Value| tools.iter().find(|tool| tool["name"] == *name).expect("a tool of this name");
        for (slug, figures) in expected["tools"].as_object().expect("figures") {
            let tool = named(&expected["names"][slug]);
            let score = &tool["panel"]["score"];
            for (key, theirs) in
                [("n", "n"), ("mean", "mean"), ("median", "median"), ("stddev", "sd"), ("min", "min"), ("max", "max")]
            {
                near(&score[key], &figures[theirs], &format!("{slug} {key}"));
            }
        }
        near(&document["agreement"]["krippendorff_alpha"], &expected["alpha"], "alpha");
    }
}
