//! Reading and writing members and items.

use std::rc::Rc;
use std::sync::Arc;

use super::domain::{Kind, ObjectId, Val};
use super::evaluator::{Evaluator, Flow};
use super::expressions::opposite;
use super::functions::Site;
use super::libraries;
use crate::source::Loc;
use crate::value::{Presence, Reference};
use crate::when::When;

impl Evaluator<'_> {
    /// `of.key`.
    pub(super) fn member(&mut self, of: &Val, key: &Arc<str>, site: Site) -> Val {
        let loc = site.loc;
        match &of.kind {
            Kind::Null => Val::null(loc),
            Kind::OneOf(_) => self.member_of_each(of, &mut |it, of| it.member(of, key, site), loc),
            Kind::Object(id) => self.member_of_object(of, *id, key, site),
            Kind::Class(def) => {
                let def = def.clone();
                let found = self.class_member(&def, key, None, site);
                found.unwrap_or_else(|| self.member_of(of.clone(), key.clone(), loc))
            }
            Kind::Module(module) => self.exported(*module, key, loc),
            Kind::Symbol(symbol) => match libraries::member(self, symbol, key, site) {
                Some(val) => val,
                None => Val::new(Kind::Symbol(Rc::new(symbol.member(key))), loc),
            },
            Kind::Reference(reference) => match &**reference {
                Reference::Setting(setting) => Val::setting(format!("{setting}.{key}"), loc),
                Reference::Secret { name, field } if field.is_empty() => {
                    let field = Reference::Secret { name: name.clone(), field: key.clone() };
                    Val::new(Kind::Reference(Rc::new(field)), loc)
                }
                _ => self.member_of(of.clone(), key.clone(), loc),
            },
            Kind::Imported(_) => {
                let of = self.forced(of.clone(), loc);
                if matches!(of.kind, Kind::Imported(_)) { self.dynamic(loc) } else { self.member(&of, key, site) }
            }
            Kind::Opaque(_) => {
                if let Some(val) = libraries::member_of_value(self, of, key, site) {
                    return val;
                }
                let val = self.member_of(of.clone(), key.clone(), loc);
                self.read(&val);
                val
            }
            _ => self.member_of(of.clone(), key.clone(), loc),
        }
    }

    fn member_of_each(&mut self, of: &Val, read: &mut dyn FnMut(&mut Self, &Val) -> Val, loc: Loc) -> Val {
        let Kind::OneOf(alts) = &of.kind else { return read(self, of) };
        let mut found = Vec::new();
        for alt in alts.iter().filter(|alt| !alt.val.is_null()) {
            if self.path.contradicts(&alt.when) {
                continue;
            }
            let val = read(self, &alt.val);
            found.push(super::domain::Alt { val, when: alt.when.clone(), fallback: alt.fallback });
        }
        // An alternative may itself be a choice.
        let is_nested = found.iter().any(|alt| matches!(alt.val.kind, Kind::OneOf(_)));
        if is_nested {
            return self.join(found.into_iter().map(|alt| (alt.when, alt.val)).collect(), loc);
        }
        self.one_of(found, loc)
    }

    fn member_of_object(&mut self, of: &Val, id: ObjectId, key: &Arc<str>, site: Site) -> Val {
        let object = self.heap.object(id);
        if let Some(entry) = object.entry(key) {
            let val = entry.val.clone();
            let presence = entry.presence.clone();
            let is_open = object.open;
            let val = self.forced(val, site.loc);
            if val.is_null() {
                return self.state_of_instance(id, key, val, site.loc);
            }
            return match presence {
                Presence::Always => self.evaluated_getter(val, of, site),
                Presence::Sometimes(_) if is_open => val,
                Presence::Sometimes(when) => {
                    let missing = Val::null(site.loc);
                    let either = self.join(vec![(when.clone(), val), (opposite(&when), missing)], site.loc);
                    self.narrowed(either)
                }
            };
        }
        let (is_open, is_map, class) = (object.open, object.is_map(), object.class().cloned());
        if let Some(class) = class {
            if let Some(val) = libraries::configured_field(self, &class, key, site) {
                return val;
            }
            if let Some(val) = self.class_member(&class, key, Some(of), site) {
                return self.forced(val, site.loc);
            }
        } else if is_map && !is_open {
            return Val::null(site.loc);
        }
        self.member_of(of.clone(), key.clone(), site.loc)
    }

    /// A getter of an object literal gives its value.
    fn evaluated_getter(&mut self, val: Val, of: &Val, site: Site) -> Val {
        match val.closure() {
            Some(closure) if closure.function.role == crate::syntax::code::ir::Role::Getter => {
                self.invoke(&closure.clone(), Some(of), super::domain::Args::default(), site)
            }
            _ => val,
        }
    }

    /// `of[key]`.
    pub(super) fn index(&mut self, of: &Val, key: &Val, site: Site) -> Val {
        if let Kind::OneOf(_) = &of.kind {
            return self.member_of_each(of, &mut |it, of| it.index(of, key, site), site.loc);
        }
        match &key.kind {
            Kind::Text(text) => self.member(of, text, site),
            Kind::Number(number) => match number.parse::<usize>() {
                Ok(index) => self.item(of, index, site),
                Err(_) => self.member_of(of.clone(), number.clone(), site.loc),
            },
            Kind::OneOf(_) => {
                let keys = self.alternatives(key);
                let vals = keys.into_iter().map(|(when, key)| (when, self.index(of, &key, site))).collect();
                self.join(vals, site.loc)
            }
            _ => self.some_entry(of, site),
        }
    }

    /// The entry of a key that is not known: any of a short closed map.
    fn some_entry(&mut self, of: &Val, site: Site) -> Val {
        let known = of.object().map(|id| self.heap.object(id)).filter(|object| object.is_map() && !object.open);
        let vals: Vec<(When, Val)> = known
            .map(|object| object.entries.iter().map(|entry| (When::always(), entry.val.clone())).collect())
            .unwrap_or_default();
        if vals.is_empty() {
            return self.member_of(of.clone(), "[]".into(), site.loc);
        }
        self.join(vals, site.loc)
    }

    /// An item of a list by its place.
    pub(super) fn item(&mut self, of: &Val, index: usize, site: Site) -> Val {
        let key: Arc<str> = index.to_string().into();
        match &of.kind {
            Kind::Object(id) if self.heap.object(*id).is_list() => {
                let object = self.heap.object(*id);
                let certain = object.items.iter().take(index + 1).all(|(_, when)| when.is_always());
                match object.items.get(index) {
                    Some((item, _)) if certain => item.clone(),
                    None if !object.open => Val::null(site.loc),
                    _ => self.member_of(of.clone(), key, site.loc),
                }
            }
            _ => self.member(of, &key, site),
        }
    }

    /// `of.key = val`.
    pub(super) fn assign_member(&mut self, of: &Val, key: &Arc<str>, val: Val, loc: Loc) {
        match &of.kind {
            Kind::Object(id) => {
                if let Some(class) = self.heap.object(*id).class().cloned() {
                    self.stored_at(loc, &val);
                    if self.call_setter(&class, of, key, &val, loc) {
                        return;
                    }
                }
                self.put_entry(*id, key.clone(), loc, val, None);
            }
            Kind::Class(def) => self.put_entry(def.statics, key.clone(), loc, val, None),
            Kind::OneOf(_) => {
                let choices: Vec<(When, Val)> =
                    self.alternatives(of).into_iter().filter(|(_, val)| !val.is_null()).collect();
                let whens: Vec<When> = choices.iter().map(|(when, _)| when.clone()).collect();
                self.split(&whens, loc, &mut |it, arm| {
                    if let Some((_, of)) = choices.get(arm) {
                        it.assign_member(of, key, val.clone(), loc);
                    }
                    (Val::null(loc), Flow::Next)
                });
            }
            _ => {
                self.stored_at(loc, &val);
                self.hand_out(&val);
            }
        }
    }

    /// Writes under a key that is not known.
    pub(super) fn assign_somewhere(&mut self, of: &Val, val: &Val) {
        match &of.kind {
            Kind::Object(id) => self.heap.object_mut(*id).open = true,
            Kind::OneOf(alts) => alts.iter().for_each(|alt| self.assign_somewhere(&alt.val, val)),
            _ => {}
        }
        self.hand_out(val);
    }
}
