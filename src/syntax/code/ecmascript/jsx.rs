//! JSX elements: a tag is a class, its attributes are the first argument, its children the others.

use tree_sitter::Node;

use super::super::context::{Context, children, fields, first_child};
use super::super::ir::{Argument, Expr, ExprKind, MapItem};
use super::expressions::{expression, others};
use super::text;

/// Lowers an element; a fragment is nothing but its children.
pub(super) fn element(cx: &mut Context<'_>, node: Node<'_>) -> Expr {
    let tag = node.child_by_field_name("open_tag").unwrap_or(node);
    let content = if tag == node { Vec::new() } else { content(cx, node) };
    let Some(name) = tag.child_by_field_name("name") else { return cx.expr(node, ExprKind::Other(content)) };
    let class = Box::new(class(cx, name));
    let attributes = fields(tag, "attribute").into_iter().map(|attribute| self::attribute(cx, attribute)).collect();
    let attributes = cx.expr(tag, ExprKind::Map(attributes));
    let arguments = std::iter::once(attributes).chain(content).map(positional).collect();
    cx.expr(node, ExprKind::New { class, arguments })
}

fn positional(value: Expr) -> Argument {
    Argument { name: None, spread: false, value }
}

/// A lower-case tag is an element of HTML, which no variable of the program can be.
fn class(cx: &mut Context<'_>, name: Node<'_>) -> Expr {
    let text = cx.text(name);
    if name.kind() == "member_expression" {
        expression(cx, name)
    } else if text.starts_with(|first: char| first.is_uppercase()) {
        cx.variable(name)
    } else {
        cx.literal(name, text)
    }
}

fn content(cx: &mut Context<'_>, node: Node<'_>) -> Vec<Expr> {
    let mut content = Vec::new();
    for child in children(node) {
        match child.kind() {
            "jsx_opening_element" | "jsx_closing_element" => {}
            "jsx_text" | "html_character_reference" => {
                let text = cx.text(child).trim();
                if !text.is_empty() {
                    content.push(cx.literal(child, text));
                }
            }
            "jsx_expression" => content.extend(first_child(child).map(|inner| expression(cx, inner))),
            _ => content.push(expression(cx, child)),
        }
    }
    content
}

fn attribute(cx: &mut Context<'_>, node: Node<'_>) -> MapItem {
    if node.kind() != "jsx_attribute" {
        return MapItem::Spread(expression(cx, node));
    }
    let mut parts = children(node).into_iter();
    let key = match parts.next() {
        Some(name) => cx.literal(name, cx.text(name)),
        None => return MapItem::Spread(cx.expr(node, ExprKind::Other(Vec::new()))),
    };
    let value = match parts.next() {
        None => cx.expr(node, ExprKind::Bool(true)),
        Some(value) if value.kind() == "string" => quoted(cx, value),
        Some(value) if value.is_error() => {
            let kind = others(cx, value);
            cx.expr(value, kind)
        }
        Some(value) => expression(cx, value),
    };
    MapItem::Entry { key, value }
}

/// An attribute's string has the escapes of HTML.
fn quoted(cx: &Context<'_>, node: Node<'_>) -> Expr {
    let written = cx.text(node);
    let text = written.get(1..written.len().saturating_sub(1)).unwrap_or_default();
    cx.literal(node, text::unescape_html(text))
}
