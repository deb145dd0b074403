//! When two values say the same, whatever way they came.

use std::sync::Arc;

use crate::value::{Answer, Kind, Presence, Value, Why};
use crate::when::When;

/// Whether two values are the same but for places, for the numbers of the calls that they come from, and for which of
/// several equally named tests their conditions mean.
pub(super) fn alike(a: &Value, b: &Value) -> bool {
    match (&a.kind, &b.kind) {
        (Kind::Concat(a), Kind::Concat(b)) => all_alike(a, b),
        (Kind::List(a), Kind::List(b)) => {
            a.open == b.open
                && a.items.len() == b.items.len()
                && a.items.iter().zip(&b.items).all(|((a, when), (b, other))| same_test(when, other) && alike(a, b))
        }
        (Kind::Map(a), Kind::Map(b)) => {
            a.open == b.open
                && a.entries.len() == b.entries.len()
                && a.entries.iter().zip(&b.entries).all(|(a, b)| {
                    a.key == b.key && same_presence(&a.presence, &b.presence) && alike(&a.value, &b.value)
                })
        }
        (Kind::OneOf(a), Kind::OneOf(b)) => {
            a.len() == b.len()
                && a.iter()
                    .zip(b)
                    .all(|(a, b)| a.fallback == b.fallback && same_test(&a.when, &b.when) && alike(&a.value, &b.value))
        }
        (Kind::Unknown(a), Kind::Unknown(b)) => match (a, b) {
            (Why::Member { of: a, key }, Why::Member { of: b, key: other }) => key == other && alike(a, b),
            (Why::Result(a), Why::Result(b)) => same_answer(a, b),
            (a, b) => a == b,
        },
        (a, b) => a == b,
    }
}

fn all_alike(a: &[Value], b: &[Value]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b))
}

fn same_answer(a: &Answer, b: &Answer) -> bool {
    let receivers = match (&a.receiver, &b.receiver) {
        (Some(a), Some(b)) => alike(a, b),
        (None, None) => true,
        _ => false,
    };
    a.callee == b.callee && receivers && all_alike(&a.arguments, &b.arguments)
}

fn same_presence(a: &Presence, b: &Presence) -> bool {
    match (a, b) {
        (Presence::Sometimes(a), Presence::Sometimes(b)) => same_test(a, b),
        (a, b) => a == b,
    }
}

fn same_test(a: &When, b: &When) -> bool {
    let names = |when: &When| {
        let mut names: Vec<(Arc<str>, bool)> =
            when.tests().iter().map(|test| (test.name.clone(), test.holds)).collect();
        names.sort();
        names
    };
    names(a) == names(b)
}
