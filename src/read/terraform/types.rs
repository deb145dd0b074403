//! The types that variables declare: values are converted to them, and their objects' defaults filled in.

use std::sync::Arc;

use crate::read::branches::text_of;
use crate::source::Loc;
use crate::syntax::hcl::ast::{Expression, ExpressionKind, Item};
use crate::value::{Alternative, Entry, Field, Kind, List, Map, Presence, Value};

/// A type.
#[derive(Debug)]
pub(super) enum Type<'e> {
    Any,
    String,
    Number,
    Bool,
    /// A list, a set or a tuple, with the type of its items.
    List(Box<Type<'e>>),
    Map(Box<Type<'e>>),
    Object(Vec<Attribute<'e>>),
}

/// An attribute of an object.
#[derive(Debug)]
pub(super) struct Attribute<'e> {
    name: Arc<str>,
    of: Type<'e>,
    is_optional: bool,
    default: Option<&'e Expression>,
}

/// How deep types may stand in each other.
const DEEPEST: usize = 32;

impl<'e> Type<'e> {
    /// The type that an expression writes.
    pub fn of(expression: &'e Expression) -> Self {
        Self::at(expression, 0)
    }

    fn at(expression: &'e Expression, depth: usize) -> Self {
        if depth > DEEPEST {
            return Self::Any;
        }
        match &expression.kind {
            // Before Terraform 0.12 types were written in quotes.
            ExpressionKind::Name(name) | ExpressionKind::Text(name) => match &**name {
                "string" => Self::String,
                "number" => Self::Number,
                "bool" => Self::Bool,
                _ => Self::Any,
            },
            ExpressionKind::Call { function, arguments, .. } => match (&**function, arguments.as_slice()) {
                ("list" | "set", [item]) => Self::List(Box::new(Self::at(item, depth + 1))),
                ("map", [item]) => Self::Map(Box::new(Self::at(item, depth + 1))),
                ("object", [fields]) => Self::object(fields, depth),
                _ => Self::Any,
            },
            _ => Self::Any,
        }
    }

    fn object(fields: &'e Expression, depth: usize) -> Self {
        let ExpressionKind::Map(items) = &fields.kind else { return Self::Any };
        let attribute = |item: &'e Item| {
            let (ExpressionKind::Text(name) | ExpressionKind::Name(name)) = &item.key.kind else { return None };
            let (written, is_optional, default) = match &item.value.kind {
                ExpressionKind::Call { function, arguments, .. } if &**function == "optional" => {
                    (arguments.first()?, true, arguments.get(1))
                }
                _ => (&item.value, false, None),
            };
            Some(Attribute { name: name.clone(), of: Self::at(written, depth + 1), is_optional, default })
        };
        Self::Object(items.iter().filter_map(attribute).collect())
    }

    /// A value as this type; one that does not fit stays as it is. `default` evaluates the default of an attribute.
    pub fn convert(&self, value: Value, default: &dyn Fn(&'e Expression) -> Value) -> Value {
        if let Kind::OneOf(alternatives) = value.kind {
            let converted = |alternative: Alternative| Alternative {
                value: self.convert(alternative.value, default),
                ..alternative
            };
            let kind = Kind::OneOf(alternatives.into_iter().map(converted).collect());
            return Value { kind, loc: value.loc, assumed: value.assumed };
        }
        let kind = match (self, value.kind) {
            (Self::String, kind @ (Kind::Number(_) | Kind::Bool(_))) => {
                text_of(&Value::new(kind.clone(), value.loc)).map_or(kind, Kind::Text)
            }
            (Self::Bool, Kind::Text(text)) => match &*text {
                "true" => Kind::Bool(true),
                "false" => Kind::Bool(false),
                _ => Kind::Text(text),
            },
            (Self::Number, Kind::Text(text)) if text.parse::<f64>().is_ok() => Kind::Number(text),
            (Self::List(item), Kind::List(list)) => {
                let items = list.items.into_iter().map(|(value, when)| (item.convert(value, default), when));
                Kind::List(List { items: items.collect(), open: list.open })
            }
            (Self::Map(item), Kind::Map(map)) => {
                let converted = |entry: Entry| Entry { value: item.convert(entry.value, default), ..entry };
                Kind::Map(Map { entries: map.entries.into_iter().map(converted).collect(), open: map.open })
            }
            (Self::Object(attributes), Kind::Map(map)) => Kind::Map(fill(attributes, &map, value.loc, default)),
            (_, kind) => kind,
        };
        Value { kind, loc: value.loc, assumed: value.assumed }
    }
}

/// The attributes of an object, those that are left out as their default or null.
fn fill<'e>(attributes: &[Attribute<'e>], map: &Map, loc: Loc, default: &dyn Fn(&'e Expression) -> Value) -> Map {
    let mut filled = Map::default();
    for attribute in attributes {
        let otherwise = || match attribute.default {
            Some(written) => attribute.of.convert(default(written), default),
            None => Value::new(Kind::Null, loc),
        };
        let value = match map.field(&attribute.name) {
            Field::Absent if attribute.is_optional => otherwise(),
            Field::Present(Value { kind: Kind::Null, .. }) if attribute.is_optional => otherwise(),
            Field::Present(value) | Field::Sometimes(value) => attribute.of.convert(value.clone(), default),
            Field::Unknown => {
                filled.open = true;
                continue;
            }
            Field::Absent => continue,
        };
        let written = map.entry(&attribute.name);
        let key_loc = written.map_or(loc, |entry| entry.key_loc);
        let presence = written.map_or(Presence::Always, |entry| entry.presence.clone());
        filled.entries.push(Entry { key: attribute.name.clone(), key_loc, value, presence });
    }
    filled
}
