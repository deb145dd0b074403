//! Backends of Amplify's first generation: `amplify/backend`.
//!
//! A backend becomes the root stack that the Amplify CLI deploys; its templates are nested in it. Backends of the second
//! generation (`defineAuth`) are programs and are not read here.

use std::collections::BTreeMap;

use camino::Utf8Path;

use crate::read::cloudformation::Composed;
use crate::read::trees::Trees;
use crate::read::{Facts, KnownId};
use crate::source::{FileId, SourceMap};
use crate::syntax::tree::Node;

mod auth;
mod backend;
mod known;
mod overrides;
#[cfg(test)]
mod tests;

use backend::Backend;

/// The files that tell a backend, and where its folder is from them.
const INPUTS: &str = "cli-inputs.json";
const CONFIG: &str = "backend-config.json";
const META: &str = "amplify-meta.json";
const TEAM: &str = "team-provider-info.json";

/// The files that describe a backend to the Amplify CLI: nobody's configuration.
pub const FILES: &[&str] = &[INPUTS, CONFIG, META, TEAM];

/// The stacks of all backends, and the ids that their files know.
pub fn read(trees: &Trees, sources: &SourceMap) -> (Vec<Composed>, Facts) {
    let mut backends: BTreeMap<&Utf8Path, Vec<FileId>> = BTreeMap::new();
    let mut facts = Facts::default();
    for (file, source) in sources.iter() {
        let path = &source.absolute;
        let Some(name) = path.file_name().filter(|name| FILES.contains(name)) else { continue };
        let root = || trees.get(file, sources)?.documents.first();
        let ids = |read: fn(&Node, FileId) -> Vec<KnownId>| root().map(|root| read(root, file)).unwrap_or_default();
        match name {
            META => facts.known.extend(ids(known::of_meta)),
            TEAM => facts.known.extend(ids(known::of_team)),
            CONFIG => {
                if let Some(folder) = path.parent().filter(|folder| is_backend(folder)) {
                    backends.entry(folder).or_default();
                }
            }
            _ => {
                let folder = path
                    .ancestors()
                    .nth(3)
                    .filter(|folder| is_backend(folder) && path.starts_with(folder.join("auth")));
                if let Some(folder) = folder {
                    backends.entry(folder).or_default().push(file);
                }
            }
        }
    }
    let stacks = backends.iter().filter_map(|(folder, inputs)| Backend::new(trees, sources, folder).compose(inputs));
    (stacks.collect(), facts)
}

fn is_backend(folder: &Utf8Path) -> bool {
    folder.file_name() == Some("backend")
}
