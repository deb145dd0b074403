//! Terraform and OpenTofu configurations: modules, evaluated to the resources that they make.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::read::Facts;
use crate::read::cloudformation::Parameters;
use crate::read::trees::Trees;
use crate::source::{FileId, Loc, SourceMap};
use crate::syntax::hcl::ast;

mod attempt;
mod body;
mod call;
mod calls;
mod code;
mod configuration;
mod data;
mod evaluator;
pub mod documents;
pub mod functions;
mod inputs;
mod installed;
mod instance;
mod known;
mod paths;
pub mod provider;
mod reference;
mod remote;
mod repetition;
mod resources;
mod roots;
mod scope;
mod secrets;
mod truth;
mod types;
mod values;
mod variables;
mod written;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use configuration::Module;
use scope::Scope;

/// What is given to the variables of root modules when Terraform is run.
#[derive(Debug)]
pub struct Given<'g> {
    /// Files with values, which go before all others.
    pub files: Vec<FileId>,
    /// The environment whose files of values are chosen.
    pub environment: Option<Arc<str>>,
    /// Single values, which go before all files.
    pub parameters: &'g Parameters,
}

/// What the files of a scan say, as far as they are read: `files` are those in HCL, `trees` the other data files.
pub fn read(files: &Trees<ast::File>, trees: &Trees, sources: &SourceMap, given: &Given<'_>) -> Facts {
    let mut facts = Facts::default();
    if files.parsed().next().is_none() {
        return facts;
    }
    let world = Rc::new(World::new(files, trees, sources, given));
    for folder in roots::roots(&world) {
        facts.extend(resources::read(&world, &folder));
    }
    world.known.settle(&mut facts);
    facts
}

/// What the readers of all root modules share.
#[derive(Debug)]
struct World<'a> {
    files: &'a Trees<ast::File>,
    trees: &'a Trees,
    sources: &'a SourceMap,
    given: &'a Given<'a>,
    /// The files of each folder with configurations.
    folders: BTreeMap<&'a Utf8Path, Vec<FileId>>,
    modules: RefCell<HashMap<Utf8PathBuf, Option<Rc<Module<'a>>>>>,
    known: known::Calls,
    /// Where root modules keep their state.
    remotes: OnceCell<Vec<remote::Backend>>,
    /// The files with values, by their folders.
    values: OnceCell<BTreeMap<&'a Utf8Path, Vec<FileId>>>,
}

/// Ends of the names of configuration files.
const ENDS: &[&str] = &[".tf", ".tf.json", ".tofu", ".tofu.json"];

/// A configuration file's name without its end.
fn stem(name: &str) -> Option<&str> {
    ENDS.iter().find_map(|end| name.strip_suffix(end))
}

/// Whether a file of this name holds a part of a configuration.
pub fn is_configuration(name: &str) -> bool {
    stem(name).is_some()
}

/// Whether a file goes over the others of its folder.
fn is_override(name: &str) -> bool {
    stem(name).is_some_and(|stem| stem == "override" || stem.ends_with("_override"))
}

impl<'a> World<'a> {
    fn new(files: &'a Trees<ast::File>, trees: &'a Trees, sources: &'a SourceMap, given: &'a Given<'a>) -> Self {
        let mut folders: BTreeMap<&Utf8Path, Vec<FileId>> = BTreeMap::new();
        for (id, file) in sources.iter() {
            if let (Some(name), Some(folder)) = (file.absolute.file_name(), file.absolute.parent())
                && stem(name).is_some()
            {
                folders.entry(folder).or_default().push(id);
            }
        }
        Self {
            files,
            trees,
            sources,
            given,
            folders,
            modules: RefCell::default(),
            known: known::Calls::default(),
            remotes: OnceCell::new(),
            values: OnceCell::new(),
        }
    }

    fn value_files(&self) -> &BTreeMap<&'a Utf8Path, Vec<FileId>> {
        self.values.get_or_init(|| inputs::files(self))
    }

    /// Whether a folder has configuration files.
    fn has_module(&self, folder: &Utf8Path) -> bool {
        self.folders.contains_key(folder)
    }

    /// The module in a folder.
    fn module(&self, folder: &Utf8Path) -> Option<Rc<Module<'a>>> {
        if let Some(known) = self.modules.borrow().get(folder) {
            return known.clone();
        }
        let module = self.load(folder).map(Rc::new);
        self.modules.borrow_mut().insert(folder.to_owned(), module.clone());
        module
    }

    fn load(&self, folder: &Utf8Path) -> Option<Module<'a>> {
        let numbers = self.folders.get(folder)?;
        let name = |file: &FileId| self.sources.file(*file).absolute.file_name().unwrap_or_default();
        // OpenTofu reads `main.tofu` in place of `main.tf`.
        let is_replaced = |file: &FileId| {
            let tofu = stem(name(file)).map(|stem| format!("{stem}.tofu"));
            name(file).ends_with(".tf") && tofu.is_some_and(|tofu| numbers.iter().any(|other| name(other) == tofu))
        };
        let parsed = numbers.iter().filter(|file| !is_replaced(file));
        let parsed = parsed.filter_map(|file| Some((*file, self.files.get(*file, self.sources)?)));
        let (overrides, files): (Vec<_>, Vec<_>) = parsed.partition(|(file, _)| is_override(name(file)));
        let module = Module::new(folder.to_owned(), &files, &overrides);
        (!module.is_empty()).then_some(module)
    }

    /// What is written at a place.
    fn written(&self, loc: Loc) -> &str {
        self.known.text(loc).unwrap_or_else(|| self.sources.text(loc))
    }

    /// The text at a place, on one line.
    fn text(&self, _: &Scope<'a>, loc: Loc) -> Arc<str> {
        let text = self.written(loc);
        text.split_whitespace().collect::<Vec<_>>().join(" ").into()
    }
}
