//! What a value that is not known before the plan is carried out refers to.

use std::collections::HashMap;
use std::sync::Arc;

use super::address::{self, Address};
use super::attributes::after_apply;
use crate::read::SettingKind;
use crate::read::settings::keys;
use crate::read::terraform::provider::{Attribute, attribute};
use crate::source::Loc;
use crate::syntax::tree::Node;
use crate::value::{Alternative, Kind, Reference, ResourceKey, Value};
use crate::when::When;

use super::configuration::{Configuration, Expression, Target};
use super::document::Subject;

/// How many resources a value may mean, each on a condition.
const MOST: usize = 8;

/// How many resources are looked through whose arguments are themselves not known yet.
const DEEPEST: usize = 8;

/// What attributes of resources hold, by the end of the type's name and CloudFormation's name for the attribute.
const HOLD: &[(&str, &str, SettingKind)] = &[
    ("cognito_user_pool", "Ref", SettingKind::UserPoolId),
    ("cognito_user_pool", "Arn", SettingKind::UserPoolArn),
    ("cognito_user_pool", "ProviderName", SettingKind::Issuer),
    ("cognito_user_pool", "ProviderURL", SettingKind::Issuer),
    ("cognito_user_pool_client", "Ref", SettingKind::ClientId),
    ("cognito_user_pool_client", "ClientSecret", SettingKind::ClientSecret),
    ("cognito_managed_user_pool_client", "Ref", SettingKind::ClientId),
    ("cognito_managed_user_pool_client", "ClientSecret", SettingKind::ClientSecret),
    ("cognito_identity_pool", "Ref", SettingKind::IdentityPoolId),
    ("cognito_user_pool_domain", "Ref", SettingKind::Domain),
];

/// Finds out what values refer to.
#[derive(Debug)]
pub struct References<'a> {
    /// The stack's id.
    stack: Arc<str>,
    configuration: &'a Configuration,
    /// The addresses of instances by the address without any keys.
    instances: HashMap<String, Vec<Arc<str>>>,
    /// Attributes that are known, by address.
    attributes: HashMap<Arc<str>, &'a Node>,
}

/// A value that is not known yet: whose, and where in its attributes.
#[derive(Clone, Copy)]
struct Wanted<'w> {
    /// The address of the resource, nothing for the root module's outputs.
    owner: Option<&'w str>,
    /// The name of the argument, or of the entry in it.
    name: &'w str,
    /// It is an entry of a map of which only the whole has an expression.
    is_entry: bool,
    loc: Loc,
}

/// Something that a value may be.
struct Candidate {
    address: Arc<str>,
    value: Value,
    holds: Option<SettingKind>,
}

impl<'a> References<'a> {
    /// Among instances with these attributes.
    pub fn new(stack: Arc<str>, configuration: &'a Configuration, all: &[(&'a Subject, &'a Node)]) -> Self {
        let mut references = Self { stack, configuration, instances: HashMap::new(), attributes: HashMap::new() };
        for (subject, attributes) in all {
            let address = &subject.address;
            if let Some(parsed) = address::parse(address) {
                let same = references.instances.entry(parsed.without_keys()).or_default();
                if !same.contains(address) {
                    same.push(address.clone());
                }
            }
            references.attributes.entry(address.clone()).or_insert(attributes);
        }
        references
    }

    /// The value of an attribute of a resource.
    pub fn value(&self, owner: &str, path: &[Arc<str>], loc: Loc) -> Value {
        self.attribute(owner, path, loc, DEEPEST)
    }

    /// The value of an output of the root module.
    pub fn output(&self, name: &str, loc: Loc) -> Value {
        let expression = self.configuration.output(name);
        let wanted = Wanted { owner: None, name, is_entry: false, loc };
        expression.and_then(|expression| self.meant(wanted, expression, DEEPEST)).unwrap_or_else(|| after_apply(loc))
    }

    fn attribute(&self, owner: &str, path: &[Arc<str>], loc: Loc, deepest: usize) -> Value {
        let found = || {
            let mut expression = &self.configuration.resource(owner)?.expressions;
            let mut rest = path;
            while let (Expression::Parts(_), [first, behind @ ..]) = (expression, rest) {
                expression = expression.part(first)?;
                rest = behind;
            }
            let is_name = |key: &&Arc<str>| key.parse::<usize>().is_err();
            let name = path.iter().rev().find(is_name)?;
            let is_entry = rest.iter().any(|key| is_name(&key));
            self.meant(Wanted { owner: Some(owner), name, is_entry, loc }, expression, deepest.checked_sub(1)?)
        };
        found().unwrap_or_else(|| after_apply(loc))
    }

    /// What an expression means where only one thing can be meant, or one of few.
    fn meant(&self, wanted: Wanted<'_>, expression: &Expression, deepest: usize) -> Option<Value> {
        let owner = wanted.owner.and_then(address::parse);
        let calls = owner.as_ref().map(|owner| owner.calls.as_slice()).unwrap_or_default();
        let meant = self.configuration.meaning(calls, expression);
        if meant.is_open || meant.targets.is_empty() {
            return None;
        }
        let mut candidates: Vec<Candidate> = Vec::new();
        for target in &meant.targets {
            for address in self.instances_of(target, owner.as_ref()) {
                if !candidates.iter().any(|known| known.address == address) {
                    candidates.push(self.candidate(wanted, target, address, deepest)?);
                }
            }
        }
        let kind = keys::kind_of(wanted.name, None);
        let fits = |candidate: &Candidate| candidate.holds.is_some() && candidate.holds == kind;
        if candidates.iter().any(fits) && (wanted.is_entry || candidates.len() > 1) {
            candidates.retain(fits);
        } else if wanted.is_entry && candidates.len() > 1 {
            return None;
        }
        match candidates.len() {
            0 => None,
            1 => candidates.pop().map(|only| only.value),
            2..=MOST => Some(self.choice(wanted, candidates)),
            _ => None,
        }
    }

    /// One of several, told apart by the address that is meant.
    fn choice(&self, wanted: Wanted<'_>, candidates: Vec<Candidate>) -> Value {
        let subject =
            wanted.owner.map_or_else(|| wanted.name.to_owned(), |owner| format!("{} of {owner}", wanted.name));
        let alternative = |candidate: Candidate| {
            let test = format!("{subject} = {}", candidate.address);
            Alternative { value: candidate.value, when: When::test(self.stack.clone(), test, true), fallback: false }
        };
        Value::new(Kind::OneOf(candidates.into_iter().map(alternative).collect()), wanted.loc)
    }

    /// What it is to refer to one instance. `None` where that cannot be told.
    fn candidate(&self, wanted: Wanted<'_>, target: &Target, address: Arc<str>, deepest: usize) -> Option<Candidate> {
        let ends_with = |word: &str| keys_end(wanted.name, word);
        // Of `aws_x.y[each.key].id` the plan tells `aws_x.y` alone.
        let guessed = if ends_with("id") { Some("id") } else { ends_with("arn").then_some("arn") };
        let name = target.attribute.as_deref().or(guessed)?;
        let argument = |argument: &str| self.attributes.get(&address).and_then(|node| node.get(argument));
        let reference = |reference: Reference| Value::new(Kind::Reference(reference), wanted.loc);
        let (value, holds) = match attribute(&target.type_name, name)? {
            Attribute::Of(attribute) => {
                let holds = HOLD.iter().find(|(kind, known, _)| {
                    *known == attribute && target.type_name.split_once('_').is_some_and(|(_, rest)| rest == *kind)
                });
                let resource = ResourceKey { stack: self.stack.clone(), id: address.clone() };
                let plain = reference(Reference::Attribute { resource, attribute: attribute.into() });
                // The plan does not tell whether more text stands around it.
                let is_plain = ["id", "ids", "arn", "arns", "secret"].into_iter().any(ends_with);
                let value = if is_plain { plain } else { Value::new(Kind::Concat(vec![plain]), wanted.loc) };
                (value, holds.map(|(_, _, holds)| *holds))
            }
            Attribute::Configured(argument) => {
                let value = self.attribute(&address, &[argument.into()], wanted.loc, deepest);
                (Some(value).filter(|value| !value.is_unknown())?, keys::kind_of(argument, None))
            }
            Attribute::Pseudo(name) => (reference(Reference::Pseudo(name.into())), None),
            Attribute::SsmParameter(name) => (reference(Reference::SsmParameter(argument(name)?.scalar()?)), None),
            Attribute::Secret(name) => {
                let field = "".into();
                (reference(Reference::Secret { name: argument(name)?.scalar()?, field }), None)
            }
        };
        Some(Candidate { address, value, holds })
    }

    /// The instances that a reference from an owner may mean: those with the keys that it tells, else with the owner's.
    fn instances_of(&self, target: &Target, owner: Option<&Address<'_>>) -> Vec<Arc<str>> {
        let Some(wanted) = address::parse(&target.address) else { return Vec::new() };
        let all = self.instances.get(&wanted.without_keys()).map(Vec::as_slice).unwrap_or_default();
        let told = |found: &Address<'_>| {
            let agrees = |told: Option<&str>, found: Option<&str>| told.is_none() || told == found;
            let mut calls = wanted.calls.iter().zip(&found.calls);
            calls.all(|((_, told), (_, found))| agrees(*told, *found)) && agrees(target.key.as_deref(), found.key)
        };
        let told: Vec<_> =
            all.iter().filter(|address| address::parse(address).is_some_and(|found| told(&found))).collect();
        let same_key = |address: &&&Arc<str>| {
            let key = owner.and_then(|owner| owner.key);
            key.is_some() && address::parse(address).is_some_and(|found| found.key == key)
        };
        let same: Vec<_> = told.iter().filter(same_key).copied().collect();
        let chosen = if same.is_empty() { told } else { same };
        chosen.into_iter().cloned().collect()
    }
}

/// Whether a name ends with a word: `user_pool_id`, `CLIENT_ID`, `clientId`.
fn keys_end(name: &str, word: &str) -> bool {
    crate::words::split(name).last().is_some_and(|last| last == word)
}
