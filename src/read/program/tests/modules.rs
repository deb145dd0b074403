//! Imports.

use super::{Project, show};

#[test]
fn names_come_from_other_files() {
    let project = Project::new(&[
        ("package.json", r#"{"name": "app", "workspaces": ["packages/*"]}"#),
        ("tsconfig.json", r#"{ "compilerOptions": { "baseUrl": ".", "paths": { "@config/*": ["src/config/*"] } } }"#),
        ("src/config/ids.ts", "export const ids = { client: process.env.WEB_CLIENT_ID };"),
        ("src/lib/index.ts", r#"export * from "./hash"; export { default as pool } from "./pool";"#),
        ("src/lib/hash.ts", r#"export function hash(user: string) { return "h" + user; }"#),
        ("src/lib/pool.ts", r#"const pool = { id: "us-east-1_AAAAAAAAA" }; export default pool;"#),
        ("packages/shared/package.json", r#"{"name": "@app/shared", "main": "dist/index.js"}"#),
        ("packages/shared/src/index.ts", r#"export const FLOW = "USER_PASSWORD_AUTH";"#),
        ("src/settings.json", r#"{"cognito": {"scope": "s"}}"#),
        (
            "src/auth.ts",
            r#"
            import { AdminInitiateAuthCommand, CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
            import { ids } from "@config/ids";
            import { hash, pool } from "@/lib";
            import { FLOW } from "@app/shared";
            import settings from "./settings.json";
            const legacy = require("./legacy");
            const client = new CognitoIdentityProviderClient({});
            export const signIn = (user: string) => client.send(new AdminInitiateAuthCommand({
              AuthFlow: FLOW, ClientId: ids.client, UserPoolId: pool.id,
              AuthParameters: { USERNAME: user, HASH: hash(user), SCOPE: settings.cognito.scope, OLD: legacy.old() } }));"#,
        ),
        ("src/legacy.js", r#"module.exports = { old: () => "o" };"#),
    ]);
    assert_eq!(
        show(&project.only().parameters),
        r#"{AuthFlow: "USER_PASSWORD_AUTH", ClientId: env WEB_CLIENT_ID, UserPoolId: "us-east-1_AAAAAAAAA", AuthParameters: {USERNAME: ?user, HASH: "h"+?user, SCOPE: "s", OLD: "o"}}"#
    );
}

#[test]
fn python_packages_are_found_from_above() {
    let project = Project::new(&[
        ("backend/app/__init__.py", ""),
        ("backend/app/config/__init__.py", "from .settings import settings\n"),
        (
            "backend/app/config/settings.py",
            r#"
from pydantic_settings import BaseSettings
class Settings(BaseSettings):
    cognito_client_id: str
    cognito_region: str = "eu-west-1"
settings = Settings()
"#,
        ),
        ("backend/app/hashing.py", "def secret_hash(user):\n    return 'h' + user\n"),
        (
            "backend/app/services/cognito.py",
            r#"
import boto3
from app.config import settings
from app import hashing
from ..hashing import secret_hash as direct

idp = boto3.client("cognito-idp", region_name=settings.cognito_region)

def sign_in(user: str):
    return idp.initiate_auth(
        ClientId=settings.cognito_client_id,
        AuthFlow="CUSTOM_AUTH",
        AuthParameters={"USERNAME": user, "A": hashing.secret_hash(user), "B": direct(user)},
    )
"#,
        ),
    ]);
    assert_eq!(
        show(&project.only().parameters),
        r#"{ClientId: env COGNITO_CLIENT_ID, AuthFlow: "CUSTOM_AUTH", AuthParameters: {USERNAME: ?user, A: "h"+?user, B: "h"+?user}}"#
    );
}

#[test]
fn a_service_given_by_its_class_is_made_of_its_settings() {
    let project = Project::new(&[
        (
            "src/cognito.service.ts",
            r#"
            import { Injectable } from "@nestjs/common";
            import { ConfigService } from "@nestjs/config";
            import { CognitoIdentityProviderClient, InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
            @Injectable()
            export class CognitoService {
              private readonly clientId: string;
              private readonly client = new CognitoIdentityProviderClient({});
              constructor(private readonly config: ConfigService) { this.clientId = this.config.get<string>("COGNITO_CLIENT_ID"); }
              auth(flow: string, params: Record<string, string>) {
                return this.client.send(new InitiateAuthCommand({ AuthFlow: flow, ClientId: this.clientId, AuthParameters: params }));
              }
            }"#,
        ),
        (
            "src/auth.controller.ts",
            r#"
            import { CognitoService } from "./cognito.service";
            export class AuthController {
              constructor(private readonly cognito: CognitoService) {}
              refresh(body: { token: string }) { return this.cognito.auth("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: body.token }); }
            }"#,
        ),
    ]);
    let call = project.only();
    assert_eq!(
        show(&call.parameters),
        r#"{AuthFlow: "REFRESH_TOKEN_AUTH", ClientId: env COGNITO_CLIENT_ID, AuthParameters: {REFRESH_TOKEN: ?body.token}}"#
    );
    assert_eq!(project.sources.file(call.loc.file).path.as_str(), "src/auth.controller.ts");
}

#[test]
fn settings_of_django_are_those_of_its_module() {
    let project = Project::new(&[
        ("shop/settings.py", "import os\nCOGNITO_APP_ID = os.environ['APP_ID']\n"),
        (
            "shop/users/cognito.py",
            r#"
import boto3
from django.conf import settings
idp = boto3.client("cognito-idp")
def sign_in(user):
    return idp.initiate_auth(ClientId=settings.COGNITO_APP_ID, AuthFlow=settings.FLOW, AuthParameters={"USERNAME": user})
"#,
        ),
    ]);
    assert_eq!(
        show(&project.only().parameters),
        "{ClientId: env APP_ID, AuthFlow: setting FLOW, AuthParameters: {USERNAME: ?user}}"
    );
}

#[test]
fn a_framework_calls_what_a_parameter_depends_on() {
    let project = Project::new(&[(
        "app/cognito_routes.py",
        r#"
import os
import boto3
from fastapi import APIRouter, Depends, Form
router = APIRouter()
def client():
    return boto3.client("cognito-idp")
@router.post("/login")
def login(username: str = Form(...), idp = Depends(client)):
    return idp.admin_get_user(UserPoolId=os.environ["POOL_ID"], Username=username)
"#,
    )]);
    assert_eq!(show(&project.only().parameters), "{UserPoolId: env POOL_ID, Username: ?username}");
    assert_eq!(project.only().side, crate::read::Side::Server);
}

#[test]
fn configuration_of_nest_is_read_by_its_path() {
    let project = Project::new(&[
        (
            "src/config/cognito.config.ts",
            r#"
            import { registerAs } from "@nestjs/config";
            export default registerAs("aws", () => ({ cognito: { clientId: process.env.COGNITO_CLIENT_ID } }));"#,
        ),
        (
            "src/cognito.service.ts",
            r#"
            import { ConfigService } from "@nestjs/config";
            import { CognitoIdentityProviderClient, InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
            export class CognitoService {
              constructor(private readonly config: ConfigService) {}
              signIn(user: string) {
                return new CognitoIdentityProviderClient({}).send(new InitiateAuthCommand({ AuthFlow: "CUSTOM_AUTH",
                  ClientId: this.config.get("aws.cognito.clientId"), AuthParameters: { USERNAME: user, SCOPE: this.config.get("aws.scope") } }));
              }
            }"#,
        ),
    ]);
    assert_eq!(
        show(&project.only().parameters),
        r#"{AuthFlow: "CUSTOM_AUTH", ClientId: env COGNITO_CLIENT_ID, AuthParameters: {USERNAME: ?user, SCOPE: setting aws.scope}}"#
    );
}

#[test]
fn a_name_that_modules_hand_each_other_has_no_value() {
    let sign_in = r#"
import { CognitoIdentityProviderClient, InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
import { clientId, flow } from "./ids";
export { clientId };
export const signIn = () => new CognitoIdentityProviderClient({}).send(
  new InitiateAuthCommand({ ClientId: clientId, AuthFlow: flow, AuthParameters: {} }));"#;
    let project = Project::new(&[
        ("sign-in.ts", sign_in),
        ("ids.ts", r#"import { clientId } from "./sign-in"; export { clientId }; export const flow = "CUSTOM_AUTH";"#),
    ]);
    assert_eq!(
        show(&project.only().parameters),
        r#"{ClientId: import ids.ts: clientId, AuthFlow: "CUSTOM_AUTH", AuthParameters: {}}"#
    );
}

#[test]
fn a_file_named_like_a_library_imports_the_library() {
    let project = Project::new(&[(
        "app/boto3.py",
        r#"
import boto3
from flask import Flask
def sign_in():
    return boto3.client("cognito-idp").initiate_auth(ClientId="c", AuthFlow="CUSTOM_AUTH", AuthParameters={})
"#,
    )]);
    assert_eq!(show(&project.only().parameters), r#"{ClientId: "c", AuthFlow: "CUSTOM_AUTH", AuthParameters: {}}"#);
}

#[test]
fn functions_import_from_layers() {
    let python = Project::new(&[
        ("layers/auth/python/shared.py", "import boto3\nidp = boto3.client('cognito-idp')\nCLIENT = 'c'\n"),
        (
            "functions/sign_in/app.py",
            "from shared import idp, CLIENT\ndef handler(event, context):\n    return idp.initiate_auth(ClientId=CLIENT)\n",
        ),
    ]);
    assert_eq!(show(&python.only().parameters), r#"{ClientId: "c"}"#);

    let node = Project::new(&[
        ("auth-layer/nodejs/shared.js", "exports.clientId = 'c';"),
        (
            "functions/sign-in/app.js",
            r#"
            const { CognitoIdentityProviderClient, InitiateAuthCommand } = require("@aws-sdk/client-cognito-identity-provider");
            const { clientId } = require("/opt/nodejs/shared");
            exports.handler = () => new CognitoIdentityProviderClient({}).send(new InitiateAuthCommand({ ClientId: clientId }));"#,
        ),
    ]);
    assert_eq!(show(&node.only().parameters), r#"{ClientId: "c"}"#);
}
