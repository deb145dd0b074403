//! Chains of operations, which may be thousands of links long: they are lowered without recursion along the chain.

use tree_sitter::Node;

use super::context::Context;
use super::ir::{Expr, ExprKind, MapItem};
use crate::source::Span;

/// How a language's tree writes a chain such as `a.b(c)[d]`.
pub(super) struct Postfix {
    /// What the last operation of a chain is applied to; `None` where the node is no such operation.
    pub operand: for<'t> fn(&Context<'_>, Node<'t>) -> Option<Node<'t>>,
    /// Applies one operation to its lowered operand.
    pub apply: fn(&mut Context<'_>, Node<'_>, Expr) -> Expr,
    /// Lowers what a chain starts with.
    pub start: fn(&mut Context<'_>, Node<'_>) -> Expr,
}

impl Postfix {
    /// Lowers a chain. Of one that is too long for the bound on depth, the operations nearest its start become children of an unknown.
    pub(super) fn lower(&self, cx: &mut Context<'_>, node: Node<'_>) -> Expr {
        let mut links = Vec::new();
        let mut start = node;
        while let Some(operand) = (self.operand)(cx, start) {
            links.push(start);
            start = operand;
        }
        let kept = links.len().min(cx.levels_left() / 2);
        let (outer, inner) = links.split_at(kept);
        let mut value = if let Some(cut) = inner.first() {
            cx.too_deep(*cut);
            cx.below(kept, |cx| {
                let mut seen = vec![(self.start)(cx, start)];
                for link in inner.iter().rev() {
                    let operand = cx.unknown(*link);
                    seen.push((self.apply)(cx, *link, operand));
                }
                cx.expr(*cut, ExprKind::Other(seen))
            })
        } else {
            cx.below(kept, |cx| (self.start)(cx, start))
        };
        for (level, link) in outer.iter().enumerate().rev() {
            value = cx.below(level, |cx| (self.apply)(cx, *link, value));
        }
        value
    }
}

/// What a binary operator does to values.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    /// `+`
    Plus,
    /// `||`, `or`
    Or,
    /// `??`
    Coalesce,
    /// `&&`, `and`
    And,
    /// `==`, `===`, `is`
    Equals,
    /// `!=`, `!==`, `is not`
    Differs,
    /// `|` of two maps: the entries of both.
    Merge,
    /// Anything else.
    Other,
}

/// A binary operation in a tree.
pub(super) struct Binary<'t> {
    pub left: Node<'t>,
    pub operator: Operator,
    pub right: Node<'t>,
}

/// How a language's tree writes binary operations.
pub(super) struct Infix {
    /// Takes an operation apart; `None` where the node is none.
    pub parts: for<'t> fn(&Context<'_>, Node<'t>) -> Option<Binary<'t>>,
    /// Lowers an operand.
    pub operand: fn(&mut Context<'_>, Node<'_>) -> Expr,
}

impl Infix {
    /// Lowers `a op b op c …`, which nests to the left, run by run of equal operators.
    pub(super) fn lower(&self, cx: &mut Context<'_>, node: Node<'_>) -> Expr {
        let mut spine = Vec::new();
        let mut start = node;
        while let Some(binary) = (self.parts)(cx, start) {
            start = binary.left;
            spine.push(binary);
        }
        let mut runs: Vec<(Operator, Vec<Node<'_>>)> = Vec::new();
        for binary in spine.iter().rev() {
            match runs.last_mut() {
                Some((operator, operands)) if *operator == binary.operator => operands.push(binary.right),
                _ => runs.push((binary.operator, vec![binary.right])),
            }
        }
        if runs.len() > cx.levels_left() / 2 {
            let operands = std::iter::once(start).chain(spine.iter().rev().map(|binary| binary.right));
            return all(cx, node, operands.collect(), self.operand);
        }
        let levels = runs.len();
        let mut value = cx.below(levels, |cx| (self.operand)(cx, start));
        for (level, (operator, operands)) in runs.into_iter().enumerate() {
            let mut values = vec![value];
            for operand in operands {
                values.push(cx.below(levels - level, |cx| (self.operand)(cx, operand)));
            }
            value = combine(operator, values);
        }
        Expr { span: cx.span(node), ..value }
    }
}

fn all(
    cx: &mut Context<'_>,
    node: Node<'_>,
    operands: Vec<Node<'_>>,
    lower: fn(&mut Context<'_>, Node<'_>) -> Expr,
) -> Expr {
    let values = operands.into_iter().map(|operand| lower(cx, operand)).collect();
    cx.expr(node, ExprKind::Other(values))
}

/// The value of `operator` between all of `values`, of which there are two or more.
fn combine(operator: Operator, values: Vec<Expr>) -> Expr {
    let span = across(&values);
    match operator {
        Operator::Or => balanced(values, ExprKind::Or),
        Operator::Coalesce => balanced(values, ExprKind::Coalesce),
        Operator::And => balanced(values, ExprKind::And),
        Operator::Plus => Expr { kind: ExprKind::Concat(values), span },
        Operator::Equals => equals(values, false),
        Operator::Differs => equals(values, true),
        Operator::Merge if values.iter().any(|value| matches!(value.kind, ExprKind::Map(_))) => {
            Expr { kind: ExprKind::Map(values.into_iter().map(MapItem::Spread).collect()), span }
        }
        Operator::Merge | Operator::Other => Expr { kind: ExprKind::Other(values), span },
    }
}

fn equals(values: Vec<Expr>, negated: bool) -> Expr {
    let span = across(&values);
    let kind = match <[Expr; 2]>::try_from(values) {
        Ok([left, right]) => ExprKind::Equals { left: Box::new(left), right: Box::new(right), negated },
        Err(values) => ExprKind::Other(values),
    };
    Expr { kind, span }
}

/// Joins values with an associative operator so that the result is no deeper than it must be.
fn balanced(mut values: Vec<Expr>, join: fn(Box<Expr>, Box<Expr>) -> ExprKind) -> Expr {
    let span = across(&values);
    while values.len() > 1 {
        let mut rest = values.into_iter();
        values = Vec::with_capacity(rest.len().div_ceil(2));
        while let Some(left) = rest.next() {
            values.push(match rest.next() {
                Some(right) => {
                    let span = Span { start: left.span.start, end: right.span.end.max(left.span.start) };
                    Expr { kind: join(Box::new(left), Box::new(right)), span }
                }
                None => left,
            });
        }
    }
    values.pop().unwrap_or(Expr { kind: ExprKind::Other(Vec::new()), span })
}

/// Whether any of several tests holds.
pub(super) fn any_of(tests: Vec<Expr>) -> Expr {
    balanced(tests, ExprKind::Or)
}

fn across(values: &[Expr]) -> Span {
    match (values.first(), values.last()) {
        (Some(first), Some(last)) => Span { start: first.span.start, end: last.span.end.max(first.span.start) },
        _ => Span::default(),
    }
}

/// Whether an expression is short and evaluating it has no effect, so that a copy of it may stand for its value.
pub(super) fn is_plain(value: &Expr) -> bool {
    const LONGEST: usize = 8;
    let mut at = value;
    for _ in 0..LONGEST {
        match &at.kind {
            ExprKind::Name(_) | ExprKind::Bool(_) | ExprKind::Text(_) | ExprKind::Number(_) => return true,
            ExprKind::Member { of, .. } => at = of,
            ExprKind::Index { of, key } if matches!(key.kind, ExprKind::Name(_) | ExprKind::Text(_)) => at = of,
            _ => return false,
        }
    }
    false
}

/// The value of an expression once more; not followed where it is not plain.
pub(super) fn again(value: &Expr) -> Expr {
    if is_plain(value) { value.clone() } else { Expr { kind: ExprKind::Other(Vec::new()), span: value.span } }
}

/// The value of a dotted name such as `a.b.c`.
pub(super) fn dotted(cx: &Context<'_>, node: Node<'_>) -> Expr {
    let mut path = cx.text(node).split('.').map(str::trim);
    let first = path.next().unwrap_or_default();
    let members = path.take(cx.levels_left());
    members.fold(cx.expr(node, ExprKind::Name(first.into())), |of, member| {
        cx.expr(node, ExprKind::Member { of: Box::new(of), key: member.into() })
    })
}
