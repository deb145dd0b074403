//! Conditions: what is known of them, and the tests that stand for what is not.

use std::collections::HashMap;
use std::sync::Arc;

use super::domain::{Kind, ScopeId, Source, Val};
use super::evaluator::{Evaluator, Flow};
use crate::source::Span;
use crate::syntax::code::ir::{Expr, ExprKind, Language};
use crate::value::Reference;
use crate::when::When;

/// The longest name of a test.
const LONGEST_NAME: usize = 80;

/// What is known of a condition.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Truth {
    Yes,
    No,
    /// It depends; what holds on either side.
    Maybe {
        yes: When,
        no: When,
    },
}

/// The names of tests. A test is known by the value it looks at, not by its text: the same variable may hold another
/// value later, and another variable the same.
#[derive(Debug, Default)]
pub(super) struct Tests {
    by_key: HashMap<String, Name>,
    keys: HashMap<(Arc<str>, Arc<str>), String>,
    uses: HashMap<(Arc<str>, Arc<str>), u32>,
    unknowns: u32,
}

/// How a test is called.
#[derive(Clone, Debug)]
struct Name {
    scope: Arc<str>,
    text: Arc<str>,
    /// The text says the opposite of what is tested: `a !== b`.
    negated: bool,
}

impl Truth {
    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Maybe { yes, no } => Self::Maybe { yes: no, no: yes },
        }
    }

    fn known(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

impl Evaluator<'_> {
    /// Evaluates a condition.
    pub(super) fn condition(&mut self, expr: &Expr, scope: ScopeId) -> Truth {
        if !self.enter() {
            return Truth::Maybe { yes: When::always(), no: When::always() };
        }
        let truth = match &expr.kind {
            ExprKind::Not(inner) => self.condition(inner, scope).not(),
            ExprKind::And(left, right) => self.conjunction(left, right, scope, false),
            ExprKind::Or(left, right) => self.conjunction(left, right, scope, true).not(),
            ExprKind::Equals { left, right, negated } => {
                let truth = self.equality(left, right, (expr.span, *negated), scope);
                if *negated { truth.not() } else { truth }
            }
            _ => {
                let val = self.eval(expr, scope);
                self.truth(&val, expr, scope)
            }
        };
        self.leave();
        truth
    }

    /// Whether both hold; with `negated`, whether both do not.
    fn conjunction(&mut self, left: &Expr, right: &Expr, scope: ScopeId, negated: bool) -> Truth {
        let turn = |truth: Truth| if negated { truth.not() } else { truth };
        let first = turn(self.condition(left, scope));
        let Truth::Maybe { yes, .. } = &first else {
            return if first == Truth::Yes { turn(self.condition(right, scope)) } else { Truth::No };
        };
        let mut second = Truth::No;
        let loc = self.at(scope, right.span);
        self.split(&[yes.clone(), When::always()], loc, &mut |it, arm| {
            if arm == 0 {
                second = turn(it.condition(right, scope));
            }
            (Val::null(loc), Flow::Next)
        });
        match second {
            Truth::Yes => first,
            Truth::No => Truth::No,
            Truth::Maybe { yes: also, .. } => match yes.and(&also) {
                Some(both) => Truth::Maybe { yes: both, no: When::always() },
                None => Truth::No,
            },
        }
    }

    fn equality(&mut self, left: &Expr, right: &Expr, text: (Span, bool), scope: ScopeId) -> Truth {
        let (a, b) = (self.eval(left, scope), self.eval(right, scope));
        if b.is_null() {
            return self.truth(&a, left, scope).not();
        }
        if a.is_null() {
            return self.truth(&b, right, scope).not();
        }
        if let (Kind::OneOf(_), Some(known)) = (&a.kind, b.text()) {
            return self.selects(&a, known, text, scope);
        }
        if let (Some(known), Kind::OneOf(_)) = (a.text(), &b.kind) {
            return self.selects(&b, known, text, scope);
        }
        match (scalar(&a), scalar(&b)) {
            (Some(a), Some(b)) => Truth::known(a == b),
            _ if a.same(&b) => Truth::Yes,
            _ => {
                let key = self
                    .key(&a)
                    .zip(self.key(&b))
                    .map(|(a, b)| if a < b { format!("{a}=={b}") } else { format!("{b}=={a}") });
                self.test(key, text, scope)
            }
        }
    }

    /// Whether a choice of several values is this text.
    fn selects(&mut self, choice: &Val, known: &str, text: (Span, bool), scope: ScopeId) -> Truth {
        let alternatives = self.alternatives(choice);
        let is = |val: &Val| scalar(val).map(|scalar| scalar == known);
        let one = |want: bool| {
            let mut all = alternatives.iter().filter(|(_, val)| is(val) == Some(want));
            match (all.next(), all.next()) {
                (Some((when, _)), None) => when.clone(),
                _ => When::always(),
            }
        };
        if alternatives.iter().all(|(_, val)| is(val) == Some(true)) {
            return Truth::Yes;
        }
        if alternatives.iter().all(|(_, val)| is(val) == Some(false)) {
            return Truth::No;
        }
        let (yes, no) = (one(true), one(false));
        if yes.is_always() || no.is_always() || alternatives.iter().any(|(_, val)| is(val).is_none()) {
            let key = self.key(choice).map(|key| format!("{key}=={known}"));
            return self.test(key, text, scope);
        }
        Truth::Maybe { yes, no }
    }

    /// Whether a value counts as true.
    pub(super) fn truth(&mut self, val: &Val, expr: &Expr, scope: ScopeId) -> Truth {
        let python = self.language(scope) == Language::Python;
        if let Some(known) = self.known_truth(val, python) {
            return Truth::known(known);
        }
        if let Kind::OneOf(alts) = &val.kind
            && !alts.iter().any(|alt| alt.fallback)
        {
            let mut truths: Vec<(When, Option<bool>)> =
                self.alternatives(val).into_iter().map(|(when, val)| (when, self.known_truth(&val, python))).collect();
            // Beside an alternative that is certainly false, the others are what the test is there for.
            if truths.iter().any(|(_, truth)| *truth == Some(false)) {
                truths.iter_mut().for_each(|(_, truth)| *truth = truth.or(Some(true)));
            }
            let side = |want: bool| {
                let mut side = truths.iter().filter(|(_, truth)| *truth == Some(want)).map(|(when, _)| when.clone());
                match (side.next(), side.next()) {
                    (Some(only), None) => only,
                    _ => When::always(),
                }
            };
            let (yes, no) = (side(true), side(false));
            if !yes.is_always() || !no.is_always() {
                return Truth::Maybe { yes, no };
            }
        }
        let key = self.key(val);
        let key = key.or_else(|| self.key_of_names(expr, scope));
        self.test(key, (expr.span, false), scope)
    }

    /// Whether a value is true, where that does not depend on anything.
    pub(super) fn known_truth(&self, val: &Val, python: bool) -> Option<bool> {
        match &val.kind {
            Kind::Null => Some(false),
            Kind::Bool(value) => Some(*value),
            Kind::Number(number) => Some(number.parse::<f64>() != Ok(0.0)),
            Kind::Text(text) => Some(!text.is_empty()),
            Kind::Object(id) => {
                let object = self.heap.object(*id);
                let empty = python && object.class().is_none() && object.entries.is_empty() && object.items.is_empty();
                match (empty, object.open) {
                    (true, true) => None,
                    (true, false) => Some(false),
                    _ => Some(true),
                }
            }
            Kind::Function(_) | Kind::Class(_) | Kind::Module(_) | Kind::Symbol(_) | Kind::Concat(_) => Some(true),
            Kind::OneOf(alts) => {
                let alternatives = self.alternatives(val);
                if let Some(last) = alts.last()
                    && last.fallback
                    && self.known_truth(&last.val, python) == Some(true)
                {
                    return Some(true);
                }
                let mut truths = alternatives.iter().map(|(_, val)| self.known_truth(val, python));
                let first = truths.next()??;
                truths.all(|truth| truth == Some(first)).then_some(first)
            }
            Kind::Opaque(opaque) => match &opaque.source {
                Source::Answer(answered) if answered.made => Some(true),
                _ => None,
            },
            Kind::Reference(_) | Kind::Imported(_) => None,
        }
    }

    /// A test on what `key` identifies, named by the text in which it was met first; the text may say the opposite.
    pub(super) fn test(&mut self, key: Option<String>, (span, negated): (Span, bool), scope: ScopeId) -> Truth {
        let loc = self.at(scope, span);
        let name = short(self.sources.text(loc));
        let path: Arc<str> = self.sources.file(loc.file).path.as_str().into();
        let Name { scope, text, negated } = self.tests.named(key, path, name, negated);
        let yes = When::test(scope.clone(), text.clone(), !negated);
        let no = When::test(scope, text, negated);
        match (self.path.and(&yes), self.path.and(&no)) {
            (None, _) => Truth::No,
            (_, None) => Truth::Yes,
            _ => Truth::Maybe { yes, no },
        }
    }

    /// What tells a value from others, for one whose content is unknown.
    pub(super) fn key(&self, val: &Val) -> Option<String> {
        match &val.kind {
            Kind::Opaque(opaque) => match &opaque.source {
                Source::Member { of, key } => Some(format!("{}.{key}", self.key(of)?)),
                Source::Dynamic | Source::Limit => None,
                _ => Some(format!("?{}", opaque.id)),
            },
            Kind::Reference(reference) => Some(match &**reference {
                Reference::Environment(name) => format!("env {name}"),
                other => format!("{other:?}"),
            }),
            Kind::Object(id) => Some(format!("#{}", id.0)),
            Kind::Module(id) => Some(format!("module {}", id.0)),
            Kind::OneOf(alts) => match alts.first() {
                Some(first) if alts.iter().skip(1).all(|alt| alt.fallback) => self.key(&first.val),
                _ => alts.iter().map(|alt| self.key(&alt.val)).collect::<Option<Vec<_>>>().map(|keys| keys.join("|")),
            },
            Kind::Concat(parts) => {
                parts.iter().map(|part| self.key(part)).collect::<Option<Vec<_>>>().map(|keys| keys.join("+"))
            }
            Kind::Symbol(symbol) => Some(symbol.full_name().to_string()),
            _ => scalar(val).map(|scalar| format!("{scalar:?}")),
        }
    }

    /// What tells an expression from others of the same text: the values of the names in it.
    fn key_of_names(&self, expr: &Expr, scope: ScopeId) -> Option<String> {
        let mut key = short(self.sources.text(self.at(scope, expr.span))).to_string();
        let mut pending = vec![expr];
        while let Some(expr) = pending.pop() {
            match &expr.kind {
                ExprKind::Name(name) => {
                    let val = self.heap.lookup(scope, name)?;
                    key.push_str(&format!(" {name}={}", self.key(val)?));
                }
                ExprKind::Member { of, .. } => pending.push(of),
                ExprKind::Index { of, key } => pending.extend([&**of, &**key]),
                ExprKind::Call { callee, arguments } => {
                    pending.push(callee);
                    pending.extend(arguments.iter().map(|argument| &argument.value));
                }
                ExprKind::Other(children) => pending.extend(children),
                ExprKind::Text(_) | ExprKind::Number(_) | ExprKind::Bool(_) | ExprKind::Null => {}
                _ => return None,
            }
        }
        Some(key)
    }
}

impl Tests {
    fn named(&mut self, key: Option<String>, scope: Arc<str>, text: Arc<str>, negated: bool) -> Name {
        let key = key.unwrap_or_else(|| {
            self.unknowns += 1;
            format!("!{}", self.unknowns)
        });
        if let Some(known) = self.by_key.get(&key) {
            return known.clone();
        }
        let uses = self.uses.entry((scope.clone(), text.clone())).or_insert(0);
        *uses += 1;
        let scope = if *uses == 1 { scope } else { format!("{scope}#{uses}").into() };
        let name = Name { scope, text, negated };
        self.keys.insert((name.scope.clone(), name.text.clone()), key.clone());
        self.by_key.insert(key, name.clone());
        name
    }

    /// What the tests of a condition look at.
    pub(super) fn keys_in<'t>(&'t self, when: &'t When) -> impl Iterator<Item = &'t str> {
        when.tests().iter().filter_map(|test| Some(self.keys.get(&(test.scope.clone(), test.name.clone()))?.as_str()))
    }
}

/// The text of a literal that can be compared.
fn scalar(val: &Val) -> Option<&str> {
    match &val.kind {
        Kind::Text(text) | Kind::Number(text) => Some(text),
        Kind::Bool(true) => Some("true"),
        Kind::Bool(false) => Some("false"),
        _ => None,
    }
}

/// The text of an expression on one line.
fn short(text: &str) -> Arc<str> {
    // ` = ` in a test's name says that its subject has one value of several; an assignment in a condition does not.
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ").replace(" = ", "=");
    if line.chars().count() > LONGEST_NAME {
        line = line.chars().take(LONGEST_NAME - 1).chain(['…']).collect();
    }
    line.into()
}
