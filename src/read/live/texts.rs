//! Texts that many answers have: thousands of clients have the same members, flows and attributes.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::Arc;

use crate::syntax::tree::{Node, NodeKind};

/// The texts that were seen, each kept once.
#[derive(Debug, Default)]
pub(super) struct Texts(RefCell<HashSet<Arc<str>>>);

impl Texts {
    /// Lets equal texts of this tree and of those before be one.
    pub fn share(&self, node: &mut Node) {
        match &mut node.kind {
            NodeKind::Null | NodeKind::Bool(_) => {}
            NodeKind::Number(text) | NodeKind::Text(text) => *text = self.one(text),
            NodeKind::List(items) => items.iter_mut().for_each(|item| self.share(item)),
            NodeKind::Map(pairs) => {
                for pair in pairs {
                    pair.key = self.one(&pair.key);
                    self.share(&mut pair.value);
                }
            }
        }
    }

    /// The text that stands for all that are equal to this one.
    pub fn one(&self, text: &str) -> Arc<str> {
        let mut known = self.0.borrow_mut();
        if let Some(one) = known.get(text) {
            return one.clone();
        }
        let one: Arc<str> = text.into();
        known.insert(one.clone());
        one
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::json;

    #[test]
    fn equal_texts_are_one() {
        let texts = Texts::default();
        let read = |text: &str| {
            let mut node = json::parse(text).documents.remove(0);
            texts.share(&mut node);
            node
        };
        let (one, other) = (read(r#"{"Flows": ["SRP", 30]}"#), read(r#"{"Flows": ["SRP", 30, "Flows"]}"#));
        let (mine, theirs) = (&one.pairs()[0], &other.pairs()[0]);
        assert!(Arc::ptr_eq(&mine.key, &theirs.key));
        let text = |node: &Node| match &node.kind {
            NodeKind::Text(text) | NodeKind::Number(text) => text.clone(),
            other => panic!("{other:?}"),
        };
        assert!(Arc::ptr_eq(&text(&mine.value.items()[0]), &text(&theirs.value.items()[0])));
        assert!(Arc::ptr_eq(&text(&mine.value.items()[1]), &text(&theirs.value.items()[1])));
        assert!(Arc::ptr_eq(&text(&theirs.value.items()[2]), &mine.key));
    }
}
