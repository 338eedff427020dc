//! The parts of a page that are not tables.

use super::chart;
use super::markup::{Markup, element, link};
use super::tone;
use crate::error::split_hint;
use crate::report::block::{Answer, Card, Cell, CheckProblem, Field, Notes, Passage, Tone, Voice};
use crate::text::clean_block;
use std::collections::HashMap;

/// Up to so many tools, what each reviewer wrote about them stands together.
const TOGETHER: usize = 6;

/// The answer, in the largest type of the page but the title.
pub(super) fn answer(answer: &Answer) -> Markup {
    let headline = if answer.headline.is_empty() { "The answer" } else { &answer.headline };
    let mut inner = element("h2", &[], Markup::text(headline));
    for (class, text) in [("statement", &answer.statement), ("advice", &answer.advice)] {
        if !text.is_empty() {
            inner += element("p", &[("class", class)], Markup::text(text));
        }
    }
    let class = format!("answer {}", tone(answer.tone));
    element("section", &[("class", class.trim_end()), ("aria-label", "The answer")], inner)
}

/// Links to the sections of the page.
pub(super) fn contents(sections: &[(String, String)]) -> Markup {
    let item = |(anchor, title): &(String, String)| {
        element("li", &[], element("a", &[("href", &format!("#{anchor}"))], Markup::text(title)))
    };
    let list = element("ul", &[], sections.iter().map(item).collect());
    element("nav", &[("class", "contents"), ("aria-label", "Contents")], list)
}

/// One tool below the other, each closed until its name is clicked or a link leads to it.
pub(super) fn details(cards: &[Card]) -> Markup {
    element("div", &[("class", "tools")], cards.iter().map(detail).collect())
}

fn detail(card: &Card) -> Markup {
    let pill = element("span", &[("class", "pill")], Markup::text(&card.verdict.text));
    let figures = card.figures.iter().filter(|figure| figure.label != "would ship it").map(|figure| {
        element("span", &[("class", "figure")], Markup::text(&format!("{} {}", figure.label, figure.cell.text)))
    });
    let class = format!("marks {}", tone(card.verdict.tone));
    let marks = element("span", &[("class", class.trim_end())], pill + figures.collect());
    let summary = element("summary", &[], element("h3", &[], Markup::text(&card.title.text)) + marks);
    let paragraph = |class: &'static str, text: &str| match text.trim() {
        "" => Markup::none(),
        text => element("p", &[("class", class)], Markup::text(text)),
    };
    let mut inner = paragraph("tagline", &card.tagline) + paragraph("description", &card.description);
    if let Some(address) = &card.title.link {
        inner += element("p", &[("class", "address")], link(Some(address), Markup::text(address)));
    }
    if !card.facts.is_empty() {
        inner += facts(&card.facts);
    }
    let set = card.reviews.iter().map(|passage| {
        let title = match &passage.voice {
            Some(voice) => judgement(&voice.reviewer, voice, passage),
            None => Markup::text(&passage.heading),
        };
        voice("h4", &title, passage, Anchored::Here)
    });
    inner += element("div", &[("class", "voices")], set.collect());
    // A link that leads into it opens it; one to the element itself would not.
    element("details", &[], summary + element("div", &[("id", &card.anchor), ("class", "body")], inner))
}

/// One card for each tool.
pub(super) fn cards(cards: &[Card]) -> Markup {
    element("div", &[("class", "cards")], cards.iter().map(card).collect())
}

fn card(card: &Card) -> Markup {
    // Six parts each, though some be empty: the cards share their rows.
    let paragraph = |class: &'static str, text: &str| element("p", &[("class", class)], Markup::text(text.trim()));
    let mut marks = element("span", &[("class", "pill")], Markup::text(&card.verdict.text));
    if !card.place.is_empty() {
        marks += element("span", &[("class", "place")], Markup::text(&card.place));
    }
    let marks = element("p", &[("class", &format!("marks {}", tone(card.verdict.tone)))], marks);
    let title = link(card.title.link.as_ref(), Markup::text(&card.title.text));
    let mut inner = marks + element("h3", &[], title) + paragraph("tagline", &card.tagline);
    inner += element("dl", &[("class", "figures")], card.figures.iter().map(figure).collect());
    inner += paragraph("description", &card.description);
    inner += facts(&card.facts);
    element("article", &[("class", "card")], inner)
}

fn figure(field: &Field) -> Markup {
    fact(field, field.cell.bar.map(chart::bar).unwrap_or_default())
}

fn fact(field: &Field, drawing: Markup) -> Markup {
    let term = element("dt", &[], Markup::text(&field.label));
    element("div", &[], term + element("dd", &[("class", tone(field.cell.tone))], cell_text(&field.cell) + drawing))
}

/// The text of a cell, with a link where it stands for an address.
pub(super) fn cell_text(cell: &Cell) -> Markup {
    let text = link(cell.link.as_ref(), Markup::text(&cell.text));
    if matches!(cell.tone, Tone::Plain) { text } else { element("span", &[("class", "said")], text) }
}

/// Labelled facts.
pub(super) fn facts(fields: &[Field]) -> Markup {
    element("dl", &[("class", "facts")], fields.iter().map(|field| fact(field, Markup::none())).collect())
}

/// Where the place is that the anchor of a passage names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchored {
    /// At this passage.
    Here,
    /// At another passage with the same words, to which this one links.
    Elsewhere,
}

/// Passages of one kind below each other, each under its own heading.
pub(super) fn passages(passages: &[Passage], anchored: Anchored) -> Markup {
    let one = |passage: &Passage| voice("h3", &Markup::text(&passage.heading), passage, anchored);
    element("div", &[("class", "voices")], passages.iter().map(one).collect())
}

/// Words of reviewers about several tools, a heading and a list of passages for each of them: what a reviewer
/// wrote stands side by side while that can be read across. Nothing where it cannot.
pub(super) fn across(groups: &[(&str, &[Passage])]) -> Option<Markup> {
    if !(2..=TOGETHER).contains(&groups.len()) {
        return None;
    }
    let voices: Vec<(&Passage, &Voice)> = groups
        .iter()
        .flat_map(|(_, passages)| passages.iter())
        .map(|passage| Some((passage, passage.voice.as_ref()?)))
        .collect::<Option<_>>()?;
    // Reviewers in the order in which they appear, each with what is theirs.
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut by_reviewer: Vec<(&str, Vec<(&Passage, &Voice)>)> = Vec::new();
    for (passage, voice) in voices {
        let at = *places.entry(&voice.reviewer).or_insert(by_reviewer.len());
        if at == by_reviewer.len() {
            by_reviewer.push((&voice.reviewer, Vec::new()));
        }
        by_reviewer[at].1.push((passage, voice));
    }
    let by = |(reviewer, own): &(&str, Vec<(&Passage, &Voice)>)| {
        let set = own.iter().map(|(passage, voice)| {
            self::voice("h4", &judgement(&voice.tool, voice, passage), passage, Anchored::Here)
        });
        let title = element("h3", &[], Markup::text(reviewer));
        element("section", &[("class", "reviewer")], title + element("div", &[("class", "voices")], set.collect()))
    };
    Some(by_reviewer.iter().map(by).collect())
}

/// What or who is judged, or judges, and the judgement.
fn judgement(name: &str, voice: &Voice, passage: &Passage) -> Markup {
    let class = format!("judgement {}", tone(passage.tone));
    let judgement = element("span", &[("class", class.trim_end())], Markup::text(&voice.judgement));
    Markup::text(&format!("{name} ")) + judgement
}

fn voice(heading: &'static str, title: &Markup, passage: &Passage, anchored: Anchored) -> Markup {
    let text = clean_block(&passage.text);
    let paragraphs = text.lines().filter(|line| !line.trim().is_empty());
    let paragraphs: Markup = paragraphs.map(|line| element("p", &[], Markup::text(line))).collect();
    // What is not a reviewer's is no quotation.
    let quoted = if passage.voice.is_some() && !paragraphs.is_empty() {
        element("blockquote", &[], paragraphs)
    } else {
        paragraphs
    };
    let class = format!("voice {}", tone(passage.tone));
    let class = ("class", class.trim_end());
    let anchor = passage.voice.as_ref().map(|voice| voice.anchor.as_str()).filter(|anchor| !anchor.is_empty());
    let (attributes, title) = match (anchor, anchored) {
        (Some(anchor), Anchored::Here) => (vec![("id", anchor), class], title.clone()),
        (Some(anchor), Anchored::Elsewhere) => {
            (vec![class], element("a", &[("href", &format!("#{anchor}"))], title.clone()))
        }
        (None, _) => (vec![class], title.clone()),
    };
    element("article", &attributes, element(heading, &[], title) + quoted)
}

/// Problems of records, the worst in the color of a skip.
pub(super) fn problems(problems: &[CheckProblem]) -> Markup {
    let item = |problem: &CheckProblem| {
        let (sentence, block) = split_hint(problem.help.as_deref().unwrap_or_default());
        let help = if sentence.is_empty() { String::new() } else { format!("; {sentence}") };
        let block: Vec<&str> = block.collect();
        let code = || element("pre", &[], element("code", &[], Markup::text(&block.join("\n"))));
        let block = if block.is_empty() { Markup::default() } else { code() };
        let place = element("code", &[], Markup::text(&problem.location.to_string()));
        let word = element("strong", &[("class", "said")], Markup::text(problem.severity));
        let said = Markup::text(&format!(" {}{help}", problem.message));
        element("li", &[("class", tone(problem.tone()))], word + Markup::text(" ") + place + said + block)
    };
    element("ul", &[("class", "notes")], problems.iter().map(item).collect())
}

/// Notes below the figures.
pub(super) fn notes(notes: &Notes) -> Markup {
    element(
        "ul",
        &[("class", "notes")],
        notes.lines.iter().map(|note| element("li", &[], Markup::text(note))).collect(),
    )
}
