//! What names stand for: variables, locals, resources, modules, and what is inside of them.

use std::rc::Rc;
use std::sync::Arc;

use crate::read::branches::{self, Branch, Branches, spread, text_of};
use crate::source::Loc;
use crate::syntax::hcl::ast::{self, Expression, ExpressionKind};
use crate::value::{Entry, Field, Kind, List, Map, Reference, ResourceKey, Value, Why};
use crate::when::When;

use super::attempt;
use super::configuration::Block;
use super::evaluator::{Evaluator, Target, condition, presence, settled};
use super::instance::{Instance, Memo};
use super::provider::{self, Attribute};
use super::repetition::{Repetition, Turn};
use super::scope::{Bindings, Scope};
use super::variables::tested;

/// The attribute of a reference that stands for a resource or module as a whole, until one of its attributes is read.
const WHOLE: &str = "*";

/// The same for all instances of one, where it cannot be told which there are.
const ANY: &str = "[*]";

/// How many values there may be in the value of a local, variable or output.
const MOST_IN_ONE: usize = 40_000;

/// Of how many keys a map is read under each.
const MOST_KEYS: usize = 32;

/// Whether a reference with this attribute stands for resources as a whole.
pub(super) fn is_stand_in(attribute: &str) -> bool {
    matches!(attribute, WHOLE | ANY)
}

/// A step from a value into it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step<'e> {
    Member(&'e Arc<str>),
    Index(&'e Expression),
    Splat(&'e [ast::Step]),
}

/// The expression that a chain of steps begins with, and the steps.
pub(super) fn steps(expression: &Expression) -> (&Expression, Vec<Step<'_>>) {
    let mut base = expression;
    let mut found = Vec::new();
    loop {
        base = match &base.kind {
            ExpressionKind::Member { of, key } => {
                found.push(Step::Member(key));
                of
            }
            ExpressionKind::Index { of, key } => {
                found.push(Step::Index(key));
                of
            }
            ExpressionKind::Splat { of, each } => {
                found.push(Step::Splat(each));
                of
            }
            _ => break,
        };
    }
    found.reverse();
    (base, found)
}

impl<'a> Evaluator<'a> {
    /// What a name and the steps behind it lead to.
    pub fn traverse(&self, expression: &Expression, scope: &Scope<'a>, loc: Loc) -> Value {
        let (base, steps) = steps(expression);
        let (value, rest) = match &base.kind {
            ExpressionKind::Name(name) => self.named(name, &steps, scope, loc),
            _ => (self.evaluate(base, scope), steps.as_slice()),
        };
        let value = rest.iter().fold(value, |value, step| self.step(value, *step, scope, loc));
        Value { loc, ..value }
    }

    /// What a name stands for, and the steps that are left.
    fn named<'s, 'e>(
        &self,
        name: &Arc<str>,
        steps: &'s [Step<'e>],
        scope: &Scope<'a>,
        loc: Loc,
    ) -> (Value, &'s [Step<'e>]) {
        if let Some(bound) = scope.bindings.get(name) {
            self.spend(weight(bound), loc);
            return (bound.clone(), steps);
        }
        let unknown = |why: &str| Value::unknown(Why::Import(why.into()), loc);
        match (&**name, steps) {
            ("var", [Step::Member(name), rest @ ..]) => (self.variable(&scope.instance, name, &scope.when, loc), rest),
            ("local", [Step::Member(name), rest @ ..]) => (self.local(&scope.instance, name, &scope.when, loc), rest),
            ("module", [Step::Member(name), rest @ ..]) => (self.module(&scope.instance, name, loc), rest),
            ("data", [Step::Member(kind), Step::Member(name), rest @ ..]) => {
                (self.resource(&scope.instance, &format!("data.{kind}.{name}").into(), loc), rest)
            }
            ("path", [Step::Member(which), rest @ ..]) => (path(&scope.instance, which, loc), rest),
            ("terraform" | "tofu", [Step::Member(which), rest @ ..]) => (workspace(scope, which, loc), rest),
            ("each" | "count" | "self", _) => (Value::unknown(Why::Input(name.clone()), loc), &[]),
            (kind, [Step::Member(name), rest @ ..]) => {
                (self.resource(&scope.instance, &format!("{kind}.{name}").into(), loc), rest)
            }
            _ => (unknown(name), &[]),
        }
    }

    /// The value of a local.
    fn local(&self, instance: &Rc<Instance<'a>>, name: &Arc<str>, when: &When, loc: Loc) -> Value {
        let Some(written) = instance.module.locals.get(name).copied() else {
            return Value::unknown(Why::Import(format!("local.{name}").into()), loc);
        };
        self.memo(instance, &format!("local.{name}"), when, loc, |when| {
            let scope = Scope { when: when.clone(), ..Scope::new(instance.clone(), written.file) };
            self.evaluate(written.value(), &scope)
        })
    }

    /// Works a value out once for each condition that it is used under. What depends on itself is told, and unknown.
    pub fn memo(
        &self,
        instance: &Rc<Instance<'a>>,
        name: &str,
        when: &When,
        loc: Loc,
        value: impl FnOnce(&When) -> Value,
    ) -> Value {
        let key = (Arc::from(name), when.clone());
        let known = instance.memo.borrow().get(&key).cloned();
        match known {
            Some(Memo::Done(value, weight)) => {
                return if self.spend(weight, loc) { value } else { Value::unknown(Why::Limit, loc) };
            }
            Some(Memo::Busy) => {
                self.note("unresolved", format!("{}{name} depends on itself", instance.prefix), loc);
                return Value::unknown(Why::Limit, loc);
            }
            None => {}
        }
        instance.memo.borrow_mut().insert(key.clone(), Memo::Busy);
        let value = value(when);
        let weight = weight(&value);
        let (value, weight) = if weight > MOST_IN_ONE { (Value::unknown(Why::Limit, loc), 1) } else { (value, weight) };
        instance.memo.borrow_mut().insert(key, Memo::Done(value.clone(), weight));
        value
    }

    /// What stands for a resource or data source: one, a list by number, a map by key.
    fn resource(&self, instance: &Rc<Instance<'a>>, name: &Arc<str>, loc: Loc) -> Value {
        let Some(block) = instance.module.resources.get(name) else {
            return Value::unknown(Why::Import(name.clone()), loc);
        };
        self.whole(instance, name, block, loc, Target::Resource)
    }

    /// What stands for a module: one, a list by number, a map by key.
    fn module(&self, instance: &Rc<Instance<'a>>, name: &Arc<str>, loc: Loc) -> Value {
        let address: Arc<str> = format!("module.{name}").into();
        let Some(block) = instance.module.calls.get(name) else {
            return Value::unknown(Why::Import(address), loc);
        };
        self.whole(instance, &address, block, loc, Target::Call)
    }

    fn whole(
        &self,
        instance: &Rc<Instance<'a>>,
        name: &Arc<str>,
        block: &Block<'a>,
        loc: Loc,
        target: fn(Declared<'a>) -> Target<'a>,
    ) -> Value {
        let repetition = self.repetition(instance, name, block);
        let mut made: Vec<(Value, When)> = Vec::new();
        for (index, bindings, when) in repetition.turns() {
            let key = instance.key(&format!("{name}{index}"));
            let declared =
                || Declared { instance: instance.clone(), name: name.clone(), block: block.clone(), bindings };
            self.targets.borrow_mut().entry(key.clone()).or_insert_with(|| target(declared()));
            made.push((reference(key, WHOLE, loc), when));
        }
        self.spend(made.len(), loc);
        match &*repetition {
            Repetition::One => made.pop().map_or_else(|| Value::unknown(Why::Dynamic, loc), |(value, _)| value),
            Repetition::Count(_) => Value::new(Kind::List(List { items: made, open: false }), loc),
            Repetition::Each(turns, open) => {
                let entry = |(turn, (value, when)): (&Turn, (Value, When))| Entry {
                    key: text_of(&turn.key).unwrap_or_else(|| "*".into()),
                    key_loc: turn.key.loc,
                    value,
                    presence: presence(when),
                };
                let entries = turns.iter().zip(made).map(entry).collect();
                Value::new(Kind::Map(Map { entries, open: *open }), loc)
            }
            Repetition::Unknown(_) => reference(instance.key(&format!("{name}{ANY}")), ANY, loc),
        }
    }

    /// What a step leads to.
    pub fn step(&self, value: Value, step: Step<'_>, scope: &Scope<'a>, loc: Loc) -> Value {
        if let Kind::OneOf(_) = value.kind {
            let found = spread(value).into_iter().filter_map(|Branch { when, value }| {
                let scope = scope.under(&when)?;
                let found = spread(self.step(value?, step, &scope, loc)).into_iter();
                Some(found.filter_map(move |inner| Some(Branch { when: when.and(&inner.when)?, value: inner.value })))
            });
            return settled(branches::one_if_equal(found.flatten().collect()), loc);
        }
        match step {
            Step::Member(key) => self.member(value, key, scope, loc),
            Step::Index(key) => self.index(value, key, scope, loc),
            Step::Splat(each) => self.splat(&value, each, scope, loc),
        }
    }

    fn member(&self, value: Value, key: &Arc<str>, scope: &Scope<'a>, loc: Loc) -> Value {
        let assumed = value.assumed.clone();
        let found = match &value.kind {
            Kind::Map(map) => match map.field(key) {
                Field::Present(found) => found.clone(),
                Field::Sometimes(found) => {
                    let when = map.entry(key).map(|entry| condition(&entry.presence));
                    attempt::under(found.clone(), &when.unwrap_or_default(), scope, loc)
                }
                Field::Absent => attempt::missing(value.clone(), key, scope, loc),
                Field::Unknown => within(value.clone(), key, loc),
            },
            Kind::List(list) => match key.parse::<usize>() {
                Ok(number) => item(list, number, &value, scope, loc),
                Err(_) => within(value.clone(), key, loc),
            },
            Kind::Null => attempt::missing(value.clone(), key, scope, loc),
            Kind::Reference(Reference::Attribute { resource, attribute }) if &**attribute == WHOLE => {
                self.attribute(resource, key, scope, loc)
            }
            Kind::Reference(Reference::Attribute { resource, attribute }) if &**attribute == ANY => {
                self.attribute(resource, key, scope, loc)
            }
            Kind::Reference(Reference::Secret { name, field }) if field.is_empty() => {
                Value::new(Kind::Reference(Reference::Secret { name: name.clone(), field: key.clone() }), loc)
            }
            Kind::Reference(Reference::Output { stack, name }) if name.is_empty() => {
                Value::new(Kind::Reference(Reference::Output { stack: stack.clone(), name: key.clone() }), loc)
            }
            _ => within(value.clone(), key, loc),
        };
        Value { assumed: found.assumed.clone().or(assumed), ..found }
    }

    fn index(&self, value: Value, key: &Expression, scope: &Scope<'a>, loc: Loc) -> Value {
        if let Kind::Reference(Reference::Attribute { resource, attribute }) = &value.kind
            && &**attribute == ANY
        {
            return reference(resource.clone(), WHOLE, loc);
        }
        let keys = self.evaluate(key, scope);
        let is_sure = text_of(&keys).is_some() && keys.assumed.is_none();
        if !is_sure && let Kind::Map(map) = &value.kind {
            let known: Vec<Arc<str>> = map.entries.iter().map(|entry| entry.key.clone()).collect();
            if !map.open && !known.is_empty() && known.len() <= MOST_KEYS {
                let found =
                    self.by_key(key, &keys, &known, scope, |key, scope| self.member(value.clone(), key, scope, loc));
                return settled(branches::one_if_equal(found), loc);
            }
        }
        let found = spread(keys).into_iter().filter_map(|Branch { when, value: key }| {
            let scope = scope.under(&when)?;
            let found = match key.as_ref().and_then(text_of) {
                Some(text) => self.member(value.clone(), &text, &scope, loc),
                None => {
                    let key = self.world.text(&scope, key.map_or(loc, |key| key.loc));
                    within(value.clone(), &key, loc)
                }
            };
            Some(Branch { when, value: Some(found) })
        });
        settled(found.collect(), loc)
    }

    /// What is under each key that an open value may name.
    fn by_key(
        &self,
        expression: &Expression,
        value: &Value,
        known: &[Arc<str>],
        scope: &Scope<'a>,
        under: impl Fn(&Arc<str>, &Scope<'a>) -> Value,
    ) -> Branches {
        let mut found = Branches::new();
        for Branch { when, value } in spread(value.clone()) {
            let Some(value) = value else { continue };
            let sure = text_of(&value).filter(|_| value.assumed.is_none());
            let mut none = scope.attempts.then(|| when.clone());
            for key in known {
                let test = match &sure {
                    Some(sure) if sure == key => When::always(),
                    Some(_) => continue,
                    None => self.equals(expression, key, scope),
                };
                for not in attempt::without(&test) {
                    none = none.and_then(|none| none.and(&not)).filter(|_| !test.is_always());
                }
                let Some(when) = when.and(&test) else { continue };
                let Some(inner) = scope.under(&when) else { continue };
                for branch in spread(under(key, &inner)) {
                    if let Some(when) = when.and(&branch.when) {
                        found.push(Branch { when, value: branch.value });
                    }
                }
            }
            found.extend(none.map(|when| Branch { when, value: Some(attempt::failure(value.loc)) }));
        }
        found
    }

    fn splat(&self, value: &Value, each: &[ast::Step], scope: &Scope<'a>, loc: Loc) -> Value {
        let through = |item: Value| {
            each.iter().fold(item, |item, step| match step {
                ast::Step::Member(key) => self.step(item, Step::Member(key), scope, loc),
                ast::Step::Index(key) => self.step(item, Step::Index(key), scope, loc),
                ast::Step::Splat(each) => self.step(item, Step::Splat(each), scope, loc),
            })
        };
        let list = match &value.kind {
            Kind::List(list) => {
                let items = list.items.iter().map(|(item, when)| (through(item.clone()), when.clone()));
                List { items: items.collect(), open: list.open }
            }
            Kind::Null => List::default(),
            Kind::Unknown(_) => List { items: Vec::new(), open: true },
            Kind::Reference(Reference::Attribute { resource, attribute }) if &**attribute == ANY => {
                let one = through(reference(resource.clone(), WHOLE, loc));
                List { items: vec![(one, When::always())], open: true }
            }
            Kind::Reference(Reference::Attribute { attribute, .. }) if &**attribute == WHOLE => {
                List { items: vec![(through(value.clone()), When::always())], open: false }
            }
            Kind::Reference(_) => List { items: Vec::new(), open: true },
            _ => List { items: vec![(through(value.clone()), When::always())], open: false },
        };
        Value { kind: Kind::List(list), loc, assumed: value.assumed.clone() }
    }

    /// The items or entries of what stands for several resources.
    pub fn as_collection(&self, value: &Value) -> Value {
        match &value.kind {
            Kind::Reference(Reference::Attribute { resource, attribute }) if &**attribute == ANY => {
                let items = vec![(reference(resource.clone(), WHOLE, value.loc), When::always())];
                Value::new(Kind::List(List { items, open: true }), value.loc)
            }
            _ => value.clone(),
        }
    }

    /// An attribute of what stands for a resource or module as a whole.
    fn attribute(&self, key: &ResourceKey, attribute: &Arc<str>, scope: &Scope<'a>, loc: Loc) -> Value {
        let target = self.targets.borrow().get(key).cloned();
        match target {
            Some(Target::Resource(declared)) => self.resource_attribute(key, &declared, attribute, scope, loc),
            Some(Target::Call(call)) => self.output_of(key, &call, attribute, &scope.when, loc),
            None => Value::unknown(Why::Deployment(format!("{}.{attribute}", key.id).into()), loc),
        }
    }

    fn resource_attribute(
        &self,
        key: &ResourceKey,
        declared: &Declared<'a>,
        attribute: &Arc<str>,
        scope: &Scope<'a>,
        loc: Loc,
    ) -> Value {
        let name = &declared.name;
        let kind = name.rsplit_once('.').map_or(&**name, |(kind, _)| kind);
        if let Some(value) = self.data(key, kind, declared, attribute, scope, loc) {
            return value;
        }
        let argument = |argument: &str| self.argument(declared, argument, &scope.when, loc);
        let text = |name: &str| argument(name).as_ref().and_then(text_of);
        let made = |reference: Reference| Value::new(Kind::Reference(reference), loc);
        let unknown = || Value::unknown(Why::Deployment(format!("{}.{attribute}", key.id).into()), loc);
        match provider::attribute(kind, attribute) {
            Some(Attribute::Of(named)) => reference(key.clone(), named, loc),
            Some(Attribute::Pseudo(name)) => made(Reference::Pseudo(name.into())),
            Some(Attribute::SsmParameter(name)) => {
                text(name).map_or_else(unknown, |name| made(Reference::SsmParameter(name)))
            }
            Some(Attribute::Secret(name)) => {
                let secret = argument(name).map(|name| self.secret(&name, scope, loc));
                secret.flatten().map_or_else(unknown, |name| made(Reference::Secret { name, field: "".into() }))
            }
            Some(Attribute::Configured(name)) => {
                let value = argument(name).unwrap_or_else(unknown);
                if is_of_elsewhere(declared, kind, &value) { reference(key.clone(), "Ref", loc) } else { value }
            }
            None => argument(attribute).unwrap_or_else(|| {
                if kind.starts_with("data.") { unknown() } else { reference(key.clone(), attribute, loc) }
            }),
        }
    }

    /// The name of the secret that a value points at.
    fn secret(&self, value: &Value, scope: &Scope<'a>, loc: Loc) -> Option<Arc<str>> {
        let Kind::Reference(Reference::Attribute { resource, .. }) = &value.kind else { return text_of(value) };
        let target = self.targets.borrow().get(resource).cloned();
        let Some(Target::Resource(declared)) = target else { return None };
        text_of(&self.argument(&declared, "name", &scope.when, loc)?)
    }

    /// What the configuration says under an argument of a resource; `None` where it says nothing.
    pub fn argument(&self, declared: &Declared<'a>, name: &str, when: &When, loc: Loc) -> Option<Value> {
        let Declared { instance, block, bindings, .. } = declared;
        if let Some(written) = block.attribute(name) {
            let own = Scope { bindings: bindings.clone(), ..Scope::new(instance.clone(), written.file) };
            let key = format!("{}{}.{name}", declared.name, bindings.label());
            let value = self.memo(instance, &key, when, loc, |when| {
                let scope = own.under(when).unwrap_or(own);
                self.evaluate(written.value(), &scope)
            });
            return (value.kind != Kind::Null).then_some(value);
        }
        let blocks = self.nested(
            block,
            name,
            &Scope { bindings: bindings.clone(), ..Scope::new(instance.clone(), block.loc().file) },
        );
        blocks.map(|entry| entry.value)
    }
}

/// Whether data looks up a client that its module does not make, although that makes one: the only client of the scan is
/// not meant by it.
fn is_of_elsewhere(declared: &Declared<'_>, kind: &str, value: &Value) -> bool {
    let makes_one =
        || declared.instance.module.resources.keys().any(|name| name.starts_with("aws_cognito_user_pool_client."));
    let is_open = matches!(value.kind, Kind::Unknown(_) | Kind::Reference(Reference::Parameter { .. }));
    kind == "data.aws_cognito_user_pool_client" && is_open && makes_one()
}

/// A resource as it is declared: where, under which name, in which turn of its loop.
#[derive(Clone, Debug)]
pub(super) struct Declared<'a> {
    pub instance: Rc<Instance<'a>>,
    pub name: Arc<str>,
    pub block: Block<'a>,
    pub bindings: Bindings,
}

/// An attribute of a resource.
pub(super) fn reference(resource: ResourceKey, attribute: &str, loc: Loc) -> Value {
    Value::new(Kind::Reference(Reference::Attribute { resource, attribute: attribute.into() }), loc)
}

/// A member of something that is not known.
pub(super) fn within(value: Value, key: &str, loc: Loc) -> Value {
    Value::unknown(Why::Member { of: Box::new(value), key: key.into() }, loc)
}

fn item(list: &List, number: usize, value: &Value, scope: &Scope<'_>, loc: Loc) -> Value {
    match list.items.get(number) {
        // Before an item that may be missing, it is not known which one has the number.
        Some((found, when)) if list.items.iter().take(number).all(|(_, when)| when.is_always()) => {
            let mut others = list.clone();
            others.items.remove(number);
            if when.follows_from(&scope.when) || others.items.len() <= number && !list.open {
                return attempt::under(found.clone(), when, scope, loc);
            }
            // Where it is missing, the next one has its number.
            let mut branches = vec![Branch { when: when.clone(), value: Some(found.clone()) }];
            for not in attempt::without(when) {
                let Some(inner) = scope.under(&not) else { continue };
                branches.push(Branch { when: not, value: Some(item(&others, number, value, &inner, loc)) });
            }
            settled(branches, loc)
        }
        Some(_) => within(value.clone(), &number.to_string(), loc),
        None if list.open => within(value.clone(), &number.to_string(), loc),
        None => attempt::missing(value.clone(), &number.to_string(), scope, loc),
    }
}

fn path(instance: &Instance<'_>, which: &str, loc: Loc) -> Value {
    let module = &instance.module.folder;
    match which {
        "module" => Value::text_at(super::paths::relative(module, &instance.root.folder), loc),
        "root" | "cwd" => Value::text_at(".", loc),
        _ => Value::unknown(Why::Import(format!("path.{which}").into()), loc),
    }
}

/// The workspace, which is chosen when Terraform is run.
fn workspace(scope: &Scope<'_>, which: &str, loc: Loc) -> Value {
    let stack = &scope.instance.root.stack;
    let name: Arc<str> = format!("terraform.{which}").into();
    match tested(&name, stack, &scope.when, None, loc) {
        Some(Some(value)) => value,
        _ => Value::new(Kind::Reference(Reference::Parameter { stack: stack.clone(), name }), loc),
    }
}

/// How many values there are in a value.
pub(super) fn weight(value: &Value) -> usize {
    1 + match &value.kind {
        Kind::Concat(parts) => parts.iter().map(weight).sum(),
        Kind::List(list) => list.items.iter().map(|(item, _)| weight(item)).sum(),
        Kind::Map(map) => map.entries.iter().map(|entry| weight(&entry.value)).sum(),
        Kind::OneOf(alternatives) => alternatives.iter().map(|alternative| weight(&alternative.value)).sum(),
        Kind::Unknown(Why::Member { of, .. }) => weight(of),
        Kind::Unknown(Why::Result(answer)) => answer.arguments.iter().map(weight).sum(),
        _ => 0_usize,
    }
}
