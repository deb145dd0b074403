//! Which parts of a value something is true of: that they are sensitive, or not known yet.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::syntax::tree::{Node, NodeKind};

/// Parts of a value.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Mask {
    /// No part.
    #[default]
    None,
    /// The whole value.
    All,
    /// Parts of its entries, by key; items of a list by their number.
    Parts(BTreeMap<Arc<str>, Mask>),
}

static NONE: Mask = Mask::None;

impl Mask {
    /// A value of the same shape, with `true` in place of each part.
    pub fn of_tree(node: &Node) -> Self {
        match &node.kind {
            NodeKind::Bool(true) => Self::All,
            NodeKind::Map(pairs) => {
                Self::of_parts(pairs.iter().map(|pair| (pair.key.clone(), Self::of_tree(&pair.value))))
            }
            NodeKind::List(items) => {
                Self::of_parts(items.iter().enumerate().map(|(at, item)| (at.to_string().into(), Self::of_tree(item))))
            }
            _ => Self::None,
        }
    }

    /// A list of paths, each a list of steps: `{"type": "get_attr", "value": "client_secret"}`, or the same with `index`.
    pub fn of_paths(node: &Node) -> Self {
        let mut mask = Self::None;
        for path in node.items() {
            // A step may be of a kind that is not known here: then all below it is meant.
            let steps =
                path.items().iter().map_while(|step| step.at(&["value", "value"]).or(step.get("value"))?.scalar());
            mask.add(&steps.collect::<Vec<_>>());
        }
        mask
    }

    fn of_parts(parts: impl Iterator<Item = (Arc<str>, Self)>) -> Self {
        let parts: BTreeMap<_, _> = parts.filter(|(_, part)| *part != Self::None).collect();
        if parts.is_empty() { Self::None } else { Self::Parts(parts) }
    }

    fn add(&mut self, path: &[Arc<str>]) {
        match (path.split_first(), &mut *self) {
            (_, Self::All) => {}
            (None, mask) => *mask = Self::All,
            (Some((first, rest)), Self::Parts(parts)) => parts.entry(first.clone()).or_default().add(rest),
            (Some((first, rest)), mask) => {
                let mut part = Self::None;
                part.add(rest);
                *mask = Self::Parts(BTreeMap::from([(first.clone(), part)]));
            }
        }
    }

    /// What is meant of an entry or item.
    pub fn of(&self, key: &str) -> &Self {
        match self {
            Self::Parts(parts) => parts.get(key).unwrap_or(&NONE),
            whole => whole,
        }
    }

    /// The keys of entries of which parts are meant.
    pub fn keys(&self) -> impl Iterator<Item = &Arc<str>> {
        let parts = if let Self::Parts(parts) = self { Some(parts) } else { None };
        parts.into_iter().flat_map(BTreeMap::keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::json;

    fn node(text: &str) -> Node {
        json::parse(text).documents.remove(0)
    }

    #[test]
    fn the_parts_are_told_by_a_like_value_or_by_paths() {
        let tree = Mask::of_tree(&node(r#"{"id": true, "a": [{}, {"b": true}], "c": {}, "d": false}"#));
        let step = |value: &str| format!(r#"{{"type": "get_attr", "value": {value}}}"#);
        let index = r#"{"type": "index", "value": {"value": 1, "type": "number"}}"#;
        let paths = format!("[[{}], [{}, {index}, {}]]", step("\"id\""), step("\"a\""), step("\"b\""));
        assert_eq!(Mask::of_paths(&node(&paths)), tree);
        assert_eq!((tree.of("id"), tree.of("a").of("1").of("b")), (&Mask::All, &Mask::All));
        assert_eq!((tree.of("a").of("0"), tree.of("c"), tree.of("id").of("x")), (&Mask::None, &Mask::None, &Mask::All));
        assert_eq!(tree.keys().map(|key| &**key).collect::<Vec<_>>(), ["a", "id"]);
    }

    #[test]
    fn a_path_that_is_not_understood_covers_all_below() {
        assert_eq!(Mask::of_paths(&node("[[7]]")), Mask::All);
        assert_eq!(Mask::of_paths(&node("[]")), Mask::None);
        assert_eq!(Mask::of_paths(&node("7")), Mask::None);
    }
}
