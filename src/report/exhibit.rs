//! Blocks for formats with room: cards of the tools, the result without single reviewers, dissent in full, and intervals
//! to draw.

use super::anchor::{self, Anchors};
use super::block::{Block, Card, Cell, Exhibit, Field, Intervals, Passage, Role, Span, Table, Tone, Voice};
use super::cells::{FACTS, Fact, drawn_mean, reviews_by, score, tone, verdict, verdict_word};
use super::document::{Comparison, DecidedBy, Decision, Dissent, Flip, Review, Tool};
use super::number::{count, decimal, decimal_f64, distinct, list, percent, percent_f64};
use super::wording::level;
use crate::catalog::record::Verdict;
use crate::verdict::{Certainty, Exact, Interval, KeyPart, Method};
use std::collections::{HashMap, HashSet};

/// Tools that an axis holds; more rows than that nobody compares by eye.
const PLOTTED: usize = 40;

/// The tools of a comparison, what would change its decision, and who dissents.
pub(super) fn decision(document: &Comparison, anchors: &Anchors<'_>) -> Vec<Block> {
    let tied: HashSet<&str> = document.decision.tied.iter().map(|slug| &**slug).collect();
    let names: Names<'_> = document.tools.iter().map(|tool| (&*tool.slug, &*tool.name)).collect();
    let exhibits = [
        Some(Exhibit::Cards(
            document.tools.iter().map(|tool| card(tool, &document.decision, &tied, anchors)).collect(),
        )),
        changes(&document.decision, &names).map(Exhibit::Changes),
        (!document.decision.dissent.is_empty()).then(|| Exhibit::Dissent(dissent(&document.decision, &names, anchors))),
    ];
    exhibits.into_iter().flatten().map(Block::Exhibit).collect()
}

/// Mean score and ship ratio of `tools`, each with its interval; nothing for one that no tool has.
pub(super) fn intervals(tools: &[&Tool]) -> Vec<Block> {
    let shown = &tools[..tools.len().min(PLOTTED)];
    let more = tools.len() - shown.len();
    let plots = [plot(&MEAN_SCORE, shown, more), plot(&SHIP_RATIO, shown, more)];
    plots.into_iter().flatten().map(|plot| Block::Exhibit(Exhibit::Intervals(plot))).collect()
}

/// The names of the document's tools by their slugs.
type Names<'a> = HashMap<&'a str, &'a str>;

fn card(tool: &Tool, decision: &Decision, tied: &HashSet<&str>, anchors: &Anchors<'_>) -> Card {
    let panel = &tool.panel;
    let field = |label: &str, cell: Cell| Field { label: label.to_owned(), cell };
    // Where too few reviewed the tools, none is called ahead.
    let leads = decision.certainty > Certainty::Insufficient && decision.leader.as_ref() == Some(&tool.slug);
    let place = if leads {
        "Leads"
    } else if tied.contains(&*tool.slug) {
        "Tied"
    } else {
        ""
    };
    let shipped = (panel.ship + panel.skip > 0).then(|| format!("{} of {}", panel.ship, panel.ship + panel.skip));
    let ship = Cell { bar: panel.ship_ratio.map(|ratio| ratio.to_f64() * 100.0), ..Cell::or_absent(shipped) };
    let source = (tool.source.is_some()).then_some::<Fact>(("Reviews by", reviews_by));
    let facts = FACTS.into_iter().chain(source).map(|(label, cell)| field(label, cell(tool)));
    Card {
        title: Cell::text(&tool.name).link(tool.url.as_ref()),
        tagline: tool.tagline.clone().unwrap_or_default(),
        verdict: verdict(panel),
        place: place.to_owned(),
        figures: vec![field("mean score", drawn_mean(tool)), field("would ship it", ship)],
        description: tool.description.clone().unwrap_or_default(),
        facts: facts.filter(|fact| fact.cell != Cell::absent()).collect(),
        anchor: anchor::of_tool(&tool.slug),
        reviews: passages(tool, anchors),
    }
}

/// What each reviewer of a tool wrote, who wrote something.
pub(super) fn passages(tool: &Tool, anchors: &Anchors<'_>) -> Vec<Passage> {
    let passage = |review: &Review| {
        let text = review.text.clone().filter(|text| !text.trim().is_empty())?;
        let cell = score(review);
        let date = review.date.map(|date| format!(" · {date}")).unwrap_or_default();
        let judgement = format!("{}{date}", cell.text);
        Some(Passage {
            heading: format!("{} · {judgement}", review.reviewer),
            tone: cell.tone,
            text,
            voice: Some(Voice {
                reviewer: review.reviewer.clone(),
                tool: tool.name.clone(),
                judgement,
                anchor: anchors.of_review(&tool.slug, &review.reviewer),
            }),
        })
    };
    tool.reviews.iter().flatten().filter_map(passage).collect()
}

/// The result without each reviewer whose absence changes it.
fn changes<'a>(decision: &'a Decision, names: &Names<'a>) -> Option<Table> {
    let row = |flip: &'a Flip| {
        let then = match (&flip.leader, &flip.tied[..]) {
            (Some(leader), _) => format!("{} leads", names[leader.as_str()]),
            (None, []) => "no reviews are left".to_owned(),
            (None, tied) => {
                format!("{} tie", list(&tied.iter().map(|slug| names[slug.as_str()]).collect::<Vec<_>>()))
            }
        };
        let figures = flip.decided_by.as_ref().and_then(deciding_figures).unwrap_or_default();
        vec![Cell::text(format!("Without {}", flip.without)), Cell::text(format!("{then}{figures}"))]
    };
    let flips = decision.flips.as_deref().unwrap_or_default();
    let columns = [(Role::Label, "Left out"), (Role::Text, "Result without them")];
    let table = || Table::new("Result without single reviewers", &columns, flips.iter().map(row).collect());
    (!flips.is_empty()).then(table)
}

/// `, 83.0 against 81.7`: the figures that decide a flip.
fn deciding_figures(decided: &DecidedBy) -> Option<String> {
    let (ahead, leader) = (decided.ahead?, decided.leader?);
    Some(match decided.figure {
        KeyPart::Mean => {
            let (ahead, leader) = distinct(ahead, leader);
            format!(", {ahead} against {leader}")
        }
        KeyPart::Reviews => format!(", with {} reviews against {}", decimal(ahead, 0), decimal(leader, 0)),
        KeyPart::Verdict | KeyPart::ShipRatio => {
            format!(", which {} would ship, against {}", percent(ahead), percent(leader))
        }
    })
}

fn dissent<'a>(decision: &'a Decision, names: &Names<'a>, anchors: &Anchors<'_>) -> Vec<Passage> {
    let passage = |dissent: &'a Dissent| {
        let word = verdict_word(dissent.verdict);
        let score = dissent.score.map(|score| format!("{score} ")).unwrap_or_default();
        let distance = dissent.distance.filter(|distance| !distance.is_zero()).map(|distance| {
            let side = if distance.signum() < 0 { "below" } else { "above" };
            format!(" · {} {side} the mean", decimal(distance.abs(), 1))
        });
        let judgement = format!("{score}{word}{}", distance.unwrap_or_default());
        let tool = names[dissent.tool.as_str()].to_owned();
        Passage {
            heading: format!("{} on {tool} · {judgement}", dissent.reviewer),
            tone: if dissent.verdict == Verdict::Ship { Tone::Good } else { Tone::Bad },
            text: dissent.text.clone().unwrap_or_default(),
            voice: Some(Voice {
                reviewer: dissent.reviewer.clone(),
                tool,
                judgement,
                anchor: anchors.of_review(&dissent.tool, &dissent.reviewer),
            }),
        }
    };
    decision.dissent.iter().map(passage).collect()
}

/// One figure of a tool, as it is drawn and worded.
struct Figure {
    title: &'static str,
    /// What one of it is worth on an axis from 0 to 100.
    scale: f64,
    /// The text of a mark at so many hundredths of the axis.
    tick: fn(u8) -> String,
    value: fn(&Tool) -> Option<Exact>,
    interval: fn(&Tool) -> Option<Interval>,
    text: fn(Exact) -> String,
    end: fn(f64) -> String,
    /// How many scores or verdicts it is based on.
    base: fn(&Tool) -> String,
}

const MEAN_SCORE: Figure = Figure {
    title: "Mean score",
    scale: 1.0,
    tick: |at| at.to_string(),
    value: |tool| tool.panel.score.mean,
    interval: |tool| tool.panel.score.mean_interval,
    text: |mean| decimal(mean, 1),
    end: |end| decimal_f64(end, 1),
    base: |tool| count(tool.panel.score.n, "score"),
};

const SHIP_RATIO: Figure = Figure {
    title: "Ship ratio",
    scale: 100.0,
    tick: |at| format!("{at}%"),
    value: |tool| tool.panel.ship_ratio,
    interval: |tool| tool.panel.ship_ratio_interval,
    text: percent,
    end: percent_f64,
    base: |tool| count(tool.panel.ship + tool.panel.skip, "verdict"),
};

/// What a drawing of the means of `tools` shows, in a sentence.
pub(super) fn about_means(tools: &[&Tool]) -> String {
    about(&MEAN_SCORE, tools.iter().find_map(|tool| (MEAN_SCORE.interval)(tool)).as_ref(), 0)
}

/// The mean of a tool with its interval.
pub(super) fn mean_span(tool: &Tool) -> Option<Span> {
    span(&MEAN_SCORE, tool)
}

fn span(figure: &Figure, tool: &Tool) -> Option<Span> {
    let ends = (figure.interval)(tool).map(|i| (i.low * figure.scale, i.high * figure.scale));
    Some(Span { at: (figure.value)(tool)?.to_f64() * figure.scale, ends })
}

fn plot(figure: &Figure, tools: &[&Tool], more: usize) -> Option<Intervals> {
    let first = tools.iter().find_map(|tool| (figure.interval)(tool));
    tools.iter().find_map(|tool| (figure.value)(tool))?;
    let name = first.as_ref().map_or_else(|| "Interval".to_owned(), |i| format!("{} interval", level(i.level)));
    let row = |tool: &&Tool| {
        let ends = |i: Interval| format!("{} to {}", (figure.end)(i.low), (figure.end)(i.high));
        vec![
            Cell::text(&tool.name).tone(tone(tool.panel.verdict)),
            Cell::or_absent((figure.value)(tool).map(figure.text)),
            Cell::or_absent((figure.interval)(tool).map(ends)),
            Cell::text((figure.base)(tool)),
        ]
    };
    let columns = [(Role::Label, "Tool"), (Role::Figure, figure.title), (Role::Figure, &name), (Role::Figure, "From")];
    Some(Intervals {
        table: Table::new(figure.title, &columns, tools.iter().map(row).collect()),
        spans: tools.iter().map(|tool| span(figure, tool)).collect(),
        ticks: [0, 25, 50, 75, 100].map(|at| (f64::from(at), (figure.tick)(at))).into(),
        about: about(figure, first.as_ref(), more),
    })
}

fn about(figure: &Figure, interval: Option<&Interval>, more: usize) -> String {
    let mut text = format!("The mark is the {}", figure.title.to_lowercase());
    if let Some(interval) = interval {
        let method = match interval.method {
            Method::Wilson => "Wilson’s score interval",
            Method::StudentT => "Student’s t",
            Method::Welch => "Welch’s t",
        };
        text += &format!(
            ", the line its {} interval ({method}): the fewer the reviewers, the longer",
            level(interval.level)
        );
    }
    text.push('.');
    if more > 0 {
        text += &format!(" The table above holds {} more.", count(more, "tool"));
    }
    text
}
