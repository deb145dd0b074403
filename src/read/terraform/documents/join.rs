//! Plans and states beside the configuration that they belong to.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::read::{CodeLocation, Facts, Note, Output, Resource};
use crate::source::{FileId, Loc, SourceMap};
use crate::value::{Entry, Kind, List, Map, Value};

use super::address::{module_of, without_keys};
use super::document::Subject;

/// The facts so far, and the root modules in them.
pub struct Roots<'a> {
    /// The facts.
    pub facts: Facts,
    sources: &'a SourceMap,
    by_folder: HashMap<Utf8PathBuf, Vec<Root>>,
    /// The stacks that a plan has decided.
    decided: HashSet<Arc<str>>,
}

/// A root module: a configuration's, or a document's that stands for itself.
struct Root {
    stack: Arc<str>,
    /// What it describes, by addresses without keys.
    addresses: HashSet<String>,
}

impl<'a> Roots<'a> {
    /// The root modules of configurations.
    pub fn new(facts: Facts, sources: &'a SourceMap) -> Self {
        let mut roots = Self { facts: Facts::default(), sources, by_folder: HashMap::new(), decided: HashSet::new() };
        roots.register(&facts);
        roots.facts = facts;
        roots
    }

    fn register(&mut self, facts: &Facts) {
        let mut addresses: HashMap<&str, HashSet<String>> = HashMap::new();
        for resource in &facts.resources {
            addresses.entry(&resource.key.stack).or_default().insert(without_keys(&resource.key.id));
        }
        for stack in &facts.stacks {
            let folder = self.sources.file(stack.file).absolute.parent().unwrap_or(Utf8Path::new("")).to_owned();
            let addresses = addresses.remove(&*stack.id).unwrap_or_default();
            self.by_folder.entry(folder).or_default().push(Root { stack: stack.id.clone(), addresses });
        }
    }

    /// The stack of the root module that a document about some resources belongs to: the nearest one in its folder and
    /// those above that describes one of them, else the only one that does.
    pub fn of<'s>(&self, file: FileId, subjects: impl Iterator<Item = &'s Subject>) -> Option<Arc<str>> {
        if self.by_folder.is_empty() {
            return None;
        }
        let addresses: HashSet<String> = subjects.map(|subject| without_keys(&subject.address)).collect();
        let folders = self.sources.file(file).absolute.ancestors().skip(1);
        let mut near = folders.filter_map(|folder| self.by_folder.get(folder)).flatten();
        let describes = |root: &&Root| !root.addresses.is_disjoint(&addresses);
        let root = near.find(describes).or_else(|| {
            let mut all = self.by_folder.values().flatten().filter(describes);
            all.next().filter(|_| all.next().is_none())
        });
        root.map(|root| root.stack.clone())
    }

    /// Adds a plan. Its values take the place of those of the root module that it belongs to, at the places of these.
    pub fn decide(&mut self, root: Option<Arc<str>>, mut planned: Facts, is_whole: bool) {
        let Some(stack) = root else {
            self.register(&planned);
            self.facts.extend(planned);
            return;
        };
        if !self.decided.insert(stack.clone()) {
            let file = planned.stacks.first().map(|stack| stack.file);
            let message = "another plan of the same configuration was read; this one was passed over".to_owned();
            self.facts.notes.push(Note { kind: "other-plan", message, file, loc: None });
            return;
        }
        let (written, others) =
            std::mem::take(&mut self.facts.resources).into_iter().partition(|resource| resource.key.stack == stack);
        self.facts.resources = others;
        let written = Written::new(written);
        planned.resources.iter_mut().for_each(|resource| written.place(resource));
        for change in &mut planned.changes {
            change.after.iter_mut().for_each(|resource| written.place(resource));
        }
        let instances = Instances::of(&planned.resources);
        planned.code.clear();
        self.facts.code = std::mem::take(&mut self.facts.code)
            .into_iter()
            .flat_map(|code| if code.resource.stack == stack { instances.code(code, is_whole) } else { vec![code] })
            .collect();
        if !is_whole {
            let is_left = |resource: &Resource| !instances.has(&resource.key.id);
            self.facts.resources.extend(written.resources.into_iter().filter(is_left));
        }
        for told in planned.stacks.drain(..) {
            if let Some(stack) = self.facts.stacks.iter_mut().find(|mine| mine.id == stack) {
                stack.open &= !is_whole;
                told.outputs.into_iter().for_each(|output| decide_output(&mut stack.outputs, output));
            }
        }
        self.facts.extend(planned);
    }

    /// Adds a state: ids, and the resources of modules of which the configuration tells nothing, as their files are not
    /// in the scan.
    pub fn deploy(&mut self, root: Option<Arc<str>>, mut state: Facts) {
        let Some(root) = root else {
            self.register(&state);
            self.facts.extend(state);
            return;
        };
        state.stacks.clear();
        state.code.clear();
        let mine: Vec<&Resource> = self.facts.resources.iter().filter(|resource| resource.key.stack == root).collect();
        let modules: HashSet<String> = mine.iter().map(|resource| module_of(&resource.key.id)).collect();
        let instances = Instances::of(mine.iter().copied());
        state.resources.retain(|resource| !modules.contains(&module_of(&resource.key.id)));
        // A resource that is written once for several instances, or whose instances cannot be told, has one name.
        for known in &mut state.known {
            if let Some(key) = &mut known.resource
                && let Some(id) = instances.nearest(&key.id)
            {
                key.id = id;
            }
        }
        self.facts.extend(state);
    }
}

/// The addresses of resources by their addresses without keys.
struct Instances(HashMap<String, Vec<Arc<str>>>);

impl Instances {
    fn of<'r>(resources: impl IntoIterator<Item = &'r Resource>) -> Self {
        let mut instances: HashMap<String, Vec<Arc<str>>> = HashMap::new();
        for resource in resources {
            instances.entry(without_keys(&resource.key.id)).or_default().push(resource.key.id.clone());
        }
        Self(instances)
    }

    fn all(&self, id: &str) -> &[Arc<str>] {
        self.0.get(&without_keys(id)).map(Vec::as_slice).unwrap_or_default()
    }

    fn has(&self, id: &str) -> bool {
        !self.all(id).is_empty()
    }

    /// The resource of this address, else the only one that differs in keys.
    fn nearest(&self, id: &str) -> Option<Arc<str>> {
        let all = self.all(id);
        all.iter().find(|address| ***address == *id).or(if let [only] = all { Some(only) } else { None }).cloned()
    }

    /// The code of a function, for each instance of it.
    fn code(&self, code: CodeLocation, is_whole: bool) -> Vec<CodeLocation> {
        let all = self.all(&code.resource.id);
        if all.contains(&code.resource.id) || (all.is_empty() && !is_whole) {
            return vec![code];
        }
        let with = |id: &Arc<str>| {
            let mut code = code.clone();
            code.resource.id = id.clone();
            code
        };
        all.iter().map(with).collect()
    }
}

/// The resources of a configuration.
struct Written {
    resources: Vec<Resource>,
    by_address: HashMap<String, Vec<usize>>,
}

impl Written {
    fn new(resources: Vec<Resource>) -> Self {
        let mut by_address: HashMap<String, Vec<usize>> = HashMap::new();
        for (number, resource) in resources.iter().enumerate() {
            by_address.entry(without_keys(&resource.key.id)).or_default().push(number);
        }
        Self { resources, by_address }
    }

    /// What a planned resource is written as.
    fn of(&self, planned: &Resource) -> Option<&Resource> {
        let numbers = self.by_address.get(&without_keys(&planned.key.id))?;
        let all = || numbers.iter().filter_map(|number| self.resources.get(*number));
        let alike = || all().filter(|resource| resource.type_name == planned.type_name);
        alike().find(|resource| resource.key == planned.key).or_else(|| alike().next())
    }

    /// Gives a planned resource the places where it is written.
    fn place(&self, planned: &mut Resource) {
        let Some(written) = self.of(planned) else { return };
        planned.loc = written.loc;
        planned.source = written.source;
        planned.metadata.clone_from(&written.metadata);
        planned.retention = written.retention;
        planned.properties = placed(&planned.properties, Some(&written.properties), written.loc);
    }
}

/// A planned value at the place where it is written, or at `near` where it is not. What the plan does not know is what the
/// configuration says.
fn placed(planned: &Value, written: Option<&Value>, near: Loc) -> Value {
    let is_vague = matches!(planned.kind, Kind::Unknown(_) | Kind::OneOf(_) | Kind::Concat(_));
    if let Some(written) = written.filter(|written| is_vague && !written.is_unknown()) {
        return written.clone();
    }
    let near = written.map_or(near, |written| written.loc);
    let kind = match &planned.kind {
        Kind::Map(map) => {
            let of = |key: &str| written.and_then(Value::map).and_then(|map| map.entry(key));
            let entry = |entry: &Entry| {
                let written = of(&entry.key);
                Entry {
                    key_loc: written.map_or(near, |written| written.key_loc),
                    value: placed(&entry.value, written.map(|written| &written.value), near),
                    ..entry.clone()
                }
            };
            Kind::Map(Map { entries: map.entries.iter().map(entry).collect(), open: map.open })
        }
        Kind::List(list) => {
            // Items have no name: of lists of another length it cannot be told which is which.
            let same = written.and_then(Value::list).filter(|written| written.items.len() == list.items.len());
            let item = |(at, (item, when)): (usize, &(Value, _))| {
                let written = same.and_then(|written| written.items.get(at)).map(|(written, _)| written);
                (placed(item, written, near), Clone::clone(when))
            };
            Kind::List(List { items: list.items.iter().enumerate().map(item).collect(), open: list.open })
        }
        other => other.clone(),
    };
    Value { kind, loc: near, assumed: planned.assumed.clone() }
}

/// Adds an output, or decides the one of the same name.
fn decide_output(outputs: &mut Vec<Output>, planned: Output) {
    match outputs.iter_mut().find(|output| output.name == planned.name) {
        Some(output) => output.value = placed(&planned.value, Some(&output.value), output.loc),
        None => outputs.push(planned),
    }
}
