//! Parameter values from outside the templates.

use std::collections::HashMap;
use std::sync::Arc;

use camino::Utf8Path;

use crate::syntax::data;
use crate::syntax::tree::{Node, NodeKind};

/// Values for the parameters of stacks.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    everywhere: HashMap<Arc<str>, Given>,
    by_stack: HashMap<(Arc<str>, Arc<str>), Given>,
    /// The names under which templates are deployed, by the stack's id.
    stack_names: HashMap<Arc<str>, Arc<str>>,
}

/// A value for a parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// The value.
    pub value: Arc<str>,
    /// What is taken for granted in using it (`parameter_overrides of the environment default`); none: it is certain.
    pub assumed: Option<Arc<str>>,
}

impl Parameters {
    /// Gives a value to the parameter of this name: of one stack (by its id or deployed name), or of all.
    pub fn set(&mut self, stack: Option<&str>, name: &str, given: Given) {
        match stack {
            Some(stack) => self.by_stack.insert((stack.into(), name.into()), given),
            None => self.everywhere.insert(name.into(), given),
        };
    }

    /// Says under which name a stack is deployed, by its id.
    pub fn set_stack_name(&mut self, stack: &str, name: &str) {
        self.stack_names.insert(stack.into(), name.into());
    }

    /// Adds the value of a `KEY=VALUE`.
    ///
    /// # Errors
    /// A sentence where there is no `=` or no key before it.
    pub fn add_pair(&mut self, pair: &str) -> Result<(), String> {
        match pair.split_once('=') {
            Some((name, value)) if !name.trim().is_empty() => {
                self.set(None, name.trim(), Given { value: value.into(), assumed: None });
                Ok(())
            }
            _ => Err(format!("`{pair}` is no KEY=VALUE")),
        }
    }

    /// Adds the values of a parameter file, JSON or YAML: a list of `ParameterKey` and `ParameterValue`, a list of
    /// `KEY=VALUE`, a map under `Parameters`, or a plain map.
    ///
    /// # Errors
    /// A sentence where the file cannot be parsed or holds none of these.
    pub fn add_file(&mut self, path: &Utf8Path, text: &str) -> Result<(), String> {
        let not_understood = || format!("{path} is no parameter file that is known");
        let tree = data::parse(path, text).ok_or_else(not_understood)?;
        if let Some(error) = tree.errors.first() {
            return Err(format!("{path} cannot be parsed: {}", error.message));
        }
        let root = tree.documents.first().ok_or_else(not_understood)?;
        match &root.kind {
            NodeKind::List(items) => items.iter().try_for_each(|item| self.add_item(item).ok_or_else(not_understood)),
            NodeKind::Map(_) => {
                let map = root.get("Parameters").unwrap_or(root);
                for pair in map.pairs() {
                    let value = parameter_text(&pair.value).ok_or_else(not_understood)?;
                    self.set(None, &pair.key, Given { value, assumed: None });
                }
                Ok(())
            }
            _ => Err(not_understood()),
        }
    }

    fn add_item(&mut self, item: &Node) -> Option<()> {
        if let Some(pair) = item.text() {
            return self.add_pair(pair).ok();
        }
        let name = item.get("ParameterKey")?.text()?;
        match item.get("ParameterValue") {
            Some(value) => {
                let value = parameter_text(value)?;
                self.set(None, name, Given { value, assumed: None });
            }
            // `UsePreviousValue` says nothing about the value.
            None => {
                item.get("UsePreviousValue")?;
            }
        }
        Some(())
    }

    /// The name under which a stack is deployed.
    pub(super) fn stack_name(&self, stack: &str) -> Option<&Arc<str>> {
        self.stack_names.get(stack)
    }

    /// The value that is given to parameters of this name wherever they are declared.
    pub fn for_all(&self, name: &str) -> Option<&str> {
        self.everywhere.get(name).map(|given| &*given.value)
    }

    /// The value for a stack's parameter: one meant for this stack goes before one meant for all.
    pub(super) fn get(&self, stack: &str, deployed: Option<&str>, name: &str) -> Option<&Given> {
        let of = |stack: &str| self.by_stack.get(&(Arc::from(stack), Arc::from(name)));
        of(stack).or_else(|| of(deployed?)).or_else(|| self.everywhere.get(name))
    }
}

/// A scalar, or a list of them as the text that CloudFormation takes.
fn parameter_text(node: &Node) -> Option<Arc<str>> {
    match &node.kind {
        NodeKind::Null => Some("".into()),
        NodeKind::List(items) => {
            let items: Option<Vec<Arc<str>>> = items.iter().map(Node::scalar).collect();
            Some(items?.join(",").into())
        }
        _ => node.scalar(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value<'p>(parameters: &'p Parameters, name: &str) -> Option<&'p str> {
        parameters.get("infra/auth.yaml", Some("auth-prod"), name).map(|given| &*given.value)
    }

    #[test]
    fn every_form_of_parameter_file_is_read() {
        for (name, text) in [
            (
                "p.json",
                r#"[{"ParameterKey": "Stage", "ParameterValue": "prod"}, {"ParameterKey": "Urls", "ParameterValue": "a,b"}, {"ParameterKey": "Old", "UsePreviousValue": true}]"#,
            ),
            ("p.json", r#"["Stage=prod", "Urls=a,b"]"#),
            ("p.json", r#"{"Parameters": {"Stage": "prod", "Urls": ["a", "b"]}, "Tags": {"x": "y"}}"#),
            ("p.json", r#"{"Stage": "prod", "Urls": "a,b"}"#),
            ("p.yaml", "Stage: prod\nUrls: [a, b]\n"),
            ("p.yaml", "- ParameterKey: Stage\n  ParameterValue: prod\n- ParameterKey: Urls\n  ParameterValue: a,b\n"),
        ] {
            let mut parameters = Parameters::default();
            parameters.add_file(name.into(), text).unwrap();
            assert_eq!(
                (value(&parameters, "Stage"), value(&parameters, "Urls")),
                (Some("prod"), Some("a,b")),
                "{text}"
            );
            assert_eq!(value(&parameters, "Old"), None);
        }
    }

    #[test]
    fn what_is_no_parameter_file_is_refused() {
        let mut parameters = Parameters::default();
        assert!(parameters.add_file("p.json".into(), r#"[{"Key": "Stage"}]"#).is_err());
        assert!(parameters.add_file("p.json".into(), r#"{"Stage": {"a": 1}}"#).is_err());
        assert!(parameters.add_file("p.json".into(), r#"{"Stage": "#).is_err());
        assert!(parameters.add_file("p.yaml".into(), "").is_err());
        assert!(parameters.add_pair("=x").is_err() && parameters.add_pair("x").is_err());
    }

    #[test]
    fn a_value_for_one_stack_goes_first() {
        let given = |value: &str| Given { value: value.into(), assumed: None };
        let mut parameters = Parameters::default();
        parameters.add_pair("Stage=a=b").unwrap();
        assert_eq!(value(&parameters, "Stage"), Some("a=b"));
        parameters.set(Some("auth-prod"), "Stage", given("by name"));
        assert_eq!(value(&parameters, "Stage"), Some("by name"));
        parameters.set(Some("infra/auth.yaml"), "Stage", given("by path"));
        assert_eq!(value(&parameters, "Stage"), Some("by path"));
        assert_eq!(&*parameters.get("other.yaml", None, "Stage").unwrap().value, "a=b");
    }
}
