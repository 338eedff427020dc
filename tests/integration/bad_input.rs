//! Bad input, as a user meets it: exit status 2, a message that leads on, nothing else.

use super::support::{compare, is_hostile, root, skip};
use std::process::Output;

/// What every refusal has to keep.
fn refused(output: &Output, what: &str) -> String {
    let said = String::from_utf8(output.stderr.clone()).expect("UTF-8 on standard error");
    assert_eq!(output.status.code(), Some(2), "{what}: {said}");
    assert!(output.stdout.is_empty(), "{what} wrote to standard output");
    assert!(said.starts_with("compare: ") && !said.contains("panicked"), "{what}: {said}");
    assert!(!said.chars().any(is_hostile), "{what}: {said:?}");
    said
}

#[test]
fn places_that_hold_no_records_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("empty.json"), "").expect("written");
    std::fs::create_dir(folder.path().join("folder.json")).expect("made");
    for path in ["nosuch.json", "empty.json", "folder.json", ""] {
        let path = folder.path().join(path);
        let output = compare().arg("list").arg("-c").arg(&path).output().expect("runs");
        let said = refused(&output, &path.display().to_string());
        assert!(said.contains(path.to_str().expect("a path")), "{said}");
    }
}

#[test]
fn an_endless_device_is_refused() {
    if !std::path::Path::new("/dev/zero").exists() {
        return skip("there is no /dev/zero");
    }
    refused(&compare().args(["list", "-c", "/dev/zero"]).output().expect("runs"), "/dev/zero");
}

#[test]
fn deep_nesting_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("deep.json");
    std::fs::write(&path, "[".repeat(100_000)).expect("written");
    refused(&compare().args(["list", "-c"]).arg(&path).output().expect("runs"), "100,000 brackets");
}

#[test]
fn outputs_that_cannot_be_written_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    for output in ["nosuch/report.md", "."] {
        let path = format!("markdown={}", folder.path().join(output).display());
        let run =
            compare().current_dir(root()).args(["gemma-3n", "smolvlm2-turbo", "-o", &path]).output().expect("runs");
        refused(&run, output);
    }
}
