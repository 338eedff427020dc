//! What a release offers: archives that `ci/release` makes, and a program that runs under any name.
#![cfg(unix)]

use super::support::{root, skip};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// Makes the archive for `target` of a stand-in for the program.
const ARCHIVE: &str = r#"
import importlib.machinery, importlib.util, pathlib, sys
script, program, target, output = sys.argv[1:]
loader = importlib.machinery.SourceFileLoader("release", script)
release = importlib.util.module_from_spec(importlib.util.spec_from_loader("release", loader))
sys.dont_write_bytecode = True
loader.exec_module(release)
release.archive(pathlib.Path(program), target, 1700000000, pathlib.Path(output), {})
"#;

/// The bytes of the archive that is made in `folder` under the umask `umask`, at whatever time it is.
fn archive(folder: &Path, umask: &str, target: &str, file: &str) -> Vec<u8> {
    let program = folder.join("program");
    fs::write(&program, "a program").expect("written");
    let script = format!("umask {umask}; exec python3 -c \"$0\" \"$@\"");
    let mut shell = Command::new("sh");
    shell.args(["-c", &script, ARCHIVE]).arg(root().join("ci/release")).arg(&program).arg(target).arg(folder);
    let output = shell.stdin(Stdio::null()).output().expect("sh runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::read(folder.join(file)).expect("an archive")
}

fn has_git_and_python() -> bool {
    let usable = ["python3 -c 'import tomllib'", "git -C . rev-parse"].iter().all(|probe| {
        let status = Command::new("sh").args(["-c", probe]).current_dir(root()).output();
        status.is_ok_and(|output| output.status.success())
    });
    if !usable {
        skip("python3 with tomllib, or a git checkout, is missing");
    }
    usable
}

#[test]
fn archives_are_the_same_whoever_makes_them() {
    if !has_git_and_python() {
        return;
    }
    for (target, file) in [
        ("x86_64-unknown-linux-gnu", "tool-compare-x86_64-unknown-linux-gnu.tgz"),
        ("x86_64-pc-windows-msvc", "tool-compare-x86_64-pc-windows-msvc.zip"),
    ] {
        let (one, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let first = archive(one.path(), "022", target, file);
        let second = archive(other.path(), "077", target, file);
        assert!(first == second, "{target}");
    }
}

#[test]
fn an_archive_holds_one_program_a_link_and_what_belongs_to_it() {
    if !has_git_and_python() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = "tool-compare-x86_64-unknown-linux-gnu.tgz";
    archive(folder.path(), "022", "x86_64-unknown-linux-gnu", file);
    let unpack = Command::new("tar").args(["-xzf", file]).current_dir(folder.path()).status().expect("tar runs");
    assert!(unpack.success());
    let at = |name: &str| folder.path().join("tool-compare-x86_64-unknown-linux-gnu").join(name);
    assert_eq!(fs::read_link(at("tool-compare")).expect("a link"), Path::new("compare"));
    assert_eq!(fs::read_to_string(at("compare")).expect("the program"), "a program");
    for name in ["man/tool-compare.1", "completions/_compare", "LICENSE-MIT", "README.md", "docs/ci.md"] {
        assert!(at(name).exists(), "{name}");
    }
}

#[test]
fn what_is_to_be_built_is_checked_first() {
    if !has_git_and_python() {
        return;
    }
    let output = Command::new(root().join("ci/release")).arg("rpm").stdin(Stdio::null()).output().expect("runs");
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("unknown kind rpm; choose from archive, wheel, deb"), "{stderr}");
}

/// Packages link to the program under names of their own.
#[test]
fn the_program_runs_under_any_name() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["tool-compare", "cmp2", "list"] {
        let link = folder.path().join(name);
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_compare"), &link).expect("linked");
        let run = |args: &[&str]| Command::new(&link).args(args).env_clear().output().expect("runs");
        assert!(run(&["--version"]).stdout.ends_with(b" (tool-compare)\n"), "{name}");
        let output = run(&["gemma-3n", "smolvlm2-turbo", "-f", "summary"]);
        assert!(output.status.success() && output.stdout.starts_with(b"Too close to call"), "{name}");
        assert_eq!(run(&["nosuch", "gemma-3n"]).status.code(), Some(2), "{name}");
    }
}
