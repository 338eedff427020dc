//! Reports between the markers of a file: what is around them stays, and a file without a proper pair is refused.

use super::settings::{project, within};
use super::support::is_hostile;
use std::fs;
use std::path::Path;
use std::process::Output;

const START: &str = "<!-- compare:panel -->";
const END: &str = "<!-- /compare:panel -->";
const PAIR: &str = "gemma-3n smolvlm2-turbo";

/// A README with the lines `between` its markers.
fn readme(between: &str) -> String {
    format!("# A project\n\nAbove.\n{START}\n{between}{END}\nBelow.\n")
}

fn run(folder: &Path, args: &str, status: i32) -> (String, String) {
    let output: Output = within(folder, args).output().expect("runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    assert_eq!(output.status.code(), Some(status), "`compare {args}`: {stderr}");
    assert!(!stderr.chars().any(is_hostile), "{stderr:?}");
    (stdout, stderr)
}

#[test]
fn a_report_between_markers_leaves_the_rest_byte_for_byte() {
    let folder = project("");
    let file = folder.path().join("README.md");
    let markdown = run(folder.path(), &format!("-c tools {PAIR} -f markdown"), 0).0;
    for line_end in ["\n", "\r\n"] {
        let with_ends = |text: String| text.replace('\n', line_end);
        let head = b"\xef\xbb\xbfnot UTF-8: \xff\0\n";
        let mut before = head.to_vec();
        before.extend(with_ends(readme("old\n")).into_bytes());
        before.extend(b"no end of the last line \r");
        fs::write(&file, &before).expect("written");
        let args = format!("-c tools {PAIR} -o README.md#panel");
        run(folder.path(), &args, 0);
        let after = fs::read(&file).expect("read");
        let mut expected = head.to_vec();
        expected.extend(with_ends(readme(&markdown)).into_bytes());
        expected.extend(b"no end of the last line \r");
        assert_eq!(String::from_utf8_lossy(&after), String::from_utf8_lossy(&expected));
        assert_eq!(after, expected);
        run(folder.path(), &args, 0);
        assert_eq!(fs::read(&file).expect("read"), after, "the second time changes nothing");
    }
}

const REPORTS: &str = r#"
catalog = "tools"

[[report]]
name = "pair"
all = true
output = ["docs/../README.md#panel", "all.md"]

[[report]]
name = "leaders"
rank = true
output = ["csv=README.md#leaders", "README.md#rank-2"]
"#;

#[test]
fn reports_share_a_file_and_are_verified_part_by_part() {
    let folder = project(REPORTS);
    let file = folder.path().join("README.md");
    fs::create_dir(folder.path().join("docs")).expect("made");
    let others = "<!-- compare:rank-2 -->\n<!-- /compare:rank-2 -->\n\n<!--compare:leaders-->\n<!--/compare:leaders-->";
    fs::write(&file, readme("") + others).expect("written");
    let states = |args: &str, status| {
        let csv = run(folder.path(), &format!("report -q -f csv {args}"), status).0;
        csv.lines().skip(1).map(|line| line.split_once(',').expect("a name").1.to_owned()).collect::<Vec<_>>()
    };
    let all = |state: &str| {
        ["docs/../README.md#panel", "all.md", "README.md#leaders", "README.md#rank-2"].map(|f| format!("{f},{state}"))
    };
    let first = states("--verify", 1);
    assert_eq!((first[0].as_str(), first[1].as_str()), ("docs/../README.md#panel,stale", "all.md,missing"));
    assert_eq!(states("", 0), all("written"));
    assert_eq!(states("--verify", 0), all("current"));
    assert_eq!(states("", 0), all("current"));
    let text = fs::read_to_string(&file).expect("read");
    assert!(text.starts_with(&readme(&fs::read_to_string(folder.path().join("all.md")).expect("read"))));
    let ranked = run(folder.path(), "rank -f csv", 0).0;
    assert!(text.ends_with(&format!("<!--compare:leaders-->\n{ranked}<!--/compare:leaders-->")), "{text}");

    // Around the markers and in the line ends anything may change; between them nothing.
    fs::write(&file, text.replace("Above", "Changed").replace('\n', "\r\n")).expect("written");
    assert_eq!(states("--verify", 0), all("current"));
    fs::write(&file, text.replace("gemma-3n,Gemma 3n", "gemma-3n,Gemma 4n")).expect("written");
    let (stdout, stderr) = run(folder.path(), "report --verify -f csv", 1);
    let line = 1 + text.lines().position(|line| line.contains("gemma-3n,Gemma 3n")).expect("a row");
    assert!(stderr.contains(&format!("stale: README.md#leaders, from line {line} on\n")), "{stderr}");
    assert_eq!(stdout.matches("stale").count(), 1, "{stdout}");
    assert_eq!(run(folder.path(), "report -q", 0).1, "");
    assert_eq!(fs::read_to_string(&file).expect("read"), text);
}

#[test]
fn a_file_without_one_pair_of_these_markers_is_refused_untouched() {
    let folder = project("");
    let file = folder.path().join("README.md");
    for (text, words) in [
        ("# A project\n".to_owned(), "README.md: there is no line `<!-- compare:panel -->`"),
        (format!("```\n{START}\n{END}\n```\n"), "a marker in a code block is only shown"),
        (format!("a\n{START}\n"), "README.md:2:1: the marker `<!-- compare:panel -->` has no end"),
        (format!("{END}\n"), "README.md:1:1: the marker `<!-- /compare:panel -->` has no start"),
        (format!("{END}\n{START}\n"), "is above"),
        (
            format!("{START}\n{END}\n{START}\n{END}\n"),
            "README.md:3:1: the marker `<!-- compare:panel -->` appears twice",
        ),
        (
            format!("{START}\n<!-- compare:b -->\n{END}\n<!-- /compare:b -->\n"),
            "README.md:2:1: the marker `<!-- compare:b -->` is between those of `panel`",
        ),
        (
            format!("<!-- compare:b -->\n{START}\n{END}\n<!-- /compare:b -->\n"),
            "README.md:1:1: the markers of `panel` are between those of `b`",
        ),
    ] {
        fs::write(&file, &text).expect("written");
        for verify in ["", " --verify"] {
            let (stdout, stderr) = run(folder.path(), &format!("-c tools {PAIR} -o README.md#panel{verify}"), 2);
            assert!(stdout.is_empty() && stderr.contains(words), "{text}{stderr}");
            assert_eq!(fs::read_to_string(&file).expect("read"), text);
        }
    }
    for (output, words) in [
        ("no.md#panel", "no.md does not exist, so it has no markers"),
        ("markdown=tools#panel", "cannot read tools: is a directory"),
        ("README.md#-x", "invalid marker name `-x`: begin it with a letter or a digit"),
        ("README.md#", "invalid marker name ``: it is empty"),
        ("markdown=-#panel", "`#panel` must follow the name of a file"),
        ("README.html#panel", "`html` writes a whole page, which cannot be a part of README.html#panel"),
        ("README.md#panel -o README.md#panel", "two outputs go to README.md#panel"),
        ("README.md#panel -o ./README.md#panel", "two outputs go to ./README.md#panel"),
        ("README.md#panel -o README.md", "two outputs go to README.md"),
    ] {
        fs::write(&file, readme("")).expect("written");
        let (stdout, stderr) = run(folder.path(), &format!("-c tools {PAIR} -o {output}"), 2);
        assert!(stdout.is_empty() && stderr.contains(words), "{output}: {stderr}");
        assert_eq!(fs::read_to_string(&file).expect("read"), readme(""));
    }
    assert!(!folder.path().join("no.md").exists());
    let refused = run(folder.path(), "convert -c tools -o json=README.md#panel", 2).1;
    assert!(refused.contains("records need a whole file"), "{refused}");
}

/// A template may write anything, also what the next run would take for the end of the part.
#[test]
fn a_report_that_hides_its_own_markers_is_refused_untouched() {
    let folder = project("templates = \"templates\"\n");
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("templates")).expect("made");
    for text in [END, START, "<!-- compare:other -->", "```", "<!--  /compare:panel-->"] {
        fs::write(at("templates/own.md.j2"), format!("{text}\n")).expect("written");
        let before = readme("old\n");
        fs::write(at("README.md"), &before).expect("written");
        let (_, stderr) = run(folder.path(), &format!("-c tools {PAIR} -o own=README.md#panel"), 2);
        assert!(stderr.contains("what goes to README.md#panel would hide its markers"), "{text}: {stderr}");
        assert_eq!(fs::read_to_string(at("README.md")).expect("read"), before);
    }
}

#[test]
fn settings_name_a_part_once_and_no_file_outside() {
    let refused = |outputs: &str| {
        let folder =
            project(&format!("catalog = \"tools\"\n[[report]]\nname = \"r\"\nall = true\noutput = {outputs}\n"));
        fs::write(folder.path().join("README.md"), readme("")).expect("written");
        run(folder.path(), "report", 2).1
    };
    for (outputs, words) in [
        (r#"["README.md#panel", "README.md#panel"]"#, "compare.toml:5:30: two outputs go to README.md#panel"),
        (r#"["README.md#panel", "README.md"]"#, "are one file, the whole of it and a part"),
        (r#"["README.md#a", "README.md#b", "README.md"]"#, "are one file, the whole of it and a part"),
        (r#"["README.md#a", "ReadMe.md#b"]"#, "differ only in case"),
        (r#""README.md#""#, "compare.toml:5:10: invalid marker name ``: it is empty"),
        (r#""index.html#panel""#, "compare.toml:5:10: `html` writes a whole page"),
        (r#""../README.md#panel""#, "it is outside the folder of the settings"),
        (r#""compare.toml#panel""#, "it holds settings"),
    ] {
        let stderr = refused(outputs);
        assert!(stderr.contains(words), "{outputs}: {stderr}");
    }
}
