//! Expressions, and what assignments write to.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::context::{Context, children, fields, first_child};
use super::super::ir::{Argument, Expr, ExprKind, ListItem, MapItem, Pattern, Role};
use super::super::operators::{Binary, Infix, Operator, Postfix};
use super::{comprehensions, format, functions, statements, text};

const POSTFIX: Postfix = Postfix { operand: postfix_operand, apply: apply_postfix, start: expression };
const INFIX: Infix = Infix { parts: binary, operand: expression };

/// Lowers any expression; also a pattern, as the expression that it looks like.
pub(super) fn expression(cx: &mut Context<'_>, node: Node<'_>) -> Expr {
    let node = inside_transparent(node);
    cx.deeper(node, |cx| lower(cx, node)).unwrap_or_else(|| cx.unknown(node))
}

/// What stands under wrappers that do not change a value: `(x)`, `await x`, `yield x`.
fn inside_transparent(mut node: Node<'_>) -> Node<'_> {
    let wrappers =
        ["parenthesized_expression", "await", "yield", "as_pattern_target", "list_splat", "dictionary_splat"];
    while wrappers.contains(&node.kind()) {
        match first_child(node) {
            Some(inner) => node = inner,
            None => break,
        }
    }
    node
}

fn lower(cx: &mut Context<'_>, node: Node<'_>) -> Expr {
    let kind = match node.kind() {
        _ if node.is_missing() => return cx.unknown(node),
        "identifier" => return cx.variable(node),
        "none" => ExprKind::Null,
        "true" => ExprKind::Bool(true),
        "false" => ExprKind::Bool(false),
        "integer" | "float" => ExprKind::Number(cx.name(node)),
        "string" | "concatenated_string" => return text::string(cx, node),
        "attribute" | "subscript" | "call" if postfix_operand(cx, node).is_some() => return POSTFIX.lower(cx, node),
        "binary_operator" | "boolean_operator" if binary(cx, node).is_some() => return INFIX.lower(cx, node),
        "binary_operator" if is_format(node) => return format::percent(cx, node),
        "comparison_operator" => comparison(cx, node),
        "not_operator" => ExprKind::Not(Box::new(in_field(cx, node, "argument"))),
        "unary_operator" => unary(cx, node),
        "conditional_expression" => conditional(cx, node),
        "named_expression" => {
            let target = Box::new(in_field(cx, node, "name"));
            ExprKind::Assign { target, value: Box::new(in_field(cx, node, "value")) }
        }
        "assignment" | "augmented_assignment" => match statements::assignment(cx, node) {
            Some((target, value)) => ExprKind::Assign { target: Box::new(target), value: Box::new(value) },
            None => ExprKind::Other(Vec::new()),
        },
        "lambda" => ExprKind::Lambda(Arc::new(functions::function(cx, node, Role::Plain, Vec::new()))),
        "dictionary" => ExprKind::Map(children(node).into_iter().map(|entry| map_item(cx, entry)).collect()),
        "list" | "tuple" | "set" | "expression_list" | "pattern_list" | "tuple_pattern" | "list_pattern" => {
            ExprKind::List(children(node).into_iter().map(|item| list_item(cx, item)).collect())
        }
        "list_comprehension" | "set_comprehension" | "dictionary_comprehension" | "generator_expression" => {
            comprehensions::lower(cx, node)
        }
        _ => others(cx, node),
    };
    cx.expr(node, kind)
}

/// A construct without a meaning of its own: what is in it still happens.
pub(super) fn others(cx: &mut Context<'_>, node: Node<'_>) -> ExprKind {
    ExprKind::Other(children(node).into_iter().map(|child| expression(cx, child)).collect())
}

/// An expression in a field, or an unknown where broken code has none.
pub(super) fn in_field(cx: &mut Context<'_>, node: Node<'_>, field: &str) -> Expr {
    match node.child_by_field_name(field) {
        Some(child) => expression(cx, child),
        None => cx.unknown(node),
    }
}

fn postfix_operand<'t>(_: &Context<'_>, node: Node<'t>) -> Option<Node<'t>> {
    let (operand, rest) = match node.kind() {
        "attribute" => ("object", "attribute"),
        "subscript" => ("value", "subscript"),
        "call" => ("function", "arguments"),
        _ => return None,
    };
    node.child_by_field_name(rest)?;
    node.child_by_field_name(operand).map(inside_transparent)
}

fn apply_postfix(cx: &mut Context<'_>, node: Node<'_>, operand: Expr) -> Expr {
    let operand = Box::new(operand);
    let kind = match node.kind() {
        "attribute" => match node.child_by_field_name("attribute") {
            Some(attribute) => ExprKind::Member { of: operand, key: cx.name(attribute) },
            None => ExprKind::Other(vec![*operand]),
        },
        "subscript" => ExprKind::Index { of: operand, key: Box::new(subscript(cx, node)) },
        _ => ExprKind::Call {
            callee: operand,
            arguments: node.child_by_field_name("arguments").map_or_else(Vec::new, |list| arguments(cx, list)),
        },
    };
    cx.expr(node, kind)
}

fn subscript(cx: &mut Context<'_>, node: Node<'_>) -> Expr {
    let keys = fields(node, "subscript");
    if let [key] = keys.as_slice() {
        return expression(cx, *key);
    }
    let keys = keys.into_iter().map(|key| ListItem::Item(expression(cx, key))).collect();
    cx.expr(node, ExprKind::List(keys))
}

fn arguments(cx: &mut Context<'_>, node: Node<'_>) -> Vec<Argument> {
    if node.kind() == "generator_expression" {
        return vec![Argument { name: None, spread: false, value: expression(cx, node) }];
    }
    children(node).into_iter().map(|child| argument(cx, child)).collect()
}

fn argument(cx: &mut Context<'_>, node: Node<'_>) -> Argument {
    let (name, spread) = match node.kind() {
        "keyword_argument" => (node.child_by_field_name("name").map(|name| cx.name(name)), false),
        "dictionary_splat" => (Some(Arc::from("")), true),
        _ => (None, node.kind() == "list_splat" || node.is_error()),
    };
    let value = if node.kind() == "keyword_argument" { in_field(cx, node, "value") } else { expression(cx, node) };
    Argument { name, spread, value }
}

/// A `%` is left to [`format::percent`].
fn binary<'t>(_: &Context<'_>, node: Node<'t>) -> Option<Binary<'t>> {
    let node = inside_transparent(node);
    if !matches!(node.kind(), "binary_operator" | "boolean_operator") {
        return None;
    }
    let operator = match node.child_by_field_name("operator")?.kind() {
        "+" => Operator::Plus,
        "or" => Operator::Or,
        "and" => Operator::And,
        "|" => Operator::Merge,
        "%" => return None,
        _ => Operator::Other,
    };
    Some(Binary { left: node.child_by_field_name("left")?, operator, right: node.child_by_field_name("right")? })
}

fn is_format(node: Node<'_>) -> bool {
    node.child_by_field_name("operator").is_some_and(|operator| operator.kind() == "%")
}

fn comparison(cx: &mut Context<'_>, node: Node<'_>) -> ExprKind {
    let operator = node.child_by_field_name("operators").map_or("", |operator| operator.kind());
    let negated = matches!(operator, "!=" | "<>" | "is not");
    match (children(node).as_slice(), operator) {
        ([left, right], "==" | "is" | "!=" | "<>" | "is not") => {
            ExprKind::Equals { left: Box::new(expression(cx, *left)), right: Box::new(expression(cx, *right)), negated }
        }
        (operands, _) => ExprKind::Other(operands.iter().map(|operand| expression(cx, *operand)).collect()),
    }
}

fn unary(cx: &mut Context<'_>, node: Node<'_>) -> ExprKind {
    let value = in_field(cx, node, "argument");
    match (node.child_by_field_name("operator").map_or("", |operator| operator.kind()), &value.kind) {
        ("-", ExprKind::Number(number)) if !number.starts_with('-') => ExprKind::Number(format!("-{number}").into()),
        _ => ExprKind::Other(vec![value]),
    }
}

fn conditional(cx: &mut Context<'_>, node: Node<'_>) -> ExprKind {
    match children(node).as_slice() {
        [then, condition, otherwise] => ExprKind::Choice {
            condition: Box::new(expression(cx, *condition)),
            then: Box::new(expression(cx, *then)),
            otherwise: Box::new(expression(cx, *otherwise)),
        },
        _ => others(cx, node),
    }
}

fn map_item(cx: &mut Context<'_>, node: Node<'_>) -> MapItem {
    if node.kind() == "pair" {
        return MapItem::Entry { key: in_field(cx, node, "key"), value: in_field(cx, node, "value") };
    }
    // Also what broken code puts into a map, which makes the map unknown.
    MapItem::Spread(expression(cx, node))
}

fn list_item(cx: &mut Context<'_>, node: Node<'_>) -> ListItem {
    match node.kind() {
        "list_splat" | "list_splat_pattern" | "parenthesized_list_splat" => {
            let inner = first_child(node).unwrap_or(node);
            ListItem::Spread(expression(cx, inner))
        }
        _ if node.is_error() => ListItem::Spread(expression(cx, node)),
        _ => ListItem::Item(expression(cx, node)),
    }
}

/// What a loop binds.
pub(super) fn pattern(cx: &mut Context<'_>, node: Node<'_>) -> Pattern {
    cx.deeper(node, |cx| match node.kind() {
        "identifier" => Pattern::Name(cx.name(node), cx.span(node)),
        "pattern_list" | "tuple_pattern" | "list_pattern" => {
            Pattern::List(children(node).into_iter().map(|place| Some(pattern(cx, place))).collect())
        }
        _ => Pattern::Other,
    })
    .unwrap_or(Pattern::Other)
}
