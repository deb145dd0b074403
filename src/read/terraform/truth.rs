//! Whether conditions hold, and under which tests of what is not known.
//!
//! A value that is only assumed, such as a variable's default, does not decide a condition: both outcomes are tried.

use std::collections::HashSet;
use std::sync::Arc;

use crate::read::branches::{Branch, covering, spread, text_of};
use crate::source::Loc;
use crate::syntax::hcl::ast::{Binary, Expression, ExpressionKind, Unary};
use crate::value::{Kind, Reference, Value};
use crate::when::When;

use super::attempt::without;
use super::configuration::Block;
use super::evaluator::{Evaluator, settled};
use super::reference::{Step, steps};
use super::scope::Scope;
use super::values::constant;
use super::variables::VAR_FILE;

/// How many outcomes of one condition are told apart.
const MOST_OUTCOMES: usize = 16;

/// The outcomes of a condition, excluding each other.
pub(super) type Outcomes = Vec<(When, bool)>;

impl<'a> Evaluator<'a> {
    /// The outcomes of a condition as a value.
    pub fn truth_value(&self, expression: &Expression, scope: &Scope<'a>, loc: Loc) -> Value {
        let outcomes = self.truth(expression, scope).into_iter();
        let branch = |(when, holds)| Branch { when, value: Some(Value::new(Kind::Bool(holds), loc)) };
        settled(outcomes.map(branch).collect(), loc)
    }

    /// The outcomes of a condition that can be, where `scope` holds.
    pub fn truth(&self, expression: &Expression, scope: &Scope<'a>) -> Outcomes {
        let outcomes = self.outcomes(expression, scope);
        let outcomes: Outcomes =
            outcomes.into_iter().filter_map(|(when, holds)| Some((when.under(&scope.when)?, holds))).collect();
        match outcomes.as_slice() {
            [(_, first), rest @ ..] if rest.iter().all(|(_, holds)| holds == first) => vec![(When::always(), *first)],
            _ if outcomes.len() > MOST_OUTCOMES => self.either(expression, scope),
            _ => outcomes,
        }
    }

    fn outcomes(&self, expression: &Expression, scope: &Scope<'a>) -> Outcomes {
        if !self.spend(1, scope.loc(expression.span)) {
            return self.either(expression, scope);
        }
        match &expression.kind {
            ExpressionKind::Bool(value) => vec![(When::always(), *value)],
            ExpressionKind::Unary { operator: Unary::Not, operand } => {
                self.truth(operand, scope).into_iter().map(|(when, holds)| (when, !holds)).collect()
            }
            ExpressionKind::Binary { operator: Binary::And, left, right } => {
                self.one_test(expression, self.both(left, right, true, scope), scope)
            }
            ExpressionKind::Binary { operator: Binary::Or, left, right } => {
                self.one_test(expression, self.both(left, right, false, scope), scope)
            }
            ExpressionKind::Binary { operator: Binary::Equal, left, right } => {
                self.equality(expression, left, right, scope)
            }
            ExpressionKind::Binary { operator: Binary::NotEqual, left, right } => {
                let equal = self.equality(expression, left, right, scope);
                equal.into_iter().map(|(when, holds)| (when, !holds)).collect()
            }
            ExpressionKind::Binary { operator, left, right } => {
                self.comparison(expression, *operator, left, right, scope)
            }
            ExpressionKind::Choice { condition, then, otherwise } => {
                let mut found = Outcomes::new();
                for (when, holds) in self.truth(condition, scope) {
                    let Some(inner) = scope.under(&when) else { continue };
                    let own = self.truth(if holds { then } else { otherwise }, &inner);
                    found.extend(own.into_iter().filter_map(|(own, holds)| Some((when.and(&own)?, holds))));
                }
                found
            }
            ExpressionKind::Template(parts) => match parts.as_slice() {
                [crate::syntax::hcl::ast::Part::Value(only)] => self.truth(only, scope),
                _ => self.of_value(expression, scope),
            },
            ExpressionKind::Call { function, arguments, spread: false } => match (&**function, arguments.as_slice()) {
                ("tobool" | "alltrue" | "sensitive" | "nonsensitive", [of]) if !is_list(of) => self.truth(of, scope),
                ("contains", [list, item]) => self.membership(expression, list, item, scope),
                _ => self.of_value(expression, scope),
            },
            _ => match self.definition(expression, scope) {
                Some((definition, inner)) => {
                    self.deeper(|| self.truth(definition, &inner), || self.either(expression, scope))
                }
                None => self.of_value(expression, scope),
            },
        }
    }

    /// `a && b` where `wanted`, else `a || b`.
    fn both(&self, left: &Expression, right: &Expression, wanted: bool, scope: &Scope<'a>) -> Outcomes {
        let mut found = Outcomes::new();
        for (when, holds) in self.truth(left, scope) {
            if holds != wanted {
                found.push((when, holds));
                continue;
            }
            let Some(inner) = scope.under(&when) else { continue };
            let own = self.truth(right, &inner);
            found.extend(own.into_iter().filter_map(|(own, holds)| Some((when.and(&own)?, holds))));
        }
        found
    }

    /// Outcomes with a test of the whole condition, where no one condition says when they hold: what is there under it
    /// needs one.
    fn one_test(&self, whole: &Expression, found: Outcomes, scope: &Scope<'a>) -> Outcomes {
        let cover = |wanted: bool| {
            let whens = found.iter().filter(|(_, holds)| *holds == wanted).map(|(when, _)| when.clone());
            covering(whens.collect())
        };
        let is_decided = |wanted: bool| found.iter().all(|(_, holds)| *holds == wanted);
        let is_chosen = |when: &When| when.tests().iter().any(|test| test.name.starts_with(VAR_FILE));
        if cover(true).is_some()
            || is_decided(true)
            || is_decided(false)
            || found.iter().any(|(when, _)| is_chosen(when))
        {
            return found;
        }
        let fails = cover(false).unwrap_or_default().and(&self.test(whole, scope, false));
        fails.into_iter().map(|when| (when, false)).chain([(self.test(whole, scope, true), true)]).collect()
    }

    /// The outcomes of a condition by its value.
    fn of_value(&self, expression: &Expression, scope: &Scope<'a>) -> Outcomes {
        let mut found = Outcomes::new();
        for Branch { when, value } in spread(self.evaluate(expression, scope)) {
            let Some(value) = value else { continue };
            let known = match text_of(&value).as_deref() {
                Some("true") => Some(true),
                Some("false") => Some(false),
                _ => None,
            };
            match known.filter(|_| value.assumed.is_none()) {
                Some(holds) => found.push((when, holds)),
                None => {
                    let either = self.either(expression, scope).into_iter();
                    found.extend(either.filter_map(|(own, holds)| Some((when.and(&own)?, holds))));
                }
            }
        }
        found
    }

    /// Both outcomes of a condition that is not known.
    fn either(&self, expression: &Expression, scope: &Scope<'a>) -> Outcomes {
        [true, false].map(|holds| (self.test(expression, scope, holds), holds)).to_vec()
    }

    /// The test that a condition is, by the text of the expression that it goes back to.
    pub fn test(&self, expression: &Expression, scope: &Scope<'a>, holds: bool) -> When {
        let (home, name) = self.origin(expression, scope);
        When::test(home, name, holds)
    }

    /// The test that an expression has a value.
    pub fn equals(&self, expression: &Expression, value: &str, scope: &Scope<'a>) -> When {
        let (home, name) = self.origin(expression, scope);
        When::test(home, format!("{name} = {value}"), true)
    }

    /// Where an expression means something, and its text there: `local.stage` that is `var.stage` is `var.stage`.
    pub fn origin(&self, expression: &Expression, scope: &Scope<'a>) -> (Arc<str>, Arc<str>) {
        let defined = self.definition(expression, scope);
        if let Some((definition, inner)) = defined.filter(|(definition, _)| is_name(definition)) {
            return self.deeper(|| self.origin(definition, &inner), || self.here(expression, scope));
        }
        self.here(expression, scope)
    }

    fn here(&self, expression: &Expression, scope: &Scope<'a>) -> (Arc<str>, Arc<str>) {
        let text = self.world.text(scope, scope.loc(expression.span));
        let home = scope.instance.tests();
        let label = scope.bindings.label();
        if label.is_empty() || !mentions(expression, scope) {
            return (home, text);
        }
        (format!("{home}{label}").into(), text)
    }

    /// The expression that a local, or an argument of a module, is defined by, and where it stands.
    fn definition(&self, expression: &Expression, scope: &Scope<'a>) -> Option<(&'a Expression, Scope<'a>)> {
        let (base, steps) = steps(expression);
        let ExpressionKind::Name(name) = &base.kind else { return None };
        if scope.bindings.get(name).is_some() {
            return None;
        }
        let instance = &scope.instance;
        match (&**name, steps.as_slice()) {
            ("local", [Step::Member(name)]) => {
                let written = instance.module.locals.get(*name).copied()?;
                let inner = Scope::new(instance.clone(), written.file);
                Some((written.value(), Scope { when: scope.when.clone(), ..inner }))
            }
            ("var", [Step::Member(name)]) => {
                let call = instance.call.as_ref()?;
                let written = call.block.attribute(name)?;
                let inner = Scope::new(call.parent.upgrade()?, written.file);
                Some((written.value(), Scope { when: scope.when.clone(), bindings: call.bindings.clone(), ..inner }))
            }
            _ => None,
        }
    }

    fn equality(&self, whole: &Expression, left: &Expression, right: &Expression, scope: &Scope<'a>) -> Outcomes {
        let mut found = Outcomes::new();
        for Branch { when, value: one } in spread(self.evaluate(left, scope)) {
            let Some(scope) = scope.under(&when) else { continue };
            for Branch { when: own, value: other } in spread(self.evaluate(right, &scope)) {
                let (Some(one), Some(other), Some(when)) = (&one, other, when.and(&own)) else { continue };
                let outcomes = match (sure(one), sure(&other)) {
                    (Some(one), Some(other)) => vec![(When::always(), one == other)],
                    (Some(text), None) if !never_is(&other, &text) => self.is_or_not(right, &text, &scope),
                    (None, Some(text)) if !never_is(one, &text) => self.is_or_not(left, &text, &scope),
                    (Some(_), None) | (None, Some(_)) => vec![(When::always(), false)],
                    (None, None) => self.either(whole, &scope),
                };
                found.extend(outcomes.into_iter().filter_map(|(own, holds)| Some((when.and(&own)?, holds))));
            }
        }
        found
    }

    fn is_or_not(&self, expression: &Expression, value: &str, scope: &Scope<'a>) -> Outcomes {
        if !self.allows(expression, value, scope) {
            return vec![(When::always(), false)];
        }
        let equal = self.equals(expression, value, scope);
        let not = without(&equal).into_iter().map(|when| (when, false));
        std::iter::once((equal.clone(), true)).chain(not).collect()
    }

    /// Whether an expression may have a value, as far as the validations of the variables say that it goes back to.
    fn allows(&self, expression: &Expression, value: &str, scope: &Scope<'a>) -> bool {
        if let Some(name) = variable(expression)
            && let Some(block) = scope.instance.module.variables.get(name)
            && block
                .blocks_of("validation")
                .iter()
                .filter_map(|rule| allowed(rule, name))
                .any(|texts| !texts.contains(value))
        {
            return false;
        }
        let defined = self.definition(expression, scope).filter(|(definition, _)| is_name(definition));
        defined.is_none_or(|(definition, inner)| self.deeper(|| self.allows(definition, value, &inner), || true))
    }

    /// `contains(list, item)` is true where the item is one of the list's.
    fn membership(&self, whole: &Expression, list: &Expression, item: &Expression, scope: &Scope<'a>) -> Outcomes {
        let (listed, wanted) = (self.evaluate(list, scope), self.evaluate(item, scope));
        let known = listed.list().filter(|list| !list.open && listed.assumed.is_none());
        let texts: Option<Vec<Arc<str>>> = known
            .and_then(|list| list.items.iter().map(|(item, when)| sure(item).filter(|_| when.is_always())).collect());
        match (texts, sure(&wanted)) {
            (Some(texts), Some(wanted)) => vec![(When::always(), texts.contains(&wanted))],
            (Some(texts), None) if texts.len() < MOST_OUTCOMES && matches!(wanted.kind, Kind::OneOf(_)) => {
                let mut found = Outcomes::new();
                for Branch { when, value } in spread(wanted) {
                    match value.as_ref().and_then(sure) {
                        Some(value) => found.push((when, texts.contains(&value))),
                        None => return self.either(whole, scope),
                    }
                }
                found
            }
            (Some(texts), None) if texts.len() < MOST_OUTCOMES => {
                let mut found = Outcomes::new();
                let mut none = When::always();
                for text in texts.iter().filter(|text| self.allows(item, text, scope)) {
                    let equal = self.equals(item, text, scope);
                    found.extend(none.and(&equal).map(|when| (when, true)));
                    for not in without(&equal) {
                        none = none.and(&not).unwrap_or(none);
                    }
                }
                found.push((none, false));
                self.one_test(whole, found, scope)
            }
            _ => self.either(whole, scope),
        }
    }

    fn comparison(
        &self,
        whole: &Expression,
        operator: Binary,
        left: &Expression,
        right: &Expression,
        scope: &Scope<'a>,
    ) -> Outcomes {
        let mut found = Outcomes::new();
        for Branch { when, value: one } in spread(self.evaluate(left, scope)) {
            let Some(scope) = scope.under(&when) else { continue };
            for Branch { when: own, value: other } in spread(self.evaluate(right, &scope)) {
                let Some(when) = when.and(&own) else { continue };
                let number = |value: &Option<Value>| sure(value.as_ref()?)?.parse::<f64>().ok();
                let outcomes = match (number(&one), number(&other)) {
                    (Some(one), Some(other)) => vec![(When::always(), compare(operator, one, other))],
                    _ => self.either(whole, &scope),
                };
                found.extend(outcomes.into_iter().filter_map(|(own, holds)| Some((when.and(&own)?, holds))));
            }
        }
        found
    }
}

fn compare(operator: Binary, one: f64, other: f64) -> bool {
    match operator {
        Binary::Less => one < other,
        Binary::LessOrEqual => one <= other,
        Binary::Greater => one > other,
        _ => one >= other,
    }
}

/// The text of a scalar that is not only assumed; null is one too.
fn sure(value: &Value) -> Option<Arc<str>> {
    if value.assumed.is_some() {
        return None;
    }
    if value.kind == Kind::Null { Some("null".into()) } else { text_of(value) }
}

/// Whether a value that is not known as a text is certainly not this one.
fn never_is(value: &Value, text: &str) -> bool {
    match &value.kind {
        Kind::List(_) | Kind::Map(_) => true,
        Kind::Reference(Reference::Attribute { .. }) => matches!(text, "null" | ""),
        Kind::Concat(_) => text == "null",
        _ => false,
    }
}

/// The name of the variable that an expression is.
fn variable(expression: &Expression) -> Option<&Arc<str>> {
    let (base, steps) = steps(expression);
    match (&base.kind, steps.as_slice()) {
        (ExpressionKind::Name(base), [Step::Member(name)]) if &**base == "var" => Some(name),
        _ => None,
    }
}

/// The values that a validation allows, where it says `contains([…], var.name)`.
fn allowed(rule: &Block<'_>, name: &str) -> Option<HashSet<Arc<str>>> {
    let condition = rule.attribute("condition")?;
    let ExpressionKind::Call { function, arguments, spread: false } = &condition.value().kind else { return None };
    let ("contains", [list, item]) = (&**function, arguments.as_slice()) else { return None };
    if variable(item).is_none_or(|tested| &**tested != name) {
        return None;
    }
    let list = constant(list, condition.file);
    list.list()?.items.iter().map(|(item, _)| text_of(item)).collect()
}

fn is_list(expression: &Expression) -> bool {
    matches!(expression.kind, ExpressionKind::List(_))
}

/// Whether an expression is a name with members, or wraps one.
fn is_name(expression: &Expression) -> bool {
    let (base, steps) = steps(expression);
    matches!(base.kind, ExpressionKind::Name(_)) && steps.iter().all(|step| matches!(step, Step::Member(_)))
}

/// Whether an expression begins with a name that a loop binds.
fn mentions(expression: &Expression, scope: &Scope<'_>) -> bool {
    match &expression.kind {
        ExpressionKind::Name(name) => scope.bindings.get(name).is_some(),
        ExpressionKind::Unary { operand, .. } => mentions(operand, scope),
        ExpressionKind::Binary { left, right, .. } => mentions(left, scope) || mentions(right, scope),
        ExpressionKind::Call { arguments, .. } => arguments.iter().any(|argument| mentions(argument, scope)),
        ExpressionKind::Member { .. } | ExpressionKind::Index { .. } | ExpressionKind::Splat { .. } => {
            mentions(steps(expression).0, scope)
        }
        ExpressionKind::Bool(_) | ExpressionKind::Number(_) | ExpressionKind::Text(_) | ExpressionKind::Null => false,
        _ => true,
    }
}
