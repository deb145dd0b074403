//! `terraform_remote_state`: the outputs of another root module, by the place where it keeps its state.

use std::rc::Rc;
use std::sync::Arc;

use crate::read::branches::{assumed_by, text_of};
use crate::value::Value;

use super::World;
use super::configuration::Module;
use super::evaluator::Evaluator;
use super::reference::Declared;
use super::roots;
use super::scope::Scope;
use super::values::constant;

/// What tells states apart, and what it may be left out beside.
const KEYS: &[&str] = &["key", "prefix", "path"];

/// Where a root module keeps its state.
#[derive(Debug)]
pub(super) struct Backend {
    /// The module's stack.
    stack: Arc<str>,
    /// `s3`, `gcs`, …
    kind: Arc<str>,
    /// The object's key.
    key: Arc<str>,
    /// The bucket, where it is written down.
    bucket: Option<Arc<str>>,
}

/// The root module whose outputs are read.
#[derive(Debug)]
pub(super) struct Remote {
    /// Its stack, or a name for one that the scan does not know.
    pub stack: Arc<str>,
    /// What that takes for granted.
    pub assumed: Option<Arc<str>>,
}

impl<'a> World<'a> {
    /// The stack whose outputs data of a remote state has, and what that takes for granted: the one of the scan that keeps
    /// its state there, else a name for it.
    pub fn remote(&self, evaluator: &Evaluator<'a>, declared: &Declared<'a>, scope: &Scope<'a>) -> Option<Remote> {
        let loc = declared.block.loc();
        let kind = evaluator.argument(declared, "backend", &scope.when, loc)?;
        let config = evaluator.argument(declared, "config", &scope.when, loc)?;
        let config = match config.list() {
            Some(list) => list.items.first()?.0.clone(),
            None => config,
        };
        let field = |name: &str| config.field(name).value();
        let key_value = KEYS.iter().find_map(|name| field(name))?;
        let bucket_value = field("bucket");
        let assumed = assumed_by([&kind, &config, key_value].into_iter().chain(bucket_value));
        let (kind, key, bucket) = (text_of(&kind)?, text_of(key_value)?, bucket_value.and_then(text_of));
        let is_meant = |backend: &&Backend| {
            backend.kind == kind
                && backend.key == key
                && bucket.as_ref().zip(backend.bucket.as_ref()).is_none_or(|(mine, other)| mine == other)
        };
        let known = self.remotes.get_or_init(|| self.backends());
        let mut meant = known.iter().filter(is_meant);
        let stack = match (meant.next(), meant.next()) {
            (Some(backend), None) => backend.stack.clone(),
            _ => key,
        };
        Some(Remote { stack, assumed })
    }

    fn backends(&self) -> Vec<Backend> {
        roots::roots(self).iter().filter_map(|folder| self.backend(&self.module(folder)?)).collect()
    }

    fn backend(&self, module: &Rc<Module<'a>>) -> Option<Backend> {
        let backend = module.settings.as_ref()?.blocks_of("backend").into_iter().next()?;
        let text = |name: &str| {
            let written = backend.attribute(name)?;
            let value: Value = constant(written.value(), written.file);
            text_of(&value)
        };
        Some(Backend {
            stack: self.stack(&module.folder)?,
            kind: backend.labels.first()?.clone(),
            key: KEYS.iter().find_map(|name| text(name))?,
            bucket: text("bucket"),
        })
    }
}
