//! A server believes the claims of a token that it has not verified.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::read::{Call, Operation, Side};
use crate::rule::{About, Findings, Report, Rule};

/// The rule. Source: Developer Guide, verifying JSON web tokens.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "a server uses the claims of a token that was decoded and not verified",
    check,
};

/// Claims that decide what somebody may do.
const DECIDING: &[&str] = &["cognito:groups", "cognito:roles", "cognito:preferred_role", "scope"];

/// Resources that verify tokens before the code runs.
const AUTHORIZERS: &[&str] =
    &["AWS::ApiGateway::Authorizer", "AWS::ApiGatewayV2::Authorizer", "AWS::AppSync::GraphQLApi"];

fn check(model: &Model, out: &mut Findings<'_>) {
    if AUTHORIZERS.iter().any(|type_name| !model.distinct(type_name).is_empty()) {
        return;
    }
    for call in model.facts.calls.iter().filter(|call| call.operation == Operation::Decode && call.side == Side::Server)
    {
        let Some(claim) = call.reads.paths.iter().find(|path| decides(path)) else { continue };
        if is_verified_elsewhere(model, call) {
            continue;
        }
        out.add(
            Report::new(
                About::default(),
                call.loc,
                format!("the token is decoded here, and its claim {claim} is used"),
            )
            .message("anybody can write such a token: nothing checks its signature")
            .help("verify the token before reading it, for instance with aws-jwt-verify or a JWKS client of the pool"),
        );
    }
}

fn decides(path: &str) -> bool {
    DECIDING.contains(&path) || path.starts_with("custom:")
}

fn is_verified_elsewhere(model: &Model, call: &Call) -> bool {
    let app = model.apps.of_file(call.loc.file);
    let verifies = |other: &&Call| other.operation == Operation::Verify && model.apps.of_file(other.loc.file) == app;
    model.facts.calls.iter().any(|other| verifies(&other))
}
