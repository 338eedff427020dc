//! Records and file names that try to be workflow commands: a CI runner that reads what the program prints executes
//! nothing, whatever the command, the format and the message.

use super::support::compare;
use std::fs;
use std::path::Path;
use std::process::Output;
use tempfile::TempDir;

/// The commands that GitHub's runner knows.
const COMMANDS: [&str; 15] = [
    "set-output",
    "save-state",
    "add-mask",
    "add-matcher",
    "remove-matcher",
    "error",
    "warning",
    "notice",
    "debug",
    "group",
    "endgroup",
    "echo",
    "stop-commands",
    "set-env",
    "add-path",
];

/// What the runner would execute of a log, after `ActionCommand.TryParseV2` and `TryParse` of actions/runner.
fn executed(log: &str) -> Vec<String> {
    let name_of = |text: &str| text.split(' ').next().unwrap_or_default().to_owned();
    let mut found = Vec::new();
    for line in log.split(['\n', '\r']) {
        // Python's and C#'s idea of a blank.
        let start = line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}'));
        let new = start.strip_prefix("::").and_then(|rest| Some(name_of(&rest[..rest.find("::")?])));
        let old = || {
            let rest = &line[line.find("##[")? + 3..];
            Some(name_of(&rest[..rest.find(']')?]))
        };
        let known = |name: &String| COMMANDS.contains(&name.as_str());
        found.extend(new.filter(known).or_else(|| old().filter(known)).map(|name| format!("{name}: {line}")));
    }
    found
}

#[test]
fn the_runner_of_these_tests_is_one() {
    for (line, is_command) in [
        ("::error::x", true),
        ("  ::set-output name=a::b", true),
        ("a ##[add-mask]b", true),
        ("a ::error::x", false),
        ("::x::", false),
        ("::error", false),
    ] {
        assert_eq!(executed(line).len(), usize::from(is_command), "{line}");
    }
}

/// Texts that become commands where they come to begin a line.
const TEXTS: &[&str] = &[
    "::set-output name=ship::yes",
    "\n::error::forged by a record\n##[add-mask]a",
    "fine\n\n::set-output name=ship::yes\n\n##[error]forged\n",
    "##[error]forged",
    "\u{a0}::warning file=x::hi",
    "\u{3000}\u{2003}::group::x",
    "a\r::stop-commands::pwn\r\n::debug::x",
    "a\u{2028}::echo::on\u{85}::notice::x\u{b}::save-state name=a::b\u{c}::add-path::/x",
    "##[##[group]x",
    "####[endgroup]",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa::error::broken inside a word",
    "aaaaaaaaaaa::error::b::error::c::error::d::error::e::error::f::error::g::error::h::error::i::error::j::error::k",
    "::error",
    "::",
    ":",
    "#",
    "##",
    "::add-mask",
    "[error]x",
    ":error::x",
    "日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日::error::x",
];

/// Records in which every text is one of `TEXTS`, in turn.
fn records(turn: usize) -> serde_json::Value {
    let text = |offset: usize| TEXTS[(turn + offset) % TEXTS.len()];
    // A name may be anything that is not blank.
    let name = |offset: usize| format!("{}{}", text(offset), if text(offset).trim().is_empty() { "x" } else { "" });
    let tool = |slug: &str, at: usize| {
        serde_json::json!({
            "slug": slug, "name": name(at), "aliases": [name(at + 1)], "tagline": text(at + 2),
            "description": text(at + 3), "category": text(at + 4), "url": text(at + 5), "best_for": text(at + 6),
            "pricing": {"entry": text(at + 7), "detail": text(at + 8)},
            "source": {"label": text(at + 9), "url": text(at + 10)},
            "community": {"ship": 3, "skip": 1},
            "reviews": [
                {"reviewer": name(turn), "score": 80 + at, "verdict": "ship", "text": text(at + 11), "date": "2026-01-02"},
                {"reviewer": format!("{}2", name(turn + 1)), "score": 10, "verdict": "skip", "text": text(at + 12)},
            ],
        })
    };
    serde_json::json!([tool("a", 0), tool("b", 5)])
}

fn folder(turn: usize) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join(".git")).expect("made");
    fs::write(folder.path().join("g.json"), records(turn).to_string()).expect("written");
    folder
}

fn run(folder: &Path, args: &[&str]) -> Output {
    let mut command = compare();
    command.current_dir(folder).args(args).output().expect("runs")
}

/// Runs `args`, and expects that nothing of what is printed is a command.
fn executes_nothing(folder: &Path, args: &[&str]) -> Output {
    let output = run(folder, args);
    for stream in [&output.stdout, &output.stderr] {
        let found = executed(&String::from_utf8_lossy(stream));
        assert!(found.is_empty(), "{args:?} executes {found:#?}");
    }
    output
}

const FORMATS: [&str; 10] =
    ["table", "json", "csv", "markdown", "html", "adr", "badge", "digest", "pr-comment", "summary"];

#[test]
fn nothing_of_a_record_is_executed_in_any_format() {
    for turn in 0..TEXTS.len() {
        let folder = folder(turn);
        let go = |args: &str| {
            let args: Vec<&str> = ["-c", "g.json"].into_iter().chain(args.split(' ')).collect();
            executes_nothing(folder.path(), &args);
        };
        let outputs: String = FORMATS.iter().map(|format| format!(" -o {format}=out.{format}")).collect();
        for command in ["a b --reviews", "show a --reviews --explain", "rank --reviews", "list --reviews"] {
            go(&format!("{command}{outputs}"));
            for format in FORMATS {
                let written = fs::read_to_string(folder.path().join(format!("out.{format}"))).expect("written");
                let found = executed(&written);
                assert!(found.is_empty(), "{command} as {format} executes {found:#?}");
            }
        }
        for rows in ["reviews", "pairs", "decision"] {
            go(&format!("a b -f csv --rows {rows}"));
        }
        for width in ["20", "23", "57", "80"] {
            go(&format!("a b --reviews --explain --width {width}"));
            go(&format!("show a --reviews --width {width}"));
            go(&format!("list --width {width}"));
        }
        go("a b --reviews --color always --width 40");
        fs::write(folder.path().join("empty.json"), "{\"slug\":\"none\",\"name\":\"None\"}").expect("written");
        for states in ["empty.json g.json", "g.json empty.json"] {
            for format in
                ["table", "json", "csv", "csv --rows reviews", "markdown", "html", "digest", "pr-comment", "summary"]
            {
                go(&format!("changes {states} --reviews --explain -f {format}"));
            }
        }
        go("check");
        go("check --strict -f markdown");
        go("a b --gate mean>200 --gate b:ship_ratio>2");
        for kind in ["json", "ndjson", "toml", "csv"] {
            go(&format!("convert -o {kind}=-"));
        }
    }
}

/// The `github` format is made of commands: of its own, with what a record says as their text.
#[test]
fn annotations_are_the_program_s_own() {
    for turn in 0..TEXTS.len() {
        let folder = folder(turn);
        fs::write(folder.path().join("empty.json"), "{\"slug\":\"none\",\"name\":\"None\"}").expect("written");
        for args in [&["a", "b"][..], &["check", "--strict"], &["rank"], &["changes", "empty.json"]] {
            let output = run(folder.path(), &[&["-c", "g.json", "-f", "github"], args].concat());
            for line in String::from_utf8_lossy(&output.stdout).lines() {
                assert!(["::notice", "::warning", "::error"].iter().any(|own| line.starts_with(own)), "{line}");
            }
        }
    }
}

#[test]
fn escaped_values_are_the_values() {
    for turn in 0..TEXTS.len() {
        let folder = folder(turn);
        let json = run(folder.path(), &["-c", "g.json", "a", "b", "-f", "json"]).stdout;
        let document: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
        let expected = records(turn);
        assert_eq!(document["tools"][0]["description"], expected[0]["description"]);
        for kind in ["json", "ndjson", "toml"] {
            let converted = format!("{kind}=x.{kind}");
            assert!(run(folder.path(), &["-c", "g.json", "convert", "-o", &converted]).status.success());
            let again = run(folder.path(), &["-c", &format!("x.{kind}"), "a", "b", "-f", "json"]).stdout;
            assert!(again == json, "{kind}");
        }
        let raw = run(folder.path(), &["-c", "g.json", "list", "-f", "csv", "--csv-raw"]).stdout;
        // Each run of blanks in a name is one space.
        let name = expected[0]["name"].as_str().expect("a text");
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let quoted = name.replace('"', "\"\"");
        assert!(String::from_utf8(raw).expect("UTF-8").contains(&quoted), "{name}");
    }
}

#[test]
fn no_message_and_no_file_name_is_executed() {
    let folder = folder(0);
    let here = folder.path();
    for name in ["::error::x.json", "##[error]x.json", "a\n::error::b.json", "::add-mask::y.toml", " ::group::z.csv"] {
        fs::write(here.join(name), "::error::in a file ##[error]x\n").expect("written");
        executes_nothing(here, &["check", name]);
        executes_nothing(here, &["list", "-c", name]);
        executes_nothing(here, &["list", "-c", "g.json", "--config", name]);
        executes_nothing(here, &["convert", "-c", "g.json", "-o", &format!("{name}.nosuch")]);
        executes_nothing(here, &["a", "b", "-c", "g.json", "-o", name]);
        executes_nothing(here, &["a", "b", "-c", "g.json", "-o", &format!("markdown={name}"), "--verify"]);
        executes_nothing(here, &["init", name]);
        executes_nothing(here, &["init", &format!("new/{name}")]);
        executes_nothing(here, &["changes", name]);
        executes_nothing(here, &["changes", "g.json", name]);
        executes_nothing(here, &["changes", "g.json", "-c", "g.json", "--tool", name]);
        executes_nothing(here, &["show", name, "-c", "g.json"]);
        executes_nothing(here, &[name]);
        executes_nothing(here, &["-c", "g.json", "a", "b", name]);
        executes_nothing(here, &["--by", name]);
        executes_nothing(here, &["--nosuch", name]);
        executes_nothing(here, &["-f", name, "list"]);
        executes_nothing(here, &["list", "-c", "g.json", "--category", name]);
        executes_nothing(here, &["a", "b", "-c", "g.json", "--weight", &format!("{name}=1")]);
        executes_nothing(here, &["a", "b", "-c", "g.json", "--gate", name]);
    }
    // The part of a line that is underlined begins between the signs.
    for text in
        ["##[error]x", "{\"slug\":\"a\",##[error]x", "{\"##\":[error]}", "{\"a##[error]\": 1, \"slug\": ##[error]}"]
    {
        fs::write(here.join("bad.json"), text).expect("written");
        for args in [&["check", "bad.json"][..], &["list", "-c", "bad.json"], &["check", "bad.json", "-f", "markdown"]]
        {
            executes_nothing(here, args);
        }
    }
    fs::write(here.join("::error::a.json"), records(0)[0].to_string()).expect("written");
    fs::write(here.join("compare.toml"), "catalog = [\"::error::a.json\", \"g.json\"]\n\n::error::x").expect("written");
    executes_nothing(here, &["list"]);
    fs::write(
        here.join("compare.toml"),
        "catalog = \"g.json\"\n[[report]]\nname = \"::error::r\"\nall = true\noutput = [\"markdown=::error::r\", \"##[error]r.md\"]\n\
         [weights]\n\"::error::w\" = 2\n\"##[error]\" = 1\n",
    )
    .expect("written");
    for args in [&["config"][..], &["report"], &["report", "--verify"], &["a", "b"], &["report", "-f", "csv"]] {
        executes_nothing(here, args);
    }
}

/// Names and values from which a template puts a command together, and a template that writes one itself.
#[test]
fn a_template_writes_only_its_own_commands() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let record =
        |slug: &str, name: &str| serde_json::json!({"slug": slug, "name": name, "tagline": "##", "category": ":"});
    fs::write(here.join("r.json"), serde_json::json!([record("a", "::error::x"), record("b", "[error]x")]).to_string())
        .expect("written");
    for extension in ["txt", "md", "html", "csv", "json", "svg"] {
        let file = format!("t.{extension}.j2");
        for template in [
            "{{ tools[0].name }}",
            "{{ tools[0].name[0] }}{{ tools[0].name[1:] }}",
            "{% for c in tools[0].name %}{{ c }}{% endfor %}",
            "{{ tools[0].category }}{{ tools[0].name[1:] }}",
            "  {{ tools[0].category }}:error::x",
            "{{ tools[0].tagline }}[error]x",
            "{{ tools[0].tagline }}{{ tools[1].name }}",
            "{% set t %}{{ tools[0].category }}{% endset %}{{ t }}{{ t }}add-mask::x",
            "{{ tools[0].name | replace('error', 'warning') }}",
        ] {
            fs::write(here.join(&file), template).expect("written");
            let output = executes_nothing(here, &["-c", "r.json", "a", "b", "--template", &file]);
            assert!(output.status.success(), "{template}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
    fs::write(
        here.join("own.txt.j2"),
        "::notice title=t::{{ tools[0].name }}\n{{ tools[0].name }}\n{% include 'part.txt' %}",
    )
    .expect("written");
    fs::write(here.join("part.txt"), "##[group]{{ tools[1].name }}").expect("written");
    let output = run(here, &["-c", "r.json", "a", "b", "--template", "own.txt.j2"]);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "::notice title=t::<U+003A>:error::x\n<U+003A>:error::x\n##[group][error]x\n"
    );
}

#[test]
fn words_that_only_look_similar_stay_as_they_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "std::vec, a::b and C:: are no commands, nor is ## [x] or # [y]";
    let records = serde_json::json!([{"slug": "a", "name": text}, {"slug": "b", "name": "B"}]);
    fs::write(folder.path().join("r.json"), records.to_string()).expect("written");
    for format in ["table", "csv", "json", "html", "summary"] {
        let output = run(folder.path(), &["-c", "r.json", "show", "a", "-f", format, "--width", "200"]);
        assert!(String::from_utf8_lossy(&output.stdout).contains(text), "{format}");
    }
}

#[test]
fn what_github_would_link_is_broken_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let texts =
        ["GH-5", "Closes: gh-12", "7fd1a60b01f91b314f59955a4e6d1a2b3c4d5e6f", "a/b#5", "@octocat", "a/b@7fd1a60"];
    let reviews: Vec<_> = texts
        .iter()
        .enumerate()
        .map(|(i, text)| serde_json::json!({"reviewer": format!("{text} r{i}"), "verdict": "ship", "text": text}))
        .collect();
    let records =
        serde_json::json!([{"slug": "a", "name": "GH-7 @x #8", "reviews": reviews}, {"slug": "b", "name": "B"}]);
    fs::write(folder.path().join("r.json"), records.to_string()).expect("written");
    for format in ["markdown", "pr-comment", "adr", "digest"] {
        let output = run(folder.path(), &["-c", "r.json", "a", "b", "--reviews", "-f", format]);
        let markdown = String::from_utf8(output.stdout).expect("UTF-8");
        // Front matter is not linked, and `tojson` escapes it.
        let body =
            if format == "adr" { markdown.splitn(3, "---\n").last().expect("a body") } else { markdown.as_str() };
        for linked in
            ["GH-5", "gh-12", "GH-7", "GH&#45;5", "7fd1a60", "b01f91b", "#5", "#8", "@octocat", "@x", "@7fd1a6"]
        {
            assert!(!body.contains(linked), "{format}: {linked} in\n{body}");
        }
        assert!(body.contains("GH-<!-- -->5"), "{format}: {body}");
    }
}

#[test]
fn a_badge_is_xml_whatever_a_name_holds() {
    let folder = tempfile::tempdir().expect("a folder");
    for c in ['\u{fffe}', '\u{ffff}', '\u{fdd0}', '\u{1fffe}', '\u{10ffff}', '\u{1}', '\u{7f}', '\u{85}'] {
        let records = serde_json::json!([
            {"slug": "a", "name": format!("A{c}"), "reviews": [{"reviewer": "x", "score": 1, "verdict": "ship"}]},
            {"slug": "b", "name": "B"},
        ]);
        fs::write(folder.path().join("r.json"), records.to_string()).expect("written");
        for format in ["badge", "html", "table", "markdown", "csv"] {
            let output = run(folder.path(), &["-c", "r.json", "a", "b", "-q", "-f", format]);
            let text = String::from_utf8(output.stdout).expect("UTF-8");
            assert!(!text.contains(c), "{format}: U+{:04X}", u32::from(c));
            if c == '\u{fffe}' && format == "badge" {
                assert!(text.contains("A&lt;U+FFFE&gt;"), "{text}");
            }
        }
    }
}
