//! Modules that `terraform init` has put on this machine.

use std::collections::HashMap;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::read::paths::normal;
use crate::syntax::tree::Node;

use super::World;

/// Where a root module lists what is installed.
const LIST: &str = ".terraform/modules/modules.json";

impl World<'_> {
    /// The folders of the modules that are installed for a root module, by the path of calls that leads to them.
    pub fn installed(&self, root: &Utf8Path) -> HashMap<Arc<str>, Utf8PathBuf> {
        let tree = self.trees.at(&root.join(LIST), self.sources);
        let modules = tree.and_then(|(_, tree)| tree.documents.first()?.get("Modules")).map(Node::items);
        let module = |node: &Node| {
            let folder = normal(&root.join(node.get("Dir")?.text()?));
            Some((Arc::from(node.get("Key")?.text()?), folder))
        };
        modules.unwrap_or_default().iter().filter_map(module).collect()
    }
}
