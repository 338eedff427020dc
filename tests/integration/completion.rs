//! What the program answers a shell that completes. No shell is run here; `shells` does that.

use super::support::{compare, is_hostile, root, stdout};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// Names that try to run something, to leave their line, or to command the terminal.
pub(crate) const HOSTILE: &str = r#"[
{"slug": "list", "name": "List", "category": "Dev $(touch RAN1) `touch RAN2` \"q\" 'r' !x",
 "reviews": [{"reviewer": "O'Neil $(touch RAN3)", "score": 50, "verdict": "ship"}, {"reviewer": "new\nline", "score": 1}]},
{"slug": "evil", "name": "\u001b]0;x\u0007\u202e $(touch RAN4) `touch RAN5`: %F{red} \\x; touch RAN6", "category": "Dev\nNew"},
{"slug": "plain", "name": "Plain", "category": "Developer Tools", "aliases": ["pl"]}]"#;

const REPORTS: &str = r#"
catalog = ["h.json"]
[[report]]
name = "weekly"
rank = true
output = ["a.md"]
[[report]]
name = "monthly"
rank = true
output = ["b.md"]
"#;

/// Ends a program that hangs.
fn within_30_seconds(mut command: Command) -> Output {
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    let start = Instant::now();
    while child.try_wait().expect("a child").is_none() {
        if start.elapsed() > Duration::from_secs(30) {
            child.kill().expect("a child to end");
            panic!("{command:?} hangs");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    child.wait_with_output().expect("output")
}

/// The request of `shell` for the last of `words` (separated by blanks; a final blank begins a new one).
fn request(shell: &str, words: &str) -> Command {
    let words: Vec<&str> = words.split(' ').collect();
    let mut command = compare();
    command.env("COMPARE_COMPLETE", shell).env("COMPARE_COMPLETE_INDEX", (words.len() - 1).to_string()).arg("--");
    if shell == "bash" {
        // What bash is going to replace.
        command.arg(words[words.len() - 1]);
    }
    command.args(words);
    command
}

/// What a request is answered; it must succeed in silence.
fn answer(command: Command) -> String {
    let shown = format!("{command:?}");
    let output = within_30_seconds(command);
    assert!(output.status.success() && output.stderr.is_empty(), "{shown}: {output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The values that fish is offered, as one line.
fn offered(words: &str) -> String {
    let answer = answer(request("fish", words));
    let mut lines = answer.lines();
    match lines.next() {
        Some("words\t") => lines.map(|line| line.split('\t').next().unwrap_or_default()).collect::<Vec<_>>().join(" "),
        other => other.unwrap_or_default().to_owned(),
    }
}

#[test]
fn the_scripts_stand_in_the_sources() {
    let mut files: Vec<String> = fs::read_dir(root().join("completions"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    files.sort();
    assert_eq!(files, ["_compare", "compare.bash", "compare.elv", "compare.fish"]);
    for (shell, file) in
        [("bash", "compare.bash"), ("zsh", "_compare"), ("fish", "compare.fish"), ("elvish", "compare.elv")]
    {
        let printed = stdout(&format!("completions {shell}"));
        assert_eq!(printed, fs::read_to_string(root().join("completions").join(file)).expect("a script"));
        assert!(!printed.contains("eval \"") && printed.contains("tool-compare"), "{file}");
    }
    assert_eq!(offered("compare completions "), "bash zsh fish elvish");
}

#[test]
fn everything_has_its_candidates() {
    let commands = "vs show list";
    for (words, expected) in [
        ("compare gem", "gemma-3n"),
        ("compare GEM", "gemma-3n"),
        ("compare gemma-3n ", "smolvlm2-turbo"),
        ("compare gemma-3n smolvlm2-turbo nothing", ""),
        ("compare vs ", "gemma-3n smolvlm2-turbo"),
        ("compare -- ", "gemma-3n smolvlm2-turbo"),
        ("compare -- gemma-3n ", "smolvlm2-turbo"),
        ("compare show s", "smolvlm2-turbo"),
        ("compare turb", "smolvlm2-turbo"),
        ("compare gemma-3n list ", "smolvlm2-turbo"),
        ("compare google-deepmind-gemma-3n-open-source-on-device-ai ", "smolvlm2-turbo"),
        ("compare --format=j", "--format=json"),
        ("compare --format ", "table json csv markdown"),
        ("compare -fj", "-fjson"),
        ("compare list --by n", "name"),
        ("compare --color=", "--color=auto --color=always --color=never"),
        ("compare --rows ", "tools reviews pairs decision gates"),
        ("compare rank --verdict s", "ship skip"),
        ("compare list --category dev", "Developer Tools"),
        ("compare list --price f", "Free"),
        ("compare --gate cert", "certainty=="),
        (
            "compare a b --gate=all:panel.ship_ratio",
            "--gate=all:panel.ship_ratio>= --gate=all:panel.ship_ratio== \
         --gate=all:panel.ship_ratio<= --gate=all:panel.ship_ratio!= --gate=all:panel.ship_ratio> --gate=all:panel.ship_ratio<",
        ),
        ("compare --gate certainty>=l", "certainty>=leaning"),
        ("compare rank --gate rank_w", "rank_worst>="),
        ("compare show x --gate panel.verdict==s", "panel.verdict==ship panel.verdict==skip"),
        ("compare --gate reviews[Fo", "reviews[Founder].score>= reviews[Founder].verdict=="),
        ("compare --gate reviews[Founder].v", "reviews[Founder].verdict=="),
        ("compare --gate reviews[Founder].verdict==sh", "reviews[Founder].verdict==ship"),
        ("compare show x --gate any:reviews[Fu", "any:reviews[Futurist].score>= any:reviews[Futurist].verdict=="),
        ("compare --weight F", "Founder= Futurist="),
        ("compare --weight Founder=2 --weight F", "Futurist="),
        ("compare list --weight Founder=", "Founder="),
        ("compare changes ", "files\t"),
        ("compare changes main gem", "files\t"),
        ("compare changes --tool gem", "gemma-3n"),
        ("compare changes --gate leads", "leads_changed=="),
        ("compare --catalog ", "files\t"),
        ("compare --catalog=", "files\t--catalog="),
        ("compare -c", "files\t-c"),
        ("compare -o ", "files\t"),
        ("compare -o json=", "files\tjson="),
        ("compare --q", "--quiet"),
        ("compare --quiet --q", ""),
        ("compare --catalog list --for", "--format"),
        ("compare --nothing=", ""),
        ("compare", ""),
    ] {
        let found = offered(words);
        let fits = if expected.starts_with("table") || expected.starts_with("tools ") {
            found.starts_with(expected.split(' ').next().expect("a word"))
        } else {
            found == expected
        };
        assert!(fits, "`{words}`: {found}");
    }
    let found = offered("compare ");
    assert!(found.starts_with(commands) && found.ends_with("gemma-3n smolvlm2-turbo"), "{found}");
    assert!(offered("compare -").starts_with("--"), "{}", offered("compare -"));
}

#[test]
fn descriptions_name_the_tool_and_its_verdict() {
    for shell in ["zsh", "fish", "elvish"] {
        assert_eq!(answer(request(shell, "compare gem")), "words\t\ngemma-3n\t \tGemma 3n · ship\n");
    }
    // Bash shows none.
    assert_eq!(answer(request("bash", "compare gem")), "words\t\ngemma-3n\t \t\n");
}

#[test]
fn the_catalog_that_the_line_names_is_completed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("h.json");
    fs::write(&path, HOSTILE).expect("a file");
    let path = path.to_str().expect("UTF-8");
    let slugs = "evil list plain";
    for words in [
        format!("compare -c {path} vs "),
        format!("compare --catalog={path} -- "),
        format!("compare vs -c {path} "),
        format!("compare -qc{path} vs "),
    ] {
        assert_eq!(offered(&words), slugs, "{words}");
    }
    // At the root a slug that is a command's name means the command.
    assert!(offered(&format!("compare -c {path} ")).ends_with(" evil plain"));
    assert_eq!(offered(&format!("compare -c {path} plain ")), "evil list");
    assert_eq!(offered(&format!("compare -c {path} pl ")), "evil list");
    let mut after = request("zsh", "compare vs ");
    after.args(["-c", path]);
    assert!(answer(after).contains("\nevil\t"));
    let mut variable = request("fish", "compare vs ");
    variable.env("COMPARE_CATALOG", path);
    assert!(answer(variable).contains("\nevil\t"));
    fs::create_dir_all(folder.path().join("data/compare")).expect("a folder");
    fs::copy(path, folder.path().join("data/compare/mine.json")).expect("a copy");
    let mut data = request("fish", "compare vs ");
    data.env("XDG_DATA_HOME", folder.path().join("data"));
    assert!(answer(data).contains("\nevil\t"));
    fs::write(folder.path().join("compare.toml"), "catalog = [\"h.json\"]\n").expect("a file");
    let mut settings = request("fish", "compare vs ");
    settings.current_dir(folder.path());
    assert!(answer(settings).contains("\nevil\t"));
    fs::write(folder.path().join("compare.toml"), REPORTS).expect("a file");
    let mut reports = request("fish", "compare report weekly ");
    reports.current_dir(folder.path());
    assert_eq!(answer(reports), "words\t\nmonthly\t \tb.md\n");
    fs::create_dir(folder.path().join("mine")).expect("a folder");
    fs::write(folder.path().join("mine/memo.md.j2"), "{{ kind }}").expect("a file");
    fs::write(folder.path().join("compare.toml"), "templates = [\"mine\"]\ncatalog = [\"h.json\"]\n").expect("a file");
    let mut templates = request("fish", "compare --format mem");
    templates.current_dir(folder.path());
    assert!(answer(templates).starts_with("words\t\nmemo\t"));
    let mut without = request("fish", "compare --no-config vs ");
    without.current_dir(folder.path());
    assert!(answer(without).contains("\ngemma-3n\t"));
    fs::write(folder.path().join("compare.toml"), "catalog = nonsense").expect("a file");
    let mut wrong = request("fish", "compare vs x");
    wrong.current_dir(folder.path());
    assert_eq!(answer(wrong), "");
    let mut home = request("fish", "compare -c ~/h.json vs ");
    home.env("HOME", folder.path());
    assert!(answer(home).contains("\nevil\t"));
}

#[test]
fn nothing_hostile_reaches_a_shell() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("h.json");
    fs::write(&path, HOSTILE).expect("a file");
    let path = path.to_str().expect("UTF-8");
    for shell in ["zsh", "fish", "elvish"] {
        for words in ["vs ", "list --category ", "list --weight "] {
            let text = answer(request(shell, &format!("compare -c {path} {words}")));
            assert!(!text.chars().any(|c| is_hostile(c) && c != '\t'), "{shell} {words}: {text:?}");
            assert!(!text.contains("\nline") && !text.contains("New\n"), "{shell} {words}: {text:?}");
        }
    }
    let expected = "words\t\nDev\\ \\$\\(touch\\ RAN1\\)\\ \\`touch\\ RAN2\\`\\ \\\"q\\\"\\ \\'r\\'\\ \\!x\t \t1 tool\n\
                    Developer\\ Tools\t \t1 tool\n";
    assert_eq!(answer(request("bash", &format!("compare list -c {path} --category Dev"))), expected);
}

/// Catalogs that cannot be read, or not to the end.
fn bad_catalogs(folder: &Path) -> Vec<String> {
    let write = |name: &str, text: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, text).expect("a file");
        path.to_string_lossy().into_owned()
    };
    let fifo = folder.join("fifo.json");
    let made = Command::new("mkfifo").arg(&fifo).status().expect("mkfifo runs");
    assert!(made.success());
    fs::create_dir(folder.join("empty")).expect("a folder");
    let absent = folder.join("absent.json").to_string_lossy().into_owned();
    vec![
        absent,
        fifo.to_string_lossy().into_owned(),
        folder.join("empty").to_string_lossy().into_owned(),
        write("half.json", br#"[{"slug": "gemma-3n", "name": "Gem"#),
        write("broken.json", b"nonsense"),
        write("bytes.json", b"\xff\xfe\0\0\x80"),
        write("none.json", b""),
        write("deep.json", "[".repeat(200_000).as_bytes()),
        "/dev/zero".to_owned(),
        "/dev/tty".to_owned(),
        "-".to_owned(),
    ]
}

#[test]
fn a_bad_catalog_gives_no_candidates_and_no_complaint() {
    let folder = tempfile::tempdir().expect("a folder");
    for path in bad_catalogs(folder.path()) {
        for shell in ["zsh", "fish", "elvish"] {
            assert_eq!(answer(request(shell, &format!("compare -c {path} vs x"))), "", "{shell} {path}");
        }
        assert_eq!(offered(&format!("compare -c {path} vs --rank --revi")), "--reviews", "{path}");
        let mut bash = request("bash", "compare vs ge");
        bash.env("COMPARE_CATALOG", &path);
        assert_eq!(answer(bash), "", "bash {path}");
    }
    // Good records beside bad ones are still there.
    let path = folder.path().join("some.ndjson");
    fs::write(&path, "{\"slug\": \"good\", \"name\": \"Good\"}\n{\"slug\": \"ba").expect("a file");
    assert_eq!(offered(&format!("compare -c {} vs ", path.display())), "good");
}

#[test]
fn only_a_request_is_answered() {
    for (name, value) in [("COMPLETE", "1"), ("COMPARE_COMPLETE", "1"), ("COMPARE_COMPLETE", "bash")] {
        let mut command = compare();
        let output = command.env(name, value).args(["gemma-3n", "smolvlm2-turbo"]).output().expect("the program runs");
        assert_eq!(String::from_utf8_lossy(&output.stdout), stdout("gemma-3n smolvlm2-turbo"), "{name}={value}");
    }
    // A request that makes no sense is answered with nothing.
    for arguments in [&["--"][..], &["--", "compare"], &["--", "compare x", "", "y"], &["--", "", "", ""]] {
        for shell in ["bash", "zsh", "fish", "elvish"] {
            let mut command = compare();
            command.env("COMPARE_COMPLETE", shell).env("COMPARE_COMPLETE_INDEX", "7").args(arguments);
            assert_eq!(answer(command), "", "{shell} {arguments:?}");
        }
    }
    // The reader is gone.
    let mut command = request("fish", "compare ");
    command.stdout(fs::OpenOptions::new().write(true).open("/dev/full").expect("a full device"));
    assert!(command.status().expect("the program runs").success());
}

#[test]
fn a_large_catalog_is_listed_by_how_its_names_go_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("large.ndjson");
    let lines = (0..60_000).map(|i| format!("{{\"slug\":\"tool-{i:05}\",\"name\":\"Tool {i}\"}}\n"));
    fs::write(&path, lines.collect::<String>()).expect("a file");
    let path = path.display();
    let listed = answer(request("zsh", &format!("compare -c {path} vs ")));
    assert_eq!(listed.lines().count(), 61, "{}", &listed[..200]);
    assert!(listed.contains("\ntool-00\t\t1000 tools\n"));
    // Fish puts a blank behind a word: one of the tools stands for all that begin like it.
    let listed = answer(request("fish", &format!("compare -c {path} vs ")));
    assert_eq!(listed.lines().count(), 61, "{}", &listed[..200]);
    assert!(listed.contains("\ntool-07000\t \t1000 tools begin with tool-07\n"));
    let listed = answer(request("zsh", &format!("compare -c {path} vs tool-0001")));
    assert!(listed.contains("\ntool-00012\t \tTool 12 · no verdicts\n"), "{listed}");
}

#[test]
fn a_cache_changes_no_candidate() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("large.ndjson");
    let padding = "prose ".repeat(150);
    let record = |i: usize| {
        let (kind, verdict) = (["gem", "smol", "list", "a.b", "x"][i % 5], ["ship", "skip"][i % 2]);
        let slug = if i == 7 { "list".to_owned() } else { format!("{kind}-{}", i * 7919 % 3001) };
        format!(
            "{{\"slug\":\"{slug}\",\"name\":\"{kind} {i}\",\"aliases\":[\"alias {i}\"],\"category\":\"C{}\",\
             \"tagline\":\"{padding}\",\"reviews\":[{{\"reviewer\":\"R{}\",\"verdict\":\"{verdict}\"}}]}}\n",
            i % 3,
            i % 4
        )
    };
    fs::write(&path, (0..1500).map(record).collect::<String>()).expect("a file");
    let cache = folder.path().join("cache");
    let answers = |cached: bool| {
        let mut all = String::new();
        for words in [
            "vs ",
            "vs g",
            "vs gem-1",
            "vs GEM-2",
            "vs em-3",
            "vs 99",
            "vs zzz",
            "vs -",
            "",
            "l",
            "gem-0 ",
            "vs list ",
            "vs alias7 g",
            "vs gem5 x-",
            "list --category ",
            "list --category c",
            "--weight R",
            "show x-2",
        ] {
            for shell in ["zsh", "fish", "elvish"] {
                let mut command = request(shell, &format!("compare -c {} {words}", path.display()));
                if cached {
                    command.env("XDG_CACHE_HOME", &cache);
                }
                all += &format!("{shell} {words:?}\n{}", answer(command));
            }
        }
        all
    };
    let without = answers(false);
    let mut refused = request("fish", &format!("compare --no-cache -c {} vs gem", path.display()));
    refused.env("XDG_CACHE_HOME", &cache);
    assert!(answer(refused).starts_with("words\t\ngem-0\t") && !cache.exists());
    let first = answers(true);
    assert!(cache.join("compare").exists());
    for with in [first, answers(true)] {
        let differing = with.lines().zip(without.lines()).find(|(with, without)| with != without);
        assert!(with == without, "{differing:?}");
    }
    assert!(without.contains("gem-1"));
}

#[test]
fn the_second_name_is_the_same_program() {
    let output = |program: &str| {
        let mut command = Command::new(program);
        command.env_clear().current_dir(root()).args(["gemma-3n", "smolvlm2-turbo"]).output().expect("it runs").stdout
    };
    assert_eq!(output(env!("CARGO_BIN_EXE_tool-compare")), output(env!("CARGO_BIN_EXE_compare")));
}
