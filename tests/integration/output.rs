//! Files, pipes, devices and signals: what a run leaves behind, whatever happens to it.

use crate::support::{compare, root};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const PAIR: [&str; 2] = ["gemma-3n", "smolvlm2-turbo"];

/// A folder for one test.
fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

/// The program comparing the embedded pair, run in `folder`.
fn pair_in(folder: &Path) -> Command {
    let mut command = compare();
    command.current_dir(folder).args(PAIR);
    command
}

/// The names in a folder, hidden ones included, sorted.
fn names(folder: &Path) -> Vec<String> {
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name().into_string();
    let mut names: Vec<_> = fs::read_dir(folder).expect("a folder").map(|e| name(e).expect("UTF-8")).collect();
    names.sort();
    names
}

/// The message of a run that could not be done and wrote no document.
fn refused(output: &Output) -> String {
    let stderr = String::from_utf8(output.stderr.clone()).expect("UTF-8");
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert_eq!(output.stdout, b"", "no document beside an error");
    assert!(stderr.starts_with("compare: ") && !stderr.contains("panicked"), "{stderr}");
    stderr
}

#[test]
fn several_reports_come_from_one_run() {
    let folder = folder();
    let output = pair_in(folder.path()).args(["-o", "a.json", "-o", "a.csv", "-o", "a.md"]).output().expect("runs");
    let said = "compare: note: wrote a.json\ncompare: note: wrote a.csv\ncompare: note: wrote a.md\n";
    assert!(output.status.success() && output.stderr == said.as_bytes());
    assert_eq!(names(folder.path()), ["a.csv", "a.json", "a.md"]);
    let alone = pair_in(folder.path()).args(["--format", "json"]).output().expect("runs");
    assert_eq!(fs::read(folder.path().join("a.json")).expect("a report"), alone.stdout);
}

#[test]
fn a_refused_output_leaves_every_other_alone() {
    let folder = folder();
    fs::write(folder.path().join("old.md"), "OLD").expect("a file");
    fs::create_dir(folder.path().join("sub")).expect("a folder");
    for (target, words) in [
        ("markdown=sub", "cannot write sub: it is a folder"),
        ("nosuch/x.md", "cannot write nosuch/x.md: its folder does not exist"),
        ("sub/../old.md", "two outputs go to one file: sub/../old.md is old.md"),
        ("old.md", "two outputs go to old.md"),
    ] {
        let output = pair_in(folder.path()).args(["-o", "new.json", "-o", "old.md", "-o", target]).output();
        let message = refused(&output.expect("runs"));
        assert!(message.starts_with(&format!("compare: {words}\n")), "{message}");
        assert_eq!(names(folder.path()), ["old.md", "sub"]);
        assert_eq!(fs::read_to_string(folder.path().join("old.md")).expect("a file"), "OLD");
    }
}

#[test]
fn the_records_are_never_the_output() {
    let folder = folder();
    let records = folder.path().join("records");
    fs::create_dir(&records).expect("a folder");
    for name in ["gemma-3n.json", "smolvlm2-turbo.json"] {
        fs::copy(root().join("fixtures/catalog").join(name), records.join(name)).expect("a copy");
    }
    let before = fs::read(records.join("gemma-3n.json")).expect("records");
    for catalog in ["records", "./records/gemma-3n.json"] {
        let args = ["show", "gemma-3n", "-c", catalog, "-o", "records/gemma-3n.json"];
        let message = refused(&compare().current_dir(&folder).args(args).output().expect("runs"));
        assert!(message.contains("output records/gemma-3n.json would overwrite an input"), "{message}");
    }
    let stdin = fs::File::open(records.join("gemma-3n.json")).expect("records");
    let mut command = compare();
    command.current_dir(&folder).args(["show", "gemma-3n", "-c", "-", "-o", "records/gemma-3n.json"]);
    if cfg!(unix) {
        refused(&command.stdin(stdin).output().expect("runs"));
    }
    assert_eq!(fs::read(records.join("gemma-3n.json")).expect("records"), before);
}

#[cfg(unix)]
mod unix {
    use super::{folder, names, pair_in, refused};
    use std::fs;
    use std::io::Read as _;
    use std::os::unix::process::ExitStatusExt as _;
    use std::path::Path;
    use std::process::{Child, Command, Stdio};
    use std::time::{Duration, Instant};

    /// Runs a line of shell in `folder`, with the program as `$COMPARE`.
    fn shell(folder: &Path, line: &str) -> std::process::Output {
        let program = env!("CARGO_BIN_EXE_compare");
        let mut command = Command::new("sh");
        command.args(["-c", line]).current_dir(folder).env_clear().env("PATH", "/usr/bin:/bin").env("COMPARE", program);
        command.output().expect("a shell")
    }

    #[test]
    fn a_file_size_limit_is_an_error_and_the_old_report_stays() {
        let folder = folder();
        fs::write(folder.path().join("r.json"), "OLD").expect("a file");
        let line = "ulimit -f 1; \"$COMPARE\" gemma-3n smolvlm2-turbo -o r.json";
        let message = refused(&shell(folder.path(), line));
        assert!(message.starts_with("compare: cannot write r.json: File too large"), "{message}");
        assert_eq!(names(folder.path()), ["r.json"]);
        assert_eq!(fs::read_to_string(folder.path().join("r.json")).expect("a file"), "OLD");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_device_is_an_error_and_the_old_report_stays() {
        let folder = folder();
        fs::write(folder.path().join("r.md"), "OLD").expect("a file");
        let output = pair_in(folder.path()).args(["-o", "r.md", "-o", "json=/dev/full"]).output().expect("runs");
        let message = refused(&output);
        assert_eq!(message, "compare: cannot write /dev/full: No space left on device\n");
        assert_eq!(fs::read_to_string(folder.path().join("r.md")).expect("a file"), "OLD");
    }

    #[test]
    fn a_reader_that_leaves_early_changes_neither_files_nor_status() {
        let folder = folder();
        let line = "{ \"$COMPARE\" gemma-3n smolvlm2-turbo --format json -o r.md; echo $? >status; } | true";
        let output = shell(folder.path(), line);
        assert!(["", "compare: note: wrote r.md\n"].iter().any(|said| output.stderr == said.as_bytes()));
        assert_eq!(fs::read_to_string(folder.path().join("status")).expect("a status"), "0\n");
        assert!(fs::read_to_string(folder.path().join("r.md")).expect("a report").ends_with('\n'));
        // Nor does a closed standard error make a failure crash.
        let line = "{ \"$COMPARE\" gemma-3n nosuch 2>&1; echo $? >status; } | true";
        assert_eq!(shell(folder.path(), line).stderr, b"");
        assert_eq!(fs::read_to_string(folder.path().join("status")).expect("a status"), "2\n");
    }

    #[test]
    fn a_pipe_is_written_in_place() {
        let folder = folder();
        let line = "mkfifo p; \"$COMPARE\" gemma-3n smolvlm2-turbo -o csv=p >/dev/null & cat p; wait; test -p p";
        let output = shell(folder.path(), line);
        assert!(output.status.success() && output.stdout.len() > 100);
        assert_eq!(names(folder.path()), ["p"]);
    }

    /// The program at a moment when its draft lies beside the old report: it waits for a reader of the pipe.
    ///
    /// A job that a script starts in the background ignores Ctrl-C from the start, and so would the program in a test
    /// run of that kind: `DEFAULT_SIGNALS` gives the signals their own effect again.
    fn waiting(folder: &Path, before: &str) -> Child {
        fs::write(folder.join("r.md"), "OLD").expect("a file");
        let line = format!("{before} mkfifo p; exec $DEFAULT \"$COMPARE\" gemma-3n smolvlm2-turbo -o r.md -o csv=p");
        let default = if before.is_empty() { DEFAULT_SIGNALS } else { "" };
        let program = env!("CARGO_BIN_EXE_compare");
        let mut command = Command::new("sh");
        command.args(["-c", &line]).current_dir(folder).env("COMPARE", program).env("DEFAULT", default);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a shell");
        let since = Instant::now();
        while !names(folder).iter().any(|name| has_draft_name(name)) {
            assert!(since.elapsed() < Duration::from_secs(30), "no draft appears");
            std::thread::sleep(Duration::from_millis(5));
        }
        child
    }

    #[cfg(target_os = "linux")]
    const DEFAULT_SIGNALS: &str = "env --default-signal=INT,TERM,HUP";
    #[cfg(not(target_os = "linux"))]
    const DEFAULT_SIGNALS: &str = "";

    fn has_draft_name(name: &str) -> bool {
        name.starts_with(".compare-")
    }

    fn signal(child: &Child, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &child.id().to_string()]).status().expect("kill");
        assert!(sent.success());
    }

    #[test]
    fn a_signal_kills_by_itself_and_leaves_the_old_report_and_no_draft() {
        for (name, number) in [("INT", 2), ("TERM", 15), ("HUP", 1)] {
            let folder = folder();
            let child = waiting(folder.path(), "");
            signal(&child, name);
            let output = child.wait_with_output().expect("an end");
            assert_eq!(output.status.signal(), Some(number), "{name}");
            assert_eq!(names(folder.path()), ["p", "r.md"], "{name}");
            assert_eq!(fs::read_to_string(folder.path().join("r.md")).expect("a file"), "OLD");
            assert!(output.stdout.is_empty() && output.stderr.is_empty());
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_signal_that_was_ignored_stays_ignored() {
        let folder = folder();
        let child = waiting(folder.path(), "trap '' HUP;");
        signal(&child, "HUP");
        let mut text = String::new();
        let mut pipe = fs::File::open(folder.path().join("p")).expect("the pipe");
        pipe.read_to_string(&mut text).expect("a document");
        assert!(text.len() > 100);
        assert!(child.wait_with_output().expect("an end").status.success());
        assert_eq!(names(folder.path()), ["p", "r.md"]);
        assert_ne!(fs::read_to_string(folder.path().join("r.md")).expect("a file"), "OLD");
    }
}
