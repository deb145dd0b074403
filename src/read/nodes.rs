//! Nodes of templates, made and put together.

use std::sync::Arc;

use crate::source::Span;
use crate::syntax::tree::{Node, NodeKind, Pair};

/// A string.
pub fn text(text: impl Into<Arc<str>>, span: Span) -> Node {
    Node::new(NodeKind::Text(text.into()), span)
}

/// A list.
pub fn list(items: Vec<Node>, span: Span) -> Node {
    Node::new(NodeKind::List(items), span)
}

/// An entry of a map.
pub fn pair(key: impl Into<Arc<str>>, value: Node) -> Pair {
    Pair { key: key.into(), key_span: value.span, value }
}

/// An entry of a map whose key stands somewhere else than its value.
pub fn pair_at(key: impl Into<Arc<str>>, key_span: Span, value: Node) -> Pair {
    Pair { key: key.into(), key_span, value }
}

/// A map.
pub fn map(pairs: Vec<Pair>, span: Span) -> Node {
    Node::new(NodeKind::Map(pairs), span)
}

/// A call of an intrinsic function in its long form.
pub fn call(function: &str, argument: Node) -> Node {
    let span = argument.span;
    map(vec![pair(function, argument)], span)
}

/// `!Ref`.
pub fn reference(name: impl Into<Arc<str>>, span: Span) -> Node {
    call("Ref", text(name, span))
}

/// `!GetAtt`.
pub fn attribute(id: &str, attribute: &str, span: Span) -> Node {
    call("Fn::GetAtt", list(vec![text(id, span), text(attribute, span)], span))
}

/// What only a deployment knows.
pub fn unknown(span: Span) -> Node {
    Node { tag: Some("!Variable".into()), ..text("", span) }
}

/// Whether a node is a call of an intrinsic function.
pub fn is_call(node: &Node) -> bool {
    node.tag.is_some() || matches!(node.pairs(), [only] if &*only.key == "Ref" || only.key.starts_with("Fn::"))
}

/// Whether a node is a map of entries, not a call.
pub fn is_map(node: &Node) -> bool {
    matches!(node.kind, NodeKind::Map(_)) && !is_call(node)
}

/// Whether two nodes say the same, wherever they stand.
pub fn same(one: &Node, other: &Node) -> bool {
    one.tag == other.tag
        && match (&one.kind, &other.kind) {
            (NodeKind::List(mine), NodeKind::List(theirs)) => {
                mine.len() == theirs.len() && mine.iter().zip(theirs).all(|(mine, theirs)| same(mine, theirs))
            }
            (NodeKind::Map(mine), NodeKind::Map(theirs)) => {
                mine.len() == theirs.len()
                    && mine
                        .iter()
                        .zip(theirs)
                        .all(|(mine, theirs)| mine.key == theirs.key && same(&mine.value, &theirs.value))
            }
            (mine, theirs) => mine == theirs,
        }
}

/// Puts `over` on top of a map: maps in maps are put together, anything else is replaced. What is no map lets a map stay
/// open: more may be in it.
pub fn merge(into: &mut Node, over: Node) {
    let over_is_map = is_map(&over);
    let NodeKind::Map(pairs) = &mut into.kind else {
        *into = over;
        return;
    };
    if !over_is_map {
        if !matches!(over.kind, NodeKind::Null) {
            open(pairs, over.span);
        }
        return;
    }
    let NodeKind::Map(over) = over.kind else { return };
    for new in over {
        match pairs.iter_mut().find(|mine| mine.key == new.key) {
            Some(mine) if is_map(&mine.value) && is_map(&new.value) => merge(&mut mine.value, new.value),
            Some(mine) => *mine = new,
            None => pairs.push(new),
        }
    }
}

/// The key of an entry that leaves a map open: a macro may add anything.
pub const OPEN: &str = "Fn::Transform";

/// Leaves it open whether a map holds more.
pub fn open(pairs: &mut Vec<Pair>, span: Span) {
    if !pairs.iter().any(|pair| &*pair.key == OPEN) {
        pairs.push(pair(OPEN, text("", span)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::yaml;

    fn node(text: &str) -> Node {
        yaml::parse(text).documents.remove(0)
    }

    #[test]
    fn maps_are_put_together_and_the_rest_is_replaced() {
        let mut node_ = node("{a: {b: 1, c: 2}, d: [1], e: !Ref X}");
        merge(&mut node_, node("{a: {c: 3, f: 4}, d: [2], e: {g: 1}}"));
        assert!(same(&node_, &node("{a: {b: 1, c: 3, f: 4}, d: [2], e: {g: 1}}")));
        merge(&mut node_, unknown(Span::default()));
        assert!(node_.get("Fn::Transform").is_some());
    }

    #[test]
    fn the_same_is_told_without_places() {
        assert!(same(&node("{a: [1, x]}"), &node("\n\n{a:   [1,   x]}")));
        assert!(!same(&node("{a: !Ref x}"), &node("{a: x}")));
        assert!(is_call(&node("{'Fn::Sub': x}")) && is_call(&node("!Ref x")) && !is_call(&node("{Ref: x, y: z}")));
    }
}
