//! What is read of a call's answer, and where it is stored.

use super::Project;
use crate::read::Call;

const SDK: &str = r#"import { CognitoIdentityProviderClient, InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
const client = new CognitoIdentityProviderClient({});
const refreshCommand = (token: string) => new InitiateAuthCommand({ AuthFlow: "REFRESH_TOKEN_AUTH", ClientId: "c", AuthParameters: { REFRESH_TOKEN: token } });
"#;

fn call(text: &str) -> Call {
    Project::new(&[("src/cognito.ts", &format!("{SDK}{text}"))]).only().clone()
}

fn paths(call: &Call) -> Vec<&str> {
    call.reads.paths.iter().map(|path| &**path).collect()
}

fn stores(call: &Call) -> Vec<(&str, &str, bool)> {
    call.stores.iter().map(|store| (&*store.target, &*store.path, store.has_fallback)).collect()
}

#[test]
fn members_are_read_also_through_a_caller() {
    let call = call(
        r#"
        async function send(token: string) { const { AuthenticationResult } = await client.send(refreshCommand(token)); return AuthenticationResult; }
        export async function refresh(token: string) {
          const result = await send(token);
          return { access: result!.AccessToken, refresh: result!.RefreshToken };
        }"#,
    );
    assert_eq!(
        paths(&call),
        ["AuthenticationResult", "AuthenticationResult.AccessToken", "AuthenticationResult.RefreshToken"]
    );
    assert!(!call.reads.escapes);
}

#[test]
fn an_answer_that_leaves_the_program_escapes() {
    let call = call(r#"export const refresh = (token: string) => client.send(refreshCommand(token));"#);
    assert!(call.reads.escapes);
    let call = self::call(
        r#"export const refresh = async (token: string) => {
          const answer = await client.send(refreshCommand(token));
          return { statusCode: 200, body: JSON.stringify(answer.AuthenticationResult) };
        };"#,
    );
    assert!(call.reads.escapes);
}

#[test]
fn stores_know_whether_the_old_value_stays() {
    let call = call(
        r#"
        export async function refresh(session: any, token: string) {
          const { AuthenticationResult: result } = await client.send(refreshCommand(token));
          localStorage.setItem("refreshToken", result!.RefreshToken!);
          session.refreshToken = result!.RefreshToken ?? token;
          session["accessToken"] = result!.AccessToken;
        }"#,
    );
    assert_eq!(
        stores(&call),
        [
            ("localStorage.refreshToken", "AuthenticationResult.RefreshToken", false),
            ("session.refreshToken", "AuthenticationResult.RefreshToken", true),
            ("session[\"accessToken\"]", "AuthenticationResult.AccessToken", false),
        ]
    );
}

#[test]
fn a_store_of_what_was_asked_for_leaves_the_old_value() {
    let call = call(
        r#"
        export async function refresh(session: any, token: string) {
          const { AuthenticationResult: result } = await client.send(refreshCommand(token));
          if (result) { session.a = result.RefreshToken; }
          if (result?.RefreshToken) { session.b = result.RefreshToken; }
          const { RefreshToken: fresh } = result!;
          if (!fresh) return;
          session.c = fresh;
        }"#,
    );
    let path = "AuthenticationResult.RefreshToken";
    assert_eq!(stores(&call), [("session.a", path, false), ("session.b", path, true), ("session.c", path, true)]);
    let project = Project::new(&[(
        "app/cognito.py",
        r#"
import boto3
idp = boto3.client("cognito-idp")
def refresh(session, token):
    result = idp.get_tokens_from_refresh_token(ClientId="c", RefreshToken=token)["AuthenticationResult"]
    if "RefreshToken" in result:
        session["a"] = result["RefreshToken"]
    if fresh := result.get("RefreshToken"):
        session["b"] = fresh
    if "AccessToken" in result:
        session["c"] = result["RefreshToken"]
"#,
    )]);
    let fallbacks: Vec<bool> = project.facts.calls[0].stores.iter().map(|store| store.has_fallback).collect();
    assert_eq!(fallbacks, [true, true, false]);
}

#[test]
fn fields_and_overridden_tokens_are_stores() {
    let project = Project::new(&[(
        "app/cognito.py",
        r#"
import boto3
class Session:
    def __init__(self):
        self.idp = boto3.client("cognito-idp")
        self.refresh_token = None
    def refresh(self):
        answer = self.idp.initiate_auth(ClientId="c", AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": self.refresh_token})
        result = answer.get("AuthenticationResult", {})
        self.refresh_token = result.get("RefreshToken")
        self.access_token = result["AccessToken"]
"#,
    )]);
    let call = &project.facts.calls[0];
    assert_eq!(stores(call)[0], ("self.refresh_token", "AuthenticationResult.RefreshToken", false));
    let call = self::call(
        r#"
        export async function jwt(token: any) {
          const { AuthenticationResult: fresh } = await client.send(refreshCommand(token.refreshToken));
          return { ...token, accessToken: fresh!.AccessToken, refreshToken: fresh!.RefreshToken ?? token.refreshToken };
        }"#,
    );
    assert_eq!(
        stores(&call),
        [
            ("accessToken", "AuthenticationResult.AccessToken", false),
            ("refreshToken", "AuthenticationResult.RefreshToken", true)
        ]
    );
}
