//! Help: short and long, examples that can be typed, and what was probably meant.

use super::support::{run, stdout};
use tool_compare::internal::cli;

/// The command lines under `Examples:` of a help text, without what is said about them.
fn examples(help: &str) -> Vec<Vec<String>> {
    let lines = help.lines().skip_while(|line| *line != "Examples:").skip(1);
    let lines = lines.take_while(|line| !line.is_empty()).filter(|line| line.starts_with("  compare "));
    lines.map(|line| words(line.trim().split("  ").next().expect("a command"))).collect()
}

/// A command line in words, as a shell parts it where nothing but double quotes is special.
fn words(line: &str) -> Vec<String> {
    let quoted = line.split('"').enumerate();
    let parts = quoted.flat_map(|(i, part)| match i % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect::<Vec<_>>(),
        _ => vec![part.to_owned()],
    });
    parts.take_while(|word| word != ">").collect()
}

fn names() -> Vec<String> {
    let names: Vec<String> = cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect();
    assert!(names.len() > 5);
    names
}

#[test]
fn every_help_has_a_short_and_a_long_form() {
    for name in names().iter().map(String::as_str).chain([""]) {
        let (short, long) = (stdout(&format!("{name} -h")), stdout(&format!("{name} --help")));
        assert!(short.lines().count() < long.lines().count(), "{name}");
        for part in ["Examples:", "Exit status:", "Environment:"] {
            assert!(long.contains(&format!("\n{part}\n")) && !short.contains(part), "`compare {name}`: {part}");
        }
        let reads_settings = !["init", "schema", "completions"].contains(&name);
        assert_eq!(long.contains("\nSettings:\n"), reads_settings, "{name}");
        assert_eq!(long.contains("\n      --no-config"), reads_settings, "the columns of `{name}` stay");
        assert!(short.lines().count() < 45, "{name}");
        // Every flag, rare ones by name alone.
        let mut command = cli::command();
        command.build();
        let command = command.find_subcommand(name).unwrap_or(&command);
        for flag in command.get_arguments().filter(|arg| !arg.is_hide_set()).filter_map(clap::Arg::get_long) {
            assert!(short.contains(&format!("--{flag}")) && long.contains(&format!("--{flag}")), "{name} --{flag}");
        }
        assert!(short.lines().chain(long.lines()).all(|line| line.chars().count() <= 120), "{name}");
    }
}

#[test]
fn every_example_can_be_typed() {
    for name in names().iter().map(String::as_str).chain([""]) {
        let examples = examples(&stdout(&format!("{name} --help")));
        assert!(!examples.is_empty(), "`compare {name} --help` has no example");
        for example in examples {
            let typed = cli::command().try_get_matches_from(&example);
            assert!(typed.is_ok(), "{example:?}: {}", typed.expect_err("an error"));
            let command = typed.as_ref().ok().and_then(|matches| matches.subcommand_name());
            assert!(name.is_empty() || command == Some(name), "{example:?} is no example of `{name}`");
        }
    }
}

#[test]
fn flags_stand_in_groups() {
    let help = stdout("--help");
    let at = |heading: &str| help.find(&format!("\n{heading}:\n")).unwrap_or_else(|| panic!("no group {heading}"));
    assert!(at("Commands") < at("Output") && at("Output") < at("Records") && at("Records") < at("Figures"));
    assert!(at("Figures") < at("Settings"));
}

#[test]
fn a_near_miss_may_be_a_command_or_a_tool() {
    let said = |args: &str| {
        let output = run(args);
        assert_eq!(output.status.code(), Some(2), "{args}");
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    assert!(said("lst").contains("did you mean the command `list`?"));
    assert!(said("rnak gemma-3n").contains("did you mean the command `rank`?"));
    assert!(!said("gemma-3n rnak").contains("the command"));
    assert!(said("gema-3n smolvlm2-turbo").contains("did you mean `gemma-3n`?"));
    assert!(said("Gema SmolVLM2-Turbo").contains("`gemma-3n`"));
    // A word that is near both gets both.
    let both = said("-c fixtures/edge/command-names.json lsit show");
    assert!(both.contains("did you mean `list`?") && both.contains("the command `list`?"), "{both}");
}

#[test]
fn help_is_a_command_too() {
    assert_eq!(stdout("help"), stdout("--help"));
    assert_eq!(stdout("help rank"), stdout("rank --help"));
}

#[test]
fn a_command_lists_only_flags_that_do_something_in_it() {
    for (command, flags) in [
        ("check", &["--since=2026-01-01", "--rows=reviews", "--reviews", "--explain"][..]),
        ("convert -o csv=-", &["--since=2026-01-01", "--rows=reviews", "--reviews", "--width=80", "--template=x.j2"]),
        ("formats", &["--explain", "--reviews"]),
        ("config", &["--explain", "--since=2026-01-01"]),
    ] {
        let name = command.split(' ').next().expect("a name");
        for flag in flags {
            let output = run(&format!("{command} {flag}"));
            let (said, flag) = (String::from_utf8_lossy(&output.stderr), flag.split('=').next().expect("a flag"));
            assert_eq!(output.status.code(), Some(2), "{command} {flag}");
            assert!(said.contains(&format!("`{flag}` does nothing in `compare {name}`")), "{said}");
            for help in ["-h", "--help"] {
                assert!(!stdout(&format!("{name} {help}")).contains(&format!("{flag} ")), "{name} {help} lists {flag}");
            }
        }
    }
}
