//! One instance of a template: a stack.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use camino::Utf8Path;

use crate::read::{Deployer, Ignored, Note, Output, Resource, Retention, Stack};
use crate::source::{FileId, Loc, Span};
use crate::syntax::tree::Node;
use crate::value::{Kind, Map, Reference, ResourceKey, Value};
use crate::when::When;

use super::conditions::{Conditions, Name, Operand, Scope};
use super::each::{Bindings, Entries, Expanded};
use super::include::Included;
use super::inputs::Inputs;
use super::nested::Nested;
use crate::read::redaction;

use super::{Reading, World, code, sam};

/// How deep the evaluation of nodes may go, nested stacks included.
const DEEPEST: usize = 160;

/// A stack that is being read.
pub(super) struct Instance<'a> {
    pub world: &'a World<'a>,
    pub collector: &'a Collector,
    pub inputs: Inputs<'a>,
    pub conditions: Conditions,
    /// Conditions with only one possible outcome.
    decided: HashMap<Arc<str>, bool>,
    /// The condition under which the stack is there.
    pub when: When,
    /// The templates that this one is nested in, itself last.
    pub chain: Vec<FileId>,
    pub nested: RefCell<BTreeMap<Arc<str>, Nested<'a>>>,
    pub included: Included,
}

/// Where a node stands: in which loops, and under which condition.
#[derive(Clone, Debug, Default)]
pub(super) struct At {
    pub bindings: Bindings,
    pub when: When,
}

/// What all instances add to.
#[derive(Debug, Default)]
pub(super) struct Collector {
    pub reading: RefCell<Reading>,
    depth: Cell<usize>,
    /// How many stacks there are already.
    pub instances: Cell<usize>,
    /// How many turns loops took.
    pub turns: Cell<usize>,
    /// It is told that there are too many stacks.
    pub is_full: Cell<bool>,
}

impl Collector {
    /// Goes one level deeper, if that is allowed.
    pub fn deeper<T>(&self, function: impl FnOnce() -> T) -> Option<T> {
        if self.depth.get() >= DEEPEST {
            return None;
        }
        self.depth.set(self.depth.get() + 1);
        let result = function();
        self.depth.set(self.depth.get() - 1);
        Some(result)
    }
}

/// A resource of the template: what was read, and its node.
pub(super) struct Declared<'n> {
    pub resource: Resource,
    pub body: &'n Node,
}

impl<'a> Instance<'a> {
    /// An instance of a template under a condition; `parent` are the conditions of the stack that it is nested in.
    pub fn new(
        world: &'a World<'a>,
        collector: &'a Collector,
        inputs: Inputs<'a>,
        when: When,
        parent: Conditions,
        chain: Vec<FileId>,
    ) -> Self {
        collector.instances.set(collector.instances.get() + 1);
        let mut instance = Self {
            world,
            collector,
            inputs,
            conditions: Conditions::default(),
            decided: HashMap::new(),
            when,
            chain,
            nested: RefCell::default(),
            included: Included::default(),
        };
        instance.decide_conditions(parent);
        instance
    }

    fn decide_conditions(&mut self, parent: Conditions) {
        let entries =
            self.section("Conditions").map(|node| self.entries(node, &At::default()).list).unwrap_or_default();
        let definitions: HashMap<Arc<str>, _> = entries
            .into_iter()
            .map(|entry| (entry.key, self.inputs.expression(entry.value, &entry.bindings)))
            .collect();
        let names: Vec<Arc<str>> = definitions.keys().cloned().collect();
        let variables = self.inputs.variables();
        self.conditions = Conditions::new(Scope { id: self.inputs.id.clone(), definitions, variables, parent });
        self.decided = names
            .into_iter()
            .filter_map(|name| {
                let outcome = self.conditions.decided(&name)?;
                Some((name, outcome))
            })
            .collect();
    }

    /// Reads the stack: its facts go to the collector. Returns its outputs' values by name.
    pub fn read(&self) -> HashMap<Arc<str>, Value> {
        let at = At { bindings: Bindings::default(), when: self.when.clone() };
        let Entries { list, open } = self.section("Resources").map(|node| self.entries(node, &at)).unwrap_or_default();
        let mut present: Vec<(Expanded<'_>, When)> = Vec::new();
        let mut undeployed = Vec::new();
        for entry in list {
            match self.condition_of(&entry) {
                Some(when) => present.push((entry, when)),
                None => undeployed.push(entry.key),
            }
        }
        for (entry, when) in &present {
            self.declare_nested(entry, when);
        }
        let mut declared: Vec<Declared<'_>> =
            present.iter().filter_map(|(entry, when)| self.resource(entry, when)).collect();
        let globals = self.section("Globals").and_then(|node| self.value(node, &at));
        declared.iter_mut().for_each(|declared| self.add_definition(&mut declared.resource));
        let made = sam::expand(&mut declared, globals.as_ref());
        for declared in &declared {
            code::locate(self, declared);
        }
        self.read_all_nested();
        let outputs = self.section("Outputs").map(|node| self.outputs(node, &at)).unwrap_or_default();
        let values = outputs.iter().map(|output| (output.name.clone(), output.value.clone())).collect();
        let open = open || self.is_transformed();
        let resources = declared.into_iter().map(|declared| declared.resource).chain(made);
        self.push(resources, outputs, undeployed, open);
        values
    }

    /// Whether something outside the template may add resources to it: an include, or a macro that is not known.
    fn is_transformed(&self) -> bool {
        let includes = self.section("Resources").is_some_and(|resources| resources.get("Fn::Transform").is_some());
        // Those of AWS that are named alone, without parameters, add nothing that matters here.
        let is_unknown = |name: &Node| !name.text().is_some_and(|name| name.starts_with("AWS::"));
        let macros = self.section("Transform");
        includes
            || macros.is_some_and(|node| {
                (node.items().is_empty() && is_unknown(node)) || node.items().iter().any(is_unknown)
            })
    }

    fn push(
        &self,
        resources: impl Iterator<Item = Resource>,
        outputs: Vec<Output>,
        undeployed: Vec<Arc<str>>,
        open: bool,
    ) {
        let facts = &mut self.collector.reading.borrow_mut().facts;
        facts.stacks.push(Stack {
            id: self.inputs.id.clone(),
            name: self.inputs.deployment.name.clone(),
            file: self.inputs.template.file,
            outputs,
            undeployed,
            open,
            conditions: self.conditions.clone(),
        });
        facts.resources.extend(resources);
    }

    fn resource<'n>(&self, entry: &Expanded<'n>, when: &When) -> Option<Declared<'n>> {
        let type_name: Arc<str> = entry.bindings.substitute(entry.value.get("Type")?.text()?).into();
        let at = At { bindings: entry.bindings.clone(), when: when.clone() };
        let loc = self.loc(entry.key_span);
        let section = |name: &str| entry.value.get(name).and_then(|node| self.value(node, &at));
        let mut properties = section("Properties").unwrap_or_else(|| Value::new(Kind::Map(Map::default()), loc));
        if let (Kind::Map(map), Some(_)) = (&mut properties.kind, entry.value.get("Fn::Transform")) {
            map.open = true;
        }
        redaction::redact(&mut properties);
        let mut metadata = section("Metadata");
        metadata.iter_mut().for_each(redaction::redact);
        let path = metadata.as_ref().and_then(|metadata| metadata.field("aws:cdk:path").value()?.text().map(Arc::from));
        let assemblies = &self.world.assemblies;
        let construct: Option<Arc<str>> = path.or_else(|| assemblies.construct_of(self.folder(), &entry.key));
        let source = construct.as_ref().and_then(|path| assemblies.made_at(self.world, self.folder(), path));
        let key = ResourceKey { stack: self.inputs.id.clone(), id: entry.key.clone() };
        let retention = retention(section("DeletionPolicy").as_ref());
        let when = when.clone();
        let (ignored, deployer) = (Ignored::Nothing, Deployer::CloudFormation);
        let resource = Resource {
            key,
            type_name,
            properties,
            loc,
            source,
            when,
            construct,
            metadata,
            retention,
            ignored,
            left_out: Vec::new(),
            deployer,
        };
        Some(Declared { resource, body: entry.value })
    }

    fn outputs(&self, section: &Node, at: &At) -> Vec<Output> {
        let entries = self.entries(section, at).list;
        entries.iter().filter_map(|entry| self.output(entry)).collect()
    }

    fn output(&self, entry: &Expanded<'_>) -> Option<Output> {
        let when = self.condition_of(entry)?;
        let at = At { bindings: entry.bindings.clone(), when: when.clone() };
        let mut value = self.value(entry.value.get("Value")?, &at)?;
        redaction::redact_named(&entry.key, &mut value);
        let export = entry.value.at(&["Export", "Name"]).and_then(|name| self.value(name, &at));
        Some(Output { name: entry.key.clone(), value, export, when, loc: self.loc(entry.key_span) })
    }

    /// When a resource or output is there; `None` where it never is.
    fn condition_of(&self, entry: &Expanded<'_>) -> Option<When> {
        let Some(name) = entry.value.get("Condition").and_then(Node::text) else { return Some(self.when.clone()) };
        let name: Arc<str> = entry.bindings.substitute(name).into();
        self.test(&name, true)?.and(&self.when)
    }

    /// The test of a condition for one outcome: always-true where only that can be, `None` where it cannot be.
    pub fn test(&self, name: &Arc<str>, holds: bool) -> Option<When> {
        match self.decided.get(name) {
            Some(outcome) => (*outcome == holds).then(When::always),
            None => Some(When::test(self.inputs.id.clone(), name.clone(), holds)),
        }
    }

    /// The parameter behind a name, where conditions may give it any of its values.
    pub fn open_parameter(&self, name: &str) -> Option<Name> {
        match self.inputs.parameters.get(name).map(|parameter| &parameter.operand) {
            Some(Operand::Variable(variable)) => Some(variable.clone()),
            Some(_) => None,
            None if self.inputs.pseudo(name).is_some() => None,
            None => name.starts_with("AWS::").then(|| Name { scope: Arc::from(""), name: name.into() }),
        }
    }

    /// A resource's attribute.
    pub fn attribute_reference(&self, id: &str, attribute: &str, loc: Loc) -> Value {
        let resource = ResourceKey { stack: self.inputs.id.clone(), id: id.into() };
        Value::new(Kind::Reference(Reference::Attribute { resource, attribute: attribute.into() }), loc)
    }

    /// The file of the template.
    pub fn file(&self) -> FileId {
        self.inputs.template.file
    }

    /// The folder of the template.
    pub fn folder(&self) -> &Utf8Path {
        self.world.folder(self.file())
    }

    /// A place in the template, or in the file that it is taking in.
    pub fn loc(&self, span: Span) -> Loc {
        self.included.file.get().map_or_else(|| self.inputs.template.loc(span), |file| Loc { file, span })
    }

    fn section(&self, name: &str) -> Option<&'a Node> {
        self.inputs.template.section(name)
    }

    /// Tells something that is no finding.
    pub fn note(&self, kind: &'static str, message: String, span: Span) {
        let loc = self.loc(span);
        let note = Note { kind, message, file: Some(loc.file), loc: Some(loc) };
        self.collector.reading.borrow_mut().facts.notes.push(note);
    }
}

/// What a `DeletionPolicy` says.
fn retention(policy: Option<&Value>) -> Retention {
    match policy.map(|policy| policy.text()) {
        None | Some(Some("Delete" | "Snapshot")) => Retention::Deleted,
        Some(Some("Retain" | "RetainExceptOnCreate")) => Retention::Kept,
        Some(_) => Retention::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use crate::read::Retention;
    use crate::read::cloudformation::testing::{Scan, template};

    #[test]
    fn what_becomes_of_a_resource_that_goes_is_read() {
        let policy = |policy: &str| {
            let scan = template(&format!("Resources:\n  R:\n    Type: AWS::X::Y\n    {policy}\n"));
            scan.resource("R").retention
        };
        assert_eq!(policy("Properties: {}"), Retention::Deleted);
        assert_eq!(policy("DeletionPolicy: Delete"), Retention::Deleted);
        assert_eq!(policy("DeletionPolicy: Retain"), Retention::Kept);
        assert_eq!(policy("DeletionPolicy: RetainExceptOnCreate"), Retention::Kept);
        assert_eq!(policy("DeletionPolicy: !Ref Policy"), Retention::Unknown);
    }

    #[test]
    fn a_stack_knows_what_it_leaves_out_and_what_it_cannot_know() {
        let stack = |text: &str| {
            let Scan { reading, .. } = template(text);
            let stack = &reading.facts.stacks[0];
            (stack.undeployed.iter().map(|id| id.to_string()).collect::<Vec<_>>(), stack.open)
        };
        let resources = "Resources:\n  R: {Type: AWS::X::Y}\n";
        let never = "Conditions: {Never: !Equals [a, b]}\n";
        assert_eq!(stack(&format!("Transform: AWS::Serverless-2016-10-31\n{resources}")), (vec![], false));
        assert_eq!(stack(&format!("Transform: [AWS::LanguageExtensions, Mine]\n{resources}")), (vec![], true));
        assert_eq!(stack(&format!("{resources}  'Fn::Transform': {{Name: AWS::Include}}\n")), (vec![], true));
        assert_eq!(stack(&format!("{resources}  'Fn::ForEach::A': [A, !Ref Apps, {{}}]\n")), (vec![], true));
        assert_eq!(
            stack(&format!("{never}{resources}  S: {{Type: AWS::X::Y, Condition: Never}}\n")),
            (vec!["S".to_owned()], false)
        );
    }
}
