//! Expressions.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::context::{Context, children, first_child, has_token};
use super::super::ir::{Argument, Expr, ExprKind, ListItem, MapItem, Role};
use super::super::operators::{Binary, Infix, Operator, Postfix, again};
use super::{classes, functions, jsx, patterns, text};

const POSTFIX: Postfix = Postfix { operand: postfix_operand, apply: apply_postfix, start: expression };
const INFIX: Infix = Infix { parts: binary, operand: expression };

/// Lowers any expression.
pub(super) fn expression(cx: &mut Context<'_>, node: Node<'_>) -> Expr {
    let node = inside_transparent(cx, node);
    cx.deeper(node, |cx| lower(cx, node)).unwrap_or_else(|| cx.unknown(node))
}

/// What stands under wrappers that do not change a value: `(x)`, `x as T`, `x!`, `await x`.
fn inside_transparent<'t>(cx: &Context<'_>, mut node: Node<'t>) -> Node<'t> {
    loop {
        let inner = match node.kind() {
            "parenthesized_expression"
            | "as_expression"
            | "satisfies_expression"
            | "non_null_expression"
            | "await_expression"
            | "yield_expression"
            | "instantiation_expression"
            | "template_substitution"
            | "spread_element" => first_child(node),
            "type_assertion" => children(node).pop(),
            "call_expression" => awaited(cx, node),
            "unary_expression" if has_token(node, "void") => {
                node.child_by_field_name("argument").filter(|argument| argument.kind() != "number")
            }
            _ => None,
        };
        match inner {
            Some(inner) => node = inner,
            None => return node,
        }
    }
}

/// `await (x)`, which the grammar of JavaScript takes for a call of a function named `await`.
fn awaited<'t>(cx: &Context<'_>, node: Node<'t>) -> Option<Node<'t>> {
    let function = node.child_by_field_name("function").filter(|function| function.kind() == "identifier")?;
    let arguments = node.child_by_field_name("arguments").filter(|_| cx.text(function) == "await")?;
    children(arguments).pop()
}

fn lower(cx: &mut Context<'_>, node: Node<'_>) -> Expr {
    let kind = match node.kind() {
        _ if node.is_missing() => return cx.unknown(node),
        "identifier" | "this" | "super" | "import" => return cx.variable(node),
        "undefined" | "null" => ExprKind::Null,
        "true" => ExprKind::Bool(true),
        "false" => ExprKind::Bool(false),
        "number" => ExprKind::Number(cx.name(node)),
        "string" | "template_string" => return text::string(cx, node),
        "regex" | "jsx_text" => return cx.unknown(node),
        "meta_property" => return meta_property(cx, node),
        "member_expression" | "subscript_expression" | "call_expression" if postfix_operand(cx, node).is_some() => {
            return POSTFIX.lower(cx, node);
        }
        "binary_expression" if binary(cx, node).is_some() => return INFIX.lower(cx, node),
        "new_expression" => new_expression(cx, node),
        "unary_expression" => unary(cx, node),
        "update_expression" => return update(cx, node),
        "assignment_expression" | "augmented_assignment_expression" => match assignment(cx, node) {
            Some((target, value)) => ExprKind::Assign { target: Box::new(target), value: Box::new(value) },
            None => others(cx, node),
        },
        "ternary_expression" => ternary(cx, node),
        "sequence_expression" => return sequence(cx, node),
        "object" => object(cx, node),
        "array" => array(cx, node),
        "arrow_function" | "function_expression" | "generator_function" => {
            ExprKind::Lambda(Arc::new(functions::function(cx, node, Role::Plain, Vec::new())))
        }
        "class" => ExprKind::Class(Arc::new(classes::class(cx, node, Vec::new()))),
        "jsx_element" | "jsx_self_closing_element" => return jsx::element(cx, node),
        "jsx_expression" => match first_child(node) {
            Some(inner) => return expression(cx, inner),
            None => ExprKind::Other(Vec::new()),
        },
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

fn postfix_operand<'t>(cx: &Context<'_>, node: Node<'t>) -> Option<Node<'t>> {
    let field = match node.kind() {
        "member_expression" | "subscript_expression" => "object",
        "call_expression" => "function",
        _ => return None,
    };
    let operand = inside_transparent(cx, node.child_by_field_name(field)?);
    let rest = match node.kind() {
        "member_expression" => "property",
        "subscript_expression" => "index",
        _ => "arguments",
    };
    node.child_by_field_name(rest).map(|_| operand)
}

fn apply_postfix(cx: &mut Context<'_>, node: Node<'_>, operand: Expr) -> Expr {
    let operand = Box::new(operand);
    let kind = match node.kind() {
        "member_expression" => match node.child_by_field_name("property") {
            Some(property) => ExprKind::Member { of: operand, key: cx.name(property) },
            None => ExprKind::Other(vec![*operand]),
        },
        "subscript_expression" => ExprKind::Index { of: operand, key: Box::new(in_field(cx, node, "index")) },
        _ => ExprKind::Call {
            callee: operand,
            arguments: node.child_by_field_name("arguments").map_or_else(Vec::new, |list| arguments(cx, list)),
        },
    };
    cx.expr(node, kind)
}

fn arguments(cx: &mut Context<'_>, node: Node<'_>) -> Vec<Argument> {
    if node.kind() == "template_string" {
        return vec![Argument { name: None, spread: false, value: text::string(cx, node) }];
    }
    let argument = |child: Node<'_>| {
        let spread = child.kind() == "spread_element" || child.is_error();
        Argument { name: None, spread, value: expression(cx, child) }
    };
    children(node).into_iter().map(argument).collect()
}

/// `import.meta`, `new.target`.
fn meta_property(cx: &Context<'_>, node: Node<'_>) -> Expr {
    let (of, key) = cx.text(node).split_once('.').unwrap_or_default();
    let of = cx.expr(node, ExprKind::Name(of.trim().into()));
    cx.expr(node, ExprKind::Member { of: Box::new(of), key: key.trim().into() })
}

fn binary<'t>(cx: &Context<'_>, node: Node<'t>) -> Option<Binary<'t>> {
    let node = inside_transparent(cx, node);
    if node.kind() != "binary_expression" {
        return None;
    }
    let operator = match node.child_by_field_name("operator")?.kind() {
        "+" => Operator::Plus,
        "||" => Operator::Or,
        "??" => Operator::Coalesce,
        "&&" => Operator::And,
        "==" | "===" => Operator::Equals,
        "!=" | "!==" => Operator::Differs,
        _ => Operator::Other,
    };
    Some(Binary { left: node.child_by_field_name("left")?, operator, right: node.child_by_field_name("right")? })
}

fn new_expression(cx: &mut Context<'_>, node: Node<'_>) -> ExprKind {
    ExprKind::New {
        class: Box::new(in_field(cx, node, "constructor")),
        arguments: node.child_by_field_name("arguments").map_or_else(Vec::new, |list| arguments(cx, list)),
    }
}

fn unary(cx: &mut Context<'_>, node: Node<'_>) -> ExprKind {
    let value = in_field(cx, node, "argument");
    match (node.child_by_field_name("operator").map_or("", |operator| operator.kind()), &value.kind) {
        ("!", _) => ExprKind::Not(Box::new(value)),
        ("delete", _) => ExprKind::Delete(Box::new(value)),
        ("-", ExprKind::Number(number)) if !number.starts_with('-') => ExprKind::Number(format!("-{number}").into()),
        ("void", ExprKind::Number(_)) => ExprKind::Null,
        _ => ExprKind::Other(vec![value]),
    }
}

/// `i++` gives its operand a value that is not followed.
fn update(cx: &mut Context<'_>, node: Node<'_>) -> Expr {
    let target = in_field(cx, node, "argument");
    let value = cx.expr(node, ExprKind::Other(vec![again(&target)]));
    cx.expr(node, ExprKind::Assign { target: Box::new(target), value: Box::new(value) })
}

/// Target and value of an assignment, with what a compound one does to the value.
pub(super) fn assignment(cx: &mut Context<'_>, node: Node<'_>) -> Option<(Expr, Expr)> {
    let target = patterns::target(cx, node.child_by_field_name("left")?);
    let value = expression(cx, node.child_by_field_name("right")?);
    let Some(operator) = node.child_by_field_name("operator") else { return Some((target, value)) };
    let old = again(&target);
    let kind = match operator.kind() {
        "+=" => ExprKind::Concat(vec![old, value]),
        "||=" => ExprKind::Or(Box::new(old), Box::new(value)),
        "??=" => ExprKind::Coalesce(Box::new(old), Box::new(value)),
        "&&=" => ExprKind::And(Box::new(old), Box::new(value)),
        _ => ExprKind::Other(vec![old, value]),
    };
    Some((target, cx.expr(node, kind)))
}

fn ternary(cx: &mut Context<'_>, node: Node<'_>) -> ExprKind {
    ExprKind::Choice {
        condition: Box::new(in_field(cx, node, "condition")),
        then: Box::new(in_field(cx, node, "consequence")),
        otherwise: Box::new(in_field(cx, node, "alternative")),
    }
}

/// `a, b` has the value of `b`; in compiled code, `(0, module.f)(…)`.
fn sequence(cx: &mut Context<'_>, node: Node<'_>) -> Expr {
    let mut values: Vec<Expr> = children(node).into_iter().map(|child| expression(cx, child)).collect();
    match (values.pop(), values.as_slice()) {
        (Some(last), [Expr { kind: ExprKind::Number(_), .. }]) => last,
        (last, _) => {
            values.extend(last);
            cx.expr(node, ExprKind::Other(values))
        }
    }
}

fn array(cx: &mut Context<'_>, node: Node<'_>) -> ExprKind {
    let item = |item: Option<Node<'_>>| match item {
        Some(child) if child.kind() == "spread_element" || child.is_error() => ListItem::Spread(expression(cx, child)),
        Some(child) => ListItem::Item(expression(cx, child)),
        None => ListItem::Item(cx.expr(node, ExprKind::Null)),
    };
    ExprKind::List(patterns::places(node).into_iter().map(item).collect())
}

fn object(cx: &mut Context<'_>, node: Node<'_>) -> ExprKind {
    let mut entries = children(node);
    // A setter must not replace the getter of the same key.
    entries.sort_by_key(|entry| !(entry.kind() == "method_definition" && has_token(*entry, "set")));
    ExprKind::Map(entries.into_iter().map(|entry| object_entry(cx, entry)).collect())
}

fn object_entry(cx: &mut Context<'_>, node: Node<'_>) -> MapItem {
    match node.kind() {
        "pair" => MapItem::Entry { key: key_in_field(cx, node, "key"), value: in_field(cx, node, "value") },
        "shorthand_property_identifier" => {
            MapItem::Entry { key: cx.literal(node, cx.text(node)), value: cx.variable(node) }
        }
        "method_definition" => {
            let function = functions::method(cx, node, Vec::new());
            MapItem::Entry {
                key: key_in_field(cx, node, "name"),
                value: cx.expr(node, ExprKind::Lambda(Arc::new(function))),
            }
        }
        // What broken code puts into a map is not known, and so neither is the map.
        _ => MapItem::Spread(expression(cx, node)),
    }
}

fn key_in_field(cx: &mut Context<'_>, node: Node<'_>, field: &str) -> Expr {
    match node.child_by_field_name(field) {
        Some(name) => key(cx, name),
        None => cx.unknown(node),
    }
}

/// The name of a property.
pub(super) fn key(cx: &mut Context<'_>, node: Node<'_>) -> Expr {
    match node.kind() {
        "string" => text::string(cx, node),
        "computed_property_name" => match first_child(node) {
            Some(inner) => expression(cx, inner),
            None => cx.unknown(node),
        },
        _ if node.is_missing() => cx.unknown(node),
        _ => cx.literal(node, cx.text(node)),
    }
}
