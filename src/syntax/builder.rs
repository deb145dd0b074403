//! Builds a tree from a parser's events: without recursion, within bounds, and from broken input too.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::source::Span;

use super::tree::{Limit, Node, NodeKind, Pair, SyntaxError, Tree};

/// How deep maps and lists may stand in each other.
pub(super) const DEEPEST: usize = 200;

/// How many faults of one file are told.
pub(super) const MOST_ERRORS: usize = 16;

/// A map or list whose end has not been read yet.
#[derive(Debug)]
struct Open {
    node: Node,
    /// The key that waits for its value.
    key: Option<(Arc<str>, Span)>,
}

/// Collects events into a [`Tree`].
#[derive(Debug)]
pub(super) struct Builder<'text> {
    text: &'text str,
    merge_keys: bool,
    tree: Tree,
    open: Vec<Open>,
}

impl<'text> Builder<'text> {
    /// A builder for the events of `text`; `merge_keys` says whether a plain `<<` is a merge key.
    pub fn new(text: &'text str, merge_keys: bool) -> Self {
        Self { text, merge_keys, tree: Tree::default(), open: Vec::new() }
    }

    /// Opens a map or list: `node` is empty and its span is that of its first bytes.
    pub fn open(&mut self, node: Node) {
        if self.open.len() >= DEEPEST {
            self.stop(format!("maps and lists stand more than {DEEPEST} deep in each other"), node.span);
        } else {
            self.open.push(Open { node, key: None });
        }
    }

    /// Ends the innermost open map or list, at `end` where that is known, else with its last content.
    pub fn close(&mut self, end: Option<u32>) -> Option<Node> {
        let Open { mut node, key } = self.open.pop()?;
        if let Some((key, key_span)) = key {
            let nothing = Node { cut: node.cut, ..Node::new(NodeKind::Null, Span { start: key_span.end, ..key_span }) };
            push(&mut node, Pair { key, key_span, value: nothing });
        }
        node.span.end = end.unwrap_or(node.span.end).max(node.span.start);
        if let NodeKind::Map(pairs) = &mut node.kind {
            *pairs = self.settle(std::mem::take(pairs));
        }
        Some(node)
    }

    /// Puts a finished node where the next one belongs: as a document, an item, a key or a value.
    pub fn place(&mut self, value: Node) {
        let Some(Open { node, key }) = self.open.last_mut() else {
            self.tree.documents.push(value);
            return;
        };
        node.span.end = node.span.end.max(value.span.end);
        match (&mut node.kind, key.take()) {
            (NodeKind::List(items), _) => items.push(value),
            (_, Some((key, key_span))) => push(node, Pair { key, key_span, value }),
            (_, None) => *key = Some((key_text(&value, self.text), value.span)),
        }
    }

    /// The innermost open map or list goes on to `end`.
    pub fn extend(&mut self, end: u32) {
        if let Some(Open { node, .. }) = self.open.last_mut() {
            node.span.end = node.span.end.max(end);
        }
    }

    /// How many maps and lists are open.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// Whether a bound was reached, after which nothing more is read.
    pub fn is_stopped(&self) -> bool {
        self.tree.limit.is_some()
    }

    /// Notes that a bound was reached.
    pub fn stop(&mut self, message: String, span: Span) {
        self.tree.limit = Some(Limit { message, span });
    }

    /// Notes a fault, unless there are enough of them. Returns whether there is room for more.
    pub fn error(&mut self, message: String, span: Span) -> bool {
        if self.tree.errors.len() < MOST_ERRORS {
            self.tree.errors.push(SyntaxError { message, span });
        }
        self.tree.errors.len() < MOST_ERRORS
    }

    /// Ends everything that is open, as the input broke off in it.
    pub fn cut(&mut self) {
        while let Some(open) = self.open.last_mut() {
            open.node.cut = true;
            if let Some(node) = self.close(None) {
                self.place(node);
            }
        }
    }

    /// The tree. A file that reached a bound is passed over as a whole.
    pub fn finish(mut self) -> Tree {
        self.cut();
        if self.is_stopped() {
            self.tree.documents.clear();
        }
        self.tree
    }

    /// Applies merge keys and drops all but the last of equal keys.
    fn settle(&mut self, pairs: Vec<Pair>) -> Vec<Pair> {
        if !self.merge_keys || !pairs.iter().any(|pair| is_merge(pair, self.text)) {
            return self.drop_replaced(pairs);
        }
        let (merges, own): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|pair| is_merge(pair, self.text));
        let mut pairs = self.drop_replaced(own);
        let mut known: HashSet<Arc<str>> = pairs.iter().map(|pair| pair.key.clone()).collect();
        let merged = merges.into_iter().flat_map(|pair| merged_pairs(pair.value));
        pairs.extend(merged.filter(|pair| known.insert(pair.key.clone())));
        pairs
    }

    fn drop_replaced(&mut self, pairs: Vec<Pair>) -> Vec<Pair> {
        let last: HashMap<Arc<str>, usize> =
            pairs.iter().enumerate().map(|(index, pair)| (pair.key.clone(), index)).collect();
        if last.len() == pairs.len() {
            return pairs;
        }
        let mut kept = Vec::with_capacity(last.len());
        for (index, pair) in pairs.into_iter().enumerate() {
            if last.get(&pair.key) == Some(&index) {
                kept.push(pair);
            } else {
                self.tree.duplicates.push((pair.key, pair.key_span));
            }
        }
        kept
    }
}

fn push(map: &mut Node, pair: Pair) {
    map.span.end = map.span.end.max(pair.key_span.end).max(pair.value.span.end);
    if let NodeKind::Map(pairs) = &mut map.kind {
        pairs.push(pair);
    }
}

fn key_text(key: &Node, text: &str) -> Arc<str> {
    let written = || text.get(key.span.start as usize..key.span.end as usize).unwrap_or_default().into();
    key.text().map_or_else(written, Arc::from)
}

/// A plain `<<` over a map or a list of maps; in quotes it is a key like any other.
fn is_merge(pair: &Pair, text: &str) -> bool {
    let written = text.get(pair.key_span.start as usize..pair.key_span.end as usize);
    let mergeable = |node: &Node| matches!(node.kind, NodeKind::Map(_)) && node.tag.is_none();
    written == Some("<<") && (mergeable(&pair.value) || pair.value.items().iter().any(mergeable))
}

fn merged_pairs(value: Node) -> Vec<Pair> {
    match value.kind {
        NodeKind::Map(pairs) => pairs,
        NodeKind::List(items) => items.into_iter().flat_map(merged_pairs).collect(),
        _ => Vec::new(),
    }
}
