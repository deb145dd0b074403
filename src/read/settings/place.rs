//! Where the nodes of a text stand: a whole file's, or those of a text inside one.

use crate::source::{FileId, Loc, Span};
use crate::syntax::offsets::Offsets;

/// The file that a tree was read from, and how its spans lie there.
#[derive(Clone, Debug)]
pub struct Place {
    /// The file.
    pub file: FileId,
    offsets: Offsets,
}

impl Place {
    /// A tree of a whole file.
    pub fn whole(file: FileId) -> Self {
        Self { file, offsets: Offsets::identity() }
    }

    /// A tree of a text that stands inside the file.
    pub fn inside(file: FileId, offsets: Offsets) -> Self {
        Self { file, offsets }
    }

    /// The place of a span of the tree.
    pub fn loc(&self, span: Span) -> Loc {
        Loc { file: self.file, span: self.offsets.to_file(span) }
    }
}
