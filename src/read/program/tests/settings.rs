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
            (SettingKind::UserPoolId, "dev.cognito.userPoolId"),
            (SettingKind::ClientId, "dev.cognito.clientId"),
            (SettingKind::UserPoolId, "prod.cognito.userPoolId"),
            (SettingKind::ClientId, "prod.cognito.clientId"),
        ]
    );
    assert_eq!(found[0].3, found[1].3);
    assert_ne!(found[1].3, found[2].3);
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
