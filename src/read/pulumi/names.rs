//! What the names in a program stand for: variables, configuration, resources, and what is inside of them.

use std::sync::Arc;

use crate::read::branches::{Branch, always, settle, spread};
use crate::read::terraform::provider::{self, Attribute};
use crate::source::Loc;
use crate::syntax::tree::{Node, NodeKind};
use crate::value::{Field, Kind, Reference, Value, Why};
use crate::when::When;
use crate::words;

use super::functions::Function;
use super::program::{Program, type_of};

const STACK_REFERENCE: &str = "pulumi:pulumi:StackReference";

impl Program<'_> {
    /// What a path of names stands for.
    pub fn named(&self, path: &[Arc<str>], loc: Loc) -> Value {
        let Some((name, rest)) = path.split_first() else { return Value::unknown(Why::Dynamic, loc) };
        if let Some(resource) = self.resources.get(&**name) {
            return self.attribute(name, resource, rest, loc);
        }
        if let Some(variable) = self.variables.get(&**name) {
            let value = self.once(format!("variables.{name}"), loc, || self.evaluate(variable));
            return self.within(value, rest, loc);
        }
        if &**name == "pulumi" {
            return self.pulumi(rest, loc);
        }
        let value = self.once(format!("config.{name}"), loc, || {
            let configured = self.configuration.value(name, &self.stack, loc);
            configured.unwrap_or_else(|| Value::unknown(Why::Import(name.clone()), loc))
        });
        self.within(value, rest, loc)
    }

    /// What a path leads to inside a value.
    pub fn within(&self, value: Value, path: &[Arc<str>], loc: Loc) -> Value {
        let Some((first, rest)) = path.split_first() else { return value };
        let step = |value: Value| match &value.kind {
            Kind::Reference(Reference::Attribute { resource, attribute })
                if &**attribute == "Ref" && resource.stack == self.stack =>
            {
                let node = self.resources.get(&*resource.id)?;
                Some(self.attribute(&resource.id, node, path, loc))
            }
            Kind::Unknown(Why::Result(answer)) => {
                let found = self.data(&answer.callee, answer.arguments.first()?, first, loc)?;
                Some(self.within(found, rest, loc))
            }
            Kind::Map(map) => match map.field(first) {
                Field::Present(inner) | Field::Sometimes(inner) => Some(self.within(inner.clone(), rest, loc)),
                Field::Absent | Field::Unknown => None,
            },
            Kind::List(list) if !list.open => {
                let (item, _) = list.items.get(first.parse::<usize>().ok()?)?;
                Some(self.within(item.clone(), rest, loc))
            }
            _ => None,
        };
        let member = |value: Value| Value::unknown(Why::Member { of: Box::new(value), key: first.clone() }, loc);
        let found = spread(value).into_iter().flat_map(|branch| {
            let value = branch.value.map(|value| step(value.clone()).unwrap_or_else(|| member(value)));
            let inner = value.map(spread).unwrap_or_default();
            inner
                .into_iter()
                .filter_map(move |inner| Some(Branch { when: branch.when.and(&inner.when)?, value: inner.value }))
        });
        settle(found.collect(), loc).unwrap_or_else(|| Value::unknown(Why::Dynamic, loc))
    }

    /// An attribute of a resource; without a name what identifies it.
    fn attribute(&self, name: &str, resource: &Node, path: &[Arc<str>], loc: Loc) -> Value {
        let type_name = type_of(resource).unwrap_or_default();
        let id: Arc<str> = "id".into();
        let (first, rest) = path.split_first().map_or((&id, path), |(first, rest)| (first, rest));
        if type_name == STACK_REFERENCE {
            return match path {
                [outputs, output, rest @ ..] if &**outputs == "outputs" => {
                    let stack = self.argument(name, resource, "name", loc);
                    let stack = stack.unwrap_or_else(|| Value::text_at(name, loc));
                    self.within(self.output_of(&stack, &Value::text_at(output.clone(), loc), loc), rest, loc)
                }
                _ => Value::unknown(Why::Deployment(STACK_REFERENCE.into()), loc),
            };
        }
        let reference = |attribute: &str| {
            let reference = Reference::Attribute { resource: self.key(name), attribute: attribute.into() };
            Value::new(Kind::Reference(reference), loc)
        };
        let is_looked_up = resource.get("get").is_some();
        let found = match provider::attribute(type_name, first) {
            Some(Attribute::Of("Ref")) if is_looked_up => resource.at(&["get", "id"]).map(|id| self.id(id)),
            _ if is_looked_up => None,
            Some(Attribute::Of(attribute)) => Some(reference(attribute)),
            Some(Attribute::Configured(argument)) => self.argument(name, resource, argument, loc),
            _ => self.argument(name, resource, first, loc).or_else(|| Some(reference(first))),
        };
        let unknown = || Value::unknown(Why::Deployment(format!("{name}.{first}").into()), loc);
        self.within(found.unwrap_or_else(unknown), rest, loc)
    }

    /// The id that a resource is looked up by, without that of what it belongs to (`POOL/CLIENT`).
    fn id(&self, node: &Node) -> Value {
        let id = self.evaluate(node);
        match id.text().and_then(|text| text.rsplit_once(['/', '|'])) {
            Some((_, own)) => Value::text_at(own, id.loc),
            None => id,
        }
    }

    /// What a resource's properties say under an argument.
    fn argument(&self, name: &str, resource: &Node, argument: &str, loc: Loc) -> Option<Value> {
        let properties = resource.get("properties")?;
        let wanted = words::split(argument);
        if Function::of(properties).is_some() || !matches!(properties.kind, NodeKind::Map(_)) {
            let all = self.once(format!("resources.{name}"), loc, || self.evaluate(properties));
            return Some(self.within(all, &[argument.into()], loc));
        }
        let pair = properties.pairs().iter().find(|pair| words::split(&pair.key) == wanted)?;
        Some(self.once(format!("resources.{name}.{}", pair.key), loc, || self.evaluate(&pair.value)))
    }

    /// A member of what a function of the provider answers.
    fn data(&self, function: &str, arguments: &Value, member: &Arc<str>, loc: Loc) -> Option<Value> {
        let type_name = data_type(function)?;
        let argument = |name: &str| {
            let wanted = words::split(name);
            let entries = arguments.map()?.entries.iter();
            entries.into_iter().find(|entry| words::split(&entry.key) == wanted).map(|entry| entry.value.clone())
        };
        let reference = |reference: Reference| Some(Value::new(Kind::Reference(reference), loc));
        match provider::attribute(&type_name, member)? {
            Attribute::Configured(name) => argument(name),
            Attribute::Pseudo(name) => reference(Reference::Pseudo(name.into())),
            Attribute::SsmParameter(name) => reference(Reference::SsmParameter(argument(name)?.text()?.into())),
            Attribute::Secret(name) => {
                reference(Reference::Secret { name: argument(name)?.text()?.into(), field: "".into() })
            }
            Attribute::Of(_) => None,
        }
    }

    /// What Pulumi says of the deployment itself.
    fn pulumi(&self, path: &[Arc<str>], loc: Loc) -> Value {
        let deployment = || Value::unknown(Why::Deployment(format!("pulumi.{}", path.join(".")).into()), loc);
        match path {
            [name] if &**name == "project" => {
                self.configuration.project.clone().map_or_else(deployment, |name| Value::text_at(name, loc))
            }
            [name] if &**name == "stack" => {
                let branch =
                    |(when, stack): (When, &Arc<str>)| Branch { when, value: Some(Value::text_at(stack.clone(), loc)) };
                let mut branches: Vec<Branch> = self.configuration.stacks(&self.stack).map(branch).collect();
                if branches.is_empty() {
                    let name: Arc<str> = "stack".into();
                    let open = Reference::Parameter { stack: self.stack.clone(), name };
                    branches = always(Value::new(Kind::Reference(open), loc));
                }
                settle(branches, loc).unwrap_or_else(deployment)
            }
            _ => deployment(),
        }
    }
}

/// The type of data that a function of the provider reads: `aws:ssm:getParameter` and `aws:ssm/getParameter:getParameter`
/// are Terraform's `aws_ssm_parameter`.
fn data_type(function: &str) -> Option<String> {
    let mut token = function.split(':');
    let (package, middle, last) = (token.next()?, token.next()?, token.next());
    let (module, name) = last.map_or(("index", middle), |name| (middle, name));
    let module = module.split('/').next().filter(|module| *module != "index");
    let name = name.strip_prefix("get").filter(|_| package == "aws")?;
    let words: Vec<String> =
        std::iter::once("aws".to_owned()).chain(module.map(str::to_owned)).chain(words::split(name)).collect();
    Some(format!("data.{}", words.join("_")))
}

#[cfg(test)]
mod tests {
    use super::data_type;

    #[test]
    fn functions_of_the_provider_read_data() {
        let found = |function: &str| data_type(function).unwrap_or_default();
        assert_eq!(found("aws:ssm:getParameter"), "data.aws_ssm_parameter");
        assert_eq!(found("aws:ssm/getParameter:getParameter"), "data.aws_ssm_parameter");
        assert_eq!(found("aws:getCallerIdentity"), "data.aws_caller_identity");
        assert_eq!(found("aws:index/getRegion:getRegion"), "data.aws_region");
        assert_eq!(found("std:join"), "");
    }
}
