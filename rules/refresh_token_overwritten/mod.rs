//! A refresh overwrites the stored refresh token with one that the answer does not have.

use crate::finding::{Confidence, Level, Severity};
use crate::model::Model;
use crate::model::case::Case;
use crate::model::client::Client;
use crate::rule::{Findings, Report, Rule};

/// The rule. Source: Developer Guide on refresh tokens and on the token endpoint (a refresh token comes back only with
/// rotation).
pub static RULE: Rule = Rule {
    severity: Severity::Warning,
    level: Level::Default,
    summary: "a refresh overwrites the stored refresh token with a member that its answer lacks",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    for case in model.cases().filter(Case::trades_refresh_token) {
        let stores: Vec<_> = case.refresh_token_stores().filter(|store| !store.has_fallback).collect();
        let rotates = case.client.as_ref().and_then(Client::rotates_refresh_tokens);
        let Some((first, others)) = stores.split_first().filter(|_| rotates != Some(true)) else { continue };
        if rotates.is_none() {
            // Who calls GetTokensFromRefreshToken mostly has rotation.
            let by_flow = case.refreshes_by_flow() || case.is_oauth_refresh();
            case.trust.lower(if by_flow { Confidence::Medium } else { Confidence::Low });
        }
        let stored =
            |target: &str| format!("{target} is set to the answer's refresh token without another to fall back on");
        let mut report =
            Report::new(&case, case.loc(), "refresh call: without rotation its answer has no refresh token")
                .message("a session's second refresh fails: the first one erases the stored refresh token")
                .because(first.loc, stored(&first.target))
                .help(format!("keep the old refresh token where the answer has no {}", first.path));
        for store in others {
            report = report.because(store.loc, stored(&store.target));
        }
        out.add(report);
    }
}
