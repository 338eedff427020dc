//! Makes operators pay for what they walk.
//!
//! minijinja's steps count an operator once, however much it walks: `a == b` of two lists that hold one another forty
//! levels deep takes as many steps as `1 == 2`, and years. So each operand that an operator walks is given to a filter
//! first, which takes the steps: `a == b` is compiled as `(a)|weighed == (b)|weighed`. [`super::proof`] checks on
//! minijinja's own tree that none was missed.

use super::tokens::{
    Operand, Piece, Sign, chain_end, closing, has, is_literal, joins, loose, parted, products, sums, tags, test_name,
};
use minijinja::machinery::{Token, tokenize};
use minijinja::syntax::SyntaxConfig;
use std::ops::Range;

/// The filter that takes the steps for walking a value, with all that it holds.
pub(super) const WEIGHED: &str = "weighed";
/// The filter that makes a list of what would be made anew, item by item, whenever it is walked.
pub(super) const LISTED: &str = "listed";

/// A template with guards, and where each part of it comes from.
#[derive(Debug, Default)]
pub(super) struct Guarded {
    /// What is compiled.
    pub(super) text: String,
    /// What was written.
    source: String,
    parts: Vec<Part>,
}

/// A part of the text: where it starts there, and what it is in the source.
#[derive(Debug)]
struct Part {
    start: usize,
    /// The same text in the source, or the operand that the guard is for.
    source: Range<usize>,
    is_guard: bool,
}

impl Guarded {
    /// What was written.
    pub(super) fn source(&self) -> &str {
        &self.source
    }

    /// The span of the source that `range` of the text stands for.
    pub(super) fn meant(&self, range: &Range<usize>) -> Range<usize> {
        let part =
            |at: usize| self.parts[self.parts.partition_point(|part| part.start <= at).saturating_sub(1)..].first();
        let of = |at: usize, end: bool| match part(at) {
            None => at,
            Some(part) if part.is_guard && end => part.source.end,
            Some(part) if part.is_guard => part.source.start,
            Some(part) => part.source.start + (at - part.start),
        };
        let start = of(range.start, false);
        // The end of a span lies behind its last letter.
        let end = if range.end > range.start {
            of(range.end - 1, true) + usize::from(!self.is_guard(range.end - 1))
        } else {
            start
        };
        start.min(self.source.len())..end.clamp(start, self.source.len().max(start))
    }

    fn is_guard(&self, at: usize) -> bool {
        let index = self.parts.partition_point(|part| part.start <= at).saturating_sub(1);
        self.parts.get(index).is_some_and(|part| part.is_guard)
    }
}

/// `source` with guards; as it is where it cannot be parted into tokens, which compiling will say better.
pub(super) fn guarded(source: &str, syntax: &SyntaxConfig) -> Guarded {
    let tokens: Result<Vec<Piece<'_>>, _> = tokenize(source, false, syntax.clone())
        .map(|token| {
            token.map(|(token, span)| Piece { token, at: span.start_offset as usize..span.end_offset as usize })
        })
        .collect();
    let mut writer = Writer { source, done: 0, out: Guarded { source: source.to_owned(), ..Guarded::default() } };
    for tag in tokens.iter().flat_map(|tokens| tags(tokens)) {
        writer.tag(tag);
    }
    writer.finish()
}

/// Writes the source with guards in between.
struct Writer<'s> {
    source: &'s str,
    done: usize,
    out: Guarded,
}

impl Writer<'_> {
    fn copy(&mut self, until: usize) {
        if until > self.done {
            self.out.parts.push(Part { start: self.out.text.len(), source: self.done..until, is_guard: false });
            self.out.text.push_str(&self.source[self.done..until]);
            self.done = until;
        }
    }

    /// Inserts `text` at `at`, on behalf of the operand at `meant`.
    fn insert(&mut self, at: usize, text: &str, meant: &Range<usize>) {
        self.copy(at);
        self.out.parts.push(Part { start: self.out.text.len(), source: meant.clone(), is_guard: true });
        self.out.text.push_str(text);
    }

    fn finish(mut self) -> Guarded {
        self.copy(self.source.len());
        self.out
    }

    fn tag(&mut self, (is_block, pieces): (bool, &[Piece<'_>])) {
        let word = pieces.first().and_then(Piece::word).filter(|_| is_block);
        let rest = if word.is_some() { &pieces[1..] } else { pieces };
        let behind = |find: fn(&Piece<'_>) -> bool| {
            let before = parted(rest, |pieces, index| find(&pieces[index]).then_some(Sign::Plain))[0].pieces.len();
            rest.get(before + 1..).unwrap_or(rest)
        };
        match word {
            Some("for") => {
                let behind = behind(|piece| piece.word() == Some("in"));
                let ends = |pieces: &[Piece<'_>], index: usize| {
                    let word = matches!(pieces[index].word(), Some("if" | "recursive"));
                    loose(pieces, index).filter(|_| word)
                };
                let iterated = parted(behind, ends)[0].pieces.len();
                let (iterated, condition) = behind.split_at(iterated);
                self.with(Some(LISTED), iterated, Self::group);
                self.group(condition);
            }
            Some("set") => self.group(behind(|piece| matches!(piece.token, Token::Assign))),
            _ => self.group(rest),
        }
    }

    /// Does `inside`, with `filter` behind `pieces` if it is to be.
    fn with(&mut self, filter: Option<&str>, pieces: &[Piece<'_>], inside: impl FnOnce(&mut Self, &[Piece<'_>])) {
        // Stars and names before an argument are not of it.
        let stars = pieces.iter().take_while(|piece| matches!(piece.token, Token::Mul | Token::Pow)).count();
        let pieces = &pieces[stars..];
        let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return };
        let meant = first.at.start..last.at.end;
        let filter = filter.filter(|_| !is_literal(pieces));
        if filter.is_some() {
            self.insert(meant.start, "(", &meant);
        }
        inside(self, pieces);
        if let Some(filter) = filter {
            self.insert(meant.end, &format!(")|{filter}"), &meant);
        }
    }

    /// Expressions, and what is between them.
    fn group(&mut self, pieces: &[Piece<'_>]) {
        let operands = parted(pieces, loose);
        for (index, operand) in operands.iter().enumerate() {
            let beside = |sign: Sign, other: Option<&Operand<'_, '_>>| match sign {
                Sign::Plain => false,
                Sign::Walks => !other.is_some_and(|other| is_literal(other.pieces)),
                Sign::In => true,
            };
            let left = index.checked_sub(1).and_then(|left| operands.get(left));
            let walked = beside(operand.before, left) || beside(operand.after, operands.get(index + 1));
            let filter = (operand.before != Sign::Plain || operand.after != Sign::Plain).then_some(WEIGHED);
            self.with(filter.filter(|_| walked), operand.pieces, Self::sum);
        }
    }

    fn sum(&mut self, pieces: &[Piece<'_>]) {
        self.each(pieces, sums, LISTED, Self::join);
    }

    fn join(&mut self, pieces: &[Piece<'_>]) {
        self.each(pieces, joins, WEIGHED, Self::product);
    }

    fn product(&mut self, pieces: &[Piece<'_>]) {
        self.each(pieces, products, LISTED, Self::chains);
    }

    fn each(
        &mut self,
        pieces: &[Piece<'_>],
        sign: impl Fn(&[Piece<'_>], usize) -> Option<Sign>,
        filter: &str,
        inside: fn(&mut Self, &[Piece<'_>]),
    ) {
        for operand in parted(pieces, sign) {
            let walked = operand.before == Sign::Walks || operand.after == Sign::Walks;
            self.with(walked.then_some(filter), operand.pieces, inside);
        }
    }

    /// Names, literals and brackets, each with the subscripts and calls behind it.
    fn chains(&mut self, mut pieces: &[Piece<'_>]) {
        let mut is_argument = false;
        while let Some(first) = pieces.first() {
            let name = test_name(pieces);
            let length = match name {
                Some(length) => length,
                None if first.opens() => closing(pieces) + 1,
                // Strings that follow one another are one.
                None if matches!(first.token, Token::Str(_) | Token::String(_)) => {
                    pieces.iter().take_while(|piece| matches!(piece.token, Token::Str(_) | Token::String(_))).count()
                }
                None => 1,
            };
            let is_operand = first.opens() || first.word().is_some() || first.is_literal();
            let end = match name {
                Some(_) if pieces.get(length).is_none_or(|next| !matches!(next.token, Token::ParenOpen)) => length,
                Some(_) => length + 1 + closing(&pieces[length..]),
                None if is_operand => chain_end(pieces, length - 1) + 1,
                None => length,
            };
            let (chain, rest) = pieces.split_at(end);
            match name {
                Some(_) if end > length => self.bracket(&chain[length..], false),
                Some(_) => {}
                None => self.chain(chain, length, is_argument),
            }
            // What follows the name of a test without brackets is its argument, and brackets would be taken for more.
            is_argument = name.is_some_and(|length| end == length) || (is_argument && !is_operand);
            pieces = rest;
        }
    }

    /// A primary of `length` pieces with what is behind it.
    fn chain(&mut self, chain: &[Piece<'_>], length: usize, is_argument: bool) {
        let mut brackets = Vec::new();
        let mut at = length;
        while at < chain.len() {
            let end = if chain[at].opens() { at + closing(&chain[at..]) } else { at };
            if end > at {
                brackets.push((at, end));
            }
            at = end + 1;
        }
        let is_slice = |&(start, end): &(usize, usize)| {
            matches!(chain[start].token, Token::BracketOpen)
                && has(&chain[start + 1..end], |token| matches!(token, Token::Colon))
        };
        let slices = brackets.iter().filter(|bracket| is_slice(bracket)).count();
        let Some(begin) = chain.first().map(|piece| piece.at.start) else { return };
        let around = is_argument && slices > 0;
        if around {
            self.insert(begin, "(", &(begin..begin));
        }
        for _ in 0..slices {
            self.insert(begin, "((", &(begin..begin));
        }
        if chain[0].opens() {
            self.bracket(&chain[..length], false);
        }
        for bracket @ (start, end) in brackets {
            if is_slice(&bracket) {
                let base = begin..chain[start - 1].at.end;
                self.insert(base.end, &format!(")|{LISTED})"), &base);
                self.group(&chain[start + 1..end]);
            } else if start > 1
                && matches!((&chain[start].token, &chain[start - 2].token), (Token::ParenOpen, Token::Dot))
            {
                self.arguments(&chain[start + 1..end]);
            } else {
                self.bracket(&chain[start..=end], true);
            }
        }
        if around && let Some(end) = chain.last().map(|piece| piece.at.end) {
            self.insert(end, ")", &(end..end));
        }
    }

    /// The arguments of a method.
    fn arguments(&mut self, inner: &[Piece<'_>]) {
        let comma =
            |pieces: &[Piece<'_>], index: usize| matches!(pieces[index].token, Token::Comma).then_some(Sign::Plain);
        for argument in parted(inner, comma) {
            let named = matches!(argument.pieces, [_, Piece { token: Token::Assign, .. }, ..]);
            self.with(Some(WEIGHED), &argument.pieces[if named { 2 } else { 0 }..], Self::group);
        }
    }

    /// What is in brackets, which are the first and the last of `pieces`.
    fn bracket(&mut self, pieces: &[Piece<'_>], is_behind: bool) {
        let inner = pieces.get(1..pieces.len() - 1).unwrap_or_default();
        match pieces[0].token {
            Token::BracketOpen if is_behind && !has(inner, |token| matches!(token, Token::Comma)) => {
                self.with(Some(WEIGHED), inner, Self::group);
            }
            Token::BraceOpen => {
                for entry in
                    parted(inner, |pieces, index| matches!(pieces[index].token, Token::Comma).then_some(Sign::Plain))
                {
                    let colon = |pieces: &[Piece<'_>], index: usize| {
                        matches!(pieces[index].token, Token::Colon).then_some(Sign::Walks)
                    };
                    for part in parted(entry.pieces, colon) {
                        self.with((part.after == Sign::Walks).then_some(WEIGHED), part.pieces, Self::group);
                    }
                }
            }
            _ => self.group(inner),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::EMBEDDED;
    use super::super::proof::is_guarded;
    use super::*;
    use minijinja::machinery::parse;
    use proptest::prelude::*;

    fn of(source: &str) -> String {
        let guarded = guarded(source, &SyntaxConfig::default());
        let tree =
            parse(&guarded.text, "t", SyntaxConfig::default()).unwrap_or_else(|e| panic!("{}: {e}", guarded.text));
        assert!(is_guarded(&tree), "{}", guarded.text);
        guarded.text
    }

    #[test]
    fn operands_get_guards() {
        for (source, expected) in [
            ("{{ a == b }}", "{{ (a)|weighed == (b)|weighed }}"),
            ("{{ a == 'x' }}", "{{ a == 'x' }}"),
            ("{{ a ~ 'x' ~ b.c }}", "{{ (a)|weighed ~ 'x' ~ (b.c)|weighed }}"),
            ("{{ a + b * 7 - c }}", "{{ (a)|listed + ((b)|listed * 7)|listed - c }}"),
            ("{{ -a + -b }}", "{{ (-a)|listed + (-b)|listed }}"),
            (
                "{% if not a not in b and c is not in d %}{% endif %}",
                "{% if not (a)|weighed not in (b)|weighed and c is not in d %}{% endif %}",
            ),
            (
                "{% for a in b if a in c %}{% endfor %}",
                "{% for a in (b)|listed if (a)|weighed in (c)|weighed %}{% endfor %}",
            ),
            ("{% set a.b = [c == d, e] %}", "{% set a.b = [(c)|weighed == (d)|weighed, e] %}"),
            (
                "{{ a[b] }}{{ a[1:c] }}{{ a.b(c)[:3].d[e][1:] }}",
                "{{ a[(b)|weighed] }}{{ ((a)|listed)[1:c] }}{{ ((((a.b((c)|weighed))|listed)[:3].d[(e)|weighed])|listed)[1:] }}",
            ),
            ("{{ {a: b, 'c': {d ~ e: f}} }}", "{{ {(a)|weighed: b, 'c': {((d)|weighed ~ (e)|weighed)|weighed: f}} }}"),
            ("{{ f(*a + b, c=d ~ e, **g) }}", "{{ f(*(a)|listed + (b)|listed, c=(d)|weighed ~ (e)|weighed, **g) }}"),
            ("{{ a if b < c else d }}", "{{ a if (b)|weighed < (c)|weighed else d }}"),
            ("{{ a < b < 3 == c }}", "{{ (a)|weighed < (b)|weighed < 3 == c }}"),
            ("{{ x is eq y + z }}", "{{ (x is eq y)|listed + (z)|listed }}"),
            ("{{ x is in [1, 2] }}", "{{ x is in [1, 2] }}"),
            ("{% include a ~ '.j2' ignore missing %}", "{% include (a)|weighed ~ '.j2' ignore missing %}"),
            (
                "{# a == b #}{% raw %}{{ a == b }}{% endraw %} a == b {{ '}} a == b' }}",
                "{# a == b #}{% raw %}{{ a == b }}{% endraw %} a == b {{ '}} a == b' }}",
            ),
        ] {
            assert_eq!(of(source), expected);
        }
    }

    #[test]
    fn the_embedded_templates_get_guards() {
        for template in EMBEDDED.iter() {
            let _ = of(&template.text().expect("a text"));
        }
    }

    #[test]
    fn a_span_is_told_where_it_was_written() {
        let guarded = guarded("{{ a == bc }} {{ d }}", &SyntaxConfig::default());
        for (part, meant) in [
            ("a", "a"),
            ("bc", "bc"),
            ("(a)|weighed == (bc)|weighed", "a == bc"),
            ("weighed ==", "a =="),
            ("{{ d }}", "{{ d }}"),
        ] {
            let start = guarded.text.find(part).expect("a part");
            assert_eq!(&guarded.source[guarded.meant(&(start..start + part.len()))], meant, "{part}");
        }
    }

    fn expressions() -> impl Strategy<Value = String> {
        let words = ["a", "b.c", "1", "'x'", "none", "true", "d.if.in", "[]", "()", "{}", "e()", "'s' 't'"];
        let leaf = prop::sample::select(words.to_vec()).prop_map(str::to_owned);
        leaf.prop_recursive(5, 24, 3, |inner| {
            let shapes = [
                "@ == @",
                "@ != @",
                "@ < @",
                "@ >= @",
                "@ in @",
                "@ not in @",
                "@ ~ @",
                "@ + @",
                "@ - @",
                "@ * @",
                "@ / @",
                "@ // @",
                "@ % @",
                "@ ** @",
                "@ and @",
                "@ or @",
                "(not @)",
                "-@",
                "(@)",
                "[@, @]",
                "[@]",
                "(@, @)",
                "(@,)",
                "{@: @}",
                "{@: @, @: @,}",
                "f(@)",
                "f(@, k=@)",
                "f(*@, **@)",
                "g.h(@, k=@)",
                "@[@]",
                "@[@:@]",
                "@[:@]",
                "@[::@]",
                "@.k",
                "@ | join",
                "@ | join(@)",
                "@ | map('x', k=@)",
                "@ is defined",
                "@ is not none",
                "@ is eq @",
                "@ is eq(@)",
                "@ is not in [@]",
                "@ is divisibleby 3",
                "(@) if (@) else @",
                "(@) if (@)",
            ];
            (prop::sample::select(shapes.to_vec()), prop::collection::vec(inner, 4)).prop_map(|(shape, inner)| {
                let parts = shape.split('@').zip(inner.iter().map(String::as_str).cycle());
                let holes = shape.matches('@').count();
                parts
                    .enumerate()
                    .map(|(n, (text, hole))| format!("{text}{}", if n < holes { hole } else { "" }))
                    .collect()
            })
        })
    }

    proptest! {
        /// No template is refused that another way of writing it would save.
        #[test]
        fn whatever_parses_gets_its_guards(expression in expressions(), other in expressions()) {
            for template in [
                format!("{{{{ {expression} }}}}"),
                format!("{{% if {expression} %}}{{% elif {other} %}}{{% endif %}}"),
                format!("{{% set x = {expression} %}}{{% set n.x = {other} %}}{{% set x, y = {expression} %}}"),
                format!("{{% for x in {expression} %}}{{% endfor %}}"),
                format!("{{% for x, (y, z) in {expression} if {other} %}}{{% else %}}{{% endfor %}}"),
                format!("{{% for x in {expression} recursive %}}{{{{ loop({other}) }}}}{{% endfor %}}"),
                format!("{{% with x = {expression}, y = {other} %}}{{% endwith %}}"),
                format!("{{% macro m(x, y={expression}) %}}{{% endmacro %}}{{% call(z) m({other}) %}}{{% endcall %}}"),
                format!("{{% include {expression} %}}{{% include {other} ignore missing %}}"),
                format!("{{% import {expression} as x %}}{{% from {other} import y as z, w %}}"),
                format!("{{% filter replace({expression}, {other}) %}}{{% endfilter %}}"),
                format!("{{% set x | join({expression}) %}}{{% endset %}}{{% do f({other}) %}}"),
                format!("{{% block b %}}{{{{- {expression} -}}}}{{% endblock %}}{{%+ if {other} -%}}{{% endif %}}"),
            ] {
                if parse(&template, "t", SyntaxConfig::default()).is_ok() {
                    let _ = of(&template);
                }
            }
        }

        #[test]
        fn no_text_is_too_odd(text in "[a-z\\[\\](){}%#|:,.='~*+ -]{0,40}") {
            for template in [format!("{{{{ {text} }}}}"), format!("{{% {text} %}}"), text] {
                let _ = guarded(&template, &SyntaxConfig::default());
                if parse(&template, "t", SyntaxConfig::default()).is_ok() {
                    let _ = of(&template);
                }
            }
        }
    }
}
