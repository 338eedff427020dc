//! The recipes of `docs/`, run by a shell as they stand there.

use super::changes::Repository;
use super::settings::project;
use super::support::{is_hostile, root, skip};
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The blocks of a page of `docs/` that are fenced as `language`.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join("docs").join(page)).expect("the page");
    let fence = format!("```{language}\n");
    let block = |rest: &str| rest.split("\n```").next().expect("a closed block").to_owned() + "\n";
    text.split(&fence).skip(1).map(block).collect()
}

/// The one recipe for CI that says `mark`.
fn recipe(mark: &str) -> String {
    let mut found: Vec<String> = blocks("ci.md", "sh").into_iter().filter(|block| block.contains(mark)).collect();
    assert_eq!(found.len(), 1, "{mark}");
    found.remove(0)
}

/// A shell in `folder` that does `script` as a step of a workflow does (`-e`), with the program in the path after
/// `folder/bin`.
fn step(folder: &Path, script: &str, variables: &[(&str, &str)]) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_compare")).parent().expect("a folder");
    let path = std::env::var("PATH").expect("a path");
    let path = format!("{}:{}:{path}", folder.join("bin").display(), program.display());
    let mut shell = Command::new("sh");
    shell.env_clear().env("PATH", path).envs(variables.iter().copied());
    shell.args(["-e", "-c", script]).current_dir(folder).stdin(Stdio::null());
    shell.output().expect("sh runs")
}

/// What the step prints on its standard streams, which must end with `status`.
fn said(output: &Output, status: i32) -> (String, String) {
    let [stdout, stderr] =
        [&output.stdout, &output.stderr].map(|bytes| String::from_utf8(bytes.clone()).expect("UTF-8"));
    assert_eq!(output.status.code(), Some(status), "{stdout}{stderr}");
    assert!(!stderr.chars().any(is_hostile), "{stderr:?}");
    (stdout, stderr)
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Nothing that looks like a recipe goes without a test.
#[test]
fn every_block_for_a_shell_is_run_by_some_test() {
    assert_eq!(blocks("ci.md", "sh").len(), 7);
    assert_eq!(blocks("reports.md", "sh").len(), 1);
    assert_eq!(blocks("changes.md", "sh").len(), 2);
    assert_eq!(blocks("ci.md", "toml").len(), 1);
}

#[test]
fn reports_of_each_kind() {
    let folder = tempfile::tempdir().expect("a folder");
    said(&step(folder.path(), &blocks("reports.md", "sh")[0], &[]), 0);
    for (file, start) in [
        ("r.html", "<!doctype html>"),
        ("r.json", "{"),
        ("r.csv", "rank,slug,name,"),
        ("0007-on-device-model.md", "---\nstatus: proposed\n"),
        ("gemma-3n.html", "<!doctype html>"),
    ] {
        let text = read(folder.path(), file);
        assert!(text.to_lowercase().starts_with(start), "{file}: {}", &text[..40]);
    }
}

#[test]
fn several_reports_and_an_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = recipe("-o report.html");
    said(&step(folder.path(), &script, &[]), 0);
    let no = script.replace("ship_ratio>=0.6", "ship_ratio<0.6");
    for file in ["report.html", "report.json", "report.md"] {
        assert!(read(folder.path(), file).replace('\\', "").contains("ship_ratio"), "{file}");
        fs::remove_file(folder.path().join(file)).expect("removed");
    }
    said(&step(folder.path(), &no, &[]), 1);
    assert!(read(folder.path(), "report.json").contains("\"passed\": false"));
}

/// Yes, no, and a mistake are three things.
#[test]
fn a_gate_steers_a_job() {
    let script = recipe("GITHUB_OUTPUT");
    for (script, status, output) in [
        (script.clone(), 0, "ship=no\n"),
        (script.replace("certainty>=leaning", "certainty>=close"), 0, "ship=yes\n"),
        (script.replace("gemma-3n", "gema-3n"), 2, ""),
        (script.replace("score.n", "score.m"), 2, ""),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("output").display().to_string();
        fs::write(&file, "").expect("written");
        said(&step(folder.path(), &script, &[("GITHUB_OUTPUT", &file)]), status);
        assert_eq!(read(folder.path(), "output"), output, "{script}");
    }
}

/// A catalog of forty tools with 32 KiB of text each, which together are too large for a summary.
fn wordy() -> String {
    let text = "a word of it. ".repeat(2340);
    let tool = |n: usize| {
        let review = format!("{{\"reviewer\":\"R\",\"score\":{n},\"text\":\"{text}\"}}");
        format!("{{\"slug\":\"tool-{n}\",\"name\":\"Tool {n}\",\"reviews\":[{review}]}}\n")
    };
    (0..40).map(tool).collect()
}

#[test]
fn a_summary_of_a_job() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("summary").display().to_string();
    let with = |script: &str, status| said(&step(folder.path(), script, &[("GITHUB_STEP_SUMMARY", &file)]), status).1;
    let script = recipe("markdown=$GITHUB_STEP_SUMMARY");
    for before in ["", "what the same step wrote before\n"] {
        fs::write(&file, before).expect("written");
        assert_eq!(with(&script, 0), format!("compare: note: wrote {file}\n"));
        let summary = read(folder.path(), "summary");
        assert!(
            summary.starts_with("# ")
                && summary.contains("**Too close to call: SmolVLM2 Turbo or Gemma 3n.**")
                && summary.len() < 1 << 20
        );
    }
    fs::write(&file, "before\n").expect("written");
    assert_eq!(with("compare gemma-3n smolvlm2-turbo -f markdown >> \"$GITHUB_STEP_SUMMARY\"", 0), "");
    assert!(read(folder.path(), "summary").starts_with("before\n# "));
}

/// GitHub shows nothing of a summary above 1 MiB: who writes one is told, and what to do instead.
#[test]
fn a_summary_that_is_too_large_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("wordy.ndjson"), wordy()).expect("written");
    let file = folder.path().join("summary").display().to_string();
    fs::write(&file, "").expect("written");
    let with = |script: &str| said(&step(folder.path(), script, &[("GITHUB_STEP_SUMMARY", &file)]), 0).1;
    let told = "warning: GitHub shows no job summary above 1 MiB, and this one has";
    let script = "compare rank --reviews -c wordy.ndjson -o \"markdown=$GITHUB_STEP_SUMMARY\" -o r.json > /dev/null";
    let stderr = with(script);
    assert!(stderr.contains(told) && stderr.contains("`pr-comment`") && stderr.contains("--top"), "{stderr}");
    assert!(read(folder.path(), "summary").len() > 1 << 20 && folder.path().join("r.json").exists());
    assert_eq!(with(&script.replace("--reviews", "--reviews --quiet")), "");
    let warned = |script: &str| with(script).contains("warning");
    assert!(!warned("compare rank --reviews -c wordy.ndjson -o markdown=other.md > /dev/null"));
    assert!(!warned(&script.replace("-c", "--top 5 -c")));
    assert!(!warned(&script.replace("markdown=", "pr-comment=")));
    assert!(read(folder.path(), "summary").contains("_Left out to fit"));
    let added = "compare rank --reviews -c wordy.ndjson --top 20 -f markdown >> \"$GITHUB_STEP_SUMMARY\"";
    fs::write(&file, "").expect("written");
    let once = with(added);
    let length = read(folder.path(), "summary").len();
    assert!(once.is_empty() && length < 1 << 20 && 2 * length > 1 << 20, "{length} {once}");
    assert!(with(added).contains(told), "what was there counts");
}

/// Stands in for GitHub's `gh`: the comments of the pull request are the file `comments.json`; what would be sent lies
/// in `sent` afterwards.
const GH: &str = r#"#!/bin/sh
set -eu
case "$*" in
"api --paginate repos/me/it/issues/7/comments --jq "*)
    shift 4
    jq --raw-output "$1" comments.json ;;
"api --method PATCH repos/me/it/issues/comments/"*" --field body=@comment.md")
    { echo "updated ${4##*/}"; cat comment.md; } > sent ;;
"pr comment 7 --body-file comment.md")
    { echo "added"; cat comment.md; } > sent ;;
*)
    echo "gh: $*" >&2
    exit 64 ;;
esac
"#;

#[cfg(unix)]
#[test]
fn one_comment_on_a_pull_request() {
    use std::os::unix::fs::PermissionsExt as _;
    if !Command::new("jq").arg("--version").output().is_ok_and(|output| output.status.success()) {
        return skip("jq is not installed");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let gh = folder.path().join("bin/gh");
    fs::create_dir(folder.path().join("bin")).expect("made");
    fs::write(&gh, GH).expect("written");
    fs::set_permissions(&gh, fs::Permissions::from_mode(0o755)).expect("may run");
    let script = recipe("pr-comment=comment.md");
    let comment = |id: u32, login: &str, body: &str| {
        format!("{{\"id\":{id},\"user\":{{\"login\":\"{login}\"}},\"body\":{body:?}}}")
    };
    let send = |comments: &[String]| {
        fs::write(folder.path().join("comments.json"), format!("[{}]", comments.join(","))).expect("written");
        let variables = [("GITHUB_REPOSITORY", "me/it"), ("PR", "7"), ("GH_TOKEN", "-")];
        said(&step(folder.path(), &script, &variables), 0);
        let sent = read(folder.path(), "sent");
        let (how, body) = sent.split_once('\n').expect("a line");
        (how.to_owned(), body.to_owned())
    };
    let bot = "github-actions[bot]";
    let other = [comment(1, bot, "Built."), comment(2, "mallory", "<!-- compare: pr-comment -->\nmine")];
    let (how, body) = send(&other);
    assert_eq!(how, "added");
    assert!(body.starts_with("<!-- compare: pr-comment -->\n") && body.contains("<details>"), "{body}");
    // What was sent is found again, and only that.
    let [first, second] = other;
    let (how, again) = send(&[first, second, comment(3, bot, &body), comment(4, bot, &body)]);
    assert_eq!((how.as_str(), again), ("updated 3", body));
}

/// Every way to name two states that the page on changes shows.
#[test]
fn states_as_the_page_names_them() {
    let Some(here) = Repository::new() else { return };
    here.git("tag v1");
    here.branch();
    here.git("tag v2");
    for folder in ["old", "new"] {
        here.write(&format!("{folder}/a.json"), "{\"name\": \"A\"}");
    }
    let (stdout, _) = said(&step(here.folder(), &blocks("changes.md", "sh")[0], &[]), 0);
    assert_eq!(stdout.matches("Gemma 3n takes the lead").count(), 3, "{stdout}");
    assert_eq!(stdout.matches("Nothing changed.").count(), 2, "{stdout}");
}

#[cfg(unix)]
#[test]
fn one_comment_on_what_a_pull_request_changes() {
    use std::os::unix::fs::PermissionsExt as _;
    let Some(here) = Repository::new() else { return };
    if !Command::new("jq").arg("--version").output().is_ok_and(|output| output.status.success()) {
        return skip("jq is not installed");
    }
    here.git("update-ref refs/remotes/origin/main main");
    here.branch();
    here.write("bin/gh", GH);
    fs::set_permissions(here.path("bin/gh"), fs::Permissions::from_mode(0o755)).expect("may run");
    let script = &blocks("changes.md", "sh")[1];
    let send = |comments: &str, status: i32| {
        here.write("comments.json", comments);
        let variables = [("GITHUB_REPOSITORY", "me/it"), ("PR", "7"), ("GH_TOKEN", "-"), ("GITHUB_BASE_REF", "main")];
        said(&step(here.folder(), script, &variables), status);
        let sent = read(here.folder(), "sent");
        let (how, body) = sent.split_once('\n').expect("a line");
        (how.to_owned(), body.to_owned())
    };
    let comment =
        |body: &str| format!("[{{\"id\":3,\"user\":{{\"login\":\"github-actions[bot]\"}},\"body\":{body:?}}}]");
    let (how, body) = send(&comment("<!-- compare: pr-comment -->"), 0);
    assert_eq!(how, "added", "the comment of a comparison is another one");
    assert!(body.contains("Gemma 3n takes the lead") && body.contains("| reviews\\_removed==0 | 0 |"), "{body}");
    assert_eq!(send(&comment(&body), 0), ("updated 3".to_owned(), body));
    here.git("rm -q tools/smolvlm2-turbo.json");
    here.commit();
    let (_, body) = send("[]", 1);
    assert!(body.contains("What was removed") && body.contains("❌ failed"), "{body}");
    // What cannot be read is no comment.
    fs::remove_file(here.path("sent")).expect("removed");
    here.write("tools/bad.json", "{");
    let variables = [("GITHUB_REPOSITORY", "me/it"), ("PR", "7"), ("GITHUB_BASE_REF", "main")];
    said(&step(here.folder(), script, &variables), 2);
    assert!(!here.path("sent").exists());
}

#[test]
fn committed_reports_stay_fresh() {
    let folder = project(&blocks("ci.md", "toml")[0]);
    let files = ["decision.md", "decision.html", "verdict.svg"];
    let script = recipe("compare report --verify");
    let (_, missing) = said(&step(folder.path(), &script, &[]), 1);
    assert!(files.iter().all(|file| missing.contains(file)), "{missing}");
    said(&step(folder.path(), "compare report", &[]), 0);
    said(&step(folder.path(), &script, &[]), 0);
    let before = files.map(|file| read(folder.path(), file));
    let record = folder.path().join("tools/smolvlm2-turbo.json");
    let text = fs::read_to_string(&record).expect("a record");
    assert!(text.contains("\"score\": 72"));
    fs::write(&record, text.replace("\"score\": 72", "\"score\": 99")).expect("written");
    let (_, stale) = said(&step(folder.path(), &script, &[]), 1);
    assert!(stale.contains("decision.md") && stale.contains("decision.html"), "{stale}");
    assert_eq!(files.map(|file| read(folder.path(), file)), before, "nothing is written");
    said(&step(folder.path(), "compare report", &[]), 0);
    said(&step(folder.path(), &script, &[]), 0);

    let one = "compare gemma-3n smolvlm2-turbo -o report.md";
    said(&step(folder.path(), one, &[]), 0);
    said(&step(folder.path(), &format!("{one} --verify"), &[]), 0);
    fs::write(&record, text).expect("written");
    said(&step(folder.path(), &format!("{one} --verify"), &[]), 1);
}

#[test]
fn a_badge() {
    let folder = tempfile::tempdir().expect("a folder");
    said(&step(folder.path(), &recipe("badge=verdict.svg"), &[]), 0);
    let badge = read(folder.path(), "verdict.svg");
    assert!(badge.starts_with("<svg ") && badge.contains("4 of 4 would ship"), "{badge}");
    assert!(!badge.contains("<script") && badge.matches("http").count() == 1, "{badge}");
}

#[test]
fn annotations_at_the_lines_of_records() {
    let script = recipe("check --strict");
    let folder = project("catalog = \"tools\"\n");
    let (stdout, _) = said(&step(folder.path(), &script, &[]), 0);
    assert!(!stdout.contains("::error"), "{stdout}");
    let record = folder.path().join("tools/gemma-3n.json");
    let text = fs::read_to_string(&record).expect("a record");
    fs::write(&record, text.replace("\"score\": 84", "\"score\": 184")).expect("written");
    let (stdout, _) = said(&step(folder.path(), &script, &[]), 1);
    assert!(stdout.contains("::error file=tools/gemma-3n.json,line="), "{stdout}");
}
