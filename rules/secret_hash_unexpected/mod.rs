//! A call that always sends a secret hash, through a client without a secret.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::case::Case;
use crate::rule::{Findings, Report, Rule};
use crate::value::Field;

/// The rule. Source: Developer Guide, computing secret hash values.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "a call always sends a secret hash although its app client has no secret",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    for case in model.cases().filter(Case::takes_secret_hash) {
        let Field::Present(hash) = case.secret_hash() else { continue };
        // What only may be a hash may also be nothing at all.
        if case.secret_hashes().is_none() {
            continue;
        }
        let Some(client) = case.client.as_ref().filter(|client| client.has_secret() == Some(false)) else { continue };
        let (_, key) = case.secret_hash_name();
        out.add(
            Report::new(&case, case.loc(), format!("{} with {key}", case.call.library.entry))
                .message("Cognito refuses this call: it sends a secret hash and the app client has no secret")
                .because(hash.loc, "the hash that is sent")
                .because(client.secret_loc(), format!("{} has no secret", client.name()))
                .help(format!("send {key} only where there is a secret, or use a client that has one")),
        );
    }
}
