//! Why a filter leaves no tool: what the tools have of what it asks for.

use super::number::thousands;
use super::number::{decimal, exact, list};
use crate::catalog::record::Record;
use crate::error::Error;
use crate::suggest::did_you_mean;
use crate::verdict::{Exact, Filter, Options, Range, UnknownValue};

/// Categories or prices that a message lists.
const LISTED: usize = 8;

/// The error of a filter that asks for a category or a price that no tool has.
pub(crate) fn unknown_value(unknown: &UnknownValue<'_, '_>) -> Error {
    let UnknownValue { filter, asked, known } = unknown;
    let error = Error::usage(format!("no tool has the {filter} `{asked}`"));
    if let Some(hint) = did_you_mean(asked, known.iter().copied()) {
        return error.hint(hint);
    }
    let named: Vec<String> = known.iter().take(LISTED).map(|value| format!("`{value}`")).collect();
    error.hint(match known.len() {
        0 => format!("no tool here has a {filter} at all"),
        1 => format!("the only {filter} is {}", list(&named)),
        more if more > LISTED => format!("there are {}, such as {}", thousands(more), list(&named)),
        _ => format!("there are {}", list(&named)),
    })
}

/// What the tools have of each condition of a `filter` that none of `records` meets, in a sentence.
pub(super) fn sentence(records: &[Record], filter: &Filter, options: &Options) -> String {
    if records.is_empty() {
        return "The catalog has no tools.".to_owned();
    }
    let one = |part: Filter, condition: String| {
        let count = records.iter().filter(|record| part.meets(record, options)).count();
        let some = match count {
            0 => "none has".to_owned(),
            1 => "1 has".to_owned(),
            _ => format!("{} have", thousands(count)),
        };
        format!("{some} {condition}")
    };
    let range = Range::of(records, options);
    let none = Filter::default();
    let mut parts = Vec::new();
    if let Some(category) = &filter.category {
        let part = Filter { category: filter.category.clone(), ..none.clone() };
        parts.push(one(part, format!("the category `{category}`")));
    }
    if let Some(price) = &filter.price {
        let part = Filter { price: filter.price.clone(), ..none.clone() };
        parts.push(one(part, format!("the price `{price}`")));
    }
    if let Some(verdict) = filter.verdict {
        let part = Filter { verdict: Some(verdict), ..none.clone() };
        parts.push(one(part, format!("the panel verdict `{}`", verdict.word())));
    }
    if let Some(score) = filter.min_score {
        let part = Filter { min_score: Some(score), ..none.clone() };
        let highest = match range.highest_mean {
            Some(mean) => format!("the highest is {}", decimal(mean, 1)),
            None => "nobody gave a score".to_owned(),
        };
        parts.push(one(part, format!("a mean of at least {} ({highest})", exact(Exact::from(score)))));
    }
    if let Some(reviews) = filter.min_reviews {
        let part = Filter { min_reviews: Some(reviews), ..none };
        let most = thousands(range.most_reviews);
        parts.push(one(part, format!("at least {} reviews (the most is {most})", thousands(reviews))));
    }
    let tools = if records.len() == 1 { "1 tool".to_owned() } else { format!("{} tools", thousands(records.len())) };
    format!("No tool matches: of {tools} {}.", list(&parts))
}
