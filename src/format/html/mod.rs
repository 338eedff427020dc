//! `html`: one page for readers of a published report, complete in itself.
//!
//! No script, no font, no image and no request: the style sheet stands in the page, allowed by its
//! digest, and everything else is forbidden. The answer stands first, the words of the reviewers are
//! always there, and every drawing stands beside the table that says the same.

mod chart;
mod markup;
mod part;
mod table;

use super::{BuiltIn, Style};
use crate::report::Report;
use crate::report::block::{Answer, Block, Card, Exhibit, Passage, Tone, Tools};
use markup::{Markup, element, void};
use part::Anchored;

/// The style sheet, as it stands in every page.
const STYLE: &str = include_str!("style.css");

/// What a page may do: apply the style sheet with this SHA-256 digest, and nothing else. A test compares.
const POLICY: &str = "default-src 'none'; style-src 'sha256-iZZNJeF3JyWE7L/vCFvxK4oWIQgdAJrakz/5SwJFLB4='; base-uri 'none'; form-action 'none'";

/// How to read the figures, below every page that has some.
const READING: &str = "Scores run from 0 to 100. The panel verdict is Ship where more than half of the verdicts say \
                       ship, Mixed at exactly one half, and Skip below. A difference is the second tool minus the first. \
                       Community votes are never mixed into the panel’s figures.";

/// The `html` format.
pub(super) const HTML: BuiltIn = BuiltIn {
    is_page: true,
    ..BuiltIn::new("html", &["html", "htm"], "a page complete in itself, for readers", |report, style| {
        Ok(format(report, style))
    })
};

fn format(report: &Report, _: &Style) -> String {
    let blocks = report.blocks(true);
    let title = blocks.iter().find_map(|block| match block {
        Block::Title(title) => Some(title.as_str()),
        _ => None,
    });
    let answer = blocks.iter().find_map(|block| match block {
        Block::Answer(answer) => Some(answer),
        _ => None,
    });
    let title = title.unwrap_or("Report");
    let page = element("html", &[("lang", "en")], head(title, answer) + body(title, &blocks));
    page.into_page()
}

fn head(title: &str, answer: Option<&Answer>) -> Markup {
    let meta = |name: &str, content: &str| void("meta", &[("name", name), ("content", content)]);
    let shared = |property: &str, content: &str| void("meta", &[("property", property), ("content", content)]);
    let headline = answer.map(|answer| format!(" {}", answer.headline)).unwrap_or_default();
    let whole = format!("{title}{headline}");
    let mut inner = void("meta", &[("charset", "utf-8")]);
    inner += void("meta", &[("http-equiv", "Content-Security-Policy"), ("content", POLICY)]);
    inner += meta("viewport", "width=device-width, initial-scale=1");
    inner += meta("color-scheme", "light dark");
    inner += meta("referrer", "no-referrer");
    inner += element("title", &[], Markup::text(&whole));
    inner += shared("og:type", "article") + shared("og:title", &whole);
    if let Some(answer) = answer {
        inner += meta("description", &answer.statement) + shared("og:description", &answer.statement);
    }
    element("head", &[], inner + element("style", &[], Markup::style(STYLE)))
}

fn body(title: &str, blocks: &[Block]) -> Markup {
    let skip = element("a", &[("class", "skip"), ("href", "#content")], Markup::text("Skip to the content"));
    let mut header = element("h1", &[], Markup::text(title));
    let mut page =
        Page { title, out: Markup::none(), contents: Vec::new(), tools: None, draws_rows: false, cards: &[] };
    let mut answer = Markup::none();
    for block in blocks {
        match block {
            // The answer first, wherever it stands among the blocks.
            Block::Answer(text) => answer += part::answer(text),
            Block::Exhibit(Exhibit::Basis(text)) => header += element("p", &[("class", "basis")], Markup::text(text)),
            Block::Tools(tools) if !tools.are_few() => {
                page.tools = Some(tools);
                page.draws_rows = true;
            }
            Block::Ranking(rows) => page.draws_rows = !rows.are_few(),
            Block::Exhibit(Exhibit::Cards(cards)) => page.cards = cards,
            _ => {}
        }
    }
    if let Some(tools) = page.tools {
        page.section("", &tools.rows.table.caption, table::ranking(&tools.rows));
    }
    let mut rest = blocks;
    while !rest.is_empty() {
        let taken = page.take(rest);
        rest = &rest[taken..];
    }
    // A short page needs no table of contents.
    let contents = if page.tools.is_some() { part::contents(&page.contents) } else { Markup::none() };
    let main = element("main", &[("id", "content")], answer + contents + page.out);
    let figures = |block: &Block| match block {
        Block::Tools(tools) => tools.scores.is_some(),
        block => matches!(block, Block::Scores(_) | Block::Exhibit(Exhibit::Intervals(_))),
    };
    let footer = if blocks.iter().any(figures) {
        element("footer", &[], element("p", &[], Markup::text(READING)))
    } else {
        Markup::none()
    };
    element("body", &[], skip + element("header", &[], header) + main + footer)
}

/// A page as far as it is written.
struct Page<'a> {
    title: &'a str,
    out: Markup,
    /// The anchor and the title of each section.
    contents: Vec<(String, String)>,
    /// The tools, where they are so many that the page shows them as a ranking, and the rest of each when asked for.
    tools: Option<&'a Tools>,
    /// Whether its table of tools draws the means.
    draws_rows: bool,
    /// That rest.
    cards: &'a [Card],
}

impl Page<'_> {
    /// Writes what stands at the start of `blocks`, and says how many of them that was.
    fn take(&mut self, blocks: &[Block]) -> usize {
        match &blocks[0] {
            Block::Title(_) | Block::Answer(_) => {}
            Block::Heading(text) => return self.headed(text, blocks),
            Block::Fields(fields) => self.section("facts-of-it", "Summary", part::facts(fields)),
            Block::Table(table) => self.section("", &table.caption, table::plain(table)),
            Block::Scores(table) => self.section("", &table.caption, table::scores(table)),
            // Its table is on the page by now, at the top.
            Block::Tools(_) if self.tools.is_some() => self.section("", "The tools", part::details(self.cards)),
            Block::Ranking(rows) if rows.are_few() => self.section("", &rows.table.caption, table::plain(&rows.table)),
            Block::Ranking(rows) => self.section("", &rows.table.caption, table::ranking(rows)),
            Block::Tools(tools) => {
                let shared = if tools.shared.is_empty() { Markup::none() } else { part::facts(&tools.shared) };
                self.section("", &tools.facts.caption, shared + table::plain(&tools.facts));
                if let Some(scores) = &tools.scores {
                    self.section("", &scores.caption, table::scores(scores));
                }
            }
            Block::Prose(passages) => self.out += part::passages(passages, Anchored::Here),
            Block::Problems(problems) => self.section("", "Problems", part::problems(problems)),
            Block::Notes(notes) => self.section("aside", "Notes", part::notes(notes)),
            Block::Exhibit(exhibit) => self.exhibit(exhibit),
        }
        1
    }

    fn exhibit(&mut self, exhibit: &Exhibit) {
        match exhibit {
            Exhibit::Basis(_) => {}
            Exhibit::Cards(_) if self.tools.is_some() => {}
            Exhibit::Cards(cards) => self.section("", "The tools", part::cards(cards)),
            Exhibit::Changes(table) => self.section("", &table.caption, table::plain(table)),
            // The ranking draws the intervals and marks who would skip a tool.
            Exhibit::Dissent(_) | Exhibit::Intervals(_) if self.draws_rows => {}
            Exhibit::Dissent(passages) => {
                self.section("dissent", "Dissenting reviews", part::passages(passages, Anchored::Elsewhere));
            }
            Exhibit::Intervals(intervals) => {
                let about = element("p", &[("class", "about")], Markup::text(&intervals.about));
                let figure = element("figure", &[], table::intervals(intervals) + element("figcaption", &[], about));
                self.section("", &intervals.table.caption, figure);
            }
        }
    }

    /// A heading with the passages below it. The words about several tools, each under a heading of
    /// its own, become one section, by reviewer; those about many stand with their tools.
    fn headed(&mut self, text: &str, blocks: &[Block]) -> usize {
        let groups: Vec<(&str, &[Passage])> = blocks.chunks(2).map_while(words).collect();
        if self.tools.is_some() && !groups.is_empty() {
            return groups.len() * 2;
        }
        if let Some(across) = part::across(&groups) {
            self.section("", "What the reviewers wrote", across);
            return groups.len() * 2;
        }
        for (heading, passages) in &groups {
            self.section("", heading, part::passages(passages, Anchored::Here));
        }
        if !groups.is_empty() {
            return groups.len() * 2;
        }
        if let Some(Block::Prose(passages)) = blocks.get(1) {
            self.section("", text, part::passages(passages, Anchored::Here));
            return 2;
        }
        self.section("", text, Markup::none());
        1
    }

    fn section(&mut self, class: &str, title: &str, content: Markup) {
        // A table that is all of a page has the title of the page.
        let heading = if title == self.title { Markup::none() } else { element("h2", &[], Markup::text(title)) };
        // Anchors of tools and reviews have a dash.
        let anchor = format!("section{}", self.contents.len() + 1);
        self.out += element("section", &[("id", &anchor), ("class", class)], heading + content);
        self.contents.push((anchor, title.to_owned()));
    }
}

/// A heading and the passages of reviewers below it.
fn words(blocks: &[Block]) -> Option<(&str, &[Passage])> {
    match blocks {
        [Block::Heading(heading), Block::Prose(passages)] if passages.iter().all(|passage| passage.voice.is_some()) => {
            Some((heading, passages))
        }
        _ => None,
    }
}

/// The class of a tone.
const fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "",
        Tone::Good => "good",
        Tone::Mixed => "mixed",
        Tone::Bad => "bad",
        Tone::Muted => "muted",
    }
}
