//! Which modules are read by themselves: those that nothing calls, as far as they concern the scan.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;

use crate::read::paths::normal;
use crate::source::FileId;
use crate::syntax::hcl::ast::File;

use super::World;
use super::calls::is_local;
use super::configuration::literal;

/// Folders with uses of a module that are no deployment of it.
const EXAMPLES: &[&str] = &["example", "examples"];

/// Blocks of `terraform` that say where a root module keeps its state.
const STATES: &[&str] = &["backend", "cloud"];

/// The folders of the root modules to read, in the order of their paths: those in which something concerns the scan, or
/// that lead to such a module.
pub(super) fn roots(world: &World<'_>) -> Vec<Utf8PathBuf> {
    let called_by = callers(world);
    let mut wanted: BTreeSet<&Utf8Path> = BTreeSet::new();
    let mut next: Vec<&Utf8Path> = world.files.parsed().filter_map(|(file, _)| folder(world, file)).collect();
    while let Some(folder) = next.pop() {
        if is_installed(folder) || !world.has_module(folder) || !wanted.insert(folder) {
            continue;
        }
        next.extend(called_by.get(folder).into_iter().flatten().map(Utf8PathBuf::as_path));
    }
    let is_called = |folder: &Utf8Path| {
        let mut callers = called_by.get(folder).into_iter().flatten().filter(|caller| *caller != folder).peekable();
        callers.peek().is_some() && !world.is_deployed(folder, callers.all(|caller| is_example(caller)))
    };
    let roots: Vec<&Utf8Path> = wanted.iter().copied().filter(|folder| !is_called(folder)).collect();
    // Of modules that only call each other, the first is where to begin.
    let mut reached: BTreeSet<&Utf8Path> = BTreeSet::new();
    let calls = inverted(&called_by);
    let mut found = Vec::new();
    for folder in roots.into_iter().chain(wanted.iter().copied()) {
        if reached.contains(folder) && is_called(folder) || found.iter().any(|known: &Utf8PathBuf| known == folder) {
            continue;
        }
        found.push(folder.to_owned());
        let mut next = vec![folder];
        while let Some(folder) = next.pop() {
            if reached.insert(folder) {
                next.extend(calls.get(folder).into_iter().flatten());
            }
        }
    }
    found.sort();
    found
}

/// The folders that call the module in each folder, by a path.
fn callers(world: &World<'_>) -> BTreeMap<Utf8PathBuf, BTreeSet<Utf8PathBuf>> {
    let (sources, files) = (world.sources, world.files);
    let own: Vec<FileId> =
        world.folders.iter().filter(|(folder, _)| !is_installed(folder)).flat_map(|(_, files)| files.clone()).collect();
    let targets = |file: &FileId| {
        let source = sources.file(*file);
        let folder = source.absolute.parent()?;
        if !source.text().contains("module") {
            return None;
        }
        let parsed = files.get(*file, sources)?;
        Some(local_calls(parsed).map(|path| (normal(&folder.join(path)), folder.to_owned())).collect::<Vec<_>>())
    };
    let edges: Vec<_> = own.par_iter().filter_map(targets).flatten_iter().collect();
    let mut called_by: BTreeMap<Utf8PathBuf, BTreeSet<Utf8PathBuf>> = BTreeMap::new();
    for (target, caller) in edges {
        called_by.entry(target).or_default().insert(caller);
    }
    called_by
}

fn local_calls(file: &File) -> impl Iterator<Item = String> + '_ {
    let calls = file.body.blocks.iter().filter(|block| &*block.kind == "module");
    let sources = calls.filter_map(|call| call.body.attributes.iter().find(|attribute| &*attribute.name == "source"));
    sources.filter_map(|source| literal(&source.value)).filter(|path| is_local(path)).map(|path| path.to_string())
}

fn inverted(called_by: &BTreeMap<Utf8PathBuf, BTreeSet<Utf8PathBuf>>) -> BTreeMap<&Utf8Path, Vec<&Utf8Path>> {
    let mut calls: BTreeMap<&Utf8Path, Vec<&Utf8Path>> = BTreeMap::new();
    for (target, callers) in called_by {
        for caller in callers {
            calls.entry(caller).or_default().push(target);
        }
    }
    calls
}

fn folder<'a>(world: &World<'a>, file: FileId) -> Option<&'a Utf8Path> {
    world.sources.file(file).absolute.parent()
}

/// Whether a folder holds modules that Terraform has installed.
fn is_installed(folder: &Utf8Path) -> bool {
    folder.components().any(|part| part.as_str() == ".terraform")
}

impl World<'_> {
    /// Whether a module that others call is deployed by itself, too: it says where its state is, or has values that are
    /// read in any case. Modules of the older style configure providers although they are only called; where all callers
    /// are examples, a provider with a configuration tells as much.
    fn is_deployed(&self, folder: &Utf8Path, only_by_examples: bool) -> bool {
        let Some(module) = self.module(folder) else { return false };
        let has_state = module
            .settings
            .as_ref()
            .is_some_and(|settings| settings.blocks().iter().any(|nested| STATES.contains(&&**nested.kind)));
        let has_provider = || module.providers.values().any(|provider| !provider.attributes().is_empty());
        has_state || self.has_values(folder) || only_by_examples && has_provider()
    }
}

fn is_example(folder: &Utf8Path) -> bool {
    folder.components().any(|part| EXAMPLES.contains(&part.as_str()))
}
