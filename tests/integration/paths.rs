//! Paths as people have them: names that are not UTF-8, and a leading `~` where no shell expands it.

use super::support::compare;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const RECORDS: &str = r#"[{"slug":"a","name":"A"},{"slug":"b","name":"B"}]"#;

/// A home folder with records in `t.json`.
fn home() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("t.json"), RECORDS).expect("written");
    folder
}

/// The program in the folder `work` of `home`.
fn at_home(home: &Path) -> Command {
    let work = home.join("work");
    fs::create_dir_all(&work).expect("made");
    let mut command = compare();
    command.current_dir(work).env("HOME", home);
    command
}

fn succeeds(command: &mut Command) -> Output {
    let output = command.output().expect("runs");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

#[test]
fn a_leading_tilde_is_the_home_folder() {
    let home = home();
    for args in [&["list", "-q", "-c", "~/t.json"][..], &["list", "-q", "--catalog=~/t.json"], &["check", "~/t.json"]] {
        succeeds(at_home(home.path()).args(args));
    }
    succeeds(at_home(home.path()).args(["list", "-q"]).env("COMPARE_CATALOG", "~/t.json"));
    fs::write(home.path().join("s.toml"), "catalog = \"~/t.json\"\n").expect("written");
    succeeds(at_home(home.path()).args(["list", "-q", "--config=~/s.toml"]));
    succeeds(at_home(home.path()).args(["-q", "-c", "~/t.json", "a", "b", "-o", "json=~/x.out", "-o", "~/x.md"]));
    succeeds(at_home(home.path()).args(["convert", "-c", "~/t.json", "-o", "csv=~/x.sheet"]));
    fs::write(home.path().join("m.txt.j2"), "mine\n").expect("written");
    let output = succeeds(at_home(home.path()).args(["-q", "-c", "~/t.json", "a", "b", "--template=~/m.txt.j2"]));
    assert_eq!(output.stdout, b"mine\n");
    succeeds(at_home(home.path()).args(["init", "~/new"]));
    for name in ["x.out", "x.md", "x.sheet", "new/compare.toml"] {
        assert!(home.path().join(name).is_file(), "{name}");
    }
    assert_eq!(fs::read_dir(home.path().join("work")).expect("a folder").count(), 0, "no folder called `~`");
}

#[test]
fn a_folder_that_is_called_tilde_can_be_named() {
    let home = home();
    let mut command = at_home(home.path());
    fs::create_dir(home.path().join("work/~")).expect("made");
    fs::write(home.path().join("work/~/u.json"), RECORDS).expect("written");
    succeeds(command.args(["list", "-q", "-c", "./~/u.json"]));
}

#[test]
#[cfg(target_os = "linux")]
fn a_path_that_is_not_utf_8_is_taken_as_it_is() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let home = home();
    let path = |name: &'static [u8]| OsStr::from_bytes(name);
    let work = home.path().join("work");
    let command = || at_home(home.path());
    command();
    fs::write(work.join(path(b"caf\xe9.json")), RECORDS).expect("written");
    fs::write(work.join(path(b"caf\xe9.toml")), "by = \"mean\"").expect("written");
    fs::write(work.join(path(b"caf\xe9.txt.j2")), "mine\n").expect("written");
    succeeds(command().args(["list", "-q", "-c"]).arg(path(b"caf\xe9.json")));
    succeeds(command().arg("check").arg(path(b"caf\xe9.json")));
    succeeds(command().args(["-q", "-c", "../t.json", "a", "b", "--template"]).arg(path(b"caf\xe9.txt.j2")));
    succeeds(command().args(["list", "-q", "-c", "../t.json", "-o"]).arg(path(b"\xe9.md")));
    succeeds(command().args(["list", "-q", "-c", "../t.json", "-o"]).arg(path(b"json=\xe9.out")));
    succeeds(command().args(["convert", "-c", "../t.json", "-o"]).arg(path(b"\xe9.ndjson")));
    succeeds(command().arg("init").arg(path(b"\xe9")));
    for name in [&b"\xe9.md"[..], b"\xe9.out", b"\xe9.ndjson", b"\xe9/compare.toml"] {
        assert!(work.join(OsStr::from_bytes(name)).is_file(), "{name:?}");
    }
    succeeds(command().args(["config", "--config"]).arg(path(b"caf\xe9.toml")));
}
