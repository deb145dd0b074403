//! A refresh with another app client than the sign-in.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::case::Case;
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
    for app in model.cases_by_app() {
        let issuers: Vec<&Case<'_>> = app.iter().filter(|case| may_issue_tokens(case)).collect();
        for refresh in app.iter().filter(|case| case.trades_refresh_token()) {
            let may_meet = |case: &&&Case<'_>| case.may_share_pool_with(refresh) && case.can_meet(refresh);
            let met = || issuers.iter().filter(may_meet);
            if met().any(|case| case.shares_client_with(refresh) != Some(false)) {
                continue;
            }
            if let Some(sign_in) = met().find(|case| signs_in(case)) {
                out.add(report(refresh, sign_in));
            }
        }
    }
}

fn report<'m>(refresh: &Case<'m>, sign_in: &Case<'m>) -> Report<'m> {
    let about = match sign_in.client_id {
        Some(outcome) => About::from(refresh).and(("the sign-in's client", outcome)),
        None => About::from(refresh),
    };
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
fn may_issue_tokens(case: &Case<'_>) -> bool {
    match case.call.operation {
        Operation::InitiateAuth | Operation::AdminInitiateAuth => !case.refreshes_by_flow(),
        Operation::RespondToAuthChallenge | Operation::AdminRespondToAuthChallenge | Operation::Authorize => true,
        Operation::Token => !matches!(case.grant(), Some("refresh_token" | "client_credentials")),
        _ => false,
    }
}
