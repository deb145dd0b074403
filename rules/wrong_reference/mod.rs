//! A variable, an output or a property that must hold one identifier is given another.

use std::sync::Arc;

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::resolve::{Outcome, Target};
use crate::read::SettingKind;
use crate::read::settings::keys;
use crate::rule::{About, Findings, Report, Rule};
use crate::source::Loc;
use crate::value::Value;
use crate::words;

/// The rule. Source: the return values of `Ref` and `Fn::GetAtt` in the CloudFormation reference of each type.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "a variable or property that must hold one identifier is given another",
    check,
};

/// What an attribute of a resource is.
struct Attribute {
    type_name: &'static str,
    names: &'static [&'static str],
    kind: Option<SettingKind>,
    text: &'static str,
}

const POOL: &str = "AWS::Cognito::UserPool";
const CLIENT: &str = "AWS::Cognito::UserPoolClient";
const IDENTITY_POOL: &str = "AWS::Cognito::IdentityPool";

const ATTRIBUTES: &[Attribute] = &[
    Attribute {
        type_name: POOL,
        names: &["Ref", "UserPoolId"],
        kind: Some(SettingKind::UserPoolId),
        text: "the user pool's id",
    },
    Attribute { type_name: POOL, names: &["Arn"], kind: Some(SettingKind::UserPoolArn), text: "the user pool's ARN" },
    Attribute { type_name: POOL, names: &["ProviderName"], kind: None, text: "the user pool's provider name" },
    Attribute {
        type_name: POOL,
        names: &["ProviderURL"],
        kind: Some(SettingKind::Issuer),
        text: "the user pool's issuer",
    },
    Attribute {
        type_name: CLIENT,
        names: &["Ref", "ClientId"],
        kind: Some(SettingKind::ClientId),
        text: "the app client's id",
    },
    Attribute {
        type_name: CLIENT,
        names: &["ClientSecret"],
        kind: Some(SettingKind::ClientSecret),
        text: "the app client's secret",
    },
    Attribute { type_name: CLIENT, names: &["Name"], kind: None, text: "the app client's name" },
    Attribute {
        type_name: IDENTITY_POOL,
        names: &["Ref", "Id"],
        kind: Some(SettingKind::IdentityPoolId),
        text: "the identity pool's id",
    },
    Attribute { type_name: IDENTITY_POOL, names: &["Name"], kind: None, text: "the identity pool's name" },
];

/// Properties that take one identifier only.
const PROPERTIES: &[(&str, &[&str], SettingKind)] = &[
    (CLIENT, &["UserPoolId"], SettingKind::UserPoolId),
    ("AWS::Cognito::UserPoolDomain", &["UserPoolId"], SettingKind::UserPoolId),
    ("AWS::Cognito::UserPoolGroup", &["UserPoolId"], SettingKind::UserPoolId),
    ("AWS::Cognito::UserPoolResourceServer", &["UserPoolId"], SettingKind::UserPoolId),
    ("AWS::Cognito::UserPoolIdentityProvider", &["UserPoolId"], SettingKind::UserPoolId),
    ("AWS::Cognito::UserPoolUser", &["UserPoolId"], SettingKind::UserPoolId),
    ("AWS::Cognito::IdentityPoolRoleAttachment", &["IdentityPoolId"], SettingKind::IdentityPoolId),
    ("AWS::AppSync::GraphQLApi", &["UserPoolConfig", "UserPoolId"], SettingKind::UserPoolId),
];

/// Kinds that a name must spell out: what `…_ID` or `…_SECRET` holds is not a matter of taste.
const SPELLED_OUT: &[(SettingKind, &str)] = &[
    (SettingKind::UserPoolId, "id"),
    (SettingKind::UserPoolArn, "arn"),
    (SettingKind::ClientId, "id"),
    (SettingKind::IdentityPoolId, "id"),
    (SettingKind::ClientSecret, "secret"),
];

fn check(model: &Model, out: &mut Findings<'_>) {
    for environment in model.environments.iter() {
        for (name, value, loc) in environment.variables() {
            check_named(model, name, value, loc, out);
        }
    }
    for output in model.facts.stacks.iter().flat_map(|stack| &stack.outputs) {
        check_named(model, &output.name, &output.value, output.loc, out);
    }
    for (type_name, path, kind) in PROPERTIES {
        for view in model.resources(type_name) {
            if let Some(value) = view.field(path).value() {
                let loc = view.property_loc(path).unwrap_or(value.loc);
                check_value(model, About::from(&view), &path.join("."), *kind, value, loc, out);
            }
        }
    }
}

fn check_named(model: &Model, name: &Arc<str>, value: &Value, loc: Loc, out: &mut Findings<'_>) {
    let Some(kind) = keys::kind_of(name, None) else { return };
    let last = words::split(name).pop().unwrap_or_default();
    if SPELLED_OUT.contains(&(kind, last.as_str())) {
        check_value(model, About::default(), name, kind, value, loc, out);
    }
}

fn check_value(
    model: &Model,
    about: About<'_>,
    name: &str,
    kind: SettingKind,
    value: &Value,
    loc: Loc,
    out: &mut Findings<'_>,
) {
    for outcome in model.resolve(value, loc) {
        let Some(attribute) = attribute_of(model, &outcome).filter(|attribute| attribute.kind != Some(kind)) else {
            continue;
        };
        out.add(
            Report::new(
                about.clone().and(("what it is given", &outcome)),
                loc,
                format!("{name} is given {}", attribute.text),
            )
            .message(format!("{name} does not hold {}: every call that uses it is refused", wanted(kind)))
            .help(format!("reference {} here", wanted(kind))),
        );
    }
}

fn attribute_of(model: &Model, outcome: &Outcome) -> Option<&'static Attribute> {
    let Target::Resource(number, name) = &outcome.target else { return None };
    let type_name = &model.resource(*number)?.type_name;
    ATTRIBUTES.iter().find(|attribute| attribute.type_name == &**type_name && attribute.names.contains(&&**name))
}

fn wanted(kind: SettingKind) -> &'static str {
    match kind {
        SettingKind::UserPoolId => "a user pool's id",
        SettingKind::UserPoolArn => "a user pool's ARN",
        SettingKind::IdentityPoolId => "an identity pool's id",
        SettingKind::ClientSecret => "an app client's secret",
        _ => "an app client's id",
    }
}
