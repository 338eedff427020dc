//! Markers: two lines, `<!-- compare:NAME -->` and `<!-- /compare:NAME -->`, between which a report is written.
//!
//! A marker stands alone on its line. In Markdown, a marker in a code fence or in an indented code block is only shown.

use crate::error::{Error, Location, Result};
use crate::locate::locate;
use crate::suggest::did_you_mean;
use crate::text::BOM;
use pulldown_cmark::{Event, Parser, Tag};
use std::ffi::OsStr;
use std::ops::Range;
use std::path::Path;

/// Longest name of a marker, in bytes.
const NAME_MAX: usize = 64;

/// Extensions of files in which a code fence and an indentation mean nothing, in lower case.
const NOT_MARKDOWN: [&str; 5] = ["html", "htm", "xhtml", "xml", "svg"];

/// `path` and the name after its last `#`, if that is one: `README.md#panel`. A name with a dot or a slash belongs to
/// the file.
///
/// # Errors
/// The name is empty or has other characters than letters, digits, `-` and `_`, or begins with one of these two.
pub(in crate::cli) fn split_marker(path: &Path) -> std::result::Result<(&Path, Option<String>), String> {
    let bytes = path.as_os_str().as_encoded_bytes();
    let Some(at) = memchr::memrchr(b'#', bytes) else { return Ok((path, None)) };
    let name = &bytes[at + 1..];
    if name.iter().any(|byte| matches!(byte, b'.' | b'/' | b'\\')) {
        return Ok((path, None));
    }
    let name = std::str::from_utf8(name).map_err(|_| "the name of a marker must be UTF-8".to_owned())?;
    if let Some(problem) = name_problem(name) {
        return Err(format!("invalid marker name `{name}`: {problem}"));
    }
    let file = path.to_str().map(|path| Path::new(OsStr::new(&path[..at])));
    let file = file.ok_or("a file with a marker must have a name in UTF-8")?;
    if file.as_os_str().is_empty() || file == Path::new("-") {
        return Err(format!("`#{name}` must follow the name of a file, such as README.md#{name}"));
    }
    Ok((file, Some(name.to_owned())))
}

fn name_problem(name: &str) -> Option<String> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if name.is_empty() {
        Some("it is empty".to_owned())
    } else if name.len() > NAME_MAX {
        Some(format!("it has {} bytes, at most {NAME_MAX} are allowed", name.len()))
    } else if !name.bytes().all(is_allowed) {
        Some("use letters, digits, `-` and `_`".to_owned())
    } else if !name.as_bytes()[0].is_ascii_alphanumeric() {
        Some("begin it with a letter or a digit".to_owned())
    } else {
        None
    }
}

/// What stands between two markers.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::cli) struct MarkedPart {
    /// Its bytes: whole lines, perhaps none.
    pub(in crate::cli) bytes: Range<usize>,
    /// Its first line, from 1.
    pub(in crate::cli) line: usize,
    /// Whether its lines end with CR LF, as that of the marker before it does.
    has_crlf: bool,
}

impl MarkedPart {
    /// `content` with the line ends of the file, and one at its end.
    pub(in crate::cli) fn lines(&self, content: &str) -> String {
        let mut lines = content.replace("\r\n", "\n");
        if !lines.is_empty() && !lines.ends_with('\n') {
            lines.push('\n');
        }
        if self.has_crlf { lines.replace('\n', "\r\n") } else { lines }
    }
}

/// The content of a file, and the markers in it.
pub(in crate::cli) struct MarkedText<'t> {
    file: &'t Path,
    text: &'t [u8],
    /// In the order of the text.
    markers: Vec<Marker>,
    /// Those in code blocks.
    shown: Vec<Marker>,
}

impl<'t> MarkedText<'t> {
    /// Finds the markers in `text`, the content of `file`.
    pub(in crate::cli) fn new(file: &'t Path, text: &'t [u8]) -> Self {
        let (markers, shown) = markers(text, is_markdown(file));
        Self { file, text, markers, shown }
    }

    /// The part between the markers called `name`.
    ///
    /// # Errors
    /// There is no such pair of markers, there are several, or the pair overlaps another one; with the line.
    pub(in crate::cli) fn part(&self, name: &str) -> Result<MarkedPart> {
        let (first, last) = self.pair(name)?;
        let overlap = "pairs of markers must not overlap: put one below the other";
        let bytes = first.whole_line.end..last.whole_line.start;
        let is_inside = |marker: &&Marker| marker.name != name && bytes.contains(&marker.line.start);
        if let Some(other) = self.markers.iter().find(is_inside) {
            let message = format!("the marker `{}` is between those of `{name}`", other.text());
            return Err(self.fault(message, other).hint(overlap));
        }
        if let Some(around) = around(&self.markers, &bytes, name) {
            let message = format!("the markers of `{name}` are between those of `{}`", around.name);
            return Err(self.fault(message, around).hint(overlap));
        }
        let before = &self.text[..bytes.start];
        let line = 1 + memchr::memchr_iter(b'\n', before).count();
        Ok(MarkedPart { line, has_crlf: before.ends_with(b"\r\n"), bytes })
    }

    /// The two markers called `name`, the start above the end.
    fn pair(&self, name: &str) -> Result<(&Marker, &Marker)> {
        let of = |edge| self.markers.iter().filter(move |marker| marker.edge == edge && marker.name == name);
        let (start, end) = (start_line(name), end_line(name));
        for (edge, line) in [(Edge::Start, &start), (Edge::End, &end)] {
            if let Some(second) = of(edge).nth(1) {
                let error = self.fault(format!("the marker `{line}` appears twice"), second);
                return Err(error.hint("keep one pair of markers of each name"));
            }
        }
        Err(match (of(Edge::Start).next(), of(Edge::End).next()) {
            (Some(first), Some(last)) if first.line.start < last.line.start => return Ok((first, last)),
            (Some(_), Some(last)) => self.fault(format!("the marker `{end}` is above `{start}`"), last),
            (Some(first), None) => self
                .fault(format!("the marker `{start}` has no end"), first)
                .hint(format!("add the line `{end}` below it")),
            (None, Some(last)) => self
                .fault(format!("the marker `{end}` has no start"), last)
                .hint(format!("add the line `{start}` above it")),
            (None, None) => self.no_markers(name),
        })
    }

    /// The error for a file without the markers of `name`.
    fn no_markers(&self, name: &str) -> Error {
        let (start, end) = (start_line(name), end_line(name));
        let error = Error::data(format!("there is no line `{start}`"));
        let error = error.at(Location { file: self.file.display().to_string(), ..Location::default() });
        if self.shown.iter().any(|marker| marker.name == name) {
            return error.hint("a marker in a code block is only shown; put the two lines outside of it");
        }
        let add = || format!("the report goes between two lines, `{start}` and `{end}`; add both");
        let meant = did_you_mean(name, self.markers.iter().map(|marker| marker.name.as_str()));
        error.hint(meant.unwrap_or_else(add))
    }

    /// An error about `marker`.
    fn fault(&self, message: String, marker: &Marker) -> Error {
        let name = self.file.display().to_string();
        let span = marker.line.start as u64..marker.line.end as u64;
        let found =
            locate(&name, self.text, std::slice::from_ref(&span)).ok().and_then(|mut locations| locations.pop());
        Error::data(message).at(found.unwrap_or(Location { file: name, ..Location::default() }))
    }
}

/// The start of another pair of markers that `part` is in.
fn around<'m>(markers: &'m [Marker], part: &Range<usize>, name: &str) -> Option<&'m Marker> {
    let before = |marker: &&Marker| marker.edge == Edge::Start && marker.name != name && marker.line.start < part.start;
    markers.iter().filter(before).find(|start| {
        let mut later = markers.iter().filter(|m| m.name == start.name && m.line.start > start.line.start);
        later.next().is_some_and(|next| next.edge == Edge::End && next.line.start >= part.end)
    })
}

fn start_line(name: &str) -> String {
    format!("<!-- compare:{name} -->")
}

fn end_line(name: &str) -> String {
    format!("<!-- /compare:{name} -->")
}

/// Whether a file is taken for Markdown: README files often have no extension.
fn is_markdown(file: &Path) -> bool {
    let extension = file.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    !NOT_MARKDOWN.contains(&extension.as_str())
}

/// Which end of a part a marker is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edge {
    Start,
    End,
}

/// A line that is a marker.
#[derive(Debug)]
struct Marker {
    name: String,
    edge: Edge,
    /// Its text, without blanks around it and without the line end.
    line: Range<usize>,
    /// The same with these: from the start of this line to that of the next one.
    whole_line: Range<usize>,
}

impl Marker {
    fn text(&self) -> String {
        match self.edge {
            Edge::Start => start_line(&self.name),
            Edge::End => end_line(&self.name),
        }
    }
}

/// The markers in `text`, and those in code blocks.
fn markers(text: &[u8], is_markdown: bool) -> (Vec<Marker>, Vec<Marker>) {
    let (mut markers, mut shown) = (Vec::new(), Vec::new());
    let code = if is_markdown { code_blocks(text) } else { Vec::new() };
    let mut at = if text.starts_with(BOM) { BOM.len() } else { 0 };
    while at < text.len() {
        let next_line = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |end| at + end + 1);
        let line = &text[at..next_line];
        let body = line.trim_ascii();
        let start = at + line.len() - line.trim_ascii_start().len();
        if let Some((edge, name)) = marker(body) {
            let is_code = code.iter().any(|block| block.contains(&start));
            let (line, whole_line) = (start..start + body.len(), at..next_line);
            let marker = Marker { name: name.to_owned(), edge, line, whole_line };
            if is_code { shown.push(marker) } else { markers.push(marker) }
        }
        at = next_line;
    }
    (markers, shown)
}

/// The marker that a line is, without blanks around it.
fn marker(line: &[u8]) -> Option<(Edge, &str)> {
    let inner = std::str::from_utf8(line.strip_prefix(b"<!--")?.strip_suffix(b"-->")?).ok()?.trim();
    let (edge, name) = match inner.strip_prefix('/') {
        Some(rest) => (Edge::End, rest.strip_prefix("compare:")?),
        None => (Edge::Start, inner.strip_prefix("compare:")?),
    };
    name_problem(name).is_none().then_some((edge, name))
}

/// The code blocks of Markdown, as ranges of its bytes.
fn code_blocks(text: &[u8]) -> Vec<Range<usize>> {
    // As many bytes as there were: blanks for the mark of UTF-8, and something for each that is none.
    let (mark, text) = if text.starts_with(BOM) { text.split_at(BOM.len()) } else { (&[][..], text) };
    let mut valid = " ".repeat(mark.len());
    for chunk in text.utf8_chunks() {
        valid.push_str(chunk.valid());
        valid.extend(chunk.invalid().iter().map(|_| '?'));
    }
    let blocks = Parser::new(&valid).into_offset_iter();
    let code = blocks.filter(|(event, _)| matches!(event, Event::Start(Tag::CodeBlock(_))));
    code.map(|(_, range)| range).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(file: &str, text: &str) -> Result<String> {
        MarkedText::new(Path::new(file), text.as_bytes()).part("p").map(|part| text[part.bytes].to_owned())
    }

    #[test]
    fn a_path_may_end_with_the_name_of_a_marker() {
        let split = |path: &str| {
            split_marker(Path::new(path)).map(|(file, name)| (file.display().to_string(), name.unwrap_or_default()))
        };
        let file = |file: &str, name: &str| Ok((file.to_owned(), name.to_owned()));
        assert_eq!(split("README.md#panel"), file("README.md", "panel"));
        assert_eq!(split("docs/a#b.md#p_1-x"), file("docs/a#b.md", "p_1-x"));
        for plain in ["README.md", "a#b.md", "a#b/c.md", "#x/README", "a#.md"] {
            assert_eq!(split(plain), file(plain, ""), "{plain}");
        }
        for (path, problem) in [
            ("README.md#", "it is empty"),
            ("README.md#-x", "begin it with"),
            ("README.md#a b", "use letters"),
            ("README.md#a\nb", "use letters"),
            ("README.md#é", "use letters"),
            ("-#p", "must follow the name of a file"),
            ("#p", "must follow the name of a file"),
            (&format!("a#{}", "x".repeat(65)), "it has 65 bytes"),
        ] {
            assert!(split(path).is_err_and(|error| error.contains(problem)), "{path}");
        }
    }

    #[test]
    fn a_part_is_the_lines_between_its_markers() {
        for (text, part) in [
            ("a\n<!-- compare:p -->\nold\n<!-- /compare:p -->\nb\n", "old\n"),
            ("<!-- compare:p -->\n<!-- /compare:p -->", ""),
            ("\u{feff}<!--compare:p-->\r\nx\r\n  <!--  /compare:p  -->  \r\n", "x\r\n"),
            ("<!-- compare:q -->\n<!-- /compare:q -->\n<!-- compare:p -->\nx\n<!-- /compare:p -->\n", "x\n"),
            ("```md\n<!-- compare:p -->\n```\n<!-- compare:p -->\nx\n<!-- /compare:p -->\n", "x\n"),
            ("1. ~~~~\n   ~~~\n   <!-- compare:p -->\n   ~~~~\n<!-- compare:p -->\nx\n<!-- /compare:p -->\n", "x\n"),
            ("    <!-- compare:p -->\n<!-- compare:p -->\nx\n<!-- /compare:p -->\n", "x\n"),
            ("`x` <!-- compare:p -->\n<!-- compare:p -->\n```\n```\n<!-- /compare:p -->\n", "```\n```\n"),
        ] {
            assert_eq!(found("README.md", text).as_deref(), Ok(part), "{text}");
        }
        let indented = "```\n\t\t<!-- compare:p -->\nx\n\t\t<!-- /compare:p -->\n";
        assert_eq!(found("a.html", indented).as_deref(), Ok("x\n"));
    }

    #[test]
    fn a_pair_that_is_not_one_is_refused_with_its_line() {
        let (start, end) = ("<!-- compare:p -->", "<!-- /compare:p -->");
        let (other, other_end) = ("<!-- compare:q -->", "<!-- /compare:q -->");
        for (lines, line, message) in [
            (vec!["a"], 0, "there is no line"),
            (vec!["```", start, end, "```"], 0, "there is no line"),
            (vec!["```", start, end], 0, "there is no line"),
            (vec![start], 1, "has no end"),
            (vec!["a", end], 2, "has no start"),
            (vec![end, start], 1, "is above"),
            (vec![start, start, end], 2, "appears twice"),
            (vec![start, end, "", end], 4, "appears twice"),
            (vec![start, other, end, other_end], 2, "is between those of `p`"),
            (vec![start, other, other_end, end], 2, "is between those of `p`"),
            (vec![other, start, other_end, end], 3, "is between those of `p`"),
            (vec![other, start, end, other_end], 1, "are between those of `q`"),
        ] {
            let error = found("a.md", &lines.join("\n")).expect_err(message);
            assert!(error.message.contains(message), "{}", error.message);
            assert_eq!(error.location.map(|location| location.line), Some(line), "{lines:?}");
            assert!(!error.hints.is_empty() || line == 1, "{lines:?}");
        }
        let near = "<!-- compare:panell -->\n<!-- /compare:panell -->\n";
        let error = MarkedText::new(Path::new("a.md"), near.as_bytes()).part("panel").expect_err("another name");
        assert_eq!(error.hints, ["did you mean `panell`?"]);
    }

    #[test]
    fn the_lines_of_a_part_end_as_those_of_the_file() {
        let part = |text: &str| MarkedText::new(Path::new("a.md"), text.as_bytes()).part("p").expect("a part");
        let unix = part("<!-- compare:p -->\n<!-- /compare:p -->\r\n");
        let windows = part("x\n<!-- compare:p -->\r\n<!-- /compare:p -->");
        assert_eq!((unix.lines("a\r\nb"), windows.lines("a\nb\n")), ("a\nb\n".to_owned(), "a\r\nb\r\n".to_owned()));
        assert_eq!((windows.lines(""), windows.line, unix.line), (String::new(), 3, 2));
    }
}
