//! Programs in Pulumi's YAML: their resources, outputs, and what their expressions are.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use camino::Utf8Path;

use crate::read::branches::{combine, concat, settle, spread, text_of};
use crate::read::cloudformation::Conditions;
use crate::read::paths::{normal, unpacked};
use crate::read::redaction::redact_named;
use crate::read::terraform::provider::{self, Provided};
use crate::read::{CodeLocation, CodePath, Facts, Ignored, Move, Output, Retention, Stack};
use crate::source::{FileId, Loc, SourceMap};
use crate::syntax::tree::{Node, NodeKind, Pair};
use crate::value::{Field, Kind, ResourceKey, Value, Why};
use crate::when::When;

use super::access::{self, Part};
use super::assets;
use super::configuration::Configuration;
use super::functions::Function;
use super::plain::{plain, weight};

/// How deep expressions may be nested, through the names in them too.
const DEEPEST: usize = 160;

/// How much one named value may hold, and how much may be copied of them all; see [`weight`].
const MOST_IN_ONE: usize = 40_000;
const MOST_COPIED: usize = 1_000_000;

/// A program.
pub(super) struct Program<'a> {
    /// The stack that it is.
    pub stack: Arc<str>,
    /// The project's name and configuration.
    pub configuration: Configuration<'a>,
    file: FileId,
    folder: &'a Utf8Path,
    root: &'a Node,
    /// Its resources by their names.
    pub resources: HashMap<&'a str, &'a Node>,
    /// Its variables by their names.
    pub variables: HashMap<&'a str, &'a Node>,
    /// Named values; nothing while one is being evaluated.
    memo: RefCell<HashMap<String, Option<Value>>>,
    depth: Cell<usize>,
    copied: Cell<usize>,
}

impl<'a> Program<'a> {
    /// The program of a file.
    pub fn new(file: FileId, root: &'a Node, configuration: Configuration<'a>, sources: &'a SourceMap) -> Self {
        let source = sources.file(file);
        let section = |name: &str| {
            let pairs = root.get(name).map(Node::pairs).unwrap_or_default();
            pairs.iter().map(|pair| (&*pair.key, &pair.value)).collect()
        };
        Self {
            stack: source.path.as_str().into(),
            configuration,
            file,
            folder: source.absolute.parent().unwrap_or(Utf8Path::new("/")),
            root,
            resources: section("resources"),
            variables: section("variables"),
            memo: RefCell::default(),
            depth: Cell::default(),
            copied: Cell::default(),
        }
    }

    /// Its facts.
    pub fn read(&self) -> Facts {
        let mut facts = Facts::default();
        for pair in self.pairs("resources") {
            self.resource(pair, &mut facts);
        }
        let outputs = self.pairs("outputs").iter().map(|pair| {
            let mut value = self.evaluate(&pair.value);
            redact_named(&pair.key, &mut value);
            Output { name: pair.key.clone(), value, export: None, when: When::always(), loc: self.loc_of_key(pair) }
        });
        facts.stacks.push(Stack {
            id: self.stack.clone(),
            name: self.configuration.project.clone(),
            file: self.file,
            outputs: outputs.collect(),
            undeployed: Vec::new(),
            open: false,
            conditions: Conditions::default(),
        });
        facts
    }

    fn resource(&self, pair: &Pair, facts: &mut Facts) {
        let Some(type_name) = type_of(&pair.value).filter(|name| provider::is_known(name)) else { return };
        // What is only looked up is somebody else's.
        if pair.value.get("get").is_some() {
            return;
        }
        let key = self.key(&pair.key);
        let body = match pair.value.get("properties") {
            Some(properties) => self.evaluate(properties),
            None => Value::new(Kind::Map(Default::default()), self.loc_of_key(pair)),
        };
        facts.moves.extend(
            aliases(pair.value.get("options"))
                .map(|name| Move { from: ResourceKey { stack: key.stack.clone(), id: name }, to: key.clone() }),
        );
        facts.resources.extend(provider::resources(&Provided {
            key: &key,
            type_name,
            body: &body,
            loc: self.loc_of_key(pair),
            when: &When::always(),
            source: None,
            retention: retention(pair.value.get("options")),
            ignored: &ignored(pair.value.get("options")),
        }));
        facts.code.extend(self.code(key, &body));
    }

    /// Where the code of a function with this body lies.
    fn code(&self, resource: ResourceKey, body: &Value) -> Option<CodeLocation> {
        let (Field::Present(code) | Field::Sometimes(code)) = body.field("code") else { return None };
        let path = normal(&self.folder.join(assets::path(code)?));
        Some(CodeLocation {
            resource,
            path: CodePath::Path(unpacked(path)),
            handler: body.field("handler").value().and_then(text_of),
            loc: code.loc,
        })
    }

    /// What a node is.
    pub fn evaluate(&self, node: &Node) -> Value {
        let loc = self.loc(node);
        if self.depth.get() >= DEEPEST {
            return Value::unknown(Why::Limit, loc);
        }
        self.depth.set(self.depth.get() + 1);
        let value = match (&node.kind, Function::of(node)) {
            (_, Some(function)) => self.call(&function, loc),
            (NodeKind::Text(text), None) => self.text(text, loc),
            _ => plain(node, self.file, &|_, inner| self.evaluate(inner)),
        };
        self.depth.set(self.depth.get() - 1);
        value
    }

    fn text(&self, text: &str, loc: Loc) -> Value {
        let Some(parts) = access::parts(text) else { return Value::unknown(Why::Dynamic, loc) };
        let part = |part: Part| match part {
            Part::Text(text) => Value::text_at(text, loc),
            Part::Path(path) => self.named(&path, loc),
        };
        let mut parts: Vec<Value> = parts.into_iter().map(part).collect();
        match parts.pop() {
            Some(only) if parts.is_empty() => only,
            last => {
                let parts = parts.into_iter().chain(last).map(spread).collect();
                let joined = combine(parts, loc, |row| spread(concat(row.into_iter().flatten().collect(), loc)));
                settle(joined, loc).unwrap_or_else(|| Value::unknown(Why::Dynamic, loc))
            }
        }
    }

    /// The value of this name, evaluated once. One that needs itself is unknown, as is one that grows past all measure.
    pub fn once(&self, name: String, loc: Loc, evaluate: impl FnOnce() -> Value) -> Value {
        if self.copied.get() > MOST_COPIED {
            return Value::unknown(Why::Limit, loc);
        }
        let known = self.memo.borrow().get(&name).cloned();
        let value = match known {
            Some(Some(value)) => value,
            Some(None) => return Value::unknown(Why::Dynamic, loc),
            None => {
                self.memo.borrow_mut().insert(name.clone(), None);
                let value = evaluate();
                let value = if weight(&value) > MOST_IN_ONE { Value::unknown(Why::Limit, loc) } else { value };
                self.memo.borrow_mut().insert(name, Some(value.clone()));
                value
            }
        };
        self.copied.set(self.copied.get() + weight(&value));
        Value { loc, ..value }
    }

    fn pairs(&self, section: &str) -> &'a [Pair] {
        self.root.get(section).map(Node::pairs).unwrap_or_default()
    }

    /// A resource of this program.
    pub fn key(&self, name: &str) -> ResourceKey {
        ResourceKey { stack: self.stack.clone(), id: name.into() }
    }

    fn loc(&self, node: &Node) -> Loc {
        Loc { file: self.file, span: node.span }
    }

    fn loc_of_key(&self, pair: &Pair) -> Loc {
        Loc { file: self.file, span: pair.key_span }
    }
}

/// The type of a resource.
pub(super) fn type_of(resource: &Node) -> Option<&str> {
    resource.get("type")?.text()
}

/// The arguments whose changes the options of a resource have ignored.
fn ignored(options: Option<&Node>) -> Ignored {
    let Some(paths) = options.and_then(|options| options.get("ignoreChanges")) else { return Ignored::Nothing };
    let argument = |path: &Node| {
        let first = path.text()?.split(['.', '[']).next().filter(|first| !first.is_empty() && *first != "*")?;
        Some(first.into())
    };
    let NodeKind::List(paths) = &paths.kind else { return Ignored::All };
    paths.iter().map(argument).collect::<Option<_>>().map_or(Ignored::All, Ignored::Properties)
}

/// The names that a resource had, of aliases that are a name or a URN (`urn:pulumi:stack::project::type::name`).
fn aliases(options: Option<&Node>) -> impl Iterator<Item = Arc<str>> {
    let listed = options.and_then(|options| options.get("aliases")).map(Node::items).unwrap_or_default();
    listed.iter().filter_map(|alias| {
        let name = alias.text().or_else(|| alias.get("name").and_then(Node::text))?;
        Some(name.rsplit("::").next().unwrap_or(name).into())
    })
}

/// What the options of a resource say of its end.
fn retention(options: Option<&Node>) -> Retention {
    let option = |name: &str| options.and_then(|options| options.get(name)).map(|node| &node.kind);
    match (option("protect"), option("retainOnDelete")) {
        (Some(NodeKind::Bool(true)), _) => Retention::Guarded,
        (_, Some(NodeKind::Bool(true))) => Retention::Kept,
        (None | Some(NodeKind::Bool(false)), None | Some(NodeKind::Bool(false))) => Retention::Deleted,
        _ => Retention::Unknown,
    }
}
