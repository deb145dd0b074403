//! Values of the model as nodes of the view: intrinsics resolved, secrets left out.

use std::collections::HashMap;
use std::mem;
use std::sync::Arc;

use serde_json::Number;

use crate::model::Model;
use crate::model::resolve::{Outcome, Target};
use crate::read::{holds_secret, is_plain, is_secret, is_secret_of_call, secret_of_pair};
use crate::source::Loc;
use crate::value::{Alternative, Entry, Kind, Presence, Reference, Value, Why};
use crate::when::When;

use super::node::{Member, Node, Owner, Shape, Slot, SlotId, SlotKind};

/// How deep values are followed.
const DEEPEST: usize = 48;

/// Why a secret is not known.
const HIDDEN: &str = "it is kept secret";

/// Members whose text may be the id of a resource in the view.
const IDS: [&str; 4] = ["UserPoolId", "ClientId", "client_id", "IdentityPoolId"];

/// Puts nodes together for one deployment.
pub struct Builder<'m> {
    /// What is shown.
    pub model: &'m Model,
    /// The deployment.
    pub world: &'m When,
    /// The names of the resources in the view, by their numbers.
    pub names: &'m HashMap<usize, Arc<str>>,
    /// What is not known so far.
    pub slots: Vec<Slot>,
    /// What is being put together.
    pub owner: Owner,
    /// It is the value of a variable with a secret's name.
    pub hides: bool,
}

impl Builder<'_> {
    /// A slot under a key.
    pub fn slot(&mut self, key: &str, kind: SlotKind, why: impl Into<String>, loc: Option<Loc>) -> SlotId {
        self.slots.push(Slot { key: key.into(), kind, why: why.into(), loc, owner: self.owner, may_miss: false });
        SlotId(self.slots.len() - 1)
    }

    /// A value that is not known.
    pub fn unknown(&mut self, key: &str, why: impl Into<String>, loc: Option<Loc>) -> Node {
        Node::new(Shape::Unknown(self.slot(key, SlotKind::Value, why, loc)), loc)
    }

    /// One of several values; of one alone, that one.
    pub fn choice(&mut self, key: &str, mut options: Vec<Node>, why: &str, loc: Option<Loc>) -> Node {
        match options.len() {
            0 => self.unknown(key, why, loc),
            1 => options.swap_remove(0),
            count => {
                let slot = self.slot(key, SlotKind::Choice(count), why, loc);
                Node::new(Shape::OneOf(slot, options), loc)
            }
        }
    }

    /// A value that stands under a key.
    pub fn value(&mut self, key: &str, value: &Value) -> Node {
        self.at_depth(key, value, DEEPEST)
    }

    fn at_depth(&mut self, key: &str, value: &Value, deepest: usize) -> Node {
        let loc = Some(value.loc);
        let Some(deepest) = deepest.checked_sub(1) else {
            return self.unknown(key, "it is nested too deeply", loc);
        };
        let shape = match &value.kind {
            Kind::Null => Shape::Null,
            Kind::Bool(value) => Shape::Bool(*value),
            Kind::Text(text) | Kind::Number(text) if self.is_hidden(key, text) => {
                return self.unknown(key, HIDDEN, loc);
            }
            Kind::Number(text) => number(text),
            Kind::Text(_) if IDS.contains(&key) => return self.resolved(key, value),
            Kind::Text(text) => Shape::Text(text.clone()),
            Kind::List(list) => {
                let items = list.items.iter().filter(|(_, when)| !when.contradicts(self.world));
                let items =
                    items.map(|(item, when)| (self.at_depth(key, item, deepest), self.presence(key, when, item.loc)));
                let items = items.collect();
                Shape::List(
                    items,
                    list.open.then(|| self.slot(key, SlotKind::Open, "something unknown may be in it", loc)),
                )
            }
            Kind::Map(map) => {
                let secret = secret_of_pair(map).unwrap_or_default();
                let member = |entry: &Entry| {
                    let before = mem::replace(&mut self.hides, secret.contains(&&*entry.key));
                    let member = self.member(entry, deepest);
                    self.hides = before;
                    member
                };
                let members = map.entries.iter().filter_map(member).collect();
                Shape::Map(
                    members,
                    map.open.then(|| self.slot(key, SlotKind::Open, "something unknown may be in it", loc)),
                )
            }
            Kind::OneOf(alternatives) => return self.alternatives(key, alternatives, value.loc, deepest),
            Kind::Reference(_) | Kind::Concat(_) => return self.resolved(key, value),
            Kind::Unknown(_) => return self.unknown(key, describe(&value.kind), loc),
        };
        Node { assumed: value.assumed.clone(), ..Node::new(shape, loc) }
    }

    /// Whether a text may not be told. Those that readers saw are gone already; this one may have come by a reference.
    fn is_hidden(&self, key: &str, text: &str) -> bool {
        let is_of_call = || matches!(self.owner, Owner::Call(_)) && is_secret_of_call(key);
        (self.hides || is_secret(key) || is_of_call()) && !is_plain(text) || holds_secret(text)
    }

    fn member(&mut self, entry: &Entry, deepest: usize) -> Option<Member> {
        let maybe = match &entry.presence {
            Presence::Always => None,
            Presence::Sometimes(when) if when.contradicts(self.world) => return None,
            Presence::Sometimes(when) if !when.is_always() && when.follows_from(self.world) => None,
            Presence::Sometimes(_) => {
                Some(self.slot(&entry.key, SlotKind::Presence, "it is there on some paths only", Some(entry.key_loc)))
            }
        };
        let node = self.at_depth(&entry.key, &entry.value, deepest);
        if let Shape::Unknown(slot) = node.shape
            && self.may_be_nothing(&entry.value)
            && let Some(slot) = self.slots.get_mut(slot.0)
        {
            slot.may_miss = true;
        }
        Some(Member { key: entry.key.clone(), key_loc: Some(entry.key_loc), node, maybe, by_default: false })
    }

    /// Whether a value may be null: what a variable of Terraform holds.
    fn may_be_nothing(&self, value: &Value) -> bool {
        let path = self.model.sources.file(value.loc.file).path.as_str();
        let is_made = matches!(
            &value.kind,
            Kind::Reference(Reference::Attribute { .. } | Reference::Pseudo(_))
                | Kind::Unknown(Why::Deployment(_) | Why::Redacted)
                | Kind::Text(_)
                | Kind::Number(_)
                | Kind::Concat(_)
        );
        !is_made && [".tf", ".tofu", ".tf.json", ".tofu.json"].iter().any(|ending| path.ends_with(ending))
    }

    fn presence(&mut self, key: &str, when: &When, loc: Loc) -> Option<SlotId> {
        let is_open = !when.follows_from(self.world);
        is_open.then(|| self.slot(key, SlotKind::Presence, format!("it is there when {when}"), Some(loc)))
    }

    fn alternatives(&mut self, key: &str, alternatives: &[Alternative], loc: Loc, deepest: usize) -> Node {
        let possible = alternatives.iter().filter(|alternative| !alternative.when.contradicts(self.world));
        let options = possible.map(|alternative| self.at_depth(key, &alternative.value, deepest)).collect();
        self.choice(key, options, "it is one of several values", Some(loc))
    }

    /// A reference, or a text around one. A resource stands as its name in the view; of its attributes nothing is known
    /// before a deployment.
    fn resolved(&mut self, key: &str, value: &Value) -> Node {
        let outcomes = self.model.resolve(value, value.loc);
        let possible = outcomes.iter().filter(|outcome| !outcome.when.contradicts(self.world));
        let options = possible.map(|outcome| self.outcome(key, value, outcome)).collect();
        self.choice(key, options, "it is one of several values", Some(value.loc))
    }

    fn outcome(&mut self, key: &str, value: &Value, outcome: &Outcome) -> Node {
        let loc = Some(value.loc);
        let node = match &outcome.target {
            Target::Resource(number, attribute) if &**attribute == "Ref" => match self.names.get(number) {
                Some(name) => Node::text(name.clone(), loc),
                None => self.unknown(key, "it is a resource that is not in this deployment", loc),
            },
            Target::Literal(text) if self.is_hidden(key, text) => self.unknown(key, HIDDEN, loc),
            Target::Literal(text) => Node::text(text.clone(), loc),
            _ => self.unknown(key, describe(&outcome.value.kind), loc),
        };
        Node { assumed: outcome.value.assumed.clone().or_else(|| value.assumed.clone()), ..node }
    }
}

/// A number as JSON has it, else its text.
fn number(text: &Arc<str>) -> Shape {
    text.parse::<Number>().map_or_else(|_| Shape::Text(text.clone()), Shape::Number)
}

/// Why a value is not known.
fn describe(kind: &Kind) -> String {
    match kind {
        Kind::Unknown(Why::Redacted) => HIDDEN.to_owned(),
        Kind::Reference(Reference::Parameter { name, .. }) => format!("the parameter {name} has no known value"),
        Kind::Reference(Reference::Environment(name)) => format!("the environment variable {name} is not known"),
        Kind::Reference(Reference::Setting(key)) => format!("the setting {key} is not known"),
        Kind::Reference(Reference::Attribute { resource, attribute }) => {
            format!("it is {attribute} of {}, which a deployment decides", resource.id)
        }
        Kind::Reference(Reference::Pseudo(name)) => format!("{name} is known after deployment only"),
        Kind::Reference(_) => "it is defined elsewhere".to_owned(),
        Kind::Unknown(Why::Deployment(name)) => format!("it is known after deployment only: {name}"),
        Kind::Unknown(Why::Input(name)) => format!("it is the argument {name}"),
        Kind::Unknown(Why::Result(answer)) => format!("it is what {} answers", answer.callee),
        _ => "it cannot be told from what was read".to_owned(),
    }
}
