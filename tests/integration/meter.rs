//! The meter of long work, in a terminal: what a person sees of it, and where it is not.

use super::support::skip;
use super::terminal::Terminal;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::Command;

/// Sizes of a catalog in MiB. Each is tried until reading it takes long enough for a meter, however fast the machine.
const SIZES: [usize; 4] = [24, 96, 384, 1536];

fn write_catalog(path: &Path, mebibytes: usize) {
    let mut file = BufWriter::new(std::fs::File::create(path).expect("a file"));
    let prose = "Steady and clear. ".repeat(200);
    for number in 0..(mebibytes << 20) / 3700 {
        let reviews = format!(r#"[{{"reviewer":"Ada","score":84,"verdict":"ship","text":"{prose}"}}]"#);
        writeln!(file, r#"{{"slug":"t-{number}","name":"T {number}","reviews":{reviews}}}"#).expect("room");
    }
    file.flush().expect("room");
}

/// Runs `line` for `sh` in a terminal, in `folder` and with `variables`.
fn terminal(folder: &Path, variables: &[(&str, &str)], line: &str) -> Terminal {
    let mut surroundings = Command::new("sh");
    let programs = Path::new(env!("CARGO_BIN_EXE_compare")).parent().expect("a folder").display();
    surroundings.env("PATH", format!("{programs}:/usr/bin:/bin")).env("HOME", folder).current_dir(folder);
    surroundings.envs(variables.iter().copied());
    // What runs in the background, as these tests may, has signal 2 ignored, and hands that down.
    let command = format!("env --default-signal=INT sh -c 'trap : INT; {line}; echo status $?'");
    Terminal::run(&command, &surroundings)
}

fn is_meter(screen: &str) -> bool {
    screen.contains("reading records [") && screen.contains(" of ") && screen.contains(" left")
}

/// What the terminal shows once the line has ended.
fn ended(mut terminal: Terminal) -> Terminal {
    terminal.shows("the end", |screen| screen.contains("status "));
    assert!(terminal.shows_cursor(), "the cursor is hidden");
    assert!(!is_meter(&terminal.screen()), "the meter stays: {}", terminal.screen());
    terminal
}

#[test]
fn long_work_shows_a_meter_to_a_person_and_to_nobody_else() {
    if !Path::new("/usr/bin/script").exists() {
        return skip("there is no `script` to make a terminal with");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let rank = "compare rank --top 1 --no-cache -c tools.ndjson";
    let shown = SIZES.iter().find(|size| {
        write_catalog(&folder.path().join("tools.ndjson"), **size);
        let terminal = ended(terminal(folder.path(), &[], rank));
        assert!(terminal.screen().contains("status 0") && terminal.screen().contains("tie: T 0"));
        is_meter(&terminal.written())
    });
    assert!(shown.is_some(), "no meter came at any size");

    // As long again, where there is nobody to look at it.
    let nobody: [(&[(&str, &str)], &str); 5] = [
        (&[], "compare rank --top 1 --no-cache -c tools.ndjson --quiet"),
        (&[("CI", "true")], rank),
        (&[("TERM", "dumb")], rank),
        (&[], "compare rank --top 1 --no-cache -c tools.ndjson 2>notes; cat notes"),
        (&[], "compare rank --top 1 --no-cache -c tools.ndjson 2>&1 | cat"),
    ];
    for (variables, line) in nobody {
        let terminal = ended(terminal(folder.path(), variables, line));
        let written = terminal.written();
        assert!(!written.contains("reading records"), "{line} {variables:?}: {written:?}");
        assert!(written.contains("tie: T 0") || line.contains("quiet"), "{line}: {written:?}");
    }

    // Four times as long, so that there is time to interrupt it.
    write_catalog(&folder.path().join("tools.ndjson"), 4 * shown.expect("it came"));
    let mut terminal = terminal(folder.path(), &[], rank);
    terminal.shows("the meter", is_meter);
    terminal.keys("\u{3}");
    let terminal = ended(terminal);
    assert!(terminal.screen().contains("status 130"), "{}", terminal.screen());
}
