//! What the columns of a sheet that is not understood look like, by their headings and cells.

use super::header::is_blank;
use super::headings::{self, ColumnMeaning, Heading, is_criterion, key};
use super::layout::LayoutTask;
use super::pattern::Pattern;
use super::tokens::RowTokens;
use crate::catalog::record::date::Date;
use crate::catalog::record::review::ReviewContent;
use crate::catalog::record::words::is_absent;
use std::collections::BTreeSet;

/// Rows that are looked at.
const ROWS: usize = 2000;

/// What a column may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guess {
    Tool,
    Reviewer,
    Score,
    Verdict,
    Text,
    Date,
}

/// Words of headings that are not understood because they could mean more, with what they mean most often.
const LIKELY: [(&str, Guess); 38] = [
    ("werkzeug", Guess::Tool),
    ("produkt", Guess::Tool),
    ("anbieter", Guess::Tool),
    ("kandidat", Guess::Tool),
    ("outil", Guess::Tool),
    ("produit", Guess::Tool),
    ("herramienta", Guess::Tool),
    ("producto", Guess::Tool),
    ("what", Guess::Tool),
    ("which", Guess::Tool),
    ("wine", Guess::Tool),
    ("company", Guess::Tool),
    ("gutachter", Guess::Reviewer),
    ("prüfer", Guess::Reviewer),
    ("bewerter", Guess::Reviewer),
    ("jury", Guess::Reviewer),
    ("juror", Guess::Reviewer),
    ("évaluateur", Guess::Reviewer),
    ("name", Guess::Reviewer),
    ("who", Guess::Reviewer),
    ("wer", Guess::Reviewer),
    ("user", Guess::Reviewer),
    ("expert", Guess::Reviewer),
    ("criterion", Guess::Reviewer),
    ("criteria", Guess::Reviewer),
    ("kriterium", Guess::Reviewer),
    ("requirement", Guess::Reviewer),
    ("punkte", Guess::Score),
    ("bewertung", Guess::Score),
    ("note", Guess::Score),
    ("wertung", Guess::Score),
    ("stars", Guess::Score),
    ("puntos", Guess::Score),
    ("value", Guess::Score),
    ("urteil", Guess::Verdict),
    ("entscheidung", Guess::Verdict),
    ("empfehlung", Guess::Verdict),
    ("grund", Guess::Text),
];

/// Whether a heading is a question to which the tool is the answer.
pub(super) fn asks_for_tool(heading: &Heading) -> bool {
    let mut words = heading.name.split(|c: char| !c.is_alphanumeric()).map(key);
    heading.name.ends_with('?') && words.any(|word| word == "which" || headings::is_word_for_tool(&word))
}

/// Whether a heading says what is judged rather than which tool.
pub(super) fn is_about_tools(heading: &Heading) -> bool {
    guess(heading).is_some() || is_criterion(&heading.name)
}

/// What the heading says that the column holds.
pub(super) fn guess(heading: &Heading) -> Option<Guess> {
    match heading.role {
        ColumnMeaning::Tool(_) => return Some(Guess::Tool),
        ColumnMeaning::Field(_) if heading.is_slug() || heading.is_tool_name() => return Some(Guess::Tool),
        ColumnMeaning::Review(ReviewContent::Reviewer) | ColumnMeaning::Person | ColumnMeaning::Email => {
            return Some(Guess::Reviewer);
        }
        ColumnMeaning::Review(ReviewContent::Score) => return Some(Guess::Score),
        ColumnMeaning::Review(ReviewContent::Verdict) => return Some(Guess::Verdict),
        ColumnMeaning::Review(ReviewContent::Text) => return Some(Guess::Text),
        ColumnMeaning::Review(ReviewContent::Date) | ColumnMeaning::Timestamp => return Some(Guess::Date),
        ColumnMeaning::Field(_) | ColumnMeaning::Number | ColumnMeaning::Review(ReviewContent::Label) => return None,
        ColumnMeaning::Unknown => {}
    }
    let words: Vec<String> = heading.text.split(|c: char| !c.is_alphanumeric()).map(key).collect();
    let likely = LIKELY.iter().find(|(word, _)| words.iter().any(|known| known == word)).map(|(_, guess)| *guess);
    likely.or_else(|| {
        let question = Pattern { before: heading.text.clone(), after: String::new() };
        match question.content()? {
            ReviewContent::Text => Some(Guess::Text),
            ReviewContent::Verdict => Some(Guess::Verdict),
            _ => Some(Guess::Score),
        }
    })
}

/// What the cells of each column are, in the first rows.
pub(super) fn profiles(task: LayoutTask<'_>) -> Vec<ColumnProfile> {
    let header = task.header;
    let mut profiles: Vec<ColumnProfile> = header.headings.iter().map(|_| ColumnProfile::default()).collect();
    let mut rows = RowTokens::starting_at(task.text, header.separator, header.rows);
    let mut cells = Vec::new();
    for _ in 0..ROWS {
        let Ok(true) = rows.next(&mut cells) else { break };
        if is_blank(task.text, &cells) {
            continue;
        }
        for (profile, cell) in profiles.iter_mut().zip(&cells) {
            let text = cell.text(task.text);
            let text = text.trim();
            if text.is_empty() || is_absent(text) {
                continue;
            }
            profile.cells += 1;
            profile.letters += text.chars().count();
            let number = if header.separator == b',' { text.to_owned() } else { text.replace(',', ".") };
            profile.numbers += usize::from(number.parse::<f64>().is_ok());
            profile.dates += usize::from(Date::from_text(text).is_some() || Date::from_timestamp(text).is_some());
            if profile.texts.len() < TEXTS {
                profile.texts.insert(text.to_owned());
            }
        }
    }
    profiles
}

/// What the cells of a column are.
#[derive(Debug, Default)]
pub(super) struct ColumnProfile {
    pub(super) cells: usize,
    pub(super) numbers: usize,
    pub(super) dates: usize,
    /// Different texts, as far as they are few.
    pub(super) texts: BTreeSet<String>,
    pub(super) letters: usize,
}

/// Different texts of a column that are remembered.
const TEXTS: usize = 100;
