//! Refresh tokens that end with the access tokens that they should renew.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::lifetime::Token;
use crate::rule::{Findings, Report, Rule};

/// The rule. Source: API CreateUserPoolClient (`RefreshTokenValidity`, `AccessTokenValidity`) and TokenValidityUnitsType.
pub static RULE: Rule = Rule {
    severity: Severity::Info,
    level: Level::Strict,
    summary: "refresh tokens live no longer than the access tokens that they renew",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    for client in model.clients() {
        let lifetimes = (client.lifetime(Token::Refresh), client.lifetime(Token::Access));
        let (Some(refresh), Some(access)) = lifetimes else { continue };
        // The service takes a lifetime of zero for none given.
        if refresh.amount == 0 || access.amount == 0 || refresh.seconds() > access.seconds() {
            continue;
        }
        let at = |lifetime: Option<_>| lifetime.unwrap_or(client.loc());
        out.add(
            Report::new(&*client, at(refresh.loc), format!("refresh tokens live {refresh}"))
                .message("sessions end with their first access token: its refresh token expires no later")
                .because(at(access.loc), format!("access tokens live {access}"))
                .help(
                    "let refresh tokens live longer than access tokens: RefreshTokenValidity counts days \
                    unless TokenValidityUnits says otherwise",
                ),
        );
    }
}
