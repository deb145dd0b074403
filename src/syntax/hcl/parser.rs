//! The place in a text that a parser has come to, and the smallest parts that it takes from there.

use std::sync::Arc;

use crate::source::Span;
use crate::syntax::offsets::Offsets;
use crate::syntax::tree::{Limit, SyntaxError};

use super::ast::{Expression, ExpressionKind};

/// How deep blocks and expressions may stand in each other; every link of a chain (`a.b.c`, `a + b + c`) is a level.
pub(super) const DEEPEST: usize = 200;

/// Why something could not be parsed.
#[derive(Debug)]
pub(super) enum Fault {
    /// The text is no HCL here.
    Syntax(SyntaxError),
    /// It is nested too deeply.
    TooDeep(Limit),
}

pub(super) type Parsed<T> = Result<T, Fault>;

/// Parses one text from its start to its end.
#[derive(Debug)]
pub(super) struct Parser<'t> {
    pub text: &'t str,
    offsets: &'t Offsets,
    /// The next byte.
    pub at: usize,
    /// One past the last byte that is no blank.
    pub end: usize,
    /// Whether a line's end means something; it does not within brackets.
    lines: bool,
    depth: usize,
    /// The deepest level of what was parsed since [`Self::chain`] began.
    deepest: usize,
    pub errors: Vec<SyntaxError>,
    pub limit: Option<Limit>,
}

impl<'t> Parser<'t> {
    pub fn new(text: &'t str, offsets: &'t Offsets) -> Self {
        Self { text, offsets, at: 0, end: 0, lines: true, depth: 0, deepest: 0, errors: Vec::new(), limit: None }
    }

    /// Passes over a byte order mark.
    pub fn skip_mark(&mut self) {
        self.at = self.text.len() - self.text.trim_start_matches('\u{feff}').len();
    }

    pub fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// The next byte; 0 at the end.
    pub fn byte(&self) -> u8 {
        self.byte_at(0)
    }

    pub fn byte_at(&self, offset: usize) -> u8 {
        self.text.as_bytes().get(self.at + offset).copied().unwrap_or(0)
    }

    pub fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    /// The place in the file of a range of the text.
    pub fn span(&self, start: usize, end: usize) -> Span {
        self.offsets.to_file(Span::new(start, end))
    }

    /// An expression from `start` to what was taken last.
    pub fn expression_from(&self, start: usize, kind: ExpressionKind) -> Expression {
        Expression { kind, span: self.span(start, self.end) }
    }

    /// Takes `length` bytes.
    pub fn advance(&mut self, length: usize) {
        self.at += length;
        self.end = self.at;
    }

    /// Passes over blanks and comments, and line ends where they mean nothing.
    pub fn skip_blanks(&mut self) {
        loop {
            match self.byte() {
                b' ' | b'\t' => self.at += 1,
                b'\n' if !self.lines => self.at += 1,
                b'\r' if !self.lines && self.byte_at(1) == b'\n' => self.at += 2,
                b'#' => self.skip_line(),
                b'/' if self.byte_at(1) == b'/' => self.skip_line(),
                b'/' if self.byte_at(1) == b'*' => match self.rest()[2..].find("*/") {
                    Some(end) => self.at += end + 4,
                    None => return,
                },
                _ => return,
            }
        }
    }

    /// Passes over what is left of a line, up to its end.
    fn skip_line(&mut self) {
        let rest = self.rest();
        let length = rest.find('\n').unwrap_or(rest.len());
        self.at += rest[..length].strip_suffix('\r').map_or(length, str::len);
    }

    /// Whether a line ends here, which also the text's end does.
    pub fn is_at_line_end(&mut self) -> bool {
        self.skip_blanks();
        self.is_at_end() || self.byte() == b'\n' || self.rest().starts_with("\r\n")
    }

    /// Passes over line ends, blanks and comments.
    pub fn skip_lines(&mut self) {
        let lines = std::mem::replace(&mut self.lines, false);
        self.skip_blanks();
        self.lines = lines;
    }

    /// Takes `symbol` if it comes next.
    pub fn take(&mut self, symbol: &str) -> bool {
        self.skip_blanks();
        let found = self.rest().starts_with(symbol);
        if found {
            self.advance(symbol.len());
        }
        found
    }

    /// Takes `symbol`, which must come next; `what` is it in words.
    pub fn expect(&mut self, symbol: &str, what: &str) -> Parsed<()> {
        if self.take(symbol) { Ok(()) } else { Err(self.expected(what)) }
    }

    /// Takes a name. `for` and the like are names too.
    pub fn name(&mut self) -> Option<&'t str> {
        self.skip_blanks();
        let rest = self.rest();
        if !rest.starts_with(|letter| letter == '_' || unicode_ident::is_xid_start(letter)) {
            return None;
        }
        let is_inside = |letter| letter == '-' || unicode_ident::is_xid_continue(letter);
        let name = &rest[..rest.find(|letter| !is_inside(letter)).unwrap_or(rest.len())];
        self.advance(name.len());
        Some(name)
    }

    /// Takes a name, which must come next; `what` is it in words.
    pub fn expect_name(&mut self, what: &str) -> Parsed<Arc<str>> {
        self.name().map(Arc::from).ok_or_else(|| self.expected(what))
    }

    /// Takes a word if it comes next as a whole name.
    pub fn take_word(&mut self, word: &str) -> bool {
        let (at, end) = (self.at, self.end);
        let found = self.name() == Some(word);
        if !found {
            (self.at, self.end) = (at, end);
        }
        found
    }

    /// Takes decimal digits.
    pub fn digits(&mut self) -> &'t str {
        let rest = self.rest();
        let digits = &rest[..rest.bytes().take_while(u8::is_ascii_digit).count()];
        if !digits.is_empty() {
            self.advance(digits.len());
        }
        digits
    }

    /// Parses with line ends that mean something, or do not.
    pub fn with_lines<T>(&mut self, lines: bool, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let before = std::mem::replace(&mut self.lines, lines);
        let parsed = parse(self);
        self.lines = before;
        parsed
    }

    /// Parses one level deeper.
    pub fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        let parsed = if self.depth > DEEPEST { Err(self.too_deep()) } else { parse(self) };
        self.depth -= 1;
        parsed
    }

    /// Parses something whose links, told by [`Self::link`], each put what was parsed before one level deeper.
    pub fn chain<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let before = std::mem::replace(&mut self.deepest, self.depth);
        let parsed = parse(self);
        self.deepest = self.deepest.max(before);
        parsed
    }

    /// Counts a link of a chain.
    pub fn link(&mut self) -> Parsed<()> {
        self.deepest += 1;
        if self.deepest > DEEPEST { Err(self.too_deep()) } else { Ok(()) }
    }

    fn too_deep(&self) -> Fault {
        let message = format!("blocks and expressions stand more than {DEEPEST} deep in each other");
        Fault::TooDeep(Limit { message, span: self.next_letter() })
    }

    /// A fault at what comes next, where `what` was expected.
    pub fn expected(&mut self, what: &str) -> Fault {
        self.skip_blanks();
        let found = match self.rest().chars().next() {
            None => "the end of the text".to_owned(),
            Some('\n' | '\r') => "the end of the line".to_owned(),
            Some('"') => "a string".to_owned(),
            Some(letter) => format!("`{letter}`"),
        };
        self.fault(format!("expected {what}, found {found}"), self.next_letter())
    }

    pub fn fault(&self, message: impl Into<String>, span: Span) -> Fault {
        Fault::Syntax(SyntaxError { message: message.into(), span })
    }

    fn next_letter(&self) -> Span {
        self.span(self.at, self.at + self.rest().chars().next().map_or(0, char::len_utf8))
    }
}
