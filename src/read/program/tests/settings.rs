//! Settings in program text.

use super::{Project, show};
use crate::read::{Reader, SettingKind};
use crate::value::{Kind, Why};

fn settings(project: &Project) -> Vec<(SettingKind, &str, String, &str)> {
    let shown = |setting: &crate::read::Setting| show(&setting.value);
    project
        .facts
        .settings
        .iter()
        .map(|setting| (setting.kind, &*setting.key, shown(setting), &*setting.group))
        .collect()
}

#[test]
fn literals_in_objects_stand_together() {
    let project = Project::new(&[(
        "src/config/environments.ts",
        r#"
        export const environments = {
          dev: { apiUrl: "https://dev", cognito: { userPoolId: "us-east-1_Ab1Cd2Ef3", clientId: "1h57kf5cpq17m0eml12n3o4p5q" } },
          prod: { cognito: { userPoolId: "us-east-1_Zy9Xw8Vu7", clientId: "6h57kf5cpq17m0eml12n3o4p5q" } },
        };"#,
    )]);
    let found = settings(&project);
    let kinds: Vec<_> = found.iter().map(|(kind, key, ..)| (*kind, *key)).collect();
    assert_eq!(
        kinds,
        [
            (SettingKind::UserPoolId, "environments.dev.cognito.userPoolId"),
            (SettingKind::ClientId, "environments.dev.cognito.clientId"),
            (SettingKind::UserPoolId, "environments.prod.cognito.userPoolId"),
            (SettingKind::ClientId, "environments.prod.cognito.clientId"),
        ]
    );
    assert_eq!(found[0].3, found[1].3);
    assert_ne!(found[1].3, found[2].3);
    assert_eq!(found[0].3, "src/config/environments.ts#environments.dev.cognito");
    assert_eq!(found[0].2, r#""us-east-1_Ab1Cd2Ef3""#);
    assert!(project.sources.text(project.facts.settings[0].loc).starts_with("userPoolId"));
}

#[test]
fn constants_of_a_module_stand_together_and_secrets_are_not_kept() {
    let secret = "1a2b3c4d5e6f7g8h9i0j1k2l3m4n5o6p7q8r9s0t1u2v3w4x5y6z";
    let project = Project::new(&[(
        "app/cognito.py",
        &format!(
            "COGNITO_USER_POOL_ID = 'us-east-1_Ab1Cd2Ef3'\nCOGNITO_CLIENT_ID = '1h57kf5cpq17m0eml12n3o4p5q'\nCOGNITO_CLIENT_SECRET = '{secret}'\ndef f():\n    COGNITO_CLIENT_ID = 'x'\n"
        ),
    )]);
    let kinds: Vec<_> = project.facts.settings.iter().map(|setting| setting.kind).collect();
    assert_eq!(kinds, [SettingKind::UserPoolId, SettingKind::ClientId, SettingKind::ClientSecret]);
    assert_eq!(project.facts.settings[2].value.kind, Kind::Unknown(Why::Redacted));
    assert!(!format!("{:?}", project.facts).contains(secret));
    let groups: std::collections::HashSet<_> = project.facts.settings.iter().map(|setting| &setting.group).collect();
    assert_eq!(groups.len(), 1);
}

#[test]
fn parameters_of_a_call_are_no_settings() {
    let project = Project::new(&[(
        "src/cognito.ts",
        r#"
        import { CognitoIdentityProviderClient, AdminInitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
        const client = new CognitoIdentityProviderClient({});
        export const f = () => client.send(new AdminInitiateAuthCommand({ UserPoolId: "us-east-1_Ab1Cd2Ef3", ClientId: "1h57kf5cpq17m0eml12n3o4p5q" }));"#,
    )]);
    assert_eq!(settings(&project), Vec::new());
    assert_eq!(project.facts.calls.len(), 1);
}

#[test]
fn what_a_library_is_given_is_its_setting() {
    let project = Project::new(&[(
        "src/main.js",
        r#"
        import { Amplify } from "aws-amplify";
        const awsmobile = { aws_project_region: "us-east-1", aws_user_pools_id: "us-east-1_Ab1Cd2Ef3", aws_user_pools_web_client_id: "1h57kf5cpq17m0eml12n3o4p5q", oauth: { domain: "shop.auth.us-east-1.amazoncognito.com" } };
        Amplify.configure(awsmobile);"#,
    )]);
    let found = settings(&project);
    assert!(found.iter().any(|(kind, key, ..)| (*kind, *key) == (SettingKind::Domain, "oauth.domain")), "{found:?}");
    assert!(project.facts.settings.iter().all(|setting| setting.reader == Reader::Library));
    let groups: std::collections::HashSet<_> = found.iter().map(|(.., group)| group).collect();
    assert_eq!(groups.len(), 1, "{found:?}");
}

#[test]
fn properties_of_constructs_are_no_settings() {
    let project = Project::new(&[(
        "infra/stack.ts",
        r#"
        import { CfnUserPoolClient } from "aws-cdk-lib/aws-cognito";
        new CfnUserPoolClient(scope, "Client", { userPoolId: "us-east-1_Ab1Cd2Ef3", explicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"] });"#,
    )]);
    assert_eq!(settings(&project), Vec::new());
}

fn keys_and_values(path: &str, text: &str) -> Vec<(SettingKind, String, String)> {
    let project = Project::new(&[(path, text)]);
    settings(&project).into_iter().map(|(kind, key, value, _)| (kind, key.to_owned(), value)).collect()
}

fn row(kind: SettingKind, key: &str, value: &str) -> (SettingKind, String, String) {
    (kind, key.to_owned(), value.to_owned())
}

#[test]
fn values_may_be_variables_fallbacks_and_parts() {
    let found = keys_and_values(
        "src/config.ts",
        r#"
        const region = "eu-west-1";
        export default () => ({
          cognito: {
            userPoolId: process.env.COGNITO_USER_POOL_ID,
            clientId: process.env.COGNITO_CLIENT_ID || "1h57kf5cpq17m0eml12n3o4p5q",
            issuer: `https://cognito-idp.${region}.amazonaws.com/eu-west-1_Ab1Cd2Ef3`,
            clientSecret: loadSecret(),
          },
        });"#,
    );
    assert_eq!(
        found,
        [
            row(SettingKind::UserPoolId, "cognito.userPoolId", "env COGNITO_USER_POOL_ID"),
            row(
                SettingKind::ClientId,
                "cognito.clientId",
                r#"env COGNITO_CLIENT_ID | else "1h57kf5cpq17m0eml12n3o4p5q""#
            ),
            row(
                SettingKind::Issuer,
                "cognito.issuer",
                r#""https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1Cd2Ef3""#
            ),
        ]
    );
}

#[test]
fn fields_of_classes_are_settings_and_those_of_settings_classes_defaults() {
    let found = keys_and_values(
        "app/config.py",
        r#"
from pydantic_settings import BaseSettings

class Config:
    COGNITO_USER_POOL_ID = "eu-west-1_Ab1Cd2Ef3"

class Settings(BaseSettings):
    cognito_client_id: str = "1h57kf5cpq17m0eml12n3o4p5q"
    cognito_region: str
"#,
    );
    assert_eq!(
        found,
        [
            row(SettingKind::UserPoolId, "COGNITO_USER_POOL_ID", r#""eu-west-1_Ab1Cd2Ef3""#),
            row(
                SettingKind::ClientId,
                "cognito_client_id",
                r#"env COGNITO_CLIENT_ID | else "1h57kf5cpq17m0eml12n3o4p5q""#
            ),
        ]
    );
    let fields = keys_and_values(
        "src/auth.service.ts",
        r#"export class AuthService { private readonly userPoolId = "eu-west-1_Ab1Cd2Ef3"; static clientId = "1h57kf5cpq17m0eml12n3o4p5q"; }
        new AuthService(); new AuthService(); // Cognito"#,
    );
    assert_eq!(fields.len(), 2, "{fields:?}");
}

#[test]
fn what_only_looks_like_a_setting_is_none() {
    for (path, text) in [
        ("src/types.ts", "export interface Config { cognitoUserPoolId?: string; cognitoClientId: 'abc' }"),
        ("src/providers.ts", "export const google = { clientId: '1h57kf5cpq17m0eml12n3o4p5q', cognito: true };"),
        (
            "check.py",
            "REQUIRED = {'COGNITO_USER_POOL_ID': 'AWS Cognito User Pool ID', 'COGNITO_CLIENT_ID': 'client id'}",
        ),
        ("src/names.ts", "export const NAMES = { userPoolId: 'COGNITO_USER_POOL_ID', clientId: 'cognito_client_id' };"),
        (
            "src/token.ts",
            "export const c = { token_use: 'access', client_id: '1h57kf5cpq17m0eml12n3o4p5q' }; // Cognito",
        ),
        (
            "src/mock.ts",
            "const mockConfig = { userPoolId: 'us-east-1_Ab1Cd2Ef3' }; export const TEST_CLIENT_ID = 'cognito';",
        ),
        ("src/form.ts", "export const schema = { cognitoUserPoolId: { type: 'string', label: 'User pool id' } };"),
    ] {
        assert_eq!(keys_and_values(path, text), [], "{path}");
    }
}

#[test]
fn a_variable_that_a_library_is_given_is_one_set_with_its_parts() {
    let project = Project::new(&[
        (
            "src/main.ts",
            r#"
            import { Amplify } from "aws-amplify";
            import { auth } from "./auth";
            const config = { Auth: { Cognito: { ...auth, identityPoolId: "us-east-1:3f2504e0-4f89-41d3-9a0c-0305e82c3301" } } };
            Amplify.configure(config); // Cognito"#,
        ),
        (
            "src/auth.ts",
            r#"export const auth = { userPoolId: "us-east-1_Ab1Cd2Ef3", userPoolClientId: import.meta.env.VITE_CLIENT_ID };"#,
        ),
    ]);
    let library: Vec<_> = project.facts.settings.iter().filter(|setting| setting.reader == Reader::Library).collect();
    let kinds: Vec<SettingKind> = library.iter().map(|setting| setting.kind).collect();
    assert_eq!(kinds, [SettingKind::UserPoolId, SettingKind::ClientId, SettingKind::IdentityPoolId]);
    assert!(library.iter().all(|setting| setting.public && setting.group == library[0].group));
}

#[test]
fn constructors_of_servers_are_given_settings_that_are_not_public() {
    let project = Project::new(&[(
        "app/auth.py",
        r#"
from pycognito import Cognito
user = Cognito("eu-west-1_Ab1Cd2Ef3", "1h57kf5cpq17m0eml12n3o4p5q", client_secret="hush")
"#,
    )]);
    let kinds: Vec<_> = project.facts.settings.iter().map(|setting| (setting.kind, setting.public)).collect();
    assert_eq!(
        kinds,
        [(SettingKind::UserPoolId, false), (SettingKind::ClientId, false), (SettingKind::ClientSecret, false)]
    );
    assert_eq!(project.facts.settings[2].value.kind, Kind::Unknown(Why::Redacted));
}

#[test]
fn both_sides_of_a_choice_are_sets_of_their_own() {
    let project = Project::new(&[(
        "src/config.js",
        r#"
        const config = process.env.STAGE === "prod"
          ? { userPoolId: "us-east-1_Ab1Cd2Ef3", clientId: "1h57kf5cpq17m0eml12n3o4p5q" }
          : { userPoolId: "us-east-1_Zy9Xw8Vu7", clientId: "6h57kf5cpq17m0eml12n3o4p5q" };
        module.exports = config;"#,
    )]);
    let groups: std::collections::HashSet<_> = project.facts.settings.iter().map(|setting| &setting.group).collect();
    assert_eq!((project.facts.settings.len(), groups.len()), (4, 2));
}

#[test]
fn a_message_about_an_identifier_is_none() {
    let text = "REQUIRED = {\n    'COGNITO_USER_POOL_ID': 'AWS Cognito User Pool ID',\n}\n";
    assert_eq!(keys_and_values("validate_env.py", text), Vec::new());
}
