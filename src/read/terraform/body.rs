//! The arguments and nested blocks of a resource to a map.

use std::sync::Arc;

use crate::read::branches::{self, Branch};
use crate::source::Loc;
use crate::syntax::hcl::ast::ExpressionKind;
use crate::value::{Entry, Kind, List, Map, Presence, Reference, Value, Why};
use crate::when::When;

use super::configuration::{Block, Nested, literal};
use super::evaluator::Evaluator;
use super::reference::is_stand_in;
use super::repetition::numbered;
use super::scope::{Scope, pair};

/// Arguments and blocks that mean the same in every resource and are none of its own.
const META: &[&str] =
    &["connection", "count", "depends_on", "for_each", "lifecycle", "provider", "providers", "provisioner"];

/// How deep blocks may stand in each other.
const DEEPEST: usize = 16;

impl<'a> Evaluator<'a> {
    /// What a block says: a map of its arguments, null left out unless it is only assumed, and of its nested blocks by kind,
    /// each a list of maps.
    pub fn body(&self, block: &Block<'a>, scope: &Scope<'a>) -> Value {
        Value::new(Kind::Map(self.map_of(block, scope, 0)), block.loc())
    }

    fn map_of(&self, block: &Block<'a>, scope: &Scope<'a>, depth: usize) -> Map {
        let mut map = Map::default();
        if depth > DEEPEST {
            return Map { open: true, ..map };
        }
        for written in block.attributes().into_iter().filter(|written| !META.contains(&&*written.attribute.name)) {
            let found = self.branches(written.value(), &scope.in_file(written.file));
            let assumed = branches::assumed_by(found.iter().filter_map(|branch| branch.value.as_ref()));
            let found: branches::Branches = found.into_iter().map(without_null).collect();
            let Some(presence) = branches::presence(&found) else {
                if let Some(assumed) = assumed {
                    map.insert(nothing(&written.attribute.name, written.loc(), assumed));
                }
                continue;
            };
            let Some(mut value) = branches::settle(found, scope.in_file(written.file).loc(written.value().span)) else {
                continue;
            };
            disown(&mut value);
            map.insert(Entry { key: written.attribute.name.clone(), key_loc: written.loc(), value, presence });
        }
        let mut kinds: Vec<&'a Arc<str>> = Vec::new();
        for nested in block.blocks() {
            if !META.contains(&&**nested.kind) && !kinds.contains(&nested.kind) {
                kinds.push(nested.kind);
            }
        }
        for kind in kinds {
            if let Some(entry) = self.nested_at(block, kind, scope, depth) {
                map.insert(entry);
            }
        }
        map
    }

    /// The nested blocks of a kind, as a list of maps; `None` where there certainly are none.
    pub fn nested(&self, block: &Block<'a>, kind: &str, scope: &Scope<'a>) -> Option<Entry> {
        self.nested_at(block, kind, scope, 0)
    }

    fn nested_at(&self, block: &Block<'a>, kind: &str, scope: &Scope<'a>, depth: usize) -> Option<Entry> {
        let mut list = List::default();
        let mut first: Option<Loc> = None;
        let mut assumed = None;
        for nested in block.blocks().into_iter().filter(|nested| &**nested.kind == kind) {
            first.get_or_insert(nested.block.loc());
            let scope = scope.in_file(nested.block.loc().file);
            if nested.is_dynamic {
                let by = self.dynamic(&nested, &scope, depth, &mut list);
                assumed = assumed.or(by);
            } else {
                let map = self.map_of(&nested.block, &scope, depth + 1);
                list.items.push((Value::new(Kind::Map(map), nested.block.loc()), When::always()));
            }
        }
        let loc = first?;
        if list.items.is_empty() && !list.open {
            return assumed.map(|assumed| nothing(kind, loc, assumed));
        }
        let value = Value::new(Kind::List(list), loc);
        Some(Entry { key: kind.into(), key_loc: loc, value, presence: Presence::Always })
    }

    /// The blocks that a dynamic block makes. Returns what is assumed of their number.
    fn dynamic(&self, nested: &Nested<'a>, scope: &Scope<'a>, depth: usize, list: &mut List) -> Option<Arc<str>> {
        let block = &nested.block;
        let contents = block.blocks_of("content");
        let (Some(each), Some(content)) = (block.attribute("for_each"), contents.first()) else { return None };
        let (turns, open) = self.each(each.value(), &scope.in_file(each.file), numbered);
        let iterator = block.attribute("iterator").and_then(|written| match &written.value().kind {
            ExpressionKind::Name(name) => Some(name.clone()),
            _ => literal(written.value()),
        });
        let iterator = iterator.unwrap_or_else(|| nested.kind.clone());
        list.open |= open;
        for turn in turns {
            let Some(inner) = scope.under(&turn.when) else { continue };
            let label = branches::text_of(&turn.key).unwrap_or_else(|| "*".into());
            let assumed = turn.value.assumed.clone();
            let inner = inner.with(&iterator, pair(turn.key, turn.value), &label);
            let mut map = self.map_of(content, &inner, depth + 1);
            for entry in &mut map.entries {
                entry.value.assumed = entry.value.assumed.take().or_else(|| assumed.clone());
            }
            list.items.push((Value { assumed, ..Value::new(Kind::Map(map), block.loc()) }, turn.when));
        }
        self.assumed_by(each.value(), &scope.in_file(each.file))
    }
}

/// What is not there by something that is only assumed.
fn nothing(name: &str, loc: Loc, assumed: Arc<str>) -> Entry {
    let value = Value { assumed: Some(assumed), ..Value::new(Kind::Null, loc) };
    Entry { key: name.into(), key_loc: loc, value, presence: Presence::Always }
}

/// Null is as good as nothing.
fn without_null(branch: Branch) -> Branch {
    Branch { value: branch.value.filter(|value| value.kind != Kind::Null), ..branch }
}

/// Makes what stands for a whole resource unknown: nothing can be said of it in a resource's argument.
fn disown(value: &mut Value) {
    match &mut value.kind {
        Kind::Reference(Reference::Attribute { resource, attribute }) if is_stand_in(attribute) => {
            value.kind = Kind::Unknown(Why::Deployment(resource.id.clone()));
        }
        Kind::Concat(parts) => parts.iter_mut().for_each(disown),
        Kind::List(list) => list.items.iter_mut().for_each(|(item, _)| disown(item)),
        Kind::Map(map) => map.entries.iter_mut().for_each(|entry| disown(&mut entry.value)),
        Kind::OneOf(alternatives) => alternatives.iter_mut().for_each(|alternative| disown(&mut alternative.value)),
        _ => {}
    }
}
