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
    let flips: Vec<_> =
        decision.flips.iter().flatten().map(|flip| (flip.without.as_str(), flip.leader.as_deref())).collect();
    assert_eq!(flips, [("Founder", Some("gemma-3n"))]);
    let decider = decision.flips.as_ref().and_then(|flips| flips[0].decided_by.as_ref()).expect("figures");
    assert_eq!((decider.figure.as_str(), decider.ahead), ("mean", Some(83.0)));
    near(decider.leader.expect("a mean"), 245.0 / 3.0);
    assert_eq!(
        (decision.runner_up.as_deref(), decision.contenders.as_slice()),
        (Some("gemma-3n"), ["gemma-3n".to_owned()].as_slice())
    );
    let behind = decision.could_be_behind.as_ref().expect("an interval");
    assert_eq!(behind.tool, "gemma-3n");
    near(behind.points, 13.479_328_610_144_613);
    assert_eq!((decision.next_steps.more_reviewers, decision.next_steps.ask.len()), (Some(4), 0));
    assert_eq!((document.reliability, gemma.crowd.state.as_deref()), (None, None));
    let ties: Vec<_> = decision.mean_ties_at.iter().map(|tie| (tie.reviewer.as_str(), tie.weight)).collect();
    assert_eq!(ties, [("Founder", 0.2), ("Futurist", 4.2)]);
    let dissent: Vec<_> = decision.dissent.iter().map(|d| (d.tool.as_str(), d.reviewer.as_str(), d.distance)).collect();
    assert_eq!(dissent, [("gemma-3n", "Founder", Some(-23.25))]);
}

#[test]
fn the_text_for_the_built_in_pair() {
    let expected = "Too close to call: SmolVLM2 Turbo or Gemma 3n.\n\
        4 of 4 would ship SmolVLM2 Turbo, 3 of 4 Gemma 3n. SmolVLM2 Turbo is 4.0 points ahead on average\n\
        (95% interval: 13.5 behind to 21.5 ahead; 4 reviewers scored both). It hangs on Founder: without\n\
        Founder, Gemma 3n leads, 83.0 against 81.7. Founder on Gemma 3n: \"A defensive open-source move by a\n\
        platform company rather than something to build a company on.\"\n\
        To settle it, at least 4 more people must score both; it may take many more.\n";
    for command in ["gemma-3n smolvlm2-turbo", "rank", "--all", "rank --top 1", "rank --by name"] {
        let text = stdout(command);
        let answer = &text[text.rfind("\n\n").expect("the answer comes last") + 2..];
        let shown = if command == "rank --top 1" { "The first 1 of 2 tools are shown.\n" } else { "" };
        let expected = expected.trim_end().to_owned() + if shown.is_empty() { "\n" } else { " " } + shown;
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(answer), words(&expected), "{command}");
        assert!(!shown.is_empty() || answer == expected, "{command}: {answer}");
    }
}

#[test]
fn every_certainty_and_every_wording_has_a_fixture() {
    for (fixture, leader, certainty, verdict, headline) in [
        ("clear.json", Some("iron-ibis"), "clear", "ship", "Ship Iron Ibis."),
        ("leaning.json", Some("paper-plover"), "leaning", "ship", "Paper Plover leads, but not clearly."),
        ("six-one-equal.json", Some("level-lark"), "leaning", "ship", "Level Lark leads, but not clearly."),
        ("more-reviewers.json", Some("quiet-quetzal"), "leaning", "ship", "Quiet Quetzal leads, but not clearly."),
        ("no-overlap.json", Some("north-needle"), "insufficient", "ship", "Too few reviews to tell."),
        (
            "verdicts-only.json",
            Some("thumb-up"),
            "insufficient",
            "ship",
            "Only 3 people reviewed both Thumb Up and Thumb Down.",
        ),
        (
            "nine-tools.ndjson",
            Some("iris-9"),
            "close",
            "ship",
            "Too close to call: Iris 9, Fjord 6, Heron 8, Dune 4 or 2 others.",
        ),
        (
            "mixed.json",
            Some("half-heron"),
            "leaning",
            "mixed",
            "The panel is split over Half Heron. It leads, but not clearly.",
        ),
        (
            "skip.json",
            Some("dull-dove"),
            "leaning",
            "skip",
            "The panel would ship neither. Dull Dove comes nearest, but not clearly.",
        ),
        (
            "scores-only.json",
            Some("mute-meter"),
            "close",
            "none",
            "No verdicts; by score, too close to call: Mute Meter or Quiet Gauge.",
        ),
        ("ties.json", None, "close", "mixed", "The panel is split. A tie: Even Anvil, Even Bellows and Even Chisel."),
        ("no-reviews.json", None, "insufficient", "none", "No reviews to decide by."),
    ] {
        let decision = decided(fixture, &[]).decision;
        assert_eq!(decision.leader.as_deref(), leader, "{fixture}");
        assert_eq!((decision.certainty.as_str(), decision.verdict.as_str()), (certainty, verdict), "{fixture}");
        assert_eq!(decision.headline, headline, "{fixture}");
        let mut parts = vec![decision.headline.clone()];
        parts.extend(decision.reasons.iter().cloned().chain(decision.next_steps.advice.clone()));
        assert_eq!(decision.statement, parts.join(" "), "{fixture}");
        assert_eq!(decision.rival.is_some(), leader.is_some(), "{fixture}");
    }
}

/// A catalog of `rows`: tool, reviewer, score and verdict.
fn catalog(folder: &tempfile::TempDir, rows: &[[&str; 4]]) -> std::path::PathBuf {
    let path = folder.path().join("panel.csv");
    let rows: String = rows.iter().map(|row| row.join(",") + "\n").collect();
    std::fs::write(&path, format!("tool,reviewer,score,verdict\n{rows}")).expect("written");
    path
}

fn summary(path: &std::path::Path, extra: &[&str]) -> String {
    let output = compare().args(["--all", "-q", "-f", "summary", "-c"]).arg(path).args(extra).output().expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8").trim_end().to_owned()
}

#[test]
fn a_flip_gives_the_figures_that_decide_it() {
    let folder = tempfile::tempdir().expect("a folder");
    // Without r2 the panel verdicts differ, and the tool with the lower mean leads.
    let path = catalog(
        &folder,
        &[
            ["A", "r0", "80", "ship"],
            ["A", "r1", "60", "ship"],
            ["A", "r2", "60", "skip"],
            ["A", "r3", "60", "skip"],
            ["B", "r0", "90", "skip"],
            ["B", "r1", "90", "skip"],
            ["B", "r2", "90", "ship"],
            ["B", "r3", "90", "ship"],
        ],
    );
    let text = summary(&path, &[]);
    assert!(text.contains("without r2, A leads: 2 of 3 would ship it, against 1 of 3"), "{text}");
    assert!(!text.contains("65.0 against"), "{text}");
    // One reviewer more, so that weights leave enough of them.
    let path = catalog(&folder, &[["A", "x", "80", "ship"], ["B", "x", "70", "ship"]]);
    assert_eq!(decided_at(&path, &[]).decision.mean_ties_at.len(), 0);
    let text = summary(&path, &["--weight", "x=0"]);
    assert_eq!(text, "No reviews to decide by. Every reviewer has weight 0.");
}

fn decided_at(path: &std::path::Path, extra: &[&str]) -> Comparison {
    let output = compare().args(["--all", "--format", "json", "-c"]).arg(path).args(extra).output().expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the contract")
}

#[test]
fn a_leader_that_is_behind_among_the_shared_reviewers_is_not_called_ahead() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut rows = Vec::new();
    for (reviewer, a, b) in [("p", "70", "95"), ("q", "72", "96"), ("r", "74", "99"), ("s", "76", "100")] {
        rows.extend([["A", reviewer, a, "ship"], ["B", reviewer, b, "ship"]]);
    }
    for reviewer in ["t", "u", "v", "w"] {
        rows.push(["A", reviewer, "100", "ship"]);
    }
    for reviewer in ["x", "y", "z"] {
        rows.push(["B", reviewer, "50", "ship"]);
    }
    let text = summary(&catalog(&folder, &rows), &[]);
    assert!(text.starts_with("Too close to call: A or B."), "{text}");
    assert!(text.contains("A is 24.5 points behind on average"), "{text}");
    assert!(text.contains("It ranks first by its mean over all its reviewers, 86.5 against 77.1."), "{text}");
    // The table gives the means of the shared reviewers beside their difference.
    let output = compare().args(["--all", "--width", "100", "-c"]).arg(folder.path().join("panel.csv")).output();
    let table = String::from_utf8(output.expect("runs").stdout).expect("UTF-8");
    let row = table.lines().find(|line| line.starts_with("Mean, 4 shared")).expect("a row");
    assert_eq!(row.split_whitespace().skip(3).collect::<Vec<_>>(), ["73.0", "97.5", "+24.5"], "{table}");
    let mean = table.lines().find(|line| line.starts_with("Mean score")).expect("a row");
    assert!(!mean.contains('+') && !mean.contains('−'), "{mean}");
}

#[test]
fn a_small_lead_is_not_rounded_to_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let rows = ["p", "q", "r", "s"].map(|reviewer| [["fd", reviewer, "70.04", "ship"], ["B", reviewer, "70", "ship"]]);
    let text = summary(&catalog(&folder, &rows.concat()), &[]);
    // A name stays as it is written, at the start of a sentence, too.
    assert!(text.contains("fd is less than 0.1 points ahead on average (the same for all 4"), "{text}");
}

#[test]
fn shares_are_rounded_to_a_hundred_percent_only_where_they_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let names: Vec<String> = (0..300).map(|r| format!("r{r}")).collect();
    let mut rows = Vec::new();
    for (r, name) in names.iter().enumerate() {
        rows.push(["A", name.as_str(), "80", if r == 299 { "skip" } else { "ship" }]);
        rows.push(["B", name.as_str(), if r == 0 { "71" } else { "70" }, if r == 0 { "ship" } else { "skip" }]);
    }
    let output = compare().args(["--all", "-c"]).arg(catalog(&folder, &rows)).output().expect("runs");
    let table = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(table.contains("299 of 300 (>99%)") && table.contains("1 of 300 (<1%)"), "{table}");
    assert!(table.contains("\nShip A.\n"), "{table}");
}

#[test]
fn verdicts_alone_and_different_people_give_an_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let names: Vec<String> = (0..40).map(|r| format!("r{r}")).collect();
    let verdicts: Vec<[&str; 4]> = names[..20]
        .iter()
        .flat_map(|name| [["A", name.as_str(), "", "ship"], ["B", name.as_str(), "", "skip"]])
        .collect();
    let text = summary(&catalog(&folder, &verdicts), &[]);
    assert!(text.starts_with("Ship A. 20 of 20 would ship A, 0 of 20 B. Of the 20 who judged both,"), "{text}");
    let apart: Vec<[&str; 4]> = (0..40)
        .map(|r| if r < 20 { ["A", names[r].as_str(), "80", "ship"] } else { ["B", names[r].as_str(), "60", "ship"] })
        .collect();
    let path = catalog(&folder, &apart);
    let text = summary(&path, &[]);
    assert!(
        text.starts_with("Ship A.") && text.contains("Different people reviewed them, 20 only A and 20 only B"),
        "{text}"
    );
    assert_eq!(decided_at(&path, &[]).pairs[0].evidence, "unpaired");
}

#[test]
fn the_setting_unpaired_takes_every_review_for_another_persons() {
    let folder = tempfile::tempdir().expect("a folder");
    let rows: Vec<[&str; 4]> = [("A", "80"), ("B", "60")]
        .into_iter()
        .flat_map(|(tool, score)| ["1", "2", "3", "4", "5"].map(|name| [tool, name, score, "ship"]))
        .collect();
    catalog(&folder, &rows);
    std::fs::write(folder.path().join("compare.toml"), "catalog = [\"panel.csv\"]\nunpaired = true\n")
        .expect("written");
    let output = compare().current_dir(folder.path()).args(["--all", "-f", "json"]).output().expect("runs");
    let document: Comparison = serde_json::from_slice(&output.stdout).expect("the contract");
    assert_eq!((document.pairs[0].evidence.as_str(), document.pairs[0].shared_reviewers.len()), ("unpaired", 0));
    assert!(document.decision.flips.is_none() && document.agreement.krippendorff_alpha.is_none());
    assert!(document.warnings.iter().any(|warning| warning.code == "unpaired"));
    let gate = ["--all", "--gate", "flips==0"];
    assert_eq!(compare().current_dir(folder.path()).args(gate).output().expect("runs").status.code(), Some(1));
    std::fs::write(folder.path().join("compare.toml"), "unpaired = 1\n").expect("written");
    let output = compare().current_dir(folder.path()).arg("--all").output().expect("runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("compare.toml:1:12"), "{output:?}");
}

#[test]
fn notes_are_three_lines_and_the_rest_is_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let rows = [
        ["A", "p", "70", ""],
        ["A", "q", "71", "ship"],
        ["A", "r", "72", "ship"],
        ["A", "s", "73", "ship"],
        ["A", "t", "74", "ship"],
        ["B", "p", "60", "ship"],
        ["B", "q", "60", "ship"],
        ["B", "r", "60", "ship"],
        ["B", "s", "60", "ship"],
        ["B", "u", "60", "ship"],
        ["C", "p", "99", "ship"],
    ];
    let path = catalog(&folder, &rows);
    let run = |extra: &[&str]| {
        let output = compare()
            .args(["--all", "-c"])
            .arg(&path)
            .args(["--ship-at", "50", "--weight", "q=2"])
            .args(extra)
            .output();
        let output = output.expect("runs");
        (String::from_utf8(output.stdout).expect("UTF-8"), String::from_utf8(output.stderr).expect("UTF-8"))
    };
    let (table, _) = run(&[]);
    let notes: Vec<&str> = table.lines().filter(|line| line.starts_with('·')).collect();
    assert_eq!(notes.len(), 4, "{table}");
    assert!(notes[0].starts_with("· Weights: q x2."), "{table}");
    assert!(notes[3].ends_with(" more: --explain"), "{table}");
    let (csv, stderr) = run(&["-f", "csv"]);
    assert!(
        csv.starts_with("rank,") && stderr.lines().count() == 4 && stderr.ends_with(" more: --explain\n"),
        "{stderr}"
    );
    let (explained, _) = run(&["--explain"]);
    assert!(!explained.contains("more: --explain") && explained.contains("Kish's effective number"), "{explained}");
}

#[test]
fn names_of_sixty_wide_characters_are_named_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let [one, other] = ["道", "具"].map(|c| c.repeat(60) + if c == "道" { " a" } else { " b" });
    let rows: Vec<[&str; 4]> = ["p", "q", "r", "s"]
        .into_iter()
        .flat_map(|name| [[one.as_str(), name, "70", "ship"], [other.as_str(), name, "70", "ship"]])
        .collect();
    let text = summary(&catalog(&folder, &rows), &[]);
    assert!(text.starts_with(&format!("A tie: {one} and {other}.")), "{text}");
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
    assert!(document.warnings.iter().any(|warning| warning.code == "left_out"));
    assert!(stdout("rank --weight Founder=0").contains("Founder is left out (weight 0)."));
    assert_eq!(document.tools[0].panel.score.n, 3);
    let document = embedded("--weight Founder=2 --weight Builder=0.5");
    assert!(document.tools[0].panel.score.mean_interval.is_none(), "unequal weights have no t interval");
    assert!(document.warnings.iter().any(|warning| warning.code == "unequal_weights"));
    near(document.tools[0].panel.score.mean.expect("a mean"), (42.0 + 78.0 + 87.0 + 104.0) / 4.5);
    // Four reviewers of unequal weight count as fewer than four.
    let document = embedded("--weight Founder=2");
    assert_eq!(
        (document.decision.certainty.as_str(), document.decision.headline.as_str()),
        ("insufficient", "Too few reviews to tell.")
    );
    assert!(document.decision.statement.contains("4 reviewers reviewed both, counted as 3.6 because of the weights."));
    let nearly = embedded("--weight Founder=1.1").decision.statement;
    assert!(nearly.contains("counted as 3.99 because of the weights"), "{nearly}");
    for extreme in ["--weight Founder=1000000 --weight Builder=0.000001", "--weight Founder=0.000001"] {
        assert_eq!(embedded(extreme).decision.certainty, "insufficient", "{extreme}");
    }
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
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(output.status.success() && words.ends_with("The first 10 of 200 tools are shown."), "{text}");
    assert!(!text.contains("Places") && !text.contains("at least 51"), "{text}");
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
        assert_eq!(method, "sign_flip_exact");
        let above = tools > 1_000;
        assert_eq!(document.decision.flips.is_none(), above);
        assert_eq!(document.pairs.len(), if above { 19 } else { 1 });
        assert_eq!(document.decision.statement.contains("among the first 20 of 2,000 tools"), above);
        let ranked =
            compare().args(["rank", "--top", "3", "-f", "json", "-c"]).arg(&path).output().expect("runs").stdout;
        let ranked: serde_json::Value = serde_json::from_slice(&ranked).expect("JSON");
        assert_eq!(ranked["decision"]["statement"], document.decision.statement);
        assert_eq!(ranked["tools"][0]["rank_worst"].is_null(), above);
    }
}

#[test]
fn explain_shows_the_arithmetic() {
    let text = stdout("gemma-3n smolvlm2-turbo --explain");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for step in [
        "(84 + 78 + 87 + 52) / 4 = 75.25",
        "3 / 4 = 0.75",
        "12 / 16 = 0.75",
        "p cannot be below 2 / 2^3 = 0.25",
        "what the panel would ship, best mean first",
        "Without Founder: Gemma 3n leads",
        "could be 13.5 points behind",
        "If 4 more reviewed both",
        "Futurist counts 4.20 times",
        "Krippendorff's alpha",
        "√(762.75 / 3)",
    ] {
        assert!(text.contains(step), "{step}");
    }
    assert!(!stdout("gemma-3n smolvlm2-turbo").contains("762.75"));
}
