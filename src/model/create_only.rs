//! What a change of a property does to a Cognito resource that is there already.

use crate::read::Deployer;

/// What a deployment does with a changed property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// A new resource takes the place of the old one.
    Replaced,
    /// The deployment fails.
    Refused,
    /// The deployment fails where something that was there is changed or gone; something new is added.
    Extended,
    /// The resource is changed in place.
    Updated,
    /// It is not the same in every version of the tool.
    Varies,
}

/// One property.
struct Row {
    type_name: &'static str,
    path: &'static str,
    cloudformation: Effect,
    terraform: Effect,
}

use Effect::{Extended, Refused, Replaced, Updated, Varies};

const fn row(type_name: &'static str, path: &'static str, cloudformation: Effect, terraform: Effect) -> Row {
    Row { type_name, path, cloudformation, terraform }
}

const POOL: &str = "AWS::Cognito::UserPool";
const CLIENT: &str = "AWS::Cognito::UserPoolClient";
const DOMAIN: &str = "AWS::Cognito::UserPoolDomain";
const PROVIDER: &str = "AWS::Cognito::UserPoolIdentityProvider";
const SERVER: &str = "AWS::Cognito::UserPoolResourceServer";
const GROUP: &str = "AWS::Cognito::UserPoolGroup";
const USER: &str = "AWS::Cognito::UserPoolUser";
const MEMBER: &str = "AWS::Cognito::UserPoolUserToGroupAttachment";
const RISK: &str = "AWS::Cognito::UserPoolRiskConfigurationAttachment";
const LOGS: &str = "AWS::Cognito::LogDeliveryConfiguration";
const BRANDING: &str = "AWS::Cognito::ManagedLoginBranding";
const IDENTITY_POOL: &str = "AWS::Cognito::IdentityPool";
const ROLES: &str = "AWS::Cognito::IdentityPoolRoleAttachment";
const TAGS: &str = "AWS::Cognito::IdentityPoolPrincipalTag";

/// Sources: `createOnlyProperties` of CloudFormation's resource schemas; `ForceNew` and `RequiresReplace` in the source of
/// terraform-provider-aws (`internal/service/cognitoidp`, `cognitoidentity`). What CloudFormation refuses of a pool its
/// schema does not say: "Updates are not allowed for property", "Existing schema attributes cannot be modified or deleted".
/// A pool or resource server was replaced for its name before terraform-provider-aws changed that in 2025 (#42639, #41702).
const ROWS: &[Row] = &[
    row(POOL, "UsernameAttributes", Refused, Replaced),
    row(POOL, "AliasAttributes", Refused, Replaced),
    row(POOL, "UsernameConfiguration.CaseSensitive", Refused, Replaced),
    row(POOL, "Schema", Extended, Extended),
    row(POOL, "UserPoolName", Updated, Varies),
    row(CLIENT, "UserPoolId", Replaced, Replaced),
    row(CLIENT, "GenerateSecret", Replaced, Replaced),
    row(DOMAIN, "UserPoolId", Replaced, Replaced),
    row(DOMAIN, "Domain", Replaced, Replaced),
    row(PROVIDER, "UserPoolId", Replaced, Replaced),
    row(PROVIDER, "ProviderName", Replaced, Replaced),
    row(PROVIDER, "ProviderType", Replaced, Replaced),
    row(SERVER, "UserPoolId", Replaced, Replaced),
    row(SERVER, "Identifier", Replaced, Replaced),
    row(SERVER, "Name", Updated, Varies),
    row(GROUP, "UserPoolId", Replaced, Replaced),
    row(GROUP, "GroupName", Replaced, Replaced),
    row(USER, "UserPoolId", Replaced, Replaced),
    row(USER, "Username", Replaced, Replaced),
    row(USER, "UserAttributes", Replaced, Updated),
    row(MEMBER, "UserPoolId", Replaced, Replaced),
    row(MEMBER, "GroupName", Replaced, Replaced),
    row(MEMBER, "Username", Replaced, Replaced),
    row(RISK, "UserPoolId", Replaced, Replaced),
    row(RISK, "ClientId", Replaced, Replaced),
    row(LOGS, "UserPoolId", Replaced, Replaced),
    row(BRANDING, "UserPoolId", Replaced, Replaced),
    row(BRANDING, "ClientId", Replaced, Replaced),
    row(IDENTITY_POOL, "IdentityPoolName", Updated, Replaced),
    row(IDENTITY_POOL, "DeveloperProviderName", Updated, Replaced),
    row(ROLES, "IdentityPoolId", Replaced, Replaced),
    row(TAGS, "IdentityPoolId", Replaced, Replaced),
    row(TAGS, "IdentityProviderName", Replaced, Replaced),
];

/// The properties of a type, as paths joined by dots, of which a change is more than an update in place, with what it does.
pub fn properties(type_name: &str, by: Deployer) -> impl Iterator<Item = (&'static str, Effect)> {
    let rows = ROWS.iter().filter(move |row| row.type_name == type_name);
    let effects = rows.map(move |row| match by {
        Deployer::CloudFormation => (row.path, row.cloudformation),
        Deployer::Terraform => (row.path, row.terraform),
    });
    effects.filter(|(_, effect)| *effect != Updated)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tools_differ_in_what_they_do_to_a_pool() {
        let of = |by| properties(POOL, by).collect::<Vec<_>>();
        assert_eq!(
            of(Deployer::CloudFormation),
            [
                ("UsernameAttributes", Refused),
                ("AliasAttributes", Refused),
                ("UsernameConfiguration.CaseSensitive", Refused),
                ("Schema", Extended),
            ]
        );
        assert!(of(Deployer::Terraform).contains(&("UsernameAttributes", Replaced)));
        assert!(of(Deployer::Terraform).contains(&("UserPoolName", Varies)));
    }

    #[test]
    fn of_other_types_nothing_is_known() {
        assert_eq!(properties("AWS::S3::Bucket", Deployer::Terraform).count(), 0);
    }
}
