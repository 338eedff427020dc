//! The same records make the same bytes, wherever and by whomever the program is run.

use super::support::{catalogs, compare, root, skip, stem};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tool_compare::internal::format::template::EMBEDDED;
use tool_compare::internal::format::{FORMATS, Formatter};

/// What differs between two people's machines, and says nothing about the records.
struct Machine {
    /// The folder that the program runs in, below a folder of the test.
    folder: &'static str,
    /// How the records are named from there.
    records: &'static str,
    variables: &'static [(&'static str, &'static str)],
    /// Whether only one processor is there.
    one_processor: bool,
}

const MACHINES: [Machine; 3] = [
    Machine { folder: "a", records: "../data", variables: &[("LC_ALL", "C")], one_processor: false },
    Machine {
        folder: "some where/else/entirely",
        records: "../../../some where/../data",
        variables: &[
            ("TZ", "Pacific/Kiritimati"),
            ("LC_ALL", "tr_TR.UTF-8"),
            ("LANG", "tr_TR.UTF-8"),
            ("COLUMNS", "40"),
            ("HOME", "/nonexistent"),
            ("USER", "somebody"),
            ("TERM", "xterm-256color"),
            ("RAYON_NUM_THREADS", "1"),
        ],
        one_processor: true,
    },
    Machine {
        folder: "ü",
        records: ".././data/",
        variables: &[
            ("TZ", "America/St_Johns"),
            ("LC_ALL", "de_DE.UTF-8"),
            ("COLUMNS", "250"),
            ("TERM", "dumb"),
            ("SOURCE_DATE_EPOCH", "1"),
            ("RAYON_NUM_THREADS", "16"),
        ],
        one_processor: false,
    },
];

/// What to ask about a catalog.
const QUESTIONS: [&[&str]; 4] =
    [&["--all", "--reviews"], &["--all", "--by", "mean", "--explain"], &["rank"], &["list"]];

fn pinned(program: &str) -> Command {
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", "0", program]);
    command.env_clear();
    command
}

/// The files that the program writes for `question`, one for each format, and its standard output as each.
fn written(home: &Path, machine: &Machine, question: &[&str], formats: &[&str]) -> Vec<(String, Vec<u8>)> {
    let folder = home.join(machine.folder);
    fs::create_dir_all(&folder).expect("made");
    let mut files = Vec::new();
    let mut command = if machine.one_processor { pinned(env!("CARGO_BIN_EXE_compare")) } else { compare() };
    command.current_dir(&folder).envs(machine.variables.iter().copied()).args(question);
    command.args(["--catalog", machine.records, "--format", "json"]);
    for format in formats {
        let file = folder.join(format!("r.{format}"));
        command.arg("-o").arg(format!("{format}=r.{format}"));
        files.push((format!("-o {format}"), file));
    }
    let output = command.output().expect("runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", machine.folder);
    let read = |(name, file): (String, PathBuf)| (name, fs::read(file).expect("written"));
    let mut all: Vec<_> = files.into_iter().map(read).collect();
    all.push(("standard output".to_owned(), output.stdout));
    all
}

#[test]
fn every_format_is_the_same_on_every_machine() {
    if cfg!(not(target_os = "linux")) || !pinned("true").status().is_ok_and(|status| status.success()) {
        return skip("taskset is not there");
    }
    let embedded = EMBEDDED.iter().map(Formatter::name);
    let all: Vec<&str> = FORMATS.iter().map(|format| format.name()).chain(embedded).collect();
    let without_adr: Vec<&str> = all.iter().copied().filter(|name| *name != "adr").collect();
    assert!(all.len() >= 11 && without_adr.len() + 1 == all.len());
    let mut fixtures = catalogs("fixtures/edge");
    fixtures.retain(|path| ["hostile", "ties", "more-reviewers", "clear"].contains(&stem(path).as_str()));
    fixtures.push(root().join("fixtures/catalog"));
    assert_eq!(fixtures.len(), 5);
    for fixture in fixtures {
        for question in QUESTIONS {
            // A decision record is about a comparison.
            let formats = if question[0] == "--all" { &all } else { &without_adr };
            check(&fixture, question, formats);
        }
    }
    // Read in blocks, by as many threads as there are processors.
    let folder = tempfile::tempdir().expect("a folder");
    let large = folder.path().join("large.ndjson");
    fs::write(&large, large_catalog()).expect("written");
    check(&large, &["rank", "--top", "20", "--reviews"], &without_adr);
}

/// Enough records for several blocks.
fn large_catalog() -> String {
    let review = |tool: usize, n: usize| {
        let (score, text) = ((tool * 7919 + n * 104_729) % 101, "word ".repeat(60));
        let verdict = if score > 60 { "ship" } else { "skip" };
        format!("{{\"reviewer\":\"R{n}\",\"score\":{score},\"verdict\":\"{verdict}\",\"text\":\"{text}\"}}")
    };
    let tool = |tool: usize| {
        let reviews: Vec<String> = (0..4).map(|n| review(tool, n)).collect();
        format!("{{\"slug\":\"t{tool}\",\"name\":\"Tool {tool}\",\"reviews\":[{}]}}\n", reviews.join(","))
    };
    (0..3_000).map(tool).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect()
}

/// Asks `question` about `catalog` on each machine.
fn check(catalog: &Path, question: &[&str], formats: &[&str]) {
    let home = tempfile::tempdir().expect("a folder");
    let data = home.path().join("data");
    fs::create_dir(&data).expect("made");
    let files = if catalog.is_dir() { files(catalog) } else { vec![catalog.to_owned()] };
    for file in files {
        fs::copy(&file, data.join(file.file_name().expect("a name"))).expect("copied");
    }
    let of = |machine| written(home.path(), machine, question, formats);
    let first = of(&MACHINES[0]);
    for machine in &MACHINES[1..] {
        for ((name, bytes), (_, expected)) in of(machine).iter().zip(&first) {
            assert!(bytes == expected, "{} {question:?} {name} in {}", catalog.display(), machine.folder);
        }
    }
    assert!(first.iter().filter(|(_, bytes)| bytes.is_empty()).all(|(name, _)| name == "-o github"), "{question:?}");
}
