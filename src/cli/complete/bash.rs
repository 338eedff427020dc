//! Bash: the line as it stands, read without evaluating it, and the answer quoted as the line is.
//!
//! Bash parts words at `=` and `:` too and passes them with their quotes, so the script hands over the line and the
//! stretch of it that bash is going to replace. What that stretch is replaced with is quoted here.

use super::answer::Answer;
use super::typed::Line;

/// How the text at some place of a line is quoted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Quote {
    #[default]
    None,
    Single,
    Double,
    /// `$'...'`.
    Ansi,
}

/// A line up to the cursor, read as bash reads it but without replacing anything.
#[derive(Debug, Default, PartialEq, Eq)]
struct Head {
    /// The words before the one under the cursor.
    words: Vec<String>,
    /// The word under the cursor.
    current: String,
    /// How much of `current`, in bytes, stands before the stretch that is replaced.
    kept: usize,
    /// How that stretch is quoted.
    quote: Quote,
    /// Whether the word names the target of a redirection.
    redirected: bool,
}

/// The answer to `[head, tail, stretch]`: the line before and behind the cursor, and the end of the head that is going
/// to be replaced. None where nothing fits.
pub(super) fn answer(typed: &[String], complete: impl FnOnce(&Line) -> Answer) -> Option<String> {
    let [head, tail, stretch] = typed else { return None };
    let head = read(head, head.len().checked_sub(stretch.len()).filter(|_| head.ends_with(stretch.as_str()))?)?;
    if head.redirected {
        return Some("files\n".to_owned());
    }
    let mut words = head.words;
    let index = words.len();
    if index == 0 {
        return None;
    }
    words.push(head.current.clone());
    // What stands right behind the cursor belongs to the word under it.
    let behind = tail.trim_start_matches(|c: char| !c.is_whitespace());
    if let Some(behind) = read(behind, behind.len()) {
        words.extend(behind.words);
        words.extend(Some(behind.current).filter(|word| !word.is_empty()));
    }
    match complete(&Line { words, index }) {
        Answer::Nothing => None,
        // Readline completes the stretch. Where a flag is glued to the name, that would be another name.
        Answer::Files(before) => (before.len() <= head.kept).then(|| "files\n".to_owned()),
        Answer::Words(found) => {
            let kept = &head.current[..head.kept];
            let quoted: Vec<(String, bool)> = found
                .iter()
                .filter_map(|word| Some((quote(word.value.strip_prefix(kept)?, head.quote)?, word.whole)))
                .collect();
            let kind = if quoted.iter().all(|(_, whole)| *whole) { "words" } else { "partial" };
            Some(format!("{kind}\n{}", quoted.into_iter().map(|(text, _)| text + "\n").collect::<String>()))
        }
    }
}

/// `text` as it must stand in a line where it is quoted like `quote`; none if it cannot.
fn quote(text: &str, quote: Quote) -> Option<String> {
    let plain = |c: char| c.is_alphanumeric() || "_-./,+@%:=".contains(c);
    match quote {
        Quote::None => Some(text.chars().map(|c| if plain(c) { c.to_string() } else { format!("\\{c}") }).collect()),
        // A `!` is history there, and no quoting keeps it from that.
        Quote::Double if text.contains('!') => None,
        Quote::Double => {
            let special = |c: char| "\"$\\`".contains(c);
            Some(text.chars().map(|c| if special(c) { format!("\\{c}") } else { c.to_string() }).collect())
        }
        Quote::Single => Some(text.to_owned()).filter(|text| !text.contains('\'')),
        Quote::Ansi => None,
    }
}

/// Reads a line up to the cursor; the stretch from byte `from` is going to be replaced. None inside a command
/// substitution, whose words are not ours.
fn read(text: &str, from: usize) -> Option<Head> {
    let mut reader = Reader { rest: text, from, length: text.len(), ..Reader::default() };
    while !reader.rest.is_empty() {
        reader.mark();
        reader.step()?;
    }
    reader.mark();
    Some(Head { quote: reader.head.quote, ..reader.head })
}

#[derive(Default)]
struct Reader<'a> {
    rest: &'a str,
    length: usize,
    from: usize,
    quote: Quote,
    /// Whether a word has begun, be it empty so far.
    begun: bool,
    head: Head,
}

impl Reader<'_> {
    /// Notes where the stretch begins.
    fn mark(&mut self) {
        if self.length - self.rest.len() <= self.from {
            self.head.kept = self.head.current.len();
            self.head.quote = self.quote;
        }
    }

    /// Takes the next character and returns it.
    fn take(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    fn push(&mut self, c: char) {
        self.begun = true;
        self.head.current.push(c);
    }

    /// Ends the word.
    fn end(&mut self) {
        let word = std::mem::take(&mut self.head.current);
        if self.begun && !self.head.redirected {
            self.head.words.push(word);
        }
        self.head.redirected &= !self.begun;
        self.begun = false;
    }

    fn step(&mut self) -> Option<()> {
        let c = self.take()?;
        match (self.quote, c) {
            (Quote::None, '\'') => self.open(Quote::Single),
            (Quote::None, '"') => self.open(Quote::Double),
            (Quote::None, '$') if self.rest.starts_with('\'') => {
                self.take();
                self.open(Quote::Ansi);
            }
            (Quote::Single | Quote::Ansi, '\'') | (Quote::Double, '"') => self.quote = Quote::None,
            (Quote::None | Quote::Double, '$') if self.rest.starts_with('(') => self.substitution()?,
            (Quote::None | Quote::Double, '`') => {
                let end = self.rest.find('`')?;
                self.rest = &self.rest[end + 1..];
                self.push('_');
            }
            (Quote::None | Quote::Ansi, '\\') => {
                self.begun = true;
                if let Some(escaped) = self.take() {
                    self.push(escaped);
                }
            }
            (Quote::Double, '\\') if self.rest.starts_with(['"', '$', '\\', '`']) => {
                let escaped = self.take()?;
                self.push(escaped);
            }
            (Quote::None, c) if c.is_whitespace() => self.end(),
            (Quote::None, '<' | '>') => self.redirect(),
            (Quote::None, '&') if self.rest.starts_with('>') => {}
            (Quote::None, ';' | '|' | '&' | '(' | ')') => {
                self.end();
                self.head.words.clear();
            }
            _ => self.push(c),
        }
        Some(())
    }

    fn open(&mut self, quote: Quote) {
        self.quote = quote;
        self.begun = true;
    }

    /// A `<` or `>`, with the number of the stream before it and the rest of the operator behind it.
    fn redirect(&mut self) {
        if self.head.current.chars().all(|c| c.is_ascii_digit()) {
            self.head.current.clear();
            self.begun = false;
        }
        self.end();
        self.rest = self.rest.trim_start_matches(['<', '>', '&', '|']);
        self.head.redirected = true;
    }

    /// Passes over `$(...)`. None if it is still open.
    fn substitution(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        while let Some(c) = self.take() {
            match c {
                '(' => depth += 1,
                ')' if depth == 1 => {
                    self.push('_');
                    return Some(());
                }
                ')' => depth -= 1,
                _ => {}
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::answer::Candidate;
    use super::*;

    /// Reads a line in which `|` marks where the stretch begins.
    fn head(text: &str) -> Head {
        let from = text.find('|').expect("a mark");
        read(&text.replace('|', ""), from).expect("a line")
    }

    #[test]
    fn a_line_is_read_without_evaluating_it() {
        let Head { words, current, kept, quote, .. } = head(r#"compare -c "my $HOME \"x\"" a\ b 'c "d' --by=|na"#);
        assert_eq!(words, ["compare", "-c", "my $HOME \"x\"", "a b", "c \"d"]);
        assert_eq!((current.as_str(), kept, quote), ("--by=na", 5, Quote::None));
        assert_eq!(head("compare 日本 \"é |x").current, "é x");
        assert_eq!(head("compare '' |").words, ["compare", ""]);
        assert_eq!(head("compare $'a\\'b' x`id`y $(echo $(id)) |").words, ["compare", "a'b", "x_y", "_"]);
        assert_eq!(head("true; compare |x").words, ["compare"]);
        assert!(read("compare $(echo a", 14).is_none() && read("compare `ls ", 12).is_none());
    }

    #[test]
    fn the_quoting_where_the_stretch_begins_is_known() {
        for (line, quote, kept) in [
            ("compare \"|De", Quote::Double, 0),
            ("compare '|De", Quote::Single, 0),
            ("compare --category=\"|De v", Quote::Double, 11),
            ("compare --category=|De\\ v", Quote::None, 11),
            ("compare a:|b", Quote::None, 2),
            ("compare $'|b", Quote::Ansi, 0),
            ("compare a|", Quote::None, 1),
        ] {
            let head = head(line);
            assert_eq!((head.quote, head.kept), (quote, kept), "{line}");
        }
    }

    #[test]
    fn redirections_are_no_words() {
        assert!(head("compare a > |x").redirected && head("compare a 2>>|x").redirected);
        let head = head("compare a 2>&1 >out b|");
        assert_eq!((head.words, head.current.as_str()), (vec!["compare".to_owned(), "a".to_owned()], "b"));
    }

    fn answered(line: [&str; 3], values: &[&str]) -> Option<String> {
        let word = |value: &&str| Candidate { value: (*value).to_owned(), help: String::new(), whole: true };
        answer(&line.map(str::to_owned), |_| Answer::Words(values.iter().map(word).collect()))
    }

    #[test]
    fn words_are_quoted_as_the_line_is() {
        let hostile = ["Dev $(id) `x` \"y\"", "Dev 'z'!"];
        let plain = answered(["compare Dev", "", "Dev"], &hostile).expect("words");
        assert_eq!(plain, "words\nDev\\ \\$\\(id\\)\\ \\`x\\`\\ \\\"y\\\"\nDev\\ \\'z\\'\\!\n");
        let double = answered(["compare \"Dev", "", "Dev"], &hostile).expect("words");
        assert_eq!(double, "words\nDev \\$(id) \\`x\\` \\\"y\\\"\n");
        let single = answered(["compare 'Dev", "", "Dev"], &hostile).expect("words");
        assert_eq!(single, "words\nDev $(id) `x` \"y\"\n");
        assert_eq!(answered(["compare --by=na", "", "na"], &["--by=name"]).as_deref(), Some("words\nname\n"));
        assert_eq!(answered(["compare a", "", "other"], &["x"]), None);
    }
}
