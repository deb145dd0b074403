//! `serverless-compose.yml`: services that are deployed together, with outputs of one as parameters of another.
//!
//! <https://www.serverless.com/framework/docs/guides/compose>

use std::collections::HashMap;
use std::sync::Arc;

use camino::Utf8PathBuf;

use crate::read::paths::normal;
use crate::read::trees::Trees;
use crate::source::{SourceMap, Span};
use crate::syntax::tree::{Node, Pair};

use super::variables::output_of;
use crate::read::nodes::{is_call, pair, unknown};

/// The names of such files.
const FILES: &[&str] = &["serverless-compose.yml", "serverless-compose.yaml", "serverless-compose.json"];

/// The parameters that the services of one such file are given, by the folders of the services.
#[derive(Debug)]
pub(super) struct Compose<'a> {
    services: Vec<(&'a Arc<str>, Utf8PathBuf, &'a [Pair])>,
}

impl<'a> Compose<'a> {
    /// All such files of the scan.
    pub fn all(trees: &'a Trees, sources: &'a SourceMap) -> Vec<Self> {
        let files = trees
            .parsed()
            .filter(|(file, _)| sources.file(*file).absolute.file_name().is_some_and(|name| FILES.contains(&name)));
        let one = |(file, tree): (crate::source::FileId, &'a crate::syntax::tree::Tree)| {
            let folder = sources.file(file).absolute.parent()?;
            let services = tree.documents.first()?.get("services")?.pairs().iter().filter_map(|service| {
                let path = normal(&folder.join(service.value.get("path")?.text()?));
                let parameters = service.value.get("params").map(Node::pairs).unwrap_or_default();
                Some((&service.key, path, parameters))
            });
            Some(Self { services: services.collect() })
        };
        files.filter_map(one).collect()
    }

    /// The folders of the services.
    pub fn folders(&self) -> impl Iterator<Item = &Utf8PathBuf> {
        self.services.iter().map(|(_, folder, _)| folder)
    }

    /// What the service in a folder is given; `names` are those of the stacks by their folders.
    pub fn passed(&self, folder: &camino::Utf8Path, names: &HashMap<Utf8PathBuf, Arc<str>>) -> Vec<Pair> {
        let Some((.., parameters)) = self.services.iter().find(|(_, mine, _)| mine == folder) else {
            return Vec::new();
        };
        parameters.iter().map(|parameter| pair(parameter.key.clone(), self.value(&parameter.value, names))).collect()
    }

    /// `${auth.UserPoolId}` is an output of the service `auth`.
    fn value(&self, node: &Node, names: &HashMap<Utf8PathBuf, Arc<str>>) -> Node {
        let here = Span::default();
        let Some(written) = node.text().filter(|text| text.contains("${")) else {
            return if is_call(node) { unknown(here) } else { Node { span: here, ..node.clone() } };
        };
        let output = written.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')?.split_once('.'));
        let stack = output.and_then(|(service, _)| {
            let (_, folder, _) = self.services.iter().find(|(name, ..)| &***name == service)?;
            names.get(folder)
        });
        match (stack, output) {
            (Some(stack), Some((_, output))) => output_of(stack, output, here),
            _ => unknown(here),
        }
    }
}
