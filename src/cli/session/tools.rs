//! The tools that are meant by what was typed.

use super::{Session, Settings};
use crate::catalog::Catalog;
use crate::error::{Error, Result};

/// Fewer letters than this are no prefix of a tool: too many begin with them, or soon will.
const PREFIX_MIN: usize = 3;
/// What people write between two tools.
const BETWEEN: [&str; 3] = ["vs", "vs.", "versus"];

impl Session<'_> {
    /// The positions of the tools `typed` in the catalog, in the order typed. `A vs B` is read as people write it.
    ///
    /// # Errors
    /// A tool that is unknown or named twice.
    pub(in crate::cli) fn find_tools(
        &mut self,
        settings: &Settings,
        catalog: &Catalog,
        typed: &[String],
    ) -> Result<Vec<usize>> {
        let is_between = |(at, word): (usize, &String)| {
            at > 0 && at + 1 < typed.len() && BETWEEN.contains(&word.to_lowercase().as_str())
        };
        let is_tool = |word: &str| catalog.find(word).is_ok();
        let tools = typed.iter().enumerate().filter(|(at, word)| !is_between((*at, word)) || is_tool(word));
        let tools: Vec<&String> = tools.map(|(_, word)| word).collect();
        find_distinct(catalog, &tools, |tool| self.find_tool(settings, catalog, tool))
    }

    /// The position of the tool `typed` in the catalog: found as everywhere, else by a prefix that no other tool has, with
    /// a note.
    ///
    /// # Errors
    /// No tool or several are meant.
    pub(in crate::cli) fn find_tool(&mut self, settings: &Settings, catalog: &Catalog, typed: &str) -> Result<usize> {
        let error = match catalog.find(typed) {
            Ok(found) => return Ok(found),
            Err(error) => error,
        };
        if typed.chars().count() < PREFIX_MIN {
            return Err(error);
        }
        match catalog.with_prefix(typed)[..] {
            [found] => {
                let record = &catalog.records()[found];
                self.note(settings, &format!("`{typed}` is taken for {} (`{}`)", record.name, record.slug));
                Ok(found)
            }
            _ => Err(error),
        }
    }
}

/// The positions of `tools`, which settings name, in the catalog, in their order.
///
/// # Errors
/// A tool that is unknown or named twice.
pub(in crate::cli) fn find_each(catalog: &Catalog, tools: &[String]) -> Result<Vec<usize>> {
    find_distinct(catalog, &tools.iter().collect::<Vec<_>>(), |tool| catalog.find(tool))
}

/// The positions that `find` gives for each of `tools`.
fn find_distinct(
    catalog: &Catalog,
    tools: &[&String],
    mut find: impl FnMut(&str) -> Result<usize>,
) -> Result<Vec<usize>> {
    let mut found: Vec<usize> = Vec::with_capacity(tools.len());
    for tool in tools {
        let place = find(tool)?;
        if let Some(earlier) = found.iter().position(|other| *other == place) {
            let slug = &catalog.records()[place].slug;
            let again =
                if tools[earlier] == *tool { String::new() } else { format!(" (`{}` and `{tool}`)", tools[earlier]) };
            return Err(Error::usage(format!("the tool `{slug}` is named twice{again}")));
        }
        found.push(place);
    }
    Ok(found)
}
