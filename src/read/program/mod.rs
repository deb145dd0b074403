//! Program text to the Cognito operations it performs.

use std::sync::Arc;

use crate::source::FileId;
use crate::syntax::code::ir::Module;
use crate::value::ResourceKey;

/// A piece of program text.
#[derive(Debug)]
pub struct Unit {
    /// The file it stands in.
    pub file: FileId,
    /// The function resource whose inline code it is.
    pub inline: Option<ResourceKey>,
    /// The parsed text; spans are those of the file.
    pub module: Arc<Module>,
}
