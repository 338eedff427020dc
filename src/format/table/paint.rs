//! Color as marks: characters of no width that stand in a text while it is laid out, and become
//! escape sequences, or nothing, in the last step.
//!
//! So layout measures one text whether color is on or not, and the table library needs no
//! knowledge of terminals. Records cannot forge a mark: cleaning makes invisible characters visible.

use crate::report::block::Tone;

/// The style that a mark switches on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// A tone of the document.
    Tone(Tone),
    /// Headings.
    Bold,
}

const END: char = '\u{2064}';

/// Mark, style, SGR parameter. The four invisible operators and two neighbours have no width.
const MARKS: [(char, Ink, &str); 5] = [
    ('\u{2061}', Ink::Tone(Tone::Good), "32"),
    ('\u{2062}', Ink::Tone(Tone::Bad), "31"),
    ('\u{2063}', Ink::Tone(Tone::Mixed), "33"),
    ('\u{206a}', Ink::Tone(Tone::Muted), "2"),
    ('\u{206b}', Ink::Bold, "1"),
];

/// `text`, which must be one line, between the marks of `ink`.
pub(super) fn paint(text: &str, ink: Ink) -> String {
    match MARKS.iter().find(|(_, known, _)| *known == ink) {
        Some((mark, ..)) if !text.is_empty() => format!("{mark}{text}{END}"),
        _ => text.to_owned(),
    }
}

/// `text` with its marks turned into escape sequences, or taken out.
pub(super) fn finish(text: &str, color: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let parameter = match c {
            END => Some("0"),
            c => MARKS.iter().find(|(mark, ..)| *mark == c).map(|(_, _, parameter)| *parameter),
        };
        match parameter {
            Some(parameter) if color => {
                out.push_str("\u{1b}[");
                out.push_str(parameter);
                out.push('m');
            }
            Some(_) => {}
            None => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text;

    #[test]
    fn marks_have_no_width_and_no_record_can_forge_one() {
        for (mark, ..) in MARKS {
            assert_eq!(text::width(&mark.to_string()), 0);
            assert!(!text::clean_line(&mark.to_string()).contains(mark));
        }
        assert!(!text::clean_line(&END.to_string()).contains(END));
    }

    #[test]
    fn marks_become_escape_sequences_or_nothing() {
        let painted = paint("ship", Ink::Tone(Tone::Good));
        assert_eq!(finish(&painted, true), "\u{1b}[32mship\u{1b}[0m");
        assert_eq!(finish(&painted, false), "ship");
        assert_eq!(paint("", Ink::Bold), "");
    }
}
