//! Files of the scan by their paths.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use camino::Utf8Path;

use crate::source::{FileId, SourceMap};

/// The files of the scan, to be found by folder and by the end of a path.
#[derive(Debug, Default)]
pub(super) struct Paths<'a> {
    by_path: BTreeMap<&'a Utf8Path, FileId>,
    by_name: HashMap<&'a str, Vec<FileId>>,
}

impl<'a> Paths<'a> {
    pub fn new(sources: &'a SourceMap) -> Self {
        let mut by_name: HashMap<&str, Vec<FileId>> = HashMap::new();
        for (id, file) in sources.iter() {
            if let Some(name) = file.absolute.file_name() {
                by_name.entry(name).or_default().push(id);
            }
        }
        Self { by_path: sources.iter().map(|(id, file)| (&*file.absolute, id)).collect(), by_name }
    }

    /// The files of a name, wherever they are.
    pub fn named(&self, name: &str) -> &[FileId] {
        self.by_name.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The files in a folder and below it, with their absolute paths.
    pub fn below<'p>(&'p self, folder: &'p Utf8Path) -> impl Iterator<Item = (&'a Utf8Path, FileId)> + 'p {
        let from = self.by_path.range::<Utf8Path, _>((Bound::Included(folder), Bound::Unbounded));
        from.map(|(path, id)| (*path, *id)).take_while(move |(path, _)| path.starts_with(folder))
    }

    /// The file that a path of another machine means: the one with the longest common end, and the same path from `near`
    /// rather than below it rather than elsewhere. A name alone is not enough, except directly in `near`.
    pub fn like(&self, sources: &SourceMap, path: &Utf8Path, near: &Utf8Path) -> Option<FileId> {
        const MOST_CANDIDATES: usize = 1_000;
        let from_near = near.join(path.strip_prefix("/").unwrap_or(path));
        let rank = |id: &FileId| {
            let mine = &sources.file(*id).absolute;
            let common = mine.components().rev().zip(path.components().rev()).take_while(|(a, b)| a == b).count();
            (common, **mine == from_near, mine.starts_with(near), mine.parent() == Some(near))
        };
        let candidates = self.named(path.file_name()?).iter().take(MOST_CANDIDATES);
        let mut ranked: Vec<_> = candidates.map(|id| (rank(id), *id)).collect();
        ranked.sort();
        let (best, id) = ranked.pop()?;
        let (common, .., is_beside) = best;
        let is_only = ranked.last().is_none_or(|(next, _)| *next != best);
        (is_only && (common > 1 || is_beside)).then_some(id)
    }
}
