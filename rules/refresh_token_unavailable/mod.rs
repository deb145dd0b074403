//! A refresh token is expected of a client whose grants give none.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::case::Case;
use crate::model::client::Client;
use crate::model::together::Reach;
use crate::rule::{Findings, Report, Rule};

/// The rule. Source: Developer Guide on the token endpoint and on app clients (only the code grant gives refresh tokens).
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "a refresh token is expected of a client that allows only the implicit or client credentials grant",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    let signed_in = Reach::of_clients(model.cases().filter(Case::is_sign_in));
    for case in model.cases().filter(|case| !case.automatic().implicit) {
        let Some(client) = &case.client else { continue };
        let Some(grants) = grants_without_refresh(client) else { continue };
        let Some(expects) = expectation(&case, &grants, signed_in.covers(client)) else { continue };
        let loc = client.property_loc(&["AllowedOAuthFlows"]).unwrap_or(client.loc());
        out.add(
            Report::new(&case, case.loc(), expects)
                .message("there is no refresh token to be had: the app client's grants give none")
                .because(loc, format!("the client allows only {}", grants.join(" and ")))
                .help(
                    "sign in with a client that allows the code grant; with client_credentials, ask for a new access token",
                ),
        );
    }
}

/// The client's grants, where none of them gives refresh tokens.
fn grants_without_refresh<'m>(client: &Client<'m>) -> Option<Vec<&'m str>> {
    let grants = client.oauth_flows()?;
    let gives_none = |grant: &&str| matches!(*grant, "implicit" | "client_credentials");
    (!grants.is_empty() && grants.iter().all(gives_none)).then_some(grants)
}

/// What the call wants of a refresh token that its client never gave. An API sign-in brings one whatever the grants are;
/// clients for machines sign nobody in.
fn expectation(case: &Case<'_>, grants: &[&str], may_sign_in: bool) -> Option<&'static str> {
    let for_machines = grants == ["client_credentials"];
    if case.grant() == Some("client_credentials") && case.reads_refresh_token() {
        return Some("token call by client_credentials: the refresh_token of its answer is read");
    }
    let refreshes = case.is_oauth_refresh() || case.is_refresh() && for_machines;
    (refreshes && !may_sign_in).then_some("refresh call: it sends a refresh token of this client")
}
