//! Services of the Serverless Framework, versions 1 to 4.
//!
//! A service becomes the template that the framework deploys: its own resources, and those that the framework makes for
//! functions and their events. The template then goes through the reader of templates.

use std::collections::HashMap;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::read::Note;
use crate::read::cloudformation::Composed;
use crate::read::trees::Trees;
use crate::source::SourceMap;
use crate::syntax::tree::Node;

mod compose;
mod events;
mod functions;
mod naming;
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
    let services: Vec<Service<'_>> = trees
        .parsed()
        .filter_map(|(file, tree)| Some(Service { file, root: tree.documents.first()?, pieces: None }))
        .filter(|service| is_service(service.root))
        .collect();
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
