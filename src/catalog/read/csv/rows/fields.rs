//! What a row says about its tool.

use super::RowReader;
use crate::catalog::read::ParseState;
use crate::catalog::read::csv::cells::RowCells;
use crate::catalog::read::faults::Faults;
use crate::catalog::record::Record;
use crate::catalog::record::fields::{FieldContent, Part};
use crate::catalog::record::identity::normalized;
use crate::catalog::record::value::{FieldValue, RawValue, quoted};
use crate::catalog::record::words::is_absent;
use crate::text::trimmed;
use std::borrow::Cow;

impl RowReader {
    /// Reads what a row says about the tool itself, as far as that is new, into `fields`.
    pub(super) fn fields(&self, index: usize, fields: &mut Record, row: RowCells<'_>, state: &mut ParseState) {
        let known = &self.tools.all[index].record;
        for (column, field) in &self.layout.fields {
            if row.cells[*column].span.is_empty() {
                continue;
            }
            let text = row.cell(*column);
            // Nearly always a row repeats the one before.
            if field.has_text(known, &text) || is_absent(&text) {
                continue;
            }
            let value = row.value(*column, text);
            match &field.content {
                FieldContent::Name if trimmed(value_text(&value)).is_empty() => {}
                FieldContent::Name => {
                    fields.name = value.name(&mut state.findings).unwrap_or_default().into();
                }
                FieldContent::Aliases => {
                    let aliases = value_text(&value).split(';').map(normalized).filter(|alias| !alias.is_empty());
                    fields.aliases = aliases.map(Cow::into_owned).collect();
                }
                _ => field.set(fields, value, &mut state.findings),
            }
        }
    }

    /// Adds `fields` to the tool at `index`, or notes those that contradict what another row says. Whether all agree.
    pub(super) fn merge_fields(
        &mut self,
        index: usize,
        fields: &mut Record,
        row: RowCells<'_>,
        state: &mut ParseState,
    ) -> bool {
        let mark = state.findings.mark();
        let part = &mut self.tools.all[index];
        let mut conflicting = Vec::new();
        for (column, field) in &self.layout.fields {
            let kept = field.part == Part::Identity || self.projection.profile;
            if kept && !field.merge(&mut part.record, fields) {
                conflicting.push(*field);
                let (heading, tool) = (&self.layout.headings[*column], quoted(&part.called));
                let message = format!("`{heading}` differs from another row of {tool}");
                state.findings.add_pair_at(row.cells[*column].span.clone(), message, None, part.span.start);
            }
        }
        let Some(faults) = state.findings.take_since(mark) else { return true };
        part.refuse(Faults { conflicting, ..faults });
        false
    }
}

/// The text of a value of a sheet.
fn value_text<'a>(value: &'a FieldValue<'_>) -> &'a str {
    match &value.value {
        RawValue::Text(text) => text,
        _ => "",
    }
}
