//! `init`: what it writes can be used, and what it says can be typed.

use super::settings::within;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Types each step that `printed` names into one `sh` in `folder`. Fails with the first that fails.
fn type_steps(printed: &str, folder: &Path) -> usize {
    let steps: Vec<&str> = printed.lines().skip_while(|line| *line != "Next:").skip(1).collect();
    let program = Path::new(env!("CARGO_BIN_EXE_compare"));
    let path = format!("{}:/usr/bin:/bin", program.parent().expect("a folder").display());
    let script = format!("set -ex\n{}\n", steps.join("\n"));
    let output = Command::new("sh").args(["-c", &script]).current_dir(folder).env_clear().env("PATH", path).output();
    let output = output.expect("sh runs");
    assert!(output.status.success(), "{script}{}", said(&output));
    steps.len()
}

#[test]
fn every_next_step_works_as_printed() {
    for typed in ["", "new", "a/b", "it's a $(folder)", "--", "-x"] {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join(".git")).expect("made");
        let mut command = within(folder.path(), "init");
        match typed {
            "" => {}
            "-x" => drop(command.args(["--", "-x"])),
            typed => drop(command.args(["--", typed])),
        }
        let output = command.output().expect("runs");
        assert!(output.status.success() && output.stderr.is_empty(), "{typed}: {}", said(&output));
        let printed = String::from_utf8(output.stdout).expect("UTF-8");
        assert!(!typed.is_empty() || printed.starts_with("Wrote compare.toml, tools/"), "{printed}");
        assert!(type_steps(&printed, folder.path()) >= 5, "{printed}");
        let made = folder.path().join(typed);
        assert!(fs::read_to_string(made.join("report.md")).expect("a report").contains("Tin Whistle"));
        let list = within(&made, "list --format csv").output().expect("runs");
        assert_eq!(String::from_utf8_lossy(&list.stdout).lines().count(), 3, "the record and the sheet");
    }
}

#[test]
fn nothing_is_overwritten() {
    for name in ["compare.toml", "tools/paper-kite.json", "tools/reviews.csv"] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(&path, "MINE").expect("written");
        let before = fs::read_dir(folder.path()).expect("a folder").count();
        let output = within(folder.path(), "init").output().expect("runs");
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output).contains(name) && output.stdout.is_empty(), "{}", said(&output));
        assert_eq!(fs::read_to_string(&path).expect("read"), "MINE");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), before, "nothing else is written");
    }
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("file"), "MINE").expect("written");
    let output = within(folder.path(), "init file").output().expect("runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("file/compare.toml"), "{}", said(&output));
}

#[test]
fn what_is_commented_out_may_be_used() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(within(folder.path(), "init").output().expect("runs").status.success());
    let path = folder.path().join("compare.toml");
    let text = fs::read_to_string(&path).expect("read");
    let (mut settings, mut count) = (String::new(), 0);
    for line in text.lines() {
        // A comment that is a setting, and not a sentence.
        let setting = line.strip_prefix("# ").filter(|rest| rest.starts_with('[') || rest.contains(" = "));
        count += usize::from(setting.is_some());
        settings += &format!("{}\n", setting.unwrap_or(line));
    }
    assert!(count >= 5, "{settings}");
    fs::write(&path, &settings).expect("written");
    let output = within(folder.path(), "report").output().expect("runs");
    assert!(output.status.success() && output.stderr.is_empty(), "{settings}{}", said(&output));
}
