//! Devices: whether the pool remembers them, and what became of this one.

use super::super::case::Case;
use super::super::event::{Act, Event};
use super::super::scanned::unanimous;
use super::super::token::Kind;
use super::{Signs, Weight, chosen, pool_argument, weight_of};

/// Password flows, of which AWS's pages disagree whether devices work with them.
const PASSWORD_FLOWS: &[&str] = &["USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"];

/// Whether the pool remembers devices, by the scan.
pub fn tracking(case: &Case<'_>, signs: &mut Signs) {
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
    signs.miss(format!(
        "whether the pool remembers devices: aws cognito-idp describe-user-pool --user-pool-id {} --query UserPool.DeviceConfiguration (anything but null means it does)",
        pool_argument(case)
    ));
}

/// Whether the session belongs to a device, by its access token.
pub fn token_device(case: &Case<'_>, signs: &mut Signs) {
    match case.readable().find(|token| token.kind == Kind::Access) {
        Some(token) if token.has_device => {
            signs.speak_for(
                Weight::Strong,
                "the access token has a claim device_key: the session belongs to a device",
                token.source.to_string(),
            );
        }
        Some(token) => {
            signs.speak_against(
                Weight::Strong,
                "the access token has no claim device_key: the session belongs to no device",
                token.source.to_string(),
            );
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
        "InitiateAuth" | "AdminInitiateAuth" => {
            signs.miss("whether the refused call sent DEVICE_KEY: CloudTrail hides AuthParameters, the code that makes the call says so");
        }
        _ => {}
    }
}

/// The OAuth endpoint takes no device key: causes of the user pools API do not apply there.
pub fn at_api(case: &Case<'_>, signs: &mut Signs) {
    if let Some(failure) = case.failure().filter(|failure| failure.is_oauth()) {
        signs.speak_against(
            Weight::Deciding,
            "the refused call went to the OAuth token endpoint, which takes no device key",
            failure.shown_place(),
        );
    }
}

/// Whether the device was confirmed after the sign-in.
pub fn confirmed(case: &Case<'_>, signs: &mut Signs) {
    let confirming = |session: &super::Session<'_>| {
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
    match case.sessions.iter().find_map(|session| session.sign_in()).filter(|_| case.history.is_broad) {
        Some(sign_in) => signs.speak_for(
            Weight::Some,
            format!("no ConfirmDevice of the user is among the events since the sign-in at {}", sign_in.at),
            sign_in.shown_place(),
        ),
        None => {
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

/// Whether the device was taken away.
pub fn forgotten(case: &Case<'_>, signs: &mut Signs) {
    let of = |session: &super::Session<'_>| {
        session
            .before
            .iter()
            .rev()
            .find(|event| event.act == Act::ForgetDevice && !event.failed)
            .copied()
            .map(|event: &Event| event.at)
    };
    if case.sessions.iter().all(|session| of(session).is_none()) {
        if !case.history.is_broad {
            signs.miss(
                "whether the device was forgotten: an event ForgetDevice or AdminForgetDevice says so (--events)",
            );
        }
        return;
    }
    signs.sessions(
        case,
        |session| {
            session
                .before
                .iter()
                .rev()
                .copied()
                .find(|event| event.act == Act::ForgetDevice && !event.failed)
                .map(|event| (true, event))
        },
        |_, event| format!("a device of the user was forgotten at {} ({})", event.at, event.name),
    );
}

/// Whether tracking was switched on since the sign-in.
pub fn switched_on(case: &Case<'_>, signs: &mut Signs) {
    let is_switch = |event: &&Event| event.act == Act::ChangePool && event.sets_devices;
    match case.changes().rfind(is_switch) {
        Some(event) => signs.speak_for(
            Weight::Strong,
            format!("the pool was updated with a DeviceConfiguration at {}, before the first refusal", event.at),
            event.shown_place(),
        ),
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

fn flow_of<'a>(session: &super::Session<'a>) -> Option<&'a Event> {
    session.before.iter().rev().copied().find(|event| event.began_session() && event.flow.is_some())
}

/// Whether a token of the API was sent to the OAuth endpoint.
pub fn api_token_at_endpoint(case: &Case<'_>, signs: &mut Signs) {
    match case.failure() {
        Some(failure) if failure.is_oauth() => {}
        Some(failure) => {
            return signs.speak_against(
                Weight::Deciding,
                "the refused call did not go to the OAuth token endpoint",
                failure.shown_place(),
            );
        }
        None => signs.miss("whether the refused call went to /oauth2/token: its event is Token_POST"),
    }
    match case.readable().find_map(|token| Some((token, token.is_from_api()?))) {
        Some((token, true)) => signs.speak_for(
            Weight::Strong,
            format!(
                "the access token has the scope {} alone: it is from an API sign-in",
                super::super::token::API_SCOPE
            ),
            token.source.to_string(),
        ),
        Some((token, false)) => signs.speak_against(
            Weight::Strong,
            "the access token has scopes of an OAuth sign-in",
            token.source.to_string(),
        ),
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
