//! Which client and pool issued the token, and which the refused call names.

use super::super::case::Case;
use super::super::event::{Act, Event};
use super::super::scanned::Choice;
use super::super::session::Session;
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
        (Some((token, client)), None) => {
            let text =
                format!("the {} was issued to client {client}, the refused call names {named}", token.kind.name());
            signs.token(case, token, true, Weight::Deciding, &text);
        }
        (None, Some((token, _))) => {
            let text =
                format!("the {} was issued to client {named}, which the refused call names too", token.kind.name());
            signs.token(case, token, false, Weight::Deciding, &text);
        }
        (None, None) => {
            signs.miss("which app client issued the token: the access or ID token of that session says so (--token)")
        }
    }
}

/// The clients of the user's sign-ins. One through each of two clients leaves open which of them gave the token.
pub fn sign_in_client(case: &Case<'_>, signs: &mut Signs) {
    let clients = |session: &Session<'_>| {
        let told = |is_same: bool| session.sign_ins().any(|event| session.is_of_client(event) == Some(is_same));
        (told(true), told(false))
    };
    let named = case.client().unwrap_or_default();
    if case.sessions.iter().any(|session| clients(session) == (true, true)) {
        signs.miss("which of the user's sign-ins gave the refused token, as they went through different clients: the access token of that session names its client (--token)");
    } else if case.sessions.iter().all(|session| clients(session) == (false, false)) {
        signs.miss("through which app client the user signed in: give the events back to the sign-in (--events)");
    }
    signs.sessions(
        case,
        |session| match clients(session) {
            (true, true) | (false, false) => None,
            (_, differs) => Some((differs, session.sign_in()?)),
        },
        |differs, sign_in| {
            let client = sign_in.client.as_deref().unwrap_or_default();
            if differs {
                format!("the user's last sign-in before it, at {}, went through client {client}, the refused call names {named}", sign_in.at)
            } else {
                format!("the user's last sign-in before it, at {}, went through the same client", sign_in.at)
            }
        },
    );
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
    let place = scan.named_ids.get(named).cloned().or(case.failure().map(Event::shown_place));
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
    match (token.region.as_deref(), failure.region.as_deref(), token.pool.as_deref(), case.pool()) {
        (Some(issued), Some(called), ..) if issued != called => {
            let text = format!("the token is of Region {issued}, the refused call went to {called}");
            signs.token(case, token, true, Weight::Deciding, &text);
        }
        (_, _, Some(issued), Some(called)) => {
            let text = if issued == called {
                format!("the token is of pool {issued}, which the refused call names too")
            } else {
                format!("the token is of pool {issued}, the refused call names {called}")
            };
            signs.token(case, token, issued != called, Weight::Deciding, &text);
        }
        (Some(issued), Some(_), ..) => {
            let text = format!("the token and the refused call are of one Region, {issued}");
            signs.token(case, token, false, Weight::Some, &text);
        }
        _ => {}
    }
}

/// The pool and Region of the user's sign-ins.
pub fn sign_in_pool(case: &Case<'_>, signs: &mut Signs) {
    let differs = |session: &Session<'_>, sign_in: &Event| {
        let failure = session.failure;
        let region = sign_in.region.as_deref().zip(failure.region.as_deref()).map(|(one, other)| one != other);
        let pool = sign_in.pool.as_deref().zip(failure.pool.as_deref()).map(|(one, other)| one != other);
        if region == Some(true) { region } else { pool }
    };
    signs.sessions(
        case,
        |session| {
            let all: Option<Vec<bool>> = session.sign_ins().map(|sign_in| differs(session, sign_in)).collect();
            let all = all.filter(|all| !all.is_empty())?;
            let is_one = all.iter().all(|differs| Some(differs) == all.first());
            Some((*all.first().filter(|_| is_one)?, session.sign_ins().next_back()?))
        },
        |differs, sign_in| {
            let place = sign_in.pool.as_deref().or(sign_in.region.as_deref()).unwrap_or_default();
            let called = case.pool().filter(|_| sign_in.pool.is_some());
            let called = called.or(case.failure().and_then(|failure| failure.region.as_deref())).unwrap_or_default();
            if differs {
                format!("the user signed in at {place} at {}, the refused call went to {called}", sign_in.at)
            } else {
                format!("the user signed in at {place} at {}, as the refused call names it", sign_in.at)
            }
        },
    );
}

/// Clients that were made or taken away while sessions ran.
pub fn replaced_client(case: &Case<'_>, signs: &mut Signs) {
    let issuing = case.readable().find(|token| token.client.is_some());
    let issued = issuing.and_then(|token| token.client.as_deref());
    if let (Some(token), Some(client)) = (issuing, issued.filter(|client| case.client() == Some(*client))) {
        let text = format!(
            "the token was issued to client {client}, which the refused call names: there is no other client in it"
        );
        return signs.token(case, token, false, Weight::Deciding, &text);
    }
    let is_gone = |event: &Event| event.act == Act::DeleteClient && event.client.as_deref() != case.client();
    let is_of_session = |event: &Event| {
        let through = |session: &Session<'_>| session.sign_ins().any(|sign_in| sign_in.client == event.client);
        event.client.is_some() && case.sessions.iter().any(through)
    };
    let of_token = case.change(|event| is_gone(event) && event.client.is_some() && event.client.as_deref() == issued);
    let of_session = || case.change_within(|event| is_gone(event) && issued.is_none() && is_of_session(event));
    let of_any = || case.change_within(|event| is_gone(event) && issued.is_none());
    let deleted = of_token.or_else(of_session).or_else(of_any);
    if let Some(change) = of_token {
        let text = format!("the client that issued the token was deleted at {}", change.event.at);
        signs.change(change, true, Weight::Deciding, &text);
    } else if let Some(change) = of_session() {
        let text = format!("the client of the user's sign-in was deleted at {}, before the refusal", change.event.at);
        signs.change_within(change, true, Weight::Strong, &text);
    } else if let Some(change) = of_any() {
        let text = format!("a client was deleted at {}, before the refusal", change.event.at);
        signs.change_within(change, true, Weight::Some, &text);
    }
    let is_new = |event: &Event| {
        event.act == Act::CreateClient && event.client.is_some() && event.client.as_deref() == case.client()
    };
    let made = case.change_within(is_new);
    if let Some(change) = made {
        let text =
            format!("the client that the refused call names was made at {}, before the refusal", change.event.at);
        signs.change_within(change, true, Weight::Strong, &text);
    }
    if deleted.is_none() && made.is_none() && !case.history.is_broad {
        signs.miss("whether a client was made anew before the first refusal: events DeleteUserPoolClient and CreateUserPoolClient say so (--events)");
    }
}

/// Whether the client that the refused call names was deleted.
pub fn deleted_client(case: &Case<'_>, signs: &mut Signs) {
    let is_it = |event: &Event| {
        event.act == Act::DeleteClient && event.client.is_some() && event.client.as_deref() == case.client()
    };
    match case.change(is_it) {
        Some(change) => {
            let text = format!("this client was deleted at {}", change.event.at);
            signs.change(change, true, Weight::Deciding, &text);
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
    if let Some(region) = failure.region.as_deref() {
        let answered = case.history.answered(named).iter().filter_map(|event| Some((event, event.region.as_deref()?)));
        let (here, there): (Vec<_>, Vec<_>) = answered.partition(|(_, other)| *other == region);
        if let (true, Some((event, other))) = (here.is_empty(), there.last()) {
            let text =
                format!("calls with this client are answered in Region {other}, the refused call went to {region}");
            return signs.speak_for(Weight::Deciding, text, event.shown_place());
        }
        if let Some((event, _)) = here.last() {
            let text = format!("a call with this client was answered in this Region at {}", event.at);
            return signs.speak_against(Weight::Strong, text, event.shown_place());
        }
    }
    signs.miss(format!(
        "in which Region the client is: aws cognito-idp describe-user-pool-client --user-pool-id <pool id> --client-id {} --region <Region>",
        client_argument(case)
    ));
}

/// Whether calls with the client are answered: it is one that exists.
pub fn exists(case: &Case<'_>, signs: &mut Signs) {
    let (Some(named), Some(failure)) = (case.client(), case.failure()) else { return };
    if let Some(event) = case.history.answered(named).iter().rev().find(|event| event.at <= failure.at) {
        let text = format!("a call with this client was answered at {}", event.at);
        signs.speak_against(Weight::Strong, text, event.shown_place());
    }
}

/// Whether the same program was answered with this client, so that it is the one that is meant.
pub fn works_for_caller(case: &Case<'_>, signs: &mut Signs) {
    let is_answered =
        |event: &&&Event| !event.failed && event.client.is_some() && event.client.as_deref() == case.client();
    if let Some(event) = case.sessions.iter().flat_map(|session| &session.before).find(is_answered) {
        let text = format!("a call of the same user with this client was answered at {}", event.at);
        signs.speak_against(Weight::Strong, text, event.shown_place());
    }
}
