//! Which conditions of a stack cannot hold together, for readers that do not have its parameters.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::read::{Facts, Stack};
use crate::value::Value;
use crate::when::When;

/// Of how many tests all combinations of up to three are tried; further ones are taken as possible.
const MOST_TESTS: usize = 12;

/// The tests that facts ask, by the scope in which they mean something.
pub struct Impossible(BTreeMap<Arc<str>, BTreeSet<Arc<str>>>);

impl Impossible {
    /// Collects the tests.
    pub fn in_facts(facts: &Facts) -> Self {
        let mut all = Self(BTreeMap::new());
        for resource in &facts.resources {
            all.add(&resource.when);
            all.add_value(&resource.properties);
        }
        for output in facts.stacks.iter().flat_map(|stack| &stack.outputs) {
            all.add(&output.when);
            all.add_value(&output.value);
        }
        all
    }

    fn add(&mut self, when: &When) {
        for test in when.tests() {
            self.0.entry(test.scope.clone()).or_default().insert(test.name.clone());
        }
    }

    fn add_value(&mut self, value: &Value) {
        value.conditions(&mut |when| self.add(when));
    }

    /// The smallest combinations that cannot be, of up to three tests of a stack and of those it is nested in.
    pub fn of(&self, stack: &Stack) -> Vec<When> {
        let is_around =
            |scope: &str| stack.id.strip_prefix(scope).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let scopes = self.0.iter().filter(|(scope, _)| is_around(scope));
        let names = scopes.flat_map(|(scope, names)| names.iter().map(move |name| (scope.clone(), name.clone())));
        let outcomes = |(scope, name): (Arc<str>, Arc<str>)| {
            [true, false].map(|holds| When::test(scope.clone(), name.clone(), holds))
        };
        let tests: Vec<When> = names.take(MOST_TESTS).flat_map(outcomes).collect();
        let mut impossible: Vec<When> = Vec::new();
        // Each with the tests behind it, so that every combination is tried once.
        let mut possible = vec![(When::always(), 0)];
        for _ in 0..3 {
            let mut larger = Vec::new();
            for (when, from) in &possible {
                for (at, test) in tests.iter().enumerate().skip(*from) {
                    let Some(both) = when.and(test) else { continue };
                    if impossible.iter().any(|known| known.follows_from(&both)) {
                        continue;
                    }
                    if stack.conditions.satisfiable(&both) {
                        larger.push((both, at + 1));
                    } else {
                        impossible.push(both);
                    }
                }
            }
            possible = larger;
        }
        impossible
    }
}
