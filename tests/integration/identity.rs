//! When two spellings are one tool or one reviewer, and what is said where they nearly are.

use super::support::{Run, session};
use serde_json::Value;
use std::path::Path;

/// Runs `words` over a folder with these files.
fn over(files: &[(&str, &str)], words: &[&str]) -> Run {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("written");
    }
    let folder = folder.path().to_str().expect("UTF-8");
    let run = session(&[words, &["-c", folder]].concat());
    Run { stderr: run.stderr.replace(&format!("{folder}/"), ""), ..run }
}

/// The tools of a listing: slug, name and number of scores.
fn listed(files: &[(&str, &str)]) -> Vec<String> {
    let run = over(files, &["list", "-f", "json", "-q"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let document: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let tools = document["tools"].as_array().expect("tools").iter();
    let shown = |tool: &Value| {
        let text = |key: &str| tool[key].as_str().expect("a text").to_owned();
        format!("{} {} {}", text("slug"), text("name"), tool["panel"]["score"]["n"])
    };
    tools.map(shown).collect()
}

#[test]
fn names_that_differ_in_signs_or_letters_are_different_tools() {
    for (sheet, tools) in [
        ("C++,ann,90\nC#,bob,40\nC,cat,10\n", &["c C 1", "c-sharp C# 1", "c-plus-plus C++ 1"][..]),
        (
            "\u{6a21}\u{578b}\u{7532} 7B,ann,90\n\u{6a21}\u{578b}\u{4e59} 7B,bob,40\n",
            &["mo-xing-yi-7b \u{6a21}\u{578b}\u{4e59} 7B 1", "mo-xing-jia-7b \u{6a21}\u{578b}\u{7532} 7B 1"],
        ),
        ("\u{17d}\u{e1}ba,ann,90\n\u{10c}\u{e1}ba,bob,40\n", &["caba \u{10c}\u{e1}ba 1", "zaba \u{17d}\u{e1}ba 1"]),
        (
            ".NET,ann,90\nNet,bob,10\nDisney+,ann,90\nDisney,bob,40\n",
            &["dot-net .NET 1", "disney Disney 1", "disney-plus Disney+ 1", "net Net 1"],
        ),
    ] {
        assert_eq!(listed(&[("r.csv", &format!("tool,reviewer,score\n{sheet}"))]), tools);
    }
}

#[test]
fn two_names_that_make_one_slug_are_refused_with_both_and_a_slug_to_write() {
    let sheets = [
        ("1.csv", "tool,reviewer,score\nKafka!,Ana,80\nNATS,Ana,70\n"),
        ("2.csv", "tool,reviewer,score\nKafka,Ben,70\n"),
    ];
    for sheets in [sheets, [("1.csv", sheets[1].1), ("2.csv", sheets[0].1)]] {
        for words in [&["list"][..], &["rank"], &["show", "kafka"], &["kafka", "nats"], &["show", "Kafka!"]] {
            let run = over(&sheets, words);
            assert_eq!(run.status, 2, "{words:?}");
            for part in ["\"Kafka!\"", "\"Kafka\"", "make the same slug `kafka`", "`kafka-2`", "1.csv:2:1", "2.csv:"] {
                assert!(run.stderr.contains(part), "{words:?}: no {part} in {}", run.stderr);
            }
        }
        assert_eq!(over(&sheets, &["show", "nats"]).status, 0, "NATS has no part in it");
    }
    let json = r#"[{"name": "Kafka!"}, {"name": "Kafka"}]"#;
    assert!(over(&[("t.json", json)], &["list"]).stderr.contains("make the same slug `kafka`"));
}

#[test]
fn an_exact_name_or_alias_wins_over_a_slug_made_from_a_name() {
    let tools = r#"[{"slug": "cpp", "name": "C++"}, {"slug": "csharp", "name": "C#", "aliases": ["C Sharp"]}]"#;
    let sheet = "tool,reviewer,score\nC++,bob,80\nC Sharp,bob,70\ncsharp,ann,60\n";
    assert_eq!(listed(&[("t.json", tools), ("r.csv", sheet)]), ["csharp C# 2", "cpp C++ 1"]);
    let rust = r#"[{"slug": "c", "name": "C"}, {"slug": "rust", "name": "Rust"}]"#;
    let run = over(&[("t.json", rust)], &["C++", "rust"]);
    assert!(run.status == 2 && run.stderr.contains("no tool is called `C++`"), "{}", run.stderr);
}

#[test]
fn one_name_composed_and_decomposed_is_one() {
    let tools =
        "[{\"slug\": \"a\", \"name\": \"Caf\\u00e9\", \"reviews\": [{\"reviewer\": \"Zo\\u00eb\", \"score\": 80}]},
        {\"slug\": \"b\", \"name\": \"B\", \"reviews\": [{\"reviewer\": \"Zoe\\u0308 \", \"score\": 50}]}]";
    let run = over(&[("t.json", tools)], &["Cafe\u{301}", "b", "-f", "json"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    let document: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(document["pairs"][0]["shared_reviewers"], serde_json::json!(["Zo\u{eb}"]));
    let twice = tools.replace("\"slug\": \"b\", \"name\": \"B\"", "\"slug\": \"a\", \"name\": \"Cafe\\u0301\"");
    assert!(over(&[("t.json", &twice)], &["list"]).stderr.contains("the slug `a` appears twice"));
}

/// Names that differ only in case or in compatibility forms are two, and every command that uses both says so.
#[test]
fn spellings_that_differ_in_case_are_a_warning_of_every_command_that_uses_them() {
    let tools = r#"[{"slug": "a", "name": "Alpha", "reviews": [{"reviewer": "Ana", "score": 80}]},
        {"slug": "b", "name": "ALPHA", "reviews": [{"reviewer": "ana", "score": 70}]},
        {"slug": "c", "name": "Gamma", "reviews": [{"reviewer": "Ben", "score": 70}]}]"#;
    let files = [("t.json", tools)];
    let reviewer = "t.json:2:65: the reviewer \"ana\" is also spelled \"Ana\" (first at t.json:1:58)";
    let name = "t.json:2:9: the tool \"ALPHA\" is also spelled \"Alpha\" (first at t.json:1:2)";
    for words in [&["a", "b"][..], &["--all"], &["list"], &["rank"], &["convert", "-o", "json=-"]] {
        let run = over(&files, words);
        assert_eq!(run.status, 0);
        assert!(run.stderr.contains(reviewer) && run.stderr.contains(name), "{words:?}: {}", run.stderr);
    }
    for words in [&["a", "c"][..], &["show", "b"]] {
        assert_eq!(over(&files, words).stderr, "", "only one spelling is used");
    }
    let run = over(&files, &["a", "b", "-f", "json", "-q"]);
    assert_eq!(run.stderr, "");
    assert!(run.stdout.contains("\"reviewer-spelling\"") && run.stdout.contains("\"name-spelling\""));
    assert_eq!(over(&files, &["check"]).status, 0);
    assert_eq!(over(&files, &["check", "--strict"]).status, 1);
    let wide = [("w.csv", "tool,Ana,\u{ff21}na\nx,1,2\ny,3,4\n")];
    assert!(over(&wide, &["x", "y"]).stderr.contains("is also spelled \"Ana\""));
}

#[test]
fn a_row_that_spells_a_tool_otherwise_is_a_warning_of_every_command_that_uses_it() {
    let tools = r#"[{"slug": "gemma-3n", "name": "Gemma 3n"}, {"slug": "b", "name": "B"}]"#;
    let files = [("r.csv", "tool,reviewer,score\nGEMMA 3N,Ana,80\nb,Ana,70\n"), ("t.json", tools)];
    for words in [&["list"][..], &["show", "gemma-3n"], &["gemma-3n", "b"]] {
        let run = over(&files, words);
        assert!(run.status == 0 && run.stderr.contains("\"GEMMA 3N\" is taken for `gemma-3n`"), "{}", run.stderr);
    }
    assert_eq!(over(&files, &["show", "b"]).stderr, "");
    // A sheet that names a tool by name in one row and by the slug of that name in another.
    let files = [("r.csv", "tool,reviewer,score\nkafka,Ana,80\nKafka,Ben,70\n")];
    let run = over(&files, &["list"]);
    assert!(run.status == 0 && run.stderr.contains("\"Kafka\" is taken for `kafka`"), "{}", run.stderr);
    assert_eq!(listed(&files), ["kafka Kafka 2"]);
}

/// A large catalog that was changed in place, with its size and its time of change kept, is not answered from a cache.
#[test]
#[cfg(unix)]
fn a_change_in_place_makes_a_cache_stale() {
    use super::support::compare;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("k.ndjson");
    let write = |name: &str| {
        let line = |i: usize| {
            format!("{{\"slug\":\"tool-{i:05}\",\"name\":\"{name} {i:05}\",\"tagline\":\"{}\"}}\n", "x".repeat(200))
        };
        std::fs::write(&path, (0..6000).map(line).collect::<String>()).expect("written");
        let file = std::fs::File::options().write(true).open(&path).expect("there");
        file.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000)).expect("set");
    };
    let show = |name: &str, path: &Path| {
        let mut command = compare();
        command.env("XDG_CACHE_HOME", folder.path().join("cache")).args(["show", name, "-q", "-c"]).arg(path);
        command.output().expect("runs").status.code()
    };
    write("Name");
    assert_eq!(show("Name 00003", &path), Some(0));
    write("Nome");
    assert_eq!(show("Nome 00003", &path), Some(0));
    assert_eq!(show("Name 00003", &path), Some(2));
}
