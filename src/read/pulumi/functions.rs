//! The functions of Pulumi's YAML: `fn::join`, `fn::invoke`, …

use std::sync::Arc;

use crate::read::redaction::erase;
use crate::read::terraform::functions;
use crate::source::Loc;
use crate::syntax::tree::Node;
use crate::value::{Answer, Kind, Reference, Value, Why};

use super::program::Program;

/// Terraform's functions that answer the same, by Pulumi's names in lower case.
const SAME: &[(&str, &str)] = &[
    ("frombase64", "base64decode"),
    ("join", "join"),
    ("length", "length"),
    ("select", "element"),
    ("sha1", "sha1"),
    ("split", "split"),
    ("tobase64", "base64encode"),
    ("tojson", "jsonencode"),
];

/// A call.
pub(super) struct Function<'n> {
    /// What stands behind `fn::`.
    name: &'n str,
    argument: &'n Node,
}

impl<'n> Function<'n> {
    /// A map of one entry that is a call.
    pub fn of(node: &'n Node) -> Option<Self> {
        let [only] = node.pairs() else { return None };
        let (prefix, name) = only.key.split_at_checked(4)?;
        prefix.eq_ignore_ascii_case("fn::").then_some(Self { name, argument: &only.value })
    }
}

impl Program<'_> {
    /// What a call answers.
    pub fn call(&self, function: &Function<'_>, loc: Loc) -> Value {
        let Function { name, argument } = *function;
        let lower = name.to_ascii_lowercase();
        if let Some((_, same)) = SAME.iter().find(|(mine, _)| *mine == lower) {
            return functions::call(same, &self.arguments(same, argument), &|_| None, loc);
        }
        match lower.as_str() {
            "invoke" => self.invoke(argument, loc),
            "secret" => {
                let mut value = self.evaluate(argument);
                erase(&mut value);
                value
            }
            "unsecret" => self.evaluate(argument),
            "stackreference" => match argument.items() {
                [stack, output] => self.output_of(&self.evaluate(stack), &self.evaluate(output), loc),
                _ => Value::unknown(Why::Dynamic, loc),
            },
            // The short form of an invocation has its function's name for its own.
            _ => answer(name, self.evaluate(argument), loc),
        }
    }

    /// The arguments in Terraform's order: of `select` the list comes first there.
    fn arguments(&self, function: &str, argument: &Node) -> Vec<Value> {
        let mut arguments: Vec<Value> = match function {
            "join" | "element" | "split" => argument.items().iter().map(|item| self.evaluate(item)).collect(),
            _ => vec![self.evaluate(argument)],
        };
        if function == "element" {
            arguments.reverse();
        }
        arguments
    }

    /// `{function: aws:ssm:getParameter, arguments: {…}, return: value}`.
    fn invoke(&self, argument: &Node, loc: Loc) -> Value {
        let Some(function) = argument.get("function").and_then(Node::text) else {
            return Value::unknown(Why::Dynamic, loc);
        };
        let arguments = argument.get("arguments").map(|arguments| self.evaluate(arguments));
        let whole = answer(function, arguments.unwrap_or_else(|| Value::new(Kind::Null, loc)), loc);
        match argument.get("return").and_then(Node::text) {
            Some(member) => self.within(whole, &[member.into()], loc),
            None => whole,
        }
    }

    /// An output of another project's stack, which is named `organization/project/stack`.
    pub fn output_of(&self, stack: &Value, output: &Value, loc: Loc) -> Value {
        let known = project(stack).zip(output.text());
        known.map_or_else(
            || Value::unknown(Why::Deployment("StackReference".into()), loc),
            |(stack, name)| Value::new(Kind::Reference(Reference::Output { stack, name: name.into() }), loc),
        )
    }
}

/// The project in a stack's full name, of which the stack itself may be unknown.
fn project(stack: &Value) -> Option<Arc<str>> {
    let known = match &stack.kind {
        Kind::Text(text) => text,
        Kind::Concat(parts) => match &parts.first()?.kind {
            Kind::Text(text) => text,
            _ => return None,
        },
        Kind::OneOf(alternatives) => {
            let mut projects = alternatives.iter().map(|alternative| project(&alternative.value));
            let first = projects.next()??;
            return projects.all(|other| other.as_ref() == Some(&first)).then_some(first);
        }
        _ => return None,
    };
    let mut names = known.split('/');
    let (_, project, _) = (names.next()?, names.next()?, names.next()?);
    Some(project.into())
}

/// What a function outside the scan answers.
fn answer(name: &str, argument: Value, loc: Loc) -> Value {
    let answer = Answer { callee: name.into(), receiver: None, arguments: vec![argument], call: loc.span.start };
    Value::unknown(Why::Result(Box::new(answer)), loc)
}
