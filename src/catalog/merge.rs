//! One catalog from the records of several inputs: slugs are unique, and what sheets say is added to the tools meant.

use super::absorb::absorb;
use super::by_text::ByText;
use super::draft::{quoted, slugified};
use super::finding::{Finding, Findings, Place};
use super::lookup::folded;
use super::reading::{Called, Part};
use super::record::Record;
use smol_str::SmolStr;
use std::collections::HashMap;
use std::ops::Range;

/// Where a record is.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    /// Index of the input.
    pub(super) input: u32,
    /// Its bytes in it.
    pub(super) span: Range<u64>,
}

impl Origin {
    fn place(&self) -> Place {
        Place { input: Some(self.input as usize), at: self.span.start }
    }
}

/// The records of all inputs and what is wrong between them.
#[derive(Debug, Default)]
pub(super) struct Merged {
    pub(super) records: Vec<Record>,
    /// Where each record is; the first place of those that are in several.
    pub(super) origins: Vec<Origin>,
    /// The other places of records that are in several.
    pub(super) more: HashMap<usize, Vec<Origin>>,
    /// Per input.
    pub(super) findings: Vec<(usize, Findings)>,
}

/// Puts the parts of all inputs together.
pub(super) fn merge(batches: Vec<(usize, Vec<Part>)>) -> Merged {
    let count = batches.iter().map(|(_, batch)| batch.len()).sum();
    let mut merged =
        Merged { records: Vec::with_capacity(count), origins: Vec::with_capacity(count), ..Merged::default() };
    let mut sheets = Vec::new();
    let settled = is_settled(&batches);
    for (input, batch) in batches {
        let input = u32::try_from(input).expect("fewer inputs than 2^32");
        // All of a batch come from one input, and so from one kind of file.
        if !settled && batch.first().is_some_and(|part| part.called != Called::Slug) {
            sheets.push((input, batch));
            continue;
        }
        for Part { record, span, .. } in batch.into_iter().filter(|part| !part.record.slug.is_empty()) {
            merged.records.push(record);
            merged.origins.push(Origin { input, span });
        }
    }
    if settled {
        return merged;
    }
    merged.refuse_twins();
    if !sheets.is_empty() {
        Sheets::new(&mut merged).add(sheets);
        merged.sort();
    }
    merged
}

/// Whether all there is, is one sheet that names each tool by its slug: then these are the tools.
fn is_settled(batches: &[(usize, Vec<Part>)]) -> bool {
    let defines = |part: &Part| match part.called {
        Called::Likely => !part.record.name.is_empty() || part.record.slug.is_empty(),
        Called::Slug | Called::Name => false,
    };
    batches.iter().all(|(input, batch)| *input == batches[0].0 && batch.iter().all(defines))
}

impl Merged {
    fn refuse(&mut self, origin: &Origin, at: Range<u64>, message: String, first: Option<Place>) {
        let mut findings = Findings::starting_at(0);
        findings.push(Finding {
            span: at,
            code: if first.is_some() { "twice" } else { "ambiguous" },
            message,
            help: None,
            first,
        });
        self.findings.push((origin.input as usize, findings));
    }

    /// Finds slugs that stand twice and leaves out the later record.
    fn refuse_twins(&mut self) {
        let mut by_slug = ByText::with_capacity(self.records.len());
        let mut twins = Vec::new();
        for (index, record) in self.records.iter().enumerate() {
            let has = |other: usize| self.records[other].slug == record.slug;
            twins.extend(by_slug.find_or_add(&record.slug, index, has).map(|first| (first, index)));
        }
        for (first, again) in &twins {
            let (first, origin) = (self.origins[*first].place(), self.origins[*again].clone());
            let message = format!("the slug `{}` stands twice", self.records[*again].slug);
            self.refuse(&origin, origin.span.start..origin.span.start + 1, message, Some(first));
        }
        if !twins.is_empty() {
            let mut keep = vec![true; self.records.len()];
            for (_, again) in &twins {
                keep[*again] = false;
            }
            let mut kept = keep.iter();
            self.records.retain(|_| kept.next().copied().unwrap_or_default());
            let mut kept = keep.iter();
            self.origins.retain(|_| kept.next().copied().unwrap_or_default());
        }
    }

    /// Puts the records in the order of their first places.
    fn sort(&mut self) {
        let place = |origin: &Origin| (origin.input, origin.span.start);
        if self.origins.is_sorted_by_key(place) {
            return;
        }
        let mut order: Vec<usize> = (0..self.records.len()).collect();
        order.sort_by_key(|index| (self.origins[*index].input, self.origins[*index].span.start));
        self.records = order.iter().map(|index| std::mem::take(&mut self.records[*index])).collect();
        self.origins = order.iter().map(|index| self.origins[*index].clone()).collect();
        let mut more = std::mem::take(&mut self.more);
        let moved = order.iter().enumerate().filter_map(|(new, old)| Some((new, more.remove(old)?)));
        self.more = moved.collect();
    }
}

/// What a sheet says of one tool.
struct Row {
    record: Record,
    origin: Origin,
    /// What the sheet calls the tool.
    tool: SmolStr,
    /// Whether that has the form of a slug.
    is_slug: bool,
    /// Where each review stands.
    starts: Vec<u64>,
}

/// Where the reviews stand that sheets added to a record, in their order.
#[derive(Default)]
struct Places {
    /// Byte of each.
    starts: Vec<u64>,
    /// The input of the first ones.
    input: u32,
    /// From which review on they are from another input.
    others: Vec<(usize, u32)>,
}

impl Places {
    fn add(&mut self, input: u32, start: u64) {
        if self.starts.is_empty() {
            self.input = input;
        } else if self.others.last().map_or(self.input, |(_, input)| *input) != input {
            self.others.push((self.starts.len(), input));
        }
        self.starts.push(start);
    }

    /// Where the `index`th is.
    fn place(&self, index: usize) -> Place {
        let other = self.others.iter().rev().find(|(from, _)| *from <= index);
        let input = other.map_or(self.input, |(_, input)| *input);
        Place { input: Some(input as usize), at: self.starts[index] }
    }
}

/// Tools by aliases and by folded names; `None` where several are called so.
#[derive(Default)]
struct Others {
    aliases: HashMap<String, Option<usize>>,
    names: HashMap<String, Option<usize>>,
}

impl Others {
    fn know(&mut self, record: &Record, index: usize) {
        let note = |map: &mut HashMap<String, Option<usize>>, key: String| {
            let known = map.entry(key).or_insert(Some(index));
            *known = known.filter(|known| *known == index);
        };
        record.aliases.iter().for_each(|alias| note(&mut self.aliases, alias.clone()));
        note(&mut self.names, folded(&record.name).into_owned());
    }
}

/// The tools by what they may be called.
struct Sheets<'a> {
    merged: &'a mut Merged,
    slugs: ByText<usize>,
    /// Made when a row first says something else than a slug.
    others: Option<Others>,
    /// Where the last reviews of each record stand: those that sheets added.
    places: Vec<Places>,
}

impl<'a> Sheets<'a> {
    fn new(merged: &'a mut Merged) -> Self {
        let count = merged.records.len();
        let places = std::iter::repeat_with(Places::default).take(count).collect();
        let slugs = ByText::with_capacity(merged.records.capacity());
        let mut sheets = Self { merged, slugs, others: None, places };
        (0..count).for_each(|index| sheets.know(index));
        sheets
    }

    /// Lets the record at `index` be found.
    fn know(&mut self, index: usize) {
        let record = &self.merged.records[index];
        let has = |other: usize| self.merged.records[other].slug == record.slug;
        let _ = self.slugs.find_or_add(&record.slug, index, has);
        if let Some(others) = &mut self.others {
            others.know(record, index);
        }
    }

    fn by_slug(&self, slug: &str) -> Option<usize> {
        self.slugs.find(slug, |index| self.merged.records[index].slug == slug)
    }

    fn add(&mut self, mut batches: Vec<(u32, Vec<Part>)>) {
        // Those that name their tool define it for the others.
        for naming in [true, false] {
            for (input, part) in
                batches.iter_mut().flat_map(|(input, batch)| batch.iter_mut().map(|part| (*input, part)))
            {
                if part.record.slug.is_empty() || part.record.name.is_empty() == naming {
                    continue;
                }
                let (mut record, span) = (std::mem::take(&mut part.record), part.span.clone());
                let mut starts = std::mem::take(&mut part.starts);
                starts.resize(record.reviews.len(), span.start);
                let tool = std::mem::take(&mut record.slug);
                let is_slug = part.called == Called::Likely;
                self.add_row(Row { record, origin: Origin { input, span }, tool, is_slug, starts });
            }
        }
    }

    fn add_row(&mut self, row: Row) {
        match self.meant(&row) {
            Ok(Some(index)) => self.absorb(index, row),
            Ok(None) => self.create(row),
            Err(message) => self.merged.refuse(&row.origin, row.origin.span.clone(), message, None),
        }
    }

    /// The tool that a row is about, if the catalog has it.
    fn meant(&mut self, row: &Row) -> Result<Option<usize>, String> {
        let tool = row.tool.as_str();
        if let Some(index) = self.by_slug(tool) {
            return Ok(Some(index));
        }
        // A slug with a name defines a tool, whatever others are called.
        if row.is_slug && !row.record.name.is_empty() {
            return Ok(None);
        }
        let key = folded(tool);
        let others = self.others.get_or_insert_with(|| {
            let mut others = Others::default();
            self.merged.records.iter().enumerate().for_each(|(index, record)| others.know(record, index));
            others
        });
        let by_name = others.names.get(&*key).filter(|_| !key.is_empty());
        match others.aliases.get(tool).or(by_name) {
            Some(Some(index)) => Ok(Some(*index)),
            Some(None) => Err(format!("{} names several tools, write the slug of one", quoted(tool))),
            None => Ok(self.by_slug(&slugified(tool))),
        }
    }

    fn create(&mut self, row: Row) {
        let Row { mut record, origin, tool, is_slug, starts } = row;
        record.slug = if is_slug { tool.clone() } else { slugified(&tool).into() };
        if record.slug.is_empty() {
            let message = format!("{} has no letter or digit for a slug, add a column `slug`", quoted(&tool));
            return self.merged.refuse(&origin, origin.span.clone(), message, None);
        }
        if record.name.is_empty() {
            record.name = tool;
        }
        self.places.push(Places { starts, input: origin.input, others: Vec::new() });
        self.merged.records.push(record);
        self.merged.origins.push(origin);
        self.know(self.merged.records.len() - 1);
    }

    /// Adds what a row says to the record at `index`.
    fn absorb(&mut self, index: usize, row: Row) {
        let Row { record: mut said, origin, tool, starts, .. } = row;
        let record = &mut self.merged.records[index];
        if record.name == record.slug && said.name.is_empty() {
            record.name.clone_from(&tool); // the better spelling of a name that no one gave
        }
        let spelt_otherwise =
            tool != record.slug && tool != record.name && !record.aliases.iter().any(|alias| *alias == tool);
        let differing = absorb(record, &mut said);
        let mut twice = Vec::new();
        let places = &mut self.places[index];
        let firm = record.reviews.len() - places.starts.len();
        // Panels are small; large ones are looked up.
        let known: Option<HashMap<std::sync::Arc<str>, usize>> = (record.reviews.len() > 32)
            .then(|| record.reviews.iter().enumerate().map(|(i, r)| (r.reviewer.clone(), i)).collect());
        let before = record.reviews.len();
        for (review, at) in said.reviews.into_iter().zip(starts) {
            let same = match &known {
                Some(known) => known.get(&review.reviewer).copied(),
                None => record.reviews[..before].iter().position(|known| known.reviewer == review.reviewer),
            };
            if let Some(same) = same {
                let first = same.checked_sub(firm).map_or(self.merged.origins[index].place(), |i| places.place(i));
                twice.push((review.reviewer, at, first));
            } else {
                record.reviews.push(review);
                places.add(origin.input, at);
            }
        }
        let slug = record.slug.clone();
        let first = self.merged.origins[index].place();
        if spelt_otherwise {
            let message = format!("{} is spelt otherwise where {slug} is defined", quoted(&tool));
            let mut findings = Findings::starting_at(0);
            let span = origin.span.clone();
            findings.warnings.push(Finding { span, code: "tool-spelling", message, help: None, first: Some(first) });
            self.merged.findings.push((origin.input as usize, findings));
        }
        for field in differing {
            let message = format!("`{field}` of {slug} differs from what another file says");
            self.merged.refuse(&origin, origin.span.clone(), message, Some(first));
        }
        for (name, at, first) in twice {
            let message = format!("`{name}` reviews {slug} twice; one reviewer reviews a tool once");
            self.merged.refuse(&origin, at..at + name.len() as u64, message, Some(first));
        }
        self.merged.more.entry(index).or_default().push(origin);
    }
}
