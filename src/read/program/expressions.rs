//! What expressions give.

use std::sync::Arc;

use super::branches::Truth;
use super::domain::{Alt, Args, Closure, Kind, ScopeId, Source, Val};
use super::evaluator::{Evaluator, Flow, LONGEST_TEXT, MOST_PARTS};
use super::functions::Site;
use super::heap::{Entry, Object, Shape};
use super::libraries;
use crate::source::{Loc, Span};
use crate::syntax::code::ir::{Argument, Expr, ExprKind, Language, ListItem, MapItem};
use crate::value::Presence;
use crate::when::When;

use std::rc::Rc;

impl Evaluator<'_> {
    /// The value of an expression.
    pub(super) fn eval(&mut self, expr: &Expr, scope: ScopeId) -> Val {
        let loc = self.at(scope, expr.span);
        if !self.enter() {
            return self.limit(loc);
        }
        let val = self.eval_kind(expr, loc, scope);
        self.leave();
        val
    }

    fn eval_kind(&mut self, expr: &Expr, loc: Loc, scope: ScopeId) -> Val {
        match &expr.kind {
            ExprKind::Null => Val::null(loc),
            ExprKind::Bool(value) => Val::new(Kind::Bool(*value), loc),
            ExprKind::Number(number) => Val::new(Kind::Number(number.clone()), loc),
            ExprKind::Text(text) => self.literal(text, loc, scope),
            ExprKind::Concat(parts) => {
                self.in_text += 1;
                let parts: Vec<Val> = parts.iter().map(|part| self.eval(part, scope)).collect();
                self.in_text -= 1;
                let text = self.concat(parts, loc);
                if self.in_text == 0 {
                    libraries::address(self, &text, Site { loc, scope });
                }
                text
            }
            ExprKind::Name(name) => self.name(name, loc, scope),
            ExprKind::Member { of, key } => {
                let of = self.eval(of, scope);
                self.member(&of, key, Site { loc, scope })
            }
            ExprKind::Index { of, key } => {
                let (of, key) = (self.eval(of, scope), self.eval(key, scope));
                self.index(&of, &key, Site { loc, scope })
            }
            ExprKind::Call { callee, arguments } => self.call_expression(callee, arguments, Site { loc, scope }),
            ExprKind::New { class, arguments } => {
                let class = self.eval(class, scope);
                let args = self.args(arguments, scope);
                self.make(&class, args, Site { loc, scope })
            }
            ExprKind::Map(items) => self.map_literal(items, loc, scope),
            ExprKind::List(items) => self.list_literal(items, loc, scope),
            ExprKind::Choice { condition, then, otherwise } => match self.condition(condition, scope) {
                Truth::Yes => self.eval(then, scope),
                Truth::No => self.eval(otherwise, scope),
                Truth::Maybe { yes, no } => {
                    let arms = [then, otherwise];
                    self.split(&[yes, no], loc, &mut |it, arm| (it.eval(arms[arm.min(1)], scope), Flow::Next)).0
                }
            },
            ExprKind::Or(left, right) => self.fallback(left, right, Test::Truth, loc, scope),
            ExprKind::Coalesce(left, right) => self.fallback(left, right, Test::Null, loc, scope),
            ExprKind::And(left, right) => self.and(left, right, loc, scope),
            ExprKind::Not(_) | ExprKind::Equals { .. } => match self.condition(expr, scope) {
                Truth::Yes => Val::new(Kind::Bool(true), loc),
                Truth::No => Val::new(Kind::Bool(false), loc),
                Truth::Maybe { yes, no } => {
                    let arms = vec![(yes, Val::new(Kind::Bool(true), loc)), (no, Val::new(Kind::Bool(false), loc))];
                    self.join(arms, loc)
                }
            },
            ExprKind::Assign { target, value } => {
                let val = self.eval(value, scope);
                self.assign(target, val.clone(), scope);
                val
            }
            ExprKind::Delete(target) => {
                self.delete(target, scope);
                Val::null(loc)
            }
            ExprKind::Lambda(function) => {
                let module = self.heap.scope(scope).module;
                let closure =
                    Rc::new(Closure { function: function.clone(), scope, module, class: None, receiver: None });
                self.worklist.made(&closure);
                Val::new(Kind::Function(closure), loc)
            }
            ExprKind::Class(class) => self.class(class, scope, loc),
            ExprKind::Other(children) => {
                for child in children {
                    self.eval(child, scope);
                }
                self.dynamic(loc)
            }
        }
    }

    /// The value of a variable.
    pub(super) fn name(&mut self, name: &Arc<str>, loc: Loc, scope: ScopeId) -> Val {
        match self.heap.lookup(scope, name).cloned() {
            Some(val) => {
                let val = self.forced(val, loc);
                if val.is_null() {
                    return self.state_of_module(name, val, loc, scope);
                }
                self.narrowed(val)
            }
            // A file of a scan is looked at as the program that it may be.
            None if &**name == "__name__" => Val::text_at("__main__", loc),
            None => Val::symbol("", name.clone(), loc),
        }
    }

    /// A value with imported names resolved.
    pub(super) fn forced(&mut self, val: Val, loc: Loc) -> Val {
        match &val.kind {
            Kind::Imported(name) => {
                let name = name.clone();
                self.import(&name, loc)
            }
            _ => val,
        }
    }

    /// A value without the alternatives that what holds here rules out.
    pub(super) fn narrowed(&self, val: Val) -> Val {
        let Kind::OneOf(alts) = &val.kind else { return val };
        let left: Vec<Alt> = alts.iter().filter(|alt| !self.path.contradicts(&alt.when)).cloned().collect();
        match left.as_slice() {
            [only] => only.val.clone(),
            _ if left.len() == alts.len() || left.is_empty() => val,
            _ => Val::new(Kind::OneOf(left.into()), val.loc),
        }
    }

    /// The concatenation of texts; lists are put together; of anything else the sum is not known.
    pub(super) fn concat(&mut self, parts: Vec<Val>, loc: Loc) -> Val {
        if let Some(list) = self.concat_lists(&parts, loc) {
            return list;
        }
        if !parts.iter().any(|part| matches!(part.kind, Kind::Text(_) | Kind::Concat(_))) && parts.iter().any(is_number)
        {
            return self.dynamic(loc);
        }
        let mut flat: Vec<Val> = Vec::new();
        for part in parts {
            match &part.kind {
                Kind::Concat(inner) => inner.iter().for_each(|part| push_part(&mut flat, part)),
                _ => push_part(&mut flat, &part),
            }
        }
        if flat.len() > MOST_PARTS || flat.iter().any(|part| part.text().is_some_and(|text| text.len() > LONGEST_TEXT))
        {
            return self.limit(loc);
        }
        match flat.as_slice() {
            [] => Val::text_at("", loc),
            [Val { kind: Kind::Text(text), loc: at }] => {
                let at = if at.file == loc.file && loc.span.contains(at.span) { loc } else { *at };
                Val::text_at(text.clone(), at)
            }
            _ => Val::new(Kind::Concat(flat.into()), loc),
        }
    }

    fn concat_lists(&mut self, parts: &[Val], loc: Loc) -> Option<Val> {
        let objects: Vec<&Object> =
            parts.iter().map(|part| part.object().map(|id| self.heap.object(id))).collect::<Option<_>>()?;
        let mut joined = Object::new(Shape::List, loc);
        for object in objects {
            if !object.is_list() {
                return None;
            }
            joined.open |= object.open;
            object.items.iter().for_each(|(item, when)| joined.push(item.clone(), when.clone()));
        }
        Some(Val::new(Kind::Object(self.heap.alloc(joined)), loc))
    }

    /// `left || right`, `left ?? right`.
    fn fallback(&mut self, left: &Expr, right: &Expr, test: Test, loc: Loc, scope: ScopeId) -> Val {
        let first = self.eval(left, scope);
        let python = self.language(scope) == Language::Python;
        let decided = |it: &Self, val: &Val| match test {
            Test::Truth => it.known_truth(val, python),
            Test::Null => it.known_present(val),
        };
        match decided(self, &first) {
            Some(true) => return first,
            Some(false) => return self.eval(right, scope),
            None => {}
        }
        let mut alts: Vec<Alt> = Vec::new();
        let mut gap: Option<When> = None;
        let first_alts: Vec<Alt> = match &first.kind {
            Kind::OneOf(alts) => alts.iter().filter(|alt| !self.path.contradicts(&alt.when)).cloned().collect(),
            _ => vec![Alt { val: first.clone(), when: When::always(), fallback: false }],
        };
        let mut is_open = false;
        for alt in first_alts {
            match decided(self, &alt.val) {
                Some(false) => {
                    gap = Some(match gap {
                        Some(gap) => When::merge(&gap, &alt.when).unwrap_or_default(),
                        None => alt.when,
                    });
                }
                known => {
                    is_open |= known.is_none();
                    alts.push(alt);
                }
            }
        }
        // Where only a null beside something that was made is replaced, the condition of that null tells when.
        let is_fallback = is_open && gap.as_ref().is_none_or(When::is_always);
        let when = if is_fallback { When::always() } else { gap.unwrap_or_default() };
        let mut second = Val::null(loc);
        self.split(&[when.clone(), When::always()], loc, &mut |it, arm| {
            if arm == 0 {
                second = it.eval(right, scope);
            }
            (Val::null(loc), Flow::Next)
        });
        match &second.kind {
            Kind::OneOf(inner) => {
                for alt in inner.iter() {
                    if let Some(when) = alt.when.and(&when) {
                        alts.push(Alt { val: alt.val.clone(), when, fallback: is_fallback || alt.fallback });
                    }
                }
            }
            _ => alts.push(Alt { val: second, when, fallback: is_fallback }),
        }
        self.one_of(alts, loc)
    }

    /// Whether a value is certainly there, or certainly null.
    pub(super) fn known_present(&self, val: &Val) -> Option<bool> {
        match &val.kind {
            Kind::Null => Some(false),
            Kind::Opaque(opaque) => match &opaque.source {
                Source::Answer(answered) if answered.made => Some(true),
                _ => None,
            },
            Kind::Reference(_) | Kind::Imported(_) => None,
            Kind::OneOf(alts) => {
                let last = alts.last()?;
                if last.fallback && self.known_present(&last.val) == Some(true) {
                    return Some(true);
                }
                let mut all = self.alternatives(val).into_iter().map(|(_, val)| self.known_present(&val));
                let first = all.next()??;
                all.all(|present| present == Some(first)).then_some(first)
            }
            _ => Some(true),
        }
    }

    /// `left && right`: the right value where the left holds, else nothing.
    fn and(&mut self, left: &Expr, right: &Expr, loc: Loc, scope: ScopeId) -> Val {
        match self.condition(left, scope) {
            Truth::Yes => self.eval(right, scope),
            Truth::No => Val::null(loc),
            Truth::Maybe { yes, no } => {
                let run = &mut |it: &mut Self, arm: usize| {
                    (if arm == 0 { it.eval(right, scope) } else { Val::null(loc) }, Flow::Next)
                };
                self.split(&[yes, no], loc, run).0
            }
        }
    }

    fn map_literal(&mut self, items: &[MapItem], loc: Loc, scope: ScopeId) -> Val {
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
    pub(super) fn put_entry(
        &mut self,
        map: super::domain::ObjectId,
        key: Arc<str>,
        key_loc: Loc,
        val: Val,
        when: Option<When>,
    ) {
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
    pub(super) fn spread_into(&mut self, map: super::domain::ObjectId, val: &Val) {
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

    fn list_literal(&mut self, items: &[ListItem], loc: Loc, scope: ScopeId) -> Val {
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

/// What makes the right side of a fallback be used.
#[derive(Clone, Copy)]
enum Test {
    Truth,
    Null,
}

/// The condition that holds where `when` does not, as far as it can be said.
pub(super) fn opposite(when: &When) -> When {
    match when.tests() {
        [only] => When::test(only.scope.clone(), only.name.clone(), !only.holds),
        _ => When::always(),
    }
}

fn is_number(val: &Val) -> bool {
    matches!(val.kind, Kind::Number(_))
}

/// Adds a part of a text; texts that follow each other become one.
fn push_part(parts: &mut Vec<Val>, part: &Val) {
    let text: Arc<str> = match &part.kind {
        Kind::Text(text) | Kind::Number(text) => text.clone(),
        Kind::Bool(value) => value.to_string().into(),
        _ => {
            parts.push(part.clone());
            return;
        }
    };
    match parts.last_mut() {
        _ if text.is_empty() => {}
        Some(Val { kind: Kind::Text(before), .. }) => *before = format!("{before}{text}").into(),
        _ => parts.push(Val::text_at(text, part.loc)),
    }
}
