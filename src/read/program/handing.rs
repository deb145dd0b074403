//! What leaves the scan: values that are handed to something unknown may be read, kept and changed there.

use std::rc::Rc;
use std::sync::Arc;

use super::domain::{Args, Callee, Closure, Kind, ScopeId, Val};
use super::evaluator::Evaluator;
use super::names::{self, Writes};
use crate::source::Loc;
use crate::when::When;

/// How deep maps inside maps are followed when one is handed out of the scan.
const HANDED_DEPTH: u32 = 4;

impl Evaluator<'_> {
    /// `localStorage.setItem(key, value)` and everything that looks like it.
    pub(super) fn kept_under_a_key(&mut self, callee: &Callee, args: &Args, loc: Loc) {
        let (Some(key), Some(val)) = (args.get(0).and_then(Val::text).cloned(), args.get(1).cloned()) else { return };
        let of = match callee {
            Callee::Symbol(symbol) => symbol.path.rsplit_once('.').map(|(of, _)| of.to_owned()),
            Callee::Method { .. } => None,
            Callee::Value(_) => return,
        };
        let target = of.map_or_else(|| key.to_string(), |of| format!("{of}.{key}"));
        self.stored(&target, &val, loc);
    }

    /// A value goes where it is not followed: it may be read there, and a map may be added to.
    pub(super) fn hand_out(&mut self, val: &Val) {
        self.escape(val);
        self.open(val, HANDED_DEPTH);
    }

    /// A function goes where it is not followed: what it writes may be written at any time.
    fn hand_out_function(&mut self, closure: &Rc<Closure>) {
        let Writes { variables, contents } = names::written_by(&closure.function);
        let mut variables: Vec<Arc<str>> = variables.into_iter().collect();
        variables.sort();
        for name in variables {
            // A variable of a module is looked at as such where it is read.
            let holder = self.heap.holder(closure.scope, &name).filter(|holder| !self.is_top(*holder));
            let Some((holder, old)) = holder.and_then(|holder| Some((holder, self.heap.own(holder, &name)?.clone())))
            else {
                continue;
            };
            let loc = old.loc;
            let new = self.dynamic(loc);
            let either =
                if old.is_null() { new } else { self.join(vec![(When::always(), old), (When::always(), new)], loc) };
            self.heap.set(holder, &name, either);
        }
        for name in contents {
            let Some(val) = self.heap.lookup(closure.scope, &name).cloned() else { continue };
            if val.object().is_some() {
                self.open(&val, 1);
            }
        }
    }

    /// Whether a scope is that of a module.
    pub(super) fn is_top(&self, scope: ScopeId) -> bool {
        self.heap.scope(scope).parent.is_none()
    }

    pub(super) fn open(&mut self, val: &Val, depth: u32) {
        match &val.kind {
            Kind::Object(id) if depth > 0 => {
                let object = self.heap.object(*id);
                if object.class().is_some() || object.open {
                    return;
                }
                let inner: Vec<Val> = object
                    .entries
                    .iter()
                    .map(|entry| &entry.val)
                    .chain(object.items.iter().map(|(item, _)| item))
                    .filter(|val| matches!(val.kind, Kind::Object(_) | Kind::OneOf(_) | Kind::Function(_)))
                    .cloned()
                    .collect();
                self.heap.object_mut(*id).open = true;
                inner.iter().for_each(|val| self.open(val, depth - 1));
            }
            Kind::OneOf(alts) if depth > 0 => alts.iter().for_each(|alt| self.open(&alt.val, depth - 1)),
            Kind::Function(closure) if depth > 0 => self.hand_out_function(&closure.clone()),
            _ => {}
        }
    }
}
