//! Decisions with many arms: `if … else if …`, `switch`, `match`.

use std::sync::Arc;

use tree_sitter::Node;

use super::ir::{Expr, ExprKind, Pattern, Stmt, StmtKind};
use super::operators::is_plain;
use crate::source::Span;

/// An arm of a decision; without a condition it is done when no other arm is, and stands last.
pub(super) struct Arm {
    /// The test.
    pub condition: Option<Expr>,
    /// What is done.
    pub body: Vec<Stmt>,
    /// Where it stands.
    pub span: Span,
}

/// Arms after this many are not nested in each other.
const NESTED: usize = 32;

/// How many levels below the decision the arm of a number stands.
pub(super) fn level(arm: usize) -> usize {
    arm.min(NESTED)
}

/// A chain of ifs. Arms past [`NESTED`] stand beside each other, and the one without a condition then has an unknown one.
pub(super) fn decide(mut arms: Vec<Arm>) -> Vec<Stmt> {
    let beside = arms.split_off(arms.len().min(NESTED));
    let flat = beside.into_iter().map(|arm| {
        let condition = arm.condition.unwrap_or(Expr { kind: ExprKind::Other(Vec::new()), span: arm.span });
        choice(condition, arm.body, Vec::new(), arm.span)
    });
    arms.into_iter().rev().fold(flat.collect(), |otherwise, arm| match arm.condition {
        Some(condition) => vec![choice(condition, arm.body, otherwise, arm.span)],
        None => arm.body,
    })
}

fn choice(condition: Expr, then: Vec<Stmt>, otherwise: Vec<Stmt>, span: Span) -> Stmt {
    Stmt { kind: StmtKind::If { condition, then, otherwise }, span }
}

/// A value that several tests compare with: the expression itself where evaluating it again is harmless, else a variable
/// (whose name no program can have) that `out` declares.
pub(super) fn subject(node: Node<'_>, value: Expr, out: &mut Vec<Stmt>) -> Expr {
    if is_plain(&value) {
        return value;
    }
    let name: Arc<str> = format!("subject@{}", node.start_byte()).into();
    let span = value.span;
    let pattern = Pattern::Name(name.clone(), span);
    out.push(Stmt { kind: StmtKind::Let { pattern, value: Some(value), annotation: None }, span });
    Expr { kind: ExprKind::Name(name), span }
}

/// A test once more; not followed where its value is not plain.
pub(super) fn again(test: &Expr) -> Expr {
    match &test.kind {
        ExprKind::Equals { right, .. } if is_plain(right) => test.clone(),
        _ => Expr { kind: ExprKind::Other(Vec::new()), span: test.span },
    }
}

/// `subject == value`, at the place of the value.
pub(super) fn is(subject: &Expr, value: Expr) -> Expr {
    let span = value.span;
    Expr { kind: ExprKind::Equals { left: Box::new(subject.clone()), right: Box::new(value), negated: false }, span }
}
