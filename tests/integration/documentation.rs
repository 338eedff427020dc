//! What the README and the pages of `docs/` show is what the program does.

use super::support::root;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a shell prints that runs `command` in `folder`, with the program first in the path; and whether it succeeds.
fn typed(folder: &Path, command: &str) -> (String, bool) {
    let bin = Path::new(env!("CARGO_BIN_EXE_compare")).parent().expect("a folder");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").expect("a path"));
    let output = Command::new("sh")
        .args(["-c", command])
        .env_clear()
        .env("PATH", path)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .expect("sh runs");
    (String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned(), output.status.success())
}

/// Languages of blocks that are no files: shells, for which other tests run the block, and what no test here can run.
const NO_FILES: [&str; 8] = ["sh", "bash", "zsh", "fish", "elvish", "yaml", "sql", "text"];

/// A page with the output of each command as it is now.
///
/// A `console` block is a command and its output. Any other block is a file, named in backticks on a line of its own above.
/// Each section with the heading `##` has a folder of its own.
fn renewed(text: &str) -> String {
    let mut renewed = String::new();
    let mut folder = tempfile::tempdir().expect("a folder");
    let mut name: Option<String> = None;
    let mut rest = text;
    while let Some((line, after)) = rest.split_once('\n') {
        rest = after;
        renewed += &format!("{line}\n");
        if line.starts_with("## ") {
            folder = tempfile::tempdir().expect("a folder");
        } else if let Some(fence) = line.strip_prefix("```").filter(|fence| !fence.is_empty()) {
            let (block, after) = rest.split_once("```\n").expect("a closed block");
            rest = after;
            let language = fence.split(' ').next().unwrap_or_default();
            if let Some(command) = block.strip_prefix("$ ").filter(|_| language == "console") {
                let command = command.split('\n').next().expect("a command");
                renewed += &format!("$ {command}\n{}```\n", typed(folder.path(), command).0);
                continue;
            }
            renewed += &format!("{block}```\n");
            match name.take() {
                Some(name) => std::fs::write(folder.path().join(name), block).expect("written"),
                None => assert!(NO_FILES.contains(&language), "a file without a name: {block}"),
            }
        } else if let Some(file) = line.strip_prefix('`').and_then(|line| line.strip_suffix('`')) {
            name = Some(file.to_owned());
        }
    }
    renewed + rest
}

/// The texts for readers: those at the top and the pages of `docs/`.
fn pages() -> Vec<PathBuf> {
    let mut pages = super::support::catalogs("docs");
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "md"));
    assert!(pages.len() >= 7, "{pages:?}");
    pages.extend(["README.md", "AGENTS.md", "CONTRIBUTING.md"].map(|name| root().join(name)));
    pages
}

/// The headings of sheets as a table in Markdown.
fn headings() -> String {
    let rows = tool_compare::internal::catalog::headings().into_iter().map(|(what, words)| {
        let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
        format!("| {what} | {} |\n", words.join(", "))
    });
    format!("| holds | headings |\n| --- | --- |\n{}", rows.collect::<String>())
}

#[test]
fn the_pages_show_what_the_program_prints() {
    let overwrite = std::env::var_os("SNAPSHOTS").is_some_and(|action| action == "overwrite");
    let (start, end) = ("<!-- headings -->\n", "<!-- /headings -->");
    for path in pages() {
        let text = std::fs::read_to_string(&path).expect("a page");
        let mut expected = renewed(&text);
        if let Some(from) = expected.find(start).map(|from| from + start.len()) {
            let to = expected.find(end).expect("a mark");
            expected.replace_range(from..to, &format!("\n{}\n", headings()));
        }
        if overwrite {
            std::fs::write(&path, expected).expect("written");
        } else {
            assert_eq!(text, expected, "{} is stale; SNAPSHOTS=overwrite renews it", path.display());
        }
    }
}

/// The blocks for a shell at the top are run too; those of `docs/` in the tests of recipes and of shells.
#[test]
fn the_commands_at_the_top_can_be_typed() {
    let mut typed_lines = 0;
    for name in ["README.md", "AGENTS.md"] {
        let text = std::fs::read_to_string(root().join(name)).expect("a page");
        let folder = tempfile::tempdir().expect("a folder");
        for block in text.split("```sh\n").skip(1).map(|rest| rest.split("```").next().expect("its end")) {
            for line in block.lines().filter(|line| !line.starts_with("cargo ")) {
                let (output, succeeds) = typed(folder.path(), line);
                assert!(succeeds, "{line}: {output}");
                typed_lines += 1;
            }
        }
    }
    assert!(typed_lines >= 7);
}

/// Links between the pages lead to files, and within a page to headings.
#[test]
fn links_lead_somewhere() {
    for page in pages() {
        let text = std::fs::read_to_string(&page).expect("a page");
        let prose = text.split('`').step_by(2);
        for target in prose.flat_map(|text| text.split("](").skip(1)).filter_map(|rest| rest.split(')').next()) {
            if target.contains("://") {
                continue;
            }
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let file = if file.is_empty() { page.clone() } else { page.parent().expect("a folder").join(file) };
            let linked = std::fs::read_to_string(&file).unwrap_or_else(|_| panic!("{}: {target}", page.display()));
            let named = |line: &str| line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-") == heading;
            let found = heading.is_empty() || linked.lines().any(|line| line.starts_with('#') && named(line));
            assert!(found, "{}: {target}", page.display());
        }
    }
}

#[test]
fn the_readme_is_short() {
    let text = std::fs::read_to_string(root().join("README.md")).expect("the README");
    assert!(text.lines().count() < 150);
}

#[test]
fn the_readme_names_the_two_commands() {
    let text = std::fs::read_to_string(root().join("README.md")).expect("the README");
    for command in ["cargo run --release -- gemma-3n smolvlm2-turbo", "cargo test"] {
        assert!(text.contains(&format!("```sh\n{command}\n```")), "{command}");
    }
    let ci = std::fs::read_to_string(root().join(".ci/run")).expect("the script");
    assert!(ci.contains("cargo test"), "CI runs the README's test command");
}

#[test]
fn the_settings_of_the_page_are_ones() {
    let text = std::fs::read_to_string(root().join("docs/settings.md")).expect("the page");
    let (_, section) = text.split_once("## The file\n").expect("a section");
    let (_, from) = section.split_once("```toml\n").expect("settings");
    let settings = from.split_once("```").expect("their end").0;
    let folder = super::settings::project(settings);
    std::fs::create_dir(folder.path().join("templates")).expect("a folder");
    let markers = "<!-- compare:leaders -->\n<!-- /compare:leaders -->\n";
    std::fs::write(folder.path().join("README.md"), markers).expect("written");
    let run = |args: &str| {
        let output = super::settings::within(folder.path(), args).output().expect("runs");
        assert!(output.status.success(), "{args}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    run("report");
    run("report --verify");
    for file in ["decision.html", "decision.txt", "leaders.csv", "README.md"] {
        let written = std::fs::read_to_string(folder.path().join(file)).expect("written");
        assert!(written.contains("SmolVLM2 Turbo"), "{file}");
    }
    let shown = run("config");
    for key in ["catalog", "templates", "format", "by", "confidence", "weights.Founder", "report decision"] {
        let line = shown.lines().find(|line| line.starts_with(key)).expect(key);
        assert!(line.contains("compare.toml:"), "{line}");
    }
    // The variables that the page names, each against the file.
    for (variable, value, key) in [
        ("COMPARE_CATALOG", "tools:tools", "catalog"),
        ("COMPARE_FORMAT", "csv", "format"),
        ("COMPARE_BY", "name", "by"),
        ("COMPARE_CONFIDENCE", "0.8", "confidence"),
        ("COMPARE_WEIGHTS", "Founder=0.5,Builder=2", "weights.Builder"),
    ] {
        assert!(text.contains(&format!("`{variable}`")), "{variable}");
        let mut command = super::settings::within(folder.path(), "config");
        let output = command.env(variable, value).output().expect("runs");
        let shown = String::from_utf8(output.stdout).expect("UTF-8");
        let line = shown.lines().find(|line| line.starts_with(key)).expect(key);
        assert!(line.contains("environment COMPARE_"), "{line}");
    }
}
