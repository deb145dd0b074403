//! pycognito and its ancestor warrant.

use std::rc::Rc;

use super::super::domain::{Answered, Args, Callee, Source, Symbol, Val};
use super::super::evaluator::Evaluator;
use super::super::record::Meaning;
use super::{Invocation, root};
use crate::read::{Automatic, Operation};
use crate::source::Loc;

/// The packages of this family.
pub(super) const PACKAGES: &[&str] = &["pycognito", "warrant"];

/// The parameters of `Cognito(…)` in order. Source: pycognito 2024.5.1, warrant 0.6.
const PARAMETERS: &[&str] = &[
    "user_pool_id",
    "client_id",
    "user_pool_region",
    "username",
    "id_token",
    "refresh_token",
    "access_token",
    "client_secret",
];
/// The parameters of `AWSSRP(…)` in order.
const SRP_PARAMETERS: &[&str] =
    &["username", "password", "pool_id", "client_id", "pool_region", "client", "client_secret", "device_key"];

/// Methods: name, operation, flow or challenge, and where the hash of a client with a secret goes.
const METHODS: &[(&str, Operation, Option<&str>)] = &[
    ("authenticate", Operation::InitiateAuth, Some("USER_SRP_AUTH")),
    ("authenticate_user", Operation::InitiateAuth, Some("USER_SRP_AUTH")),
    ("admin_authenticate", Operation::AdminInitiateAuth, Some("ADMIN_NO_SRP_AUTH")),
    ("renew_access_token", Operation::InitiateAuth, Some("REFRESH_TOKEN_AUTH")),
    ("check_token", Operation::InitiateAuth, Some("REFRESH_TOKEN_AUTH")),
    ("register", Operation::SignUp, None),
    ("confirm_sign_up", Operation::ConfirmSignUp, None),
    ("resend_confirmation_code", Operation::ResendConfirmationCode, None),
    ("initiate_forgot_password", Operation::ForgotPassword, None),
    ("confirm_forgot_password", Operation::ConfirmForgotPassword, None),
    ("confirm_device", Operation::ConfirmDevice, None),
    ("update_device_status", Operation::UpdateDeviceStatus, None),
    ("forget_device", Operation::ForgetDevice, None),
    ("logout", Operation::GlobalSignOut, None),
    ("verify_token", Operation::Verify, None),
];

/// A call of the library.
pub(super) fn call(ev: &mut Evaluator<'_>, call: &Invocation<'_>) -> Option<Val> {
    if let Some(symbol) = call.symbol() {
        let is_class = symbol.name().starts_with(|first: char| first.is_ascii_uppercase());
        if !is_class {
            return None;
        }
        let given = given(ev, symbol, call.args, call.site.loc);
        ev.emit_library_settings(Some(&given), call.site.scope);
        return Some(ev.answer(call.callee.clone(), Args::of(vec![given]), true, call.site.loc));
    }
    let (receiver, name) = call.method()?;
    let (_, operation, flow) = METHODS.iter().find(|(known, ..)| **name == **known)?;
    let Some(Source::Answer(Answered { args, made: true, .. })) = receiver.source() else { return None };
    let class = root(receiver)?;
    let given = args.get(0)?.clone();
    let parameters = parameters(ev, call, &given, *operation, *flow);
    let mut meaning = Meaning::new(*operation, parameters, &class.package, name);
    meaning.automatic = Automatic { stores_tokens: true, implicit: &**name == "check_token", ..Automatic::default() };
    Some(ev.record(meaning, call.callee, call.args, call.site))
}

/// The constructor's arguments by their names.
fn given(ev: &mut Evaluator<'_>, symbol: &Symbol, args: &Args, loc: Loc) -> Val {
    let names = if symbol.name() == "AWSSRP" { SRP_PARAMETERS } else { PARAMETERS };
    let map = ev.new_map(loc);
    for (name, val) in names.iter().zip(&args.positional) {
        ev.put_entry(map, (*name).into(), val.loc, val.clone(), None);
    }
    if let Some(keywords) = &args.keywords {
        ev.spread_into(map, keywords);
    }
    ev.heap.object_mut(map).open |= args.open;
    Val::new(super::super::domain::Kind::Object(map), loc)
}

fn parameters(
    ev: &mut Evaluator<'_>,
    call: &Invocation<'_>,
    given: &Val,
    operation: Operation,
    flow: Option<&str>,
) -> Val {
    let loc = call.site.loc;
    let field = |ev: &mut Evaluator<'_>, names: &[&str]| {
        let object = given.object().map(|id| ev.heap.object(id));
        let found =
            object.and_then(|object| names.iter().find_map(|name| object.entry(name)).map(|entry| entry.val.clone()));
        (found.clone().filter(|val| !val.is_null()), object.is_some_and(|object| object.open))
    };
    let (client, _) = field(ev, &["client_id"]);
    let (pool, _) = field(ev, &["user_pool_id", "pool_id"]);
    let (user, _) = field(ev, &["username"]);
    let (secret, may_have_secret) = field(ev, &["client_secret"]);
    let client = client.unwrap_or_else(|| ev.dynamic(loc));
    let user = user.unwrap_or_else(|| ev.dynamic(loc));
    let hash = secret.map(|secret| secret_hash(ev, secret, user.clone(), client.clone(), loc));
    if operation == Operation::Verify {
        let pool = pool.unwrap_or_else(|| ev.dynamic(loc));
        return ev.map_of([("UserPoolId", pool), ("ClientId", client)], loc);
    }
    if matches!(
        operation,
        Operation::ConfirmDevice | Operation::UpdateDeviceStatus | Operation::ForgetDevice | Operation::GlobalSignOut
    ) {
        return ev.map_of::<&str>([], loc);
    }
    let mut entries: Vec<(&str, Val)> = Vec::new();
    let Some(flow) = flow else {
        entries.extend([("ClientId", client), ("Username", user)]);
        entries.extend(hash.map(|hash| ("SecretHash", hash)));
        return opened(ev, entries, may_have_secret, loc);
    };
    let mut inner: Vec<(&str, Val)> = match flow {
        "REFRESH_TOKEN_AUTH" => {
            let (token, _) = field(ev, &["refresh_token"]);
            vec![("REFRESH_TOKEN", token.unwrap_or_else(|| ev.dynamic(loc)))]
        }
        "USER_SRP_AUTH" => {
            let srp = ev.dynamic(loc);
            vec![("USERNAME", user), ("SRP_A", srp)]
        }
        _ => {
            let password = call.args.get(0).cloned().or_else(|| call.keyword(ev, "password"));
            vec![("USERNAME", user), ("PASSWORD", password.unwrap_or_else(|| ev.dynamic(loc)))]
        }
    };
    inner.extend(hash.map(|hash| ("SECRET_HASH", hash)));
    // Only AWSSRP knows device keys, and only at sign-in.
    let (device, _) = field(ev, &["device_key"]);
    inner.extend(device.filter(|_| flow == "USER_SRP_AUTH").map(|device| ("DEVICE_KEY", device)));
    let auth = opened(ev, inner, may_have_secret, loc);
    entries.extend([("AuthFlow", Val::text_at(flow, loc)), ("ClientId", client)]);
    entries.extend(pool.filter(|_| operation == Operation::AdminInitiateAuth).map(|pool| ("UserPoolId", pool)));
    entries.push(("AuthParameters", auth));
    ev.map_of(entries, loc)
}

fn opened(ev: &mut Evaluator<'_>, entries: Vec<(&str, Val)>, open: bool, loc: Loc) -> Val {
    let map = ev.map_of(entries, loc);
    if let (true, Some(id)) = (open, map.object()) {
        ev.heap.object_mut(id).open = true;
    }
    map
}

/// The hash as the library makes it: of user name and client id.
fn secret_hash(ev: &mut Evaluator<'_>, secret: Val, user: Val, client: Val, loc: Loc) -> Val {
    let symbol =
        |package: &str, path: &str| Callee::Symbol(Rc::new(Symbol { package: package.into(), path: path.into() }));
    let message = ev.concat(vec![user, client], loc);
    let digest = Val::symbol("hashlib", "sha256", loc);
    let hmac = ev.answer(symbol("hmac", "new"), Args::of(vec![secret, message, digest]), false, loc);
    let bytes = ev.answer(Callee::Method { receiver: hmac, name: "digest".into() }, Args::default(), false, loc);
    ev.answer(symbol("base64", "b64encode"), Args::of(vec![bytes]), false, loc)
}
