//! Services of the Serverless Framework, versions 1 to 4.
//!
//! A service becomes the template that the framework deploys: its own resources, and those that the framework makes for
//! functions and their events. The template then goes through the reader of templates.

use std::collections::HashMap;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::read::Note;
use crate::read::cloudformation::{Composed, Pieces};
use crate::read::program;
use crate::read::trees::Trees;
use crate::source::{FileId, SourceMap};
use crate::syntax::tree::Node;

mod compose;
mod events;
mod functions;
mod naming;
mod programs;
mod service;
#[cfg(test)]
mod tests;
mod text;
mod variables;

use compose::Compose;
use service::Service;

/// Whether a document configures a service.
pub fn is_service(root: &Node) -> bool {
    service::is_service(root)
}

/// The templates of all services among `trees`, and what there is to tell of them.
pub fn read(trees: &Trees, sources: &SourceMap) -> (Vec<Composed>, Vec<Note>) {
    let programs = programs(sources);
    let written =
        trees.parsed().filter_map(|(file, tree)| Some(Service { file, root: tree.documents.first()?, pieces: None }));
    let exported =
        programs.iter().map(|(file, root, pieces)| Service { file: *file, root, pieces: Some(pieces.clone()) });
    let services: Vec<Service<'_>> = written.chain(exported).filter(|service| is_service(service.root)).collect();
    let compose = Compose::all(trees, sources);
    let folder_of = |service: &Service<'_>| sources.file(service.file).absolute.parent().unwrap_or(Utf8Path::new("/"));
    let mut names: HashMap<Utf8PathBuf, Arc<str>> = HashMap::new();
    for service in &services {
        let folder = folder_of(service);
        if compose.iter().flat_map(Compose::folders).any(|known| known == folder)
            && let Some(name) = service.stack_name(trees, sources)
        {
            names.insert(folder.to_owned(), name);
        }
    }
    let mut templates = Vec::new();
    let mut notes = Vec::new();
    for service in &services {
        let passed = compose.iter().flat_map(|compose| compose.passed(folder_of(service), &names)).collect();
        let (template, told) = service.compose(trees, sources, passed);
        templates.push(template);
        notes.extend(told);
    }
    (templates, notes)
}

/// The configurations that programs export.
fn programs(sources: &SourceMap) -> Vec<(FileId, Node, Pieces)> {
    let is_program = |path: &Utf8Path| path.file_name().is_some_and(|name| programs::FILES.contains(&name));
    let files: Vec<FileId> =
        sources.iter().filter(|(_, source)| is_program(&source.absolute)).map(|(file, _)| file).collect();
    let exported = program::exported(&files, sources).into_iter().map(|(file, value)| {
        let mut pieces = Pieces::default();
        let root = programs::node(&value, sources, &mut pieces);
        (file, root, pieces)
    });
    exported.collect()
}
