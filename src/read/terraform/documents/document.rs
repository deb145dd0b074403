//! What a plan or state of Terraform (or OpenTofu) holds, taken out of its JSON: the resources that matter, with their
//! places, and nothing of the others.
//!
//! The formats: <https://developer.hashicorp.com/terraform/internals/json-format> for what `terraform show -json` prints, and
//! version 4 of the state file.

use std::collections::HashSet;
use std::sync::Arc;

use memchr::memmem;

use crate::source::Span;
use crate::syntax::skim::{Fault, Skimmer};
use crate::syntax::tree::{Node, NodeKind};

use super::address;
use super::code::ARCHIVE;
use super::configuration::Configuration;
use super::mask::Mask;
use crate::read::terraform::provider;

/// A file of Terraform's.
#[derive(Debug)]
pub enum Document {
    /// `terraform show -json` of a plan.
    Plan(Plan),
    /// A state: the file itself, or `terraform show -json` of it.
    State(State),
    /// It is in a format that is not known here: which.
    Unsupported(String),
    /// It cannot be read to its end.
    Broken(Fault),
}

/// A plan.
#[derive(Debug, Default)]
pub struct Plan {
    /// What is to be done with each resource, and data that is read when the plan is carried out.
    pub changes: Vec<Planned>,
    /// Data, and resources that are not among the changes: they stay what they are, or somebody has shortened the plan.
    pub resources: Vec<Stated>,
    /// The root module's outputs, as changes.
    pub outputs: Option<Node>,
    /// The configuration that was planned.
    pub configuration: Configuration,
    /// Planning ended with an error.
    pub is_errored: bool,
    /// Parts were put off to a later plan.
    pub is_incomplete: bool,
}

/// A state.
#[derive(Debug, Default)]
pub struct State {
    /// What is deployed, and data.
    pub resources: Vec<Stated>,
    /// The root module's outputs: a map of maps with `value` and `sensitive`.
    pub outputs: Option<Node>,
}

/// A resource or data as it is.
#[derive(Debug)]
pub struct Stated {
    /// What it is.
    pub subject: Subject,
    /// Its attributes.
    pub values: Node,
    /// Which of them are sensitive.
    pub sensitive: Mask,
}

/// A resource's part of a plan.
#[derive(Debug)]
pub struct Planned {
    /// What it is.
    pub subject: Subject,
    /// The address that it had before.
    pub previous: Option<Arc<str>>,
    /// `create`, `update`, `delete`, …
    pub actions: Vec<Arc<str>>,
    /// Its attributes now, and which of them are sensitive.
    pub before: Option<(Node, Mask)>,
    /// Its attributes afterwards, without those that are not known yet, and which of them are sensitive.
    pub after: Option<(Node, Mask)>,
    /// Those that are not known yet.
    pub unknown: Mask,
    /// The attributes that make a replacement necessary: paths, each a list of names and numbers.
    pub replace_paths: Option<Node>,
}

/// What an entry of a file is about.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Its address.
    pub address: Arc<str>,
    /// Its type, with `data.` before that of data.
    pub type_name: String,
    /// Where the entry stands.
    pub span: Span,
}

impl Plan {
    /// Whether it says what becomes of every resource.
    pub fn is_whole(&self) -> bool {
        !self.is_errored && !self.is_incomplete
    }

    /// What it is about.
    pub fn subjects(&self) -> impl Iterator<Item = &Subject> {
        let stated = self.resources.iter().map(|stated| &stated.subject);
        self.changes.iter().map(|planned| &planned.subject).chain(stated)
    }
}

impl State {
    /// What it is about.
    pub fn subjects(&self) -> impl Iterator<Item = &Subject> {
        self.resources.iter().map(|stated| &stated.subject)
    }
}

/// Takes out of a text what matters, if it is a plan or state.
pub fn parse(text: &str) -> Option<Document> {
    // Every plan and state has this member, and hardly any other file.
    memmem::find(text.as_bytes(), b"\"terraform_version\"")?;
    let mut skimmer = Skimmer::new(text);
    let mut parts = Parts::default();
    skimmer.members(|skimmer, key| parts.read(skimmer, key));
    parts.settle(&mut skimmer);
    parts.document(skimmer.finish().err())
}

/// Whether a file is a plan as `terraform plan -out` writes it: a ZIP archive with the plan as its first file.
pub fn is_plan_file(text: &str) -> bool {
    text.starts_with("PK\u{3}\u{4}") && text.get(30..36) == Some("tfplan")
}

/// The members of the file's map.
#[derive(Default)]
struct Parts {
    has_terraform_version: bool,
    /// The version of what `terraform show -json` prints.
    format: Option<String>,
    /// The version of a state file.
    version: Option<Node>,
    is_plan: bool,
    is_state: bool,
    /// What `planned_values` and `prior_state` tell, mostly what stands among the changes too.
    planned: Vec<Waiting>,
    prior: Vec<Waiting>,
    stated: Vec<Waiting>,
    plan: Plan,
    state: State,
}

/// A resource whose attributes are not read yet.
struct Waiting {
    subject: Subject,
    values: Span,
    sensitive: Option<Span>,
}

impl Waiting {
    fn read(self, skimmer: &mut Skimmer<'_>) -> Option<Stated> {
        let sensitive = self.sensitive.and_then(|span| skimmer.node_at(span)).map(|node| Mask::of_tree(&node));
        let values = skimmer.node_at(self.values)?;
        Some(Stated { subject: self.subject, values, sensitive: sensitive.unwrap_or_default() })
    }
}

impl Parts {
    fn read(&mut self, skimmer: &mut Skimmer<'_>, key: &str) {
        let (plan, state) = (&mut self.plan, &mut self.state);
        match key {
            "terraform_version" => self.has_terraform_version = true,
            "format_version" => self.format = skimmer.text().map(Into::into),
            "version" => self.version = skimmer.node(),
            "planned_values" => values(skimmer, &mut self.planned, &mut None),
            "resource_changes" => skimmer.items(|skimmer| plan.changes.extend(planned(skimmer))),
            "prior_state" => skimmer.members(|skimmer, key| {
                if key == "values" {
                    values(skimmer, &mut self.prior, &mut None);
                }
            }),
            "output_changes" => plan.outputs = skimmer.node(),
            "configuration" => plan.configuration = Configuration::read(skimmer),
            "errored" => plan.is_errored = boolean(skimmer) == Some(true),
            "complete" => plan.is_incomplete = boolean(skimmer) == Some(false),
            "values" => values(skimmer, &mut self.stated, &mut state.outputs),
            "resources" => skimmer.items(|skimmer| filed(skimmer, &mut state.resources)),
            "outputs" => state.outputs = skimmer.node(),
            _ => {}
        }
        self.is_plan |= matches!(key, "planned_values" | "resource_changes" | "configuration");
        self.is_state |= matches!(key, "values" | "resources" | "lineage" | "modules");
    }

    /// Reads the attributes of the resources that wait, but for those that the changes tell.
    fn settle(&mut self, skimmer: &mut Skimmer<'_>) {
        let mut told: HashSet<Arc<str>> =
            self.plan.changes.iter().map(|planned| planned.subject.address.clone()).collect();
        let mut read = |waiting: &mut Vec<Waiting>| -> Vec<Stated> {
            let new = waiting.drain(..).filter(|waiting| told.insert(waiting.subject.address.clone()));
            new.filter_map(|waiting| waiting.read(skimmer)).collect()
        };
        self.plan.resources = read(&mut self.planned);
        self.plan.resources.extend(read(&mut self.prior));
        self.state.resources.extend(read(&mut self.stated));
    }

    fn document(self, fault: Option<Fault>) -> Option<Document> {
        if !self.has_terraform_version || !(self.is_plan || self.is_state) {
            return None;
        }
        let version = self.version.as_ref().and_then(Node::scalar);
        let unsupported = match (&self.format, version.as_deref()) {
            (Some(format), _) if is_supported(format) => None,
            (Some(format), _) => Some(format!("version {format} of what `terraform show -json` prints")),
            (None, Some("4")) => None,
            (None, Some(version @ ("1" | "2" | "3"))) => {
                Some(format!("version {version} of the state file, which Terraform before 0.12 wrote,"))
            }
            (None, Some(version)) => Some(format!("version {version} of the state file")),
            (None, None) => return None,
        };
        Some(match (unsupported, fault) {
            (Some(format), _) => Document::Unsupported(format),
            (None, Some(fault)) => Document::Broken(fault),
            (None, None) if self.is_plan && self.format.is_some() => Document::Plan(self.plan),
            (None, None) => Document::State(self.state),
        })
    }
}

/// Whether a format's version is one of those that are compatible with 1.0; those before 1.0 are.
fn is_supported(format: &str) -> bool {
    matches!(format.split('.').next(), Some("0" | "1"))
}

fn boolean(skimmer: &mut Skimmer<'_>) -> Option<bool> {
    match skimmer.node()?.kind {
        NodeKind::Bool(value) => Some(value),
        _ => None,
    }
}

/// `{"root_module": {…}, "outputs": {…}}`.
fn values(skimmer: &mut Skimmer<'_>, resources: &mut Vec<Waiting>, outputs: &mut Option<Node>) {
    skimmer.members(|skimmer, key| match key {
        "root_module" => module(skimmer, resources),
        "outputs" => *outputs = skimmer.node(),
        _ => {}
    });
}

fn module(skimmer: &mut Skimmer<'_>, resources: &mut Vec<Waiting>) {
    skimmer.members(|skimmer, key| match key {
        "resources" => skimmer.items(|skimmer| resources.extend(stated(skimmer))),
        "child_modules" => skimmer.items(|skimmer| module(skimmer, resources)),
        _ => {}
    });
}

/// The members that every entry has.
#[derive(Default)]
struct Header {
    address: Option<String>,
    module: Option<String>,
    is_data: bool,
    type_name: Option<String>,
    name: Option<String>,
    is_deposed: bool,
}

impl Header {
    fn read(&mut self, skimmer: &mut Skimmer<'_>, key: &str) {
        let mut text = || skimmer.text().map(String::from);
        match key {
            "address" => self.address = text(),
            "module" => self.module = text(),
            "mode" => self.is_data = text().as_deref() == Some("data"),
            "type" => self.type_name = text(),
            "name" => self.name = text(),
            "deposed" => self.is_deposed = text().is_some(),
            _ => {}
        }
    }

    /// The type, if the scan needs resources of it.
    fn known_type(&self) -> Option<String> {
        let name = address::kind(self.is_data, self.type_name.as_deref()?);
        (provider::is_known(&name) || name == ARCHIVE).then_some(name)
    }

    fn subject(self, span: Span) -> Option<Subject> {
        let type_name = self.known_type().filter(|_| !self.is_deposed)?;
        Some(Subject { address: self.address?.into(), type_name, span })
    }
}

/// Visits the members of an entry. Gives what the entry is about, if that matters.
fn entry<'text>(skimmer: &mut Skimmer<'text>, mut visit: impl FnMut(&mut Skimmer<'text>, &str)) -> Option<Subject> {
    let mut header = Header::default();
    let span = skimmer.spanned(|skimmer| {
        skimmer.members(|skimmer, key| {
            header.read(skimmer, key);
            visit(skimmer, key);
        });
    });
    header.subject(span)
}

/// A resource of a module.
fn stated(skimmer: &mut Skimmer<'_>) -> Option<Waiting> {
    let (mut values, mut sensitive) = (None, None);
    let subject = entry(skimmer, |skimmer, key| match key {
        "values" => values = skimmer.skip(),
        "sensitive_values" => sensitive = skimmer.skip(),
        _ => {}
    })?;
    Some(Waiting { subject, values: values?, sensitive })
}

/// A resource's change.
fn planned(skimmer: &mut Skimmer<'_>) -> Option<Planned> {
    let mut previous = None;
    let mut change: Vec<(String, Span)> = Vec::new();
    let subject = entry(skimmer, |skimmer, key| match key {
        "previous_address" => previous = skimmer.text().map(|text| Arc::from(&*text)),
        "change" => skimmer.members(|skimmer, key| {
            change.extend(skimmer.skip().map(|span| (key.to_owned(), span)));
        }),
        _ => {}
    })?;
    let mut part = |name: &str| {
        let (_, span) = change.iter().rev().find(|(key, _)| key == name)?;
        skimmer.node_at(*span).filter(|node| node.kind != NodeKind::Null)
    };
    let mask = |node: Option<Node>| node.map(|node| Mask::of_tree(&node)).unwrap_or_default();
    let actions = part("actions").map(|actions| actions.items().iter().filter_map(Node::scalar).collect());
    Some(Planned {
        subject,
        previous,
        actions: actions.unwrap_or_default(),
        before: part("before").map(|values| (values, mask(part("before_sensitive")))),
        after: part("after").map(|values| (values, mask(part("after_sensitive")))),
        unknown: mask(part("after_unknown")),
        replace_paths: part("replace_paths"),
    })
}

/// A resource of a state file, with its instances.
fn filed(skimmer: &mut Skimmer<'_>, resources: &mut Vec<Stated>) {
    let mut header = Header::default();
    let mut instances = None;
    skimmer.members(|skimmer, key| match key {
        "instances" => instances = skimmer.skip(),
        _ => header.read(skimmer, key),
    });
    let (Some(type_name), Some(name)) = (header.known_type(), &header.name) else { return };
    let Some(instances) = instances.and_then(|span| skimmer.node_at(span)) else { return };
    let module = header.module.as_ref().map(|module| format!("{module}.")).unwrap_or_default();
    let NodeKind::List(instances) = instances.kind else { return };
    for instance in instances {
        let key = match instance.get("index_key").map(|key| &key.kind) {
            Some(NodeKind::Text(key)) => format!("[\"{}\"]", key.replace('\\', "\\\\").replace('"', "\\\"")),
            Some(NodeKind::Number(key)) => format!("[{key}]"),
            _ => String::new(),
        };
        let sensitive = instance.get("sensitive_attributes").map(Mask::of_paths).unwrap_or_default();
        let is_deposed = instance.get("deposed").is_some_and(|deposed| deposed.kind != NodeKind::Null);
        let span = instance.span;
        if let Some(values) = instance.take("attributes").filter(|_| !is_deposed) {
            let address = format!("{module}{type_name}.{name}{key}").into();
            resources.push(Stated {
                subject: Subject { address, type_name: type_name.clone(), span },
                values,
                sensitive,
            });
        }
    }
}
