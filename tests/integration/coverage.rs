//! Who still owes a review: what `list` says about the reviews that are missing.

use super::support::session;
use serde_json::{Value, json};

/// A sheet of `rows` in a folder of its own, and the arguments that list it.
fn sheet(rows: &[String]) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("panel.csv");
    std::fs::write(&path, rows.join("\n")).expect("written");
    let path = path.to_str().expect("UTF-8").to_owned();
    (folder, path)
}

fn panel() -> (tempfile::TempDir, String) {
    sheet(
        &["tool,Ana,Ben,Skeptic", "Kafka,80,70,60", "NATS,81,71,", "Pulsar,82,72,", "Rabbit MQ,83,,63"]
            .map(str::to_owned),
    )
}

fn coverage(args: &[&str]) -> Value {
    let run = session(&[args, &["-f", "json"]].concat());
    assert_eq!(run.status, 0, "{}", run.stderr);
    serde_json::from_str::<Value>(&run.stdout).expect("JSON")["coverage"].clone()
}

#[test]
fn a_list_says_who_owes_which_review() {
    let (_folder, path) = panel();
    let sentence = "9 of 12 reviews; missing: Skeptic on NATS, Pulsar; Ben on Rabbit MQ.";
    for format in ["table", "markdown", "html", "concise"] {
        let run = session(&["list", "-c", &path, "-f", format]);
        assert!(run.stdout.contains(sentence), "{format}: {}", run.stdout);
    }
    assert!(
        session(&["list", "-c", &path, "-f", "github"]).stdout.contains(&sentence.replace(':', "%3A"))
            || session(&["list", "-c", &path, "-f", "github"]).stdout.contains(sentence)
    );
    // A pipe gets names alone, and a leaderboard says in its answer whom to ask.
    let bare = session(&["list", "-c", &path, "--columns", "slug"]);
    assert!(!bare.stdout.contains("missing") && !bare.stderr.contains("missing"));
    assert!(!session(&["rank", "-c", &path]).stdout.contains("missing"));
    let expected = json!({
        "reviewers": 3, "reviews": 9, "expected": 12, "owing": 2,
        "missing": [
            {"reviewer": "Skeptic", "count": 2, "tools": ["nats", "pulsar"]},
            {"reviewer": "Ben", "count": 1, "tools": ["rabbit-mq"]},
        ],
    });
    assert_eq!(coverage(&["list", "-c", &path]), expected);
    assert_eq!(coverage(&["rank", "-c", &path, "--top", "1"]), expected, "the same from every command");
}

#[test]
fn only_the_tools_and_the_reviewers_in_use_count() {
    let (_folder, path) = panel();
    let of = |args: &[&str]| coverage(&[&["list", "-c", &path], args].concat());
    assert_eq!(of(&["kafka", "nats"])["missing"], json!([{"reviewer": "Skeptic", "count": 1, "tools": ["nats"]}]));
    assert_eq!(
        of(&["--weight", "Skeptic=0"])["missing"],
        json!([{"reviewer": "Ben", "count": 1, "tools": ["rabbit-mq"]}])
    );
    let full = of(&["kafka", "rabbit-mq", "--weight", "Ben=0"]);
    assert_eq!((&full["reviews"], &full["expected"], &full["owing"]), (&json!(4), &json!(4), &json!(0)));
    let quiet = session(&["list", "-c", &path, "kafka", "rabbit-mq", "--weight", "Ben=0"]).stdout;
    assert!(!quiet.contains("missing"), "{quiet}");
}

#[test]
fn nobody_owes_anything_where_no_panel_reviews_all() {
    // Each tool has reviewers of its own.
    let apart = ["tool,Ana,Ben,Cleo", "Kafka,80,,", "NATS,,71,", "Pulsar,,,72"].map(str::to_owned);
    let (_folder, path) = sheet(&apart);
    assert_eq!(coverage(&["list", "-c", &path]), Value::Null);
    assert!(!session(&["list", "-c", &path]).stdout.contains("missing"));
    // One tool, and no reviews.
    assert_eq!(coverage(&["list", "-c", &path, "kafka"]), Value::Null);
    assert_eq!(coverage(&["list", "-c", "fixtures/edge/no-reviews.json"]), Value::Null);
    // Above 1,000 tools.
    let rows = |tools: usize| -> Vec<String> {
        let row = |i: usize| if i == 0 { "t0,50,".to_owned() } else { format!("t{i},50,60") };
        std::iter::once("tool,Ana,Ben".to_owned()).chain((0..tools).map(row)).collect()
    };
    let (_folder, path) = sheet(&rows(1_000));
    assert_eq!(coverage(&["list", "-c", &path])["owing"], json!(1));
    let (_folder, path) = sheet(&rows(1_001));
    assert_eq!(coverage(&["list", "-c", &path]), Value::Null);
}

#[test]
fn long_lists_are_cut_with_a_count() {
    // Ana reviewed all 60 tools, each of 150 others the first 35.
    let mut rows = vec![format!("tool,Ana,{}", (0..150).map(|i| format!("R{i:03}")).collect::<Vec<_>>().join(","))];
    rows.extend((0..60).map(|tool| {
        let cell = if tool < 35 { ",50" } else { "," };
        format!("t{tool:02},60{}", cell.repeat(150))
    }));
    let (_folder, path) = sheet(&rows);
    let found = coverage(&["list", "-c", &path]);
    assert_eq!((&found["reviews"], &found["expected"]), (&json!(60 + 150 * 35), &json!(151 * 60)));
    assert_eq!((&found["owing"], found["missing"].as_array().map(Vec::len)), (&json!(150), Some(100)));
    let first = &found["missing"][0];
    assert_eq!(
        (&first["reviewer"], &first["count"], first["tools"].as_array().map(Vec::len)),
        (&json!("R000"), &json!(25), Some(20))
    );
    let table = session(&["list", "-c", &path, "--width", "200"]).stdout;
    let words = table.split_whitespace().collect::<Vec<_>>().join(" ");
    let sentence = "5,310 of 9,060 reviews; missing: R000 on t35, t36, t37 and 22 more; R001 on t35, t36, t37 and 22 more; \
                    R002 on t35, t36, t37 and 22 more; 147 more reviewers.";
    assert!(words.contains(sentence), "{words}");
}
