//! What a column holds, recognized by its heading.

use crate::catalog::record::fields::{FieldContent, RecordField, leaves};
use crate::catalog::record::identity::normalized;
use crate::catalog::record::review::{self, ReviewContent};
use crate::catalog::record::score::Scale;

/// What a column holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ColumnMeaning {
    /// Which tool the row is about: a slug, alias or name. Of several such columns the one of the first word counts.
    Tool(usize),
    /// A field of the tool.
    Field(&'static RecordField),
    /// A field of a review.
    Review(ReviewContent),
    /// The name of a person who filled in a form.
    Person,
    /// An e-mail address.
    Email,
    /// When a form was filled in.
    Timestamp,
    /// A number that is nobody's opinion, such as a rank.
    Number,
    /// Nothing that is known.
    Unknown,
}

/// Headings of the column that names the tool, the surest first.
const TOOL: [&str; 15] = [
    "tool",
    "product",
    "item",
    "candidate",
    "vendor",
    "option",
    "solution",
    "project",
    "project name",
    "submission",
    "entry",
    "model",
    "team",
    "tool name",
    "product name",
];

const PERSON: [&str; 9] = [
    "your name",
    "what is your name",
    "what's your name",
    "who are you",
    "full name",
    "respondent name",
    "first name",
    "person name",
    "user name",
];
const EMAIL: [&str; 5] = ["email", "email address", "your email", "your email address", "mail"];
const TIMESTAMP: [&str; 12] = [
    "timestamp",
    "start time",
    "completion time",
    "submitted at",
    "submission date",
    "submission time",
    "date submitted",
    "last modified time",
    "start date",
    "end date",
    "submit date (utc)",
    "submitted",
];

/// Numbers that are nobody's opinion, in sheets whose headings name reviewers or tools.
const NUMBERS: [&str; 26] = [
    "index",
    "id",
    "no",
    "#",
    "rank",
    "place",
    "position",
    "unnamed: 0",
    "count",
    "votes",
    "year",
    "respondent id",
    "collector id",
    "response id",
    "network id",
    "nr",
    "number",
    "row",
    "serial no",
    "weight",
    "weights",
    "age",
    "responses",
    "number of reviews",
    "ship",
    "skip",
];

/// Words that end the heading of one reviewer's or one tool's column: `Builder score`.
const JUDGEMENTS: [(&str, ReviewContent); 20] = [
    ("score", ReviewContent::Score),
    ("rating", ReviewContent::Score),
    ("points", ReviewContent::Score),
    ("mark", ReviewContent::Score),
    ("marks", ReviewContent::Score),
    ("grade", ReviewContent::Score),
    ("verdict", ReviewContent::Verdict),
    ("decision", ReviewContent::Verdict),
    ("recommendation", ReviewContent::Verdict),
    ("vote", ReviewContent::Verdict),
    ("outcome", ReviewContent::Verdict),
    ("text", ReviewContent::Text),
    ("comment", ReviewContent::Text),
    ("comments", ReviewContent::Text),
    ("notes", ReviewContent::Text),
    ("reason", ReviewContent::Text),
    ("rationale", ReviewContent::Text),
    ("why", ReviewContent::Text),
    ("remarks", ReviewContent::Text),
    ("date", ReviewContent::Date),
];

/// A heading, taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Heading {
    /// As the file has it, without blanks around it.
    pub(crate) text: String,
    /// Without its scale, and without `reviewer:` or `tool:` in front.
    pub(crate) name: String,
    /// The scale that it names.
    pub(crate) scale: Option<Scale>,
    /// Whether `reviewer:` or `tool:` says that it is a name, whatever it looks like.
    pub(crate) is_name: bool,
    pub(crate) role: ColumnMeaning,
}

impl Heading {
    pub(crate) fn new(text: &str) -> Self {
        let text = normalized(text).into_owned();
        for prefix in ["reviewer:", "tool:"] {
            if let Some(name) = text.strip_prefix(prefix).map(str::trim).filter(|name| !name.is_empty()) {
                let (name, scale) = without_scale(name);
                return Self { name: name.to_owned(), scale, is_name: true, role: ColumnMeaning::Unknown, text };
            }
        }
        let (name, scale) = without_scale(&text);
        let mut role = role(&text);
        if matches!(role, ColumnMeaning::Unknown) {
            role = self::role(name);
        }
        if matches!(role, ColumnMeaning::Unknown) {
            // A known word with a unit behind it: `Score (points)`, `Recommendation (yes/no)`.
            role = name.split_once('(').map_or(ColumnMeaning::Unknown, |(word, _)| self::role(word));
            role = if matches!(role, ColumnMeaning::Review(_)) { role } else { ColumnMeaning::Unknown };
        }
        Self { name: name.to_owned(), scale, is_name: false, role, text }
    }

    /// The name and the judgement of a heading such as `Builder score`, `Builder: verdict`.
    pub(crate) fn judgement(&self) -> Option<(&str, ReviewContent)> {
        let (name, word) = self.name.rsplit_once([' ', ':', '-', '_', '/']).filter(|_| !self.is_name)?;
        let word = key(word);
        let (_, content) = JUDGEMENTS.iter().find(|(known, _)| *known == word)?;
        let name = name.trim_end_matches([' ', ':', '-', '_', '/']);
        (!name.is_empty()).then_some((name, *content))
    }

    /// Whether the heading has the words of a judgement in it.
    pub(crate) fn looks_like_judgement(&self) -> bool {
        // `Recommended?`, `Would you ship it`, `Approval`
        const STEMS: [&str; 6] = ["recommend", "ship", "approv", "accept", "adopt", "star"];
        let words = self.text.split(|c: char| !c.is_alphanumeric()).map(key);
        words.into_iter().any(|word| {
            JUDGEMENTS.iter().any(|(known, content)| {
                matches!(content, ReviewContent::Score | ReviewContent::Verdict) && *known == word.trim_end_matches('s')
            }) || STEMS.iter().any(|stem| word.starts_with(stem))
        })
    }

    /// Whether the column holds judgements of tools.
    pub(crate) fn is_judgement(&self) -> bool {
        use ReviewContent::{Label, Score, Verdict};
        matches!(self.role, ColumnMeaning::Review(Score | Verdict | Label))
    }

    /// Whether the column is the tool's slug.
    pub(crate) fn is_slug(&self) -> bool {
        matches!(self.role, ColumnMeaning::Field(RecordField { content: FieldContent::Slug, .. }))
    }

    /// Whether the column is the tool's name.
    pub(crate) fn is_tool_name(&self) -> bool {
        matches!(self.role, ColumnMeaning::Field(RecordField { content: FieldContent::Name, .. }))
    }

    /// Whether the column is this field of reviews.
    pub(crate) fn is_review(&self, content: ReviewContent) -> bool {
        matches!(self.role, ColumnMeaning::Review(found) if found == content)
    }

    /// What the column holds, in the word that sheets are written with.
    pub(crate) fn kind(&self) -> &'static str {
        match self.role {
            ColumnMeaning::Tool(_) => TOOL[0],
            ColumnMeaning::Field(field) => field.headings[0],
            ColumnMeaning::Review(content) => {
                review::FIELDS.iter().find(|field| field.content == content).map_or("", |field| field.key)
            }
            ColumnMeaning::Person => "name of the reviewer",
            ColumnMeaning::Email => "e-mail address",
            ColumnMeaning::Timestamp => "time",
            ColumnMeaning::Number | ColumnMeaning::Unknown => "",
        }
    }
}

fn role(heading: &str) -> ColumnMeaning {
    let key = key(heading);
    let has = |headings: &[&str]| !key.is_empty() && headings.iter().any(|known| letters(known).eq(key.chars()));
    if let Some(place) = TOOL.iter().position(|word| has(&[word])) {
        return ColumnMeaning::Tool(place);
    }
    if let Some(field) = leaves().find(|field| has(field.headings)) {
        return ColumnMeaning::Field(field);
    }
    if let Some(field) = review::FIELDS.iter().find(|field| field.key == key || has(field.headings)) {
        return ColumnMeaning::Review(field.content);
    }
    let tables = [
        (&PERSON[..], ColumnMeaning::Person),
        (&EMAIL, ColumnMeaning::Email),
        (&TIMESTAMP, ColumnMeaning::Timestamp),
        (&NUMBERS, ColumnMeaning::Number),
    ];
    let known = tables.into_iter().find(|(words, _)| has(words) || words.contains(&heading.trim()));
    known.map_or(ColumnMeaning::Unknown, |(_, role)| role)
}

/// What columns may hold, each with the headings that are understood: the first is the one that sheets are written with.
pub(crate) fn table() -> Vec<(&'static str, Vec<&'static str>)> {
    let named = |words: &[&'static str]| words.to_vec();
    let reviews = review::FIELDS.iter().map(|field| {
        let people = if field.content == ReviewContent::Reviewer { named(&PERSON) } else { Vec::new() };
        (field.key, [vec![field.key], named(field.headings), people].concat())
    });
    let fields = leaves().filter(|field| !field.headings.is_empty());
    let fields = fields.map(|field| (field.headings[0], named(field.headings)));
    let forms = [("time of a form", named(&TIMESTAMP)), ("e-mail address", named(&EMAIL))];
    std::iter::once((TOOL[0], named(&TOOL))).chain(reviews).chain(forms).chain(fields).collect()
}

/// Whether a word of a heading is one for tools.
pub(super) fn is_word_for_tool(word: &str) -> bool {
    TOOL.contains(&word)
}

/// All headings that sheets are written with.
pub(crate) fn written() -> Vec<&'static str> {
    let fields = leaves().map(|field| field.headings[0]);
    TOOL[..1].iter().copied().chain(fields).chain(review::FIELDS.iter().map(|field| field.key)).collect()
}

/// What tools are often judged by, without case, blanks and punctuation.
const CRITERIA: [&str; 46] = [
    "security",
    "price",
    "pricing",
    "cost",
    "costs",
    "support",
    "usability",
    "performance",
    "quality",
    "design",
    "documentation",
    "docs",
    "features",
    "functionality",
    "reliability",
    "scalability",
    "innovation",
    "completeness",
    "maturity",
    "community",
    "easeofuse",
    "value",
    "compliance",
    "integration",
    "integrations",
    "speed",
    "accuracy",
    "licence",
    "license",
    "maintenance",
    "stability",
    "presentation",
    "technical",
    "impact",
    "creativity",
    "originality",
    "feasibility",
    "execution",
    "usefulness",
    "complexity",
    "userexperience",
    "satisfaction",
    "taste",
    "battery",
    "latency",
    "memory",
];

/// Whether a heading is more likely a criterion than a person.
pub(crate) fn is_criterion(heading: &str) -> bool {
    // `Impact (30)`
    let name = heading.split_once(['(', '[']).map_or(heading, |(name, _)| name);
    CRITERIA.contains(&key(name).as_str())
}

/// A heading without case, blanks and punctuation.
pub(crate) fn key(heading: &str) -> String {
    letters(heading).collect()
}

/// The letters and digits of a heading, in lower case.
fn letters(heading: &str) -> impl Iterator<Item = char> {
    heading.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}

/// A heading without the scale that it ends with: `Ana (1-5)`, `Score (0 to 100)`, `Rating /10`, `Points (out of 20)`.
fn without_scale(heading: &str) -> (&str, Option<Scale>) {
    let whole = (heading, None);
    let (name, scale) = match heading.strip_suffix([')', ']']) {
        Some(inside) => match inside.rsplit_once(['(', '[']) {
            Some((name, scale)) => (name, scale_in(scale.trim())),
            None => return whole,
        },
        None => match heading.rsplit_once('/') {
            Some((name, upper)) => (name, Scale::from_text(upper)),
            None => return whole,
        },
    };
    let name = name.trim();
    match scale {
        Some(scale) if !name.is_empty() => (name, Some(scale)),
        _ => whole,
    }
}

fn scale_in(text: &str) -> Option<Scale> {
    let lower = text.to_lowercase();
    for prefix in ["/", "out of", "of", "max", "max."] {
        if let Some(scale) = lower.strip_prefix(prefix).and_then(Scale::from_text) {
            return Some(scale);
        }
    }
    if lower == "%" {
        return Some(Scale::HUNDRED);
    }
    let (from, to) = ["-", "–", "—", "to", ".."].iter().find_map(|separator| lower.split_once(separator))?;
    let number = |text: &str| text.trim().parse::<u16>().ok();
    let to = to.trim().split(' ').next().unwrap_or_default(); // `1-5 stars`
    Scale::between(number(from)?, number(to)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_heading_has_two_roles() {
        let mut all: Vec<String> = TOOL.iter().map(|heading| key(heading)).collect();
        let of_tools = leaves().flat_map(|field| field.headings).map(|heading| key(heading));
        all.extend(of_tools.collect::<std::collections::BTreeSet<_>>());
        for field in &review::FIELDS {
            all.push(field.key.to_owned());
            all.extend(field.headings.iter().map(|heading| key(heading)));
        }
        for words in [&PERSON[..], &EMAIL, &TIMESTAMP, &NUMBERS] {
            all.extend(words.iter().map(|word| key(word)).filter(|word| !word.is_empty()));
        }
        let count = all.len();
        all.sort_unstable();
        let twice: Vec<_> = all.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0].clone()).collect();
        assert_eq!((twice, count > 80), (vec![], true));
        assert_eq!(Heading::new("Best for").kind(), "best_for");
        assert_eq!(Heading::new(" Reviewed  By ").kind(), "reviewer");
        assert_eq!(Heading::new("Recommendation (yes/no)").kind(), "verdict");
    }

    #[test]
    fn a_heading_may_name_a_scale() {
        for (heading, name, lower, upper) in [
            ("Ana (1-5)", "Ana", "1", 5),
            ("Ana [0–10]", "Ana", "0", 10),
            ("Score (0 to 100)", "Score", "0", 100),
            ("Rating /10", "Rating", "0", 10),
            ("Points (out of 20)", "Points", "0", 20),
            ("How would you rate Kafka? (1-5 stars)", "How would you rate Kafka?", "1", 5),
            ("Share (%)", "Share", "0", 100),
        ] {
            let found = Heading::new(heading);
            let scale = Scale::between(lower.parse().expect("a number"), upper);
            assert_eq!((found.name.as_str(), found.scale), (name, scale), "{heading}");
        }
        for heading in ["Ana", "Ana (2)", "Ana (guest)", "(1-5)", "Ana 1-5", "A/B", "Ana (5-1)"] {
            let found = Heading::new(heading);
            assert_eq!((found.name.as_str(), found.scale), (heading, None), "{heading}");
        }
    }

    #[test]
    fn a_heading_may_name_a_judgement_of_somebody() {
        let judgement =
            |heading: &str| Heading::new(heading).judgement().map(|(name, content)| (name.to_owned(), content));
        assert_eq!(judgement("Builder score"), Some(("Builder".to_owned(), ReviewContent::Score)));
        assert_eq!(judgement("Ana Maria: Verdict"), Some(("Ana Maria".to_owned(), ReviewContent::Verdict)));
        assert_eq!(judgement("Ben rating (1-5)"), Some(("Ben".to_owned(), ReviewContent::Score)));
        assert_eq!(judgement("Score"), None);
        assert_eq!(judgement("reviewer:Total score"), None);
        assert_eq!(Heading::new("reviewer: Total").name, "Total");
    }
}
