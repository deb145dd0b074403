//! Refresh tokens rotate, and a refresh leaves the new one where it is.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::case::Case;
use crate::model::client::Client;
use crate::rule::{Findings, Report, Rule};

/// The rule. Source: Developer Guide on refresh tokens (rotation), API GetTokensFromRefreshToken.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "refresh tokens rotate, and the new one of a refresh is never read",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    // By REFRESH_TOKEN_AUTH no new token comes: with rotation that flow is off.
    let rotating = |case: &Case<'_>| case.trades_refresh_token() && !case.refreshes_by_flow();
    for case in model.cases().filter(|case| rotating(case) && case.ignores_refresh_token()) {
        let rotates = |client: &&Client<'_>| client.rotates_refresh_tokens() == Some(true);
        let Some(client) = case.client.as_ref().filter(rotates) else { continue };
        let (member, answer) = if case.is_oauth_refresh() {
            ("refresh_token", "invalid_grant")
        } else {
            ("AuthenticationResult.RefreshToken", "RefreshTokenReuseException: Refresh token reuse detected")
        };
        out.add(
            Report::new(&case, case.loc(), format!("refresh call: {member} of its answer is never read"))
                .message(
                    "a session's second refresh fails: the first one replaced the refresh token, and the app keeps the old one",
                )
                .because(client.rotation_loc(), "refresh token rotation is on")
                .answer(answer)
                .help(format!("store {member} of each refresh in place of the old refresh token")),
        );
    }
}
