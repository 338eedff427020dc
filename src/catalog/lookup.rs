//! Finding a tool by what a person types: slug, else alias, else name.

use super::record::Record;
use crate::error::{Error, Result};
use std::borrow::Cow;

/// Most slugs that one error message lists.
const LISTED: usize = 8;

/// The indices of the tools that `query` means: none, one, or several that are called the same.
pub(super) fn meant(records: &[Record], query: &str) -> Vec<usize> {
    let (key, lower) = (folded(query), query.to_lowercase());
    // From the strictest reading to the laxest; the first that finds anything decides.
    let readings: [&dyn Fn(&Record) -> bool; 8] = [
        &|record| record.slug == query,
        &|record| record.aliases.iter().any(|alias| alias == query),
        &|record| record.name == query,
        &|record| record.slug.eq_ignore_ascii_case(query),
        &|record| record.name.to_lowercase() == lower,
        &|record| !key.is_empty() && folded(&record.slug) == key,
        &|record| !key.is_empty() && record.aliases.iter().any(|alias| folded(alias) == key),
        &|record| !key.is_empty() && folded(&record.name) == key,
    ];
    let mut found = readings.iter().map(|reading| (0..records.len()).filter(|at| reading(&records[*at])).collect());
    found.find(|found: &Vec<usize>| !found.is_empty()).unwrap_or_default()
}

/// The index of the tool that `query` means.
///
/// # Errors
/// No tool or several tools are meant; the error says which were near, or which they are.
pub(super) fn find(records: &[Record], query: &str) -> Result<usize> {
    match meant(records, query)[..] {
        [] => Err(unknown(records, query, &folded(query))),
        [index] => Ok(index),
        ref found => Err(ambiguous(records, found, query)),
    }
}

/// What every word that means the same tool as `word` has in common with it, into `key`: by it an index finds the few
/// tools that [`meant`] need look at.
pub(super) fn key(word: &str, key: &mut String) {
    key.clear();
    if word.is_ascii() {
        let letters = word.bytes().filter(u8::is_ascii_alphanumeric);
        key.extend(letters.map(|byte| char::from(byte.to_ascii_lowercase())));
    } else {
        // The last sigma of a word in lower case is another than the others, and one by itself is no last one.
        let lower = word.to_lowercase().replace('ς', "σ");
        key.extend(lower.chars().filter(|c| c.is_alphanumeric()));
    }
    if key.is_empty() {
        key.push_str(&word.to_lowercase().replace('ς', "σ"));
    }
}

/// A name without case, punctuation and spaces.
pub(super) fn folded(name: &str) -> Cow<'_, str> {
    if name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
        return Cow::Borrowed(name);
    }
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
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
            let words = [folded(&record.slug), folded(&record.name)];
            let nearest = words.iter().filter_map(|word| distance(word)).min()?;
            Some((nearest, record.slug.as_str()))
        })
        .collect();
    found.sort_unstable();
    found.into_iter().take(3).map(|(_, slug)| format!("`{slug}`")).collect()
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
    fn words_that_mean_the_same_have_one_key() {
        let key = |word: &str| {
            let mut key = "what was there".to_owned();
            super::key(word, &mut key);
            key
        };
        for (one, other) in [
            ("Gemma 3N", "gemma-3n"),
            ("ΟΔΟΣ", "οδος"),
            ("ΟΔΟΣ", "οδοσ"),
            ("\u{130}x", "i\u{307}x"),
            ("C++", "c"),
            ("!!", "!!"),
            ("\u{1f4dd}", "\u{1f4dd}"),
        ] {
            assert_eq!(key(one), key(other), "{one} {other}");
        }
        assert_ne!(key("!!"), key("??"));
        // What the readings fold by keeps and drops the same letters as the key.
        let odd = |c: &char| c.to_lowercase().any(char::is_alphanumeric) != c.is_alphanumeric();
        assert_eq!(('\0'..=char::MAX).find(odd), None, "a letter in one case only");
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
            ("atlas co beta", "atlas"),
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
