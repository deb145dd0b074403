//! How a finding can be corrected, as changes of files.

use crate::source::Loc;
use crate::source::edit::Edit;

/// Changes after which a finding is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an order without a full stop: `write USER_SRP_AUTH for ALLOW_USER_SRP_AUTH`.
    pub description: String,
    /// It does what was meant for certain. Else somebody has to look at it: it allows or forbids something, or rests on a
    /// guess.
    pub safe: bool,
    /// The changes, which do not collide.
    pub edits: Vec<Edit>,
    /// What it takes as it is: of the fixes within one place only one can be made at a time.
    pub within: Loc,
}

impl Fix {
    /// A fix that does what was meant; `within` as above.
    pub fn safe(description: impl Into<String>, edits: Vec<Edit>, within: Loc) -> Self {
        Self { description: description.into(), safe: true, edits, within }
    }

    /// A fix that somebody has to look at.
    pub fn to_review(description: impl Into<String>, edits: Vec<Edit>, within: Loc) -> Self {
        Self { safe: false, ..Self::safe(description, edits, within) }
    }

    /// Whether one of both may be wrong once the other is made.
    pub fn collides(&self, other: &Self) -> bool {
        let (mine, theirs) = (self.within.span, other.within.span);
        let is_shared = self.within.file == other.within.file && mine.start < theirs.end && theirs.start < mine.end;
        self.edits != other.edits
            && (is_shared || self.edits.iter().any(|edit| other.edits.iter().any(|other| edit.collides(other))))
    }
}
