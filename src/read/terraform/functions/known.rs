//! What is known of a value, in Terraform's terms.

use std::sync::Arc;

use crate::value::{Kind, Value, Why};

use super::{json, numbers};

/// The text of a known scalar as Terraform makes strings of them. What `jsonencode` makes of known things is known too.
pub fn text(value: &Value) -> Option<Arc<str>> {
    match &value.kind {
        Kind::Text(text) => Some(text.clone()),
        Kind::Number(number) => Some(numbers::plain(number)),
        Kind::Bool(value) => Some(if *value { "true" } else { "false" }.into()),
        _ => json::written(encoded_by("jsonencode", value)?).map(Arc::from),
    }
}

/// A known number, or a text of one.
pub(super) fn number(value: &Value) -> Option<f64> {
    let (Kind::Number(number) | Kind::Text(number)) = &value.kind else { return None };
    numbers::parse(number)
}

/// The items of a list of which all items are known to be there.
pub(super) fn items(value: &Value) -> Option<Vec<&Value>> {
    let list = value.list().filter(|list| !list.open)?;
    list.items.iter().map(|(item, when)| when.is_always().then_some(item)).collect()
}

/// Whether two values are equal, where that can be told.
pub(super) fn equal(one: &Value, other: &Value) -> Option<bool> {
    let is_scalar = |value: &Value| matches!(value.kind, Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_));
    match (&one.kind, &other.kind) {
        (Kind::Number(one), Kind::Number(other)) => Some(numbers::plain(one) == numbers::plain(other)),
        _ if is_scalar(one) && is_scalar(other) => Some(one.kind == other.kind),
        _ if one.is_same_as(other) => Some(true),
        _ => None,
    }
}

/// Whether a value is certainly neither null nor an empty text: something that a resource has, or a string with a known part.
pub(super) fn is_filled(value: &Value) -> bool {
    use crate::value::Reference;
    match &value.kind {
        Kind::Bool(_) | Kind::Number(_) | Kind::List(_) | Kind::Map(_) => true,
        Kind::Text(text) => !text.is_empty(),
        Kind::Concat(parts) => parts.iter().any(is_filled),
        Kind::Reference(reference) => matches!(reference, Reference::Attribute { .. } | Reference::Pseudo(_)),
        Kind::Unknown(why) => *why == Why::Redacted,
        Kind::Null | Kind::OneOf(_) => false,
    }
}

/// What an encoding function was given to make this value, where one made it.
pub(super) fn encoded_by<'v>(function: &str, value: &'v Value) -> Option<&'v Value> {
    match &value.kind {
        Kind::Unknown(Why::Result(answer)) if &*answer.callee == function => answer.arguments.first(),
        _ => None,
    }
}

/// Whether a value is a secret that is not kept, or a string with one in it.
pub(super) fn is_secret(value: &Value) -> bool {
    match &value.kind {
        Kind::Unknown(why) => *why == Why::Redacted,
        Kind::Concat(parts) => parts.iter().any(is_secret),
        _ => false,
    }
}

/// Values of one type, as the items of a list are: beside a string, numbers and booleans become strings.
pub(super) fn unified(mut values: Vec<Value>) -> Vec<Value> {
    if values.iter().any(|value| matches!(value.kind, Kind::Text(_) | Kind::Concat(_))) {
        for value in &mut values {
            if let (Kind::Number(_) | Kind::Bool(_), Some(text)) = (&value.kind, text(value)) {
                value.kind = Kind::Text(text);
            }
        }
    }
    values
}
