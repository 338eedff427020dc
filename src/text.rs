//! Text from strangers, made fit for people: cleaning, display width, wrapping.
//!
//! Nothing that a record, a file name or a template says may move the cursor, change the color, reorder the line or
//! hide. What would do so is *shown*, as `<U+202E>`, and never dropped: two names that differ do not become one.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::ci_log::{self, Breaks, Instead};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The mark that some programs put in front of UTF-8.
pub(crate) const BOM: &[u8] = b"\xef\xbb\xbf";

/// One line, safe on a terminal and in the log of a CI job: as [`visible_line`], and what a CI runner could take for a
/// command is shown as `<U+003A>:name` or `#<U+0023>[name]`.
pub fn clean_line(text: &str) -> Cow<'_, str> {
    without_commands(visible_line(text))
}

/// Prose of several lines, safe on a terminal and in the log of a CI job: as [`clean_line`], but line ends stay, one
/// blank line at most between two paragraphs, and none at either end.
pub fn clean_block(text: &str) -> Cow<'_, str> {
    without_commands(visible_block(text))
}

/// One line, safe on a terminal, for formats that escape workflow commands in a way of their own.
///
/// A run of blanks and line ends becomes one space. Other control characters, bidi controls and characters that
/// nobody can see become `<U+XXXX>`. Joiners stay where writing needs them (emoji sequences, Arabic and Indic
/// scripts), variation selectors 15 and 16 stay after an emoji. Cleaning twice changes nothing more.
pub(crate) fn visible_line(text: &str) -> Cow<'_, str> {
    if is_plain_line(text) { Cow::Borrowed(text) } else { keep_if_same(text, clean(text, |_| " ")) }
}

/// Prose of several lines as [`clean_block`], for formats that escape workflow commands in a way of their own.
pub(crate) fn visible_block(text: &str) -> Cow<'_, str> {
    if is_plain_line(text) {
        return Cow::Borrowed(text.trim_matches(' '));
    }
    let cleaned = clean(text.trim_matches(is_blank), |line_ends| match line_ends {
        0 => " ",
        1 => "\n",
        _ => "\n\n",
    });
    keep_if_same(text, cleaned)
}

fn without_commands(text: Cow<'_, str>) -> Cow<'_, str> {
    // Tables are set in lines of their own, so any word may come to begin one.
    match text {
        Cow::Borrowed(text) => ci_log::neutralize(text, Breaks::AtBlanks, Instead::Shown),
        Cow::Owned(text) => match ci_log::neutralize(&text, Breaks::AtBlanks, Instead::Shown) {
            Cow::Owned(neutral) => Cow::Owned(neutral),
            Cow::Borrowed(_) => Cow::Owned(text),
        },
    }
}

/// Whether a character commands a terminal instead of being written on it: C0, DEL and C1 controls, the line and
/// paragraph separators, and the controls of the bidirectional algorithm.
pub(crate) fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a spreadsheet takes a cell that begins with this character for a formula, after
/// [OWASP's list](https://owasp.org/www-community/attacks/CSV_Injection) with the full-width forms.
pub(crate) fn starts_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0' | '＝' | '＋' | '－' | '＠')
}

/// A word for a POSIX shell, in quotes where it needs them.
pub(crate) fn shell_quoted(word: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@%+".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return Cow::Borrowed(word); // more than the library leaves as it is
    }
    // No argument holds a zero byte.
    shlex::try_quote(word).unwrap_or(Cow::Borrowed(word))
}

/// `text` with the host of every e-mail address covered by as many `*` as it has bytes, the `@` included: reviewers'
/// addresses are nobody else's business.
pub(crate) fn mask_addresses(text: &str) -> Cow<'_, str> {
    let mut masked = Cow::Borrowed(text);
    for (at, _) in text.match_indices('@') {
        let is_local = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-' | '\'');
        let is_host = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
        let host = &text[at + 1..];
        let host = &host[..host.find(|c| !is_host(c)).unwrap_or(host.len())];
        let top = host.trim_end_matches('.').rsplit_once('.').map_or("", |(_, top)| top);
        if text[..at].ends_with(is_local) && top.len() > 1 {
            let end = at + 1 + host.len();
            masked.to_mut().replace_range(at..end, &"*".repeat(end - at));
        }
    }
    masked
}

/// Columns that a line takes on a terminal: 2 for wide characters and emoji sequences, 0 for combining marks.
pub fn width(text: &str) -> usize {
    text.width()
}

/// The lines of `text`, none wider than `columns`, broken at spaces and line ends. Only a character that is itself
/// wider (two columns for most of the world's wide ones) stands on a line too long.
///
/// A word that is too wide alone is broken between characters, never inside an emoji sequence or before a combining
/// mark. Only spaces at a break and at the end of a line are left out. Empty text has no lines.
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        let mut used = 0;
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            let needed = width(word);
            if used > 0 && used + 1 + needed <= columns {
                line.push(' ');
                line.push_str(word);
                used += 1 + needed;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            let mut pieces = break_word(word, columns);
            line = pieces.pop().unwrap_or_default();
            used = width(&line);
            lines.append(&mut pieces);
        }
        lines.push(line);
    }
    lines
}

/// `text` with spaces after it, so that it takes at least `columns` columns.
pub(crate) fn pad(text: &str, columns: usize) -> String {
    let mut padded = text.to_owned();
    padded.extend(std::iter::repeat_n(' ', columns.saturating_sub(width(text))));
    padded
}

/// `text` with spaces before it, so that it takes at least `columns` columns.
pub(crate) fn pad_left(text: &str, columns: usize) -> String {
    let mut padded = " ".repeat(columns.saturating_sub(width(text)));
    padded.push_str(text);
    padded
}

/// The quick and usual case: printable ASCII with single spaces.
fn is_plain_line(text: &str) -> bool {
    let mut after_space = false;
    text.bytes().all(|byte| {
        let doubled = after_space && byte == b' ';
        after_space = byte == b' ';
        matches!(byte, b' '..=b'~') && !doubled
    })
}

/// Names are borrowed where nothing had to change.
fn keep_if_same(text: &str, cleaned: String) -> Cow<'_, str> {
    if cleaned == text { Cow::Borrowed(text) } else { Cow::Owned(cleaned) }
}

/// Cleans `text`; `blank` says what stands for a run of white space with so many line ends.
fn clean(text: &str, blank: fn(usize) -> &'static str) -> String {
    let mut cleaned = String::with_capacity(text.len() + 16);
    let mut chars = text.chars().peekable();
    let mut before = None;
    while let Some(c) = chars.next() {
        if is_blank(c) {
            let mut line_ends = usize::from(is_line_end(c));
            let mut last = c;
            while let Some(next) = chars.next_if(|&next| is_blank(next)) {
                line_ends += usize::from(is_line_end(next) && (last, next) != ('\r', '\n'));
                last = next;
            }
            cleaned.push_str(blank(line_ends));
            before = None;
        } else if is_control(c) || (is_invisible(c) && !belongs(before, c, chars.peek().copied())) {
            // Writing to a String cannot fail.
            let _ = write!(cleaned, "<U+{:04X}>", u32::from(c));
            before = None;
        } else {
            cleaned.push(c);
            before = Some(c);
        }
    }
    cleaned
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// White space that is folded. Typographic spaces (no-break, ideographic) are ordinary characters with a width.
fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t' || is_line_end(c)
}

/// Whether a code point is kept free for programs and stands for no character; XML forbids some of them.
pub(crate) fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe
}

/// Characters that show nothing: noncharacters, Unicode's `Default_Ignorable_Code_Point` and the format controls (general category
/// Cf) without a shape of their own.
fn is_invisible(c: char) -> bool {
    is_noncharacter(c)
        || matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether an invisible character does its proper work between its neighbours.
fn belongs(before: Option<char>, c: char, after: Option<char>) -> bool {
    let Some(before) = before else { return false };
    match c {
        // A keycap is a digit, the selector and the enclosing key; a bare digit would only hide the selector.
        '\u{fe0f}' if matches!(before, '#' | '*' | '0'..='9') => after == Some('\u{20e3}'),
        '\u{fe0e}' | '\u{fe0f}' => is_emoji(before),
        '\u{200d}' if is_emoji(before) || before == '\u{fe0f}' => after.is_some_and(is_emoji),
        // An old chillu may end a word: virama, joiner.
        '\u{200c}' | '\u{200d}' => is_joining(before) && (is_virama(before) || after.is_some_and(is_joining)),
        _ => false,
    }
}

/// The blocks that hold Unicode's pictographs, skin tones and regional indicators; generous inside them.
fn is_emoji(c: char) -> bool {
    matches!(c,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2190}'..='\u{21ff}'
        | '\u{2300}'..='\u{23ff}' | '\u{24c2}' | '\u{25a0}'..='\u{27bf}' | '\u{2934}' | '\u{2935}'
        | '\u{2b00}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

/// Letters and marks of scripts that join: there a joiner changes what is seen. In Latin, Greek, Cyrillic and Han it
/// only hides.
fn is_joining(c: char) -> bool {
    matches!(c,
        '\u{620}'..='\u{6d3}' | '\u{6ee}'..='\u{6ff}' | '\u{710}'..='\u{7ff}' | '\u{840}'..='\u{88f}'
        | '\u{8a0}'..='\u{8e1}' | '\u{8e3}'..='\u{dff}' | '\u{f00}'..='\u{109f}' | '\u{1780}'..='\u{17b3}'
        | '\u{17b6}'..='\u{17ff}' | '\u{1820}'..='\u{18aa}' | '\u{1b00}'..='\u{1bff}' | '\u{fb50}'..='\u{fdff}'
        | '\u{fe70}'..='\u{fefc}' | '\u{11000}'..='\u{1133f}')
}

/// The signs that take the vowel from a consonant, in the Indic scripts where a joiner follows them.
fn is_virama(c: char) -> bool {
    matches!(
        c,
        '\u{94d}'
            | '\u{9cd}'
            | '\u{a4d}'
            | '\u{acd}'
            | '\u{b4d}'
            | '\u{bcd}'
            | '\u{c4d}'
            | '\u{ccd}'
            | '\u{d4d}'
            | '\u{dca}'
            | '\u{1039}'
            | '\u{103a}'
            | '\u{17d2}'
    )
}

/// The pieces of a word, none wider than `columns`.
fn break_word(word: &str, columns: usize) -> Vec<String> {
    if width(word) <= columns {
        return vec![word.to_owned()];
    }
    let mut pieces = Vec::new();
    let mut piece = String::new();
    let mut used = 0;
    let mut add = |part: &str, needed: usize| {
        if used + needed > columns && !piece.is_empty() {
            pieces.push(std::mem::take(&mut piece));
            used = 0;
        }
        piece.push_str(part);
        used += needed;
    };
    for cluster in clusters(word, true) {
        let needed = width(cluster);
        if needed <= columns.max(2) {
            add(cluster, needed);
        } else {
            // Joined to something wider than a line: it has to be torn somewhere.
            for part in clusters(cluster, false) {
                add(part, width(part));
            }
        }
    }
    pieces.push(piece);
    pieces
}

/// `word` cut where a line may be broken: not before what takes no column of its own (marks, selectors, joiners);
/// with `sequences` also not after a joiner, not before a skin tone, not inside a flag.
fn clusters(word: &str, sequences: bool) -> Vec<&str> {
    let mut cut = Vec::new();
    let mut start = 0;
    let mut before = None;
    let mut flag_open = false;
    for (at, c) in word.char_indices() {
        let in_flag = matches!(c, '\u{1f1e6}'..='\u{1f1ff}');
        let in_sequence =
            before == Some('\u{200d}') || matches!(c, '\u{1f3fb}'..='\u{1f3ff}') || (in_flag && flag_open);
        flag_open = in_flag && !flag_open;
        // Broken there, the rest of the word would begin a line as a workflow command.
        let is_command = ci_log::is_command(&word[at..], 0, Breaks::AtBlanks);
        if at > 0 && c.width() != Some(0) && !(sequences && in_sequence) && !is_command {
            cut.push(&word[start..at]);
            start = at;
        }
        before = Some(c);
    }
    cut.push(&word[start..]);
    cut
}

/// As `text.trim()`, at once for a text that begins and ends like most.
#[inline]
pub(crate) fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// For each byte whether it is one of `bytes`.
pub(crate) const fn byte_set(bytes: &[u8]) -> [bool; 256] {
    let mut set = [false; 256];
    let mut at = 0;
    while at < bytes.len() {
        set[bytes[at] as usize] = true;
        at += 1;
    }
    set
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};

    use super::ci_log::{self, Breaks};
    use super::{clean_block, clean_line, is_control, is_invisible, mask_addresses, pad, pad_left, width, wrap};

    /// Text with everything that has ever broken a terminal, a table or a wrapper, mixed with anything.
    fn hostile() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            any::<char>().prop_map(String::from),
            (0_u32..0x3000).prop_filter_map("a scalar", char::from_u32).prop_map(String::from),
            (0_u32..0xa0).prop_filter_map("a scalar", char::from_u32).prop_map(String::from),
            (0x2000_u32..0x2070).prop_filter_map("a scalar", char::from_u32).prop_map(String::from),
            prop::sample::select(vec![
                " ",
                "  ",
                "\n",
                "\r\n",
                "\t",
                "word",
                "\u{1b}[31m",
                "\u{9b}2J",
                "\u{200d}",
                "\u{200c}",
                "\u{fe0f}",
                "👨\u{200d}👩\u{200d}👧",
                "🇩🇪",
                "👍🏽",
                "1\u{fe0f}\u{20e3}",
                "日本語",
                "e\u{301}",
                "ﷺ",
                "لا",
                "می\u{200c}خواهم",
                "ශ්\u{200d}රී",
                "\u{2e3b}",
                "\u{e0041}",
                "\u{e0100}",
                "한국",
                "\u{1100}\u{1161}\u{11a8}",
                "<U+202E>",
                "::error::",
                "::a",
                ":",
                "##[error]",
                "##",
                "##vso[",
            ])
            .prop_map(str::to_owned),
        ];
        prop_oneof![9 => prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat()), 1 => Just(String::new())]
    }

    fn without_blanks(text: &str) -> String {
        text.chars().filter(|&c| c != ' ' && c != '\n' && c != '\r').collect()
    }

    #[test]
    fn no_address_shows_its_host() {
        assert_eq!(mask_addresses("1,ana.b+c@example.co.uk,x"), "1,ana.b+c**************,x");
        assert_eq!(mask_addresses("Ana <ana@bücher.example>"), "Ana <ana****************>");
        for text in ["@scope/pkg", "user@host", "a @ b.c", "at @example.com", "no address"] {
            assert_eq!(mask_addresses(text), text);
        }
    }

    #[test]
    fn every_control_and_bidi_character_is_folded_or_shown() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32).filter(|&c| is_control(c)) {
            for text in [format!("a{c}b"), format!("{c}"), format!("👍{c}👍"), format!("\u{645}{c}\u{645}")] {
                let (line, block) = (clean_line(&text), clean_block(&text));
                assert!(!line.chars().any(is_control), "U+{:04X}: {line:?}", u32::from(c));
                assert!(!block.chars().any(|c| c != '\n' && is_control(c)), "U+{:04X}: {block:?}", u32::from(c));
            }
            assert_ne!(clean_line(&format!("a{c}b")), "ab");
        }
        for range in [0..0x20, 0x7f..0xa0, 0x61c..0x61d, 0x200e..0x2010, 0x2028..0x202f, 0x2066..0x206a] {
            assert!(range.filter_map(char::from_u32).all(is_control));
        }
    }

    #[test]
    fn what_nobody_can_see_is_shown() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32).filter(|&c| is_invisible(c)) {
            assert_eq!(clean_line(&format!("pay{c}pal")), format!("pay<U+{:04X}>pal", u32::from(c)));
        }
        assert_eq!(clean_line("Notion\u{200b}"), "Notion<U+200B>");
        assert_eq!(clean_line("AB\u{202e}txt.exe"), "AB<U+202E>txt.exe");
        assert_eq!(clean_line("\u{1b}]0;x\u{7}"), "<U+001B>]0;x<U+0007>");
        assert_eq!(clean_line("5\u{fe0f}"), "5<U+FE0F>");
        assert_eq!(clean_line("\u{fe0f}\u{200d}👍"), "<U+FE0F><U+200D>👍");
        assert_eq!(clean_line("👍\u{200d}\u{200d}👍"), "👍<U+200D><U+200D>👍");
    }

    #[test]
    fn writing_and_emoji_stay_as_they_are() {
        for text in [
            "👨\u{200d}👩\u{200d}👧",
            "❤\u{fe0f}\u{200d}🔥",
            "👩🏽\u{200d}🚀",
            "1\u{fe0f}\u{20e3}",
            "↩\u{fe0e}",
            "🇩🇪",
            "می\u{200c}خواهم",
            "ශ්\u{200d}රී",
            "ന്\u{200d} ",
            "日本語",
            "e\u{301}",
            "ﷺ",
            "75\u{a0}%",
            "全角\u{3000}空白",
        ] {
            assert_eq!(clean_line(text), text);
        }
    }

    #[test]
    fn blanks_fold() {
        assert_eq!(clean_line("a \t\r\n b\u{b}\u{c}c\u{2028}d\u{85}e"), "a b c d e");
        assert_eq!(clean_block("\n a\r\nb\tc \n \n\n d\re \n"), "a\nb c\n\nd\ne");
        assert_eq!(clean_block(" plain "), "plain");
    }

    #[test]
    fn wrapping_keeps_emoji_and_marks_whole() {
        assert_eq!(
            wrap("👨\u{200d}👩\u{200d}👧👨\u{200d}👩\u{200d}👧", 3),
            ["👨\u{200d}👩\u{200d}👧", "👨\u{200d}👩\u{200d}👧"]
        );
        assert_eq!(wrap("🇩🇪🇫🇷👍🏽e\u{301}abc", 3), ["🇩🇪", "🇫🇷", "👍🏽e\u{301}", "abc"]);
        assert_eq!(wrap("日本語 is  wide\n\nnew", 8), ["日本語", "is wide", "", "new"]);
        assert_eq!(wrap("", 8), Vec::<String>::new());
        assert_eq!(wrap("日本👨\u{200d}👩\u{200d}👧a", 1), ["日", "本", "👨\u{200d}👩\u{200d}👧", "a"]);
        assert_eq!(wrap("ab", 0), ["a", "b"]);
        assert_eq!(wrap("a\u{200d}1\u{fe0f}\u{20e3}👍🏽🏽", 2), ["a\u{200d}", "1\u{fe0f}\u{20e3}", "👍", "🏽", "🏽"]);
        assert_eq!(wrap("abcdefgh ij", 4), ["abcd", "efgh", "ij"]);
    }

    #[test]
    fn padding_counts_columns() {
        assert_eq!(pad("日本", 6), "日本  ");
        assert_eq!(pad_left("é", 3), "  é");
        assert_eq!(pad("long", 2), "long");
    }

    proptest! {
        #[test]
        fn cleaned_text_commands_nothing(text in hostile()) {
            let (line, block) = (clean_line(&text).into_owned(), clean_block(&text).into_owned());
            assert!(!line.chars().any(is_control), "{line:?}");
            assert!(!block.chars().any(|c| c != '\n' && is_control(c)), "{block:?}");
            assert_eq!(clean_line(&line), line);
            assert_eq!(clean_block(&block), block);
            for text in [&line, &block] {
                assert_eq!(ci_log::commands(text, Breaks::AtBlanks).next(), None, "{text:?}");
                for line in (2..40).flat_map(|columns| wrap(text, columns)) {
                    assert_eq!(ci_log::commands(&line, Breaks::AtLineEnds).next(), None, "{line:?}");
                }
            }
        }

        #[test]
        fn wrapped_lines_fit_and_lose_nothing(text in hostile(), columns in 2_usize..30, cleaned in any::<bool>()) {
            let text = if cleaned { clean_block(&text).into_owned() } else { text };
            let lines = wrap(&text, columns);
            // Two characters of Unicode take three columns (U+17D8, U+2E3B); they may stand alone, and so may a wide one
            // with the colon of a workflow command, which may not begin a line.
            let visible = |line: &str| line.chars().filter(|&c| width(c.encode_utf8(&mut [0; 4])) > 0).count();
            let alone = |line: &str| visible(line) == 1 || visible(line) == 2 && line.ends_with(':');
            assert!(lines.iter().all(|line| width(line) <= columns || alone(line)), "{lines:?}");
            assert_eq!(without_blanks(&lines.concat()), without_blanks(&text));
        }

        #[test]
        fn padding_reaches_the_column(text in hostile(), columns in 0_usize..60) {
            let text = clean_line(&text);
            assert_eq!(width(&pad(&text, columns)), columns.max(width(&text)));
            assert_eq!(width(&pad_left(&text, columns)), columns.max(width(&text)));
        }
    }
}
