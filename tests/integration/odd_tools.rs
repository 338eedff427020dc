//! Tools that are few, many, or oddly named: what people see of them, at any width and in any format.

use super::support::{is_hostile, session};
use tool_compare::internal::format::FORMATS;
use tool_compare::internal::text;

/// Names that are hard to set: wide, from right to left, mixed, and of the longest slug.
fn odd_names() -> Vec<(String, String)> {
    let both = |slug: &str, name: &str| (slug.to_owned(), name.to_owned());
    vec![
        both("wide", &"\u{6f22}".repeat(78)),
        both("hebrew", "כלי השוואה טוב"),
        both("arabic", "أداة المقارنة"),
        both(&"x".repeat(128), "Of the longest slug"),
        both("mixed", "Mixed עברית and Latin"),
        both("plain", "Plain"),
    ]
}

/// A file with the first `tools` of them, reviewed by `reviewers` who are called alike but for the last letter.
fn odd_file(tools: usize, reviewers: usize) -> (tempfile::TempDir, String) {
    let reviewer = |i: usize| {
        format!("Alexandra Konstantinopoulou-Featherstonehaugh {}", char::from(b'a' + u8::try_from(i).expect("few")))
    };
    let tools = odd_names().into_iter().take(tools).enumerate().map(|(t, (slug, name))| {
        let reviews: Vec<_> = (0..reviewers)
            .map(|r| {
                serde_json::json!({"reviewer": reviewer(r), "score": 40 + (t * 17 + r * 5) % 50, "verdict": "ship",
                "text": format!("Text {r} on tool {t}.")})
            })
            .collect();
        serde_json::json!({"slug": slug, "name": name, "reviews": reviews})
    });
    file("odd.json", &serde_json::json!({"tools": tools.collect::<Vec<_>>()}).to_string())
}

/// A file in a folder of its own.
fn file(name: &str, text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("written");
    let path = path.to_str().expect("UTF-8").to_owned();
    (folder, path)
}

fn shown(args: &[&str]) -> String {
    let run = session(args);
    assert_eq!(run.status, 0, "{args:?}: {}", run.stderr);
    run.stdout
}

#[test]
fn odd_names_fit_into_every_width_and_nothing_of_them_is_lost() {
    for tools in [2, 3, 6] {
        let (_folder, path) = odd_file(tools, 6);
        for width in ["20", "40", "60", "79", "80", "120"] {
            for args in [&["--all"][..], &["list"], &["rank"], &["--all", "--reviews"], &["--all", "--explain"]] {
                let table = shown(&[args, &["-c", &path, "--width", width]].concat());
                let limit: usize = width.parse().expect("a number");
                for line in table.lines() {
                    assert!(text::width(line) <= limit, "{tools} tools, {args:?} at {width}: {line}");
                }
                assert_eq!(table.chars().find(|c| is_hostile(*c)), None);
                if args[0] != "--all" {
                    continue;
                }
                assert!(table.matches('\u{6f22}').count() >= 78, "{tools} tools at {width}: {table}");
                let joined: String = table.split_whitespace().collect();
                let words = odd_names().into_iter().take(tools).skip(1).map(|(_, name)| name);
                for word in words.flat_map(|name| name.split(' ').map(str::to_owned).collect::<Vec<_>>()) {
                    assert!(joined.contains(&word), "{tools} tools at {width} lost {word}: {table}");
                }
                // Whole, or broken in a column of names, whose last line has no score beside it.
                for last in 'a'..='f' {
                    let name = format!("AlexandraKonstantinopoulou-Featherstonehaugh{last}");
                    let is_end = |line: &str| line.trim_end().ends_with(&format!(" {last}"));
                    let is_there = joined.contains(&name) || table.lines().any(is_end);
                    assert!(is_there, "{tools} tools at {width} lost {name}: {table}");
                }
            }
        }
    }
}

#[test]
fn the_longest_slug_is_found_and_one_more_byte_is_refused() {
    let (_folder, path) = odd_file(6, 4);
    let longest = "x".repeat(128);
    assert!(shown(&["show", &longest, "-c", &path]).contains("Of the longest slug"));
    assert!(shown(&[&longest, "wide", "-c", &path]).contains("Of the longest slug"));
    assert!(shown(&["show", "כלי השוואה טוב", "-c", &path]).contains("Text 0 on tool 1."));
    for format in FORMATS.iter().filter(|format| ["json", "csv", "html"].contains(&format.name())) {
        let document = shown(&["--all", "-c", &path, "-f", format.name()]);
        for (slug, name) in odd_names() {
            assert!(document.contains(&slug) && document.contains(&name), "{} of {slug}", format.name());
        }
    }
    let (_folder, path) = file("long.json", &format!("{{\"slug\": \"{longest}x\", \"name\": \"Long\"}}"));
    let run = session(&["list", "-c", &path]);
    assert!(run.status == 2 && run.stderr.contains("128"), "{}", run.stderr);
}

#[test]
fn no_tool_and_one_tool_are_answered_in_words() {
    let (_folder, path) = odd_file(6, 4);
    for format in FORMATS.iter().map(|format| format.name()) {
        for command in ["list", "rank"] {
            let run = session(&[command, "--min-score", "100", "-c", &path, "-f", format]);
            assert_eq!(run.status, 0, "{command} as {format}: {}", run.stderr);
            let said = run.stdout + &run.stderr;
            let sentence = "No tool matches: of 6 tools none has a mean of at least 100";
            assert_eq!(said.matches("No tool matches:").count(), 1, "{command} as {format}: {said}");
            assert!(said.contains(sentence) || format == "github", "{command} as {format}: {said}");
            let one = shown(&[command, "plain", "-c", &path, "-f", format]);
            assert!(!one.contains("NaN") && !one.contains("No other tool"), "{command} as {format}: {one}");
        }
    }
    assert_eq!(shown(&["rank", "--min-score", "100", "-c", &path]).lines().count(), 1, "no table, and nothing twice");
    // One tool leads nothing.
    let (_folder, single) = odd_file(2, 4);
    let of_one = |args: &[&str]| shown(&[args, &["-c", &single, "-f", "concise"]].concat());
    assert!(of_one(&["rank", "hebrew"]).starts_with("The panel would ship כלי השוואה טוב. 4 of 4 would ship"));
    let (_folder, one) = odd_file(1, 4);
    for format in FORMATS.iter().map(|format| format.name()) {
        let text = shown(&["--all", "-c", &one, "-f", format, "--width", "80"]);
        assert!(!text.contains("NaN") && !text.contains("Too few"), "{format}: {text}");
    }
    // No record at all is an error that names the file.
    let (_folder, empty) = file("empty.json", "[]");
    for args in [&["--all"][..], &["list"], &["rank"]] {
        let run = session(&[args, &["-c", &empty]].concat());
        assert!(run.status == 2 && run.stderr.contains("empty.json: there are no records"), "{}", run.stderr);
    }
}
