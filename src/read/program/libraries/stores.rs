//! Secrets Manager and the parameter store, as the SDKs read them.

use std::rc::Rc;
use std::sync::Arc;

use super::super::domain::{Answered, Callee, Kind, Source, Val};
use super::super::evaluator::Evaluator;
use super::Invocation;
use crate::source::Loc;
use crate::value::Reference;

/// The text of a secret, or the value of a parameter, among the members of an answer.
pub(super) fn member(ev: &mut Evaluator<'_>, of: &Val, key: &Arc<str>, loc: Loc) -> Option<Val> {
    let reference = match &**key {
        "SecretString" => {
            let name = argument(
                ev,
                of.answered()?,
                &["GetSecretValueCommand", "get_secret_value", "getSecretValue"],
                "SecretId",
            )?;
            Reference::Secret { name, field: "".into() }
        }
        "Value" => {
            let Source::Member { of, key } = of.source()? else { return None };
            let answered = of.answered().filter(|_| &**key == "Parameter")?;
            let name = argument(ev, answered, &["GetParameterCommand", "get_parameter", "getParameter"], "Name")?;
            Reference::SsmParameter(name)
        }
        _ => return None,
    };
    Some(Val::new(Kind::Reference(Rc::new(reference)), loc))
}

/// The text of an argument of one of these operations: of a method's own, or of a command that is sent.
fn argument(ev: &Evaluator<'_>, answered: &Answered, operations: &[&str], key: &str) -> Option<Arc<str>> {
    let command = answered.args.get(0).and_then(Val::answered);
    let made = [Some(answered), command].into_iter().flatten();
    let given = made.filter(|made| operations.contains(&made.callee.name())).flat_map(|made| made.args.all());
    let objects = given.filter_map(Val::object).map(|id| ev.heap.object(id));
    objects.filter_map(|object| object.entry(key)).find_map(|entry| entry.val.text().cloned())
}

/// `JSON.parse(secret)` and `json.loads(secret)`: its fields are the secret's.
pub(super) fn call(_ev: &mut Evaluator<'_>, call: &Invocation<'_>) -> Option<Val> {
    let Callee::Symbol(symbol) = call.callee else { return None };
    let secret = call.args.get(0).filter(|_| matches!(&*symbol.full_name(), "JSON.parse" | "json.loads"))?;
    let is_secret =
        matches!(&secret.kind, Kind::Reference(reference) if matches!(&**reference, Reference::Secret { .. }));
    is_secret.then(|| secret.clone())
}
