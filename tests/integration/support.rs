//! What several topics need: running the binary, and the fixtures.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output, Stdio};
use tool_compare::internal::cli::env::Env;
use tool_compare::internal::cli::{self, Streams};

/// The project's folder.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program in an environment of its own: nothing of the machine shows through.
pub(crate) fn compare() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_compare"));
    command.env_clear().current_dir(root()).stdin(Stdio::null());
    command
}

/// Runs the program with `args`, parted at blanks.
pub(crate) fn run(args: &str) -> Output {
    compare().args(args.split_whitespace()).output().expect("the program runs")
}

/// The standard output of a run that must succeed in silence.
pub(crate) fn stdout(args: &str) -> String {
    let output = run(args);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "`compare {args}` failed: {stderr}");
    String::from_utf8(output.stdout).expect("the output is UTF-8")
}

/// The files and folders below `folder` (of the project) that are catalogs, sorted.
pub(crate) fn catalogs(folder: &str) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(root().join(folder))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    paths
}

/// The name of a catalog without its extension.
pub(crate) fn stem(path: &Path) -> String {
    path.file_stem().expect("a name").to_string_lossy().into_owned()
}

/// Compares `text` with the snapshot called `name`; `SNAPSHOTS=overwrite` writes it instead. The style sheet of a page and
/// its digest are left out: they say nothing of a document.
pub(crate) fn assert_snapshot(name: &str, text: &str) {
    let mut text = text.to_owned();
    for (start, end) in [("<style>", "</style>"), ("sha256-", "=")] {
        if Path::new(name).extension().is_some_and(|extension| extension == "html") {
            let from = text.find(start).expect("a style sheet and its digest") + start.len();
            let to = from + text[from..].find(end).expect("its end");
            text.replace_range(from..to, "...");
        }
    }
    assert_text(&format!("tests/snapshots/{name}"), &text);
}

/// Compares `text` with a file of the project; `SNAPSHOTS=overwrite` writes it instead.
pub(crate) fn assert_text(file: &str, text: &str) {
    snapbox::Assert::new().action_env("SNAPSHOTS").eq(text, snapbox::Data::read_from(&root().join(file), None).raw());
}

/// Says loudly why a test did not run. In CI nothing may skip.
#[expect(clippy::print_stderr, reason = "a skipped test has to be seen")]
pub(crate) fn skip(why: &str) {
    assert!(std::env::var_os("CI").is_none(), "in CI nothing skips: {why}");
    eprintln!("SKIPPED: {why}");
}

/// Characters that must not reach a terminal: controls other than the line end, and bidi controls.
pub(crate) fn is_hostile(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What a run in this process gave.
pub(crate) struct Run {
    pub(crate) status: u8,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs the program with `args` in this process, which takes a tenth of the time. Nothing of the machine shows through,
/// but for relative paths: those start from the project's folder.
pub(crate) fn session<A: AsRef<std::ffi::OsStr>>(args: &[A]) -> Run {
    let args: Vec<std::ffi::OsString> =
        std::iter::once("compare".into()).chain(args.iter().map(|arg| arg.as_ref().to_owned())).collect();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let env = Env::bare(root());
    let streams = Streams { stdin: &mut std::io::empty(), stdout: &mut stdout, stderr: &mut stderr };
    let code = cli::run(&args, &env, streams);
    let status = (0..=255).find(|status| format!("{code:?}") == format!("{:?}", ExitCode::from(*status)));
    Run {
        status: status.expect("a status"),
        stdout: String::from_utf8(stdout).expect("UTF-8"),
        stderr: String::from_utf8(stderr).expect("UTF-8"),
    }
}
