//! An SRP sign-in sends the password in place of the SRP value.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::flow::Flow;
use crate::rule::{Findings, Report, Rule};

/// The rule. Source: API InitiateAuth, `AuthParameters` of `USER_SRP_AUTH`.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "USER_SRP_AUTH is sent with PASSWORD and without SRP_A",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    for case in model.calls().filter(|case| case.initiates_auth() && case.flow() == Some(Flow::UserSrpAuth)) {
        let Some(password) = case.auth_parameter("PASSWORD").value() else { continue };
        if !case.auth_parameter("SRP_A").is_absent() {
            continue;
        }
        out.add(
            Report::new(&case, case.loc(), "sign-in with USER_SRP_AUTH: AuthParameters has PASSWORD, no SRP_A")
                .message("Cognito refuses this sign-in: USER_SRP_AUTH takes SRP_A, never the password itself")
                .because(password.loc, "the password that is sent")
                .help("sign in with USER_PASSWORD_AUTH (allowed on the client by ALLOW_USER_PASSWORD_AUTH), or compute SRP_A and answer PASSWORD_VERIFIER with an SRP library"),
        );
    }
}
