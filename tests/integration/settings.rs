//! Settings: where they come from, in which order, and what is refused.

use super::support::{compare, is_hostile, root};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// A project: a folder with `.git`, a `compare.toml` and the records of the fixtures, in `tools/`.
pub(crate) fn project(settings: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at(".git")).expect("made");
    fs::create_dir(at("tools")).expect("made");
    fs::create_dir_all(at("deep/er")).expect("made");
    for name in ["gemma-3n.json", "smolvlm2-turbo.json"] {
        fs::copy(root().join("fixtures/catalog").join(name), at("tools").join(name)).expect("copied");
    }
    fs::write(at("compare.toml"), settings).expect("written");
    folder
}

/// The program in `folder`.
pub(crate) fn within(folder: impl AsRef<Path>, args: &str) -> Command {
    let mut command = compare();
    command.current_dir(folder).args(args.split_whitespace());
    command
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

fn stdout(command: &mut Command) -> String {
    let output = command.output().expect("runs");
    assert!(output.status.success(), "{command:?}: {}", said(&output));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The value and the origin of each setting.
fn settings(command: &mut Command) -> Vec<[String; 3]> {
    let document: serde_json::Value =
        serde_json::from_str(&stdout(command.args(["config", "--format", "json"]))).expect("JSON");
    let text = |row: &serde_json::Value, key: &str| row[key].as_str().expect("a text").to_owned();
    let rows = document["rows"].as_array().expect("a list").iter();
    rows.map(|row| [text(row, "setting"), text(row, "value"), text(row, "from")]).collect()
}

/// Runs `args` with `settings` in the project's file; what is said when that is refused.
fn refused(settings: &str, args: &str) -> String {
    let folder = project(settings);
    let output = within(folder.path(), args).output().expect("runs");
    let said = said(&output);
    assert_eq!(output.status.code(), Some(2), "{settings}: {said}");
    assert!(output.stdout.is_empty() && !said.chars().any(is_hostile), "{said:?}");
    said
}

#[test]
fn the_first_that_says_it_decides() {
    let folder = project(
        "catalog = [\"tools\"]\nformat = \"csv\"\nby = \"name\"\nconfidence = 0.9\n[weights]\nFounder = 0.5\nBuilder = 2\n",
    );
    let home = tempfile::tempdir().expect("a folder");
    fs::create_dir(home.path().join("compare")).expect("made");
    fs::write(
        home.path().join("compare/config.toml"),
        "by = \"mean\"\nformat = \"markdown\"\nweights.Skeptic = 3\nweights.Builder = 4",
    )
    .expect("written");
    let mut command = within(folder.path().join("deep/er"), "--weight Founder=0");
    command.env("XDG_CONFIG_HOME", home.path()).env("COMPARE_CONFIDENCE", "0.8").env("COMPARE_WEIGHTS", "Futurist=7");
    let user = home.path().join("compare/config.toml");
    let expected = [
        ["catalog", "../../tools", "../../compare.toml:1"],
        ["format", "json", "flag --format"],
        ["templates", "those in the program", "built in"],
        ["by", "name", "../../compare.toml:3"],
        ["confidence", "0.8", "environment COMPARE_CONFIDENCE"],
        ["unpaired", "false", "built in"],
        ["ship-at", "none: only verdicts count", "built in"],
        ["scale", "100", "built in"],
        ["verdicts", "the usual words", "built in"],
        ["weights.Builder", "2", "../../compare.toml:7"],
        ["weights.Founder", "0", "flag --weight"],
        ["weights.Futurist", "7", "environment COMPARE_WEIGHTS"],
        ["weights.Skeptic", "3", &format!("{}:3", user.display())],
    ];
    assert_eq!(settings(&mut command), expected.map(|row| row.map(str::to_owned)));
}

#[test]
fn nothing_said_is_built_in() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join(".git")).expect("made");
    let rows = settings(&mut within(folder.path(), "-c x"));
    let from: Vec<&str> = rows.iter().map(|[_, _, from]| from.as_str()).collect();
    assert_eq!(from[..2], ["flag --catalog", "flag --format"]);
    assert!(from[2..].iter().all(|from| *from == "built in"), "{from:?}");
    assert_eq!(settings(&mut within(folder.path(), ""))[0][1], "the records in the program");
}

#[test]
fn settings_reach_the_document() {
    let folder = project(
        "catalog = [\"tools\"]\nformat = \"json\"\nby = \"name\"\nconfidence = 0.5\nweights = { Founder = 0 }\n",
    );
    let document = stdout(&mut within(folder.path().join("deep"), "smolvlm2-turbo gemma-3n"));
    let document: serde_json::Value = serde_json::from_str(&document).expect("JSON");
    assert_eq!(document["tools"][0]["slug"], "gemma-3n");
    assert_eq!(document["decision"]["leader"], "gemma-3n", "Founder is left out");
    assert_eq!(document["tools"][0]["panel"]["ship_ratio_interval"]["level"], 0.5);
    // Flag, then environment, then file.
    let csv = |command: &mut Command| stdout(command).starts_with("rank,slug,");
    assert!(csv(within(folder.path(), "--all").env("COMPARE_FORMAT", "csv")));
    assert!(csv(within(folder.path(), "--all --format csv").env("COMPARE_FORMAT", "json")));
    assert!(!csv(&mut within(folder.path(), "--all")));
    // A format in the settings does not stand in the way of `-o FORMAT=-`.
    assert!(csv(&mut within(folder.path(), "--all -o csv=-")));
}

#[test]
fn files_are_left_aside_when_told() {
    let folder = project("by = \"nonsense\"");
    for args in ["--no-config --all", "--all --no-config", "list --no-config", "--no-config list"] {
        stdout(&mut within(folder.path(), args));
    }
    stdout(within(folder.path(), "list").env("COMPARE_NO_CONFIG", "1"));
    for value in ["0", ""] {
        let output = within(folder.path(), "list").env("COMPARE_NO_CONFIG", value).output().expect("runs");
        assert_eq!(output.status.code(), Some(2));
    }
    fs::write(folder.path().join("deep/other.toml"), "catalog = [\"../tools/gemma-3n.json\"]").expect("written");
    for args in ["--config deep/other.toml list", "list --config deep/other.toml"] {
        let list = stdout(within(folder.path(), args).env("COMPARE_NO_CONFIG", "1"));
        assert!(list.contains("gemma-3n") && !list.contains("smolvlm2"), "{list}");
    }
    let both = within(folder.path(), "--no-config list --config deep/other.toml").output().expect("runs");
    assert_eq!(both.status.code(), Some(2), "{}", said(&both));
}

#[test]
fn looking_upwards_ends_at_a_repository_and_at_home() {
    let folder = project("by = \"nonsense\"");
    let inner = folder.path().join("deep");
    let code = |command: &mut Command| command.output().expect("runs").status.code();
    assert_eq!(code(&mut within(&inner, "list")), Some(2));
    assert_eq!(code(within(inner.join("er"), "list").env("HOME", &inner)), Some(0), "home is the last");
    assert_eq!(code(within(inner.join("er"), "list").env("HOME", folder.path())), Some(2), "home is looked at");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&inner, folder.path().join("link")).expect("linked");
        let linked = folder.path().join("link");
        assert_eq!(code(within(inner.join("er"), "list").env("HOME", linked)), Some(0), "home may be a link");
    }
    fs::write(inner.join(".git"), "gitdir: elsewhere").expect("written");
    assert_eq!(code(&mut within(inner.join("er"), "list")), Some(0), "a worktree's .git is a file");
}

#[test]
fn every_mistake_is_named_with_its_place() {
    for (settings, place, words) in [
        ("cataloge = [\"x\"]", "compare.toml:1:1:", "did you mean `catalog`?"),
        ("\n\nzzz = 1", "compare.toml:3:1:", "its keys are catalog, format"),
        ("by = \"meen\"", "compare.toml:1:6:", "did you mean `mean`?"),
        ("by = 3", "compare.toml:1:6:", "`by` is a text in quotes, not an integer"),
        ("catalog = 3", "compare.toml:1:11:", "list of texts"),
        ("catalog = []", "compare.toml:1:11:", "empty"),
        ("catalog = [\"tools\", 3]", "compare.toml:1:21:", "integer"),
        ("catalog = [\"-\"]", "compare.toml:1:12:", "--catalog -"),
        ("catalog = \"nosuch\"", "compare: cannot read nosuch", "named by compare.toml:1"),
        ("format = \"jsn\"", "compare.toml:1:10:", "json"),
        ("confidence = 95", "compare.toml:1:14:", "0.95"),
        ("confidence = nan", "compare.toml:1:14:", "between 0 and 1"),
        ("confidence = \"0.9\"", "compare.toml:1:14:", "decimal number, not a string"),
        ("[weights]\nFounder = -1", "compare.toml:2:11:", "invalid weight"),
        ("[weights]\nFounder = 0x10", "compare.toml:2:11:", "decimal number"),
        ("unpaired = \"yes\"", "compare.toml:1:12:", "`unpaired`"),
        ("weights = 2", "compare.toml:1:11:", "table"),
        ("by = \"mean\"\nby = \"name\"", "compare.toml:2:1:", "duplicate"),
        ("by = ", "compare.toml:1:", "value"),
        ("x = [[[[\u{1b}[31m", "compare.toml:1:", "compare.toml"),
        ("\"\\u001b[31m\u{202e}\" = 1", "compare.toml:1:1:", "unknown key"),
    ] {
        let said = refused(settings, "list");
        assert!(said.contains(place) && said.contains(words), "{settings}: {said}");
    }
    let deep = format!("x = {}", "[".repeat(1_000_000));
    assert!(refused(&deep, "list").contains("compare.toml:1:"));
    // All of them at once.
    let said = refused("a1 = 1\nb1 = 2\n[weights]\nx = true", "list");
    assert!(["compare.toml:1:1:", "compare.toml:2:1:", "compare.toml:4:5:"].iter().all(|place| said.contains(place)));
}

#[test]
fn the_environment_is_checked_too() {
    for (name, value) in [
        ("COMPARE_BY", "meen"),
        ("COMPARE_FORMAT", "jsn"),
        ("COMPARE_CONFIDENCE", "two"),
        ("COMPARE_CONFIDENCE", "2"),
        ("COMPARE_WEIGHTS", "Founder"),
        ("COMPARE_WEIGHTS", "Founder=-1"),
    ] {
        let output = compare().args(["list"]).env(name, value).output().expect("runs");
        assert_eq!(output.status.code(), Some(2), "{name}={value}");
        assert!(said(&output).contains(&format!("{name}: ")), "{}", said(&output));
    }
}

#[test]
fn an_unknown_reviewer_is_a_warning_in_the_settings_and_an_error_when_typed() {
    let folder = project("weights.Foundr = 2");
    let output = within(folder.path(), "gemma-3n smolvlm2-turbo").output().expect("runs");
    assert!(output.status.success());
    let warning = said(&output);
    assert!(warning.contains("warning") && warning.contains("`Foundr`") && warning.contains("compare.toml:1"));
    let quiet = within(folder.path(), "gemma-3n smolvlm2-turbo --quiet").output().expect("runs");
    assert!(quiet.status.success() && quiet.stderr.is_empty());
    let typed = within(folder.path(), "gemma-3n smolvlm2-turbo --weight Foundr=2").output().expect("runs");
    assert_eq!(typed.status.code(), Some(2));
    assert!(said(&typed).contains("did you mean `Founder`?"));
}

#[test]
#[cfg(unix)]
fn what_is_no_file_of_settings_is_refused_at_once() {
    use std::os::unix::fs::symlink;
    type Make = fn(&Path);
    let cases: [(&str, Make); 6] = [
        ("directory", |path| fs::create_dir(path).expect("made")),
        ("symbolic links", |path| symlink("compare.toml", path).expect("linked")),
        ("No such file", |path| symlink("nowhere", path).expect("linked")),
        ("not a regular file", |path| symlink("/dev/zero", path).expect("linked")),
        ("not UTF-8", |path| fs::write(path, b"by = \"me\xff\"").expect("written")),
        ("bytes", |path| fs::write(path, "#".repeat(2 << 20)).expect("written")),
    ];
    for (words, make) in cases {
        let folder = project("");
        let path = folder.path().join("compare.toml");
        fs::remove_file(&path).expect("removed");
        make(&path);
        let output = within(folder.path(), "list").output().expect("runs");
        let said = said(&output);
        assert_eq!(output.status.code(), Some(2), "{words}");
        assert!(said.contains("compare.toml") && said.contains(words), "{words}: {said}");
    }
    let folder = project("");
    let zero = within(folder.path(), "list --config /dev/zero").output().expect("runs");
    assert_eq!(zero.status.code(), Some(2));
    let missing = within(folder.path(), "list --config nosuch.toml").output().expect("runs");
    assert!(said(&missing).contains("nosuch.toml"));
}

#[test]
fn no_home_is_no_crash() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = within(folder.path(), "list");
    assert!(stdout(command.env_remove("HOME").env("XDG_CONFIG_HOME", "relative")).contains("gemma-3n"));
    // A static program cannot ask the system for the home folder of a user, so none does.
    let output = within(folder.path(), "list --catalog=~/nosuch").env_remove("HOME").output().expect("runs");
    assert!(said(&output).contains("cannot read ~/nosuch"), "{}", said(&output));
}

#[test]
fn a_weight_is_written_alike_as_a_flag_and_in_the_environment() {
    for (weights, why) in [
        ("Founder", "invalid weight `Founder`: it must have the form REVIEWER=W"),
        ("=2", "invalid weight `=2`: it must have the form REVIEWER=W"),
        ("Founder=1,Founder =2", "`Founder` is given two weights"),
    ] {
        let flags = weights.split(',').flat_map(|weight| ["--weight", weight]);
        let flag = compare().args(["gemma-3n", "smolvlm2-turbo"]).args(flags).output().expect("it runs");
        let variable = compare().args(["gemma-3n", "smolvlm2-turbo"]).env("COMPARE_WEIGHTS", weights).output();
        let variable = variable.expect("it runs");
        for (output, start) in [(flag, "compare: "), (variable, "compare: COMPARE_WEIGHTS: ")] {
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{stderr}");
            assert!(stderr.starts_with(&format!("{start}{why}\n")), "{stderr}");
        }
    }
}

#[test]
fn a_set_stands_for_its_tools() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |settings: &str| fs::write(folder.path().join("compare.toml"), settings).expect("written");
    let run = |args: &[&str]| {
        let output = compare().current_dir(folder.path()).args(args).output().expect("runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    write(
        "[sets]\nshortlist = [\"gemma-3n\", \"smolvlm2-turbo\"]\none = [\"Gemma 3n\"]\n\n\
         [[report]]\nname = \"short\"\ntools = [\"@shortlist\"]\noutput = [\"short.csv\"]\n",
    );
    assert_eq!(run(&["@shortlist"]), run(&["gemma-3n", "smolvlm2-turbo"]));
    assert_eq!(run(&["@one", "smolvlm2-turbo"]), run(&["gemma-3n", "smolvlm2-turbo"]));
    assert_eq!(run(&["list", "@one", "--columns", "slug"]).1, "gemma-3n\n");
    assert_eq!(run(&["rank", "@shortlist", "--columns", "slug"]).1, "smolvlm2-turbo\ngemma-3n\n");
    assert!(run(&["config"]).1.contains("sets.shortlist  gemma-3n, smolvlm2-turbo"));
    assert_eq!(run(&["report"]).0, Some(0));
    assert_eq!(fs::read_to_string(folder.path().join("short.csv")).expect("a report").lines().count(), 3);
    for (args, said) in [
        (&["@shortlst"][..], "did you mean `@shortlist`?"),
        (&["@"], "`@` needs the name of a set"),
        (&["list", "@"], "sets: @one, @shortlist"),
        (&["@one"], "only one tool to compare"),
        (&["@shortlist", "gemma-3n"], "named twice"),
        (&["list", "@nothing"], "unknown set `@nothing`"),
    ] {
        let (status, _, stderr) = run(args);
        assert!(status == Some(2) && stderr.contains(said), "{args:?}: {stderr}");
    }
    // A set that is named like a tool, or like a command: the `@` tells them apart.
    write("[sets]\ngemma-3n = [\"smolvlm2-turbo\"]\nlist = [\"gemma-3n\", \"smolvlm2-turbo\"]\n");
    assert_eq!(run(&["gemma-3n", "@gemma-3n"]), run(&["gemma-3n", "smolvlm2-turbo"]));
    assert_eq!(run(&["show", "gemma-3n"]).0, Some(0));
    assert_eq!(run(&["@list"]), run(&["gemma-3n", "smolvlm2-turbo"]));
    assert_eq!(run(&["list", "@list", "--columns", "slug"]).1, "gemma-3n\nsmolvlm2-turbo\n");
    // The words of a set are tools, found as those that are typed.
    write("[sets]\na = [\"gema-3n\", \"smolvlm2-turbo\"]\n");
    let (status, _, stderr) = run(&["@a"]);
    assert!(status == Some(2) && stderr.contains("did you mean `gemma-3n`?"), "{stderr}");
    for (settings, said) in [
        ("[sets]\na = []\n", "compare.toml:2:5: `a` is empty"),
        (
            "[sets]\na = [\"gemma-3n\", \"@b\"]\nb = [\"smolvlm2-turbo\"]\n",
            "compare.toml:2:18: `@b` is not the name of a tool",
        ),
        ("[sets]\na = [\"\"]\n", "a set names tools, not sets"),
        ("[sets]\n\"\" = [\"gemma-3n\"]\n", "invalid name of a set: ``"),
        ("sets = [\"gemma-3n\"]\n", "compare.toml:1:8"),
        ("[sets]\na = [\"@a\"]\n", "`@a` is not the name of a tool; a set names tools, not sets"),
        ("[sets]\n\"a b\" = [\"x\"]\n", "invalid name of a set: `a b`"),
        ("[[report]]\nname = \"r\"\ntools = [\"@x\"]\noutput = [\"r.md\"]\n", "unknown set `@x`"),
    ] {
        write(settings);
        let (status, _, stderr) = run(&["list"]);
        assert!(status == Some(2) && stderr.contains(said), "{settings}: {stderr}");
    }
}
