//! `serverless.ts` and `serverless.js`: the configuration that a program exports, as far as it can be followed.

use crate::read::cloudformation::{Pieces, shifted};
use crate::read::nodes::{call, list, map, open, pair_at, text, unknown};
use crate::source::SourceMap;
use crate::syntax::tree::{Node, NodeKind};
use crate::value::{Alternative, Entry, Kind, Presence, Reference, Value};

/// The names of such programs.
pub(super) const FILES: &[&str] =
    &["serverless.ts", "serverless.js", "serverless.mjs", "serverless.cjs", "serverless.mts", "serverless.cts"];

/// A value as a node whose places stand in `pieces`. A variable of the environment is the framework's own variable of it.
pub(super) fn node(value: &Value, sources: &SourceMap, pieces: &mut Pieces) -> Node {
    let file = value.loc.file;
    let span = shifted(value.loc.span, pieces.base(file, sources.file(file).text().len()));
    let mut inner = |value: &Value| node(value, sources, pieces);
    match &value.kind {
        Kind::Null => Node::new(NodeKind::Null, span),
        Kind::Bool(value) => Node::new(NodeKind::Bool(*value), span),
        Kind::Number(value) => Node::new(NodeKind::Number(value.clone()), span),
        Kind::Text(value) => text(value.clone(), span),
        Kind::Concat(parts) => {
            let texts: Option<Vec<String>> = parts.iter().map(variable).collect();
            match texts {
                Some(texts) => text(texts.concat(), span),
                None => {
                    call("Fn::Join", list(vec![text("", span), list(parts.iter().map(inner).collect(), span)], span))
                }
            }
        }
        Kind::List(items) => {
            let item = |(item, when): &(Value, crate::when::When)| {
                if when.is_always() { inner(item) } else { unknown(span) }
            };
            let mut nodes: Vec<Node> = items.items.iter().map(item).collect();
            if items.open {
                nodes.push(unknown(span));
            }
            list(nodes, span)
        }
        Kind::Map(entries) => {
            let mut pairs = Vec::with_capacity(entries.entries.len());
            for Entry { key, key_loc, value, presence } in &entries.entries {
                let key_base = pieces.base(key_loc.file, sources.file(key_loc.file).text().len());
                let value = match presence {
                    Presence::Always => node(value, sources, pieces),
                    Presence::Sometimes(_) => unknown(span),
                };
                pairs.push(pair_at(key.clone(), shifted(key_loc.span, key_base), value));
            }
            if entries.open {
                open(&mut pairs, span);
            }
            map(pairs, span)
        }
        Kind::OneOf(_) | Kind::Reference(_) => {
            variable(value).map_or_else(|| unknown(span), |written| text(written, span))
        }
        Kind::Unknown(_) => unknown(span),
    }
}

/// A value as a text of the framework: with the variables that it has for the environment.
fn variable(value: &Value) -> Option<String> {
    match &value.kind {
        Kind::Text(text) | Kind::Number(text) => Some(text.to_string()),
        Kind::Reference(Reference::Environment(name)) => Some(format!("${{env:{name}}}")),
        Kind::OneOf(alternatives) => match alternatives.as_slice() {
            [Alternative { value: first, .. }, Alternative { value: second, fallback: true, .. }] => {
                let Kind::Reference(Reference::Environment(name)) = &first.kind else { return None };
                let other = second.text().filter(|text| !text.contains(['\'', '{']))?;
                Some(format!("${{env:{name}, '{other}'}}"))
            }
            _ => None,
        },
        _ => None,
    }
}
