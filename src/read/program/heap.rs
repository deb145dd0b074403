//! Mutable state: objects and scopes, and the journal by which a branch's writes are taken back and joined.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::domain::{ClassDef, ModuleId, ObjectId, ScopeId, Val};
use crate::source::Loc;
use crate::value::Presence;
use crate::when::When;

/// The entries of one object, and the items of one list, after which it is open.
pub(super) const MOST_ENTRIES: usize = 512;

/// A map, list or instance.
#[derive(Clone, Debug)]
pub(super) struct Object {
    pub(super) shape: Shape,
    /// The entries of a map, the fields of an instance; each key once.
    pub(super) entries: Vec<Entry>,
    /// The items of a list, with the condition under which each is there.
    pub(super) items: Vec<(Val, When)>,
    /// Something unknown may have been added.
    pub(super) open: bool,
    /// Where it was written.
    pub(super) loc: Loc,
}

/// What an object is.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    Map,
    /// The fields of a form or of a URL's query.
    Form,
    List,
    Instance(Rc<ClassDef>),
}

/// An entry of a map.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: Arc<str>,
    pub(super) key_loc: Loc,
    pub(super) val: Val,
    pub(super) presence: Presence,
}

/// Names of one block or function.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) parent: Option<ScopeId>,
    pub(super) module: ModuleId,
    names: HashMap<Arc<str>, Val>,
}

/// What can be written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Slot {
    Variable(ScopeId, Arc<str>),
    Object(ObjectId),
}

/// What stands in a slot.
#[derive(Clone, Debug)]
pub(super) enum Content {
    Variable(Option<Val>),
    Object(Object),
}

/// Slots and what they hold.
pub(super) type Delta = Vec<(Slot, Content)>;

/// The first content of every slot written since the level began.
#[derive(Debug)]
struct Level {
    old: Delta,
    index: HashMap<Slot, usize>,
    objects: usize,
    scopes: usize,
}

/// All mutable state.
#[derive(Debug, Default)]
pub(super) struct Heap {
    objects: Vec<Object>,
    scopes: Vec<Scope>,
    levels: Vec<Level>,
}

impl Object {
    pub(super) fn new(shape: Shape, loc: Loc) -> Self {
        Self { shape, entries: Vec::new(), items: Vec::new(), open: false, loc }
    }

    pub(super) fn is_map(&self) -> bool {
        matches!(self.shape, Shape::Map | Shape::Form)
    }

    pub(super) fn is_list(&self) -> bool {
        matches!(self.shape, Shape::List)
    }

    pub(super) fn class(&self) -> Option<&Rc<ClassDef>> {
        if let Shape::Instance(class) = &self.shape { Some(class) } else { None }
    }

    pub(super) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| &*entry.key == key)
    }

    /// Writes an entry in place of the one of the same key.
    pub(super) fn put(&mut self, entry: Entry) {
        let is_full = self.entries.len() >= MOST_ENTRIES;
        match self.entries.iter_mut().find(|mine| mine.key == entry.key) {
            Some(mine) => *mine = entry,
            None if is_full => self.open = true,
            None => self.entries.push(entry),
        }
    }

    pub(super) fn push(&mut self, item: Val, when: When) {
        if self.items.len() < MOST_ENTRIES {
            self.items.push((item, when));
        } else {
            self.open = true;
        }
    }

    pub(super) fn remove(&mut self, key: &str) -> Option<Entry> {
        let at = self.entries.iter().position(|entry| &*entry.key == key)?;
        Some(self.entries.remove(at))
    }
}

impl Heap {
    pub(super) fn alloc(&mut self, object: Object) -> ObjectId {
        let id = ObjectId(u32::try_from(self.objects.len()).unwrap_or(u32::MAX));
        self.objects.push(object);
        id
    }

    pub(super) fn object(&self, id: ObjectId) -> &Object {
        &self.objects[id.0 as usize]
    }

    /// The object for writing.
    pub(super) fn object_mut(&mut self, id: ObjectId) -> &mut Object {
        if let Some(level) = self.levels.last_mut()
            && (id.0 as usize) < level.objects
            && !level.index.contains_key(&Slot::Object(id))
        {
            level.remember(Slot::Object(id), Content::Object(self.objects[id.0 as usize].clone()));
        }
        &mut self.objects[id.0 as usize]
    }

    pub(super) fn open_scope(&mut self, parent: Option<ScopeId>, module: ModuleId) -> ScopeId {
        let id = ScopeId(u32::try_from(self.scopes.len()).unwrap_or(u32::MAX));
        self.scopes.push(Scope { parent, module, names: HashMap::new() });
        id
    }

    pub(super) fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0 as usize]
    }

    /// The scope that declares a name, from `scope` outward.
    pub(super) fn holder(&self, scope: ScopeId, name: &str) -> Option<ScopeId> {
        let mut at = Some(scope);
        while let Some(id) = at {
            let scope = self.scope(id);
            if scope.names.contains_key(name) {
                return Some(id);
            }
            at = scope.parent;
        }
        None
    }

    /// The value of a name in this very scope.
    pub(super) fn own(&self, scope: ScopeId, name: &str) -> Option<&Val> {
        self.scope(scope).names.get(name)
    }

    /// The value of a name as `scope` sees it.
    pub(super) fn lookup(&self, scope: ScopeId, name: &str) -> Option<&Val> {
        self.own(self.holder(scope, name)?, name)
    }

    pub(super) fn set(&mut self, scope: ScopeId, name: &Arc<str>, val: Val) {
        self.write_variable(scope, name, Some(val));
    }

    fn write_variable(&mut self, scope: ScopeId, name: &Arc<str>, val: Option<Val>) {
        let names = &mut self.scopes[scope.0 as usize].names;
        let old = match val {
            Some(val) => names.insert(name.clone(), val),
            None => names.remove(name),
        };
        if let Some(level) = self.levels.last_mut()
            && (scope.0 as usize) < level.scopes
        {
            let slot = Slot::Variable(scope, name.clone());
            if !level.index.contains_key(&slot) {
                level.remember(slot, Content::Variable(old));
            }
        }
    }

    /// Every name of a scope, sorted.
    pub(super) fn names(&self, scope: ScopeId) -> Vec<Arc<str>> {
        let mut names: Vec<_> = self.scope(scope).names.keys().cloned().collect();
        names.sort();
        names
    }

    /// How many levels of the journal are open.
    pub(super) fn depth(&self) -> usize {
        self.levels.len()
    }

    /// Starts to remember what writes replace.
    pub(super) fn begin(&mut self) {
        self.levels.push(Level {
            old: Vec::new(),
            index: HashMap::new(),
            objects: self.objects.len(),
            scopes: self.scopes.len(),
        });
    }

    /// What was written since level `from` began and existed before, with its present content.
    pub(super) fn changes(&self, from: usize) -> Delta {
        let Some(first) = self.levels.get(from) else { return Vec::new() };
        let mut seen: HashMap<&Slot, ()> = HashMap::new();
        let mut delta = Vec::new();
        for (slot, _) in self.levels.iter().skip(from).flat_map(|level| &level.old) {
            if first.predates(slot) && seen.insert(slot, ()).is_none() {
                delta.push((slot.clone(), self.content(slot)));
            }
        }
        delta
    }

    /// Takes back everything written since the last level began, and closes it.
    pub(super) fn rollback(&mut self) {
        let Some(level) = self.levels.pop() else { return };
        for (slot, content) in level.old {
            match (slot, content) {
                (Slot::Variable(scope, name), Content::Variable(old)) => {
                    let names = &mut self.scopes[scope.0 as usize].names;
                    match old {
                        Some(val) => names.insert(name, val),
                        None => names.remove(&name),
                    };
                }
                (Slot::Object(id), Content::Object(old)) => self.objects[id.0 as usize] = old,
                _ => {}
            }
        }
    }

    /// What a slot holds now.
    pub(super) fn content(&self, slot: &Slot) -> Content {
        match slot {
            Slot::Variable(scope, name) => Content::Variable(self.own(*scope, name).cloned()),
            Slot::Object(id) => Content::Object(self.object(*id).clone()),
        }
    }

    /// Writes a slot.
    pub(super) fn write(&mut self, slot: &Slot, content: Content) {
        match (slot, content) {
            (Slot::Variable(scope, name), Content::Variable(val)) => self.write_variable(*scope, name, val),
            (Slot::Object(id), Content::Object(object)) => *self.object_mut(*id) = object,
            _ => {}
        }
    }
}

impl Level {
    fn remember(&mut self, slot: Slot, old: Content) {
        self.index.insert(slot.clone(), self.old.len());
        self.old.push((slot, old));
    }

    fn predates(&self, slot: &Slot) -> bool {
        match slot {
            Slot::Variable(scope, _) => (scope.0 as usize) < self.scopes,
            Slot::Object(id) => (id.0 as usize) < self.objects,
        }
    }
}
