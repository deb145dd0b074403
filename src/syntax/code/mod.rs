//! Program text to one small representation, one lowering per language.
//!
//! A language is one row of [`FILES`], one [`Grammar`] and one module that lowers that grammar's tree. What lowerings
//! have in common stands in `context`, `operators` and `branches`.

use std::borrow::Cow;

use camino::Utf8Path;

use crate::source::Span;
use crate::syntax::offsets::Offsets;
use ir::{Language, Module};
use parser::{Grammar, Prepare};

pub mod ir;
mod parser;
mod context;
mod operators;
mod branches;
mod ecmascript;
mod python;
mod script_blocks;
#[cfg(test)]
mod dump;
#[cfg(test)]
mod tests;

/// Every kind of file that is read as a program: its extension, its language and where its code stands.
const FILES: &[(&str, Language, Code)] = &[
    ("ts", Language::TypeScript, Code::WholeFile(TYPESCRIPT)),
    ("mts", Language::TypeScript, Code::WholeFile(TYPESCRIPT)),
    ("cts", Language::TypeScript, Code::WholeFile(TYPESCRIPT)),
    ("tsx", Language::TypeScript, Code::WholeFile(TSX)),
    ("js", Language::JavaScript, Code::WholeFile(JAVASCRIPT)),
    ("jsx", Language::JavaScript, Code::WholeFile(JAVASCRIPT)),
    ("mjs", Language::JavaScript, Code::WholeFile(JAVASCRIPT)),
    ("cjs", Language::JavaScript, Code::WholeFile(JAVASCRIPT)),
    ("py", Language::Python, Code::WholeFile(PYTHON)),
    ("vue", Language::JavaScript, Code::ScriptBlocks),
    ("svelte", Language::JavaScript, Code::ScriptBlocks),
];

/// Where the code of a file stands.
#[derive(Clone, Copy)]
enum Code {
    /// The file is a program in the first of these grammars that fits.
    WholeFile(&'static [Grammar]),
    /// The code is in `<script>` elements.
    ScriptBlocks,
}

const TYPESCRIPT: &[Grammar] = &[typescript(as_written), typescript(ecmascript::older)];
const TSX: &[Grammar] = &[tsx(as_written), tsx(ecmascript::older)];
/// JavaScript with Flow's annotations has no grammar of its own; that of TSX reads most of it.
const JAVASCRIPT: &[Grammar] = &[
    Grammar {
        tree_sitter: || tree_sitter_javascript::LANGUAGE.into(),
        prepare: as_written,
        lower: ecmascript::program,
    },
    tsx(as_written),
];
const PYTHON: &[Grammar] =
    &[Grammar { tree_sitter: || tree_sitter_python::LANGUAGE.into(), prepare: as_written, lower: python::program }];

const fn typescript(prepare: Prepare) -> Grammar {
    Grammar { tree_sitter: || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(), prepare, lower: ecmascript::program }
}

const fn tsx(prepare: Prepare) -> Grammar {
    Grammar { tree_sitter: || tree_sitter_typescript::LANGUAGE_TSX.into(), prepare, lower: ecmascript::program }
}

fn as_written(text: &str) -> Option<Cow<'_, str>> {
    Some(Cow::Borrowed(text))
}

/// The language of a file by its name; of a Vue or Svelte file JavaScript, though its blocks may say otherwise.
pub fn language_of(path: &Utf8Path) -> Option<Language> {
    kind_of(path).map(|(language, _)| language)
}

fn kind_of(path: &Utf8Path) -> Option<(Language, Code)> {
    // Declarations of types hold no program.
    if path.file_stem().is_some_and(|stem| stem.ends_with(".d")) {
        return None;
    }
    let extension = path.extension()?;
    FILES.iter().find(|(known, ..)| known.eq_ignore_ascii_case(extension)).map(|(_, language, code)| (*language, *code))
}

/// Parses a source file. Never fails: what cannot be parsed is in [`Module::errors`]. `None` where the name is not one
/// of a program.
pub fn parse(path: &Utf8Path, text: &str) -> Option<Module> {
    let (language, code) = kind_of(path)?;
    Some(match code {
        Code::WholeFile(grammars) => parser::parse(language, grammars, text, &Offsets::identity()),
        Code::ScriptBlocks => script_blocks::parse(language, text),
    })
}

/// The places of the comments of a source file, in order; in a component those between its elements too. `None` where
/// the name is not one of a program.
pub fn comments(path: &Utf8Path, text: &str) -> Option<Vec<Span>> {
    let (_, code) = kind_of(path)?;
    Some(match code {
        Code::WholeFile(grammars) => parser::comments(grammars, text, &Offsets::identity()),
        Code::ScriptBlocks => script_blocks::comments(text),
    })
}

/// Parses program text that stands inside another file; all places are those of the file, by way of `offsets`.
pub fn parse_text(language: Language, text: &str, offsets: &Offsets) -> Module {
    parser::parse(language, grammars_of(language), text, offsets)
}

/// The places in the file of the comments of program text that stands inside it.
pub fn comments_in_text(language: Language, text: &str, offsets: &Offsets) -> Vec<Span> {
    parser::comments(grammars_of(language), text, offsets)
}

fn grammars_of(language: Language) -> &'static [Grammar] {
    match language {
        Language::TypeScript => TYPESCRIPT,
        Language::JavaScript => JAVASCRIPT,
        Language::Python => PYTHON,
    }
}
