//! A document with recent reviews only.

use super::document::{Tool, Warning};
use super::{Document, Report};
use crate::catalog::record::Date;

impl Report {
    /// The same with only the reviews that are dated `date` or later, and a note that says so. The figures still
    /// count all.
    #[must_use]
    pub fn since(mut self, date: Date) -> Self {
        let mut counts = Counts::default();
        let (since, warnings) = match &mut self.document {
            Document::Comparison(document) => {
                document.tools.iter_mut().for_each(|tool| counts.retain(tool, date));
                (&mut document.since, &mut document.warnings)
            }
            Document::Tool(document) => {
                document.tools.iter_mut().for_each(|tool| counts.retain(tool, date));
                (&mut document.since, &mut document.warnings)
            }
            Document::Ranking(ranked) => {
                let document = &mut ranked.document;
                document.tools.iter_mut().for_each(|ranked| counts.retain(&mut ranked.tool, date));
                (&mut document.since, &mut document.warnings)
            }
            Document::Changes(_) | Document::Listing(_) | Document::Check(_) => return self,
        };
        *since = Some(date);
        // People should read it even where they see a few notes only.
        warnings.insert(0, counts.note(date));
        self
    }
}

#[derive(Default)]
struct Counts {
    all: usize,
    listed: usize,
    undated: usize,
}

impl Counts {
    fn retain(&mut self, tool: &mut Tool, date: Date) {
        let Some(reviews) = &mut tool.reviews else { return };
        self.all += reviews.len();
        self.undated += reviews.iter().filter(|review| review.date.is_none()).count();
        reviews.retain(|review| review.date.is_some_and(|day| day >= date));
        self.listed += reviews.len();
    }

    fn note(&self, date: Date) -> Warning {
        let undated = match self.undated {
            0 => String::new(),
            1 => ", and one has no date".to_owned(),
            more => format!(", and {more} have no date"),
        };
        let message = format!(
            "Only the reviews since {date} are listed: {} of {}{undated}. The figures count all.",
            self.listed, self.all
        );
        Warning::plain("since", message)
    }
}
