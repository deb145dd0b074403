//! What a project declares and what accounts hold: which of them are one.
//!
//! A resource that is both is one resource of the model, the declared one. What the account says of it is kept beside it, and
//! decides what the declaration leaves open.

use std::collections::{HashMap, HashSet};
use std::mem;
use std::sync::Arc;

use crate::read::live::{Deployment, Holding};
use crate::read::{Facts, Resource, Stack};
use crate::value::{Field, Kind, Reference, ResourceKey, Value};
use crate::when::When;

use super::link::{How, Step};
use super::view::Variant;
use super::{IDENTITY_POOL, client, pool};

/// Types whose resources people name, and the property that the name is. A name that only one on each side has tells which
/// is which.
const NAMED: &[(&str, &str)] = &[(pool::TYPE, "UserPoolName"), (IDENTITY_POOL, "IdentityPoolName")];

/// Types whose resources are parts of others: the property that names the whole, and the one that tells parts apart, if
/// there can be several.
const PARTS: &[(&str, &str, Option<&str>)] = &[
    (client::TYPE, "UserPoolId", Some("ClientName")),
    ("AWS::Cognito::UserPoolDomain", "UserPoolId", Some("Domain")),
    ("AWS::Cognito::UserPoolIdentityProvider", "UserPoolId", Some("ProviderName")),
    ("AWS::Cognito::UserPoolResourceServer", "UserPoolId", Some("Identifier")),
    ("AWS::Cognito::UserPoolGroup", "UserPoolId", Some("GroupName")),
    ("AWS::Cognito::LogDeliveryConfiguration", "UserPoolId", None),
    ("AWS::Cognito::IdentityPoolRoleAttachment", "IdentityPoolId", None),
];

/// How many resources a stack of an unknown name must share with one of the account to be taken for it, where the names in
/// it are such as people write.
const ENOUGH: usize = 4;

/// A declared resource and what an account has of it.
#[derive(Debug)]
pub struct Meeting {
    /// The number of the declared resource.
    pub declared: usize,
    /// What the account has.
    pub live: Resource,
    /// The same as the only variant of itself.
    pub variant: Variant,
    /// How they were found to be one.
    pub steps: Vec<Step>,
}

/// Lets the resources of accounts meet the declared ones. Those that meet none join the declared ones behind them.
pub(super) fn meet(facts: &mut Facts) -> Vec<Meeting> {
    let holdings = mem::take(&mut facts.live.resources);
    if holdings.is_empty() {
        return Vec::new();
    }
    let steps = Search::new(facts, &holdings).run();
    facts.resources.reserve_exact(steps.iter().filter(|step| step.is_none()).count());
    let mut meetings = Vec::new();
    let mut keys: HashMap<ResourceKey, ResourceKey> = HashMap::new();
    for (holding, step) in holdings.into_iter().zip(steps) {
        match step {
            Some((declared, step)) => {
                if let Some(resource) = facts.resources.get(declared) {
                    keys.insert(holding.resource.key.clone(), resource.key.clone());
                }
                let live = holding.resource;
                let variant = Variant { when: When::always(), properties: None };
                meetings.push(Meeting { declared, live, variant, steps: vec![step] });
            }
            None => facts.resources.push(holding.resource),
        }
    }
    for known in facts.known.iter_mut().filter(|known| known.is_live) {
        if let Some(key) = known.resource.as_ref().and_then(|key| keys.get(key)) {
            known.resource = Some(key.clone());
        }
    }
    fill(facts, &meetings);
    meetings
}

/// For each resource of an account the declared one that it is, and how that was found.
struct Search<'f> {
    facts: &'f Facts,
    holdings: &'f [Holding],
    found: Vec<Option<(usize, Step)>>,
    by_key: HashMap<&'f ResourceKey, usize>,
    by_id: HashMap<(&'f str, &'f str), usize>,
}

impl<'f> Search<'f> {
    fn new(facts: &'f Facts, holdings: &'f [Holding]) -> Self {
        let by_key = facts.resources.iter().enumerate().map(|(number, resource)| (&resource.key, number)).collect();
        let by_id = holdings.iter().enumerate();
        let by_id = by_id.map(|(at, holding)| ((&*holding.resource.type_name, &*holding.id), at)).collect();
        Self { facts, holdings, found: vec![None; holdings.len()], by_key, by_id }
    }

    fn run(mut self) -> Vec<Option<(usize, Step)>> {
        self.by_known_ids();
        self.by_stacks();
        for (type_name, property) in NAMED {
            let (declared, live) = (self.declared(type_name), self.live(type_name));
            self.by_names(property, &declared, &live);
        }
        for (type_name, whole, own) in PARTS {
            self.parts(type_name, whole, *own);
        }
        self.found
    }

    /// Lets a declared resource be what the account has under an id, unless that is known already.
    fn pair(&mut self, key: &ResourceKey, id: &str, step: impl FnOnce() -> Step) {
        let Some(declared) = self.by_key.get(key).copied() else { return };
        let Some(resource) = self.facts.resources.get(declared) else { return };
        let Some(at) = self.by_id.get(&(&*resource.type_name, id)).copied() else { return };
        if let Some(slot @ None) = self.found.get_mut(at) {
            *slot = Some((declared, step()));
        }
    }

    /// States, plans and outputs tell the ids of resources.
    fn by_known_ids(&mut self) {
        let facts = self.facts;
        for known in facts.known.iter().filter(|known| !known.is_live) {
            let output = || {
                let (stack, name) = (known.stack.as_ref()?, known.output.as_ref()?);
                let is_named = |mine: &&Stack| mine.id == *stack || mine.name.as_ref() == Some(stack);
                let has_it = |mine: &&Stack| mine.outputs.iter().any(|output| output.name == *name);
                // A template whose stack has no known name can only be meant where no other has such an output.
                let mut nameless = facts.stacks.iter().filter(|mine| mine.name.is_none()).filter(has_it);
                let only = nameless.next().filter(|_| nameless.next().is_none());
                let stack = facts.stacks.iter().find(is_named).or(only)?;
                referred(&stack.outputs.iter().find(|output| output.name == *name)?.value)
            };
            let Some(key) = known.resource.as_ref().or_else(output) else { continue };
            let text = format!("deployed as {}", key.id);
            self.pair(key, &known.id, || Step { how: How::KnownId, loc: known.loc, text });
        }
    }

    /// CloudFormation tells which resource of a stack has which id.
    fn by_stacks(&mut self) {
        let facts = self.facts;
        for deployment in &facts.live.stacks {
            let Some((stack, how)) = stack_of(deployment, facts) else { continue };
            for member in &deployment.members {
                let key = ResourceKey { stack: Arc::clone(stack), id: member.logical.clone() };
                let text = format!("{} of stack {}", member.logical, deployment.name);
                self.pair(&key, &member.physical, || Step { how, loc: member.loc, text });
            }
        }
    }

    /// The declared resources of a type that have met nothing.
    fn declared(&self, type_name: &str) -> Vec<usize> {
        let met: HashSet<usize> = self.found.iter().flatten().map(|(number, _)| *number).collect();
        let resources = self.facts.resources.iter().enumerate();
        let of_type = resources.filter(|(number, one)| &*one.type_name == type_name && !met.contains(number));
        of_type.map(|(number, _)| number).collect()
    }

    /// The resources of accounts of a type.
    fn live(&self, type_name: &str) -> Vec<usize> {
        let all = self.holdings.iter().enumerate();
        all.filter(|(_, holding)| &*holding.resource.type_name == type_name).map(|(at, _)| at).collect()
    }

    /// Pairs what has the same text under a property, where that is one on each side.
    fn by_names(&mut self, property: &str, declared: &[usize], live: &[usize]) {
        let mut names: HashMap<&str, (Vec<usize>, Vec<usize>)> = HashMap::new();
        let (facts, holdings) = (self.facts, self.holdings);
        for number in declared {
            let resource = facts.resources.get(*number);
            if let Some(name) = resource.and_then(|resource| text_of(resource, property)) {
                names.entry(name).or_default().0.push(*number);
            }
        }
        for at in live {
            let name = holdings.get(*at).and_then(|holding| text_of(&holding.resource, property));
            if let Some((_, live)) = name.and_then(|name| names.get_mut(name)) {
                live.push(*at);
            }
        }
        for (name, (declared, live)) in names {
            if let ([declared], [at]) = (declared.as_slice(), live.as_slice()) {
                self.take(*declared, *at, How::SameName, format!("the only one named {name}"));
            }
        }
    }

    /// Takes a declared resource for what an account has, unless that is known already.
    fn take(&mut self, declared: usize, at: usize, how: How, text: String) {
        let loc = self.holdings.get(at).map(|holding| holding.resource.loc);
        if let (Some(slot @ None), Some(loc)) = (self.found.get_mut(at), loc) {
            *slot = Some((declared, Step { how, loc, text }));
        }
    }

    /// Pairs the parts of what was paired.
    fn parts(&mut self, type_name: &str, whole: &str, own: Option<&str>) {
        let (facts, holdings) = (self.facts, self.holdings);
        let mut declared: HashMap<&ResourceKey, Vec<usize>> = HashMap::new();
        for number in self.declared(type_name) {
            let value = facts.resources.get(number).and_then(|one| one.properties.field(whole).value());
            if let Some(key) = value.and_then(referred) {
                declared.entry(key).or_default().push(number);
            }
        }
        let mut live: HashMap<&str, Vec<usize>> = HashMap::new();
        for at in self.live(type_name) {
            if let Some(id) = holdings.get(at).and_then(|holding| text_of(&holding.resource, whole)) {
                live.entry(id).or_default().push(at);
            }
        }
        let wholes = self.found.iter().zip(holdings);
        let wholes = wholes.filter_map(|(found, holding)| Some((found.as_ref()?.0, &*holding.id)));
        let wholes: Vec<(usize, &str)> = wholes.collect();
        for (number, id) in wholes {
            let key = facts.resources.get(number).map(|resource| &resource.key);
            let (Some(declared), Some(live)) = (key.and_then(|key| declared.get(key)), live.get(id)) else { continue };
            match (own, declared.as_slice(), live.as_slice()) {
                (Some(own), declared, live) => self.by_names(own, declared, live),
                (None, [declared], [at]) => self.take(*declared, *at, How::KnownId, "the only one of its pool".into()),
                (None, ..) => {}
            }
        }
    }
}

/// The text under a property, if it is certain.
fn text_of<'r>(resource: &'r Resource, property: &str) -> Option<&'r str> {
    match resource.properties.field(property) {
        Field::Present(value) if value.assumed.is_none() => value.text().filter(|text| !text.is_empty()),
        _ => None,
    }
}

/// The resource whose id a value is, if it is that of one in the same stack.
fn referred(value: &Value) -> Option<&ResourceKey> {
    match value.reference()? {
        Reference::Attribute { resource, attribute } if matches!(&**attribute, "Ref" | "UserPoolId" | "ClientId") => {
            Some(resource)
        }
        _ => None,
    }
}

/// The declared stack that a deployed one is, by its name; else by what it holds.
fn stack_of<'f>(deployment: &Deployment, facts: &'f Facts) -> Option<(&'f Arc<str>, How)> {
    let is_nested = |id: &str| {
        let nested = id.rsplit_once('/').and_then(|(parent, logical)| {
            let parent = facts.stacks.iter().find(|stack| &*stack.id == parent)?.name.as_ref()?;
            Some(deployment.name.starts_with(&format!("{parent}-{logical}-")))
        });
        nested == Some(true)
    };
    let mut stacks = facts.stacks.iter();
    let named = stacks.find(|stack| stack.name.as_ref() == Some(&deployment.name) || is_nested(&stack.id));
    if let Some(stack) = named {
        return Some((&stack.id, How::KnownId));
    }
    let nameless = facts.stacks.iter().filter(|stack| stack.name.is_none() && !is_nested(&stack.id));
    let mut shares: Vec<(usize, &Arc<str>)> =
        nameless.filter_map(|stack| Some((shared(deployment, &stack.id, facts)?, &stack.id))).collect();
    shares.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    match shares.as_slice() {
        [(best, _), (second, _), ..] if best == second => None,
        [(_, stack), ..] => Some((stack, How::SameName)),
        [] => None,
    }
}

/// How many resources a declared stack and a deployed one share, if that is enough to take them for one: all that certainly
/// are deployed of Cognito's, and among them a name that a generator made, or many.
fn shared(deployment: &Deployment, stack: &str, facts: &Facts) -> Option<usize> {
    let members: HashSet<(&str, &str)> =
        deployment.members.iter().map(|member| (&*member.logical, &*member.type_name)).collect();
    let (mut count, mut is_generated) = (0, false);
    for resource in facts.resources.iter().filter(|resource| &*resource.key.stack == stack) {
        if members.contains(&(&*resource.key.id, &*resource.type_name)) {
            count += 1;
            is_generated |= has_hash(&resource.key.id);
        } else if resource.type_name.starts_with("AWS::Cognito::") && resource.when.is_always() {
            return None;
        }
    }
    (count >= ENOUGH || is_generated).then_some(count)
}

/// Whether a logical id ends as the CDK makes them: with eight hexadecimal digits.
fn has_hash(id: &str) -> bool {
    let hash = id.len().checked_sub(8).and_then(|at| id.get(at..)).unwrap_or_default();
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte);
    hash.len() == 8 && hash.bytes().all(is_digit) && hash.bytes().any(|byte| byte.is_ascii_digit())
}

/// Lets accounts decide what declarations leave open: where a declared resource is deployed once, and that is certain.
fn fill(facts: &mut Facts, meetings: &[Meeting]) {
    let mut counts: HashMap<usize, usize> = HashMap::new();
    meetings.iter().for_each(|meeting| *counts.entry(meeting.declared).or_default() += 1);
    for meeting in meetings {
        let is_sure = meeting.steps.iter().all(|step| step.how == How::KnownId);
        let is_only = counts.get(&meeting.declared) == Some(&1);
        if let Some(declared) = facts.resources.get_mut(meeting.declared).filter(|_| is_sure && is_only) {
            settle(&mut declared.properties, &meeting.live.properties);
        }
    }
}

/// Puts what is answered in the place of what is open.
fn settle(declared: &mut Value, live: &Value) {
    let Kind::Map(answered) = &live.kind else { return };
    let Kind::Map(map) = &mut declared.kind else {
        if declared.is_unknown() {
            declared.kind = live.kind.clone();
        }
        return;
    };
    for entry in &answered.entries {
        let is_open = match map.field(&entry.key) {
            Field::Present(value) => is_open(value),
            Field::Unknown => true,
            Field::Absent | Field::Sometimes(_) => false,
        };
        if is_open {
            map.insert(entry.clone());
        }
    }
    if !answered.open {
        map.entries.retain(|entry| answered.entry(&entry.key).is_some() || !is_open(&entry.value));
    }
}

/// Whether a deployment decides a value: nothing is known of it, or it is a parameter's.
fn is_open(value: &Value) -> bool {
    let is_parameter = matches!(value.kind, Kind::Reference(Reference::Parameter { .. }));
    value.is_unknown() || is_parameter || value.assumed.is_some()
}
