//! Recognizes other encodings, workbooks and archives by their bytes, and names the remedy.

use super::finding::Findings;
use crate::error::{Error, Location, Result};
use crate::text::shell_quoted;

/// What to do about a workbook.
pub(crate) const WORKBOOK_HELP: &str = "save the sheet as CSV (\"CSV UTF-8\" in Excel)";

/// How compressed files start, and the program that decompresses them.
const COMPRESSED: [(&[u8], &str); 4] =
    [(b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"\xfd7zXZ\0", "xz"), (b"BZh", "bzip2")];

/// Refuses what is no UTF-8 text by its first bytes, with the remedy.
pub(crate) fn check_encoding(name: &str, start: &[u8]) -> Result<()> {
    let Some((message, hint)) = problem(name, start) else { return Ok(()) };
    let zero = start.iter().position(|byte| *byte == 0).filter(|_| message.starts_with(ZERO));
    let before = &start[..zero.unwrap_or_default()];
    let line = memchr::memchr_iter(b'\n', before).count();
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    let column = String::from_utf8_lossy(&before[line_start..]).chars().count();
    let (line, column) = if zero.is_some() { (line + 1, column + 1) } else { (0, 0) };
    Err(Error::data(message).at(Location { file: name.to_owned(), line, column, excerpt: None }).hint(hint))
}

const ZERO: &str = "the file has a zero byte";

/// What a file that starts so is instead of text, and the remedy.
fn problem(name: &str, start: &[u8]) -> Option<(String, String)> {
    let file = shell_quoted(name);
    let convert = |encoding: &str| format!("save it as UTF-8, or convert it: iconv -f {encoding} -t UTF-8 {file}");
    let says = |message: &str, hint: String| Some((message.to_owned(), hint));
    if start.starts_with(b"\xff\xfe\0\0") || start.starts_with(b"\0\0\xfe\xff") {
        return says("the file is UTF-32, records are UTF-8", convert("UTF-32"));
    }
    if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") || utf16_without_mark(start) {
        return says("the file is UTF-16, records are UTF-8", convert("UTF-16"));
    }
    if start.starts_with(b"PK\x03\x04") {
        return says("the file is an Excel workbook or another zip archive, not text", WORKBOOK_HELP.to_owned());
    }
    if start.starts_with(b"\xd0\xcf\x11\xe0") {
        return says("the file is an old Excel workbook, not text", WORKBOOK_HELP.to_owned());
    }
    if let Some((_, program)) = COMPRESSED.iter().find(|(mark, _)| start.starts_with(mark)) {
        let hint = format!("decompress it into a pipe: {program} -dc {file} | compare --catalog - ...");
        return Some((format!("the file is compressed with {program}"), hint));
    }
    if start.starts_with(b"version https://git-lfs") {
        let hint = format!("fetch it: git lfs pull --include {file}");
        return says("the file is a Git LFS pointer; its content is not here", hint);
    }
    if has_conflict(start) {
        let hint = "resolve it: `git status` lists the files, `git mergetool` helps".to_owned();
        return says("the file has marks of a merge conflict that is not resolved", hint);
    }
    if start.contains(&0) {
        return says(
            "the file has a zero byte here, so it is not text",
            "records are JSON, NDJSON, TOML, CSV or Markdown in UTF-8".to_owned(),
        );
    }
    None
}

/// Whether a line begins a conflict as git marks it, and another one ends it.
fn has_conflict(start: &[u8]) -> bool {
    let has = |mark: &[u8]| {
        let found = memchr::memmem::find_iter(start, mark).any(|at| at == 0 || start[at - 1] == b'\n');
        found && !mark.is_empty()
    };
    has(b"<<<<<<< ") && has(b"=======")
}

/// Every other byte of the first few is zero, as in UTF-16 of plain letters.
fn utf16_without_mark(start: &[u8]) -> bool {
    let start = &start[..start.len().min(8)];
    start.len() >= 4
        && start.len().is_multiple_of(2)
        && (start.chunks(2).all(|pair| pair[0] != 0 && pair[1] == 0)
            || start.chunks(2).all(|pair| pair[0] == 0 && pair[1] != 0))
}

/// The error for an input without content.
pub(crate) fn empty(name: &str) -> Error {
    Error::data("the file is empty, expected records").at(Location { file: name.to_owned(), ..Location::default() })
}

/// The bytes of an input that are at hand, those before `valid` being UTF-8.
pub(crate) struct NotUtf8<'a> {
    pub(crate) name: &'a str,
    pub(crate) bytes: &'a [u8],
    pub(crate) valid: usize,
    /// Where in the input they start.
    pub(crate) base: u64,
    /// The first bytes of the input.
    pub(crate) start: &'a [u8],
}

impl NotUtf8<'_> {
    /// Notes where the text is not UTF-8, and what it probably is.
    #[cold]
    pub(crate) fn note(&self, out: &mut Findings) {
        let (byte, place) = (self.bytes[self.valid], self.base + self.valid as u64 + 1);
        let message = format!("the text is not UTF-8: byte {place} of the file (0x{byte:02X}) starts no character");
        let encoding = self.encoding();
        let file = shell_quoted(self.name);
        let help = format!(
            "save the file as UTF-8, or convert it; it may be {encoding} (a guess): iconv -f {encoding} -t UTF-8 {file}"
        );
        out.add(self.valid..self.valid + 1, message, Some(help));
    }

    /// What the text probably is: old Macs ended lines with CR. Windows-1252 has every character that Latin-1 shows.
    fn encoding(&self) -> &'static str {
        let has = |byte: u8| memchr::memchr(byte, self.start).is_some();
        if has(b'\r') && !has(b'\n') { "MACINTOSH" } else { "WINDOWS-1252" }
    }
}

/// The error for a file that the operating system does not give.
pub(crate) fn unreadable(name: &str, error: &std::io::Error) -> Error {
    Error::io("read", name, error)
}

/// The remedy for a file whose kind cannot be told, if its extension tells it.
pub(crate) fn other_kind(name: &str) -> Option<(&'static str, String)> {
    let extension = name.rsplit_once('.')?.1.to_ascii_lowercase();
    let file = shell_quoted(name);
    match extension.as_str() {
        "yaml" | "yml" => Some((
            "the file is YAML, which is not read",
            format!("convert it to JSON: yq -o=json . {file} > tools.json"),
        )),
        "xml" | "html" | "htm" => Some(("the file is markup, which is not read", WORKBOOK_HELP.to_owned())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_is_named_with_a_remedy() {
        for (start, message, hint) in [
            (&b"\xff\xfe\0\0t\0\0\0"[..], "the file is UTF-32", "iconv -f UTF-32 -t UTF-8 'a b.csv'"),
            (b"\xff\xfet\0", "the file is UTF-16", "iconv -f UTF-16"),
            (b"t\0o\0o\0l\0", "the file is UTF-16", "iconv -f UTF-16"),
            (b"\x28\xb5\x2f\xfdxx", "the file is compressed with zstd", "zstd -dc 'a b.csv'"),
            (b"version https://git-lfs", "the file is a Git LFS pointer", "git lfs pull"),
            (b"a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> x\n", "the file has marks of a merge conflict", "git mergetool"),
        ] {
            let error = check_encoding("a b.csv", start).expect_err("no text");
            assert!(error.message.starts_with(message) && error.hints[0].contains(hint), "{error:?}");
        }
        let error = check_encoding("f", b"tool,a\nK\xc3\xa4f\0,5\n").expect_err("a zero byte");
        assert_eq!(error.to_string(), "f:2:4: the file has a zero byte here, so it is not text");
        assert_eq!(check_encoding("f", b"tool,a\n=======,5\n"), Ok(()));
    }

    #[test]
    fn the_encoding_is_guessed_by_the_bytes() {
        let guess = |bytes: &[u8]| {
            let valid = std::str::from_utf8(bytes).expect_err("not UTF-8").valid_up_to();
            NotUtf8 { name: "f", bytes, valid, base: 0, start: bytes }.encoding()
        };
        assert_eq!(guess(b"tool;J\xfcrgen\n"), "WINDOWS-1252");
        assert_eq!(guess(b"tool;J\xfcrgen\nKafka;\x80 5\n"), "WINDOWS-1252");
        assert_eq!(guess(b"tool;J\x9frgen\rKafka;5\r"), "MACINTOSH");
    }
}
