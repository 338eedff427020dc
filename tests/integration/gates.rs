//! Gates: every form seen to pass and to fail, each listed in every format, the exit status, and what is refused.

use super::support::{compare, root, stdout};
use serde_json::Value;
use std::process::Output;
use tool_compare::internal::format::FORMATS;

/// The built-in pair. The second leads: 4 of 4 would ship it (mean 79.25), 3 of 4 the first (75.25). Too close.
const PAIR: [&str; 3] = ["vs", "gemma-3n", "smolvlm2-turbo"];

fn gated(command: &[&str], gates: &[&str], more: &[&str]) -> Output {
    let mut run = compare();
    run.args(command).args(more);
    for gate in gates {
        run.args(["--gate", gate]);
    }
    run.output().expect("the program runs")
}

/// The gates of a document with the exit status that came with it.
fn judged(command: &[&str], gates: &[&str]) -> (Vec<Value>, i32) {
    let output = gated(command, gates, &["-f", "json"]);
    let said = String::from_utf8_lossy(&output.stderr);
    let document: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{command:?} {gates:?}: {e}: {said}"));
    (document["gates"].as_array().expect("gates").clone(), output.status.code().expect("a status"))
}

/// One gate holds and another fails, with exit status 0 and 1.
#[track_caller]
fn holds_and_fails(command: &[&str], holds: &str, fails: &str) {
    for (expression, expected) in [(holds, true), (fails, false)] {
        let (gates, status) = judged(command, &[expression]);
        assert_eq!(gates[0]["passed"], expected, "{command:?} {expression}: {}", gates[0]);
        assert_eq!(gates[0]["expression"], expression);
        assert_eq!(status, i32::from(!expected), "{command:?} {expression}");
    }
}

#[test]
fn every_form_passes_and_fails() {
    for (holds, fails) in [
        ("ship_ratio>=1", "ship_ratio!=1"),
        ("ship_ratio<=1", "ship_ratio<1"),
        ("ship_ratio==1", "ship_ratio!=1"),
        ("ship_ratio>0.99", "ship_ratio<=0.99"),
        ("panel.ship_ratio >= 0.6", "panel.ship_ratio < 0.6"),
        ("tools[].panel.ship_ratio>=0.6", "tools[].panel.ship_ratio<=0.6"),
        ("gemma-3n:ship_ratio==0.75", "gemma-3n:ship_ratio>0.75"),
        ("Gemma 3n:ship_ratio>=7.5e-1", "Gemma 3n:ship_ratio!=0.75"),
        ("any:ship_ratio<1", "all:ship_ratio>=1"),
        ("all:score.mean>=75.25", "any:score.mean<75.25"),
        ("any:score.mean>79", "any:score.mean>79.25"),
        ("all:verdict==ship", "any:verdict!=ship"),
        ("any:name==Gemma 3n", "all:name==Gemma 3n"),
        ("score.mean>=79.25", "score.mean>=79.250001"),
        ("score.n>=3", "score.n>=5"),
        ("score.min==72", "score.min==72.5"),
        ("score.max>10", "score.max<10"),
        ("stddev<5.7", "stddev>5.7"),
        ("ship_ratio_interval.low>=0.51", "ship_ratio_interval.low>=0.52"),
        ("rank==1", "gemma-3n:rank==1"),
        ("leader==smolvlm2-turbo", "leader==gemma-3n"),
        ("leader==SmolVLM2 Turbo", "leader!=\"SmolVLM2 Turbo\""),
        ("rival==gemma-3n", "rival!=gemma-3n"),
        ("certainty>=close", "certainty>=leaning"),
        ("certainty<clear", "certainty<close"),
        ("certainty==close", "certainty==CLEAR"),
        ("panel.verdict==ship", "panel.verdict!=ship"),
        ("verdict>=mixed", "verdict<mixed"),
        ("decision.verdict==ship", "decision.verdict==skip"),
        ("flips<=1", "flips==0"),
        ("dissent>0", "dissent==0"),
        ("could_be_behind<=14", "could_be_behind<=13"),
        ("could_be_behind.tool==gemma-3n", "could_be_behind.tool!=gemma-3n"),
        ("contenders==1", "contenders==0"),
        ("runner_up==gemma-3n", "runner_up!=gemma-3n"),
        ("more_reviewers==4", "more_reviewers<4"),
        ("gemma-3n:reviews[Founder].verdict==skip", "gemma-3n:reviews[Founder].verdict==ship"),
        ("reviews[Founder].score>=72", "reviews[Founder].score>72"),
        ("all:reviews[Builder].verdict==ship", "all:reviews[Founder].verdict==ship"),
        ("any:tools[].reviews[Founder].score<60", "any:reviews[Skeptic].score<60"),
        ("tied==0", "tied>0"),
        ("category==Developer Tools", "category==developer"),
        ("pricing.entry==Free", "pricing.entry!=Free"),
        ("ship_ratio_interval.method==wilson", "ship_ratio_interval.method==student_t"),
    ] {
        holds_and_fails(&PAIR, holds, fails);
    }
    for command in [&["show", "gemma-3n"][..], &["show", "Gemma 3n"]] {
        holds_and_fails(command, "ship_ratio==0.75", "ship_ratio==1");
        holds_and_fails(command, "gemma-3n:score.n==4", "all:score.n>4");
    }
    holds_and_fails(&["rank"], "score.mean>=79", "score.mean<79");
    holds_and_fails(&["rank"], "slug==smolvlm2-turbo", "slug==gemma-3n");
    holds_and_fails(&["rank"], "rank_worst==2", "gemma-3n:rank_worst==1");
    holds_and_fails(&["rank"], "all:rank_best<=2", "any:rank_best>2");
    holds_and_fails(&["rank"], "certainty>=close", "certainty>=leaning");
    holds_and_fails(&["rank", "--top", "1"], "reviews[Founder].verdict==ship", "reviews[Founder].verdict==skip");
    holds_and_fails(&["show", "gemma-3n"], "reviews[Founder].score<60", "reviews[Founder].score>=60");
}

/// Three of five is 0.6, however it is reached, and one digit decides.
#[test]
fn exact_figures_are_compared_exactly() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("records.json");
    let reviews: Vec<Value> = [
        ("A", "ship", 0.1),
        ("B", "ship", 0.2),
        ("C", "ship", 0.3),
        ("D", "skip", 0.4),
        ("E", "skip", 0.5),
    ]
    .iter()
    .map(|(reviewer, verdict, score)| serde_json::json!({"reviewer": reviewer, "verdict": verdict, "score": score}))
    .collect();
    let records = serde_json::json!([
        {"slug": "a", "name": "A", "reviews": reviews, "community": {"ship": 9_007_199_254_740_993_u64, "skip": 1}},
        {"slug": "b", "name": "B"},
    ]);
    std::fs::write(&path, records.to_string()).expect("written");
    let path = path.to_str().expect("UTF-8");
    let command = ["show", "a", "-c", path];
    holds_and_fails(&command, "ship_ratio==0.6", "ship_ratio!=0.6");
    holds_and_fails(&command, "ship_ratio>=0.6", "ship_ratio>0.6");
    holds_and_fails(&command, "ship_ratio<0.60000000000001", "ship_ratio<0.59999999999999");
    holds_and_fails(&command, "score.mean==0.3", "score.mean>0.3");
    holds_and_fails(&command, "community.ship==9007199254740993", "community.ship==9007199254740992");
    // `b` has no reviews: all absent.
    for gate in ["ship_ratio>=0", "ship_ratio<=1", "ship_ratio!=0.5", "score.mean>=0", "tagline!=x", "stddev<9"] {
        let (gates, status) = judged(&["show", "b", "-c", path], &[gate]);
        assert_eq!((&gates[0]["passed"], status), (&Value::Bool(false), 1), "{gate}");
        assert!(gates[0]["observed"].is_null() && gates[0]["reason"].is_string(), "{gate}: {}", gates[0]);
    }
    holds_and_fails(&["vs", "a", "b", "-c", path], "any:ship_ratio>=0.6", "all:ship_ratio>=0");
}

#[test]
fn who_is_meant_is_said() {
    let (gates, _) = judged(&PAIR, &["ship_ratio>=0.6", "all:ship_ratio>=0.6", "any:mean>0", "certainty>=close"]);
    let said: Vec<(&Value, &Value)> = gates.iter().map(|gate| (&gate["tool"], &gate["observed"])).collect();
    assert_eq!(
        said,
        [
            (&"smolvlm2-turbo".into(), &1.into()),
            (&"gemma-3n".into(), &0.75.into()),
            (&"smolvlm2-turbo".into(), &79.25.into()),
            (&Value::Null, &"close".into()),
        ]
    );
}

#[test]
fn a_tie_has_no_leader_to_judge() {
    let ties = ["--all", "-c", "fixtures/edge/ties.json"];
    let (gates, status) = judged(&ties, &["ship_ratio>=0", "leader!=even-anvil", "tied==2"]);
    assert_eq!(status, 1);
    let reasons: Vec<&str> = gates.iter().map(|gate| gate["reason"].as_str().unwrap_or_default()).collect();
    assert!(reasons[0].starts_with("no tool leads: ") && reasons[0].ends_with(" tie"), "{reasons:?}");
    assert_eq!(reasons[1], "the best tools tie");
    assert_eq!((gates[0]["passed"].clone(), gates[1]["passed"].clone()), (false.into(), false.into()));
    let (gates, _) = judged(&["rank", "-c", "fixtures/edge/ties.json", "--top", "1"], &["ship_ratio>=0"]);
    assert!(gates[0]["reason"].as_str().is_some_and(|reason| reason.ends_with(" tie")), "{}", gates[0]);
}

/// The first by rank is meant even where another order or `--top` leaves it out.
#[test]
fn the_first_of_a_ranking_need_not_be_shown() {
    let command = ["rank", "--by", "name", "--top", "1"];
    let (gates, status) = judged(&command, &["slug==smolvlm2-turbo", "all:slug==gemma-3n"]);
    assert_eq!((&gates[0]["tool"], status), (&"smolvlm2-turbo".into(), 0), "{gates:?}");
    assert_eq!(gates[1]["tool"], "gemma-3n");
}

/// Every scalar of a real document is a metric, found by its path.
#[test]
fn every_scalar_of_a_document_is_a_metric() {
    fn scalars(value: &Value, path: &str, out: &mut Vec<(String, Value)>) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    scalars(value, &format!("{path}.{name}"), out);
                }
            }
            Value::Array(_) | Value::Null => {}
            scalar => out.push((path.to_owned(), scalar.clone())),
        }
    }
    for command in [&PAIR[..], &["show", "gemma-3n"], &["rank"]] {
        let text = compare().args(command).args(["-f", "json"]).output().expect("runs").stdout;
        let document: Value = serde_json::from_slice(&text).expect("JSON");
        let mut found = Vec::new();
        let first = document["tools"].as_array().and_then(|tools| tools.iter().find(|tool| tool["rank"] == 1));
        scalars(first.expect("a first"), "tools[]", &mut found);
        scalars(&document["decision"], "decision", &mut found);
        assert!(found.len() > 25, "{}", found.len());
        let gate = |(path, value): &(String, Value)| {
            format!("{path}=={}", value.as_str().map_or(value.to_string(), str::to_owned))
        };
        let gates: Vec<String> = found.iter().map(gate).collect();
        let gates: Vec<&str> = gates.iter().map(String::as_str).collect();
        let (judged, status) = judged(command, &gates);
        let failed: Vec<&Value> = judged.iter().filter(|gate| gate["passed"] != true).collect();
        assert!(failed.is_empty() && status == 0, "{failed:#?}");
    }
}

#[test]
fn every_format_lists_the_gates() {
    for format in FORMATS {
        let more = ["-f", format.name(), "--rows", "gates"];
        let output = gated(&PAIR, &["ship_ratio>=0.6", "all:verdict==skip", "community.ship_ratio>0"], &more);
        let said = String::from_utf8_lossy(&output.stdout).replace("\\>", ">").replace("\\_", "_").replace("&gt;", ">");
        assert_eq!(output.status.code(), Some(1), "{}", format.name());
        for part in ["ship_ratio>=0.6", "all:verdict==skip", "there are no community votes"] {
            assert!(said.contains(part), "{}: {part} in\n{said}", format.name());
        }
    }
    let csv = gated(&PAIR, &["ship_ratio>=0.6", "stddev<1"], &["-f", "csv", "--rows", "gates"]);
    assert_eq!(
        String::from_utf8_lossy(&csv.stdout),
        "expression,tool,observed,threshold,passed,reason\nship_ratio>=0.6,smolvlm2-turbo,1,0.6,true,\n\
         stddev<1,smolvlm2-turbo,5.619905100029122,1,false,\n"
    );
    assert!(csv.stderr.is_empty(), "said twice: {}", String::from_utf8_lossy(&csv.stderr));
    let csv = gated(&PAIR, &["flips==0"], &["-f", "csv"]);
    let said = String::from_utf8_lossy(&csv.stderr);
    assert!(said.contains("the gate `flips==0` failed: found 1"), "rows of tools do not list gates: {said}");
}

/// A record's text that a gate shows is no formula.
#[test]
fn what_a_gate_shows_of_a_record_is_neutralised() {
    let hostile = root().join("fixtures/edge/hostile.json");
    let hostile = hostile.to_str().expect("UTF-8");
    let command = ["show", "evil-equals", "-c", hostile];
    let output = gated(&command, &["name!=x", "any:category!==1"], &["-f", "csv", "--rows", "gates"]);
    for cell in String::from_utf8_lossy(&output.stdout).lines().skip(1).flat_map(|line| line.split(',')) {
        assert!(!cell.trim_start_matches('"').starts_with(['=', '+', '@']), "{cell:?}");
    }
}

#[test]
fn every_output_is_written_before_the_answer_is_no() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let outputs: Vec<String> = ["r.json", "r.csv", "r.md", "r.txt"].map(path).into();
    let mut more = Vec::new();
    for output in &outputs[..3] {
        more.extend(["-o", output]);
    }
    let table = format!("table={}", outputs[3]);
    more.extend(["-o", &table]);
    let verdict = "panel.verdict==ship";
    let passed = gated(&PAIR, &[verdict], &more);
    assert_eq!(passed.status.code(), Some(0));
    let failed = gated(&PAIR, &[verdict, "certainty>=leaning"], &more);
    assert_eq!(failed.status.code(), Some(1));
    let said = String::from_utf8_lossy(&failed.stderr).into_owned();
    assert_eq!(said.matches("compare: note: wrote ").count(), 4, "{said}");
    assert!(said.ends_with("compare: error: the gate `certainty>=leaning` failed: found close\n"), "{said}");
    for (output, format) in outputs.iter().zip(["json", "csv", "markdown", "table"]) {
        let written = std::fs::read(output).expect("the file");
        let printed = gated(&PAIR, &[verdict, "certainty>=leaning"], &["-f", format]).stdout;
        assert!(written == printed && !written.is_empty(), "{output}");
    }
}

#[test]
fn gates_before_and_after_a_command_add_up() {
    let output = compare().args(["--gate", "flips==1", "rank", "--gate", "score.n==4"]).output().expect("runs");
    assert_eq!(output.status.code(), Some(0), "a ranking has the decision too");
    let output = compare().args(["--gate", "flips==1", "vs", "gemma-3n", "smolvlm2-turbo", "--gate", "n>4"]).output();
    assert_eq!(output.expect("runs").status.code(), Some(2), "`n` could be several");
    let both = ["--gate", "flips==1", "vs", "gemma-3n", "smolvlm2-turbo", "-f", "json", "--gate", "score.n>4"];
    let output = compare().args(both).output().expect("runs");
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((document["gates"][0]["expression"].as_str(), output.status.code()), (Some("flips==1"), Some(1)));
    assert_eq!(document["gates"][1]["expression"], "score.n>4");
    let bare = gated(&["gemma-3n", "smolvlm2-turbo"], &["certainty==close"], &[]);
    assert_eq!(bare.status.code(), Some(0));
    assert_eq!(gated(&["list"], &["score.n>4"], &[]).status.code(), Some(2), "`list` has no gates");
}

/// Each refusal: exit status 2, nothing on standard output, the location, the remedy, no file written.
#[test]
fn what_is_no_gate_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("r.json").display().to_string();
    for (gate, marked, message, remedy) in [
        ("ship_ratio", "ship_ratio", "no operator and no value", "in quotes: a shell takes a bare >"),
        ("", "", "no operator and no value", "METRIC>=VALUE"),
        ("ship_ratio=0.6", "=", "unknown operator `=`; use `==`", "the operators are"),
        ("ship_ratio>=", ">=", "no value", ""),
        (">=0.6", ">=", "no metric", ""),
        ("ship_ratoi>=0.6", "ship_ratoi", "no metric `ship_ratoi`", "did you mean `ship_ratio`?"),
        ("no_such_thing>=0.6", "no_such_thing", "no metric", "`compare schema comparison`"),
        ("rank_best>=1", "rank_best", "no metric", "a ranking has it"),
        ("ship>=1", "ship", "could be 2 metrics", "`community.ship` and `panel.ship`"),
        ("reviews[Fonder].verdict==ship", "Fonder", "no reviewer of these tools", "did you mean `Founder`?"),
        ("reviews[Founder].verdict==mixed", "mixed", "is never", "one of `ship`"),
        ("reviews[Founder].mean>=3", "mean", "a review has no `mean`", "it has"),
        ("reviews[Founder>=3", "reviews[", "not closed", "reviews[NAME].verdict==ship"),
        ("ship_ratio>=ship", "ship", "is a number", "write a number"),
        ("ship_ratio>=60%", "60%", "is a number", "0.6"),
        ("score.n>=3 && flips==0", "3 && flips==0", "is a number", "repeat the flag"),
        ("verdict==0.6", "0.6", "is never", "one of `ship`"),
        ("certainty>=leanign", "leanign", "is never", "did you mean `leaning`?"),
        ("name>=A", ">=", "which has no order", "== or !="),
        ("ship_ratio_interval.method>=wilson", ">=", "no order", "== or !="),
        ("gema-3n:score.n>=3", "gema-3n", "no tool", "did you mean `gemma-3n`?"),
        ("leader==somebody", "somebody", "no tool", "its tools are"),
        ("gemma-3n:certainty>=close", "gemma-3n", "belongs to the decision", "leave out"),
    ] {
        let output = gated(&PAIR, &["score.n>=1", gate], &["-o", &file]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{gate}: {said}");
        assert!(output.stdout.is_empty() && !std::path::Path::new(&file).exists(), "{gate}");
        assert!(said.contains(message) && said.contains(remedy), "{gate}: {said}");
        assert!(said.starts_with("compare: --gate: "), "{said}");
        let carets =
            format!(" | {}{}\n", " ".repeat(gate.rfind(marked).expect("its location")), "^".repeat(marked.len()));
        assert!(marked.is_empty() || said.contains(&carets), "{gate}: {carets:?} in\n{said}");
    }
    for (gate, remedy) in [("certainty>=close", "a comparison has it"), ("rank_best==1", "a ranking has it")] {
        let output = gated(&["show", "gemma-3n"], &[gate], &[]);
        assert_eq!(output.status.code(), Some(2), "{gate}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(remedy), "{gate}");
    }
    let long = "n".repeat(100_000) + ">=1";
    let escapes = "\u{1b}[2J\u{202e}>=1\n";
    for gate in [long.as_str(), escapes, "größe>=1", "\u{0}:n>=\u{7f}", ":::>=1", "<><><>"] {
        let mut run = compare();
        if gate.contains('\0') {
            continue;
        }
        let output = run.args(PAIR).args(["--gate", gate]).output().expect("runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.len() < 2_000 && !said.chars().any(super::support::is_hostile), "{said:?}");
    }
}

/// Who stops reading changes nothing about the answer.
#[cfg(unix)]
#[test]
fn a_closed_pipe_keeps_the_answer() {
    for (gate, status) in [("flips==0", 1), ("flips==1", 0)] {
        let mut run = compare();
        run.args(PAIR).args(["--gate", gate]).stdout(std::process::Stdio::piped());
        let mut child = run.spawn().expect("runs");
        drop(child.stdout.take());
        assert_eq!(child.wait().expect("ends").code(), Some(status), "{gate}");
    }
}

#[test]
fn documents_with_gates_keep_their_schemas() {
    for (command, schema) in [(&PAIR[..], "comparison"), (&["show", "gemma-3n"], "tool"), (&["rank"], "ranking")] {
        let gates = ["score.mean>=70", "verdict==ship", "community.ship_ratio>0", "any:name==Gemma 3n"];
        let output = gated(command, &gates, &["-f", "json"]);
        let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(document["gates"].as_array().map(Vec::len), Some(4));
        let schema: Value = serde_json::from_str(&stdout(&format!("schema {schema}"))).expect("JSON");
        let validator = jsonschema::draft202012::new(&schema).expect("a schema");
        assert!(validator.is_valid(&document), "{}", document["gates"]);
    }
}
