//! `schema`: the shape of records and documents, for editors and programs.

use super::{ABOUT_REVIEWS, Command};
use crate::cli::args::{CommonArgs, OutputArgs};
use crate::cli::session::Session;
use crate::error::{Error, Outcome, Result};
use crate::report::{Report, SCHEMAS};
use clap::Args;
use clap::builder::PossibleValuesParser;

/// What is typed after `compare schema`.
#[derive(Args, Debug)]
pub(super) struct Schema {
    /// The schema to print; without it they are listed
    #[arg(value_name = "NAME", value_parser = PossibleValuesParser::new(SCHEMAS.iter().map(|schema| schema.name)))]
    name: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

impl Command for Schema {
    const NAME: &'static str = "schema";
    const WITHOUT: &'static [&'static str] = ABOUT_REVIEWS;
    const ABOUT: &'static str = "Print the JSON Schema of records or of a kind of document";

    /// A schema is the same whatever the settings say.
    const READS_SETTINGS: bool = false;

    const AFTER_HELP: &'static str = "\
Examples:
  compare schema                                     which schemas there are
  compare schema record > record.schema.json         the schema of a record, for an editor";

    fn run(self, session: &mut Session<'_>) -> Result<Outcome> {
        let settings = session.settle(CommonArgs { output: self.output, ..CommonArgs::default() })?;
        let Some(name) = self.name else {
            let rows = SCHEMAS.iter().map(|schema| [schema.name.to_owned(), schema.about.to_owned()]);
            let report = Report::listing("schemas", ["schema", "about"], rows);
            return session.present(&report, &settings, Outcome::Answered);
        };
        let Some(schema) = SCHEMAS.iter().find(|schema| schema.name == name) else {
            return Err(Error::usage(format!("unknown schema `{name}`")));
        };
        if let Some(asked) = settings.asks_beyond_json() {
            return Err(Error::usage(format!("a schema is JSON on standard output, not `{asked}`"))
                .hint(format!("`compare schema {name} > FILE` writes it to a file")));
        }
        session.print(schema.text.to_owned())?;
        Ok(Outcome::Answered)
    }
}
