//! `match`: a chain of ifs.

use tree_sitter::Node;

use super::super::branches::{self, Arm};
use super::super::context::{Context, children, fields, first_child, has_token};
use super::super::ir::{Expr, ExprKind, ListItem, Stmt, StmtKind};
use super::super::operators::{again, any_of, dotted};
use super::expressions::expression;
use super::statements;

/// Lowers a match. Patterns other than values have unknown tests, and the names that they bind are unknown.
pub(super) fn lower(cx: &mut Context<'_>, node: Node<'_>, out: &mut Vec<Stmt>) {
    let subjects = fields(node, "subject");
    let value = match subjects.as_slice() {
        [only] => expression(cx, *only),
        several => {
            let items = several.iter().map(|subject| ListItem::Item(expression(cx, *subject))).collect();
            cx.expr(node, ExprKind::List(items))
        }
    };
    let subject = branches::subject(node, value, out);
    let cases = node.child_by_field_name("body").map_or_else(Vec::new, children);
    let mut arms = Vec::new();
    for case in cases.into_iter().filter(|case| case.kind() == "case_clause") {
        let arm = cx.below(branches::level(arms.len()), |cx| arm(cx, case, &subject));
        let always = arm.condition.is_none();
        arms.push(arm);
        if always {
            break;
        }
    }
    out.extend(branches::decide(arms));
}

fn arm(cx: &mut Context<'_>, case: Node<'_>, subject: &Expr) -> Arm {
    let patterns: Vec<Node<'_>> = children(case).into_iter().filter(|child| child.kind() == "case_pattern").collect();
    let mut body = Vec::new();
    let matched = match patterns.as_slice() {
        [only] => test(cx, *only, subject, &mut body),
        _ => {
            patterns.iter().for_each(|pattern| bind(cx, *pattern, &mut body));
            Some(cx.unknown(case))
        }
    };
    let guard = case.child_by_field_name("guard").and_then(first_child).map(|guard| expression(cx, guard));
    let condition = match (matched, guard) {
        (Some(matched), Some(guard)) => Some(cx.expr(case, ExprKind::And(Box::new(matched), Box::new(guard)))),
        (matched, guard) => matched.or(guard),
    };
    body.extend(statements::body(cx, case, "consequence"));
    Arm { condition, body, span: cx.span(case) }
}

/// The test of a pattern, `None` where it always holds; what it binds is assigned in `body`.
fn test(cx: &mut Context<'_>, pattern: Node<'_>, subject: &Expr, body: &mut Vec<Stmt>) -> Option<Expr> {
    let Some(inner) = first_child(pattern) else {
        return (cx.text(pattern) != "_").then(|| cx.unknown(pattern));
    };
    match inner.kind() {
        "dotted_name" if !is_value(inner) => {
            let value = again(subject);
            body.push(assign(cx, inner, value));
            None
        }
        "union_pattern" if children(inner).into_iter().all(is_value) => {
            Some(any_of(children(inner).into_iter().map(|value| equals(cx, value, subject)).collect()))
        }
        _ if is_value(inner) && !has_token(pattern, "-") => Some(equals(cx, inner, subject)),
        _ => {
            bind(cx, inner, body);
            Some(cx.unknown(inner))
        }
    }
}

/// Whether a pattern is a literal or the dotted name of a constant; a name without dots is bound.
fn is_value(node: Node<'_>) -> bool {
    match node.kind() {
        "dotted_name" => children(node).len() > 1,
        kind => matches!(kind, "string" | "concatenated_string" | "integer" | "float" | "true" | "false" | "none"),
    }
}

fn equals(cx: &mut Context<'_>, node: Node<'_>, subject: &Expr) -> Expr {
    let value = if node.kind() == "dotted_name" { dotted(cx, node) } else { expression(cx, node) };
    branches::is(subject, value)
}

fn assign(cx: &Context<'_>, name: Node<'_>, value: Expr) -> Stmt {
    cx.stmt(name, StmtKind::Assign { target: cx.variable(name), value })
}

/// Assigns an unknown to every name that a pattern binds.
fn bind(cx: &Context<'_>, pattern: Node<'_>, body: &mut Vec<Stmt>) {
    let mut open = vec![pattern];
    while let Some(node) = open.pop() {
        let binds = match node.kind() {
            "dotted_name" => !is_value(node),
            kind => kind == "identifier",
        };
        if binds && cx.text(node) != "_" {
            body.push(assign(cx, node, cx.unknown(node)));
        }
        // The first part of these says what is matched: a class, an attribute, a key.
        let named = usize::from(matches!(node.kind(), "class_pattern" | "keyword_pattern"));
        if node.kind() != "dotted_name" {
            open.extend(children(node).into_iter().skip(named).rev());
        }
    }
}
