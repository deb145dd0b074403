//! What declarations bind and assignments write.

use std::sync::Arc;

use super::domain::{Alt, Kind, ObjectId, ScopeId, Source, Val};
use super::evaluator::Evaluator;
use super::functions::Site;
use crate::syntax::code::ir::{Expr, ExprKind, Language, ListItem, MapItem, Pattern};
use crate::value::Presence;
use crate::when::When;

impl Evaluator<'_> {
    /// Declares what a pattern names.
    pub(super) fn bind(&mut self, pattern: &Pattern, val: Val, scope: ScopeId) {
        match pattern {
            Pattern::Name(name, _) => {
                self.worklist.named(&val, name);
                self.heap.set(scope, name, val);
            }
            Pattern::Map { entries, rest } => {
                for (key, pattern, default) in entries {
                    let part = self.member(&val, key, Site { loc: val.loc, scope });
                    let part = self.or_default(part, default.as_ref(), scope);
                    self.bind(pattern, part, scope);
                }
                if let Some(rest) = rest {
                    let taken: Vec<&Arc<str>> = entries.iter().map(|(key, ..)| key).collect();
                    let left = self.without(&val, &taken);
                    self.heap.set(scope, rest, left);
                }
            }
            Pattern::List(items) => {
                for (index, pattern) in items.iter().enumerate() {
                    if let Some(pattern) = pattern {
                        let item = self.item(&val, index, Site { loc: val.loc, scope });
                        self.bind(pattern, item, scope);
                    }
                }
            }
            Pattern::Other => self.escape(&val),
        }
    }

    /// A value, or its default where it may be missing.
    pub(super) fn or_default(&mut self, val: Val, default: Option<&Expr>, scope: ScopeId) -> Val {
        let Some(default) = default else { return val };
        if let (Some(is_called), Some(Source::Input { .. })) = (injected(default), val.source()) {
            return if is_called { self.eval(default, scope) } else { val };
        }
        match self.known_present(&val) {
            Some(true) => val,
            Some(false) => self.eval(default, scope),
            None => {
                let (loc, default) = (val.loc, self.eval(default, scope));
                if default.is_null() {
                    return val;
                }
                let alts =
                    [(val, false), (default, true)].map(|(val, fallback)| Alt { val, when: When::always(), fallback });
                self.one_of(alts.into(), loc)
            }
        }
    }

    /// The rest of a destructured map.
    fn without(&mut self, val: &Val, taken: &[&Arc<str>]) -> Val {
        match val.object() {
            Some(id) => {
                let mut rest = self.heap.object(id).clone();
                rest.entries.retain(|entry| !taken.contains(&&entry.key));
                Val::new(Kind::Object(self.heap.alloc(rest)), val.loc)
            }
            None => {
                let map = self.new_map(val.loc);
                self.spread_into(map, val);
                Val::new(Kind::Object(map), val.loc)
            }
        }
    }

    /// Writes to a name, member, index or destructuring target.
    pub(super) fn assign(&mut self, target: &Expr, val: Val, scope: ScopeId) {
        match &target.kind {
            ExprKind::Name(name) => self.assign_name(name, val, target, scope),
            ExprKind::Member { of, key } => {
                let of = self.eval(of, scope);
                self.assign_member(&of, key, val, self.at(scope, target.span));
            }
            ExprKind::Index { of, key } => {
                let (of, key) = (self.eval(of, scope), self.eval(key, scope));
                match key.text() {
                    Some(key) => self.assign_member(&of, &key.clone(), val, self.at(scope, target.span)),
                    None => self.assign_somewhere(&of, &val),
                }
            }
            ExprKind::Map(items) => {
                for item in items {
                    if let MapItem::Entry { key, value } = item
                        && let ExprKind::Text(key) = &key.kind
                    {
                        let part = self.member(&val, key, Site { loc: val.loc, scope });
                        self.assign(value, part, scope);
                    }
                }
            }
            ExprKind::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    if let ListItem::Item(item) = item {
                        let part = self.item(&val, index, Site { loc: val.loc, scope });
                        self.assign(item, part, scope);
                    }
                }
            }
            // A default in a destructuring target.
            ExprKind::Assign { target, value } => {
                let val = self.or_default(val, Some(value), scope);
                self.assign(target, val, scope);
            }
            _ => self.escape(&val),
        }
    }

    /// Takes an entry out of a map.
    pub(super) fn delete(&mut self, target: &Expr, scope: ScopeId) {
        let (of, key) = match &target.kind {
            ExprKind::Member { of, key } => (self.eval(of, scope), Some(key.clone())),
            ExprKind::Index { of, key } => {
                let of = self.eval(of, scope);
                (of, self.eval(key, scope).text().cloned())
            }
            _ => return,
        };
        match (of.object(), key) {
            (Some(id), Some(key)) => {
                self.heap.object_mut(id).remove(&key);
            }
            (Some(id), None) => self.unsure(id),
            (None, _) => {}
        }
    }

    /// Some entry may have gone.
    fn unsure(&mut self, id: ObjectId) {
        for entry in &mut self.heap.object_mut(id).entries {
            entry.presence = Presence::Sometimes(When::always());
        }
    }

    fn assign_name(&mut self, name: &Arc<str>, val: Val, target: &Expr, scope: ScopeId) {
        let is_python = self.language(scope) == Language::Python;
        let (own, is_outer) =
            self.frames.last().map_or((scope, false), |frame| (frame.scope, frame.outer.contains(name)));
        let holder = match is_python {
            false => self.heap.holder(scope, name).unwrap_or(own),
            true if is_outer => {
                let outside = self.heap.scope(own).parent.unwrap_or(own);
                self.heap.holder(outside, name).unwrap_or(self.module(scope).scope)
            }
            true => scope,
        };
        self.emit_constant(&Pattern::Name(name.clone(), target.span), &val, scope);
        self.worklist.named(&val, name);
        self.heap.set(holder, name, val);
    }
}

/// Whether a default tells FastAPI where the value comes from, and if so whether from a function that it calls.
fn injected(default: &Expr) -> Option<bool> {
    let ExprKind::Call { callee, arguments } = &default.kind else { return None };
    let (ExprKind::Name(name) | ExprKind::Member { key: name, .. }) = &callee.kind else { return None };
    match &**name {
        "Depends" | "Security" => Some(!arguments.is_empty()),
        "Body" | "Cookie" | "File" | "Form" | "Header" | "Path" | "Query" => Some(false),
        _ => None,
    }
}
