//! Text to trees, all files at once.

use std::sync::Arc;

use rayon::prelude::*;

use crate::read::cloudformation::InlineCode;
use crate::read::program::Unit;
use crate::read::{Facts, Note, Unreadable};
use crate::source::discovery::Discovery;
use crate::source::{FileId, Loc, Span};
use crate::syntax::code::ir::Module;
use crate::syntax::tree::{Limit, Tree};
use crate::syntax::{code, data};

/// The files that passed the pre-filter, parsed, in the order of their paths.
#[derive(Debug, Default)]
pub struct Parsed {
    /// Data files.
    pub trees: Vec<(FileId, Tree)>,
    /// Programs.
    pub units: Vec<Unit>,
}

enum Either {
    Tree(Tree),
    Module(Module),
}

/// Parses every relevant file as what its name says it is.
pub fn parse(found: &Discovery) -> Parsed {
    let parse = |file: &FileId| {
        let source = found.sources.file(*file);
        let module = || code::parse(&source.path, source.text()).map(Either::Module);
        let either = data::parse(&source.path, source.text()).map(Either::Tree).or_else(module)?;
        Some((*file, either))
    };
    let mut parsed = Parsed::default();
    for (file, either) in found.relevant.par_iter().filter_map(parse).collect::<Vec<_>>() {
        match either {
            Either::Tree(tree) => parsed.trees.push((file, tree)),
            Either::Module(module) => {
                parsed.units.push(Unit { file, inline: None, module: Arc::new(module), placeholders: Arc::default() })
            }
        }
    }
    parsed
}

/// Parses the program text inside templates.
pub fn inline(all: &[InlineCode]) -> impl Iterator<Item = Unit> {
    all.iter().map(|code| {
        let module = code::parse_text(code.language, &code.text, &code.offsets);
        Unit {
            file: code.file,
            inline: Some(code.resource.clone()),
            module: Arc::new(module),
            placeholders: code.placeholders.clone().into(),
        }
    })
}

/// What is wrong with a data file: the faults that are findings, and notes on the rest.
pub fn faults_of_tree(file: FileId, tree: &Tree) -> Facts {
    let errors = tree.errors.iter().map(|error| unreadable(file, error.span, &error.message));
    let duplicate = |(key, span): &(Arc<str>, Span)| {
        let message = format!("the key {key} stands here twice; the last one counts");
        Note { kind: "duplicate-key", message, file: None, loc: Some(Loc { file, span: *span }) }
    };
    let notes = tree.duplicates.iter().map(duplicate).chain(tree.limit.iter().map(|limit| limited(file, limit)));
    Facts { unreadable: errors.collect(), notes: notes.collect(), ..Facts::default() }
}

/// What is wrong with a program.
pub fn faults_of_unit(unit: &Unit) -> Facts {
    let errors = unit.module.errors.iter().map(|(span, message)| unreadable(unit.file, *span, message));
    let notes = unit.module.limit.iter().map(|limit| limited(unit.file, limit));
    Facts { unreadable: errors.collect(), notes: notes.collect(), ..Facts::default() }
}

/// The files whose bytes are not all text.
pub fn faults_of_bytes(found: &Discovery) -> Facts {
    let faults = found.unreadable.iter().map(|(file, span, message)| unreadable(*file, *span, message));
    Facts { unreadable: faults.collect(), ..Facts::default() }
}

fn unreadable(file: FileId, span: Span, message: &str) -> Unreadable {
    Unreadable { message: message.to_owned(), loc: Loc { file, span } }
}

fn limited(file: FileId, limit: &Limit) -> Note {
    Note { kind: "limit", message: limit.message.clone(), file: None, loc: Some(Loc { file, span: limit.span }) }
}
