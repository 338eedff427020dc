//! Templates: those that are built in over every fixture, the user's own, their errors and their limits.

use super::support::{assert_snapshot, catalogs, compare, is_hostile, root, skip, stdout, stem};
use comrak::nodes::NodeValue;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tool_compare::internal::format::Formatter;
use tool_compare::internal::format::template::{EMBEDDED, Template};

fn fixtures() -> Vec<PathBuf> {
    let mut all = catalogs("fixtures/edge");
    all.push(root().join("fixtures/catalog"));
    all
}

/// The comparison of all tools of `fixture`, written by the template `name`.
fn compared(fixture: &Path, name: &str) -> String {
    let output = compare().arg("--all").arg("--catalog").arg(fixture).args(["--format", name]).output();
    let output = output.expect("the program runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{} as {name}: {stderr}", fixture.display());
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn names(extension: &str) -> impl Iterator<Item = &'static str> {
    let end = format!(".{extension}");
    EMBEDDED.iter().filter(move |t| t.extensions()[0].ends_with(&end)).map(Formatter::name)
}

#[test]
fn every_embedded_template_over_every_fixture() {
    for fixture in fixtures() {
        for template in EMBEDDED.iter() {
            let text = compared(&fixture, template.name());
            let found = text.chars().find(|c| is_hostile(*c));
            assert_eq!(found, None, "{} as {}", fixture.display(), template.name());
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{} as {}", fixture.display(), template.name());
        }
    }
}

#[test]
fn a_record_is_never_a_template() {
    let fixture = root().join("fixtures/edge/hostile.json");
    for template in EMBEDDED.iter() {
        let text = compared(&fixture, template.name()).replace('\\', "");
        assert!(text.contains("{{ 7*7 }}{% for %}"), "{}: {text}", template.name());
        assert!(!text.contains(" 49"), "{}: {text}", template.name());
    }
}

/// The fixtures of which each built-in template has a snapshot.
fn shown() -> Vec<PathBuf> {
    let names = ["catalog", "edge/ties.json", "edge/no-reviews.json", "edge/skip.json", "edge/hostile.json"];
    names.map(|name| root().join("fixtures").join(name)).into()
}

fn snapshot(fixture: &Path, template: &Template) -> String {
    format!("{}.{}", stem(fixture), template.extensions()[0])
}

/// The names of the snapshots of the built-in templates.
pub(crate) fn snapshots() -> Vec<String> {
    shown().iter().flat_map(|fixture| EMBEDDED.iter().map(|template| snapshot(fixture, template))).collect()
}

#[test]
fn the_documents_of_some_fixtures_are_as_seen_before() {
    for fixture in shown() {
        for template in EMBEDDED.iter() {
            assert_snapshot(&snapshot(&fixture, template), &compared(&fixture, template.name()));
        }
    }
}

/// GFM with everything on that a forge has on.
fn gfm() -> comrak::Options<'static> {
    let mut options = comrak::Options::default();
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.extension.front_matter_delimiter = Some("---".to_owned());
    options
}

#[test]
fn markdown_of_the_embedded_templates_is_what_a_parser_takes_it_for() {
    for fixture in fixtures() {
        for name in names("md") {
            let text = compared(&fixture, name);
            let arena = comrak::Arena::new();
            let tree = comrak::parse_document(&arena, &text, &gfm());
            let place = format!("{} as {name}", fixture.display());
            for node in tree.descendants() {
                check_node(node, &place, &text);
            }
        }
    }
}

/// A node that a template may make; nothing of a record makes another.
fn check_node<'a>(node: &'a comrak::nodes::AstNode<'a>, place: &str, text: &str) {
    match &node.data.borrow().value {
        NodeValue::Table(table) => {
            for row in node.children() {
                assert_eq!(row.children().count(), table.num_columns, "{place}");
            }
        }
        NodeValue::HtmlInline(html) => assert_eq!(html, "<!-- -->", "{place}"),
        NodeValue::HtmlBlock(html) => {
            for tag in html.literal.split('<').skip(1) {
                let tag = tag.split('>').next().unwrap_or_default();
                let known =
                    ["details", "/details", "summary", "/summary", "b", "/b", "!-- compare: pr-comment --", "!-- --"];
                assert!(known.contains(&tag), "{place}: <{tag}>");
            }
        }
        NodeValue::Code(code) => {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || " ._-".contains(c);
            let known = code.literal.starts_with("compare") || code.literal == "--explain";
            assert!(known && code.literal.chars().all(plain), "{place}: {}", code.literal);
        }
        NodeValue::Emph => assert!(matches!(emphasised(node).as_str(), "ship" | "skip"), "{place}"),
        NodeValue::Document
        | NodeValue::FrontMatter(_)
        | NodeValue::Paragraph
        | NodeValue::Heading(_)
        | NodeValue::TableRow(_)
        | NodeValue::TableCell
        | NodeValue::BlockQuote
        | NodeValue::List(_)
        | NodeValue::Item(_)
        | NodeValue::Strong
        | NodeValue::SoftBreak
        | NodeValue::ThematicBreak
        | NodeValue::Text(_) => {}
        other => panic!("{place}: {other:?} in\n{text}"),
    }
}

fn emphasised<'a>(node: &'a comrak::nodes::AstNode<'a>) -> String {
    let texts = node.children().filter_map(|child| child.data.borrow().value.text().map(ToString::to_string));
    texts.collect()
}

#[test]
fn a_decision_record_has_the_sections_of_madr() {
    let text = compared(&root().join("fixtures/catalog"), "adr");
    let headings: Vec<&str> = text.lines().filter(|line| line.starts_with('#')).collect();
    let expected = [
        "# Ship with SmolVLM2 Turbo or Gemma 3n?",
        "## Context and Problem Statement",
        "## Decision Drivers",
        "## Considered Options",
        "## Decision Outcome",
        "### Consequences",
        "### Confirmation",
        "## Pros and Cons of the Options",
        "### SmolVLM2 Turbo",
        "### Gemma 3n",
        "## More Information",
    ];
    assert_eq!(headings, expected);
    assert!(text.starts_with("---\nstatus: proposed\n") && text.contains("Chosen option: none yet"), "{text}");
    let clear = compared(&root().join("fixtures/edge/clear.json"), "adr");
    assert!(clear.starts_with("---\nstatus: accepted\n") && clear.contains("\n# Ship with Iron Ibis\n"), "{clear}");
    let weighted = stdout("gemma-3n smolvlm2-turbo --weight Founder=2 --by mean -f adr");
    let command = "`compare gemma-3n smolvlm2-turbo --weight Founder=2 --by mean`";
    assert!(
        weighted.contains(&format!("The decision holds as long as {command} gives the same answer.")),
        "{weighted}"
    );
}

#[test]
fn a_large_panel_is_not_too_much_work() {
    let review = |n: usize| format!("{{\"reviewer\":\"Reviewer {n}\",\"score\":{},\"verdict\":\"ship\"}}", n % 100);
    let reviews: Vec<String> = (0..1_500).map(review).collect();
    let tool = |slug: &str| format!("{{\"slug\":\"{slug}\",\"name\":\"{slug}\",\"reviews\":[{}]}}", reviews.join(","));
    let folder = project(&[("panel.json", &format!("[{},{}]", tool("a"), tool("b")))]);
    for template in EMBEDDED.iter() {
        let text = compared(&folder.path().join("panel.json"), template.name());
        assert!(template.name() != "adr" || text.contains("A panel of 1500 reviewers"), "{text}");
    }
}

#[test]
fn the_date_of_a_decision_record_is_that_of_the_newest_review() {
    let dated = compared(&root().join("fixtures/templates/dated.json"), "adr");
    assert!(dated.contains("\ndate: 2026-05-20\n"), "{dated}");
    let undated = compared(&root().join("fixtures/catalog"), "adr");
    assert!(!undated.contains("date:"), "{undated}");
}

/// No filter takes the escaping off a text and has the rest count as markup.
#[test]
fn what_filters_make_of_escaped_text_is_no_markup() {
    let word = "{% set h = '# *x* <b> | [a](b)' %}";
    for end in [
        "h | md | replace('\\\\', '')",
        "h | md | split('\\\\') | join('')",
        "h | md | trim('\\\\')",
        "h | md | reverse",
        "(h | md)[1:]",
        "(h | md)[::-1]",
        "h | md | list | join('')",
        "h | md | list | reverse | join('')",
        "h | md | list | reject('eq', '\\\\') | join('')",
        "h | replace('*' | md | first, '' | md)",
        "h | md | first",
        "h | md | batch(2) | first | join('')",
        "h | md | upper",
        "h | md | capitalize",
        "h | md | title",
        "h | md | lines | join('')",
        "'x' | md | replace('x', h)",
        "('%s' | md) | format(h)",
        "h | md | format",
        "[h, h | md] | join('-' | md)",
        "(h | md) ~ h",
        "(h | md) + h",
        "h | html | replace('&#60;', '<')",
        "h | md | clip(9)",
        "h | md | string",
        "h | md | escape",
        "h | md | term",
    ] {
        let folder = project(&[("t.md.j2", &format!("{word}a{{{{ {end} }}}}"))]);
        let output = in_project(folder.path(), "gemma-3n smolvlm2-turbo --template t.md.j2").output().expect("it runs");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{end}: {}", String::from_utf8_lossy(&output.stderr));
        let arena = comrak::Arena::new();
        for node in comrak::parse_document(&arena, &text, &gfm()).descendants() {
            let value = &node.data.borrow().value;
            let plain = matches!(value, NodeValue::Document | NodeValue::Paragraph | NodeValue::Text(_));
            // What keeps GitHub from making a link of `#1`.
            let is_break = matches!(value, NodeValue::HtmlInline(html) if html == "<!-- -->");
            assert!(plain || is_break, "{end}: {value:?} in {text}");
        }
    }
}

/// Runs the program and gives its standard error; it must end by itself with exit status 2 and print nothing.
fn refused(command: &mut Command) -> String {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let (mut stdout, mut stderr) = (String::new(), String::new());
    child.stdout.take().expect("a pipe").read_to_string(&mut stdout).expect("UTF-8");
    child.stderr.take().expect("a pipe").read_to_string(&mut stderr).expect("UTF-8");
    let status = child.wait().expect("it ends");
    assert_eq!(status.code(), Some(2), "{stderr}");
    assert_eq!(stdout, "", "{stderr}");
    let hostile = stderr.chars().find(|c| is_hostile(*c));
    assert_eq!(hostile, None, "{stderr}");
    assert_eq!(stderr.matches("compare: ").count(), 1, "{stderr}");
    stderr
}

fn pair_with(template: &str) -> Command {
    let mut command = compare();
    command.current_dir(root().join("fixtures/templates"));
    command.args(["gemma-3n", "smolvlm2-turbo", "--template", template]);
    command
}

/// Compares the embedded records through `template`, with so little address space that the program aborts where it
/// needs 400 MiB of memory. In KiB; 256 MiB of it are the stack's, most of which is never touched, and some 50 MiB the
/// program itself.
fn in_little_memory(template: &str) -> Command {
    let limit = if cfg!(target_os = "linux") { "ulimit -v 640000; " } else { "" };
    let mut command = Command::new("sh");
    command.env_clear().current_dir(root().join("fixtures/templates"));
    command.args(["-c", &format!("{limit}exec \"$@\""), "sh", env!("CARGO_BIN_EXE_compare")]);
    command.args(["gemma-3n", "smolvlm2-turbo", "--template", template]);
    command
}

/// The messages about all templates in a folder of fixtures.
fn messages(folder: &str) -> String {
    let mut all = String::new();
    for path in catalogs(&format!("fixtures/templates/{folder}")) {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        all += &refused(&mut in_little_memory(&format!("{folder}/{name}")));
        all.push('\n');
    }
    all
}

#[test]
fn every_mistake_in_a_template_is_told_with_its_place() {
    assert_snapshot("template-mistakes.txt", &messages("broken"));
}

#[test]
fn every_attack_ends_by_a_limit() {
    assert_snapshot("template-attacks.txt", &messages("attacks"));
}

/// Few instructions make a list that holds the same text over and over, one makes it text.
#[test]
fn what_takes_no_instructions_ends_by_memory_and_nothing_is_written() {
    if !cfg!(target_os = "linux") {
        return skip("only Linux tells how much memory is taken");
    }
    let folder = project(&[("t.md.j2", "{{ (['x' * 1000000] * 100000) ~ '' }}")]);
    let path = folder.path().join("t.md.j2");
    let output = folder.path().join("out.json");
    let mut command = in_little_memory(&path.display().to_string());
    let message = refused(command.arg("--output").arg(&output));
    assert!(message.contains("took more than 128 MiB of memory"), "{message}");
    assert!(!output.exists());
}

/// What is taken apart and holds no markup of ours is not escaped twice.
#[test]
fn filters_that_take_text_apart_do_nothing_else() {
    let text = "{{ [3, 1, 2] | sort | reverse | join }} {{ 'a.b' | split('.') | last }} {{ 'ab' | list | join('-') }} \
                {{ [('*' | md), '*'] | list | join }} {{ ('*' | md) | trim }} {{ ['*' | md] | first }} {{ 'ab' | reverse }}";
    let folder = project(&[("t.md.j2", text)]);
    let output = in_project(folder.path(), "gemma-3n smolvlm2-turbo --template t.md.j2").output().expect("it runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "321 b a-b \\*\\* \\* \\* ba\n");
}

#[cfg(unix)]
#[test]
fn what_is_no_template_is_refused_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    assert!(Command::new("mkfifo").arg(path("pipe.md.j2")).status().expect("mkfifo").success());
    std::fs::write(path("large.md.j2"), vec![b'x'; (1 << 20) + 1]).expect("a file");
    for (file, why) in [
        ("/dev/zero", "not a regular file"),
        (&path("pipe.md.j2"), "not a regular file"),
        (&path(""), "is a directory"),
        (&path("nosuch.md.j2"), "No such file"),
        (&path("large.md.j2"), "is larger than 1 MiB"),
    ] {
        let message = refused(&mut pair_with(file));
        assert!(message.contains(why), "{message}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_does_not_leave_the_folder_of_the_template() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    std::fs::create_dir_all(path("own/parts")).expect("folders");
    std::fs::write(path("secret.txt"), "SECRET").expect("a file");
    std::fs::write(path("own/parts/row.j2"), "row {{ kind }}").expect("a file");
    std::os::unix::fs::symlink("../secret.txt", path("own/out.j2")).expect("a link");
    std::os::unix::fs::symlink("parts/row.j2", path("own/in.j2")).expect("a link");
    let with = |text: &str| {
        std::fs::write(path("own/main.txt.j2"), text).expect("a file");
        pair_with(&path("own/main.txt.j2").display().to_string())
    };
    let message = refused(&mut with("{% include 'out.j2' %}"));
    assert!(message.contains("a link that leaves") && !message.contains("SECRET"), "{message}");
    let output = with("{% include 'in.j2' %}, {% include 'parts/row.j2' %}").output().expect("the program runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "row comparison, row comparison\n");
}

/// A project with templates of its own.
fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        std::fs::write(path, text).expect("a file");
    }
    folder
}

fn in_project(folder: &Path, args: &str) -> Command {
    let mut command = compare();
    command.current_dir(folder).args(args.split_whitespace());
    command
}

const SETTINGS: (&str, &str) = ("compare.toml", "templates = [\"templates\"]\n");

#[test]
fn templates_of_a_project_are_formats() {
    let files = [
        SETTINGS,
        ("templates/memo.md.j2", "{# A memo for the board. #}\n{% include '_head.j2' %}{{ decision.certainty }}\n"),
        ("templates/_head.j2", "# {{ tools[0].name }}\n\n"),
        ("templates/broken.txt.j2", "{{ nosuch }}"),
        ("templates/notes.txt", "no template"),
    ];
    let folder = project(&files);
    let run = |args: &str| {
        let output = in_project(folder.path(), args).output().expect("the program runs");
        assert!(output.status.success(), "{args}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let memo = "# Gemma 3n\n\nclose\n";
    assert_eq!(run("gemma-3n smolvlm2-turbo --format memo"), memo);
    let listed = run("formats --format csv");
    assert!(listed.contains("memo,.memo.md,A memo for the board\n") && !listed.contains("_head"), "{listed}");
    run("gemma-3n smolvlm2-turbo -o report.memo.md -o memo=x.txt");
    for file in ["report.memo.md", "x.txt"] {
        assert_eq!(std::fs::read_to_string(folder.path().join(file)).expect("a report"), memo);
    }
    assert_eq!(run("template show memo"), files[1].1);
    assert!(run("template list --format csv").contains("memo,A memo for the board,"));
    let message = refused(&mut in_project(folder.path(), "gemma-3n smolvlm2-turbo --format broken"));
    assert!(message.contains("broken.txt.j2:1:4: `nosuch` is undefined"), "{message}");
}

#[test]
fn a_template_with_a_name_that_is_taken_is_refused() {
    for (files, why) in [
        (&[SETTINGS, ("templates/json.md.j2", "")][..], "there is a format `json` already: it is built in"),
        (&[SETTINGS, ("templates/adr.md.j2", "")], "there is a format `adr` already: it is built in"),
        (&[SETTINGS, ("templates/a.md.j2", ""), ("templates/a.txt.j2", "")], "there is a format `a` already: it is"),
        (&[SETTINGS, ("templates/A B.md.j2", "")], "cannot be a format"),
        (&[SETTINGS], "cannot read templates: No such file"),
    ] {
        let folder = project(files);
        let message = refused(&mut in_project(folder.path(), "gemma-3n smolvlm2-turbo"));
        assert!(message.contains(why), "{message}");
    }
}

#[test]
fn a_template_file_says_the_format_of_standard_output() {
    let folder = project(&[("card.csv.j2", "{% for t in tools %}{{ t.slug }},{{ t.panel.score.mean }}\n{% endfor %}")]);
    let output = in_project(folder.path(), "gemma-3n smolvlm2-turbo --template card.csv.j2 -o b.json").output();
    let output = output.expect("the program runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "gemma-3n,75.25\nsmolvlm2-turbo,79.25\n");
    assert!(std::fs::read_to_string(folder.path().join("b.json")).expect("a report").starts_with('{'));
    let message = refused(&mut in_project(folder.path(), "--all --template card.csv.j2 --format json"));
    assert!(message.contains("`--template card.csv.j2` and `--format json` both choose the format"), "{message}");
    let message = refused(&mut in_project(folder.path(), "--all --template card.csv.j2 -o csv=card.csv.j2"));
    assert!(message.contains("card.csv.j2"), "{message}");
}

#[test]
fn no_output_overwrites_a_template() {
    let files = [
        SETTINGS,
        ("templates/memo.md.j2", "{% include '_head.j2' %}{% include 'parts/row.md' %}"),
        ("templates/_head.j2", "head"),
        ("templates/parts/row.md", "row"),
        ("templates/other.md.j2", "other"),
        ("typed.md.j2", "{% include 'typed-part.txt' %}"),
        ("typed-part.txt", "part"),
    ];
    let folder = project(&files);
    for (how, output) in [
        ("--format memo", "templates/memo.md.j2"),
        ("--format memo", "templates/_head.j2"),
        ("--format memo", "templates/parts/row.md"),
        ("-o memo=new.md", "./templates/../templates/_head.j2"),
        ("--format json", "templates/other.md.j2"),
        ("--template typed.md.j2", "typed.md.j2"),
        ("--template typed.md.j2", "typed-part.txt"),
    ] {
        let args = format!("gemma-3n smolvlm2-turbo {how} -o markdown={output}");
        let message = refused(&mut in_project(folder.path(), &args));
        assert!(message.contains(&format!("output {output} would overwrite an input")), "{message}");
    }
    let report = "[[report]]\nname = \"r\"\nall = true\noutput = [\"memo=m.md\", \"csv=templates/_head.j2\"]\n";
    std::fs::write(folder.path().join("compare.toml"), format!("{}{report}", SETTINGS.1)).expect("a file");
    let message = refused(&mut in_project(folder.path(), "report"));
    assert!(message.contains("cannot write templates/_head.j2: it is a template"), "{message}");
    for (name, text) in &files[1..] {
        assert_eq!(std::fs::read_to_string(folder.path().join(name)).expect("a file"), *text);
    }
    assert!(!folder.path().join("new.md").exists() && !folder.path().join("m.md").exists());
}

#[test]
fn a_digest_holds_the_reviews_since_a_day() {
    let run = |args: &[&str]| {
        let output = compare().args(["--all", "-c", "fixtures/templates/dated.json"]).args(args).output();
        let output = output.expect("the program runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let digest = run(&["-f", "digest", "--since", "2026-01-31"]);
    assert!(digest.starts_with("# 2 reviews since 2026-01-31\n"), "{digest}");
    assert!(digest.contains("Came first") && digest.contains("Came too soon") && !digest.contains("Worth"), "{digest}");
    assert!(digest.contains("2 of 4, and one has no date. The figures count all."), "{digest}");
    let document: serde_json::Value =
        serde_json::from_str(&run(&["-f", "json", "--since", "2026-02-01"])).expect("a document");
    assert_eq!(document["since"], "2026-02-01");
    assert_eq!(document["tools"][1]["reviews"].as_array().map(Vec::len), Some(1));
    assert_eq!(document["tools"][1]["panel"]["score"]["n"], 2);
    assert!(run(&["-f", "json"]).find("\"since\"").is_none());
    let output = compare().args(["--all", "--since", "2026-02-30"]).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("YYYY-MM-DD"));
}

#[test]
fn a_comment_on_a_pull_request_fits_and_says_what_it_left_out() {
    let word = "An opinion, with *signs* in it. ".repeat(60);
    let review =
        |n: usize| format!("{{\"reviewer\":\"R{n}\",\"score\":{},\"verdict\":\"ship\",\"text\":\"{word}\"}}", n % 100);
    let reviews: Vec<String> = (0..40).map(review).collect();
    let tool = |n: usize| {
        format!(
            "{{\"slug\":\"t{n}\",\"name\":\"Tool {n}\",\"reviews\":[{}]}}",
            if n < 4 { reviews.join(",") } else { String::new() }
        )
    };
    let tools: Vec<String> = (0..700).map(tool).collect();
    let folder = project(&[("tools.json", &format!("[{}]", tools.join(",")))]);
    let output = in_project(folder.path(), "rank --reviews -c tools.json -f pr-comment").output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let length = text.chars().count();
    assert!(length <= 65_536 && length > 60_000, "{length}");
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
    let last = text.lines().last().expect("a line");
    assert!(last.starts_with("_Left out to fit into 65,536 characters: "), "{last}");
}

#[test]
fn a_badge_is_as_wide_as_its_words() {
    let left = |name: &str| {
        let record = format!("{{\"slug\":\"x\",\"name\":\"{name}\",\"reviews\":[]}}");
        let folder = project(&[("x.json", &record)]);
        let output = in_project(folder.path(), "show x -c x.json -f badge").output().expect("it runs");
        let badge = String::from_utf8(output.stdout).expect("UTF-8");
        let text = badge.split("textLength=\"").nth(1).expect("a text").split('"').next().expect("a number");
        text.parse::<u32>().expect("pixels")
    };
    // As a browser measures them in DejaVu Sans, which is drawn like Verdana.
    for (name, pixels) in [("illi fit", 27), ("R2-D2", 34), ("WWW MMM mwm", 99), ("Größe Éclair naïve", 101)] {
        let found = left(name);
        assert!(found.abs_diff(pixels) <= 6, "{name}: {found}");
    }
    assert_eq!(left("日本語ツール"), 66, "a square each");
    assert_eq!(left("e\u{301}"), left("e"));
}

#[test]
fn a_copy_of_an_embedded_template_writes_the_same() {
    for template in EMBEDDED.iter() {
        let shown = compare().args(["template", "show", template.name()]).output().expect("it runs").stdout;
        let name = template.extensions()[0].replacen(template.name(), "copy", 1) + ".j2";
        let folder = project(&[(&name, &String::from_utf8(shown).expect("UTF-8"))]);
        let copy = in_project(folder.path(), &format!("--all --template {name}")).output().expect("it runs");
        assert_eq!(String::from_utf8_lossy(&copy.stdout), compared(&root().join("fixtures/catalog"), template.name()));
    }
}
