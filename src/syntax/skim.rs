//! The parts of a JSON text that matter, read in one pass; the rest is stepped over, at little more than the cost of
//! looking at its bytes.
//!
//! For files of hundreds of megabytes of which a reader needs a few maps, and whose whole tree would cost many times
//! their size. Plain JSON only: such files are written by programs.

use std::borrow::Cow;

use jsonc_parser::tokens::Token;
use jsonc_parser::{Scanner, ScannerOptions};
use memchr::memchr2;

use crate::source::Span;

use super::builder::DEEPEST;
use super::json;
use super::tree::{Limit, Node, SyntaxError, Tree};

/// Goes through a JSON text. After a fault or at a bound it stands still: nothing more is visited.
#[derive(Debug)]
pub struct Skimmer<'text> {
    text: &'text str,
    at: usize,
    depth: usize,
    fault: Option<Fault>,
}

/// Why a text was not read to its end.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// It is no JSON.
    Syntax(SyntaxError),
    /// It is past a bound.
    Limit(Limit),
}

impl Fault {
    /// The tree of a text that is not read because of this.
    pub fn into_tree(self) -> Tree {
        match self {
            Self::Syntax(error) => Tree { errors: vec![error], ..Tree::default() },
            Self::Limit(limit) => Tree { limit: Some(limit), ..Tree::default() },
        }
    }
}

impl<'text> Skimmer<'text> {
    /// Stands before the text's value. A byte order mark is passed.
    pub fn new(text: &'text str) -> Self {
        let at = text.len() - text.trim_start_matches('\u{feff}').len();
        Self { text, at, depth: 0, fault: None }
    }

    /// Visits the members of the map that stands next: `visit` is called before each value, with its key, and may read
    /// the value or leave it. Anything but a map is stepped over.
    pub fn members(&mut self, mut visit: impl FnMut(&mut Self, &str)) {
        if self.peek() != Some(b'{') {
            self.skip();
            return;
        }
        self.each(b'}', |skimmer| {
            let Some(key) = skimmer.key() else { return };
            if skimmer.peek() == Some(b':') {
                skimmer.at += 1;
            } else {
                return skimmer.fail("a colon is missing");
            }
            skimmer.value(|skimmer| visit(skimmer, &key));
        });
    }

    /// Visits the items of the list that stands next: `visit` is called before each and may read it or leave it. Anything
    /// but a list is stepped over.
    pub fn items(&mut self, mut visit: impl FnMut(&mut Self)) {
        if self.peek() != Some(b'[') {
            self.skip();
            return;
        }
        self.each(b']', |skimmer| skimmer.value(&mut visit));
    }

    /// Where what `read` reads stands.
    pub fn spanned(&mut self, read: impl FnOnce(&mut Self)) -> Span {
        self.peek();
        let start = self.at;
        read(self);
        Span::new(start, self.at)
    }

    /// The text of the string that stands next; anything else is stepped over.
    pub fn text(&mut self) -> Option<Cow<'text, str>> {
        let is_string = self.peek() == Some(b'"');
        let span = self.skip()?;
        let written = self.slice(span).filter(|_| is_string)?;
        let inner = written.get(1..written.len() - 1)?;
        if !inner.contains('\\') {
            return Some(Cow::Borrowed(inner));
        }
        match Scanner::new(written, &ScannerOptions::default()).scan() {
            Ok(Some(Token::String(text))) => Some(text),
            _ => None,
        }
    }

    /// The next value as a tree.
    pub fn node(&mut self) -> Option<Node> {
        let span = self.skip()?;
        self.node_at(span)
    }

    /// A value that was stepped over, as a tree.
    pub fn node_at(&mut self, span: Span) -> Option<Node> {
        let Tree { mut documents, errors, limit, .. } = json::parse_part(self.text, span);
        let fault = errors.into_iter().next().map(Fault::Syntax).or(limit.map(Fault::Limit));
        if fault.is_some() {
            self.fault = fault;
            return None;
        }
        documents.pop()
    }

    /// Steps over the next value; gives where it stands.
    pub fn skip(&mut self) -> Option<Span> {
        let mut open: Vec<u8> = Vec::new();
        if self.peek().is_none() {
            self.fail("expected a value");
            return None;
        }
        let start = self.at;
        loop {
            match self.peek() {
                Some(byte @ (b'{' | b'[')) => {
                    self.at += 1;
                    if self.depth + open.len() >= DEEPEST {
                        self.stop();
                        return None;
                    }
                    let end = if byte == b'{' { b'}' } else { b']' };
                    if self.peek() != Some(end) {
                        open.push(end);
                        if end == b'}' {
                            self.pass_key()?;
                        }
                        continue;
                    }
                    self.at += 1;
                }
                _ => self.scalar()?,
            }
            // A value has ended: what it stands in goes on or ends too.
            loop {
                let Some(end) = open.last().copied() else { return Some(Span::new(start, self.at)) };
                match self.peek() {
                    Some(b',') => {
                        self.at += 1;
                        if end == b'}' {
                            self.pass_key()?;
                        }
                        break;
                    }
                    Some(byte) if byte == end => {
                        self.at += 1;
                        open.pop();
                    }
                    _ => {
                        self.fail(if end == b'}' { "a comma or `}` is missing" } else { "a comma or `]` is missing" });
                        return None;
                    }
                }
            }
        }
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// What kept it from the end of the text.
    pub fn finish(mut self) -> Result<(), Fault> {
        if self.peek().is_some() {
            self.fail("expected the end of the text");
        }
        self.fault.map_or(Ok(()), Err)
    }

    /// The bytes from here to the end of the map or list that begins here, piece by piece.
    fn each(&mut self, end: u8, mut piece: impl FnMut(&mut Self)) {
        self.at += 1;
        if self.depth >= DEEPEST {
            return self.stop();
        }
        if self.peek() == Some(end) {
            self.at += 1;
            return;
        }
        self.depth += 1;
        while self.fault.is_none() {
            piece(self);
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(byte) if byte == end => {
                    self.at += 1;
                    break;
                }
                _ => self.fail("a comma or an end is missing"),
            }
        }
        self.depth -= 1;
    }

    /// Lets `visit` read the next value, which is stepped over if it does not.
    fn value(&mut self, visit: impl FnOnce(&mut Self)) {
        self.peek();
        let before = self.at;
        visit(self);
        if self.at == before && self.fault.is_none() {
            self.skip();
        }
    }

    fn key(&mut self) -> Option<Cow<'text, str>> {
        if self.peek() != Some(b'"') {
            self.fail("expected a key");
            return None;
        }
        self.text()
    }

    fn pass_key(&mut self) -> Option<()> {
        if self.peek() != Some(b'"') {
            self.fail("expected a key");
            return None;
        }
        self.string()?;
        if self.peek() != Some(b':') {
            self.fail("a colon is missing");
            return None;
        }
        self.at += 1;
        Some(())
    }

    /// Passes a string, number or word.
    fn scalar(&mut self) -> Option<()> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let length = match rest.first() {
            Some(b'"') => return self.string(),
            Some(b'-' | b'0'..=b'9') => {
                rest.iter().take_while(|byte| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')).count()
            }
            _ => {
                let words = [&b"true"[..], b"false", b"null"];
                words.iter().find(|word| rest.starts_with(word)).map_or(0, |word| word.len())
            }
        };
        if length == 0 {
            self.fail("expected a value");
            return None;
        }
        self.at += length;
        Some(())
    }

    /// Passes a string.
    fn string(&mut self) -> Option<()> {
        let bytes = self.text.as_bytes();
        let mut at = self.at + 1;
        while let Some(found) = bytes.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
            at += found + 1;
            if bytes.get(at - 1) == Some(&b'"') {
                self.at = at;
                return Some(());
            }
            at += 1;
        }
        self.at = bytes.len();
        self.fail("a string has no end");
        None
    }

    /// The next byte that is no blank. `None` at the end and after a fault.
    fn peek(&mut self) -> Option<u8> {
        if self.fault.is_some() {
            return None;
        }
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
        self.at += blanks;
        rest.get(blanks).copied()
    }

    fn slice(&self, span: Span) -> Option<&'text str> {
        self.text.get(span.start as usize..span.end as usize)
    }

    fn stop(&mut self) {
        let message = format!("maps and lists stand more than {DEEPEST} deep in each other");
        self.fault.get_or_insert(Fault::Limit(Limit { message, span: Span::new(self.at - 1, self.at) }));
    }

    fn fail(&mut self, message: &str) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let message = if rest.trim_start().is_empty() { "the text ends too early" } else { message };
        let end = self.at + rest.chars().next().map_or(0, char::len_utf8);
        let error = SyntaxError { message: message.to_owned(), span: Span::new(self.at, end) };
        self.fault.get_or_insert(Fault::Syntax(error));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::mutation;
    use crate::syntax::tree::NodeKind;

    const PLAN: &str = r#" {"format_version": "1.2", "resources": [
        {"values": {"a": [1, {"b": "}]\""}], "c": -1.5e3}, "type": "wan\u0074ed"},
        {"type": "other", "values": {"a": [[], {}, [true, false, null]]}}, 7
    ], "last": {} } "#;

    /// The values of the wanted resources, and what kept the text from being read.
    fn wanted(text: &str) -> (Vec<Node>, Result<(), Fault>) {
        let mut skimmer = Skimmer::new(text);
        let mut found = Vec::new();
        skimmer.members(|skimmer, key| {
            if key == "resources" {
                skimmer.items(|skimmer| {
                    let (mut kind, mut values) = (None, None);
                    skimmer.members(|skimmer, key| match key {
                        "type" => kind = skimmer.text(),
                        "values" => values = skimmer.skip(),
                        _ => {}
                    });
                    if kind.as_deref() == Some("wanted") {
                        found.extend(values.and_then(|span| skimmer.node_at(span)));
                    }
                });
            }
        });
        (found, skimmer.finish())
    }

    #[test]
    fn what_is_wanted_is_read_with_its_places() {
        let (found, end) = wanted(PLAN);
        assert_eq!((found.len(), end), (1, Ok(())));
        let text = found[0].get("a").unwrap().items()[1].get("b").unwrap();
        assert_eq!(text.text(), Some("}]\""));
        assert_eq!(&PLAN[text.span.start as usize..text.span.end as usize], "\"}]\\\"\"");
        assert_eq!(found[0].get("c").unwrap().kind, NodeKind::Number("-1.5e3".into()));
    }

    #[test]
    fn a_fault_is_told_with_its_place() {
        for (text, message, start) in [
            ("", "the text ends too early", 0),
            ("{\"a\": 1", "the text ends too early", 7),
            ("{\"a\" 1}", "a colon is missing", 5),
            ("{\"resources\": [1 2]}", "a comma or an end is missing", 17),
            ("{\"resources\": [1,]}", "expected a value", 17),
            ("{\"a\": [1 2]}", "a comma or `]` is missing", 9),
            ("{\"a\": {\"b\": [}}}", "expected a value", 13),
            ("{\"a\": \"b}", "the text ends too early", 9),
            ("{a: 1}", "expected a key", 1),
            ("{} {}", "expected the end of the text", 3),
        ] {
            let Err(Fault::Syntax(error)) = wanted(text).1 else { panic!("{text}") };
            assert_eq!((error.message.as_str(), error.span.start), (message, start), "{text}");
        }
    }

    #[test]
    fn any_nesting_ends_at_the_bound() {
        let inside = |open: &str| format!("{{\"resources\": {open}");
        for text in ["[".repeat(100_000), inside(&"[".repeat(100_000)), inside(&"[{\"a\":".repeat(100_000))] {
            assert!(matches!(wanted(&text).1, Err(Fault::Limit(_))));
        }
    }

    #[test]
    fn what_the_parser_of_whole_texts_takes_is_taken() {
        for text in [PLAN, "\u{feff}[1, \"\\\\\"]", "null", "[[[]]]", "-0.1"] {
            assert_eq!((json::parse(text).errors.len(), wanted(text).1), (0, Ok(())), "{text}");
        }
    }

    #[test]
    fn no_bytes_make_it_panic_and_all_places_lie_in_the_text() {
        mutation::each(&[PLAN], |text| {
            let (found, end) = wanted(text);
            let mut tree = end.err().map(Fault::into_tree).unwrap_or_default();
            tree.documents = found;
            mutation::check_tree(text, &tree);
        });
    }
}
