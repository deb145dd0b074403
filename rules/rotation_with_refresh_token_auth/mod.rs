//! Refresh tokens rotate, and the flow that rotation switches off is listed or used.

use std::collections::HashSet;

use crate::finding::fix::Fix;
use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::case::Case;
use crate::model::client::Client;
use crate::model::flow::Flow;
use crate::model::view::Known;
use crate::rule::{Findings, Report, Rule, fixes};
use crate::value::ResourceKey;

/// The rule. Source: Developer Guide on refresh tokens (rotation), API RefreshTokenRotationType.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "refresh tokens rotate, and REFRESH_TOKEN_AUTH is still allowed or used",
    check,
};

const ROTATION: &str = "refresh token rotation is on";

/// What helps users of a library that picks the call by itself.
const LIBRARIES: &[(&str, &str)] = &[
    (
        "aws-amplify",
        "update aws-amplify to 6.15.4 or later, which refreshes with GetTokensFromRefreshToken, or switch \
            rotation off",
    ),
    (
        "amazon-cognito-identity-js",
        "this library knows no other way to refresh: switch rotation off, or move to aws-amplify 6.15.4 or later",
    ),
    (
        "pycognito",
        "pycognito knows no other way to refresh: call GetTokensFromRefreshToken with boto3, or switch rotation \
            off",
    ),
    (
        "warrant",
        "warrant knows no other way to refresh: call GetTokensFromRefreshToken with boto3, or switch rotation off",
    ),
];

fn check(model: &Model, out: &mut Findings<'_>) {
    let refreshes: Vec<Case<'_>> = model.cases().filter(Case::refreshes_by_flow).collect();
    let users: Option<HashSet<&ResourceKey>> =
        refreshes.iter().map(|case| Some(&case.client.as_ref()?.resource.key)).collect();
    for client in model.clients().filter(rotates) {
        let Known::Set(flows, _) = client.explicit_auth_flows() else { continue };
        for (_, loc) in flows.iter().filter(|(name, _)| *name == Flow::RefreshTokenAuth.allowed_by()) {
            out.add(
                Report::new(&*client, *loc, "the client allows ALLOW_REFRESH_TOKEN_AUTH")
                    .message(
                        "rotation and ALLOW_REFRESH_TOKEN_AUTH exclude each other: the deployment or each \
                        refresh by this flow is refused",
                    )
                    .because(client.rotation_loc(), ROTATION)
                    .help(
                        "remove ALLOW_REFRESH_TOKEN_AUTH and refresh with GetTokensFromRefreshToken or at \
                        /oauth2/token, or switch rotation off",
                    )
                    .fix(fix(model, &client, users.as_ref())),
            );
        }
    }
    for case in &refreshes {
        let Some(client) = case.client.as_ref().filter(|client| rotates(client)) else { continue };
        out.add(
            Report::new(case, case.loc(), "refresh call by REFRESH_TOKEN_AUTH")
                .message(
                    "this refresh is refused: the client's refresh tokens rotate, which switches \
                    REFRESH_TOKEN_AUTH off",
                )
                .because(client.rotation_loc(), ROTATION)
                .help(help(case)),
        );
    }
}

/// The list without the flow. It is safe where no code of the scan refreshes by it: `users` are the clients of such calls,
/// where all of them are known.
fn fix(model: &Model, client: &Client<'_>, users: Option<&HashSet<&ResourceKey>>) -> Option<Fix> {
    let is_unused = users.is_some_and(|users| !users.contains(&client.resource.key));
    let fix = fixes::without(model, client, Flow::RefreshTokenAuth.allowed_by())?;
    Some(Fix { safe: is_unused, ..fix })
}

fn rotates(client: &Client<'_>) -> bool {
    client.rotates_refresh_tokens() == Some(true)
}

fn help(case: &Case<'_>) -> &'static str {
    let of_library = LIBRARIES.iter().find(|(name, _)| *name == &*case.call.library.name);
    of_library.map_or(
        "call GetTokensFromRefreshToken instead and store the refresh token of its answer, or switch rotation off",
        |(_, help)| help,
    )
}
