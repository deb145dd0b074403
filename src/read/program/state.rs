//! Variables and fields that begin as nothing and are given their values by some function: inside other functions nobody
//! knows what they hold.

use std::sync::Arc;

use super::domain::{Kind, ObjectId, ScopeId, Source, Val};
use super::evaluator::Evaluator;
use crate::source::Loc;
use crate::syntax::code::ir::Role;

impl Evaluator<'_> {
    /// What a variable holds that is null, read in a function.
    pub(super) fn state_of_module(&mut self, name: &Arc<str>, null: Val, loc: Loc, scope: ScopeId) -> Val {
        let holder = self.heap.holder(scope, name).filter(|holder| self.is_top(*holder));
        let Some(holder) = holder.filter(|_| self.may_be_set(name)) else { return null };
        let module = Val::new(Kind::Module(self.heap.scope(holder).module), loc);
        let val = self.member_of(module, name.clone(), loc);
        self.heap.set(holder, name, val.clone());
        val
    }

    /// What a field of an instance holds that is null, read outside of its constructor.
    pub(super) fn state_of_instance(&mut self, id: ObjectId, key: &Arc<str>, null: Val, loc: Loc) -> Val {
        let innermost = self.frames.iter().rev().find_map(|frame| frame.function.as_ref());
        let constructs = innermost.is_some_and(|function| function.role == Role::Constructor);
        if constructs || self.heap.object(id).class().is_none() || !self.may_be_set(key) {
            return null;
        }
        let val = self.member_of(Val::new(Kind::Object(id), loc), key.clone(), loc);
        self.put_entry(id, key.clone(), null.loc, val.clone(), None);
        val
    }

    /// Whether some function gives this name a value, and a function runs now.
    fn may_be_set(&self, name: &str) -> bool {
        self.state.contains(name) && self.frames.iter().any(|frame| frame.function.is_some())
    }

    /// A value without the alternatives that only stand for what nobody knew.
    pub(super) fn without_state(&mut self, val: &Val) -> Val {
        let is_state = |val: &Val| match val.source() {
            Some(Source::Member { of, .. }) => match of.kind {
                Kind::Module(_) => true,
                Kind::Object(id) => self.heap.object(id).class().is_some(),
                _ => false,
            },
            _ => false,
        };
        match &val.kind {
            Kind::OneOf(alts) => {
                let left: Vec<_> = alts.iter().filter(|alt| !is_state(&alt.val)).cloned().collect();
                self.one_of(left, val.loc)
            }
            _ if is_state(val) => Val::null(val.loc),
            _ => val.clone(),
        }
    }
}
