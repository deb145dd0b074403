//! `try` and `can`: what happens where an expression cannot be evaluated.
//!
//! A sound configuration reads what may be missing only under the conditions under which it is there. Inside of `try` and
//! `can` it is the other way round: there what is missing is a failure, kept as an alternative that they take out.

use crate::read::branches::{Branch, Branches, one_if_equal, settle, spread};
use crate::source::Loc;
use crate::syntax::hcl::ast::Expression;
use crate::value::{Alternative, Kind, Reference, Value, Why};
use crate::when::When;

use super::evaluator::{Evaluator, settled};
use super::reference::within;
use super::scope::Scope;

/// Stands in a value for what could not be evaluated.
const FAILURE: &str = "a failure";

/// What could not be evaluated.
pub(super) fn failure(loc: Loc) -> Value {
    Value::unknown(Why::Deployment(FAILURE.into()), loc)
}

fn is_failure(value: &Value) -> bool {
    match &value.kind {
        Kind::Unknown(Why::Deployment(why)) => &**why == FAILURE,
        Kind::Unknown(Why::Member { of, .. }) => is_failure(of),
        Kind::Concat(parts) => parts.iter().any(is_failure),
        Kind::List(list) => list.items.iter().any(|(item, _)| is_failure(item)),
        Kind::Map(map) => map.entries.iter().any(|entry| is_failure(&entry.value)),
        Kind::OneOf(alternatives) => alternatives.iter().any(|alternative| is_failure(&alternative.value)),
        _ => false,
    }
}

/// What is read of something that is not there.
pub(super) fn missing(of: Value, key: &str, scope: &Scope<'_>, loc: Loc) -> Value {
    if scope.attempts { failure(loc) } else { within(of, key, loc) }
}

/// What is read of something that is there under a condition.
pub(super) fn under(value: Value, when: &When, scope: &Scope<'_>, loc: Loc) -> Value {
    if !scope.attempts || when.follows_from(&scope.when) {
        return value;
    }
    let mut alternatives = vec![Alternative { value, when: when.clone(), fallback: false }];
    for when in without(when) {
        alternatives.push(Alternative { value: failure(loc), when, fallback: false });
    }
    Value::new(Kind::OneOf(alternatives), loc)
}

/// The conditions, excluding each other, under which a condition does not hold; one that is not known may hold or not.
pub(super) fn without(when: &When) -> Vec<When> {
    if when.is_always() { vec![When::always()] } else { when.otherwise() }
}

impl<'a> Evaluator<'a> {
    /// `try(…)`: the first argument that can be evaluated.
    pub fn attempt(&self, arguments: &[Expression], scope: &Scope<'a>, loc: Loc) -> Value {
        let mut found = Branches::new();
        let mut open = vec![When::always()];
        for argument in arguments {
            let mut failed = Vec::new();
            for when in open {
                let Some(inner) = scope.under(&when) else { continue };
                let inner = Scope { attempts: true, ..inner };
                for Branch { when: own, value } in spread(self.evaluate(argument, &inner)) {
                    let (Some(value), Some(when)) = (value, when.and(&own)) else { continue };
                    if is_failure(&value) {
                        failed.push(when);
                    } else {
                        found.push(Branch { when, value: Some(value) });
                    }
                }
            }
            open = failed;
            if open.is_empty() {
                break;
            }
        }
        settle(found, loc)
            .unwrap_or_else(|| if scope.attempts { failure(loc) } else { Value::unknown(Why::Dynamic, loc) })
    }

    /// A value, or another one where it could not be evaluated.
    pub fn or_else(&self, value: Value, otherwise: &Expression, scope: &Scope<'a>, loc: Loc) -> Value {
        let mut found = Branches::new();
        for Branch { when, value } in spread(value) {
            let Some(value) = value else { continue };
            if !is_failure(&value) {
                found.push(Branch { when, value: Some(value) });
                continue;
            }
            let Some(inner) = scope.under(&when) else { continue };
            for branch in spread(self.evaluate(otherwise, &inner)) {
                found.extend(when.and(&branch.when).map(|when| Branch { when, value: branch.value }));
            }
        }
        settled(one_if_equal(found), loc)
    }

    /// `can(…)`: whether the argument can be evaluated.
    pub fn can(&self, argument: &Expression, scope: &Scope<'a>, loc: Loc) -> Value {
        let inner = Scope { attempts: true, ..scope.clone() };
        let found = spread(self.evaluate(argument, &inner)).into_iter().map(|Branch { when, value }| {
            let value = value.map(|value| match &value.kind {
                _ if is_failure(&value) => Value::new(Kind::Bool(false), loc),
                Kind::Unknown(_) | Kind::Reference(Reference::Parameter { .. }) => Value::unknown(Why::Dynamic, loc),
                _ => Value { kind: Kind::Bool(true), loc, assumed: value.assumed.clone() },
            });
            Branch { when, value }
        });
        settled(found.collect(), loc)
    }
}
