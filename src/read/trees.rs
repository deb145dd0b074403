//! The parsed data files of a scan, and those that readers ask for besides.

use std::sync::OnceLock;

use camino::Utf8Path;

use crate::source::{FileId, SourceMap};
use crate::syntax::tree::Tree;
use crate::syntax::{data, hcl};

/// What a file is parsed to.
pub trait Parsed: Sized {
    /// Parses a text as what the file's path says it is; `None` where that is something else.
    fn parse(path: &Utf8Path, text: &str) -> Option<Self>;
}

impl Parsed for Tree {
    fn parse(path: &Utf8Path, text: &str) -> Option<Self> {
        data::parse(path, text)
    }
}

impl Parsed for hcl::ast::File {
    fn parse(path: &Utf8Path, text: &str) -> Option<Self> {
        hcl::parse_file(path, text)
    }
}

/// Trees by file. A file that the pre-filter passed over is parsed when a reader asks for it.
#[derive(Debug)]
pub struct Trees<T = Tree> {
    slots: Vec<OnceLock<Option<Box<T>>>>,
    parsed: Vec<FileId>,
}

impl<T: Parsed> Trees<T> {
    /// The trees that were parsed at the start, in any order; files of `sources` that are not among them wait.
    pub fn new(sources: &SourceMap, parsed: impl IntoIterator<Item = (FileId, T)>) -> Self {
        let slots: Vec<OnceLock<Option<Box<T>>>> = sources.iter().map(|_| OnceLock::new()).collect();
        let mut numbers = Vec::new();
        for (file, tree) in parsed {
            if slots.get(file.0 as usize).is_some_and(|slot| slot.set(Some(Box::new(tree))).is_ok()) {
                numbers.push(file);
            }
        }
        numbers.sort();
        Self { slots, parsed: numbers }
    }

    /// The files that were parsed at the start, in the order of their paths.
    pub fn parsed(&self) -> impl Iterator<Item = (FileId, &T)> {
        self.parsed.iter().filter_map(|file| Some((*file, self.slots.get(file.0 as usize)?.get()?.as_deref()?)))
    }

    /// The files that readers asked for besides, in the order of their paths.
    pub fn late(&self) -> impl Iterator<Item = (FileId, &T)> {
        let all = (0..).map(FileId).zip(&self.slots);
        all.filter(|(file, _)| self.parsed.binary_search(file).is_err())
            .filter_map(|(file, slot)| Some((file, slot.get()?.as_deref()?)))
    }

    /// The tree of a file, parsed now if it was not before. `None` for a file of another kind.
    pub fn get(&self, file: FileId, sources: &SourceMap) -> Option<&T> {
        let slot = self.slots.get(file.0 as usize)?;
        let parse_now = || {
            let source = sources.file(file);
            T::parse(&source.path, source.text()).map(Box::new)
        };
        slot.get_or_init(parse_now).as_deref()
    }

    /// The tree of the file at an absolute path, if the scan has such a file.
    pub fn at(&self, path: &Utf8Path, sources: &SourceMap) -> Option<(FileId, &T)> {
        let file = sources.find(path)?;
        Some((file, self.get(file, sources)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;

    #[test]
    fn a_file_is_parsed_when_it_is_asked_for() {
        let file = |name: &str, text: &str| SourceFile::with_text(name.into(), format!("/p/{name}").into(), text);
        let sources =
            SourceMap::new(vec![file("a.template", " {\"A\": 1}"), file("b.yaml", "B: 2"), file("c.ts", "{}")]);
        let trees = Trees::new(&sources, data::parse("b.yaml".into(), "B: 2").map(|tree| (FileId(1), tree)));
        assert_eq!(trees.parsed().map(|(file, _)| file).collect::<Vec<_>>(), [FileId(1)]);
        assert_eq!(trees.late().count(), 0);
        let (file, tree) = trees.at("/p/a.template".into(), &sources).unwrap();
        assert_eq!((file, tree.documents[0].get("A").is_some()), (FileId(0), true));
        assert_eq!(trees.late().map(|(file, _)| file).collect::<Vec<_>>(), [FileId(0)]);
        assert!(trees.at("/p/missing.yaml".into(), &sources).is_none());
        assert!(trees.at("/p/c.ts".into(), &sources).is_none());
    }
}
