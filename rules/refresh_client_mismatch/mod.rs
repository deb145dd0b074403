//! A refresh with another app client than the sign-in.

use crate::finding::{Confidence, Level, Severity};
use crate::model::Model;
use crate::model::case::Case;
use crate::model::link::Trust;
use crate::read::Operation;
use crate::rule::{About, Findings, Report, Rule};

/// The rule. Source: API GetTokensFromRefreshToken (`ClientId`), Developer Guide on the token endpoint.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "a refresh names another app client than the sign-in that issued the token",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    let apps = model.cases_by_app();
    let issuers: Vec<Vec<&Case<'_>>> =
        apps.iter().map(|app| app.iter().filter(|case| issues(case)).collect()).collect();
    for (app, own) in apps.iter().zip(&issuers) {
        for refresh in app.iter().filter(|case| case.trades_refresh_token()) {
            let may_meet = |case: &&&Case<'_>| case.may_share_pool_with(refresh) && case.can_meet(refresh);
            let met: Vec<&Case<'_>> = own.iter().filter(may_meet).copied().collect();
            if met.is_empty() {
                // The app gets its tokens from another one.
                let all: Vec<&Case<'_>> = issuers.iter().flatten().filter(may_meet).copied().collect();
                let is_of_pool = |case: &Case<'_>| case.certainly_shares_pool_with(refresh);
                if let Some(sign_in) = with_other_client(refresh, &all, is_of_pool) {
                    out.add(report(refresh, sign_in, Confidence::Medium));
                }
            } else if let Some(sign_in) = with_other_client(refresh, &met, |_| true) {
                out.add(report(refresh, sign_in, Confidence::High));
            }
        }
    }
}

/// A sign-in that counts, among calls that may issue the token, where all of them are for other clients than the refresh.
fn with_other_client<'c, 'm>(
    refresh: &Case<'m>,
    issuers: &[&'c Case<'m>],
    counts: impl Fn(&Case<'m>) -> bool,
) -> Option<&'c Case<'m>> {
    let are_others = issuers.iter().all(|case| case.shares_client_with(refresh) == Some(false));
    issuers.iter().filter(|_| are_others).find(|case| signs_in(case) && counts(case)).copied()
}

fn report<'m>(refresh: &Case<'m>, sign_in: &Case<'m>, at_most: Confidence) -> Report<'m> {
    let trust = Trust::default();
    trust.lower(at_most);
    let about = match sign_in.client_id {
        Some(outcome) => About::from(refresh).and(("the sign-in's client", outcome)),
        None => About::from(refresh),
    };
    let about = about.resting_on(&trust);
    let answer =
        if refresh.is_oauth_refresh() { "invalid_grant" } else { "NotAuthorizedException: Invalid Refresh Token" };
    Report::new(about, refresh.loc(), format!("refresh call with {}", client(refresh)))
        .message("this refresh fails: the token was issued to another app client")
        .because(sign_in.loc(), format!("sign-in call with {}", client(sign_in)))
        .answer(answer)
        .help("refresh with the client that signed the user in; a refresh token works with no other")
}

fn client(case: &Case<'_>) -> String {
    let literal = case.client_id.and_then(|outcome| outcome.target.literal());
    match (literal, &case.client) {
        (Some(id), _) => format!("client id {id}"),
        (None, Some(client)) => format!("client {}", client.name()),
        (None, None) => "a client of its own".to_owned(),
    }
}

fn signs_in(case: &Case<'_>) -> bool {
    case.is_sign_in() || case.grant() == Some("authorization_code")
}

/// Whether refresh tokens may come from this call.
fn issues(case: &Case<'_>) -> bool {
    match case.call.operation {
        Operation::InitiateAuth | Operation::AdminInitiateAuth => !case.refreshes_by_flow(),
        Operation::RespondToAuthChallenge | Operation::AdminRespondToAuthChallenge | Operation::Authorize => true,
        Operation::Token => !matches!(case.grant(), Some("refresh_token" | "client_credentials")),
        _ => false,
    }
}
