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

/// Runs a command line as a shell does, with the program first in the path, in the project's folder.
fn said(command: &str) -> String {
    said_in(root(), command)
}

/// As [`said`], in another folder.
fn said_in(folder: &Path, command: &str) -> String {
    let bin = Path::new(env!("CARGO_BIN_EXE_compare")).parent().expect("a folder");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").expect("a path"));
    let output = Command::new("sh")
        .args(["-c", command])
        .env_clear()
        .env("PATH", path)
        .current_dir(folder)
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

/// A document of sheets: in each section, the files that it shows and the commands that are run over them.
///
/// A file is a fenced block below a line with its name in backticks. Gives the text with the output of each command.
fn renewed(text: &str) -> String {
    let mut renewed = String::new();
    let mut folder = tempfile::tempdir().expect("a folder");
    let mut name: Option<String> = None;
    let mut rest = text;
    while let Some((line, after)) = rest.split_once('\n') {
        rest = after;
        renewed += &format!("{line}\n");
        if line.starts_with("## ") {
            folder = tempfile::tempdir().expect("a folder");
        } else if let Some(fence) = line.strip_prefix("```").filter(|fence| !fence.is_empty()) {
            let (block, after) = rest.split_once("```\n").expect("a closed block");
            rest = after;
            if let Some(command) = block.strip_prefix("$ ").filter(|_| fence == "console") {
                let command = command.split('\n').next().expect("a command");
                renewed += &format!("$ {command}\n{}```\n", said_in(folder.path(), command));
            } else {
                let name = name.take().unwrap_or_else(|| panic!("a file without a name: {block}"));
                std::fs::write(folder.path().join(name), block).expect("written");
                renewed += &format!("{block}```\n");
            }
        } else if let Some(file) = line.strip_prefix('`').and_then(|line| line.strip_suffix('`')) {
            name = Some(file.to_owned());
        }
    }
    renewed + rest
}

/// The headings of sheets as a table in Markdown.
fn headings() -> String {
    let rows = tool_compare::internal::catalog::headings().into_iter().map(|(what, words)| {
        let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
        format!("| {what} | {} |\n", words.join(", "))
    });
    format!("| holds | headings |\n| --- | --- |\n{}", rows.collect::<String>())
}

#[test]
fn the_documentation_of_records_shows_what_is_read() {
    let path = root().join("docs/records.md");
    let text = std::fs::read_to_string(&path).expect("the document");
    let mut expected = renewed(&text);
    let (start, end) = ("<!-- headings -->\n", "<!-- /headings -->");
    let from = expected.find(start).expect("a mark") + start.len();
    let to = expected.find(end).expect("a mark");
    expected.replace_range(from..to, &format!("\n{}\n", headings()));
    if std::env::var_os("SNAPSHOTS").is_some_and(|action| action == "overwrite") {
        std::fs::write(&path, expected).expect("written");
    } else {
        assert_eq!(text, expected, "the document is stale; SNAPSHOTS=overwrite renews it");
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
