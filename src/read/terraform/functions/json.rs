//! JSON and YAML.
//!
//! What `jsonencode` makes stays unknown with its argument inside, so that a reader of the text finds all parts with their
//! places; [`decoded`] takes them out again.

use std::sync::Arc;

use crate::read::branches::concat;
use crate::source::{Loc, Span};
use crate::syntax::tree::{Node, NodeKind, Style, Tree};
use crate::syntax::{json, yaml};
use crate::value::{Entry, Kind, List, Map, Presence, Value};
use crate::when::When;

use super::call::Call;
use super::{LONGEST_TEXT, known, numbers};

pub(super) fn jsondecode(call: &Call<'_>) -> Option<Value> {
    decoded(call.argument(0)?)
}

pub(super) fn yamldecode(call: &Call<'_>) -> Option<Value> {
    let value = call.argument(0)?;
    if let Some(encoded) = known::encoded_by("yamlencode", value) {
        return Some(encoded.clone());
    }
    let source = Source::of(value, false)?;
    source.decoded(&yaml::parse(&source.text))
}

/// What a JSON text says: one that is known, that `jsonencode` makes, or that has unknown parts filled in. Nothing where the
/// text is no JSON.
pub fn decoded(value: &Value) -> Option<Value> {
    if let Some(encoded) = known::encoded_by("jsonencode", value) {
        return Some(encoded.clone());
    }
    let source = Source::of(value, true)?;
    source.decoded(&json::parse(&source.text))
}

/// What a text with unknown parts filled in says in the language that `parse` reads. Nothing where it is none of that.
///
/// `quotes` says whether an unknown part that does not stand inside a string needs quotes around it.
pub fn read_as(value: &Value, quotes: bool, parse: impl Fn(&str) -> Option<Tree>) -> Option<Value> {
    let source = Source::of(value, quotes)?;
    source.decoded(&parse(&source.text)?)
}

/// Stands around the number of an unknown part in a text.
const MARK: char = '\u{f8ff}';

/// A text with marks in place of what is not known.
struct Source<'v> {
    text: String,
    parts: Vec<&'v Value>,
    loc: Loc,
    assumed: Option<Arc<str>>,
}

impl<'v> Source<'v> {
    /// `quotes` says whether a mark needs quotes where it does not stand inside a string.
    fn of(value: &'v Value, quotes: bool) -> Option<Self> {
        let parts = match &value.kind {
            Kind::Concat(parts) => parts.as_slice(),
            Kind::Text(_) => std::slice::from_ref(value),
            _ => return None,
        };
        let mut source =
            Self { text: String::new(), parts: Vec::new(), loc: value.loc, assumed: value.assumed.clone() };
        let mut is_in_string = false;
        for part in parts {
            match &part.kind {
                Kind::Text(text) if text.contains(MARK) => return None,
                Kind::Text(text) => {
                    is_in_string = ends_in_string(text, is_in_string);
                    source.text.push_str(text);
                }
                _ => {
                    let quote = if quotes && !is_in_string { "\"" } else { "" };
                    source.text.push_str(&format!("{quote}{MARK}{}{MARK}{quote}", source.parts.len()));
                    source.parts.push(part);
                }
            }
        }
        Some(source)
    }

    fn decoded(&self, tree: &Tree) -> Option<Value> {
        let [document] = tree.documents.as_slice() else { return None };
        if !tree.errors.is_empty() || tree.limit.is_some() {
            return None;
        }
        let value = self.value(document)?;
        Some(Value { assumed: self.assumed.clone(), ..value })
    }

    /// The place of a node: of a text that is a whole file inside of it.
    fn loc(&self, span: Span) -> Loc {
        let Loc { file, span: whole } = self.loc;
        let is_file = whole.start == 0 && whole.end as usize == self.text.len() && self.parts.is_empty();
        if is_file { Loc { file, span } } else { self.loc }
    }

    fn value(&self, node: &Node) -> Option<Value> {
        let loc = self.loc(node.span);
        if node.tag.is_some() {
            return None;
        }
        let kind = match &node.kind {
            NodeKind::Null => Kind::Null,
            NodeKind::Bool(value) => Kind::Bool(*value),
            NodeKind::Number(number) => Kind::Number(hexadecimal(number).unwrap_or_else(|| numbers::plain(number))),
            NodeKind::Text(text) if node.style == Style::Plain && is_switch(text).is_some() => {
                Kind::Bool(is_switch(text)?)
            }
            NodeKind::Text(text) => return Some(self.filled(text, loc)),
            NodeKind::List(items) => {
                let items: Option<Vec<_>> =
                    items.iter().map(|item| Some((self.value(item)?, When::always()))).collect();
                Kind::List(List { items: items?, open: false })
            }
            NodeKind::Map(pairs) => {
                let mut map = Map::default();
                for pair in pairs {
                    let (key, key_loc) = (pair.key.clone(), self.loc(pair.key_span));
                    if key.contains(MARK) {
                        map.open = true;
                    } else {
                        let value = self.value(&pair.value)?;
                        map.entries.push(Entry { key, key_loc, value, presence: Presence::Always });
                    }
                }
                Kind::Map(map)
            }
        };
        Some(Value::new(kind, loc))
    }

    /// A text with what its marks stand for.
    fn filled(&self, text: &Arc<str>, loc: Loc) -> Value {
        if self.parts.is_empty() || !text.contains(MARK) {
            return Value::text_at(text.clone(), loc);
        }
        let piece =
            |(at, piece): (usize, &str)| match piece.parse().ok().and_then(|number: usize| self.parts.get(number)) {
                Some(part) if at % 2 == 1 => decoded(part).unwrap_or_else(|| (*part).clone()),
                _ => Value::text_at(piece, loc),
            };
        concat(text.split(MARK).enumerate().map(piece).collect(), loc)
    }
}

/// Terraform reads YAML as its version 1.1 does.
fn is_switch(text: &str) -> Option<bool> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

fn hexadecimal(number: &str) -> Option<Arc<str>> {
    i64::from_str_radix(number.strip_prefix("0x")?, 16).ok().map(|number| number.to_string().into())
}

/// Whether the end of a piece of JSON stands inside a string.
fn ends_in_string(text: &str, started_in_string: bool) -> bool {
    let mut is_in_string = started_in_string;
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => is_in_string = !is_in_string,
            b'\\' if is_in_string => {
                bytes.next();
            }
            _ => {}
        }
    }
    is_in_string
}

/// The JSON text of a value that is wholly known, as `jsonencode` writes it.
pub(super) fn written(value: &Value) -> Option<String> {
    let mut text = String::new();
    write(value, &mut text)?;
    Some(text)
}

fn write(value: &Value, text: &mut String) -> Option<()> {
    if text.len() > LONGEST_TEXT {
        return None;
    }
    match &value.kind {
        Kind::Null => text.push_str("null"),
        Kind::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        Kind::Number(number) => text.push_str(&numbers::plain(number)),
        Kind::Text(string) => write_string(string, text)?,
        Kind::List(_) => {
            text.push('[');
            for (at, item) in known::items(value)?.into_iter().enumerate() {
                text.push_str(if at > 0 { "," } else { "" });
                write(item, text)?;
            }
            text.push(']');
        }
        Kind::Map(map) if !map.open => {
            let mut entries: Vec<&Entry> = map.entries.iter().collect();
            entries.sort_by(|one, other| one.key.cmp(&other.key));
            text.push('{');
            for (at, entry) in entries.into_iter().enumerate() {
                if entry.presence != Presence::Always {
                    return None;
                }
                text.push_str(if at > 0 { "," } else { "" });
                write_string(&entry.key, text)?;
                text.push(':');
                write(&entry.value, text)?;
            }
            text.push('}');
        }
        _ => write_string(&known::text(value)?, text)?,
    }
    Some(())
}

fn write_string(string: &str, text: &mut String) -> Option<()> {
    for letter in serde_json::to_string(string).ok()?.chars() {
        match letter {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => text.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter => text.push(letter),
        }
    }
    Some(())
}
