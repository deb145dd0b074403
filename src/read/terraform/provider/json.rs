//! JSON texts as values, also those with something in them that is not a known text.

use crate::read::branches::concat;
use crate::source::Loc;
use crate::syntax::json;
use crate::syntax::tree::{Node, NodeKind};
use crate::value::{Alternative, Entry, Kind, List, Map, Presence, Value, Why};
use crate::when::When;

/// What encodes a value as JSON, in the languages that bodies are written in.
const ENCODERS: &[&str] = &["jsonencode", "json.dumps", "JSON.stringify", "pulumi.jsonStringify"];

/// Stand for a part that is not a known text. JSON texts do not hold these letters of Unicode's private area.
const OPEN: char = '\u{F8F0}';
const CLOSE: char = '\u{F8F1}';

/// What a value says as JSON. A map or list says itself; what cannot be told is unknown.
pub(super) fn read(value: &Value) -> Value {
    let unknown = || Value { kind: Kind::Unknown(Why::Dynamic), ..value.clone() };
    match &value.kind {
        Kind::Null | Kind::Map(_) | Kind::List(_) => value.clone(),
        Kind::Text(text) => parse(text, &[], value.loc).unwrap_or_else(unknown),
        Kind::Concat(parts) => parse(&marked(parts), parts, value.loc).unwrap_or_else(unknown),
        Kind::OneOf(alternatives) => {
            let read = |one: &Alternative| Alternative { value: read(&one.value), ..one.clone() };
            Value { kind: Kind::OneOf(alternatives.iter().map(read).collect()), ..value.clone() }
        }
        Kind::Unknown(Why::Result(answer)) if ENCODERS.contains(&&*answer.callee) => {
            answer.arguments.first().cloned().unwrap_or_else(unknown)
        }
        _ => unknown(),
    }
}

/// The text of the parts, a mark with its number in place of each that is none, in quotes where it is a value of its own.
fn marked(parts: &[Value]) -> String {
    let mut text = String::new();
    let (mut is_quoted, mut is_escaped) = (false, false);
    for (number, part) in parts.iter().enumerate() {
        let Some(known) = part.text() else {
            let quote = if is_quoted { "" } else { "\"" };
            text.push_str(&format!("{quote}{OPEN}{number}{CLOSE}{quote}"));
            continue;
        };
        for letter in known.chars() {
            is_quoted ^= letter == '"' && !is_escaped;
            is_escaped = letter == '\\' && !is_escaped;
        }
        text.push_str(known);
    }
    text
}

fn parse(text: &str, parts: &[Value], loc: Loc) -> Option<Value> {
    let tree = json::parse(text);
    let whole = tree.errors.is_empty() && tree.limit.is_none();
    let root = tree.documents.first().filter(|_| whole)?;
    Some(Reader { parts, loc }.value(root))
}

struct Reader<'v> {
    parts: &'v [Value],
    loc: Loc,
}

impl Reader<'_> {
    fn value(&self, node: &Node) -> Value {
        let kind = match &node.kind {
            NodeKind::Null => Kind::Null,
            NodeKind::Bool(value) => Kind::Bool(*value),
            NodeKind::Number(number) => Kind::Number(number.clone()),
            NodeKind::Text(text) => return self.text(text),
            NodeKind::List(items) => Kind::List(List {
                items: items.iter().map(|item| (self.value(item), When::always())).collect(),
                open: false,
            }),
            NodeKind::Map(pairs) => {
                let mut map = Map::default();
                for pair in pairs {
                    map.open |= pair.key.contains(OPEN);
                    if !pair.key.contains(OPEN) {
                        map.entries.push(Entry {
                            key: pair.key.clone(),
                            key_loc: self.loc,
                            value: self.value(&pair.value),
                            presence: Presence::Always,
                        });
                    }
                }
                Kind::Map(map)
            }
        };
        Value::new(kind, self.loc)
    }

    fn text(&self, text: &str) -> Value {
        let mut found = Vec::new();
        for (at, piece) in text.split(OPEN).enumerate() {
            let (part, rest) = match piece.split_once(CLOSE).filter(|_| at > 0) {
                Some((number, rest)) => (number.parse().ok().and_then(|number: usize| self.parts.get(number)), rest),
                None => (None, piece),
            };
            found.extend(part.cloned());
            found.push(Value::text_at(rest, self.loc));
        }
        concat(found, self.loc)
    }
}
