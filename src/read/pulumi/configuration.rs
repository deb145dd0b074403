//! The configuration of a project: what it declares, and what the files of its stacks say.

use std::collections::HashMap;
use std::sync::Arc;

use camino::Utf8Path;

use crate::read::branches::{Branch, Branches, one_if_equal, settle};
use crate::read::trees::Trees;
use crate::source::{FileId, Loc, SourceMap};
use crate::syntax::tree::{Node, NodeKind};
use crate::value::{Kind, Reference, Value, Why};
use crate::when::When;

use super::plain::plain;

/// The names of a project's file.
pub(super) const PROJECT: [&str; 2] = ["Pulumi.yaml", "Pulumi.yml"];

/// Keys of a declaration; a map without them is itself the value.
const DECLARATION: &[&str] = &["type", "default", "value", "secret", "items", "description"];

/// Where a program's values come from.
#[derive(Debug, Default)]
pub(super) struct Configuration<'a> {
    /// The project's name.
    pub project: Option<Arc<str>>,
    /// What the program and the project declare.
    declared: Section<'a>,
    stacks: Vec<StackFile<'a>>,
}

/// Values by their names, without the project's before them.
type Section<'a> = HashMap<&'a str, (FileId, &'a Node)>;

/// `Pulumi.<stack>.yaml`.
#[derive(Debug)]
struct StackFile<'a> {
    stack: Arc<str>,
    values: Section<'a>,
    /// More may come from an environment that Pulumi keeps.
    is_open: bool,
}

impl<'a> Configuration<'a> {
    /// The configuration of the program in a file: of itself, of the nearest project file, and of the stacks beside that.
    pub fn new(program: FileId, root: &'a Node, trees: &'a Trees, sources: &SourceMap) -> Self {
        let folder = sources.file(program).absolute.parent().unwrap_or(Utf8Path::new("/"));
        let file_in = |folder: &Utf8Path| PROJECT.iter().find_map(|name| trees.at(&folder.join(name), sources));
        let found = folder.ancestors().find_map(|folder| Some((folder, file_in(folder)?)));
        let project = found.and_then(|(folder, (file, tree))| Some((folder, file, tree.documents.first()?)));
        let Some((folder, file, project)) = project else {
            return Self { declared: declared(&[(program, root)], None), ..Self::default() };
        };
        let text = |key: &str| project.get(key).and_then(Node::text);
        let name = text("name");
        let folder = text("stackConfigDir").map_or_else(|| folder.to_owned(), |path| folder.join(path));
        let beside = sources.iter().filter(|(_, source)| source.absolute.parent() == Some(&folder));
        let stacks = beside.filter_map(|(file, source)| {
            let stack = stack_of(source.absolute.file_name()?)?;
            let root = trees.get(file, sources)?.documents.first()?;
            let values = root.get("config").map(|section| named(file, section, name)).unwrap_or_default();
            Some(StackFile { stack: stack.into(), values, is_open: root.get("environment").is_some() })
        });
        let declared = declared(&[(file, project), (program, root)], name);
        Self { project: name.map(Arc::from), declared, stacks: stacks.collect() }
    }

    /// The stacks that have files, each with the condition that it is the one that is deployed: the last one is where none
    /// of the others is.
    pub fn stacks(&self, program: &Arc<str>) -> impl Iterator<Item = (When, &Arc<str>)> {
        self.conditions(program).zip(self.stacks.iter().map(|file| &file.stack))
    }

    fn conditions(&self, program: &Arc<str>) -> impl Iterator<Item = When> {
        let is =
            |file: &StackFile<'_>, holds: bool| When::test(program.clone(), format!("stack = {}", file.stack), holds);
        let last = self.stacks.len().saturating_sub(1);
        self.stacks.iter().enumerate().map(move |(at, file)| {
            let earlier = self.stacks.iter().take(at).map(|other| is(other, false));
            let own = (at < last).then(|| is(file, true));
            earlier.chain(own).try_fold(When::always(), |when, test| when.and(&test)).unwrap_or_default()
        })
    }

    /// What stands under a name, by stack; `None` where it is no configuration. `program` is the program's id.
    pub fn value(&self, name: &str, program: &Arc<str>, loc: Loc) -> Option<Value> {
        let declared = self.declared.get(name);
        if declared.is_none() && !self.stacks.iter().any(|file| file.values.contains_key(name)) {
            return None;
        }
        let declared = declared.map(|(file, node)| Declaration::of(node, *file, name));
        let Declaration { default, is_secret } = declared.unwrap_or_default();
        let open = Reference::Parameter { stack: program.clone(), name: name.into() };
        let default = default.unwrap_or_else(|| Value::new(Kind::Reference(open), loc));
        let branch = |(when, file): (When, &StackFile<'_>)| {
            let value = match file.values.get(name) {
                Some(_) if is_secret => Value::unknown(Why::Redacted, loc),
                Some((file, node)) => constant(node, *file),
                None if file.is_open => Value::unknown(Why::Import(name.into()), loc),
                None => default.clone(),
            };
            Branch { when, value: Some(value) }
        };
        let branches: Branches = self.conditions(program).zip(&self.stacks).map(branch).collect();
        if branches.is_empty() { Some(default) } else { settle(one_if_equal(branches), loc) }
    }
}

/// What files declare, the later ones before the earlier ones.
fn declared<'a>(files: &[(FileId, &'a Node)], project: Option<&str>) -> Section<'a> {
    let sections = files
        .iter()
        .flat_map(|(file, root)| ["config", "configuration"].iter().filter_map(|name| Some((*file, root.get(name)?))));
    sections.flat_map(|(file, section)| named(file, section, project)).collect()
}

/// The entries of a section.
fn named<'a>(file: FileId, section: &'a Node, project: Option<&str>) -> Section<'a> {
    let name = |key: &'a str| {
        let own = project.and_then(|project| key.strip_prefix(project)?.strip_prefix(':'));
        own.unwrap_or(key)
    };
    section.pairs().iter().map(|pair| (name(&pair.key), (file, &pair.value))).collect()
}

/// What a program or project says of one of its values.
#[derive(Default)]
struct Declaration {
    default: Option<Value>,
    is_secret: bool,
}

impl Declaration {
    fn of(node: &Node, file: FileId, name: &str) -> Self {
        let is_declaration = node.pairs().iter().any(|pair| DECLARATION.contains(&&*pair.key));
        let is_secret = node.get("secret").is_some_and(|secret| secret.kind == NodeKind::Bool(true));
        let written = if is_declaration { node.get("value").or(node.get("default")) } else { Some(node) };
        let default = written.filter(|node| node.kind != NodeKind::Null).map(|node| {
            let value = if is_secret {
                Value::unknown(Why::Redacted, Loc { file, span: node.span })
            } else {
                constant(node, file)
            };
            Value { assumed: Some(format!("the default of configuration {name}").into()), ..value }
        });
        Self { default, is_secret }
    }
}

/// A value without expressions; encrypted parts of it are not kept.
fn constant(node: &Node, file: FileId) -> Value {
    if node.get("secure").is_some() {
        return Value::unknown(Why::Redacted, Loc { file, span: node.span });
    }
    plain(node, file, &|_, inner| constant(inner, file))
}

/// The stack that a file is named after.
fn stack_of(name: &str) -> Option<&str> {
    let stem = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml"))?;
    stem.strip_prefix("Pulumi.").filter(|stack| !stack.is_empty())
}
