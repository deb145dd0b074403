//! Identity pools. Sources: terraform-provider-aws (`internal/service/cognitoidentity`), CloudFormation's resource schemas.

use crate::read::terraform::provider::attribute::Attribute::Of;
use crate::read::terraform::provider::row::{
    Default::False,
    Shape::{Keyed, Pairs},
    TABLE, Table, argument, blocks,
};

pub(super) const TABLES: &[Table] = &[
    Table {
        names: &["aws_cognito_identity_pool"],
        type_name: "AWS::Cognito::IdentityPool",
        rows: &[
            argument("allow_unauthenticated_identities").or(False),
            blocks("cognito_identity_providers", &[]),
            argument("tags").is("IdentityPoolTags").shaped(Pairs("Key")),
        ],
        attributes: &[("id", Of("Ref")), ("arn", Of("Arn"))],
        read_only: &["Id", "IdentityPoolId", "Name"],
        id_is_ref: true,
        spellings: &["OpenIdConnectProviderARNs", "SamlProviderARNs"],
        verbatim: &["CognitoEvents", "SupportedLoginProviders"],
        ..TABLE
    },
    Table {
        // The last is Pulumi's.
        names: &["aws_cognito_identity_pool_roles_attachment", "aws_cognito_identity_pool_role_attachment"],
        type_name: "AWS::Cognito::IdentityPoolRoleAttachment",
        rows: &[argument("role_mapping").is("RoleMappings").shaped(Keyed(
            "identity_provider",
            &[blocks("mapping_rule", &[argument("role_arn").is("RoleARN")]).is("RulesConfiguration.Rules")],
        ))],
        attributes: &[("id", Of("Ref"))],
        verbatim: &["Roles", "RoleMappings"],
        ..TABLE
    },
    Table {
        names: &["aws_cognito_identity_pool_provider_principal_tag"],
        type_name: "AWS::Cognito::IdentityPoolPrincipalTag",
        attributes: &[("id", Of("Id"))],
        verbatim: &["PrincipalTags"],
        ..TABLE
    },
];
