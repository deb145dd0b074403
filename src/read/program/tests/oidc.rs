//! OpenID Connect clients.

use super::{Project, calls};
use crate::read::Side;

fn at(path: &str, text: &str) -> Project {
    Project::new(&[(path, text)])
}

#[test]
fn auth_js_and_open_id_clients_authorize() {
    let project = at(
        "src/auth.ts",
        r#"
        import NextAuth from "next-auth";
        import CognitoProvider from "next-auth/providers/cognito";
        import { UserManager } from "oidc-client-ts";
        export default NextAuth({
          providers: [CognitoProvider({ clientId: process.env.COGNITO_CLIENT_ID!, clientSecret: process.env.COGNITO_CLIENT_SECRET!, issuer: process.env.COGNITO_ISSUER })],
          callbacks: {
            async jwt({ token }) {
              const response = await fetch(`${process.env.COGNITO_DOMAIN}/oauth2/token`, { method: "POST",
                body: new URLSearchParams({ grant_type: "refresh_token", client_id: process.env.COGNITO_CLIENT_ID!, refresh_token: token.refreshToken }) });
              const fresh = await response.json();
              return { ...token, accessToken: fresh.access_token, refreshToken: fresh.refresh_token ?? token.refreshToken };
            },
          },
        });
        export const manager = new UserManager({ authority: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1Cd2Ef3",
          client_id: "abc", redirect_uri: "https://shop.com/", response_type: "code", scope: "openid" });"#,
    );
    let calls = project.calls();
    assert_eq!(calls[0], r#"Authorize {client_id: env COGNITO_CLIENT_ID, response_type: "code", …}"#);
    assert_eq!(
        calls[1],
        r#"Token {grant_type: "refresh_token", client_id: env COGNITO_CLIENT_ID, refresh_token: ?argument.token.refreshToken, Encoding: "form"}"#
    );
    assert_eq!(
        calls[2],
        r#"Authorize {client_id: "abc", redirect_uri: "https://shop.com/", response_type: "code", scope: "openid", …}"#
    );
    let token = &project.facts.calls[1];
    assert!(token.stores.iter().any(|store| &*store.path == "refresh_token" && store.has_fallback));
    assert_eq!(token.side, Side::Server);
}

#[test]
fn open_id_client_refreshes_with_the_client_it_was_made_with() {
    let old = r#"
        import { Issuer } from "openid-client";
        export async function client() {
          const issuer = await Issuer.discover(process.env.ISSUER!);
          return new issuer.Client({ client_id: process.env.COGNITO_CLIENT_ID!, client_secret: process.env.COGNITO_SECRET!, redirect_uris: ["https://shop.com/back"] });
        }
        export const url = async () => (await client()).authorizationUrl({ scope: "openid", code_challenge: "x" });
        export const back = async (request: any) => {
          const oidc = await client();
          return oidc.callback("https://shop.com/back", oidc.callbackParams(request), { code_verifier: "v" });
        };
        export const renew = async (session: any) => {
          const tokens = await (await client()).refresh(session.refreshToken);
          session.refreshToken = tokens.refresh_token;
        };"#;
    let project = at("src/auth.ts", old);
    assert_eq!(
        project.calls(),
        [
            r#"Authorize {scope: "openid", code_challenge: "x", client_id: env COGNITO_CLIENT_ID, response_type: "code", …}"#,
            r#"Token {redirect_uri: "https://shop.com/back", client_id: env COGNITO_CLIENT_ID, client_secret: env COGNITO_SECRET, code_verifier: redacted, grant_type: "authorization_code", Encoding: "form", …}"#,
            r#"Token {refresh_token: ?session.refreshToken, client_id: env COGNITO_CLIENT_ID, client_secret: env COGNITO_SECRET, grant_type: "refresh_token", Encoding: "form"}"#,
        ]
    );
    let refresh = &project.facts.calls[2];
    assert_eq!((&*refresh.stores[0].path, refresh.stores[0].has_fallback), ("refresh_token", false));
    assert_eq!(
        calls("src/auth.ts", &old.replace("COGNITO", "KEYCLOAK").replace("Client({", "Client({ /* not Cognito */")),
        Vec::<String>::new()
    );
    let new = calls(
        "src/auth.ts",
        r#"
        import * as client from "openid-client";
        const config = await client.discovery(new URL("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1Cd2Ef3"), process.env.CLIENT_ID!, process.env.CLIENT_SECRET);
        export const refresh = (token: string) => client.refreshTokenGrant(config, token);
        export const machine = () => client.clientCredentialsGrant(config, { scope: "api/read" });"#,
    );
    assert_eq!(
        new,
        [
            r#"Token {client_id: env CLIENT_ID, client_secret: env CLIENT_SECRET, refresh_token: ?token, grant_type: "refresh_token", Encoding: "form"}"#,
            r#"Token {client_id: env CLIENT_ID, client_secret: env CLIENT_SECRET, scope: "api/read", grant_type: "client_credentials", Encoding: "form", …}"#,
        ]
    );
}

#[test]
fn browser_clients_refresh_by_themselves() {
    let with = |options: &str| {
        at(
            "src/main.tsx",
            &format!(
                r#"
        import {{ AuthProvider }} from "react-oidc-context";
        const config = {{ authority: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1Cd2Ef3", client_id: "abc", redirect_uri: "https://shop.com/", {options} }};
        export const App = () => <AuthProvider {{...config}}><p/></AuthProvider>;"#
            ),
        )
    };
    let project = with("");
    assert_eq!(
        project.calls(),
        [
            r#"Authorize {client_id: "abc", redirect_uri: "https://shop.com/", response_type: "code", …}"#,
            r#"Token {client_id: "abc", grant_type: "refresh_token", Encoding: "form", refresh_token: dynamic}"#,
        ]
    );
    let automatic = project.facts.calls[1].automatic;
    assert!(automatic.implicit && automatic.stores_tokens);
    assert_eq!(with("automaticSilentRenew: false").calls().len(), 1);
    assert_eq!(with(r#"response_type: "token""#).calls().len(), 1);
}

#[test]
fn clients_of_mobile_apps_and_of_arctic() {
    let project = at(
        "app/auth.ts",
        r#"
        import * as AuthSession from "expo-auth-session";
        const discovery = { tokenEndpoint: `${process.env.EXPO_PUBLIC_COGNITO_DOMAIN}/oauth2/token` };
        export async function refresh(store: any) {
          const answer = await AuthSession.refreshAsync({ clientId: "abc", refreshToken: store.token }, discovery);
          store.token = answer.refreshToken;
        }"#,
    );
    assert_eq!(
        project.calls(),
        [r#"Token {client_id: "abc", refresh_token: ?store.token, grant_type: "refresh_token", Encoding: "form"}"#]
    );
    assert_eq!(&*project.facts.calls[0].stores[0].path, "refresh_token");
    let found = calls(
        "src/auth.ts",
        r#"
        import { AmazonCognito, Google } from "arctic";
        const cognito = new AmazonCognito("auth.shop.com", "abc", process.env.SECRET!, "https://shop.com/back");
        const google = new Google("g", "s", "https://shop.com/google");
        export const a = (token: string) => cognito.refreshAccessToken(token, []);
        export const b = (token: string) => google.refreshAccessToken(token);"#,
    );
    assert_eq!(
        found,
        [
            r#"Token {refresh_token: ?token, client_id: "abc", client_secret: env SECRET, grant_type: "refresh_token", Encoding: "form"}"#
        ]
    );
}

#[test]
fn authlib_and_requests_oauthlib() {
    let found = calls(
        "app/cognito.py",
        r#"
import os
from authlib.integrations.flask_client import OAuth
from authlib.integrations.requests_client import OAuth2Session
from requests_oauthlib import OAuth2Session as Session
oauth = OAuth()
oauth.register(name="oidc", authority="https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1Cd2Ef3", client_id="abc",
    client_secret=os.environ["SECRET"], client_kwargs={"scope": "email openid"})
oauth.register(name="google", server_metadata_url="https://accounts.google.com/.well-known/openid-configuration", client_id="g")
URL = f"{os.environ['COGNITO_DOMAIN']}/oauth2/token"
def renew(token):
    client = OAuth2Session("def", os.environ["SECRET"])
    fresh = client.refresh_token(URL, refresh_token=token)
    return fresh["access_token"]
def machine():
    return Session("ghi").fetch_token(URL, grant_type="client_credentials")
def foreign(token):
    return Session("jkl").refresh_token("https://accounts.google.com/o/oauth2/token", refresh_token=token)
"#,
    );
    assert_eq!(
        found,
        [
            r#"Authorize {client_id: "abc", scope: "email openid", response_type: "code", …}"#,
            r#"Token {refresh_token: ?token, client_id: "def", client_secret: env SECRET, grant_type: "refresh_token", Encoding: "form"}"#,
            r#"Token {client_id: "ghi", grant_type: "client_credentials", Encoding: "form", …}"#,
        ]
    );
}
