//! `check` and `convert` as a user meets them.

use super::support::{assert_snapshot, compare, is_hostile, run, stdout};
use tool_compare::internal::format::FORMATS;

/// A problem of each kind of file, errors and warnings.
const SOME: [&str; 2] = ["fixtures/invalid/several.json", "fixtures/doubtful"];

/// The names of the snapshots of `check`.
pub(crate) fn snapshots() -> Vec<String> {
    let formats = FORMATS.iter().map(|format| format!("check.{}", format.extensions()[0]));
    formats.chain(["check-all.txt".to_owned()]).collect()
}

fn checked(paths: &[&str], format: &str) -> String {
    let output = compare().arg("check").args(paths).args(["-f", format]).output().expect("runs");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty());
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(!text.chars().any(is_hostile), "{format}");
    text
}

#[test]
fn every_problem_is_named_in_one_run_and_every_format() {
    assert_snapshot("check-all.txt", &checked(&["fixtures/invalid"], "table"));
    for format in FORMATS {
        checked(&["fixtures/invalid"], format.name());
        assert_snapshot(&format!("check.{}", format.extensions()[0]), &checked(&SOME, format.name()));
    }
}

#[test]
fn every_invalid_fixture_has_a_problem_with_its_place() {
    for fixture in super::support::catalogs("fixtures/invalid") {
        let output = compare().args(["check", "-f", "json"]).arg(&fixture).output().expect("runs");
        // A file that is no catalog at all cannot be checked: that is said, and is no verdict on records.
        if output.status.code() == Some(2) {
            assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{}", fixture.display());
            continue;
        }
        assert_eq!(output.status.code(), Some(1), "{}", fixture.display());
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let problems = document["problems"].as_array().expect("problems");
        assert!(problems.iter().any(|problem| problem["severity"] == "error"), "{}", fixture.display());
    }
}

#[test]
fn warnings_count_only_when_strict() {
    assert!(run("check fixtures/edge/same-name.json").status.success());
    let strict = run("check fixtures/edge/same-name.json --strict");
    assert_eq!(strict.status.code(), Some(1));
    let commands = run("check --strict fixtures/edge/command-names.json");
    assert!(String::from_utf8_lossy(&commands.stdout).contains("command"), "slugs that are commands are a warning");
    assert!(run("check --strict fixtures/catalog").status.success());
    assert_eq!(run("check nosuch").status.code(), Some(2));
}

#[test]
fn one_panel_is_the_same_document_in_every_kind_of_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let expected = stdout("gemma-3n smolvlm2-turbo --format json");
    for kind in ["json", "ndjson", "toml", "csv"] {
        let path = folder.path().join(format!("tools.{kind}"));
        let output = compare().args(["convert", "-o"]).arg(&path).output().expect("runs");
        assert!(output.status.success(), "{kind}: {}", String::from_utf8_lossy(&output.stderr));
        let output =
            compare().args(["gemma-3n", "smolvlm2-turbo", "--format", "json", "-c"]).arg(&path).output().expect("runs");
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{kind}");
    }
}

#[test]
fn one_sheet_for_each_reviewer_adds_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let long = stdout("convert -o csv=-");
    let mut reader = csv::Reader::from_reader(long.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let column = |name: &str| header.iter().position(|title| title == name).expect("a column");
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    for reviewer in ["Builder", "Skeptic", "Futurist", "Founder"] {
        let path = folder.path().join(format!("{}.csv", reviewer.to_lowercase()));
        let mut writer = csv::Writer::from_path(path).expect("a file");
        writer.write_record(["tool", "reviewer", "score", "verdict", "text"]).expect("written");
        for row in rows.iter().filter(|row| &row[column("reviewer")] == reviewer) {
            let cells = ["tool", "reviewer", "score", "verdict", "text"].map(|name| &row[column(name)]);
            writer.write_record(cells).expect("written");
        }
    }
    // The reviewers' files come in the order of their names, and so do the reviews: figures do not depend on it.
    let decision = |args: &[&str]| {
        let output = compare().args(args).args(["gemma-3n", "smolvlm2-turbo", "-f", "json"]).output().expect("runs");
        let document: serde_json::Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)));
        (document["tools"][0]["panel"].clone(), document["pairs"].clone(), document["decision"]["flips"].clone())
    };
    let path = folder.path().to_string_lossy().into_owned();
    assert_eq!(decision(&["-c", &path]), decision(&[]));
}

#[test]
fn convert_says_what_it_needs() {
    for (args, said) in [
        ("convert", "no file"),
        ("convert -o tools.xyz", "json"),
        ("convert -f json -o a.json", "kind"),
        ("convert nosuch -o a.json", "nosuch"),
    ] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(2), "{args}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(said), "{args}");
    }
}

#[test]
fn concise_is_one_line_for_each_problem_and_annotations_begin_with_the_first() {
    let output = run("check fixtures/invalid --format concise");
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let is_problem = |line: &str| {
        line.starts_with("fixtures/invalid/") && [": error: ", ": warning: "].iter().any(|s| line.contains(s))
    };
    assert!(text.lines().count() > 100 && text.lines().all(is_problem), "{text}");
    let github = run("check fixtures/invalid --format github");
    let text = String::from_utf8(github.stdout).expect("UTF-8");
    assert!(text.starts_with("::error file=") && text.lines().last().is_some_and(|l| l.starts_with("::notice::")));
    let quiet = run("check --quiet");
    assert!(quiet.status.success() && quiet.stdout.is_empty() && quiet.stderr.is_empty());
    assert!(!run("check fixtures/invalid --quiet").stdout.is_empty());
}

#[test]
fn a_problem_is_one_line_however_narrow_the_terminal_is() {
    let narrow = run("check fixtures/invalid --width 20");
    let wide = run("check fixtures/invalid --width 400");
    let lines = |output: &[u8]| {
        let text = String::from_utf8_lossy(output).into_owned();
        text.lines().filter(|line| line.starts_with("fixtures/")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(lines(&narrow.stdout), lines(&wide.stdout));
}
