//! A tool in a document: what it is, what its panel says, and each review.

use crate::catalog::record::score::Score;
use crate::catalog::record::{Date, Record, Verdict};
use crate::verdict::{Crowd, Exact, Figures, Interval, PanelVerdict, ScoreFigures};
use serde::Serialize;
use smol_str::SmolStr;

/// A tool with its figures.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Tool {
    /// Unique id.
    pub slug: String,
    /// Name for people.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// One line about the tool.
    pub tagline: Option<String>,
    /// A paragraph about the tool.
    pub description: Option<String>,
    /// Free-text category.
    pub category: Option<String>,
    /// The tool's own address.
    pub url: Option<String>,
    /// Whom the tool suits best; the tagline where the record does not say.
    pub best_for: Option<String>,
    /// What it costs.
    pub pricing: Pricing,
    /// Whose reviews these are.
    pub source: Option<Source>,
    /// Votes from outside the panel.
    pub community: Community,
    /// The panel's aggregates.
    pub panel: Panel,
    /// The panel's reviews. Absent in a ranking unless asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviews: Option<Vec<Review>>,
    /// Place by the ranking key among the tools at hand, from 1; ties share a place.
    pub rank: usize,
    /// Whether the community disagrees with the panel.
    pub crowd: Crowd,
}

/// What a tool costs.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Pricing {
    /// The lowest price as one word or amount.
    pub entry: Option<String>,
    /// The same in a sentence.
    pub detail: Option<String>,
}

/// Whose reviews a record holds.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Source {
    /// Name of the panel or site.
    pub label: Option<String>,
    /// Its address.
    pub url: Option<String>,
}

/// Votes from outside the panel, never mixed into the panel's figures.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Community {
    /// Votes to ship; `null` where the record says nothing of votes.
    pub ship: Option<u64>,
    /// Votes to skip.
    pub skip: Option<u64>,
    /// ship / (ship + skip), 0 to 1; `null` without votes.
    #[cfg_attr(test, schemars(range(min = 0, max = 1)))]
    pub ship_ratio: Option<Exact>,
}

/// A panel's aggregates.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Panel {
    /// `ship` above one half, `mixed` at exactly one half, `skip` below, `none` without verdicts.
    pub verdict: PanelVerdict,
    /// Verdicts to ship.
    pub ship: usize,
    /// Verdicts to skip.
    pub skip: usize,
    /// Share of verdicts to ship, weighted, 0 to 1.
    #[cfg_attr(test, schemars(range(min = 0, max = 1)))]
    pub ship_ratio: Option<Exact>,
    /// Its interval.
    pub ship_ratio_interval: Option<Interval>,
    /// The scores.
    pub score: ScoreFigures,
    /// Reviewers with a score or a verdict and a weight above 0.
    pub reviewers: usize,
}

/// One reviewer's judgement.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Review {
    /// The reviewer.
    pub reviewer: String,
    /// Score in points, 0 to 100.
    pub score: Option<Score>,
    /// `ship` or `skip`.
    pub verdict: Option<Verdict>,
    /// Whether the verdict was derived from the score.
    pub verdict_derived: bool,
    /// A word in place of a verdict that is neither ship nor skip. It counts in no figure.
    pub label: Option<String>,
    /// The reviewer's text.
    pub text: Option<String>,
    /// Day of the review.
    pub date: Option<Date>,
    /// This score minus the same reviewer's score of the first tool, in points.
    #[cfg_attr(test, schemars(range(min = -100, max = 100)))]
    pub difference: Option<Exact>,
}

impl Tool {
    /// `record` with its `figures`, and its reviews if `reviews`.
    pub(crate) fn new(record: &Record, figures: &Figures, reviews: bool) -> Self {
        let profile = &record.profile;
        let text = |text: &Option<SmolStr>| text.as_ref().map(ToString::to_string);
        let source = Source { label: text(&profile.source_label), url: text(&profile.source_url) };
        let votes = profile.community();
        Self {
            slug: record.slug.to_string(),
            name: record.name.to_string(),
            aliases: record.aliases.clone(),
            tagline: text(&profile.tagline),
            description: text(&profile.description),
            category: text(&record.category),
            url: text(&profile.url),
            best_for: text(&profile.best_for).or_else(|| text(&profile.tagline)),
            pricing: Pricing { entry: text(&profile.pricing_entry), detail: text(&profile.pricing_detail) },
            source: Some(source).filter(|source| source.label.is_some() || source.url.is_some()),
            community: Community {
                ship: votes.map(|votes| votes.ship),
                skip: votes.map(|votes| votes.skip),
                ship_ratio: figures.community_ratio,
            },
            panel: Panel {
                verdict: figures.verdict,
                ship: figures.ships,
                skip: figures.skips,
                ship_ratio: figures.ship_ratio,
                ship_ratio_interval: figures.ship_ratio_interval,
                score: figures.score,
                reviewers: figures.reviewers,
            },
            reviews: reviews.then(|| Review::all(record, figures)),
            rank: figures.rank,
            crowd: figures.crowd,
        }
    }
}

impl Review {
    /// The reviews of `record` with their `figures`.
    fn all(record: &Record, figures: &Figures) -> Vec<Self> {
        let both = record.reviews.iter().zip(&figures.reviews);
        both.map(|(review, figures)| Self {
            reviewer: review.reviewer.to_string(),
            score: review.score,
            verdict: figures.verdict,
            verdict_derived: figures.derived,
            label: review.remarks.label.as_deref().map(str::to_owned),
            text: review.remarks.text.clone(),
            date: review.date,
            difference: figures.difference,
        })
        .collect()
    }
}
