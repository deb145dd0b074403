//! A provider's arguments to CloudFormation's properties, as the tables say.

use std::sync::Arc;

use crate::read::branches::{presence, settle, spread};
use crate::read::redaction::erase;
use crate::source::Loc;
use crate::value::{Entry, Field, Kind, List, Map, Presence, Value, Why};
use crate::when::When;

use super::blocks::{Found, find, inside};
use super::json;
use super::names::{Dialect, property, same, same_or_plural};
use super::row::{Row, Shape, Table};

/// Arguments that every resource takes and that say nothing about it in CloudFormation's words.
const OF_EVERY_RESOURCE: &[&str] = &["region", "tags_all", "timeouts"];

/// Converts the arguments of one type.
pub(super) struct Converter {
    pub table: &'static Table,
    pub dialect: Dialect,
}

impl Converter {
    /// The properties of a resource with this body.
    pub fn resource(&self, body: &Map, loc: Loc) -> Map {
        match self.dialect {
            Dialect::Mirror => {
                let mut arguments = body.clone();
                arguments.entries.retain(|entry| {
                    !same(&entry.key, "id") && !self.table.read_only.iter().any(|name| same(name, &entry.key))
                });
                self.mirrored(arguments)
            }
            Dialect::Own => {
                let mut properties = Map::default();
                self.fill(&mut properties, body, self.table.rows, loc);
                properties
            }
        }
    }

    /// Adds the properties of a body, whose rows are known, to those of the map that it belongs to.
    fn fill(&self, properties: &mut Map, body: &Map, rows: &'static [Row], loc: Loc) {
        properties.open |= body.open;
        for entry in &body.entries {
            if OF_EVERY_RESOURCE.contains(&&*entry.key) || self.is_given_back(&entry.key, rows) {
                continue;
            }
            let mut is_known = false;
            for row in rows.iter().filter(|row| same_or_plural(row.argument, &entry.key)) {
                is_known = true;
                self.place(properties, entry, row, body, loc);
            }
            if !is_known {
                let value = self.unlisted(&entry.value);
                self.insert(properties, &property(&entry.key, self.table.spellings), Entry { value, ..entry.clone() });
            }
        }
        for row in rows {
            let is_there = || body.entries.iter().any(|entry| same_or_plural(row.argument, &entry.key));
            if let Some(default) = row.default.filter(|_| !body.open && !is_there()) {
                let value = Value::new(default.kind(), loc);
                let entry = Entry { key: "".into(), key_loc: loc, value, presence: Presence::Always };
                self.insert(properties, &self.path(row), entry);
            }
        }
    }

    /// What the resource is given back with after it was made (a state holds it), and takes no argument for.
    fn is_given_back(&self, argument: &str, rows: &'static [Row]) -> bool {
        let is_root = std::ptr::eq(rows, self.table.rows);
        let attributes = self.table.attributes.iter().filter(|(_, attribute)| attribute.is_given_back());
        is_root
            && attributes.into_iter().any(|(name, _)| *name == argument)
            && !rows.iter().any(|row| row.argument == argument)
    }

    fn path(&self, row: &Row) -> Arc<str> {
        row.property.map_or_else(|| property(row.argument, self.table.spellings), Arc::from)
    }

    /// Adds the property of one argument.
    fn place(&self, properties: &mut Map, entry: &Entry, row: &'static Row, body: &Map, loc: Loc) {
        let with = |value| Entry { value, ..entry.clone() };
        let path = self.path(row);
        let value = &entry.value;
        if is_left_out(value) && !matches!(row.shape, Shape::LeftOut | Shape::Member(..)) {
            let default = row.default.map(|default| Value { kind: default.kind(), ..value.clone() });
            if !path.is_empty() {
                self.insert(properties, &path, default.map_or_else(|| entry.clone(), with));
            }
            return;
        }
        match row.shape {
            Shape::LeftOut => {}
            Shape::Plain => self.insert(properties, &path, entry.clone()),
            Shape::Json => self.insert(properties, &path, with(json::read(value))),
            Shape::ApiJson => self.insert(properties, &path, with(self.mirrored_value(json::read(value)))),
            Shape::Pairs(name) => self.insert(properties, &path, with(pairs(value, name))),
            Shape::Blocks(rows) => self.insert(properties, &path, with(self.list(value, rows))),
            Shape::Keyed(key, rows) => self.insert(properties, &path, with(self.keyed(value, key, rows))),
            Shape::Only(name) => {
                let map = Map { entries: vec![Entry { key: name.into(), ..with(value.clone()) }], open: false };
                let item = Value::new(Kind::Map(map), value.loc);
                let list = List { items: vec![(item, When::always())], open: false };
                self.insert(properties, &path, with(Value::new(Kind::List(list), value.loc)));
            }
            Shape::Block(rows) => {
                let found = find(value, true).map(|block| {
                    let mut inner = Map::default();
                    self.fill(&mut inner, &block, rows, value.loc);
                    inner
                });
                let Some((value, there)) = found.settled(value.loc) else { return };
                let Some(presence) = both(&entry.presence, &there) else { return };
                let entry = Entry { value, presence, ..entry.clone() };
                if path.is_empty() { self.splice(properties, entry) } else { self.insert(properties, &path, entry) }
            }
            Shape::Member(item, switch) => {
                let members = members(find(value, switch.is_some()), item, switch, &entry.presence);
                append(properties, &path, members, loc);
            }
            Shape::SecretUnless(argument, open) => {
                let says_open =
                    body.field(argument).value().and_then(Value::text).is_some_and(|text| open.contains(&text));
                let mut value = value.clone();
                if !says_open {
                    erase(&mut value);
                }
                self.insert(properties, &path, with(value));
            }
        }
    }

    /// An argument that the table does not know: nothing of it is lost.
    fn unlisted(&self, value: &Value) -> Value {
        let is_blocks = |list: &List| list.items.iter().any(|(item, _)| item.map().is_some());
        match &value.kind {
            Kind::List(list) if is_blocks(list) => self.list(value, &[]),
            _ => value.clone(),
        }
    }

    /// One of several blocks, as a map.
    fn item(&self, item: &Value, rows: &'static [Row]) -> Value {
        inside(item.clone(), |block| {
            let mut inner = Map::default();
            self.fill(&mut inner, &block, rows, item.loc);
            inner
        })
    }

    /// A list of blocks as a list of maps.
    fn list(&self, value: &Value, rows: &'static [Row]) -> Value {
        let kind = match &value.kind {
            Kind::List(list) => Kind::List(List {
                items: list.items.iter().map(|(item, when)| (self.item(item, rows), when.clone())).collect(),
                open: list.open,
            }),
            Kind::Map(_) => Kind::List(List { items: vec![(self.item(value, rows), When::always())], open: false }),
            Kind::OneOf(alternatives) => {
                let mut alternatives = alternatives.clone();
                alternatives.iter_mut().for_each(|one| one.value = self.list(&one.value, rows));
                Kind::OneOf(alternatives)
            }
            other => other.clone(),
        };
        Value { kind, ..value.clone() }
    }

    /// A list of blocks as a map, each under what it says of itself, else under its number.
    fn keyed(&self, value: &Value, key: &str, rows: &'static [Row]) -> Value {
        let Kind::List(list) = &value.kind else { return Value::unknown(Why::Dynamic, value.loc) };
        let mut map = Map { entries: Vec::new(), open: list.open };
        for (number, (item, when)) in list.items.iter().enumerate() {
            let name =
                item.field(key).value().and_then(Value::text).map_or_else(|| number.to_string().into(), Arc::from);
            let presence = if when.is_always() { Presence::Always } else { Presence::Sometimes(when.clone()) };
            map.insert(Entry { key: name, key_loc: item.loc, value: self.item(item, rows), presence });
        }
        Value { kind: Kind::Map(map), ..value.clone() }
    }

    /// The same map with the names of properties.
    fn mirrored(&self, map: Map) -> Map {
        let mut properties = Map { entries: Vec::new(), open: map.open };
        for entry in map.entries {
            let key = property(&entry.key, self.table.spellings);
            let value = if self.table.verbatim.contains(&&*key) {
                if entry.value.text().is_some() { json::read(&entry.value) } else { entry.value }
            } else {
                self.mirrored_value(entry.value)
            };
            self.insert(&mut properties, &key, Entry { value, ..entry });
        }
        properties
    }

    fn mirrored_value(&self, value: Value) -> Value {
        match value.kind {
            Kind::Map(map) => Value { kind: Kind::Map(self.mirrored(map)), ..value },
            Kind::List(list) => {
                let items = list.items.into_iter().map(|(item, when)| (self.mirrored_value(item), when)).collect();
                Value { kind: Kind::List(List { items, open: list.open }), ..value }
            }
            Kind::OneOf(mut alternatives) => {
                for one in &mut alternatives {
                    one.value = self.mirrored_value(one.value.clone());
                }
                Value { kind: Kind::OneOf(alternatives), ..value }
            }
            _ => value,
        }
    }

    /// Puts an entry under a path; a null is no entry unless it is only assumed.
    fn insert(&self, properties: &mut Map, path: &str, entry: Entry) {
        let Some(entry) = self.written(entry) else { return };
        match path.split_once('.') {
            Some((first, rest)) => {
                if let Some(inner) = inner(properties, first, &entry) {
                    self.insert(inner, rest, entry);
                }
            }
            None => {
                let mut entry = Entry { key: path.into(), ..entry };
                // What stands there already was put there for a part of it.
                if let (Some(before), Kind::Map(map)) = (properties.entry(path), &mut entry.value.kind)
                    && let Kind::Map(before) = &before.value.kind
                {
                    map.open |= before.open;
                    before.entries.iter().for_each(|part| map.insert(part.clone()));
                }
                properties.insert(entry);
            }
        }
    }

    /// Adds what stands in a block to what stands around it.
    fn splice(&self, properties: &mut Map, entry: Entry) {
        let Kind::Map(block) = entry.value.kind else {
            properties.open = true;
            return;
        };
        properties.open |= block.open;
        for inner in block.entries {
            if let Some(presence) = both(&entry.presence, &inner.presence) {
                properties.insert(Entry { presence, ..inner });
            }
        }
    }

    /// An entry without the alternatives that stand for nothing; `None` where nothing is left.
    fn written(&self, entry: Entry) -> Option<Entry> {
        let is_nothing = |value: &Value| match &value.kind {
            Kind::Null => true,
            Kind::Text(text) => self.table.empty_is_unset && text.is_empty(),
            Kind::List(list) => self.table.empty_is_unset && list.items.is_empty() && !list.open,
            _ => false,
        };
        if is_left_out(&entry.value) {
            return Some(entry);
        }
        let mut branches = spread(entry.value.clone());
        let all = branches.len();
        for branch in &mut branches {
            branch.value = branch.value.take().filter(|value| !is_nothing(value));
        }
        if branches.iter().filter(|branch| branch.value.is_some()).count() == all {
            return Some(entry);
        }
        let presence = both(&entry.presence, &presence(&branches)?)?;
        Some(Entry { value: settle(branches, entry.value.loc)?, presence, ..entry })
    }
}

/// Whether a value stands for something that is not there by what is only assumed.
pub(super) fn is_left_out(value: &Value) -> bool {
    value.kind == Kind::Null && value.assumed.is_some()
}

/// The map under a key, which is made if there is none yet; `None` where something else stands there.
fn inner<'m>(properties: &'m mut Map, key: &str, of: &Entry) -> Option<&'m mut Map> {
    if properties.entry(key).is_none() {
        let value = Value::new(Kind::Map(Map::default()), of.value.loc);
        properties.insert(Entry { key: key.into(), key_loc: of.key_loc, value, presence: Presence::Always });
    }
    let entry = properties.entries.iter_mut().find(|entry| &*entry.key == key)?;
    if let Kind::Map(map) = &mut entry.value.kind { Some(map) } else { None }
}

/// When both are there; `None` where that cannot be. Of an unknown condition nothing else is known.
fn both(mine: &Presence, theirs: &Presence) -> Option<Presence> {
    match (mine, theirs) {
        (Presence::Always, other) | (other, Presence::Always) => Some(other.clone()),
        (Presence::Sometimes(mine), Presence::Sometimes(theirs)) => {
            if mine.is_always() || theirs.is_always() {
                return Some(Presence::Sometimes(When::always()));
            }
            mine.and(theirs).map(Presence::Sometimes)
        }
    }
}

/// The item of a list that blocks stand for.
fn members(found: Found, item: &'static str, switch: Option<&str>, presence: &Presence) -> List {
    let mut list = List { items: Vec::new(), open: found.open };
    for branch in found.branches {
        let Some(block) = branch.value else { continue };
        let when = match presence {
            Presence::Always => Some(branch.when),
            Presence::Sometimes(when) if when.is_always() => {
                list.open = true;
                None
            }
            Presence::Sometimes(when) => when.and(&branch.when),
        };
        let Some(when) = when else { continue };
        let on = match switch.map(|switch| block.field(switch)) {
            None => Some(true),
            Some(Field::Absent) => Some(false),
            Some(Field::Present(Value { kind: Kind::Bool(on), .. })) => Some(*on),
            Some(Field::Present(Value { kind: Kind::Text(text), .. })) => text.parse().ok(),
            Some(_) => None,
        };
        match on {
            Some(true) => list.items.push((Value::text_at(item, block.loc), when)),
            Some(false) => {}
            None => list.open = true,
        }
    }
    list
}

/// Adds items to the list under a key.
fn append(properties: &mut Map, key: &str, members: List, loc: Loc) {
    if members.items.is_empty() && !members.open {
        return;
    }
    let entry = properties.entries.iter_mut().find(|entry| &*entry.key == key);
    if let Some(Entry { value: Value { kind: Kind::List(list), .. }, .. }) = entry {
        list.items.extend(members.items);
        list.open |= members.open;
        return;
    }
    let key_loc = members.items.first().map_or(loc, |(item, _)| item.loc);
    let value = Value::new(Kind::List(members), key_loc);
    properties.insert(Entry { key: key.into(), key_loc, value, presence: Presence::Always });
}

/// A map as a list of maps with its keys under `name` and its values under `Value`.
fn pairs(value: &Value, name: &'static str) -> Value {
    let member =
        |key: &str, value: Value| Entry { key: key.into(), key_loc: value.loc, value, presence: Presence::Always };
    let kind = match &value.kind {
        Kind::Map(map) => {
            let mut list = List { items: Vec::new(), open: map.open };
            for entry in &map.entries {
                let when = match &entry.presence {
                    Presence::Always => When::always(),
                    Presence::Sometimes(when) if when.is_always() => {
                        list.open = true;
                        continue;
                    }
                    Presence::Sometimes(when) => when.clone(),
                };
                let key = Value::text_at(entry.key.clone(), entry.key_loc);
                let entries = vec![member(name, key), member("Value", entry.value.clone())];
                list.items.push((Value::new(Kind::Map(Map { entries, open: false }), entry.key_loc), when));
            }
            Kind::List(list)
        }
        Kind::OneOf(alternatives) => {
            let mut alternatives = alternatives.clone();
            alternatives.iter_mut().for_each(|one| one.value = pairs(&one.value, name));
            Kind::OneOf(alternatives)
        }
        other => other.clone(),
    };
    Value { kind, ..value.clone() }
}
