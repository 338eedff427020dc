//! When two spellings are one name, and the slug that a name makes.

use std::borrow::Cow;
use unicode_normalization::{UnicodeNormalization as _, is_nfc};

use super::SLUG_MAX;

/// `name` as records keep it: in NFC, without blanks around it, each run of blanks as one space. Two spellings are one
/// reviewer or one tool when this is equal.
pub(crate) fn normalized(name: &str) -> Cow<'_, str> {
    if is_plain(name) {
        return Cow::Borrowed(name);
    }
    let composed: Cow<'_, str> = if is_nfc(name) { Cow::Borrowed(name) } else { name.nfc().collect::<String>().into() };
    let mut words = composed.split_whitespace();
    let first = words.next().unwrap_or_default();
    words.fold(first.to_owned(), |name, word| name + " " + word).into()
}

/// Whether `name` is ASCII without blanks to trim or to collapse, which nearly all are.
#[inline]
fn is_plain(name: &str) -> bool {
    // Without a way out of the loop, the compiler makes it one of vectors.
    if name.bytes().fold(true, |plain, byte| plain & (b'!'..=b'~').contains(&byte)) {
        return true;
    }
    let mut after_blank = true;
    let plain = name.bytes().all(|byte| {
        let doubled = after_blank && byte == b' ';
        after_blank = byte == b' ';
        (b' '..=b'~').contains(&byte) && !doubled
    });
    plain && (!after_blank || name.is_empty())
}

/// What spellings of one name have in common that differ only in case, in compatibility forms (`Ｋafka`) or in
/// characters that nobody can see. Expects a [`normalized`] name.
pub(crate) fn case_key(name: &str) -> String {
    name.nfkc()
        .filter(|c| !is_invisible(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'ς' { 'σ' } else { c })
        .collect()
}

/// What spellings have in common that find the same tool: [`case_key`] without blanks, `-`, `_` and quotes. Other
/// signs count, so that `C++`, `C#` and `C` are three.
pub(crate) fn find_key(name: &str) -> Cow<'_, str> {
    if name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
        return Cow::Borrowed(name);
    }
    let mut key = case_key(&normalized(name));
    key.retain(|c| !c.is_whitespace() && !matches!(c, '-' | '_' | '\'' | '"' | '`' | '‘' | '’' | '“' | '”' | '´'));
    Cow::Owned(key)
}

/// Characters without a width and a meaning of their own, such as the zero-width space.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The slug that a name makes: `Gemma 3n` gives `gemma-3n`, `C++` gives `c-plus-plus`, `.NET` gives `dot-net`. Letters
/// outside ASCII are transliterated. Empty where nothing of the name can stand in a slug.
pub(crate) fn slug_of(name: &str) -> String {
    let name = normalized(name);
    let mut slug = Slug(String::new());
    for (index, c) in name.char_indices() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' => slug.0.push(c.to_ascii_lowercase()),
            '.' if index == 0 && name[1..].starts_with(char::is_alphanumeric) => slug.word("dot"),
            '.' | '_' if !slug.0.is_empty() => slug.0.push(c),
            '+' => slug.word("plus"),
            '#' => slug.word("sharp"),
            '&' => slug.word("and"),
            '@' => slug.word("at"),
            c if c.is_ascii() => slug.gap(),
            c => slug.transliterated(c),
        }
    }
    let Slug(mut slug) = slug;
    slug.truncate(SLUG_MAX);
    slug.truncate(slug.trim_end_matches(['-', '.', '_']).len());
    slug
}

/// A slug in the making.
struct Slug(String);

impl Slug {
    fn gap(&mut self) {
        if !self.0.is_empty() && !self.0.ends_with('-') {
            self.0.push('-');
        }
    }

    /// Adds a word with gaps around it.
    fn word(&mut self, word: &str) {
        self.gap();
        self.0.push_str(word);
        self.0.push('-');
    }

    /// Adds what stands for `c` in ASCII. What stands for one ideograph is a word.
    fn transliterated(&mut self, c: char) {
        let Some(ascii) = deunicode::deunicode_char(c) else { return self.gap() };
        for c in ascii.chars() {
            if c.is_ascii_alphanumeric() {
                self.0.push(c.to_ascii_lowercase());
            } else if c != '\'' {
                self.gap();
            }
        }
    }
}

/// The first of `slug-2`, `slug-3` ... that is not `taken`: a slug to write for the second of two names that make one.
pub(crate) fn free_slug(slug: &str, taken: impl Fn(&str) -> bool) -> String {
    let stem = &slug[..slug.len().min(SLUG_MAX - 8)];
    let numbered = |number: u32| format!("{stem}-{number}");
    (2..10_000).map(numbered).find(|free| !taken(free)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_are_equal_when_normalized() {
        for (one, other) in [
            ("Zo\u{eb}", "Zoe\u{308}"),
            ("  Ana  Maria ", "Ana Maria"),
            ("Ana\u{a0}Maria", "Ana Maria"),
            ("Ana\tMaria", "Ana Maria"),
            ("\u{212b}", "\u{c5}"),
        ] {
            assert_eq!(normalized(one), normalized(other), "{one:?}");
        }
        assert!(matches!(normalized("Ana Maria"), Cow::Borrowed(_)));
        assert!(matches!(normalized(""), Cow::Borrowed("")));
        assert_eq!(normalized(" "), "");
        assert_ne!(normalized("Notion"), normalized("Notion\u{200b}"));
        assert_ne!(normalized("paypal"), normalized("р\u{430}ypal"));
    }

    #[test]
    fn case_and_compatibility_forms_have_one_key() {
        for (one, other) in [
            ("Ana", "ANA"),
            ("ΟΔΟΣ", "οδος"),
            ("ΟΔΟΣ", "οδοσ"),
            ("\u{ff2b}afka", "Kafka"),
            ("Notion\u{200b}", "notion"),
            ("\u{fb01}sh", "FISH"),
            ("\u{130}x", "i\u{307}x"),
        ] {
            assert_eq!(case_key(one), case_key(other), "{one}");
        }
        assert_ne!(case_key("C++"), case_key("C"));
        assert_ne!(case_key("Ana B"), case_key("AnaB"));
    }

    #[test]
    fn a_tool_is_found_without_case_blanks_dashes_and_quotes() {
        for spelling in ["Gemma 3n", "gemma-3n", "GEMMA_3N", "gemma3n", "\u{201c}Gemma\u{201d} 3n"] {
            assert_eq!(find_key(spelling), "gemma3n", "{spelling}");
        }
        let keys: std::collections::BTreeSet<_> =
            ["C", "C++", "C#", ".C", "C&", "C@"].map(|n| find_key(n).into_owned()).into();
        assert_eq!(keys.len(), 6);
    }

    #[test]
    fn names_make_slugs() {
        for (name, slug) in [
            ("Gemma 3n", "gemma-3n"),
            ("GPT 4.1", "gpt-4.1"),
            ("Node.js", "node.js"),
            ("C++", "c-plus-plus"),
            ("C++17", "c-plus-plus-17"),
            ("C#", "c-sharp"),
            ("F# 8", "f-sharp-8"),
            (".NET", "dot-net"),
            ("../x", "x"),
            ("...", ""),
            ("Disney+", "disney-plus"),
            ("Love & Mercy (2015)", "love-and-mercy-2015"),
            ("Q&A", "q-and-a"),
            ("x@y", "x-at-y"),
            ("snake_case", "snake_case"),
            ("_x", "x"),
            ("v2.", "v2"),
            ("a - b", "a-b"),
            ("Claude's", "claude-s"),
            ("\u{17d}\u{e1}ba", "zaba"),
            ("\u{10c}\u{e1}ba", "caba"),
            ("J\u{fc}rgen Gr\u{f6}\u{df}e", "jurgen-grosse"),
            ("\u{6a21}\u{578b}\u{7532} 7B", "mo-xing-jia-7b"),
            ("\u{6a21}\u{578b}\u{4e59} 7B", "mo-xing-yi-7b"),
            ("\u{ff2b}afka", "kafka"),
            ("Notion\u{200b}", "notion"),
            ("\u{1f4dd}", "memo"),
            ("!!", ""),
            ("", ""),
        ] {
            assert_eq!(slug_of(name), slug, "{name}");
            assert!(slug.is_empty() || super::super::slug_problem(&slug_of(name)).is_none(), "{name}");
        }
        assert_eq!(slug_of(&"x".repeat(200)).len(), SLUG_MAX);
    }

    #[test]
    fn a_free_slug_is_a_slug() {
        assert_eq!(free_slug("c", |slug| slug == "c-2"), "c-3");
        assert!(super::super::slug_problem(&free_slug(&"x".repeat(128), |_| false)).is_none());
    }
}
