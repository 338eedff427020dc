//! The tokens of a template, and where its expressions part.

use minijinja::machinery::Token;
use std::ops::Range;

/// A token, and where it is.
pub(super) struct Piece<'t> {
    pub(super) token: Token<'t>,
    pub(super) at: Range<usize>,
}

impl Piece<'_> {
    pub(super) fn word(&self) -> Option<&str> {
        if let Token::Ident(word) = self.token { Some(word) } else { None }
    }

    pub(super) fn opens(&self) -> bool {
        matches!(self.token, Token::ParenOpen | Token::BracketOpen | Token::BraceOpen)
    }

    pub(super) fn closes(&self) -> bool {
        matches!(self.token, Token::ParenClose | Token::BracketClose | Token::BraceClose)
    }

    pub(super) fn is_literal(&self) -> bool {
        match self.token {
            Token::Str(_) | Token::String(_) | Token::Int(_) | Token::Int128(_) | Token::Float(_) => true,
            Token::Ident(word) => matches!(word, "true" | "True" | "false" | "False" | "none" | "None"),
            _ => false,
        }
    }

    /// Whether an operand may end here, so that a minus after it takes two.
    pub(super) fn ends_operand(&self) -> bool {
        self.closes() || self.is_literal() || self.word().is_some_and(|word| !matches!(word, "is" | "not" | "in"))
    }
}

/// The tokens between the signs that begin and end a tag, for each tag, with the sign that begins it.
pub(super) fn tags<'a, 't>(tokens: &'a [Piece<'t>]) -> Vec<(bool, &'a [Piece<'t>])> {
    let mut found = Vec::new();
    let mut start = None;
    for (index, piece) in tokens.iter().enumerate() {
        match piece.token {
            Token::VariableStart => start = Some((false, index + 1)),
            Token::BlockStart => start = Some((true, index + 1)),
            Token::VariableEnd | Token::BlockEnd => {
                found.extend(start.take().map(|(is_block, start)| (is_block, &tokens[start..index])));
            }
            _ => {}
        }
    }
    found
}

/// A sign between two operands, as far as it matters here.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// Nothing is walked.
    Plain,
    /// Walks both sides.
    Walks,
    /// Walks its right side in search of the left one.
    In,
}

/// The pieces between signs, with the sign before and after each.
pub(super) struct Operand<'a, 't> {
    pub(super) before: Sign,
    pub(super) pieces: &'a [Piece<'t>],
    pub(super) after: Sign,
}

/// Parts `pieces` outside brackets, where `sign` says that there is one.
pub(super) fn parted<'a, 't>(
    pieces: &'a [Piece<'t>],
    sign: impl Fn(&'a [Piece<'t>], usize) -> Option<Sign>,
) -> Vec<Operand<'a, 't>> {
    let (mut operands, mut depth, mut start, mut before) = (Vec::new(), 0_usize, 0, Sign::Plain);
    for (index, piece) in pieces.iter().enumerate() {
        if piece.opens() {
            depth += 1;
        } else if piece.closes() {
            depth = depth.saturating_sub(1);
        } else if depth == 0
            && let Some(found) = sign(pieces, index)
        {
            operands.push(Operand { before, pieces: &pieces[start..index], after: found });
            (start, before) = (index + 1, found);
        }
    }
    operands.push(Operand { before, pieces: &pieces[start..], after: Sign::Plain });
    operands
}

/// What binds less than arithmetic, or the words and signs between expressions.
pub(super) fn loose(pieces: &[Piece<'_>], index: usize) -> Option<Sign> {
    let word_at = |index: Option<usize>| index.and_then(|index| pieces.get(index)).and_then(Piece::word);
    let before = index.checked_sub(1).map(|before| &pieces[before]);
    match pieces[index].token {
        Token::Eq | Token::Ne | Token::Lt | Token::Lte | Token::Gt | Token::Gte => Some(Sign::Walks),
        Token::Comma | Token::Colon | Token::Assign => Some(Sign::Plain),
        // The name of an attribute, a filter or a test is no word of the language.
        Token::Ident(_) if before.is_some_and(|piece| matches!(piece.token, Token::Dot | Token::Pipe)) => None,
        Token::Ident("not") if word_at(index.checked_sub(1)) == Some("is") => None,
        Token::Ident("not") if word_at(Some(index + 1)) == Some("in") => Some(Sign::In),
        Token::Ident("in") if matches!(word_at(index.checked_sub(1)), Some("is")) => None,
        Token::Ident("in") => Some(if is_test(pieces, index) { return None } else { Sign::In }),
        Token::Ident("if" | "else" | "and" | "or" | "not" | "recursive" | "ignore" | "as" | "import") => {
            Some(Sign::Plain)
        }
        _ => None,
    }
}

/// Whether the word at `index` follows `is not`.
pub(super) fn is_test(pieces: &[Piece<'_>], index: usize) -> bool {
    let word = |back: usize| index.checked_sub(back).and_then(|index| pieces[index].word());
    word(1) == Some("not") && word(2) == Some("is")
}

/// Plus and minus between two operands.
pub(super) fn sums(pieces: &[Piece<'_>], index: usize) -> Option<Sign> {
    let is_attribute = index > 1 && matches!(pieces[index - 2].token, Token::Dot);
    let between = index > 0 && (is_attribute || pieces[index - 1].ends_operand());
    match pieces[index].token {
        Token::Plus if between => Some(Sign::Walks),
        Token::Minus if between => Some(Sign::Plain),
        _ => None,
    }
}

pub(super) fn joins(pieces: &[Piece<'_>], index: usize) -> Option<Sign> {
    matches!(pieces[index].token, Token::Tilde).then_some(Sign::Walks)
}

pub(super) fn products(pieces: &[Piece<'_>], index: usize) -> Option<Sign> {
    match pieces[index].token {
        Token::Mul => Some(Sign::Walks),
        Token::Div | Token::FloorDiv | Token::Mod => Some(Sign::Plain),
        _ => None,
    }
}

pub(super) fn is_literal(pieces: &[Piece<'_>]) -> bool {
    matches!(pieces, [] | [_]) && pieces.iter().all(Piece::is_literal)
}

/// How many pieces `is [not] NAME` takes, if that comes first.
pub(super) fn test_name(pieces: &[Piece<'_>]) -> Option<usize> {
    let word = |index: usize| pieces.get(index).and_then(Piece::word);
    let mut name = if word(0)? == "is" { 1 } else { return None };
    name += usize::from(word(name) == Some("not") && word(name + 1).is_some());
    word(name)?;
    while pieces.get(name + 1).is_some_and(|piece| matches!(piece.token, Token::Dot)) && word(name + 2).is_some() {
        name += 2;
    }
    Some(name + 1)
}

/// Whether `token` holds for a token of `pieces` outside brackets.
pub(super) fn has(pieces: &[Piece<'_>], token: impl Fn(&Token<'_>) -> bool) -> bool {
    parted(pieces, |pieces, index| token(&pieces[index].token).then_some(Sign::Plain)).len() > 1
}

/// Where the bracket closes that the first of `pieces` opens.
pub(super) fn closing(pieces: &[Piece<'_>]) -> usize {
    let mut depth = 0_usize;
    for (index, piece) in pieces.iter().enumerate() {
        if piece.opens() {
            depth += 1;
        } else if piece.closes() {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return index;
            }
        }
    }
    pieces.len() - 1
}

/// The last piece of the subscripts, attributes and calls behind the primary that ends at `end`.
pub(super) fn chain_end(pieces: &[Piece<'_>], mut end: usize) -> usize {
    while let Some(next) = pieces.get(end + 1) {
        end = match next.token {
            Token::Dot if end + 2 < pieces.len() => end + 2,
            Token::ParenOpen | Token::BracketOpen => end + 1 + closing(&pieces[end + 1..]),
            _ => break,
        };
    }
    end
}
