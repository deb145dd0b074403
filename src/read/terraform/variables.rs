//! What variables are: what is given to them, else their default.

use std::rc::Rc;
use std::sync::Arc;

use crate::read::redaction::{erase, redact_named};
use crate::source::Loc;
use crate::syntax::hcl::ast::ExpressionKind;
use crate::value::{Alternative, Kind, Reference, Value, Why};
use crate::when::When;

use super::configuration::{Block, literal};
use super::evaluator::Evaluator;
use super::instance::{Call, Instance};
use super::scope::Scope;
use super::types::Type;
use super::values::Given;

impl<'a> Evaluator<'a> {
    /// The value of a variable where a condition holds.
    pub fn variable(&self, instance: &Rc<Instance<'a>>, name: &Arc<str>, when: &When, loc: Loc) -> Value {
        let Some(block) = instance.module.variables.get(name) else {
            return Value::unknown(Why::Import(format!("var.{name}").into()), loc);
        };
        self.memo(instance, &format!("var.{name}"), when, loc, |when| {
            let mut value = match &instance.call {
                Some(call) => self.passed(instance, call, name, block, when, loc),
                None => self.given(instance, name, block, when, loc),
            };
            if is_true(block, "sensitive") {
                erase(&mut value)
            } else {
                redact_named(name, &mut value)
            }
            value
        })
    }

    /// What a call passes, else the default, which then is certain.
    fn passed(
        &self,
        instance: &Rc<Instance<'a>>,
        call: &Call<'a>,
        name: &Arc<str>,
        block: &Block<'a>,
        when: &When,
        loc: Loc,
    ) -> Value {
        let argument = call.block.attribute(name).zip(call.parent.upgrade()).map(|(written, parent)| {
            let scope = Scope::new(parent, written.file);
            let scope = Scope { bindings: call.bindings.clone(), when: when.clone(), ..scope };
            self.converted(instance, block, self.evaluate(written.value(), &scope))
        });
        let is_nullable = !is_false(block, "nullable");
        match argument {
            Some(Value { kind: Kind::Null, .. }) if !is_nullable => self.default(instance, block),
            Some(value) => Some(value),
            None => self.default(instance, block),
        }
        .unwrap_or_else(|| Value::unknown(Why::Input(format!("var.{name}").into()), loc))
    }

    /// What is given to the root module: certain values, else those of files that may be chosen, else the default, which is
    /// assumed.
    fn given(&self, instance: &Rc<Instance<'a>>, name: &Arc<str>, block: &Block<'a>, when: &When, loc: Loc) -> Value {
        let stack = &instance.root.stack;
        let parameter = Reference::Parameter { stack: stack.clone(), name: name.clone() };
        let open = || Value::new(Kind::Reference(parameter.clone()), loc);
        let default = self.default(instance, block);
        if let Some(tested) = tested(&format!("var.{name}"), stack, when, default.as_ref(), loc) {
            return self.converted(instance, block, tested.unwrap_or_else(open));
        }
        let assumed = |value: Value| Value { assumed: Some(format!("the default of var.{name}").into()), ..value };
        let otherwise = || default.clone().map_or_else(open, assumed);
        match instance.root.values.of(name) {
            Given::Certainly(value) => self.converted(instance, block, value.clone()),
            Given::Perhaps(files) => {
                let mut alternatives: Vec<Alternative> = Vec::new();
                for (file, value) in files {
                    let chosen = When::test(stack.clone(), format!("{VAR_FILE}{file}"), true);
                    let value = match value {
                        Some(value) => self.converted(instance, block, value.clone()),
                        None => otherwise(),
                    };
                    alternatives.push(Alternative { value, when: chosen, fallback: false });
                }
                let is_said = |value: &Value| alternatives.iter().all(|said| said.value.kind == value.kind);
                match alternatives.as_slice() {
                    [one, ..] if is_said(&one.value) && default.as_ref().is_none_or(is_said) => one.value.clone(),
                    // Nobody has to choose the only file; of several, one is.
                    [one] => {
                        let not = one.when.otherwise().pop().unwrap_or_default();
                        alternatives.push(Alternative { value: otherwise(), when: not, fallback: false });
                        Value::new(Kind::OneOf(alternatives), loc)
                    }
                    _ => Value::new(Kind::OneOf(alternatives), loc),
                }
            }
            Given::No => otherwise(),
        }
    }

    fn default(&self, instance: &Rc<Instance<'a>>, block: &Block<'a>) -> Option<Value> {
        let written = block.attribute("default")?;
        let scope = Scope { when: When::always(), ..Scope::new(instance.clone(), written.file) };
        Some(self.converted(instance, block, self.evaluate(written.value(), &scope)))
    }

    /// A value as the variable's type.
    fn converted(&self, instance: &Rc<Instance<'a>>, block: &Block<'a>, value: Value) -> Value {
        let Some(written) = block.attribute("type") else { return value };
        let scope = Scope { when: When::always(), ..Scope::new(instance.clone(), written.file) };
        Type::of(written.value()).convert(value, &|default| self.evaluate(default, &scope))
    }
}

/// What tests of the file of values that is chosen begin with.
pub(super) const VAR_FILE: &str = "var-file = ";

/// What a condition says of a variable, by the name that tests have for it: its value, or (`Some(None)`) that it is not the default.
pub(super) fn tested(
    subject: &str,
    stack: &str,
    when: &When,
    default: Option<&Value>,
    loc: Loc,
) -> Option<Option<Value>> {
    for test in when.tests().iter().filter(|test| &*test.scope == stack) {
        if &*test.name == subject {
            return Some(Some(Value::new(Kind::Bool(test.holds), loc)));
        }
        let Some((_, value)) = test.equality().filter(|(tested, _)| *tested == subject) else { continue };
        let kind = if value == "null" { Kind::Null } else { Kind::Text(value.into()) };
        if test.holds {
            return Some(Some(Value::new(kind, loc)));
        }
        if default.is_some_and(|default| default.kind == kind) {
            return Some(None);
        }
    }
    None
}

/// Whether an argument of a block is written as true.
pub(super) fn is_true(block: &Block<'_>, name: &str) -> bool {
    let Some(written) = block.attribute(name) else { return false };
    matches!(written.value().kind, ExpressionKind::Bool(true)) || literal(written.value()).as_deref() == Some("true")
}

fn is_false(block: &Block<'_>, name: &str) -> bool {
    block.attribute(name).is_some_and(|written| matches!(written.value().kind, ExpressionKind::Bool(false)))
}
