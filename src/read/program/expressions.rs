//! What expressions give.

use std::rc::Rc;
use std::sync::Arc;

use super::domain::{Alt, Closure, Kind, ScopeId, Source, Val};
use super::evaluator::{Evaluator, Flow, LONGEST_TEXT, MOST_PARTS};
use super::functions::Site;
use super::heap::{Object, Shape};
use super::libraries;
use super::truth::Truth;
use crate::source::Loc;
use crate::syntax::code::ir::{Expr, ExprKind, Language};
use crate::when::When;

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
