//! The AWS SDK for JavaScript, versions 3 and 2.

use std::sync::Arc;

use super::super::domain::{Answered, Args, Callee, Kind, Source, Symbol, Val};
use super::super::evaluator::Evaluator;
use super::super::functions::Site;
use super::super::record::Meaning;
use super::{Invocation, operations, root};
use crate::source::Loc;
use crate::syntax::code::ir::Language;
use crate::value::Value;

const V3: &str = "@aws-sdk/client-cognito-identity-provider";
const V2: &str = "aws-sdk";
const V2_CLASS: &str = "CognitoIdentityServiceProvider";
const CLIENTS: &[&str] = &["CognitoIdentityProviderClient", "CognitoIdentityProvider"];

/// The packages of this family.
pub(super) const PACKAGES: &[&str] = &[V3, V2];

/// Constants whose value is not their name.
const RENAMED: &[(&str, &str, &str)] = &[
    ("DeviceRememberedStatusType", "REMEMBERED", "remembered"),
    ("DeviceRememberedStatusType", "NOT_REMEMBERED", "not_remembered"),
];

/// `AuthFlowType.REFRESH_TOKEN_AUTH`.
pub(super) fn constant(symbol: &Symbol, key: &Arc<str>, loc: Loc) -> Option<Val> {
    let is_constant = key.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    if !super::is_within(&symbol.package, V3) || !symbol.name().ends_with("Type") || !is_constant {
        return None;
    }
    let renamed = RENAMED.iter().find(|(of, name, _)| symbol.name() == *of && &**key == *name);
    Some(Val::text_at(renamed.map_or(key.clone(), |(.., value)| (*value).into()), loc))
}

/// A call of version 3 or 2.
pub(super) fn call(ev: &mut Evaluator<'_>, call: &Invocation<'_>) -> Option<Val> {
    if let Some(symbol) = call.symbol() {
        // Making a command or client only keeps what it is given.
        return (call.made && is_client_or_command(symbol))
            .then(|| ev.answer(call.callee.clone(), call.args.clone(), true, call.site.loc));
    }
    let (receiver, name) = call.method()?;
    let class = root(receiver)?;
    if name.as_ref() == "send" {
        return send(ev, call);
    }
    let is_v3 = super::is_within(&class.package, V3) && CLIENTS.contains(&class.name());
    if !is_v3 && !is_v2_client(&class) || operations::PLUMBING.contains(&&**name) {
        return None;
    }
    // A member of an answer is not the client.
    if !is_client(receiver) {
        return None;
    }
    let library = if is_v3 { V3 } else { V2 };
    Some(operation(ev, call, receiver, name, library))
}

/// A command that is handed to something unknown, or a method that only this API has, on an unknown receiver.
pub(super) fn call_of_unknown(ev: &mut Evaluator<'_>, call: &Invocation<'_>) -> Option<Val> {
    if let Some(answer) = send(ev, call) {
        return Some(answer);
    }
    let (receiver, name) = call.method()?;
    if !operations::is_distinctive(name) || !matches!(receiver.kind, Kind::Opaque(_) | Kind::Null) {
        return None;
    }
    let python = ev.language(call.site.scope) == Language::Python;
    let parameters = if python { call.args.keywords.as_ref() } else { call.args.get(0) }?;
    let is_request = ev.alternatives(parameters).iter().any(|(_, val)| {
        let object = val.object().map(|id| ev.heap.object(id));
        object.is_some_and(|object| operations::MARKS.iter().any(|mark| object.entry(mark).is_some()))
    });
    if !is_request || !ev.mentions_cognito(call.site.scope) {
        return None;
    }
    Some(operation(ev, call, receiver, name, if python { "boto3" } else { V2 }))
}

/// Records an operation called as a method with its parameters as first argument, or as keywords.
pub(super) fn operation(
    ev: &mut Evaluator<'_>,
    call: &Invocation<'_>,
    receiver: &Val,
    name: &Arc<str>,
    library: &'static str,
) -> Val {
    let wire = operations::wire_name(name);
    let loc = call.site.loc;
    let given = call.args.keywords.as_ref().or(call.args.get(0)).filter(|val| val.closure().is_none()).cloned();
    let parameters = match given {
        Some(given) => given,
        None if call.args.open => ev.dynamic(loc),
        None => ev.map_of::<&str>([], loc),
    };
    let mut meaning = Meaning::new(operations::named(&wire), parameters, library, name);
    meaning.endpoint = endpoint(ev, receiver);
    let answer = ev.record(meaning, call.callee, call.args, call.site);
    // Version 2 gives its answer to a function.
    if let Some(callback) = call.args.positional.iter().skip(1).find(|argument| argument.closure().is_some()) {
        let error = ev.input("err".into(), None, loc);
        ev.call(&callback.clone(), Args::of(vec![error, answer.clone()]), call.site);
    }
    answer
}

/// `client.send(new InitiateAuthCommand(input))`.
fn send(ev: &mut Evaluator<'_>, call: &Invocation<'_>) -> Option<Val> {
    let given = call.args.positional.iter().find(|argument| commands(ev, argument).next().is_some())?.clone();
    let all: Vec<(Arc<str>, Val, Loc)> = commands(ev, &given).collect();
    let receiver = call.method().map(|(receiver, _)| receiver.clone());
    let mut answer = None;
    for (command, input, loc) in all {
        let wire = command.strip_suffix("Command").unwrap_or(&command).to_owned();
        let mut meaning = Meaning::new(operations::named(&wire), input, V3, &command);
        meaning.endpoint = receiver.as_ref().and_then(|receiver| endpoint(ev, receiver));
        // The command's own text holds the operation and the parameters.
        answer = Some(ev.record(meaning, call.callee, call.args, Site { loc, ..call.site }));
    }
    answer
}

/// The commands that a value may be: their classes' names, their inputs, and where they are made.
fn commands<'v>(ev: &Evaluator<'_>, val: &'v Val) -> impl Iterator<Item = (Arc<str>, Val, Loc)> + use<'v> {
    ev.alternatives(val).into_iter().filter_map(|(_, val)| match val.answered()? {
        Answered { callee: Callee::Symbol(symbol), args, made: true, .. } => {
            let is_command = super::is_within(&symbol.package, V3) && symbol.name().ends_with("Command");
            let input = args.get(0).cloned().unwrap_or(Val::null(val.loc));
            is_command.then(|| (symbol.name().into(), input, val.loc))
        }
        _ => None,
    })
}

fn is_client_or_command(symbol: &Symbol) -> bool {
    let is_v3 = super::is_within(&symbol.package, V3);
    is_v3 && (symbol.name().ends_with("Command") || CLIENTS.contains(&symbol.name())) || is_v2_client(symbol)
}

fn is_v2_client(symbol: &Symbol) -> bool {
    super::is_within(&symbol.package, V2)
        && (symbol.name() == V2_CLASS
            || symbol.package.to_ascii_lowercase().ends_with("clients/cognitoidentityserviceprovider"))
}

/// Whether a value is an SDK's client itself.
fn is_client(val: &Val) -> bool {
    matches!(val.source(), Some(Source::Input { class: Some(_), .. } | Source::Answer(Answered { made: true, .. })))
}

/// The address a client is given.
pub(super) fn endpoint(ev: &mut Evaluator<'_>, client: &Val) -> Option<Value> {
    let args = &client.answered()?.args;
    let options = args.all().filter_map(Val::object).map(|id| ev.heap.object(id));
    let found = options.flat_map(|object| ["endpoint", "endpoint_url"].into_iter().find_map(|key| object.entry(key)));
    let val = found.map(|entry| entry.val.clone()).find(|val| !val.is_null())?;
    Some(ev.freeze(&val))
}
