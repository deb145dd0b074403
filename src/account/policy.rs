//! The least that an audit must be allowed.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Operation;
use super::operation::{Row, TABLE};

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Policy {
    version: &'static str,
    statement: Vec<Statement>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    effect: &'static str,
    action: Vec<&'static str>,
    resource: &'static [&'static str],
}

/// The policy, as IAM takes it: one statement for each set of resources that actions can be limited to. Looking events up
/// is for a diagnosis alone.
pub fn policy(with_events: bool) -> String {
    let is_needed = |row: &&Row| with_events || row.operation != Operation::LookupEvents;
    let mut statements: BTreeMap<&[&str], Vec<&str>> = BTreeMap::new();
    for (action, resources) in TABLE.iter().filter(is_needed).flat_map(|row| row.permissions) {
        statements.entry(resources).or_default().push(action);
    }
    let statement = statements.into_iter().map(|(resource, mut action)| {
        action.sort_unstable();
        Statement { effect: "Allow", action, resource }
    });
    let policy = Policy { version: "2012-10-17", statement: statement.collect() };
    serde_json::to_string_pretty(&policy).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn every_permission_of_the_table_stands_in_it_once() {
        let policy: Value = serde_json::from_str(&policy(true)).unwrap();
        let statements = policy["Statement"].as_array().unwrap();
        let actions = statements.iter().flat_map(|statement| statement["Action"].as_array().unwrap());
        let mut actions: Vec<_> = actions.map(|action| action.as_str().unwrap()).collect();
        let mut expected: Vec<_> = TABLE.iter().flat_map(|row| row.permissions).map(|(action, _)| *action).collect();
        actions.sort_unstable();
        expected.sort_unstable();
        assert_eq!(actions, expected);
        assert!(statements.iter().all(|statement| statement["Effect"] == "Allow"));
        assert!(!super::policy(false).contains("cloudtrail"));
    }
}
