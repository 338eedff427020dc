//! Long sheets: read piece by piece on all cores, where that gives what reading the whole on one core would give.
//!
//! A line end may stand in a cell, so that a cut between rows is a guess until the rows before it were read. Where a
//! guess was wrong, and where there is anything to complain of, the sheet is read as a whole again.

use super::csv_sheet::{Sheet, ToolAt};
use crate::catalog::absorb::absorb;
use crate::catalog::by_text::ByText;
use crate::catalog::draft::reviewer_twice;
use crate::catalog::encoding::{BOM, unreadable};
use crate::catalog::finding::Findings;
use crate::catalog::reading::{Part, Reading};
use crate::catalog::source::Window;
use crate::catalog::stream::{Outcome, Stream, within_limit};
use crate::cores;
use crate::error::Result;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

/// Shorter sheets than this are read as a whole, in blocks.
const LONG: u64 = 4;

/// Sheets with rows of so many bytes are read as a whole.
const ROW_MAX: usize = 16 << 20;

/// Reads a long sheet in pieces. `None` where it has to be read as a whole.
pub(super) fn read(stream: &Stream) -> Result<Option<Outcome>> {
    let block = stream.task.block;
    if stream.task.whole || stream.size / LONG < block as u64 {
        return Ok(None);
    }
    within_limit(stream.size, stream.name)?;
    let beginning = stream.beginning()?;
    let bytes = beginning.bytes();
    let mark = if bytes.starts_with(BOM) { BOM.len() } else { 0 };
    let Some(text) = characters(&bytes[mark..]) else { return Ok(None) };
    let mut reading = Reading::new(stream.task, 0);
    let Some((sheet, rows)) = Sheet::headed(text, &mut reading) else { return Ok(None) };
    let sheet = Long { stream, sheet, block, rows: (mark + rows) as u64, given_up: AtomicBool::new(false) };
    // The headings may go on, or be wrong, or the file may be longer than it was said to be.
    if rows == text.len() || reading.findings.count > 0 || sheet.rows > stream.size {
        return Ok(None);
    }
    let parts = sheet.parts().map_err(|error| unreadable(stream.name, &error))?;
    Ok(parts.map(|parts| (parts, Findings::default())))
}

/// The tools of a part of the sheet, also by what they are called.
type Tools = (Vec<Part>, ByText<ToolAt>);

/// A long sheet.
struct Long<'a> {
    stream: &'a Stream<'a>,
    /// Its headings.
    sheet: Sheet,
    block: usize,
    /// Where its rows start.
    rows: u64,
    /// Whether a part of it could not be read.
    given_up: AtomicBool,
}

impl Long<'_> {
    /// All tools, in the order of their first rows.
    fn parts(&self) -> std::io::Result<Option<Vec<Vec<Part>>>> {
        let blocks = self.stream.size.div_ceil(self.block as u64);
        let count = blocks.min(self.stream.task.cores as u64).max(1);
        let mut cuts = vec![self.rows];
        for part in 1..count {
            let Some(cut) = self.row_after(self.rows + (self.stream.size - self.rows) / count * part)? else {
                return Ok(None);
            };
            cuts.push(cut);
        }
        cuts.push(self.stream.size);
        let read = cores::run((0..).zip(cuts.windows(2)).map(|(part, cuts)| move || self.part(part, cuts[0]..cuts[1])));
        let parts = read.into_iter().collect::<std::io::Result<Option<Vec<_>>>>()?;
        Ok(parts.and_then(together))
    }

    /// Likely the start of a row after byte `from`.
    fn row_after(&self, from: u64) -> std::io::Result<Option<u64>> {
        let mut window = Window::default();
        window.go_to(from);
        window.fill(&self.stream.source, self.block)?;
        // The first byte may be in a character.
        let line = memchr::memchr(b'\n', window.bytes()).unwrap_or(window.bytes().len());
        let text = characters(&window.bytes()[line..]);
        let row = text.and_then(|text| self.sheet.likely_row(text));
        Ok(row.map(|row| from + (line + row) as u64))
    }

    /// The tools of the rows in `span`, if one ends where it ends and there is nothing to complain of.
    fn part(&self, number: u32, span: Range<u64>) -> std::io::Result<Option<Tools>> {
        let tools = self.tools(number, span);
        if !matches!(tools, Ok(Some(_))) {
            self.given_up.store(true, Ordering::Relaxed);
        }
        tools
    }

    fn tools(&self, number: u32, span: Range<u64>) -> std::io::Result<Option<Tools>> {
        let mut sheet = self.sheet.part(number);
        let mut reading = Reading::new(self.stream.task, span.start);
        let mut window = Window::default();
        window.go_to(span.start);
        let mut length = self.block;
        while window.start() < span.end && !self.given_up.load(Ordering::Relaxed) {
            window.fill(&self.stream.source, length)?;
            let more = window.bytes().len() == length;
            let Some(text) = characters(window.bytes()) else { return Ok(None) };
            reading.set_base(window.start());
            let end = usize::try_from(span.end - window.start()).unwrap_or(usize::MAX).min(text.len());
            let read = sheet.rows(text, 0..end, more, &mut reading);
            if reading.findings.count > 0 {
                return Ok(None);
            }
            if read == 0 {
                // A row of more than a piece, or the file is shorter now.
                if !more || length >= ROW_MAX {
                    return Ok(None);
                }
                length *= 2;
            } else {
                window.advance(read);
                (self.stream.tick)(read as u64);
                // What is left of a row, and a piece more.
                length = window.bytes().len() + self.block;
            }
        }
        Ok(if window.start() == span.end { sheet.into_parts() } else { None })
    }
}

/// The text that `bytes` start with, but for a character that is cut off at their end; `None` where they are no text.
fn characters(bytes: &[u8]) -> Option<&str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&bytes[..error.valid_up_to()]).ok(),
        Err(_) => None,
    }
}

/// Brings the rows of each tool together, with the first of them; what is left of the others has no slug. `None` where
/// they do not fit.
fn together(read: Vec<Tools>) -> Option<Vec<Vec<Part>>> {
    let (mut parts, by_text): (Vec<Vec<Part>>, Vec<_>) = read.into_iter().unzip();
    let mut by_text = by_text.into_iter().peekable();
    let mut known = by_text.next()?;
    while let Some(further) = by_text.next() {
        let text = |(part, tool): ToolAt| parts[part as usize][tool as usize].record.slug.as_str();
        let same = |a, b| text(a) == text(b);
        let twins = known.twins(&further, same)?;
        if by_text.peek().is_some() {
            known.add_all(further, same);
        }
        for ((first, tool), (again, twin)) in twins {
            let mut said = std::mem::take(&mut parts[again as usize][twin as usize].record);
            let known = &mut parts[first as usize][tool as usize].record;
            if !absorb(known, &mut said).is_empty() {
                return None;
            }
            known.reviews.extend(said.reviews);
            if reviewer_twice(&known.reviews).is_some() {
                return None;
            }
        }
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::kind::Kind;
    use crate::catalog::kind::csv::Csv;
    use crate::catalog::need::{Need, Task};
    use crate::catalog::source::Source;
    use proptest::prelude::*;

    fn in_pieces(text: &str, cores: usize, block: usize) -> Option<Vec<Part>> {
        let task = Task { need: Need::ALL, strict: false, whole: false, cores, block };
        let (source, size) = (Source::Memory(text.as_bytes()), text.len() as u64);
        let read = read(&Stream { name: "a.csv", source, size, task, tick: &|_| () });
        let parts = read.expect("memory").map(|(batches, _)| batches.concat())?;
        // Of tools in several parts, the later places are empty.
        Some(parts.into_iter().filter(|part| !part.record.slug.is_empty()).collect())
    }

    /// The tools, and how many findings there are.
    fn as_a_whole(text: &str) -> (Vec<Part>, usize) {
        let mut reading = Reading::new(Need::ALL.into(), 0);
        Csv.read(text, &mut reading);
        let parts = reading.parts.into_iter().map(|part| Part { starts: Vec::new(), ..part });
        (parts.collect(), reading.findings.count)
    }

    const HEADINGS: &str = "tool,category,reviewer,score,text\n";

    #[test]
    fn plain_rows_are_read_in_pieces_whatever_their_size() {
        let rows = (0..60).map(|row| format!("t-{},Spiele,\u{e4}-{row},{row},{}\n", row / 7, "x".repeat(row)));
        let sheet = HEADINGS.to_owned() + &rows.collect::<String>();
        let (tools, findings) = as_a_whole(&sheet);
        assert_eq!((tools.len(), findings), (9, 0));
        for cores in [1, 2, 3] {
            for block in [120, 200, 700] {
                let read = in_pieces(&sheet, cores, block).expect("plain");
                assert_eq!(format!("{read:?}"), format!("{tools:?}"), "{cores} cores, blocks of {block}");
            }
        }
        assert!(in_pieces(&(sheet + "t-1,Spiele,Ada,101,\n"), 2, 200).is_none());
    }

    proptest! {
        #[test]
        fn pieces_give_what_the_whole_gives_or_nothing(
            rows in prop::collection::vec(("[ab]{1,2}", "[\",\r\n x\u{e9}]{0,12}", 0..104_u32), 1..40),
            ends in prop::collection::vec(prop::sample::select(vec!["\n", "\r\n", "\n\n", "\n\r\n"]), 40),
            last in any::<bool>(),
            cores in 1..4_usize,
            block in 1..200_usize,
        ) {
            let mut sheet = HEADINGS.to_owned();
            for (number, ((tool, text, score), end)) in rows.iter().zip(&ends).enumerate() {
                let score = score.saturating_sub(3); // rarely out of range
                let quoted = text.replace('"', "\"\"");
                sheet += &format!("{tool},Toys,r{number},{score},\"{quoted}\"{end}");
            }
            if !last {
                sheet.truncate(sheet.trim_end().len());
            }
            let (tools, findings) = as_a_whole(&sheet);
            if let Some(read) = in_pieces(&sheet, cores, block) {
                prop_assert_eq!(findings, 0);
                prop_assert_eq!(format!("{:?}", read), format!("{:?}", tools));
            } else if cores == 1 {
                prop_assert!(findings > 0 || sheet.len() < 4 * block);
            }
        }
    }
}
