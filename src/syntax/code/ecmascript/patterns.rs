//! What declarations and assignments bind.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::context::{Context, children, first_child};
use super::super::ir::{Expr, ExprKind, ListItem, MapItem, Pattern};
use super::expressions::{expression, in_field, key};

/// What a declaration binds.
pub(super) fn pattern(cx: &mut Context<'_>, node: Node<'_>) -> Pattern {
    cx.deeper(node, |cx| match node.kind() {
        "identifier" | "shorthand_property_identifier_pattern" => Pattern::Name(cx.name(node), cx.span(node)),
        "object_pattern" => map_pattern(cx, node),
        "array_pattern" => {
            let bind = |place: Option<Node<'_>>| place.map(|place| with_default(cx, place).0);
            Pattern::List(places(node).into_iter().map(bind).collect())
        }
        _ => Pattern::Other,
    })
    .unwrap_or(Pattern::Other)
}

/// A pattern and its default.
pub(super) fn with_default(cx: &mut Context<'_>, node: Node<'_>) -> (Pattern, Option<Expr>) {
    if !matches!(node.kind(), "assignment_pattern" | "object_assignment_pattern") {
        return (pattern(cx, node), None);
    }
    let bound = node.child_by_field_name("left").map_or(Pattern::Other, |left| pattern(cx, left));
    (bound, Some(in_field(cx, node, "right")))
}

fn map_pattern(cx: &mut Context<'_>, node: Node<'_>) -> Pattern {
    let mut entries = Vec::new();
    let mut rest = None;
    for child in children(node) {
        match child.kind() {
            "shorthand_property_identifier_pattern" => entries.push((cx.name(child), pattern(cx, child), None)),
            "object_assignment_pattern" => {
                let (bound, default) = with_default(cx, child);
                if let Pattern::Name(name, _) = &bound {
                    entries.push((name.clone(), bound, default));
                }
            }
            "pair_pattern" => {
                let key = child.child_by_field_name("key").map(|name| key(cx, name).kind);
                let value = child.child_by_field_name("value").map(|value| with_default(cx, value));
                // With a key that is not known, nothing in the pattern is.
                let (Some(ExprKind::Text(key)), Some((bound, default))) = (key, value) else { return Pattern::Other };
                entries.push((key, bound, default));
            }
            "rest_pattern" => rest = first_child(child).map(|name| cx.name(name)),
            _ => {}
        }
    }
    Pattern::Map { entries, rest }
}

/// What an assignment writes to: as an expression, with a list or map literal for destructuring, in which a default is an
/// assignment.
pub(super) fn target(cx: &mut Context<'_>, node: Node<'_>) -> Expr {
    let lowered = cx.deeper(node, |cx| match node.kind() {
        "shorthand_property_identifier_pattern" => cx.variable(node),
        "object_pattern" => {
            let entries = children(node).into_iter().map(|child| target_entry(cx, child)).collect();
            cx.expr(node, ExprKind::Map(entries))
        }
        "array_pattern" => {
            let item = |place: Option<Node<'_>>| match place {
                Some(place) if place.kind() == "rest_pattern" => ListItem::Spread(target(cx, place)),
                Some(place) => ListItem::Item(target(cx, place)),
                None => ListItem::Item(cx.unknown(node)),
            };
            let items = places(node).into_iter().map(item).collect();
            cx.expr(node, ExprKind::List(items))
        }
        "rest_pattern" => match first_child(node) {
            Some(inner) => target(cx, inner),
            None => cx.unknown(node),
        },
        "assignment_pattern" | "object_assignment_pattern" => {
            let target = match node.child_by_field_name("left") {
                Some(left) => target(cx, left),
                None => cx.unknown(node),
            };
            let value = in_field(cx, node, "right");
            cx.expr(node, ExprKind::Assign { target: Box::new(target), value: Box::new(value) })
        }
        _ => expression(cx, node),
    });
    lowered.unwrap_or_else(|| cx.unknown(node))
}

fn target_entry(cx: &mut Context<'_>, node: Node<'_>) -> MapItem {
    let key = match node.kind() {
        "shorthand_property_identifier_pattern" => Some(node),
        "object_assignment_pattern" => node.child_by_field_name("left"),
        "pair_pattern" => node.child_by_field_name("key"),
        _ => None,
    };
    let Some(key) = key else { return MapItem::Spread(target(cx, node)) };
    let value = node.child_by_field_name("value").unwrap_or(node);
    MapItem::Entry { key: self::key(cx, key), value: target(cx, value) }
}

/// The names that a pattern declares, in written order.
pub(super) fn names(pattern: &Pattern) -> Vec<Arc<str>> {
    match pattern {
        Pattern::Name(name, _) => vec![name.clone()],
        Pattern::Map { entries, rest } => {
            entries.iter().flat_map(|(_, bound, _)| names(bound)).chain(rest.clone()).collect()
        }
        Pattern::List(places) => places.iter().flatten().flat_map(names).collect(),
        Pattern::Other => Vec::new(),
    }
}

/// The places between the commas of a list, `None` where nothing stands.
pub(super) fn places(node: Node<'_>) -> Vec<Option<Node<'_>>> {
    let mut places = Vec::new();
    let mut current = None;
    for child in node.children(&mut node.walk()) {
        match child.kind() {
            "," => places.push(current.take()),
            "[" | "]" | "comment" => {}
            _ if child.is_error() || current.is_some() => {
                places.extend(current.take().map(Some));
                current = Some(child);
            }
            _ => current = Some(child),
        }
    }
    places.extend(current.map(Some));
    places
}
