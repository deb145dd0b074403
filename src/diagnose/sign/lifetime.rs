//! How old the token was, against how long it may live.

use super::super::case::{Case, Share};
use super::super::moment::{Moment, duration};
use super::super::scanned::unanimous;
use super::super::session::Session;
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
    let ages = ages(case);
    if ages.is_empty() {
        return signs.miss("when the user signed in: the claim auth_time of a token of that session says so (--token), or the event of the sign-in (--events)");
    }
    let judged: Vec<Judged> = ages.iter().map(|age| age.judged(lifetime.as_ref())).collect();
    for side in [true, false] {
        let mut told = ages.iter().zip(&judged).filter(|(_, judged)| judged.is_over == side);
        let Some((age, first)) = told.next() else { continue };
        let (count, weight) =
            told.fold((1, first.weight), |(count, weight), (_, next)| (count + 1, weight.min(next.weight)));
        let share = Share { count, of: judged.len() };
        let all = Share { count, of: case.sessions.len().max(count) };
        let text = format!(
            "the session was {} old {} (signed in at {}), {}{}",
            duration(age.seconds),
            age.by,
            age.signed_in,
            first.than,
            all.shown()
        );
        signs.speak(
            side,
            share.weigh(if all.is_all() { weight } else { weight.min(Weight::Strong) }),
            text,
            age.source.clone(),
        );
    }
}

/// How old a session was at its refusal, and who says so.
struct Age {
    seconds: i64,
    signed_in: Moment,
    by: &'static str,
    source: String,
    /// A token of the session says so. An event may be of another session of the user.
    is_certain: bool,
    /// The token may be from an earlier sign-in, and older.
    is_least: bool,
}

/// What an age says of the lifetime.
struct Judged {
    is_over: bool,
    weight: Weight,
    than: String,
}

impl Age {
    fn judged(&self, lifetime: Option<&Lifetime>) -> Judged {
        let bound = if self.is_certain { Weight::Deciding } else { Weight::Strong };
        let judged = |is_over: bool, weight: Weight, than: &str| {
            let weight = if !is_over && self.is_least { Weight::Some } else { weight };
            Judged { is_over, weight, than: than.to_owned() }
        };
        match lifetime {
            _ if self.seconds < SHORTEST => judged(false, bound, "and no refresh token lives shorter than an hour"),
            _ if self.seconds > LONGEST => judged(true, bound, "and no refresh token lives longer than ten years"),
            Some((seconds, words, place, weight, of)) => {
                let is_over = self.seconds > *seconds;
                let than = if is_over { "longer than" } else { "within" };
                judged(is_over, *weight, &format!("{than} its refresh token's {words}{of} ({place})"))
            }
            None if self.seconds > DEFAULT => judged(true, Weight::Some, "longer than the default of 30 days"),
            None => judged(false, Weight::Some, "within the default of 30 days"),
        }
    }
}

/// The ages that are known: those of the sessions that were refused, else that of a token.
fn ages(case: &Case<'_>) -> Vec<Age> {
    let of_token = |token: &Token, refused: Moment, by| {
        let signed_in = token.signed_in?;
        let source = token.source.to_string();
        Some(Age { seconds: refused.since(signed_in), signed_in, by, source, is_certain: true, is_least: false })
    };
    if case.sessions.is_empty() {
        let age = case.readable().find_map(|token| of_token(token, case.now, "by now"));
        return age.into_iter().filter(|age| age.seconds >= 0).collect();
    }
    let of_session = |session: &Session<'_>| {
        let by_token = case.token_of(session).and_then(|token| of_token(token, session.failure.at, "at the refusal"));
        by_token.or_else(|| of_event(session))
    };
    case.sessions.iter().filter_map(of_session).filter(|age| age.seconds >= 0).collect()
}

/// By the sign-in of the same user, through the same client, before the refusal.
fn of_event(session: &Session<'_>) -> Option<Age> {
    let sign_in =
        session.sign_in().filter(|event| session.is_by_name(event) && session.is_of_client(event) == Some(true))?;
    Some(Age {
        seconds: session.failure.at.since(sign_in.at),
        signed_in: sign_in.at,
        by: "at the refusal",
        source: sign_in.shown_place(),
        is_certain: false,
        is_least: !session.has_one_sign_in(),
    })
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
