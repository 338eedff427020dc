//! Catalogs whose records are not all kept in memory: what is written of them is the same.

use super::support::{Run, compare, session};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// So many records that a sheet of all tools is made page by page. The last has a small panel.
const RECORDS: usize = 5003;

/// A file of more than 8 MiB, in the form that `convert` gives records.
fn large(folder: &Path) -> String {
    let text = (0..RECORDS).fold(String::new(), |mut text, number| {
        let prose = format!("Prose é “{number}” ").repeat(70);
        write!(text, r#"{{"slug":"tool-{number}","name":"Tool {number}","tagline":"{prose}","#).expect("a string");
        if number == RECORDS - 2 {
            text += r#""community":{"ship":7,"skip":3},"#;
        }
        text += r#""reviews":["#;
        let panel = if number == RECORDS - 1 { 2 } else { 4 + number % 2 };
        for reviewer in 0..panel {
            let (comma, score) = (if reviewer == 0 { "" } else { "," }, (number * 37 + reviewer * 13) % 101);
            let verdict = if score > 50 { "ship" } else { "skip" };
            write!(
                text,
                r#"{comma}{{"reviewer":"R{reviewer}","score":{score},"verdict":"{verdict}","text":"T{number}"}}"#
            )
            .expect("a string");
        }
        text + "]}\n"
    });
    assert!(text.len() > 8 << 20, "{}", text.len());
    let path = folder.join("large.ndjson");
    fs::write(&path, text).expect("written");
    path.display().to_string()
}

#[test]
fn all_records_are_converted_one_by_one_as_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = large(folder.path());
    let text = fs::read(&path).expect("readable");
    let out = folder.path().join("out").display().to_string();
    let same = session(&["-c", &path, "convert", "-o", "ndjson=-"]);
    assert!(same.stdout.as_bytes() == text, "{}", same.stderr);
    let sheet = session(&["-c", &path, "convert", "-o", &format!("csv={out}")]);
    assert_eq!((sheet.status, sheet.stderr.as_str()), (0, ""));
    let again = session(&["-c", &out, "convert", "-o", "ndjson=-", "--input-format", "csv"]);
    assert!(again.stdout.as_bytes() == text, "{}", again.stderr);
}

#[test]
fn a_sheet_of_many_tools_is_the_same_page_by_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = large(folder.path());
    let out = folder.path().join("out.csv").display().to_string();
    for command in [&["list"][..], &["rank", "--by", "reviews"]] {
        let listed = |more: &[&str]| session(&[&["-c", &path, "--no-cache"][..], command, more].concat());
        let pages = listed(&["-f", "csv"]);
        assert_eq!(pages.stdout.lines().count(), RECORDS + 1, "{}", pages.stderr);
        // A format that needs the whole document is in the way of pages.
        let whole = listed(&["-f", "github", "-o", &out]);
        assert!(pages.stdout == fs::read_to_string(&out).expect("written"), "{command:?}: {}", whole.stderr);
        // The only small panel is on the last page, or on the first.
        assert!(pages.stderr.contains("Fewer than 4 reviewers"), "{command:?}: {}", pages.stderr);
    }
}

#[test]
fn a_check_of_many_records_finds_what_is_wrong_with_few() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = large(folder.path());
    let few = r#"{"slug":"tool-7","name":"Tool 7"}
{"slug":"x","name":"TOOL_8","pricing":{"entry":"9 €"},"reviews":[{"reviewer":"r0","score":9,"verdict":"ship","new":1}]}
{"slug":"y","name":"Y","url":7}
{"slug":"z","name":"Z"}
{"name":"!"}
"#;
    let text = fs::read_to_string(&path).expect("readable");
    fs::write(&path, text + few).expect("written");
    let Run { stdout, status, .. } = session(&["-c", &path, "check", "-f", "concise"]);
    assert_eq!(status, 1);
    for found in [
        "the slug `tool-7` appears twice",
        "the price \"9 €\" has no detail",
        "the reviewer \"r0\" is also spelled \"R0\"",
        "`tool-8` and `x` have the same name",
        "the verdict `ship` contradicts the score 9",
        "the field `new` is unknown",
        "`url` is the number 7",
        "the name \"!\" has no letter or digit for a slug",
        "`z` has no reviews",
    ] {
        assert!(stdout.contains(found), "{found}\n{}", stdout.lines().rev().take(20).collect::<String>());
    }
}

#[test]
#[cfg(unix)]
fn a_folder_without_room_for_temporary_files_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("long.ndjson");
    fs::write(&path, "\n".repeat((16 << 20) + 1)).expect("written");
    let mut run = compare();
    run.args(["-c", "-", "rank"]).env("TMPDIR", folder.path().join("absent"));
    let output = run.stdin(fs::File::open(&path).expect("readable")).output().expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{said}");
    assert!(said.contains("/absent: ") && said.contains("another folder in TMPDIR"), "{said}");
}
