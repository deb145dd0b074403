//! Program text to the Cognito operations it performs.
//!
//! An abstract interpreter over the program representation, for all languages at once. It runs whole programs: modules
//! are evaluated once, calls of known functions are inlined with their real arguments, both sides of an undecided
//! choice run and their states are joined. [`libraries`] says what calls outside the scan mean.

use std::sync::Arc;
use std::thread;

use crate::read::{Facts, Note};
use crate::source::{FileId, SourceMap};
use crate::syntax::code::ir::Module;
use crate::value::{ResourceKey, Value};
use evaluator::Evaluator;

mod domain;
mod heap;
mod evaluator;
mod truth;
mod branches;
mod expressions;
mod literals;
mod members;
mod statements;
mod patterns;
mod state;
mod functions;
mod handing;
mod classes;
mod builtins;
mod imports;
mod modules;
mod names;
mod alike;
mod entries;
mod freeze;
mod record;
mod placeholders;
mod settings;
mod sides;
mod versions;
mod libraries;
#[cfg(test)]
mod tests;

/// Evaluation recurses as deep as the program nests; its bounds are far below this.
const STACK: usize = 256 << 20;

/// A piece of program text.
#[derive(Debug)]
pub struct Unit {
    /// The file it stands in.
    pub file: FileId,
    /// The function resource whose inline code it is.
    pub inline: Option<ResourceKey>,
    /// The parsed text; spans are those of the file.
    pub module: Arc<Module>,
    /// Of inline code: what stands for each `${Name}` in its texts.
    pub placeholders: Arc<[(Arc<str>, Value)]>,
}

/// Evaluates program text: the calls of the Cognito API it makes and the settings that stand in it.
///
/// `units` are the files worth looking into; other files are read when those import them. Deterministic in the order of
/// `units`.
pub fn read(units: &[Unit], sources: &SourceMap) -> Facts {
    on_large_stack(|| evaluate(units, sources)).unwrap_or_else(|| Facts {
        notes: vec![Note {
            kind: "limit",
            message: "the program text of this scan could not be evaluated".to_owned(),
            file: None,
            loc: None,
        }],
        ..Facts::default()
    })
}

/// The values that files export as a whole (`module.exports`, the default export), as far as they can be followed.
pub fn exported(files: &[FileId], sources: &SourceMap) -> Vec<(FileId, Value)> {
    if files.is_empty() {
        return Vec::new();
    }
    let evaluate = || {
        let mut evaluator = Evaluator::new(sources);
        let one = |file: &FileId| {
            evaluator.begin_entry();
            let val = evaluator.whole_export(*file)?;
            Some((*file, evaluator.freeze(&val)))
        };
        files.iter().filter_map(one).collect()
    };
    on_large_stack(evaluate).unwrap_or_default()
}

fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    thread::scope(|scope| {
        let worker = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        worker.ok().and_then(|worker| worker.join().ok())
    })
}

fn evaluate(units: &[Unit], sources: &SourceMap) -> Facts {
    let mut evaluator = Evaluator::new(sources);
    let modules: Vec<_> = units.iter().map(|unit| evaluator.add_unit(unit)).collect();
    evaluator.run_all(&modules);
    evaluator.into_facts()
}
