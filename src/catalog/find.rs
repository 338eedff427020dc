//! Finding a tool by what a person types: slug, else alias, else name.

use super::record::Record;
use super::record::identity::{find_key, normalized};
use crate::error::{Error, Result};
use crate::sort;

/// Most slugs that one error message lists.
const LISTED: usize = 8;

/// The indices of the tools that `query` means: none, one, or several that are called the same.
pub(crate) fn meant(records: &[Record], query: &str) -> Vec<usize> {
    let (name, key) = (normalized(query), find_key(query));
    // From the strictest reading to the laxest; the first that finds anything decides.
    let readings: [&dyn Fn(&Record) -> bool; 6] = [
        &|record| record.slug == query,
        &|record| record.aliases.iter().any(|alias| **alias == *name),
        &|record| *record.name == *name,
        &|record| !key.is_empty() && find_key(&record.slug) == key,
        &|record| !key.is_empty() && record.aliases.iter().any(|alias| find_key(alias) == key),
        &|record| !key.is_empty() && find_key(&record.name) == key,
    ];
    let mut found = readings.iter().map(|reading| (0..records.len()).filter(|at| reading(&records[*at])).collect());
    found.find(|found: &Vec<usize>| !found.is_empty()).unwrap_or_default()
}

/// The index of the tool that `query` means.
///
/// # Errors
/// No tool or several tools are meant; the error says which were near, or which they are.
pub(crate) fn find(records: &[Record], query: &str) -> Result<usize> {
    match meant(records, query)[..] {
        [] => Err(unknown(records, query, &find_key(query))),
        [index] => Ok(index),
        ref found => Err(ambiguous(records, found, query)),
    }
}

fn ambiguous(records: &[Record], found: &[usize], query: &str) -> Error {
    let mut slugs: Vec<_> = found.iter().map(|index| format!("`{}`", records[*index].slug)).collect();
    slugs.sort_unstable();
    let more = slugs.len().saturating_sub(LISTED);
    slugs.truncate(LISTED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Error::usage(format!("`{query}` means {} tools: {}{more}", found.len(), slugs.join(", ")))
        .hint("name the tool by its slug")
}

fn unknown(records: &[Record], query: &str, key: &str) -> Error {
    let error = Error::usage(format!("no tool is called `{query}`"));
    let near = near(records, key);
    match near.split_last() {
        None => error,
        Some((last, [])) => error.hint(format!("did you mean {last}?")),
        Some((last, others)) => error.hint(format!("did you mean {} or {last}?", others.join(", "))),
    }
}

/// Up to three tools whose slug or name is nearly `key`, the nearest first.
fn near(records: &[Record], key: &str) -> Vec<String> {
    let length = key.chars().count();
    if length == 0 || length > super::record::SLUG_MAX {
        return Vec::new();
    }
    let allowed = (length / 3).clamp(1, 4);
    let distance = |word: &str| {
        // Cheap tests first: a catalog has many tools.
        if word.len() > length && length > 2 && word.contains(key) {
            return Some(allowed); // a part of the name was typed
        }
        if word.len().abs_diff(key.len()) > 2 * allowed {
            return None;
        }
        Some(strsim::damerau_levenshtein(word, key)).filter(|distance| *distance <= allowed)
    };
    let mut found: Vec<_> = records
        .iter()
        .filter_map(|record| {
            let words = [find_key(&record.slug), find_key(&record.name)];
            let nearest = words.iter().filter_map(|word| distance(word)).min()?;
            Some((nearest, record.slug.as_str()))
        })
        .collect();
    sort::by(&mut found, Ord::cmp);
    found.into_iter().take(3).map(|(_, slug)| format!("`{slug}`")).collect()
}

/// `error`, for those who have no catalog of their own yet.
pub(crate) fn embedded_hint(error: Error, records: &[Record]) -> Error {
    let slugs: Vec<_> = records.iter().map(|record| format!("`{}`", record.slug)).collect();
    error
        .hint(format!("only the records embedded in the program are in use: {}", slugs.join(" and ")))
        .hint("name your own catalog with --catalog PATH or COMPARE_CATALOG")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog() -> Vec<Record> {
        [
            ("gemma-3n", "Gemma 3n", &["google-gemma"][..]),
            ("smolvlm2-turbo", "SmolVLM2 Turbo", &[]),
            ("c", "C", &[]),
            ("c-plus-plus", "C++", &[]),
            ("atlas-2", "Atlas", &[]),
            ("atlas", "Atlas & Co. – [beta]", &[]),
            ("atlas-eu", "ATLAS", &["gemma-3n"]),
            ("twin-a", "Twin", &[]),
            ("twin-b", "Twin", &[]),
            ("notes", "\u{1f4dd}", &[]),
        ]
        .map(|(slug, name, aliases)| Record {
            slug: slug.into(),
            name: name.into(),
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            ..Record::default()
        })
        .to_vec()
    }

    fn slug_of(query: &str) -> String {
        let catalog = catalog();
        find(&catalog, query).map_or_else(|error| error.message, |index| catalog[index].slug.to_string())
    }

    #[test]
    fn a_slug_goes_before_an_alias_before_a_name() {
        for (query, slug) in [
            ("gemma-3n", "gemma-3n"),
            ("google-gemma", "gemma-3n"),
            ("Gemma 3N", "gemma-3n"),
            ("gemma3n", "gemma-3n"),
            ("GEMMA-3N", "gemma-3n"),
            ("Google Gemma", "gemma-3n"),
            ("C++", "c-plus-plus"),
            ("c++", "c-plus-plus"),
            ("C", "c"),
            ("atlas", "atlas"),
            ("Atlas", "atlas-2"),
            ("ATLAS", "atlas-eu"),
            ("Atlas and Co", "no tool is called `Atlas and Co`"),
            ("atlas & co. – [BETA]", "atlas"),
            ("\u{1f4dd}", "notes"),
        ] {
            assert_eq!(slug_of(query), slug, "{query}");
        }
    }

    #[test]
    fn a_name_of_several_tools_lists_their_slugs() {
        assert_eq!(slug_of("twin"), "`twin` means 2 tools: `twin-a`, `twin-b`");
    }

    #[test]
    fn an_unknown_name_gets_the_nearest_slugs() {
        let hints = |query: &str| find(&catalog(), query).expect_err("unknown").hints;
        assert_eq!(hints("gema-3n"), ["did you mean `gemma-3n`?"]);
        assert_eq!(hints("SmolVLM2"), ["did you mean `smolvlm2-turbo`?"]);
        assert_eq!(hints("twinn"), ["did you mean `twin-a` or `twin-b`?"]);
        assert!(hints("kubernetes").is_empty());
        assert!(hints("").is_empty() && hints("!!").is_empty() && hints(&"x".repeat(10_000)).is_empty());
    }
}
