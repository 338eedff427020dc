//! Which tools of a catalog are meant.

use super::Options;
use super::exact::Exact;
use super::figures::figures;
use super::sums::PanelVerdict;
use crate::catalog::record::Record;
use crate::catalog::score::Score;

/// Conditions that a tool has to meet, all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Its category, compared without case.
    pub category: Option<String>,
    /// Its panel verdict.
    pub verdict: Option<PanelVerdict>,
    /// Its mean score is at least this.
    pub min_score: Option<Score>,
    /// Its price entry, compared without case.
    pub price: Option<String>,
    /// At least so many reviewers speak.
    pub min_reviews: Option<usize>,
}

impl Filter {
    /// Those of `records` that meet all conditions, in their order.
    pub fn choose<'a>(&self, records: &'a [Record], options: &Options) -> Vec<&'a Record> {
        records.iter().filter(|record| self.meets(record, options)).collect()
    }

    fn meets(&self, record: &Record, options: &Options) -> bool {
        let same = |asked: &Option<String>, found: &Option<String>| {
            let folded = |text: &str| text.trim().to_lowercase();
            asked.as_deref().is_none_or(|asked| found.as_deref().is_some_and(|found| folded(found) == folded(asked)))
        };
        if !same(&self.category, &record.category) || !same(&self.price, &record.pricing.entry) {
            return false;
        }
        if self.verdict.is_none() && self.min_score.is_none() && self.min_reviews.is_none() {
            return true;
        }
        let figures = figures(record, options);
        let high_enough = |asked: Score| {
            figures.score.mean.is_some_and(|mean| mean >= Exact::from_millionths(asked.millionths().into()))
        };
        self.verdict.is_none_or(|asked| figures.verdict == asked)
            && self.min_score.is_none_or(high_enough)
            && self.min_reviews.is_none_or(|asked| figures.voices >= asked)
    }
}
