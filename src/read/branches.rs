//! What an expression evaluates to under each condition, before it settles into one value.

use std::sync::Arc;

use crate::source::Loc;
use crate::value::{Alternative, Kind, Presence, Value};
use crate::when::When;

/// How many combinations of branches are told apart.
const MOST_COMBINATIONS: usize = 16;

/// One outcome of an expression.
#[derive(Clone, Debug)]
pub struct Branch {
    /// The condition that selects it.
    pub when: When,
    /// The value; none where `AWS::NoValue` or null takes the entry away.
    pub value: Option<Value>,
}

/// The outcomes of an expression; their conditions exclude each other.
pub type Branches = Vec<Branch>;

/// The same value under every condition.
pub fn always(value: Value) -> Branches {
    vec![Branch { when: When::always(), value: Some(value) }]
}

/// No value under any condition.
pub fn nothing() -> Branches {
    vec![Branch { when: When::always(), value: None }]
}

/// The branches of a value: its alternatives, if it has any.
pub fn spread(value: Value) -> Branches {
    let mut branches = Vec::new();
    push_spread(value, When::always(), &mut branches);
    branches
}

fn push_spread(value: Value, when: When, branches: &mut Branches) {
    let assumed = value.assumed;
    match value.kind {
        Kind::OneOf(alternatives) => {
            for alternative in alternatives {
                if let Some(both) = when.and(&alternative.when) {
                    let own = alternative.value.assumed.clone().or_else(|| assumed.clone());
                    push_spread(Value { assumed: own, ..alternative.value }, both, branches);
                }
            }
        }
        kind => branches.push(Branch { when, value: Some(Value { kind, loc: value.loc, assumed }) }),
    }
}

/// One value for all branches; `None` where none of them has any.
pub fn settle(branches: Branches, loc: Loc) -> Option<Value> {
    let mut valued: Vec<(When, Value)> =
        branches.into_iter().filter_map(|branch| Some((branch.when, branch.value?))).collect();
    if valued.len() < 2 {
        return valued.pop().map(|(_, value)| value);
    }
    let alternatives = valued.into_iter().map(|(when, value)| Alternative { value, when, fallback: false }).collect();
    Some(Value::new(Kind::OneOf(alternatives), loc))
}

/// When an entry with these branches is there; `None` where it never is.
pub fn presence(branches: &Branches) -> Option<Presence> {
    let there: Vec<&When> =
        branches.iter().filter(|branch| branch.value.is_some()).map(|branch| &branch.when).collect();
    match there.len() {
        0 => None,
        all if all == branches.len() => Some(Presence::Always),
        some if some > MOST_COMBINATIONS => Some(Presence::Sometimes(When::always())),
        // Always-true says "sometimes" of a presence.
        _ => Some(Presence::Sometimes(covering(there.into_iter().cloned().collect()).unwrap_or_default())),
    }
}

/// The one condition that covers exactly these, if there is one.
pub fn covering(mut whens: Vec<When>) -> Option<When> {
    while let Some((first, second, both)) = mergeable(&whens) {
        whens.remove(second);
        whens.remove(first);
        whens.push(both);
    }
    let only = whens.pop()?;
    whens.is_empty().then_some(only)
}

/// Two of these that one condition covers.
fn mergeable(whens: &[When]) -> Option<(usize, usize, When)> {
    whens.iter().enumerate().find_map(|(first, a)| {
        let later = whens.iter().enumerate().skip(first + 1);
        later.into_iter().find_map(|(second, b)| Some((first, second, When::merge(a, b)?)))
    })
}

/// A function of several values, for each combination of their branches that can be. Where there are too many, each is
/// settled first.
pub fn combine(parts: Vec<Branches>, loc: Loc, mut function: impl FnMut(Vec<Option<Value>>) -> Branches) -> Branches {
    let combinations = parts.iter().map(Vec::len).try_fold(1_usize, usize::checked_mul);
    if combinations.is_none_or(|combinations| combinations > MOST_COMBINATIONS) {
        return function(parts.into_iter().map(|part| settle(part, loc)).collect());
    }
    let mut rows: Vec<(When, Vec<Option<Value>>)> = vec![(When::always(), Vec::new())];
    for part in parts {
        let mut longer = Vec::new();
        for (when, row) in &rows {
            for branch in &part {
                if let Some(both) = when.and(&branch.when) {
                    let mut row = row.clone();
                    row.push(branch.value.clone());
                    longer.push((both, row));
                }
            }
        }
        rows = longer;
    }
    let mut branches = Vec::new();
    for (when, row) in rows {
        for branch in function(row) {
            if let Some(both) = when.and(&branch.when) {
                branches.push(Branch { when: both, value: branch.value });
            }
        }
    }
    branches
}

/// Values put together to a string: nested strings are flattened, neighbouring texts joined. A string of one part is that
/// part.
pub fn concat(parts: Vec<Value>, loc: Loc) -> Value {
    let assumed = assumed_by(&parts);
    let mut joined: Vec<Value> = Vec::new();
    for part in parts {
        match part.kind {
            Kind::Concat(inner) => inner.into_iter().for_each(|inner| push_part(inner, &mut joined)),
            _ => push_part(part, &mut joined),
        }
    }
    let Some(last) = joined.pop() else { return Value { kind: Kind::Text("".into()), loc, assumed } };
    if joined.is_empty() {
        return Value { loc, assumed, ..last };
    }
    joined.push(last);
    Value { kind: Kind::Concat(joined), loc, assumed }
}

fn push_part(part: Value, joined: &mut Vec<Value>) {
    let Some(text) = text_of(&part) else {
        joined.push(part);
        return;
    };
    match joined.last_mut() {
        _ if text.is_empty() => {}
        Some(Value { kind: Kind::Text(before), .. }) => *before = format!("{before}{text}").into(),
        _ => joined.push(Value { kind: Kind::Text(text), ..part }),
    }
}

/// The text of a known scalar, as templates make strings of them.
pub fn text_of(value: &Value) -> Option<Arc<str>> {
    match &value.kind {
        Kind::Text(text) | Kind::Number(text) => Some(text.clone()),
        Kind::Bool(true) => Some("true".into()),
        Kind::Bool(false) => Some("false".into()),
        _ => None,
    }
}

/// What all these values take for granted.
pub fn assumed_by<'v>(values: impl IntoIterator<Item = &'v Value>) -> Option<Arc<str>> {
    let mut reasons: Vec<&str> = Vec::new();
    for value in values {
        if let Some(reason) = &value.assumed
            && !reasons.contains(&&**reason)
        {
            reasons.push(reason);
        }
    }
    if reasons.is_empty() { None } else { Some(reasons.join(" and ").into()) }
}

/// Branches that all have the same value are one.
pub fn one_if_equal(mut branches: Branches) -> Branches {
    let first = branches.first().and_then(|branch| branch.value.as_ref()).map(|value| &value.kind);
    let equal =
        first.is_some() && branches.iter().all(|branch| branch.value.as_ref().map(|value| &value.kind) == first);
    if equal && branches.len() > 1 {
        branches.truncate(1);
        branches.iter_mut().for_each(|branch| branch.when = When::always());
    }
    branches
}
