//! What users ask not to be told: ignores in comments and in `Metadata`.
//!
//! They are facts like others. [`crate::finding::suppression`] says which findings they cover.

use std::sync::Arc;

use rayon::prelude::*;

use crate::read::cloudformation::InlineCode;
use crate::read::trees::Trees;
use crate::source::{FileId, Loc, SourceMap, Span};
use crate::syntax::{code, comments};

use date::Date;

pub mod date;
mod directive;
mod metadata;

/// The word before a directive in a comment.
const WORD: &str = "cognito-lint:";
/// The key under `Metadata`.
const KEY: &str = "cognito-lint";
/// How to write one, for those who wrote something else.
const FORM: &str =
    "write ignore[RULE], rules separated by commas, then until=YYYY-MM-DD if it is to end, then the reason";

/// A wish not to be told some findings.
#[derive(Clone, Debug)]
pub struct Ignore {
    /// The rules whose findings these are.
    pub rules: Vec<Named>,
    /// Why.
    pub reason: Option<Arc<str>>,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Which of their findings.
    pub covers: Covers,
    /// Where it is written.
    pub loc: Loc,
    /// The comment that it stands in, if that has one line and says nothing else.
    pub comment: Option<Loc>,
    /// What is wrong with it; it has no effect then.
    pub fault: Option<String>,
}

/// A rule as an ignore names it.
#[derive(Clone, Debug)]
pub struct Named {
    /// The name as written: there may be no such rule.
    pub name: Arc<str>,
    /// Where.
    pub loc: Loc,
    /// What came of it, once that is known.
    pub verdict: Option<Verdict>,
}

/// What came of ignoring a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It covers a finding.
    Used,
    /// It covers none, although the rule ran and everything it looks at was read.
    Unused,
    /// Its last day has passed.
    Expired,
    /// There is no rule of this name.
    Unknown,
    /// The rule did not run, or not on the whole project.
    Untold,
}

/// Which findings an ignore covers.
#[derive(Clone, Debug)]
pub enum Covers {
    /// Those with a place on one of these lines of a file.
    Lines(FileId, [usize; 2]),
    /// Those with a place in a file.
    File(FileId),
    /// Those with a place in a part of a file; if the part is a resource, also those about it with a place in the file.
    Part(Loc, Option<Arc<str>>),
    /// Those that a configuration's entry selects, by its number.
    Entry(usize),
}

/// The ignores in the comments and the `Metadata` of files, in the order of the files.
pub fn read(files: &[FileId], trees: &Trees, inline: &[InlineCode], sources: &SourceMap) -> Vec<Ignore> {
    let holds_word =
        |file: &&FileId| memchr::memmem::find(sources.file(**file).text().as_bytes(), KEY.as_bytes()).is_some();
    let of_file = |file: &FileId| {
        let mut comments = comments(*file, trees, sources);
        comments.extend(
            inline
                .iter()
                .filter(|code| code.file == *file)
                .flat_map(|code| code::comments_in_text(code.language, &code.text, &code.offsets)),
        );
        comments.sort_unstable();
        comments.dedup();
        let mut ignores = directive::read(*file, &comments, sources.file(*file));
        if let Some(tree) = trees.get(*file, sources) {
            ignores.extend(metadata::read(*file, tree));
        }
        ignores
    };
    files.par_iter().filter(holds_word).flat_map_iter(of_file).collect()
}

/// The ignores in these comments of a file.
pub fn in_comments(file: FileId, comments: &[Span], sources: &SourceMap) -> Vec<Ignore> {
    directive::read(file, comments, sources.file(file))
}

fn comments(file: FileId, trees: &Trees, sources: &SourceMap) -> Vec<Span> {
    let source = sources.file(file);
    let (path, text) = (&source.path, source.text());
    if let Some(tree) = trees.get(file, sources) {
        return comments::with_word(path, text, tree, WORD);
    }
    match path.extension() {
        Some("tf" | "tfvars" | "hcl") => comments::of_hcl(text),
        _ => code::comments(path, text).unwrap_or_default(),
    }
}
