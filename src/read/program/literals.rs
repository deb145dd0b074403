//! Map and list literals, what is spread into them, and the arguments of calls.

use std::sync::Arc;

use super::domain::{Args, Kind, ObjectId, ScopeId, Val};
use super::evaluator::{Evaluator, Flow};
use super::expressions::opposite;
use super::heap::{Entry, Object, Shape};
use crate::source::{Loc, Span};
use crate::syntax::code::ir::{Argument, ListItem, MapItem};
use crate::value::Presence;
use crate::when::When;

impl Evaluator<'_> {
    /// `{ key: value, ...more }`.
    pub(super) fn map_literal(&mut self, items: &[MapItem], loc: Loc, scope: ScopeId) -> Val {
        let map = self.new_map(loc);
        let mut over_unknown = false;
        for item in items {
            match item {
                MapItem::Entry { key, value } => {
                    let key_val = self.eval(key, scope);
                    let val = self.eval(value, scope);
                    match key_val.text().cloned() {
                        Some(key_text) => {
                            if over_unknown {
                                self.stored(&key_text, &val, self.at(scope, key.span));
                            }
                            let key_loc = self.at(scope, key.span);
                            self.put_entry(map, key_text, key_loc, val, None);
                        }
                        None => self.heap.object_mut(map).open = true,
                    }
                }
                MapItem::Spread(value) => {
                    let val = self.eval(value, scope);
                    over_unknown |= matches!(val.kind, Kind::Opaque(_));
                    self.spread_into(map, &val);
                }
            }
        }
        self.emit_settings(map, scope);
        Val::new(Kind::Object(map), loc)
    }

    /// Writes an entry; one that is there only under a condition leaves the old value for the other case.
    pub(super) fn put_entry(&mut self, map: ObjectId, key: Arc<str>, key_loc: Loc, val: Val, when: Option<When>) {
        self.worklist.named(&val, &key);
        let old = self.heap.object(map).entry(&key).cloned();
        let entry = match (when, old) {
            (None, _) => Entry { key, key_loc, val, presence: Presence::Always },
            (Some(when), None) => Entry { key, key_loc, val, presence: Presence::Sometimes(when) },
            (Some(when), Some(old)) => {
                let loc = val.loc;
                let val = self.join(vec![(when.clone(), val), (opposite(&when), old.val)], loc);
                let presence = match old.presence {
                    Presence::Always => Presence::Always,
                    Presence::Sometimes(before) => Presence::Sometimes(When::merge(&before, &when).unwrap_or_default()),
                };
                Entry { key, key_loc, val, presence }
            }
        };
        self.heap.object_mut(map).put(entry);
    }

    /// `...val` in a map, `**val`, `Object.assign`, `update`.
    pub(super) fn spread_into(&mut self, map: ObjectId, val: &Val) {
        match &val.kind {
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) => {}
            Kind::Object(id) => {
                let source = self.heap.object(*id).clone();
                for entry in source.entries {
                    let when = match entry.presence {
                        Presence::Always => None,
                        Presence::Sometimes(when) => Some(when),
                    };
                    self.put_entry(map, entry.key, entry.key_loc, entry.val, when);
                }
                if source.open || !source.items.is_empty() {
                    self.heap.object_mut(map).open = true;
                }
            }
            Kind::OneOf(_) => {
                let alternatives = self.alternatives(val);
                let whens: Vec<When> = alternatives.iter().map(|(when, _)| when.clone()).collect();
                self.split(&whens, val.loc, &mut |it, arm| {
                    if let Some((_, val)) = alternatives.get(arm) {
                        it.spread_into(map, val);
                    }
                    (Val::null(val.loc), Flow::Next)
                });
            }
            _ => {
                self.escape(val);
                self.heap.object_mut(map).open = true;
            }
        }
    }

    /// `[item, ...more]`.
    pub(super) fn list_literal(&mut self, items: &[ListItem], loc: Loc, scope: ScopeId) -> Val {
        let mut list = Object::new(Shape::List, loc);
        for item in items {
            match item {
                ListItem::Item(item) => list.push(self.eval(item, scope), When::always()),
                ListItem::Spread(items) => {
                    let val = self.eval(items, scope);
                    self.spread_items(&mut list, &val);
                }
            }
        }
        Val::new(Kind::Object(self.heap.alloc(list)), loc)
    }

    fn spread_items(&mut self, list: &mut Object, val: &Val) {
        match &val.kind {
            Kind::Null => {}
            Kind::Object(id) if self.heap.object(*id).is_list() => {
                let source = self.heap.object(*id);
                list.open |= source.open;
                source.items.iter().for_each(|(item, when)| list.push(item.clone(), when.clone()));
            }
            Kind::OneOf(_) => {
                for (when, val) in self.alternatives(val) {
                    let mut part = Object::new(Shape::List, val.loc);
                    self.spread_items(&mut part, &val);
                    list.open |= part.open || (when.is_always() && !part.items.is_empty());
                    for (item, present) in part.items {
                        if let Some(present) = present.and(&when) {
                            list.push(item, present);
                        }
                    }
                }
            }
            _ => list.open = true,
        }
    }

    /// The arguments of a call.
    pub(super) fn args(&mut self, arguments: &[Argument], scope: ScopeId) -> Args {
        let mut args = Args::default();
        for argument in arguments {
            let val = self.eval(&argument.value, scope);
            match (&argument.name, argument.spread) {
                (None, false) => args.positional.push(val),
                (None, true) => {
                    let mut list = Object::new(Shape::List, val.loc);
                    self.spread_items(&mut list, &val);
                    args.open |= list.open;
                    args.positional.extend(list.items.into_iter().map(|(item, _)| item));
                }
                (Some(name), spread) => {
                    let map = match args.keywords.as_ref().and_then(Val::object) {
                        Some(map) => map,
                        None => {
                            let map = self.new_map(val.loc);
                            args.keywords = Some(Val::new(Kind::Object(map), val.loc));
                            map
                        }
                    };
                    if spread {
                        self.spread_into(map, &val);
                    } else {
                        let key_loc = self.keyword_loc(name, val.loc, argument.value.span, scope);
                        self.put_entry(map, name.clone(), key_loc, val, None);
                    }
                }
            }
        }
        args
    }

    /// Where the keyword of `keyword=value` stands: just before its value.
    fn keyword_loc(&self, name: &str, fallback: Loc, value: Span, scope: ScopeId) -> Loc {
        let file = self.file(scope);
        let start = value.start as usize;
        let text = self.sources.file(file).text();
        let before = text.get(start.saturating_sub(name.len() + 16)..start).unwrap_or("");
        match before.trim_end().strip_suffix('=').map(str::trim_end) {
            Some(head) if head.ends_with(name) => {
                let end = start - (before.len() - head.len());
                Loc { file, span: Span::new(end - name.len(), end) }
            }
            _ => fallback,
        }
    }
}
