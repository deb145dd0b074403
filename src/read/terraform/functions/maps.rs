//! Functions of maps.

use std::collections::HashMap;
use std::sync::Arc;

use crate::read::branches::{Branch, settle};
use crate::value::{Alternative, Entry, Field, Kind, List, Map, Presence, Value, Why};
use crate::when::When;

use super::call::Call;
use super::known;

/// `merge(maps…)`: of equal keys the last map's value stays.
///
/// After a map that is not known wholly, values before it may be replaced: they are what is used where it says nothing.
pub(super) fn merge(call: &Call<'_>) -> Option<Value> {
    let mut merged = Merged::default();
    for argument in call.arguments {
        match &argument.kind {
            Kind::Null => {}
            Kind::Map(map) => {
                if map.open {
                    merged.may_be_replaced(argument, Some(map));
                }
                map.entries.iter().for_each(|entry| merged.add(entry));
            }
            Kind::List(_) | Kind::Text(_) | Kind::Number(_) | Kind::Bool(_) | Kind::Concat(_) => return None,
            Kind::Reference(_) | Kind::OneOf(_) | Kind::Unknown(_) => merged.may_be_replaced(argument, None),
        }
    }
    Some(call.answer(Kind::Map(merged.map)))
}

#[derive(Default)]
struct Merged {
    map: Map,
    numbers: HashMap<Arc<str>, usize>,
}

impl Merged {
    fn add(&mut self, entry: &Entry) {
        let known = self.numbers.get(&entry.key).and_then(|number| self.map.entries.get_mut(*number));
        match (known, &entry.presence) {
            (None, _) => {
                self.numbers.insert(entry.key.clone(), self.map.entries.len());
                self.map.entries.push(entry.clone());
            }
            (Some(known), Presence::Always) => *known = entry.clone(),
            (Some(known), Presence::Sometimes(when)) => {
                let loc = entry.value.loc;
                let branch = |when, value: &Value| Branch { when, value: Some(value.clone()) };
                let mut found = vec![branch(when.clone(), &entry.value)];
                found.extend(absent(when).into_iter().map(|when| branch(when, &known.value)));
                if let Some(value) = settle(found, loc) {
                    known.value = value;
                }
                known.presence = either(&known.presence, when);
            }
        }
    }

    /// Another map, of which `known` is known, may say something else for any key.
    fn may_be_replaced(&mut self, by: &Value, known: Option<&Map>) {
        self.map.open = true;
        for entry in &mut self.map.entries {
            if known.is_some_and(|known| known.entry(&entry.key).is_some()) {
                continue;
            }
            let loc = entry.value.loc;
            let of = Box::new(by.clone());
            let other = Value::unknown(Why::Member { of, key: entry.key.clone() }, by.loc);
            let unsure = |value, fallback| Alternative { value, when: When::always(), fallback };
            let alternatives = vec![unsure(other, false), unsure(entry.value.clone(), true)];
            entry.value = Value::new(Kind::OneOf(alternatives), loc);
        }
    }
}

/// The presence of what is there as `presence` says, or under a condition.
fn either(presence: &Presence, when: &When) -> Presence {
    match presence {
        Presence::Always => Presence::Always,
        Presence::Sometimes(before) => match When::merge(before, when) {
            Some(both) if both.is_always() && !before.is_always() && !when.is_always() => Presence::Always,
            both => Presence::Sometimes(both.unwrap_or_default()),
        },
    }
}

/// The conditions under which an entry is not there that is there sometimes; it may be missing on one that is not known.
fn absent(present: &When) -> Vec<When> {
    if present.is_always() { vec![When::always()] } else { present.otherwise() }
}

/// The entries in the order of their keys.
fn sorted(map: &Map) -> Vec<&Entry> {
    let mut entries: Vec<&Entry> = map.entries.iter().collect();
    entries.sort_by(|one, other| one.key.cmp(&other.key));
    entries
}

fn listed(call: &Call<'_>, item: impl Fn(&Entry) -> Value) -> Option<Value> {
    let map = call.map(0)?;
    let item = |entry: &Entry| {
        let when = match &entry.presence {
            Presence::Always => When::always(),
            Presence::Sometimes(when) => when.clone(),
        };
        (item(entry), when)
    };
    // An item with no condition is always there, which a key that is there on an unknown condition is not.
    let is_unsure = |entry: &&Entry| matches!(&entry.presence, Presence::Sometimes(when) if when.is_always());
    let open = map.open || map.entries.iter().any(|entry| is_unsure(&entry));
    let entries = sorted(map).into_iter().filter(|entry| !is_unsure(entry));
    Some(call.answer(Kind::List(List { items: entries.map(item).collect(), open })))
}

pub(super) fn keys(call: &Call<'_>) -> Option<Value> {
    listed(call, |entry| Value::text_at(entry.key.clone(), entry.key_loc))
}

pub(super) fn values(call: &Call<'_>) -> Option<Value> {
    listed(call, |entry| entry.value.clone())
}

/// `lookup(map, key, default)`.
pub(super) fn lookup(call: &Call<'_>) -> Option<Value> {
    let (map, key) = (call.argument(0)?, call.text(1)?);
    let default = call.argument(2);
    let when_absent = |when| Some(Branch { when, value: Some(default?.clone()) });
    match map.field(&key) {
        Field::Present(value) => Some(value.clone()),
        Field::Absent => default.cloned(),
        Field::Sometimes(value) => {
            let when = match &map.map()?.entry(&key)?.presence {
                Presence::Sometimes(when) => when.clone(),
                Presence::Always => When::always(),
            };
            let mut found = vec![Branch { when: when.clone(), value: Some(value.clone()) }];
            found.extend(absent(&when).into_iter().filter_map(when_absent));
            settle(found, call.loc)
        }
        Field::Unknown => {
            let of = Box::new(map.clone());
            let found = Value::unknown(Why::Member { of, key }, call.loc);
            let unsure = |value, fallback| Alternative { value, when: When::always(), fallback };
            Some(match default {
                Some(default) => call.answer(Kind::OneOf(vec![unsure(found, false), unsure(default.clone(), true)])),
                None => found,
            })
        }
    }
}

/// `zipmap(keys, values)`.
pub(super) fn zipmap(call: &Call<'_>) -> Option<Value> {
    let (keys, values) = (call.items(0)?, call.items(1)?);
    if keys.len() != values.len() {
        return None;
    }
    let mut merged = Merged::default();
    for (key, value) in keys.into_iter().zip(values) {
        let (text, value) = (known::text(key)?, value.clone());
        merged.add(&Entry { key: text, key_loc: key.loc, value, presence: Presence::Always });
    }
    Some(call.answer(Kind::Map(merged.map)))
}

/// `transpose(map)`: of a map of lists, a map from their items to the keys.
pub(super) fn transpose(call: &Call<'_>) -> Option<Value> {
    let map = call.map(0).filter(|map| !map.open)?;
    let mut keys: HashMap<Arc<str>, Vec<Value>> = HashMap::new();
    for from in sorted(map) {
        if from.presence != Presence::Always {
            return None;
        }
        for item in known::items(&from.value)? {
            keys.entry(known::text(item)?).or_default().push(Value::text_at(from.key.clone(), from.key_loc));
        }
    }
    let mut keys: Vec<_> = keys.into_iter().collect();
    keys.sort_by(|one, other| one.0.cmp(&other.0));
    let entry = |(key, values): (Arc<str>, Vec<Value>)| Entry {
        key,
        key_loc: call.loc,
        value: call.answer_list(values),
        presence: Presence::Always,
    };
    Some(call.answer(Kind::Map(Map { entries: keys.into_iter().map(entry).collect(), open: false })))
}
