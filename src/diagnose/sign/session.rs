//! What ended the session, and what came of the token on its way.

use super::super::case::{Case, Session};
use super::super::event::{Act, Event};
use super::super::token::Kind;
use super::{Signs, Weight};

/// The app ended this session.
pub fn revoked(case: &Case<'_>, signs: &mut Signs) {
    ended(case, signs, Act::Revoke, "the token was revoked", "RevokeToken");
}

/// All sessions of the user were ended.
pub fn signed_out(case: &Case<'_>, signs: &mut Signs) {
    ended(case, signs, Act::SignOut, "all sessions of the user were ended", "GlobalSignOut or AdminUserGlobalSignOut");
}

/// The user was taken away or out of use.
pub fn user_removed(case: &Case<'_>, signs: &mut Signs) {
    ended(
        case,
        signs,
        Act::RemoveUser,
        "the user was deleted or disabled",
        "AdminDisableUser, AdminDeleteUser or DeleteUser",
    );
}

/// The password was changed. Whether that ends sessions is not documented.
pub fn password_changed(case: &Case<'_>, signs: &mut Signs) {
    ended(
        case,
        signs,
        Act::Password,
        "the user's password was changed",
        "ChangePassword, ConfirmForgotPassword or AdminSetUserPassword",
    );
}

/// An event of the user between sign-in and refusal decides; one before the last sign-in says little, since the refused
/// token may be an older one.
fn ended(case: &Case<'_>, signs: &mut Signs, act: Act, what: &str, names: &str) {
    let is_end = |event: &&Event| event.act == act && !event.failed;
    let since =
        |session: &Session<'_>| session.since_sign_in().iter().rev().copied().find(is_end).map(|event| event.at);
    let found =
        case.sessions.iter().find_map(|session| Some((session, session.before.iter().rev().copied().find(is_end)?)));
    let begun = case.readable().find_map(|token| token.signed_in);
    let Some((session, event)) = found else {
        return match case.sessions.iter().find_map(Session::sign_in).filter(|_| case.history.is_broad) {
            Some(sign_in) => signs.speak_against(
                Weight::Some,
                format!("no {names} of the user is among the events since the sign-in at {}", sign_in.at),
                sign_in.shown_place(),
            ),
            None => signs.miss(format!("whether {what}: an event {names} says so (--events)")),
        };
    };
    let text = format!("{what} at {} ({})", event.at, event.name);
    if begun.is_some_and(|begun| begun > event.at) {
        return signs.speak_against(
            Weight::Deciding,
            format!("{text}, before the session of the token began"),
            event.shown_place(),
        );
    }
    let is_after_sign_in =
        since(session) == Some(event.at) && session.sign_in().is_some() || begun.is_some_and(|begun| begun <= event.at);
    let weight = match (is_after_sign_in, act) {
        (true, Act::Password) => Weight::Some,
        (true, _) => Weight::Deciding,
        (false, _) => Weight::Some,
    };
    let weight = if session.is_by_name { weight } else { weight.weaker() };
    let order = if is_after_sign_in { "between sign-in and refusal" } else { "before the refusal" };
    signs.speak_for(weight, format!("{text}, {order}"), event.shown_place());
}

/// Whether the refresh token is whole.
pub fn is_whole(case: &Case<'_>, signs: &mut Signs) {
    match case.tokens.iter().find(|token| token.kind == Kind::Refresh) {
        Some(token) if token.is_whole => {
            signs.speak_against(Weight::Strong, "the refresh token that was given is whole", token.source.to_string());
        }
        Some(token) => signs.speak_for(Weight::Strong, "the refresh token that was given is cut off", token.source.to_string()),
        None => signs.miss("whether the refresh token arrives whole: give it as the app stores it (--token); only its shape is looked at"),
    }
}

/// How long the sign-in's steps were apart.
pub fn slow_challenge(case: &Case<'_>, signs: &mut Signs) {
    let step = |session: &Session<'_>| {
        session
            .before
            .iter()
            .rev()
            .find(|event| event.act == Act::SignIn && !event.failed)
            .map(|event| session.failure.at.since(event.at))
    };
    let apart = |session: &Session<'_>| step(session).map(|seconds| seconds > SHORTEST_SESSION);
    if case.sessions.iter().all(|session| apart(session).is_none()) {
        return signs.miss("when the step before the refused one was: give the events of the whole sign-in (--events)");
    }
    signs.sessions(
        case,
        |session| {
            Some((
                apart(session)?,
                session.before.iter().rev().copied().find(|event| event.act == Act::SignIn && !event.failed)?,
            ))
        },
        |is_slow, event| {
            let than = if is_slow { "longer than" } else { "within" };
            format!("the step before it was at {}, {than} the default AuthSessionValidity of 3 minutes", event.at)
        },
    );
}

/// How long a sign-in's session lives where nothing is set, in seconds; it can be set up to 15 minutes.
const SHORTEST_SESSION: i64 = 3 * 60;

/// Whether the same session was answered already.
pub fn answered_twice(case: &Case<'_>, signs: &mut Signs) {
    let earlier = |session: &Session<'_>| -> Option<bool> {
        let last = session.before.last()?;
        Some(last.name == session.failure.name && session.failure.at.since(last.at) <= SHORTEST_SESSION)
    };
    if case.sessions.iter().any(|session| earlier(session) == Some(true)) {
        signs.sessions(
            case,
            |session| Some((earlier(session)?, session.before.last().copied()?)),
            |is_so, event| {
                let again = if is_so { "the same step was sent" } else { "another step was sent" };
                format!("{again} at {}, just before the refused one", event.at)
            },
        );
    } else {
        signs.miss("whether the code sends the newest Session of each answer: a session is good for one answer");
    }
}
