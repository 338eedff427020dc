//! The fields of a record, each declared once: its key in JSON and TOML, its headings in sheets, its place in
//! [`Record`]. Reading, merging, writing and the schema walk this table, so a new field is a row here and a member of
//! [`ProfileFields`].

use super::seldom::{Seldom, SeldomFields};
use super::value::FieldValue;
use super::{Record, Votes};
use crate::catalog::read::finding::Findings;
use smol_str::SmolStr;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization as _;

/// The fields that few commands ask for.
pub type Profile = Seldom<ProfileFields>;

/// What a record may hold about a tool beside its name, category and reviews.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileFields {
    /// One line about the tool.
    pub tagline: Option<SmolStr>,
    /// A paragraph about the tool.
    pub description: Option<SmolStr>,
    /// The tool's own address.
    pub url: Option<SmolStr>,
    /// Whom the tool suits best.
    pub best_for: Option<SmolStr>,
    /// The lowest price as one word (Free, Paid) or amount.
    pub pricing_entry: Option<SmolStr>,
    /// The price in a sentence.
    pub pricing_detail: Option<SmolStr>,
    /// Name of the panel or site whose reviews these are.
    pub source_label: Option<SmolStr>,
    /// Its address.
    pub source_url: Option<SmolStr>,
    /// Votes from outside the panel to ship.
    pub community_ship: Option<u64>,
    /// Votes from outside the panel to skip.
    pub community_skip: Option<u64>,
}

/// A field of a record.
#[derive(Debug)]
pub(crate) struct RecordField {
    /// The key in JSON and TOML.
    pub(crate) key: &'static str,
    /// What it holds, for the schema.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test makes the schema with it"))]
    pub(crate) about: &'static str,
    /// The heading that sheets are written with, then the others that are understood, all without case, blanks and
    /// punctuation. None where a sheet has no such column.
    pub(crate) headings: &'static [&'static str],
    /// With which part of the record it is read.
    pub(crate) part: Part,
    /// What kind of value it is and where a record keeps it.
    pub(crate) content: FieldContent,
}

/// A part of a record that a command can ask for, see [`super::projection::Projection`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// What finds and filters tools. It is always read.
    Identity,
    /// The tool's description.
    Profile,
    /// The reviews.
    Reviews,
}

/// What kind of value a field is, and where a record keeps it.
#[derive(Debug)]
pub(crate) enum FieldContent {
    /// The unique id.
    Slug,
    /// The name for people.
    Name,
    /// Other names.
    Aliases,
    /// A text that may be absent.
    Text(Access<SmolStr>),
    /// A number of votes that may be absent.
    Votes(Access<u64>),
    /// An object of fields. A text in its place stands for the first of them.
    Group(&'static [RecordField]),
    /// The reviews; their fields are [`super::review::FIELDS`].
    Reviews,
}

/// Where a record keeps a value.
#[derive(Debug)]
pub(crate) struct Access<T: 'static> {
    /// The value.
    pub(crate) get: fn(&Record) -> Option<&T>,
    /// Where it is kept.
    pub(crate) slot: fn(&mut Record) -> &mut Option<T>,
}

/// The [`Access`] to a member of [`Record`].
macro_rules! member {
    ($($path:ident).+) => {
        Access { get: |record| record.$($path).+.as_ref(), slot: |record| &mut record.$($path).+ }
    };
}

/// All fields, in the order in which files are written.
pub(crate) static FIELDS: [RecordField; 12] = [
    RecordField {
        key: "slug",
        about: "Unique id: `[a-z0-9][a-z0-9._-]*`, at most 128 bytes. Made from the name where it is absent.",
        headings: &["slug", "tool slug"],
        part: Part::Identity,
        content: FieldContent::Slug,
    },
    RecordField {
        key: "name",
        about: "Name for people. Never empty.",
        headings: &["name", "title"],
        part: Part::Identity,
        content: FieldContent::Name,
    },
    RecordField {
        key: "aliases",
        about: "Other slugs or names that find this tool.",
        headings: &["aliases", "alias", "also known as", "other names"],
        part: Part::Identity,
        content: FieldContent::Aliases,
    },
    text("tagline", "One line about the tool.", &["tagline", "subtitle", "slogan"], member!(profile.tagline)),
    text("description", "A paragraph about the tool.", &["description", "about"], member!(profile.description)),
    RecordField {
        part: Part::Identity,
        ..text("category", "Free-text category.", &["category", "categories", "tool category"], member!(category))
    },
    text("url", "The tool's own address.", &["url", "website", "link", "homepage"], member!(profile.url)),
    text("best_for", "Whom the tool suits best.", &["best_for", "suits"], member!(profile.best_for)),
    group("pricing", "What it costs. A text alone is the entry.", &PRICING),
    group("source", "Whose reviews a record holds. A text alone is the label.", &SOURCE),
    group("community", "Votes from outside the panel.", &COMMUNITY),
    RecordField {
        key: "reviews",
        about: "The panel's reviews. One reviewer reviews a tool once.",
        headings: &[],
        part: Part::Reviews,
        content: FieldContent::Reviews,
    },
];

static PRICING: [RecordField; 2] = [
    text(
        "entry",
        "The lowest price as one word (Free, Paid) or amount.",
        &["pricing_entry", "price", "pricing", "cost", "entry price"],
        member!(profile.pricing_entry),
    ),
    text(
        "detail",
        "The price in a sentence.",
        &["pricing_detail", "price detail", "price details", "pricing details"],
        member!(profile.pricing_detail),
    ),
];

static SOURCE: [RecordField; 2] = [
    text("label", "Name of the panel or site.", &["source_label", "source"], member!(profile.source_label)),
    text("url", "Its address.", &["source_url"], member!(profile.source_url)),
];

static COMMUNITY: [RecordField; 2] = [
    votes("ship", "Votes to ship.", &["community_ship", "ship votes"], member!(profile.community_ship)),
    votes("skip", "Votes to skip.", &["community_skip", "skip votes"], member!(profile.community_skip)),
];

type Headings = &'static [&'static str];

/// A text of the tool's profile.
const fn text(key: &'static str, about: &'static str, headings: Headings, access: Access<SmolStr>) -> RecordField {
    RecordField { key, about, headings, part: Part::Profile, content: FieldContent::Text(access) }
}

/// A number of votes of the tool's profile.
const fn votes(key: &'static str, about: &'static str, headings: Headings, access: Access<u64>) -> RecordField {
    RecordField { key, about, headings, part: Part::Profile, content: FieldContent::Votes(access) }
}

/// Fields of the tool's profile in an object of their own.
const fn group(key: &'static str, about: &'static str, fields: &'static [RecordField]) -> RecordField {
    RecordField { key, about, headings: &[], part: Part::Profile, content: FieldContent::Group(fields) }
}

/// The fields that hold a value of their own, groups opened, in the order in which files are written.
pub(crate) fn leaves() -> impl Iterator<Item = &'static RecordField> {
    FIELDS.iter().flat_map(|field| match &field.content {
        FieldContent::Group(fields) => fields.iter(),
        FieldContent::Reviews => [].iter(),
        _ => std::slice::from_ref(field).iter(),
    })
}

/// A value as it is written to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scalar<'a> {
    Text(&'a str),
    Number(u64),
    List(&'a [String]),
}

impl RecordField {
    /// The value that `record` has; `None` where it is absent and for groups and reviews.
    pub(crate) fn get<'a>(&self, record: &'a Record) -> Option<Scalar<'a>> {
        match &self.content {
            FieldContent::Slug => Some(Scalar::Text(&record.slug)).filter(|_| !record.slug.is_empty()),
            FieldContent::Name => Some(Scalar::Text(&record.name)).filter(|_| !record.name.is_empty()),
            FieldContent::Aliases => Some(Scalar::List(&record.aliases)).filter(|_| !record.aliases.is_empty()),
            FieldContent::Text(access) => (access.get)(record).map(|text| Scalar::Text(text)),
            FieldContent::Votes(access) => (access.get)(record).map(|votes| Scalar::Number(*votes)),
            FieldContent::Group(_) | FieldContent::Reviews => None,
        }
    }

    /// Puts a text or a number of votes into `record`, or notes why it cannot be one. Not for other contents.
    pub(crate) fn set(&self, record: &mut Record, value: FieldValue<'_>, out: &mut Findings) {
        match &self.content {
            FieldContent::Text(access) => {
                if let Some(text) = value.text(out) {
                    *(access.slot)(record) = Some(text);
                }
            }
            FieldContent::Votes(access) => {
                if let Some(votes) = value.votes(out) {
                    *(access.slot)(record) = Some(votes);
                }
            }
            _ => debug_assert!(false, "`{}` has a reader of its own", self.key),
        }
    }

    /// Moves the value of `from` into `into` where that has none. Whether the two agree.
    pub(crate) fn merge(&self, into: &mut Record, from: &mut Record) -> bool {
        match &self.content {
            FieldContent::Name => {
                if into.name.is_empty() {
                    into.name = std::mem::take(&mut from.name);
                    return true;
                }
                from.name.is_empty() || from.name == into.name
            }
            FieldContent::Aliases => {
                if into.aliases.is_empty() {
                    into.aliases = std::mem::take(&mut from.aliases);
                    return true;
                }
                from.aliases.is_empty() || from.aliases == into.aliases
            }
            FieldContent::Text(access) => merge_value(access, into, from, |one, other| same_text(one, other)),
            FieldContent::Votes(access) => merge_value(access, into, from, u64::eq),
            FieldContent::Slug | FieldContent::Group(_) | FieldContent::Reviews => true,
        }
    }

    /// Whether `record` has this text as the value.
    #[inline]
    pub(crate) fn has_text(&self, record: &Record, text: &str) -> bool {
        match &self.content {
            FieldContent::Name => record.name == text,
            FieldContent::Text(access) => (access.get)(record).is_some_and(|known| known == text),
            _ => false,
        }
    }

    /// The name that sheets give it, which is the only one of its kind: `pricing_entry`.
    pub(crate) fn heading(&self) -> &'static str {
        self.headings.first().copied().unwrap_or(self.key)
    }

    /// Whether two records have the same value; aliases in any order, texts as [`same_words`].
    pub(crate) fn same(&self, one: &Record, other: &Record) -> bool {
        match (self.get(one), self.get(other)) {
            (Some(Scalar::Text(one)), Some(Scalar::Text(other))) => same_words(one, other),
            (Some(Scalar::List(one)), Some(Scalar::List(other))) => {
                let sorted = |list: &[String]| {
                    let mut list = list.to_vec();
                    list.sort_unstable();
                    list
                };
                one == other || sorted(one) == sorted(other)
            }
            (one, other) => one == other,
        }
    }

    /// Gives `into` the value that `from` has. Not for groups and reviews.
    pub(crate) fn copy(&self, into: &mut Record, from: &Record) {
        match &self.content {
            FieldContent::Slug => into.slug = from.slug.clone(),
            FieldContent::Name => into.name = from.name.clone(),
            FieldContent::Aliases => into.aliases.clone_from(&from.aliases),
            FieldContent::Text(access) => *(access.slot)(into) = (access.get)(from).cloned(),
            FieldContent::Votes(access) => *(access.slot)(into) = (access.get)(from).copied(),
            FieldContent::Group(_) | FieldContent::Reviews => {}
        }
    }

    /// Removes the value, because its sources contradict each other.
    pub(crate) fn clear(&self, record: &mut Record) {
        match &self.content {
            FieldContent::Name => record.name = record.slug.clone(),
            FieldContent::Aliases => record.aliases.clear(),
            FieldContent::Text(access) => *(access.slot)(record) = None,
            FieldContent::Votes(access) => *(access.slot)(record) = None,
            FieldContent::Slug | FieldContent::Group(_) | FieldContent::Reviews => {}
        }
    }
}

fn merge_value<T>(access: &Access<T>, into: &mut Record, from: &mut Record, same: impl Fn(&T, &T) -> bool) -> bool {
    // The slot of `from` is looked at only where it holds something, so that an absent value takes no memory.
    let Some(value) = (access.get)(from) else { return true };
    if let Some(known) = (access.get)(into) {
        return same(known, value);
    }
    *(access.slot)(into) = (access.slot)(from).take();
    true
}

/// Whether two texts are equal in NFC and without blanks around them.
fn same_text(one: &str, other: &str) -> bool {
    one == other || one.trim().nfc().eq(other.trim().nfc())
}

/// Whether two texts say the same: equal in NFC, without blanks around them, whatever ends their lines.
pub(crate) fn same_words(one: &str, other: &str) -> bool {
    let lines = |text: &'_ str| text.trim().lines().map(str::to_owned).collect::<Vec<_>>().join("\n");
    one == other || lines(one).nfc().eq(lines(other).nfc())
}

impl SeldomFields for ProfileFields {
    fn absent() -> &'static Self {
        static ABSENT: LazyLock<ProfileFields> = LazyLock::new(ProfileFields::default);
        &ABSENT
    }
}

impl ProfileFields {
    /// The votes from outside the panel; absent where a record has neither number.
    pub fn community(&self) -> Option<Votes> {
        let Self { community_ship: ship, community_skip: skip, .. } = self;
        ship.or(*skip).map(|_| Votes { ship: ship.unwrap_or_default(), skip: skip.unwrap_or_default() })
    }
}
