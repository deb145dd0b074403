//! Python.

use tree_sitter::Node;

use super::context::{Context, children};
use super::ir::Stmt;

mod expressions;
mod comprehensions;
mod text;
mod format;
mod functions;
mod classes;
mod statements;
mod matching;
mod imports;

#[cfg(test)]
mod tests;

/// Lowers a whole file.
pub(super) fn program(cx: &mut Context<'_>, root: Node<'_>) -> Vec<Stmt> {
    statements::all(cx, &children(root))
}
