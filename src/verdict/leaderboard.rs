//! The leaderboard of a catalog, or of the part of it that is meant.

use super::Options;
use super::exact::Exact;
use super::figures::figures;
use super::standing::{Standing, rank};
use super::sums::PanelVerdict;
use crate::catalog::record::Record;
use crate::catalog::record::score::Score;
use crate::error::Result;

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

/// Tools in order, each with where it stands among those that the filter lets through.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaderboard {
    /// Index into the records, and where that tool stands; in the order of the options, cut to the top.
    pub places: Vec<(usize, Standing)>,
    /// How many tools the filter let through.
    pub of: usize,
    /// The tool that ranks first, if it does so alone, whether or not it is among the places.
    pub first: Option<(usize, Standing)>,
}

/// Ranks those of `records` that `filter` lets through, puts them in the order of `options` and keeps the first `top`.
///
/// # Errors
/// The confidence is none.
pub fn leaderboard(records: &[Record], filter: &Filter, options: &Options, top: Option<usize>) -> Result<Leaderboard> {
    let chosen: Vec<usize> = (0..records.len()).filter(|i| filter.meets(&records[*i], options)).collect();
    let of: Vec<&Record> = chosen.iter().map(|i| &records[*i]).collect();
    let ranking = rank(&of, options)?;
    let kept = ranking.order.iter().take(top.unwrap_or(usize::MAX));
    let places = kept.map(|i| (chosen[*i], ranking.standing(*i, of[*i], options))).collect();
    let first = ranking.sole_first().map(|i| (chosen[i], ranking.standing(i, of[i], options)));
    Ok(Leaderboard { places, of: chosen.len(), first })
}

impl Filter {
    fn meets(&self, record: &Record, options: &Options) -> bool {
        let same = |asked: &Option<String>, found: Option<&str>| {
            let folded = |text: &str| text.trim().to_lowercase();
            asked.as_deref().is_none_or(|asked| found.is_some_and(|found| folded(found) == folded(asked)))
        };
        if !same(&self.category, record.category.as_deref())
            || !same(&self.price, record.profile.pricing_entry.as_deref())
        {
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
