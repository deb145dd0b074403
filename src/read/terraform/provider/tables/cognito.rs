//! User pools, their clients and what belongs to them.
//!
//! Sources: the documentation and source of terraform-provider-aws (`internal/service/cognitoidp`) and the resource schemas
//! of CloudFormation.

use crate::read::terraform::provider::attribute::Attribute::{Configured, Of};
use crate::read::terraform::provider::row::{
    Default::{False, Text},
    Row,
    Shape::{Json, Member, Pairs},
    TABLE, Table, argument, block, blocks, left_out,
};

pub(super) const TABLES: &[Table] = &[
    Table {
        names: &["aws_cognito_user_pool"],
        type_name: "AWS::Cognito::UserPool",
        rows: POOL,
        attributes: &[
            ("id", Of("Ref")),
            ("arn", Of("Arn")),
            ("endpoint", Of("ProviderName")),
            ("creation_date", Of("CreationDate")),
            ("custom_domain", Of("CustomDomain")),
            ("domain", Of("Domain")),
            ("estimated_number_of_users", Of("EstimatedNumberOfUsers")),
            ("last_modified_date", Of("LastModifiedDate")),
        ],
        read_only: &["Arn", "ProviderName", "ProviderURL", "UserPoolId"],
        id_is_ref: true,
        spellings: &["CustomSMSSender", "KMSKeyID", "ProviderURL", "SMSMessage", "WebAuthnRelyingPartyID"],
        verbatim: &["UserPoolTags"],
        ..TABLE
    },
    Table { names: &["aws_cognito_user_pool_client"], rows: CLIENT, ..CLIENT_TABLE },
    Table {
        // The client that another service made; Terraform only changes it.
        names: &["aws_cognito_managed_user_pool_client"],
        rows: MANAGED_CLIENT,
        ..CLIENT_TABLE
    },
    Table {
        names: &["aws_cognito_user_pool_domain"],
        type_name: "AWS::Cognito::UserPoolDomain",
        rows: &[argument("certificate_arn").is("CustomDomainConfig.CertificateArn")],
        attributes: &[
            ("id", Configured("domain")),
            ("cloudfront_distribution", Of("CloudFrontDistribution")),
            ("cloudfront_distribution_arn", Of("CloudFrontDistribution")),
            ("cloudfront_distribution_zone_id", Of("CloudFrontDistributionZoneId")),
            ("aws_account_id", Of("AWSAccountId")),
            ("s3_bucket", Of("S3Bucket")),
            ("version", Of("Version")),
        ],
        read_only: &["CloudFrontDistribution"],
        ..TABLE
    },
    Table {
        names: &["aws_cognito_identity_provider"],
        type_name: "AWS::Cognito::UserPoolIdentityProvider",
        attributes: &[("id", Of("Id"))],
        verbatim: &["AttributeMapping", "ProviderDetails"],
        ..TABLE
    },
    Table {
        names: &["aws_cognito_resource_server"],
        type_name: "AWS::Cognito::UserPoolResourceServer",
        rows: &[blocks("scope", &[]).is("Scopes")],
        attributes: &[("id", Of("Id")), ("scope_identifiers", Of("ScopeIdentifiers"))],
        ..TABLE
    },
    Table {
        names: &["aws_cognito_user_group"],
        type_name: "AWS::Cognito::UserPoolGroup",
        rows: &[argument("name").is("GroupName")],
        attributes: &[("id", Of("Id"))],
        ..TABLE
    },
    Table {
        names: &["aws_cognito_user"],
        type_name: "AWS::Cognito::UserPoolUser",
        rows: &[
            argument("attributes").is("UserAttributes").shaped(Pairs("Name")),
            argument("validation_data").shaped(Pairs("Name")),
            left_out("password"),
            left_out("temporary_password"),
            left_out("enabled"),
        ],
        attributes: &[
            ("id", Of("Id")),
            ("sub", Of("Sub")),
            ("status", Of("Status")),
            ("creation_date", Of("CreationDate")),
            ("last_modified_date", Of("LastModifiedDate")),
            ("mfa_setting_list", Of("MfaSettingList")),
            ("preferred_mfa_setting", Of("PreferredMfaSetting")),
        ],
        verbatim: &["ClientMetadata"],
        ..TABLE
    },
    Table {
        names: &["aws_cognito_user_in_group"],
        type_name: "AWS::Cognito::UserPoolUserToGroupAttachment",
        attributes: &[("id", Of("Id"))],
        ..TABLE
    },
    Table {
        names: &["aws_cognito_risk_configuration"],
        type_name: "AWS::Cognito::UserPoolRiskConfigurationAttachment",
        rows: RISK,
        attributes: &[("id", Of("Id"))],
        spellings: &["BlockedIPRangeList", "SkippedIPRangeList"],
        ..TABLE
    },
    Table {
        names: &["aws_cognito_log_delivery_configuration"],
        type_name: "AWS::Cognito::LogDeliveryConfiguration",
        rows: &[blocks(
            "log_configurations",
            &[
                block("cloud_watch_logs_configuration", &[]),
                block("firehose_configuration", &[]),
                block("s3_configuration", &[]),
            ],
        )],
        attributes: &[("id", Of("Id"))],
        empty_is_unset: false,
        ..TABLE
    },
    Table {
        names: &["aws_cognito_managed_login_branding"],
        type_name: "AWS::Cognito::ManagedLoginBranding",
        rows: &[blocks("asset", &[]).is("Assets"), argument("settings").shaped(Json)],
        attributes: &[("managed_login_branding_id", Of("ManagedLoginBrandingId")), ("settings_all", Of("SettingsAll"))],
        read_only: &["ManagedLoginBrandingId"],
        verbatim: &["Settings"],
        empty_is_unset: false,
        ..TABLE
    },
    Table {
        names: &["aws_cognito_user_pool_ui_customization"],
        type_name: "AWS::Cognito::UserPoolUICustomizationAttachment",
        // Without a client it is every client's.
        rows: &[argument("client_id").or(Text("ALL")), left_out("image_file")],
        attributes: &[
            ("id", Of("Id")),
            ("creation_date", Of("CreationDate")),
            ("css_version", Of("CSSVersion")),
            ("image_url", Of("ImageUrl")),
            ("last_modified_date", Of("LastModifiedDate")),
        ],
        spellings: &["CSS"],
        ..TABLE
    },
];

const POOL: &[Row] = &[
    argument("name").is("UserPoolName"),
    argument("tags").is("UserPoolTags"),
    block("account_recovery_setting", &[blocks("recovery_mechanism", &[]).is("RecoveryMechanisms")]),
    block("admin_create_user_config", &[block("invite_message_template", &[argument("sms_message").is("SMSMessage")])]),
    // Without members the block is not sent; with one of them the other is sent as false.
    block(
        "device_configuration",
        &[
            argument("challenge_required_on_new_device").or(False),
            argument("device_only_remembered_on_user_prompt").or(False),
        ],
    ),
    block("email_configuration", &[argument("from_email_address").is("From")]),
    block(
        "email_mfa_configuration",
        &[argument("message").is("EmailAuthenticationMessage"), argument("subject").is("EmailAuthenticationSubject")],
    )
    .is(""),
    argument("email_mfa_configuration").is("EnabledMfas").shaped(Member("EMAIL_OTP", None)),
    block(
        "lambda_config",
        &[
            block("custom_email_sender", &[]),
            block("custom_sms_sender", &[]),
            block("inbound_federation", &[]),
            block("pre_token_generation_config", &[]),
        ],
    ),
    block("password_policy", &[]).is("Policies.PasswordPolicy"),
    blocks("schema", &[block("number_attribute_constraints", &[]), block("string_attribute_constraints", &[])]),
    block("sign_in_policy", &[]).is("Policies.SignInPolicy"),
    block("sms_configuration", &[]),
    argument("sms_configuration").is("EnabledMfas").shaped(Member("SMS_MFA", None)),
    argument("software_token_mfa_configuration")
        .is("EnabledMfas")
        .shaped(Member("SOFTWARE_TOKEN_MFA", Some("enabled"))),
    block("user_attribute_update_settings", &[argument("attributes_require_verification_before_update")]),
    block("user_pool_add_ons", &[block("advanced_security_additional_flows", &[])]),
    block("username_configuration", &[]),
    block("verification_message_template", &[argument("sms_message").is("SmsMessage")]),
    block(
        "web_authn_configuration",
        &[
            argument("relying_party_id").is("WebAuthnRelyingPartyID"),
            argument("user_verification").is("WebAuthnUserVerification"),
        ],
    )
    .is(""),
];

const CLIENT_TABLE: Table = Table {
    type_name: "AWS::Cognito::UserPoolClient",
    attributes: &[("id", Of("Ref")), ("client_secret", Of("ClientSecret"))],
    read_only: &["ClientId", "ClientSecret", "Name"],
    spellings: &[
        "AllowedOAuthFlows",
        "AllowedOAuthFlowsUserPoolClient",
        "AllowedOAuthScopes",
        "CallbackURLs",
        "DefaultRedirectURI",
        "LogoutURLs",
    ],
    empty_is_unset: false,
    ..TABLE
};

const CLIENT: &[Row] = &[
    argument("name").is("ClientName"),
    block("analytics_configuration", &[]),
    block("refresh_token_rotation", &[]),
    block("token_validity_units", &[]),
];

const MANAGED_CLIENT: &[Row] = &[
    argument("name").is("ClientName"),
    left_out("name_pattern"),
    left_out("name_prefix"),
    block("analytics_configuration", &[]),
    block("refresh_token_rotation", &[]),
    block("token_validity_units", &[]),
];

const RISK: &[Row] = &[
    // Without a client it is every client's.
    argument("client_id").or(Text("ALL")),
    block(
        "account_takeover_risk_configuration",
        &[
            block("actions", &[block("high_action", &[]), block("medium_action", &[]), block("low_action", &[])]),
            block(
                "notify_configuration",
                &[block("block_email", &[]), block("mfa_email", &[]), block("no_action_email", &[])],
            ),
        ],
    ),
    block("compromised_credentials_risk_configuration", &[block("actions", &[]), argument("event_filter")]),
    block("risk_exception_configuration", &[argument("blocked_ip_range_list"), argument("skipped_ip_range_list")]),
];
