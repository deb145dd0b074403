//! Resources, calls and settings in one model, with the links between them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::read::{Call, Facts, Output, Resource, SettingKind, Stack};
use crate::source::{FileId, Loc, SourceMap};
use crate::value::{Field, Kind, Reference, ResourceKey, Value};
use crate::when::{Test, When};

pub mod app;
pub mod case;
pub mod change;
pub mod claim;
pub mod client;
pub mod compare;
pub mod create_only;
pub mod defaults;
pub mod deployed;
pub mod drift;
pub mod environment;
pub mod flow;
pub mod graph;
pub mod lifetime;
pub mod link;
mod listing;
pub mod meeting;
mod membership;
pub mod origin;
pub mod pool;
pub mod refresh;
pub mod resolve;
pub mod secret_hash;
pub mod sought;
pub mod stage;
mod statement;
pub mod together;
mod types;
pub mod view;
pub mod written;

use app::Apps;
use case::Case;
use client::Client;
use environment::Environments;
use link::{How, Step, Trust};
use meeting::Meeting;
use membership::Membership;
use pool::Pool;
use resolve::{Outcome, Target};
use sought::{Sought, Watch};
use statement::Statements;
use types::Types;
use view::{Variant, View};

/// The type of identity pools.
pub const IDENTITY_POOL: &str = "AWS::Cognito::IdentityPool";

/// Of how many tests all combinations are tried in one resource.
const MOST_TESTS: usize = 6;

/// Everything that was understood.
#[derive(Debug)]
pub struct Model {
    /// The files.
    pub sources: SourceMap,
    /// The facts.
    pub facts: Facts,
    /// The packages.
    pub apps: Apps,
    /// Who sets which environment variable.
    pub environments: Environments,
    by_key: HashMap<ResourceKey, usize>,
    types: Types,
    variants: Vec<Vec<Variant>>,
    /// The variants of what changes.
    sides: Vec<change::Sides>,
    exports: HashMap<Arc<str>, Vec<(usize, usize)>>,
    stored: HashMap<Arc<str>, Vec<Value>>,
    /// What the secrets of the scan say that are JSON, by their names.
    secrets: HashMap<Arc<str>, Vec<Value>>,
    known: HashMap<Arc<str>, usize>,
    /// The other repositories in which code calls Cognito.
    calling: HashSet<Arc<str>>,
    calls: Vec<case::Found>,
    cases: Vec<case::Found>,
    membership: Membership,
    statements: Statements,
    /// Resources with a line of source, by file and start of their properties.
    with_source: Vec<(Loc, Loc)>,
    /// Declared resources and what accounts have of them.
    meetings: Vec<Meeting>,
    /// How the ids of accounts were found to be those of declared resources.
    met: HashMap<Arc<str>, How>,
    /// The pools of accounts whose clients are all known.
    listed_pools: HashSet<Arc<str>>,
    /// The number of the first resource that only an account tells.
    first_live: usize,
    /// Remembers what is looked for, if somebody wants to know.
    watch: Option<Watch>,
}

impl Model {
    /// Joins the facts.
    pub fn new(sources: SourceMap, mut facts: Facts) -> Self {
        let first_live = facts.resources.len();
        let meetings = meeting::meet(&mut facts);
        let mut model = Self {
            apps: Apps::of(&sources),
            environments: Environments::of(&facts),
            by_key: facts.resources.iter().enumerate().map(|(at, resource)| (resource.key.clone(), at)).collect(),
            types: Types::of(&facts.resources),
            variants: Vec::new(),
            sides: Vec::new(),
            exports: exports(&facts),
            stored: stored(&facts, "AWS::SSM::Parameter", "Value"),
            secrets: stored(&facts, "AWS::SecretsManager::Secret", "SecretString"),
            known: known_ids(&facts),
            calling: facts.calls.iter().filter_map(|call| sources.repository(call.loc.file)).map(Arc::from).collect(),
            calls: Vec::new(),
            cases: Vec::new(),
            membership: Membership::default(),
            statements: Statements::of(&facts, &sources),
            with_source: with_source(&facts),
            met: listing::met(&meetings),
            listed_pools: listing::listed_pools(&facts),
            meetings,
            first_live,
            watch: None,
            sources,
            facts,
        };
        model.variants = model.facts.resources.iter().map(|resource| model.variants_of(resource)).collect();
        model.sides = model.sides_of_changes();
        model.calls = case::alone(&model);
        model.cases = case::find(&model);
        model.membership = Membership::of(&model);
        model
    }

    /// Remembers from now on what is looked for.
    pub fn watch(&mut self) {
        self.watch = Some(Watch::default());
    }

    /// What was looked for since this was asked last; nothing where that is not remembered.
    pub fn sought(&self) -> Option<Sought> {
        self.watch.as_ref().map(Watch::take)
    }

    /// Resources of these types are looked for.
    fn seek(&self, type_names: &[&str]) {
        if let Some(watch) = &self.watch {
            type_names.iter().for_each(|type_name| watch.seek(type_name));
        }
    }

    /// The ids that exist are looked for.
    fn seek_ids(&self) {
        self.seek(&[pool::TYPE, client::TYPE, IDENTITY_POOL]);
    }

    /// The resources of a type, in each of their variants.
    pub fn resources(&self, type_name: &'static str) -> impl Iterator<Item = View<'_>> {
        self.seek(&[type_name]);
        self.types.all(type_name).iter().flat_map(|number| self.views(*number, &Trust::default()))
    }

    /// A resource in each of its variants; the views share `trust`.
    pub fn views(&self, number: usize, trust: &Trust) -> Vec<View<'_>> {
        let Some(resource) = self.facts.resources.get(number) else { return Vec::new() };
        let variants = self.variants.get(number).map(Vec::as_slice).unwrap_or_default();
        let watch = self.watch.as_ref();
        variants.iter().map(|variant| View { resource, variant, trust: trust.clone(), watch }).collect()
    }

    /// The user pools, in each of their variants.
    pub fn pools(&self) -> impl Iterator<Item = Pool<'_>> {
        self.resources(pool::TYPE).map(Pool::new)
    }

    /// The app clients, in each of their variants.
    pub fn clients(&self) -> impl Iterator<Item = Client<'_>> {
        self.resources(client::TYPE).map(Client::new)
    }

    /// The resource behind a number.
    pub fn resource(&self, number: usize) -> Option<&Resource> {
        self.facts.resources.get(number)
    }

    /// Each call with the client and pool it works on: one case for every combination that can be.
    pub fn cases(&self) -> impl Iterator<Item = Case<'_>> {
        if !self.cases.is_empty() {
            self.seek(&[pool::TYPE, client::TYPE]);
        }
        self.cases.iter().filter_map(|found| Case::of(self, found))
    }

    /// Each call by itself, whatever client and pool it works on: one case for each flow and client id that it may send.
    /// What needs no infrastructure to be wrong is asked of these, so that no link weakens it.
    pub fn calls(&self) -> impl Iterator<Item = Case<'_>> {
        self.calls.iter().filter_map(|found| Case::of(self, found))
    }

    /// The cases of calls in the same app as a call, that call included.
    pub fn cases_in_app(&self, call: &Call) -> impl Iterator<Item = Case<'_>> {
        self.seek(&[pool::TYPE, client::TYPE]);
        let app = self.apps.of_file(call.loc.file);
        let call_of = |found: &case::Found| self.facts.calls.get(found.call);
        let is_in_app =
            move |found: &&case::Found| call_of(found).is_some_and(|call| self.apps.of_file(call.loc.file) == app);
        self.cases.iter().filter(is_in_app).filter_map(|found| Case::of(self, found))
    }

    /// The pools that a client can belong to, with the steps of the link.
    pub fn pool_of(&self, client: &Client<'_>) -> Vec<(Pool<'_>, When, Vec<Step>)> {
        let Field::Present(value) = client.field(&["UserPoolId"]) else { return Vec::new() };
        let mut found = Vec::new();
        for outcome in self.resolve(value, value.loc) {
            let Target::Resource(number, _) = outcome.target else { continue };
            for view in self.views(number, &client.trust) {
                let both = outcome.when.and(&view.variant.when).and_then(|when| when.and(&client.variant.when));
                if let Some(when) =
                    both.filter(|when| view.resource.type_name.as_ref() == pool::TYPE && self.is_satisfiable(when))
                {
                    found.push((Pool::new(view), when, outcome.steps.clone()));
                }
            }
        }
        found
    }

    /// The numbers of all resources of a type, twins counted once: those of a template that is deployed twice, say.
    pub fn distinct(&self, type_name: &str) -> &[usize] {
        self.types.distinct(type_name)
    }

    /// The same of those that may be meant where nothing is named: the declared ones, or else what an account has.
    fn candidates(&self, type_name: &str) -> &[usize] {
        let all = self.distinct(type_name);
        let (declared, live) = all.split_at(all.partition_point(|number| !self.is_live(*number)));
        if self.declares() { declared } else { live }
    }

    /// Whether the project itself declares a pool or client.
    fn declares(&self) -> bool {
        let first = |type_name: &str| self.distinct(type_name).first().copied();
        [first(pool::TYPE), first(client::TYPE)].into_iter().flatten().any(|number| !self.is_live(number))
    }

    /// Whether the project declares a resource, rather than that only an account tells it.
    pub fn is_declared(&self, resource: &Resource) -> bool {
        self.number_of(&resource.key).is_some_and(|number| !self.is_live(number))
    }

    /// Whether only an account tells a resource.
    fn is_live(&self, number: usize) -> bool {
        number >= self.first_live
    }

    /// The output of a stack that a place names by the stack's id or deployed name, and how sure that is.
    fn output(&self, stack: &str, name: &str, at: Loc) -> Option<(&Output, How)> {
        let stacks = || self.facts.stacks.iter().map(|stack| (stack.file, stack));
        let is_named = |(_, mine): &(FileId, &Stack)| &*mine.id == stack || mine.name.as_deref() == Some(stack);
        let mut named = stacks().filter(is_named).peekable();
        if named.peek().is_some() {
            return Some((self.meant(named, at).first()?.output(name)?, How::Output));
        }
        // A template without a known stack name can only be meant where it is the only one with such an output.
        let unnamed = stacks().filter(|(_, stack)| stack.name.is_none() && stack.output(name).is_some());
        let meant = self.meant(unnamed, at);
        let [stack] = meant.as_slice() else { return None };
        let how = if self.is_near(stack.file, at) { How::Output } else { How::Guess };
        Some((stack.output(name)?, how))
    }

    /// Whether a file is one of the repository that is scanned.
    pub fn is_own(&self, file: FileId) -> bool {
        self.sources.repository(file).is_none()
    }

    /// Whether a file is of the repository that a place is in.
    pub fn is_near(&self, file: FileId, at: Loc) -> bool {
        self.sources.repository(file) == self.sources.repository(at.file)
    }

    /// Whether code of the other repository that a file is of calls Cognito.
    fn has_calls(&self, file: FileId) -> bool {
        self.sources.repository(file).is_some_and(|repository| self.calling.contains(repository))
    }

    /// Which of the things with one name, each with its file, a place can mean: those of its own repository, else those of
    /// another; none where several have them.
    fn meant<T>(&self, all: impl IntoIterator<Item = (FileId, T)>, at: Loc) -> Vec<T> {
        let (near, far): (Vec<_>, Vec<_>) = all.into_iter().partition(|(file, _)| self.is_near(*file, at));
        let found = if near.is_empty() { far } else { near };
        let repositories: HashSet<_> = found.iter().map(|(file, _)| self.sources.repository(*file)).collect();
        if repositories.len() > 1 { Vec::new() } else { found.into_iter().map(|(_, one)| one).collect() }
    }

    /// The output that a place means by the name of an export.
    fn export(&self, name: &str, at: Loc) -> Option<&Output> {
        let output = |(stack, output): &(usize, usize)| self.facts.stacks.get(*stack)?.outputs.get(*output);
        let all = self.exports.get(name)?.iter().filter_map(output).map(|output| (output.loc.file, output));
        self.meant(all, at).first().copied()
    }

    /// What a place means by the name of something stored.
    fn stored_as<'m>(&self, stored: &'m HashMap<Arc<str>, Vec<Value>>, name: &str, at: Loc) -> Option<&'m Value> {
        self.meant(stored.get(name)?.iter().map(|value| (value.loc.file, value)), at).first().copied()
    }

    /// Every satisfiable combination of the conditions inside a Cognito resource. Others are looked at as they are.
    fn variants_of(&self, resource: &Resource) -> Vec<Variant> {
        let as_is = || vec![Variant { when: resource.when.clone(), properties: None }];
        if !resource.type_name.starts_with("AWS::Cognito::") {
            return as_is();
        }
        let tests = tests_in(&resource.properties);
        if tests.is_empty() || tests.len() > MOST_TESTS {
            return as_is();
        }
        let variants: Vec<Variant> = combinations(&tests)
            .filter_map(|when| when.and(&resource.when))
            .filter(|when| self.is_satisfiable(when))
            .map(|when| Variant { properties: Some(Box::new(resource.properties.under(&when))), when })
            .collect();
        if variants.is_empty() { as_is() } else { variants }
    }

    /// What a chain of outcomes says for people: `CLIENT_ID → SessionFunction.Environment → !Ref WebClient`, at the last
    /// place of the chain that is not the code's own.
    pub fn describe(steps: &[Step]) -> Option<(Loc, String)> {
        let last = steps.last()?;
        let loc = steps.iter().rev().find(|step| step.how != How::Reference).map_or(last.loc, |step| step.loc);
        Some((loc, steps.iter().map(|step| step.text.as_str()).collect::<Vec<_>>().join(" → ")))
    }

    /// Whether a literal id is none of those that are known to exist. `false` where nothing is known.
    pub fn is_unknown_id(&self, kind: SettingKind, id: &str) -> bool {
        self.is_known(kind, id) == Some(false)
    }

    /// The line of the program that made the resource which a place in a template belongs to.
    pub fn source_of(&self, loc: Loc) -> Option<Loc> {
        let after = self
            .with_source
            .partition_point(|(template, _)| (template.file, template.span.start) <= (loc.file, loc.span.start));
        let (template, source) = self.with_source.get(after.checked_sub(1)?)?;
        (template.file == loc.file && template.span.contains(loc.span)).then_some(*source)
    }

    /// The resources that an outcome list points at, with the conditions.
    pub fn targets(outcomes: &[Outcome]) -> impl Iterator<Item = (usize, &Outcome)> {
        outcomes.iter().filter_map(|outcome| match outcome.target {
            Target::Resource(number, _) => Some((number, outcome)),
            _ => None,
        })
    }
}

/// The tests inside a value, each once, without their outcome.
pub(crate) fn tests_in(value: &Value) -> Vec<Test> {
    let mut tests: Vec<Test> = Vec::new();
    value.conditions(&mut |when| {
        for test in when.tests() {
            if !tests.iter().any(|mine| mine.scope == test.scope && mine.name == test.name) {
                tests.push(test.clone());
            }
        }
    });
    tests
}

/// All combinations of outcomes of these tests (their number is bounded by the callers).
pub(crate) fn combinations(tests: &[Test]) -> impl Iterator<Item = When> + '_ {
    (0_u32..1 << tests.len()).filter_map(|bits| {
        tests.iter().enumerate().try_fold(When::always(), |when, (at, test)| {
            when.and(&When::test(test.scope.clone(), test.name.clone(), bits >> at & 1 == 0))
        })
    })
}

fn exports(facts: &Facts) -> HashMap<Arc<str>, Vec<(usize, usize)>> {
    let mut exports: HashMap<_, Vec<_>> = HashMap::new();
    for (at, stack) in facts.stacks.iter().enumerate() {
        for (number, output) in stack.outputs.iter().enumerate() {
            if let Some(name) = output.export.as_ref().and_then(|name| rendered(name, stack.name.as_deref())) {
                exports.entry(name).or_default().push((at, number));
            }
        }
    }
    exports
}

/// What resources of a type hold under a property, by their names.
fn stored(facts: &Facts, type_name: &str, property: &str) -> HashMap<Arc<str>, Vec<Value>> {
    let resources = facts.resources.iter().filter(|resource| &*resource.type_name == type_name);
    let named = resources.filter_map(|resource| {
        let name = rendered(resource.properties.field("Name").value()?, None)?;
        Some((name, resource.properties.field(property).value()?.clone()))
    });
    named.fold(HashMap::new(), |mut stored: HashMap<_, Vec<_>>, (name, value)| {
        stored.entry(name).or_default().push(value);
        stored
    })
}

/// The number of each known id, by the id; of several the one that tells the resource.
fn known_ids(facts: &Facts) -> HashMap<Arc<str>, usize> {
    let mut known = HashMap::new();
    let (with, without): (Vec<_>, Vec<_>) =
        facts.known.iter().enumerate().partition(|(_, known)| known.resource.is_some());
    for (at, id) in with.into_iter().chain(without.into_iter().rev()) {
        known.entry(id.id.clone()).or_insert(at);
    }
    known
}

/// A text, also one made of known parts and the stack's name.
fn rendered(value: &Value, stack: Option<&str>) -> Option<Arc<str>> {
    match &value.kind {
        Kind::Text(text) => Some(text.clone()),
        Kind::Reference(Reference::Pseudo(name)) if &**name == "AWS::StackName" => stack.map(Arc::from),
        Kind::Concat(parts) => {
            let parts: Option<Vec<Arc<str>>> = parts.iter().map(|part| rendered(part, stack)).collect();
            Some(parts?.concat().into())
        }
        _ => None,
    }
}

/// The extents of resources that a program made, with the line of that program, in the order of their places.
fn with_source(facts: &Facts) -> Vec<(Loc, Loc)> {
    let mut list: Vec<(Loc, Loc)> = Vec::new();
    for resource in &facts.resources {
        if let Some(source) = resource.source {
            list.push((resource.loc, source));
            list.push((resource.properties.loc, source));
        }
    }
    list.sort();
    list
}
