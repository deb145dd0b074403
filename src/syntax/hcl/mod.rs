//! HashiCorp's configuration language.
//!
//! Terraform's own parser decides what is accepted here, down to where a line may end. Of a broken text everything but the
//! broken arguments and blocks is kept.

pub mod ast;
mod body;
mod expression;
mod heredoc;
mod json;
mod loops;
mod parser;
mod template;
#[cfg(test)]
mod tests;

use camino::Utf8Path;

use crate::source::Span;
use crate::source::kinds::{is_hcl, is_hcl_in_json};
use crate::syntax::offsets::Offsets;
use crate::syntax::tree::{Limit, SyntaxError};

use ast::{Body, Expression, ExpressionKind, File};
use parser::{Fault, Parser};

/// Parses a file by its name: HCL, or JSON that says the same. `None` for any other.
pub fn parse_file(path: &Utf8Path, text: &str) -> Option<File> {
    let name = path.file_name()?;
    if is_hcl(name) {
        return Some(parse(text));
    }
    let tree = is_hcl_in_json(name).then(|| crate::syntax::json::parse(text))?;
    Some(json::convert(&tree, text))
}

/// Parses a file with values for variables, which may have any name: JSON where its name ends so, else HCL.
pub fn parse_values(path: &Utf8Path, text: &str) -> File {
    if path.extension() != Some("json") {
        return parse(text);
    }
    json::convert(&crate::syntax::json::parse(text), text)
}

/// Parses a file.
pub fn parse(text: &str) -> File {
    let offsets = Offsets::identity();
    let mut parser = Parser::new(text, &offsets);
    parser.skip_mark();
    let body = parser.file();
    let Parser { errors, limit, .. } = parser;
    File { body: if limit.is_some() { Body::default() } else { body }, errors, limit }
}

/// A parsed expression or template that stands inside another file.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// What it says; unreadable where there is a fault.
    pub expression: Expression,
    /// What is wrong with it.
    pub error: Option<SyntaxError>,
    /// A bound that was reached, so that it was passed over.
    pub limit: Option<Limit>,
}

/// Parses an expression such as `var.stage`; `offsets` says where `text` stands in its file.
pub fn parse_expression(text: &str, offsets: &Offsets) -> Piece {
    piece(text, offsets, |parser| parser.whole_expression())
}

/// Parses the text of a template without quotes around it, as it stands in a string of a `.tf.json` file or in a file that
/// `templatefile` reads; `offsets` says where `text` stands in its file.
pub fn parse_template(text: &str, offsets: &Offsets) -> Piece {
    piece(text, offsets, |parser| parser.bare_template())
}

fn piece(text: &str, offsets: &Offsets, parse: fn(&mut Parser<'_>) -> Result<Expression, Fault>) -> Piece {
    let unreadable =
        || Expression { kind: ExpressionKind::Unreadable, span: offsets.to_file(Span::new(0, text.len())) };
    match parse(&mut Parser::new(text, offsets)) {
        Ok(expression) => Piece { expression, error: None, limit: None },
        Err(Fault::Syntax(error)) => Piece { expression: unreadable(), error: Some(error), limit: None },
        Err(Fault::TooDeep(limit)) => Piece { expression: unreadable(), error: None, limit: Some(limit) },
    }
}
