//! Text to trees, all files at once.

use std::sync::Arc;

use camino::Utf8Path;
use rayon::prelude::*;

use crate::read::cloudformation::InlineCode;
use crate::read::program::Unit;
use crate::read::terraform::documents::document::{self, Document};
use crate::read::{Facts, Note, Unreadable};
use crate::source::discovery::Discovery;
use crate::source::reading::LARGEST_FILE;
use crate::source::{FileId, Loc, Span};
use crate::source::{kinds, prefilter};
use crate::syntax::code::ir::Module;
use crate::syntax::data::Format;
use crate::syntax::tree::{Limit, Tree};
use crate::syntax::{code, data, hcl};

/// The files that passed the pre-filter, parsed, in the order of their paths.
#[derive(Debug, Default)]
pub struct Parsed {
    /// Data files.
    pub trees: Vec<(FileId, Tree)>,
    /// Terraform's files.
    pub configurations: Vec<(FileId, hcl::ast::File)>,
    /// Programs.
    pub units: Vec<Unit>,
    /// Terraform's plans and states.
    pub documents: Vec<(FileId, Document)>,
}

/// What is wrong with a plan as `terraform plan -out` writes it.
const PLAN_FILE: &str = "this is a plan that only Terraform can read: give what `terraform show -json` prints of it";

enum Either {
    Tree(Tree),
    Configuration(hcl::ast::File),
    Module(Module),
    Document(Document),
}

/// Parses every relevant file as what its name says it is.
pub fn parse(found: &Discovery) -> Parsed {
    let parse = |file: &FileId| {
        let source = found.sources.file(*file);
        let module = || code::parse(&source.path, source.text()).map(Either::Module);
        let tree = || data(&source.path, source.text()).map(Either::Tree);
        let document = || document(&source.path, source.text()).map(Either::Document);
        let configuration = hcl::parse_file(&source.path, source.text()).map(Either::Configuration);
        let either = configuration.or_else(document).or_else(tree).or_else(module)?;
        Some((*file, either))
    };
    let mut parsed = Parsed::default();
    for (file, either) in found.relevant.par_iter().filter_map(parse).collect::<Vec<_>>() {
        match either {
            Either::Tree(tree) => parsed.trees.push((file, tree)),
            Either::Document(document) => parsed.documents.push((file, document)),
            Either::Configuration(configuration) => parsed.configurations.push((file, configuration)),
            Either::Module(module) => {
                parsed.units.push(Unit { file, inline: None, module: Arc::new(module), placeholders: Arc::default() })
            }
        }
    }
    parsed
}

/// How many faults a text has as what its file's name says it is.
pub fn count_faults(path: &Utf8Path, text: &str) -> usize {
    let configuration = || hcl::parse_file(path, text).map(|parsed| parsed.errors.len());
    let tree = || data::parse(path, text).map(|tree| tree.errors.len() + tree.duplicates.len());
    let module = || code::parse(path, text).map(|module| module.errors.len());
    configuration().or_else(tree).or_else(module).unwrap_or_default()
}

/// Terraform's plans and states, under whatever name, as far as they are JSON.
fn document(path: &Utf8Path, text: &str) -> Option<Document> {
    let may_be_json = match data::format(path) {
        Some(format) => format == Format::Json,
        None => path.file_name().is_some_and(|name| kinds::kind(name).is_none()),
    };
    if may_be_json { document::parse(text) } else { None }
}

fn data(path: &Utf8Path, text: &str) -> Option<Tree> {
    if text.len() as u64 <= LARGEST_FILE {
        return data::parse(path, text);
    }
    let message = "the file is too large and was passed over".to_owned();
    data::format(path)?;
    Some(Tree { limit: Some(Limit { message, span: Span::default() }), ..Tree::default() })
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
    let is_filled_in = tree.errors.first().is_some_and(|error| is_filled_in(text, error.span));
    let mut facts = faults(file, is_about_cognito(text) && !is_filled_in, errors, tree.limit.as_ref());
    let duplicate = |(key, span): &(Arc<str>, Span)| {
        let message = format!("the key {key} stands here twice; the last one counts");
        Note { kind: "duplicate-key", message, file: None, loc: Some(Loc { file, span: *span }) }
    };
    facts.notes.extend(tree.duplicates.iter().map(duplicate));
    facts
}

/// What keeps a plan or state from being read.
pub fn faults_of_document(file: FileId, document: &Document, text: &str) -> Facts {
    match document {
        Document::Broken(fault) => faults_of_tree(file, &fault.clone().into_tree(), text),
        _ => Facts::default(),
    }
}

/// What is wrong with a file of Terraform's.
pub fn faults_of_configuration(file: FileId, parsed: &hcl::ast::File, text: &str) -> Facts {
    let errors = parsed.errors.iter().map(|error| (error.span, error.message.as_str()));
    faults(file, is_about_cognito(text), errors, parsed.limit.as_ref())
}

/// What is wrong with a program of this text.
pub fn faults_of_unit(unit: &Unit, text: &str) -> Facts {
    let errors = unit.module.errors.iter().map(|(span, message)| (*span, message.as_str()));
    faults(unit.file, is_about_cognito(text), errors, unit.module.limit.as_ref())
}

/// Whether a text certainly has to do with Cognito, so that its faults are findings; those of others are told in a note.
fn is_about_cognito(text: &str) -> bool {
    prefilter::is_about_cognito(text.as_bytes())
}

fn faults<'f>(
    file: FileId,
    are_findings: bool,
    errors: impl Iterator<Item = (Span, &'f str)>,
    limit: Option<&Limit>,
) -> Facts {
    let mut facts = Facts::default();
    if are_findings {
        facts.unreadable = errors.map(|(span, message)| unreadable(file, span, message)).collect();
    } else {
        facts.notes.extend(errors.take(1).map(|(span, message)| note("unreadable", file, span, message)));
    }
    facts.notes.extend(limit.map(|limit| note("limit", file, limit.span, &limit.message)));
    facts
}

/// Whether another tool fills the text in before it is what its name says (Helm, Jinja, ERB), as far as a fault at a place
/// tells: nobody can correct it. `{{resolve:…}}` is CloudFormation's own.
fn is_filled_in(text: &str, fault: Span) -> bool {
    let is_mark = |rest: &str| rest.starts_with("{%") || rest.starts_with("<%") || is_hole(rest);
    let before = text.get(..fault.start as usize).unwrap_or(text);
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let at_fault = text.get(line..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    at_fault.char_indices().any(|(at, _)| at_fault.get(at..).is_some_and(is_mark))
        || before.lines().any(|line| is_mark(line.trim_start().trim_start_matches("- ")))
}

fn is_hole(rest: &str) -> bool {
    rest.strip_prefix("{{").is_some_and(|rest| !rest.starts_with("resolve:"))
}

/// The files whose bytes are not all text.
pub fn faults_of_bytes(found: &Discovery) -> Facts {
    let fault = |(file, span, message): &(FileId, Span, String)| {
        let is_plan = document::is_plan_file(found.sources.file(*file).text());
        unreadable(*file, *span, if is_plan { PLAN_FILE } else { message })
    };
    let faults = found.unreadable.iter().map(fault);
    Facts { unreadable: faults.collect(), ..Facts::default() }
}

fn unreadable(file: FileId, span: Span, message: &str) -> Unreadable {
    Unreadable { message: message.to_owned(), loc: Loc { file, span } }
}

fn note(kind: &'static str, file: FileId, span: Span, message: &str) -> Note {
    Note { kind, message: message.to_owned(), file: None, loc: Some(Loc { file, span }) }
}
