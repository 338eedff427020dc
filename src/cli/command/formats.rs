//! `formats`: what a document can be written as.

use super::{ABOUT_REVIEWS, Command};
use crate::cli::args::{CommonArgs, OutputArgs};
use crate::cli::session::Session;
use crate::error::{Outcome, Result};
use crate::report::Report;
use clap::Args;

/// What is typed after `compare formats`.
#[derive(Args, Debug)]
pub(super) struct ListFormats {
    #[command(flatten)]
    output: OutputArgs,
}

impl Command for ListFormats {
    const NAME: &'static str = "formats";
    const WITHOUT: &'static [&'static str] = ABOUT_REVIEWS;
    const ABOUT: &'static str = "List the formats and their file name extensions";
    const AFTER_HELP: &'static str = "\
Examples:
  compare formats                                    what a document can be written as
  compare formats --format json                      the same for programs";

    fn run(self, session: &mut Session<'_>) -> Result<Outcome> {
        let settings = session.settle(CommonArgs { output: self.output, ..CommonArgs::default() })?;
        let formats = settings.formats(session.env())?;
        let rows = formats.iter().map(|format| {
            let extensions: Vec<String> = format.extensions().iter().map(|e| format!(".{e}")).collect();
            [format.name().to_owned(), extensions.join(" "), format.about().to_owned()]
        });
        let report = Report::listing("formats", ["format", "extensions", "about"], rows);
        session.present(&report, &settings, Outcome::Answered)
    }
}
