//! Arguments, streams and exit status.

use super::support::{compare, root, run, skip, stdout};
use std::io::Write;
use std::process::Stdio;

fn stderr(args: &str) -> String {
    let output = run(args);
    assert_eq!(output.status.code(), Some(2), "`compare {args}`");
    assert!(output.stdout.is_empty(), "`compare {args}` wrote to standard output");
    String::from_utf8(output.stderr).expect("UTF-8")
}

#[test]
fn all_is_quiet_when_all_is_well() {
    for args in [
        "gemma-3n smolvlm2-turbo",
        "vs gemma-3n smolvlm2-turbo",
        "--all",
        "show gemma-3n",
        "list",
        "formats",
        "--help",
        "--version",
    ] {
        let output = run(args);
        assert!(output.status.success() && output.stderr.is_empty() && !output.stdout.is_empty(), "`compare {args}`");
    }
}

#[test]
fn a_default_command_and_vs_say_the_same() {
    let expected = stdout("gemma-3n smolvlm2-turbo");
    for args in [
        "vs gemma-3n smolvlm2-turbo",
        "-- gemma-3n smolvlm2-turbo",
        "--color never vs gemma-3n smolvlm2-turbo",
        "google-deepmind-gemma-3n-open-source-on-device-ai SMOLVLM2TURBO",
    ] {
        assert_eq!(stdout(args), expected, "`compare {args}`");
    }
}

#[test]
fn a_word_is_a_command_where_it_can_be_one() {
    // The rows of the table in which a default command is easily got wrong.
    assert!(stdout("list").contains("gemma-3n"));
    assert!(stdout("--color never list").contains("gemma-3n"));
    assert!(stdout("--format json list").contains("\"kind\": \"ranking\""));
    assert!(stderr("gemma-3n list").contains("no tool is called `list`"));
    assert!(stderr("gemma-3n --format json list").contains("is a command"));
    assert!(stderr("--all list").contains("is a command"));
    assert!(stderr("vs list rank").contains("`list`"));
    assert!(stderr("-- list rank").contains("`list`"));
    let records = root().join("fixtures/edge/command-names.json");
    let records = records.to_string_lossy();
    assert_eq!(stdout(&format!("-c {records} vs list show")), stdout(&format!("-c {records} -- list show")));
}

#[test]
fn repeatable_flags_add_up_before_and_after_a_command() {
    let both =
        stdout("-c fixtures/catalog/gemma-3n.json vs -c fixtures/catalog/smolvlm2-turbo.json gemma-3n smolvlm2-turbo");
    assert_eq!(both, stdout("gemma-3n smolvlm2-turbo"));
    let list = stdout("-c fixtures/catalog/gemma-3n.json list -c fixtures/catalog/smolvlm2-turbo.json --format csv");
    assert_eq!(list.lines().count(), 3);
    let csv = stdout("list --format csv");
    assert_eq!(stdout("--format json list --format csv"), csv, "the last one counts");
    assert_eq!(stdout("--no-config --color never list --format csv"), csv);
    assert!(stderr("--catalog list list").contains("cannot read list"), "the value of a flag is no command");
    assert!(stderr("--rows pairs -c fixtures/catalog formats").contains("unknown flag `-c`"));
}

#[test]
fn too_few_tools_lead_on() {
    assert!(stderr("gemma-3n").contains("compare show gemma-3n"));
    assert!(stderr("vs").contains("no tools to compare"));
    assert!(stderr("--quiet").contains("no tools to compare"));
    let bare = run("");
    let said = String::from_utf8_lossy(&bare.stderr);
    assert_eq!(bare.status.code(), Some(2));
    assert!(bare.stdout.is_empty() && said.contains("Usage: compare") && said.lines().count() <= 10, "{said}");
    assert!(stderr("show gemma-3n smolvlm2-turbo").contains("compare gemma-3n smolvlm2-turbo"));
}

#[test]
fn an_unknown_tool_leads_to_the_near_one_and_to_ones_own_catalog() {
    let said = stderr("gema-3n smolvlm2-turbo");
    assert!(said.contains("gemma-3n") && said.contains("--catalog"), "{said}");
    assert!(stderr("gemma-3n gemma-3n").contains("twice"));
    assert!(stderr("gemma-3n google-deepmind-gemma-3n-open-source-on-device-ai").contains("twice"));
    let same_name = stderr("-c fixtures/edge/same-name.json show Atlas");
    assert!(same_name.matches('`').count() >= 4, "{same_name}");
}

#[test]
fn usage_errors_point_to_help() {
    assert!(stderr("gemma-3n smolvlm2-turbo --nope").contains("--help"));
    assert!(stderr("gemma-3n smolvlm2-turbo --width 3").contains("--width"));
    assert!(stderr("gemma-3n smolvlm2-turbo -o report.xyz").contains(".json"));
    assert!(stderr("gemma-3n smolvlm2-turbo -o nosuch=report.md").contains("markdown"));
}

#[test]
fn echoed_words_are_cleaned() {
    for words in [["no\u{1b}]0;x\u{7}", "b"], ["--no\u{1b}[31m\u{202e}pe", "b"]] {
        let output = compare().args(words).output().expect("runs");
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8(output.stderr).expect("UTF-8");
        assert!(!said.chars().any(super::support::is_hostile), "{said:?}");
    }
}

#[test]
fn standard_input_is_a_catalog() {
    let records = std::fs::read(root().join("fixtures/catalog/gemma-3n.json")).expect("the record");
    let mut child = compare()
        .args(["-c", "-", "-c", "fixtures/catalog/smolvlm2-turbo.json", "gemma-3n", "smolvlm2-turbo"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("runs");
    child.stdin.take().expect("a pipe").write_all(&records).expect("written");
    let output = child.wait_with_output().expect("ends");
    assert_eq!(String::from_utf8_lossy(&output.stdout), stdout("gemma-3n smolvlm2-turbo"));
}

#[test]
fn the_environment_names_a_catalog_and_the_flag_beats_it() {
    let list = |paths: &str, args: &[&str]| {
        let output = compare()
            .env("COMPARE_CATALOG", paths)
            .args(["list", "--format", "csv"])
            .args(args)
            .output()
            .expect("runs");
        String::from_utf8(output.stdout).expect("UTF-8").lines().count()
    };
    assert_eq!(list("fixtures/catalog/gemma-3n.json", &[]), 2);
    assert_eq!(list("fixtures/catalog/gemma-3n.json:fixtures/catalog/smolvlm2-turbo.json", &[]), 3);
    assert_eq!(list("nosuch.json", &["-c", "fixtures/catalog"]), 3);
}

#[test]
fn filters_narrow_the_list() {
    let slugs = |args: &str| stdout(&format!("list --format csv {args}")).lines().count() - 1;
    let category = compare().args(["list", "--format", "csv", "--category", "developer tools"]).output().expect("runs");
    assert_eq!(String::from_utf8_lossy(&category.stdout).lines().count(), 3);
    assert_eq!(slugs("--verdict ship"), 2);
    assert_eq!(slugs("--verdict skip"), 0);
    assert_eq!(slugs("--min-score 79"), 1);
    assert_eq!(slugs("--price free"), 2);
    assert_eq!(slugs("--min-reviews 5"), 0);
}

#[test]
fn a_filter_that_leaves_nothing_says_what_there_is() {
    for (args, expected) in [
        ("list --min-score 99", "of 2 tools none has a mean of at least 99 (the highest is 79.3)"),
        ("rank --min-reviews 5", "of 2 tools none has at least 5 reviews (the most is 4)"),
        (
            "list --verdict skip --price free",
            "of 2 tools 2 have the price `free` and none has the panel verdict `skip`",
        ),
    ] {
        let text = stdout(args).replace('\n', " ").replace("  ", " ");
        assert!(text.contains("No tool matches") && text.contains(expected), "{args}: {text}");
        let json: serde_json::Value = serde_json::from_str(&stdout(&format!("{args} -f json"))).expect("JSON");
        assert_eq!(json["warnings"][0]["code"], "no_match", "{args}");
    }
    for (args, message, hint) in [
        ("list --category developer", "no tool has the category `developer`", "the only category is `Developer Tools`"),
        ("rank --price fre", "no tool has the price `fre`", "did you mean `Free`?"),
        ("rank --verdict shp", "shp", "ship"),
    ] {
        let output = compare().args(args.split(' ')).output().expect("runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args}: {stderr}");
        assert!(output.stdout.is_empty() && stderr.contains(message) && stderr.contains(hint), "{args}: {stderr}");
    }
}

#[test]
fn color_is_decided_once() {
    let colored = |variables: &[(&str, &str)], args: &[&str]| {
        let mut command = compare();
        command.args(["gemma-3n", "smolvlm2-turbo"]).args(args).envs(variables.iter().copied());
        String::from_utf8(command.output().expect("runs").stdout).expect("UTF-8").contains("\u{1b}[32m")
    };
    assert!(!colored(&[], &[]));
    assert!(colored(&[], &["--color", "always"]));
    assert!(colored(&[("NO_COLOR", "1")], &["--color=always"]));
    assert!(colored(&[("FORCE_COLOR", "1")], &[]));
    assert!(colored(&[("CLICOLOR_FORCE", "1")], &[]));
    assert!(!colored(&[("CLICOLOR_FORCE", "0")], &[]));
    assert!(!colored(&[("NO_COLOR", "1"), ("FORCE_COLOR", "1")], &[]));
}

#[test]
fn color_changes_no_letter() {
    let plain = stdout("gemma-3n smolvlm2-turbo --reviews");
    let colored = stdout("gemma-3n smolvlm2-turbo --reviews --color always");
    let mut stripped = String::new();
    let mut rest = colored.as_str();
    while let Some(at) = rest.find('\u{1b}') {
        stripped += &rest[..at];
        rest = &rest[at + rest[at..].find('m').expect("the end of a sequence") + 1..];
    }
    assert_eq!(stripped + rest, plain);
}

#[test]
fn a_full_disk_is_an_error_and_a_closed_pipe_is_not() {
    if !std::path::Path::new("/dev/full").exists() {
        return skip("there is no /dev/full");
    }
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("the device");
    let output = compare().args(["gemma-3n", "smolvlm2-turbo"]).stdout(full).output().expect("runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("No space left"));

    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let output = compare().args(["list"]).stdout(writer).output().expect("runs");
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
}

#[test]
fn an_old_report_survives_a_failed_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let report = folder.path().join("report.md");
    std::fs::write(&report, "OLD").expect("written");
    let output = compare().args(["gemma-3n", "nosuch", "-o"]).arg(&report).output().expect("runs");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(&report).expect("read"), "OLD");
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);
}

#[test]
fn the_version_is_one_line() {
    assert_eq!(stdout("--version"), format!("compare {} (tool-compare)\n", env!("CARGO_PKG_VERSION")));
    assert_eq!(stdout("-V"), format!("compare {}\n", env!("CARGO_PKG_VERSION")));
    assert!(stdout("--help").starts_with("Which of these tools should we ship with?"));
    assert!(stdout("-h").starts_with("Which of these tools should we ship with?"));
    assert!(stdout("-h").lines().count() < stdout("--help").lines().count());
}

#[test]
fn bad_records_are_left_out_only_when_asked() {
    let refused = stderr("list -c fixtures/invalid/several.json -c fixtures/catalog");
    assert!(refused.contains("several.json:"), "{refused}");
    let output = run("list -c fixtures/invalid/several.json -c fixtures/catalog --skip-invalid");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("warning: left out: "), "{said}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("gemma-3n"));
    let quiet = run("list -c fixtures/invalid/several.json -c fixtures/catalog --skip-invalid --quiet");
    assert!(quiet.status.success() && quiet.stderr.is_empty());
}

#[test]
fn people_may_write_vs_and_the_beginning_of_a_name() {
    let expected = stdout("gemma-3n smolvlm2-turbo");
    for args in ["gemma-3n vs smolvlm2-turbo", "gemma-3n vs. smolvlm2-turbo", "vs gemma-3n Versus smolvlm2-turbo"] {
        assert_eq!(stdout(args), expected, "{args}");
    }
    let output = run("gem SMOLVLM");
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
    let notes = String::from_utf8_lossy(&output.stderr);
    assert!(notes.contains("`gem` is taken for Gemma 3n (`gemma-3n`)") && notes.lines().count() == 2, "{notes}");
    assert!(stderr("ge smolvlm2-turbo").contains("no tool is called `ge`"));
    assert!(stderr("gemma-3n vs").contains("no tool is called `vs`"));
    assert!(stderr("gem gemma-3n").contains("named twice"));
    // A prefix of several tools is none, and a tool called like the word stays one.
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("c.csv");
    std::fs::write(&path, "tool,reviewer,score\nvs,Ana,1\nalpha-1,Ana,2\nalpha-2,Ana,3\n").expect("written");
    let path = path.display();
    assert!(stderr(&format!("-c {path} alp vs")).contains("no tool is called `alp`"));
    assert!(stdout(&format!("-c {path} alpha-1 vs alpha-2 --format csv -q")).contains(",vs,"));
}

#[test]
fn usage_errors_say_what_is_wrong_and_what_to_do() {
    for (args, message, hint) in [
        ("list --by meen", "compare: invalid value `meen` for `--by`", "did you mean `mean`?"),
        ("list --by zzzzzz", "compare: invalid value `zzzzzz` for `--by`", "use one of rank, ship-ratio"),
        ("rank --top 0", "`--top`: it must be a whole number, 1 or more", "`compare rank --help`"),
        ("rank --width 19", "`--width`: it must be a whole number from 20 to 10000", "`compare rank --help`"),
        ("rank --min-reviews -1", "unknown flag `-1`", "`compare rank --help`"),
        ("rank --confidence high", "for `--confidence`: confidence must be between 0 and 1", "`compare rank --help`"),
        ("rank --top", "`--top` needs a value", "`compare rank --help`"),
        ("rank --confidnce 0.9", "compare: unknown flag `--confidnce`", "did you mean `--confidence`?"),
        ("rank --verdict shop", "invalid value `shop` for `--verdict`", "did you mean `ship`?"),
        ("--all gemma-3n", "`--all` cannot be used with tools", "`compare --help`"),
        ("show", "missing <TOOL>", "`compare show --help`"),
        ("help rnak", "unknown command `rnak`", "did you mean the command `rank`?"),
        ("rank -f jsn", "unknown format `jsn`", "did you mean `json`?"),
    ] {
        let said = stderr(args);
        assert!(said.starts_with("compare: ") && said.contains(message), "{args}: {said}");
        assert!(said.contains(&format!("  hint: {hint}")) && !said.contains("tip:"), "{args}: {said}");
    }
}

#[test]
fn files_that_are_written_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("report.md");
    let output = compare().args(["rank", "-o"]).arg(&path).output().expect("runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said, format!("compare: note: wrote {}\n", path.display()));
    let quiet = compare().args(["rank", "-q", "-o"]).arg(&path).output().expect("runs");
    assert!(quiet.stderr.is_empty());
}

#[test]
fn a_gate_that_fails_has_a_line_on_standard_error() {
    for format in ["table", "json", "concise"] {
        let output = run(&format!("rank --gate certainty>=clear --format {format}"));
        assert_eq!(output.status.code(), Some(1));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("compare: error: the gate `certainty>=clear` failed: found close"), "{said}");
    }
    assert!(run("rank --gate certainty>=clear -q").stderr.is_empty());
}

#[test]
fn columns_are_chosen_by_name_and_one_alone_is_bare() {
    assert_eq!(stdout("list --columns slug"), "gemma-3n\nsmolvlm2-turbo\n");
    assert_eq!(stdout("rank --columns slug"), "smolvlm2-turbo\ngemma-3n\n");
    let table = stdout("list --columns name,mean,ship_ratio,price");
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split("  ").map(str::trim).collect()).collect();
    let cells = |row: &[&'static str]| row.to_vec();
    let found = |at: usize| rows[at].iter().copied().filter(|cell| !cell.is_empty()).collect::<Vec<_>>();
    assert_eq!(found(0), cells(&["Name", "Mean", "Ship ratio", "Price"]));
    assert_eq!(found(1), cells(&["Gemma 3n", "75.3", "75%", "Free"]));
    assert_eq!(
        stdout("rank --columns slug,score-mean --format csv"),
        "slug,score_mean\nsmolvlm2-turbo,79.25\ngemma-3n,75.25\n"
    );
    assert!(stderr("list --columns nam").contains("did you mean `name`?"));
    assert!(stderr("list --columns high").contains("several columns end in `high`"));
    assert!(stderr("list --columns name,name").contains("appears twice"));
    assert!(stderr("list --columns ,").contains("unknown column"));
}

#[test]
fn tools_in_another_order_are_numbered_by_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("c.csv");
    let rows =
        "tool,reviewer,score,verdict\na,Ana,90,skip\nb,Ana,80,ship\nc,Ana,90,ship\nd,Ana,70,ship\ne,Ana,60,skip\n";
    std::fs::write(&path, rows).expect("written");
    let places = |args: &str| {
        let text = stdout(&format!("{args} -c {}", path.display()));
        let rows = text.lines().skip_while(|line| !line.starts_with('#')).skip(1).take(5);
        rows.map(|line| line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
    };
    for (by, expected) in [
        ("mean", ["1 c", "1 a", "3 b", "4 d", "5 e"]),
        ("median", ["1 c", "1 a", "3 b", "4 d", "5 e"]),
        ("ship-ratio", ["1 c", "1 b", "1 d", "4 a", "4 e"]),
        ("reviews", ["1 c", "1 b", "1 d", "1 a", "1 e"]),
        ("rank", ["1 c", "2 b", "3 d", "4 a", "5 e"]),
    ] {
        assert_eq!(places(&format!("rank -q --by {by}")), expected, "{by}");
        assert_eq!(places(&format!("--all -q --by {by}")), expected, "{by}");
        assert_eq!(places(&format!("e d c b a -q --by {by}")), expected, "{by}");
    }
    // By name they keep the numbers of the ranking, and so they do in the order typed, which is the ranking for rows.
    assert_eq!(places("--all -q --by name"), ["4 a", "2 b", "1 c", "3 d", "5 e"]);
    assert_eq!(places("e d c b a -q"), ["1 c", "2 b", "3 d", "4 a", "5 e"]);
    for (by, title) in [("median", "Median"), ("reviews", "Reviews"), ("community", "Community")] {
        let text = stdout(&format!("--all -q --by {by} -c {}", path.display()));
        assert!(text.lines().any(|line| line.starts_with('#') && line.contains(title)), "{by} is shown: {text}");
    }
}

#[test]
fn warnings_of_one_kind_are_cut_with_a_count() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("spellings.csv");
    let rows: String = (0..200).map(|i| format!("a,Ana {i},60,ship\nb,ANA {i},70,ship\n")).collect();
    std::fs::write(&path, format!("tool,reviewer,score,verdict\n{rows}")).expect("written");
    let warned = |command: &str| {
        let output = run(&format!("{command} -c {}", path.display()));
        assert!(output.status.success(), "{command}");
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    for command in ["--all", "list", "a b"] {
        let said = warned(command);
        assert_eq!(said.matches("is also spelled").count(), 3, "{said}");
        assert!(said.contains("compare: warning: 197 more of these kinds; `compare check` lists them"), "{said}");
    }
    assert!(warned("--all -q").is_empty());
    let all = stdout(&format!("check {}", path.display()));
    assert_eq!(all.matches("is also spelled").count(), 200);
}
