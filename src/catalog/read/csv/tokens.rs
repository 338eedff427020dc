//! Rows and cells of CSV text (RFC 4180, any separator), with the place of every cell.
//!
//! It is ours and not the `csv` crate's because that gives the line of a row but not the place of a cell, and copies
//! every cell. A test holds its cells against that crate's.

use memchr::memchr;
use std::borrow::Cow;
use std::ops::Range;

/// A cell: where it stands, and whether in quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CsvCell {
    /// Its bytes, quotes included.
    pub(crate) span: Range<usize>,
    quoted: bool,
    /// Whether there are doubled quotes in it.
    doubled: bool,
}

impl CsvCell {
    /// What the cell says, unless it is in quotes.
    #[inline]
    pub(crate) fn plain<'a>(&self, text: &'a str) -> Option<&'a str> {
        if self.quoted { None } else { Some(&text[self.span.clone()]) }
    }

    /// What the cell says.
    pub(crate) fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if !self.quoted {
            return Cow::Borrowed(&text[self.span.clone()]);
        }
        let inside = &text[self.span.start + 1..self.span.end - 1];
        if self.doubled { Cow::Owned(inside.replace("\"\"", "\"")) } else { Cow::Borrowed(inside) }
    }
}

/// Where the text stops being CSV, and why.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) at: usize,
    pub(crate) message: &'static str,
    /// Whether it would be CSV if a closing quote followed on the text.
    pub(crate) may_close: bool,
}

/// The rows of a text.
pub(crate) struct RowTokens<'a> {
    bytes: &'a [u8],
    separator: u8,
    at: usize,
}

impl<'a> RowTokens<'a> {
    /// The rows from byte `at` on, where one starts.
    pub(crate) fn starting_at(text: &'a str, separator: u8, at: usize) -> Self {
        Self { bytes: text.as_bytes(), separator, at }
    }

    /// Where the next row or what is before it starts.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Goes to byte `at`, where a row or a cell starts.
    pub(crate) fn go_to(&mut self, at: usize) {
        self.at = at;
    }

    /// Whether the row that was read might be longer if more followed on the text.
    pub(crate) fn may_go_on(&self) -> bool {
        self.at == self.bytes.len() && self.bytes.last() != Some(&b'\n')
    }

    /// Skips what is blank; gives where the next row starts.
    pub(crate) fn skip_blank(&mut self) -> usize {
        while let Some(b'\n' | b'\r') = self.bytes.get(self.at) {
            self.at += 1;
        }
        self.at
    }

    /// Reads the next row that is not blank into `cells`; `false` at the end.
    pub(crate) fn next(&mut self, cells: &mut Vec<CsvCell>) -> Result<bool, Broken> {
        cells.clear();
        if self.skip_blank() == self.bytes.len() {
            return Ok(false);
        }
        loop {
            let (cell, is_last) = self.cell()?;
            cells.push(cell);
            if is_last {
                return Ok(true);
            }
        }
    }

    /// Reads a cell with what follows it. Whether it is the last one of its row.
    #[inline]
    pub(crate) fn cell(&mut self) -> Result<(CsvCell, bool), Broken> {
        let start = self.at;
        let rest = &self.bytes[start..];
        if rest.first() == Some(&b'"') {
            return self.quoted();
        }
        let length = until(self.separator, rest);
        let is_last = rest.get(length) != Some(&self.separator);
        // The line's own CR is not the cell's.
        let has_cr = is_last && length > 0 && rest[length - 1] == b'\r';
        let end = start + length;
        self.at = self.bytes.len().min(end + 1);
        Ok((CsvCell { span: start..end - usize::from(has_cr), quoted: false, doubled: false }, is_last))
    }

    /// Reads a cell in quotes with what follows it. Whether it is the last one of its row.
    fn quoted(&mut self) -> Result<(CsvCell, bool), Broken> {
        let cell = self.quoted_cell()?;
        self.at = cell.span.end;
        let rest = &self.bytes[self.at..];
        let (skipped, is_last) = match rest {
            [byte, ..] if *byte == self.separator => (1, false),
            [] => (0, true),
            [b'\n', ..] | [b'\r'] => (1, true),
            [b'\r', b'\n', ..] => (2, true),
            _ => {
                let message = "something follows the closing quote of this cell; a quote in a cell is doubled: \"\"";
                return Err(Broken { at: self.at, message, may_close: false });
            }
        };
        self.at += skipped;
        Ok((cell, is_last))
    }

    /// Goes on after the line at which [`RowTokens::next`] stopped.
    pub(crate) fn skip_line(&mut self, at: usize) {
        self.at = memchr(b'\n', &self.bytes[at..]).map_or(self.bytes.len(), |length| at + length + 1);
    }

    fn quoted_cell(&self) -> Result<CsvCell, Broken> {
        let mut at = self.at + 1;
        let mut doubled = false;
        loop {
            let Some(quote) = memchr(b'"', &self.bytes[at..]) else {
                let message = "the cell that starts here has no closing quote";
                return Err(Broken { at: self.at, message, may_close: true });
            };
            at += quote + 1;
            if self.bytes.get(at) != Some(&b'"') {
                return Ok(CsvCell { span: self.at..at, quoted: true, doubled });
            }
            doubled = true;
            at += 1;
        }
    }
}

/// How many bytes stand before the first that is `separator` or a line end.
///
/// Most cells are short: to look at sixteen bytes at once takes less than to begin a search.
#[cfg(target_arch = "x86_64")]
#[inline]
fn until(separator: u8, bytes: &[u8]) -> usize {
    use safe_arch::{bitor_m128i, cmp_eq_mask_i8_m128i, load_unaligned_m128i, move_mask_i8_m128i, set_splat_i8_m128i};
    let separators = set_splat_i8_m128i(separator.cast_signed());
    let line_ends = set_splat_i8_m128i(b'\n'.cast_signed());
    let (sixteens, rest) = bytes.as_chunks();
    for (i, sixteen) in sixteens.iter().enumerate() {
        let sixteen = load_unaligned_m128i(sixteen);
        let (separators, line_ends) =
            (cmp_eq_mask_i8_m128i(sixteen, separators), cmp_eq_mask_i8_m128i(sixteen, line_ends));
        let found = move_mask_i8_m128i(bitor_m128i(separators, line_ends));
        if found != 0 {
            return 16 * i + found.trailing_zeros() as usize;
        }
    }
    let is_end = |byte: &u8| *byte == separator || *byte == b'\n';
    bytes.len() - rest.len() + rest.iter().position(is_end).unwrap_or(rest.len())
}

/// The same by eights, on processors without these instructions.
#[cfg(not(target_arch = "x86_64"))]
#[inline]
fn until(separator: u8, bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);
    // The lowest of the high bits that are set belongs to the first byte that is zero.
    let zeros = |eight: u64| eight.wrapping_sub(ONES) & !eight & HIGHS;
    let separators = ONES * u64::from(separator);
    let mut before = 0;
    while before < 16
        && let Some(eight) = bytes[before..].first_chunk()
    {
        let eight = u64::from_le_bytes(*eight);
        let found = zeros(eight ^ separators) | zeros(eight ^ (ONES * u64::from(b'\n')));
        if found != 0 {
            return before + found.trailing_zeros() as usize / 8;
        }
        before += 8;
    }
    memchr::memchr2(separator, b'\n', &bytes[before..]).map_or(bytes.len(), |length| before + length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str, separator: u8) -> Result<Vec<Vec<String>>, Broken> {
        let mut rows = RowTokens::starting_at(text, separator, 0);
        let (mut cells, mut all) = (Vec::new(), Vec::new());
        while rows.next(&mut cells)? {
            all.push(cells.iter().map(|cell| cell.text(text).into_owned()).collect());
        }
        Ok(all)
    }

    #[test]
    fn cells_are_what_rfc_4180_says() {
        let text = "a,b\r\n\"x,\"\"y\"\"\nz\",\r\n\n,\"\"\n é ,q\"q";
        let expected: [[&str; 2]; 4] = [["a", "b"], ["x,\"y\"\nz", ""], ["", ""], [" é ", "q\"q"]];
        assert_eq!(rows(text, b',').expect("good"), expected);
        assert_eq!(rows("a;b\tc", b';').expect("good"), [["a", "b\tc"]]);
        assert_eq!(rows("", b',').expect("good"), Vec::<Vec<String>>::new());
    }

    #[test]
    fn quotes_that_do_not_fit_are_refused_where_they_stand() {
        assert_eq!(rows("a,\"b", b',').map_err(|broken| broken.at), Err(2));
        assert_eq!(rows("a,\"b\"c\n", b',').map_err(|broken| broken.at), Err(5));
    }

    proptest! {
        #[test]
        fn cells_are_those_of_the_csv_crate(
            table in prop::collection::vec(prop::collection::vec("[ab\",;\n\r é]{0,6}", 3), 1..6),
            separator in prop::sample::select(vec![b',', b';', b'\t']),
        ) {
            let mut writer = csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
            for row in &table {
                writer.write_record(row).expect("memory");
            }
            let text = String::from_utf8(writer.into_inner().expect("memory")).expect("UTF-8");
            prop_assert_eq!(rows(&text, separator).expect("good"), table);
        }
    }
}
