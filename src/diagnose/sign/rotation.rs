//! Rotation: refresh tokens that are replaced at each refresh.

use super::super::case::{Case, Session};
use super::super::event::{Act, Event};
use super::super::moment::duration;
use super::super::scanned::unanimous;
use super::{Signs, Weight, chosen, client_argument, pool_argument, weight_of};

/// The longest grace period of a replaced token, in seconds (API RefreshTokenRotationType).
const LONGEST_GRACE: i64 = 60;

/// Whether the client's refresh tokens rotate, by the scan.
pub fn rotates(case: &Case<'_>, signs: &mut Signs) {
    if let Some((clients, choice)) = case.known_clients()
        && let Some((rotates, place)) =
            unanimous(&clients, |client| client.rotation.as_ref().map(|(rotates, place)| (*rotates, place)))
    {
        let verb = if rotates { "rotates its refresh tokens" } else { "does not rotate its refresh tokens" };
        return signs.speak(
            rotates,
            weight_of(choice),
            format!("the client{} {verb}", chosen(choice, "client")),
            place.clone(),
        );
    }
    signs.miss(format!(
        "whether the client's refresh tokens rotate: aws cognito-idp describe-user-pool-client --user-pool-id {} --client-id {} --query UserPoolClient.RefreshTokenRotation",
        pool_argument(case),
        client_argument(case)
    ));
}

/// Whether the refused call is one that rotation shuts out.
pub fn old_call(case: &Case<'_>, signs: &mut Signs) {
    let Some(failure) = case.failure() else {
        return signs
            .miss("whether the refused call was InitiateAuth with REFRESH_TOKEN_AUTH: its event says so (--events)");
    };
    if !matches!(&*failure.name, "InitiateAuth" | "AdminInitiateAuth") {
        let text = format!("the refused call was {}, which rotation allows", failure.name);
        signs.speak_against(Weight::Deciding, text, failure.shown_place());
    }
}

/// Whether a refresh of the same session was answered before.
pub fn refreshed_before(case: &Case<'_>, signs: &mut Signs) {
    if case.sessions.iter().all(|session| session.sign_in().is_none() && refresh(session).is_none()) {
        return signs.miss(
            "whether an earlier refresh of the session was answered: give the events back to the sign-in (--events)",
        );
    }
    signs.sessions(
        case,
        |session| Some((refresh(session).is_some(), refresh(session).or_else(|| session.sign_in())?)),
        |is_so, event| {
            if is_so {
                format!(
                    "a refresh of this user was answered at {} and gave a new token, the next one was refused",
                    event.at
                )
            } else {
                format!("no refresh of this user was answered since the sign-in at {}", event.at)
            }
        },
    );
}

/// Whether another refresh was under way at the same time.
pub fn in_parallel(case: &Case<'_>, signs: &mut Signs) {
    let near = |session: &Session<'_>| refresh(session).is_some_and(|event| gap(session, event) <= LONGEST_GRACE);
    if case.sessions.iter().all(|session| refresh(session).is_none()) {
        return signs.miss(
            "whether another refresh of the user ran at the same time: give all of the user's events (--events)",
        );
    }
    let gap_of = |event: &Event| {
        let session =
            case.sessions.iter().find(|session| refresh(session).is_some_and(|mine| std::ptr::eq(mine, event)));
        duration(session.map_or(0, |session| gap(session, event)))
    };
    signs.sessions(
        case,
        |session| Some((near(session), refresh(session)?)),
        |is_near, event| {
            if is_near {
                format!("another refresh of this user was answered {} before", gap_of(event))
            } else {
                format!("the last refresh of this user before it was {} earlier", gap_of(event))
            }
        },
    );
}

/// Whether the refused token came from elsewhere than the one before.
pub fn from_elsewhere(case: &Case<'_>, signs: &mut Signs) {
    let is_elsewhere = |session: &Session<'_>| {
        let (before, failure) = (refresh(session)?.caller?, session.failure.caller?);
        Some(before != failure)
    };
    if case.sessions.iter().all(|session| is_elsewhere(session).is_none()) {
        return signs
            .miss("from where the token was used before: events with sourceIPAddress and userAgent say so (--events)");
    }
    signs.sessions(
        case,
        |session| Some((is_elsewhere(session)?, refresh(session)?)),
        |is_elsewhere, event| {
            let (from, of) = if is_elsewhere { ("another", "than") } else { ("the same", "as") };
            format!("the refused refresh came from {from} address or program {of} the answered one at {}", event.at)
        },
    );
}

/// The last refresh since the sign-in that was answered.
fn refresh<'a>(session: &Session<'a>) -> Option<&'a Event> {
    session.since_sign_in().iter().rev().copied().find(|event| event.act == Act::Refresh && !event.failed)
}

fn gap(session: &Session<'_>, event: &Event) -> i64 {
    session.failure.at.since(event.at)
}
