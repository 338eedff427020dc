//! The words on which a decision hangs.

use crate::catalog::record::{Record, Review, Verdict};
use crate::verdict::{Assessment, DissentingReview, Exact, PanelVerdict};
use std::cmp::Reverse;

/// Longest quotation, in characters.
const LONGEST: usize = 160;

/// The first sentence of the reviewer on whom the decision hangs, or of one who dissents from the panel of leader or
/// rival: `Founder on Gemma 3n: "..."`. Nothing where they wrote nothing.
pub(super) fn of_decision(records: &[&Record], assessment: &Assessment) -> Option<String> {
    let decision = &assessment.decision;
    let (leader, rival) = (decision.leader?, decision.rival?);
    let quote = |tool: usize, review: &Review| {
        let text = first_sentence(review.remarks.text.as_deref()?)?;
        Some(format!("{} on {}: \"{text}\"", review.reviewer, records[tool].name))
    };
    if let Some(flip) = decision.flips.as_ref().and_then(|flips| flips.first()) {
        let tools = [Some(leader), flip.leader, Some(rival)].into_iter().flatten();
        let reviews = tools.filter_map(|tool| {
            let reviews = &records[tool].reviews;
            Some((tool, reviews.iter().position(|review| *review.reviewer == *flip.without)?))
        });
        // The one against its panel, else the one furthest from its mean; doubles above 0 sort like their bits.
        let weight = |(tool, review): &(usize, usize)| {
            let figures = &assessment.tools[*tool];
            let dissents = dissents(figures.verdict, figures.reviews[*review].verdict);
            let score = records[*tool].reviews[*review].score;
            let distance = score.zip(figures.score.mean).map(|(score, mean)| (score.points() - mean.to_f64()).abs());
            (dissents, distance.map_or(0, f64::to_bits))
        };
        let with_text = reviews.filter(|(tool, review)| records[*tool].reviews[*review].remarks.text.is_some());
        let (tool, review) = with_text.max_by_key(weight)?;
        return quote(tool, &records[tool].reviews[review]);
    }
    let on = |tool: usize| {
        let has_text = |dissent: &&DissentingReview| {
            dissent.tool == tool && records[tool].reviews[dissent.review].remarks.text.is_some()
        };
        // The furthest from the mean; of equals the first by name, whatever the order of the records.
        let key = |dissent: &&DissentingReview| {
            let name = &*records[dissent.tool].reviews[dissent.review].reviewer;
            (dissent.distance.map(Exact::abs), Reverse(name.to_owned()))
        };
        decision.dissent.iter().filter(has_text).max_by_key(key)
    };
    let dissent = on(leader).or_else(|| on(rival))?;
    quote(dissent.tool, &records[dissent.tool].reviews[dissent.review])
}

fn dissents(panel: PanelVerdict, verdict: Option<Verdict>) -> bool {
    panel.dissent().is_some_and(|against| verdict == Some(against))
}

/// The first sentence of a text, on one line and cut at [`LONGEST`] characters; `None` where there is none.
fn first_sentence(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut sentence = String::new();
    for word in &words {
        let longer = sentence.chars().count() + 1 + word.chars().count();
        if longer > LONGEST && !sentence.is_empty() {
            return Some(format!("{} ...", sentence.trim_end_matches([',', ';', ':'])));
        }
        if !sentence.is_empty() {
            sentence.push(' ');
        }
        sentence.push_str(word);
        if ends_sentence(word) {
            break;
        }
    }
    let cut: String = sentence.chars().take(LONGEST).collect();
    (!cut.is_empty()).then(|| if cut == sentence { cut } else { cut + "..." })
}

/// Whether a sentence ends with this word: not after an initial or an abbreviation such as `e.g.`.
fn ends_sentence(word: &str) -> bool {
    let bare = word.trim_end_matches(['"', '\'', ')', ']', '”', '’', '»']);
    if bare.ends_with(['!', '?', '…', '。', '！', '？']) {
        return true;
    }
    bare.strip_suffix('.').is_some_and(|stem| {
        let letters = stem.chars().filter(|c| c.is_alphanumeric()).count();
        letters > 1 && !stem.contains('.') && !["vs", "etc", "Dr", "Mr", "Mrs", "Ms", "No", "approx"].contains(&stem)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sentence_ends_where_a_reader_would_end_it() {
        for (text, expected) in [
            ("A real bet. It may pay.", Some("A real bet.")),
            ("Fast, e.g. on phones. Small.", Some("Fast, e.g. on phones.")),
            ("Version 3.5 is fine\nand small! Yes.", Some("Version 3.5 is fine and small!")),
            ("No end", Some("No end")),
            ("He said \"no.\" Then left.", Some("He said \"no.\"")),
            ("小さい。 速い。", Some("小さい。")),
            (" \n ", None),
        ] {
            assert_eq!(first_sentence(text).as_deref(), expected, "{text}");
        }
        let long = first_sentence(&"word, ".repeat(60)).expect("a sentence");
        assert!(long.chars().count() <= LONGEST + 4 && long.ends_with("word ..."), "{long}");
        assert_eq!(first_sentence(&"x".repeat(400)).expect("a sentence").chars().count(), LONGEST + 3);
    }
}
