//! "Did you mean": the nearest of some words.

/// The one of `words` that `typed` is a slip of the finger away from, if any is.
pub(super) fn nearest<'w>(typed: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let typed = typed.to_lowercase();
    // A third of the letters may differ; more, and it is another word.
    let allowed = (typed.chars().count() / 3).clamp(1, 4);
    if typed.chars().count() > 64 {
        return None;
    }
    let near = words.into_iter().map(|word| (strsim::damerau_levenshtein(&typed, word), word));
    near.filter(|(distance, word)| *distance <= allowed && *distance < word.len()).min().map(|(_, word)| word)
}

/// The remedy that names what was probably meant.
pub(super) fn did_you_mean<'w>(typed: &str, words: impl IntoIterator<Item = &'w str>) -> Option<String> {
    nearest(typed, words).map(|word| format!("did you mean `{word}`?"))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_near_and_another_word_is_not() {
        let words = ["catalog", "format", "by", "list", "rank"];
        for (typed, meant) in [
            ("cataloge", Some("catalog")),
            ("Format", Some("format")),
            ("fromat", Some("format")),
            ("lst", Some("list")),
            ("rnak", Some("rank")),
            ("b", Some("by")),
            ("x", None),
            ("kubernetes", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, words), meant, "{typed}");
        }
        assert_eq!(nearest(&"x".repeat(100_000), words), None);
    }
}
