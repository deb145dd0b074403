//! Comprehensions. What they make is not followed; the element is kept in a function of the loop's variables.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::context::{Context, children, first_child};
use super::super::ir::{
    Expr, ExprKind, Function, ListItem, MapItem, Parameter, ParameterKind, Pattern, Role, Stmt, StmtKind,
};
use super::expressions::{expression, in_field, pattern};

/// Lowers a comprehension or generator expression.
pub(super) fn lower(cx: &mut Context<'_>, node: Node<'_>) -> ExprKind {
    if let Some(copy) = filtered_copy(cx, node) {
        return ExprKind::Map(vec![MapItem::Spread(copy)]);
    }
    let mut clauses = children(node).into_iter().filter(|child| matches!(child.kind(), "for_in_clause" | "if_clause"));
    let Some(first) = clauses.next() else { return ExprKind::Other(Vec::new()) };
    let items = in_field(cx, first, "right");
    let mut parameters = vec![parameter(cx, first)];
    let mut body = Vec::new();
    let mut tests = Vec::new();
    for clause in clauses {
        if clause.kind() == "for_in_clause" {
            parameters.push(parameter(cx, clause));
            let items = in_field(cx, clause, "right");
            body.push(cx.stmt(clause, StmtKind::Expr(items)));
        } else {
            tests.extend(first_child(clause).map(|test| expression(cx, test)));
        }
    }
    let element = element(cx, node);
    let mut last = vec![Stmt { span: element.span, kind: StmtKind::Return(Some(element)) }];
    if !tests.is_empty() {
        let condition = cx.expr(node, ExprKind::Other(tests));
        last = vec![cx.stmt(node, StmtKind::If { condition, then: last, otherwise: Vec::new() })];
    }
    body.extend(last);
    let span = cx.span(node);
    let function = Function { name: Arc::from(""), parameters, body, role: Role::Plain, decorators: Vec::new(), span };
    let each = cx.expr(node, ExprKind::Lambda(Arc::new(function)));
    let all = ExprKind::Other(vec![items, each]);
    match node.kind() {
        "list_comprehension" | "set_comprehension" => ExprKind::List(vec![ListItem::Spread(cx.expr(node, all))]),
        "dictionary_comprehension" => ExprKind::Map(vec![MapItem::Spread(cx.expr(node, all))]),
        _ => all,
    }
}

fn parameter(cx: &mut Context<'_>, clause: Node<'_>) -> Parameter {
    let pattern = clause.child_by_field_name("left").map_or(Pattern::Other, |left| pattern(cx, left));
    Parameter { pattern, default: None, annotation: None, kind: ParameterKind::Single, field: false }
}

fn element(cx: &mut Context<'_>, node: Node<'_>) -> Expr {
    match node.child_by_field_name("body") {
        Some(pair) if pair.kind() == "pair" => {
            let (key, value) = (in_field(cx, pair, "key"), in_field(cx, pair, "value"));
            cx.expr(pair, ExprKind::List(vec![ListItem::Item(key), ListItem::Item(value)]))
        }
        Some(body) => expression(cx, body),
        None => cx.unknown(node),
    }
}

/// `{k: v for k, v in map.items() if …}` has entries of the map, without a test all of them.
fn filtered_copy(cx: &mut Context<'_>, node: Node<'_>) -> Option<Expr> {
    let pair = node.child_by_field_name("body").filter(|body| body.kind() == "pair")?;
    let mut clauses = children(node).into_iter().filter(|child| child.kind().ends_with("_clause"));
    let first = clauses.next().filter(|clause| clause.kind() == "for_in_clause")?;
    let names: Vec<&str> = children(first.child_by_field_name("left")?).into_iter().map(|name| cx.text(name)).collect();
    let written = ["key", "value"].map(|field| pair.child_by_field_name(field).map_or("", |part| cx.text(part)));
    let call = first.child_by_field_name("right").filter(|right| right.kind() == "call")?;
    let method = call.child_by_field_name("function").filter(|function| function.kind() == "attribute")?;
    if names != written || cx.text(method.child_by_field_name("attribute")?) != "items" {
        return None;
    }
    let tests: Vec<Node<'_>> = clauses.collect();
    if tests.iter().any(|clause| clause.kind() != "if_clause") {
        return None;
    }
    let map = in_field(cx, method, "object");
    if tests.is_empty() {
        return Some(map);
    }
    let test = cx.unknown(node);
    Some(cx.expr(node, ExprKind::And(Box::new(test), Box::new(map))))
}
