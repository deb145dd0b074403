//! Walks a data file and collects its settings, whatever its format is for.

use std::sync::Arc;

use crate::read::Reader;
use crate::source::Span;
use crate::syntax::tree::{Node, NodeKind, Pair};
use crate::syntax::{embedded, json};
use crate::value::{Kind, Reference, Value, Why};

use super::kubernetes::Stored;
use super::place::Place;
use super::section::{Entry, Sections};
use super::surroundings::is_resource;
use super::{keys, scalar, substitution};

/// How deep maps and lists are followed.
const DEEPEST: usize = 64;

/// The longest text in bytes that is tried as JSON inside another file.
const LONGEST_EMBEDDED: usize = 256 * 1024;

/// Keys of a block that gives a process its environment, in whatever tool.
const ENVIRONMENTS: &[&str] = &[
    "env",
    "environment",
    "Environment",
    "environmentVariables",
    "environment_variables",
    "env_vars",
    "envVars",
    "variables",
    "Variables",
    "vars",
    "secrets",
    "args",
    "literals",
];

/// Keys of a command line.
const COMMAND_LINES: &[&str] = &["args", "command"];

/// How the items of a list of named values call their name.
const NAMES: &[&str] = &["name", "Name", "key", "Key", "ParameterKey"];

/// And their value.
const VALUES: &[&str] = &["value", "Value", "ParameterValue"];

/// And where their value comes from.
const ORIGINS: &[&str] = &["valueFrom", "ValueFrom"];

/// A walk through one tree.
pub struct Walk<'f> {
    /// Where the tree's nodes stand.
    pub place: Place,
    /// The whole file's text. `None` in a text inside another: texts inside that one stay texts.
    pub text: Option<&'f str>,
    /// What stands before the names of its sections, but not before keys.
    pub root: &'f str,
    /// What Kubernetes keeps for containers.
    pub stored: &'f Stored,
    /// Where entries go.
    pub sections: &'f mut Sections,
}

impl Walk<'_> {
    /// Collects the settings below a node that stands at `path`.
    pub fn node(&mut self, node: &Node, path: &str) {
        self.node_within(node, path, DEEPEST);
    }

    /// Collects variables: a map of them, or a list of `NAME=value` or of named values. Returns whether it is one.
    pub fn environment(&mut self, node: &Node, path: &str) -> bool {
        match &node.kind {
            NodeKind::Map(pairs) if pairs.iter().all(|pair| scalar::value(&pair.value, &self.place).is_some()) => {
                for pair in pairs {
                    if let Some(value) = scalar::value(&pair.value, &self.place) {
                        self.variable(pair, value, path);
                    }
                }
                true
            }
            NodeKind::List(items) if !items.is_empty() && items.iter().all(|item| assignment(item).is_some()) => {
                for (item, (name, value)) in items.iter().filter_map(|item| Some((item, assignment(item)?))) {
                    let value = match value {
                        Some(value) => scalar::text(value, &self.place, item),
                        // A name alone passes the variable on.
                        None => Value::unknown(Why::Input(name.into()), self.place.loc(item.span)),
                    };
                    self.add(path, name, name, item.span, value, Reader::Environment);
                }
                true
            }
            NodeKind::List(items) => self.named(items, path, Reader::Environment),
            _ => false,
        }
    }

    /// Adds one variable of an environment, and what the JSON in it says.
    pub fn variable(&mut self, pair: &Pair, value: Value, path: &str) {
        self.embedded(&pair.value, &join(path, &pair.key), DEEPEST);
        self.add(path, &pair.key, &pair.key, pair.key_span, value, Reader::Environment);
    }

    fn node_within(&mut self, node: &Node, path: &str, deepest: usize) {
        let Some(deepest) = deepest.checked_sub(1) else { return };
        match &node.kind {
            NodeKind::Map(pairs) if !is_resource(node) => {
                for pair in pairs {
                    self.pair(&pair.key, pair.key_span, &pair.value, path, deepest);
                }
            }
            NodeKind::List(items) if !self.named(items, path, self.sections.surroundings().reader) => {
                for (index, item) in items.iter().enumerate() {
                    self.node_within(item, &format!("{path}[{index}]"), deepest);
                }
            }
            _ => {}
        }
    }

    fn pair(&mut self, key: &Arc<str>, key_span: Span, node: &Node, path: &str, deepest: usize) {
        let child = join(path, key);
        if COMMAND_LINES.contains(&&**key) && self.command_line(node, &child) {
            return;
        }
        if ENVIRONMENTS.contains(&&**key) && self.environment(node, &child) {
            return;
        }
        if self.embedded(node, &child, deepest) {
            return;
        }
        if node.scalar().is_some_and(|text| !keys::may_matter(&child, Some(&text))) {
            return;
        }
        match scalar::value(node, &self.place) {
            Some(value) => {
                let reader = self.sections.surroundings().reader;
                let section = child.rsplit_once('.').map_or("", |(section, _)| section).to_owned();
                self.add(&section, &child, &child, key_span, value, reader);
            }
            None => self.node_within(node, &child, deepest),
        }
    }

    /// Collects a list of named values: `[{name: …, value: …}]`. Returns whether it is one.
    fn named(&mut self, items: &[Node], path: &str, reader: Reader) -> bool {
        let first = |item: &Node, keys: &[&str]| keys.iter().find_map(|key| item.pair(key).cloned());
        let is_named = |item: &Node| {
            first(item, NAMES).is_some_and(|name| name.value.text().is_some())
                && (first(item, VALUES).is_some() || first(item, ORIGINS).is_some())
        };
        if items.is_empty() || !items.iter().all(is_named) {
            return false;
        }
        for item in items {
            let Some(name) = first(item, NAMES) else { continue };
            let Some(key) = name.value.text() else { continue };
            let reader = if &*name.key == "ParameterKey" { Reader::Deployment } else { reader };
            let written = first(item, VALUES).and_then(|value| scalar::value(&value.value, &self.place));
            let origin = || first(item, ORIGINS).map(|origin| self.origin(&origin.value));
            if let Some(value) = written.or_else(origin) {
                self.add(path, key, key, name.value.span, value, reader);
            }
        }
        true
    }

    /// What a container's variable is taken from.
    fn origin(&self, node: &Node) -> Value {
        let loc = self.place.loc(node.span);
        if let Some(value) = self.stored.value(node, loc) {
            return value;
        }
        let Some(text) = node.text() else { return Value::unknown(Why::Deployment("valueFrom".into()), loc) };
        let mut parts = text.splitn(7, ':').skip(2);
        let reference = match (parts.next(), parts.nth(2), parts.next()) {
            (Some("ssm"), Some(name), _) => {
                let name = name.strip_prefix("parameter").unwrap_or(name);
                Reference::SsmParameter(
                    if name.matches('/').count() == 1 { name.trim_start_matches('/') } else { name }.into(),
                )
            }
            (Some("secretsmanager"), Some(_), Some(rest)) => {
                let (name, rest) = rest.split_once(':').unwrap_or((rest, ""));
                let field = rest.split(':').next().unwrap_or_default();
                Reference::Secret { name: name.into(), field: field.into() }
            }
            _ => Reference::SsmParameter(text.into()),
        };
        Value::new(Kind::Reference(reference), loc)
    }

    /// Collects the flags of a command line: `--client-id=…`, `--client-id …`. Returns whether it is one.
    fn command_line(&mut self, node: &Node, path: &str) -> bool {
        let words: Vec<(&str, &Node)> = match &node.kind {
            NodeKind::Text(text) => text.split_whitespace().map(|word| (word, node)).collect(),
            NodeKind::List(items) => items.iter().filter_map(|item| Some((item.text()?, item))).collect(),
            _ => return false,
        };
        if !words.iter().any(|(word, _)| word.starts_with("--")) {
            return false;
        }
        let mut words = words.into_iter().peekable();
        while let Some((word, node)) = words.next() {
            let Some(flag) = word.strip_prefix("--") else { continue };
            let (name, value, at) = match flag.split_once('=') {
                Some((name, value)) => (name, value, node),
                None => match words.next_if(|(next, _)| !next.starts_with('-')) {
                    Some((value, at)) => (flag, value, at),
                    None => continue,
                },
            };
            let value = scalar::text(value, &self.place, at);
            self.add(path, name, name, node.span, value, Reader::Configuration);
        }
        true
    }

    /// Walks the JSON in a text. Returns whether there is some.
    fn embedded(&mut self, node: &Node, path: &str, deepest: usize) -> bool {
        let is_object = |text: &str| {
            let text = text.trim();
            text.len() <= LONGEST_EMBEDDED && text.starts_with('{') && text.ends_with('}') && text.contains('"')
        };
        let Some(file) = self.text.filter(|_| node.text().is_some_and(is_object)) else { return false };
        let Some((text, offsets)) = embedded::extract(file, node) else { return false };
        let tree = json::parse(&text);
        let [document] = tree.documents.as_slice() else { return false };
        if !tree.errors.is_empty() || substitution::is_in(text.trim()) && document.pairs().is_empty() {
            return false;
        }
        let place = Place::inside(self.place.file, offsets);
        let (root, stored) = (self.root, self.stored);
        let mut inside = Walk { place, text: None, root, stored, sections: &mut *self.sections };
        inside.node_within(document, path, deepest);
        true
    }

    fn add(&mut self, section: &str, path: &str, key: &str, key_span: Span, value: Value, reader: Reader) {
        let entry = Entry { path: path.to_owned(), key: key.into(), loc: self.place.loc(key_span), value, reader };
        self.sections.add(&join(self.root, section), entry);
    }
}

/// A key below a path; either may be empty.
pub fn join(path: &str, key: &str) -> String {
    let dot = if path.is_empty() || key.is_empty() { "" } else { "." };
    format!("{path}{dot}{key}")
}

/// `NAME=value`, or `NAME` alone.
fn assignment(item: &Node) -> Option<(&str, Option<&str>)> {
    let text = item.text()?;
    let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some((name, value))
}
