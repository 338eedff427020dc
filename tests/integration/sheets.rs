//! Sheets as panels keep them: what is read, and that the remedy of an error works when it is followed to the letter.

use super::support::{Run, compare, root, session};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Runs `words` over the sheet `file` of a folder, with the settings of that folder.
fn run(folder: &Path, file: &str, words: &[&str]) -> Run {
    let (catalog, config) = (folder.join(file), folder.join("compare.toml"));
    let mut words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    words.extend(["-c".to_owned(), catalog.display().to_string()]);
    if config.exists() {
        words.extend(["--config".to_owned(), config.display().to_string()]);
    }
    session(&words)
}

/// Each tool with its reviews: `kafka: Ana 82, Ben 74 ship; nats: ...`.
fn reviews(document: &str) -> String {
    let document: Value = serde_json::from_str(document).expect("JSON");
    let review = |review: &Value| {
        let mut text = review["reviewer"].as_str().expect("a name").to_owned();
        if let Some(score) = review["score"].as_f64() {
            let _ = write!(text, " {score}");
        }
        for word in ["verdict", "label"] {
            let derived = review["verdict_derived"] == true;
            text += &review[word].as_str().filter(|_| !derived).map(|word| format!(" {word}")).unwrap_or_default();
        }
        text
    };
    let tool = |tool: &Value| {
        let reviews: Vec<String> = tool["reviews"].as_array().expect("reviews").iter().map(review).collect();
        format!("{}: {}", tool["slug"].as_str().expect("a slug"), reviews.join(", "))
    };
    document["tools"].as_array().expect("tools").iter().map(tool).collect::<Vec<_>>().join("; ")
}

/// The lines to paste that a message has, each block once.
fn blocks(stderr: &str) -> String {
    let mut blocks: Vec<String> = Vec::new();
    let mut is_open = false;
    for line in stderr.lines() {
        let pasted = line.strip_prefix("    ");
        match pasted {
            Some(line) if line.starts_with('[') => blocks.push(format!("{line}\n")),
            Some(line) if is_open => *blocks.last_mut().expect("a block") += &format!("{line}\n"),
            _ => {}
        }
        is_open = pasted.is_some();
    }
    blocks.dedup();
    blocks.concat()
}

/// A folder with the sheet `name` of `tests/sheets`.
fn folder_with(name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::copy(root().join("tests/sheets").join(name), folder.path().join(name)).expect("copied");
    folder
}

const LIST: [&str; 6] = ["list", "--by", "name", "--reviews", "-f", "json"];

/// What each sheet holds, worked out by hand.
const READ: [(&str, &str); 37] = [
    ("addresses.csv", "a: ana 80, Ben 70; b: ana 60"),
    (
        "avgcol.csv",
        "kafka: Ana 82, Ben 74, Chidi 58, Dora 79, Emil 88; nats: Ana 71, Ben 85, Chidi 90, Dora 66, Emil 72; rabbitmq: Ana 76, Ben 81, Chidi 84, Dora 70, Emil 61",
    ),
    (
        "avgrow.csv",
        "kafka: Ana 82, Ben 74, Chidi 58, Dora 79, Emil 88; nats: Ana 71, Ben 85, Chidi 90, Dora 66, Emil 72; pulsar: Ana 69, Ben 58, Chidi 61, Dora 73, Emil 77",
    ),
    ("blank.csv", "kafka: Ana 82, Ben 74; nats: Ana 70, Ben 60"),
    (
        "excel.csv",
        "kafka: Ana 82.5, Ben 74, Chidi 58, Dora 79, Emil 88; nats: Ana 71, Ben 85, Chidi 90, Dora 66.25, Emil 72; rabbitmq: Ana 76, Ben 81.5, Chidi 84, Dora 70, Emil 61",
    ),
    ("final-score.csv", "a1: Judge 1 80, Judge 2 75, Judge 3 85; b2: Judge 1 60, Judge 2 70, Judge 3 80"),
    (
        "five.csv",
        "kafka: Ana 4, Ben 4, Chidi 3, Dora 4, Emil 5; nats: Ana 4, Ben 4, Chidi 5, Dora 3, Emil 4; rabbitmq: Ana 4, Ben 4, Chidi 4, Dora 4, Emil 3",
    ),
    (
        "forms.csv",
        "kafka: ana 82, ben 74, chidi 58, dora 79, emil 88; nats: ana 71, ben 85, chidi 90, dora 66, emil 72; rabbitmq: ana 76, ben 81, chidi 84, dora 70, emil 61",
    ),
    ("grid.csv", "kafka: Ana 80 ship, Ben 100 ship, Chidi 40 skip; rabbit-mq: Ana 60 skip, Chidi 80 ship"),
    ("headers.csv", "kafka: Ana 82 ship; nats: Ana 71 ship"),
    ("headers2.csv", "kafka: Ana 82 ship; nats: Ana 71 ship"),
    ("labels.csv", "a: Ana 80 ship, Ben 70 revise; b: Ana 60 skip"),
    ("lead.csv", "kafka: Ana 82, Ben 74"),
    ("mix.csv", "kafka: Ana 82 ship, Ben 74 skip"),
    ("na.csv", "kafka: Ana 82; nats: Ana 71, Ben 85; sqs: "),
    ("o1.csv", "kafka: ana 82, ben 74"),
    ("o2.csv", "nats: Ana 82, Ben 74"),
    ("ok1.csv", "kafka: Ana 82, Ben 74, Chidi 58; nats: Ana 71, Ben 85, Chidi 90"),
    ("one-on-ten.csv", "a: Ana 80, Ben 8; b: Ana 70, Ben 7; c: Ana 90, Ben 9; d: Ana 60, Ben 6.5"),
    ("pass-fail.csv", "a: Ana ship, Ben skip; b: Ana ship"),
    ("people.csv", "a: Max 80, Min 70, Total 60; b: Max 60, Min 75, Total 61; c: Max 90, Min 20, Total 64"),
    ("percent.csv", "kafka: Ana 82, Ben 74, Chidi 58; nats: Ana 71, Ben 85, Chidi 90"),
    ("questions-of-each.csv", "kafka: Ana 82 ship, Ben 60 skip; nats: Ana 71 ship, Ben 90 ship"),
    ("ragged.csv", "kafka: Ana 82, Ben 74; nats: Ana 71 ship, Ben skip"),
    ("s5.csv", "kafka: Ana 80, Ben 80"),
    ("scales.csv", "kafka: Ana 80, Ben 75, Chidi 80, Dora 75; nats: Ana 100, Ben 100, Chidi 90, Dora 100"),
    ("sep.csv", "kafka: Ana 82, Ben 74; nats: Ana 71, Ben 85"),
    ("slash.csv", "kafka: Ana 80, Ben 75, Chidi 60; nats: Ana 80, Ben 90, Chidi 90"),
    ("statistics.csv", "kafka: Ana 82, Ben 74, Chidi 58; nats: Ana 71, Ben 80, Chidi 77"),
    ("t.md", "kafka: Ana 82, Ben 74; nats: Ana 71, Ben 85"),
    ("tables.md", "a-b: Ana 100; kafka: Ana 80, Ben 75"),
    ("three-columns.csv", "kafka: Ana 82 ship, Ben 74 skip; nats: Ana 71 ship, Ben 80 ship"),
    ("true-false.csv", "a: Ana ship, Ben skip; b: Ana skip, Ben ship"),
    ("two-columns.csv", "gemma-3n: Builder 84 ship, Skeptic 78 ship; smolvlm2-turbo: Builder 85 ship, Skeptic 40 skip"),
    ("typeform.csv", "kafka: Ana 80, Ben 70; nats: Ana 90, Ben 85"),
    ("words-wide.csv", "kafka: Ana ship, Ben skip, Chidi ship; nats: Ana ship, Ben skip, Chidi ship"),
    ("year.csv", "a: ann 80; b: ann 60"),
];

#[test]
fn sheets_are_read_as_people_keep_them() {
    for (name, expected) in READ {
        let run = run(&root().join("tests/sheets"), name, &LIST);
        assert_eq!(run.status, 0, "{name}: {}", run.stderr);
        assert_eq!(reviews(&run.stdout), expected, "{name}: {}", run.stderr);
    }
    let all = ["title.csv", "totals.csv", "transposed.csv"];
    let average = READ.iter().find(|(name, _)| *name == "avgcol.csv").expect("there").1;
    for name in all {
        assert_eq!(reviews(&run(&root().join("tests/sheets"), name, &LIST).stdout), average, "{name}");
    }
}

/// What is guessed or left out is said once, in every command.
#[test]
fn what_may_be_misread_is_said_in_every_command() {
    for (name, said) in [
        (
            "avgcol.csv",
            "warning: SHEET:1:30: left out, because it is nobody's opinion: the column \"Average\" (mean of the others)",
        ),
        ("unnamed.csv", "warning: SHEET:1:10: column 3 has no heading and is not read, for example \"70\""),
        ("totals.csv", "the column \"Average\" (mean of the others), the row \"Total\" (sum of the others)"),
        (
            "five.csv",
            "warning: SHEET:2:7: all 15 scores in this file are at most 5: are they on a scale of 5?\n  hint: add `scale = 5` to compare.toml",
        ),
        ("one-on-ten.csv", "warning: SHEET:2:6: all scores of \"Ben\" are at most 10"),
        ("people.csv", "the column \"No\"\n  hint: write \"reviewer:\""),
        ("year.csv", "the column \"year\"\n"),
        ("title.csv", "note: SHEET: the headings are in the row that begins with \"Tool\""),
        (
            "transposed.csv",
            "note: SHEET: each row holds the reviews of one reviewer, by whom \"Reviewer\" names; the tools are Kafka, RabbitMQ, NATS",
        ),
        ("tables.md", "note: SHEET: read the table in line 11; 2 other tables"),
    ] {
        let folder = root().join("tests/sheets");
        let said = said.replace("SHEET", &folder.join(name).display().to_string());
        for words in [&["rank"][..], &["list"], &["check"], &["--all"], &["convert", "-o", "json=-"]] {
            let run = run(&folder, name, words);
            let all = if words == ["check"] {
                run.stdout.split_whitespace().collect::<Vec<_>>().join(" ")
            } else {
                run.stderr
            };
            let said = if words == ["check"] && said.contains("warning") {
                said.rsplit_once(":2:")
                    .or(said.rsplit_once(":1:"))
                    .map_or(&*said, |(_, said)| said.split_once('\n').map_or(said, |(said, _)| said))
            } else if words == ["check"] {
                continue;
            } else {
                &said
            };
            let said = said.split_once(": ").filter(|_| words == ["check"]).map_or(said, |(_, said)| said);
            assert!(all.contains(said), "{name} {words:?}: {said}\n{all}");
            assert_eq!(all.matches(said).count(), 1, "{name} {words:?}: {all}");
        }
    }
}

/// Sheets that are refused, and what they hold when the lines of the message are pasted into `compare.toml`.
const REMEDIED: [(&str, &str); 16] = [
    ("alice.csv", "kafka: alice 82; nats: alice 71"),
    ("committee.csv", "acme: Ana 80 ship, Ben 70 revise, Cai 60 skip; globex: Ana 90 ship, Ben 75 ship, Cai 85 revise"),
    ("criteria-of-each.csv", "kafka: ana 35, ben 35; nats: ana 50, ben 45"),
    ("criteria-form.csv", "kafka: Ana 4, Ben 4; nats: Ana 4, Ben 3"),
    ("excel-de.csv", "kafka: Ana 82.5 ship"),
    ("extra.csv", "kafka: Ana 82, Ben 74, Chidi 60; nats: Ana 71, Ben 85, Chidi 70"),
    (
        "form-twice.csv",
        "kafka: chidi 60, dora 80, emil 100, fay 80, gus 80, ben 60, ana 80; nats: chidi 100, dora 60, emil 80, fay 100, gus 80, ben 100, ana 100; rabbitmq: chidi 100, dora 80, emil 60, fay 40, gus 80, ben 80, ana 80; redis-streams: chidi 40, dora 60, emil 20, fay 40, gus 80, ben 40, ana 60",
    ),
    (
        "german.csv",
        "kafka: Ana 82.5 ship, Ben 60 skip; nats: Ana 85 ship, Ben 77.5 ship; pulsar: Ana 55 skip, Ben 47.5 skip",
    ),
    ("matrix.csv", "kafka: Speed 80, Docs 70, Cost 90; nats: Speed 90, Docs 60, Cost 50"),
    ("letters.csv", "kafka: Ana A, Ben B+"),
    ("one-question.csv", "kafka: Ana 50, Ben 40"),
    (
        "words.csv",
        "kafka: Ana 82 ship, Ben 74 ship, Chidi 58 skip; nats: Ana 71 ship, Ben 85 ship, Chidi 40 hold; sqs: Ana 71 ship, Ben 30 skip, Chidi 50 maybe",
    ),
    ("stars.csv", "kafka: Ana 82, Ben 74; nats: Ana 71, Ben 80"),
    ("werkzeuge.csv", "kafka: Ana 82, Ben 74.5; nats: Ana 71, Ben 80"),
    ("which-tool.csv", "kafka: ana 80 ship, ben 60 skip; nats: chidi 90 ship"),
    ("criteria.md", "acme: criteria 70; globex: criteria 76.666667; initech: criteria 66.666667"),
];

#[test]
fn the_remedy_of_an_error_works_when_it_is_pasted() {
    for (name, expected) in REMEDIED {
        let folder = folder_with(name);
        let refused = run(folder.path(), name, &LIST);
        assert_eq!(refused.status, 2, "{name}: {}", refused.stdout);
        let checked = run(folder.path(), name, &["check"]);
        let pasted = blocks(&refused.stderr);
        for line in pasted.lines() {
            assert!(checked.stdout.contains(line), "`check` does not print {line}: {}", checked.stdout);
        }
        fs::write(folder.path().join("compare.toml"), &pasted).expect("written");
        if let Some((_, row)) = pasted.split_once("# remove the row \"") {
            let row = row.split('"').next().expect("a name");
            let sheet = fs::read_to_string(folder.path().join(name)).expect("a sheet");
            let kept: String =
                sheet.lines().filter(|line| !line.starts_with(row)).fold(String::new(), |all, line| all + line + "\n");
            fs::write(folder.path().join(name), kept).expect("written");
        }
        let read = run(folder.path(), name, &LIST);
        assert_eq!(read.status, 0, "{name}: {pasted}{}", read.stderr);
        assert_eq!(reviews(&read.stdout), expected, "{name}: {pasted}{}", read.stderr);
    }
}

/// Remedies that are not lines to paste.
#[test]
fn what_else_is_refused_names_what_to_do() {
    let folder = folder_with("dup.csv");
    let refused = run(folder.path(), "dup.csv", &["rank"]).stderr;
    assert!(refused.contains("write \"reviewer:Ana (2)\" if that is another name"), "{refused}");
    fs::write(folder.path().join("dup.csv"), "Tool,Ana,reviewer:Ana (2),Ben\nKafka,82,74,60\n").expect("written");
    assert_eq!(reviews(&run(folder.path(), "dup.csv", &LIST).stdout), "kafka: Ana 82, Ana (2) 74, Ben 60");

    fs::write(folder.path().join("comma.csv"), "tool,reviewer,score\nKafka,Ana,\"8,2\"\n").expect("written");
    let refused = run(folder.path(), "comma.csv", &["rank"]).stderr;
    assert!(refused.contains("write a decimal point: `8.2`"), "{refused}");
    fs::write(folder.path().join("bare.csv"), "Kafka,82,74\nNATS,71,80\n").expect("written");
    let refused = run(folder.path(), "bare.csv", &["rank"]).stderr;
    assert!(
        refused.contains("the first row must hold headings: write one such as `tool,Ana,Ben` above it"),
        "{refused}"
    );
    fs::write(folder.path().join("long.csv"), "tool,reviewer,score,Recommended?\nKafka,Ana,82,Yes\n").expect("written");
    let warned = run(folder.path(), "long.csv", &["rank"]).stderr;
    assert!(warned.contains("the column \"Recommended?\" is unknown and not read"), "{warned}");

    let sheets = root().join("tests/sheets");
    for (name, said) in [
        (
            "two-addresses.csv",
            "two e-mail addresses begin with \"ana\", and a reviewer is named by that part (first at",
        ),
        ("win1252.csv", "it may be WINDOWS-1252 (a guess): iconv -f WINDOWS-1252 -t UTF-8"),
        ("y.yaml", "the file is YAML, which is not read\n  hint: convert it to JSON: yq -o=json"),
    ] {
        let run = run(&sheets, name, &["rank"]);
        assert!(run.status == 2 && run.stderr.contains(said), "{name}: {}", run.stderr);
    }
}

/// A sheet of ten or less, read on its scale; `convert` writes what reads the same.
#[test]
fn a_scale_is_the_heading_s_the_rule_s_the_flag_s_or_the_setting_s() {
    let folder = tempfile::tempdir().expect("a folder");
    let sheet = "Tool,Ana (1-5),Ben,Chidi\nKafka,4,4,8/10\nNATS,5,3,50%\n";
    fs::write(folder.path().join("s.csv"), sheet).expect("written");
    let read = |settings: &str, words: &[&str]| {
        fs::write(folder.path().join("compare.toml"), settings).expect("written");
        let run = run(folder.path(), "s.csv", &[&LIST[..], words].concat());
        if run.status == 0 { reviews(&run.stdout) } else { run.stderr }
    };
    let scaled =
        |ben: [&str; 2]| format!("kafka: Ana 80, Ben {}, Chidi 80; nats: Ana 100, Ben {}, Chidi 50", ben[0], ben[1]);
    assert_eq!(read("", &[]), scaled(["4", "3"]));
    assert_eq!(read("scale = 10", &[]), scaled(["40", "30"]));
    assert_eq!(read("scale = 10", &["--scale", "5"]), scaled(["80", "60"]));
    assert_eq!(read("scale = 10\n[[sheet]]\nfile = \"s.csv\"\nscale = 4", &["--scale", "5"]), scaled(["100", "75"]));
    let refused = read("scale = 3", &[]);
    assert!(refused.contains("s.csv:2:9: `Ben` is \"4\"; a score must be between 0 and 3"), "{refused}");
    for scale in ["0", "1001", "five", "-1", "5.5"] {
        let run = session(&["list", "--scale", scale]);
        assert!(run.status == 2 && run.stderr.contains("whole number from 1 to 1000"), "{scale}: {}", run.stderr);
    }
    // What is written under a scale reads the same under it.
    fs::write(folder.path().join("compare.toml"), "scale = 5\n").expect("written");
    let out = folder.path().join("plain.csv");
    let converted = run(folder.path(), "s.csv", &["convert", "-o", out.to_str().expect("UTF-8")]);
    assert_eq!((converted.status, converted.stderr.as_str()), (0, ""));
    assert!(fs::read_to_string(&out).expect("written").starts_with("tool,name,reviewer,score (0-100),verdict\n"));
    assert_eq!(reviews(&run(folder.path(), "plain.csv", &LIST).stdout), scaled(["80", "60"]));
}

/// `scale = 100` says that low scores are meant.
#[test]
fn a_scale_of_hundred_silences_the_question() {
    let folder = folder_with("ten.csv");
    assert!(run(folder.path(), "ten.csv", &["rank"]).stderr.contains("at most 10"));
    for settings in ["scale = 100", "[[sheet]]\nfile = \"ten.csv\"\nscale = 100"] {
        fs::write(folder.path().join("compare.toml"), settings).expect("written");
        assert!(!run(folder.path(), "ten.csv", &["rank"]).stderr.contains("at most 10"), "{settings}");
    }
}

/// Two forms give the document of a long sheet that was made by hand.
#[test]
fn a_form_gives_the_document_of_a_plain_sheet() {
    let folder = root().join("tests/forms");
    for (form, plain) in [("respondents.csv", "respondents-plain.csv"), ("reviews.csv", "reviews-plain.csv")] {
        let document = |file: &str| {
            let run = run(&folder, file, &["--all", "--reviews", "-f", "json"]);
            assert_eq!(run.status, 0, "{file}: {}", run.stderr);
            run.stdout
        };
        assert_eq!(document(form), document(plain), "{form}");
        // `convert` writes the plain sheet.
        let scratch = tempfile::tempdir().expect("a folder");
        let out = scratch.path().join("out.csv");
        let converted = run(&folder, form, &["convert", "-o", out.to_str().expect("UTF-8")]);
        assert_eq!(converted.status, 0, "{}", converted.stderr);
        assert_eq!(run(scratch.path(), "out.csv", &["--all", "--reviews", "-f", "json"]).stdout, document(form));
    }
}

/// What a rule names has to be there, and can be said in one way only.
#[test]
fn a_rule_that_does_not_fit_is_refused() {
    let folder = folder_with("forms.csv");
    let refused = |settings: &str| {
        fs::write(folder.path().join("compare.toml"), settings).expect("written");
        let run = run(folder.path(), "forms.csv", &["rank"]);
        assert_eq!(run.status, 2, "{settings}: {}", run.stdout);
        run.stderr
    };
    let rate = "How would you rate {tool}? (0-100)";
    for (rule, said) in [
        (
            "file = \"forms.csv\"\nreviewer = \"Email Adress\"\nscore = \"RATE\"",
            "no column is called \"Email Adress\", which the [[sheet]] of this file names\n",
        ),
        (
            "file = \"forms.csv\"\nreviewer = \"Email Adress\"\nscore = \"RATE\"",
            "hint: did you mean \"Email Address\"?",
        ),
        (
            "file = \"forms.csv\"\nreviewer = \"Email Address\"\nscore = \"Rate {tool}\"",
            "no column is called \"Rate {tool}\"",
        ),
        ("file = \"forms.csv\"\nscore = \"RATE\"", "does not say who reviewed"),
        (
            "file = \"forms.csv\"\nreviewer = \"Email Address\"\nscore = \"Any comments?\"",
            "does not say which tool is reviewed",
        ),
        (
            "file = \"forms.csv\"\nreviewer = \"Email Address\"",
            "compare.toml:1:1: this [[sheet]] names neither `score` nor `verdict` nor `criteria`",
        ),
        (
            "file = \"forms.csv\"\ntool = \"x\"\nreviewer = \"y\"\nscore = \"RATE\"",
            "`tool` names a column and {tool} is in a heading",
        ),
        (
            "file = \"forms.csv\"\nreviewer = \"y\"\nscore = \"a\"\ncriteria = { b = 1 }\ntool = \"t\"",
            "`score` and `criteria` are both the score",
        ),
        ("file = \"forms.csv\"\nreviewer = \"y\"\nreviewer-from = \"file\"", "all say who reviewed"),
        ("file = \"forms.csv\"\nreviewer-from = \"name\"", "`reviewer-from` must be \"file\" or \"row\""),
        ("file = \"forms.csv\"\nrepeat = \"first\"", "`repeat` must be \"error\" or \"last\""),
        ("file = \"forms.csv\"\nscale = 0", "invalid scale `0`"),
        ("file = \"forms.csv\"\ncolour = 1", "unknown key `colour` in a sheet"),
        ("tool = \"x\"", "this [[sheet]] has no `file`"),
        ("file = \"forms.csv\"\nverdicts = { ship = [\"Ja\"], skip = [\"ja\"] }", "`ja` is in two lists of `verdicts`"),
        ("file = \"forms.csv\"\n[[sheet]]\nfile = \"./forms.csv\"", "two [[sheet]] entries are for"),
    ] {
        let settings = format!("[[sheet]]\n{}", rule.replace("RATE", rate));
        let stderr = refused(&settings);
        assert!(stderr.contains(said), "{settings}\n{stderr}");
    }
    let stderr = refused("[verdicts]\nlabel = [\"x\"]\nship = [\"X\"]");
    assert!(stderr.contains("compare.toml:3:9: `X` is in two lists"), "{stderr}");
}

/// Addresses name reviewers, and reach no output, no message and no excerpt.
#[test]
fn no_address_reaches_any_output() {
    let sheets = root().join("tests/sheets");
    let formats = ["table", "json", "csv", "markdown", "html", "github", "digest", "pr-comment", "summary", "adr"];
    for name in ["forms.csv", "addresses.csv", "two-addresses.csv", "form-twice.csv"] {
        for words in [&["--all", "--reviews"][..], &["rank"], &["check"], &["--all", "--rows", "reviews"]] {
            for format in formats {
                let run = run(&sheets, name, &[words, &["-f", format]].concat());
                for text in [&run.stdout, &run.stderr] {
                    assert!(
                        !text.contains(".example") && !text.contains("example.com"),
                        "{name} {words:?} {format}: {text}"
                    );
                }
            }
        }
        for kind in ["json", "ndjson", "toml", "csv"] {
            let run = run(&sheets, name, &["convert", "-o", &format!("{kind}=-")]);
            assert!(
                !run.stdout.contains("example") && !run.stderr.contains("example"),
                "{name} {kind}: {}",
                run.stdout
            );
        }
    }
}

/// A random panel without columns or rows that are computed keeps every reviewer and every score.
/// `RANDOM_PANELS=20000` tries more.
#[test]
fn no_reviewer_of_a_random_panel_is_lost() {
    let cases = std::env::var("RANDOM_PANELS").ok().and_then(|count| count.parse().ok()).unwrap_or(300);
    let score = prop_oneof![3 => (0..=100_u32).prop_map(|n| n.to_string()), 1 => (0..=1000_u32).prop_map(|n| format!("{:.1}", f64::from(n) / 10.0)), 1 => Just(String::new())];
    // A column that is called like a field holds that field, and one that is called an average and holds one is none's.
    let taken: HashSet<String> = tool_compare::internal::catalog::headings()
        .into_iter()
        .flat_map(|(_, words)| words)
        .chain(["avg", "sum", "mean", "total", "max", "min", "median", "average"])
        .chain(["final", "result", "std", "range", "spread", "media", "mittel", "suma", "overall", "totals"])
        .chain(["row", "age", "rank", "year", "place", "count", "votes", "weight", "number", "index", "ship", "skip"])
        .map(str::to_lowercase)
        .collect();
    let is_person = move |name: &String| !taken.contains(&name.to_lowercase());
    let name = "[A-Z][a-z]{2,6}( [A-Z][a-z]{2,5})?".prop_filter("a name of a person", is_person).boxed();
    let panel = (2..7_usize, 2..7_usize).prop_flat_map(move |(tools, reviewers)| {
        (
            prop::collection::hash_set(name.clone(), reviewers),
            prop::collection::vec(prop::collection::vec(score.clone(), reviewers), tools),
            any::<bool>(),
        )
    });
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("panel.csv");
    runner
        .run(&panel, |(reviewers, rows, transposed)| {
            let reviewers: Vec<String> = reviewers.into_iter().collect();
            let tool = |index: usize| format!("Tool {}", char::from(b'A' + u8::try_from(index).expect("few")));
            let cell = |tool: usize, reviewer: usize| rows[tool][reviewer].clone();
            let mut sheet = String::new();
            if transposed {
                let tools: Vec<String> = (0..rows.len()).map(tool).collect();
                sheet += &format!("Reviewer,{}\n", tools.join(","));
                for (index, reviewer) in reviewers.iter().enumerate() {
                    let cells: Vec<String> = (0..rows.len()).map(|tool| cell(tool, index)).collect();
                    sheet += &format!("{reviewer},{}\n", cells.join(","));
                }
            } else {
                sheet += &format!("Tool,{}\n", reviewers.join(","));
                for (index, cells) in rows.iter().enumerate() {
                    sheet += &format!("{},{}\n", tool(index), cells.join(","));
                }
            }
            fs::write(&path, &sheet).expect("written");
            let run = session(&[
                "list",
                "--by",
                "name",
                "--reviews",
                "-f",
                "json",
                "-q",
                "-c",
                path.to_str().expect("UTF-8"),
            ]);
            prop_assert_eq!(run.status, 0, "{}{}", sheet, run.stderr);
            let document: Value = serde_json::from_str(&run.stdout).expect("JSON");
            for (index, found) in document["tools"].as_array().expect("tools").iter().enumerate() {
                let found: Vec<(String, f64)> = found["reviews"]
                    .as_array()
                    .expect("reviews")
                    .iter()
                    .map(|review| {
                        (
                            review["reviewer"].as_str().expect("a name").to_owned(),
                            review["score"].as_f64().expect("a score"),
                        )
                    })
                    .collect();
                let expected: Vec<(String, f64)> = (0..reviewers.len())
                    .filter(|reviewer| !cell(index, *reviewer).is_empty())
                    .map(|reviewer| (reviewers[reviewer].clone(), cell(index, reviewer).parse().expect("a number")))
                    .collect();
                prop_assert_eq!(found, expected, "{}", sheet);
            }
            Ok(())
        })
        .expect("no panel loses anybody");
}

/// A folder is not searched for pages; one that is named is read.
#[test]
fn markdown_is_read_where_it_is_named() {
    let folder = folder_with("t.md");
    fs::copy(root().join("tests/sheets/o1.csv"), folder.path().join("o1.csv")).expect("copied");
    let all = session(&["list", "-f", "json", "-c", folder.path().to_str().expect("UTF-8")]);
    assert!(all.stdout.contains("\"kafka\"") && !all.stdout.contains("\"nats\""), "{}", all.stdout);
    let text = fs::File::open(folder.path().join("t.md")).expect("a page");
    let mut command = compare();
    let output = command.args(["list", "--input-format", "markdown", "-c", "-"]).stdin(text).output().expect("it runs");
    assert!(String::from_utf8_lossy(&output.stdout).contains("NATS"), "{output:?}");
}

/// Whoever describes a sheet asks about it, not about the records that are built in.
#[test]
fn settings_that_describe_a_sheet_name_a_catalog() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("panel.csv"), "tool,reviewer,score\nA,x,80\nB,x,70\n").expect("written");
    let sheet = "[[sheet]]\nfile = \"panel.csv\"\n";
    for words in [&["rank"][..], &["--all"], &["check"], &["list"], &["A", "B"]] {
        fs::write(folder.path().join("compare.toml"), sheet).expect("written");
        let config = folder.path().join("compare.toml").display().to_string();
        let run_here = || session(&[words, &["--config", &config]].concat());
        let refused = run_here();
        assert_eq!(refused.status, 2, "{words:?}: {}", refused.stdout);
        let line = "write `catalog = [\"panel.csv\"]` above the first `[[sheet]]`";
        assert!(refused.stderr.contains(line), "{words:?}: {}", refused.stderr);
        fs::write(folder.path().join("compare.toml"), format!("catalog = [\"panel.csv\"]\n{sheet}")).expect("written");
        let answered = run_here();
        assert_eq!(answered.status, 0, "{words:?}: {}", answered.stderr);
    }
}

/// Where two reviews of a reviewer are left out, both are named, and `check` names them too.
#[test]
fn what_is_skipped_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let sheet = "tool,reviewer,score\nA,x,80\nA,x,20\nA,y,70\nB,y,70\n";
    fs::write(folder.path().join("panel.csv"), sheet).expect("written");
    for words in [&["rank", "--skip-invalid"][..], &["check", "--skip-invalid"]] {
        let run = run(folder.path(), "panel.csv", words);
        assert_eq!(run.status, 0, "{words:?}: {}", run.stderr);
        let text = format!("{}{}", run.stdout, run.stderr).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains("so both are left out"), "{words:?}: {text}");
    }
    assert_eq!(run(folder.path(), "panel.csv", &["check", "--skip-invalid", "--strict"]).status, 1);
}
