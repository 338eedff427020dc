//! `convert`: the catalog, or some of its tools, in another kind of file.

use super::Command;
use crate::catalog::{self, Projection};
use crate::ci_log::{Instead, NeutralWriter};
use crate::cli::args::{CommonArgs, OutputArg, OutputArgs, SourceArgs};
use crate::cli::output::Content;
use crate::cli::session::{Session, find_each};
use crate::error::{Error, Outcome, Result};
use clap::Args;
use std::path::{Path, PathBuf};

/// What is typed after `compare convert`.
#[derive(Args, Debug)]
pub(super) struct Convert {
    /// Tools to write, by slug, alias or name, or files to read; without a tool, the whole catalog
    #[arg(value_name = "TOOL|FILE")]
    tools: Vec<String>,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    source: SourceArgs,
}

impl Command for Convert {
    const NAME: &'static str = "convert";
    const WITHOUT: &'static [&'static str] = &["template", "since", "rows", "reviews", "explain", "width"];
    const ABOUT: &'static str = "Write the records in another kind of file";
    const AFTER_HELP: &'static str = "\
`-o FILE` takes the kind from the extension, `-o KIND=FILE` names it: json, ndjson, toml or csv.
Records are written as they are. What a kind cannot hold is reported on standard error.

Examples:
  compare -c tools/ convert -o tools.ndjson          a folder as one file
  compare convert gemma-3n -o gemma-3n.toml          one record
  compare -c tools.json convert -o csv=-             a sheet on standard output
  compare convert forms/panel.csv -o reviews.csv     a form as a plain sheet: a row for each review";

    fn run(self, session: &mut Session<'_>) -> Result<Outcome> {
        let mut source = self.source;
        let (files, tools): (Vec<String>, Vec<String>) = self.tools.into_iter().partition(|word| is_record_file(word));
        source.catalog.extend(files.into_iter().map(PathBuf::from));
        let settings = session.settle(CommonArgs { output: self.output, source, ..CommonArgs::default() })?;
        let outputs = &settings.output.output;
        let scale = settings.chosen.scale.as_ref().map(|scale| scale.value);
        if let Some(format) = &settings.output.format {
            return Err(Error::usage(format!("unknown kind of record file `{format}`"))
                .hint("`-o KIND=FILE` names the kind, `-o KIND=-` writes to standard output"));
        }
        if outputs.is_empty() {
            return Err(Error::usage("no file to write the records to").hint("name one: `compare convert -o FILE`"));
        }
        // Of large catalogs, the rest of each record is read when it is written.
        let catalog = session.catalog_for_all(&settings, Projection::REVIEWS)?;
        let chosen: Vec<usize> = if tools.is_empty() { catalog.all_indices()? } else { find_each(&catalog, &tools)? };
        let records = catalog.source(&chosen)?;
        if tools.is_empty() {
            session.doubts(&settings, &catalog, None)?;
        } else {
            session.doubts(&settings, &catalog, Some((&chosen, &catalog.fetch(&chosen, Projection::REVIEWS)?)))?;
        }
        let mut written = Vec::with_capacity(outputs.len());
        for output in outputs {
            let (kind, path) = kind_and_path(output)?;
            let is_sheet = matches!(kind, "csv" | "tsv");
            let is_raw = is_sheet && (path != Path::new("-") || settings.output.csv_raw);
            // JSON and TOML escape what a CI runner would execute, which changes no value. A sheet cannot.
            let instead = if is_sheet { Instead::Apostrophe } else { Instead::JsonEscape };
            let (mut lost, mut has_replaced) = (Vec::new(), false);
            let content = Content::written(|out| {
                if is_raw {
                    lost = catalog::write(&records, kind, scale, out)?;
                    return Ok(());
                }
                let mut neutral = NeutralWriter::new(out, instead);
                lost = catalog::write(&records, kind, scale, &mut neutral)?;
                neutral.finish().map_err(|error| Error::io("write", "the records", &error))?;
                has_replaced = neutral.has_replaced;
                Ok(())
            })?;
            for lost in lost {
                session.warn(&settings, &format!("{output}: {lost}"));
            }
            if is_sheet && has_replaced {
                session.warn(
                    &settings,
                    &format!("{output}: an apostrophe stands before what a CI runner would execute; `--csv-raw` leaves it out"),
                );
            }
            written.push((path, content));
        }
        session.write_files(written, &settings, Outcome::Answered)
    }
}

/// Whether a word is the path of a file with records rather than the name of a tool.
fn is_record_file(word: &str) -> bool {
    let path = Path::new(word);
    path.extension().is_some_and(|extension| catalog::is_kind(&extension.to_string_lossy())) && path.is_file()
}

/// The kind and the path of `-o TYPED`; the path is `-` for standard output.
fn kind_and_path(typed: &OutputArg) -> Result<(&str, &Path)> {
    if typed.marker.is_some() {
        return Err(Error::usage(format!("`{typed}` is a part of a file, and records need a whole file")));
    }
    if let Some(kind) = &typed.format {
        return Ok((kind, &typed.path));
    }
    let extension = typed.path.extension().and_then(|extension| extension.to_str());
    extension.filter(|extension| catalog::is_written(extension)).map(|kind| (kind, typed.path.as_path())).ok_or_else(
        || {
            let kinds: Vec<&str> = catalog::written_kinds().collect();
            Error::usage(format!("the extension of `{typed}` is not a kind of record file")).hint(format!(
                "end it with the extension of a kind, or write `-o KIND={typed}` with one of {}",
                kinds.join(", ")
            ))
        },
    )
}
