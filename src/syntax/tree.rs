//! The one tree that every data format is parsed into.

use std::sync::Arc;

use crate::source::Span;

/// A node of a data file, with the place it was written at.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What stands there.
    pub kind: NodeKind,
    /// The bytes of the value, without its tag and anchor: with its quotes; of a block scalar its lines without the
    /// header; for a map or list from its first to its last byte; of what an alias repeats the place it was written at.
    pub span: Span,
    /// A YAML tag such as `!Sub`, with its `!`; core tags (`!!str`) are resolved and dropped.
    pub tag: Option<Arc<str>>,
    /// How a scalar was written.
    pub style: Style,
    /// The input broke off inside this node, so that more may have been meant to stand in it.
    pub cut: bool,
}

/// The content of a node.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// `null`, `~` or nothing.
    Null,
    /// A boolean of the YAML core schema or JSON. (`on`, `yes` stay text: see [`Style::Plain`].)
    Bool(bool),
    /// A number, as written.
    Number(Arc<str>),
    /// A string.
    Text(Arc<str>),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping in written order; merge keys (`<<`) are applied, of duplicate keys the last stays.
    Map(Vec<Pair>),
}

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Style {
    /// Without quotes.
    #[default]
    Plain,
    /// In quotes.
    Quoted,
    /// As a YAML block scalar (`|` or `>`).
    Block,
}

/// One entry of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The key's text (a non-text key is rendered as written).
    pub key: Arc<str>,
    /// Where the key stands.
    pub key_span: Span,
    /// Its value.
    pub value: Node,
}

/// A parsed data file.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// The documents: one, except in YAML streams.
    pub documents: Vec<Node>,
    /// What could not be parsed; the documents hold what could.
    pub errors: Vec<SyntaxError>,
    /// Keys that a later equal key of the same map replaced, with their text.
    pub duplicates: Vec<(Arc<str>, Span)>,
    /// A bound that was reached, after which the file was passed over.
    pub limit: Option<Limit>,
}

/// A fault in a file's syntax.
#[derive(Clone, Debug, PartialEq)]
pub struct SyntaxError {
    /// What is wrong, in one sentence without the place.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// A bound of the parsers.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// What was exceeded and the bound, in one sentence.
    pub message: String,
    /// Where it was exceeded.
    pub span: Span,
}

impl Node {
    /// A plain node without a tag.
    pub fn new(kind: NodeKind, span: Span) -> Self {
        Self { kind, span, tag: None, style: Style::Plain, cut: false }
    }

    /// The entries of a map; empty for anything else.
    pub fn pairs(&self) -> &[Pair] {
        if let NodeKind::Map(pairs) = &self.kind { pairs } else { &[] }
    }

    /// The items of a list; empty for anything else.
    pub fn items(&self) -> &[Node] {
        if let NodeKind::List(items) = &self.kind { items } else { &[] }
    }

    /// The value under a key of a map.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.pair(key).map(|pair| &pair.value)
    }

    /// The entry under a key of a map.
    pub fn pair(&self, key: &str) -> Option<&Pair> {
        self.pairs().iter().find(|pair| &*pair.key == key)
    }

    /// The value under a key, taken out of the map.
    pub fn take(self, key: &str) -> Option<Node> {
        let NodeKind::Map(pairs) = self.kind else { return None };
        pairs.into_iter().find(|pair| &*pair.key == key).map(|pair| pair.value)
    }

    /// The value under a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The text of a string.
    pub fn text(&self) -> Option<&str> {
        if let NodeKind::Text(text) = &self.kind { Some(text) } else { None }
    }

    /// The text of any scalar but null: a string, a number or a boolean as written.
    pub fn scalar(&self) -> Option<Arc<str>> {
        match &self.kind {
            NodeKind::Text(text) | NodeKind::Number(text) => Some(text.clone()),
            NodeKind::Bool(value) => Some(if *value { "true".into() } else { "false".into() }),
            _ => None,
        }
    }
}
