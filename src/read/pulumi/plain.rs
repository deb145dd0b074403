//! Nodes to values.

use std::sync::Arc;

use crate::source::{FileId, Loc};
use crate::syntax::tree::{Node, NodeKind};
use crate::value::{Entry, Kind, List, Map, Presence, Value, Why};
use crate::when::When;

/// A node as it stands, with `inside` for what is in it, given its key if it has one. An argument that is null is not given.
pub(super) fn plain(node: &Node, file: FileId, inside: &dyn Fn(Option<&Arc<str>>, &Node) -> Value) -> Value {
    let loc = |span| Loc { file, span };
    let kind = match &node.kind {
        NodeKind::Null => Kind::Null,
        NodeKind::Bool(value) => Kind::Bool(*value),
        NodeKind::Number(number) => Kind::Number(number.clone()),
        NodeKind::Text(text) => Kind::Text(text.clone()),
        NodeKind::List(items) => {
            let items = items.iter().map(|item| (inside(None, item), When::always())).collect();
            Kind::List(List { items, open: node.cut })
        }
        NodeKind::Map(pairs) => {
            let entry = |(key, key_loc, value)| Entry { key, key_loc, value, presence: Presence::Always };
            let entries = pairs
                .iter()
                .map(|pair| entry((pair.key.clone(), loc(pair.key_span), inside(Some(&pair.key), &pair.value))))
                .filter(|entry| entry.value.kind != Kind::Null)
                .collect();
            Kind::Map(Map { entries, open: node.cut })
        }
    };
    Value::new(kind, loc(node.span))
}

/// How much there is in a value, in a unit of about one node.
pub(super) fn weight(value: &Value) -> usize {
    const LETTERS: usize = 64;
    1 + match &value.kind {
        Kind::Text(text) => text.len() / LETTERS,
        Kind::Concat(parts) => parts.iter().map(weight).sum(),
        Kind::List(list) => list.items.iter().map(|(item, _)| weight(item)).sum(),
        Kind::Map(map) => map.entries.iter().map(|entry| weight(&entry.value)).sum(),
        Kind::OneOf(alternatives) => alternatives.iter().map(|alternative| weight(&alternative.value)).sum(),
        Kind::Unknown(Why::Member { of, .. }) => weight(of),
        Kind::Unknown(Why::Result(answer)) => answer.arguments.iter().map(weight).sum(),
        _ => 0,
    }
}
