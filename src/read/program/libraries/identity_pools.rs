//! Identity pools: tokens of a user pool for credentials.

use super::super::domain::{Answered, Callee, Source, Val};
use super::super::evaluator::Evaluator;
use super::super::record::Meaning;
use super::{Invocation, root};
use crate::read::Operation;

/// The packages of this family.
pub(super) const PACKAGES: &[&str] = &[
    "@aws-sdk/credential-providers",
    "@aws-sdk/credential-provider-cognito-identity",
    "@aws-sdk/client-cognito-identity",
    "aws-sdk",
    "boto3",
];

/// Functions and classes that exchange, and the methods and commands of the API.
const EXCHANGES: &[&str] = &[
    "fromCognitoIdentityPool",
    "fromCognitoIdentity",
    "CognitoIdentityCredentials",
    "GetIdCommand",
    "getId",
    "get_id",
    "GetCredentialsForIdentityCommand",
    "getCredentialsForIdentity",
    "get_credentials_for_identity",
    "GetOpenIdTokenCommand",
    "getOpenIdToken",
    "get_open_id_token",
];

/// Parameters under their names on the wire.
const PARAMETERS: &[(&str, &str)] = &[
    ("identityPoolId", "IdentityPoolId"),
    ("IdentityPoolId", "IdentityPoolId"),
    ("logins", "Logins"),
    ("Logins", "Logins"),
];

/// An exchange.
pub(super) fn call(ev: &mut Evaluator<'_>, call: &Invocation<'_>) -> Option<Val> {
    let name = call.callee.name();
    if !EXCHANGES.contains(&name) || call.method().is_some_and(|(receiver, _)| !is_client(receiver)) {
        return None;
    }
    let given = call.args.keywords.as_ref().or(call.args.get(0))?.object()?;
    let loc = ev.heap.object(given).loc;
    let object = ev.heap.object(given).clone();
    let map = ev.new_map(loc);
    ev.heap.object_mut(map).open = object.open;
    for entry in object.entries {
        if let Some((_, name)) = PARAMETERS.iter().find(|(option, _)| *entry.key == **option) {
            ev.put_entry(map, (*name).into(), entry.key_loc, entry.val, None);
        }
    }
    let library = super::root_of_callee(call)?.package;
    let parameters = Val::new(super::super::domain::Kind::Object(map), loc);
    let meaning = Meaning::new(Operation::Federate, parameters, &library, name);
    ev.record(meaning, call.callee, call.args, call.site);
    Some(ev.answer(call.callee.clone(), call.args.clone(), call.made, call.site.loc))
}

/// Whether a value is a client of the identity pools API.
fn is_client(val: &Val) -> bool {
    let is_boto = || match val.source() {
        Some(Source::Answer(Answered { callee: Callee::Symbol(_) | Callee::Method { .. }, args, .. })) => {
            args.get(0).and_then(Val::text).is_some_and(|service| &**service == "cognito-identity")
        }
        _ => false,
    };
    root(val).is_some_and(|class| class.name().starts_with("CognitoIdentity") && !class.name().contains("Provider"))
        || is_boto()
}
