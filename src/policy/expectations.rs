//! Tests of a policy in the format of `cfn-guard test`: documents, and how each rule must come out on them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::rule::nearest;

use super::answer::Status;
use super::engine::{Trouble, evaluate};

/// A document with what the rules must say of it.
#[derive(Debug, Deserialize)]
struct Test {
    name: Option<String>,
    #[serde(default)]
    input: serde_yaml::Value,
    expectations: Expectations,
}

#[derive(Debug, Deserialize)]
struct Expectations {
    rules: BTreeMap<String, Status>,
}

/// How a test came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Its name, or its number in the file.
    pub name: String,
    /// What differs; nothing where all is as it must be.
    pub differences: Vec<String>,
}

/// Runs the tests of a file, YAML or JSON, on the text of a policy.
///
/// # Errors
/// The file cannot be read as tests, or the policy cannot be evaluated: a sentence.
pub fn run(policy: &str, tests: &str) -> Result<Vec<Outcome>, String> {
    let tests: Vec<Test> = serde_yaml::from_str(tests).map_err(|error| error.to_string())?;
    if tests.is_empty() {
        return Err("there is no test in it".to_owned());
    }
    tests.into_iter().enumerate().map(|(number, test)| outcome(policy, number, test)).collect()
}

fn outcome(policy: &str, number: usize, test: Test) -> Result<Outcome, String> {
    let name = test.name.unwrap_or_else(|| format!("test {}", number + 1));
    let document = document(test.input).map_err(|message| format!("{name}: {message}"))?;
    let answer = evaluate(&document.to_string(), policy).map_err(|trouble| match trouble {
        Trouble::Syntax { line, column, message } => format!("the policy, {line}:{column}: {message}"),
        Trouble::Failed(message) => format!("{name}: {message}"),
    })?;
    let statuses = answer.statuses();
    let mut differences = Vec::new();
    for (rule, expected) in test.expectations.rules {
        let found = statuses.iter().find(|(mine, _)| *mine == rule || mine.strip_prefix("policy/") == Some(&rule));
        match found {
            Some((_, found)) if *found == expected => {}
            Some((_, found)) => {
                differences.push(format!("{rule}: expected {}, found {}", expected.name(), found.name()));
                let of_rule = answer.failures().into_iter().filter(|failure| failure.rule == rule);
                differences.extend(of_rule.map(|failure| {
                    let at = failure.at.map_or(String::new(), |(path, _)| format!(" at {path}"));
                    format!("    {}{at}", failure.clause)
                }));
            }
            None => differences.push(match nearest(&rule, statuses.iter().map(|(name, _)| *name)) {
                Some(other) => format!("{rule}: there is no such rule in the policy; did you mean {other}?"),
                None => format!("{rule}: there is no such rule in the policy"),
            }),
        }
    }
    Ok(Outcome { name, differences })
}

/// YAML as JSON; a short intrinsic becomes its long form.
fn document(value: serde_yaml::Value) -> Result<Value, String> {
    use serde_yaml::Value as Yaml;
    Ok(match value {
        Yaml::Null => Value::Object(Map::new()),
        other => json(other)?,
    })
}

fn json(value: serde_yaml::Value) -> Result<Value, String> {
    use serde_yaml::Value as Yaml;
    Ok(match value {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => Value::Bool(value),
        Yaml::Number(number) => serde_json::to_value(number).map_err(|error| error.to_string())?,
        Yaml::String(text) => Value::String(text),
        Yaml::Sequence(items) => Value::Array(items.into_iter().map(json).collect::<Result<_, _>>()?),
        Yaml::Mapping(members) => {
            let member = |(key, value): (Yaml, Yaml)| match key {
                Yaml::String(key) => Ok((key, json(value)?)),
                Yaml::Number(key) => Ok((key.to_string(), json(value)?)),
                Yaml::Bool(key) => Ok((key.to_string(), json(value)?)),
                other => Err(format!("{other:?} cannot be a key")),
            };
            Value::Object(members.into_iter().map(member).collect::<Result<_, String>>()?)
        }
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let name = tag.trim_start_matches('!');
            let value = json(tagged.value)?;
            let (key, value) = match (name, value) {
                ("Ref" | "Condition", value) => (name.to_owned(), value),
                ("GetAtt", Value::String(text)) => {
                    let parts = text.splitn(2, '.').map(|part| Value::String(part.to_owned())).collect();
                    ("Fn::GetAtt".to_owned(), Value::Array(parts))
                }
                (name, value) => (format!("Fn::{name}"), value),
            };
            Value::Object(Map::from_iter([(key, value)]))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = "let pools = Resources.*[ Type == 'AWS::Cognito::UserPool' ]\n\
                          rule MFA when %pools !empty {\n  %pools.Properties.MfaConfiguration == 'ON' <<turn it on>>\n}\n";

    #[test]
    fn tests_pass_where_every_rule_comes_out_as_expected() {
        let tests = "---\n- name: empty\n  input: {}\n  expectations: { rules: { MFA: SKIP } }\n\
                     - input: { Resources: { P: { Type: AWS::Cognito::UserPool, Properties: { MfaConfiguration: 'ON', A: !Ref B } } } }\n\
                     \x20 expectations: { rules: { MFA: PASS } }\n";
        let outcomes = run(POLICY, tests).unwrap();
        assert_eq!(outcomes.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["empty", "test 2"]);
        assert!(outcomes.iter().all(|one| one.differences.is_empty()), "{outcomes:?}");
    }

    #[test]
    fn differences_are_told_with_the_clauses_that_failed() {
        let tests = "[{\"name\": \"off\", \"input\": {\"Resources\": {\"P\": {\"Type\": \"AWS::Cognito::UserPool\", \"Properties\": \
                     {\"MfaConfiguration\": \"OFF\"}}}}, \"expectations\": {\"rules\": {\"MFA\": \"PASS\", \"NONE\": \"FAIL\"}}}]";
        let [outcome] = run(POLICY, tests).unwrap().try_into().unwrap();
        assert_eq!(
            outcome.differences,
            [
                "MFA: expected PASS, found FAIL",
                "    %pools[*].Properties.MfaConfiguration EQUALS \"ON\" at /Resources/P/Properties/MfaConfiguration",
                "NONE: there is no such rule in the policy",
            ]
        );
    }

    #[test]
    fn files_that_are_no_tests_are_told() {
        assert!(run(POLICY, "- name: a\n").unwrap_err().contains("expectations"));
        assert!(run(POLICY, "- input: {}\n  expectations: { rules: { MFA: MAYBE } }\n").unwrap_err().contains("MAYBE"));
        assert!(run(POLICY, "[]").unwrap_err().contains("no test"));
        assert!(
            run("rule {", "- input: {}\n  expectations: { rules: {} }\n").unwrap_err().starts_with("the policy, 1:")
        );
    }
}
