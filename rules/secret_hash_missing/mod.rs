//! A call without a secret hash, through a client that has a secret.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::case::Case;
use crate::rule::{Findings, Report, Rule};

/// The rule. Source: Developer Guide, computing secret hash values.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "a call sends no secret hash although its app client has a secret",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    for case in model.cases().filter(Case::takes_secret_hash) {
        let Some(client) = case.client.as_ref().filter(|client| client.has_secret() == Some(true)) else { continue };
        if !case.secret_hash().is_absent() || case.may_pass_a_proxy() {
            continue;
        }
        let (map, key) = case.secret_hash_name();
        let place = map.map_or(String::new(), |map| format!("{map} has "));
        out.add(
            Report::new(&case, case.loc(), format!("{}: {place}no {key}", case.call.library.entry))
                .message("Cognito refuses this call: the app client has a secret and no secret hash is sent")
                .because(client.secret_loc(), format!("{} has a secret", client.name()))
                .answer("NotAuthorizedException: Client <clientId> is configured with secret but SECRET_HASH was not received")
                .help(format!(
                    "send {key} = base64(HMAC-SHA256(client secret, user name + client id)), or use a client without a secret"
                )),
        );
    }
}
