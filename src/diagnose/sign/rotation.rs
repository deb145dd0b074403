//! Rotation: refresh tokens that are replaced at each refresh.

use super::super::case::Case;
use super::super::event::{Act, Event};
use super::super::moment::duration;
use super::super::scanned::unanimous;
use super::super::session::Session;
use super::{Signs, Weight, chosen, client_argument, pool_argument, weight_of};

/// The longest grace period of a replaced token, in seconds (API RefreshTokenRotationType).
const LONGEST_GRACE: i64 = 60;

/// Whether the client's refresh tokens rotate, by the events and by the scan.
pub fn rotates(case: &Case<'_>, signs: &mut Signs) {
    let is_switch = |event: &Event| {
        matches!(event.act, Act::ChangeClient | Act::CreateClient)
            && event.sets_rotation.is_some()
            && (case.client().is_none() || event.client.as_deref() == case.client())
    };
    let switch = case.change(is_switch).and_then(|change| Some((change, change.event.sets_rotation?)));
    if let Some((change, is_on)) = switch {
        let to = if is_on { "ENABLED" } else { "DISABLED" };
        let text = format!(
            "RefreshTokenRotation of the client was set to {to} at {} ({})",
            change.event.at, change.event.name
        );
        signs.change(change, is_on, Weight::Strong, &text);
    }
    signs.sessions(case, renewed, |is_so, event| {
        let with = if is_so { "with a new refresh token" } else { "without a new refresh token" };
        format!("the refresh at {} was answered {with}", event.at)
    });
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
    if switch.is_none() && case.sessions.iter().all(|session| renewed(session).is_none()) {
        signs.miss(format!(
            "whether the client's refresh tokens rotate: aws cognito-idp describe-user-pool-client --user-pool-id {} --client-id {} --query UserPoolClient.RefreshTokenRotation",
            pool_argument(case),
            client_argument(case)
        ));
    }
}

/// Whether the last refresh that was answered gave a new refresh token, as only a client does that rotates them.
fn renewed<'a>(session: &Session<'a>) -> Option<(bool, &'a Event)> {
    let event = refresh(session)?;
    Some((event.answer.refresh_token?, event))
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

/// Whether one refresh of the same session was answered before: with the token of the sign-in, whose replacement was lost. An
/// app that was answered again and again has stored the new ones.
pub fn refreshed_before(case: &Case<'_>, signs: &mut Signs) {
    if case.sessions.iter().all(|session| is_first_lost(session).is_none()) {
        return signs.miss(
            "whether an earlier refresh of the session was answered: give the events back to the sign-in (--events)",
        );
    }
    signs.sessions(case, is_first_lost, |is_so, event| {
        if is_so {
            format!(
                "one refresh of this user was answered since the sign-in, at {}, and the next one was refused",
                event.at
            )
        } else if event.act == Act::Refresh {
            format!("several refreshes of this user were answered, the last at {}", event.at)
        } else {
            format!("no refresh of this user was answered since the sign-in at {}", event.at)
        }
    });
}

fn is_first_lost<'a>(session: &Session<'a>) -> Option<(bool, &'a Event)> {
    let (first, last) = (refreshes(session).next(), refresh(session));
    let Some((first, last)) = first.zip(last) else { return session.sign_in().map(|event| (false, event)) };
    let is_again = last.at.since(first.at) > LONGEST_GRACE;
    (is_again || session.sign_in().is_some()).then_some((!is_again, last))
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

/// The refreshes since the sign-in that were answered, through the refused client as far as it is known.
fn refreshes<'s, 'a>(session: &'s Session<'a>) -> impl DoubleEndedIterator<Item = &'a Event> + 's {
    let is_refresh =
        |event: &&Event| event.act == Act::Refresh && !event.failed && session.is_of_client(event) != Some(false);
    session.since_sign_in().iter().copied().filter(is_refresh)
}

fn refresh<'a>(session: &Session<'a>) -> Option<&'a Event> {
    refreshes(session).next_back()
}

fn gap(session: &Session<'_>, event: &Event) -> i64 {
    session.failure.at.since(event.at)
}
