//! What a stack instance starts from: its template, its parameters, and where it is deployed.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use crate::syntax::tree::Node;
use crate::value::{Kind, List, Reference, Value, Why};
use crate::when::When;

use super::conditions::{Name, Operand, Table, Variable};
use super::given::Given;
use super::template::{Declaration, ParameterType, Template};
use crate::read::branches::text_of;
use crate::read::redaction::is_secret;

/// What a stack instance starts from.
#[derive(Debug)]
pub(super) struct Inputs<'a> {
    /// The stack; see [`crate::read::Stack`].
    pub id: Arc<str>,
    pub template: Template<'a>,
    pub deployment: Deployment,
    pub parameters: HashMap<Arc<str>, Parameter>,
    tables: RefCell<HashMap<Arc<str>, Option<Arc<Table>>>>,
}

/// Where a stack is deployed, as far as it is known.
#[derive(Clone, Debug, Default)]
pub(super) struct Deployment {
    pub name: Option<Arc<str>>,
    pub account: Option<Arc<str>>,
    pub region: Option<Arc<str>>,
}

/// A parameter's value, and what conditions see of it.
#[derive(Clone, Debug)]
pub(super) struct Parameter {
    pub value: Value,
    pub operand: Operand,
}

/// Where parameters get their values.
#[derive(Clone, Copy, Debug)]
pub(super) enum Provider<'p> {
    /// The stack that this one is nested in.
    Parent(&'p HashMap<Arc<str>, Parameter>),
    /// Whoever deploys it.
    Outside(&'p super::Parameters),
}

impl<'a> Inputs<'a> {
    pub fn new(id: Arc<str>, template: Template<'a>, deployment: Deployment, provider: Provider<'_>) -> Self {
        let mut inputs = Self { id, template, deployment, parameters: HashMap::new(), tables: RefCell::default() };
        let parameters = template.declarations().map(|declared| {
            let parameter = inputs.parameter(&declared, provider);
            (declared.name.clone(), parameter)
        });
        inputs.parameters = parameters.collect();
        inputs
    }

    fn parameter(&self, declared: &Declaration<'_>, provider: Provider<'_>) -> Parameter {
        let loc = self.template.loc(declared.span());
        let variable = Operand::Variable(Name { scope: self.id.clone(), name: declared.name.clone() });
        let written = |text: Arc<str>, assumed: Option<Arc<str>>| {
            let operand = if assumed.is_some() { variable.clone() } else { Operand::Text(text.clone()) };
            Parameter { value: Value { assumed, ..Value::text_at(text, loc) }, operand }
        };
        let given = match provider {
            Provider::Parent(arguments) => {
                arguments.get(declared.name).cloned().or_else(|| Some(written(declared.default()?, None)))
            }
            Provider::Outside(given) => {
                let given = given.get(&self.id, self.deployment.name.as_deref(), declared.name).cloned();
                let by_default = || {
                    let assumed = format!("the default of parameter {}", declared.name);
                    Some(Given { value: declared.default()?, assumed: Some(assumed.into()) })
                };
                given.or_else(by_default).map(|given| written(given.value, given.assumed))
            }
        };
        let Some(given) = given else {
            let reference = Reference::Parameter { stack: self.id.clone(), name: declared.name.clone() };
            let operand = if declared.parameter_type() == ParameterType::Stored { Operand::Unknown } else { variable };
            return Parameter { value: Value::new(Kind::Reference(reference), loc), operand };
        };
        if is_hidden(declared) && text_of(&given.value).is_some() {
            return Parameter { value: Value::unknown(Why::Redacted, loc), operand: without_text(given.operand) };
        }
        typed(declared.parameter_type(), given)
    }

    /// The parameters that are open to conditions.
    pub fn variables(&self) -> HashMap<Arc<str>, Variable> {
        let variable = |declared: Declaration<'_>| {
            let default = declared.default().filter(|_| !is_hidden(&declared));
            (declared.name.clone(), Variable { default, allowed: declared.allowed() })
        };
        self.template.declarations().map(variable).collect()
    }

    /// A pseudo parameter, where the deployment is known.
    pub fn pseudo(&self, name: &str) -> Option<Arc<str>> {
        let Deployment { name: stack, account, region } = &self.deployment;
        match name {
            "AWS::StackName" => stack.clone(),
            "AWS::AccountId" => account.clone(),
            "AWS::Region" => region.clone(),
            "AWS::Partition" => Some(partition(region.as_deref()?).0.into()),
            "AWS::URLSuffix" => Some(partition(region.as_deref()?).1.into()),
            _ => None,
        }
    }

    /// A mapping of the template.
    pub fn mapping(&self, name: &str) -> Option<&'a Node> {
        self.template.section("Mappings")?.get(name)
    }

    /// The texts of a mapping.
    pub fn table(&self, name: &str) -> Option<Arc<Table>> {
        let mut tables = self.tables.borrow_mut();
        tables.entry(name.into()).or_insert_with(|| Some(Arc::new(texts(self.mapping(name)?)))).clone()
    }
}

fn texts(mapping: &Node) -> Table {
    let rows = mapping.pairs().iter().flat_map(|top| {
        let cells = top.value.pairs().iter();
        cells.filter_map(|second| Some(((top.key.clone(), second.key.clone()), second.value.scalar()?)))
    });
    rows.collect()
}

/// The partition of a region, and the suffix of its addresses.
fn partition(region: &str) -> (&'static str, &'static str) {
    match region.split('-').next() {
        Some("cn") => ("aws-cn", "amazonaws.com.cn"),
        _ if region.starts_with("us-gov-") => ("aws-us-gov", "amazonaws.com"),
        _ => ("aws", "amazonaws.com"),
    }
}

/// Whether the value of a parameter must not be kept.
fn is_hidden(declared: &Declaration<'_>) -> bool {
    declared.no_echo() || is_secret(declared.name)
}

/// A secret is not kept in conditions either.
fn without_text(operand: Operand) -> Operand {
    if let Operand::Variable(_) = operand { operand } else { Operand::Unknown }
}

/// A value as its parameter's type means it. What is no text (an argument of the parent stack) stays as it is.
fn typed(parameter_type: ParameterType, given: Parameter) -> Parameter {
    let Value { loc, assumed, .. } = given.value.clone();
    let Some(text) = text_of(&given.value) else { return given };
    let kind = match parameter_type {
        ParameterType::Text => Kind::Text(text),
        ParameterType::Number => Kind::Number(text),
        ParameterType::List => {
            let items = text.split(',').map(|item| (Value::text_at(item.trim(), loc), When::always()));
            Kind::List(List { items: items.collect(), open: false })
        }
        ParameterType::Stored => {
            let kind = Kind::Reference(Reference::SsmParameter(text));
            return Parameter { value: Value { kind, loc, assumed }, operand: Operand::Unknown };
        }
    };
    Parameter { value: Value { kind, loc, assumed }, operand: given.operand }
}

#[cfg(test)]
mod tests {
    use crate::read::cloudformation::Parameters;
    use crate::read::cloudformation::testing::{Scan, scan_with};

    const TEMPLATE: &str = "Parameters:\n  Days: {Type: Number, Default: 30}\n  Urls: {Type: CommaDelimitedList}\n  \
        Pool: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /auth/pool}\n  Password: {Type: String, Default: hunter2}\n  Hidden: {Type: String, NoEcho: true, Default: hunter3}\n  \
        NoDefault: {Type: String, NoEcho: true}\n\
        Conditions:\n  IsHidden: !Equals [!Ref Hidden, hunter3]\n\
        Resources:\n  R:\n    Type: AWS::X::Y\n    Properties:\n      Days: !Ref Days\n      Urls: !Ref Urls\n      Pool: !Ref Pool\n      A: !Ref Password\n      B: !Sub '${Hidden}!'\n      C: !Ref NoDefault\n";

    fn scan(pairs: &[&str]) -> Scan {
        let mut given = Parameters::default();
        pairs.iter().for_each(|pair| given.add_pair(pair).unwrap());
        scan_with(&[("t.yaml", TEMPLATE)], &given)
    }

    #[test]
    fn defaults_are_assumed_and_given_values_are_certain() {
        let plain = scan(&[]);
        assert_eq!(plain.property("R", "Days"), "30 by the default of parameter Days");
        assert_eq!(plain.property("R", "Urls"), "parameter Urls");
        assert_eq!(plain.property("R", "Pool"), "ssm /auth/pool by the default of parameter Pool");
        let given = scan(&["Days=7", "Urls=a,b", "Pool=/other"]);
        assert_eq!(given.property("R", "Days"), "7");
        assert_eq!(given.property("R", "Urls"), "['a', 'b']");
        assert_eq!(given.property("R", "Pool"), "ssm /other");
    }

    #[test]
    fn secrets_are_not_kept() {
        for scan in [scan(&[]), scan(&["Hidden=hunter3", "Password=hunter2", "NoDefault=hunter4"])] {
            assert_eq!(scan.property("R", "A"), "redacted");
            assert_eq!(scan.property("R", "B"), "<redacted '!'>");
            let everything = format!("{:?}", scan.reading.facts);
            assert!(!everything.contains("hunter2") && !everything.contains("hunter4"), "{everything}");
        }
        assert_eq!(scan(&[]).property("R", "C"), "parameter NoDefault");
    }
}
