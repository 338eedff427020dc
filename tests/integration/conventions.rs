//! What anyone expects of a command-line program, as commands that are typed into a shell.
//!
//! Each point is a script for `bash` that passes when it ends with status 0. `$A` and `$B` are two tools, `$ROOT` is
//! the project, `$E` is the escape character. That the manual is well formed and the package can be installed is tested
//! in `manual`; how quick TAB is, `benches/completion.py` measures.

use super::support::{root, skip};
use std::path::Path;
use std::process::Command;

/// Number, what is expected, script.
type Point = (u8, &'static str, &'static str);

const POINTS: &[Point] = &[
    (1, "help goes to standard output", "compare --help >o 2>e && test -s o && test ! -s e"),
    (2, "-h is the short one", "test $(compare -h | wc -l) -lt $(compare --help | wc -l)"),
    (3, "the version is one line", r"compare --version | grep -Exq 'compare [0-9]+\.[0-9]+\.[0-9]+.*'"),
    (4, "no arguments: help on standard error", "compare >o 2>e; test $? -eq 2 && test ! -s o && test -s e"),
    (
        5,
        "a usage error points to help",
        "compare $A $B --nope >o 2>e; test $? -eq 2 && test ! -s o && grep -q -- --help e",
    ),
    (
        6,
        "an unknown tool leads to the near one",
        "compare gema-3n $B >o 2>e; test $? -eq 2 && test ! -s o && grep -q gemma-3n e",
    ),
    (7, "machine output is whole and pure", "compare $A $B --format json | python3 -m json.tool >/dev/null"),
    (8, "silence when all is well", r#"test -z "$(compare $A $B --format json 2>&1 >/dev/null)""#),
    (9, "no escapes into a pipe", r#"! compare $A $B | grep -q "$E""#),
    (10, "color on a terminal", r#"TERM=xterm script -qec "compare $A $B" /dev/null | grep -q "$E\[""#),
    (
        11,
        "NO_COLOR on a terminal; an empty one says nothing",
        r#"! TERM=xterm NO_COLOR=1 script -qec "compare $A $B" /dev/null | grep -q "$E\[" &&
           TERM=xterm NO_COLOR= script -qec "compare $A $B" /dev/null | grep -q "$E\[""#,
    ),
    (
        12,
        "--color always beats NO_COLOR and the pipe, with a real color",
        r#"NO_COLOR=1 compare --color always $A $B | grep -Eq "$E\[[0-9;]*(3[0-9]|38;5;[0-9]+)m""#,
    ),
    (
        13,
        "FORCE_COLOR and CLICOLOR_FORCE through a pipe; NO_COLOR beats them; 0 does not force",
        r#"FORCE_COLOR=1 compare $A $B | grep -q "$E\[" && CLICOLOR_FORCE=1 compare $A $B | grep -q "$E\[" &&
           ! NO_COLOR=1 CLICOLOR_FORCE=1 compare $A $B | grep -q "$E\[" &&
           ! CLICOLOR_FORCE=0 compare $A $B | grep -q "$E\[""#,
    ),
    (14, "TERM=dumb: no escapes", r#"! TERM=dumb script -qec "compare $A $B" /dev/null | grep -q "$E""#),
    (
        15,
        "a closed pipe is a quiet end",
        r#"for i in $(seq 3000); do printf '{"slug": "tool-%s", "name": "Tool %s", "tagline": "%0200d"}\n' $i $i $i; done >big.ndjson
           compare list --catalog big.ndjson --format csv --quiet 2>e | head -1 >/dev/null
           test ${PIPESTATUS[0]} -eq 0 && test ! -s e"#,
    ),
    (16, "a full disk is an error", "compare $A $B >/dev/full 2>e; test $? -eq 2 && test -s e"),
    (
        17,
        "- reads standard input",
        r#"diff <(compare -c "$ROOT/fixtures/edge/ties.json" --all --format json) \
                <(compare --catalog - --all --format json <"$ROOT/fixtures/edge/ties.json")"#,
    ),
    (
        18,
        "standard input that is a terminal or empty does not hang",
        r#"timeout 10 script -qec "compare --catalog - $A $B" /dev/null; test $? -ne 124 || exit 1
           timeout 10 compare --catalog - list </dev/null; test $? -eq 2"#,
    ),
    (
        19,
        "-o writes the same bytes, -o - is standard output, a failed run leaves the old file",
        r"compare $A $B --format markdown -o t.md >o && cmp o t.md && compare $A $B -o markdown=- | cmp - t.md &&
           ! compare $A nosuch -o t.md && cmp o t.md",
    ),
    (
        20,
        "-- and vs are the escapes",
        r#"c="-c $ROOT/fixtures/edge/command-names.json"; diff <(compare $c -- list show) <(compare $c vs list show)"#,
    ),
    (
        21,
        "options anywhere, --x=y and --x y",
        "diff <(compare --format json $A $B) <(compare $A $B --format=json) && compare --color never list >/dev/null",
    ),
    (
        22,
        "the width is respected, also with double-width text",
        r#"for w in 40 60 100; do for c in catalog edge/odd-names.json; do
             test $(compare -c "$ROOT/fixtures/$c" --all --width $w | LC_ALL=C.UTF-8 wc -L) -le $w || exit 1
           done; done"#,
    ),
    (
        23,
        "same input, same bytes, whatever the locale, the zone, the folder",
        r"for f in table json csv markdown html; do
             diff <(TZ=UTC LC_ALL=C compare $A $B --format $f) \
                  <(cd / && TZ=Asia/Tokyo LC_ALL=de_DE.UTF-8 compare $A $B --format $f) || exit 1
           done",
    ),
    (
        24,
        "command line before environment before file",
        r#"COMPARE_FORMAT=json compare $A $B --format csv | head -1 | grep -q , &&
           COMPARE_FORMAT=json compare $A $B | python3 -m json.tool >/dev/null &&
           echo 'format = "csv"' >f.toml && compare --config f.toml $A $B | head -1 | grep -q ^rank, &&
           COMPARE_FORMAT=json compare --config f.toml $A $B | python3 -m json.tool >/dev/null"#,
    ),
    (
        25,
        "XDG is honoured; no HOME is no crash",
        r#"mkdir -p x/compare; echo 'format="json"' >x/compare/config.toml
           env -u COMPARE_NO_CONFIG XDG_CONFIG_HOME="$PWD/x" compare $A $B | python3 -m json.tool >/dev/null &&
           env -i PATH="$PATH" compare list >/dev/null"#,
    ),
    (
        26,
        "control bytes of the records never reach the terminal",
        r#"for f in table markdown json csv html; do
             compare --all -c "$ROOT/fixtures/edge/hostile.json" --reviews --format $f 2>&1 |
               LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' && exit 1
           done; true"#,
    ),
    (
        27,
        "bad data is named with file, line and column",
        r#"compare check "$ROOT/fixtures/invalid/several.json" >o; test $? -eq 1 && grep -Eq 'several\.json:[0-9]+:[0-9]+' o &&
           compare check "$ROOT/fixtures/catalog" >/dev/null"#,
    ),
    (
        28,
        "Ctrl-C ends by the signal, promptly",
        "env --default-signal=INT timeout --preserve-status -s INT 0.5 compare --catalog <(sleep 9 2>/dev/null) list; test $? -eq 130",
    ),
    (
        29,
        "the completion scripts are current, and scripts of their shells",
        r#"cd "$ROOT/completions" && for s in bash:compare.bash zsh:_compare fish:compare.fish elvish:compare.elv; do
             compare completions ${s%%:*} | diff - "${s#*:}" || exit 1
           done
           bash -n compare.bash || exit 1
           if command -v zsh; then zsh -n _compare || exit 1; fi
           if command -v fish; then fish --no-execute compare.fish || exit 1; fi"#,
    ),
];

/// Runs the points of `numbers`; says all that fail.
fn hold(numbers: impl Fn(u8) -> bool) {
    let program = Path::new(env!("CARGO_BIN_EXE_compare")).parent().expect("a folder");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let mut failed = String::new();
    for (number, point, script) in POINTS.iter().filter(|(number, ..)| numbers(*number)) {
        let folder = tempfile::tempdir().expect("a folder");
        let output = Command::new("bash")
            .args(["-c", script])
            .current_dir(folder.path())
            .env_clear()
            .envs([("PATH", path.as_str()), ("A", "gemma-3n"), ("B", "smolvlm2-turbo"), ("E", "\u{1b}")])
            .env("ROOT", root())
            .env("COMPARE_CATALOG", root().join("fixtures/catalog"))
            .env("COMPARE_NO_CONFIG", "1")
            .stdin(std::process::Stdio::null())
            .output()
            .expect("bash runs");
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            failed += &format!("{number}. {point}: {:?}\n{script}\n{said}\n", output.status.code());
        }
    }
    assert!(failed.is_empty(), "{failed}");
}

/// Whether all of `programs` are there; otherwise says so, loudly.
fn have(programs: &[&str]) -> bool {
    let missing = programs.iter().find(|program| {
        let probe = Command::new("sh").args(["-c", &format!("command -v {program}")]).output();
        !probe.is_ok_and(|output| output.status.success())
    });
    if let Some(program) = missing {
        skip(&format!("{program} is not installed"));
    }
    missing.is_none()
}

/// The points that need a terminal, which `script` makes.
const TERMINAL: [u8; 4] = [10, 11, 14, 18];

#[test]
fn the_conventions_hold_without_a_terminal() {
    if have(&["bash", "python3", "timeout"]) {
        hold(|number| !TERMINAL.contains(&number));
    }
}

#[test]
fn the_conventions_hold_at_a_terminal() {
    if have(&["bash", "script", "timeout"]) {
        hold(|number| TERMINAL.contains(&number));
    }
}
