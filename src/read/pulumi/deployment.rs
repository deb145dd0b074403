//! What Pulumi writes of a stack: `pulumi stack export`, and `pulumi preview --json`.
//!
//! The formats: `UntypedDeployment`, `ResourceV3` and `PreviewDigest` of <https://github.com/pulumi/pulumi>.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use camino::Utf8Path;

use crate::identifier;
use crate::read::cloudformation::Conditions;
use crate::read::terraform::provider::{self, Attribute, Provided};
use crate::read::{
    Change, Facts, Ignored, KnownId, Output, Reader, Replacement, Resource, Retention, Setting, SettingKind, Stack,
};
use crate::source::{FileId, Loc, SourceMap, Span};
use crate::syntax::tree::{Node, NodeKind, Pair};
use crate::value::{Kind, Reference, ResourceKey, Value, Why};
use crate::when::When;

use super::configuration::PROJECT;
use super::state;

/// Types of resources that have ids which others name, by how their CloudFormation type ends.
const IDENTIFIED: &[(&str, SettingKind)] = &[
    ("AWS::Cognito::IdentityPool", SettingKind::IdentityPoolId),
    ("AWS::Cognito::UserPool", SettingKind::UserPoolId),
    ("AWS::Cognito::UserPoolClient", SettingKind::ClientId),
];

/// The type of the stack itself, whose outputs are the stack's.
const STACK: &str = "pulumi:pulumi:Stack";

/// A stack as Pulumi knows it.
pub(super) struct Deployment<'a> {
    steps: Vec<Step<'a>>,
    is_preview: bool,
}

/// What is done with one resource.
struct Step<'a> {
    urn: &'a str,
    operation: &'a str,
    old: Option<&'a Node>,
    new: Option<&'a Node>,
    /// The properties that make a replacement necessary.
    reasons: Vec<&'a str>,
}

impl<'a> Step<'a> {
    /// A resource of an export, which stays as it is. One that waits for its end is gone.
    fn exported(node: &'a Node) -> Option<Self> {
        let urn = node.get("urn")?.text()?;
        let is_going = node.get("delete").is_some_and(|delete| delete.kind == NodeKind::Bool(true));
        (!is_going).then_some(Self { urn, operation: "same", old: Some(node), new: Some(node), reasons: Vec::new() })
    }

    fn previewed(node: &'a Node) -> Option<Self> {
        let reasons = node.get("replaceReasons").map(Node::items).unwrap_or_default();
        Some(Self {
            urn: node.get("urn")?.text()?,
            operation: node.get("op")?.text()?,
            old: node.get("oldState").filter(|state| !state.pairs().is_empty()),
            new: node.get("newState").filter(|state| !state.pairs().is_empty()),
            reasons: reasons.iter().filter_map(Node::text).collect(),
        })
    }

    /// The resource afterwards, if it is the program's.
    fn after(&self) -> Option<&'a Node> {
        let is_its = !matches!(self.operation, "delete" | "delete-replaced" | "discard" | "discard-replaced");
        self.new.filter(|_| is_its)
    }
}

impl<'a> Deployment<'a> {
    /// What a file says, if it is one of Pulumi's.
    pub fn of(root: &'a Node) -> Option<Self> {
        let exported = root.at(&["deployment", "resources"]).map(Node::items).unwrap_or_default();
        let previewed = root.get("steps").map(Node::items).unwrap_or_default();
        let is_preview = exported.is_empty();
        let steps: Vec<Step<'_>> = if is_preview {
            previewed.iter().filter_map(Step::previewed).collect()
        } else {
            exported.iter().filter_map(Step::exported).collect()
        };
        steps.first().filter(|first| first.urn.starts_with("urn:pulumi:"))?;
        Some(Self { steps, is_preview })
    }

    /// Whether it tells what will be.
    pub fn is_preview(&self) -> bool {
        self.is_preview
    }

    /// Its facts; those of its resources and outputs only if they are not told otherwise.
    pub fn read(&self, home: &Home<'_>, with_resources: bool) -> Facts {
        let mut facts = Facts::default();
        let mut seen = HashSet::new();
        for step in &self.steps {
            if let Some(state) = step.old.or(step.new) {
                facts.known.extend(home.known_id(step.urn, state));
                facts.settings.extend(home.secret(step.urn, state));
            }
            if let Some(state) = step.after().filter(|_| with_resources && seen.insert(step.urn)) {
                facts.resources.extend(home.resources(step.urn, state));
                facts.code.extend(state::code(home, step.urn, state));
            }
        }
        facts.changes = self.changes(home);
        if with_resources {
            let outputs = self.steps.iter().filter(|step| kind_in(step.urn) == STACK);
            let outputs = outputs.filter_map(Step::after).next().map(|stack| home.outputs(stack));
            facts.stacks.push(Stack {
                id: home.stack.clone(),
                name: Some(home.project.clone()),
                file: home.file,
                outputs: outputs.unwrap_or_default(),
                undeployed: Vec::new(),
                open: self.is_preview,
                conditions: Conditions::default(),
            });
        }
        facts
    }

    /// What becomes of each resource. A replacement is several steps.
    fn changes(&self, home: &Home<'_>) -> Vec<Change> {
        let mut seen = HashSet::new();
        let mut changes = Vec::new();
        for step in &self.steps {
            let replacement = match step.operation {
                "update" => Replacement::No,
                "create" | "delete" => Replacement::Undecided,
                "replace" | "create-replacement" | "delete-replaced" => Replacement::Yes(self.reasons(step.urn)),
                _ => continue,
            };
            if !seen.insert(step.urn) {
                continue;
            }
            let mut steps = self.steps.iter().filter(|other| other.urn == step.urn);
            let before = if step.operation == "create" { None } else { steps.clone().find_map(|step| step.old) };
            let after = if step.operation == "delete" { None } else { steps.find_map(|step| step.after()) };
            let resource = |state: Option<&Node>| home.resources(step.urn, state?).pop();
            let (before, after) = (resource(before), resource(after));
            if before.is_some() || after.is_some() {
                changes.push(Change { before, after, replacement, loc: home.loc_of(step.urn) });
            }
        }
        changes
    }

    /// The properties that make a replacement necessary, by CloudFormation's names.
    fn reasons(&self, urn: &str) -> Vec<Arc<str>> {
        let steps = self.steps.iter().filter(|step| step.urn == urn);
        let mut reasons: Vec<&str> = steps.flat_map(|step| step.reasons.iter().copied()).collect();
        reasons.sort_unstable();
        reasons.dedup();
        reasons.iter().filter_map(|argument| provider::property(kind_in(urn), argument)).collect()
    }
}

/// Where a deployment is written, and what its resources are called.
pub(super) struct Home<'a> {
    /// The project's name.
    pub project: Arc<str>,
    /// The project and the stack.
    pub stack_name: Arc<str>,
    file: FileId,
    /// The stack's id: the file's path, or that of the program.
    stack: Arc<str>,
    sources: &'a SourceMap,
    /// The ids of resources by their URNs.
    names: HashMap<&'a str, (Arc<str>, Span)>,
    /// What the ids and ARNs of resources stand for.
    ids: HashMap<&'a str, (&'a str, &'static str)>,
}

impl<'a> Home<'a> {
    pub fn new(file: FileId, deployment: &Deployment<'a>, sources: &'a SourceMap) -> Self {
        let first = deployment.steps.first().map(|step| step.urn).unwrap_or_default();
        let mut parts = first.trim_start_matches("urn:pulumi:").split("::");
        let (stack, project) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let mut home = Self {
            project: project.into(),
            stack_name: format!("{project}/{stack}").into(),
            file,
            stack: sources.file(file).path.as_str().into(),
            sources,
            names: HashMap::new(),
            ids: HashMap::new(),
        };
        let mut types: HashMap<&str, &str> = HashMap::new();
        for step in deployment.steps.iter().filter(|step| provider::is_known(kind_in(step.urn))) {
            let Some(state) = step.new.or(step.old) else { continue };
            // Resources of several types may have one name.
            let (kind, name) = (kind_in(step.urn), name_in(step.urn));
            let is_first = *types.entry(name).or_insert(kind) == kind;
            let id = if is_first { name.to_owned() } else { format!("{kind}::{name}") };
            let span = state.get("urn").map_or(state.span, |urn| urn.span);
            home.names.entry(step.urn).or_insert((id.into(), span));
            for state in [step.old, step.new].into_iter().flatten() {
                home.add_ids(step.urn, state);
            }
        }
        home
    }

    /// Says that the resources are those of a program, by its id.
    pub fn belong_to(&mut self, program: &Arc<str>) {
        self.stack = program.clone();
    }

    fn add_ids(&mut self, urn: &'a str, state: &'a Node) {
        let kind = kind_in(urn);
        let texts = [("id", state.get("id")), ("arn", state.at(&["outputs", "arn"]))];
        for (name, text) in texts {
            let text = text.and_then(Node::text).filter(|text| !text.is_empty());
            if let (Some(text), Some(Attribute::Of(attribute))) = (text, provider::attribute(kind, name)) {
                // Names that people choose are not told from other texts.
                let is_telling = name == "arn" || settled_kind(kind).is_some();
                if is_telling {
                    self.ids.entry(own_id(text)).or_insert((urn, attribute));
                }
            }
        }
    }

    /// A resource of the stack.
    pub fn key(&self, urn: &str) -> Option<ResourceKey> {
        let (id, _) = self.names.get(urn)?;
        Some(ResourceKey { stack: self.stack.clone(), id: id.clone() })
    }

    /// A place in the file.
    pub fn loc(&self, span: Span) -> Loc {
        Loc { file: self.file, span }
    }

    fn loc_of(&self, urn: &str) -> Loc {
        self.loc(self.names.get(urn).map(|(_, span)| *span).unwrap_or_default())
    }

    /// An attribute of a resource.
    pub fn reference(&self, urn: &str, attribute: &str) -> Option<Kind> {
        let resource = self.key(urn)?;
        Some(Kind::Reference(Reference::Attribute { resource, attribute: attribute.into() }))
    }

    /// What a text stands for that is the id or ARN of a resource.
    pub fn identified(&self, text: &str) -> Option<Kind> {
        let (urn, attribute) = self.ids.get(text)?;
        self.reference(urn, attribute)
    }

    /// The folder of the file.
    pub fn folder(&self) -> &Utf8Path {
        self.sources.file(self.file).absolute.parent().unwrap_or(Utf8Path::new("/"))
    }

    fn resources(&self, urn: &str, state: &Node) -> Vec<Resource> {
        let is_external = state.get("external").is_some_and(|external| external.kind == NodeKind::Bool(true));
        let Some(key) = self.key(urn).filter(|_| !is_external) else { return Vec::new() };
        let flag = |name: &str| state.get(name).is_some_and(|flag| flag.kind == NodeKind::Bool(true));
        let retention = match (flag("protect"), flag("retainOnDelete")) {
            (true, _) => Retention::Guarded,
            (_, true) => Retention::Kept,
            _ => Retention::Deleted,
        };
        provider::resources(&Provided {
            key: &key,
            type_name: kind_in(urn),
            body: &state::inputs(self, state),
            loc: self.loc_of(urn),
            when: &When::always(),
            source: self.source(state),
            retention,
            ignored: &Ignored::Nothing,
        })
    }

    /// The line of the program that made a resource: `project:///index.ts#14,3`.
    fn source(&self, state: &Node) -> Option<Loc> {
        let (path, place) = state.get("sourcePosition")?.text()?.strip_prefix("project:///")?.rsplit_once('#')?;
        let line: usize = place.split(',').next()?.parse().ok()?;
        let has_project =
            |folder: &&Utf8Path| PROJECT.iter().any(|name| self.sources.find(&folder.join(name)).is_some());
        let folder = self.folder().ancestors().find(has_project).unwrap_or(self.folder());
        let file = self.sources.find(&folder.join(path))?;
        Some(Loc { file, span: self.sources.file(file).line(line)? })
    }

    fn known_id(&self, urn: &str, state: &Node) -> Option<KnownId> {
        let kind = settled_kind(kind_in(urn))?;
        let id = state.get("id")?;
        let text = id.text().map(own_id).filter(|text| !text.is_empty() && !identifier::is_placeholder(text))?;
        let pool = state.at(&["outputs", "userPoolId"]).or(state.at(&["inputs", "userPoolId"]));
        Some(KnownId {
            kind,
            id: text.into(),
            pool: pool.and_then(Node::text).filter(|_| kind == SettingKind::ClientId).map(Arc::from),
            stack: Some(self.stack.clone()),
            output: None,
            resource: self.key(urn),
            is_live: false,
            loc: self.loc(id.span),
        })
    }

    /// The secret of a client, where it is not encrypted.
    fn secret(&self, urn: &str, state: &Node) -> Option<Setting> {
        let pair = state.get("outputs")?.pair("clientSecret").filter(|_| kind_in(urn).ends_with("UserPoolClient"))?;
        let text = pair.value.get("plaintext").unwrap_or(&pair.value).text();
        text.filter(|text| !text.is_empty() && !state::is_hidden(text))?;
        Some(Setting {
            kind: SettingKind::ClientSecret,
            key: pair.key.clone(),
            value: Value::unknown(Why::Redacted, self.loc(pair.value.span)),
            loc: self.loc(pair.key_span),
            path: None,
            group: format!("{}:{urn}", self.stack).into(),
            reader: Reader::Deployment,
            public: false,
            example: false,
        })
    }

    fn outputs(&self, stack: &Node) -> Vec<Output> {
        let outputs = stack.get("outputs").map(Node::pairs).unwrap_or_default();
        let output = |pair: &Pair| {
            let value = state::value(self, &pair.value, &pair.key, &[]);
            Output { name: pair.key.clone(), value, export: None, when: When::always(), loc: self.loc(pair.key_span) }
        };
        outputs.iter().map(output).collect()
    }
}

/// The type in a URN: `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`.
pub(super) fn kind_in(urn: &str) -> &str {
    let kinds = urn.split("::").nth(2).unwrap_or_default();
    kinds.rsplit('$').next().unwrap_or_default()
}

fn name_in(urn: &str) -> &str {
    urn.splitn(4, "::").nth(3).unwrap_or_default()
}

/// What the id of a resource of a provider's type is.
fn settled_kind(type_name: &str) -> Option<SettingKind> {
    let own = provider::type_name(type_name)?;
    IDENTIFIED.iter().find(|(name, _)| *name == own).map(|(_, kind)| *kind)
}

/// An id without that of what the resource belongs to: `POOL|CLIENT`.
fn own_id(id: &str) -> &str {
    if id.starts_with("arn:") { id } else { id.rsplit(['|', '/']).next().unwrap_or(id) }
}
