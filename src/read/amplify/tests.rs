use crate::read::amplify;
use crate::read::cloudformation::testing::Scan;
use crate::read::cloudformation::{self, Parameters};
use crate::read::trees::Trees;
use crate::read::{CodePath, SettingKind};
use crate::source::{FileId, SourceFile, SourceMap};
use crate::syntax::data;
use crate::syntax::mutation;

fn scan(files: &[(&str, &str)]) -> Scan {
    let mut files = files.to_vec();
    files.sort();
    let file = |(path, text): &(&str, &str)| SourceFile::with_text((*path).into(), format!("/p/{path}").into(), *text);
    let sources = SourceMap::new(files.iter().map(file).collect());
    let parsed: Vec<_> = sources
        .iter()
        .filter(|(_, file)| file.text().contains("AWS::"))
        .filter_map(|(id, file): (FileId, _)| Some((id, data::parse(&file.path, file.text())?)))
        .collect();
    let trees = Trees::new(&sources, parsed);
    let (composed, facts) = amplify::read(&trees, &sources);
    let mut reading = cloudformation::read(&trees, &sources, &Parameters::default(), &composed);
    reading.facts.extend(facts);
    Scan { sources, reading }
}

const INPUTS: &str = "amplify/backend/auth/shop/cli-inputs.json";

const SHOP: &str = r#"{"version": "1", "cognitoConfig": {"resourceName": "shop", "resourceNameTruncated": "shop12", "authSelections": "identityPoolAndUserPool",
  "userPoolName": "shop_users", "autoVerifiedAttributes": ["email"], "mfaConfiguration": "OPTIONAL", "mfaTypes": ["SMS Text Message", "TOTP"],
  "passwordPolicyMinLength": 8, "passwordPolicyCharacters": ["Requires Lowercase"], "requiredAttributes": ["email"], "usernameAttributes": ["email, phone_number"],
  "userpoolClientGenerateSecret": true, "userpoolClientRefreshTokenValidity": 30, "userpoolClientSetAttributes": false, "allowUnauthenticatedIdentities": true,
  "triggers": "{\"PostConfirmation\": [\"add-to-group\"], \"PreSignup\": []}", "hostedUIDomainName": "shop-login",
  "oAuthMetadata": "{\"AllowedOAuthFlows\":[\"code\"],\"AllowedOAuthScopes\":[\"openid\"],\"CallbackURLs\":[\"https://shop.example/\"],\"LogoutURLs\":[\"https://shop.example/\"]}",
  "hostedUIProviderMeta": "[{\"ProviderName\": \"Google\"}]"}}"#;

#[test]
fn inputs_become_what_the_cli_makes_of_them() {
    let scan = scan(&[(INPUTS, SHOP)]);
    let pool = |path: &str| scan.property("UserPool", path);
    assert_eq!(pool("UserPoolName"), "<'shop_users-' parameter env>");
    assert_eq!(
        pool("Policies.PasswordPolicy"),
        "(MinimumLength: 8, RequireLowercase: true, RequireNumbers: false, RequireSymbols: false, RequireUppercase: false)"
    );
    assert_eq!(pool("Schema"), "[(Name: 'email', Required: true, Mutable: true)]");
    assert_eq!(pool("UsernameAttributes"), "['email', 'phone_number']");
    assert_eq!(pool("AutoVerifiedAttributes"), "['email']");
    assert_eq!(pool("EnabledMfas"), "['SMS_MFA', 'SOFTWARE_TOKEN_MFA']");
    assert_eq!(pool("LambdaConfig"), "(PostConfirmation: ?Fn::Variable, PreSignUp: ?Fn::Variable)");
    assert_eq!(pool("DeviceConfiguration"), "-");
    let (web, native) = ("UserPoolClientWeb", "UserPoolClient");
    assert_eq!(scan.property(native, "GenerateSecret"), "true");
    assert_eq!(scan.property(web, "GenerateSecret"), "-");
    assert_eq!(scan.property(web, "UserPoolId"), "!Ref UserPool");
    assert_eq!(
        (scan.property(web, "RefreshTokenValidity"), scan.property(web, "TokenValidityUnits")),
        ("30".into(), "(RefreshToken: 'days')".into())
    );
    assert_eq!(scan.property(web, "CallbackURLs"), "['https://shop.example/']");
    assert_eq!(scan.property(web, "SupportedIdentityProviders"), "['COGNITO', ?Fn::Variable]");
    assert_eq!(scan.property("HostedUIDomain", "Domain"), "<'shop-login-' parameter env>");
    assert_eq!(scan.property("IdentityPool", "AllowUnauthenticatedIdentities"), "true");
    let urls = scan.resource(web).properties.field("CallbackURLs").value().unwrap();
    assert!(scan.text(urls.loc).contains("AllowedOAuthFlows"), "{}", scan.text(urls.loc));
}

#[test]
fn a_selection_leaves_the_rest_out() {
    let only = |selections: &str| {
        let inputs = format!(r#"{{"cognitoConfig": {{"authSelections": "{selections}", "resourceName": "a"}}}}"#);
        let scan = scan(&[(INPUTS, &inputs)]);
        scan.resources().iter().map(|id| id.rsplit(':').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(only("userPoolOnly"), ["UserPool", "UserPoolClientWeb", "UserPoolClient"]);
    assert_eq!(only("identityPoolOnly"), ["IdentityPool"]);
}

#[test]
fn a_program_changes_what_it_says_and_what_cannot_be_followed_is_unknown() {
    let program = "import { AmplifyAuthCognitoStackTemplate } from '@aws-amplify/cli-extensibility-helper';\n\
        export function override(resources: AmplifyAuthCognitoStackTemplate) {\n  \
        resources.userPool.deviceConfiguration = { challengeRequiredOnNewDevice: true, deviceOnlyRememberedOnUserPrompt: false };\n  \
        resources.userPool.policies = { passwordPolicy: { ...resources.userPool.policies['passwordPolicy'], minimumLength: 12 } };\n  \
        resources.userPoolClient.explicitAuthFlows = ['ALLOW_USER_SRP_AUTH', process.env.FLOW];\n  \
        resources.userPoolClientWeb.addPropertyOverride('TokenValidityUnits.AccessToken', 'minutes');\n  \
        if (process.env.STRICT) { resources.userPoolClientWeb.accessTokenValidity = 5; }\n  \
        harden(resources.identityPool);\n}\n";
    let scan = scan(&[(INPUTS, SHOP), ("amplify/backend/auth/shop/override.ts", program)]);
    let device = scan.resource("UserPool").properties.field("DeviceConfiguration").value().unwrap();
    assert_eq!(
        scan.property("UserPool", "DeviceConfiguration"),
        "(ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false)"
    );
    assert_eq!(scan.sources.file(device.loc.file).path.as_str(), "amplify/backend/auth/shop/override.ts");
    assert_eq!(scan.property("UserPool", "Policies"), "(PasswordPolicy: (MinimumLength: 12, …))");
    assert_eq!(scan.property("UserPoolClient", "ExplicitAuthFlows"), "['ALLOW_USER_SRP_AUTH', ?Fn::Variable]");
    assert_eq!(
        scan.property("UserPoolClientWeb", "TokenValidityUnits"),
        "(RefreshToken: 'days', AccessToken: 'minutes')"
    );
    assert_eq!(scan.property("UserPoolClientWeb", "AccessTokenValidity"), "?Fn::Variable");
    assert!(scan.resource("IdentityPool").properties.is_unknown());
}

#[test]
fn categories_are_stacks_that_take_from_each_other() {
    let config = r#"{"auth": {"shop": {"service": "Cognito"}}, "function": {"session": {"dependsOn": [{"category": "auth", "resourceName": "shop", "attributes": ["UserPoolId", "AppClientIDWeb"]}]}}}"#;
    let function = r#"{"Parameters": {"env": {"Type": "String"}, "authshopAppClientIDWeb": {"Type": "String"}, "level": {"Type": "String", "Default": "x"}}, "Conditions": {"None": {"Fn::Equals": [{"Ref": "env"}, "NONE"]}},
      "Resources": {"LambdaFunction": {"Type": "AWS::Lambda::Function", "Properties": {"Handler": "index.handler", "Code": {"S3Bucket": "b", "S3Key": "k"}, "Environment": {"Variables": {"CLIENT": {"Ref": "authshopAppClientIDWeb"}, "LEVEL": {"Ref": "level"}, "E": {"Fn::If": ["None", "a", "b"]}}}}}}}"#;
    let scan = scan(&[
        ("amplify/backend/backend-config.json", config),
        (INPUTS, SHOP),
        ("amplify/backend/function/session/session-cloudformation-template.json", function),
        ("amplify/backend/function/session/parameters.json", r#"{"level": ["debug", "info"]}"#),
        ("amplify/backend/function/session/src/index.js", ""),
        ("amplify/team-provider-info.json", r#"{"dev": {}, "live": {}}"#),
    ]);
    assert_eq!(
        scan.property("LambdaFunction", "Environment.Variables"),
        "(CLIENT: !Ref UserPoolClientWeb, LEVEL: 'debug,info', E: 'b')"
    );
    let code = scan.code("LambdaFunction").unwrap();
    assert_eq!(code.path, CodePath::Path("/p/amplify/backend/function/session/src".into()));
}

#[test]
fn older_categories_have_templates_and_parameters_of_their_own() {
    let config = r#"{"auth": {"old": {"service": "Cognito"}}, "function": {"f": {"dependsOn": [{"category": "auth", "resourceName": "old", "attributes": ["AppClientID"]}]}}}"#;
    let auth = "Parameters: {env: {Type: String}, mfaConfiguration: {Type: String}, usernameAttributes: {Type: CommaDelimitedList}}\nResources:\n  UserPool: {Type: AWS::Cognito::UserPool, Properties: {MfaConfiguration: !Ref mfaConfiguration, UsernameAttributes: !Ref usernameAttributes}}\n  \
        Client: {Type: AWS::Cognito::UserPoolClient, Properties: {UserPoolId: !Ref UserPool}}\nOutputs: {AppClientID: {Value: !Ref Client}}\n";
    let function = "Parameters: {autholdAppClientID: {Type: String}}\nResources: {F: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {C: !Ref autholdAppClientID}}}}}\n";
    let scan = scan(&[
        ("amplify/backend/backend-config.json", config),
        ("amplify/backend/auth/old/old-cloudformation-template.yml", auth),
        (
            "amplify/backend/auth/old/parameters.json",
            r#"{"mfaConfiguration": "OFF", "usernameAttributes": ["email", "phone_number"], "authRoleArn": {"Fn::GetAtt": ["AuthRole", "Arn"]}}"#,
        ),
        ("amplify/backend/function/f/f-cloudformation-template.yml", function),
    ]);
    assert_eq!(scan.property("UserPool", "MfaConfiguration"), "'OFF'");
    assert_eq!(scan.property("UserPool", "UsernameAttributes"), "['email', 'phone_number']");
    assert_eq!(scan.property("F", "Environment.Variables.C"), "!Ref Client");
}

#[test]
fn files_of_the_cli_know_ids() {
    let team = r#"{"dev": {"categories": {"auth": {"shop": {"userPoolId": "eu-west-1_Ab1Cd2Ef3", "webClientId": "1h57kf5cpq17m0eml12EXAMPLE", "nativeClientId": "4abc5def6ghi7jkl8mno9pqr0s"}}}}}"#;
    let meta = r#"{"auth": {"shop": {"output": {"UserPoolId": "eu-west-1_Zz9Yy8Xx7", "AppClientIDWeb": "7a1b2c3d4e5f6g7h8i9j0k1l2m", "AppClientSecret": "secret"}}}}"#;
    let scan = scan(&[("amplify/team-provider-info.json", team), ("amplify/backend/amplify-meta.json", meta)]);
    let known = &scan.reading.facts.known;
    let ids: Vec<(SettingKind, &str, Option<&str>)> =
        known.iter().map(|id| (id.kind, &*id.id, id.pool.as_deref())).collect();
    assert_eq!(
        ids,
        [
            (SettingKind::UserPoolId, "eu-west-1_Zz9Yy8Xx7", None),
            (SettingKind::ClientId, "7a1b2c3d4e5f6g7h8i9j0k1l2m", Some("eu-west-1_Zz9Yy8Xx7")),
            (SettingKind::UserPoolId, "eu-west-1_Ab1Cd2Ef3", None),
            (SettingKind::ClientId, "4abc5def6ghi7jkl8mno9pqr0s", Some("eu-west-1_Ab1Cd2Ef3")),
        ]
    );
}

#[test]
fn broken_backends_never_panic() {
    let inputs = r#"{"cognitoConfig": {"userPoolName": "a", "mfaConfiguration": "ON", "mfaTypes": ["TOTP"], "triggers": "{\"PreSignup\": []}", "oAuthMetadata": "{\"CallbackURLs\":[\"x\"]}"}}"#;
    let program = "export function override(resources) {\n  resources.userPool.a = {b: [1, ...c]};\n  for (const x of [resources]) { x.y(); }\n}\n";
    mutation::each(&[inputs], |text| drop(scan(&[(INPUTS, text)])));
    mutation::each(&[program], |text| drop(scan(&[(INPUTS, inputs), ("amplify/backend/auth/shop/override.ts", text)])));
}
