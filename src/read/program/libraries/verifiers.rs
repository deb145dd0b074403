//! Libraries that verify or decode tokens.

use super::super::domain::{ObjectId, Source, Val};
use super::super::evaluator::Evaluator;
use super::super::record::Meaning;
use super::Invocation;
use crate::read::Operation;
use crate::syntax::code::ir::Language;

/// The packages of this family.
pub(super) const PACKAGES: &[&str] = &[
    "aws-jwt-verify",
    "jsonwebtoken",
    "jose",
    "jwt-decode",
    "jwt_decode",
    "jwt",
    "express-jwt",
    "passport-jwt",
    "cognitojwt",
    "jwt-simple",
    "fastapi_cognito",
    "jwks-rsa",
    "koa-jwt",
    "@nestjs/jwt",
    "fast-jwt",
    "authlib.jose",
    "aws_jwt_verify",
    "jsonwebtoken-esm",
    "python_jose",
];

/// Options of a verifier by the parameter that they become.
const PARAMETERS: &[(&str, &str)] = &[
    ("userPoolId", "UserPoolId"),
    ("user_pool_id", "UserPoolId"),
    ("userpool_id", "UserPoolId"),
    ("clientId", "ClientId"),
    ("client_id", "ClientId"),
    ("app_client_id", "ClientId"),
    ("tokenUse", "TokenUse"),
    ("token_use", "TokenUse"),
    ("issuer", "Issuer"),
    ("iss", "Issuer"),
    ("audience", "Audience"),
    ("aud", "Audience"),
];

/// A verification or decoding in code that concerns Cognito.
pub(super) fn call(ev: &mut Evaluator<'_>, call: &Invocation<'_>) -> Option<Val> {
    if !ev.mentions_cognito(call.site.scope) {
        return None;
    }
    let library = match (call.symbol(), call.method()) {
        (Some(symbol), _) => symbol.clone(),
        // A service that was given, not what a call of the library answered.
        (_, Some((receiver, _))) if matches!(receiver.source(), Some(Source::Input { .. })) => super::root(receiver)?,
        _ => return None,
    };
    let operation = operation(ev, call, &library.package)?;
    let parameters = parameters(ev, call, operation);
    let meaning = Meaning::new(operation, parameters, &library.package, call.callee.name());
    let answer = ev.record(meaning, call.callee, call.args, call.site);
    // What a verifier is made with is what each verification uses.
    Some(answer)
}

fn operation(ev: &mut Evaluator<'_>, call: &Invocation<'_>, package: &str) -> Option<Operation> {
    let name = call.callee.name();
    let python = ev.language(call.site.scope) == Language::Python;
    match (package, name) {
        ("aws-jwt-verify", "create") => Some(Operation::Verify),
        ("aws-jwt-verify", _) => None,
        (_, "expressjwt" | "jwtVerify" | "verifyAsync" | "verify" | "jwtDecrypt") if !python => Some(Operation::Verify),
        ("express-jwt" | "koa-jwt", "") => Some(Operation::Verify),
        ("passport-jwt", "Strategy") if call.made => Some(Operation::Verify),
        ("jwt-decode" | "jwt_decode", _) if !call.made => Some(Operation::Decode),
        (_, "decodeJwt" | "jwtDecode" | "get_unverified_claims") => Some(Operation::Decode),
        ("cognitojwt", "decode" | "decode_async") => Some(Operation::Verify),
        (_, "decode") if !python => Some(Operation::Decode),
        (_, "decode" | "decode_complete") => {
            let options = call.keyword(ev, "options").and_then(|options| options.object());
            let unverified = options.is_some_and(|id| switches_off(ev, id));
            let old = call.keyword(ev, "verify").is_some_and(|verify| ev.known_truth(&verify, true) == Some(false));
            Some(if unverified || old { Operation::Decode } else { Operation::Verify })
        }
        _ => None,
    }
}

/// Whether options say that the signature is not looked at.
fn switches_off(ev: &Evaluator<'_>, options: ObjectId) -> bool {
    let entry = ev.heap.object(options).entry("verify_signature");
    entry.is_some_and(|entry| ev.known_truth(&entry.val, true) == Some(false))
}

fn parameters(ev: &mut Evaluator<'_>, call: &Invocation<'_>, operation: Operation) -> Val {
    let loc = call.site.loc;
    if operation == Operation::Decode {
        let token = call.args.get(0).cloned().unwrap_or(Val::null(loc));
        return ev.map_of([("Token", token)], loc);
    }
    let map = ev.new_map(loc);
    let options: Vec<ObjectId> = call.args.all().flat_map(|val| maps_in(ev, val)).collect();
    for id in options {
        let object = ev.heap.object(id).clone();
        ev.heap.object_mut(map).open |= object.open;
        for entry in object.entries {
            if let Some((_, name)) = PARAMETERS.iter().find(|(option, _)| *entry.key == **option)
                && !entry.val.is_null()
            {
                ev.put_entry(map, (*name).into(), entry.key_loc, entry.val, None);
            }
        }
    }
    if let Some(pool) = call.args.get(2).filter(|_| call.callee.name().starts_with("decode")) {
        // `cognitojwt.decode(token, region, pool)`
        let is_new = ev.heap.object(map).entry("UserPoolId").is_none();
        if is_new && super::root_of_callee(call).is_some_and(|root| &*root.package == "cognitojwt") {
            ev.put_entry(map, "UserPoolId".into(), pool.loc, pool.clone(), None);
        }
    }
    Val::new(super::super::domain::Kind::Object(map), loc)
}

/// The maps of options in an argument: itself, or the items of a list (several pools).
fn maps_in(ev: &Evaluator<'_>, val: &Val) -> Vec<ObjectId> {
    match ev.known_items(val) {
        Some(items) => items.iter().filter_map(Val::object).collect(),
        None => val.object().into_iter().collect(),
    }
}
