//! The parsed data files of a scan, and those that readers ask for besides.

use std::sync::OnceLock;

use camino::Utf8Path;

use crate::source::{FileId, SourceMap};
use crate::syntax::tree::Tree;
use crate::syntax::{json, yaml};

/// Trees by file. A file that the pre-filter passed over is parsed when a reader asks for it.
#[derive(Debug)]
pub struct Trees {
    slots: Vec<OnceLock<Box<Tree>>>,
    parsed: Vec<FileId>,
}

impl Trees {
    /// The trees that were parsed at the start, in any order; files of `sources` that are not among them wait.
    pub fn new(sources: &SourceMap, parsed: impl IntoIterator<Item = (FileId, Tree)>) -> Self {
        let slots: Vec<OnceLock<Box<Tree>>> = sources.iter().map(|_| OnceLock::new()).collect();
        let mut numbers = Vec::new();
        for (file, tree) in parsed {
            if slots.get(file.0 as usize).is_some_and(|slot| slot.set(Box::new(tree)).is_ok()) {
                numbers.push(file);
            }
        }
        numbers.sort();
        Self { slots, parsed: numbers }
    }

    /// The files that were parsed at the start, in the order of their paths.
    pub fn parsed(&self) -> impl Iterator<Item = (FileId, &Tree)> {
        self.parsed.iter().filter_map(|file| Some((*file, &**self.slots.get(file.0 as usize)?.get()?)))
    }

    /// The files that readers asked for besides, in the order of their paths.
    pub fn late(&self) -> impl Iterator<Item = (FileId, &Tree)> {
        let all = (0..).map(FileId).zip(&self.slots);
        all.filter(|(file, _)| self.parsed.binary_search(file).is_err())
            .filter_map(|(file, slot)| Some((file, &**slot.get()?)))
    }

    /// The tree of a file, parsed now if it was not before. `None` for a file of another scan.
    pub fn get(&self, file: FileId, sources: &SourceMap) -> Option<&Tree> {
        let slot = self.slots.get(file.0 as usize)?;
        let parse_now = || {
            let source = sources.file(file);
            Box::new(parse(&source.path, source.text()))
        };
        Some(slot.get_or_init(parse_now))
    }

    /// The tree of the file at an absolute path, if the scan has such a file.
    pub fn at(&self, path: &Utf8Path, sources: &SourceMap) -> Option<(FileId, &Tree)> {
        let file = sources.find(path)?;
        Some((file, self.get(file, sources)?))
    }
}

/// Parses YAML or JSON: by the file's extension, else by its first character.
pub fn parse(path: &Utf8Path, text: &str) -> Tree {
    let is_json = match path.extension() {
        Some("json" | "jsonc" | "json5") => true,
        Some("yaml" | "yml") => false,
        _ => text.trim_start_matches('\u{feff}').trim_start().starts_with('{'),
    };
    if is_json { json::parse(text) } else { yaml::parse(text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;

    #[test]
    fn a_file_is_parsed_when_it_is_asked_for() {
        let file = |name: &str, text: &str| SourceFile::with_text(name.into(), format!("/p/{name}").into(), text);
        let sources =
            SourceMap::new(vec![file("a.template", " {\"A\": 1}"), file("b.yaml", "B: 2"), file("c.json", "{}")]);
        let trees = Trees::new(&sources, [(FileId(1), parse("b.yaml".into(), "B: 2"))]);
        assert_eq!(trees.parsed().map(|(file, _)| file).collect::<Vec<_>>(), [FileId(1)]);
        assert_eq!(trees.late().count(), 0);
        let (file, tree) = trees.at("/p/a.template".into(), &sources).unwrap();
        assert_eq!((file, tree.documents[0].get("A").is_some()), (FileId(0), true));
        assert_eq!(trees.late().map(|(file, _)| file).collect::<Vec<_>>(), [FileId(0)]);
        assert!(trees.at("/p/missing.yaml".into(), &sources).is_none());
    }
}
