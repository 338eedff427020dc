//! Words of sheets: verdicts as panels write them, and what marks an absent value.

use super::identity::case_key;
use super::verdict::Verdict;
use crate::text::trimmed;
use std::collections::BTreeMap;
use std::fmt;

/// What a word in the place of a verdict means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meaning {
    /// A verdict.
    Verdict(Verdict),
    /// A word that is kept with the review and counts in no figure.
    Label,
}

/// Words that always mean ship.
const SHIP: [&str; 13] =
    ["ship", "yes", "y", "go", "accept", "accepted", "approve", "approved", "adopt", "adopted", "👍", "✓", "✔"];

/// Words that always mean skip.
const SKIP: [&str; 12] =
    ["skip", "no", "n", "no-go", "reject", "rejected", "decline", "declined", "👎", "✗", "✘", "no go"];

/// Words that are verdicts in a column of verdicts only.
const IN_VERDICTS: [(&str, Verdict); 4] =
    [("true", Verdict::Ship), ("false", Verdict::Skip), ("1", Verdict::Ship), ("0", Verdict::Skip)];

/// Words that are verdicts where both occur: alone, `pass` may mean either.
pub(crate) const IN_PAIRS: [(&str, Verdict); 2] = [("pass", Verdict::Ship), ("fail", Verdict::Skip)];

/// Cells that hold nothing.
const ABSENT: [&str; 11] = ["-", "–", "—", "n/a", "na", "null", "none", "nan", "?", "tbd", "#n/a"];

/// The words of a panel for ship and skip, beside the usual ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerdictWords {
    own: BTreeMap<String, Meaning>,
    /// Whether each word of [`IN_PAIRS`] is unknown, because the other one does not occur.
    without_pairs: bool,
}

impl VerdictWords {
    /// Adds a word with its meaning, whatever its case. Gives another meaning that was added before.
    pub fn add(&mut self, word: &str, meaning: Meaning) -> Option<Meaning> {
        self.own.insert(key(word), meaning).filter(|known| *known != meaning)
    }

    /// The same with the words of `more`, which come first.
    #[must_use]
    pub fn with(&self, more: &Self) -> Self {
        let mut words = self.clone();
        words.own.extend(more.own.iter().map(|(word, meaning)| (word.clone(), *meaning)));
        words
    }

    /// The same without the words that are verdicts only where both occur.
    pub(crate) fn without_pairs(&self) -> Self {
        Self { own: self.own.clone(), without_pairs: true }
    }

    /// The verdict that `word` is as files are written, unless the panel has words of its own.
    #[inline]
    pub(crate) fn plain_verdict(&self, word: &str) -> Option<Verdict> {
        let verdict = match word {
            "ship" => Verdict::Ship,
            "skip" => Verdict::Skip,
            _ => return None,
        };
        self.own.is_empty().then_some(verdict)
    }

    /// What a word means; in a column of verdicts, also what `true` and `1` mean.
    pub(crate) fn meaning(&self, word: &str, in_verdicts: bool) -> Option<Meaning> {
        // Nearly all are these two.
        if let Some(verdict) = Verdict::from_text(word).filter(|_| self.own.is_empty()) {
            return Some(Meaning::Verdict(verdict));
        }
        let word = key(word);
        if let Some(meaning) = self.own.get(&word) {
            return Some(*meaning);
        }
        let listed = |(known, _): &&(&str, Verdict)| *known == word;
        let verdict = if SHIP.contains(&word.as_str()) {
            Some(Verdict::Ship)
        } else if SKIP.contains(&word.as_str()) {
            Some(Verdict::Skip)
        } else {
            let tables = [in_verdicts.then_some(&IN_VERDICTS[..]), (!self.without_pairs).then_some(&IN_PAIRS[..])];
            tables.into_iter().flatten().flatten().find(listed).map(|(_, verdict)| *verdict)
        };
        verdict.map(Meaning::Verdict)
    }

    /// Whether a word is one of [`IN_PAIRS`] that nobody gave a meaning of its own: its index there.
    pub(crate) fn pair(&self, word: &str) -> Option<usize> {
        // Nearly all are `ship` and `skip`.
        if Verdict::from_text(word).is_some() {
            return None;
        }
        let word = key(word);
        let place = IN_PAIRS.iter().position(|(known, _)| *known == word);
        place.filter(|_| !self.own.contains_key(&word))
    }

    /// The words that are known, for a message.
    pub(crate) fn known(&self) -> String {
        let own = self.own.keys().map(String::as_str);
        let usual = ["ship", "yes", "go", "approve", "adopt", "skip", "no", "no-go", "reject", "decline"];
        let words: Vec<String> = usual.into_iter().chain(own).map(|word| format!("`{word}`")).collect();
        words.join(", ")
    }
}

impl fmt::Display for VerdictWords {
    /// `ship: ja; label: hold, revise`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = [
            ("ship", Meaning::Verdict(Verdict::Ship)),
            ("skip", Meaning::Verdict(Verdict::Skip)),
            ("label", Meaning::Label),
        ];
        let list = |(name, kind): (&str, Meaning)| {
            let of_kind = self.own.iter().filter(move |(_, meaning)| **meaning == kind);
            let words: Vec<&str> = of_kind.map(|(word, _)| word.as_str()).collect();
            (!words.is_empty()).then(|| format!("{name}: {}", words.join(", ")))
        };
        f.write_str(&kinds.into_iter().filter_map(list).collect::<Vec<_>>().join("; "))
    }
}

/// A word without case, variation selectors and skin tones.
fn key(word: &str) -> String {
    let mut key = case_key(trimmed(word));
    key.retain(|c| !matches!(c, '\u{fe0e}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}'));
    key
}

/// Whether a cell of a sheet marks an absent value in words.
pub(crate) fn is_absent(cell: &str) -> bool {
    let cell = trimmed(cell);
    // Longer cells are never such a word.
    cell.len() <= 5 && ABSENT.iter().any(|word| cell.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_have_many_words_for_two_verdicts() {
        let words = VerdictWords::default();
        for word in ["ship", "YES", " y ", "Go", "approved", "\u{1f44d}\u{1f3fd}", "\u{2714}\u{fe0f}"] {
            assert_eq!(words.meaning(word, false), Some(Meaning::Verdict(Verdict::Ship)), "{word}");
        }
        for word in ["skip", "No", "no-go", "REJECT", "\u{1f44e}"] {
            assert_eq!(words.meaning(word, false), Some(Meaning::Verdict(Verdict::Skip)), "{word}");
        }
        for word in ["maybe", "hold", "revise", "1", "true", "", "shipped"] {
            assert_eq!(words.meaning(word, false), None, "{word}");
        }
        assert_eq!(words.meaning("1", true), Some(Meaning::Verdict(Verdict::Ship)));
        assert_eq!(words.meaning("FALSE", true), Some(Meaning::Verdict(Verdict::Skip)));
        assert_eq!((words.pair("Pass"), words.pair("fail"), words.pair("ship")), (Some(0), Some(1), None));
    }

    #[test]
    fn words_of_a_panel_come_before_the_usual_ones() {
        let mut words = VerdictWords::default();
        assert_eq!(words.add("Ja", Meaning::Verdict(Verdict::Ship)), None);
        assert_eq!(words.add("pass", Meaning::Verdict(Verdict::Skip)), None);
        assert_eq!(words.add("revise", Meaning::Label), None);
        assert_eq!(words.add("JA", Meaning::Label), Some(Meaning::Verdict(Verdict::Ship)));
        assert_eq!(words.meaning("Pass", false), Some(Meaning::Verdict(Verdict::Skip)));
        assert_eq!(words.meaning("Revise", false), Some(Meaning::Label));
        assert_eq!(words.meaning("ship", false), Some(Meaning::Verdict(Verdict::Ship)));
        assert_eq!(words.pair("pass"), None);
    }

    #[test]
    fn a_cell_may_say_that_there_is_nothing() {
        for cell in ["-", "n/a", "N/A", " TBD ", "?", "None", "\u{2013}", "\u{2014}"] {
            assert!(is_absent(cell), "{cell}");
        }
        for cell in ["", "0", "no", "nana", "--", "not applicable"] {
            assert!(!is_absent(cell), "{cell}");
        }
    }
}
