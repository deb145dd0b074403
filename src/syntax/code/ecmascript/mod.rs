//! TypeScript, TSX, JavaScript and JSX: one lowering for the trees of their grammars.

use std::borrow::Cow;

use tree_sitter::Node;

use super::context::{Context, children};
use super::ir::Stmt;

mod expressions;
mod text;
mod jsx;
mod patterns;
mod functions;
mod classes;
mod statements;
mod switch;
mod modules;
mod newer_syntax;

/// The text in syntax that the grammars know, where it has newer one; places stay as they are.
pub(super) fn older(text: &str) -> Option<Cow<'_, str>> {
    newer_syntax::rewrite(text).map(Cow::Owned)
}

/// Lowers a whole file.
pub(super) fn program(cx: &mut Context<'_>, root: Node<'_>) -> Vec<Stmt> {
    statements::all(cx, &children(root))
}

#[cfg(test)]
mod tests;
