//! The decision as a user meets it: every certainty, every wording, every odd input.

use super::contract::{Comparison, embedded};
use super::support::{compare, root, run, stdout};

/// All tools of a fixture, compared.
fn decided(fixture: &str, extra: &[&str]) -> Comparison {
    let path = root().join("fixtures/edge").join(fixture);
    let output = compare().args(["--all", "--format", "json", "-c"]).arg(path).args(extra).output().expect("runs");
    assert!(output.status.success(), "{fixture}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the contract")
}

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
}

#[test]
fn the_built_in_pair_has_the_reference_figures_of_the_decision() {
    let document = embedded("");
    let [gemma, smolvlm] = document.tools.as_slice() else { panic!("two tools") };
    let ends = |interval: &Option<super::contract::Interval>| {
        let interval = interval.as_ref().expect("an interval");
        (interval.low, interval.high)
    };
    for (found, expected) in [
        (ends(&gemma.panel.ship_ratio_interval), (0.300_641_842_582_401_84, 0.954_412_739_190_299_5)),
        (ends(&smolvlm.panel.ship_ratio_interval), (0.510_109_163_454_042_5, 1.0)),
        (ends(&gemma.panel.score.mean_interval), (49.877_598_800_226_65, 100.0)),
        (ends(&smolvlm.panel.score.mean_interval), (70.307_476_889_183_63, 88.192_523_110_816_37)),
        (ends(&document.pairs[0].interval), (-13.479_328_610_144_613, 21.479_328_610_144_613)),
    ] {
        near(found.0, expected.0);
        near(found.1, expected.1);
    }
    let pair = &document.pairs[0];
    assert_eq!((pair.mean_difference, pair.shared_reviewers.len()), (Some(4.0), 4));
    let p = pair.p_value.as_ref().expect("a p-value");
    assert_eq!((p.value, p.method.as_str(), p.n), (0.75, "sign_flip_exact", 4));
    near(document.agreement.krippendorff_alpha.expect("alpha"), -0.124_695_521_828_743_1);
    let decision = &document.decision;
    assert_eq!((decision.leader.as_deref(), decision.certainty.as_str()), (Some("smolvlm2-turbo"), "close"));
    assert_eq!(decision.rival.as_deref(), Some("gemma-3n"));
    let flips: Vec<_> = decision.flips.iter().map(|flip| (flip.without.as_str(), flip.leader.as_deref())).collect();
    assert_eq!(flips, [("Founder", Some("gemma-3n"))]);
    let ties: Vec<_> = decision.mean_ties_at.iter().map(|tie| (tie.reviewer.as_str(), tie.weight)).collect();
    assert_eq!(ties, [("Founder", 0.2), ("Futurist", 4.2)]);
    let dissent: Vec<_> = decision.dissent.iter().map(|d| (d.tool.as_str(), d.reviewer.as_str(), d.distance)).collect();
    assert_eq!(dissent, [("gemma-3n", "Founder", Some(-23.25))]);
}

#[test]
fn the_text_for_the_built_in_pair() {
    let text = stdout("gemma-3n smolvlm2-turbo");
    let answer = text.rsplit_once("\n\n").expect("the answer stands last").1;
    assert_eq!(
        answer,
        "Too close to call. SmolVLM2 Turbo is ahead: 4 of 4 would ship it (mean 79.3), 3 of 4 would ship\n\
         Gemma 3n (75.3). One voice decides: leave out Founder, and Gemma 3n is ahead (83.0 to 81.7).\n\
         Difference +4.0, 95 % interval −13.5 to +21.5, 4 shared reviewers. A clear call takes at least six\n\
         who score the two differently.\n"
    );
}

#[test]
fn every_certainty_and_every_wording_has_a_fixture() {
    for (fixture, leader, certainty, verdict, said) in [
        ("clear.json", Some("iron-ibis"), "clear", "ship", "Ship Iron Ibis."),
        ("leaning.json", Some("paper-plover"), "leaning", "ship", "Paper Plover is ahead, not clearly."),
        ("six-one-equal.json", Some("level-lark"), "leaning", "ship", "Level Lark is ahead, not clearly."),
        ("more-reviewers.json", Some("busy-bee"), "close", "ship", "more people reviewed it (7 to 4 verdicts)"),
        ("many-against-few.json", Some("rare-raven"), "insufficient", "ship", "Too few reviewers to tell."),
        ("mixed.json", Some("half-heron"), "leaning", "mixed", "The panel is split over Half Heron."),
        ("skip.json", Some("dull-dove"), "leaning", "skip", "The panel would ship none of these."),
        ("scores-only.json", Some("mute-meter"), "close", "none", "No verdicts; Mute Meter is ahead on score only."),
        ("ties.json", None, "close", "mixed", "A tie."),
        ("no-reviews.json", None, "insufficient", "none", "Nothing to go by."),
    ] {
        let decision = decided(fixture, &[]).decision;
        assert_eq!(decision.leader.as_deref(), leader, "{fixture}");
        assert_eq!((decision.certainty.as_str(), decision.verdict.as_str()), (certainty, verdict), "{fixture}");
        assert!(decision.statement.contains(said), "{fixture}: {}", decision.statement);
        assert_eq!(decision.rival.is_some(), leader.is_some(), "{fixture}");
        let six = decision.reasons.iter().any(|reason| reason.contains("at least six who score the two differently"));
        assert_eq!(
            six,
            matches!(
                fixture,
                "leaning.json"
                    | "six-one-equal.json"
                    | "more-reviewers.json"
                    | "mixed.json"
                    | "skip.json"
                    | "scores-only.json"
            ),
            "{fixture}: {:?}",
            decision.reasons
        );
    }
}

#[test]
fn no_text_for_people_is_immodest() {
    for fixture in super::support::catalogs("fixtures/edge") {
        for format in ["table", "markdown"] {
            let output = compare().args(["--all", "-f", format, "-c"]).arg(&fixture).output().expect("runs");
            let text = String::from_utf8_lossy(&output.stdout).to_lowercase();
            for word in ["significant", "p-value", "p =", "nan", "infinity"] {
                assert!(!text.contains(word), "{} says {word}", fixture.display());
            }
        }
    }
}

#[test]
fn weights_enter_the_figures_and_are_named() {
    let document = embedded("--weight Founder=0");
    assert_eq!(document.decision.leader.as_deref(), Some("gemma-3n"));
    assert!(document.decision.statement.ends_with("This is with Founder left out."), "{}", document.decision.statement);
    assert_eq!(document.tools[0].panel.score.n, 3);
    let document = embedded("--weight Founder=2 --weight Builder=0.5");
    assert!(document.tools[0].panel.score.mean_interval.is_none(), "unequal weights have no t interval");
    assert!(document.warnings.iter().any(|warning| warning.code == "unequal_weights"));
    near(document.tools[0].panel.score.mean.expect("a mean"), (42.0 + 78.0 + 87.0 + 104.0) / 4.5);
}

#[test]
fn a_missing_verdict_is_derived_only_when_asked() {
    let document = decided("scores-only.json", &["--ship-at", "50"]);
    assert_ne!(document.decision.verdict, "none");
    assert!(document.warnings.iter().any(|warning| warning.code == "derived_verdicts"));
    let table =
        compare().args(["--all", "--ship-at", "50", "-c", "fixtures/edge/scores-only.json"]).output().expect("runs");
    assert!(String::from_utf8_lossy(&table.stdout).contains("(✓ ship)"), "derived verdicts stand in brackets");
}

#[test]
fn odd_weights_and_levels_are_refused() {
    for args in [
        "--weight Fouder=2",
        "--weight Founder=nan",
        "--weight Founder=-1",
        "--weight Founder=inf",
        "--weight Founder",
        "--weight =2",
        "--weight Founder=1 --weight Founder=2",
        "--confidence 0",
        "--confidence 1",
        "--confidence 100",
        "--confidence nan",
        "--ship-at 101",
    ] {
        let output = run(&format!("gemma-3n smolvlm2-turbo {args}"));
        assert_eq!(output.status.code(), Some(2), "{args}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{args}");
    }
    assert!(String::from_utf8_lossy(&run("gemma-3n smolvlm2-turbo --weight Fouder=2").stderr).contains("`Founder`"));
}

#[test]
fn without_any_weight_there_are_no_figures_and_no_zeros() {
    let document = embedded("--weight Builder=0 --weight Skeptic=0 --weight Futurist=0 --weight Founder=0");
    for tool in &document.tools {
        assert_eq!((tool.panel.verdict.as_str(), tool.panel.ship_ratio, tool.panel.score.mean), ("none", None, None));
    }
    assert_eq!(document.decision.leader, None);
}

#[test]
fn order_and_confidence_do_not_touch_the_decision() {
    let expected = embedded("");
    for extra in ["--by name", "--by median", "--by community", "--by mean", "--confidence 0.5", "--confidence 0.999"] {
        let document = embedded(extra);
        assert_eq!(document.decision.leader, expected.decision.leader, "{extra}");
        assert_eq!(document.decision.certainty, expected.decision.certainty, "{extra}");
        let ranks = |document: &Comparison| {
            let mut ranks: Vec<_> = document.tools.iter().map(|tool| (tool.slug.clone(), tool.rank)).collect();
            ranks.sort();
            ranks
        };
        assert_eq!(ranks(&document), ranks(&expected), "{extra}");
    }
    let by_mean = embedded("--by mean");
    assert_eq!(by_mean.tools[0].slug, "smolvlm2-turbo");
    assert_eq!((by_mean.pairs[0].first.as_str(), by_mean.pairs[0].mean_difference), ("smolvlm2-turbo", Some(-4.0)));
}

/// Invented tools: `tools` of them, each scored by `reviewers` people.
fn invented(tools: usize, reviewers: usize) -> String {
    let mut seed = 7_u64;
    let mut next = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let mut out = String::new();
    for tool in 0..tools {
        let base = next(40);
        let reviews: Vec<String> = (0..reviewers)
            .map(|reviewer| {
                let score = 30 + base + next(30);
                let verdict = if score >= 60 { "ship" } else { "skip" };
                format!(r#"{{"reviewer":"Reviewer {reviewer}","score":{score},"verdict":"{verdict}"}}"#)
            })
            .collect();
        out += &format!("{{\"slug\":\"tool-{tool}\",\"name\":\"Tool {tool}\",\"reviews\":[{}]}}\n", reviews.join(","));
    }
    out
}

#[test]
fn two_hundred_tools_are_ranked() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("tools.ndjson");
    std::fs::write(&path, invented(200, 5)).expect("written");
    let output = compare().args(["rank", "--top", "10", "-c"]).arg(&path).output().expect("runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("at least") && text.contains("200 tools in all"), "{text}");
    let output = compare().args(["rank", "--format", "csv", "-c"]).arg(&path).output().expect("runs");
    let mut reader = csv::Reader::from_reader(output.stdout.as_slice());
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 200);
    let number = |row: &csv::StringRecord, column: usize| row[column].parse::<usize>().expect("a place");
    for row in &rows {
        assert!(number(row, 1) <= number(row, 0) && number(row, 0) <= number(row, 2), "{row:?}");
    }
    let top = compare().args(["rank", "--min-reviews", "6", "-c"]).arg(&path).output().expect("runs");
    assert!(top.status.success());
}

#[test]
fn many_tools_and_many_reviewers_get_an_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    for (tools, reviewers) in [(2_000, 4), (2, 500), (2, 64)] {
        let path = folder.path().join("tools.ndjson");
        std::fs::write(&path, invented(tools, reviewers)).expect("written");
        let output = compare().args(["--all", "--format", "json", "-c"]).arg(&path).output().expect("runs");
        let document: Comparison = serde_json::from_slice(&output.stdout).expect("the contract");
        assert_eq!(document.tools.len(), tools);
        let method = &document.pairs[0].p_value.as_ref().expect("a p-value").method;
        assert!(method.starts_with("sign_flip_"), "{method}");
        if reviewers == 64 {
            assert_eq!(method, "sign_flip_exact");
        }
    }
}

#[test]
fn explain_shows_the_arithmetic() {
    let text = stdout("gemma-3n smolvlm2-turbo --explain");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for step in
        ["(84 + 78 + 87 + 52) / 4 = 75.25", "3 / 4 = 0.75", "12 / 16 = 0.75", "Krippendorff's alpha", "√(762.75 / 3)"]
    {
        assert!(text.contains(step), "{step}");
    }
    assert!(!stdout("gemma-3n smolvlm2-turbo").contains("762.75"));
}
