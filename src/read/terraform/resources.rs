//! One root module with all that it calls, to facts.

use std::rc::Rc;
use std::sync::Arc;

use camino::Utf8Path;

use crate::read::redaction::redact;
use crate::read::{Facts, Ignored, Move, Output, Removal, Retention, Stack};
use crate::source::{FileId, Loc};
use crate::syntax::hcl::ast::{Expression, ExpressionKind};
use crate::value::{ResourceKey, Value};
use crate::when::When;

use super::World;
use super::configuration::Block;
use super::evaluator::Evaluator;
use super::instance::{Instance, Root};
use super::provider::{self, Provided};
use super::reference::Declared;
use super::scope::Scope;
use super::secrets::VERSION;
use super::written;

/// How many resources of one root module are read.
const MOST: usize = 20_000;

/// A resource that is to be read.
struct Found<'a> {
    key: ResourceKey,
    declared: Declared<'a>,
    when: When,
}

/// The facts of the root module in a folder.
pub(super) fn read<'a>(world: &Rc<World<'a>>, folder: &Utf8Path) -> Facts {
    let (Some(module), Some(stack)) = (world.module(folder), world.stack(folder)) else { return Facts::default() };
    let root =
        Root { stack, folder: folder.to_owned(), values: world.values(&module), installed: world.installed(folder) };
    let evaluator = Evaluator::new(world.clone());
    let instance = Rc::new(Instance::new(module, Rc::new(root)));
    let mut found = Vec::new();
    evaluator.collect(&instance, &mut found);
    for found in found.iter().filter(|found| found.declared.name.contains("archive_file.")) {
        evaluator.archive(&found.declared, found.declared.block.loc());
    }
    let (versions, others): (Vec<_>, Vec<_>) = found.iter().partition(|found| kind_of(&found.declared.name) == VERSION);
    for found in others {
        evaluator.emit(found);
    }
    for found in versions {
        evaluator.fill_secret(&evaluator.body_of(found));
    }
    let outputs = evaluator.outputs(&instance);
    evaluator.tell_missing();
    let open = evaluator.is_open.get();
    let Some(file) = world.folders.get(folder).and_then(|files| files.first()) else { return Facts::default() };
    let mut facts = evaluator.facts.into_inner();
    facts.stacks.push(Stack {
        id: instance.root.stack.clone(),
        name: None,
        file: *file,
        outputs,
        undeployed: Vec::new(),
        open,
        conditions: Default::default(),
    });
    facts
}

/// The type in `type.name`.
fn kind_of(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(kind, _)| kind)
}

/// What a resource's `lifecycle` says of its end.
fn retention(block: &Block<'_>) -> Retention {
    let guard = block.blocks_of("lifecycle").iter().find_map(|block| block.attribute("prevent_destroy"));
    match guard.map(|guard| &guard.value().kind) {
        None | Some(ExpressionKind::Bool(false)) => Retention::Deleted,
        Some(ExpressionKind::Bool(true)) => Retention::Guarded,
        Some(_) => Retention::Unknown,
    }
}

/// What a `removed` block says of the end of what it names. Without a word Terraform deletes it and OpenTofu lets go.
fn removed_retention(block: &Block<'_>) -> Retention {
    let destroy = block.blocks_of("lifecycle").iter().find_map(|block| block.attribute("destroy"));
    match destroy.map(|destroy| &destroy.value().kind) {
        Some(ExpressionKind::Bool(false)) => Retention::Kept,
        Some(ExpressionKind::Bool(true)) => Retention::Deleted,
        _ => Retention::Unknown,
    }
}

/// The arguments that a resource's `lifecycle` has ignored.
fn ignored(block: &Block<'_>) -> Ignored {
    let written = block.blocks_of("lifecycle").iter().find_map(|block| block.attribute("ignore_changes"));
    let Some(written) = written else { return Ignored::Nothing };
    let ExpressionKind::List(items) = &written.value().kind else { return Ignored::All };
    items.iter().map(argument_of).collect::<Option<_>>().map_or(Ignored::All, Ignored::Properties)
}

/// The argument that a path begins with; also as older versions write it, as a text.
fn argument_of(path: &Expression) -> Option<Arc<str>> {
    let mut path = path;
    loop {
        match &path.kind {
            ExpressionKind::Name(name) => return Some(name.clone()),
            ExpressionKind::Text(text) if &**text != "*" => return text.split(['.', '[']).next().map(Arc::from),
            ExpressionKind::Member { of, .. } | ExpressionKind::Index { of, .. } | ExpressionKind::Splat { of, .. } => {
                path = of;
            }
            _ => return None,
        }
    }
}

impl World<'_> {
    /// The id of the stack that a root module is: its folder as reports name it.
    pub fn stack(&self, folder: &Utf8Path) -> Option<Arc<str>> {
        let file: &FileId = self.folders.get(folder)?.first()?;
        let path = self.sources.file(*file).path.parent()?;
        Some(if path.as_str().is_empty() { ".".into() } else { path.as_str().into() })
    }
}

impl<'a> Evaluator<'a> {
    /// The resources of a module and of those that it calls.
    fn collect(&self, instance: &Rc<Instance<'a>>, found: &mut Vec<Found<'a>>) {
        if instance.module.has_faults {
            self.is_open.set(true);
        }
        for (name, block) in &instance.module.resources {
            let kind = kind_of(name);
            if !provider::is_known(kind)
                && !kind.ends_with("archive_file")
                && written::file(kind).is_none()
                && kind != VERSION
            {
                continue;
            }
            for (index, bindings, when) in self.repetition(instance, name, block).turns() {
                if found.len() >= MOST {
                    self.note("limit", format!("there are {MOST} resources already"), block.loc());
                    self.is_open.set(true);
                    return;
                }
                let Some(when) = instance.when.and(&when) else { continue };
                let key = instance.key(&format!("{name}{index}"));
                let (instance, name, block) = (instance.clone(), name.clone(), block.clone());
                found.push(Found { key, declared: Declared { instance, name, block, bindings }, when });
            }
        }
        let moves = instance.module.moves.iter().filter_map(|block| self.moved(instance, block));
        let removals = instance.module.removals.iter().filter_map(|block| self.removed(instance, block));
        self.facts.borrow_mut().moves.extend(moves);
        self.facts.borrow_mut().removals.extend(removals);
        for (name, block) in &instance.module.calls {
            let name: Arc<str> = format!("module.{name}").into();
            for (index, bindings, _) in self.repetition(instance, &name, block).turns() {
                let key = instance.key(&format!("{name}{index}"));
                let (instance, name, block) = (instance.clone(), name.clone(), block.clone());
                match self.child(&key, &Declared { instance, name, block, bindings }) {
                    Some(child) => self.collect(&child, found),
                    None => self.is_open.set(true),
                }
            }
        }
    }

    /// What a `moved` block says.
    fn moved(&self, instance: &Instance<'a>, block: &Block<'a>) -> Option<Move> {
        Some(Move { from: self.address(instance, block, "from")?, to: self.address(instance, block, "to")? })
    }

    /// What a `removed` block says.
    fn removed(&self, instance: &Instance<'a>, block: &Block<'a>) -> Option<Removal> {
        Some(Removal { from: self.address(instance, block, "from")?, retention: removed_retention(block) })
    }

    /// The address that is written under a name.
    fn address(&self, instance: &Instance<'a>, block: &Block<'a>, name: &str) -> Option<ResourceKey> {
        let written = block.attribute(name)?;
        let text = self.world.sources.text(Loc { file: written.file, span: written.value().span });
        Some(instance.key(&text.split_whitespace().collect::<String>()))
    }

    fn body_of(&self, found: &Found<'a>) -> Value {
        let Declared { instance, block, bindings, .. } = &found.declared;
        let scope = Scope::new(instance.clone(), block.loc().file);
        self.body(block, &Scope { bindings: bindings.clone(), when: found.when.clone(), ..scope })
    }

    fn emit(&self, found: &Found<'a>) {
        let Found { key, declared, when } = found;
        let Declared { instance, name, block, .. } = declared;
        let kind = kind_of(name);
        let mut body = self.body_of(found);
        redact(&mut body);
        let (loc, retention, ignored) = (block.loc(), retention(block), &ignored(block));
        let provided = Provided { key, type_name: kind, body: &body, loc, when, source: None, retention, ignored };
        let made = provider::resources(&provided);
        self.facts.borrow_mut().resources.extend(made);
        if kind == "aws_lambda_function" {
            self.locate(key, instance, &body);
        }
        if let Some(file) = written::file(kind) {
            self.write(file, key, instance, &body);
        }
    }

    /// Tells which modules are not there.
    fn tell_missing(&self) {
        let missing = self.missing.borrow();
        let Some(first) = missing.values().min().copied() else { return };
        let names: Vec<&str> = missing.keys().map(|name| &**name).collect();
        let such = if names.len() == 1 { "a module that is" } else { "modules that are" };
        let message = format!("what is made by {such} not installed here is not known: {}", names.join(", "));
        self.note("module-not-installed", message, first);
    }

    fn outputs(&self, instance: &Rc<Instance<'a>>) -> Vec<Output> {
        let output = |name: &Arc<str>| {
            let block = instance.module.outputs.get(name)?;
            let value = self.output(instance, name, &When::always(), block.attribute("value")?.loc());
            Some(Output { name: name.clone(), value, export: None, when: When::always(), loc: block.loc() })
        };
        instance.module.outputs.keys().filter_map(output).collect()
    }
}
