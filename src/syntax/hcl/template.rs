//! Strings and what is filled into them.

use std::vec::IntoIter;

use super::ast::{Expression, ExpressionKind, Part};
use super::loops::Head;
use super::parser::{Parsed, Parser};
use crate::source::Span;

/// A piece of a template in written order, before directives are matched with their ends.
pub(super) enum Token {
    Text(String),
    Value(Expression),
    If(Expression),
    Else,
    EndIf,
    For(Head),
    EndFor,
}

/// A piece and where it stands.
type Placed = (Token, Span);

/// The pieces of a template, and what `~` beside them takes away.
#[derive(Default)]
pub(super) struct Tokens {
    pub list: Vec<Placed>,
    /// The piece before ended with `~}`.
    trims_next: bool,
}

impl Tokens {
    /// Adds text. An empty one counts too: a template of a value and an empty text is a string.
    pub fn text(&mut self, text: &str, span: Span) {
        let text = if std::mem::take(&mut self.trims_next) { text.trim_start() } else { text };
        self.list.push((Token::Text(text.to_owned()), span));
    }

    fn trim_before(&mut self) {
        if let Some((Token::Text(text), _)) = self.list.last_mut() {
            text.truncate(text.trim_end().len());
        }
    }
}

impl Parser<'_> {
    /// A whole text that is a template without quotes.
    pub fn bare_template(&mut self) -> Parsed<Expression> {
        let mut tokens = Tokens::default();
        while !self.is_at_end() {
            self.line(&mut tokens)?;
        }
        self.template_from(0, tokens)
    }

    /// The text of a line with its end, or what is filled in where that comes first.
    pub fn line(&mut self, tokens: &mut Tokens) -> Parsed<()> {
        let start = self.at;
        let mut text = String::new();
        while !self.is_at_end() && !self.is_at_filling() {
            let letter = self.letter();
            text.push_str(letter);
            if letter == "\n" {
                break;
            }
        }
        if self.at > start {
            tokens.text(&text, self.span(start, self.at));
            return Ok(());
        }
        self.filling(tokens)
    }

    /// `"…"`.
    pub fn quoted(&mut self) -> Parsed<Expression> {
        let start = self.at;
        self.advance(1);
        let mut tokens = Tokens::default();
        loop {
            let text_start = self.at;
            let mut text = String::new();
            while !self.is_at_end() && !matches!(self.byte(), b'"' | b'\n') && !self.is_at_filling() {
                if self.byte() == b'\\' {
                    text.push(self.escaped()?);
                } else {
                    text.push_str(self.letter());
                }
            }
            if self.at > text_start {
                tokens.text(&text, self.span(text_start, self.at));
            }
            match self.byte() {
                b'"' => break self.advance(1),
                b'$' | b'%' => self.filling(&mut tokens)?,
                _ => return Err(self.fault("the string is not closed on its line", self.span(start, self.at))),
            }
        }
        self.template_from(start, tokens)
    }

    /// Whether `${` or `%{` comes next.
    fn is_at_filling(&self) -> bool {
        matches!(self.byte(), b'$' | b'%') && self.byte_at(1) == b'{'
    }

    /// Takes a letter of a text: `$${` and `%%{` are `${` and `%{`.
    fn letter(&mut self) -> &'_ str {
        let rest = self.rest();
        let length = match rest.as_bytes() {
            [b'$', b'$', b'{', ..] | [b'%', b'%', b'{', ..] => {
                self.advance(3);
                return &rest[1..3];
            }
            _ => rest.chars().next().map_or(0, char::len_utf8),
        };
        self.advance(length);
        &rest[..length]
    }

    /// Takes a backslash and what it stands for.
    fn escaped(&mut self) -> Parsed<char> {
        let start = self.at;
        let digits = match self.byte_at(1) {
            b'u' => 4,
            b'U' => 8,
            _ => 0,
        };
        let letter = match self.byte_at(1) {
            b'n' => Some('\n'),
            b'r' => Some('\r'),
            b't' => Some('\t'),
            quoted @ (b'"' | b'\\') => Some(char::from(quoted)),
            _ => {
                let digits = self.rest().get(2..2 + digits).unwrap_or_default();
                u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)
            }
        };
        if let Some(letter) = letter {
            self.advance(2 + digits);
            return Ok(letter);
        }
        let written = self.rest().chars().nth(1).map_or(0, char::len_utf8);
        Err(self.fault("no such escape sequence", self.span(start, start + 1 + written)))
    }

    /// `${…}` or `%{…}`.
    fn filling(&mut self, tokens: &mut Tokens) -> Parsed<()> {
        let start = self.at;
        let is_value = self.byte() == b'$';
        tokens.trims_next = false;
        self.advance(2);
        if self.byte() == b'~' {
            self.advance(1);
            tokens.trim_before();
        }
        let token = self.with_lines(false, |parser| {
            let token = if is_value { Token::Value(parser.expression()?) } else { parser.directive()? };
            tokens.trims_next = parser.take("~");
            parser.expect("}", "`}` of the template")?;
            Ok(token)
        })?;
        tokens.list.push((token, self.span(start, self.at)));
        Ok(())
    }

    fn directive(&mut self) -> Parsed<Token> {
        let start = self.at;
        match self.name() {
            Some("if") => Ok(Token::If(self.expression()?)),
            Some("else") => Ok(Token::Else),
            Some("endif") => Ok(Token::EndIf),
            Some("for") => Ok(Token::For(self.loop_head()?)),
            Some("endfor") => Ok(Token::EndFor),
            _ => {
                self.at = start;
                Err(self.expected("`if`, `else`, `endif`, `for` or `endfor`"))
            }
        }
    }

    /// The expression that a template's pieces make; it begins at `start` and ends with what was taken last.
    pub fn template_from(&mut self, start: usize, tokens: Tokens) -> Parsed<Expression> {
        let mut list = tokens.list;
        if matches!(list.as_slice(), [(Token::Value(_), _)])
            && let Some((Token::Value(value), _)) = list.pop()
        {
            return Ok(self.expression_from(start, value.kind));
        }
        let mut rest = list.into_iter();
        let (mut parts, end) = self.parts(&mut rest)?;
        if let Some((_, span)) = end {
            return Err(self.fault("no directive before this one is open", span));
        }
        let kind = match parts.as_mut_slice() {
            [] => ExpressionKind::Text("".into()),
            [Part::Text(text)] => ExpressionKind::Text(text.clone()),
            _ => ExpressionKind::Template(parts),
        };
        Ok(self.expression_from(start, kind))
    }

    /// The parts up to an `else` or an end that belongs to a directive before them, which is taken.
    fn parts(&mut self, rest: &mut IntoIter<Placed>) -> Parsed<(Vec<Part>, Option<Placed>)> {
        let mut parts = Vec::new();
        let mut text = String::new();
        while let Some((token, span)) = rest.next() {
            let part = match token {
                Token::Text(piece) => {
                    text.push_str(&piece);
                    continue;
                }
                Token::Value(value) => Part::Value(value),
                Token::If(condition) => {
                    let (then, mut end) = self.deeper(|parser| parser.parts(rest))?;
                    let mut otherwise = Vec::new();
                    if matches!(end, Some((Token::Else, _))) {
                        (otherwise, end) = self.deeper(|parser| parser.parts(rest))?;
                    }
                    if !matches!(end, Some((Token::EndIf, _))) {
                        return Err(self.fault("no `endif` ends this directive", span));
                    }
                    Part::If { condition, then, otherwise }
                }
                Token::For(Head { key, item, of }) => {
                    let (body, end) = self.deeper(|parser| parser.parts(rest))?;
                    if !matches!(end, Some((Token::EndFor, _))) {
                        return Err(self.fault("no `endfor` ends this directive", span));
                    }
                    Part::For { key, item, of, body }
                }
                end => {
                    push_text(&mut parts, &mut text);
                    return Ok((parts, Some((end, span))));
                }
            };
            push_text(&mut parts, &mut text);
            parts.push(part);
        }
        push_text(&mut parts, &mut text);
        Ok((parts, None))
    }
}

fn push_text(parts: &mut Vec<Part>, text: &mut String) {
    if !text.is_empty() {
        parts.push(Part::Text(std::mem::take(text).into()));
    }
}
