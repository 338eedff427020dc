//! `--verify`, and the reports that a project keeps.

use super::settings::{project, within};
use super::support::is_hostile;
use std::fs;
use std::path::Path;
use std::process::Output;

const REPORTS: &str = r#"
catalog = "tools"

[[report]]
name = "overview"
all = true
output = ["overview.md", "json=out/overview.txt"]

[[report]]
name = "leaders"
rank = true
verdict = "ship"
min-score = 76
top = 1
output = "leaders.csv"

[[report]]
name = "pair"
tools = ["gemma-3n", "SmolVLM2 Turbo"]
by = "name"
reviews = true
output = "pair.md"
"#;

fn said(output: &Output) -> String {
    let said = String::from_utf8(output.stderr.clone()).expect("UTF-8");
    assert!(!said.chars().any(is_hostile), "{said:?}");
    said
}

fn run(folder: &Path, args: &str, status: i32) -> Output {
    let output = within(folder, args).output().expect("runs");
    assert_eq!(output.status.code(), Some(status), "`compare {args}`: {}", said(&output));
    output
}

fn stdout(output: Output) -> String {
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn all_reports_are_built_in_one_go_and_then_are_current() {
    let folder = project(REPORTS);
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("out")).expect("made");
    let states = |args: &str, status| {
        let csv = stdout(run(&at("deep"), &format!("report --format csv {args}"), status));
        csv.lines().skip(1).map(|line| line.rsplit(',').next().expect("a state").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(states("--verify", 1), ["missing"; 4]);
    assert!(!at("overview.md").exists());
    assert_eq!(states("", 0), ["written"; 4]);
    assert_eq!(states("--verify", 0), ["current"; 4]);
    assert_eq!(states("", 0), ["current"; 4], "what is current is left alone");

    let read = |name: &str| fs::read_to_string(at(name)).expect("read");
    assert_eq!(read("overview.md"), stdout(run(folder.path(), "--all --format markdown", 0)));
    assert_eq!(read("out/overview.txt"), stdout(run(folder.path(), "--all --format json", 0)));
    assert_eq!(
        read("leaders.csv"),
        stdout(run(folder.path(), "rank --verdict ship --min-score 76 --top 1 --format csv", 0))
    );
    let pair = "gemma-3n smolvlm2-turbo --by name --reviews --format markdown";
    assert_eq!(read("pair.md"), stdout(run(folder.path(), pair, 0)));

    // One score changed, and every report that shows it is stale.
    let record = read("tools/smolvlm2-turbo.json");
    fs::write(at("tools/smolvlm2-turbo.json"), record.replace("\"score\": 72", "\"score\": 73")).expect("written");
    assert_ne!(read("tools/smolvlm2-turbo.json"), record);
    assert_eq!(states("--verify", 1), ["stale"; 4]);
    assert_eq!(states("--verify leaders", 1), ["stale"]);
    let diff = said(&run(folder.path(), "report pair --verify", 1));
    assert!(diff.contains("compare: stale: pair.md, from line") && diff.contains("\n  - ") && diff.contains("\n  + "));
    assert!(run(folder.path(), "report --verify --quiet", 1).stderr.is_empty());
    assert_eq!(states("pair", 0), ["written"]);
    assert_eq!(states("--verify", 1), ["stale", "stale", "stale", "current"]);
}

#[test]
fn a_report_is_the_same_for_everyone() {
    let folder = project(REPORTS);
    fs::create_dir(folder.path().join("out")).expect("made");
    run(folder.path(), "report", 0);
    let home = tempfile::tempdir().expect("a folder");
    fs::create_dir(home.path().join("compare")).expect("made");
    fs::write(home.path().join("compare/config.toml"), "by = \"mean\"\nconfidence = 0.5\nweights.Founder = 9\n")
        .expect("written");
    let mut command = within(folder.path(), "report --verify");
    command.env("XDG_CONFIG_HOME", home.path()).env("COMPARE_CATALOG", "nosuch").env("COMPARE_BY", "name");
    let output = command.env("COMPARE_WEIGHTS", "Builder=2").output().expect("runs");
    assert!(output.status.success(), "{}", said(&output));
    // What is typed counts.
    run(folder.path(), "report --verify --weight Founder=9", 1);
}

#[test]
fn a_gate_that_fails_is_an_answer_and_the_report_is_there() {
    let entry = |gate: &str| {
        format!("catalog = \"tools\"\n[[report]]\nname = \"a\"\nall = true\ngates = [\"{gate}\"]\noutput = \"a.md\"\n")
    };
    let folder = project(&entry("ship_ratio>=0.6"));
    run(folder.path(), "report", 0);
    fs::write(folder.path().join("compare.toml"), entry("ship_ratio<0.6")).expect("written");
    let output = run(folder.path(), "report", 1);
    assert!(said(&output).contains("report a: ") && said(&output).contains("ship_ratio"), "{}", said(&output));
    assert!(stdout(output).contains("written"));
    assert!(fs::read_to_string(folder.path().join("a.md")).expect("read").contains("ship\\_ratio"));
    run(folder.path(), "report --verify", 1);
    fs::write(folder.path().join("compare.toml"), entry("ship_ratoi<0.6")).expect("written");
    assert!(said(&run(folder.path(), "report", 2)).contains("compare.toml:5:9:"));
}

#[test]
fn one_run_can_be_verified() {
    let folder = project("catalog = \"tools\"");
    let args = "--all -o a.md -o json=b.txt";
    let table = stdout(run(folder.path(), "--all", 0));
    let output = run(folder.path(), &format!("{args} --verify"), 1);
    assert!(said(&output).contains("missing: a.md") && said(&output).contains("missing: b.txt"));
    assert_eq!(stdout(output), table, "the document is there all the same");
    assert!(!folder.path().join("a.md").exists());
    run(folder.path(), args, 0);
    assert!(run(folder.path(), &format!("--verify {args}"), 0).stderr.is_empty());
    run(folder.path(), &format!("--verify {args} --width 60"), 0);
    fs::write(folder.path().join("a.md"), "\u{1b}[31mOLD\u{202e}").expect("written");
    let output = run(folder.path(), &format!("{args} --verify"), 1);
    assert!(said(&output).contains("stale: a.md, from line 1 on") && !said(&output).contains("b.txt"));
    assert!(fs::read_to_string(folder.path().join("a.md")).expect("read").contains("OLD"), "nothing is written");
    assert!(said(&run(folder.path(), "--all --verify", 2)).contains("-o FILE"));
    assert!(said(&run(folder.path(), "--all --verify -o md=deep", 2)).contains("cannot read deep"));
}

#[test]
fn entries_that_cannot_be_are_refused_with_their_place() {
    for (entry, place, words) in [
        ("name = \"a\"\nall = true", "2:1:", "no `output`"),
        ("all = true\noutput = \"a.md\"", "2:1:", "no `name`"),
        ("name = \"a\"\noutput = \"a.md\"", "2:1:", "names no tools"),
        ("name = \"a\"\nall = false\noutput = \"a.md\"", "2:1:", "names no tools"),
        ("name = \"a\"\nall = true\nrank = true\noutput = \"a.md\"", "5:1:", "not several"),
        ("name = \"a\"\nall = true\ntop = 3\noutput = \"a.md\"", "5:1:", "`rank = true` only"),
        ("name = \"a\"\nrank = true\ntop = 0\noutput = \"a.md\"", "5:7:", "from 1"),
        ("name = \"a\"\nrank = true\nverdict = \"shp\"\noutput = \"a.md\"", "5:11:", "did you mean `ship`?"),
        ("name = \"a\"\nrank = true\nmin_score = 3\noutput = \"a.md\"", "5:1:", "did you mean `min-score`?"),
        ("name = \"a\"\nrank = true\nmin-score = 300\noutput = \"a.md\"", "5:13:", "between 0 and 100"),
        ("name = \"a\"\nall = true\noutput = \"-\"", "5:10:", "names no file"),
        ("name = \"a\"\nall = true\noutput = [\"a.md\", \"deep/../a.md\"]", "5:19:", "two outputs go to"),
        ("name = \"a\"\nall = true\noutput = \"a.xyz\"", "5:10:", ".json"),
        ("name = \"a\"\nall = true\noutput = \"nosuch=a.md\"", "5:10:", "markdown"),
        ("name = \"a\"\ntools = [\"gema-3n\"]\noutput = \"a.md\"", "2:1:", "did you mean `gemma-3n`?"),
        (
            "name = \"a\"\nall = true\noutput = \"a.md\"\n[[report]]\nname = \"a\"\nrank = true\noutput = \"b.md\"",
            "6:1:",
            "two reports",
        ),
    ] {
        let folder = project(&format!("catalog = \"tools\"\n[[report]]\n{entry}\n"));
        let said = said(&run(folder.path(), "report", 2));
        assert!(said.contains(&format!("compare.toml:{place}")) && said.contains(words), "{entry}: {said}");
        assert!(!folder.path().join("a.md").exists());
    }
    let folder = project("report = 3");
    assert!(said(&run(folder.path(), "report", 2)).contains("[[report]]"));
    let folder = project(REPORTS);
    assert!(said(&run(folder.path(), "report pairs", 2)).contains("did you mean `pair`?"));
    assert!(said(&run(folder.path(), "report pair -o x.md", 2)).contains("-o x.md"));
    assert!(said(&run(folder.path(), "report overview", 2)).contains("folder does not exist"));
    assert!(said(&run(folder.path(), "report --no-config", 2)).contains("no report"));
    let config = stdout(run(folder.path(), "config --format csv", 0));
    assert!(config.contains("report pair,pair.md,compare.toml:17"), "{config}");
}

#[test]
fn reports_are_no_matter_of_a_users_own_settings() {
    let home = tempfile::tempdir().expect("a folder");
    fs::create_dir(home.path().join("compare")).expect("made");
    fs::write(home.path().join("compare/config.toml"), REPORTS).expect("written");
    let folder = tempfile::tempdir().expect("a folder");
    let output = within(folder.path(), "list").env("XDG_CONFIG_HOME", home.path()).output().expect("runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("config.toml:4:1:"), "{}", said(&output));
}

#[test]
#[cfg(unix)]
fn a_link_does_not_hide_that_two_outputs_are_one_file() {
    let folder = project(
        "catalog = \"tools\"\n[[report]]\nname = \"a\"\nall = true\noutput = [\"a.md\", \"b.md\", \"tools/gemma-3n.json\"]\n",
    );
    let records = fs::read(folder.path().join("tools/gemma-3n.json")).expect("read");
    run(folder.path(), "report", 2);
    assert_eq!(fs::read(folder.path().join("tools/gemma-3n.json")).expect("read"), records, "no record is overwritten");
    fs::write(
        folder.path().join("compare.toml"),
        "catalog = \"tools\"\n[[report]]\nname = \"a\"\nall = true\noutput = [\"a.md\", \"b.md\"]\n",
    )
    .expect("written");
    std::os::unix::fs::symlink("a.md", folder.path().join("b.md")).expect("linked");
    assert!(said(&run(folder.path(), "report", 2)).contains("one file"));
}
