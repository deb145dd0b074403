//! Which files a scan looks at.

use camino::{Utf8Path, Utf8PathBuf};

use super::{FileId, SourceMap};

/// What discovery found.
#[derive(Debug, Default)]
pub struct Discovery {
    /// Every candidate file, sorted by path.
    pub sources: SourceMap,
    /// The files that passed the pre-filter: those to be parsed. Their text is loaded.
    pub relevant: Vec<FileId>,
    /// How many files were seen, those left out included.
    pub seen: usize,
    /// What was left out, with how many files each, in the order of the reasons.
    pub left_out: Vec<(LeftOut, usize)>,
    /// Files that could not be read, with what is wrong and where.
    pub unreadable: Vec<(FileId, super::Span, String)>,
}

/// Why files are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LeftOut {
    /// Tests, end-to-end tests, mocks.
    Test,
    /// Minified or bundled code, build output.
    Generated,
    /// A compiled file beside its source.
    Compiled,
    /// Documents.
    Document,
    /// Installed dependencies.
    Dependency,
    /// Files past the size limit.
    TooLarge,
}

impl LeftOut {
    /// What such files are, in the plural.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Test => "tests and mocks",
            Self::Generated => "generated or minified",
            Self::Compiled => "compiled, beside their source",
            Self::Document => "documents",
            Self::Dependency => "dependencies",
            Self::TooLarge => "too large",
        }
    }
}

/// Walks `paths` (files or folders; relative ones from `current`).
///
/// # Errors
/// A sentence for a path that does not exist or cannot be walked at all.
pub fn discover(_paths: &[Utf8PathBuf], _current: &Utf8Path) -> Result<Discovery, String> {
    Ok(Discovery::default())
}
