//! Text to trees, all files at once.

use std::sync::Arc;

use rayon::prelude::*;

use crate::read::cloudformation::InlineCode;
use crate::read::program::Unit;
use crate::read::{Facts, Note, Unreadable};
use crate::source::discovery::Discovery;
use crate::source::prefilter;
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

/// Parses program text that stands inside a template.
pub fn inline(code: &InlineCode) -> Unit {
    let module = code::parse_text(code.language, &code.text, &code.offsets);
    let placeholders = code.placeholders.clone().into();
    Unit { file: code.file, inline: Some(code.resource.clone()), module: Arc::new(module), placeholders }
}

/// What is wrong with a data file: the faults that are findings, and notes on the rest.
pub fn faults_of_tree(file: FileId, tree: &Tree, text: &str) -> Facts {
    let errors = tree.errors.iter().map(|error| (error.span, error.message.as_str()));
    let mut facts = faults(file, text, errors, tree.limit.as_ref());
    let duplicate = |(key, span): &(Arc<str>, Span)| {
        let message = format!("the key {key} stands here twice; the last one counts");
        Note { kind: "duplicate-key", message, file: None, loc: Some(Loc { file, span: *span }) }
    };
    facts.notes.extend(tree.duplicates.iter().map(duplicate));
    facts
}

/// What is wrong with a program of this text.
pub fn faults_of_unit(unit: &Unit, text: &str) -> Facts {
    let errors = unit.module.errors.iter().map(|(span, message)| (*span, message.as_str()));
    faults(unit.file, text, errors, unit.module.limit.as_ref())
}

/// Faults of a text that certainly has to do with Cognito are findings; others are told in a note.
fn faults<'f>(file: FileId, text: &str, errors: impl Iterator<Item = (Span, &'f str)>, limit: Option<&Limit>) -> Facts {
    let mut facts = Facts::default();
    if prefilter::is_about_cognito(text.as_bytes()) {
        facts.unreadable = errors.map(|(span, message)| unreadable(file, span, message)).collect();
    } else {
        facts.notes.extend(errors.take(1).map(|(span, message)| note("unreadable", file, span, message)));
    }
    facts.notes.extend(limit.map(|limit| note("limit", file, limit.span, &limit.message)));
    facts
}

/// The files whose bytes are not all text.
pub fn faults_of_bytes(found: &Discovery) -> Facts {
    let faults = found.unreadable.iter().map(|(file, span, message)| unreadable(*file, *span, message));
    Facts { unreadable: faults.collect(), ..Facts::default() }
}

fn unreadable(file: FileId, span: Span, message: &str) -> Unreadable {
    Unreadable { message: message.to_owned(), loc: Loc { file, span } }
}

fn note(kind: &'static str, file: FileId, span: Span, message: &str) -> Note {
    Note { kind, message: message.to_owned(), file: None, loc: Some(Loc { file, span }) }
}
