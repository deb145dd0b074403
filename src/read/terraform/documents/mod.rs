//! What Terraform and OpenTofu write down themselves: plans and states.
//!
//! Beside its configuration a plan decides what the values are, and the configuration gives their places; a state tells the
//! ids of what is deployed. Each stands for itself where there is no configuration.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::read::cloudformation::Conditions;
use crate::read::terraform::provider::{self, Provided};
use crate::read::{Facts, Ignored, Note, Output, Resource, Retention, Stack};
use crate::source::{FileId, Loc, SourceMap, Span};
use crate::value::{ResourceKey, Value, Why};
use crate::when::When;

mod address;
mod attributes;
mod code;
mod configuration;
pub mod document;
mod join;
mod known_ids;
mod mask;
mod plan;
mod references;
mod state;
#[cfg(test)]
mod tests;

use document::{Document, Subject};
use join::Roots;

/// Adds what documents say to the facts of configurations.
pub fn read(configured: Facts, documents: &[(FileId, Document)], sources: &SourceMap) -> Facts {
    let mut roots = Roots::new(configured, sources);
    // Plans first, as states only add to them.
    for (file, document) in documents {
        match document {
            Document::Plan(plan) => {
                let root = roots.of(*file, plan.subjects());
                // The secrets of a plan are those of a state that is kept elsewhere, or are not made yet.
                let hidden = Why::Deployment("sensitive in the plan".into());
                let home = Home::new(*file, root.as_ref(), hidden, sources);
                roots.decide(root, plan::read(plan, &home), plan.is_whole());
                roots.facts.notes.extend((!plan.is_whole()).then(|| partial(*file)));
            }
            Document::Unsupported(format) => roots.facts.notes.push(unsupported(format, *file)),
            Document::State(_) | Document::Broken(_) => {}
        }
    }
    for (file, document) in documents {
        if let Document::State(state) = document {
            let root = roots.of(*file, state.subjects());
            let home = Home::new(*file, root.as_ref(), Why::Redacted, sources);
            roots.deploy(root, state::read(state, &home));
        }
    }
    roots.facts
}

/// Where a document stands, and what it belongs to.
#[derive(Debug)]
struct Home {
    file: FileId,
    /// The file's path.
    path: Arc<str>,
    /// The folder that it stands in, absolute.
    folder: Utf8PathBuf,
    /// What stands for values that are sensitive.
    hidden: Why,
    /// The stack's id: that of a root module, or the path of a document that stands for itself.
    stack: Arc<str>,
}

impl Home {
    fn new(file: FileId, root: Option<&Arc<str>>, hidden: Why, sources: &SourceMap) -> Self {
        let source = sources.file(file);
        let path: Arc<str> = source.path.as_str().into();
        let folder = source.absolute.parent().unwrap_or(Utf8Path::new("")).to_owned();
        Self { file, stack: root.unwrap_or(&path).clone(), path, folder, hidden }
    }

    fn key(&self, address: &Arc<str>) -> ResourceKey {
        ResourceKey { stack: self.stack.clone(), id: address.clone() }
    }

    fn loc(&self, span: Span) -> Loc {
        Loc { file: self.file, span }
    }

    /// The stack; `is_open` says whether it may have resources that are not told.
    fn stack(&self, outputs: Vec<Output>, is_open: bool) -> Stack {
        Stack {
            id: self.stack.clone(),
            name: None,
            file: self.file,
            outputs,
            undeployed: Vec::new(),
            open: is_open,
            conditions: Conditions::default(),
        }
    }

    /// The resources that one with these attributes is.
    fn resources(&self, subject: &Subject, body: &Value) -> Vec<Resource> {
        provider::resources(&Provided {
            key: &self.key(&subject.address),
            type_name: &subject.type_name,
            body,
            loc: self.loc(subject.span),
            when: &When::always(),
            source: None,
            retention: Retention::Unknown,
            ignored: &Ignored::Nothing,
        })
    }
}

fn partial(file: FileId) -> Note {
    let message = "this plan says itself that it is not whole, so that resources may be missing in it".to_owned();
    Note { kind: "partial-plan", message, file: Some(file), loc: None }
}

fn unsupported(format: &str, file: FileId) -> Note {
    let message = format!("{format} is not known here; the file was passed over");
    Note { kind: "unsupported", message, file: Some(file), loc: None }
}
