//! Bodies as Terraform and Pulumi write them, and the properties of their twins in CloudFormation.

use super::*;
use crate::read::cloudformation::testing::show;
use crate::source::{FileId, Span};
use crate::value::{Alternative, Entry, List, Map, Presence, Reference, Why};

pub(super) fn here() -> Loc {
    Loc { file: FileId(0), span: Span::new(0, 1) }
}

fn given(json: &str) -> Value {
    let value = json::read(&Value::text_at(json, here()));
    assert!(value.map().is_some(), "{json} is a map");
    value
}

fn resource_of(type_name: &str, body: &Value) -> Resource {
    let key = ResourceKey { stack: "infra".into(), id: "main".into() };
    let when = When::always();
    let retention = Retention::Deleted;
    let provided = Provided {
        key: &key,
        type_name,
        body,
        loc: here(),
        when: &when,
        source: None,
        retention,
        ignored: &Ignored::Nothing,
    };
    resources(&provided).pop().unwrap_or_else(|| panic!("{type_name} is not known"))
}

fn properties(type_name: &str, body: &str) -> String {
    sorted(&resource_of(type_name, &given(body)).properties)
}

fn sorted(value: &Value) -> String {
    show(&in_order(value.clone()))
}

fn in_order(mut value: Value) -> Value {
    match &mut value.kind {
        Kind::Map(map) => {
            map.entries.sort_by(|mine, theirs| mine.key.cmp(&theirs.key));
            map.entries.iter_mut().for_each(|entry| entry.value = in_order(entry.value.clone()));
        }
        Kind::List(list) => list.items.iter_mut().for_each(|(item, _)| *item = in_order(item.clone())),
        _ => {}
    }
    value
}

/// Asserts that a body is what CloudFormation would say in these properties.
fn twins(type_name: &str, body: &str, cloudformation: &str) {
    assert_eq!(properties(type_name, body), sorted(&given(cloudformation)), "{type_name} {body}");
}

fn map(entries: Vec<(&str, Kind, Presence)>) -> Value {
    let entry = |(key, kind, presence): (&str, Kind, Presence)| Entry {
        key: key.into(),
        key_loc: here(),
        value: Value::new(kind, here()),
        presence,
    };
    Value::new(Kind::Map(Map { entries: entries.into_iter().map(entry).collect(), open: false }), here())
}

fn test(name: &str, holds: bool) -> When {
    When::test("infra", name, holds)
}

#[test]
fn a_pool_has_the_properties_of_its_twin() {
    twins(
        "aws_cognito_user_pool",
        r#"{
            "name": "users", "tags": {"team": "web", "kms_key_id": "x"}, "mfa_configuration": "OPTIONAL",
            "username_attributes": ["email"], "auto_verified_attributes": ["email"], "user_pool_tier": "PLUS",
            "account_recovery_setting": [{"recovery_mechanism": [{"name": "verified_email", "priority": 1}]}],
            "admin_create_user_config": [{"allow_admin_create_user_only": true, "invite_message_template": [{"sms_message": "s"}]}],
            "device_configuration": [{"challenge_required_on_new_device": true, "device_only_remembered_on_user_prompt": true}],
            "email_configuration": [{"email_sending_account": "DEVELOPER", "from_email_address": "a@b.c", "source_arn": "arn"}],
            "lambda_config": [{"pre_sign_up": "arn", "kms_key_id": "k", "custom_sms_sender": [{"lambda_arn": "arn", "lambda_version": "V1_0"}],
                "pre_token_generation_config": [{"lambda_arn": "arn", "lambda_version": "V2_0"}]}],
            "password_policy": [{"minimum_length": 12}],
            "sign_in_policy": [{"allowed_first_auth_factors": ["PASSWORD"]}],
            "schema": [{"name": "plan", "attribute_data_type": "String", "string_attribute_constraints": [{"max_length": "9"}]}],
            "sms_configuration": [{"external_id": "1", "sns_caller_arn": "arn"}],
            "software_token_mfa_configuration": [{"enabled": true}],
            "email_mfa_configuration": [{"message": "m", "subject": "s"}],
            "user_pool_add_ons": [{"advanced_security_mode": "AUDIT", "advanced_security_additional_flows": [{"custom_auth_mode": "AUDIT"}]}],
            "username_configuration": [{"case_sensitive": false}],
            "verification_message_template": [{"sms_message": "s"}],
            "web_authn_configuration": [{"relying_party_id": "r", "user_verification": "required"}]
        }"#,
        r#"{
            "UserPoolName": "users", "UserPoolTags": {"team": "web", "kms_key_id": "x"}, "MfaConfiguration": "OPTIONAL",
            "UsernameAttributes": ["email"], "AutoVerifiedAttributes": ["email"], "UserPoolTier": "PLUS",
            "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]},
            "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": true, "InviteMessageTemplate": {"SMSMessage": "s"}},
            "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": true},
            "EmailConfiguration": {"EmailSendingAccount": "DEVELOPER", "From": "a@b.c", "SourceArn": "arn"},
            "LambdaConfig": {"PreSignUp": "arn", "KMSKeyID": "k", "CustomSMSSender": {"LambdaArn": "arn", "LambdaVersion": "V1_0"},
                "PreTokenGenerationConfig": {"LambdaArn": "arn", "LambdaVersion": "V2_0"}},
            "Policies": {"PasswordPolicy": {"MinimumLength": 12}, "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]}},
            "Schema": [{"Name": "plan", "AttributeDataType": "String", "StringAttributeConstraints": {"MaxLength": "9"}}],
            "SmsConfiguration": {"ExternalId": "1", "SnsCallerArn": "arn"},
            "EnabledMfas": ["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"],
            "EmailAuthenticationMessage": "m", "EmailAuthenticationSubject": "s",
            "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT", "AdvancedSecurityAdditionalFlows": {"CustomAuthMode": "AUDIT"}},
            "UsernameConfiguration": {"CaseSensitive": false},
            "VerificationMessageTemplate": {"SmsMessage": "s"},
            "WebAuthnRelyingPartyID": "r", "WebAuthnUserVerification": "required"
        }"#,
    );
}

#[test]
fn a_client_has_the_properties_of_its_twin() {
    let cloudformation = r#"{
        "ClientName": "web", "UserPoolId": "eu-west-1_abcdefghi", "GenerateSecret": true, "ExplicitAuthFlows": [],
        "AllowedOAuthFlows": ["code"], "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthScopes": ["openid"],
        "CallbackURLs": ["https://a"], "LogoutURLs": ["https://b"], "DefaultRedirectURI": "https://a",
        "AccessTokenValidity": 5, "TokenValidityUnits": {"AccessToken": "minutes"},
        "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10},
        "AnalyticsConfiguration": {"ApplicationArn": "arn", "UserDataShared": true},
        "EnablePropagateAdditionalUserContextData": true, "PreventUserExistenceErrors": "ENABLED"
    }"#;
    twins(
        "aws_cognito_user_pool_client",
        r#"{
            "name": "web", "user_pool_id": "eu-west-1_abcdefghi", "generate_secret": true, "explicit_auth_flows": [],
            "allowed_oauth_flows": ["code"], "allowed_oauth_flows_user_pool_client": true, "allowed_oauth_scopes": ["openid"],
            "callback_urls": ["https://a"], "logout_urls": ["https://b"], "default_redirect_uri": "https://a",
            "access_token_validity": 5, "token_validity_units": [{"access_token": "minutes"}],
            "refresh_token_rotation": [{"feature": "ENABLED", "retry_grace_period_seconds": 10}],
            "analytics_configuration": [{"application_arn": "arn", "user_data_shared": true}],
            "enable_propagate_additional_user_context_data": true, "prevent_user_existence_errors": "ENABLED"
        }"#,
        cloudformation,
    );
    twins(
        "awscc_cognito_user_pool_client",
        r#"{
            "client_name": "web", "user_pool_id": "eu-west-1_abcdefghi", "generate_secret": true, "explicit_auth_flows": [],
            "allowed_o_auth_flows": ["code"], "allowed_o_auth_flows_user_pool_client": true, "allowed_o_auth_scopes": ["openid"],
            "callback_ur_ls": ["https://a"], "logout_ur_ls": ["https://b"], "default_redirect_uri": "https://a",
            "access_token_validity": 5, "token_validity_units": {"access_token": "minutes"},
            "refresh_token_rotation": {"feature": "ENABLED", "retry_grace_period_seconds": 10},
            "analytics_configuration": {"application_arn": "arn", "user_data_shared": true},
            "enable_propagate_additional_user_context_data": true, "prevent_user_existence_errors": "ENABLED"
        }"#,
        cloudformation,
    );
    twins(
        "aws:cognito/userPoolClient:UserPoolClient",
        r#"{
            "name": "web", "userPoolId": "eu-west-1_abcdefghi", "generateSecret": true, "explicitAuthFlows": [],
            "allowedOauthFlows": ["code"], "allowedOauthFlowsUserPoolClient": true, "allowedOauthScopes": ["openid"],
            "callbackUrls": ["https://a"], "logoutUrls": ["https://b"], "defaultRedirectUri": "https://a",
            "accessTokenValidity": 5, "tokenValidityUnits": {"accessToken": "minutes"},
            "refreshTokenRotation": {"feature": "ENABLED", "retryGracePeriodSeconds": 10},
            "analyticsConfiguration": {"applicationArn": "arn", "userDataShared": true},
            "enablePropagateAdditionalUserContextData": true, "preventUserExistenceErrors": "ENABLED"
        }"#,
        cloudformation,
    );
}

#[test]
fn pools_of_every_provider_are_the_same() {
    let cloudformation = r#"{"UserPoolName": "users", "Schema": [{"Name": "plan"}], "UserPoolTags": {"my_team": "a"},
        "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": false, "DeviceOnlyRememberedOnUserPrompt": true},
        "LambdaConfig": {"CustomSMSSender": {"LambdaArn": "arn"}, "KMSKeyID": "k"}}"#;
    twins(
        "aws:cognito:UserPool",
        r#"{"name": "users", "schemas": [{"name": "plan"}], "tags": {"my_team": "a"},
            "deviceConfiguration": {"deviceOnlyRememberedOnUserPrompt": true},
            "lambdaConfig": {"customSmsSender": {"lambdaArn": "arn"}, "kmsKeyId": "k"}}"#,
        cloudformation,
    );
    for type_name in ["awscc_cognito_user_pool", "aws-native:cognito:UserPool"] {
        twins(
            type_name,
            r#"{"user_pool_name": "users", "schema": [{"name": "plan"}], "userPoolTags": {"my_team": "a"}, "arn": "arn", "id": "x",
                "device_configuration": {"challengeRequiredOnNewDevice": false, "device_only_remembered_on_user_prompt": true},
                "lambdaConfig": {"custom_sms_sender": {"lambda_arn": "arn"}, "kms_key_id": "k"}}"#,
            cloudformation,
        );
    }
}

#[test]
fn an_empty_device_configuration_is_off_and_one_with_a_member_is_on() {
    twins("aws_cognito_user_pool", r#"{"device_configuration": [{}]}"#, "{}");
    twins("aws_cognito_user_pool", r#"{"device_configuration": [{"challenge_required_on_new_device": null}]}"#, "{}");
    twins(
        "aws_cognito_user_pool",
        r#"{"device_configuration": [{"challenge_required_on_new_device": true}]}"#,
        r#"{"DeviceConfiguration": {"ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": false}}"#,
    );
}

#[test]
fn nulls_and_for_older_resources_empty_texts_are_left_out() {
    twins(
        "aws_cognito_user_pool",
        r#"{"lambda_config": [{"pre_sign_up": "", "user_migration": null}], "alias_attributes": []}"#,
        r#"{"LambdaConfig": {}}"#,
    );
    twins(
        "aws_cognito_user_pool_client",
        r#"{"generate_secret": null, "callback_urls": []}"#,
        r#"{"CallbackURLs": []}"#,
    );
}

#[test]
fn what_a_state_adds_is_no_property_and_no_secret_stays() {
    let state = r#"{"id": "x", "client_secret": "hunter2", "region": "eu-west-1", "name": "web", "timeouts": null}"#;
    twins("aws_cognito_user_pool_client", state, r#"{"ClientName": "web"}"#);
    twins(
        "aws_cognito_user_pool",
        r#"{"id": "x", "arn": "a", "endpoint": "e", "tags_all": {}, "name": "p"}"#,
        r#"{"UserPoolName": "p"}"#,
    );
}

#[test]
fn arguments_of_a_newer_provider_are_kept() {
    twins(
        "aws_cognito_user_pool",
        r#"{"new_thing": [{"inner_part": [1]}], "other_map": {"my_key": 1}}"#,
        r#"{"NewThing": [{"InnerPart": [1]}], "OtherMap": {"my_key": 1}}"#,
    );
}

fn device(when: When) -> Value {
    let member = map(vec![("challenge_required_on_new_device", Kind::Bool(true), Presence::Always)]);
    let list = List { items: vec![(member, when)], open: false };
    map(vec![("device_configuration", Kind::List(list), Presence::Always)])
}

#[test]
fn a_dynamic_block_is_there_under_its_condition() {
    let pool = resource_of("aws_cognito_user_pool", &device(test("var.devices", true)));
    assert_eq!(
        show(&pool.properties),
        "(DeviceConfiguration: (ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false) when var.devices)"
    );
    let certain = resource_of("aws_cognito_user_pool", &device(When::always()));
    assert!(matches!(certain.properties.field("DeviceConfiguration"), crate::value::Field::Present(_)));
}

#[test]
fn a_block_of_unknown_number_may_be_there() {
    let open = Kind::List(List { items: Vec::new(), open: true });
    let unknown = Kind::Unknown(Why::Dynamic);
    for kind in [open, unknown] {
        let body = map(vec![
            ("device_configuration", kind.clone(), Presence::Always),
            ("software_token_mfa_configuration", kind, Presence::Always),
        ]);
        assert_eq!(
            show(&resource_of("aws_cognito_user_pool", &body).properties),
            "(DeviceConfiguration: ?Dynamic when ?, EnabledMfas: […])"
        );
    }
}

#[test]
fn what_is_null_under_a_condition_is_there_under_the_other() {
    let either = Kind::OneOf(vec![
        Alternative { value: Value::new(Kind::Bool(true), here()), when: test("var.secret", true), fallback: false },
        Alternative { value: Value::new(Kind::Null, here()), when: test("var.secret", false), fallback: false },
    ]);
    let body = map(vec![("generate_secret", either, Presence::Always)]);
    let client = resource_of("aws_cognito_user_pool_client", &body);
    assert_eq!(show(&client.properties), "(GenerateSecret: true when var.secret)");
}

#[test]
fn a_token_switch_that_cannot_be_told_leaves_the_list_open() {
    let switched = |kind| {
        let block = map(vec![("enabled", kind, Presence::Always)]);
        let list = List { items: vec![(block, When::always())], open: false };
        map(vec![("software_token_mfa_configuration", Kind::List(list), Presence::Always)])
    };
    let mfas = |kind| show(&resource_of("aws_cognito_user_pool", &switched(kind)).properties);
    assert_eq!(mfas(Kind::Bool(true)), "(EnabledMfas: ['SOFTWARE_TOKEN_MFA'])");
    assert_eq!(mfas(Kind::Bool(false)), "()");
    assert_eq!(mfas(Kind::Unknown(Why::Dynamic)), "(EnabledMfas: […])");
}

#[test]
fn a_body_that_is_not_known_stays_so_and_one_that_is_open_stays_open() {
    let unknown = Value::unknown(Why::Dynamic, here());
    assert!(resource_of("aws_cognito_user_pool", &unknown).properties.is_unknown());
    let open = Value::new(Kind::Map(Map { entries: Vec::new(), open: true }), here());
    assert_eq!(show(&resource_of("aws_cognito_user_pool", &open).properties), "(…)");
}

#[test]
fn attributes_are_named_as_cloudformation_names_them() {
    let of = |type_name, name| attribute(type_name, name);
    assert_eq!(of("aws_cognito_user_pool", "id"), Some(Attribute::Of("Ref")));
    assert_eq!(of("aws_cognito_user_pool", "endpoint"), Some(Attribute::Of("ProviderName")));
    assert_eq!(of("aws_cognito_user_pool", "name"), Some(Attribute::Configured("name")));
    assert_eq!(of("aws_cognito_user_pool_client", "client_secret"), Some(Attribute::Of("ClientSecret")));
    assert_eq!(of("awscc_cognito_user_pool", "provider_url"), Some(Attribute::Of("ProviderURL")));
    assert_eq!(of("awscc_cognito_user_pool", "id"), Some(Attribute::Of("Ref")));
    assert_eq!(of("awscc_cognito_user_pool_client", "id"), None);
    assert_eq!(of("awscc_cognito_user_pool_client", "client_id"), Some(Attribute::Of("ClientId")));
    assert_eq!(of("aws:cognito/userPoolClient:UserPoolClient", "clientSecret"), Some(Attribute::Of("ClientSecret")));
    assert_eq!(of("data.aws_region", "name"), Some(Attribute::Pseudo("AWS::Region")));
    assert_eq!(of("data.aws_ssm_parameter", "value"), Some(Attribute::SsmParameter("name")));
    assert_eq!(of("data.aws_cognito_user_pool", "arn"), None);
    assert_eq!(of("aws_s3_bucket", "id"), None);
}

#[test]
fn what_runs_code_has_the_environment_of_its_twin() {
    let pairs = r#"[{"Name": "CLIENT_ID", "Value": "x"}]"#;
    let variables = r#"{"CLIENT_ID": "x"}"#;
    twins(
        "aws_lambda_function",
        r#"{"function_name": "f", "filename": "f.zip", "handler": "a.b", "environment": [{"variables": {"CLIENT_ID": "x", "my_key": ""}}],
            "file_system_config": [{"arn": "a"}], "image_config": [{"command": ["c"]}], "tags": {"a": "b"}, "publish": true}"#,
        r#"{"FunctionName": "f", "Code": "f.zip", "Handler": "a.b", "Environment": {"Variables": {"CLIENT_ID": "x", "my_key": ""}},
            "FileSystemConfigs": [{"Arn": "a"}], "ImageConfig": {"Command": ["c"]}, "Tags": [{"Key": "a", "Value": "b"}]}"#,
    );
    twins(
        "aws:lambda/function:Function",
        r#"{"name": "f", "s3Bucket": "b", "s3Key": "k", "environment": {"variables": {"CLIENT_ID": "x"}}, "imageConfig": {"entryPoints": ["e"]}}"#,
        r#"{"FunctionName": "f", "Code": {"S3Bucket": "b", "S3Key": "k"}, "Environment": {"Variables": {"CLIENT_ID": "x"}}, "ImageConfig": {"EntryPoint": ["e"]}}"#,
    );
    twins(
        "aws_ecs_task_definition",
        r#"{"family": "f", "container_definitions": "[{\"name\": \"web\", \"environment\": [{\"name\": \"CLIENT_ID\", \"value\": \"x\"}], \"secrets\": [{\"name\": \"S\", \"valueFrom\": \"arn\"}], \"dockerLabels\": {\"my_label\": \"l\"}}]", "volume": [{"name": "v", "host_path": "/p"}]}"#,
        r#"{"Family": "f", "ContainerDefinitions": [{"Name": "web", "Environment": [{"Name": "CLIENT_ID", "Value": "x"}],
            "Secrets": [{"Name": "S", "ValueFrom": "arn"}], "DockerLabels": {"my_label": "l"}}], "Volumes": [{"Name": "v", "Host": {"SourcePath": "/p"}}]}"#,
    );
    twins(
        "aws_apprunner_service",
        &format!(
            r#"{{"source_configuration": [{{"image_repository": [{{"image_configuration": [{{"runtime_environment_variables": {variables}}}]}}]}}]}}"#
        ),
        &format!(
            r#"{{"SourceConfiguration": {{"ImageRepository": {{"ImageConfiguration": {{"RuntimeEnvironmentVariables": {pairs}}}}}}}}}"#
        ),
    );
    twins(
        "aws_codebuild_project",
        r#"{"environment": [{"environment_variable": [{"name": "CLIENT_ID", "value": "x"}]}], "source": [{"buildspec": "b"}]}"#,
        &format!(r#"{{"Environment": {{"EnvironmentVariables": {pairs}}}, "Source": {{"BuildSpec": "b"}}}}"#),
    );
    twins(
        "aws_amplify_app",
        &format!(
            r#"{{"environment_variables": {variables}, "auto_branch_creation_patterns": ["p"], "auto_branch_creation_config": [{{"stage": "s"}}], "access_token": "hunter2"}}"#
        ),
        &format!(
            r#"{{"EnvironmentVariables": {pairs}, "AutoBranchCreationConfig": {{"AutoBranchCreationPatterns": ["p"], "Stage": "s"}}}}"#
        ),
    );
    twins(
        "aws_amplify_branch",
        &format!(r#"{{"branch_name": "main", "environment_variables": {variables}}}"#),
        &format!(r#"{{"BranchName": "main", "EnvironmentVariables": {pairs}}}"#),
    );
}

#[test]
fn what_belongs_to_a_pool_has_the_properties_of_its_twin() {
    let rows = [
        (
            "aws_cognito_user_pool_domain",
            r#"{"domain": "auth.example.com", "certificate_arn": "arn", "managed_login_version": 2, "user_pool_id": "p"}"#,
            r#"{"Domain": "auth.example.com", "CustomDomainConfig": {"CertificateArn": "arn"}, "ManagedLoginVersion": 2, "UserPoolId": "p"}"#,
        ),
        (
            "aws_cognito_identity_provider",
            r#"{"provider_name": "Google", "provider_type": "Google", "provider_details": {"client_id": "i"}, "attribute_mapping": {"email": "e"}}"#,
            r#"{"ProviderName": "Google", "ProviderType": "Google", "ProviderDetails": {"client_id": "i"}, "AttributeMapping": {"email": "e"}}"#,
        ),
        (
            "aws_cognito_resource_server",
            r#"{"identifier": "api", "scope": [{"scope_name": "read", "scope_description": "d"}]}"#,
            r#"{"Identifier": "api", "Scopes": [{"ScopeName": "read", "ScopeDescription": "d"}]}"#,
        ),
        ("aws_cognito_user_group", r#"{"name": "g", "role_arn": "r"}"#, r#"{"GroupName": "g", "RoleArn": "r"}"#),
        (
            "aws_cognito_user",
            r#"{"username": "u", "attributes": {"email": "e"}, "password": "hunter2"}"#,
            r#"{"Username": "u", "UserAttributes": [{"Name": "email", "Value": "e"}]}"#,
        ),
        (
            "aws_cognito_user_in_group",
            r#"{"username": "u", "group_name": "g"}"#,
            r#"{"Username": "u", "GroupName": "g"}"#,
        ),
        (
            "aws_cognito_risk_configuration",
            r#"{"user_pool_id": "p", "risk_exception_configuration": [{"blocked_ip_range_list": ["10.0.0.0/8"]}],
                "account_takeover_risk_configuration": [{"actions": [{"high_action": [{"event_action": "BLOCK", "notify": true}]}],
                    "notify_configuration": [{"source_arn": "a", "mfa_email": [{"subject": "s"}]}]}]}"#,
            r#"{"UserPoolId": "p", "ClientId": "ALL", "RiskExceptionConfiguration": {"BlockedIPRangeList": ["10.0.0.0/8"]},
                "AccountTakeoverRiskConfiguration": {"Actions": {"HighAction": {"EventAction": "BLOCK", "Notify": true}},
                    "NotifyConfiguration": {"SourceArn": "a", "MfaEmail": {"Subject": "s"}}}}"#,
        ),
        (
            "aws_cognito_log_delivery_configuration",
            r#"{"log_configurations": [{"log_level": "ERROR", "cloud_watch_logs_configuration": [{"log_group_arn": "a"}]}]}"#,
            r#"{"LogConfigurations": [{"LogLevel": "ERROR", "CloudWatchLogsConfiguration": {"LogGroupArn": "a"}}]}"#,
        ),
        (
            "aws_cognito_managed_login_branding",
            r#"{"client_id": "c", "settings": "{\"my_setting\": {}}", "asset": [{"category": "FORM_LOGO"}]}"#,
            r#"{"ClientId": "c", "Settings": {"my_setting": {}}, "Assets": [{"Category": "FORM_LOGO"}]}"#,
        ),
        ("aws_cognito_user_pool_ui_customization", r#"{"css": "c"}"#, r#"{"CSS": "c", "ClientId": "ALL"}"#),
        (
            "aws_cognito_identity_pool",
            r#"{"identity_pool_name": "n", "cognito_identity_providers": [{"client_id": "c", "server_side_token_check": true}],
                "saml_provider_arns": ["a"], "openid_connect_provider_arns": ["b"], "supported_login_providers": {"graph.facebook.com": "1"}}"#,
            r#"{"IdentityPoolName": "n", "CognitoIdentityProviders": [{"ClientId": "c", "ServerSideTokenCheck": true}],
                "SamlProviderARNs": ["a"], "OpenIdConnectProviderARNs": ["b"], "SupportedLoginProviders": {"graph.facebook.com": "1"},
                "AllowUnauthenticatedIdentities": false}"#,
        ),
        (
            "aws_cognito_identity_pool_roles_attachment",
            r#"{"identity_pool_id": "i", "roles": {"authenticated": "r"},
                "role_mapping": [{"identity_provider": "p", "type": "Rules", "mapping_rule": [{"claim": "c", "role_arn": "r"}]}]}"#,
            r#"{"IdentityPoolId": "i", "Roles": {"authenticated": "r"},
                "RoleMappings": {"p": {"IdentityProvider": "p", "Type": "Rules", "RulesConfiguration": {"Rules": [{"Claim": "c", "RoleARN": "r"}]}}}}"#,
        ),
        (
            "aws_cognito_identity_pool_provider_principal_tag",
            r#"{"identity_pool_id": "i", "principal_tags": {"my_tag": "sub"}}"#,
            r#"{"IdentityPoolId": "i", "PrincipalTags": {"my_tag": "sub"}}"#,
        ),
    ];
    for (type_name, body, cloudformation) in rows {
        twins(type_name, body, cloudformation);
    }
}

#[test]
fn what_asks_for_tokens_has_the_properties_of_its_twin() {
    let rows = [
        (
            "aws_api_gateway_authorizer",
            r#"{"name": "a", "rest_api_id": "r", "type": "COGNITO_USER_POOLS", "provider_arns": ["p"]}"#,
            r#"{"Name": "a", "RestApiId": "r", "Type": "COGNITO_USER_POOLS", "ProviderARNs": ["p"]}"#,
        ),
        ("aws_api_gateway_authorizer", r#"{"authorizer_uri": "u"}"#, r#"{"AuthorizerUri": "u", "Type": "TOKEN"}"#),
        (
            "aws_api_gateway_method",
            r#"{"authorization": "COGNITO_USER_POOLS", "authorizer_id": "a", "authorization_scopes": ["s"], "request_parameters": {"a.b": true}}"#,
            r#"{"AuthorizationType": "COGNITO_USER_POOLS", "AuthorizerId": "a", "AuthorizationScopes": ["s"], "RequestParameters": {"a.b": true}}"#,
        ),
        (
            "aws_api_gateway_rest_api",
            r#"{"name": "n", "body": "{\"openapi\": \"3\"}", "endpoint_configuration": [{"types": ["REGIONAL"]}]}"#,
            r#"{"Name": "n", "Body": {"openapi": "3"}, "EndpointConfiguration": {"Types": ["REGIONAL"]}}"#,
        ),
        (
            "aws_apigatewayv2_api",
            r#"{"name": "n", "protocol_type": "HTTP", "cors_configuration": [{"allow_origins": ["*"]}]}"#,
            r#"{"Name": "n", "ProtocolType": "HTTP", "CorsConfiguration": {"AllowOrigins": ["*"]}}"#,
        ),
        (
            "aws_apigatewayv2_authorizer",
            r#"{"api_id": "a", "authorizer_type": "JWT", "identity_sources": ["$request.header.Authorization"],
                "jwt_configuration": [{"audience": ["c"], "issuer": "i"}]}"#,
            r#"{"ApiId": "a", "AuthorizerType": "JWT", "IdentitySource": ["$request.header.Authorization"],
                "JwtConfiguration": {"Audience": ["c"], "Issuer": "i"}}"#,
        ),
        (
            "aws_apigatewayv2_route",
            r#"{"route_key": "GET /", "authorization_type": "JWT", "request_parameter": [{"request_parameter_key": "k", "required": true}]}"#,
            r#"{"RouteKey": "GET /", "AuthorizationType": "JWT", "RequestParameters": {"k": {"Required": true}}}"#,
        ),
        (
            "aws_appsync_graphql_api",
            r#"{"authentication_type": "AMAZON_COGNITO_USER_POOLS", "user_pool_config": [{"user_pool_id": "p", "default_action": "ALLOW"}],
                "openid_connect_config": [{"issuer": "i", "iat_ttl": 1}], "log_config": [{"cloudwatch_logs_role_arn": "r"}],
                "additional_authentication_provider": [{"authentication_type": "API_KEY", "user_pool_config": [{"user_pool_id": "q"}]}]}"#,
            r#"{"AuthenticationType": "AMAZON_COGNITO_USER_POOLS", "UserPoolConfig": {"UserPoolId": "p", "DefaultAction": "ALLOW"},
                "OpenIDConnectConfig": {"Issuer": "i", "IatTTL": 1}, "LogConfig": {"CloudWatchLogsRoleArn": "r"},
                "AdditionalAuthenticationProviders": [{"AuthenticationType": "API_KEY", "UserPoolConfig": {"UserPoolId": "q"}}]}"#,
        ),
        (
            "aws_alb_listener",
            r#"{"certificate_arn": "c", "default_action": [{"type": "authenticate-cognito", "order": 1,
                "authenticate_cognito": [{"user_pool_arn": "a", "user_pool_client_id": "c", "user_pool_domain": "d", "authentication_request_extra_params": {"my_key": "v"}}]}]}"#,
            r#"{"Certificates": [{"CertificateArn": "c"}], "DefaultActions": [{"Type": "authenticate-cognito", "Order": 1,
                "AuthenticateCognitoConfig": {"UserPoolArn": "a", "UserPoolClientId": "c", "UserPoolDomain": "d", "AuthenticationRequestExtraParams": {"my_key": "v"}}}]}"#,
        ),
        (
            "aws_lb_listener_rule",
            r#"{"action": [{"type": "forward", "forward": [{"target_group": [{"arn": "t"}]}]}], "condition": [{"path_pattern": [{"values": ["/"]}]}]}"#,
            r#"{"Actions": [{"Type": "forward", "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": "t"}]}}], "Conditions": [{"PathPatternConfig": {"Values": ["/"]}}]}"#,
        ),
        (
            "aws_wafv2_web_acl_association",
            r#"{"resource_arn": "r", "web_acl_arn": "w"}"#,
            r#"{"ResourceArn": "r", "WebACLArn": "w"}"#,
        ),
        (
            "aws_iam_role",
            r#"{"name": "r", "assume_role_policy": "{\"Statement\": []}", "inline_policy": [{"name": "p", "policy": "{}"}]}"#,
            r#"{"RoleName": "r", "AssumeRolePolicyDocument": {"Statement": []}, "Policies": [{"PolicyName": "p", "PolicyDocument": {}}]}"#,
        ),
    ];
    for (type_name, body, cloudformation) in rows {
        twins(type_name, body, cloudformation);
    }
}

#[test]
fn a_stored_secret_is_not_kept() {
    let stored = |kind: &str| {
        properties("aws_ssm_parameter", &format!(r#"{{"name": "n", "type": "{kind}", "value": "hunter2"}}"#))
    };
    assert_eq!(stored("String"), "(Name: 'n', Type: 'String', Value: 'hunter2')");
    assert_eq!(stored("SecureString"), "(Name: 'n', Type: 'SecureString', Value: redacted)");
}

fn reference(id: &str) -> Value {
    let resource = ResourceKey { stack: "infra".into(), id: id.into() };
    Value::new(Kind::Reference(Reference::Attribute { resource, attribute: "Ref".into() }), here())
}

#[test]
fn a_json_text_is_read_around_what_is_not_known() {
    let text = |text: &str| Value::text_at(text, here());
    let parts = vec![
        text(r#"[{"environment": [{"name": "CLIENT_ID", "value": ""#),
        reference("web"),
        text(r#""}, {"name": "ISSUER", "value": "https://idp/"#),
        reference("users"),
        text(r#"/x"}], "cpu": "#),
        reference("size"),
        text("}]"),
    ];
    let body = map(vec![("container_definitions", Kind::Concat(parts), Presence::Always)]);
    assert_eq!(
        show(&resource_of("aws_ecs_task_definition", &body).properties),
        "(ContainerDefinitions: [(Environment: [(Name: 'CLIENT_ID', Value: !Ref web), (Name: 'ISSUER', Value: <'https://idp/' !Ref users '/x'>)], Cpu: !Ref size)])"
    );
    let broken = map(vec![("container_definitions", Kind::Text("[{".into()), Presence::Always)]);
    assert_eq!(show(&resource_of("aws_ecs_task_definition", &broken).properties), "(ContainerDefinitions: ?Dynamic)");
}
