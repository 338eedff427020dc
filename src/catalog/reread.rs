//! Rows of large sheets, read again for the tools that are shown.
//!
//! A ranking of a large sheet keeps neither the texts of the reviews nor a copy of the rows: [`SheetRows`] knows where the
//! rows of each tool are, and [`SheetRows::fetch`] reads those of a few tools. Its records are compared with those of the
//! first reading. Where many tools are wanted or anything differs, all inputs are read again in full.

use super::load::{LoadedCatalog, load};
use super::merge::{Batches, Merged, merge};
use super::read::chunks::{BLOCK, ChunkedInput};
use super::read::finding::Position;
use super::read::input::Input;
use super::read::{PartialRecord, ReadTask, RowSpan, read_again};
use super::record::Record;
use super::record::projection::Projection;
use super::{ReadOptions, SheetOptions, changed};
use crate::error::Result;
use hashbrown::DefaultHashBuilder;
use smol_str::SmolStr;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// More runs of rows are not looked up one by one.
const MOST: usize = 10_000;

/// Where the rows of large sheets are, and how they are read.
#[derive(Debug)]
pub(super) struct SheetRows {
    /// Per input the rows of its parts; none for an input that is not a sheet.
    by_input: Vec<Vec<RowSpan>>,
    options: SheetOptions,
}

impl SheetRows {
    /// Whether rows of all `inputs` can be read again by themselves, or records by their spans.
    pub(super) fn are_in(inputs: &[Input]) -> bool {
        inputs.iter().any(|input| input.kind.reads_rows())
            && inputs.iter().all(|input| input.kind.reads_rows() || input.kind.reads_one())
    }

    /// The rows of what was `loaded` from `inputs`; `None` where some cannot be read again, or anything is wrong.
    pub(super) fn of(loaded: &mut LoadedCatalog, inputs: &[Input], options: &ReadOptions) -> Option<Self> {
        let is_clean = loaded.merged.faults.is_empty() && loaded.unreadable.is_empty();
        let rows = std::mem::take(&mut loaded.rows);
        let by_input = rows.into_iter().zip(inputs).map(
            |(rows, input)| {
                if input.kind.reads_rows() { rows } else { Some(Vec::new()) }
            },
        );
        let by_input = by_input.collect::<Option<Vec<_>>>().filter(|_| is_clean)?;
        Some(Self { by_input, options: options.sheets.cloned().unwrap_or_default() })
    }

    /// The records at `indices` of `merged`, with what `projection` asks for.
    ///
    /// # Errors
    /// An input cannot be read again, or has changed since.
    pub(super) fn fetch(
        &self,
        merged: &Merged,
        inputs: &[Input],
        indices: &[usize],
        projection: Projection,
    ) -> Result<Vec<Record>> {
        if indices.is_empty() {
            return Ok(Vec::new());
        }
        let known: Vec<&Record> = indices.iter().map(|index| &merged.records[*index]).collect();
        if let Some(batches) = self.parts(merged, inputs, indices, projection)?
            && let Some(records) = pick(merge(batches), &known)
        {
            return Ok(records);
        }
        let options = ReadOptions { sheets: Some(&self.options), ..ReadOptions::default() };
        pick(load(inputs, projection, false, &options)?.merged, &known).ok_or_else(|| changed(&inputs[0]))
    }

    /// Where the reviews of all records are.
    ///
    /// # Errors
    /// An input cannot be read again.
    pub(super) fn review_places(&self, inputs: &[Input]) -> Result<Vec<Vec<Position>>> {
        let options = ReadOptions { sheets: Some(&self.options), ..ReadOptions::default() };
        Ok(load(inputs, Projection::REVIEWS, false, &options)?.merged.review_places)
    }

    /// What the inputs say about the tools at `indices`; `None` where that is in too many places.
    fn parts(
        &self,
        merged: &Merged,
        inputs: &[Input],
        indices: &[usize],
        projection: Projection,
    ) -> Result<Option<Batches>> {
        // A quick hash: every tool and every run of rows is looked up.
        let wanted: HashSet<usize, DefaultHashBuilder> = indices.iter().copied().collect();
        let of_wanted = merged.row_parts.iter().filter(|row| wanted.contains(&row.tool));
        let parts: HashSet<(usize, u32), DefaultHashBuilder> =
            of_wanted.map(|row| (row.input as usize, row.part)).collect();
        let spans: Vec<Vec<Range<u64>>> = self
            .by_input
            .iter()
            .enumerate()
            .map(|(input, rows)| {
                let wanted = rows.iter().filter(|row| parts.contains(&(input, row.part)));
                wanted.map(|row| row.span.clone()).collect()
            })
            .collect();
        if spans.iter().map(Vec::len).sum::<usize>() + indices.len() > MOST {
            return Ok(None);
        }
        let mut batches = Batches::default();
        for (index, (input, spans)) in inputs.iter().zip(&spans).enumerate() {
            if input.kind.reads_rows() {
                batches.sheets.push((index, self.read_rows(input, spans, projection)?));
            } else {
                let origins = indices.iter().map(|tool| &merged.origins[*tool]);
                let spans = origins.filter(|origin| origin.input as usize == index).map(|origin| origin.span.clone());
                batches.whole.push((index, read_again(input, spans, projection)?));
            }
        }
        Ok(Some(batches))
    }

    fn read_rows(&self, input: &Input, spans: &[Range<u64>], projection: Projection) -> Result<Vec<PartialRecord>> {
        if spans.is_empty() {
            return Ok(Vec::new());
        }
        let (source, size) = input.source()?;
        let path = input.path.as_deref().unwrap_or(Path::new(&input.name));
        let sheet = Arc::new(self.options.task(path));
        let task = ReadTask { projection, lint: false, keep_places: false, cores: 1, block: BLOCK, sheet };
        let chunked = ChunkedInput { name: &input.name, source: &source, size, task, on_progress: &|_| () };
        input.kind.read_rows(&chunked, spans)
    }
}

/// The records of `merged` that are those `known`, if all are there and have the same reviews.
fn pick(merged: Merged, known: &[&Record]) -> Option<Vec<Record>> {
    let wanted: HashMap<&SmolStr, usize> = known.iter().enumerate().map(|(at, record)| (&record.slug, at)).collect();
    let mut picked = vec![None; known.len()];
    for record in merged.records {
        if let Some(at) = wanted.get(&record.slug).copied() {
            let same = has_same_reviews(&record, known[at]);
            picked[at] = Some(record).filter(|_| same);
        }
    }
    picked.into_iter().collect()
}

/// Whether two records have the same reviews but for texts.
fn has_same_reviews(one: &Record, other: &Record) -> bool {
    let mut both = one.reviews.iter().zip(&other.reviews);
    one.reviews.len() == other.reviews.len()
        && both.all(|(one, other)| {
            (&one.reviewer, one.score, one.verdict, &one.remarks.label, one.date)
                == (&other.reviewer, other.score, other.verdict, &other.remarks.label, other.date)
        })
}
