//! CloudFormation and SAM templates, and CDK cloud assemblies.

use std::sync::Arc;

use crate::source::{FileId, Loc};
use crate::syntax::code::ir::Language;
use crate::syntax::offsets::Offsets;
use crate::value::ResourceKey;
use crate::when::When;

/// The conditions of a stack: which combinations of them can be.
#[derive(Debug, Default)]
pub struct Conditions {}

impl Conditions {
    /// Whether the stack's parameters can be such that `when` holds. Tests of other scopes are taken as possible.
    pub fn satisfiable(&self, _when: &When) -> bool {
        true
    }
}

/// Program text that stands inside a template.
#[derive(Debug)]
pub struct InlineCode {
    /// The template.
    pub file: FileId,
    /// The function.
    pub resource: ResourceKey,
    /// The code.
    pub text: Arc<str>,
    /// Where its bytes stand in the template.
    pub offsets: Offsets,
    /// Its language, by the function's runtime.
    pub language: Language,
    /// The value it stands in.
    pub loc: Loc,
}
