//! A token from an API sign-in, refreshed at the OAuth endpoint of a pool that remembers devices.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::case::Case;
use crate::read::Operation;
use crate::rule::{About, Findings, Report, Rule};

/// The rule. Source: Developer Guide, the token endpoint (refresh while device remembering is active).
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "tokens from an API sign-in are refreshed at /oauth2/token although the pool remembers devices",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    for app in model.cases_by_app() {
        for refresh in app.iter().filter(|case| case.is_oauth_refresh()) {
            let Some(tracking) = refresh.pool.as_ref().and_then(|pool| pool.tracks_devices()) else { continue };
            let of_client =
                |other: &&Case<'_>| refresh.can_meet(other) && refresh.shares_client_with(other) != Some(false);
            if app.iter().filter(of_client).any(may_bring_oauth_token) {
                continue;
            }
            let signs_in = |other: &&Case<'_>| {
                other.is_sign_in() && other.shares_pool_with(refresh) && refresh.shares_client_with(other) == Some(true)
            };
            let Some(sign_in) = app.iter().filter(of_client).find(signs_in) else { continue };
            out.add(
                Report::new(About::from(refresh).and(sign_in), refresh.loc(), "refresh call at /oauth2/token")
                    .message("this refresh fails once the first access token expires")
                    .because(sign_in.loc(), "the app gets its tokens from this API sign-in")
                    .because(tracking, "the pool remembers devices (DeviceConfiguration is present)")
                    .answer("invalid_grant")
                    .help(
                        "refresh with GetTokensFromRefreshToken or InitiateAuth and the device key; the token \
                        endpoint takes none",
                    ),
            );
        }
    }
}

/// Whether the call gets, or may get, tokens by a code grant: those can be refreshed at the endpoint.
fn may_bring_oauth_token(case: &Case<'_>) -> bool {
    match case.call.operation {
        Operation::Authorize => true,
        Operation::Token => !matches!(case.grant(), Some("refresh_token" | "client_credentials")),
        _ => false,
    }
}
