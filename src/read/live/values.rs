//! Nodes of answers to values.

use crate::account::REDACTED;
use crate::source::{FileId, Loc, Span};
use crate::syntax::tree::{Node, NodeKind};
use crate::value::{Entry, Kind, List, Map, Presence, Value, Why};
use crate::when::When;

use super::texts::Texts;

/// What a node says. Nulls of maps are left out.
pub(super) fn of(node: &Node, file: FileId) -> Value {
    let loc = |span: Span| Loc { file, span };
    let kind = match &node.kind {
        NodeKind::Null => Kind::Null,
        NodeKind::Bool(value) => Kind::Bool(*value),
        NodeKind::Number(number) => Kind::Number(number.clone()),
        NodeKind::Text(text) if &**text == REDACTED => Kind::Unknown(Why::Redacted),
        NodeKind::Text(text) => Kind::Text(text.clone()),
        NodeKind::List(items) => {
            let items = items.iter().map(|item| (of(item, file), When::always())).collect();
            Kind::List(List { items, open: node.cut })
        }
        NodeKind::Map(pairs) => {
            let given = pairs.iter().filter(|pair| pair.value.kind != NodeKind::Null);
            let entries = given.map(|pair| Entry {
                key: pair.key.clone(),
                key_loc: loc(pair.key_span),
                value: of(&pair.value, file),
                presence: Presence::Always,
            });
            Kind::Map(Map { entries: entries.collect(), open: node.cut })
        }
    };
    Value::new(kind, loc(node.span))
}

/// An entry that may be there, and of which nothing else is known.
pub(super) fn perhaps(key: &str, loc: Loc, texts: &Texts) -> Entry {
    let value = Value::unknown(Why::Deployment(texts.one("not answered")), loc);
    Entry { key: texts.one(key), key_loc: loc, value, presence: Presence::Sometimes(When::always()) }
}
