//! The AWS SDKs.

use super::{Project, calls, py, show, ts};
use crate::read::Operation;

#[test]
fn a_command_of_version_3_is_what_it_sends() {
    let project = Project::new(&[(
        "src/auth.ts",
        r#"
        import { CognitoIdentityProviderClient, InitiateAuthCommand, AuthFlowType } from "@aws-sdk/client-cognito-identity-provider";
        const client = new CognitoIdentityProviderClient({ region: "eu-west-1", endpoint: "http://localhost:9229" });
        export async function refresh(refreshToken: string) {
          return client.send(new InitiateAuthCommand({
            ClientId: process.env.CLIENT_ID,
            AuthFlow: AuthFlowType.REFRESH_TOKEN_AUTH,
            AuthParameters: { REFRESH_TOKEN: refreshToken },
          }));
        }"#,
    )]);
    let call = project.only();
    assert_eq!(call.operation, Operation::InitiateAuth);
    assert_eq!(
        show(&call.parameters),
        r#"{ClientId: env CLIENT_ID, AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters: {REFRESH_TOKEN: ?refreshToken}}"#
    );
    assert_eq!(&*call.library.name, "@aws-sdk/client-cognito-identity-provider");
    assert_eq!(&*call.library.entry, "InitiateAuthCommand");
    assert_eq!(call.function.as_deref(), Some("refresh"));
    assert!(project.text_at(call).starts_with("new InitiateAuthCommand"));
    assert_eq!(call.endpoint.as_ref().map(show).as_deref(), Some("\"http://localhost:9229\""));
}

#[test]
fn the_aggregated_client_has_methods() {
    let shown = ts(r#"
        import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider";
        const idp = new CognitoIdentityProvider({});
        export const renew = (token: string, deviceKey: string) =>
          idp.getTokensFromRefreshToken({ ClientId: "abc", RefreshToken: token, DeviceKey: deviceKey });"#);
    assert_eq!(shown, r#"{ClientId: "abc", RefreshToken: ?token, DeviceKey: ?deviceKey}"#);
}

#[test]
fn version_2_answers_to_a_function_or_a_promise() {
    let project = Project::new(&[(
        "src/cognito.js",
        r#"
        const AWS = require('aws-sdk');
        const idp = new AWS.CognitoIdentityServiceProvider({ region: 'us-east-1' });
        exports.signIn = async (username, password) => {
          const answer = await idp.adminInitiateAuth({
            AuthFlow: 'ADMIN_NO_SRP_AUTH', ClientId: process.env.CLIENT_ID, UserPoolId: process.env.POOL_ID,
            AuthParameters: { USERNAME: username, PASSWORD: password },
          }).promise();
          return answer.AuthenticationResult.AccessToken;
        };
        exports.refresh = (token, done) => {
          idp.initiateAuth({ AuthFlow: 'REFRESH_TOKEN', ClientId: process.env.CLIENT_ID, AuthParameters: { REFRESH_TOKEN: token } },
            (err, data) => done(err, data.AuthenticationResult.IdToken));
        };"#,
    )]);
    assert_eq!(
        project.calls(),
        [
            r#"AdminInitiateAuth {AuthFlow: "ADMIN_NO_SRP_AUTH", ClientId: env CLIENT_ID, UserPoolId: env POOL_ID, AuthParameters: {USERNAME: ?username, PASSWORD: ?password}}"#,
            r#"InitiateAuth {AuthFlow: "REFRESH_TOKEN", ClientId: env CLIENT_ID, AuthParameters: {REFRESH_TOKEN: ?token}}"#,
        ]
    );
    let reads: Vec<&[std::sync::Arc<str>]> = project.facts.calls.iter().map(|call| &call.reads.paths[..]).collect();
    assert_eq!(reads[0].last().map(|path| &**path), Some("AuthenticationResult.AccessToken"));
    assert_eq!(reads[1].last().map(|path| &**path), Some("AuthenticationResult.IdToken"));
    assert_eq!(&*project.facts.calls[0].library.name, "aws-sdk");
}

#[test]
fn boto3_takes_keywords_and_spread_dictionaries() {
    let shown = py(r#"
import boto3, os
client = boto3.client("cognito-idp", region_name="eu-west-1")
def refresh(token, device_key=None):
    params = {"REFRESH_TOKEN": token}
    if device_key:
        params["DEVICE_KEY"] = device_key
    request = dict(ClientId=os.environ["CLIENT_ID"], AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=params)
    return client.initiate_auth(**request)
"#);
    assert_eq!(
        shown,
        r#"{ClientId: env CLIENT_ID, AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters: {REFRESH_TOKEN: ?token, DEVICE_KEY?[device_key]: ?device_key}}"#
    );
}

#[test]
fn a_client_that_nobody_makes_is_known_by_its_methods_and_arguments() {
    let python = r#"
# Cognito sign-in
class Auth:
    def __init__(self, idp):
        self.idp = idp
    def sign_in(self, user, password):
        return self.idp.initiate_auth(ClientId="c", AuthFlow="USER_PASSWORD_AUTH",
                                      AuthParameters={"USERNAME": user, "PASSWORD": password})
    def other(self):
        return self.idp.sign_up(name="x")
"#;
    assert_eq!(
        calls("app/auth.py", python),
        [
            r#"InitiateAuth {ClientId: "c", AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: {USERNAME: ?user, PASSWORD: ?password}}"#
        ]
    );
    let other_api = r#"
// not Cognito
export const f = (client) => client.initiateAuth({ url: "https://example.com/oauth" });"#;
    assert_eq!(calls("src/other.js", other_api), Vec::<String>::new());
}

#[test]
fn a_client_given_by_its_type_is_one() {
    let shown = ts(r#"
        import { CognitoIdentityProviderClient, ConfirmDeviceCommand } from "@aws-sdk/client-cognito-identity-provider";
        export class Devices {
          constructor(private readonly client: CognitoIdentityProviderClient) {}
          confirm(accessToken: string, key: string) {
            const command = new ConfirmDeviceCommand({ AccessToken: accessToken, DeviceKey: key });
            return this.client.send(command);
          }
        }"#);
    assert_eq!(shown, "{AccessToken: ?accessToken, DeviceKey: ?key}");
}

#[test]
fn a_mock_that_compares_flows_calls_nothing() {
    let mock = r#"
        import { mockClient } from "aws-sdk-client-mock";
        import { InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
        export async function initiateAuth(input: any) {
          if (input.AuthFlow === "REFRESH_TOKEN_AUTH") return { AuthenticationResult: { AccessToken: "x" } };
        }
        mockClient({}).on(InitiateAuthCommand).resolves({});"#;
    assert_eq!(calls("src/mock-auth.ts", mock), Vec::<String>::new());
}

#[test]
fn clients_of_boto3_come_in_many_ways() {
    let found = calls(
        "app/cognito.py",
        r#"
import boto3, aioboto3, functools
from botocore.config import Config
class Clients:
    @functools.cached_property
    def idp(self):
        session = boto3.Session(profile_name="x")
        return session.client(service_name="cognito-idp", config=Config(), endpoint_url="http://localhost:5000")
    def sign_up(self, user):
        return self.idp.sign_up(ClientId="a", Username=user)
async def confirm(user, code):
    async with aioboto3.Session().client("cognito-idp") as client:
        await client.confirm_sign_up(ClientId="b", Username=user, ConfirmationCode=code)
def forgot(user):
    run = boto3.client("cognito-idp").forgot_password
    return run(ClientId="c", Username=user)
def others():
    pages = boto3.client("cognito-idp").get_paginator("list_users")
    boto3.client("s3").put_object(Bucket="b")
"#,
    );
    assert_eq!(
        found,
        [
            r#"SignUp {ClientId: "a", Username: ?user}"#,
            r#"ConfirmSignUp {ClientId: "b", Username: ?user, ConfirmationCode: ?code}"#,
            r#"ForgotPassword {ClientId: "c", Username: ?user}"#,
        ]
    );
}

#[test]
fn a_command_given_to_something_unknown_is_sent() {
    let project = Project::new(&[(
        "src/cognito.ts",
        r#"
        import { InitiateAuthCommand, SignUpCommand } from "@aws-sdk/client-cognito-identity-provider";
        import { retry } from "./retry-of-nobody";
        export const f = (refresh: boolean, token: string) =>
          retry(refresh
            ? new InitiateAuthCommand({ AuthFlow: "REFRESH_TOKEN_AUTH", ClientId: "c", AuthParameters: { REFRESH_TOKEN: token } })
            : new SignUpCommand({ ClientId: "c", Username: token, Password: "p" }));"#,
    )]);
    let operations: Vec<Operation> = project.facts.calls.iter().map(|call| call.operation).collect();
    assert_eq!(operations, [Operation::InitiateAuth, Operation::SignUp]);
}

#[test]
fn script_blocks_are_programs() {
    let project = Project::new(&[(
        "src/Login.vue",
        r#"<template><button @click="login">Sign in</button></template>
<script setup lang="ts">
import { ref } from "vue";
import { CognitoIdentityProviderClient, InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
const user = ref("");
const client = new CognitoIdentityProviderClient({});
async function login() {
  await client.send(new InitiateAuthCommand({ AuthFlow: "CUSTOM_AUTH", ClientId: import.meta.env.VITE_CLIENT_ID, AuthParameters: { USERNAME: user.value } }));
}
</script>
"#,
    )]);
    let call = project.only();
    assert!(show(&call.parameters).starts_with(r#"{AuthFlow: "CUSTOM_AUTH", ClientId: env VITE_CLIENT_ID"#));
    assert_eq!(call.side, crate::read::Side::Browser);
    assert_eq!(project.text_at(call).split('(').next(), Some("new InitiateAuthCommand"));
}
