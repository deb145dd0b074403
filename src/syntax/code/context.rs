//! What every lowering needs: the text, places, children, and a bound on depth.

use std::ops::Range;
use std::sync::Arc;

use tree_sitter::Node;

use super::ir::{Expr, ExprKind, Stmt, StmtKind};
use crate::source::Span;
use crate::syntax::offsets::Offsets;
use crate::syntax::tree::Limit;

/// How many levels of expressions and statements a module may have.
pub(super) const DEEPEST: usize = 200;

/// The text that is lowered, and how deep the lowering is in it.
pub(super) struct Context<'t> {
    text: &'t str,
    offsets: &'t Offsets,
    depth: usize,
    /// The first place where a bound was reached.
    pub limit: Option<Limit>,
}

impl<'t> Context<'t> {
    pub(super) fn new(text: &'t str, offsets: &'t Offsets) -> Self {
        Self { text, offsets, depth: 0, limit: None }
    }

    /// The text of a node.
    pub(super) fn text(&self, node: Node<'_>) -> &'t str {
        self.text_at(node.byte_range())
    }

    /// The text of a range.
    pub(super) fn text_at(&self, range: Range<usize>) -> &'t str {
        self.text.get(range).unwrap_or_default()
    }

    /// The text of a node as a name.
    pub(super) fn name(&self, node: Node<'_>) -> Arc<str> {
        self.text(node).into()
    }

    /// The place of a node in the file.
    pub(super) fn span(&self, node: Node<'_>) -> Span {
        self.place(node.byte_range())
    }

    fn place(&self, range: Range<usize>) -> Span {
        self.offsets.to_file(Span::new(range.start, range.end))
    }

    /// The places of ranges in the file.
    pub(super) fn places<T>(&self, ranges: Vec<(Range<usize>, T)>) -> Vec<(Span, T)> {
        ranges.into_iter().map(|(range, with)| (self.place(range), with)).collect()
    }

    /// Whether a range holds nothing but white space; a range that ends before it starts is blank.
    pub(super) fn blank(&self, range: Range<usize>) -> bool {
        self.text_at(range).trim().is_empty()
    }

    /// An expression at a node's place.
    pub(super) fn expr(&self, node: Node<'_>, kind: ExprKind) -> Expr {
        Expr { kind, span: self.span(node) }
    }

    /// A variable at the place of the node that is its name.
    pub(super) fn variable(&self, node: Node<'_>) -> Expr {
        self.expr(node, ExprKind::Name(self.name(node)))
    }

    /// A string at a node's place.
    pub(super) fn literal(&self, node: Node<'_>, text: impl Into<Arc<str>>) -> Expr {
        self.expr(node, ExprKind::Text(text.into()))
    }

    /// Something at a node's place whose value is not followed.
    pub(super) fn unknown(&self, node: Node<'_>) -> Expr {
        self.expr(node, ExprKind::Other(Vec::new()))
    }

    /// A statement at a node's place.
    pub(super) fn stmt(&self, node: Node<'_>, kind: StmtKind) -> Stmt {
        Stmt { kind, span: self.span(node) }
    }

    /// How many more levels there may be below this one.
    pub(super) fn levels_left(&self) -> usize {
        DEEPEST.saturating_sub(self.depth)
    }

    /// Runs `lower` one level deeper; `None` where that is too deep.
    pub(super) fn deeper<T>(&mut self, node: Node<'_>, lower: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.levels_left() == 0 {
            self.too_deep(node);
            return None;
        }
        Some(self.below(1, lower))
    }

    /// Runs `lower` as if `levels` deeper.
    pub(super) fn below<T>(&mut self, levels: usize, lower: impl FnOnce(&mut Self) -> T) -> T {
        self.depth += levels;
        let result = lower(self);
        self.depth -= levels;
        result
    }

    /// Notes that a node is left out.
    pub(super) fn too_deep(&mut self, node: Node<'_>) {
        if self.limit.is_none() {
            let message = format!("code nested more than {DEEPEST} levels deep is not read");
            self.limit = Some(Limit { message, span: self.span(node) });
        }
    }
}

/// The named children of a node without comments.
pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    node.named_children(&mut node.walk()).filter(|child| !is_comment(*child)).collect()
}

/// The first child of [`children`].
pub(super) fn first_child(node: Node<'_>) -> Option<Node<'_>> {
    node.named_children(&mut node.walk()).find(|child| !is_comment(*child))
}

/// All children with a field's name.
pub(super) fn fields<'t>(node: Node<'t>, name: &str) -> Vec<Node<'t>> {
    node.children_by_field_name(name, &mut node.walk())
        .filter(|child| child.is_named() && !is_comment(*child))
        .collect()
}

/// Whether a node has a direct child that is the given token.
pub(super) fn has_token(node: Node<'_>, token: &str) -> bool {
    node.children(&mut node.walk()).any(|child| child.kind() == token)
}

fn is_comment(node: Node<'_>) -> bool {
    matches!(node.kind(), "comment" | "html_comment" | "line_continuation")
}
