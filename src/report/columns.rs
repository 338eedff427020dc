//! The columns of a list of tools: those that a user chooses by name, and their cells for people.

use super::block::{Cell, Column, Role, Table};
use super::document::RankedTool;
use super::number::{decimal_f64, percent_f64};
use super::sheet::{self, Datum};
use super::wording::capitalized;
use crate::error::{Error, Result};
use crate::suggest::did_you_mean;

/// Shorter names for columns than those of `csv`.
const ALIASES: [(&str, &str); 1] = [("price", "pricing_entry")];

/// The columns that `asked` names: each by its name in `csv`, or by an ending of it that no other name has.
///
/// # Errors
/// A name that no column has, or several, or that is asked for twice.
pub(crate) fn named(asked: &[String]) -> Result<Vec<&'static str>> {
    let known: Vec<&'static str> = sheet::ranked_columns().collect();
    let mut columns = Vec::with_capacity(asked.len());
    for name in asked {
        let column = find(&known, name.trim())?;
        if columns.contains(&column) {
            return Err(Error::usage(format!("column `{column}` appears twice in `--columns`")));
        }
        columns.push(column);
    }
    Ok(columns)
}

fn find(known: &[&'static str], name: &str) -> Result<&'static str> {
    let name = name.replace('-', "_");
    let alias = ALIASES.iter().find(|(alias, _)| *alias == name).map(|(_, column)| *column);
    if let Some(column) = alias.or_else(|| known.iter().find(|column| **column == name).copied()) {
        return Ok(column);
    }
    let ends = |column: &str| column.strip_suffix(name.as_str()).is_some_and(|before| before.ends_with('_'));
    let found: Vec<&'static str> = known.iter().filter(|column| !name.is_empty() && ends(column)).copied().collect();
    match found[..] {
        [column] => Ok(column),
        [] => {
            let error = Error::usage(format!("unknown column `{name}`"));
            let error = error.hint_if(did_you_mean(&name, known.iter().copied()));
            Err(error.hint(format!("columns: {}", known.join(", "))))
        }
        _ => Err(Error::usage(format!("several columns end in `{name}`: {}", found.join(", ")))),
    }
}

/// `tools` in the columns called `names`; without titles where it is one column alone, for a pipe.
pub(super) fn table(tools: &[RankedTool], names: &[&'static str]) -> Table {
    let sheet = sheet::ranked(tools).only(names);
    let is_bare = names.len() == 1;
    let columns = names.iter().enumerate().map(|(at, name)| {
        let is_text = |row: &Vec<Datum>| matches!(row[at], Datum::Text(_) | Datum::Word(_) | Datum::Absent);
        let role = match *name {
            "slug" | "name" => Role::Label,
            _ if sheet.rows.iter().all(is_text) => Role::Text,
            _ => Role::Figure,
        };
        Column::new(role, if is_bare { String::new() } else { title(name) })
    });
    Table {
        caption: "The tools in order".to_owned(),
        columns: columns.collect(),
        rows: sheet
            .rows
            .iter()
            .map(|row| names.iter().zip(row).map(|(name, datum)| cell(name, datum)).collect())
            .collect(),
    }
}

/// The title of a column.
fn title(name: &str) -> String {
    match name {
        "rank" => "#".to_owned(),
        "slug" => "Tool".to_owned(),
        "panel_verdict" => "Verdict".to_owned(),
        "score_mean" => "Mean".to_owned(),
        "pricing_entry" => "Price".to_owned(),
        name => capitalized(&name.replace('_', " ")),
    }
}

/// A value as people read it: shares as percentages, other figures with one decimal.
fn cell(name: &str, datum: &Datum) -> Cell {
    match datum {
        Datum::Absent => Cell::absent(),
        Datum::Text(text) | Datum::Word(text) => Cell::text(text),
        Datum::Flag(flag) => Cell::text(if *flag { "yes" } else { "no" }),
        Datum::Number(number) => Cell::text(match number.as_f64() {
            Some(share) if name.contains("ship_ratio") => percent_f64(share),
            Some(figure) if !number.is_u64() && name != "crowd_p_value" => decimal_f64(figure, 1),
            _ => number.to_string(),
        }),
    }
}
