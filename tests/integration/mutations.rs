//! Fixtures with random faults: what `check` refuses no command answers from, what it accepts none refuses.
//!
//! A few hundred run with the other tests. `MUTATIONS=50000 cargo test --release --test integration mutations` runs so
//! many in this process, and `MUTATED_RUNS=2000` so many as processes of their own.

use super::support::{Run, compare, root, session};
use regex_lite::Regex;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Numbers that are the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % limit.max(1)
    }
}

/// What is put into a file, beside single bytes of it.
const PIECES: [&str; 24] = [
    "\"",
    ",",
    "\n",
    "{",
    "}",
    "[",
    "]",
    ":",
    "0",
    "9",
    "-",
    ".",
    "101",
    "1e999",
    "null",
    "maybe",
    "ship",
    "\\",
    "\u{e9}",
    "\"slug\"",
    "reviewer",
    "\"reviews\"",
    ";",
    "\t",
];

fn mutated(bytes: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=numbers.below(3) {
        let at = numbers.below(bytes.len() + 1);
        let end = (at + 1 + numbers.below(6)).min(bytes.len());
        match numbers.below(6) {
            0 => drop(bytes.drain(at.min(end)..end)),
            1 => drop(bytes.splice(at..at, PIECES[numbers.below(PIECES.len())].bytes())),
            2 if at < end => drop(bytes.splice(at..=at, PIECES[numbers.below(PIECES.len())].bytes())),
            3 if at < end => bytes[at] = b' ' + u8::try_from(numbers.below(95)).expect("a letter"),
            4 => {
                // A line once more, somewhere else.
                let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
                let mut lines: Vec<Vec<u8>> = lines.into_iter().map(<[u8]>::to_vec).collect();
                if !lines.is_empty() {
                    let line = lines[numbers.below(lines.len())].clone();
                    lines.insert(numbers.below(lines.len() + 1), line);
                }
                bytes = lines.concat();
            }
            _ if at < end => bytes[at] ^= 1 << numbers.below(8),
            _ => {}
        }
    }
    bytes
}

/// Runs the program over the catalog at `path`, in this process or as one of its own.
fn run(words: &[&str], path: &str, own_process: bool) -> Run {
    let words = [words, &["-c", path]].concat();
    if !own_process {
        return session(&words);
    }
    let output = compare().args(&words).output().expect("runs");
    let status = output.status.code().and_then(|code| u8::try_from(code).ok());
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Run { status: status.expect("no signal"), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// The slugs of the tools that are left when invalid records are skipped.
fn valid_tools(path: &str, own_process: bool) -> Vec<String> {
    let listed = run(&["list", "-q", "-f", "json", "--skip-invalid"], path, own_process);
    let document: Value = serde_json::from_str(&listed.stdout).unwrap_or_default();
    let tools = document["tools"].as_array().cloned().unwrap_or_default();
    tools.iter().filter_map(|tool| tool["slug"].as_str().map(str::to_owned)).collect()
}

/// What the lines with errors call tools, in files in which a line is about one tool.
fn named_by_errors(document: &Value, text: &str, is_sheet: bool) -> BTreeSet<String> {
    let slug = Regex::new(r#"^\s*\{\s*"slug"\s*:\s*"([^"]*)""#).expect("a pattern");
    let errors = document["problems"].as_array().into_iter().flatten().filter(|problem| problem["severity"] == "error");
    let lines =
        errors.filter_map(|problem| problem["line"].as_u64()).map(|line| usize::try_from(line).expect("a line"));
    let named = lines.filter_map(|line| {
        let line = text.lines().nth(line - 1)?;
        if is_sheet { Some(line.split(',').next()?.to_owned()) } else { Some(slug.captures(line)?[1].to_owned()) }
    });
    named.collect()
}

/// One file with faults, through the commands.
fn hold(path: &Path, numbers: &mut Numbers, own_process: bool) {
    let bytes = std::fs::read(path).expect("written");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let name = path.to_str().expect("UTF-8");
    let what = |run: &Run, words: &[&str]| format!("{words:?} exit {}: {}\n{text}", run.status, run.stderr);
    let check = run(&["check", "-f", "json"], name, own_process);
    let document: Value = serde_json::from_str(&check.stdout).unwrap_or_default();
    let commands: [&[&str]; 4] =
        [&["list", "-q"], &["rank", "-q"], &["convert", "-q", "-o", "ndjson=-"], &["--all", "-q"]];
    let words = commands[numbers.below(4)];
    let answer = run(words, name, own_process);
    let expected = if check.status == 0 { 0 } else { 2 };
    assert_eq!(answer.status, expected, "check exits {}, {}", check.status, what(&answer, words));
    let tools = valid_tools(name, own_process);
    let Some(tool) = tools.get(numbers.below(tools.len())) else { return };
    let words = ["show", tool, "-q", "-f", "json"];
    let answer = run(&words, name, own_process);
    if check.status == 0 {
        assert_eq!(answer.status, 0, "{}", what(&answer, &words));
    }
    if answer.status != 0 {
        assert_eq!(answer.status, 2, "{}", what(&answer, &words));
        return;
    }
    let skipped = run(&[&words[..], &["--skip-invalid"]].concat(), name, own_process);
    assert_eq!(answer.stdout, skipped.stdout, "answered otherwise without what is invalid: {}", what(&answer, &words));
    let line_by_line = path.extension().is_some_and(|extension| extension == "csv" || extension == "ndjson");
    let is_sheet = path.extension().is_some_and(|extension| extension == "csv");
    if line_by_line && !text.contains("\"\n") {
        let named = named_by_errors(&document, &text, is_sheet);
        assert!(!named.contains(tool), "answered from a record with an error: {}", what(&answer, &words));
    }
}

#[test]
fn what_check_refuses_no_command_answers_and_what_it_accepts_none_refuses() {
    let count =
        |name: &str, default: usize| std::env::var(name).map_or(default, |count| count.parse().expect("a number"));
    let mut sources: Vec<PathBuf> = Vec::new();
    let folder = tempfile::tempdir().expect("a folder");
    for path in ["fixtures/edge", "fixtures/catalog"].map(super::support::catalogs).concat() {
        sources.push(path.clone());
        // The same panel in each other kind of file.
        for kind in ["ndjson", "csv", "toml"] {
            let stem = path.file_stem().expect("a name").to_string_lossy();
            let other = folder.path().join(format!("{stem}.source.{kind}"));
            let output = format!("{kind}={}", other.display());
            let converted = session(&["convert", "-q", "-o", &output, "-c", path.to_str().expect("UTF-8")]);
            if converted.status == 0 && path.extension().is_none_or(|extension| extension != kind) {
                sources.push(other);
            }
        }
    }
    assert!(sources.len() > 60 && root().is_dir());
    let mut numbers = Numbers(20_261_127);
    let (in_process, processes) = (count("MUTATIONS", 300), count("MUTATED_RUNS", 5));
    for number in 0..in_process + processes {
        let source = &sources[numbers.below(sources.len())];
        let bytes = mutated(&std::fs::read(source).expect("a source"), &mut numbers);
        let path = folder.path().join("mutated").with_extension(source.extension().expect("a kind"));
        std::fs::write(&path, bytes).expect("written");
        hold(&path, &mut numbers, number >= in_process);
    }
}
