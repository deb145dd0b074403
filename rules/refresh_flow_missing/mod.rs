//! A client whose list of flows leaves the refresh flow out.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::client::{Allows, Client};
use crate::model::flow::Flow;
use crate::rule::{Findings, Report, Rule, fixes};

/// The rule. Source: API ExplicitAuthFlowsType, Developer Guide on app clients.
pub static RULE: Rule = Rule {
    severity: Severity::Warning,
    level: Level::Strict,
    summary: "a client's flows leave out ALLOW_REFRESH_TOKEN_AUTH",
    check,
};

/// The flow of clients for machines, which have no refresh tokens.
const MACHINE_FLOW: &str = "ALLOW_CLIENT_TOKEN_AUTH";

fn check(model: &Model, out: &mut Findings<'_>) {
    for client in model.clients() {
        let Allows::No(Some(list)) = client.allows(Flow::RefreshTokenAuth) else { continue };
        if client.rotates_refresh_tokens() != Some(false) || may_be_machine(&client) {
            continue;
        }
        out.add(
            Report::new(&*client, list, "ExplicitAuthFlows has no ALLOW_REFRESH_TOKEN_AUTH")
                .message("sessions of this client cannot be refreshed through InitiateAuth or AdminInitiateAuth")
                .help(
                    "add ALLOW_REFRESH_TOKEN_AUTH; leave it out only with refresh token rotation, or where \
                    nothing but GetTokensFromRefreshToken or /oauth2/token refreshes",
                )
                .fix(fixes::allowing(model, &client, Flow::RefreshTokenAuth)),
        );
    }
}

fn may_be_machine(client: &Client<'_>) -> bool {
    let flows = client.explicit_auth_flows().set().unwrap_or_default();
    flows.iter().any(|(name, _)| *name == MACHINE_FLOW)
        || client.oauth_flows().is_none_or(|grants| grants == ["client_credentials"])
}
