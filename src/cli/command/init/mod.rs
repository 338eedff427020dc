//! `init`: a project to start from.

use super::Command;
use crate::cli::folders::expand_home;
use crate::cli::output;
use crate::cli::session::Session;
use crate::error::{Error, ErrorClass, Outcome, Result};
use crate::text::clean_line;
use clap::Args;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// What is typed after `compare init`.
#[derive(Args, Debug)]
pub(super) struct Init {
    /// The folder of the project, made if it is not there
    #[arg(value_name = "DIR", default_value = ".", value_hint = clap::ValueHint::DirPath)]
    folder: PathBuf,
}

/// The files, by their path in the project, and what they say.
const FILES: [(&str, &str); 3] = [
    ("compare.toml", include_str!("compare.toml")),
    ("tools/paper-kite.json", include_str!("paper-kite.json")),
    ("tools/reviews.csv", include_str!("reviews.csv")),
];

/// Keeps git from changing the line ends of the report. Where there is such a file already, the last
/// line is the advice for it.
const ATTRIBUTES: (&str, &str) = (".gitattributes", include_str!("gitattributes"));

/// What to type next, and what it does.
const STEPS: [(&str, &str); 5] = [
    ("compare check --strict", "are all records well-formed?"),
    ("compare list", "the tools of the catalog"),
    ("compare paper-kite tin-whistle", "two of them side by side, with the decision"),
    ("compare report", "write report.md, as compare.toml says"),
    ("compare report --verify", "in CI: exit with 1 if report.md is stale"),
];

impl Command for Init {
    const NAME: &'static str = "init";
    const ABOUT: &'static str = "Start a project: compare.toml, an example record and a sheet";

    /// What is wrong with other settings does not keep anyone from starting.
    const READS_SETTINGS: bool = false;

    const AFTER_HELP: &'static str = "\
Examples:
  compare init                                       in this folder
  compare init reviews                               in a folder of its own";

    fn run(self, session: &mut Session<'_>) -> Result<Outcome> {
        let typed = expand_home(&self.folder, session.env());
        let folder = session.env().current_dir().join(&typed);
        for (name, _) in FILES {
            // Also a broken link is something that was put there.
            if fs::symlink_metadata(folder.join(name)).is_ok() {
                let path = shown(&typed, name);
                return Err(Error::new(
                    ErrorClass::Usage,
                    format!("{path} is there already, and nothing is overwritten"),
                )
                .hint("name another folder: `compare init DIR`"));
            }
        }
        output::check_stdout(session.env())?;
        let tools = folder.join("tools");
        if tools.is_symlink() {
            let message = format!("{} is a link, and a new project stays in its folder", shown(&typed, "tools"));
            return Err(Error::new(ErrorClass::Usage, message).hint("name another folder: `compare init DIR`"));
        }
        let mut files = FILES.to_vec();
        let has_attributes = fs::symlink_metadata(folder.join(ATTRIBUTES.0)).is_ok();
        if !has_attributes {
            files.push(ATTRIBUTES);
        }
        let new: Vec<_> = files.iter().map(|(name, text)| (folder.join(name), shown(&typed, name), *text)).collect();
        output::create_all(&new)?;
        let names = new.iter().map(|(_, name, _)| name.as_str());
        session.print(next_steps(&typed, names, has_attributes))?;
        Ok(Outcome::Answered)
    }
}

/// A path of the project, as a person would type it.
fn shown(folder: &Path, name: &str) -> String {
    let folder = folder.components().filter(|part| *part != Component::CurDir);
    folder.collect::<PathBuf>().join(name).display().to_string()
}

fn next_steps<'n>(folder: &Path, names: impl Iterator<Item = &'n str>, has_attributes: bool) -> String {
    let files: Vec<String> = names.map(|name| clean_line(name).into_owned()).collect();
    let mut text = format!("Wrote {}.\n", files.join(", "));
    if has_attributes {
        let line = ATTRIBUTES.1.lines().last().unwrap_or_default();
        text +=
            &format!("\nAdd this line to {}, so that git keeps the report as it is written:\n  {line}\n", ATTRIBUTES.0);
    }
    text += "\nNext:\n";
    if folder != Path::new(".") {
        text += &format!("  cd {}\n", clean_line(&quoted(&folder.to_string_lossy())));
    }
    for (step, does) in STEPS {
        text += &format!("  {step:<33} # {does}\n");
    }
    text
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    let dash = if word.starts_with('-') { "./" } else { "" };
    if word.chars().all(plain) { format!("{dash}{word}") } else { format!("'{dash}{}'", word.replace('\'', "'\\''")) }
}
