//! The manual: one page for each command, generated from the same source as the help.
//!
//! The pages are called `tool-compare`, after the crate, because `compare(1)` belongs to `ImageMagick`.

use super::support::{compare, root, skip};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use tool_compare::internal::cli;

/// The pages as they have to be, by file name.
fn generated() -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = cli::command().name("tool-compare").bin_name("compare").disable_help_subcommand(true);
    command.build();
    // As in the help; a list of all flags without their values tells nothing.
    command = command.mut_args(in_full).mut_subcommands(|mut command| {
        let usage = command.render_usage().to_string();
        command.override_usage(usage.trim_start_matches("Usage: ").to_owned()).mut_args(in_full)
    });
    clap_mangen::generate_to(command, folder.path()).expect("pages");
    pages(folder.path()).into_iter().map(|(name, page)| (name, with_sections(&page))).collect()
}

/// The argument as the long help has it: nothing of what `-h` leaves out is left out, and values are a list.
fn in_full(arg: clap::Arg) -> clap::Arg {
    let arg = arg.hide_short_help(false);
    if !arg.is_hide_possible_values_set() {
        return arg;
    }
    let help = arg.get_long_help().expect("the values in words").to_string();
    let (help, _) = help.split_once(":\n").expect("the values");
    arg.hide_possible_values(false).long_help(help.to_owned())
}

/// The page with sections of their own for examples, exit status and environment, kept in lines. In the help they
/// stand below the arguments, and from there they come as one paragraph.
fn with_sections(page: &str) -> String {
    let (before, rest) = page.split_once(".SH EXTRA\n").expect("examples");
    let (extra, after) = rest.split_once(".SH ").map_or((rest, None), |(extra, after)| (extra, Some(after)));
    let mut sections = String::new();
    for line in extra.lines().filter(|line| !line.is_empty()) {
        match line.strip_suffix(':').filter(|_| !line.starts_with(' ')) {
            Some(heading) if sections.is_empty() => sections += &format!(".SH {}\n.nf\n", heading.to_uppercase()),
            Some(heading) => sections += &format!(".fi\n.SH {}\n.nf\n", heading.to_uppercase()),
            None => sections += &format!("{line}\n"),
        }
    }
    let after = after.map(|after| format!(".SH {after}")).unwrap_or_default();
    format!("{before}{sections}.fi\n{after}")
}

fn pages(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.expect("an entry").path());
    let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
    entries.map(|path| (name(&path), fs::read_to_string(&path).expect("a page"))).collect()
}

#[test]
fn the_pages_are_those_of_the_program() {
    let folder = root().join("man");
    let (expected, found) = (generated(), pages(&folder));
    if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
        fs::create_dir_all(&folder).expect("a folder");
        for name in found.keys().filter(|name| !expected.contains_key(*name)) {
            fs::remove_file(folder.join(name)).expect("removed");
        }
        for (name, page) in &expected {
            fs::write(folder.join(name), page).expect("written");
        }
        return;
    }
    let names = |pages: &BTreeMap<String, String>| pages.keys().cloned().collect::<Vec<_>>();
    let remedy = "regenerate the manual: SNAPSHOTS=overwrite cargo test manual";
    assert_eq!(names(&found), names(&expected), "{remedy}");
    for (name, page) in &expected {
        assert!(found[name] == *page, "man/{name} is stale; {remedy}");
    }
}

#[test]
fn every_command_has_a_page_that_takes_nobodys_name() {
    let pages = generated();
    assert_eq!(pages.len(), 1 + cli::command().get_subcommands().count());
    assert!(pages.keys().all(|name| name.starts_with("tool-compare") && name.ends_with(".1")));
    let root = &pages["tool-compare.1"];
    assert!(
        root.contains("tool\\-compare\\-list(1)")
            && root.contains("\n.SH EXIT STATUS\n")
            && root.contains(".SH EXAMPLES")
    );
    assert!(pages["tool-compare-list.1"].contains("compare list"), "the page says what is typed");
}

#[test]
fn the_pages_are_well_formed() {
    let groff = |page: &Path| {
        Command::new("groff").args(["-man", "-Tutf8", "-ww", "-z"]).arg(page).output().map(|output| output.stderr)
    };
    for name in pages(&root().join("man")).keys() {
        match groff(&root().join("man").join(name)) {
            Ok(said) => assert!(said.is_empty(), "{name}: {}", String::from_utf8_lossy(&said)),
            Err(_) => return skip("groff is not installed"),
        }
    }
}

#[test]
fn the_package_can_be_installed() {
    let cargo = |args: &[&str]| {
        let output = Command::new(env!("CARGO")).args(args).current_dir(root()).output().expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let metadata = cargo(&["metadata", "--no-deps", "--offline", "--format-version", "1"]);
    let metadata: serde_json::Value = serde_json::from_str(&metadata).expect("JSON");
    let binstall = &metadata["packages"][0]["metadata"]["binstall"];
    for key in ["pkg-url", "bin-dir", "pkg-fmt"] {
        assert!(binstall[key].is_string(), "{key}");
    }
    let packaged = cargo(&["package", "--list", "--allow-dirty", "--offline"]);
    let parts = ["man/tool-compare.1", "completions/", "LICENSE-MIT", "LICENSE-APACHE", "README.md", "docs/ci.md"];
    for part in parts.iter().chain(&["fixtures/catalog/gemma-3n.json", "schema/record.json", "src/main.rs"]) {
        assert!(packaged.lines().any(|line| line.starts_with(part)), "{part} is not packaged");
    }
    for part in ["tests/", "benches/", "fuzz/", "fixtures/edge", "ci/", "."] {
        let stray = packaged.lines().find(|line| line.starts_with(part) && *line != ".cargo_vcs_info.json");
        assert_eq!(stray, None, "packaged, and of no use there");
    }
    let version = compare().arg("--version").output().expect("runs").stdout;
    let expected =
        format!("compare {} (tool-compare)\n", metadata["packages"][0]["version"].as_str().expect("a version"));
    assert_eq!(String::from_utf8_lossy(&version), expected);
}
