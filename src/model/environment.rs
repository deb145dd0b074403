//! Who sets an environment variable for a piece of code.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use camino::Utf8Path;

use crate::read::{CodeLocation, CodePath, Facts, Reader, Resource, Setting};
use crate::source::{Loc, SourceMap};
use crate::value::{Entry, Field, Kind, Value};

use super::link::How;

/// How a resource type writes its environment.
enum Shape {
    /// A map of names to values.
    Map,
    /// A list of `{Name, Value}`.
    Pairs,
    /// A list of containers, each with such a list under `Environment`.
    Containers,
}

/// The resource types that give code an environment.
const ENVIRONMENTS: &[(&str, &[&str], Shape)] = &[
    ("AWS::Lambda::Function", &["Environment", "Variables"], Shape::Map),
    ("AWS::Serverless::Function", &["Environment", "Variables"], Shape::Map),
    ("AWS::ECS::TaskDefinition", &["ContainerDefinitions"], Shape::Containers),
    ("AWS::CodeBuild::Project", &["Environment", "EnvironmentVariables"], Shape::Pairs),
    ("AWS::Amplify::App", &["EnvironmentVariables"], Shape::Pairs),
    ("AWS::Amplify::Branch", &["EnvironmentVariables"], Shape::Pairs),
    (
        "AWS::AppRunner::Service",
        &["SourceConfiguration", "ImageRepository", "ImageConfiguration", "RuntimeEnvironmentVariables"],
        Shape::Pairs,
    ),
    (
        "AWS::AppRunner::Service",
        &[
            "SourceConfiguration",
            "CodeRepository",
            "CodeConfiguration",
            "CodeConfigurationValues",
            "RuntimeEnvironmentVariables",
        ],
        Shape::Pairs,
    ),
];

/// An environment that a resource gives.
#[derive(Debug)]
pub struct Environment {
    /// The resource's number.
    pub resource: usize,
    /// The variables: name, value, and where the name stands.
    variables: Vec<(Arc<str>, Value, Loc)>,
    /// Something unknown was merged in: a variable that is not listed may be set all the same.
    pub open: bool,
    /// The environment's own place.
    pub loc: Loc,
}

impl Environment {
    /// The variable of a name.
    pub fn variable(&self, name: &str) -> Option<(&Value, Loc)> {
        self.variables.iter().find(|(mine, ..)| &**mine == name).map(|(_, value, loc)| (value, *loc))
    }

    /// The variables: name, value, and where the name stands.
    pub fn variables(&self) -> impl Iterator<Item = (&Arc<str>, &Value, Loc)> {
        self.variables.iter().map(|(name, value, loc)| (name, value, *loc))
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.iter().map(|(name, ..)| &**name)
    }
}

/// A value for a variable.
#[derive(Clone, Debug)]
pub struct Provided<'m> {
    /// The value.
    pub value: &'m Value,
    /// Where it is set.
    pub loc: Loc,
    /// How it reaches the code.
    pub how: How,
    /// Who sets it, for people: `SessionFunction.Environment`, `.env`.
    pub by: String,
}

/// Every environment of the scan.
#[derive(Debug, Default)]
pub struct Environments {
    list: Vec<Environment>,
    by_name: HashMap<Arc<str>, Vec<usize>>,
    settings: HashMap<Arc<str>, Vec<usize>>,
    /// For each code location, the environment of its resource.
    code: Vec<(Option<usize>, Option<usize>)>,
}

impl Environments {
    /// Collects the environments of resources and of settings files.
    pub fn of(facts: &Facts) -> Self {
        let mut all = Self::default();
        let mut numbers = HashMap::new();
        let mut of_resource = HashMap::new();
        for (number, resource) in facts.resources.iter().enumerate() {
            numbers.insert(&resource.key, number);
            let Some(environment) = environment_of(number, resource) else { continue };
            for (name, ..) in &environment.variables {
                all.by_name.entry(name.clone()).or_default().push(all.list.len());
            }
            of_resource.insert(number, all.list.len());
            all.list.push(environment);
        }
        for (number, setting) in facts.settings.iter().enumerate() {
            if setting.reader == Reader::Environment && !setting.example {
                all.settings.entry(setting.key.clone()).or_default().push(number);
            }
        }
        all.code = facts
            .code
            .iter()
            .map(|code| {
                let resource = numbers.get(&code.resource).copied();
                (resource, resource.and_then(|number| of_resource.get(&number).copied()))
            })
            .collect();
        all
    }

    /// All environments that resources give.
    pub fn iter(&self) -> impl Iterator<Item = &Environment> {
        self.list.iter()
    }

    /// The numbers of the code locations that cover a place, the most specific ones.
    fn locations_of(facts: &Facts, sources: &SourceMap, at: Loc) -> Vec<usize> {
        let file = &sources.file(at.file).absolute;
        let mut best = Vec::new();
        let mut best_rank = (0, false);
        for (number, location) in facts.code.iter().enumerate() {
            let Some(rank) = covers(location, file, at) else { continue };
            if rank > best_rank {
                best.clear();
                best_rank = rank;
            }
            if rank == best_rank {
                best.push(number);
            }
        }
        best
    }

    /// The functions whose code covers a place, each with the environment that it is given.
    pub fn around<'m>(
        &'m self,
        facts: &'m Facts,
        sources: &SourceMap,
        at: Loc,
    ) -> Vec<(&'m Resource, Option<&'m Environment>)> {
        let locations = Self::locations_of(facts, sources, at).into_iter().filter_map(|number| self.code.get(number));
        let functions = locations.filter_map(|(resource, environment)| {
            Some((facts.resources.get((*resource)?)?, environment.and_then(|number| self.list.get(number))))
        });
        functions.collect()
    }

    /// Who sets the variable for the code at a place, in the order of certainty: the functions that run the code; else the
    /// nearest settings file of its repository; else any environment there that sets a variable of this name; else those in
    /// one other repository that are given to code which does not stand there.
    pub fn providers<'m>(&'m self, name: &str, facts: &'m Facts, sources: &SourceMap, at: Loc) -> Vec<Provided<'m>> {
        let own = self.around(facts, sources, at);
        let given: Vec<Provided<'m>> = own
            .iter()
            .filter_map(|(resource, environment)| provided(name, resource, (*environment)?, How::Environment))
            .collect();
        if !given.is_empty() {
            return given;
        }
        let in_files = self.nearest_settings(name, facts, sources, at);
        if !in_files.is_empty() || !own.is_empty() {
            return in_files;
        }
        let (near, far): (Vec<_>, Vec<_>) =
            self.of_name(name, facts).partition(|(_, provided)| is_near(sources, provided.loc, at));
        if !near.is_empty() {
            return near.into_iter().map(|(_, provided)| provided).collect();
        }
        let has_code: HashSet<usize> = self.code.iter().filter_map(|(resource, _)| *resource).collect();
        let for_others = far.into_iter().filter(|(environment, _)| !has_code.contains(&environment.resource));
        let far: Vec<Provided<'m>> = for_others.map(|(_, provided)| provided).collect();
        let repositories: HashSet<_> = far.iter().map(|provided| sources.repository(provided.loc.file)).collect();
        if repositories.len() > 1 { Vec::new() } else { far }
    }

    /// The environments of resources that set a variable of this name.
    fn of_name<'m>(&'m self, name: &str, facts: &'m Facts) -> impl Iterator<Item = (&'m Environment, Provided<'m>)> {
        let environments = self.by_name.get(name).into_iter().flatten().filter_map(|number| self.list.get(*number));
        environments.filter_map(move |environment| {
            let resource = facts.resources.get(environment.resource)?;
            Some((environment, provided(name, resource, environment, How::EnvironmentName)?))
        })
    }

    fn settings_of<'m>(&'m self, name: &str, facts: &'m Facts) -> impl Iterator<Item = &'m Setting> {
        self.settings.get(name).into_iter().flatten().filter_map(|number| facts.settings.get(*number))
    }

    fn nearest_settings<'m>(&'m self, name: &str, facts: &'m Facts, sources: &SourceMap, at: Loc) -> Vec<Provided<'m>> {
        let code = &sources.file(at.file).absolute;
        let mut best = Vec::new();
        let mut best_depth = 0;
        for setting in self.settings_of(name, facts).filter(|setting| is_near(sources, setting.loc, at)) {
            let file = setting.path.as_deref().unwrap_or(&sources.file(setting.loc.file).absolute);
            let depth = shared_depth(code, file);
            if depth < best_depth {
                continue;
            }
            if depth > best_depth {
                best.clear();
                best_depth = depth;
            }
            let by = file.file_name().unwrap_or_default().to_owned();
            best.push(Provided { value: &setting.value, loc: setting.loc, how: How::Setting, by });
        }
        best
    }
}

/// Whether both stand in the same repository.
fn is_near(sources: &SourceMap, one: Loc, other: Loc) -> bool {
    sources.repository(one.file) == sources.repository(other.file)
}

/// How many folders two files have in common from the root on.
fn shared_depth(a: &Utf8Path, b: &Utf8Path) -> usize {
    a.components().zip(b.components()).take_while(|(mine, theirs)| mine == theirs).count()
}

/// Whether a code location covers a place; more specific ones rank higher, a handler's own file highest.
fn covers(location: &CodeLocation, file: &Utf8Path, at: Loc) -> Option<(usize, bool)> {
    match &location.path {
        CodePath::Inline => {
            (location.loc.file == at.file && location.loc.span.contains(at.span)).then_some((usize::MAX, true))
        }
        CodePath::Path(path) => {
            let below = file.strip_prefix(path).ok()?;
            let is_handler = below.as_str().is_empty()
                || location.handler.as_deref().is_some_and(|handler| handler_file(handler) == below.with_extension(""));
            Some((path.components().count(), is_handler))
        }
    }
}

/// `src/app.handler` → `src/app`; Python's `pkg.app.handler` → `pkg/app` is written with slashes by SAM and CDK.
fn handler_file(handler: &str) -> &str {
    handler.rsplit_once('.').map_or(handler, |(file, _)| file)
}

fn provided<'m>(name: &str, resource: &Resource, environment: &'m Environment, how: How) -> Option<Provided<'m>> {
    let (value, loc) = environment.variable(name)?;
    Some(Provided { value, loc, how, by: format!("{}.Environment", resource.key.name()) })
}

fn environment_of(number: usize, resource: &Resource) -> Option<Environment> {
    let mut places = ENVIRONMENTS.iter().filter(|(type_name, ..)| *type_name == &*resource.type_name).peekable();
    places.peek()?;
    let mut environment = Environment { resource: number, variables: Vec::new(), open: false, loc: resource.loc };
    for (_, path, shape) in places {
        match resource.properties.at(path) {
            Field::Present(value) | Field::Sometimes(value) => environment.add(value, shape),
            Field::Absent => {}
            Field::Unknown => environment.open = true,
        }
    }
    Some(environment)
}

impl Environment {
    fn add(&mut self, written: &Value, shape: &Shape) {
        self.loc = written.loc;
        match shape {
            Shape::Map => self.add_map(written),
            Shape::Pairs => self.add_pairs(written),
            Shape::Containers => {
                let containers = written.list().map(|list| list.items.as_slice()).unwrap_or_default();
                for (container, _) in containers {
                    if let Some(pairs) = container.field("Environment").value() {
                        self.add_pairs(pairs);
                    }
                }
                self.open |= written.list().is_none_or(|list| list.open);
            }
        }
    }

    fn add_map(&mut self, written: &Value) {
        match &written.kind {
            Kind::Map(map) => {
                self.open |= map.open;
                for Entry { key, key_loc, value, .. } in &map.entries {
                    self.variables.push((key.clone(), value.clone(), *key_loc));
                }
            }
            _ => self.open = true,
        }
    }

    fn add_pairs(&mut self, written: &Value) {
        let Kind::List(list) = &written.kind else {
            self.open = true;
            return;
        };
        self.open |= list.open;
        for (pair, _) in &list.items {
            match (pair.field("Name").value().and_then(Value::text), pair.field("Value").value()) {
                (Some(name), Some(value)) => self.variables.push((name.into(), value.clone(), pair.loc)),
                _ => self.open = true,
            }
        }
    }
}
