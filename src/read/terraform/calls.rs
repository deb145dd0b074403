//! Modules that modules call.

use std::rc::Rc;
use std::sync::Arc;

use crate::read::paths::normal;
use crate::read::redaction::{erase, redact_named};
use crate::source::Loc;
use crate::value::{ResourceKey, Value, Why};
use crate::when::When;

use super::configuration::{Block, Module, literal};
use super::evaluator::Evaluator;
use super::instance::{Call, Instance};
use super::known;
use super::reference::Declared;
use super::scope::Scope;
use super::variables::is_true;

/// How many calls may lead to a module.
const DEEPEST: usize = 24;

/// How many uses of modules there may be in one root.
const MOST: usize = 2_000;

impl<'a> Evaluator<'a> {
    /// The output of a module that is called.
    pub fn output_of(&self, key: &ResourceKey, call: &Declared<'a>, name: &Arc<str>, when: &When, loc: Loc) -> Value {
        match self.child(key, call) {
            Some(child) => self.output(&child, name, when, loc),
            None => Value::unknown(Why::Import(format!("{}.{name}", key.id).into()), loc),
        }
    }

    /// The output of a use of a module.
    pub fn output(&self, instance: &Rc<Instance<'a>>, name: &Arc<str>, when: &When, loc: Loc) -> Value {
        let written = instance.module.outputs.get(name).and_then(|block| Some((block, block.attribute("value")?)));
        let Some((block, written)) = written else {
            return Value::unknown(Why::Import(format!("{}output.{name}", instance.prefix).into()), loc);
        };
        self.memo(instance, &format!("output.{name}"), when, loc, |when| {
            let scope = Scope { when: when.clone(), ..Scope::new(instance.clone(), written.file) };
            let mut value = self.evaluate(written.value(), &scope);
            if is_true(block, "sensitive") {
                erase(&mut value)
            } else {
                redact_named(name, &mut value)
            }
            value
        })
    }

    /// The use of a module that a call makes; `None` where the module is not there.
    pub fn child(&self, key: &ResourceKey, call: &Declared<'a>) -> Option<Rc<Instance<'a>>> {
        let parent = &call.instance;
        if let Some(known) = parent.children.borrow().get(&key.id) {
            return known.clone();
        }
        let child = self.made(key, call);
        parent.children.borrow_mut().insert(key.id.clone(), child.clone());
        child
    }

    fn made(&self, key: &ResourceKey, call: &Declared<'a>) -> Option<Rc<Instance<'a>>> {
        let Declared { instance: parent, name, block, bindings } = call;
        let name = name.strip_prefix("module.").unwrap_or(name);
        let path: Arc<str> =
            if parent.path.is_empty() { name.into() } else { format!("{}.{name}", parent.path).into() };
        let module = self.module_of(parent, &path, block)?;
        if parent.is_inside(&module.folder) {
            self.note("unresolved", format!("module.{name} calls a module that it is part of"), block.loc());
            return None;
        }
        if parent.depth >= DEEPEST || !self.admit(MOST) {
            self.note("limit", format!("modules are used more than {MOST} times, or {DEEPEST} deep"), block.loc());
            return None;
        }
        let when = self.when_of(call, key);
        let mut child = Instance::new(module, parent.root.clone());
        child.prefix = format!("{}.", key.id).into();
        child.path = path;
        child.call = Some(Call { parent: Rc::downgrade(parent), block: block.clone(), bindings: bindings.clone() });
        child.when = parent.when.and(&when).unwrap_or(when);
        child.depth = parent.depth + 1;
        Some(Rc::new(child))
    }

    /// The condition under which the instance of a block with this key is there.
    fn when_of(&self, call: &Declared<'a>, key: &ResourceKey) -> When {
        let turns = self.repetition(&call.instance, &call.name, &call.block).turns();
        let this = turns.into_iter().find(|(index, ..)| call.instance.key(&format!("{}{index}", call.name)) == *key);
        this.map(|(.., when)| when).unwrap_or_default()
    }

    /// The module that a block calls: one of this scan, or what is known of a public one.
    fn module_of(&self, parent: &Instance<'a>, path: &str, block: &Block<'a>) -> Option<Rc<Module<'a>>> {
        let source = block.attribute("source")?;
        let loc = Loc { file: source.file, span: source.value().span };
        let is_missing = || {
            self.missing.borrow_mut().entry(self.world.written(loc).trim_matches('"').into()).or_insert(loc);
        };
        let Some(text) = literal(source.value()) else {
            is_missing();
            return None;
        };
        if is_local(&text) {
            let module = self.world.module(&normal(&parent.module.folder.join(&*text)));
            if module.is_none() {
                is_missing();
            }
            return module;
        }
        if let Some(module) = parent.root.installed.get(path).and_then(|folder| self.world.module(folder)) {
            return Some(module);
        }
        let Some(known) = known::find(&text) else {
            is_missing();
            return None;
        };
        self.is_open.set(true);
        let message = format!("the module {text} is not installed here; what is known of it stands in for it");
        if !self.facts.borrow().notes.iter().any(|note| note.message == message) {
            self.note("module-not-installed", message, loc);
        }
        let file = self.world.known.add(block.loc(), known);
        Some(Rc::new(Module::new(parent.module.folder.join(&*text), &[(file, known.file())], &[])))
    }
}

/// Whether the source of a module is a folder beside the one that calls it.
pub(super) fn is_local(source: &str) -> bool {
    source.starts_with("./") || source.starts_with("../") || source == "." || source == ".."
}
