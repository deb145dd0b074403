//! Every format, with files as projects have them.

use super::*;
use crate::read::{Setting, SettingKind};
use crate::syntax::{data, mutation};
use crate::value::{Kind, Reference, Value, Why};

const POOL: &str = "us-east-1_Ab1Cd2Ef3";
const CLIENT: &str = "4q8rj2v0k7m5t1x9c3b6n8p2d0";
const SECRET: &str = "1v9k3q7x5m2t8c4b6n0p1r3j5h7g9f2d4s6a8w0e2y4u6i8o0zq";
const IDENTITY: &str = "us-east-1:3d1b5a7c-0f2e-4a6b-8c9d-1e3f5a7b9c0d";
const ISSUER: &str = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Ab1Cd2Ef3";

/// Reads files; in their texts `POOL`, `CLIENT`, `SECRET`, `IDENTITY` and `ISSUER` between angle brackets are filled in.
fn project(files: &[(&str, &str)]) -> (SourceMap, Facts) {
    let fill = |text: &str| {
        let values = [
            ("<POOL>", POOL),
            ("<CLIENT>", CLIENT),
            ("<SECRET>", SECRET),
            ("<IDENTITY>", IDENTITY),
            ("<ISSUER>", ISSUER),
        ];
        values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
    };
    let files =
        files.iter().map(|(path, text)| SourceFile::with_text((*path).into(), format!("/p/{path}").into(), fill(text)));
    let sources = SourceMap::new(files.collect());
    let trees: Vec<(FileId, Tree)> =
        sources.iter().filter_map(|(id, file)| Some((id, data::parse(&file.path, file.text())?))).collect();
    let facts = read(trees.iter().map(|(id, tree)| (*id, tree)), &sources);
    assert!(!format!("{facts:?}").contains(SECRET), "no secret is kept");
    (sources, facts)
}

fn facts(files: &[(&str, &str)]) -> Facts {
    project(files).1
}

fn show(value: &Value) -> String {
    match &value.kind {
        Kind::Null => "null".to_owned(),
        Kind::Text(text) => text.to_string(),
        Kind::List(list) => list.items.iter().map(|(item, _)| show(item)).collect::<Vec<_>>().join(" "),
        Kind::Reference(Reference::Environment(name)) => format!("${name}"),
        Kind::Reference(Reference::Secret { name, field }) => format!("secret {name} {field}"),
        Kind::Reference(reference) => format!("{reference:?}"),
        Kind::OneOf(alternatives) => {
            alternatives.iter().map(|alternative| show(&alternative.value)).collect::<Vec<_>>().join(" or ")
        }
        Kind::Concat(parts) => parts.iter().map(show).collect::<Vec<_>>().join("+"),
        Kind::Unknown(Why::Redacted) => "redacted".to_owned(),
        Kind::Unknown(Why::Input(name)) => format!("given {name}"),
        Kind::Unknown(Why::Deployment(what)) => format!("deployed {what}"),
        other => format!("{other:?}"),
    }
}

fn lines(facts: &Facts) -> Vec<String> {
    facts
        .settings
        .iter()
        .map(|setting| format!("{:?} {} = {}", setting.kind, setting.key, show(&setting.value)))
        .collect()
}

fn groups(facts: &Facts) -> Vec<&str> {
    let mut groups: Vec<&str> = facts.settings.iter().map(|setting| &*setting.group).collect();
    groups.dedup();
    groups
}

fn only(facts: &Facts, kind: SettingKind) -> &Setting {
    let found: Vec<&Setting> = facts.settings.iter().filter(|setting| setting.kind == kind).collect();
    assert_eq!(found.len(), 1, "{kind:?} in {:?}", lines(facts));
    found[0]
}

#[test]
fn dotenv() {
    let (sources, facts) = project(&[(
        "web/.env.production",
        "# Cognito\n\
         VITE_COGNITO_USER_POOL_ID=<POOL>\n\
         VITE_COGNITO_CLIENT_ID=\"<CLIENT>\"\n\
         COGNITO_CLIENT_SECRET=<SECRET>\n\
         AWS_REGION=us-east-1\n\
         COGNITO_DOMAIN=\n\
         API_URL=https://api.shop.com\n\
         DATABASE_URL=postgres://shop:hunter2@db/shop\n\
         GOOGLE_CLIENT_ID=1234-abcd.apps.googleusercontent.com\n\
         NEXT_PUBLIC_POOL=$VITE_COGNITO_USER_POOL_ID\n",
    )]);
    assert_eq!(
        lines(&facts),
        [
            "UserPoolId VITE_COGNITO_USER_POOL_ID = us-east-1_Ab1Cd2Ef3",
            "ClientId VITE_COGNITO_CLIENT_ID = 4q8rj2v0k7m5t1x9c3b6n8p2d0",
            "ClientSecret COGNITO_CLIENT_SECRET = redacted",
            "Region AWS_REGION = us-east-1",
            "Domain COGNITO_DOMAIN = null",
            "Other API_URL = https://api.shop.com",
            "Other DATABASE_URL = redacted",
            "Other GOOGLE_CLIENT_ID = redacted",
            "Other NEXT_PUBLIC_POOL = $VITE_COGNITO_USER_POOL_ID",
        ]
    );
    assert_eq!(groups(&facts), ["web/.env.production#"]);
    let pool = &facts.settings[0];
    assert_eq!((pool.reader, pool.public, pool.example), (Reader::Environment, true, false));
    assert!(!facts.settings[2].public);
    assert_eq!(sources.text(pool.loc), "VITE_COGNITO_USER_POOL_ID");
    assert_eq!(sources.text(pool.value.loc), POOL);
}

#[test]
fn a_dotenv_file_without_cognito_is_nothing() {
    assert_eq!(
        lines(&facts(&[(".env", "AWS_REGION=us-east-1\nCLIENT_ID=shop-frontend\nAUTH_DOMAIN=shop.eu.auth0.com\n")])),
        [""; 0]
    );
}

#[test]
fn examples_and_placeholders() {
    let facts = facts(&[(
        ".env.example",
        "COGNITO_USER_POOL_ID=us-east-1_XXXXXXXXX\nCOGNITO_CLIENT_ID=your-client-id\nCOGNITO_CLIENT_SECRET=your-client-secret\n",
    )]);
    assert_eq!(
        lines(&facts),
        [
            "UserPoolId COGNITO_USER_POOL_ID = us-east-1_XXXXXXXXX",
            "ClientId COGNITO_CLIENT_ID = your-client-id",
            "ClientSecret COGNITO_CLIENT_SECRET = your-client-secret",
        ]
    );
    assert!(facts.settings.iter().all(|setting| setting.example));
}

#[test]
fn amplify_outputs() {
    let facts = facts(&[(
        "amplify_outputs.json",
        r#"{ "version": "1.1",
             "auth": { "user_pool_id": "<POOL>", "aws_region": "us-east-1", "user_pool_client_id": "<CLIENT>",
               "identity_pool_id": "<IDENTITY>", "mfa_methods": [], "standard_required_attributes": ["email"],
               "oauth": { "identity_providers": ["GOOGLE"], "domain": "my-shop.auth.us-east-1.amazoncognito.com",
                 "scopes": ["openid", "email"], "redirect_sign_in_uri": ["http://localhost:3000/"],
                 "redirect_sign_out_uri": ["http://localhost:3000/bye"], "response_type": "code" },
               "username_attributes": ["email"], "unauthenticated_identities_enabled": true },
             "data": { "url": "https://x.appsync-api.us-east-1.amazonaws.com/graphql", "aws_region": "us-east-1",
               "default_authorization_type": "AMAZON_COGNITO_USER_POOLS" } }"#,
    )]);
    assert_eq!(
        lines(&facts),
        [
            "UserPoolId auth.user_pool_id = us-east-1_Ab1Cd2Ef3",
            "Region auth.aws_region = us-east-1",
            "ClientId auth.user_pool_client_id = 4q8rj2v0k7m5t1x9c3b6n8p2d0",
            "IdentityPoolId auth.identity_pool_id = us-east-1:3d1b5a7c-0f2e-4a6b-8c9d-1e3f5a7b9c0d",
            "Domain auth.oauth.domain = my-shop.auth.us-east-1.amazoncognito.com",
            "Scope auth.oauth.scopes = openid email",
            "RedirectUri auth.oauth.redirect_sign_in_uri = http://localhost:3000/",
            "LogoutUri auth.oauth.redirect_sign_out_uri = http://localhost:3000/bye",
            "ResponseType auth.oauth.response_type = code",
        ]
    );
    assert_eq!(groups(&facts), ["amplify_outputs.json#auth"]);
    assert!(facts.settings.iter().all(|setting| setting.public && setting.reader == Reader::Library));
    assert!(facts.known.is_empty(), "configuration is a claim, not knowledge");
}

#[test]
fn amplify_configuration_of_javascript() {
    let facts = facts(&[(
        "src/amplifyconfiguration.json",
        r#"{ "aws_project_region": "us-east-1", "aws_cognito_identity_pool_id": "<IDENTITY>", "aws_cognito_region": "us-east-1",
             "aws_user_pools_id": "<POOL>", "aws_user_pools_web_client_id": "<CLIENT>",
             "oauth": { "domain": "my-shop.auth.us-east-1.amazoncognito.com", "scope": ["phone", "openid"],
               "redirectSignIn": "http://localhost:3000/,https://shop.com/", "redirectSignOut": "https://shop.com/", "responseType": "code" },
             "federationTarget": "COGNITO_USER_POOLS", "aws_cognito_username_attributes": ["EMAIL"],
             "aws_cognito_mfa_configuration": "OFF" }"#,
    )]);
    assert_eq!(
        lines(&facts),
        [
            "IdentityPoolId aws_cognito_identity_pool_id = us-east-1:3d1b5a7c-0f2e-4a6b-8c9d-1e3f5a7b9c0d",
            "Region aws_cognito_region = us-east-1",
            "UserPoolId aws_user_pools_id = us-east-1_Ab1Cd2Ef3",
            "ClientId aws_user_pools_web_client_id = 4q8rj2v0k7m5t1x9c3b6n8p2d0",
            "Domain oauth.domain = my-shop.auth.us-east-1.amazoncognito.com",
            "Scope oauth.scope = phone openid",
            "RedirectUri oauth.redirectSignIn = http://localhost:3000/ https://shop.com/",
            "LogoutUri oauth.redirectSignOut = https://shop.com/",
            "ResponseType oauth.responseType = code",
        ]
    );
    assert_eq!(groups(&facts), ["src/amplifyconfiguration.json#"]);
}

const MOBILE: &str = r#"{
  "Version": "1.0",
  "CredentialsProvider": { "CognitoIdentity": { "Default": { "PoolId": "<IDENTITY>", "Region": "us-east-1" } } },
  "IdentityManager": { "Default": {} },
  "CognitoUserPool": { "Default": { "PoolId": "<POOL>", "AppClientId": "<CLIENT>", "AppClientSecret": "<SECRET>", "Region": "us-east-1" } },
  "Auth": { "Default": { "authenticationFlowType": "USER_SRP_AUTH",
    "OAuth": { "WebDomain": "my-shop.auth.us-east-1.amazoncognito.com", "AppClientId": "<CLIENT>",
      "SignInRedirectURI": "myapp://callback/", "SignOutRedirectURI": "myapp://signout/", "Scopes": ["openid"] } } }
}"#;

#[test]
fn mobile_configuration_bare_and_inside_amplifys() {
    let bare = facts(&[("app/src/main/res/raw/awsconfiguration.json", MOBILE)]);
    assert_eq!(
        lines(&bare),
        [
            "IdentityPoolId CredentialsProvider.CognitoIdentity.Default.PoolId = us-east-1:3d1b5a7c-0f2e-4a6b-8c9d-1e3f5a7b9c0d",
            "Region CredentialsProvider.CognitoIdentity.Default.Region = us-east-1",
            "UserPoolId CognitoUserPool.Default.PoolId = us-east-1_Ab1Cd2Ef3",
            "ClientId CognitoUserPool.Default.AppClientId = 4q8rj2v0k7m5t1x9c3b6n8p2d0",
            "ClientSecret CognitoUserPool.Default.AppClientSecret = redacted",
            "Region CognitoUserPool.Default.Region = us-east-1",
            "AuthFlow Auth.Default.authenticationFlowType = USER_SRP_AUTH",
            "Domain Auth.Default.OAuth.WebDomain = my-shop.auth.us-east-1.amazoncognito.com",
            "ClientId Auth.Default.OAuth.AppClientId = 4q8rj2v0k7m5t1x9c3b6n8p2d0",
            "RedirectUri Auth.Default.OAuth.SignInRedirectURI = myapp://callback/",
            "LogoutUri Auth.Default.OAuth.SignOutRedirectURI = myapp://signout/",
            "Scope Auth.Default.OAuth.Scopes = openid",
        ]
    );
    assert_eq!(groups(&bare).len(), 2);

    let json = format!(r#"{{"auth": {{"plugins": {{"awsCognitoAuthPlugin": {MOBILE}}}}}}}"#);
    let inside = facts(&[("amplifyconfiguration.json", &json)]);
    let values =
        |facts: &Facts| facts.settings.iter().map(|setting| (setting.kind, show(&setting.value))).collect::<Vec<_>>();
    assert_eq!(values(&inside), values(&bare));

    let (sources, dart) =
        project(&[("lib/amplifyconfiguration.dart", &format!("const amplifyconfig = '''{json}''';\n"))]);
    assert_eq!(values(&dart), values(&bare));
    let pool = only(&dart, SettingKind::UserPoolId);
    assert_eq!(sources.text(pool.value.loc).trim_matches('"'), POOL);
    assert!(pool.public);
}

#[test]
fn spring_yaml_and_properties_say_the_same() {
    let yaml = facts(&[(
        "src/main/resources/application-prod.yml",
        r"
spring:
  security:
    oauth2:
      client:
        registration:
          web:
            client-id: <CLIENT>
            client-secret: ${COGNITO_SECRET:}
            scope: openid, email
            redirect-uri: https://shop.com/login/oauth2/code/web
            authorization-grant-type: authorization_code
          github:
            client-id: Iv1.8a61f9b3a7aba766
        provider:
          web:
            issuer-uri: https://cognito-idp.us-east-1.amazonaws.com/${POOL_ID}
            user-name-attribute: username
      resourceserver:
        jwt:
          issuer-uri: <ISSUER>
",
    )]);
    let expected = [
        "ClientId spring.security.oauth2.client.registration.web.client-id = 4q8rj2v0k7m5t1x9c3b6n8p2d0",
        "ClientSecret spring.security.oauth2.client.registration.web.client-secret = $COGNITO_SECRET",
        "Scope spring.security.oauth2.client.registration.web.scope = openid email",
        "RedirectUri spring.security.oauth2.client.registration.web.redirect-uri = https://shop.com/login/oauth2/code/web",
        "Issuer spring.security.oauth2.client.provider.web.issuer-uri = https://cognito-idp.us-east-1.amazonaws.com/+$POOL_ID",
        "Issuer spring.security.oauth2.resourceserver.jwt.issuer-uri = https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Ab1Cd2Ef3",
    ];
    assert_eq!(lines(&yaml), expected);
    assert_eq!(
        groups(&yaml),
        [
            "src/main/resources/application-prod.yml#spring.security.oauth2.client.web",
            "src/main/resources/application-prod.yml#spring.security.oauth2.resourceserver.jwt"
        ]
    );

    let properties = facts(&[(
        "application.properties",
        r"
server.port=8080
spring.security.oauth2.client.registration.web.client-id=<CLIENT>
spring.security.oauth2.client.registration.web.client-secret=${COGNITO_SECRET:}
spring.security.oauth2.client.registration.web.scope=openid, email
spring.security.oauth2.client.registration.web.redirect-uri=https://shop.com/login/oauth2/code/web
spring.security.oauth2.client.provider.web.issuer-uri=https://cognito-idp.us-east-1.amazonaws.com/${POOL_ID}
spring.security.oauth2.resourceserver.jwt.issuer-uri=<ISSUER>
",
    )]);
    assert_eq!(lines(&properties), expected);
}

#[test]
fn documents_of_one_file_are_apart() {
    let facts = facts(&[(
        "application.yml",
        "cognito:\n  client-id: <CLIENT>\n---\nspring.config.activate.on-profile: prod\ncognito:\n  client-id: 5w9sk3u1l8n6y2z0d4c7o9q3e1\n",
    )]);
    assert_eq!(groups(&facts), ["application.yml#cognito", "application.yml[1]#cognito"]);
}

#[test]
fn appsettings() {
    let facts = facts(&[(
        "Api/appsettings.Development.json",
        r#"{ // of the identity provider
             "AWS": { "Region": "us-east-1", "UserPoolId": "<POOL>", "UserPoolClientId": "<CLIENT>", "UserPoolClientSecret": "<SECRET>" },
             "Jwt": { "Authority": "<ISSUER>", "ValidAudience": "<CLIENT>" },
             "AzureAd": { "ClientId": "3d1b5a7c-0f2e-4a6b-8c9d-1e3f5a7b9c0d", "Instance": "https://login.microsoftonline.com/" },
             "Logging": { "LogLevel": { "Default": "Information" } } }"#,
    )]);
    assert_eq!(
        lines(&facts),
        [
            "Region AWS.Region = us-east-1",
            "UserPoolId AWS.UserPoolId = us-east-1_Ab1Cd2Ef3",
            "ClientId AWS.UserPoolClientId = 4q8rj2v0k7m5t1x9c3b6n8p2d0",
            "ClientSecret AWS.UserPoolClientSecret = redacted",
            "Issuer Jwt.Authority = https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Ab1Cd2Ef3",
            "ClientId Jwt.ValidAudience = 4q8rj2v0k7m5t1x9c3b6n8p2d0",
        ]
    );
    assert_eq!(only(&facts, SettingKind::UserPoolId).reader, Reader::Configuration);
}

#[test]
fn compose() {
    let facts = facts(&[(
        "docker-compose.yml",
        r"
services:
  api:
    image: shop/api
    environment:
      COGNITO_USER_POOL_ID: <POOL>
      COGNITO_CLIENT_ID: ${COGNITO_CLIENT_ID:-<CLIENT>}
      SESSION_SECRET: hunter2hunter2
  web:
    build:
      args:
        VITE_COGNITO_CLIENT_ID: ${WEB_CLIENT_ID}
    environment:
      - COGNITO_CLIENT_ID=${WEB_CLIENT_ID}
      - COGNITO_CLIENT_SECRET
  proxy:
    image: quay.io/oauth2-proxy/oauth2-proxy
    command:
      - --provider=oidc
      - --oidc-issuer-url=<ISSUER>
      - --client-id
      - <CLIENT>
      - --client-secret=<SECRET>
      - --cookie-secret=hunter2
      - --redirect-url=https://shop.com/oauth2/callback
",
    )]);
    assert_eq!(
        lines(&facts),
        [
            "UserPoolId COGNITO_USER_POOL_ID = us-east-1_Ab1Cd2Ef3",
            "ClientId COGNITO_CLIENT_ID = given COGNITO_CLIENT_ID or 4q8rj2v0k7m5t1x9c3b6n8p2d0",
            "Other SESSION_SECRET = redacted",
            "ClientId VITE_COGNITO_CLIENT_ID = $WEB_CLIENT_ID",
            "ClientId COGNITO_CLIENT_ID = $WEB_CLIENT_ID",
            "ClientSecret COGNITO_CLIENT_SECRET = given COGNITO_CLIENT_SECRET",
            "Issuer oidc-issuer-url = https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Ab1Cd2Ef3",
            "ClientId client-id = 4q8rj2v0k7m5t1x9c3b6n8p2d0",
            "ClientSecret client-secret = redacted",
            "RedirectUri redirect-url = https://shop.com/oauth2/callback",
        ]
    );
    let groups = groups(&facts);
    assert_eq!(
        groups,
        [
            "docker-compose.yml#services.api",
            "docker-compose.yml#services.web.build",
            "docker-compose.yml#services.web",
            "docker-compose.yml#services.proxy"
        ]
    );
}

#[test]
fn kubernetes() {
    let facts = facts(&[
        (
            "k8s/config.yaml",
            r"
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop
data:
  COGNITO_USER_POOL_ID: <POOL>
  LOG_LEVEL: debug
  application.yml: |
    cognito:
      region: us-east-1
      client-id: <CLIENT>
---
apiVersion: v1
kind: Secret
metadata:
  name: shop
type: Opaque
data:
  COGNITO_CLIENT_ID: NHE4cmoydjBrN201dDF4OWMzYjZuOHAyZDA=
  COGNITO_CLIENT_SECRET: MXY5azNxN3g1bTJ0OGM0YjZuMHAxcjNqNWg3ZzlmMmQ0czZhOHcwZTJ5NHU2aThvMHpx
stringData:
  DB_PASSWORD: hunter2
",
        ),
        (
            "k8s/deployment.yaml",
            r"
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  template:
    spec:
      containers:
        - name: api
          env:
            - name: POOL
              valueFrom: {configMapKeyRef: {name: shop, key: COGNITO_USER_POOL_ID}}
            - name: COGNITO_CLIENT_ID
              valueFrom: {secretKeyRef: {name: shop, key: COGNITO_CLIENT_ID}}
            - name: COGNITO_CLIENT_SECRET
              valueFrom: {secretKeyRef: {name: vault, key: secret}}
            - name: COGNITO_REGION
              value: us-east-1
",
        ),
        (
            "k8s/ingress.yaml",
            r#"
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  annotations:
    alb.ingress.kubernetes.io/auth-type: cognito
    alb.ingress.kubernetes.io/auth-idp-cognito: >-
      {"userPoolARN": "arn:aws:cognito-idp:us-east-1:111122223333:userpool/<POOL>",
       "userPoolClientID": "<CLIENT>", "userPoolDomain": "my-shop"}
"#,
        ),
    ]);
    let in_file = |name: &str| {
        facts
            .settings
            .iter()
            .filter(|setting| setting.group.contains(name))
            .map(|setting| format!("{:?} {} = {}", setting.kind, setting.key, show(&setting.value)))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        in_file("config.yaml"),
        [
            "UserPoolId COGNITO_USER_POOL_ID = us-east-1_Ab1Cd2Ef3",
            "Other LOG_LEVEL = redacted",
            "Region cognito.region = us-east-1",
            "ClientId cognito.client-id = 4q8rj2v0k7m5t1x9c3b6n8p2d0",
            "Other DB_PASSWORD = redacted",
            "ClientId COGNITO_CLIENT_ID = 4q8rj2v0k7m5t1x9c3b6n8p2d0",
            "ClientSecret COGNITO_CLIENT_SECRET = redacted",
        ]
    );
    assert_eq!(
        in_file("deployment.yaml"),
        [
            "UserPoolId POOL = us-east-1_Ab1Cd2Ef3",
            "ClientId COGNITO_CLIENT_ID = 4q8rj2v0k7m5t1x9c3b6n8p2d0",
            "ClientSecret COGNITO_CLIENT_SECRET = secret vault secret",
            "Region COGNITO_REGION = us-east-1",
        ]
    );
    assert_eq!(
        in_file("ingress.yaml").iter().map(|line| line.rsplit('.').next().unwrap()).collect::<Vec<_>>(),
        [
            "userPoolARN = arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_Ab1Cd2Ef3",
            "userPoolClientID = 4q8rj2v0k7m5t1x9c3b6n8p2d0",
            "userPoolDomain = my-shop",
        ]
    );
}

#[test]
fn samconfig_files() {
    let (sources, facts) = project(&[(
        "samconfig.toml",
        "version = 0.1\n[default.global.parameters]\nstack_name = \"shop\"\n[default.deploy.parameters]\n\
         parameter_overrides = \"UserPoolId=\\\"<POOL>\\\" ClientId=<CLIENT> Stage=dev\"\n\
         [prod.deploy.parameters]\nparameter_overrides = [\"UserPoolId=us-east-1_Gh4Ij5Kl6\"]\n",
    )]);
    assert_eq!(
        lines(&facts),
        [
            "UserPoolId UserPoolId = us-east-1_Ab1Cd2Ef3",
            "ClientId ClientId = 4q8rj2v0k7m5t1x9c3b6n8p2d0",
            "UserPoolId UserPoolId = us-east-1_Gh4Ij5Kl6",
        ]
    );
    assert_eq!(groups(&facts), ["samconfig.toml#default", "samconfig.toml#prod"]);
    assert!(facts.settings.iter().all(|setting| setting.reader == Reader::Deployment));
    assert_eq!(sources.text(facts.settings[1].loc), format!("ClientId={CLIENT}"));

    let (id, file) = sources.iter().next().unwrap();
    let tree = data::parse(&file.path, file.text()).unwrap();
    let deployments = samconfig::deployments(&tree, file.text(), &Place::whole(id));
    assert_eq!(deployments[0].stack.as_deref(), Some("shop"));
    assert_eq!(&*deployments[0].parameters[2].name, "Stage");
    assert_eq!(&*deployments[1].environment, "prod");
}

#[test]
fn parameter_files_are_deployments() {
    let facts = facts(&[(
        "parameters.json",
        r#"[{"ParameterKey": "UserPoolId", "ParameterValue": "<POOL>"}, {"ParameterKey": "Stage", "ParameterValue": "dev"}]"#,
    )]);
    assert_eq!(lines(&facts), ["UserPoolId UserPoolId = us-east-1_Ab1Cd2Ef3"]);
    assert_eq!(facts.settings[0].reader, Reader::Deployment);
}

#[test]
fn generic_files_by_name_and_shape() {
    let facts = facts(&[
        (
            "config/default.json",
            r#"{"auth": {"cognito": {"clients": {"web": {"id": "<CLIENT>"}}, "poolId": "<POOL>"}}}"#,
        ),
        (
            "config.toml",
            "[cognito]\nclient_id = \"<CLIENT>\"\nclient_secret = \"<SECRET>\"\n[google]\nclient_id = \"x\"\n",
        ),
        (
            "cdk.json",
            r#"{"app": "npx ts-node bin/app.ts", "context": {"userPoolId": "<POOL>", "@aws-cdk/core:x": true}}"#,
        ),
        (
            "web/public/config.json",
            r#"{"LOGIN": "https://my-shop.auth.us-east-1.amazoncognito.com/login?client_id=<CLIENT>"}"#,
        ),
    ]);
    assert_eq!(
        lines(&facts),
        [
            "ClientId auth.cognito.clients.web.id = 4q8rj2v0k7m5t1x9c3b6n8p2d0",
            "UserPoolId auth.cognito.poolId = us-east-1_Ab1Cd2Ef3",
            "ClientId cognito.client_id = 4q8rj2v0k7m5t1x9c3b6n8p2d0",
            "ClientSecret cognito.client_secret = redacted",
            "UserPoolId userPoolId = us-east-1_Ab1Cd2Ef3",
            "ClientId LOGIN.client_id = 4q8rj2v0k7m5t1x9c3b6n8p2d0",
            "Domain LOGIN = https://my-shop.auth.us-east-1.amazoncognito.com/login?client_id=4q8rj2v0k7m5t1x9c3b6n8p2d0",
        ]
    );
    assert!(facts.settings.last().unwrap().public);
}

#[test]
fn workflows_and_task_definitions() {
    let facts = facts(&[
        (
            ".github/workflows/deploy.yml",
            r"
on: push
jobs:
  deploy:
    steps:
      - run: npm run build
        env:
          VITE_COGNITO_CLIENT_ID: ${{ secrets.CLIENT_ID }}
          VITE_COGNITO_USER_POOL_ID: <POOL>
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
",
        ),
        (
            "taskdef.json",
            r#"{"family": "api", "containerDefinitions": [{"name": "api",
                "environment": [{"name": "COGNITO_USER_POOL_ID", "value": "<POOL>"}, {"name": "PORT", "value": "80"}],
                "secrets": [{"name": "COGNITO_CLIENT_ID", "valueFrom": "arn:aws:ssm:us-east-1:111122223333:parameter/shop/client-id"},
                            {"name": "COGNITO_CLIENT_SECRET", "valueFrom": "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop-AbCdEf:secret::"}]}]}"#,
        ),
    ]);
    assert_eq!(
        lines(&facts),
        [
            "ClientId VITE_COGNITO_CLIENT_ID = secret CLIENT_ID ",
            "UserPoolId VITE_COGNITO_USER_POOL_ID = us-east-1_Ab1Cd2Ef3",
            "Other NODE_AUTH_TOKEN = secret NPM_TOKEN ",
            "UserPoolId COGNITO_USER_POOL_ID = us-east-1_Ab1Cd2Ef3",
            "Other PORT = redacted",
            "ClientId COGNITO_CLIENT_ID = SsmParameter(\"/shop/client-id\")",
            "ClientSecret COGNITO_CLIENT_SECRET = secret shop-AbCdEf secret",
        ]
    );
}

#[test]
fn json_in_a_variable() {
    let (sources, facts) = project(&[(
        "docker-compose.yml",
        "services:\n  web:\n    environment:\n      AMPLIFY: '{\"Auth\": {\"userPoolId\": \"<POOL>\", \"userPoolWebClientId\": \"<CLIENT>\", \"region\": \"us-east-1\"}}'\n",
    )]);
    let pool = only(&facts, SettingKind::UserPoolId);
    assert_eq!(sources.text(pool.value.loc).trim_matches('"'), POOL);
    only(&facts, SettingKind::ClientId);
    only(&facts, SettingKind::Region);
}

#[test]
fn infrastructure_is_no_configuration() {
    let facts = facts(&[
        (
            "template.yaml",
            r"
Resources:
  Api:
    Type: AWS::Serverless::Function
    Properties:
      Environment:
        Variables:
          COGNITO_USER_POOL_ID: <POOL>
",
        ),
        ("cdk.out/manifest.json", r#"{"version": "36.0.0", "artifacts": {"a": {"userPoolId": "<POOL>"}}}"#),
        ("package.json", r#"{"cognito": {"userPoolId": "<POOL>"}}"#),
        (
            "serverless.yml",
            r"
service: shop
provider:
  environment:
    COGNITO_CLIENT_ID: !Ref WebClient
    COGNITO_USER_POOL_ID: <POOL>
resources:
  Resources:
    WebClient:
      Type: AWS::Cognito::UserPoolClient
      Properties:
        UserPoolId: us-east-1_Gh4Ij5Kl6
",
        ),
    ]);
    assert!(lines(&facts).is_empty(), "{:?}", lines(&facts));
}

#[test]
fn outputs_are_knowledge_and_configuration() {
    let facts = facts(&[(
        "infra/cdk-outputs.json",
        r#"{"AuthStack": {"UserPoolId": "<POOL>", "WebClientId": "<CLIENT>", "ApiUrl": "https://api.shop.com"}}"#,
    )]);
    let known: Vec<_> = facts.known.iter().map(|known| (known.kind, &*known.id, known.pool.as_deref())).collect();
    assert_eq!(known, [(SettingKind::UserPoolId, POOL, None), (SettingKind::ClientId, CLIENT, Some(POOL))]);
    assert_eq!(lines(&facts).len(), 2);
}

#[test]
fn a_secret_behind_a_bundlers_prefix_is_public() {
    let facts = facts(&[("web/.env", "REACT_APP_COGNITO_CLIENT_SECRET=<SECRET>\n")]);
    let secret = only(&facts, SettingKind::ClientSecret);
    assert!(secret.public);
    assert_eq!(show(&secret.value), "redacted");
}

#[test]
fn mutated_input_is_read_without_a_fault() {
    let samples = [
        (".env", "COGNITO_CLIENT_ID=${A:-$B}\nX=\"{{ y }}\"\nCOGNITO_SECRET=<SECRET>\n"),
        (
            "a.yaml",
            "apiVersion: v1\nkind: Secret\ndata: {COGNITO_CLIENT_ID: NHE4cmoy, b.yml: |\n  cognito: {clientId: x}\n}\n",
        ),
        ("b.yaml", "s:\n  env: [COGNITO_CLIENT_ID=<SECRET>, B]\n  command: --client-id x --oidc-issuer-url=<ISSUER>\n"),
        (
            "outputs.json",
            r#"{"S": {"a": "<POOL>"}, "x": "{\"userPoolId\": \"<POOL>\", \"clientSecret\": \"<SECRET>\"}"}"#,
        ),
        ("samconfig.toml", "[a.deploy.parameters]\nparameter_overrides = \"UserPoolId=\\\"<POOL>\\\" A='\"\n"),
    ];
    for (path, sample) in samples {
        mutation::each(&[sample], |text| drop(facts(&[(path, text)])));
    }
}

#[test]
fn broken_and_huge_input_is_read_as_far_as_it_goes() {
    let deep = format!("{{\"cognito\": {}{}}}", "{\"a\": ".repeat(150), "}".repeat(150));
    facts(&[
        ("a.json", r#"{"cognito": {"clientId": "#),
        ("b.yaml", "cognito:\n  clientId: [\n"),
        ("c.json", &deep),
        ("lib/amplifyconfiguration.dart", "const amplifyconfig = '''} {''';"),
        ("d.json", r#"[[["us-east-1_Ab1Cd2Ef3"]]]"#),
        ("samconfig.toml", "default = 1\n[x.deploy]\nparameters = \"A=\\\"\"\n"),
    ]);
}
