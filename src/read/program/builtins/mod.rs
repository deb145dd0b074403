//! What the languages' own functions and methods do.

mod javascript;
mod lists;
mod observables;
mod python;
pub(super) mod texts;

use super::domain::{Alt, Callee, Kind, Val};
use super::evaluator::Evaluator;
use super::heap::{Object, Shape};
use super::libraries::{self, Invocation};
use crate::source::Loc;
use crate::syntax::code::ir::Language;
use crate::value::Presence;
use crate::when::When;

/// What a function outside the scan may do with its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attention {
    /// It only shows them to people, or looks at their shape.
    None,
    /// It may read all of them.
    Reads,
    /// It may read and change them.
    Full,
}

/// A function of the runtime.
pub(super) fn function(ev: &mut Evaluator<'_>, call: &Invocation<'_>) -> Option<Val> {
    let Callee::Symbol(symbol) = call.callee else { return None };
    match ev.language(call.site.scope) {
        Language::Python => python::function(ev, symbol, call),
        Language::TypeScript | Language::JavaScript => javascript::function(ev, symbol, call),
    }
}

/// A method of a value of the language itself.
pub(super) fn method(ev: &mut Evaluator<'_>, call: &Invocation<'_>) -> Option<Val> {
    let Callee::Method { receiver, name } = call.callee else { return None };
    if let Some(val) = texts::method(ev, receiver, name, call) {
        return Some(val);
    }
    let is_form = receiver.object().is_some_and(|id| matches!(ev.heap.object(id).shape, Shape::Form));
    if is_form && texts::is_kept_by(name) {
        return Some(receiver.clone());
    }
    if receiver.object().is_some_and(|id| ev.heap.object(id).is_list()) {
        return lists::method(ev, receiver, name, call);
    }
    match ev.language(call.site.scope) {
        Language::Python => python::method(ev, receiver, name, call),
        Language::TypeScript | Language::JavaScript => javascript::method(ev, receiver, name, call),
    }
}

/// What a function outside the scan may do with its arguments.
pub(super) fn attention(callee: &Callee) -> Attention {
    const SHOWS: &[&str] = &[
        "log",
        "debug",
        "info",
        "warn",
        "warning",
        "error",
        "exception",
        "trace",
        "critical",
        "fatal",
        "print",
        "len",
        "isinstance",
        "hasattr",
        "type",
        "Boolean",
        "captureException",
        "isArray",
        "hasOwnProperty",
        "has",
    ];
    const READS: &[&str] = &[
        "JSON",
        "json",
        "Object",
        "Math",
        "Buffer",
        "base64",
        "hmac",
        "hashlib",
        "crypto",
        "logging",
        "String",
        "Number",
        "str",
        "repr",
        "bytes",
        "Response",
        "NextResponse",
        "jwt",
        "btoa",
        "atob",
    ];
    if SHOWS.contains(&callee.name()) {
        return Attention::None;
    }
    let Callee::Symbol(symbol) = callee else { return Attention::Full };
    let name = symbol.full_name();
    match name.split('.').next().unwrap_or_default() {
        "console" => Attention::None,
        root if READS.contains(&root) => Attention::Reads,
        _ => Attention::Full,
    }
}

/// A value that is replaced by another where it has none.
pub(super) fn with_default(ev: &mut Evaluator<'_>, val: Val, default: Option<&Val>, loc: Loc) -> Val {
    match default {
        Some(default) if !default.is_null() => {
            let alts = vec![
                Alt { val, when: When::always(), fallback: false },
                Alt { val: default.clone(), when: When::always(), fallback: true },
            ];
            ev.one_of(alts, loc)
        }
        _ => val,
    }
}

/// A copy of a map as the fields of a form.
fn form_of(ev: &mut Evaluator<'_>, fields: Option<&Val>, loc: Loc) -> Val {
    let written = fields.and_then(Val::object).map_or(loc, |id| ev.heap.object(id).loc);
    let id = ev.heap.alloc(Object::new(Shape::Form, written));
    if let Some(fields) = fields {
        match pairs_of(ev, fields) {
            Some(pairs) => put_pairs(ev, id, pairs),
            None => {
                let query = libraries::query(ev, fields).unwrap_or_else(|| fields.clone());
                ev.spread_into(id, &query);
            }
        }
    }
    Val::new(Kind::Object(id), written)
}

/// A copy of a map or list.
fn copy(ev: &mut Evaluator<'_>, val: &Val, loc: Loc) -> Val {
    match val.object() {
        Some(id) if ev.heap.object(id).class().is_none() => {
            let object = ev.heap.object(id).clone();
            Val::new(Kind::Object(ev.heap.alloc(object)), loc)
        }
        _ => val.clone(),
    }
}

fn put_pairs(ev: &mut Evaluator<'_>, map: super::domain::ObjectId, pairs: Vec<(Val, Val)>) {
    for (key, val) in pairs {
        match key.text() {
            Some(text) => ev.put_entry(map, text.clone(), key.loc, val, None),
            None => ev.heap.object_mut(map).open = true,
        }
    }
}

/// The pairs of a list of pairs.
fn pairs_of(ev: &Evaluator<'_>, val: &Val) -> Option<Vec<(Val, Val)>> {
    let items = ev.known_items(val)?;
    let pair = |item: &Val| match ev.known_items(item)?.as_slice() {
        [key, val] => Some((key.clone(), val.clone())),
        _ => None,
    };
    items.iter().map(pair).collect()
}

/// What of a map's entries is listed.
#[derive(Clone, Copy)]
enum Part {
    Keys,
    Values,
    Pairs,
}

/// The entries of a map as a list: its keys, its values, or pairs of both.
fn listed(ev: &mut Evaluator<'_>, val: &Val, part: Part, loc: Loc) -> Option<Val> {
    let id = val.object().filter(|id| ev.heap.object(*id).is_map())?;
    let object = ev.heap.object(id).clone();
    let mut list = Object::new(Shape::List, loc);
    list.open = object.open;
    for entry in object.entries {
        let when = match entry.presence {
            Presence::Always => When::always(),
            Presence::Sometimes(when) => when,
        };
        let key = Val::text_at(entry.key, entry.key_loc);
        let item = match part {
            Part::Keys => key,
            Part::Values => entry.val,
            Part::Pairs => ev.list_of([key, entry.val], loc),
        };
        list.push(item, when);
    }
    Some(Val::new(Kind::Object(ev.heap.alloc(list)), loc))
}
