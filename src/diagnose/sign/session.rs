//! What ended the session, and what came of the token on its way.

use super::super::case::{Case, Share};
use super::super::event::{Act, Event};
use super::super::session::Session;
use super::super::token::Kind;
use super::{BY_CALLER, Signs, Weight};

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

/// When an end came, against the sign-ins that the refused token may be from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Time {
    /// After every one of them, or after the token's own: it ended this session.
    Since,
    /// After the most likely one.
    Between,
    /// At a time when no sign-in is known, or before the last one: the token may be an older one.
    Before,
}

/// An event of the user between sign-in and refusal decides; one before the last sign-in says little, since the refused
/// token may be an older one.
fn ended(case: &Case<'_>, signs: &mut Signs, act: Act, what: &str, names: &str) {
    let ends: Vec<(&Session<'_>, &Event, Time)> =
        case.sessions.iter().filter_map(|session| end(case, session, act)).collect();
    // An end before the session of the token began did not end it.
    let is_before_token = |session: &Session<'_>, event: &Event| {
        case.token_of(session).and_then(|token| token.signed_in).is_some_and(|begun| begun > event.at)
    };
    if let [(session, event, _)] = ends.as_slice()
        && case.sessions.len() == 1
        && is_before_token(session, event)
    {
        let text = format!("{what} at {} ({}), before the session of the token began", event.at, event.name);
        return signs.speak_against(Weight::Deciding, text, event.shown_place());
    }
    let Some(time) = ends.iter().map(|(.., time)| *time).min() else {
        return match absent(case, act) {
            Absent::Since(sign_in) => signs.speak_against(
                Weight::Some,
                format!("no {names} of the user is among the events since the sign-in at {}", sign_in.at),
                sign_in.shown_place(),
            ),
            Absent::May(event) => signs.miss(format!(
                "whether {what}: {} at {} does not say of which user it is ({})",
                event.name,
                event.at,
                event.shown_place()
            )),
            Absent::Unknown => signs.miss(format!("whether {what}: an event {names} says so (--events)")),
        };
    };
    let told: Vec<_> = ends.iter().filter(|(.., mine)| *mine == time).collect();
    let Some((_, event, _)) = told.first() else { return };
    let share = Share { count: told.len(), of: case.sessions.len() };
    let of_one = |session: &Session<'_>, event: &Event| {
        let weight = match (time, act) {
            (Time::Since, Act::Revoke) => revoking(session, event),
            (Time::Since, Act::SignOut | Act::RemoveUser) => Weight::Deciding,
            _ => Weight::Some,
        };
        if session.is_by_name(event) { weight } else { weight.weaker() }
    };
    let weight = told.iter().map(|(session, event, _)| of_one(session, event)).min().unwrap_or(Weight::Some);
    let order = if time == Time::Before { "before the refusal" } else { "between sign-in and refusal" };
    let by = if told.iter().all(|(session, event, _)| session.is_by_name(event)) { "" } else { BY_CALLER };
    let text = format!("{what} at {} ({}), {order}{}{by}", event.at, event.name, share.shown());
    signs.speak_for(share.weigh(weight), text, event.shown_place());
}

/// The last end of a kind before a refusal.
fn end<'s, 'a>(case: &Case<'_>, session: &'s Session<'a>, act: Act) -> Option<(&'s Session<'a>, &'a Event, Time)> {
    let event = session.before.iter().rev().copied().find(|event| event.act == act && !event.failed)?;
    let stands_in = |events: &[&Event]| events.iter().any(|other| std::ptr::eq(*other, event));
    let by_token = case.token_of(session).and_then(|token| token.signed_in).map(|begun| begun <= event.at);
    let time = match by_token {
        Some(true) => Time::Since,
        Some(false) => Time::Before,
        None if session.sign_in().is_none() => Time::Before,
        None if stands_in(session.since_all()) => Time::Since,
        None if stands_in(session.since_sign_in()) => Time::Between,
        None => Time::Before,
    };
    Some((session, event, time))
}

/// What it means that no event of a kind is known of a refused user.
pub(super) enum Absent<'a> {
    /// Since this sign-in there was none.
    Since(&'a Event),
    /// This one may be of that user.
    May(&'a Event),
    /// The events tell too little.
    Unknown,
}

/// Whether an event of a kind that is not known was not there.
pub(super) fn absent<'a>(case: &Case<'a>, act: Act) -> Absent<'a> {
    let known = case.sessions.iter().find_map(|session| Some((session, session.sign_in()?)));
    let Some((session, sign_in)) = known.filter(|_| case.history.is_broad) else { return Absent::Unknown };
    match case.history.of_nobody(act, sign_in.at, session.failure.at) {
        Some(event) => Absent::May(event),
        None => Absent::Since(sign_in),
    }
}

/// RevokeToken ends one session, which may be another one of the user: of another client, or of another sign-in.
fn revoking(session: &Session<'_>, event: &Event) -> Weight {
    if session.is_of_client(event) == Some(false) {
        Weight::Some
    } else if session.sign_ins().count() > 1 {
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
