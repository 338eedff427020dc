//! What a run does when the system refuses: closed streams, files that cannot be replaced, no threads, little memory.
#![cfg(unix)]

use super::support::{compare, skip, stdout};
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

const PAIR: &str = "gemma-3n smolvlm2-turbo";

/// A folder that every user may enter.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("set");
    folder
}

/// Runs a line of shell in `folder`, with the program as `$COMPARE`; it ends after a minute.
fn shell(folder: &Path, line: &str) -> Output {
    let mut command = Command::new("timeout");
    command
        .args(["60", "bash", "-c", line])
        .current_dir(folder)
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    command.env("COMPARE", compare().get_program()).output().expect("bash")
}

fn said(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!said.contains("panicked"), "{said}");
    said
}

/// Whether a line of shell succeeds, so that a test that needs it can run.
fn can(line: &str) -> bool {
    shell(folder().path(), line).status.success()
}

#[test]
fn a_closed_or_read_only_standard_output_is_an_error_of_every_command() {
    let folder = folder();
    fs::write(folder.path().join("t.json"), r#"[{"slug":"a","name":"A"}]"#).expect("written");
    for args in [
        PAIR,
        "show gemma-3n",
        "list",
        "rank",
        "check",
        "config",
        "formats",
        "schema",
        "schema tool",
        "template list",
        "template show adr",
        "completions bash",
        "--help",
        "--version",
        "list --help",
        "convert -o json=-",
        "gemma-3n smolvlm2-turbo -o new.md",
        "init new",
        "list -f json",
    ] {
        for (redirection, why) in [(">&-", "it is closed"), ("1</dev/null", "it is open for reading only")] {
            let output = shell(folder.path(), &format!("$COMPARE {args} {redirection}"));
            assert_eq!(output.status.code(), Some(2), "{args} {redirection}: {}", said(&output));
            assert_eq!(said(&output), format!("compare: cannot write standard output: {why}\n"), "{args}");
        }
    }
    assert!(!folder.path().join("new.md").exists(), "nothing is written where the document cannot be");
    // What writes only files needs no standard output, and what others throw away is no error.
    assert!(shell(folder.path(), "$COMPARE convert -o all.json >&-").status.success());
    for redirection in [">/dev/null", "1<>/dev/null", "2>&- >/dev/null", "<&- >/dev/null"] {
        assert!(shell(folder.path(), &format!("$COMPARE {PAIR} {redirection}")).status.success(), "{redirection}");
    }
}

#[test]
fn a_file_with_other_names_is_written_under_all_of_them() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("one.md"), "OLD, and longer than what follows".repeat(200)).expect("written");
    fs::hard_link(at("one.md"), at("two.md")).expect("linked");
    let output = shell(folder.path(), &format!("$COMPARE {PAIR} -f summary -o one.md"));
    assert!(output.status.success(), "{}", said(&output));
    let expected = stdout(&format!("{PAIR} -f markdown"));
    for name in ["one.md", "two.md"] {
        assert_eq!(fs::read_to_string(at(name)).expect("a file"), expected, "{name}");
    }
    // What a project names may have another name outside of it, which is left alone.
    fs::create_dir(at("project")).expect("made");
    fs::write(at("outside.md"), "OLD").expect("written");
    fs::hard_link(at("outside.md"), at("project/d.md")).expect("linked");
    fs::write(at("project/compare.toml"), "[[report]]\nname = \"d\"\nall = true\noutput = \"d.md\"\n")
        .expect("written");
    let output = shell(&at("project"), "$COMPARE report");
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(fs::read_to_string(at("outside.md")).expect("a file"), "OLD");
    assert!(fs::read_to_string(at("project/d.md")).expect("a file").len() > 100);
}

#[test]
fn a_mount_point_is_written_in_place() {
    if !can("unshare -m true") {
        return skip("no namespaces of mounts can be made");
    }
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    for (name, text) in [("out.md", "old\n"), ("src.md", "src\n")] {
        fs::write(at(name), text).expect("written");
    }
    let mount = "mount --bind src.md out.md && $COMPARE gemma-3n smolvlm2-turbo -f summary -o out.md -o beside.json";
    let output = shell(folder.path(), &format!("unshare -m bash -c '{mount}'"));
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(fs::read_to_string(at("src.md")).expect("a file"), stdout(&format!("{PAIR} -f markdown")));
    assert_eq!(fs::read_to_string(at("out.md")).expect("a file"), "old\n", "that is below the mount");
    assert!(at("beside.json").exists());
    // A folder that may only be read, with a file in it that may be written.
    let line = "mkdir ro && echo old > ro/out.md && mount --bind src.md ro/out.md && mount --bind -o ro ro ro; \
                mount --bind src.md ro/out.md; $COMPARE gemma-3n smolvlm2-turbo -f summary -o csv=ro/out.md && cat src.md";
    let output = shell(folder.path(), &format!("unshare -m bash -c '{line}'"));
    assert!(String::from_utf8_lossy(&output.stdout).contains("rank,slug,"), "{}", said(&output));
}

#[test]
fn a_writable_file_in_a_closed_folder_is_written_in_place() {
    let root = can("test $(id -u) = 0");
    let user = if root { "setpriv --reuid=65534 --regid=65534 --clear-groups" } else { "" };
    if root && !can(&format!("{user} $COMPARE list")) {
        return skip("the program cannot be run as another user");
    }
    let folder = folder();
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).expect("made");
    for (name, mode) in [("r.md", 0o666), ("fixed.md", 0o444)] {
        fs::write(closed.join(name), "OLD, and longer than what follows".repeat(200)).expect("written");
        fs::set_permissions(closed.join(name), fs::Permissions::from_mode(mode)).expect("set");
    }
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).expect("set");
    let go = |output: &str| shell(folder.path(), &format!("{user} $COMPARE {PAIR} -f summary -o closed/{output}"));
    let number = fs::metadata(closed.join("r.md")).expect("there").ino();
    let written = go("r.md");
    assert!(written.status.success(), "{}", said(&written));
    assert_eq!(fs::read_to_string(closed.join("r.md")).expect("a file"), stdout(&format!("{PAIR} -f markdown")));
    assert_eq!(fs::metadata(closed.join("r.md")).expect("there").ino(), number);
    for name in ["fixed.md", "new.md"] {
        let refused = go(name);
        assert_eq!(refused.status.code(), Some(2));
        assert!(said(&refused).contains("Permission denied"), "{}", said(&refused));
    }
    // Where the file grows too large, the old text is put back.
    let text = "OLD".repeat(10);
    fs::set_permissions(closed.join("r.md"), fs::Permissions::from_mode(0o666)).expect("set");
    fs::write(closed.join("r.md"), &text).expect("written");
    let limited = shell(folder.path(), &format!("ulimit -f 1; {user} $COMPARE {PAIR} -o json=closed/r.md"));
    assert_eq!(limited.status.code(), Some(2));
    assert!(said(&limited).contains("File too large"), "{}", said(&limited));
    assert_eq!(fs::read_to_string(closed.join("r.md")).expect("a file"), text);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).expect("set");
}

#[test]
fn a_project_is_begun_as_a_whole_or_not_at_all() {
    let folder = folder();
    let output = shell(folder.path(), "ulimit -f 0; $COMPARE init deep/new");
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("File too large"), "{}", said(&output));
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0, "no folder and no empty file is left");
    assert!(shell(folder.path(), "$COMPARE init deep/new").status.success());
}

#[test]
fn drafts_of_runs_that_were_killed_are_removed_when_they_are_old() {
    let folder = folder();
    for (name, hours) in [(".compare-aaaaaa.tmp", 25), (".compare-bbbbbb.tmp", 23)] {
        let file = fs::File::create(folder.path().join(name)).expect("made");
        file.set_modified(SystemTime::now() - Duration::from_hours(hours)).expect("set");
    }
    assert!(shell(folder.path(), &format!("$COMPARE {PAIR} -o r.md")).status.success());
    assert!(!folder.path().join(".compare-aaaaaa.tmp").exists());
    assert!(folder.path().join(".compare-bbbbbb.tmp").exists(), "that run may go on");
}

#[test]
fn outputs_that_are_one_file_where_case_is_not_told_are_refused() {
    let folder = folder();
    let output = shell(folder.path(), &format!("$COMPARE {PAIR} -o a.md -o A.md"));
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("differ only in case"), "{}", said(&output));
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

#[test]
fn without_threads_or_with_little_memory_there_is_no_panic() {
    let folder = folder();
    let line = |i: usize| {
        format!("{{\"slug\":\"t{i}\",\"name\":\"T{i}\",\"reviews\":[{{\"reviewer\":\"R\",\"score\":{}}}]}}\n", i % 100)
    };
    fs::write(folder.path().join("many.ndjson"), (0..30_000).map(line).collect::<String>()).expect("written");
    let root = can("test $(id -u) = 0");
    let user = if root { "setpriv --reuid=65534 --regid=65534 --clear-groups" } else { "" };
    if !root || can(&format!("{user} $COMPARE list")) {
        // One process and no further thread.
        let output = shell(folder.path(), &format!("ulimit -u 1; {user} $COMPARE rank --top 3 -f csv -c many.ndjson"));
        let expected = shell(folder.path(), "$COMPARE rank --top 3 -f csv -c many.ndjson");
        assert!(said(&output).contains("fork") || output.stdout == expected.stdout, "{}", said(&output));
    }
    for kibibytes in [30_000, 60_000, 120_000, 250_000] {
        for args in ["rank -c many.ndjson", "gemma-3n smolvlm2-turbo -f adr", "check -c many.ndjson"] {
            let output = shell(folder.path(), &format!("ulimit -v {kibibytes}; $COMPARE {args} >/dev/null"));
            let said = said(&output);
            assert!(matches!(output.status.code(), Some(0 | 2)), "{kibibytes} {args}: {:?} {said}", output.status);
        }
    }
}

/// A checkout on Windows has other line ends, and only those.
#[test]
fn reports_with_other_line_ends_are_current() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    fs::write(
        at("compare.toml"),
        "[[report]]\nname = \"d\"\nall = true\noutput = [\"d.md\", \"d.json\", \"badge=v.svg\"]\n",
    )
    .expect("written");
    assert!(shell(folder.path(), "$COMPARE report").status.success());
    let files = ["d.md", "d.json", "v.svg"];
    for name in files {
        let text = fs::read_to_string(at(name)).expect("a file");
        fs::write(at(name), text.replace('\n', "\r\n")).expect("written");
    }
    let verified = shell(folder.path(), "$COMPARE report --verify");
    assert!(verified.status.success(), "{}", said(&verified));
    assert!(shell(folder.path(), "$COMPARE --all --verify -o d.md").status.success());
    // They stay as git wants them.
    assert!(shell(folder.path(), "$COMPARE report").status.success());
    assert!(fs::read_to_string(at("d.md")).expect("a file").contains("\r\n"));
    // Anything else is stale, and only that is shown.
    let text = fs::read_to_string(at("d.md")).expect("a file");
    fs::write(at("d.md"), text.replacen("Gemma", "Gamma", 1)).expect("written");
    let stale = shell(folder.path(), "$COMPARE report --verify");
    assert_eq!(stale.status.code(), Some(1));
    let said = said(&stale);
    assert!(said.starts_with("compare: stale: d.md, from line 1 on\n  - # ") && said.contains("Gamma 3n"), "{said}");
    assert_eq!(said.lines().count(), 3, "{said}");
}

#[test]
fn a_new_project_keeps_the_line_ends_of_its_report() {
    let folder = folder();
    assert!(shell(folder.path(), "$COMPARE init").status.success());
    let attributes = fs::read_to_string(folder.path().join(".gitattributes")).expect("a file");
    assert!(attributes.ends_with("\n/report.md text eol=lf\n"), "{attributes}");
    fs::create_dir(folder.path().join("other")).expect("made");
    symlink("nowhere", folder.path().join("other/.gitattributes")).expect("linked");
    let output = shell(folder.path(), "$COMPARE init other");
    assert!(output.status.success(), "{}", said(&output));
    assert!(String::from_utf8_lossy(&output.stdout).contains("\n  /report.md text eol=lf\n"));
    assert!(folder.path().join("other/.gitattributes").is_symlink());
}
