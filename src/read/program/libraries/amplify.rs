//! aws-amplify, versions 5 and 6.
//!
//! A sign-in is followed by refreshes that the library makes by itself, in whichever way its version refreshes.

use super::super::domain::{Kind, ObjectId, Symbol, Val};
use super::super::evaluator::Evaluator;
use super::super::record::Meaning;
use super::super::versions;
use super::{Invocation, maybe};
use crate::read::{Automatic, Operation};
use crate::source::{FileId, Loc};

const LIBRARY: &str = "aws-amplify";
/// The first version that refreshes with GetTokensFromRefreshToken. Source: aws-amplify pull request 14427.
const NEW_REFRESH: [u32; 3] = [6, 15, 4];

/// The packages of this family.
pub(super) const PACKAGES: &[&str] = &[
    "aws-amplify",
    "@aws-amplify/auth",
    "@aws-amplify/core",
    "@aws-amplify/ui-react",
    "@aws-amplify/ui-react-native",
    "@aws-amplify/ui-vue",
];

/// Functions of version 6 and methods of `Auth` of version 5, and what they do.
const FUNCTIONS: &[(&str, Does)] = &[
    ("signIn", Does::SignIn),
    ("autoSignIn", Does::SignIn),
    ("Authenticator", Does::SignIn),
    ("withAuthenticator", Does::SignIn),
    ("fetchAuthSession", Does::Session),
    ("currentSession", Does::Session),
    ("currentAuthenticatedUser", Does::Session),
    ("signUp", Does::Client(Operation::SignUp)),
    ("confirmSignUp", Does::Client(Operation::ConfirmSignUp)),
    ("resendSignUpCode", Does::Client(Operation::ResendConfirmationCode)),
    ("resendSignUp", Does::Client(Operation::ResendConfirmationCode)),
    ("resetPassword", Does::Client(Operation::ForgotPassword)),
    ("forgotPassword", Does::Client(Operation::ForgotPassword)),
    ("confirmResetPassword", Does::Client(Operation::ConfirmForgotPassword)),
    ("forgotPasswordSubmit", Does::Client(Operation::ConfirmForgotPassword)),
    ("confirmSignIn", Does::Challenge),
    ("sendCustomChallengeAnswer", Does::Challenge),
    ("completeNewPassword", Does::Challenge),
    ("rememberDevice", Does::Device(Operation::UpdateDeviceStatus)),
    ("forgetDevice", Does::Device(Operation::ForgetDevice)),
    ("signInWithRedirect", Does::Redirect),
    ("federatedSignIn", Does::Redirect),
];

/// Where configurations have what, by their versions and forms.
const CLIENT_IDS: &[&[&str]] = &[
    &["Auth", "Cognito", "userPoolClientId"],
    &["Auth", "userPoolWebClientId"],
    &["auth", "user_pool_client_id"],
    &["aws_user_pools_web_client_id"],
    &["userPoolWebClientId"],
    &["Cognito", "userPoolClientId"],
];
const FLOWS: &[&[&str]] =
    &[&["Auth", "authenticationFlowType"], &["authenticationFlowType"], &["aws_cognito_authentication_flow_type"]];
const OAUTH: &[&[&str]] =
    &[&["Auth", "Cognito", "loginWith", "oauth"], &["Auth", "oauth"], &["auth", "oauth"], &["oauth"]];

/// Values of `authFlowType` that are not the flow's own name.
const RENAMED_FLOWS: &[(&str, &str)] = &[
    ("CUSTOM_WITHOUT_SRP", "CUSTOM_AUTH"),
    ("CUSTOM_WITH_SRP", "CUSTOM_AUTH"),
    ("ALLOW_USER_SRP_AUTH", "USER_SRP_AUTH"),
];

#[derive(Clone, Copy)]
enum Does {
    SignIn,
    /// Gives the session, refreshed when it is over.
    Session,
    Client(Operation),
    Challenge,
    Device(Operation),
    Redirect,
}

/// A call of the library.
pub(super) fn call(ev: &mut Evaluator<'_>, call: &Invocation<'_>) -> Option<Val> {
    let symbol = call.symbol()?;
    let name = symbol.name();
    if name == "configure" && is_configure(symbol) {
        let given = call.args.get(0)?.clone();
        ev.emit_library_settings(Some(&given), call.site.scope);
        let file = ev.file(call.site.scope);
        ev.library_state.amplify.push((file, given));
        return Some(Val::null(call.site.loc));
    }
    let (_, does) = FUNCTIONS.iter().find(|(known, _)| *known == name)?;
    if !is_auth(symbol) {
        return None;
    }
    let loc = call.site.loc;
    let config = configuration(ev, ev.file(call.site.scope));
    let client = config.as_ref().and_then(|config| first_at(ev, config, CLIENT_IDS)).unwrap_or_else(|| ev.dynamic(loc));
    let (operation, parameters) = match does {
        Does::SignIn => (Operation::InitiateAuth, sign_in(ev, call, config.as_ref(), &client)),
        Does::Session => return Some(refresh(ev, call, client)),
        Does::Client(operation) => {
            let user = ev.dynamic(loc);
            (*operation, ev.map_of([("ClientId", client), ("Username", user)], loc))
        }
        Does::Challenge => {
            let responses = ev.map_of::<&str>([], loc);
            open(ev, &responses);
            (
                Operation::RespondToAuthChallenge,
                ev.map_of([("ClientId", client), ("ChallengeResponses", responses)], loc),
            )
        }
        Does::Device(operation) => (*operation, ev.map_of::<&str>([], loc)),
        Does::Redirect => (Operation::Authorize, authorize(ev, config.as_ref(), client, loc)),
    };
    let answer = ev.record(meaning(operation, parameters, name, false), call.callee, call.args, call.site);
    if matches!(does, Does::SignIn | Does::Redirect) {
        let client =
            config.as_ref().and_then(|config| first_at(ev, config, CLIENT_IDS)).unwrap_or_else(|| ev.dynamic(loc));
        refresh(ev, call, client);
    }
    Some(answer)
}

fn meaning(operation: Operation, parameters: Val, entry: &str, implicit: bool) -> Meaning {
    let automatic = Automatic {
        confirms_device: true,
        answers_device_challenge: true,
        stores_tokens: true,
        no_secret: true,
        implicit,
    };
    Meaning { automatic, ..Meaning::new(operation, parameters, LIBRARY, entry) }
}

fn is_configure(symbol: &Symbol) -> bool {
    matches!(&*symbol.path, "Amplify.configure" | "Auth.configure" | "default.configure" | "configure")
}

/// Whether a name is one of the authentication category.
fn is_auth(symbol: &Symbol) -> bool {
    symbol.package.contains("auth") || symbol.package.contains("/ui-") || symbol.path.starts_with("Auth.")
}

/// The refresh that the library makes when tokens are over.
fn refresh(ev: &mut Evaluator<'_>, call: &Invocation<'_>, client: Val) -> Val {
    let loc = call.site.loc;
    let token = ev.dynamic(loc);
    let (operation, parameters) = if is_new(ev, ev.file(call.site.scope)) {
        let map = ev.map_of([("ClientId", client), ("RefreshToken", token)], loc);
        maybe(ev, &map, "DeviceKey", loc);
        (Operation::GetTokensFromRefreshToken, map)
    } else {
        let auth = ev.map_of([("REFRESH_TOKEN", token)], loc);
        maybe(ev, &auth, "DEVICE_KEY", loc);
        let flow = Val::text_at("REFRESH_TOKEN_AUTH", loc);
        let map = ev.map_of([("AuthFlow", flow), ("ClientId", client), ("AuthParameters", auth)], loc);
        (Operation::InitiateAuth, map)
    };
    let entry = call.callee.name().to_owned();
    ev.record(meaning(operation, parameters, &entry, true), call.callee, call.args, call.site)
}

/// Whether the version refreshes in the new way; a range does where it admits such a version.
fn is_new(ev: &mut Evaluator<'_>, file: FileId) -> bool {
    let version = ev.versions.of(file, LIBRARY);
    match version.as_deref().and_then(versions::numbers) {
        Some((numbers, is_range)) => {
            numbers >= NEW_REFRESH || (is_range && (numbers[0] == NEW_REFRESH[0] || numbers[0] == 0))
        }
        None => false,
    }
}

fn sign_in(ev: &mut Evaluator<'_>, call: &Invocation<'_>, config: Option<&Val>, client: &Val) -> Val {
    let loc = call.site.loc;
    let input = call.args.get(0).cloned().unwrap_or(Val::null(loc));
    let of_input = |ev: &Evaluator<'_>, path: &[&str]| at(ev, &input, path);
    let is_object = input.object().is_some();
    let user = if is_object { of_input(ev, &["username"]) } else { Some(input.clone()) };
    let password = if is_object { of_input(ev, &["password"]) } else { call.args.get(1).cloned() };
    let chosen = of_input(ev, &["options", "authFlowType"]).or_else(|| of_input(ev, &["authFlowType"]));
    let chosen = chosen.or_else(|| config.and_then(|config| first_at(ev, config, FLOWS)));
    let has_no_password =
        call.callee.name() == "signIn" && !is_object && input.text().is_none() && call.args.positional.len() == 1;
    let flow = match chosen {
        Some(flow) => renamed(&flow),
        None if has_no_password => Val::text_at("CUSTOM_AUTH", loc),
        None => Val::text_at("USER_SRP_AUTH", loc),
    };
    let user = user.unwrap_or_else(|| ev.dynamic(loc));
    let auth = ev.map_of([("USERNAME", user)], loc);
    if let Some(id) = auth.object() {
        let unknown = ev.dynamic(loc);
        match flow.text().map(|flow| &**flow) {
            Some("USER_SRP_AUTH") => ev.put_entry(id, "SRP_A".into(), loc, unknown, None),
            Some("USER_PASSWORD_AUTH") => ev.put_entry(id, "PASSWORD".into(), loc, password.unwrap_or(unknown), None),
            _ => ev.heap.object_mut(id).open = true,
        }
    }
    maybe(ev, &auth, "DEVICE_KEY", loc);
    ev.map_of([("AuthFlow", flow), ("ClientId", client.clone()), ("AuthParameters", auth)], loc)
}

fn renamed(flow: &Val) -> Val {
    let name = flow.text().and_then(|text| RENAMED_FLOWS.iter().find(|(known, _)| **text == **known));
    match name {
        Some((_, wire)) => Val::text_at(*wire, flow.loc),
        None => flow.clone(),
    }
}

fn authorize(ev: &mut Evaluator<'_>, config: Option<&Val>, client: Val, loc: Loc) -> Val {
    let map = ev.map_of([("client_id", client)], loc);
    open(ev, &map);
    let Some(oauth) = config.and_then(|config| first_at(ev, config, OAUTH)) else { return map };
    for (key, options) in [
        ("redirect_uri", ["redirectSignIn", "redirect_sign_in_uri"]),
        ("scope", ["scopes", "scope"]),
        ("response_type", ["responseType", "response_type"]),
    ] {
        let found = options.iter().find_map(|option| at(ev, &oauth, &[option]));
        if let (Some(id), Some(val)) = (map.object(), found) {
            ev.put_entry(id, key.into(), val.loc, val, None);
        }
    }
    map
}

fn open(ev: &mut Evaluator<'_>, map: &Val) {
    if let Some(id) = map.object() {
        ev.heap.object_mut(id).open = true;
    }
}

/// The configuration that was given nearest to a file.
fn configuration(ev: &Evaluator<'_>, file: FileId) -> Option<Val> {
    let package = ev.versions.package_folder(file);
    // Another app's says nothing of this one; of one app's, one that is given nothing known says less than one that is.
    let is_own = |other: FileId| package.is_some() && ev.versions.package_folder(other) == package;
    let says = |val: &Val| first_at(ev, val, CLIENT_IDS).is_some_and(|id| id.source().is_none());
    let all = ev.library_state.amplify.iter().rev();
    let nearest = all.max_by_key(|(other, val)| (is_own(*other), says(val), super::shared_folders(ev, file, *other)));
    nearest.map(|(_, val)| val.clone())
}

fn first_at(ev: &Evaluator<'_>, of: &Val, paths: &[&[&str]]) -> Option<Val> {
    paths.iter().find_map(|path| at(ev, of, path))
}

/// The value under a path of a map that is known.
fn at(ev: &Evaluator<'_>, of: &Val, path: &[&str]) -> Option<Val> {
    path.iter().try_fold(of.clone(), |val, key| match &val.kind {
        Kind::Object(id) => entry(ev, *id, key),
        _ => None,
    })
}

fn entry(ev: &Evaluator<'_>, id: ObjectId, key: &str) -> Option<Val> {
    let entry = ev.heap.object(id).entry(key)?;
    Some(entry.val.clone()).filter(|val| !val.is_null())
}
