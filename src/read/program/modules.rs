//! Modules: evaluated once, when something of them is first read.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::domain::{ImportedName, Kind, ModuleId, ScopeId, Val};
use super::evaluator::{Evaluator, Frame};
use super::functions::Site;
use super::imports::Target;
use super::names;
use crate::source::{FileId, Loc, Span};
use crate::syntax::code::ir::{Export, Import, Imported, Language, Module};
use crate::syntax::tree::{Node, NodeKind};
use crate::syntax::{code, json};
use crate::value::Value;
use crate::when::When;

/// Re-exports that are followed from one module to the next.
const LONGEST_CHAIN: usize = 16;

/// A module of the scan.
pub(super) struct Loaded {
    pub(super) file: FileId,
    pub(super) text: Arc<Module>,
    pub(super) scope: ScopeId,
    pub(super) state: State,
    /// Whether it is one of the files worth looking into; others are read for what these take from them.
    pub(super) is_unit: bool,
    pub(super) mentions_cognito: bool,
    /// What other modules see, by name.
    exports: HashMap<Arc<str>, Exported>,
    /// Modules all of whose names are exported too.
    stars: Vec<Arc<str>>,
    /// What stands for each `${Name}` in the texts of inline code.
    pub(super) placeholders: Arc<[(Arc<str>, Value)]>,
}

/// How far a module is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    New,
    Running,
    Done,
}

/// What an exported name stands for.
#[derive(Clone, Debug)]
enum Exported {
    /// A name of the module itself.
    Local(Arc<str>),
    Value(Val),
    From(Arc<str>, Imported),
}

impl Evaluator<'_> {
    /// Takes in a module; `file` may hold several (inline code).
    pub(super) fn add_module(&mut self, file: FileId, text: Arc<Module>) -> ModuleId {
        let id = ModuleId(u32::try_from(self.modules.len()).unwrap_or(u32::MAX));
        let scope = self.heap.open_scope(None, id);
        let mentions_cognito = self.is_about_cognito(file);
        self.state.extend(names::set_by_functions(&text));
        self.modules.push(Loaded {
            file,
            text,
            scope,
            state: State::New,
            is_unit: false,
            mentions_cognito,
            exports: HashMap::new(),
            stars: Vec::new(),
            placeholders: Arc::default(),
        });
        id
    }

    /// Takes in a file, or code inside one.
    pub(super) fn add_unit(&mut self, unit: &super::Unit) -> ModuleId {
        let id = self.add_module(unit.file, unit.module.clone());
        self.modules[id.0 as usize].is_unit = true;
        self.modules[id.0 as usize].placeholders = unit.placeholders.clone();
        if unit.inline.is_none() {
            self.resolver.remember(unit.file, Some(id));
        }
        id
    }

    /// The module of a file, read now if it was not before.
    fn module_of(&mut self, file: FileId) -> Option<ModuleId> {
        if let Some(id) = self.resolver.loaded(file) {
            return id;
        }
        let source = self.sources.file(file);
        let parsed = code::parse(&source.path, source.text());
        let id = parsed.map(|module| self.add_module(file, Arc::new(module)));
        self.resolver.remember(file, id);
        id
    }

    /// Evaluates a module's top level, once.
    pub(super) fn ensure(&mut self, id: ModuleId) {
        let module = &mut self.modules[id.0 as usize];
        if module.state != State::New {
            return;
        }
        module.state = State::Running;
        let (text, scope, file) = (module.text.clone(), module.scope, module.file);
        let length = self.sources.file(file).text().len();
        let body = Loc { file, span: Span::new(0, length) };
        // What holds where the module is first read has no meaning in it.
        let path = std::mem::replace(&mut self.path, When::always());
        let asked = std::mem::replace(&mut self.asked, When::always());
        let frames = std::mem::take(&mut self.frames);
        let followed = std::mem::take(&mut self.followed);
        self.frames.push(Frame {
            function: None,
            class: None,
            body,
            site: None,
            scope,
            base: self.heap.depth(),
            path: When::always(),
            exits: Vec::new(),
            outer: Vec::new(),
            loops: Vec::new(),
        });
        if text.language != Language::Python {
            self.declare_commonjs(scope, body);
        }
        self.run(&text.body, scope);
        (self.frames, self.followed) = (frames, followed);
        (self.path, self.asked) = (path, asked);
        self.modules[id.0 as usize].state = State::Done;
    }

    /// `module`, `exports`: what a CommonJS module gives.
    fn declare_commonjs(&mut self, scope: ScopeId, loc: Loc) {
        let exports = self.map_of::<&str>([], loc);
        let module = self.map_of([("exports", exports.clone())], loc);
        self.heap.set(scope, &"exports".into(), exports);
        self.heap.set(scope, &"module".into(), module);
    }

    /// Binds the names of an import.
    pub(super) fn bind_import(&mut self, import: &Import, loc: Loc, scope: ScopeId) {
        let file = self.file(scope);
        let target = self.resolver.resolve(file, &import.module, self.language(scope));
        for item in &import.items {
            if item.what == Imported::All {
                self.import_all(&target, loc, scope);
                continue;
            }
            let val = self.imported(&target, &import.module, &item.what, file, loc, scope);
            self.heap.set(scope, &item.local, val);
        }
    }

    fn imported(
        &mut self,
        target: &Target,
        module: &Arc<str>,
        what: &Imported,
        from: FileId,
        loc: Loc,
        scope: ScopeId,
    ) -> Val {
        match target {
            Target::File(file) => {
                // `from package import module`
                if let (Language::Python, Imported::Name(name)) = (self.language(scope), what) {
                    let submodule = format!("{module}{}{name}", if module.ends_with('.') { "" } else { "." });
                    if let Target::File(inner) = self.resolver.resolve(from, &submodule, Language::Python)
                        && !self.declares(*file, name)
                    {
                        return imported_name(inner, Imported::Module, loc);
                    }
                }
                imported_name(*file, what.clone(), loc)
            }
            Target::Library(package) => match what {
                Imported::Name(name) if &**name != "default" => Val::symbol(package.clone(), name.clone(), loc),
                _ => Val::symbol(package.clone(), "", loc),
            },
            Target::Missing => match what {
                Imported::Name(name) => self.not_found(format!("{module}.{name}").into(), loc),
                _ => self.not_found(module.clone(), loc),
            },
        }
    }

    /// Whether a Python module itself declares a name that is a submodule too.
    fn declares(&mut self, file: FileId, name: &str) -> bool {
        let Some(id) = self.module_of(file) else { return false };
        self.ensure(id);
        self.heap.own(self.modules[id.0 as usize].scope, name).is_some()
    }

    fn import_all(&mut self, target: &Target, loc: Loc, scope: ScopeId) {
        let Target::File(file) = target else { return };
        let Some(id) = self.module_of(*file) else { return };
        self.ensure(id);
        let from = self.modules[id.0 as usize].scope;
        for name in self.heap.names(from) {
            if let Some(val) = self.heap.own(from, &name).cloned() {
                let val = self.forced(val, loc);
                self.heap.set(scope, &name, val);
            }
        }
    }

    /// `require("m")`, `await import("m")`.
    pub(super) fn whole_module(&mut self, module: &Arc<str>, site: Site) -> Val {
        let file = self.file(site.scope);
        match self.resolver.resolve(file, module, self.language(site.scope)) {
            Target::File(file) => {
                let name = ImportedName { file, what: Imported::Module };
                let namespace = self.import(&name, site.loc);
                self.commonjs(&namespace, site.loc).unwrap_or(namespace)
            }
            Target::Library(package) => Val::symbol(package, "", site.loc),
            Target::Missing => self.not_found(module.clone(), site.loc),
        }
    }

    /// What a file exports as a whole: what its `module.exports` is, else its default export.
    pub(super) fn whole_export(&mut self, file: FileId) -> Option<Val> {
        let id = self.module_of(file)?;
        self.ensure(id);
        let loc = Loc { file, span: Span::default() };
        let exports = self.commonjs(&Val::new(Kind::Module(id), loc), loc);
        exports.or_else(|| self.find_export(id, &"default".into(), loc))
    }

    /// What `module.exports` of a module was replaced by, or filled with.
    fn commonjs(&self, namespace: &Val, loc: Loc) -> Option<Val> {
        let Kind::Module(id) = namespace.kind else { return None };
        let module = &self.modules[id.0 as usize];
        if !module.exports.is_empty() {
            return None;
        }
        let object = self.heap.own(module.scope, "module")?.object()?;
        let exports = &self.heap.object(object).entry("exports")?.val;
        let is_empty = exports.object().is_some_and(|id| {
            let object = self.heap.object(id);
            object.is_map() && object.entries.is_empty() && !object.open
        });
        (!is_empty).then(|| Val { loc, ..exports.clone() })
    }

    /// The value of an imported name.
    pub(super) fn import(&mut self, name: &ImportedName, loc: Loc) -> Val {
        if self.sources.file(name.file).path.extension() == Some("json") {
            return self.import_json(name);
        }
        let Some(id) = self.module_of(name.file) else {
            let path = self.sources.file(name.file).path.as_str().into();
            return self.not_found(path, loc);
        };
        self.ensure(id);
        let namespace = Val::new(Kind::Module(id), loc);
        match &name.what {
            Imported::Module | Imported::All => namespace,
            Imported::Name(name) => self.exported(id, name, loc),
            Imported::Default => self.exported(id, &"default".into(), loc),
        }
    }

    /// What a module exports under a name.
    pub(super) fn exported(&mut self, id: ModuleId, name: &Arc<str>, loc: Loc) -> Val {
        match self.find_export(id, name, loc) {
            Some(val) => val,
            None => {
                let module = self.modules[id.0 as usize].file;
                let path = &self.sources.file(module).path;
                self.not_found(format!("{path}: {name}").into(), loc)
            }
        }
    }

    /// Modules may export each other's names, and a name that comes back to itself has no value.
    fn find_export(&mut self, id: ModuleId, name: &Arc<str>, loc: Loc) -> Option<Val> {
        self.ensure(id);
        let export = (id, name.clone());
        if self.followed.len() == LONGEST_CHAIN || self.followed.contains(&export) {
            return None;
        }
        self.followed.push(export);
        let found = self.follow_export(id, name, loc);
        self.followed.pop();
        found
    }

    fn follow_export(&mut self, id: ModuleId, name: &Arc<str>, loc: Loc) -> Option<Val> {
        let module = &self.modules[id.0 as usize];
        let (scope, file, language) = (module.scope, module.file, module.text.language);
        if language == Language::Python {
            let val = self.heap.own(scope, name).cloned()?;
            return Some(self.forced(val, loc));
        }
        match module.exports.get(name).cloned() {
            Some(Exported::Value(val)) => return Some(val),
            Some(Exported::Local(local)) => {
                let val = self.heap.own(scope, &local).cloned();
                return val.map(|val| self.forced(val, loc));
            }
            Some(Exported::From(from, what)) => match self.resolver.resolve(file, &from, language) {
                Target::File(file) => {
                    let next = self.module_of(file)?;
                    return match what {
                        Imported::Name(name) => self.find_export(next, &name, loc),
                        Imported::Default => self.find_export(next, &"default".into(), loc),
                        _ => Some(Val::new(Kind::Module(next), loc)),
                    };
                }
                target => return Some(self.imported(&target, &from, &what, file, loc, scope)),
            },
            None => {}
        }
        for star in self.modules[id.0 as usize].stars.clone() {
            if let Target::File(file) = self.resolver.resolve(file, &star, language)
                && let Some(next) = self.module_of(file)
                && let Some(val) = self.find_export(next, name, loc)
            {
                return Some(val);
            }
        }
        let exports = self.commonjs(&Val::new(Kind::Module(id), loc), loc)?;
        if &**name == "default" {
            return Some(exports);
        }
        Some(self.member(&exports, name, Site { loc, scope }))
    }

    /// Notes what a module exports.
    pub(super) fn export(&mut self, export: &Export, scope: ScopeId) {
        let module = self.heap.scope(scope).module.0 as usize;
        match export {
            Export::Name { local, exported } => {
                self.modules[module].exports.insert(exported.clone(), Exported::Local(local.clone()));
            }
            Export::Default(value) => {
                let val = self.eval(value, scope);
                self.modules[module].exports.insert("default".into(), Exported::Value(val));
            }
            Export::From { module: from, names: Some(names) } => {
                for (what, exported) in names {
                    let target = Exported::From(from.clone(), what.clone());
                    self.modules[module].exports.insert(exported.clone(), target);
                }
            }
            Export::From { module: from, names: None } => self.modules[module].stars.push(from.clone()),
        }
    }

    fn import_json(&mut self, name: &ImportedName) -> Val {
        let whole = match self.data.get(&name.file) {
            Some(whole) => whole.clone(),
            None => {
                let text = self.sources.file(name.file).text().clone();
                let loc = Loc { file: name.file, span: Span::default() };
                let tree = json::parse(&text);
                let whole = tree.documents.first().map(|root| self.of_tree(root, name.file));
                let whole = whole.unwrap_or_else(|| self.dynamic(loc));
                self.data.insert(name.file, whole.clone());
                whole
            }
        };
        match (&name.what, whole.object()) {
            (Imported::Name(key), Some(id)) => match self.heap.object(id).entry(key) {
                Some(entry) => entry.val.clone(),
                None => Val::null(whole.loc),
            },
            _ => whole,
        }
    }

    fn of_tree(&mut self, node: &Node, file: FileId) -> Val {
        let loc = Loc { file, span: node.span };
        match &node.kind {
            NodeKind::Null => Val::null(loc),
            NodeKind::Bool(value) => Val::new(Kind::Bool(*value), loc),
            NodeKind::Number(number) => Val::new(Kind::Number(number.clone()), loc),
            NodeKind::Text(text) => Val::new(Kind::Text(text.clone()), loc),
            NodeKind::List(items) => {
                let items: Vec<Val> = items.iter().map(|item| self.of_tree(item, file)).collect();
                self.list_of(items, loc)
            }
            NodeKind::Map(pairs) => {
                let entries: Vec<(Arc<str>, Val)> =
                    pairs.iter().map(|pair| (pair.key.clone(), self.of_tree(&pair.value, file))).collect();
                self.map_of(entries, loc)
            }
        }
    }
}

fn imported_name(file: FileId, what: Imported, loc: Loc) -> Val {
    Val::new(Kind::Imported(Rc::new(ImportedName { file, what })), loc)
}
