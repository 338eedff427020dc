//! Records as JSON objects: what is absent is left out.

use crate::catalog::record::{Pricing, Record, Review, Source, Verdict, Votes};
use crate::catalog::score::Score;
use serde::Serialize;
use std::io::{self, Write};

/// A record as JSON shows it.
#[derive(Serialize)]
pub(super) struct Shape<'a> {
    slug: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    aliases: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    tagline: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    best_for: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pricing: Option<PricingShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<SourceShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    community: Option<VotesShape>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reviews: Vec<ReviewShape<'a>>,
}

#[derive(Serialize)]
struct PricingShape<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
}

#[derive(Serialize)]
struct SourceShape<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

#[derive(Serialize)]
struct VotesShape {
    ship: u64,
    skip: u64,
}

#[derive(Serialize)]
struct ReviewShape<'a> {
    reviewer: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<Score>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
}

impl<'a> From<&'a Record> for Shape<'a> {
    fn from(record: &'a Record) -> Self {
        let Pricing { entry, detail } = &record.profile.pricing;
        let (entry, detail) = (entry.as_deref(), detail.as_deref());
        let votes = |Votes { ship, skip }| VotesShape { ship, skip };
        Self {
            slug: &record.slug,
            name: &record.name,
            aliases: &record.aliases,
            tagline: record.profile.tagline.as_deref(),
            description: record.profile.description.as_deref(),
            category: record.category.as_deref(),
            url: record.profile.url.as_deref(),
            best_for: record.profile.best_for.as_deref(),
            pricing: entry.or(detail).map(|_| PricingShape { entry, detail }),
            source: record
                .profile
                .source
                .as_ref()
                .map(|Source { label, url }| SourceShape { label: label.as_deref(), url: url.as_deref() }),
            community: record.profile.community.map(votes),
            reviews: record.reviews.iter().map(ReviewShape::from).collect(),
        }
    }
}

impl<'a> From<&'a Review> for ReviewShape<'a> {
    fn from(review: &'a Review) -> Self {
        Self {
            reviewer: &review.reviewer,
            score: review.score,
            verdict: review.verdict.map(Verdict::word),
            text: review.text.as_deref(),
            date: review.date.map(|date| date.to_string()),
        }
    }
}

/// Writes a list of records, indented.
pub(super) fn list(records: &[Record], out: &mut dyn Write) -> io::Result<()> {
    for (index, record) in records.iter().enumerate() {
        out.write_all(if index == 0 { b"{\"tools\": [\n" } else { b",\n" })?;
        serde_json::to_writer_pretty(&mut *out, &Shape::from(record))?;
    }
    out.write_all(if records.is_empty() { b"{\"tools\": []}\n" } else { b"\n]}\n" })
}

/// Writes one record on each line.
pub(super) fn lines(records: &[Record], out: &mut dyn Write) -> io::Result<()> {
    for record in records {
        serde_json::to_writer(&mut *out, &Shape::from(record))?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
