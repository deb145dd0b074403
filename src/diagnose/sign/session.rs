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
    let begun = |session: &Session<'_>| case.token_of(session).and_then(|token| token.signed_in);
    let is_since = |session: &Session<'_>, event: &Event| {
        let of_session = || session.since_sign_in().iter().any(|other| std::ptr::eq(*other, event));
        session.sign_in().is_some() && of_session() || begun(session).is_some_and(|begun| begun <= event.at)
    };
    let mut ended: Vec<(&Session<'_>, &Event)> = case
        .sessions
        .iter()
        .filter_map(|session| Some((session, session.before.iter().rev().copied().find(is_end)?)))
        .collect();
    if ended.iter().any(|(session, event)| is_since(session, event)) {
        ended.retain(|(session, event)| is_since(session, event));
    }
    let Some((session, event)) = ended.first().copied() else {
        return match case.sessions.iter().find_map(Session::sign_in).filter(|_| case.history.is_broad) {
            Some(sign_in) => signs.speak_against(
                Weight::Some,
                format!("no {names} of the user is among the events since the sign-in at {}", sign_in.at),
                sign_in.shown_place(),
            ),
            None => signs.miss(format!("whether {what}: an event {names} says so (--events)")),
        };
    };
    let is_all = ended.len() == case.sessions.len();
    let part =
        if is_all { String::new() } else { format!(" (so for {} of {} users)", ended.len(), case.sessions.len()) };
    let text = format!("{what} at {} ({})", event.at, event.name);
    if is_all && case.sessions.len() == 1 && begun(session).is_some_and(|begun| begun > event.at) {
        return signs.speak_against(
            Weight::Deciding,
            format!("{text}, before the session of the token began"),
            event.shown_place(),
        );
    }
    let is_after_sign_in = is_since(session, event);
    let weight = match act {
        _ if !is_after_sign_in || !is_all => Weight::Some,
        Act::Password => Weight::Some,
        Act::Revoke => ended.iter().map(|(session, event)| revoking(session, event)).min().unwrap_or(Weight::Some),
        _ => Weight::Deciding,
    };
    let weight = if session.is_by_name { weight } else { weight.weaker() };
    let order = if is_after_sign_in { "between sign-in and refusal" } else { "before the refusal" };
    signs.speak_for(weight, format!("{text}, {order}{part}"), event.shown_place());
}

/// RevokeToken ends one session, which may be another one of the user: of another client, or of another sign-in.
fn revoking(session: &Session<'_>, event: &Event) -> Weight {
    let is_of_other =
        event.client.is_some() && session.failure.client.is_some() && event.client != session.failure.client;
    let begins = |other: &&&Event| other.began_session() && !other.name.ends_with("RespondToAuthChallenge");
    if is_of_other {
        Weight::Some
    } else if session.before.iter().filter(begins).count() > 1 {
        Weight::Strong
    } else {
        Weight::Deciding
    }
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
