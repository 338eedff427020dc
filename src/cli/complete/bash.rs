//! Bash passes words as they are quoted on the line, and replaces a part of the one under the cursor.

use super::answer::Completion;
use super::typed::Line;

/// How the text at some place of a word is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quote {
    None,
    Single,
    Double,
    /// `$'...'`.
    Ansi,
}

/// The answer for `words`, of which the one at `index` is under the cursor, quoted as it must be in place of
/// `replaced`, the end of that word.
pub(super) fn answer(
    replaced: &str,
    words: &[String],
    index: usize,
    complete: impl FnOnce(&Line) -> Completion,
) -> Completion {
    let Some(kept) = words.get(index).and_then(|word| word.strip_suffix(replaced)) else { return Completion::Nothing };
    let (kept, quoting) = unquoted(kept);
    let words = words.iter().map(|word| unquoted(word).0).collect();
    match complete(&Line { words, index }) {
        // Readline completes what it replaces. Where a flag is glued to the name, that would be another name.
        Completion::Files(before) if before.len() > kept.len() => Completion::Nothing,
        Completion::Words(mut found) => {
            found.retain_mut(|word| {
                let quoted = word.value.strip_prefix(&kept).and_then(|rest| quoted(rest, quoting));
                quoted.map(|value| word.value = value).is_some()
            });
            Completion::Words(found)
        }
        other => other,
    }
}

/// `word` without its quotes, and the quoting at its end. Nothing is expanded.
fn unquoted(word: &str) -> (String, Quote) {
    let (mut text, mut quote) = (String::new(), Quote::None);
    let mut rest = word.chars().peekable();
    while let Some(c) = rest.next() {
        quote = match (quote, c) {
            (Quote::None, '\'') => Quote::Single,
            (Quote::None, '"') => Quote::Double,
            (Quote::None, '$') if rest.next_if_eq(&'\'').is_some() => Quote::Ansi,
            (Quote::Single | Quote::Ansi, '\'') | (Quote::Double, '"') => Quote::None,
            (Quote::None | Quote::Ansi, '\\') => {
                text.extend(rest.next());
                quote
            }
            (Quote::Double, '\\') => {
                text.push(rest.next_if(|c| "\"$\\`".contains(*c)).unwrap_or('\\'));
                quote
            }
            _ => {
                text.push(c);
                quote
            }
        };
    }
    (text, quote)
}

/// `text` as it must stand in a word where it is quoted like `quote`; none if it cannot.
fn quoted(text: &str, quote: Quote) -> Option<String> {
    let escaped = |is_special: &dyn Fn(char) -> bool| {
        text.chars().map(|c| if is_special(c) { format!("\\{c}") } else { c.to_string() }).collect()
    };
    match quote {
        Quote::None => Some(escaped(&|c| !c.is_alphanumeric() && !"_-./,+@%:=".contains(c))),
        // A `!` is history there, and no quoting keeps it from that.
        Quote::Double if text.contains('!') => None,
        Quote::Double => Some(escaped(&|c| "\"$\\`".contains(c))),
        Quote::Single => Some(text.to_owned()).filter(|text| !text.contains('\'')),
        Quote::Ansi => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::answer::Candidate;
    use super::*;

    #[test]
    fn a_word_is_read_without_expanding_it() {
        for (word, text, quote) in [
            (r#""my $HOME \"x\"""#, "my $HOME \"x\"", Quote::None),
            (r"a\ b", "a b", Quote::None),
            (r#"'c "d'"#, "c \"d", Quote::None),
            ("''", "", Quote::None),
            ("$'a\\'b'$(id)`id`", "a'b$(id)`id`", Quote::None),
            ("日本\"é ", "日本é ", Quote::Double),
            ("--category='De", "--category=De", Quote::Single),
            ("$'De", "De", Quote::Ansi),
            (r#""a\b"#, r"a\b", Quote::Double),
        ] {
            assert_eq!(unquoted(word), (text.to_owned(), quote), "{word}");
        }
    }

    /// The values in place of `replaced`, the end of `word`.
    fn answered(replaced: &str, word: &str, values: &[&str]) -> Vec<String> {
        let candidate = |value: &&str| Candidate { value: (*value).to_owned(), help: String::new(), whole: true };
        let found = Completion::Words(values.iter().map(candidate).collect());
        match answer(replaced, &["compare".to_owned(), word.to_owned()], 1, |_| found) {
            Completion::Words(words) => words.into_iter().map(|word| word.value).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn values_are_quoted_as_the_word_is() {
        let hostile = ["Dev $(id) `x` \"y\"", "Dev 'z'!"];
        let plain = ["Dev\\ \\$\\(id\\)\\ \\`x\\`\\ \\\"y\\\"", "Dev\\ \\'z\\'\\!"];
        assert_eq!(answered("Dev", "Dev", &hostile), plain);
        assert_eq!(answered("Dev", "\"Dev", &hostile), ["Dev \\$(id) \\`x\\` \\\"y\\\""]);
        assert_eq!(answered("Dev", "'Dev", &hostile), ["Dev $(id) `x` \"y\""]);
        assert_eq!(answered("na", "--by=na", &["--by=name"]), ["name"]);
        assert!(answered("other", "a", &["x"]).is_empty());
    }
}
