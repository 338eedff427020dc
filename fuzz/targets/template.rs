#![no_main]
//! Any text as a template, for each sort of output: it ends within its limits and writes nothing that commands a terminal.

use libfuzzer_sys::fuzz_target;
use std::cell::OnceCell;
use std::fs;
use tempfile::TempDir;
use tool_compare::internal::format::template::Template;
use tool_compare::internal::format::{Formatter, Style};
use tool_compare::internal::report::Report;

thread_local!(static GROUND: OnceCell<(Report, TempDir)> = const { OnceCell::new() });

const NAMES: [&str; 5] = ["t.md.j2", "t.html.j2", "t.csv.j2", "t.txt.j2", "t.json.j2"];

fuzz_target!(|input: (u8, &str)| {
    let (output, text) = input;
    GROUND.with(|ground| {
        let (report, folder) =
            ground.get_or_init(|| (tool_compare_fuzz::comparison(), TempDir::new().expect("a folder")));
        let path = folder.path().join(NAMES[usize::from(output) % NAMES.len()]);
        fs::write(&path, text).expect("room for a template");
        match Template::file(&path).format(report, &Style::default()) {
            Ok(written) => {
                let commands = |c: char| c.is_control() && !matches!(c, '\n' | '\t' | '\r');
                assert!(!written.contains(commands), "{written:?}");
            }
            Err(error) => tool_compare_fuzz::said(&error),
        }
    });
});
