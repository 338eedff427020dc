//! What `check` calls an error, every command refuses in the records that it uses, with the same place.

use super::support::{assert_snapshot, catalogs, root, session};
use regex_lite::Regex;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use tool_compare::internal::format::FORMATS;

/// Tools of the fixtures whose records are valid, unless their fixture is among [`SPOILT_TOO`].
const VALID: [&str; 6] = ["good-gadget", "other-gadget", "b", "B", "n2", "n3"];

/// Fixtures in which a tool of [`VALID`] is invalid.
const SPOILT_TOO: [&str; 3] = ["csv-reviewer-twice.csv", "slug-twice.ndjson", "sheet-typing.csv"];

/// The fixtures: files and folders, each a catalog with errors.
fn fixtures() -> Vec<PathBuf> {
    [catalogs("fixtures/invalid"), catalogs("fixtures/contradictory")].concat()
}

/// The names by which the files of a catalog call tools, in their order.
fn tools(catalog: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    let mut paths = vec![catalog.to_owned()];
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            paths.extend(std::fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
            continue;
        }
        let text = String::from_utf8_lossy(&std::fs::read(&path).expect("a fixture")).into_owned();
        let is_sheet = path.extension().is_some_and(|extension| extension == "csv");
        texts.push((is_sheet, text));
    }
    let slug = Regex::new(r#"(?:"slug"\s*:|slug\s*=)\s*"([^"]*)""#).expect("a pattern");
    let mut tools = Vec::new();
    for (is_sheet, text) in texts {
        if is_sheet {
            tools.extend(text.lines().skip(1).map(|line| line.split(',').next().unwrap_or_default().to_owned()));
        } else {
            tools.extend(slug.captures_iter(&text).map(|found| found[1].to_owned()));
        }
    }
    let mut seen = BTreeSet::new();
    tools.retain(|tool| !tool.contains(char::is_control));
    tools.retain(|tool| !tool.is_empty() && !tool.starts_with('-') && seen.insert(tool.to_lowercase()));
    tools
}

/// The places of the errors that `check` names; or what it says where there is nothing that it could check.
fn checked(catalog: &str) -> (BTreeSet<String>, String) {
    let run = session(&["check", "-f", "json", catalog]);
    let Ok(document) = serde_json::from_str::<Value>(&run.stdout) else {
        assert_eq!(run.status, 2, "{catalog}: {}", run.stderr);
        return (BTreeSet::new(), run.stderr);
    };
    let problems = document["problems"].as_array().expect("problems").iter();
    let errors = problems.filter(|problem| problem["severity"] == "error");
    let place = |problem: &Value| {
        let number = |key: &str| problem[key].as_u64().map(|number| format!(":{number}")).unwrap_or_default();
        format!("{}{}{}", problem["file"].as_str().expect("a file"), number("line"), number("column"))
    };
    (errors.map(place).collect(), String::new())
}

/// A column of the table: its heading, what is typed, and how many tools of the catalog.
type Command = (&'static str, &'static [&'static str], usize);

/// Two valid records, for fixtures that have fewer than two.
const EMBEDDED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/catalog");

const COMMANDS: [Command; 13] = [
    ("list", &["list"], 0),
    ("rank", &["rank", "--top", "1"], 0),
    ("--all", &["--all"], 0),
    ("convert", &["convert", "-o", "json=-"], 0),
    ("report", &["report", "--config", "REPORT"], 0),
    ("A B", &[], 2),
    ("vs A B", &["vs"], 2),
    ("gate", &["--gate", "score.n<99"], 2),
    ("template", &["--template", "TEMPLATE"], 2),
    ("--explain", &["--explain"], 2),
    ("report A B", &["report", "--config", "REPORT-TOOLS"], 2),
    ("show A", &["show"], 1),
    ("convert A", &["convert", "-o", "json=-"], 1),
];

/// The command line of `command` over `catalogs`, with settings for reports in `folder`.
fn line(command: &Command, catalogs: &[&str], tools: &[String], folder: &Path) -> Vec<String> {
    let used = &tools[..command.2];
    let settings = |content: String| {
        let path = folder.join("settings.toml");
        let text = format!("[[report]]\nname = \"r\"\n{content}\noutput = [\"r.md\"]\n");
        std::fs::write(&path, text).expect("written");
        path.to_str().expect("UTF-8").to_owned()
    };
    let template = folder.join("t.md.j2").to_str().expect("UTF-8").to_owned();
    let mut words: Vec<String> = Vec::new();
    for word in command.1 {
        words.push(match *word {
            "REPORT" => settings("all = true".to_owned()),
            "REPORT-TOOLS" => settings(format!("tools = {used:?}")),
            "TEMPLATE" => template.clone(),
            word => word.to_owned(),
        });
    }
    words.extend(catalogs.iter().flat_map(|catalog| ["-c", catalog]).map(str::to_owned));
    if command.1.first() != Some(&"report") {
        words.extend(used.iter().cloned());
    }
    words
}

/// Every fixture with every command: the exit status of each. A command that uses an invalid record refuses it, with a
/// place that `check` names.
#[test]
fn every_command_refuses_the_records_that_check_refuses() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("t.md.j2"), "{{ tools | length }}\n").expect("written");
    let mut table = format!("{:<42}", "fixture");
    for (heading, ..) in COMMANDS {
        write!(table, " {heading}").expect("a string");
    }
    table.push('\n');
    let fixtures = fixtures();
    assert!(fixtures.len() > 110, "{}", fixtures.len());
    for fixture in fixtures {
        let name = fixture.file_name().expect("a name").to_string_lossy().into_owned();
        let catalog = fixture.to_str().expect("UTF-8");
        let (places, why) = checked(catalog);
        let mut tools = tools(&fixture);
        let is_valid = |tool: &String| VALID.contains(&tool.as_str()) && !SPOILT_TOO.contains(&name.as_str());
        tools.sort_by_key(|tool| is_valid(tool)); // the invalid one first
        let catalogs = if tools.len() == 1 { vec![catalog, EMBEDDED] } else { vec![catalog] };
        while tools.len() < 2 {
            tools.push("gemma-3n".to_owned());
        }
        write!(table, "{name:<42}").expect("a string");
        for command in &COMMANDS {
            let words = line(command, &catalogs, &tools, folder.path());
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let run = session(&words);
            let what = format!("{name}: compare {}\n{}", words.join(" "), run.stderr);
            write!(table, " {:>width$}", run.status, width = command.0.chars().count()).expect("a string");
            let uses_invalid = command.2 == 0 || tools[..command.2].iter().any(|tool| !is_valid(tool));
            if run.status != 2 {
                assert!(run.status == 0 && !uses_invalid, "answered from an invalid record: {what}");
                continue;
            }
            assert!(run.stdout.is_empty(), "{what}");
            let mut lines = run.stderr.lines();
            let first =
                lines.next().and_then(|line| line.strip_prefix("compare: ")).unwrap_or_else(|| panic!("{what}"));
            if places.is_empty() {
                assert!(why.contains(first), "not what check says, {why}: {what}");
            } else {
                assert!(places.iter().any(|place| first.starts_with(&format!("{place}: "))), "{places:?}: {what}");
                let empty = first.ends_with("there are no records");
                assert!(empty || lines.any(|line| line.contains("--skip-invalid")), "no way on: {what}");
            }
        }
        table.push('\n');
    }
    assert_snapshot("refusals.txt", &table);
}

#[test]
fn every_format_refuses_the_records_that_check_refuses() {
    for fixture in fixtures() {
        let catalog = fixture.to_str().expect("UTF-8");
        for format in FORMATS {
            for command in ["list", "--all"] {
                let run = session(&[command, "-c", catalog, "-f", format.name()]);
                assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{catalog} {command} {}", format.name());
            }
        }
    }
}

/// `--skip-invalid` leaves out the same records and rows for every command, and names them.
#[test]
fn invalid_records_and_rows_can_be_left_out() {
    let reviews = |fixture: &str, words: &[&str]| {
        let catalog = root().join("fixtures").join(fixture);
        let words = [words, &["-c", catalog.to_str().expect("UTF-8"), "-f", "json", "--skip-invalid"]].concat();
        let run = session(&words);
        let document: Value = serde_json::from_str(&run.stdout).unwrap_or_default();
        let tools = document["tools"].as_array().cloned().unwrap_or_default().into_iter();
        let tools =
            tools.map(|tool| format!("{} {}", tool["slug"].as_str().unwrap_or("?"), tool["panel"]["score"]["n"]));
        (run.status, tools.collect::<Vec<_>>().join(", "), run.stderr)
    };
    for (fixture, expected) in [
        ("invalid/sheet-score.csv", "a 1, b 1"),
        ("invalid/sheet-typing.csv", "a 0, b 1"),
        ("invalid/sheet-wide.csv", "b 2"),
        ("contradictory/reviewer-twice.csv", "a 0, b 2"),
        ("contradictory/reviewer-twice-swapped.csv", "a 0, b 2"),
        ("contradictory/reviewer-in-two-sheets", "a 0, b 1"),
        ("contradictory/reviewer-in-json-and-sheet", "a 0, b 1"),
        ("contradictory/bad-sheet-beside-toml", "a 1, b 2"),
        ("contradictory/slug-in-two-files", "b 0"),
    ] {
        let (status, tools, said) = reviews(fixture, &["list", "--by", "name"]);
        assert_eq!((status, tools.as_str()), (0, expected), "{fixture}: {said}");
        assert!(said.contains("warning") && said.contains(fixture.rsplit('/').next().expect("a name")), "{said}");
    }
    assert_eq!(reviews("contradictory/bad-sheet-beside-toml", &["show", "a"]).1, "a 1");
    let (status, tools, said) = reviews("contradictory/slug-in-two-files", &["show", "a"]);
    assert_eq!((status, tools.as_str()), (2, ""), "{said}");
    let (status, _, said) = reviews("invalid/score-101.json", &["list"]);
    assert!(status == 2 && said.contains("no valid records") && said.contains("score-101.json:5:34"), "{said}");
}

/// What a command does not use does not stop it.
#[test]
fn an_invalid_record_stops_only_those_who_use_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let valid = |slug: &str| {
        format!(
            "{{\"slug\": \"{slug}\", \"name\": \"{slug}\", \"reviews\": [{{\"reviewer\": \"Ada\", \"score\": 7}}]}}"
        )
    };
    let sheet = "tool,reviewer,score\na,Ada,7\nb,Ada,7\nc,Ada,700\n";
    let lines = format!("{}\n{}\n{}\n", valid("a"), valid("b"), valid("c").replace('7', "700"));
    let syntax = format!("{}\n{}\n{}\n", valid("a"), valid("b"), valid("c").replace('7', "7x"));
    let list = format!("[{},{},{}]", valid("a"), valid("b"), valid("c").replace('7', "\"seven\""));
    for (name, text) in [("a.csv", sheet), ("a.ndjson", &lines), ("b.ndjson", &syntax), ("a.json", &list)] {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        let path = path.to_str().expect("UTF-8");
        for (words, status) in [
            (&["a", "b"][..], 0),
            (&["show", "b"], 0),
            (&["convert", "a", "-o", "json=-"], 0),
            (&["a", "c"], 2),
            (&["show", "c"], 2),
            (&["rank"], 2),
            (&["a", "b", "--gate", "c:score.n<99"], 2),
        ] {
            let run = session(&[words, &["-c", path]].concat());
            assert_eq!(run.status, status, "{name} {words:?}: {}", run.stderr);
        }
    }
}
