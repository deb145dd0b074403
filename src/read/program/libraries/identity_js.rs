//! amazon-cognito-identity-js.

use std::sync::Arc;

use super::super::domain::{Answered, Args, Callee, Kind, Source, Val};
use super::super::evaluator::{Evaluator, Flow};
use super::super::record::Meaning;
use super::{Invocation, maybe, root};
use crate::read::{Automatic, Operation};
use crate::source::Loc;
use crate::when::When;

const LIBRARY: &str = "amazon-cognito-identity-js";

/// The packages of this family.
pub(super) const PACKAGES: &[&str] = &[LIBRARY];

/// Classes that only keep what they are given.
const CLASSES: &[&str] = &[
    "CognitoUserPool",
    "CognitoUser",
    "AuthenticationDetails",
    "CognitoUserAttribute",
    "CognitoRefreshToken",
    "CognitoUserSession",
    "CognitoIdToken",
    "CognitoAccessToken",
    "CookieStorage",
];

/// Methods of a user or pool: name, operation, and what they send.
const METHODS: &[(&str, Operation, Sent)] = &[
    ("authenticateUser", Operation::InitiateAuth, Sent::SignIn),
    ("initiateAuth", Operation::InitiateAuth, Sent::Custom),
    ("refreshSession", Operation::InitiateAuth, Sent::Refresh),
    ("getSession", Operation::InitiateAuth, Sent::Renewal),
    ("sendCustomChallengeAnswer", Operation::RespondToAuthChallenge, Sent::Challenge("CUSTOM_CHALLENGE")),
    ("sendMFACode", Operation::RespondToAuthChallenge, Sent::Challenge("SMS_MFA")),
    ("completeNewPasswordChallenge", Operation::RespondToAuthChallenge, Sent::Challenge("NEW_PASSWORD_REQUIRED")),
    ("sendMFASelectionAnswer", Operation::RespondToAuthChallenge, Sent::Challenge("SELECT_MFA_TYPE")),
    ("signUp", Operation::SignUp, Sent::Client),
    ("confirmRegistration", Operation::ConfirmSignUp, Sent::Client),
    ("resendConfirmationCode", Operation::ResendConfirmationCode, Sent::Client),
    ("forgotPassword", Operation::ForgotPassword, Sent::Client),
    ("confirmPassword", Operation::ConfirmForgotPassword, Sent::Client),
    ("setDeviceStatusRemembered", Operation::UpdateDeviceStatus, Sent::Remembered("remembered")),
    ("setDeviceStatusNotRemembered", Operation::UpdateDeviceStatus, Sent::Remembered("not_remembered")),
    ("forgetDevice", Operation::ForgetDevice, Sent::Nothing),
    ("globalSignOut", Operation::GlobalSignOut, Sent::Nothing),
];

/// What a method sends.
#[derive(Clone, Copy)]
enum Sent {
    SignIn,
    Custom,
    Refresh,
    /// A refresh when the session is over.
    Renewal,
    Challenge(&'static str),
    /// The client's id and no secret hash.
    Client,
    Remembered(&'static str),
    Nothing,
}

/// A call of the library.
pub(super) fn call(ev: &mut Evaluator<'_>, call: &Invocation<'_>) -> Option<Val> {
    if let Some(symbol) = call.symbol() {
        let is_kept = call.made && CLASSES.contains(&symbol.name());
        if is_kept && symbol.name() == "CognitoUserPool" {
            ev.emit_library_settings(call.args.get(0), call.site.scope);
        }
        return is_kept.then(|| ev.answer(call.callee.clone(), call.args.clone(), true, call.site.loc));
    }
    let (receiver, name) = call.method()?;
    if &**name == "setAuthenticationFlowType" {
        let Kind::Opaque(user) = &receiver.kind else { return None };
        ev.library_state.flows.insert(user.id, call.args.get(0)?.clone());
        return Some(Val::null(call.site.loc));
    }
    let (_, operation, sent) = METHODS.iter().find(|(known, ..)| **name == **known)?;
    if !is_own(receiver) {
        return None;
    }
    let parameters = parameters(ev, call, receiver, *sent);
    let mut meaning = Meaning::new(*operation, parameters, LIBRARY, name);
    meaning.automatic = Automatic {
        confirms_device: true,
        answers_device_challenge: true,
        stores_tokens: true,
        no_secret: true,
        implicit: matches!(sent, Sent::Renewal),
    };
    let answer = ev.record(meaning, call.callee, call.args, call.site);
    tell(ev, call, &answer);
    Some(answer)
}

/// Whether a value is a user or a pool of the library.
fn is_own(val: &Val) -> bool {
    root(val).is_some_and(|class| matches!(class.name(), "CognitoUser" | "CognitoUserPool"))
}

fn parameters(ev: &mut Evaluator<'_>, call: &Invocation<'_>, receiver: &Val, sent: Sent) -> Val {
    let loc = call.site.loc;
    let client = client_id(ev, receiver, loc);
    let text = |text: &str| Val::text_at(text, loc);
    let mut entries: Vec<(&str, Val)> = Vec::new();
    match sent {
        Sent::SignIn | Sent::Custom => {
            let flow = flow_of(ev, receiver).unwrap_or_else(|| match sent {
                Sent::Custom => text("CUSTOM_AUTH"),
                _ => text("USER_SRP_AUTH"),
            });
            let details = details(ev, call.args.get(0));
            let auth = sign_in_parameters(ev, &flow, &details, loc);
            entries.extend([("AuthFlow", flow), ("ClientId", client), ("AuthParameters", auth)]);
        }
        Sent::Refresh | Sent::Renewal => {
            let token = call.args.get(0).filter(|_| matches!(sent, Sent::Refresh));
            let token = token.and_then(Val::answered).and_then(|made| made.args.get(0).and_then(Val::object));
            let token = token.and_then(|id| ev.heap.object(id).entry("RefreshToken")).map(|entry| entry.val.clone());
            let token = token.unwrap_or_else(|| ev.dynamic(loc));
            let auth = ev.map_of([("REFRESH_TOKEN", token)], loc);
            maybe(ev, &auth, "DEVICE_KEY", loc);
            entries.extend([("AuthFlow", text("REFRESH_TOKEN_AUTH")), ("ClientId", client), ("AuthParameters", auth)]);
        }
        Sent::Challenge(name) => {
            let user = ev.dynamic(loc);
            let responses = ev.map_of([("USERNAME", user)], loc);
            maybe(ev, &responses, "DEVICE_KEY", loc);
            if let Some(id) = responses.object() {
                ev.heap.object_mut(id).open = true;
            }
            entries.extend([("ChallengeName", text(name)), ("ClientId", client), ("ChallengeResponses", responses)]);
        }
        Sent::Client => {
            let user = ev.dynamic(loc);
            entries.extend([("ClientId", client), ("Username", user)]);
        }
        Sent::Remembered(status) => entries.push(("DeviceRememberedStatus", text(status))),
        Sent::Nothing => {}
    }
    ev.map_of(entries, loc)
}

/// `AuthParameters` of a sign-in.
fn sign_in_parameters(ev: &mut Evaluator<'_>, flow: &Val, details: &Details, loc: Loc) -> Val {
    let user = details.user.clone().unwrap_or_else(|| ev.dynamic(loc));
    let password = details.password.clone().unwrap_or_else(|| ev.dynamic(loc));
    let srp = ev.dynamic(loc);
    let auth = ev.map_of([("USERNAME", user)], loc);
    let flows: Vec<Option<Arc<str>>> = ev.alternatives(flow).iter().map(|(_, flow)| flow.text().cloned()).collect();
    if let Some(id) = auth.object() {
        match flows.as_slice() {
            [Some(flow)] if &**flow == "USER_PASSWORD_AUTH" => ev.put_entry(id, "PASSWORD".into(), loc, password, None),
            [Some(flow)] if &**flow == "USER_SRP_AUTH" => ev.put_entry(id, "SRP_A".into(), loc, srp, None),
            _ => ev.heap.object_mut(id).open = true,
        }
    }
    maybe(ev, &auth, "DEVICE_KEY", loc);
    auth
}

struct Details {
    user: Option<Val>,
    password: Option<Val>,
}

fn details(ev: &Evaluator<'_>, val: Option<&Val>) -> Details {
    let object = val.and_then(Val::answered).and_then(|made| made.args.get(0)?.object()).map(|id| ev.heap.object(id));
    let field = |key: &str| object.and_then(|object| object.entry(key)).map(|entry| entry.val.clone());
    Details { user: field("Username"), password: field("Password") }
}

/// The flow a user was told to use.
fn flow_of(ev: &Evaluator<'_>, user: &Val) -> Option<Val> {
    let Kind::Opaque(opaque) = &user.kind else { return None };
    ev.library_state.flows.get(&opaque.id).cloned()
}

/// The client id of the pool that a user, or a pool, was made with.
fn client_id(ev: &mut Evaluator<'_>, val: &Val, loc: Loc) -> Val {
    find_client_id(ev, val, 8).unwrap_or_else(|| ev.dynamic(loc))
}

fn find_client_id(ev: &Evaluator<'_>, val: &Val, depth: u32) -> Option<Val> {
    let depth = depth.checked_sub(1)?;
    match &val.kind {
        Kind::OneOf(_) => ev.alternatives(val).into_iter().find_map(|(_, val)| find_client_id(ev, &val, depth)),
        _ => match val.source()? {
            Source::Answer(Answered { callee: Callee::Symbol(_), args, made: true, .. }) => {
                let object = ev.heap.object(args.get(0)?.object()?);
                match object.entry("ClientId") {
                    Some(id) => Some(id.val.clone()),
                    None => find_client_id(ev, &object.entry("Pool")?.val, depth),
                }
            }
            Source::Answer(Answered { callee: Callee::Method { receiver, .. }, .. }) => {
                find_client_id(ev, receiver, depth)
            }
            Source::Member { of, .. } => find_client_id(ev, of, depth),
            _ => None,
        },
    }
}

/// Gives the answer to the functions that wait for it: `{ onSuccess, onFailure }` or `(err, result) => …`.
fn tell(ev: &mut Evaluator<'_>, call: &Invocation<'_>, answer: &Val) {
    let loc = call.site.loc;
    for argument in
        call.args.positional.iter().filter(|argument| argument.object().is_some() || argument.closure().is_some())
    {
        let functions: Vec<Val> = match argument.object() {
            Some(id) => ev.heap.object(id).entries.iter().map(|entry| entry.val.clone()).collect(),
            None => vec![argument.clone()],
        };
        let by_object = argument.object().is_some();
        for function in functions.iter().filter(|function| function.closure().is_some()) {
            let error = ev.input("err".into(), None, loc);
            let args = if by_object { vec![answer.clone()] } else { vec![error, answer.clone()] };
            ev.split(&[When::always(), When::always()], loc, &mut |it, arm| {
                if arm == 0 {
                    it.call(function, Args::of(args.clone()), call.site);
                }
                (Val::null(loc), Flow::Next)
            });
        }
    }
}
