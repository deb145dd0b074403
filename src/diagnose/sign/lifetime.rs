//! How old the token was, against how long it may live.

use super::super::case::{Case, Session};
use super::super::event::Act;
use super::super::moment::{Moment, duration};
use super::super::scanned::unanimous;
use super::super::token::Token;
use super::{Signs, Weight, chosen, client_argument, weight_of};

/// No refresh token lives shorter, and none longer (API CreateUserPoolClient, RefreshTokenValidity).
const SHORTEST: i64 = 60 * 60;
const LONGEST: i64 = 3_650 * 24 * 60 * 60;

/// How long a refresh token lives where nothing is set.
const DEFAULT: i64 = 30 * 24 * 60 * 60;

/// The age of the session at the refusal, against the lifetime of the client's refresh tokens.
pub fn outlived(case: &Case<'_>, signs: &mut Signs) {
    let lifetime = lifetime(case);
    if lifetime.is_none() {
        signs.miss(format!(
            "how long the client's refresh tokens live: aws cognito-idp describe-user-pool-client --user-pool-id {} --client-id {} --query 'UserPoolClient.[RefreshTokenValidity,TokenValidityUnits]'",
            super::pool_argument(case),
            client_argument(case)
        ));
    }
    let Some(Begin { signed_in, source, refused, is_certain }) = begin(case) else {
        return signs.miss("when the user signed in: the claim auth_time of a token of that session says so (--token), or the event of the sign-in (--events)");
    };
    let (refused, by) = refused.map_or((case.now, "by now"), |refused| (refused, "at the refusal"));
    let bound = if is_certain { Weight::Deciding } else { Weight::Strong };
    let age = refused.since(signed_in);
    if age < 0 {
        return;
    }
    let text = |than: &str| format!("the session was {} old {by} (signed in at {signed_in}), {than}", duration(age));
    if age < SHORTEST {
        return signs.speak_against(bound, text("and no refresh token lives shorter than an hour"), source);
    }
    if age > LONGEST {
        return signs.speak_for(bound, text("and no refresh token lives longer than ten years"), source);
    }
    match lifetime {
        Some((seconds, words, place, weight, of)) => {
            let is_over = age > seconds;
            let than =
                format!("{} its refresh token's {words}{of} ({place})", if is_over { "longer than" } else { "within" });
            signs.speak(is_over, weight, text(&than), source);
        }
        None if age > DEFAULT => signs.speak_for(Weight::Some, text("longer than the default of 30 days"), source),
        None => signs.speak_against(Weight::Some, text("within the default of 30 days"), source),
    }
}

/// When a session began, who says so, and when that very session was refused, if it is known.
struct Begin {
    signed_in: Moment,
    source: String,
    refused: Option<Moment>,
    /// A token of the session says so. An event may be of another session of the user.
    is_certain: bool,
}

fn begin(case: &Case<'_>) -> Option<Begin> {
    let of_token = |token: &Token, refused| {
        Some(Begin { signed_in: token.signed_in?, source: token.source.to_string(), refused, is_certain: true })
    };
    if case.sessions.is_empty() {
        return case.readable().find_map(|token| of_token(token, None));
    }
    let by_token =
        || case.sessions.iter().find_map(|session| of_token(case.token_of(session)?, Some(session.failure.at)));
    let by_event = || case.sessions.iter().find_map(of_event);
    by_token().or_else(by_event)
}

/// By the sign-in of the same user, through the same client, before the refusal.
fn of_event(session: &Session<'_>) -> Option<Begin> {
    let (sign_in, failure) = (session.sign_in()?, session.failure);
    let is_same = session.is_by_name && sign_in.client.is_some() && sign_in.client == failure.client;
    let mut steps = session.since_sign_in().iter().filter(|event| event.act == Act::SignIn);
    if !is_same || sign_in.at >= failure.at || steps.any(|step| step.failed) {
        return None;
    }
    let source = sign_in.shown_place();
    Some(Begin { signed_in: sign_in.at, source, refused: Some(failure.at), is_certain: false })
}

/// Whether the lifetime is short.
pub fn is_short(case: &Case<'_>, signs: &mut Signs) {
    if let Some((seconds, words, place, weight, of)) = lifetime(case)
        && seconds < DEFAULT
    {
        let text = format!("the client's refresh tokens live {words}{of}, less than the default of 30 days");
        signs.speak_for(weight.weaker(), text, place);
    }
}

type Lifetime = (i64, String, String, Weight, String);

fn lifetime(case: &Case<'_>) -> Option<Lifetime> {
    let (clients, choice) = case.known_clients()?;
    let say = |client: &'_ super::super::scanned::KnownClient| client.lifetime.as_ref().map(|(seconds, ..)| *seconds);
    let (seconds, place) = unanimous(&clients, |client| Some((say(client)?, &client.lifetime.as_ref()?.2)))?;
    let words = clients.first()?.lifetime.as_ref()?.1.clone();
    Some((
        i64::try_from(seconds).unwrap_or(i64::MAX),
        words,
        place.clone(),
        weight_of(choice),
        chosen(choice, "client"),
    ))
}
