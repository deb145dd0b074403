//! Answers to resources in CloudFormation shape, by the table of shapes.

use std::collections::HashSet;
use std::sync::Arc;

use crate::read::{Deployer, Ignored, Resource, Retention};
use crate::source::{Loc, Span};
use crate::syntax::tree::{Node, NodeKind, Pair};
use crate::value::{Entry, Kind, List, Map, Presence, Reference, ResourceKey, Value};
use crate::when::When;

use super::answers::{Answers, Parsed};
use super::shape::{Given, Part, SHAPES, Shape, Unsaid};
use super::texts::Texts;
use super::{Holding, mfa, place, values};

/// The attributes that every pool has besides `sub`, which apps and users may change and need not have (Developer Guide,
/// standard attributes).
const STANDARD: &[&str] = &[
    "address",
    "birthdate",
    "email",
    "email_verified",
    "family_name",
    "gender",
    "given_name",
    "identities",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "phone_number_verified",
    "picture",
    "preferred_username",
    "profile",
    "updated_at",
    "website",
    "zoneinfo",
];

/// What stands before the name of an attribute that people added to a pool.
const CUSTOM: &[&str] = &["dev:custom:", "custom:", "dev:"];

/// The resources that the answers tell, each once.
pub(super) fn read(answers: &Answers<'_>) -> Vec<Holding> {
    let mut seen = HashSet::new();
    let mut holdings = Vec::new();
    for shape in SHAPES {
        for answer in answers.of(shape.operation) {
            let of = |thing| holding(shape, &answer, thing, &answers.texts);
            let told = answer.things(shape.member).iter().filter_map(of);
            holdings.extend(told.filter(|holding| seen.insert(holding.resource.key.clone())));
        }
    }
    holdings.shrink_to_fit();
    mfa::add(&mut holdings, answers);
    holdings
}

/// A resource that stands in an answer.
fn holding(shape: &Shape, answer: &Parsed<'_>, thing: &Node, texts: &Texts) -> Option<Holding> {
    let is_set = |member: &&str| thing.get(member).is_some_and(|node| !is_empty(node));
    if !shape.needs.is_empty() && !shape.needs.iter().any(is_set) {
        return None;
    }
    let names: Vec<&str> = shape.name.iter().filter_map(|part| name(*part, answer, thing)).collect();
    let own = shape.name.iter().rev().find_map(|part| match part {
        Part::Member(member) => thing.pair(member),
        Part::Subject(_) | Part::Word(_) => None,
    });
    // What is asked for by an identifier may be without it in the answer, never without a name.
    let id = texts.one(&names.join("/"));
    if id.is_empty() {
        return None;
    }
    let start = || Span { end: thing.span.start.saturating_add(1), ..thing.span };
    let loc = answer.loc(own.map_or_else(start, |pair| Span { start: pair.key_span.start, end: pair.value.span.end }));
    let resource = Resource {
        key: ResourceKey { stack: texts.one(&place::stack(answer.asked)), id: id.clone() },
        type_name: texts.one(shape.type_name),
        properties: properties(shape, answer, thing, texts),
        loc,
        source: None,
        when: When::always(),
        construct: None,
        metadata: None,
        retention: Retention::Unknown,
        ignored: Ignored::Nothing,
        deployer: Deployer::CloudFormation,
        left_out: Vec::new(),
    };
    Some(Holding { resource, id })
}

fn name<'n>(part: Part, answer: &'n Parsed<'_>, thing: &'n Node) -> Option<&'n str> {
    match part {
        Part::Subject(at) => answer.subject(at).map(|text| &**text),
        Part::Member(member) => thing.get(member)?.text(),
        Part::Word(word) => Some(word),
    }
}

fn is_empty(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Null => true,
        NodeKind::Text(text) => text.is_empty(),
        NodeKind::List(items) => items.is_empty(),
        NodeKind::Map(pairs) => pairs.is_empty(),
        NodeKind::Bool(_) | NodeKind::Number(_) => false,
    }
}

fn properties(shape: &Shape, answer: &Parsed<'_>, thing: &Node, texts: &Texts) -> Value {
    let most = thing.pairs().len() + shape.given.len();
    let mut map = Map { entries: Vec::with_capacity(most), open: thing.cut };
    let given = thing.pairs().iter().filter(|pair| pair.value.kind != NodeKind::Null);
    for pair in given.filter(|pair| !shape.dropped.contains(&&*pair.key)) {
        map.insert(property(shape, answer, pair, texts));
    }
    let loc = answer.loc(thing.span);
    for (name, given) in shape.given {
        if let Some(value) = told(*given, answer, loc).filter(|_| map.entry(name).is_none()) {
            map.insert(Entry { key: texts.one(name), key_loc: loc, value, presence: Presence::Always });
        }
    }
    match shape.unsaid {
        Unsaid::Anything => map.open = true,
        Unsaid::Unset(doubtful) => {
            for name in doubtful {
                if map.entry(name).is_none() {
                    map.insert(values::perhaps(name, loc, texts));
                }
            }
        }
    }
    map.entries.shrink_to_fit();
    Value::new(Kind::Map(map), loc)
}

fn property(shape: &Shape, answer: &Parsed<'_>, pair: &Pair, texts: &Texts) -> Entry {
    let named =
        |names: &[(&str, &'static str)]| names.iter().find(|(member, _)| *member == &*pair.key).map(|(_, name)| *name);
    let (key, key_loc) = (|name: &str| texts.one(name), answer.loc(pair.key_span));
    if let Some(flag) = named(shape.flags) {
        let value = Value::new(Kind::Bool(true), answer.loc(pair.value.span));
        return Entry { key: key(flag), key_loc, value, presence: Presence::Always };
    }
    let name = named(shape.renamed).unwrap_or(&pair.key);
    let mut value = values::of(&pair.value, answer.file);
    match name {
        "Schema" => as_declared(&mut value),
        "IdentityPoolTags" => value = as_tags(value),
        _ => {}
    }
    Entry { key: key(name), key_loc, value, presence: Presence::Always }
}

/// What the call itself tells.
fn told(given: Given, answer: &Parsed<'_>, loc: Loc) -> Option<Value> {
    match given {
        Given::Subject(at) => answer.subject(at).map(|text| Value::text_at(text.clone(), loc)),
        Given::SubjectOr(at, other) => {
            Some(Value::text_at(answer.subject(at).map_or_else(|| Arc::from(other), Arc::clone), loc))
        }
        Given::PoolArn => {
            let resource = ResourceKey { stack: place::stack(answer.asked).into(), id: answer.subject(0)?.clone() };
            let reference = Reference::Attribute { resource, attribute: "Arn".into() };
            Some(Value::new(Kind::Reference(reference), loc))
        }
    }
}

/// The attributes of a pool as templates declare them: the service answers with those that every pool has besides, and with
/// a prefix before the names of others.
fn as_declared(schema: &mut Value) {
    let Kind::List(list) = &mut schema.kind else { return };
    list.items.retain(|(attribute, _)| !is_as_always(attribute));
    for (attribute, _) in &mut list.items {
        let Kind::Map(map) = &mut attribute.kind else { continue };
        for entry in map.entries.iter_mut().filter(|entry| &*entry.key == "Name") {
            let Some(text) = entry.value.text() else { continue };
            let plain = CUSTOM.iter().find_map(|prefix| text.strip_prefix(prefix));
            if let Some(plain) = plain.map(Arc::from) {
                entry.value.kind = Kind::Text(plain);
            }
        }
    }
}

/// Whether this is an attribute that every pool has, and is what it is in every pool.
fn is_as_always(attribute: &Value) -> bool {
    let name = attribute.field("Name").value().and_then(Value::text).unwrap_or_default();
    let is = |member: &str| attribute.field(member).value().is_some_and(|value| value.kind == Kind::Bool(true));
    name == "sub" || STANDARD.contains(&name) && !is("Required") && is("Mutable")
}

/// A map of tags as the list that templates write.
fn as_tags(tags: Value) -> Value {
    let Kind::Map(map) = tags.kind else { return tags };
    let always =
        |key: &str, key_loc: Loc, value: Value| Entry { key: key.into(), key_loc, value, presence: Presence::Always };
    let tag = |entry: Entry| {
        let key = Value::text_at(entry.key, entry.key_loc);
        let entries = vec![always("Key", entry.key_loc, key), always("Value", entry.key_loc, entry.value)];
        (Value::new(Kind::Map(Map { entries, open: false }), entry.key_loc), When::always())
    };
    let items = map.entries.into_iter().map(tag).collect();
    Value { kind: Kind::List(List { items, open: map.open }), ..tags }
}
