//! "Did you mean": the nearest of some words.

/// Longer words, in characters, are no slips of the finger.
const TYPED_MAX: usize = 64;

/// The one of `words` that `typed` probably means, whatever the case: a third of the letters may differ, at least one and
/// at most four, by the distance of Damerau and Levenshtein. Of words that are equally near it is the first in order.
pub(crate) fn nearest<'w>(typed: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    nearest_of(typed, &mut words.into_iter())
}

/// As [`nearest`], compiled once.
fn nearest_of<'w>(typed: &str, words: &mut dyn Iterator<Item = &'w str>) -> Option<&'w str> {
    let length = typed.chars().count();
    if length > TYPED_MAX {
        return None;
    }
    let allowed = (length / 3).clamp(1, 4);
    let typed = typed.to_lowercase();
    // Cheap first: there may be many words, and the distance takes as much memory as the product of the lengths.
    let words = words.filter(|word| word.len().abs_diff(typed.len()) <= 4 * allowed);
    let near = words.map(|word| (strsim::damerau_levenshtein(&typed, &word.to_lowercase()), word));
    near.filter(|(distance, word)| *distance <= allowed && *distance < word.len()).min().map(|(_, word)| word)
}

/// The remedy that names what was probably meant.
pub(crate) fn did_you_mean<'w>(typed: &str, words: impl IntoIterator<Item = &'w str>) -> Option<String> {
    nearest(typed, words).map(|word| format!("did you mean `{word}`?"))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_near_and_another_word_is_not() {
        let words = ["catalog", "format", "by", "list", "rank", "Founder"];
        for (typed, meant) in [
            ("cataloge", Some("catalog")),
            ("Format", Some("format")),
            ("fromat", Some("format")),
            ("lst", Some("list")),
            ("rnak", Some("rank")),
            ("b", Some("by")),
            ("foundr", Some("Founder")),
            ("x", None),
            ("kubernetes", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, words), meant, "{typed}");
        }
        assert_eq!(nearest(&"x".repeat(100_000), words), None);
    }
}
