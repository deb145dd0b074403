//! What simple clauses about known values say, so that nothing is followed that they rule out.

use serde_json::Value;

use super::super::tree::Operator;
use super::super::view::node::{Node, Shape};
use super::queries::{At, Hit};
use super::{Deps, sample};

/// Whether a clause holds, as far as it is told here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It certainly does.
    Yes,
    /// It certainly does not.
    No,
    /// It is not told here.
    Maybe,
}

impl Truth {
    /// What is told for certain.
    pub fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }

    /// That all hold.
    pub fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        truths.into_iter().fold(Self::Yes, |all, truth| match (all, truth) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Maybe,
        })
    }

    /// That one holds.
    pub fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        truths.into_iter().fold(Self::No, |any, truth| match (any, truth) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, Self::No) => Self::No,
            _ => Self::Maybe,
        })
    }
}

/// What an operator that compares with a value of the policy says of one value, which depends on nothing but `given`.
pub fn compared(hit: &Hit<'_>, given: &Deps, operator: Operator, is_negated: bool, with: &Value) -> Truth {
    if !hit.deps.is_subset(given) || hit.is_unsure {
        return Truth::Maybe;
    }
    let node = match hit.at {
        At::Known(node) => node,
        At::Missing => return Truth::No,
        At::Var(_) | At::Literal(_) | At::Made => return Truth::Maybe,
    };
    let alternatives = match (operator, with) {
        (Operator::Eq, with) => std::slice::from_ref(with),
        (Operator::In, Value::Array(items)) => items.as_slice(),
        _ => return Truth::Maybe,
    };
    let equal: Option<Vec<bool>> = alternatives.iter().map(|with| equals(node, with)).collect();
    equal.map_or(Truth::Maybe, |equal| Truth::of(equal.contains(&true) != is_negated))
}

/// Whether a value equals one of the policy; nothing where the library has its own mind about it.
fn equals(node: &Node, with: &Value) -> Option<bool> {
    match (&node.shape, with) {
        (Shape::Text(mine), Value::String(text)) => sample::is_plain(text).then(|| **mine == **text),
        (Shape::Bool(mine), Value::Bool(value)) => Some(mine == value),
        _ => None,
    }
}

/// What an operator that compares with nothing says of one value, which depends on nothing but `given`.
pub fn is(hit: &Hit<'_>, given: &Deps, operator: Operator, is_negated: bool) -> Truth {
    if operator != Operator::Exists || !hit.deps.is_subset(given) || hit.is_unsure {
        return Truth::Maybe;
    }
    match hit.at {
        At::Known(_) => Truth::of(!is_negated),
        At::Missing => Truth::of(is_negated),
        At::Var(_) | At::Literal(_) | At::Made => Truth::Maybe,
    }
}
