//! The layout of a document for people: a list of blocks that a format walks.
//!
//! A block says what something is, not how it looks. Texts may hold what a record says, so a
//! format cleans or escapes every one of them for its own target; none holds markup of ours.

pub(crate) use super::document::CheckProblem;

/// One part of a document, from top to bottom.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// What the document is about. A page needs it, a terminal user has just typed it.
    Title(String),
    /// The answer to the question. A format places it where its reader looks first.
    Answer(Answer),
    /// A heading over the blocks that follow.
    Heading(String),
    /// Labelled facts about one thing.
    Fields(Vec<Field>),
    /// A table of typed cells.
    Table(Table),
    /// Scores of several reviewers, drawn where a format can draw.
    Scores(Table),
    /// The tools of a comparison.
    Tools(Box<Tools>),
    /// The tools of a catalog in order.
    Ranking(Box<ToolRows>),
    /// What reviewers wrote.
    Prose(Vec<Passage>),
    /// What is wrong with records, each with its place.
    Problems(Vec<CheckProblem>),
    /// Things to know about the figures above.
    Notes(Notes),
    /// More of the same, for a format with room. The other blocks say it in short.
    Exhibit(Exhibit),
}

/// What a page has room for. A format without room leaves exhibits out.
#[derive(Clone, Debug, PartialEq)]
pub enum Exhibit {
    /// The tools, each introduced by itself.
    Cards(Vec<Card>),
    /// The result without single reviewers.
    Changes(Table),
    /// Verdicts against that of the panel, with the words of those who gave them.
    Dissent(Vec<Passage>),
    /// A figure of several tools on one axis, each with its interval.
    Intervals(Intervals),
    /// What the document is made from, in a sentence or two.
    Basis(String),
}

/// One tool, introduced.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// Its name, which may link to it.
    pub title: Cell,
    /// One line about it, or nothing.
    pub tagline: String,
    /// The panel's verdict.
    pub verdict: Cell,
    /// "Leads" or "Tied" for a tool in first place, else empty.
    pub place: String,
    /// The figures to remember.
    pub figures: Vec<Field>,
    /// A paragraph about it, or nothing.
    pub description: String,
    /// Further facts, without figures.
    pub facts: Vec<Field>,
    /// The place of the tool on a page, see [`Voice::anchor`].
    pub anchor: String,
    /// What its reviewers wrote.
    pub reviews: Vec<Passage>,
}

/// A figure of several tools on one axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Intervals {
    /// The figures as texts, a row for each tool.
    pub table: Table,
    /// Where to draw each row; nothing for a row without the figure.
    pub spans: Vec<Option<Span>>,
    /// The marks of the axis from 0 to 100, each with its text.
    pub ticks: Vec<(f64, String)>,
    /// What is drawn, in a sentence.
    pub about: String,
}

/// A figure and its interval, each in hundredths of the axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// The figure.
    pub at: f64,
    /// Both ends of its interval, if it has one.
    pub ends: Option<(f64, f64)>,
}

/// The answer to the question.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The answer in a few words: "Too close to call: A or B."
    pub headline: String,
    /// The evidence for it. May be empty.
    pub statement: String,
    /// What to do next. May be empty.
    pub advice: String,
    /// How the headline feels.
    pub tone: Tone,
    /// Whether a terminal shows headline and statement above the rest and only the advice below it: where the rest is
    /// the evidence for them, line by line.
    pub comes_first: bool,
}

impl Answer {
    /// All of it in one paragraph.
    pub fn whole(&self) -> String {
        let parts = [&self.headline, &self.statement, &self.advice];
        parts.map(String::as_str).into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// Things to know about the figures, in a line each, the most important first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notes {
    /// All of them.
    pub lines: Vec<String>,
    /// How many of them a format without much room shows.
    pub shown: usize,
}

impl Notes {
    /// The lines that a format without much room shows; the last one says how many more there are.
    pub fn short(&self) -> Vec<String> {
        let mut short = self.lines[..self.shown].to_vec();
        let more = self.lines.len() - self.shown;
        short.extend((more > 0).then(|| format!("{more} more: --explain")));
        short
    }
}

/// The tools of a comparison in two arrangements: as columns for a few tools, as rows for many.
#[derive(Clone, Debug, PartialEq)]
pub struct Tools {
    /// What is the same for all of three or more tools, and so has no row in `facts`.
    pub shared: Vec<Field>,
    /// Facts and figures, a column for each tool.
    pub facts: Table,
    /// The reviewers' scores, with the columns of `facts`.
    pub scores: Option<Table>,
    /// The same in short, a row for each tool.
    pub rows: ToolRows,
}

impl Tools {
    /// Whether there are so few tools that they can be columns.
    pub fn are_few(&self) -> bool {
        self.rows.are_few()
    }
}

/// Tools as rows.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolRows {
    /// What is the same for all of them, and so has no column.
    pub shared: Vec<Field>,
    /// A row for each tool.
    pub table: Table,
    /// The reviewers' scores of the tools that matter most, for where the table has no room for reviewers.
    pub detail: Option<Table>,
    /// What the marks in the cells mean.
    pub legend: Vec<String>,
    /// The mean of each tool with its interval, to draw; nothing for a tool without.
    pub spans: Vec<Option<Span>>,
    /// What is drawn, in a sentence.
    pub about: String,
    /// The place of each tool on a page, see [`Voice::anchor`]; empty where a page has none for them.
    pub anchors: Vec<String>,
}

impl ToolRows {
    /// More tools than this nobody reads as columns, or with a drawing of their own for each.
    const FEW: usize = 4;

    /// Whether there are few tools.
    pub fn are_few(&self) -> bool {
        self.table.rows.len() <= Self::FEW
    }
}

/// A labelled fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// What the fact is.
    pub label: String,
    /// The fact.
    pub cell: Cell,
}

/// A table: columns with their titles, and rows of as many cells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// What the table shows, for readers who cannot see it.
    pub caption: String,
    /// Titles and roles, from left to right. The first column names the rows.
    pub columns: Vec<Column>,
    /// Rows from top to bottom, each with one cell for each column.
    pub rows: Vec<Vec<Cell>>,
}

/// One column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its title.
    pub title: String,
    /// What it holds.
    pub role: Role,
    /// Whether it may be left out where there is no room for it.
    pub optional: bool,
}

/// What a column holds, and so how it behaves when room is short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Names of the rows.
    Label,
    /// One tool of a comparison: a card of its own where columns do not fit.
    Tool,
    /// The difference of two tools.
    Difference,
    /// Free text that may be wrapped.
    Text,
    /// Figures, aligned at the right and never wrapped.
    Figure,
    /// Figures, each with a bar of the room that is left.
    Bar,
    /// One reviewer's scores, or one tool's, in as few characters as possible; the title may be wrapped.
    Score,
}

/// One cell: a text with its meaning.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// What people read. Empty where the row has nothing to say in this column.
    pub text: String,
    /// How it feels. Never the only carrier of a meaning.
    pub tone: Tone,
    /// Points from 0 to 100 to draw beside the text.
    pub bar: Option<f64>,
    /// An address of a record that the text stands for. Any text: a format that makes links of
    /// addresses makes them only of schemes that it knows.
    pub link: Option<String>,
}

/// How a text feels: a color at a terminal, a class on a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// As it is.
    #[default]
    Plain,
    /// Ship.
    Good,
    /// Split, or not sure.
    Mixed,
    /// Skip.
    Bad,
    /// Absent, or of less weight.
    Muted,
}

/// What one reviewer wrote about one tool, or how a figure came about.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    /// Who, and their judgement: "Builder · 84 ✓ ship".
    pub heading: String,
    /// How the judgement feels.
    pub tone: Tone,
    /// Their words; line breaks part paragraphs.
    pub text: String,
    /// The parts of the heading, where the words are those of a reviewer.
    pub voice: Option<Voice>,
}

/// Whose words a passage holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Voice {
    /// Who speaks.
    pub reviewer: String,
    /// Name of the tool that they speak of.
    pub tool: String,
    /// Their judgement: "84 ✓ ship", and the date where there is one.
    pub judgement: String,
    /// The place of the words on a page: `[a-z0-9._-]`, different from every other; empty where they have none.
    pub anchor: String,
}

/// What stands for a figure that cannot be computed: an en dash.
pub(crate) const ABSENT: &str = "–";

impl Cell {
    /// A cell that says `text`.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A cell for something absent.
    pub fn absent() -> Self {
        Self::text(ABSENT).tone(Tone::Muted)
    }

    /// A cell that says `text`, or that it is absent.
    pub fn or_absent(text: Option<impl Into<String>>) -> Self {
        text.map_or_else(Self::absent, Self::text)
    }

    /// The same cell, which stands for the address `link`.
    #[must_use]
    pub fn link(mut self, link: Option<&String>) -> Self {
        self.link = link.cloned();
        self
    }

    /// The same cell in another tone.
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }
}

impl Table {
    /// A table of `rows` under `caption`, whose columns have these roles and titles.
    pub fn new(caption: &str, columns: &[(Role, &str)], rows: Vec<Vec<Cell>>) -> Self {
        let columns = columns.iter().map(|(role, title)| Column::new(*role, *title)).collect();
        Self { caption: caption.to_owned(), columns, rows }
    }

    /// The same table without the columns that are `unwanted`.
    pub fn without(&self, unwanted: impl Fn(&Column) -> bool) -> Self {
        let kept: Vec<usize> = (0..self.columns.len()).filter(|i| !unwanted(&self.columns[*i])).collect();
        Self {
            caption: self.caption.clone(),
            columns: kept.iter().map(|i| self.columns[*i].clone()).collect(),
            rows: self.rows.iter().map(|row| kept.iter().map(|i| row[*i].clone()).collect()).collect(),
        }
    }
}

impl Column {
    /// A column of `role` under `title`.
    pub fn new(role: Role, title: impl Into<String>) -> Self {
        Self { title: title.into(), role, optional: false }
    }

    /// The same column, which may be left out where there is no room for it.
    #[must_use]
    pub fn if_room(self) -> Self {
        Self { optional: true, ..self }
    }
}
