//! Sets, which are lists in order and without repetitions, and conversions to other types.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::sync::Arc;

use crate::value::{Entry, Kind, List, Map, Value, Why};
use crate::when::When;

use super::call::Call;
use super::{known, lists, numbers};

/// A set of items: in order where all of them are known texts or numbers.
fn set(call: &Call<'_>, list: &List) -> Value {
    let (values, whens): (Vec<Value>, Vec<When>) = list.items.iter().cloned().unzip();
    let mut items = lists::without_repetitions(known::unified(values).into_iter().zip(whens));
    if items.iter().all(|(item, _)| known::text(item).is_some()) {
        items.sort_by(|(one, _), (other, _)| order(one, other));
    }
    call.answer(Kind::List(List { items, open: list.open }))
}

fn order(one: &Value, other: &Value) -> Ordering {
    if let (Kind::Number(one), Kind::Number(other)) = (&one.kind, &other.kind)
        && let (Some(one), Some(other)) = (numbers::parse(one), numbers::parse(other))
    {
        return one.total_cmp(&other);
    }
    known::text(one).cmp(&known::text(other))
}

/// What a conversion leaves as it is: null, and what is not known.
fn unconverted(value: &Value) -> Option<Value> {
    matches!(value.kind, Kind::Null | Kind::Reference(_) | Kind::OneOf(_) | Kind::Unknown(_)).then(|| value.clone())
}

pub(super) fn toset(call: &Call<'_>) -> Option<Value> {
    let argument = call.argument(0)?;
    argument.list().map_or_else(|| unconverted(argument), |list| Some(set(call, list)))
}

pub(super) fn tolist(call: &Call<'_>) -> Option<Value> {
    let argument = call.argument(0)?;
    let Kind::List(list) = &argument.kind else { return unconverted(argument) };
    let (values, whens): (Vec<Value>, Vec<When>) = list.items.iter().cloned().unzip();
    let items = known::unified(values).into_iter().zip(whens).collect();
    Some(call.answer(Kind::List(List { items, open: list.open })))
}

pub(super) fn tomap(call: &Call<'_>) -> Option<Value> {
    let argument = call.argument(0)?;
    let Kind::Map(map) = &argument.kind else { return unconverted(argument) };
    let values = known::unified(map.entries.iter().map(|entry| entry.value.clone()).collect());
    let entries = map.entries.iter().zip(values).map(|(entry, value)| Entry { value, ..entry.clone() }).collect();
    Some(call.answer(Kind::Map(Map { entries, open: map.open })))
}

pub(super) fn tostring(call: &Call<'_>) -> Option<Value> {
    let argument = call.argument(0)?;
    match &argument.kind {
        Kind::Bool(_) | Kind::Number(_) => Some(call.answer_text(call.text(0)?)),
        Kind::Text(_) | Kind::Concat(_) => Some(argument.clone()),
        _ => unconverted(argument),
    }
}

pub(super) fn tonumber(call: &Call<'_>) -> Option<Value> {
    let argument = call.argument(0)?;
    match &argument.kind {
        Kind::Text(text) => {
            numbers::parse(text)?;
            Some(call.answer(Kind::Number(numbers::plain(text))))
        }
        Kind::Number(_) => Some(argument.clone()),
        _ => unconverted(argument),
    }
}

pub(super) fn tobool(call: &Call<'_>) -> Option<Value> {
    let argument = call.argument(0)?;
    match &argument.kind {
        Kind::Text(text) if matches!(&**text, "true" | "false") => Some(call.answer_bool(&**text == "true")),
        Kind::Bool(_) => Some(argument.clone()),
        _ => unconverted(argument),
    }
}

/// `setunion(sets…)`.
pub(super) fn setunion(call: &Call<'_>) -> Option<Value> {
    let all = lists::concat(call)?;
    Some(set(call, all.list()?))
}

/// A set that is wholly known.
struct Set<'v> {
    items: Vec<&'v Value>,
    texts: HashSet<Arc<str>>,
}

/// The sets that are the arguments.
fn sets<'c>(call: &Call<'c>) -> Option<Vec<Set<'c>>> {
    let set = |argument: &'c Value| {
        let items = known::items(argument)?;
        let texts = items.iter().map(|item| known::text(item)).collect::<Option<_>>()?;
        Some(Set { items, texts })
    };
    call.arguments.iter().map(set).collect()
}

/// The items of a set whose text is wanted.
fn chosen(call: &Call<'_>, from: &Set<'_>, is_wanted: impl Fn(&str) -> bool) -> Value {
    let is_wanted = |item: &&&Value| known::text(item).is_some_and(|text| is_wanted(&text));
    let items = from.items.iter().filter(is_wanted).map(|item| ((*item).clone(), When::always())).collect();
    set(call, &List { items, open: false })
}

pub(super) fn setintersection(call: &Call<'_>) -> Option<Value> {
    let sets = sets(call)?;
    let (first, others) = sets.split_first()?;
    Some(chosen(call, first, |text| others.iter().all(|other| other.texts.contains(text))))
}

pub(super) fn setsubtract(call: &Call<'_>) -> Option<Value> {
    let sets = sets(call)?;
    let [from, without] = sets.as_slice() else { return None };
    Some(chosen(call, from, |text| !without.texts.contains(text)))
}

/// `sensitive(value)`: what is marked as a secret is not kept. What stands elsewhere is not written here and stays.
pub(super) fn sensitive(call: &Call<'_>) -> Option<Value> {
    let mut value = call.argument(0)?.clone();
    conceal(&mut value);
    Some(value)
}

fn conceal(value: &mut Value) {
    match &mut value.kind {
        Kind::Text(_) | Kind::Number(_) => value.kind = Kind::Unknown(Why::Redacted),
        Kind::Concat(parts) => parts.iter_mut().for_each(conceal),
        Kind::List(list) => list.items.iter_mut().for_each(|(item, _)| conceal(item)),
        Kind::Map(map) => map.entries.iter_mut().for_each(|entry| conceal(&mut entry.value)),
        Kind::OneOf(alternatives) => alternatives.iter_mut().for_each(|alternative| conceal(&mut alternative.value)),
        Kind::Unknown(Why::Result(answer)) => answer.arguments.iter_mut().for_each(conceal),
        Kind::Null | Kind::Bool(_) | Kind::Reference(_) | Kind::Unknown(_) => {}
    }
}

pub(super) fn nonsensitive(call: &Call<'_>) -> Option<Value> {
    call.argument(0).cloned()
}
