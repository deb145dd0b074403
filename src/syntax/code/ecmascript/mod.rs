//! TypeScript, TSX, JavaScript and JSX: one lowering for the trees of their grammars.

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

/// Lowers a whole file.
pub(super) fn program(cx: &mut Context<'_>, root: Node<'_>) -> Vec<Stmt> {
    statements::all(cx, &children(root))
}

#[cfg(test)]
mod tests;
