//! `csv`: one rectangular table, one value per cell, raw numbers, empty for the absent.
//!
//! Lines end with LF, cells are quoted where [RFC 4180](https://www.rfc-editor.org/rfc/rfc4180)
//! asks for it. A text that a spreadsheet would execute as a formula gets an apostrophe in front, and so does what the
//! runner of a CI job that reads its log would execute.

use super::{BuiltIn, Style};
use crate::ci_log::{self, Breaks, Instead};
use crate::error::{Error, Result};
use crate::report::{Datum, Report};
use crate::text::{starts_formula, visible_block};
use std::borrow::Cow;

/// The `csv` format.
pub(super) const CSV: BuiltIn = BuiltIn {
    holds_notes: false,
    ..BuiltIn::new("csv", &["csv"], "one rectangular table, for spreadsheets and data frames (see --rows)", format)
};

fn format(report: &Report, style: &Style) -> Result<String> {
    let sheet = report.sheet(style.rows)?;
    let failed = |e: &dyn std::fmt::Display| Error::data(format!("cannot write the document as CSV: {e}"));
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    writer.write_record(sheet.header.iter().map(|name| name.as_bytes())).map_err(|e| failed(&e))?;
    for row in &sheet.rows {
        for datum in row {
            match datum {
                Datum::Absent => writer.write_field(""),
                Datum::Number(number) => writer.write_field(number.to_string()),
                Datum::Flag(flag) => writer.write_field(if *flag { "true" } else { "false" }),
                Datum::Word(word) => writer.write_field(word),
                Datum::Text(text) if style.csv_raw => writer.write_field(text),
                Datum::Text(text) => writer.write_field(harmless(text).as_ref()),
            }
            .map_err(|e| failed(&e))?;
        }
        writer.write_record(None::<&[u8]>).map_err(|e| failed(&e))?;
    }
    let bytes = writer.into_inner().map_err(|e| failed(&e))?;
    String::from_utf8(bytes).map_err(|e| failed(&e))
}

/// `text` as one cell that no spreadsheet executes, in quotes where
/// [RFC 4180](https://www.rfc-editor.org/rfc/rfc4180) asks for them.
pub(super) fn cell(text: &str) -> String {
    let text = harmless(text);
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.into_owned() }
}

/// `text` with an apostrophe in front if a spreadsheet would take it for a formula, and before what the runner of a CI
/// job would execute.
/// Control characters are left out: an escape sequence must not reach a terminal through a cell.
fn harmless(text: &str) -> Cow<'_, str> {
    let cleaned = visible_block(text);
    let cleaned = match ci_log::neutralize(&cleaned, Breaks::AtLineEnds, Instead::Apostrophe) {
        Cow::Owned(neutral) => Cow::Owned(neutral),
        Cow::Borrowed(_) => cleaned,
    };
    let first = cleaned.trim_start_matches([' ', '\n', '\'', '"', '\u{feff}']).chars().next();
    let raw = text.chars().next();
    if [first, raw].into_iter().flatten().any(starts_formula) { Cow::Owned(format!("'{cleaned}")) } else { cleaned }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn formulas_are_neutralised_and_words_are_not() {
        for text in ["=cmd|'/c calc'!A1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", " =1", "'=1"] {
            assert!(harmless(text).starts_with('\''), "{text:?} became {:?}", harmless(text));
        }
        assert_eq!(harmless("::error::a\n ::b c ::d ##[e]"), "'::error::a\n'::b c ::d #'#[e]");
        for text in ["Gemma 3n", "std::vec", "a=b", "R&D – (beta)", "3-in-1", ""] {
            assert_eq!(harmless(text), text);
        }
    }
}
