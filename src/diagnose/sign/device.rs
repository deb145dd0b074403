//! Devices: whether the pool remembers them, and what became of this one.

use super::super::case::Case;
use super::super::event::{Act, Event};
use super::super::scanned::unanimous;
use super::super::session::Session;
use super::super::token::Kind;
use super::session::{Absent, absent};
use super::{Signs, Weight, chosen, pool_argument, weight_of};

/// Password flows, of which AWS's pages disagree whether devices work with them.
const PASSWORD_FLOWS: &[&str] = &["USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"];

/// Whether the pool remembers devices, by the scan and by the events.
pub fn tracking(case: &Case<'_>, signs: &mut Signs) {
    let is_given = remembered(case, signs);
    if let Some((pools, choice)) = case.known_pools()
        && let Some((tracks, place)) =
            unanimous(&pools, |pool| pool.tracking.as_ref().map(|(tracks, place)| (*tracks, place)))
    {
        let verb = if tracks { "remembers devices (DeviceConfiguration is present)" } else { "remembers no devices" };
        return signs.speak(
            tracks,
            weight_of(choice),
            format!("the pool{} {verb}", chosen(choice, "pool")),
            place.clone(),
        );
    }
    // A claim device_key says it as well.
    if !is_given && !case.readable().any(|token| token.has_device) {
        signs.miss(format!(
            "whether the pool remembers devices: aws cognito-idp describe-user-pool --user-pool-id {} --query UserPool.DeviceConfiguration (anything but null means it does)",
            pool_argument(case)
        ));
    }
}

/// Whether users were given devices at their sign-ins, which only a pool does that remembers them.
fn remembered(case: &Case<'_>, signs: &mut Signs) -> bool {
    signs.sessions(
        case,
        |session| Some((true, given(session)?)),
        |_, event| format!("the sign-in at {} was answered with a new device: the pool remembers devices", event.at),
    );
    case.sessions.iter().any(|session| given(session).is_some())
}

fn given<'a>(session: &Session<'a>) -> Option<&'a Event> {
    session.since_step()?.iter().copied().find(|event| event.answer.device)
}

/// Whether the session belongs to a device, by its access token.
pub fn token_device(case: &Case<'_>, signs: &mut Signs) {
    match case.readable().find(|token| token.kind == Kind::Access) {
        Some(token) => {
            let text = if token.has_device {
                "the access token has a claim device_key: the session belongs to a device"
            } else {
                "the access token has no claim device_key: the session belongs to no device"
            };
            signs.token(case, token, token.has_device, Weight::Strong, text);
        }
        None => signs.miss(
            "whether the session belongs to a device: the claim device_key of its access token says so (--token)",
        ),
    }
}

/// Whether the refused call names a device.
pub fn named_device(case: &Case<'_>, signs: &mut Signs) {
    let Some(failure) = case.failure() else {
        return signs.miss("whether the refused call sent a device key: the code that makes it says so");
    };
    match &*failure.name {
        "GetTokensFromRefreshToken" if failure.names_device => {
            signs.speak_against(
                Weight::Deciding,
                "the refused call is recorded with a DeviceKey",
                failure.shown_place(),
            );
        }
        "GetTokensFromRefreshToken" => {
            signs.speak_for(Weight::Some, "the refused call is recorded without a DeviceKey", failure.shown_place());
        }
        // The scan may have found the call.
        "InitiateAuth" | "AdminInitiateAuth" if !case.found("device-key-missing-on-refresh") => {
            signs.miss("whether the refused call sent DEVICE_KEY: CloudTrail hides AuthParameters, the code that makes the call says so");
        }
        _ => {}
    }
}

/// The OAuth endpoint takes no device key: causes of the user pools API do not apply there.
pub fn at_api(case: &Case<'_>, signs: &mut Signs) {
    if case.is_oauth() == Some(true) {
        let text = "the refused call went to the OAuth token endpoint, which takes no device key";
        signs.speak_against(Weight::Deciding, text, case.failure().map(Event::shown_place));
    }
}

/// Whether the device was confirmed after the sign-in.
pub fn confirmed(case: &Case<'_>, signs: &mut Signs) {
    let confirming = |session: &Session<'_>| {
        session.since_sign_in().iter().rev().find(|event| event.act == Act::ConfirmDevice).is_some()
    };
    if case.sessions.iter().any(confirming) {
        return signs.sessions(
            case,
            |session| {
                let event =
                    session.since_sign_in().iter().rev().copied().find(|event| event.act == Act::ConfirmDevice)?;
                Some((event.failed, event))
            },
            |failed, event| {
                if failed {
                    format!("ConfirmDevice was refused at {} ({})", event.at, event.code)
                } else {
                    format!("the user's device was confirmed at {}", event.at)
                }
            },
        );
    }
    match absent(case, Act::ConfirmDevice) {
        Absent::Since(sign_in) => signs.speak_for(
            Weight::Some,
            format!("no ConfirmDevice of the user is among the events since the sign-in at {}", sign_in.at),
            sign_in.shown_place(),
        ),
        Absent::May(_) | Absent::Unknown => {
            signs.miss("whether the device was confirmed: an event ConfirmDevice after the sign-in says so (--events)")
        }
    }
}

/// Whether the code of the scan confirms devices somewhere.
pub fn code_confirms(case: &Case<'_>, signs: &mut Signs) {
    if let Some(place) = case.scan.and_then(|scan| scan.confirms.clone()) {
        signs.speak_against(Weight::Some, "the code confirms devices", place);
    }
}

/// Whether the device was taken away since the sign-in.
pub fn forgotten(case: &Case<'_>, signs: &mut Signs) {
    if !case.history.is_broad && case.sessions.iter().all(|session| forgetting(session).is_none()) {
        return signs
            .miss("whether the device was forgotten: an event ForgetDevice or AdminForgetDevice says so (--events)");
    }
    signs.sessions(
        case,
        |session| Some((true, forgetting(session)?)),
        |_, event| format!("a device of the user was forgotten at {} ({})", event.at, event.name),
    );
}

fn forgetting<'a>(session: &Session<'a>) -> Option<&'a Event> {
    session.since_sign_in().iter().rev().copied().find(|event| event.act == Act::ForgetDevice && !event.failed)
}

/// Whether tracking was switched on while sessions ran.
pub fn switched_on(case: &Case<'_>, signs: &mut Signs) {
    match case.change_within(|event| event.act == Act::ChangePool && event.sets_devices) {
        Some(change) => {
            let text =
                format!("the pool was updated with a DeviceConfiguration at {}, before the refusal", change.event.at);
            signs.change_within(change, true, Weight::Strong, &text);
        }
        None if case.history.is_broad => {}
        None => signs
            .miss("whether DeviceConfiguration was set since the sign-in: an event UpdateUserPool says so (--events)"),
    }
}

/// Whether the session began with a password flow.
pub fn password_flow(case: &Case<'_>, signs: &mut Signs) {
    if case.sessions.iter().all(|session| flow_of(session).is_none()) {
        return signs.miss("with which flow the user signed in: give the events back to the sign-in (--events)");
    }
    signs.sessions(
        case,
        |session| {
            let event = flow_of(session)?;
            Some((PASSWORD_FLOWS.contains(&event.flow.as_deref()?), event))
        },
        |_, event| format!("the user signed in with {} at {}", event.flow.as_deref().unwrap_or_default(), event.at),
    );
}

fn flow_of<'a>(session: &Session<'a>) -> Option<&'a Event> {
    session.sign_in().filter(|event| event.flow.is_some())
}

/// Whether a token of the API was sent to the OAuth endpoint.
pub fn api_token_at_endpoint(case: &Case<'_>, signs: &mut Signs) {
    let is_endpoint = case.is_oauth();
    if is_endpoint == Some(false) {
        let text = "the refused call did not go to the OAuth token endpoint";
        return signs.speak_against(Weight::Deciding, text, case.failure().map(Event::shown_place));
    }
    if is_endpoint.is_none() {
        signs.miss("whether the refused call went to /oauth2/token: its event is Token_POST");
    }
    // Of a call that may have gone elsewhere, the kind of the token says nothing yet.
    match case.readable().find_map(|token| Some((token, token.is_from_api()?))) {
        Some((token, true)) if is_endpoint.is_some() => {
            let text = format!(
                "the access token has the scope {} alone: it is from an API sign-in",
                super::super::token::API_SCOPE
            );
            signs.token(case, token, true, Weight::Strong, &text);
        }
        Some((_, true)) => {}
        Some((token, false)) => {
            signs.token(case, token, false, Weight::Strong, "the access token has scopes of an OAuth sign-in");
        }
        None => {
            signs.miss("whether the session is from an API sign-in: the scopes of its access token say so (--token)")
        }
    }
    signs.sessions(
        case,
        |session| session.sign_in().map(|event| (!event.is_oauth(), event)),
        |is_api, event| {
            format!(
                "the user signed in {} at {}",
                if is_api { "through the API" } else { "at the OAuth endpoints" },
                event.at
            )
        },
    );
}
