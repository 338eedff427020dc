//! What is no text, told by its bytes, with the remedy.

use super::finding::Findings;
use crate::error::{Error, Result, Spot};

/// What to do about a workbook.
pub(crate) const WORKBOOK_HELP: &str = "save the sheet as CSV (\"CSV UTF-8\" in Excel)";

/// The mark that some programs put in front of UTF-8.
pub(crate) const BOM: &[u8] = b"\xef\xbb\xbf";

/// Refuses what is no UTF-8 text by its first bytes, with the remedy.
pub(crate) fn check_encoding(name: &str, start: &[u8]) -> Result<()> {
    let at_start = |message: &str, hint: &str| {
        Err(Error::data(message).at(Spot { file: name.to_owned(), ..Spot::default() }).hint(hint))
    };
    if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") || utf16_without_mark(start) {
        return at_start(
            "the file is UTF-16, records are UTF-8",
            "save it as UTF-8, or convert it: iconv -f UTF-16 -t UTF-8",
        );
    }
    if start.starts_with(b"PK\x03\x04") {
        return at_start("the file is an Excel workbook or another zip archive, not text", WORKBOOK_HELP);
    }
    if start.starts_with(b"\xd0\xcf\x11\xe0") {
        return at_start("the file is an old Excel workbook, not text", WORKBOOK_HELP);
    }
    if start.starts_with(b"\x1f\x8b") || start.starts_with(b"\x28\xb5\x2f\xfd") {
        return at_start("the file is compressed", "decompress it into a pipe: zcat FILE | compare … --catalog -");
    }
    if start.contains(&0) {
        return at_start("the file has zero bytes, it is not text", "records are JSON, NDJSON, TOML or CSV in UTF-8");
    }
    Ok(())
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
    Error::data("the file is empty, expected records").at(Spot { file: name.to_owned(), ..Spot::default() })
}

/// Notes that `byte`, at `at` of the text and `offset` of the input, is not UTF-8.
#[cold]
pub(crate) fn not_utf8(offset: u64, byte: u8, at: usize, out: &mut Findings) {
    let message = format!("the text is not UTF-8: byte {} of the file (0x{byte:02X}) starts no character", offset + 1);
    let help = "save the file as UTF-8, or convert it: iconv -f LATIN1 -t UTF-8";
    out.add(at..at + 1, message, Some(help.to_owned()));
}

/// The error for a file that the operating system does not give.
pub(crate) fn unreadable(name: &str, error: &std::io::Error) -> Error {
    Error::io("read", name, error)
}
