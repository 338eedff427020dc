//! What the README shows is what the program does.

use super::support::root;
use std::path::Path;
use std::process::{Command, Stdio};

/// A command of a `console` block with the output that stands below it.
struct Example {
    command: String,
    shown: String,
}

/// The examples of a Markdown text, each with the span of its output.
fn examples(text: &str) -> Vec<(Example, std::ops::Range<usize>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("```console\n").map(|start| at + start + "```console\n".len()) {
        let end = start + text[start..].find("```\n").expect("a closed block");
        let (command, _) = text[start..end].split_once('\n').expect("a command");
        let command = command.strip_prefix("$ ").expect("a prompt").to_owned();
        let output = start + "$ ".len() + command.len() + 1..end;
        found.push((Example { command, shown: text[output.clone()].to_owned() }, output));
        at = end;
    }
    found
}

/// Runs a command line as a shell does, with the program first in the path.
fn said(command: &str) -> String {
    let bin = Path::new(env!("CARGO_BIN_EXE_compare")).parent().expect("a folder");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").expect("a path"));
    let output = Command::new("sh")
        .args(["-c", command])
        .env_clear()
        .env("PATH", path)
        .current_dir(root())
        .stdin(Stdio::null())
        .output()
        .expect("sh runs");
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

#[test]
fn the_readme_shows_what_the_program_says() {
    let path = root().join("README.md");
    let mut text = std::fs::read_to_string(&path).expect("the README");
    let found = examples(&text);
    assert!(found.len() >= 3);
    let mut stale = Vec::new();
    for (example, span) in found.into_iter().rev() {
        let output = said(&example.command);
        if output != example.shown {
            stale.push(example.command);
            text.replace_range(span, &output);
        }
    }
    if std::env::var_os("SNAPSHOTS").is_some_and(|action| action == "overwrite") {
        std::fs::write(&path, text).expect("written");
    } else {
        assert!(stale.is_empty(), "the README is stale for {stale:?}; SNAPSHOTS=overwrite renews it");
    }
}

#[test]
fn the_readme_names_the_two_commands() {
    let text = std::fs::read_to_string(root().join("README.md")).expect("the README");
    for command in ["cargo run --release -- gemma-3n smolvlm2-turbo", "cargo test"] {
        assert!(text.contains(&format!("```sh\n{command}\n```")), "{command}");
    }
    let ci = std::fs::read_to_string(root().join(".ci/run")).expect("the script");
    assert!(ci.contains("cargo test"), "CI runs the README's test command");
}

#[test]
fn the_record_of_the_readme_is_one() {
    let text = std::fs::read_to_string(root().join("README.md")).expect("the README");
    let start = text.find("```json\n").expect("a record") + "```json\n".len();
    let record = &text[start..start + text[start..].find("```").expect("its end")];
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("record.json");
    std::fs::write(&path, record).expect("written");
    let output = super::support::compare().args(["show", "gemma-3n", "-c"]).arg(&path).output().expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_settings_of_the_readme_are_ones() {
    let text = std::fs::read_to_string(root().join("README.md")).expect("the README");
    let (_, section) = text.split_once("## Settings\n").expect("a section");
    let (_, from) = section.split_once("```toml\n").expect("settings");
    let settings = from.split_once("```").expect("their end").0;
    let folder = super::settings::project(settings);
    std::fs::create_dir(folder.path().join("templates")).expect("a folder");
    let markers = "<!-- compare:leaders -->\n<!-- /compare:leaders -->\n";
    std::fs::write(folder.path().join("README.md"), markers).expect("written");
    let run = |args: &str| {
        let output = super::settings::within(folder.path(), args).output().expect("runs");
        assert!(output.status.success(), "{args}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    run("report");
    run("report --verify");
    for file in ["decision.html", "decision.txt", "leaders.csv", "README.md"] {
        let written = std::fs::read_to_string(folder.path().join(file)).expect("written");
        assert!(written.contains("SmolVLM2 Turbo"), "{file}");
    }
    let shown = run("config");
    for key in ["catalog", "templates", "format", "by", "confidence", "weights.Founder", "report decision"] {
        let line = shown.lines().find(|line| line.starts_with(key)).expect(key);
        assert!(line.contains("compare.toml:"), "{line}");
    }
    // The variables that the README names, each against the file.
    for (variable, value, key) in [
        ("COMPARE_CATALOG", "tools:tools", "catalog"),
        ("COMPARE_FORMAT", "csv", "format"),
        ("COMPARE_BY", "name", "by"),
        ("COMPARE_CONFIDENCE", "0.8", "confidence"),
        ("COMPARE_WEIGHTS", "Founder=0.5,Builder=2", "weights.Builder"),
    ] {
        assert!(text.contains(&format!("`{variable}`")), "{variable}");
        let mut command = super::settings::within(folder.path(), "config");
        let output = command.env(variable, value).output().expect("runs");
        let shown = String::from_utf8(output.stdout).expect("UTF-8");
        let line = shown.lines().find(|line| line.starts_with(key)).expect(key);
        assert!(line.contains("environment COMPARE_"), "{line}");
    }
}
