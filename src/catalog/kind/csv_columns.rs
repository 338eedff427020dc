//! What the columns of a sheet hold, told by their headings.

use super::csv_cells::CsvCell;
use crate::catalog::draft::{nearest, quoted};
use crate::catalog::finding::Findings;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// Which tool the row is about: a slug, alias or name.
    Tool,
    Name,
    Aliases,
    Tagline,
    Description,
    Category,
    Url,
    BestFor,
    PricingEntry,
    PricingDetail,
    SourceLabel,
    SourceUrl,
    CommunityShip,
    CommunitySkip,
    Reviewer,
    Score,
    Verdict,
    Text,
    Date,
    /// In a sheet with one row per tool: the scores that the reviewer of the heading gave.
    ScoresOf,
    /// Nothing that is known.
    Unknown,
}

impl Field {
    /// Whether the column says something of the tool itself, beside which tool it is.
    pub(super) fn is_of_tool(self) -> bool {
        (Self::Name as u8..=Self::CommunitySkip as u8).contains(&(self as u8))
    }

    /// Whether the column says something of reviews.
    pub(super) fn is_of_review(self) -> bool {
        (Self::Reviewer as u8..=Self::ScoresOf as u8).contains(&(self as u8))
    }
}

/// The heading that we write for each field, and the usual other ones, without case, spaces and punctuation.
const HEADINGS: [(Field, &str, &[&str]); 19] = [
    (Field::Tool, "tool", &["slug", "toolslug", "product", "item", "candidate"]),
    (Field::Name, "name", &["toolname", "title", "productname"]),
    (Field::Aliases, "aliases", &["alias", "alsoknownas", "othernames"]),
    (Field::Tagline, "tagline", &["subtitle", "slogan"]),
    (Field::Description, "description", &["about"]),
    (Field::Category, "category", &["categories", "toolcategory"]),
    (Field::Url, "url", &["website", "link", "homepage"]),
    (Field::BestFor, "best_for", &["bestfor", "suits"]),
    (Field::PricingEntry, "pricing_entry", &["pricingentry", "price", "pricing", "cost", "entryprice"]),
    (Field::PricingDetail, "pricing_detail", &["pricingdetail", "pricedetail", "pricedetails", "pricingdetails"]),
    (Field::SourceLabel, "source_label", &["sourcelabel", "source"]),
    (Field::SourceUrl, "source_url", &["sourceurl"]),
    (Field::CommunityShip, "community_ship", &["communityship", "shipvotes"]),
    (Field::CommunitySkip, "community_skip", &["communityskip", "skipvotes"]),
    (Field::Reviewer, "reviewer", &["reviewername", "reviewedby", "panelist", "judge", "rater", "evaluator", "person"]),
    (Field::Score, "score", &["rating", "points", "grade", "marks"]),
    (Field::Verdict, "verdict", &["decision", "recommendation", "vote", "shiporskip"]),
    (Field::Text, "text", &["review", "reviewtext", "comment", "comments", "notes", "words", "feedback", "remarks"]),
    (Field::Date, "date", &["day", "reviewdate", "reviewedon"]),
];

/// A column of a sheet.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) field: Field,
    /// The heading as it stands, without space around it.
    pub(super) heading: String,
}

/// The heading that we write for `field`; empty where a column has none of its own.
pub(super) fn heading(field: Field) -> &'static str {
    HEADINGS.iter().find(|(known, ..)| *known == field).map_or("", |(_, heading, _)| heading)
}

fn field_of(heading: &str) -> Field {
    let key: String = heading.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let known = HEADINGS.iter().find(|(_, own, others)| *own == key || others.contains(&key.as_str()));
    known.map_or(Field::Unknown, |(field, ..)| *field)
}

/// The separator that the first line of a text has most of: comma, semicolon or tab.
pub(super) fn separator(text: &str) -> u8 {
    let mut counts = [0; 3];
    let separators = [b',', b';', b'\t'];
    // A quote opens a cell only where one begins. Another one after that which closes it, opens it again.
    let (mut quoted, mut may_open) = (false, true);
    for byte in text.bytes() {
        match byte {
            b'"' if quoted || may_open => (quoted, may_open) = (!quoted, quoted),
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                counts.iter_mut().zip(separators).for_each(|(count, known)| *count += usize::from(byte == known));
                may_open = separators.contains(&byte);
            }
        }
    }
    let most = (0..3).rev().max_by_key(|index| counts[*index]).unwrap_or(0);
    separators[most]
}

/// Whether these cells look like the headings of a sheet of tools.
pub(super) fn are_headings(text: &str, cells: &[CsvCell]) -> bool {
    cells.len() > 1 && cells.iter().any(|cell| matches!(field_of(&cell.text(text)), Field::Tool | Field::Name))
}

/// The columns of a sheet with these headings; `None` when rows cannot be understood by them.
pub(super) fn columns(text: &str, cells: &[CsvCell], out: &mut Findings) -> Option<Vec<Column>> {
    let before = out.count;
    let mut columns: Vec<Column> = cells
        .iter()
        .map(|cell| cell.text(text).trim().to_owned())
        .map(|heading| Column { field: field_of(&heading), heading })
        .collect();
    settle_names(&mut columns);
    let has = |columns: &[Column], field| columns.iter().any(|column| column.field == field);
    if !has(&columns, Field::Reviewer) {
        for column in columns.iter_mut().filter(|column| column.field == Field::Unknown && !column.heading.is_empty()) {
            column.field = Field::ScoresOf;
        }
    }
    for (index, column) in columns.iter().enumerate() {
        let same = |other: &Column| match column.field {
            Field::Unknown => false,
            Field::ScoresOf => other.field == Field::ScoresOf && other.heading == column.heading,
            field => other.field == field,
        };
        if let Some(first) = columns[..index].iter().position(same) {
            let message = if columns[first].heading == column.heading {
                format!("the column {} stands twice", quoted(&column.heading))
            } else {
                let (first, second) = (quoted(&columns[first].heading), quoted(&column.heading));
                format!("the columns {first} and {second} both hold the {}", heading(column.field))
            };
            out.add_pair(cells[index].span.clone(), message, cells[first].span.start);
        }
    }
    for (column, cell) in columns.iter().zip(cells).filter(|(column, _)| column.field == Field::Unknown) {
        let key = column.heading.to_lowercase().replace(' ', "_");
        let headings = HEADINGS.map(|(_, heading, _)| heading);
        let help = nearest(&key, &headings).map(|near| format!("did you mean `{near}`?"));
        let message = format!("the column {} is unknown and not read", quoted(&column.heading));
        out.warn(cell.span.clone(), "unknown-field", message, help);
    }
    if !has(&columns, Field::Tool) {
        let message = "no column says which tool a row is about, expected a column `tool`";
        out.add(cells[0].span.clone(), message, None);
    }
    let of_reviews = [Field::Score, Field::Verdict, Field::Text, Field::Date];
    if !has(&columns, Field::Reviewer)
        && let Some(index) = columns.iter().position(|column| of_reviews.contains(&column.field))
    {
        let message = format!("the column {} needs a column `reviewer` beside it", quoted(&columns[index].heading));
        out.add(cells[index].span.clone(), message, None);
    }
    (out.count == before).then_some(columns)
}

/// `slug` beside `tool` is the id and `tool` the name; a `name` alone is the tool.
fn settle_names(columns: &mut [Column]) {
    let place = |columns: &[Column], field| columns.iter().position(|column| column.field == field);
    if place(columns, Field::Name).is_none() {
        let is_slug = |column: &Column| column.field == Field::Tool && column.heading.to_lowercase().contains("slug");
        if columns.iter().any(is_slug)
            && let Some(name) = columns.iter_mut().find(|column| column.field == Field::Tool && !is_slug(column))
        {
            name.field = Field::Name;
        }
    } else if place(columns, Field::Tool).is_none()
        && let Some(name) = place(columns, Field::Name)
    {
        columns[name].field = Field::Tool;
    }
}
