//! Files and blocks.

use std::collections::HashSet;
use std::sync::Arc;

use super::ast::{Attribute, Block, Body, Expression, ExpressionKind};
use super::parser::{Fault, Parsed, Parser};
use crate::syntax::builder::MOST_ERRORS;

impl Parser<'_> {
    /// A whole file.
    pub fn file(&mut self) -> Body {
        let mut body = Body::default();
        loop {
            self.lines_of_body(&mut body);
            if self.is_at_end() || self.is_stopped() {
                return body;
            }
            // Only a brace that closes nothing ends the lines of a file.
            let fault = self.expected("an argument or a block");
            self.note(fault);
            self.advance(1);
        }
    }

    fn is_stopped(&self) -> bool {
        self.limit.is_some() || self.errors.len() >= MOST_ERRORS
    }

    fn note(&mut self, fault: Fault) {
        match fault {
            Fault::Syntax(error) => self.errors.push(error),
            Fault::TooDeep(limit) => self.limit = Some(limit),
        }
    }

    /// Arguments and blocks, each on lines of its own, up to a closing brace or the end.
    fn lines_of_body(&mut self, body: &mut Body) {
        let mut names = HashSet::new();
        loop {
            self.skip_lines();
            if self.is_at_end() || self.byte() == b'}' || self.is_stopped() {
                return;
            }
            let start = self.at;
            let known = body.attributes.len();
            let result = self.item(body);
            if let Some(repeated) = body.attributes.get(known).filter(|new| !names.insert(new.name.clone())) {
                let fault = self.fault(format!("`{}` is already set in this block", repeated.name), repeated.name_span);
                body.attributes.truncate(known);
                self.note(fault);
            }
            if let Err(fault) = result {
                self.note(fault);
                self.recover(start);
            } else if !self.is_at_line_end() && !self.is_stopped() {
                let fault = self.expected("the end of the line");
                self.note(fault);
            }
        }
    }

    /// An argument or a block.
    fn item(&mut self, body: &mut Body) -> Parsed<()> {
        let start = self.at;
        let name = self.expect_name("an argument or a block")?;
        let name_span = self.span(start, self.end);
        self.skip_blanks();
        if self.byte() != b'=' {
            let block = self.deeper(|parser| parser.block(start, name))?;
            body.blocks.push(block);
            return Ok(());
        }
        self.advance(1);
        self.skip_blanks();
        let value_start = self.at;
        let value = self.expression();
        let (value, fault) = match value {
            Ok(value) => (value, None),
            Err(fault) => {
                let end = self.at.max(value_start);
                let unreadable = Expression { kind: ExpressionKind::Unreadable, span: self.span(value_start, end) };
                (unreadable, Some(fault))
            }
        };
        body.attributes.push(Attribute { name, name_span, value });
        fault.map_or(Ok(()), Err)
    }

    /// A block whose kind has been taken.
    fn block(&mut self, start: usize, kind: Arc<str>) -> Parsed<Block> {
        let mut labels = Vec::new();
        loop {
            self.skip_blanks();
            if self.byte() == b'"' {
                let label_start = self.at;
                let label = self.quoted()?;
                let ExpressionKind::Text(label) = label.kind else {
                    let span = self.span(label_start, self.end);
                    return Err(self.fault("a label cannot hold a template", span));
                };
                labels.push(label);
            } else if let Some(label) = self.name() {
                labels.push(label.into());
            } else {
                break;
            }
        }
        let header = self.span(start, self.end);
        self.expect("{", "`=`, a label or `{`")?;
        let mut body = Body::default();
        if self.is_at_line_end() {
            self.lines_of_body(&mut body);
        } else if self.byte() != b'}' {
            let start = self.at;
            if let Err(fault) = self.item(&mut body) {
                self.note(fault);
                self.recover(start);
            }
            self.skip_blanks();
        }
        if self.is_stopped() {
            return Ok(Block { kind, labels, header, body });
        }
        if self.byte() == b'}' {
            self.advance(1);
        } else {
            let fault = if self.is_at_end() {
                self.fault("the block is not closed", header)
            } else {
                self.expected("`}`: a block in one line holds one argument")
            };
            self.note(fault);
            if !self.is_at_end() {
                self.lines_of_body(&mut body);
                self.take("}");
            }
        }
        Ok(Block { kind, labels, header, body })
    }

    /// Goes on after a broken argument or block that began at `start`: where its brackets are closed and its line ends,
    /// or, where that cannot be told, at the line after the fault.
    fn recover(&mut self, start: usize) {
        let fault = self.at;
        self.at = start;
        let mut open = Vec::new();
        loop {
            match self.byte() {
                0 if self.is_at_end() => break,
                b'\n' if open.is_empty() => break,
                b'"' => self.skip_string(),
                b'#' | b'/' => {
                    let before = self.at;
                    self.skip_blanks();
                    self.at = self.at.max(before + 1);
                    continue;
                }
                bracket @ (b'(' | b'[' | b'{') => open.push(bracket),
                b'}' if open.is_empty() => break,
                bracket @ (b')' | b']' | b'}') => {
                    let opener = if bracket == b')' { b'(' } else { bracket - 2 };
                    if open.pop() != Some(opener) {
                        open.push(bracket);
                        break;
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
        if !open.is_empty() || self.at < fault {
            // A bracket is missing. What begins a line after it is rather the next argument than a part of this one.
            let line = self.text[..fault].rfind('\n').unwrap_or(0);
            let begins_line = line > start && self.text[line..fault].trim().is_empty();
            let rest = &self.text[fault..];
            self.at = if begins_line { line } else { fault + rest.find('\n').unwrap_or(rest.len()) };
        }
        self.at = self.at.min(self.text.len());
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        self.end = self.at;
    }

    /// Goes to the last byte of a string, or to where its line ends.
    fn skip_string(&mut self) {
        while !matches!(self.byte_at(1), b'"' | b'\n') && self.at + 1 < self.text.len() {
            self.at += if self.byte_at(1) == b'\\' { 2 } else { 1 };
        }
        if self.byte_at(1) == b'"' {
            self.at += 1;
        }
    }
}
