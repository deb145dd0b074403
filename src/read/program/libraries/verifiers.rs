//! Libraries that verify or decode tokens.

use super::super::domain::{Callee, Kind, ObjectId, Source, Val};
use super::super::evaluator::Evaluator;
use super::super::record::Meaning;
use super::Invocation;
use crate::identifier;
use crate::read::Operation;
use crate::source::Loc;
use crate::syntax::code::ir::Language;
use crate::value::Reference;
use crate::words;

/// The packages of this family.
pub(super) const PACKAGES: &[&str] = &[
    "@nestjs/jwt",
    "authlib.jose",
    "aws-jwt-verify",
    "cognitojwt",
    "express-jwt",
    "fast-jwt",
    "fastapi_cloudauth",
    "jose",
    "jsonwebtoken",
    "jsonwebtoken-esm",
    "jwt",
    "jwt-decode",
    "jwt-simple",
    "jwt_decode",
    "koa-jwt",
    "passport-jwt",
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

/// Options that hold the keys of a verifier, or where they are.
const KEYS: &[&str] = &["secret", "secretOrKey", "secretOrKeyProvider", "jwksUri", "jwks_uri", "key"];

/// What cognitojwt takes after the token, in order.
const COGNITOJWT: &[&str] = &["", "", "UserPoolId", "ClientId"];

/// How far the address of keys is looked for: calls of calls.
const DEEPEST: u32 = 5;

/// A verification or decoding of a token that may be Cognito's.
pub(super) fn call(ev: &mut Evaluator<'_>, call: &Invocation<'_>) -> Option<Val> {
    let library = match (call.symbol(), call.method()) {
        (Some(symbol), _) => symbol.clone(),
        // A service that was given, not what a call of the library answered.
        (_, Some((receiver, _))) if matches!(receiver.source(), Some(Source::Input { .. })) => super::root(receiver)?,
        _ => return None,
    };
    let operation = operation(ev, call, &library.package)?;
    let keys = keys(ev, call);
    let is_cognito = ev.mentions_cognito(call.site.scope)
        || keys.as_ref().is_some_and(|keys| address_of_keys(ev, keys, DEEPEST).is_some())
        || call.args.get(0).is_some_and(|token| ev.is_answer(token));
    // Tokens that are signed with a secret of the app's own are not Cognito's.
    let is_own = allows_only(ev, call, "HS") || keys.as_ref().is_some_and(|keys| is_shared_secret(ev, keys));
    if !is_cognito || operation == Operation::Verify && is_own {
        return None;
    }
    let parameters = match operation {
        Operation::Decode => {
            let token = call.args.get(0).cloned().unwrap_or(Val::null(call.site.loc));
            ev.map_of([("Token", token)], call.site.loc)
        }
        _ => verified(ev, call, keys.as_ref(), &library.package),
    };
    let meaning = Meaning::new(operation, parameters, &library.package, call.callee.name());
    Some(ev.record(meaning, call.callee, call.args, call.site))
}

fn operation(ev: &mut Evaluator<'_>, call: &Invocation<'_>, package: &str) -> Option<Operation> {
    let name = call.callee.name();
    let python = ev.language(call.site.scope) == Language::Python;
    match (package, name) {
        ("aws-jwt-verify", "create") => Some(Operation::Verify),
        ("aws-jwt-verify", _) => None,
        ("fastapi_cloudauth" | "fastapi_cloudauth.cognito", "Cognito" | "CognitoCurrentUser" | "CognitoClaims") => {
            Some(Operation::Verify)
        }
        (_, "expressjwt" | "jwtVerify" | "verifyAsync" | "verify" | "jwtDecrypt") if !python => Some(Operation::Verify),
        ("express-jwt" | "koa-jwt", "" | "default") => Some(Operation::Verify),
        ("passport-jwt", "Strategy") if call.made => Some(Operation::Verify),
        ("jwt-decode" | "jwt_decode", _) if !call.made => Some(Operation::Decode),
        (_, "decodeJwt" | "jwtDecode" | "get_unverified_claims") => Some(Operation::Decode),
        ("cognitojwt", "decode" | "decode_async") => Some(Operation::Verify),
        // A key is made of the pool's key set to verify signatures with it.
        ("jose", "construct") if python => Some(Operation::Verify),
        ("jose", "decode") if !python => None,
        (_, "decode") if !python => Some(Operation::Decode),
        (_, "decode" | "decode_complete") => {
            Some(if is_unverified(ev, call) { Operation::Decode } else { Operation::Verify })
        }
        _ => None,
    }
}

/// Whether the arguments of a Python library's `decode` say that the signature is not looked at.
fn is_unverified(ev: &mut Evaluator<'_>, call: &Invocation<'_>) -> bool {
    let is_off = |ev: &Evaluator<'_>, val: &Val| ev.known_truth(val, true) == Some(false);
    let options = call.keyword(ev, "options").and_then(|options| options.object());
    let option = options.and_then(|id| ev.heap.object(id).entry("verify_signature")).map(|entry| entry.val.clone());
    option.is_some_and(|option| is_off(ev, &option))
        || call.keyword(ev, "verify").is_some_and(|verify| is_off(ev, &verify))
        || allows_only(ev, call, "none")
}

/// Whether the algorithms of a verification are known, and the names of all begin with `start`.
fn allows_only(ev: &mut Evaluator<'_>, call: &Invocation<'_>, start: &str) -> bool {
    let mut named = options(ev, call).into_iter().filter_map(|id| {
        let object = ev.heap.object(id);
        ["algorithms", "algorithm"].iter().find_map(|key| object.entry(key)).map(|entry| entry.val.clone())
    });
    let Some(algorithms) = named.next().or_else(|| call.args.get(2).cloned()) else { return false };
    let all = ev.known_items(&algorithms).unwrap_or_else(|| vec![algorithms]);
    let begins = |text: &str| text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start));
    !all.is_empty() && all.iter().all(|val| val.text().is_some_and(|text| begins(text)))
}

/// The maps of options among the arguments: maps, and the items of lists (several pools).
fn options(ev: &Evaluator<'_>, call: &Invocation<'_>) -> Vec<ObjectId> {
    let maps = |val: &Val| match ev.known_items(val) {
        Some(items) => items.iter().filter_map(Val::object).collect(),
        None => val.object().into_iter().collect::<Vec<_>>(),
    };
    call.args.all().flat_map(maps).filter(|id| ev.heap.object(*id).is_map()).collect()
}

/// What a token is verified with: an option, else the argument after the token.
fn keys(ev: &Evaluator<'_>, call: &Invocation<'_>) -> Option<Val> {
    let options = options(ev, call);
    let mut named = options.iter().flat_map(|id| KEYS.iter().filter_map(|key| ev.heap.object(*id).entry(key)));
    let named = named.next().map(|entry| entry.val.clone());
    let place = usize::from(call.callee.name() != "construct");
    named.or_else(|| call.args.get(place).filter(|val| val.object().is_none()).cloned())
}

/// What a verifier checks. Of several pools each parameter is a list.
fn verified(ev: &mut Evaluator<'_>, call: &Invocation<'_>, keys: Option<&Val>, package: &str) -> Val {
    let loc = call.site.loc;
    let map = ev.new_map(loc);
    let mut given: Vec<(&str, Vec<Val>, Loc)> = Vec::new();
    for id in options(ev, call) {
        let object = ev.heap.object(id).clone();
        ev.heap.object_mut(map).open |= object.open;
        for entry in object.entries.into_iter().filter(|entry| !entry.val.is_null()) {
            let Some((_, name)) = PARAMETERS.iter().find(|(option, _)| *entry.key == **option) else { continue };
            match given.iter_mut().find(|(known, ..)| known == name) {
                Some((_, vals, _)) => vals.push(entry.val),
                None => given.push((name, vec![entry.val], entry.key_loc)),
            }
        }
    }
    if package == "cognitojwt" {
        let positional = COGNITOJWT.iter().zip(&call.args.positional).filter(|(name, _)| !name.is_empty());
        given.extend(positional.map(|(name, val)| (*name, vec![val.clone()], val.loc)));
    }
    if !given.iter().any(|(name, ..)| matches!(*name, "Issuer" | "UserPoolId"))
        && let Some(address) = keys.and_then(|keys| address_of_keys(ev, keys, DEEPEST))
    {
        given.push(("Issuer", vec![address], loc));
    }
    for (name, mut vals, key_loc) in given {
        let val = match (vals.pop(), vals.is_empty()) {
            (Some(only), true) => only,
            (last, _) => {
                let all: Vec<Val> = vals.into_iter().chain(last).collect();
                let items: Vec<Val> =
                    all.iter().flat_map(|val| ev.known_items(val).unwrap_or_else(|| vec![val.clone()])).collect();
                ev.list_of(items, loc)
            }
        };
        ev.put_entry(map, name.into(), key_loc, val, None);
    }
    Val::new(Kind::Object(map), loc)
}

/// The address of a user pool's keys in what makes keys of it: `createRemoteJWKSet(new URL(…))`,
/// `expressJwtSecret({ jwksUri })`, `PyJWKClient(url).get_signing_key_from_jwt(token).key`.
fn address_of_keys(ev: &Evaluator<'_>, keys: &Val, depth: u32) -> Option<Val> {
    let depth = depth.checked_sub(1)?;
    match &keys.kind {
        Kind::Text(text) => identifier::issuer(text).map(|_| keys.clone()),
        Kind::Concat(parts) => {
            let is_host = |part: &Val| part.text().is_some_and(|text| text.contains("cognito-idp."));
            parts.iter().any(is_host).then(|| keys.clone())
        }
        Kind::Object(id) => {
            let object = ev.heap.object(*id);
            KEYS.iter().filter_map(|key| object.entry(key)).find_map(|entry| address_of_keys(ev, &entry.val, depth))
        }
        _ => match keys.source()? {
            Source::Answer(answered) => {
                let receiver = match &answered.callee {
                    Callee::Method { receiver, .. } => Some(receiver),
                    _ => None,
                };
                receiver.into_iter().chain(answered.args.all()).find_map(|val| address_of_keys(ev, val, depth))
            }
            Source::Member { of, .. } => address_of_keys(ev, of, depth),
            _ => None,
        },
    }
}

/// Whether keys are a secret that the app shares with itself.
fn is_shared_secret(ev: &Evaluator<'_>, keys: &Val) -> bool {
    let names_secret = |name: &str| words::split(name).iter().any(|word| word == "secret");
    ev.alternatives(keys).iter().any(|(_, val)| match &val.kind {
        Kind::Text(text) => !text.contains("BEGIN ") && identifier::issuer(text).is_none(),
        Kind::Reference(reference) => match &**reference {
            Reference::Environment(name) | Reference::Setting(name) => names_secret(name),
            _ => false,
        },
        Kind::Opaque(_) => match val.source() {
            Some(Source::Member { key, .. }) => names_secret(key),
            Some(Source::Input { name, .. }) => names_secret(name),
            _ => false,
        },
        _ => false,
    })
}
