//! Which client and pool issued the token, and which the refused call names.

use super::super::case::Case;
use super::super::event::{Act, Event};
use super::super::scanned::Choice;
use super::{Signs, Weight, client_argument};

/// The client that the token names.
pub fn issuing_client(case: &Case<'_>, signs: &mut Signs) {
    let Some(named) = case.client() else {
        return signs.miss("which app client the refused call named: its event says so (--events)");
    };
    let issued = || case.readable().filter_map(|token| Some((token, token.client.as_deref()?)));
    let same = issued().find(|(_, client)| *client == named);
    match (issued().find(|(_, client)| *client != named), same) {
        (Some(_), Some(_)) => {
            signs.miss(
                "which of the tokens belongs to the refused refresh token: they were issued to different clients",
            );
        }
        (Some((token, client)), None) => signs.speak_for(
            Weight::Deciding,
            format!("the {} was issued to client {client}, the refused call names {named}", token.kind.name()),
            token.source.to_string(),
        ),
        (None, Some((token, _))) => signs.speak_against(
            Weight::Deciding,
            format!("the {} was issued to client {named}, which the refused call names too", token.kind.name()),
            token.source.to_string(),
        ),
        (None, None) => {
            signs.miss("which app client issued the token: the access or ID token of that session says so (--token)")
        }
    }
}

/// The client of the user's last sign-in.
pub fn sign_in_client(case: &Case<'_>, signs: &mut Signs) {
    let differs = |session: &super::Session<'_>| {
        let (sign_in, failure) = (session.sign_in()?.client.as_deref()?, session.failure.client.as_deref()?);
        Some(sign_in != failure)
    };
    if !case.sessions.iter().any(|session| differs(session).is_some()) {
        return signs
            .miss("through which app client the user signed in: give the events back to the sign-in (--events)");
    }
    let named = case.client().unwrap_or_default();
    signs.sessions(case, |session| Some((differs(session)?, session.sign_in()?)), |differs, sign_in| {
        let client = sign_in.client.as_deref().unwrap_or_default();
        if differs {
            format!("the user's last sign-in before it, at {}, went through client {client}, the refused call names {named}", sign_in.at)
        } else {
            format!("the user's last sign-in before it, at {}, went through the same client", sign_in.at)
        }
    });
}

/// Whether there is any other client to mistake it for.
pub fn other_clients(case: &Case<'_>, signs: &mut Signs) {
    let Some((clients, Choice::Only)) = case.known_clients() else { return };
    if let Some(client) = clients.first().filter(|_| case.scan.is_some_and(|scan| scan.clients.len() == clients.len()))
    {
        signs.speak_against(Weight::Some, "the scan knows no other app client", client.place.clone());
    }
}

/// Whether the scan knows the client that the refused call names.
pub fn known_client(case: &Case<'_>, signs: &mut Signs) {
    let (Some(scan), Some(named)) = (case.scan, case.client()) else { return };
    let place = scan.named_ids.get(named).cloned();
    if scan.client_ids.iter().any(|id| &**id == named) {
        signs.speak_against(Weight::Some, format!("the scan knows client {named} as deployed"), place);
    } else if !scan.client_ids.is_empty() {
        let text = format!("client {named} is none of the {} that the scan knows as deployed", scan.client_ids.len());
        signs.speak_for(Weight::Strong, text, place);
    }
}

/// The pool and Region that the token names.
pub fn issuing_pool(case: &Case<'_>, signs: &mut Signs) {
    let Some(token) = case.readable().find(|token| token.region.is_some()) else {
        return signs.miss("which pool issued the token: the claim iss of its access or ID token says so (--token)");
    };
    let Some(failure) = case.failure() else {
        return signs.miss("which pool and Region the refused call went to: its event says so (--events)");
    };
    let source = token.source.to_string();
    match (token.region.as_deref(), failure.region.as_deref(), token.pool.as_deref(), failure.pool.as_deref()) {
        (Some(issued), Some(called), ..) if issued != called => {
            signs.speak_for(
                Weight::Deciding,
                format!("the token is of Region {issued}, the refused call went to {called}"),
                source,
            );
        }
        (_, _, Some(issued), Some(called)) => {
            let text = if issued == called {
                format!("the token is of pool {issued}, which the refused call names too")
            } else {
                format!("the token is of pool {issued}, the refused call names {called}")
            };
            signs.speak(issued != called, Weight::Deciding, text, source);
        }
        (Some(issued), Some(_), ..) => {
            signs.speak_against(
                Weight::Some,
                format!("the token and the refused call are of one Region, {issued}"),
                source,
            );
        }
        _ => {}
    }
}

/// Clients that were made or taken away since the sign-in.
pub fn replaced_client(case: &Case<'_>, signs: &mut Signs) {
    let mut any = false;
    for change in case.changes() {
        let issued = || {
            case.readable().any(|token| token.client.is_some() && token.client.as_deref() == change.client.as_deref())
        };
        match change.act {
            Act::DeleteClient if issued() => {
                signs.speak_for(
                    Weight::Deciding,
                    format!("the client that issued the token was deleted at {}", change.at),
                    change.shown_place(),
                );
            }
            Act::DeleteClient => {
                signs.speak_for(
                    Weight::Strong,
                    format!("a client of the pool was deleted at {}, before the first refusal", change.at),
                    change.shown_place(),
                );
            }
            Act::CreateClient => {
                signs.speak_for(
                    Weight::Some,
                    format!("a client was made at {}, before the first refusal", change.at),
                    change.shown_place(),
                );
            }
            _ => continue,
        }
        any = true;
    }
    if !any && !case.history.is_broad {
        signs.miss("whether a client was made anew before the first refusal: events DeleteUserPoolClient and CreateUserPoolClient say so (--events)");
    }
}

/// Whether the client that the refused call names was deleted.
pub fn deleted_client(case: &Case<'_>, signs: &mut Signs) {
    let is_it = |event: &&Event| event.act == Act::DeleteClient && event.client.as_deref() == case.client();
    match case.changes_before().find(|event| case.client().is_some() && is_it(event)) {
        Some(event) => {
            let text = format!("this client was deleted at {}", event.at);
            signs.speak_for(Weight::Deciding, text, event.shown_place());
        }
        None if case.history.is_broad => {}
        None => signs.miss("whether the client was deleted: an event DeleteUserPoolClient says so (--events)"),
    }
}

/// Whether the client answers calls in the same Region.
pub fn client_region(case: &Case<'_>, signs: &mut Signs) {
    let (Some(named), Some(failure)) = (case.client(), case.failure()) else {
        return signs.miss("to which Region the refused call went: its event says so (--events)");
    };
    let token = case.readable().find(|token| token.client.as_deref() == Some(named));
    if let (Some(token), Some(region)) = (token, failure.region.as_deref()) {
        let issued = token.region.as_deref().unwrap_or(region);
        let text = format!("a token of this client is of Region {issued}, the refused call went to {region}");
        return signs.speak(issued != region, Weight::Deciding, text, token.source.to_string());
    }
    signs.miss(format!(
        "in which Region the client is: aws cognito-idp describe-user-pool-client --user-pool-id <pool id> --client-id {} --region <Region>",
        client_argument(case)
    ));
}

/// A refusal of a part of the client's calls only: of some operation, or since some moment.
pub fn works_elsewhere(case: &Case<'_>, signs: &mut Signs) {
    let worked = case
        .sessions
        .iter()
        .flat_map(|session| &session.before)
        .find(|event| !event.failed && event.client.as_deref() == case.client() && case.client().is_some());
    if let Some(event) = worked {
        signs.speak_against(
            Weight::Strong,
            format!("a call with this client was answered at {}", event.at),
            event.shown_place(),
        );
    }
}
