//! Every format over every fixture.

use super::support::{assert_snapshot, catalogs, compare, is_hostile, root, run, stdout, stem};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tool_compare::internal::format::{FORMATS, Formatter};

/// All fixtures that hold good records.
fn fixtures() -> Vec<PathBuf> {
    let mut all = catalogs("fixtures/edge");
    all.push(root().join("fixtures/catalog"));
    all
}

/// Compares all tools of a fixture in `format`.
fn compared(fixture: &Path, extra: &[&str]) -> String {
    let mut command = compare();
    command.arg("--all").arg("--catalog").arg(fixture).args(extra);
    let output = command.output().expect("the program runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {stderr}", fixture.display());
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The formats beside `table` whose snapshot shows something of a fixture; `table` shows something of each.
const SHOWN: &[(&str, &[&str])] = &[
    ("catalog", &["json", "csv", "markdown", "html", "github"]),
    ("clear", &["json"]),
    ("hostile", &["json", "csv", "markdown", "github"]),
    ("nine-tools", &["markdown"]),
    ("no-overlap", &["json"]),
    ("no-reviews", &["json", "csv", "markdown", "html"]),
    ("one-reviewer", &["json"]),
    ("skip", &["markdown", "github"]),
    ("ties", &["json", "markdown", "github"]),
    ("verdicts-only", &["json", "csv", "html"]),
    ("wide-sheet", &["csv"]),
];

/// The name of the snapshot of `fixture` in `format`, if there is one.
fn snapshot(fixture: &Path, format: &dyn Formatter) -> Option<String> {
    let stem = stem(fixture);
    let shown = SHOWN.iter().any(|(name, formats)| *name == stem && formats.contains(&format.name()));
    (shown || format.name() == "table").then(|| format!("{stem}.{}", format.extensions()[0]))
}

#[test]
fn every_format_over_every_fixture() {
    for fixture in fixtures() {
        for format in FORMATS {
            let text = compared(&fixture, &["--format", format.name(), "--reviews"]);
            let found = text.chars().find(|c| is_hostile(*c));
            assert_eq!(found, None, "{} as {}", fixture.display(), format.name());
            if let Some(name) = snapshot(&fixture, *format) {
                assert_snapshot(&name, &text);
            }
        }
    }
}

#[test]
fn no_snapshot_is_left_over() {
    let mut known: Vec<String> =
        ["refusals.txt", "template-mistakes.txt", "template-attacks.txt", "tools-at-widths.txt"]
            .map(str::to_owned)
            .into();
    known.extend(super::check::snapshots());
    known.extend(super::templates::snapshots());
    for fixture in fixtures() {
        known.extend(FORMATS.iter().filter_map(|format| snapshot(&fixture, *format)));
    }
    for path in catalogs("tests/snapshots") {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        assert!(known.contains(&name), "no test compares {name}");
    }
}

/// The words of a text, each once. A tool is only set against another where there is a figure to do so.
fn words(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty() && !["vs", "first"].contains(word)).collect()
}

#[test]
fn no_line_of_a_table_is_wider_than_asked_and_nothing_is_lost() {
    for fixture in fixtures() {
        let document: serde_json::Value =
            serde_json::from_str(&compared(&fixture, &["--format", "json"])).expect("JSON");
        let (tools, decision) = (&document["tools"], &document["decision"]);
        let tools = || tools.as_array().expect("tools").iter();
        let reviews = || tools().flat_map(|tool| tool["reviews"].as_array().expect("reviews"));
        let names = tools().map(|tool| &tool["name"]).chain(reviews().map(|review| &review["reviewer"]));
        let reasons = decision["reasons"].as_array().expect("reasons");
        let answer = reasons.iter().chain([&decision["headline"], &decision["next_steps"]["advice"]]);
        let texts = reviews().map(|review| &review["text"]).chain(names).chain(answer).filter_map(|text| text.as_str());
        let said: String = texts.map(|text| tool_compare::internal::text::clean_block(text) + "\n").collect();
        for width in [20, 40, 60, 79, 80, 120, 200] {
            let text = compared(&fixture, &["--width", &width.to_string(), "--reviews"]);
            for line in text.lines() {
                let taken = tool_compare::internal::text::width(line);
                assert!(taken <= width, "{} at {width}: {taken} columns: {line}", fixture.display());
            }
            // A word that does not fit into its column goes on in the next line.
            let (found, joined) = (words(&text), text.split_whitespace().collect::<String>());
            let lost: Vec<_> =
                words(&said).difference(&found).filter(|word| !joined.contains(**word)).copied().collect();
            assert!(lost.is_empty(), "{} at {width} lost {lost:?}", fixture.display());
        }
    }
}

/// A catalog of `tools` tools and five reviewers, who score them differently.
fn many(tools: usize) -> String {
    let rows = (0..tools).flat_map(|tool| {
        ["Ana", "Ben", "Chidi", "Dora", "Emil"].into_iter().enumerate().filter_map(move |(reviewer, name)| {
            let score = 95 - (tool * 7 + reviewer * 11 + tool * reviewer) % 60;
            let verdict = if score >= 60 { "ship" } else { "skip" };
            (tool % 9 != reviewer).then(|| format!("Tool {tool},{name},{score},{verdict},Messaging\n"))
        })
    });
    std::iter::once("tool,reviewer,score,verdict,category\n".to_owned()).chain(rows).collect()
}

#[test]
fn tools_become_rows_where_columns_do_not_fit() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut all = String::new();
    for tools in [2, 3, 6, 8, 20, 40] {
        let path = folder.path().join(format!("{tools}.csv"));
        std::fs::write(&path, many(tools)).expect("written");
        for width in [40, 60, 80, 120, 200] {
            let args = ["--all", "--width", &width.to_string(), "-q", "-c"];
            let output = compare().args(args).arg(&path).output().expect("the program runs");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let text = String::from_utf8(output.stdout).expect("UTF-8");
            assert!(text.lines().all(|line| tool_compare::internal::text::width(line) <= width), "{tools} at {width}");
            for tool in 0..tools {
                assert!(text.contains(&format!("Tool {tool}")), "{tool} of {tools} at {width}");
            }
            let before = text.lines().take_while(|line| !line.starts_with("Too close")).count();
            assert!(width < 50 || before <= 60, "{tools} tools at {width}: {before} lines before the answer\n{text}");
            let is_shown =
                [(2, 60), (3, 80), (3, 120), (6, 60), (6, 80), (8, 120), (20, 60), (40, 80)].contains(&(tools, width));
            if is_shown || (tools, width) == (3, 40) {
                all += &format!("== {tools} tools at {width} columns\n{text}\n");
            }
        }
    }
    assert_snapshot("tools-at-widths.txt", &all);
}

#[test]
fn csv_is_one_rectangular_table() {
    for fixture in fixtures() {
        for rows in ["tools", "reviews", "pairs", "decision", "gates"] {
            let text = compared(&fixture, &["--format", "csv", "--rows", rows]);
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let widths: Vec<usize> = reader.records().map(|record| record.expect("a record").len()).collect();
            assert!(widths.iter().all(|width| *width == widths[0]), "{} {rows}: {widths:?}", fixture.display());
        }
    }
}

#[test]
fn csv_cells_are_no_formulas_unless_raw() {
    let fixture = root().join("fixtures/edge/hostile.json");
    for rows in ["tools", "reviews"] {
        let text = compared(&fixture, &["--format", "csv", "--rows", rows]);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        for cell in
            reader.records().flat_map(|record| record.expect("a record").iter().map(str::to_owned).collect::<Vec<_>>())
        {
            let number = cell.parse::<f64>().is_ok();
            assert!(number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝']), "{cell:?}");
        }
    }
    let raw = compared(&fixture, &["--format", "csv", "--rows", "tools", "--csv-raw"]);
    assert!(raw.contains(",=") || raw.contains(",\"="), "{raw}");
}

#[test]
fn negative_differences_stay_numbers_in_csv() {
    let text = stdout("smolvlm2-turbo gemma-3n --format csv --rows reviews");
    assert!(text.lines().any(|line| line.contains("gemma-3n,Builder,84,ship,false,,-1,")), "{text}");
    assert_eq!(text.lines().count(), 9);
}

#[test]
fn markdown_is_what_a_parser_takes_it_for() {
    use comrak::nodes::NodeValue;
    let mut options = comrak::Options::default();
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    for fixture in fixtures() {
        let text = compared(&fixture, &["--format", "markdown", "--reviews"]);
        let arena = comrak::Arena::new();
        let tree = comrak::parse_document(&arena, &text, &options);
        for node in tree.descendants() {
            let value = &node.data.borrow().value;
            match value {
                NodeValue::Table(table) => {
                    for row in node.children() {
                        assert_eq!(row.children().count(), table.num_columns, "{}", fixture.display());
                    }
                }
                NodeValue::HtmlInline(html) => assert_eq!(html, "<!-- -->", "{}", fixture.display()),
                NodeValue::Document
                | NodeValue::Paragraph
                | NodeValue::Heading(_)
                | NodeValue::TableRow(_)
                | NodeValue::TableCell
                | NodeValue::BlockQuote
                | NodeValue::List(_)
                | NodeValue::Item(_)
                | NodeValue::Strong
                | NodeValue::SoftBreak
                | NodeValue::Text(_) => {}
                other => panic!("{}: {other:?} in\n{text}", fixture.display()),
            }
        }
    }
}

#[test]
fn several_outputs_come_from_one_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let mut command = compare();
    command
        .arg("-o")
        .arg(path("a.json"))
        .args(["gemma-3n", "smolvlm2-turbo"])
        .arg("-o")
        .arg(path("b.md"))
        .arg("-o")
        .arg(path("c.csv"));
    let output = command.output().expect("the program runs");
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stdout), stdout("gemma-3n smolvlm2-turbo"));
    for (name, format) in [("a.json", "json"), ("b.md", "markdown"), ("c.csv", "csv")] {
        let written = std::fs::read_to_string(path(name)).expect("the file");
        assert_eq!(written, stdout(&format!("gemma-3n smolvlm2-turbo --format {format}")), "{name}");
    }
}

#[test]
fn the_registry_is_in_help_and_in_the_list_of_formats() {
    let (help, listed) = (stdout("--help"), stdout("formats"));
    for format in FORMATS {
        assert!(help.contains(format.name()) && listed.contains(format.name()), "{}", format.name());
    }
    assert!(run("gemma-3n smolvlm2-turbo --format nosuch").status.code() == Some(2));
}
