//! Statements.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::branches::{self, Arm};
use super::super::context::{Context, children, first_child};
use super::super::ir::{Expr, ExprKind, MapItem, Pattern, Role, Stmt, StmtKind};
use super::super::operators::again;
use super::expressions::{expression, in_field, others, pattern};
use super::{classes, functions, imports, matching};

/// Lowers statements in order.
pub(super) fn all(cx: &mut Context<'_>, nodes: &[Node<'_>]) -> Vec<Stmt> {
    let mut out = Vec::new();
    for node in nodes {
        statement(cx, *node, &mut out);
    }
    out
}

/// Lowers one statement, which may become none or several.
fn statement(cx: &mut Context<'_>, node: Node<'_>, out: &mut Vec<Stmt>) {
    cx.deeper(node, |cx| lower(cx, node, out));
}

fn lower(cx: &mut Context<'_>, node: Node<'_>, out: &mut Vec<Stmt>) {
    let kind = match node.kind() {
        "expression_statement" => return children(node).into_iter().for_each(|child| effect(cx, child, out)),
        "return_statement" => StmtKind::Return(value(cx, node)),
        "raise_statement" => StmtKind::Throw(value(cx, node)),
        "break_statement" | "continue_statement" => StmtKind::Break,
        "if_statement" => return branch(cx, node, out),
        "match_statement" => return matching::lower(cx, node, out),
        "for_statement" => {
            let pattern = node.child_by_field_name("left").map_or(Pattern::Other, |left| pattern(cx, left));
            let items = in_field(cx, node, "right");
            StmtKind::Loop { binding: Some((pattern, items)), body: body(cx, node, "body") }
        }
        "while_statement" => {
            let test = in_field(cx, node, "condition");
            let mut body = vec![Stmt { span: test.span, kind: StmtKind::Expr(test) }];
            body.extend(self::body(cx, node, "body"));
            StmtKind::Loop { binding: None, body }
        }
        "try_statement" => attempt(cx, node),
        "with_statement" => {
            with_items(cx, node, out);
            StmtKind::Block(body(cx, node, "body"))
        }
        "function_definition" => StmtKind::Function(Arc::new(functions::function(cx, node, Role::Plain, Vec::new()))),
        "class_definition" => StmtKind::Class(Arc::new(classes::class(cx, node, Vec::new()))),
        "decorated_definition" => match decorated(cx, node) {
            Some(kind) => kind,
            None => return,
        },
        "import_statement" => return imports::import(cx, node, out),
        "import_from_statement" => return imports::import_from(cx, node, out),
        "block" => StmtKind::Block(all(cx, &children(node))),
        "pass_statement" | "future_import_statement" | "type_alias_statement" | "comment" => return,
        "ERROR" => return children(node).into_iter().for_each(|child| statement(cx, child, out)),
        "global_statement" | "nonlocal_statement" => {
            StmtKind::Outer(children(node).into_iter().map(|name| cx.name(name)).collect())
        }
        "delete_statement" => {
            for target in children(node).into_iter().flat_map(deleted) {
                let target = Box::new(expression(cx, target));
                let deletion = cx.expr(node, ExprKind::Delete(target));
                out.push(cx.stmt(node, StmtKind::Expr(deletion)));
            }
            return;
        }
        "assert_statement" | "print_statement" | "exec_statement" => {
            let parts = others(cx, node);
            StmtKind::Expr(cx.expr(node, parts))
        }
        _ => return effect(cx, node, out),
    };
    out.push(cx.stmt(node, kind));
    if matches!(node.kind(), "for_statement" | "while_statement") {
        out.extend(node.child_by_field_name("alternative").map_or_else(Vec::new, |after| body(cx, after, "body")));
    }
}

/// What one part of `del a, b` names.
fn deleted(node: Node<'_>) -> Vec<Node<'_>> {
    if matches!(node.kind(), "expression_list" | "tuple" | "parenthesized_expression") {
        children(node)
    } else {
        vec![node]
    }
}

/// An expression that stands as a statement.
fn effect(cx: &mut Context<'_>, node: Node<'_>, out: &mut Vec<Stmt>) {
    let kind = match node.kind() {
        "assignment" | "augmented_assignment" => match assignment(cx, node) {
            Some((target, value)) => StmtKind::Assign { target, value },
            None => return,
        },
        _ => StmtKind::Expr(expression(cx, node)),
    };
    out.push(cx.stmt(node, kind));
}

/// Target and value of an assignment, with what a compound one does to the value; `None` for a bare annotation.
pub(super) fn assignment(cx: &mut Context<'_>, node: Node<'_>) -> Option<(Expr, Expr)> {
    let target = expression(cx, node.child_by_field_name("left")?);
    let value = expression(cx, node.child_by_field_name("right")?);
    let Some(operator) = node.child_by_field_name("operator") else { return Some((target, value)) };
    let old = again(&target);
    let kind = match operator.kind() {
        "+=" => ExprKind::Concat(vec![old, value]),
        "|=" if matches!(value.kind, ExprKind::Map(_)) => {
            ExprKind::Map(vec![MapItem::Spread(old), MapItem::Spread(value)])
        }
        _ => ExprKind::Other(vec![old, value]),
    };
    Some((target, cx.expr(node, kind)))
}

/// What a `return` or `raise` leaves with; a bare tuple stands in one node.
fn value(cx: &mut Context<'_>, node: Node<'_>) -> Option<Expr> {
    first_child(node).map(|value| expression(cx, value))
}

/// The statements of a field.
pub(super) fn body(cx: &mut Context<'_>, node: Node<'_>, field: &str) -> Vec<Stmt> {
    node.child_by_field_name(field).map_or_else(Vec::new, |block| block_of(cx, block))
}

fn block_of(cx: &mut Context<'_>, block: Node<'_>) -> Vec<Stmt> {
    if block.kind() == "block" { all(cx, &children(block)) } else { all(cx, &[block]) }
}

/// The statements of a clause whose block has no field.
fn clause_body(cx: &mut Context<'_>, clause: Node<'_>) -> Vec<Stmt> {
    let block = children(clause).into_iter().find(|child| child.kind() == "block");
    block.map_or_else(Vec::new, |block| block_of(cx, block))
}

fn branch(cx: &mut Context<'_>, node: Node<'_>, out: &mut Vec<Stmt>) {
    let mut arms = Vec::new();
    let alternatives = node.children_by_field_name("alternative", &mut node.walk()).collect::<Vec<_>>();
    for part in std::iter::once(node).chain(alternatives) {
        let arm = cx.below(branches::level(arms.len()), |cx| match part.kind() {
            "else_clause" => Arm { condition: None, body: body(cx, part, "body"), span: cx.span(part) },
            _ => Arm {
                condition: Some(in_field(cx, part, "condition")),
                body: body(cx, part, "consequence"),
                span: cx.span(part),
            },
        });
        arms.push(arm);
    }
    out.extend(branches::decide(arms));
}

fn attempt(cx: &mut Context<'_>, node: Node<'_>) -> StmtKind {
    let mut tried = body(cx, node, "body");
    let mut handlers = Vec::new();
    let mut finally = Vec::new();
    for clause in children(node) {
        match clause.kind() {
            "except_clause" | "except_group_clause" => handlers.push(handler(cx, clause)),
            "else_clause" => tried.extend(body(cx, clause, "body")),
            "finally_clause" => finally = clause_body(cx, clause),
            _ => {}
        }
    }
    StmtKind::Try { body: tried, handlers, finally }
}

fn handler(cx: &mut Context<'_>, clause: Node<'_>) -> Vec<Stmt> {
    let caught = clause.child_by_field_name("value");
    let alias = clause.child_by_field_name("alias").or(caught.and_then(|value| value.child_by_field_name("alias")));
    let mut statements = Vec::new();
    if let Some(alias) = alias {
        let target = expression(cx, alias);
        let value = cx.unknown(alias);
        statements.push(cx.stmt(alias, StmtKind::Assign { target, value }));
    }
    statements.extend(clause_body(cx, clause));
    statements
}

fn with_items(cx: &mut Context<'_>, node: Node<'_>, out: &mut Vec<Stmt>) {
    let clauses = children(node).into_iter().filter(|child| child.kind() == "with_clause");
    for item in clauses.flat_map(children).filter_map(|item| item.child_by_field_name("value")) {
        let alias = item.child_by_field_name("alias");
        let value = expression(cx, alias.and(first_child(item)).unwrap_or(item));
        let kind = match alias {
            Some(alias) => StmtKind::Assign { target: expression(cx, alias), value },
            None => StmtKind::Expr(value),
        };
        out.push(cx.stmt(item, kind));
    }
}

fn decorated(cx: &mut Context<'_>, node: Node<'_>) -> Option<StmtKind> {
    let decorators = classes::decorators(cx, node);
    let definition = node.child_by_field_name("definition")?;
    Some(match definition.kind() {
        "class_definition" => StmtKind::Class(Arc::new(classes::class(cx, definition, decorators))),
        _ => StmtKind::Function(Arc::new(functions::function(cx, definition, Role::Plain, decorators))),
    })
}
