//! HCL written as JSON (`main.tf.json`), as the tree of a JSON file says it.
//!
//! JSON does not tell arguments from nested blocks. Blocks of the top level are known by their kinds; what stands in them is
//! kept as arguments, except `dynamic`, `lifecycle` and other blocks that mean the same everywhere.

use std::sync::Arc;

use crate::syntax::embedded;
use crate::syntax::tree::{Node, NodeKind, Pair, SyntaxError, Tree};

use super::ast::{Attribute, Block, Body, Expression, ExpressionKind, File, Item};
use super::{parse_expression, parse_template};

/// The blocks of the top level, each with how many labels it has.
const BLOCKS: &[(&str, usize)] = &[
    ("check", 1),
    ("data", 2),
    ("ephemeral", 2),
    ("import", 0),
    ("locals", 0),
    ("module", 1),
    ("moved", 0),
    ("output", 1),
    ("provider", 1),
    ("removed", 0),
    ("resource", 2),
    ("terraform", 0),
    ("variable", 1),
];

/// Blocks inside of others that mean the same everywhere, each with how many labels it has.
const NESTED: &[(&str, usize)] =
    &[("backend", 1), ("content", 0), ("dynamic", 1), ("lifecycle", 0), ("provisioner", 1), ("required_providers", 0)];

/// Arguments whose text is an expression and no template.
const EXPRESSIONS: &[&str] = &["type"];

/// What a JSON file says; `text` is the file.
pub fn convert(tree: &Tree, text: &str) -> File {
    let mut converter = Converter { text, errors: Vec::new() };
    let body = tree.documents.first().map(|root| converter.top(root)).unwrap_or_default();
    let mut errors = tree.errors.clone();
    errors.extend(converter.errors);
    File { body, errors, limit: tree.limit.clone() }
}

struct Converter<'t> {
    text: &'t str,
    errors: Vec<SyntaxError>,
}

impl Converter<'_> {
    fn top(&mut self, root: &Node) -> Body {
        let mut body = Body::default();
        for pair in members(root) {
            match BLOCKS.iter().find(|(kind, _)| *kind == &*pair.key) {
                Some((_, labels)) => self.blocks(&pair.key, *labels, pair, &mut Vec::new(), &mut body.blocks),
                None => body.attributes.push(self.attribute(pair)),
            }
        }
        body
    }

    /// The blocks of a kind: under as many keys as it has labels, one body or a list of them.
    fn blocks(&mut self, kind: &Arc<str>, labels: usize, at: &Pair, above: &mut Vec<Arc<str>>, found: &mut Vec<Block>) {
        if labels > 0 {
            for pair in each(&at.value).into_iter().flat_map(members) {
                above.push(pair.key.clone());
                self.blocks(kind, labels - 1, pair, above, found);
                above.pop();
            }
            return;
        }
        for node in each(&at.value) {
            let body = self.body(node, kind);
            found.push(Block { kind: kind.clone(), labels: above.clone(), header: at.key_span, body });
        }
    }

    fn body(&mut self, node: &Node, kind: &str) -> Body {
        let mut body = Body::default();
        for pair in members(node) {
            let is_setting = matches!(kind, "locals" | "required_providers");
            match NESTED.iter().find(|(nested, _)| *nested == &*pair.key && !is_setting) {
                Some((_, labels)) => self.blocks(&pair.key, *labels, pair, &mut Vec::new(), &mut body.blocks),
                None => body.attributes.push(self.attribute(pair)),
            }
        }
        body
    }

    fn attribute(&mut self, pair: &Pair) -> Attribute {
        let value = match pair.value.text() {
            Some(_) if EXPRESSIONS.contains(&&*pair.key) => self.inside(&pair.value, parse_expression),
            _ => self.expression(&pair.value),
        };
        Attribute { name: pair.key.clone(), name_span: pair.key_span, value }
    }

    fn expression(&mut self, node: &Node) -> Expression {
        let kind = match &node.kind {
            NodeKind::Null => ExpressionKind::Null,
            NodeKind::Bool(value) => ExpressionKind::Bool(*value),
            NodeKind::Number(number) => ExpressionKind::Number(number.clone()),
            NodeKind::Text(text) if !text.contains("${") && !text.contains("%{") => ExpressionKind::Text(text.clone()),
            NodeKind::Text(_) => return self.inside(node, parse_template),
            NodeKind::List(items) => ExpressionKind::List(items.iter().map(|item| self.expression(item)).collect()),
            NodeKind::Map(_) => {
                let pairs = members(node).into_iter();
                ExpressionKind::Map(pairs.map(|pair| self.item(pair)).collect())
            }
        };
        Expression { kind, span: node.span }
    }

    fn item(&mut self, pair: &Pair) -> Item {
        let key = Node::new(NodeKind::Text(pair.key.clone()), pair.key_span);
        Item { key: self.expression(&key), value: self.expression(&pair.value) }
    }

    /// What a text says, with the places of its parts.
    fn inside(&mut self, node: &Node, parse: fn(&str, &crate::syntax::offsets::Offsets) -> super::Piece) -> Expression {
        let Some((text, offsets)) = embedded::extract(self.text, node) else {
            return Expression { kind: ExpressionKind::Unreadable, span: node.span };
        };
        let piece = parse(&text, &offsets);
        self.errors.extend(piece.error);
        // The places of the parts are kept, that of the whole is the text's.
        Expression { kind: piece.expression.kind, span: node.span }
    }
}

/// The entries of a map, without comments.
fn members(node: &Node) -> Vec<&Pair> {
    node.pairs().iter().filter(|pair| &*pair.key != "//").collect()
}

/// The items of a list, or the one thing that is none.
fn each(node: &Node) -> Vec<&Node> {
    match &node.kind {
        NodeKind::List(items) => items.iter().collect(),
        _ => vec![node],
    }
}
