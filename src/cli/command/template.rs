//! `template`: the templates, and the text of one to start from.

use super::{ABOUT_REVIEWS, Command};
use crate::cli::args::{CommonArgs, OutputArgs};
use crate::cli::session::Session;
use crate::error::{Error, Outcome, Result};
use crate::format::Formatter;
use crate::report::Report;
use clap::{Args, ValueEnum};

/// What is typed after `compare template`.
#[derive(Args, Debug)]
pub(super) struct Templates {
    /// What to do
    #[arg(value_name = "ACTION")]
    action: Action,
    /// Which template to show
    #[arg(id = "template_name", value_name = "NAME", required_if_eq("action", "show"))]
    name: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

/// What can be done with templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Action {
    /// Name the templates, with where they are
    List,
    /// Print the text of one
    Show,
}

impl Command for Templates {
    const NAME: &'static str = "template";
    const WITHOUT: &'static [&'static str] = ABOUT_REVIEWS;
    const ABOUT: &'static str = "List the templates, or show one to start from";
    const AFTER_HELP: &'static str = "\
Examples:
  compare template list                              the templates, with where they are
  compare template show adr > memo.md.j2             a copy to change; use it with --template memo.md.j2
  compare template list --format json                for programs";

    fn run(self, session: &mut Session<'_>) -> Result<Outcome> {
        let settings = session.settle(CommonArgs { output: self.output, ..CommonArgs::default() })?;
        let formats = settings.formats(session.env())?;
        match (self.action, self.name) {
            (Action::List, Some(name)) => {
                Err(Error::usage(format!("`template list` takes no name, and `{name}` is one"))
                    .hint(format!("`compare template show {name}` shows that one")))
            }
            (Action::List, None) => {
                let rows = formats.templates().map(|template| {
                    let name = template.name().to_owned();
                    [name, template.about().to_owned(), template.place()]
                });
                let report = Report::listing("templates", ["template", "about", "place"], rows);
                session.present(&report, &settings, Outcome::Answered)
            }
            (Action::Show, name) => {
                let name = name.unwrap_or_default();
                let Some(template) = formats.templates().find(|template| template.name() == name) else {
                    let names: Vec<&str> = formats.templates().map(Formatter::name).collect();
                    return Err(Error::usage(format!("unknown template `{name}`"))
                        .hint(format!("templates: {}", names.join(", "))));
                };
                session.print(template.text()?)?;
                Ok(Outcome::Answered)
            }
        }
    }
}
