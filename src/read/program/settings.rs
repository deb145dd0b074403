//! Settings that stand in program text: constants and entries of object literals.

use super::domain::{ObjectId, ScopeId, Val};
use super::evaluator::Evaluator;
use crate::syntax::code::ir::Pattern;

impl Evaluator<'_> {
    /// Settings among the entries of a map.
    pub(super) fn emit_settings(&mut self, _map: ObjectId, _scope: ScopeId) {}

    /// A setting in a constant of a module.
    pub(super) fn emit_constant(&mut self, _pattern: &Pattern, _val: &Val, _scope: ScopeId) {}
}
