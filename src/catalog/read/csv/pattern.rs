//! Headings that differ only in the tool that they name, as the questions of a form do.

use crate::catalog::record::review::ReviewContent;

/// What is the same in the headings of several tools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    pub(super) before: String,
    pub(super) after: String,
}

impl Pattern {
    /// The pattern with `{tool}` where the tool is.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (before, after) = text.split_once(Self::TOOL)?;
        Some(Self { before: before.to_owned(), after: after.to_owned() })
    }

    /// What a rule writes in the place of the tool.
    pub(super) const TOOL: &'static str = "{tool}";

    /// The tool that a heading names.
    pub(super) fn tool<'a>(&self, heading: &'a str) -> Option<&'a str> {
        let tool = heading.strip_prefix(&self.before)?.strip_suffix(&self.after)?.trim();
        Some(tool).filter(|tool| !tool.is_empty())
    }

    /// How many characters are the same.
    pub(super) fn length(&self) -> usize {
        self.before.len() + self.after.len()
    }

    /// The heading with `{tool}` where the tool is.
    pub(super) fn text(&self) -> String {
        format!("{}{}{}", self.before, Self::TOOL, self.after)
    }

    /// What is the same in two headings, up to whole words; `None` where that is all or is no question.
    pub(super) fn of(one: &str, other: &str) -> Option<Self> {
        let is_word = |c: char| c.is_alphanumeric();
        let same = one.char_indices().zip(other.chars()).take_while(|((_, a), b)| a == b);
        let mut start = same.last().map_or(0, |((at, c), _)| at + c.len_utf8());
        while start > 0 && one[..start].ends_with(is_word) {
            start -= one[..start].chars().next_back().map_or(0, char::len_utf8);
        }
        let (one_rest, other_rest) = (&one[start..], &other[start..]);
        let same = one_rest.chars().rev().zip(other_rest.chars().rev()).take_while(|(a, b)| a == b);
        let mut length: usize = same.map(|(c, _)| c.len_utf8()).sum();
        while length > 0 && one_rest[one_rest.len() - length..].starts_with(is_word) {
            length -= one_rest[one_rest.len() - length..].chars().next().map_or(0, char::len_utf8);
        }
        // Blanks between words belong to neither.
        let rest = |text: &str| text[..text.len() - length].trim().is_empty();
        if rest(one_rest) || rest(other_rest) {
            return None;
        }
        let after = &one_rest[one_rest.len() - length..];
        Some(Self { before: one[..start].to_owned(), after: after.to_owned() }).filter(Self::is_question)
    }

    /// Whether this is more than a part of the tools' names.
    fn is_question(&self) -> bool {
        let (before, after) = (self.before.split_whitespace(), self.after.split_whitespace());
        let words = before.chain(after).filter(|word| word.contains(char::is_alphanumeric)).count();
        let text = self.text();
        self.content().is_some() || text.contains('[') || text.contains(['?', ':']) && words > 1
    }

    /// What is asked for, by the words of the question.
    pub(super) fn content(&self) -> Option<ReviewContent> {
        const TEXT: [&str; 11] = [
            "why",
            "comment",
            "comments",
            "reason",
            "reasons",
            "explain",
            "notes",
            "feedback",
            "thoughts",
            "remarks",
            "rationale",
        ];
        const SCORE: [&str; 12] = [
            "rate", "rating", "score", "scores", "points", "stars", "grade", "mark", "marks", "scale", "likely", "good",
        ];
        const VERDICT: [&str; 10] = [
            "ship",
            "recommend",
            "recommendation",
            "verdict",
            "decision",
            "approve",
            "adopt",
            "accept",
            "choose",
            "use",
        ];
        let text = format!("{} {}", self.before, self.after).to_lowercase();
        let has = |words: &[&str]| text.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word));
        let tables =
            [(&TEXT[..], ReviewContent::Text), (&SCORE, ReviewContent::Score), (&VERDICT, ReviewContent::Verdict)];
        tables.into_iter().find(|(words, _)| has(words)).map(|(_, content)| content)
    }
}

/// The pattern of `patterns` that `heading` has, the longest, with the tool that it names.
pub(super) fn best<'a>(patterns: &[Pattern], heading: &'a str) -> Option<(usize, &'a str)> {
    let found = patterns.iter().enumerate().filter_map(|(place, pattern)| Some((place, pattern.tool(heading)?)));
    found.max_by_key(|(place, _)| (patterns[*place].length(), usize::MAX - place))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(one: &str, other: &str) -> Option<String> {
        Pattern::of(one, other).map(|pattern| pattern.text())
    }

    #[test]
    fn the_tool_is_what_varies() {
        for (one, other, expected) in [
            ("How would you rate Kafka?", "How would you rate NATS?", "How would you rate {tool}?"),
            ("Rate each queue [Kafka]", "Rate each queue [Rabbit MQ]", "Rate each queue [{tool}]"),
            ("Kafka: your score", "NATS: your score", "{tool}: your score"),
            ("Why Kafka?", "Why Kafka Streams?", "Why {tool}?"),
        ] {
            assert_eq!(pattern(one, other).as_deref(), Some(expected), "{one}");
        }
        assert_eq!(pattern("Apache Kafka", "Apache Pulsar"), None, "no question");
        assert_eq!(pattern("Kafka", "NATS"), None);
        assert_eq!(pattern("How would you rate Kafka?", "Would you ship NATS?"), None, "only the mark is the same");
        let stars = Pattern::parse("{tool} (stars)").expect("a pattern");
        assert_eq!(
            (stars.tool("Kafka (stars)"), stars.tool(" (stars)"), stars.tool("Kafka")),
            (Some("Kafka"), None, None)
        );
    }
}
