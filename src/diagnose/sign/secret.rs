//! Secrets of clients and the hashes that are made with them.

use super::super::case::Case;
use super::super::event::{Act, Event};
use super::super::scanned::unanimous;
use super::super::session::Session;
use super::{Signs, Weight, chosen, client_argument, pool_argument, weight_of};

/// Whether the client has a secret, by the scan.
pub fn has_secret(case: &Case<'_>, signs: &mut Signs) {
    if let Some((has, text, place, weight)) = secret(case) {
        signs.speak(has, weight, text, place);
    } else {
        miss(case, signs);
    }
}

/// Whether the client has none, by the scan.
pub fn has_no_secret(case: &Case<'_>, signs: &mut Signs) {
    if let Some((has, text, place, weight)) = secret(case) {
        signs.speak(!has, weight, text, place);
    } else {
        miss(case, signs);
    }
}

fn miss(case: &Case<'_>, signs: &mut Signs) {
    signs.miss(format!(
        "whether the client has a secret: aws cognito-idp describe-user-pool-client --user-pool-id {} --client-id {} --query 'UserPoolClient.ClientSecret != null'",
        pool_argument(case),
        client_argument(case)
    ));
}

fn secret(case: &Case<'_>) -> Option<(bool, String, String, Weight)> {
    let (clients, choice) = case.known_clients()?;
    let (has, place) = unanimous(&clients, |client| client.secret.as_ref().map(|(has, place)| (*has, place)))?;
    let text = format!("the client{} has {} secret", chosen(choice, "client"), if has { "a" } else { "no" });
    Some((has, text, place.clone(), weight_of(choice)))
}

/// Whether the same client signs users in, so that its secret is right and only the name in the hash may be wrong.
pub fn only_refresh_fails(case: &Case<'_>, signs: &mut Signs) {
    if case.is_refresh() == Some(false) {
        let place = case.failure().map(Event::shown_place);
        return signs.speak_against(Weight::Strong, "the refused call is no refresh", place);
    }
    let of = |session: &Session<'_>| same_client_sign_in(session).is_some();
    if !case.sessions.iter().any(of) {
        return signs.miss(
            "whether sign-ins with the same client are answered: give the events back to the sign-in (--events)",
        );
    }
    signs.sessions(case, |session| Some((true, same_client_sign_in(session)?)), |_, event| {
        format!("the sign-in with the same client was answered at {}: its secret was right, only the refresh is refused", event.at)
    });
}

/// The same, as a sign against a wrong secret.
pub fn sign_in_works(case: &Case<'_>, signs: &mut Signs) {
    signs.sessions(
        case,
        |session| Some((false, same_client_sign_in(session)?)),
        |_, event| format!("the sign-in with the same client was answered at {}, with the same secret", event.at),
    );
}

fn same_client_sign_in<'a>(session: &Session<'a>) -> Option<&'a Event> {
    session.sign_in().filter(|event| event.client.is_some() && event.client == session.failure.client)
}

/// Whether users of the pool sign in with something else than the name that a refresh needs.
pub fn signs_in_by_address(case: &Case<'_>, signs: &mut Signs) {
    let Some((pools, choice)) = case.known_pools() else {
        return signs.miss(format!(
            "which name the hash of a refresh needs: aws cognito-idp describe-user-pool --user-pool-id {} --query UserPool.UsernameAttributes (sub where it is set)",
            pool_argument(case)
        ));
    };
    if let Some((is_set, place)) =
        unanimous(&pools, |pool| pool.has_username_attributes.map(|is_set| (is_set, &pool.place)))
    {
        let text = if is_set {
            "users sign in with an address or a number (UsernameAttributes is set), and the hash of a refresh needs their sub"
        } else {
            "users have a user name of their own, which the hash needs at sign-in and refresh alike"
        };
        let weight = if is_set { weight_of(choice) } else { Weight::Some };
        signs.speak(is_set, weight, text, place.clone());
    }
}

/// Whether the client's secrets were changed.
pub fn changed(case: &Case<'_>, signs: &mut Signs) {
    let is_change = |event: &Event| {
        event.act == Act::ChangeSecret && (case.client().is_none() || event.client.as_deref() == case.client())
    };
    match case.change(is_change) {
        Some(change) => {
            let text = format!("the client's secrets were changed at {} ({}), before the refusal", change.event.at, change.event.name);
            signs.change(change, true, Weight::Strong, &text);
        }
        None if case.history.is_broad => {}
        None => signs.miss("whether the client's secrets were changed: events AddUserPoolClientSecret and DeleteUserPoolClientSecret say so (--events)"),
    }
}
