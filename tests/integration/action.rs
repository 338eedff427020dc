//! The GitHub action: its steps, run by a shell in surroundings like those of a workflow.
#![cfg(unix)]

use super::support::root;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The script of the step called `id`.
fn script(id: &str) -> String {
    let text = fs::read_to_string(root().join("action.yml")).expect("the action");
    let (_, step) = text.split_once(&format!("    - id: {id}\n")).expect("the step");
    let (_, block) = step.split_once("      run: |\n").expect("its script");
    let lines = block.lines().take_while(|line| line.is_empty() || line.starts_with("        "));
    let script: String = lines.map(|line| format!("{}\n", line.get(8..).unwrap_or_default())).collect();
    assert!(!script.contains("${{"), "what a workflow says reaches a script in variables only");
    script
}

/// What a step left behind.
struct Done {
    status: Option<i32>,
    log: String,
    outputs: String,
    summary: String,
    path: String,
}

/// Runs a step's script in `folder` with the program in the path after `folder/bin`.
fn run(folder: &Path, id: &str, variables: &[(&str, &str)]) -> Done {
    let program = Path::new(env!("CARGO_BIN_EXE_compare")).parent().expect("a folder");
    let path = format!("{}:{}:/usr/bin:/bin", folder.join("bin").display(), program.display());
    let file = |name: &str| {
        let file = folder.join(name);
        fs::write(&file, "").expect("written");
        file
    };
    let (outputs, summary, paths) = (file("outputs"), file("summary"), file("path"));
    let output = Command::new("sh")
        .args(["-e", "-c", &script(id)])
        .env_clear()
        .envs([("PATH", path.as_str()), ("RUNNER_OS", "Linux"), ("RUNNER_ARCH", "X64"), ("GITHUB_ACTIONS", "true")])
        .envs([("FAIL_ON", "error"), ("SUMMARY", "true"), ("SERVER", "https://git.example"), ("REPOSITORY", "me/it")])
        .envs([("VERSION", "1.2.3"), ("CHECKSUM", ""), ("URL", "")])
        .env("RUNNER_TEMP", folder)
        .env("GITHUB_OUTPUT", &outputs)
        .env("GITHUB_STEP_SUMMARY", &summary)
        .env("GITHUB_PATH", &paths)
        .envs(variables.iter().copied())
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .expect("sh runs");
    let read = |path: PathBuf| fs::read_to_string(path).expect("read");
    Done {
        status: output.status.code(),
        log: String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8"),
        outputs: read(outputs),
        summary: read(summary),
        path: read(paths),
    }
}

#[test]
fn the_action_installs_the_version_of_the_crate() {
    let text = fs::read_to_string(root().join("action.yml")).expect("the action");
    assert!(text.contains(&format!("    default: {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn outputs_and_summary_for_each_answer() {
    for (args, fail_on, status, outputs) in [
        ("gemma-3n smolvlm2-turbo", "error", 0, "status=0\ncertainty=close\nleader=smolvlm2-turbo\n"),
        ("rank --gate 'ship_ratio >= 0.6'", "no", 0, "status=0\ncertainty=close\nleader=smolvlm2-turbo\n"),
        ("--all --gate certainty>=leaning", "error", 0, "status=1\ncertainty=close\nleader=smolvlm2-turbo\n"),
        ("--all\n--gate \"certainty>=leaning\"\n", "no", 1, "status=1\ncertainty=close\nleader=smolvlm2-turbo\n"),
        ("gema-3n smolvlm2-turbo", "error", 2, "status=2\ncertainty=\nleader=\n"),
        ("check --strict -f github", "no", 0, "status=0\ncertainty=\nleader=\n"),
        ("--version", "no", 0, "status=0\ncertainty=\nleader=\n"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let done = run(folder.path(), "run", &[("ARGS", args), ("FAIL_ON", fail_on)]);
        assert_eq!((done.status, done.outputs.as_str()), (Some(status), outputs), "{args}: {}", done.log);
        let expects_summary = outputs.contains("certainty=close");
        assert_eq!(done.summary.contains("**Too close to call"), expects_summary, "{args}: {}", done.summary);
    }
}

#[test]
fn tools_without_reviews_have_no_leader() {
    let folder = tempfile::tempdir().expect("a folder");
    let records = r#"[{"name": "A"}, {"name": "B"}]"#;
    fs::write(folder.path().join("records.json"), records).expect("written");
    let done = run(folder.path(), "run", &[("ARGS", "-c records.json --all")]);
    assert_eq!((done.status, done.outputs.as_str()), (Some(0), "status=0\ncertainty=insufficient\nleader=\n"));
}

#[test]
fn a_summary_only_where_it_is_wanted() {
    let folder = tempfile::tempdir().expect("a folder");
    let done = run(folder.path(), "run", &[("ARGS", "--all"), ("SUMMARY", "false")]);
    assert_eq!((done.status, done.summary.as_str()), (Some(0), ""));
    assert!(done.outputs.contains("leader=smolvlm2-turbo"), "{}", done.outputs);
}

#[test]
fn a_stale_report_is_no() {
    let folder = super::settings::project("[[report]]\nname = \"r\"\nall = true\noutput = \"r.md\"\n");
    let args = [("ARGS", "report --verify"), ("FAIL_ON", "no")];
    let done = run(folder.path(), "run", &args);
    assert_eq!((done.status, done.outputs.as_str()), (Some(1), "status=1\ncertainty=\nleader=\n"), "{}", done.log);
}

#[test]
fn inputs_that_make_no_sense_are_refused_before_anything_runs() {
    for (variables, message) in [
        ([("ARGS", ""), ("FAIL_ON", "error")], "args is empty; name what to compare, such as: --all"),
        ([("ARGS", " \n "), ("FAIL_ON", "error")], "args is empty"),
        ([("ARGS", "--gate 'a"), ("FAIL_ON", "error")], "args has a quote that is not closed"),
        ([("ARGS", "--all"), ("FAIL_ON", "yes")], "invalid fail-on `yes`; use error or no"),
        ([("ARGS", "--all"), ("SUMMARY", "yes")], "invalid summary `yes`; use true or false"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let done = run(folder.path(), "run", &variables);
        assert_eq!((done.status, done.outputs.as_str()), (Some(2), "status=2\n"), "{variables:?}: {}", done.log);
        assert!(done.log.contains(&format!("::error title=compare::{message}")), "{}", done.log);
    }
}

/// Nothing in `args` is run or expanded.
#[test]
fn arguments_are_words_and_no_script() {
    let folder = tempfile::tempdir().expect("a folder");
    let done =
        run(folder.path(), "run", &[("ARGS", "--all --category '$(touch owned) *' ; touch owned `touch owned`")]);
    assert_eq!(done.status, Some(2), "{}", done.log);
    assert!(!folder.path().join("owned").exists());
}

/// A stand-in for `curl` that finds the files of a release in the folder `release`.
const CURL: &str = r#"#!/bin/sh
while [ "$1" != --output ]; do shift; done
echo "$3" >> "$RUNNER_TEMP/asked"
exec cp "$RUNNER_TEMP/release/${3##*/}" "$2"
"#;

/// A release with an archive for Linux that holds a `compare`, and its checksum.
fn release() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let make = "set -e\nmkdir -p release tool-compare-x86_64-unknown-linux-gnu bin\n\
                echo '#!/bin/sh' > tool-compare-x86_64-unknown-linux-gnu/compare\n\
                tar -czf release/tool-compare-x86_64-unknown-linux-gnu.tgz tool-compare-x86_64-unknown-linux-gnu\n\
                cd release\nsha256sum *.tgz > SHA256SUMS";
    assert!(Command::new("sh").args(["-c", make]).current_dir(folder.path()).status().expect("sh runs").success());
    let curl = folder.path().join("bin/curl");
    fs::write(&curl, CURL).expect("written");
    fs::set_permissions(&curl, fs::Permissions::from_mode(0o755)).expect("may run");
    let sums = fs::read_to_string(folder.path().join("release/SHA256SUMS")).expect("sums");
    let sum = sums.split(' ').next().expect("a sum").to_owned();
    (folder, sum)
}

#[test]
fn the_archive_of_the_release_is_installed() {
    let (folder, sum) = release();
    for checksum in ["", sum.as_str()] {
        let done = run(folder.path(), "install", &[("CHECKSUM", checksum)]);
        assert_eq!(done.status, Some(0), "{}", done.log);
        let path = done.path.trim_end();
        assert!(path.ends_with("tool-compare-x86_64-unknown-linux-gnu"), "{path}");
        assert!(Path::new(path).join("compare").exists());
    }
    let asked = fs::read_to_string(folder.path().join("asked")).expect("asked");
    let archive = "https://git.example/me/it/releases/download/v1.2.3/tool-compare-x86_64-unknown-linux-gnu.tgz\n";
    assert!(asked.starts_with(archive), "{asked}");
    let done = run(folder.path(), "install", &[("URL", "https://mirror.example/compare"), ("REPOSITORY", "")]);
    assert_eq!(done.status, Some(0), "{}", done.log);
    let asked = fs::read_to_string(folder.path().join("asked")).expect("asked");
    assert!(asked.ends_with("https://mirror.example/compare/SHA256SUMS\n"), "{asked}");
}

#[test]
fn nothing_is_installed_that_is_not_what_was_asked_for() {
    for (variables, message) in [
        ([("CHECKSUM", "0"), ("RUNNER_OS", "Linux")], "has the checksum "),
        (
            [("REPOSITORY", ""), ("RUNNER_OS", "Linux")],
            "a local copy of this action has no releases; set the input url",
        ),
        ([("RUNNER_ARCH", "RISCV"), ("RUNNER_OS", "Linux")], "there is no archive for Linux on RISCV; build compare"),
        ([("RUNNER_ARCH", "X64"), ("RUNNER_OS", "Windows")], "cannot download https://git.example/me/it/releases/"),
    ] {
        let (folder, _) = release();
        let done = run(folder.path(), "install", &variables);
        assert_eq!((done.status, done.path.as_str()), (Some(2), ""), "{}", done.log);
        assert!(done.log.contains(message), "{}", done.log);
    }
    let (folder, _) = release();
    fs::write(folder.path().join("release/SHA256SUMS"), "").expect("written");
    let done = run(folder.path(), "install", &[]);
    assert_eq!((done.status, done.path.as_str()), (Some(2), ""));
    assert!(done.log.contains("SHA256SUMS does not list tool-compare-x86_64"), "{}", done.log);
}
