//! Pulumi: programs in YAML, and what `pulumi stack export` and `pulumi preview --json` write.

use std::collections::HashSet;
use std::sync::Arc;

use crate::read::Facts;
use crate::read::terraform::provider;
use crate::read::trees::Trees;
use crate::source::{FileId, SourceMap};
use crate::syntax::tree::{Node, NodeKind};

mod access;
mod assets;
mod configuration;
mod deployment;
mod functions;
mod names;
mod plain;
mod program;
mod state;
#[cfg(test)]
mod tests;

use configuration::Configuration;
use deployment::{Deployment, Home};
use program::Program;

/// Reads the programs and what is known of their deployments. A deployment of a program that is in the scan tells its ids
/// and changes only.
pub fn read(trees: &Trees, sources: &SourceMap) -> Facts {
    let roots = || trees.parsed().filter_map(|(file, tree)| Some((file, tree.documents.first()?)));
    let programs: Vec<Program<'_>> = roots()
        .filter(|(_, root)| is_program(root))
        .map(|(file, root)| Program::new(file, root, Configuration::new(file, root, trees, sources), sources))
        .collect();
    let mut facts = Facts::default();
    programs.iter().for_each(|program| facts.extend(program.read()));

    // Previews first: what they say of a stack is newer than what was exported of it.
    let mut deployments: Vec<(FileId, Deployment<'_>)> =
        roots().filter_map(|(file, root)| Some((file, Deployment::of(root)?))).collect();
    deployments.sort_by_key(|(file, deployment)| (!deployment.is_preview(), *file));
    let mut told: HashSet<Arc<str>> = HashSet::new();
    for (file, deployment) in &deployments {
        let mut home = Home::new(*file, deployment, sources);
        let program = programs.iter().find(|program| program.configuration.project.as_ref() == Some(&home.project));
        let is_first = told.insert(home.stack_name.clone());
        if let Some(program) = program {
            home.belong_to(&program.stack);
        }
        facts.extend(deployment.read(&home, is_first && program.is_none()));
    }
    facts
}

/// Whether a file is Pulumi's by its shape: a program, a deployment or a preview.
pub fn is_pulumi(root: &Node) -> bool {
    is_program(root) || Deployment::of(root).is_some()
}

fn is_program(root: &Node) -> bool {
    let runtime = root.get("runtime").map(|runtime| runtime.get("name").unwrap_or(runtime));
    let known =
        |resource: &Node| program::type_of(resource).is_some_and(|name| name.contains(':') && provider::is_known(name));
    let resources = root.get("resources").filter(|resources| matches!(resources.kind, NodeKind::Map(_)));
    runtime.and_then(Node::text) == Some("yaml")
        || resources.is_some_and(|resources| resources.pairs().iter().any(|pair| known(&pair.value)))
}
